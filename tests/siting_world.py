"""A made-up place for siting: rules of every kind, rasters in two systems, shapes across the borders, land beyond the grid."""

import datetime as dt

import numpy as np
import pytest
import shapely
from pyproj import Transformer
from worlds import features, four_counties, make_place, write_raster

from pipeline.core import config as configuration
from pipeline.core import pixels, tables
from pipeline.core.config import Pv, Wind
from pipeline.core.counties import Counties
from pipeline.core.layers import find
from pipeline.core.paths import Paths
from pipeline.siting.energy import pv_model, wind_model
from pipeline.siting.evidence import Evidence
from pipeline.siting.rules import Book, parse

HEAD = "rule_id,applies_to,state,layer,condition,threshold,unit,where_layer,where_condition,where_threshold,title_zh,title_en,basis_zh,basis_en,label\n"
RULES = (
    HEAD
    + "RED,pv;wind,hard,red,inside,,,,,,甲,a,法,law,S\n"
    + "CROP,pv,hard,land_cover,class_in,cropland,,,,,乙,b,法,law,S\n"
    + "STEEP,pv;wind,hard,slope_deg,above,25,deg,,,,丙,c,法,law,S\n"
    + "ROAD,pv;wind,conditional,roads,within_distance,900,m,red,inside,,丁,d,法,law,S\n"
    + "FAR,wind,soft,roads,beyond_distance,4000,m,,,,戊,e,,,S\n"
    + "DIM,pv,soft,ghi,below,1400,kWh/m2/yr,,,,己,f,,,S\n"
    + "PATCH,pv;wind,soft,,patch_below,90,hm2,,,,辛,h,,,S\n"
    + "GONE,pv,hard,military,inside,,,,,,庚,g,法,law,S\n"
    + "".join(f"N{i},pv,soft,roads,beyond_distance,{300 * i + 50},m,,,,{i},{i},,,S\n" for i in range(40))  # more than a word holds
)
LAYERS = """
layers:
  red: {file: red.geojson}
  roads: {file: roads.geojson}
  slope_deg: {file: slope.tif, unit: deg}
  ghi: {file: ghi.tif, unit: kWh/m2/yr}
cover: {main"""


@pytest.fixture(scope="module", params=["degrees", "metres"])
def place(request, tmp_path_factory):
    """Four counties, a fifth of which lies beyond the grid; coarse rasters in two systems, shapes across the borders."""
    folder, random = tmp_path_factory.mktemp(request.param), np.random.default_rng(3)
    config = configuration.load(
        make_place(folder, replace={"rules: layers/rules/siting.csv": "rules: rules.csv", "cover: {main": LAYERS[1:]})
    )
    (folder / "rules.csv").write_text(RULES, encoding="utf-8")
    codes = random.integers(0, 6, (90, 101)).astype(np.uint8)
    if request.param == "degrees":
        write_raster(folder / "land.tif", codes, west=111.99, north=36.18, cell=0.0022, nodata=0)
    else:
        x, y = Transformer.from_crs(4490, 4546, always_xy=True).transform(111.99, 36.18)
        write_raster(folder / "land.tif", codes, west=x, north=y, cell=230.0, crs="EPSG:4546", nodata=0)
    x, y = Transformer.from_crs(4490, 4546, always_xy=True).transform(111.95, 36.25)
    slope = random.uniform(0, 40, (60, 60)).astype(np.float32)
    slope[5:9] = np.nan
    write_raster(folder / "slope.tif", slope, west=x, north=y, cell=700.0, crs="EPSG:4546", nodata=np.nan)
    write_raster(folder / "ghi.tif", random.uniform(1300, 1500, (9, 9)).astype(np.float32), west=111.9, north=36.3, cell=0.05)
    blobs = [
        shapely.Point(x, y).buffer(r)
        for x, y, r in zip(*random.uniform([111.95, 35.95, 0.005], [112.25, 36.25, 0.03], (30, 3)).T, strict=True)
    ]
    features(folder / "red.geojson", [{"geometry": g} for g in blobs])
    steps = np.cumsum(random.normal(0, 0.004, (6, 200, 2)), axis=1) + random.uniform([112, 36], [112.2, 36.2], (6, 1, 2))
    features(folder / "roads.geojson", [{"geometry": shapely.LineString(s)} for s in steps])
    return folder, config


def cut_into(monkeypatch, rows: int, columns: int) -> None:
    """Let passes take the grid in blocks of so many cells."""
    monkeypatch.setattr(Evidence, "blocks", lambda self, zones: pixels.windows(zones, rows, columns, 1, self.grid.width))


def asked(place) -> tuple:
    """Counties, evidence, book of rules and models of the place."""
    folder, config = place
    paths = Paths(folder)
    land_cover = find(config.land_cover[0], "land_cover", paths, "classes")
    others = {name: find(ref, name, paths, "other") for name, ref in config.layers.items()}
    frame = four_counties().rename(columns={"XZQDM": "county_code", "XZQMC": "county_name"})
    rules = parse(tables.read_csv(folder / "rules.csv", tables.RULES), "rules.csv")
    evidence = Evidence(land_cover, others, (112.1, 36.1), "trees", rules)
    models = {"pv": pv_model(Pv(), ("ghi",), False, "zh"), "wind": wind_model(Wind(), (), None, False, "zh")}
    return Counties(frame, ("149900", "某市")), evidence, Book(dt.date(2026, 1, 1), rules, {}), models
