"""The basis (口径) of a figure in words: product, year, cell size, what it cannot tell; printed beside every figure."""

from __future__ import annotations

import pandas as pd

from pipeline.core import tables
from pipeline.core.words import say


def of_products(store) -> dict[tuple[str, int | None], str]:
    """(product, year) -> the sentence that stands beside every figure made from it."""
    sources = store.read_table(tables.SOURCES)
    made = {}
    for row in sources[sources.role == "land_cover"].to_dict("records"):
        year = int(row["period"]) if pd.notna(row["period"]) and row["period"].isdigit() else None
        made[(row["name"], year)] = sentence(row, store.language)
    return made


def sentence(source: dict, language: str) -> str:
    """The basis of one land-cover product, from its row of ``sources.csv``."""
    period = source["period"] if pd.notna(source["period"]) else say("basis_no_year", language)
    coarse = say("basis_coarse", language) if source["is_coarse"] == "yes" else ""
    mark = say("synthetic", language) + " " if source["is_synthetic"] == "yes" else ""
    return mark + say("basis", language, product=source["name"], period=period, cell=source["cell_size"], coarse=coarse)
