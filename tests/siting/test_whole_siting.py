"""Siting on a made-up place with planted layers: reasons, areas by pattern, buffers, precedence, energy, losses."""

import math

import numpy as np
import pandas as pd
import pytest
import shapely
from pyproj import Geod
from worlds import features, four_counties, make_place, write_raster

from pipeline.core import ellipsoid, tables
from pipeline.siting.sites import circle

HEAD = "rule_id,applies_to,state,layer,condition,threshold,unit,where_layer,where_condition,where_threshold,title_zh,title_en,basis_zh,basis_en,label\n"
RULES = (
    HEAD
    + "RED,pv;wind,hard,eco_redline,inside,,,,,,红线,redline,法一,law 1,S\n"
    + "CROP,pv,hard,land_cover,class_in,cropland,,,,,耕地,cropland,法二,law 2,V\n"
    + "STEEP,pv;wind,hard,slope_deg,above,25,deg,,,,坡,slope,法三,law 3,A\n"
    + "ROAD,pv;wind,conditional,roads,within_distance,500,m,,,,路,road,法四,law 4,K\n"
    + "FAR,pv,soft,roads,beyond_distance,3000,m,,,,远,far,,,A\n"
    + "TREE,wind,conditional,land_cover,class_in,forest_arbor,,slope_deg,above,10,坡上林,trees on slopes,法五,law 5,A\n"
    + "BIG,pv;wind,info,capacity_mw,attribute_above,20,MW,,,,大,big,,,A\n"
    + "NOTE,pv,conditional,,note,,,,,,说明,note,,,K\n"
)


@pytest.fixture(scope="module")
def planted(tmp_path_factory, cli):
    """West half forest, east half cropland but a grass column; slope 30 in the south row of cells, unknown in the north."""
    folder = tmp_path_factory.mktemp("siting")
    codes = np.full((20, 20), 2, np.uint8)
    codes[:, :10], codes[:, 15] = 1, 3
    slope = np.full((20, 20), 5.0, np.float32)
    slope[-1], slope[0] = 30.0, np.nan
    layers = (
        "layers:\n  eco_redline: {file: red.geojson}\n  roads: {file: roads.geojson}\n"
        "  slope_deg: {file: slope.tif, unit: deg, resampling: nearest}\n  ghi: {file: ghi.tif, unit: kWh/m2/yr, resampling: nearest}\ncover: {main"
    )
    config = make_place(folder, codes=codes, replace={"rules: layers/rules/siting.csv": "rules: rules.csv", "cover: {main": layers})
    (folder / "rules.csv").write_text(RULES, encoding="utf-8")
    write_raster(folder / "slope.tif", slope, west=112.0, north=36.2, cell=0.01, nodata=np.nan)
    write_raster(folder / "ghi.tif", np.full((20, 20), 1400.0, np.float32), west=112.0, north=36.2, cell=0.01)
    features(
        folder / "red.geojson",
        [{"geometry": shapely.box(112.0, 36.05, 112.04, 36.07)}, {"geometry": shapely.box(112.3, 36.3, 112.4, 36.4)}],
    )
    # The road runs just outside the area, to the east: 10 m beyond the border still counts.
    features(folder / "roads.geojson", [{"geometry": shapely.LineString([(112.2001, 35.9), (112.2001, 36.3)])}])
    features(
        folder / "sites.geojson",
        [
            {"site_id": "crop", "name": "耕地", "kind": "pv", "capacity_mw": 10, "geometry": shapely.Point(112.12, 36.11)},
            {"site_id": "grass", "name": "草地", "kind": "pv", "capacity_mw": 5, "geometry": shapely.Point(112.155, 36.105)},
            {
                "site_id": "half",
                "name": "跨界",
                "kind": "pv",
                "capacity_mw": None,
                "geometry": shapely.box(112.145, 36.105, 112.155, 36.115),
            },
            {"site_id": "red", "name": "红线", "kind": "wind", "capacity_mw": 30, "geometry": shapely.Point(112.02, 36.06)},
            {
                "site_id": "road",
                "name": "路旁",
                "kind": "wind",
                "capacity_mw": None,
                "geometry": shapely.box(112.19, 36.10, 112.1995, 36.11),
            },
            {
                "site_id": "north",
                "name": "无坡度",
                "kind": "wind",
                "capacity_mw": None,
                "geometry": shapely.box(112.151, 36.191, 112.158, 36.199),
            },
            {"site_id": "free", "name": "可以", "kind": "wind", "capacity_mw": None, "geometry": shapely.box(112.11, 36.11, 112.12, 36.12)},
            {"site_id": "away", "name": "区外", "kind": "pv", "capacity_mw": 5, "geometry": shapely.Point(113, 36.1)},
        ],
    )
    text = config.read_text(encoding="utf-8").replace("sites.csv", "sites.geojson")
    config.write_text(text, encoding="utf-8")
    done = cli("siting", "--config", config, "--out", folder / "out")
    assert done.returncode == 0, done.stderr
    return folder / "out"


