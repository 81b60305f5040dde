"""Whole runs as a user starts them: the embedded data, another prefecture by configuration alone, choices, errors."""

import json
import os
import shutil
import subprocess
import sys
import time

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from conftest import ROOT
from worlds import four_counties, make_place, write_raster

from pipeline.core import ellipsoid, tables
from pipeline.stages import STAGES


def table(out, schema):
    return tables.read_csv(out / f"{schema.name}.csv", schema)


def contents(folder) -> dict[str, bytes]:
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()}


# --- the embedded data ---------------------------------------------------------------------------------------


def test_headline_figures(default_outputs):
    cover = table(default_outputs, tables.FOREST_COVER)
    city = cover[(cover.level == "city") & (cover.reading == "strict")].iloc[0]
    assert (city["product"], city.year) == ("MCD12C1", 2019)
    assert city.forest_area_hm2 == pytest.approx(189_363, rel=1e-4)
    assert city.forest_cover_pct == pytest.approx(13.354, abs=0.002)
    assert city.land_area_hm2 == pytest.approx(1_418_015, rel=1e-5)
    assert city.gap_pp == pytest.approx(18.74 - city.forest_cover_pct)
    assert city.gap_area_hm2 == pytest.approx(0.1874 * city.land_area_hm2 - city.forest_area_hm2)
    assert list(cover[cover.level == "city"].reading) == ["strict", "with_woody_savanna", "with_savanna"]
    assert set(cover.verdict) == {"undetermined"} and cover.p_target.isna().all()
    assert cover.basis.str.contains("像元粗大").all()


def test_readings_select_codes_and_do_not_change_classes(default_outputs):
    code = table(default_outputs, tables.CODE_AREA)
    cover = table(default_outputs, tables.FOREST_COVER).set_index(["county_code", "reading"]).forest_area_hm2
    for zone, group in code[code.code.notna()].groupby("county_code"):
        area = group.set_index("code").area_hm2
        assert cover[zone, "strict"] == pytest.approx(area.loc[1:5].sum(), rel=1e-12)
        assert cover[zone, "with_savanna"] == pytest.approx(area.loc[1:5].sum() + area.loc[8:9].sum(), rel=1e-12)
    land = table(default_outputs, tables.LAND_AREA)
    other = land[(land.level == "city") & (land.class_key == "forest_land_other")].area_hm2.iloc[0]
    assert other == pytest.approx(cover["140800", "with_savanna"] - cover["140800", "strict"], rel=1e-12)


def test_areas_are_conserved(default_outputs):
    land = table(default_outputs, tables.LAND_AREA)
    counties = gpd.read_file(default_outputs / "ingest/counties.gpkg").set_index("county_code").geometry
    sums = land.groupby("county_code").area_hm2.sum()
    for code, geometry in counties.items():
        assert sums[code] == pytest.approx(ellipsoid.polygon_area_m2(geometry) / 1e4, rel=1e-9)
    parts = land[land.level == "county"].groupby("class_key").area_hm2.sum()
    whole = land[land.level == "city"].set_index("class_key").area_hm2
    assert parts.to_dict() == pytest.approx(whole.to_dict(), rel=1e-9)


def test_wetland_says_what_the_product_cannot_see(default_outputs):
    wetland = table(default_outputs, tables.WETLAND)
    assert wetland.limit.str.contains("盐湖").all()
    assert wetland.protected_area_hm2.isna().all() and wetland.protection_rate_pct.isna().all()


