"""The office drive: run whole by configuration alone, with the right totals; spoilt in one place, told by ``check``."""

import contextlib
import json
import shutil
import sqlite3
from collections.abc import Callable
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import rasterio
import shapely
from bureau import CONFIG, DI_LEI, DLBM, SITES, STEP, TARGET, area_by_code, hm2, make_drive, write_gbk
from worlds import four_counties, write_raster

from pipeline import check as checking
from pipeline.core import config as configuration
from pipeline.core.errors import UsageError
from pipeline.core.paths import Paths
from pipeline.core.store import Store
from pipeline.ingest.sites import read_all
from pipeline.stages import STAGES, Run


@pytest.fixture(scope="module")
def drive(tmp_path_factory) -> Path:
    """The drive, untouched."""
    folder = tmp_path_factory.mktemp("运城 办公盘")
    make_drive(folder)
    return folder


@pytest.fixture(scope="module")
def outputs(drive) -> Path:
    """A whole run on it."""
    config = configuration.load(drive / "config.yaml")
    run = Run(config, drive / "outputs", Paths(drive, config.data_folders))
    for stage in STAGES.values():
        run.do(stage)
    return drive / "outputs"


def table(outputs: Path, name: str) -> pd.DataFrame:
    return pd.read_csv(outputs / f"{name}.csv", dtype={"county_code": str, "source_code": str, "code": str, "key": str})


@pytest.mark.parametrize(("product", "wooded", "codes"), [("ONE_MAP", True, DI_LEI), ("LAND_SURVEY", False, DLBM)])
def test_every_code_has_the_area_of_its_parcels(outputs, product, wooded, codes):
    found = table(outputs, "tabulate/code_area").query("product == @product and level == 'county' and source_code.notna()")
    found = found[found.area_hm2 > 0].set_index(["county_code", "source_code"]).area_hm2
    expected = pd.Series(area_by_code(wooded, codes))
    assert set(found.index) == set(expected.index)
    assert (found / expected.reindex(found.index) - 1).abs().max() < 1e-9


def test_raster_of_the_drive_has_the_area_of_its_cells(outputs):
    land = table(outputs, "tabulate/land_area").query("product == 'WorldCover-v200' and level == 'city'").set_index("class_key").area_hm2
    counties = four_counties(west=110.9, south=35.0, step=STEP)
    cell = STEP / 10
    trees = sum(hm2(shapely.box(110.9, 35.0 + i * cell, 110.9 + 7 * cell, 35.0 + (i + 1) * cell)) for i in range(20))
    assert land["forest_arbor"] == pytest.approx(trees, rel=1e-9)
    assert land.sum() == pytest.approx(sum(hm2(g) for g in counties.geometry), rel=1e-9)


def test_one_map_gives_a_plain_verdict_and_rasters_none(outputs):
    cover = table(outputs, "cover/forest_cover").query("reading == 'strict' and level == 'city'").set_index("product")
    whole = sum(hm2(g) for g in four_counties(west=110.9, south=35.0, step=STEP).geometry)
    forest = sum(a for (_, code), a in area_by_code(True, DI_LEI).items() if code in ("030101", "030301"))
    assert cover.forest_cover_pct["ONE_MAP"] == pytest.approx(forest / whole * 100, rel=1e-9)
    assert cover.official_cover_pct["ONE_MAP"] == pytest.approx(forest / whole * 100, rel=1e-9)
    assert cover.verdict.to_dict() == {"ONE_MAP": "met", "LAND_SURVEY": "undetermined", "WorldCover-v200": "undetermined"}
    counties = table(outputs, "cover/forest_cover").query("product == 'ONE_MAP' and level == 'county'")
    assert set(counties.verdict) == {"met", "not_met"}
    assert ((counties.forest_cover_pct >= TARGET) == (counties.verdict == "met")).all()


def test_growing_stock_and_attributes_go_with_the_parts_of_cut_parcels(outputs):
    area = table(outputs, "ingest/parcel_area").query("product == 'ONE_MAP'")
    assert area.growing_stock_m3.sum() == pytest.approx(10 * area.area_hm2.sum(), rel=1e-4)  # the field holds 10 m3 a hm2, rounded
    strata = table(outputs, "tabulate/class_by_stratum").query("product == 'ONE_MAP' and layer == 'origin' and level == 'city'")
    assert set(strata.key) == {"11", "21"}
    assert strata.area_hm2.sum() == pytest.approx(area.area_hm2.sum(), rel=1e-9)


