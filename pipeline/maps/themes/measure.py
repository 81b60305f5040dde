"""A measured layer in a few steps of colour, between round numbers."""

from __future__ import annotations

import itertools
import math
import re

import numpy as np

from pipeline.core import figures
from pipeline.core.layers import Layer
from pipeline.maps.facts import Facts
from pipeline.maps.mercator import Frame, projected
from pipeline.maps.sheets import Sheet, zoom_of
from pipeline.maps.themes.theme import Entry, Theme, cell_of, warped
from pipeline.maps.words import say

_STEPS = 7  # at most
_COARSE_M = 1000.0  # cells from this side on are told in the legend
_LOOK_PX = 400  # longest side of what the breaks are looked for on


def themes(facts: Facts, layer: Layer, group: str, ramp: tuple[str, ...], title: str | None = None) -> list[Theme]:
    """The layer between round breaks over the whole area, the same on every page; nothing where it is known nowhere.

    ``title``: instead of the layer's own.
    """
    breaks = _breaks(facts, layer)
    if breaks is None:
        return []
    count = len(breaks) + 1
    shades = [shade(ramp, i / (count - 1)) for i in range(count)]

    def numbers(frame: Frame) -> np.ndarray:
        values = warped(layer, frame)
        return np.where(np.isfinite(values), np.digitize(values, breaks) + 1, 0).astype(np.uint8)

    texts = [f"< {breaks[0]:g}", *(f"{a:g}–{b:g}" for a, b in itertools.pairwise(breaks)), f"≥ {breaks[-1]:g}"]
    entries = tuple(Entry(i + 1, shades[i], texts[i]) for i in reversed(range(count)))
    sheet = Sheet(f"measure-{layer.name}", numbers, (None, *shades), cell_of(layer))
    unit = layer.about.unit.replace("hm2", "hm²").replace("/m2", "/m²")
    unit = re.sub(r"/(yr|a)\b", say("per_year", facts.language), unit)
    cells = say("cell_km", facts.language, km=figures.number(sheet.cell_m / 1000, 0)) if sheet.cell_m >= _COARSE_M else None
    limit = layer.about.limits.get("siting")
    notes = tuple(note for note in (cells, limit.get(facts.language) if limit else None) if note)
    return [Theme(sheet.key, group, title or layer.about.title.get(facts.language), sheet, entries, facts.about(layer), unit, notes)]


def _breaks(facts: Facts, layer: Layer) -> list[float] | None:
    """Round numbers between the 2nd and the 98th percentile over the whole area, looked for once."""
    key = ("breaks", layer.name)
    if key not in facts.kept:
        shape = projected(facts.places.frame.geometry.union_all())
        values = warped(layer, Frame.around(shape, zoom_of(shape, _LOOK_PX)))
        known = values[np.isfinite(values)]
        facts.kept[key] = round_breaks(*map(float, np.percentile(known, [2, 98]))) if known.size else None
    return facts.kept[key]


def round_breaks(low: float, high: float) -> list[float] | None:
    """At most six round numbers between two values, evenly spaced; None where there is no span."""
    if not (math.isfinite(low) and math.isfinite(high)) or high <= low:
        return None
    raw = (high - low) / _STEPS
    power = 10 ** math.floor(math.log10(raw))
    step = next(f * power for f in (1, 2, 2.5, 5, 10, 20) if f * power >= raw * 1.0000001)
    first = math.floor(low / step) + 1
    made = [round(i * step, 10) for i in range(first, first + _STEPS) if low < i * step < high]
    return made[: _STEPS - 1] or None


def shade(ramp: tuple[str, ...], share: float) -> str:
    """Colour at a share 0..1 of a ramp of colours, evenly spaced."""
    at = share * (len(ramp) - 1)
    i = min(int(at), len(ramp) - 2)
    pair = [bytes.fromhex(c[1:]) for c in ramp[i : i + 2]]
    return "#" + "".join(f"{round(a + (b - a) * (at - i)):02x}" for a, b in zip(*pair, strict=True))
