"""Layers that siting rules ask for, on the model plane: farmland, redline, reserves, water, roads, grid and the rest.

Names of the layers are those of ``layers/rules/siting.csv``. Nothing here is where the real thing is.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from affine import Affine
from rasterio.features import rasterize, shapes

from pipeline.synthetic import terrain as relief
from pipeline.synthetic.features import ROAD_CLASSES, BaseMap, base_map, blob, extent_m, neighbours, scatter, shapes_of, spanning, winding
from pipeline.synthetic.place import TOWNS, plane
from pipeline.synthetic.products import wave
from pipeline.synthetic.terrain import Terrain

_STEP_M = 400.0  # cells on which broad zones are drawn before their outline is smoothed
# Hazard points of the counties at the end of 2020, as the bureau published their number (a plausible weight, no more).
HAZARDS = 660
HERITAGE_SITES = 102


@dataclass(frozen=True)
class _Scene:
    """What the makers of layers look at: the land, the base map, and the broad fields on a lattice."""

    land: Terrain
    maps: BaseMap
    fields: np.ndarray  # (field, y from the south, x)
    x_m: np.ndarray
    y_m: np.ndarray
    seed: int

    def rng(self, salt: int) -> np.random.Generator:
        """A stream of its own for each layer: adding a layer does not change the others."""
        return np.random.default_rng([self.seed, 100 + salt])

    def noise(self, size_m: float, salt: int) -> np.ndarray:
        """Noise on the lattice."""
        return wave(self.x_m[None, :], self.y_m[:, None], size_m, 4, self.seed + 300 + salt)

    def zones(self, mask: np.ndarray, smallest: int = 6) -> gpd.GeoDataFrame:
        """Smooth outlines of the parts of a mask that have at least so many cells."""
        transform = Affine(_STEP_M, 0, self.x_m[0] - _STEP_M / 2, 0, _STEP_M, self.y_m[0] - _STEP_M / 2)
        found = [shapely.geometry.shape(g) for g, v in shapes(mask.astype(np.uint8), mask=mask, transform=transform) if v]
        found = [g for g in found if g.area >= smallest * _STEP_M**2]
        smooth = shapely.make_valid(shapely.simplify(np.array(found, dtype=object), 0.75 * _STEP_M))
        parts = [p for p in shapely.get_parts(smooth) if p.geom_type == "Polygon" and p.area > 0]
        return shapes_of([{"name": f"{i:04d}", "geometry": p} for i, p in enumerate(parts, 1)])

    def burnt(self, geometries) -> np.ndarray:
        """Mask of the lattice cells whose middle lies in a shape."""
        transform = Affine(_STEP_M, 0, self.x_m[0] - _STEP_M / 2, 0, _STEP_M, self.y_m[0] - _STEP_M / 2)
        return rasterize(list(geometries), (len(self.y_m), len(self.x_m)), transform=transform).astype(bool)


def constraint_layers(seed: int) -> dict[str, gpd.GeoDataFrame]:
    """Every vector layer of the siting rules by its name, in plane metres."""
    west, south, east, north = extent_m(3000)
    x, y = np.arange(west, east, _STEP_M), np.arange(south, north, _STEP_M)
    land = relief.terrain(seed)
    scene = _Scene(land, base_map(seed), land.at(x[None, :], y[:, None]), x, y, seed)
    made = {name: make(scene) for name, make in _LAYERS.items()}
    roads = scene.maps.roads
    for road_class in ROAD_CLASSES:
        made[f"roads_{road_class}"] = roads[roads.road_class == road_class].reset_index(drop=True)
    return made | {"road": roads} | _power(scene)


# --- zones ---------------------------------------------------------------------------------------------------


def _farmland(s: _Scene) -> gpd.GeoDataFrame:
    f = s.fields
    towns = s.burnt(s.maps.settlements[s.maps.settlements.kind != "village"].buffer(300))
    flat = (f[relief.SLOPE] < 3.2) & (f[relief.ELEVATION] < 720) & (f[relief.RIVER] > 900) & (f[relief.LAKE] > 1500)
    return s.zones(flat & ~towns & (s.noise(6000, 1) > -0.12 + 0.25 * (f[relief.TABLELAND] > 120)))


def _redline(s: _Scene) -> gpd.GeoDataFrame:
    f = s.fields
    heights = (f[relief.ELEVATION] + 150 * s.noise(8000, 2) > 980) & (f[relief.ELEVATION] > 700)
    great_river = s.burnt(s.maps.rivers[s.maps.rivers.name == "黄河"].buffer(700))
    return s.zones(heights | great_river, 20)


def _protected(s: _Scene) -> gpd.GeoDataFrame:
    rng, rows = s.rng(3), []
    for name, lon, lat, radius_km in (
        ("历山", 111.96, 35.39, 8.0),
        ("太宽河", 111.42, 35.04, 6.5),
        ("五老峰", 110.58, 34.815, 4.5),
        ("孤山", 110.79, 35.33, 2.0),
    ):
        x, y = (float(v) for v in plane(lon, lat))
        rows.append({"name": f"虚构{name}自然保护地", "geometry": blob(x, y, 1000 * radius_km, rng, corners=36, rough=0.2, stretch=1.4)})
    (x0, x1), (y0, y1) = plane([110.1, 110.7], [34.5, 35.5])
    river = s.maps.rivers[s.maps.rivers.name == "黄河"].geometry.iloc[0]
    flats = shapely.simplify(shapely.intersection(shapely.buffer(river, 1300), shapely.box(x0, y0, x1, y1)), 150)
    return shapes_of([*rows, {"name": "虚构黄河湿地自然保护区", "geometry": flats}])


def _natural_heritage(s: _Scene) -> gpd.GeoDataFrame:
    x, y = (float(v) for v in plane(111.93, 35.36))
    return shapes_of([{"name": "虚构自然遗产地", "geometry": blob(x, y, 5200.0, s.rng(15), corners=24, rough=0.15)}])


def _bird_corridor(s: _Scene) -> gpd.GeoDataFrame:
    (x0, x1), (y0, y1) = plane([110.1, 110.75], [34.5, 35.7])
    river = s.maps.rivers[s.maps.rivers.name == "黄河"].geometry.iloc[0]
    flyway = shapely.simplify(shapely.intersection(shapely.buffer(river, 3500), shapely.box(x0, y0, x1, y1)), 150)
    return shapes_of([{"name": "虚构候鸟迁徙通道", "geometry": flyway}])


def _important_wetland(s: _Scene) -> gpd.GeoDataFrame:
    lakes = s.maps.lakes[s.maps.lakes.kind == "lake"]
    rows = [{"name": f"虚构{r.name_zh}重要湿地", "geometry": r.geometry.buffer(350)} for r in lakes.itertuples()]
    (x0, x1), (y0, y1) = plane([111.7, 112.15], [34.9, 35.2])
    reach = shapely.intersection(s.maps.rivers[s.maps.rivers.name == "黄河"].geometry.iloc[0].buffer(400), shapely.box(x0, y0, x1, y1))
    return shapes_of([*rows, {"name": "虚构黄河库区重要湿地", "geometry": shapely.simplify(reach, 60)}])


def _wetland(s: _Scene) -> gpd.GeoDataFrame:
    return s.maps.floodplains.copy()


def _water_range(s: _Scene) -> gpd.GeoDataFrame:
    water = pd.concat([s.maps.rivers[["name", "geometry"]], s.maps.lakes.rename(columns={"name_zh": "name"})[["name", "geometry"]]])
    return shapes_of([{"name": r.name, "geometry": shapely.simplify(r.geometry.buffer(60), 15)} for r in water.itertuples(index=False)])


def _lakeside(s: _Scene) -> gpd.GeoDataFrame:
    lakes = s.maps.lakes.itertuples()
    return shapes_of([{"name": r.name_zh, "geometry": r.geometry.buffer(600).difference(r.geometry.buffer(60))} for r in lakes])


def _water_source(radius_m: float) -> Callable[[_Scene], gpd.GeoDataFrame]:
    def make(s: _Scene) -> gpd.GeoDataFrame:
        reservoirs = s.maps.lakes[s.maps.lakes.kind == "reservoir"]
        rows = [{"name": r.name_zh, "geometry": r.geometry.buffer(radius_m)} for r in reservoirs.itertuples()]
        rng = s.rng(4)
        for name, lon, lat, size_km in TOWNS:
            x, y = (float(v) for v in plane(lon, lat))
            turn = rng.uniform(0, 2 * np.pi)
            away = 1000 * size_km * 1.6
            wells = shapely.Point(x + away * np.cos(turn), y + away * np.sin(turn)).buffer(0.8 * radius_m + 100, quad_segs=6)
            rows.append({"name": f"{name}水源地", "geometry": wells})
        return shapes_of(rows)

    return make


def _heritage(belt_m: float) -> Callable[[_Scene], gpd.GeoDataFrame]:
    def make(s: _Scene) -> gpd.GeoDataFrame:
        rng = s.rng(5)
        hosts = s.maps.settlements.iloc[rng.choice(len(s.maps.settlements), HERITAGE_SITES, replace=False)]
        rows = []
        for i, host in enumerate(hosts.itertuples(), 1):
            core = blob(host.x_m + rng.normal(0, 600), host.y_m + rng.normal(0, 600), rng.uniform(60, 260), rng, corners=8, rough=0.15)
            rows.append({"name": f"虚构文物{i:03d}", "geometry": core.buffer(belt_m, quad_segs=3).difference(core) if belt_m else core})
        return shapes_of(rows)

    return make


def _blobs(
    count: int, low_m: float, high_m: float, salt: int, likely: Callable[[np.ndarray], np.ndarray]
) -> Callable[[_Scene], gpd.GeoDataFrame]:
    """A maker of ``count`` roundish shapes where ``likely`` (of the broad fields at a point) is large."""

    def make(s: _Scene) -> gpd.GeoDataFrame:
        rng = s.rng(salt)
        x, y = scatter(900.0, rng)
        weight = np.clip(likely(s.land.at(x, y)), 0, None).astype(float)
        spots = rng.choice(len(x), count, replace=False, p=weight / weight.sum())
        rows = [
            {"name": f"{i:04d}", "geometry": blob(x[k], y[k], rng.uniform(low_m, high_m), rng, stretch=rng.uniform(1, 1.5))}
            for i, k in enumerate(spots, 1)
        ]
        return shapes_of(rows)

    return make


def _airport(s: _Scene) -> gpd.GeoDataFrame:
    x, y = (float(v) for v in plane(111.035, 35.118))
    turn = np.radians(20)
    ends = [(x + k * 7500 * np.cos(turn), y + k * 7500 * np.sin(turn)) for k in (-1, 1)]
    return shapes_of([{"name": "虚构机场净空", "geometry": shapely.LineString(ends).buffer(4200, quad_segs=8)}])


def _growth_boundary(s: _Scene) -> gpd.GeoDataFrame:
    places = s.maps.settlements[s.maps.settlements.kind != "village"]
    margin = np.where(places.kind == "city", 700, 250)
    return shapes_of(
        [{"name": r.name or "镇", "geometry": r.geometry.buffer(m, quad_segs=3)} for r, m in zip(places.itertuples(), margin, strict=True)]
    )


def _settlement(s: _Scene) -> gpd.GeoDataFrame:
    return s.maps.settlements[["kind", "geometry"]].copy()


def _zone(rule: Callable[[_Scene], np.ndarray], smallest: int = 8) -> Callable[[_Scene], gpd.GeoDataFrame]:
    return lambda s: s.zones(rule(s), smallest)


def _grassland(s: _Scene) -> np.ndarray:
    f = s.fields
    return (f[relief.SLOPE] > 3) & (f[relief.SLOPE] < 14) & (f[relief.ELEVATION] < 1150) & (f[relief.MOISTURE] + s.noise(5000, 6) < -0.25)


def _grade_1(s: _Scene) -> np.ndarray:
    return (s.fields[relief.ELEVATION] > 1300) & (s.noise(7000, 7) > -0.2)


def _public_welfare(s: _Scene) -> np.ndarray:
    return (s.fields[relief.ELEVATION] > 820) & (s.fields[relief.SLOPE] > 4) & (s.noise(6000, 8) > -0.15)


_LAYERS: dict[str, Callable[[_Scene], gpd.GeoDataFrame]] = {
    "pbf": _farmland,
    "eco_redline": _redline,
    "protected_area": _protected,
    "important_wetland": _important_wetland,
    "wetland": _wetland,
    "water_management_range": _water_range,
    "lakeside_reservoir_arm": _lakeside,
    "water_source_zone_1": _water_source(150),
    "water_source_zone_2": _water_source(1200),
    "heritage_protection": _heritage(0),
    "heritage_control": _heritage(180),
    "geohazard": _blobs(HAZARDS, 60, 220, 9, lambda f: f[relief.SLOPE] - 3),
    "mined_area": _blobs(45, 300, 1400, 10, lambda f: (f[relief.SLOPE] > 5) * (f[relief.ELEVATION] > 500)),
    "mineral_deposit": _blobs(38, 900, 3200, 11, lambda f: (f[relief.SLOPE] > 4) * 1.0 + 0.02),
    "airport_surface": _airport,
    "military_area": _blobs(5, 700, 1800, 12, lambda f: (f[relief.SLOPE] > 2) * (f[relief.SLOPE] < 12)),
    "ugb": _growth_boundary,
    "protection_grade_1": _zone(_grade_1),
    "public_welfare_national": _zone(_public_welfare),
    "basic_grassland": _zone(_grassland),
    "wildlife_habitat": _blobs(26, 800, 3200, 13, lambda f: (f[relief.RIVER] < 2500) * 2.0 + (f[relief.ELEVATION] > 1100)),
    "settlement": _settlement,
    "natural_heritage": _natural_heritage,
    "bird_corridor": _bird_corridor,
}


# --- grid ----------------------------------------------------------------------------------------------------


def _power(s: _Scene) -> dict[str, gpd.GeoDataFrame]:
    """Substations and the overhead lines between them, by voltage."""
    rng, places = s.rng(14), s.maps.settlements
    seats, towns, villages = (places[places.kind == k][["x_m", "y_m"]].to_numpy() for k in ("city", "town", "village"))
    core = np.column_stack(plane([110.90, 110.93, 111.42], [35.13, 35.63, 35.46]))
    far = np.column_stack(plane([110.15, 112.15, 111.30], [35.20, 35.20, 35.90]))
    edge = seats + 1000 * rng.uniform(1.5, 3.0, seats.shape)
    local = towns[rng.uniform(0, 1, len(towns)) < 0.55] + rng.uniform(300, 900, 2)
    groups = {
        "powerline_500kv": (np.vstack([core, far]), spanning(np.vstack([core, far])) | {(0, 1), (1, 2), (0, 2)}),
        "powerline_154_330kv": (np.vstack([core, edge]), neighbours(np.vstack([core, edge]), 2) | spanning(np.vstack([core, edge]))),
        "powerline_35_110kv": (np.vstack([edge, local]), spanning(np.vstack([edge, local]))),
    }
    made = {}
    for name, (nodes, edges) in groups.items():
        made[name] = shapes_of([{"name": name, "geometry": shapely.LineString(nodes[list(e)])} for e in sorted(edges)])
    chosen = villages[rng.uniform(0, 1, len(villages)) < 0.25]
    ends = [local[np.argmin(np.hypot(*(local - p).T))] for p in chosen]
    made["powerline_1_10kv"] = shapes_of(
        [{"name": "powerline_1_10kv", "geometry": winding(np.array([p, e]), 1500.0, s.seed)} for p, e in zip(chosen, ends, strict=True)]
    )
    rows = [(500, p) for p in core] + [(220, p) for p in edge] + [(110 if i % 3 else 35, p) for i, p in enumerate(local)]
    made["substation"] = shapes_of(
        [{"name": f"虚构变电站{i:03d}", "voltage_kv": kv, "geometry": shapely.Point(p)} for i, (kv, p) in enumerate(rows, 1)]
    )
    return made
