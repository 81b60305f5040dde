"""Tolerated shares of a footprint, rules of counties, further days, and properties that hold whatever the rules."""

import datetime as dt
import itertools
import json

import numpy as np
import pandas as pd
import pytest
import rasterio
import shapely
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from judged import place, rules_of
from worlds import features, make_place

from pipeline.core import ellipsoid, tables
from pipeline.core.errors import BadData
from pipeline.siting import sites
from pipeline.siting.rules import Book, parse_own

SQUARE = shapely.box(112.12, 36.12, 112.13, 36.13)


def hm2(*box: float) -> float:
    return ellipsoid.polygon_area_m2(shapely.box(*box)) / 1e4


# --- tolerated share -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("broken", "unknown", "tolerated", "expected"),
    [
        (0.0, 0.0, None, "kept"), (0.1, 0.0, None, "broken"), (0.1, 0.5, None, "broken"), (0.0, 0.1, None, "unknown"),
        (0.1, 0.0, 10, "kept"),  # exactly at the threshold
        (0.11, 0.0, 10, "broken"), (0.11, 0.5, 10, "broken"), (0.0, 0.1, 10, "kept"), (0.05, 0.05, 10, "kept"),
        (0.0, 0.11, 10, "unknown"), (0.05, 0.06, 10, "unknown"), (0.1, 0.01, 10, "unknown"),
        (1.0, 0.0, 100, "kept"), (0.5, 0.5, 100, "kept"), (0.1, 0.0, 0, "broken"),
    ],
)  # fmt: skip
def test_tolerated_shares(tmp_path, broken, unknown, tolerated, expected):
    """The footprint is one cell; from its west side so much of it is of grade 1, and so much more of no known grade."""
    west, _, east, _ = SQUARE.bounds
    edges = np.cumsum([west, broken * (east - west), unknown * (east - west)])
    parcels = [
        {"grade": grade, "geometry": shapely.box(a, 36.1, b, 36.2)}
        for grade, (a, b) in zip((1, None), itertools.pairwise(edges), strict=True)
        if b > a
    ] or [{"grade": 2, "geometry": SQUARE}]
    rule = {"rule_id": "G", "layer": "parcels", "condition": "inside", "attribute": "grade=1", "tolerated_share_pct": tolerated}
    assert place(tmp_path, [rule], shapes={"parcels": parcels}).outcome(SQUARE) == expected


def test_a_tolerated_share_of_raster_cells_and_of_distance(tmp_path):
    """20 cells of which one is steep: 5 %. A road along the east side: within 1 km of it lies about a tenth of 10 km."""
    slope = np.full((20, 20), 5.0, np.float32)
    slope[5, 5] = 30.0
    wide = shapely.box(112.0, 36.14, 112.2, 36.15)
    share = hm2(112.05, 36.14, 112.06, 36.15) / hm2(*wide.bounds)
    road = [{"geometry": shapely.LineString([(112.2, 35.9), (112.2, 36.3)])}]
    for tolerated, expected in ((share * 100 - 0.01, "broken"), (share * 100, "kept"), (None, "broken")):
        rule = {"rule_id": "S", "layer": "slope", "condition": "above", "threshold": "25", "tolerated_share_pct": tolerated}
        assert place(tmp_path, [rule], rasters={"slope": slope}).outcome(wide) == expected
    for condition, tolerated, expected in (
        ("within_distance", 5, "broken"), ("within_distance", 6, "kept"), ("within_distance", None, "broken"),
        ("beyond_distance", 94, "broken"), ("beyond_distance", 95, "kept"), ("beyond_distance", None, "kept"),
    ):  # fmt: skip
        rule = {"rule_id": "R", "layer": "road", "condition": condition, "threshold": "1000", "tolerated_share_pct": tolerated}
        assert place(tmp_path, [rule], shapes={"road": road}).outcome(wide) == expected, (condition, tolerated)


def test_cells_know_no_tolerance(tmp_path):
    red = {"red": [{"geometry": SQUARE}]}
    rule = {"rule_id": "R", "layer": "red", "condition": "inside"}
    plain = place(tmp_path, [rule], shapes=red).patterns()
    assert plain.equals(place(tmp_path, [rule | {"tolerated_share_pct": 50}], shapes=red).patterns())


