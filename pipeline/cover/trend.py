"""Cover by year, its pace, the year the target would be met at that pace, and change between two years.

A series holds rates of one basis: a product under a reading, the sample estimates of a product, or official rates of
one basis. Series are never chained or fitted together, so that a break between bases stays a break.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from pipeline.core import tables
from pipeline.core.counties import with_city
from pipeline.core.layers import Layer
from pipeline.core.products import by_name
from pipeline.core.tables import ZONE
from pipeline.cover.compare import NO, YES, Surveyed, city_of, forest_of, rate_pct

HORIZON = 2100  # no year beyond it is told
_SAME = 1e-5  # by which areas of one lattice may differ
YEARS = ["product", "year_from", "year_to"]


# --- cover by year -------------------------------------------------------------------------------------------


def series(cover: pd.DataFrame, official: pd.DataFrame, language: str) -> pd.DataFrame:
    """Cover by year, one series for each product and reading, each product's sample estimates, and each official basis.

    ``official``: published rates (OFFICIAL_RATES); those of places that are no zone of the run are left out, as are
    products without a year and zones of which nothing is known. Only sample estimates have an interval (95 %).
    """
    dated = cover[cover.year.notna() & rate_pct(cover).notna()]
    maps = dated[[*ZONE, "reading", "year", "basis"]].assign(series=dated["product"], forest_cover_pct=rate_pct(dated))
    sampled = dated[dated.adjusted_cover_pct.notna()]
    samples = sampled[[*ZONE, "reading", "year", "basis"]].assign(
        series=sampled["product"] + tables.SAMPLE_SERIES,
        forest_cover_pct=sampled.adjusted_cover_pct,
        low_pct=sampled.adjusted_low_pct,
        high_pct=sampled.adjusted_high_pct,
    )
    published = cover[ZONE].drop_duplicates().merge(official, on="county_code", suffixes=("", "_given"))
    published = published.assign(series=published.basis, basis=published[f"basis_{language}"])
    rows = [row for part in (maps, samples, published) for row in part.to_dict("records")]
    return tables.product(rows, tables.TREND)


# --- pace ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Line:
    """Cover as a straight line in time: level + slope · x, x in years from ``origin``.

    ``band``: (c0, c1, c2), so that the 95 % confidence band of the line at x has the half-width
    sqrt(c0 + c1·x + c2·x²), in points; None where nothing is known of the errors. sqrt(c2) is the half-width of the
    slope's own interval.
    """

    origin: float
    level: float
    slope: float
    method: str
    band: tuple[float, float, float] | None

    @property
    def slope_half_width(self) -> float | None:
        """Half-width of the 95 % interval of the slope [points a year]."""
        return None if self.band is None else math.sqrt(self.band[2])

    def meets(self, rate: float) -> float:
        """Year in which the line has the rate."""
        return self.origin + (rate - self.level) / self.slope

    def may_meet(self, rate: float) -> tuple[float, float] | None:
        """First and last year in which the confidence band holds the rate; None where that set of years is not finite.

        Fieller's (1954) inversion: the years x with (slope·x − d)² <= c0 + c1·x + c2·x², d = rate − level. They are
        those between the roots of (slope² − c2)·x² − (2·slope·d + c1)·x + d² − c0, and finite only if slope² > c2,
        that is if the interval of the slope leaves out 0.
        """
        if self.band is None or self.slope**2 <= self.band[2]:
            return None
        c0, c1, c2 = self.band
        d = rate - self.level
        a, b, c = self.slope**2 - c2, self.slope * d + c1 / 2, d**2 - c0
        root = math.sqrt(max(b * b - a * c, 0.0))
        return self.origin + (b - root) / a, self.origin + (b + root) / a


def line(rows: pd.DataFrame) -> Line:
    """The line through one series of two years or more (``year``, ``forest_cover_pct``, ``low_pct``, ``high_pct``).

    Three years or more: ordinary least squares, with the t distribution of n − 2 degrees of freedom; rates that lie on
    a line to 1e-9 points tell nothing of their scatter, so that there is no band. It takes the years' errors as
    independent, which maps of one maker are not: a shared error stays in the level, a drifting one in the slope.
    Two years with sample intervals: the samples are independent, so that half-widths add in quadrature; of an
    interval that is not symmetric the wider side counts. Two other years: their difference, without a band.
    """
    rows = rows.sort_values("year")
    year, rate = rows.year.to_numpy("float64"), rows.forest_cover_pct.to_numpy("float64")
    if len(rows) == 2:
        span = year[1] - year[0]
        slope = (rate[1] - rate[0]) / span
        half = np.maximum(rate - rows.low_pct, rows.high_pct - rate).to_numpy("float64")
        if not (half > 0).all():
            return Line(year[0], rate[0], slope, "two_years", None)
        first, last = half**2
        return Line(year[0], rate[0], slope, "two_samples", (first, -2 * first / span, (first + last) / span**2))
    x = year - year.mean()
    sxx = float(x @ x)
    slope = float(x @ rate) / sxx
    off = rate - rate.mean() - slope * x
    band = None
    if np.abs(off).max() > 1e-9:
        square = t_quantile(len(rows) - 2) ** 2 * float(off @ off) / (len(rows) - 2)
        band = (square / len(rows), 0.0, square / sxx)
    return Line(float(year.mean()), float(rate.mean()), slope, "regression", band)


def t_quantile(df: int, share: float = 0.95) -> float:
    """The t that Student's t with ``df`` degrees of freedom stays within (two-sided) with probability ``share``.

    By bisection of the finite series for whole df (Abramowitz & Stegun 1964, 26.7.3 and 26.7.4).
    """
    low, high = 0.0, 1.0
    while t_within(high, df) < share:
        high *= 2
    for _ in range(100):
        middle = (low + high) / 2
        low, high = (middle, high) if t_within(middle, df) < share else (low, middle)
    return (low + high) / 2


def t_within(t: float, df: int) -> float:
    """P(|T| < t) of Student's t with ``df`` degrees of freedom, a whole number from 1."""
    angle = math.atan2(t, math.sqrt(df))
    square = math.cos(angle) ** 2
    odd = df % 2
    term, total = (math.cos(angle), math.cos(angle)) if odd else (1.0, 1.0)
    for k in range(2 + odd, df - 1, 2):
        term *= square * (k - 1) / k
        total += term
    if odd:
        return 2 / math.pi * (angle + (math.sin(angle) * total if df > 1 else 0.0))
    return math.sin(angle) * total


