"""The door to vector files: the same features whatever the format, encoding, CRS and datum; what is wrong is named."""

import json
import shutil
import tracemalloc
from pathlib import Path

import geopandas as gpd
import numpy as np
import pyogrio
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from pipeline.core import archives, encodings, vectors
from pipeline.core.config import LayerRef
from pipeline.core.datum import from_cgcs2000
from pipeline.core.errors import BadData
from pipeline.core.layers import checksum, find
from pipeline.core.paths import Paths
from pipeline.core.vectors import field_names, read_features, stream_features
from pipeline.core.words import say

ROWS = {"名称": ["盐湖区林场", "垣曲", "平陆（南）"], "code": ["0301", "030100", "1101K"], "area": [1.5, None, 2.0]}
PLACES = [shapely.box(x, 35, x + 0.01, 35.01) for x in (110.9, 111.0, 111.1)]


@pytest.fixture(autouse=True)
def own_scratch(tmp_path_factory, monkeypatch):
    folder = tmp_path_factory.mktemp("scratch")
    (folder / "unpacked").mkdir()
    monkeypatch.setattr(archives, "scratch", lambda: folder)


@pytest.fixture
def frame() -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame(ROWS, geometry=PLACES, crs=4490)


def layer_of(path: Path, **settings):
    return find(LayerRef(file=path.name, **settings), "x", Paths(path.parent), "features")


def problems(path: Path, **settings) -> list:
    """What is found wrong, the same by both ways of reading; each sayable in both languages, naming the file."""
    found = []
    for read in (read_features, lambda layer: list(stream_features(layer, []))):
        with pytest.raises(BadData) as error:
            read(layer_of(path, **settings))
        found.append([(p.key, p.params) for p in error.value.problems])
    assert found[0] == found[1]
    for key, params in found[0]:
        assert all(path.name in say(key, language, **params) for language in ("zh", "en"))
    return found[0]


def keys(path: Path, **settings) -> list[str]:
    return [key for key, _ in problems(path, **settings)]


def write(frame: gpd.GeoDataFrame, path: Path, kind: str) -> Path:
    """The frame in a format; the name of what users would point at."""
    if kind == "shp-gbk":
        frame.to_file(path / "a.shp", encoding="GBK")
        (path / "a.cpg").unlink()
        return path / "a.shp"
    if kind == "geojson-gbk":
        (path / "a.geojson").write_bytes(frame.to_json(ensure_ascii=False, to_wgs84=False).encode("gb18030"))
        return path / "a.geojson"
    if kind == "geojson-bom":
        (path / "a.geojson").write_bytes(b"\xef\xbb\xbf" + frame.to_json(ensure_ascii=False).encode())
        return path / "a.geojson"
    name, driver = {"shp": ("a.shp", None), "gpkg": ("a.gpkg", None), "geojson": ("a.geojson", None), "kml": ("a.kml", "LIBKML"), "gdb": ("a.gdb", "OpenFileGDB")}[
        kind.split("-")[0]
    ]  # fmt: skip
    frame.to_file(path / name, driver=driver)
    if kind == "kml-gbk":
        text = (path / name).read_text(encoding="utf-8").replace('encoding="UTF-8"', 'encoding="GBK"')
        (path / name).write_bytes(text.encode("gbk"))
    return path / name


def same(geometry) -> bool:
    """Whether geometries are those of the frame, parts and order of vertices aside, to a millimetre."""
    return bool((shapely.area(shapely.symmetric_difference(np.asarray(geometry), np.array(PLACES))) < 4e-10).all())


# --- one set of features, in many ways -----------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["shp", "shp-gbk", "gpkg", "geojson", "geojson-bom", "geojson-gbk", "kml", "kml-gbk", "gdb"])
def test_every_format_gives_the_same_features(tmp_path, frame, kind):
    path = write(frame, tmp_path, kind)
    layer = layer_of(path, columns={"name": "名称"})
    read = read_features(layer)
    assert read.name.tolist() == ROWS["名称"] and read.code.tolist() == ROWS["code"]
    assert read.crs.to_epsg() == 4490
    assert same(read.geometry.values)
    (batch,) = stream_features(layer, ["name", "code", "area"])
    assert batch.columns["name"].tolist() == ROWS["名称"] and batch.columns["code"].tolist() == ROWS["code"]
    assert [None if v is None else float(v) for v in batch.columns["area"]] == ROWS["area"]
    assert same(batch.geometry)
    assert {"name", "code", "area"} <= set(field_names(layer))


