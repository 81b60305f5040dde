"""Change of stock between two years of one product: IPCC 2006 eq. 2.5 (stock difference), by transition and by zone.

Both years are told by trial arrays (:mod:`pipeline.carbon.draws`) in which one position is one draw: land that stays what it is,
at the same density, cancels exactly, and the interval of a difference is that of the differences. A pool is compared only where
both classes have a value for it. Stock that turns up or vanishes because just one of them has one is ``one_sided_tc`` and no
change: a gap is not zero. Change and one-sided stock together are the difference of the two years' stocks.

Class means give new forest the density of mean forest at once. What comes out of them is the change in the long run if the land
stays so, not what it took up in those years.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np
import pandas as pd

from pipeline.carbon.draws import Draws, interval
from pipeline.core import tables
from pipeline.core.tables import POOLS, ZONE
from pipeline.core.units import TC_TO_TCO2

SPAN = ["product", "year_from", "year_to"]
RESTORATION = "restoration"  # the polygon layer of restored land
SAME = 1e-6  # share of the land by which land without a value may differ between two years and still be the same land


@dataclass
class Changed:
    """Trials [tC] of some land between two years; ``pools`` are those that were compared."""

    change: np.ndarray | float = 0.0
    one_sided: float = 0.0
    pools: set[str] = field(default_factory=set)

    def __add__(self, other: Changed) -> Changed:
        return Changed(self.change + other.change, self.one_sided + other.one_sided, self.pools | other.pools)


def transitions(pairs: pd.DataFrame) -> pd.DataFrame:
    """Area by class of the earlier and of the later year, of each product that has two years.

    ``pairs``: two products cell by cell (:data:`pipeline.core.tables.PRODUCT_PAIRS`), whichever of the two is the finer one.
    """
    own = pairs[(pairs.product_a == pairs.product_b) & pairs.year_a.notna() & pairs.year_b.notna()]
    own = own[own.year_a != own.year_b]
    a_first = own.year_a < own.year_b
    made = own[ZONE].assign(
        product=own.product_a,
        year_from=own.year_a.where(a_first, own.year_b),
        year_to=own.year_b.where(a_first, own.year_a),
        class_from=own.class_a.where(a_first, own.class_b),
        class_to=own.class_b.where(a_first, own.class_a),
        area_hm2=own.area_hm2,
    )
    keys = [*ZONE, *SPAN, "class_from", "class_to"]
    return made.groupby(keys, sort=False).area_hm2.agg(math.fsum).reset_index()


def spans(accounts: Iterable[Draws]) -> list[tuple[Draws, Draws]]:
    """The accounts to compare: years that follow each other, and the first with the last, of one product and route."""
    series: dict[tuple[str, str], list[Draws]] = {}
    for account in accounts:
        if account.year is not None:
            series.setdefault((account.product, account.route), []).append(account)
    made = []
    for own in series.values():
        own.sort(key=lambda a: a.year)
        made += pairwise(own)
        if len(own) > 2:
            made.append((own[0], own[-1]))
    return made


def share_known(account: Draws, county: str, class_key: str, pool: str) -> float:
    """Share 0..1 of a zone's land of a class that has a value for a pool; of a class without land there, whether it has one at all."""
    area = account.area_hm2.get((county, class_key), 0.0)
    if area > 0:
        return min(account.known_hm2.get((county, class_key, pool), 0.0) / area, 1.0)
    return float(account.density(county, class_key, pool) is not None)


def of_transition(earlier: Draws, later: Draws, county: str, class_from: str, class_to: str, area_hm2: float) -> Changed:
    """What ``area_hm2`` that went from one class to another gained (trials [tC]; losses negative).

    Where a pool is known on part of the land only, that part of both sides is compared which both know.
    """
    made = Changed()
    for pool in POOLS:
        before, after = share_known(earlier, county, class_from, pool), share_known(later, county, class_to, pool)
        both = min(before, after)
        low, high = earlier.density(county, class_from, pool), later.density(county, class_to, pool)
        if both > 0:
            made.pools.add(pool)
            made.change = made.change + area_hm2 * both * _difference(high, low)
        made.one_sided += area_hm2 * ((after - both) * _value(high) - (before - both) * _value(low))
    return made


def _difference(high: np.ndarray, low: np.ndarray) -> np.ndarray:
    """``high - low``; one density that was told through the stocks of two areas differs in its last digits and is no difference."""
    made = high - low
    return np.where(np.abs(made) <= 1e-12 * np.abs(high), 0.0, made)


def _value(trials: np.ndarray | None) -> float:
    return 0.0 if trials is None else float(trials[0])


# --- by transition -------------------------------------------------------------------------------------------


