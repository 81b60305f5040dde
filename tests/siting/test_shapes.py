"""Cells answered by sweeping edges are those that asking every centre one by one gives; on any grid, to the cell."""

import math

import numpy as np
import pytest
import shapely
from affine import Affine
from hypothesis import example, given, settings
from hypothesis import strategies as st
from pyproj import CRS, Transformer

from pipeline.core import ellipsoid
from pipeline.core.grid import LONLAT, Grid, transformer
from pipeline.siting.shapes import Centres, Edges, Plane, Runs, Shapes, everywhere, without

LON, LAT = 112.0, 36.0
GEOGRAPHIC = Grid(LONLAT, Affine(1 / 4000, 0, LON, 0, -1 / 4000, LAT), 90, 110)
GAUSS_KRUGER = CRS.from_epsg(4546)  # CGCS2000, 3-degree zone about 111 E


def projected(cell_m: float = 30.0) -> Grid:
    x, y = Transformer.from_crs(4490, GAUSS_KRUGER, always_xy=True).transform(LON, LAT)
    return Grid(GAUSS_KRUGER, Affine(cell_m, 0, round(x), 0, -cell_m, round(y)), 80, 90)


GRIDS = {"degrees": GEOGRAPHIC, "metres": projected(), "coarse": Grid(LONLAT, Affine(0.05, 0, LON, 0, -0.05, LAT), 12, 14)}


def centres_lonlat(grid: Grid) -> np.ndarray:
    u, v = np.meshgrid(np.arange(grid.width) + 0.5, np.arange(grid.height) + 0.5)
    x, y = grid.x(u), grid.y(v)
    if not grid.is_lonlat:
        x, y = transformer(grid.crs, LONLAT).transform(x, y)
    return np.column_stack([x.ravel(), y.ravel()])


def extent(grid: Grid) -> tuple[float, float, float, float]:
    points = centres_lonlat(grid)
    return (*points.min(axis=0), *points.max(axis=0))


def slow_inside(shapes: Shapes, grid: Grid) -> np.ndarray:
    union = shapely.union_all(shapely.make_valid(shapes.lonlat))
    points = centres_lonlat(grid)
    return shapely.contains_xy(union, points[:, 0], points[:, 1]).reshape(grid.height, grid.width)


def slow_distance_m(shapes: Shapes, grid: Grid, plane: Plane) -> np.ndarray:
    every = shapely.geometrycollections(plane.shapes(shapes.lonlat))
    points = shapely.points(plane.points(centres_lonlat(grid)))
    return shapely.distance(points, every).reshape(grid.height, grid.width)


def blob(random, x: float, y: float, radius: float) -> shapely.Polygon:
    """A star-shaped polygon with a hole now and then; edges short and long."""
    angle = np.sort(random.uniform(0, 2 * np.pi, random.integers(3, 40)))
    reach = radius * random.uniform(0.3, 1, angle.size)
    shell = np.column_stack([x + reach * np.cos(angle), y + reach * np.sin(angle)])
    hole = [np.column_stack([x + reach * 0.4 * np.cos(angle), y + reach * 0.4 * np.sin(angle)])] if random.random() < 0.3 else []
    return shapely.make_valid(shapely.Polygon(shell, hole))


def some_features(seed: int, grid: Grid, kinds: str) -> np.ndarray:
    """Features on the grid and beyond its edges."""
    random = np.random.default_rng(seed)
    west, south, east, north = extent(grid)
    size = east - west
    made = []
    for _ in range(random.integers(1, 8)):
        x, y = random.uniform(west - 0.3 * size, east + 0.3 * size), random.uniform(south - 0.3 * size, north + 0.3 * size)
        kind = random.choice(list(kinds))
        if kind == "p":
            made.append(blob(random, x, y, size * random.uniform(0.01, 0.5)))
        elif kind == "l":
            steps = np.cumsum(random.normal(0, size * random.uniform(0.002, 0.2), (random.integers(2, 60), 2)), axis=0)
            made.append(shapely.LineString(steps + np.array([x, y])))
        else:
            made.append(shapely.MultiPoint(np.column_stack([random.uniform(west, east, 3), random.uniform(south, north, 3)])))
    return np.array(made, dtype=object)


def painted(runs: Runs, rows: int, columns: int) -> np.ndarray:
    """Runs as cells; they must come in order, and none may touch the next."""
    made = np.zeros((rows, columns), bool)
    for i, (row, first, last) in enumerate(runs.tolist()):
        assert 0 <= first < last <= columns and (i == 0 or [row, first] > [runs[i - 1, 0], runs[i - 1, 2]])
        made[row, first:last] = True
    return made


