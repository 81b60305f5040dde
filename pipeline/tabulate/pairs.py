"""Products and years against each other, cell by cell: two at a time by their codes, and all together as forest or not.

Two products meet on the grid of the coarser one, onto which the finer is brought by its class resampling. Parcels come
as their drawing. Where a forest survey has no parcel there is no class; when its cells are brought onto larger ones that
land counts like a class of its own, or a sliver of forest would stand for a whole cell of fields.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, closing
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import pairwise
from math import hypot, prod
from pathlib import Path

import numpy as np
import pandas as pd
import rasterio
import shapely
from affine import Affine
from rasterio.windows import Window

from pipeline.core import counting
from pipeline.core.engine import Engine
from pipeline.core.grid import LONLAT, Grid, same_place, transformer
from pipeline.core.layers import Layer
from pipeline.core.legend import UNKNOWN, forest_codes, main_reading_of
from pipeline.core.parcels.drawing import fill
from pipeline.core.pixels import Block, Exact, Stratum, Task, Zones, quanta_of
from pipeline.core.products import shown
from pipeline.core.progress import track
from pipeline.core.rasters import OnGrid, Raster, open_raster, same_lattice
from pipeline.core.threads import on_threads
from pipeline.core.units import M2_TO_HM2
from pipeline.core.words import say
from pipeline.tabulate.counted import Counted, by_county, is_own, with_beyond, zone_rows

MOST_PRODUCTS = 8  # compared as forest or not: each makes three times as many patterns
NO_COMPARISON = 255  # in the raster: outside the counties, or fewer than two products with data
_SAME_SIZE = 1e-3  # share by which cell sizes may differ and be called the same: what cutting to a box does to them
_NOTHING = 1e-9  # share of a county up to which a difference of two sums is rounding
_ROWS = 256  # of a strip of the raster; also the side of a tile of the file
_ARC_DEG = 0.01  # straight edges in degrees are followed by such steps where the grid is not in degrees
_OUTSIDE = 0  # cell value of a drawing where there is no parcel


# --- which are compared --------------------------------------------------------------------------------------


def chosen(layers: list[Layer], grids: list[Grid]) -> list[tuple[int, int]]:
    """Places (a, b) of the products that are compared two by two, each pair once.

    The same product in consecutive years, and the first against the last; a forest census (its latest) against every other
    product, and the leading product against every other one, each in the year nearest to theirs. ``a`` has the larger
    cells; of equal cells it is the earlier year, or the one named first.
    """
    found = dict.fromkeys(frozenset(pair) for pair in (*_years(layers), *_of_census(layers), *_of_leading(layers)))
    return [_turned(*sorted(pair), layers, grids) for pair in found]


def _names(layers: list[Layer]) -> list[str]:
    return list(dict.fromkeys(layer.product for layer in layers))


def _shown(layer: Layer) -> str:
    return shown(layer.product, layer.about.year)


def _years(layers: list[Layer]) -> Iterator[tuple[int, int]]:
    for name in _names(layers):
        own = [i for i, layer in enumerate(layers) if layer.product == name and layer.about.year is not None]
        own.sort(key=lambda i: layers[i].about.year)
        yield from pairwise(own)
        if len(own) > 2:
            yield own[0], own[-1]


def _of_census(layers: list[Layer]) -> Iterator[tuple[int, int]]:
    for name in _names([layer for layer in layers if layer.is_census]):
        latest = _nearest(layers, name, None)
        yield from ((latest, _nearest(layers, n, layers[latest].about.year)) for n in _names(layers) if n != name)


def _of_leading(layers: list[Layer]) -> Iterator[tuple[int, int]]:
    yield from ((0, i) for i in side_by_side(layers)[1:])


def side_by_side(layers: list[Layer]) -> list[int]:
    """Places of the leading product and of every other one in the year nearest to it (of two, the later)."""
    return [0, *(_nearest(layers, name, layers[0].about.year) for name in _names(layers)[1:])]


def _nearest(layers: list[Layer], name: str, year: int | None) -> int:
    """A product in the year nearest to another; in its latest where that is not known."""
    own = [i for i, layer in enumerate(layers) if layer.product == name]

    def distance(i: int) -> tuple[float, int]:
        found = layers[i].about.year
        return (np.inf if year is None or found is None else abs(found - year)), -(found or 0)

    return min(own, key=distance)


def _turned(i: int, j: int, layers: list[Layer], grids: list[Grid]) -> tuple[int, int]:
    """A pair with the larger cells first."""
    if not _is_same_size(grids[i], grids[j]):
        return (i, j) if _is_coarser(grids[i], grids[j]) else (j, i)
    years = layers[i].about.year, layers[j].about.year
    return (j, i) if None not in years and years[1] < years[0] else (i, j)


def _sizes(a: Grid, b: Grid) -> tuple[tuple[float, float], tuple[float, float]]:
    """Width and height of the cells of two grids in one unit."""
    if same_place(a.crs, b.crs):
        return tuple((g.transform.a, -g.transform.e) for g in (a, b))
    return a.cell_size_m, b.cell_size_m


def _is_same_size(a: Grid, b: Grid) -> bool:
    return all(abs(x / y - 1) <= _SAME_SIZE for x, y in zip(*_sizes(a, b), strict=True))


def _is_coarser(a: Grid, b: Grid) -> bool:
    """Whether cells of ``a`` are larger than those of ``b``."""
    x, y = _sizes(a, b)
    return not _is_same_size(a, b) and prod(x) > prod(y)


def _cells_in_one(a: Grid, b: Grid) -> float:
    """How many cells of ``b`` one of ``a`` is as large as; at least one."""
    x, y = _sizes(a, b)
    return max(prod(x) / prod(y), 1.0)


def coarsest(grids: list[Grid]) -> int:
    """Place of the grid with the largest cells, the first of equal ones."""
    best = 0
    for i, grid in enumerate(grids):
        best = i if _is_coarser(grid, grids[best]) else best
    return best


# --- two products by their codes -----------------------------------------------------------------------------


def by_code(counted: list[Counted], pairs: list[tuple[int, int]], engine: Engine, language: str) -> list[pd.DataFrame]:
    """Area by code of a and code of b, for each pair (rows of ``PRODUCT_PAIRS``); one pass for all that share their a."""
    made = {}
    for a in dict.fromkeys(a for a, _ in pairs):
        others = [b for x, b in pairs if x == a]
        label = say("pass_pairs", language, product=_shown(counted[a].task.layer))
        crossed = _crossed(counted[a], [counted[b].task.layer for b in others], engine, label)
        made |= {(a, b): _rows(crossed, number, counted[b]) for number, b in enumerate(others)}
    return [made[pair] for pair in pairs]


def _crossed(counted: Counted, others: list[Layer], engine: Engine, label: str) -> Counted:
    """A product counted again on its own grid, crossed with each of the others."""
    plan, layer, grid = counted.plan, counted.task.layer, counted.task.grid
    cells = [counted.cells[i] for i in plan.own]
    strata = tuple(_stratum(other) for other in others)
    task = Task(layer, grid, Zones.of(cells, grid), strata, tuple((i,) for i in range(len(strata))))
    sums = engine.count(task, label)
    return Counted(task, sums, cells, replace(plan, zones=[plan.zones[i] for i in plan.own]), counted.places)


def _rows(counted: Counted, number: int, b: Counted) -> pd.DataFrame:
    """The table of one pair; codes that are not known are blank. Strange codes have stopped the run before."""
    stratum, other, (codes, keys) = counted.task.strata[number], b.task.layer, counted.codes
    whole, codes_b, keys_b = counted.table((number,)), list(stratum.codes), list(stratum.keys)
    if _outside_counts(other):
        whole[:, :, -1] += whole[:, :, 0]
        whole, codes_b, keys_b = whole[:, :, 1:], codes_b[1:], keys_b[1:]
    if same_lattice(b.task.grid, counted.task.grid) is not None:
        _split_beyond(whole, counted, b)
    rows = {"code_a": [*codes, None, None], "class_a": [*keys, UNKNOWN, UNKNOWN]}
    columns = {"code_b": [*codes_b, None], "class_b": [*keys_b, UNKNOWN]}
    made = counted.frame(counted.by_county(whole, is_own), rows, columns, product_b=other.product, year_b=other.about.year)
    return made.rename(columns={"product": "product_a", "year": "year_a"})


def _split_beyond(whole: np.ndarray, a: Counted, b: Counted) -> None:
    """Land beyond the grid of a by what b says of it, in place: all b counted, less what was met on the grid of a.

    Only where both are on one lattice, whose cells b was counted on; else that land is unknown to both.
    """
    factor, found = Fraction(b.task.grid.quantum_m2) / Fraction(a.task.grid.quantum_m2), b.table(())
    for i, (own, zone) in enumerate(zip(b.plan.own, a.cells, strict=True)):
        if zone.is_inside_grid:
            continue
        least = zone.area_m2 / a.task.grid.quantum_m2 * _NOTHING
        for k in range(whole.shape[2] - 1):
            more = round(int(found[own, k, 0]) * factor) - whole[i, :, k].sum()
            if more > least:
                whole[i, -1, k] += more
                whole[i, -1, -1] -= more


def _stratum(layer: Layer) -> Stratum:
    """A land-cover product as a stratum of another: by code, where land outside a forest survey has a code too."""
    legend = layer.legend.assign(code=layer.legend.code.astype(int)).sort_values("code")
    first = [(_OUTSIDE, UNKNOWN)] if _outside_counts(layer) else []
    codes, keys = zip(*first, *zip(legend.code, legend.class_key, strict=True), strict=True)
    return Stratum(_compared(layer), tuple(keys), tuple(int(c) for c in codes), None)


def _outside_counts(layer: Layer) -> bool:
    """Whether land without a parcel is outside the survey: not forest, and no gap in the data."""
    return layer.about.parcels is not None and layer.about.parcels.covers == "forest_land"


def _compared(layer: Layer) -> Layer:
    """A product as it is brought onto another grid: by class whatever it declares, with the land outside a survey as cells."""
    more = {"resampling": _resampling(layer)} | ({"nodata": -1.0} if _outside_counts(layer) else {})  # no cell is -1
    return replace(layer, about=layer.about.model_copy(update=more))


def _resampling(layer: Layer) -> str:
    return "nearest" if layer.about.resampling == "nearest" else "mode"


# --- how they were laid on one grid --------------------------------------------------------------------------


def grid_row(a: Counted, b: Counted) -> dict:
    """One row of ``PAIR_GRIDS``."""
    grid, other = a.task.grid, b.task.grid
    is_one = same_lattice(other, grid) is not None
    return {
        "product_a": a.task.layer.product,
        "year_a": a.task.layer.about.year,
        "product_b": b.task.layer.product,
        "year_b": b.task.layer.about.year,
        "cell_size_a": grid.cell_size,
        "cell_size_b": other.cell_size,
        "is_same_lattice": "yes" if is_one else "no",
        "resampling_b": "none" if is_one else _resampling(b.task.layer),
        "shift_cells": None if is_one or not _is_same_size(grid, other) else _shift(a, other),
    }


def _shift(a: Counted, other: Grid) -> float | None:
    """How far the corners of two grids of one cell size lie apart [cells], in the middle of the counties; None between systems."""
    grid = a.task.grid
    if not same_place(grid.crs, other.crs) or not a.cells:
        return None
    row, column = (min(getattr(z, f"{k}0") for z in a.cells) + max(getattr(z, f"{k}1") for z in a.cells) for k in ("row", "col"))
    u, v = other.to_index(grid.x(column // 2), grid.y(row // 2))
    return hypot(u - round(float(u)), v - round(float(v)))


def doubts(grids: pd.DataFrame) -> list[tuple[str, dict]]:
    """Warnings (key, parameters) of years of one product whose change matrix holds more than change."""
    made = []
    for row in grids[(grids.product_a == grids.product_b) & (grids.is_same_lattice == "no")].itertuples():
        years = sorted((int(row.year_a), int(row.year_b)))
        said = {"product": row.product_a, "years": f"{years[0]}–{years[1]}", "cell_a": row.cell_size_a, "cell_b": row.cell_size_b}
        if not pd.isna(row.shift_cells):
            made.append(("pair_shifted", said | {"shift": float(row.shift_cells)}))
        else:
            made.append(("pair_cells" if row.cell_size_a != row.cell_size_b else "pair_systems", said))
    return made


# --- all of them as forest or not ----------------------------------------------------------------------------


@dataclass(frozen=True)
class Voter:
    """A product and the reading it is asked by."""

    counted: Counted
    reading: str

    @property
    def name(self) -> str:
        """Product and year, as they stand in the tables."""
        return _shown(self.counted.task.layer)


def voters(counted: list[Counted], main_reading: str) -> tuple[list[Voter], list[str], list[str]]:
    """Who is compared as forest or not; who is not, for want of a reading; who is not, because there are too many."""
    layers = [c.task.layer for c in counted]
    some = [counted[i] for i in side_by_side(layers)]
    asked = [(c, main_reading_of(c.task.layer, main_reading)) for c in some]
    made = [Voter(c, reading) for c, reading in asked if reading is not None]
    mute = [_shown(c.task.layer) for c, reading in asked if reading is None]
    return made[:MOST_PRODUCTS], mute, [v.name for v in made[MOST_PRODUCTS:]]


class _Forest(Raster):
    """A class raster that says 1 for forest, 0 for other land, NaN where it does not know."""

    def __init__(self, raster: Raster, reading: str):
        super().__init__(raster.layer, raster.tiles, raster.grid)
        self._stratum, is_forest = _stratum(raster.layer), set(forest_codes(raster.layer.legend, reading))
        unknown = {c for c, key in zip(self._stratum.codes, self._stratum.keys, strict=True) if key == UNKNOWN}
        if _outside_counts(raster.layer):
            unknown.discard(_OUTSIDE)
        says = [np.nan if code in unknown else float(code in is_forest) for code in self._stratum.codes]
        self._says = np.array([*says, np.nan, np.nan])  # then what is unknown, and codes that the legend does not know

    def measured(self, row0: int, row1: int, col0: int, col1: int) -> np.ndarray:
        """A window of what the raster says."""
        return self._says[self._stratum.index(super().measured(row0, row1, col0, col1))]


class _Reader:
    """The open rasters of all voters, as they say forest or not, on one grid; one reader for each thread."""

    def __init__(self, asked: list[Voter], grid: Grid):
        self._opened = ExitStack()
        self.views = []
        for voter in asked:
            layer = _compared(voter.counted.task.layer)
            raster = _Forest(self._opened.enter_context(open_raster(layer)), voter.reading)
            self.views.append(OnGrid(layer, raster, grid))

    def __enter__(self) -> _Reader:
        return self

    def __exit__(self, *exception: object) -> None:
        self._opened.close()


def patterns(asked: list[Voter], engine: Engine, block: int, path: Path, words: tuple[str, dict[str, str]], label: str) -> pd.DataFrame:
    """Area by who says forest and who has no data (rows of ``FOREST_PATTERNS``), and the raster of how many say forest.

    On the grid with the largest cells; of the finer ones the majority of a cell's known land counts, forest or not (of a tie:
    not). Land beyond that grid is unknown to all. The raster goes to ``path``, cut to the counties, :data:`NO_COMPARISON` outside
    them (by cell centre) and where fewer than two have data; ``words``: what its band is, and its tags. Read in blocks of about
    ``block`` squared cells of the finest product and written strip by strip; areas are exact sums, so nothing depends on blocks
    or threads.
    """
    base = asked[coarsest([v.counted.task.grid for v in asked])].counted
    grid, cells = base.task.grid, [base.cells[i] for i in base.plan.own]
    zones, count = Zones.of(cells, grid), 3 ** len(asked)
    finest = max(_cells_in_one(grid, v.counted.task.grid) for v in asked)
    total, todo = Exact.zeros(len(cells), count, 1), _blocks(zones, int(block * block / finest) // (1 + 2 * len(asked)))
    if todo:
        work = on_threads(lambda: _Reader(asked, grid), lambda reader, b: (b, *_ask(reader, b, grid, zones)), todo, engine.threads)
        with _Strips(path, base, zones, todo, len(asked), words) as strips, closing(work):
            for at, area, votes in track(work, len(todo), label):
                total = total + area
                strips.add(at, votes)
    whole = with_beyond(total, cells)[:, :, 0]
    area = by_county(whole, [base.plan.zones[i] for i in base.plan.own], base.places)
    zone, names = zone_rows(base.places), np.array([v.name for v in asked], object)
    state = np.stack(np.unravel_index(np.arange(count), (3,) * len(asked)), axis=1)
    said = [[";".join(names[row == s]) for row in state] for s in (1, 2)]
    return pd.DataFrame(
        zone[z]
        | {
            "products": ";".join(names),
            "forest_in": said[0][p],
            "unknown_in": said[1][p],
            "area_hm2": float(area[z, p]) * grid.quantum_m2 * M2_TO_HM2,
        }
        for z, p in np.argwhere(area > 0)
    )


def _blocks(zones: Zones, most: int) -> list[Block]:
    """Windows of about ``most`` cells that hold every cell of every zone, strip by strip from the first row any has."""
    first, last, top = zones.extent
    made = []
    for row in range(0, first.size, _ROWS):
        rows = slice(row, min(row + _ROWS, first.size))
        left, right, columns = int(first[rows].min()), int(last[rows].max()), max(most // _ROWS, 1)
        made += [Block(top + row, top + rows.stop, c, min(c + columns, right)) for c in range(left, right, columns)]
    return made


def _ask(reader: _Reader, block: Block, grid: Grid, zones: Zones) -> tuple[Exact, np.ndarray]:
    """Area of a block by zone and pattern, and how many products say forest in each cell."""
    shape = block.row1 - block.row0, block.col1 - block.col0
    pattern, votes, known = np.zeros(shape, np.uint16), np.zeros(shape, np.uint8), np.zeros(shape, np.uint8)
    for view in reader.views:
        said = view.values(*block.where)
        state = np.where(np.isnan(said), 2, said).astype(np.uint8)
        pattern = (pattern * 3 + state).astype(np.uint16)
        votes += state == 1
        known += state < 2
    votes[known < 2] = NO_COMPARISON
    table = np.zeros((zones.row0.size, 3 ** len(reader.views), 1, 2), np.int64)
    counting.count_cells(pattern, np.zeros((1, 1), np.int32), quanta_of(grid, block), block.row0, block.col0, zones.arrays, table)
    return Exact.of(table, counting.AREA_BITS), votes


# --- the raster ----------------------------------------------------------------------------------------------


class _Strips:
    """The raster as it grows: blocks come in any order, strips are written from north to south, so that the bytes are the same."""

    def __init__(self, path: Path, base: Counted, zones: Zones, todo: list[Block], products: int, words: tuple[str, dict[str, str]]):
        first, last, self._top = zones.extent
        self._left, self._height, grid = int(first.min()), first.size, base.task.grid
        self._width = int(last.max()) - self._left
        self._missing = {row: sum(b.row0 == row for b in todo) for row in range(self._top, self._top + self._height, _ROWS)}
        self._counties = _in_cells(base.places.frame.geometry.to_numpy(), grid, self._left)
        self._begun: dict[int, np.ndarray] = {}
        t, description, tags = grid.transform, *words
        place = Affine(t.a, 0, float(grid.x(self._left)), 0, t.e, float(grid.y(self._top)))
        profile = {"driver": "GTiff", "width": self._width, "height": self._height, "count": 1, "dtype": "uint8", "nodata": NO_COMPARISON}
        profile |= {"crs": grid.crs.to_wkt(), "transform": place, "compress": "deflate", "tiled": True, "BIGTIFF": "IF_SAFER"}
        self._file = rasterio.open(path, "w", **profile, blockxsize=_ROWS, blockysize=_ROWS)
        self._file.write_colormap(1, _colours(products))
        self._file.set_band_description(1, description)
        self._file.update_tags(**tags)

    def add(self, block: Block, votes: np.ndarray) -> None:
        """Put a block in its place, and write every strip that is whole and has its turn."""
        strip = self._strip(block.row0)
        strip[:, block.col0 - self._left : block.col1 - self._left] = votes
        self._missing[block.row0] -= 1
        while self._missing and next(iter(self._missing.values())) == 0:
            self._write(next(iter(self._missing)))

    def _strip(self, row: int) -> np.ndarray:
        rows = min(_ROWS, self._top + self._height - row)
        return self._begun.setdefault(row, np.full((rows, self._width), NO_COMPARISON, np.uint8))

    def _write(self, row: int) -> None:
        strip = self._strip(row)
        inside = np.zeros_like(strip)
        fill(inside, self._counties, np.ones(len(self._counties), np.int64), lambda xy: xy - (0, row))
        strip[inside == 0] = NO_COMPARISON
        self._file.write(strip, 1, window=Window(0, row - self._top, *strip.shape[::-1]))
        del self._begun[row], self._missing[row]

    def __enter__(self) -> _Strips:
        return self

    def __exit__(self, kind: type | None, *exception: object) -> None:
        if kind is None:
            for row in list(self._missing):  # strips without any land
                self._write(row)
        self._file.close()


def _in_cells(geometry: np.ndarray, grid: Grid, left: int) -> np.ndarray:
    """Polygons in degrees as (column from ``left``, row) of a grid."""
    if not grid.is_lonlat:
        geometry = shapely.segmentize(geometry, _ARC_DEG)
    way = transformer(LONLAT, grid.crs)

    def place(xy: np.ndarray) -> np.ndarray:
        x, y = xy.T if grid.is_lonlat else way.transform(*xy.T)
        u, v = grid.to_index(x, y)
        return np.column_stack([u - left, v])

    return shapely.transform(geometry, place)


def _colours(products: int) -> dict[int, tuple[int, int, int, int]]:
    """Grey where none says forest, green where all do, from pale to dark orange between them."""
    pale, dark = np.array([254, 227, 145]), np.array([204, 76, 2])
    between = {k: (*(int(c) for c in np.rint(pale + (dark - pale) * (k - 1) / max(products - 2, 1))), 255) for k in range(1, products)}
    return {0: (235, 235, 235, 255)} | between | {products: (26, 107, 47, 255), NO_COMPARISON: (0, 0, 0, 0)}
