"""Trend and pace by textbook cases and a simulation; change with its margins by hand."""

import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.core import tables
from pipeline.cover import trend
from tests.cover.small import ZONES, cover, layer, pairs

GOAL = {"149901": 20.0}


def rates(*points, series="P", reading="strict"):
    """TREND of one county from (year, rate) or (year, rate, low, high)."""
    names = ["year", "forest_cover_pct", "low_pct", "high_pct"]
    same = {**ZONES["149901"], "series": series, "reading": reading, "basis": "口径"}
    return tables.product([same | dict(zip(names, p, strict=False)) for p in points], tables.TREND)


def pace(*points, target=GOAL):
    return trend.pace(rates(*points), target).iloc[0]


# --- series --------------------------------------------------------------------------------------------------


def test_every_basis_is_a_series_of_its_own():
    sampled = {"adjusted_cover_pct": 17.0, "adjusted_low_pct": 16.0, "adjusted_high_pct": 18.5}
    table = cover(
        {"county_code": "149901", "year": 2020, "forest_cover_pct": 21.0},
        {"county_code": "149901", "year": 2021, "forest_cover_pct": 22.0, **sampled},
        {"county_code": "149901", "year": 2021, "forest_cover_pct": 30.0, "reading": "wide"},
        {"county_code": "149901", "product": "UNDATED", "year": None, "forest_cover_pct": 9.0},
    )
    given_rates = [
        ("149901", 2015, 30.0, "before_2021", "旧口径", "old base", "年鉴", "P"),
        ("149901", 2022, 18.0, "land_survey", "“三调”口径", "land survey", "公报", "P"),
        ("149999", 2022, 1.0, "land_survey", "“三调”口径", "land survey", "公报", "P"),  # no zone of the run
    ]
    made = trend.series(table, tables.product(given_rates, tables.OFFICIAL_RATES), "zh")
    found = {(r.series, None if pd.isna(r.reading) else r.reading, r.year): r.forest_cover_pct for r in made.itertuples()}
    assert found == {
        ("P", "strict", 2020): 21.0,
        ("P", "strict", 2021): 22.0,
        ("P", "wide", 2021): 30.0,
        ("P:sample", "strict", 2021): 17.0,
        ("before_2021", None, 2015): 30.0,
        ("land_survey", None, 2022): 18.0,
    }
    sample = made[made.series == "P:sample"].iloc[0]
    assert (sample.low_pct, sample.high_pct) == (16.0, 18.5)
    assert made.low_pct.notna().sum() == 1
    assert made[made.series == "before_2021"].iloc[0].basis == "旧口径"
    assert set(trend.pace(made, {}).series) == {"P"}  # no two bases make a pace


def test_without_official_rates_or_anything_at_all():
    no_rates = tables.product([], tables.OFFICIAL_RATES)
    made = trend.series(cover({"county_code": "149901", "forest_cover_pct": 5.0}), no_rates, "zh")
    assert len(made) == 1
    assert trend.series(cover(), no_rates, "zh").empty
    assert trend.pace(made, GOAL).empty


# --- t -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("df", "t"),
    # two-sided 95 %, as printed in every table
    [(1, 12.706), (2, 4.303), (3, 3.182), (4, 2.776), (5, 2.571), (6, 2.447), (9, 2.262), (10, 2.228), (30, 2.042), (120, 1.980)],
)
def test_t_of_the_tables(df, t):
    assert trend.t_quantile(df) == pytest.approx(t, abs=5.01e-4)


def test_t_in_closed_form():
    assert trend.t_quantile(1) == pytest.approx(math.tan(math.pi * 0.475), rel=1e-12)
    assert trend.t_quantile(2) == pytest.approx(0.95 * math.sqrt(2 / (1 - 0.95**2)), rel=1e-12)
    assert trend.t_quantile(4, 0.99) == pytest.approx(4.6041, abs=5e-5)


# --- pace ----------------------------------------------------------------------------------------------------


def test_regression_by_hand():
    # rates 10, 12, 11, 13 in four years: slope 0.8, residuals -0.3 0.9 -0.9 0.3, s2 = 1.8 / 2 = 0.9, Sxx = 5
    made = pace((2020, 10.0), (2021, 12.0), (2022, 11.0), (2023, 13.0))
    half = trend.t_quantile(2) * math.sqrt(0.9 / 5)
    assert (made.method, made.years, made.first_year, made.last_year) == ("regression", 4, 2020, 2023)
    assert made.change_pp_yr == pytest.approx(0.8)
    assert made.low_pp_yr == pytest.approx(0.8 - half)
    assert made.high_pp_yr == pytest.approx(0.8 + half)
    assert made.state == "not_estimable"  # the interval of the slope holds 0
    assert math.isnan(made.year_met)
    assert trend.line(rates((2020, 10.0), (2021, 12.0), (2022, 11.0), (2023, 13.0))).may_meet(20.0) is None


