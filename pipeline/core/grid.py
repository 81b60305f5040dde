"""The measuring grid: an immutable value that alone knows where a cell is and how large it is.

Rows run from north to south, columns from west to east; row 0, column 0 is the north-west cell. A geographic
grid is in degrees, longitude first; a projected one in metres. South-up files are read upside down (see
:mod:`pipeline.core.rasters`), rotated ones are refused.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
from affine import Affine
from numba import njit
from pyproj import CRS, Transformer

from pipeline.core import ellipsoid
from pipeline.core.errors import BadData, problem

if TYPE_CHECKING:
    import xarray as xr

LONLAT = CRS.from_epsg(4490)  # CGCS2000; treated as equal to WGS 84 at these scales
_NODE_STEP_M = 8000.0  # cell areas are interpolated by cubics between nodes this far apart: error below 1e-11
_QUANTUM_BITS = 54  # areas are added in whole multiples of 2 ** -54 of the largest cell: finer than they are known


def same_place(a: CRS, b: CRS) -> bool:
    """Whether two systems give the same coordinates here: equal, or both CGCS2000/WGS 84 longitude-latitude."""
    lonlat = {4490, 4326, 4979, 4480}
    return a.equals(b, ignore_axis_order=True) or (a.to_epsg() in lonlat and b.to_epsg() in lonlat)


def require_range(crs: CRS, bounds: tuple[float, float, float, float], file: str) -> None:
    """Raise BadData when coordinates cannot be in their system; nothing is corrected, the likely mistake is named.

    Degrees in a metric system or the reverse, x and y swapped, Gauss-Krueger eastings with a zone prefix where the system
    has none or the reverse, a mixture of both; and systems of the Xian 1980 and Beijing 1954 datums, whose way to CGCS2000
    only official parameters know. Bounds without a number (nothing there) are not judged.
    """
    if _OLD_DATUM.search(f"{crs.name} {crs.datum.name if crs.datum else ''}"):
        raise BadData(problem("crs_old_datum", file=file, crs=crs.name))
    west, south, east, north = (float(v) for v in bounds)
    if west != west:
        return
    is_degrees = west >= -181 and east <= 361 and south >= -91 and north <= 91
    key, guess = _likely_mistake(crs, west, south, east, north)
    if key is None and (crs.is_geographic != is_degrees or not np.isfinite([west, south, east, north]).all()):
        key = "crs_range"
    if key:
        raise BadData(problem(key, file=file, crs=crs.name, found=[round(v, 3) for v in (west, south, east, north)], **guess))


_OLD_DATUM = re.compile(r"xian[\s_]*(19)?80|beijing[\s_]*(19)?54|\bnew[\s_]beijing", re.IGNORECASE)
_PREFIXED = range(13, 46)  # zones whose number may stand before an easting: 6-degree 13..23, 3-degree 25..45


def _likely_mistake(crs: CRS, west: float, south: float, east: float, north: float) -> tuple[str | None, dict[str, Any]]:
    """The finding that coordinates deserve which look like those of another system of the country, and the guess in it."""
    if crs.is_geographic and (south >= 73 and north <= 136) and (west >= 3 and east <= 54):
        return "crs_swapped", {}
    false_easting = _false_easting(crs)
    if false_easting is None and not crs.is_geographic:
        return None, {}
    if west >= 1e6 and east <= 6.5e6 and all(_is_easting(v) or _zone_of(v) for v in (south, north)):
        return "crs_swapped", {}
    first, last, stated = _zone_of(west), _zone_of(east), _zone_of(false_easting or 0)
    if first != last and (first or _is_easting(west)):
        return "crs_mixed", {}
    if first and first != stated:
        return "crs_prefix", {"zone": first, "guess": _epsg_of(first, 4491, 4513)}
    if stated and _is_easting(west) and _is_easting(east):
        return "crs_no_prefix", {"zone": stated, "guess": _epsg_of(stated, 4502, 4534)}
    return None, {}


def _epsg_of(zone: int, six_degrees: int, three_degrees: int) -> str:
    """The CGCS2000 system of a zone, from the codes of zones 13 (6 degrees) and 25 (3 degrees)."""
    return f"EPSG:{six_degrees + zone - 13 if zone <= 23 else three_degrees + zone - 25}"


def _is_easting(x: float) -> bool:
    """Whether a number may be a Gauss-Krueger easting without a zone prefix [m]."""
    return 1e5 <= x < 1e6


def _zone_of(x: float) -> int:
    """The zone number before an easting, 0 when there is none."""
    zone, rest = divmod(x, 1e6)
    return int(zone) if zone in _PREFIXED and _is_easting(rest) else 0


def _false_easting(crs: CRS) -> float | None:
    """False easting [m] of a transverse Mercator system; None of any other."""
    operation = crs.coordinate_operation
    if operation is None or operation.method_name != "Transverse Mercator":
        return None
    return next((p.value * p.unit_conversion_factor for p in operation.params if p.name == "False easting"), None)


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

        A south-up file has the grid it would have north-up. Raises BadData, naming ``file``, when there is no CRS, when
        the grid is rotated or mirrored, or when its coordinates cannot belong to its CRS (degrees taken for metres).
        """
        file = file or dataset.name
        if dataset.crs is not None:
            crs = CRS.from_user_input(dataset.crs)
        if crs is None:
            raise BadData(problem("raster_no_crs", file=file))
        t = dataset.transform
        if t.b or t.d or t.a <= 0 or t.e == 0:
            raise BadData(problem("raster_not_north_up", file=file, found=[round(v, 6) for v in tuple(t)[:6]]))
        if t.e > 0:
            t = Affine(t.a, 0, t.c, 0, -t.e, t.f + dataset.height * t.e)
        grid = cls(crs, t, dataset.height, dataset.width)
        require_range(crs, grid.bounds, file)
        return grid

    @property
    def is_geographic(self) -> bool:
        """Whether coordinates are degrees."""
        return self.crs.is_geographic

    @cached_property
    def is_lonlat(self) -> bool:
        """Whether the grid is in the degrees polygons are in, so that all cells of a row are of one size."""
        return self.is_geographic and same_place(self.crs, LONLAT)

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

    def cell_area_m2(self, row0: int, row1: int, col0: int = 0, col1: int | None = None) -> np.ndarray:
        """Ellipsoidal cell area [m2] of rows ``row0 .. row1``: (rows, 1) in degrees, (rows, columns) on any other grid."""
        if self.is_lonlat:
            return self._row_area_m2[row0:row1, None]
        return cubic_rows(self.area_nodes[1], row0, max(row1 - row0, 0), col0, (self.width if col1 is None else col1) - col0)

    @cached_property
    def _row_area_m2(self) -> np.ndarray:
        middle = self.y(np.arange(self.height) + 0.5)
        return ellipsoid.band_about_m2(middle, -self.transform.e) * self.transform.a

    @cached_property
    def row_terms(self) -> np.ndarray:
        """For each row of a grid in degrees, area [m2] of a cell's width by powers of height: (height, 7).

        Entry k is the k-th derivative, by height in cells about the middle of the row, of the area per height.
        """
        middle, height = np.radians(self.y(np.arange(self.height) + 0.5)), np.radians(-self.transform.e)
        terms = [ellipsoid.derivative(middle, k) * height**k for k in range(1, 8)]
        return np.stack(terms, axis=1) * np.radians(self.transform.a)

    @cached_property
    def area_nodes(self) -> tuple[tuple, tuple]:
        """Area [m2] a cell has by the density at a point, and as a whole, at nodes of the grid; see :func:`cubic_at`.

        The density is the ellipsoidal area per planar area; a whole cell is its mean over the cell.
        """
        if self.is_lonlat:
            nothing = np.zeros((0, 0)), 1.0, 1.0
            return nothing, nothing
        size_m = self.width * self.transform.a * self._metres_per_unit, self.height * -self.transform.e * self._metres_per_unit
        du, dv = (cells / max(3, round(size / _NODE_STEP_M)) for cells, size in zip((self.width, self.height), size_m, strict=True))
        u, v = np.meshgrid(np.arange(0, self.width + du / 2, du), np.arange(0, self.height + dv / 2, dv))

        def density(u, v):
            return -self.transform.a * self.transform.e / areal_scale(self.crs, self.x(u), self.y(v))

        third = 0.5 / np.sqrt(3)
        mean = sum(density(u + i * third, v + j * third) for i in (-1, 1) for j in (-1, 1)) / 4
        return (density(u, v), du, dv), (mean, du, dv)

    @cached_property
    def quantum_m2(self) -> float:
        """The area that sums are whole multiples of, so that they do not depend on the order of adding."""
        largest = self._row_area_m2.max() if self.is_lonlat else self.area_nodes[1][0].max()
        return 2.0 ** (np.ceil(np.log2(largest)) - _QUANTUM_BITS)

    @cached_property
    def _metres_per_unit(self) -> float:
        """Metres in a unit of the grid; for degrees on the equator. Only for choosing steps and for words."""
        factor = self.crs.axis_info[0].unit_conversion_factor
        return factor * ellipsoid.SEMI_MAJOR_M if self.is_geographic else factor

    @cached_property
    def cell_size_m(self) -> tuple[float, float]:
        """Width and height [m] of the middle cell; for words and for judging coarseness, never for areas."""
        if not self.is_geographic:
            return self.transform.a * self._metres_per_unit, -self.transform.e * self._metres_per_unit
        row = self.height // 2
        south, north = float(self.y(row + 1)), float(self.y(row))
        height = (north - south) * np.pi / 180 * 6_367_449.0  # mean meridian degree
        return float(ellipsoid.band_about_m2(float(self.y(row + 0.5)), -self.transform.e)) * self.transform.a / height, height

    @property
    def cell_size(self) -> str:
        """Cell size in words."""
        width, height = self.cell_size_m
        size = f"{width:.0f} m × {height:.0f} m"
        return f"{self.transform.a:.6g}° ({size})" if self.is_geographic else size

    def array(self, values: np.ndarray, row0: int = 0, *, units: str = "") -> xr.DataArray:
        """Wrap full-width rows beginning at ``row0`` as (y, x) with cell-centre coordinates and a unit."""
        import xarray as xr

        # Adding rasters a cell apart would silently drop cells; with this it is an error.
        xr.set_options(arithmetic_join="exact", keep_attrs=True)
        rows = np.arange(row0, row0 + values.shape[0]) + 0.5
        coords = {"y": self.y(rows), "x": self.x(np.arange(self.width) + 0.5)}
        return xr.DataArray(values, dims=("y", "x"), coords=coords, attrs={"units": units} if units else {})


