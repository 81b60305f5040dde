"""The pixel pass: areas against clipped cells and an independent tool; equal bytes however the work is cut up."""

import json
import os
import subprocess
import sys

import numpy as np
import pytest
import rasterio
import shapely
from affine import Affine
from conftest import ROOT
from hypothesis import given, settings
from hypothesis import strategies as st
from worlds import class_layer, write_raster

from pipeline.core import ellipsoid
from pipeline.core.config import Compute, LayerRef
from pipeline.core.engine import Engine, HalfWay
from pipeline.core.errors import BadData, EnvironmentProblem
from pipeline.core.layers import find
from pipeline.core.paths import Paths
from pipeline.core.pixels import Exact, Reader, Stratum, Sums, Task, Zones, blocks, cut, nothing, tally
from pipeline.core.rasters import open_raster

WEST, NORTH, CELL = 110.0, 36.0, 0.01
LEFT = shapely.Polygon([(109.98, 35.41), (110.313, 35.4), (110.32, 35.77), (110.1, 36.02), (110.02, 35.8)])
RIGHT = shapely.Polygon(
    [(110.313, 35.4), (110.6, 35.5), (110.55, 35.9), (110.32, 35.77)], [[(110.4, 35.6), (110.45, 35.65), (110.5, 35.6)]]
)
ISLES = shapely.MultiPolygon([shapely.box(110.2, 35.1, 110.25, 35.2), shapely.box(110.301, 35.302, 110.3011, 35.3021)])


@pytest.fixture(scope="module")
def codes() -> np.ndarray:
    """70 x 60 cells in patches, with 0 as no data."""
    rng = np.random.default_rng(3)
    return np.kron(rng.integers(0, 6, (14, 12)), np.ones((5, 5), int)).astype(np.uint8)


def task_of(layer, geometries, **more) -> Task:
    with open_raster(layer) as raster:
        grid = raster.grid
    return Task(layer, grid, Zones.of(cut(geometries, grid, 1), grid), **more)


def count(task: Task, *, block: int = 2048, workers: int = 1, **more) -> Sums:
    with Engine(Compute(block=block, workers=workers, **more)) as engine:
        return engine.count(task, "")


def area_m2(task: Task, sums: Sums, table: int = 0) -> np.ndarray:
    return sums.area[table].floats() * task.grid.quantum_m2


def clipped(task: Task, values: np.ndarray, geometries) -> np.ndarray:
    """Area by zone and class the slow way: every cell clipped by shapely, its piece measured in closed form."""
    grid, made = task.grid, np.zeros((len(geometries), task.codes.size + 2))
    for z, shape in enumerate(geometries):
        west, south, east, north = shape.bounds
        (c0, c1), (r0, r1) = (sorted(map(int, pair)) for pair in zip(grid.to_index(west, north), grid.to_index(east, south), strict=True))
        for row in range(max(r0 - 1, 0), min(r1 + 2, grid.height)):
            for column in range(max(c0 - 1, 0), min(c1 + 2, grid.width)):
                cell = shapely.box(grid.x(column), grid.y(row + 1), grid.x(column + 1), grid.y(row))
                parts = [p for p in shapely.get_parts(shape.intersection(cell)) if p.geom_type == "Polygon"]
                known = np.flatnonzero(task.codes == values[row, column])
                made[z, known[0] if known.size else -1] += sum(ellipsoid.polygon_area_m2(p) for p in parts)
    return made


def test_areas_by_zone_and_class_are_those_of_the_clipped_cells(tmp_path, codes):
    layer = class_layer(tmp_path, write_raster(tmp_path / "a.tif", codes, west=WEST, north=NORTH, cell=CELL, nodata=0))
    zones = [LEFT, RIGHT, ISLES]
    task = task_of(layer, zones)
    found, expected = area_m2(task, count(task))[:, :, 0], clipped(task, codes, zones)
    assert (np.abs(found - expected) <= 1e-9 * expected).all()


