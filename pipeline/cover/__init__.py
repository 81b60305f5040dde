"""Stage 3: forest cover by reading against the target, how sure that is, compared with what, and what is left to do.

Everything works on area tables and samples, never on pixels. A raster without reference points gives a figure and a gap but
no verdict: its class areas carry a bias that nobody has measured here. Topics have rooms of their own; this is their order.
"""

from __future__ import annotations

import math

import pandas as pd

from pipeline.core import basis, greening, tables
from pipeline.core.config import Config
from pipeline.core.errors import UsageError, problem
from pipeline.core.layers import Layer
from pipeline.core.legend import DISAGREEMENT, UNKNOWN, forest_codes, main_reading_of
from pipeline.core.paths import Paths
from pipeline.core.products import by_name, land_cover, name_of, rows_of, rows_of_layer
from pipeline.core.store import Store
from pipeline.cover import compare, definitions, gap, planner, samples, trend, verdicts
from pipeline.cover.definitions import KEYS, denominator_hm2, nothing_known


def run(config: Config, store: Store, paths: Paths, counties: tuple[str, ...]) -> None:
    """Stage 3: cover, verdict, comparison, trend, tasks and sample plan by county, product, year and reading; wetland and water."""
    settings, reading = config.cover, config.cover.main_reading
    # Load
    products = land_cover(config, store, paths, cells=False)
    code_area, land_area = store.read_table(tables.CODE_AREA), store.read_table(tables.LAND_AREA)
    strata, measures = store.read_table(tables.CLASS_STRATA), store.read_table(tables.MEASURES)
    pairs, patterns = store.read_table(tables.PRODUCT_PAIRS), store.read_table(tables.FOREST_PATTERNS)
    zones = store.read_table(tables.COUNTIES)
    bases = basis.of_products(store)
    definition = store.read_parameters(paths.resolve(settings.definition), tables.DEFINITION)
    reasons = store.read_parameters(DISAGREEMENT, tables.REASONS)
    places = _parameters(settings.forest_places, tables.FOREST_PLACES, store, paths)
    target, official_rates = _targets(config, store, paths), _history(config, store, paths, zones)
    official, surveyed = _official_areas(config, zones), _surveyed(products, store, zones)
    patterns = compare.as_delivered(patterns, products, surveyed)
    scattered = store.read_table(tables.SCATTERED_TREES)
    scattered_hm2 = dict(zip(scattered.county_code, scattered.area_hm2, strict=True))
    sample_tables = [store.read_table(schema) for schema in (tables.SAMPLES, tables.SAMPLE_POINTS, tables.POINTS)]

    # Compute
    rain = definitions.rain_rule(zones, measures, strata, definition)
    dry_shrub = {
        (p.product, p.about.year, r): definitions.shrub_by_rain(p, r, code_area, strata, rain, definition)
        for p in products
        for r in p.about.readings
    }
    said = samples.read(*sample_tables, code_area, samples.forest_on_map(products, reading), config.language)
    cover = forest_cover(code_area, products, target, config, bases, dry_shrub, scattered_hm2)
    cover = on_official_area(cover, official, settings.denominator)
    cover = tables.product(decide(cover, products, surveyed, said, settings.sure), tables.FOREST_COVER)
    spread = compare.spread(cover, patterns, products, reading)
    one_map = compare.one_map_check(pairs, products, reading, reasons, set(places.county_code[places.orchards == "yes"]), surveyed)
    course = trend.series(cover, official_rates, config.language)
    change = trend.forest_change(pairs, cover, products, surveyed)
    tasks = _tasks(cover, products, land_area, strata, definition, config, store, paths)
    plan = planner.plan(
        cover, code_area, products, _counts(sample_tables, cover, code_area), settings.planner, settings.sure, reading=reading
    )
    trap = definitions.orchard_trap(cover, products, places)

    # Check
    require_sums(cover)
    trend.require_margins(change, store.read_table(tables.PAIR_GRIDS), products)
    _tell(cover, products, said, config, store)
    definitions.tell(cover, trap, rain, products, places, {p.product: main_reading_of(p, reading) for p in products}, store.warn)

    # Save
    store.fact("basis", list(bases.values()))
    for table, schema in (
        (cover, tables.FOREST_COVER),
        (definitions.greening(code_area, products, definition, scattered_hm2, bases), tables.GREENING),
        (rain, tables.DEFINITION_USED),
        (trap, tables.ORCHARD_TRAP),
        (tables.product(said.estimates, tables.SAMPLE_ESTIMATES), tables.SAMPLE_ESTIMATES),
        (tables.product(said.matrix, tables.ERROR_MATRIX), tables.ERROR_MATRIX),
        (compare.agreement(patterns, reading), tables.AGREEMENT),
        (spread, tables.SPREAD),
        (compare.pair_agreement(pairs, products, reading, surveyed), tables.PAIR_AGREEMENT),
        (one_map, tables.ONE_MAP_CHECK),
        (course, tables.TREND),
        (trend.pace(course, dict(zip(cover.county_code, cover.target_pct, strict=True))), tables.PACE),
        (trend.change_matrix(pairs), tables.CHANGE),
        (change, tables.FOREST_CHANGE),
        (tasks, tables.TASKS),
        (plan, tables.SAMPLE_PLAN),
        (tables.product(wetland_and_water(land_area, strata, products, config.language), tables.WETLAND), tables.WETLAND),
    ):
        store.write_table(table, schema)


