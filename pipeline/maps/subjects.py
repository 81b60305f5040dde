"""The subjects of the panel: forest cover, land classes, carbon, wetland and water, land for PV and wind.

Each shows rows of the tables with their method and their limits; widths of bars are the only arithmetic.
"""

from __future__ import annotations

import math

import pandas as pd

from pipeline.core import figures
from pipeline.core.legend import UNKNOWN
from pipeline.core.tables import POOLS
from pipeline.core.words import pool_name
from pipeline.maps.facts import Facts
from pipeline.maps.markup import Html, tag
from pipeline.maps.parts import note, pair, section, swatch
from pipeline.maps.words import say

_ZONES = ("allowed", "conditional", "excluded", "unknown")


def forest(facts: Facts, code: str) -> Html:
    """Cover under every reading against the target, gap, verdict."""
    language = facts.language
    rows = facts.leading(facts.of(facts.cover, code))
    main = facts.main_reading(rows)
    has_target = pd.notna(main.target_pct)
    is_reference = main.level == "county" and main.target_scope == "area"
    top = max([*rows.forest_cover_pct.dropna(), main.target_pct if has_target else 0.0, 1.0]) * 1.12
    bars = [_cover_bar(facts, row, row.reading == main.reading, top) for row in rows.itertuples()]
    line = None
    if has_target:
        text = say("target_line", language, year=int(main.target_year), pct=figures.pct(main.target_pct))
        at = main.target_pct / top * 100
        line = tag("p", tag("span", text), class_="target" if at > 45 else "target target-left", style=f"--at:{at:.3f}%")
    by_sample = bool(pd.notna(main.adjusted_cover_pct))  # then what the map shows is named as such
    facts_made = [
        pair(say("verdict", language), tag("strong", facts.verdict_text(main), class_=f"verdict verdict-{main.verdict}")),
        pair(say("short_of_map" if by_sample else "short_of", language), _gap(main, language)) if pd.notna(main.gap_pp) else None,
        pair(
            say("forest_area_map" if by_sample else "forest_area", language),
            _with_unit(figures.hm2(main.forest_area_hm2), "hm²", main.forest_area_hm2, language),
        ),
        *_adjusted(main, language),
    ]
    unknown = note(say("unknown_area", language, hm2=figures.hm2(main.unknown_area_hm2))) if main.unknown_area_hm2 > 0 else None
    limit = facts.land_cover.about.limits.get("forest")
    reference = note(say("target_reference", language, area=facts.config.area.name.get(language))) if is_reference else None
    return section(
        say("forest_survey" if facts.is_survey else "forest_tree", language, product=_product(facts.product, facts.year, language)),
        tag("div", line, tag("ul", bars, class_="bars"), class_="chart" if has_target else None),
        tag("dl", facts_made, class_="rows"),
        unknown,
        reference,
        _others(facts, code),
        note(limit.get(language)) if limit else None,
        id_="forest",
    )


def _adjusted(row, language: str) -> list[Html]:
    """What reference points make of the area: cover with its interval, and the probability of meeting the target."""
    if pd.isna(row.adjusted_cover_pct):
        return []
    low, high = figures.pct(row.adjusted_low_pct), figures.pct(row.adjusted_high_pct)
    made = [pair(say("adjusted", language), say("adjusted_pct", language, pct=figures.pct(row.adjusted_cover_pct), low=low, high=high))]
    return made + ([pair(say("p_target", language), figures.chance(row.p_target))] if pd.notna(row.p_target) else [])


def _cover_bar(facts: Facts, row, is_main: bool, top: float) -> Html:
    return tag(
        "li",
        tag("span", facts.reading_name(row.reading), class_="bar-name"),
        tag("span", f"{figures.pct(row.forest_cover_pct)} %", class_="bar-value"),
        tag(
            "span", tag("i", style=f"width:{0.0 if pd.isna(row.forest_cover_pct) else row.forest_cover_pct / top * 100:.3f}%"), class_="bar"
        ),
        class_="is-main" if is_main else None,
    )


def _gap(row, language: str) -> Html:
    """Distance to the target in words."""
    key = "gap_short" if row.gap_pp > 0 else "gap_over"
    values = {
        "pp": figures.number(abs(row.gap_pp)),
        "hm2": figures.hm2(abs(row.gap_area_hm2)),
        "wan_mu": figures.wan_mu(abs(row.gap_area_hm2)),
    }
    return tag("span", say(key, language, **values))


