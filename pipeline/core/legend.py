"""The common legend (domain: fourteen land classes) and how a product's codes map to it."""

from __future__ import annotations

import functools

import numpy as np
import pandas as pd

from pipeline.core import tables
from pipeline.core.config import PROJECT
from pipeline.core.errors import Findings
from pipeline.core.layers import Layer

UNKNOWN = "unknown"
FOREST, OTHER = "forest", "other"  # strata of a sample whose file names none: mapped forest and other land
FILE = PROJECT / "layers/land_cover/classes.csv"  # stages that use it note it as an input
DISAGREEMENT = PROJECT / "layers/land_cover/disagreement.csv"  # why the one-map and a raster may disagree; likewise


@functools.cache
def classes() -> pd.DataFrame:
    """The common legend: class_id, class_key, name_zh, name_en, colour; in the order of the ids."""
    return tables.read_csv(FILE, tables.CLASSES, shown=FILE.relative_to(PROJECT).as_posix()).sort_values("class_id", ignore_index=True)


@functools.cache
def class_names(language: str) -> dict[str, str]:
    """Class key -> name in ``zh`` or ``en``."""
    table = classes()
    return dict(zip(table.class_key, table[f"name_{language}"], strict=True))


def class_colours() -> dict[str, str]:
    """Class key -> colour ``#rrggbb``."""
    table = classes()
    return dict(zip(table.class_key, table.colour, strict=True))


def readings_of(legend: pd.DataFrame) -> dict[int, list[str]]:
    """Product code -> the readings under which it counts as forest."""
    return {
        int(c): [r.strip() for r in str(t).split(";") if r.strip()] if pd.notna(t) else []
        for c, t in zip(legend.code, legend.readings, strict=True)
    }


def forest_codes(legend: pd.DataFrame, reading: str | None) -> list[int]:
    """The product codes that count as forest under a reading; none where there is no reading."""
    return [code for code, readings in readings_of(legend).items() if reading in readings]


def codes_of_strata(code_area: pd.DataFrame, legend: pd.DataFrame, reading: str, *, by_code: bool) -> dict[str, list[int]]:
    """Cell values of each stratum of a sample of a product's known land: mapped ``forest`` and ``other`` land, or each code.

    ``code_area``: rows of the product (:data:`pipeline.core.tables.CODE_AREA`). A stratum of one code is called as the product's
    publisher writes it.
    """
    known = code_area[code_area.code.notna() & (code_area.class_key != UNKNOWN)].drop_duplicates("code").sort_values("code")
    if by_code:
        return {text: [int(code)] for text, code in zip(known.source_code, known.code, strict=True)}
    forest, codes = forest_codes(legend, reading), [int(c) for c in known.code]
    return {FOREST: [c for c in codes if c in forest], OTHER: [c for c in codes if c not in forest]}


def main_reading_of(layer: Layer, wanted: str) -> str | None:
    """The reading a product is shown in: the wanted one, else its first; None where it has none."""
    readings = layer.about.readings
    return wanted if wanted in readings else next(iter(readings), None)


def check_legend(layer: Layer) -> None:
    """Raise BadData unless every class and reading of a class layer's legend is known."""
    legend, findings = layer.legend, Findings()
    if layer.name != "land_cover":
        return
    known = set(classes().class_key)
    for code, key in zip(legend.code, legend.class_key, strict=True):
        if key not in known:
            findings.add("class_unknown", file=layer.shown_path, code=int(code), found=key, known=", ".join(classes().class_key))
    for code, readings in readings_of(legend).items():
        for reading in readings:
            if reading not in layer.about.readings:
                findings.add("reading_unknown", file=layer.shown_path, code=code, found=reading)
    findings.stop()


_MOST_IN_TABLE = 1 << 16  # numbers that codes may span to be looked up by place


class Lookup:
    """Product codes to places in a list of codes, for any whole-number code."""

    def __init__(self, codes):
        """``codes``: the product's codes, each once."""
        self.codes = np.sort(np.asarray(codes, dtype=np.int64))
        self._table = None  # place of every number from one below the codes to one above, where that is a small table
        first, last = (int(self.codes[0]), int(self.codes[-1])) if self.codes.size else (0, _MOST_IN_TABLE)
        if last - first < _MOST_IN_TABLE and abs(first) < 1 << 62:
            self._table = np.full(last - first + 3, self.codes.size)
            self._table[self.codes - first + 1] = np.arange(self.codes.size)

    def index(self, values: np.ndarray) -> np.ndarray:
        """Position in :attr:`codes` of each value, or ``len(codes)`` where it is none of them."""
        if self._table is not None:
            below, above = self.codes[0] - 1, self.codes[-1] + 1
            return self._table.take(np.clip(values, below, above) - below)
        place = np.searchsorted(self.codes, values)
        clipped = np.minimum(place, self.codes.size - 1)
        return np.where(self.codes[clipped] == values, clipped, self.codes.size)
