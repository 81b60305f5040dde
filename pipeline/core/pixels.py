"""The pixel pass: every cell of a class raster once, added up by zone, class and stratum.

The grid is cut into blocks. One function tallies one block (:func:`tally`), on whatever thread or machine; what it
returns adds up. Areas are counted in whole multiples of the grid's quantum and sums of measured layers likewise, so
all sums are exact integers: block size, number of workers and order cannot change a bit of them.
"""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

from pipeline.core import counting
from pipeline.core.errors import BadData, problem
from pipeline.core.grid import Grid
from pipeline.core.layers import Layer
from pipeline.core.rasters import OnGrid, Raster, open_raster
from pipeline.core.zones import ZoneCells

_LARGEST_MEASURE = 2.0**20  # a block's sums hold values up to this; larger ones want a larger unit
_WIDE = 2**18  # columns of a row whose 16-bit values are summed in one word
_BIG_BLOCK_CELLS = 2**24  # a file's own blocks are taken whole up to this, the most that a block's words have room for
_MOST_STRANGE = 1000  # codes without a name told of a block; a raster with more has another kind of values
_BITS = 48  # of the lower word of a sum


# --- what is added up ----------------------------------------------------------------------------------------


class Exact:
    """An array of whole numbers beyond 64 bits, each kept as ``high * 2**48 + low``."""

    def __init__(self, high: np.ndarray, low: np.ndarray):
        """``high``, ``low``: int64 arrays of one shape."""
        self.high, self.low = high + (low >> _BITS), low & ((1 << _BITS) - 1)

    @classmethod
    def of(cls, words: np.ndarray, bits: int) -> Exact:
        """From a block's two words (..., 2): ``[0] * 2**bits + [1]``."""
        high, low = words[..., 0], words[..., 1]
        above = _BITS - bits
        return cls((high >> above) + (low >> _BITS), ((high & ((1 << above) - 1)) << bits) + (low & ((1 << _BITS) - 1)))

    @classmethod
    def zeros(cls, *shape: int) -> Exact:
        """Nothing yet."""
        return cls(np.zeros(shape, np.int64), np.zeros(shape, np.int64))

    def __add__(self, other: Exact) -> Exact:
        return Exact(self.high + other.high, self.low + other.low)

    def whole(self) -> np.ndarray:
        """The numbers as Python integers."""
        return self.high.astype(object) * (1 << _BITS) + self.low.astype(object)

    def floats(self) -> np.ndarray:
        """The numbers as floating point, each rounded once."""
        return self.whole().astype(np.float64)


@dataclass
class Sums:
    """What was counted: ``area`` (zones, classes, strata) in quanta; by measured layer the rest.

    ``known`` and ``total`` have the shape of ``area``: where the layer is known [quanta], and value x quanta; ``low`` and
    ``high`` (zones,) its range in its unit; ``scale`` leads from ``total`` to its unit. ``strange``: (-1 or place of a
    stratum, code) -> area by zone [quanta] of codes that the legend, or the stratum's, does not know.
    """

    area: list[Exact]
    known: list[Exact] = field(default_factory=list)
    total: list[Exact] = field(default_factory=list)
    low: list[np.ndarray] = field(default_factory=list)
    high: list[np.ndarray] = field(default_factory=list)
    scale: list[float] = field(default_factory=list)
    strange: dict[tuple[int, float], list[int]] = field(default_factory=dict)

    def __add__(self, other: Sums) -> Sums:
        strange = dict(self.strange)
        for code, area in other.strange.items():
            strange[code] = [a + b for a, b in zip(strange.get(code, [0] * len(area)), area, strict=True)]
        return Sums(
            *([a + b for a, b in zip(getattr(self, k), getattr(other, k), strict=True)] for k in ("area", "known", "total")),
            [np.minimum(a, b) for a, b in zip(self.low, other.low, strict=True)],
            [np.maximum(a, b) for a, b in zip(self.high, other.high, strict=True)],
            other.scale or self.scale,
            strange,
        )