point = st.one_of(
    st.tuples(st.floats(110.0, 110.2), st.floats(35.8, 36.0)),
    st.tuples(st.integers(0, 20).map(lambda i: 110 + i * CELL), st.integers(0, 20).map(lambda i: 36 - i * CELL)),
)


@settings(deadline=None, max_examples=40)
@given(st.lists(point, min_size=3, max_size=8, unique=True), st.integers(0, 2**32 - 1), st.integers(16, 40))
def test_random_polygons_on_random_rasters(tmp_path_factory, points, seed, block):
    parts = [p for p in shapely.get_parts(shapely.make_valid(shapely.Polygon(points))) if p.geom_type == "Polygon"]
    if not parts:
        return
    shape, folder = shapely.union_all(parts), tmp_path_factory.mktemp("random")
    values = np.random.default_rng(seed).integers(0, 4, (20, 20)).astype(np.uint8)
    layer = class_layer(folder, write_raster(folder / "a.tif", values, west=WEST, north=NORTH, cell=CELL, nodata=0))
    task = task_of(layer, [shape])
    found, expected = area_m2(task, count(task, block=block))[0, :, 0], clipped(task, values, [shape])[0]
    cell = task.grid.cell_area_m2(0, 1)[0, 0]
    assert (np.abs(found - expected) <= 1e-9 * expected + 1e-12 * 400 * cell).all()
    assert found.sum() == pytest.approx(ellipsoid.polygon_area_m2(shape), rel=1e-9, abs=1e-12 * 400 * cell)


def test_fine_cells_against_exactextract(tmp_path):
    """Fractions of an independent tool times exact cell areas, at 30 m."""
    import geopandas as gpd
    from exactextract import exact_extract

    cell = 1 / 4000
    values = np.random.default_rng(5).integers(1, 6, (700, 900)).astype(np.uint8)
    path = write_raster(tmp_path / "a.tif", values, west=110, north=36, cell=cell)
    rng, shapes = np.random.default_rng(6), []
    for x, y in ((110.05, 35.9), (110.15, 35.92), (110.11, 35.87)):
        angle = np.sort(rng.uniform(0, 2 * np.pi, 40))
        radius = rng.uniform(0.01, 0.04, 40)
        shapes.append(shapely.Polygon(np.column_stack([x + radius * np.cos(angle), y + radius * np.sin(angle)])))
    task = task_of(class_layer(tmp_path, path), shapes)
    found = area_m2(task, count(task))[:, :5, 0]
    table = exact_extract(str(path), gpd.GeoDataFrame(geometry=shapes, crs=4326), ["cell_id", "coverage"], output="pandas")
    area = np.repeat(task.grid.cell_area_m2(0, 700), 900, axis=1).ravel()
    for z, (_, row) in enumerate(table.iterrows()):
        cells = np.asarray(row["cell_id"], np.int64)
        theirs = np.bincount(values.ravel()[cells], np.asarray(row["coverage"]) * area[cells], minlength=6)[1:]
        assert np.abs(found[z] / theirs - 1).max() <= 1e-7


def test_chessboard_halves_every_zone(tmp_path):
    board = (np.indices((60, 60)).sum(axis=0) % 2 + 1).astype(np.uint8)
    layer = class_layer(tmp_path, write_raster(tmp_path / "a.tif", board, west=110, north=36, cell=CELL))
    task = task_of(layer, [shapely.box(110.1, 35.5, 110.3, 35.9), shapely.box(110.105, 35.5, 110.305, 35.9)])
    found = area_m2(task, count(task))[:, :2, 0]
    assert found[:, 0] == pytest.approx(found[:, 1], rel=1e-12)
    assert found.sum(axis=1) == pytest.approx([ellipsoid.polygon_area_m2(shapely.box(110.1, 35.5, 110.3, 35.9))] * 2, rel=1e-12)


