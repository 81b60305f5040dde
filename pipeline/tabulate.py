"""Stage 2, the pixel pass: hm2 by county and class; the only stage that reads every land-cover cell.

Each product is measured on its own grid. A cell's area is ellipsoidal, border cells are shared by exact
fraction, no-data and whatever the raster does not cover is counted as unknown, and a code that the legend does
not know stops the run. Sums are kept by row of cells and added exactly, so they do not depend on block size.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, field

import numpy as np
import pandas as pd
import shapely

from pipeline.core import basis, ellipsoid, tables
from pipeline.core import counties as zones
from pipeline.core.config import Config
from pipeline.core.counties import Counties
from pipeline.core.errors import BadData, problem
from pipeline.core.grid import Grid
from pipeline.core.layers import Layer, OnGrid, find, open_raster, raster_grid, read_codes, read_features
from pipeline.core.legend import FILE as CLASSES
from pipeline.core.legend import UNKNOWN, Lookup, classes
from pipeline.core.paths import Paths
from pipeline.core.progress import track
from pipeline.core.store import Store
from pipeline.core.units import M2_TO_HM2
from pipeline.core.words import say
from pipeline.core.zones import ZoneCells

BLOCK_CELLS = 2_000_000  # cells read at once; memory follows this, not the raster


def run(config: Config, store: Store, paths: Paths, counties: tuple[str, ...]) -> None:
    """Stage 2: the area table by county, product, year and class, with what further layers say of each county."""
    # Load
    store.input(CLASSES)
    places = zones.read(store)
    products = [find(ref, "land_cover", paths, "classes") for ref in config.land_cover]
    others = [find(ref, name, paths, "other") for name, ref in config.layers.items()]
    for layer in (*products, *others):
        for path in layer.files:
            store.input(path)
    polygons = _polygon_layers(others, places)

    # Compute
    by_code, by_stratum = [], []
    for layer in products:
        by_code.append(_areas_by_code(layer, _zone_rows(places), config.language))
        for name, shapes in polygons.items():
            inside = {code: shape for code, shape in shapes.items() if not shape.is_empty}
            rows = [(places.zone(c, n), inside[c]) for c, n, _ in places if c in inside]
            by_stratum.append(_areas_by_code(layer, rows, config.language).assign(layer=name))
    code_area = places.with_city(pd.concat(by_code), ["product", "year", "code", "class_key"], ["area_hm2"])
    bases = basis.of_products(store)
    land_area = by_class(code_area, bases)
    measures, strata = _other_layers(products[0], others, polygons, places, config.language)

    # Check
    require_whole(land_area, places)
    for row in land_area[(land_area.class_key == UNKNOWN) & (land_area.area_hm2 > 0)].to_dict("records"):
        share = (
            row["area_hm2"]
            / land_area[(land_area.county_code == row["county_code"]) & (land_area["product"] == row["product"])].area_hm2.sum()
        )
        if row["level"] == "county" and share > 1e-6:
            store.warn("unknown_area", county=row["county_name"], product=row["product"], area_hm2=row["area_hm2"], share=share * 100)

    # Save
    store.fact("basis", list(bases.values()))
    store.write_table(tables.product(code_area, tables.CODE_AREA), tables.CODE_AREA)
    store.write_table(tables.product(land_area, tables.LAND_AREA), tables.LAND_AREA)
    store.write_table(tables.product(measures, tables.MEASURES), tables.MEASURES)
    store.write_table(tables.product(strata, tables.STRATA), tables.STRATA)
    inside = [by_class(part.drop(columns="layer"), {}).assign(layer=part.layer.iloc[0]) for part in by_stratum if len(part)]
    columns = list(tables.CLASS_STRATA.columns)
    rows = pd.concat(inside)[columns] if inside else pd.DataFrame(columns=columns)
    rows = places.with_city(rows, ["product", "year", "layer", "class_key"], ["area_hm2"])
    store.write_table(tables.product(rows, tables.CLASS_STRATA), tables.CLASS_STRATA)


def _zone_rows(places: Counties) -> list[tuple[dict, object]]:
    return [(places.zone(code, name), geometry) for code, name, geometry in places]


# --- the pass ------------------------------------------------------------------------------------------------


@dataclass
class Tally:
    """Area [m2] of one zone by row of cells and code; unknown last. Rows make sums independent of blocks."""

    cells: ZoneCells
    by_row: np.ndarray
    strange: dict[int, float] = field(default_factory=dict)

    def add(self, row0: int, index: np.ndarray, values: np.ndarray, unmapped: int) -> None:
        """Take in a block of full-width rows from ``row0``: ``index`` into the codes, ``values`` the raw codes."""
        start, stop = max(row0, self.cells.row0), min(row0 + index.shape[0], self.cells.row1)
        if start >= stop or self.cells.col0 >= self.cells.col1:
            return
        area = self.cells.cell_areas_m2(start, stop)
        part = (slice(start - row0, stop - row0), slice(self.cells.col0, self.cells.col1))
        width = self.by_row.shape[1]
        flat = np.arange(stop - start)[:, None] * width + index[part]
        sums = np.bincount(flat.ravel(), weights=area.ravel(), minlength=(stop - start) * width)
        self.by_row[start - self.cells.row0 : stop - self.cells.row0] += sums.reshape(-1, width)
        odd = (index[part] == unmapped) & (area > 0)
        for code in np.unique(values[part][odd]):
            here = area[odd & (values[part] == code)]
            self.strange[int(code)] = self.strange.get(int(code), 0.0) + float(here.sum())

    def totals(self) -> list[float]:
        """Area [m2] by code, unknown last; the zone's part beyond the raster is unknown."""
        sums = [math.fsum(column) for column in self.by_row.T]
        if not self.cells.is_inside_grid:
            sums[-1] += max(self.cells.area_m2 - math.fsum(sums), 0.0)
        return sums


