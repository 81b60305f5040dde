"""Themes: the raster subjects a reader can choose, one file for each kind; :func:`themes_of` is the menu."""

from __future__ import annotations

from pipeline.core.zoning import JUDGED
from pipeline.maps.facts import Facts
from pipeline.maps.sheets import Sheet
from pipeline.maps.themes import carbon, change, disagreement, land_cover, relief, resource, siting
from pipeline.maps.themes.theme import Entry, Theme

__all__ = ["Entry", "Theme", "relief_of", "sheets_of", "themes_of"]


def themes_of(facts: Facts, code: str | None) -> list[Theme]:
    """Every theme of a page, in the order of the chooser; the first is shown at the start. ``code``: the page's zone."""
    covers = land_cover.themes(facts, code)
    made = list(covers)
    if covers and covers[0].key == "cover-0":
        there = land_cover.present(facts, facts.land_cover, code)
        made += land_cover.waters(facts, code, covers[0])
        made += carbon.by_class(facts, code, covers[0], there)
    made += change.themes(facts, code) + disagreement.themes(facts, code) + carbon.biomass(facts)
    made += resource.themes(facts) + siting.zonings(facts, code)
    for kind in JUDGED:
        made += siting.rules(facts, code, kind)
    return made


def relief_of(facts: Facts) -> Sheet | None:
    """The shading of the ground, where an elevation layer is configured."""
    layer = facts.elevation
    return None if layer is None else relief.sheet(layer)


def sheets_of(themes: list[Theme]) -> list[Sheet]:
    """The sheets behind themes, each once."""
    return list({t.sheet.key: t.sheet for t in themes}.values())
