"""What is told of one site beside its verdict: distances, counties, terrain, neighbours, the plan's own conflicts."""

import math

import numpy as np
import pandas as pd
import pytest
import shapely
from pyproj import Geod
from worlds import features, make_place, write_raster

from pipeline.core import ellipsoid, tables
from pipeline.siting.overlaps import _relation, filed_twice, pairs
from pipeline.siting.rules import Rule, of_kind
from pipeline.siting.shapes import Plane, Shapes

GRS80 = Geod(ellps="GRS80")
HEAD = "rule_id,applies_to,state,layer,condition,threshold,unit,where_layer,where_condition,where_threshold,title_zh,title_en,basis_zh,basis_en,label,valid_from,valid_to\n"
RULES = (
    HEAD
    + "RED,pv;wind;other,hard,eco_redline,inside,,,,,,红线,redline,法一,law 1,S,2020-01-01,2030-12-31\n"
    + "CROP,pv,hard,land_cover,class_in,cropland,,,,,耕地,cropland,法二,law 2,V,,\n"
    + "STEEP,pv,hard,slope_deg,above,25,deg,,,,坡,slope,法三,law 3,A,,\n"
    + "FACE,pv,soft,aspect_deg,below,112.5,deg,slope_deg,above,5,向,aspect,,,A,,\n"
    + "ROAD,pv;wind;other,conditional,roads,within_distance,500,m,,,,路,road,法四,law 4,K,,\n"
    + "GRID,pv,soft,substation,beyond_distance,10000,m,,,,网,grid,,,A,,\n"
    + "EMPTY,pv,soft,nothing,within_distance,10,m,,,,空,empty,,,A,,\n"
)
PLAN = (
    "item_id,county_code,county_name,kinds,plan_section,quote_zh,item_zh,item_en,classes,against,finding_zh,finding_en,label\n"
    "AGRI,149904,丁市,pv,二,推广农光互补,农光,agri,cropland,CROP;GONE,规划与规定相抵,the plan meets a rule,S/V\n"
    "FISH,149903,丙县,pv,二,推广渔光互补,渔光,fishery,water,RED,规划与规定相抵,the plan meets a rule,S\n"
    "PUMP,149900,某市,pumped_storage,二,建设抽水蓄能,蓄能,storage,,RED,须核查,to be checked,S\n"
    "AWAY,999999,远县,pv,二,别处,别处,elsewhere,,RED,别处,elsewhere,S\n"
)
POINT = shapely.Point(112.155, 36.155)  # a station 0.04 degrees east of the site `crop`


@pytest.fixture(scope="module")
def around(tmp_path_factory, cli):
    """Forest west, cropland east; a slope that rises by row and an aspect that turns by row, on cells half as wide as the land cover's."""
    folder = tmp_path_factory.mktemp("around")
    layers = (
        "layers:\n  eco_redline: {file: red.geojson}\n  roads: {file: roads.geojson}\n  substation: {file: stations.geojson, year: 2024}\n"
        "  nothing: {file: empty.gpkg}\n  rail: {file: rail.geojson}\n"
        "  slope_deg: {file: slope.tif, unit: deg, resampling: nearest}\n  aspect_deg: {file: aspect.tif, unit: deg, resampling: nearest}\n"
        "  dem_m: {file: dem.tif, unit: m, nodata: -1}\ncover: {main"
    )
    more = "rules: rules.csv\n  plan_conflicts: plan.csv\n  distances_to: [rail, harbour]"
    config = make_place(folder, replace={"rules: layers/rules/siting.csv": more, "cover: {main": layers})
    (folder / "rules.csv").write_text(RULES, encoding="utf-8")
    (folder / "plan.csv").write_text(PLAN, encoding="utf-8")
    slope = np.full((40, 40), 3.0, np.float32)
    slope[::2] = 20.0  # every other row of 0.005 degrees is steep
    aspect = np.full((40, 40), 180.0, np.float32)
    aspect[:, ::2] = 359.0  # on steep land half faces south, half north
    dem = np.tile(np.arange(40, dtype=np.float32) * 10, (40, 1))
    dem[:, 39] = -1
    for name, values, nodata in (("slope", slope, None), ("aspect", aspect, None), ("dem", dem, -1)):
        write_raster(folder / f"{name}.tif", values, west=112.0, north=36.2, cell=0.005, nodata=nodata)
    features(folder / "red.geojson", [{"geometry": shapely.box(112.0, 36.05, 112.04, 36.07)}])
    features(folder / "roads.geojson", [{"name": "远路", "geometry": shapely.LineString([(112.2001, 35.9), (112.2001, 36.3)])}])
    features(
        folder / "stations.geojson",
        [{"name": "西站", "geometry": shapely.Point(112.01, 36.01)}, {"name": "东站", "geometry": POINT}],
    )
    features(folder / "rail.geojson", [{"no": 1, "geometry": shapely.LineString([(112.112, 36.0), (112.112, 36.3)])}])
    import geopandas as gpd

    gpd.GeoDataFrame({"name": []}, geometry=gpd.GeoSeries([], crs=4490)).to_file(
        folder / "empty.gpkg", driver="GPKG", geometry_type="Polygon"
    )
    box = shapely.box
    rows = [
        ("crop", "耕地", "pv", None, box(112.11, 36.15, 112.115, 36.16)),
        ("border", "跨界", "pv", 30, box(112.09, 36.095, 112.11, 36.115)),
        ("edge", "出界", "wind", 40, box(112.19, 36.05, 112.21, 36.06)),
        ("again", "耕 地（一）", "pv", None, box(112.1101, 36.15, 112.1151, 36.16)),
        ("wind", "风", "wind", None, box(112.112, 36.15, 112.2, 36.19)),
        ("pump", "蓄能", "抽水蓄能", 1200, shapely.Point(112.02, 36.06)),
        ("heat", "地热", "生物质", None, shapely.Point(112.1999, 36.15)),
    ]
    features(
        folder / "sites.geojson",
        [{"site_id": i, "name": n, "kind": k, "capacity_mw": c, "geometry": g} for i, n, k, c, g in rows],
    )
    config.write_text(config.read_text(encoding="utf-8").replace("sites.csv", "sites.geojson"), encoding="utf-8")
    done = cli("siting", "--config", config, "--out", folder / "out")
    assert done.returncode == 0, done.stderr
    return folder / "out"


