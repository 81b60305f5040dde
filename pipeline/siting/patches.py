"""Contiguous land: cells of one class joined across their edges (not their corners), whatever blocks and counties they lie in.

Cells are labelled row by row from north to south, a few rows in memory at a time; what is kept of them all is a number and an
area for each label. Labels are not stored: going through the same cells again gives the same ones. A patch counts its cells
whole, those on the outer border of the area too; land beyond the area is not looked at.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator

import numpy as np
import shapely
from numba import njit

from pipeline.core import counting
from pipeline.core.grid import Grid
from pipeline.core.pixels import Exact
from pipeline.siting.sheet import Sheet


class Patches:
    """The patches of some classes. ``root``: label -> the patch it belongs to (itself a label); ``class_of_label``; areas by patch."""

    def __init__(self, sheet: Sheet, class_of: np.ndarray, grid: Grid):
        """``class_of``: class (uint8, 0 in no patch) of each number of the sheet; neighbours of one class make a patch."""
        self._sheet, self._class_of = sheet, class_of
        self.root, self.class_of_label, area = np.zeros(0, np.int32), np.zeros(0, np.uint8), np.zeros((0, 2), np.int64)
        count = 0
        before = np.full(sheet.width, -1, np.int32)
        for row, numbers, labels, count in self._sweep():
            if count > self.root.size:
                old, size = self.root.size, max(count, self.root.size * 3 // 2)
                self.root = np.append(self.root, np.arange(old, size, dtype=np.int32))
                self.class_of_label = np.append(self.class_of_label, np.zeros(size - old, np.uint8))
                area = np.concatenate([area, np.zeros((size - old, 2), np.int64)])
            cells = grid.cell_area_m2(row, row + labels.shape[0], sheet.col0, sheet.col1)
            quanta = np.rint(cells / grid.quantum_m2).astype(np.int64)
            _unite(labels, class_of[numbers], before, quanta, self.root, self.class_of_label, area)
            before = labels[-1].copy()
        self.root, self.class_of_label, area = self.root[:count], self.class_of_label[:count], area[:count]
        _settle(self.root, area)
        self._area, self._quantum_m2 = area, grid.quantum_m2

    def _sweep(self) -> Iterator[tuple[int, np.ndarray, np.ndarray, int]]:
        """(first row, numbers, labels, labels given so far) strip by strip."""
        above, before, count = np.zeros(self._sheet.width, np.uint8), np.full(self._sheet.width, -1, np.int32), 0
        for row, numbers in self._sheet.strips():
            labels = np.empty(numbers.shape, np.int32)
            count = _label(numbers, self._class_of, above, before, count, labels)
            yield row, numbers, labels, count

    def strips(self) -> Iterator[tuple[int, np.ndarray, np.ndarray]]:
        """(first row, numbers of the sheet, labels: -1 in no patch) of full rows, from north to south."""
        for row, numbers, labels, _ in self._sweep():
            yield row, numbers, labels

    def area_m2(self) -> np.ndarray:
        """Area [m2] by label of the patch it belongs to."""
        area = self._area[:, 0] * 2.0**counting.AREA_BITS + self._area[:, 1]
        return (area * self._quantum_m2)[self.root]

    def quanta(self, labels: np.ndarray) -> list[int]:
        """Exact area of patches by their root labels, in quanta of the grid."""
        return list(Exact.of(self._area[labels], counting.AREA_BITS).whole())

    def windows(self, wanted: list[tuple[int, int, int, int]]) -> list[np.ndarray]:
        """The labels (-1: in no patch; -2: no cell of the sheet) in some windows of the grid."""
        made = [np.full((max(r1 - r0, 0), max(c1 - c0, 0)), -2, np.int32) for r0, r1, c0, c1 in wanted]
        last = max((r1 for _, r1, _, _ in wanted), default=self._sheet.row0)
        for row, numbers, labels in self.strips():
            if row >= last:
                break
            labels[numbers == 0] = -2
            for (r0, r1, c0, c1), window in zip(wanted, made, strict=True):
                top, bottom = max(r0, row), min(r1, row + labels.shape[0])
                left, right = max(c0, self._sheet.col0), min(c1, self._sheet.col1)
                if top < bottom and left < right:
                    part = labels[top - row : bottom - row, left - self._sheet.col0 : right - self._sheet.col0]
                    window[top - r0 : bottom - r0, left - c0 : right - c0] = part
        return made


# --- outlines ------------------------------------------------------------------------------------------------


def outlines(sheet: Sheet, count: int, place: Callable[[np.ndarray], np.ndarray]) -> list[shapely.Polygon]:
    """Outlines of the patches 1 .. ``count`` of a sheet, along cell edges, holes and all.

    ``place`` leads from (column, row) of cell corners to the polygons' coordinates. Only the stretches of edge between two
    corners are kept, not cells: memory follows the length of the outlines.
    """
    parts, before = [], np.zeros(sheet.width, np.int32)
    for row, numbers in sheet.strips():
        parts.append(_edges(np.vstack([before, numbers]), row))
        before = numbers[-1]
    parts.append(_edges(np.vstack([before, np.zeros_like(before)]), sheet.row1))
    edges = np.concatenate(parts)
    edges = edges[np.argsort(edges[:, 0], kind="stable")]
    start = np.searchsorted(edges[:, 0], np.arange(1, count + 2))
    return [_polygon(edges[a:b], sheet.col0, place) for a, b in itertools.pairwise(start)]


def _polygon(edges: np.ndarray, left: int, place) -> shapely.Polygon:
    """One patch from the stretches (patch, row, first column, last column, whether the patch is above) of its horizontal edges."""
    row, above = np.repeat(edges[:, 1], 2), np.repeat(edges[:, 4], 2)
    column = edges[:, 2:4].ravel()
    # Corners of one column, from north to south, are joined two by two. Where two cells of the patch touch at a corner only, two
    # corners lie in one place: the one whose edge has the patch below it is joined northward, so that each ring passes there once.
    order = np.lexsort((above, row, column))
    partner = np.empty(order.size, np.int64)
    partner[order[0::2]], partner[order[1::2]] = order[1::2], order[0::2]
    corners, ring_start = _rings(partner)
    corners = np.column_stack([column + left, row]).astype(np.float64)[corners]
    rings = [corners[a:b] for a, b in itertools.pairwise(ring_start)]
    shell = int(np.argmin(np.minimum.reduceat(corners[:, 1], ring_start[:-1])))  # only the outer ring reaches the first row
    return shapely.Polygon(place(rings[shell]), [place(ring) for i, ring in enumerate(rings) if i != shell])


# --- compiled ------------------------------------------------------------------------------------------------


@njit(nogil=True, cache=True)
def _label(numbers, class_of, above, before, count, labels):
    """Label the cells of some rows; ``above`` (classes) and ``before`` (labels) of the row before them become those of the last."""
    rows, columns = numbers.shape
    for r in range(rows):
        c = 0
        while c < columns:
            kind = class_of[numbers[r, c]]
            end, label = c, np.int32(-1)
            while end < columns and class_of[numbers[r, end]] == kind:
                if kind and label < 0 and above[end] == kind:
                    label = before[end]
                end += 1
            if kind and label < 0:
                label = np.int32(count)
                count += 1
            for i in range(c, end):
                labels[r, i] = label
            c = end
        for c in range(columns):
            above[c], before[c] = class_of[numbers[r, c]], labels[r, c]
    return count


@njit(nogil=True, cache=True)
def _unite(labels, classes, before, quanta, root, class_of_label, area):
    """Add the cells of some rows to their labels' areas, and join labels of one class that meet."""
    rows, columns = labels.shape
    each_cell = quanta.shape[1] > 1
    for r in range(rows):
        for c in range(columns):
            label = labels[r, c]
            if label < 0:
                continue
            weight = quanta[r, c if each_cell else 0]
            area[label, 0] += weight >> counting.AREA_BITS
            area[label, 1] += weight & ((1 << counting.AREA_BITS) - 1)
            class_of_label[label] = classes[r, c]
            other = before[c] if r == 0 else labels[r - 1, c]
            if other >= 0 and other != label and class_of_label[other] == classes[r, c]:
                a, b = _root(root, label), _root(root, other)
                root[max(a, b)] = min(a, b)