# --- compiled ------------------------------------------------------------------------------------------------


@njit(nogil=True, cache=True)
def cubic_at(nodes, u, v):
    """Value at column ``u``, row ``v`` of what is known at nodes ``(values, du, dv)``, by cubics along both axes."""
    values, du, dv = nodes
    x, y = u / du, v / dv
    i = min(max(int(x) - 1, 0), values.shape[1] - 4)
    j = min(max(int(y) - 1, 0), values.shape[0] - 4)
    x, y = x - i, y - j
    total = 0.0
    for n in range(4):
        row = values[j + n]
        along = _weight(x, 0) * row[i] + _weight(x, 1) * row[i + 1] + _weight(x, 2) * row[i + 2] + _weight(x, 3) * row[i + 3]
        total += _weight(y, n) * along
    return total


@njit(nogil=True, cache=True)
def _weight(s, n):
    """Weight of the n-th of four nodes at 0, 1, 2, 3 for a value at ``s`` (Lagrange)."""
    if n == 0:
        return -(s - 1) * (s - 2) * (s - 3) / 6
    if n == 1:
        return s * (s - 2) * (s - 3) / 2
    if n == 2:
        return -s * (s - 1) * (s - 3) / 2
    return s * (s - 1) * (s - 2) / 6


@njit(nogil=True, cache=True)
def cubic_rows(nodes, row0, rows, col0, columns):
    """:func:`cubic_at` at the middles of a block of cells: (rows, columns); a cell's value is the same in any block."""
    lines, first, weight = cubic_lines(nodes, row0, rows, col0, columns)
    made = np.empty((rows, columns))
    for r in range(rows):
        for c in range(columns):
            made[r, c] = on_line(lines[r], first[c], weight[c])
    return made


