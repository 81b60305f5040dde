"""Source layers and parameter tables: opened, checked against the place, described for ``sources.csv``."""

from __future__ import annotations

import contextlib
from collections.abc import Callable

import geopandas as gpd
import numpy as np
import shapely

from pipeline.core import ellipsoid, recognise, tables
from pipeline.core.config import Config
from pipeline.core.datum import OFFSET
from pipeline.core.errors import BadData, Findings, PipelineError, UsageError, problem
from pipeline.core.grid import LONLAT, transformer
from pipeline.core.layers import Layer, checksum, find, require_checksum
from pipeline.core.legend import FILE as CLASSES
from pipeline.core.legend import check_legend, classes
from pipeline.core.paths import Paths
from pipeline.core.rasters import COARSE_CELL_M, Raster, open_raster
from pipeline.core.store import Store, sha256
from pipeline.core.units import M2_TO_HM2, is_measured_in
from pipeline.core.vectors import read_features

_FILLS = (-9999.0, -999.0, -99999.0, -32768.0, -32767.0, -3.4028234663852886e38, 1e20)  # usual; of whole numbers also the ends of the type
_READ_CELLS = 1 << 24  # cells read at once
_TOLD_SHARE = 1e-6  # of the area, beyond a raster


def check_layer(layer: Layer, frame: gpd.GeoDataFrame | None, config: Config, store: Store) -> dict:
    """Open a layer, check place, legend and what it holds, and describe it for ``sources.csv``."""
    require_checksum(layer)
    if layer.about.kind == "features":
        _tell_broken(layer, read_features(layer, store.warn), store)
        return describe(layer, "", config, store)
    if layer.about.kind == "parcels":
        return describe(layer, "", config, store) | {"is_coarse": "no"}
    if layer.about.datum in OFFSET:
        raise UsageError(problem("raster_datum", file=layer.shown_path, datum=layer.about.datum))
    with open_raster(layer) as raster:
        for remark in raster.remarks:
            store.warn(remark.key, **remark.params)
        if layer.about.kind == "classes":
            check_legend(layer)
            _require_nodata_no_class(layer, raster, config.language)
        else:
            _require_nodata(layer, raster, store)
        if frame is not None and _is_here(layer, raster, frame, config, store) and layer.name == "land_cover":
            for key, params in recognise.examine(layer, raster, frame):
                store.warn(key, **params)
        return describe(layer, raster.grid.cell_size, config, store) | {
            "crs": raster.grid.crs.to_string() if raster.grid.crs.to_epsg() else raster.grid.crs.name,
            "is_coarse": "yes" if max(raster.grid.cell_size_m) >= COARSE_CELL_M else "no",
        }


def _tell_broken(layer: Layer, features: gpd.GeoDataFrame, store: Store) -> None:
    """Warn of features without a shape, which are left out, and of polygons that are repaired wherever they are used."""
    absent = features.geometry.isna() | features.geometry.is_empty
    invalid = ~absent & ~features.geometry.is_valid
    if absent.any() or invalid.any():
        store.warn("features_broken", file=layer.shown_path, invalid=int(invalid.sum()), absent=int(absent.sum()), count=len(features))


def _is_here(layer: Layer, raster: Raster, frame: gpd.GeoDataFrame, config: Config, store: Store) -> bool:
    """Whether the raster meets the counties' box; a land cover that does not is refused, another layer told."""
    west, south, east, north = frame.total_bounds
    box = transformer(LONLAT, raster.grid.crs).transform_bounds(west, south, east, north)
    gw, gs, ge, gn = raster.grid.bounds
    if box[0] < ge and box[2] > gw and box[1] < gn and box[3] > gs:
        _tell_beyond(layer, raster, frame, store)
        return True
    shown = [[round(float(v), 3) for v in b] for b in (raster.grid.bounds, box)]
    if layer.name == "land_cover":
        name = config.area.name.get(config.language)
        raise BadData(problem("raster_elsewhere", file=layer.shown_path, area=name, found=shown[0], expected=shown[1]))
    store.warn("layer_elsewhere", layer=layer.name, file=layer.shown_path, found=shown[0])
    return False


