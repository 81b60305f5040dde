"""Candidate areas: contiguous land of one verdict, large enough for a plant, as polygons with size, shape, resource and score.

Contiguous means joined across the edges of cells, whatever county they lie in. Land of the verdict ``unknown`` counts where
nothing is known against it (no conditional rule broken either). Only patches of the least size and more are looked at closely,
and only those listed become polygons.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fractions import Fraction

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from pipeline.core import counting, pixels, tables
from pipeline.core.grid import LONLAT, Grid, transformer
from pipeline.core.progress import track
from pipeline.core.threads import on_threads
from pipeline.core.units import M2_TO_HM2
from pipeline.core.words import say
from pipeline.siting.areas import OUTSIDE, Land, blocks, local
from pipeline.siting.evidence import Reader
from pipeline.siting.patches import Patches, outlines
from pipeline.siting.rules import CONDITIONAL, SOFT
from pipeline.siting.shapes import Plane
from pipeline.siting.sheet import Sheet

ZONES = ("allowed", "unknown", "conditional")  # classes 1 .. 3, in the order they are listed
_ARC_M = 200.0  # straight edges of a grid that is not in degrees are followed by such steps


@dataclass(frozen=True)
class Wanted:
    """What is asked of the areas of a technology: least size, how many of each verdict, what capacity they have, and from which on
    size no longer counts in their rank.
    """

    least_hm2: float
    most: int
    mw_per_hm2: float
    full_mw: float = math.inf

    def rank_score(self, score: float | None, inside_hm2: float) -> float | None:
        """What areas of a verdict are ranked by: the score, times the capacity over that of a full plant where it is less."""
        return None if score is None else score * min(inside_hm2 * self.mw_per_hm2 / self.full_mw, 1.0)


@dataclass(frozen=True)
class LeftOut:
    """Areas large enough that are not listed, since there are too many."""

    kind: str
    zoning: str
    count: int  # all of the least size
    kept: int
    left_hm2: float


def find(land: Land, kind: str, wanted: Wanted, bases: str) -> tuple[gpd.GeoDataFrame, list[LeftOut]]:
    """The candidate areas of a technology (schema ``CANDIDATE_AREAS``) with their outlines, and what is not listed.

    Ranked by verdict (:data:`ZONES`), then :meth:`Wanted.rank_score`, then size. The area is that of the cells, which are counted whole;
    least size, rank and capacity stand on the part of it that lies in the counties, border cells by their exact share.
    """
    class_of = _classes(land, kind)
    patches = Patches(land.sheet, class_of, land.grid)
    area = patches.area_m2() * M2_TO_HM2
    chosen = np.flatnonzero((patches.root == np.arange(patches.root.size)) & (area >= wanted.least_hm2))
    if chosen.size == 0:
        return _frame([], []), []
    with land.sheet.like(land.folder / f"patches_{kind}") as sheet:
        _put(sheet, patches, chosen)
        score, inside = _scores(land, kind, sheet, chosen.size)
    quanta, zone = patches.quanta(chosen), patches.class_of_label[chosen] - 1
    inside_hm2 = [float(q) * land.grid.quantum_m2 * M2_TO_HM2 for q in inside]
    merit = [wanted.rank_score(*both) for both in zip(score, inside_hm2, strict=True)]
    large = [i for i in range(chosen.size) if inside_hm2[i] >= wanted.least_hm2 * (1 - 1e-9)]
    order = sorted(large, key=lambda i: (merit[i] is None, -(merit[i] or 0), -inside[i], i))  # without a score last
    listed, left = [], []
    for z, name in enumerate(ZONES):
        own = [i for i in order if zone[i] == z]
        listed += own[: wanted.most]
        if len(own) > wanted.most:
            left.append(LeftOut(kind, name, len(own), wanted.most, math.fsum(inside_hm2[i] for i in own[wanted.most :])))
    with land.sheet.like(land.folder / f"listed_{kind}") as sheet:
        _put(sheet, patches, chosen[listed])
        shapes = outlines(sheet, len(listed), _placed(land.grid))
        details = _details(land, kind, sheet, [quanta[i] for i in listed])
    rows = []
    for rank, (i, shape) in enumerate(zip(listed, shapes, strict=True), 1):
        size = float(quanta[i]) * land.grid.quantum_m2 * M2_TO_HM2
        spot = shape.representative_point()
        shares = details.shares(rank - 1, land)
        rows.append(
            {
                "area_id": f"{kind}-{rank:04d}", "kind": kind, "rank": rank, "zoning": ZONES[zone[i]], "area_hm2": size,
                "inside_hm2": inside_hm2[i], "capacity_mw": inside_hm2[i] * wanted.mw_per_hm2, "score": score[i], "rank_score": merit[i], "resource_mean": details.resource[rank - 1],
                "compactness": _compactness(shape, size, land.evidence.plane),
                "county_code": shares[0][0], "county_name": shares[0][1],
                "county_shares": ";".join(f"{code} {share:.4f}" for code, _, share in shares),
                "lon": round(spot.x, 6), "lat": round(spot.y, 6),
                "evidence": "indicative" if land.evidence.cell_hm2["land_cover"] > wanted.least_hm2 else "adequate", "basis": bases,
            }
        )  # fmt: skip
    return _frame(rows, shapes), left


def _frame(rows: list[dict], shapes: list) -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame(tables.product(rows, tables.CANDIDATE_AREAS), geometry=gpd.GeoSeries(shapes, crs=LONLAT).values, crs=LONLAT)


def joined(frames: list[gpd.GeoDataFrame]) -> gpd.GeoDataFrame:
    """Areas of several technologies as one table."""
    return gpd.GeoDataFrame(pd.concat(frames, ignore_index=True), crs=LONLAT)


def _classes(land: Land, kind: str) -> np.ndarray:
    """Place of each number among :data:`ZONES`, from 1; 0 is no candidate."""
    zoning = land.zoning(kind)
    is_against = (land.of_state(kind, CONDITIONAL) & (land.states(kind) == 1)).any(axis=1)
    classes = np.zeros(len(zoning), np.uint8)
    for i, name in enumerate(ZONES, 1):
        classes[(zoning == name) & ~((name == "unknown") & is_against)] = i
    classes[OUTSIDE] = 0
    return classes


def _put(sheet: Sheet, patches: Patches, chosen: np.ndarray) -> None:
    """Number the cells of some patches from 1, as they are listed."""
    number = np.zeros(patches.root.size + 1, np.int32)  # the last one for cells in no patch: label -1
    number[chosen] = np.arange(1, chosen.size + 1)
    number[:-1] = number[patches.root]
    for row, _, labels in patches.strips():
        cells = number[labels]
        if cells.any():
            sheet.write(row, sheet.col0, cells)


# --- what the cells of each patch say -------------------------------------------------------------------------


def _scores(land: Land, kind: str, sheet: Sheet, count: int) -> tuple[list[float | None], list[int]]:
    """(score, area within the counties in quanta) of each patch that a sheet numbers.

    The score is the share of the soft rules kept, of those known in each cell, by area; None where no soft rule is known.
    """
    states, soft = land.states(kind), land.of_state(kind, SOFT)
    kept, known = ((soft & is_so).sum(axis=1) for is_so in (states == 0, states != 2))
    pairs, place = np.unique(np.stack([kept, known], axis=1), axis=0, return_inverse=True)
    place, alone, zones = place.ravel().astype(np.int32), np.zeros((1, 1), np.int32), land.zones

    def work(_: Reader, block: pixels.Block, patch: np.ndarray, present: np.ndarray):
        table, county = (np.zeros((n, present.size, m, 2), np.int64) for n, m in ((1, len(pairs)), (zones.row0.size, 1)))
        soft, area, at = place[land.sheet.read(*block.where)], pixels.quanta_of(land.grid, block), (block.row0, block.col0)
        counting.count_cells(patch, soft, area, *at, _everything(block), table)
        counting.count_cells(patch, alone, area, *at, zones.arrays, county)
        return [pixels.Exact.of(t, counting.AREA_BITS) for t in (table[0], county.sum(axis=0))]

    sums = [pixels.Exact.zeros(count, len(pairs)), pixels.Exact.zeros(count, 1)]
    for present, parts in _over_blocks(land, kind, sheet, count, work):
        for total, part in zip(sums, parts, strict=True):
            total.high[present - 1] += part.high
            total.low[present - 1] += part.low
    (whole, inside), made = (s.whole() for s in sums), []
    for row in whole:
        parts = [(int(kept), int(known), area) for (kept, known), area in zip(pairs, row, strict=True) if area and known]
        known = sum(area for _, _, area in parts)
        made.append(float(sum(Fraction(area * kept, rules) for kept, rules, area in parts) / known) if known else None)
    return made, [int(q) for (q,) in inside]


@dataclass(frozen=True)
class _Details:
    """Of each patch: ``county`` (patches, zones), its land by county, and ``resource``, the mean or None, as far as it is known everywhere."""

    county: np.ndarray
    resource: list[float | None]

    def shares(self, patch: int, land: Land) -> list[tuple[str, str, float]]:
        """(code, name, share) of the counties it lies in, the largest share first; what lies beyond the counties is no one's."""
        parts = [(part, code, name) for part, (code, name, _) in zip(self.county[patch], land.places, strict=True)]
        whole = sum(part for part, _, _ in parts)
        return [(code, name, part / whole) for part, code, name in sorted(parts, key=lambda p: (-p[0], p[1])) if part]