def by_transition(moved: pd.DataFrame, earlier: Draws, later: Draws, basis: str) -> tuple[pd.DataFrame, pd.DataFrame]:
    """(:data:`~pipeline.core.tables.CARBON_TRANSITION`, :data:`~pipeline.core.tables.CARBON_CHANGE`) of one product, route and pair of years.

    ``moved``: :func:`transitions`. The whole area is the sum of its counties, draw by draw.
    """
    counties = moved[moved.level == "county"]
    cells: dict[str, dict[tuple[str, str], Changed]] = {}
    areas: dict[str, dict[tuple[str, str], float]] = {}
    for row in counties.itertuples():
        key = (row.class_from, row.class_to)
        made = of_transition(earlier, later, row.county_code, *key, row.area_hm2)
        cells.setdefault(row.county_code, {})[key], areas.setdefault(row.county_code, {})[key] = made, row.area_hm2
    zones = moved[ZONE].drop_duplicates().to_dict("records")
    for whole in (z for z in zones if z["level"] == "city"):
        keys = list(dict.fromkeys(k for own in cells.values() for k in own))
        code = whole["county_code"]
        summed = {k: sum((own[k] for own in cells.values() if k in own), Changed()) for k in keys}
        area = {k: math.fsum(own[k] for own in areas.values() if k in own) for k in keys}
        cells[code], areas[code] = summed, area
    shared = _shared(earlier, later, basis)
    rows, sums = [], []
    for zone in zones:
        own, area = cells.get(zone["county_code"], {}), areas.get(zone["county_code"], {})
        rows += [
            zone | shared | {"class_from": f, "class_to": t, "area_hm2": area[f, t], "pools": _named(c.pools), "one_sided_tc": c.one_sided}
            | _told(c)
            for (f, t), c in own.items()
        ]  # fmt: skip
        whole = sum(own.values(), Changed())
        values = [float(c.change[0]) for c in own.values() if c.pools]
        sums.append(
            zone | shared | _stocks(earlier, later, zone["county_code"], whole) | {"method": "transitions"}
            | {"gain_tc": math.fsum(v for v in values if v > 0), "loss_tc": math.fsum(-v for v in values if v < 0)}
            | {"not_compared_hm2": math.fsum(area[k] for k, c in own.items() if not c.pools and k[0] != k[1])}
        )  # fmt: skip
    return tables.product(rows, tables.CARBON_TRANSITION), tables.product(sums, tables.CARBON_CHANGE)


# --- without transitions -------------------------------------------------------------------------------------


def net_pools(
    earlier: Draws, later: Draws, county: str, before_hm2: dict[str, float], after_hm2: dict[str, float]
) -> dict[str, np.ndarray]:
    """Change (trials [tC]) of each pool that can be compared by class areas alone, without knowing which land became what.

    A pool can be where the land without a value for it is as large in both years: else stock would turn up or vanish with it.
    """
    land = max(math.fsum(before_hm2.values()), math.fsum(after_hm2.values()))
    made = {}
    for pool in POOLS:
        gap = [
            math.fsum(a * (1 - share_known(account, county, k, pool)) for k, a in areas.items())
            for account, areas in ((earlier, before_hm2), (later, after_hm2))
        ]
        if abs(gap[1] - gap[0]) > SAME * land or land - gap[0] <= SAME * land:
            continue
        made[pool] = _trials(later, county, after_hm2, pool) - _trials(earlier, county, before_hm2, pool)
    return made


def _trials(account: Draws, county: str, areas: dict[str, float], pool: str) -> np.ndarray | float:
    """Stock (trials [tC]) of class areas in a pool, land without a value left out."""
    total: np.ndarray | float = 0.0
    for class_key, area in areas.items():
        density = account.density(county, class_key, pool)
        if density is not None and area > 0:
            total = total + area * share_known(account, county, class_key, pool) * density
    return total


def by_net_areas(zones: pd.DataFrame, earlier: Draws, later: Draws, basis: str) -> pd.DataFrame:
    """:data:`~pipeline.core.tables.CARBON_CHANGE` from the class areas of each year, where they were not compared cell by cell."""
    own = {z: [{k: a for (c, k), a in account.area_hm2.items() if c == z} for account in (earlier, later)] for z in zones.county_code}
    made = _net(zones, earlier, later, own)
    shared, rows = _shared(earlier, later, basis), []
    for zone in zones[ZONE].to_dict("records"):
        code = zone["county_code"]
        areas = {k: own[code][1].get(k, 0.0) - own[code][0].get(k, 0.0) for k in {**own[code][0], **own[code][1]}}
        told = _stocks(earlier, later, code, made[code])
        rows.append(
            zone | shared | told | {"method": "net_areas", "gain_tc": None, "loss_tc": None}
            | {"one_sided_tc": told["margin_difference_tc"], "margin_difference_tc": 0.0}  # stock of the pools left out
            | {"not_compared_hm2": 0.0 if made[code].pools else math.fsum(a for a in areas.values() if a > 0)}
        )  # fmt: skip
    return tables.product(rows, tables.CARBON_CHANGE)


