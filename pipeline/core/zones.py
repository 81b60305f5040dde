"""How much of each cell lies in a polygon: exact, by one compiled sweep along the polygon's edges.

Every edge is followed from cell to cell. The area between each piece and the east side of its cell is known in
closed form; all cells further east in that row receive the full width of the piece's band. Summed with their
sign the pieces leave in every cell just the polygon's share. Holes and parts need nothing special, edges along
grid lines and vertices on cell corners give the same sum whichever neighbour they are counted to, and two
polygons that share an edge cut it into the same pieces, so their shares add up to the whole cell.

The result is kept row by row as few *border cells* with an area each, and *runs* of whole cells between them:
what is stored grows with the boundary's length, never with the number of cells.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numba import njit

from pipeline.core import ellipsoid
from pipeline.core.grid import LONLAT, Grid, cubic_at, transformer

_SLIVER = 1e-12  # share of a cell below which rounding is taken for nothing (and above 1 - this, for everything)
_ROUGH = 1e-10  # the same where cell areas are interpolated
_ARC_DEG = 0.01  # on a projected grid an edge, straight in degrees, is followed by cubic arcs this long ...
_SAGITTA_CELLS = 1e-9  # ... and these by chords that leave the arc by no more than this
_GAUSS = 0.5 / math.sqrt(3.0)  # two-point Gauss-Legendre rule: nodes at 1/2 -+ this


@dataclass(frozen=True)
class Edges:
    """Edges in fractional grid index (column ``u``, row ``v`` from the north); the inside is on the left times ``sign``."""

    u_a: np.ndarray
    v_a: np.ndarray
    u_b: np.ndarray
    v_b: np.ndarray
    sign: np.ndarray


def edges_of(geometry, grid: Grid) -> Edges:
    """The edges of a polygon (EPSG:4490 degrees) on a grid; curved ones, on projected grids, as short chords.

    Both neighbours of a shared edge must follow it alike, so each edge runs from its western (then southern) end.
    """
    x_a, y_a, x_b, y_b = ellipsoid.ring_edges(geometry)
    swap = (x_a > x_b) | ((x_a == x_b) & (y_a > y_b))
    x_a, x_b = np.where(swap, x_b, x_a), np.where(swap, x_a, x_b)
    y_a, y_b = np.where(swap, y_b, y_a), np.where(swap, y_a, y_b)
    sign = np.where(swap, -1.0, 1.0)
    if grid.is_lonlat:
        (u_a, v_a), (u_b, v_b) = grid.to_index(x_a, y_a), grid.to_index(x_b, y_b)
        return Edges(u_a, v_a, u_b, v_b, sign)
    return _chords(x_a, y_a, x_b, y_b, sign, grid)


def _chords(x_a, y_a, x_b, y_b, sign, grid: Grid) -> Edges:
    """Edges straight in degrees as chords of the curves they are on another grid, within ``_SAGITTA_CELLS``."""
    arcs = np.maximum(np.ceil(np.hypot(x_b - x_a, y_b - y_a) / _ARC_DEG), 1).astype(np.int64)
    edge, step = _spread(arcs)
    # Four points of each arc fix a cubic; beyond that an arc of a kilometre is straight to 1e-9 m.
    t = (step[:, None] + np.array([0, 1 / 3, 2 / 3, 1])) / arcs[edge][:, None]
    x, y = ((a[edge][:, None] * (1 - t) + b[edge][:, None] * t) for a, b in ((x_a, x_b), (y_a, y_b)))
    u, v = grid.to_index(*transformer(LONLAT, grid.crs).transform(x, y))
    bend = np.hypot(*((p[:, 1] + p[:, 2] - p[:, 0] - p[:, 3]) * (9 / 16) for p in (u, v)))
    chords = np.maximum(np.ceil(np.sqrt(bend / _SAGITTA_CELLS)), 1).astype(np.int64)
    arc, step = _spread(chords)
    ends = []
    for k in (step, step + 1):
        s = 3 * k / chords[arc]
        weight = np.stack(
            [-(s - 1) * (s - 2) * (s - 3) / 6, s * (s - 2) * (s - 3) / 2, -s * (s - 1) * (s - 3) / 2, s * (s - 1) * (s - 2) / 6], 1
        )
        ends += [(p[arc] * weight).sum(axis=1) for p in (u, v)]
    return Edges(*ends, sign[edge[arc]])


def _spread(count: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """``count[i]`` entries for each i: (i, number within i)."""
    owner = np.repeat(np.arange(count.size), count)
    return owner, np.arange(count.sum()) - np.repeat(np.cumsum(count) - count, count)


class ZoneCells:
    """The cells of one polygon on one grid.

    Row ``r`` (``row0 <= r < row1``) has the border cells ``border_column[i]`` with ``border_area_m2[i]`` for i in
    ``border_start[r - row0] .. border_start[r - row0 + 1]`` and the whole cells ``run_first[j] .. run_last[j]`` (last one
    excluded) for j in ``run_start[r - row0] ..``. ``area_m2`` is the polygon's own ellipsoidal area.
    """

    def __init__(self, geometry, grid: Grid):
        """``geometry``: (multi)polygon in EPSG:4490 degrees, inside or outside the grid."""
        self.grid = grid
        self.area_m2 = ellipsoid.polygon_area_m2(geometry)
        edges = edges_of(geometry, grid)
        empty = edges.u_a.size == 0
        low = (
            np.array([np.inf, np.inf])
            if empty
            else np.array([min(edges.u_a.min(), edges.u_b.min()), min(edges.v_a.min(), edges.v_b.min())])
        )
        high = -low if empty else np.array([max(edges.u_a.max(), edges.u_b.max()), max(edges.v_a.max(), edges.v_b.max())])
        size = np.array([grid.width, grid.height])
        self.is_inside_grid = bool(not empty and (low >= -1e-9).all() and (high <= size + 1e-9).all())
        self.col0, self.row0 = (0, 0) if empty else map(int, np.clip(np.floor(low), 0, size))
        self.col1, self.row1 = (0, 0) if empty else map(int, np.clip(np.ceil(high), 0, size))
        self._sweep(edges)

    def _sweep(self, edges: Edges) -> None:
        grid, rows = self.grid, max(self.row1 - self.row0, 0)
        terms = grid.row_terms[self.row0 : self.row0 + rows] if grid.is_lonlat else np.zeros((0, 7))
        density, cell_area = grid.area_nodes
        ends = (edges.u_a, edges.v_a, edges.u_b, edges.v_b, edges.sign, self.row0, rows, grid.width)
        none = np.zeros(0), np.zeros((0, 3))
        start = np.zeros(rows + 1, np.int64)
        _follow(*ends, terms, density, start, np.zeros(0, np.int32), *none, True)
        start[1:] = np.cumsum(start[1:])
        n = int(start[-1])
        column, beside, band = np.zeros(n, np.int32), np.zeros(n), np.zeros((n, 3))
        _follow(*ends, terms, density, start.copy(), column, beside, band, False)
        _sort_rows(start, column, beside, band)
        whole = grid.cell_area_m2(self.row0, self.row0 + rows)[:, 0] if grid.is_lonlat else np.zeros(0)
        cells = (start, column, beside, band, whole, density, cell_area, self.row0, grid.width)
        self.border_start, self.run_start = np.zeros(rows + 1, np.int64), np.zeros(rows + 1, np.int64)
        nothing = np.zeros(0, np.int32)
        _assemble(*cells, self.border_start, nothing, np.zeros(0), self.run_start, nothing, nothing, True)
        self.border_start, self.run_start = np.cumsum(self.border_start), np.cumsum(self.run_start)
        borders, runs = int(self.border_start[-1]), int(self.run_start[-1])
        self.border_column, self.border_area_m2 = np.zeros(borders, np.int32), np.zeros(borders)
        self.run_first, self.run_last = np.zeros(runs, np.int32), np.zeros(runs, np.int32)
        made = (self.border_start.copy(), self.border_column, self.border_area_m2, self.run_start.copy(), self.run_first, self.run_last)
        _assemble(*cells, *made, False)

    def cell_areas_m2(self, row0: int, row1: int) -> np.ndarray:
        """Ellipsoidal area [m2] of the polygon in each cell: (row1 - row0, col1 - col0), zero outside."""
        area = np.zeros((max(row1 - row0, 0), max(self.col1 - self.col0, 0)))
        if area.size:
            cell = np.broadcast_to(self.grid.cell_area_m2(row0, row1), (row1 - row0, self.grid.width if not self.grid.is_lonlat else 1))
            _paint(
                area, cell, row0, self.row0, self.row1, self.col0,
                self.border_start, self.border_column, self.border_area_m2, self.run_start, self.run_first, self.run_last,
            )  # fmt: skip
        return area


# --- compiled ------------------------------------------------------------------------------------------------


@njit(nogil=True, cache=True)
def _follow(u_a, v_a, u_b, v_b, sign, row0, rows, width, terms, density, place, column, beside, band, counting):
    """Follow every edge from cell to cell; count its pieces by row (``place[row + 1]``), or store them at ``place[row]``."""
    for e in range(u_a.size):
        u0, v0, u1, v1 = u_a[e], v_a[e], u_b[e], v_b[e]
        if v0 == v1:
            continue  # nothing lies beside a level edge
        if max(v0, v1) <= row0 or min(v0, v1) >= row0 + rows or min(u0, u1) >= width:
            continue
        s = sign[e]
        if u0 > u1 or (u0 == u1 and v0 > v1):
            u0, v0, u1, v1, s = u1, v1, u0, v0, -s
        du, dv = u1 - u0, v1 - v0
        down = dv > 0
        line_u = math.floor(u0) + 1.0
        line_v = math.floor(v0) + 1.0 if down else math.ceil(v0) - 1.0
        u, v = u0, v0
        while True:
            t_u = (line_u - u0) / du if line_u < u1 else 2.0
            t_v = (line_v - v0) / dv if (line_v < v1 if down else line_v > v1) else 2.0
            if t_u >= 2.0 and t_v >= 2.0:
                u_next, v_next = u1, v1
            elif t_u <= t_v:
                u_next, v_next = line_u, v0 + t_u * dv
                line_u += 1.0
                if t_u == t_v:  # through a corner
                    v_next = line_v
                    line_v += 1.0 if down else -1.0
            else:
                u_next, v_next = u0 + t_v * du, line_v
                line_v += 1.0 if down else -1.0
            row = math.floor((v + v_next) * 0.5) - row0
            col = math.floor((u + u_next) * 0.5)
            if 0 <= row < rows and col < width and v != v_next:
                if counting:
                    place[row + 1] += 1
                else:
                    i = place[row]
                    place[row] += 1
                    # Heights are counted upwards from the middle of the row, so that small cells keep full precision.
                    y_a, y_b = (row0 + row + 0.5) - v, (row0 + row + 0.5) - v_next
                    column[i] = max(col, -1)
                    if terms.shape[0] > 0:
                        band[i, 0] = -s * _between(terms[row], y_a, y_b)
                        if col >= 0:
                            beside[i] = -s * _beside(terms[row], (col + 1.0) - u, (col + 1.0) - u_next, y_a, y_b)
                    else:
                        band[i, 0] = -s * (y_b - y_a)
                        band[i, 1] = -s * (y_b * y_b - y_a * y_a) / 2
                        band[i, 2] = -s * (y_b * y_b * y_b - y_a * y_a * y_a) / 3
                        if col >= 0:
                            beside[i] = -s * _beside_projected(density, col, row0 + row, (col + 1.0) - u, (col + 1.0) - u_next, y_a, y_b)
            if u_next == u1 and v_next == v1:
                break
            u, v = u_next, v_next


@njit(nogil=True, cache=True)
def _between(g, y_a, y_b):
    """Area [m2] of one cell width between two heights of a row, by the Taylor terms ``g`` of S about its middle."""
    d, m = y_b - y_a, (y_a + y_b) * 0.5
    first = g[0] + m * (g[1] + m / 2 * (g[2] + m / 3 * (g[3] + m / 4 * (g[4] + m / 5 * (g[5] + m / 6 * g[6])))))
    third = g[2] + m * (g[3] + m / 2 * (g[4] + m / 3 * (g[5] + m / 4 * g[6])))
    fifth = g[4] + m * (g[5] + m / 2 * g[6])
    return d * (first + d * d / 24 * (third + d * d / 80 * fifth))


@njit(nogil=True, cache=True)
def _beside(g, w_a, w_b, y_a, y_b):
    """Area [m2] between a straight piece and its cell's east side, ``w`` cells away, positive going north.

    The same integral about the middle of the piece as :func:`pipeline.core.ellipsoid.area_beside_edges_m2`.
    """
    d, m = y_b - y_a, (y_a + y_b) * 0.5
    second = g[1] + m * (g[2] + m / 2 * (g[3] + m / 3 * (g[4] + m / 4 * (g[5] + m / 5 * g[6]))))
    fourth = g[3] + m * (g[4] + m / 2 * (g[5] + m / 3 * g[6]))
    return (w_a + w_b) * 0.5 * _between(g, y_a, y_b) + (w_b - w_a) * d * d / 12 * (second + d * d / 40 * fourth)


@njit(nogil=True, cache=True)
def _beside_projected(density, col, row, w_a, w_b, y_a, y_b):
    """The same on any other grid: the density [m2 per cell] integrated by Gauss's rule, exact for cubics."""
    total = 0.0
    for i in range(2):
        t = 0.5 + (_GAUSS if i else -_GAUSS)
        w, v = w_a + t * (w_b - w_a), row + 0.5 - (y_a + t * (y_b - y_a))
        for j in range(2):
            total += 0.25 * w * cubic_at(density, col + 1.0 - w * (0.5 + (_GAUSS if j else -_GAUSS)), v)
    return total * (y_b - y_a)


