"""Change of stock: two counties by hand, gaps that are no change, correlated draws, conservation, restored land."""

import numpy as np
import pandas as pd
import pytest

from pipeline.carbon import change
from pipeline.carbon.draws import Draws, interval
from pipeline.core import tables

ZONES = {"149900": ("某市", "city"), "149901": ("甲县", "county"), "149902": ("乙县", "county")}
STREAM = np.random.default_rng(1)
N = 4_001


def trials(value: float, sd: float = 0.0) -> np.ndarray:
    made = value + sd * STREAM.standard_normal(N)
    made[0] = value
    return made


# tC/hm2; built land has no soil value, unknown land none at all
DENSITY = {
    ("forest_arbor", "agb"): trials(20.0, 3.0),
    ("forest_arbor", "soc"): trials(24.0, 1.0),
    ("grass", "agb"): trials(1.0, 0.1),
    ("cropland", "agb"): trials(0.0),
    ("cropland", "soc"): trials(18.0, 1.0),
    ("built", "agb"): trials(0.0),
}
DENSITY["grass", "soc"] = DENSITY["forest_arbor", "soc"]  # one parameter: one draw
POOL_NAMES = ("agb", "soc")

# area_hm2 by (county, from, to)
MOVED = {
    ("149901", "forest_arbor", "forest_arbor"): 100.0,
    ("149901", "grass", "forest_arbor"): 10.0,
    ("149901", "cropland", "built"): 5.0,
    ("149902", "forest_arbor", "grass"): 4.0,
    ("149902", "cropland", "cropland"): 200.0,
    ("149902", "unknown", "grass"): 2.0,
}


def zone(code: str) -> dict:
    return {"county_code": code, "county_name": ZONES[code][0], "level": ZONES[code][1]}


def zones() -> pd.DataFrame:
    return pd.DataFrame([zone(c) for c in ZONES])


def with_city(areas: dict) -> dict:
    made = dict(areas)
    for (_, *keys), area in areas.items():
        made["149900", *keys] = made.get(("149900", *keys), 0.0) + area
    return made


def pairs(*, later_first: bool = False) -> pd.DataFrame:
    a, b = ("b", "a") if later_first else ("a", "b")
    rows = [
        zone(c)
        | {"product_a": "P", "product_b": "P", f"year_{a}": 2019, f"year_{b}": 2024, f"class_{a}": f, f"class_{b}": t, "area_hm2": x / 2}
        for (c, f, t), x in with_city(MOVED).items()
        for _ in range(2)  # two codes of one class
    ]
    other = zone("149901") | {
        "product_a": "P",
        "product_b": "Q",
        "year_a": 2019,
        "year_b": 2024,
        "class_a": "x",
        "class_b": "x",
        "area_hm2": 9.0,
    }
    return pd.DataFrame([*rows, other])


def account(year: int, side: int, *, density=None, known=None) -> Draws:
    """Class areas of one side of MOVED; ``known``: share of a (county, class, pool) that has a value."""
    density, known = density or DENSITY, known or {}
    area: dict = {}
    for (county, *classes), x in with_city(MOVED).items():
        area[county, classes[side]] = area.get((county, classes[side]), 0.0) + x
    share = {(c, k, p): known.get((c, k, p), 1.0) for c, k in area for p in POOL_NAMES if (k, p) in density}
    stocks = {(c, k, p): area[c, k] * s * density[k, p] for (c, k, p), s in share.items()}
    return Draws("P", year, "class_mean", area, stocks, {k: area[k[:2]] * s for k, s in share.items()}, density)


def both() -> tuple[Draws, Draws]:
    return account(2019, 0), account(2024, 1)


def of(table: pd.DataFrame, code: str, *classes: str) -> pd.Series:
    rows = table[table.county_code == code]
    if classes:
        rows = rows[(rows.class_from == classes[0]) & (rows.class_to == classes[1])]
    assert len(rows) == 1
    return rows.iloc[0]


@pytest.mark.parametrize("later_first", [False, True])
def test_transitions_whichever_year_is_finer(later_first):
    moved = change.transitions(pairs(later_first=later_first))
    assert set(moved["product"]) == {"P"}  # not the pair of two products
    assert {(r.county_code, r.class_from, r.class_to): r.area_hm2 for r in moved.itertuples()} == with_city(MOVED)
    assert set(moved.year_from) == {2019} and set(moved.year_to) == {2024}


def test_by_hand():
    by_class, by_zone = change.by_transition(change.transitions(pairs()), *both(), "b")
    # grass -> forest: 19 tC/hm2 above ground, the same soil
    row = of(by_class, "149901", "grass", "forest_arbor")
    assert row.change_tc == pytest.approx(190.0) and row.one_sided_tc == 0 and row.pools == "agb;soc"
    low, high = interval(10.0 * (DENSITY["forest_arbor", "agb"] - DENSITY["grass", "agb"]))
    assert (row.low_tc, row.high_tc) == pytest.approx((low, high))
    # cropland -> built: above ground nothing; the soil of built land is a gap, so 5 x 18 tC vanish from the sums and are no loss
    row = of(by_class, "149901", "cropland", "built")
    assert row.change_tc == 0 and row.pools == "agb" and row.one_sided_tc == pytest.approx(-90.0)
    # unknown -> grass: nothing can be compared, 2 x 25 tC turn up
    row = of(by_class, "149902", "unknown", "grass")
    assert pd.isna(row.change_tc) and pd.isna(row.pools) and row.one_sided_tc == pytest.approx(50.0)
    own = of(by_zone, "149901")
    assert own.change_tc == pytest.approx(190.0) and own.gain_tc == pytest.approx(190.0) and str(own.loss_tc) == "0.0"  # not -0.0
    assert own.stock_from_tc == pytest.approx(100 * 44 + 10 * 25 + 5 * 18) and own.stock_to_tc == pytest.approx(110 * 44)
    assert own.net_sink_tco2_yr == pytest.approx(190 * 44 / 12 / 5)  # positive = uptake
    other = of(by_zone, "149902")
    assert other.change_tc == pytest.approx(-4 * 19) and other.loss_tc == pytest.approx(76) and other.net_sink_tco2_yr < 0
    assert other.not_compared_hm2 == 2.0


