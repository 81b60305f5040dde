"""Products compared on places of a few hectares: parts add up to the zone, reasons are the first that fit."""

import math

import pandas as pd
import pytest

from pipeline.core import tables
from pipeline.core.config import PROJECT
from pipeline.cover import compare
from tests.cover.small import ZONES, cover, layer, pairs

ONE_MAP = layer("ONE_MAP", 2022, {1: ("forest_arbor", "strict"), 2: ("shrub_other", ""), 3: ("orchard", "")}, covers="forest_land")
MAP = layer("MAP", 2024, {10: ("forest_arbor", "trees"), 30: ("grass", ""), 40: ("cropland", "")}, readings=("trees",))
FINE = layer("FINE", 2024, {5: ("forest_arbor", "strict"), 6: ("orchard", ""), 7: ("unknown", "")})
BOTH = {("ONE_MAP", 2022): {"149900", "149901", "149902"}}
REASONS = tables.read_csv(PROJECT / "layers/land_cover/disagreement.csv", tables.REASONS)


def patterns(rows):
    made = [{**ZONES[z], "products": "A 2020;B 2021;C", "forest_in": f, "unknown_in": u, "area_hm2": a} for z, f, u, a in rows]
    return tables.product(made, tables.FOREST_PATTERNS)


PATTERNS = patterns(
    [
        ("149901", "A 2020;B 2021;C", None, 20.0),
        ("149901", "A 2020", None, 10.0),
        ("149901", "C", None, 5.0),
        ("149901", None, None, 40.0),
        ("149901", "B 2021;C", "A 2020", 8.0),
        ("149901", "B 2021", "A 2020;C", 7.0),
        ("149901", None, "A 2020;B 2021;C", 10.0),
    ]
)


def test_land_that_k_of_n_call_forest():
    made = compare.agreement(PATTERNS, "strict")
    area = {(r.say_forest, r.of_known): r.area_hm2 for r in made.itertuples()}
    assert area == {(3, 3): 20.0, (1, 3): 15.0, (0, 3): 40.0, (2, 2): 8.0, (1, 1): 7.0, (0, 0): 10.0}
    assert math.fsum(made.share_pct) == pytest.approx(100)
    assert made.share_pct[(made.say_forest == 1) & (made.of_known == 3)].item() == pytest.approx(15.0)


def test_spread_is_the_range_of_the_compared_products_only():
    layers = [
        layer("A", 2020, {}, readings=("strict",)),
        layer("B", 2021, {}, readings=("trees", "wide")),  # has no strict one: its first stands for it
        layer("C", None, {}, readings=("strict",)),
        layer("A", 2019, {}, readings=("strict",)),  # another year, not compared
    ]
    rows = [("A", 2020, "strict", 12.0), ("B", 2021, "trees", 15.5), ("B", 2021, "wide", 90.0), ("C", None, "strict", 14.0)]
    rows.append(("A", 2019, "strict", 1.0))
    table = cover(*({"county_code": "149901", "product": p, "year": y, "reading": r, "forest_cover_pct": v} for p, y, r, v in rows))
    made = compare.spread(table, PATTERNS, layers, "strict").iloc[0]
    assert (made.low_pct, made.high_pct, made.spread_pp) == (12.0, 15.5, 3.5)
    assert (made.all_forest_hm2, made.none_forest_hm2, made.disagree_hm2, made.not_compared_hm2) == (28.0, 40.0, 15.0, 17.0)
    assert made.disagree_pct == pytest.approx(15 / 83 * 100)


def test_spread_where_no_two_products_have_data_has_no_share():
    made = compare.spread(
        cover({"county_code": "149901", "product": "C", "year": None}),
        patterns([("149901", "C", "A 2020;B 2021", 10.0)]),
        [layer("C", None, {})],
        "strict",
    ).iloc[0]
    assert made.not_compared_hm2 == 10.0
    assert math.isnan(made.disagree_pct)


