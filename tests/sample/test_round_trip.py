"""From "cannot tell" to a verdict: the plan's points are drawn, walked, filled in and read back, on a place whose truth is known."""

import json

import numpy as np
import openpyxl
import pandas as pd
import pytest
from worlds import make_place

from pipeline.__main__ import main

TARGETS = """target_id,measure,scope_code,year,value,unit,quote_zh,plan_section,label,source
t,forest_cover_pct,149900,2025,{target},%,,,A,test
"""
SIDE, CELL = 20, 0.01


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    """A map that calls the west half forest; in truth a tenth of it is not, and a twentieth of the rest is: 47.5 % forest."""
    folder = tmp_path_factory.mktemp("place")
    (folder / "targets.csv").write_text(TARGETS.format(target=42), encoding="utf-8")
    make_place(folder, replace={"cover: {main_reading: trees}": "cover: {main_reading: trees, targets: targets.csv}"})
    rng = np.random.default_rng(5)
    truth = np.zeros((2000, 2000), bool)  # finer than the map: points fall anywhere
    truth[:, :1000] = rng.random((2000, 1000)) < 0.90
    truth[:, 1000:] = rng.random((2000, 1000)) < 0.05
    return folder, truth


def city(folder) -> pd.Series:
    rows = pd.read_csv(folder / "out/cover/forest_cover.csv", encoding="utf-8-sig", dtype={"county_code": str})
    return rows[rows.level == "city"].iloc[0]


def test_points_that_were_walked_decide(place, capsys):
    folder, truth = place
    config, out = folder / "config.yaml", folder / "out"
    assert main(["all", "--config", str(config), "--out", str(out)]) == 0
    before = city(folder)
    assert (before.verdict, before.reason) == ("undetermined", "no_sample")
    assert before.forest_cover_pct == pytest.approx(50, abs=0.05)

    sheet = out / "sample/sample_points.csv"
    points = pd.read_csv(sheet, encoding="utf-8-sig", dtype=str, keep_default_na=False)
    assert len(points) >= 100 and set(points.is_forest) == {""}
    row = ((36.2 - points.lat.astype(float)) * 10_000).astype(int).clip(0, 1999)
    column = ((points.lon.astype(float) - 112.0) * 10_000).astype(int).clip(0, 1999)
    points["is_forest"] = np.where(truth[row, column], "是", "否")
    points.to_csv(sheet, index=False, encoding="gb18030")  # as a spreadsheet in an office saves it

    text = config.read_text(encoding="utf-8")
    config.write_text(text.replace("targets: targets.csv", "targets: targets.csv, samples: [{layer: out/sample}]"), encoding="utf-8")
    assert main(["all", "--config", str(config), "--out", str(out)]) == 0
    after = city(folder)
    assert (after.verdict, after.reason) == ("met", "sample")
    assert after.p_target >= 0.95
    assert after.adjusted_low_pct <= truth.mean() * 100 <= after.adjusted_high_pct
    assert after.forest_cover_pct == before.forest_cover_pct  # the map's own figure stays what it was
    assert pd.read_csv(sheet, encoding="gb18030", dtype=str).is_forest.isin(["是", "否"]).all()  # field work is never overwritten
    said = (out / "report/report.html").read_text(encoding="utf-8")
    assert "（达标）。依据为参考样本校正面积" in said

    assert main(["plan", "--config", str(config), "--out", str(out)]) == 0
    assert "没有变化" in capsys.readouterr().err  # reading a sample out of the outputs makes no circle
    assert json.loads((out / "sample/manifest.json").read_text(encoding="utf-8"))["warnings"]


def test_the_workbook_of_the_field_team_is_read_as_it_stands(place, tmp_path):
    """Chinese headings, the drop-down's words, one point that could not be reached left blank."""
    folder, truth = place
    book = openpyxl.load_workbook(folder / "out/sample/field_sheet.xlsx")
    sheet = book["样点"]
    at = {c.value: c.column for c in sheet[1]}
    assert {row[at["抽样层"] - 1].value for row in sheet.iter_rows(min_row=2)} == {"图上森林", "图上其他土地"}
    for i in range(2, sheet.max_row + 1):
        lon, lat = sheet.cell(i, at["经度"]).value, sheet.cell(i, at["纬度"]).value
        said = truth[min(int((36.2 - lat) * 10_000), 1999), min(int((lon - 112.0) * 10_000), 1999)]
        sheet.cell(i, at["是否森林"]).value = None if i == 7 else "是" if said else "否"
    book.save(folder / "walked.xlsx")
    text = (folder / "config.yaml").read_text(encoding="utf-8")
    text = text.replace("{layer: out/sample}", "{layer: out/sample, file: walked.xlsx, table: 样点}")
    (folder / "walked.yaml").write_text(text, encoding="utf-8")
    assert main(["cover", "--config", str(folder / "walked.yaml"), "--out", str(tmp_path / "out")]) == 0
    rows = pd.read_csv(tmp_path / "out/cover/forest_cover.csv", encoding="utf-8-sig")
    assert rows.verdict[rows.level == "city"].tolist() == ["met"] and rows.reason[rows.level == "city"].tolist() == ["sample"]
    strata = pd.read_csv(tmp_path / "out/ingest/sample_points.csv", encoding="utf-8-sig").stratum
    assert set(strata) == {"forest", "other"}  # the words of the sheet are read back as the keys of the table
