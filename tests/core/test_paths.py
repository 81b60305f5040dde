"""Which files may be read: under the project, the configuration or named folders; by content, not by name."""

import pytest

from pipeline.core.config import PROJECT, LayerRef
from pipeline.core.errors import BadData, PipelineError, UsageError
from pipeline.core.layers import find
from pipeline.core.paths import Paths
from pipeline.core.rasters import open_raster
from pipeline.core.vectors import read_features


@pytest.mark.parametrize(
    "written", ["http://127.0.0.1/x.tif", "/vsicurl/http://x/y", "<VRTDataset/>", "~/x", "D:\\x.tif", "a\x00b", "", "/VSIZIP/x"]
)
def test_what_is_no_local_path(tmp_path, written):
    with pytest.raises(UsageError) as refused:
        Paths(tmp_path).resolve(written)
    assert refused.value.problems[0].key == "path_forbidden"


def test_outside_the_allowed_folders(tmp_path):
    inside, outside = tmp_path / "in", tmp_path / "out"
    inside.mkdir(), outside.mkdir()
    (outside / "x.tif").write_text("x")
    (inside / "link.tif").symlink_to(outside / "x.tif")
    for written in (str(outside / "x.tif"), "../out/x.tif", "link.tif"):
        with pytest.raises(UsageError) as refused:
            Paths(inside).resolve(written)
        assert refused.value.problems[0].key == "path_outside"
        assert Paths(inside, [str(outside)]).resolve(written) == outside / "x.tif"


def test_beside_the_configuration_first_then_in_the_project(tmp_path):
    (tmp_path / "config.yaml").write_text("mine")
    paths = Paths(tmp_path)
    assert paths.resolve("config.yaml") == tmp_path / "config.yaml"
    assert paths.resolve("layers/README.md") == PROJECT / "layers" / "README.md"
    for file in (tmp_path / "config.yaml", PROJECT / "config.yaml"):
        assert paths.resolve_shown(paths.shown(file)) == file
        assert str(tmp_path) not in paths.shown(file)


VRT = '<VRTDataset rasterXSize="1" rasterYSize="1"><VRTRasterBand dataType="Byte" band="1"/></VRTDataset>'
OGR_VRT = '<OGRVRTDataSource><OGRVRTLayer name="a"><SrcDataSource>x.gpkg</SrcDataSource></OGRVRTLayer></OGRVRTDataSource>'


@pytest.mark.parametrize(
    ("name", "content", "key"),
    [
        ("x.tif", VRT.encode(), "file_is_page"),
        ("x.tif", b"<html>502 Bad Gateway</html>", "file_is_page"),
        ("x.tif", b"", "file_empty"),
        ("x.tif", b"\x89PNG....", "file_format"),
        ("x.geojson", OGR_VRT.encode(), "file_is_page"),
        ("x.geojson", b"a,b\n1,2\n", "file_format"),
        ("x.gpkg", b"SQLite format 3\x00" + b"\x00" * 52 + b"GPKG" + b"\x00" * 50, "vector_unreadable"),
        ("x.gpkg", b"SQLite format 3\x00" + b"\x00" * 100, "file_format"),
        ("x.geojson", b'{"type": "gdal_streamed_alg", "command_line": "gdal vector pipeline ! read /etc/passwd"}', "vector_unreadable"),
        ("x.geojson", b'{"type": "FeatureCollection", "features": [', "vector_unreadable"),
    ],
)
def test_a_file_is_what_its_bytes_say(tmp_path, name, content, key):
    (tmp_path / name).write_bytes(content)
    kind = "measure" if name.endswith("tif") else "features"
    with pytest.raises(PipelineError) as refused:
        layer = find(LayerRef(file=name), "x", Paths(tmp_path), kind)
        if kind == "measure":
            with open_raster(layer):
                pass
        else:
            read_features(layer)
    assert refused.value.exit_code == 3
    assert refused.value.problems[0].key == key


def test_a_truncated_tiff_is_named(tmp_path):
    source = (PROJECT / "layers/climate/koppen/koppen.tif").read_bytes()
    (tmp_path / "cut.tif").write_bytes(source[: len(source) // 2])
    layer = find(LayerRef(file="cut.tif"), "x", Paths(tmp_path), "measure")
    with pytest.raises(BadData) as refused, open_raster(layer) as raster:
        raster.codes(0, raster.grid.height, 0, raster.grid.width)
    assert refused.value.problems[0].params["file"].endswith("cut.tif")


def test_a_name_longer_than_the_system_takes(tmp_path):
    with pytest.raises(UsageError) as refused:
        Paths(tmp_path).resolve("a" * 5000)
    assert refused.value.problems[0].key == "path_forbidden"


@pytest.mark.parametrize("entry", ["file: {outside}", "file: ../out.csv", "file: link.csv", "file: own.csv, legend: {outside}"])
def test_a_layer_folder_leads_nowhere_else(tmp_path, entry):
    inside = tmp_path / "in"
    (inside / "layer").mkdir(parents=True)
    (tmp_path / "in" / "layer" / "own.csv").write_text("x")
    outside = tmp_path / "out.csv"
    outside.write_text("secret")
    (inside / "out.csv").write_text("x")
    (inside / "layer" / "link.csv").symlink_to(outside)
    entry = entry.replace("../out.csv", "../../out.csv").format(outside=outside)
    lines = "\n".join(entry.split(", "))
    (inside / "layer" / "layer.yaml").write_text(f"title: {{zh: 甲}}\nlicence: x\nkind: measure\n{lines}\n", encoding="utf-8")
    with pytest.raises(PipelineError) as refused:
        find(LayerRef(layer="layer"), "x", Paths(inside), "other")
    assert refused.value.problems[0].key == "path_outside"


def test_what_gives_a_raster_its_place_is_part_of_it(tmp_path):
    (tmp_path / "a.tif").write_bytes(b"II*\0")
    for end in (".tfw", ".wld", ".TFW", ".tab"):
        (tmp_path / f"a{end}").write_text("1")
    layer = find(LayerRef(file="a.tif"), "x", Paths(tmp_path), "other")
    assert {p.name for p in layer.files} >= {"a.tif", "a.tfw", "a.wld", "a.TFW", "a.tab"}
    (tmp_path / "b.gpkg").write_bytes(b"SQLite format 3\0")
    (tmp_path / "b.gpkg-wal").write_bytes(b"-")
    assert {p.name for p in find(LayerRef(file="b.gpkg"), "x", Paths(tmp_path), "other").files} == {"b.gpkg", "b.gpkg-wal"}
