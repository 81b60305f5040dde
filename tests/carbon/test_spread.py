"""Class areas from a sample, the variance split and Approach 1, by hand and against planted truths."""

import math

import numpy as np
import pandas as pd
import pytest
from carbon_world import WTD, book, drawn, factors, place

from pipeline.carbon import ROUTES, account, adjusted, class_mean, spread, trials
from pipeline.carbon.draws import interval
from pipeline.core import tables

ZONE = {"county_code": "149901", "county_name": "甲", "level": "county", "sample": "S", "product": "P", "year": 2020}
PLAIN = factors(("forest_arbor", "biomass_tc_hm2", 28, 20, 38, "lognormal"), ("forest_arbor", "root_shoot", 0.4), ("grass", "biomass_tc_hm2", 0),
                ("forest_arbor", "soc_ref_tc_hm2", 30, 26, 34, "normal", "p"), ("grass", "soc_ref_tc_hm2", 30, 26, 34, "normal", "p"))  # fmt: skip


def matrix(counts: dict[tuple[str, str], int], code="149901") -> pd.DataFrame:
    total = sum(counts.values())
    rows = [
        ZONE | {"county_code": code, "map_key": i, "reference_key": j, "points": n, "share": n / total} for (i, j), n in counts.items() if n
    ]
    return tables.product(rows, tables.ERROR_MATRIX)


def made(by_class=PLAIN, *, draws=4000, areas=None, seed=1):
    """(draws of the account, product) of one county."""
    found = book(by_class)
    design, _ = drawn(found, draws=draws, seed=seed)
    product = place({"149901": areas or {"forest_arbor": 1000.0, "grass": 3000.0}})
    own = account.make(product, ["class_mean"], ROUTES, found, design, "class_mean", soil_table=True)
    return own.draws(design), product, own, found


MATRIX = {("forest_arbor", "forest_arbor"): 40, ("forest_arbor", "grass"): 10, ("grass", "grass"): 95, ("grass", "forest_arbor"): 5}


def on_sample(draws, counts=MATRIX, *, size=4000, seed=1):
    mapped = {"forest_arbor": 1000.0, "grass": 3000.0}
    rows = matrix(counts)
    areas = adjusted.areas(rows, "149901", mapped, size, seed)
    density = {k: float(sum(spread.density(draws, "149901", k, p)[0] for p in ("agb", "bgb", "soc"))) for k in mapped}
    return spread.adjust(draws, "149901", areas, adjusted.variance_tc2(rows, "149901", mapped, density))


def test_areas_by_hand():
    """1000 hm2 of mapped forest, a fifth of it grass; 3000 hm2 of mapped grass, a twentieth of it forest."""
    areas = adjusted.areas(matrix(MATRIX), "149901", {"forest_arbor": 1000.0, "grass": 3000.0, "water": 7.0}, 20_000, 1)
    assert areas["forest_arbor"][0] == pytest.approx(1000 * 0.8 + 3000 * 0.05)
    assert areas["grass"][0] == pytest.approx(1000 * 0.2 + 3000 * 0.95)
    assert set(areas["water"]) == {7.0}  # the sample says nothing of it
    assert np.abs(sum(areas.values()) - 4007).max() < 1e-9 * 4007  # in every draw
    by_hand = math.sqrt(1000**2 * 0.8 * 0.2 / 49 + 3000**2 * 0.05 * 0.95 / 99)  # Olofsson et al. 2014
    assert areas["forest_arbor"][1:].std() == pytest.approx(by_hand, rel=0.05)
    assert areas["forest_arbor"][1:].mean() == pytest.approx(950, rel=0.02)
    assert adjusted.areas(matrix(MATRIX), "149902", {"forest_arbor": 1.0}, 10, 1) is None  # a city-wide sample says nothing of a county


def test_a_matrix_by_other_keys_is_not_used():
    known = ["forest_arbor", "grass"]
    assert len(adjusted.usable(matrix(MATRIX), "P", 2020, known)) == 4
    assert adjusted.usable(matrix({("forest", "forest"): 4, ("other", "other"): 5}), "P", 2020, known).empty
    assert adjusted.usable(matrix(MATRIX), "P", 2021, known).empty
    assert adjusted.usable(matrix(MATRIX), "Q", 2020, known).empty


