"""The first look at a whole file: are its geometries polygons, are its codes of the scheme, is its recorded area in the unit declared?

Nothing is measured by county before the whole file is known to be usable, and everything found is told at once.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field

import geopandas as gpd
import numpy as np
import shapely

from pipeline.core import ellipsoid
from pipeline.core.errors import BadData, Findings, Problem, problem
from pipeline.core.features import Batch
from pipeline.core.layers import Layer
from pipeline.core.parcels import scheme
from pipeline.core.parcels.fields import Roles, Vocabulary, numbers
from pipeline.core.parcels.shift import Beyond
from pipeline.core.text import clean
from pipeline.core.units import AREA_TO_HM2, M2_TO_HM2

_MOST_TOLD = 20  # features or codes named in one message
_REPAIR_SHARE = 1e-3  # of the whole area that repairs may change
_UNIT_FITS = 0.05  # how near to one the ratio of totals is for a unit to be the right one
BLANK = "—"


@dataclass
class Overview:
    """What is known of a file after the first look."""

    vocabulary: Vocabulary  # codes as the file writes them
    code_of: np.ndarray  # row of the legend for each of them
    invalid: np.ndarray  # ids of features whose polygons are repaired, sorted
    boxed: np.ndarray  # parcels in the box of each county: as many as a window on it must give
    warnings: list[Problem] = field(default_factory=list)


class _Sums:
    """What is added up over the batches."""

    def __init__(self, beyond: Beyond, counties: int) -> None:
        self.beyond = beyond
        self.boxed = np.zeros(counties, np.int64)  # parcels in the box of each county
        self.parcels, self.area_hm2 = 0, 0.0
        self.codes: dict[tuple[int, int], list] = defaultdict(lambda: [0, 0.0])  # (code, county): parcels, hm2
        self.broken: list[tuple[int, str]] = []  # feature id, kind of geometry
        self.invalid: list[np.ndarray] = []
        self.before_hm2 = self.after_hm2 = 0.0  # of the repaired
        self.outside, self.outside_hm2 = 0, 0.0
        self.recorded_hm2 = self.geometric_hm2 = 0.0  # of parcels with a recorded area
        self.wrong: dict[str, list] = defaultdict(list)  # field: values that are no number


def look(stream, counties: gpd.GeoDataFrame, layer: Layer, roles: Roles, codes: list[str]) -> Overview:
    """Look at every feature once; raises BadData with everything that makes the file unusable.

    ``stream(None)`` yields all batches; ``counties``: county_code, county_name, geometry (EPSG:4490); ``codes``: the legend's.
    """
    shapes = list(counties.geometry)
    shapely.prepare(shapes)
    sums, vocabulary = _Sums(Beyond(shapes), len(shapes)), Vocabulary(layer.shown_path, roles.code)
    for batch in stream(None):
        _add(batch, sums, vocabulary, shapes, roles)
    of = scheme.translate(vocabulary.texts, codes)
    findings, warnings = Findings(), []
    _judge_shapes(sums, layer, findings, warnings)
    sums.beyond.judge(layer, findings, warnings)
    _judge_codes(sums, vocabulary, of, list(counties.county_name), layer, roles, findings)
    _judge_numbers(sums, layer, roles, findings, warnings)
    findings.stop(BadData)
    place = {code: i for i, code in enumerate(codes)}
    invalid = np.sort(np.concatenate([np.empty(0, np.int64), *sums.invalid]))
    return Overview(vocabulary, np.array([place[of[t]] for t in vocabulary.texts], np.int32), invalid, sums.boxed, warnings)


def polygons(batch: Batch) -> tuple[np.ndarray, np.ndarray]:
    """A copy of the geometries, flat, and which of them are polygons or multipolygons in degrees with something in them."""
    geometry = shapely.force_2d(batch.geometry) if shapely.has_z(batch.geometry).any() else batch.geometry.copy()
    kind = shapely.get_type_id(geometry)
    fine = ((kind == 3) | (kind == 6)) & ~shapely.is_empty(geometry)
    fine[fine] = (np.abs(shapely.bounds(geometry[fine])) <= (180, 90, 180, 90)).all(axis=1)
    return geometry, fine


def count_in(geometry: np.ndarray, box: tuple[float, float, float, float]) -> int:
    """How many geometries lie whole in a box (west, south, east, north)."""
    west, south, east, north = shapely.bounds(geometry).T
    return int(((west >= box[0]) & (south >= box[1]) & (east <= box[2]) & (north <= box[3])).sum())


def repair(geometry: np.ndarray) -> np.ndarray:
    """Valid polygons made of invalid ones by GEOS's structure method: rings keep their meaning as shells and holes."""
    return shapely.make_valid(geometry, method="structure", keep_collapsed=False)


