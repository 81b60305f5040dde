"""Layers on another grid, compiled: a cell's value is the same whatever window it is read in, bit for bit.

:func:`refine` is the common case where both grids are in one system and the layer's cells are the larger ones: rows and
columns then go apart, and no transformation is needed at all. :func:`warp` is any other case.
"""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
from numba import njit
from pyproj import Transformer

from pipeline.core.grid import Grid, cubic_rows, same_place

METHODS = ("nearest", "bilinear")  # of refine
_NODE_STEP_M = 8000.0  # places are interpolated by cubics between nodes this far apart: within a micrometre
_SLIVER = 1e-9  # overlap, in cells of the source, below which rounding is taken for nothing
_MOST_CELLS = 2**22  # of the source in memory at once


def applies(source: Grid, target: Grid, method: str) -> bool:
    """Whether :func:`window` and :func:`refine` can stand for the general warper here."""
    s, t = source.transform, target.transform
    return method in METHODS and same_place(source.crs, target.crs) and s.a >= t.a and s.e <= t.e


def window(source: Grid, target: Grid, row0: int, row1: int, col0: int, col1: int) -> tuple[int, int, int, int]:
    """Rows and columns of the source that a window of the target needs, one more on each side; empty where it has none."""
    (u0, u1), (v0, v1) = source.to_index(target.x(np.array([col0, col1])), target.y(np.array([row0, row1])))
    rows = max(math.floor(v0) - 1, 0), min(math.ceil(v1) + 1, source.height)
    columns = max(math.floor(u0) - 1, 0), min(math.ceil(u1) + 1, source.width)
    return (*rows, *columns) if rows[0] < rows[1] and columns[0] < columns[1] else (0, 0, 0, 0)


def refine(
    values: np.ndarray, source: Grid, place: tuple[int, int, int, int], target: Grid, at: tuple[int, int, int, int], method: str
) -> np.ndarray:
    """Values of the source's window ``place`` at the cell middles of the target's window ``at``; NaN is unknown.

    A middle takes the cell it lies in (``nearest``) or the mean of the four nearest cell middles by distance
    (``bilinear``), of those that are known. Where the cell it lies in is unknown, so is it.
    """
    row0, row1, col0, col1 = at
    u, v = source.to_index(target.x(np.arange(col0, col1) + 0.5), target.y(np.arange(row0, row1) + 0.5))
    made = np.empty((row1 - row0, col1 - col0))
    _refine(values, u - place[2], v - place[0], method == "bilinear", made)
    return made


# --- any grid ------------------------------------------------------------------------------------------------


def warp(
    read: Callable[[int, int, int, int], np.ndarray],
    source: Grid,
    target: Grid,
    at: tuple[int, int, int, int],
    method: str,
    back: Transformer,
) -> np.ndarray:
    """Values of the source in the target's window ``at``; NaN where unknown, beyond the source too.

    ``read`` gives a window of the source (NaN is unknown), ``back`` leads from the target's system to the source's.
    ``nearest``: the cell that holds the middle. ``average``, ``mode``: mean, or most frequent value by area (of equals
    the smallest), of what is known in the cell. ``bilinear``: mean of the known by the distance of their middles, out to
    one cell of the source or of the target, whichever is larger; unknown where the middle lies in an unknown larger cell.
    """
    u, v = _places(source, target, at, back, corners=method != "nearest")
    return _sample(read, source, u, v, method)


