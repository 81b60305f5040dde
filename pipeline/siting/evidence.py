"""What rules look at: rasters read onto the measuring grid, vector layers; asked by a window of cells or by a footprint."""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from pipeline.core.errors import BadData, problem
from pipeline.core.grid import Grid
from pipeline.core.layers import Layer
from pipeline.core.legend import UNKNOWN, readings_of
from pipeline.core.rasters import OnGrid, open_raster
from pipeline.core.vectors import names_of, read_features
from pipeline.siting.rules import CLASS, RASTER, Rule, Test, Tri, class_in
from pipeline.siting.shapes import Centres, Edges, Places, Plane, Shapes

LAND_COVER = "land_cover"


class Evidence:
    """All layers that rules may ask for, by name; a name that is not here is a missing layer.

    Nothing in it changes once it is made, so threads may share it; each opens rasters of its own (:meth:`reader`).
    """

    def __init__(self, land_cover: Layer, others: dict[str, Layer], centre: tuple[float, float], reading: str):
        """``land_cover`` gives the measuring grid; ``centre`` (lon, lat) of the area anchors the metric system."""
        self.land_cover = land_cover
        self.rasters = {name: layer for name, layer in others.items() if layer.about.kind != "features"}
        self.plane = Plane(centre)
        self.shapes = {name: _shapes(layer, self.plane) for name, layer in others.items() if layer.about.kind == "features"}
        grids = {}
        for name, layer in ((LAND_COVER, land_cover), *self.rasters.items()):
            with open_raster(layer) as raster:
                grids[name] = raster.grid
        self.grid: Grid = grids[LAND_COVER]
        self.cell_hm2 = {name: grid.cell_size_m[0] * grid.cell_size_m[1] / 1e4 for name, grid in grids.items()}
        legend = land_cover.legend
        legend = legend[legend.class_key != UNKNOWN].sort_values("code")  # clouds and the like are land nothing is known of
        self.codes = legend.code.to_numpy().astype(np.int64)
        self.code_classes = legend.class_key.to_numpy(dtype=object)
        counted = readings_of(legend)
        self.code_is_forest = np.array([reading in counted[int(c)] for c in self.codes])

    def has(self, name: str) -> bool:
        """Whether a layer of that name was given."""
        return name in self.shapes or self.is_raster(name)

    def is_raster(self, name: str) -> bool:
        """Whether the layer is a raster."""
        return name == LAND_COVER or name in self.rasters

    def require(self, rule: Rule, file: str) -> None:
        """Raise BadData when a rule asks of a layer what that kind of layer cannot answer."""
        for test in (rule.test, rule.guard):
            if test is None or not self.has(test.layer):
                continue
            if self.is_raster(test.layer) != (test.condition == CLASS or test.condition in RASTER):
                raise BadData(problem("rule_wrong_layer", file=file, rule_id=rule.rule_id, condition=test.condition, layer=test.layer))
            if test.condition == "inside" and not all(g.geom_type in ("Polygon", "MultiPolygon") for g in self.shapes[test.layer].lonlat):
                raise BadData(problem("rule_needs_polygons", file=file, rule_id=rule.rule_id, layer=test.layer))

    def vectors(self, tests: list[Test], row0: int, row1: int, col0: int, col1: int) -> Vectors:
        """The vector layers that some tests ask for, ready to be asked by cells of a stretch of the grid."""
        near = {t.layer: False for t in tests if t.layer in self.shapes}
        near |= {t.layer: True for t in tests if t.layer in self.shapes and t.condition != "inside"}
        edges = {name: Edges.of(self.shapes[name], self.grid, is_near) for name, is_near in near.items()}
        return Vectors(edges, Centres(self.grid, self.plane, row0, row1, col0, col1))

    def reader(self) -> Reader:
        """Open rasters, for one thread."""
        return Reader(self)


