"""Rules on some features of a layer, on classes of a further raster, on fields of the site: cells and footprints, blanks unknown."""

import numpy as np
import pandas as pd
import pytest
import shapely
from judged import place
from pyproj import Geod

from pipeline.core import ellipsoid
from pipeline.core.errors import BadData
from pipeline.siting import sites
from pipeline.siting.rules import BLANK, code_of, codes_of

GRADE = {"rule_id": "G", "layer": "parcels", "condition": "inside", "attribute": "BH_DJ=1"}
PARCELS = [  # one cell wide each, in the row of cells at 36.10 - 36.11
    {"BH_DJ": 1, "QI_YUAN": "11", "geometry": shapely.box(112.00, 36.10, 112.02, 36.11)},
    {"BH_DJ": 2, "QI_YUAN": "11", "geometry": shapely.box(112.02, 36.10, 112.04, 36.11)},
    {"BH_DJ": None, "QI_YUAN": "21", "geometry": shapely.box(112.04, 36.10, 112.06, 36.11)},
    {"BH_DJ": 1, "QI_YUAN": "21", "geometry": shapely.box(112.06, 36.10, 112.08, 36.11)},
]


def hm2(*box: float) -> float:
    return ellipsoid.polygon_area_m2(shapely.box(*box)) / 1e4


@pytest.mark.parametrize("written", [30100, 30100.0, np.float64(30100), "30100.0", "030100", " 30100 ", "０３０１００", "'030100"])
def test_a_code_is_one_however_it_arrives(written):
    assert code_of(written) == code_of("030100")


@pytest.mark.parametrize(("one", "other"), [("0", "00"), ("Expressway", " expressway"), ("0301k", "0301K"), ("1", True and "01")])
def test_case_blanks_and_leading_zeros_do_not_count(one, other):
    assert code_of(one) == code_of(other)


@pytest.mark.parametrize("blank", [None, np.nan, pd.NA, "", "  "])
def test_a_blank_code_is_none(blank):
    assert code_of(blank) == BLANK and list(codes_of(pd.Series([blank, 1], dtype=object))) == [BLANK, "1"]


@pytest.mark.parametrize(("other_code"), ["10", "11", "1.5", "0301", "I"])
def test_codes_that_begin_alike_differ(other_code):
    assert code_of(other_code) != code_of("1")


def test_land_of_a_code_is_broken_of_a_blank_unknown_and_all_other_land_kept(tmp_path):
    made = place(tmp_path, [GRADE], shapes={"parcels": PARCELS})
    assert made.area(zoning="prohibited") == pytest.approx(hm2(112.00, 36.10, 112.02, 36.11) + hm2(112.06, 36.10, 112.08, 36.11), rel=1e-9)
    assert made.area(rules_unknown="G") == pytest.approx(hm2(112.04, 36.10, 112.06, 36.11), rel=1e-9)
    inner = {0: "broken", 1: "kept", 2: "unknown", 3: "broken"}
    for i, expected in inner.items():
        assert made.outcome(shapely.box(112.002 + 0.02 * i, 36.102, 112.018 + 0.02 * i, 36.108)) == expected
    assert made.outcome(shapely.box(112.12, 36.12, 112.13, 36.13)) == "kept"


def test_a_footprint_says_how_much_of_it_has_the_code(tmp_path):
    made = place(tmp_path, [GRADE], shapes={"parcels": PARCELS})
    (answer,) = made.ask(shapely.box(112.01, 36.102, 112.03, 36.108))
    assert (answer.outcome, answer.share) == ("broken", pytest.approx(0.5, abs=1e-6))


def test_several_codes_and_several_fields(tmp_path):
    """Natural and of grade 1 or 2: a parcel that is surely planted is kept although its grade is blank."""
    rule = GRADE | {"attribute": "BH_DJ=1;2 & QI_YUAN=11;12;13"}
    made = place(tmp_path, [rule], shapes={"parcels": PARCELS})
    assert made.area(zoning="prohibited") == pytest.approx(hm2(112.00, 36.10, 112.04, 36.11), rel=1e-9)
    assert made.area(rules_unknown="G") == 0
    blank = [*PARCELS[:2], PARCELS[2] | {"QI_YUAN": "12"}, PARCELS[3]]
    made = place(tmp_path, [rule], shapes={"parcels": blank})
    assert made.area(rules_unknown="G") == pytest.approx(hm2(112.04, 36.10, 112.06, 36.11), rel=1e-9)


