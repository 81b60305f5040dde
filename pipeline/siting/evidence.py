"""What rules look at: rasters read onto the measuring grid, vector layers; asked by a window of cells or by a footprint."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import ExitStack
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from pipeline.core.errors import BadData, Findings, problem
from pipeline.core.grid import Grid
from pipeline.core.layers import Layer
from pipeline.core.legend import UNKNOWN, readings_of
from pipeline.core.pixels import Block, Stratum, Zones, block_shape, stored_blocks
from pipeline.core.rasters import OnGrid, open_raster, same_lattice
from pipeline.core.vectors import names_of, read_features
from pipeline.siting.rules import BREAK, CLASS, LAND_COVER, PATCH, RASTER, ZONING, Rule, Test, Tri, class_in, codes_of, one_of
from pipeline.siting.shapes import Centres, Edges, Places, Plane, Runs, Shapes, everywhere, without

_BLOCK_CELLS = 2**18  # answered at once; memory follows this, not the grid


class Evidence:
    """All layers that rules may ask for, by name; a name that is not here is a missing layer.

    Nothing in it changes once it is made, so threads may share it; each opens rasters of its own (:meth:`reader`).
    """

    def __init__(self, land_cover: Layer, others: dict[str, Layer], centre: tuple[float, float], reading: str, rules: Iterable[Rule] = ()):
        """``land_cover`` gives the measuring grid; ``centre`` (lon, lat) of the area anchors the metric system.

        ``rules``: those that will ask, for the features that an attribute limits them to.
        """
        self.land_cover = land_cover
        self.rasters = {name: layer for name, layer in others.items() if layer.about.kind != "features"}
        self.strata = {
            name: Stratum(layer, tuple(codes.key), tuple(codes.code.astype(int)), None)
            for name, layer in self.rasters.items()
            if layer.about.kind == "classes"
            for codes in [layer.legend[layer.legend.key != UNKNOWN].sort_values("code")]
        }
        self.plane = Plane(centre)
        self.shapes: dict[str, Shapes] = {}
        self._fields: dict[str, tuple[str, list[str]]] = {}  # vector layer: file, its fields
        self._chosen: dict[tuple, tuple[Shapes, ...]] = {}
        tests = [t for r in rules for t in (r.test, r.guard) if t is not None and t.attribute]
        for name, layer in others.items():
            if layer.about.kind == "features":
                frame = read_features(layer)
                self.shapes[name] = Shapes.of(frame.geometry.values, self.plane, names_of(frame))
                self._fields[name] = layer.shown_path, [str(c) for c in frame.columns if c != "geometry"]
                for attribute in {t.attribute for t in tests if t.layer == name}:
                    if not absent_fields(attribute, self._fields[name][1]):
                        self._chosen[name, attribute] = _chosen(frame, attribute, self.plane)
        grids, stored = {}, {}
        for name, layer in ((LAND_COVER, land_cover), *self.rasters.items()):
            with open_raster(layer) as raster:
                grids[name], stored[name] = raster.grid, raster.block_shape
        self.grid: Grid = grids[LAND_COVER]
        own = [stored[name] for name, grid in grids.items() if same_lattice(grid, self.grid) is not None]
        self._stored = next((shape for shape in own if shape[1] >= self.grid.width), stored[LAND_COVER])
        self.tile = block_shape(self.grid, _BLOCK_CELLS, self._stored)[0], self._stored[1]
        self.cell_hm2 = {name: grid.cell_size_m[0] * grid.cell_size_m[1] / 1e4 for name, grid in grids.items()}
        self.cell_hm2[ZONING] = self.cell_hm2[LAND_COVER]  # contiguous land is made of these cells
        legend = land_cover.legend
        legend = legend[legend.class_key != UNKNOWN].sort_values("code")  # clouds and the like are land nothing is known of
        self.codes = legend.code.to_numpy().astype(np.int64)
        self.code_classes = legend.class_key.to_numpy(dtype=object)
        counted = readings_of(legend)
        self.code_is_forest = np.array([reading in counted[int(c)] for c in self.codes])

    def blocks(self, zones: Zones) -> list[Block]:
        """Windows of the grid that hold every cell of every zone, as the files are stored: by rows if any is, else by tiles."""
        first, last, _ = zones.extent
        left, right = (int(first.min()), int(last.max())) if first.size else (0, 0)
        made = stored_blocks(zones, self.grid, _BLOCK_CELLS, self._stored)
        return [replace(b, col0=max(b.col0, left), col1=min(b.col1, right)) for b in made if b.col0 < right and b.col1 > left]

    def has(self, name: str) -> bool:
        """Whether a layer of that name was given."""
        return name in self.shapes or self.is_raster(name)

    def is_raster(self, name: str) -> bool:
        """Whether the layer is a raster."""
        return name == LAND_COVER or name in self.rasters

    def require(self, rule: Rule, file: str) -> None:
        """Raise BadData when a rule asks of a layer what that layer cannot answer."""
        for test in (rule.test, rule.guard):
            if test is None or test.condition == PATCH or not self.has(test.layer):
                continue
            said = {"file": file, "rule_id": rule.rule_id, "layer": test.layer}
            has_classes = test.layer == LAND_COVER or test.layer in self.strata
            fitting = test.condition == CLASS if has_classes else (test.condition in RASTER) == self.is_raster(test.layer)
            if not fitting or (test.condition == CLASS and not has_classes):
                raise BadData(problem("rule_wrong_layer", **said, condition=test.condition))
            if test.layer in self.strata and (strange := test.threshold - set(self.strata[test.layer].keys)):
                known = ", ".join(self.strata[test.layer].keys)
                raise BadData(problem("rule_keys", **said, found=", ".join(sorted(strange)), known=known))
            if test.condition == "inside" and not all(g.geom_type in ("Polygon", "MultiPolygon") for g in self.shapes[test.layer].lonlat):
                raise BadData(problem("rule_needs_polygons", **said))
            if test.attribute:
                require_fields(rule, test, *self._fields[test.layer], file)

    def chosen(self, test: Test) -> tuple[Shapes, ...]:
        """The features a test on a vector layer asks for; with them, where there are any, those of which a blank hides whether it does."""
        return self._chosen[test.layer, test.attribute] if test.attribute else (self.shapes[test.layer],)

    def without_features(self, rules: Iterable[Rule]) -> list[tuple[str, str, str]]:
        """(layer, attribute, rules) of attributes that no feature of a layer has: a value that is written otherwise, or none there."""
        found: dict[tuple[str, str], list[str]] = {}
        for rule in rules:
            for test in (rule.test, rule.guard):
                if test is not None and test.attribute and test.layer in self.shapes and not any(s.lonlat.size for s in self.chosen(test)):
                    said = " & ".join(f"{field}={';'.join(sorted(codes))}" for field, codes in test.attribute)
                    found.setdefault((test.layer, said), []).append(rule.rule_id)
        return [(layer, said, ", ".join(dict.fromkeys(ids))) for (layer, said), ids in found.items()]

    def seen(self, name: str, values: np.ndarray) -> np.ndarray:
        """Values of a raster, in its unit and NaN unknown, as tests see them: those of ``land_cover`` as place in :attr:`code_classes`."""
        return self._code_place(values, np.isfinite(values)) if name == LAND_COVER else values

    def _code_place(self, codes: np.ndarray, known: np.ndarray) -> np.ndarray:
        """Place in :attr:`codes`; their number where a code is not known."""
        place = np.minimum(np.searchsorted(self.codes, codes), self.codes.size - 1)
        return np.where(known & (self.codes[place] == codes), place, self.codes.size).astype(np.int16)

    def classes(self, name: str, values: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """(cells of a class raster, as seen, by place in its keys, their number unknown; the keys)."""
        if name == LAND_COVER:
            return values, self.code_classes
        stratum = self.strata[name]
        return np.minimum(stratum.index(values), len(stratum.keys)), np.array(stratum.keys, dtype=object)

    def answer(self, test: Test, values: np.ndarray) -> Tri:
        """What a test on a raster says of its values, as seen."""
        if test.condition == CLASS:
            places, keys = self.classes(test.layer, values)
            return class_in(places, test.threshold, keys)
        return RASTER[test.condition](values, test.threshold)

    def breaks(self, name: str, tests: Iterable[Test]) -> np.ndarray:
        """Where the answers of tests on a raster may change as its values grow, in order."""
        if name == LAND_COVER or name in self.strata:
            codes = np.asarray(self.codes if name == LAND_COVER else self.strata[name].codes, np.float64)
            return np.unique([codes, np.nextafter(codes, np.inf)])
        return np.unique([BREAK[t.condition](t.threshold) for t in tests])

    def vectors(self, tests: list[Test], row0: int, row1: int, col0: int, col1: int) -> Vectors:
        """The vector layers that some tests ask for, ready to be asked by cells of a stretch of the grid."""
        near = {}
        for test in tests:
            if test.layer in self.shapes:
                is_near, _ = near.get((test.layer, test.attribute), (False, None))
                near[test.layer, test.attribute] = is_near or test.condition != "inside", self.chosen(test)
        edges = {key: [Edges.of(s, self.grid, is_near) for s in shapes] for key, (is_near, shapes) in near.items()}
        return Vectors(edges, Centres(self.grid, self.plane, row0, row1, col0, col1))

    def reader(self) -> Reader:
        """Open rasters, for one thread."""
        return Reader(self)


def absent_fields(attribute: tuple[tuple[str, frozenset[str]], ...], known: list[str]) -> list[str]:
    """Fields of an attribute that are none of a layer's, whose names may be in other case."""
    return [field for field, _ in attribute if field.casefold() not in {f.casefold() for f in known}]


