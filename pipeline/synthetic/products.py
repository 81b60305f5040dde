"""Rasters beside the true land cover: products that err by known matrices, biomass, soil carbon, relief, climate."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pandas as pd
import rasterio
from numba import njit

from pipeline.synthetic import terrain as relief
from pipeline.synthetic.land import BLOCK, Lattice, in_order, write_raster
from pipeline.synthetic.noise import fractal, unit, value
from pipeline.synthetic.place import Frame

TABLES = Path(__file__).parent / "tables"
NO_BIOMASS = 65535
_FIELD_CELL_M = {
    "soc_0_30cm": 250,
    "precipitation": 1000,
    "temperature": 1000,
    "ghi": 1000,
    "wind_speed_hub_ms": 250,
    "shrub_cover_pct": 250,
}


def confusion(product: str) -> pd.DataFrame:
    """The planted matrix of a product: rows = true class ids, columns = product codes, values = shares, rows sum to 1."""
    from pipeline.core.legend import classes

    table = pd.read_csv(TABLES / f"confusion_{product}.csv", index_col="truth")
    table.columns = table.columns.astype(int)
    ids = classes().set_index("class_key").class_id
    return table.set_axis(ids[table.index].to_numpy(), axis=0).rename_axis("class_id").sort_index()


def write_product(path: Path, truth: Path, product: str, *, seed: int, frame: Frame) -> Path:
    """Write what a product makes of the true land cover: each patch errs by the planted matrix; returns ``path``."""
    matrix = confusion(product)
    shares = np.zeros((256, matrix.shape[1]))
    shares[matrix.index] = np.cumsum(matrix.to_numpy(), axis=1)
    codes = matrix.columns.to_numpy(np.uint8)
    salt = seed * 1000 + int.from_bytes(product.encode(), "little") % 997

    def make(lattice: Lattice, row0: int, row1: int, true: np.ndarray) -> np.ndarray:
        lon, lat = lattice.centres(row0, row1)
        return _confuse(true, *frame.to_plane(lon, lat), shares, codes, salt)

    return _derive(path, truth, make, dtype="uint8", nodata=0)


def write_biomass(path: Path, truth: Path, *, seed: int, frame: Frame) -> Path:
    """Write above-ground biomass on the cells of the true land cover (uint16, t dry matter per hm2); returns ``path``."""
    land = relief.terrain(seed)

    def make(lattice: Lattice, row0: int, row1: int, true: np.ndarray) -> np.ndarray:
        lon, lat = lattice.centres(row0, row1)
        return _biomass(true, *frame.to_plane(lon, lat), land.fields[relief.ELEVATION], land.x0_m, land.y0_m, seed)

    return _derive(path, truth, make, dtype="uint16", nodata=NO_BIOMASS)


def _derive(path: Path, truth: Path, make: Callable, *, dtype: str, nodata: float) -> Path:
    """Write ``make(lattice, row0, row1, true codes)`` of every strip of the true land cover."""
    with rasterio.open(truth) as source:
        t = source.transform
        lattice = Lattice(t.c, t.f, t.a, source.width, source.height)
        strips = lattice.strips()
        true = {}

        def read() -> Iterator[tuple[int, int]]:
            for row0, row1 in strips:  # GDAL reads in the thread that hands out the work
                true[row0] = source.read(1, window=((row0, row1), (0, source.width)))
                yield row0, row1

        pieces = in_order(lambda row0, row1: make(lattice, row0, row1, true.pop(row0)), read())
        return write_raster(path, lattice, pieces, dtype=dtype, nodata=nodata, predictor=2 if dtype == "uint16" else 1)


@njit(nogil=True, cache=True)
def _confuse(true, xs, ys, shares, codes, salt):
    out = np.zeros(true.shape, np.uint8)
    for r in range(true.shape[0]):
        for c in range(true.shape[1]):
            k = true[r, c]
            if k == 0:
                continue
            x, y = xs[c], ys[r]
            # Errors come in patches of two sizes, so that the map looks like a classifier's and not like snow.
            size = 30.0 if unit(np.int64(np.floor(x / 270.0)), np.int64(np.floor(y / 240.0)), salt) < 0.5 else 75.0
            j = np.int64(np.floor(y / size))
            draw = unit(np.int64(np.floor(x / size + 0.5 * (j & 1))), j, salt + 1)
            m = 0
            while m < codes.size - 1 and draw >= shares[k, m]:
                m += 1
            out[r, c] = codes[m]
    return out


@njit(nogil=True, cache=True)
def _biomass(true, xs, ys, elevation, x0, y0, seed):
    out = np.zeros(true.shape, np.uint16)
    # Mean and spread [t/hm2] of the classes that carry wood: forest, bamboo, shrubs, open woodland, ..., orchard.
    mean = np.array([0.0, 62.0, 48.0, 15.0, 12.0, 19.0, 2.2, 2.5, 0.0, 0.0, 23.0, 0.0, 0.0, 0.0])
    spread = np.array([0.0, 34.0, 12.0, 5.0, 5.0, 9.0, 1.5, 1.5, 0.0, 0.0, 9.0, 0.0, 0.0, 0.0])
    for r in range(true.shape[0]):
        for c in range(true.shape[1]):
            k = true[r, c]
            if k == 0:
                out[r, c] = NO_BIOMASS
            elif mean[k] > 0.0:
                x, y = xs[c], ys[r]
                site = value(x / 1800.0, y / 1800.0, seed + 201) + 0.7 * value(x / 260.0, y / 260.0, seed + 202)
                stand = mean[k] + spread[k] * site
                if k == 1:
                    height = relief.lerp(elevation, (x - x0) / relief.STEP_M, (y - y0) / relief.STEP_M)
                    stand += min(max(0.03 * (height - 900.0), -20.0), 40.0)
                out[r, c] = np.uint16(max(stand, 0.15 * mean[k]) + 0.5)
    return out


# --- relief --------------------------------------------------------------------------------------------------


def write_relief(folder: Path, bounds: tuple[float, float, float, float], *, cell_m: float, seed: int, frame: Frame) -> dict[str, Path]:
    """Write ``dem_m`` (int16), ``slope_deg`` and ``aspect_deg`` (uint16; slope in tenths) of cells of at least 30 m.

    Slope and aspect are those of the model plane: in a place smaller than Yuncheng they do not steepen. Aspect counts
    clockwise from north in steps of 5 degrees; flat cells look south.
    """
    lattice, land = Lattice.covering(bounds, max(cell_m, 30)), relief.terrain(seed)
    run_m = tuple(k * lattice.cell_deg for k in frame.metres_per_degree)
    paths = {n: folder / n / f"{n}.tif" for n in ("dem_m", "slope_deg", "aspect_deg")}

    def heights(row0: int, row1: int) -> np.ndarray:
        lon = lattice.west + (np.arange(-1, lattice.width + 1) + 0.5) * lattice.cell_deg
        lat = lattice.north - (np.arange(row0 - 1, row1 + 1) + 0.5) * lattice.cell_deg
        x, y = frame.to_plane(lon, lat)
        return land.elevation_m(x[None, :], y[:, None])

    made = {}

    def work(row0: int, row1: int) -> np.ndarray:
        z = heights(row0, row1)
        made[row0] = _slope_aspect(z, *run_m)
        return np.rint(z[1:-1, 1:-1]).astype(np.int16)

    strips = lattice.strips()
    write_raster(paths["dem_m"], lattice, in_order(work, strips), dtype="int16", nodata=-32768, predictor=2, level=3)
    for k, name in enumerate(("slope_deg", "aspect_deg")):
        write_raster(paths[name], lattice, (made[row0][k] for row0, _ in strips), dtype="uint16", nodata=65535, predictor=2, level=3)
    return paths


@njit(nogil=True, cache=True)
def _slope_aspect(z, run_x, run_y):
    """Horn's slope [tenths of a degree] and aspect [degrees] of the inner cells of heights (north first)."""
    slope = np.empty((z.shape[0] - 2, z.shape[1] - 2), np.uint16)
    aspect = np.empty(slope.shape, np.uint16)
    for r in range(slope.shape[0]):
        for c in range(slope.shape[1]):
            a, b, d = z[r, c], z[r, c + 1], z[r, c + 2]
            e, f = z[r + 1, c], z[r + 1, c + 2]
            g, h, i = z[r + 2, c], z[r + 2, c + 1], z[r + 2, c + 2]
            dx = (d + 2 * f + i - a - 2 * e - g) / (8 * run_x)
            dy = (a + 2 * b + d - g - 2 * h - i) / (8 * run_y)
            steep = np.sqrt(dx * dx + dy * dy)
            slope[r, c] = np.uint16(np.degrees(np.arctan(steep)) * 10 + 0.5)
            turn = (np.degrees(np.arctan2(-dx, -dy)) + 360.0) % 360.0
            aspect[r, c] = np.uint16(turn / 5.0) * 5 if steep > 0.0 else 180
    return slope, aspect


