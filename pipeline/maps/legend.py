"""The card on the map: which subject is shown, its legend, what is compared, which sites are shown, which lines are drawn."""

from __future__ import annotations

import pandas as pd

from pipeline.core import figures
from pipeline.core.zoning import JUDGED
from pipeline.maps.facts import Facts
from pipeline.maps.markup import Html, join, tag
from pipeline.maps.panel import Zone
from pipeline.maps.sheets import Drawn
from pipeline.maps.signs import kind_name, kind_sign, pin
from pipeline.maps.site_data import VERDICTS, kinds_of
from pipeline.maps.themes import Theme, siting
from pipeline.maps.words import say

_GROUPS = ("group_cover", "group_change", "group_carbon", "group_resource", "group_siting")


def legend(facts: Facts, themes: list[Theme], zone: Zone, sites: pd.DataFrame, *, has: frozenset[str]) -> Html:
    """The whole card. What changes with the subject is put in by the script, from :func:`templates`.

    ``has``: what else the page draws: ``relief``, ``footprints``, ``areas``.
    """
    language = facts.language
    subjects = [t for t in themes if not t.group.startswith("rules-")]
    body = [
        _chooser(facts, themes, zone.code),
        tag("div", id="theme-legend", aria_live="polite"),
        _slider(facts) if themes else None,
        _swipe(facts, [t for t in subjects if t.can_swipe]) if sum(t.can_swipe for t in subjects) > 1 else None,
        _sites(facts, sites, has_shapes="footprints" in has) if len(sites) else None,
        tag(
            "div",
            _switch("relief", say("layer_relief", language)) if "relief" in has else None,
            _switch("areas", say("layer_areas", language), is_on=False) if "areas" in has else None,
            _switch("lines", say("layer_lines", language)),
            _switch("names", say("layer_names", language)),
            _switch("base", say("layer_base", language), is_on=False) if facts.config.maps.base_map != "none" else None,
            class_="switches",
        ),
        _print_key(facts, zone, has, can_cluster=len(sites) > 1),
        tag("p", say("left_out", language, layers=_listed(facts.hidden, language)), class_="small left-out") if facts.hidden else None,
    ]
    return tag("details", tag("summary", say("legend", language)), tag("div", body, class_="legend-body"), id="legend", open=True)


def _chooser(facts: Facts, themes: list[Theme], code: str | None) -> Html:
    """One subject at a time; a rule is chosen in a list of its own."""
    language = facts.language
    groups = _options(themes, language)
    by_kind = {k: [t for t in themes if t.group == f"rules-{k}"] for k in JUDGED}
    rules = [tag("option", say("theme_rules", language, kind=say(k, language)), value=f"rules-{k}") for k, own in by_kind.items() if own]
    if rules:
        groups.append(tag("optgroup", rules, label=say("group_rules", language)))
    lists = [
        tag(
            "label",
            tag("span", say("choose_rule", language)),
            tag(
                "select",
                [tag("option", t.title, value=t.key) for t in own],
                [
                    tag("optgroup", [tag("option", f"{i}{say('sep_gap', language)}{title}", disabled=True) for i, title in blank], label=say(label, language))
                    for why, label in (("unknown", "rules_without_layer"), ("no_land", "rules_without_land"))
                    if (blank := siting.not_drawn(facts, code, kind, why))
                ],
                data_rules=kind,
            ),
            class_="field", id=f"rules-{kind}", hidden=True,
        )
        for kind, own in by_kind.items()
        if own
    ]  # fmt: skip
    none = tag("option", say("theme_none", language), value="")
    return join(tag("label", tag("span", say("choose_theme", language)), tag("select", groups, none, id="theme"), class_="field"), lists)


def _options(themes: list[Theme], language: str) -> list[Html]:
    """The subjects in their groups, to choose from."""
    return [
        tag("optgroup", [tag("option", t.title, value=t.key) for t in themes if t.group == g], label=say(g, language))
        for g in _GROUPS
        if any(t.group == g for t in themes)
    ]


def _slider(facts: Facts) -> Html:
    return tag(
        "label",
        tag("span", say("opacity", facts.language)),
        tag("input", type="range", min=20, max=100, value=100, step=5, id="opacity"),
        class_="slider",
    )


