"""Scattered trees by county: converted, checked, and only of counties that are there."""

import pandas as pd
import pytest

from pipeline.core.config import LayerRef
from pipeline.core.errors import BadData
from pipeline.core.paths import Paths
from pipeline.ingest import trees


class Told:
    """A store that hears warnings."""

    def __init__(self):
        self.said = []

    def input(self, path):
        return path

    def warn(self, key, /, **params):
        self.said.append((key, params))


class Settings:
    """The one setting that is read."""

    def __init__(self, ref):
        self.cover = type("Cover", (), {"scattered_trees": ref})


FRAME = pd.DataFrame({"county_code": ["149901", "149902"], "county_name": ["甲县", "乙县"]})


def read(folder, text: str, **ref):
    (folder / "trees.csv").write_text(text, encoding="gb18030")
    told = Told()
    return trees.read(FRAME, Settings(LayerRef(file="trees.csv", **ref)), told, Paths(folder)), told.said


def test_stems_and_areas(tmp_path):
    made, said = read(tmp_path, "县代码,四旁树株数,折算面积（亩）\n149901,１６５０,\n149902,,30\n合计,1650,30\n")
    assert dict(zip(made.county_code, made.area_hm2, strict=True)) == pytest.approx({"149901": 1.0, "149902": 2.0}, rel=1e-12)
    assert [key for key, _ in said] == ["table_totals_left"]


def test_none_supplied_is_none(tmp_path):
    assert trees.read(FRAME, Settings(None), Told(), Paths(tmp_path)).empty


def test_a_county_without_a_row_is_told(tmp_path):
    made, said = read(tmp_path, "县代码,株数\n149901,3300\n")
    assert list(made.area_hm2) == [2.0]
    assert said == [("trees_absent", {"file": "@config/trees.csv", "counties": ["乙县"]})]


def test_all_faults_at_once(tmp_path):
    with pytest.raises(BadData) as caught:
        read(tmp_path, "县代码,株数\n149901,10\n149901,20\n149902,\n149999,5\n")
    assert {p.key for p in caught.value.problems} == {"trees_twice", "trees_no_number", "trees_elsewhere"}