def test_the_year_met_of_a_regression_lies_where_its_band_meets_the_target():
    points = [(2016, 15.0), (2017, 15.6), (2018, 15.9), (2019, 16.5), (2020, 17.1), (2021, 17.4)]
    made, fit = pace(*points), trend.line(rates(*points))
    assert made.state == "estimable"
    assert made.year_met_low < made.year_met < made.year_met_high
    c0, c1, c2 = fit.band
    for year, sign in ((made.year_met_low, 1), (made.year_met, 0), (made.year_met_high, -1)):
        x = year - fit.origin
        assert fit.level + fit.slope * x + sign * math.sqrt(c0 + c1 * x + c2 * x * x) == pytest.approx(20.0)
    assert made.year_met_high - made.year_met > made.year_met - made.year_met_low  # a slow pace takes longer than a fast one saves


def test_two_samples_add_their_errors():
    made = pace((2015, 10.0, 9.0, 11.0), (2020, 15.0, 14.0, 16.0))
    half = math.hypot(1, 1) / 5
    assert (made.method, made.state) == ("two_samples", "estimable")
    assert (made.change_pp_yr, made.low_pp_yr, made.high_pp_yr) == (1.0, pytest.approx(1 - half), pytest.approx(1 + half))
    assert made.year_met == pytest.approx(2025)
    for year, sign in ((made.year_met_low, 1), (made.year_met_high, -1)):
        w = (year - 2015) / 5  # the line is (1 - w) first + w last, errors independent
        assert (1 - w) * 10 + w * 15 + sign * math.hypot(1 - w, w) == pytest.approx(20.0)
    skew = pace((2015, 10.0, 9.0, 10.2), (2020, 15.0, 14.9, 16.0))
    assert skew.low_pp_yr == made.low_pp_yr  # the wider side counts


@pytest.mark.parametrize(
    ("points", "state", "year"),
    [
        ([(2015, 10.0), (2020, 15.0)], "no_interval", 2025.0),
        ([(2015, 10.0), (2020, 10.05)], "not_estimable", None),  # beyond 2100
        ([(2015, 10.0), (2020, 10.0)], "not_estimable", None),
        ([(2015, 11.0), (2020, 10.0)], "not_estimable", None),
        ([(2015, 10.0), (2020, 20.0)], "met", None),
        ([(2015, 22.0), (2020, 21.0)], "met", None),
        ([(2015, 10.0, 9.0, 11.0), (2020, 11.0, 10.0, 12.0)], "not_estimable", None),  # may be a fall
        ([(2015, 10.0, 10.0, 10.0), (2020, 15.0, 15.0, 15.0)], "no_interval", 2025.0),  # an interval of no width is none
        ([(2015, 10.0, 9.0, 11.0), (2020, 15.0)], "no_interval", 2025.0),
        ([(2015, 10.0), (2016, 11.0), (2017, 12.0)], "no_interval", 2025.0),  # on a line: nothing known of the scatter
        ([(2015, 10.0), (2016, 10.0), (2017, 10.0)], "not_estimable", None),
        ([(2015, 19.0), (2016, 21.1), (2017, 23.0), (2018, 19.9)], "not_estimable", None),
        # the line passed the target long ago and the last rate did not: they contradict each other
        ([*((2001 + x, 15 + 0.5 * x + 0.1 * (-1) ** x) for x in range(20)), (2021, 19.99)], "not_estimable", None),
    ],
)
def test_states(points, state, year):
    made = pace(*points)
    assert made.state == state
    assert made.year_met == pytest.approx(year) if year else math.isnan(made.year_met)
    if state != "estimable":
        assert math.isnan(made.year_met_high)


def test_no_year_before_the_last_whose_rate_is_below_the_target():
    points = [(2010, 12.0), (2012, 14.1), (2014, 15.9), (2016, 18.0), (2018, 19.99)]
    made = pace(*points)
    assert made.state == "estimable"
    assert made.year_met_low == 2018  # the band held the target already, the rate did not


def test_without_a_target():
    assert pace((2015, 10.0), (2020, 15.0), target={}).state == "no_target"
    assert pace((2015, 10.0), (2020, 15.0), target={"149901": math.nan}).state == "no_target"


