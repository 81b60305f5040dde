"""What counts: forest by law (森林覆盖率) and greened land (林木绿化率), two rates that are never mixed.

The table ``layers/land_cover/definition.csv`` says of each land class whether it counts. Ordinary shrub counts as forest only
where it rains less than a limit (林资发〔2004〕14号: 400 mm a year); whether it does is asked of the layer ``precipitation``.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping

import pandas as pd

from pipeline.core import tables
from pipeline.core.layers import Layer
from pipeline.core.legend import UNKNOWN, forest_codes
from pipeline.core.products import rows_of_layer, shown
from pipeline.core.tables import EDITION, ZONE

KEYS = [*ZONE, *EDITION]
RAIN = "precipitation"
SPECIAL = "shrub_special"  # a product with this class has told special from ordinary shrub itself


def denominator_hm2(row: Mapping) -> float:
    """The land [hm2] that the rate of a forest-cover row stands on: geometric, or official where configured."""
    return row["official_area_hm2"] if row["denominator"] == "official" else row["land_area_hm2"]


def nothing_known(group: pd.DataFrame) -> bool:
    """Whether all land of a zone is unknown (but for rounding): its areas are then blank, since a zero would be a finding.

    ``group``: the zone's areas by class, columns ``class_key`` and ``area_hm2``.
    """
    return math.fsum(group.area_hm2[group.class_key != UNKNOWN]) <= 1e-9 * math.fsum(group.area_hm2)


# --- the rain rule -------------------------------------------------------------------------------------------


def rain_rule(zones: pd.DataFrame, measures: pd.DataFrame, strata: pd.DataFrame, definition: pd.DataFrame) -> pd.DataFrame:
    """How the rain rule comes out in each zone (:data:`pipeline.core.tables.DEFINITION_USED`).

    ``measures``: mean and range of each layer by zone; ``strata``: area by class and stratum. ``shrub_counts``: ``none`` where
    it rains enough everywhere, ``all`` where it does nowhere, ``part`` where the layer has a band that ends at the limit, else
    ``unknown`` (nothing counts then).
    """
    dry = definition[definition.forest_cover == "dry"]
    limit = dry.rain_limit_mm.max() if len(dry) else math.nan
    rain = measures[measures.layer == RAIN].set_index("county_code")
    has_band = bool(set(_dry_keys(strata, limit)))
    rows = []
    for zone in zones[ZONE].drop_duplicates().to_dict("records"):
        own = rain.loc[zone["county_code"]] if zone["county_code"] in rain.index else None
        low, mean, high = (None, None, None) if own is None else (own.low, own["mean"], own.high)
        rows.append(
            zone
            | {"rain_low_mm": low, "rain_mean_mm": mean, "rain_high_mm": high, "rain_limit_mm": limit}
            | {"shrub_counts": _outcome(low, high, limit, has_band)}
        )
    return tables.product(rows, tables.DEFINITION_USED)


def _outcome(low: float | None, high: float | None, limit: float, has_band: bool) -> str:
    if math.isnan(limit):
        return "none"
    if low is None or pd.isna(low):
        return "unknown"
    return "none" if low >= limit else "all" if high < limit else "part" if has_band else "unknown"


def _dry_keys(strata: pd.DataFrame, limit: float) -> list[str]:
    """Keys of the bands of rain that end at or below the limit: ``<400``, ``300–400``."""
    keys = strata.key[strata.layer == RAIN].unique() if len(strata) else []
    ends = {k: re.search(r"(?:<|–)([-\d.e+]+)$", k) for k in keys}
    return [k for k, end in ends.items() if end and float(end[1]) <= limit]


def shrub_by_rain(
    layer: Layer, reading: str, code_area: pd.DataFrame, strata: pd.DataFrame, rule: pd.DataFrame, definition: pd.DataFrame
) -> dict[str, float]:
    """Ordinary shrub [hm2] that a reading of a product does not count by itself and that is forest for want of rain, by zone code.

    Nothing where the product tells special shrub itself: then its maker has decided.
    """
    if SPECIAL in set(layer.legend.class_key):
        return {}
    counted = set(layer.legend.class_key[layer.legend.code.isin(forest_codes(layer.legend, reading))])
    classes = set(definition.class_key[definition.forest_cover == "dry"]) - counted
    limit = definition.rain_limit_mm.max()
    whole = rows_of_layer(code_area, layer)
    whole = whole[whole.class_key.isin(classes)].groupby("county_code").area_hm2.agg(math.fsum)
    dry = rows_of_layer(strata, layer) if len(strata) else strata
    dry = dry[(dry.layer == RAIN) & dry.class_key.isin(classes) & dry.key.isin(_dry_keys(strata, limit))] if len(dry) else dry
    dry = dry.groupby("county_code").area_hm2.agg(math.fsum) if len(dry) else {}
    counts = dict(zip(rule.county_code, rule.shrub_counts, strict=True))
    counties = rule.county_code[rule.level == "county"]
    made = {c: float((whole if counts[c] == "all" else dry).get(c, 0.0)) for c in counties if counts[c] in ("all", "part")}
    for city in rule.county_code[rule.level == "city"]:
        made |= {city: math.fsum(made.values())} if made else {}
    return made


def scattered_by_zone(code_area: pd.DataFrame, layer: Layer, scattered_hm2: Mapping[str, float]) -> dict[str, float]:
    """Converted area of scattered trees [hm2] by zone code, of counties of which the product knows something; the whole area's is
    their sum.

    ``scattered_hm2``: by county.
    """
    made, city = {}, None
    for (code, level), group in rows_of_layer(code_area, layer).groupby(["county_code", "level"], sort=False):
        if level == "city":
            city = code
        elif code in scattered_hm2 and not nothing_known(group):
            made[code] = scattered_hm2[code]
    return made | ({city: math.fsum(made.values())} if city is not None and made else {})


# --- the two rates -------------------------------------------------------------------------------------------


def greening(
    code_area: pd.DataFrame, products: list[Layer], definition: pd.DataFrame, scattered_hm2: Mapping[str, float], bases: dict
) -> pd.DataFrame:
    """林木绿化率 of each zone: forest, shrub and scattered trees over the whole land (GB/T 26424-2010), by reading of forest.

    ``scattered_hm2``: by county; of a census alone, a raster may see those trees itself.
    """
    greened, rows = set(definition.class_key[definition.greening_rate == "yes"]), []
    for layer in products:
        names = dict(zip(layer.legend.code, layer.legend.class_key, strict=True))
        trees_hm2 = scattered_by_zone(code_area, layer, scattered_hm2) if layer.is_census else {}
        for zone, group in rows_of_layer(code_area, layer).groupby(KEYS, sort=False, dropna=False):
            shared = dict(zip(KEYS, zone, strict=True))
            land, trees = math.fsum(group.area_hm2), trees_hm2.get(shared["county_code"])
            for reading in layer.about.readings:
                of_forest = set(forest_codes(layer.legend, reading))
                of_shrub = {code for code, key in names.items() if key in greened} - of_forest
                forest, shrub = (math.fsum(group.area_hm2[group.code.isin(codes)]) for codes in (of_forest, of_shrub))
                whole = math.fsum([forest, shrub, trees or 0.0])
                areas = {
                    "forest_area_hm2": forest,
                    "shrub_area_hm2": shrub,
                    "greening_area_hm2": whole,
                    "greening_rate_pct": whole / land * 100,
                }
                rows.append(
                    shared
                    | {"reading": reading, "land_area_hm2": land, "scattered_trees_hm2": trees}
                    | (dict.fromkeys(areas) if nothing_known(group) else areas)
                    | {"basis": bases[(layer.product, layer.about.year)]}
                )
    return tables.product(rows, tables.GREENING)


# --- orchards ------------------------------------------------------------------------------------------------


def orchard_trap(cover: pd.DataFrame, products: list[Layer], places: pd.DataFrame) -> pd.DataFrame:
    """Forest of each product that cannot tell orchards, in each county known for them; the whole area's row is their sum.

    ``share_of_area_pct``: of the whole area's forest, where there is a row of the whole area.
    """
    known = set(places.county_code[places.orchards == "yes"])
    rows = []
    for layer in products:
        if "orchard" in set(layer.legend.class_key) or layer.is_census:
            continue
        for reading, own in rows_of_layer(cover, layer).groupby("reading", sort=False):
            there, city = own[own.county_code.isin(known) & own.forest_area_hm2.notna()], own[own.level == "city"]
            whole = city.forest_area_hm2.iloc[0] if len(city) else None
            total = city.iloc[:1].assign(forest_area_hm2=math.fsum(there.forest_area_hm2))
            for row in pd.concat([total, there]).to_dict("records") if len(there) else []:
                share = row["forest_area_hm2"] / whole * 100 if whole else None
                rows.append({k: row[k] for k in (*KEYS, "forest_area_hm2", "basis")} | {"reading": reading, "share_of_area_pct": share})
    return tables.product(rows, tables.ORCHARD_TRAP)


def tell(
    cover: pd.DataFrame,
    trap: pd.DataFrame,
    rule: pd.DataFrame,
    products: list[Layer],
    places: pd.DataFrame,
    reading_of: dict,
    warn: Callable,
) -> None:
    """Warn of what a definition leaves open: rain, orchards, counties ranked as they cannot be.

    ``reading_of``: product -> its main reading.
    """
    counties, limit = rule[rule.level == "county"], rule.rain_limit_mm.max()
    unknown = counties[counties.shrub_counts == "unknown"]
    shrubby = any(SPECIAL not in set(p.legend.class_key) and "shrub_other" in set(p.legend.class_key) for p in products)
    if shrubby and len(unknown):
        if unknown.rain_low_mm.isna().all():
            warn("rain_unknown", limit=limit)
        else:
            span = {"low": unknown.rain_low_mm.min(), "high": unknown.rain_high_mm.max()}
            warn("rain_mixed", counties=list(unknown.county_name), limit=limit, **span)
    for layer in (p for p in products if not p.is_census):
        own = rows_of_layer(trap, layer)
        own = own[own.reading == reading_of[layer.product]]
        city, there = own[own.level == "city"], own[(own.level == "county") & (own.forest_area_hm2 > 0)]
        if len(city) and len(there):
            warn(
                "orchard_trap",
                product=shown(layer.product, layer.about.year),
                area_hm2=city.forest_area_hm2.iloc[0],
                share=city.share_of_area_pct.iloc[0],
                counties=list(there.county_name),
            )
        rows = rows_of_layer(cover, layer)
        rows = rows[(rows.reading == reading_of[layer.product]) & (rows.level == "county")]
        much, little = (rows[rows.county_code.isin(places.county_code[places.forest == f])] for f in ("much", "little"))
        for row in little[little.forest_cover_pct > much.forest_cover_pct.median()].itertuples() if len(much) else ():
            median = much.forest_cover_pct.median()
            warn(
                "forest_rank",
                product=shown(layer.product, layer.about.year),
                county=row.county_name,
                pct=row.forest_cover_pct,
                median=median,
            )
