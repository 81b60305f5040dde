"""Candidate sites, rule by rule: verdict, every reason with its share of the footprint, energy, what would be lost.

A rule is asked of pieces of a footprint: what vector layers cut out of it, measured on the ellipsoid, and within that
what rasters say of its cells, by their exact share. ``broken`` land surely breaks the rule, ``possible`` land may.
"""

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
from pipeline.core.units import M2_TO_HM2, shown_unit
from pipeline.core.words import say
from pipeline.core.zones import ZoneCells
from pipeline.siting import energy
from pipeline.siting.evidence import Evidence, Reader, Window
from pipeline.siting.rules import ATTRIBUTE, CLASS, CONDITIONAL, HARD, JUDGED, LAND_COVER, Rule, Test, code_of, zoning
from pipeline.siting.shapes import only_polygons

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
    patch_hm2: tuple[float, float] | None = None  # contiguous land that holds it: as far as is known, and for sure

    @property
    def is_extent_known(self) -> bool:
        """Whether the footprint is that of the site, or only a small circle round a point that has no capacity."""
        return self.area_hm2 is not None

    @cached_property
    def cell_areas_m2(self) -> np.ndarray:
        """Area [m2] of the footprint in each cell of its window."""
        return self.cells.cell_areas_m2(self.cells.row0, self.cells.row1)


@dataclass(frozen=True)
class Answer:
    """How one rule stands for one site: outcome ``broken``/``unknown``/``kept``/``note``, share, what was found.

    ``is_partly_unknown``: broken on a part, and not known on another.
    """

    rule: Rule
    outcome: str
    share: float | None = None
    found: str | None = None
    is_partly_unknown: bool = False


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


@dataclass(frozen=True)
class Part:
    """What of a footprint one version of a rule judges: shares of the footprint, and what was found where it is broken."""

    rule: Rule
    broken: float
    possible: float  # broken, or not known
    found: str | None = None
    is_land: bool = True  # False: by one distance, so that no share can be told


def ask(site: Site, rule: Rule, evidence: Evidence, names: Names, own: list[tuple[Rule, shapely.Geometry]] = ()) -> list[Answer]:
    """One rule of one site; more answers than one where counties that share the footprint judge their parts apart.

    Broken when more of the footprint than is tolerated breaks it, each part by the rule of its county; else unknown when
    more than that may. A point without capacity has no known extent: what it does not break is unknown, not kept.
    ``own``: (rule, county) of counties that have a rule of their own in the place of this one.
    """
    answers = _ask(site, rule, evidence, names, own)
    if site.is_extent_known or rule.test is None or rule.test.condition in ATTRIBUTE:
        return answers
    return [replace(a, outcome="unknown") if a.outcome == "kept" else a for a in answers]  # of a point alone nothing is kept


def _ask(site: Site, rule: Rule, evidence: Evidence, names: Names, own: list[tuple[Rule, shapely.Geometry]]) -> list[Answer]:
    regions = _regions(site, rule, own)
    if rule.test is None or rule.test.condition in ATTRIBUTE:  # of the site as a whole: by the county that holds most of it
        return [_ask_site(site, max(regions, key=lambda r: r[2])[0])]
    if rule.is_of_patches:
        version, region, share = max(regions, key=lambda r: r[2])
        return [_ask_patch(site, version, region, share, evidence, names)]
    parts = [_part(site, version, region, share, evidence, names) for version, region, share in regions]
    limit = rule.tolerated_share + SHARE_MIN
    is_broken, is_possible = (sum(getattr(p, what) for p in parts) > limit for what in ("broken", "possible"))
    answers = []
    for part in parts:
        if is_broken and part.broken > SHARE_MIN:
            is_open = part.possible - part.broken > SHARE_MIN
            answers.append(Answer(part.rule, "broken", min(part.broken, 1.0) if part.is_land else None, part.found, is_open))
        else:
            is_open = is_possible and part.possible > SHARE_MIN
            answers.append(Answer(part.rule, "unknown" if is_open else "kept", None, None if part.is_land else part.found))
    return answers


Names = dict[str, dict[str, str]]  # class layer -> key -> name


def _regions(site: Site, rule: Rule, own: list[tuple[Rule, shapely.Geometry]]) -> list[tuple[Rule, shapely.Geometry, float]]:
    """(rule, region, share of the footprint): the footprint by whose rule holds, parts that are rounding left out."""
    touched = [(version, county) for version, county in own if county.intersects(site.footprint)]
    for version, county in [*touched, *([] if touched else [(rule, site.footprint)])]:
        if county.covers(site.footprint):
            return [(version, site.footprint, 1.0)]
    rest = site.footprint.difference(shapely.union_all([county for _, county in touched]))
    pieces = [(rule, rest), *((version, site.footprint.intersection(county)) for version, county in touched)]
    made = [
        (version, piece, ellipsoid.polygon_area_m2(piece) / site.cells.area_m2)
        for version, piece in ((v, only_polygons(p)) for v, p in pieces)
    ]
    return [(version, piece, share) for version, piece, share in made if share > SHARE_MIN]


