"""Accounts as the tables people read."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd

from pipeline.carbon import class_mean
from pipeline.carbon.account import MIXED, NONE, Account
from pipeline.carbon.draws import Draws, interval, mean, value
from pipeline.carbon.factors import TABLE_DEPTH_CM, Factors, name_of
from pipeline.carbon.land import BIOMASS, Product
from pipeline.carbon.spread import Adjusted, relative
from pipeline.core.config import Soc
from pipeline.core.legend import UNKNOWN
from pipeline.core.tables import POOLS
from pipeline.core.units import TC_TO_TCO2
from pipeline.core.words import say

_LIVING = ("agb", "bgb")
_LEAST_HM2 = 1e-6  # what is less is rounding


def edition_of(soc: Soc) -> str:
    """What soil carbon stands on, for its column: the edition of the table, the layer, or both."""
    table = f"IPCC {soc.edition}"
    if soc.layer is None:
        return table
    return f"{soc.layer}; {table}" if soc.depth_cm == TABLE_DEPTH_CM else soc.layer


def stock_rows(draws: Draws, land: Product, adjusted: dict[str, Adjusted], soc: Soc) -> list[dict]:
    """Rows of :data:`tables.CARBON_STOCK`: each zone, class and pool that has a value, and what only the sample's areas have."""
    made = []
    classes = list(dict.fromkeys(k for _, k in land.area_hm2))
    for zone in land.zones:
        code, own = zone["county_code"], adjusted.get(zone["county_code"])
        seen = [*classes, *(k for k in (own.hm2 if own else {}) if k not in classes)]
        for key in seen:
            for pool in POOLS:
                trials, there = draws.stock(code, key, pool), own.tc.get((key, pool)) if own else None
                if trials is None and there is None:
                    continue
                trials = np.zeros(2) if trials is None else trials
                row = zone | {"product": land.product, "year": land.year, "route": draws.route, "class_key": key, "pool": pool}
                row |= {"area_hm2": draws.known_hm2.get((code, key, pool), 0.0), **_stock(trials), "basis": land.basis}
                if own is not None and there is not None:
                    row |= {"adjusted_hm2": value(own.hm2[key]), **_adjusted(there)}
                if pool == "soc":
                    row |= {"soc_edition": edition_of(soc), "depth_cm": soc.depth_cm}
                made.append(row)
    return made


def summary_rows(draws: Draws, land: Product, adjusted: dict[str, Adjusted], soc: Soc, fixed_tc: dict[str, float]) -> list[dict]:
    """Rows of :data:`tables.CARBON_SUMMARY`: each zone, and how much of its land has no value for biomass or soil.

    ``fixed_tc``: stock by zone that stands on numbers without any range.
    """
    made = []
    for zone in land.zones:
        code, own = zone["county_code"], adjusted.get(zone["county_code"])
        areas = {k: a for (c, k), a in land.area_hm2.items() if c == code}
        hm2 = math.fsum(areas.values())
        no_biomass = [a - min((draws.known_hm2.get((code, k, p), 0.0) for p in _LIVING), default=0.0) for k, a in areas.items()]
        no_soc = [a - draws.known_hm2.get((code, k, "soc"), 0.0) for k, a in areas.items()]
        total = draws.total(code)
        stock = {"stock_tc": value_of(draws, code)}
        row = zone | {"product": land.product, "year": land.year, "route": draws.route, "basis": land.basis}
        row |= _stock(np.broadcast_to(total, (2,)) if np.isscalar(total) else total) | stock
        row |= {"stock_tco2": stock["stock_tc"] * TC_TO_TCO2, "tc_hm2": stock["stock_tc"] / hm2, "land_area_hm2": hm2}
        row |= {"no_range_tc": max(fixed_tc.get(code, 0.0), 0.0)}
        row |= {"no_biomass_value_hm2": _gap(no_biomass, hm2), "no_soc_value_hm2": _gap(no_soc, hm2)}
        row |= {"soc_edition": edition_of(soc), "depth_cm": soc.depth_cm} | (_adjusted(own.total) if own else {})
        made.append(row)
    return made


def _gap(parts: list[float], land_hm2: float) -> float:
    """Area without a value; sums of pieces that differ from the class in the last digits are none."""
    area = math.fsum(parts)
    return 0.0 if abs(area) <= 1e-12 * land_hm2 else area


def value_of(draws: Draws, county_code: str) -> float:
    """A zone's total by the tables, added without rounding."""
    return math.fsum(value(s) for (c, _, _), s in draws.stocks_tc.items() if c == county_code)


