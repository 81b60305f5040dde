"""Carbon by class means: hand-computed worlds, draws, gaps, the stocks of the former version, and InVEST's own figure."""

import math

import numpy as np
import pytest
from carbon_world import SHIPPED, WTD, book, drawn, factors, place
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.carbon import ROUTES, account, class_mean, land, require_conserved, results, trials
from pipeline.carbon.draws import interval
from pipeline.core import tables
from pipeline.core.config import Soc
from pipeline.core.errors import BadData


def densities(by_class=SHIPPED, **more) -> dict:
    """Trials of every density by class and pool."""
    design, said = drawn(book(by_class), **more)
    names = {(k, p): class_mean.soil(k, WTD) if p == "soc" else class_mean.quantity(k, p) for k, p, _ in said}
    return {key: design[name] for key, name in names.items() if name in design}


def stocks(by_class=SHIPPED, *, draws=2000, seed=1, **areas):
    """(stock table, summary table) of one county and the whole area."""
    found = book(by_class)
    design, _ = drawn(found, draws=draws, seed=seed)
    product = place({"149901": areas})
    product.pieces["149901"] = [p for p in product.pieces["149901"] if p.class_key != "unknown"]
    product.soil.pop(("149901", "unknown"), None)
    own = account.make(product, ["class_mean"], ROUTES, found, design, "class_mean", soil_table=True).draws(design)
    soc = Soc()
    return (
        tables.product(results.stock_rows(own, product, {}, soc), tables.CARBON_STOCK),
        tables.product(results.summary_rows(own, product, {}, soc, {}), tables.CARBON_SUMMARY),
    )


FORMER = {
    "forest_arbor": [21.412453570266823, 22.01850789776021, 24.213016460717988],
    "cropland": [18.284914459973027, 17.531090854586136, 18.954820089835135],
    "forest_land_other": [3.9055427632328312, 6.158346125787087, 2.617870579761136],
}
COUNTS = [158, 176, 173, 162, 161, 199, 171]
FOREST = [
    ("forest_arbor", "biomass_tc_hm2", 28), ("forest_arbor", "root_shoot", 0.4), ("forest_arbor", "dead_wood_per_agb", 0.08),
    ("forest_arbor", "litter_tc_per_agb_tc", 0.03), ("forest_arbor", "soc_ref_tc_hm2", 24), ("cropland", "biomass_tc_hm2", 0),
    ("cropland", "soc_ref_tc_hm2", 24), ("cropland", "soc_land_use", 0.75),
]  # fmt: skip


def test_hand_computed_pools():
    value = {key: float(a[0]) for key, a in densities(factors(*FOREST)).items()}
    assert value["forest_arbor", "agb"] == pytest.approx(20)
    assert value["forest_arbor", "bgb"] == pytest.approx(8)
    assert value["forest_arbor", "dead_wood"] == pytest.approx(1.6)
    assert value["forest_arbor", "litter"] == pytest.approx(0.6)
    assert value["cropland", "soc"] == pytest.approx(18)
    stock, summary = stocks(factors(*FOREST), forest_arbor=10, cropland=100)
    assert summary.stock_tc[0] == pytest.approx(10 * (28 + 1.6 + 0.6 + 24) + 100 * 18)
    assert summary.stock_tco2[0] == pytest.approx(summary.stock_tc[0] * 44 / 12)
    assert summary.low_tc[0] == pytest.approx(summary.high_tc[0]) == pytest.approx(summary.stock_tc[0])  # nothing is uncertain
    assert summary.mean_tc[0] == pytest.approx(summary.stock_tc[0])
    assert set(stock.pool) == {"agb", "bgb", "dead_wood", "litter", "soc"}
    assert set(stock[stock.pool == "soc"].depth_cm) == {30} and set(stock[stock.pool == "soc"].soc_edition) == {"IPCC 2019"}
    assert stock[stock.pool != "soc"][["depth_cm", "soc_edition"]].isna().all().all()
    assert stock[["adjusted_hm2", "adjusted_tc"]].isna().all().all()  # nothing says how far the map is wrong


def test_the_shipped_forest_row_follows_the_brief():
    """domain.md 5.5: 30 tC/hm2, R = 0.40: AGB 21.4, BGB 8.6; dead wood 8 % and litter 4 % of AGB (dry matter)."""
    made = densities(draws=20_000)
    agb = made["forest_arbor", "agb"][0]
    assert agb == pytest.approx(30 / 1.4)
    assert made["forest_arbor", "bgb"][0] == pytest.approx(30 - 30 / 1.4)
    assert made["forest_arbor", "dead_wood"][0] == pytest.approx(agb / 0.47 * 0.08 * 0.47)
    assert made["forest_arbor", "litter"][0] == pytest.approx(agb / 0.47 * 0.04 * 0.37)
    assert interval(made["forest_arbor", "agb"] + made["forest_arbor", "bgb"]) == pytest.approx((19, 43), rel=0.02)
    assert made["cropland", "soc"][0] == pytest.approx(24 * 0.76)
    low, high = interval(made["cropland", "soc"])
    assert (high - low) / 2 / 18.24 == pytest.approx(0.13, abs=0.004)  # 5 % and 12 % combined
    assert interval(made["wetland", "soc"]) == pytest.approx((74 * 0.83, 74 * 1.17), rel=0.01)


def test_draws_are_those_of_the_former_version():
    """First draws of three parameters of the shipped table at the shipped seed, written down before the routes came."""
    made = densities(draws=10_000, seed=20240628)
    living = made["forest_arbor", "agb"] + made["forest_arbor", "bgb"]
    assert living[1:4] == pytest.approx(FORMER["forest_arbor"], rel=1e-12)
    assert made["cropland", "soc"][1:4] == pytest.approx(FORMER["cropland"], rel=1e-12)
    assert made["forest_land_other", "agb"][1:4] == pytest.approx(FORMER["forest_land_other"], rel=1e-12)