def test_an_attribute_in_a_guard(tmp_path):
    """Cropland (2) counts on land of grade 1 only: the west half of the first parcel is cropland."""
    codes = np.full((20, 20), 3, np.uint8)
    codes[:, 0] = codes[:, 4] = 2
    rule = {
        "rule_id": "G", "layer": "land_cover", "condition": "class_in", "threshold": "cropland",
        "where_layer": "parcels", "where_condition": "inside", "where_attribute": "BH_DJ=1",
    }  # fmt: skip
    made = place(tmp_path, [rule], codes=codes, shapes={"parcels": PARCELS})
    assert made.area(zoning="prohibited") == pytest.approx(hm2(112.00, 36.10, 112.01, 36.11), rel=1e-9)
    assert made.area(rules_unknown="G") == pytest.approx(hm2(112.04, 36.10, 112.05, 36.11), rel=1e-9)
    assert made.outcome(shapely.box(112.002, 36.102, 112.008, 36.108)) == "broken"
    assert made.outcome(shapely.box(112.012, 36.102, 112.018, 36.108)) == "kept"
    assert made.outcome(shapely.box(112.042, 36.102, 112.048, 36.108)) == "unknown"
    # Cropland at one end and grade 1 at the other do not make a conflict: it must be the same land.
    codes[:, 0], codes[:, 2] = 3, 2
    made = place(tmp_path, [rule], codes=codes, shapes={"parcels": PARCELS})
    assert made.outcome(shapely.box(112.012, 36.102, 112.028, 36.108)) == "kept"
    codes[:, 1] = 2
    (answer,) = place(tmp_path, [rule], codes=codes, shapes={"parcels": PARCELS}).ask(shapely.box(112.012, 36.102, 112.028, 36.108))
    assert (answer.outcome, answer.share) == ("broken", pytest.approx(0.5, abs=1e-6))


ROADS = [
    {"class": "expressway", "geometry": shapely.LineString([(112.05, 35.9), (112.05, 36.3)])},
    {"class": "township", "geometry": shapely.LineString([(112.10, 35.9), (112.10, 36.3)])},
    {"class": None, "geometry": shapely.LineString([(112.15, 35.9), (112.15, 36.3)])},
]


@pytest.mark.parametrize(
    ("condition", "longitude", "expected"),
    [
        ("within_distance", 112.05, "broken"), ("within_distance", 112.10, "kept"), ("within_distance", 112.15, "unknown"),
        ("beyond_distance", 112.05, "kept"), ("beyond_distance", 112.10, "broken"), ("beyond_distance", 112.15, "unknown"),
    ],
)  # fmt: skip
def test_distances_to_roads_of_a_class(tmp_path, condition, longitude, expected):
    rule = {"rule_id": "R", "layer": "roads", "condition": condition, "threshold": "1000", "unit": "m", "attribute": "CLASS=Expressway"}
    made = place(tmp_path, [rule], shapes={"roads": ROADS})
    assert made.outcome(shapely.box(longitude - 0.001, 36.101, longitude + 0.001, 36.109)) == expected
    found = made.patterns()
    near = hm2(longitude - 0.01, 36.0, longitude + 0.01, 36.2)  # the two columns of cells whose centres lie within 1 km
    unknown = found[(found.level == "city") & (found.kind == "pv") & (found.rules_unknown == "R")].area_hm2.sum()
    assert unknown == pytest.approx(near, rel=1e-4)
    broken = found[(found.level == "city") & (found.kind == "pv") & (found.rules_broken == "R")].area_hm2.sum()
    everything = found[(found.level == "city") & (found.kind == "pv")].area_hm2.sum()
    assert broken == pytest.approx(near if condition == "within_distance" else everything - 2 * near, rel=1e-4)


