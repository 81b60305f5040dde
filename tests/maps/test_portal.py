"""What leads on from a page: charts of the tables, documents of the run, what an earlier run said."""

import dataclasses
import re
from urllib.parse import unquote

import pandas as pd
import pytest

from pipeline.charts import subjects
from pipeline.maps import portal
from pipeline.maps.diagrams import diagrams
from pipeline.maps.earlier import Comparison


def test_every_link_of_a_page_leads_to_a_file_of_the_run(pages, default_outputs):
    for page in pages.values():
        links = re.findall(r'href="(\.\./[^"]+)"', page.read_text(encoding="utf-8"))
        assert len(links) >= 12
        for link in links:
            assert (page.parent / unquote(link)).resolve().is_file(), link


def test_charts_of_a_page_say_what_the_tables_say(facts, pages):
    cover = facts.main_reading(facts.of(facts.leading(facts.cover), "140827"))
    page = pages["140827"].read_text(encoding="utf-8")
    assert f"垣曲县 {cover.forest_cover_pct:,.2f} %" in page
    index = pages["index"].read_text(encoding="utf-8")
    said = re.findall(r'<svg [^>]*aria-label="([^"]*)"[^>]*class="chart"', index)
    assert len(said) >= 4 and all(name in said[0] for _, name, _ in facts.places)
    assert len(re.findall(r'<svg [^>]*class="chart"', page)) == 3


def test_hostile_names_are_outlines_in_charts_and_text_beside_them(hostile_facts):
    made = str(diagrams(hostile_facts, None))
    assert "<script" not in made and "<img" not in made and "onerror=window" not in re.sub(r'aria-label="[^"]*"', "", made)


def comparison(**changes) -> Comparison:
    cover = {"measure": "forest_cover_pct", "county_code": "140827", "product": "M", "year": 2019, "reading": "strict", "before": 30.0, "now": 33.14, "difference": 3.14, "is_equal": False}  # fmt: skip
    stock = cover | {"measure": "stock_tc", "reading": None, "route": "class_mean", "before": 2e6, "now": 1.5e6, "difference": -5e5}
    site = {"measure": "site_verdict", "site_id": "S1", "name": "<b>甲", "before_text": "unknown", "now_text": "allowed", "is_equal": False}
    given = {"rows": pd.DataFrame([cover, stock, site]), "unmatched": {"site_verdict": 2}, "inputs": [("land_cover", "M", "changed")], "settings": ["carbon.seed"], "is_synthetic": False}  # fmt: skip
    return Comparison(**(given | changes))


def test_what_changed_since_an_earlier_run_is_told_with_both_values(facts):
    made = str(portal.comparison(facts, comparison()))
    for text in ("垣曲县", "30.00", "33.14", "+3.14", "200.00", "150.00", "-50.00", "待查 → 允许", "场址 2 处", "carbon.seed", "内容已变"):
        assert text in made, text
    assert "<b>甲" not in made and "&#60;b&#62;甲" in made


def test_an_equal_run_says_so(facts):
    rows = comparison().rows.assign(is_equal=True)
    made = str(portal.comparison(facts, comparison(rows=rows, unmatched={}, inputs=[], settings=[])))
    assert "都与上次相同" in made and "<table" not in made


@pytest.mark.parametrize("audience", ["internal", "public"])
def test_public_pages_offer_documents_but_no_tables(facts, audience):
    config = facts.config.model_copy(update={"maps": facts.config.maps.model_copy(update={"audience": audience})})
    made = str(portal.downloads(dataclasses.replace(facts, config=config)))
    assert ("site_screening.csv" in made) == (audience == "internal") and "forest_cover_report.docx" in made


def test_the_pareto_chart_needs_sites_that_have_both_figures():
    row = {"state": "left_out", "site_id": "a", "energy_gwh_yr": None, "carbon_loss_tc": None, "verdict": "unknown"}
    assert subjects.pareto([row], "", "zh") is None


@pytest.mark.parametrize(("state", "begin"), [("left_out", ["光伏"]), ("front", ["光伏", "风电", "场址"])])
def test_the_pareto_charts_of_the_page_are_those_of_the_report_all_together_only_where_several_are_compared(facts, state, begin):
    row = {"site_id": "a", "energy_gwh_yr": 1.0, "carbon_loss_tc": 2.0, "verdict": "unknown"}
    states = {"pv": "front", "wind": state}
    scopes = [("pv", "pv"), ("wind", "wind"), ("all", "pv"), ("all", "wind")]
    rows = [row | {"scope": scope, "kind": kind, "state": states[kind]} for scope, kind in scopes]
    made = str(diagrams(dataclasses.replace(facts, pareto=pd.DataFrame(rows)), None))
    said = [label for label in re.findall(r'<svg [^>]*aria-label="([^"]*)"', made) if "植被碳损失" in label]
    assert [label[:2] for label in said] == begin
