"""What reference samples say of each zone: forest and class areas with intervals, accuracy of the map, or why they say nothing.

Works on tables: points as ingest accepted them, the product's code at each point, and the ellipsoidal areas of those codes,
which weigh the strata (never the numbers of points). Land that has no points stays land the sample says nothing of: an
interval holds it as all forest and as none.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd

from pipeline.core.errors import Problem, problem
from pipeline.core.layers import Layer
from pipeline.core.legend import UNKNOWN, classes, forest_codes, main_reading_of
from pipeline.core.products import name_of, rows_of
from pipeline.core.tables import ZONE
from pipeline.core.words import say
from pipeline.cover import estimators
from pipeline.cover.estimators import Estimate

MOST_DIFFERENT = 0.02  # [A] share of points whose map class may differ from the product's there
MOST_UNCOVERED = 0.02  # [A] share of a zone's land that may lie in strata without two points, or beyond all strata
MOST_DROPPED = 0.02  # [A] share of points that may lie in strata without area
UNLIKELY = 1e-9  # [A] chance of a count by the declared design below which the points were not drawn by it
LEAST_POINTS = 2  # of a stratum: a single point has no variance
FOREST, NOT_FOREST = "forest", "not_forest"
ALONE, NO_LAND = -1, -2  # instead of a stratum

Product = tuple[str, int | None]


@dataclass(frozen=True)
class Forest:
    """Forest of one zone by one sample: of the land that was sampled, and of all its land; or ``refusal``, why there is none.

    ``share``: of the sampled land, ``drawn`` and ``is_forest`` are the points it stands on. ``strata``: name of each stratum
    of ``drawn``.
    """

    zone: dict[str, str]
    sample: str
    product: str
    year: int | None
    definition: str | None
    land_hm2: float = 0.0
    not_sampled_hm2: float = 0.0
    share: Estimate | None = None
    drawn: estimators.Sample | None = None
    is_forest: np.ndarray | None = None
    strata: tuple[str, ...] = ()
    refusal: Problem | None = None

    @property
    def sampled_hm2(self) -> float:
        """Land in strata with points."""
        return self.land_hm2 - self.not_sampled_hm2

    @property
    def area_hm2(self) -> float:
        """Forest, the land without points taken to be like the rest."""
        return self.share.value * self.land_hm2

    @property
    def low_hm2(self) -> float:
        """Lower limit, the land without points holding no forest."""
        return self.share.low * self.sampled_hm2

    @property
    def high_hm2(self) -> float:
        """Upper limit, the land without points being all forest."""
        return self.share.high * self.sampled_hm2 + self.not_sampled_hm2

    @property
    def se_hm2(self) -> float:
        """Standard error of :attr:`area_hm2`; of sampling only, the land without points is in the limits."""
        return self.share.se * self.land_hm2

    def probability(self, area_hm2: float) -> tuple[float, float, float]:
        """(P, lowest, highest) probability that there is at least so much forest: as for ``area_hm2``, ``low_hm2``, ``high_hm2``.

        A verdict needs the lowest and the highest to agree.
        """
        at = [area_hm2 / self.land_hm2, area_hm2 / self.sampled_hm2, (area_hm2 - self.not_sampled_hm2) / self.sampled_hm2]
        p, low, high = (estimators.probability_at_least(self.drawn, self.is_forest, threshold) for threshold in at)
        return p, low, high


@dataclass
class Said:
    """All that the samples say: rows of ``sample_estimates.csv`` and ``error_matrix.csv``, forest by zone, what to warn of."""

    estimates: list[dict[str, Any]] = field(default_factory=list)
    matrix: list[dict[str, Any]] = field(default_factory=list)
    forest: list[Forest] = field(default_factory=list)
    told: list[Problem] = field(default_factory=list)

    def of_zone(self, code: str, product: str, year: int | None) -> Forest | None:
        """Forest of a zone by the first sample that has an estimate, else the first refusal; None where no sample speaks of it."""
        own = [f for f in self.forest if (f.zone["county_code"], f.product, f.year) == (code, product, year)]
        return next((f for f in own if f.refusal is None), own[0] if own else None)


def forest_on_map(products: Iterable[Layer], wanted: str) -> dict[Product, set[int]]:
    """Codes (cell values) that are forest in each product's main reading."""
    return {(p.product, p.about.year): set(forest_codes(p.legend, main_reading_of(p, wanted))) for p in products}