def _areas_by_code(layer: Layer, zone_rows: list[tuple[dict, object]], language: str) -> pd.DataFrame:
    """Area of every code of one product in every zone, ``unknown`` with a blank code; codes that are absent are 0."""
    legend = layer.legend
    lookup = Lookup(legend.code)
    key_of = dict(zip(legend.code.astype(int), legend.class_key, strict=True))
    with open_raster(layer) as dataset:
        grid = raster_grid(layer, dataset)
        cells = [ZoneCells(geometry, grid) for _, geometry in zone_rows]
        blocks = _blocks(cells, grid.width, dataset.block_shapes[layer.band - 1][0])
        label = say("pass_land_cover", language, product=layer.product)
        tallies = _sweep(lambda row0, row1: read_codes(layer, dataset, row0, row1), lookup, cells, blocks, label)
    _refuse_strange(layer, [zone["county_name"] for zone, _ in zone_rows], tallies)
    rows = []
    for (zone, _), tally in zip(zone_rows, tallies, strict=True):
        totals = tally.totals()
        shared = {**zone, "product": layer.product, "year": layer.about.year}
        for code, area in zip(lookup.codes, totals, strict=False):
            rows.append({**shared, "code": int(code), "class_key": key_of[int(code)], "area_hm2": area * M2_TO_HM2})
        rows.append({**shared, "code": None, "class_key": UNKNOWN, "area_hm2": totals[-1] * M2_TO_HM2})
    return pd.DataFrame(rows)


def _sweep(read: Callable, lookup: Lookup, cells: list[ZoneCells], blocks: list[tuple[int, int]], label: str) -> list[Tally]:
    """Tally every zone block by block; ``read(row0, row1)`` gives full-width (codes, known)."""
    unmapped, unknown = lookup.codes.size, lookup.codes.size + 1
    tallies = [Tally(zone, np.zeros((zone.row1 - zone.row0, unknown + 1))) for zone in cells]
    for row0, row1 in track(blocks, len(blocks), label):
        values, known = read(row0, row1)
        index = np.where(known, lookup.index(values), unknown)
        for tally in tallies:
            tally.add(row0, index, values, unmapped)
    return tallies


