"""Sums by county and pattern: area, and the resource on it.

Areas are added in whole multiples of the grid's quantum, resource sums (value x area) in the same quanta: all sums are exact
integers, so size of blocks, number of threads and order cannot change a bit of them. They become numbers with a fraction at
the very end.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numba import njit

from pipeline.core import pixels
from pipeline.core.counting import AREA_BITS, VALUE_BITS
from pipeline.core.progress import track
from pipeline.core.threads import on_threads
from pipeline.core.zones import ZoneCells
from pipeline.siting.asking import put, state, words_for
from pipeline.siting.energy import Model
from pipeline.siting.evidence import Evidence, Reader, Window
from pipeline.siting.sheet import Sheet

Part = tuple[np.ndarray, np.ndarray, pixels.Exact]  # zones, numbers and their sums


@dataclass(frozen=True)
class Measure:
    """A source of a technology's resource, summed over land."""

    kind: str
    layer: str
    model: Model

    def values(self, window: Window) -> np.ndarray:
        """The resource by cell, NaN unknown."""
        return self.model.resource(window.values, self.layer)


@dataclass(frozen=True)
class Ledger:
    """Sums by zone and pattern, whole numbers of quanta.

    ``zone`` (n,); ``words`` (n, words): the pattern; ``sums`` (n, 1 + 2 x measures): area, and of each measure
    the area where it is known and resource x area.
    """

    zone: np.ndarray
    words: np.ndarray
    sums: pixels.Exact

    @classmethod
    def of(cls, parts: list[Ledger]) -> Ledger:
        """Several as one: equal zones and patterns added, in the order of zones and patterns."""
        zone, words = np.concatenate([p.zone for p in parts]), np.concatenate([p.words for p in parts])
        order = np.lexsort((*words.T, zone))
        zone, words = zone[order], words[order]
        is_new = np.append(True, (zone[1:] != zone[:-1]) | (words[1:] != words[:-1]).any(axis=1))[: zone.size]
        start = np.flatnonzero(is_new)
        high, low = (np.concatenate([getattr(p.sums, k) for p in parts])[order] for k in ("high", "low"))
        sums = pixels.Exact(*(np.add.reduceat(a, start, axis=0) if start.size else a for a in (high, low)))
        return cls(zone[start], words[start], sums)

    def as_seen(self, places: np.ndarray) -> Ledger:
        """By what some questions say alone, in their order: patterns that they cannot tell apart become one.

        ``places`` (zones, n): the questions that are asked in each zone.
        """
        words = np.zeros((self.zone.size, words_for(places.shape[1])), np.uint64)
        for i, place in enumerate(places.T):
            put(words, i, state(self.words, place[self.zone]))
        return Ledger.of([Ledger(self.zone, words, self.sums)])

    def marked(self, mark: np.ndarray) -> Ledger:
        """With one more word to each pattern, the first."""
        return Ledger(self.zone, np.column_stack([mark.astype(np.uint64), self.words]), self.sums)

    def whole_area(self) -> Ledger:
        """All zones as one, numbered -1."""
        return Ledger.of([Ledger(np.full_like(self.zone, -1), self.words, self.sums)])


def with_beyond(ledger: Ledger, cells: list[ZoneCells], questions: int) -> Ledger:
    """The land of each zone beyond the grid as well: unknown to every question."""
    everywhere = np.zeros((1, ledger.words.shape[1]), np.uint64)
    for place in range(questions):
        put(everywhere, place, np.array([2], np.uint8))
    parts = [ledger]
    for number, zone in enumerate(cells):
        if zone.is_inside_grid:
            continue
        beyond = round(zone.area_m2 / zone.grid.quantum_m2) - sum(ledger.sums.whole()[ledger.zone == number, 0])
        if beyond * zone.grid.quantum_m2 > 1e-9 * zone.area_m2:
            words = np.array([[[beyond >> 32, beyond & (2**32 - 1)], *[[0, 0]] * (ledger.sums.high.shape[1] - 1)]])
            parts.append(Ledger(np.array([number]), everywhere, pixels.Exact.of(words, 32)))
    return Ledger.of(parts)


def add_up(
    evidence: Evidence, zones: pixels.Zones, sheet: Sheet, keys: np.ndarray, measures: list[Measure], threads: int, label: str
) -> Ledger:
    """Sums over the cells of every zone; ``keys``: the pattern of each number of the sheet."""
    todo, tally = evidence.blocks(zones), Tally(zones.row0.size, len(keys), len(measures))

    def work(reader: Reader, block: pixels.Block) -> Part:
        return count(reader.window(*block.where), zones, sheet.read(*block.where), len(keys), measures)

    for part in track(on_threads(evidence.reader, work, todo, threads), len(todo), label):
        tally.add(*part)
    zone, number, sums = tally.whole()
    return Ledger.of([Ledger(zone, keys[number], sums)])