def _ask_site(site: Site, rule: Rule) -> Answer:
    """A note, or a rule on an attribute of the site."""
    if rule.test is None:
        return Answer(rule, "note")
    if rule.test.condition == "attribute_is":
        value = site.row.get(rule.test.layer)
        said, found = np.array([code_of(value)], dtype=object), None if pd.isna(value) else f"{rule.test.layer} = {value}"
    else:
        value = {"capacity_mw": site.capacity_mw, "area_hm2": site.area_hm2}[rule.test.layer]
        if value is None:
            return Answer(rule, "unknown")
        said, found = np.array([value], np.float64), f"{value:.1f} {rule.unit}"
    answer = ATTRIBUTE[rule.test.condition](said, rule.test.threshold)
    return Answer(rule, "broken" if answer.broken[0] else "unknown" if answer.unknown[0] else "kept", None, found)


def _ask_patch(site: Site, rule: Rule, region: shapely.Geometry, share: float, evidence: Evidence, names: Names) -> Answer:
    """A rule on the contiguous land that holds a site; one on prohibited land alone is in none and keeps it, as its cells do."""
    if site.patch_hm2 is None:
        return Answer(rule, "unknown")
    known, sure = site.patch_hm2
    found = f"{known:,.1f} {rule.unit}".strip()
    outcome = "broken" if 0 < known < rule.test.threshold else "kept" if known == 0 or sure >= rule.test.threshold else "unknown"
    if rule.guard is not None and outcome != "kept":
        guard = _part(site, replace(rule, test=rule.guard, guard=None), region, share, evidence, names)
        outcome = outcome if guard.broken > SHARE_MIN else "unknown" if guard.possible > SHARE_MIN else "kept"
    return Answer(rule, outcome, None, found)


def _part(site: Site, rule: Rule, region: shapely.Geometry, share: float, evidence: Evidence, names: Names) -> Part:
    """A rule on land: shares of the footprint where it is broken, and where it may be."""
    tests = [t for t in (rule.test, rule.guard) if t is not None]
    by_distance = rule.test.layer in evidence.shapes and rule.test.condition != "inside" and not rule.tolerated_share
    if by_distance and rule.guard is None:
        broken, possible, found = _far_or_near(rule.test, region, evidence)
        return Part(rule, share * broken, share * possible, found, is_land=False)
    sure, maybe = region, region
    for test in tests:
        if not evidence.has(test.layer):
            sure = shapely.MultiPolygon()
        elif test.layer in evidence.shapes:
            pieces = _pieces(test, region, evidence, whole=not rule.tolerated_share)
            sure, maybe = (
                piece if old is region else only_polygons(old.intersection(piece)) for old, piece in zip((sure, maybe), pieces, strict=True)
            )
    rasters = [t for t in tests if evidence.is_raster(t.layer)]
    broken, possible, found = _cells(site, rule, sure, rasters, names)
    if maybe is not sure:
        _, possible, _ = _cells(site, rule, maybe, rasters, names)
    return Part(rule, broken, possible, found)


def _far_or_near(test: Test, region: shapely.Geometry, evidence: Evidence) -> tuple[bool, bool, str | None]:
    """(broken, may be, distance found) of a rule on the distance from the nearest point of a region; at the threshold it is kept."""
    distances = [shapes.distance_m(region) for shapes in evidence.chosen(test)]
    if test.condition == "within_distance":
        broken, possible = distances[0] < test.threshold, min(distances) < test.threshold
    else:
        broken, possible = min(distances) > test.threshold, distances[0] > test.threshold
    return broken, possible, f"{distances[0]:.0f} m" if np.isfinite(distances[0]) else None


def _pieces(test: Test, region: shapely.Geometry, evidence: Evidence, *, whole: bool) -> tuple[shapely.Geometry, shapely.Geometry]:
    """What of a region breaks a rule on a vector layer, and what may; ``whole``: as far from a feature as its nearest point."""
    none = shapely.MultiPolygon()
    if test.condition == "beyond_distance" and whole:
        broken, possible, _ = _far_or_near(test, region, evidence)
        return region if broken else none, region if possible else none
    met = [
        shapes.part_inside(region) if test.condition == "inside" else shapes.part_near(region, test.threshold)
        for shapes in evidence.chosen(test)
    ]
    most = only_polygons(shapely.union_all(met)) if len(met) > 1 else met[0]
    if test.condition != "beyond_distance":
        return met[0], most
    return only_polygons(region.difference(most)), only_polygons(region.difference(met[0]))


