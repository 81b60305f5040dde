"""Candidate areas: contiguous land of one verdict, large enough for a plant, as polygons with size, shape, resource and score.

Contiguous means joined across the edges of cells, whatever county they lie in. Land of the verdict ``unknown`` counts where
nothing is known against it (no conditional rule broken either). Only patches of the least size and more are looked at closely,
and only those listed become polygons.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from fractions import Fraction

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numba import njit

from pipeline.core import counting, pixels, tables
from pipeline.core.grid import LONLAT, Grid, transformer
from pipeline.core.progress import track
from pipeline.core.threads import on_threads
from pipeline.core.units import M2_TO_HM2
from pipeline.core.words import say
from pipeline.siting import ledger
from pipeline.siting.areas import OUTSIDE, Land
from pipeline.siting.evidence import Reader
from pipeline.siting.ledger import Part
from pipeline.siting.patches import Patches, outlines, stretches
from pipeline.siting.rules import CONDITIONAL, SOFT
from pipeline.siting.shapes import Plane
from pipeline.siting.sheet import STRIP

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
    patches = Patches(land.sheet, _classes(land, kind), land.grid)
    chosen = np.flatnonzero(patches.area_m2 >= wanted.least_hm2 / M2_TO_HM2)
    if chosen.size == 0:
        return _frame([], []), []
    zone, area_hm2 = patches.class_of_patch[chosen].astype(int) - 1, patches.area_m2[chosen] * M2_TO_HM2
    number = patches.numbered(chosen)
    patches.forget()
    inside, score = _scored(land, kind, patches, number, chosen.size)
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
    if not listed:
        return _frame([], []), []
    place = np.zeros(chosen.size + 1, np.int32)  # in the list, from 1
    place[np.array(listed) + 1] = np.arange(1, len(listed) + 1)
    np.take(place, number, out=number)
    shapes, details = _drawn(land, kind, patches, number, len(listed))
    rows = []
    for rank, (i, shape) in enumerate(zip(listed, shapes, strict=True), 1):
        spot = shape.representative_point()
        shares = details.shares(rank - 1, land)
        rows.append(
            {
                "area_id": f"{kind}-{rank:04d}", "kind": kind, "rank": rank, "zoning": ZONES[zone[i]],
                "area_hm2": area_hm2[i],
                "inside_hm2": inside_hm2[i], "capacity_mw": inside_hm2[i] * wanted.mw_per_hm2, "score": score[i],
                "rank_score": merit[i], "resource_mean": details.resource[rank - 1],
                "compactness": _compactness(shape, area_hm2[i], land.evidence.plane),
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


def _scored(land: Land, kind: str, patches: Patches, number: np.ndarray, count: int) -> tuple[list[int], list[float | None]]:
    """Areas within the counties, in quanta of the grid, and scores of patches 1 .. ``count``; ``number``: of each label.

    The score is the share of the soft rules kept, of those known in each cell, by area; None where no soft rule is known.
    """
    said, soft = land.states(kind), land.of_state(kind, SOFT)
    kept, known = ((soft & is_so).sum(axis=1) for is_so in (said == 0, said != 2))
    pairs, place = np.unique(np.stack([kept, known], axis=1), axis=0, return_inverse=True)
    table, sheet, place = np.zeros((count, len(pairs), 2), np.int64), land.sheet, place.ravel()
    label = say("pass_candidates", land.language, kind=say(kind, land.language))
    for row, numbers, labels in track(patches.strips(), -(-sheet.height // STRIP), label):
        quanta = pixels.quanta_of(land.grid, pixels.Block(row, row + len(labels), sheet.col0, sheet.col1))
        _collect(labels, numbers, number, place, quanta, row, sheet.col0, land.zones.arrays, table)
    areas, scores = pixels.Exact.of(table, counting.AREA_BITS).whole(), []
    for row in areas:
        parts = [(int(k), int(n), area) for (k, n), area in zip(pairs, row, strict=True) if area and n]
        of_known = sum(area for _, _, area in parts)
        scores.append(float(sum(Fraction(area * k, n) for k, n, area in parts) / of_known) if of_known else None)
    return [sum(row) for row in areas], scores


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


def _drawn(land: Land, kind: str, patches: Patches, number: np.ndarray, count: int) -> tuple[list[shapely.Polygon], _Details]:
    """Outlines, counties and resource of patches 1 .. ``count``; ``number``: of each label."""
    measures, sheet = [m for m in land.measures if m.kind == kind][:1], land.sheet

    def work(reader: Reader, part: tuple[int, int]) -> tuple[tuple[int, int], np.ndarray, list[Part]]:
        edges, sums, before = [], [], number[patches.before(part[0])]
        for row, _, labels in patches.strips(*part):
            numbers = number[labels]
            edges.append(stretches(before, numbers, row))
            before = numbers[-1]
            columns = np.flatnonzero(numbers.any(axis=0))
            if columns.size:
                own = slice(int(columns[0]), int(columns[-1]) + 1)
                window = reader.window(row, row + len(labels), sheet.col0 + own.start, sheet.col0 + own.stop)
                sums.append(ledger.count(window, land.zones, numbers[:, own], count + 1, measures))
        if part[1] == sheet.row1:
            edges.append(stretches(before, np.zeros((1, sheet.width), np.int32), sheet.row1))
        return part, np.concatenate(edges), sums

    parts, edges, tally = sheet.parts(), {}, ledger.Tally(land.zones.row0.size, count + 1, len(measures))
    label = say("pass_candidates", land.language, kind=say(kind, land.language))
    for part, drawn, sums in track(on_threads(land.evidence.reader, work, parts, land.threads), len(parts), label):
        edges[part] = drawn
        for one in sums:
            tally.add(*one)
    zone, patch, sums = tally.whole()
    whole = np.zeros((count + 1, land.zones.row0.size, 1 + 2 * len(measures)), object)
    whole[patch, zone] = sums.whole()
    area, *rest = whole[1:].sum(axis=1).T
    resource = [t / k if k and k == a else None for a, k, t in zip(area, *rest, strict=True)] if rest else [None] * count
    every = np.concatenate([edges[part] for part in parts])
    edges.clear()
    return outlines(every, count, sheet.col0, _placed(land.grid)), _Details(whole[1:, :, 0], resource)


# --- shape ---------------------------------------------------------------------------------------------------


def _placed(grid: Grid):
    """From cell corners to degrees; long edges of a grid that is not in degrees are followed step by step."""
    if grid.is_lonlat:
        return lambda shape: shapely.transform(shape, lambda xy: np.column_stack([grid.x(xy[:, 0]), grid.y(xy[:, 1])]))
    way, steps = transformer(grid.crs, LONLAT), max(_ARC_M / max(grid.cell_size_m), 1.0)

    def place(xy: np.ndarray) -> np.ndarray:
        return np.column_stack(way.transform(grid.x(xy[:, 0]), grid.y(xy[:, 1])))

    return lambda shape: shapely.transform(shapely.segmentize(shape, steps), place)


def _compactness(shape: shapely.Polygon, area_hm2: float, plane: Plane) -> float:
    """Area over that of the smallest circle round it: 1 a disc, 0.64 a square, near 0 a thread or a net.

    The staircase outline of cells makes any measure by perimeter too small; this one hardly feels it.
    """
    radius_m = shapely.minimum_bounding_radius(plane.shapes(shape))
    return min(area_hm2 / M2_TO_HM2 / (math.pi * radius_m**2), 1.0)


# --- compiled ------------------------------------------------------------------------------------------------


@njit(nogil=True, cache=True)
def _collect(labels, numbers, number, place, quanta, top, left, zones, table):
    """Add what zones hold of each cell to its patch (``number`` of its label, the last of label -1; 0 is none) and place."""
    row0, row1, where, border_start, border_column, border_quanta, run_start, run_first, run_last = zones
    rows, columns = labels.shape
    each_cell = quanta.shape[1] > 1
    for z in range(row0.size):
        for row in range(max(top, row0[z]), min(top + rows, row1[z])):
            i, r = where[z] + row - row0[z], row - top
            inner = run_start[i + 1] - run_start[i]
            for j in range(inner + border_start[i + 1] - border_start[i]):  # first whole cells, then those on the border
                if j < inner:
                    first, last = max(run_first[run_start[i] + j] - left, 0), min(run_last[run_start[i] + j] - left, columns)
                else:
                    first = border_column[border_start[i] + j - inner] - left
                    last = first + 1 if 0 <= first < columns else first
                for c in range(first, last):
                    patch = number[labels[r, c]]
                    if patch:
                        weight = quanta[r, c if each_cell else 0] if j < inner else border_quanta[border_start[i] + j - inner]
                        own = table[patch - 1, place[numbers[r, c]]]
                        own[0] += weight >> counting.AREA_BITS
                        own[1] += weight & ((1 << counting.AREA_BITS) - 1)
