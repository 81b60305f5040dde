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

from pipeline.core.grid import Grid
from pipeline.siting.sheet import Sheet

_MORE = 2**20  # labels that room is made for at once


class Patches:
    """The patches of some classes, numbered as they turn up. ``patch_of``: of each label; ``class_of_patch``; ``area_m2`` by patch."""

    def __init__(self, sheet: Sheet, class_of: np.ndarray, grid: Grid):
        """``class_of``: class (uint8, 0 in no patch) of each number of the sheet; neighbours of one class make a patch."""
        self._sheet, self._class_of = sheet, class_of
        self._start = {sheet.row0: (np.zeros(sheet.width, np.uint8), np.full(sheet.width, -1, np.int32), 0)}
        (above, before, count), starts = self._start[sheet.row0], {row for row, _ in sheet.parts()}
        root, class_of, area_m2 = np.zeros(0, np.int32), np.zeros(0, np.uint8), np.zeros(0)  # by label
        for row, _, labels, classes, count in self._sweep(sheet.row0, sheet.row1):
            if count > root.size:
                old, size = root.size, max(count, root.size + _MORE)
                for array in (root, class_of, area_m2):
                    array.resize(size, refcheck=False)  # in place: there may be tens of millions
                root[old:] = np.arange(old, size, dtype=np.int32)
            cell_m2 = grid.cell_area_m2(row, row + labels.shape[0], sheet.col0, sheet.col1)
            _unite(labels, classes, before, above, cell_m2, root, class_of, area_m2)
            above, before = classes[-1].copy(), labels[-1].copy()
            if row + len(labels) in starts:
                self._start[row + len(labels)] = above, before, count
        patches = _settle(root[:count], class_of, area_m2)
        root.resize(count, refcheck=False)
        self.patch_of, self.class_of_patch, self.area_m2 = root, class_of[:patches].copy(), area_m2[:patches].copy()

    def _sweep(self, row0: int, row1: int) -> Iterator[tuple[int, np.ndarray, np.ndarray, np.ndarray, int]]:
        """(first row, numbers, labels, classes, labels given so far) strip by strip."""
        above, before, count = self._start[row0]
        for row, numbers in self._sheet.strips(row0, row1):
            labels, classes = np.empty(numbers.shape, np.int32), np.empty(numbers.shape, np.uint8)
            count = _label(numbers, self._class_of, above, before, count, labels, classes)
            yield row, numbers, labels, classes, count
            above, before = classes[-1], labels[-1]

    def strips(self, row0: int | None = None, row1: int | None = None) -> Iterator[tuple[int, np.ndarray, np.ndarray]]:
        """(first row, numbers of the sheet, labels: -1 in no patch) of full rows, from north to south.

        ``row0``, ``row1``: of one of the sheet's parts alone.
        """
        for row, numbers, labels, *_ in self._sweep(self._sheet.row0 if row0 is None else row0, self._sheet.row1 if row1 is None else row1):
            yield row, numbers, labels

    def of_size(self, least_m2: float) -> np.ndarray:
        """Which labels belong to patches of at least some area."""
        return (self.area_m2 >= least_m2)[self.patch_of]

    def numbered(self, chosen: np.ndarray) -> np.ndarray:
        """1, 2, 3 ... for the labels of some patches, 0 for those of all others, and one more 0 at the end: for label -1."""
        number = np.zeros(self.area_m2.size, np.int32)
        number[chosen] = np.arange(1, chosen.size + 1)
        return np.append(number[self.patch_of], np.int32(0))

    def forget(self) -> None:
        """Give back the memory of labels; what follows are strips, and labels as they were numbered."""
        self.patch_of, self.class_of_patch, self.area_m2 = np.zeros(0, np.int32), np.zeros(0, np.uint8), np.zeros(0)

    def renumbered(self, old: np.ndarray) -> None:
        """Cells of the sheet have new numbers; ``old``: what each number was."""
        self._class_of = self._class_of[old]

    def before(self, row: int) -> np.ndarray:
        """The labels of the row before a part of the sheet."""
        return self._start[row][1]

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


def stretches(before: np.ndarray, numbers: np.ndarray, row: int) -> np.ndarray:
    """Horizontal edges of numbered patches over some rows, of which the first is ``row``; 0 is no patch.

    (patch, row of the edge, first and last column, 1 if the patch is above); ``before``: the numbers of the row before.
    """
    return _edges(before, numbers, row) if before.any() or numbers.any() else np.zeros((0, 5), np.int32)


def outlines(edges: np.ndarray, count: int, left: int, place: Callable[[shapely.Geometry], shapely.Geometry]) -> list[shapely.Polygon]:
    """Outlines of patches 1 .. ``count``, along cell edges, holes and all, from all their :func:`stretches`.

    ``left``: the column that stretches are counted from; ``place`` leads from (column, row) of cell corners to the polygons'
    coordinates. Only stretches are kept, not cells: memory follows the length of the outlines.
    """
    order = np.argsort(edges[:, 0], kind="stable")
    start = np.searchsorted(edges[:, 0], np.arange(1, count + 2), sorter=order)
    return [place(_polygon(edges[order[a:b]], left)) for a, b in itertools.pairwise(start)]