def _cells(site: Site, rule: Rule, piece: shapely.Geometry, rasters: list[Test], names: Names) -> tuple[float, float, str | None]:
    """(share of the footprint broken, or not known; what is found there) of rules on rasters, all of them, within a piece.

    Shares are those of exact cell areas; what lies beyond a raster is not known.
    """
    if piece.is_empty:
        return 0.0, 0.0, None
    if not rasters:
        share = 1.0 if piece is site.footprint else ellipsoid.polygon_area_m2(piece) / site.cells.area_m2
        return share, share, None
    cells, window, area = site.cells, site.window, site.cell_areas_m2
    if piece is not site.footprint:
        cells = ZoneCells(piece, site.cells.grid)
        window = site.window.reader.window(cells.row0, cells.row1, cells.col0, cells.col1)
        area = cells.cell_areas_m2(cells.row0, cells.row1)
    whole = cells.area_m2 / site.cells.area_m2
    if area.size == 0:
        return 0.0, whole, None
    answers = [window.ask(t) for t in rasters]
    broken = np.logical_and.reduce([a.broken for a in answers])
    kept = np.logical_or.reduce([~a.broken & ~a.unknown for a in answers])
    shares = float(area[broken].sum()) / site.cells.area_m2, whole - float(area[kept].sum()) / site.cells.area_m2
    found = _found(rule, window, area, broken, names) if rule.test in rasters and shares[0] > SHARE_MIN else None
    return *shares, found


def _found(rule: Rule, window: Window, area: np.ndarray, broken: np.ndarray, names: Names) -> str:
    """What the layer says where a rule is broken: classes, or the mean value."""
    here, layer = broken & (area > 0), rule.test.layer
    if rule.test.condition == CLASS:
        places, keys = window.classes(layer)
        return "、".join(names.get(layer, {}).get(k, k) for k in dict.fromkeys(keys[places[here]]))
    values = window.values(layer)
    unit = shown_unit(rule.unit)
    return f"{(values[here] * area[here]).sum() / area[here].sum():.4g}{'' if unit == '°' else ' '}{unit}".strip()


def verdict(answers: list[Answer]) -> str:
    """Verdict of a site by precedence over its answers."""
    rules = {i: a.rule for i, a in enumerate(answers)}  # a rule may answer twice, in different states
    broken, unknown = ([i for i, a in enumerate(answers) if a.outcome == outcome] for outcome in ("broken", "unknown"))
    return zoning(rules, broken, unknown)


def ids_of(answers: list[Answer], outcome: str, *states: str) -> str:
    """Ids, ``;``-separated, of the rules with an outcome and one of some states (none: any)."""
    return ";".join(dict.fromkeys(a.rule.rule_id for a in answers if a.outcome == outcome and (not states or a.rule.state in states)))


def is_indicative(site: Site, answers: list[Answer], result: str, evidence: Evidence) -> bool:
    """Whether a verdict (``result``) leans on a raster whose cell is larger than the site.

    A prohibition or condition counts as shown when one of its rules stands on something finer; land is allowed only
    on what every rule says. An unknown verdict leans on nothing: a layer is missing, whatever cells there are.
    """
    if result == "unknown":
        return False
    decisive = {"prohibited": (HARD,), "conditional": (CONDITIONAL,), "allowed": (HARD, CONDITIONAL)}[result]
    outcome = "kept" if result == "allowed" else "broken"
    leaning = [a.rule.test for a in answers if a.outcome == outcome and a.rule.state in decisive]
    size = site.cells.area_m2 * M2_TO_HM2
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


def place_of(site: Site, needs_temperature: bool, needs_months: bool) -> energy.Place:
    """Latitude of a site, and its annual mean temperature and months of irradiation where they are asked for."""
    temperature = mean_of(site, lambda values: values("temperature")) if needs_temperature else None
    months = [mean_of(site, lambda values, name=name: values(name)) for name in energy.MONTHS] if needs_months else [None]
    return energy.Place(site.footprint.centroid.y, temperature, energy.month_share(months))


def energy_of(site: Site, model: energy.Model) -> energy.Energy | None:
    """Full-load hours on the footprint; None where its leading resource is not known on all of it."""
    means = [mean_of(site, lambda values, name=name: model.resource(values, name)) for name in model.sources]
    known = [m for m in means if m is not None]
    if not means or means[0] is None:
        return None
    return model.energy(means[0], min(known), max(known), place_of(site, model.needs_temperature, model.needs_months))


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
    if site.row["kind"] not in JUDGED:
        said.append(say("site_conflicts_only", language))
    if not site.is_extent_known:
        said.append(say("site_point_only", language))
    if county is None:
        said.append(say("site_outside", language))
    elif share < 1 - 1e-4:
        said.append(say("site_across", language, county=county, share=share * 100))
    return "；".join(said) if language == "zh" else "; ".join(said)
