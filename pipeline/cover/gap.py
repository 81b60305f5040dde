"""The gap of the whole area shared among its counties, for one by the land there is for it (适宜绿化空间, :mod:`pipeline.core.greening`)."""

from __future__ import annotations

import math
from collections.abc import Mapping
from fractions import Fraction

import pandas as pd

from pipeline.core import tables
from pipeline.core.errors import Findings, UsageError
from pipeline.core.units import HM2_TO_MU

UNITS_PER_HM2 = 100  # a task is a whole number of 0.01 hm2, as areas are printed
MU_PER_WANMU = 10_000


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
