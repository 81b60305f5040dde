"""The charts of a page, drawn small enough for the panel; the same as in the report."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import pandas as pd

from pipeline.charts import subjects, svg
from pipeline.charts.kinds import Chart
from pipeline.core import figures
from pipeline.core.tables import plain_rows
from pipeline.maps.facts import Facts
from pipeline.maps.markup import Html, tag
from pipeline.maps.parts import section
from pipeline.maps.words import say

_WIDTH_IN = 4.6


def diagrams(facts: Facts, code: str | None) -> Html | None:
    """Charts of a county, or of the whole area with its counties; None where there is nothing to draw."""
    drawn = [c for c in (_of_area(facts) if code is None or code == facts.config.area.code else _of_county(facts, code)) if c is not None]
    if not drawn:
        return None
    shown = [
        tag("figure", Html(svg(chart, f"d{i}", _WIDTH_IN)), tag("figcaption", _title(facts, chart))) for i, chart in enumerate(drawn, 1)
    ]
    return section(say("diagrams", facts.language), tag("div", shown, class_="diagrams"), id_="diagrams")


def _title(facts: Facts, chart: Chart) -> str:
    return f"{say('synthetic', facts.language)}{say('sep_gap', facts.language)}{chart.title}" if facts.is_synthetic else chart.title


def _of_area(facts: Facts) -> Iterator[Chart | None]:
    """Cover and its chance by county, classes, pools, change of the whole, sites."""
    language, counties = facts.language, [code for code, *_ in facts.places]
    cover = [r for r in plain_rows(facts.leading(facts.cover)) if r["county_code"] in counties]
    if cover:
        yield _cover(facts, cover)
        yield subjects.target_chance(cover, _main(facts), facts.config.cover.sure, language)
    yield subjects.class_shares(plain_rows(_in(facts.leading(facts.land), counties)), _edition(facts), language)
    yield _pools(facts, counties)
    if facts.places.city is not None:
        yield _flow(facts, facts.config.area.code)
    ranked = facts.sites[facts.sites.verdict != "prohibited"]
    for kind in dict.fromkeys(ranked.kind):
        yield subjects.site_ranking(plain_rows(ranked), kind, language)
    compared = plain_rows(facts.pareto)
    for scope in subjects.pareto_scopes(compared):
        own = [r for r in compared if r["scope"] == scope]
        yield subjects.pareto(own, "" if scope == "all" else say(scope, language), language)


def _of_county(facts: Facts, code: str) -> Iterator[Chart | None]:
    """Cover against the target, classes, pools and change of one county."""
    cover = plain_rows(facts.of(facts.leading(facts.cover), code))
    if cover:
        yield _cover(facts, cover)
    yield subjects.class_shares(plain_rows(facts.of(facts.leading(facts.land), code)), _edition(facts), facts.language)
    yield _pools(facts, [code])
    yield _flow(facts, code)


def _cover(facts: Facts, rows: list[subjects.Row]) -> Chart | None:
    target = next((r["target_pct"] for r in rows if r["target_pct"] is not None), None)
    text = "" if target is None else say("target_line", facts.language, year=facts.config.cover.target_year, pct=figures.pct(target))
    return subjects.cover_by_zone(rows, _main(facts), {}, _edition(facts), text, facts.language)


def _main(facts: Facts) -> str:
    return facts.main_reading(facts.leading(facts.cover)).reading


def _pools(facts: Facts, codes: Sequence[str]) -> Chart | None:
    summary = facts.leading(_in(facts.summary, codes))
    if summary.empty:
        return None
    route = summary.route.iloc[0]
    stock = facts.leading(_in(facts.stock, codes))
    return subjects.carbon_by_pool(
        plain_rows(stock[stock.route == route]), plain_rows(summary[summary.route == route]), _edition(facts), facts.language
    )


def _flow(facts: Facts, code: str) -> Chart | None:
    """Change of the leading product over its longest stretch of years."""
    own = facts.of(facts.class_change[facts.class_change["product"] == facts.product], code)
    if own.empty:
        return None
    longest = own[(own.year_from == own.year_from.min()) & (own.year_to == own.year_to.max())]
    return subjects.change_flow(plain_rows(longest), facts.language)


def _edition(facts: Facts) -> str:
    return facts.product if facts.year is None else f"{facts.product} {facts.year}"


def _in(frame: pd.DataFrame, codes: Sequence[str]) -> pd.DataFrame:
    return frame[frame.county_code.isin(codes)]
