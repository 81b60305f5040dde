"""Land cover of every product and year; wetlands and waters of the leading one by themselves."""

from __future__ import annotations

import numpy as np

from pipeline.core import figures
from pipeline.core.layers import Layer
from pipeline.core.legend import UNKNOWN, Lookup, class_colours, class_names, classes
from pipeline.core.products import rows_of_layer, shown
from pipeline.maps.facts import Facts
from pipeline.maps.mercator import Frame
from pipeline.maps.sheets import Sheet
from pipeline.maps.themes.theme import Entry, Theme, cell_of, numbers_of
from pipeline.maps.words import say

WATERS = ("wetland", "water")
_PALE = "#e9e5d8"  # land that a theme does not speak of
_WATERS = {"wetland": "#1f7a6d", "water": "#1f62b0"}


def sheet(layer: Layer, key: str, *, is_leading: bool) -> Sheet:
    """Classes of a product: their ids in the common legend, 0 where it is unknown or does not reach."""
    colours = class_colours()
    by_id = [None if k == UNKNOWN else colours[k] for k in classes().class_key]
    return Sheet(key, lambda frame: class_ids(layer, frame), tuple(by_id), cell_of(layer), is_leading=is_leading)


def class_ids(layer: Layer, frame: Frame) -> np.ndarray:
    """Common-legend id of each pixel by nearest cell."""
    ids = dict(zip(classes().class_key, classes().class_id.astype(int), strict=True))
    key_of = dict(zip(layer.legend.code.astype(int), layer.legend.class_key, strict=True))
    lookup = Lookup(list(key_of))
    by_place = np.array([*(ids[key_of[int(c)]] for c in lookup.codes), ids[UNKNOWN]], dtype=np.uint8)
    return numbers_of(layer, frame, lambda codes, known: by_place[np.where(known, lookup.index(codes), lookup.codes.size)])


def themes(facts: Facts, code: str | None) -> list[Theme]:
    """A theme for each product and year with cells, in the order of the configuration."""
    made = []
    for i, layer in enumerate(facts.products):
        if facts.is_restricted_product(layer):
            continue
        own = sheet(layer, f"cover-{i}", is_leading=i == 0)
        name = shown(layer.product, layer.about.year)
        there = present(facts, layer, code)
        made.append(
            Theme(
                key=own.key,
                group="group_cover",
                title=say("theme_cover", facts.language, product=name),
                sheet=own,
                entries=tuple(_entries(facts, layer, code, there)),
                about=facts.about(layer),
                unit="hm²",
                notes=_notes(facts, layer),
            )
        )
    return made


def waters(facts: Facts, code: str | None, cover: Theme) -> list[Theme]:
    """Wetlands and waters of the leading product, all other land pale."""
    layer = facts.land_cover
    names, number = class_names(facts.language), dict(zip(classes().class_key, classes().class_id.astype(int), strict=True))
    areas = _areas(facts, layer, code)
    entries = [Entry(number[k], _WATERS[k], names[k], figures.hm2(areas.get(k, 0.0))) for k in WATERS]
    rest = [Entry(n, _PALE, say("other_land", facts.language)) for k, n in number.items() if k not in (*WATERS, UNKNOWN)]
    limit = layer.about.limits.get("wetland")
    return [
        Theme(
            key="waters", group="group_cover", title=say("theme_waters", facts.language), sheet=cover.sheet,
            entries=(*entries, *rest), about=facts.about(layer), unit="hm²", notes=(limit.get(facts.language),) if limit else (),
        )
    ]  # fmt: skip


def present(facts: Facts, layer: Layer, code: str | None) -> list[str]:
    """Class keys with an area in a zone (in any county where there is none), in the order of the common legend."""
    there = _areas(facts, layer, code)
    known = [k for k in facts.class_names if there.get(k, 0) > 0 and k != UNKNOWN]
    return [*known, UNKNOWN] if there.get(UNKNOWN, 0) > 0 else known


def _areas(facts: Facts, layer: Layer, code: str | None) -> dict[str, float]:
    """hm2 by class key in a zone; of several chosen counties the sum."""
    rows = rows_of_layer(facts.land if code is None else facts.of(facts.land, code), layer)
    return rows.groupby("class_key").area_hm2.sum().to_dict()


def _entries(facts: Facts, layer: Layer, code: str | None, there: list[str]) -> list[Entry]:
    ids = dict(zip(classes().class_key, classes().class_id.astype(int), strict=True))
    areas, colours, names = _areas(facts, layer, code), facts.class_colours, facts.class_names
    listed = [Entry(ids[k], colours[k], names[k], figures.hm2(areas[k])) for k in there]
    rest = [Entry(ids[k], colours[k], "") for k in ids if k not in there and k != UNKNOWN]  # slivers beyond the statistics
    return [*listed, *rest]


def _notes(facts: Facts, layer: Layer) -> tuple[str, ...]:
    if layer.about.parcels is not None:
        return (say("drawn_from_parcels", facts.language),)
    return ()
