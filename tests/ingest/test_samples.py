"""Reference points of the shapes people bring: what is read, what is refused and in which words."""

from __future__ import annotations

import re
import textwrap

import geopandas as gpd
import openpyxl
import pandas as pd
import pytest
import shapely
from conftest import ROOT
from ruamel.yaml import YAML
from worlds import make_place

from pipeline.check import check
from pipeline.core import config as configuration
from pipeline.core.config import Cover, SampleDesign, SampleRef
from pipeline.core.errors import BadData, PipelineError
from pipeline.core.layers import find
from pipeline.core.paths import Paths
from pipeline.core.store import Store
from pipeline.core.words import say
from pipeline.ingest import boundaries
from pipeline.ingest.samples import Sample, _why_misplaced, read_all

LAND = "  - {layer: my_product, file: land.tif, year: 2021}"
DESIGN = "kind: stratified, definition: statutory"
# Four points, one a county: the west half is mapped forest (1), the east half cropland (2).
OURS = "point_id,lon,lat,map_code,reference\nA,112.05,36.05,1,forest_arbor\nB,112.15,36.05,2,cropland\nC,112.05,36.15,1,orchard\nD,112.15,36.15,2,耕地\n"


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    """A made-up place: (its folder, its counties)."""
    folder = tmp_path_factory.mktemp("place")
    config = configuration.load(make_place(folder))
    with Store(folder / "out", "ingest", language="zh", paths=Paths(folder), is_quiet=True) as store:
        return folder, boundaries.read_boundaries(config, store, Paths(folder))


@pytest.fixture
def read(place):
    """Read one sample as written in the configuration: (the sample, {kind of warning: sentence})."""
    folder, frame = place

    def run(entry: str, text: str | None = None, *, encoding: str = "utf-8", years: tuple[int, ...] = (2021,)) -> tuple[Sample, dict]:
        if text is not None:
            (folder / "points.csv").write_text(text, encoding=encoding)
        written = (folder / "config.yaml").read_text(encoding="utf-8")
        for old, new in (
            ("cover: {main_reading: trees}", f"cover: {{main_reading: trees, samples: [{entry}]}}"),
            (LAND, "\n".join(LAND.replace("2021", str(year)) for year in years)),
        ):
            assert old in written
            written = written.replace(old, new)
        (folder / "sample.yaml").write_text(written, encoding="utf-8")
        config, paths = configuration.load(folder / "sample.yaml"), Paths(folder)
        products = [find(ref, "land_cover", paths, "classes") for ref in config.land_cover]
        with Store(folder / "out", "ingest", language="zh", paths=paths, is_quiet=True) as store:
            (sample,) = read_all(config, store, paths, products, frame)
            said = {w["key"]: say(w["key"], "zh", **w["params"]) for w in store.warnings}
        return sample, {k: v for k, v in said.items() if k.startswith("sample")}

    return run


def _entry(design: str = DESIGN, more: str = "") -> str:
    return f"{{file: points.csv, datum: cgcs2000{more}, sample: {{{design}}}}}"


def _flags(sample: Sample) -> str:
    return "".join("y" if v == "yes" else "n" for v in sample.points.is_forest)


# --- shapes --------------------------------------------------------------------------------------------------


def test_our_own_columns_with_class_keys_and_names(read):
    sample, said = read(_entry(), OURS)
    assert said == {} and sample.row["is_accepted"] == "yes" and sample.row["points"] == 4
    assert (sample.row["product"], sample.row["year"], sample.row["sample"]) == ("OWN", 2021, "points")
    assert _flags(sample) == "ynnn"
    assert list(sample.points.reference) == ["forest_arbor", "cropland", "orchard", "cropland"]
    assert list(sample.points.county_code) == ["149901", "149902", "149903", "149904"]
    assert list(sample.points.number) == [1, 2, 3, 4] and list(sample.points.map_code) == ["1", "2", "1", "2"]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_chinese_headings_titles_and_totals_in_any_encoding(read, encoding):
    text = "某市参考样本,,,,\n样点编号,经度,纬度,图上地类,是否森林\n1,112°03′00″E,36°03′00″N,森林,是\n2,112.15,36.05,耕地,否\n合计,,,,\n"
    sample, _ = read(_entry(), text, encoding=encoding)
    assert list(sample.points.point_id) == ["1", "2"] and _flags(sample) == "yn"
    assert list(sample.points.map_code) == ["1", "2"]  # by the names of the product's legend
    assert sample.points.lon[0] == pytest.approx(112.05) and sample.points.lat[0] == pytest.approx(36.05)


