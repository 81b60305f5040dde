"""What is compared: each contender gets ready (imports, counties, legend) and yields the function that is timed.

The timed function begins with a path and ends with a table of counties (rows) by codes 0 .. 12 (columns): ``area_hm2``,
or ``share`` of each county where a tool has no areas of its own. Nothing is kept from one run to the next.
"""

from __future__ import annotations

import csv
import hashlib
import os
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

from tests.bench.data import CODES, City, features, shapes

Run = Callable[[], dict]
DENSITY_TC_HM2 = [[4.0, 1.0, 60.0, 0.5]] * CODES  # four pools; any numbers cost the same
SLOPE_BREAKS_DEG = [2.0, 6.0, 15.0, 25.0]


@contextmanager
def decode(city: City, threads: int = 1) -> Iterator[Run]:
    """The limit: every cell decoded once into memory that is used again, each thread with a handle of its own.

    1024 full rows at a time; 512 or 2048, narrower windows, GDAL's own threads and caches of 8 to 1000 MiB gained nothing.
    """
    os.environ["GDAL_CACHEMAX"] = "64"
    import numpy as np
    import rasterio

    def part(first: int, rows: int = 1024) -> int:
        with rasterio.open(city.land, sharing=False) as raster:
            buffer = np.empty((rows, raster.width), np.uint8)
            for row in range(first * rows, raster.height, threads * rows):
                count = min(rows, raster.height - row)
                raster.read(1, window=((row, row + count), (0, raster.width)), out=buffer[:count])
            return raster.width * raster.height

    def run() -> dict:
        with ThreadPoolExecutor(threads) as pool:
            return {"cells": max(pool.map(part, range(threads)))}

    yield run


@contextmanager
def ours(city: City, threads: int = 1, agb: bool = False, slope: bool = False, scheduler: str | None = None) -> Iterator[Run]:
    """The pixel pass; with biomass and the pools of carbon, with slope bands as a stratum, on Dask."""
    import pipeline  # noqa: F401 - first: closes GDAL's doors

    # isort: split
    import numpy as np

    from pipeline.core.config import Compute, LayerRef
    from pipeline.core.engine import Engine
    from pipeline.core.layers import find
    from pipeline.core.paths import Paths
    from pipeline.core.pixels import Stratum, Task, Zones, cut
    from pipeline.core.rasters import open_raster

    def layer(name: str, kind: str, **settings):
        return find(LayerRef(**settings), name, Paths(city.folder), kind)

    land = layer("land_cover", "classes", file=city.land.name, legend="legend.csv", product="BENCH", year=2024)
    with land.legend_path.open(encoding="utf-8") as table:
        codes = sorted(int(row["code"]) for row in csv.DictReader(table))
    counties = shapes()
    more = {}
    if agb:
        more["measures"] = (layer("agb", "other", file=city.agb.name, unit="t/hm2"),)
    if slope:
        file = str(city.slope.relative_to(city.folder))
        keys = (*(f"<{b:g}" for b in SLOPE_BREAKS_DEG), f">={SLOPE_BREAKS_DEG[-1]:g}")
        bands = layer("slope_deg", "other", file=file, unit="deg", scale=0.1, bands=SLOPE_BREAKS_DEG)
        more |= {"strata": (Stratum(bands, keys, None, tuple(SLOPE_BREAKS_DEG)),), "crossings": ((0,), ())}

    def run() -> dict:
        with open_raster(land) as raster:
            grid = raster.grid
        task = Task(land, grid, Zones.of(cut(counties, grid, threads), grid), known_codes=tuple(codes), **more)
        sums = engine.count(task, "")
        area = sums.area[-1].floats()[:, :, 0]
        area_hm2 = np.zeros((len(counties), CODES))
        area_hm2[:, codes], area_hm2[:, 0] = area[:, :-2], area[:, -1]
        area_hm2 *= grid.quantum_m2 / 1e4
        made = {"area_hm2": area_hm2.tolist(), "exact": _digest(sums)}
        if agb:
            mean = sums.total[0].floats().sum(axis=(1, 2)) / sums.known[0].floats().sum(axis=(1, 2))
            made |= {"agb_t_hm2": mean.tolist(), "stock_tc": (area_hm2 @ np.array(DENSITY_TC_HM2)).tolist()}
        return made

    with Engine(Compute(workers=threads, scheduler=scheduler)) as engine:
        yield run


