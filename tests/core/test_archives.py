"""Zip archives as data: the same as their content when sound, refused whole when not."""

import stat
import struct
import zipfile
from pathlib import Path

import geopandas as gpd
import numpy as np
import pytest
import shapely
from worlds import write_raster

from pipeline.core import archives
from pipeline.core.config import LayerRef
from pipeline.core.errors import BadData
from pipeline.core.layers import checksum, find
from pipeline.core.paths import Paths
from pipeline.core.rasters import open_raster
from pipeline.core.store import Store, sha256
from pipeline.core.vectors import read_features
from pipeline.core.words import say


@pytest.fixture(autouse=True)
def own_scratch(tmp_path_factory, monkeypatch):
    """Nothing of these tests stays in the project's own scratch."""
    folder = tmp_path_factory.mktemp("scratch")
    monkeypatch.setattr(archives, "scratch", lambda: folder)
    return folder


def places(count: int = 2) -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame(
        {"名称": [f"地{i}" for i in range(count)]}, geometry=[shapely.Point(111 + i, 35) for i in range(count)], crs=4490
    )


def pack(path: Path, files: dict[str, bytes], **more) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, **more) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return path


def refused(folder: Path, name: str = "a.zip", **settings) -> list[str]:
    with pytest.raises(BadData) as error:
        find(LayerRef(file=name, **settings), "x", Paths(folder), "features")
    for p in error.value.problems:
        assert all(name in say(p.key, language, **p.params) for language in ("zh", "en"))
    return [p.key for p in error.value.problems]


def test_a_zipped_shapefile_is_a_shapefile_and_is_recorded_as_the_zip(tmp_path):
    places().to_file(tmp_path / "p.shp", encoding="GBK")
    parts = {p.name: p.read_bytes() for p in tmp_path.iterdir() if p.suffix != ".cpg"}
    path = pack(tmp_path / "a.zip", {"__MACOSX/._p.shp": b"x", **parts, "读我.txt": "说明".encode()})
    paths = Paths(tmp_path)
    layer = find(LayerRef(file="a.zip"), "x", paths, "features")
    assert read_features(layer)["名称"].tolist() == ["地0", "地1"]
    assert layer.files == [path] and checksum(layer) == sha256(path)
    with Store(tmp_path / "out", "ingest", language="zh", paths=paths) as store:
        for file in layer.files:
            store.input(file)
        assert store.record({}, "")["inputs"] == {"@config/a.zip": sha256(path)}
    assert paths.resolve_shown("@config/a.zip") == path


def test_names_of_another_code_page_are_read_right(tmp_path):
    """Chinese Windows writes GBK names without saying so; zipfile takes them for CP437."""
    content = places().to_json().encode()
    path = pack(tmp_path / "a.zip", {"XXXX.geojson": content})
    path.write_bytes(path.read_bytes().replace(b"XXXX.geojson", "林班".encode("gbk") + b".geojson"))
    layer = find(LayerRef(file="a.zip"), "x", Paths(tmp_path), "features")
    assert layer.path.name == "林班.geojson" and layer.shown_path == "@config/a.zip/林班.geojson"


def test_table_chooses_the_file(tmp_path):
    pack(tmp_path / "a.zip", {"d/one.geojson": places(1).to_json().encode(), "d/two.geojson": places(2).to_json().encode()})
    for table, count in (("one", 1), ("two.geojson", 2), ("d/two.geojson", 2)):
        assert len(read_features(find(LayerRef(file="a.zip", table=table), "x", Paths(tmp_path), "features"))) == count
    for table in (None, "three"):
        assert refused(tmp_path, table=table) == ["archive_choose"]


def test_a_kmz_of_one_layer_is_that_layer_and_of_several_asks_which(tmp_path):
    """GDAL, and so QGIS, writes a page of links and a file for each layer."""
    for name, count in (("one", 2), ("other", 3)):
        places(count).to_file(tmp_path / f"{name}.kmz", driver="LIBKML")
    with zipfile.ZipFile(tmp_path / "one.kmz") as one, zipfile.ZipFile(tmp_path / "other.kmz") as other:
        assert sorted(n for n in one.namelist() if n[-1] != "/") == ["doc.kml", "layers/one.kml"]
        files = {"doc.kml": one.read("doc.kml"), "one.kml": one.read("layers/one.kml"), "other.kml": other.read("layers/other.kml")}
    pack(tmp_path / "two.kmz", files)
    assert read_features(find(LayerRef(file="one.kmz"), "x", Paths(tmp_path), "features"))["名称"].tolist() == ["地0", "地1"]
    assert len(read_features(find(LayerRef(file="two.kmz", table="other"), "x", Paths(tmp_path), "features"))) == 3
    assert refused(tmp_path, "two.kmz") == ["archive_choose"]


def test_tiles_in_an_archive_are_one_raster(tmp_path):
    codes = np.arange(8, dtype=np.uint8).reshape(2, 4)
    for name, part, west in (("w.tif", codes[:, :2], 110.0), ("e.tif", codes[:, 2:], 110.2)):
        write_raster(tmp_path / name, part, west=west, north=36, cell=0.1)
    pack(tmp_path / "a.zip", {name: (tmp_path / name).read_bytes() for name in ("w.tif", "e.tif")})
    layer = find(LayerRef(file="a.zip"), "x", Paths(tmp_path), "other")
    assert layer.about.kind == "measure"
    with open_raster(layer) as raster:
        assert np.array_equal(raster.measured(0, 2, 0, 4), codes)