@pytest.fixture(scope="module")
def screened(planted):
    return tables.read_csv(planted / "siting/site_screening.csv", tables.SITE_SCREENING).set_index("site_id")


def patterns(planted) -> pd.DataFrame:
    return tables.read_csv(planted / "siting/patterns.csv", tables.PATTERNS)


@pytest.mark.parametrize(
    ("site", "verdict", "hard", "conditional", "unknown"),
    [
        ("crop", "prohibited", "CROP", None, None),
        ("grass", "allowed", None, None, None),
        ("half", "prohibited", "CROP", None, None),
        ("red", "prohibited", "RED", None, None),
        ("road", "conditional", None, "ROAD", None),
        ("north", "unknown", None, None, "STEEP"),
        ("free", "allowed", None, None, None),
        ("away", "unknown", None, None, "CROP;STEEP"),
    ],
)
def test_planted_sites_get_the_planted_reasons(screened, site, verdict, hard, conditional, unknown):
    row = screened.loc[site]
    assert row.verdict == verdict
    for column, expected in (("rules_hard", hard), ("rules_conditional", conditional), ("rules_unknown", unknown)):
        assert (None if pd.isna(row[column]) else row[column]) == expected, column


def test_reasons_name_law_layer_and_share(planted):
    reasons = tables.read_csv(planted / "siting/site_reasons.csv", tables.SITE_REASONS)
    half = reasons[(reasons.site_id == "half") & (reasons.rule_id == "CROP")].iloc[0]
    assert half.share == pytest.approx(0.5, abs=1e-6)
    assert (half.legal_basis, half.layer, half.found, half.label) == ("法二", "land_cover", "耕地", "V")
    assert ((reasons.rule_id == "NOTE") & (reasons.outcome == "note")).any()
    big = reasons[reasons.rule_id == "BIG"].set_index("site_id").found
    assert set(big.index) == {"half", "red"}  # 45.7 and 30 MW; the others are below 20
    assert big["red"] == "30.0 MW"


def test_footprints_capacity_energy_and_losses(planted, screened):
    assert screened.area_hm2["crop"] == pytest.approx(10 * 2.2)
    box = ellipsoid.polygon_area_m2(shapely.box(112.145, 36.105, 112.155, 36.115)) / 1e4
    assert screened.area_hm2["half"] == pytest.approx(box, rel=1e-9)
    assert screened.capacity_mw["half"] == pytest.approx(box / 2.2, rel=1e-9)
    assert screened.energy_gwh_yr["grass"] == pytest.approx(5 * 1400 * 0.8 / 1000)
    assert pd.isna(screened.energy_gwh_yr["free"])  # no wind at hub height: blank, not zero
    assert pd.isna(screened.energy_gwh_yr["away"])
    density = tables.read_csv(planted / "carbon/density.csv", tables.CARBON_DENSITY).set_index(["class_key", "pool"]).tc_hm2
    grass = density["grass"][["agb", "bgb", "dead_wood", "litter"]].sum()
    assert screened.carbon_loss_tc["grass"] == pytest.approx(11 * grass, rel=1e-6)
    assert screened.forest_loss_hm2["grass"] == 0
    import geopandas as gpd

    shapes = gpd.read_file(planted / "siting/candidate_sites.gpkg").set_index("site_id")
    assert ellipsoid.polygon_area_m2(shapes.geometry["crop"]) / 1e4 == pytest.approx(22, rel=1e-9)


