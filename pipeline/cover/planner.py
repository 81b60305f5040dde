"""How many reference points would turn "cannot tell" into a verdict, in which strata and counties.

**Distance.** The verdict is ``met`` when P(cover >= target) >= ``sure``, that is when the estimate stands ``z_sure`` standard
errors above the target. Should the anticipated cover be the truth, the estimate of a sample with standard error

    SE = |cover - target| / (z_sure + z_power)

gets there with chance ``power`` (Cochran 1977, Sampling Techniques, ch. 4; the usual argument of the size of a test). The
anticipated cover is the adjusted one of an accepted sample. Before any sample it is that of the map: it is used as a distance
only, nothing is concluded from it, and the plan says ``assumed``.

**Size.** n = (sum W_h S_h)^2 / SE^2 with S_h = sqrt(p_h (1 - p_h)) (Olofsson et al. 2014, RSE 148:42-57, eq. 13; Cochran 1977,
eq. 5.25 without the finite population), shared by Neyman's n_h ~ W_h S_h, rounded up, at least ``least_per_stratum`` each. The
forest share p_h of a stratum is that of the sample, (x + 1/2) / (n + 1) (Jeffreys: few points that all agree do not make a
stratum free of variance), else an assumption of the configuration [A], which makes the size and never the cover.

**Strata** are mapped forest and other land. Where a sample exists that was drawn from (or is grouped by) the map's codes, these
stay, so that old and new points together are still one stratified sample. Unknown land is no stratum: no map class to draw it
from, and no sample says anything of it. It may be all or no forest, and a verdict has to hold either way, so it shortens the
distance; where nothing is left of it no sample decides (``unknown_land``).

**Counties.** For the whole area the strata are those of the whole area. A stratum's points go to counties as their shares of its
land by an additive recurrence: the k-th point falls at ``(start + k / golden ratio) mod 1`` of the land lined up county by county.
Any number of points is then spread over the counties within a point or two of proportion, all land of the stratum has the same
chance (``start`` is random), and a larger plan holds the smaller one. Strata by county would be valid too, but small counties
would get strata with less than the two points a variance needs; taken as strata of the whole area, proportional numbers make the
true variance a little smaller than the estimated one, never larger (Cochran 1977, sec. 5.6). For ``scope: counties`` each county
is sized for its own target and sampled by itself.

A plan stands on one look at the data. Adding points again and again until a verdict comes makes a wrong verdict likelier than
``1 - sure``; plan once, walk it all, then look.
"""

from __future__ import annotations

import math
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import NormalDist

import numpy as np
import pandas as pd

from pipeline.core import tables
from pipeline.core.config import Planner
from pipeline.core.layers import Layer
from pipeline.core.legend import FOREST, OTHER, UNKNOWN, codes_of_strata, main_reading_of
from pipeline.core.products import rows_of_layer
from pipeline.core.tables import ZONE
from pipeline.cover.definitions import denominator_hm2

WHOLE = "all"  # stands for the strata of a zone that needs no points
_GOLDEN = (math.sqrt(5) - 1) / 2
_ON_TARGET_PP = 1e-7
_UNCOUNTED = 10**15  # points of a stratum that nobody will ever walk: more are not told apart


def plan(
    cover_rows: pd.DataFrame,
    code_area: pd.DataFrame,
    products: Sequence[Layer],
    sample_counts: pd.DataFrame | None,
    settings: Planner,
    sure: float,
    *,
    reading: str,
) -> pd.DataFrame:
    """The sample plan (:data:`pipeline.core.tables.SAMPLE_PLAN`) of every product, in its main reading.

    ``cover_rows`` and ``code_area`` are the tables of that name. ``sample_counts``: accepted points by ``sample``,
    ``county_code`` (where they lie, None = not known), ``product``, ``year`` and ``stratum``, with ``points`` and ``forest`` (how many of them are forest);
    used where the cover row has an adjusted cover on which its verdict stands. A zone without a target has no rows; a census of
    the statutory forest only says that it decides, where it does.
    """
    rows: list[dict] = []
    for layer in products:
        own, area = rows_of_layer(cover_rows, layer), rows_of_layer(code_area, layer)
        own = own[own.reading == main_reading_of(layer, reading)]
        own = own[own.target_pct.notna()]
        counts = rows_of_layer(sample_counts, layer) if sample_counts is not None else None
        for zone in _zones(own, settings.scope):
            if zone.is_decided:
                rows += zone.decided()
            elif not layer.is_census:
                rows += _of_zone(zone, area[area.level == "county"], layer, counts, settings, sure)
    return tables.product(rows, tables.SAMPLE_PLAN)


