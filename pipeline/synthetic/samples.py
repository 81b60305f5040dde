"""A probability sample of reference points with the truth, and candidate sites with invented names."""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import rasterio
import shapely

from pipeline.synthetic import terrain as relief
from pipeline.synthetic.features import blob
from pipeline.synthetic.files import MARK
from pipeline.synthetic.land import BAMBOO, BARE, CROPLAND, FOREST, FOREST_OTHER, GRASS, ORCHARD, SHRUB, WATER, Lattice, classes_at
from pipeline.synthetic.place import Frame
from pipeline.synthetic.products import confusion
from pipeline.synthetic.truth import Truth, lattice_of, zones_of

POINTS_PER_STRATUM = {"forest_arbor": 400, "cropland": 400}  # and of every other class:
POINTS_ELSEWHERE = 120
_CANDIDATES = 260_000  # cells drawn to find the points among


def reference_points(
    counties: gpd.GeoDataFrame,
    truth: Truth,
    *,
    product: str,
    mapped: Path,
    true: Path,
    keys: dict[int, str],
    legend: pd.DataFrame,
    seed: int,
) -> pd.DataFrame:
    """A stratified random sample of cells, strata = codes of ``product``, with the true class of each.

    Columns: point_id, lon, lat (middle of the cell, degrees), county_code, product, map_code, map_key, reference_key,
    reference_is_forest (strict), stratum_area_hm2, stratum_weight (its share of the mapped area), stratum_points.
    Cells are drawn evenly over the area of the counties and the first ones of each stratum are kept, so within a
    stratum every cell has the same chance. Cells without data in either map are not part of the population.
    """
    lattice = lattice_of(mapped)
    row, column = _draw_cells(lattice, seed)
    inside = _codes_of(lattice, row, column, lambda r0, r1: zones_of(counties, lattice, r0, r1))
    code, reference = (_codes_of(lattice, row, column, _reader(path)) for path in (mapped, true))
    codes = confusion(product).columns.to_numpy()
    areas = truth.confusion[product][-1][1:, : len(codes)].sum(axis=0)
    key_of = dict(zip(legend.code, legend.class_key, strict=True))
    parts = []
    for place, k in enumerate(codes):
        found = np.flatnonzero((code == k) & (reference > 0) & (inside > 0))[: POINTS_PER_STRATUM.get(key_of[k], POINTS_ELSEWHERE)]
        if len(found) < 2:  # no variance from a single point: such a stratum does not exist at this cell size
            continue
        parts.append(
            pd.DataFrame({
                "lon": lattice.west + (column[found] + 0.5) * lattice.cell_deg,
                "lat": lattice.north - (row[found] + 0.5) * lattice.cell_deg,
                "county_code": counties.county_code.to_numpy()[inside[found] - 1],
                "product": product,
                "map_code": int(k),
                "map_key": key_of[k],
                "reference_key": [keys[i] for i in reference[found]],
                "reference_is_forest": np.where(np.isin(reference[found], (1, 2, 3)), "yes", "no"),
                "stratum_area_hm2": areas[place],
                "stratum_weight": areas[place] / areas.sum(),
                "stratum_points": len(found),
            })
        )  # fmt: skip
    points = pd.concat(parts, ignore_index=True)
    points.insert(0, "point_id", [f"R{i:05d}" for i in range(1, len(points) + 1)])
    return points


