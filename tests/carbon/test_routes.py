"""Routes by hand: growing stock by three methods, a biomass layer, and which route serves which hectare."""

import math
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from carbon_world import VOLUME, WTD, book, drawn, place, served
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.carbon import ROUTES, account, land, results, trials
from pipeline.carbon.factors import AGB_LAYER, layer_error
from pipeline.core import tables
from pipeline.core.errors import BadData, UsageError

FANG_OAKS, GUIDE = "fang_oaks", "guide_shanxi"


def stand(species: str, per_hm2: float, hm2: float = 1.0) -> land.Piece:
    return land.Piece("forest_arbor", hm2, per_hm2 * hm2, species)


@pytest.mark.parametrize(
    ("route", "species", "carbon_fraction", "biomass", "carbon"),
    [
        ("volume_ipcc", "pine", 0.51, "45.9", "23.4"),
        ("volume_ipcc", "cedar", 0.51, "61.2", "31.2"),
        ("volume_ipcc", "poplar", 0.48, "89.3", "42.9"),
        ("volume_fang", "pine", 0.5, "38.1", "19.0|19.1"),  # 19.05 exactly: printed 19.0
        ("volume_fang", "poplar", 0.5, "51.4", "25.7"),
        ("volume_fang", "oak", 0.5, "58.6", "29.3"),
    ],
)
def test_cross_check_of_the_brief_to_its_printed_digits(route, species, carbon_fraction, biomass, carbon):
    """domain.md 5.4: arbor living biomass at V = 43.7 m3/hm2."""
    pools = served(book(unchecked=[FANG_OAKS]), [route], stand(species, 43.7))
    living = pools["agb"] + pools["bgb"]
    assert f"{living / carbon_fraction:.1f}" == biomass
    assert f"{living:.1f}" in carbon.split("|")


def test_ipcc_pools_by_hand():
    """10 hm2 of pine with 600 m3: V = 60, BCEF 0.75, AGB 45 t/hm2, R 0.40, CF 0.51."""
    pools = served(book(), ["volume_ipcc"], stand("pine", 60, 10))
    agb_t = 600 * 0.75
    assert pools["agb"] == pytest.approx(agb_t * 0.51)
    assert pools["bgb"] == pytest.approx(agb_t * 0.40 * 0.51)
    assert pools["dead_wood"] == pytest.approx(agb_t * 0.08 * 0.47)
    assert pools["litter"] == pytest.approx(agb_t * 0.04 * 0.37)


@pytest.mark.parametrize(
    ("species", "per_hm2", "bcef", "root"),
    [
        ("pine", 20, 1.8, 0.40), ("pine", 20.001, 1.0, 0.40), ("pine", 40, 1.0, 0.40), ("pine", 100, 0.75, 0.29), ("pine", 200, 0.7, 0.29),
        ("pine", 250, 0.7, 0.20), ("cedar", 10, 3.0, 0.40), ("poplar", 20, 3.0, 0.46), ("poplar", 60, 1.4, 0.23), ("poplar", 300, 0.8, 0.24),
        ("oak", 60, 1.4, 0.30),
    ],
)  # fmt: skip
def test_factors_go_by_the_class_of_stock_and_of_biomass(species, per_hm2, bcef, root):
    pools = served(book(), ["volume_ipcc"], stand(species, per_hm2))
    fraction = 0.51 if species in ("pine", "cedar") else 0.48
    assert pools["agb"] == pytest.approx(per_hm2 * bcef * fraction)
    assert pools["bgb"] / pools["agb"] == pytest.approx(root)


def test_a_class_without_a_row_is_not_served():
    """R of oaks is known above 70 t/hm2 alone: 40 m3/hm2 x 1.7 = 68 goes to the next route."""
    assert served(book(), ["volume_ipcc"], stand("oak", 40)) == {}
    assert served(book(), ["volume_ipcc", "class_mean"], stand("oak", 40))["agb"] == pytest.approx(30 / 1.4)


def test_guide_by_hand_once_it_is_turned_on():
    piece = stand("poplar", 50, 2)
    assert served(book(), ["volume_guide"], piece) == {}
    pools = served(book(unchecked=[GUIDE]), ["volume_guide"], piece)
    assert pools["agb"] == pytest.approx(100 * 0.484 * 1.474 * 0.5)
    assert pools["agb"] + pools["bgb"] == pytest.approx(100 * 0.484 * 1.839 * 0.5)
    assert pools["dead_wood"] == pytest.approx(100 * 0.484 * 1.474 * 0.08 * 0.47)
    assert served(book(unchecked=[GUIDE]), ["volume_guide"], stand("strange", 50, 2)) == pytest.approx(pools)  # a mean of all species