def read(
    samples: pd.DataFrame,
    points: pd.DataFrame,
    at: pd.DataFrame,
    code_area: pd.DataFrame,
    forest: dict[Product, set[int]],
    language: str,
) -> Said:
    """What the samples say, by the tables SAMPLES, SAMPLE_POINTS, POINTS and CODE_AREA and the codes that are forest on the map."""
    said = Said()
    zones = code_area[ZONE].drop_duplicates().to_dict("records")
    for row in samples.to_dict("records"):
        row = {k: None if pd.isna(v) else v for k, v in row.items()}
        one = _One(row, points[points["sample"] == row["sample"]], at, code_area, forest)
        asked = [z for z in zones if z["level"] == "city" or row["by_county"] == "yes"]
        if row["is_accepted"] != "yes":
            _refuse(said, one, asked, row["reason"] or "–", is_told=True)
            continue
        try:
            one.require_same_map()
        except Refused as refused:
            _refuse(said, one, asked, refused.said(language))
            continue
        for zone in asked:
            try:
                one.speak(zone, said)
            except Refused as refused:
                _refuse(said, one, [zone], refused.said(language))
    return said


class Refused(Exception):
    """A sample that cannot carry an estimate of a zone."""

    def __init__(self, *reasons: Problem):
        super().__init__(", ".join(r.key for r in reasons))
        self.reasons = reasons

    def said(self, language: str) -> str:
        """The reasons in words."""
        return say("sep_clause", language).join(say(r.key, language, **r.params) for r in self.reasons)


def _refuse(said: Said, one: _One, zones: list[dict], reason: str, *, is_told: bool = False) -> None:
    """Note a refusal for some zones; ``is_told``: ingest has warned of it."""
    why = problem("sample_refused", sample=one.name, file=one.row["file"], reason=reason)
    said.forest += [one.silent(zone, why) for zone in zones]
    if not is_told:
        said.told.append(why)


# --- strata --------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Strata:
    """How the points of a zone fall into strata.

    ``place``: (n,) stratum of each point, ``ALONE`` for the only point of its stratum, ``NO_LAND`` where there is no land like
    the point's. ``uncovered``: (name, hm2) of land in no stratum.
    """

    place: np.ndarray
    names: tuple[str, ...]
    area_hm2: np.ndarray
    uncovered: tuple[tuple[str, float], ...] = ()
    merged: tuple[str, ...] = ()

    @property
    def land_hm2(self) -> float:
        """All land of the zone."""
        return math.fsum([*self.area_hm2, *(area for _, area in self.uncovered)])

    @property
    def not_sampled_hm2(self) -> float:
        """Land in no stratum."""
        return math.fsum(area for _, area in self.uncovered)


def as_drawn(keys: Sequence[str], area_hm2: dict[str, float]) -> Strata:
    """Strata of a stratified sample: those with area and two points; the area of the others is uncovered."""
    keys = np.asarray(keys, dtype=object)
    count = {key: int((keys == key).sum()) for key in area_hm2}
    used = [key for key, area in area_hm2.items() if area > 0 and count[key] >= LEAST_POINTS]
    place = _places(keys, {**{key: ALONE for key, area in area_hm2.items() if area > 0}, **{key: i for i, key in enumerate(used)}})
    left = tuple((key, area) for key, area in area_hm2.items() if area > 0 and key not in used)
    return Strata(place, tuple(used), np.array([area_hm2[key] for key in used]), left)


