"""Roofs: areas by class and county by another way, cut at borders, overlaps once, gaps as gaps, energy of the county."""

import time

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from pyproj import Geod
from worlds import four_counties, make_place, write_raster

from pipeline.core import tables
from pipeline.core.config import PROJECT, LayerRef
from pipeline.core.counties import Counties
from pipeline.core.errors import BadData
from pipeline.core.layers import find
from pipeline.core.paths import Paths
from pipeline.siting import rooftop
from pipeline.siting.energy import Energy, Model, Place

SHARES = tables.read_csv(PROJECT / "layers/factors/rooftop.csv", tables.ROOFTOP_SHARES)
KNOWN = rooftop.spellings(SHARES, "rooftop.csv")
NAMES = dict(zip(SHARES.building_class, SHARES.name_zh, strict=True)) | {"unclassified": "未分类", "all": "合计"}


def places(*, city=True) -> Counties:
    frame = four_counties().rename(columns={"XZQDM": "county_code", "XZQMC": "county_name"})
    return Counties(frame, ("149900", "某市") if city else None)


def box(x: float, y: float, size: float = 0.001):
    """A square by its south-western corner, in degrees east and north of the area's."""
    return shapely.box(112 + x, 36 + y, 112 + x + size, 36 + y + size)


def hm2(shape) -> float:
    """Area by another way: geodesic edges, which over 100 m are as good as straight ones."""
    return abs(Geod(ellps="GRS80").geometry_area_perimeter(shapely.segmentize(shape, 1e-4))[0]) / 1e4


def buildings(*shapes: tuple) -> rooftop.Buildings:
    return rooftop.Buildings(np.array([s for s, _ in shapes], object), np.array([k for _, k in shapes], object))


def layer(folder, frame: gpd.GeoDataFrame, **more):
    frame.to_file(folder / "roofs.gpkg", driver="GPKG")
    return find(LayerRef(file="roofs.gpkg", **more), "rooftop_buildings", Paths(folder), "features")


def measured(*shapes: tuple) -> pd.DataFrame:
    return rooftop.areas(buildings(*shapes), places(), "roofs").set_index(["county_code", "building_class"])


def test_areas_are_ellipsoidal_and_by_class():
    made = measured((box(0.01, 0.01), "government"), (box(0.02, 0.01, 0.002), "industry"), (box(0.15, 0.01), "industry"))
    assert made.roof_area_hm2[("149901", "government")] == pytest.approx(hm2(box(0.01, 0.01)), rel=1e-6)
    assert made.roof_area_hm2[("149901", "industry")] == pytest.approx(hm2(box(0.02, 0.01, 0.002)), rel=1e-6)
    assert made.roof_area_hm2[("149902", "government")] == 0 and made.buildings[("149902", "industry")] == 1
    assert set(made.index.get_level_values(0)) == {"149901", "149902", "149903", "149904"}


def test_a_building_across_a_border_is_cut_and_counts_where_most_of_it_lies():
    across = shapely.box(112.0997, 36.01, 112.1007, 36.011)  # three tenths in the west
    made = measured((across, "public"))
    assert made.roof_area_hm2[("149901", "public")] == pytest.approx(0.3 * hm2(across), rel=1e-6)
    assert made.roof_area_hm2.sum() == pytest.approx(hm2(across), rel=1e-6)
    assert made.buildings.to_dict() == {("149901", "public"): 0, ("149902", "public"): 1, ("149903", "public"): 0, ("149904", "public"): 0}
    outside = measured((shapely.box(111.9995, 36.01, 112.0005, 36.011), "public"))  # half of it beyond the area
    assert outside.roof_area_hm2.sum() == pytest.approx(hm2(across) / 2, rel=1e-6) and outside.buildings.sum() == 1


def test_land_claimed_twice_counts_once_for_the_first():
    first, second = box(0.01, 0.01), box(0.0105, 0.01)  # half on one another
    made = measured((first, "public"), (second, "industry"), (first, "rural_home"))
    half = hm2(shapely.intersection(first, second))
    assert made.roof_area_hm2[("149901", "public")] == pytest.approx(hm2(first), rel=1e-6)
    assert made.roof_area_hm2[("149901", "industry")] == pytest.approx(hm2(second) - half, rel=1e-6)
    assert made.overlap_hm2[("149901", "industry")] == pytest.approx(half, rel=1e-6)
    assert made.roof_area_hm2[("149901", "rural_home")] == 0 and made.buildings[("149901", "rural_home")] == 0  # there already
    assert made.roof_area_hm2.sum() == pytest.approx(hm2(first | second), rel=1e-6)


def test_heaps_are_refused():
    with pytest.raises(BadData, match="rooftop_heaped"):
        measured(*[(box(0.01, 0.01), "public")] * 300)