def test_neighbours_and_their_union_hold_the_same_to_the_last_quantum(tmp_path, codes):
    layer = class_layer(tmp_path, write_raster(tmp_path / "a.tif", codes, west=WEST, north=NORTH, cell=CELL, nodata=0))
    task = task_of(layer, [LEFT, RIGHT, shapely.union_all([LEFT, RIGHT])])
    parts, whole = np.split(area_m2(task, count(task))[:, :, 0], [2])
    assert parts.sum(axis=0) == pytest.approx(whole[0], rel=1e-12)


# --- equal bytes ---------------------------------------------------------------------------------------------


def same(a: Sums, b: Sums) -> bool:
    words = [(x.high, x.low, y.high, y.low) for k in ("area", "known", "total") for x, y in zip(getattr(a, k), getattr(b, k), strict=True)]
    spans = [(x, y) for k in ("low", "high") for x, y in zip(getattr(a, k), getattr(b, k), strict=True)]
    return (
        all((p == r).all() and (q == s).all() for p, q, r, s in words) and all((x == y).all() for x, y in spans) and a.strange == b.strange
    )


def full_task(folder, codes, crs="EPSG:4326") -> Task:
    """Classes, a band stratum and a measured layer on another grid, on a degree or a metric grid."""
    metric = crs != "EPSG:4326"
    west, north, cell = (410_000, 3_985_000, 900.0) if metric else (WEST, NORTH, CELL)
    path = write_raster(folder / "a.tif", codes, west=west, north=north, cell=cell, crs=crs, nodata=0, blockysize=2)
    rng = np.random.default_rng(1)
    write_raster(folder / "slope.tif", rng.uniform(0, 30, (50, 40)).astype(np.float32), west=109.9, north=36.1, cell=0.021)
    write_raster(folder / "agb.tif", rng.uniform(0, 90, (30, 30)).astype(np.float32), west=110.0, north=36.0, cell=0.0203, nodata=-1)
    find_one = lambda name, **more: find(LayerRef(file=f"{name}.tif", unit="u", **more), name, Paths(folder), "other")  # noqa: E731
    slope = Stratum(find_one("slope", bands=[5.0, 15.0]), ("<5", "5–15", "≥15"), None, (5.0, 15.0))
    more = {"strata": (slope,), "crossings": ((0,), ()), "measures": (find_one("agb"),)}
    return task_of(class_layer(folder, path), [LEFT, RIGHT, ISLES], **more)


@pytest.mark.parametrize("crs", ["EPSG:4326", "EPSG:4546"])
def test_block_size_workers_and_order_change_no_bit(tmp_path, codes, crs):
    big = np.kron(codes, np.ones((2, 2), np.uint8))[:, :110]
    task = full_task(tmp_path, big, crs)
    reference = count(task)
    for block, workers in ((16, 1), (23, 2), (256, 7), (1000, 2), (4096, 7)):
        assert same(count(task, block=block, workers=workers), reference), (block, workers)
    with Reader(task) as reader:
        parts = [tally(task, b, reader) for b in blocks(task, 20, (1, 7))]
    backwards = nothing(task)
    for part in reversed(parts):
        backwards += part
    assert len(parts) > 20
    assert same(backwards, reference)


def test_dask_gives_the_same_bytes(tmp_path, codes):
    task = full_task(tmp_path, codes)
    assert same(count(task, block=16, workers=2, scheduler="local"), count(task))


def test_a_scheduler_that_is_not_there_is_named():
    with pytest.raises(EnvironmentProblem) as refused, Engine(Compute(scheduler="tcp://127.0.0.1:9")):
        pass
    assert refused.value.problems[0].key == "dask_unreachable"
    assert refused.value.exit_code == 5


def test_a_pass_that_is_cut_off_goes_on_where_it_stopped(tmp_path, codes, monkeypatch):
    task = full_task(tmp_path, codes)
    reference = count(task)
    seen = []

    whole = Engine._run

    def breaks_off(self, task, todo):
        for n, item in enumerate(whole(self, task, todo)):
            if n == 3 and not seen:
                seen.append(len(todo))
                raise EnvironmentProblem
            yield item
        seen.append(len(todo))

    monkeypatch.setattr("pipeline.core.engine._SAVE_EVERY_S", -1.0)
    monkeypatch.setattr(Engine, "_run", breaks_off)
    engine = Engine(Compute(block=16, workers=1), tmp_path / "half_way")
    with pytest.raises(EnvironmentProblem):
        engine.count(task, "")
    assert same(engine.count(task, ""), reference)
    assert seen[1] == seen[0] - 3
    assert not (tmp_path / "half_way").exists()


