"""Truth tables: every condition with NaN and at the exact threshold, guards, precedence, dates, wrong rows."""

import datetime as dt

import numpy as np
import pandas as pd
import pytest
from conftest import ROOT

from pipeline.core import tables
from pipeline.core.errors import BadData
from pipeline.siting import rules as r

SHIPPED = tables.read_csv(ROOT / "layers/rules/siting.csv", tables.RULES)
NAN = np.nan


def words(tri: r.Tri) -> str:
    assert not (tri.broken & tri.unknown).any()
    return "".join("b" if b else "u" if u else "k" for b, u in zip(tri.broken.ravel(), tri.unknown.ravel(), strict=True))


@pytest.mark.parametrize(("condition", "expected"), [("above", "kkbu"), ("below", "bkku")])
def test_thresholds(condition, expected):
    assert words(r.RASTER[condition](np.array([24.9, 25.0, 25.1, NAN]), 25.0)) == expected


def test_class_in():
    names = np.array(["cropland", "grass", "water"], dtype=object)
    assert words(r.class_in(np.array([0, 1, 2, 3]), frozenset({"cropland", "water"}), names)) == "bkbu"


def test_one_of():
    codes = r.codes_of(pd.Series([1, 2.0, "01", "1.0", None, NAN, " ", "x"], dtype=object))
    assert words(r.one_of(codes, frozenset({r.code_of("1"), r.code_of("X")}))) == "bkbbuuub"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (None, ()), ("BH_DJ=1", (("BH_DJ", {"1"}),)), ("BH_DJ = 01 ; 2", (("BH_DJ", {"1", "2"}),)), ("类=高速;", (("类", {"高速"}),)),
        ("A=1&B=x", (("A", {"1"}), ("B", {"X"}))), ("ＢＨ＿ＤＪ＝１；２ ＆ Ｂ＝３", (("BH_DJ", {"1", "2"}), ("B", {"3"}))),
    ],
)  # fmt: skip
def test_attributes_of_a_row(text, expected):
    row = SHIPPED[SHIPPED.rule_id == "GEN-01"].iloc[0].to_dict() | {"attribute": text}
    (rule,) = r.parse(pd.DataFrame([row]), "f.csv")
    assert {f: set(v) for f, v in rule.test.attribute} == dict(expected) and len(rule.test.attribute) == len(expected)


def test_guard_truth_table():
    """Rows: the rule b, k, u; columns: the guard b, k, u. Unknown only where neither side settles it."""
    rule = r.Tri(np.array([1, 1, 1, 0, 0, 0, 0, 0, 0], bool), np.array([0, 0, 0, 0, 0, 0, 1, 1, 1], bool))
    guard = r.Tri(np.array([1, 0, 0] * 3, bool), np.array([0, 0, 1] * 3, bool))
    assert words(rule.where(guard)) == "bkukkkuku"


def test_a_missing_layer_is_unknown_never_kept():
    assert words(r.Tri.all_unknown((3,))) == "uuu"


def some_rules() -> dict[str, r.Rule]:
    return {s: r.Rule(s, ("pv",), s, None, None, "", {}) for s in tables.STATES}


@pytest.mark.parametrize(
    ("broken", "unknown", "expected"),
    [
        ([], [], "allowed"), (["soft", "info"], [], "allowed"), ([], ["soft", "info"], "allowed"), (["conditional"], [], "conditional"),
        (["conditional"], ["hard"], "unknown"), ([], ["conditional"], "unknown"), (["hard"], ["hard"], "prohibited"), (["hard", "conditional"], ["conditional"], "prohibited"),
    ],
)  # fmt: skip
def test_precedence(broken, unknown, expected):
    assert r.zoning(some_rules(), broken, unknown) == expected


def test_the_shipped_table_parses_and_every_row_is_usable():
    parsed = r.parse(SHIPPED, "siting.csv")
    assert [p.rule_id for p in parsed] == list(SHIPPED.rule_id)
    assert {k for p in parsed for k in p.kinds} == {"pv", "pv_rooftop", "wind", "other"}
    for rule in parsed:
        assert rule.text("title", "zh") and rule.text("title", "en")
        if rule.state == "hard":
            assert rule.text("basis", "zh"), rule.rule_id


def test_dates_choose_the_rules():
    parsed = r.parse(SHIPPED, "siting.csv")
    now, then = r.in_force(parsed, dt.date(2026, 11, 22), [])
    assert "WD-03a" in {x.rule_id for x in then} and "WD-01a" in {x.rule_id for x in now}
    now, then = r.in_force(parsed, dt.date(2020, 1, 1), ["GEN-01"])
    ids = {x.rule_id for x in now}
    assert "WD-03a" in ids and "WD-01a" not in ids and "GEN-01" not in ids and "GEN-01" not in {x.rule_id for x in then}
    last, _ = r.in_force(parsed, dt.date(2024, 2, 28), [])
    after, _ = r.in_force(parsed, dt.date(2024, 2, 29), [])
    assert "WD-03a" in {x.rule_id for x in last} and "WD-03a" not in {x.rule_id for x in after}


