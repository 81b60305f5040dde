"""What samples say of zones, on numbers that can be worked out by hand."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest
from worlds import make_place

from pipeline.core import config as configuration
from pipeline.core import tables
from pipeline.core.paths import Paths
from pipeline.core.words import say
from pipeline.cover.samples import afterwards, as_drawn, read
from pipeline.stages import STAGES, Run

CITY = {"county_code": "149900", "county_name": "某市", "level": "city"}
NORTH = {"county_code": "149901", "county_name": "北县", "level": "county"}
SOUTH = {"county_code": "149902", "county_name": "南县", "level": "county"}
KEYS = {"1": "forest_arbor", "2": "cropland", "3": "grass", None: "unknown"}
FOREST = {("P", 2020): {1}}


def _area(**by_zone: dict) -> pd.DataFrame:
    """CODE_AREA of product P 2020: hm2 by code of the north and the south county, and of both."""
    whole: dict = {}
    for areas in by_zone.values():
        for code, area in areas.items():
            whole[code] = whole.get(code, 0.0) + area
    rows = []
    for zone, areas in ((CITY, whole), (NORTH, by_zone.get("north", {})), (SOUTH, by_zone.get("south", {}))):
        for code, area in areas.items():
            rows.append(
                {
                    **zone,
                    "product": "P",
                    "year": 2020,
                    "code": code and int(code),
                    "source_code": code,
                    "class_key": KEYS[code],
                    "area_hm2": area,
                }
            )
    return tables.product(rows, tables.CODE_AREA)


def _points(*groups: tuple, **same) -> pd.DataFrame:
    """SAMPLE_POINTS: (how many, {column: value}) each."""
    rows = [{"is_forest": "no", **same, **values} for count, values in groups for _ in range(count)]
    for i, row in enumerate(rows, 1):
        row |= {"sample": "S", "number": i, "point_id": str(i)}
    return tables.product(rows, tables.SAMPLE_POINTS)


def _sample(**more) -> pd.DataFrame:
    row = {
        "sample": "S", "product": "P", "year": 2020, "design": "stratified", "strata": "map_class", "by_county": "no",
        "definition": "statutory", "points": 0, "is_accepted": "yes", "file": "s.csv",
    }  # fmt: skip
    return tables.product([{**row, **more}], tables.SAMPLES)


def _at(points: pd.DataFrame, codes: list[str | None]) -> pd.DataFrame:
    """POINTS: the product's code at each point."""
    rows = [
        {
            "layer": "sample:S",
            "number": n,
            "lon": 112.0,
            "lat": 36.0,
            "product": "P",
            "year": 2020,
            "code": c and int(c),
            "class_key": KEYS[c],
        }
        for n, c in zip(points.number, codes, strict=True)
    ]
    return tables.product(rows, tables.POINTS)


NOWHERE = tables.product([], tables.POINTS)
# The binary example of the brief: W = (0.20, 0.80), 170 of 200 and 24 of 400 are forest.
BINARY = _points(
    (170, {"map_code": "1", "is_forest": "yes"}), (30, {"map_code": "1"}), (24, {"map_code": "2", "is_forest": "yes"}), (376, {"map_code": "2"})
)  # fmt: skip
LAND = _area(north={"1": 200.0, "2": 800.0})


def _read(samples, points, at, area, language="zh"):
    made = read(samples, points, at, area, FOREST, language)
    tables.product(made.estimates, tables.SAMPLE_ESTIMATES)
    tables.product(made.matrix, tables.ERROR_MATRIX)
    for told in made.told:
        assert say(told.key, "en", **told.params)
    return made


def _estimate(said, quantity: str, class_key: str | None = None, zone: str = "149900") -> dict:
    (row,) = [r for r in said.estimates if (r["county_code"], r["quantity"], r.get("class_key")) == (zone, quantity, class_key)]
    return row


def _reason(said, zone: str = "149900") -> str:
    (one,) = [f for f in said.forest if f.zone["county_code"] == zone]
    return one.refusal.params["reason"] if one.refusal else ""


# --- the binary example --------------------------------------------------------------------------------------


