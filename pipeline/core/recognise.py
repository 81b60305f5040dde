"""Recognition of land-cover products: whether a raster is the product it is said to be, and which one it rather is.

Every folder of ``layers/land_cover`` with a legend is known, so that adding a product is adding a folder. A raster must
hold no code beyond its legend; but CLCD, Dynamic World and the recoded Esri maps share the codes 1-9, and WorldCover and
GlobeLand30 share 10-100, so a colour table or a publisher's file name that is another product's is refused too.
"""

from __future__ import annotations

import fnmatch
import functools
import math
from collections.abc import Iterable, Iterator, Set
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
from numba import njit

from pipeline.core import tables
from pipeline.core.config import PROJECT
from pipeline.core.errors import BadData, Findings, PipelineError, problem
from pipeline.core.grid import LONLAT, Grid, transformer
from pipeline.core.layers import Layer, LayerYaml, read_layer_yaml
from pipeline.core.legend import UNKNOWN
from pipeline.core.paths import Paths
from pipeline.core.pixels import Reader, Task, Zones, blocks, cut, nothing, tally
from pipeline.core.rasters import Raster, open_raster
from pipeline.core.threads import count_of, on_threads
from pipeline.core.units import M2_TO_HM2

FOLDER = PROJECT / "layers/land_cover"
CELL_FACTOR = 2.5  # [A] a cell so many times larger or smaller than the product's is told
_COLOURS_AGREE = 0.75  # [A] share of a legend's colours that makes a colour table that product's
_COLOURS_APART = 0.25  # [A] by so much it must fit better than the declared product
_MOST_LISTED = 200  # strange codes in one message; a raster with more holds something else than classes
_MOST_DISTINCT = 2**16  # different values of one raster that are kept
_SCAN_CELLS = 2**21  # read at once by each thread
_BIG_BLOCK_CELLS = 2**24  # a file's own blocks are taken whole up to this
_BLOCK = 2048  # side of a block of the exact pass [cells]

Window = tuple[int, int, int, int]  # first and last (excluded) row and column
Colour = tuple[int, int, int]
Warned = tuple[str, dict[str, Any]]  # word and parameters


# --- known products ------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Product:
    """A product folder: its legend, and by what its publisher's files are known."""

    folder: str  # as ``config.yaml`` names it
    about: LayerYaml
    legend_path: Path
    codes: frozenset[int]
    colours: dict[int, Colour]  # of codes that are a class; unknown has no colour of its own

    @property
    def name(self) -> str:
        """Name of the product in the tables."""
        return self.about.product or self.folder

    def is_named_by(self, file_names: Iterable[str]) -> bool:
        """Whether its publisher names files so; upper and lower case are alike."""
        patterns = [pattern.lower() for pattern in self.about.recognised.file_names]
        return any(fnmatch.fnmatchcase(name.lower(), pattern) for name in file_names for pattern in patterns)

    def colours_shared(self, colours: dict[int, Colour] | None) -> float:
        """Share of the legend's colours that a file's colour table has too; 0 without a colour table."""
        if not colours or not self.colours:
            return 0.0
        return sum(colours.get(code) == colour for code, colour in self.colours.items()) / len(self.colours)


@functools.cache
def products(folder: Path = FOLDER) -> tuple[Product, ...]:
    """Every product folder that can be read; one that cannot is only told of by a run that uses it."""
    found = (_product(path.parent) for path in sorted(folder.glob("*/layer.yaml")))
    return tuple(p for p in found if p is not None)


def _product(folder: Path) -> Product | None:
    try:
        about = read_layer_yaml(folder / "layer.yaml", Paths(folder))
        if about.kind != "classes" or about.legend is None:
            return None
        legend = tables.read_csv(folder / about.legend, tables.LEGEND)
    except (PipelineError, OSError):
        return None
    shown = folder.relative_to(PROJECT).as_posix() if folder.is_relative_to(PROJECT) else folder.name
    codes = [int(c) for c in legend.code]
    colours = {c: _rgb(x) for c, x, key in zip(codes, legend.colour, legend.class_key, strict=True) if key != UNKNOWN}
    return Product(shown, about, (folder / about.legend).resolve(), frozenset(codes), colours)


