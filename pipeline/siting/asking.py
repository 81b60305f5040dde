"""Every cell asked every question, once: the number of its pattern goes to a sheet.

A cell answers single tests, two bits each (broken, unknown). What a raster's tests say is looked up by its value, all at once;
vector layers are swept (:mod:`pipeline.siting.shapes`) and touch only the cells they reach. Each layer splits the patterns that
the cells of a block have so far, so a cell never holds more than a number. Rules on guarded land are answered pattern by pattern.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numba import njit

from pipeline.core import pixels
from pipeline.core.progress import track
from pipeline.core.threads import on_threads
from pipeline.siting.evidence import Evidence, Reader
from pipeline.siting.rules import Test
from pipeline.siting.shapes import Runs
from pipeline.siting.sheet import Sheet

OUTSIDE = 0  # the number of cells that hold no land of any county
PER_WORD = 32  # questions in a word of 64 bits
Question = tuple[Test, Test | None]  # what a rule tests, and the guard that limits it
PatchQuestion = tuple[str, Test, Test | None]  # the same of contiguous land, which differs by technology


# --- patterns ------------------------------------------------------------------------------------------------


def words_for(questions: int) -> int:
    """Words of 64 bits that hold so many answers, at least one."""
    return max(1, -(-questions // PER_WORD))


def state(words: np.ndarray, place: int | np.ndarray) -> np.ndarray:
    """What the two bits of a question, or of one for each pattern, say: 0 kept, 1 broken, 2 unknown; 2 where ``place`` is below 0."""
    place = np.broadcast_to(place, len(words))
    said = words[np.arange(len(words)), np.maximum(place, 0) // PER_WORD] >> (2 * (place % PER_WORD)).astype(np.uint64)
    return np.where(place < 0, 2, said.astype(np.uint8) & 3).astype(np.uint8)


def states(words: np.ndarray, places: np.ndarray) -> np.ndarray:
    """What some questions say in each pattern, (patterns, questions); 2 for those that were not asked.

    ``places``: (patterns, questions), or (questions,) that are the same for all; -1 for a question that was not asked.
    """
    places = np.broadcast_to(places, (len(words), places.shape[-1]))
    return np.stack([state(words, place) for place in places.T], axis=1) if places.shape[1] else np.zeros(places.shape, np.uint8)


def put(words: np.ndarray, place: int, said: np.ndarray) -> None:
    """Set the two bits of a question in each pattern, where they were not set."""
    words[:, place // PER_WORD] |= said.astype(np.uint64) << np.uint64(2 * (place % PER_WORD))


def guarded(said: np.ndarray, limit: np.ndarray) -> np.ndarray:
    """A test's answers on guarded land: kept where either is surely not so, unknown where that cannot be said."""
    return np.where((said == 0) | (limit == 0), 0, np.where((said == 1) & (limit == 1), 1, 2)).astype(np.uint8)


# --- what is asked -------------------------------------------------------------------------------------------


class Script:
    """Questions by their place in a pattern, and the single tests that cells answer for them."""

    def __init__(self, evidence: Evidence, questions: dict[Question, int], words: int):
        """``words``: those that patterns have; tests that only guarded questions need are kept beyond them while a block is asked."""
        self.words, self._guarded = words, [(q, place) for q, place in questions.items() if q[1] is not None]
        self.bit_of = {test: place for (test, guard), place in questions.items() if guard is None}
        for (test, guard), _ in self._guarded:
            for one in (test, guard):
                if evidence.has(one.layer) and one not in self.bit_of:
                    self.bit_of[one] = words * PER_WORD + sum(place >= words * PER_WORD for place in self.bit_of.values())
        self.width = words_for(max([words * PER_WORD, *(place + 1 for place in self.bit_of.values())]))

    def patterns(self, found: np.ndarray) -> np.ndarray:
        """The patterns of questions that patterns of tests stand for; words beyond those of the tests are kept."""
        made = np.column_stack([found[:, : self.words], found[:, self.width :]])
        for (test, guard), place in self._guarded:
            put(made, place, guarded(*(state(found, self.bit_of.get(one, -1)) for one in (test, guard))))
        return made


