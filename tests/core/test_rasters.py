"""The door to cells: however a raster is stored its areas are the same; what is hidden is unknown; layers on other grids."""

import warnings

import netcdf
import numpy as np
import pytest
import rasterio
import rasterio.shutil
import shapely
from affine import Affine
from pyproj import CRS
from worlds import class_layer, write_raster

from pipeline.core import resample
from pipeline.core.config import Compute, LayerRef
from pipeline.core.engine import Engine
from pipeline.core.errors import BadData
from pipeline.core.grid import LONLAT, Grid, transformer
from pipeline.core.layers import find
from pipeline.core.paths import Paths
from pipeline.core.pixels import Task, Zones, cut
from pipeline.core.rasters import OnGrid, open_raster
from pipeline.core.words import say

PLACE = {"west": 110.0, "north": 36.0, "cell": 0.01}
ZONES = [
    shapely.Polygon([(109.98, 35.21), (110.313, 35.2), (110.42, 35.77), (110.1, 36.02), (110.02, 35.8)]),
    shapely.box(110.305, 35.305, 110.495, 35.495),
]
CODES = np.kron(np.random.default_rng(3).integers(1, 6, (16, 10)), np.ones((5, 5), int)).astype(np.uint8)  # 80 x 50 cells


def areas(layer) -> list[int]:
    """Area of each code in each zone, in quanta: whole numbers, so that equal means equal; unknown is last."""
    with open_raster(layer) as raster:
        grid = raster.grid
    task = Task(layer, grid, Zones.of(cut(ZONES, grid, 1), grid))
    with Engine(Compute(workers=1, block=23)) as engine:
        sums = engine.count(task, "")
    assert not sums.strange
    return sums.area[0].whole()[:, :, 0].tolist()


@pytest.fixture(scope="module")
def plain(tmp_path_factory) -> list[int]:
    folder = tmp_path_factory.mktemp("plain")
    return areas(class_layer(folder, write_raster(folder / "a.tif", CODES, **PLACE, nodata=0)))


def keys(layer) -> list[str]:
    """The problems of opening and reading a layer, each sayable in both languages."""
    with pytest.raises(BadData) as refused, open_raster(layer) as raster:
        raster.codes(0, raster.grid.height, 0, raster.grid.width)
    for p in refused.value.problems:
        assert say(p.key, "zh", **p.params) and say(p.key, "en", **p.params)
    return [p.key for p in refused.value.problems]


# --- one raster, stored in many ways -------------------------------------------------------------------------

TILED = {"tiled": True, "blockxsize": 16, "blockysize": 32}
STORED = {
    "rows": {"blockysize": 1},
    "strips": {"blockysize": 7, "compress": "deflate", "predictor": 2},
    "one_strip": {"blockysize": 80, "compress": "lzw"},
    "tiles": TILED,
    "zstd": {**TILED, "compress": "zstd"},
    "packbits": {"compress": "packbits"},
    "big": {"BIGTIFF": "YES", **TILED},
    "big_endian": {"ENDIANNESS": "BIG"},
    "four_bits": {"NBITS": 4},
}


@pytest.mark.parametrize("name", STORED)
def test_how_it_is_stored_changes_no_bit(tmp_path, plain, name):
    assert areas(class_layer(tmp_path, write_raster(tmp_path / "a.tif", CODES, **PLACE, nodata=0, **STORED[name]))) == plain


def test_a_cog_with_overviews(tmp_path, plain):
    write_raster(tmp_path / "a.tif", CODES, **PLACE, nodata=0)
    rasterio.shutil.copy(tmp_path / "a.tif", tmp_path / "cog.tif", driver="COG", blocksize=16, overview_resampling="nearest")
    with rasterio.open(tmp_path / "cog.tif") as cog:
        assert cog.overviews(1) and cog.block_shapes == [(16, 16)]
    assert areas(class_layer(tmp_path, tmp_path / "cog.tif")) == plain


def south_up(path, values, *, west, north, cell, nodata=None):
    """The same cells with their southernmost row first."""
    made = write_raster(path, values[::-1], west=west, north=north, cell=cell, nodata=nodata)
    with rasterio.open(made, "r+") as file:
        file.transform = Affine(cell, 0, west, 0, cell, north - len(values) * cell)
    return made


def test_south_up(tmp_path, plain):
    layer = class_layer(tmp_path, south_up(tmp_path / "a.tif", CODES, **PLACE, nodata=0))
    assert areas(layer) == plain
    with open_raster(layer) as raster:
        assert (raster.codes(3, 9, 4, 7)[0] == CODES[3:9, 4:7]).all()


