"""Scores, trade-offs, comparison and sets of sites in the three documents, and the scatter."""

import pytest
from conftest import ROOT

from pipeline.charts import subjects
from pipeline.core import tables


def read(documents, schema):
    return tables.read_csv(documents.out / f"{schema.name}.csv", schema)


def test_ranks_and_tradeoffs_equal_csv_in_word_html_and_workbook(documents):
    ranks = read(documents, tables.SCORE_SENSITIVITY)
    ranked = ranks[ranks["rank"].notna()].sort_values("rank")
    (printed,) = documents.html.tables["ranks"]
    assert [row[0] for row in printed[1:]] == list(ranked.site_id)
    assert [row[4] for row in printed[1:]] == [str(r) for r in ranked["rank"]]
    assert printed in documents.word_tables
    sheet = {row["编号"]: row for row in documents.sheet("得分与名次")}
    assert set(sheet) == set(ranks.site_id) and sheet["S01"]["名次"] == "—"
    rows = read(documents, tables.TRADEOFF).set_index("site_id")
    (printed,) = documents.html.tables["tradeoff"]
    assert [row[0] for row in printed[1:]] == list(rows.index)
    sheet = {row["编号"]: row for row in documents.sheet("利弊权衡")}
    assert sheet["S04"]["碳回收期（年）"] == pytest.approx(rows.payback_yr["S04"])
    assert sheet["S05"]["碳回收期（年）"] == "—" and "land_take_share" in sheet["S05"]["说明"]


def test_avoided_co2_stands_beside_losses_with_its_factor_and_the_gap_of_wind_is_said(documents):
    text = documents.word_text
    assert "华北区域电力平均二氧化碳排放因子（2023）" in text and "不与碳汇吨数相加" in text
    assert "siting.wind.land_take_share" in text and "没有设定组合" in text


def test_the_scatter_shows_compared_sites_and_names_those_that_none_beats(documents):
    rows = read(documents, tables.PARETO)
    rows = rows[rows.scope == "pv"]
    chart = subjects.pareto(rows.to_dict("records"), "光伏", "zh")
    assert {chart.names[i] for i in chart.front} == set(rows[rows.state == "front"].site_id)
    assert set(chart.names) == set(rows[rows.state != "left_out"].site_id)
    assert f'aria-label="{chart.title} {chart.said()}"' in (documents.folder / "report.html").read_text(encoding="utf-8")


def test_sets_are_told_reached_or_with_what_is_there_at_most(sets):
    found = read(sets, tables.PORTFOLIO).set_index("portfolio")
    assert found.state.to_dict() == {"reached": "optimal", "beyond": "infeasible"}
    text = sets.word_text
    assert "能达到的" in text and "达不到的" in text
    assert "光伏目标 500.00 MW，可选场址在其他限制内最多 20.00 MW" in text
    assert found.chosen["reached"] == "A" and found.area_hm2["reached"] == pytest.approx(22)
    sheet = sets.sheet("组合")
    assert [row["组合"] for row in sheet] == ["能达到的", "达不到的"] and sheet[1]["入选场址"] == "—"
    assert {row["编号"]: row["取舍"] for row in sets.sheet("组合场址") if row["组合"] == "能达到的"} == {"A": "入选", "B": "未入选"}


def test_the_english_report_says_it_in_english(english):
    text = english.word_text
    assert "Scores and ranks" in text and "Carbon payback" in text and "No portfolio is asked for" in text


def test_a_portfolio_nobody_can_read_is_told_before_the_run(tmp_path, cli):
    text = (ROOT / "config.yaml").read_text(encoding="utf-8")
    for old, new, said in (
        ("  portfolios: []", "  portfolios: [{name: p, minimise: price, target_mw: {pv: 1}}]", "minimise"),
        ("  portfolios: []", "  portfolios: [{name: p, minimise: cost}]", "target_mw"),
        ("payback_factor: north_china_2023", "payback_factor: national_2021", "national_2021"),  # a gap
        ("scores: layers/rules/scores.csv", "scores: layers/rules/siting.csv", "siting.csv"),
    ):
        assert old in text
        (tmp_path / "c.yaml").write_text(text.replace(old, new), encoding="utf-8")
        done = cli("check", "--config", tmp_path / "c.yaml", "--out", tmp_path / "o")
        assert done.returncode != 0 and said in done.stdout + done.stderr, said
