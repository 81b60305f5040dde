"""Potential: what forest on suitable greening space would take up by a year, and which land CCER-14-001 could count.

Growth is the cited value of IPCC 2006 Table 4.9, a straight line with its wide range: parameters of growth curves are a gap and
none is made up. A straight line runs past the density of mean forest after some years, and then the table says so. Nothing here is
a credit: baseline, leakage and the discount for non-permanence are not taken off.
"""

from __future__ import annotations

import math
import zlib
from dataclasses import dataclass

import numpy as np
import pandas as pd

from pipeline.carbon.class_mean import triangle_ends
from pipeline.carbon.draws import Draws, interval
from pipeline.core import greening, tables
from pipeline.core.config import Scenario
from pipeline.core.errors import BadData, problem
from pipeline.core.legend import UNKNOWN
from pipeline.core.units import TC_TO_TCO2

ZONE = ["county_code", "county_name", "level"]
EDITION = ["product", "year"]
LIVING = ("agb", "bgb")
FOREST = "forest_arbor"
UNDETERMINED = "undetermined"


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
    the value [A]. Raises BadData when a row is absent, listing those there are.
    """
    own = table[table.parameter == "agb_growth"]
    ratios = volume[(volume.factor == "root_shoot") & volume.value.notna()]
    fraction = volume[(volume.factor == "carbon_fraction") & _applies(volume, FOREST)].iloc[0]
    if name not in set(own.qualifier):
        raise BadData(problem("growth_row", parameter="agb_growth", found=name, known=", ".join(own.qualifier)))
    row = own[own.qualifier == name].iloc[0]
    steps = ratios[_applies(ratios, trees)].sort_values("above", na_position="first")
    if not len(steps):
        known = dict.fromkeys(t for cell in ratios.applies_to for t in cell.split(";"))
        raise BadData(problem("growth_row", parameter="root_shoot", found=trees, known=", ".join(known)))
    limits = [*steps.up_to.iloc[:-1], math.inf]  # the first ratio holds down to bare land, the last one from there on
    trials = np.full(draws + 1, float(row.value))
    if pd.notna(row.low) and pd.notna(row.high):
        left, right = triangle_ends(float(row.value), float(row.low), float(row.high))
        stream = np.random.default_rng([seed, zlib.crc32(f"agb_growth.{name}".encode())])
        trials[1:] = np.maximum(stream.triangular(left, float(row.value), right, draws), 0.0)
    source = "; ".join(dict.fromkeys((row.source, *steps.source, fraction.source)))
    roots = tuple(zip(map(float, limits), map(float, steps.value), strict=True))
    return Growth(name, trials, roots, float(fraction.value), source, f"{row.label}, A")


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
    last = space[space.year.isna() | (space.year == space.groupby("product").year.transform("max"))]
    for keys, own in last.groupby([*ZONE, *EDITION], sort=False, dropna=False):
        here = dict(zip([*ZONE, *EDITION], keys, strict=True))
        account = account_of.get((here["product"], None if pd.isna(here["year"]) else int(here["year"])))
        for land, part in own.groupby(own.treatment.map(_land_of), sort=False):
            if land == "":
                continue
            for scenario in scenarios:
                for horizon in horizons:
                    rows.append(
                        here | {"land": land, "label": grown.label, "growth": f"{grown.name}; {grown.source}"}
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
    asked: what is eligible or not is told by the bounds that hold either way. Rules on documents are left to the applicant.
    ``moved``: land by class of an earlier and a later year (:func:`pipeline.carbon.change.transitions`). The row of the whole area
    is the sum of its counties.
    """
    there = set(strata.layer)
    last = land_area[land_area.year.isna() | (land_area.year == land_area.groupby("product").year.transform("max"))]
    tested = rules[rules.condition != "document"]
    by_rule = []
    for row in last[(last.level == "county") & (last.area_hm2 > 0)].to_dict("records"):
        for rule in tested.to_dict("records"):
            broken, unknown = _tested(rule, row, class_strata, there, moved)
            broken = min(broken, row["area_hm2"])
            unknown = min(unknown, row["area_hm2"] - broken)
            by_rule.append(
                {k: row[k] for k in (*ZONE, *EDITION, "class_key")} | {"rule_id": rule["rule_id"], "label": rule["label"]}
                | {"broken_hm2": broken, "unknown_hm2": unknown, "kept_hm2": row["area_hm2"] - broken - unknown}
                | {"needs": _needs(rule) if unknown > 0 else None, "title": rule[f"element_{language}"]}
            )  # fmt: skip
    rows = [_bounded(key, group, last) for key, group in _grouped(by_rule, [*ZONE, *EDITION, "class_key"])]
    whole = last[last.level == "city"][ZONE].drop_duplicates().to_dict("records")
    if whole and rows:
        sums = ["broken_hm2", "unknown_hm2", "kept_hm2"]
        summed = [
            whole[0] | group.iloc[0][[*EDITION, "class_key", "rule_id", "label", "title"]].to_dict()
            | {"needs": next(iter(group.needs.dropna()), None)} | {s: math.fsum(group[s]) for s in sums}
            for _, group in _grouped(by_rule, [*EDITION, "class_key", "rule_id"])
        ]  # fmt: skip
        by_rule = [*summed, *by_rule]
        rows = [*(_summed(whole[0], group) for _, group in _grouped(rows, [*EDITION, "class_key"])), *rows]
    return tables.product(rows, tables.CCER), tables.product(by_rule, tables.CCER_BY_RULE)


