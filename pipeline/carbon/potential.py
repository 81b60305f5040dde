"""Potential: what forest on suitable greening space would take up by a year, and which land CCER-14-001 could count.

Growth is the cited value of IPCC 2006 Table 4.9, a straight line with its wide range: parameters of growth curves are a gap and
none is made up. A straight line runs past the density of mean forest after some years, and then the table says so. Nothing here is
a credit: baseline, leakage and the discount for non-permanence are not taken off.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import pandas as pd

from pipeline.carbon.draws import Draws, interval
from pipeline.carbon.trials import Parameter, monte_carlo
from pipeline.core import greening, tables
from pipeline.core.config import Scenario
from pipeline.core.errors import BadData, problem
from pipeline.core.legend import UNKNOWN
from pipeline.core.tables import EDITION, ZONE
from pipeline.core.units import TC_TO_TCO2

LIVING = ("agb", "bgb")
FOREST = "forest_arbor"
UNDETERMINED = "undetermined"
_LEAST_HM2 = 1e-6  # what is less is rounding


# --- growth --------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Growth:
    """How a stand grows: ``agb_tdm_hm2_yr`` trials (value first), root-shoot ratios by AGB of the stand, carbon fraction."""

    name: str
    agb_tdm_hm2_yr: np.ndarray
    roots: tuple[tuple[float, float], ...]  # (AGB [t d.m./hm2] up to which it holds, R), rising
    carbon_fraction: float
    source: str
    label: str

    def living_tc_hm2(self, age_yr: float) -> np.ndarray:
        """Living biomass (trials [tC/hm2]) of a stand of an age, planted on bare land.

        IPCC 2006 eq. 2.10 year by year, G_total = G_w (1 + R), with R of the stand's AGB at that time; so roots never shrink
        where the table steps down. Times the carbon fraction.
        """
        agb = self.agb_tdm_hm2_yr * age_yr
        below, done = np.zeros_like(agb), 0.0
        for limit, ratio in self.roots:
            below = below + np.clip(agb, done, limit) * ratio - done * ratio
            done = limit
        return (agb + below) * self.carbon_fraction


def growth(table: pd.DataFrame, volume: pd.DataFrame, *, name: str, trees: str, draws: int, seed: int) -> Growth:
    """Growth ``name`` of the rows ``agb_growth`` of a table (:data:`pipeline.core.tables.IPCC`), value and draws.

    ``volume``: :data:`pipeline.core.tables.VOLUME_FACTORS`, whose root-shoot ratios of ``trees`` (a forest type) hold, and the carbon
    fraction of trees of unknown kind. The range of Table 4.9 is taken as the 2.5 and 97.5 percentiles of a triangle on
    the value [A]. Raises BadData when a row is absent, ratios of
    young forest among them, listing those there are.
    """
    own = table[table.parameter == "agb_growth"]
    ratios = volume[(volume.factor == "root_shoot") & volume.value.notna()]
    fraction = volume[(volume.factor == "carbon_fraction") & _applies(volume, FOREST)].iloc[0]
    if name not in set(own.qualifier):
        raise BadData(problem("growth_row", parameter="agb_growth", found=name, known=", ".join(own.qualifier)))
    row = own[own.qualifier == name].iloc[0]
    steps = ratios[_applies(ratios, trees)].sort_values("above", na_position="first")
    if not len(steps) or pd.notna(steps.above.iloc[0]):  # young forest begins at nothing: oaks up to 70 t/hm2 are a gap
        known = dict.fromkeys(t for cell in ratios[ratios.above.isna()].applies_to for t in cell.split(";"))
        raise BadData(problem("growth_row", parameter="root_shoot", found=trees, known=", ".join(known)))
    limits = [*steps.up_to.iloc[:-1], math.inf]  # the last ratio holds from there on
    ranged = pd.notna(row.low) and pd.notna(row.high)
    parameter = Parameter(f"agb_growth.{name}", float(row.value), row.low, row.high, "triangular" if ranged else None)
    trials = monte_carlo([parameter], draws, seed)[parameter.name]
    source = "; ".join(dict.fromkeys((row.source, *steps.source, fraction.source)))
    roots = tuple(zip(map(float, limits), map(float, steps.value), strict=True))
    label = ", ".join(dict.fromkeys((row.label, *steps.label, fraction.label, "A")))
    return Growth(name, trials, roots, float(fraction.value), source, label)


def _applies(table: pd.DataFrame, what: str) -> pd.Series:
    return table.applies_to.map(lambda cell: what in str(cell).split(";"))


# --- removals ------------------------------------------------------------------------------------------------


def removals(
    space: pd.DataFrame,
    land_area: pd.DataFrame,
    accounts: list[Draws],
    scenarios: list[Scenario],
    horizons: list[int],
    grown: Growth,
    note: str,
) -> pd.DataFrame:
    """Removal of each scenario by each horizon (:data:`pipeline.core.tables.REMOVAL`), of the latest year of each product.

    The share of the space is planted evenly over the scenario's years; what was planted in year y is T - y years old in year T.
    ``planting`` is land of slopes that trees are planted on; ``undetermined`` land whose slope is not known, all of it taken as
    plantable: a ceiling. Closure land is not counted: no growth is cited for it. ``note``: what is added to the basis.
    """
    rows = []
    whole = land_area.groupby([*ZONE, *EDITION], sort=False, dropna=False).area_hm2.agg(math.fsum)
    account_of = {(a.product, a.year): a for a in reversed(accounts)}  # the first route of a product leads
    last = _latest(space)
    for keys, own in last.groupby([*ZONE, *EDITION], sort=False, dropna=False):
        here = dict(zip([*ZONE, *EDITION], keys, strict=True))
        account = account_of.get((here["product"], None if pd.isna(here["year"]) else int(here["year"])))
        for land, part in own.groupby(own.treatment.map(_land_of), sort=False):
            if land == "":
                continue
            for scenario in scenarios:
                for horizon in horizons:
                    rows.append(
                        here | {"land": land, "label": grown.label, "growth": grown.name, "source": grown.source}
                        | _planted(part, scenario, horizon, grown)
                        | _beside(part, here["county_code"], account, scenario, horizon, grown)
                        | {"basis": f"{part.basis.iloc[0]} {note}".strip(), "_land_hm2": whole[keys] if keys in whole.index else math.nan}
                    )  # fmt: skip
    frame = pd.DataFrame(rows)
    if len(frame):
        frame["added_cover_pp"] = frame.planted_hm2 / frame._land_hm2 * 100
    return tables.product(frame, tables.REMOVAL)


def _land_of(treatment: str) -> str:
    """``planting``, ``undetermined`` where planting is one of several ways, blank for closure land."""
    ways = treatment.split(";")
    return "" if greening.PLANTING not in ways else greening.PLANTING if len(ways) == 1 else UNDETERMINED


def cohorts(scenario: Scenario, horizon: int) -> list[tuple[float, int]]:
    """(share of the space, age in the horizon year) of each year's planting."""
    years = range(scenario.start_year, scenario.end_year + 1)
    return [(scenario.share / len(years), horizon - y) for y in years if y <= horizon]