@pytest.mark.parametrize("dtype", ["uint8", "int16", "uint32", "float32", "float64"])
def test_values_that_are_whole_are_codes_whatever_their_type(tmp_path, plain, dtype):
    assert areas(class_layer(tmp_path, write_raster(tmp_path / "a.tif", CODES.astype(dtype), **PLACE))) == plain


def test_values_that_are_not_whole_are_refused_unless_unknown(tmp_path):
    values = CODES.astype(np.float32)
    values[4, 4], values[5, 5] = np.nan, np.inf
    layer = class_layer(tmp_path, write_raster(tmp_path / "a.tif", values, **PLACE))
    with open_raster(layer) as raster:
        known = raster.codes(0, 80, 0, 50)[1]
    assert (~known).sum() == 2 and not known[4, 4] and not known[5, 5]
    values[7, 7] = 1.5
    assert keys(class_layer(tmp_path, write_raster(tmp_path / "a.tif", values, **PLACE))) == ["raster_not_codes"]
    write_raster(tmp_path / "a.tif", values, **PLACE, nodata=1.5)
    with open_raster(layer) as raster:
        assert not raster.codes(7, 8, 7, 8)[1].any()


# --- tiles ---------------------------------------------------------------------------------------------------


def piece(path, rows: slice, columns: slice, *, values=CODES, **more):
    """A window of a raster as a file of its own."""
    west, north, cell = (more.pop(k, v) for k, v in PLACE.items())
    return write_raster(path, values[rows, columns], west=west + columns.start * cell, north=north - rows.start * cell, cell=cell, **more)


CUT = {"a": (slice(0, 30), slice(0, 20)), "b": (slice(0, 30), slice(20, 50)), "c": (slice(30, 80), slice(0, 50))}


@pytest.fixture
def tiles(tmp_path):
    return {name: piece(tmp_path / f"{name}.tif", *place, nodata=0) for name, place in CUT.items()}


@pytest.mark.parametrize("order", ["abc", "cba", "bca"])
def test_tiles_in_any_order_are_the_whole(tmp_path, tiles, plain, order):
    assert areas(class_layer(tmp_path, [tiles[n] for n in order])) == plain


def test_a_south_up_tile_among_others(tmp_path, tiles, plain):
    rows, columns = CUT["b"]
    tiles["b"] = south_up(tmp_path / "b.tif", CODES[rows, columns], west=110.2, north=36.0, cell=0.01)
    assert areas(class_layer(tmp_path, list(tiles.values()))) == plain


def test_an_absent_tile_is_unknown_and_the_rest_stays(tmp_path, tiles):
    holed = CODES.copy()
    holed[CUT["b"]] = 0
    expected = areas(class_layer(tmp_path, write_raster(tmp_path / "w.tif", holed, **PLACE, nodata=0)))
    found = areas(class_layer(tmp_path, [tiles["c"], tiles["a"]]))
    assert found == expected
    assert found[0][-1] > 0 and found[1][-1] == 0  # the second zone does not reach that tile


def test_where_tiles_overlap_the_first_that_is_known_counts(tmp_path):
    first = np.array([[1, 1, 0], [1, 0, 0]], np.uint8)
    second = np.array([[2, 2, 2], [0, 2, 0]], np.uint8)
    files = [write_raster(tmp_path / f"{i}.tif", v, **PLACE, nodata=0) for i, v in enumerate((first, second))]
    for order, expected in ((files, [[1, 1, 2], [1, 2, 0]]), (files[::-1], [[2, 2, 2], [1, 2, 0]])):
        with open_raster(class_layer(tmp_path, order)) as raster:
            codes, known = raster.codes(0, 2, 0, 3)
        assert np.where(known, codes, 0).tolist() == expected


def test_tiles_with_no_data_values_of_their_own(tmp_path):
    files = [
        write_raster(tmp_path / "a.tif", np.array([[1, 255]], np.uint8), **PLACE, nodata=255),
        write_raster(tmp_path / "b.tif", np.array([[0, 2]], np.uint8), **PLACE | {"west": 110.02}, nodata=0),
    ]
    with open_raster(class_layer(tmp_path, files)) as raster:
        codes, known = raster.codes(0, 1, 0, 4)
    assert known.tolist() == [[True, False, False, True]] and codes[known].tolist() == [1, 2]


