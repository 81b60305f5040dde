"""What a theme is: one raster subject of the map, with its legend, its source and its year."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from pipeline.core.grid import Grid
from pipeline.core.layers import Layer
from pipeline.core.rasters import Raster, open_raster
from pipeline.maps.mercator import RADIUS_M, Frame
from pipeline.maps.sheets import Sheet

_ROWS = 256  # warped at a time


@dataclass(frozen=True)
class Entry:
    """A line of a legend: ``number`` in the sheet, its colour, its name (blank: not listed), and a figure beside it.

    Number 0 is never drawn: its colour is that of the ground below.
    """

    number: int
    colour: str
    name: str
    figure: str = ""


@dataclass(frozen=True)
class Theme:
    """A subject: a sheet and the colours it is seen in.

    ``group``: key of the words of its group in the chooser; ``about``: product, year and maker in one line; ``unit`` of the
    figures in the legend; ``notes``: what a reader must know; ``head``: names and texts above the legend, of a rule;
    ``heading``: the title where it stands alone, over a legend or a printed sheet, if that has to say more.
    """

    key: str
    group: str
    title: str
    sheet: Sheet
    entries: tuple[Entry, ...]
    about: str
    unit: str = ""
    notes: tuple[str, ...] = ()
    can_swipe: bool = True
    head: tuple[tuple[str, str], ...] = ()
    heading: str = ""

    @property
    def colours(self) -> list[str | None]:
        """Colour of each number of the sheet."""
        of = {e.number: e.colour for e in self.entries if e.number}
        return [of.get(n) for n in range(len(self.sheet.colours))]


def warped(layer: Layer, frame: Frame, method: str = "nearest") -> np.ndarray:
    """Values of a layer at the pixels of a frame: float32, in stored units times its scale, NaN where it is unknown."""
    made = np.empty((frame.height, frame.width), np.float32)
    with open_raster(layer) as raster:
        view = raster.warped(frame.grid, method)
        for row in range(0, frame.height, _ROWS):
            made[row : row + _ROWS] = view.read(row, min(row + _ROWS, frame.height), 0, frame.width)
    return made if layer.about.scale == 1 else made * layer.about.scale


Convert = Callable[[np.ndarray, np.ndarray], np.ndarray]  # codes (int64) and which are known -> uint8


def numbers_of(layer: Layer, frame: Frame, convert: Convert, dtype: type = np.uint8) -> np.ndarray:
    """What ``convert`` makes of the codes of a raster, at the pixels of a frame; each pixel takes the cell its centre lies in.

    In longitude and latitude rows and columns go apart, so cells are converted once and then repeated.
    """
    made = np.empty((frame.height, frame.width), dtype)
    with open_raster(layer) as raster:
        apart = _apart(raster.grid, frame) if raster.grid.is_lonlat else None
        view = None if apart else raster.warped(frame.grid, "nearest")
        for row in range(0, frame.height, _ROWS):
            part = slice(row, min(row + _ROWS, frame.height))
            if apart:
                made[part] = _repeated(raster, apart[0][part], apart[1], convert, dtype)
            else:
                values = view.read(part.start, part.stop, 0, frame.width)
                known = np.isfinite(values)
                made[part] = convert(np.where(known, values, 0).astype(np.int64), known)
    return made


def _apart(grid: Grid, frame: Frame) -> tuple[np.ndarray, np.ndarray]:
    """Row of the grid of each row of the frame, and column of each column; they may lie outside the grid."""
    middle, to_world = frame.transform, 180 / np.pi / RADIUS_M
    x = (np.arange(frame.width) + 0.5) * middle.a + middle.c
    y = (np.arange(frame.height) + 0.5) * middle.e + middle.f
    lon, lat = x * to_world, np.degrees(2 * np.arctan(np.exp(y / RADIUS_M)) - np.pi / 2)
    column, row = grid.to_index(lon, lat)
    return np.floor(row).astype(np.int64), np.floor(column).astype(np.int64)


def _repeated(raster: Raster, rows: np.ndarray, columns: np.ndarray, convert: Convert, dtype: type) -> np.ndarray:
    """The cells at some rows and columns of a raster, converted; what lies outside it is unknown."""
    grid = raster.grid
    down, right = (rows >= 0) & (rows < grid.height), (columns >= 0) & (columns < grid.width)
    nothing = convert(np.zeros((1, 1), np.int64), np.zeros((1, 1), bool))[0, 0]
    made = np.full((rows.size, columns.size), nothing, dtype)
    if down.any() and right.any():
        top, left = int(rows[down].min()), int(columns[right].min())
        cells = convert(*raster.codes(top, int(rows[down].max()) + 1, left, int(columns[right].max()) + 1))
        seen = cells.take(columns[right] - left, axis=1).take(rows[down] - top, axis=0)
        if down.all() and right.all():
            return seen.astype(dtype, copy=False)
        made[np.ix_(down, right)] = seen
    return made


def cell_of(layer: Layer) -> float:
    """Side of a layer's cells on the ground [m]."""
    with open_raster(layer) as raster:
        return float(min(raster.grid.cell_size_m))


def kept_for_a_frame(make: Callable[[Frame], object]) -> Callable[[Frame], object]:
    """The last result kept: the sheets of one raster ask for the same frames one after the other."""
    last: dict[Frame, object] = {}

    def ask(frame: Frame):
        if frame not in last:
            last.clear()
            last[frame] = make(frame)
        return last[frame]

    return ask