def _others(facts: Facts, code: str) -> Html | None:
    """The same figure from further products and years."""
    language = facts.language
    own = facts.of(facts.cover, code)
    rest = own.drop(facts.leading(own).index)
    if rest.empty:
        return None
    rows = [
        tag(
            "tr",
            tag("th", _product(r.product, r.year, language), tag("small", " ", r.reading), scope="row"),
            tag("td", f"{figures.pct(r.forest_cover_pct)} %"),
            tag("td", say(r.verdict, language)),
        )
        for r in rest.itertuples()
    ]
    head = tag(
        "tr",
        tag("th", say("reading", language), scope="col"),
        tag("th", say("forest", language), scope="col"),
        tag("th", say("verdict", language), scope="col"),
    )
    return tag("details", tag("summary", say("other_products", language)), tag("table", tag("thead", head), tag("tbody", rows)))


def land_classes(facts: Facts, code: str) -> Html:
    """Area of each class, largest first; unknown land stands apart, classes without land are named below."""
    language = facts.language
    rows = facts.leading(facts.of(facts.land, code))
    shown = rows[rows.area_hm2 > 0].sort_values(["area_hm2", "class_key"], ascending=[False, True])
    shown = pd.concat([shown[shown.class_key != UNKNOWN], shown[shown.class_key == UNKNOWN]])
    land = math.fsum(shown.area_hm2)
    strip = tag(
        "div",
        [tag("i", style=f"width:{r.area_hm2 / land * 100:.4f}%;background:{facts.class_colours[r.class_key]}") for r in shown.itertuples()],
        class_="strip", aria_hidden="true",
    )  # fmt: skip
    body = [
        tag(
            "tr",
            tag("th", swatch(facts.class_colours[r.class_key]), facts.class_names[r.class_key], scope="row"),
            tag("td", figures.hm2(r.area_hm2)),
        )
        for r in shown.itertuples()
    ]
    total = facts.main_reading(facts.leading(facts.of(facts.cover, code))).land_area_hm2
    foot = tag("tr", tag("th", say("land_area", language), scope="row"), tag("td", figures.hm2(total)))
    head = tag("tr", tag("th", say("class", language), scope="col"), tag("th", say("area_hm2", language), scope="col"))
    absent = [facts.class_names[k] for k in rows[rows.area_hm2 == 0].class_key if k != UNKNOWN]
    none = note(say("classes_zero", language, names=_list(absent, language))) if absent else None
    return section(
        say("classes", language), strip, tag("table", tag("thead", head), tag("tbody", body), tag("tfoot", foot)), none, id_="classes"
    )


def carbon(facts: Facts, code: str) -> Html:
    """Stock with its interval, by route and pool, and what is not counted."""
    language = facts.language
    made, accounts = [], facts.leading(facts.of(facts.summary, code))
    for row in accounts.itertuples():
        stock = facts.leading(facts.of(facts.stock, code))
        stock = stock[stock.route == row.route]
        pools = {p: math.fsum(stock.stock_tc[stock.pool == p]) for p in POOLS if (stock.pool == p).any()}
        assert abs(math.fsum(pools.values()) - row.stock_tc) <= 1e-9 * max(row.stock_tc, 1.0), "pools add up to the stock"
        most = max([*pools.values(), 1e-9])
        body = [
            tag(
                "tr",
                tag("th", pool_name(p, row.depth_cm, language), scope="row"),
                tag("td", tag("span", tag("i", style=f"width:{v / most * 100:.3f}%"), class_="bar"), class_="bar-cell"),
                tag("td", figures.wan_t(v)),
            )
            for p, v in pools.items()
        ]
        head = tag("tr", tag("th", say("pool", language), scope="col"), tag("th"), tag("th", say("wan_tc", language), scope="col"))
        made += [
            tag("h3", say(row.route, language)) if len(accounts) > 1 else None,
            tag("p", tag("b", figures.wan_t(row.stock_tc)), " ", say("of_wan_tc", language), class_="figure"),
            tag(
                "p",
                say("interval", language, low=figures.wan_t(row.low_tc), high=figures.wan_t(row.high_tc)), tag("br"),
                say("as_co2", language, tco2=figures.wan_t(row.stock_tco2)), say("sep_gap", language), say("per_hm2", language, tc_hm2=figures.number(row.tc_hm2)),
                class_="under",
            ),
            tag("table", tag("thead", head), tag("tbody", body), class_="with-bars"),
            note(say("carbon_method", language, route=say(row.route, language))),
        ]  # fmt: skip
        if row.no_biomass_value_hm2 > 0:
            made.append(note(say("carbon_gap_biomass", language, hm2=figures.hm2(row.no_biomass_value_hm2))))
        if row.no_soc_value_hm2 > 0:
            made.append(note(say("carbon_gap_soc", language, hm2=figures.hm2(row.no_soc_value_hm2))))
    return section(say("carbon", language), made, id_="carbon")


