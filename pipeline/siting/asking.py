"""Every cell asked every question, once: the number of its pattern goes to a sheet.

A cell answers single tests, two bits each (broken, unknown). What a raster's tests say is looked up by its value, all at once;
vector layers are swept (:mod:`pipeline.siting.shapes`). Rules on guarded land are answered from these, pattern by pattern.
A block is taken in slices of rows whose patterns stay in the processor's cache while layer after layer adds its bits.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numba import njit

from pipeline.core import pixels
from pipeline.core.progress import track
from pipeline.core.threads import on_threads
from pipeline.siting.evidence import Evidence, Reader, Vectors
from pipeline.siting.rules import Test, Tri
from pipeline.siting.sheet import Sheet

OUTSIDE = 0  # the number of cells that hold no land of any county
PER_WORD = 32  # questions in a word of 64 bits
_SLICE_CELLS = 2**15
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
        """The patterns of questions that patterns of tests stand for."""
        made = found[:, : self.words].copy()
        for (test, guard), place in self._guarded:
            put(made, place, guarded(*(state(found, self.bit_of.get(one, -1)) for one in (test, guard))))
        return made


@dataclass(frozen=True)
class Lookup:
    """What the tests on one raster say of each of its values, as bits of a pattern.

    ``table`` (values + 1, words): the last row is for unknown. Of whole numbers row i is for ``first + i``; of any others
    for values from ``breaks[i - 1]`` up to the next break. ``where``: the words it has.
    """

    layer: str
    where: np.ndarray
    table: np.ndarray
    first: int
    breaks: np.ndarray | None

    @classmethod
    def of(cls, layer: str, tests: dict[Test, int], reader: Reader) -> Lookup:
        """``tests``: those on the layer, with their place."""
        evidence, kind = reader.evidence, reader.whole_type(layer)
        breaks, first = None, 0
        if kind is not None:
            first = int(np.iinfo(kind).min)
            values = reader.in_unit(layer, np.arange(first, int(np.iinfo(kind).max) + 1).astype(kind))
        else:
            breaks = evidence.breaks(layer, tests)
            values = np.concatenate([breaks[:1] - 1, breaks]) if breaks.size else np.zeros(1)
        values = evidence.seen(layer, np.append(values, np.nan))
        where = np.unique([place // PER_WORD for place in tests.values()])
        table = np.zeros((values.size, where.size), np.uint64)
        for test, place in tests.items():
            said, column = evidence.answer(test, values), np.searchsorted(where, place // PER_WORD)
            for bit, flags in enumerate((said.broken, said.unknown)):
                table[:, column] |= flags.astype(np.uint64) << np.uint64(2 * (place % PER_WORD) + bit)
        return cls(layer, where, table, first, breaks)

    def read(self, reader: Reader, where: tuple[int, int, int, int]) -> tuple[np.ndarray, np.ndarray]:
        """(values, where they are known or an empty array) of a window."""
        return reader.whole(self.layer, where) if self.breaks is None else (reader.values(self.layer, where), np.zeros((0, 0), bool))

    def put(self, values: np.ndarray, known: np.ndarray, words: np.ndarray) -> None:
        """Add the bits of some rows of a window to their patterns."""
        if self.breaks is None:
            _put_whole(values, known, self.first, self.table, self.where, words)
        else:
            _put_between(values, self.breaks, self.table, self.where, words)


def lookups(evidence: Evidence, bit_of: dict[Test, int]) -> list[Lookup]:
    """One for each raster that is tested."""
    by_layer: dict[str, dict[Test, int]] = {}
    for test, place in bit_of.items():
        if evidence.is_raster(test.layer):
            by_layer.setdefault(test.layer, {})[test] = place
    with evidence.reader() as reader:
        return [Lookup.of(layer, tests, reader) for layer, tests in by_layer.items()]


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
    tables = lookups(evidence, script.bit_of)
    tests = {test: place for test, place in script.bit_of.items() if test.layer in evidence.shapes}
    vectors = evidence.vectors(list(tests), sheet.row0, sheet.row1, sheet.col0, sheet.col1)

    def work(reader: Reader, block: pixels.Block) -> tuple[pixels.Block, np.ndarray, np.ndarray] | None:
        inside = np.zeros((block.row1 - block.row0, block.col1 - block.col0), np.bool_)
        if not _mark(zones.arrays, block.row0, block.col0, inside):
            return None
        law = None if law_of_zone is None else _laws_of_cells(zones.arrays, law_of_zone, block.row0, block.col0, *inside.shape)
        cells, found = _patterns(reader, block, inside, tables, _swept(reader, block, tests, vectors), law, script.width)
        made = script.patterns(found)
        return block, cells, made if law is None else np.column_stack([made, found[:, -1]])

    for done in track(on_threads(evidence.reader, work, todo, threads), len(todo), label):
        if done is None:
            continue
        block, cells, found = done
        own = np.empty(len(found) + 1, np.int32)
        own[-1] = OUTSIDE  # cells without land are numbered -1
        for i, key in enumerate(found):
            own[i] = numbers.setdefault(key.tobytes(), len(numbers) + 1)
        sheet.write(block.row0, block.col0, own[cells])
    return np.concatenate([outside, np.frombuffer(b"".join(numbers), np.uint64).reshape(-1, width)])


def _swept(reader: Reader, block: pixels.Block, tests: dict[Test, int], vectors: Vectors) -> list[tuple[np.ndarray, int]]:
    """(cells, bit of a pattern) for each answer of the tests on vector layers that is so anywhere in a block."""
    window = reader.window(*block.where, vectors)
    return [
        (flags, 2 * place + bit) for test, place in tests.items() for bit, flags in enumerate(_parts(window.ask(test))) if flags is not None
    ]


def _parts(said: Tri) -> Iterable[np.ndarray | None]:
    """Broken and unknown cells; None where there are none."""
    return (flags if flags.any() else None for flags in (said.broken, said.unknown))


def _patterns(
    reader: Reader,
    block: pixels.Block,
    inside: np.ndarray,
    tables: list[Lookup],
    swept: list[tuple[np.ndarray, int]],
    law: np.ndarray | None,
    width: int,
) -> tuple[np.ndarray, np.ndarray]:
    """(number of each cell's pattern, -1 outside, the patterns): numbered as they come, row by row; the law is the last word."""
    rows, columns = inside.shape
    values = [table.read(reader, block.where) for table in tables]
    numbers, step = np.empty(inside.shape, np.int32), max(_SLICE_CELLS // columns, 1)
    words = np.empty((width + (law is not None), step, columns), np.uint64)
    keys = np.empty((256, len(words)), np.uint64)
    slots, count = np.full(4 * len(keys), -1, np.int32), 0
    for row in range(0, rows, step):
        part = slice(row, min(row + step, rows))
        own = words[:, : part.stop - row]
        own[:] = 0
        for table, (cells, known) in zip(tables, values, strict=True):
            table.put(cells[part], known[part], own)
        for flags, bit in swept:
            _set_bit(own[bit // 64], flags[part], np.uint64(bit % 64))
        if law is not None:
            own[-1] = law[part]
        keys, slots, count = _distinct(own, inside[part], numbers[part], keys, slots, count)
    return numbers, keys[:count]


# --- compiled ------------------------------------------------------------------------------------------------


@njit(nogil=True, cache=True)
def _put_whole(values, known, first, table, where, words):
    """Add the bits of each cell's whole value."""
    masked, unknown = known.size > 0, len(table) - 1
    for k in range(where.size):
        for r in range(values.shape[0]):
            for c in range(values.shape[1]):
                row = np.int64(values[r, c]) - first if not masked or known[r, c] else unknown
                words[where[k], r, c] |= table[row, k]


@njit(nogil=True, cache=True)
def _put_between(values, breaks, table, where, words):
    """Add the bits of each cell's value by the breaks it has reached."""
    unknown = len(table) - 1
    for r in range(values.shape[0]):
        for c in range(values.shape[1]):
            value, row = values[r, c], 0
            for i in range(breaks.size):
                row += value >= breaks[i]
            if not np.isfinite(value):
                row = unknown
            for k in range(where.size):
                words[where[k], r, c] |= table[row, k]


@njit(nogil=True, cache=True)
def _set_bit(words, flags, bit):
    """Set a bit in every cell's word where it is flagged."""
    for r in range(flags.shape[0]):
        for c in range(flags.shape[1]):
            words[r, c] |= np.uint64(flags[r, c]) << bit


@njit(nogil=True, cache=True)
def _distinct(words, inside, numbers, keys, slots, count):
    """Number each cell by its pattern, -1 outside; new patterns are added to ``keys``. Returns (keys, slots, count)."""
    width, rows, columns = words.shape
    for r in range(rows):
        for c in range(columns):
            if not inside[r, c]:
                numbers[r, c] = -1
                continue
            alike = c > 0 and inside[r, c - 1]  # neighbours often are
            for w in range(width):
                alike = alike and words[w, r, c] == words[w, r, c - 1]
            if alike:
                numbers[r, c] = numbers[r, c - 1]
                continue
            alike = r > 0 and inside[r - 1, c]
            for w in range(width):
                alike = alike and words[w, r, c] == words[w, r - 1, c]
            if alike:
                numbers[r, c] = numbers[r - 1, c]
                continue
            slot = _slot(words[:, r, c], keys, slots)
            if slots[slot] < 0:
                if count == keys.shape[0]:
                    keys = np.concatenate((keys, keys))
                    slots = np.full(4 * keys.shape[0], -1, np.int32)
                    for i in range(count):
                        slots[_slot(keys[i], keys, slots)] = i
                    slot = _slot(words[:, r, c], keys, slots)
                keys[count] = words[:, r, c]
                slots[slot] = count
                count += 1
            numbers[r, c] = slots[slot]
    return keys, slots, count


@njit(nogil=True, cache=True)
def _slot(key, keys, slots):
    """Where a pattern is kept in the table of slots, or the free slot it would go to."""
    mixed = np.uint64(0)
    for w in range(key.size):
        mixed = (mixed ^ key[w]) * np.uint64(0x9E3779B97F4A7C15)
        mixed ^= mixed >> np.uint64(29)
    slot = np.int64(mixed & np.uint64(slots.size - 1))
    while slots[slot] >= 0:
        alike = True
        for w in range(key.size):
            alike = alike and keys[slots[slot], w] == key[w]
        if alike:
            break
        slot = (slot + 1) & (slots.size - 1)
    return slot


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
