"""Stage 1: every source checked and normalised, every finding reported at once.

Boundaries and candidate sites come out in EPSG:4490 with checked codes and geometries; rasters are not copied
but checked (place, CRS, legend) and described in ``sources.csv``; parameter tables must pass their schemas.
"""

from __future__ import annotations

import difflib
import re
import unicodedata
from pathlib import Path

import geopandas as gpd
import pandas as pd
import shapely

from pipeline.core import basis, ellipsoid, tables
from pipeline.core import counties as zones
from pipeline.core.config import Config
from pipeline.core.errors import BadData, Findings, PipelineError, UsageError, problem
from pipeline.core.grid import LONLAT, transformer
from pipeline.core.layers import Layer, checksum, find, read_features, require_checksum
from pipeline.core.legend import FILE as CLASSES
from pipeline.core.legend import check_legend, classes
from pipeline.core.paths import Paths
from pipeline.core.rasters import COARSE_CELL_M, nodata_of, open_raster, raster_grid
from pipeline.core.store import Store, sha256
from pipeline.core.units import M2_TO_HM2

OVERLAP_SHARE = 1e-4  # [A] of the smaller county; more than this counted twice is an error
GAP_SHARE = 1e-6  # [A] of the whole area; a gap larger than this is named
REPAIR_SHARE = 1e-3  # [A] a repair may change a polygon's area by this much
_NAME = re.compile(r"[\x00-\x1f\x7f/\\\u202a-\u202e\u2066-\u2069]")


def run(config: Config, store: Store, paths: Paths, counties: tuple[str, ...]) -> None:
    """Stage 1: check and normalise all inputs; raises BadData/UsageError with all findings."""
    findings = Findings()

    # Load and check, going on after each finding so that all are told at once
    frame = _attempt(findings, _boundaries, config, store, paths)
    products = [_attempt(findings, find, ref, "land_cover", paths, "classes") for ref in config.land_cover]
    others = {name: _attempt(findings, find, ref, name, paths, "other") for name, ref in config.layers.items()}
    layers = [layer for layer in (*products, *others.values()) if layer is not None]
    described = []
    for layer in layers:
        described.append(_attempt(findings, _check_layer, layer, frame, config, store))
    _attempt(findings, _check_products, config, [p for p in products if p])
    sites = _attempt(findings, _sites, config, store, paths, frame)
    parameters = _attempt(findings, _parameter_tables, config, store, paths)
    findings.stop()

    chosen = _choose(frame, counties)
    whole = None if counties else (config.area.code, config.area.name.get(config.language))

    # Save
    boundary = find(config.area.boundaries, "boundaries", paths, "boundaries")
    site_layers = [find(ref, "sites", paths, "sites") for ref in config.siting.sites]
    synthetic = [layer.name for layer in (boundary, *layers, *site_layers) if layer.about.synthetic]
    store.fact("synthetic", synthetic)  # first of all: it marks what is written
    store.write_features("counties.gpkg", chosen, "counties")
    areas = [ellipsoid.polygon_area_m2(g) * M2_TO_HM2 for g in chosen.geometry]
    rows = chosen[["county_code", "county_name"]].assign(
        level="county", land_area_hm2=areas, source=boundary.about.title.get(config.language)
    )
    table = zones.Counties(chosen, whole).with_city(pd.DataFrame(rows), ["source"], ["land_area_hm2"])
    store.write_table(tables.product(table, tables.COUNTIES), tables.COUNTIES)
    store.write_features("candidate_sites.gpkg", sites, "candidate_sites")
    about = [_describe(layer, "", config, store) for layer in (boundary, *site_layers)]
    store.write_table(tables.product([*about[:1], *described, *about[1:], *parameters], tables.SOURCES), tables.SOURCES)
    rows = [
        basis.row(layer, source, config.language) for layer, source in zip(layers, described, strict=True) if layer.name == "land_cover"
    ]
    store.write_table(tables.product(rows, tables.PRODUCTS), tables.PRODUCTS)
    store.fact("missing_rule_layers", _missing_rule_layers(config, store, paths))


def _attempt(findings: Findings, function, *arguments):
    """Call; on a finding note it and return None."""
    try:
        return function(*arguments)
    except PipelineError as error:
        findings.extend(error)
        return None


# --- boundaries ----------------------------------------------------------------------------------------------