def afterwards(keys: Sequence[str], area_hm2: dict[str, float]) -> Strata:
    """Post-strata of a simple random sample: every point counts; keys with too few points, or without area, are one post-stratum."""
    keys = np.asarray(keys, dtype=object)
    area = {key: a for key, a in area_hm2.items() if a > 0}
    if len(keys) < LEAST_POINTS:
        return Strata(np.full(len(keys), ALONE), (), np.empty(0), tuple(area.items()))
    count = {key: int((keys == key).sum()) for key in area}
    few = [key for key in area if count[key] < LEAST_POINTS]
    strange = sum(key not in area for key in keys)
    rest = sorted((key for key in area if key not in few), key=lambda key: (-count[key], key))  # the largest is changed least
    while rest and (few or strange) and (sum(count[key] for key in few) + strange < LEAST_POINTS or not few):
        few.append(rest.pop(0))
    used = [key for key in area if key not in few]
    place_of = {key: i for i, key in enumerate(used)}
    if few:
        place_of |= dict.fromkeys([*few, *(key for key in keys if key not in area)], len(used))
    own = [area[key] for key in used] + ([math.fsum(area[key] for key in few)] if few else [])
    return Strata(_places(keys, place_of), (*used, *(["+".join(few)] if few else [])), np.array(own), merged=tuple(few))


def together(parts: list[tuple[str, np.ndarray, Strata]], count: int) -> Strata:
    """Strata of several counties as those of the whole: (county's name, indices of its points, its strata) each; ``count`` points."""
    place, names, areas, uncovered, merged = np.full(count, NO_LAND), [], [], [], []
    for county, index, strata in parts:
        place[index] = np.where(strata.place < 0, strata.place, strata.place + len(names))
        names += [f"{county} {name}".strip() for name in strata.names]
        areas.append(strata.area_hm2)
        uncovered += [(f"{county} {name}".strip(), area) for name, area in strata.uncovered]
        merged += [f"{county} {name}".strip() for name in strata.merged]
    return Strata(place, tuple(names), np.concatenate(areas) if areas else np.empty(0), tuple(uncovered), tuple(merged))


def _places(keys: np.ndarray, place_of: dict[str, int]) -> np.ndarray:
    return np.array([place_of.get(key, NO_LAND) for key in keys], dtype=int)


# --- one sample ----------------------------------------------------------------------------------------------