def _tell_beyond(layer: Layer, raster: Raster, frame: gpd.GeoDataFrame, store: Store) -> None:
    """Warn of land that no file of a raster reaches."""
    there, back = transformer(LONLAT, raster.grid.crs).transform, transformer(raster.grid.crs, LONLAT).transform
    reached = shapely.union_all([shapely.box(*tile.dataset.bounds) for tile in raster.tiles])
    rest = [_moved(g, there).difference(reached) for g in frame.geometry]
    beyond = [ellipsoid.polygon_area_m2(_moved(g, back)) * M2_TO_HM2 for g in rest]
    whole = sum(map(ellipsoid.polygon_area_m2, frame.geometry)) * M2_TO_HM2
    if sum(beyond) > _TOLD_SHARE * whole:
        names = [name for name, part in zip(frame.county_name, beyond, strict=True) if part > _TOLD_SHARE * whole]
        store.warn("raster_part", file=layer.shown_path, area_hm2=sum(beyond), share=sum(beyond) / whole * 100, counties=names)


def _moved(shape, transform: Callable):
    """A shape with its vertices in another coordinate system."""
    return shapely.transform(shape, lambda xy: np.column_stack(transform(*xy.T)))


def _require_nodata(layer: Layer, raster: Raster, store: Store) -> None:
    """Refuse a measured layer whose edge holds what is usually a fill value while no no-data value is declared."""
    if raster.nodata:
        return
    height, width = raster.grid.height, raster.grid.width
    strips = ((0, 1, 0, width), (height - 1, height, 0, width), (0, height, 0, 1), (0, height, width - 1, width))
    edge = np.concatenate([raster.measured(*strip).ravel() for strip in strips])
    usual = _FILLS if raster.dtype.kind == "f" else (*_FILLS, np.iinfo(raster.dtype).max, np.iinfo(raster.dtype).min or -1)
    fill = [v for v in usual if (edge == v).any()]
    if fill:
        raise BadData(problem("nodata_suspect", file=layer.shown_path, found=f"{fill[0]:.10g}"))
    if raster.dtype.kind in "iu":
        store.warn("nodata_undeclared", file=layer.shown_path)


def _require_nodata_no_class(layer: Layer, raster: Raster, language: str) -> None:
    """Refuse a land cover whose file declares the code of a class as no data, unless the configuration says which of the two it is."""
    if layer.about.nodata is not None or layer.name != "land_cover":
        return
    for row in layer.legend.itertuples():
        if row.code in raster.nodata and row.class_key != "unknown":
            said = {"found": int(row.code), "name": row.name_zh if language == "zh" else row.name_en}
            raise BadData(problem("nodata_is_class", file=layer.shown_path, product=layer.product, **said))


def read_to_the_end(config: Config, paths: Paths) -> None:
    """Read every cell of every raster; raises BadData naming each file that is cut off or damaged."""
    findings = Findings()
    refs = [(ref, "land_cover", "classes") for ref in config.land_cover] + [(ref, name, "other") for name, ref in config.layers.items()]
    for ref, name, kind in refs:
        with contextlib.suppress(PipelineError):  # told by those who look at it
            layer = find(ref, name, paths, kind)
            if layer.about.kind in ("classes", "measure"):
                findings.attempt(_read_cells, layer)
    findings.stop(BadData)