def test_a_geodatabase_in_an_archive(tmp_path):
    places().to_file(tmp_path / "x.gdb", driver="OpenFileGDB")
    pack(tmp_path / "a.zip", {f"x.gdb/{p.name}": p.read_bytes() for p in (tmp_path / "x.gdb").iterdir()})
    assert len(read_features(find(LayerRef(file="a.zip"), "x", Paths(tmp_path), "features"))) == 2


@pytest.mark.parametrize(
    "name", ["../out.geojson", "/etc/out.geojson", "a/../../out.geojson", "C:/out.geojson", "..\\out.geojson", "a\x01.geojson"]
)
def test_names_that_lead_elsewhere_refuse_all(tmp_path, own_scratch, name):
    pack(tmp_path / "a.zip", {"good.geojson": places().to_json().encode(), name: b"{}"})
    assert refused(tmp_path) == ["archive_name"]
    assert not list(own_scratch.rglob("*.geojson")) and not list(tmp_path.parent.glob("out*"))


def test_links_are_refused(tmp_path, own_scratch):
    link = zipfile.ZipInfo("link.geojson")
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr(link, "/etc/passwd")
    assert refused(tmp_path) == ["archive_name"]
    assert not list(own_scratch.rglob("*"))


def test_names_that_differ_by_case_alone_are_refused(tmp_path):
    pack(tmp_path / "a.zip", {"a.geojson": b"{}", "A.geojson": b"{}"})
    assert refused(tmp_path) == ["archive_name"]


def test_bombs_are_refused_before_a_byte_is_written(tmp_path, own_scratch, monkeypatch):
    monkeypatch.setattr(archives, "RATIO_FROM", 10_000)
    pack(tmp_path / "a.zip", {"x.tif": bytes(1_000_000)})
    assert refused(tmp_path) == ["archive_bomb"]
    monkeypatch.setattr(archives, "MAX_MEMBERS", 3)
    pack(tmp_path / "b.zip", {f"{i}.csv": b"a" for i in range(4)})
    assert refused(tmp_path, "b.zip") == ["archive_members"]
    assert not list(own_scratch.rglob("*"))


def test_sizes_that_are_not_true_are_refused(tmp_path, own_scratch):
    path = pack(tmp_path / "a.zip", {"x.csv": b"a,b\n" * 1000})
    content = bytearray(path.read_bytes())
    at = content.rindex(b"PK\x01\x02") + 24  # uncompressed size in the central directory
    content[at : at + 4] = struct.pack("<I", 10)
    path.write_bytes(content)
    assert refused(tmp_path)[0] in ("archive_size", "archive_unreadable")
    assert not [p for p in own_scratch.rglob("*") if p.is_file()]


@pytest.mark.parametrize(
    ("content", "key"),
    [
        (b"PK\x03\x04 but no archive", "archive_unreadable"),
        ({"in.zip": b"PK\x03\x04...."}, "archive_nested"),
        ({"in.dat": b"PK\x03\x04...."}, "archive_nested"),
        ({"readme.txt": b"nothing here", "p.png": b"\x89PNG"}, "archive_no_data"),
        ({}, "archive_unreadable"),
    ],
)
def test_what_is_no_archive_of_data(tmp_path, own_scratch, content, key):
    if isinstance(content, bytes):
        (tmp_path / "a.zip").write_bytes(content)
    else:
        pack(tmp_path / "a.zip", content)
    if content == {}:
        (tmp_path / "a.zip").write_bytes(b"PK\x03\x04" + (tmp_path / "a.zip").read_bytes()[:4])
    assert refused(tmp_path) == [key]
    assert not list(own_scratch.rglob("in.*"))


def test_a_locked_archive_is_named(tmp_path):
    path = pack(tmp_path / "a.zip", {"x.csv": b"a,b\n"})
    content = bytearray(path.read_bytes())
    content[content.rindex(b"PK\x01\x02") + 8] |= 1
    path.write_bytes(content)
    assert refused(tmp_path) == ["archive_locked"]


def test_an_archive_is_unpacked_once_and_again_when_something_is_gone(tmp_path):
    pack(tmp_path / "a.zip", {"x.geojson": places().to_json().encode()})
    first = find(LayerRef(file="a.zip"), "x", Paths(tmp_path), "features").path
    changed = first.stat().st_mtime_ns
    archives._unpacked.cache_clear()
    assert find(LayerRef(file="a.zip"), "x", Paths(tmp_path), "features").path.stat().st_mtime_ns == changed
    first.unlink()
    archives._unpacked.cache_clear()
    assert find(LayerRef(file="a.zip"), "x", Paths(tmp_path), "features").path.is_file()


def test_a_damaged_member_is_a_finding(tmp_path):
    text = "".join(f"{i},{i * 7 % 13}\n" for i in range(20_000))
    path = pack(tmp_path / "a.zip", {"a.csv": text.encode()})
    content = bytearray(path.read_bytes())
    content[60:400] = bytes(b ^ 0xA5 for b in content[60:400])
    path.write_bytes(content)
    assert refused(tmp_path) == ["archive_unreadable"]