@njit(nogil=True, cache=True)
def _strip(density, col, row, moments):
    """Area [m2] of level strips of one cell, by the zeroth to second moment of their heights about its middle."""
    total = 0.0
    for j in range(2):
        u = col + 0.5 + (_GAUSS if j else -_GAUSS)
        low, mid, high = cubic_at(density, u, row + 1.0), cubic_at(density, u, row + 0.5), cubic_at(density, u, row + 0.0)
        total += 0.5 * (moments[0] * mid + moments[1] * (high - low) + moments[2] * 2 * (high - 2 * mid + low))
    return total


@njit(nogil=True, cache=True)
def _sort_rows(start, column, beside, band):
    """Order the pieces of each row by column, in place; pieces of one cell keep their order, so sums do too."""
    order, spare = np.empty(0, np.int64), np.empty(0, np.int64)
    for row in range(start.size - 1):
        a, n = start[row], start[row + 1] - start[row]
        if n > order.size:
            order, spare = np.empty(2 * n, np.int64), np.empty(2 * n, np.int64)
        sorted_already = True
        for i in range(n):
            order[i] = a + i
            sorted_already &= i == 0 or column[a + i - 1] <= column[a + i]
        if sorted_already:
            continue
        width = 1
        while width < n:  # merge sort, from the bottom up
            for low in range(0, n, 2 * width):
                middle, high = min(low + width, n), min(low + 2 * width, n)
                i, j = low, middle
                for k in range(low, high):
                    if i < middle and (j >= high or column[order[i]] <= column[order[j]]):
                        spare[k] = order[i]
                        i += 1
                    else:
                        spare[k] = order[j]
                        j += 1
            order, spare = spare, order
            width *= 2
        held = np.empty((n, 5))
        for i in range(n):
            j = order[i]
            held[i, 0], held[i, 1] = column[j], beside[j]
            held[i, 2], held[i, 3], held[i, 4] = band[j, 0], band[j, 1], band[j, 2]
        for i in range(n):
            column[a + i], beside[a + i] = np.int32(held[i, 0]), held[i, 1]
            band[a + i, 0], band[a + i, 1], band[a + i, 2] = held[i, 2], held[i, 3], held[i, 4]


