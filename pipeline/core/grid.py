"""The measuring grid: an immutable value that alone knows where a cell is and how large it is.

Rows run from north to south, columns from west to east; row 0, column 0 is the north-west cell. A geographic
grid is in degrees, longitude first; a projected one in metres. Rotated and south-up grids are refused.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import xarray as xr
from affine import Affine
from pyproj import CRS, Transformer

from pipeline.core import ellipsoid
from pipeline.core.errors import BadData, problem

# Adding rasters a cell apart would silently drop cells; with this it is an error.
xr.set_options(arithmetic_join="exact", keep_attrs=True)

LONLAT = CRS.from_epsg(4490)  # CGCS2000; treated as equal to WGS 84 at these scales
_FACTOR_STEP_M = 1000.0  # areal scale is interpolated between nodes this far apart: error below 1e-8


def same_place(a: CRS, b: CRS) -> bool:
    """Whether two systems give the same coordinates here: equal, or both CGCS2000/WGS 84 longitude-latitude."""
    lonlat = {4490, 4326, 4979, 4480}
    return a.equals(b, ignore_axis_order=True) or (a.to_epsg() in lonlat and b.to_epsg() in lonlat)


def require_range(crs: CRS, bounds: tuple[float, float, float, float], file: str) -> None:
    """Raise BadData when coordinates look like degrees in a metric system, or the reverse."""
    west, south, east, north = bounds
    if crs.is_geographic != (west >= -181 and east <= 361 and south >= -91 and north <= 91):
        raise BadData(problem("crs_range", file=file, crs=crs.name, found=[round(float(v), 3) for v in bounds]))


def transformer(source: CRS, target: CRS) -> Transformer:
    """Coordinate operation between two systems, x (east) always first."""
    return Transformer.from_crs(source, target, always_xy=True)


def areal_scale(crs: CRS, x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Planar area in CRS units over ellipsoidal area in m2, at points of a projected system.

    By central differences of the projection over 0.002 degree; what PROJ calls the areal scale is that of the
    sphere for spherical projections such as Web Mercator, and 0.2 % off.
    """
    lon, lat = transformer(crs, LONLAT).transform(x, y)
    project, step = transformer(LONLAT, crs).transform, 1e-3
    (x_e, y_e), (x_w, y_w) = project(lon + step, lat), project(lon - step, lat)
    (x_n, y_n), (x_s, y_s) = project(lon, lat + step), project(lon, lat - step)
    planar = np.abs((x_e - x_w) * (y_n - y_s) - (x_n - x_s) * (y_e - y_w))
    return planar / (ellipsoid.band_area_m2(lat - step, lat + step) * 2 * step)


@dataclass(frozen=True)
class Grid:
    """``height`` x ``width`` cells; ``transform`` maps (column, row) to (x, y) of the cell's north-west corner."""

    crs: CRS
    transform: Affine
    height: int
    width: int

    @classmethod
    def of(cls, dataset, *, crs: CRS | None = None, file: str | None = None) -> Grid:
        """The grid of an open rasterio dataset; ``crs`` stands in where the file has none.

        Raises BadData, naming ``file``, when there is no CRS, when the grid is rotated or south-up, or when its
        coordinates cannot belong to its CRS (degrees taken for metres).
        """
        file = file or dataset.name
        if dataset.crs is not None:
            crs = CRS.from_user_input(dataset.crs)
        if crs is None:
            raise BadData(problem("raster_no_crs", file=file))
        t = dataset.transform
        if t.b or t.d or t.a <= 0 or t.e >= 0:
            raise BadData(problem("raster_not_north_up", file=file, found=[round(v, 6) for v in tuple(t)[:6]]))
        grid = cls(crs, t, dataset.height, dataset.width)
        require_range(crs, grid.bounds, file)
        return grid

    @property
    def is_geographic(self) -> bool:
        """Whether coordinates are degrees."""
        return self.crs.is_geographic

    @property
    def bounds(self) -> tuple[float, float, float, float]:
        """West, south, east, north in CRS units."""
        t = self.transform
        return t.c, t.f + self.height * t.e, t.c + self.width * t.a, t.f

    def x(self, column) -> np.ndarray:
        """x of a (fractional) column; cell centres are at ``column + 0.5``."""
        return self.transform.c + np.asarray(column) * self.transform.a

    def y(self, row) -> np.ndarray:
        """y of a (fractional) row, counted from the north."""
        return self.transform.f + np.asarray(row) * self.transform.e

    def to_index(self, x, y) -> tuple[np.ndarray, np.ndarray]:
        """(column, row), fractional, of points in CRS units."""
        return (np.asarray(x) - self.transform.c) / self.transform.a, (np.asarray(y) - self.transform.f) / self.transform.e

    def cell_area_m2(self, row0: int, row1: int) -> np.ndarray:
        """Ellipsoidal cell area [m2] of rows ``row0 .. row1``: (rows, 1) in degrees, (rows, width) when projected."""
        if self.is_geographic:
            edges = self.y(np.arange(row0, row1 + 1))
            return (ellipsoid.band_area_m2(edges[1:], edges[:-1]) * self.transform.a)[:, None]
        return -self.transform.a * self.transform.e / self._areal_scale(row0, row1)

    def _areal_scale(self, row0: int, row1: int) -> np.ndarray:
        """Planar over ellipsoidal area at cell centres of some rows, bilinear between nodes of the whole grid."""
        columns, rows, values = self._scale_nodes
        by_row = np.array([np.interp(np.arange(row0, row1) + 0.5, rows, column) for column in values.T]).T
        return np.array([np.interp(np.arange(self.width) + 0.5, columns, row) for row in by_row])

    @cached_property
    def _scale_nodes(self) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        t, unit = self.transform, self._metres_per_unit
        columns = np.linspace(0, self.width, 2 + int(self.width * t.a * unit / _FACTOR_STEP_M))
        rows = np.linspace(0, self.height, 2 + int(self.height * -t.e * unit / _FACTOR_STEP_M))
        x, y = np.meshgrid(self.x(columns), self.y(rows))
        return columns, rows, areal_scale(self.crs, x, y)

    @cached_property
    def _metres_per_unit(self) -> float:
        return self.crs.axis_info[0].unit_conversion_factor

    @cached_property
    def cell_size_m(self) -> tuple[float, float]:
        """Width and height [m] of the middle cell; for words and for judging coarseness, never for areas."""
        if not self.is_geographic:
            return self.transform.a * self._metres_per_unit, -self.transform.e * self._metres_per_unit
        row = self.height // 2
        south, north = float(self.y(row + 1)), float(self.y(row))
        height = (north - south) * np.pi / 180 * 6_367_449.0  # mean meridian degree
        return float(self.cell_area_m2(row, row + 1)[0, 0]) / height, height

    def array(self, values: np.ndarray, row0: int = 0, *, units: str = "") -> xr.DataArray:
        """Wrap full-width rows beginning at ``row0`` as (y, x) with cell-centre coordinates and a unit."""
        rows = np.arange(row0, row0 + values.shape[0]) + 0.5
        coords = {"y": self.y(rows), "x": self.x(np.arange(self.width) + 0.5)}
        return xr.DataArray(values, dims=("y", "x"), coords=coords, attrs={"units": units} if units else {})
