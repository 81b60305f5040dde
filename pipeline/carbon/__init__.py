"""Stage 4: carbon stocks by pool, class and county with intervals; works on the area table, never on pixels.

A route turns class areas into densities by class and pool, with draws. :data:`ROUTES` is the menu: a new route
is one file and one line here.
"""

from __future__ import annotations

import math

import numpy as np
import pandas as pd

from pipeline.carbon import class_mean
from pipeline.core import tables
from pipeline.core.config import Config
from pipeline.core.errors import UsageError, problem
from pipeline.core.legend import UNKNOWN
from pipeline.core.paths import Paths
from pipeline.core.store import Store
from pipeline.core.units import TC_TO_TCO2

ROUTES = {"class_mean": class_mean.densities}

_KEYS = ["county_code", "county_name", "level", "product", "year"]
_BIOMASS = ("agb", "bgb")


def run(config: Config, store: Store, paths: Paths, counties: tuple[str, ...]) -> None:
    """Stage 4: carbon stock by county, product, year, route, class and pool, with 95 % intervals."""
    settings = config.carbon
    require_routes(config)
    # Load
    land_area = store.read_table(tables.LAND_AREA)
    factors = store.read_parameters(paths.resolve(settings.factors), tables.FACTORS)

    # Compute
    stocks, summaries, densities = [], [], []
    for route in settings.routes:
        density = ROUTES[route](factors, draws=settings.draws, seed=settings.seed)
        stock, summary = stock_tables(land_area, density, route)
        stocks.append(stock)
        summaries.append(summary)
        densities.append(density_table(density, route, config.language))
    stock, summary = pd.concat(stocks), pd.concat(summaries)

    # Check
    require_conserved(stock, summary)
    for row in summary[summary.level != "county"].to_dict("records"):
        gaps = {c: row[c] for c in ("no_biomass_value_hm2", "no_soc_value_hm2") if row[c] > 0}
        if gaps:
            store.warn("carbon_gaps", product=row["product"], biomass=row["no_biomass_value_hm2"], soc=row["no_soc_value_hm2"])

    # Save
    store.fact("basis", list(dict.fromkeys(land_area.basis)))
    store.fact("labels", sorted(set(factors.label)))
    store.write_table(tables.product(stock, tables.CARBON_STOCK), tables.CARBON_STOCK)
    store.write_table(tables.product(summary, tables.CARBON_SUMMARY), tables.CARBON_SUMMARY)
    store.write_table(tables.product(pd.concat(densities), tables.CARBON_DENSITY), tables.CARBON_DENSITY)


def require_routes(config: Config) -> None:
    """Raise UsageError when a configured route does not exist."""
    unknown = [r for r in config.carbon.routes if r not in ROUTES]
    if unknown:
        raise UsageError(problem("route_unknown", found=", ".join(unknown), known=", ".join(ROUTES)))


def stock_tables(land_area: pd.DataFrame, density: class_mean.Densities, route: str) -> tuple[pd.DataFrame, pd.DataFrame]:
    """(by class and pool, by zone) stocks in tC with the 2.5 and 97.5 percentiles of the draws, and in tCO2.

    A class parameter is drawn once per draw and holds for all land of the class, so the interval of a sum comes
    from the drawn sums, never from added intervals. Pools without a value have no row; the land they would stand
    on is reported in ``no_biomass_value_hm2`` and ``no_soc_value_hm2``.
    """
    stocks, summaries = [], []
    for zone, group in land_area.groupby(_KEYS, sort=False, dropna=False):
        shared = dict(zip(_KEYS, zone, strict=True)) | {"route": route, "basis": group.basis.iloc[0]}
        total, drawn, no_biomass, no_soc = [], 0.0, [], []
        for class_key, area in zip(group.class_key, group.area_hm2, strict=True):
            pools = density.pools(class_key)
            if not all(p in pools for p in _BIOMASS):
                no_biomass.append(area)
            if "soc" not in pools:
                no_soc.append(area)
            for pool in pools:
                value, draws = density.value[class_key, pool], density.draws[class_key, pool]
                low, high = interval(draws)
                stock = area * value
                stocks.append(
                    {**shared, "class_key": class_key, "pool": pool, "area_hm2": area, "stock_tc": stock,
                     "low_tc": area * low, "high_tc": area * high, "stock_tco2": stock * TC_TO_TCO2}
                )  # fmt: skip
                total.append(stock)
                drawn = drawn + area * draws
        low, high = interval(drawn)
        stock, land = math.fsum(total), math.fsum(group.area_hm2)
        summaries.append(
            {**shared, "stock_tc": stock, "low_tc": low, "high_tc": high, "stock_tco2": stock * TC_TO_TCO2,
             "tc_hm2": stock / land, "land_area_hm2": land, "no_biomass_value_hm2": math.fsum(no_biomass),
             "no_soc_value_hm2": math.fsum(no_soc)}
        )  # fmt: skip
    return pd.DataFrame(stocks), pd.DataFrame(summaries)


def interval(draws) -> tuple[float, float]:
    """The 2.5 and 97.5 percentiles."""
    low, high = np.percentile(np.atleast_1d(draws), [2.5, 97.5])
    return float(low), float(high)


def density_table(density: class_mean.Densities, route: str, language: str) -> pd.DataFrame:
    """Density by class and pool with range, source and label; a row with blank numbers for every gap."""
    rows = []
    for (class_key, pool), said in density.said.items():
        known = (class_key, pool) in density.value
        low, high = interval(density.draws[class_key, pool]) if known else (None, None)
        rows.append(
            {"route": route, "class_key": class_key, "pool": pool, "tc_hm2": density.value.get((class_key, pool)),
             "low_tc_hm2": low, "high_tc_hm2": high, "source": said.source, "label": said.label, "note": said.note(language)}
        )  # fmt: skip
    return pd.DataFrame(rows)


def require_conserved(stock: pd.DataFrame, summary: pd.DataFrame) -> None:
    """Pools times areas add up to the totals, and no hm2 of unknown land holds carbon."""
    assert not (stock.class_key == UNKNOWN).any(), "unknown land has no stock"
    keys = ["county_code", "product", "year", "route"]  # as text: a product without a year is one product
    sums = stock.assign(year=[str(y) for y in stock.year]).groupby(keys).stock_tc.agg(math.fsum)
    whole = summary.assign(year=[str(y) for y in summary.year]).set_index(keys).stock_tc
    assert ((whole - sums.reindex(whole.index, fill_value=0.0)).abs() <= 1e-9 * whole.abs().clip(lower=1e-9)).all(), "pools must add up"
    assert ((summary.low_tc <= summary.stock_tc * (1 + 1e-12)) & (summary.high_tc * (1 + 1e-12) >= summary.stock_tc)).all(), (
        "an interval holds its value"
    )
