"""Stage 3: forest cover by reading against the target, how sure that is, compared with what, and what is left to do.

Everything works on area tables and samples, never on pixels. A raster without reference points gives a figure and a gap but
no verdict: its class areas carry a bias that nobody has measured here. Topics have rooms of their own; this is their order.
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
from pipeline.cover import definitions, verdicts
from pipeline.cover.definitions import KEYS, is_census, rows_of


def run(config: Config, store: Store, paths: Paths, counties: tuple[str, ...]) -> None:
    """Stage 3: cover, gap and verdict by county, product, year and reading; wetland and water."""
    # Load
    products = land_cover(config, store, paths, cells=False)
    code_area = store.read_table(tables.CODE_AREA)
    land_area = store.read_table(tables.LAND_AREA)
    strata = store.read_table(tables.CLASS_STRATA)
    measures = store.read_table(tables.MEASURES)
    zones = store.read_table(tables.COUNTIES)
    target = _targets(config, store, paths)
    bases = basis.of_products(store)
    official = _official_areas(config, zones)
    surveyed = _surveyed(products, store, zones)
    definition = store.read_parameters(paths.resolve(config.cover.definition), tables.DEFINITION)
    places = _places(config, store, paths)
    scattered = _with_whole(store.read_table(tables.SCATTERED_TREES), zones)

    # Compute
    rain = definitions.rain_rule(zones, measures, strata, definition)
    dry_shrub = {id(p): definitions.shrub_by_rain(p, code_area, strata, rain, definition) for p in products}
    cover = forest_cover(code_area, products, target, config, bases, dry_shrub, scattered)
    cover = on_official_area(cover, official, config.cover.denominator)
    cover = decide(cover, products, surveyed)
    greening = definitions.greening(code_area, products, definition, scattered, bases)
    trap = definitions.orchard_trap(cover, products, places)
    wetland = wetland_and_water(land_area, strata, products, config.language)

    # Check
    for (_, reading), group in cover[cover.level == "county"].groupby(["product", "reading"]):
        whole = cover[(cover.level == "city") & (cover.reading == reading) & (cover["product"] == group["product"].iloc[0])]
        parts = math.fsum(group[group.year.isin(whole.year)].forest_area_hm2) if len(whole) == 1 else None
        assert parts is None or abs(parts - whole.forest_area_hm2.iloc[0]) <= 1e-9 * max(parts, 1.0), "counties must add up to the city"
    if cover.target_pct.isna().all():
        store.warn("no_target", year=config.cover.target_year)
    open_ones = [p.product for p in products if not is_census(p) and (rows_of(cover, p).verdict == "undetermined").all()]
    if open_ones:
        store.warn("verdict_undetermined", products="、".join(dict.fromkeys(open_ones)))
    reading_of = {p.product: main_reading_of(p, config.cover.main_reading) for p in products}
    definitions.tell(cover, trap, rain, products, places, reading_of, store.warn)

    # Save
    store.fact("basis", list(bases.values()))
    store.write_table(tables.product(cover, tables.FOREST_COVER), tables.FOREST_COVER)
    store.write_table(greening, tables.GREENING)
    store.write_table(rain, tables.DEFINITION_USED)
    store.write_table(trap, tables.ORCHARD_TRAP)
    store.write_table(tables.product(wetland, tables.WETLAND), tables.WETLAND)


def main_reading_of(layer: Layer, wanted: str) -> str:
    """The configured main reading, or the first one of a product that does not have it."""
    return wanted if wanted in layer.about.readings else next(iter(layer.about.readings))


def _targets(config: Config, store: Store, paths: Paths) -> dict[str, float]:
    """Forest-cover target [%] of the configured year by zone code."""
    if config.cover.targets is None:
        return {}
    table = store.read_parameters(paths.resolve(config.cover.targets), tables.TARGETS)
    rows = table[(table.measure == "forest_cover_pct") & (table.year == config.cover.target_year) & table.value.notna()]
    return dict(zip(rows.scope_code, rows.value, strict=True))


def _places(config: Config, store: Store, paths: Paths) -> pd.DataFrame:
    """Counties known for orchards, much or little forest; none where no table is named."""
    if config.cover.forest_places is None:
        return tables.product([], tables.FOREST_PLACES)
    return store.read_parameters(paths.resolve(config.cover.forest_places), tables.FOREST_PLACES)


def _with_whole(scattered: pd.DataFrame, zones: pd.DataFrame) -> dict[str, float]:
    """Converted area of scattered trees [hm2] by zone; the whole area's is the sum of the counties that have a number."""
    area = dict(zip(scattered.county_code, scattered.area_hm2, strict=True))
    city = zones.county_code[zones.level == "city"]
    return area | ({city.iloc[0]: math.fsum(area.values())} if len(city) and area else {})


