"""Products and tables of a few rows, as later stages see them."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from pipeline.core import tables
from pipeline.core.layers import Layer, LayerYaml

ZONES = {
    "149900": {"county_code": "149900", "county_name": "某市", "level": "city"},
    "149901": {"county_code": "149901", "county_name": "甲县", "level": "county"},
    "149902": {"county_code": "149902", "county_name": "乙县", "level": "county"},
}


def layer(product: str, year: int | None, legend: dict[int, tuple[str, str]], readings=("strict",), covers: str | None = None) -> Layer:
    """A product with its legend, {code: (class, readings)}; a forest census where ``covers`` is given."""
    parcels = None if covers is None else {"code": ["DI_LEI"], "is_forest_census": True, "covers": covers}
    about = LayerYaml.model_validate(
        {
            "title": {"zh": product, "en": product},
            "licence": "own",
            "kind": "classes",
            "product": product,
            "year": year,
            "readings": {r: {"zh": r, "en": r} for r in readings},
            "parcels": parcels,
        }
    )
    made = Layer("land_cover", about, (Path("none"),), None, None, None, 1, None, ("none",))
    rows = [(c, key, key, key, "#000000", own) for c, (key, own) in legend.items()]
    made.__dict__["legend"] = tables.product(rows, tables.LEGEND)  # instead of a file
    return made


def pairs(a: Layer, b: Layer, areas: dict[tuple, float]) -> pd.DataFrame:
    """PRODUCT_PAIRS with the city's rows: {(county, code of a, code of b): hm2}; a code of None is unknown."""
    rows = []
    of_class = [{**dict(zip(p.legend.code, p.legend.class_key, strict=True)), None: "unknown"} for p in (a, b)]
    city: dict[tuple, float] = {}
    for (_, *codes), area in areas.items():
        city[tuple(codes)] = city.get(tuple(codes), 0.0) + area
    for (zone, code_a, code_b), area in [(("149900", *codes), area) for codes, area in city.items()] + list(areas.items()):
        years = {"year_a": a.about.year, "year_b": b.about.year}
        classes = {"class_a": of_class[0][code_a], "class_b": of_class[1][code_b]}
        names = {"product_a": a.product, "product_b": b.product, "code_a": code_a, "code_b": code_b}
        rows.append({**ZONES[zone], **years, **names, **classes, "area_hm2": area})
    return tables.product(rows, tables.PRODUCT_PAIRS)


def cover(*rows: dict) -> pd.DataFrame:
    """FOREST_COVER from the columns that matter to a test; land of 1000 hm2 unless given."""
    made = []
    for row in rows:
        base = {
            **ZONES[row["county_code"]],
            "product": "P",
            "year": 2024,
            "reading": "strict",
            "land_area_hm2": 1000.0,
            "forest_area_hm2": 0.0,
            "unknown_area_hm2": 0.0,
            "denominator": "geometric",
            "verdict": "undetermined",
            "reason": "no_sample",
            "basis": "口径",
        } | row
        base.setdefault("forest_cover_pct", base["forest_area_hm2"] / base["land_area_hm2"] * 100)
        made.append(base)
    return tables.product(made, tables.FOREST_COVER)