def test_tiles_that_do_not_fit_are_all_named_at_once(tmp_path, tiles):
    rows, columns = CUT["b"]
    wrong = {
        "half_a_cell": piece(tmp_path / "half.tif", rows, columns, west=110.005),
        "finer": piece(tmp_path / "finer.tif", rows, columns, cell=0.005),
        "wider": piece(tmp_path / "wider.tif", rows, columns, values=CODES.astype(np.int16)),
        "elsewhere": write_raster(tmp_path / "metres.tif", CODES, west=400_000, north=3_980_000, cell=1000, crs="EPSG:4546"),
    }
    with pytest.raises(BadData) as refused, open_raster(class_layer(tmp_path, [tiles["a"], *wrong.values()])):
        pass
    assert {(p.key, p.params["file"].split("/")[-1]) for p in refused.value.problems} == {("raster_tile", f.name) for f in wrong.values()}
    assert all(p.params["first"].endswith("a.tif") for p in refused.value.problems)


def test_every_tile_that_cannot_be_opened_is_named(tmp_path, tiles):
    for name in "ab":
        tiles[name].write_bytes(tiles[name].read_bytes()[:100])
    with pytest.raises(BadData) as refused, open_raster(class_layer(tmp_path, list(tiles.values()))):
        pass
    assert [p.key for p in refused.value.problems] == ["raster_unreadable"] * 2
    text = " ".join(say(p.key, "en", **p.params) for p in refused.value.problems)
    assert "a.tif" in text and "b.tif" in text and "c.tif" not in text


def test_hostile_files_in_a_list_are_refused_with_all_names(tmp_path, tiles):
    (tmp_path / "v.tif").write_text('<VRTDataset rasterXSize="1" rasterYSize="1"><SRS>EPSG:4326</SRS></VRTDataset>')
    (tmp_path / "p.tif").write_bytes(b"\x89PNG\r\n\x1a\n")
    layer = class_layer(tmp_path, [tiles["a"], tmp_path / "v.tif", tmp_path / "p.tif"])
    with pytest.raises(BadData) as refused, open_raster(layer):
        pass
    assert [(p.key, p.params["file"].split("/")[-1]) for p in refused.value.problems] == [
        ("file_is_page", "v.tif"),
        ("file_format", "p.tif"),
    ]


# --- what is refused, and who is blamed ----------------------------------------------------------------------


@pytest.mark.parametrize("transform", [Affine(0.01, 0.001, 110, 0.001, -0.01, 36), Affine(-0.01, 0, 111, 0, -0.01, 36)])
def test_rotated_and_mirrored_are_refused(tmp_path, tiles, transform):
    with rasterio.open(tiles["b"], "r+") as file:
        file.transform = transform
    assert keys(class_layer(tmp_path, list(tiles.values()))) == ["raster_not_north_up"]


def test_a_picture_and_an_absent_band_are_refused(tmp_path):
    with rasterio.open(
        tmp_path / "rgb.tif", "w", driver="GTiff", width=4, height=4, count=3, dtype="uint8", crs="EPSG:4326",
        transform=Affine(0.1, 0, 110, 0, -0.1, 36), photometric="RGB",
    ) as file:  # fmt: skip
        file.write(np.ones((3, 4, 4), np.uint8))
    assert keys(class_layer(tmp_path, tmp_path / "rgb.tif")) == ["raster_picture"]
    assert keys(class_layer(tmp_path, tmp_path / "rgb.tif", band=4)) == ["raster_band"]


def test_the_file_that_fails_is_the_one_that_is_named(tmp_path):
    """A layer that breaks while the land cover is open: nobody blames the land cover."""
    write_raster(tmp_path / "a.tif", CODES, **PLACE, nodata=0)
    broken = write_raster(tmp_path / "m.tif", np.random.default_rng(0).random((80, 50)), **PLACE, compress="deflate", blockysize=8)
    content = bytearray(broken.read_bytes())
    content[-3000:] = b"\xff" * 3000
    broken.write_bytes(content)
    other = find(LayerRef(file="m.tif"), "m", Paths(tmp_path), "other")
    with pytest.raises(BadData) as refused, open_raster(class_layer(tmp_path, tmp_path / "a.tif")) as raster, open_raster(other) as inner:
        OnGrid(other, inner, raster.grid).values(0, 80, 0, 50)
    (found,) = refused.value.problems
    assert found.key == "raster_unreadable" and found.params["file"].endswith("m.tif")
    with (
        pytest.raises(rasterio.errors.RasterioIOError),
        open_raster(class_layer(tmp_path, tmp_path / "a.tif")),
        rasterio.open(tmp_path / "x.tif"),
    ):
        pass  # what others do inside is theirs


# --- what is not known ---------------------------------------------------------------------------------------

