"""The basis (口径) of a figure in words: product, year, cell size, what it cannot tell; printed beside every figure."""

from __future__ import annotations

import pandas as pd

from pipeline.core import tables
from pipeline.core.layers import Layer
from pipeline.core.words import say


def of_products(store) -> dict[tuple[str, int | None], str]:
    """(product, year) -> the sentence that stands beside every figure made from it."""
    made = store.read_table(tables.PRODUCTS)
    years = [None if pd.isna(y) else int(y) for y in made.year]
    return dict(zip(zip(made["product"], years, strict=True), made.basis, strict=True))


def row(layer: Layer, source: dict, language: str) -> dict:
    """One row of ``ingest/products.csv``: a land-cover layer, from its row of ``sources.csv``, with its basis."""
    period = source["period"] or say("basis_no_year", language)
    if layer.about.parcels is not None:
        key = "basis_census" if layer.about.parcels.is_forest_census else "basis_survey"
        sentence = _mark(layer, language) + say(key, language, product=layer.product, period=period)
        return {"product": layer.product, "year": layer.about.year, "is_coarse": "no", "basis": sentence}
    coarse = say("basis_coarse", language) if source["is_coarse"] == "yes" else ""
    sentence = _mark(layer, language) + say(
        "basis", language, product=layer.product, period=period, cell=source["cell_size"], coarse=coarse
    )
    return {"product": layer.product, "year": layer.about.year, "is_coarse": source["is_coarse"], "basis": sentence}


def _mark(layer: Layer, language: str) -> str:
    return say("synthetic", language) + " " if layer.about.synthetic else ""