def _rgb(colour: str) -> Colour:
    red, green, blue = bytes.fromhex(colour[1:])
    return red, green, blue


@dataclass(frozen=True)
class Marks:
    """By what a file may be known beside its codes."""

    file_names: tuple[str, ...]
    cell_m: float
    colours: dict[int, Colour] | None  # its own colour table

    @classmethod
    def of(cls, layer: Layer, raster: Raster) -> Marks:
        """The marks of an open raster."""
        return cls(tuple(p.name for p in layer.paths), math.sqrt(math.prod(raster.grid.cell_size_m)), _colour_table(layer, raster))

    def is_near(self, nominal_m: float | None) -> bool:
        """Whether the cells are about as large as a product's."""
        return nominal_m is not None and nominal_m / CELL_FACTOR <= self.cell_m <= nominal_m * CELL_FACTOR

    def point_to(self, product: Product) -> tuple[int, bool]:
        """How many of colour table and file name are the product's, and whether the cell size is."""
        marks = (product.colours_shared(self.colours) >= _COLOURS_AGREE) + product.is_named_by(self.file_names)
        return marks, self.is_near(product.about.recognised.cell_m)


def likely_products(codes: Set[int], marks: Marks, *, folder: Path = FOLDER) -> list[Product]:
    """The products whose legend has all ``codes``, best first: by marks, then by the share of its codes seen."""

    def fit(product: Product) -> tuple[int, bool, float]:
        return *marks.point_to(product), len(codes & product.codes) / len(product.codes)

    return sorted((p for p in products(folder) if codes <= p.codes), key=fit, reverse=True)


def _colour_table(layer: Layer, raster: Raster) -> dict[int, Colour] | None:
    try:
        table = raster.tiles[0].dataset.colormap(layer.band)
    except ValueError:  # rasterio's way of saying that there is none
        return None
    return {code: (red, green, blue) for code, (red, green, blue, *_) in table.items()}


# --- what a raster holds -------------------------------------------------------------------------------------


def codes_in(layer: Layer, raster: Raster, window: Window) -> dict[int, int]:
    """Number of cells of each code in a window of an open raster, no-data and hidden cells aside.

    Read in pieces on threads. Raises BadData when values are not whole, or are too many kinds to be classes.
    """
    cells: dict[int, int] = {}
    with closing(on_threads(lambda: open_raster(layer), _count, list(_pieces(raster, window)), count_of("auto"))) as parts:
        for part in parts:
            for code, count in part.items():
                cells[code] = cells.get(code, 0) + count
            if len(cells) > _MOST_DISTINCT:
                raise BadData(problem("codes_too_many", file=layer.shown_path, found=f"> {_MOST_DISTINCT}", expected=len(layer.legend)))
    return cells


