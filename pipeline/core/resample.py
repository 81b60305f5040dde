"""Coarser layers on a finer grid of the same kind of coordinates, compiled: a place's value in any window is the same.

What a general warper does, for the common case where both grids are in one system and the layer's cells are the larger
ones: rows and columns then go apart, and no transformation is needed at all.
"""

from __future__ import annotations

import math

import numpy as np
from numba import njit

from pipeline.core.grid import Grid, same_place

METHODS = ("nearest", "bilinear")


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
    made = np.full((row1 - row0, col1 - col0), np.nan)
    if values.size:
        _refine(values, u - place[2], v - place[0], method == "bilinear", made)
    return made


@njit(nogil=True, cache=True)
def _refine(values, u, v, smooth, made):
    height, width = values.shape
    for r in range(v.size):
        row = math.floor(v[r])
        if row < 0 or row >= height:
            continue
        above = math.floor(v[r] - 0.5)
        down = v[r] - 0.5 - above
        for c in range(u.size):
            column = math.floor(u[c])
            if column < 0 or column >= width or values[row, column] != values[row, column]:
                continue
            if not smooth:
                made[r, c] = values[row, column]
                continue
            left = math.floor(u[c] - 0.5)
            right = u[c] - 0.5 - left
            total, weight = 0.0, 0.0
            for i in range(2):
                for j in range(2):
                    y, x = above + i, left + j
                    if 0 <= y < height and 0 <= x < width:
                        value = values[y, x]
                        if value == value:
                            w = (down if i else 1 - down) * (right if j else 1 - right)
                            total += w * value
                            weight += w
            made[r, c] = total / weight