class Tally:
    """Sums by zone and number, as parts of them come in."""

    def __init__(self, zones: int, numbers: int, measures: int):
        """There are so many zones, numbers (0 among them, which is none) and measures."""
        self._place = np.full((zones, numbers), -1, np.int32)  # of the sums of each zone and number
        self._pairs: list[tuple[int, int]] = []
        self._high, self._low = (np.zeros((0, 1 + 2 * measures), np.int64) for _ in range(2))

    def add(self, zone: np.ndarray, number: np.ndarray, sums: pixels.Exact) -> None:
        """Add what :func:`count` made of some cells."""
        is_new = self._place[zone, number] < 0
        self._place[zone[is_new], number[is_new]] = np.arange(len(self._pairs), len(self._pairs) + is_new.sum())
        self._pairs += zip(zone[is_new].tolist(), number[is_new].tolist(), strict=True)
        if len(self._pairs) > len(self._high):
            for words in (self._high, self._low):
                words.resize((max(len(self._pairs), len(words) * 2), words.shape[1]), refcheck=False)
        own = self._place[zone, number]
        total = pixels.Exact(self._high[own] + sums.high, self._low[own] + sums.low)
        self._high[own], self._low[own] = total.high, total.low

    def whole(self) -> Part:
        """All of it."""
        zone, number = np.array(self._pairs, np.int64).reshape(-1, 2).T
        return zone, number, pixels.Exact(self._high[: len(zone)], self._low[: len(zone)])


def count(window: Window, zones: pixels.Zones, numbers: np.ndarray, below: int, measures: list[Measure]) -> Part:
    """(zones, numbers, sums as of :class:`Ledger`) of a window's cells; ``numbers`` of cells: ``below`` some, 0 is none."""
    here = np.flatnonzero((zones.row0 < window.row1) & (zones.row1 > window.row0))
    values = np.empty((len(measures) if numbers.any() else 0, *window.shape))
    for measure, cells in zip(measures, values, strict=False):
        cells[:] = measure.values(window)
    largest = np.zeros(len(measures))
    quanta = pixels.quanta_of(window.evidence.grid, window)
    place_of, present = _present(numbers, below)
    table = np.zeros((here.size, present.size, 1 + 2 * len(measures), 2), np.int64)
    _add_up(numbers, place_of, values, quanta, window.row0, window.col0, zones.arrays, here, table, largest)
    for measure, most in zip(measures, largest, strict=True):
        pixels.require_measure(window.evidence.rasters[measure.layer], most)
    zone, place = np.nonzero(table[:, :, 0].any(axis=2) & (present != 0))
    own = table[zone, place]
    bits = [AREA_BITS] + [AREA_BITS, VALUE_BITS] * len(measures)
    exact = [pixels.Exact.of(own[:, i], b) for i, b in enumerate(bits)]
    high, low = (np.stack([getattr(e, word) for e in exact], axis=1) for word in ("high", "low"))
    return here[zone], present[place].astype(np.int64), pixels.Exact(high, low)


# --- compiled ------------------------------------------------------------------------------------------------


@njit(nogil=True, cache=True)
def _present(numbers, below):
    """(place of each number among those that occur, those)."""
    place, present = np.full(below, -1, np.int32), np.empty(below, np.int32)
    count = 0
    for r in range(numbers.shape[0]):
        for c in range(numbers.shape[1]):
            if place[numbers[r, c]] < 0:
                place[numbers[r, c]], present[count] = count, numbers[r, c]
                count += 1
    return place, present[:count].copy()


@njit(nogil=True, cache=True)
def _add_up(numbers, place_of, values, quanta, top, left, zones, here, table, largest):
    """Add the cells of some zones to ``table`` (zones, numbers that occur, sums, 2 words).

    ``values`` (measures, rows, columns); ``largest``: how far from zero each goes.
    """
    row0, row1, place, border_start, border_column, border_quanta, run_start, run_first, run_last = zones
    rows, columns = numbers.shape
    step = int(quanta.shape[1] > 1)  # else a row's cells are all of one area
    for n in range(here.size):
        z, own = here[n], table[n]
        for row in range(max(top, row0[z]), min(top + rows, row1[z])):
            i, r = place[z] + row - row0[z], row - top
            for j in range(run_start[i], run_start[i + 1]):
                for c in range(max(run_first[j] - left, 0), min(run_last[j] - left, columns)):
                    _add(own, place_of[numbers[r, c]], quanta[r, step * c], values, r, c, largest)
            for j in range(border_start[i], border_start[i + 1]):
                c = border_column[j] - left
                if 0 <= c < columns:
                    _add(own, place_of[numbers[r, c]], border_quanta[j], values, r, c, largest)


@njit(nogil=True, cache=True, inline="always")
def _add(sums, k, weight, values, r, c, largest):
    """Add a cell; each value x area is split at 2 ** VALUE_BITS and rounded to a whole number."""
    above, below = weight >> AREA_BITS, weight & ((1 << AREA_BITS) - 1)
    sums[k, 0, 0] += above
    sums[k, 0, 1] += below
    for m in range(largest.size):
        value = values[m, r, c]
        if value == value:
            product = value * weight
            over = math.floor(product * 2.0**-VALUE_BITS)
            sums[k, 1 + 2 * m, 0] += above
            sums[k, 1 + 2 * m, 1] += below
            sums[k, 2 + 2 * m, 0] += np.int64(over)
            sums[k, 2 + 2 * m, 1] += np.int64(np.rint(product - over * 2.0**VALUE_BITS))
            largest[m] = max(largest[m], abs(value))