def test_sites_of_the_default_carry_their_mark_and_reasons(default_outputs):
    sites = table(default_outputs, tables.SITE_SCREENING)
    reasons = table(default_outputs, tables.SITE_REASONS)
    assert len(sites) == 12 and set(sites.is_illustrative) == {"yes"} and sites.name.str.startswith("示例").all()
    assert sites.rules_unknown.str.contains("GEN-01").all()  # farmland layer missing: named, not passed
    assert not (sites.verdict == "allowed").any()
    assert sites[sites.kind == "pv"].energy_gwh_yr.notna().all() and sites[sites.kind == "wind"].energy_gwh_yr.isna().all()
    broken = reasons[(reasons.outcome == "broken") & (reasons.state == "hard")]
    assert len(broken) and broken.legal_basis.notna().all()
    assert set(sites[sites.verdict == "prohibited"].evidence) == {"indicative"}  # 5 km cells cannot convict a plot


def test_an_independent_way_to_the_carbon_total(default_outputs):
    land = table(default_outputs, tables.LAND_AREA)
    factors = tables.read_csv(ROOT / "layers/factors/class_mean.csv", tables.FACTORS).pivot(
        index="class_key", columns="factor", values="value"
    )
    total = 0.0
    for row in land[land.level == "city"].itertuples():
        f = factors.loc[row.class_key].fillna({"soc_land_use": 1.0}).fillna(0.0)
        agb = f.biomass_tc_hm2 / (1 + f.root_shoot)
        total += row.area_hm2 * (
            f.biomass_tc_hm2 + agb * (f.dead_wood_per_agb + f.litter_tc_per_agb_tc) + f.soc_ref_tc_hm2 * f.soc_land_use
        )
    summary = table(default_outputs, tables.CARBON_SUMMARY)
    assert summary[summary.level == "city"].stock_tc.iloc[0] == pytest.approx(total, rel=1e-12)


def test_manifests_hold_no_clock_and_no_machine(default_outputs):
    for stage in STAGES:
        text = (default_outputs / stage / "manifest.json").read_text(encoding="utf-8")
        record = json.loads(text)
        assert record["stage"] == stage and record["outputs"] and record["inputs"]
        assert str(ROOT) not in text and str(default_outputs) not in text and time.strftime("%H:%M") not in text


# --- again, and after changes --------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def finished(tmp_path_factory, cli):
    """Folder of a made-up place and of a whole run on it, that nobody changes."""
    folder = tmp_path_factory.mktemp("finished")
    done = cli("all", "--config", make_place(folder / "place"), "--out", folder / "out")
    assert done.returncode == 0, done.stderr
    return folder


@pytest.fixture
def place(finished, tmp_path):
    """Configuration and outputs of a copy to change."""
    for name in ("place", "out"):
        shutil.copytree(finished / name, tmp_path / name)
    return tmp_path / "place" / "config.yaml", tmp_path / "out"


def test_equal_runs_are_equal_bytes(place, cli, tmp_path):
    config, out = place
    done = cli("all", "--config", config, "--out", tmp_path / "again")
    assert done.returncode == 0
    assert contents(tmp_path / "again") == contents(out)


def test_a_change_redoes_what_it_affects(place, cli):
    config, out = place

    def plan() -> list[str]:
        done = cli("plan", "--config", config, "--out", out)
        assert done.returncode == 0, done.stderr
        return done.stdout.split()

    assert plan() == []
    text = config.read_text(encoding="utf-8")
    config.write_text(text.replace("seed: 7", "seed: 8"), encoding="utf-8")
    assert plan() == ["carbon", "siting", "maps", "report"]
    config.write_text(text.replace("assessment_date: 2026-06-01", "assessment_date: 2020-06-01"), encoding="utf-8")
    assert plan() == ["siting", "maps", "report"]
    config.write_text(text + "# a comment\n", encoding="utf-8")
    assert plan() == []
    config.write_text(text, encoding="utf-8")
    (out / "cover" / "wetland.csv").write_text("spoilt")
    assert plan()[0] == "cover"
    assert cli("all", "--config", config, "--out", out).returncode == 0
    assert plan() == []
    (config.parent / "my_product" / "legend.csv").write_bytes(
        (config.parent / "my_product" / "legend.csv").read_bytes() + b"9,bare,x,x,#000000,\n"
    )
    assert plan()[0] == "ingest"
    (out / "tabulate" / "manifest.json").unlink()
    assert "tabulate" in plan()


