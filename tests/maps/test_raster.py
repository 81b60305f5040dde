"""The land-cover picture lies where its cells lie, in the legend's colours and no others."""

import dataclasses

import numpy as np
import pytest
import shapely
from rasterio.io import MemoryFile
from worlds import make_place, write_raster

from pipeline.core import config as configuration
from pipeline.core.layers import find
from pipeline.core.legend import class_colours, classes
from pipeline.core.paths import Paths
from pipeline.maps import raster

CELL, WEST, NORTH = 0.05, 112.0, 36.2
CODES = np.array([[1, 2, 3, 4], [2, 3, 4, 5], [3, 4, 5, 1], [4, 5, 1, 0]], np.uint8)  # 0 is no-data
KEYS = {1: "forest_arbor", 2: "cropland", 3: "grass", 4: "water", 5: "shrub_other"}
WHOLE = shapely.box(WEST, NORTH - 4 * CELL, WEST + 4 * CELL, NORTH)


@pytest.fixture(scope="module")
def layer(tmp_path_factory):
    """Four by four cells of 0.05 degree whose codes say where they are."""
    folder = tmp_path_factory.mktemp("raster")
    path = make_place(folder)
    write_raster(folder / "land.tif", CODES, west=WEST, north=NORTH, cell=CELL, nodata=0)
    return find(configuration.load(path).land_cover[0], "land_cover", Paths(folder), "classes")


def colour_at(picture: raster.Overlay, lon: float, lat: float) -> tuple:
    """Colour the page shows at a place: the corners are projected as Leaflet does, the picture stretched between."""
    (south, west), (north, east) = picture.bounds
    corners = raster.to_mercator(np.array([[west, north], [east, south]]))
    x, y = raster.to_mercator(np.array([[lon, lat]]))[0]
    with MemoryFile(picture.png) as memory, memory.open(driver="PNG") as image:
        column = int((x - corners[0, 0]) / (corners[1, 0] - corners[0, 0]) * image.width)
        row = int((corners[0, 1] - y) / (corners[0, 1] - corners[1, 1]) * image.height)
        return image.colormap(1)[int(image.read(1)[row, column])]


def expected(code: int) -> tuple:
    return (0, 0, 0, 0) if code == 0 else (*bytes.fromhex(class_colours()[KEYS[code]][1:]), 255)


@pytest.mark.parametrize("inset", [0.5, 0.01, 0.99])
def test_every_cell_is_where_it_belongs(layer, inset):
    """At the middle of each cell and within a hundredth of a cell of its corners (56 m of 5.6 km)."""
    picture = raster.overlay(layer, WHOLE)
    for row in range(4):
        for column in range(4):
            lon, lat = WEST + (column + inset) * CELL, NORTH - (row + inset) * CELL
            assert colour_at(picture, lon, lat) == expected(CODES[row, column]), (row, column)


def test_mercator_is_leaflets_sphere():
    assert raster.to_mercator(np.array([[180.0, 0.0]]))[0] == pytest.approx([20037508.342789244, 0.0], abs=1e-6)
    x, y = raster.to_mercator(np.array([[111.0, 35.0]]))[0]
    assert (x, y) == pytest.approx((12356463.478053367, 4163881.144064293))
    assert raster.to_degrees(x, y) == pytest.approx((111.0, 35.0), abs=1e-12)


def test_a_projected_raster_lands_in_the_same_place(layer, tmp_path):
    """Cells of a CGCS2000 Gauss-Krueger raster: the middle of a cell shows that cell."""
    from pyproj import Transformer

    to_plane = Transformer.from_crs(4490, 4546, always_xy=True)
    x, y = to_plane.transform(112.1, 36.1)
    path = write_raster(tmp_path / "gk.tif", CODES, west=x - 8000, north=y + 8000, cell=4000.0, crs="EPSG:4546", nodata=0)
    own = dataclasses.replace(layer, paths=(path,), about=layer.about.model_copy(update={"crs": None}))
    picture = raster.overlay(own, shapely.box(112.0, 36.0, 112.2, 36.2))
    for row in range(4):
        for column in range(4):
            lon, lat = to_plane.transform(x - 8000 + (column + 0.5) * 4000, y + 8000 - (row + 0.5) * 4000, direction="INVERSE")
            if 112.0 < lon < 112.2 and 36.0 < lat < 36.2:
                assert colour_at(picture, lon, lat) == expected(CODES[row, column])


def test_only_the_legends_colours_and_transparent_outside(layer):
    triangle = shapely.Polygon([(112.0, 36.0), (112.2, 36.0), (112.0, 36.2)])
    picture = raster.overlay(layer, triangle)
    assert colour_at(picture, 112.16, 36.16) == (0, 0, 0, 0)
    assert colour_at(picture, 112.02, 36.02) == expected(CODES[3, 0])
    with MemoryFile(picture.png) as memory, memory.open(driver="PNG") as image:
        used = {image.colormap(1)[int(i)] for i in np.unique(image.read(1))}
        assert max(image.shape) == raster.LONGEST_PX
    legend = {(*bytes.fromhex(c[1:]), 255) for c in classes().colour} | {(0, 0, 0, 0)}
    assert used <= legend


def test_what_the_raster_does_not_reach_is_transparent(layer):
    picture = raster.overlay(layer, shapely.box(112.1, 36.1, 112.4, 36.3))
    assert colour_at(picture, 112.35, 36.25) == (0, 0, 0, 0)
    assert colour_at(picture, 112.11, 36.11) == expected(CODES[1, 2])


def test_equal_input_equal_bytes(layer):
    assert raster.overlay(layer, WHOLE).png == raster.overlay(layer, WHOLE).png
