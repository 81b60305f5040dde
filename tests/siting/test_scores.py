"""Scores: breakpoints, bounds, ranks and how they hold, by hand and as laws."""

import math

import numpy as np
import pandas as pd
import pytest
from conftest import ROOT
from hypothesis import given
from hypothesis import strategies as st

from pipeline.core import tables
from pipeline.core.errors import BadData
from pipeline.siting import scores
from pipeline.siting.rules import Rule, parse_own
from pipeline.siting.rules import parse as parse_rules

RULES = parse_rules(tables.read_csv(ROOT / "layers/rules/siting.csv", tables.RULES), "siting.csv")
SHIPPED = tables.read_csv(ROOT / "layers/rules/scores.csv", tables.SCORES)


def criteria(table: pd.DataFrame = SHIPPED, rules=RULES, in_force=None):
    return scores.parse(table, rules, rules if in_force is None else in_force, "scores.csv")


def shipped(key: str) -> scores.Criterion:
    return next(c for c in criteria()[0] if c.key == key)


def of(weight: float) -> scores.Criterion:
    none = np.zeros(0)
    return scores.Criterion(f"c{weight}", ("pv",), (), "kept", None, none, none, "1", weight, {})


def marks(*pairs: tuple[float, float | None]) -> list[scores.Mark]:
    return [scores.Mark(of(weight), None, score) for weight, score in pairs]


# --- the table -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("key", "value", "score"),
    [
        ("slope", 0, 1), ("slope", 15, 1), ("slope", 20, 0.5), ("slope", 25, 0), ("slope", 60, 0),
        ("substation", 0, 1), ("substation", 10_000, 1), ("substation", 12_500, 0.75), ("substation", 20_000, 0), ("substation", math.inf, 0),
        ("ghi", 1000, 0), ("ghi", 1050, 0), ("ghi", 1225, 0.5), ("ghi", 1400, 1), ("ghi", 1700, 1),
        ("wind_speed", 4.9, 0), ("wind_speed", 5.0, 0), ("wind_speed", 5.25, 0.5), ("wind_speed", 5.5, 1), ("wind_speed", 9, 1),
    ],
)  # fmt: skip
def test_shipped_breakpoints_are_the_numbers_of_the_rules(key, value, score):
    assert float(shipped(key).points(value)) == pytest.approx(score)


def test_shipped_breakpoints_are_thresholds_of_the_rules_they_name():
    for c in criteria()[0]:
        if c.measure != "kept":
            assert set(c.values) == {r.test.threshold for r in c.rules}, c.key
            assert {r.test.layer for r in c.rules} == {c.layer}, c.key


def test_every_soft_rule_that_is_tested_counts_exactly_once():
    made, strange = criteria()
    assert strange == []
    for kind in ("pv", "wind"):
        counted = [r.rule_id for c in made if kind in c.kinds for r in c.rules if r.state == "soft"]
        assert sorted(counted) == sorted(r.rule_id for r in RULES if r.state == "soft" and r.test is not None and kind in r.kinds)
        assert {c.key for c in made if c.weight != 1} == {"contiguous"}, "equal weights; what repeats another criterion has none"


def test_unknown_values_stay_unknown():
    assert np.isnan(shipped("slope").points(np.array([np.nan]))[0])


@pytest.mark.parametrize(
    ("column", "value", "key"),
    [
        ("breakpoints", "15:1", "score_breakpoints"),
        ("breakpoints", "25:0;15:1", "score_breakpoints"),
        ("breakpoints", "15:1;15:0", "score_breakpoints"),
        ("breakpoints", "15:1;25:1.5", "score_breakpoints"),
        ("breakpoints", "15:one;25:0", "score_breakpoints"),
        ("breakpoints", "15:1;25", "score_breakpoints"),
        ("breakpoints", None, "score_breakpoints"),
        ("layer", None, "score_layer_blank"),
        ("rules", "PV-16a", "score_rule_twice"),
        ("measure", "kept", "score_breakpoints"),
    ],
)
def test_a_row_that_cannot_be_used_is_named(column, value, key):
    table = SHIPPED.copy()
    table.loc[0, column] = value
    with pytest.raises(BadData) as told:
        criteria(table)
    assert key in {p.key for p in told.value.problems}


def test_rules_asked_of_shapes_or_notes_cannot_be_joined():
    table = SHIPPED[SHIPPED.criterion.isin(["mined_area"])].assign(rules="GEN-10a;GEN-10b")
    for rules in ("GEN-10a;GEN-10b", "PV-13"):
        with pytest.raises(BadData) as told:
            criteria(table.assign(rules=rules))
        assert {p.key for p in told.value.problems} == {"score_rules_apart"}


def test_a_criterion_is_off_when_all_of_its_rules_are():
    off = [r for r in RULES if r.rule_id not in ("PV-19a", "PV-19b", "PV-14b")]
    made = {c.key: c for c in criteria(in_force=off)[0]}
    assert "ghi" not in made
    assert [r.rule_id for r in made["slope"].rules] == ["PV-14a"]  # one of its two is still in force