def _stock(trials: np.ndarray) -> dict[str, float]:
    low, high = interval(trials)
    stock = value(trials)
    return {"stock_tc": stock, "low_tc": low, "high_tc": high, "stock_tco2": stock * TC_TO_TCO2, "mean_tc": mean(trials)}


def _adjusted(trials: np.ndarray) -> dict[str, float]:
    low, high = interval(trials)
    return {"adjusted_tc": value(trials), "adjusted_low_tc": low, "adjusted_high_tc": high}


def share_rows(account: Account) -> list[dict]:
    """Rows of :data:`tables.ROUTE_SHARE`: land of each class by the route that serves it, ``none`` included."""
    land, made = account.land, []
    served = dict(account.served_hm2)
    if land.city is not None:
        for (_, key, route), hm2 in account.served_hm2.items():
            place = (land.city, key, route)
            served[place] = served.get(place, 0.0) + hm2
    for zone in land.zones:
        code = zone["county_code"]
        for key in dict.fromkeys(k for c, k in land.area_hm2 if c == code):
            if key == UNKNOWN:
                hm2 = land.area_hm2[code, key]
                parts = {NONE: hm2} if hm2 > _LEAST_HM2 else {}
            else:
                parts = {r: a for (c, k, r), a in served.items() if (c, k) == (code, key) and a > _LEAST_HM2}
            whole = math.fsum(parts.values())
            for route, hm2 in parts.items():
                row = {"product": land.product, "year": land.year, "class_key": key, "route": route, "area_hm2": hm2}
                made.append(zone | row | {"share_pct": hm2 / whole * 100})
    return made


def unserved_rows(account: Account, told: tuple[str, ...]) -> list[dict]:
    """Rows of :data:`tables.UNSERVED` of a route's own account, for the reasons in ``told``."""
    land = account.land
    added: dict[tuple[str, str, str], float] = {}
    for (county, route, reason, _), hm2 in account.refused_hm2.items():
        for code in (county, land.city):
            if code is not None and reason in told and hm2 > 0:
                added[code, route, reason] = added.get((code, route, reason), 0.0) + hm2
    return [
        zone | {"product": land.product, "year": land.year, "route": route, "reason": reason, "area_hm2": hm2}
        for zone in land.zones
        for (code, route, reason), hm2 in added.items()
        if code == zone["county_code"]
    ]


def spread_rows(zone: dict, draws: Draws, parts: dict[str, float]) -> list[dict]:
    """Rows of :data:`tables.VARIANCE` of a zone."""
    whole = math.fsum(parts.values())
    row = zone | {"product": draws.product, "year": draws.year, "route": draws.route}
    return [
        row | {"component": name, "sd_tc": math.sqrt(v), "variance_tc2": v, "share_pct": relative(v, whole)} for name, v in parts.items()
    ]


def density_rows(route: str, said: dict, trials, soc: Soc, language: str) -> list[dict]:
    """Rows of :data:`tables.CARBON_DENSITY` of the tables: of a single route, with a row of blank numbers for every gap."""
    made = []
    for (key, pool, zone), about in said.items():
        if pool != "soc" and route != class_mean.NAME:
            continue
        if pool == "soc" and soc.depth_cm != TABLE_DEPTH_CM:
            continue
        name = class_mean.soil(key, zone) if pool == "soc" else class_mean.quantity(key, pool)
        row = {
            "route": route,
            "class_key": key,
            "pool": pool,
            "climate_zone": zone or None,
            **_density(trials.get(name)),
        }
        if pool == "soc":
            row |= {"soc_edition": f"IPCC {about.edition}" if about.edition else None, "depth_cm": TABLE_DEPTH_CM}
        made.append(row | {"source": about.source, "label": about.label, "note": about.note(language)})
    return made