def test_coordinates_of_other_systems_come_out_in_degrees(tmp_path, frame):
    for epsg in (4546, 4525, 32649, 3857, 4326):
        frame.to_crs(epsg).to_file(tmp_path / "a.gpkg", layer="a")
        (batch,) = stream_features(layer_of(tmp_path / "a.gpkg"), ["code"])
        assert shapely.equals_exact(batch.geometry, np.array(PLACES), 1e-9).all()


@pytest.mark.parametrize("datum", ["gcj02", "bd09"])
@pytest.mark.parametrize("epsg", [4490, 3857])
def test_a_declared_datum_is_taken_off(tmp_path, frame, datum, epsg):
    shift = lambda xy: np.column_stack(from_cgcs2000(*xy.T, datum))  # noqa: E731
    moved = frame.set_geometry(shapely.transform(frame.geometry.values, shift), crs=4490)
    moved.to_crs(epsg).to_file(tmp_path / "a.gpkg")
    layer = layer_of(tmp_path / "a.gpkg", datum=datum)
    assert shapely.equals_exact(read_features(layer).geometry.values, np.array(PLACES), 1e-8).all()
    (batch,) = stream_features(layer, [], bbox=(111.0001, 35.0001, 111.0002, 35.0002))  # inside the second, outside its shifted self
    assert any(shapely.equals_exact(g, PLACES[1], 1e-8) for g in batch.geometry)


@pytest.mark.parametrize("epsg", [4490, 4525])
@pytest.mark.parametrize("suffix", ["gpkg", "shp"])
def test_a_window_in_degrees_gives_what_lies_in_it(tmp_path, epsg, suffix):
    grid = [shapely.box(110 + i / 10, 35 + j / 10, 110 + i / 10 + 0.01, 35 + j / 10 + 0.01) for i in range(10) for j in range(10)]
    many = gpd.GeoDataFrame({"n": range(100)}, geometry=grid, crs=4490)
    many.to_crs(epsg).to_file(tmp_path / f"a.{suffix}")
    batches = list(stream_features(layer_of(tmp_path / f"a.{suffix}"), ["n"], bbox=(110.28, 35.28, 110.62, 35.62), batch=5))
    found = {int(v) for b in batches for v in b.columns["n"]}
    assert found == {i * 10 + j for i in range(3, 7) for j in range(3, 7)}
    assert all(len(b) <= 5 and (np.diff(b.fid) > 0).all() for b in batches)


def test_batches_are_bounded_and_all_come(tmp_path):
    points = gpd.GeoDataFrame(
        {"n": np.arange(50_000)}, geometry=shapely.points(np.random.default_rng(0).uniform((100, 30), (120, 50), (50_000, 2))), crs=4490
    )
    points.to_file(tmp_path / "a.gpkg")
    layer, seen = layer_of(tmp_path / "a.gpkg"), []
    tracemalloc.start()
    for b in stream_features(layer, ["n"], batch=1000):
        assert len(b) <= 1000
        seen.append(b.columns["n"].astype(int))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert np.array_equal(np.concatenate(seen), np.arange(50_000))
    assert peak < 20e6


def test_upper_case_names_z_and_blanks(tmp_path, frame):
    frame.geometry = shapely.force_3d(frame.geometry.values, 400.0)
    frame.assign(code=["0301 ", " ", None]).to_file(tmp_path / "a.shp", encoding="UTF-8")
    for part in tmp_path.iterdir():
        part.rename(part.with_suffix(part.suffix.upper()))
    layer = layer_of(tmp_path / "A.SHP" if (tmp_path / "A.SHP").exists() else tmp_path / "a.SHP")
    (batch,) = stream_features(layer, ["code"])
    assert batch.columns["code"].tolist() == ["0301", None, None]
    assert not shapely.has_z(batch.geometry).any() and not read_features(layer).has_z.any()


def test_a_geodatabase_is_its_files_without_its_locks(tmp_path, frame):
    path = write(frame, tmp_path, "gdb")
    before = checksum(layer_of(path))
    (path / "pc.sr.lock").write_text("")
    assert checksum(layer_of(path)) == before
    assert len(layer_of(path).files) == len([p for p in path.iterdir() if p.suffix != ".lock"])
    (path / "timestamps").write_bytes(b"x")
    assert checksum(layer_of(path)) != before


# --- names of fields and codes -------------------------------------------------------------------------------