def test_offset_sites_land_where_they_were_meant(outputs):
    sites = gpd.read_file(outputs / "ingest/candidate_sites.gpkg")
    assert list(sites.kind) == ["pv", "wind"]
    assert list(sites.capacity_mw) == [100, 50]
    meant = np.array([s[4:] for s in SITES])
    assert np.abs(np.c_[sites.geometry.x, sites.geometry.y] - meant).max() < 2e-7


@pytest.mark.parametrize(("file", "driver"), [("sites.shp", "ESRI Shapefile"), ("sites.kml", "LIBKML"), ("sites.gpkg", "GPKG")])
def test_sites_in_vector_files_have_chinese_fields_and_units_of_their_own(drive, tmp_path, file, driver):
    """Capacities in 万千瓦 come out in MW; the same file without the unit is refused, not taken for MW."""
    shutil.copytree(drive, tmp_path / "盘", ignore=shutil.ignore_patterns("outputs"))
    folder = tmp_path / "盘"
    frame = {"编号": ["A1", "A2"], "名称": ["甲", "乙"], "类型": ["光伏", "风电"], "容量": ["10", "0.5"]}
    gpd.GeoDataFrame(frame, geometry=gpd.points_from_xy([110.95, 111.0], [35.05, 35.1]), crs=4326).to_file(folder / file, driver=driver)
    named = f"{{file: {file}, columns: {{capacity_mw: 容量}}, units: {{capacity_mw: 万千瓦}}}}"
    edit("{file: 场址.csv, datum: gcj02}", named)(folder)
    config = configuration.load(folder / "config.yaml")
    with Store(tmp_path / "out", "ingest", language="zh", paths=Paths(folder), is_quiet=True) as store:
        found = read_all(config, store, Paths(folder), None)
    assert found[["site_id", "kind", "capacity_mw"]].to_numpy().tolist() == [["A1", "pv", 100.0], ["A2", "wind", 5.0]]
    edit("{file: 场址.csv, datum: gcj02}", named.replace(", units: {capacity_mw: 万千瓦}", ""))(folder)
    assert any("容量" in f.message and f.severity == "error" for f in look(folder).findings)


def test_what_a_scheme_says_of_itself_is_recorded_where_it_is_read(outputs):
    """The limits and readings of layer.yaml stand in tables of cover: a change of it must make the stage run again."""
    for stage in ("tabulate", "cover", "report"):
        inputs = json.loads((outputs / stage / "manifest.json").read_text(encoding="utf-8"))["inputs"]
        assert {f"layers/land_cover/{n}/layer.yaml" for n in ("one_map", "land_survey", "worldcover_v200")} <= set(inputs)


def test_every_stage_holds_the_contract(outputs):
    for name in STAGES:
        assert (outputs / name / "manifest.json").is_file()
    assert sum(p.suffix == ".html" for p in (outputs / "maps").iterdir()) == 5


# --- spoiling ------------------------------------------------------------------------------------------------


def edit(old: str, new: str) -> Callable[[Path], None]:
    """A change of one place in config.yaml."""

    def change(folder: Path) -> None:
        assert old in CONFIG.format()
        (folder / "config.yaml").write_text(CONFIG.format().replace(old, new), encoding="utf-8")

    return change


def shapefile(change: Callable[[gpd.GeoDataFrame], gpd.GeoDataFrame]) -> Callable[[Path], None]:
    def spoil(folder: Path) -> None:
        path = folder / "一张图" / "小班.shp"
        write_gbk(path, change(gpd.read_file(path, encoding="GBK")))

    return spoil


def survey(change: Callable[[gpd.GeoDataFrame], gpd.GeoDataFrame], **how) -> Callable[[Path], None]:
    def spoil(folder: Path) -> None:
        frame = change(gpd.read_file(folder / "三调.gpkg"))
        (folder / "三调.gpkg").unlink()
        frame.to_file(folder / "三调.gpkg", driver="GPKG", layer="DLTB", **how)

    return spoil


