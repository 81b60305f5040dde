"""Stage 3: forest cover by reading against the target, and wetland and water; works on tables, never on pixels.

A raster without a reference sample gives a figure and a gap but no verdict: its class areas carry a bias that
nobody has measured here, so the verdict stays ``undetermined`` and ``p_target`` blank.
"""

from __future__ import annotations

import math

import pandas as pd

from pipeline.core import basis, tables
from pipeline.core.config import Config
from pipeline.core.errors import UsageError, problem
from pipeline.core.layers import Layer
from pipeline.core.legend import UNKNOWN, readings_of
from pipeline.core.paths import Paths
from pipeline.core.products import land_cover
from pipeline.core.store import Store

_KEYS = ["county_code", "county_name", "level", "product", "year"]


def run(config: Config, store: Store, paths: Paths, counties: tuple[str, ...]) -> None:
    """Stage 3: cover, gap and verdict by county, product, year and reading; wetland and water."""
    # Load
    products = land_cover(config, store, paths, cells=False)
    code_area = store.read_table(tables.CODE_AREA)
    land_area = store.read_table(tables.LAND_AREA)
    inside = store.read_table(tables.CLASS_STRATA)
    target = _targets(config, store, paths)
    bases = basis.of_products(store)
    official = _official_areas(config, store)
    surveyed = _surveyed(products, store)

    # Compute
    cover = forest_cover(code_area, products, target, config.area.code, config.cover.target_year, bases)
    cover = on_official_area(cover, official, config.cover.denominator)
    cover = decide(cover, products, surveyed)
    wetland = wetland_and_water(land_area, inside, products, config.language)

    # Check
    for (_, reading), group in cover[cover.level == "county"].groupby(["product", "reading"]):
        whole = cover[(cover.level == "city") & (cover.reading == reading) & (cover["product"] == group["product"].iloc[0])]
        parts = math.fsum(group[group.year.isin(whole.year)].forest_area_hm2) if len(whole) == 1 else None
        assert parts is None or abs(parts - whole.forest_area_hm2.iloc[0]) <= 1e-9 * max(parts, 1.0), "counties must add up to the city"
    if cover.target_pct.isna().all():
        store.warn("no_target", year=config.cover.target_year)
    census = {p.product for p in products if p.about.parcels is not None and p.about.parcels.is_forest_census}
    open_ones = [p for p, own in cover.groupby("product", sort=False) if p not in census and (own.verdict == "undetermined").all()]
    if open_ones:
        store.warn("verdict_undetermined", products="、".join(open_ones))

    # Save
    store.fact("basis", list(bases.values()))
    store.write_table(tables.product(cover, tables.FOREST_COVER), tables.FOREST_COVER)
    store.write_table(tables.product(wetland, tables.WETLAND), tables.WETLAND)


def _targets(config: Config, store: Store, paths: Paths) -> dict[str, float]:
    """Forest-cover target [%] of the configured year by zone code."""
    if config.cover.targets is None:
        return {}
    table = store.read_parameters(paths.resolve(config.cover.targets), tables.TARGETS)
    rows = table[(table.measure == "forest_cover_pct") & (table.year == config.cover.target_year) & table.value.notna()]
    return dict(zip(rows.scope_code, rows.value, strict=True))


def forest_cover(
    code_area: pd.DataFrame, products: list[Layer], target: dict[str, float], area_code: str, target_year: int, bases: dict
) -> pd.DataFrame:
    """Forest area and cover of each zone under each reading.

    ``code_area``: hm2 by zone, product, year and product code (blank = unknown). Cover is forest over the whole
    land area of the zone, inland water and unknown land included, in percent; the gap is target less cover. A
    county without a target of its own stands against that of the whole area, as a reference.
    """
    rows = []
    for layer in products:
        readings = readings_of(layer.legend)
        own = code_area[code_area["product"] == layer.product]
        own = own[own.year.isna() if layer.about.year is None else own.year == layer.about.year]
        for zone, group in own.groupby(_KEYS, sort=False, dropna=False):
            shared = dict(zip(_KEYS, zone, strict=True))
            land = math.fsum(group.area_hm2)
            own_goal = target.get(shared["county_code"])
            goal = target.get(area_code) if own_goal is None else own_goal
            for reading in layer.about.readings:
                counted = [code for code, own_readings in readings.items() if reading in own_readings]
                forest = math.fsum(group.area_hm2[group.code.isin(counted)])
                pct = forest / land * 100
                rows.append(
                    {
                        **shared,
                        "reading": reading,
                        "land_area_hm2": land,
                        "forest_area_hm2": forest,
                        "unknown_area_hm2": math.fsum(group.area_hm2[group.class_key == UNKNOWN]),
                        "forest_cover_pct": pct,
                        "target_pct": goal,
                        "target_year": target_year if goal is not None else None,
                        "target_scope": None if goal is None else "area" if own_goal is None else "own",
                        "gap_pp": None if goal is None else goal - pct,
                        "gap_area_hm2": None if goal is None else goal / 100 * land - forest,
                        "p_target": None,
                        "basis": bases[(layer.product, layer.about.year)],
                    }
                )
    return pd.DataFrame(rows)


