"""Schemes of text codes: a product's legend, and what the codes found in a file mean in it.

Codes of different schemes collide (0303 is mangrove in the land survey and shrub in the 2023 scheme), so a scheme is what
the configuration names and is never inferred; it is only suggested when the codes found do not fit.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import pandas as pd

from pipeline.core import tables
from pipeline.core.config import PROJECT
from pipeline.core.errors import Findings
from pipeline.core.layers import Layer, read_layer_yaml
from pipeline.core.legend import classes
from pipeline.core.paths import Paths

FOLDER = PROJECT / "layers/land_cover"


def legend(layer: Layer) -> pd.DataFrame:
    """The legend of a vector product (:data:`tables.PARCEL_LEGEND`), in its own order; raises BadData for unknown classes or readings."""
    made, findings = tables.read_csv(layer.legend_path, tables.PARCEL_LEGEND), Findings()
    known = list(classes().class_key)
    for code, key, readings in zip(made.code, made.class_key, made.readings, strict=True):
        if key not in known:
            findings.add("class_unknown", file=layer.shown_path, code=code, found=key, known=", ".join(known))
        for reading in [] if pd.isna(readings) else [r.strip() for r in readings.split(";") if r.strip()]:
            if reading not in layer.about.readings:
                findings.add("reading_unknown", file=layer.shown_path, code=code, found=reading)
    findings.stop()
    return made


def numbered_legend(layer: Layer) -> pd.DataFrame:
    """The legend of the product's drawing: ``code`` counts its rows from 1, ``source_code`` is the code as its publisher writes it."""
    made = legend(layer)[list(tables.PARCEL_LEGEND.columns)].rename(columns={"code": "source_code"})
    made.insert(0, "code", pd.Series(range(1, len(made) + 1), dtype="Int64"))
    return made


def translate(found: Iterable[str], known: Iterable[str]) -> dict[str, str | None]:
    """What each code found in a file is in a legend; None where it is none of its codes.

    A leading zero that a number has lost is put back where only one code of the legend fits, and only when no code of the
    file begins with zero: a file with 011 in it has lost none, and its 101 is not 0101.
    """
    found, known = list(found), set(known)
    lengths = sorted({len(code) for code in known})
    lost = not any(text.startswith("0") for text in found)
    made = {}
    for text in found:
        fits = {text} & known
        if not fits and lost and text[:1].isdigit():
            fits = {text.zfill(n) for n in lengths if n > len(text)} & known
        made[text] = fits.pop() if len(fits) == 1 else None
    return made


def fitting(found: Iterable[str], own: Path | None) -> list[str]:
    """Folders of the other schemes of the project whose legends know every code found."""
    found, made = list(found), []
    for folder in sorted(path.parent for path in FOLDER.glob("*/layer.yaml")):
        if own is not None and folder.resolve() == own.resolve():
            continue
        about = read_layer_yaml(folder / "layer.yaml", Paths(PROJECT))
        if about.kind == "parcels" and about.legend is not None:
            codes = tables.read_csv(folder / about.legend, tables.PARCEL_LEGEND).code
            if all(translate(found, codes).values()):
                made.append(folder.relative_to(PROJECT).as_posix())
    return made