@settings(max_examples=60, deadline=None)
@given(st.lists(st.floats(0, 100), min_size=3, max_size=8), st.floats(0, 100))
def test_an_estimate_always_has_its_interval_around_it(values, target):
    made = pace(*((2000 + i, v) for i, v in enumerate(values)), target={"149901": target})
    if made.state == "estimable":
        assert made.last_year <= made.year_met_low <= made.year_met <= made.year_met_high <= trend.HORIZON
        assert made.low_pp_yr > 0


def test_intervals_hold_the_truth_as_often_as_they_say():
    rng, times, held = np.random.default_rng(5), 2000, 0
    for _ in range(times):
        between = _fit(rng).may_meet(20.0)
        held += between is not None and between[0] <= 2030 <= between[1]
    assert 0.935 <= held / times <= 0.965


def _fit(rng):
    """The line of ten years of cover that is truly 10 + 0.5 x: 20 % in 2030."""
    x = np.arange(10)
    rows = pd.DataFrame(
        {"year": 2010 + x, "forest_cover_pct": 10 + 0.5 * x + rng.normal(0, 0.3, 10), "low_pct": math.nan, "high_pct": math.nan}
    )
    return trend.line(rows)


# --- change --------------------------------------------------------------------------------------------------

LEGEND = {1: ("forest_arbor", "strict;wide"), 2: ("shrub_other", "wide"), 3: ("cropland", "")}
FIRST = layer("P", 2015, LEGEND, readings=("strict", "wide"))
LAST = layer("P", 2020, LEGEND, readings=("wide", "strict"))
AREAS = {
    ("149901", 1, 1): 100.0,
    ("149901", 1, 3): 10.0,
    ("149901", 3, 1): 30.0,
    ("149901", 2, 1): 5.0,
    ("149901", 3, 3): 50.0,
    ("149901", 1, None): 2.0,
    ("149901", None, 1): 3.0,
    ("149902", 3, 1): 1.0,
    ("149902", 3, 3): 99.0,
}
OWN = [("149901", 112.0, 138.0, 117.0, 138.0), ("149902", 0.0, 1.0, 0.0, 1.0), ("149900", 112.0, 139.0, 117.0, 139.0)]
COVER = cover(
    *(
        {"county_code": z, "year": y, "reading": r, "forest_area_hm2": a, "basis": f"P {y}"}
        for z, *areas in OWN
        for (r, y), a in zip([("strict", 2015), ("strict", 2020), ("wide", 2015), ("wide", 2020)], areas, strict=True)
    )
)
GRID = {"cell_size_a": "10 m", "cell_size_b": "10 m", "resampling_b": "none", "shift_cells": 0.0}
GRIDS = tables.product(
    [{"product_a": "P", "year_a": 2020, "product_b": "P", "year_b": 2015, "is_same_lattice": "yes", **GRID}], tables.PAIR_GRIDS
)


def turned(areas):
    return {(z, b, a): area for (z, a, b), area in areas.items()}


@pytest.mark.parametrize("table", [pairs(FIRST, LAST, AREAS), pairs(LAST, FIRST, turned(AREAS))])
def test_change_goes_from_the_earlier_year_to_the_later(table):
    made = trend.change_matrix(table)
    area = {(r.class_from, r.class_to): r.area_hm2 for r in made[made.county_code == "149901"].itertuples()}
    assert area[("cropland", "forest_arbor")] == 30.0
    assert area[("forest_arbor", "cropland")] == 10.0
    assert area[("unknown", "forest_arbor")] == 3.0
    assert set(made.year_from) == {2015}
    assert made.area_hm2[made.level == "city"].sum() == pytest.approx(300.0)

    change = trend.forest_change(table, COVER, [FIRST, LAST], {}).set_index(["county_code", "reading"])
    strict, wide = change.loc[("149901", "strict")], change.loc[("149901", "wide")]
    assert (strict.gain_hm2, strict.loss_hm2, strict.net_hm2, strict.net_hm2_yr) == (35.0, 10.0, 25.0, 5.0)
    assert (wide.gain_hm2, wide.loss_hm2) == (30.0, 10.0)
    assert (strict.forest_from_hm2, strict.forest_to_hm2, strict.not_compared_hm2) == (112.0, 138.0, 5.0)
    assert strict.forest_to_hm2 - strict.forest_from_hm2 == strict.net_hm2 + 3.0 - 2.0
    assert change.loc[("149900", "strict")].gain_hm2 == 36.0
    assert (change.margin_difference_hm2 == 0).all()
    assert strict.basis == "P 2015 → P 2020"
    assert change.low_hm2_yr.isna().all()
    trend.require_margins(change.reset_index(), GRIDS, [FIRST, LAST])