def asked(edges: Edges, where: tuple[int, int, int, int], centres: Centres | None = None, distance: float = 0.0) -> np.ndarray:
    """Which cells of a block lie inside, or within a distance; the room they are counted in is left empty."""
    row0, row1, col0, col1 = where
    change = np.zeros((row1 - row0, col1 - col0 + 1), np.int32)
    runs = edges.near(centres.block(*where), distance, row0, col0, change) if centres else edges.inside(row0, col0, change)
    assert not change.any()
    return painted(runs, row1 - row0, col1 - col0)


def whole(grid: Grid) -> tuple[int, int, int, int]:
    return 0, grid.height, 0, grid.width


@pytest.mark.parametrize("name", GRIDS)
@settings(deadline=None, max_examples=60)
@example(seed=813)
@given(seed=st.integers(0, 2**32))
def test_inside_is_what_every_centre_says(name, seed):
    grid = GRIDS[name]
    shapes = Shapes.of(some_features(seed, grid, "p"), Plane((LON, LAT)))
    edges = Edges.of(shapes, grid, False)
    answer = asked(edges, whole(grid))
    differs = np.argwhere(answer != slow_inside(shapes, grid))
    if len(differs):  # only where a centre lies on an edge, to a millimetre: centres are interpolated, and go by rounding there
        points = shapely.points(centres_lonlat(grid).reshape(*answer.shape, 2)[tuple(differs.T)])
        assert shapely.distance(shapely.union_all(shapely.boundary(shapes.lonlat)), points).max() < 1e-8
    assert (asked(edges, (7, 11, 3, 12)) == answer[7:11, 3:12]).all()


@pytest.mark.parametrize("name", GRIDS)
@settings(deadline=None, max_examples=60)
@given(seed=st.integers(0, 2**32), cells=st.sampled_from([0.1, 0.4, 1.0, 3.3, 20.0, 200.0]))
def test_near_is_what_every_centre_says(name, seed, cells):
    grid = GRIDS[name]
    plane = Plane((LON, LAT))
    shapes = Shapes.of(some_features(seed, grid, "plo"), plane)
    distance = cells * grid.cell_size_m[0]
    edges, centres = Edges.of(shapes, grid, True), Centres(grid, plane, *whole(grid))
    answer = asked(edges, whole(grid), centres, distance)
    slow = slow_distance_m(shapes, grid, plane)
    clear = np.abs(slow - distance) > 1e-6  # a micrometre from the line either answer is right
    assert (answer == (slow <= distance))[clear].all()
    assert (asked(edges, (7, 11, 3, 12), centres, distance) == answer[7:11, 3:12]).all()


@pytest.mark.parametrize("distance", [500.0, 20_000.0])
def test_what_lies_within_a_distance_of_a_point_is_a_circle(distance):
    """Area of the cells: pi r^2 but for the cells on the rim; and each cell as asked alone."""
    cell = 1 / 4000 if distance == 500 else 0.002
    rows = int(2.4 * distance / (cell * 111_000))
    grid = Grid(LONLAT, Affine(cell, 0, LON, 0, -cell, LAT), rows, int(rows * 1.25))
    x, y = float(grid.x(grid.width / 2 + 0.2)), float(grid.y(grid.height / 2 + 0.3))
    plane = Plane((x, y))
    shapes = Shapes.of([shapely.Point(x, y)], plane)
    answer = asked(Edges.of(shapes, grid, True), whole(grid), Centres(grid, plane, *whole(grid)), distance)
    assert (answer == (slow_distance_m(shapes, grid, plane) <= distance)).all()
    areas = np.broadcast_to(grid.cell_area_m2(0, grid.height), answer.shape)
    rim_cells = 2 * math.pi * distance / grid.cell_size_m[0]
    assert areas[answer].sum() == pytest.approx(math.pi * distance**2, abs=3 * math.sqrt(rim_cells) * areas.max())


def test_a_long_edge_along_a_row_bends_with_the_parallel():
    """A straight line of 150 km leaves the row by some 300 m: cells near it come in two runs, or with a gap."""
    cell = 0.002
    grid = Grid(LONLAT, Affine(cell, 0, LON, 0, -cell, LAT), 40, 850)
    plane = Plane((LON + 0.85, LAT))
    for row in (10.5, 20.1, 30.9):
        shapes = Shapes.of([shapely.LineString([(LON + 0.01, grid.y(row)), (LON + 1.69, grid.y(row))])], plane)
        centres = Centres(grid, plane, *whole(grid))
        slow = slow_distance_m(shapes, grid, plane)
        for distance in (40.0, 111.0, 223.0, 1000.0):
            answer = asked(Edges.of(shapes, grid, True), whole(grid), centres, distance)
            assert (answer == (slow <= distance))[np.abs(slow - distance) > 1e-6].all()