def _details(land: Land, kind: str, sheet: Sheet, quanta: list[int]) -> _Details:
    """Counties and resource of the patches that a sheet numbers; ``quanta``: their areas."""
    measure = next((m for m in land.measures if m.kind == kind), None)
    count, zones, alone = len(quanta), land.zones, np.zeros((1, 1), np.int32)

    def work(reader: Reader, block: pixels.Block, patch: np.ndarray, present: np.ndarray):
        area, at = pixels.quanta_of(land.grid, block), (block.row0, block.col0)
        county = np.zeros((zones.row0.size, present.size, 1, 2), np.int64)
        counting.count_cells(patch, alone, area, *at, zones.arrays, county)
        made = [pixels.Exact.of(county[:, :, 0].swapaxes(0, 1), counting.AREA_BITS)]
        if measure is not None:
            values = np.ascontiguousarray(measure.values(reader.window(*block.where)), np.float64)
            known, total, _ = counting.sum_cells(values, patch, alone, area, *at, _everything(block), (1, present.size, 1))
            made += [pixels.Exact.of(known[0], counting.AREA_BITS), pixels.Exact.of(total[0], counting.VALUE_BITS)]
        return made

    sums = [pixels.Exact.zeros(count, zones.row0.size), pixels.Exact.zeros(count, 1), pixels.Exact.zeros(count, 1)]
    for present, parts in _over_blocks(land, kind, sheet, count, work):
        for total, part in zip(sums, parts, strict=False):
            total.high[present - 1] += part.high
            total.low[present - 1] += part.low
    county, known, total = (s.whole() for s in sums)
    return _Details(county, [t / k if k == q else None for (k,), (t,), q in zip(known, total, quanta, strict=True)])


