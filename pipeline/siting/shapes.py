"""Vector layers as rules ask them: which cell centres lie in polygons or near features, and the same of one footprint.

Cells are answered by a compiled sweep along edges, row by row: every edge of a polygon, and every segment near a row,
changes a count at the column where its reach begins and ends; a cell is answered where the running count is above
zero. Work grows with the length of the edges, not with cells times features, and answers are runs of cells.

A centre that lies exactly on an edge belongs to the polygon east or south of it, so polygons that share an edge never
both hold it, nor neither.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import shapely
from numba import njit
from pyproj import CRS

from pipeline.core import ellipsoid
from pipeline.core.grid import LONLAT, Grid, cubic_lines, on_line, transformer

_STRAIGHT_DEG = 0.001  # edges are straight in degrees; on other grids they are followed in steps this long: off by 0.2 mm
_NODE_STEP_M = 2000.0  # places in metres are interpolated by cubics between nodes this far apart: off by less than 1e-8 m
_BEND_M = 5e6  # rows are parallels: over a length l they leave their tangent by less than l^2 / this (to latitude 68)


class Plane:
    """The local system [m] that distances are measured in: transverse Mercator about the middle of the area."""

    def __init__(self, centre: tuple[float, float]):
        """``centre``: (lon, lat)."""
        crs = CRS.from_proj4(f"+proj=tmerc +lat_0={centre[1]:.4f} +lon_0={centre[0]:.4f} +k=1 +ellps=GRS80 +units=m")
        self._to_metres, self._to_degrees = transformer(LONLAT, crs), transformer(crs, LONLAT)

    def points(self, lonlat: np.ndarray) -> np.ndarray:
        """(n, 2) degrees to metres."""
        return np.column_stack(self._to_metres.transform(lonlat[:, 0], lonlat[:, 1]))

    def shapes(self, geometries):
        """Geometries in degrees to metres, vertex by vertex."""
        return shapely.transform(geometries, self.points)

    def degrees(self, geometries):
        """Geometries in metres to degrees, vertex by vertex."""
        return shapely.transform(geometries, self._to_degrees.transform, interleaved=False)


class Centres:
    """Where the centres of a stretch of cells lie on the plane: exact at nodes, by cubics between them."""

    def __init__(self, grid: Grid, plane: Plane, row0: int, row1: int, col0: int, col1: int):
        """The stretch is rows ``row0 .. row1``, columns ``col0 .. col1`` of the grid, the last ones excluded."""
        self.row0, self.col0 = row0, col0
        width_m, height_m = grid.cell_size_m
        rows, columns = row1 - row0 + 1, col1 - col0 + 1
        dv, du = (n / max(3, math.ceil(n * size / _NODE_STEP_M)) for n, size in ((rows, height_m), (columns, width_m)))
        u, v = np.meshgrid(np.arange(0, columns + du / 2, du), np.arange(0, rows + dv / 2, dv))
        x, y = grid.x(u + col0), grid.y(v + row0)
        if not grid.is_lonlat:
            x, y = transformer(grid.crs, LONLAT).transform(x, y)
        x, y = (p.reshape(u.shape) for p in plane.points(np.column_stack([np.ravel(x), np.ravel(y)])).T)
        self._x, self._y = (x, du, dv), (y, du, dv)
        # Rows may lie askew on the plane, so their distance is the area of a cell over the length of its side.
        (x_v, x_u), (y_v, y_u) = np.gradient(x, dv, du), np.gradient(y, dv, du)
        cell_m2 = np.abs(x_u * y_v - x_v * y_u)
        self.gaps_m = float((cell_m2 / np.hypot(x_u, y_u)).min()), float((cell_m2 / np.hypot(x_v, y_v)).min())

    def block(self, row0: int, row1: int, col0: int, col1: int) -> Places:
        """Those of a block."""
        where = (row0 - self.row0, row1 - row0, col0 - self.col0, col1 + 1 - col0)
        (x, first, weight), (y, _, _) = cubic_lines(self._x, *where), cubic_lines(self._y, *where)
        return Places(x, y, first, weight, self.gaps_m)


@dataclass(frozen=True)
class Places:
    """Where the cell centres of a block lie on the plane, and those of one more column to its east.

    ``x``, ``y`` [m] along its rows, ``first`` and ``weight`` of its columns: of :func:`pipeline.core.grid.cubic_lines`.
    ``gaps_m``: least distance between rows, and columns.
    """

    x: np.ndarray
    y: np.ndarray
    first: np.ndarray
    weight: np.ndarray
    gaps_m: tuple[float, float]

    def points(self) -> tuple[np.ndarray, np.ndarray]:
        """x and y [m] of them all."""
        return tuple(sum(self.weight[:, n] * line[:, self.first + n] for n in range(4)) for line in (self.x, self.y))


@dataclass(frozen=True)
class Shapes:
    """A vector layer as one footprint asks it: its geometries in degrees, without empty ones, and their names if they have any."""

    lonlat: np.ndarray
    plane: Plane
    names: tuple[str | None, ...] = ()

    @classmethod
    def of(cls, geometries, plane: Plane, names: Sequence[str | None] = ()) -> Shapes:
        """The layer of some geometries in degrees; ``names`` as many as there are geometries, or none."""
        kept = [i for i, g in enumerate(geometries) if g is not None and not g.is_empty]
        made = np.empty(len(kept), object)
        made[:] = [geometries[i] for i in kept]
        return cls(made, plane, tuple(names[i] for i in kept) if len(names) else (None,) * len(kept))

    @cached_property
    def _tree(self) -> shapely.STRtree:
        return shapely.STRtree(self.lonlat)

    @cached_property
    def _metres(self) -> tuple[np.ndarray, shapely.STRtree]:
        metres = self.plane.shapes(self.lonlat)
        return metres, shapely.STRtree(metres)

    def part_inside(self, region) -> shapely.MultiPolygon:
        """What of a region (degrees) lies inside the layer's polygons."""
        near = shapely.union_all(polygons(self.lonlat[self._tree.query(region)]))
        return only_polygons(region.intersection(near))

    def part_near(self, region, distance_m: float) -> shapely.MultiPolygon:
        """What of a region (degrees) lies within a distance of a feature; arcs are 64 chords a quarter, off by 0.01 %."""
        if self.lonlat.size == 0:
            return shapely.MultiPolygon()
        shape, (metres, tree) = self.plane.shapes(region), self._metres
        near = metres[tree.query(shape, "dwithin", distance_m)]
        wide = shapely.union_all(shapely.buffer(shapely.make_valid(near), distance_m, quad_segs=64))
        return only_polygons(self.plane.degrees(shape.intersection(wide)))

    def distance_m(self, footprint) -> float:
        """Distance [m] from a footprint (degrees) to the nearest feature; infinite when the layer is empty."""
        if self.lonlat.size == 0:
            return float("inf")
        shape, (metres, tree) = self.plane.shapes(footprint), self._metres
        return float(shapely.distance(shape, metres[tree.nearest(shape)]))

    def nearest(self, footprints) -> tuple[np.ndarray, np.ndarray]:
        """(place of the nearest feature, distance [m]) for each of some footprints (degrees); of equally near ones the first.

        Both arrays are empty when the layer is.
        """
        if self.lonlat.size == 0:
            return np.zeros(0, np.int64), np.zeros(0)
        shapes, (_, tree) = self.plane.shapes(footprints), self._metres
        (asked, place), distance = tree.query_nearest(shapes, return_distance=True)
        order = np.lexsort((place, asked))
        first = order[np.unique(asked[order], return_index=True)[1]]
        return place[first], distance[first]


