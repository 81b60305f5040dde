"""What rules look at: rasters on the measuring grid, vector layers in metres; opened once, asked by rows or shape."""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import shapely
from pyproj import CRS

from pipeline.core import ellipsoid
from pipeline.core.errors import BadData, problem
from pipeline.core.grid import LONLAT, Grid, transformer
from pipeline.core.layers import Layer, read_features
from pipeline.core.legend import Lookup, readings_of
from pipeline.core.rasters import OnGrid, open_raster, raster_grid, read_codes
from pipeline.siting.rules import CLASS, RASTER, Rule, Test, Tri, class_in


@dataclass(frozen=True)
class Shapes:
    """A vector layer: geometries in degrees and in local metres, with an index over the latter."""

    lonlat: np.ndarray
    metres: np.ndarray

    @cached_property
    def tree(self) -> shapely.STRtree:
        """Spatial index over the metric geometries."""
        return shapely.STRtree(self.metres)

    @cached_property
    def polygons(self):
        """Union of the polygons, in degrees; prepared for many questions."""
        union = shapely.union_all(shapely.make_valid(self.lonlat))
        shapely.prepare(union)
        return union


class Evidence:
    """All layers that rules may ask for, by name; a name that is not here is a missing layer."""

    def __init__(self, land_cover: Layer, others: dict[str, Layer], centre: tuple[float, float], reading: str):
        """``land_cover`` gives the measuring grid; ``centre`` (lon, lat) of the area anchors the metric system."""
        self._open = ExitStack()
        self._land_cover = land_cover
        self._dataset = self._open.enter_context(open_raster(land_cover))
        self.grid: Grid = raster_grid(land_cover, self._dataset)
        legend = land_cover.legend
        self._lookup = Lookup(legend.code)
        by_code = legend.set_index(legend.code.astype(int)).loc[self._lookup.codes]
        self.code_classes = by_code.class_key.to_numpy(dtype=object)
        counted = readings_of(legend)
        self.code_is_forest = np.array([reading in counted[int(c)] for c in self._lookup.codes])
        self.metric = CRS.from_proj4(f"+proj=tmerc +lat_0={centre[1]:.4f} +lon_0={centre[0]:.4f} +k=1 +ellps=GRS80 +units=m")
        self.to_metres = transformer(LONLAT, self.metric)
        self._rasters, self._shapes, self.cell_hm2 = {}, {}, {}
        width, height = self.grid.cell_size_m
        self.cell_hm2["land_cover"] = width * height / 1e4
        for name, layer in others.items():
            if layer.about.kind == "features":
                self._shapes[name] = self._load(layer)
                continue
            dataset = self._open.enter_context(open_raster(layer))
            own = raster_grid(layer, dataset)
            self._rasters[name] = OnGrid(layer, dataset, self.grid)
            self._open.callback(self._rasters[name].close)
            self.cell_hm2[name] = own.cell_size_m[0] * own.cell_size_m[1] / 1e4
        self._cache: tuple[tuple[int, int], dict[str, np.ndarray]] = ((-1, -1), {})

    def __enter__(self) -> Evidence:
        return self

    def __exit__(self, *exception: object) -> None:
        self._open.close()

    def _load(self, layer: Layer) -> Shapes:
        lonlat = read_features(layer).geometry.values
        lonlat = np.array([g for g in lonlat if g is not None and not g.is_empty], dtype=object)
        metres = shapely.transform(lonlat, self._forward) if lonlat.size else lonlat
        return Shapes(lonlat, metres)

    def _forward(self, points: np.ndarray) -> np.ndarray:
        return np.column_stack(self.to_metres.transform(points[:, 0], points[:, 1]))

    def has(self, name: str) -> bool:
        """Whether a layer of that name was given."""
        return name == "land_cover" or name in self._rasters or name in self._shapes

    def is_raster(self, name: str) -> bool:
        """Whether the layer is a raster."""
        return name == "land_cover" or name in self._rasters

    def require(self, rule: Rule, file: str) -> None:
        """Raise BadData when a rule asks of a layer what that kind of layer cannot answer."""
        for test in (rule.test, rule.guard):
            if test is None or not self.has(test.layer):
                continue
            if self.is_raster(test.layer) != (test.condition == CLASS or test.condition in RASTER):
                raise BadData(problem("rule_wrong_layer", file=file, rule_id=rule.rule_id, condition=test.condition, layer=test.layer))
            if test.condition == "inside" and not all(g.geom_type in ("Polygon", "MultiPolygon") for g in self._shapes[test.layer].lonlat):
                raise BadData(problem("rule_needs_polygons", file=file, rule_id=rule.rule_id, layer=test.layer))

    # Cells

    def values(self, name: str, row0: int, row1: int) -> np.ndarray:
        """Full-width rows of a raster, NaN unknown; ``land_cover`` as index into :attr:`code_classes`."""
        if self._cache[0] != (row0, row1):
            self._cache = ((row0, row1), {})
        if name not in self._cache[1]:
            if name == "land_cover":
                codes, known = read_codes(self._land_cover, self._dataset, row0, row1)
                index = self._lookup.index(codes)
                read = np.where(known & (index < self._lookup.codes.size), index, np.nan)
            else:
                read = self._rasters[name].read(row0, row1).values
            self._cache[1][name] = read
        return self._cache[1][name]

    def cells(self, rule: Rule, row0: int, row1: int) -> Tri:
        """A spatial rule on every cell of full-width rows; vector layers are asked at cell centres."""
        answer = self._test_cells(rule.test, row0, row1)
        return answer if rule.guard is None else answer.where(self._test_cells(rule.guard, row0, row1))

    def _test_cells(self, test: Test, row0: int, row1: int) -> Tri:
        shape = (row1 - row0, self.grid.width)
        if not self.has(test.layer):
            return Tri.all_unknown(shape)
        if test.condition == CLASS:
            return class_in(self.values(test.layer, row0, row1), test.threshold, self.code_classes)
        if test.condition in RASTER:
            return RASTER[test.condition](self.values(test.layer, row0, row1), test.threshold)
        x, y = np.meshgrid(self.grid.x(np.arange(self.grid.width) + 0.5), self.grid.y(np.arange(row0, row1) + 0.5))
        if not self.grid.is_geographic:
            x, y = transformer(self.grid.crs, LONLAT).transform(x, y)
        shapes = self._shapes[test.layer]
        if test.condition == "inside":
            broken = shapely.contains_xy(shapes.polygons, x, y)
        else:
            points = shapely.points(*self.to_metres.transform(x.ravel(), y.ravel()))
            near = np.zeros(points.size, bool)
            near[shapes.tree.query(points, predicate="dwithin", distance=test.threshold)[0]] = True
            broken = (near if test.condition == "within_distance" else ~near).reshape(shape)
        return Tri(broken, np.zeros(shape, bool))

    # Shapes

    def share_inside(self, name: str, footprint) -> float:
        """Share of a footprint (degrees) inside a polygon layer."""
        cut = footprint.intersection(self._shapes[name].polygons)
        parts = [p for p in shapely.get_parts(cut) if p.geom_type == "Polygon"]
        return sum(ellipsoid.polygon_area_m2(p) for p in parts) / ellipsoid.polygon_area_m2(footprint)

    def distance_m(self, name: str, footprint) -> float:
        """Distance [m] from a footprint to the nearest feature; infinite when the layer is empty."""
        shapes = self._shapes[name]
        if shapes.metres.size == 0:
            return float("inf")
        shape = shapely.transform(footprint, self._forward)
        return float(shapely.distance(shape, shapes.metres[shapes.tree.nearest(shape)]))
