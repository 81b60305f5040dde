"""Stage 4: carbon stocks by pool, class and county with intervals; works on the area table, never on pixels.

A route turns land into pools; :data:`ROUTES` is the menu: a new route is one file and one line here. The routes of the
configuration are a list of priority: with more than one, the account ``mixed`` takes each hectare by the first that can serve it,
and each route has an account of its own beside it, as if it alone were configured (what it cannot serve is then a gap). Accounts
are alternatives and are never added to each other.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import pandas as pd

from pipeline.carbon import account as accounts
from pipeline.carbon import adjusted, agb_raster, class_mean, land, outlook, results, spread, trials, volume_fang, volume_guide, volume_ipcc
from pipeline.carbon import factors as books
from pipeline.carbon.account import MIXED, Account
from pipeline.carbon.draws import Draws
from pipeline.carbon.factors import TABLE_DEPTH_CM, Factors
from pipeline.carbon.land import Product
from pipeline.carbon.spread import Adjusted
from pipeline.core import basis, tables
from pipeline.core.config import Config
from pipeline.core.errors import Findings, UsageError
from pipeline.core.legend import FILE as CLASSES
from pipeline.core.legend import UNKNOWN, classes
from pipeline.core.paths import Paths
from pipeline.core.products import shown
from pipeline.core.store import Store, sha256
from pipeline.core.units import is_measured_in
from pipeline.core.words import say

ROUTES: dict[str, accounts.Serve] = {route.NAME: route.serve for route in (class_mean, volume_ipcc, volume_guide, volume_fang, agb_raster)}
BY_VOLUME = (volume_ipcc.NAME, volume_guide.NAME, volume_fang.NAME)
ZONES = "climate_zone"  # name of the layer of climate zones, if there is one
_FIXED_SHARE = 0.01  # of a stock that may stand on numbers without a range without a word
_TOLD = (  # why a route could not serve land, where that is worth a word: not that crops have no growing stock
    "no_class_value", "zero_growing_stock", "species_unknown", "species_for_produce", "factor_gap", "factor_unchecked", "no_layer_value",
)  # fmt: skip


@dataclass(frozen=True)
class Made:
    """What the stage computed for one product by one list of routes."""

    account: Account
    draws: Draws
    adjusted: dict[str, Adjusted]  # by zone, where a sample gives class areas
    fixed_tc: dict[str, float]  # by zone, stock whose numbers have no range


def run(config: Config, store: Store, paths: Paths, counties: tuple[str, ...]) -> None:
    """Stage 4: carbon stock by county, product, year, route, class and pool, with 95 % intervals."""
    settings = config.carbon
    require_routes(config)
    # Load
    store.input(CLASSES)
    land_area = store.read_table(tables.LAND_AREA)
    factors = read_factors(config, store, paths)
    products = _products(config, store, land_area)
    matrix = store.read_table_if_any(tables.ERROR_MATRIX)

    # Compute
    zones = list(dict.fromkeys(z for p in products for s in p.soil.values() for z in s.rest_hm2)) or [settings.climate_zone]
    drawn = trials.monte_carlo(factors.parameters, settings.draws, settings.seed)
    said = class_mean.prepare(factors, drawn, zones, settings.soc.edition)
    computed = [compute(config, p, factors, drawn, zones, matrix) for p in products]
    made, idle = [m for own, _ in computed for m in own], [a for _, none in computed for a in none]

    # Check
    require_whole(made)
    _tell(config, products, made, factors, store)

    # Save
    stock = [r for m in made for r in results.stock_rows(m.draws, m.account.land, m.adjusted, settings.soc)]
    summary = [r for m in made for r in results.summary_rows(m.draws, m.account.land, m.adjusted, settings.soc, m.fixed_tc)]
    stock, summary = tables.product(stock, tables.CARBON_STOCK), tables.product(summary, tables.CARBON_SUMMARY)
    require_conserved(stock, summary)
    store.fact("basis", list(dict.fromkeys(land_area.basis)))
    used = results.factor_rows({n for m in made for n in m.account.names}, factors, said, config.language)
    store.fact("labels", sorted({*factors.classes.label, *(r["label"] for r in used)}))
    store.write_table(stock, tables.CARBON_STOCK)
    store.write_table(summary, tables.CARBON_SUMMARY)
    order = list(basis.of_products(store))
    by_lead = sorted(made, key=lambda m: order.index((m.account.land.product, m.account.land.year)))
    store.write_table(tables.product(_densities(config, by_lead, factors, said, drawn), tables.CARBON_DENSITY), tables.CARBON_DENSITY)
    store.write_table(tables.product(used, tables.FACTORS_USED), tables.FACTORS_USED)
    if len(factors.overridden):
        store.write_table(factors.overridden, tables.OVERRIDDEN)
    _save_shares(made, idle, len(settings.routes), store)
    _save_spread(config, products, made, factors, drawn, zones, matrix, store)
    store.write_table(tables.product(_sources(config, paths), tables.CARBON_SOURCES), tables.CARBON_SOURCES)
    outlook.write(config, store, paths, land_area, factors.volume, [m.draws for m in made])  # change, potential, value


def compute(
    config: Config, product: Product, factors: Factors, drawn, zones: list[str], matrix: pd.DataFrame | None
) -> tuple[list[Made], list[Account]]:
    """(the accounts of a product, those of routes that serve none of its land).

    The mixed account comes first where several routes are configured, then each route's own.
    """
    settings, made, idle = config.carbon, [], []
    for route, routes in _lists(settings.routes):
        found = _account(config, product, routes, route, factors, drawn)
        if not accounts.has_biomass(found) and len(settings.routes) > 1 and route != MIXED:
            idle.append(found)
            continue
        draws = found.draws(drawn, _densities_anywhere(config, routes, drawn, zones))
        made.append(Made(found, draws, _adjusted(config, draws, product, matrix), found.fixed_tc(drawn)))
    return made, idle


def _lists(routes: list[str]) -> list[tuple[str, list[str]]]:
    """(name of the account, its routes in order)."""
    single = [(r, [r]) for r in routes]
    return single if len(routes) == 1 else [(MIXED, list(routes)), *single]


def _account(config: Config, product: Product, routes: list[str], name: str, factors: Factors, design) -> Account:
    depth = config.carbon.soc.depth_cm == TABLE_DEPTH_CM
    return accounts.make(product, routes, ROUTES, factors, design, name, soil_table=depth)


def _densities_anywhere(config: Config, routes: list[str], drawn, zones: list[str]) -> dict[tuple[str, str], np.ndarray]:
    """Densities of land that a zone does not have: class means where they are a route, soil of the first climate zone."""
    made = {}
    for key in classes().class_key:
        for pool in land.BIOMASS:
            if class_mean.NAME in routes and class_mean.quantity(key, pool) in drawn:
                made[key, pool] = drawn[class_mean.quantity(key, pool)]
        if config.carbon.soc.depth_cm == TABLE_DEPTH_CM and class_mean.soil(key, zones[0]) in drawn:
            made[key, "soc"] = drawn[class_mean.soil(key, zones[0])]
    return made


# --- reading -------------------------------------------------------------------------------------------------


def require_routes(config: Config) -> None:
    """Raise UsageError for settings that name no route, no layer, or a depth that no number stands for."""
    settings, findings = config.carbon, Findings()
    unknown = [r for r in settings.routes if r not in ROUTES]
    if unknown:
        findings.add("route_unknown", found=", ".join(unknown), known=", ".join(ROUTES))
    wanted = [("carbon.soc.layer", settings.soc.layer)] if settings.soc.layer else []
    if agb_raster.NAME in settings.routes:
        wanted.append(("carbon.agb_layer", settings.agb_layer))
    for setting, name in wanted:
        if name not in config.layers:
            findings.add("carbon_layer_missing", setting=setting, layer=name, known=", ".join(config.layers) or "–")
    if settings.soc.layer is None and settings.soc.depth_cm != TABLE_DEPTH_CM:
        findings.add("carbon_depth", found=settings.soc.depth_cm, expected=TABLE_DEPTH_CM)
    findings.stop(UsageError)


def read_factors(config: Config, store: Store, paths: Paths) -> Factors:
    """All factor tables; raises BadData/UsageError with everything that is wrong with them."""
    findings, read = Findings(), {}
    for role, schema in tables.CARBON_PARAMETERS.items():
        written = getattr(config.carbon, role)
        found = None if written is None else findings.attempt(lambda w=written, s=schema: store.read_parameters(paths.resolve(w), s))
        read[role] = tables.product([], schema) if found is None else found
    findings.stop()
    carbon = config.carbon
    layers = books.layer_error(books.AGB_LAYER, carbon.agb_error_pct) + books.layer_error(books.SOC_LAYER, carbon.soc.error_pct)
    names = ("factors", "volume_factors", "soc_factors", "species", "overrides")
    return books.make(*(read[n] for n in names), carbon.unchecked_factors, layers)


def _products(config: Config, store: Store, land_area: pd.DataFrame) -> list[Product]:
    """Every product in pieces; tables of layers are read where a setting asks for them."""
    settings = config.carbon
    agb = settings.agb_layer if agb_raster.NAME in settings.routes else None
    has_zones = ZONES in config.layers
    by_volume = any(r in BY_VOLUME for r in settings.routes)
    sums = store.read_table(tables.CLASS_SUMS) if agb or settings.soc.layer else tables.product([], tables.CLASS_SUMS)
    _require_units(sums, {agb: "t/hm2", settings.soc.layer: "tC/hm2"})
    strata = store.read_table(tables.CLASS_STRATA) if has_zones else tables.product([], tables.CLASS_STRATA)
    return land.products(
        land_area, store.read_table_if_any(tables.PARCEL_AREA) if by_volume else None, sums, strata,
        agb_layer=agb, soc_layer=settings.soc.layer, zone_layer=ZONES if has_zones else None, zone=settings.climate_zone,
    )  # fmt: skip


def _require_units(sums: pd.DataFrame, wanted: dict[str | None, str]) -> None:
    """Raise UsageError for a layer whose unit is not the one a route reckons in; an unstated one is not guessed."""
    findings = Findings()
    for layer, unit in wanted.items():
        if layer is not None:
            for found in sums[sums.layer == layer].unit.fillna("–").unique():
                if not is_measured_in(found, unit):
                    findings.add("layer_unit", layer=layer, found=found, expected=unit)
    findings.stop(UsageError)


def _adjusted(config: Config, draws: Draws, product: Product, matrix: pd.DataFrame | None) -> dict[str, Adjusted]:
    """Stocks on the class areas of a sample: counties that were sampled for themselves and their sum, else the whole area."""
    if matrix is None:
        return {}
    own = adjusted.usable(matrix, product.product, product.year, [k for k in classes().class_key if k != UNKNOWN])
    made = {}
    for zone in product.zones:
        code = zone["county_code"]
        mapped = {k: a for (c, k), a in product.area_hm2.items() if c == code}
        areas = adjusted.areas(own, code, mapped, config.carbon.draws, config.carbon.seed)
        if areas is not None:
            per_hm2 = {
                k: math.fsum(float(d[0]) for p in tables.POOLS if (d := spread.density(draws, code, k, p)) is not None) for k in areas
            }
            made[code] = spread.adjust(draws, code, areas, adjusted.variance_tc2(own, code, mapped, per_hm2))
    if product.city is not None and product.counties and all(c in made for c in product.counties):
        made[product.city] = spread.together(made[c] for c in product.counties)
    return made


# --- checking ------------------------------------------------------------------------------------------------


def require_whole(made: list[Made]) -> None:
    """Every hm2 of known class is served by one route or by none; the whole area's draws are the sum of its counties'."""
    for m in made:
        product, served = m.account.land, m.account.served_hm2
        for code in product.counties:
            whole = math.fsum(a for (c, k), a in product.area_hm2.items() if c == code and k != UNKNOWN)
            parts = math.fsum(a for (c, _, _), a in served.items() if c == code)
            assert abs(whole - parts) <= 1e-9 * max(whole, 1.0), f"{code}: {parts} hm2 in the routes, {whole} hm2 in the classes"


def require_conserved(stock: pd.DataFrame, summary: pd.DataFrame) -> None:
    """Pools add up to the totals, counties to the whole area, and no hm2 of unknown land holds carbon."""
    assert not (stock.class_key == UNKNOWN).any(), "unknown land has no stock"
    keys = ["county_code", "product", "year", "route"]  # as text: a product without a year is one product
    sums = stock.assign(year=[str(y) for y in stock.year]).groupby(keys).stock_tc.agg(math.fsum)
    whole = summary.assign(year=[str(y) for y in summary.year]).set_index(keys).stock_tc
    assert ((whole - sums.reindex(whole.index, fill_value=0.0)).abs() <= 1e-9 * whole.abs().clip(lower=1e-9)).all(), "pools must add up"
    assert ((summary.low_tc <= summary.stock_tc * (1 + 1e-12)) & (summary.high_tc * (1 + 1e-12) >= summary.stock_tc)).all(), (
        "an interval holds its value"
    )
    by_level = summary.assign(year=[str(y) for y in summary.year]).groupby([*keys[1:], "level"]).stock_tc.agg(math.fsum).unstack("level")
    if {"city", "county"} <= set(by_level):
        assert ((by_level.city - by_level.county).abs() <= 1e-9 * by_level.city.clip(lower=1e-9)).all(), "counties add up to the whole area"


def _tell(config: Config, products: list[Product], made: list[Made], factors: Factors, store: Store) -> None:
    """What a reader must know: land without a value, species without a type, routes and layers that served nothing."""
    settings = config.carbon
    leading = _lists(settings.routes)[0][0]  # the others are alternatives; what they lack is in their columns
    for m in made:
        name = shown(m.account.land.product, m.account.land.year)
        if m.account.route == leading:
            for row in results.summary_rows(m.draws, m.account.land, {}, settings.soc, m.fixed_tc):
                if row["level"] != "county" and (row["no_biomass_value_hm2"] > 0 or row["no_soc_value_hm2"] > 0):
                    store.warn("carbon_gaps", product=name, biomass=row["no_biomass_value_hm2"], soc=row["no_soc_value_hm2"])
                if row["level"] != "county" and row["no_range_tc"] > _FIXED_SHARE * row["stock_tc"]:
                    store.warn("carbon_no_range", product=name, share=100 * row["no_range_tc"] / row["stock_tc"])
        species: dict[str, float] = {}
        for (_, _, reason, detail), hm2 in m.account.refused_hm2.items():
            if reason == "species_unknown":
                species[detail] = species.get(detail, 0.0) + hm2
        if species and m.account.route in BY_VOLUME:
            worst = sorted(species.items(), key=lambda s: -s[1])[:20]
            found = ", ".join(f"{code} ({hm2:.0f} hm²)" for code, hm2 in worst)
            store.warn("carbon_species", product=name, area_hm2=math.fsum(species.values()), found=found, file=settings.species)
    served = {r for m in made for (_, _, r), hm2 in m.account.served_hm2.items() if hm2 > 0}
    idle = [r for r in settings.routes if r not in served]
    if idle:
        store.warn("carbon_route_idle", routes=", ".join(idle))
    no_zone = {z for p in products for s in p.soil.values() for z, a in s.rest_hm2.items() if a > 0} - set(factors.soc.climate_zone)
    if no_zone and settings.soc.depth_cm == TABLE_DEPTH_CM:
        area = math.fsum(a for p in products[:1] for s in p.soil.values() for z, a in s.rest_hm2.items() if z in no_zone)
        store.warn("carbon_zone_gap", zones=", ".join(sorted(no_zone)), area_hm2=area)
    store.fact("climate_zone", "layer" if ZONES in config.layers else settings.climate_zone)
    store.fact("soc_edition", results.edition_of(settings.soc))
    store.fact("soc_depth_cm", settings.soc.depth_cm)
    store.fact("class_areas", "sample" if any(m.adjusted for m in made) else "map")


# --- saving --------------------------------------------------------------------------------------------------


def _densities(config: Config, made: list[Made], factors: Factors, said: dict, drawn) -> list[dict]:
    """Every density: means of measured land by product, then the rows of the tables; the leading account and product first."""
    rows, settings = [], config.carbon
    measured = dict.fromkeys(BY_VOLUME, say("density_volume", config.language))
    measured[agb_raster.NAME] = say("density_layer", config.language, layer=settings.agb_layer)
    by_table = class_mean.NAME if class_mean.NAME in settings.routes else settings.routes[0]
    for route, _ in _lists(settings.routes):
        if route != class_mean.NAME or settings.soc.layer is not None:
            own = [m for m in made if m.account.route == route]
            rows += [
                r
                for m in own
                for r in results.mean_density_rows(m.account, m.draws, factors, said, settings.soc, measured, config.language)
            ]
        if route == by_table:
            rows += results.density_rows(route, said, drawn, settings.soc, config.language)
    return rows


def _save_shares(made: list[Made], idle: list[Account], routes: int, store: Store) -> None:
    """Land by route of the leading accounts; why each route by itself could not serve land, the ``idle`` ones among them."""
    leading = [m.account for m in made if routes == 1 or m.account.route == MIXED]
    store.write_table(tables.product([r for a in leading for r in results.share_rows(a)], tables.ROUTE_SHARE), tables.ROUTE_SHARE)
    single = [*(m.account for m in made if m.account.route != MIXED), *idle]
    rows = [r for a in single for r in results.unserved_rows(a, _TOLD)]
    if rows:
        store.write_table(tables.product(rows, tables.UNSERVED), tables.UNSERVED)


def _save_spread(config: Config, products, made: list[Made], factors: Factors, drawn, zones, matrix, store: Store) -> None:
    """Variance by component, and the interval by Approach 1."""
    settings = config.carbon
    ends, plain = trials.one_at_a_time(factors.parameters), trials.plain(factors.parameters)
    other = trials.plain(factors.parameters)
    class_mean.prepare(factors, ends, zones, settings.soc.edition)
    class_mean.prepare(factors, plain, zones, settings.soc.edition)
    class_mean.prepare(factors, other, zones, 2006 if settings.soc.edition == 2019 else 2019)
    variance, simple = [], []
    for product in products:
        own = [m for m in made if m.account.land is product]
        by_route = _each_first(config, product, factors, plain)
        steps = _edition_steps(product, plain, other) if settings.soc.depth_cm == TABLE_DEPTH_CM else {}
        for m in own:
            simply = m.account.draws(ends, _densities_anywhere(config, _routes_of(config, m.account.route), ends, zones))
            for zone in product.zones:
                code = zone["county_code"]
                total, of_sample = _array(m.draws, code, drawn.size), m.adjusted.get(code)
                routes_tc = [by[code] for by in by_route] if m.account.route == MIXED else []
                variance += results.spread_rows(zone, m.draws, spread.split(total, of_sample, steps.get(code, 0.0), routes_tc))
                on_ends = _array(simply, code, ends.size) if of_sample is None else _on_areas(simply, m.adjusted, product, code, ends.size)
                half = spread.approach_1(on_ends, of_sample.sampling_tc2 if of_sample else 0.0)
                stock, by_draws = spread.stands_on(total, of_sample)
                row = zone | {"product": product.product, "year": product.year, "route": m.account.route, "stock_tc": stock}
                row |= {"half_width_tc": half, "half_width_pct": spread.relative(half, stock), "monte_carlo_half_width_tc": by_draws}
                simple.append(row | {"difference_pct": spread.relative(half - by_draws, by_draws)})
    store.write_table(tables.product(variance, tables.VARIANCE), tables.VARIANCE)
    store.write_table(tables.product(simple, tables.APPROACH_1), tables.APPROACH_1)


def _array(draws: Draws, code: str, size: int) -> np.ndarray:
    return np.broadcast_to(np.asarray(draws.total(code), dtype=float), (size,))


def _on_areas(draws: Draws, by_zone: dict[str, Adjusted], product: Product, code: str, size: int) -> np.ndarray:
    """Trials of a zone's total on the sample's areas; the whole area's by its counties where they were sampled for themselves."""
    parts = product.counties if code == product.city and all(c in by_zone for c in product.counties) else [code]
    whole = sum(spread.on_areas(draws, c, {k: float(a[0]) for k, a in by_zone[c].hm2.items()}) for c in parts)
    return np.broadcast_to(np.asarray(whole, dtype=float), (size,))