def _shapes(layer: Layer, plane: Plane) -> Shapes:
    features = read_features(layer)
    return Shapes.of(features.geometry.values, plane, names_of(features))


@dataclass(frozen=True)
class Vectors:
    """The vector layers of a pass over cells: edges by layer, and where cell centres lie on the plane."""

    edges: dict[str, Edges]
    centres: Centres


class Reader:
    """The rasters of the evidence, open; for one thread (GDAL's datasets must not be shared)."""

    def __init__(self, evidence: Evidence):
        """Open them all; use as ``with evidence.reader() as reader``."""
        self.evidence = evidence
        self._opened = ExitStack()
        self._land_cover = self._opened.enter_context(open_raster(evidence.land_cover))
        self._others: dict[str, OnGrid] = {}
        for name, layer in evidence.rasters.items():
            self._others[name] = OnGrid(layer, self._opened.enter_context(open_raster(layer)), evidence.grid)

    def __enter__(self) -> Reader:
        return self

    def __exit__(self, *exception: object) -> None:
        self._opened.close()

    def window(self, row0: int, row1: int, col0: int, col1: int, vectors: Vectors | None = None) -> Window:
        """The cells of some rows and columns; ``vectors`` where vector layers will be asked."""
        return Window(self, row0, row1, col0, col1, vectors)

    def codes(self, where: tuple[int, int, int, int]) -> np.ndarray:
        """Land cover as places in :attr:`Evidence.codes`; their number where it is unknown."""
        codes, known = self._land_cover.codes(*where)
        listed = self.evidence.codes
        place = np.minimum(np.searchsorted(listed, codes), listed.size - 1)
        return np.where(known & (listed[place] == codes), place, listed.size).astype(np.int16)

    def values(self, name: str, where: tuple[int, int, int, int]) -> np.ndarray:
        """A measured layer in its unit, NaN unknown."""
        return self._others[name].values(*where)


@dataclass
class Window:
    """Some cells of the grid: what layers say there, and which rules they break."""

    reader: Reader
    row0: int
    row1: int
    col0: int
    col1: int
    vectors: Vectors | None

    def __post_init__(self) -> None:
        self.evidence = self.reader.evidence
        self._read: dict[str, np.ndarray] = {}

    @property
    def where(self) -> tuple[int, int, int, int]:
        """First and last (excluded) row and column."""
        return self.row0, self.row1, self.col0, self.col1

    @property
    def shape(self) -> tuple[int, int]:
        """Rows and columns."""
        return self.row1 - self.row0, self.col1 - self.col0

    def values(self, name: str) -> np.ndarray:
        """Cells of a raster, NaN unknown; ``land_cover`` as place in :attr:`Evidence.code_classes`, their number unknown."""
        if name not in self._read:
            self._read[name] = self.reader.codes(self.where) if name == LAND_COVER else self.reader.values(name, self.where)
        return self._read[name]

    @cached_property
    def _places(self) -> Places:
        return self.vectors.centres.block(*self.where)

    def ask(self, test: Test, guard: Test | None = None) -> Tri:
        """A condition on every cell, on guarded land if there is a guard; vector layers are asked at cell centres."""
        answer = self._ask(test)
        return answer if guard is None else answer.where(self._ask(guard))

    def _ask(self, test: Test) -> Tri:
        evidence = self.evidence
        if not evidence.has(test.layer):
            return Tri.all_unknown(self.shape)
        if test.condition == CLASS:
            return class_in(self.values(test.layer), test.threshold, evidence.code_classes)
        if test.condition in RASTER:
            return RASTER[test.condition](self.values(test.layer), test.threshold)
        edges = self.vectors.edges[test.layer]
        if test.condition == "inside":
            broken = edges.inside(*self.where)
        else:
            near = edges.near(self._places, test.threshold, *self.where)
            broken = near if test.condition == "within_distance" else ~near
        return Tri(broken, np.zeros(self.shape, bool))