def test_a_centre_on_a_shared_edge_lies_in_one_of_the_two():
    """Edges through cell centres, level, upright and aslant: each centre belongs to the polygon east or south of it."""
    grid = Grid(LONLAT, Affine(0.25, 0, LON, 0, -0.25, LAT), 16, 16)
    plane = Plane((LON + 2, LAT - 2))
    middle = [
        (LON + 0.125, LAT - 0.125),
        (LON + 2.125, LAT - 2.125),
        (LON + 2.125, LAT - 3.125),
        (LON + 3.125, LAT - 3.125),
        (LON + 4, LAT - 3.125),
    ]
    north_east = shapely.Polygon([*middle, (LON + 4, LAT), (LON, LAT)])
    south_west = shapely.Polygon([*middle, (LON + 4, LAT - 4), (LON, LAT - 4), (LON, LAT)])
    a, b = (asked(Edges.of(Shapes.of([p], plane), grid, False), whole(grid)) for p in (north_east, south_west))
    assert not (a & b).any() and (a | b).all()
    assert a[4, 4] and a[9, 8] and not a[12, 10]  # aslant and upright: the one to the east; level: the one to the south
    union = asked(Edges.of(Shapes.of([north_east, south_west, north_east], plane), grid, False), whole(grid))
    assert union.all()


def test_layers_without_polygons_or_features():
    plane, grid = Plane((LON, LAT)), GEOGRAPHIC
    centres = Centres(grid, plane, *whole(grid))
    for features in ([], [None, shapely.Polygon()]):
        edges = Edges.of(Shapes.of(features, plane), grid, True)
        assert not asked(edges, whole(grid)).any() and not asked(edges, whole(grid), centres, 5000.0).any()
        assert Shapes.of(features, plane).distance_m(shapely.box(112, 35, 113, 36)) == math.inf
    west, north = LON + 1e-5, LAT - 2e-5  # no centre on an edge
    bow = shapely.Polygon([(west, north), (west + 0.02, north - 0.02), (west + 0.02, north), (west, north - 0.02)])
    shapes = Shapes.of([shapely.GeometryCollection([bow, shapely.LineString([(LON, LAT), (LON + 1, LAT)])])], plane)
    assert (asked(Edges.of(shapes, grid, False), whole(grid)) == slow_inside(shapes, grid)).all()
    box = shapely.box(west, north - 0.02, west + 0.02, north)
    inside = shapes.part_inside(box)
    assert ellipsoid.polygon_area_m2(inside) / ellipsoid.polygon_area_m2(box) == pytest.approx(0.5, rel=1e-4)


def test_centres_lie_where_the_projection_puts_them():
    for grid in GRIDS.values():
        plane = Plane((LON + 0.3, LAT - 0.2))
        found = Centres(grid, plane, *whole(grid)).block(*whole(grid))
        x, y = plane.points(centres_lonlat(grid)).T
        for made, expected in zip(found.points(), (x, y), strict=True):
            assert made[:, :-1].ravel() == pytest.approx(expected, abs=1e-7)
        assert found.gaps_m == pytest.approx(grid.cell_size_m[::-1], rel=1e-2)


@settings(deadline=None)
@given(cells=st.tuples(st.integers(0, 2**24 - 1), st.integers(0, 2**24 - 1)), columns=st.integers(1, 24))
def test_runs_without_others_are_cells_without_others(cells, columns):
    rows = 24 // columns
    many, few = (np.array([n >> i & 1 for i in range(rows * columns)], bool).reshape(rows, columns) for n in cells)
    runs, others = (runs_of(m) for m in (many, few))
    assert (painted(without(runs, others, columns), rows, columns) == many & ~few).all()
    assert painted(everywhere(rows, columns), rows, columns).all()


def runs_of(cells: np.ndarray) -> Runs:
    edge = np.diff(cells.astype(int), axis=1, prepend=0, append=0)
    (row, first), (_, last) = np.nonzero(edge == 1), np.nonzero(edge == -1)
    return np.column_stack([row, first, last]).astype(np.int32)
