"""A made-up place of four counties and 20 x 20 cells whose rules are asked directly, without a run: cells and footprints."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
from worlds import class_layer, features, four_counties, write_raster

from pipeline.core import tables
from pipeline.core.config import LayerRef, Pv, Wind
from pipeline.core.counties import Counties
from pipeline.core.layers import find
from pipeline.core.paths import Paths
from pipeline.siting import areas, sites
from pipeline.siting.energy import pv_model, wind_model
from pipeline.siting.evidence import Evidence
from pipeline.siting.rules import Book, Rule, parse, parse_own

DAY = dt.date(2026, 6, 1)
WEST, NORTH, CELL = 112.0, 36.2, 0.01
FIELDS = {
    "applies_to": "pv", "state": "hard", "title_zh": "规则", "title_en": "rule", "requirement_zh": "要求", "requirement_en": "requirement",
    "basis_zh": "法", "basis_en": "law", "label": "S",
}  # fmt: skip
OWN_FIELDS = {"basis_zh": "县规定", "basis_en": "county rule", "label": "K"}


def table(rows: list[dict], schema, common: dict, folder: Path, name: str) -> pd.DataFrame:
    """Rows as they come out of a file."""
    pd.DataFrame([common | row for row in rows]).to_csv(folder / name, index=False)
    return tables.read_csv(folder / name, schema)


def rules_of(rows: list[dict], folder: Path) -> list[Rule]:
    """Rows of the rule table, those columns that a row does not give being the same for all."""
    return parse(table(rows, tables.RULES, FIELDS, folder, "rules.csv"), "rules.csv")


def counties() -> Counties:
    """Four counties: 149901 south-west, 149902 south-east, 149903 north-west, 149904 north-east."""
    return Counties(four_counties().rename(columns={"XZQDM": "county_code", "XZQMC": "county_name"}), ("149900", "某市"))


@dataclass(frozen=True)
class Judged:
    """A place and its rules."""

    evidence: Evidence
    book: Book
    counties: Counties

    def patterns(self, book: Book | None = None) -> pd.DataFrame:
        """The pattern table."""
        models = {"pv": pv_model(Pv(), (), False, "zh"), "wind": wind_model(Wind(), (), None, False, "zh")}
        found = areas.patterns(self.counties, self.evidence, book or self.book, models, 1, "zh")
        return tables.product(found, tables.PATTERNS)

    def area(self, kind: str = "pv", **where: str) -> float:
        """hm2 of the patterns that a column's value picks, of the whole area unless a county is named."""
        found, where = self.patterns(), {"county_code": "149900"} | where
        found = found[(found.kind == kind) & np.logical_and.reduce([found[c].fillna("") == v for c, v in where.items()])]
        return float(found.area_hm2.sum())

    def ask(self, geometry, rule_id: str | None = None, **row) -> list[sites.Answer]:
        """Answers of a footprint (or of a point with its capacity), of one rule or all."""
        with self.evidence.reader() as reader:
            given = {"capacity_mw": None, "kind": "pv"} | row
            site = sites.make_site(given, geometry, 2.2, 1.0, reader)
            shapes = {code: shape for code, _, shape in self.counties}
            made = []
            for rule in self.book.rules:
                if rule_id in (None, rule.rule_id):
                    own = [(version, shapes[c]) for c, version in self.book.instead_of(rule).items()]
                    made += sites.ask(site, rule, self.evidence, {}, own)
        return made

    def outcome(self, geometry, rule_id: str | None = None, **row) -> str:
        """The outcome of the one answer there is."""
        (answer,) = self.ask(geometry, rule_id, **row)
        return answer.outcome


def place(
    folder: Path,
    rules: list[dict],
    *,
    own: list[dict] = (),
    codes: np.ndarray | None = None,
    shapes: dict[str, list[dict]] | None = None,
    rasters: dict[str, np.ndarray] | None = None,
    legends: dict[str, str] | None = None,
    day: dt.date = DAY,
) -> Judged:
    """Write layers and judge by rules: land cover all grass (3) unless ``codes``; shapes as GeoJSON, rasters on the same cells.

    ``legends``: text of the legends of those rasters that hold classes.
    """
    write_raster(
        folder / "land.tif", np.full((20, 20), 3, np.uint8) if codes is None else codes, west=WEST, north=NORTH, cell=CELL, nodata=0
    )
    land_cover = class_layer(folder, folder / "land.tif")
    refs = {}
    for name, rows in (shapes or {}).items():
        features(folder / f"{name}.geojson", rows)
        refs[name] = LayerRef(file=f"{name}.geojson")
    for name, values in (rasters or {}).items():
        write_raster(folder / f"{name}.tif", values, west=WEST, north=NORTH, cell=CELL, nodata=0 if values.dtype.kind == "u" else np.nan)
        refs[name] = LayerRef(file=f"{name}.tif", resampling="nearest")
        if name in (legends or {}):
            (folder / f"{name}.csv").write_text(legends[name], encoding="utf-8")
            refs[name] = LayerRef(file=f"{name}.tif", resampling="nearest", legend=f"{name}.csv")
    others = {name: find(ref, name, Paths(folder), "other") for name, ref in refs.items()}
    parsed, where = rules_of(rules, folder), counties()
    known = dict(zip(where.frame.county_code, where.frame.county_name, strict=True))
    mine = parse_own(table(list(own), tables.COUNTY_RULES, OWN_FIELDS, folder, "own.csv"), "own.csv", parsed, known) if own else []
    book = Book.of(parsed, mine, day, [])
    evidence = Evidence(land_cover, others, (112.1, 36.1), "trees", book.every())
    for rule in book.every():
        evidence.require(rule, "rules.csv")
    return Judged(evidence, book, where)