def _grouped(rows: list[dict], keys: list[str]):
    return pd.DataFrame(rows).groupby(keys, sort=False, dropna=False) if rows else []


def _needs(rule: dict) -> str:
    return rule["layer"] if pd.notna(rule["layer"]) else f"land_cover, {rule['years']:g}+ years earlier" if pd.notna(rule["years"]) else ""


def _tested(rule: dict, row: dict, class_strata: pd.DataFrame, there: set[str], moved: pd.DataFrame) -> tuple[float, float]:
    """(broken, unknown) hm2 of a class's land by one rule; land of an unknown class is unknown to every rule."""
    area = row["area_hm2"]
    if row["class_key"] == UNKNOWN:
        return 0.0, area
    classes = set(str(rule["classes"]).split(";")) if pd.notna(rule["classes"]) else set()
    if rule["condition"] == "class_in":
        return (area, 0.0) if row["class_key"] in classes else (0.0, 0.0)
    if rule["condition"] == "class_before":
        return _before(row, classes, float(rule["years"]), moved)
    if rule["layer"] not in there:
        return 0.0, area
    own = class_strata[
        (class_strata.layer == rule["layer"]) & (class_strata.key == "inside") & (class_strata.class_key == row["class_key"])
    ]
    own = own[(own.county_code == row["county_code"]) & (own["product"] == row["product"])]
    own = own[own.year.isna() if pd.isna(row["year"]) else own.year == row["year"]]
    inside = min(math.fsum(own.area_hm2), area)
    return (inside if rule["condition"] == "inside" else area - inside), 0.0


def _before(row: dict, classes: set[str], years: float, moved: pd.DataFrame) -> tuple[float, float]:
    """(broken, unknown) by the class the land had at least ``years`` earlier, in the nearest year there is; unknown without one."""
    area = row["area_hm2"]
    if pd.isna(row["year"]) or not len(moved):
        return 0.0, area
    own = moved[(moved.county_code == row["county_code"]) & (moved["product"] == row["product"]) & (moved.year_to == row["year"])]
    own = own[own.year_from <= row["year"] - years]
    own = own[(own.year_from == own.year_from.max()) & (own.class_to == row["class_key"])]
    compared = math.fsum(own.area_hm2)
    if compared <= 0:
        return 0.0, area
    share = {k: math.fsum(own.area_hm2[own.class_from.isin(s)]) / compared for k, s in (("broken", classes), ("unknown", {UNKNOWN}))}
    return share["broken"] * area, share["unknown"] * area


def _bounded(key: tuple, group: pd.DataFrame, land_area: pd.DataFrame) -> dict:
    """Bounds of what is eligible and what is not, whether or not the rules break on the same land."""
    here = dict(zip([*ZONE, *EDITION, "class_key"], key, strict=True))
    area = float(group.broken_hm2.iloc[0] + group.unknown_hm2.iloc[0] + group.kept_hm2.iloc[0])
    open_hm2 = group.broken_hm2 + group.unknown_hm2
    made = {
        "land_hm2": area,
        "eligible_low_hm2": max(area - math.fsum(open_hm2), 0.0),
        "eligible_high_hm2": max(area - open_hm2.max(), 0.0),
        "not_low_hm2": group.broken_hm2.max(),
        "not_high_hm2": min(math.fsum(group.broken_hm2), area),
        "rules_broken": ";".join(group.rule_id[group.broken_hm2 > 0]),
        "rules_unknown": ";".join(group.rule_id[group.unknown_hm2 > 0]),
        "basis": land_area.basis[land_area["product"] == here["product"]].iloc[0],
    }
    return here | made | {"state": _state(made)}


def _state(made: dict) -> str:
    area, slack = made["land_hm2"], 1e-9 * made["land_hm2"]
    if made["not_low_hm2"] >= area - slack:
        return "not"
    if made["eligible_low_hm2"] >= area - slack:
        return "eligible"
    return "unknown" if made["eligible_high_hm2"] <= slack and made["not_high_hm2"] <= slack else "part"


def _summed(whole: dict, group: pd.DataFrame) -> dict:
    """The row of the whole area: areas and bounds added up, rules together."""
    sums = ["land_hm2", "eligible_low_hm2", "eligible_high_hm2", "not_low_hm2", "not_high_hm2"]
    made = {s: math.fsum(group[s]) for s in sums}
    made |= {
        n: ";".join(sorted({i for cell in group[n] for i in str(cell or "").split(";") if i})) for n in ("rules_broken", "rules_unknown")
    }
    made |= group.iloc[0][[*EDITION, "class_key", "basis"]].to_dict()
    return whole | made | {"state": _state(made)}


def require_whole(table: pd.DataFrame) -> None:
    """No bound of eligible land lies above the land, and the lower one not above the upper one."""
    slack = 1e-9 * table.land_hm2
    for name in ("eligible", "not"):
        assert (table[f"{name}_low_hm2"] <= table[f"{name}_high_hm2"] + slack).all(), "a lower bound is below the upper one"
        assert (table[f"{name}_high_hm2"] <= table.land_hm2 + slack).all(), "no more land than there is"
