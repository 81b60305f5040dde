"""The rasters of the siting stage, as this stage reads them; a file that is absent leaves its themes out.

``siting/zoning_<kind>.tif``: uint8, 0 outside, then categories. ``siting/rules_<kind>.tif``: uint32, a band of broken and a band of
unknown rules, a bit for each rule; which bit is which rule stands in the file's own words (JSON).
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import rasterio

from pipeline.core.store import Store

KINDS = ("pv", "wind")
CATEGORIES = ("allowed", "conditional", "prohibited", "unknown")  # numbers 1 to 4 where the file does not say
_SAME = {"excluded": "prohibited", "to_be_checked": "unknown"}


@dataclass(frozen=True)
class Zoning:
    """Zoning of a technology: category (``allowed``, …) and colour of each number."""

    kind: str
    path: Path
    categories: dict[int, str]
    colours: dict[int, str]


@dataclass(frozen=True)
class RuleBits:
    """Rules of a technology, cell by cell: ``places``: rule id -> (bit, band of broken rules, band of unknown ones)."""

    kind: str
    path: Path
    places: dict[str, tuple[int, int, int]]


def zonings(store: Store) -> list[Zoning]:
    """Zoning rasters that there are."""
    made = []
    for kind in KINDS:
        path = _file(store, f"zoning_{kind}.tif")
        if path is None:
            continue
        with rasterio.open(path, driver="GTiff") as source:
            said = _words(source)
            table = source.colormap(1) if source.colorinterp[0].name == "palette" else {}
        names = _categories(said)
        colours = {n: f"#{table[n][0]:02x}{table[n][1]:02x}{table[n][2]:02x}" for n in names if n in table and table[n][3]}
        made.append(Zoning(kind, path, names, colours))
    return made


def rule_bits(store: Store) -> list[RuleBits]:
    """Rasters of rules that there are and that say what their bits mean."""
    made = []
    for kind in KINDS:
        path = _file(store, f"rules_{kind}.tif")
        if path is None:
            continue
        with rasterio.open(path, driver="GTiff") as source:
            places = _bits(_words(source), source.count)
        if places:
            made.append(RuleBits(kind, path, places))
    return made


def _file(store: Store, name: str) -> Path | None:
    return store.upstream(f"siting/{name}") if (store.out / "siting" / name).is_file() else None


def _words(source) -> dict[str, Any]:
    """Everything a file says of itself in JSON, by key."""
    made = {}
    for tags in (source.tags(), source.tags(1)):
        for key, text in tags.items():
            try:
                made[key.lower()] = json.loads(text)
            except ValueError:
                continue
    return made


def _categories(said: dict[str, Any]) -> dict[int, str]:
    for key in ("categories", "classes", "legend", "zoning"):
        found = said.get(key)
        if isinstance(found, dict) and found:
            pairs = [(int(k), v) if str(k).isdigit() else (int(v), k) for k, v in found.items()]
            named = {n: _SAME.get(k := str(v["key"] if isinstance(v, dict) else v), k) for n, v in pairs}
            return {n: k for n, k in named.items() if k in CATEGORIES}
    return dict(enumerate(CATEGORIES, 1))


def _bits(said: dict[str, Any], bands: int) -> dict[str, tuple[int, int, int]]:
    """Rule id -> where its bits are; several pairs of bands follow each other, 32 rules each."""
    for key in ("bits", "rules", "legend"):
        found = said.get(key)
        if isinstance(found, dict):
            pairs = [
                (str(v["rule_id"] if isinstance(v, dict) else v), int(k)) if str(k).isdigit() else (str(k), int(v))
                for k, v in found.items()
            ]
        elif isinstance(found, list):
            pairs = [(str(v["rule_id"]), int(v.get("bit", i))) if isinstance(v, dict) else (str(v), i) for i, v in enumerate(found)]
        else:
            continue
        return {rule: (bit % 32, 1 + 2 * (bit // 32), 2 + 2 * (bit // 32)) for rule, bit in pairs if 2 + 2 * (bit // 32) <= bands}
    return {}