def mean_density_rows(
    account: Account, draws: Draws, factors: Factors, said: dict, soc: Soc, measured: dict[str, str], language: str
) -> list[dict]:
    """Rows of :data:`tables.CARBON_DENSITY` of an account of its own land: the mean over the land of each class that has a value.

    In a mixed account every class has a row: one without land there has the density of its table. ``measured``: what a route
    stands on beside its factors, by route.
    """
    land, made = account.land, []
    codes = [land.city] if land.city is not None else land.counties
    keys = dict.fromkeys(k for _, k, _ in draws.stocks_tc) if draws.route != MIXED else dict.fromkeys(k for k, _, _ in said)
    rows_of, note = _rows(factors), say("density_mean", language)
    for key in keys:
        for pool in POOLS if draws.route == MIXED or soc.layer is not None else BIOMASS:
            known = math.fsum(draws.known_hm2.get((c, key, pool), 0.0) for c in codes)
            row = {"route": draws.route, "product": land.product, "year": land.year, "class_key": key, "pool": pool, "note": note}
            row |= {"soc_edition": edition_of(soc), "depth_cm": soc.depth_cm} if pool == "soc" else {}
            about = [s for (k, p, _), s in said.items() if (k, p) == (key, pool)]
            if known > 0:
                total = sum(draws.stocks_tc[c, key, pool] for c in codes if (c, key, pool) in draws.stocks_tc)
                used = _used(account, key, pool, factors, said)
                from_data = _measured(account, key, pool, soc, measured, language)
                source = "; ".join(dict.fromkeys([*from_data, *(rows_of[p][0] for p in used if p in rows_of)]))
                label = ", ".join(dict.fromkeys(rows_of[p][1] for p in used if p in rows_of)) or "D"
                made.append(row | _density(total / known) | {"source": source, "label": label})
            elif draws.route == MIXED and about:
                trials = draws.densities_tc_hm2.get((key, pool))
                made.append(row | _density(trials) | {"source": about[0].source, "label": about[0].label, "note": about[0].note(language)})
    return made


def _measured(account: Account, class_key: str, pool: str, soc: Soc, measured: dict[str, str], language: str) -> list[str]:
    """The data that a class's pool stands on beside factors: growing stock, a biomass layer, a soil layer."""
    if pool == "soc":
        by_layer = any(s.layer_hm2 > 0 for (_, k), s in account.land.soil.items() if k == class_key)
        return [say("density_layer", language, layer=soc.layer)] if by_layer else []
    routes = dict.fromkeys(r for (_, k, r), hm2 in account.served_hm2.items() if k == class_key and hm2 > 0)
    return [measured[r] for r in routes if r in measured]


def _density(trials: np.ndarray | None) -> dict[str, float | None]:
    if trials is None:
        return dict.fromkeys(("tc_hm2", "low_tc_hm2", "high_tc_hm2"))
    low, high = interval(trials)
    return {"tc_hm2": value(trials), "low_tc_hm2": low, "high_tc_hm2": high}


def _used(account: Account, class_key: str, pool: str, factors: Factors, said: dict) -> list[str]:
    """The parameters behind a class's pool, those of densities made from several among them."""
    names = [n for (_, k, p), parts in account.terms.items() if (k, p) == (class_key, pool) for t, a in parts.items() if a for n in t]
    return parameters_of(dict.fromkeys(names), said)


def parameters_of(names, said: dict) -> list[str]:
    """The parameters behind trial arrays: themselves, or those a density or a share was made of."""
    behind = {}
    for (key, pool, zone), about in said.items():
        behind[class_mean.soil(key, zone) if pool == "soc" else class_mean.quantity(key, pool)] = about.parameters
    made: list[str] = []
    for name in names:
        plain = name.removeprefix("above.").removeprefix("below.")
        made += behind.get(plain, (plain,))
    return list(dict.fromkeys(made))


def _rows(factors: Factors) -> dict[str, tuple[str, str]]:
    """(source, label) of every parameter."""
    made = {}
    for row in factors.classes.to_dict("records"):
        made.setdefault(name_of(row), (row["source"], row["label"]))
    for row in [*factors.volume.to_dict("records"), *factors.soc.to_dict("records")]:
        made.setdefault(row["parameter"], (row["source"], row["label"]))
    return made


def factor_rows(names: set[str], factors: Factors, said: dict, language: str) -> list[dict]:
    """Rows of :data:`tables.FACTORS_USED`: every number that some stock stands on."""
    used = set(parameters_of(sorted(names), said))
    note = f"note_{language}"
    made: dict[str, dict] = {}
    for row in factors.classes.to_dict("records"):
        name = name_of(row)
        if name in used and pd.notna(row["value"]):
            own = made.setdefault(
                name, {c: row[c] for c in ("factor", *_NUMBERS)} | {"parameter": name, "applies_to": [], "note": row[note]}
            )
            own["applies_to"].append(row["class_key"])
    for row in [*factors.volume.to_dict("records"), *factors.soc.to_dict("records")]:
        if row["parameter"] in used and row["parameter"] not in made:
            who = row.get("applies_to") or f"{row['soil']};{row['climate_zone']}"
            made[row["parameter"]] = {c: row[c] for c in ("parameter", "factor", *_NUMBERS)} | {"applies_to": [who], "note": row[note]}
    return [
        r | {"applies_to": ";".join(dict.fromkeys(r["applies_to"])), "is_overridden": "yes" if r["parameter"] in factors.changed else "no"}
        for r in made.values()
    ]


_NUMBERS = ("value", "unit", "low", "high", "distribution", "source", "label")