def _polygon(edges: np.ndarray, left: int) -> shapely.Polygon:
    """One patch from the stretches (patch, row, first column, last column, whether the patch is above) of its horizontal edges."""
    row, above = np.repeat(edges[:, 1], 2), np.repeat(edges[:, 4], 2)
    column = edges[:, 2:4].ravel()
    # Corners of one column, from north to south, are joined two by two. Where two cells of the patch touch at a corner only, two
    # corners lie in one place: the one whose edge has the patch below it is joined northward, so that each ring passes there once.
    order = np.lexsort((above, row, column))
    partner = np.empty(order.size, np.int64)
    partner[order[0::2]], partner[order[1::2]] = order[1::2], order[0::2]
    corners, start = _rings(partner)
    xy = np.column_stack([column + left, row]).astype(np.float64)[corners]
    rings = shapely.linearrings(xy, indices=np.repeat(np.arange(start.size - 1), np.diff(start)))
    shell = int(np.argmin(np.minimum.reduceat(xy[:, 1], start[:-1])))  # only the outer ring reaches the first row
    return shapely.polygons(rings[shell], np.delete(rings, shell))


# --- compiled ------------------------------------------------------------------------------------------------


@njit(nogil=True, cache=True)
def _label(numbers, class_of, above, before, count, labels, classes):
    """Classes and labels of some rows; ``above`` (classes) and ``before`` (labels) are those of the row before them."""
    rows, columns = numbers.shape
    for r in range(rows):
        c, kind = 0, class_of[numbers[r, 0]] if columns else 0
        while c < columns:
            first, own, label = c, kind, np.int32(-1)
            while c < columns and kind == own:
                classes[r, c] = own
                if own and label < 0 and above[c] == own:
                    label = before[c]
                c += 1
                if c < columns:
                    kind = class_of[numbers[r, c]]
            if own and label < 0:
                label = np.int32(count)
                count += 1
            labels[r, first:c] = label
        above, before = classes[r], labels[r]
    return count


@njit(nogil=True, cache=True)
def _unite(labels, classes, before, above, cell_m2, root, class_of, area_m2):
    """Add the cells of some rows to their labels' areas, and join labels of one class that meet."""
    rows, columns = labels.shape
    each_cell = cell_m2.shape[1] > 1
    for r in range(rows):
        c = 0
        while c < columns:
            label, first, last = labels[r, c], c, np.int32(-1)
            while c < columns and labels[r, c] == label:
                other = before[c]
                if label >= 0 and other >= 0 and other != label and other != last:
                    last = other
                    if above[c] == classes[r, c]:
                        a, b = _root(root, label), _root(root, other)
                        root[max(a, b)] = min(a, b)
                c += 1
            if label >= 0:
                class_of[label] = classes[r, first]
                for i in range(first, c if each_cell else first + 1):
                    area_m2[label] += cell_m2[r, i] if each_cell else cell_m2[r, 0] * (c - first)
        before, above = labels[r], classes[r]


@njit(nogil=True, cache=True)
def _root(root, label):
    """The least label known to be of the same patch."""
    while root[label] != label:
        root[label] = root[root[label]]
        label = root[label]
    return label


@njit(nogil=True, cache=True)
def _settle(root, class_of, area_m2):
    """Give each label the number of its patch, in ``root``, and move classes and areas to those numbers; returns how many there are."""
    for label in range(root.size):
        own = _root(root, label)
        root[label] = own
        if own != label:
            area_m2[own] += area_m2[label]
    count = 0
    for label in range(root.size):
        if root[label] == label:
            area_m2[count], class_of[count] = area_m2[label], class_of[label]
            count += 1
            root[label] = -count  # until the labels after it have read it
        else:
            root[label] = -root[root[label]] - 1
    for label in range(root.size):
        if root[label] < 0:
            root[label] = -root[label] - 1
    return count


@njit(nogil=True, cache=True)
def _edges(before, rows, top):
    """Stretches of horizontal edge over each row: (patch, row of the edge, first and last column, 1 if the patch is above)."""
    made = np.empty((256, 5), np.int32)
    count, columns = 0, rows.shape[1]
    for r in range(rows.shape[0]):
        above, below, from_above, from_below = 0, 0, 0, 0  # the patches whose edge goes on here, and since where
        for c in range(columns + 1):
            p, q = (before[c], rows[r, c]) if c < columns else (0, 0)
            if p == q:
                if above == 0 and below == 0:
                    continue
                p, q = 0, 0
            if count + 2 > made.shape[0]:
                made = np.concatenate((made, np.empty_like(made)))
            if p != above:
                if above:
                    made[count, 0], made[count, 1], made[count, 2], made[count, 3], made[count, 4] = above, top + r, from_above, c, 1
                    count += 1
                above, from_above = p, c
            if q != below:
                if below:
                    made[count, 0], made[count, 1], made[count, 2], made[count, 3], made[count, 4] = below, top + r, from_below, c, 0
                    count += 1
                below, from_below = q, c
        before = rows[r]
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