def test_collect_earth_online(read):
    text = (
        "plotid,center_lon,center_lat,size_m,flagged,pl_map_class,What is here?\n"
        "7,112.05,36.05,30,false,1,Trees\n8,112.15,36.05,30,false,2,Crops\n9,112.05,36.15,30,false,1,Trees\n"
    )
    sample, said = read(_entry(DESIGN + ", forest: [Trees]", ', columns: {reference: "What is here?"}'), text)
    assert said == {} and list(sample.points.point_id) == ["7", "8", "9"] and _flags(sample) == "yny"
    assert list(sample.points.reference) == ["Trees", "Crops", "Trees"]


def test_sepal_area_estimator(read):
    text = "id,location_x,location_y,map_code,ref_code\n1,112.05,36.05,1,1\n2,112.15,36.05,2,2.0\n"
    sample, _ = read(_entry(DESIGN + ", forest: ['1']"), text)
    assert _flags(sample) == "yn" and list(sample.points.reference) == ["1", "2"]


def test_points_of_a_geopackage_in_another_crs(read, place):
    points = gpd.GeoDataFrame(
        {"sample_id": [1, 2], "thematic": [1, 2], "label": ["forest", "cropland"]},
        geometry=gpd.points_from_xy([112.05, 112.15], [36.05, 36.05]),
        crs=4490,
    ).to_crs(4546)
    points.to_file(place[0] / "labelled.gpkg", driver="GPKG")
    entry = f"{{file: labelled.gpkg, columns: {{map_code: thematic, reference: label}}, sample: {{{DESIGN}, forest: [forest], by_county: true}}}}"
    sample, said = read(entry)
    assert said == {} and sample.row["by_county"] == "yes" and _flags(sample) == "yn"
    assert sample.points.lon[0] == pytest.approx(112.05, abs=1e-9)


@pytest.mark.parametrize(("name", "driver"), [("p.shp", "ESRI Shapefile"), ("p.geojson", "GeoJSON"), ("p.kml", "KML")])
def test_other_vector_files(read, place, name, driver):
    points = gpd.GeoDataFrame(
        {"point_id": ["A", "B"], "reference": ["森林地", "耕地"]}, geometry=gpd.points_from_xy([112.05, 112.15], [36.05, 36.05]), crs=4326
    )
    points.to_file(place[0] / name, driver=driver)
    sample, _ = read(f"{{file: {name}, sample: {{{DESIGN}, forest: [森林地]}}}}")
    assert _flags(sample) == "yn" and list(sample.points.point_id) == ["A", "B"]
    assert sample.points.map_code.isna().all()  # looked up later


def test_a_workbook_with_offset_coordinates_and_areas_of_strata_in_mu(read, place):
    book = openpyxl.Workbook()
    rows = [
        ["样点编号", "经度", "纬度", "抽样层", "层面积（万亩）", "参考地类"],
        [1, 112.05, 36.05, "山区", 3, "乔木林"],
        [2, 112.15, 36.05, "川区", 6, "耕地"],
    ]
    for row in rows:
        book.active.append(row)
    book.save(place[0] / "points.xlsx")
    entry = f"{{file: points.xlsx, datum: gcj02, sample: {{{DESIGN}, strata: column}}}}"
    sample, _ = read(entry)
    assert list(sample.points.stratum) == ["山区", "川区"] and list(sample.points.stratum_area_hm2) == [2000.0, 4000.0]
    assert 0.001 < 112.05 - sample.points.lon[0] < 0.01  # a few hundred metres


def test_without_coordinates_map_codes_are_enough_unless_counties_are_asked(read):
    text = "map_code,is_forest\n1,1\n1,0\n2,0\n2,0\n"
    sample, said = read(_entry(), text)
    assert said == {} and sample.points.lon.isna().all() and list(sample.points.point_id) == ["1", "2", "3", "4"]
    refused, said = read(_entry(DESIGN + ", by_county: true"), text)
    assert "按县抽样" in refused.row["reason"] and len(refused.points) == 0


def test_a_folder_with_layer_yaml_and_settings_that_override_it(read, place):
    folder = place[0] / "my_sample"
    folder.mkdir()
    (folder / "points.csv").write_text(OURS, encoding="utf-8")
    (folder / "layer.yaml").write_text(
        "title: {zh: 样本}\nlicence: own\nkind: sample\nfile: points.csv\nproduct: OWN\nyear: 2021\ndatum: cgcs2000\nsynthetic: true\n"
        "sample: {kind: stratified, definition: tree_cover, by_county: true}\n",
        encoding="utf-8",
    )
    sample, said = read("{layer: my_sample, sample: {definition: statutory}}")
    assert said == {} and sample.row["sample"] == "my_sample" and sample.layer.about.synthetic
    assert (sample.row["design"], sample.row["definition"], sample.row["by_county"]) == ("stratified", "statutory", "yes")
    assert sample.source["role"] == "sample" and sample.source["name"] == "my_sample" and sample.source["is_synthetic"] == "yes"


