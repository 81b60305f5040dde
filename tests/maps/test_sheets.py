"""Embedded rasters lie where their cells lie, in the colours of their palette and no others, and keep to their budget."""

import dataclasses
import json

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from map_pictures import colour_at, colours
from worlds import make_place, write_raster

from pipeline.core import config as configuration
from pipeline.core.layers import find
from pipeline.core.legend import class_colours, classes
from pipeline.core.paths import Paths
from pipeline.maps import mercator, sheets
from pipeline.maps.pictures import halved, png
from pipeline.maps.themes import land_cover, relief

CELL, WEST, NORTH = 0.05, 112.0, 36.2
CODES = np.array([[1, 2, 3, 4], [2, 3, 4, 5], [3, 4, 5, 1], [4, 5, 1, 0]], np.uint8)  # 0 is no-data
KEYS = {1: "forest_arbor", 2: "cropland", 3: "grass", 4: "water", 5: "shrub_other"}
WHOLE = shapely.box(WEST, NORTH - 4 * CELL, WEST + 4 * CELL, NORTH)
PLENTY = 50_000_000


def expected(code: int) -> tuple:
    return (0, 0, 0, 0) if code == 0 else (*bytes.fromhex(class_colours()[KEYS[code]][1:]), 255)


def layer_of(folder, codes=CODES, *, cell=CELL):
    path = make_place(folder)
    write_raster(folder / "land.tif", codes, west=WEST, north=NORTH, cell=cell, nodata=0)
    return find(configuration.load(path).land_cover[0], "land_cover", Paths(folder), "classes")


@pytest.fixture(scope="module")
def layer(tmp_path_factory):
    """Four by four cells of 0.05 degree whose codes say where they are."""
    return layer_of(tmp_path_factory.mktemp("raster"))


@pytest.fixture(scope="module")
def fine(tmp_path_factory):
    """5000 x 5000 cells of 4 m in patches of 250 cells, and the layer."""
    patches = np.random.default_rng(4).integers(1, 6, (20, 20)).astype(np.uint8)
    return patches, layer_of(tmp_path_factory.mktemp("fine"), np.kron(patches, np.ones((250, 250), np.uint8)), cell=0.2 / 5000)


def drawn(layer, polygon, budget=PLENTY) -> sheets.Drawn:
    sheet = land_cover.sheet(layer, "cover", is_leading=True)
    return sheets.fit([sheet], mercator.projected(polygon), budget)[0]


# --- where cells lie -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("inset", [0.5, 0.02, 0.98])
def test_every_cell_is_where_it_belongs(layer, inset):
    """At the middle of each cell and within a fiftieth of a cell of its corners (100 m of 5.6 km)."""
    picture = drawn(layer, WHOLE)
    for row in range(4):
        for column in range(4):
            lon, lat = WEST + (column + inset) * CELL, NORTH - (row + inset) * CELL
            assert colour_at(picture.data, lon, lat) == expected(CODES[row, column]), (row, column)


def test_mercator_is_leaflets_sphere():
    assert mercator.to_mercator(np.array([[180.0, 0.0]]))[0] == pytest.approx([20037508.342789244, 0.0], abs=1e-6)
    x, y = mercator.to_mercator(np.array([[111.0, 35.0]]))[0]
    assert (x, y) == pytest.approx((12356463.478053367, 4163881.144064293))
    assert mercator.to_degrees(x, y) == pytest.approx((111.0, 35.0), abs=1e-12)


def test_a_frame_holds_its_shape_on_whole_pixels():
    shape = mercator.projected(WHOLE)
    for zoom in (5, 9, 13):
        frame = mercator.Frame.around(shape, zoom)
        (south, west), (north, east) = frame.bounds
        assert west <= 112.0 and south <= 36.0 and east >= 112.2 and north >= 36.2
        assert frame.transform.a == pytest.approx(40075016.685578488 / 256 / 2**zoom)
        aligned = mercator.Frame.around(shape, zoom, 256)
        assert aligned.left % 256 == aligned.top % 256 == aligned.width % 256 == aligned.height % 256 == 0


def test_a_projected_raster_lands_in_the_same_place(layer, tmp_path):
    """Cells of a CGCS2000 Gauss-Krueger raster: the middle of a cell shows that cell."""
    from pyproj import Transformer

    to_plane = Transformer.from_crs(4490, 4546, always_xy=True)
    x, y = to_plane.transform(112.1, 36.1)
    path = write_raster(tmp_path / "gk.tif", CODES, west=x - 8000, north=y + 8000, cell=4000.0, crs="EPSG:4546", nodata=0)
    own = dataclasses.replace(layer, paths=(path,), about=layer.about.model_copy(update={"crs": None}))
    picture = drawn(own, shapely.box(112.0, 36.0, 112.2, 36.2))
    tried = 0
    for row in range(4):
        for column in range(4):
            lon, lat = to_plane.transform(x - 8000 + (column + 0.5) * 4000, y + 8000 - (row + 0.5) * 4000, direction="INVERSE")
            if 112.0 < lon < 112.2 and 36.0 < lat < 36.2:
                tried += 1
                assert colour_at(picture.data, lon, lat) == expected(CODES[row, column])
    assert tried > 8


def test_what_the_raster_does_not_reach_is_clear(layer):
    picture = drawn(layer, shapely.box(112.1, 36.1, 112.4, 36.3))
    assert colour_at(picture.data, 112.35, 36.25) == (0, 0, 0, 0)
    assert colour_at(picture.data, 112.11, 36.11) == expected(CODES[1, 2])