def require_fields(rule: Rule, test: Test, source: str, known: list[str], file: str) -> None:
    """Raise BadData when a vector layer lacks fields that a rule asks for; ``source``: its file, ``known``: the fields it has."""
    said = {"file": file, "rule_id": rule.rule_id, "layer": test.layer, "source": source, "known": ", ".join(known) or "–"}
    findings = Findings()
    for field in absent_fields(test.attribute, known):
        findings.add("rule_field", **said, field=field)
    findings.stop(BadData)


def _chosen(frame, attribute: tuple[tuple[str, frozenset[str]], ...], plane: Plane) -> tuple[Shapes, ...]:
    """The features of a layer that have all codes of an attribute, and those that may have them: the known ones fit, others are blank."""
    column = {str(c).casefold(): c for c in reversed(frame.columns)}
    said = [one_of(codes_of(frame[column[field.casefold()]]), codes) for field, codes in attribute]
    sure = np.logical_and.reduce([t.broken for t in said])
    perhaps = np.logical_and.reduce([t.broken | t.unknown for t in said]) & ~sure
    geometry, names = frame.geometry.values, np.array(names_of(frame), object)
    return tuple(Shapes.of(geometry[mask], plane, names[mask]) for mask in ((sure, perhaps) if perhaps.any() else (sure,)))