def test_an_unchanged_result_upstream_stops_the_rest(place, cli):
    """The bounds of a stage's rerun are its inputs' bytes: tabulate redone with the same result leaves cover alone."""
    config, out = place
    (out / "tabulate" / "manifest.json").unlink()
    before = (out / "cover" / "manifest.json").stat().st_mtime_ns
    assert cli("all", "--config", config, "--out", out).returncode == 0
    assert (out / "cover" / "manifest.json").stat().st_mtime_ns == before


# --- another prefecture, some counties -----------------------------------------------------------------------


def test_another_prefecture_by_configuration_alone(place):
    _, out = place
    cover = table(out, tables.FOREST_COVER)
    assert list(cover.county_name) == ["某市", "甲县", "乙县", "丙县", "丁市"]
    assert cover.forest_cover_pct.tolist() == pytest.approx([50, 100, 0, 100, 0], abs=1e-6)
    assert cover.target_pct.isna().all() and cover.gap_pp.isna().all()
    assert len(list((out / "maps").glob("*.html"))) == 5


def test_layers_targets_and_sites_of_elsewhere_do_not_slip_in(tmp_path, cli):
    """Only area and land cover changed: Yuncheng's climate counts as missing, its targets and plan are not this place's."""
    make_place(tmp_path / "p", west=114.0)
    shipped = (ROOT / "config.yaml").read_text(encoding="utf-8")
    for old, new in {
        'code: "140800"': 'code: "149900"',
        "{zh: 运城市, en: Yuncheng}": "{zh: 某市, en: Somewhere}",
        "{layer: layers/boundaries/yuncheng}": "{file: counties.gpkg, fields: {county_code: XZQDM, county_name: XZQMC}}",
        "- {layer: layers/land_cover/mcd12c1}": "- {layer: layers/land_cover/mcd12c1, file: land.tif, year: 2020, nodata: 0}",
    }.items():
        assert old in shipped
        shipped = shipped.replace(old, new)
    (tmp_path / "p" / "config.yaml").write_text(shipped, encoding="utf-8")
    done = cli("all", "--config", tmp_path / "p" / "config.yaml", "--out", tmp_path / "o")
    assert done.returncode == 0, done.stderr
    assert "ghi" in done.stderr and "2025" in done.stderr and "示例" in done.stderr  # each told: layers, target, sites
    cover, potential = table(tmp_path / "o", tables.FOREST_COVER), table(tmp_path / "o", tables.POTENTIAL)
    assert cover.target_pct.isna().all() and potential.target_2030_mw.isna().all() and potential.energy_gwh_yr.isna().all()
    exclusion = table(tmp_path / "o", tables.EXCLUSION)
    assert exclusion[exclusion.rule_id == "PV-19a"].alone_hm2.isna().all()
    sites = table(tmp_path / "o", tables.SITE_SCREENING)
    assert set(sites.verdict) == {"unknown"} and sites.county_code.isna().all()
    report = (tmp_path / "o" / "report" / "report.html").read_text(encoding="utf-8")
    assert "运政发" not in report and "18.74" not in report


def test_projected_rasters_and_boundaries(tmp_path, cli):
    """Boundaries in a Gauss-Krueger zone, land cover in UTM: the same place measures the same."""
    folder = tmp_path / "p"
    config = make_place(folder)
    four_counties().to_crs(4526).to_file(folder / "counties.gpkg", driver="GPKG")
    codes = np.full((300, 300), 2, np.uint8)
    xs = 580_000 + (np.arange(300) + 0.5) * 100
    codes[:, xs < 600_000] = 1
    write_raster(folder / "land.tif", codes, west=580_000, north=4_010_000, cell=100, crs="EPSG:32649", nodata=0)
    done = cli("cover", "--config", config, "--out", tmp_path / "o")
    assert done.returncode == 0, done.stderr
    cover = table(tmp_path / "o", tables.FOREST_COVER)
    expected = sum(ellipsoid.polygon_area_m2(g) for g in four_counties().geometry) / 1e4
    assert cover.land_area_hm2[0] == pytest.approx(expected, rel=1e-9)


