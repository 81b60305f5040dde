"""Irradiation and wind at hub height, where the run has such layers; several sources each by itself."""

from __future__ import annotations

from pipeline.maps.facts import Facts
from pipeline.maps.themes import measure
from pipeline.maps.themes.theme import Theme
from pipeline.maps.words import say

# Ever darker from little to much, one hue each: they read without colour too, and neither is taken for the other.
_RAMPS = {
    "ghi": ("#fff4c9", "#f6b93f", "#c5611b", "#5c1f08"),
    "wind_speed_hub_ms": ("#e8f1f8", "#8ebddb", "#3a7bb0", "#0f3660"),
}


def themes(facts: Facts) -> list[Theme]:
    """Each layer in steps [kWh/m2/yr, m/s]."""
    made = []
    for name, ramp in _RAMPS.items():
        layers, word = facts.resources(name), say(f"theme_{name}", facts.language)
        for layer in layers:
            title = word if len(layers) == 1 else f"{word} · {layer.about.title.get(facts.language)}"
            made += measure.themes(facts, layer, "group_resource", ramp, title)
    return made