def test_a_missing_layer_is_unknown_whatever_is_tolerated_but_all(tmp_path):
    for tolerated, expected in ((99.9, "unknown"), (100, "kept")):
        rule = {"rule_id": "M", "layer": "military", "condition": "inside", "tolerated_share_pct": tolerated}
        assert place(tmp_path, [rule]).outcome(SQUARE) == expected


# --- rules of counties ---------------------------------------------------------------------------------------

HOMES = {"homes": [{"geometry": shapely.LineString([(112.1, 35.9), (112.1, 36.3)])}]}  # along the border of west and east
WD05 = {
    "rule_id": "WD-05",
    "applies_to": "pv;wind",
    "state": "soft",
    "layer": "homes",
    "condition": "within_distance",
    "threshold": "500",
    "unit": "m",
}
STRICT = {"rule_id": "WD-05", "county_code": "149902", "threshold": "1500", "state": "hard"}


def test_each_county_judges_its_land_by_its_own_rule_and_the_city_is_their_sum(tmp_path):
    made = place(tmp_path, [WD05], own=[STRICT], shapes=HOMES)
    found = made.patterns()
    pv = found[found.kind == "pv"]
    own = pv[pv.county_code == "149902"].set_index("rules_broken")
    # Cells are 0.01 degree wide (900 m), so 1500 m reach the centres of two columns; 500 m of one.
    assert own.area_hm2["WD-05"] == pytest.approx(hm2(112.1, 36.0, 112.12, 36.1), rel=1e-9) and own.zoning["WD-05"] == "prohibited"
    for code, box in (
        ("149901", (112.09, 36.0, 112.1, 36.1)),
        ("149903", (112.09, 36.1, 112.1, 36.2)),
        ("149904", (112.1, 36.1, 112.11, 36.2)),
    ):
        other = pv[pv.county_code == code].set_index("rules_broken")
        assert other.area_hm2["WD-05"] == pytest.approx(hm2(*box), rel=1e-9) and other.zoning["WD-05"] == "allowed"
    city = pv[pv.level == "city"].groupby(["rules_broken", "zoning"], dropna=False).area_hm2.sum()
    assert city["WD-05", "prohibited"] == pytest.approx(own.area_hm2["WD-05"], rel=1e-12)
    counties = pv[pv.level == "county"].groupby(["rules_broken", "zoning"], dropna=False).area_hm2.sum()
    pd.testing.assert_series_equal(city, counties, rtol=1e-12)


def test_without_county_rows_nothing_changes(tmp_path):
    plain = place(tmp_path, [WD05], shapes=HOMES).patterns()
    same = place(tmp_path, [WD05], own=[STRICT | {"threshold": "500", "state": "soft"}], shapes=HOMES).patterns()
    assert plain.equals(same)


def test_exclusion_shows_the_state_of_each_county_and_sums_them(tmp_path):
    from pipeline.siting import areas

    made = place(tmp_path, [WD05], own=[STRICT], shapes=HOMES)
    table = areas.exclusion(made.patterns(), made.book, made.counties, "-", "zh")
    pv = tables.product(table, tables.EXCLUSION)
    pv = pv[pv.kind == "pv"].set_index("county_code")
    assert dict(pv.state) == {"149900": "soft", "149901": "soft", "149902": "hard", "149903": "soft", "149904": "soft"}
    assert pv.cumulative_hm2["149902"] == pv.marginal_hm2["149902"] == pv.alone_hm2["149902"]
    assert pv.cumulative_hm2["149900"] == pv.cumulative_hm2["149902"] and pd.isna(pv.cumulative_hm2["149901"])
    assert pv.alone_hm2["149900"] == pytest.approx(pv.alone_hm2[pv.index != "149900"].sum(), rel=1e-12)
    assert pv.title["149902"] == "规则（本县 1500 m，规则表 500 m）" and pv.title["149900"] == "规则"


def test_what_is_ruled_out_so_far_grows_down_the_table_of_the_city(tmp_path):
    """A rule that is hard in one county adds its land to what the rules above rule out everywhere."""
    from pipeline.siting import areas

    red = {"rule_id": "RED", "layer": "red", "condition": "inside"}
    shapes = HOMES | {"red": [{"geometry": shapely.box(112.0, 36.1, 112.2, 36.12)}]}
    made = place(tmp_path, [red, WD05], own=[STRICT], shapes=shapes)
    table = tables.product(areas.exclusion(made.patterns(), made.book, made.counties, "-", "zh"), tables.EXCLUSION)
    city = table[(table.kind == "pv") & (table.level == "city")].set_index("rule_id")
    assert city.cumulative_hm2["RED"] == pytest.approx(hm2(112.0, 36.1, 112.2, 36.12), rel=1e-9)
    assert city.cumulative_hm2["WD-05"] == pytest.approx(city.cumulative_hm2["RED"] + hm2(112.1, 36.0, 112.12, 36.1), rel=1e-9)
    assert city.cumulative_hm2["WD-05"] == pytest.approx(made.area(zoning="prohibited"), rel=1e-9)