def _boundaries(config: Config, store: Store, paths: Paths) -> gpd.GeoDataFrame:
    """All counties of the boundary file: county_code, county_name, geometry in EPSG:4490, sorted by code."""
    layer = find(config.area.boundaries, "boundaries", paths, "boundaries")
    require_checksum(layer)
    for path in layer.files:
        store.input(path)
    source, file = read_features(layer), layer.shown_path
    findings, fields = Findings(), layer.about.fields
    known = ", ".join(c for c in source.columns if c != "geometry")
    for field in (fields.county_code, fields.county_name):
        if field not in source.columns:
            findings.add("field_missing", file=file, field=field, known=known)
    if source.empty:
        findings.add("boundaries_empty", file=file)
    findings.stop()

    rows = []
    for number, (code, name, geometry) in enumerate(
        zip(source[fields.county_code], source[fields.county_name], source.geometry, strict=True), 1
    ):
        code = _plain_code(code)
        name = "" if pd.isna(name) else str(name).strip()
        if not re.fullmatch(r"\d{6}", code):
            findings.add("county_code_bad", file=file, row=number, found=code[:40])
        if not name:
            findings.add("county_name_blank", file=file, row=number)
        elif _NAME.search(name) or len(name) > 60:
            findings.add("county_name_bad", file=file, row=number, found=name[:60])
        if code == config.area.code:
            findings.add("county_is_area", file=file, found=code)
        rows.append({"county_code": code, "county_name": name, "geometry": _polygon(geometry, name or code, file, findings, store)})
    frame = gpd.GeoDataFrame(rows, geometry="geometry", crs=LONLAT)
    counts = frame.county_code.value_counts()
    for code, count in counts[counts > 1].items():
        findings.add("county_code_twice", file=file, found=code, count=int(count))
    findings.stop()
    frame = frame.sort_values("county_code", ignore_index=True)
    _check_coverage(frame, file, store)
    return frame


def _plain_code(value) -> str:
    """A code as text: full-width digits, blanks and a spreadsheet's ".0" taken off."""
    if pd.isna(value):
        return ""
    text = unicodedata.normalize("NFKC", str(int(value) if isinstance(value, float) and value.is_integer() else value)).strip()
    return text.removesuffix(".0")


def _polygon(geometry, county: str, file: str, findings: Findings, store: Store):
    """A valid multipolygon; a small self-crossing is repaired and told, anything worse is a finding."""
    if geometry is None or geometry.is_empty or geometry.geom_type not in ("Polygon", "MultiPolygon"):
        findings.add("county_geometry", file=file, county=county, found="-" if geometry is None else geometry.geom_type)
        return None
    geometry = shapely.force_2d(geometry)
    if geometry.is_valid:
        return shapely.multipolygons([geometry]) if geometry.geom_type == "Polygon" else geometry
    repaired = shapely.make_valid(geometry, method="structure", keep_collapsed=False)
    before, after = abs(geometry.area), repaired.area
    if repaired.geom_type not in ("Polygon", "MultiPolygon") or abs(after - before) > REPAIR_SHARE * before:
        findings.add("county_invalid", file=file, county=county, found=shapely.is_valid_reason(geometry)[:80])
        return None
    store.warn("county_repaired", file=file, county=county, share=(after - before) / before * 100)
    return shapely.multipolygons([repaired]) if repaired.geom_type == "Polygon" else repaired


def _check_coverage(frame: gpd.GeoDataFrame, file: str, store: Store) -> None:
    """Counties may touch, not overlap; gaps between them are named."""
    findings = Findings()
    area = [ellipsoid.polygon_area_m2(g) * M2_TO_HM2 for g in frame.geometry]
    first, second = frame.sindex.query(frame.geometry, predicate="overlaps")
    for a, b in zip(first, second, strict=True):
        if a < b:
            parts = shapely.get_parts(shapely.intersection(frame.geometry[a], frame.geometry[b]))
            overlap = sum(ellipsoid.polygon_area_m2(p) for p in parts if p.geom_type == "Polygon") * M2_TO_HM2
            names = {"file": file, "a": frame.county_name[a], "b": frame.county_name[b], "area_hm2": overlap}
            if overlap > OVERLAP_SHARE * min(area[a], area[b]):
                findings.add("county_overlap", **names, limit_hm2=OVERLAP_SHARE * min(area[a], area[b]))
            elif overlap > 0.01:
                store.warn("county_overlap_small", **names)
    findings.stop()
    holes = [shapely.Polygon(ring) for part in shapely.get_parts(frame.geometry.union_all()) for ring in part.interiors]
    gaps = [a for a in (ellipsoid.polygon_area_m2(h) * M2_TO_HM2 for h in holes) if a > GAP_SHARE * sum(area)]
    if gaps:
        store.warn("county_gap", file=file, count=len(gaps), area_hm2=sum(gaps))


