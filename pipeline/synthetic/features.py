"""What people and water drew on the land, as shapes on the model plane: rivers, lakes, settlements, roads, changes.

The same shapes are burnt into the land cover and written as vector layers, so that the two agree.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import geopandas as gpd
import numpy as np
import shapely
from shapely import Polygon

from pipeline.synthetic import terrain as relief
from pipeline.synthetic.place import LAKES, RIVERS, TOWNS, YUNCHENG, plane
from pipeline.synthetic.terrain import Terrain

ROAD_CLASSES = ("expressway", "national", "provincial", "county", "township")
ROAD_HALF_WIDTH_M = dict(zip(ROAD_CLASSES, (20.0, 14.0, 11.0, 8.0, 0.0), strict=True))
CHANGE_YEARS = (2016, 2024)  # planted changes happen in these years, ends included
# kind of change: (classes it takes, class it makes), ids of layers/land_cover/classes.csv; the rest stays as it is
CHANGES = {
    "afforestation": ((9, 6, 5, 12), 1),
    "urban_growth": ((1, 4, 5, 6, 9, 10, 12), 11),
    "orchard_planted": ((9,), 10),
    "mining": ((1, 4, 5, 6), 12),
    "orchard_cleared": ((10,), 9),
    "reservoir": ((1, 3, 4, 5, 6, 7, 9, 10, 11, 12), 8),
}
_COUNTS = {"afforestation": 700, "urban_growth": 500, "orchard_planted": 420, "mining": 45, "orchard_cleared": 300, "reservoir": 4}


@dataclass(frozen=True)
class BaseMap:
    """Shapes on the plane [m], each a frame with ``geometry`` and what else is known of it."""

    rivers: gpd.GeoDataFrame  # name, kind (river); polygons of open water
    lakes: gpd.GeoDataFrame  # name, kind (lake | reservoir)
    floodplains: gpd.GeoDataFrame  # name; flats along the great rivers and round the lakes
    settlements: gpd.GeoDataFrame  # kind (city | town | village), x_m, y_m, radius_m
    roads: gpd.GeoDataFrame  # road_class; lines
    changes: gpd.GeoDataFrame  # kind, year
    clouds: gpd.GeoDataFrame  # year; no-data in the land cover of that year


@lru_cache(maxsize=4)
def base_map(seed: int) -> BaseMap:
    """All shapes of one seed; they do not depend on cell size or frame."""
    land, rng = relief.terrain(seed), np.random.default_rng([seed, 1])
    lakes = _lakes(rng)
    rivers, floodplains = _rivers(land, lakes)
    settlements = _settlements(land, rivers, lakes, rng)
    roads = _roads(settlements, seed, rng)
    return BaseMap(rivers, lakes, floodplains, settlements, roads, _changes(land, settlements, rng), _clouds(rng))


def blob(x_m: float, y_m: float, radius_m: float, rng, *, corners: int = 14, rough: float = 0.25, stretch: float = 1.0) -> Polygon:
    """A roundish polygon about a point; ``rough`` is how much its radius varies, ``stretch`` its length over breadth."""
    angle = np.linspace(0, 2 * np.pi, corners, endpoint=False)
    wave = np.zeros(corners)
    for k in (2, 3, 5):
        wave += rng.uniform(0.3, 1) / k * np.cos(k * angle + rng.uniform(0, 2 * np.pi))
    radius = radius_m * np.clip(1 + 2 * rough * wave, 0.35, 2)
    turn = rng.uniform(0, np.pi)
    u, v = radius * np.cos(angle) * stretch, radius * np.sin(angle)
    return Polygon(np.column_stack([x_m + u * np.cos(turn) - v * np.sin(turn), y_m + u * np.sin(turn) + v * np.cos(turn)]))


def shapes_of(rows: list[dict]) -> gpd.GeoDataFrame:
    """Rows that each have a ``geometry`` on the plane, as a frame without a CRS."""
    return gpd.GeoDataFrame(rows, geometry="geometry")


# --- water ---------------------------------------------------------------------------------------------------


def _rivers(land: Terrain, lakes: gpd.GeoDataFrame) -> tuple[gpd.GeoDataFrame, gpd.GeoDataFrame]:
    rows, flats = (
        [],
        [{"name": f"{r.name_zh}滩地", "geometry": r.geometry.buffer(600 if r.kind == "lake" else 120)} for r in lakes.itertuples()],
    )
    for name, (points, _) in RIVERS.items():
        x, y = plane([p[0] for p in points], [p[1] for p in points])
        length = np.concatenate([[0], np.cumsum(np.hypot(np.diff(x), np.diff(y)))])
        at = np.arange(0, length[-1], 220.0)
        bx, by = relief.bent(np.interp(at, length, x), np.interp(at, length, y), land.seed)
        half = np.interp(at, length, [p[3] for p in points]) / 2
        half = half * (1 + 0.25 * np.sin(at / 1900.0) + 0.15 * np.sin(at / 730.0))
        rows.append({"name": name, "kind": "river", "geometry": _ribbon(bx, by, half)})
        if half.max() > 70:
            flats.append({"name": f"{name}滩地", "geometry": _ribbon(bx, by, half * 1.55 + 90)})
    return shapes_of(rows), shapes_of(flats)


def _ribbon(x, y, half):
    """A line made as broad as ``half`` says on both sides of each of its points."""
    points = shapely.buffer(shapely.points(x, y), half, quad_segs=3)
    hulls = shapely.convex_hull(shapely.union(points[:-1], points[1:]))
    return shapely.simplify(shapely.union_all(hulls), 4.0)


def _lakes(rng) -> gpd.GeoDataFrame:
    rows = []
    for name, lon, lat, a, b, turn, _ in LAKES:
        x, y = (float(v) for v in plane(lon, lat))
        angle = np.linspace(0, 2 * np.pi, 60, endpoint=False)
        radius = 1 + 0.07 * np.cos(3 * angle + rng.uniform(0, 6)) + 0.06 * np.cos(7 * angle + rng.uniform(0, 6))
        u, v = 1000 * a * radius * np.cos(angle), 1000 * b * radius * np.sin(angle)
        c, s = np.cos(np.radians(turn)), np.sin(np.radians(turn))
        kind = "reservoir" if name.endswith("水库") else "lake"
        rows.append({"name_zh": name, "kind": kind, "geometry": Polygon(np.column_stack([x + c * u - s * v, y + s * u + c * v]))})
    return shapes_of(rows)


# --- settlements and roads -----------------------------------------------------------------------------------


def extent_m(margin_m: float = 0.0) -> tuple[float, float, float, float]:
    """West, south, east, north of the city's box on the plane."""
    (x0, x1), (y0, y1) = plane(YUNCHENG[::2], YUNCHENG[1::2])
    return float(x0) - margin_m, float(y0) - margin_m, float(x1) + margin_m, float(y1) + margin_m