def test_fang_takes_slope_and_constant():
    """2 hm2 of poplar with 100 m3: B = 0.4754 x 100 + 30.6034 x 2."""
    pools = served(book(), ["volume_fang"], stand("poplar", 50, 2))
    living = (0.4754 * 100 + 30.6034 * 2) * 0.5
    assert pools["agb"] + pools["bgb"] == pytest.approx(living)
    assert pools["agb"] == pytest.approx(living / 1.4)
    assert pools["litter"] == pytest.approx(living / 0.5 / 1.4 * 0.04 * 0.37)


@pytest.mark.parametrize("species", ["oak", "cypress"])
def test_versions_that_differ_are_off(species):
    assert served(book(), ["volume_fang"], stand(species, 50)) == {}


def test_cypress_never_without_choosing():
    for version, constant in (("fang_cypress_46", 46.1451), ("fang_cypress_26", 26.1451)):
        pools = served(book(unchecked=[version]), ["volume_fang"], stand("cypress", 50))
        assert pools["agb"] + pools["bgb"] == pytest.approx((0.6129 * 50 + constant) * 0.5)
    with pytest.raises(BadData) as refused:
        book(unchecked=["fang_cypress_46", "fang_cypress_26"])
    assert [p.key for p in refused.value.problems] == ["carbon_unchecked_choose"]
    with pytest.raises(UsageError):
        book(unchecked=["fang_cypres"])


def test_every_row_marked_check_before_use_is_off():
    ids = set(VOLUME.check_id.dropna())
    assert ids == {GUIDE, FANG_OAKS, "fang_birch", "fang_larch", "fang_cypress_46", "fang_cypress_26"}
    assert book().volume.check_id.isna().all()
    assert book(unchecked=[FANG_OAKS]).volume.check_id.dropna().unique().tolist() == [FANG_OAKS]


def test_biomass_layer_by_hand():
    """5 hm2 with 300 t of dry matter: CF 0.47, R 0.40."""
    pools = served(book(), ["agb_raster"], land.Piece("forest_arbor", 5, agb_t=300))
    assert pools == pytest.approx({"agb": 300 * 0.47, "bgb": 300 * 0.47 * 0.4, "dead_wood": 300 * 0.08 * 0.47, "litter": 300 * 0.04 * 0.37})
    assert served(book(), ["agb_raster"], land.Piece("cropland", 5, agb_t=300)) == {}  # what a map sees on fields is no lasting stock


@pytest.mark.parametrize(
    ("piece", "reason"),
    [
        (land.Piece("forest_arbor", 1), "no_growing_stock"),
        (land.Piece("forest_arbor", 1, 0.0, "pine"), "zero_growing_stock"),
        (land.Piece("forest_arbor", 1, 50, "999999"), "species_unknown"),
        (land.Piece("forest_arbor", 1, 50, None), "species_unknown"),
        (land.Piece("orchard", 1, 50, "apple"), "species_for_produce"),
    ],
)
def test_why_growing_stock_cannot_serve(piece, reason):
    found = book()
    made = place({"149901": {piece.class_key: 1.0}}, {"149901": [piece]})
    design, _ = drawn(found, draws=10)
    for route in ("volume_ipcc", "volume_fang"):
        own = account.make(made, [route], ROUTES, found, design, route, soil_table=True)
        assert {k[2]: a for k, a in own.refused_hm2.items()} == {reason: 1.0}
        rows = results.unserved_rows(own, (reason,))
        assert [(r["county_code"], r["reason"], r["area_hm2"]) for r in rows] == [("149900", reason, 1.0), ("149901", reason, 1.0)]


# --- routes by priority --------------------------------------------------------------------------------------


def county() -> list[land.Piece]:
    """40 hm2 of forest: pine of known stock, a strange species, a part that the biomass layer sees, a part nobody measured."""
    return [land.Piece("forest_arbor", 10, 600, "pine"), land.Piece("forest_arbor", 5, 300, "999999"),
            land.Piece("forest_arbor", 15, agb_t=900), land.Piece("forest_arbor", 10)]  # fmt: skip


def mixed(routes) -> tuple[account.Account, pd.DataFrame]:
    found = book()
    design, _ = drawn(found, draws=500)
    made = place(
        {"149901": {"forest_arbor": 40.0, "unknown": 3.0}},
        {"149901": county()},
        {("149901", "forest_arbor"): land.Soil(rest_hm2={WTD: 40})},
    )
    own = account.make(made, routes, ROUTES, found, design, account.MIXED, soil_table=True)
    return own, tables.product(results.share_rows(own), tables.ROUTE_SHARE)