def test_a_half_way_file_of_other_data_is_not_used(tmp_path, codes):
    task = full_task(tmp_path, codes)
    todo = blocks(task, 16, (1, 1))
    keep = HalfWay(tmp_path / "half_way", task, todo)
    keep.write(count(task), np.ones(len(todo), bool))
    assert keep.read()[1].all()
    write_raster(tmp_path / "a.tif", codes[::-1], west=WEST, north=NORTH, cell=CELL, nodata=0)
    assert not HalfWay(tmp_path / "half_way", task, todo).read()[1].any()


# --- strata and measures -------------------------------------------------------------------------------------


def test_strata_and_sums_against_plain_arithmetic(tmp_path, codes):
    """On one lattice every cell's class, band and value are known: sums follow from the cells' areas."""
    rng = np.random.default_rng(9)
    slope, agb = rng.uniform(0, 30, codes.shape), rng.uniform(-5, 200, codes.shape)
    agb[rng.uniform(size=codes.shape) < 0.1] = -9999
    place = {"west": WEST, "north": NORTH, "cell": CELL}
    layer = class_layer(tmp_path, write_raster(tmp_path / "a.tif", codes, **place, nodata=0))
    write_raster(tmp_path / "slope.tif", slope, **place)
    write_raster(tmp_path / "agb.tif", agb, **place, nodata=-9999)
    slope_layer, agb_layer = (find(LayerRef(file=f"{n}.tif"), n, Paths(tmp_path), "other") for n in ("slope", "agb"))
    bands = Stratum(slope_layer, ("<5", "5–15", "≥15"), None, (5.0, 15.0))
    task = task_of(layer, [LEFT], strata=(bands,), crossings=((0,),), measures=(agb_layer,))
    sums = count(task)
    weight = np.zeros(codes.shape)
    zone = cut([LEFT], task.grid, 1)[0]
    weight[:, zone.col0 : zone.col1] = zone.cell_areas_m2(0, codes.shape[0])
    band, quantum = np.digitize(slope, [5, 15]), task.grid.quantum_m2
    for i, code in enumerate((*task.codes, None, 0)):
        for b in range(3):
            chosen = (codes == code) & (band == b) & (weight > 0)
            known = chosen & (agb > -9999)
            assert sums.area[0].floats()[0, i, b] * quantum == pytest.approx(weight[chosen].sum(), rel=1e-12)
            assert sums.known[0].floats()[0, i, b] * quantum == pytest.approx(weight[known].sum(), rel=1e-12)
            assert sums.total[0].floats()[0, i, b] * quantum == pytest.approx((weight * agb)[known].sum(), rel=1e-11)
    inside = (weight > 0) & (agb > -9999)
    assert (sums.low[0][0], sums.high[0][0]) == (agb[inside].min(), agb[inside].max())


