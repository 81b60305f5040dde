"""What the charts show: rows of the stages' tables (plain dictionaries, None where blank) turned into charts.

Each maker returns None where its rows hold nothing to draw. Rows are those of one product, year and, for carbon, account.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from pipeline.charts.kinds import Bars, Chances, Flow, Ranking, Scatter, Stacks
from pipeline.charts.words import say
from pipeline.core.legend import class_colours, class_names
from pipeline.core.tables import POOLS
from pipeline.core.text import clean
from pipeline.core.units import T_TO_WANT
from pipeline.core.words import pool_name
from pipeline.core.zoning import VERDICT_COLOURS

Row = dict[str, Any]
POOL_COLOURS = dict(zip(POOLS, ("#2e7d32", "#8fb573", "#8d6e63", "#d9a441", "#6f7f8f"), strict=True))
_VERDICT_SIGNS = {"allowed": "o", "conditional": "^", "unknown": "D", "prohibited": "X"}
_MOST_FLOWS, _MOST_SITES = 12, 20


def _names(rows: Sequence[Row]) -> list[str]:
    return [clean(r["county_name"]) for r in rows]


def cover_by_zone(rows: Sequence[Row], main: str, readings: dict[str, str], edition: str, target_text: str, language: str) -> Bars | None:
    """Forest cover of each zone under the ``main`` reading, the others as marks, adjusted cover with its interval, the target.

    ``rows``: of ``cover/forest_cover``; ``readings``: key -> short name; the line of the target is drawn where it is one for all.
    """
    shown = [r for r in rows if r["reading"] == main]
    if not shown:
        return None
    value = {(r["county_code"], r["reading"]): r["forest_cover_pct"] for r in rows}
    targets = {r["target_pct"] for r in shown}
    target = targets.pop() if len(targets) == 1 else None
    return Bars(
        say("cover", language, edition=edition),
        _names(shown),
        [r["forest_cover_pct"] for r in shown],
        "%",
        target,
        {text: [value.get((r["county_code"], key)) for r in shown] for key, text in readings.items() if key != main},
        *([r[f"adjusted_{k}_pct"] for r in shown] for k in ("cover", "low", "high")),
        legend=(say("cover_bar", language), "" if target is None else target_text, say("cover_adjusted", language)),
    )


def target_chance(rows: Sequence[Row], main: str, sure: float, language: str) -> Chances | None:
    """Probability that the target is met, of the zones that have one (rows of ``cover/forest_cover``)."""
    shown = [r for r in rows if r["reading"] == main and r["p_target"] is not None]
    if not shown:
        return None
    texts = tuple(say(k, language) for k in ("not_met", "undetermined", "met"))
    return Chances(say("chance", language), _names(shown), [r["p_target"] for r in shown], sure, texts, say("chance_axis", language))


def class_shares(rows: Sequence[Row], edition: str, language: str) -> Stacks | None:
    """Shares of the land classes in each zone [%] (rows of ``tabulate/land_area``)."""
    zones, names, colours = {}, class_names(language), class_colours()
    for r in rows:
        zones.setdefault((r["county_code"], r["county_name"]), {})[r["class_key"]] = r["area_hm2"]
    whole = {zone: sum(areas.values()) for zone, areas in zones.items()}
    zones = {zone: areas for zone, areas in zones.items() if whole[zone] > 0}
    keys = [k for k in (*(k for k in names if k != "unknown"), "unknown") if any(a.get(k, 0) > 0 for a in zones.values())]
    if not keys:
        return None
    parts = [(names[k], colours[k], [100 * a.get(k, 0.0) / whole[z] for z, a in zones.items()]) for k in keys]
    return Stacks(say("classes", language, edition=edition), [clean(name) for _, name in zones], parts, "%")


def carbon_by_pool(stock: Sequence[Row], summary: Sequence[Row], edition: str, language: str) -> Stacks | None:
    """Carbon of each zone by pool with the interval of the whole (rows of ``carbon/carbon_stock`` and ``carbon_summary``)."""
    pools: dict[tuple[str, str], float] = {}
    for r in stock:
        pools[r["county_code"], r["pool"]] = pools.get((r["county_code"], r["pool"]), 0.0) + r["stock_tc"]
    if not summary or not pools:
        return None
    depth = next((r["depth_cm"] for r in stock if r["depth_cm"] is not None), 30)
    parts = [
        (pool_name(p, depth, language), POOL_COLOURS[p], [pools.get((r["county_code"], p), 0.0) * T_TO_WANT for r in summary])
        for p in POOLS
        if any((r["county_code"], p) in pools for r in summary)
    ]
    low, high = ([None if r[k] is None else r[k] * T_TO_WANT for r in summary] for k in ("low_tc", "high_tc"))
    return Stacks(
        say("pools", language, edition=edition), _names(summary), parts, say("wan_tc", language), low, high, say("interval", language)
    )


def change_flow(rows: Sequence[Row], language: str) -> Flow | None:
    """Land of one zone that changed its class between two years, the largest changes (rows of ``cover/change``)."""
    changed = [r for r in rows if r["class_from"] != r["class_to"] and r["area_hm2"] > 0]
    changed = [r for r in changed if "unknown" not in (r["class_from"], r["class_to"])]
    if not changed:
        return None
    shown = sorted(changed, key=lambda r: (-r["area_hm2"], r["class_from"], r["class_to"]))[:_MOST_FLOWS]
    first, last = shown[0]["year_from"], shown[0]["year_to"]
    part = 100 * sum(r["area_hm2"] for r in shown) / sum(r["area_hm2"] for r in changed)
    return Flow(
        say("flow", language, zone=shown[0]["county_name"], product=shown[0]["product"], first=first, last=last, part=f"{part:.0f}"),
        (str(first), str(last)),
        [(r["class_from"], r["class_to"], r["area_hm2"]) for r in shown],
        class_colours(),
        class_names(language),
        "hm²",
    )


def verdict_signs(language: str) -> dict[str, tuple[str, str, str]]:
    """Verdict -> (word, sign, colour): never told by colour alone."""
    return {v: (say(v, language), sign, VERDICT_COLOURS[v]) for v, sign in _VERDICT_SIGNS.items()}


def site_ranking(rows: Sequence[Row], kind: str, language: str) -> Ranking | None:
    """The best sites of a technology by score (rows of ``siting/site_screening``)."""
    own = [r for r in rows if r["kind"] == kind and r["score"] is not None]
    best = sorted(own, key=lambda r: (-r["score"], r["site_id"]))[:_MOST_SITES]
    if not best:
        return None
    return Ranking(
        say("ranking", language, kind=say(kind, language), count=len(best), all=len(own)),
        [f"{clean(r['site_id'])} {clean(r['name'])}" for r in best],
        [r["score"] for r in best],
        [r.get("score_low") for r in best],
        [r.get("score_high") for r in best],
        [r["verdict"] for r in best],
        verdict_signs(language),
        say("ranking_axis", language),
    )


def pareto_scopes(rows: Sequence[Row]) -> list[str]:
    """What sites are compared within (rows of ``siting/pareto``): each technology, and ``all`` where sites of several are compared.

    Of one technology alone ``all`` would only say the same again.
    """
    compared = {r["kind"] for r in rows if r["state"] != "left_out"}
    return [scope for scope in dict.fromkeys(r["scope"] for r in rows) if scope != "all" or len(compared) > 1]


def pareto(rows: Sequence[Row], kind: str, language: str) -> Scatter | None:
    """Energy against vegetation carbon lost, of sites that have both; full where no other site beats one (rows of ``siting/pareto``)."""
    known = [r for r in rows if r["state"] != "left_out"]
    if not known:
        return None
    return Scatter(
        say("pareto", language, kind=kind),
        [clean(r["site_id"]) for r in known],
        [r["carbon_loss_tc"] for r in known],
        [r["energy_gwh_yr"] for r in known],
        [r["verdict"] for r in known],
        verdict_signs(language),
        [i for i, r in enumerate(known) if r["state"] == "front"],
        (say("pareto_x", language), say("pareto_y", language)),
    )
