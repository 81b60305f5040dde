"""Factor tables: the bureau's own values, soil by climate zone and edition, layers of soil carbon, land in pieces."""

import math

import numpy as np
import pandas as pd
import pytest
from carbon_world import FOLDER, SHIPPED, SOC, SPECIES, VOLUME, WTD, book, drawn, factors, place, served

from pipeline.carbon import ROUTES, account, class_mean, land, results
from pipeline.core import tables
from pipeline.core.config import Soc
from pipeline.core.errors import BadData

CTD = "cool_temperate_dry"


def soil(key: str, *, zone=WTD, edition=2019, **more) -> float | None:
    """Soil carbon [tC/hm2] of a class by the tables; None for a gap."""
    design, _ = drawn(book(**more), draws=10, zones=[zone], edition=edition)
    found = design.get(class_mean.soil(key, zone))
    return None if found is None else float(found[0])


# --- overrides -----------------------------------------------------------------------------------------------


def test_an_override_replaces_a_row_and_is_told():
    own = [{"class_key": "forest_arbor", "factor": "biomass_tc_hm2", "value": 40, "low": 35, "high": 46, "distribution": "lognormal"}]
    found = book(own=own)
    row = found.of_class("forest_arbor", "biomass_tc_hm2")
    assert (row["value"], row["source"], row["label"]) == (40, "the bureau's survey", "K")
    told = found.overridden.iloc[0]
    assert (told.value, told.old_value, told.old_label, told.unit) == (40, 30, "D", "tC/hm2")
    design, said = drawn(found)
    assert design[class_mean.quantity("forest_arbor", "agb")][0] == pytest.approx(40 / 1.4)
    used = tables.product(results.factor_rows({class_mean.quantity("forest_arbor", "agb")}, found, said, "en"), tables.FACTORS_USED)
    assert used.set_index("factor").is_overridden.to_dict() == {"biomass_tc_hm2": "yes", "root_shoot": "no"}


def test_one_class_leaves_the_parameter_it_shared():
    """Grass has soil of its own now; the others keep theirs, and it is drawn apart from them."""
    own = [{"class_key": "grass", "factor": "soc_ref_tc_hm2", "value": 30, "low": 25, "high": 35, "distribution": "normal"}]
    design, _ = drawn(book(own=own), draws=100)
    grass, forest = (design[class_mean.soil(k, WTD)] for k in ("grass", "forest_arbor"))
    assert (grass[0], forest[0]) == (30, 24)
    assert abs(np.corrcoef(grass[1:], forest[1:])[0, 1]) < 0.5
    assert soil("grass", edition=2006, own=own) == 30  # the bureau's own value is of no edition


def test_a_gap_is_filled_by_the_bureau_alone():
    assert served(book(), ["class_mean"], land.Piece("bamboo", 1)) == {}
    own = [{"class_key": "bamboo", "factor": f, "value": v} for f, v in (("biomass_tc_hm2", 21), ("root_shoot", 0.4))]
    assert served(book(own=own), ["class_mean"], land.Piece("bamboo", 1)) == pytest.approx(
        {"agb": 15, "bgb": 6, "dead_wood": 0, "litter": 0}
    )


def test_parameters_of_the_other_tables():
    own = [
        {"factor": "bcef_s_pines_v40", "value": 0.9, "low": 0.8, "high": 1.1, "distribution": "lognormal"},
        {"factor": "soc_ref_hac_wtd_2019", "value": 26, "low": 25, "high": 27, "distribution": "normal"},
    ]
    found = book(own=own)
    assert served(found, ["volume_ipcc"], land.Piece("forest_arbor", 1, 30, "pine"))["agb"] == pytest.approx(30 * 0.9 * 0.51)
    assert soil("grass", own=own) == 26 and soil("cropland", own=own) == pytest.approx(26 * 0.76)  # every class that stands on it
    assert found.overridden.old_value.tolist() == [1.0, 24.0]


def test_rows_that_name_nothing_are_all_told():
    own = [
        {"class_key": "forest", "factor": "biomass_tc_hm2", "value": 1},
        {"class_key": "grass", "factor": "height", "value": 1},
        {"factor": "bcef", "value": 1},
    ]
    with pytest.raises(BadData) as refused:
        book(own=own)
    assert [p.key for p in refused.value.problems] == ["carbon_override_unknown"] * 3
    with pytest.raises(BadData) as refused:
        book(own=[{"class_key": "grass", "factor": "biomass_tc_hm2", "value": 3, "low": 4, "high": 5, "distribution": "normal"}])
    assert [p.key for p in refused.value.problems] == ["factor_range"]


