"""Stage 2, the pixel pass: hm2 by county, class and stratum; the only stage that reads every land-cover cell.

Each product is measured on its own grid. A cell's area is ellipsoidal, border cells are shared by exact fraction,
no-data and whatever the raster does not cover is counted as unknown, and a code that the legend does not know stops
the run. Further layers are read onto that grid: classes, bands and polygons as strata, measures as sums. Several products
and years are compared on the grid of the coarser one (:mod:`pipeline.tabulate.pairs`).
"""

from __future__ import annotations

import math
from dataclasses import replace
from itertools import pairwise
from itertools import product as combinations

import numpy as np
import pandas as pd
import shapely

from pipeline.core import basis, ellipsoid, tables
from pipeline.core import counties as zones
from pipeline.core.config import Config
from pipeline.core.counties import Counties
from pipeline.core.engine import Engine
from pipeline.core.errors import BadData, Findings, UsageError, problem
from pipeline.core.grid import Grid
from pipeline.core.layers import Layer, find
from pipeline.core.legend import FILE as CLASSES
from pipeline.core.legend import UNKNOWN, classes
from pipeline.core.paths import Paths
from pipeline.core.pixels import Stratum, Sums, Task, Zones, cut
from pipeline.core.points import cells_at, values_at
from pipeline.core.products import land_cover, name_of, rows_of_layer
from pipeline.core.rasters import OnGrid, open_raster
from pipeline.core.store import Store
from pipeline.core.units import M2_TO_HM2
from pipeline.core.vectors import read_features
from pipeline.core.words import say
from pipeline.tabulate import pairs
from pipeline.tabulate.counted import INSIDE, OUTSIDE, Counted, Plan, Zone, is_own
from pipeline.tabulate.parcels import Surveyed

MOST_STRATA = 2_000  # combinations in one table
MOST_STRANGE = 50  # codes without a name that one message lists


def run(config: Config, store: Store, paths: Paths, counties: tuple[str, ...]) -> None:
    """Stage 2: areas by county, product, year, class and stratum, and what measured layers hold of each."""
    # Load
    store.input(CLASSES)
    places = zones.read(store)
    products = land_cover(config, store, paths)
    others = [find(ref, name, paths, "other") for name, ref in config.layers.items()]
    for layer in others:
        for path in layer.files:
            store.input(path)
    plan = _plan(config, others, places)
    plan = replace(plan, points=(*plan.points, *_reference_points(store)))

    # Compute
    with Engine(config.compute, store.out / ".half_way") as engine:
        counted = [_count(layer, plan, places, engine, is_leading=i == 0, language=config.language) for i, layer in enumerate(products)]
        compared = pairs.chosen(products, [c.task.grid for c in counted])
        by_code = pairs.by_code(counted, compared, engine, config.language)
        forest = _forest(counted, config, store, engine)
    laid = tables.product([pairs.grid_row(counted[a], counted[b]) for a, b in compared], tables.PAIR_GRIDS)
    counted = [_as_surveyed(c, layer, places, store) for c, layer in zip(counted, products, strict=True)]
    code_area = _joined([c.code_area() for c in counted], tables.CODE_AREA)
    bases = basis.of_products(store)
    land_area = by_class(code_area, bases)

    # Check
    require_whole(land_area, places)
    _tell_unknown(land_area, products, store)
    for key, params in pairs.doubts(laid):
        store.warn(key, **params)

    # Save
    store.fact("basis", list(bases.values()))
    store.write_table(code_area, tables.CODE_AREA)
    store.write_table(tables.product(land_area, tables.LAND_AREA), tables.LAND_AREA)
    store.write_table(_joined([c.area_table() for c in counted], tables.AREA_TABLE), tables.AREA_TABLE)
    store.write_table(_joined([c.class_by_stratum() for c in counted], tables.CLASS_STRATA), tables.CLASS_STRATA)
    store.write_table(_joined([c.class_sums() for c in counted], tables.CLASS_SUMS), tables.CLASS_SUMS)
    store.write_table(_joined([counted[0].measures()], tables.MEASURES), tables.MEASURES)
    store.write_table(_joined([counted[0].strata()], tables.STRATA), tables.STRATA)
    store.write_table(_joined([_points(layer, plan, places) for layer in products], tables.POINTS), tables.POINTS)
    store.write_table(_joined(by_code, tables.PRODUCT_PAIRS), tables.PRODUCT_PAIRS)
    store.write_table(laid, tables.PAIR_GRIDS)
    store.write_table(tables.product(forest, tables.FOREST_PATTERNS), tables.FOREST_PATTERNS)