def _add(batch: Batch, sums: _Sums, vocabulary: Vocabulary, counties: list, roles: Roles) -> None:
    """Add one batch to the sums."""
    geometry, fine = polygons(batch)
    sums.parcels += len(batch)
    kinds = shapely.get_type_id(geometry)
    for i in np.flatnonzero(~fine)[: _MOST_TOLD - len(sums.broken)]:
        kind = "null" if kinds[i] < 0 else "empty" if shapely.is_empty(geometry[i]) else geometry[i].geom_type
        sums.broken.append((int(batch.fid[i]), kind))
    geometry, fid = geometry[fine], batch.fid[fine]
    sums.boxed += [count_in(geometry, county.bounds) for county in counties]
    area = ellipsoid.areas_m2(geometry) * M2_TO_HM2
    invalid = np.flatnonzero(~shapely.is_valid(geometry))
    if invalid.size:
        sums.invalid.append(fid[invalid])
        sums.before_hm2 += float(area[invalid].sum())
        geometry[invalid] = repair(geometry[invalid])
        area[invalid] = ellipsoid.areas_m2(geometry[invalid]) * M2_TO_HM2
        sums.after_hm2 += float(area[invalid].sum())
    sums.area_hm2 += float(area.sum())

    sums.beyond.add(geometry)
    place = _county_of(geometry, counties)
    outside = place == len(counties)
    sums.outside += int(outside.sum())
    sums.outside_hm2 += float(area[outside].sum())
    code = vocabulary.numbers(batch.columns[roles.code])[fine]
    groups, of = np.unique(np.stack([code, place]), axis=1, return_inverse=True)
    for (c, p), n, hm2 in zip(groups.T.tolist(), np.bincount(of.ravel()), np.bincount(of.ravel(), area), strict=True):
        entry = sums.codes[c, p]
        entry[0] += int(n)
        entry[1] += float(hm2)

    for name in filter(None, (roles.area, roles.stock, roles.stock_per_hm2)):
        value, wrong = numbers(batch.columns[name])
        told = sums.wrong[name] if wrong.any() else []
        told += [(int(batch.fid[i]), clean(batch.columns[name][i])[:20]) for i in np.flatnonzero(wrong)[: _MOST_TOLD - len(told)]]
        if name == roles.area:
            known = value[fine] > 0
            sums.recorded_hm2 += float(value[fine][known].sum()) * roles.area_hm2
            sums.geometric_hm2 += float(area[known].sum())


def _county_of(geometry: np.ndarray, counties: list) -> np.ndarray:
    """Place of the county with the middle of each shape's box, of one it touches where no county has that, or their number."""
    west, south, east, north = shapely.bounds(geometry).T
    x, y = (west + east) / 2, (south + north) / 2
    found = np.full(len(geometry), len(counties))
    for touching in (False, True):
        for i, county in enumerate(counties):
            w, s, e, n = county.bounds
            near = np.flatnonzero((found == len(counties)) & (east >= w) & (west <= e) & (north >= s) & (south <= n))
            is_in = shapely.intersects(county, geometry[near]) if touching else shapely.contains_xy(county, x[near], y[near])
            found[near[is_in]] = i
    return found