def test_stocks_on_the_samples_areas():
    """Forest 950 hm2 x 58 and grass 3050 hm2 x 30."""
    draws, *_ = made()
    own = on_sample(draws)
    assert own.total[0] == pytest.approx(950 * (28 + 30) + 3050 * 30)
    assert draws.total("149901")[0] == pytest.approx(1000 * 58 + 3000 * 30)  # the mapped areas stay beside it
    low, high = interval(own.total)
    assert low < own.total[0] < high


def test_classes_the_product_does_not_show_are_counted():
    """The reference finds forest in a product that has none: its density is the class's own."""
    found = book(PLAIN)
    design, _ = drawn(found, draws=100)
    product = place({"149901": {"grass": 100.0}})
    own = account.make(product, ["class_mean"], ROUTES, found, design, "class_mean", soil_table=True)
    anywhere = {("forest_arbor", p): design[class_mean.quantity("forest_arbor", p)] for p in ("agb", "bgb")}
    draws = own.draws(design, anywhere | {("forest_arbor", "soc"): design[class_mean.soil("forest_arbor", WTD)]})
    areas = adjusted.areas(matrix({("grass", "grass"): 3, ("grass", "forest_arbor"): 1}), "149901", {"grass": 100.0}, 100, 1)
    assert spread.adjust(draws, "149901", areas, 0.0).total[0] == pytest.approx(25 * 58 + 75 * 30)


# --- variance split ------------------------------------------------------------------------------------------


def shares(by_class=PLAIN, counts=MATRIX, step=0.0, routes=()):
    draws, *_ = made(by_class)
    parts = spread.split(draws.total("149901"), on_sample(draws, counts) if counts else None, step, list(routes))
    whole = math.fsum(parts.values())
    return {k: v / whole for k, v in parts.items()}, parts


def test_split_sums_to_one_and_has_no_negative_part():
    share, parts = shares(step=1000.0, routes=[140_000, 150_000])
    assert math.fsum(share.values()) == pytest.approx(1, abs=1e-12)
    assert set(share) == set(tables.VARIANCE_COMPONENTS) and min(parts.values()) > 0
    assert parts["soc_edition"] == 500.0**2 and parts["route"] == 5000.0**2


def test_the_two_drawn_parts_are_the_joint_variance():
    draws, *_ = made()
    own = on_sample(draws)
    _, parts = shares()
    assert parts["area"] + parts["density"] == pytest.approx(float(np.var(own.total[1:])), rel=1e-9)
    fixed = float(np.var(950 * 28 * 0 + own.density_only[1:]))
    assert parts["density"] == pytest.approx(fixed, rel=0.02)  # the interaction is small


def test_halving_an_interval_moves_its_share():
    narrow = factors(("forest_arbor", "biomass_tc_hm2", 28, 24, 32.6, "lognormal"), ("forest_arbor", "root_shoot", 0.4), ("grass", "biomass_tc_hm2", 0),
                     ("forest_arbor", "soc_ref_tc_hm2", 30, 28, 32, "normal", "p"), ("grass", "soc_ref_tc_hm2", 30, 28, 32, "normal", "p"))  # fmt: skip
    before, _ = shares()
    after, _ = shares(narrow)
    assert after["density"] < before["density"] and after["area"] > before["area"]
    more, parts = shares(counts={k: 4 * n for k, n in MATRIX.items()})  # four times the points: half the interval of areas
    assert more["area"] < before["area"] and more["density"] > before["density"]
    assert parts["area"] == pytest.approx(shares()[1]["area"] / 4, rel=0.2)


def test_without_a_sample_areas_have_no_part():
    share, _ = shares(counts=None)
    assert share["area"] == 0 and share["density"] == 1


# --- Approach 1 ----------------------------------------------------------------------------------------------