@pytest.mark.parametrize(
    ("box", "expected"),
    [
        ((112.112, 36.03, 112.115, 36.04), [("149902", "hard", "broken")]),  # 1100 m from the homes, all in the strict county
        ((112.112, 36.13, 112.115, 36.14), [(None, "soft", "kept")]),  # as far, in another county
        # Across the border of both, 1100 m away: only the southern part is concerned.
        ((112.112, 36.095, 112.115, 36.105), [(None, "soft", "kept"), ("149902", "hard", "broken")]),
        # Across, 200 m away: each part breaks its own rule.
        ((112.102, 36.095, 112.105, 36.105), [(None, "soft", "broken"), ("149902", "hard", "broken")]),
        # Across, but its part in the strict county lies 2 km away and the other one near: the strict rule is kept.
        (None, [(None, "soft", "broken"), ("149902", "hard", "kept")]),
    ],
)  # fmt: skip
def test_each_part_of_a_footprint_is_judged_by_the_rule_of_its_county(tmp_path, box, expected):
    made = place(tmp_path, [WD05], own=[STRICT], shapes=HOMES)
    bent = shapely.Polygon([(112.102, 36.105), (112.14, 36.105), (112.14, 36.09), (112.13, 36.09), (112.13, 36.101), (112.102, 36.101)])
    answers = made.ask(shapely.box(*box) if box else bent)
    assert [(a.rule.county_code, a.rule.state, a.outcome) for a in answers] == expected
    assert sites.verdict(answers) == ("prohibited" if ("149902", "hard", "broken") in expected else "allowed")


def test_a_tolerated_share_counts_all_counties_of_a_footprint_together(tmp_path):
    """3 % of the footprint break the rule in either county: 6 % of it, more than 5 % and in neither county alone."""
    rule = {"rule_id": "R", "state": "conditional", "layer": "red", "condition": "inside", "tolerated_share_pct": 5}
    cross = shapely.box(112.15, 36.09, 112.16, 36.11)
    south, north = shapely.box(112.15, 36.0, 112.1506, 36.1), shapely.box(112.15, 36.1, 112.1506, 36.2)
    own = [{"rule_id": "R", "county_code": "149902", "state": "hard"}]
    for shapes, outcome in (([south, north], "broken"), ([south], "kept")):
        made = place(tmp_path, [rule], own=own, shapes={"red": [{"geometry": g} for g in shapes]})
        assert [a.outcome for a in made.ask(cross)] == [outcome, outcome]


def test_an_attribute_is_judged_by_the_county_that_holds_most_of_the_site(tmp_path):
    rule = {"rule_id": "C", "layer": "capacity_mw", "condition": "attribute_above", "threshold": "50", "unit": "MW"}
    made = place(tmp_path, [rule], own=[{"rule_id": "C", "county_code": "149902", "threshold": "20"}])
    assert made.outcome(shapely.box(112.15, 36.05, 112.16, 36.11), capacity_mw=30) == "broken"
    assert made.outcome(shapely.box(112.15, 36.09, 112.16, 36.15), capacity_mw=30) == "kept"


def test_reasons_of_a_county_rule_name_its_law_and_requirement(tmp_path):
    own = [STRICT | {"requirement_zh": "距居民点不少于 1.5 km", "basis_zh": "乙县〔2025〕1号"}]
    (answer,) = place(tmp_path, [WD05], own=own, shapes=HOMES).ask(shapely.box(112.112, 36.03, 112.115, 36.04))
    said = [answer.rule.text(c, "zh") for c in ("title", "requirement", "basis")]
    assert said == ["规则（本县 1500 m，规则表 500 m）", "距居民点不少于 1.5 km", "乙县〔2025〕1号"] and answer.rule.row["label"] == "K"
    assert answer.rule.text("requirement", "en") == "threshold of this county: 1500 m, in the place of 500 m of the rule table"