def read(around, schema) -> pd.DataFrame:
    return tables.read_csv(around / f"{schema.name}.csv", schema)


# --- distances -----------------------------------------------------------------------------------------------


def test_distance_runs_from_the_edge_of_the_footprint_to_the_nearest_named_feature(around):
    row = read(around, tables.SITE_DISTANCE).set_index(["site_id", "layer"]).loc["crop", "substation"]
    assert row.distance_m == pytest.approx(GRS80.inv(112.115, POINT.y, POINT.x, POINT.y)[2], rel=1e-4)
    assert (row.nearest, row.period, row.state) == ("东站", "2024", "measured")


def test_a_feature_that_crosses_the_site_is_at_zero(around):
    rows = read(around, tables.SITE_DISTANCE).set_index(["site_id", "layer"])
    assert rows.distance_m["crop", "rail"] == 0 and pd.isna(rows.nearest["crop", "rail"])  # no field is called like a name
    assert rows.distance_m["edge", "roads"] == 0 and rows.nearest["edge", "roads"] == "远路"


def test_a_missing_layer_and_an_empty_one_have_no_distance_and_say_which(around):
    rows = read(around, tables.SITE_DISTANCE)
    assert set(rows.layer) == {"roads", "substation", "nothing", "rail", "harbour"}
    for layer, state in (("harbour", "missing"), ("nothing", "empty")):
        own = rows[rows.layer == layer]
        assert len(own) == 7 and set(own.state) == {state} and own.distance_m.isna().all()


def test_a_raster_has_no_distance(tmp_path, cli):
    config = make_place(tmp_path, replace={"rules: layers/rules/siting.csv": "rules: rules.csv\n  distances_to: [dem_m]", "cover: {main": "layers: {dem_m: {file: land.tif, unit: m}}\ncover: {main"})  # fmt: skip
    (tmp_path / "rules.csv").write_text(RULES, encoding="utf-8")
    done = cli("siting", "--config", config, "--out", tmp_path / "out")
    assert done.returncode == 2 and "siting.distances_to" in done.stderr and "dem_m" in done.stderr


def test_of_equally_near_features_the_first_is_named():
    shapes = Shapes.of([shapely.Point(0, 1), None, shapely.Point(0, -1)], Plane((0, 0)), ["甲", "无", "乙"])
    place, distance = shapes.nearest(np.array([shapely.Point(0, 0), shapely.Point(0, -0.9)], object))
    assert [shapes.names[p] for p in place] == ["甲", "乙"] and distance[0] > distance[1] > 0


# --- counties ------------------------------------------------------------------------------------------------