# --- what is read --------------------------------------------------------------------------------------------


def _targets(config: Config, store: Store, paths: Paths) -> dict[str, float]:
    """Forest-cover target [%] of the configured year by zone code."""
    if config.cover.targets is None:
        return {}
    table = store.read_parameters(paths.resolve(config.cover.targets), tables.TARGETS)
    rows = table[(table.measure == "forest_cover_pct") & (table.year == config.cover.target_year) & table.value.notna()]
    return dict(zip(rows.scope_code, rows.value, strict=True))


def _parameters(written: str | None, schema, store: Store, paths: Paths) -> pd.DataFrame:
    """A parameter table, empty where none is named."""
    return tables.product([], schema) if written is None else store.read_parameters(paths.resolve(written), schema)


def _history(config: Config, store: Store, paths: Paths, zones: pd.DataFrame) -> pd.DataFrame:
    """Official rates of earlier years; those of places that are not of this run are told."""
    table = _parameters(config.cover.history, tables.OFFICIAL_RATES, store, paths)
    strange = sorted(set(table.county_code) - set(zones.county_code) - {config.area.code})
    if strange:
        store.warn("history_elsewhere", codes=list(strange))
    return table


def forest_cover(
    code_area: pd.DataFrame,
    products: list[Layer],
    target: dict[str, float],
    config: Config,
    bases: dict,
    dry_shrub: dict[tuple[str, int | None, str], dict[str, float]],
    scattered_hm2: dict[str, float],
) -> pd.DataFrame:
    """Forest area and cover of each zone under each reading.

    ``code_area``: hm2 by zone, product, year and product code (blank = unknown). Cover is forest over the whole
    land area of the zone, inland water and unknown land included, in percent. A county without a target of its own
    stands against that of the whole area, as a reference. Forest is the codes of the reading, shrub that counts for want of
    rain (``dry_shrub``: by product, year and reading, then zone) and, in a census alone, the converted area of scattered trees
    (``scattered_hm2``: by county): a raster may see those trees itself. Forest and cover are blank where nothing of a zone is known.
    """
    rows = []
    for layer in products:
        trees_hm2 = definitions.scattered_by_zone(code_area, layer, scattered_hm2)
        for zone, group in rows_of_layer(code_area, layer).groupby(KEYS, sort=False, dropna=False):
            shared = dict(zip(KEYS, zone, strict=True))
            land, code = math.fsum(group.area_hm2), shared["county_code"]
            goal = target.get(code, target.get(config.area.code))
            trees = trees_hm2.get(code)
            for reading in layer.about.readings:
                counted, shrub = forest_codes(layer.legend, reading), dry_shrub[layer.product, layer.about.year, reading].get(code)
                parts = [math.fsum(group.area_hm2[group.code.isin(counted)]), shrub or 0.0, (trees or 0.0) if layer.is_census else 0.0]
                forest = None if nothing_known(group) else math.fsum(parts)
                rows.append(
                    {
                        **shared,
                        "reading": reading,
                        "land_area_hm2": land,
                        "forest_area_hm2": forest,
                        "unknown_area_hm2": math.fsum(group.area_hm2[group.class_key == UNKNOWN]),
                        "forest_cover_pct": None if forest is None else forest / land * 100,
                        "target_pct": goal,
                        "target_year": config.cover.target_year if goal is not None else None,
                        "target_scope": None if goal is None else "own" if code in target else "area",
                        "shrub_by_rain_hm2": shrub,
                        "scattered_trees_hm2": trees,
                        "basis": bases[(layer.product, layer.about.year)],
                    }
                )
    return pd.DataFrame(rows).astype(dict.fromkeys(("forest_area_hm2", "forest_cover_pct"), "float64"))