HOLE = (slice(16, 32), slice(16, 48))


def with_hole(value=0, dtype=np.uint8):
    holed = CODES.astype(dtype)
    holed[HOLE] = value
    return holed


def declared(folder):
    return class_layer(folder, write_raster(folder / "a.tif", with_hole(), **PLACE, nodata=0))


def configured(folder):
    """The configuration knows better than the file."""
    return class_layer(folder, write_raster(folder / "a.tif", with_hole(99), **PLACE, nodata=1), nodata=99)


def floating(folder):
    return class_layer(folder, write_raster(folder / "a.tif", with_hole(np.nan, np.float32), **PLACE))


def masked(folder, values=CODES, **more):
    with rasterio.Env(GDAL_TIFF_INTERNAL_MASK=True):
        path = write_raster(folder / "a.tif", values, **PLACE, **more)
        with rasterio.open(path, "r+") as file:
            file.write_mask(with_hole() > 0)
    assert not list(folder.glob("*.msk"))
    return class_layer(folder, path)


def masked_south_up(folder):
    """The mask turns round with the cells."""
    with rasterio.Env(GDAL_TIFF_INTERNAL_MASK=True):
        path = south_up(folder / "a.tif", CODES, **PLACE)
        with rasterio.open(path, "r+") as file:
            file.write_mask(with_hole()[::-1] > 0)
    return class_layer(folder, path)


def masked_and_declared(folder):
    """Half the hole is in the mask, half in the values."""
    values = CODES.copy()
    values[16:24, 16:48] = 0
    return masked(folder, values, nodata=0)


def alpha(folder):
    with rasterio.open(
        folder / "a.tif", "w", driver="GTiff", width=50, height=80, count=2, dtype="uint8", crs="EPSG:4326",
        transform=Affine(0.01, 0, 110, 0, -0.01, 36), ALPHA="YES",
    ) as file:  # fmt: skip
        file.write(CODES, 1)
        file.write(np.where(with_hole() > 0, 255, 0).astype(np.uint8), 2)
    return class_layer(folder, folder / "a.tif")


def sparse(folder, declares=None, **settings):
    """A file that does not hold the blocks of the hole; south of it lie zones too."""
    with rasterio.open(
        folder / "a.tif", "w", driver="GTiff", width=50, height=80, count=1, dtype="uint8", crs="EPSG:4326", nodata=declares,
        transform=Affine(0.01, 0, 110, 0, -0.01, 36), tiled=True, blockxsize=16, blockysize=16, sparse_ok=True,
    ) as file:  # fmt: skip
        for row in range(0, 80, 16):
            for column in range(0, 50, 16):
                if not (row == 16 and 16 <= column < 48):
                    part = CODES[row : row + 16, column : column + 16]
                    file.write(part, 1, window=((row, row + part.shape[0]), (column, column + part.shape[1])))
    return class_layer(folder, folder / "a.tif", **settings)


def sparse_with_another_no_data(folder):
    """The file's absent blocks read as 1, a class; the configuration says that 1 is no no-data value."""
    return sparse(folder, 1, nodata=200)


HIDDEN = [declared, configured, floating, masked, masked_south_up, masked_and_declared, alpha, sparse, sparse_with_another_no_data]


@pytest.mark.parametrize("made", HIDDEN, ids=lambda f: f.__name__)
def test_what_is_hidden_is_unknown_in_whatever_way(tmp_path, tmp_path_factory, made, plain):
    found, expected = areas(made(tmp_path)), areas(declared(tmp_path_factory.mktemp("declared")))
    assert found == expected
    assert [sum(zone) for zone in found] == [sum(zone) for zone in plain]
    assert found[0][-1] > 0


@pytest.mark.parametrize("made", [masked, masked_and_declared, alpha, sparse], ids=lambda f: f.__name__)
def test_what_is_hidden_is_unknown_on_other_grids_too(tmp_path, made):
    """Neither zeros nor what lies under a mask gets into a mean."""
    layer = made(tmp_path)
    grid = Grid(LONLAT, Affine(0.02, 0, 110, 0, -0.02, 36), 40, 25)
    inside = np.zeros((40, 25), bool)
    inside[8:16, 8:24] = True
    pairs = CODES.astype(float).reshape(40, 2, 25, 2)
    with open_raster(layer) as raster:
        found = raster.warped(grid, "average").read(0, 40, 0, 25)
    assert (np.isnan(found) == inside).all()
    assert found[~inside] == pytest.approx(pairs.mean(axis=(1, 3))[~inside], abs=1e-9)


# --- further layers on the measuring grid --------------------------------------------------------------------