def _net(zones: pd.DataFrame, earlier: Draws, later: Draws, areas: dict[str, list[dict[str, float]]]) -> dict[str, Changed]:
    """Change of each zone from class areas; the whole area's holds the pools that every county with land can compare."""
    counties = zones.county_code[zones.level == "county"]
    pools = {
        c: net_pools(earlier, later, c, *areas[c])
        for c in counties
        if c in areas and (any(areas[c][0].values()) or any(areas[c][1].values()))
    }
    made = {c: Changed(sum(own.values(), 0.0), 0.0, set(own)) for c, own in pools.items()}
    shared = set.intersection(*(set(own) for own in pools.values())) if pools else set()
    for code in zones.county_code[zones.level == "city"]:
        made[code] = Changed(sum((own[p] for own in pools.values() for p in sorted(shared)), 0.0), 0.0, shared)
    return {c: made.get(c, Changed()) for c in zones.county_code}


# --- restoration ---------------------------------------------------------------------------------------------


def restoration(inside: pd.DataFrame, zones: pd.DataFrame, forest: set[str], earlier: Draws, later: Draws, basis: str) -> pd.DataFrame:
    """Before and after on the land inside the layer :data:`RESTORATION` (:data:`pipeline.core.tables.RESTORATION`).

    ``inside``: rows of ``class_by_stratum`` of that layer; the polygons of a county are one piece of land there. ``forest``:
    classes that are forest by law.
    """
    of_year = [inside[(inside["product"] == a.product) & (inside.year == a.year)] for a in (earlier, later)]
    own = {
        z: [dict(zip(rows.class_key, rows.area_hm2, strict=True)) for rows in (y[y.county_code == z] for y in of_year)]
        for z in zones.county_code
    }
    made = _net(zones, earlier, later, own)
    counties = list(zones.county_code[zones.level == "county"])
    rows = []
    for zone in zones[ZONE].to_dict("records"):
        code = zone["county_code"]
        parts = counties if zone["level"] == "city" else [code]
        area = math.fsum(a for c in parts for a in own[c][1].values())
        if area <= 0:
            continue
        stock = [
            math.fsum(_value_of(_trials(account, c, own[c][i], pool)) for c in parts for pool in POOLS)
            for i, account in enumerate((earlier, later))
        ]
        cover = [math.fsum(own[c][i].get(k, 0.0) for c in parts for k in forest) for i in (0, 1)]
        shared = _shared(earlier, later, basis)
        rows.append(
            zone | shared | _told(made[code]) | _sink(made[code], shared["years"]) | {"pools": _named(made[code].pools), "area_hm2": area}
            | {"forest_from_hm2": cover[0], "forest_to_hm2": cover[1], "stock_from_tc": stock[0], "stock_to_tc": stock[1]}
        )  # fmt: skip
    return tables.product(rows, tables.RESTORATION)


def _value_of(trials: np.ndarray | float) -> float:
    return float(np.atleast_1d(trials)[0])


# --- what the tables say -------------------------------------------------------------------------------------


def _shared(earlier: Draws, later: Draws, basis: str) -> dict:
    return {
        "product": earlier.product, "year_from": earlier.year, "year_to": later.year, "route": earlier.route,
        "years": float(later.year - earlier.year), "basis": basis,
    }  # fmt: skip


def _named(pools: set[str]) -> str:
    return ";".join(p for p in POOLS if p in pools)


def _told(made: Changed) -> dict:
    """Value and 95 % interval [tC]; blank where nothing was compared."""
    if not made.pools:
        return {"change_tc": None, "low_tc": None, "high_tc": None}
    trials = np.atleast_1d(made.change)
    low, high = interval(trials) if trials.any() else (0.0, 0.0)
    return {"change_tc": float(trials[0]), "low_tc": low, "high_tc": high}


def _sink(made: Changed, years: float) -> dict:
    """Net sink [tCO2 a year], positive = uptake."""
    names = ("net_sink_tco2_yr", "low_tco2_yr", "high_tco2_yr")
    return {n: None if v is None else v * TC_TO_TCO2 / years for n, v in zip(names, _told(made).values(), strict=True)}


def _stocks(earlier: Draws, later: Draws, county: str, made: Changed) -> dict:
    """The columns of a zone: both stocks, the change, the sink, and what remains of the difference."""
    stock = [_value_of(account.total(county)) for account in (earlier, later)]
    change = _value_of(made.change) if made.pools else 0.0
    one_sided = made.one_sided
    return (
        {"stock_from_tc": stock[0], "stock_to_tc": stock[1], "pools": _named(made.pools), "one_sided_tc": one_sided}
        | {"margin_difference_tc": stock[1] - stock[0] - change - one_sided}
        | _told(made)
        | _sink(made, float(later.year - earlier.year))
    )


def require_whole(change: pd.DataFrame) -> None:
    """Counties add up to the whole area."""
    for _, group in change.groupby([*SPAN, "route"], sort=False):
        city, counties = group[group.level == "city"], group[group.level == "county"]
        if len(city) and len(counties) and (group.method == "transitions").all():
            total, scale = math.fsum(counties.change_tc.dropna()), math.fsum(counties.stock_to_tc)
            assert abs(city.change_tc.fillna(0.0).iloc[0] - total) <= 1e-9 * max(scale, 1.0), "counties must add up to the whole area"