def on_official_area(cover: pd.DataFrame, official: dict[str, float], denominator: str) -> pd.DataFrame:
    """The rate on each zone's official area beside the geometric one, which of the two a verdict stands on, and its gap.

    The gap is target less that rate [percentage points], and the forest that is missing on that area [hm2].
    """
    area = cover.county_code.map(official).astype("float64")
    made = cover.assign(official_area_hm2=area, official_cover_pct=cover.forest_area_hm2 / area * 100, denominator=denominator)
    target, land = made.target_pct.astype("float64"), area if denominator == "official" else made.land_area_hm2
    return made.assign(gap_pp=target - compare.rate_pct(made), gap_area_hm2=target / 100 * land - made.forest_area_hm2)


def decide(
    cover: pd.DataFrame,
    products: list[Layer],
    surveyed: dict[tuple[str, int | None], set[str]],
    said: samples.Said,
    sure: float,
) -> pd.DataFrame:
    """Each row with what samples make of it, its verdict, and what the verdict stands on.

    ``surveyed``: zones in which every county has parcels of the product; a county without any was not delivered. A sample
    speaks of the forest there is, whatever a reading takes for forest: all readings of a product get the same verdict.
    """
    layers, made = by_name(products), []
    for row in cover.to_dict("records"):
        key = name_of(row["product"], row["year"])
        forest = said.of_zone(row["county_code"], *key)
        row |= _adjusted(row, forest)
        row["verdict"], row["reason"] = _verdict(row, layers[key], row["county_code"] in surveyed.get(key, ()), forest, said, key, sure)
        row |= _against_target(row, forest)
        made.append(row)
    return pd.DataFrame(made)


def _adjusted(row: dict, forest: samples.Forest | None) -> dict:
    """Forest by the reference points; blank where no sample carries an estimate."""
    if forest is None:
        return {}
    if forest.refusal is not None:
        return {"sample": forest.sample}
    to_pct = 100 / denominator_hm2(row)
    return {
        "sample": forest.sample,
        "adjusted_area_hm2": forest.area_hm2,
        "adjusted_low_hm2": forest.low_hm2,
        "adjusted_high_hm2": forest.high_hm2,
        "adjusted_cover_pct": forest.area_hm2 * to_pct,
        "adjusted_low_pct": forest.low_hm2 * to_pct,
        "adjusted_high_pct": forest.high_hm2 * to_pct,
        "adjusted_se_pp": forest.se_hm2 * to_pct,
        "interval_method": forest.share.method,
        "not_sampled_hm2": forest.not_sampled_hm2,
    }