def _forest(counted: list[Counted], config: Config, store: Store, engine: Engine) -> pd.DataFrame:
    """Which products say forest, together: the table, and the raster ``disagreement.tif``; nothing of fewer than two."""
    asked, mute, more = pairs.voters(counted, config.cover.main_reading)
    if len(counted) > 1 and mute:
        store.warn("patterns_mute", products=list(mute))
    if more:
        store.warn("patterns_many", limit=pairs.MOST_PRODUCTS, products=list(more))
    if len(asked) < 2:
        return pd.DataFrame()
    tags = {"products": ";".join(v.name for v in asked), "readings": ";".join(f"{v.name}={v.reading}" for v in asked)}
    tags |= {"mark": say("synthetic", config.language)} if store.is_synthetic else {}
    words = say("disagreement_band", config.language, count=len(asked)), tags
    return pairs.patterns(asked, engine, config.compute.block, store.new("disagreement.tif"), words, say("pass_patterns", config.language))


def _joined(parts: list[pd.DataFrame], schema) -> pd.DataFrame:
    some = [part for part in parts if len(part)]
    return tables.product(pd.concat(some, ignore_index=True) if some else [], schema)


def _tell_unknown(land_area: pd.DataFrame, products: list[Layer], store: Store) -> None:
    """One warning for each product and year with unknown land, naming its counties; of a forest survey it is land outside it.

    In counties that were not delivered, land without a parcel of a forest survey is unknown like any other.
    """
    counties = land_area[land_area.level == "county"]
    outside = {
        (p.product, p.about.year): set() for p in products if p.about.parcels is not None and p.about.parcels.covers == "forest_land"
    }
    checks = store.read_table(tables.PARCEL_CHECKS) if outside else None
    for layer in products if outside else ():
        own = rows_of_layer(checks, layer)
        outside.get((layer.product, layer.about.year), set()).update(own.county_code[own.own_parcels > 0])
    for (name, year), rows in counties.groupby(["product", "year"], sort=False, dropna=False):
        whole = rows.groupby("county_code").area_hm2.transform("sum")
        unknown = rows[(rows.class_key == UNKNOWN) & (rows.area_hm2 > 1e-6 * whole)]
        is_outside = unknown.county_code.isin(outside.get(name_of(name, year), ()))
        shown = name if pd.isna(year) else f"{name} {year}"
        for key, own in (("outside_survey", unknown[is_outside]), ("unknown_area", unknown[~is_outside])):
            if len(own):
                area = math.fsum(own.area_hm2)
                share = area / math.fsum(rows.area_hm2) * 100
                store.warn(key, product=shown, counties=list(own.county_name), area_hm2=area, share=share)


def by_class(code_area: pd.DataFrame, bases: dict) -> pd.DataFrame:
    """Class areas from code areas: every class the product can show, in the legend's order, and unknown."""
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


# --- what is asked of the pass -------------------------------------------------------------------------------


