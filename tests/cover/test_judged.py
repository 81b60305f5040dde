"""Whole runs to the verdict: what the gap, the probability and the sentence to copy stand on."""

from statistics import NormalDist

import numpy as np
import pandas as pd
import pytest
from worlds import make_place, write_raster

from pipeline.__main__ import main

TARGETS = """target_id,measure,scope_code,year,value,unit,quote_zh,plan_section,label,source
t,forest_cover_pct,149900,2025,{target},%,,,A,test
"""
OFFICIAL = "county_code,area_hm2\n149901,9000\n149902,9900\n149903,9900\n149904,9900\n149900,38700\n"


def judged(folder, *, target: float, sample: str, more: str = "", stage: str = "cover") -> pd.DataFrame:
    """Cover rows of a place whose west half is mapped as forest, with 400 points: all of the west is forest, a tenth of the east."""
    rng = np.random.default_rng(1)
    lon, lat = 112 + rng.random(400) * 0.2, 36 + rng.random(400) * 0.2
    points = pd.DataFrame({"lon": lon, "lat": lat, "is_forest": np.where((lon < 112.1) | (rng.random(400) < 0.1), "是", "否")})
    points["is_forest_earlier"] = ["是" if i < 20 else f for i, f in enumerate(points.is_forest)]
    folder.mkdir()
    points.to_csv(folder / "points.csv", index=False)
    (folder / "targets.csv").write_text(TARGETS.format(target=target), encoding="utf-8")
    (folder / "areas.csv").write_text(OFFICIAL, encoding="utf-8")
    cover = f"cover: {{main_reading: trees, targets: targets.csv, samples: [{{file: points.csv, sample: {{{sample}}}}}]{more}}}"
    areas = "control_areas: {file: areas.csv, units: {area_hm2: hm2}}\n  boundaries:" if "official" in more else "boundaries:"
    config = make_place(folder, replace={"cover: {main_reading: trees}": cover, "boundaries:": areas})
    assert main([stage, "--config", str(config), "--out", str(folder / "out")]) == 0
    return pd.read_csv(folder / "out/cover/forest_cover.csv", encoding="utf-8-sig").set_index("county_name")


@pytest.fixture(scope="module")
def official(tmp_path_factory):
    folder = tmp_path_factory.mktemp("official") / "place"
    more = ", denominator: official, tasks: {rule: equal_points}"
    rows = judged(
        folder, target=58, sample="kind: stratified, by_county: true, definition: statutory, earlier_year: 2015", more=more, stage="all"
    )
    return folder, rows


def test_gaps_stand_on_the_area_the_verdict_stands_on(official):
    city = official[1].loc["某市"]
    assert city.gap_pp == pytest.approx(58 - city.official_cover_pct)
    assert city.gap_area_hm2 == pytest.approx(0.58 * 38_700 - city.forest_area_hm2)
    assert city.adjusted_gap_hm2 == pytest.approx(0.58 * 38_700 - city.adjusted_area_hm2)
    assert city.adjusted_gap_pp == pytest.approx(city.adjusted_gap_hm2 / 387)


def test_a_rate_may_pass_100_where_the_official_area_is_smaller(official):
    assert official[1].loc["甲县"].adjusted_cover_pct > 100
    assert official[1].loc["甲县"].verdict == "met"


def test_the_probability_is_that_of_the_normal_law(official):
    city = official[1].loc["某市"]
    assert city.interval_method == "normal"
    assert city.p_target == pytest.approx(1 - NormalDist().cdf((58 - city.adjusted_cover_pct) / city.adjusted_se_pp), abs=1e-9)


def test_tasks_share_the_gap_of_the_sample(official):
    tasks = pd.read_csv(official[0] / "out/cover/tasks.csv", encoding="utf-8-sig")
    assert set(tasks.stands_on) == {"sample"}
    assert 0 <= tasks.task_hm2[0] - official[1].loc["某市"].adjusted_gap_hm2 < 0.01


def test_the_sentence_to_copy_has_estimate_interval_and_probability(official):
    city, said = official[1].loc["某市"], (official[0] / "out/report/report.html").read_text(encoding="utf-8")
    assert (city.verdict, city.reason) == ("undetermined", "sample_inconclusive")
    assert f"为 {city.adjusted_cover_pct:.2f} %（95 % 区间 {city.adjusted_low_pct:.2f} %–{city.adjusted_high_pct:.2f} %），达标概率" in said
    assert f"现有数据的图上覆盖率为 {city.official_cover_pct:.2f} %，不能作为判定依据" in said
    assert f"比目标低 {city.adjusted_gap_pp:.2f} 个百分点" in said