def _routes_of(config: Config, route: str) -> list[str]:
    return dict(_lists(config.carbon.routes))[route]


def _each_first(config: Config, product: Product, factors: Factors, plain) -> list[dict[str, float]]:
    """Totals by zone with each route put first in turn, the others after it as they are."""
    routes, made = config.carbon.routes, []
    for first in routes if len(routes) > 1 else []:
        found = _account(config, product, [first, *(r for r in routes if r != first)], MIXED, factors, plain).draws(plain)
        made.append({z["county_code"]: results.value_of(found, z["county_code"]) for z in product.zones})
    return made


def _edition_steps(product: Product, this, other) -> dict[str, float]:
    """What the other edition of the soil table would add [tC] by zone; land for which either has no value is left out."""
    made: dict[str, float] = {}
    for (county, key), soil in product.soil.items():
        for zone, hm2 in soil.rest_hm2.items():
            name = class_mean.soil(key, zone)
            if name in this and name in other:
                step = hm2 * float(other[name][0] - this[name][0])
                for code in (county, product.city):
                    if code is not None:
                        made[code] = made.get(code, 0.0) + step
    return made


def _sources(config: Config, paths: Paths) -> list[dict]:
    """The stage's parameter tables for the list of sources."""
    named = [(role, getattr(config.carbon, role)) for role in tables.CARBON_PARAMETERS]
    files = [(role, paths.resolve(written)) for role, written in named if written is not None]
    return [tables.source_row(role, paths.shown(path), sha256(path)) for role, path in files]