# --- soil ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("key", "zone", "edition", "expected"),
    [
        ("grass", WTD, 2019, 24), ("grass", WTD, 2006, 38), ("grass", CTD, 2019, 43), ("grass", CTD, 2006, None),
        ("wetland", WTD, 2019, 74), ("wetland", WTD, 2006, 88), ("wetland", CTD, 2019, 87), ("cropland", WTD, 2019, 24 * 0.76),
        ("cropland", WTD, 2006, 38 * 0.80), ("cropland", CTD, 2019, None), ("grass", "warm_temperate_moist", 2019, None), ("built", WTD, 2019, None),
    ],
)  # fmt: skip
def test_soil_by_zone_and_edition(key, zone, edition, expected):
    """What domain.md 5.2 gives; land-use factors are of the warm zone alone, so crops in the cool one are a gap."""
    assert soil(key, zone=zone, edition=edition) == (None if expected is None else pytest.approx(expected))


def test_a_users_own_soil_row_stays_as_written():
    own = factors(("grass", "biomass_tc_hm2", 0), ("grass", "soc_ref_tc_hm2", 50))
    assert [soil("grass", zone=z, edition=e, by_class=own) for z in (WTD, CTD) for e in (2006, 2019)] == [50] * 4


def account_of(areas, soils, *, zones=(WTD,), soc_table=True):
    found = book()
    design, _ = drawn(found, draws=10, zones=zones)
    made = account.make(place({"149901": areas}, soil=soils), ["class_mean"], ROUTES, found, design, "class_mean", soil_table=soc_table)
    return made, made.draws(design)


def test_zones_of_a_class_have_their_own_soil():
    """60 hm2 warm, 30 cool, 10 moist (a gap): 60 x 24 + 30 x 43, known on 90."""
    soils = {("149901", "grass"): land.Soil(rest_hm2={WTD: 60, CTD: 30, "cool_temperate_moist": 10})}
    made, draws = account_of({"grass": 100.0}, soils, zones=(WTD, CTD, "cool_temperate_moist"))
    assert draws.stock("149901", "grass", "soc")[0] == pytest.approx(60 * 24 + 30 * 43)
    assert made.known_hm2["149901", "grass", "soc"] == 90


@pytest.mark.parametrize(("table", "stock", "known"), [(True, 1500 + 40 * 24, 100), (False, 1500, 60)])
def test_a_layer_overrides_the_table_where_it_is_known(table, stock, known):
    """The layer holds 1500 t on 60 hm2; the rest is the table's, unless the depths differ."""
    soils = {("149901", "grass"): land._soil(100, (1500, 60, 40), {WTD: 100})}
    made, draws = account_of({"grass": 100.0}, soils, soc_table=table)
    assert draws.stock("149901", "grass", "soc")[0] == pytest.approx(stock)
    assert made.known_hm2["149901", "grass", "soc"] == pytest.approx(known)


def test_edition_and_depth_are_said():
    assert results.edition_of(Soc()) == "IPCC 2019"
    assert results.edition_of(Soc(edition=2006)) == "IPCC 2006"
    assert results.edition_of(Soc(layer="soc_0_30cm")) == "soc_0_30cm; IPCC 2019"
    assert results.edition_of(Soc(layer="soc_1m", depth_cm=100)) == "soc_1m"  # no table of that depth stands in
    assert (SOC.depth_cm == 30).all()


# --- land ----------------------------------------------------------------------------------------------------