def forest_cover(
    code_area: pd.DataFrame,
    products: list[Layer],
    target: dict[str, float],
    config: Config,
    bases: dict,
    dry_shrub: dict[int, dict[str, float]],
    scattered_hm2: dict[str, float],
) -> pd.DataFrame:
    """Forest area and cover of each zone under each reading.

    ``code_area``: hm2 by zone, product, year and product code (blank = unknown). Cover is forest over the whole
    land area of the zone, inland water and unknown land included, in percent; the gap is target less cover. A
    county without a target of its own stands against that of the whole area, as a reference. Forest is the codes of
    the reading, shrub that counts for want of rain (``dry_shrub``: by layer and zone) and, in a census alone, the
    converted area of scattered trees: a raster may see those trees itself.
    """
    rows = []
    for layer in products:
        readings, dry = readings_of(layer.legend), dry_shrub[id(layer)]
        for zone, group in rows_of(code_area, layer).groupby(KEYS, sort=False, dropna=False):
            shared = dict(zip(KEYS, zone, strict=True))
            land, code = math.fsum(group.area_hm2), shared["county_code"]
            goal = target.get(code, target.get(config.area.code))
            shrub, trees = dry.get(code), scattered_hm2.get(code)
            for reading in layer.about.readings:
                counted = [c for c, own_readings in readings.items() if reading in own_readings]
                parts = [math.fsum(group.area_hm2[group.code.isin(counted)]), shrub or 0.0, (trees or 0.0) if is_census(layer) else 0.0]
                forest = math.fsum(parts)
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
                        "target_year": config.cover.target_year if goal is not None else None,
                        "target_scope": None if goal is None else "own" if code in target else "area",
                        "gap_pp": None if goal is None else goal - pct,
                        "gap_area_hm2": None if goal is None else goal / 100 * land - forest,
                        "p_target": None,
                        "shrub_by_rain_hm2": shrub,
                        "scattered_trees_hm2": trees,
                        "basis": bases[(layer.product, layer.about.year)],
                    }
                )
    return pd.DataFrame(rows)


def on_official_area(cover: pd.DataFrame, official: dict[str, float], denominator: str) -> pd.DataFrame:
    """The rate on each zone's official area beside the geometric one, and which of the two a verdict stands on."""
    area = cover.county_code.map(official).astype("float64")
    return cover.assign(official_area_hm2=area, official_cover_pct=cover.forest_area_hm2 / area * 100, denominator=denominator)


def decide(cover: pd.DataFrame, products: list[Layer], surveyed: dict[tuple[str, int | None], set[str]]) -> pd.DataFrame:
    """The verdict of each row and what it stands on.

    ``surveyed``: zones in which every county has parcels of the product; a county without any was not delivered.
    """
    layers = {(p.product, p.about.year): p for p in products}
    made = []
    for row in cover.to_dict("records"):
        key = (row["product"], None if pd.isna(row["year"]) else int(row["year"]))
        if row["target_pct"] is None or pd.isna(row["target_pct"]):
            made.append(("undetermined", "no_target"))
        elif is_census(layers[key]):
            pct = row["official_cover_pct"] if row["denominator"] == "official" else row["forest_cover_pct"]
            is_surveyed = row["county_code"] in surveyed[key]
            made.append(verdicts.by_census(cover_pct=pct, target_pct=row["target_pct"], is_surveyed=is_surveyed))
        else:
            made.append(("undetermined", "no_sample"))
    return cover.assign(verdict=[v for v, _ in made], reason=[r for _, r in made])


def _surveyed(products: list[Layer], store: Store, zones: pd.DataFrame) -> dict[tuple[str, int | None], set[str]]:
    """Codes of counties with parcels, by product and year; with the whole area's where no county lacks them."""
    if not any(p.about.parcels for p in products):
        return {}
    checks = store.read_table(tables.PARCEL_CHECKS)
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


def _official_areas(config: Config, zones: pd.DataFrame) -> dict[str, float]:
    """Official area [hm2] of each zone that has one; raises UsageError when rates shall stand on it and it is not there."""
    known = zones[zones.official_area_hm2.notna()]
    if config.cover.denominator == "official" and len(known) < len(zones):
        raise UsageError(problem("denominator_missing"))
    return dict(zip(known.county_code, known.official_area_hm2, strict=True))


def wetland_and_water(land_area: pd.DataFrame, inside: pd.DataFrame, products: list[Layer], language: str) -> pd.DataFrame:
    """Wetland and water of each zone; the protected share only where a ``protected_area`` layer is given.

    ``limit`` says what the product cannot see; an area of zero from it is then "not visible", not "none".
    """
    limits = {(p.product, p.about.year): p.about.limits["wetland"].get(language) for p in products if "wetland" in p.about.limits}
    protected = inside[(inside.layer == "protected_area") & (inside.class_key == "wetland")]
    rows = []
    for zone, group in land_area.groupby(KEYS, sort=False, dropna=False):
        shared = dict(zip(KEYS, zone, strict=True))
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
