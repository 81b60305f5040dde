"""Where products disagree about forest: how many of them say so, from the raster of the pixel pass."""

from __future__ import annotations

import numpy as np
import rasterio

from pipeline.maps.facts import Facts
from pipeline.maps.files import as_layer
from pipeline.maps.sheets import Sheet
from pipeline.maps.themes.theme import Entry, Theme, cell_of, numbers_of
from pipeline.maps.words import say


def themes(facts: Facts, code: str | None) -> list[Theme]:
    """One theme where several products were compared, unless one of them may not be shown."""
    if facts.disagreement is None or any(facts.is_restricted_product(layer) for layer in facts.products):
        return []
    with rasterio.open(facts.disagreement) as source:
        tags, colours, nothing = source.tags(), source.colormap(1), int(source.nodata)
    products = [p for p in tags.get("products", "").split(";") if p]
    count, language, layer = len(products), facts.language, as_layer(facts.disagreement, "disagreement")
    shades = [f"#{r:02x}{g:02x}{b:02x}" for r, g, b, _ in (colours[k] for k in range(count + 1))]

    def seen(votes: np.ndarray, known: np.ndarray) -> np.ndarray:
        return np.where(known & (votes != nothing) & (votes <= count), votes + 1, 0).astype(np.uint8)

    words = {0: say("none_says_forest", language), count: say("all_say_forest", language, count=count)}
    entries = [Entry(k + 1, shades[k], words.get(k, say("some_say_forest", language, votes=k, count=count))) for k in range(count + 1)]
    sheet = Sheet("disagreement", lambda frame: numbers_of(layer, frame, seen), (None, *shades), cell_of(layer))
    return [
        Theme("disagreement", "group_cover", say("theme_disagreement", language, count=count), sheet, tuple(entries), "、".join(products) if language == "zh" else ", ".join(products),
              notes=(say("disagreement_note", language),))
    ]  # fmt: skip