@dataclass(frozen=True)
class Vectors:
    """The vector layers of a pass over cells: edges by (layer, attribute) as of :meth:`Evidence.chosen`, places of cell centres."""

    edges: dict[tuple, list[Edges]]
    centres: Centres

    def sweep(self, block: Block) -> Sweep:
        """Ready to be asked by the cells of a block."""
        return Sweep(self, block)


@dataclass(frozen=True)
class Sweep:
    """Vector layers as the cell centres of a block ask them."""

    vectors: Vectors
    block: Block

    @cached_property
    def _change(self) -> np.ndarray:
        return np.zeros((self.block.row1 - self.block.row0, self.block.col1 - self.block.col0 + 1), np.int32)

    @cached_property
    def _places(self) -> Places:
        return self.vectors.centres.block(*self.block.where)

    def ask(self, test: Test) -> tuple[Runs, Runs]:
        """The cells that break a condition, and those of which that is unknown."""
        rows, columns = self._change.shape[0], self._change.shape[1] - 1
        sure, *perhaps = self.vectors.edges[test.layer, test.attribute]
        met = self._holds(test, sure)
        maybe = self._holds(test, perhaps[0]) if perhaps else met[:0]
        blank = without(maybe, met, columns) if perhaps else maybe
        if test.condition == "beyond_distance":
            return without(without(everywhere(rows, columns), met, columns), blank, columns), blank
        return met, blank

    def _holds(self, test: Test, edges: Edges) -> Runs:
        """Cells that lie inside, or within the distance."""
        if test.condition == "inside":
            return edges.inside(self.block.row0, self.block.col0, self._change)
        limit = test.threshold if test.condition == "beyond_distance" else np.nextafter(test.threshold, 0.0)  # at it both are kept
        return edges.near(self._places, float(limit), self.block.row0, self.block.col0, self._change)