@pytest.mark.parametrize(("condition", "expected"), [("within_distance", "kbb"), ("beyond_distance", "kkb")])
def test_at_the_threshold_a_distance_is_kept(tmp_path, condition, expected):
    """The footprint is exactly as far as the threshold, a little nearer, and (for beyond: a little farther) ..."""
    where = shapely.box(112.12, 36.12, 112.13, 36.13)
    rule = {"rule_id": "R", "layer": "roads", "condition": condition, "attribute": "class=expressway"}
    made = place(tmp_path, [rule | {"threshold": "1"}], shapes={"roads": ROADS[:2]})
    far = made.evidence.chosen(made.book.rules[0].test)[0].distance_m(where)
    steps = (
        (far, np.nextafter(far, np.inf), far + 1)
        if condition == "within_distance"
        else (far, np.nextafter(far, np.inf), np.nextafter(far, 0))
    )
    got = [place(tmp_path, [rule | {"threshold": repr(float(d))}], shapes={"roads": ROADS[:2]}).outcome(where)[0] for d in steps]
    assert "".join(got) == expected


@pytest.mark.parametrize(("condition", "expected"), [("within_distance", "kept"), ("beyond_distance", "broken")])
def test_an_empty_layer_is_near_to_nothing(tmp_path, condition, expected):
    rule = {"rule_id": "R", "layer": "roads", "condition": condition, "threshold": "1000"}
    made = place(tmp_path, [rule], shapes={"roads": []})
    assert made.outcome(shapely.box(112.12, 36.12, 112.13, 36.13)) == expected
    assert made.area(rules_broken="R" if expected == "broken" else "") == pytest.approx(made.area())


@pytest.mark.parametrize(
    ("condition", "threshold", "found", "expected"),
    [
        ("attribute_above", "20", 20.0, "kept"), ("attribute_above", "20", 20.1, "broken"), ("attribute_above", "20", None, "unknown"),
        ("attribute_below", "20", 20.0, "kept"), ("attribute_below", "20", 19.9, "broken"), ("attribute_below", "20", None, "unknown"),
    ],
)  # fmt: skip
def test_numbers_of_a_site(tmp_path, condition, threshold, found, expected):
    rule = {"rule_id": "C", "applies_to": "storage", "layer": "capacity_mw", "condition": condition, "threshold": threshold, "unit": "MW"}
    with (made := place(tmp_path, [rule])).evidence.reader() as reader:
        given = {"capacity_mw": found, "kind": "storage"}
        site = sites.make_site(given, shapely.Point(112.12, 36.12), None, 1.0, reader)
        assert [a.outcome for a in sites.ask(site, made.book.rules[0], made.evidence, {})] == [expected]


def test_a_layer_without_the_field_is_refused_by_name(tmp_path):
    with pytest.raises(BadData) as refused:
        place(tmp_path, [GRADE | {"attribute": "GRADE=1 & BH_DJ=1"}], shapes={"parcels": PARCELS})
    (found,) = refused.value.problems
    assert found.key == "rule_field" and found.params["field"] == "GRADE" and "BH_DJ" in found.params["known"]


@pytest.mark.parametrize(
    ("rule", "key"),
    [
        ({"layer": "soil", "condition": "above", "threshold": "1"}, "rule_wrong_layer"),  # codes are no measure
        ({"layer": "slope", "condition": "class_in", "threshold": "clay"}, "rule_wrong_layer"),
        ({"layer": "soil", "condition": "class_in", "threshold": "clay;peat"}, "rule_keys"),
        ({"layer": "soil", "condition": "inside"}, "rule_wrong_layer"),
        ({"layer": "parcels", "condition": "class_in", "threshold": "clay"}, "rule_wrong_layer"),
    ],
)
def test_a_rule_that_its_layer_cannot_answer_is_refused(tmp_path, rule, key):
    rasters = {"soil": np.full((20, 20), 1, np.uint8), "slope": np.full((20, 20), 5.0, np.float32)}
    with pytest.raises(BadData) as refused:
        place(tmp_path, [{"rule_id": "X"} | rule], shapes={"parcels": PARCELS}, rasters=rasters, legends={"soil": SOIL})
    assert [p.key for p in refused.value.problems] == [key]


SOIL = "code,key,name_zh,name_en,colour\n1,clay,黏土,clay,#000000\n2,sand,砂土,sand,#111111\n7,unknown,不明,unknown,#222222\n"