@pytest.mark.parametrize("encoding", ["GBK", "UTF-8"])
def test_shapefiles_without_a_code_page(tmp_path, cli, encoding):
    """The bureau's normal shapefile: text in GBK, no .cpg, no language byte."""
    config = make_place(tmp_path / "p", replace={"counties.gpkg": "counties.shp"})
    four_counties().to_file(tmp_path / "p" / "counties.shp", encoding=encoding)
    (tmp_path / "p" / "counties.cpg").unlink()
    with (tmp_path / "p" / "counties.dbf").open("r+b") as dbf:
        dbf.seek(29)
        dbf.write(b"\0")
    done = cli("cover", "--config", config, "--out", tmp_path / "o")
    assert done.returncode == 0, done.stderr
    assert list(table(tmp_path / "o", tables.FOREST_COVER).county_name) == ["某市", "甲县", "乙县", "丙县", "丁市"]
    (tmp_path / "p" / "counties.dbf").unlink()
    done = cli("cover", "--config", config, "--out", tmp_path / "o")
    assert done.returncode == 3 and ".dbf" in done.stderr


def test_a_raster_that_covers_part_leaves_the_rest_unknown(tmp_path, cli):
    config = make_place(tmp_path / "p")
    write_raster(tmp_path / "p" / "land.tif", np.full((20, 15), 1, np.uint8), west=112.0, north=36.2, cell=0.01, nodata=0)
    done = cli("cover", "--config", config, "--out", tmp_path / "o")
    assert done.returncode == 0 and "未知" in done.stderr
    cover = table(tmp_path / "o", tables.FOREST_COVER).set_index("county_name")
    assert cover.unknown_area_hm2["乙县"] == pytest.approx(cover.land_area_hm2["乙县"] / 2, rel=1e-9)
    assert cover.forest_cover_pct["乙县"] == pytest.approx(50)
    assert cover.unknown_area_hm2["甲县"] == 0


def test_some_counties(default_outputs, tmp_path, cli):
    done = cli("all", "--out", tmp_path / "o", "--county", "闻喜县 140827")
    assert done.returncode == 0, done.stderr
    for schema in (tables.FOREST_COVER, tables.LAND_AREA, tables.CARBON_SUMMARY, tables.POTENTIAL, tables.EXCLUSION, tables.WETLAND):
        part, whole = table(tmp_path / "o", schema), table(default_outputs, schema)
        assert set(part.county_code) == {"140823", "140827"} and set(part.level) == {"county"}
        same = whole[whole.county_code.isin(part.county_code)].reset_index(drop=True)
        pd.testing.assert_frame_equal(part, same, check_exact=True)
    assert len([p for p in (tmp_path / "o" / "maps").glob("1*.html")]) == 2


def test_a_choice_needs_its_own_folder(cli):
    done = cli("cover", "--county", "闻喜县")
    assert done.returncode == 2 and "--out" in done.stderr


# --- bad input -----------------------------------------------------------------------------------------------


def spoil_config(folder, old, new):
    path = folder / "config.yaml"
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


def spoil_geometry(folder):
    frame = four_counties()
    frame.loc[0, "geometry"] = shapely.Polygon([(112, 36), (112.1, 36.1), (112.1, 36), (112, 36.1)])
    frame.to_file(folder / "counties.gpkg", driver="GPKG")


def overlap(folder):
    frame = four_counties()
    frame.loc[0, "geometry"] = shapely.box(112, 36, 112.11, 36.1)
    frame.to_file(folder / "counties.gpkg", driver="GPKG")