def counts_of(samples: pd.DataFrame, points: pd.DataFrame, at: pd.DataFrame, code_area: pd.DataFrame) -> pd.DataFrame:
    """``sample_counts`` of :func:`plan` for some samples, by the tables SAMPLES, SAMPLE_POINTS, POINTS and CODE_AREA.

    The stratum is that of the file, or the map's code: as the file has it, else looked up.
    """
    about = samples[["sample", "product", "year", "strata"]]
    codes = code_area[code_area.code.notna()].drop_duplicates(["product", "year", "code"])[["product", "year", "code", "source_code"]]
    seen = at.assign(sample=at.layer.str.removeprefix("sample:"))[["sample", "number", "product", "year", "code"]]
    own = points.merge(about, on="sample").merge(seen, on=["sample", "number", "product", "year"], how="left")
    own = own.merge(codes, on=["product", "year", "code"], how="left")
    mapped = own.map_code.where(own.map_code.notna(), own.source_code.where(own.source_code.notna(), UNKNOWN))
    own["stratum"] = own.stratum.where(own.strata == "column", mapped)
    own["forest"] = own.is_forest == "yes"
    by = own.groupby(["sample", "county_code", "product", "year", "stratum"], dropna=False)
    return by.agg(points=("number", "size"), forest=("forest", "sum")).reset_index()


def needed_se(distance: float, *, sure: float, power: float) -> float:
    """Standard error, in the unit of ``distance``, at which an estimate decides with chance ``power`` (module docstring)."""
    return distance / (NormalDist().inv_cdf(sure) + NormalDist().inv_cdf(power))


def neyman(area: np.ndarray, forest_share: np.ndarray, se: float, *, least: int) -> np.ndarray:
    """Points of each stratum for a standard error ``se`` of the forest share (0..1) of all strata together."""
    spread = area / area.sum() * np.sqrt(forest_share * (1 - forest_share))
    return _allocated((spread.sum() / se) ** 2, spread, least)