def measure(folder, values, files=None, *, west, north, cell, crs="EPSG:4326", nodata=None, **settings):
    """A measured layer of one file, or of ``files`` that were written."""
    if files is None:
        files = [write_raster(folder / "m.tif", values, west=west, north=north, cell=cell, crs=crs, nodata=nodata)]
    return find(LayerRef(file=[f.name for f in files], **settings), "m", Paths(folder), "other")


def on_grid(layer, grid: Grid, at=None) -> np.ndarray:
    with open_raster(layer) as raster:
        return OnGrid(layer, raster, grid).values(*(at or (0, grid.height, 0, grid.width)))


def lonlat_grid(west, north, cell, height, width) -> Grid:
    return Grid(LONLAT, Affine(cell, 0, west, 0, -cell, north), height, width)


def test_cells_of_one_lattice_are_taken_as_they_are(tmp_path):
    """Shifted by whole cells, partly outside: values encode their own place."""
    values = np.add.outer(np.arange(6) * 100, np.arange(8)).astype(np.int16)
    values[2, 3] = -9
    layer = measure(tmp_path, values, west=110.03, north=35.98, cell=0.01, nodata=-9, scale=0.5)
    found = on_grid(layer, lonlat_grid(110, 36, 0.01, 10, 9))
    expected = np.full((10, 9), np.nan)
    expected[2:8, 3:9] = values[:, :6] / 2
    expected[4, 6] = np.nan
    assert np.array_equal(found, expected, equal_nan=True)
    assert np.isnan(on_grid(layer, lonlat_grid(120, 36, 0.01, 4, 4))).all()


def test_nearest_in_one_system_is_index_arithmetic(tmp_path):
    values = np.random.default_rng(1).integers(0, 1000, (30, 40))
    coarse = measure(tmp_path, values.astype(np.int32), west=110.003, north=36.004, cell=0.013, resampling="nearest")
    for cell in (0.0037, 0.05):  # finer than the layer, and coarser
        grid = lonlat_grid(109.98, 36.02, cell, round(0.45 / cell), round(0.6 / cell))
        u = np.floor((109.98 + (np.arange(grid.width) + 0.5) * cell - 110.003) / 0.013).astype(int)
        v = np.floor((36.004 - (36.02 - (np.arange(grid.height) + 0.5) * cell)) / 0.013).astype(int)
        inside = np.logical_and.outer((v >= 0) & (v < 30), (u >= 0) & (u < 40))
        expected = np.where(inside, values[np.clip(v, 0, 29)][:, np.clip(u, 0, 39)], np.nan)
        assert np.array_equal(on_grid(coarse, grid), expected, equal_nan=True)


def test_bilinear_by_hand(tmp_path):
    """Middles of four cells a quarter of the layer's cell apart: 9/16, 3/16, 3/16, 1/16."""
    layer = measure(tmp_path, np.array([[0.0, 16.0], [32.0, 64.0]]), west=110, north=36, cell=0.2, resampling="bilinear")
    found = on_grid(layer, lonlat_grid(110, 36, 0.1, 4, 4))
    assert found == pytest.approx(np.array([[0, 4, 12, 16], [8, 13, 23, 28], [24, 31, 45, 52], [32, 40, 56, 64]]), abs=1e-9)
    hole = measure(tmp_path, np.array([[0.0, 16.0], [-1.0, 64.0]]), west=110, north=36, cell=0.2, nodata=-1, resampling="bilinear")
    found = on_grid(hole, lonlat_grid(110, 36, 0.1, 4, 4))
    assert np.isnan(found[2:, :2]).all() and np.isfinite(found[:2]).all() and np.isfinite(found[:, 2:]).all()
    assert found[1, 1] == pytest.approx((16 * 3 + 64) / 13)  # of the three that are known