@dataclass(frozen=True)
class Lookup:
    """What the tests on one raster say of each of its values.

    ``bits`` (states, words): the bits of a pattern for each set of answers. ``state_of``: the set that each value gets; the last
    is for unknown. Of whole numbers place i is for ``first + i``; of any others for values from ``breaks[i - 1]`` up to the next.
    """

    layer: str
    bits: np.ndarray
    state_of: np.ndarray
    first: int
    breaks: np.ndarray | None

    @classmethod
    def of(cls, layer: str, tests: dict[Test, int], reader: Reader, words: int) -> Lookup:
        """``tests``: those on the layer, with their place in a pattern of so many ``words``."""
        evidence, kind = reader.evidence, reader.whole_type(layer)
        breaks, first = None, 0
        if kind is not None:
            first = int(np.iinfo(kind).min)
            values = reader.in_unit(layer, np.arange(first, int(np.iinfo(kind).max) + 1).astype(kind))
        else:
            breaks = evidence.breaks(layer, tests)
            values = np.concatenate([breaks[:1] - 1, breaks]) if breaks.size else np.zeros(1)
        values = evidence.seen(layer, np.append(values, np.nan))
        bits = np.zeros((values.size, words), np.uint64)
        for test, place in tests.items():
            said = evidence.answer(test, values)
            put(bits, place, np.where(said.broken, 1, np.where(said.unknown, 2, 0)))
        bits, state_of = np.unique(bits, axis=0, return_inverse=True)
        return cls(layer, bits, state_of.ravel().astype(np.uint16), first, breaks)

    def split(self, patterns: Patterns, reader: Reader, where: tuple[int, int, int, int]) -> None:
        """Add the bits of the cells of a window to their patterns."""
        if self.breaks is None:
            patterns.split(self.bits, _by_whole, *reader.whole(self.layer, where), self.first, self.state_of)
        else:
            patterns.split(self.bits, _by_breaks, reader.values(self.layer, where), self.breaks, self.state_of)


def lookups(evidence: Evidence, bit_of: dict[Test, int], words: int) -> list[Lookup]:
    """One for each raster that is tested."""
    by_layer: dict[str, dict[Test, int]] = {}
    for test, place in bit_of.items():
        if evidence.is_raster(test.layer):
            by_layer.setdefault(test.layer, {})[test] = place
    with evidence.reader() as reader:
        return [Lookup.of(layer, tests, reader, words) for layer, tests in by_layer.items()]


class Patterns:
    """The cells of a block by the pattern they have so far: one after the other, answers split patterns in two or more.

    ``numbers`` (rows, columns) int32: the pattern of each cell, -1 outside; ``keys`` (patterns, words): some have no cell any more.
    """

    def __init__(self, inside: np.ndarray, words: int):
        """``inside``: the cells that count; all begin with an empty pattern of so many words."""
        self.numbers, self.keys = inside.astype(np.int32) - 1, np.zeros((1, words), np.uint64)

    def split(self, bits: np.ndarray, by: Callable[..., int], *said: object) -> None:
        """Add one of several ``bits`` (states, words) to the pattern of each cell; ``by``: the compiled loop over what is ``said`` of them."""
        if len(self.keys) > self.numbers.size:
            self.keys = self.settle()  # else those without cells could outgrow memory
        count = len(self.keys)
        # A number and a state make a new number when first met; there are never more new ones than cells.
        came, of = np.empty(min(count * len(bits), self.numbers.size), np.int32), np.full((count, len(bits)), -1, np.int32)
        new = by(self.numbers, *said, of, came)
        number, state = np.divmod(came[:new], len(bits))
        self.keys = np.concatenate([self.keys, self.keys[number] | bits[state]])

    def mark(self, runs: Runs, place: int, said: int) -> None:
        """Set the two bits of a question for runs of cells."""
        if len(runs):
            bits = np.zeros((1, self.keys.shape[1]), np.uint64)
            put(bits, place, np.array([said]))
            self.split(bits, _by_runs, runs)

    def settle(self) -> np.ndarray:
        """Number the patterns that cells still have 0, 1, 2 ...; returns them."""
        own = np.zeros(len(self.keys), np.int32)
        count = _settle(self.numbers, own)
        made = np.empty((count, self.keys.shape[1]), np.uint64)
        made[own[own > 0] - 1] = self.keys[own > 0]
        return made