def test_rates_on_the_official_area_are_those_of_the_verdict():
    table = cover({"county_code": "149901", "forest_cover_pct": 20.0, "official_cover_pct": 21.0, "denominator": "official"})
    assert list(compare.rate_pct(table)) == [21.0]


def test_agreement_of_a_pair_and_its_city():
    table = pairs(
        MAP,
        FINE,
        {
            ("149901", 10, 5): 30.0,
            ("149901", 10, 6): 10.0,
            ("149901", 40, 5): 20.0,
            ("149901", 40, 6): 25.0,
            ("149901", None, 5): 4.0,
            ("149901", 10, 7): 6.0,  # a code of the unknown class
            ("149902", None, 5): 50.0,
        },
    )
    made = compare.pair_agreement(table, [MAP, FINE], "strict", {}).set_index("county_code")
    one = made.loc["149901"]
    assert (one.both_forest_hm2, one.only_a_hm2, one.only_b_hm2, one.neither_hm2, one.not_compared_hm2) == (30, 10, 20, 25, 10)
    assert one.disagree_pct == pytest.approx(30 / 85 * 100)
    assert one.same_class_pct == pytest.approx(30 / 85 * 100)
    assert math.isnan(made.loc["149902"].disagree_pct)
    city = made.loc["149900"]
    assert (city.both_forest_hm2, city.not_compared_hm2, city.level) == (30.0, 60.0, "city")
    assert city.disagree_pct == one.disagree_pct


def test_land_outside_a_forest_survey_is_not_forest_and_has_no_class():
    table = pairs(
        MAP, ONE_MAP, {("149901", 10, None): 10.0, ("149901", 30, None): 30.0, ("149901", 10, 1): 60.0, ("149902", 10, None): 5.0}
    )
    made = compare.pair_agreement(table, [MAP, ONE_MAP], "strict", {("ONE_MAP", 2022): {"149901"}}).set_index("county_code")
    assert tuple(made.loc["149901"][["both_forest_hm2", "only_a_hm2", "neither_hm2", "not_compared_hm2"]]) == (60, 10, 30, 0)
    assert made.loc["149901"].same_class_pct == 100.0  # of the land where both have one
    assert made.loc["149902"].not_compared_hm2 == 5.0  # not surveyed: no parcels were delivered
    assert made.loc["149900"].only_a_hm2 == 10.0


AREAS = {
    ("149901", 1, 10): 100.0,
    ("149901", 1, 30): 7.0,
    ("149901", 1, 40): 3.0,
    ("149901", 2, 10): 5.0,
    ("149901", 3, 10): 2.0,
    ("149901", None, 10): 11.0,
    ("149901", None, 40): 60.0,
    ("149901", 1, None): 9.0,
    ("149902", None, 10): 13.0,
    ("149902", 1, 10): 50.0,
}


def check(table, layers, orchards=("149901",), surveyed=BOTH):
    return compare.one_map_check(table, layers, "strict", REASONS, set(orchards), surveyed)


@pytest.mark.parametrize("is_turned", [False, True])
def test_one_map_against_a_raster(is_turned):
    table = pairs(ONE_MAP, MAP, AREAS)
    if is_turned:
        table = pairs(MAP, ONE_MAP, {(z, b, a): area for (z, a, b), area in AREAS.items()})
    made = check(table, [ONE_MAP, MAP])
    first = made[made.county_code == "149901"]
    split = {(r.case, r.one_map_class, r.map_class, r.reason): r.area_hm2 for r in first.itertuples() if r.case.startswith("only")}
    assert split == {
        ("only_one_map", "forest_arbor", "grass", "young_plantation"): 7.0,
        ("only_one_map", "forest_arbor", "cropland", "narrow_or_mixed"): 3.0,
        ("only_map", "shrub_other", "forest_arbor", "shrub"): 5.0,
        ("only_map", "orchard", "forest_arbor", "orchard"): 2.0,
        ("only_map", "outside", "forest_arbor", "orchard"): 11.0,
    }
    rest = first[~first.case.str.startswith("only")]
    assert dict(zip(rest.case, rest.area_hm2, strict=True)) == {"both_forest": 100.0, "neither": 60.0, "not_compared": 9.0}
    assert first.one_map_class[first.case == "both_forest"].isna().all()
    assert set(made.years_apart) == {2}
    outside = made[(made.one_map_class == "outside") & (made.level == "city")].set_index("reason").area_hm2
    assert outside.to_dict() == {"orchard": 11.0, "scattered_trees": 13.0}  # the second county is not known for orchards
    for zone, rows in made.groupby("county_code"):
        assert math.fsum(rows.area_hm2) == pytest.approx(sum(a for (z, *_), a in AREAS.items() if zone in ("149900", z)))