def test_the_binary_example_of_the_brief():
    said = _read(_sample(), BINARY, NOWHERE, LAND)
    (forest,) = said.forest
    assert forest.share.value == pytest.approx(0.2180, abs=1e-12) and forest.share.se == pytest.approx(0.010775, abs=5e-7)
    assert (forest.area_hm2, forest.not_sampled_hm2) == (pytest.approx(218), 0)
    assert forest.low_hm2 == pytest.approx(196.9, abs=0.05) and forest.high_hm2 == pytest.approx(239.1, abs=0.05)
    assert forest.probability(187.4) == pytest.approx((0.9977,) * 3, abs=1e-4)
    assert said.of_zone("149900", "P", 2020) is forest and said.of_zone("149901", "P", 2020) is None and said.told == []


def test_its_error_matrix_and_accuracies():
    said = _read(_sample(), BINARY, NOWHERE, LAND)
    matrix = {(r["map_key"], r["reference_key"]): (r["points"], r["share"]) for r in said.matrix}
    assert matrix["forest", "forest"] == (170, pytest.approx(0.17)) and matrix["not_forest", "forest"] == (24, pytest.approx(0.048))
    assert sum(share for _, share in matrix.values()) == pytest.approx(1)
    assert _estimate(said, "overall")["value"] == pytest.approx(0.17 + 0.752)
    assert _estimate(said, "users", "forest")["value"] == pytest.approx(0.85)
    assert _estimate(said, "producers", "forest")["value"] == pytest.approx(0.17 / 0.218)
    row = _estimate(said, "forest")
    assert (row["area_hm2"], row["map_area_hm2"], row["points"]) == (pytest.approx(218), 200, 600)
    assert _estimate(said, "area", "not_forest")["area_hm2"] == pytest.approx(782)


def test_classes_of_the_common_legend_are_kept():
    points = _points(
        (8, {"map_code": "1", "reference": "forest_arbor", "is_forest": "yes"}), (2, {"map_code": "1", "reference": "orchard"}),
        (9, {"map_code": "2", "reference": "cropland"}), (1, {"map_code": "2", "reference": "orchard"}),
    )  # fmt: skip
    said = _read(_sample(), points, NOWHERE, LAND)
    assert [r["class_key"] for r in said.estimates if r["quantity"] == "area"] == ["forest_arbor", "cropland", "orchard"]
    assert _estimate(said, "area", "orchard")["area_hm2"] == pytest.approx(0.2 * 200 + 0.1 * 800)
    assert _estimate(said, "area", "cropland")["map_area_hm2"] == 800 and _estimate(said, "area", "orchard")["map_area_hm2"] == 0
    assert _estimate(said, "users", "orchard")["value"] is None  # nothing is mapped as orchard
    assert _estimate(said, "forest")["area_hm2"] == pytest.approx(160)


def test_a_change_between_two_years():
    points = BINARY.assign(is_forest_earlier=BINARY.is_forest.where(~((BINARY.map_code == "2") & (BINARY.number < 380)), "no"))
    said = _read(_sample(earlier_year=2010), points, NOWHERE, LAND)
    gained = int((points.is_forest != points.is_forest_earlier).sum())
    row = _estimate(said, "forest_change")
    assert row["area_hm2"] == pytest.approx(800 * gained / 400) and row["low_hm2"] < row["area_hm2"] < row["high_hm2"]


# --- look-up -------------------------------------------------------------------------------------------------


def test_points_without_map_codes_are_looked_up():
    points = BINARY.assign(map_code=None, lon=112.0, lat=36.0)
    points["map_code"] = points.map_code.astype("str")
    said = _read(_sample(), points, _at(points, list(BINARY.map_code)), LAND)
    assert said.forest[0].share.value == pytest.approx(0.2180)


def test_a_sample_of_another_map_is_refused_and_a_few_differences_are_not():
    points = BINARY.assign(lon=112.0, lat=36.0)
    seen = ["2" if i < 12 else c for i, c in enumerate(BINARY.map_code)]  # 12 of 600 are 2 %
    assert _read(_sample(), points, _at(points, seen), LAND).forest[0].share.value == pytest.approx(0.2180)  # by the file's codes
    seen[12] = "2"
    said = _read(_sample(), points, _at(points, seen), LAND)
    assert "600 个点中 13 个" in _reason(said) and said.estimates == [] and [t.key for t in said.told] == ["sample_refused"]


def test_a_refusal_of_ingest_stands_and_is_not_told_twice():
    said = _read(_sample(is_accepted="no", reason="未声明"), BINARY.iloc[:0], NOWHERE, LAND)
    assert _reason(said) == "未声明" and said.told == []


# --- land without points -------------------------------------------------------------------------------------