def pace(trend: pd.DataFrame, target: Mapping[str, float]) -> pd.DataFrame:
    """Annual change of each series with two years or more, and the year its target would be met at this pace.

    ``target``: percent by zone code. States: ``met``, the last rate has reached it; ``estimable``, with an interval of
    the year (see :meth:`Line.may_meet`); ``no_interval``, a rise without known errors; ``not_estimable``, no rise, a
    slope whose interval holds 0, or a year or its interval beyond :data:`HORIZON`; ``no_target``. A year is never
    earlier than the last one, whose rate is below the target; a line that has passed the target by then with its
    whole interval contradicts that rate, and nothing is estimated.
    """
    rows = []
    for key, group in trend.groupby([*ZONE, "series", "reading"], sort=False, dropna=False):
        if len(group) < 2:
            continue
        fit, group = line(group), group.sort_values("year")
        goal, half = target.get(key[0]), fit.slope_half_width
        last_year = int(group.year.iloc[-1])
        rows.append(
            {
                **dict(zip([*ZONE, "series", "reading"], key, strict=True)),
                "first_year": int(group.year.iloc[0]),
                "last_year": last_year,
                "years": len(group),
                "change_pp_yr": fit.slope,
                "low_pp_yr": None if half is None else fit.slope - half,
                "high_pp_yr": None if half is None else fit.slope + half,
                "method": fit.method,
                "target_pct": goal,
                **_year_met(fit, last_year, float(group.forest_cover_pct.iloc[-1]), goal),
            }
        )
    return tables.product(rows, tables.PACE)


