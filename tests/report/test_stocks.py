"""Section 4 in print: the leading product and account in full, the others in one table side by side, all in the workbook."""

import dataclasses

import pytest
from conftest import ROOT

from pipeline.core import config as configuration
from pipeline.report.accounts import adjusted_blocks
from pipeline.report.data import Data
from pipeline.report.model import Table


def test_one_product_and_account_in_full_all_side_by_side(several):
    tables = several.html.tables
    for key in ("carbon", "pools", "routes", "gaps", "densities", "stock_change", "restoration", "space", "removal", "value"):
        assert len(tables.get(key, [])) <= 1, key
    assert len(tables["accounts"][0]) == 1 + 3 * 3  # three editions by the mixed account and by each of two routes
    assert [r[:3] for r in tables["accounts"][0][1:3]] == [["OWN", "2021", "综合法"], ["OWN", "2021", "地上生物量图"]]
    sheet = several.sheet("碳储量汇总")
    assert len(sheet) == 9 * 5 and {r["产品"] for r in sheet} == {"OWN", "OTHER"}
    assert len({(r["产品"], r["前期"], r["方法"]) for r in several.sheet("碳储量变化")}) == 3
    worth = several.sheet("碳汇价值")
    assert {r["方法"] for r in worth} == {"综合法", "地上生物量图", "地类均值法"} and all("统计值" in r["口径"] for r in worth)


def test_tables_fit_their_page(several):
    """No printed table of the section has more columns than digits have room for upright."""
    keys = ("carbon", "accounts", "stock_change", "transition", "restoration", "space", "removal", "variance", "value")
    assert {k: len(several.html.tables[k][0][0]) for k in keys if len(several.html.tables[k][0][0]) > 10} == {}


def test_densities_that_agree_share_a_row(several):
    rows = several.html.tables["densities"][0][1:]
    shared = [r for r in rows if r[0] == "乔木林、草地"]
    assert len(shared) == 1 and shared[0][2] == "24.00"
    assert all(r[2] != "0.00" and r[5] != "—" and r[6] != "—" for r in rows)  # value, label, source


def test_space_has_bounds_only_where_something_lies_between_them(several):
    """No layer was taken off evenly here: a lower bound equal to the space would say more than is known."""
    assert several.html.tables["space"][0][0] == ["县（市、区）", "坡度不明（hm²）", "合计（hm²）"]
    assert several.html.tables["space_class"][0][0] == ["地类", "坡度（°）", "绿化方式", "地类面积（hm²）", "适宜绿化空间（hm²）"]


def test_gaps_name_pools_of_one_reason_together(several):
    """Nothing that prints as 0.00 hm2 is called a gap."""
    assert all(r[2] != "0.00" for table in several.html.tables.get("gaps", []) for r in table[1:])


@pytest.mark.parametrize(("routes", "told"), [(["class_mean"], False), (["agb_raster", "class_mean"], True)])
def test_adjusted_stock_of_measured_land_tells_its_bias(routes, told):
    settings = configuration.load(ROOT / "config.yaml")
    settings = settings.model_copy(update={"carbon": settings.carbon.model_copy(update={"routes": routes})})
    row = dict.fromkeys(("stock_tc", "low_tc", "high_tc", "adjusted_tc", "adjusted_low_tc", "adjusted_high_tc"), 1e4) | {"no_range_tc": 0.0}
    row |= {"county_code": "149900", "county_name": "某市", "level": "city", "product": "P", "year": 2021, "route": "mixed"}
    empty = {f.name: [] for f in dataclasses.fields(Data)}
    data = Data(**(empty | {"config": settings, "zones": [row], "heads": [row], "summary": [row]}))
    (table,) = (b for b in adjusted_blocks(data) if isinstance(b, Table))
    assert any("错分" in note for note in table.notes) is told