@njit(nogil=True, cache=True)
def _root(root, label):
    """The least label known to be of the same patch."""
    while root[label] != label:
        root[label] = root[root[label]]
        label = root[label]
    return label


@njit(nogil=True, cache=True)
def _settle(root, area):
    """Give each label its patch, and each patch the area of its labels."""
    for label in range(root.size):
        own = _root(root, label)
        root[label] = own
        if own != label:
            area[own, 0] += area[label, 0]
            area[own, 1] += area[label, 1]


@njit(nogil=True, cache=True)
def _edges(rows, top):
    """Stretches of horizontal edge between rows: (patch, row of the edge, first and last column, 1 if the patch is above)."""
    made = np.empty((256, 5), np.int32)
    count, columns = 0, rows.shape[1]
    for r in range(1, rows.shape[0]):
        for above in range(2):
            one, other = (r - 1, r) if above else (r, r - 1)
            c = 0
            while c < columns:
                patch = rows[one, c]
                if patch == 0 or rows[other, c] == patch:
                    c += 1
                    continue
                first = c
                while c < columns and rows[one, c] == patch and rows[other, c] != patch:
                    c += 1
                if count == made.shape[0]:
                    made = np.concatenate((made, np.empty_like(made)))
                made[count, 0], made[count, 1], made[count, 2], made[count, 3], made[count, 4] = patch, top + r - 1, first, c, above
                count += 1
    return made[:count]


@njit(nogil=True, cache=True)
def _rings(partner):
    """(corners in order along the rings, where each ring begins); corners 2 i and 2 i + 1 are the ends of edge i."""
    corners, starts, seen = np.empty(partner.size, np.int64), [0], np.zeros(partner.size, np.bool_)
    count = 0
    for first in range(0, partner.size, 2):
        if seen[first]:
            continue
        corner = first
        while not seen[corner]:
            other = corner ^ 1
            seen[corner] = seen[other] = True
            corners[count], corners[count + 1] = corner, other
            count += 2
            corner = partner[other]
        starts.append(count)
    return corners, np.array(starts)