Runs = np.ndarray  # (n, 3) int32: row of a block, first and last (excluded) column; from north to south and west to east, none touch


def everywhere(rows: int, columns: int) -> Runs:
    """All cells of a block."""
    return np.column_stack([np.arange(rows), np.zeros(rows), np.full(rows, columns)]).astype(np.int32)


@dataclass(frozen=True)
class Edges:
    """A vector layer as cells ask it, on one grid.

    ``rings``: edges of its polygons in grid index, the inside on the left (u_a, v_a, u_b, v_b). ``points`` (n, 4): x, y on
    the plane and u, v on the grid along every line, ring and point; segment i goes from ``points[first[i]]`` to the next;
    the longest is ``longest_m``.
    """

    rings: tuple[np.ndarray, ...]
    points: np.ndarray
    first: np.ndarray
    longest_m: float

    @classmethod
    def of(cls, shapes: Shapes, grid: Grid, is_near: bool) -> Edges:
        """Cut a layer's edges; segments only if distances will be asked."""
        shape = shapely.multipolygons(polygons(shapes.lonlat))
        x_a, y_a, x_b, y_b = ellipsoid.ring_edges(shape if grid.is_lonlat else shapely.segmentize(shape, _STRAIGHT_DEG))
        rings = (*_to_index(grid, x_a, y_a), *_to_index(grid, x_b, y_b))
        degrees, first = _segments(shapes.lonlat if is_near else shapes.lonlat[:0])
        points = np.column_stack([shapes.plane.points(degrees), *_to_index(grid, *degrees.T)])
        longest_m = np.hypot(*(points[first + 1, :2] - points[first, :2]).T).max(initial=0.0)
        return cls(rings, points, first, float(longest_m))

    def inside(self, row0: int, col0: int, change: np.ndarray) -> Runs:
        """Cells of a block whose centres lie in a polygon.

        ``change``: the room to count in, int32 zeros, which it is left as: the block's rows, and its columns and one more.
        """
        reach = np.zeros(len(change), np.int64)
        _mark_inside(change, reach, row0, col0, *self.rings)
        return _runs(change, reach)

    def near(self, places: Places, distance_m: float, row0: int, col0: int, change: np.ndarray) -> Runs:
        """Those whose centres lie in a polygon or within a distance of a feature, measured on the plane."""
        reach, lines = np.zeros(len(change), np.int64), (places.x, places.y, places.first, places.weight)
        _mark_inside(change, reach, row0, col0, *self.rings)
        _mark_near(change, reach, row0, col0, lines, self.points, self.first, distance_m, self.longest_m, *places.gaps_m)
        return _runs(change, reach)


