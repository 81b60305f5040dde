"""The legend, which is also the layer switch: what is drawn, in which colour, and whether it is shown."""

from __future__ import annotations

import pandas as pd

from pipeline.core import figures
from pipeline.core.legend import UNKNOWN
from pipeline.maps.facts import Facts
from pipeline.maps.markup import Html, tag
from pipeline.maps.raster import Overlay
from pipeline.maps.signs import kind_name, kind_sign, pin
from pipeline.maps.words import say

_VERDICTS = ("allowed", "conditional", "prohibited", "unknown")


def legend(facts: Facts, drawn: Overlay, code: str | None, sites: pd.DataFrame) -> Html:
    """Classes that have land in the zone, verdicts and kinds of the sites shown, with a switch for each layer."""
    language = facts.language
    colours, names = facts.class_colours, facts.class_names
    shown = _present(facts, code)
    classes = [tag("li", tag("i", class_="swatch", style=f"background:{colours[k]}"), names[k]) for k in shown]
    parts = []
    if len(sites):
        verdicts = [tag("li", pin(v), say(v, language)) for v in _VERDICTS]
        kinds = [tag("li", kind_sign(k), kind_name(k, language)) for k in ("pv", "wind") if (sites.kind == k).any()]
        parts += [
            _switch("sites", say("layer_sites", language)),
            tag("ul", verdicts, kinds, class_="legend-signs"),
            tag("p", say("shape_is_verdict", language), class_="small"),
        ]
    parts += [
        _switch("cover", say("layer_cover", language), f"{facts.product}{'' if facts.year is None else f' {facts.year}'}"),
        tag("ul", classes),
        tag(
            "label",
            tag("span", say("opacity", language)),
            tag("input", type="range", min=20, max=100, value=100, step=5, id="opacity"),
            class_="slider",
        ),
        _pixel_note(facts, drawn),
        _switch("lines", say("layer_lines", language)),
        _switch("names", say("layer_names", language)),
    ]
    return tag("details", tag("summary", say("legend", language)), tag("div", parts, class_="legend-body"), id="legend", open=True)


def _present(facts: Facts, code: str | None) -> list[str]:
    """Class keys with an area in a zone (in any county where there is none), in the order of the common legend."""
    rows = facts.leading(facts.land if code is None else facts.of(facts.land, code))
    there = set(rows.class_key[rows.area_hm2 > 0])
    known = [k for k in facts.class_names if k in there and k != UNKNOWN]
    return [*known, UNKNOWN] if UNKNOWN in there else known


def _switch(layer: str, name: str, what: str | None = None) -> Html:
    return tag(
        "label",
        tag("input", type="checkbox", checked=True, data_layer=layer),
        tag("span", name, tag("small", what) if what else None),
        class_="switch",
    )


def _pixel_note(facts: Facts, drawn: Overlay) -> Html | None:
    """Said only where the picture is coarser than the cells it shows."""
    from pipeline.core.rasters import open_raster, raster_grid

    with open_raster(facts.land_cover) as dataset:
        cell = min(raster_grid(facts.land_cover, dataset).cell_size_m)
    if drawn.pixel_m <= cell:
        return None
    return tag("p", say("pixel_note", facts.language, metres=figures.number(drawn.pixel_m, 0)), class_="small")
