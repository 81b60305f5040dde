"""Capacity against what the plan names: of the whole area and of its counties, by technology and mode.

A plan's number is a number of the plan: counties without one have none. Land and candidate sites are told beside it, made-up
example sites apart; what is built already is in no layer, so no row says that a target is met.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pandas as pd

from pipeline.core import tables
from pipeline.core.figures import number
from pipeline.core.tables import VERDICTS
from pipeline.core.words import say
from pipeline.siting.rules import HARD

_MOST_NAMED = 6  # missing layers that one sentence lists
_TOP_RULES = 3


@dataclass(frozen=True)
class Mode:
    """A way to build a technology, called like its topic in the table of places.

    ``kind``: of candidate sites. ``measure``: in the table of targets. ``has_land``: whether its land is told by the rules.
    ``limit``: rule on an attribute that a site must keep to be one of it; ``inner``: a narrower one that is told beside it.
    """

    kind: str
    measure: str | None = None
    has_land: bool = False
    limit: str | None = None
    inner: str | None = None


MODES: dict[str, Mode] = {
    "pv": Mode("pv", "pv_capacity_mw", has_land=True),
    "pv_rooftop": Mode("pv_rooftop", "pv_rooftop_capacity_mw"),
    "pv_storage": Mode("pv_storage"),
    "wind": Mode("wind", "wind_capacity_mw", has_land=True),
    "distributed_wind": Mode("wind", "distributed_wind_capacity_mw", limit="WD-10", inner="WD-11"),
    "pumped_storage": Mode("pumped_storage", "pumped_storage_capacity_mw"),
}


@dataclass(frozen=True)
class Found:
    """What the stage found: tables ``POTENTIAL``, ``EXCLUSION``, ``SITE_SCREENING`` (each piece of land once), ``SITE_REASONS``,
    ``SITE_COUNTY``; ids of the rules in force.
    """

    potential: pd.DataFrame
    exclusion: pd.DataFrame
    sites: pd.DataFrame
    reasons: pd.DataFrame
    parts: pd.DataFrame
    rules: set[str]
    roofs: dict[str, dict[str, Any]]  # county code -> its row of all roofs (``ROOFTOP``); empty without a layer of buildings


@dataclass(frozen=True)
class Plan:
    """What the plan says: tables ``PLACES`` and ``TARGETS``, None where not given, and the year it is looked at."""

    places: pd.DataFrame | None
    targets: pd.DataFrame | None
    year: int


def capacity_targets(plan: Plan, found: Found, language: str) -> list[dict[str, Any]]:
    """Rows of ``CAPACITY_TARGET``: ground PV and wind of every zone, other modes where the plan names them; a row for each target year."""
    rows = []
    for zone in found.potential[[*tables.ZONE, "basis"]].drop_duplicates().to_dict("records"):
        is_named_at_all = any(len(_named(plan, zone, key)) for key in MODES)
        for key, mode in MODES.items():
            named, targets = _named(plan, zone, key), list(_targets(plan, zone, mode, _named(plan, zone, key)))
            if not (mode.has_land or len(named) or targets[0]["target_mw"] is not None):
                continue
            row = {**zone, "kind": mode.kind, "mode": key, **_land(zone, mode, found), **_sites(zone, mode, found)}
            for target in targets:
                own = {**row, **_words_of_plan(plan, named, target, language), **_shares(row, target["target_mw"])}
                own |= {name: target[name] for name in ("target_year", "target_mw", "target_is_past")}
                said = _statement(own, mode, plan, found, is_named_at_all, language)
                rows.append(own | {"statement": ("" if language == "zh" else " ").join(said)})
    return rows


# --- the plan ------------------------------------------------------------------------------------------------


def _named(plan: Plan, zone: dict, topic: str) -> pd.DataFrame:
    """What the plan names in a zone under a topic."""
    if plan.places is None:
        return pd.DataFrame()
    return plan.places[(plan.places.county_code == zone["county_code"]) & (plan.places.topic == topic)]


def _targets(plan: Plan, zone: dict, mode: Mode, named: pd.DataFrame) -> Iterator[dict[str, Any]]:
    """Targets of a zone by year; else the size of the projects the plan names there; else one without a number."""
    given = plan.targets
    own = (
        None if given is None else given[(given.scope_code == zone["county_code"]) & (given.measure == mode.measure) & given.value.notna()]
    )
    if own is not None and len(own):
        for t in own.sort_values("year").to_dict("records"):
            past = "yes" if t["year"] < plan.year else "no"
            yield {"target_year": t["year"], "target_mw": float(t["value"]), "target_is_past": past, "row": t}
        return
    sizes = named.capacity_mw.dropna() if len(named) else pd.Series(dtype=float)
    yield {"target_year": None, "target_mw": math.fsum(sizes) if len(sizes) else None, "target_is_past": None, "row": None}


def _words_of_plan(plan: Plan, named: pd.DataFrame, target: dict, language: str) -> dict[str, Any]:
    """Where and how the plan says it: a target in its own words, else the places it names."""
    item = say("sep_clause", language).join(named[f"item_{language}"]) if len(named) else None
    if (t := target["row"]) is not None:
        return {"is_named": "yes", "item": item, **{c: t[c] for c in ("plan_section", "quote_zh", "label")}}
    if len(named):
        once = {c: "；".join(dict.fromkeys(named[c])) for c in ("plan_section", "quote_zh")}
        return {"is_named": "yes", "item": item, **once, "label": ";".join(dict.fromkeys(named.label))}
    return {"is_named": None if plan.places is None else "no"}


# --- land and sites ------------------------------------------------------------------------------------------


def _land(zone: dict, mode: Mode, found: Found) -> dict[str, Any]:
    """Capacity of the land by verdict, what is missing, and the rules that take most."""
    if not mode.has_land:
        return {}
    own = found.potential[(found.potential.county_code == zone["county_code"]) & (found.potential.kind == mode.kind)]
    if own.empty:
        return {}
    p = own.iloc[0]
    asked = found.exclusion[(found.exclusion.county_code == zone["county_code"]) & (found.exclusion.kind == mode.kind)]
    open_ = asked[asked.alone_hm2.isna() & asked.state.isin((HARD, "conditional"))]
    taking = asked[(asked.state == HARD) & (asked.alone_hm2 > 0)].sort_values("alone_hm2", ascending=False, kind="stable")[:_TOP_RULES]
    return {
        "allowed_mw": p.capacity_mw,
        "if_conditional_mw": (p.allowed_hm2 + p.conditional_hm2) * p.usable_share / p.land_hm2_per_mw,
        "if_cleared_mw": p.capacity_if_cleared_mw,
        "missing_layers": ";".join(dict.fromkeys(open_.layer)),
        "top_rules": ";".join(taking.rule_id),
        "_land": p,
        "_open": list(dict.fromkeys(open_.title)),
        "_taking": list(zip(taking.rule_id, taking.title, taking.alone_hm2, strict=True)),
    }


def _sites(zone: dict, mode: Mode, found: Found) -> dict[str, Any]:
    """Candidate sites of a mode by verdict; made-up examples are counted apart. Blank where the rule that tells the mode is not in force."""
    if mode.limit is not None and mode.limit not in found.rules:
        return {}
    every = found.sites[found.sites.kind == mode.kind]
    if zone["level"] == "city":
        every = every[every.county_code.notna()]
    else:  # a site across a border counts in each county with what lies there
        here = found.parts[found.parts.county_code == zone["county_code"]].set_index("site_id").capacity_mw
        every = every[every.site_id.isin(here.index)].assign(capacity_mw=lambda sites: sites.site_id.map(here))
    if mode.limit is not None:
        every = every[~every.site_id.isin(_breaking(found, mode.limit)) & every.capacity_mw.notna()]
    real, examples = every[every.is_illustrative == "no"], every[every.is_illustrative == "yes"]
    by_verdict = {f"sites_{v}_mw": _whole(real.capacity_mw[real.verdict == v]) for v in VERDICTS}
    inner = None if mode.inner not in found.rules else int((~real.site_id.isin(_breaking(found, mode.inner))).sum())
    return {"sites": len(real), **by_verdict, "examples": len(examples), "examples_mw": _whole(examples.capacity_mw), "_inner": inner}


def _breaking(found: Found, rule: str) -> set[str]:
    """Sites that break a rule."""
    return set(found.reasons.site_id[(found.reasons.rule_id == rule) & (found.reasons.outcome == "broken")])


def _whole(capacity: pd.Series) -> float | None:
    """The sum of capacities [MW]; None where one of them is not known."""
    return None if capacity.isna().any() else math.fsum(capacity)


def _shares(row: dict, target_mw: float | None) -> dict[str, float | None]:
    """Capacities in percent of a target."""
    names = {
        "allowed_mw": "allowed",
        "if_conditional_mw": "if_conditional",
        "if_cleared_mw": "if_cleared",
        "sites_allowed_mw": "sites_allowed",
    }
    known = {to: row[name] for name, to in names.items() if target_mw and row.get(name) is not None}
    return {f"{to}_share_pct": 100 * value / target_mw for to, value in known.items()}


# --- in words ------------------------------------------------------------------------------------------------


def _statement(row: dict, mode: Mode, plan: Plan, found: Found, is_named_at_all: bool, language: str) -> Iterator[str]:
    """The row as sentences."""
    name = say(f"mode_{row['mode']}", language)
    zone = row["county_name"]
    if row["is_named"] == "no":
        nothing = row["level"] == "county" and not is_named_at_all
        yield say("target_nothing_named" if nothing else "target_not_named", language, zone=zone, mode=name)
    elif row["target_mw"] is None and row["is_named"] == "yes":
        yield say("target_no_number", language, zone=zone, mode=name)
    elif row["target_mw"] is not None and row["target_year"] is None:
        yield say("target_project", language, mw=f"{row['target_mw']:,.10g}")
    elif row["target_mw"] is not None:
        key = "target_past" if row["target_is_past"] == "yes" else "target_ahead"
        yield say(key, language, year=row["target_year"], mw=f"{row['target_mw']:,.10g}", assessed=plan.year)
        yield say("target_counts_all", language)
    yield from _said_of_land(row, language)
    if row["mode"] == "distributed_wind":
        yield say("target_distributed" if "sites" in row else "target_distributed_off", language, rule=mode.limit)
    if row["mode"] == "pv_rooftop":
        roofs = found.roofs.get(row["county_code"])
        if roofs is None:
            yield say("target_roofs_none", language)
        else:
            yield say("target_roofs", language, roof=number(roofs["roof_area_hm2"]), module=number(roofs["module_area_hm2"]))
    yield from _said_of_sites(row, mode, language)


def _said_of_land(row: dict, language: str) -> Iterator[str]:
    if "_land" not in row:
        return
    if row["allowed_mw"] > 0:
        share = row.get("allowed_share_pct")
        said = "" if share is None else say("target_share", language, pct=number(share))
        yield say("target_land", language, mw=number(row["allowed_mw"]), cleared=number(row["if_cleared_mw"]), share=said)
        return
    if row["is_named"] == "no":
        return
    land, between = row["_land"], say("sep_clause", language)
    areas = {n: number(land[f"{n}_hm2"]) for n in ("unknown", "conditional", "excluded")}
    yield say("target_no_land", language, **areas)
    if titles := row["_open"]:
        more = say("target_more", language) if len(titles) > _MOST_NAMED else ""
        rules = between.join(titles[:_MOST_NAMED]) + more
        yield say("target_missing", language, count=len(row["missing_layers"].split(";")), rules=rules)
    if row["_taking"]:
        told = [say("target_rule", language, rule=rule, title=title, area=number(area)) for rule, title, area in row["_taking"]]
        yield say("target_taking", language, rules=between.join(told))


def _said_of_sites(row: dict, mode: Mode, language: str) -> Iterator[str]:
    if "sites" not in row:
        return
    if row["sites"]:
        yield say("target_sites", language, count=row["sites"], **{v: number(row[f"sites_{v}_mw"]) for v in VERDICTS})
        if row["_inner"] is not None:
            yield say("target_inner", language, count=row["_inner"], rule=mode.inner)
    elif row["is_named"] != "no" and row["mode"] != "pv_rooftop":
        yield say("target_no_sites", language)
    if row["examples"]:
        yield say("target_examples", language, count=row["examples"], mw=number(row["examples_mw"]))