def test_a_soft_rule_nobody_names_is_a_criterion_of_its_own_and_rules_of_others_are_told():
    soft = [r for r in RULES if r.rule_id in ("GEN-09", "GEN-14")]
    made, strange = criteria(SHIPPED[SHIPPED.criterion.isin(["town", "road"])], soft)
    assert [(c.key, c.measure, c.weight) for c in made] == [("town", "kept", 1.0), ("GEN-09", "kept", 1.0)]
    assert strange == ["road"]


breakpoint_lists = st.lists(st.tuples(st.integers(-1000, 1000), st.floats(0, 1)), min_size=2, max_size=6, unique_by=lambda p: p[0]).map(
    lambda pairs: (sorted(p[0] for p in pairs), sorted(p[1] for p in pairs))
)


@given(breakpoint_lists, st.floats(-2000, 2000), st.floats(-2000, 2000), st.booleans())
def test_a_better_value_never_lowers_a_score(points, a, b, more_is_better):
    values, rising = np.array(points[0], float), np.array(points[1])
    c = scores.Criterion("c", ("pv",), (), "value", "x", values, rising if more_is_better else rising[::-1], "1", 1.0, {})
    low, high = (float(c.points(v)) for v in sorted((a, b)))
    assert (low <= high + 1e-12) if more_is_better else (high <= low + 1e-12)
    assert 0 <= low <= 1 and 0 <= high <= 1


# --- rules of counties ---------------------------------------------------------------------------------------


def county(*rows: tuple[str, str]) -> dict[str, Rule]:
    """Own rules of a county as (rule, threshold)."""
    frame = pd.DataFrame([{"rule_id": i, "county_code": "140823", "threshold": t, "state": None, "label": "K"} for i, t in rows])
    frame = frame.reindex(columns=list(tables.COUNTY_RULES.columns)).astype(object).where(lambda f: f.notna(), None)
    return {r.rule_id: r for r in parse_own(frame, "own.csv", RULES, None)}


def test_a_criterion_goes_by_the_thresholds_of_the_county():
    plain, own = shipped("slope"), shipped("slope").in_county(county(("PV-14b", "10")))
    assert (list(plain.values), list(own.values)) == ([15, 25], [10, 25]) and list(own.scores) == [1, 0]
    assert own.row["breakpoints"] == "10:1;25:0" and plain.row["breakpoints"] == "15:1;25:0"
    assert float(own.points(17.5)) == pytest.approx(0.5) and float(plain.points(17.5)) == pytest.approx(0.75)
    assert [r.county_code for r in own.rules if r.rule_id == "PV-14b"] == ["140823"]


def test_a_criterion_whose_rules_a_county_leaves_alone_stays_as_it_is():
    for c in criteria()[0]:
        assert c.in_county(county(("PV-17", "1000"))) is c or c.key == "road"
        assert c.in_county({}) is c


def test_breakpoints_that_a_county_turns_round_are_refused():
    made = criteria()[0]
    for rows, is_good in (
        ((("PV-14b", "10"),), True),
        ((("PV-14b", "30"),), False),
        ((("PV-14b", "30"), ("PV-14a", "35")), True),
        ((("PV-14b", "25"),), False),
    ):
        evidence = type("Nothing", (), {"has": lambda self, name: False, "rasters": {}})()
        own = {"140823": county(*rows)}
        if is_good:
            scores.require(made, evidence, own, "scores.csv")
            continue
        with pytest.raises(BadData) as refused:
            scores.require(made, evidence, own, "scores.csv")
        (found,) = refused.value.problems
        assert (found.key, found.params["county"], found.params["criterion"]) == ("score_county", "140823", "slope")


# --- totals --------------------------------------------------------------------------------------------------


def test_score_and_bounds_by_hand():
    made = scores.total(marks((2, 0.5), (1, 1.0), (1, None)))
    assert (made.known, made.criteria) == (2, 3)
    assert made.score == pytest.approx(2 / 3)  # (2 x 0.5 + 1 x 1) / 3
    assert (made.low, made.high) == (0.5, 0.75)  # 2 / 4, 3 / 4


def test_nothing_known_is_no_score_within_all_bounds():
    made = scores.total(marks((1, None), (3, None)))
    assert (made.score, made.low, made.high, made.known) == (None, 0.0, 1.0, 0)
    assert scores.total([]) == scores.Score(None, None, None, 0, 0)
    assert scores.total(marks((0, 1.0))).score is None  # no weight


some_marks = st.lists(st.tuples(st.floats(0.01, 10), st.one_of(st.none(), st.floats(0, 1))), min_size=1, max_size=8)


@given(some_marks, st.floats(0, 1))
def test_bounds_hold_whatever_the_unknown_criteria_are(pairs, filled):
    made = scores.total(marks(*pairs))
    whole = scores.total(marks(*((w, filled if s is None else s) for w, s in pairs)))
    assert made.low - 1e-8 <= whole.score <= made.high + 1e-8
    if made.score is not None:
        assert made.low - 1e-8 <= made.score <= made.high + 1e-8


