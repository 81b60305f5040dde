"""Capacity against the plan: numbers of the plan alone, land and sites beside them, example sites apart, gaps as gaps."""

import json

import pandas as pd
import pytest
from worlds import make_place

from pipeline.core import tables
from pipeline.siting.targets import MODES, Found, Plan, capacity_targets

PLACES = pd.DataFrame(
    [
        ("149901", "甲县", "pv", "光伏项目", "PV project", None, "二", "推动甲县光伏", "S"),
        ("149901", "甲县", "distributed_wind", "五十兆瓦", "50 MW project", 50.0, "三", "甲县分散式风电", "S"),
        ("149902", "乙县", "geothermal", "地热", "geothermal", None, "八", "乙县地热", "S"),
        ("149901", "甲县", "pumped_storage", "一期", "phase 1", None, "四", "一期二期", "S"),
        ("149901", "甲县", "pumped_storage", "二期", "phase 2", None, "四", "一期二期", "S"),
    ],
    columns=list(tables.PLACES.columns),
)
TARGETS = pd.DataFrame(
    [
        ("a", "pv_capacity_mw", "149900", 2030, 600.0, "MW", "到2030年六百", "一", "S", "规划"),
        ("b", "pv_capacity_mw", "149900", 2025, 400.0, "MW", "到2025年四百", "一", "S", "规划"),
        ("c", "wind_capacity_mw", "149900", 2030, None, "MW", "稳步提升", "一", "gap", "规划"),
    ],
    columns=list(tables.TARGETS.columns),
)


def land(code: str, level: str, kind: str, allowed: float, conditional: float, excluded: float, unknown: float) -> dict:
    name = {"149900": "某市", "149901": "甲县", "149902": "乙县"}[code]
    return {
        "county_code": code, "county_name": name, "level": level, "kind": kind, "allowed_hm2": allowed, "conditional_hm2": conditional,
        "excluded_hm2": excluded, "unknown_hm2": unknown, "capacity_mw": allowed / 2, "capacity_if_cleared_mw": (allowed + conditional + unknown) / 2,
        "land_hm2_per_mw": 2.0, "usable_share": 1.0, "basis": "底图",
    }  # fmt: skip


def site(name: str, kind: str, mw: float | None, verdict: str, code="149901", example="no") -> dict:
    return {"site_id": name, "kind": kind, "capacity_mw": mw, "verdict": verdict, "county_code": code, "is_illustrative": example}


def exclusion(code: str, rule: str, state: str, layer: str, alone: float | None) -> dict:
    return {"county_code": code, "kind": "pv", "rule_id": rule, "state": state, "layer": layer, "title": f"规则{rule}", "alone_hm2": alone}


def found(*, sites=(), reasons=(), rules=("WD-10", "WD-11"), roofs=None, parts=None) -> Found:
    potential = [
        land("149900", "city", "pv", 100, 20, 500, 80), land("149900", "city", "wind", 0, 0, 0, 700),
        land("149901", "county", "pv", 0, 20, 300, 80), land("149901", "county", "wind", 0, 0, 0, 400),
        land("149902", "county", "pv", 100, 0, 200, 0), land("149902", "county", "wind", 0, 0, 0, 300),
    ]  # fmt: skip
    rows = [
        exclusion("149901", "R1", "hard", "farm", None), exclusion("149901", "R2", "conditional", "wet", None),
        exclusion("149901", "R3", "soft", "road", None), exclusion("149901", "R4", "hard", "land_cover", 250.0),
        exclusion("149901", "R5", "hard", "slope", 260.0), exclusion("149901", "R6", "hard", "other", 0.0),
    ]  # fmt: skip
    columns = ["site_id", "kind", "capacity_mw", "verdict", "county_code", "is_illustrative"]
    parts = [(s["site_id"], s["county_code"], s["capacity_mw"]) for s in sites] if parts is None else parts
    return Found(
        pd.DataFrame(potential), pd.DataFrame(rows), pd.DataFrame(list(sites), columns=columns),
        pd.DataFrame(list(reasons), columns=["site_id", "rule_id", "outcome"]),
        pd.DataFrame(parts, columns=["site_id", "county_code", "capacity_mw"]), set(rules), roofs or {},
    )  # fmt: skip


def rows_of(plan: Plan, what: Found, language="zh") -> pd.DataFrame:
    made = tables.product(capacity_targets(plan, what, language), tables.CAPACITY_TARGET)
    return made.set_index(["county_code", "mode"]).sort_index()


PLAN = Plan(PLACES, TARGETS, 2026)


