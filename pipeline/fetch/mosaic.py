"""Windows of remote rasters put together as one GeoTIFF on their own lattice: nothing is resampled."""

from __future__ import annotations

import math
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import rasterio
from affine import Affine
from rasterio.abc import FileContainer
from rasterio.warp import transform_bounds

from pipeline.core.errors import BadData, Findings, UsageError, problem
from pipeline.core.progress import track
from pipeline.fetch.remote import RangeReader, RemoteFile
from pipeline.fetch.sources import Box

_ROWS = 512  # rows read and written at a time
_BLOCK_BYTES = 256e6  # a block beyond this is no public raster's, but asks for memory
_OFF_LATTICE = 1e-3  # share of a cell by which a tile may lie off its neighbours' lattice


@dataclass(frozen=True)
class Part:
    """One open remote raster and the place of its north-west cell in the window."""

    file: RemoteFile
    dataset: rasterio.DatasetReader
    row0: int
    col0: int


@dataclass(frozen=True)
class Window:
    """What was written."""

    crs: str
    nodata: float | None
    height: int
    width: int
    uncovered_share: float  # cells that no tile holds


def write_window(files: list[RemoteFile], box: Box, target: Path, *, band: int, nodata: float | None, max_bytes: int, label: str) -> Window:
    """Write the cells that meet ``box`` (degrees) to ``target``; where files overlap the first that is known counts.

    Raises BadData when the files are not tiles of one raster or do not meet the box, UsageError when the window is
    larger than ``max_bytes`` before compression.
    """
    with ExitStack() as opened:
        datasets = [opened.enter_context(_opened(file)) for file in files]
        _require_alike(files, datasets, band)
        first = datasets[0]
        height, width, transform = _lattice_window(first, box)
        if height * width * np.dtype(first.dtypes[band - 1]).itemsize > max_bytes:
            found = height * width * np.dtype(first.dtypes[band - 1]).itemsize / 1e6
            raise UsageError(problem("fetch_too_big", found=f"{found:.0f}", limit=f"{max_bytes / 1e6:g}"))
        placed = [_placed(file, dataset, transform) for file, dataset in zip(files, datasets, strict=True)]
        parts = [part for part in placed if _meets(part, height, width)]
        if not parts:
            raise BadData(problem("fetch_nothing", place=files[0].shown))
        nodata = first.nodatavals[band - 1] if nodata is None else nodata
        uncovered = 0
        profile = {
            "driver": "GTiff", "height": height, "width": width, "count": 1, "dtype": first.dtypes[band - 1], "crs": first.crs,
            "transform": transform, "nodata": nodata, "tiled": True, "blockxsize": 512, "blockysize": 512, "compress": "deflate",
            "predictor": 1, "bigtiff": "if_safer",
        }  # fmt: skip
        with rasterio.open(target, "w", **profile) as made:
            for top in track(range(0, height, _ROWS), -(-height // _ROWS), label):
                values, covered = _rows(parts, top, min(top + _ROWS, height), width, band, nodata)
                uncovered += int((~covered).sum())
                made.write(values, 1, window=((top, top + values.shape[0]), (0, width)))
            if first.colorinterp[band - 1].name == "palette":
                made.write_colormap(1, first.colormap(band))
        if uncovered and nodata is None:
            raise BadData(problem("fetch_gap", place=files[0].shown, share=f"{uncovered / height / width:.2%}"))
        code = first.crs.to_epsg()
        return Window(f"EPSG:{code}" if code else first.crs.to_wkt(), nodata, height, width, uncovered / (height * width))


@contextmanager
def _opened(file: RemoteFile) -> Iterator[rasterio.DatasetReader]:
    """A remote raster as a rasterio dataset."""
    file.require_tiff()
    try:
        dataset = rasterio.open(f"{file.name}.tif", driver="GTiff", sharing=False, opener=_Only(file))
    except rasterio.errors.RasterioError as error:
        raise _said(file, error) from None
    with dataset:
        yield dataset


class _Only(FileContainer):
    """A file system for GDAL that holds one remote file and nothing beside it."""

    def __init__(self, file: RemoteFile):
        self._file = file

    def open(self, path: str, mode: str = "r", **_):
        """The bytes, by ranges."""
        return RangeReader(self._file)

    def isfile(self, path: str) -> bool:
        """Only the file itself: no masks, overviews or auxiliary files."""
        return path.endswith(f"{self._file.name}.tif")

    def isdir(self, path: str) -> bool:
        """None."""
        return False

    def ls(self, path: str) -> list[str]:
        """The one name."""
        return [f"{self._file.name}.tif"]

    def mtime(self, path: str) -> int:
        """Not known."""
        return 0

    def rm(self, path: str) -> None:
        """Nothing is removed."""
        raise PermissionError(path)

    def size(self, path: str) -> int:
        """Length [bytes]."""
        return self._file.size


def _said(file: RemoteFile, error: Exception) -> BaseException:
    """What really went wrong while GDAL read a file."""
    return file.error or BadData(problem("fetch_unreadable", url=file.shown, found=str(error).split(";")[0][:120]))


def _require_alike(files: list[RemoteFile], datasets: list, band: int) -> None:
    """Raise BadData unless all files share CRS, type and lattice and have the band."""
    found, first = Findings(), None
    for file, d in zip(files, datasets, strict=True):
        t = d.transform
        is_usable = d.crs is not None and not (t.b or t.d) and t.a > 0 > t.e and band <= d.count
        if not is_usable or math.prod(d.block_shapes[band - 1]) * np.dtype(d.dtypes[band - 1]).itemsize > _BLOCK_BYTES:
            found.add("fetch_raster", url=file.shown, found=f"CRS {d.crs}, {d.count} bands")
            continue
        first = first or (file, d)
        crs, dtype, lattice = first[1].crs, first[1].dtypes[band - 1], first[1].transform
        if d.crs != crs or d.dtypes[band - 1] != dtype or not _same_lattice(t, lattice, max(d.shape)):
            found.add("fetch_lattice", url=file.shown, first=first[0].shown)
    found.stop(BadData)


def _same_lattice(a: Affine, b: Affine, cells: int) -> bool:
    """Whether two north-up grids share cell size and cell corners, over so many cells."""
    right, down = (a.c - b.c) / b.a, (a.f - b.f) / b.e
    same_size = abs(a.a / b.a - 1) * cells < _OFF_LATTICE and abs(a.e / b.e - 1) * cells < _OFF_LATTICE
    return same_size and abs(right - round(right)) < _OFF_LATTICE and abs(down - round(down)) < _OFF_LATTICE


def _lattice_window(dataset, box: Box) -> tuple[int, int, Affine]:
    """(height, width, transform) of the cells of a dataset's endless lattice that meet a box in degrees."""
    west, south, east, north = transform_bounds("EPSG:4326", dataset.crs, *box, densify_pts=21)
    t = dataset.transform
    left, right = math.floor((west - t.c) / t.a + _OFF_LATTICE), math.ceil((east - t.c) / t.a - _OFF_LATTICE)
    top, bottom = math.floor((north - t.f) / t.e + _OFF_LATTICE), math.ceil((south - t.f) / t.e - _OFF_LATTICE)
    return bottom - top, right - left, t @ Affine.translation(left, top)


def _placed(file: RemoteFile, dataset, transform: Affine) -> Part:
    t = dataset.transform
    return Part(file, dataset, round((t.f - transform.f) / transform.e), round((t.c - transform.c) / transform.a))


def _meets(part: Part, height: int, width: int) -> bool:
    d = part.dataset
    return part.row0 < height and part.row0 + d.height > 0 and part.col0 < width and part.col0 + d.width > 0


def _rows(parts: list[Part], top: int, bottom: int, width: int, band: int, nodata: float | None) -> tuple[np.ndarray, np.ndarray]:
    """Rows of the window, and which of their cells any file holds."""
    dtype = parts[0].dataset.dtypes[band - 1]
    values, covered = np.full((bottom - top, width), 0 if nodata is None else nodata, dtype), np.zeros((bottom - top, width), bool)
    for part in reversed(parts):
        d = part.dataset
        r0, r1 = max(top, part.row0), min(bottom, part.row0 + d.height)
        c0, c1 = max(0, part.col0), min(width, part.col0 + d.width)
        if r0 >= r1 or c0 >= c1:
            continue
        try:
            read = d.read(band, window=((r0 - part.row0, r1 - part.row0), (c0 - part.col0, c1 - part.col0)))
        except rasterio.errors.RasterioError as error:
            raise _said(part.file, error) from None
        if part.file.error:
            raise part.file.error
        own = d.nodatavals[band - 1]
        unknown = np.zeros(read.shape, bool) if own is None else np.isnan(read) if own != own else read == own
        place = (slice(r0 - top, r1 - top), slice(c0, c1))
        if nodata is not None:
            read[unknown] = nodata
            unknown |= read == nodata
        values[place] = np.where(unknown & covered[place], values[place], read)
        covered[place] = True
    return values, covered
