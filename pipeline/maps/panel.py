"""The panel beside the map: headline figures first, then each subject with its method and its limits."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import quote

import pandas as pd

from pipeline.core import figures
from pipeline.maps import portal, subjects
from pipeline.maps.diagrams import diagrams
from pipeline.maps.edition import lacks_review, marks
from pipeline.maps.facts import Facts
from pipeline.maps.markup import Html, tag
from pipeline.maps.parts import note, section
from pipeline.maps.words import say


@dataclass(frozen=True)
class Zone:
    """What a page is about: a county, the whole area, or (``code`` None) some chosen counties."""

    code: str | None
    name: str
    is_county: bool


def panel(facts: Facts, zone: Zone, files: dict[str, str], sites: pd.DataFrame) -> Html:
    """The whole panel. ``files``: page file by county code; ``sites``: screened sites shown on the page."""
    body = [
        None if zone.code is None else subjects.forest(facts, zone.code),
        None if zone.is_county else _counties(facts, files),
        [] if zone.code is None else [subject(facts, zone.code) for subject in subjects.FURTHER],
        _sites(facts, sites),
        diagrams(facts, zone.code if zone.is_county else None),
        None if zone.is_county or facts.earlier is None else portal.comparison(facts, facts.earlier),
        portal.downloads(facts),
        _sources(facts),
    ]
    return tag(
        "aside",
        _head(facts, zone, sites),
        tag("div", body, class_="panel-body", id="panel-body", tabindex="0", role="region", aria_label=say("panel_label", facts.language)),
        id="panel",
        aria_label=say("panel_label", facts.language),
    )


def _head(facts: Facts, zone: Zone, sites: pd.DataFrame) -> Html:
    language = facts.language
    area = facts.config.area.name.get(language)
    if zone.is_county:
        kicker = tag(
            "nav",
            tag("a", tag("span", "←", aria_hidden="true"), Html(" "), area, Html(" · "), say("back", language), href="index.html"),
            class_="kicker",
        )
    else:
        kicker = tag("p", say("kicker", language), class_="kicker")
    land = None
    if zone.code is not None:
        row = facts.main_reading(facts.leading(facts.of(facts.cover, zone.code)))
        text = say("code_area", language, code=zone.code, hm2=figures.hm2(row.land_area_hm2), wan_mu=figures.wan_mu(row.land_area_hm2))
        land = tag("p", text, class_="where")
    else:
        land = tag("p", say("chosen_note", language), class_="where")
    return tag(
        "header",
        kicker,
        tag("h1", zone.name, dir="auto"),
        land,
        _marks(facts, sites),
        _headline(facts, zone, sites),
        tag(
            "button", tag("span", say("show_data", language), class_="when-closed"), tag("span", say("hide_data", language), class_="when-open"),
            type="button", id="panel-toggle", aria_controls="panel-body", aria_expanded="true",
        ),
        class_="panel-head",
    )  # fmt: skip


def _marks(facts: Facts, sites: pd.DataFrame) -> Html:
    """What a reader must know of the page as a whole, where it cannot be missed."""
    language, made = facts.language, []
    if facts.is_synthetic:
        made.append(tag("strong", say("synthetic", language), class_="mark mark-synthetic"))
    if facts.source.is_coarse == "yes":
        made.append(tag("span", say("coarse_mark", language), class_="mark mark-coarse"))
    if len(sites) and (sites.is_illustrative == "yes").any():
        made.append(tag("span", say("examples_mark", language), class_="mark"))
    made += [tag("strong" if m.forbids else "span", m.text, class_="mark mark-forbids" if m.forbids else "mark") for m in marks(facts)]
    return tag("p", made, class_="marks")


def _headline(facts: Facts, zone: Zone, sites: pd.DataFrame) -> Html | None:
    if zone.code is None:
        return None
    language = facts.language
    cover = facts.main_reading(facts.leading(facts.of(facts.cover, zone.code)))
    carbon = facts.leading(facts.of(facts.summary, zone.code)).iloc[0]
    target = None
    if pd.notna(cover.target_pct):
        target = say("target_line", language, year=int(cover.target_year), pct=figures.pct(cover.target_pct))
    return tag(
        "dl",
        _tile(
            say("forest_tile_survey" if facts.is_survey else "forest_tile", language),
            figures.pct(cover.forest_cover_pct),
            "%",
            target or say("no_target", language),
        ),
        _tile(
            say("carbon", language),
            figures.wan_t(carbon.stock_tc),
            say("of_wan_tc", language),
            say("as_co2", language, tco2=figures.wan_t(carbon.stock_tco2)),
        ),
        _tile(say("tile_sites", language), str(len(sites)), "", _verdict_counts(sites, language)),
        class_="tiles",
    )


def _tile(name: str, value: str, unit: str, note: str) -> Html:
    return tag("div", tag("dt", name), tag("dd", tag("b", value), tag("span", unit, class_="unit")), tag("dd", note, class_="note"))


def _verdict_counts(sites: pd.DataFrame, language: str) -> str:
    counts = sites.verdict.value_counts()
    said = [f"{say(v, language)}\u00a0{counts[v]}" for v in ("allowed", "conditional", "prohibited", "unknown") if v in counts]
    return (" " if language == "zh" else ", ").join(said)


def _sites(facts: Facts, sites: pd.DataFrame) -> Html:
    """The candidate sites as a list that opens them on the map; the script fills it (assets/sites.js)."""
    language = facts.language
    if sites.empty:
        return section(say("sites", language), note(say("sites_none", language)), id_="sites")
    return section(
        say("sites", language),
        tag("p", id="site-filtered", class_="small", hidden=True),
        tag("ul", class_="site-list", id="site-list"),
        tag("button", say("sites_more", language), type="button", id="site-more", class_="plain-button", hidden=True),
        id_="sites",
    )


def _counties(facts: Facts, files: dict[str, str]) -> Html:
    language = facts.language
    body = []
    for code, name, _ in facts.places:
        cover = facts.main_reading(facts.leading(facts.of(facts.cover, code)))
        carbon = facts.leading(facts.of(facts.summary, code)).iloc[0]
        count = int((facts.sites.county_code == code).sum())
        link = tag("a", name, href=quote(files[code]), dir="auto")
        body.append(
            tag(
                "tr",
                tag("th", link, scope="row"),
                tag("td", figures.pct(cover.forest_cover_pct)),
                tag("td", figures.wan_t(carbon.stock_tc)),
                tag("td", str(count)),
                data_county=code,
            )
        )
    columns = [say(k, language) for k in ("county", "cover_short", "carbon_short", "county_sites")]
    head = tag("tr", [tag("th", c, scope="col") for c in columns])
    return section(say("counties", language), tag("table", tag("thead", head), tag("tbody", body), class_="counties"), id_="counties")


def _sources(facts: Facts) -> Html:
    """Basis, where the data come from, what they cannot tell, what the run warned of."""
    language = facts.language
    data = facts.sources[facts.sources.kind != "table"]
    said = dict.fromkeys(facts.leading(facts.cover).basis)
    listed = [tag("li", tag("strong", r.title), tag("span", _origin(r), class_="small")) for r in data.itertuples()]
    limits = [tag("li", tag("strong", r.title), say("sep_gap", language), r.limits) for r in data.itertuples() if pd.notna(r.limits)]
    warnings, untold = [tag("li", w) for w in facts.warnings_shown], len(facts.warnings) - len(facts.warnings_shown)
    return section(
        say("sources", language),
        [tag("p", text, class_="basis") for text in said],
        tag("h3", say("sources_head", language)),
        tag("ul", listed, class_="source-list"),
        tag("details", tag("summary", say("limits_head", language)), tag("ul", limits, class_="source-list")) if limits else None,
        tag(
            "details",
            tag("summary", say("warnings_head", language), f"（{len(warnings)}）" if language == "zh" else f" ({len(warnings)})"),
            tag("ul", warnings, class_="source-list"),
        )
        if warnings
        else None,
        note(say("warnings_hidden", language, count=untold)) if untold else None,
        note(say("no_review_note", language)) if lacks_review(facts.config) else None,
        note(say("public_note", language, layers=say("sep_list", language).join(facts.hidden))) if facts.hidden else None,
        tag("p", say("rounding", language), " ", say("boundary_note", language), class_="small"),
        id_="sources",
    )


def _origin(row) -> str:
    parts = [row.publisher, row.period if str(row.period)[:1].isdigit() else None, row.cell_size, row.licence]
    return "; ".join(str(p) for p in parts if p is not None and pd.notna(p))
