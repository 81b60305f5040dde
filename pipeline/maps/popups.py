"""What opens on a click: a site with every rule and its legal basis, a county with its key figures."""

from __future__ import annotations

from urllib.parse import quote

import pandas as pd

from pipeline.core import figures
from pipeline.core.tables import STATES
from pipeline.maps.facts import Facts
from pipeline.maps.markup import Html, tag
from pipeline.maps.signs import dotted, kind_name, pin, verdict_name
from pipeline.maps.words import say

_OF_SITE = ("capacity_mw", "area_hm2")  # columns that rules ask of the site itself, not of a layer

# --- sites ---------------------------------------------------------------------------------------------------


def site(facts: Facts, row) -> Html:
    """A site: what it is, its verdict, every rule behind it, energy and losses."""
    language = facts.language
    reasons = facts.reasons[facts.reasons.site_id == row.site_id]
    broken, unknown = reasons[reasons.outcome == "broken"], reasons[reasons.outcome == "unknown"]
    notes = reasons[reasons.outcome == "note"]
    mark = tag("span", say("example", language), class_="mark mark-example") if row.is_illustrative == "yes" else None
    county = row.county_name if pd.notna(row.county_name) else say("site_outside_area", language)
    lists = [_rules(broken[broken.state == s], say(f"broken_{s}", language), language, s) for s in STATES]
    return tag(
        "article",
        tag("header", pin(row.verdict, row.kind), tag("div", tag("h3", row.name, dir="auto"), tag("p", dotted([row.site_id, kind_name(row.kind, language), county], language), class_="small"), class_="site-title"), mark),
        tag("p", tag("strong", verdict_name(row, language), class_=f"verdict verdict-{row.verdict}"), class_="site-verdict"),
        tag("p", _coarse(facts), class_="caution") if row.evidence == "indicative" else None,
        tag("dl", _figures(row, language), class_="rows"),
        lists if len(broken) else tag("p", say("no_broken", language), class_="small"),
        _unknown(unknown, language),
        _notes(notes, language),
        tag("footer", tag("p", row.note, class_="small") if pd.notna(row.note) else None, tag("p", row.basis, class_="small")),
        class_="site",
    )  # fmt: skip


def _coarse(facts: Facts) -> str:
    cell = facts.source.cell_size
    if facts.source.is_coarse == "yes" and pd.notna(cell):
        return say("coarse_sentence", facts.language, cell=str(cell))
    return say("coarse_sentence_plain", facts.language)


def _figures(row, language: str) -> list[Html]:
    """Size, energy, losses, score; each blank with the reason why."""
    wind = "_wind" if row.kind == "wind" else ""
    energy = (
        [f"{figures.number(row.energy_gwh_yr)} GWh", _small(_range(row, language)), _small(row.energy_method)]
        if pd.notna(row.energy_gwh_yr)
        else [figures.DASH, _small(say(f"energy_none{wind}", language))]
    )
    carbon = f"{figures.number(row.carbon_loss_tc)} tC" if pd.notna(row.carbon_loss_tc) else None
    forest = f"{figures.hm2(row.forest_loss_hm2)} hm²" if pd.notna(row.forest_loss_hm2) else None
    why, how = _small(say(f"loss_none{wind}", language)), _small(say("loss_note", language))
    made = [
        (say("site_capacity", language), [f"{figures.number(row.capacity_mw)} MW" if pd.notna(row.capacity_mw) else figures.DASH]),
        (
            say("site_area", language),
            [
                f"{figures.hm2(row.area_hm2)} hm²" if pd.notna(row.area_hm2) else figures.DASH,
                _small(say("site_area_wind", language)) if row.kind == "wind" else None,
            ],
        ),
        (say("energy", language), energy),
        (say("forest_loss", language), [forest, None if carbon else how] if forest else [figures.DASH, why]),
        (say("carbon_loss", language), [carbon, how] if carbon else [figures.DASH, why]),
    ]
    if pd.notna(row.score):
        made.append((say("score", language), [figures.number(row.score), _small(_score_note(row, language))]))
    return [tag("div", tag("dt", name), tag("dd", value)) for name, value in made]


def _score_note(row, language: str) -> str:
    """How many criteria a score stands on, and its bounds where some are unknown."""
    known, criteria = int(row.score_rules_known), int(row.score_rules)
    if known == criteria:
        return say("score_note_all", language, all=criteria)
    bounds = {"low": figures.number(row.score_low), "high": figures.number(row.score_high)}
    return say("score_note", language, known=known, all=criteria, **bounds)


