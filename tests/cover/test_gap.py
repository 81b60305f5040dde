"""Tasks that add up to the last decimal."""

import functools
import math
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.core import tables
from pipeline.core.errors import UsageError
from pipeline.cover import gap
from tests.cover.small import cover

CITY = {"county_code": "149900", "land_area_hm2": 4000.0}
TWO = cover(CITY, {"county_code": "149901", "land_area_hm2": 3000.0}, {"county_code": "149902", "land_area_hm2": 1000.0})


def shares(**share):
    return tables.product([{"county_code": c.removeprefix("c"), "share": s} for c, s in share.items()], tables.GIVEN_TASKS)


@functools.cache
def many(n):
    """Cover rows of a city and n counties of 1, 2, 3 ... hm2."""
    rows = cover(CITY, *[{"county_code": "149901", "year": y, "land_area_hm2": float(y)} for y in range(1, n + 1)])
    codes = ["149900", *(f"15{i:04d}" for i in range(1, n + 1))]
    return rows.assign(county_code=codes, year=2024).astype({"year": "Int64"})


# --- tasks ---------------------------------------------------------------------------------------------------


def test_by_equal_points_of_land():
    made = gap.tasks(TWO, gap_hm2=100.0, stands_on="map", rule="equal_points")
    assert list(made.county_code) == ["149900", "149901", "149902"]
    assert list(made.task_hm2) == [100.0, 75.0, 25.0]
    assert list(made.task_wanmu) == [0.15, 0.1125, 0.0375]
    assert list(made.share_pct) == [100.0, 75.0, 25.0]
    assert made.greening_space_hm2.isna().all()
    assert made.beyond_space_hm2.isna().all()
    official = TWO.assign(denominator="official", official_area_hm2=[4000.0, 2000.0, 2000.0])
    assert list(gap.tasks(official, gap_hm2=100.0, stands_on="census", rule="equal_points").task_hm2) == [100.0, 50.0, 50.0]


def test_by_greening_space_and_what_goes_beyond_it():
    space = {"149901": 30.0, "149902": 10.0, "149900": 40.0}
    made = gap.tasks(TWO, gap_hm2=100.0, stands_on="sample", rule="greening_space", space_hm2=space)
    assert list(made.task_hm2) == [100.0, 75.0, 25.0]
    assert list(made.beyond_space_hm2) == [60.0, 45.0, 15.0]
    made = gap.tasks(TWO, gap_hm2=20.0, stands_on="map", rule="equal_points", space_hm2={"149901": 30.0, "149902": 1.0})
    assert list(made.beyond_space_hm2) == [4.0, 0.0, 4.0]  # room in one county is none in another
    assert list(made.greening_space_hm2) == [31.0, 30.0, 1.0]


def test_a_county_without_space_gets_nothing_and_no_space_at_all_gives_no_tasks():
    made = gap.tasks(TWO, gap_hm2=0.011, stands_on="map", rule="greening_space", space_hm2={"149901": 0.0, "149902": 5.0})
    assert list(made.task_hm2) == [0.02, 0.0, 0.02]
    assert gap.tasks(TWO, gap_hm2=1.0, stands_on="map", rule="greening_space", space_hm2={"149901": 0.0, "149902": 0.0}).empty


def test_thirds_go_by_largest_remainder_and_the_city_is_rounded_up():
    made = gap.tasks(many(3).assign(land_area_hm2=1.0), gap_hm2=0.0901, stands_on="map", rule="equal_points")
    assert list(made.task_hm2) == [0.1, 0.04, 0.03, 0.03]  # 10 units among three; the odd one to the first code


@pytest.mark.parametrize("gap_hm2", [None, math.nan, 0.0, -3.0])
def test_no_gap_no_tasks(gap_hm2):
    assert gap.tasks(TWO, gap_hm2=gap_hm2, stands_on="map", rule="equal_points").empty


def test_some_counties_alone_have_no_city_gap_to_share():
    part = TWO[TWO.county_code == "149901"]
    assert gap.tasks(part, gap_hm2=5.0, stands_on="map", rule="given", given=shares(c149901=1, c149902=1)).empty


def test_given_shares_are_brought_to_one():
    made = gap.tasks(TWO, gap_hm2=10.0, stands_on="map", rule="given", given=shares(c149902=1.0, c149901=3.0))
    assert list(made.task_hm2) == [10.0, 7.5, 2.5]


def test_given_shares_that_do_not_fit_are_told_all_at_once():
    with pytest.raises(UsageError) as error:
        gap.tasks(TWO, gap_hm2=10.0, stands_on="map", rule="given", given=shares(c149901=0.0, c149999=1.0))
    assert [p.key for p in error.value.problems] == ["tasks_county_absent", "tasks_county_strange", "tasks_share"]


def decimal(values):
    return sum(Decimal(repr(float(v))) for v in values)


space_of = st.one_of(st.just(0.0), st.floats(1e-6, 1e7))


@settings(max_examples=60, deadline=None)
@given(st.floats(1e-6, 1e6), st.lists(space_of, min_size=1, max_size=14).filter(any))
def test_tasks_add_up_exactly_whatever_the_weights(gap_hm2, spaces):
    table = many(len(spaces))
    space = dict(zip(table.county_code[1:], spaces, strict=True))
    made = gap.tasks(table, gap_hm2=gap_hm2, stands_on="map", rule="greening_space", space_hm2=space)
    city, counties = made.iloc[0], made.iloc[1:]
    assert decimal(counties.task_hm2) == Decimal(repr(float(city.task_hm2)))
    assert decimal(counties.task_wanmu) == Decimal(repr(float(city.task_wanmu)))
    assert decimal([city.task_hm2]) * 15 / 10000 == decimal([city.task_wanmu])
    assert gap_hm2 <= city.task_hm2 < gap_hm2 + 0.01 + 1e-9
    assert (counties.task_hm2[counties.county_code.map(space) == 0] == 0).all()
    exact = counties.county_code.map(space) / math.fsum(spaces) * city.task_hm2
    assert ((counties.task_hm2 - exact).abs() < 0.01 + 1e-6).all()


@settings(max_examples=20, deadline=None)
@given(st.permutations(range(1, 6)), st.floats(0.01, 1e4))
def test_the_order_of_the_counties_does_not_matter(order, gap_hm2):
    table = many(5)
    straight, mixed = (
        gap.tasks(t, gap_hm2=gap_hm2, stands_on="map", rule="equal_points").set_index("county_code").task_hm2.to_dict()
        for t in (table, table.iloc[[0, *order]])
    )
    assert straight == mixed
