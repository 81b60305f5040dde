"""Relief of the model plane: ranges, tablelands, valleys, and the roughness water leaves on them."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

import numpy as np
from numba import njit

from pipeline.synthetic.noise import fractal, ridged, value
from pipeline.synthetic.place import DEGREE_LAT_M, DEGREE_LON_M, LAKES, RANGES, RIVERS, TABLELANDS, plane

STEP_M = 200.0  # between the nodes that hold the broad fields; finer things are added where they are asked for
_WEST, _SOUTH, _EAST, _NORTH = 110.10, 34.48, 112.20, 35.92  # what the nodes cover; beyond, the edge goes on

# The broad fields of a node, in this order.
FIELDS = ("elevation_m", "roughness_m", "slope_deg", "northness", "moisture", "tableland", "river_m", "lake_m")
ELEVATION, ROUGHNESS, SLOPE, NORTHNESS, MOISTURE, TABLELAND, RIVER, LAKE = range(len(FIELDS))


@dataclass(frozen=True)
class Terrain:
    """Broad fields on nodes of the plane: ``fields`` (field, y from the south, x), node (0, 0) at ``x0_m, y0_m``."""

    fields: np.ndarray
    x0_m: float
    y0_m: float
    seed: int

    def at(self, x_m, y_m) -> np.ndarray:
        """All broad fields at points of the plane: (field, point)."""
        x, y = np.broadcast_arrays(np.asarray(x_m, float), np.asarray(y_m, float))
        found = _sample(self.fields, self.x0_m, self.y0_m, x.ravel(), y.ravel())
        return found.reshape(len(FIELDS), *x.shape)

    def elevation_m(self, x_m, y_m) -> np.ndarray:
        """Height [m] at points of the plane, with the fine relief."""
        x, y = np.broadcast_arrays(np.asarray(x_m, float), np.asarray(y_m, float))
        return _elevations(self.fields, self.x0_m, self.y0_m, self.seed, x.ravel(), y.ravel()).reshape(x.shape)


@lru_cache(maxsize=4)
def terrain(seed: int) -> Terrain:
    """The relief of one seed: about a million nodes, made in a second."""
    (x0, x1), (y0, y1) = plane([_WEST, _EAST], [_SOUTH, _NORTH])
    shape = (len(FIELDS), int((y1 - y0) / STEP_M) + 2, int((x1 - x0) / STEP_M) + 2)
    fields = np.empty(shape, np.float32)
    skeleton = (float(x0), float(y0), seed, _segments(RANGES), _segments(TABLELANDS), _segments(RIVERS), _lakes())
    rows = shape[1]
    with ThreadPoolExecutor() as pool:
        list(pool.map(lambda row0: _fill(fields, row0, min(row0 + 50, rows), *skeleton), range(0, rows, 50)))
    _slopes(fields)
    return Terrain(fields, float(x0), float(y0), seed)


def _segments(lines: dict) -> np.ndarray:
    """Line segments as rows: x, y of both ends [m], two numbers of both ends, two numbers of the line."""
    rows = []
    for points, *more in lines.values():
        more = [1000.0 * m for m in more]
        left, right = (more * 2)[:2]
        ends = [(*(float(v) for v in plane(p[0], p[1])), p[2], p[3] if len(p) > 3 else 0.0) for p in points]
        for a, b in pairwise(ends):
            rows.append((a[0], a[1], b[0], b[1], a[2], b[2], a[3], b[3], left, right))
    return np.array(rows)


def _lakes() -> np.ndarray:
    """Lakes as rows: x, y [m], half-axes [m], cosine and sine of the long axis, height [m]."""
    rows = []
    for _, lon, lat, a, b, turn, height in LAKES:
        x, y = plane(lon, lat)
        rows.append((float(x), float(y), 1000 * a, 1000 * b, np.cos(np.radians(turn)), np.sin(np.radians(turn)), height))
    return np.array(rows)


@njit(nogil=True, cache=True)
def _along(x, y, s):
    """(distance, share along, side) of a point and a segment row; side > 0 is left of its direction."""
    dx, dy = s[2] - s[0], s[3] - s[1]
    t = ((x - s[0]) * dx + (y - s[1]) * dy) / (dx * dx + dy * dy)
    t = min(max(t, 0.0), 1.0)
    ex, ey = x - s[0] - t * dx, y - s[1] - t * dy
    return np.sqrt(ex * ex + ey * ey), t, dx * (y - s[1]) - dy * (x - s[0])


@njit(nogil=True, cache=True)
def _rise(x, y, segments, power):
    """Height above the plain [m] that the highest of some ranges gives a point."""
    best = 0.0
    for k in range(segments.shape[0]):
        s = segments[k]
        d, t, side = _along(x, y, s)
        length = np.sqrt((s[2] - s[0]) ** 2 + (s[3] - s[1]) ** 2)
        turn = side / max(length * d, 1.0)  # 1 left of the line, -1 right of it, between them beyond its ends
        width = 0.5 * (s[8] * (1 + turn) + s[9] * (1 - turn))
        if d < 3 * width:
            best = max(best, (s[4] * (1 - t) + s[5] * t) * np.exp(-((d / width) ** power)))
    return best


@njit(nogil=True, cache=True)
def lake_distance_m(x, y, lakes):
    """(distance [m] to the shore of the nearest lake, negative in it, its height [m]); true near the shore only."""
    best, height = 1e9, 0.0
    for k in range(lakes.shape[0]):
        dx, dy = x - lakes[k, 0], y - lakes[k, 1]
        u = (dx * lakes[k, 4] + dy * lakes[k, 5]) / lakes[k, 2]
        v = (dy * lakes[k, 4] - dx * lakes[k, 5]) / lakes[k, 3]
        r = np.sqrt(u * u + v * v)
        d = (r - 1.0) * np.sqrt(dx * dx + dy * dy) / max(r, 1e-9)
        if d < best:
            best, height = d, lakes[k, 6]
    return best, height


@njit(nogil=True, cache=True)
def _bend(x, y, seed):
    """How far a place lies [m] from where the straight lines of the rivers think it is."""
    return (
        900.0 * fractal(x, y, 9000.0, 3, seed + 81) + 260.0 * value(x / 1300.0, y / 1300.0, seed + 82),
        900.0 * fractal(x, y, 9000.0, 3, seed + 91) + 260.0 * value(x / 1300.0, y / 1300.0, seed + 92),
    )


@njit(nogil=True, cache=True)
def bent(x, y, seed):
    """Points of a straight line moved to where the winding one runs: two arrays [m]."""
    bx, by = x.copy(), y.copy()
    for i in range(x.size):
        for _ in range(12):
            dx, dy = _bend(bx[i], by[i], seed)
            bx[i], by[i] = x[i] - dx, y[i] - dy
    return bx, by


@njit(nogil=True, cache=True)
def _fill(fields, row0, row1, x0, y0, seed, ranges, tablelands, rivers, lakes):
    for r in range(row0, row1):
        y0_row = y0 + r * STEP_M
        for c in range(fields.shape[2]):
            x0_cell = x0 + c * STEP_M
            # Straight skeleton lines are bent by a few kilometres.
            x = x0_cell + 1500.0 * fractal(x0_cell, y0_row, 9000.0, 4, seed + 11)
            y = y0_row + 1500.0 * fractal(x0_cell, y0_row, 9000.0, 4, seed + 21)
            mountain, table = _rise(x, y, ranges, 1.5), _rise(x, y, tablelands, 4.0)
            lon, lat = x / DEGREE_LON_M + 110.0, y / DEGREE_LAT_M + 34.4
            plain = 348.0 + 70.0 * min(max((lon - 110.6) / 0.8, 0.0), 1.0) * min(max((lat - 34.9) / 0.5, 0.0), 1.0)
            rough = 0.66 * mountain + 0.14 * table
            z = plain + max(mountain, table + 0.35 * mountain)
            nearest = 1e9
            dx, dy = _bend(x0_cell, y0_row, seed)
            for k in range(rivers.shape[0]):
                s = rivers[k]
                d, t, _side = _along(x0_cell + dx, y0_row + dy, s)
                half = 0.5 * (s[6] * (1 - t) + s[7] * t)
                share = min(max((d - half) / s[8], 0.0), 1.0)
                share = share * share * (3 - 2 * share)
                nearest = min(nearest, d - half)
                if share < 1.0:
                    base = s[4] * (1 - t) + s[5] * t + 3.0
                    z, rough = base + (z - base) * share, rough * share
            shore, height = lake_distance_m(x0_cell, y0_row, lakes)
            if shore < 2500.0:
                share = min(max(shore / 2500.0, 0.0), 1.0)
                z, rough = height + (z - height) * share, rough * share
            z += rough * (1.5 * ridged(x0_cell, y0_row, 7000.0, 5, seed + 31) - 0.75)
            z += min(table, 60.0) * 0.05 * fractal(x0_cell, y0_row, 3000.0, 4, seed + 41)
            fields[ELEVATION, r, c] = max(z, 262.0)
            fields[ROUGHNESS, r, c] = rough
            fields[MOISTURE, r, c] = fractal(x0_cell, y0_row, 14000.0, 6, seed + 51)
            fields[TABLELAND, r, c] = table
            fields[RIVER, r, c] = nearest
            fields[LAKE, r, c] = shore


@njit(nogil=True, cache=True)
def _slopes(fields):
    rows, columns = fields.shape[1], fields.shape[2]
    for r in range(rows):
        for c in range(columns):
            south, north = max(r - 1, 0), min(r + 1, rows - 1)
            west, east = max(c - 1, 0), min(c + 1, columns - 1)
            dx = (fields[ELEVATION, r, east] - fields[ELEVATION, r, west]) / (STEP_M * (east - west))
            dy = (fields[ELEVATION, north, c] - fields[ELEVATION, south, c]) / (STEP_M * (north - south))
            steep = np.sqrt(dx * dx + dy * dy)
            fields[SLOPE, r, c] = np.degrees(np.arctan(steep))
            fields[NORTHNESS, r, c] = -dy / (steep + 0.05)  # 1 on a steep slope that looks north


@njit(nogil=True, cache=True)
def lerp(field, u, v):
    """Bilinear value of a node field at fractional column ``u`` and row ``v``; beyond the nodes the edge goes on."""
    u = min(max(u, 0.0), field.shape[1] - 1.001)
    v = min(max(v, 0.0), field.shape[0] - 1.001)
    c, r = int(u), int(v)
    a, b = u - c, v - r
    south = field[r, c] * (1 - a) + field[r, c + 1] * a
    return south * (1 - b) + (field[r + 1, c] * (1 - a) + field[r + 1, c + 1] * a) * b


@njit(nogil=True, cache=True)
def _sample(fields, x0, y0, x, y):
    out = np.empty((fields.shape[0], x.size), np.float32)
    for i in range(x.size):
        for k in range(fields.shape[0]):
            out[k, i] = lerp(fields[k], (x[i] - x0) / STEP_M, (y[i] - y0) / STEP_M)
    return out


@njit(nogil=True, cache=True)
def _elevations(fields, x0, y0, seed, x, y):
    out = np.empty(x.size, np.float32)
    for i in range(x.size):
        u, v = (x[i] - x0) / STEP_M, (y[i] - y0) / STEP_M
        z, rough = lerp(fields[ELEVATION], u, v), lerp(fields[ROUGHNESS], u, v)
        fine = fractal(x[i], y[i], 300.0, 3, seed + 61)
        out[i] = z + (1.0 + 0.045 * rough) * fine + 0.4 * value(x[i] / 45.0, y[i] / 45.0, seed + 71)
    return out