def _planted(part: pd.DataFrame, scenario: Scenario, horizon: int, grown: Growth) -> dict:
    area = math.fsum(part.space_hm2)
    planted = cohorts(scenario, horizon)
    trials = sum((share * area * grown.living_tc_hm2(age) for share, age in planted), np.zeros_like(grown.agb_tdm_hm2_yr))
    low, high = interval(trials)
    value, years = float(trials[0]), horizon - scenario.start_year
    return {
        "scenario": scenario.name,
        "horizon": horizon,
        "space_hm2": area,
        "planted_hm2": area * math.fsum(share for share, _ in planted),
        "removal_tc": value,
        "low_tc": low,
        "high_tc": high,
        "removal_tco2": value * TC_TO_TCO2,
        "low_tco2": low * TC_TO_TCO2,
        "high_tco2": high * TC_TO_TCO2,
        "removal_tco2_yr": value * TC_TO_TCO2 / years if years > 0 else 0.0,
    }


def _beside(part: pd.DataFrame, county: str, account: Draws | None, scenario: Scenario, horizon: int, grown: Growth) -> dict:
    """What stands on the planted land now, and what it would hold as today's mean forest; blank without densities."""
    nothing = {"stands_now_tc": None, "mean_forest_tc": None, "exceeds_mean_forest": None}
    forest = None if account is None else living(account, county, FOREST)
    if forest is None:
        return nothing
    share = math.fsum(s for s, _ in cohorts(scenario, horizon))
    now = [living(account, county, k) for k in part.class_key]
    oldest = max((age for _, age in cohorts(scenario, horizon)), default=0)
    return {
        "stands_now_tc": None if None in now else math.fsum(a * share * d for a, d in zip(part.space_hm2, now, strict=True)),
        "mean_forest_tc": math.fsum(part.space_hm2) * share * forest,
        "exceeds_mean_forest": "yes" if float(grown.living_tc_hm2(oldest)[0]) > forest else "no",
    }