# --- what is asked -------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Zones:
    """All zones on one grid, row by row: the arrays of their :class:`ZoneCells` end to end, areas in quanta."""

    row0: np.ndarray
    row1: np.ndarray
    place: np.ndarray  # where a zone's rows begin in border_start and run_start
    border_start: np.ndarray
    border_column: np.ndarray
    border_quanta: np.ndarray
    run_start: np.ndarray
    run_first: np.ndarray
    run_last: np.ndarray

    @classmethod
    def of(cls, cells: list[ZoneCells], grid: Grid) -> Zones:
        """Put zones of one grid together."""

        def starts(name: str, entries: str) -> np.ndarray:
            offset = np.cumsum([0, *(getattr(z, entries).size for z in cells)])
            return np.concatenate([getattr(z, name) + o for z, o in zip(cells, offset, strict=False)] or [np.zeros(0, np.int64)])

        def joined(name: str, kind: type) -> np.ndarray:
            return np.concatenate([getattr(z, name) for z in cells] or [np.zeros(0)]).astype(kind)

        return cls(
            np.array([z.row0 for z in cells], np.int64),
            np.array([z.row0 + z.run_start.size - 1 for z in cells], np.int64),
            np.cumsum([0, *(z.run_start.size for z in cells)])[:-1].astype(np.int64),
            starts("border_start", "border_column"),
            joined("border_column", np.int32),
            np.rint(joined("border_area_m2", np.float64) / grid.quantum_m2).astype(np.int64),
            starts("run_start", "run_first"),
            joined("run_first", np.int32),
            joined("run_last", np.int32),
        )

    @property
    def arrays(self) -> tuple[np.ndarray, ...]:
        """The same, for compiled code."""
        return (
            self.row0, self.row1, self.place, self.border_start, self.border_column, self.border_quanta,
            self.run_start, self.run_first, self.run_last,
        )  # fmt: skip

    @cached_property
    def extent(self) -> tuple[np.ndarray, np.ndarray, int]:
        """First and last (excluded) column any zone has in each row, from the first row any has."""
        top, bottom = (int(self.row0.min()), int(self.row1.max())) if self.row0.size else (0, 0)
        first, last = np.full(max(bottom - top, 0), np.iinfo(np.int64).max), np.zeros(max(bottom - top, 0), np.int64)
        counting.extent(self.arrays, top, first, last)
        return first, last, top


@dataclass(frozen=True)
class Stratum:
    """A further layer as a code per cell: by its legend's codes, or by bands of its values."""

    layer: Layer
    keys: tuple[str, ...]  # one for each code or band, in order; unknown is added last
    codes: tuple[int, ...] | None
    bands: tuple[float, ...] | None

    def index(self, values: np.ndarray) -> np.ndarray:
        """Place of each value among :attr:`keys`; NaN is the one after, unknown, and a code without a name the one after that."""
        place = np.empty(values.size, np.int32)
        listed = np.array(self.codes if self.bands is None else self.bands, np.float64)
        counting.look_up(np.ascontiguousarray(values, np.float64).ravel(), listed, self.bands is not None, len(self.keys), place)
        return place.reshape(values.shape)


@dataclass(frozen=True)
class Task:
    """One class raster to count: its classes, zones, the strata crossed and the layers measured.

    ``crossings``: for each table wanted, the places in ``strata`` of the layers that are crossed in it (none: by class
    only). Measured layers are summed by the first crossing. Cells in no zone are not read.
    """

    layer: Layer
    grid: Grid
    zones: Zones
    strata: tuple[Stratum, ...] = ()
    crossings: tuple[tuple[int, ...], ...] = ((),)
    measures: tuple[Layer, ...] = ()
    known_codes: tuple[int, ...] | None = None  # the legend's, where the caller has read it

    @cached_property
    def codes(self) -> np.ndarray:
        """The legend's codes, sorted: class i of the tables; then come strange codes, then unknown."""
        codes = self.layer.legend.code if self.known_codes is None else self.known_codes
        return np.sort(np.asarray(codes, np.int64))

    def sizes(self, crossing: tuple[int, ...]) -> tuple[int, ...]:
        """Number of keys of each crossed layer, unknown included."""
        return tuple(len(self.strata[i].keys) + 1 for i in crossing)

    @property
    def layers_read(self) -> int:
        """How many further layers a block is read from."""
        return len(self.strata) + len(self.measures)