def test_land_that_stays_cancels_exactly():
    by_class, _ = change.by_transition(change.transitions(pairs()), *both(), "b")
    row = of(by_class, "149901", "forest_arbor", "forest_arbor")
    assert (row.change_tc, row.low_tc, row.high_tc) == (0.0, 0.0, 0.0)


def test_the_interval_of_the_difference_is_not_that_of_two_stocks():
    """100 hm2 of forest stay: with draws of their own for each year the interval would be about ten times as wide."""
    earlier, later = both()
    _, by_zone = change.by_transition(change.transitions(pairs()), earlier, later, "b")
    own = of(by_zone, "149901")
    apart = interval(later.total("149901") - np.roll(earlier.total("149901"), 1))
    assert (apart[1] - apart[0]) > 5 * (own.high_tc - own.low_tc)


def test_conservation():
    by_class, by_zone = change.by_transition(change.transitions(pairs()), *both(), "b")
    for code in ZONES:
        own, parts = of(by_zone, code), by_class[by_class.county_code == code]
        total = parts.change_tc.sum() + parts.one_sided_tc.sum()
        assert total == pytest.approx(own.stock_to_tc - own.stock_from_tc, rel=1e-9)
        assert abs(own.margin_difference_tc) <= 1e-9 * own.stock_to_tc
        assert own.gain_tc - own.loss_tc == pytest.approx(own.change_tc)
    change.require_whole(by_zone)
    city = of(by_zone, "149900")
    assert city.change_tc == pytest.approx(190 - 76)
    a, b = (sum((c.change for c in _all(code)), 0.0) for code in ("149901", "149902"))
    assert (city.low_tc, city.high_tc) == pytest.approx(interval(a + b))


def _all(code: str):
    earlier, later = both()
    return [change.of_transition(earlier, later, c, f, t, x) for (c, f, t), x in MOVED.items() if c == code]


def test_measured_land_may_gain_without_a_change_of_class():
    """A route that measures density by year: forest that stays grows by 2 tC/hm2."""
    grown = DENSITY | {("forest_arbor", "agb"): DENSITY["forest_arbor", "agb"] + 2.0}
    by_class, _ = change.by_transition(change.transitions(pairs()), account(2019, 0), account(2024, 1, density=grown), "b")
    assert of(by_class, "149901", "forest_arbor", "forest_arbor").change_tc == pytest.approx(200.0)


def test_land_known_in_part_is_compared_in_part():
    """Soil known on half the forest in 2024 only: half is compared, the other half's stock of 2019 is one-sided."""
    later = account(2024, 1, known={("149901", "forest_arbor", "soc"): 0.5})
    by_class, by_zone = change.by_transition(change.transitions(pairs()), account(2019, 0), later, "b")
    row = of(by_class, "149901", "forest_arbor", "forest_arbor")
    assert row.change_tc == 0 and row.one_sided_tc == pytest.approx(-100 * 24 / 2)
    assert abs(of(by_zone, "149901").margin_difference_tc) < 1e-6


def test_without_transitions_pools_with_gaps_are_left_out():
    """甲县: built land without soil value grew by 5 hm2, so soil is left out; 乙县: unknown land went, so all is."""
    table = change.by_net_areas(zones(), *both(), "b")
    own = of(table, "149901")
    assert own.pools == "agb" and own.change_tc == pytest.approx(10 * 19) and own.method == "net_areas"
    assert own.change_tc + own.one_sided_tc == pytest.approx(own.stock_to_tc - own.stock_from_tc)
    assert pd.isna(own.gain_tc)
    other = of(table, "149902")
    assert pd.isna(other.change_tc) and pd.isna(other.net_sink_tco2_yr) and other.not_compared_hm2 == 6.0
    assert pd.isna(of(table, "149900").change_tc)  # no pool that both counties can compare


def test_spans():
    accounts = [account(y, 0) for y in (2024, 2010, 2019)]
    assert [(a.year, b.year) for a, b in change.spans(accounts)] == [(2010, 2019), (2019, 2024), (2010, 2024)]
    assert change.spans(accounts[:1]) == []


def test_restored_land_before_and_after():
    rows = [
        zone(c) | {"product": "P", "year": y, "layer": "restoration", "key": "inside", "class_key": k, "area_hm2": x}
        for c, y, k, x in [
            ("149901", 2019, "grass", 8.0), ("149901", 2019, "forest_arbor", 2.0),
            ("149901", 2024, "grass", 3.0), ("149901", 2024, "forest_arbor", 7.0),
            ("149900", 2019, "grass", 8.0), ("149900", 2024, "grass", 3.0),
        ]
    ]  # fmt: skip
    table = change.restoration(pd.DataFrame(rows), zones(), {"forest_arbor"}, *both(), "b")
    assert list(table.county_code) == ["149900", "149901"]  # none in 乙县
    for code in ("149900", "149901"):
        own = of(table, code)
        assert own.change_tc == pytest.approx(5 * 19) and own.pools == "agb;soc" and own.area_hm2 == 10
        assert (own.forest_from_hm2, own.forest_to_hm2) == (2, 7)
        assert own.stock_to_tc - own.stock_from_tc == pytest.approx(own.change_tc)
    assert set(table.columns) == set(tables.RESTORATION.columns)