def _digest(sums) -> str:
    """Changes with any bit of the exact sums."""
    whole = [table.whole().tolist() for kind in (sums.area, sums.known, sums.total) for table in kind]
    return hashlib.sha256(repr((whole, sums.strange)).encode()).hexdigest()


@contextmanager
def exactextract(city: City, agb: bool = False) -> Iterator[Run]:
    """exactextract at its best: shares of each county by exact fractions and cell areas; with the mean biomass.

    Found best of those that weight by cell area: one weight for all operations (mixing weighted and plain ones costs 50 %),
    feature-sequential, 1e6 cells (1e5 takes twice as long, 3e7 a third longer), 256 MiB of cache (64: 8 % longer), counties as
    plain features. ``default_value`` makes no data a class. Its cell areas are spherical, which shares hardly feel; the areas
    that turn shares into hm2 are not counted against it.
    """
    os.environ["GDAL_CACHEMAX"] = "256"
    import numpy as np
    from exactextract import exact_extract

    counties, weight = features(), "coverage_weight=area_spherical_m2"
    settings = {"strategy": "feature-sequential", "max_cells_in_memory": 1_000_000}

    def run() -> dict:
        operations = [f"{name}({weight},default_value=0)" for name in ("unique", "frac")]
        share = np.zeros((len(counties), CODES))
        for row, found in zip(share, exact_extract(str(city.land), counties, operations, **settings), strict=True):
            row[found["properties"]["unique"]] = found["properties"]["frac"]
        if not agb:
            return {"share": share.tolist()}
        means = exact_extract(str(city.agb), counties, [f"mean({weight})"], **settings)
        return {"share": share.tolist(), "agb_t_hm2": [found["properties"]["mean"] for found in means]}

    yield run


@contextmanager
def rasterize(city: City) -> Iterator[Run]:
    """What one writes by hand: counties burnt by cell centre, strip by strip, then ``bincount`` and the rows' areas."""
    import pipeline  # noqa: F401 - first: closes GDAL's doors

    # isort: split
    import numpy as np
    import rasterio
    from rasterio.features import rasterize

    from pipeline.core.grid import Grid

    counties = [(shape, zone) for zone, shape in enumerate(shapes(), 1)]
    zones = len(counties) + 1

    def run(rows: int = 512) -> dict:
        area_m2 = np.zeros((zones, CODES))
        with rasterio.open(city.land) as raster:
            cell_m2 = Grid.of(raster).cell_area_m2(0, raster.height)[:, 0]
            for row in range(0, raster.height, rows):
                count = min(rows, raster.height - row)
                window = rasterio.windows.Window(0, row, raster.width, count)
                zone = rasterize(counties, (count, raster.width), transform=raster.window_transform(window), dtype="uint8")
                place = zone * np.uint8(CODES) + raster.read(1, window=window)  # below 256
                for r in range(count):
                    area_m2 += np.bincount(place[r], minlength=zones * CODES).reshape(zones, CODES) * cell_m2[row + r]
        return {"area_hm2": (area_m2[1:] / 1e4).tolist()}

    yield run


@contextmanager
def rasterstats(city: City) -> Iterator[Run]:
    """rasterstats: cells by class and cell centre, each county by itself, all cells alike."""
    import numpy as np
    from rasterstats import zonal_stats

    counties = features()

    def run() -> dict:
        count = np.zeros((len(counties), CODES))
        for row, found in zip(count, zonal_stats(counties, str(city.land), categorical=True, nodata=255), strict=True):
            row[[int(code) for code in found]] = list(found.values())
        return {"share": (count / count.sum(axis=1, keepdims=True)).tolist()}

    yield run


CONTENDERS = {f.__name__: f for f in (decode, ours, exactextract, rasterize, rasterstats)}