def _blocks(cells: list[ZoneCells], width: int, block_rows: int = 1) -> list[tuple[int, int]]:
    """Row ranges that cover all zones, whole blocks of the file, about BLOCK_CELLS cells each."""
    first, last = min((c.row0 for c in cells), default=0), max((c.row1 for c in cells), default=0)
    step = max(block_rows, BLOCK_CELLS // max(width, 1) // block_rows * block_rows)
    return [(max(start, first), min(start + step, last)) for start in range(first // block_rows * block_rows, last, step)]


def _refuse_strange(layer: Layer, counties: list[str], tallies: list[Tally]) -> None:
    """Stop when codes turned up that the legend does not know, naming each with area and counties."""
    where: dict[int, dict[str, float]] = {}
    for county, tally in zip(counties, tallies, strict=True):
        for code, area in tally.strange.items():
            where.setdefault(code, {})[county] = area * M2_TO_HM2
    if where:
        raise BadData(
            problem("unknown_codes", file=layer.shown_path, code=code, area_hm2=sum(found.values()), counties="、".join(found))
            for code, found in sorted(where.items())
        )


def by_class(code_area: pd.DataFrame, bases: dict) -> pd.DataFrame:
    """Class areas from code areas, every class of the common legend that the product can show, and unknown."""
    keys = ["county_code", "county_name", "level", "product", "year", "class_key"]
    order = {key: i for i, key in enumerate(classes().class_key)}
    sums = code_area.groupby(keys, sort=False, dropna=False).area_hm2.agg(math.fsum).reset_index()
    zone = {code: i for i, code in enumerate(dict.fromkeys(code_area.county_code))}
    sums = sums.sort_values(
        ["product", "year", "county_code", "class_key"],
        key=lambda c: c.map(zone) if c.name == "county_code" else c.map(order) if c.name == "class_key" else c,
        ignore_index=True,
    )
    if bases:
        sums["basis"] = [bases[(p, None if pd.isna(y) else int(y))] for p, y in zip(sums["product"], sums.year, strict=True)]
    return sums


def require_whole(land_area: pd.DataFrame, places: Counties) -> None:
    """Every hm2 of a county is in exactly one class: classes plus unknown equal its ellipsoidal area to 1e-9."""
    for code, _, geometry in places:
        area = ellipsoid.polygon_area_m2(geometry) * M2_TO_HM2
        for key, group in land_area[land_area.county_code == code].groupby(["product", "year"], dropna=False):
            total = math.fsum(group.area_hm2)
            assert abs(total - area) <= 1e-9 * area, f"{code} {key}: classes add up to {total} hm2, the county has {area}"


# --- further layers ------------------------------------------------------------------------------------------


def _polygon_layers(others: list[Layer], places: Counties) -> dict[str, dict[str, object]]:
    """Polygon layers cut to each county: name -> county code -> geometry (lines and points are left out)."""
    made = {}
    for layer in others:
        if layer.about.kind == "features":
            features = read_features(layer)
            shapes = features.geometry[features.geom_type.isin(["Polygon", "MultiPolygon"])]
            if len(shapes):
                union = shapely.union_all(shapely.make_valid(shapes.values))
                made[layer.name] = {code: _only_polygons(geometry.intersection(union)) for code, _, geometry in places}
    return made


def _only_polygons(geometry):
    parts = [p for p in shapely.get_parts(geometry, return_index=False) if p.geom_type in ("Polygon", "MultiPolygon")]
    return shapely.union_all(parts) if parts else shapely.MultiPolygon()


def _other_layers(
    leading: Layer, others: list[Layer], polygons: dict, places: Counties, language: str
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """County means of measured layers and areas of class and polygon layers, on the leading product's grid."""
    measures, strata = [], []
    with ExitStack() as opened:
        grid = raster_grid(leading, opened.enter_context(open_raster(leading)))
        cells = [ZoneCells(geometry, grid) for _, _, geometry in places]
        for layer in others:
            if layer.about.kind == "measure":
                measures += _measure_rows(layer, grid, cells, places, opened, language)
            elif layer.about.kind == "classes":
                strata += _class_rows(layer, grid, cells, places, opened, language)
    for name, shapes in polygons.items():
        for code, county, geometry in places:
            inside = ellipsoid.polygon_area_m2(shapes[code]) * M2_TO_HM2
            rest = ellipsoid.polygon_area_m2(geometry) * M2_TO_HM2 - inside
            for key, area in (("inside", inside), ("outside", max(rest, 0.0))):
                strata.append({**places.zone(code, county), "layer": name, "key": key, "area_hm2": area})
    return _measures_with_city(pd.DataFrame(measures, columns=list(tables.MEASURES.columns)), places), places.with_city(
        pd.DataFrame(strata, columns=list(tables.STRATA.columns)), ["layer", "key"], ["area_hm2"]
    )


def _onto(layer: Layer, grid: Grid, opened: ExitStack) -> OnGrid:
    """A further layer read onto the measuring grid; closed with the rest."""
    view = OnGrid(layer, opened.enter_context(open_raster(layer)), grid)
    opened.callback(view.close)
    return view


def _measure_rows(layer: Layer, grid: Grid, cells: list[ZoneCells], places: Counties, opened: ExitStack, language: str) -> list[dict]:
    """Area-weighted mean and range of a measured layer in each county; blank where nothing is known."""
    weight, total = np.zeros(len(cells)), np.zeros(len(cells))
    low, high = np.full(len(cells), np.inf), np.full(len(cells), -np.inf)
    view, blocks = _onto(layer, grid, opened), _blocks(cells, grid.width)
    for row0, row1 in track(blocks, len(blocks), say("pass_layer", language, layer=layer.name)):
        block = view.read(row0, row1).values
        for number, zone in enumerate(cells):
            start, stop = max(row0, zone.row0), min(row1, zone.row1)
            area, values = zone.cell_areas_m2(start, stop), block[max(start - row0, 0) : max(stop - row0, 0), zone.col0 : zone.col1]
            known = np.isfinite(values) & (area > 0)
            if known.any():
                weight[number] += area[known].sum()
                total[number] += (area[known] * values[known]).sum()
                low[number] = min(low[number], values[known].min())
                high[number] = max(high[number], values[known].max())
    rows = []
    for number, (code, name, _) in enumerate(places):
        some, area = weight[number] > 0, cells[number].area_m2
        rest = area - weight[number]
        rows.append(
            {
                **places.zone(code, name),
                "layer": layer.name,
                "unit": layer.about.unit,
                "mean": total[number] / weight[number] if some else None,
                "low": low[number] if some else None,
                "high": high[number] if some else None,
                "known_area_hm2": weight[number] * M2_TO_HM2,
                "unknown_area_hm2": (rest if rest > 1e-9 * area else 0.0) * M2_TO_HM2,
            }
        )
    return rows


def _measures_with_city(rows: pd.DataFrame, places: Counties) -> pd.DataFrame:
    """City means weighted by known area; ranges over all counties."""
    table = places.with_city(rows, ["layer", "unit"], ["known_area_hm2", "unknown_area_hm2"])
    for i in table.index[table.level == "city"]:
        own = rows[(rows.layer == table.layer[i]) & rows["mean"].notna()]
        if len(own):
            table.loc[i, "mean"] = float((own["mean"] * own.known_area_hm2).sum() / own.known_area_hm2.sum())
            table.loc[i, ["low", "high"]] = [own.low.min(), own.high.max()]
    return table


def _class_rows(layer: Layer, grid: Grid, cells: list[ZoneCells], places: Counties, opened: ExitStack, language: str) -> list[dict]:
    """Area of each class of a further class layer in each county; a code without a name stops the run."""
    lookup, view = Lookup(layer.legend.code), _onto(layer, grid, opened)
    names = dict(zip(layer.legend.code.astype(int), layer.legend.key, strict=True))

    def read(row0: int, row1: int) -> tuple[np.ndarray, np.ndarray]:
        values = view.read(row0, row1).values
        known = np.isfinite(values)
        return np.where(known, values, 0).astype(np.int64), known

    tallies = _sweep(read, lookup, cells, _blocks(cells, grid.width), say("pass_layer", language, layer=layer.name))
    _refuse_strange(layer, list(places.frame.county_name), tallies)
    rows = []
    for (code, name, _), tally in zip(places, tallies, strict=True):
        totals = tally.totals()
        keys = [*(names[int(c)] for c in lookup.codes), UNKNOWN]
        for key in dict.fromkeys(keys):
            area = math.fsum(a for k, a in zip(keys, [*totals[:-2], totals[-1]], strict=True) if k == key)
            if area > 0:
                rows.append({**places.zone(code, name), "layer": layer.name, "key": key, "area_hm2": area * M2_TO_HM2})
    return rows