def test_the_whole_area_has_a_row_for_each_target_year_with_its_share():
    city = rows_of(PLAN, found()).loc[("149900", "pv")].sort_values("target_year")
    assert city.target_year.tolist() == [2025, 2030] and city.target_mw.tolist() == [400, 600]
    assert city.target_is_past.tolist() == ["yes", "no"]  # in 2026
    assert city.allowed_share_pct.tolist() == pytest.approx([100 * 50 / 400, 100 * 50 / 600])
    assert city.if_conditional_mw.tolist() == [60, 60] and city.if_cleared_mw.tolist() == [100, 100]
    assert city.quote_zh.tolist() == ["到2025年四百", "到2030年六百"]
    assert "目标年已过" in city.statement.iloc[0] and "已过" not in city.statement.iloc[1]


def test_the_assessment_year_decides_what_is_past():
    assert set(rows_of(Plan(PLACES, TARGETS, 2024), found()).loc[("149900", "pv")].target_is_past) == {"no"}
    assert set(rows_of(Plan(PLACES, TARGETS, 2031), found()).loc[("149900", "pv")].target_is_past) == {"yes"}


def test_a_county_has_no_number_unless_the_plan_gives_one():
    made = rows_of(PLAN, found())
    assert made.loc[[("149901", "pv")], ["target_mw", "allowed_share_pct"]].isna().all(axis=None)
    project = made.loc[[("149901", "distributed_wind")]].iloc[0]
    assert project.target_mw == 50 and pd.isna(project.target_year) and pd.isna(project.target_is_past)
    assert made.loc[[("149900", "wind")]].target_mw.isna().all()  # a target without a value is none
    own = pd.concat([TARGETS, TARGETS.iloc[[0]].assign(target_id="d", scope_code="149901", value=30.0)])
    assert rows_of(Plan(PLACES, own, 2026), found()).loc[[("149901", "pv")]].target_mw.tolist() == [30]


def test_a_named_county_without_allowed_land_is_told_what_is_missing_and_what_takes_most():
    row = rows_of(PLAN, found()).loc[[("149901", "pv")]].iloc[0]
    assert row.missing_layers == "farm;wet"  # a soft rule keeps no land from being allowed
    assert row.top_rules == "R5;R4"  # the larger first, none of nothing
    for text in ("没有允许的土地", "80.00 hm²", "缺 2 个图层", "规则R1；规则R2", "R5 规则R5（260.00 hm²）"):
        assert text in row.statement, text


def test_a_county_the_plan_does_not_name_is_right_to_be_empty():
    made = rows_of(PLAN, found())
    for mode in ("pv", "wind"):
        row = made.loc[[("149902", mode)]].iloc[0]
        assert row.is_named == "no" and "没有可对照的内容" in row.statement and "缺" not in row.statement  # geothermal is none of them
    assert ("149902", "pumped_storage") not in made.index
    assert "没有点名甲县的集中式风电" in made.loc[[("149901", "wind")]].iloc[0].statement


def test_items_of_one_topic_stand_together_with_their_words_once():
    row = rows_of(PLAN, found()).loc[[("149901", "pumped_storage")]].iloc[0]
    assert (row["item"], row.quote_zh, row.plan_section) == ("一期；二期", "一期二期", "四")
    assert pd.isna(row.allowed_mw) and "没有候选场址" in row.statement


def test_sites_count_by_verdict_and_examples_apart():
    sites = [
        site("a", "pv", 10, "allowed"), site("b", "pv", 20, "unknown"), site("c", "pv", 5, "allowed", example="yes"),
        site("d", "pv", 40, "allowed", code="149902"), site("e", "pv", 80, "allowed", code=None),
    ]  # fmt: skip
    made = rows_of(PLAN, found(sites=sites))
    row = made.loc[[("149901", "pv")]].iloc[0]
    assert (row.sites, row.sites_allowed_mw, row.sites_unknown_mw, row.sites_prohibited_mw) == (2, 10, 20, 0)
    assert (row.examples, row.examples_mw) == (1, 5) and "不是真实项目，未计入" in row.statement
    city = made.loc[[("149900", "pv")]].iloc[0]
    assert (city.sites, city.sites_allowed_mw) == (3, 50)  # what lies in no county is not in the area


def test_capacity_that_is_not_known_leaves_the_sum_blank():
    made = rows_of(PLAN, found(sites=[site("p", "pumped_storage", None, "unknown"), site("q", "pumped_storage", 300, "unknown")]))
    row = made.loc[[("149901", "pumped_storage")]].iloc[0]
    assert row.sites == 2 and pd.isna(row.sites_unknown_mw) and row.sites_allowed_mw == 0