# --- soil and climate ----------------------------------------------------------------------------------------


def write_fields(folder: Path, bounds: tuple[float, float, float, float], *, seed: int, frame: Frame) -> dict[str, Path]:
    """Write the coarse measures (float32): soil carbon, rain, temperature, irradiation, wind, shrub cover; by name."""
    paths = {}
    for name, cell_m in _FIELD_CELL_M.items():
        lattice = Lattice.covering(bounds, cell_m)
        lon, lat = lattice.centres(0, lattice.height)
        x, y = frame.to_plane(lon, lat)
        values = _FIELDS[name](relief.terrain(seed), x[None, :], y[:, None], seed)
        rows = (np.round(values[r0:r1], 1).astype(np.float32) for r0, r1 in lattice.strips(BLOCK))
        paths[name] = write_raster(folder / name / f"{name}.tif", lattice, rows, dtype="float32", nodata=-9999, predictor=3)
    return paths


def wave(x_m, y_m, size_m: float, octaves: int, seed: int) -> np.ndarray:
    """Fractal noise at points of the plane, about -1 .. 1."""
    x, y = np.broadcast_arrays(np.asarray(x_m, float), np.asarray(y_m, float))
    return _wave(x.ravel(), y.ravel(), size_m, octaves, seed).reshape(x.shape)


