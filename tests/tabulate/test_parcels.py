"""Tables of a vector product: areas are the measured ones, shares of further layers those of the drawing."""

from types import SimpleNamespace

import geopandas as gpd
import pandas as pd
import pytest
import shapely

from pipeline.core.counties import Counties
from pipeline.tabulate.parcels import Surveyed

PLACES = Counties(
    gpd.GeoDataFrame(
        {"county_code": ["149901", "149902"], "county_name": ["甲县", "乙县"]},
        geometry=[shapely.box(0, 0, 1, 1), shapely.box(1, 0, 2, 1)],
        crs=4490,
    ),
    ("149900", "某市"),
)
LEGEND = pd.DataFrame({"code": [1, 2, 3], "source_code": ["0301", "0103", "1101K"], "class_key": ["forest_arbor", "cropland", "water"]})
MEASURED = [
    ("149901", "0301", "origin=1", 60.0),
    ("149901", "0301", "origin=2", 40.0),
    ("149901", "0103", None, 50.0),
    ("149902", "1101K", None, 0.5),
]
GAPS = {"149901": 10.0, "149902": 99.5}


class Drawn:
    """What the pass counted on the drawing: forest 110 of 100 measured hm2, the pond of the second county in no cell."""

    rows = (("149901", "甲县", "forest_arbor", 88.0, 22.0), ("149901", "甲县", "cropland", 45.0, 0.0), ("149901", "甲县", "unknown", 5.0, 0.0),
            ("149902", "乙县", "unknown", 80.0, 20.0))  # fmt: skip

    def _zones(self, names: dict) -> pd.DataFrame:
        made = []
        for code, name, key, flat, steep in self.rows:
            for stratum, area in (("slope=<5", flat), ("slope=≥5", steep)):
                if area:
                    zone = {"county_code": code, "county_name": name, "level": "county", "product": "P", "year": 2023, "class_key": key}
                    made.append(zone | {n: v(stratum) for n, v in names.items()} | {"area_hm2": area, "value_times_hm2": 2 * area,
                                        "known_area_hm2": area / 2, "unknown_area_hm2": area / 2, "mean": 4.0})  # fmt: skip
        return pd.DataFrame(made)

    def code_area(self) -> pd.DataFrame:
        return self._zones({"code": lambda s: 1})

    def area_table(self) -> pd.DataFrame:
        return self._zones({"stratum": lambda s: s}).drop(columns=["value_times_hm2", "known_area_hm2", "unknown_area_hm2", "mean"])

    def class_by_stratum(self) -> pd.DataFrame:
        made = self._zones({"layer": lambda s: "slope", "key": lambda s: s.split("=")[1]})
        return made.drop(columns=["value_times_hm2", "known_area_hm2", "unknown_area_hm2", "mean"])

    def class_sums(self) -> pd.DataFrame:
        return self._zones({"stratum": lambda s: s, "layer": lambda s: "agb", "unit": lambda s: "t/hm2"})


@pytest.fixture
def surveyed() -> Surveyed:
    rows = [
        {"county_code": c, "code": k, "class_key": LEGEND.set_index("source_code").class_key[k], "attributes": a, "area_hm2": h}
        for c, k, a, h in MEASURED
    ]
    about = SimpleNamespace(year=2023, parcels=SimpleNamespace(attributes={"origin": ["QI_YUAN"]}))
    return Surveyed(Drawn(), SimpleNamespace(legend=LEGEND, about=about, product="P"), PLACES, pd.DataFrame(rows), GAPS)


def sums(table: pd.DataFrame, level: str = "county") -> dict:
    return table[table.level == level].groupby(["county_code", "class_key"]).area_hm2.sum().to_dict()


MEASURED_CLASSES = {
    ("149901", "forest_arbor"): 100.0, ("149901", "cropland"): 50.0, ("149901", "unknown"): 10.0,
    ("149902", "water"): 0.5, ("149902", "unknown"): 99.5,
}  # fmt: skip


def test_codes_have_their_measured_area_and_absent_ones_none(surveyed):
    rows = surveyed.code_area()
    found = rows[rows.level == "county"].set_index(["county_code", "source_code"]).area_hm2
    assert found["149901", "0301"] == 100 and found["149902", "1101K"] == 0.5 and found["149902", "0301"] == 0
    city = rows[rows.level == "city"].set_index("class_key").area_hm2.to_dict()
    assert city == {"forest_arbor": 100, "cropland": 50, "water": 0.5, "unknown": 109.5}


@pytest.mark.parametrize("table", ["area_table", "class_sums"])
def test_strata_add_up_to_the_measured_classes(surveyed, table):
    """One layer of measures, so that class_sums has each hm2 once too."""
    assert sums(getattr(surveyed, table)()) == pytest.approx(MEASURED_CLASSES, rel=1e-12)


def test_shares_within_a_class_are_those_of_the_drawing(surveyed):
    rows = surveyed.area_table()
    own = rows[(rows.county_code == "149901") & (rows.class_key == "forest_arbor")].set_index("stratum").area_hm2
    assert own.to_dict() == pytest.approx({"slope=<5": 80, "slope=≥5": 20})


def test_a_class_too_small_to_be_drawn_keeps_its_area_in_an_unknown_stratum(surveyed):
    rows = surveyed.area_table()
    pond = rows[(rows.county_code == "149902") & (rows.class_key == "water")]
    assert pond[["stratum", "area_hm2"]].to_numpy().tolist() == [["slope=unknown", 0.5]]
    summed = surveyed.class_sums()
    pond = summed[(summed.county_code == "149902") & (summed.class_key == "water")].iloc[0]
    assert pond.known_area_hm2 == 0 and pond.unknown_area_hm2 == 0.5 and pd.isna(pond["mean"]) and pd.isna(pond.value_times_hm2)


def test_means_do_not_change_with_the_scale(surveyed):
    rows = surveyed.class_sums()
    drawn = rows[rows.known_area_hm2 > 0]
    assert drawn["mean"].to_numpy() == pytest.approx(4.0)


def test_attributes_are_exact_and_stand_beside_the_strata(surveyed):
    rows = surveyed.class_by_stratum()
    own = rows[(rows.layer == "origin") & (rows.level == "city")].set_index(["class_key", "key"]).area_hm2.to_dict()
    assert own == {("forest_arbor", "1"): 60, ("forest_arbor", "2"): 40, ("cropland", "unknown"): 50, ("water", "unknown"): 0.5}
    slope = rows[(rows.layer == "slope") & (rows.level == "county")]
    assert sums(slope) == pytest.approx(MEASURED_CLASSES, rel=1e-12)