def _year_met(fit: Line, last_year: int, last_pct: float, goal: float | None) -> dict:
    """The state of a series against its target, and the year it would be met; see :func:`pace`."""
    if goal is None or pd.isna(goal):
        return {"state": "no_target"}
    if last_pct >= goal:
        return {"state": "met"}
    if fit.slope <= 0:
        return {"state": "not_estimable"}
    year = max(fit.meets(goal), last_year)
    if fit.band is None:
        return {"state": "no_interval", "year_met": year} if year <= HORIZON else {"state": "not_estimable"}
    between = fit.may_meet(goal)
    if between is None or not last_year < between[1] <= HORIZON:
        return {"state": "not_estimable"}
    return {"state": "estimable", "year_met": year, "year_met_low": max(between[0], last_year), "year_met_high": between[1]}


# --- change between two years --------------------------------------------------------------------------------


def _years_of(pairs: pd.DataFrame) -> pd.DataFrame:
    """The pairs of one product in two years, as ``_from`` the earlier ``_to`` the later."""
    own = pairs[(pairs.product_a == pairs.product_b) & pairs.year_a.notna() & pairs.year_b.notna()]
    is_turned = (own.year_a > own.year_b).to_numpy(dtype=bool)
    made = own[[*ZONE, "area_hm2"]].assign(product=own.product_a)
    for name in ("year", "code", "class"):
        a, b = own[f"{name}_a"], own[f"{name}_b"]
        made[f"{name}_from"], made[f"{name}_to"] = a.where(~is_turned, b), b.where(~is_turned, a)
    return made[made.year_from != made.year_to]


def change_matrix(pairs: pd.DataFrame) -> pd.DataFrame:
    """Land by its class in one year and in another of the same product, land unknown in either included."""
    keys = [*ZONE, *YEARS, "class_from", "class_to"]
    sums = _years_of(pairs).groupby(keys, sort=False).area_hm2.agg(math.fsum).reset_index()
    return tables.product(sums, tables.CHANGE)


def forest_change(pairs: pd.DataFrame, cover: pd.DataFrame, layers: list[Layer], surveyed: Surveyed) -> pd.DataFrame:
    """Forest gained and lost between two years of a product, cell against cell, in each reading the two years share.

    ``forest_from_hm2`` and ``forest_to_hm2`` are the margins of the matrix: they include land that is unknown in the
    other year, which neither gain nor loss holds (all blank where nothing of a zone is known in a year), so that to − from = net + (unknown to forest) − (forest to unknown).
    The adjusted change and its interval are of two sample estimates, whose samples are independent. City rows are sums
    of county rows.
    """
    named, parts = by_name(layers), []
    counties = _years_of(pairs[pairs.level == "county"])
    for key, rows in counties.groupby(YEARS, sort=False):
        earlier, later = named[key[0], int(key[1])], named[key[0], int(key[2])]
        for own in [r for r in earlier.about.readings if r in later.about.readings]:
            before, _ = forest_of(rows, "from", earlier, own, surveyed)
            after, _ = forest_of(rows, "to", later, own, surveyed)
            for zone, group in rows.assign(before=before, after=after).groupby(ZONE, sort=False):
                parts.append(dict(zip([*ZONE, *YEARS], (*zone, *key), strict=True)) | {"reading": own} | _gained(group))
    sums = ["forest_from_hm2", "forest_to_hm2", "gain_hm2", "loss_hm2", "not_compared_hm2"]
    made = pd.DataFrame(parts, columns=[*ZONE, *YEARS, "reading", *sums])
    made = with_city(made, city_of(pairs), [*YEARS, "reading"], sums)
    rows = []
    by_cover = {(r["county_code"], r["product"], int(r["year"]), r["reading"]): r for r in _dated_forest(cover, layers)}
    for row in made.to_dict("records"):
        start, end = (by_cover[row["county_code"], row["product"], int(row[y]), row["reading"]] for y in ("year_from", "year_to"))
        years, net = int(row["year_to"] - row["year_from"]), row["gain_hm2"] - row["loss_hm2"]
        off = max(abs(row["forest_from_hm2"] - start["counted_hm2"]), abs(row["forest_to_hm2"] - end["counted_hm2"]))
        row |= {"net_hm2": net, "net_hm2_yr": net / years, "margin_difference_hm2": off, "basis": f"{start['basis']} → {end['basis']}"}
        row |= _not_known(start, end)
        rows.append(row | _adjusted_change(start, end, years))
    return tables.product(rows, tables.FOREST_CHANGE)


