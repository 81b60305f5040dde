"""What counts as forest and as greened land: the rain rule, shrub, scattered trees, orchards; small tables by hand."""

from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from worlds import class_layer, write_raster

from pipeline import cover as stage
from pipeline.core import tables
from pipeline.core.config import PROJECT
from pipeline.cover import definitions
from tests.cover import small

ZONES = [("149900", "某市", "city"), ("149901", "甲县", "county"), ("149902", "乙县", "county")]
DEFINITION = tables.read_csv(PROJECT / "layers/land_cover/definition.csv", tables.DEFINITION)


def zone(code: str) -> dict:
    return dict(zip(("county_code", "county_name", "level"), next(z for z in ZONES if z[0] == code), strict=True))


def zones() -> pd.DataFrame:
    return pd.DataFrame([zone(c) for c, *_ in ZONES])


def measures(**spans) -> pd.DataFrame:
    rows = [zone(c) | {"layer": "precipitation", "low": low, "mean": (low + high) / 2, "high": high} for c, (low, high) in spans.items()]
    return pd.DataFrame(rows, columns=["county_code", "county_name", "level", "layer", "low", "mean", "high"])


def codes(layer, **areas) -> pd.DataFrame:
    """Area of each class by county, the city added up; ``areas``: class key -> (甲县, 乙县)."""
    number = dict(zip(layer.legend.class_key, layer.legend.code, strict=True))
    rows = [
        zone(c) | {"product": "P", "year": 2020, "code": number.get(k), "class_key": k, "area_hm2": a}
        for k, (first, second) in areas.items()
        for c, a in (("149900", first + second), ("149901", first), ("149902", second))
    ]
    return pd.DataFrame(rows)


@pytest.fixture
def layer(tmp_path):
    path = write_raster(tmp_path / "land.tif", np.ones((2, 2), np.uint8), west=112, north=36, cell=0.1)
    made = class_layer(tmp_path, path)
    about = made.about.model_copy(update={"readings": {"trees": made.about.title}})
    (tmp_path / "codes.csv").write_text(
        "code,class_key,name_zh,name_en,colour,readings\n1,forest_arbor,林,f,#000000,trees\n2,cropland,耕,c,#000000,\n"
        "5,shrub_other,灌,s,#000000,\n",
        encoding="utf-8",
    )
    object.__setattr__(made, "about", about)
    return made


NO_STRATA = pd.DataFrame(columns=["county_code", "product", "year", "layer", "key", "class_key", "area_hm2"])
BANDS = [("<400", 3.0), ("≥400", 4.0)]


def strata() -> pd.DataFrame:
    rows = [
        zone("149902") | {"product": "P", "year": 2020, "layer": "precipitation", "key": k, "class_key": "shrub_other", "area_hm2": a}
        for k, a in BANDS
    ]
    return pd.DataFrame(rows)


@pytest.mark.parametrize(
    ("spans", "bands", "outcome"),
    [
        ({"149901": (500, 600), "149902": (400, 700)}, False, ["none", "none"]),  # exactly 400 mm is not dry
        ({"149901": (200, 399.9), "149902": (500, 700)}, False, ["all", "none"]),
        ({"149901": (200, 300), "149902": (300, 700)}, False, ["all", "unknown"]),
        ({"149901": (200, 300), "149902": (300, 700)}, True, ["all", "part"]),
        ({"149902": (500, 600)}, False, ["unknown", "none"]),  # no rain known in 甲县
    ],
)
def test_the_rain_rule(spans, bands, outcome):
    rule = definitions.rain_rule(zones(), measures(**spans), strata() if bands else NO_STRATA, DEFINITION)
    assert list(rule.shrub_counts[rule.level == "county"]) == outcome
    assert set(rule.rain_limit_mm) == {400.0}


def test_shrub_counts_where_it_rains_too_little(layer):
    area = codes(layer, forest_arbor=(10, 20), cropland=(80, 60), shrub_other=(5, 7))
    rule = definitions.rain_rule(zones(), measures(**{"149901": (200, 300), "149902": (300, 700)}), strata(), DEFINITION)
    made = definitions.shrub_by_rain(layer, "trees", area, strata(), rule, DEFINITION)
    assert made == {"149901": 5.0, "149902": 3.0, "149900": 8.0}  # all of 甲县's, the dry band of 乙县's


def test_shrub_that_a_reading_counts_already_is_not_added_again(layer):
    layer.legend.loc[layer.legend.class_key == "shrub_other", "readings"] = "all"
    layer.about.readings["all"] = layer.about.title
    area = codes(layer, forest_arbor=(10, 20), cropland=(80, 60), shrub_other=(5, 7))
    rule = definitions.rain_rule(zones(), measures(**{"149901": (200, 300), "149902": (300, 700)}), strata(), DEFINITION)
    added = {r: definitions.shrub_by_rain(layer, r, area, strata(), rule, DEFINITION) for r in ("trees", "all")}
    assert added["trees"]["149900"] == 8.0 and set(added["all"].values()) == {0.0}