def test_a_class_without_a_share_has_an_area_and_no_modules():
    made = measured((box(0.01, 0.01), "government"), (box(0.02, 0.01), "urban_home"), (box(0.03, 0.01), "unclassified"))
    rows = tables.product(rooftop.rooftop(made.reset_index(), SHARES, None, {}, places(), {"149901"}, NAMES), tables.ROOFTOP)
    own = rows[rows.county_code == "149901"].set_index("building_class")
    roof = hm2(box(0.01, 0.01))
    assert own.module_area_hm2["government"] == pytest.approx(0.5 * roof, rel=1e-5)
    assert own.module_area_hm2[["urban_home", "unclassified"]].isna().all() and own.share_pct[["urban_home", "unclassified"]].isna().all()
    assert own.label["urban_home"] == "gap" and pd.isna(own.label["unclassified"])
    assert own.roof_area_hm2["all"] == pytest.approx(3 * roof, rel=1e-5) and own.module_area_hm2["all"] == own.module_area_hm2["government"]
    assert own.capacity_mw.isna().all() and own.energy_gwh_yr.isna().all()  # no density in the configuration: no capacity
    assert rows.is_pilot[rows.level == "county"].tolist()[:4] == ["yes"] * 4 and "no" in set(rows.is_pilot)


def test_city_rows_are_the_sums_of_the_counties():
    made = measured((box(0.01, 0.01), "public"), (box(0.15, 0.01), "public"), (box(0.15, 0.15), "industry"))
    energy = {code: Energy(1000.0 + i, 900.0, 1100.0, "m") for i, code in enumerate(("149901", "149902", "149903", "149904"))}
    rows = tables.product(rooftop.rooftop(made.reset_index(), SHARES, 2.0, energy, places(), None, NAMES), tables.ROOFTOP)
    columns = ["buildings", "roof_area_hm2", "module_area_hm2", "capacity_mw", "energy_gwh_yr", "energy_low_gwh_yr"]
    for key in ("all", "public", "industry"):
        own = rows[rows.building_class == key]
        assert own[own.level == "city"][columns].iloc[0].to_dict() == pytest.approx(own[own.level == "county"][columns].sum().to_dict())
    row = rows[(rows.county_code == "149902") & (rows.building_class == "public")].iloc[0]
    assert row.capacity_mw == pytest.approx(2 * row.module_area_hm2) and row.energy_gwh_yr == pytest.approx(row.capacity_mw * 1.001)
    assert rows.is_pilot.isna().all()
    energy["149902"] = None
    rows = tables.product(rooftop.rooftop(made.reset_index(), SHARES, 2.0, energy, places(), None, NAMES), tables.ROOFTOP)
    assert rows[(rows.level == "city") & (rows.building_class == "public")].energy_gwh_yr.isna().all()  # unknown in part is unknown
    alone = rooftop.rooftop(made.reset_index(), SHARES, 2.0, energy, places(city=False), None, NAMES)
    assert {r["level"] for r in alone} == {"county"}


def test_hours_are_those_of_the_mean_over_all_land_of_the_county():
    model = Model(("ghi",), False, lambda v, n: v(n), lambda ghi, place: ghi, (0.8, 0.7, 0.9), lambda *_: "m")
    rows = [("1", 100.0, 100.0, 1400.0), ("1", 300.0, 300.0, 1200.0), ("2", 100.0, 60.0, 1400.0)]
    found = pd.DataFrame(rows, columns=["county_code", "area_hm2", "resource_area_hm2", "resource_mean"]).assign(level="county")
    found["resource_low"] = found["resource_high"] = found.resource_mean
    made = rooftop.county_energy(found, model, {c: Place(36.0) for c in "12"})
    assert made["1"].full_load_h == pytest.approx(0.8 * 1250) and made["1"].low_h == pytest.approx(0.7 * 1250)
    assert made["2"] is None  # not known on all of its land


def test_classes_are_found_by_key_and_by_the_words_of_the_table(tmp_path):
    words = ["government", "党政机关", " 学校 ", "ＩＮＤＵＳＴＲＹ", "寺庙", None]
    frame = gpd.GeoDataFrame({"TYPE": words}, geometry=[box(0.01 * i, 0.01) for i in range(1, 7)], crs=4490)
    told = []
    read = rooftop.read(layer(tmp_path, frame, columns={"building_class": "TYPE"}), KNOWN, lambda key, **p: told.append((key, p)))
    assert read.key.tolist() == ["government", "government", "public", "industry", "unclassified", "unclassified"]
    assert [(k, p["count"], p["found"]) for k, p in told] == [("rooftop_some_unclassified", 2, "寺庙、–")]


def test_bad_buildings_are_refused_by_name(tmp_path):
    frame = gpd.GeoDataFrame({"TYPE": ["a"]}, geometry=[box(0.01, 0.01)], crs=4490)
    with pytest.raises(BadData, match=r"rooftop_no_class.*TYPE"):
        rooftop.read(layer(tmp_path, frame), KNOWN, None)
    frame = gpd.GeoDataFrame({"building_class": ["a"]}, geometry=[shapely.Point(112, 36)], crs=4490)
    with pytest.raises(BadData, match="rooftop_polygons"):
        rooftop.read(layer(tmp_path, frame), KNOWN, None)