def test_coarser_cells_by_hand(tmp_path):
    """Cells of one and a half: the average by area, the mode by area, bilinear by distance out to a cell's width."""
    values = np.array([[1.0, 1.0, 4.0], [1.0, 4.0, 4.0], [7.0, 7.0, np.nan]])
    place = {"west": 110, "north": 36, "cell": 0.2}
    grid = lonlat_grid(110, 36, 0.3, 2, 2)
    found = on_grid(measure(tmp_path, values, **place, resampling="average"), grid)
    weights = {(0, 0): [[1, 0.5, 0], [0.5, 0.25, 0], [0, 0, 0]], (1, 1): [[0, 0, 0], [0, 0.25, 0.5], [0, 0.5, 0]]}
    for cell, weight in weights.items():
        assert found[cell] == pytest.approx(np.nansum(values * weight) / np.sum(weight), rel=1e-9)
    found = on_grid(measure(tmp_path, values, **place, resampling="mode"), grid)
    assert found.tolist() == [[1, 4], [7, 4]]
    pair = measure(tmp_path, np.array([[3.0, 2.0, 2.0, 5.0]]), **place, resampling="mode")
    assert on_grid(pair, lonlat_grid(110, 36, 0.4, 1, 2)).tolist() == [[2, 2]]  # of equals the smallest
    measure(tmp_path, values, **place)
    smooth = on_grid(measure(tmp_path, values, **place, resampling="bilinear"), grid)
    along = 1 - np.abs(np.arange(3) + 0.5 - 0.75) / 1.5
    weight = np.outer(along, along).clip(0) * np.isfinite(values)
    assert smooth[0, 0] == pytest.approx(np.nansum(values * weight) / weight.sum(), rel=1e-9)


def test_a_mosaic_is_read_as_the_whole_across_its_seams(tmp_path):
    values = np.random.default_rng(4).random((40, 50))
    values[values < 0.1] = -1
    parts = [piece(tmp_path / f"{n}.tif", *CUT[n], values=values, nodata=-1, cell=0.02) for n in "ab"]
    parts.append(piece(tmp_path / "c.tif", slice(30, 40), slice(0, 50), values=values, nodata=-1, cell=0.02))
    metric = Grid(CRS.from_epsg(4546), Affine(2500, 0, 409_500, 0, -2500, 3_985_500), 36, 40)
    for method in ("nearest", "bilinear", "average", "mode"):
        whole = measure(tmp_path, values, west=110, north=36, cell=0.02, nodata=-1, resampling=method)
        tiled = measure(tmp_path, None, [parts[2], parts[0], parts[1]], west=110, north=36, cell=0.02, resampling=method)
        for grid in (lonlat_grid(109.99, 36.01, 0.007, 100, 120), lonlat_grid(110, 36, 0.05, 16, 20), metric):
            a, b = on_grid(whole, grid), on_grid(tiled, grid)
            assert np.array_equal(a, b, equal_nan=True), (method, grid.transform.a)
            assert np.isfinite(a).any()


@pytest.mark.parametrize("method", ["nearest", "bilinear", "average", "mode"])
@pytest.mark.parametrize(("crs", "cell"), [("EPSG:4326", 0.0071), ("EPSG:4326", 0.03), ("EPSG:32649", 450.0), ("EPSG:32649", 4000.0)])
def test_a_cell_is_the_same_in_whatever_window(tmp_path, monkeypatch, method, crs, cell):
    """Bit for bit, on finer and coarser layers, in degrees and from metres, also when memory allows a few cells only."""
    west, north = (109.97, 36.03) if cell < 1 else (397_000, 3_990_000)
    values = np.random.default_rng(2).random((90, 80)).round(2 if method != "mode" else 1)
    layer = measure(tmp_path, values, west=west, north=north, cell=cell, crs=crs, resampling=method)
    grid = lonlat_grid(109.95, 36.0, 0.013, 60, 45)
    whole = on_grid(layer, grid)
    assert np.isfinite(whole).any()
    with open_raster(layer) as raster:
        view = OnGrid(layer, raster, grid)
        for at in ((0, 1, 0, 45), (7, 31, 3, 4), (59, 60, 44, 45), (20, 50, 10, 40)):
            assert np.array_equal(view.values(*at), whole[at[0] : at[1], at[2] : at[3]], equal_nan=True), at
        monkeypatch.setattr(resample, "_MOST_CELLS", 30)
        assert np.array_equal(view.values(0, 60, 0, 45), whole, equal_nan=True)


def test_from_metres_to_degrees_against_places_one_by_one(tmp_path):
    """Nodes and cubics place cells as PROJ does, to a ten-thousandth of a metre at worst; nearest is then exact."""
    values = np.arange(300 * 260, dtype=np.int32).reshape(300, 260)
    layer = measure(tmp_path, values, west=400_000, north=3_985_000, cell=30, crs="EPSG:32649", resampling="nearest")
    grid = lonlat_grid(109.9, 36.0, 1 / 4000, 330, 420)
    lon, lat = np.meshgrid(grid.x(np.arange(420) + 0.5), grid.y(np.arange(330) + 0.5))
    x, y = transformer(LONLAT, CRS.from_epsg(32649)).transform(lon, lat)
    u, v = (x - 400_000) / 30, (3_985_000 - y) / 30
    with open_raster(layer) as raster:
        places = resample._places(raster.grid, grid, (0, 330, 0, 420), transformer(LONLAT, raster.grid.crs), corners=False)
    assert max(np.abs(places[0] - u).max(), np.abs(places[1] - v).max()) * 30 < 1e-4
    inside = (u >= 0) & (u < 260) & (v >= 0) & (v < 300)
    expected = np.where(inside, values[v.clip(0, 299).astype(int), u.clip(0, 259).astype(int)], np.nan)
    assert inside.mean() > 0.3
    assert np.array_equal(on_grid(layer, grid), expected, equal_nan=True)