@pytest.mark.parametrize(
    ("row", "keys"),
    [
        ({"rule_id": "WD-99", "county_code": "149902", "state": "hard"}, ["county_rule_unknown"]),
        ({"rule_id": "WD-05", "county_code": "149999", "state": "hard"}, ["county_rule_county"]),
        ({"rule_id": "WD-99", "county_code": "149999", "state": "hard"}, ["county_rule_unknown", "county_rule_county"]),
        ({"rule_id": "WD-05", "county_code": "149902"}, ["county_rule_empty"]),
        ({"rule_id": "WD-05", "county_code": "149902", "threshold": "far"}, ["rule_threshold"]),
        ({"rule_id": "RED", "county_code": "149902", "threshold": "5"}, ["county_rule_threshold"]),
    ],
)
def test_county_rows_that_cannot_be_used(tmp_path, row, keys):
    rules = rules_of([WD05, {"rule_id": "RED", "layer": "red", "condition": "inside"}], tmp_path)
    blank = dict.fromkeys(tables.COUNTY_RULES.columns)
    with pytest.raises(BadData) as refused:
        parse_own(pd.DataFrame([blank | {"basis_zh": "法", "basis_en": "law", "label": "K"} | row]), "own.csv", rules, {"149902": "乙县"})
    assert [p.key for p in refused.value.problems] == keys
    assert all(p.params["line"] == 2 and p.params["file"] == "own.csv" for p in refused.value.problems)


def test_a_county_rule_holds_in_its_time_and_only_while_the_rule_it_replaces_does(tmp_path):
    rules = rules_of([WD05 | {"valid_from": "2020-01-01", "valid_to": "2030-12-31"}], tmp_path)
    blank = dict.fromkeys(tables.COUNTY_RULES.columns)
    own = parse_own(
        pd.DataFrame([blank | {"basis_zh": "法", "basis_en": "law", "label": "K", "valid_from": "2025-01-01"} | STRICT]), "o", rules, None
    )
    states = {y: [r.state for r in Book.of(rules, own, dt.date(y, 6, 1), []).of_county("149902")] for y in (2019, 2024, 2025, 2031)}
    assert states == {2019: [], 2024: ["soft"], 2025: ["hard"], 2031: []}
    assert Book.of(rules, own, dt.date(2025, 6, 1), ["WD-05"]).own == {}


# --- properties ----------------------------------------------------------------------------------------------

RANK = {"prohibited": 0, "unknown": 1, "conditional": 2, "allowed": 3}
LAYERS = ("red", "blue", "road")


@st.composite
def worlds(draw):
    """Some rules over three layers, any of which may be missing, and one more rule."""
    states = st.sampled_from(["hard", "conditional", "soft", "info"])

    def rule(i):
        layer, condition = draw(
            st.sampled_from([("red", "inside"), ("blue", "inside"), ("road", "within_distance"), ("road", "beyond_distance")])
        )
        made = {"rule_id": f"R{i}", "state": draw(states), "layer": layer, "condition": condition}
        made |= {"threshold": str(draw(st.integers(100, 4000)))} if layer == "road" else {"attribute": draw(st.sampled_from([None, "k=1"]))}
        if draw(st.booleans()):
            made |= {"where_layer": draw(st.sampled_from(["red", "blue"])), "where_condition": "inside"}
        return made | ({"tolerated_share_pct": draw(st.sampled_from([0, 20, 60]))} if draw(st.booleans()) else {})

    rules = [rule(i) for i in range(draw(st.integers(1, 4)))]
    return (
        rules,
        {"rule_id": "NEW", "state": "hard", "layer": "red", "condition": "inside"},
        draw(st.sets(st.sampled_from(LAYERS))),
        draw(st.integers(0, 99)),
    )