@dataclass(frozen=True)
class Block:
    """A window of the grid."""

    row0: int
    row1: int
    col0: int
    col1: int

    @property
    def where(self) -> tuple[int, int, int, int]:
        """First and last (excluded) row and column."""
        return self.row0, self.row1, self.col0, self.col1


def blocks(task: Task, side: int, stored: tuple[int, int]) -> list[Block]:
    """Windows that hold every cell of every zone: whole stored blocks of the file, at most ``side`` squared cells.

    Wide rather than high, since files are stored by rows; with further layers to read they are as much smaller.
    """
    return stored_blocks(task.zones, task.grid, max(side * side // (1 + 2 * task.layers_read), 256), stored)


def stored_blocks(zones: Zones, grid: Grid, cells: int, stored: tuple[int, int]) -> list[Block]:
    """Windows that hold every cell of every zone: whole stored blocks of a file, about so many cells."""
    return windows(zones, *block_shape(grid, cells, stored), stored[1], grid.width)


def block_shape(grid: Grid, cells: int, stored: tuple[int, int]) -> tuple[int, int]:
    """Rows and columns of :func:`stored_blocks`."""
    rows, columns = (min(s, full) for s, full in zip(stored, (grid.height, grid.width), strict=True))
    if rows * columns > max(cells, _BIG_BLOCK_CELLS):
        rows, columns = max(cells // columns, 1), columns
    columns = min(max(cells // rows // columns, 1) * columns, grid.width)
    return max(cells // columns // rows, 1) * rows, columns


def windows(zones: Zones, rows: int, columns: int, step: int, width: int) -> list[Block]:
    """Windows of ``rows`` and ``columns`` that hold every cell of every zone; they begin and end at multiples of ``step``."""
    first, last, top = zones.extent
    made = []
    for row0 in range(top // rows * rows, top + first.size, rows):
        start, stop = max(row0, top), min(row0 + rows, top + first.size)
        left, right = int(first[start - top : stop - top].min()), int(last[start - top : stop - top].max())
        if left < right:
            end = min(-(-right // step) * step, width)
            made += [Block(start, stop, c, min(c + columns, end)) for c in range(left // step * step, end, columns)]
    return made


# --- one block -----------------------------------------------------------------------------------------------


class Reader:
    """The open files of a task; one for each thread."""

    def __init__(self, task: Task):
        """Open everything a task reads."""
        self._opened = ExitStack()
        self.raster: Raster = self._opened.enter_context(open_raster(task.layer))
        self.strata = [self._onto(s.layer, task.grid) for s in task.strata]
        self.measures = [self._onto(m, task.grid) for m in task.measures]
        self.by_byte = _by_byte(task, self.raster.nodata) if self.raster.dtype == np.uint8 else None
        self.expected = None if self.by_byte is None else np.flatnonzero(self.by_byte != task.codes.size)
        self._buffer = np.zeros(0, np.uint64)

    def _onto(self, layer: Layer, grid: Grid) -> OnGrid:
        return OnGrid(layer, self._opened.enter_context(open_raster(layer)), grid)

    def room(self, rows: int, columns: int, dtype: np.dtype) -> np.ndarray:
        """An array to read into, the same memory each time, its start on a word."""
        words = -(-rows * columns * dtype.itemsize // 8)
        if self._buffer.size < words:
            self._buffer = np.zeros(words, np.uint64)
        return self._buffer[:words].view(dtype)[: rows * columns].reshape(rows, columns)

    def __enter__(self) -> Reader:
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()

    def close(self) -> None:
        """Close all."""
        self._opened.close()


def tally(task: Task, block: Block, reader: Reader) -> Sums:
    """Count one block: the one function of the pass, the same on a thread and on a far machine."""
    window = block.where
    rows, columns = block.row1 - block.row0, block.col1 - block.col0
    raster, zones, place = reader.raster, task.zones.arrays, (block.row0, block.col0)
    values, hidden = raster.read(*window, out=reader.room(rows, columns, raster.dtype))
    by_byte = reader.by_byte
    classes, count = task.codes.size + 2, task.zones.row0.size
    quanta = quanta_of(task.grid, block)
    index, area = None, []
    places, strange = _places(task, block, reader, quanta)
    for crossing in task.crossings:
        sizes = task.sizes(crossing)
        table = np.zeros((count, classes, int(np.prod(sizes)), 2), np.int64)
        if not crossing and by_byte is not None and hidden is None and task.grid.is_lonlat:
            flat = values.reshape(-1)
            counting.count_bytes(
                flat, flat[: flat.size // 8 * 8].view(np.uint64), columns, by_byte, reader.expected, quanta[:, 0], *place, zones, table
            )
        else:
            index = _index(task, raster, values, hidden, by_byte) if index is None else index
            stratum = _crossed(crossing, sizes, places)
            counting.count_cells(index, stratum, quanta, *place, zones, table)
        area.append(table)
    sums = Sums([Exact.of(table, counting.AREA_BITS) for table in area], strange=strange)
    if area[0][:, -2].any():
        index = _index(task, raster, values, hidden, by_byte) if index is None else index
        codes, _ = raster.as_codes(values, hidden)
        sums.strange |= _strange(task, block, -1, codes, index == task.codes.size, quanta)
    for layer, view in zip(task.measures, reader.measures, strict=True):
        crossing = task.crossings[0]
        if view.is_whole and not crossing and by_byte is not None and hidden is None and task.grid.is_lonlat and columns <= _WIDE:
            measured = counting.sum_bytes(
                values, *view.whole(*window), by_byte, reader.expected, quanta[:, 0], *place, zones, area[0].shape
            )
        else:
            index = _index(task, raster, values, hidden, by_byte) if index is None else index
            stratum = _crossed(crossing, task.sizes(crossing), places)
            if view.is_whole:
                measured = counting.sum_whole(*view.whole(*window), index, stratum, quanta, *place, zones, area[0].shape)
            else:
                measured = counting.sum_cells(view.values(*window), index, stratum, quanta, *place, zones, area[0].shape)
        add_measure(sums, layer, *measured, scale=layer.about.scale if view.is_whole else 1.0)
    return sums


def quanta_of(grid: Grid, block: Block) -> np.ndarray:
    """Area of each cell of a block in whole quanta: (rows, 1) in degrees, else (rows, columns)."""
    area = grid.cell_area_m2(block.row0, block.row1, block.col0, block.col1)
    return np.rint(area / grid.quantum_m2).astype(np.int64)


def _by_byte(task: Task, nodata: tuple[float, ...]) -> np.ndarray:
    """Class of each of the 256 values a byte can have."""
    lookup = np.full(256, task.codes.size, np.uint16)
    here = (task.codes >= 0) & (task.codes < 256)
    lookup[task.codes[here]] = np.flatnonzero(here)
    lookup[[int(v) for v in nodata if 0 <= v < 256 and v == int(v)]] = task.codes.size + 1
    return lookup


def _index(task: Task, raster: Raster, values: np.ndarray, hidden: np.ndarray | None, by_byte: np.ndarray | None) -> np.ndarray:
    """Class of each cell by its place in the tables, for values of any type."""
    if by_byte is not None:
        index = by_byte[values]
    else:
        codes, known = raster.as_codes(values, hidden)
        place = np.minimum(np.searchsorted(task.codes, codes), task.codes.size - 1)
        index = np.where(task.codes[place] == codes, place, task.codes.size)
        index = np.where(known, index, task.codes.size + 1).astype(np.uint16)
    if hidden is not None:
        index[hidden] = task.codes.size + 1
    return index


def _places(task: Task, block: Block, reader: Reader, quanta: np.ndarray) -> tuple[list[np.ndarray], dict]:
    """Each stratum's place of each cell of a block, and the codes without a name among them, which are unknown."""
    places, strange = [], {}
    for number, (stratum, view) in enumerate(zip(task.strata, reader.strata, strict=True)):
        values = view.values(*block.where)
        place = stratum.index(values)
        odd = place > len(stratum.keys)
        if odd.any():
            strange |= _strange(task, block, number, values, odd, quanta)
            place[odd] = len(stratum.keys)
        places.append(place)
    return places, strange


def _crossed(crossing: tuple[int, ...], sizes: tuple[int, ...], places: list[np.ndarray]) -> np.ndarray:
    """Place of each cell among the combinations of the crossed strata; (1, 1) where there are none."""
    if not crossing:
        return np.zeros((1, 1), np.int32)
    if len(crossing) == 1:
        return places[crossing[0]]
    return np.ravel_multi_index([places[i] for i in crossing], sizes).astype(np.int32)


def _strange(task: Task, block: Block, number: int, codes: np.ndarray, odd: np.ndarray, quanta: np.ndarray) -> dict:
    """Area by zone of every odd code in a block: :attr:`Sums.strange`."""
    found = np.unique(codes[odd])[:_MOST_STRANGE]
    place = np.where(odd, np.searchsorted(found, codes), found.size).astype(np.uint16)
    table = np.zeros((task.zones.row0.size, found.size + 1, 1, 2), np.int64)
    counting.count_cells(place, np.zeros((1, 1), np.int32), quanta, block.row0, block.col0, task.zones.arrays, table)
    area = Exact.of(table, counting.AREA_BITS).whole()[:, :, 0]
    return {(number, c.item()): list(area[:, i]) for i, c in enumerate(found) if area[:, i].any()}


def add_measure(sums: Sums, layer: Layer, known, total, span, *, scale: float) -> None:
    """Add what was summed of a measured layer to a block's sums; ``scale`` leads from its values to its unit."""
    require_measure(layer, max(span[1].max(initial=0), -span[0].min(initial=0)))
    sums.known.append(Exact.of(known, counting.AREA_BITS))
    sums.total.append(Exact.of(total, counting.VALUE_BITS))
    sums.low.append(span[0] * scale)
    sums.high.append(span[1] * scale)
    sums.scale.append(scale)


def require_measure(layer: Layer, largest: float) -> None:
    """Raise BadData when a measured layer has values, ``largest`` from zero, that a block's sums have no room for."""
    if largest > _LARGEST_MEASURE:
        raise BadData(problem("measure_too_large", file=layer.shown_path, found=float(largest), limit=_LARGEST_MEASURE))


def nothing(task: Task) -> Sums:
    """The sums of no block at all."""
    count, classes = task.zones.row0.size, task.codes.size + 2
    shapes = [(count, classes, int(np.prod(task.sizes(c)))) for c in task.crossings]
    each = len(task.measures)
    return Sums(
        [Exact.zeros(*s) for s in shapes],
        [Exact.zeros(*shapes[0]) for _ in range(each)],
        [Exact.zeros(*shapes[0]) for _ in range(each)],
        [np.full(count, np.inf) for _ in range(each)],
        [np.full(count, -np.inf) for _ in range(each)],
        [1.0] * each,
    )


def cut(geometries: list, grid: Grid, threads: int) -> list[ZoneCells]:
    """The cells of each polygon, cut on threads."""
    from concurrent.futures import ThreadPoolExecutor

    if threads == 1 or len(geometries) < 2:
        return [ZoneCells(g, grid) for g in geometries]
    with ThreadPoolExecutor(threads) as pool:
        return list(pool.map(lambda g: ZoneCells(g, grid), geometries))