def scatter(spacing_m: float, rng, margin_m: float = 0.0) -> tuple[np.ndarray, np.ndarray]:
    """Points of a square lattice over the city's box, each moved at random within its square."""
    west, south, east, north = extent_m(margin_m)
    x, y = np.meshgrid(np.arange(west, east, spacing_m), np.arange(south, north, spacing_m))
    move = rng.uniform(0.1, 0.9, (2, *x.shape)) * spacing_m
    return (x + move[0]).ravel(), (y + move[1]).ravel()


def _settlements(land: Terrain, rivers, lakes, rng) -> gpd.GeoDataFrame:
    rows = []
    for name, lon, lat, radius in TOWNS:
        x, y = (float(v) for v in plane(lon, lat))
        lobes = [blob(x, y, 700 * radius, rng, corners=40, rough=0.12, stretch=1.2)]
        for angle in rng.uniform(0, 2 * np.pi, 6):
            away = 1000 * radius * rng.uniform(0.45, 0.85)
            lobes.append(blob(x + away * np.cos(angle), y + away * np.sin(angle), 270 * radius, rng, corners=18, stretch=1.5))
        shape = shapely.union_all(lobes)
        rows.append({"kind": "city", "name": name, "x_m": x, "y_m": y, "radius_m": 1000 * radius, "geometry": shape})
    for kind, spacing, low, high, most_slope in (("town", 9000.0, 450, 950, 4.0), ("village", 2250.0, 110, 330, 6.5)):
        x, y = scatter(spacing, rng, 6000)
        size = rng.uniform(0, 1, x.size) ** 2
        fields = land.at(x, y)
        dry = (fields[relief.RIVER] > 500 + high) & (fields[relief.LAKE] > 700 + high)
        keep = (fields[relief.SLOPE] + rng.normal(0, 1.2, x.size) < most_slope) & (fields[relief.ELEVATION] < 1150) & dry
        for i in np.flatnonzero(keep):
            radius = low + (high - low) * size[i]
            shape = blob(x[i], y[i], radius, rng, corners=11, rough=0.22, stretch=rng.uniform(1, 1.5))
            rows.append({"kind": kind, "name": "", "x_m": x[i], "y_m": y[i], "radius_m": radius, "geometry": shape})
    return shapes_of(rows)