def spoil_codes(folder):
    frame = four_counties()
    frame["XZQDM"] = ["149901", "149901", "1499", "149904"]
    frame.to_file(folder / "counties.gpkg", driver="GPKG")


def no_crs(folder):
    write_raster(folder / "land.tif", np.ones((20, 20), np.uint8), west=112.0, north=36.2, cell=0.01, crs=None)


def strange_codes(folder):
    codes = np.full((20, 20), 2, np.uint8)
    codes[0, 0], codes[19, 19] = 77, 78
    write_raster(folder / "land.tif", codes, west=112.0, north=36.2, cell=0.01, nodata=0)


SPOILT = {
    "wrong_key": (lambda f: spoil_config(f, "seed:", "sead:"), 2, ["sead", "seed", "config.yaml:"]),
    "no_layer": (lambda f: (f / "land.tif").unlink(), 3, ["land.tif"]),
    "no_folder": (lambda f: spoil_config(f, "my_product", "no_product"), 3, ["no_product"]),
    "strange_codes": (strange_codes, 3, ["77", "78", "乙县", "丙县", "hm²"]),
    "no_crs": (no_crs, 3, ["land.tif", "assume_crs"]),
    "elsewhere": (lambda f: write_raster(f / "land.tif", np.ones((3, 3), np.uint8), west=10, north=36, cell=1), 3, ["land.tif", "某市"]),
    "metres_as_degrees": (
        lambda f: write_raster(f / "land.tif", np.ones((3, 3), np.uint8), west=5e5, north=4e6, cell=30),
        3,
        ["land.tif", "WGS 84"],
    ),
    "fields": (lambda f: spoil_config(f, "XZQDM", "CODE"), 3, ["CODE", "XZQDM"]),
    "bow_tie": (spoil_geometry, 3, ["甲县"]),
    "overlap": (overlap, 3, ["甲县", "乙县", "hm²"]),
    "codes": (spoil_codes, 3, ["1499", "149901"]),
    "half_a_tiff": (lambda f: (f / "land.tif").write_bytes((f / "land.tif").read_bytes()[:200]), 3, ["land.tif"]),
    "reading": (lambda f: spoil_config(f, "main_reading: trees", "main_reading: tress"), 2, ["tress", "trees"]),
    "route": (lambda f: spoil_config(f, "draws: 2000", "draws: 2000, routes: [volume]"), 2, ["volume", "class_mean"]),
    "swapped": (
        lambda f: (f / "sites.csv").write_text("site_id,name,kind,lon,lat,capacity_mw\nA,a,pv,36.05,112.05,1\n") or None,
        3,
        ["sites.csv", "经度"],
    ),
    "swapped_in_range": (
        lambda f: (f / "sites.csv").write_text("site_id,name,kind,lon,lat,capacity_mw\nA,a,pv,36.05,88.05,\n"),
        3,
        ["sites.csv"],
    ),
    "outside": (lambda f: spoil_config(f, "sites.csv", "/etc/hostname"), 2, ["/etc/hostname", "data_folders"]),
}


@pytest.mark.parametrize("name", SPOILT)
def test_bad_input_is_one_clear_message_and_old_outputs_stay(place, cli, name):
    spoil, code, words = SPOILT[name]
    config, out = place
    shutil.rmtree(out / "siting")
    before = contents(out)
    spoil(config.parent)
    done = cli("siting", "--config", config, "--out", out)
    assert done.returncode == code, done.stderr
    assert "Traceback" not in done.stderr
    for word in words:
        assert word in done.stderr, done.stderr
    after = contents(out)
    made = {k: v for k, v in before.items() if not k.startswith(("ingest/", ".locks"))}  # ingest itself may have passed
    assert {k: after[k] for k in made} == made
    assert not list(out.rglob("*.part*"))