class _One:
    """A sample with the code and class of the map at each of its points."""

    def __init__(self, row: dict, points: pd.DataFrame, at: pd.DataFrame, code_area: pd.DataFrame, forest: dict):
        self.row = row
        self.name, self.kind = row["sample"], row["design"]
        self.product: Product = name_of(row["product"], row["year"])
        self.area = rows_of(code_area, *self.product)
        self.points = points.sort_values("number").reset_index(drop=True)
        codes = self.area.drop_duplicates("code")
        source_of = {int(c): str(s) for c, s in zip(codes.code, codes.source_code, strict=True) if pd.notna(c)}
        own = rows_of(at[at.layer == f"sample:{self.name}"], *self.product).set_index("number")
        seen = own.code.reindex(self.points.number)
        self.is_seen = self.points.number.isin(own.index).to_numpy()
        self.seen = np.array([source_of.get(int(c), UNKNOWN) if pd.notna(c) else UNKNOWN for c in seen], dtype=object)
        given = self.points.map_code
        self.code = np.where(given.notna(), given, np.where(self.is_seen, self.seen, None))
        class_of = {**dict(zip(codes.source_code, codes.class_key, strict=True)), UNKNOWN: UNKNOWN}
        self.map_class = np.array([class_of.get(c) for c in self.code], dtype=object)
        own_forest = forest.get(self.product)
        self.forest_codes = None if own_forest is None else {source_of[c] for c in own_forest if c in source_of}
        self.is_forest = (self.points.is_forest == "yes").to_numpy(bool)

    def silent(self, zone: dict, why: Problem) -> Forest:
        """No estimate of a zone."""
        return Forest(zone, self.name, *self.product, self.row["definition"], refusal=why)

    def require_same_map(self) -> None:
        """Refuse a sample whose map classes are not those of the product where its points lie."""
        both = self.points.map_code.notna().to_numpy() & self.is_seen
        different = int((self.points.map_code.to_numpy(dtype=object)[both] != self.seen[both]).sum())
        if different > MOST_DIFFERENT * both.sum():
            raise Refused(problem("sample_why_other_map", found=different, points=int(both.sum()), limit=MOST_DIFFERENT * 100))

    def speak(self, zone: dict, said: Said) -> None:
        """Add what the sample says of a zone; raises Refused."""
        strata, here = self._strata(zone)
        self._require_covered(zone, strata, here)
        self._require_spread(zone, here)
        kept = strata.place >= 0
        index = here[kept]
        drawn = self._drawn(zone, strata, strata.place[kept])
        forest = Forest(
            zone, self.name, *self.product, self.row["definition"], strata.land_hm2, strata.not_sampled_hm2,
            estimators.share(drawn, self.is_forest[index]), drawn, self.is_forest[index], strata.names,
        )  # fmt: skip
        said.forest.append(forest)
        if strata.merged:
            said.told.append(self._warning("sample_merged", zone, ", ".join(strata.merged)))
        if (~kept).any():
            said.told.append(self._warning("sample_points_dropped", zone, int((~kept).sum())))
        self._write(forest, index, said)

    def _warning(self, key: str, zone: dict, found) -> Problem:
        return problem(key, sample=self.name, zone=zone["county_name"], found=found)

    def _strata(self, zone: dict) -> tuple[Strata, np.ndarray]:
        """Strata of a zone, and the indices of its points; with ``by_county`` the whole area's are those of its counties."""
        every = np.arange(len(self.points))
        if self.row["by_county"] != "yes":
            return self._strata_of(zone, every, self.area), every
        county = self.points.county_code.to_numpy(dtype=object)
        codes = [zone["county_code"]] if zone["level"] == "county" else list(self.area.county_code[self.area.level == "county"].unique())
        parts = []
        for code in codes:
            own, here = self.area[self.area.county_code == code], np.flatnonzero(county == code)
            each = {"county_code": code, "county_name": own.county_name.iloc[0], "level": "county"}
            parts.append((each["county_name"] if zone["level"] == "city" else "", here, self._strata_of(each, here, own)))
        here = np.concatenate([index for _, index, _ in parts])
        order = np.cumsum([0, *(len(index) for _, index, _ in parts)])
        return together([(n, np.arange(a, a + len(i)), s) for (n, i, s), a in zip(parts, order, strict=False)], len(here)), here

    def _strata_of(self, zone: dict, here: np.ndarray, area: pd.DataFrame) -> Strata:
        """Strata of land that was sampled as one."""
        own = area[area.county_code == zone["county_code"]]
        group = as_drawn if self.kind == "stratified" else afterwards
        if self.row["strata"] == "map_class":
            areas = dict(zip(own.source_code.where(own.source_code.notna(), UNKNOWN), own.area_hm2, strict=True))
            return group(self.code[here], areas)
        points, land = self.points.iloc[here], math.fsum(own.area_hm2)
        areas = dict(points.groupby("stratum").stratum_area_hm2.max())
        total = math.fsum(areas.values())
        if areas and abs(total / land - 1) > MOST_UNCOVERED:
            said = {"zone": zone["county_name"], "found": total, "expected": land}
            raise Refused(problem("sample_why_area_sum", **said, limit=MOST_UNCOVERED * 100))
        scale = land / total if total > land or (areas and self.kind == "simple_random") else 1.0  # declared areas may be planar ones
        rest = {} if scale != 1.0 or total >= land else {"–": land - total}
        return group(points.stratum.to_numpy(dtype=object), {**{k: a * scale for k, a in areas.items()}, **rest})

    def _require_covered(self, zone: dict, strata: Strata, here: np.ndarray) -> None:
        """Refuse strata that leave too much land without points, or points without land."""
        said = {"zone": zone["county_name"], "limit": MOST_UNCOVERED * 100}
        area, land = strata.not_sampled_hm2, strata.land_hm2
        reasons = []
        if land == 0 or area > MOST_UNCOVERED * land or not len(strata.names):
            names = ", ".join(name for name, _ in strata.uncovered) or "–"
            reasons.append(problem("sample_why_uncovered", **said, found=names, area_hm2=area, share=100 * area / land if land else 100.0))
        lost = int((strata.place == NO_LAND).sum())
        if lost > MOST_DROPPED * max(len(here), 1):
            reasons.append(problem("sample_why_no_area", **said, found=lost, points=len(here)))
        if reasons:
            raise Refused(*reasons)

    def _require_spread(self, zone: dict, here: np.ndarray) -> None:
        """Refuse points that do not lie as the declared design puts them: too many or too few in some class or county.

        Points drawn over all land at random fall in every class and county by its share of the land, those of a stratum of the
        map by county as the stratum's land does. How land lies in strata of a file's own is not known.
        """
        is_random, by_county = self.kind == "simple_random", self.row["by_county"] == "yes"
        if not is_random and (self.row["strata"] != "map_class" or by_county):
            return
        land = self.area.assign(source_code=self.area.source_code.fillna(UNKNOWN))
        county, code = (keys[here] for keys in (self.points.county_code.to_numpy(dtype=object), self.code))
        reasons: list[Problem] = []
        if is_random and all(c is not None for c in code):
            for place in sorted(set(county)) if by_county else [zone["county_code"]]:  # places that were sampled as one
                own = land[land.county_code == place]
                areas = own.groupby("source_code").area_hm2.agg(math.fsum)
                reasons += _astray(own.county_name.iloc[0], code[county == place] if by_county else code, areas)
        if not by_county and not pd.isna(county).any():
            counties = land[land.level == "county"]
            names = dict(zip(counties.county_code, counties.county_name, strict=True))
            called = np.array([names.get(c) for c in county], dtype=object)
            for c in [None] if is_random else sorted(set(code)):
                there = counties if c is None else counties[counties.source_code == c]
                areas = there.groupby("county_name").area_hm2.agg(math.fsum)
                reasons += _astray(zone["county_name"], called if c is None else called[code == c], areas)
        if reasons:
            raise Refused(reasons[0])

    def _drawn(self, zone: dict, strata: Strata, place: np.ndarray) -> estimators.Sample:
        """The estimators' sample. Simple random samples of several counties are strata given the points in each (Holt and Smith 1979)."""
        is_whole = zone["level"] == "city" and self.row["by_county"] == "yes"
        units = None if self.row["unit_hm2"] is None else strata.area_hm2 / self.row["unit_hm2"]
        try:
            share = strata.area_hm2 / math.fsum(strata.area_hm2)
            return estimators.Sample(place, share, "stratified" if is_whole else self.kind, units)
        except estimators.Unsuitable:
            if units is None:  # not of the data: strata have two points and share 1
                raise
            raise Refused(problem("sample_why_units", zone=zone["county_name"], unit_hm2=self.row["unit_hm2"])) from None

    # Rows

    def _write(self, forest: Forest, index: np.ndarray, said: Said) -> None:
        """Rows of the tables for one zone."""
        shared = {**forest.zone, "sample": self.name, "product": self.product[0], "year": self.product[1]}
        own = self.area[self.area.county_code == forest.zone["county_code"]]
        drawn, n = forest.drawn, len(index)
        map_forest = None if self.forest_codes is None else math.fsum(own.area_hm2[own.source_code.isin(self.forest_codes)])
        said.estimates.append({**shared, "quantity": "forest", **_area_row(forest, forest.share, map_forest)})
        earlier = self.points.is_forest_earlier.iloc[index]
        if earlier.notna().all() and n:
            change = estimators.paired_difference(drawn, (earlier == "yes").to_numpy(bool), forest.is_forest)
            said.estimates.append({**shared, "quantity": "forest_change", **_change_row(forest, change)})
        compared = self._compared(own, index)
        if compared is None:
            return
        mapped, reference, keys, map_area = compared
        found = estimators.accuracy(drawn, mapped, reference, keys)
        said.estimates.append({**shared, "quantity": "overall", **_share_row(found.overall)})
        for each in found.classes:
            for quantity, estimate in (("users", each.users), ("producers", each.producers)):
                said.estimates.append({**shared, "quantity": quantity, "class_key": each.name, **_share_row(estimate)})
            row = _area_row(forest, each.area, map_area.get(each.name, 0.0))
            said.estimates.append({**shared, "quantity": "area", "class_key": each.name, **row})
        cells = estimators.error_matrix(drawn, mapped, reference, keys)
        for i, map_key in enumerate(keys):
            for j, reference_key in enumerate(keys):
                count = int(((mapped == map_key) & (reference == reference_key)).sum())
                if count:
                    row = {"map_key": map_key, "reference_key": reference_key, "points": count, "share": min(float(cells[i, j]), 1.0)}
                    said.matrix.append({**shared, **row})

    def _compared(self, own: pd.DataFrame, index: np.ndarray) -> tuple[np.ndarray, np.ndarray, list[str], dict[str, float]] | None:
        """(map class, reference class, classes, map area by class), by classes of the common legend where the reference has them.

        Else forest or not; None where the map class of some point is not known at all.
        """
        order = list(classes().class_key)
        labels = self.points.reference.to_numpy(dtype=object)
        mapped = self.map_class[index]
        if any(m is None for m in mapped):
            return None
        if set(labels) <= set(order):
            reference = labels[index]
            map_area = own.groupby("class_key").area_hm2.agg(math.fsum).to_dict()
        elif self.forest_codes is None:
            return None
        else:
            order = [FOREST, NOT_FOREST, UNKNOWN]
            code = self.code[index]
            mapped = np.array([UNKNOWN if c == UNKNOWN else FOREST if c in self.forest_codes else NOT_FOREST for c in code], dtype=object)
            reference = np.where(self.is_forest[index], FOREST, NOT_FOREST).astype(object)
            kind = own.source_code.map(lambda c: FOREST if c in self.forest_codes else NOT_FOREST, na_action="ignore")
            map_area = own.groupby(kind.where(kind.notna(), UNKNOWN)).area_hm2.agg(math.fsum).to_dict()
        keys = [key for key in order if key in set(mapped) | set(reference)]
        return mapped, reference, keys, map_area