def _roads(places: gpd.GeoDataFrame, seed: int, rng) -> gpd.GeoDataFrame:
    """Roads that link seats (national, provincial), towns (county) and a part of the villages (township)."""
    seats, towns, villages = (places[places.kind == k][["x_m", "y_m"]].to_numpy() for k in ("city", "town", "village"))
    through = [
        [(110.20, 35.70), (110.62, 35.55), (110.98, 35.55), (111.25, 35.58), (111.50, 35.66), (111.70, 35.80)],
        [(110.25, 34.92), (110.50, 34.95), (110.80, 35.06), (110.98, 35.12), (111.20, 35.26), (111.30, 35.45), (111.42, 35.80)],
        [(110.98, 35.12), (111.15, 35.02), (111.19, 34.90), (111.20, 34.75)],
        [(110.70, 35.72), (110.78, 35.45), (110.82, 35.20), (110.80, 35.06), (110.66, 34.90), (110.68, 34.60)],
        [(111.25, 35.30), (111.55, 35.42), (111.68, 35.33), (111.90, 35.15), (112.15, 35.10)],
    ]
    lines = [("expressway", np.column_stack(plane(*np.array(t).T))) for t in through]
    trunk = spanning(seats)
    lines += [("national", seats[[a, b]]) for a, b in trunk]
    lines += [("provincial", seats[[a, b]]) for a, b in neighbours(seats, 3) - trunk]
    hubs = np.vstack([seats, towns])
    lines += [("county", hubs[[a, b]]) for a, b in spanning(hubs) | neighbours(hubs, 2)]
    chosen = villages[rng.uniform(0, 1, len(villages)) < 0.45]
    for point in chosen:
        lines.append(("township", np.array([point, hubs[np.argmin(np.hypot(*(hubs - point).T))]])))
    rows = []
    for road_class, points in lines:
        step = 900.0 if road_class == "expressway" else 450.0
        rows.append({"road_class": road_class, "geometry": winding(points, step, seed)})
    return shapes_of(rows)


def winding(points: np.ndarray, step_m: float, seed: int):
    """A line through ``points`` that winds as the rivers do between them and still meets its ends."""
    length = np.concatenate([[0], np.cumsum(np.hypot(*np.diff(points, axis=0).T))])
    at = np.linspace(0, length[-1], max(int(length[-1] / step_m), 1) + 1)
    x, y = np.interp(at, length, points[:, 0]), np.interp(at, length, points[:, 1])
    bx, by = relief.bent(x, y, seed)
    ease = np.clip(np.minimum(at, length[-1] - at) / 3000.0, 0, 1)
    return shapely.LineString(np.column_stack([x + (bx - x) * ease, y + (by - y) * ease]))


