"""Carbon by class means: hand-computed worlds, conservation, draws, gaps, and InVEST's definition."""

import math

import numpy as np
import pandas as pd
import pytest
from conftest import ROOT
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.carbon import class_mean, interval, require_conserved, stock_tables
from pipeline.core import tables
from pipeline.core.errors import BadData

SHIPPED = tables.read_csv(ROOT / "layers/factors/class_mean.csv", tables.FACTORS)


def factors(*rows) -> pd.DataFrame:
    names = ("class_key", "factor", "value", "low", "high", "distribution", "parameter")
    return tables.product([dict(zip(names, r, strict=False)) | {"source": "s", "label": "A"} for r in rows], tables.FACTORS)


def land(**areas) -> pd.DataFrame:
    zone = {"county_code": "149901", "county_name": "甲", "level": "county", "product": "P", "year": 2020, "basis": "b"}
    return tables.product([zone | {"class_key": k, "area_hm2": a} for k, a in areas.items()], tables.LAND_AREA)


def test_hand_computed_pools():
    density = class_mean.densities(
        factors(
            ("forest_arbor", "biomass_tc_hm2", 28), ("forest_arbor", "root_shoot", 0.4), ("forest_arbor", "dead_wood_per_agb", 0.08),
            ("forest_arbor", "litter_tc_per_agb_tc", 0.03), ("forest_arbor", "soc_ref_tc_hm2", 24), ("cropland", "biomass_tc_hm2", 0),
            ("cropland", "soc_ref_tc_hm2", 24), ("cropland", "soc_land_use", 0.75),
        ), draws=1000, seed=1,
    )  # fmt: skip
    assert density.value["forest_arbor", "agb"] == pytest.approx(20)
    assert density.value["forest_arbor", "bgb"] == pytest.approx(8)
    assert density.value["forest_arbor", "dead_wood"] == pytest.approx(1.6)
    assert density.value["forest_arbor", "litter"] == pytest.approx(0.6)
    assert density.value["cropland", "soc"] == pytest.approx(18)
    stock, summary = stock_tables(land(forest_arbor=10, cropland=100), density, "class_mean")
    assert summary.stock_tc[0] == pytest.approx(10 * (28 + 1.6 + 0.6 + 24) + 100 * 18)
    assert summary.stock_tco2[0] == pytest.approx(summary.stock_tc[0] * 44 / 12)
    assert summary.low_tc[0] == pytest.approx(summary.high_tc[0]) == pytest.approx(summary.stock_tc[0])  # nothing is uncertain
    assert set(stock.pool) == {"agb", "bgb", "dead_wood", "litter", "soc"}


def test_the_shipped_forest_row_follows_the_brief():
    """domain.md 5.5: 30 tC/hm2, R = 0.40: AGB 21.4, BGB 8.6; dead wood 8 % and litter 4 % of AGB (dry matter)."""
    density = class_mean.densities(SHIPPED, draws=20_000, seed=1)
    agb = density.value["forest_arbor", "agb"]
    assert agb == pytest.approx(30 / 1.4)
    assert density.value["forest_arbor", "bgb"] == pytest.approx(30 - 30 / 1.4)
    assert density.value["forest_arbor", "dead_wood"] == pytest.approx(agb / 0.47 * 0.08 * 0.47)
    assert density.value["forest_arbor", "litter"] == pytest.approx(agb / 0.47 * 0.04 * 0.37)
    living = density.draws["forest_arbor", "agb"] + density.draws["forest_arbor", "bgb"]
    assert interval(living) == pytest.approx((19, 43), rel=0.02)
    assert density.value["cropland", "soc"] == pytest.approx(24 * 0.76)
    low, high = interval(density.draws["cropland", "soc"])
    assert (high - low) / 2 / 18.24 == pytest.approx(0.13, abs=0.004)  # 5 % and 12 % combined
    assert interval(density.draws["wetland", "soc"]) == pytest.approx((74 * 0.83, 74 * 1.17), rel=0.01)


def test_gaps_stay_gaps():
    density = class_mean.densities(SHIPPED, draws=1000, seed=1)
    assert density.pools("unknown") == []
    assert "soc" not in density.pools("built") and "agb" not in density.pools("bamboo")
    stock, summary = stock_tables(land(forest_arbor=1, built=5, bamboo=3, unknown=2), density, "class_mean")
    assert summary.no_soc_value_hm2[0] == 5 + 2
    assert summary.no_biomass_value_hm2[0] == 3 + 2
    assert "unknown" not in set(stock.class_key)
    require_conserved(stock, summary)