# --- the pass ------------------------------------------------------------------------------------------------


def ask(
    evidence: Evidence,
    zones: pixels.Zones,
    sheet: Sheet,
    questions: dict[Question, int],
    words: int,
    law_of_zone: np.ndarray | None,
    threads: int,
    label: str,
) -> np.ndarray:
    """Every cell that holds land of a county asked once: its pattern's number goes to the sheet. Returns the patterns by number.

    ``questions``: with their place in a pattern of so many ``words``. ``law_of_zone``, where counties differ: the law of the
    county that holds most of a cell is one more word of its pattern, the last.

    Numbers are given as patterns turn up, so they may differ from run to run; no product shows them.
    """
    width = words + (law_of_zone is not None)
    todo, numbers, outside = evidence.blocks(zones), {}, np.zeros((1, width), np.uint64)
    if not todo:
        return outside
    script = Script(evidence, questions, words)
    every = script.width + (law_of_zone is not None)
    tables = lookups(evidence, script.bit_of, every)
    tests = {test: place for test, place in script.bit_of.items() if test.layer in evidence.shapes}
    vectors = evidence.vectors(list(tests), sheet.row0, sheet.row1, sheet.col0, sheet.col1)
    laws = np.zeros((0 if law_of_zone is None else int(law_of_zone.max()) + 1, every), np.uint64)
    laws[:, -1] = np.arange(len(laws))

    def work(reader: Reader, block: pixels.Block) -> tuple[pixels.Block, np.ndarray, np.ndarray] | None:
        inside = np.zeros((block.row1 - block.row0, block.col1 - block.col0), np.bool_)
        if not _mark(zones.arrays, block.row0, block.col0, inside):
            return None
        patterns, sweep = Patterns(inside, every), vectors.sweep(block)
        for table in tables:
            table.split(patterns, reader, block.where)
        for test, place in tests.items():
            for said, runs in enumerate(sweep.ask(test), start=1):
                patterns.mark(runs, place, said)
        if law_of_zone is not None:
            law = _laws_of_cells(zones.arrays, law_of_zone, block.row0, block.col0, *inside.shape)
            patterns.split(laws, _by_whole, law, inside[:0], 0, np.arange(len(laws) + 1, dtype=np.uint16))
        return block, patterns.numbers, script.patterns(patterns.settle())

    for done in track(on_threads(evidence.reader, work, todo, threads), len(todo), label):
        if done is None:
            continue
        block, cells, found = done
        own = np.array([numbers.setdefault(key.tobytes(), len(numbers) + 1) for key in found], np.int32)
        _renumber(cells, own)
        sheet.write(block.row0, block.col0, cells)
    return np.concatenate([outside, np.frombuffer(b"".join(numbers), np.uint64).reshape(-1, width)])


# --- compiled ------------------------------------------------------------------------------------------------
# Loops that split patterns: ``of`` (numbers, states) is the number that each becomes, -1 not met yet; new ones come one after the
# other, and ``came`` holds of each number x states + state. They return how many are new.


@njit(nogil=True, cache=True)
def _by_whole(numbers, values, known, first, state_of, of, came):
    """By whole values; ``known``: which are, or an empty array."""
    masked, unknown, new = known.size > 0, state_of.size - 1, 0
    for r in range(numbers.shape[0]):
        for c in range(numbers.shape[1]):
            number = numbers[r, c]
            if number >= 0:
                state = state_of[np.int64(values[r, c]) - first if not masked or known[r, c] else unknown]
                if of[number, state] < 0:
                    of[number, state], came[new] = len(of) + new, number * of.shape[1] + state
                    new += 1
                numbers[r, c] = of[number, state]
    return new