def test_a_strange_code_in_any_class_layer_is_named(tmp_path, cli):
    config = make_place(tmp_path / "p", replace={"cover: {main": "layers:\n  zones: {file: zones.tif, legend: zones.csv}\ncover: {main"})
    (tmp_path / "p" / "zones.csv").write_text("code,key,name_zh,name_en,colour\n1,a,甲,a,#111111\n", encoding="utf-8")
    codes = np.ones((20, 20), np.uint8)
    write_raster(tmp_path / "p" / "zones.tif", codes, west=112.0, north=36.2, cell=0.01)
    assert cli("tabulate", "--config", config, "--out", tmp_path / "o").returncode == 0
    strata = table(tmp_path / "o", tables.STRATA)
    assert set(strata.key) == {"a"} and strata[strata.level == "county"].area_hm2.sum() == pytest.approx(strata.area_hm2[0])
    codes[3, 3] = 9
    write_raster(tmp_path / "p" / "zones.tif", codes, west=112.0, north=36.2, cell=0.01)
    done = cli("tabulate", "--config", config, "--out", tmp_path / "o")
    assert done.returncode == 3 and "zones.tif" in done.stderr and "9" in done.stderr and "丙县" in done.stderr


def test_all_problems_at_once(tmp_path, cli):
    config = make_place(tmp_path / "p")
    (tmp_path / "p" / "land.tif").unlink()
    spoil_codes(tmp_path / "p")
    spoil_config(tmp_path / "p", "rules: layers/rules/siting.csv", "rules: none.csv")
    done = cli("ingest", "--config", config, "--out", tmp_path / "o")
    assert done.returncode == 3
    for word in ("land.tif", "149901", "1499", "none.csv"):
        assert word in done.stderr


@pytest.mark.parametrize(
    ("arguments", "code", "word"),
    [(["nonsense"], 2, "nonsense"), (["cover", "--outt", "x"], 2, "--out"), ([], 2, "tabulate"), (["cover", "--help"], 0, "--county")],
)
def test_the_command_line_explains_itself(new_interpreter, arguments, code, word):
    done = new_interpreter(*arguments)
    assert done.returncode == code
    assert word in done.stdout + done.stderr and "Traceback" not in done.stderr


def test_a_product_without_a_year(tmp_path, cli):
    config = make_place(tmp_path / "p", replace={", year: 2021": ""})
    done = cli("all", "--config", config, "--out", tmp_path / "o")
    assert done.returncode == 0, done.stderr
    assert "年份未注明" in table(tmp_path / "o", tables.FOREST_COVER).basis[0]


def test_two_products_side_by_side(tmp_path, cli):
    config = make_place(tmp_path / "p", replace={"year: 2021}": "year: 2021}\n  - {layer: my_product, file: later.tif, year: 2023}"})
    write_raster(tmp_path / "p" / "later.tif", np.full((40, 40), 1, np.uint8), west=112.0, north=36.2, cell=0.005, nodata=0)
    done = cli("all", "--config", config, "--out", tmp_path / "o")
    assert done.returncode == 0, done.stderr
    cover = table(tmp_path / "o", tables.FOREST_COVER)
    assert cover[cover.level == "city"].set_index("year").forest_cover_pct.to_dict() == pytest.approx({2021: 50, 2023: 100})


def test_no_sites_no_layers_no_targets(tmp_path, cli):
    config = make_place(tmp_path / "p", replace={"  sites: [{file: sites.csv}]\n": ""})
    done = cli("all", "--config", config, "--out", tmp_path / "o")
    assert done.returncode == 0, done.stderr
    assert table(tmp_path / "o", tables.SITE_SCREENING).empty


def test_a_county_that_does_not_exist(tmp_path, cli):
    config = make_place(tmp_path / "p")
    done = cli("cover", "--config", config, "--out", tmp_path / "o", "--county", "甲县", "--county", "戊县,149999")
    assert done.returncode == 2
    assert "戊县" in done.stderr and "149999" in done.stderr and "甲县 149901" in done.stderr