def test_uncovered_land_widens_the_interval_to_all_and_none():
    area = _area(north={"1": 200.0, "2": 800.0, "3": 4.0, None: 6.0})  # grass has one point, 10 hm2 of 1010 are not sampled
    points = _points(
        (170, {"map_code": "1", "is_forest": "yes"}), (30, {"map_code": "1"}), (24, {"map_code": "2", "is_forest": "yes"}),
        (376, {"map_code": "2"}), (1, {"map_code": "3"}),
    )  # fmt: skip
    said = _read(_sample(), points, NOWHERE, area)
    (forest,) = said.forest
    assert forest.not_sampled_hm2 == 10 and forest.sampled_hm2 == 1000 and forest.area_hm2 == pytest.approx(0.218 * 1010)
    plain = _read(_sample(), BINARY, NOWHERE, LAND).forest[0]
    assert forest.low_hm2 == pytest.approx(plain.low_hm2) and forest.high_hm2 == pytest.approx(plain.high_hm2 + 10)
    p, low, high = forest.probability(200)
    assert low == pytest.approx(plain.probability(200)[0]) and high == pytest.approx(plain.probability(190)[0]) and low < p < high
    row = _estimate(said, "forest")
    assert row["low"] == pytest.approx(forest.low_hm2 / 1010) and row["high_hm2"] == pytest.approx(forest.high_hm2)
    assert [t.key for t in said.told] == ["sample_points_dropped"]


def test_too_much_uncovered_land_is_refused():
    said = _read(_sample(), BINARY, NOWHERE, _area(north={"1": 200.0, "2": 800.0, "3": 21.0}))
    assert "少于 2 个点的层（3）" in _reason(said) and "2.1 %" in _reason(said)
    assert _read(_sample(), BINARY, NOWHERE, _area(north={"1": 200.0, "2": 800.0, "3": 20.0})).forest[0].refusal is None


def test_points_in_codes_without_area_are_left_out_when_few():
    more = pd.concat([BINARY, BINARY.iloc[:12].assign(map_code="3", number=range(601, 613))], ignore_index=True)
    area = _area(north={"1": 200.0, "2": 800.0, "3": 0.0})
    assert _read(_sample(), more, NOWHERE, area).forest[0].share.value == pytest.approx(0.2180)
    more = pd.concat([BINARY, BINARY.iloc[:13].assign(map_code="3", number=range(601, 614))], ignore_index=True)
    assert "613 个点中 13 个" in _reason(_read(_sample(), more, NOWHERE, area))


def test_strata_as_drawn_and_afterwards():
    strata = as_drawn(["1", "1", "2", "9"], {"1": 5.0, "2": 3.0, "3": 1.0, "4": 0.0})
    assert list(strata.place) == [0, 0, -1, -2] and strata.names == ("1",) and dict(strata.uncovered) == {"2": 3.0, "3": 1.0}
    strata = afterwards(["1", "1", "2", "9"], {"1": 5.0, "2": 3.0, "3": 1.0, "4": 0.0})
    assert list(strata.place) == [0, 0, 1, 1] and list(strata.area_hm2) == [5.0, 4.0] and strata.uncovered == ()
    strata = afterwards(["1", "1", "1", "2"], {"1": 5.0, "2": 3.0})
    assert list(strata.place) == [0, 0, 0, 0] and list(strata.area_hm2) == [8.0]  # one point cannot stand alone
    strata = afterwards(["1"], {"1": 5.0})
    assert strata.names == () and strata.not_sampled_hm2 == 5


# --- simple random samples -----------------------------------------------------------------------------------


def test_a_simple_random_sample_is_weighted_by_area_and_rare_classes_merge():
    points = _points((20, {"map_code": "1", "is_forest": "yes"}), (5, {"map_code": "1"}), (74, {"map_code": "2"}), (1, {"map_code": "3"}))
    said = _read(_sample(design="simple_random"), points, NOWHERE, _area(north={"1": 200.0, "2": 790.0, "3": 5.0, None: 5.0}))
    (forest,) = said.forest
    assert forest.share.value == pytest.approx(0.2 * 0.8) and forest.not_sampled_hm2 == 0 and forest.share.se > 0
    (told,) = said.told
    assert told.key == "sample_merged" and "3" in told.params["found"]


# --- by county -----------------------------------------------------------------------------------------------