def shapes_of(seed: int) -> dict[str, list[dict]]:
    random = np.random.default_rng(seed)
    boxes = {
        name: [
            {"k": value, "geometry": shapely.box(x, y, x + w, y + w)}
            for x, y, w, value in zip(*random.uniform([112, 36, 0.02], [112.18, 36.18, 0.06], (4, 3)).T, (1, 2, None, 1), strict=True)
        ]
        for name in ("red", "blue")
    }
    return boxes | {"road": [{"k": 1, "geometry": shapely.LineString(random.uniform([112, 36], [112.2, 36.2], (3, 2)))}]}


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(worlds())
def test_more_layers_only_settle_and_more_hard_rules_only_exclude(tmp_path, world):
    """A layer that comes in never turns prohibited into anything else, nor a settled verdict; a hard rule never makes land allowed."""
    rules, new, given_layers, seed = world
    shapes = shapes_of(seed)
    some = {name: rows for name, rows in shapes.items() if name in given_layers}
    before, after = place(tmp_path, rules, shapes=some), place(tmp_path, rules, shapes=shapes)
    for zoning, less in (("prohibited", False), ("unknown", True)):
        assert (
            (after.area(zoning=zoning) <= before.area(zoning=zoning) + 1e-6)
            if less
            else (after.area(zoning=zoning) >= before.area(zoning=zoning) - 1e-6)
        )
    stricter = place(tmp_path, [*rules, new], shapes=shapes)
    assert stricter.area(zoning="allowed") <= after.area(zoning="allowed") + 1e-6
    assert stricter.area(zoning="prohibited") >= after.area(zoning="prohibited") - 1e-6
    for box in (shapely.box(112.03, 36.03, 112.05, 36.05), shapely.box(112.09, 36.08, 112.13, 36.12)):
        was, now, ruled = (sites.verdict(p.ask(box)) for p in (before, after, stricter))
        assert now == was or was == "unknown"
        assert RANK[ruled] <= RANK[now]


# --- further days, in a whole run ----------------------------------------------------------------------------

HEAD = "rule_id,applies_to,state,layer,condition,threshold,unit,attribute,title_zh,title_en,basis_zh,basis_en,valid_from,valid_to,label\n"
DATED = (
    HEAD
    + "ALWAYS,wind,conditional,land_cover,class_in,cropland,,,耕地,cropland,法,law,,,S\n"
    + "OLD,wind,hard,wood,inside,,,grade=1,旧规,old rule,法,law,2019-03-01,2024-02-28,V\n"
    + "NEW,wind,hard,wood,inside,,,grade=2,新规,new rule,法,law,2026-01-22,,V\n"
    + "GONE,wind,hard,birds,inside,,,,鸟道,birds,法,law,2019-03-01,2024-02-28,V\n"
)


@pytest.fixture(scope="module")
def dated(tmp_path_factory, cli):
    """Wood of grade 1 in the south-west county and of grade 2 in the north-west one; a layer of the old rule is missing."""
    folder = tmp_path_factory.mktemp("dated")
    changed = {
        "rules: layers/rules/siting.csv": "rules: rules.csv\n  county_rules: own.csv\n  compare_dates: [2019-06-01, 2025-01-01, 2026-06-01]",
        "cover: {main": "layers: {wood: {file: wood.geojson}}\ncover: {main",
        "sites.csv": "sites.geojson",
    }
    config = make_place(folder, replace=changed)
    (folder / "rules.csv").write_text(DATED, encoding="utf-8")
    (folder / "own.csv").write_text(
        "rule_id,county_code,state,basis_zh,basis_en,label\nALWAYS,149904,hard,丁市规定,rule of the city,K\n", encoding="utf-8"
    )
    wood = [{"grade": 1, "geometry": shapely.box(112, 36, 112.1, 36.1)}, {"grade": "2", "geometry": shapely.box(112, 36.1, 112.1, 36.2)}]
    features(folder / "wood.geojson", wood)
    where = {"sw": (112.05, 36.05), "nw": (112.05, 36.15), "se": (112.15, 36.05), "ne": (112.15, 36.15)}
    rows = [{"site_id": k, "name": k, "kind": "wind", "capacity_mw": 5, "geometry": shapely.Point(p)} for k, p in where.items()]
    features(folder / "sites.geojson", rows)
    done = cli("siting", "--config", config, "--out", folder / "out")
    assert done.returncode == 0, done.stderr
    return folder / "out"