def _places(
    source: Grid, target: Grid, at: tuple[int, int, int, int], back: Transformer, *, corners: bool
) -> tuple[np.ndarray, np.ndarray]:
    """(column, row) in the source of the middles of a window's cells, or of their corners (one more each way)."""
    row0, row1, col0, col1 = at
    rows, columns, first = row1 - row0 + corners, col1 - col0 + corners, 0.0 if corners else 0.5
    if same_place(source.crs, target.crs):
        x, y = target.x(np.arange(columns) + (col0 + first)), target.y(np.arange(rows) + (row0 + first))
        return tuple(np.ascontiguousarray(a) for a in np.meshgrid(*source.to_index(x, y)))
    # Nodes lie at multiples of a power of two, so that a cell is placed by the same nodes in any window.
    step = 2 ** max(math.floor(math.log2(_NODE_STEP_M / max(target.cell_size_m))), 0)
    left, top = col0 // step - 1, row0 // step - 1
    x, y = np.meshgrid(target.x(np.arange(left, col1 // step + 4) * step), target.y(np.arange(top, row1 // step + 4) * step))
    nodes = source.to_index(*back.transform(x, y))
    place = (row0 - top * step + first - 0.5, rows, col0 - left * step + first - 0.5, columns)
    return tuple(cubic_rows((np.ascontiguousarray(n), float(step), float(step)), *place) for n in nodes)


def _sample(read, source: Grid, u: np.ndarray, v: np.ndarray, method: str) -> np.ndarray:
    """Values at places of the source; halved again and again until the part of the source they need is small enough."""
    corners = int(method != "nearest")
    rows, columns = u.shape[0] - corners, u.shape[1] - corners
    top, bottom, left, right = _reach(u, v, source, method)
    if (bottom - top) * (right - left) > _MOST_CELLS and max(rows, columns) > 1:
        axis = int(columns > rows)
        half = max(rows, columns) // 2
        parts = [(np.s_[: half + corners], np.s_[half:]), ((np.s_[:, : half + corners]), np.s_[:, half:])][axis]
        each = [_sample(read, source, np.ascontiguousarray(u[p]), np.ascontiguousarray(v[p]), method) for p in parts]
        return np.concatenate(each, axis=axis)
    made = np.full((rows, columns), np.nan)
    if top < bottom and left < right:
        values = read(top, bottom, left, right)
        if method == "nearest":
            _nearest(values, top, left, u, v, made)
        elif method == "mode":
            _mode(values, top, left, u, v, made)
        else:
            _mean(values, top, left, u, v, method == "bilinear", made)
    return made


def _reach(u: np.ndarray, v: np.ndarray, source: Grid, method: str) -> tuple[int, int, int, int]:
    """Rows and columns of the source that places need; empty where it has none."""
    made: list[int] = []
    for place, size, axis in ((v, source.height, 0), (u, source.width, 1)):
        known = place[np.isfinite(place)]
        if known.size == 0:
            return 0, 0, 0, 0
        low, high = float(known.min()), float(known.max())
        more = 1.0
        if method == "bilinear":
            steps = np.abs(np.diff(place, axis=axis))
            more += float(steps[np.isfinite(steps)].max(initial=1.0))
        made += [int(min(max(math.floor(low - more), 0), size)), int(min(max(math.ceil(high + more), 0), size))]
    return tuple(made)


# --- compiled ------------------------------------------------------------------------------------------------
# Of `warp`: `values` begin at the row `top` and column `left` of the source; places are counted in the whole source.


@njit(nogil=True, cache=True)
def _refine(values, u, v, smooth, made):
    height, width = values.shape
    column, left, right = np.empty(u.size, np.int64), np.empty(u.size, np.int64), np.empty(u.size)
    for c in range(u.size):
        column[c] = math.floor(u[c])
        left[c] = math.floor(u[c] - 0.5) + 1  # of a line with one more place at each end
        right[c] = u[c] - 0.5 - math.floor(u[c] - 0.5)
    first, last = 0, u.size
    while first < last and column[first] < 0:
        first += 1
    while first < last and column[last - 1] >= width:
        last -= 1
    total, weight = np.zeros(width + 2), np.zeros(width + 2)
    for r in range(v.size):
        row = math.floor(v[r])
        if row < 0 or row >= height:
            made[r] = np.nan
            continue
        own = values[row]
        made[r, :first] = np.nan
        made[r, last:] = np.nan
        if not smooth:
            for c in range(first, last):
                made[r, c] = own[column[c]]
            continue
        above = math.floor(v[r] - 0.5)
        down = v[r] - 0.5 - above
        is_whole = True
        for x in range(width):  # first the two rows as one, then its places two by two
            over = values[above, x] if above >= 0 else np.nan
            under = values[above + 1, x] if above + 1 < height else np.nan
            sure, also = over == over, under == under
            total[x + 1] = (over * (1 - down) if sure else 0.0) + (under * down if also else 0.0)
            weight[x + 1] = 1.0 if sure and also else 1 - down if sure else down if also else 0.0
            is_whole = is_whole and sure and also
        for c in range(first, last):
            i, t = left[c], right[c]
            if is_whole and 0 < i < width:
                made[r, c] = total[i] * (1 - t) + total[i + 1] * t
            elif own[column[c]] == own[column[c]]:
                mean = total[i] * (1 - t) + total[i + 1] * t
                is_sure = weight[i] == 1 and weight[i + 1] == 1  # as above then, whatever else the window holds
                made[r, c] = mean if is_sure else mean / (weight[i] * (1 - t) + weight[i + 1] * t)
            else:
                made[r, c] = np.nan


@njit(nogil=True, cache=True)
def _nearest(values, top, left, u, v, made):
    bottom, right = top + values.shape[0], left + values.shape[1]
    for r in range(made.shape[0]):
        for c in range(made.shape[1]):
            if top <= v[r, c] < bottom and left <= u[r, c] < right:
                made[r, c] = values[int(v[r, c]) - top, int(u[r, c]) - left]


@njit(nogil=True, cache=True)
def _box(u, v, r, c):
    """West, east, north, south of a cell in the source, by its corners; turned cells as upright ones."""
    west, east = (u[r, c] + u[r + 1, c]) / 2, (u[r, c + 1] + u[r + 1, c + 1]) / 2
    north, south = (v[r, c] + v[r, c + 1]) / 2, (v[r + 1, c] + v[r + 1, c + 1]) / 2
    return west, east, north, south


@njit(nogil=True, cache=True)
def _span(low, high, first, size):
    """The cells a stretch touches, of those that were read."""
    return int(min(max(math.floor(low), first), first + size)), int(min(max(math.ceil(high), first), first + size))


@njit(nogil=True, cache=True)
def _mean(values, top, left, u, v, smooth, made):
    height, width = values.shape
    for r in range(made.shape[0]):
        for c in range(made.shape[1]):
            west, east, north, south = _box(u, v, r, c)
            if not (math.isfinite(west + east + north + south) and west < east and north < south):
                continue
            x, y, wide, high = (west + east) / 2, (north + south) / 2, max(east - west, 1.0), max(south - north, 1.0)
            if smooth:
                if not (left <= x < left + width and top <= y < top + height):
                    continue
                if wide == 1 and high == 1 and math.isnan(values[int(y) - top, int(x) - left]):
                    continue
                west, east, north, south = x - wide, x + wide, y - high, y + high
            j0, j1 = _span(west, east, left, width)
            i0, i1 = _span(north, south, top, height)
            total, weight = 0.0, 0.0
            for i in range(i0, i1):
                down = 1 - abs(i + 0.5 - y) / high if smooth else min(i + 1.0, south) - max(i + 0.0, north)
                for j in range(j0, j1):
                    along = 1 - abs(j + 0.5 - x) / wide if smooth else min(j + 1.0, east) - max(j + 0.0, west)
                    value = values[i - top, j - left]
                    if down > _SLIVER and along > _SLIVER and value == value:
                        total += down * along * value
                        weight += down * along
            if weight > 0:
                made[r, c] = total / weight


@njit(nogil=True, cache=True)
def _mode(values, top, left, u, v, made):
    height, width = values.shape
    found, area = np.empty(64), np.empty(64)
    for r in range(made.shape[0]):
        for c in range(made.shape[1]):
            west, east, north, south = _box(u, v, r, c)
            if not (math.isfinite(west + east + north + south) and west < east and north < south):
                continue
            j0, j1 = _span(west, east, left, width)
            i0, i1 = _span(north, south, top, height)
            if (i1 - i0) * (j1 - j0) > found.size:  # room for all at once: arrays that grow as they fill are ten times slower
                found, area = np.empty((i1 - i0) * (j1 - j0)), np.empty((i1 - i0) * (j1 - j0))
            count, last = 0, 0
            for i in range(i0, i1):
                down = min(i + 1.0, south) - max(i + 0.0, north)
                if down <= _SLIVER:
                    continue
                for j in range(j0, j1):
                    along, value = min(j + 1.0, east) - max(j + 0.0, west), values[i - top, j - left]
                    if along <= _SLIVER or value != value:
                        continue
                    if count == 0 or found[last] != value:
                        last = 0
                        while last < count and found[last] != value:
                            last += 1
                        if last == count:
                            found[last], area[last] = value, 0.0
                            count += 1
                    area[last] += down * along
            best = 0
            for k in range(1, count):
                more = area[k] - area[best]
                if more > _SLIVER or (more >= -_SLIVER and found[k] < found[best]):
                    best = k
            if count:
                made[r, c] = found[best]