def _plan(config: Config, others: list[Layer], places: Counties) -> Plan:
    """Sort the further layers by what they can be; raises UsageError naming every wrong stratum."""
    wanted, sums, findings = list(dict.fromkeys(config.tabulate.strata)), config.tabulate.sums, Findings()
    by_name = {layer.name: layer for layer in others}
    for setting, names in (("tabulate.strata", wanted), ("tabulate.sums", sums)):
        for name in names:
            if name not in by_name:
                findings.add("stratum_missing", setting=setting, layer=name, known=", ".join(by_name) or "–")
            elif setting == "tabulate.sums" and by_name[name].about.kind != "measure":
                findings.add("sums_kind", layer=name)
    shapes, points = {}, []
    for layer in others:
        if layer.about.kind == "features":
            features = read_features(layer).geometry
            surfaces = features[features.geom_type.isin(["Polygon", "MultiPolygon"])]
            dots = shapely.get_parts(features[features.geom_type.isin(["Point", "MultiPoint"])].to_numpy())
            if len(surfaces):
                shapes[layer.name] = _surface(shapely.union_all(shapely.make_valid(surfaces.values)))
            elif layer.name in wanted:
                findings.add("stratum_kind", layer=layer.name)
            if len(dots):
                points.append((layer.name, shapely.get_coordinates(dots)))
        elif layer.about.kind == "measure" and layer.about.bands is None and layer.name in wanted:
            findings.add("stratum_unbanded", layer=layer.name)
    findings.stop(UsageError)
    strata = {layer.name: _stratum(layer) for layer in others if layer.about.kind == "classes" or layer.about.bands}
    crossed = tuple(strata[name] for name in wanted if name in strata)
    split, whole = [n for n in wanted if n in shapes], tuple(n for n in shapes if n not in wanted)
    count = math.prod(len(s.keys) + 1 for s in crossed) * 2 ** len(split)
    if count > MOST_STRATA:
        raise UsageError(problem("stratum_many", count=count, limit=MOST_STRATA))
    rows = [z for i, (_, _, geometry) in enumerate(places) for z in _zones(i, geometry, shapes, split, whole)]
    alone = tuple(s for name, s in strata.items() if name not in wanted)
    measures = tuple(layer for layer in others if layer.about.kind == "measure")
    return Plan(rows, crossed, alone, tuple(shapes), measures, frozenset(sums), tuple(points))


def check_strata(config: Config, layers: list[Layer], frame) -> None:
    """Raise UsageError for settings of the pass that name no fitting layer; nothing is counted."""
    _plan(config, [layer for layer in layers if layer.name != "land_cover"], Counties(frame, None))


def _stratum(layer: Layer) -> Stratum:
    """A class layer by its legend's keys, a measured one by its bands."""
    if layer.about.kind == "classes":
        legend = layer.legend.assign(code=layer.legend.code.astype(int)).sort_values("code")
        return Stratum(layer, tuple(legend.key), tuple(int(c) for c in legend.code), None)
    bands = [f"{b:g}" for b in layer.about.bands]
    keys = [f"<{bands[0]}", *(f"{a}–{b}" for a, b in pairwise(bands)), f"≥{bands[-1]}"]
    return Stratum(layer, tuple(keys), None, tuple(layer.about.bands))


def _zones(county: int, geometry, shapes: dict, split: list[str], whole: tuple[str, ...]) -> list[Zone]:
    """A county's zones: itself cut by the polygon strata, and its part inside each other polygon layer."""
    parts = [(geometry, "")]
    for name in split:
        parts = [
            (
                _surface(part.intersection(shapes[name]) if key == INSIDE else part.difference(shapes[name])),
                f"{said};{name}={key}".strip(";"),
            )
            for (part, said), key in combinations(parts, (INSIDE, OUTSIDE))
        ]
    made = [Zone(county, part, said) for part, said in parts if not part.is_empty]
    cut_out = [(name, _surface(geometry.intersection(shapes[name]))) for name in whole]
    return made + [Zone(county, part, "", name) for name, part in cut_out if not part.is_empty]


def _surface(geometry):
    parts = [p for p in shapely.get_parts(geometry) if p.geom_type in ("Polygon", "MultiPolygon")]
    return shapely.union_all(parts) if parts else shapely.MultiPolygon()


# --- the pass ------------------------------------------------------------------------------------------------


def _count(layer: Layer, plan: Plan, places: Counties, engine: Engine, *, is_leading: bool, language: str) -> Counted:
    """Count one product; raises BadData naming every code its legend does not know."""
    with open_raster(layer) as raster:
        grid = raster.grid
    cells = cut([z.geometry for z in plan.zones], grid, engine.threads)
    measures = tuple(m for m in plan.measures if is_leading or m.name in plan.summed)
    strata, crossing = (*plan.crossed, *plan.alone), tuple(range(len(plan.crossed)))
    single = [(i,) for i in range(len(strata)) if (i,) != crossing]
    crossings = tuple(dict.fromkeys((crossing, (), *single)))
    task = Task(layer, grid, Zones.of(cells, grid), strata, crossings, measures)
    sums = engine.count(task, say("pass_land_cover", language, product=layer.product))
    _refuse_strange(task, sums, plan, places)
    return Counted(task, sums, cells, plan, places)