def test_broken_and_empty_shapes_are_mended_or_left_out(tmp_path):
    bow = shapely.Polygon([(112.01, 36.01), (112.012, 36.012), (112.012, 36.01), (112.01, 36.012)])
    frame = gpd.GeoDataFrame({"building_class": ["public"] * 3}, geometry=[bow, None, box(0.05, 0.05)], crs=4490)
    read = rooftop.read(layer(tmp_path, frame), KNOWN, None)
    assert len(read.geometry) == 2 and shapely.is_valid(read.geometry).all()
    made = rooftop.areas(read, places(), "roofs")
    assert made.roof_area_hm2.sum() == pytest.approx(hm2(shapely.make_valid(bow)) + hm2(box(0.05, 0.05)), rel=1e-5)


def test_a_word_that_stands_for_two_classes_is_refused():
    twice = SHARES.assign(values=[*SHARES["values"][:-1], "学校"])
    with pytest.raises(BadData, match="学校"):
        rooftop.spellings(twice, "shares.csv")
    with pytest.raises(BadData, match="unclassified"):
        rooftop.spellings(SHARES.assign(building_class=[*SHARES.building_class[:-1], "unclassified"]), "shares.csv")


def test_the_shares_are_those_of_the_notice():
    assert dict(zip(SHARES.building_class, SHARES.share_pct, strict=True)) == pytest.approx(
        {"government": 50, "public": 40, "industry": 30, "rural_home": 20, "urban_home": np.nan}, nan_ok=True
    )
    assert dict(zip(SHARES.building_class, SHARES.label, strict=True))["urban_home"] == "gap"


def test_a_hundred_thousand_buildings_take_seconds():
    rng = np.random.default_rng(1)
    cell = np.arange(102_400)
    x, y = 112.00002 + (cell % 320) * 0.2 / 320, 36.00002 + (cell // 320) * 0.2 / 320
    size = rng.uniform(0.0001, 0.0006, len(cell))
    shapes = shapely.box(x, y, x + size, y + size)
    began = time.perf_counter()
    made = rooftop.areas(rooftop.Buildings(shapes, np.array(["public", "industry"], object)[cell % 2]), places(), "roofs")
    assert time.perf_counter() - began < 30  # 3 s on two cores
    assert made.buildings.sum() == len(cell)
    assert made.roof_area_hm2.sum() == pytest.approx(
        sum(hm2(s) for s in shapes[:2000]) * (size**2).sum() / (size[:2000] ** 2).sum(), rel=2e-3
    )


@pytest.fixture(scope="module")
def place(tmp_path_factory, cli):
    """A place with two buildings and irradiation; the configuration gives a density."""
    folder = tmp_path_factory.mktemp("roofs")
    roofs = "  rooftop: {buildings: {file: roofs.geojson, columns: {building_class: 类型}, synthetic: true}, mw_per_hm2: 2.0}"
    config = make_place(
        folder,
        replace={
            "rules: layers/rules/siting.csv": f"rules: layers/rules/siting.csv\n{roofs}",
            "cover: {main": "layers:\n  ghi: {file: ghi.tif, unit: kWh/m2/yr, resampling: nearest}\ncover: {main",
        },
    )
    write_raster(folder / "ghi.tif", np.full((20, 20), 1400.0, np.float32), west=112.0, north=36.2, cell=0.01)
    gpd.GeoDataFrame({"类型": ["学校", "厂房"]}, geometry=[box(0.01, 0.01), box(0.02, 0.01)], crs=4326).to_file(folder / "roofs.geojson")
    done = cli("report", "--config", config, "--out", folder / "out")
    assert done.returncode == 0, done.stderr
    return folder, config


def test_the_stage_writes_roofs_with_capacity_and_energy(place):
    rows = tables.read_csv(place[0] / "out/siting/rooftop.csv", tables.ROOFTOP).set_index(["county_code", "building_class"])
    row = rows.loc[("149901", "public")]
    assert row.module_area_hm2 == pytest.approx(0.4 * hm2(box(0.01, 0.01)), rel=1e-5)
    assert row.capacity_mw == pytest.approx(2 * row.module_area_hm2) and row.full_load_h == pytest.approx(1400 * 0.8)
    assert row.energy_gwh_yr == pytest.approx(row.capacity_mw * 1.12)
    assert "2021-06-20" in row.source and row.label == "V"
    sources = tables.read_csv(place[0] / "out/ingest/sources.csv", tables.SOURCES).set_index("role")
    assert sources.is_synthetic["rooftop_buildings"] == "yes"  # and so everything is marked
    assert "SYNTHETIC" in (place[0] / "out/siting/rooftop.csv").read_text(encoding="utf-8-sig")
    page = (place[0] / "out/report/report.html").read_text(encoding="utf-8")
    assert "屋顶光伏潜力" in page and "2 MW/hm²" in page


def test_check_tells_of_buildings_without_a_class(place, tmp_path, cli):
    text = place[1].read_text(encoding="utf-8").replace("building_class: 类型", "building_class: 用途")
    wrong = place[0] / "wrong.yaml"
    wrong.write_text(text, encoding="utf-8")
    done = cli("check", "--config", wrong, "--out", tmp_path / "out")
    assert done.returncode == 3 and "用途" in done.stdout + done.stderr