def spanning(points: np.ndarray) -> set[tuple[int, int]]:
    """Edges of the shortest tree that joins all points."""
    distance = np.hypot(*(points[:, None] - points[None]).transpose(2, 0, 1))
    near, link, edges = distance[0].copy(), np.zeros(len(points), int), set()
    near[0] = np.inf
    for _ in range(len(points) - 1):
        new = int(np.argmin(near))
        edges.add((min(new, int(link[new])), max(new, int(link[new]))))
        closer = (distance[new] < near) & np.isfinite(near)
        near[closer], link[closer] = distance[new][closer], new
        near[new] = np.inf
    return edges


def neighbours(points: np.ndarray, count: int) -> set[tuple[int, int]]:
    """Edges from each point to its nearest ones."""
    order = np.argsort(np.hypot(*(points[:, None] - points[None]).transpose(2, 0, 1)), axis=1)[:, 1 : count + 1]
    return {(min(a, int(b)), max(a, int(b))) for a, row in enumerate(order) for b in row}


# --- what changed, what cannot be seen -----------------------------------------------------------------------


def _changes(land: Terrain, places: gpd.GeoDataFrame, rng) -> gpd.GeoDataFrame:
    """Patches in which a change was planted, none over another, spread over :data:`CHANGE_YEARS`."""
    x, y = scatter(1500.0, rng)
    fields = land.at(x, y)
    elevation, slope, table = fields[relief.ELEVATION], fields[relief.SLOPE], fields[relief.TABLELAND]
    dry = (fields[relief.RIVER] > 1500) & (fields[relief.LAKE] > 1500)
    fits = {
        "afforestation": (slope > 2.5) & (slope < 11) & (elevation < 1150) & dry,
        "orchard_planted": (table > 60) & (slope < 5) & dry,
        "mining": (slope > 8) & (elevation > 550),
        "orchard_cleared": (table > 90) & (slope < 4) & dry,
        "reservoir": (slope > 5) & (elevation > 450) & (elevation < 800),
    }
    rows = []
    for kind, count in _COUNTS.items():
        if kind == "urban_growth":
            hosts = places.iloc[rng.choice(len(places), count, p=places.radius_m / places.radius_m.sum())]
            angle = rng.uniform(0, 2 * np.pi, count)
            cx, cy = hosts.x_m + hosts.radius_m * np.cos(angle), hosts.y_m + hosts.radius_m * np.sin(angle)
            radius = np.clip(hosts.radius_m.to_numpy() * 0.22, 120, 520) * rng.uniform(0.7, 1.3, count)
        else:
            spots = rng.choice(np.flatnonzero(fits[kind]), count, replace=False)
            cx, cy, radius = x[spots], y[spots], rng.uniform(180, 300 if kind == "mining" else 640, count)
        years = rng.integers(CHANGE_YEARS[0], CHANGE_YEARS[1] + 1, count)
        for a, b, r, year in zip(cx, cy, radius, years, strict=True):
            rows.append({"kind": kind, "year": int(year), "geometry": blob(a, b, r, rng, corners=12, stretch=rng.uniform(1, 1.6))})
    return _apart(shapes_of(rows))


def _apart(shapes: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Without shapes that touch an earlier one: a place changes once, so that what was planted can be said of it."""
    first, second = shapely.STRtree(shapes.geometry).query(shapes.geometry, predicate="intersects")
    keep = np.ones(len(shapes), bool)
    for a, b in sorted(zip(first.tolist(), second.tolist(), strict=True)):
        if a < b and keep[a]:
            keep[b] = False
    return shapes[keep].reset_index(drop=True)


def _clouds(rng) -> gpd.GeoDataFrame:
    spots = {2019: [(111.62, 35.06, 2.1), (110.72, 35.30, 1.4)], 2024: [(111.90, 35.30, 2.4), (111.06, 35.33, 1.6), (110.50, 35.06, 1.2)]}
    rows = []
    for year, clouds in spots.items():
        for lon, lat, radius in clouds:
            x, y = (float(v) for v in plane(lon, lat))
            rows.append({"year": year, "geometry": blob(x, y, 1000 * radius, rng, corners=32, rough=0.3, stretch=1.5)})
    return shapes_of(rows)