def test_approach_1_by_hand():
    """Forest biomass 1000 x (20..38) and soil 4000 x (26..34), independent: half-widths 9000 and 16000."""
    draws, _, own, found = made(draws=20_000)
    ends = trials.one_at_a_time(found.parameters)
    class_mean.prepare(found, ends, [WTD], 2019)
    total = own.draws(ends).total("149901")
    assert spread.approach_1(total) == pytest.approx(math.hypot(9000, 16000))
    assert spread.approach_1(total, 100.0**2) == pytest.approx(math.sqrt(9000**2 + 16000**2 + (1.959963984540054 * 100) ** 2))
    assert spread.half_width(draws.total("149901")) == pytest.approx(spread.approach_1(total), rel=0.03)


def test_sampling_variance_by_hand():
    """Each stratum: A^2 Var(density over its points) / (n - 1); densities 58 and 30 differ by 28."""
    found = adjusted.variance_tc2(
        matrix(MATRIX), "149901", {"forest_arbor": 1000.0, "grass": 3000.0}, {"forest_arbor": 58.0, "grass": 30.0}
    )
    assert found == pytest.approx(28**2 * (1000**2 * 0.8 * 0.2 / 49 + 3000**2 * 0.05 * 0.95 / 99))


# --- coverage ------------------------------------------------------------------------------------------------


def test_the_interval_covers_the_planted_truth():
    """300 samples of a planted map and densities drawn from their ranges: the 95 % interval holds the truth about as often."""
    truth = {
        ("forest_arbor", "forest_arbor"): 0.8,
        ("forest_arbor", "grass"): 0.2,
        ("grass", "grass"): 0.93,
        ("grass", "forest_arbor"): 0.07,
    }
    mapped, rng, hits, runs = {"forest_arbor": 1000.0, "grass": 3000.0}, np.random.default_rng(5), 0, 300
    found = book(PLAIN)
    product = place({"149901": mapped})
    design, _ = drawn(found, draws=400)
    own = account.make(product, ["class_mean"], ROUTES, found, design, "class_mean", soil_table=True).draws(design)
    forest_hm2 = 1000 * 0.8 + 3000 * 0.07
    for run in range(runs):
        living = np.exp(rng.normal((math.log(20) + math.log(38)) / 2, (math.log(38) - math.log(20)) / (2 * 1.96)))
        stock = forest_hm2 * living + 4000 * rng.normal(30, 8 / (2 * 1.96))
        counts = {}
        for key, n in (("forest_arbor", 40), ("grass", 60)):
            k = rng.binomial(n, truth[key, "forest_arbor"])
            counts |= {(key, "forest_arbor"): k, (key, "grass"): n - k}
        rows = matrix(counts)
        areas = adjusted.areas(rows, "149901", mapped, 400, run)
        low, high = interval(spread.adjust(own, "149901", areas, 0.0).total)
        hits += low <= stock <= high
    assert 0.92 <= hits / runs <= 0.985


def test_city_of_counties_sampled_for_themselves():
    found = book(PLAIN)
    design, _ = drawn(found, draws=200)
    product = place({c: {"forest_arbor": 1000.0, "grass": 3000.0} for c in ("149901", "149902")})
    draws = account.make(product, ["class_mean"], ROUTES, found, design, "class_mean", soil_table=True).draws(design)
    parts = []
    for code in ("149901", "149902"):
        areas = adjusted.areas(matrix(MATRIX, code), code, {"forest_arbor": 1000.0, "grass": 3000.0}, 200, 1)
        parts.append(spread.adjust(draws, code, areas, 1.0))
    city = spread.together(parts)
    assert (city.total == parts[0].total + parts[1].total).all() or np.abs(city.total - parts[0].total - parts[1].total).max() < 1e-6
    assert not (parts[0].hm2["grass"][1:] == parts[1].hm2["grass"][1:]).any()  # drawn apart
    assert city.sampling_tc2 == 2.0


def test_approach_1_on_the_samples_areas():
    """Forest 950 hm2 x (20..38) and soil 4000 x (26..34): half-widths 8550 and 16000."""
    *_, own, found = made(draws=10)
    ends = trials.one_at_a_time(found.parameters)
    class_mean.prepare(found, ends, [WTD], 2019)
    total = spread.on_areas(own.draws(ends), "149901", {"forest_arbor": 950.0, "grass": 3050.0})
    assert total[0] == pytest.approx(950 * 58 + 3050 * 30)
    assert spread.approach_1(total) == pytest.approx(math.hypot(8550, 16000))
