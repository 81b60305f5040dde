"""Carbon density: of each class by the leading account, and the biomass layer where one is configured."""

from __future__ import annotations

import math
from dataclasses import dataclass

from pipeline.core import figures
from pipeline.core.legend import UNKNOWN, classes
from pipeline.core.products import rows_of
from pipeline.core.words import pool_name
from pipeline.maps.facts import Facts
from pipeline.maps.themes import measure
from pipeline.maps.themes.measure import shade
from pipeline.maps.themes.theme import Entry, Theme
from pipeline.maps.words import say

_RAMP = ("#f6f0d6", "#b9d48a", "#4f9a57", "#0b4a33")  # from no carbon to the densest, ever darker: it reads without colour too
_VEGETATION = {"agb", "bgb", "dead_wood", "litter"}
_GAP = "#c9c6bd"  # a class without a value


def by_class(facts: Facts, code: str | None, cover: Theme, there: list[str]) -> list[Theme]:
    """tC/hm2 by class: the class map in the shades of the density table; nothing where the account gives no density."""
    route, language = facts.leading_route, facts.language
    found = _densities(facts, route)
    if not found.total:
        return []
    top, comma = max(found.total.values()) or 1.0, say("sep_list", language)
    ids = dict(zip(classes().class_key, classes().class_id.astype(int), strict=True))
    entries = []
    for key in sorted((k for k in ids if k != UNKNOWN), key=lambda k: -found.total.get(k, -1.0)):
        value, name = found.total.get(key), facts.class_names[key] if key in there else ""
        if name and value is not None and found.missing.get(key):
            name = say("without_pools", language, name=name, pools=comma.join(say(f"lacks_{p}", language) for p in found.missing[key]))
        shown = say("no_value", language) if value is None else figures.number(value)
        entries.append(Entry(ids[key], _GAP if value is None else shade(_RAMP, value / top), name, shown))
    return [
        Theme(
            key="carbon",
            group="group_carbon",
            title=say("theme_carbon", language),
            sheet=cover.sheet,
            entries=tuple(entries),
            about=f"{facts.about(facts.land_cover)}; {say(route, language)}",
            unit="tC/hm²",
            notes=(say("carbon_note", language, pools=comma.join(found.pools)),),
        )
    ]


def biomass(facts: Facts) -> list[Theme]:
    """The biomass layer in steps."""
    layer = facts.measures.get(facts.config.carbon.agb_layer)
    return [] if layer is None or facts.is_restricted(layer.name) else measure.themes(facts, layer, "group_carbon", _RAMP)


@dataclass(frozen=True)
class _Densities:
    """``total`` [tC/hm2] by class over the pools that have a value; what is ``missing`` by class; ``pools`` summed, in words."""

    total: dict[str, float]
    missing: dict[str, list[str]]
    pools: list[str]


def _densities(facts: Facts, route: str) -> _Densities:
    """Of the leading product in one account; a pool with several values for a class (soil by climate zone) is left out."""
    rows = facts.density[facts.density.route == route]
    own = rows_of(rows, facts.product, facts.year)
    own = own if len(own) else rows[rows["product"].isna()]
    several = set(own.pool[own.duplicated(["class_key", "pool"], keep=False)])
    own = own[~own.pool.isin(several)]
    depth = next(iter(own.depth_cm.dropna()), facts.config.carbon.soc.depth_cm)
    named = {p: pool_name(p, depth, facts.language) for p in dict.fromkeys(own.pool)}
    total, missing = {}, {}
    for key, group in own.groupby("class_key"):
        known = group.tc_hm2.notna()
        if known.any():
            total[key] = math.fsum(group.tc_hm2[known])
        blank = set(group.pool[~known])
        missing[key] = [what for what, pools in (("vegetation", _VEGETATION), ("soil", {"soc"})) if blank & pools]
    return _Densities(total, missing, list(named.values()))
