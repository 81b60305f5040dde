"""Land for PV and wind: the zoning of each technology, and the land of each rule by itself."""

from __future__ import annotations

import numpy as np
import pandas as pd

from pipeline.core import figures
from pipeline.maps.facts import Facts
from pipeline.maps.files import as_layer
from pipeline.maps.sheets import Sheet
from pipeline.maps.themes.theme import Entry, Theme, cell_of, kept_for_a_frame, numbers_of
from pipeline.maps.words import say

ZONES = ("allowed", "conditional", "excluded", "unknown")
COLOURS = {"allowed": "#1b7f6e", "conditional": "#edb740", "prohibited": "#b0413a", "unknown": "#c2c6c8"}  # as in assets/page.css
_STATE_COLOURS = {"hard": "#b0413a", "conditional": "#d98f12", "soft": "#6a5a9c", "info": "#4d6b85"}
_KEPT, _BROKEN, _UNKNOWN = 1, 2, 3
_PALE, _GREY = "#ece8db", "#bdbdbd"


def zonings(facts: Facts, code: str | None) -> list[Theme]:
    """Four states of the land, by technology; left out where the reader may not see a layer that it shows through."""
    made = []
    for zoning in facts.zonings:
        if facts.hides_rules(zoning.kind):
            continue
        layer, language = as_layer(zoning.path, f"zoning_{zoning.kind}"), facts.language
        row = _row(facts.potential, code, zoning.kind)
        colours = {n: zoning.colours.get(n, COLOURS[k]) for n, k in zoning.categories.items()}
        entries = [
            Entry(n, colours[n], say(f"zone_{_column(k)}", language), _hm2(row, f"{_column(k)}_hm2")) for n, k in zoning.categories.items()
        ]
        top = max(zoning.categories, default=0)
        sheet = Sheet(f"zoning-{zoning.kind}", _numbers(layer, top), tuple(colours.get(n) for n in range(top + 1)), cell_of(layer))
        made.append(
            Theme(
                key=sheet.key,
                group="group_siting",
                title=say("theme_zoning", language, kind=say(zoning.kind, language)),
                sheet=sheet,
                entries=tuple(entries),
                about=say("rules_of_day", language, day=facts.config.siting.assessment_date.isoformat()),
                unit="hm²",
                notes=(say("zoning_note", language),),
            )
        )
    return made


def rules(facts: Facts, code: str | None, kind: str) -> list[Theme]:
    """A theme for each rule of a technology that has land of its own to show on the page's raster."""
    bits = next((b for b in facts.rule_bits if b.kind == kind), None)
    if bits is None:
        return []
    layers = [as_layer(bits.path, f"rules_{kind}", band) for band in sorted({b for _, *bands in bits.places.values() for b in bands})]
    ask = kept_for_a_frame(lambda frame: {layer.band: numbers_of(layer, frame, _words, np.uint32) for layer in layers})
    cell = cell_of(layers[0]) if layers else 0.0
    rows = facts.exclusion[facts.exclusion.kind == kind]
    rows = rows[rows.county_code == (code or rows.county_code.iloc[0])] if len(rows) else rows
    made = []
    for row in rows.itertuples():
        if row.rule_id not in bits.places or facts.hides_rule(row.rule_id):
            continue
        made.append(_rule(facts, row, code, kind, bits.places[row.rule_id], ask, cell))
    return made


def _rule(facts: Facts, row, code: str | None, kind: str, place: tuple[int, int, int], ask, cell: float) -> Theme:
    language, colour = facts.language, _STATE_COLOURS[row.state]
    sheet = Sheet(f"rule-{kind}-{row.rule_id}", lambda frame: _states(ask(frame), place), (None, _PALE, colour, _GREY), cell)
    shown = code is not None
    entries = (
        Entry(_BROKEN, colour, say(f"rule_land_{row.state}", language), figures.hm2(row.alone_hm2) if shown else ""),
        Entry(_UNKNOWN, _GREY, say("zone_unknown", language), figures.hm2(row.unknown_hm2) if shown else ""),
        Entry(_KEPT, _PALE, say("rule_kept", language)),
    )
    about = facts.rules.loc[row.rule_id]
    head = [(say("requirement", language), about[f"requirement_{language}"]), (say("legal_basis", language), about[f"basis_{language}"])]
    notes = []
    if shown and pd.notna(row.marginal_hm2) and row.state == "hard":
        notes.append(say("rule_marginal", language, hm2=figures.hm2(row.marginal_hm2)))
    return Theme(
        key=sheet.key,
        group=f"rules-{kind}",
        title=f"{row.rule_id}　{row.title}",
        sheet=sheet,
        entries=entries,
        about=say("rules_of_day", language, day=facts.config.siting.assessment_date.isoformat()),
        unit="hm²",
        notes=tuple(notes),
        can_swipe=False,
        head=tuple((n, str(t)) for n, t in head if pd.notna(t)),
    )


def missing(facts: Facts, code: str | None, kind: str) -> list[tuple[str, str]]:
    """(id, title) of the rules of a technology whose land cannot be drawn: their layer is not there."""
    bits = next((b for b in facts.rule_bits if b.kind == kind), None)
    rows = facts.exclusion[facts.exclusion.kind == kind].drop_duplicates("rule_id")
    return (
        []
        if bits is None
        else [(r.rule_id, r.title) for r in rows.itertuples() if r.rule_id not in bits.places and not facts.hides_rule(r.rule_id)]
    )


def _states(bands: dict[int, np.ndarray], place: tuple[int, int, int]) -> np.ndarray:
    """Kept, broken or unknown; the page cuts what lies beyond its land."""
    bit, broken, unknown = place
    made = np.full(bands[broken].shape, _KEPT, np.uint8)
    made[(bands[unknown] >> bit) & 1 == 1] = _UNKNOWN
    made[(bands[broken] >> bit) & 1 == 1] = _BROKEN
    return made


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