def _choose(frame: gpd.GeoDataFrame, wanted: tuple[str, ...]) -> gpd.GeoDataFrame:
    """The counties asked for by name or code, or all; raises UsageError naming every one that is not there."""
    if not wanted:
        return frame
    by_name = {**dict(zip(frame.county_name, frame.county_code, strict=True)), **{c: c for c in frame.county_code}}
    words = []
    for item in wanted:
        words += [item] if item in by_name else [w for w in re.split(r"[\s,，、;；]+", item) if w]
    findings = Findings()
    known = ", ".join(f"{n} {c}" for c, n in zip(frame.county_code, frame.county_name, strict=True))
    for word in words:
        if word not in by_name:
            near = difflib.get_close_matches(word, by_name, n=1, cutoff=0.5)
            extra = {"guess": near[0]} if near else {}
            findings.add("county_unknown_guess" if near else "county_unknown", found=word[:40], known=known, **extra)
    findings.stop(UsageError)
    codes = {by_name[w] for w in words}
    return frame[frame.county_code.isin(codes)].reset_index(drop=True)


# --- layers --------------------------------------------------------------------------------------------------


def _check_layer(layer: Layer, frame: gpd.GeoDataFrame | None, config: Config, store: Store) -> dict:
    """Open a layer, check place and legend, and describe it for ``sources.csv``."""
    require_checksum(layer)
    if layer.about.kind == "features":
        read_features(layer)
        return _describe(layer, "", config, store)
    with open_raster(layer) as dataset:
        grid = raster_grid(layer, dataset)
        width, height = grid.cell_size_m
        if layer.about.kind == "classes":
            check_legend(layer)
        if (
            layer.name != "land_cover"
            and nodata_of(layer, dataset) is None
            and layer.about.kind == "measure"
            and dataset.dtype.kind in "iu"
        ):
            store.warn("nodata_undeclared", file=layer.shown_path)
        if frame is not None:
            west, south, east, north = frame.total_bounds
            box = transformer(LONLAT, grid.crs).transform_bounds(west, south, east, north)
            gw, gs, ge, gn = grid.bounds
            if box[0] >= ge or box[2] <= gw or box[1] >= gn or box[3] <= gs:
                shown = [[round(float(v), 3) for v in b] for b in (grid.bounds, box)]
                if layer.name == "land_cover":
                    name = config.area.name.get(config.language)
                    raise BadData(problem("raster_elsewhere", file=layer.shown_path, area=name, found=shown[0], expected=shown[1]))
                store.warn("layer_elsewhere", layer=layer.name, file=layer.shown_path, found=shown[0])
        size = f"{width:.0f} m × {height:.0f} m"
        if grid.is_geographic:
            size = f"{grid.transform.a:.6g}° ({size})"
        row = _describe(layer, size, config, store)
        coarse = max(width, height) >= COARSE_CELL_M
        return row | {"crs": grid.crs.to_string() if grid.crs.to_epsg() else grid.crs.name, "is_coarse": "yes" if coarse else "no"}


def _describe(layer: Layer, cell_size: str, config: Config, store: Store) -> dict:
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
        "publisher": about.publisher or None,
        "licence": about.licence or None,
        "citation": about.citation or None,
        "source": about.source or None,
        "file": layer.shown_path,
        "sha256": checksum(layer),
        "limits": " ".join(text.get(language) for text in about.limits.values()) or None,
    }


def _check_products(config: Config, products: list[Layer]) -> None:
    """Products and years differ; the main reading exists in the leading product."""
    findings, seen = Findings(), set()
    for layer in products:
        key = (layer.product, layer.about.year)
        if key in seen:
            findings.add("product_twice", product=layer.product, year=layer.about.year or "–")
        seen.add(key)
    if products and config.cover.main_reading not in products[0].about.readings:
        known = ", ".join(products[0].about.readings) or "–"
        findings.add("reading_main", found=config.cover.main_reading, product=products[0].product, known=known)
    findings.stop(UsageError)