def test_one_parameter_is_one_draw():
    density = class_mean.densities(SHIPPED, draws=1000, seed=1)
    assert (density.draws["grass", "soc"] == density.draws["forest_arbor", "soc"]).all()
    assert density.draws["cropland", "soc"] == pytest.approx(density.draws["orchard", "soc"])
    assert not (density.draws["wetland", "soc"] == density.draws["grass", "soc"]).any()


def test_draws_do_not_depend_on_the_rest_of_the_table():
    some = SHIPPED[SHIPPED.class_key == "grass"].reset_index(drop=True)
    one, all_ = (class_mean.densities(t, draws=1000, seed=5).draws["grass", "soc"] for t in (some, SHIPPED))
    assert (one == all_).all()
    assert not (class_mean.densities(some, draws=1000, seed=6).draws["grass", "soc"] == one).any()


def test_the_interval_of_a_sum_comes_from_drawn_sums():
    """Two classes on one parameter are fully correlated: the intervals add. On two of their own they do not."""
    shared = [("grass", "soc_ref_tc_hm2", 24, 20, 28, "normal", "p"), ("bare", "soc_ref_tc_hm2", 24, 20, 28, "normal", "p")]
    apart = [(*r[:-1], f"p{i}") for i, r in enumerate(shared)]
    width = []
    for rows in (shared, apart):
        _, summary = stock_tables(land(grass=100, bare=100), class_mean.densities(factors(*rows), draws=50_000, seed=2), "class_mean")
        width.append(summary.high_tc[0] - summary.low_tc[0])
    assert width[0] == pytest.approx(2 * 8 * 100, rel=0.02)
    assert width[1] == pytest.approx(math.sqrt(2) * 8 * 100, rel=0.02)


@settings(deadline=None, max_examples=40)
@given(st.lists(st.floats(0, 1e6), min_size=3, max_size=3))
def test_pools_add_up_to_the_total(areas):
    density = class_mean.densities(SHIPPED, draws=1000, seed=1)
    frame = land(forest_arbor=areas[0], grass=areas[1], cropland=areas[2] + 1)
    stock, summary = stock_tables(frame, density, "class_mean")
    require_conserved(stock, summary)
    # InVEST's definition: area x the sum of the class's four pools
    four = sum(a * sum(density.value[k, p] for p in density.pools(k)) for k, a in zip(frame.class_key, frame.area_hm2, strict=True))
    assert summary.stock_tc[0] == pytest.approx(four, rel=1e-12)


@pytest.mark.parametrize(("mode", "low", "high"), [(5, 2, 9), (5, 4, 6), (2, 1.9, 10)])
def test_triangle_percentiles(mode, low, high):
    left, right = class_mean.triangle_ends(mode, low, high)
    assert left < low < mode < high < right
    assert (low - left) ** 2 / ((right - left) * (mode - left)) == pytest.approx(0.025, rel=1e-6)
    assert (right - high) ** 2 / ((right - left) * (right - mode)) == pytest.approx(0.025, rel=1e-6)


@pytest.mark.parametrize(
    ("rows", "key"),
    [
        ([("grass", "soc_ref_tc_hm2", 24, 25, 28, "normal", "p")], "factor_range"),
        ([("grass", "soc_ref_tc_hm2", 24, None, None, "normal", "p")], "factor_range"),
        ([("grass", "soc_ref_tc_hm2", 24, 0, 28, "lognormal", "p")], "factor_range"),
        ([("grass", "soc_ref_tc_hm2", 24, 20, 28, None, "p")], "factor_distribution"),
        (
            [("grass", "soc_ref_tc_hm2", 24, None, None, "fixed", "p"), ("bare", "soc_ref_tc_hm2", 25, None, None, "fixed", "p")],
            "factor_differs",
        ),
    ],
)
def test_tables_that_contradict_themselves(rows, key):
    with pytest.raises(BadData) as refused:
        class_mean.densities(factors(*rows), draws=1000, seed=1)
    assert [p.key for p in refused.value.problems] == [key]


def test_city_draws_are_the_sum_of_county_draws():
    """The city interval is that of the summed land, narrower than added county intervals only through the classes."""
    density = class_mean.densities(SHIPPED, draws=5000, seed=3)
    a, b = land(forest_arbor=100, cropland=50), land(forest_arbor=10, cropland=500)
    both = a.assign(area_hm2=a.area_hm2 + b.area_hm2)
    totals = [
        sum(area * density.draws[k, p] for k, area in zip(f.class_key, f.area_hm2, strict=True) for p in density.pools(k))
        for f in (a, b, both)
    ]
    assert np.abs(totals[0] + totals[1] - totals[2]).max() <= 1e-9 * totals[2].max()
    assert stock_tables(both, density, "r")[1].low_tc[0] == pytest.approx(interval(totals[2])[0], rel=1e-12)