def test_each_hectare_by_the_first_route_that_can_serve_it():
    own, shares = mixed(["volume_ipcc", "agb_raster", "class_mean"])
    city = shares[(shares.level == "city")]
    forest = city[city.class_key == "forest_arbor"].set_index("route").area_hm2
    assert forest.to_dict() == {"volume_ipcc": 10, "agb_raster": 15, "class_mean": 15}
    assert city[city.class_key == "unknown"].route.tolist() == ["none"]
    assert shares.groupby(["county_code", "class_key"]).share_pct.sum().tolist() == pytest.approx([100] * 4)
    design, _ = drawn(book(), draws=500)
    agb = own.draws(design).stock("149901", "forest_arbor", "agb")
    assert agb[0] == pytest.approx(600 * 0.75 * 0.51 + 900 * 0.47 + 15 * 30 / 1.4)


def test_without_the_last_resort_land_stays_without_a_value():
    own, shares = mixed(["agb_raster", "volume_ipcc"])
    forest = shares[(shares.level == "county") & (shares.class_key == "forest_arbor")].set_index("route").area_hm2
    assert forest.to_dict() == {"volume_ipcc": 10, "agb_raster": 15, "none": 15}
    assert own.known_hm2["149901", "forest_arbor", "agb"] == 25
    assert own.known_hm2["149901", "forest_arbor", "soc"] == 40  # soil does not depend on the route


@settings(deadline=None, max_examples=15)
@given(st.lists(st.floats(0, 1e5), min_size=4, max_size=4), st.permutations(["volume_ipcc", "agb_raster", "class_mean"]))
def test_conservation_whatever_the_order(areas, routes):
    """Pools add up to the total, counties to the whole area draw by draw, and every hm2 has one route."""
    found = book()
    design, _ = drawn(found, draws=200)
    pieces = {
        code: [land.Piece("forest_arbor", a, a * 50, "pine"), land.Piece("forest_arbor", a, agb_t=a * 30), land.Piece("grass", b)]
        for code, a, b in (("149901", areas[0], areas[1]), ("149902", areas[2], areas[3]))
    }
    product = place({c: {"forest_arbor": 2 * p[0].area_hm2, "grass": p[2].area_hm2} for c, p in pieces.items()}, pieces)
    own = account.make(product, list(routes), ROUTES, found, design, account.MIXED, soil_table=True)
    assert math.fsum(own.served_hm2.values()) == pytest.approx(
        math.fsum(product.area_hm2[c, k] for c, k in product.area_hm2 if c != "149900")
    )
    made = own.draws(design)
    total = made.total("149900")
    parts = made.total("149901") + made.total("149902")
    assert np.abs(total - parts).max() <= 1e-9 * max(np.abs(total).max(), 1)
    by_pool = sum(made.total("149900", pools=[p]) for p in tables.POOLS)
    assert np.abs(total - by_pool).max() <= 1e-9 * max(np.abs(total).max(), 1)
    by_hand = sum(amount * design.product(names)[0] for parts in own.terms.values() for names, amount in parts.items())
    assert total[0] == pytest.approx(by_hand, rel=1e-12)


def test_one_at_a_time_moves_one_parameter():
    found = book()
    ends = trials.one_at_a_time(found.parameters)
    moving = [p for p in found.parameters if p.varies]
    assert ends.size == 1 + 2 * len(moving)
    for i, p in enumerate(moving):
        away = np.flatnonzero(ends[p.name] != p.value)
        assert away.tolist() == [1 + 2 * i, 2 + 2 * i]
        assert ends[p.name][away].tolist() == [p.low, p.high]


def test_a_declared_error_of_the_layer_is_drawn():
    """Undeclared, the stock stands on numbers without a range; declared as 20 %, the interval is that wide."""
    product = place(
        {"149901": {"forest_arbor": 5.0}}, {"149901": [land.Piece("forest_arbor", 5, agb_t=300)]}, {("149901", "forest_arbor"): land.Soil()}
    )
    plain, sure = book(), replace(book(), layers=tuple(layer_error(AGB_LAYER, 20)))
    for found, fixed, width in ((plain, True, 0.0), (sure, False, 0.4)):
        design, _ = drawn(found, draws=20_000)
        own = account.make(product, ["agb_raster"], ROUTES, found, design, "agb_raster", soil_table=True)
        total = own.draws(design).total("149900")
        low, high = np.percentile(total[1:], [2.5, 97.5])
        assert (high - low) / total[0] == pytest.approx(width, rel=0.02, abs=1e-9)
        assert own.fixed_tc(design)["149900"] == pytest.approx(total[0] if fixed else 0.0)
