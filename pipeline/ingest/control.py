"""What the boundaries are held against: the counties expected, reference lines of sure datum, official areas."""

from __future__ import annotations

import math

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from pipeline.core import ellipsoid, tables
from pipeline.core.config import Config
from pipeline.core.datum import likely_datum
from pipeline.core.errors import BadData, Findings, problem
from pipeline.core.layers import Layer, find
from pipeline.core.paths import Paths
from pipeline.core.sheets import read_table
from pipeline.core.store import Store
from pipeline.core.units import M2_TO_HM2
from pipeline.core.vectors import read_features
from pipeline.ingest.boundaries import plain_code

AREA_TOLERANCE = 0.03  # [A: domain brief 9.2] a correct boundary lies within this of a reference area
CONTROL_TOLERANCE = 0.005  # [A] official and geometric areas that differ by more are named
UNIT_RATIO = 2.0  # [A] official areas further off than by this factor are in another unit
TOTAL_TOLERANCE = 1e-4  # [A] by which official county areas may miss their stated total


def check_expected(frame: gpd.GeoDataFrame, config: Config, store: Store, paths: Paths) -> None:
    """Warn of counties that are missing, unexpected, differently named or of another size; refuse names that belong to another code."""
    if config.area.expected is None:
        return
    path = paths.resolve(config.area.expected)
    table = store.read_parameters(path, tables.EXPECTED)
    names = dict(zip(table.county_code, table.county_name, strict=True))
    if not set(names) & set(frame.county_code):
        store.warn("expected_elsewhere", file=paths.shown(path))
        return
    missing, extra = sorted(set(names) - set(frame.county_code)), sorted(set(frame.county_code) - set(names))
    if missing:
        store.warn("counties_missing", count=len(names), counties=[f"{names[c]} {c}" for c in missing])
    if extra:
        by_code = dict(zip(frame.county_code, frame.county_name, strict=True))
        store.warn("counties_extra", count=len(names), counties=[f"{by_code[c]} {c}" for c in extra])
    _check_names(frame, names, store)
    for code, name, geometry in zip(frame.county_code, frame.county_name, frame.geometry, strict=True):
        references = table[(table.county_code == code) & table.area_km2.notna()]
        if len(references):
            _check_size(name, ellipsoid.polygon_area_m2(geometry) / 1e6, references, store)


def _check_names(frame: gpd.GeoDataFrame, names: dict[str, str], store: Store) -> None:
    findings, code_of = Findings(), {name: code for code, name in names.items()}
    for code, name in zip(frame.county_code, frame.county_name, strict=True):
        wanted = names.get(code)
        if wanted is None or name == wanted:
            continue
        if name in code_of:
            findings.add("county_name_of_other", code=code, found=name, expected=wanted, other=code_of[name])
        else:
            store.warn("county_name_differs", code=code, found=name, expected=wanted)
    findings.stop(BadData)


def _check_size(name: str, area_km2: float, references: pd.DataFrame, store: Store) -> None:
    """Warn when an area lies beyond all reference areas by more than the tolerance."""
    off = [area_km2 / reference - 1 for reference in references.area_km2]
    nearest = min(off, key=abs)
    if abs(nearest) > AREA_TOLERANCE and not min(off) < 0 < max(off):
        reference = references.area_km2.iloc[off.index(nearest)]
        store.warn("county_area_off", county=name, found=area_km2, expected=reference, share=nearest * 100, limit=AREA_TOLERANCE * 100)


# --- datum ---------------------------------------------------------------------------------------------------