def test_only_the_legends_colours_and_clear_outside_the_polygon(layer):
    triangle = shapely.Polygon([(112.0, 36.0), (112.2, 36.0), (112.0, 36.2)])
    picture = drawn(layer, triangle)
    assert colour_at(picture.data, 112.16, 36.16) == (0, 0, 0, 0)
    assert colour_at(picture.data, 112.02, 36.02) == expected(CODES[3, 0])
    legend = {(*bytes.fromhex(c[1:]), 255) for c in classes().colour} | {(0, 0, 0, 0)}
    assert colours(picture.data["picture"]) <= legend


# --- pyramids ------------------------------------------------------------------------------------------------


def test_a_large_raster_is_a_pyramid_and_right_at_every_level(fine):
    """Middles of patches, and places two pixels inside their corners: at every zoom level that the page can show."""
    patches, layer = fine
    made = drawn(layer, WHOLE)
    coarsest, finest = made.data["levels"]
    assert "picture" not in made.data and finest - coarsest >= 2 and made.pixel_m <= 1.25 * 4.5
    size, legend = 0.2 / 20, {(*bytes.fromhex(class_colours()[k][1:]), 255) for k in KEYS.values()} | {(0, 0, 0, 0)}
    for level in range(coarsest, finest + 1):
        inset = 2 * 360 / (256 * 2**level)
        for row in range(0, 20, 3):
            for column in range(0, 20, 3):
                for dx, dy in ((size / 2, size / 2), (inset, inset), (size - inset, size - inset)):
                    seen = colour_at(made.data, WEST + column * size + dx, NORTH - row * size - dy, level)
                    assert seen == expected(patches[row, column]), (level, row, column)
    for tile in list(made.data["tiles"].values())[::7]:
        assert colours(tile) <= legend


def test_a_pyramid_has_no_empty_tiles(fine):
    _, layer = fine
    corner = shapely.Polygon([(112.0, 36.0), (112.2, 36.0), (112.0, 36.2)])
    made = drawn(layer, corner)
    assert all(any(c[3] for c in colours(t)) for t in made.data["tiles"].values())
    whole = drawn(layer, WHOLE)
    assert len(made.data["tiles"]) < 0.7 * len(whole.data["tiles"])


@given(
    arrays.arrays(np.uint8, st.tuples(st.integers(1, 4), st.integers(1, 4)).map(lambda s: (2 * s[0], 2 * s[1])), elements=st.integers(0, 4))
)
def test_half_the_size_keeps_a_most_frequent_number_of_the_four(numbers):
    made = halved(numbers)
    for row in range(made.shape[0]):
        for column in range(made.shape[1]):
            four = numbers[2 * row : 2 * row + 2, 2 * column : 2 * column + 2].ravel().tolist()
            assert four.count(made[row, column]) == max(four.count(v) for v in four)


# --- budget --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("budget", [200_000, 40_000])
def test_a_budget_is_kept_and_what_it_cost_is_told(fine, budget):
    _, layer = fine
    first = land_cover.sheet(layer, "a", is_leading=True)
    every = [first, *(dataclasses.replace(first, key=k, is_leading=False) for k in "bc")]
    made = sheets.fit(every, mercator.projected(WHOLE), budget)
    assert sum(len(json.dumps(d.data)) for d in made) <= budget * 1.05
    assert [d.key for d in made] == ["a", "b", "c"]
    assert all(d.is_reduced == (d.pixel_m > d.cell_m * 1.25) for d in made)
    assert any(d.is_reduced for d in made) and made[0].pixel_m <= min(d.pixel_m for d in made)


def test_with_room_nothing_is_reduced(layer):
    made = drawn(layer, WHOLE)
    assert not made.is_reduced and made.zoom == made.wanted


def test_equal_input_equal_bytes(layer):
    assert drawn(layer, WHOLE) == drawn(layer, WHOLE)


@pytest.mark.parametrize("count", [2, 3, 5, 17, 200])
def test_a_png_of_any_number_of_colours_is_read_back(count):
    numbers = np.arange(7 * 9).reshape(7, 9).astype(np.uint8) % count
    palette = [None, *(f"#{i:02x}{255 - i:02x}{i // 2:02x}" for i in range(1, count))]
    from rasterio.io import MemoryFile

    with MemoryFile(png(numbers, palette)) as memory, memory.open(driver="PNG") as image:
        table, read = image.colormap(1), image.read(1)
    assert (read == numbers).all()
    assert table[0] == (0, 0, 0, 0) and table[1] == (1, 254, 0, 255)


# --- relief --------------------------------------------------------------------------------------------------


def heights(tmp_path, values):
    from pipeline.core.config import LayerRef

    write_raster(tmp_path / "dem.tif", values.astype(np.float32), west=112.0, north=36.2, cell=0.001, nodata=-9999)
    return find(LayerRef(file="dem.tif", unit="m"), "dem_m", Paths(tmp_path), "other")


def test_level_ground_is_evenly_light_and_slopes_to_the_light_are_brighter(tmp_path):
    rows, columns = np.mgrid[0:200, 0:200]
    ridge = np.abs(rows - columns) * -20.0  # falls to the north-east and to the south-west
    ridge[60:, :60] = -9999
    frame = mercator.Frame.around(mercator.projected(WHOLE), 12)
    grey = relief.hillshade(heights(tmp_path, ridge), frame)
    level = relief.hillshade(heights(tmp_path, np.full((200, 200), 500.0)), frame)
    inner = level[40:-40, 40:-40]
    assert (inner == inner[0, 0]).all() and inner[0, 0] == 232
    valley = relief.hillshade(heights(tmp_path, (rows + columns) * 20.0), frame)  # rises to the south-east: faces the light
    away = relief.hillshade(heights(tmp_path, (rows + columns) * -20.0), frame)
    half = frame.height // 2
    assert valley[half, half] > 232 > away[half, half]
    assert (grey[int(frame.height * 0.8), : int(frame.width * 0.2)] == 255).all()  # unknown changes nothing