def _draw_cells(lattice: Lattice, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Different cells in random order, each as likely as its area says: (row, column)."""
    rng = np.random.default_rng([seed, 60])
    _, south, _, north = lattice.bounds
    low, high = np.sin(np.radians([south, north]))
    lat = np.degrees(np.arcsin(rng.uniform(low, high, _CANDIDATES)))
    row = np.clip(((lattice.north - lat) / lattice.cell_deg).astype(np.int64), 0, lattice.height - 1)
    column = rng.integers(0, lattice.width, _CANDIDATES)
    _, first = np.unique(row * lattice.width + column, return_index=True)
    first.sort()
    return row[first], column[first]


def _reader(path: Path):
    def read(row0: int, row1: int) -> np.ndarray:
        with rasterio.open(path) as source:
            return source.read(1, window=((row0, row1), (0, source.width)))

    return read


def _codes_of(lattice: Lattice, row: np.ndarray, column: np.ndarray, read) -> np.ndarray:
    """Values at some cells, strip by strip."""
    found = np.zeros(len(row), np.int64)
    for row0, row1 in lattice.strips():
        here = (row >= row0) & (row < row1)
        found[here] = read(row0, row1)[row[here] - row0, column[here]]
    return found


# --- candidate sites -----------------------------------------------------------------------------------------

SITES = 60
_PLACES = ("北坡", "南梁", "东塬", "西沟", "上岭", "下滩", "青石岭", "柳沟", "槐树塬", "白土坡")


# Layers whose land a hard rule closes; half of the sites keep clear of them, as a planner's would.
_CLOSED = (
    "pbf", "eco_redline", "protected_area", "important_wetland", "water_management_range", "water_source_zone_1", "water_source_zone_2",
    "heritage_protection", "airport_surface", "military_area", "protection_grade_1", "basic_grassland",
)  # fmt: skip
_CLEAR_M = 40.0  # more than any road or line asks for


def candidate_sites(counties: gpd.GeoDataFrame, layers: dict[str, gpd.GeoDataFrame], *, seed: int, year: int, frame: Frame) -> list[dict]:
    """Sixty PV and wind sites, points and polygons, names marked as invented: site_id, name, kind, capacity_mw, note, geometry.

    Every other one is small and keeps clear of what hard rules close (``layers``: those of the siting rules, on the model
    plane) as well as the land lets it; the rest lies where it looks good from afar.
    """
    rng, land, rows = np.random.default_rng([seed, 61]), relief.terrain(seed), []
    closed = [g for name, shapes in layers.items() if name in _CLOSED or name.startswith(("roads_", "powerline_")) for g in shapes.geometry]
    tree = shapely.STRtree(closed)
    for i in range(SITES):
        kind = "wind" if i % 5 in (1, 4) else "pv"
        county = counties.iloc[i % len(counties)]
        is_careful = i % 2 == 0
        lon, lat = _within(county.geometry, 400 if is_careful else 30, rng)
        x, y = frame.to_plane(lon, lat)
        f = land.at(x, y)
        capacity = (
            (6.25 if kind == "wind" else 5.0)
            if is_careful
            else float(rng.choice([20, 50, 50, 75, 100] if kind == "wind" else [20, 30, 50, 80, 100]))
        )
        radius_m = (capacity * (16.4 if kind == "wind" else 2.2) * 1e4 / np.pi) ** 0.5
        if is_careful:
            near = tree.query(shapely.points(x, y), predicate="dwithin", distance=radius_m + _CLEAR_M)[0]
            merit = -np.bincount(near, minlength=len(x)).astype(float)
            if kind == "pv":
                clear = np.flatnonzero(merit == merit.max())[:40]
                merit[clear] += [1 - _share_closed(x[k], y[k], radius_m, seed, year, frame) for k in clear]
        else:
            good = np.isin(classes_at(lon, lat, seed=seed, year=year, frame=frame), (GRASS, SHRUB, BARE, ORCHARD))
            merit = f[relief.ELEVATION] / 800 if kind == "wind" else good * 1.0 - f[relief.SLOPE] / 12
            merit = merit + rng.uniform(0, 1.2, len(lon))
        best = int(np.argmax(merit))
        shape = shapely.Point(lon[best], lat[best])
        if i % 3 == 2:
            shape = frame.to_degrees(
                blob(float(x[best]), float(y[best]), radius_m * (0.7 if is_careful else 1.0), rng, corners=12, stretch=1.2)
            )
            shape = shape if shape.is_valid else shape.convex_hull
        word = "风电" if kind == "wind" else "光伏"
        name = f"虚构-{county.county_name}-{_PLACES[i % len(_PLACES)]}{word}{i + 1:02d}"
        note = f"{MARK} 虚构场址 / made-up site"
        rows.append({"site_id": f"Y{i + 1:02d}", "name": name, "kind": kind, "capacity_mw": capacity, "note": note, "geometry": shape})
    return rows


def _share_closed(x: float, y: float, radius_m: float, seed: int, year: int, frame: Frame) -> float:
    """Share of a circle on the model plane that is farmland, woodland or water: closed to ground PV."""
    step = np.arange(-radius_m, radius_m + 1, 25.0)
    across, along = (a.ravel() for a in np.meshgrid(step, step))
    inside = np.hypot(across, along) <= radius_m
    points = frame.to_degrees(shapely.points(x + across[inside], y + along[inside]))
    codes = classes_at(shapely.get_x(points), shapely.get_y(points), seed=seed, year=year, frame=frame)
    return float(np.isin(codes, (FOREST, BAMBOO, FOREST_OTHER, CROPLAND, WATER, 0)).mean())


def _within(geometry, count: int, rng) -> tuple[np.ndarray, np.ndarray]:
    """Random points of a polygon in degrees."""
    west, south, east, north = geometry.bounds
    lon, lat = np.empty(0), np.empty(0)
    while len(lon) < count:
        x, y = rng.uniform(west, east, 4 * count), rng.uniform(south, north, 4 * count)
        inside = shapely.contains_xy(geometry, x, y)
        lon, lat = np.append(lon, x[inside]), np.append(lat, y[inside])
    return lon[:count], lat[:count]