def check_datum(frame: gpd.GeoDataFrame, boundary: Layer, config: Config, store: Store, paths: Paths) -> None:
    """Hold the boundaries against lines of sure datum: coordinates that fit much better when converted are refused or told.

    Compared are counties of the same code. Undeclared coordinates that look offset are refused; declared ones that do
    are told, since the declaration may know better.
    """
    if config.area.control_lines is None:
        return
    layer = find(config.area.control_lines, "control_lines", paths, "boundaries")
    if set(layer.paths) & set(boundary.paths):
        return
    for path in layer.files:
        store.input(path)
    control, field = read_features(layer), layer.about.fields.county_code
    if field not in control.columns:
        known = ", ".join(c for c in control.columns if c != "geometry")
        raise BadData(problem("field_missing", file=layer.shown_path, field=field, known=known))
    control = control[control.geom_type.isin(["Polygon", "MultiPolygon"]) & ~control.is_empty]
    lines = dict(zip(control[field].map(plain_code), control.geometry.boundary, strict=True))
    medians: dict[str, list[float]] = {}
    for code, geometry in zip(frame.county_code, frame.geometry, strict=True):
        if code in lines:
            for datum, distance_m in likely_datum(shapely.get_coordinates(geometry), lines[code]).items():
                medians.setdefault(datum, []).append(distance_m)
    if not medians:
        return
    mean = {datum: float(np.mean(each)) for datum, each in medians.items()}
    best, as_is = min(mean, key=mean.get), mean["as_is"]
    store.fact("boundary_distance_m", {k: round(v, 1) for k, v in mean.items()})
    if best == "as_is" or mean[best] > 0.6 * as_is or as_is - mean[best] < 100:
        return
    said = {"file": boundary.shown_path, "control": layer.shown_path, "found_m": as_is, "converted_m": mean[best], "datum": best}
    if best == "converted_twice":
        raise BadData(problem("datum_twice", **said, declared=boundary.about.datum or "–"))
    if boundary.about.datum is None:
        raise BadData(problem("datum_shifted", **said))
    store.warn("datum_doubtful", **said, declared=boundary.about.datum)


# --- official areas ------------------------------------------------------------------------------------------


def official_areas(frame: gpd.GeoDataFrame | None, config: Config, store: Store, paths: Paths) -> dict[str, float]:
    """Official area [hm2] by county code (and of the whole area, where stated); empty when none is supplied.

    Raises BadData when a county of the boundaries has none or they are plainly in another unit; a stated total that is not the
    sum, and counties that differ, are told.
    """
    if config.area.control_areas is None:
        return {}
    layer = find(config.area.control_areas, "control_areas", paths, "table")
    for path in layer.files:
        store.input(path)
    table = read_table(layer, {"county_code": "text", "area_hm2": "area"}, store.warn)
    findings = Findings()
    for code, count in table.county_code.value_counts().items():
        if count > 1:
            findings.add("control_twice", file=layer.shown_path, found=code, count=int(count))
    area = dict(zip(table.county_code, pd.to_numeric(table.area_hm2), strict=True))
    codes = [] if frame is None else list(frame.county_code)
    for code in (*codes, config.area.code):
        if code in area and not area[code] > 0:
            findings.add("control_no_area", file=layer.shown_path, code=code, found="–" if math.isnan(area[code]) else area[code])
    absent = [c for c in codes if c not in area]
    if absent:
        findings.add("control_absent", file=layer.shown_path, counties="、".join(absent))
    findings.stop(BadData)
    own, stated = math.fsum(area[c] for c in codes), area.get(config.area.code)
    if stated is not None and codes and abs(own - stated) > TOTAL_TOLERANCE * stated:
        store.warn("control_total", file=layer.shown_path, found=own, expected=stated)
    geometric = {} if frame is None else dict(zip(codes, ellipsoid.areas_m2(frame.geometry) * M2_TO_HM2, strict=True))
    whole = math.fsum(geometric.values())
    if codes and not 1 / UNIT_RATIO < own / whole < UNIT_RATIO:
        raise BadData(problem("control_unit", file=layer.shown_path, found=own, expected=whole, ratio=own / whole))
    for code, name in zip(codes, [] if frame is None else frame.county_name, strict=True):
        if abs(geometric[code] / area[code] - 1) > CONTROL_TOLERANCE:
            store.warn(
                "control_differs", county=name, found=geometric[code], expected=area[code], share=(geometric[code] / area[code] - 1) * 100
            )
    return {c: area[c] for c in (*codes, config.area.code) if c in area}