def test_margins_that_do_not_fit_stop_the_run_on_one_lattice_only():
    lost = {**AREAS, ("149901", 3, 1): 29.0}
    change = trend.forest_change(pairs(FIRST, LAST, lost), COVER, [FIRST, LAST], {})
    assert change.margin_difference_hm2.max() == 1.0
    with pytest.raises(AssertionError, match="2015"):
        trend.require_margins(change, GRIDS, [FIRST, LAST])
    trend.require_margins(change, GRIDS.assign(is_same_lattice="no"), [FIRST, LAST])


def test_shrub_by_rain_is_no_difference_of_margins():
    dry = COVER.assign(forest_area_hm2=COVER.forest_area_hm2 + 7.0, shrub_by_rain_hm2=7.0)
    dry = dry.assign(scattered_trees_hm2=50.0)  # of a raster they stand beside its forest
    change = trend.forest_change(pairs(FIRST, LAST, AREAS), dry, [FIRST, LAST], {})
    assert change.margin_difference_hm2.max() == 0.0


def test_two_samples_give_the_change_an_interval():
    adjusted = {2015: ("S1", 100.0, 96.0, 104.0), 2020: ("S2", 150.0, 147.0, 153.0)}
    names = ["sample", "adjusted_area_hm2", "adjusted_low_hm2", "adjusted_high_hm2"]
    rows = [r | dict(zip(names, adjusted[int(r["year"])], strict=True)) for r in COVER.to_dict("records") if r["county_code"] == "149901"]
    own = {k: v for k, v in AREAS.items() if k[0] == "149901"}
    table = pairs(FIRST, LAST, own)
    table = table[table.level == "county"]
    made = trend.forest_change(table, tables.product(rows, tables.FOREST_COVER), [FIRST, LAST], {}).iloc[0]
    assert (made.adjusted_net_hm2_yr, made.low_hm2_yr, made.high_hm2_yr) == (10.0, 9.0, 11.0)  # 50 +- hypot(4, 3) in five years
    assert made.net_hm2_yr == 5.0  # the map's own
    same = [r | {"sample": "S"} for r in rows]  # one sample is not two independent ones
    made = trend.forest_change(table, tables.product(same, tables.FOREST_COVER), [FIRST, LAST], {}).iloc[0]
    assert math.isnan(made.low_hm2_yr)


def test_new_forest_outside_an_earlier_survey_is_a_gain():
    first, last = (layer("ONE_MAP", y, {1: ("forest_arbor", "strict")}, covers="forest_land") for y in (2019, 2022))
    table = pairs(first, last, {("149901", None, 1): 4.0, ("149901", None, None): 90.0, ("149901", 1, 1): 6.0, ("149902", None, 1): 8.0})
    own = {("149901", 2019): 6.0, ("149901", 2022): 15.0, ("149902", 2019): 0.0, ("149902", 2022): 8.0}
    own |= {("149900", 2019): 6.0, ("149900", 2022): 23.0}
    table_cover = cover(
        *({"county_code": z, "product": "ONE_MAP", "year": y, "forest_area_hm2": a} for (z, y), a in own.items()),
    )
    table_cover.loc[table_cover.county_code != "149902", "scattered_trees_hm2"] = 5.0  # no parcels: not in the matrix
    table_cover.loc[(table_cover.year == 2019), "scattered_trees_hm2"] = math.nan
    surveyed = {("ONE_MAP", 2019): {"149901"}, ("ONE_MAP", 2022): {"149900", "149901", "149902"}}
    made = trend.forest_change(table, table_cover, [first, last], surveyed).set_index("county_code")
    assert tuple(made.loc["149901"][["gain_hm2", "loss_hm2", "not_compared_hm2", "margin_difference_hm2"]]) == (4, 0, 0, 0)
    assert tuple(made.loc["149902"][["gain_hm2", "not_compared_hm2"]]) == (0, 8)  # not surveyed at first: no gain
    assert made.loc["149900"].gain_hm2 == 4.0


def test_other_pairs_give_no_change():
    other = layer("Q", 2020, LEGEND)
    table = pairs(FIRST, other, {("149901", 1, 1): 1.0})
    assert trend.change_matrix(table).empty
    assert trend.forest_change(table, COVER, [FIRST, other], {}).empty