@njit(nogil=True, cache=True)
def _close(first, last, place, at, run_first, run_last):
    """End the run that began at ``first``, if one did; none is open afterwards (-1)."""
    if first >= 0:
        if run_first.size > 0:
            run_first[place[at]], run_last[place[at]] = first, last
        place[at] += 1
    return -1


@njit(nogil=True, cache=True)
def _assemble(
    start, column, beside, band, whole, density, cell_area, row0, width,
    border_place, border_column, border_area, run_place, run_first, run_last, counting,
):  # fmt: skip
    """Turn sorted pieces into border cells and runs of whole cells; count them by row, or store them."""
    shift = 1 if counting else 0
    lonlat = whole.size > 0
    carry = np.zeros(3)
    for row in range(start.size - 1):
        i, stop = start[row], start[row + 1]
        carry[:] = 0.0
        open_at = -1  # first column of the run being built
        col = -1
        while True:
            # The cells from here to the next piece hold only what was carried east; then comes the piece's own cell.
            next_col = min(column[i], width) if i < stop else width
            if col < 0:
                col = next_col
            while col < next_col:
                share = carry[0] / whole[row] if lonlat else carry[0]
                if abs(share) < _SLIVER:
                    open_at = _close(open_at, col, run_place, row + shift, run_first, run_last)
                    col = next_col
                elif abs(share - 1) < _SLIVER:
                    if open_at < 0:
                        open_at = col
                    col = next_col
                else:
                    open_at = _close(open_at, col, run_place, row + shift, run_first, run_last)
                    k = border_place[row + shift]
                    border_place[row + shift] += 1
                    if not counting:
                        border_column[k] = col
                        border_area[k] = carry[0] if lonlat else _strip(density, col, row0 + row, carry)
                    col += 1
            if i >= stop:
                open_at = _close(open_at, width, run_place, row + shift, run_first, run_last)
                break
            # All pieces of this cell.
            col = column[i]
            own = 0.0
            passed0, passed1, passed2 = 0.0, 0.0, 0.0
            while i < stop and column[i] == col:
                own += beside[i]
                passed0 += band[i, 0]
                passed1 += band[i, 1]
                passed2 += band[i, 2]
                i += 1
            if col >= 0:
                if lonlat:
                    area, cell = own + carry[0], whole[row]
                else:
                    cell = cubic_at(cell_area, col + 0.5, row0 + row + 0.5)
                    through = carry[0] != 0.0 or carry[1] != 0.0
                    area = own + (_strip(density, col, row0 + row, carry) if through else 0.0)
                if abs(area - cell) < (_SLIVER if lonlat else _ROUGH) * cell:
                    if open_at < 0:
                        open_at = col
                else:
                    open_at = _close(open_at, col, run_place, row + shift, run_first, run_last)
                    if area >= _SLIVER * cell:
                        k = border_place[row + shift]
                        border_place[row + shift] += 1
                        if not counting:
                            border_column[k], border_area[k] = col, area
            carry[0] += passed0
            carry[1] += passed1
            carry[2] += passed2
            col += 1


@njit(nogil=True, cache=True)
def _paint(area, cell, top, row0, row1, col0, border_start, border_column, border_area, run_start, run_first, run_last):
    """Areas of the cells of some rows as a dense array."""
    for r in range(max(top, row0), min(top + area.shape[0], row1)):
        for j in range(run_start[r - row0], run_start[r - row0 + 1]):
            for c in range(run_first[j], run_last[j]):
                area[r - top, c - col0] = cell[r - top, c if cell.shape[1] > 1 else 0]
        for i in range(border_start[r - row0], border_start[r - row0 + 1]):
            area[r - top, border_column[i] - col0] = border_area[i]