def test_land_in_pieces():
    """A survey: 10 hm2 of pine of known stock, 4 hm2 of a group whose stock is known on 3; a layer that is blank on a fifth."""
    zone = {"county_code": "149901", "county_name": "甲", "level": "county", "product": "ONE", "year": 2023}
    area = tables.product([zone | {"class_key": "forest_arbor", "area_hm2": 14, "basis": "b"}, zone | {"class_key": "unknown", "area_hm2": 6, "basis": "b"}],
                          tables.LAND_AREA)  # fmt: skip
    rows = [
        {
            "attributes": "origin=11;species=pine",
            "stock_class": "40–100",
            "area_hm2": 10,
            "growing_stock_m3": 600,
            "growing_stock_area_hm2": 10,
        },
        {"attributes": "species=oak", "stock_class": None, "area_hm2": 4, "growing_stock_m3": 120, "growing_stock_area_hm2": 3},
    ]
    parcels = tables.product([zone | {"code": "030101", "class_key": "forest_arbor", "parcels": 1} | r for r in rows], tables.PARCEL_AREA)
    layer = {
        "layer": "agb",
        "unit": "t/hm2",
        "class_key": "forest_arbor",
        "value_times_hm2": 560.0,
        "known_area_hm2": 11.2,
        "unknown_area_hm2": 2.8,
    }
    sums = tables.product([zone | layer], tables.CLASS_SUMS)
    strata = tables.product([zone | {"layer": "climate_zone", "key": k, "class_key": "forest_arbor", "area_hm2": a} for k, a in ((WTD, 9), (CTD, 5))],
                            tables.CLASS_STRATA)  # fmt: skip
    (plain,) = land.products(area, parcels, sums, strata, agb_layer=None, soc_layer=None, zone_layer=None, zone=WTD)
    assert plain.pieces["149901"] == [
        land.Piece("forest_arbor", 10, 600, "pine"),
        land.Piece("forest_arbor", 3, 120, "oak"),
        land.Piece("forest_arbor", 1),
    ]
    assert plain.soil["149901", "forest_arbor"].rest_hm2 == {WTD: 14}
    (made,) = land.products(area, parcels, sums, strata, agb_layer="agb", soc_layer=None, zone_layer="climate_zone", zone=WTD)
    pieces = made.pieces["149901"]
    assert math.fsum(p.area_hm2 for p in pieces) == pytest.approx(14)
    assert math.fsum(p.agb_t or 0 for p in pieces) == pytest.approx(560)  # 50 t/hm2 on four fifths of every piece
    assert math.fsum(p.stock_m3 or 0 for p in pieces) == pytest.approx(720)
    assert {round(p.stock_m3_hm2) for p in pieces if p.species == "pine"} == {60}
    assert made.soil["149901", "forest_arbor"].rest_hm2 == {WTD: 9, CTD: 5}


# --- the shipped tables --------------------------------------------------------------------------------------


def test_shipped_species_are_those_the_brief_names():
    assert set(SPECIES.code) == {"530000", "535000", "460000", "495000", "702000", "707000", "710000"}
    assert set(SPECIES[SPECIES.code.str.startswith("7")].forest_type) == {"none"}


@pytest.mark.parametrize("name", ["volume.csv", "soc.csv"])
def test_shipped_tables_hold_their_values(name):
    rows = {"volume.csv": VOLUME, "soc.csv": SOC}[name]
    for row in rows.to_dict("records"):
        assert row["source"] and row["unit"] and pd.notna(row["value"]) and pd.notna(row["distribution"]), row["parameter"]
        if row["distribution"] == "fixed":
            assert pd.isna(row["low"]) and pd.isna(row["high"])
            assert "gap" in str(row["note_en"]), f"{row['parameter']}: that the range is a gap must be said"
        else:
            assert row["low"] < row["value"] < row["high"]


def test_classes_of_growing_stock_are_those_of_the_table():
    """Parcels are grouped by the limits that BCEF goes by, so that a group's mean is in the class of each of its parcels."""
    rows = VOLUME[VOLUME.factor == "bcef_s_t_m3"]
    limits = sorted(set(rows.above.dropna()) | set(rows.up_to.dropna()))
    assert limits == list(tables.STOCK_BREAKS_M3_HM2[1:])
    assert len(tables.STOCK_CLASSES) == len(tables.STOCK_BREAKS_M3_HM2) + 1


def test_soil_rows_of_the_class_table_are_those_of_the_soil_table():
    named = SHIPPED[SHIPPED.factor.isin(["soc_ref_tc_hm2", "soc_land_use"]) & SHIPPED.value.notna()]
    assert set(named.parameter) <= set(SOC.parameter)
    assert (FOLDER / "soc.csv").read_text(encoding="utf-8").startswith("parameter,")