def test_two_years_at_the_same_points(read):
    text = "map_code,is_forest,is_forest_earlier\n1,yes,no\n2,no,no\n"
    sample, _ = read(_entry(DESIGN + ", earlier_year: 2015"), text)
    assert list(sample.points.is_forest_earlier) == ["no", "no"]
    sample, said = read(_entry(DESIGN + ", earlier_year: 2015"), "map_code,is_forest,is_forest_earlier\n1,yes,no\n2,no,\n")
    assert sample.row["is_accepted"] == "yes" and sample.points.is_forest_earlier.isna().all()
    assert "不估计变化" in said["sample_earlier_incomplete"]


def test_the_product_and_the_year_a_sample_belongs_to(read):
    both = (2021, 2011)
    sample, said = read(_entry(more=", year: 2012"), OURS, years=both)
    assert sample.row["year"] == 2011 and "OWN 2011" in said["sample_year_taken"]
    sample, said = read(_entry(), OURS, years=both)
    assert sample.row["year"] == 2021 and "OWN 2021" in said["sample_year_taken"]
    sample, said = read(_entry(more=", year: 2011"), OURS, years=both)
    assert sample.row["year"] == 2011 and said == {}


# --- refused, with the run going on --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("entry", "text", "words"),
    [
        (_entry("definition: statutory"), OURS, "未声明抽样方式"),
        (_entry("kind: stratified"), OURS, "未声明参考地类"),
        (_entry(DESIGN + ", training: true"), OURS, "参与了地图的训练"),
        (_entry(more=", product: OTHER"), OURS, "所属产品 OTHER"),
        (_entry(), "point_id,lon,lat,map_code,reference\nA,112.05,36.05,1,\nB,112.15,36.05,2,\n", "尚未判读：2 个点"),
        (_entry(), "lon,lat,map_code,reference\n112.05,36.05,1,乔木林\n112.15,36.05,2,\n", "2 个点中 1 个没有参考地类"),
        (_entry(), OURS.replace("orchard", "some trees"), "some trees 不是通用地类"),
        (_entry(DESIGN + ", forest: [woods]"), OURS, "一个也没有出现"),
        (_entry(), OURS.replace("B,", "A,"), "样点编号重复（A）"),
        (_entry(), OURS.replace("112.05,36.15", "113.05,36.15"), "4 个点中 1 个在区域之外"),
        (_entry(), "is_forest\nyes\nno\n", "2 个点既没有坐标也没有图上地类"),
        (_entry(), OURS.replace(",1,forest", ",9,forest"), "图上地类 9 不是 OWN 2021 的代码"),
        (_entry(DESIGN + ", strata: column"), "stratum,stratum_area_hm2,is_forest\na,10,1\na,11,0\nb,5,0\n", "抽样层 a 的面积"),
        (_entry(DESIGN + ", strata: column"), "stratum,stratum_area_hm2,is_forest\na,10,1\nb,,0\n", "抽样层 b 的面积"),
    ],
)
def test_refusals_say_why(read, entry, text, words):
    sample, said = read(entry, text)
    assert sample.row["is_accepted"] == "no" and len(sample.points) == 0
    assert words in sample.row["reason"] and words in said["sample_refused"]


def test_every_reason_is_told_at_once(read):
    sample, _ = read("{file: points.csv, sample: {training: true}}", OURS)
    assert sample.row["reason"].count("；") >= 2


def test_swapped_degrees_are_named():
    """Where both are latitudes that exist; beyond 90 degrees it is an error of the file."""
    frame = gpd.GeoDataFrame({"county_code": ["149901"]}, geometry=[shapely.box(30, 40, 31, 41)], crs=4490)
    points = pd.DataFrame({"point_id": ["a"], "lon": [40.5], "lat": [30.5], "county_code": [None]})
    (reason,) = _why_misplaced(points, shapely.points([[40.5, 30.5]]), SampleDesign(), frame)
    assert reason.key == "sample_why_swapped"


# --- left out and told ---------------------------------------------------------------------------------------


def _many(count: int, last: str) -> str:
    rows = [f"{112.01 + 0.0001 * i:.4f},36.05,1,乔木林" for i in range(count - 1)]
    return "lon,lat,map_code,reference\n" + "\n".join([*rows, last]) + "\n"