def _over_blocks(land: Land, kind: str, sheet: Sheet, count: int, work: Callable) -> Iterator[tuple[np.ndarray, list[pixels.Exact]]]:
    """(numbers of patches, what ``work`` makes of their cells) of every block that holds some, on threads.

    ``work(reader, block, place, numbers)``: each cell's place among the numbers.
    """

    def one(reader: Reader, block: pixels.Block):
        cells = sheet.read(*block.where)
        if not cells.any():
            return None
        place, present = local(cells, count + 1)
        return present, work(reader, block, place, present)

    todo = blocks(land.zones, land.grid)
    label = say("pass_candidates", land.language, kind=say(kind, land.language))
    for found in track(on_threads(land.evidence.reader, one, todo, land.threads), len(todo), label):
        if found is not None:
            present, made = found
            own = present > 0
            yield present[own], [pixels.Exact(part.high[own], part.low[own]) for part in made]


def _everything(block: pixels.Block) -> tuple[np.ndarray, ...]:
    """All cells of a block as the whole cells of one zone (the form of ``Zones.arrays``)."""
    rows = block.row1 - block.row0
    nothing, each = np.zeros(rows + 1, np.int64), np.arange(rows + 1, dtype=np.int64)
    first, last = (np.full(rows, c, np.int32) for c in (block.col0, block.col1))
    row0, row1, place = (np.array([v], np.int64) for v in (block.row0, block.row1, 0))
    return row0, row1, place, nothing, np.zeros(0, np.int32), np.zeros(0, np.int64), each, first, last


# --- shape ---------------------------------------------------------------------------------------------------


def _placed(grid: Grid):
    """From cell corners to degrees; long edges of a grid that is not in degrees are followed step by step."""
    if grid.is_lonlat:
        return lambda xy: np.column_stack([grid.x(xy[:, 0]), grid.y(xy[:, 1])])
    way, steps = transformer(grid.crs, LONLAT), max(_ARC_M / max(grid.cell_size_m), 1.0)

    def place(xy: np.ndarray) -> np.ndarray:
        ring = shapely.segmentize(shapely.LinearRing(xy), steps)
        xy = shapely.get_coordinates(ring)[:-1]
        return np.column_stack(way.transform(grid.x(xy[:, 0]), grid.y(xy[:, 1])))

    return place


def _compactness(shape: shapely.Polygon, area_hm2: float, plane: Plane) -> float:
    """Area over that of the smallest circle round it: 1 a disc, 0.64 a square, near 0 a thread or a net.

    The staircase outline of cells makes any measure by perimeter too small; this one hardly feels it.
    """
    radius_m = shapely.minimum_bounding_radius(plane.shapes(shape))
    return min(area_hm2 / M2_TO_HM2 / (math.pi * radius_m**2), 1.0)
