"""Rasters: the only door to their cells. GeoTIFF (striped, tiled or COG, north-up or south-up), NetCDF; one file or many tiles.

A raster is read as full rows or windows of its own grid, north-up; what a mask, an absent block or a missing tile
hides is told apart from the codes. A further layer is warped onto the measuring grid with its declared resampling.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
import rasterio
from affine import Affine
from pyproj import CRS
from rasterio.enums import MaskFlags

from pipeline.core import resample
from pipeline.core.errors import BadData, Findings, Problem, problem
from pipeline.core.formats import RASTER_MAGIC, head_of, is_raster
from pipeline.core.grid import Grid, same_place, transformer
from pipeline.core.layers import Layer, require_format

# That a file has no georeference is a finding here, not a line on the screen.
warnings.filterwarnings("ignore", category=rasterio.errors.NotGeoreferencedWarning)

COARSE_CELL_M = 250.0  # [A] above this a cell is larger than any parcel the rules speak of
_MOST_DIMENSIONS = 1024  # of a NetCDF file, as in the library's own limit
_OFF_LATTICE = 1e-3  # share of a cell by which a tile may lie off its neighbours' lattice
_PLAIN = (1.0, 0.0)  # packing of values that are stored as they are


@dataclass(frozen=True)
class Tile:
    """One open file of a raster and the place of its north-west cell in the whole."""

    dataset: rasterio.DatasetReader
    file: str  # as users know it
    row0: int
    col0: int
    is_south_up: bool

    @property
    def height(self) -> int:
        """Rows."""
        return self.dataset.height

    @property
    def width(self) -> int:
        """Columns."""
        return self.dataset.width


class Raster:
    """An open raster layer: one file, or tiles on one lattice that together are one grid."""

    def __init__(self, layer: Layer, tiles: list[Tile], grid: Grid):
        """``tiles`` in the order of the configuration: where they overlap, the first that is known counts."""
        self.layer, self.tiles, self.grid = layer, tiles, grid

    @property
    def dtype(self) -> np.dtype:
        """Type of the stored values."""
        return np.dtype(self.tiles[0].dataset.dtypes[self.layer.band - 1])

    @property
    def block_shape(self) -> tuple[int, int]:
        """Rows and columns of a stored block."""
        return self.tiles[0].dataset.block_shapes[self.layer.band - 1]

    @cached_property
    def nodata(self) -> tuple[float, ...]:
        """Every value that means "no data": the configured one, else those the files declare."""
        if self.layer.about.nodata is not None:
            return (self.layer.about.nodata,)
        declared = [t.dataset.nodatavals[self.layer.band - 1] for t in self.tiles]
        return tuple(sorted({v for v in declared if v is not None}))

    @cached_property
    def packing(self) -> tuple[float, float]:
        """(factor, addend) from stored values to measures that a NetCDF states of itself; a GeoTIFF's are configured (``scale``)."""
        return _packing(self.tiles[0].dataset, self.layer.band)

    @property
    def remarks(self) -> list[Problem]:
        """What is as it may be but should be told: longitudes counted to 360, the first of several time steps."""
        west, _, east, _ = self.grid.bounds
        said, dataset = [], self.tiles[0].dataset
        if self.grid.is_geographic and east > 180.5:
            said.append(problem("raster_longitudes", file=self.layer.shown_path, found=[round(west, 3), round(east, 3)]))
        if dataset.driver == "netCDF" and dataset.count > 1:
            said.append(problem("netcdf_steps", file=self.layer.shown_path, count=dataset.count, band=self.layer.band))
        return said

    def read(self, row0: int, row1: int, col0: int, col1: int, out: np.ndarray | None = None) -> tuple[np.ndarray, np.ndarray | None]:
        """A window of stored values, and which of them are hidden whatever their value (None: none is).

        ``out`` receives the values when given: (row1 - row0, col1 - col0) of :attr:`dtype`.
        """
        inside = [t for t in self.tiles if t.row0 < row1 and t.row0 + t.height > row0 and t.col0 < col1 and t.col0 + t.width > col0]
        if len(inside) == 1:
            tile = inside[0]
            if tile.row0 <= row0 and tile.row0 + tile.height >= row1 and tile.col0 <= col0 and tile.col0 + tile.width >= col1:
                return self._read_tile(tile, row0, row1, col0, col1, out)
        values = np.zeros((row1 - row0, col1 - col0), self.dtype) if out is None else out
        values[...] = 0
        hidden = np.ones(values.shape, bool)
        for tile in reversed(inside):
            top, bottom = max(row0, tile.row0), min(row1, tile.row0 + tile.height)
            left, right = max(col0, tile.col0), min(col1, tile.col0 + tile.width)
            part, covered = self._read_tile(tile, top, bottom, left, right, None)
            known = ~self.is_nodata(part) if covered is None else ~(covered | self.is_nodata(part))
            place = (slice(top - row0, bottom - row0), slice(left - col0, right - col0))
            values[place][known] = part[known]
            hidden[place] &= ~known
        return values, hidden if hidden.any() else None

    def _read_tile(self, tile: Tile, row0: int, row1: int, col0: int, col1: int, out: np.ndarray | None):
        """The same of one tile, for a window of the whole that lies in it."""
        top, left, rows = row0 - tile.row0, col0 - tile.col0, row1 - row0
        if tile.is_south_up:
            top = tile.height - top - rows
        window, band = ((top, top + rows), (left, left + col1 - col0)), self.layer.band
        flags, hidden = tile.dataset.mask_flag_enums[band - 1], None
        try:
            values = tile.dataset.read(band, window=window, out=out)
            if MaskFlags.per_dataset in flags or MaskFlags.alpha in flags:
                hidden = tile.dataset.read_masks(band, window=window) == 0
        except rasterio.errors.RasterioError as error:
            raise BadData(_unreadable(tile.file, error)) from None
        if tile.dataset.driver == "GTiff" and tile.dataset.nodatavals[band - 1] not in self.nodata:  # else absent blocks read as no data
            hidden = self._hide_absent(tile, window, hidden)
        if tile.is_south_up:
            values[...] = values[::-1].copy()
            hidden = None if hidden is None else hidden[::-1]
        return values, hidden

    def _hide_absent(self, tile: Tile, window, hidden: np.ndarray | None) -> np.ndarray | None:
        """Hide blocks that a sparse file does not hold: they read as zeros, which is nobody's class."""
        (top, bottom), (left, right) = window
        rows, columns = tile.dataset.block_shapes[self.layer.band - 1]
        for i in range(top // rows, -(-bottom // rows)):
            for j in range(left // columns, -(-right // columns)):
                if tile.dataset.get_tag_item(f"BLOCK_OFFSET_{j}_{i}", "TIFF", bidx=self.layer.band) is None:
                    hidden = np.zeros((bottom - top, right - left), bool) if hidden is None else hidden
                    down, along = i * rows - top, j * columns - left
                    hidden[max(down, 0) : down + rows, max(along, 0) : along + columns] = True
        return hidden

    def is_nodata(self, values: np.ndarray) -> np.ndarray:
        """Which values mean "no data"."""
        found = ~np.isfinite(values) if values.dtype.kind == "f" else np.zeros(values.shape, bool)
        for value in self.nodata:
            found |= values == value
        return found

    def codes(self, row0: int, row1: int, col0: int, col1: int) -> tuple[np.ndarray, np.ndarray]:
        """A window of a class raster: (codes as int64, known as bool); raises BadData when values are not whole."""
        return self.as_codes(*self.read(row0, row1, col0, col1))

    def as_codes(self, values: np.ndarray, hidden: np.ndarray | None) -> tuple[np.ndarray, np.ndarray]:
        """Values that were read as (codes, known)."""
        if self.packing != _PLAIN:
            raise BadData(problem("raster_not_codes", file=self.layer.shown_path))
        known = ~self.is_nodata(values)
        if hidden is not None:
            known &= ~hidden
        if values.dtype.kind == "f":
            if (values[known] != np.round(values[known])).any():
                raise BadData(problem("raster_not_codes", file=self.layer.shown_path))
            values = np.where(known, values, 0)
        return values.astype(np.int64), known

    def measured(self, row0: int, row1: int, col0: int, col1: int) -> np.ndarray:
        """A window of a measured raster as float64; NaN where it is unknown."""
        if row0 >= row1 or col0 >= col1:
            return np.zeros((0, 0))
        values, hidden = self.read(row0, row1, col0, col1)
        unknown = self.is_nodata(values) if hidden is None else hidden | self.is_nodata(values)
        made = values.astype(np.float64)
        if self.packing != _PLAIN:
            made = made * self.packing[0] + self.packing[1]
        made[unknown] = np.nan
        return made

    def warped(self, target: Grid, method: str) -> Warped:
        """The raster on another grid, see :class:`Warped`."""
        return Warped(self, target, method)


class Warped:
    """A raster on another grid: float64, NaN where it is unknown, beyond its edges too."""

    def __init__(self, raster: Raster, target: Grid, method: str):
        """``method``: ``nearest``, ``mode``, ``average`` or ``bilinear``, see :func:`pipeline.core.resample.warp`."""
        self._raster, self._target, self._method = raster, target, method
        self._back = transformer(target.crs, raster.grid.crs)

    def read(self, row0: int, row1: int, col0: int, col1: int) -> np.ndarray:
        """A window of the target grid."""
        window = (row0, row1, col0, col1)
        return resample.warp(self._raster.measured, self._raster.grid, self._target, window, self._method, self._back)


class OnGrid:
    """A further layer read onto the measuring grid, block by block, with its declared resampling.

    On the measuring lattice nothing is resampled; larger cells in the same coordinates are refined by
    the quick way of :mod:`pipeline.core.resample`; the rest is warped.
    """

    def __init__(self, layer: Layer, raster: Raster, grid: Grid):
        """``raster`` is the open raster of ``layer``; ``grid`` the measuring grid."""
        self.layer, self._grid, self._raster = layer, grid, raster
        self._method = layer.about.resampling or ("mode" if layer.about.kind == "classes" else "bilinear")
        self._shift = same_lattice(raster.grid, grid)
        self._refines = resample.applies(raster.grid, grid, self._method)
        self._view = None if self._shift or self._refines else raster.warped(grid, self._method)

    @property
    def is_whole(self) -> bool:
        """Whether the layer's own cells are the grid's and hold whole numbers of up to 16 bits: :meth:`whole` gives them."""
        raster = self._raster
        return self._shift is not None and raster.dtype.kind in "iu" and raster.dtype.itemsize <= 2 and raster.packing == _PLAIN

    @property
    def dtype(self) -> np.dtype:
        """Type of the stored values."""
        return self._raster.dtype

    def in_unit(self, values: np.ndarray) -> np.ndarray:
        """Stored values of a layer of whole numbers in its unit, NaN for those that mean "no data"."""
        made = values.astype(np.float64)
        made[self._raster.is_nodata(values)] = np.nan
        return made if self.layer.about.scale == 1 else made * self.layer.about.scale

    def whole(self, row0: int, row1: int, col0: int, col1: int) -> tuple[np.ndarray, np.ndarray]:
        """A window as stored, before scaling, and where it is known (empty: everywhere)."""
        down, right = self._shift
        place, grid = (row0 + down, row1 + down, col0 + right, col1 + right), self._raster.grid
        if place[0] < 0 or place[2] < 0 or place[1] > grid.height or place[3] > grid.width:
            measured = self._straight(row0, row1, col0, col1)
            known = np.isfinite(measured)
            return np.where(known, measured, 0).astype(self._raster.dtype), known
        values, hidden = self._raster.read(*place)
        unknown = self._raster.is_nodata(values) if hidden is None else hidden | self._raster.is_nodata(values)
        return values, ~unknown if unknown.any() else np.zeros((0, 0), bool)

    def values(self, row0: int, row1: int, col0: int, col1: int) -> np.ndarray:
        """A window as float64 in the layer's unit; NaN where the layer is unknown."""
        if self._shift:
            values = self._straight(row0, row1, col0, col1)
        elif self._refines:
            place = resample.window(self._raster.grid, self._grid, row0, row1, col0, col1)
            values = resample.refine(
                self._raster.measured(*place), self._raster.grid, place, self._grid, (row0, row1, col0, col1), self._method
            )
        else:
            values = self._view.read(row0, row1, col0, col1)
        return values if self.layer.about.scale == 1 else values * self.layer.about.scale

    def _straight(self, row0: int, row1: int, col0: int, col1: int) -> np.ndarray:
        """The same cells of a layer that lies on the measuring lattice."""
        down, right = self._shift
        made = np.full((row1 - row0, col1 - col0), np.nan)
        top, bottom = max(row0 + down, 0), min(row1 + down, self._raster.grid.height)
        left, end = max(col0 + right, 0), min(col1 + right, self._raster.grid.width)
        if top < bottom and left < end:
            place = (slice(top - row0 - down, bottom - row0 - down), slice(left - col0 - right, end - col0 - right))
            made[place] = self._raster.measured(top, bottom, left, end)
        return made

    def read(self, row0: int, row1: int):
        """Full-width rows as float64 (y, x) in the layer's unit; NaN where the layer is unknown."""
        return self._grid.array(self.values(row0, row1, 0, self._grid.width), row0, units=self.layer.about.unit)


def same_lattice(source: Grid, grid: Grid) -> tuple[int, int] | None:
    """(rows, columns) from the grid's north-west cell to the source's cell there, where both share one lattice."""
    s, g = source.transform, grid.transform
    if (
        not same_place(source.crs, grid.crs)
        or abs(s.a / g.a - 1) * grid.width > _OFF_LATTICE
        or abs(s.e / g.e - 1) * grid.height > _OFF_LATTICE
    ):
        return None
    right, down = (g.c - s.c) / s.a, (g.f - s.f) / s.e
    if abs(right - round(right)) > _OFF_LATTICE or abs(down - round(down)) > _OFF_LATTICE:
        return None
    return round(down), round(right)


@contextmanager
def open_raster(layer: Layer) -> Iterator[Raster]:
    """A layer's files, open, CRS settled; raises BadData when they cannot be used or are not tiles of one raster."""
    require_format(layer, is_raster, "GeoTIFF, NetCDF, zip")
    with ExitStack() as opened:
        findings, datasets = Findings(), []
        for path, shown in zip(layer.paths, layer.shown_paths, strict=True):
            try:
                datasets.append(_open(layer, path, shown))
                opened.callback(datasets[-1].close)  # not by rasterio's own `with`, which must end on the thread it began on
            except rasterio.errors.RasterioError as error:
                findings.problems.append(_unreadable(shown, error))
            except BadData as error:
                findings.extend(error)
        findings.stop(BadData)
        yield _raster(layer, datasets)


def _open(layer: Layer, path: Path, shown: str):
    """One file, by the driver its first bytes ask for."""
    if head_of(path)[:4] in RASTER_MAGIC:
        return rasterio.open(path, driver="GTiff", sharing=False)
    if '"' in str(path):  # the sign that ends a file's name in GDAL's name of a variable
        raise BadData(problem("raster_unreadable", file=shown, found='"'))
    if not _is_sound_head(head_of(path)):
        raise BadData(problem("raster_unreadable", file=shown, found="NetCDF"))
    variable = _variable(layer, path, shown)
    dataset = rasterio.open(f'NETCDF:"{path}":{variable}', driver="netCDF", sharing=False)
    if dataset.count == 0 or dataset.transform.is_identity:
        dataset.close()
        raise BadData(problem("netcdf_grid", file=shown, found=variable))
    return dataset


def _is_sound_head(head: bytes) -> bool:
    """Whether a classic NetCDF states a sane number of dimensions; with an absurd one the library brings the process down."""
    if head[:3] != b"CDF":
        return True
    count = int.from_bytes(head[16:24] if head[3] == 5 else head[12:16], "big")  # after magic, number of records and tag
    return count <= _MOST_DIMENSIONS


def _variable(layer: Layer, path: Path, shown: str) -> str:
    """The variable of a NetCDF that is meant: the one named, or the only one."""
    with rasterio.open(path, driver="netCDF", sharing=False) as container:
        every = [name.rsplit(":", 1)[-1] for name in container.subdatasets]
        if not every and container.count:
            every = [container.tags(1).get("NETCDF_VARNAME", "")]
    if layer.table in every or (layer.table is None and len(every) == 1):
        return layer.table or every[0]
    known = ", ".join(every)[:600] or "–"
    raise BadData(problem("netcdf_variable", file=shown, found=layer.table or "–", known=known))


def _packing(dataset, band: int) -> tuple[float, float]:
    return (dataset.scales[band - 1], dataset.offsets[band - 1]) if dataset.driver == "netCDF" else _PLAIN


def _is_lonlat(dataset) -> bool:
    """Whether a NetCDF says that its coordinates are longitude and latitude."""
    said = {str(value).lower() for key, value in dataset.tags().items() if key.endswith(("#units", "#standard_name"))}
    units = {"degrees_north", "degree_north"}, {"degrees_east", "degree_east"}
    return {"latitude", "longitude"} <= said or all(said & unit for unit in units)


def _unreadable(file: str, error: Exception) -> Problem:
    return problem("raster_unreadable", file=file, found=str(error).split(";")[0][:120])


def _raster(layer: Layer, datasets: list) -> Raster:
    """Tiles put in their places; raises BadData with every file that cannot be one of them."""
    findings, fitting = Findings(), []
    for shown, dataset in zip(layer.shown_paths, datasets, strict=True):
        try:
            _require_band(layer, shown, dataset)
            fitting.append((shown, dataset, _grid_of(layer, shown, dataset)))
        except BadData as error:
            findings.extend(error)
    places = []
    for shown, dataset, grid in fitting:
        shift, like = same_lattice(grid, fitting[0][2]), fitting[0][1]
        kinds = [(d.dtypes[layer.band - 1], _packing(d, layer.band)) for d in (dataset, like)]
        if shift is None or kinds[0] != kinds[1]:
            findings.add("raster_tile", file=shown, first=fitting[0][0])
        places.append(shift and (-shift[0], -shift[1]))
    findings.stop(BadData)
    whole, top, left = _around([grid for _, _, grid in fitting], places)
    tiles = [Tile(d, file, r - top, c - left, d.transform.e > 0) for (file, d, _), (r, c) in zip(fitting, places, strict=True)]
    return Raster(layer, tiles, whole)


def _around(grids: list[Grid], places: list[tuple[int, int]]) -> tuple[Grid, int, int]:
    """The grid that holds all tiles, and its first row and column; the same in whatever order they come."""
    top, left = min(row for row, _ in places), min(column for _, column in places)
    bottom = max(row + g.height for g, (row, _) in zip(grids, places, strict=True))
    right = max(column + g.width for g, (_, column) in zip(grids, places, strict=True))
    if len(grids) == 1:
        return grids[0], top, left
    west = min(g.transform.c for g, (_, column) in zip(grids, places, strict=True) if column == left)
    north = max(g.transform.f for g, (row, _) in zip(grids, places, strict=True) if row == top)
    width, height = min((g.transform.a, g.transform.e) for g in grids)
    return Grid(grids[0].crs, Affine(width, 0, west, 0, height, north), bottom - top, right - left), top, left


def _require_band(layer: Layer, shown: str, dataset) -> None:
    """Refuse a file without the band that is asked for, and a rendered picture."""
    if layer.band > dataset.count:
        raise BadData(problem("raster_band", file=shown, found=dataset.count, expected=layer.band))
    if dataset.count > 1 and layer.band == 1 and dataset.colorinterp[0].name == "red":
        raise BadData(problem("raster_picture", file=shown, found=dataset.count))


def _grid_of(layer: Layer, shown: str, dataset) -> Grid:
    """A file's grid; a missing CRS may be assumed by configuration, a contradicting one is refused."""
    stated = layer.assume_crs or layer.about.crs
    if stated is None and dataset.driver == "netCDF" and _is_lonlat(dataset):
        stated = "EPSG:4326"
    grid = Grid.of(dataset, crs=CRS.from_user_input(stated) if stated else None, file=shown)
    declared = layer.about.crs
    if declared and not same_place(grid.crs, CRS.from_user_input(declared)):
        raise BadData(problem("crs_differs", file=shown, found=grid.crs.name, expected=declared))
    return grid


def raster_grid(layer: Layer, raster: Raster) -> Grid:
    """The measuring grid of an open raster."""
    return raster.grid


def read_codes(layer: Layer, raster: Raster, row0: int, row1: int) -> tuple[np.ndarray, np.ndarray]:
    """Full-width rows of a class raster: (codes as int64, known as bool). No-data and masked cells are unknown."""
    return raster.codes(row0, row1, 0, raster.grid.width)
