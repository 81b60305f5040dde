"""Shares of cells: closed forms, every cell against shapely's clipped pieces, neighbours, and exactextract."""

import numpy as np
import pytest
import shapely
import shapely.ops
from affine import Affine
from hypothesis import given, settings
from hypothesis import strategies as st
from pyproj import CRS

from pipeline.core import ellipsoid
from pipeline.core.grid import LONLAT, Grid, transformer
from pipeline.core.zones import ZoneCells

GRID = Grid(CRS.from_epsg(4490), Affine(0.1, 0, 110, 0, -0.1, 36), 10, 12)
EASTINGS = Grid(CRS.from_epsg(4546), Affine(1000, 0, 480_000, 0, -1000, 3_930_000), 30, 40)


def whole_grid(zone: ZoneCells, grid: Grid) -> np.ndarray:
    out = np.zeros((grid.height, grid.width))
    out[:, zone.col0 : zone.col1] = zone.cell_areas_m2(0, grid.height)
    return out


def clipped(shape, grid: Grid) -> np.ndarray:
    """The slow, independent way: clip every cell and measure the pieces."""
    out = np.zeros((grid.height, grid.width))
    for row in range(grid.height):
        for column in range(grid.width):
            cell = shapely.box(grid.x(column), grid.y(row + 1), grid.x(column + 1), grid.y(row))
            parts = [p for p in shapely.get_parts(shape.intersection(cell)) if p.geom_type == "Polygon"]
            out[row, column] = sum(ellipsoid.polygon_area_m2(p) for p in parts)
    return out


def test_half_covered_cell():
    half = ZoneCells(shapely.box(110.2, 35.4, 110.25, 35.5), GRID)
    area = whole_grid(half, GRID)
    assert area[5, 2] == pytest.approx(GRID.cell_area_m2(5, 6)[0, 0] / 2, rel=1e-12)
    assert np.count_nonzero(area) == 1


@pytest.mark.parametrize(
    "shape",
    [
        shapely.box(110.2, 35.2, 110.7, 35.6),  # every edge on a grid line, every vertex on a corner
        shapely.box(110.0, 35.0, 111.2, 36.0),  # the grid itself
        shapely.Polygon(
            [(110.1, 35.1), (110.5, 35.1), (110.5, 35.5), (110.1, 35.5)], [[(110.2, 35.2), (110.2, 35.4), (110.4, 35.4), (110.4, 35.2)]]
        ),
        shapely.Polygon([(110.1, 35.1), (110.9, 35.9), (110.1, 35.9)]),  # a diagonal through corners
        shapely.Polygon([(110.31, 35.3), (110.310001, 35.9), (110.309999, 35.9)]),  # a sliver
        shapely.MultiPolygon([shapely.box(110.11, 35.12, 110.13, 35.14), shapely.box(110.95, 35.85, 111.33, 36.2)]),  # part outside
        shapely.box(109.5, 35.5, 110.05, 35.55),  # mostly west of the grid
        shapely.box(113, 35, 114, 36),  # east of the grid
    ],
    ids=["on_lines", "grid", "hole", "diagonal", "sliver", "parts", "west", "elsewhere"],
)
def test_shapes_that_break_naive_sweeps(shape):
    zone = ZoneCells(shape, GRID)
    expected = clipped(shape, GRID)
    cell = GRID.cell_area_m2(0, GRID.height)
    assert np.abs(whole_grid(zone, GRID) - expected).max() <= 1e-9 * cell.max()


coordinate = st.tuples(st.floats(109.9, 111.3), st.floats(34.9, 36.1))
snapped = st.tuples(st.integers(0, 12).map(lambda i: 110 + i * 0.1), st.integers(0, 10).map(lambda i: 36 - i * 0.1))


@settings(deadline=None, max_examples=60)
@given(st.lists(st.one_of(coordinate, snapped), min_size=3, max_size=9, unique=True))
def test_random_polygons_cell_by_cell(points):
    shape = shapely.make_valid(shapely.Polygon(points))
    parts = [p for p in shapely.get_parts(shape) if p.geom_type == "Polygon"]
    if not parts:
        return
    shape = shapely.union_all(parts)
    zone = ZoneCells(shape, GRID)
    found, expected = whole_grid(zone, GRID), clipped(shape, GRID)
    cell = GRID.cell_area_m2(0, 1)[0, 0]
    assert np.abs(found - expected).max() <= 1e-9 * cell
    if zone.is_inside_grid:  # a sliver below 1e-12 of a cell counts as nothing, in each cell it crosses
        assert found.sum() == pytest.approx(zone.area_m2, rel=1e-9, abs=1e-12 * cell * found.size)


