"""Source files: those of the project hold together, wrong ones are refused with every mistake named."""

from urllib.parse import urlsplit

import pytest
from conftest import ROOT
from hypothesis import given
from hypothesis import strategies as st

from pipeline.core.errors import BadData
from pipeline.core.layers import read_layer_yaml
from pipeline.core.paths import Paths
from pipeline.fetch.sources import Tiles, read_sources, tile_addresses

YUNCHENG = (110.18, 34.53, 112.13, 35.88)
SOURCES = read_sources(["layers/remote"], Paths(ROOT))


@pytest.mark.parametrize("name", SOURCES)
def test_a_source_of_the_project_is_whole(name):
    source = SOURCES[name]
    addresses = [source.tiles.url] if source.tiles else [source.stac.url, *source.stac.rewrite.values()]
    assert all(a.startswith("https://") and urlsplit(a).hostname in source.hosts for a in addresses)
    assert source.title.zh and source.title.en and source.page.startswith("https://")
    if source.kind == "classes":
        like = read_layer_yaml(ROOT / source.like / "layer.yaml", Paths(ROOT))
        assert like.legend and like.product and (ROOT / source.like / like.legend).is_file()
        assert source.nodata == like.nodata
    else:
        assert source.unit and source.role and source.resampling


def test_tiles_of_yuncheng():
    cover = tile_addresses(SOURCES["worldcover_2021"].tiles, YUNCHENG)
    assert [a.rpartition("/")[2] for a in cover] == [f"ESA_WorldCover_10m_2021_v200_{t}_Map.tif" for t in ("N33E108", "N33E111")]
    height = tile_addresses(SOURCES["copernicus_dem_30"].tiles, YUNCHENG)
    names = [f"Copernicus_DSM_COG_10_N{lat}_00_E{lon}_00_DEM" for lat in (35, 34) for lon in (110, 111, 112)]
    assert [a.split("/")[-2:] for a in height] == [[n, n + ".tif"] for n in names]


def corner(address: str) -> tuple[int, int]:
    """Latitude and longitude of a tile's south-west corner, from its name."""
    lat, lon = address[1:].replace("E", " ").replace("W", " -").split()
    return (1 if address[0] == "N" else -1) * int(lat), int(lon)


@given(
    st.floats(-179, 178), st.floats(-80, 79), st.floats(0, 1), st.floats(0, 1), st.integers(1, 10),
    st.floats(0, 1), st.floats(0, 1),
)  # fmt: skip
def test_every_place_of_a_box_lies_in_a_tile_and_every_tile_meets_the_box(west, south, wide, high, step, right, up):
    box = (west, south, west + wide, south + high)
    corners = [corner(a) for a in tile_addresses(Tiles(url="{ns}{lat:02d}{ew}{lon:03d}", step_deg=step), box)]
    lon, lat = west + right * wide, south + up * high
    assert any(s <= lat <= s + step and w <= lon <= w + step for s, w in corners)
    near = 2e-3
    assert all(
        s % step == 0 and w % step == 0 and w < box[2] + near and w + step > west - near and s < box[3] + near and s + step > south - near
        for s, w in corners
    )
    assert len(corners) == len(set(corners))


GOOD = (ROOT / "layers" / "remote" / "copernicus_dem_30.yaml").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("old", "new", "key"),
    [
        ("licence: >-", "lisence: >-", "licence"),
        ("{lat:02d}", "{lat.__class__}", "tiles.url"),
        ("{lat:02d}", "{0}", "tiles.url"),
        ("{lat:02d}", "{lat:099999999d}", "tiles.url"),
        ("kind: measure", "kind: classes", "tiles/stac/like"),
        ("bytes_per_cell: 4", "bytes_per_cell: 0", "bytes_per_cell"),
        ("tiles:\n", "stac: {url: u, collection: c, asset: a}\ntiles:\n", "tiles/stac/like"),
    ],
)
def test_a_wrong_source_file_is_refused_by_key(tmp_path, old, new, key):
    assert old in GOOD
    (tmp_path / "mine.yaml").write_text(GOOD.replace(old, new), encoding="utf-8")
    with pytest.raises(BadData) as error:
        read_sources(["."], Paths(tmp_path))
    assert key in {p.params["key"] for p in error.value.problems}


def test_all_wrong_files_are_told_at_once(tmp_path):
    (tmp_path / "a.yaml").write_text("{", encoding="utf-8")
    (tmp_path / "b.yaml").write_bytes(b"\xff\xfe")
    (tmp_path / "c d.yaml").write_text(GOOD, encoding="utf-8")
    with pytest.raises(BadData) as error:
        read_sources(["."], Paths(tmp_path))
    assert {p.params["file"].removeprefix("@config/") for p in error.value.problems} == {"a.yaml", "b.yaml", "c d.yaml"}