@given(some_marks, st.data())
def test_a_better_criterion_never_lowers_the_score(pairs, data):
    at = data.draw(st.integers(0, len(pairs) - 1))
    if pairs[at][1] is None:
        return
    better = [*pairs]
    better[at] = (pairs[at][0], data.draw(st.floats(pairs[at][1], 1)))
    assert scores.total(marks(*better)).score >= scores.total(marks(*pairs)).score - 1e-9


# --- ranks ---------------------------------------------------------------------------------------------------


def ranked(table: dict[str, dict[str, float | None]], weights: dict[str, float] | None = None, **verdicts) -> pd.DataFrame:
    """Sensitivity of sites given as {site: {criterion: score}}."""
    weights = weights or {}
    rows, detail = [], []
    for site, values in table.items():
        made = [scores.Mark(scores.Criterion(k, ("pv",), (), "kept", None, np.zeros(0), np.zeros(0), "1", weights.get(k, 1.0),
                {"title_zh": k, "source_zh": "s", "label": "A"}), v, v) for k, v in values.items()]  # fmt: skip
        total = scores.total(made)
        rows.append({"site_id": site, "name": site, "kind": "pv", "verdict": verdicts.get(site, "allowed"),
                     "score": total.score, "score_low": total.low, "score_high": total.high})  # fmt: skip
        detail += scores.details(site, "pv", made, "zh")
    screened = pd.DataFrame(rows).astype({"score": float})
    return scores.sensitivity(screened, tables.product(detail, tables.SCORE_DETAIL), 20, 1).set_index("site_id")


def test_one_site_is_first_in_every_run():
    made = ranked({"a": {"x": 0.2, "y": 0.9}}).loc["a"]
    assert (made["rank"], made.rank_best, made.rank_worst, made.runs) == (1, 1, 1, 6)
    assert made.share_same_rank == made.share_in_top == 1 and pd.isna(made.moved_by)


def test_a_site_better_in_every_criterion_stays_first():
    made = ranked({"b": {"x": 0.1, "y": 0.4}, "a": {"x": 0.2, "y": 0.9}})
    assert made["rank"].to_dict() == {"b": 2, "a": 1}
    assert (made.share_same_rank == 1).all() and made.share_in_top.to_dict() == {"b": 0, "a": 1}


def test_equal_sites_share_the_better_rank_in_every_run():
    made = ranked({"a": {"x": 0.5}, "b": {"x": 0.5}, "c": {"x": 0.1}})
    assert made["rank"].to_dict() == {"a": 1, "b": 1, "c": 3}
    assert (made.share_same_rank == 1).all()
    assert (made.runs == 2).all()  # without its only criterion no site has a score


def test_ranks_that_a_weight_turns_over_are_told_by_hand():
    """x: 1 and 0, y: 0 and 0.9. Base 0.5 > 0.45; x down by 20 %: 0.8/1.8 < 0.9/1.8; y up: 1/2.2 < 1.08/2.2; without x: 0 < 0.9."""
    made = ranked({"a": {"x": 1.0, "y": 0.0}, "b": {"x": 0.0, "y": 0.9}})
    assert made["rank"].to_dict() == {"a": 1, "b": 2}
    for site in ("a", "b"):
        assert made.moved_by[site] == "x:-20%;x:off;y:+20%"
        assert made.share_same_rank[site] == pytest.approx(3 / 6)
        assert (made.rank_best[site], made.rank_worst[site]) == (1, 2)


def test_prohibited_sites_and_those_without_a_score_are_not_ranked():
    made = ranked({"a": {"x": 0.2}, "b": {"x": 0.9}, "c": {"x": None}}, b="prohibited")
    assert made["rank"].to_dict()["a"] == 1 and made.ranked_sites["a"] == 1
    assert made.loc[["b", "c"], ["rank", "runs", "share_same_rank"]].isna().all(axis=None)
    assert made.score["b"] == 0.9


def test_bounds_of_a_rank_hold_what_unknown_criteria_could_do():
    made = ranked({"a": {"x": 0.9, "y": None}, "b": {"x": 0.5, "y": 0.5}, "c": {"x": 0.0, "y": 0.1}})
    # a: 0.45 .. 0.95, b: 0.5, c: 0.05
    assert (made.rank_bound_best["a"], made.rank_bound_worst["a"]) == (1, 2)
    assert (made.rank_bound_best["b"], made.rank_bound_worst["b"]) == (1, 2)
    assert (made.rank_bound_best["c"], made.rank_bound_worst["c"]) == (3, 3)


@given(st.lists(st.lists(st.integers(0, 10).map(lambda n: n / 10), min_size=3, max_size=3), min_size=1, max_size=6), st.floats(0.1, 10))
def test_ranks_do_not_depend_on_the_scale_of_weights_or_the_order_of_sites(table, scale):
    sites = {f"s{i}": dict(zip("xyz", row, strict=True)) for i, row in enumerate(table)}
    weights = {"x": 1.0, "y": 2.0, "z": 0.5}
    one = ranked(sites, weights)
    two = ranked(dict(reversed(sites.items())), {k: w * scale for k, w in weights.items()}).loc[one.index]
    assert one["rank"].tolist() == two["rank"].tolist() and one.rank_worst.tolist() == two.rank_worst.tolist()