def test_trees_of_a_county_without_parcels_are_in_no_sum():
    """Nothing is known of 乙县's forest: neither is its row, nor are its 5 hm2 of trees in the whole area's."""
    census = small.layer("ONE_MAP", 2020, {1: ("forest_arbor", "strict"), 2: ("cropland", "")}, covers="all")
    area = pd.concat([codes(census, forest_arbor=(30, 0), cropland=(60, 0)), codes(census, unknown=(10, 100))])
    area = area.assign(product="ONE_MAP", code=area.code.astype("Int64"))
    trees, bases = {"149901": 1.0, "149902": 5.0}, {("ONE_MAP", 2020): "b"}
    about = SimpleNamespace(area=SimpleNamespace(code="149900"), cover=SimpleNamespace(target_year=2025))
    made = stage.forest_cover(area, [census], {}, about, bases, {("ONE_MAP", 2020, "strict"): {}}, trees)
    stage.require_sums(made)
    assert made.set_index("county_code").forest_area_hm2.fillna(-1).to_dict() == {"149900": 31.0, "149901": 31.0, "149902": -1.0}
    greened = definitions.greening(area, [census], DEFINITION, trees, bases).set_index("county_code")
    assert greened.greening_area_hm2.fillna(-1).to_dict() == {"149900": 31.0, "149901": 31.0, "149902": -1.0}


def test_a_product_that_tells_special_shrub_has_decided_itself(layer):
    layer.legend.loc[layer.legend.class_key == "cropland", "class_key"] = "shrub_special"
    area = codes(layer, forest_arbor=(10, 20), shrub_other=(5, 7))
    rule = definitions.rain_rule(zones(), measures(**{"149901": (200, 300), "149902": (200, 300)}), NO_STRATA, DEFINITION)
    assert definitions.shrub_by_rain(layer, "trees", area, NO_STRATA, rule, DEFINITION) == {}


def test_greening_adds_shrub_and_is_not_forest_cover(layer):
    area = codes(layer, forest_arbor=(10, 20), cropland=(80, 60), shrub_other=(5, 15))
    made = definitions.greening(area, [layer], DEFINITION, {"149901": 2.0}, {("P", 2020): "b"}).set_index("county_code")
    assert made.greening_area_hm2.to_dict() == {"149900": 50.0, "149901": 15.0, "149902": 35.0}
    assert made.greening_rate_pct["149901"] == pytest.approx(15 / 95 * 100)
    assert made.scattered_trees_hm2.isna().all()  # a raster may see those trees itself: never added


def test_the_orchard_trap(layer):
    cover = pd.DataFrame([
        zone(c) | {"product": "P", "year": 2020, "reading": "trees", "forest_area_hm2": a, "forest_cover_pct": p, "basis": "b"}
        for c, a, p in (("149900", 100.0, 10.0), ("149901", 30.0, 15.0), ("149902", 70.0, 9.0))
    ])  # fmt: skip
    places = pd.DataFrame({"county_code": ["149901", "149902"], "orchards": ["yes", "no"], "forest": ["little", "much"]})
    trap = definitions.orchard_trap(cover, [layer], places)
    assert trap[["county_code", "forest_area_hm2", "share_of_area_pct"]].values.tolist() == [["149900", 30, 30], ["149901", 30, 30]]
    rule = definitions.rain_rule(zones(), measures(**{"149901": (500, 600), "149902": (500, 600)}), NO_STRATA, DEFINITION)
    said = []
    definitions.tell(cover, trap, rule, [layer], places, {"P": "trees"}, lambda key, **_: said.append(key))
    assert said == ["orchard_trap", "forest_rank"]  # 甲县, known for little forest, ranks above the forest county

    layer.legend.loc[layer.legend.class_key == "cropland", "class_key"] = "orchard"  # a product that tells them
    assert definitions.orchard_trap(cover, [layer], places).empty


def test_rain_that_is_not_known_is_told(layer):
    said = []
    for spans in ({}, {"149901": (300, 500), "149902": (500, 600)}):
        rule = definitions.rain_rule(zones(), measures(**spans), NO_STRATA, DEFINITION)
        empty = tables.product([], tables.ORCHARD_TRAP)
        cover = pd.DataFrame(columns=["product", "year", "reading", "level", "county_code", "forest_cover_pct"])
        places = tables.product([], tables.FOREST_PLACES)
        definitions.tell(cover, empty, rule, [layer], places, {"P": "trees"}, lambda key, **_: said.append(key))
    assert said == ["rain_unknown", "rain_mixed"]
