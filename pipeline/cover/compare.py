"""Products side by side: where they agree, how far their covers lie apart, and the one-map against each raster.

Maps of one place differ by method, definition and date. Their spread is a structural uncertainty: it is told, and
never averaged away. Land is compared only where the products have data; the rest stands beside it, so that the parts
always add up to the zone.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping

import numpy as np
import pandas as pd

from pipeline.core import tables
from pipeline.core.counties import with_city
from pipeline.core.layers import Layer
from pipeline.core.legend import UNKNOWN, forest_codes, main_reading_of
from pipeline.core.products import by_name, name_of, shown
from pipeline.core.tables import ZONE

PAIR = ["product_a", "year_a", "product_b", "year_b"]
OUTSIDE = "outside"  # the sub-compartments of a survey that covers forest land only
ANY = "any"
YES, NO = "yes", "no"

Surveyed = Mapping[tuple[str, int | None], Collection[str]]  # (vector product, year) -> codes of zones with parcels


def rate_pct(cover: pd.DataFrame) -> pd.Series:
    """The rate a verdict stands on [%]: forest over the geometric land area, or over the official one where configured."""
    return cover.forest_cover_pct.where(cover.denominator != "official", cover.official_cover_pct)


def city_of(table: pd.DataFrame) -> tuple[str, str] | None:
    """(code, name) of the whole area, None where a table has counties only."""
    city = table[table.level == "city"]
    return (city.county_code.iloc[0], city.county_name.iloc[0]) if len(city) else None


def forest_of(rows: pd.DataFrame, side: str, layer: Layer, reading: str, surveyed: Surveyed) -> tuple[pd.Series, pd.Series]:
    """What one side of county rows of product pairs says: forest (``yes``, ``no``, ``unknown``), and its class.

    ``side``: ending of the columns ``code_`` and ``class_``. Land without a parcel of a survey that covers forest land
    only is not forest, class ``outside``, where the county was surveyed; else it is unknown, as all land without data.
    """
    code, class_key = rows[f"code_{side}"], rows[f"class_{side}"]
    parcels, main = layer.about.parcels, main_reading_of(layer, reading)
    is_outside = pd.Series(False, index=rows.index)
    if parcels is not None and parcels.covers == "forest_land":
        is_outside = code.isna() & rows.county_code.isin(surveyed.get((layer.product, layer.about.year), ()))
    is_unknown = (code.isna() | (class_key == UNKNOWN)) & ~is_outside if main is not None else pd.Series(True, index=rows.index)
    is_forest = code.isin(forest_codes(layer.legend, main))
    says = np.select([is_unknown, is_forest], [UNKNOWN, YES], NO)
    return pd.Series(says, index=rows.index), class_key.mask(is_outside, OUTSIDE)


def as_delivered(patterns: pd.DataFrame, layers: list[Layer], surveyed: Surveyed) -> pd.DataFrame:
    """Patterns in which a survey of forest land says nothing of counties that were not delivered.

    The pixel pass takes land without a parcel for no forest, which only holds where there is a survey. City rows are sums of
    county rows.
    """
    made = patterns[patterns.level == "county"].astype({"forest_in": object, "unknown_in": object})
    is_changed = False
    for layer in layers:
        if layer.about.parcels is None or layer.about.parcels.covers != "forest_land":
            continue
        name, delivered = shown(layer.product, layer.about.year), surveyed.get((layer.product, layer.about.year), ())
        for i in made.index[~made.county_code.isin(delivered)]:
            compared = made.at[i, "products"].split(";")
            says, unknown = (set() if pd.isna(made.at[i, c]) else set(made.at[i, c].split(";")) for c in ("forest_in", "unknown_in"))
            if name in compared and name not in unknown:
                parts = [p for p in compared if p in says - {name}], [p for p in compared if p in unknown | {name}]
                made.at[i, "forest_in"], made.at[i, "unknown_in"] = (";".join(p) or None for p in parts)
                is_changed = True
    if not is_changed:
        return patterns
    keys = ["products", "forest_in", "unknown_in"]
    sums = made.groupby([*ZONE, *keys], sort=False, dropna=False).area_hm2.agg(math.fsum).reset_index()
    return tables.product(with_city(sums, city_of(patterns), keys, ["area_hm2"]), tables.FOREST_PATTERNS)


def agreement(patterns: pd.DataFrame, reading: str) -> pd.DataFrame:
    """Land of each zone that k of n products with data call forest; shares are of the zone's land."""
    counted = _counted(patterns)
    sums = counted.groupby([*ZONE, "products", "say_forest", "of_known"], sort=False).area_hm2.agg(math.fsum).reset_index()
    share = sums.area_hm2 / sums.groupby("county_code").area_hm2.transform(math.fsum) * 100
    return tables.product(sums.assign(reading=reading, share_pct=share), tables.AGREEMENT)