def _swipe(facts: Facts, themes: list[Theme]) -> Html:
    """Two subjects side by side under a curtain."""
    language = facts.language
    groups = _options(themes, language)
    return tag(
        "div",
        tag("button", say("swipe", language), type="button", id="swipe-toggle", aria_pressed="false", aria_controls="swipe"),
        tag(
            "div",
            tag("label", tag("span", say("right_side", language)), tag("select", groups, id="right-theme"), class_="field"),
            tag("div", id="right-legend"),
            id="right-part", hidden=True,
        ),
        class_="swipe-part",
    )  # fmt: skip


def _sites(facts: Facts, sites: pd.DataFrame, *, has_shapes: bool) -> Html:
    """Signs of the sites, each a filter."""
    language = facts.language
    kinds = kinds_of(sites)
    verdicts = [_filter("verdict", v, pin(v), say(v, language), int((sites.verdict == v).sum())) for v in VERDICTS]
    signs = [_filter("kind", k, kind_sign(k), kind_name(k, language), int((sites.kind == k).sum())) for k in kinds]
    return tag(
        "fieldset",
        tag("legend", _switch("sites", say("layer_sites", language)), tag("output", id="site-count")),
        tag("div", verdicts, class_="filters", role="group", aria_label=say("filter_verdict", language)),
        tag("div", signs, class_="filters", role="group", aria_label=say("filter_kind", language)) if len(kinds) > 1 else tag("div", signs, class_="filters"),
        tag("p", say("shape_is_verdict", language), " ", None if has_shapes else say("no_shapes", language), class_="small"),
        class_="site-part",
    )  # fmt: skip


def _print_key(facts: Facts, zone: Zone, has: frozenset[str], *, can_cluster: bool) -> Html:
    """Signs and lines that a printed sheet explains; on the screen a click or a switch does."""
    language = facts.language
    items = [
        ("clusters", tag("b", "2"), say("key_cluster", language)) if can_cluster else None,
        ("footprints", tag("i"), say("key_footprints", language)) if "footprints" in has else None,
        ("areas", tag("i"), say("layer_areas", language)) if "areas" in has else None,
        ("lines", tag("i"), say("layer_lines", language)),
        ("edge", tag("i"), say("key_edge", language, name=zone.name)),
    ]
    return tag("ul", [tag("li", sign, name, class_=f"key-{key}") for key, sign, name in filter(None, items)], class_="print-key")


def _filter(what: str, value: str, sign: Html, name: str, count: int) -> Html:
    box = tag("input", type="checkbox", checked=True, data_filter=what, value=value)
    return tag("label", box, sign, tag("span", name), tag("small", str(count)), class_="filter", data_count=count)


def _switch(layer: str, name: str, *, is_on: bool = True) -> Html:
    return tag("label", tag("input", type="checkbox", checked=is_on, data_layer=layer), tag("span", name), class_="switch")


def templates(facts: Facts, themes: list[Theme], drawn: dict[str, Drawn]) -> Html:
    """The legend of each theme, inert until it is chosen."""
    return join([tag("template", _of_theme(facts, t, drawn[t.sheet.key]), id=f"theme-{t.key}") for t in themes])


def _of_theme(facts: Facts, theme: Theme, drawn: Drawn) -> Html:
    language = facts.language
    listed = [e for e in theme.entries if e.name]
    unit = theme.unit if any(e.figure for e in listed) or not theme.group.startswith(("group_change", "group_siting", "rules-")) else ""
    items = [
        tag("li", tag("i", class_="swatch", style=f"background:{e.colour}"), tag("span", e.name, class_="entry"), tag("b", e.figure) if e.figure else None)
        for e in listed
    ]  # fmt: skip
    size = say("pixel_budget" if drawn.is_reduced else "pixel_note", language, metres=_metres(drawn.pixel_m), cell=_metres(drawn.cell_m))
    return tag(
        "div",
        tag("p", theme.heading or theme.title, tag("small", unit) if unit else None, class_="theme-title"),
        tag("dl", [tag("div", tag("dt", n), tag("dd", t)) for n, t in theme.head], class_="theme-head") if theme.head else None,
        tag("ul", items, class_="classes"),
        tag("p", theme.about, class_="small about"),
        [tag("p", n, class_="small") for n in theme.notes],
        tag("p", size, class_="small reduced" if drawn.is_reduced else "small") if drawn.pixel_m > drawn.cell_m * 1.01 else None,
    )


def _metres(value: float) -> str:
    return figures.number(value, 0 if value >= 10 else 1)


def _listed(names: list[str], language: str) -> str:
    return "、".join(names) if language == "zh" else ", ".join(names)