@pytest.mark.parametrize(
    ("change", "key"),
    [
        ({"condition": "near"}, "rule_condition"),
        ({"layer": None}, "rule_layer_blank"),
        ({"layer": "land_cover", "condition": "class_in", "threshold": "wood"}, "rule_classes"),
        ({"layer": "land_cover", "condition": "class_in", "threshold": None}, "rule_classes"),
        ({"condition": "class_in", "threshold": None}, "rule_classes"),
        ({"condition": "above", "threshold": "steep"}, "rule_threshold"),
        ({"condition": "within_distance", "threshold": "-5"}, "rule_threshold"),
        ({"condition": "beyond_distance", "threshold": "nan"}, "rule_threshold"),
        ({"valid_from": "2030-01-01", "valid_to": "2020-01-01"}, "rule_dates"),
        ({"condition": "within_distance", "threshold": None}, "rule_threshold"),
        ({"condition": "attribute_above", "layer": "height", "threshold": "3"}, "rule_attribute"),
        ({"condition": "attribute_is", "layer": "LAND", "threshold": " ; "}, "rule_values"),
        ({"attribute": "BH_DJ"}, "rule_attribute_text"),
        ({"attribute": "=1"}, "rule_attribute_text"),
        ({"attribute": "BH_DJ=1 & QI_YUAN="}, "rule_attribute_text"),
        ({"condition": "above", "threshold": "3", "attribute": "BH_DJ=1"}, "rule_attribute_condition"),
        (
            {"where_layer": "x", "where_condition": "above", "where_threshold": "3", "where_attribute": "BH_DJ=1"},
            "rule_attribute_condition",
        ),
        ({"condition": "note", "attribute": "BH_DJ=1"}, "rule_attribute_condition"),
        ({"condition": "note", "tolerated_share_pct": 5.0}, "rule_tolerated"),
        ({"condition": "attribute_above", "layer": "area_hm2", "threshold": "3", "tolerated_share_pct": 5.0}, "rule_tolerated"),
        ({"where_layer": "area_hm2", "where_condition": "attribute_above", "where_threshold": "3"}, "rule_guard"),
        ({"regions": "61"}, "rule_regions"),
        *(({"applies_to": text}, "rule_kind") for text in ("PV", "pv,wind", "光伏", "pv wind", "pv；wind", ";", "2pv")),
    ],
)
def test_rows_that_cannot_be_used(change, key):
    row = SHIPPED[SHIPPED.rule_id == "GEN-01"].iloc[0].to_dict() | change
    frame = pd.DataFrame([row])
    with pytest.raises(BadData) as refused:
        r.parse(frame, "f.csv")
    assert [p.key for p in refused.value.problems] == [key]
    assert refused.value.problems[0].params["line"] == 2


@pytest.mark.parametrize("slip", ["wnd", "widn", "winds", "pvv", "others", "pumpd_storage", "stroage"])
def test_a_kind_that_looks_like_a_slip_of_a_known_one_is_refused(slip):
    rows = [("A", ("pv",)), ("B", ("pv", slip))]
    with pytest.raises(BadData) as refused:
        r.unmet_kinds(rows, {"pv"}, "f.csv")
    (found,) = refused.value.problems
    assert (found.key, found.params["rule_id"], found.params["found"]) == ("rule_kind_slip", "B", slip)
    assert r.unmet_kinds(rows, {"pv", slip}, "f.csv") == {}  # a site is of this kind: it is meant


def test_a_kind_that_no_site_has_is_told_unless_it_has_a_name():
    rows = [("A", ("pv", "wind", "other")), ("B", ("biogas",)), ("C", ("geothermal", "biogas"))]
    assert r.unmet_kinds(rows, set(), "f.csv") == {"biogas": ["B", "C"]}
    assert r.unmet_kinds(rows, {"biogas"}, "f.csv") == {}


def test_the_shipped_rules_name_known_kinds_alone():
    assert r.unmet_kinds([(rule.rule_id, rule.kinds) for rule in r.parse(SHIPPED, "f.csv")], set(), "f.csv") == {}


@pytest.mark.parametrize(
    ("day", "kind", "is_lacking"),
    [((2019, 6, 1), "pv", True), ((2019, 6, 1), "wind", False), ((2026, 11, 22), "pv", False), ((2025, 1, 1), "pv", False),
     ((2031, 1, 1), "wind", True), ((2031, 1, 1), "pv", False)],
)  # fmt: skip
def test_days_on_which_the_shipped_table_has_no_rules_of_a_technology(day, kind, is_lacking):
    parsed = r.parse(SHIPPED, "f.csv")
    first, then = (r.Book.of(parsed, [], d, []) for d in (dt.date(2026, 11, 22), dt.date(*day)))
    found = then.lacking(first, kind)
    assert bool(found) is is_lacking
    kinds = {rule.rule_id: rule.kinds for rule in parsed}
    assert all(kind in kinds[i] and not {"pv", "wind"} <= set(kinds[i]) for i in found)


@pytest.mark.parametrize(
    ("regions", "code", "expected"),
    [("61", "610102", True), ("61", "140802", False), ("13;61", "130102", True), ("15;21", "140802", False), (None, "140802", True),
     ("61", None, True), ("140802", "140802", True)],
)  # fmt: skip
def test_a_note_of_other_regions_is_not_told(regions, code, expected):
    row = SHIPPED[SHIPPED.rule_id == "PV-12"].iloc[0].to_dict() | {"regions": regions}
    assert r.parse(pd.DataFrame([row]), "f.csv")[0].holds_in(code) is expected