def test_a_change_at_the_same_points_is_told(official):
    estimates = pd.read_csv(official[0] / "out/cover/sample_estimates.csv", encoding="utf-8-sig")
    change = estimates[(estimates.quantity == "forest_change") & (estimates.level == "city")].iloc[0]
    said = (official[0] / "out/report/report.html").read_text(encoding="utf-8")
    assert change.area_hm2 < 0
    assert f"两年判读）：某市森林面积变化 {change.area_hm2:,.2f} hm²" in said and f"平均每年 {change.area_hm2 / 6:,.2f} hm²" in said


def test_tree_cover_has_no_probability_of_a_target_of_forest_by_law(tmp_path):
    city = judged(tmp_path / "place", target=60, sample="kind: stratified, definition: tree_cover").loc["某市"]
    assert (city.verdict, city.reason) == ("undetermined", "sample_definition")
    assert pd.notna(city.adjusted_cover_pct) and pd.isna(city.p_target) and pd.isna(city.adjusted_gap_hm2)


@pytest.fixture(scope="module")
def unknown(tmp_path_factory):
    """The north-east county has no data at all in the later of two years, and forest is lost in the west."""
    folder = tmp_path_factory.mktemp("unknown") / "place"
    folder.mkdir()
    (folder / "targets.csv").write_text(TARGETS.format(target=60), encoding="utf-8")
    later = np.full((20, 20), 2, np.uint8)
    later[:, :8] = 1
    later[:10, 10:] = 0
    write_raster(folder / "later.tif", later, west=112.0, north=36.2, cell=0.01, nodata=0)
    one = "  - {layer: my_product, file: land.tif, year: 2021}"
    two = {one: f"{one}\n  - {{layer: my_product, file: later.tif, year: 2023}}"}
    config = make_place(folder, replace={"cover: {main_reading: trees}": "cover: {main_reading: trees, targets: targets.csv}", **two})
    assert main(["all", "--config", str(config), "--out", str(folder / "out")]) == 0
    return folder


def rows_of(folder, name: str, county: str) -> pd.DataFrame:
    table = pd.read_csv(folder / f"out/cover/{name}.csv", encoding="utf-8-sig")
    return table[table.county_name == county]


def test_where_nothing_is_known_there_is_no_zero(unknown):
    north_east = rows_of(unknown, "forest_cover", "丁市").set_index("year")
    assert north_east.forest_area_hm2[2021] == 0  # cropland all over: a finding
    assert pd.isna(north_east.loc[2023, ["forest_area_hm2", "forest_cover_pct", "gap_pp", "gap_area_hm2"]]).all()
    greening = rows_of(unknown, "greening", "丁市").set_index("year")
    assert pd.isna(greening.loc[2023, ["forest_area_hm2", "shrub_area_hm2", "greening_area_hm2", "greening_rate_pct"]]).all()
    wetland = rows_of(unknown, "wetland", "丁市").set_index("year")
    assert wetland.wetland_area_hm2[2021] == 0 and pd.isna(wetland.wetland_area_hm2[2023])
    change = rows_of(unknown, "forest_change", "丁市").iloc[0]
    assert change.forest_from_hm2 == 0 and pd.isna(change[["forest_to_hm2", "gain_hm2", "loss_hm2", "net_hm2"]]).all()
    assert list(rows_of(unknown, "trend", "丁市").year) == [2021]


def test_the_rest_of_the_area_keeps_its_figures(unknown):
    city = rows_of(unknown, "forest_cover", "某市").set_index("year")
    assert city.forest_area_hm2[2023] == pytest.approx(0.8 * city.forest_area_hm2[2021], rel=1e-3)
    assert rows_of(unknown, "forest_change", "某市").loss_hm2.iloc[0] == pytest.approx(0.2 * city.forest_area_hm2[2021], rel=1e-3)


def test_counties_planned_as_one_are_named_together(unknown):
    some = [a for code in ("149901", "149902") for a in ("--county", code)]
    assert main(["report", "--config", str(unknown / "config.yaml"), *some, "--out", str(unknown / "two")]) == 0
    assert "甲县、乙县合计（OWN 2021 年，" in (unknown / "two/report/report.html").read_text(encoding="utf-8")