def test_distributed_wind_is_what_keeps_the_size_rule_and_its_land_is_not_counted_twice():
    sites = [site("s", "wind", 20, "allowed"), site("m", "wind", 50, "allowed"), site("l", "wind", 90, "allowed")]
    reasons = [("l", "WD-10", "broken"), ("l", "WD-11", "broken"), ("m", "WD-11", "broken")]
    what = found(sites=sites, reasons=reasons)
    row = rows_of(PLAN, what).loc[[("149901", "distributed_wind")]].iloc[0]
    assert (row.sites, row.sites_allowed_mw, row.sites_allowed_share_pct) == (2, 70, 140)
    assert pd.isna(row.allowed_mw) and "其中 1 个在规则 WD-11" in row.statement and "不重复计" in row.statement
    assert rows_of(PLAN, what).loc[[("149901", "wind")]].iloc[0].sites == 3
    off = rows_of(PLAN, found(sites=sites, reasons=reasons, rules=())).loc[[("149901", "distributed_wind")]].iloc[0]
    assert pd.isna(off.sites) and "不能判断" in off.statement


def test_without_a_plan_nothing_is_called_unnamed():
    made = rows_of(Plan(None, None, 2026), found())
    assert made.is_named.isna().all() and made.target_mw.isna().all()
    assert set(made.index.get_level_values("mode")) == {m for m, about in MODES.items() if about.has_land}


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_row_is_told_in_words(language):
    roofs = {"149900": {"roof_area_hm2": 10.0, "module_area_hm2": 3.0}}
    places = pd.concat([PLACES, PLACES.iloc[[0]].assign(county_code="149900", topic="pv_rooftop")])
    made = rows_of(Plan(places, TARGETS, 2026), found(sites=[site("a", "pv", 10, "allowed")], roofs=roofs), language)
    assert made.statement.notna().all() and not made.statement.str.contains("[{}]").any()
    assert "3.00 hm²" in made.loc[[("149900", "pv_rooftop")]].iloc[0].statement
    if language == "en":
        given = made.statement.str.replace("甲县|乙县|某市|规则", "", regex=True)  # names and titles are as the data give them
        assert not given.str.contains("[一-鿿]", regex=True).any()


def test_the_stage_writes_the_table_and_the_report_shows_it(tmp_path, cli):
    """A place of its own, with a plan of its own."""
    PLACES.to_csv(tmp_path / "places.csv", index=False, encoding="utf-8")
    TARGETS.assign(calibre_zh="", calibre_en="").to_csv(tmp_path / "targets.csv", index=False, encoding="utf-8")
    config = make_place(
        tmp_path, replace={"cover: {main_reading: trees}": "cover: {main_reading: trees, targets: targets.csv, target_year: 2030}"}
    )
    config.write_text(config.read_text(encoding="utf-8") + "report: {places: places.csv}\n", encoding="utf-8")
    done = cli("report", "--config", config, "--out", tmp_path / "out")
    assert done.returncode == 0, done.stderr
    made = tables.read_csv(tmp_path / "out/siting/capacity_target.csv", tables.CAPACITY_TARGET)
    assert set(made.county_code) == {"149900", "149901", "149902", "149903", "149904"}
    assert made[(made.county_code == "149900") & (made["mode"] == "pv")].target_mw.tolist() == [400, 600]
    page = (tmp_path / "out/report/report.html").read_text(encoding="utf-8")
    assert "容量与规划目标对照" in page and "没有建筑轮廓图层" in page
    assert not (tmp_path / "out/siting/rooftop.csv").exists()
    assert "report.places" in json.loads((tmp_path / "out/siting/manifest.json").read_text(encoding="utf-8"))["settings"]


def test_a_site_across_a_border_counts_in_each_county_with_what_lies_there():
    sites = [site("a", "pv", 10.0, "allowed"), site("b", "pv", 4.0, "prohibited", "149902")]
    parts = [("a", "149901", 7.0), ("a", "149902", 3.0), ("b", "149902", 4.0)]
    rows = (
        rows_of(PLAN, found(sites=sites, parts=parts))
        .reset_index()
        .drop_duplicates(["county_code", "mode"])
        .set_index(["county_code", "mode"])
    )
    assert rows.sites_allowed_mw["149901", "pv"] == 7 and rows.sites_allowed_mw["149902", "pv"] == 3
    assert rows.sites_prohibited_mw["149902", "pv"] == 4 and rows.sites["149902", "pv"] == 2