def test_a_general_warper_agrees(tmp_path):
    """Bilinear from metres onto finer degrees: GDAL's own warper as the independent second way."""
    from rasterio.vrt import WarpedVRT

    values = np.add.outer(np.sin(np.arange(60) / 5), np.cos(np.arange(50) / 7))
    layer = measure(tmp_path, values, west=400_000, north=3_985_000, cell=900, crs="EPSG:32649", resampling="bilinear")
    grid = lonlat_grid(109.92, 35.98, 0.004, 110, 100)
    with (
        rasterio.open(layer.path) as file,
        WarpedVRT(
            file, crs="EPSG:4326", transform=grid.transform, width=100, height=110, resampling=rasterio.enums.Resampling.bilinear,
            dtype="float64", nodata=np.nan, tolerance=1e-9,
        ) as view,
    ):  # fmt: skip
        theirs = view.read(1)
    ours = on_grid(layer, grid)
    both = np.isfinite(ours) & np.isfinite(theirs)
    assert both.mean() > 0.9 and np.abs(ours - theirs)[both].max() < 1e-6


def test_a_layer_elsewhere_is_unknown_everywhere(tmp_path):
    """Places that another system cannot say are unknown, and nothing warns or breaks."""
    layer = measure(tmp_path, np.ones((5, 5)), west=400_000, north=3_980_000, cell=1000, crs="EPSG:32649", resampling="average")
    with warnings.catch_warnings():
        warnings.simplefilter("error", RuntimeWarning)
        found = on_grid(layer, lonlat_grid(-180, 90, 10, 18, 36))
    assert np.isnan(found).sum() >= 18 * 36 - 1


def test_a_mask_beside_the_file_is_one_of_its_files(tmp_path):
    """What decides the result must stand in the run record."""
    path = write_raster(tmp_path / "a.tif", np.ones((4, 4), np.uint8), west=110, north=36, cell=0.1)
    layer = class_layer(tmp_path, path)
    assert [p.name for p in layer.files] == ["a.tif", "codes.csv"]
    (tmp_path / "a.tif.msk").write_bytes(b"II*\x00")
    assert [p.name for p in layer.files] == ["a.tif", "a.tif.msk", "codes.csv"]


# --- NetCDF --------------------------------------------------------------------------------------------------

LON, LAT = 110.05 + np.arange(4) * 0.1, 35.95 - np.arange(3) * 0.1
CELLS = np.arange(1, 13, dtype=np.int16).reshape(3, 4)
DEGREES = {"lat": {"units": "degrees_north"}, "lon": {"units": "degrees_east"}}


def netcdf_layer(folder, variables, *, lat=LAT, lon=LON, units=DEGREES, **settings):
    """A layer over a classic NetCDF of ``variables``: {name: (values, attributes)} over (lat, lon)."""
    netcdf.write(
        folder / "图 a.nc",
        {"lat": len(lat), "lon": len(lon)},
        {
            "lat": (("lat",), lat, units.get("lat", {})),
            "lon": (("lon",), lon, units.get("lon", {})),
            **{name: (("lat", "lon"), values, about) for name, (values, about) in variables.items()},
        },
    )
    return find(LayerRef(file="图 a.nc", **settings), "x", Paths(folder), "measure")


def values_of(layer) -> np.ndarray:
    with open_raster(layer) as raster:
        return raster.measured(0, raster.grid.height, 0, raster.grid.width)


@pytest.mark.parametrize("is_north_up", [True, False])
def test_a_netcdf_is_the_raster_it_says(tmp_path, is_north_up):
    order = slice(None) if is_north_up else slice(None, None, -1)
    layer = netcdf_layer(tmp_path, {"lc": (CELLS[order], {"_FillValue": np.int16(7)})}, lat=LAT[order])
    with open_raster(layer) as raster:
        assert raster.grid.crs.to_epsg() == 4326 and raster.grid.bounds == pytest.approx((110, 35.7, 110.4, 36))
        codes, known = raster.codes(0, 3, 0, 4)
        assert np.array_equal(codes[known], CELLS[CELLS != 7]) and not known[1, 2]
        assert np.array_equal(raster.codes(1, 3, 1, 3)[0], CELLS[1:3, 1:3])


