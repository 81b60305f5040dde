"""Land cover of the synthetic city: a function of place, seed and year, of the size real products have."""

from __future__ import annotations

import numpy as np
import pytest
import rasterio

from pipeline.synthetic import YUNCHENG, Frame, Lattice, classes_at, confusion, write_land_cover, write_product
from pipeline.synthetic.features import CHANGES
from pipeline.synthetic.land import LandCover

WINDOW = (111.20, 35.10, 111.3675, 35.2425)  # plain, town, mountain foot and forest in Xiaxian


def read(path) -> np.ndarray:
    with rasterio.open(path) as source:
        return source.read(1)


@pytest.fixture(scope="module")
def fine(tmp_path_factory):
    """The window in cells of 10 m."""
    return write_land_cover(tmp_path_factory.mktemp("land") / "fine.tif", WINDOW, cell_m=10, seed=1, year=2024)


def test_equal_arguments_give_equal_bytes_and_another_seed_another_place(fine, tmp_path):
    again = write_land_cover(tmp_path / "again.tif", WINDOW, cell_m=10, seed=1, year=2024)
    assert again.read_bytes() == fine.read_bytes()
    other = write_land_cover(tmp_path / "other.tif", WINDOW, cell_m=120, seed=2, year=2024)
    same = write_land_cover(tmp_path / "same.tif", WINDOW, cell_m=120, seed=1, year=2024)
    assert (read(other) != read(same)).mean() > 0.2


def test_every_cell_size_shows_the_same_place(fine, tmp_path):
    """The middle of a 30 m cell is the middle of its middle 10 m cell."""
    coarse = write_land_cover(tmp_path / "coarse.tif", WINDOW, cell_m=30, seed=1, year=2024)
    with rasterio.open(fine) as a, rasterio.open(coarse) as b:
        assert (a.width, a.height) == (3 * b.width, 3 * b.height) and np.allclose(a.bounds, b.bounds)
    assert (read(fine)[1::3, 1::3] == read(coarse)).mean() > 0.9999


def test_a_part_made_alone_equals_the_part_of_the_whole(fine, tmp_path):
    part = write_land_cover(tmp_path / "part.tif", (111.25, 35.12, 111.29, 35.16), cell_m=10, seed=1, year=2024)
    with rasterio.open(fine) as whole, rasterio.open(part) as own:
        window = rasterio.windows.from_bounds(*own.bounds, whole.transform)
        assert (whole.read(1, window=window) == own.read(1)).mean() > 0.9999


def test_single_points_have_the_class_of_the_cell_centred_there(fine):
    rng = np.random.default_rng(3)
    with rasterio.open(fine) as source:
        row, column = rng.integers(0, source.height, 2000), rng.integers(0, source.width, 2000)
        lon, lat = source.xy(row, column)
    found = classes_at(lon, lat, seed=1, year=2024, frame=Frame())
    assert (found == read(fine)[row, column]).mean() > 0.999


def test_it_compresses_like_a_real_product(fine):
    """60-120 MB for 328 million cells are 1.5-2.9 bits a cell; this window is a little busier than the whole."""
    bits = fine.stat().st_size * 8 / read(fine).size
    assert 1.2 < bits < 2.9


def test_it_is_tiled_and_declares_itself(fine):
    with rasterio.open(fine) as source:
        assert source.block_shapes == [(512, 512)] and source.compression.value == "DEFLATE"
        assert (source.crs.to_epsg(), source.nodata, source.dtypes[0]) == (4326, 0, "uint8")
        assert source.transform.a == pytest.approx(1 / 12_000) == -source.transform.e
        west, north = source.transform.c * 12_000, source.transform.f * 12_000
        assert west == pytest.approx(round(west)) and north == pytest.approx(round(north))


def test_the_city_looks_like_yuncheng():
    """Forest in the south-east, orchards on the tableland, crops on the plain, water in the salt lake."""
    lattice = Lattice.covering(YUNCHENG, 600)
    codes = LandCover(lattice, 1, 2024, Frame()).rows(0, lattice.height)
    lon, lat = lattice.centres(0, lattice.height)

    def share(west, south, east, north, *classes) -> float:
        box = codes[np.ix_((lat > south) & (lat < north), (lon > west) & (lon < east))]
        return float(np.isin(box, classes).mean())

    assert share(111.70, 35.35, 112.05, 35.50, 1) > 0.5 > 0.1 > share(110.6, 35.05, 110.9, 35.25, 1)
    assert share(110.75, 35.40, 111.20, 35.50, 10) > 0.3 > share(110.6, 34.95, 110.9, 35.10, 10)
    assert share(110.6, 35.05, 110.9, 35.25, 9) > 0.45
    assert share(110.93, 34.955, 111.04, 34.975, 8) > 0.8
    assert 0.005 > share(*YUNCHENG, 0) > 0


def test_changes_are_of_the_planted_kinds_only(tmp_path):
    bounds = (110.8, 35.0, 111.8, 35.6)
    before, after = (read(write_land_cover(tmp_path / f"{y}.tif", bounds, cell_m=60, seed=1, year=y)) for y in (2019, 2024))
    known = (before > 0) & (after > 0)
    changed = known & (before != after)
    planted = {(a, makes) for takes, makes in CHANGES.values() for a in takes}
    assert set(zip(before[changed].tolist(), after[changed].tolist(), strict=True)) <= planted
    assert 0.002 < changed.mean() < 0.04
    assert {(9, 1), (9, 10), (9, 11), (10, 9), (1, 12)} <= set(zip(before[changed].tolist(), after[changed].tolist(), strict=True))


@pytest.mark.parametrize("product", ["SYN_A", "SYN_B"])
def test_a_product_errs_by_its_planted_matrix(fine, product, tmp_path):
    made = read(write_product(tmp_path / "product.tif", fine, product, seed=1, frame=Frame()))
    true, planted = read(fine), confusion(product)
    assert (made[true == 0] == 0).all() and (made[true > 0] > 0).all()
    for k in planted.index:
        mine = made[true == k]
        if mine.size < 20_000:
            continue
        # Errors come in patches of up to 75 m, about 60 cells: that many times fewer draws than cells.
        draws = mine.size / 60
        for code in planted.columns:
            p = planted.loc[k, code]
            assert abs((mine == code).mean() - p) <= 5 * (p * (1 - p) / draws) ** 0.5 + 1e-3, (k, code)


def test_planted_matrices_are_shares_of_every_class_onto_the_legend():
    for product in ("SYN_A", "SYN_B"):
        planted = confusion(product)
        assert planted.index.tolist() == list(range(1, 14))
        assert np.allclose(planted.sum(axis=1), 1)