def test_a_site_on_four_counties_has_a_row_for_each_and_they_add_up(around):
    rows = read(around, tables.SITE_COUNTY)
    own = rows[rows.site_id == "border"]
    assert set(own.county_code) == {"149901", "149902", "149903", "149904"}
    assert math.fsum(own.area_hm2) == pytest.approx(ellipsoid.polygon_area_m2(shapely.box(112.09, 36.095, 112.11, 36.115)) / 1e4, rel=1e-12)
    assert math.fsum(own.share) == pytest.approx(1, abs=1e-12) and math.fsum(own.capacity_mw) == pytest.approx(30, rel=1e-12)
    assert own.iloc[0].county_code in ("149903", "149904") and own.iloc[0].share == pytest.approx(0.375, rel=1e-3)


def test_land_outside_every_county_is_a_row_without_code(around):
    rows = read(around, tables.SITE_COUNTY)
    own = rows[rows.site_id == "edge"]
    assert own.county_code.isna().sum() == 1 and own[own.county_code.isna()].share.iloc[0] == pytest.approx(0.5, rel=1e-6)


# --- terrain -------------------------------------------------------------------------------------------------


def test_terrain_is_that_of_the_layers_own_cells(around):
    rows = read(around, tables.SITE_TERRAIN).set_index(["site_id", "layer", "part_key"])
    slope = rows.loc["crop", "slope_deg", "whole"]
    assert (slope.low, slope.high, slope.share) == (3, 20, pytest.approx(1)) and slope["mean"] == pytest.approx(11.5, abs=0.01)
    bands = rows.loc["crop", "slope_deg"].query("part == 'band'")
    assert list(bands.above.fillna(-1)) == [-1, 5, 25] and list(bands.share) == pytest.approx([0.5, 0.5, 0], abs=1e-3)
    dem = rows.loc["wind", "dem_m", "whole"]
    assert dem.share == pytest.approx(1 - 0.005 / 0.088, rel=1e-6) and dem.high == 380  # the last column is unknown


def test_aspect_is_told_by_directions_and_never_averaged(around):
    rows = read(around, tables.SITE_TERRAIN)
    own = rows[(rows.site_id == "border") & (rows.layer == "aspect_deg")].set_index("part_key")
    assert own["mean"].isna().all() and own.low.isna().all()
    share = own.share.drop("whole")
    assert share[["flat", "n", "s"]].tolist() == pytest.approx([0.5, 0.25, 0.25], abs=1e-3)  # flat: no steeper than the rule's 5 degrees
    assert share.sum() == pytest.approx(1, abs=1e-9)


def test_parts_of_every_layer_of_every_site_add_up_to_one(around):
    rows = read(around, tables.SITE_TERRAIN)
    parts = rows[rows.part != "whole"].groupby(["site_id", "layer"]).share.sum()
    assert len(parts) and parts.to_numpy() == pytest.approx(1, abs=1e-9)


# --- neighbours ----------------------------------------------------------------------------------------------


def test_the_same_site_twice_is_a_duplicate_and_pv_in_a_wind_farm_is_not(around):
    rows = read(around, tables.SITE_OVERLAP).set_index(["site_id", "other_id"])
    assert rows.relation["crop", "again"] == "duplicate"
    assert rows.share["crop", "again"] == pytest.approx(0.98, rel=1e-3)
    assert rows.relation["crop", "wind"] == "other_technology" and rows.share["crop", "wind"] == pytest.approx(0.6, rel=1e-3)
    assert ("border", "crop") not in rows.index and not rows.index.duplicated().any()


@pytest.mark.parametrize(
    ("same_kind", "named", "share", "other", "relation"),
    [
        (True, False, 0.95, 0.9, "duplicate"),
        (True, False, 1.0, 0.89, "overlap"),
        (True, False, 1e-7, 1e-9, None),
        (True, True, 0.0, 0.0, "duplicate"),
        (False, True, 0.0, 0.0, None),
        (False, False, 1.0, 1.0, "other_technology"),
    ],
)
def test_truth_table_of_relations(same_kind, named, share, other, relation):
    found = _relation(same_kind, True, named, share, other)
    assert (found and found[0]) == relation


def test_only_pv_and_wind_may_share_land_without_a_question():
    assert _relation(False, True, False, 1.0, 0.2) == ("other_technology", "two_technologies")
    assert _relation(False, False, False, 1.0, 0.2) == ("other_technology", "other_project")