def _astray(zone: str, keys: np.ndarray, area_hm2: pd.Series) -> list[Problem]:
    """Places with a number of points that chance would hardly ever give.

    ``keys``: the place of each point; ``area_hm2``: land by place, all of which has the same chance.
    """
    total, said = math.fsum(area_hm2), []
    for place, area in area_hm2.items() if total else ():
        share, found = min(area / total, 1.0), int((keys == place).sum())
        if estimators.as_extreme(found, len(keys), share) < UNLIKELY:
            said.append(problem("sample_why_spread", zone=zone, place=place, share=share * 100, found=found, points=len(keys)))
    return said


def _known(value: float) -> float | None:
    return None if math.isnan(value) else float(value)


def _share_row(estimate: Estimate) -> dict[str, Any]:
    """A share that is no area: accuracy."""
    method = None if estimate.method == "none" else estimate.method
    return {
        "points": estimate.n,
        **{name: _known(getattr(estimate, name)) for name in ("value", "se", "low", "high")},
        "method": method,
    }


def _land_row(forest: Forest, estimate: Estimate, low_hm2: float, high_hm2: float) -> dict[str, Any]:
    """A share of land as an area, between limits."""
    return {
        **_share_row(estimate),
        "low": low_hm2 / forest.land_hm2,
        "high": high_hm2 / forest.land_hm2,
        "area_hm2": estimate.value * forest.land_hm2,
        "low_hm2": low_hm2,
        "high_hm2": high_hm2,
    }


def _area_row(forest: Forest, estimate: Estimate, map_area_hm2: float | None) -> dict[str, Any]:
    """An area: limits hold the land without points as none and as all of it."""
    low, high = estimate.low * forest.sampled_hm2, estimate.high * forest.sampled_hm2 + forest.not_sampled_hm2
    return _land_row(forest, estimate, low, high) | {"map_area_hm2": map_area_hm2}


def _change_row(forest: Forest, estimate: Estimate) -> dict[str, Any]:
    """Later less earlier; the land without points may have lost or gained all of it."""
    ends = estimate.low * forest.sampled_hm2 - forest.not_sampled_hm2, estimate.high * forest.sampled_hm2 + forest.not_sampled_hm2
    return _land_row(forest, estimate, *ends)
