"""A number for each cell of a stretch of the grid, kept on disk while a pass works: memory does not grow with the raster."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from pipeline.core.errors import EnvironmentProblem, problem
from pipeline.core.pixels import Zones

STRIP = 16  # rows read at once by whoever goes through a sheet from north to south
_STRIPS = 16  # of a part
_AT_ONCE = 512  # rows of a tile; systems take 1024 and more


class Sheet:
    """int32 cells in a file, tile after tile; 0 where nothing was written. Rows and columns are those of the grid; threads may share it.

    Use as ``with Sheet(...) as sheet``: the file goes when it ends.
    """

    def __init__(self, path: Path, row0: int, row1: int, col0: int, col1: int, tile: tuple[int, int]):
        """``path``: the file, made anew; the stretch is rows ``row0 .. row1``, columns ``col0 .. col1``, the last ones excluded.

        ``tile``: rows and columns of the windows that are mostly written: one of them is one stretch of the file.
        """
        self.row0, self.row1, self.col0, self.col1, self._tile = row0, row1, col0, col1, tile
        self._path, self._file = path, os.open(path, os.O_RDWR | os.O_CREAT | os.O_TRUNC)
        os.ftruncate(self._file, 4 * self.height * self.width)

    @classmethod
    def of(cls, path: Path, zones: Zones, tile: tuple[int, int]) -> Sheet:
        """A sheet that holds every cell of every zone."""
        first, last, top = zones.extent
        left, right = (int(first.min()), int(last.max())) if first.size else (0, 0)
        return cls(path, top, top + first.size, left, max(left, right), tile)

    @property
    def height(self) -> int:
        """Rows."""
        return self.row1 - self.row0

    @property
    def width(self) -> int:
        """Columns."""
        return self.col1 - self.col0

    def write(self, row0: int, col0: int, cells: np.ndarray) -> None:
        """Put a window in its place; a full disk ends the run with exit code 5."""
        for start, rows in self._stretches(row0, col0, np.ascontiguousarray(cells, np.int32)):
            try:
                written = os.pwritev(self._file, rows, start)
            except OSError as error:
                raise EnvironmentProblem(problem("cannot_write", file="siting/.part", found=error.strerror or "?")) from None
            if written != sum(row.nbytes for row in rows):
                raise EnvironmentProblem(problem("cannot_write", file="siting/.part", found=os.strerror(errno.ENOSPC)))

    def read(self, row0: int, row1: int, col0: int, col1: int) -> np.ndarray:
        """The cells of a window within the stretch."""
        cells = np.empty((row1 - row0, col1 - col0), np.int32)
        for start, rows in self._stretches(row0, col0, cells):
            os.preadv(self._file, rows, start)
        return cells

    def _stretches(self, row0: int, col0: int, cells: np.ndarray) -> Iterator[tuple[int, list[np.ndarray]]]:
        """(place in the file, cells that stand there one after the other) of a window: full rows of a tile are one stretch."""
        for top, bottom, r0, r1 in _cut(row0, row0 + cells.shape[0], self._tile[0], self.row0, self.row1):
            for left, right, c0, c1 in _cut(col0, col0 + cells.shape[1], self._tile[1], self.col0, self.col1):
                own = cells[r0 - row0 : r1 - row0, c0 - col0 : c1 - col0]
                is_whole = c1 - c0 == right - left
                own = own.reshape(1, -1) if is_whole and own.flags.c_contiguous else own
                step = _AT_ONCE if is_whole else 1
                start = (top - self.row0) * self.width + (bottom - top) * (left - self.col0) + c0 - left
                for i in range(0, len(own), step):
                    yield 4 * (start + (r0 - top + i) * (right - left)), list(own[i : i + step])

    def strips(self, row0: int | None = None, row1: int | None = None) -> Iterator[tuple[int, np.ndarray]]:
        """(first row, cells) of full rows, from north to south; of some rows or all."""
        last = self.row1 if row1 is None else row1
        for row in range(self.row0 if row0 is None else row0, last, STRIP):
            yield row, self.read(row, min(row + STRIP, last), self.col0, self.col1)

    def parts(self) -> list[tuple[int, int]]:
        """Stretches of rows that strips begin and end with, for work side by side."""
        return [(row, min(row + STRIP * _STRIPS, self.row1)) for row in range(self.row0, self.row1, STRIP * _STRIPS)]

    def __enter__(self) -> Sheet:
        return self

    def __exit__(self, *exception: object) -> None:
        os.close(self._file)
        self._path.unlink(missing_ok=True)


def _cut(start: int, stop: int, size: int, first: int, last: int) -> Iterator[tuple[int, int, int, int]]:
    """(where a tile begins and ends, where what is asked for begins and ends in it) along one axis; the sheet ends tiles at its edges."""
    for place in range(start // size * size, stop, size):
        yield max(place, first), min(place + size, last), max(place, start), min(place + size, stop)
