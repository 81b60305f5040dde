"""Values of rasters at points."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from pipeline.core.grid import LONLAT, Grid, transformer

_SIDE = 256  # points within a square of so many cells are read together


def cells_at(grid: Grid, lonlat: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """(row, column, whether the grid has it) of the cell each point lies in."""
    x, y = lonlat.T if grid.is_lonlat else transformer(LONLAT, grid.crs).transform(*lonlat.T)
    column, row = grid.to_index(x, y)
    inside = (row >= 0) & (row < grid.height) & (column >= 0) & (column < grid.width)
    row, column = (np.where(inside, v, 0).astype(np.int64) for v in (row, column))
    return row, column, inside


def values_at(read: Callable, row: np.ndarray, column: np.ndarray, inside: np.ndarray) -> np.ndarray:
    """Values of cells by a function that reads windows (row0, row1, col0, col1); NaN where there is no cell or no value."""
    made = np.full(row.size, np.nan)
    down, along = row // _SIDE, column // _SIDE
    order = np.lexsort((along, down))
    order = order[inside[order]]
    turns = np.flatnonzero((np.diff(down[order]) != 0) | (np.diff(along[order]) != 0)) + 1
    for own in np.split(order, turns) if order.size else ():
        top, left = row[own].min(), column[own].min()
        part = read(top, row[own].max() + 1, left, column[own].max() + 1)
        made[own] = part[row[own] - top, column[own] - left]
    return made