def _counted(patterns: pd.DataFrame) -> pd.DataFrame:
    """Patterns with the number of products that say forest, and of those with data."""
    n = {c: np.array([0 if pd.isna(t) else t.count(";") + 1 for t in patterns[c]], int) for c in ("products", "forest_in", "unknown_in")}
    return patterns.assign(say_forest=n["forest_in"], of_known=n["products"] - n["unknown_in"])


def spread(cover: pd.DataFrame, patterns: pd.DataFrame, layers: list[Layer], reading: str) -> pd.DataFrame:
    """Lowest and highest cover among the compared products, each on its own grid, and the land they disagree on.

    A survey in which counties are missing has no cover of the whole. ``spread_pp`` is structural uncertainty (percentage points), not an interval. ``disagree_pct`` is of the land where
    two products or more have data.
    """
    main = {name: main_reading_of(layer, reading) for name, layer in by_name(layers).items()}
    cover = cover[cover.reason != "not_surveyed"]
    names = [name_of(p, y) for p, y in zip(cover["product"], cover.year, strict=True)]
    is_main = [main.get(name) == r for name, r in zip(names, cover.reading, strict=True)]
    rates = cover.assign(shown=[shown(*name) for name in names], rate_pct=rate_pct(cover))[np.array(is_main, bool)]
    rows = []
    for zone, group in _counted(patterns).groupby(ZONE, sort=False):
        compared = group.products.iloc[0]
        rate = rates.rate_pct[(rates.county_code == zone[0]) & rates.shown.isin(compared.split(";"))].dropna()
        low, high = (rate.min(), rate.max()) if len(rate) > 1 else (None, None)  # one alone has no range
        is_compared = group.of_known >= 2
        parts = {
            "all_forest_hm2": is_compared & (group.say_forest == group.of_known),
            "none_forest_hm2": is_compared & (group.say_forest == 0),
            "disagree_hm2": is_compared & group.say_forest.between(1, group.of_known - 1),
            "not_compared_hm2": ~is_compared,
        }
        area = {name: math.fsum(group.area_hm2[part]) for name, part in parts.items()}
        both = math.fsum(group.area_hm2[is_compared])
        rows.append(
            {
                **dict(zip(ZONE, zone, strict=True)),
                "products": compared,
                "reading": reading,
                "low_pct": low,
                "high_pct": high,
                "spread_pp": None if low is None else high - low,
                **area,
                "disagree_pct": area["disagree_hm2"] / both * 100 if both else None,
            }
        )
    return tables.product(rows, tables.SPREAD)


def pair_agreement(pairs: pd.DataFrame, layers: list[Layer], reading: str, surveyed: Surveyed) -> pd.DataFrame:
    """Forest and class of two products, cell against cell; city rows are sums of county rows.

    ``disagree_pct``: share of the land where both have data on which one alone says forest. ``same_class_pct``: share
    of the land where both have a class on which it is the same.
    """
    named, parts = by_name(layers), []
    cases = {(YES, YES): "both_forest_hm2", (YES, NO): "only_a_hm2", (NO, YES): "only_b_hm2", (NO, NO): "neither_hm2"}
    for pair, rows in pairs[pairs.level == "county"].groupby(PAIR, sort=False, dropna=False):
        a, class_a = forest_of(rows, "a", named[name_of(*pair[:2])], reading, surveyed)
        b, class_b = forest_of(rows, "b", named[name_of(*pair[2:])], reading, surveyed)
        case = [cases.get(says, "not_compared_hm2") for says in zip(a, b, strict=True)]
        has_class = ~class_a.isin((UNKNOWN, OUTSIDE)) & ~class_b.isin((UNKNOWN, OUTSIDE))
        same = np.select([~has_class, class_a == class_b], ["none", "same"], "other")
        rows = rows.assign(case=case, same=same)
        for key, group in rows.groupby(ZONE, sort=False):
            area = {c: math.fsum(group.area_hm2[group.case == c]) for c in (*cases.values(), "not_compared_hm2")}
            classes = {c: math.fsum(group.area_hm2[group.same == c]) for c in ("same", "other")}
            parts.append(dict(zip([*ZONE, *PAIR], (*key, *pair), strict=True)) | area | classes)
    columns = [*ZONE, *PAIR, *cases.values(), "not_compared_hm2", "same", "other"]
    made = with_city(pd.DataFrame(parts, columns=columns), city_of(pairs), PAIR, columns[len(ZONE + PAIR) :])
    one_only = made.only_a_hm2 + made.only_b_hm2
    made["disagree_pct"] = _percent(one_only, one_only + made.both_forest_hm2 + made.neither_hm2)
    made["same_class_pct"] = _percent(made.same, made.same + made.other)
    return tables.product(made, tables.PAIR_AGREEMENT)