def test_verdicts_of_sites_by_day(dated):
    found = tables.read_csv(dated / "siting/verdict_by_date.csv", tables.VERDICT_BY_DATE)
    assert list(found.assessment_date.unique()) == ["2026-06-01", "2019-06-01", "2025-01-01"]
    said = found.pivot(index="site_id", columns="assessment_date", values="verdict")
    assert said["2026-06-01"].to_dict() == {"sw": "allowed", "nw": "prohibited", "se": "conditional", "ne": "prohibited"}
    # In 2019 the layer of birds is missing: what is not prohibited is unknown, never allowed.
    assert said["2019-06-01"].to_dict() == {"sw": "prohibited", "nw": "unknown", "se": "unknown", "ne": "prohibited"}
    assert said["2025-01-01"].to_dict() == {"sw": "allowed", "nw": "allowed", "se": "conditional", "ne": "prohibited"}
    row = found.set_index(["site_id", "assessment_date"]).loc[("sw", "2019-06-01")]
    assert (row.rules_hard, row.rules_unknown, row.is_changed, row.rules_added) == ("OLD", "GONE", "yes", "OLD;GONE")
    row = found.set_index(["site_id", "assessment_date"]).loc[("nw", "2025-01-01")]
    assert (row.is_changed, row.rules_dropped) == ("yes", "NEW") and pd.isna(row.rules_added)
    screened = tables.read_csv(dated / "siting/site_screening.csv", tables.SITE_SCREENING).set_index("site_id").verdict
    assert screened.to_dict() == said["2026-06-01"].to_dict()


def test_land_by_day(dated):
    found = tables.read_csv(dated / "siting/land_by_date.csv", tables.LAND_BY_DATE)
    wind = found[found.kind == "wind"].set_index(["county_code", "assessment_date"])
    south_west, north_west = hm2(112, 36, 112.1, 36.1), hm2(112, 36.1, 112.1, 36.2)
    assert wind.excluded_hm2["149901", "2019-06-01"] == pytest.approx(south_west, rel=1e-9)
    assert wind.unknown_hm2["149903", "2019-06-01"] == pytest.approx(north_west, rel=1e-9)
    assert wind.allowed_change_hm2["149903", "2025-01-01"] == pytest.approx(north_west, rel=1e-9)
    columns = ["allowed_hm2", "conditional_hm2", "excluded_hm2", "unknown_hm2", "allowed_change_hm2", "excluded_change_hm2"]
    for day, group in wind.groupby("assessment_date"):
        for column in columns:
            city, counties = group[group.level == "city"][column].sum(), group[group.level == "county"][column].sum()
            assert city == pytest.approx(counties, rel=1e-9, abs=1e-9), (day, column)
    potential = tables.read_csv(dated / "siting/potential.csv", tables.POTENTIAL)
    same = potential[potential.kind == "wind"].set_index("county_code").excluded_hm2
    assert same.to_dict() == wind.xs("2026-06-01", level="assessment_date").excluded_hm2.to_dict()


def test_land_of_a_day_says_where_the_table_has_no_rules_of_that_day(dated):
    """In 2025 the old rule has ended and the new one has not begun; in 2019 the old one stood for it."""
    found = tables.read_csv(dated / "siting/land_by_date.csv", tables.LAND_BY_DATE)
    assert found.groupby(["assessment_date", "kind"]).rules_lacking.nunique(dropna=False).eq(1).all()
    said = found.drop_duplicates(["assessment_date", "kind"]).set_index(["assessment_date", "kind"]).rules_lacking.dropna()
    assert said.to_dict() == {("2025-01-01", "wind"): "NEW"}
    warned = [
        w for w in json.loads((dated / "siting/manifest.json").read_text(encoding="utf-8"))["warnings"] if w["key"] == "by_date_lacking"
    ]
    assert [(w["params"]["day"], w["params"]["rules"]) for w in warned] == [("2025-01-01", "NEW")]


def test_the_legend_of_bits_has_the_rules_of_counties_too(dated):
    found = tables.read_csv(dated / "siting/rule_bits.csv", tables.RULE_BITS)
    wind = found[(found.kind == "wind") & (found.rule_id == "ALWAYS")].assign(whose=found.county_code.fillna("-")).set_index("whose")
    assert list(wind.index) == ["-", "149904"] and list(wind.state) == ["conditional", "hard"]
    assert wind.legal_basis["149904"] == "丁市规定" and wind.label["149904"] == "K"
    assert (wind[["band_broken", "band_unknown", "bit", "value"]].nunique() == 1).all()
    assert found.county_code.notna().sum() == 1
    with rasterio.open(dated / "siting/rules_wind.tif") as file:
        assert [(r["rule_id"], r["county_code"]) for r in json.loads(file.tags()["BITS"])][-1] == ("ALWAYS", "149904")