@settings(deadline=None, max_examples=30)
@given(st.lists(st.tuples(st.floats(110.05, 111.15), st.floats(35.05, 35.95)), min_size=2, max_size=6))
def test_neighbours_share_every_cell(points):
    """A line across the grid parts it in two; the shares of both add up to the whole cell."""
    line = shapely.LineString([(110.0, 35.5), *sorted(points), (111.2, 35.5)])
    sides = shapely.get_parts(shapely.ops.split(shapely.box(110, 35, 111.2, 36), line))
    total = sum(whole_grid(ZoneCells(side, GRID), GRID) for side in sides)
    cell = GRID.cell_area_m2(0, GRID.height)
    assert np.abs(total / cell - 1).max() <= 1e-12


@pytest.mark.parametrize("grid", [GRID, EASTINGS], ids=["degrees", "metres"])
def test_blocks_give_the_same_cells(grid):
    west, south, east, north = (110.15, 35.2, 110.9, 35.8) if grid is GRID else (110.8, 35.3, 111.1, 35.45)
    shape = shapely.Polygon([(west, south), (east, south + 0.05), (east - 0.1, north), (west + 0.07, north - 0.03)])
    zone = ZoneCells(shape, grid)
    whole = zone.cell_areas_m2(0, grid.height)
    parts = np.vstack([zone.cell_areas_m2(r, min(r + 3, grid.height)) for r in range(0, grid.height, 3)])
    assert (whole == parts).all()


def test_projected_grid_measures_the_ellipsoid_not_the_plane():
    shape = shapely.Polygon([(110.85, 35.32), (111.1, 35.33), (111.05, 35.45), (110.9, 35.44)])
    for epsg, west, north in ((4546, 480_000, 3_930_000), (32649, 480_000, 3_930_000), (3857, 12_330_000, 4_230_000)):
        grid = Grid(CRS.from_epsg(epsg), Affine(500, 0, west, 0, -500, north), 80, 100)
        zone = ZoneCells(shape, grid)
        assert zone.is_inside_grid
        assert zone.cell_areas_m2(0, grid.height).sum() == pytest.approx(zone.area_m2, rel=1e-9), epsg


def test_every_cell_of_a_projected_grid_holds_the_clipped_piece():
    """Cells are curved in degrees: the independent way follows their sides in 200 steps."""
    shape = shapely.Polygon([(110.85, 35.32), (111.1, 35.33), (111.05, 35.45), (110.97, 35.36), (110.9, 35.44)])
    for epsg, size, west, north in (
        (4546, 2000, 484_000, 3_926_000),
        (3857, 2500, 12_338_000, 4_226_000),
        (32649, 700, 309_000, 3_926_500),
    ):
        grid = Grid(CRS.from_epsg(epsg), Affine(size, 0, west, 0, -size, north), 12, 14)
        column, row = np.meshgrid(np.arange(grid.width), np.arange(grid.height))
        boxes = shapely.segmentize(shapely.box(grid.x(column), grid.y(row + 1), grid.x(column + 1), grid.y(row)), size / 200)
        back = transformer(grid.crs, LONLAT)
        cells = shapely.transform(boxes, lambda p, back=back: np.column_stack(back.transform(p[:, 0], p[:, 1])))
        found, whole = whole_grid(ZoneCells(shape, grid), grid), grid.cell_area_m2(0, grid.height)
        for place, cell in np.ndenumerate(cells):
            parts = shapely.get_parts(shape.intersection(cell))
            expected = sum(ellipsoid.polygon_area_m2(p) for p in parts if p.geom_type == "Polygon")
            assert abs(found[place] - expected) <= 1e-9 * whole[place], (epsg, place)
            assert ellipsoid.polygon_area_m2(cell) == pytest.approx(whole[place], rel=1e-9)


def test_against_exactextract(real_data):
    """The county areas by class of an independent tool: exact fractions times exact cell areas."""
    import geopandas as gpd
    import rasterio
    from exactextract import exact_extract

    counties = gpd.read_file(real_data / "boundaries_cgcs2000.gpkg", layer="counties_tianditu").to_crs(4326)
    path = real_data / "landcover_igbp_30x120arcsec.tif"
    with rasterio.open(path) as dataset:
        grid, codes = Grid.of(dataset), dataset.read(1)
    table = exact_extract(str(path), counties, ["cell_id", "coverage"], output="pandas", include_cols=["name_zh"])
    area = np.repeat(grid.cell_area_m2(0, grid.height), grid.width, axis=1).ravel()
    for (_, row), geometry in zip(table.iterrows(), counties.geometry, strict=True):
        cells = np.asarray(row["cell_id"], np.int64)
        weights = np.asarray(row["coverage"]) * area[cells]
        theirs = np.bincount(codes.ravel()[cells], weights=weights, minlength=256)
        zone = ZoneCells(geometry, grid)
        ours = np.bincount(codes[:, zone.col0 : zone.col1].ravel(), weights=zone.cell_areas_m2(0, grid.height).ravel(), minlength=256)
        # Their fractions are planar within a cell and kept in single precision: 1e-6 of the county at this cell size.
        assert np.abs(ours - theirs).max() <= 1e-6 * zone.area_m2