def raster(change: Callable[[np.ndarray], None], **profile) -> Callable[[Path], None]:
    def spoil(folder: Path) -> None:
        with rasterio.open(folder / "地表覆盖.tif") as source:
            values, kept = source.read(1), source.profile
        change(values)
        with rasterio.open(folder / "地表覆盖.tif", "w", **(kept | profile)) as target:
            target.write(values, 1)

    return spoil


def rewrite(name: str, change: Callable[[str], str], encoding: str = "utf-8-sig") -> Callable[[Path], None]:
    def spoil(folder: Path) -> None:
        text = (folder / name).read_bytes().decode(encoding)
        assert change(text) != text
        (folder / name).write_bytes(change(text).encode(encoding))

    return spoil


def shifted(folder: Path) -> None:
    """Boundaries in offset coordinates, nothing declared; the true ones are the control."""
    from pipeline.core.datum import from_cgcs2000

    frame = gpd.read_file(folder / "县界.gpkg")
    shutil.copy(folder / "县界.gpkg", folder / "控制.gpkg")
    dense = frame.geometry.segmentize(0.005)
    moved = dense.transform(lambda xy: np.stack(from_cgcs2000(xy[:, 0], xy[:, 1], "gcj02"), 1))
    frame.set_geometry(moved).to_file(folder / "县界.gpkg", driver="GPKG")
    text = (folder / "config.yaml").read_text(encoding="utf-8").replace(", datum: cgcs2000", "")
    lines = "  control_lines: {file: 控制.gpkg, fields: {county_code: XZQDM, county_name: XZQMC}}\n  control_areas"
    (folder / "config.yaml").write_text(text.replace("  control_areas", lines), encoding="utf-8")