TWO = _area(north={"1": 200.0, "2": 800.0}, south={"1": 100.0, "2": 400.0})
BY_COUNTY = _points(
    (40, {"map_code": "1", "is_forest": "yes", "county_code": "149901"}), (10, {"map_code": "1", "county_code": "149901"}),
    (5, {"map_code": "2", "is_forest": "yes", "county_code": "149901"}), (45, {"map_code": "2", "county_code": "149901"}),
    (30, {"map_code": "1", "is_forest": "yes", "county_code": "149902"}), (20, {"map_code": "1", "county_code": "149902"}),
    (15, {"map_code": "2", "is_forest": "yes", "county_code": "149902"}), (35, {"map_code": "2", "county_code": "149902"}),
)  # fmt: skip


HALVES = _area(north={"1": 500.0, "2": 500.0}, south={"1": 250.0, "2": 250.0})  # as points drawn at random over each county lie


@pytest.mark.parametrize(
    ("design", "area", "north_hm2", "south_hm2"),
    [
        ("stratified", TWO, 0.8 * 200 + 0.1 * 800, 0.6 * 100 + 0.3 * 400),
        ("simple_random", HALVES, 0.8 * 500 + 0.1 * 500, 0.6 * 250 + 0.3 * 250),
    ],
)
def test_counties_add_up_to_the_city(design, area, north_hm2, south_hm2):
    said = _read(_sample(by_county="yes", design=design), BY_COUNTY, NOWHERE, area)
    city, north, south = said.forest
    assert [f.zone["county_code"] for f in said.forest] == ["149900", "149901", "149902"]
    assert north.area_hm2 == pytest.approx(north_hm2) and south.area_hm2 == pytest.approx(south_hm2)
    assert city.area_hm2 == pytest.approx(north.area_hm2 + south.area_hm2)
    if design == "stratified":  # counties are drawn independently: variances add
        assert city.se_hm2 == pytest.approx(math.hypot(north.se_hm2, south.se_hm2))
    assert city.strata == ("北县 1", "北县 2", "南县 1", "南县 2")


def test_a_county_with_too_few_points_is_refused_alone():
    area = _area(north={"1": 2000.0, "2": 8000.0}, south={"1": 30.0, "2": 70.0})
    said = _read(_sample(by_county="yes"), BY_COUNTY[(BY_COUNTY.county_code == "149901") | (BY_COUNTY.map_code == "2")], NOWHERE, area)
    assert _reason(said) == "" and _reason(said, "149901") == "" and "南县" in _reason(said, "149902")
    assert said.forest[0].not_sampled_hm2 == 30  # of the city, less than 2 %


def test_a_sample_of_the_whole_says_nothing_of_counties():
    said = _read(_sample(), BY_COUNTY, NOWHERE, TWO)
    assert [f.zone["level"] for f in said.forest] == ["city"] and {r["level"] for r in said.estimates} == {"city"}


# --- points that were not drawn as declared -------------------------------------------------------------------


@pytest.mark.parametrize(
    ("about", "points", "place"),
    [
        (
            {"design": "simple_random"},
            [(50, {"map_code": "1", "county_code": "149901"}), (50, {"map_code": "1", "county_code": "149902"})],
            "1",
        ),
        (
            {"design": "simple_random"},
            [(25, {"map_code": "1", "county_code": "149901"}), (25, {"map_code": "2", "county_code": "149901"})],
            "北县",
        ),
        ({}, [(50, {"map_code": "1", "county_code": "149901"}), (50, {"map_code": "2", "county_code": "149901"})], "北县"),
        (
            {"design": "simple_random", "by_county": "yes"},
            [(50, {"map_code": "1", "county_code": "149901"}), (50, {"map_code": "1", "county_code": "149902"})],
            "1",
        ),
    ],
)
def test_points_of_one_class_or_county_are_no_sample_of_all(about, points, place):
    """Half of each class in each county, so that 50 points of one are as likely as 50 heads in a row."""
    area = _area(north={"1": 500.0, "2": 500.0}, south={"1": 500.0, "2": 500.0})
    reason = _reason(_read(_sample(**about), _points(*points, is_forest="yes"), NOWHERE, area))
    assert f"“{place}”（图上地类或县）占土地的 50.0 %" in reason


def test_a_spread_that_chance_may_give_stands():
    area = _area(north={"1": 500.0, "2": 500.0}, south={"1": 500.0, "2": 500.0})
    points = _points((30, {"map_code": "1", "county_code": "149901"}), (20, {"map_code": "2", "county_code": "149902"}), is_forest="yes")
    assert _reason(_read(_sample(design="simple_random"), points, NOWHERE, area)) == ""


