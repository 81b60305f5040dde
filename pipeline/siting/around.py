"""What lies around a site and where it lies: distances to the nearest features, and the counties that share it."""

from __future__ import annotations

import math

import numpy as np
import shapely

from pipeline.core import ellipsoid
from pipeline.core.counties import Counties
from pipeline.core.errors import UsageError, problem
from pipeline.core.layers import Layer
from pipeline.siting.evidence import Evidence
from pipeline.siting.rules import Rule
from pipeline.siting.sites import SHARE_MIN, Site

_DISTANCE = ("within_distance", "beyond_distance")


def layers_asked(rules: list[Rule], further: list[str], evidence: Evidence) -> list[str]:
    """Vector layers whose distance is told: those that distance rules name, then ``siting.distances_to``, each once.

    Raises UsageError for one of the latter that is given and is no vector layer.
    """
    wrong = [name for name in further if evidence.is_raster(name)]
    if wrong:
        known = ", ".join(sorted(evidence.shapes)) or "–"
        raise UsageError(problem("distance_layer", layer=name, known=known) for name in wrong)
    named = [t.layer for r in rules for t in (r.test, r.guard) if t is not None and t.condition in _DISTANCE]
    return list(dict.fromkeys([*named, *further]))


def distances(sites: list[Site], names: list[str], evidence: Evidence, layers: dict[str, Layer], called: dict[str, str], language: str):
    """Rows of ``SITE_DISTANCE``: metres from each footprint to the nearest feature of each layer, 0 inside or across it.

    A layer that is not given is a row that says ``missing``; one without any feature says ``empty``; neither has a distance.
    """
    footprints = _array([s.footprint for s in sites])
    found = {name: evidence.shapes[name].nearest(footprints) for name in names if name in evidence.shapes}
    rows = []
    for i, site in enumerate(sites):
        for name in names:
            row = {"site_id": site.row["site_id"], "layer": name, "layer_name": called.get(name, name), "state": "missing"}
            if name in found:
                place, distance = found[name]
                row |= {"state": "measured" if len(place) else "empty", **source_of(layers[name], language)}
                if len(place):
                    row |= {"distance_m": float(distance[i]), "nearest": evidence.shapes[name].names[place[i]]}
            rows.append(row)
    return rows


def source_of(layer: Layer, language: str) -> dict:
    """What a layer is and of when, as in ``sources.csv``."""
    about = layer.about
    return {"source": about.title.get(language), "period": about.period or (str(about.year) if about.year else None)}


def county_shares(sites: list[Site], places: Counties) -> list[dict]:
    """Rows of ``SITE_COUNTY``: how each site is shared by counties, the largest part first; the parts add up to the site.

    Land outside every county comes last, without a code.
    """
    counties = list(places)
    tree = shapely.STRtree([geometry for _, _, geometry in counties])
    whole = [geometry for _, _, geometry in counties]
    shapely.prepare(whole)
    rows = []
    for site in sites:
        parts = []
        for i in sorted(tree.query(site.footprint, predicate="intersects")):
            code, name, geometry = counties[i]
            share = (
                1.0
                if geometry.contains(site.footprint)
                else ellipsoid.polygon_area_m2(geometry.intersection(site.footprint)) / site.cells.area_m2
            )
            if share > SHARE_MIN:
                parts.append((code, name, share))
        outside = 1.0 - math.fsum(share for *_, share in parts)
        parts.sort(key=lambda p: (-p[2], p[0]))
        if outside > SHARE_MIN:
            parts.append((None, None, outside))
        total = math.fsum(share for *_, share in parts)  # off by slivers between counties alone
        rows += [_part(site, code, name, share / total) for code, name, share in parts]
    return rows


def _part(site: Site, code: str | None, name: str | None, share: float) -> dict:
    def of(value: float | None) -> float | None:
        return None if value is None else value * share

    said = {"site_id": site.row["site_id"], "county_code": code, "county_name": name, "share": share}
    return said | {"area_hm2": of(site.area_hm2), "capacity_mw": of(site.capacity_mw)}


def _array(shapes: list) -> np.ndarray:
    made = np.empty(len(shapes), object)
    made[:] = shapes
    return made