def verdict(*, p_target: float | None, sure: float = 0.95) -> str:
    """``met`` / ``not_met`` / ``undetermined`` from the probability that the target is met.

    Without a probability (no accepted reference sample) nothing is decided, however large the gap looks: the
    map's bias is unknown. ``sure`` is the band of the brief [A]: met from 0.95, not met up to 0.05.
    """
    if p_target is None:
        return "undetermined"
    return "met" if p_target >= sure else "not_met" if p_target <= 1 - sure else "undetermined"


def on_official_area(cover: pd.DataFrame, official: dict[str, float], denominator: str) -> pd.DataFrame:
    """The rate on each zone's official area beside the geometric one, and which of the two a verdict stands on."""
    area = cover.county_code.map(official).astype("float64")
    return cover.assign(official_area_hm2=area, official_cover_pct=cover.forest_area_hm2 / area * 100, denominator=denominator)


def decide(cover: pd.DataFrame, products: list[Layer], surveyed: dict[tuple[str, int | None], set[str]]) -> pd.DataFrame:
    """The verdict of each row: by its probability, or plainly where the product is a census of the statutory forest.

    ``surveyed``: zones in which every county has parcels of the product; a county without any was not delivered.
    """
    census = {(p.product, p.about.year) for p in products if p.about.parcels is not None and p.about.parcels.is_forest_census}
    verdicts = []
    for row in cover.to_dict("records"):
        key = (row["product"], None if pd.isna(row["year"]) else int(row["year"]))
        if key not in census or row["target_pct"] is None or pd.isna(row["target_pct"]):
            verdicts.append(verdict(p_target=row["p_target"]))
        elif row["county_code"] not in surveyed[key]:
            verdicts.append("undetermined")
        else:
            pct = row["official_cover_pct"] if row["denominator"] == "official" else row["forest_cover_pct"]
            verdicts.append("met" if pct >= row["target_pct"] else "not_met")
    return cover.assign(verdict=verdicts)


def _surveyed(products: list[Layer], store: Store) -> dict[tuple[str, int | None], set[str]]:
    """Codes of counties with parcels, by product and year; with the whole area's where no county lacks them."""
    if not any(p.about.parcels for p in products):
        return {}
    checks, zones = store.read_table(tables.PARCEL_CHECKS), store.read_table(tables.COUNTIES)
    made = {}
    for (product, year), rows in checks.groupby(["product", "year"], dropna=False):
        own = set(rows.county_code[rows.parcels > 0])
        is_whole = own >= set(zones.county_code[zones.level == "county"])
        made[product, None if pd.isna(year) else int(year)] = own | (set(zones.county_code) if is_whole else set())
    return made


def require_official_areas(config: Config) -> None:
    """Raise UsageError when rates shall stand on official areas and the configuration names none."""
    if config.cover.denominator == "official" and config.area.control_areas is None:
        raise UsageError(problem("denominator_missing"))


def _official_areas(config: Config, store: Store) -> dict[str, float]:
    """Official area [hm2] of each zone that has one; raises UsageError when rates shall stand on it and it is not there."""
    table = store.read_table(tables.COUNTIES)
    known = table[table.official_area_hm2.notna()]
    if config.cover.denominator == "official" and len(known) < len(table):
        raise UsageError(problem("denominator_missing"))
    return dict(zip(known.county_code, known.official_area_hm2, strict=True))


def wetland_and_water(land_area: pd.DataFrame, inside: pd.DataFrame, products: list[Layer], language: str) -> pd.DataFrame:
    """Wetland and water of each zone; the protected share only where a ``protected_area`` layer is given.

    ``limit`` says what the product cannot see; an area of zero from it is then "not visible", not "none".
    """
    limits = {(p.product, p.about.year): p.about.limits["wetland"].get(language) for p in products if "wetland" in p.about.limits}
    protected = inside[(inside.layer == "protected_area") & (inside.class_key == "wetland")]
    rows = []
    for zone, group in land_area.groupby(_KEYS, sort=False, dropna=False):
        shared = dict(zip(_KEYS, zone, strict=True))
        year = None if pd.isna(shared["year"]) else int(shared["year"])
        wetland = math.fsum(group.area_hm2[group.class_key == "wetland"])
        kept = protected[(protected.county_code == shared["county_code"]) & (protected["product"] == shared["product"])]
        kept = kept[kept.year.isna() if year is None else kept.year == year]
        known = "protected_area" in set(inside.layer)
        area = math.fsum(kept.area_hm2) if known else None
        if known and wetland < area <= wetland * (1 + 1e-9):
            area = wetland  # the protected part is cut out and measured by itself: all of it, but for rounding
        rows.append(
            {
                **shared,
                "wetland_area_hm2": wetland,
                "water_area_hm2": math.fsum(group.area_hm2[group.class_key == "water"]),
                "protected_area_hm2": area,
                "protection_rate_pct": area / wetland * 100 if known and wetland > 0 else None,
                "basis": group.basis.iloc[0],
                "limit": limits.get((shared["product"], year)),
            }
        )
    return pd.DataFrame(rows)