@njit(nogil=True, cache=True)
def _by_breaks(numbers, values, breaks, state_of, of, came):
    """By the breaks that values have reached."""
    new = 0
    for r in range(numbers.shape[0]):
        for c in range(numbers.shape[1]):
            number, value, place = numbers[r, c], values[r, c], 0
            if number >= 0:
                for i in range(breaks.size):
                    place += value >= breaks[i]
                state = state_of[place if np.isfinite(value) else state_of.size - 1]
                if of[number, state] < 0:
                    of[number, state], came[new] = len(of) + new, number * of.shape[1] + state
                    new += 1
                numbers[r, c] = of[number, state]
    return new


@njit(nogil=True, cache=True)
def _by_runs(numbers, runs, of, came):
    """Only the cells of runs, which are of one state."""
    new = 0
    for i in range(len(runs)):
        r = runs[i, 0]
        for c in range(runs[i, 1], runs[i, 2]):
            number = numbers[r, c]
            if number >= 0:
                if of[number, 0] < 0:
                    of[number, 0], came[new] = len(of) + new, number
                    new += 1
                numbers[r, c] = of[number, 0]
    return new


@njit(nogil=True, cache=True)
def _settle(numbers, own):
    """Number the patterns as they turn up row by row; ``own``: one more than the number each gets, 0 none. Returns how many there are."""
    count = 0
    for r in range(numbers.shape[0]):
        for c in range(numbers.shape[1]):
            number = numbers[r, c]
            if number >= 0:
                if own[number] == 0:
                    count += 1
                    own[number] = count
                numbers[r, c] = own[number] - 1
    return count


@njit(nogil=True, cache=True)
def _renumber(numbers, own):
    """Give cells the number that theirs stands for, and those without any ``OUTSIDE``."""
    for r in range(numbers.shape[0]):
        for c in range(numbers.shape[1]):
            numbers[r, c] = own[numbers[r, c]] if numbers[r, c] >= 0 else OUTSIDE


@njit(nogil=True, cache=True)
def _mark(zones, top, left, inside):
    """Set the cells of a block that hold land of any zone; returns whether there are any."""
    row0, row1, place, border_start, border_column, _, run_start, run_first, run_last = zones
    rows, columns = inside.shape
    is_any = False
    for z in range(row0.size):
        for row in range(max(top, row0[z]), min(top + rows, row1[z])):
            i = place[z] + row - row0[z]
            for j in range(run_start[i], run_start[i + 1]):
                first, last = max(run_first[j] - left, 0), min(run_last[j] - left, columns)
                if first < last:
                    inside[row - top, first:last] = True
                    is_any = True
            for k in range(border_start[i], border_start[i + 1]):
                if left <= border_column[k] < left + columns:
                    inside[row - top, border_column[k] - left] = True
                    is_any = True
    return is_any


@njit(nogil=True, cache=True)
def _laws_of_cells(zones, law, top, left, rows, columns):
    """The law of the zone that holds most of each cell of a block; of equal ones the first."""
    row0, row1, place, border_start, border_column, border_quanta, run_start, run_first, run_last = zones
    made, most = np.zeros((rows, columns), np.uint64), np.zeros((rows, columns), np.int64)
    for z in range(row0.size):
        for row in range(max(top, row0[z]), min(top + rows, row1[z])):
            i = place[z] + row - row0[z]
            for j in range(run_start[i], run_start[i + 1]):
                made[row - top, max(run_first[j] - left, 0) : max(min(run_last[j] - left, columns), 0)] = law[z]
            for k in range(border_start[i], border_start[i + 1]):
                c = border_column[k] - left
                if 0 <= c < columns and border_quanta[k] > most[row - top, c]:
                    made[row - top, c], most[row - top, c] = law[z], border_quanta[k]
    return made