def test_reasons_of_a_run_show_the_county_rule(dated):
    reasons = tables.read_csv(dated / "siting/site_reasons.csv", tables.SITE_REASONS)
    own = reasons[reasons.county_code.notna()]
    assert own[["site_id", "rule_id", "county_code", "state", "legal_basis", "label"]].values.tolist() == [
        ["ne", "ALWAYS", "149904", "hard", "丁市规定", "K"]
    ]


def test_a_field_of_the_table_of_sites_reaches_its_rule(tmp_path, cli):
    config = make_place(tmp_path, replace={"rules: layers/rules/siting.csv": "rules: rules.csv"})
    (tmp_path / "rules.csv").write_text(
        HEAD + "FIELD,pv;wind,hard,LAND,attribute_is,0103;0101,,,耕地,cropland,法,law,,,S\n", encoding="utf-8"
    )
    (tmp_path / "sites.csv").write_text(
        "site_id,name,kind,lon,lat,capacity_mw,note, land \nA,甲,pv,112.05,36.05,10,,103\nB,乙,pv,112.15,36.05,10,,0104\nC,丙,wind,112.15,36.15,50,,\n",
        encoding="utf-8",
    )
    done = cli("siting", "--config", config, "--out", tmp_path / "out")
    assert done.returncode == 0, done.stderr
    reasons = tables.read_csv(tmp_path / "out/siting/site_reasons.csv", tables.SITE_REASONS)
    assert reasons[["site_id", "outcome", "found"]].fillna("").values.tolist() == [["A", "broken", "LAND = 103"], ["C", "unknown", ""]]
    screened = tables.read_csv(tmp_path / "out/siting/site_screening.csv", tables.SITE_SCREENING).set_index("site_id").verdict
    assert screened.to_dict() == {"A": "prohibited", "B": "allowed", "C": "unknown"}


def test_no_further_day_no_table(tmp_path, cli):
    config = make_place(tmp_path)
    assert cli("siting", "--config", config, "--out", tmp_path / "out").returncode == 0
    assert not (tmp_path / "out/siting/verdict_by_date.csv").exists() and not (tmp_path / "out/siting/land_by_date.csv").exists()


def test_check_and_run_refuse_a_county_that_is_not_there_and_a_field_that_is_not(tmp_path, cli):
    changed = {
        "rules: layers/rules/siting.csv": "rules: rules.csv\n  county_rules: own.csv",
        "cover: {main": "layers: {wood: {file: wood.geojson}}\ncover: {main",
    }
    config = make_place(tmp_path, replace=changed)
    (tmp_path / "rules.csv").write_text(DATED.replace("grade=1", "BH_DJ=1"), encoding="utf-8")
    (tmp_path / "own.csv").write_text("rule_id,county_code,state,basis_zh,basis_en,label\nNEW,149904,soft,规定,rule,K\n", encoding="utf-8")
    features(tmp_path / "wood.geojson", [{"grade": 1, "geometry": shapely.box(112, 36, 112.1, 36.1)}])
    checked = cli("check", "--config", config, "--out", tmp_path / "out")
    assert checked.returncode == 3 and "BH_DJ" in checked.stderr + checked.stdout and "grade" in checked.stderr + checked.stdout
    (tmp_path / "rules.csv").write_text(DATED, encoding="utf-8")
    for kind, code, key in (("biogas", 0, "rule_kind_unmet"), ("wnd", 3, "rule_kind_slip")):
        (tmp_path / "rules.csv").write_text(DATED.replace("NEW,wind", f"NEW,wind;{kind}"), encoding="utf-8")
        done = cli("check", "--config", config, "--out", tmp_path / "out")
        assert done.returncode == code and key in done.stderr + done.stdout and kind in done.stderr + done.stdout
    (tmp_path / "rules.csv").write_text(DATED, encoding="utf-8")
    assert cli("check", "--config", config, "--out", tmp_path / "out").returncode == 0
    (tmp_path / "own.csv").write_text("rule_id,county_code,state,basis_zh,basis_en,label\nNEW,149999,soft,规定,rule,K\n", encoding="utf-8")
    for command in ("check", "siting"):
        done = cli(command, "--config", config, "--out", tmp_path / "out")
        assert done.returncode == 3 and "149999" in done.stderr + done.stdout
    chosen = cli("siting", "--config", config, "--out", tmp_path / "out", "--county", "149904")
    assert "连片土地止于这些县的边界" in chosen.stderr
    assert chosen.returncode == 0, chosen.stderr  # the other counties are not known to a run on some
