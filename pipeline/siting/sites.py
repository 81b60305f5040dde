"""Candidate sites, rule by rule: verdict, every reason with its share of the footprint, energy, what would be lost."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cached_property

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from pyproj import Geod

from pipeline.core import ellipsoid
from pipeline.core.counties import Counties
from pipeline.core.grid import LONLAT
from pipeline.core.units import M2_TO_HM2
from pipeline.core.words import say
from pipeline.core.zones import ZoneCells
from pipeline.siting import energy
from pipeline.siting.evidence import LAND_COVER, Evidence, Reader, Window
from pipeline.siting.rules import ATTRIBUTE, CLASS, CONDITIONAL, HARD, Rule, Test, zoning

_GEOD = Geod(a=ellipsoid.SEMI_MAJOR_M, f=ellipsoid.FLATTENING)
SHARE_MIN = 1e-6  # less than this of a footprint is rounding of shapes, not a conflict
_POINT_RADIUS_M = 10.0  # a site of a kind without packing density stands for itself


@dataclass(frozen=True)
class Site:
    """One candidate: its row, footprint in degrees, the cells it lies in, size and capacity (None = not known)."""

    row: dict
    footprint: shapely.Geometry
    cells: ZoneCells
    window: Window
    area_hm2: float | None
    capacity_mw: float | None

    @cached_property
    def cell_areas_m2(self) -> np.ndarray:
        """Area [m2] of the footprint in each cell of its window."""
        return self.cells.cell_areas_m2(self.cells.row0, self.cells.row1)


@dataclass(frozen=True)
class Answer:
    """How one rule stands for one site: outcome ``broken``/``unknown``/``kept``/``note``, share, what was found."""

    rule: Rule
    outcome: str
    share: float | None = None
    found: str | None = None


def make_site(row: dict, geometry, land_hm2_per_mw: float | None, usable_share: float, reader: Reader) -> Site:
    """Footprint and size of a candidate.

    A point becomes the circle that its capacity needs (capacity x land per MW); a polygon keeps its shape, and its
    capacity follows from its area where none is given.
    """
    capacity = float(row["capacity_mw"]) if pd.notna(row["capacity_mw"]) else None
    if geometry.geom_type == "Point":
        area = capacity * land_hm2_per_mw if capacity and land_hm2_per_mw else None
        footprint = circle(geometry, area / M2_TO_HM2 if area else np.pi * _POINT_RADIUS_M**2)
    else:
        footprint = geometry
        area = ellipsoid.polygon_area_m2(footprint) * M2_TO_HM2
        if capacity is None and land_hm2_per_mw:
            capacity = area * usable_share / land_hm2_per_mw
    cells = ZoneCells(footprint, reader.evidence.grid)
    return Site(row, footprint, cells, reader.window(cells.row0, cells.row1, cells.col0, cells.col1), area, capacity)


def clipped(site: Site, shape, reader: Reader) -> Site:
    """The part of a site's footprint that ``shape`` (polygons in degrees within it) holds; size and capacity stay the site's."""
    cells = ZoneCells(shape, reader.evidence.grid)
    return replace(site, footprint=shape, cells=cells, window=reader.window(cells.row0, cells.row1, cells.col0, cells.col1))


def circle(point, area_m2: float):
    """A 64-sided polygon of that ellipsoidal area round a point, in degrees; its corners are equally far from it."""
    azimuth = np.linspace(0, 360, 65)
    radius = np.sqrt(area_m2 / (32 * np.sin(2 * np.pi / 64)))
    for _ in range(2):  # edges are straight in degrees, not on the plane: one correction takes the difference out
        lon, lat, _ = _GEOD.fwd(np.full(65, point.x), np.full(65, point.y), azimuth, np.full(65, radius))
        shape = shapely.Polygon(np.column_stack([lon, lat]))
        radius *= np.sqrt(area_m2 / ellipsoid.polygon_area_m2(shape))
    return shape


def ask(site: Site, rule: Rule, evidence: Evidence, names: dict[str, str]) -> Answer:
    """One rule of one site. Broken when any part of the footprint breaks it; else unknown when any part is."""
    if rule.test is None:
        return Answer(rule, "note")
    if rule.test.condition in ATTRIBUTE:
        value = {"capacity_mw": site.capacity_mw, "area_hm2": site.area_hm2}[rule.test.layer]
        if value is None:
            return Answer(rule, "unknown")
        broken = bool(ATTRIBUTE[rule.test.condition](np.float64(value), rule.test.threshold).broken)
        return Answer(rule, "broken" if broken else "kept", None, f"{value:.1f} {rule.unit}")
    tests = [t for t in (rule.test, rule.guard) if t is not None]
    if all(evidence.is_raster(t.layer) or not evidence.has(t.layer) for t in tests):
        return _ask_cells(site, rule, *tests, names=names)
    answers = [_ask_shape(site, rule, t, evidence) if t.layer in evidence.shapes else _ask_cells(site, rule, t, names=names) for t in tests]
    if len(answers) == 1:
        return answers[0]
    main, guard = answers
    if "kept" in (main.outcome, guard.outcome):
        return Answer(rule, "kept")
    return main if guard.outcome == "broken" else Answer(rule, "unknown")


def _ask_cells(site: Site, rule: Rule, test: Test, guard: Test | None = None, *, names: dict[str, str]) -> Answer:
    """A rule on rasters: shares of the footprint by exact cell areas; what lies beyond the raster is unknown."""
    area = site.cell_areas_m2
    if area.size == 0:
        return Answer(rule, "unknown")
    answer = site.window.ask(test, guard)
    share = float(area[answer.broken].sum()) / site.cells.area_m2
    kept = float(area[~answer.broken & ~answer.unknown].sum()) / site.cells.area_m2
    if share > SHARE_MIN:
        return Answer(rule, "broken", min(share, 1.0), _found(site, rule, test, answer.broken, names))
    return Answer(rule, "kept" if kept > 1 - SHARE_MIN else "unknown")


def _found(site: Site, rule: Rule, test: Test, broken: np.ndarray, names: dict[str, str]) -> str | None:
    """What the layer says where a rule is broken: classes, or the mean value."""
    evidence, area = site.window.evidence, site.cell_areas_m2
    if not evidence.is_raster(test.layer):
        return None
    values = site.window.values(test.layer)
    if test.condition == CLASS:
        keys = evidence.code_classes[values[broken & (area > 0)]]
        return "、".join(names.get(k, k) for k in dict.fromkeys(keys))
    known = broken & np.isfinite(values) & (area > 0)
    return f"{(values[known] * area[known]).sum() / area[known].sum():.4g} {rule.unit}".strip()


def _ask_shape(site: Site, rule: Rule, test: Test, evidence: Evidence) -> Answer:
    """A rule on a vector layer, by the shapes themselves."""
    shapes = evidence.shapes[test.layer]
    if test.condition == "inside":
        share = shapes.share_inside(site.footprint)
        return Answer(rule, "broken", min(share, 1.0)) if share > SHARE_MIN else Answer(rule, "kept")
    distance = shapes.distance_m(site.footprint)
    near = distance < test.threshold
    broken = near if test.condition == "within_distance" else not near
    return Answer(rule, "broken" if broken else "kept", None, f"{distance:.0f} m")


def verdict(answers: list[Answer]) -> str:
    """Verdict of a site by precedence over its answers."""
    rules = {a.rule.rule_id: a.rule for a in answers}
    broken = [a.rule.rule_id for a in answers if a.outcome == "broken"]
    unknown = [a.rule.rule_id for a in answers if a.outcome == "unknown"]
    return zoning(rules, broken, unknown)


def is_indicative(site: Site, answers: list[Answer], evidence: Evidence) -> bool:
    """Whether the verdict leans on a raster whose cell is larger than the site.

    A prohibition or condition counts as shown when one of its rules stands on something finer; land is allowed only
    on what every rule says. An unknown verdict leans on nothing: a layer is missing, whatever cells there are.
    """
    result = verdict(answers)
    if result == "unknown":
        return False
    decisive = {"prohibited": (HARD,), "conditional": (CONDITIONAL,), "allowed": (HARD, CONDITIONAL)}[result]
    outcome = "kept" if result == "allowed" else "broken"
    leaning = [a.rule.test for a in answers if a.outcome == outcome and a.rule.state in decisive]
    size = ellipsoid.polygon_area_m2(site.footprint) * M2_TO_HM2
    coarse = [evidence.cell_hm2.get(t.layer, 0.0) > size for t in leaning if t.condition not in ATTRIBUTE]
    return bool(coarse) and (any(coarse) if result == "allowed" else all(coarse))


def mean_of(site: Site, read: Callable[[Callable[[str], np.ndarray]], np.ndarray]) -> float | None:
    """Area-weighted mean over the footprint of what ``read`` makes of layers; None unless known on all of it."""
    area = site.cell_areas_m2
    if area.size == 0:
        return None
    values = read(site.window.values)
    known = np.isfinite(values) & (area > 0)
    if area[known].sum() < (1 - SHARE_MIN) * site.cells.area_m2:
        return None
    return float((values[known] * area[known]).sum() / area[known].sum())


def place_of(site: Site, needs_temperature: bool) -> energy.Place:
    """Latitude of a site, and its annual mean temperature where it is asked for."""
    temperature = mean_of(site, lambda values: values("temperature")) if needs_temperature else None
    return energy.Place(site.footprint.centroid.y, temperature)


def energy_of(site: Site, model: energy.Model) -> energy.Energy | None:
    """Full-load hours on the footprint; None where its leading resource is not known on all of it."""
    means = [mean_of(site, lambda values, name=name: model.resource(values, name)) for name in model.sources]
    known = [m for m in means if m is not None]
    if not means or means[0] is None:
        return None
    return model.energy(means[0], min(known), max(known), place_of(site, model.needs_temperature))


def losses(site: Site, evidence: Evidence, vegetation_tc_hm2: dict[str, float]) -> tuple[float | None, float | None]:
    """(vegetation carbon [tC], forest [hm2]) on the footprint: what is lost if all of it were cleared.

    None where part of the footprint is of unknown class, or of a class without a biomass value.
    """
    area = site.cell_areas_m2
    if area.size == 0:
        return None, None
    places = site.window.values(LAND_COVER)
    known = (places < evidence.codes.size) & (area > 0)
    if area[known].sum() < (1 - SHARE_MIN) * site.cells.area_m2:
        return None, None
    keys = evidence.code_classes[places[known]]
    forest = float(area[known][evidence.code_is_forest[places[known]]].sum()) * M2_TO_HM2
    if any(k not in vegetation_tc_hm2 for k in keys):
        return None, forest
    return float(sum(a * M2_TO_HM2 * vegetation_tc_hm2[k] for a, k in zip(area[known], keys, strict=True))), forest


def place(site: Site, places: Counties) -> tuple[str | None, str | None, float]:
    """(code, name, share) of the county that holds most of the footprint; (None, None, 0) when none does."""
    best = (None, None, 0.0)
    for code, name, geometry in places:
        if geometry.intersects(site.footprint):
            parts = [p for p in shapely.get_parts(geometry.intersection(site.footprint)) if p.geom_type == "Polygon"]
            share = sum(ellipsoid.polygon_area_m2(p) for p in parts) / site.cells.area_m2
            if share > best[2]:
                best = (code, name, share)
    return best


def footprints(sites: list[Site], rows: pd.DataFrame) -> gpd.GeoDataFrame:
    """Footprints with the screening table's columns, for GIS and maps."""
    shapes = gpd.GeoSeries([s.footprint for s in sites], crs=LONLAT)
    return gpd.GeoDataFrame(rows.reset_index(drop=True), geometry=shapes.values, crs=LONLAT)


def remarks(site: Site, share: float, county: str | None, language: str) -> str:
    """The site's own note and what a reader must know of it."""
    said = [str(site.row["note"])] if pd.notna(site.row["note"]) else []
    if site.row["is_illustrative"]:
        said.append(say("site_illustrative", language))
    if site.row["is_synthetic"]:
        said.append(say("synthetic", language))
    if county is None:
        said.append(say("site_outside", language))
    elif share < 1 - 1e-4:
        said.append(say("site_across", language, county=county, share=share * 100))
    return "；".join(said) if language == "zh" else "; ".join(said)
