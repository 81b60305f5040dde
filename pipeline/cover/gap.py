"""The gap of the whole area shared among its counties, and the land there is for it (适宜绿化空间)."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
import pandas as pd

from pipeline.core import tables
from pipeline.core.errors import Findings, UsageError
from pipeline.core.units import HM2_TO_MU

UNITS_PER_HM2 = 100  # a task is a whole number of 0.01 hm2, as areas are printed
MU_PER_WANMU = 10_000
SLOPE = "slope_deg"
EXCLUDED = ("pbf", "basic_grassland", "protected_area", "eco_redline")  # layers inside which no forest is planted
INSIDE = "inside"


# --- land for greening ---------------------------------------------------------------------------------------


@dataclass(frozen=True)
class GreeningSpace:
    """Land [hm2] by zone code where forest may be planted, and what was looked at to say so."""

    area_hm2: Mapping[str, float]
    slope_limit_deg: float | None  # upper bound of the steepest band that counts; None where slope was not looked at
    used: tuple[str, ...]  # layers that took land away
    left_out: tuple[str, ...]  # layers that are there and could not be crossed with those used


def greening_space(
    land_area: pd.DataFrame,
    class_by_stratum: pd.DataFrame,
    area_table: pd.DataFrame,
    definition: pd.DataFrame,
    *,
    product: str,
    year: int | None,
    max_slope_deg: float,
) -> GreeningSpace:
    """Suitable greening space of each zone by one product: the classes that ``definition`` marks, where they may be planted.

    Land of a slope band counts if all of the band is at most ``max_slope_deg``; land of unknown slope does not. Land
    inside the layers of :data:`EXCLUDED` does not count. Layers stand alone in ``class_by_stratum``: which land two of
    them both take is known only where ``area_table`` crosses them. So the crossed ones are used together; slope alone,
    where there is slope and it is not among those; else the one layer there is. The others are ``left_out``: the space is then
    too large, and the report has to say so.
    """
    open_keys = set(definition.class_key[definition.greening_space == "yes"])
    land, alone, crossed = (_of(table, product, year) for table in (land_area, class_by_stratum, area_table))
    present = [name for name in (SLOPE, *EXCLUDED) if name in set(alone.layer)]
    strata = [dict(part.split("=", 1) for part in s.split(";")) if pd.notna(s) else {} for s in crossed.stratum]
    together = [name for name in present if any(name in s for s in strata)]
    if together and (SLOPE in together or SLOPE not in present):
        used = together
        is_open = [all(_may_plant(name, s.get(name), max_slope_deg) for name in used) for s in strata]
        fits, sign = crossed[np.array(is_open, bool)], 1
    elif SLOPE in present:
        used = [SLOPE]
        own = alone[alone.layer == SLOPE]
        fits, sign = own[np.array([_may_plant(SLOPE, key, max_slope_deg) for key in own.key], bool)], 1
    elif len(present) == 1:
        used, fits, sign = present, alone[(alone.layer == present[0]) & (alone.key == INSIDE)], -1
    else:
        used, fits, sign = [], land, 1
    area = _by_zone(fits[fits.class_key.isin(open_keys)])
    whole = _by_zone(land[land.class_key.isin(open_keys)])
    space = {zone: area.get(zone, 0.0) if sign > 0 else max(whole.get(zone, 0.0) - area.get(zone, 0.0), 0.0) for zone in land.county_code}
    bounds = [b for b in map(_upper, _slope_keys(alone)) if b is not None and b <= max_slope_deg]
    limit = max(bounds, default=0.0) if SLOPE in used else None
    return GreeningSpace(space, limit, tuple(used), tuple(name for name in present if name not in used))


def _of(table: pd.DataFrame, product: str, year: int | None) -> pd.DataFrame:
    """Rows of one product and year."""
    return table[(table["product"] == product) & (table.year.isna() if year is None else (table.year == year).fillna(False))]


def _by_zone(rows: pd.DataFrame) -> dict[str, float]:
    return rows.groupby("county_code").area_hm2.agg(math.fsum).to_dict()


def _slope_keys(alone: pd.DataFrame) -> set[str]:
    return set(alone.key[alone.layer == SLOPE])


def _may_plant(layer: str, key: str | None, max_slope_deg: float) -> bool:
    """Whether land of one stratum of a layer may be planted; of unknown slope it may not."""
    if layer != SLOPE:
        return key != INSIDE
    bound = None if key is None else _upper(key)
    return bound is not None and bound <= max_slope_deg


def _upper(key: str) -> float | None:
    """Upper bound of a band (``<6``, ``6–15``, ``≥25``); None where it has none."""
    last = key.removeprefix("<").rpartition("–")[2]
    try:
        return float(last)
    except ValueError:
        return None


# --- tasks ---------------------------------------------------------------------------------------------------


def tasks(
    cover: pd.DataFrame,
    *,
    gap_hm2: float | None,
    stands_on: str,
    rule: str,
    space_hm2: Mapping[str, float] | None = None,
    given: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """County tasks [hm2] that add up to the gap of the whole area.

    ``cover``: forest-cover rows of one product, year and reading. ``gap_hm2``: of the whole area, by whatever
    ``stands_on`` says. ``rule``: by ``space_hm2`` (suitable greening space of each county), by ``equal_points`` (land
    area: the same percentage points everywhere), or by the shares of the table ``given`` (GIVEN_TASKS), brought to 1.

    The gap is rounded up to 0.01 hm2, so that the target is reached, and shared in whole units of it by largest
    remainder (equal ones in the order of the codes): decimals add up exactly. No rows without a gap, without a row of
    the whole area, or where there is no greening space to share by. ``beyond_space_hm2`` of the city adds up counties.
    Raises UsageError when the table does not fit the counties.
    """
    city, counties = cover[cover.level == "city"], cover[cover.level == "county"]
    nothing = tables.product([], tables.TASKS)
    if city.empty:
        return nothing
    weight = {c: Fraction(w) for c, w in WEIGHTS[rule](counties, space_hm2, given).items()}
    total = sum(weight.values())
    if gap_hm2 is None or pd.isna(gap_hm2) or gap_hm2 <= 0 or total == 0:
        return nothing
    units = shared(math.ceil(Fraction(gap_hm2) * UNITS_PER_HM2), weight)
    rows = []
    for row in counties.to_dict("records"):
        code = row["county_code"]
        rows.append(_task(row, units[code], weight[code] / total, None if space_hm2 is None else space_hm2[code]))
    space = None if space_hm2 is None else math.fsum(r["greening_space_hm2"] for r in rows)
    whole = _task(city.iloc[0].to_dict(), sum(units.values()), Fraction(1), space)
    if space is not None:
        whole["beyond_space_hm2"] = math.fsum(r["beyond_space_hm2"] for r in rows)
    return tables.product([r | {"stands_on": stands_on, "rule": rule} for r in (whole, *rows)], tables.TASKS)


def _task(row: dict, units: int, share: Fraction, space: float | None) -> dict:
    """One row from its units of 0.01 hm2; quotients of whole numbers, so that they are the decimals they print as."""
    task = units / UNITS_PER_HM2
    return {
        **{name: row[name] for name in ("county_code", "county_name", "level", "product", "year", "reading", "basis")},
        "greening_space_hm2": space,
        "share_pct": float(share * 100),
        "task_hm2": task,
        "task_wanmu": units * HM2_TO_MU / (UNITS_PER_HM2 * MU_PER_WANMU),
        "beyond_space_hm2": None if space is None else max(task - space, 0.0),
    }


def shared(units: int, weight: Mapping[str, Fraction]) -> dict[str, int]:
    """Whole units in proportion to weights that are not all 0, by largest remainder; equal remainders in the order of the codes."""
    total = sum(weight.values())
    quota = {code: units * w / total for code, w in weight.items()}
    made = {code: math.floor(q) for code, q in quota.items()}
    left = units - sum(made.values())
    for code in sorted(quota, key=lambda c: (made[c] - quota[c], c))[:left]:
        made[code] += 1
    return made


def _by_space(counties: pd.DataFrame, space_hm2, given) -> dict[str, float]:
    return {code: space_hm2[code] for code in counties.county_code}


def _by_land(counties: pd.DataFrame, space_hm2, given) -> dict[str, float]:
    land = counties.land_area_hm2.where(counties.denominator != "official", counties.official_area_hm2)
    return dict(zip(counties.county_code, land, strict=True))


def _by_table(counties: pd.DataFrame, space_hm2, given) -> dict[str, float]:
    share, found = dict(zip(given.county_code, given.share, strict=True)), Findings()
    known = dict(zip(counties.county_code, counties.county_name, strict=True))
    if absent := [f"{code} {name}" for code, name in known.items() if code not in share]:
        found.add("tasks_county_absent", counties="、".join(absent))
    if strange := [code for code in share if code not in known]:
        found.add("tasks_county_strange", codes="、".join(strange))
    if wrong := [f"{code} ({value:g})" for code, value in share.items() if code in known and not value > 0]:
        found.add("tasks_share", counties="、".join(wrong))
    found.stop(UsageError)
    return share


WEIGHTS = {"greening_space": _by_space, "equal_points": _by_land, "given": _by_table}
