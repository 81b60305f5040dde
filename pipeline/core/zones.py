"""How much of each cell lies in a polygon: exact, by one sweep along the polygon's edges.

Every edge is cut where it crosses a line of the grid. Each piece then lies in one cell, and the area between
it and the cell's east side is known in closed form; all cells further east in that row receive the full width.
Summed with their sign (north-going pieces of the east side take away, south-going ones of the west side add)
the pieces leave in every cell just the polygon's share. Holes and parts need nothing special, edges along
grid lines and vertices on cell corners give the same sum whichever neighbour they are counted to, and two
polygons that share an edge cut it into the same pieces, so their shares add up to the whole cell.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely

from pipeline.core import ellipsoid
from pipeline.core.grid import LONLAT, Grid, same_place, transformer

_SLIVER = 1e-12  # share of a cell below which rounding is taken for nothing (and above 1 - this, for everything)
_SPREAD_ROWS = 512
_STRAIGHT_DEG = 0.0001  # edges are straight in degrees; on a projected grid they are followed in steps this long


@dataclass(frozen=True)
class Pieces:
    """Edge pieces, each inside one cell, in fractional grid index (column ``u``, row ``v`` from the north)."""

    u_a: np.ndarray
    v_a: np.ndarray
    u_b: np.ndarray
    v_b: np.ndarray
    sign: np.ndarray

    @property
    def column(self) -> np.ndarray:
        """Cell column of each piece; pieces on a line between cells may count to either."""
        return np.floor((self.u_a + self.u_b) / 2).astype(np.int64)

    @property
    def row(self) -> np.ndarray:
        """Cell row of each piece."""
        return np.floor((self.v_a + self.v_b) / 2).astype(np.int64)

    def rows(self, row0: int, row1: int) -> Pieces:
        """The pieces whose cell lies in rows ``row0 .. row1``."""
        row = self.row
        keep = (row >= row0) & (row < row1)
        return Pieces(self.u_a[keep], self.v_a[keep], self.u_b[keep], self.v_b[keep], self.sign[keep])


def cut_edges(geometry, grid: Grid) -> Pieces:
    """Cut the edges of a polygon (EPSG:4490 degrees) at every grid line it crosses."""
    if grid.is_geographic and same_place(grid.crs, LONLAT):
        x_a, y_a, x_b, y_b = ellipsoid.ring_edges(geometry)
    else:
        x_a, y_a, x_b, y_b = ellipsoid.ring_edges(shapely.segmentize(geometry, _STRAIGHT_DEG))
        to_grid = transformer(LONLAT, grid.crs)
        (x_a, y_a), (x_b, y_b) = to_grid.transform(x_a, y_a), to_grid.transform(x_b, y_b)
    u_a, v_a = grid.to_index(x_a, y_a)
    u_b, v_b = grid.to_index(x_b, y_b)

    # Both neighbours of a shared edge must cut it alike: always from its smaller end.
    swap = (u_a > u_b) | ((u_a == u_b) & (v_a > v_b))
    u_a, u_b = np.where(swap, u_b, u_a), np.where(swap, u_a, u_b)
    v_a, v_b = np.where(swap, v_b, v_a), np.where(swap, v_a, v_b)
    sign = np.where(swap, -1.0, 1.0)

    edge_u, line_u = _lines_between(u_a, u_b)
    edge_v, line_v = _lines_between(v_a, v_b)
    t_u = (line_u - u_a[edge_u]) / (u_b - u_a)[edge_u]
    t_v = (line_v - v_a[edge_v]) / (v_b - v_a)[edge_v]
    every = np.arange(u_a.size)
    edge = np.concatenate([every, edge_u, edge_v, every])
    t = np.concatenate([np.zeros(u_a.size), t_u, t_v, np.ones(u_a.size)])
    # A crossing lies exactly on its line in one coordinate; the other follows the edge.
    u = np.concatenate([u_a, line_u, u_a[edge_v] + t_v * (u_b - u_a)[edge_v], u_b])
    v = np.concatenate([v_a, v_a[edge_u] + t_u * (v_b - v_a)[edge_u], line_v, v_b])
    order = np.lexsort((np.arange(t.size), t, edge))
    edge, u, v = edge[order], u[order], v[order]
    inner = edge[1:] == edge[:-1]
    return Pieces(u[:-1][inner], v[:-1][inner], u[1:][inner], v[1:][inner], sign[edge[:-1][inner]])


def _lines_between(a: np.ndarray, b: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """For each pair, the whole numbers strictly between: (index of the pair, the number)."""
    low, high = np.minimum(a, b), np.maximum(a, b)
    first = np.floor(low) + 1
    count = np.maximum(np.ceil(high) - first, 0).astype(np.int64)
    pair = np.repeat(np.arange(a.size), count)
    step = np.arange(count.sum()) - np.repeat(np.cumsum(count) - count, count)
    return pair, first[pair] + step


class ZoneCells:
    """The cells of one polygon on one grid; cut once, asked row block by row block."""

    def __init__(self, geometry, grid: Grid):
        """``geometry``: (multi)polygon in EPSG:4490 degrees, inside or outside the grid."""
        self.grid = grid
        self.area_m2 = ellipsoid.polygon_area_m2(geometry)
        self._pieces = cut_edges(geometry, grid)
        self._geometric = grid.is_geographic and same_place(grid.crs, LONLAT)
        p = self._pieces
        empty = p.u_a.size == 0
        self.row0 = 0 if empty else int(np.clip(np.floor(min(p.v_a.min(), p.v_b.min())), 0, grid.height))
        self.row1 = 0 if empty else int(np.clip(np.ceil(max(p.v_a.max(), p.v_b.max())), 0, grid.height))
        self.col0 = 0 if empty else int(np.clip(np.floor(p.u_a.min()), 0, grid.width))
        self.col1 = 0 if empty else int(np.clip(np.ceil(p.u_b.max()), 0, grid.width))
        self.is_inside_grid = not empty and bool(
            min(p.v_a.min(), p.v_b.min()) >= -1e-9
            and max(p.v_a.max(), p.v_b.max()) <= grid.height + 1e-9
            and p.u_a.min() >= -1e-9
            and p.u_b.max() <= grid.width + 1e-9
        )
        # On a projected grid the scale within a border cell is taken as one; what that leaves (below 1e-6) is spread.
        self._spread = 1.0
        if self.is_inside_grid and not self._geometric:
            blocks = range(self.row0, self.row1, _SPREAD_ROWS)
            total = sum(float(self.cell_areas_m2(r, min(r + _SPREAD_ROWS, self.row1)).sum()) for r in blocks)
            self._spread = self.area_m2 / total
            assert abs(self._spread - 1) < 1e-4, f"cells hold {total} m2, the polygon {self.area_m2}"

    def cell_areas_m2(self, row0: int, row1: int) -> np.ndarray:
        """Ellipsoidal area [m2] of the polygon in each cell: (row1 - row0, col1 - col0), zero outside."""
        rows, columns = row1 - row0, self.col1 - self.col0
        shape = (rows, columns)
        if rows <= 0 or columns <= 0:
            return np.zeros((max(rows, 0), max(columns, 0)))
        pieces = self._pieces.rows(row0, row1)
        row, column = pieces.row - row0, pieces.column - self.col0
        west = column < 0  # left of the window: the whole row lies to its east
        near = (column >= 0) & (column < columns)
        beside = np.zeros(column.size)
        beside[near] = self._area_beside(pieces, near, pieces.column[near] + 1)
        band = self._band(pieces)
        inside = np.bincount(row[near] * columns + column[near], weights=beside[near], minlength=rows * columns)
        # The cell's full width goes to every cell further east in the row.
        start = np.where(west, 0, column + 1)
        carry = start < columns
        passed = np.bincount(row[carry] * columns + start[carry], weights=band[carry], minlength=rows * columns).reshape(shape)
        cell = self.grid.cell_area_m2(row0, row1)
        if self._geometric:
            area = inside.reshape(shape) + np.cumsum(passed, axis=1)
        else:
            cell = cell[:, self.col0 : self.col1] * self._spread
            area = (inside.reshape(shape) + np.cumsum(passed, axis=1)) * cell
        area = np.where(np.abs(area) < _SLIVER * cell, 0.0, area)
        return np.where(np.abs(area - cell) < _SLIVER * cell, cell, area)

    def _area_beside(self, pieces: Pieces, chosen: np.ndarray, east_column: np.ndarray) -> np.ndarray:
        """Signed area between pieces and the east side of their cell, in m2 (degrees) or in cells (projected)."""
        u_a, v_a, u_b, v_b = (a[chosen] for a in (pieces.u_a, pieces.v_a, pieces.u_b, pieces.v_b))
        sign = -pieces.sign[chosen]
        if self._geometric:
            grid = self.grid
            # Longitudes are taken relative to the cell's east side, so that small cells keep full precision.
            west, east = (u_a - east_column) * grid.transform.a, (u_b - east_column) * grid.transform.a
            return sign * ellipsoid.area_beside_edges_m2(west, grid.y(v_a), east, grid.y(v_b), np.zeros_like(west))
        return sign * (east_column - (u_a + u_b) / 2) * (v_a - v_b)

    def _band(self, pieces: Pieces) -> np.ndarray:
        """Signed area one cell width of each piece's row band holds, in m2 (degrees) or in cells (projected)."""
        if self._geometric:
            grid = self.grid
            return -pieces.sign * ellipsoid.band_area_m2(grid.y(pieces.v_a), grid.y(pieces.v_b)) * grid.transform.a
        return -pieces.sign * (pieces.v_a - pieces.v_b)