def _not_known(start: dict, end: dict) -> dict[str, None]:
    """The columns that are blank for a zone of which nothing is known in one of two years."""
    is_blank = {"forest_from_hm2": pd.isna(start["forest_area_hm2"]), "forest_to_hm2": pd.isna(end["forest_area_hm2"])}
    blank = [name for name, is_so in is_blank.items() if is_so]
    return dict.fromkeys([*blank, "gain_hm2", "loss_hm2", "net_hm2", "net_hm2_yr"]) if blank else {}


def _gained(group: pd.DataFrame) -> dict[str, float]:
    """Areas [hm2] of one zone by what the two years say."""
    before, after, area = group.before, group.after, group.area_hm2
    parts = {
        "forest_from_hm2": before == YES,
        "forest_to_hm2": after == YES,
        "gain_hm2": (before == NO) & (after == YES),
        "loss_hm2": (before == YES) & (after == NO),
        "not_compared_hm2": ~(before.isin((YES, NO)) & after.isin((YES, NO))),
    }
    return {name: math.fsum(area[part]) for name, part in parts.items()}


def _dated_forest(cover: pd.DataFrame, layers: list[Layer]) -> list[dict]:
    """Cover rows with a year, and the forest that is there by its code: without shrub that counts by rain and scattered trees."""
    dated = cover[cover.year.notna()]
    census = {name for name, layer in by_name(layers).items() if layer.is_census}
    holds_trees = [(p, int(y)) in census for p, y in zip(dated["product"], dated.year, strict=True)]
    added = dated.shrub_by_rain_hm2.fillna(0.0) + dated.scattered_trees_hm2.fillna(0.0).where(holds_trees, 0.0)
    return dated.assign(counted_hm2=(dated.forest_area_hm2 - added).fillna(0.0)).to_dict("records")


def _adjusted_change(start: dict, end: dict, years: int) -> dict[str, float]:
    """Change a year [hm2] between two sample estimates with its 95 % interval; empty where a year has none.

    Independent samples: half-widths add in quadrature, of an interval that is not symmetric the wider side.
    """
    names = ("adjusted_area_hm2", "adjusted_low_hm2", "adjusted_high_hm2")
    if any(pd.isna(row[n]) for row in (start, end) for n in names) or start["sample"] == end["sample"]:
        return {}
    (a, low_a, high_a), (b, low_b, high_b) = ([row[n] for n in names] for row in (start, end))
    half = math.hypot(max(a - low_a, high_a - a), max(b - low_b, high_b - b))
    return {"adjusted_net_hm2_yr": (b - a) / years, "low_hm2_yr": (b - a - half) / years, "high_hm2_yr": (b - a + half) / years}


def require_margins(change: pd.DataFrame, grids: pd.DataFrame, layers: list[Layer]) -> None:
    """Stop unless the forest of each year is the same in matrix and cover table, where two rasters lie on one lattice.

    There every cell is compared with itself and nothing may come or go; origins may still be off by a thousandth of a
    cell, which moves border cells a little. Parcels are measured polygon by
    polygon but compared as drawn, and grids that differ are resampled: their margins differ, and the table says by how
    much.
    """
    one = grids[(grids.is_same_lattice == YES) & (grids.product_a == grids.product_b)]
    years = zip(one.product_a, one.year_a, one.year_b, strict=True)
    same = {(p, *sorted((int(a), int(b)))) for p, a, b in years if pd.notna(a) and pd.notna(b)}
    rasters = {name for name, layer in by_name(layers).items() if layer.about.parcels is None}
    for row in change.itertuples():
        key = (row.product, int(row.year_from), int(row.year_to))
        if key in same and {key[:2], (key[0], key[2])} <= rasters:
            largest = np.nanmax([row.forest_from_hm2, row.forest_to_hm2, 1.0])
            assert row.margin_difference_hm2 <= _SAME * largest, f"{key}: cells of one lattice must keep each year's forest"