def test_gaps_stay_gaps():
    made = densities(draws=10)
    assert not [key for key in made if key[0] == "unknown"]
    assert ("built", "soc") not in made and ("bamboo", "agb") not in made
    stock, summary = stocks(forest_arbor=1, built=5, bamboo=3, unknown=2)
    assert summary.no_soc_value_hm2[0] == 5 + 2
    assert summary.no_biomass_value_hm2[0] == 3 + 2
    assert "unknown" not in set(stock.class_key)
    require_conserved(stock, summary)


def test_one_parameter_is_one_draw():
    made = densities(draws=1000)
    assert (made["grass", "soc"] == made["forest_arbor", "soc"]).all()
    assert made["cropland", "soc"] == pytest.approx(made["orchard", "soc"])
    assert not (made["wetland", "soc"] == made["grass", "soc"]).any()


def test_draws_do_not_depend_on_the_rest_of_the_table():
    some = SHIPPED[SHIPPED.class_key == "grass"].reset_index(drop=True)
    one, whole = (densities(t, draws=1000, seed=5)["grass", "soc"] for t in (some, SHIPPED))
    assert (one == whole).all()
    assert not (densities(some, draws=1000, seed=6)["grass", "soc"][1:] == one[1:]).any()


def test_the_interval_of_a_sum_comes_from_drawn_sums():
    """Two classes on one parameter are fully correlated: the intervals add. On two of their own they do not."""
    shared = [("grass", "soc_ref_tc_hm2", 24, 20, 28, "normal", "p"), ("bare", "soc_ref_tc_hm2", 24, 20, 28, "normal", "p")]
    apart = [(*r[:-1], f"p{i}") for i, r in enumerate(shared)]
    width = []
    for rows in (shared, apart):
        _, summary = stocks(factors(*rows), draws=20_000, seed=2, grass=100, bare=100)
        width.append(summary.high_tc[0] - summary.low_tc[0])
    assert width[0] == pytest.approx(2 * 8 * 100, rel=0.02)
    assert width[1] == pytest.approx(math.sqrt(2) * 8 * 100, rel=0.02)


@settings(deadline=None, max_examples=12)
@given(st.lists(st.floats(0, 1e6), min_size=3, max_size=3))
def test_pools_add_up_to_the_total(areas):
    made = {"forest_arbor": areas[0], "grass": areas[1], "cropland": areas[2] + 1}
    stock, summary = stocks(draws=100, **made)
    require_conserved(stock, summary)
    # InVEST's definition: area x the sum of the class's pools
    value = {key: float(a[0]) for key, a in densities(draws=10).items()}
    by_hand = sum(a * sum(v for (k, _), v in value.items() if k == key) for key, a in made.items())
    assert summary.stock_tc[0] == pytest.approx(by_hand, rel=1e-12)


def test_invest_gives_the_same_total():
    """natcap.invest 3.20.2, Carbon, on this map (EPSG:32649, 30 m) and these four pools: 4179.588391056061 t; it stores 32-bit floats."""
    keys = ["forest_arbor", "shrub_other", "forest_land_other", "grass", "wetland", "cropland", "orchard"]
    codes = np.random.default_rng(7).integers(1, len(keys) + 1, (30, 40))
    areas = {k: float((codes == i).sum()) * 0.09 for i, k in enumerate(keys, 1)}
    assert [int((codes == i).sum()) for i in range(1, 8)] == COUNTS  # the map is still the one InVEST was given
    _, summary = stocks(draws=10, **areas)
    assert summary.stock_tc[0] == pytest.approx(4179.588391056061, rel=1e-8)
    value = {key: float(a[0]) for key, a in densities(draws=10).items()}
    by_cell = sum(0.09 * sum(v for (k, _), v in value.items() if k == keys[code - 1]) for code in codes.ravel())
    assert summary.stock_tc[0] == pytest.approx(by_cell, rel=1e-12)


@pytest.mark.parametrize(("mode", "low", "high"), [(5, 2, 9), (5, 4, 6), (2, 1.9, 10)])
def test_triangle_percentiles(mode, low, high):
    left, right = trials.triangle_ends(mode, low, high)
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
        ([("grass", "soc_ref_tc_hm2", 25, 20, 28, "normal", "soc_ref_hac_wtd_2019")], "factor_differs"),  # than the soil table
    ],
)
def test_tables_that_contradict_themselves(rows, key):
    with pytest.raises(BadData) as refused:
        book(factors(*rows))
    assert [p.key for p in refused.value.problems] == [key]


def test_city_draws_are_the_sum_of_county_draws():
    found = book()
    design, _ = drawn(found, draws=5000, seed=3)
    product = place({"149901": {"forest_arbor": 100.0, "cropland": 50.0}, "149902": {"forest_arbor": 10.0, "cropland": 500.0}})
    own = account.make(product, ["class_mean"], ROUTES, found, design, "class_mean", soil_table=True).draws(design)
    for key, pool in {(k, p) for _, k, p in own.stocks_tc}:
        assert (own.stock("149900", key, pool) == own.stock("149901", key, pool) + own.stock("149902", key, pool)).all()
    assert own.known_hm2["149900", "cropland", "soc"] == 550
    assert own.density("149900", "grass", "soc") is None  # no such land, and no densities were handed over
    assert own.density("149901", "forest_arbor", "agb")[0] == pytest.approx(30 / 1.4)
    assert isinstance(product.pieces["149901"][0], land.Piece)