def offset(frame: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Parcels in the coordinates of a map service, labelled as the national ones."""
    from pipeline.core.datum import from_cgcs2000

    degrees = frame.to_crs(4490)
    moved = degrees.geometry.transform(lambda xy: np.stack(from_cgcs2000(xy[:, 0], xy[:, 1], "gcj02"), 1))
    return degrees.set_geometry(moved).to_crs(frame.crs)


def stale_index(folder: Path) -> None:
    """A spatial index that lacks parcels, as when a file was put in the place of another."""
    with contextlib.closing(sqlite3.connect(folder / "三调.gpkg")) as base, base:
        (name,) = base.execute("SELECT name FROM sqlite_master WHERE sql LIKE 'CREATE VIRTUAL TABLE%rtree%'").fetchone()
        base.execute(f'DELETE FROM "{name}" WHERE id > (SELECT max(id) - 9 FROM "{name}")')


def doubled(frame: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    return pd.concat([frame, frame.iloc[:20]], ignore_index=True)


def swapped(text: str) -> str:
    head, *rows = text.split("\r\n")
    parts = [r.split(",") for r in rows]
    return "\r\n".join([head, *(",".join([*p[:4], p[5], p[4]]) for p in parts)])


def control_areas_left_out(folder: Path) -> None:
    """Rates on official areas, and no table of them."""
    text = (folder / "config.yaml").read_text(encoding="utf-8").replace("cover: {", "cover: {denominator: official, ")
    kept = [line for line in text.splitlines() if "control_areas" not in line]
    (folder / "config.yaml").write_text("\n".join(kept), encoding="utf-8")


def shifted_alone(folder: Path) -> None:
    """Boundaries in offset coordinates, nothing declared, and no control but the parcels."""
    shifted(folder)
    kept = [line for line in (folder / "config.yaml").read_text(encoding="utf-8").splitlines() if "control_lines" not in line]
    (folder / "config.yaml").write_text("\n".join(kept), encoding="utf-8")


def slope_in(unit: str) -> Callable[[Path], None]:
    """A layer that rules ask for in degrees."""

    def spoil(folder: Path) -> None:
        write_raster(folder / "坡度.tif", np.full((20, 20), 10, np.float32), west=110.9, north=35.2, cell=0.01)
        edit("layers: {}", f"layers: {{slope_deg: {{file: 坡度.tif{unit}}}}}")(folder)

    return spoil


# What is spoilt: (how, the finding's key, words its message must hold, exit code)
SPOILT = {
    "unknown code in the one-map": (
        shapefile(lambda f: f.assign(DI_LEI=f.DI_LEI.where(f.index != 3, "999999"))),
        None,
        ["999999", "小班.shp"],
        3,
    ),
    "no table beside the shapefile": (lambda d: (d / "一张图/小班.dbf").unlink(), "shapefile_part", [".dbf"], 3),
    "another scheme named": (edit("land_cover/land_survey,", "land_cover/land_use_2023,"), None, ["land_survey"], 3),
    "class field missing": (survey(lambda f: f.drop(columns="DLBM")), None, ["DLBM"], 3),
    "zone prefix missing": (survey(lambda f: f.set_crs(4546, allow_override=True)), None, ["4525"], 3),
    "unknown code in the raster": (raster(lambda v: v.__setitem__((2, 2), 33)), None, ["33", "丙县"], 3),
    "raster of another place": (
        raster(lambda v: None, transform=rasterio.transform.from_origin(120.9, 35.2, 0.01, 0.01)),
        "raster_elsewhere",
        ["120.9"],
        3,
    ),
    "raster of half the place": (
        raster(lambda v: None, transform=rasterio.transform.from_origin(111.0, 35.2, 0.01, 0.01)),
        "raster_part",
        ["地表覆盖.tif", "50.000 %", "甲县、丙县"],
        0,
    ),
    "raster cut off": (lambda d: (d / "地表覆盖.tif").write_bytes((d / "地表覆盖.tif").read_bytes()[:300]), None, ["地表覆盖.tif"], 3),
    "a page saved as raster": (
        lambda d: (d / "地表覆盖.tif").write_bytes(b"<html><body>login</body></html>"),
        "file_is_page",
        ["地表覆盖.tif"],
        3,
    ),
    "sites: latitude first": (rewrite("场址.csv", swapped), None, ["场址.csv"], 3),
    "sites: another city": (rewrite("场址.csv", lambda t: t.replace("110.95", "121.95")), "sites_outside", ["场址.csv", "一号光伏场址"], 0),
    "sites: saved as Unicode text": (
        lambda d: (d / "场址.csv").write_text((d / "场址.csv").read_text("utf-8-sig"), "utf-16"),
        "file_format",
        ["场址.csv", "CSV UTF-8"],
        3,
    ),
    "geopackage cut off": (
        lambda d: (d / "三调.gpkg").write_bytes((d / "三调.gpkg").read_bytes()[:5000]),
        "vector_unreadable",
        ["三调.gpkg", "重新复制"],
        3,
    ),
    "a path of another system": (edit("file: 三调.gpkg", r"file: D:\数据\三调.gpkg"), "path_forbidden", ["D:", "/mnt/"], 2),
    "sites: no datum": (edit(", datum: gcj02", ""), None, ["gcj02"], 0),
    "sites: no unit": (rewrite("场址.csv", lambda t: t.replace("（MW）", "")), None, ["装机容量"], 3),
    "sites: number for a word": (rewrite("场址.csv", lambda t: t.replace(",100,", ",一百,")), None, ["一百"], 3),
    "recorded areas in mu": (shapefile(lambda f: f.assign(XBMJ=f.XBMJ * 15)), None, ["亩"], 3),
    "a datum for a raster": (edit("地表覆盖.tif, year", "地表覆盖.tif, datum: gcj02, year"), "raster_datum", ["gcj02", "地表覆盖.tif"], 2),
    "a key of units that says nothing": (edit("小班.shp, year", "小班.shp, units: {XBMJ: 亩}, year"), "parcels_key", ["XBMJ", "area"], 2),
    "a layer called like an attribute": (
        edit("layers: {}", "layers: {species: {file: 地表覆盖.tif, unit: x}}"),
        "layer_name_taken",
        ["species", "ONE_MAP"],
        2,
    ),
    "a coordinate system that is none": (
        edit("{file: 场址.csv,", "{file: 场址.csv, assume_crs: 'EPSG:99999',"),
        "crs_no_such",
        ["EPSG:99999"],
        3,
    ),
    "a folder for a table": (edit("targets: 目标.csv", "targets: 一张图"), "file_not_regular", ["一张图"], 3),
    "a path without end": (edit("目标.csv", "a" * 5000), "path_forbidden", ["aaa"], 2),
    "capacity without end": (rewrite("场址.csv", lambda t: t.replace(",100,", ",1e400,")), "table_number", ["1e400"], 3),
    "an index of other parcels": (stale_index, "parcels_index", ["三调.gpkg", "丁市"], 3),
    "parcels in offset coordinates": (survey(offset), "parcels_shifted", ["gcj02"], 3),
    "parcels twice": (survey(doubled), None, ["三调.gpkg"], 3),
    "county area missing": (
        rewrite("控制面积.csv", lambda t: "\n".join(t.split("\n")[:-2]) + "\n", "gb18030"),
        "control_absent",
        ["149904"],
        3,
    ),
    "boundaries in offset coordinates": (shifted, "datum_shifted", ["gcj02"], 3),
    "boundaries in offset coordinates, found by the parcels": (
        shifted_alone,
        "parcels_counties_shifted",
        ["三调.gpkg", "area.boundaries", "datum: gcj02"],
        3,
    ),
    "official areas asked for and not given": (control_areas_left_out, "denominator_missing", ["area.control_areas"], 2),
    "a class declared as no data": (raster(lambda v: None, nodata=40), "nodata_is_class", ["40", "耕地", "nodata:"], 3),
    "slope in percent": (slope_in(", unit: '%'"), "measure_unit", ["slope_deg", "deg", "PV-14a"], 2),
    "slope without a unit": (slope_in(""), "measure_unit_unstated", ["unit: deg"], 0),
    "slope in degrees by another name": (slope_in(", unit: 度"), "rule_layers_missing", ["aspect_deg"], 0),
    "official areas in another unit": (edit("{area_hm2: 万亩}", "{area_hm2: 平方公里}"), "control_unit", ["控制面积.csv", "area_hm2"], 3),
    "key misspelt": (edit("main_reading", "main_readin"), None, ["main_reading"], 2),
    "reading of another product": (edit("main_reading: strict", "main_reading: loose"), "reading_main", ["strict"], 2),
    "file not there": (edit("三调.gpkg", "三调2.gpkg"), "file_missing", ["三调2.gpkg"], 3),
    "product named wrongly": (edit("worldcover_v200,", "esri_lulc,"), None, ["worldcover"], 3),
}


def look(folder: Path) -> checking.Checked:
    """What ``make check`` does."""
    try:
        config = configuration.load(folder / "config.yaml")
    except UsageError as error:
        return checking.refused(error, folder / "outputs", "zh")
    return checking.check(config, folder / "outputs", Paths(folder, config.data_folders))


def test_shapes_that_are_repaired_or_absent_are_told(drive, tmp_path):
    """A bow tie in a redline still excludes; the reader of the report knows."""
    folder = tmp_path / "盘"
    shutil.copytree(drive, folder, ignore=shutil.ignore_patterns("outputs"))
    tie = [(110.95, 35.05), (110.97, 35.07), (110.97, 35.05), (110.95, 35.07)]
    gpd.GeoDataFrame(geometry=[shapely.Polygon(tie), None], crs=4490).to_file(folder / "红线.gpkg", driver="GPKG")
    edit("layers: {}", "layers: {eco_redline: {file: 红线.gpkg}}")(folder)
    told = {f.kind: f.message for f in look(folder).findings}
    assert "1 个图形" in told["features_broken"] and "1 个没有图形" in told["features_broken"]


def test_a_good_drive_has_no_error(drive):
    checked = look(drive)
    assert [f.message for f in checked.findings if f.severity == "error"] == []
    assert checked.exit_code == 0


@pytest.mark.parametrize("case", SPOILT)
def test_each_spoiling_is_told_with_its_mend(drive, tmp_path, case):
    spoil, kind, words, code = SPOILT[case]
    folder = tmp_path / "盘"
    shutil.copytree(drive, folder, ignore=shutil.ignore_patterns("outputs"))
    spoil(folder)
    checked = look(folder)
    said = [f for f in checked.findings if all(w in f.message for w in words) and kind in (None, f.kind)]
    assert said, [(f.kind, f.message) for f in checked.findings]
    assert checked.exit_code == code
    saved = json.loads((folder / "outputs/check/check.json").read_text(encoding="utf-8"))
    assert [f["kind"] for f in saved["findings"]] == [f.kind for f in checked.findings]
    assert said[0].message in (folder / "outputs/check/check.txt").read_text(encoding="utf-8-sig")
    assert "<script" not in (folder / "outputs/check/check.html").read_text(encoding="utf-8")