def test_mapped_columns_are_renamed_and_cleaned(tmp_path, frame):
    frame.assign(县码=["１４０８０２", " 140821 ", "140822"], county_code="x").to_file(tmp_path / "a.gpkg")
    layer = layer_of(tmp_path / "a.gpkg", columns={"county_code": "县码", "name": "名称", "kind": "=wind"})
    read = read_features(layer)
    assert read.county_code.tolist() == ["140802", "140821", "140822"]
    assert read.name.tolist() == ROWS["名称"]  # Chinese brackets belong to the name
    assert read.code.tolist() == ROWS["code"] and set(read.kind) == {"wind"}


def test_fields_that_are_not_there_are_listed(tmp_path, frame):
    frame.to_file(tmp_path / "a.gpkg")
    with pytest.raises(BadData) as error:
        list(stream_features(layer_of(tmp_path / "a.gpkg"), ["code", "DLBM"]))
    (found,) = error.value.problems
    assert found.key == "field_missing" and found.params["field"] == "DLBM" and "名称" in found.params["known"]
    with pytest.raises(BadData):
        read_features(layer_of(tmp_path / "a.gpkg", columns={"name": "MC"}))


# --- text ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("written", ["GBK", "UTF-8"])
@pytest.mark.parametrize("stated", [None, "UTF-8", "GBK", "936", "ISO-8859-1", "no such thing"])
def test_a_wrong_cpg_does_not_spoil_the_text(tmp_path, frame, written, stated):
    frame.to_file(tmp_path / "a.shp", encoding=written)
    (tmp_path / "a.cpg").unlink()
    if stated:
        (tmp_path / "a.cpg").write_text(stated)
    told = []
    read = read_features(layer_of(tmp_path / "a.shp"), lambda key, **params: told.append((key, params["found"])))
    assert read["名称"].tolist() == ROWS["名称"]
    is_right = stated is None or {"UTF-8": "UTF-8", "GBK": "GBK", "936": "GBK"}.get(stated) == written
    assert told == ([] if is_right else [("text_cpg_wrong", stated)])


@pytest.mark.parametrize(("encoding", "letter"), [("GBK", 2), ("UTF-8", 3)])
def test_a_name_cut_in_the_middle_of_a_character(tmp_path, encoding, letter):
    """dBASE fields are counted in bytes: the last character of a long name may be half a one."""
    long = gpd.GeoDataFrame({"name": ["运城市" * 10]}, geometry=[shapely.Point(111, 35)], crs=4490)
    long.to_file(tmp_path / "a.shp", encoding=encoding)
    (tmp_path / "a.cpg").unlink()
    table = bytearray((tmp_path / "a.dbf").read_bytes())
    width = table[32 + 16]
    at = int.from_bytes(table[8:10], "little") + 1
    table[at : at + width] = ("x" + "运城市" * 60).encode(encoding)[:width]
    assert (width - 1) % letter, "the field should cut a character"
    (tmp_path / "a.dbf").write_bytes(table)
    assert encodings.of_shapefile(tmp_path / "a.shp", "a.shp") == ("gb18030" if encoding == "GBK" else "utf-8", None)


@given(st.lists(st.text(st.characters(min_codepoint=0x4E00, max_codepoint=0x9FA5), min_size=4, max_size=20), min_size=3, max_size=10))
def test_chinese_text_is_told_apart(tmp_path_factory, names):
    folder = tmp_path_factory.mktemp("text")
    for encoding, expected in (("utf-8", "utf-8"), ("gb18030", "gb18030")):
        (folder / "a.json").write_bytes("".join(names).encode(encoding))
        if expected == "gb18030":
            try:
                "".join(names).encode(encoding).decode("utf-8")
                continue  # by chance it is both
            except UnicodeDecodeError:
                pass
        assert encodings.of_text_file(folder / "a.json", "a.json") == expected
    shutil.rmtree(folder)


def test_text_in_no_known_encoding_is_a_finding(tmp_path, frame):
    (tmp_path / "a.geojson").write_bytes(b'{"type": "FeatureCollection", "features": [], "x": "\xff\xff"}')
    assert keys(tmp_path / "a.geojson") == ["text_encoding"]
    write(frame, tmp_path, "shp-gbk")
    assert keys(tmp_path / "a.shp", encoding="utf-8") == ["text_encoding"]


# --- coordinates that cannot be ------------------------------------------------------------------------------


def written_as(frame: gpd.GeoDataFrame, folder: Path, coordinates, declared: int | None) -> Path:
    """Features whose coordinates are in one system while the file declares another."""
    moved = frame.to_crs(coordinates) if isinstance(coordinates, int) else frame.set_geometry(coordinates(frame.geometry))
    moved.set_crs(declared, allow_override=True).to_file(folder / "a.gpkg")
    return folder / "a.gpkg"


