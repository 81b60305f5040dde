"""Land for PV and wind: the zoning of each technology, and the land of each rule by itself."""

from __future__ import annotations

import numpy as np
import pandas as pd

from pipeline.core import figures
from pipeline.core.zoning import RASTER_CLASSES, ZONE_COLOURS, ZONES
from pipeline.maps.facts import Facts
from pipeline.maps.files import as_layer
from pipeline.maps.sheets import Sheet
from pipeline.maps.themes.theme import Entry, Theme, cell_of, kept_for_a_frame, numbers_of
from pipeline.maps.words import say

_STATE_COLOURS = {"hard": "#b0413a", "conditional": "#d98f12", "soft": "#6a5a9c", "info": "#4d6b85"}
_KEPT, _BROKEN, _UNKNOWN = 1, 2, 3
_STATES = np.array([_KEPT, _UNKNOWN, _BROKEN, _BROKEN], np.uint8)  # of neither, unknown, broken, both
_PALE, _GREY = "#ece8db", "#bdbdbd"


def zonings(facts: Facts, code: str | None) -> list[Theme]:
    """Four states of the land, by technology; left out where the reader may not see a layer that it shows through."""
    made = []
    for kind, path in facts.zonings.items():
        if facts.hides_rules(kind):
            continue
        layer, language, row = as_layer(path, f"zoning_{kind}"), facts.language, _row(facts.potential, code, kind)
        number = {z: n for n, z in RASTER_CLASSES.items()}
        entries = [
            Entry(number[z], ZONE_COLOURS[z], say(f"zone_{_column(z)}", language), _hm2(row, f"{_column(z)}_hm2")) for z in reversed(ZONES)
        ]
        colours = (None, *(ZONE_COLOURS[z] for z in RASTER_CLASSES.values()))
        sheet = Sheet(f"zoning-{kind}", _numbers(layer, len(RASTER_CLASSES)), colours, cell_of(layer))
        made.append(
            Theme(
                key=sheet.key,
                group="group_siting",
                title=say("theme_zoning", language, kind=say(kind, language)),
                sheet=sheet,
                entries=tuple(entries),
                about=say("rules_of_day", language, day=facts.config.siting.assessment_date.isoformat()),
                unit="hm²",
                notes=(say("zoning_note", language),),
            )
        )
    return made


def rules(facts: Facts, code: str | None, kind: str) -> list[Theme]:
    """A theme for each rule of a technology that concerns land of the page."""
    bits = facts.rule_bits.get(kind)
    if bits is None:
        return []
    bands = sorted({b for _, *pair in bits.places.values() for b in pair})
    layers = [as_layer(bits.path, f"rules_{kind}", band) for band in bands]
    ask = kept_for_a_frame(lambda frame: {layer.band: numbers_of(layer, frame, _words, np.uint32) for layer in layers})
    cell = cell_of(layers[0])
    return [
        _rule(facts, row, code, kind, bits.places[row.rule_id], ask, cell)
        for row in _rows(facts, code, kind)
        if _says(row) == "land" and row.rule_id in bits.places
    ]


def not_drawn(facts: Facts, code: str | None, kind: str, why: str) -> list[tuple[str, str]]:
    """(id, title) of the rules that have no land to draw: ``unknown`` everywhere for want of a layer, or of ``no_land`` here."""
    return [(r.rule_id, r.title) for r in _rows(facts, code, kind) if _says(r) == why]


def _rows(facts: Facts, code: str | None, kind: str) -> list:
    """Rules of a technology in the order of the table, of the page's zone; those that may not be drawn left out."""
    own = facts.exclusion[facts.exclusion.kind == kind]
    if code is None:  # some chosen counties
        own = own.groupby("rule_id", sort=False, as_index=False).agg(
            {"state": "first", "title": "first", "alone_hm2": "sum", "unknown_hm2": "sum", "marginal_hm2": "sum"}
        )
    else:
        own = own[own.county_code == code]
    return [row for row in own.itertuples() if not facts.hides_rule(row.rule_id)]


def _says(row) -> str:
    """Whether a rule breaks or leaves open a part of the land, is unknown for all of it, or concerns none of it."""
    if pd.notna(row.alone_hm2) and row.alone_hm2 > 0:
        return "land"
    return "unknown" if row.unknown_hm2 > 0 else "no_land"


def _rule(facts: Facts, row, code: str | None, kind: str, place: tuple[int, int, int], ask, cell: float) -> Theme:
    language, colour, gap = facts.language, _STATE_COLOURS[row.state], say("sep_gap", facts.language)
    sheet = Sheet(f"rule-{kind}-{row.rule_id}", lambda frame: _states(ask(frame), place), (None, _PALE, colour, _GREY), cell)
    shown = code is not None
    entries = (
        Entry(_BROKEN, colour, say(f"rule_land_{row.state}", language), figures.hm2(row.alone_hm2) if shown else ""),
        Entry(_UNKNOWN, _GREY, say("zone_unknown", language), figures.hm2(row.unknown_hm2) if shown else ""),
        Entry(_KEPT, _PALE, say("rule_kept", language)),
    )
    about = facts.rules.loc[row.rule_id]
    head = [(say("requirement", language), about[f"requirement_{language}"]), (say("legal_basis", language), about[f"basis_{language}"])]
    notes = [] if (layer := facts.layer_title(about.layer)) is None else [say("rule_layer", language, layer=layer)]
    if shown and pd.notna(row.marginal_hm2) and row.state == "hard":
        notes.append(say("rule_marginal", language, hm2=figures.hm2(row.marginal_hm2)))
    return Theme(
        key=sheet.key,
        group=f"rules-{kind}",
        title=gap.join((row.rule_id, row.title)),
        heading=gap.join((say(kind, language), row.rule_id, row.title)),
        sheet=sheet,
        entries=entries,
        about=say("rules_of_day", language, day=facts.config.siting.assessment_date.isoformat()),
        unit="hm²",
        notes=tuple(notes),
        can_swipe=False,
        head=tuple((n, str(t)) for n, t in head if pd.notna(t)),
    )


def _states(bands: dict[int, np.ndarray], place: tuple[int, int, int]) -> np.ndarray:
    """Kept, broken or unknown; the page cuts what lies beyond its land."""
    bit, broken, unknown = place
    is_broken, is_unknown = (bands[band] & np.uint32(1 << bit) != 0 for band in (broken, unknown))
    return _STATES.take(is_broken.view(np.uint8) * np.uint8(2) + is_unknown)


def _words(values: np.ndarray, known: np.ndarray) -> np.ndarray:
    return np.where(known, values, 0).astype(np.uint32)


def _numbers(layer, top: int):
    def seen(values: np.ndarray, known: np.ndarray) -> np.ndarray:
        return np.where(known & (values <= top), values, 0).astype(np.uint8)

    return lambda frame: numbers_of(layer, frame, seen)


def _column(category: str) -> str:
    return "excluded" if category == "prohibited" else category


def _row(frame: pd.DataFrame, code: str | None, kind: str):
    own = frame[(frame.county_code == code) & (frame.kind == kind)]
    return own.iloc[0] if len(own) else None


def _hm2(row, column: str) -> str:
    return "" if row is None else figures.hm2(row[column])
