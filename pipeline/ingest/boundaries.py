"""County polygons: codes, names, geometry, and how they fit together."""

from __future__ import annotations

import difflib
import re
import unicodedata

import geopandas as gpd
import pandas as pd
import shapely

from pipeline.core import ellipsoid
from pipeline.core.config import Config
from pipeline.core.errors import Findings, UsageError
from pipeline.core.grid import LONLAT
from pipeline.core.layers import find, require_checksum
from pipeline.core.paths import Paths
from pipeline.core.store import Store
from pipeline.core.units import M2_TO_HM2
from pipeline.core.vectors import read_features

OVERLAP_SHARE = 1e-4  # [A] of the smaller county; more than this counted twice is an error
GAP_SHARE = 1e-6  # [A] of the whole area; a gap larger than this is named
REPAIR_SHARE = 1e-3  # [A] a repair may change a polygon's area by this much
_NAME = re.compile(r"[\x00-\x1f\x7f/\\\u202a-\u202e\u2066-\u2069]")


def read_boundaries(config: Config, store: Store, paths: Paths) -> gpd.GeoDataFrame:
    """All counties of the boundary file: county_code, county_name, geometry in EPSG:4490, sorted by code."""
    layer = find(config.area.boundaries, "boundaries", paths, "boundaries")
    require_checksum(layer)
    for path in layer.files:
        store.input(path)
    source, file = read_features(layer, store.warn), layer.shown_path
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
        code = plain_code(code)
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


def plain_code(value) -> str:
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
    if repaired.geom_type not in ("Polygon", "MultiPolygon") or after == 0 or abs(after - before) > REPAIR_SHARE * before:
        findings.add("county_invalid", file=file, county=county, found=shapely.is_valid_reason(geometry)[:80])
        return None
    store.warn("county_repaired", file=file, county=county, share=(after - before) / before * 100)
    return shapely.multipolygons([repaired]) if repaired.geom_type == "Polygon" else repaired


def _check_coverage(frame: gpd.GeoDataFrame, file: str, store: Store) -> None:
    """Counties may touch, not overlap; gaps between them are named."""
    findings = Findings()
    area = [ellipsoid.polygon_area_m2(g) * M2_TO_HM2 for g in frame.geometry]
    first, second = frame.sindex.query(frame.geometry, predicate="intersects")  # "overlaps" leaves out one inside another
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


def choose(frame: gpd.GeoDataFrame, wanted: tuple[str, ...]) -> gpd.GeoDataFrame:
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
