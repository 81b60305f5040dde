"""The measuring grid: where cells are, how large, and what is refused."""

import numpy as np
import pytest
import rasterio
from affine import Affine
from pyproj import CRS, Geod
from worlds import write_raster

from pipeline.core.errors import BadData
from pipeline.core.grid import LONLAT, Grid, same_place


def test_cell_area_of_a_degree_grid_is_exact_by_row():
    grid = Grid(CRS.from_epsg(4326), Affine(0.5, 0, 110, 0, -0.5, 36), 2, 3)
    area = grid.cell_area_m2(0, 2)
    assert area.shape == (2, 1)
    assert area[1, 0] == pytest.approx(2_524_261_923.74, abs=0.01)
    assert area[0, 0] < area[1, 0]


def test_size_in_words_of_a_grid_in_degrees_asks_for_no_areas():
    """A world file on an ellipsoid of its own: areas of all of it would take half a minute, and are for sums alone."""
    for crs in ("EPSG:4326", "+proj=longlat +ellps=clrk66"):
        grid = Grid(CRS.from_user_input(crs), Affine(0.05, 0, -180, 0, -0.05, 90), 3600, 7200)
        assert grid.cell_size_m == pytest.approx((5538, 5557), abs=1)
        assert "area_nodes" not in vars(grid)


def test_cell_area_of_a_projected_grid_follows_the_ellipsoid():
    grid = Grid(CRS.from_epsg(32649), Affine(1000, 0, 300_000, 0, -1000, 3_950_000), 40, 300)
    area = grid.cell_area_m2(0, 40)
    geod = Geod(ellps="WGS84")
    from pyproj import Transformer

    back = Transformer.from_crs(32649, 4326, always_xy=True)
    for row, column in ((0, 0), (20, 150), (39, 299)):
        steps = np.linspace(0, 1, 20)
        u = np.concatenate([column + steps, np.full(20, column + 1), column + 1 - steps, np.full(20, column)])
        v = np.concatenate([np.full(20, row), row + steps, np.full(20, row + 1), row + 1 - steps])
        lon, lat = back.transform(grid.x(u), grid.y(v))
        assert area[row, column] == pytest.approx(abs(geod.polygon_area_perimeter(lon, lat)[0]), rel=1e-7)


def test_rows_agree_with_blocks():
    grid = Grid(CRS.from_epsg(32649), Affine(1000, 0, 300_000, 0, -1000, 3_950_000), 40, 300)
    assert (grid.cell_area_m2(0, 40)[7:11] == grid.cell_area_m2(7, 11)).all()


def test_rotated_is_refused_and_south_up_turned_round(tmp_path):
    path = write_raster(tmp_path / "a.tif", np.zeros((3, 4), np.uint8), west=110, north=36, cell=0.1)
    for transform in (Affine(0.1, 0.01, 110, 0.01, -0.1, 36), Affine(-0.1, 0, 111, 0, -0.1, 36)):
        with rasterio.open(path, "r+") as dataset:
            dataset.transform = transform
        with rasterio.open(path) as dataset, pytest.raises(BadData) as refused:
            Grid.of(dataset)
        assert refused.value.problems[0].key == "raster_not_north_up"
    with rasterio.open(path, "r+") as dataset:
        dataset.transform = Affine(0.1, 0, 110, 0, 0.1, 35)
    with rasterio.open(path) as dataset:
        assert Grid.of(dataset).bounds == pytest.approx((110, 35, 110.4, 35.3))


def test_lonlat_systems_are_one_place_and_others_are_not():
    assert same_place(CRS.from_epsg(4326), LONLAT)
    assert same_place(CRS.from_user_input("OGC:CRS84"), LONLAT) or CRS.from_user_input("OGC:CRS84").to_epsg() is None
    assert not same_place(CRS.from_epsg(4546), LONLAT)
    assert not same_place(CRS.from_epsg(4214), LONLAT)


def test_array_knows_where_it_is():
    grid = Grid(LONLAT, Affine(0.1, 0, 110, 0, -0.1, 36), 4, 5)
    values = np.arange(10).reshape(2, 5)
    block = grid.array(values, 2, units="m")
    assert block.y.values == pytest.approx([35.75, 35.65])
    assert block.x.values[0] == pytest.approx(110.05)
    assert block.attrs["units"] == "m"
    with pytest.raises(ValueError):
        block + grid.array(values, 1)  # a cell apart: an error, not a smaller raster