# --- strata of their own -------------------------------------------------------------------------------------


def _hills(**area) -> pd.DataFrame:
    return _points(
        (6, {"stratum": "山", "stratum_area_hm2": area["hills"], "is_forest": "yes"}), (4, {"stratum": "山", "stratum_area_hm2": area["hills"]}),
        (2, {"stratum": "川", "stratum_area_hm2": area["plain"], "is_forest": "yes"}), (18, {"stratum": "川", "stratum_area_hm2": area["plain"]}),
    )  # fmt: skip


def test_strata_by_column_stand_on_their_own_areas():
    said = _read(_sample(strata="column"), _hills(hills=300.0, plain=700.0), NOWHERE, LAND)
    assert said.forest[0].share.value == pytest.approx(0.3 * 0.6 + 0.7 * 0.1) and said.forest[0].not_sampled_hm2 == 0
    assert {r["quantity"] for r in said.estimates} == {"forest"}  # no map class, no accuracy


def test_areas_of_strata_are_fitted_to_the_land():
    short = _read(_sample(strata="column"), _hills(hills=297.0, plain=693.0), NOWHERE, LAND).forest[0]
    assert short.not_sampled_hm2 == pytest.approx(10) and short.share.value == pytest.approx(0.25)
    long = _read(_sample(strata="column"), _hills(hills=303.0, plain=707.0), NOWHERE, LAND).forest[0]
    assert long.land_hm2 == pytest.approx(1000) and long.not_sampled_hm2 == 0
    assert "1030 hm²" in _reason(_read(_sample(strata="column"), _hills(hills=300.0, plain=730.0), NOWHERE, LAND))


def test_accuracy_where_strata_are_not_the_map_classes():
    points = _hills(hills=300.0, plain=700.0)
    points["map_code"] = np.where(points.stratum == "山", "1", "2")
    said = _read(_sample(strata="column"), points, NOWHERE, LAND)
    assert _estimate(said, "users", "forest")["value"] == pytest.approx(0.6)
    assert _estimate(said, "producers", "forest")["value"] == pytest.approx(0.18 / 0.25)


# --- finite populations --------------------------------------------------------------------------------------


def test_a_finite_population_narrows_and_too_large_a_unit_is_refused():
    plain = _read(_sample(), BINARY, NOWHERE, LAND).forest[0]
    finite = _read(_sample(unit_hm2=0.5), BINARY, NOWHERE, LAND).forest[0]  # 400 and 1600 units, half and a quarter are seen
    assert finite.share.value == plain.share.value and finite.share.se < plain.share.se
    assert "unit_hm2" in _reason(_read(_sample(unit_hm2=2.0), BINARY, NOWHERE, LAND))


# --- from file to estimate -----------------------------------------------------------------------------------


def test_from_a_file_of_points_to_the_estimate(tmp_path):
    """West half forest, east half cropland; 3 of 4 points in the west and 1 of 4 in the east are forest."""
    points = [
        (x, y, label)
        for x, labels in ((112.05, "林林林田"), (112.15, "林田田田"))
        for y, label in zip((36.02, 36.07, 36.12, 36.17), labels, strict=True)
    ]
    text = "编号,经度,纬度,实地地类\n" + "".join(f"{i},{x},{y},{label}\n" for i, (x, y, label) in enumerate(points))
    (tmp_path / "points.csv").write_text(text, encoding="gb18030")
    entry = "{file: points.csv, datum: wgs84, sample: {kind: stratified, definition: statutory, forest: [林]}}"
    path = make_place(tmp_path, replace={"main_reading: trees": f"main_reading: trees, samples: [{entry}]"})
    run = Run(configuration.load(path), tmp_path / "out", Paths(tmp_path))
    for stage in ("ingest", "tabulate"):
        run.do(STAGES[stage])
    schemas = (tables.SAMPLES, tables.SAMPLE_POINTS, tables.POINTS, tables.CODE_AREA)
    said = read(*(tables.read_csv(tmp_path / f"out/{s.name}.csv", s) for s in schemas), {("OWN", 2021): {1}}, "zh")
    forest = said.of_zone("149900", "OWN", 2021)
    assert forest.share.value == pytest.approx(0.5, abs=1e-9) and forest.share.n == 8 and forest.share.method == "beta"
    assert _estimate(said, "overall")["value"] == pytest.approx(0.75, abs=1e-9)