# --- judging -------------------------------------------------------------------------------------------------


def _judge_shapes(sums: _Sums, layer: Layer, findings: Findings, warnings: list[Problem]) -> None:
    file = layer.shown_path
    if sums.broken:
        findings.add("parcels_broken", file=file, found=", ".join(f"{fid} ({kind})" for fid, kind in sums.broken))
    if sums.parcels == 0:
        findings.add("parcels_none", file=file)
    elif sums.outside == sums.parcels:
        findings.add("parcels_elsewhere", file=file, count=sums.parcels)
    elif sums.outside:
        warnings.append(problem("parcels_outside", file=file, count=sums.outside, area_hm2=sums.outside_hm2))
    if sums.invalid:
        change = sums.after_hm2 - sums.before_hm2
        ids = np.sort(np.concatenate(sums.invalid))
        told = ", ".join(map(str, ids[:_MOST_TOLD])) + (" …" if ids.size > _MOST_TOLD else "")
        params = {"file": file, "count": ids.size, "before": sums.before_hm2, "after": sums.after_hm2, "found": told}
        if abs(change) > _REPAIR_SHARE * sums.area_hm2:
            findings.add("parcels_repair_large", **params)
        else:
            warnings.append(problem("parcels_repaired", **params))


def _judge_codes(
    sums: _Sums, vocabulary: Vocabulary, of: dict[str, str | None], names: list[str], layer: Layer, roles: Roles, findings: Findings
) -> None:
    """All unknown codes at once, with parcels, area and counties; the scheme that would fit, where there is one."""
    unknown: dict[str, list] = {}
    for (number, place), (count, hm2) in sorted(sums.codes.items()):
        text = vocabulary.texts[number] if number >= 0 else BLANK
        if number < 0 or of[text] is None:
            entry = unknown.setdefault(text, [0, 0.0, []])
            entry[0] += count
            entry[1] += hm2
            entry[2] += [names[place]] if place < len(names) else []
    if not unknown:
        return
    most = sorted(unknown.items(), key=lambda item: (-item[1][1], item[0]))[: 3 * _MOST_TOLD]
    told = "; ".join(f"{clean(code)[:20]} ×{n}, {hm2:.2f} hm² ({'、'.join(map(clean, where)) or BLANK})" for code, (n, hm2, where) in most)
    findings.add("parcels_unknown_code", file=layer.shown_path, field=roles.code, product=layer.product, count=len(unknown), found=told)
    folder = layer.yaml_path.parent if layer.yaml_path else None
    other = scheme.fitting(vocabulary.texts, folder)
    if other and any(code != BLANK for code in unknown):
        findings.add("parcels_other_scheme", file=layer.shown_path, product=layer.product, known=", ".join(other))


def _judge_numbers(sums: _Sums, layer: Layer, roles: Roles, findings: Findings, warnings: list[Problem]) -> None:
    """Fields of numbers that hold something else, and a recorded area that is in another unit than declared."""
    for name, told in sums.wrong.items():
        found = "; ".join(f"{fid}: {value}" for fid, value in told)
        findings.add("parcels_number", file=layer.shown_path, field=name, found=found)
    if not (sums.recorded_hm2 > 0 and sums.geometric_hm2 > 0):
        return
    ratio = sums.recorded_hm2 / sums.geometric_hm2
    params = {"file": layer.shown_path, "field": roles.area, "found": sums.recorded_hm2, "expected": sums.geometric_hm2, "ratio": ratio}
    if abs(ratio - 1) <= _UNIT_FITS:
        return
    like = [unit for unit, hm2 in AREA_TO_HM2.items() if abs(ratio * hm2 / roles.area_hm2 - 1) <= _UNIT_FITS]
    if like:
        findings.add("parcels_unit", **params, unit=" = ".join(like), key=like[0])
    else:
        warnings.append(problem("parcels_recorded_total", **params))
