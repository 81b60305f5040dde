"""What carbon would be worth at a price, by InVEST's formula; a statistic for comparison, never a credit or an income.

Off unless ``carbon.value`` is set. Formula: InVEST user's guide, Carbon Storage and Sequestration.
"""

from __future__ import annotations

import pandas as pd

from pipeline.core import tables
from pipeline.core.config import Scenario, Value

_KEPT = ["county_code", "county_name", "level", "product"]


def present_value(quantity: float, *, years: int, price: float, discount_pct: float, price_change_pct: float) -> float:
    """V s / (q - p) x sum over t = 0 .. q - p - 1 of 1 / ((1 + r/100)^t (1 + c/100)^t).

    ``quantity`` s [t] taken up over ``years`` q - p (negative for a loss), ``price`` V per t, discount rate r and InVEST's rate of
    change in price c [% a year]: a positive c lowers the value, as a discount does. In the currency of the price.
    """
    step = 1 / ((1 + discount_pct / 100) * (1 + price_change_pct / 100))
    return price * quantity / years * sum(step**t for t in range(years))


def of(change: pd.DataFrame, removal: pd.DataFrame, scenarios: list[Scenario], settings: Value, note: str) -> pd.DataFrame:
    """Value of each zone's change of stock and of each scenario's removal (:data:`pipeline.core.tables.CARBON_VALUE`).

    Change: all that was compared; removal: land of known slope, from the first planting to the horizon. ``note`` ends the basis.
    """
    start = {s.name: s.start_year for s in scenarios}
    rows = []
    for row in change[change.change_tc.notna()].to_dict("records"):
        years = int(row["years"])
        amounts = [row[n] * years for n in ("net_sink_tco2_yr", "low_tco2_yr", "high_tco2_yr")]
        span = {"what": "change", "year": row["year_to"], "route": row["route"], "year_from": row["year_from"], "year_to": row["year_to"]}
        rows.append({k: row[k] for k in _KEPT} | span | _worth(amounts, years, settings) | {"basis": f"{row['basis']} {note}"})
    for row in removal[removal.land == "planting"].to_dict("records"):
        years = int(row["horizon"]) - start[row["scenario"]]
        if years <= 0:
            continue
        amounts = [row[n] for n in ("removal_tco2", "low_tco2", "high_tco2")]
        span = {"what": "removal", "year": row["year"], "route": "growth", "scenario": row["scenario"]}
        span |= {"year_from": start[row["scenario"]], "year_to": row["horizon"]}
        rows.append({k: row[k] for k in _KEPT} | span | _worth(amounts, years, settings) | {"basis": f"{row['basis']} {note}"})
    return tables.product(rows, tables.CARBON_VALUE)


def _worth(amounts: list[float], years: int, settings: Value) -> dict:
    how = {
        "years": years,
        "price": settings.price_per_tco2,
        "discount_pct": settings.discount_pct,
        "price_change_pct": settings.price_change_pct,
    }
    made = dict(zip(("tco2", "low_tco2", "high_tco2"), amounts, strict=True))
    made |= dict(zip(("value_yuan", "low_yuan", "high_yuan"), (present_value(a, **how) for a in amounts), strict=True))
    return made | {
        "price_yuan_tco2": settings.price_per_tco2, "discount_pct": settings.discount_pct, "price_change_pct": settings.price_change_pct,
    }  # fmt: skip