def _as_surveyed(counted: Counted, layer: Layer, places: Counties, store: Store) -> Counted | Surveyed:
    """A product of parcels stands on what ingest measured of the polygons; any other on what was counted."""
    if layer.about.parcels is None:
        return counted
    area, checks = (rows_of_layer(store.read_table(schema), layer) for schema in (tables.PARCEL_AREA, tables.PARCEL_CHECKS))
    return Surveyed(counted, layer, places, area, dict(zip(checks.county_code, checks.gap_hm2, strict=True)))


def _refuse_strange(task: Task, sums: Sums, plan: Plan, places: Counties) -> None:
    """Stop when codes turned up that a legend does not know, naming each with area and counties."""
    findings, names, to_hm2 = Findings(), list(places.frame.county_name), task.grid.quantum_m2 * M2_TO_HM2
    for (number, code), area in sorted(sums.strange.items())[:MOST_STRANGE]:
        layer = task.layer if number < 0 else task.strata[number].layer
        by_county: dict[str, int] = {}
        for zone, part in zip(plan.zones, area, strict=True):
            if part and not zone.layer:
                by_county[names[zone.county]] = by_county.get(names[zone.county], 0) + part
        total = sum(by_county.values()) * to_hm2
        findings.add("unknown_codes", file=layer.shown_path, code=f"{code:.15g}", area_hm2=total, counties="、".join(by_county))
    findings.stop(BadData)


# --- points --------------------------------------------------------------------------------------------------


def _points(layer: Layer, plan: Plan, places: Counties) -> pd.DataFrame:
    """The class of the cell each point lies in, and its stratum; a point outside every county has neither county nor stratum.

    A point on a border lies in the first of the counties, and inside the polygon.
    """
    own, codes = [z for z in plan.zones if is_own(z)], list(places.frame.county_code)
    tree, key_of = shapely.STRtree([z.geometry for z in own]), dict(zip(layer.legend.code, layer.legend.class_key, strict=True))
    made = []
    with open_raster(layer) as raster:
        for name, lonlat in plan.points:
            zone = np.full(len(lonlat), len(own))
            np.minimum.at(zone, *tree.query(shapely.points(lonlat), predicate="intersects"))
            said = [own[z].stratum if z < len(own) else None for z in zone]
            cells = cells_at(raster.grid, lonlat)
            found = values_at(raster.measured, *cells)
            rows = {
                "layer": name,
                "number": np.arange(1, len(lonlat) + 1),
                "lon": lonlat[:, 0],
                "lat": lonlat[:, 1],
                "county_code": [codes[own[z].county] if z < len(own) else None for z in zone],
                "product": layer.product,
                "year": layer.about.year,
                "code": [None if np.isnan(v) else int(v) for v in found],
                "class_key": [UNKNOWN if np.isnan(v) else key_of.get(int(v), UNKNOWN) for v in found],
                "stratum": _with_raster_strata(said, plan.crossed, raster.grid, cells),
            }
            made.append(pd.DataFrame({k: pd.Series(v, dtype=object) if isinstance(v, list) else v for k, v in rows.items()}))
    return pd.concat(made, ignore_index=True) if made else pd.DataFrame()


def _reference_points(store: Store) -> list[tuple[str, np.ndarray]]:
    """Points of the accepted samples as layers ``sample:<name>``, in their order; a sample without coordinates has none."""
    table = store.read_table(tables.SAMPLE_POINTS)
    table = table[table.lon.notna()].sort_values("number", kind="stable")
    return [(f"sample:{name}", rows[["lon", "lat"]].to_numpy(float)) for name, rows in table.groupby("sample", sort=False)]


def _with_raster_strata(said: list[str | None], crossed: tuple[Stratum, ...], grid: Grid, cells) -> list[str | None]:
    """What polygon strata say of each point, joined by what raster strata do."""
    for stratum in crossed:
        with open_raster(stratum.layer) as raster:
            place = stratum.index(values_at(OnGrid(stratum.layer, raster, grid).values, *cells))
        keys = [*stratum.keys, UNKNOWN, UNKNOWN]
        said = [s if s is None else f"{s};{stratum.layer.name}={keys[p]}".strip(";") for s, p in zip(said, place, strict=True)]
    return said