def polygons(geometries: np.ndarray) -> np.ndarray:
    """The polygons among some geometries, mended, one by one."""
    mended = geometries.copy()
    wrong = ~shapely.is_valid(mended)
    mended[wrong] = shapely.make_valid(mended[wrong])
    return _of_type(mended, shapely.GeometryType.POLYGON)


def only_polygons(geometry) -> shapely.MultiPolygon:
    """The polygons of what an overlay left, without its lines and points."""
    return shapely.MultiPolygon(list(_of_type(geometry, shapely.GeometryType.POLYGON)))


def _of_type(geometries, kind: shapely.GeometryType) -> np.ndarray:
    """The single geometries of a type, out of collections within collections."""
    parts = shapely.get_parts(shapely.get_parts(geometries))
    return parts[shapely.get_type_id(parts) == kind]


def _to_index(grid: Grid, x: np.ndarray, y: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """(column, row), fractional, of points in degrees."""
    return grid.to_index(x, y) if grid.is_lonlat else grid.to_index(*transformer(LONLAT, grid.crs).transform(x, y))


def _segments(geometries: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Vertices (n, 2) of all lines, rings and points, a point's twice, and those that begin a segment."""
    kinds = shapely.GeometryType
    chains = [_of_type(geometries, kinds.LINESTRING), shapely.get_rings(_of_type(geometries, kinds.POLYGON))]
    along, owner = shapely.get_coordinates(np.concatenate(chains), return_index=True)
    alone = np.repeat(shapely.get_coordinates(_of_type(geometries, kinds.POINT)), 2, axis=0)
    first = [np.flatnonzero(owner[1:] == owner[:-1]), len(along) + np.arange(0, len(alone), 2)]
    return np.concatenate([along, alone]), np.concatenate(first).astype(np.int32)


# --- compiled ------------------------------------------------------------------------------------------------
# ``change`` holds a block's rows and one more column: what the running count along a row changes by at each cell; ``reach``
# how many columns of each row have any change.


@njit(nogil=True, cache=True)
def _runs(change, reach):
    """Runs of cells where the running count along a row is above zero. All changes are cleared."""
    columns, runs = change.shape[1] - 1, 0
    for r in range(reach.size):
        count, is_within = 0, False
        for c in range(min(reach[r], columns)):
            count += change[r, c]
            runs += count > 0 and not is_within
            is_within = count > 0
    made = np.empty((runs, 3), np.int32)
    i = 0
    for r in range(reach.size):
        count, is_within = 0, False
        for c in range(min(reach[r], columns)):
            count += change[r, c]
            if count > 0 and not is_within:
                made[i, 0], made[i, 1], made[i, 2] = r, c, columns
            elif is_within and count <= 0:
                made[i, 2] = c
                i += 1
            is_within = count > 0
        i += is_within
        change[r, : reach[r]] = 0
    return made


@njit(nogil=True, cache=True)
def without(runs, others, columns):
    """The cells of runs that lie in none of some other runs, as runs."""
    made = np.empty((len(runs) + len(others), 3), np.int32)
    line = np.zeros(columns + 1, np.bool_)
    count, j = 0, 0
    start = 0
    while start < len(runs):
        row, stop = runs[start, 0], start
        while stop < len(runs) and runs[stop, 0] == row:
            line[runs[stop, 1] : runs[stop, 2]] = True
            stop += 1
        while j < len(others) and others[j, 0] <= row:
            if others[j, 0] == row:
                line[others[j, 1] : others[j, 2]] = False
            j += 1
        c = 0
        while c < columns:
            if line[c]:
                made[count, 0], made[count, 1] = row, c
                while line[c]:
                    line[c] = False
                    c += 1
                made[count, 2] = c
                count += 1
            c += 1
        start = stop
    return made[:count]


@njit(nogil=True, cache=True)
def _mark_inside(change, reach, row0, col0, u_a, v_a, u_b, v_b):
    """Count, at each cell centre, the rings round it: one more east of an edge that goes south, one less of one going north."""
    rows, columns = change.shape[0], change.shape[1] - 1
    for e in range(u_a.size):
        south = v_b[e] > v_a[e]
        # Always from the northern end: two polygons that share an edge must cross it at one place.
        u0, v0, u1, v1 = (u_a[e], v_a[e], u_b[e], v_b[e]) if south else (u_b[e], v_b[e], u_a[e], v_a[e])
        for r in range(max(math.ceil(v0 - 0.5) - row0, 0), min(math.ceil(v1 - 0.5) - row0, rows)):
            crossing = u0 + (r + row0 + 0.5 - v0) / (v1 - v0) * (u1 - u0)
            column = max(math.ceil(crossing - 0.5) - col0, 0)
            if column < columns:
                change[r, column] += 1 if south else -1
                reach[r] = max(reach[r], column + 1)


@njit(nogil=True, cache=True)
def _mark_near(change, reach, row0, col0, lines, points, first, distance, longest, row_gap, column_gap):
    """Count, at each cell centre, the segments within ``distance``: one run of cells a row and segment.

    A row is nearly straight and what lies near a segment is convex, so the cells come in one run. Its ends are sought on
    the row's tangent with as much to spare as the row bends, then cell by cell; no cell is answered by the tangent.
    """
    rows, columns = change.shape[0], change.shape[1] - 1
    reach_m = distance + (distance + longest) ** 2 / _BEND_M
    along, aside = reach_m / row_gap + 1.0, reach_m / column_gap + 1.0  # rows and columns
    for i in first:
        a_x, a_y, a_u, a_v = points[i]
        b_x, b_y, b_u, b_v = points[i + 1]
        top = max(math.floor(min(a_v, b_v) - along) - row0, 0)
        bottom = min(math.ceil(max(a_v, b_v) + along) - row0, rows)
        if top >= bottom or max(a_u, b_u) + aside < col0 or min(a_u, b_u) - aside > col0 + columns:
            continue
        length = math.hypot(b_x - a_x, b_y - a_y)
        bend = (distance + length) ** 2 / _BEND_M
        sure = max(distance - bend, 0.0) ** 2
        for r in range(top, bottom):
            column = min(max(int(_beside(a_u, a_v, b_u, b_v, r + row0 + 0.5)) - col0, 0), columns - 1)
            p_x, p_y = _place(lines, r, column)
            e_x, e_y = _place(lines, r, column + 1)
            e_x, e_y = e_x - p_x, e_y - p_y
            low, high = _chord(p_x - a_x, p_y - a_y, e_x, e_y, b_x - a_x, b_y - a_y, length, distance + bend)
            if low > high:
                continue
            low, high = max(math.ceil(low + column), 0), min(math.floor(high + column), columns - 1)
            while low <= high:
                x, y = _place(lines, r, low)
                found = _square(x, y, a_x, a_y, b_x, b_y)
                if found < sure:
                    break
                if found <= distance * distance:
                    change[r, low] += 1
                    change[r, low + 1] -= 1
                    reach[r] = max(reach[r], low + 2)
                low += 1
            while low <= high:
                x, y = _place(lines, r, high)
                found = _square(x, y, a_x, a_y, b_x, b_y)
                if found < sure:
                    break
                if found <= distance * distance:
                    change[r, high] += 1
                    change[r, high + 1] -= 1
                    reach[r] = max(reach[r], high + 2)
                high -= 1
            if low <= high:
                change[r, low] += 1
                change[r, high + 1] -= 1
                reach[r] = max(reach[r], high + 2)


@njit(nogil=True, cache=True, inline="always")
def _place(lines, r, c):
    """Where a cell centre of the block lies on the plane."""
    x, y, first, weight = lines
    return on_line(x[r], first[c], weight[c]), on_line(y[r], first[c], weight[c])


@njit(nogil=True, cache=True)
def _beside(a_u, a_v, b_u, b_v, v):
    """Column of the place of a segment that is nearest to a row."""
    if a_v == b_v:
        return a_u
    return a_u + min(max((v - a_v) / (b_v - a_v), 0.0), 1.0) * (b_u - a_u)


@njit(nogil=True, cache=True)
def _square(x, y, a_x, a_y, b_x, b_y):
    """Squared distance from a point to a segment."""
    s_x, s_y = b_x - a_x, b_y - a_y
    length = s_x * s_x + s_y * s_y
    t = min(max(((x - a_x) * s_x + (y - a_y) * s_y) / length, 0.0), 1.0) if length > 0 else 0.0
    d_x, d_y = x - a_x - t * s_x, y - a_y - t * s_y
    return d_x * d_x + d_y * d_y


@njit(nogil=True, cache=True)
def _chord(p_x, p_y, e_x, e_y, s_x, s_y, length, distance):
    """The stretch (from, to) of the line p + t e within a distance of the segment from the origin to s; from > to: none."""
    per = 1.0 / (e_x * e_x + e_y * e_y)
    low, high = math.inf, -math.inf
    for q_x, q_y in ((p_x, p_y), (p_x - s_x, p_y - s_y)):  # round each end
        left = (distance * distance - (q_x * e_y - q_y * e_x) ** 2 * per) * per
        if left >= 0:
            middle, half = -(q_x * e_x + q_y * e_y) * per, math.sqrt(left)
            low, high = min(low, middle - half), max(high, middle + half)
    if length > 0:  # beside the segment
        s_x, s_y = s_x / length, s_y / length
        from_a, to_a = _between(p_x * s_x + p_y * s_y, e_x * s_x + e_y * s_y, 0.0, length)
        from_b, to_b = _between(p_x * s_y - p_y * s_x, e_x * s_y - e_y * s_x, -distance, distance)
        start, stop = max(from_a, from_b), min(to_a, to_b)
        if start <= stop:
            low, high = min(low, start), max(high, stop)
    return low, high


@njit(nogil=True, cache=True)
def _between(at, step, low, high):
    """Where ``at + t step`` lies between two values: (from, to); from > to: nowhere."""
    if step == 0.0:
        return (-math.inf, math.inf) if low <= at <= high else (math.inf, -math.inf)
    t, u = (low - at) / step, (high - at) / step
    return min(t, u), max(t, u)