@pytest.mark.parametrize(
    ("coordinates", "declared", "key", "guess"),
    [
        (4525, 4546, "crs_prefix", "EPSG:4525"),
        (4525, 32649, "crs_prefix", "EPSG:4525"),
        (4526, 4525, "crs_prefix", "EPSG:4526"),
        (4525, 4490, "crs_prefix", "EPSG:4525"),
        (4497, 4546, "crs_prefix", "EPSG:4497"),
        (4546, 4525, "crs_no_prefix", "EPSG:4546"),
        (4546, 4490, "crs_range", None),
        (4490, 4546, "crs_range", None),
    ],
)
def test_a_system_that_does_not_fit_is_named_with_the_one_that_does(tmp_path, frame, coordinates, declared, key, guess):
    ((found, params),) = problems(written_as(frame, tmp_path, coordinates, declared))
    assert found == key and params.get("guess") == guess


@pytest.mark.parametrize("epsg", [4490, 4546, 4525])
def test_swapped_axes_are_refused_with_the_hint(tmp_path, frame, epsg):
    moved = frame.to_crs(epsg)
    moved.geometry = shapely.transform(moved.geometry.values, lambda xy: xy[:, ::-1])
    moved.to_file(tmp_path / "a.gpkg")
    assert keys(tmp_path / "a.gpkg") == ["crs_swapped"]


def test_eastings_partly_with_a_prefix_are_refused(tmp_path, frame):
    mixed = frame.to_crs(4525)
    mixed.geometry = [g if i else shapely.transform(g, lambda xy: xy - [37e6, 0]) for i, g in enumerate(mixed.geometry)]
    for declared in (4525, 4546):
        mixed.set_crs(declared, allow_override=True).to_file(tmp_path / "a.gpkg")
        assert keys(tmp_path / "a.gpkg") == ["crs_mixed"]


@pytest.mark.parametrize("epsg", [4610, 4214, 2383, 2435])
def test_old_datums_need_official_parameters(tmp_path, frame, epsg):
    frame.set_crs(epsg, allow_override=True).to_file(tmp_path / "a.gpkg")
    assert keys(tmp_path / "a.gpkg") == ["crs_old_datum"]


def test_a_missing_crs_is_assumed_only_by_configuration(tmp_path, frame):
    frame.to_crs(4546).to_file(tmp_path / "a.shp")
    (tmp_path / "a.prj").unlink()
    assert keys(tmp_path / "a.shp") == ["vector_no_crs"]
    read = read_features(layer_of(tmp_path / "a.shp", assume_crs="EPSG:4546"))
    assert same(read.geometry.values)
    assert keys(tmp_path / "a.shp", assume_crs="EPSG:4525") == ["crs_no_prefix"]