def _against_target(row: dict, forest: samples.Forest | None) -> dict:
    """Probability of the target, and the gap by the sample: the latter where enough points of forest by law carry it.

    Reference points of tree cover say nothing of a target of forest by law, and a survey in which counties are missing
    nothing of the gap.
    """
    if row["reason"] == "not_surveyed":
        return {"gap_pp": None, "gap_area_hm2": None}
    if row["reason"] not in ("sample", "sample_inconclusive", "sample_small"):
        return {}
    needed_hm2 = row["target_pct"] / 100 * denominator_hm2(row)
    made = {"p_target": forest.probability(needed_hm2)[0]}
    if row["reason"] == "sample_small":
        return made
    return made | {
        "adjusted_gap_pp": row["target_pct"] - row["adjusted_cover_pct"],
        "adjusted_gap_hm2": needed_hm2 - row["adjusted_area_hm2"],
    }


def _verdict(row: dict, layer: Layer, is_surveyed: bool, forest, said: samples.Said, key, sure: float) -> tuple[str, str]:
    if row["target_pct"] is None or pd.isna(row["target_pct"]):
        return "undetermined", "no_target"
    if layer.is_census:
        pct = row["official_cover_pct"] if row["denominator"] == "official" else row["forest_cover_pct"]
        return verdicts.by_census(cover_pct=pct, target_pct=row["target_pct"], is_surveyed=is_surveyed)
    if forest is None:
        is_elsewhere = any((f.product, f.year) == key and f.refusal is None for f in said.forest)
        return "undetermined", "sample_not_by_county" if is_elsewhere else "no_sample"
    if forest.refusal is not None:
        return "undetermined", "sample_refused"
    chance = verdicts.Chance(*forest.probability(row["target_pct"] / 100 * denominator_hm2(row)))
    return verdicts.by_sample(chance, points=forest.share.n, definition=forest.definition, sure=sure)


# --- tasks and plan ------------------------------------------------------------------------------------------


def _tasks(
    cover: pd.DataFrame,
    products: list[Layer],
    land_area: pd.DataFrame,
    strata: pd.DataFrame,
    definition: pd.DataFrame,
    config: Config,
    store: Store,
    paths: Paths,
) -> pd.DataFrame:
    """The gap of the whole area shared among counties, on the basis of each product in its main reading."""
    settings, made = config.cover.tasks, []
    given = _parameters(settings.given, tables.GIVEN_TASKS, store, paths) if settings.rule == "given" else None
    area_table, layers = store.read_table(tables.AREA_TABLE), store.read_table(tables.STRATA)
    rules = store.read_parameters(paths.resolve(config.carbon.greening_rules), tables.GREENING_RULES)
    space = greening.space(land_area, area_table, strata, layers, definition, rules)
    for layer in products:
        rows = rows_of_layer(cover, layer)
        rows = rows[rows.reading == main_reading_of(layer, config.cover.main_reading)]
        city = rows[rows.level == "city"].to_dict("records")
        if not city:
            continue
        room = greening.plantable(space, product=layer.product, year=layer.about.year, max_slope_deg=settings.max_slope_deg)
        room = dict.fromkeys(rows.county_code, 0.0) | room
        stands_on, gap_hm2 = _gap_of(city[0], layer)
        own = gap.tasks(rows, gap_hm2=gap_hm2, stands_on=stands_on, rule=settings.rule, space_hm2=room, given=given)
        if own.empty and settings.rule == "greening_space" and gap_hm2 is not None and gap_hm2 > 0:
            store.warn("tasks_no_space")
        made.append(own)
    some = [m for m in made if len(m)]
    return tables.product(pd.concat(some, ignore_index=True) if some else [], tables.TASKS)


def _gap_of(row: dict, layer: Layer) -> tuple[str, float | None]:
    """(what it stands on, forest [hm2] that is missing to the target) of the whole area, by the best that is known of it.

    A census in which counties are missing has none: their forest would count as missing too.
    """
    if layer.is_census:
        return "census", row["gap_area_hm2"] if row["reason"] == "census" else None
    return ("sample", row["adjusted_gap_hm2"]) if pd.notna(row["adjusted_gap_hm2"]) else ("map", row["gap_area_hm2"])