@njit(nogil=True, cache=True)
def cubic_lines(nodes, row0, rows, col0, columns):
    """What :func:`cubic_rows` has of a block: (values where its rows cross the nodes' columns, first node and weights of each cell)."""
    values, du, dv = nodes
    first, weight = np.empty(columns, np.int64), np.empty((columns, 4))
    for c in range(columns):
        x = (col0 + c + 0.5) / du
        first[c] = min(max(int(x) - 1, 0), values.shape[1] - 4)
        for n in range(4):
            weight[c, n] = _weight(x - first[c], n)
    lines = np.empty((rows, values.shape[1]))
    for r in range(rows):
        y = (row0 + r + 0.5) / dv
        j = min(max(int(y) - 1, 0), values.shape[0] - 4)
        w = (_weight(y - j, 0), _weight(y - j, 1), _weight(y - j, 2), _weight(y - j, 3))
        for n in range(lines.shape[1]):
            lines[r, n] = w[0] * values[j, n] + w[1] * values[j + 1, n] + w[2] * values[j + 2, n] + w[3] * values[j + 3, n]
    return lines, first, weight


@njit(nogil=True, cache=True, inline="always")
def on_line(line, i, weight):
    """Value of one cell, of what :func:`cubic_lines` gives for its row and for its column."""
    return weight[0] * line[i] + weight[1] * line[i + 1] + weight[2] * line[i + 2] + weight[3] * line[i + 3]