def test_a_raster_that_knows_orchards_is_not_taken_to_confuse_them():
    made = check(pairs(ONE_MAP, FINE, {("149901", None, 5): 4.0, ("149901", 1, 6): 2.0}), [ONE_MAP, FINE])
    reasons = made[made.level == "county"].set_index("case").reason
    assert reasons.to_dict() == {"only_map": "scattered_trees", "only_one_map": "economic_forest"}


def test_outside_is_unknown_where_there_was_no_survey_or_it_covers_all_land():
    table = pairs(ONE_MAP, MAP, {("149902", None, 10): 5.0})
    assert set(check(table, [ONE_MAP, MAP], surveyed={("ONE_MAP", 2022): {"149901"}}).case) == {"not_compared"}
    whole = layer("ONE_MAP", 2022, {1: ("forest_arbor", "strict")}, covers="all")
    assert set(check(pairs(whole, MAP, {("149902", None, 10): 5.0}), [whole, MAP]).case) == {"not_compared"}


def test_a_map_without_a_year_is_no_years_apart_and_other_pairs_are_left_out():
    undated = layer("MAP", None, {10: ("forest_arbor", "trees")}, readings=("trees",))
    made = check(pairs(ONE_MAP, undated, {("149901", 1, 10): 5.0}), [ONE_MAP, undated])
    assert made.years_apart.isna().all()
    assert len(made) == 2  # county and city
    assert check(pairs(MAP, FINE, {("149901", 10, 5): 5.0}), [MAP, FINE]).empty


def test_nothing_to_compare_gives_empty_tables():
    none, no_patterns = tables.product([], tables.PRODUCT_PAIRS), tables.product([], tables.FOREST_PATTERNS)
    assert compare.pair_agreement(none, [], "strict", {}).empty
    assert check(none, []).empty
    assert compare.agreement(no_patterns, "strict").empty
    assert compare.spread(cover(), no_patterns, [], "strict").empty


def test_a_survey_says_nothing_of_a_county_that_was_not_delivered():
    """A 2020 is a survey: where it has no parcel it was taken for no forest, also in the county it does not hold."""
    survey = layer("A", 2020, {1: ("forest_arbor", "strict")}, covers="forest_land")
    rows = [("149901", "B 2021", None, 10.0), ("149902", "B 2021", None, 5.0), ("149902", "A 2020;B 2021", "C", 2.0)]
    both = patterns([("149900", "B 2021", None, 15.0), ("149900", "A 2020;B 2021", "C", 2.0), *rows])
    made = compare.as_delivered(both, [survey], {("A", 2020): {"149902"}})
    area = {(r.county_code, r.forest_in, None if pd.isna(r.unknown_in) else r.unknown_in): r.area_hm2 for r in made.itertuples()}
    assert area == {
        ("149901", "B 2021", "A 2020"): 10,
        ("149902", "B 2021", None): 5,
        ("149902", "A 2020;B 2021", "C"): 2,
        ("149900", "B 2021", "A 2020"): 10,
        ("149900", "B 2021", None): 5,
        ("149900", "A 2020;B 2021", "C"): 2,
    }
    assert compare.as_delivered(both, [survey], {("A", 2020): {"149901", "149902"}}) is both