def _range(row, language: str) -> str:
    """Range and full-load hours of a site's energy."""
    low, high = figures.number(row.energy_low_gwh_yr), figures.number(row.energy_high_gwh_yr)
    return say("energy_range", language, low=low, high=high, hours=f"{row.full_load_h:.0f}")


def _small(text) -> Html:
    return tag("small", text)


def _rules(rows: pd.DataFrame, title: str, language: str, state: str) -> Html | None:
    if rows.empty:
        return None
    return tag(
        "section",
        tag("h4", f"{title}（{len(rows)}）" if language == "zh" else f"{title} ({len(rows)})"),
        tag("ul", [_rule(r, language) for r in rows.itertuples()]),
        class_=f"rules rules-{state}",
    )


def _rule(row, language: str) -> Html:
    """One rule in full: what it requires, its legal basis and how well that is checked, what was found."""
    seen = []
    if pd.notna(row.share):
        seen.append(say("share_of_site", language, share=figures.share(row.share)))
    if pd.notna(row.found):
        seen.append(say("found_site" if row.layer in _OF_SITE else "found", language, found=row.found))
    if row.outcome == "unknown" and pd.notna(row.layer):
        seen.append(f"{say('missing_layer', language)} {row.layer}")
    lines = [
        (say("requirement", language), row.requirement),
        (say("legal_basis", language), row.legal_basis),
        (say("label", language), _label(row.label, language)),
    ]
    return tag(
        "li",
        tag("p", tag("code", row.rule_id), " ", tag("b", row.title)),
        tag("p", "　".join(seen), class_="seen") if seen else None,
        tag("dl", [tag("div", tag("dt", name), tag("dd", text)) for name, text in lines if pd.notna(text)]),
    )


def _label(label: str, language: str) -> str:
    """A label such as ``K/P`` in words."""
    letters = [part for part in label.replace("/", " ").replace(",", " ").replace(";", " ").split()]
    comma = "，" if language == "zh" else ", "
    return comma.join(f"{say(f'label_{letter}', language)} {letter}" for letter in letters)


def _unknown(rows: pd.DataFrame, language: str) -> Html | None:
    """Rules that cannot be answered, by weight; folded away, but counted in the open."""
    if rows.empty:
        return None
    groups = [(s, rows[rows.state == s]) for s in STATES]
    counts = [say("state_group", language, state=say(s, language), count=len(g)) for s, g in groups if len(g)]
    return tag(
        "details",
        tag("summary", say("unknown_rules", language), tag("span", dotted(counts, language), class_="small")),
        [_rules(g, say(s, language), language, s) for s, g in groups],
    )


def _notes(rows: pd.DataFrame, language: str) -> Html | None:
    if rows.empty:
        return None
    return tag(
        "details",
        tag("summary", say("note_rules", language), tag("span", f"{len(rows)}", class_="small")),
        tag("section", tag("ul", [_rule(r, language) for r in rows.itertuples()]), class_="rules"),
    )


# --- counties ------------------------------------------------------------------------------------------------


def county(facts: Facts, code: str, name: str, file: str) -> Html:
    """A county's key figures and the way to its page."""
    language = facts.language
    cover = facts.main_reading(facts.leading(facts.of(facts.cover, code)))
    carbon = facts.leading(facts.of(facts.summary, code)).iloc[0]
    count = int((facts.sites.county_code == code).sum())
    rows = [
        (say("forest", language), f"{figures.pct(cover.forest_cover_pct)} %", facts.reading_name(cover.reading)),
        (say("verdict", language), facts.verdict_text(cover), None),
        (
            say("carbon", language),
            f"{figures.wan_t(carbon.stock_tc)} {say('wan_tc', language)}",
            say("interval", language, low=figures.wan_t(carbon.low_tc), high=figures.wan_t(carbon.high_tc)),
        ),
        (say("land_area", language), f"{figures.hm2(cover.land_area_hm2)} hm²", None),
        (say("sites", language), say("sites_count", language, count=count), None),
    ]
    return tag(
        "article",
        tag("h3", name, dir="auto"),
        tag("dl", [tag("div", tag("dt", k), tag("dd", v, tag("small", small) if small else None)) for k, v, small in rows], class_="rows"),
        tag(
            "p", tag("a", say("open_county", language, name=name), " ", tag("span", "→", aria_hidden="true"), href=quote(file)), class_="go"
        ),
        class_="county",
    )