def test_a_site_filed_twice_is_the_later_one_of_a_pair_on_nearly_the_same_land():
    pair = {"site_id": "a", "other_id": "b", "relation": "duplicate", "share": 0.95, "other_share": 0.97}
    assert filed_twice([pair]) == {"b"}
    assert filed_twice([pair | {"share": 0.0, "other_share": 0.0}]) == set()  # one name, close by: phases are possible
    assert filed_twice([pair | {"relation": "overlap"}]) == set()


class _Site:
    def __init__(self, site_id, name, shape):
        self.row, self.footprint = {"site_id": site_id, "name": name, "kind": "pv"}, shape
        self.cells = type("cells", (), {"area_m2": ellipsoid.polygon_area_m2(shape)})


def test_ten_thousand_points_take_seconds_and_pairs_equal_all_against_all():
    import time

    rng = np.random.default_rng(5)
    x, y = rng.uniform(110, 112, 10_000), rng.uniform(34, 36, 10_000)
    sites = [_Site(str(i), f"n{i}", shapely.box(a, b, a + 0.004, b + 0.004)) for i, (a, b) in enumerate(zip(x, y, strict=True))]
    start = time.perf_counter()
    found, is_cut = pairs(sites, Plane((111, 35)), "zh")
    assert time.perf_counter() - start < 30 and not is_cut
    near = (np.abs(x[:, None] - x) < 0.004) & (np.abs(y[:, None] - y) < 0.004)
    assert len(found) == (near.sum() - len(sites)) // 2
    one = found[0]
    shared = sites[int(one["site_id"])].footprint.intersection(sites[int(one["other_id"])].footprint)
    assert one["overlap_hm2"] == pytest.approx(ellipsoid.polygon_area_m2(shared) / 1e4, rel=1e-9)


# --- other kinds, the plan -----------------------------------------------------------------------------------


def test_other_kinds_are_checked_for_conflicts_and_never_judged(around):
    sites = read(around, tables.SITE_SCREENING).set_index("site_id")
    reasons = read(around, tables.SITE_REASONS).set_index(["site_id", "rule_id"])
    pump = sites.loc["pump"]
    assert (pump.kind, pump.verdict, pump.capacity_mw) == ("pumped_storage", "unknown", 1200)
    assert pump[["rules_hard", "area_hm2", "energy_gwh_yr", "carbon_loss_tc", "forest_loss_hm2", "score"]].isna().all()
    assert "只核查与图层的空间冲突" in pump.note
    assert reasons.loc["pump", "RED"][["state", "outcome", "found"]].tolist() == ["info", "broken", "与“红线”重叠"]
    assert ("pump", "CROP") not in reasons.index  # a rule for PV alone is not asked
    assert sites.kind["heat"] == "other" and "生物质" in sites.note["heat"]
    assert reasons.found["heat", "ROAD"].startswith("在“路”500 m 范围内")


def test_rules_of_a_kind():
    rules = [Rule(i, k, "hard", None, None, "", {}) for i, k in (("A", ("pv",)), ("B", ("pv", "other")), ("C", ("dam",)))]
    assert [(r.rule_id, r.state) for r in of_kind(rules, "pv")] == [("A", "hard"), ("B", "hard")]
    assert [(r.rule_id, r.state) for r in of_kind(rules, "dam")] == [("B", "info"), ("C", "info")]
    assert [r.rule_id for r in of_kind(rules, "wind")] == []


def test_conflicts_of_the_plan_name_the_sites_they_concern_and_stay_without_one(around):
    rows = read(around, tables.PLAN_CONFLICT)
    assert "AWAY" not in set(rows.item_id)  # a county that is not here
    agri = rows[rows.item_id == "AGRI"].set_index("site_id")
    assert set(agri.index) == {"crop", "again", "border"} and set(agri.outcome) == {"conflict"}
    assert (agri.rules_broken["crop"], agri.rules_not_in_force["crop"], agri.legal_basis["crop"]) == ("CROP", "GONE", "法二")
    assert agri.share["crop"] == pytest.approx(1) and agri.quote_zh["crop"] == "推广农光互补"
    fish = rows[rows.item_id == "FISH"]
    assert len(fish) == 1 and fish.outcome.iloc[0] == "no_site" and pd.isna(fish.site_id.iloc[0])
    assert rows[rows.item_id == "PUMP"].set_index("site_id").outcome["pump"] == "conflict"


def test_reasons_carry_dates_of_validity(around):
    reasons = read(around, tables.SITE_REASONS).set_index(["site_id", "rule_id"])
    assert reasons.loc["pump", "RED"][["valid_from", "valid_to"]].tolist() == ["2020-01-01", "2030-12-31"]