def _pieces(raster: Raster, window: Window) -> Iterator[Window]:
    """A window cut along the stored blocks, so that each is decoded once."""
    row0, row1, col0, col1 = window
    high, wide = raster.block_shape
    if high * wide > _BIG_BLOCK_CELLS:
        high = max(_SCAN_CELLS // wide, 1)
    wide = max(_SCAN_CELLS // high // wide, 1) * wide
    high = max(_SCAN_CELLS // min(wide, col1 - col0) // high, 1) * high
    for top in range(row0 // high * high, row1, high):
        for left in range(col0 // wide * wide, col1, wide):
            yield max(top, row0), min(top + high, row1), max(left, col0), min(left + wide, col1)


def _count(raster: Raster, window: Window) -> dict[int, int]:
    values, hidden = raster.read(*window)
    if values.dtype.kind in "iu" and values.dtype.itemsize <= 2:
        plain = np.dtype(f"u{values.dtype.itemsize}")
        seen = np.zeros((4, 2 ** (8 * plain.itemsize)), np.int64)
        _histogram((values if hidden is None else values[~hidden]).view(plain).ravel(), seen)
        counts = seen.sum(axis=0)
        codes = np.flatnonzero(counts)
        counts, codes = counts[codes], codes.astype(plain).view(values.dtype)
        known = ~raster.is_nodata(codes)
        codes, counts = codes[known], counts[known]
    else:
        codes, known = raster.as_codes(values, hidden)
        codes, counts = np.unique(codes[known], return_counts=True)
    return dict(zip(codes.tolist(), counts.tolist(), strict=True))


@njit(nogil=True, cache=True)
def _histogram(values, seen):
    """Count small whole numbers in four tables in turn, so that no count waits for the one before it."""
    for i in range(values.size):
        seen[i & 3, values[i]] += 1


def strange_codes(layer: Layer, raster: Raster, counties: gpd.GeoDataFrame) -> pd.DataFrame:
    """Exact area of each code beyond the legend: columns code, area_hm2, counties (names, ``、``-separated), by code.

    ``counties``: county_name and geometry in EPSG:4490. Codes that only lie outside all counties are not in the table.
    """
    grid, threads = raster.grid, count_of("auto")
    task = Task(layer, grid, Zones.of(cut(list(counties.geometry), grid, threads), grid))
    total = nothing(task)
    todo = blocks(task, _BLOCK, raster.block_shape)
    with closing(on_threads(lambda: Reader(task), lambda reader, block: tally(task, block, reader), todo, threads)) as parts:
        for part in parts:
            total = total + part
    rows = []
    for (_, code), quanta in sorted(total.strange.items()):
        names = [name for name, part in zip(counties.county_name, quanta, strict=True) if part]
        rows.append({"code": int(code), "area_hm2": sum(quanta) * grid.quantum_m2 * M2_TO_HM2, "counties": "、".join(names)})
    return pd.DataFrame(rows, columns=["code", "area_hm2", "counties"])


def _window(grid: Grid, frame: gpd.GeoDataFrame | None) -> Window | None:
    """Rows and columns of the counties' bounds; the whole grid without counties, None where it does not reach them."""
    if frame is None:
        return 0, grid.height, 0, grid.width
    west, south, east, north = transformer(LONLAT, grid.crs).transform_bounds(*frame.total_bounds)
    (left, right), (top, bottom) = grid.to_index(np.array([west, east]), np.array([north, south]))
    row0, row1 = max(math.floor(top), 0), min(math.ceil(bottom), grid.height)
    col0, col1 = max(math.floor(left), 0), min(math.ceil(right), grid.width)
    return (row0, row1, col0, col1) if row0 < row1 and col0 < col1 else None


# --- the examination -----------------------------------------------------------------------------------------


def examine(layer: Layer, raster: Raster, frame: gpd.GeoDataFrame | None, *, folder: Path = FOLDER) -> list[Warned]:
    """Check an open class raster against its legend and its product; returns warnings as (word, parameters).

    ``frame``: counties (county_name, geometry in EPSG:4490), or None where they could not be read. Raises BadData with
    every code that the legend does not know, with area and counties, and with the product the file more likely is.
    """
    window = _window(raster.grid, frame)
    if window is None:
        return []
    cells = codes_in(layer, raster, window)
    strange = _beyond_legend(layer, raster, frame, cells)
    codes = set(cells) & _legend_codes(layer) | set(strange.code)
    marks = Marks.of(layer, raster)
    likely = likely_products(codes, marks, folder=folder)
    findings = Findings()
    if len(strange):
        _tell_strange(layer, strange, likely, marks, findings)
    else:
        _tell_another(layer, likely, marks, findings, folder)
    findings.stop(BadData)
    return [*_cell_size(layer, likely, marks), *_year(layer)]


def _legend_codes(layer: Layer) -> set[int]:
    return {int(code) for code in layer.legend.code}


def _beyond_legend(layer: Layer, raster: Raster, frame: gpd.GeoDataFrame | None, cells: dict[int, int]) -> pd.DataFrame:
    """Codes the legend does not know: code, and area and counties, or cells where there are no counties."""
    beyond = sorted(set(cells) - _legend_codes(layer))
    if len(beyond) > _MOST_LISTED:
        raise BadData(problem("codes_too_many", file=layer.shown_path, found=len(beyond), expected=len(layer.legend)))
    if beyond and frame is not None:
        return strange_codes(layer, raster, frame)
    return pd.DataFrame({"code": beyond, "cells": [cells[c] for c in beyond]})


def _tell_strange(layer: Layer, strange: pd.DataFrame, likely: list[Product], marks: Marks, findings: Findings) -> None:
    """The likely right product, then every strange code. A product of another cell size is not likely where the declared one's fits."""
    if marks.is_near(layer.about.recognised.cell_m):
        likely = [p for p in likely if marks.is_near(p.about.recognised.cell_m)]
    if likely:
        findings.add("product_by_codes", codes=", ".join(map(str, strange.code)), **_rather(layer, likely, marks))
    for row in strange.to_dict("records"):
        findings.add(
            "unknown_codes" if "area_hm2" in row else "unknown_codes_cells", file=layer.shown_path, **row | {"code": str(row["code"])}
        )


def _tell_another(layer: Layer, likely: list[Product], marks: Marks, findings: Findings, folder: Path) -> None:
    """Refuse a file whose colour table or name is that of another product with the same codes.

    A legend of the user's own, which is no known product's, is taken at its word.
    """
    own = next((p for p in products(folder) if p.legend_path == layer.legend_path.resolve()), None)
    if own is None:
        return
    others = [p for p in likely if p is not own]
    share = own.colours_shared(marks.colours)
    coloured = [p for p in others if p.colours_shared(marks.colours) >= max(_COLOURS_AGREE, share + _COLOURS_APART)]
    foreign = [name for name in marks.file_names if not own.is_named_by([name])]
    named = [p for p in others if p.is_named_by(foreign)]
    if coloured:
        findings.add("product_by_colours", **_rather(layer, coloured, marks))
    elif named:
        findings.add("product_by_name", **_rather(layer, named, marks))


def _rather(layer: Layer, likely: list[Product], marks: Marks) -> dict[str, str]:
    """Words for the first of the likely products and those no mark tells from it."""
    best = [p for p in likely if marks.point_to(p) == marks.point_to(likely[0])]
    return {
        "file": layer.shown_path,
        "found": " / ".join(p.name for p in best),
        "expected": layer.product,
        "folders": " | ".join(p.folder for p in best),
    }


def _cell_size(layer: Layer, likely: list[Product], marks: Marks) -> list[Warned]:
    nominal = layer.about.recognised.cell_m
    if nominal is None or marks.is_near(nominal):
        return []
    others = [p.name for p in likely if marks.is_near(p.about.recognised.cell_m)]
    sizes = {"found": round(marks.cell_m, 1), "expected": nominal, "likely": " / ".join(others) or "–"}
    return [("product_cell_size", {"file": layer.shown_path, "product": layer.product, **sizes})]


def _year(layer: Layer) -> list[Warned]:
    """A year before the first or after the last one of the product; a product without a last year goes on."""
    year, years = layer.about.year, layer.about.recognised.years
    if year is None or not years or (year >= years[0] and year <= (years[-1] if len(years) > 1 else year)):
        return []
    span = f"{years[0]}–" + (str(years[-1]) if len(years) > 1 else "")
    return [("product_year", {"file": layer.shown_path, "product": layer.product, "found": year, "expected": span})]