@pytest.mark.parametrize("dtype", ["uint8", "int8", "uint16", "int16", "int32", "float32"])
@pytest.mark.parametrize("crossed", [False, True], ids=["by_class", "by_stratum"])
def test_stored_numbers_of_any_type_are_summed_alike(tmp_path, codes, dtype, crossed):
    """Scaled whole numbers with no-data, the layer reaching beyond the grid on one side and short of it on the other."""
    rng, place = np.random.default_rng(4), {"north": NORTH, "cell": CELL}
    stored = rng.integers(0, 120, codes.shape).astype(dtype)
    stored[rng.uniform(size=codes.shape) < 0.2] = 99
    layer = class_layer(tmp_path, write_raster(tmp_path / "a.tif", codes, west=WEST, **place, nodata=0, blockysize=4))
    write_raster(tmp_path / "m.tif", stored, west=WEST - 3 * CELL, **place, nodata=99)
    write_raster(tmp_path / "s.tif", np.arange(codes.size).reshape(codes.shape) % 7 * 1.0, west=WEST, **place)
    measure = find(LayerRef(file="m.tif", scale=0.1), "m", Paths(tmp_path), "other")
    bands = Stratum(find(LayerRef(file="s.tif"), "s", Paths(tmp_path), "other"), ("a", "b"), None, (3.0,))
    more = {"strata": (bands,), "crossings": ((0,),)} if crossed else {}
    task = task_of(layer, [LEFT, ISLES], measures=(measure,), **more)
    sums = count(task)
    assert same(sums, count(task, block=16, workers=2))
    shifted = np.full(codes.shape, np.nan)
    shifted[:, :-3] = np.where(stored == 99, np.nan, stored)[:, 3:] * 0.1
    for z, zone in enumerate(cut([LEFT, ISLES], task.grid, 1)):
        weight = np.zeros(codes.shape)
        weight[:, zone.col0 : zone.col1] = zone.cell_areas_m2(0, codes.shape[0])
        inside = (weight > 0) & np.isfinite(shifted)
        for i, code in enumerate((*task.codes, None, 0)):
            chosen = inside & (codes == code)
            quantum = task.grid.quantum_m2
            assert sums.known[0].floats()[z, i].sum() * quantum == pytest.approx(weight[chosen].sum(), rel=1e-12)
            assert sums.total[0].floats()[z, i].sum() * quantum * sums.scale[0] == pytest.approx((weight * shifted)[chosen].sum(), rel=1e-6)
        if inside.any():
            assert (sums.low[0][z], sums.high[0][z]) == pytest.approx((shifted[inside].min(), shifted[inside].max()))


def test_a_block_of_one_cell_has_its_stratum(tmp_path):
    place = {"west": WEST, "north": NORTH, "cell": CELL}
    layer = class_layer(tmp_path, write_raster(tmp_path / "a.tif", np.ones((1, 1), np.uint8), **place))
    write_raster(tmp_path / "s.tif", np.full((1, 1), 20.0), **place)
    bands = Stratum(find(LayerRef(file="s.tif"), "s", Paths(tmp_path), "other"), ("<5", "≥5"), None, (5.0,))
    task = task_of(layer, [shapely.box(109.9, 35.9, 110.1, 36.1)], strata=(bands,), crossings=((0,),))
    found = area_m2(task, count(task))[0, 0]
    assert found == pytest.approx([0, task.grid.cell_area_m2(0, 1)[0, 0], 0])


def test_values_beyond_what_sums_can_hold_are_refused(tmp_path, codes):
    layer = class_layer(tmp_path, write_raster(tmp_path / "a.tif", codes, west=WEST, north=NORTH, cell=CELL, nodata=0))
    write_raster(tmp_path / "m.tif", np.full(codes.shape, 3e6), west=WEST, north=NORTH, cell=CELL)
    measure = find(LayerRef(file="m.tif"), "m", Paths(tmp_path), "other")
    with pytest.raises(BadData) as refused:
        count(task_of(layer, [LEFT], measures=(measure,)))
    assert refused.value.problems[0].key == "measure_too_large"


def test_strange_codes_are_told_by_zone(tmp_path, codes):
    odd = codes.copy()
    odd[codes == 3] = 77
    layer = class_layer(tmp_path, write_raster(tmp_path / "a.tif", odd, west=WEST, north=NORTH, cell=CELL, nodata=0))
    task = task_of(layer, [LEFT, RIGHT])
    sums = count(task, block=16)
    expected = clipped(task, codes, [LEFT, RIGHT])[:, 2]
    assert list(sums.strange) == [(-1, 77)]
    assert np.array(sums.strange[-1, 77], float) * task.grid.quantum_m2 == pytest.approx(expected, rel=1e-9)