def _percent(part: pd.Series, whole: pd.Series) -> pd.Series:
    """``part`` of ``whole`` in percent, blank where there is no whole."""
    whole = whole.astype("float64")
    return part.astype("float64") / whole.where(whole > 0) * 100


def one_map_check(
    pairs: pd.DataFrame,
    layers: list[Layer],
    reading: str,
    reasons: pd.DataFrame,
    orchard_counties: Collection[str],
    surveyed: Surveyed,
) -> pd.DataFrame:
    """Forest of the one-map against that of each raster, with a likely reason where they disagree.

    Where both agree or one has no data the classes are blank. ``years_apart``: year of the map less that of the
    one-map; where it is not 0, the dates are a further possible reason of every disagreement. City rows are sums of
    county rows, since reasons depend on the county.
    """
    named, parts = by_name(layers), []
    for pair, rows in pairs[pairs.level == "county"].groupby(PAIR, sort=False, dropna=False):
        sides = {"a": named[name_of(*pair[:2])], "b": named[name_of(*pair[2:])]}
        one_map = [s for s, layer in sides.items() if layer.is_census]
        raster = [s for s, layer in sides.items() if layer.about.parcels is None]
        if not (one_map and raster):
            continue
        made = _checked(rows, one_map[0], raster[0], sides, reading, surveyed)
        survey, product = sides[one_map[0]], sides[raster[0]]
        is_blind = "orchard" not in set(product.legend.class_key)
        made["reason"] = [
            likely_reason(reasons, case, own, other, is_blind and county in orchard_counties)
            for case, own, other, county in zip(made.case, made.one_map_class, made.map_class, made.county_code, strict=True)
        ]
        years = product.about.year, survey.about.year
        made["one_map"], made["one_map_year"] = survey.product, years[1]
        made["product"], made["year"] = product.product, years[0]
        made["years_apart"] = None if None in years else years[0] - years[1]
        parts.append(made.astype(object).where(made.notna(), None))
    if not parts:
        return tables.product([], tables.ONE_MAP_CHECK)
    keys = ["one_map", "one_map_year", "product", "year", "case", "one_map_class", "map_class", "reason", "years_apart"]
    return tables.product(with_city(pd.concat(parts, ignore_index=True), city_of(pairs), keys, ["area_hm2"]), tables.ONE_MAP_CHECK)


def _checked(rows: pd.DataFrame, one_map: str, raster: str, sides: dict[str, Layer], reading: str, surveyed: Surveyed) -> pd.DataFrame:
    """Areas of the rows of one pair by county and case; where they disagree by the two classes as well."""
    cases = {(YES, YES): "both_forest", (YES, NO): "only_one_map", (NO, YES): "only_map", (NO, NO): "neither"}
    own, own_class = forest_of(rows, one_map, sides[one_map], reading, surveyed)
    other, other_class = forest_of(rows, raster, sides[raster], reading, surveyed)
    case = pd.Series([cases.get(says, "not_compared") for says in zip(own, other, strict=True)], index=rows.index)
    is_split = case.isin(("only_one_map", "only_map"))
    rows = rows.assign(case=case, one_map_class=own_class.where(is_split), map_class=other_class.where(is_split))
    keys = [*ZONE, "case", "one_map_class", "map_class"]
    return rows.groupby(keys, sort=False, dropna=False).area_hm2.agg(math.fsum).reset_index()


def likely_reason(reasons: pd.DataFrame, case: str, one_map_class: str, map_class: str, may_be_orchard: bool) -> str | None:
    """The first fitting reason of a disagreement; None where the two agree or no row fits.

    ``may_be_orchard``: the county is known for orchards and the map cannot tell them.
    """
    if case not in ("only_one_map", "only_map"):
        return None
    is_forest = YES if case == "only_one_map" else NO
    for row in reasons.itertuples():
        fits = row.one_map_is_forest == is_forest and row.one_map_class in (ANY, one_map_class) and row.map_class in (ANY, map_class)
        if fits and (pd.isna(row.where) or may_be_orchard):
            return row.reason
    return None
