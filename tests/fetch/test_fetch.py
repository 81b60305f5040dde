"""make fetch against a server on loopback: windows, resume, checksums, and every failure a network has."""

import hashlib
import json
import shutil
import signal
import time

import numpy as np
import pytest
import rasterio
from fetch.server import Server, item
from rasterio.io import MemoryFile
from rasterio.transform import from_origin
from worlds import LEGEND, make_place

from pipeline import fetch
from pipeline.core import config as configuration
from pipeline.core.config import LayerRef
from pipeline.core.errors import BadData, EnvironmentProblem, UsageError
from pipeline.core.layers import find, require_checksum
from pipeline.core.paths import Paths
from pipeline.core.rasters import open_raster
from pipeline.fetch import door as doors
from pipeline.fetch import remote as remotes

# The made-up place is 112.0-112.2 E, 36.0-36.2 N; tiles of one degree, 200 x 200 cells of 0.005 degree.
CELL, SIDE = 0.005, 200
SOURCE = """
title: {{zh: 试验, en: trial}}
publisher: nobody
licence: CC0
citation: "Nobody (2021). Trial."
page: https://example.org/
hosts: ["{host}"]
kind: classes
like: my_product
year: 2021
nodata: 0
cells_per_degree: 200
bytes_per_cell: 1
"""
TILES = """tiles:
  url: "{url}/t_{{ns}}{{lat:02d}}{{ew}}{{lon:03d}}.tif"
  step_deg: 1
"""
STAC = """stac: {{url: "{url}/stac", collection: cover, asset: data}}
"""


def cog(values: np.ndarray, west: float, north: float, cell: float = CELL, *, crs="EPSG:4326", compress="deflate", **more) -> bytes:
    """A tiled GeoTIFF in memory, of one band (rows, columns) or several (bands, rows, columns)."""
    values = values.reshape(-1, *values.shape[-2:])
    with MemoryFile() as memory:
        with memory.open(
            driver="GTiff", height=values.shape[1], width=values.shape[2], count=len(values), dtype=values.dtype, crs=crs, tiled=True,
            transform=from_origin(west, north, cell, cell), blockxsize=64, blockysize=64, compress=compress, **more,
        ) as made:  # fmt: skip
            made.write(values)
        return memory.read()


def codes(seed: int, side: int = SIDE) -> np.ndarray:
    return np.random.default_rng(seed).integers(1, 6, (side, side), dtype=np.uint8)


class World:
    """A place, a server and one source named ``trial``."""

    def __init__(self, folder, server: Server):
        self.folder, self.server = folder, server
        make_place(folder)
        (folder / "sources").mkdir()
        self.settings = {"hosts": [server.host], "retries": 3, "timeout_s": 5, "source_folders": ["sources"]}
        self.write(TILES)

    def write(self, how: str, **replace: str) -> None:
        text = (SOURCE + how).format(host=self.server.host, url=self.server.url)
        for old, new in replace.items():
            text = text.replace(old, new)
        (self.folder / "sources" / "trial.yaml").write_text(text, encoding="utf-8")

    def fetch(self, names=("trial",), **options) -> None:
        text = (self.folder / "config.yaml").read_text(encoding="utf-8").split("\nfetch:")[0]
        (self.folder / "config.yaml").write_text(text + f"\nfetch: {json.dumps(self.settings)}\n", encoding="utf-8")
        config = configuration.load(self.folder / "config.yaml")
        self.paths = Paths(self.folder)
        fetch.run(config, self.paths, list(names), **options)

    @property
    def made(self):
        return self.folder / "data" / "fetched" / "trial"

    def values(self) -> np.ndarray:
        with rasterio.open(self.made / "trial.tif") as made:
            return made.read(1)