def test_counties_of_sites(screened):
    assert screened.county_code["crop"] == "149904"
    assert pd.isna(screened.county_code["away"])
    assert "不在本区域内" in screened.note["away"]


def test_patterns_are_the_land_cell_by_cell(planted):
    """Every cell judged by hand: areas per verdict and county equal an independent loop over the cells."""
    found = patterns(planted)
    counties = four_counties()
    red = shapely.box(112.0, 36.05, 112.04, 36.07)
    geod, expected = Geod(ellps="GRS80"), {}
    for row in range(20):
        for column in range(20):
            west, north = 112 + column * 0.01, 36.2 - row * 0.01
            x, y = west + 0.005, north - 0.005
            code = next(c for c, g in zip(counties.XZQDM, counties.geometry, strict=True) if g.contains(shapely.Point(x, y)))
            crop = column >= 10 and column != 15
            near = geod.inv(x, y, 112.2001, y)[2] < 500
            hard = red.contains(shapely.Point(x, y)) or crop or row == 19
            verdict = "prohibited" if hard else "unknown" if row == 0 else "conditional" if near else "allowed"
            area = ellipsoid.polygon_area_m2(shapely.box(west, north - 0.01, west + 0.01, north)) / 1e4
            expected[code, verdict] = expected.get((code, verdict), 0) + area
    got = found[(found.kind == "pv") & (found.level == "county")].groupby(["county_code", "zoning"]).area_hm2.sum()
    assert got.to_dict() == pytest.approx(expected, rel=1e-9)


def test_a_cell_next_to_a_road_outside_the_area_is_conditional(planted):
    found = patterns(planted)
    wind = found[(found.kind == "wind") & (found.level == "county") & found.rules_broken.fillna("").str.contains("ROAD")]
    assert set(wind.county_code) == {"149902", "149904"}


def test_exclusion_follows_from_the_patterns(planted):
    table = tables.read_csv(planted / "siting/exclusion.csv", tables.EXCLUSION)
    pv = table[(table.kind == "pv") & (table.level == "city")].set_index("rule_id")
    assert list(pv.index) == ["RED", "CROP", "STEEP", "ROAD", "FAR"]  # table order; attributes and notes hold no land
    assert pv.cumulative_hm2["RED"] == pytest.approx(pv.alone_hm2["RED"])
    assert pv.cumulative_hm2["CROP"] == pytest.approx(pv.alone_hm2["RED"] + pv.alone_hm2["CROP"])  # they do not meet
    assert pv.marginal_hm2["RED"] == pytest.approx(pv.alone_hm2["RED"])
    assert pv.marginal_hm2["STEEP"] < pv.alone_hm2["STEEP"]  # the steep row crosses the cropland
    assert pd.isna(pv.cumulative_hm2["ROAD"]) and pv.unknown_hm2["STEEP"] > 0
    potential = tables.read_csv(planted / "siting/potential.csv", tables.POTENTIAL)
    city = potential[(potential.level == "city") & (potential.kind == "pv")].iloc[0]
    assert city.excluded_hm2 == pytest.approx(pv.cumulative_hm2["STEEP"])
    total = city.allowed_hm2 + city.conditional_hm2 + city.excluded_hm2 + city.unknown_hm2
    assert total == pytest.approx(sum(ellipsoid.polygon_area_m2(g) for g in four_counties().geometry) / 1e4, rel=1e-9)
    assert city.capacity_mw == pytest.approx(city.allowed_hm2 / 2.2)
    assert city.energy_gwh_yr == pytest.approx(city.capacity_mw * 1400 * 0.8 / 1000)
    assert math.isclose(city.capacity_if_cleared_mw, (total - city.excluded_hm2) / 2.2)


def test_footprints_of_points_are_circles():
    for lat in (18.0, 36.1, 53.0):
        shape = circle(shapely.Point(112.1, lat), math.pi * 500**2)
        assert ellipsoid.polygon_area_m2(shape) == pytest.approx(math.pi * 500**2, rel=1e-9)
        geod = Geod(ellps="GRS80")
        radius = [geod.inv(112.1, lat, x, y)[2] for x, y in shape.exterior.coords]
        assert min(radius) == pytest.approx(max(radius), rel=1e-3) == pytest.approx(500, rel=2e-3)