def _read_cells(layer: Layer) -> None:
    with open_raster(layer) as raster:
        rows = max(raster.block_shape[0], _READ_CELLS // raster.grid.width)
        for row in range(0, raster.grid.height, rows):
            raster.read(row, min(row + rows, raster.grid.height), 0, raster.grid.width)


def describe(layer: Layer, cell_size: str, config: Config, store: Store) -> dict:
    """One row of ``sources.csv``."""
    about, language = layer.about, config.language
    for path in layer.files:
        store.input(path)
    return {
        "role": layer.name,
        "name": layer.product if layer.name == "land_cover" else layer.name,
        "title": about.title.get(language),
        "kind": about.kind,
        "period": about.period or (str(about.year) if about.year else None),
        "crs": about.crs,
        "cell_size": cell_size or None,
        "is_synthetic": "yes" if about.synthetic else "no",
        "publisher": about.maker(language) or None,
        "licence": about.licence or None,
        "citation": about.citation or None,
        "source": about.source or None,
        "accuracy": "; ".join(f"{a.overall_pct:g} % ({a.scope.get(language)}; {a.source}; {a.label})" for a in about.accuracy) or None,
        "file": layer.shown_path,
        "sha256": checksum(layer),
        "limits": " ".join(text.get(language) for text in about.limits.values()) or None,
    }


def check_products(config: Config, products: list[Layer]) -> None:
    """Products and years differ, no layer is called like an attribute of parcels, the main reading exists in the leading product."""
    findings, seen = Findings(), set()
    for layer in products:
        key = (layer.product, layer.about.year)
        if key in seen:
            findings.add("product_twice", product=layer.product, year=layer.about.year or "–")
        seen.add(key)
        for name in sorted(set(layer.about.parcels.attributes) & set(config.layers) if layer.about.parcels else ()):
            findings.add("layer_name_taken", layer=name, product=layer.product)
    if products and config.cover.main_reading not in products[0].about.readings:
        known = ", ".join(products[0].about.readings) or "–"
        findings.add("reading_main", found=config.cover.main_reading, product=products[0].product, known=known)
    findings.stop(UsageError)


def parameter_tables(config: Config, store: Store, paths: Paths) -> list[dict]:
    """Check every parameter table against its schema; describe them for ``sources.csv``.

    Those of the carbon stage and the rules of counties are looked at and not noted as inputs here: they change nothing before
    the stage that uses them.
    """
    wanted = {
        "rules": (config.siting.rules, tables.RULES),
        "plan_conflicts": (config.siting.plan_conflicts, tables.PLAN_CONFLICTS),
        "layer_names": (config.siting.layer_names, tables.LAYER_NAMES),
        "targets": (config.cover.targets, tables.TARGETS),
        "definition": (config.cover.definition, tables.DEFINITION),
        "forest_places": (config.cover.forest_places, tables.FOREST_PLACES),
        "history": (config.cover.history, tables.OFFICIAL_RATES),
        "given_tasks": (config.cover.tasks.given, tables.GIVEN_TASKS),
        "places": (config.report.places, tables.PLACES),
    }
    findings, rows = Findings(), []
    store.input(CLASSES)
    classes()
    for role, (written, schema) in wanted.items():
        if written is None:
            continue
        try:
            path = paths.resolve(written)
            store.read_parameters(path, schema)
        except PipelineError as error:
            findings.extend(error)
            continue
        rows.append(tables.source_row(role, paths.shown(path), sha256(path)))
    for role, schema in tables.CARBON_PARAMETERS.items():
        if (written := getattr(config.carbon, role)) is not None:
            findings.attempt(_look_at, written, schema, paths)
    if config.siting.county_rules is not None:
        findings.attempt(_look_at, config.siting.county_rules, tables.COUNTY_RULES, paths)
    findings.stop()
    return rows


def _look_at(written: str, schema, paths: Paths) -> None:
    path = paths.resolve(written)
    tables.read_csv(path, schema, shown=paths.shown(path))


def check_units(layers: list[Layer], config: Config, store: Store, paths: Paths) -> None:
    """Raise UsageError for measured layers in another unit than the rules that ask for them; those without a unit are told."""
    try:
        rules = store.read_parameters(paths.resolve(config.siting.rules), tables.RULES)
    except PipelineError:  # told by parameter_tables
        return
    asked = rules[rules.condition.isin(["above", "below"]) & rules.unit.notna() & ~rules.rule_id.isin(config.siting.rules_off)]
    findings = Findings()
    for layer in layers:
        for unit, rows in asked[asked.layer == layer.name].groupby("unit"):
            said = {"file": layer.shown_path, "layer": layer.name, "rules": ", ".join(rows.rule_id), "expected": unit}
            if layer.about.kind == "measure" and not layer.about.unit:
                store.warn("measure_unit_unstated", **said)
            elif layer.about.kind == "measure" and not is_measured_in(layer.about.unit, unit):
                findings.add("measure_unit", **said, found=layer.about.unit)
    findings.stop(UsageError)


def missing_rule_layers(config: Config, store: Store, paths: Paths) -> list[str]:
    """Layers the rule table asks for and the configuration does not name; told once, in minute one."""
    rules = store.read_parameters(paths.resolve(config.siting.rules), tables.RULES)
    asked = rules[~rules.condition.str.startswith(("note", "attribute")) & ~rules.rule_id.isin(config.siting.rules_off)]
    names = {str(n) for column in ("layer", "where_layer") for n in asked[column].dropna()}
    missing = sorted(names - {"land_cover", "zoning"} - set(config.layers))
    if missing:
        store.warn("rule_layers_missing", count=len(missing), layers=", ".join(missing))
    return missing