def test_a_few_points_may_be_left_out(read):
    sample, said = read(_entry(), _many(25, "112.15,36.05,2,"))
    assert sample.row["points"] == 24 and "25 个点中 1 个没有参考地类" in said["sample_uninterpreted_left"]
    sample, said = read(_entry(), _many(20, "112.15,36.05,2,"))  # 5 % is not below 5 %
    assert sample.row["is_accepted"] == "no"
    sample, said = read(_entry(), _many(120, "113,36.05,2,耕地"))
    assert sample.row["points"] == 119 and "120 个点中 1 个在区域之外" in said["sample_outside_left"]
    assert list(sample.points.number) == list(range(1, 120))


def test_points_that_share_a_place_and_labels_that_do_not_occur_are_told(read):
    text = OURS.replace("112.15,36.15", "112.15,36.05")
    sample, said = read(_entry(DESIGN + ", forest: [乔木林, 竹林地]"), text)
    assert sample.row["is_accepted"] == "yes" and _flags(sample) == "ynnn"
    assert "1 个点与别的点坐标相同" in said["sample_same_place"] and "竹林地" in said["sample_forest_label_unused"]


def test_an_unknown_reference_is_none(read):
    sample, _ = read(_entry(), _many(25, "112.15,36.05,2,unknown"))
    assert sample.row["points"] == 24


# --- errors --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("entry", "text", "key"),
    [
        (_entry(), "lon,lat,map_code\n112.05,36.05,1\n", "table_column"),
        (_entry(), "lon,map_code,reference\n112.05,1,forest_arbor\n", "table_column"),
        (_entry(DESIGN + ", strata: column"), OURS, "table_column"),
        (_entry(DESIGN + ", earlier_year: 2010"), OURS, "table_column"),
        (_entry(), OURS.replace("112.05,36.05", "abc,36.05"), "table_angle"),
        (_entry(), OURS.replace("112.05,36.05", "36.05,112.05"), "table_degrees"),
        (_entry(), "map_code,is_forest\n1,yes\n2,maybe\n", "sample_yes_no"),
        (_entry(DESIGN + ", strata: column"), "stratum,stratum_area_hm2,is_forest\na,10,1\n,10,0\n", "table_blank"),
        (_entry(DESIGN + ", strata: column"), "抽样层,层面积,是否森林\na,10,1\n", "table_unit_missing"),
        (_entry(), "x,y,map_code,reference\n500000,3990000,1,forest_arbor\n", "table_no_crs"),
        (_entry(more=", columns: {forest: 是否}"), OURS, "parcels_key"),
        ("{file: absent.csv}", OURS, "file_missing"),
        ("{file: land.tif, sample: {kind: stratified}}", OURS, "file_format"),
    ],
)
def test_what_cannot_be_read_is_an_error(read, entry, text, key):
    with pytest.raises(PipelineError) as caught:
        read(entry, text)
    assert key in {p.key for p in caught.value.problems}


def test_polygons_are_no_points(read, place):
    gpd.GeoDataFrame({"reference": ["耕地"]}, geometry=[shapely.box(112, 36, 112.1, 36.1)], crs=4490).to_file(place[0] / "p.gpkg")
    with pytest.raises(BadData, match="sample_geometry"):
        read("{file: p.gpkg}")


def test_check_finds_a_refused_sample(tmp_path):
    (tmp_path / "points.csv").write_text(OURS, encoding="utf-8")
    path = make_place(tmp_path, replace={"main_reading: trees": "main_reading: trees, samples: [{file: points.csv, datum: cgcs2000}]"})
    found = check(configuration.load(path), tmp_path / "out", Paths(tmp_path))
    assert found.exit_code == 0 and "sample_refused" in {f.kind for f in found.findings if f.severity == "warning"}


def test_the_examples_of_the_document_are_configurations():
    text = (ROOT / "docs/samples.md").read_text(encoding="utf-8")
    blocks = [YAML(typ="safe", pure=True).load(textwrap.dedent(b)) for b in re.findall(r"```yaml\n(.*?)```", text, re.DOTALL)]
    entries = [entry for block in blocks for entry in (block if isinstance(block, list) else block["cover"].pop("samples", []))]
    designs = [SampleRef.model_validate(entry).sample for entry in entries]
    assert [d.strata for d in designs] == ["map_class", "map_class", "column"] and all(d.kind and d.definition for d in designs)
    assert [Cover.model_validate(b["cover"]).history for b in blocks if isinstance(b, dict)] == [None, "data/official_rates.csv"]