def largest(area: np.ndarray, forest_share: np.ndarray, now: np.ndarray, settings: Planner) -> np.ndarray:
    """Points of each stratum, those there are included, when ``most_points`` are added: the largest sample that can be walked."""
    spread = area / area.sum() * np.sqrt(forest_share * (1 - forest_share))
    least = min(settings.least_per_stratum, max(settings.most_points // len(area), 1))
    low, high = 0, settings.most_points + int(now.sum()) + 1
    while high - low > 1:  # the largest n whose additions can be walked
        middle = (low + high) // 2
        added = np.maximum(_allocated(middle, spread, least) - now, 0).sum()
        low, high = (middle, high) if added <= settings.most_points else (low, middle)
    return np.maximum(_allocated(low, spread, least), now)


def by_county(areas: Mapping[str, float], first: int, count: int, *, seed: int, stratum: str) -> dict[str, int]:
    """How many of a stratum's points ``first .. first + count`` fall in each county; they add up to ``count``.

    ``areas``: the stratum's land by county [hm2].
    """
    start = np.random.default_rng([seed, 61, zlib.crc32(stratum.encode())]).random()
    ends = np.cumsum(list(areas.values()))
    place = (start + np.arange(first, first + count) * _GOLDEN) % 1 * ends[-1]
    found = np.bincount(np.minimum(np.searchsorted(ends, place, side="right"), len(ends) - 1), minlength=len(ends))
    return dict(zip(areas, map(int, found), strict=True))


def _allocated(total: float, spread: np.ndarray, least: int) -> np.ndarray:
    """Neyman's shares of ``total`` points, rounded up (but for rounding errors), at least ``least`` each."""
    return np.clip(np.ceil(total * spread / spread.sum() - 1e-9), least, _UNCOUNTED).astype(np.int64)


# --- zones ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Zone:
    """Land with one verdict: the whole area (or the chosen counties together), or a county."""

    rows: list[dict]  # of the cover table: one, or those of the chosen counties
    counties: dict[str, str]  # code and name of the counties it is made of

    @property
    def is_decided(self) -> bool:
        return all(r["verdict"] in ("met", "not_met") for r in self.rows)

    @property
    def has_sample(self) -> bool:
        """Whether its cover and verdict stand on a sample, which points can then be added to."""
        return (
            len(self.rows) == 1 and self.rows[0]["reason"] in ("sample", "sample_inconclusive") and _is(self.rows[0], "adjusted_cover_pct")
        )

    @property
    def land_hm2(self) -> float:
        """The area its rate stands on."""
        return math.fsum(denominator_hm2(r) for r in self.rows)

    @property
    def cover_pct(self) -> float:
        """Anticipated cover: by the sample, else by the map."""
        if self.has_sample:
            return self.rows[0]["adjusted_cover_pct"]
        return math.fsum(_forest(r) for r in self.rows) / self.land_hm2 * 100

    @property
    def target_pct(self) -> float:
        """Its target; of several counties the mean by land."""
        return math.fsum(r["target_pct"] * denominator_hm2(r) for r in self.rows) / self.land_hm2

    @property
    def distance_pp(self) -> float:
        """From the target to the cover that is sure to be on its side: unknown land counts as no forest above it, as forest below.

        Of the adjusted cover, unknown land is taken to be like the rest; of the map's it is no forest.
        """
        unknown_pp = math.fsum(r["unknown_area_hm2"] for r in self.rows) / self.land_hm2 * 100
        lowest = self.cover_pct * (1 - unknown_pp / 100) if self.has_sample else self.cover_pct
        if lowest >= self.target_pct:
            return lowest - self.target_pct
        return max(self.target_pct - lowest - unknown_pp, 0.0)

    def decided(self) -> list[dict]:
        """A row that says so."""
        return [
            {**_names(r), "stratum": WHOLE, "area_hm2": r["land_area_hm2"], "points_now": 0, "points_needed": 0, "points_to_add": 0,
             "cover_pct": _cover_of(r), "target_pct": r["target_pct"], "state": "decided"}
            for r in self.rows
        ]  # fmt: skip


def _zones(cover: pd.DataFrame, scope: str) -> list[_Zone]:
    rows = cover.to_dict("records")
    counties = [r for r in rows if r["level"] == "county"]
    names = {r["county_code"]: r["county_name"] for r in counties}
    if scope == "counties":
        return [_Zone([r], {r["county_code"]: r["county_name"]}) for r in counties]
    whole = [r for r in rows if r["level"] == "city"]
    return [_Zone(whole or counties, names)] if rows else []


def _is(row: Mapping, column: str) -> bool:
    return row.get(column) is not None and not pd.isna(row[column])


def _forest(row: Mapping) -> float:
    """Forest of map or census [hm2]; none where nothing is known, which counts as unknown land."""
    return row["forest_area_hm2"] if _is(row, "forest_area_hm2") else 0.0


def _cover_of(row: Mapping) -> float:
    return row["adjusted_cover_pct"] if _is(row, "adjusted_cover_pct") else _forest(row) / denominator_hm2(row) * 100


def _names(row: Mapping) -> dict:
    return {c: row[c] for c in (*ZONE, "product", "year", "reading")}


# --- strata --------------------------------------------------------------------------------------------------


def strata(code_area: pd.DataFrame, layer: Layer, reading: str, *, by_code: bool) -> dict[str, dict[str, float]]:
    """Land [hm2] of each stratum in each county: mapped forest and other land, or the product's codes; without area, none.

    ``code_area``: county rows of the product and year.
    """
    known = code_area[code_area.code.notna() & (code_area.class_key != UNKNOWN) & (code_area.area_hm2 > 0)]
    label = {code: text for text, codes in codes_of_strata(code_area, layer.legend, reading, by_code=by_code).items() for code in codes}
    made: dict[str, dict[str, float]] = {}
    for code, county, area in zip(known.code.astype(int), known.county_code, known.area_hm2, strict=True):
        of_county = made.setdefault(label[code], {})
        of_county[county] = of_county.get(county, 0.0) + area
    return {text: dict(sorted(made[text].items())) for text in sorted(made, key=_order)}


def _order(label: str) -> tuple:
    return (0, int(label), "") if label.isdigit() else (1, 0, label)


def _of_zone(zone: _Zone, area: pd.DataFrame, layer: Layer, counts: pd.DataFrame | None, settings: Planner, sure: float) -> list[dict]:
    """Rows of one zone that is open, one a stratum, then those of its counties."""
    area = area[area.county_code.isin(zone.counties)]
    first = zone.rows[0]
    names = _names(first)
    counts = _counts(zone, counts, set(area.source_code.dropna()), settings.scope)
    land = strata(area, layer, first["reading"], by_code=counts is not None and not set(counts.stratum) <= {FOREST, OTHER, UNKNOWN})
    if not land:
        return []
    now = np.array([0 if counts is None else int(counts.points[counts.stratum == s].sum()) for s in land])
    if counts is None:
        share = np.array([settings.forest_share_in_forest if s == FOREST else settings.forest_share_elsewhere for s in land])
    else:
        share = np.array([counts.forest[counts.stratum == s].sum() + 0.5 for s in land]) / (now + 1)
    hm2 = np.array([math.fsum(parts.values()) for parts in land.values()])
    distance_pp = zone.distance_pp
    needed = to_add = se_pp = None
    if distance_pp < _ON_TARGET_PP:
        state = "on_target" if abs(zone.cover_pct - zone.target_pct) < _ON_TARGET_PP else "unknown_land"
    else:
        se_pp = needed_se(distance_pp, sure=sure, power=settings.power)
        needed, to_add, state = _sizes(hm2, share, now, se_pp / 100 * zone.land_hm2 / hm2.sum(), settings)
    shared = {
        "assumption": "assumed" if counts is None else "sample",
        "cover_pct": zone.cover_pct,
        "target_pct": zone.target_pct,
        "se_needed_pp": se_pp,
        "state": state,
    }
    rows: list[dict] = []
    for i, (stratum, parts) in enumerate(land.items()):
        about = {**shared, "stratum": stratum, "assumed_forest_share": share[i]}
        add = None if to_add is None else int(to_add[i])
        is_countable = state == "feasible"  # what cannot be walked is not shared among counties
        whole = {
            "area_hm2": hm2[i],
            "points_now": int(now[i]),
            "points_needed": None if needed is None else int(needed[i]),
            "points_to_add": add,
        }
        if len(zone.rows) == 1:
            rows.append({**names, **about, **whole})
        if len(zone.rows) == 1 and first["level"] == "county":
            continue
        spread = None if add is None else by_county(parts, int(now[i]), add, seed=settings.seed, stratum=stratum)
        wanted = by_county(parts, 0, int(needed[i]), seed=settings.seed, stratum=stratum) if is_countable else None
        for county, own_hm2 in parts.items():
            rows.append(
                {
                    **names,
                    "county_code": county,
                    "county_name": zone.counties[county],
                    "level": "county",
                    **about,
                    "area_hm2": own_hm2,
                    "points_now": 0
                    if counts is None
                    else int(counts.points[(counts.stratum == stratum) & (counts.county_code == county)].sum()),
                    "points_needed": None if wanted is None else wanted[county],
                    "points_to_add": None if spread is None else spread[county],
                }
            )
    return rows


def _counts(zone: _Zone, counts: pd.DataFrame | None, codes: set[str], scope: str) -> pd.DataFrame | None:
    """The points the zone's verdict stands on, where more can be added to their strata; None where a sample must begin anew."""
    if counts is None or not zone.has_sample:
        return None
    counts = counts[counts["sample"] == zone.rows[0]["sample"]]
    own = counts[counts.county_code.isin(zone.counties)] if scope == "counties" else counts
    known = set(own.stratum) - {UNKNOWN}
    return own if len(own) and (known <= {FOREST, OTHER} or known <= codes) else None


def _sizes(hm2: np.ndarray, share: np.ndarray, now: np.ndarray, se: float, settings: Planner) -> tuple[np.ndarray, np.ndarray, str]:
    """Points needed and points to add by stratum, and the state; ``se`` is a share (0..1) of the strata's land.

    Where too many are needed the largest sample that can be walked is planned all the same: it narrows the interval.
    """
    needed = neyman(hm2, share, se, least=settings.least_per_stratum)
    to_add = np.maximum(needed - now, 0)
    if to_add.sum() <= settings.most_points:
        return needed, to_add, "feasible"
    return needed, largest(hm2, share, now, settings) - now, "too_many"