def wetland(facts: Facts, code: str) -> Html:
    language = facts.language
    row = facts.leading(facts.of(facts.wetland, code)).iloc[0]
    known = pd.notna(row.protection_rate_pct)
    rows = [
        pair(say("wetland_area", language), f"{figures.hm2(row.wetland_area_hm2)} hm²"),
        pair(say("water_area", language), f"{figures.hm2(row.water_area_hm2)} hm²"),
        pair(say("protection_rate", language), f"{figures.pct(row.protection_rate_pct)} %" if known else figures.DASH),
    ]
    limit = None
    if pd.notna(row.limit):
        limit = tag(
            "p",
            tag("strong", say("not_visible", language)) if row.wetland_area_hm2 + row.water_area_hm2 == 0 else None,
            " ",
            row.limit,
            class_="caution",
        )
    without = note(say("no_protection", language)) if pd.isna(row.protected_area_hm2) else None
    return section(say("wetland", language), tag("dl", rows, class_="rows"), limit, without, id_="wetland")


def potential(facts: Facts, code: str) -> Html:
    """Land by verdict of each technology, capacity that can be stated, targets."""
    language = facts.language
    made = []
    for row in facts.of(facts.potential, code).itertuples():
        areas = {z: getattr(row, f"{z}_hm2") for z in _ZONES}
        land = math.fsum(areas.values())
        strip = tag(
            "div",
            [tag("i", class_=f"zone-{z}", style=f"width:{a / land * 100:.4f}%") for z, a in areas.items() if a > 0],
            class_="strip",
            aria_hidden="true",
        )
        cells = [
            tag("div", tag("dt", tag("i", class_=f"swatch zone-{z}"), say(f"zone_{z}", language)), tag("dd", figures.hm2(a)))
            for z, a in areas.items()
        ]
        lines = [say("capacity_now", language, now=figures.capacity(row.capacity_mw, language))]
        if pd.notna(row.target_2025_mw) or pd.notna(row.target_2030_mw):
            t2025, t2030 = (figures.capacity(v, language) for v in (row.target_2025_mw, row.target_2030_mw))
            lines.append(say("capacity_target", language, t2025=t2025, t2030=t2030))
        most = figures.capacity(row.capacity_if_cleared_mw, language)
        lines.append(say("capacity_cleared", language, most=most, per_mw=f"{row.land_hm2_per_mw:.2f}"))
        kind = say(row.kind, language)
        made += [
            tag("h3", say("potential_of", language, kind=kind)),
            strip,
            tag("dl", cells, class_="zones"),
            tag("ul", [tag("li", t) for t in lines], class_="plain"),
        ]
    made.append(note(say("potential_note", language, day=facts.config.siting.assessment_date.isoformat())))
    return section(say("potential", language), made, id_="potential")


def _product(product: str, year, language: str) -> str:
    return f"{product} {say('year_unknown', language) if year is None or pd.isna(year) else int(year)}"


def _with_unit(text: str, unit: str, value_hm2, language: str) -> str:
    return f"{text} {unit}（{figures.wan_mu(value_hm2)} 万亩）" if language == "zh" else f"{text} {unit}"


def _list(names: list[str], language: str) -> str:
    return "；".join(names) if language == "zh" else ", ".join(names)


FURTHER = (land_classes, carbon, wetland, potential)  # after forest cover, in this order