def test_a_further_class_raster_is_asked_by_its_own_keys(tmp_path):
    soil = np.full((20, 20), 2, np.uint8)
    soil[:, :3], soil[:, 3], soil[:, 4], soil[:, 5] = 1, 0, 7, 99  # no data, "unknown", a code that the legend does not know
    rule = {"rule_id": "S", "layer": "soil", "condition": "class_in", "threshold": "clay"}
    made = place(tmp_path, [rule], rasters={"soil": soil}, legends={"soil": SOIL})
    assert made.area(zoning="prohibited") == pytest.approx(hm2(112.0, 36.0, 112.03, 36.2), rel=1e-9)
    assert made.area(zoning="unknown") == pytest.approx(hm2(112.03, 36.0, 112.06, 36.2), rel=1e-9)
    (answer,) = made.ask(shapely.box(112.02, 36.10, 112.04, 36.11))
    assert (answer.outcome, answer.share, answer.found) == ("broken", pytest.approx(0.5), "clay")


def test_a_field_of_the_site(tmp_path):
    rule = {"rule_id": "A", "layer": "LAND", "condition": "attribute_is", "threshold": "0103;0101"}
    made, where = place(tmp_path, [rule]), shapely.box(112.12, 36.12, 112.13, 36.13)
    assert made.outcome(where, LAND="103.0") == "broken"
    assert made.outcome(where, LAND="0104") == "kept"
    assert made.outcome(where, LAND=None) == "unknown"
    assert made.outcome(where) == "unknown"  # the file has no such field
    assert made.area(zoning="allowed") == pytest.approx(made.area())  # land has no such field and is not asked


# --- what other tools got wrong ------------------------------------------------------------------------------


def test_a_buffer_round_a_point_has_the_area_of_a_circle(tmp_path):
    """A layer's distance in degrees, or in a plane of the wrong zone, would make an ellipse or another size."""
    radius = 3000.0
    rule = {"rule_id": "R", "layer": "masts", "condition": "within_distance", "threshold": radius, "tolerated_share_pct": 1}
    made = place(tmp_path, [rule], shapes={"masts": [{"geometry": shapely.Point(112.1, 36.1)}]})
    whole = shapely.box(112.05, 36.05, 112.15, 36.15)
    (answer,) = made.ask(whole)
    circle = np.pi * radius**2 / ellipsoid.polygon_area_m2(whole)
    assert answer.outcome == "broken" and answer.share == pytest.approx(circle, rel=3e-4)


def test_a_settlement_ten_metres_outside_the_county_still_counts(tmp_path):
    x, y, _ = Geod(ellps="GRS80").fwd(112.2, 36.105, 90, 10)
    rule = {"rule_id": "R", "layer": "homes", "condition": "within_distance", "threshold": "500"}
    made = place(tmp_path, [rule], shapes={"homes": [{"geometry": shapely.Point(x, y)}]})
    assert made.outcome(shapely.box(112.195, 36.10, 112.2, 36.11)) == "broken"
    assert made.area(zoning="prohibited", county_code="149904") == pytest.approx(hm2(112.19, 36.10, 112.20, 36.11), rel=1e-9)


def test_no_data_is_unknown_land_never_excluded_and_never_allowed(tmp_path):
    slope = np.full((20, 20), 5.0, np.float32)
    slope[:2], slope[2] = np.nan, 30.0
    rule = {"rule_id": "S", "layer": "slope", "condition": "above", "threshold": "25"}
    made = place(tmp_path, [rule], rasters={"slope": slope})
    assert made.area(zoning="unknown") == pytest.approx(hm2(112.0, 36.18, 112.2, 36.2), rel=1e-9)
    assert made.area(zoning="prohibited") == pytest.approx(hm2(112.0, 36.17, 112.2, 36.18), rel=1e-9)
    assert made.outcome(shapely.box(112.05, 36.182, 112.06, 36.188)) == "unknown"


@pytest.mark.parametrize("condition", ["inside", "within_distance"])
def test_an_invalid_polygon_still_excludes(tmp_path, condition):
    bow = shapely.Polygon([(112.04, 36.04), (112.08, 36.08), (112.08, 36.04), (112.04, 36.08)])  # crosses itself in its middle
    assert not bow.is_valid
    rule = {"rule_id": "B", "layer": "red", "condition": condition, "threshold": None if condition == "inside" else "100"}
    made = place(tmp_path, [rule], shapes={"red": [{"geometry": bow}]})
    for x in (112.045, 112.072):  # in either wing
        assert made.outcome(shapely.box(x, 36.058, x + 0.003, 36.062)) == "broken"
    assert made.outcome(shapely.box(112.058, 36.045, 112.062, 36.047)) == "kept"  # between the wings, below the crossing
    assert made.area(zoning="prohibited") > 0