def living(account: Draws, county: str, class_key: str) -> float | None:
    """Living biomass [tC/hm2] of a class in a zone; None for a gap."""
    pools = [account.density(county, class_key, pool) for pool in LIVING]
    return None if any(p is None for p in pools) else math.fsum(float(p[0]) for p in pools)


# --- CCER ----------------------------------------------------------------------------------------------------


def ccer(
    land_area: pd.DataFrame,
    class_strata: pd.DataFrame,
    strata: pd.DataFrame,
    moved: pd.DataFrame,
    rules: pd.DataFrame,
    language: str,
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """(:data:`~pipeline.core.tables.CCER`, :data:`~pipeline.core.tables.CCER_BY_RULE`) of the latest year of each product.

    Every rule by itself splits a class's land into broken, unknown and kept. Whether two rules break on the same land is not
    asked: what is eligible is told by the bounds that hold either way. Rules on documents are left to the applicant.
    ``moved``: land by class of an earlier and a later year (:func:`pipeline.carbon.change.transitions`). The row of the whole area
    is the sum of its counties.
    """
    last = _latest(land_area)
    last = last.assign(year=_plain(last.year))
    known = _Known.of(class_strata, strata, moved)
    tested = rules[rules.condition != "document"].to_dict("records")
    by_rule: dict[tuple, list[dict]] = {}
    for row in last[(last.level == "county") & (last.area_hm2 > _LEAST_HM2)].to_dict("records"):
        here = {k: row[k] for k in (*ZONE, *EDITION, "class_key")}
        own = by_rule.setdefault(tuple(here.values()), [])
        for rule in tested:
            area = row["area_hm2"]
            broken, unknown = known.test(rule, row)
            broken = min(broken, area)
            unknown = min(unknown, area - broken)
            own.append(
                here | {"rule_id": rule["rule_id"], "label": rule["label"], "title": rule[f"element_{language}"], "basis": row["basis"]}
                | {"broken_hm2": broken, "unknown_hm2": unknown, "kept_hm2": area - broken - unknown, "land_hm2": area}
                | {"needs": _needs(rule) if unknown > 0 else None}
            )  # fmt: skip
    rows = [_bounded(group) for group in by_rule.values()]
    single = [row for group in by_rule.values() for row in group]
    for whole in last[last.level == "city"][ZONE].drop_duplicates().to_dict("records"):
        single = [*(_sum_of_rule(whole, g) for g in _groups(single, *EDITION, "class_key", "rule_id")), *single]
        order = {k: i for i, k in enumerate(dict.fromkeys(last.class_key))}
        sums = [_sum_of_class(whole, g) for g in _groups(rows, *EDITION, "class_key")]
        rows = [*(s for g in _groups(sums, *EDITION) for s in sorted(g, key=lambda r: order[r["class_key"]])), *rows]
    return tables.product(rows, tables.CCER), tables.product(single, tables.CCER_BY_RULE)


def _latest(table: pd.DataFrame) -> pd.DataFrame:
    """Rows of the latest year of each product, and of those without a year."""
    return table[table.year.isna() | (table.year == table.groupby("product").year.transform("max"))]


def _plain(years: pd.Series) -> pd.Series:
    """Years as whole numbers or None, so that they can be compared and be keys."""
    return pd.Series([None if pd.isna(y) else int(y) for y in years], years.index, dtype=object)


def _groups(rows: list[dict], *names: str) -> list[list[dict]]:
    made: dict[tuple, list[dict]] = {}
    for row in rows:
        made.setdefault(tuple(row[n] for n in names), []).append(row)
    return list(made.values())


def _needs(rule: dict) -> str:
    return rule["layer"] if pd.notna(rule["layer"]) else f"land_cover, {rule['years']:g}+ years earlier" if pd.notna(rule["years"]) else ""


@dataclass(frozen=True)
class _Known:
    """What the tables know of the land of a class: inside layers, and what it was before."""

    layers: set[str]
    inside_hm2: dict[tuple, float]  # (county, product, year, class, layer)
    before_hm2: dict[tuple, dict[int, dict[str, float]]]  # (county, product, year, class): earlier year -> class -> hm2

    @classmethod
    def of(cls, class_strata: pd.DataFrame, strata: pd.DataFrame, moved: pd.DataFrame) -> _Known:
        own = class_strata[class_strata.key == "inside"]
        years = _plain(own.year)
        inside = {
            (c, p, y, k, n): a
            for c, p, y, k, n, a in zip(own.county_code, own["product"], years, own.class_key, own.layer, own.area_hm2, strict=True)
        }
        before: dict[tuple, dict[int, dict[str, float]]] = {}
        for r in moved.to_dict("records"):
            was = before.setdefault((r["county_code"], r["product"], int(r["year_to"]), r["class_to"]), {})
            was.setdefault(int(r["year_from"]), {})[r["class_from"]] = r["area_hm2"]
        return cls(set(strata.layer), inside, before)

    def test(self, rule: dict, row: dict) -> tuple[float, float]:
        """(broken, unknown) hm2 of a class's land by one rule; land of an unknown class is unknown to every rule."""
        area, key = row["area_hm2"], (row["county_code"], row["product"], row["year"], row["class_key"])
        if row["class_key"] == UNKNOWN:
            return 0.0, area
        classes = set(str(rule["classes"]).split(";"))
        if rule["condition"] == "class_in":
            return (area, 0.0) if row["class_key"] in classes else (0.0, 0.0)
        if rule["condition"] == "class_before":
            return self._before(key, area, classes, float(rule["years"]))
        if rule["layer"] not in self.layers:
            return 0.0, area
        inside = min(self.inside_hm2.get((*key, rule["layer"]), 0.0), area)
        return (inside if rule["condition"] == "inside" else area - inside), 0.0

    def _before(self, key: tuple, area: float, classes: set[str], years: float) -> tuple[float, float]:
        """By the class the land had at least ``years`` earlier, in the nearest year there is; unknown without one."""
        earlier = {y: was for y, was in self.before_hm2.get(key, {}).items() if y <= key[2] - years}
        if not earlier:
            return 0.0, area
        was = earlier[max(earlier)]
        compared = math.fsum(was.values())
        broken = math.fsum(a for k, a in was.items() if k in classes)
        return broken / compared * area, was.get(UNKNOWN, 0.0) / compared * area


def _bounded(group: list[dict]) -> dict:
    """Bounds of the eligible land of a class, whether or not the rules break on the same land."""
    area = group[0]["land_hm2"]
    made = {
        "land_hm2": area,
        "eligible_low_hm2": max(area - math.fsum(r["broken_hm2"] + r["unknown_hm2"] for r in group), 0.0),
        "eligible_high_hm2": area - max(r["broken_hm2"] for r in group),
    }
    said = {
        "state": _state(made),
        "rules_broken": ";".join(r["rule_id"] for r in group if r["broken_hm2"] > 0),
        "rules_unknown": ";".join(r["rule_id"] for r in group if r["unknown_hm2"] > 0),
    }
    if said["state"] == "not":  # nothing to ask of land that is out
        said["rules_unknown"] = ""
    return {k: group[0][k] for k in (*ZONE, *EDITION, "class_key", "basis")} | made | said


def _state(made: dict) -> str:
    """``unknown``: no rule is broken and not all are answered; ``part``: broken on some of the land, or it may be."""
    area, slack = made["land_hm2"], 1e-9 * made["land_hm2"]
    if made["eligible_high_hm2"] <= slack:
        return "not"
    if made["eligible_low_hm2"] >= area - slack:
        return "eligible"
    return "unknown" if made["eligible_high_hm2"] >= area - slack else "part"


def _sum_of_rule(whole: dict, group: list[dict]) -> dict:
    """A rule's areas of the whole area."""
    sums = {s: math.fsum(r[s] for r in group) for s in ("broken_hm2", "unknown_hm2", "kept_hm2")}
    return group[0] | whole | sums | {"needs": next((r["needs"] for r in group if r["needs"]), None)}


def _sum_of_class(whole: dict, group: list[dict]) -> dict:
    """Areas and bounds of the whole area added up, rules together."""
    made = {s: math.fsum(r[s] for r in group) for s in ("land_hm2", "eligible_low_hm2", "eligible_high_hm2")}
    made |= {n: ";".join(sorted({i for r in group for i in r[n].split(";") if i})) for n in ("rules_broken", "rules_unknown")}
    return group[0] | whole | made | {"state": _state(made)}


def require_whole(table: pd.DataFrame) -> None:
    """The bounds of eligible land lie within the land, the lower one not above the upper one."""
    slack = 1e-9 * table.land_hm2
    assert (table.eligible_low_hm2 <= table.eligible_high_hm2 + slack).all(), "a lower bound is below the upper one"
    assert (table.eligible_high_hm2 <= table.land_hm2 + slack).all(), "no more land than there is"