@pytest.mark.parametrize("dtype", ["int8", "int16", "uint16", "int32", "uint32", "float32"])
def test_codes_of_any_type_give_the_same_areas(tmp_path, codes, dtype):
    place = {"west": WEST, "north": NORTH, "cell": CELL, "nodata": 0}
    bytes_ = task_of(class_layer(tmp_path, write_raster(tmp_path / "a.tif", codes, **place)), [LEFT, ISLES])
    other = task_of(class_layer(tmp_path, write_raster(tmp_path / "b.tif", codes.astype(dtype), **place)), [LEFT, ISLES])
    assert same(count(other), count(bytes_))


def test_large_codes(tmp_path, codes):
    place = {"west": WEST, "north": NORTH, "cell": CELL, "nodata": 0}
    plain = task_of(class_layer(tmp_path, write_raster(tmp_path / "a.tif", codes, **place)), [LEFT])
    expected = count(plain)
    times = np.where(codes > 0, codes.astype(np.int32) * 300_000 - 900_000, 0)
    layer = class_layer(
        tmp_path, write_raster(tmp_path / "b.tif", times, **place | {"nodata": 7}), codes=[i * 300_000 - 900_000 for i in range(1, 6)]
    )
    found = count(task_of(layer, [LEFT])).area[0].floats()[0, :, 0]
    # 0 is the third of these codes and no longer means "no data".
    moved = expected.area[0].floats()[0, :, 0]
    moved[2], moved[-1] = moved[2] + moved[-1], 0
    assert found == pytest.approx(moved)


@settings(deadline=None)
@given(st.lists(st.tuples(st.integers(-(2**60), 2**60), st.integers(0, 2**60)), min_size=1, max_size=5))
def test_sums_beyond_64_bits(words):
    total, expected = Exact.zeros(1), 0
    for high, low in words:
        total += Exact.of(np.array([[high, low]]), 26)
        expected += high * 2**26 + low
    assert total.whole()[0] == expected


def test_a_new_process_needs_no_second_compilation(tmp_path, codes):
    """Compiled code is kept on disk: a second process loads it."""
    script = (
        "import json, pipeline\nfrom pipeline.core import pixels, zones\nimport numpy as np\n"
        "from pipeline.core.grid import Grid\nfrom pyproj import CRS\nfrom affine import Affine\nimport shapely\n"
        "grid = Grid(CRS.from_epsg(4326), Affine(.1, 0, 110, 0, -.1, 36), 5, 5)\n"
        "zones.ZoneCells(shapely.box(110.05, 35.6, 110.32, 35.9), grid)\n"
        "print(json.dumps({str(k): v for k, v in zones._follow.stats.cache_hits.items()}))"
    )
    env = {**os.environ, "PYTHONPATH": str(ROOT), "NUMBA_CACHE_DIR": str(tmp_path)}
    hits = [
        json.loads(subprocess.run([sys.executable, "-c", script], env=env, capture_output=True, text=True, check=True).stdout)
        for _ in range(2)
    ]
    assert sum(hits[0].values()) == 0
    assert sum(hits[1].values()) == 1


def test_memory_follows_the_block_not_the_raster(tmp_path):
    """Blocks are whole stored blocks and never more cells than asked for, whatever the raster's shape."""
    with rasterio.open(
        tmp_path / "wide.tif", "w", driver="GTiff", width=200_000, height=3_000, count=1, dtype="uint8", crs="EPSG:4326",
        transform=Affine(1e-4, 0, 100, 0, -1e-4, 36), tiled=True, blockxsize=512, blockysize=512, compress="deflate", sparse_ok=True,
    ):  # fmt: skip
        pass
    task = task_of(class_layer(tmp_path, tmp_path / "wide.tif"), [shapely.box(101, 35.71, 119, 35.99)])
    made = blocks(task, 1024, (512, 512))
    assert max((b.row1 - b.row0) * (b.col1 - b.col0) for b in made) <= 1024**2
    covered = sum((b.row1 - b.row0) * (b.col1 - b.col0) for b in made)
    assert covered >= 180_000 * 2_800
    assert all(b.col0 % 512 == 0 for b in made)