def test_a_crs_at_the_end_of_a_geojson_is_not_overruled(tmp_path):
    metric = {"type": "Point", "coordinates": [500000, 3874000]}
    rows = [{"type": "Feature", "properties": {"note": "x" * 600}, "geometry": metric}]
    crs = {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::4546"}}
    path = tmp_path / "a.geojson"
    path.write_text(json.dumps({"type": "FeatureCollection", "features": rows, "crs": crs}), encoding="utf-8")
    (point,) = read_features(layer_of(path, assume_crs="EPSG:4547")).geometry
    assert point.x == pytest.approx(111, abs=1e-9)  # of 4547 it would be 114
    path.write_text(json.dumps({"type": "FeatureCollection", "features": rows}), encoding="utf-8")
    (point,) = read_features(layer_of(path, assume_crs="EPSG:4547")).geometry
    assert point.x == pytest.approx(114, abs=1e-9)


def test_a_file_without_features_is_empty_and_no_failure(tmp_path):
    (tmp_path / "a.geojson").write_text('{"type": "FeatureCollection", "features": []}', encoding="utf-8")
    assert read_features(layer_of(tmp_path / "a.geojson")).empty
    assert list(stream_features(layer_of(tmp_path / "a.geojson"), [])) == []


def test_a_system_that_nobody_knows_is_a_finding_of_the_configuration(tmp_path, frame):
    frame.to_file(tmp_path / "a.gpkg")
    with pytest.raises(BadData) as error:
        layer_of(tmp_path / "a.gpkg", assume_crs="EPSG:99999")
    assert [p.key for p in error.value.problems] == ["crs_no_such"]


def test_a_prj_with_a_name_in_gbk_is_a_finding(tmp_path, frame):
    frame.to_file(tmp_path / "a.shp")
    text = (tmp_path / "a.prj").read_bytes()
    (tmp_path / "a.prj").write_bytes(text.replace(b"GCS_China_Geodetic_Coordinate_System_2000", "国家大地坐标系".encode("gbk")))
    assert keys(tmp_path / "a.shp") == ["vector_crs_unknown"]
    (tmp_path / "a.prj").unlink()
    assert same(read_features(layer_of(tmp_path / "a.shp", assume_crs="EPSG:4490")).geometry.values)


# --- files that are not what they seem -----------------------------------------------------------------------


def test_missing_parts_of_a_shapefile_are_listed(tmp_path, frame):
    frame.to_file(tmp_path / "a.shp")
    (tmp_path / "a.dbf").unlink()
    (tmp_path / "a.shx").unlink()
    ((key, params),) = problems(tmp_path / "a.shp")
    assert key == "shapefile_part" and params["found"] == ".dbf, .shx"


def test_several_tables_are_listed(tmp_path, frame):
    frame.to_file(tmp_path / "a.gpkg", layer="one")
    frame.to_file(tmp_path / "a.gpkg", layer="two", mode="a")
    pyogrio.write_dataframe(frame.drop(columns="geometry"), tmp_path / "a.gpkg", layer="styles", append=True)
    ((key, params),) = problems(tmp_path / "a.gpkg")
    assert key == "vector_tables" and params["known"] == "one, two"
    assert keys(tmp_path / "a.gpkg", table="three") == ["vector_no_table"]
    assert len(read_features(layer_of(tmp_path / "a.gpkg", table="two"))) == 3


KML = '<?xml version="1.0"?>{doctype}<kml xmlns="http://www.opengis.net/kml/2.2"><Document>{inside}</Document></kml>'
PLACEMARK = "<Placemark><name>x</name><Point><coordinates>111,35,0</coordinates></Point></Placemark>"


@pytest.mark.parametrize(
    ("text", "key"),
    [
        (KML.format(doctype="<!DOCTYPE kml SYSTEM 'file:///etc/passwd'>", inside=PLACEMARK), "kml_entities"),
        (KML.format(doctype="<!DOCTYPE k [<!ENTITY x 'y'>]>", inside=PLACEMARK), "kml_entities"),
        (KML.format(doctype="", inside=PLACEMARK + "<NetworkLink><Link><href>http://127.0.0.1/x</href></Link></NetworkLink>"), "kml_link"),
        ("<html><!-- <kml> --></html>", "file_is_page"),
        ("<OGRVRTDataSource><kml/></OGRVRTDataSource>", "file_is_page"),
        (KML.format(doctype="", inside=PLACEMARK)[:-20], "vector_unreadable"),
    ],
)
def test_a_kml_with_doors_in_it_is_refused(tmp_path, text, key):
    (tmp_path / "a.kml").write_text(text)
    assert keys(tmp_path / "a.kml") == [key]


def test_a_sound_kml_is_read_by_content_whatever_its_name(tmp_path):
    (tmp_path / "a.dat").write_text(KML.format(doctype="", inside=PLACEMARK))
    assert read_features(layer_of(tmp_path / "a.dat")).geometry.tolist() == [shapely.Point(111, 35)]


def test_a_link_inside_a_geodatabase_is_refused(tmp_path, frame):
    path = write(frame, tmp_path, "gdb")
    (path / "a00000001.gdbindexes").unlink(missing_ok=True)
    (path / "a00000001.gdbindexes").symlink_to("/etc/passwd")
    with pytest.raises(BadData) as error:
        layer_of(path)
    assert error.value.problems[0].key == "file_not_regular"


def test_damaged_files_are_named_without_the_folders_of_this_machine(tmp_path, frame):
    frame.to_file(tmp_path / "a.gpkg")
    content = bytearray((tmp_path / "a.gpkg").read_bytes())
    content[200:] = bytes(len(content) - 200)
    (tmp_path / "a.gpkg").write_bytes(content)
    ((key, params),) = problems(tmp_path / "a.gpkg")
    assert key == "vector_unreadable" and str(tmp_path) not in str(params)


def test_two_files_are_not_one_vector_layer(tmp_path, frame):
    for name in ("a.geojson", "b.geojson"):
        frame.to_file(tmp_path / name)
    layer = find(LayerRef(file=["a.geojson", "b.geojson"]), "x", Paths(tmp_path), "features")
    with pytest.raises(BadData) as error:
        vectors.open_source(layer)
    assert error.value.problems[0].key == "vector_many"