@pytest.fixture
def world(tmp_path, monkeypatch):
    for name in ("http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "all_proxy"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(doors, "PAUSE_S", 0.005)
    monkeypatch.setattr(remotes, "BLOCK", 4096)
    server = Server()
    yield World(tmp_path, server)
    server.stop()


@pytest.fixture
def two_tiles(world):
    """Tiles N35 and N36 of 112 E, and west of them those of 111 E; with the margin the window is 61 x 61 cells over two of each."""
    whole = codes(1, 2 * SIDE)
    for lat, row in ((36, 0), (35, SIDE)):
        for lon, column in ((111, 0), (112, SIDE)):
            world.server.files[f"/t_N{lat}E{lon}.tif"] = cog(whole[row : row + SIDE, column : column + SIDE], lon, lat + 1)
    return world, whole


def window(whole: np.ndarray) -> np.ndarray:
    """Cells of 111.95-112.25 E, 35.95-36.25 N of the two-by-two-degree whole that begins at 111 E, 37 N."""
    return whole[150:210, 190:250]


def kinds(error) -> set[str]:
    return {p.key for p in error.value.problems}


# --- what is fetched --------------------------------------------------------------------------------------------


def test_windows_of_four_tiles_become_one_layer_the_pipeline_reads(two_tiles, capsys):
    world, whole = two_tiles
    world.fetch()
    assert np.array_equal(world.values(), window(whole))
    layer = find(LayerRef(layer="data/fetched/trial"), "land_cover", world.paths, "classes")
    require_checksum(layer)
    assert (layer.product, layer.about.year, layer.about.licence, layer.about.nodata) == ("OWN", 2021, "CC0", 0)
    assert "Nobody (2021)" in layer.about.citation and world.server.url + "/t_N36E112.tif" in layer.about.source
    assert set(layer.about.readings) == {"trees"} and layer.legend_path.read_text(encoding="utf-8") == LEGEND
    with open_raster(layer) as raster:
        found, known = raster.codes(0, 60, 0, 60)
        assert np.array_equal(found, window(whole)) and known.all()
        assert np.allclose(raster.grid.bounds, (111.95, 35.95, 112.25, 36.25))
    said = capsys.readouterr()
    assert "land_cover:\n  - {layer: data/fetched/trial}" in said.out
    assert "4/4" in said.err


def test_only_a_fraction_of_a_big_file_is_transferred(world):
    big = np.random.default_rng(3).integers(1, 256, (2000, 2000), dtype=np.uint8)  # 0.001 degree: 112-114 E, 36-38 N
    world.write(TILES, **{"step_deg: 1": "step_deg: 2", "t_{ns}": "big_{ns}"})
    world.settings["margin_deg"] = 0
    data = cog(big, 112, 38, 0.001)
    for name in ("N34E112", "N34E110", "N36E110"):
        world.server.files[f"/big_{name}.tif"] = cog(np.ones((2, 2), np.uint8), 0, 0, 0.001)
    world.server.files["/big_N36E112.tif"] = data
    world.fetch()
    assert np.array_equal(world.values(), big[1800:, :200])
    assert 40_000 < world.server.sent("/big_N36E112.tif") < len(data) / 20


def test_a_second_fetch_changes_nothing_and_transfers_next_to_nothing(two_tiles):
    world, _ = two_tiles
    world.fetch()
    before, world.server.log = {p.name: (p.read_bytes(), p.stat().st_mtime_ns) for p in world.made.iterdir()}, []
    world.fetch()
    assert {p.name: (p.read_bytes(), p.stat().st_mtime_ns) for p in world.made.iterdir()} == before
    assert world.server.sent() == 4  # one byte of each file, for its version
    assert not (world.folder / "data" / "fetched" / ".part" / "trial").exists()


def test_a_local_copy_that_was_altered_is_fetched_again(two_tiles):
    world, whole = two_tiles
    world.fetch()
    path = world.made / "trial.tif"
    path.write_bytes(path.read_bytes()[:-1] + b"?")
    world.fetch()
    assert np.array_equal(world.values(), window(whole))


def test_a_measure_names_its_role(two_tiles, capsys):
    world, _ = two_tiles
    world.write(TILES, **{"kind: classes": "kind: measure\nrole: elevation\nunit: m\nresampling: bilinear", "like: my_product\n": ""})
    world.fetch()
    assert "layers:\n  elevation: {layer: data/fetched/trial}" in capsys.readouterr().out
    layer = find(LayerRef(layer="data/fetched/trial"), "elevation", world.paths, "measure")
    assert (layer.about.unit, layer.about.resampling) == ("m", "bilinear")


def test_without_names_it_lists_and_asks_nobody(two_tiles, capsys):
    world, _ = two_tiles
    world.fetch(names=())
    said = capsys.readouterr().out
    assert "trial" in said and "CC0" in said and world.server.log == [] and not world.made.exists()


def test_names_in_the_configuration_are_fetched(two_tiles):
    world, _ = two_tiles
    world.settings["sources"] = ["trial"]
    world.fetch(names=())
    assert world.made.is_dir()


def test_absent_tiles_are_unknown_where_that_is_allowed_and_an_error_elsewhere(two_tiles):
    world, whole = two_tiles
    del world.server.files["/t_N35E111.tif"]
    with pytest.raises(BadData) as error:
        world.fetch()
    assert kinds(error) == {"fetch_status"} and not world.made.exists()
    world.write(TILES + "  may_be_absent: true\n")
    world.fetch()
    expected = window(whole).copy()
    expected[50:, :10] = 0
    assert np.array_equal(world.values(), expected)


# --- STAC -------------------------------------------------------------------------------------------------------


@pytest.fixture
def catalogue(two_tiles):
    world, whole = two_tiles
    world.write(STAC)
    for lat in (35, 36):
        for lon in (111, 112):
            path = f"/t_N{lat}E{lon}.tif"
            world.server.items.append(item(world.server, path[1:-4], path, [lon, lat, lon + 1, lat + 1]))
    world.server.items.append(item(world.server, "far", "/far.tif", [0, 0, 1, 1]))
    return world, whole


def test_stac_items_of_several_pages_become_one_layer(catalogue):
    world, whole = catalogue
    world.fetch()
    assert np.array_equal(world.values(), window(whole))
    assert sum(path == "/stac/search" for _, path, _, _ in world.server.log) == 2


def test_the_newer_item_counts_where_items_overlap_and_ids_choose(catalogue):
    world, whole = catalogue
    world.server.files["/new.tif"] = cog(np.full((SIDE, SIDE), 5, np.uint8), 112, 37)
    world.server.items.append(item(world.server, "new", "/new.tif", [112, 36, 113, 37], when="2022-01-01T00:00:00Z"))
    world.fetch()
    expected = window(whole).copy()
    expected[:50, 10:] = 5
    assert np.array_equal(world.values(), expected)
    world.write(STAC, **{"asset: data": 'asset: data, ids: "t_*"'})
    world.fetch()
    assert np.array_equal(world.values(), window(whole))


def multihash(data: bytes) -> str:
    return "1220" + hashlib.sha256(data).hexdigest()


def test_a_checksum_of_the_catalogue_is_verified(catalogue):
    world, whole = catalogue
    for entry in world.server.items[:4]:
        entry["assets"]["data"]["file:checksum"] = multihash(world.server.files[f"/{entry['id']}.tif"])
    world.fetch()
    assert np.array_equal(world.values(), window(whole))
    assert len(json.loads((world.made / "fetched.json").read_text())["checksum_verified"]) == 4


def test_H21_a_wrong_checksum_stops_and_the_old_copy_stays(catalogue):
    world, _ = catalogue
    world.fetch()
    before = {p.name: p.read_bytes() for p in world.made.iterdir()}
    tampered = bytearray(world.server.files["/t_N36E112.tif"])
    world.server.items[3]["assets"]["data"]["file:checksum"] = multihash(bytes(tampered))
    tampered[-1] ^= 1
    world.server.files["/t_N36E112.tif"] = bytes(tampered)
    with pytest.raises(BadData) as error:
        world.fetch(force=True)
    assert kinds(error) == {"fetch_checksum"}
    assert {p.name: p.read_bytes() for p in world.made.iterdir()} == before


def test_the_sha256_of_a_tile_in_the_source_file_is_verified(two_tiles):
    world, _ = two_tiles
    world.write(TILES + f"  checksums: {{{{t_N36E112.tif: '{'0' * 64}'}}}}\n")
    with pytest.raises(BadData) as error:
        world.fetch()
    assert kinds(error) == {"fetch_checksum"}


def test_a_file_that_changed_upstream_is_taken_only_when_asked(two_tiles):
    world, whole = two_tiles
    world.fetch()
    before = world.values()
    world.server.files["/t_N36E112.tif"] = cog(np.full((SIDE, SIDE), 4, np.uint8), 112, 37)
    with pytest.raises(BadData) as error:
        world.fetch()
    assert kinds(error) == {"fetch_changed"} and np.array_equal(world.values(), before)
    world.fetch(force=True)
    assert (world.values()[:50, 10:] == 4).all() and np.array_equal(world.values()[:, :10], window(whole)[:, :10])


def test_a_handed_out_token_is_used_and_stands_nowhere(catalogue, capsys):
    world, whole = catalogue
    world.write(STAC, **{"asset: data": f'asset: data, token: "{world.server.url}/stac/token"'})
    world.fetch()
    assert np.array_equal(world.values(), window(whole))
    said = capsys.readouterr()
    assert "s3cret" not in said.out + said.err
    assert not any(b"s3cret" in p.read_bytes() for p in world.folder.rglob("*") if p.is_file())


@pytest.mark.parametrize("kind", ["nothing", "asset", "not_json", "search_elsewhere", "next_elsewhere", "asset_elsewhere", "local_file"])
def test_a_catalogue_that_answers_nonsense_or_leads_elsewhere_is_refused(catalogue, kind):
    world, _ = catalogue
    server = world.server
    if kind == "nothing":
        server.items.clear()
    elif kind == "asset":
        server.items[0]["assets"] = {"other": server.items[0]["assets"]["data"]}
    elif kind == "not_json":
        server.files["/stac/search"] = b"<html>"
        server.faults["/stac/search"] = ["page", "always"]
    elif kind == "next_elsewhere":
        server.next_root = "https://example.com/stac"
    elif kind == "search_elsewhere":
        server.faults["/stac/search"] = ["redirect https://example.org/stac/search", "always"]
    elif kind == "asset_elsewhere":
        server.items[0]["assets"]["data"]["href"] = "https://example.org/x.tif"
    else:
        server.items[0]["assets"]["data"]["href"] = "/etc/passwd"
    with pytest.raises((BadData, UsageError)) as error:
        world.fetch()
    expected = {
        "nothing": "fetch_nothing", "asset": "fetch_asset", "not_json": "fetch_stac", "search_elsewhere": "fetch_redirect",
        "next_elsewhere": "fetch_host", "asset_elsewhere": "fetch_host", "local_file": "fetch_not_https",
    }  # fmt: skip
    assert kinds(error) == {expected[kind]}


# --- failures of the network ------------------------------------------------------------------------------------


def test_busy_twice_then_well(two_tiles):
    world, whole = two_tiles
    world.server.faults["/t_N36E112.tif"] = ["status 503", "status 503"]
    world.fetch()
    assert np.array_equal(world.values(), window(whole))


def test_busy_forever_ends_with_a_message_and_the_old_copy(two_tiles):
    world, _ = two_tiles
    world.fetch()
    before = world.values()
    world.server.log.clear()
    world.server.faults["/t_N36E112.tif"] = ["status 503", "always"]
    with pytest.raises(EnvironmentProblem) as error:
        world.fetch()
    assert kinds(error) == {"fetch_unreachable"} and error.value.exit_code == 5
    assert sum(path == "/t_N36E112.tif" for _, path, _, _ in world.server.log) == 4  # one try and three further ones
    assert np.array_equal(world.values(), before)


def test_a_cut_connection_goes_on_from_where_it_broke(two_tiles, monkeypatch):
    world, whole = two_tiles
    monkeypatch.setattr(remotes, "BLOCK", 1024)
    size = len(world.server.files["/t_N36E112.tif"])
    sums = hashlib.sha256(world.server.files["/t_N36E112.tif"]).hexdigest()
    world.write(TILES + f"  checksums: {{{{t_N36E112.tif: '{sums}'}}}}\n")  # so that all of it is asked in one request
    world.server.faults["/t_N36E112.tif"] = [lambda: None, "cut 5000", "cut 2000"]
    world.fetch()
    assert np.array_equal(world.values(), window(whole))
    ranges = [r for _, path, r, _ in world.server.log if path == "/t_N36E112.tif"]
    assert ranges == ["bytes=0-0", f"bytes=0-{size - 1}", f"bytes=4096-{size - 1}", f"bytes=5120-{size - 1}"]


@pytest.mark.parametrize("how", ["gives_up", "ctrl_c"])
def test_an_interrupted_run_goes_on_and_fetches_only_what_is_missing(two_tiles, how):
    world, whole = two_tiles
    world.fetch()
    whole_cost, calls = world.server.sent(), len(world.server.log)
    shutil.rmtree(world.folder / "data")
    world.server.log.clear()
    stop = ["status 503"] * 4 if how == "gives_up" else [lambda: signal.raise_signal(signal.SIGINT)]
    world.server.faults["/t_N35E111.tif"] = [lambda: None, lambda: None, *stop]  # its version, its head; then its cells
    with pytest.raises(EnvironmentProblem if how == "gives_up" else KeyboardInterrupt):
        world.fetch()
    world.server.faults.clear()
    first, received = world.server.sent() - 4 * (how == "gives_up") * len(b"busy"), len(world.server.log)
    assert not world.made.exists() and first > whole_cost / 2
    world.server.log.clear()
    world.fetch()
    assert np.array_equal(world.values(), window(whole))
    assert world.server.sent() <= whole_cost - first + 4 + remotes.BLOCK * (how == "ctrl_c")  # a byte for each version
    assert len(world.server.log) < calls and received > 4
    assert [r for _, path, r, _ in world.server.log if path == "/t_N35E112.tif"] == ["bytes=0-0"]  # was whole


def test_parts_of_another_version_are_not_reused(two_tiles):
    world, _ = two_tiles
    world.server.faults["/t_N35E111.tif"] = [lambda: None, *["status 503"] * 4]
    with pytest.raises(EnvironmentProblem):
        world.fetch()
    world.server.files["/t_N36E112.tif"] = cog(np.full((SIDE, SIDE), 4, np.uint8), 112, 37)
    world.fetch()
    assert (world.values()[:50, 10:] == 4).all()


def test_a_file_replaced_while_it_is_read_is_refused(two_tiles):
    world, _ = two_tiles
    world.server.faults["/t_N36E112.tif"] = [lambda: None, 'etag "new"', "always"][:2]
    with pytest.raises(BadData) as error:
        world.fetch()
    assert kinds(error) == {"fetch_changed_midway"} and not world.made.exists()


def test_H12_redirects_within_the_host_are_followed_and_others_refused(two_tiles):
    world, whole = two_tiles
    world.server.files["/moved.tif"] = world.server.files["/t_N36E112.tif"]
    world.server.faults["/t_N36E112.tif"] = [f"redirect {world.server.url}/moved.tif", "always"]
    world.fetch()
    assert np.array_equal(world.values(), window(whole))
    for there in ("https://example.org/x.tif", "http://169.254.169.254/latest", "//127.0.0.1:1/x", "file:///etc/passwd"):
        shutil.rmtree(world.folder / "data")
        world.server.faults["/t_N36E112.tif"] = [f"redirect {there}", "always"]
        with pytest.raises(BadData) as error:
            world.fetch()
        assert kinds(error) == {"fetch_redirect"}
    world.server.faults["/t_N36E112.tif"] = [f"redirect {world.server.url}/t_N36E112.tif", "always"]
    with pytest.raises(BadData) as error:
        world.fetch()
    assert kinds(error) == {"fetch_redirects"}


def test_nobody_listens(two_tiles):
    world, _ = two_tiles
    world.server.stop()
    with pytest.raises(EnvironmentProblem) as error:
        world.fetch()
    assert kinds(error) == {"fetch_unreachable"}


def test_a_slow_server_meets_the_total_time_limit(two_tiles):
    world, _ = two_tiles
    world.settings |= {"timeout_s": 5, "total_minutes": 0.5 / 60}
    world.server.faults["/t_N36E112.tif"] = ["slow 3", "always"]
    begun = time.monotonic()
    with pytest.raises(EnvironmentProblem) as error:
        world.fetch()
    assert kinds(error) <= {"fetch_time", "fetch_unreachable"} and time.monotonic() - begun < 2


def test_A06_a_page_instead_of_a_raster(two_tiles):
    world, _ = two_tiles
    world.server.faults["/t_N36E112.tif"] = ["page", "always"]
    with pytest.raises(BadData) as error:
        world.fetch()
    assert kinds(error) == {"fetch_page"} and not world.made.exists()


def test_a_small_file_of_a_server_without_ranges_is_read_whole(two_tiles):
    world, whole = two_tiles
    world.server.faults["/t_N36E112.tif"] = ["plain", "always"]
    world.fetch()
    assert np.array_equal(world.values(), window(whole))


def test_tiles_of_another_lattice_are_refused(two_tiles):
    world, _ = two_tiles
    world.server.files["/t_N36E111.tif"] = cog(codes(2), 111 + CELL / 2, 37)
    with pytest.raises(BadData) as error:
        world.fetch()
    assert kinds(error) == {"fetch_lattice"}


def test_a_file_without_the_band_is_named_wherever_it_stands(two_tiles):
    world, whole = two_tiles
    world.write(TILES, **{"\nyear: 2021": "\nyear: 2021\nband: 2"})
    for name in ("/t_N36E112.tif", "/t_N35E111.tif", "/t_N35E112.tif"):  # the first, N36E111, has one band only
        world.server.files[name] = cog(np.stack([whole[:SIDE, :SIDE]] * 2), int(name[-7:-4]), int(name[4:6]) + 1)
    with pytest.raises(BadData) as error:
        world.fetch()
    assert kinds(error) == {"fetch_raster"} and len(error.value.problems) == 1


def test_a_damaged_raster_is_refused(two_tiles):
    world, _ = two_tiles
    data = bytearray(world.server.files["/t_N36E112.tif"])
    data[len(data) // 2 :] = bytes(len(data) - len(data) // 2)
    world.server.files["/t_N36E112.tif"] = bytes(data)
    with pytest.raises(BadData) as error:
        world.fetch()
    assert kinds(error) == {"fetch_unreadable"}


@pytest.mark.parametrize(
    ("setting", "key"),
    [({"max_mb": 0.001}, "fetch_too_big"), ({"max_tiles": 3}, "fetch_tiles"), ({"max_mb": 0.0037}, "fetch_too_much")],
)
def test_limits_stop_with_a_message(two_tiles, setting, key):
    world, _ = two_tiles
    world.settings |= setting
    with pytest.raises(UsageError) as error:
        world.fetch()
    assert kinds(error) == {key} and not world.made.exists()


# --- what is never asked ----------------------------------------------------------------------------------------


def test_a_loopback_host_must_stand_in_the_configuration(two_tiles):
    world, _ = two_tiles
    world.settings["hosts"] = []
    with pytest.raises(UsageError) as error:
        world.fetch()
    assert kinds(error) == {"fetch_not_https"} and world.server.log == []


@pytest.mark.parametrize(
    ("url", "key"),
    [
        ("http://example.org/", "fetch_not_https"),
        ("https://example.org:8443/", "fetch_host"),
        ("https://other.org/", "fetch_host"),
        ("https://example.org@other.org/", "fetch_address"),
        ("https://user:pw@example.org/", "fetch_address"),
        ("https://127.0.0.1/", "fetch_private"),
        ("https://[::1]/", "fetch_private"),
        ("https://[::ffff:10.0.0.1]/", "fetch_private"),
        ("https://169.254.169.254/", "fetch_private"),
        ("file:///etc/passwd", "fetch_not_https"),
        ("https://example.org\\@other.org/", "fetch_address"),
    ],
)
def test_H12_addresses_that_are_refused(url, key):
    hosts = ["example.org", "127.0.0.1", "::1", "::ffff:10.0.0.1", "169.254.169.254"]
    door = doors.Door(hosts, timeout_s=1, total_s=5, retries=0, max_bytes=1000)
    with pytest.raises(UsageError) as error:
        door.require(url)
    assert kinds(error) == {key}


@pytest.mark.parametrize(
    "address", ["127.0.0.1", "10.1.2.3", "192.168.1.1", "172.16.0.1", "169.254.169.254", "100.64.0.1", "fd00::1", "::1"]
)
def test_H12_a_public_name_that_leads_to_a_private_address_is_refused_before_connecting(monkeypatch, address):
    asked = []
    monkeypatch.setattr(doors.socket, "getaddrinfo", lambda host, port, **_: [(2, 1, 6, "", (address, port))])
    monkeypatch.setattr(doors, "create_connection", lambda *a: asked.append(a))
    for name in ("https_proxy", "HTTPS_PROXY", "ALL_PROXY", "all_proxy"):
        monkeypatch.delenv(name, raising=False)
    door = doors.Door(["example.org"], timeout_s=1, total_s=5, retries=2, max_bytes=1000)
    with pytest.raises(UsageError) as error:
        door.get("https://example.org/x.tif")
    assert kinds(error) == {"fetch_private"} and asked == []


def test_G12_a_dead_proxy_and_a_name_nobody_knows(world, monkeypatch):
    monkeypatch.setenv("https_proxy", "http://127.0.0.1:9")
    door = doors.Door(["example.org"], timeout_s=1, total_s=5, retries=1, max_bytes=1000)
    with pytest.raises(EnvironmentProblem) as error:
        door.get("https://example.org/")
    assert kinds(error) == {"fetch_unreachable"}
    monkeypatch.delenv("https_proxy")
    door = doors.Door(["nobody.invalid"], timeout_s=1, total_s=5, retries=1, max_bytes=1000)
    with pytest.raises(EnvironmentProblem) as error:
        door.get("https://nobody.invalid/")
    assert kinds(error) == {"fetch_no_network"}


def test_H17_a_secret_goes_to_its_host_only_and_stands_nowhere(two_tiles, monkeypatch, capsys):
    world, _ = two_tiles
    monkeypatch.setenv(doors.token_variable("127.0.0.1"), "canary-7731")
    monkeypatch.setenv(doors.token_variable("example.org"), "canary-other")
    world.fetch()
    assert {h.get("Authorization") for h in world.server.heads} == {"Bearer canary-7731"}
    said = capsys.readouterr()
    assert "canary" not in said.out + said.err
    assert not any(b"canary" in p.read_bytes() for p in world.folder.rglob("*") if p.is_file())


def test_the_target_stays_in_the_allowed_folders(two_tiles, tmp_path_factory):
    world, _ = two_tiles
    for folder in ("../x", str(tmp_path_factory.mktemp("elsewhere"))):
        world.settings["folder"] = folder
        with pytest.raises(UsageError):
            world.fetch()
    (world.folder / "link").symlink_to(tmp_path_factory.mktemp("there"))
    world.settings["folder"] = "link/x"
    with pytest.raises(UsageError):
        world.fetch()
    assert world.server.log == []


def test_two_runs_at_once(two_tiles):
    from filelock import FileLock

    world, _ = two_tiles
    lock = world.folder / "data" / "fetched" / ".part" / "trial.lock"
    lock.parent.mkdir(parents=True)
    with FileLock(lock), pytest.raises(EnvironmentProblem) as error:
        world.fetch()
    assert kinds(error) == {"fetch_locked"}


def test_a_run_killed_between_the_renames_is_mended(two_tiles):
    world, whole = two_tiles
    world.fetch()
    aside = world.folder / "data" / "fetched" / ".part" / "trial" / "old"
    aside.parent.mkdir(parents=True)
    world.made.rename(aside)
    world.server.log.clear()
    world.fetch()
    assert np.array_equal(world.values(), window(whole)) and world.server.sent() == 4


# --- the command line -------------------------------------------------------------------------------------------


def test_the_command_ends_with_codes_and_sentences_not_tracebacks(two_tiles, cli):
    world, whole = two_tiles
    world.settings["retries"] = 0
    with pytest.raises(UsageError):
        world.fetch(names=["no_such"])  # writes the configuration
    config = ["--config", world.folder / "config.yaml"]
    done = cli("fetch", *config, "trial")
    assert done.returncode == 0 and "{layer: data/fetched/trial}" in done.stdout, done.stderr
    assert np.array_equal(world.values(), window(whole))
    done = cli("fetch", *config, "trail")
    assert done.returncode == 2 and "trial" in done.stderr
    world.server.stop()
    done = cli("fetch", *config, "trial")
    assert done.returncode == 5 and "Traceback" not in done.stderr and world.server.url in done.stderr
    assert np.array_equal(world.values(), window(whole))
