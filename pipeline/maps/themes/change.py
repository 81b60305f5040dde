"""Forest gained and lost between two years of one product, in the main reading, cell by cell."""

from __future__ import annotations

from itertools import pairwise

import numpy as np

from pipeline.core import figures
from pipeline.core.layers import Layer
from pipeline.core.legend import forest_codes, main_reading_of
from pipeline.core.products import shown
from pipeline.maps.facts import Facts
from pipeline.maps.mercator import Frame
from pipeline.maps.sheets import Sheet
from pipeline.maps.themes.theme import Entry, Theme, cell_of, numbers_of
from pipeline.maps.words import say

_OTHER, _STAYED, _GAINED, _LOST, _UNKNOWN = 1, 2, 3, 4, 5
_COLOURS = {
    _GAINED: "#1f5fbf",
    _LOST: "#c2410c",
    _STAYED: "#8fb394",
    _OTHER: "#ece8db",
    _UNKNOWN: "#bdbdbd",
}  # told apart without green and red


def themes(facts: Facts, code: str | None) -> list[Theme]:
    """Consecutive years of each product, and the first against the last of more than two."""
    made = []
    for name in dict.fromkeys(layer.product for layer in facts.products):
        own = [x for x in facts.products if x.product == name and x.about.year is not None and not facts.is_restricted_product(x)]
        own.sort(key=lambda layer: layer.about.year)
        spans = [*pairwise(own), *([(own[0], own[-1])] if len(own) > 2 else [])]
        made += [_theme(facts, code, a, b) for a, b in spans if main_reading_of(a, facts.main_reading_name)]
    return made


def _theme(facts: Facts, code: str | None, before: Layer, after: Layer) -> Theme:
    language = facts.language
    reading = main_reading_of(after, facts.main_reading_name)
    key = f"change-{facts.products.index(before)}-{facts.products.index(after)}"
    colours = tuple(_COLOURS.get(n) for n in range(6))
    own = Sheet(key, lambda frame: _states(before, after, reading, frame), colours, max(cell_of(before), cell_of(after)))
    areas = _areas(facts, code, before, after)
    entries = [Entry(n, _COLOURS[n], say(w, language), areas.get(n, "")) for n, w in
               ((_GAINED, "forest_gained"), (_LOST, "forest_lost"), (_STAYED, "forest_stayed"), (_OTHER, "not_forest"), (_UNKNOWN, "not_compared"))]  # fmt: skip
    return Theme(
        key=key,
        group="group_change",
        title=(span := f"{before.product} {before.about.year}–{after.about.year}"),
        heading=say("theme_change", language, span=span),
        sheet=own,
        entries=tuple(entries),
        about=f"{facts.about(before)} – {shown(after.product, after.about.year)}; {facts.reading_of(after, reading)}",
        unit="hm²",
        notes=(say("change_note", language),),
    )


def _states(before: Layer, after: Layer, reading: str, frame: Frame) -> np.ndarray:
    """Gained, lost, stayed, never forest, or unknown in either year."""
    was, now = (_forest(layer, reading, frame) for layer in (before, after))
    made = np.full(was.shape, _UNKNOWN, np.uint8)
    for a, b, state in ((0, 0, _OTHER), (1, 1, _STAYED), (0, 1, _GAINED), (1, 0, _LOST)):
        made[(was == a) & (now == b)] = state
    return made


def _forest(layer: Layer, reading: str, frame: Frame) -> np.ndarray:
    """1 forest, 0 other, 2 unknown."""
    forest = forest_codes(layer.legend, reading)
    return numbers_of(layer, frame, lambda codes, known: np.where(known, np.isin(codes, forest), 2).astype(np.uint8))


def _areas(facts: Facts, code: str | None, before: Layer, after: Layer) -> dict[int, str]:
    """Gain and loss of the zone by the table of the comparison."""
    if facts.change is None or code is None:
        return {}
    rows = facts.of(facts.change, code)
    rows = rows[(rows["product"] == after.product) & (rows.year_from == before.about.year) & (rows.year_to == after.about.year)]
    own = rows[rows.reading == main_reading_of(after, facts.main_reading_name)]
    if own.empty:
        return {}
    row = own.iloc[0]
    return {_GAINED: figures.hm2(row.gain_hm2), _LOST: figures.hm2(row.loss_hm2), _UNKNOWN: figures.hm2(row.not_compared_hm2)}