def _parameter_tables(config: Config, store: Store, paths: Paths) -> list[dict]:
    """Check every parameter table against its schema; describe them for ``sources.csv``."""
    wanted = {
        "factors": (config.carbon.factors, tables.FACTORS),
        "rules": (config.siting.rules, tables.RULES),
        "targets": (config.cover.targets, tables.TARGETS),
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
        shown = paths.shown(path)
        rows.append(
            {
                "role": role,
                "name": role,
                "title": Path(shown).name,
                "kind": "table",
                "is_synthetic": "no",
                "file": shown,
                "sha256": sha256(path),
            }
        )
    findings.stop()
    return rows


def _missing_rule_layers(config: Config, store: Store, paths: Paths) -> list[str]:
    """Layers the rule table asks for and the configuration does not name; told once, in minute one."""
    rules = store.read_parameters(paths.resolve(config.siting.rules), tables.RULES)
    asked = rules[~rules.condition.str.startswith(("note", "attribute")) & ~rules.rule_id.isin(config.siting.rules_off)]
    names = {str(n) for column in ("layer", "where_layer") for n in asked[column].dropna()}
    missing = sorted(names - {"land_cover"} - set(config.layers))
    if missing:
        store.warn("rule_layers_missing", count=len(missing), layers=", ".join(missing))
    return missing


# --- candidate sites -----------------------------------------------------------------------------------------


def _sites(config: Config, store: Store, paths: Paths, frame: gpd.GeoDataFrame | None) -> gpd.GeoDataFrame:
    """All candidate sites in EPSG:4490 with checked fields; CSV tables carry ``lon`` and ``lat`` in degrees."""
    found, parts = Findings(), []
    for ref in config.siting.sites:
        layer = _attempt(found, find, ref, "sites", paths, "sites")
        if layer is None:
            continue
        _attempt(found, require_checksum, layer)
        part = _attempt(found, _read_sites, layer)
        if part is None:
            continue
        file = layer.shown_path
        for number, row in enumerate(part.itertuples(), 1):
            kind = "-" if row.geometry is None else row.geometry.geom_type
            if kind not in ("Point", "Polygon", "MultiPolygon") or row.geometry.is_empty:
                found.add("site_geometry", file=file, row=number, name=str(row.name)[:40], found=kind)
            elif kind != "Point" and not row.geometry.is_valid:
                found.add("site_invalid", file=file, row=number, name=str(row.name)[:40], found=shapely.is_valid_reason(row.geometry)[:80])
            elif kind == "Point" and row.kind in ("pv", "wind") and not row.capacity_mw > 0:
                found.add("site_no_capacity", file=file, row=number, name=str(row.name)[:40])
            elif frame is not None and _is_swapped(row.geometry, frame.total_bounds):
                found.add("site_swapped", file=file, row=number, name=str(row.name)[:40])
        parts.append(part.assign(is_illustrative=layer.about.illustrative, is_synthetic=layer.about.synthetic))
    found.stop()
    columns = [*tables.SITES.columns, "is_illustrative", "is_synthetic", "geometry"]
    if not parts:
        return gpd.GeoDataFrame({c: [] for c in columns}, geometry="geometry", crs=LONLAT)
    sites = pd.concat(parts, ignore_index=True)[columns]
    for site_id, count in sites.site_id.value_counts().items():
        if count > 1:
            found.add("site_twice", found=site_id, count=int(count))
    found.stop()
    return gpd.GeoDataFrame(sites, geometry="geometry", crs=LONLAT)


def _read_sites(layer: Layer) -> gpd.GeoDataFrame:
    if layer.path.suffix.lower() == ".csv":
        table = tables.read_csv(layer.path, tables.SITE_POINTS, shown=layer.shown_path)
        points = gpd.points_from_xy(table.lon, table.lat, crs=LONLAT)
        return gpd.GeoDataFrame(table.drop(columns=["lon", "lat"]), geometry=points)
    source = read_features(layer)
    for name, column in tables.SITES.columns.items():
        if name not in source and not column.required:
            source[name] = None
    absent = [c for c in tables.SITES.columns if c not in source]
    if absent:
        known = ", ".join(c for c in source.columns if c != "geometry")
        raise BadData(problem("field_missing", file=layer.shown_path, field=c, known=known) for c in absent)
    text = pd.DataFrame({c: source[c] for c in tables.SITES.columns})
    text["capacity_mw"] = pd.to_numeric(text.capacity_mw, errors="coerce").astype("float64")
    for c in ("site_id", "name", "kind", "note"):
        text[c] = text[c].map(lambda v: str(v).strip() or None, na_action="ignore").astype("str")
    text = tables.check(text, tables.SITES, layer.shown_path)
    return gpd.GeoDataFrame(text, geometry=source.geometry.values, crs=LONLAT)


def _is_swapped(geometry, bounds) -> bool:
    """Whether a site far outside the area would lie inside it with longitude and latitude swapped."""
    west, south, east, north = bounds
    x, y = geometry.centroid.x, geometry.centroid.y
    inside = west - 1 <= x <= east + 1 and south - 1 <= y <= north + 1
    return not inside and west <= y <= east and south <= x <= north