class Reader:
    """The rasters of the evidence, open; for one thread (GDAL's datasets must not be shared)."""

    def __init__(self, evidence: Evidence):
        """Open them all; use as ``with evidence.reader() as reader``."""
        self.evidence = evidence
        self._opened = ExitStack()
        self._land_cover = self._opened.enter_context(open_raster(evidence.land_cover))
        self._on_grid = {LAND_COVER: OnGrid(evidence.land_cover, self._land_cover, evidence.grid)}
        for name, layer in evidence.rasters.items():
            self._on_grid[name] = OnGrid(layer, self._opened.enter_context(open_raster(layer)), evidence.grid)

    def __enter__(self) -> Reader:
        return self

    def __exit__(self, *exception: object) -> None:
        self._opened.close()

    def window(self, row0: int, row1: int, col0: int, col1: int) -> Window:
        """The cells of some rows and columns."""
        return Window(self, row0, row1, col0, col1)

    def codes(self, where: tuple[int, int, int, int]) -> np.ndarray:
        """Land cover as places in :attr:`Evidence.codes`; their number where it is unknown."""
        return self.evidence._code_place(*self._land_cover.codes(*where))

    def values(self, name: str, where: tuple[int, int, int, int]) -> np.ndarray:
        """A raster in its unit, NaN unknown."""
        return self._on_grid[name].values(*where)

    def whole_type(self, name: str) -> np.dtype | None:
        """The type of a raster whose own cells are the grid's and hold whole numbers of up to 16 bits (:meth:`whole`), else None."""
        return self._on_grid[name].dtype if self._on_grid[name].is_whole else None

    def whole(self, name: str, where: tuple[int, int, int, int]) -> tuple[np.ndarray, np.ndarray]:
        """(such a raster as stored, where it is known or an empty array)."""
        return self._on_grid[name].whole(*where)

    def in_unit(self, name: str, values: np.ndarray) -> np.ndarray:
        """Stored values of such a raster in its unit, NaN for those that mean unknown."""
        return self._on_grid[name].in_unit(values)


@dataclass
class Window:
    """Some cells of the grid: what rasters say there."""

    reader: Reader
    row0: int
    row1: int
    col0: int
    col1: int

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

    def classes(self, name: str) -> tuple[np.ndarray, np.ndarray]:
        """(cells of a class raster as place in its keys, their number unknown; the keys)."""
        return self.evidence.classes(name, self.values(name))

    def ask(self, test: Test, guard: Test | None = None) -> Tri:
        """A condition on the raster of every cell, on guarded land if there is a guard."""
        answer = self._ask(test)
        return answer if guard is None else answer.where(self._ask(guard))

    def _ask(self, test: Test) -> Tri:
        if not self.evidence.has(test.layer):
            return Tri.all_unknown(self.shape)
        return self.evidence.answer(test, self.values(test.layer))