@njit(nogil=True, cache=True)
def _wave(x, y, size, octaves, seed):
    out = np.empty(x.size)
    for i in range(x.size):
        out[i] = fractal(x[i], y[i], size, octaves, seed)
    return out


def _soil_carbon(land: relief.Terrain, x, y, seed: int) -> np.ndarray:
    f = land.at(x, y)
    wooded = np.clip((f[relief.ELEVATION] - 700) / 900, 0, 1)
    return np.clip(19 + 26 * wooded + 4 * f[relief.MOISTURE] + 5 * wave(x, y, 4000, 4, seed + 211), 8, 90)


def _rain(land: relief.Terrain, x, y, seed: int) -> np.ndarray:
    return np.clip(505 + 0.085 * (land.at(x, y)[relief.ELEVATION] - 400) + 25 * wave(x, y, 60_000, 3, seed + 221), 440, 760)


def _temperature(land: relief.Terrain, x, y, seed: int) -> np.ndarray:
    return 14.1 - 0.0056 * (land.at(x, y)[relief.ELEVATION] - 360) + 0.3 * wave(x, y, 40_000, 2, seed + 231)


def _irradiation(land: relief.Terrain, x, y, seed: int) -> np.ndarray:
    return 1398 + 0.02 * (land.at(x, y)[relief.ELEVATION] - 400) + 28 * wave(x, y, 50_000, 3, seed + 241)


def _wind(land: relief.Terrain, x, y, seed: int) -> np.ndarray:
    f = land.at(x, y)
    open_land = 0.25 * np.clip(f[relief.TABLELAND] / 200, 0, 1)
    return np.clip(4.6 + 0.0016 * (f[relief.ELEVATION] - 400) + open_land + 0.55 * wave(x, y, 12_000, 4, seed + 251), 2.5, 9.5)


def _shrub_cover(land: relief.Terrain, x, y, seed: int) -> np.ndarray:
    return np.clip(46 + 30 * wave(x, y, 3000, 4, seed + 261) + 12 * land.at(x, y)[relief.MOISTURE], 0, 100)


_FIELDS = {
    "soc_0_30cm": _soil_carbon,
    "precipitation": _rain,
    "temperature": _temperature,
    "ghi": _irradiation,
    "wind_speed_hub_ms": _wind,
    "shrub_cover_pct": _shrub_cover,
}