def test_english_when_asked(tmp_path, cli):
    config = make_place(tmp_path / "p", replace={"language: zh": "language: en"})
    done = cli("all", "--config", config, "--out", tmp_path / "o")
    assert done.returncode == 0, done.stderr
    assert "Basis: land cover OWN 2021" in table(tmp_path / "o", tables.FOREST_COVER).basis[0]
    assert '<html lang="en"' in (tmp_path / "o" / "maps" / "index.html").read_text(encoding="utf-8")


def test_synthetic_data_mark_every_table(tmp_path, cli):
    config = make_place(tmp_path / "p", replace={"file: land.tif,": "file: land.tif, synthetic: true,"})
    done = cli("all", "--config", config, "--out", tmp_path / "o")
    assert done.returncode == 0, done.stderr
    for schema in (
        tables.LAND_AREA,
        tables.FOREST_COVER,
        tables.WETLAND,
        tables.CARBON_STOCK,
        tables.CARBON_SUMMARY,
        tables.EXCLUSION,
        tables.POTENTIAL,
        tables.SITE_SCREENING,
    ):
        assert table(tmp_path / "o", schema).basis.str.contains("合成数据 SYNTHETIC").all(), schema.name
    for page in [*(tmp_path / "o" / "maps").glob("*.html"), tmp_path / "o" / "report" / "report.html"]:
        assert "SYNTHETIC" in page.read_text(encoding="utf-8"), page.name


# --- machine -------------------------------------------------------------------------------------------------


def test_two_runs_in_one_folder(tmp_path, cli):
    from filelock import FileLock

    config = make_place(tmp_path / "p")
    locks = tmp_path / "o" / ".locks"
    locks.mkdir(parents=True)
    with FileLock(str(locks / "ingest.lock")):
        done = cli("ingest", "--config", config, "--out", tmp_path / "o")
    assert done.returncode == 5 and "ingest" in done.stderr
    assert cli("ingest", "--config", config, "--out", tmp_path / "o").returncode == 0


def test_a_killed_run_leaves_nothing_half_written(tmp_path, cli):
    """What a killed stage left behind is swept up, and products without a manifest are made again."""
    config = make_place(tmp_path / "p")
    assert cli("tabulate", "--config", config, "--out", tmp_path / "o").returncode == 0
    good = contents(tmp_path / "o")
    (tmp_path / "o" / ".part" / "tabulate-1").mkdir(parents=True)
    (tmp_path / "o" / ".part" / "tabulate-1" / "land_area.csv").write_text("half")
    (tmp_path / "o" / "tabulate" / "land_area.csv").write_text("half")
    (tmp_path / "o" / "tabulate" / "manifest.json").unlink()
    assert cli("tabulate", "--config", config, "--out", tmp_path / "o").returncode == 0
    assert contents(tmp_path / "o") == good


def test_no_network_is_needed(tmp_path):
    """Behind a dead proxy, and where the machine allows it in a network namespace without any interface."""
    config = make_place(tmp_path / "p")
    alone = (
        ["unshare", "-rn"]
        if shutil.which("unshare") and subprocess.run(["unshare", "-rn", "true"], capture_output=True).returncode == 0
        else []
    )
    dead = {name: "http://127.0.0.1:9" for name in ("https_proxy", "http_proxy", "HTTPS_PROXY", "HTTP_PROXY")}
    done = subprocess.run(
        [*alone, sys.executable, "-m", "pipeline", "all", "--config", config, "--out", tmp_path / "o"],
        cwd=ROOT, env={**os.environ, **dead}, capture_output=True, text=True, timeout=280,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr


def test_a_c_locale_is_enough(tmp_path, new_interpreter):
    config = make_place(tmp_path / "运城 项目")
    done = new_interpreter("cover", "--config", config, "--out", tmp_path / "输出 一", env={"LC_ALL": "C", "PYTHONUTF8": "0"})
    assert done.returncode == 0, done.stderr