def test_a_netcdf_of_classes_is_measured_as_a_tiff(tmp_path, plain):
    write_raster(tmp_path / "a.tif", CODES, **PLACE, nodata=0)
    rasterio.shutil.copy(str(tmp_path / "a.tif"), str(tmp_path / "a.nc"), driver="netCDF", FORMAT="NC4C", ZLEVEL=3)
    assert (tmp_path / "a.nc").read_bytes().startswith(b"\x89HDF")
    measured = areas(class_layer(tmp_path, tmp_path / "a.nc"))  # its origin is a sum of written coordinates, off by rounding
    assert np.array(measured, float) == pytest.approx(np.array(plain, float), rel=1e-11)


def test_stated_packing_is_undone_for_measures_and_refused_for_codes(tmp_path):
    packed = {"t": (CELLS, {"scale_factor": np.float64(0.5), "add_offset": np.float64(10), "_FillValue": np.int16(1)})}
    layer = netcdf_layer(tmp_path, packed)
    expected = CELLS * 0.5 + 10
    expected[0, 0] = np.nan
    assert np.array_equal(values_of(layer), expected, equal_nan=True)
    grid = Grid(LONLAT, Affine(0.1, 0, 110, 0, -0.1, 36), 3, 4)
    with open_raster(layer) as raster:
        on_grid = OnGrid(layer, raster, grid)
        assert not on_grid.is_whole and np.array_equal(on_grid.values(0, 3, 0, 4), expected, equal_nan=True)
    assert keys(layer) == ["raster_not_codes"]


def test_variables_are_chosen_by_name(tmp_path):
    two = {"lc": (CELLS, {}), "flag": (CELLS * 0, {})}
    assert np.array_equal(values_of(netcdf_layer(tmp_path, two, table="lc")), CELLS)
    for table in (None, "nope"):
        assert keys(netcdf_layer(tmp_path, two, table=table)) == ["netcdf_variable"]
    assert keys(netcdf_layer(tmp_path, {"lc": (CELLS, {})}, table="nope")) == ["netcdf_variable"]


def test_a_netcdf_without_words_on_its_coordinates_needs_a_crs(tmp_path):
    assert keys(netcdf_layer(tmp_path, {"lc": (CELLS, {})}, units={})) == ["raster_no_crs"]
    assert np.array_equal(values_of(netcdf_layer(tmp_path, {"lc": (CELLS, {})}, units={}, assume_crs="EPSG:4490")), CELLS)


def test_a_netcdf_of_absurdly_many_dimensions_is_refused_before_the_library_sees_it(tmp_path):
    """The library ends the whole process on such a head."""
    layer = netcdf_layer(tmp_path, {"lc": (CELLS, {})})
    content = bytearray(layer.path.read_bytes())
    content[12] = 0x31
    layer.path.write_bytes(content)
    assert keys(layer) == ["raster_unreadable"]


def test_an_irregular_netcdf_is_refused_and_odd_ones_are_told(tmp_path):
    assert keys(netcdf_layer(tmp_path, {"lc": (CELLS, {})}, lon=np.array([110, 110.1, 110.5, 111]))) == ["netcdf_grid"]
    world = netcdf_layer(tmp_path, {"lc": (np.zeros((18, 36), np.int16), {})}, lon=np.arange(5.0, 360, 10), lat=np.arange(-85.0, 90, 10))
    with open_raster(world) as raster:
        assert [p.key for p in raster.remarks] == ["raster_longitudes"]
        assert say("raster_longitudes", "zh", **raster.remarks[0].params)
    with open_raster(netcdf_layer(tmp_path, {"lc": (CELLS, {})})) as raster:
        assert raster.remarks == []


def test_other_containers_are_named(tmp_path):
    (tmp_path / "a.hdf").write_bytes(b"\x0e\x03\x13\x01" + bytes(100))
    assert keys(find(LayerRef(file="a.hdf"), "x", Paths(tmp_path), "measure")) == ["raster_hdf4"]
    for content in (b"CDF\x01" + bytes(10), b"\x89HDF\r\n\x1a\n" + bytes(100)):
        (tmp_path / "b.nc").write_bytes(content)
        assert keys(find(LayerRef(file="b.nc"), "x", Paths(tmp_path), "measure"))[0] in ("raster_unreadable", "netcdf_variable")