def _counts(sample_tables: list[pd.DataFrame], cover: pd.DataFrame, code_area: pd.DataFrame) -> pd.DataFrame | None:
    """Points of the samples that stand behind an estimate, for the planner; None where there are none."""
    table, points, at = sample_tables
    used = table[table["sample"].isin(cover["sample"][cover.adjusted_area_hm2.notna()])]
    return planner.counts_of(used, points, at, code_area) if len(used) else None


# --- checks and warnings -------------------------------------------------------------------------------------


def require_sums(cover: pd.DataFrame) -> None:
    """Forest of the counties adds up to that of the whole area (to 1e-9), in every product, year and reading."""
    for _, rows in cover.groupby(["product", "year", "reading"], dropna=False, sort=False):
        whole, parts = (rows.forest_area_hm2[rows.level == level].dropna() for level in ("city", "county"))
        parts = math.fsum(parts)
        assert whole.empty or abs(parts - whole.iloc[0]) <= 1e-9 * max(parts, 1.0), "counties must add up to the city"


def _tell(cover: pd.DataFrame, products: list[Layer], said: samples.Said, config: Config, store: Store) -> None:
    for told in said.told:
        store.warn(told.key, **told.params)
    if cover.target_pct.isna().all():
        store.warn("no_target", year=config.cover.target_year)
    open_ones = [p.product for p in products if not p.is_census and (rows_of_layer(cover, p).reason == "no_sample").all()]
    if open_ones:
        store.warn("verdict_undetermined", products=list(dict.fromkeys(open_ones)))


# --- vectors and official areas ------------------------------------------------------------------------------


def _surveyed(products: list[Layer], store: Store, zones: pd.DataFrame) -> dict[tuple[str, int | None], set[str]]:
    """Codes of counties with parcels of their own, by product and year; with the whole area's where no county lacks them."""
    if not any(p.about.parcels for p in products):
        return {}
    checks = store.read_table(tables.PARCEL_CHECKS)
    made = {}
    for (product, year), rows in checks.groupby(["product", "year"], dropna=False):
        own = set(rows.county_code[rows.own_parcels > 0])
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

    ``limit`` says what the product cannot see; an area of zero from it is then "not visible", not "none". Where nothing of a
    zone is known all is blank.
    """
    limits = {(p.product, p.about.year): p.about.limits["wetland"].get(language) for p in products if "wetland" in p.about.limits}
    protected = inside[(inside.layer == "protected_area") & (inside.class_key == "wetland")]
    rows = []
    for zone, group in land_area.groupby(KEYS, sort=False, dropna=False):
        shared = dict(zip(KEYS, zone, strict=True))
        year = None if pd.isna(shared["year"]) else int(shared["year"])
        wetland = math.fsum(group.area_hm2[group.class_key == "wetland"])
        kept = rows_of(protected[protected.county_code == shared["county_code"]], shared["product"], year)
        known = "protected_area" in set(inside.layer)
        area = math.fsum(kept.area_hm2) if known else None
        is_seen = not nothing_known(group)
        if known and wetland < area <= wetland * (1 + 1e-9):
            area = wetland  # the protected part is cut out and measured by itself: all of it, but for rounding
        rows.append(
            {
                **shared,
                "wetland_area_hm2": wetland if is_seen else None,
                "water_area_hm2": math.fsum(group.area_hm2[group.class_key == "water"]) if is_seen else None,
                "protected_area_hm2": area if is_seen else None,
                "protection_rate_pct": area / wetland * 100 if known and wetland > 0 else None,
                "basis": group.basis.iloc[0],
                "limit": limits.get((shared["product"], year)),
            }
        )
    return pd.DataFrame(rows)
