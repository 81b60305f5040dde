"""Parcels by county: cut at the county line, overlaps given to the first, areas ellipsoidal, nothing lost."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import chain
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from pipeline.core import ellipsoid, tables
from pipeline.core.errors import BadData, Findings, Problem, problem
from pipeline.core.features import Batch
from pipeline.core.layers import Layer
from pipeline.core.parcels import overlaps, scheme
from pipeline.core.parcels.fields import Roles, Vocabulary, numbers
from pipeline.core.parcels.overview import BLANK, Overview, count_in, look, polygons, repair
from pipeline.core.text import clean
from pipeline.core.units import M2_TO_HM2

Stream = Callable[[tuple[float, float, float, float] | None], Iterator[Batch]]

_ROUNDING_M2 = 1e-6  # what is smaller is rounding of coordinates along a county line
_WHOLE = 1 - 1e-9  # a larger share of a parcel is all of it
_OVERLAP_SHARE = 1e-3  # of a county's parcels that may overlap
_OVERLAP_TOLD_M2 = 1.0
_GAP_SHARE = 1e-3  # of a county that may lack parcels without a word
_OWN_SHARE = 0.1  # [A] of a parcel that makes it one of the county and no sliver of a neighbour's
_COUNTY_SHARE = 1e-3  # of a county's parcels that may name another county without a word
_MOST_TOLD = 20


@dataclass(frozen=True)
class Measured:
    """A vector product in the counties."""

    area: pd.DataFrame  # tables.PARCEL_AREA
    checks: pd.DataFrame  # tables.PARCEL_CHECKS
    warnings: list[Problem]


@dataclass(frozen=True)
class _County:
    """The parcels of one county, sorted by feature id; arrays have one entry a parcel."""

    fid: np.ndarray
    geometry: np.ndarray  # what of it lies in the county
    area_m2: np.ndarray  # of that
    whole_m2: np.ndarray  # of the whole parcel
    is_repaired: np.ndarray
    code: np.ndarray  # row of the legend
    keys: dict[str, np.ndarray]  # attribute: number in its vocabulary
    recorded_hm2: np.ndarray  # of the whole parcel; NaN where unknown
    stock_m3: np.ndarray  # of the part in the county, before overlaps; NaN where unknown
    named: np.ndarray  # number of the county the parcel names, in its vocabulary
    boxed: int  # parcels in the county's box that the window on it gave


def measure(stream: Stream, counties: gpd.GeoDataFrame, layer: Layer, roles: Roles) -> Measured:
    """Areas of a vector product by county, code and attributes, with what was found on the way.

    ``stream(bbox)`` yields the features that meet a box (west, south, east, north in degrees; None: all) with the fields
    ``roles.names``. ``counties``: county_code, county_name, geometry (EPSG:4490). In each county codes and gap add up to its
    ellipsoidal area. Raises BadData with everything that makes the file unusable.
    """
    legend = scheme.legend(layer)
    overview = look(stream, counties, layer, roles, list(legend.code))
    words = {name: Vocabulary(layer.shown_path, field) for name, field in _coded(roles).items()}
    findings, warnings, area, checks = Findings(), list(overview.warnings), [], []
    gathered = (
        (code, name, shape, _gather(stream, shape, roles, overview, words))
        for code, name, shape in counties[["county_code", "county_name", "geometry"]].itertuples(index=False, name=None)
    )
    for i, (code, name, shape, county, found) in enumerate(_with_overlaps(gathered)):
        if county.boxed != overview.boxed[i]:  # a spatial index that is not of these data hides some of them
            findings.add("parcels_index", file=layer.shown_path, county=name, found=county.boxed, expected=int(overview.boxed[i]))
        if isinstance(found, int):
            findings.add("parcels_heaped", file=layer.shown_path, county=name, found=found, expected=overlaps.CROWD)
            continue
        kept_m2 = np.maximum(county.area_m2 - found.lost_m2, 0.0)
        zone = {"county_code": code, "product": layer.product, "year": layer.about.year}
        named = _named(county, code, words[""].texts if "" in words else [], counties)
        row = zone | {"county_name": name} | _check(county, kept_m2, shape, named != code)
        _judge(county, found, row, layer, named, findings, warnings)
        checks.append(row)
        if county.fid.size:
            area.append(_areas(county, kept_m2, legend, words).assign(**zone))
    findings.stop(BadData)
    rows = pd.concat(area, ignore_index=True) if area else []
    return Measured(tables.product(rows, tables.PARCEL_AREA), tables.product(checks, tables.PARCEL_CHECKS), warnings)


def _with_overlaps(gathered: Iterator[tuple]) -> Iterator[tuple]:
    """Each county with its overlaps, or with a number where parcels lie in heaps; found while the next county is gathered."""
    with ThreadPoolExecutor(1) as pool:
        waiting = None
        for item in chain(gathered, [None]):
            now = None if item is None else (item, pool.submit(_overlaps_of, item[-1].geometry))
            if waiting is not None:
                yield *waiting[0], waiting[1].result()
            waiting = now


def _overlaps_of(geometry: np.ndarray) -> overlaps.Overlaps | int:
    crowd = overlaps.crowd(geometry)
    return overlaps.find(geometry) if crowd <= overlaps.CROWD else crowd


def _coded(roles: Roles) -> dict[str, str]:
    """Fields of codes that are kept as numbers: the attributes, and the county a parcel names as ``""``."""
    made = {name: field for name, field in roles.attributes.items() if field is not None}
    return made | ({"": roles.county} if roles.county else {})


# --- gathering -----------------------------------------------------------------------------------------------


def _gather(stream: Stream, shape, roles: Roles, overview: Overview, words: dict[str, Vocabulary]) -> _County:
    """All parcels with land in a county."""
    shapely.prepare(shape)
    parts = [_cut(batch, shape, roles, overview, words) for batch in stream(shape.bounds)]
    names = [name for name in roles.attributes if name in words]
    order = np.argsort(_joined([p["fid"] for p in parts], np.int64), kind="stable")

    def column(name: str, kind: type) -> np.ndarray:
        return _joined([p[name] for p in parts], kind)[order]

    return _County(
        fid=column("fid", np.int64),
        geometry=column("geometry", object),
        area_m2=column("area_m2", np.float64),
        whole_m2=column("whole_m2", np.float64),
        is_repaired=column("is_repaired", bool),
        code=column("code", np.int32),
        keys={name: column("key_" + name, np.int32) for name in names},
        recorded_hm2=column("recorded_hm2", np.float64),
        stock_m3=column("stock_m3", np.float64),
        named=column("key_", np.int32) if "" in words else np.full(order.size, -1, np.int32),
        boxed=sum(p["boxed"] for p in parts),
    )


def _joined(parts: list[np.ndarray], kind: type) -> np.ndarray:
    return np.concatenate([np.empty(0, kind), *parts])


def _cut(batch: Batch, shape, roles: Roles, overview: Overview, words: dict[str, Vocabulary]) -> dict[str, Any]:
    """The parcels of a batch with land in the county, those on its line cut by it."""
    geometry, fine = polygons(batch)
    is_repaired = fine & np.isin(batch.fid, overview.invalid)
    geometry[is_repaired] = repair(geometry[is_repaired])
    inside = fine & shapely.contains_properly(shape, geometry)
    near = np.flatnonzero(inside | (fine & shapely.intersects(shape, geometry)))
    whole_m2 = ellipsoid.areas_m2(geometry[near])
    own, area_m2 = geometry[near], whole_m2.copy()
    line = np.flatnonzero(~inside[near])
    own[line] = _polygonal(shapely.intersection(own[line], shape))
    area_m2[line] = ellipsoid.areas_m2(own[line])
    real = area_m2 > _ROUNDING_M2
    near, own, area_m2, whole_m2 = near[real], own[real], area_m2[real], whole_m2[real]

    columns = {name: values[near] for name, values in batch.columns.items()}
    made = {"fid": batch.fid[near], "geometry": own, "area_m2": area_m2, "whole_m2": whole_m2, "is_repaired": is_repaired[near]}
    made["boxed"] = count_in(batch.geometry[fine], shape.bounds)
    made["code"] = overview.code_of[overview.vocabulary.numbers(columns[roles.code])]
    made |= {"key_" + name: words[name].numbers(columns[field]) for name, field in _coded(roles).items()}
    recorded = _number(columns, roles.area, near.size) * roles.area_hm2
    made["recorded_hm2"] = np.where(recorded > 0, recorded, np.nan)
    total = _number(columns, roles.stock, near.size) * area_m2 / whole_m2
    made["stock_m3"] = np.where(np.isnan(total), _number(columns, roles.stock_per_hm2, near.size) * area_m2 * M2_TO_HM2, total)
    return made


def _number(columns: dict[str, np.ndarray], field: str | None, count: int) -> np.ndarray:
    """Values of a field of numbers, NaN where blank or where there is no such field."""
    return np.full(count, np.nan) if field is None else numbers(columns[field])[0]


def _polygonal(geometry: np.ndarray) -> np.ndarray:
    """What cutting left, without the points and lines where shapes only touch."""
    mixed = np.flatnonzero(~np.isin(shapely.get_type_id(geometry), (3, 6)))
    for i in mixed:
        parts = shapely.get_parts(geometry[i])
        geometry[i] = shapely.multipolygons(parts[shapely.get_type_id(parts) == 3])
    return geometry


# --- adding up -----------------------------------------------------------------------------------------------


def _areas(county: _County, kept_m2: np.ndarray, legend: pd.DataFrame, words: dict[str, Vocabulary]) -> pd.DataFrame:
    """Sums by code, attributes and class of growing stock per hectare; parcels on the line give recorded area and growing stock by their share."""
    with np.errstate(invalid="ignore"):
        stock_class = np.digitize(county.stock_m3 / (county.area_m2 * M2_TO_HM2), tables.STOCK_BREAKS_M3_HM2, right=True)
    stock_class = np.where(np.isnan(county.stock_m3), -1, stock_class).astype(np.int32)
    keys = np.stack([county.code, stock_class, *county.keys.values()])
    groups, of = np.unique(keys, axis=1, return_inverse=True)
    of, share = of.ravel(), kept_m2 / county.area_m2
    named = [_attributes(group[2:], list(county.keys), words) for group in groups.T]
    # Numbers of a vocabulary follow the order of the stream: rows are sorted, and told apart, by what they mean.
    table = pd.DataFrame({"row": groups[0], "attributes": named, "stock": groups[1]})
    merged = table.groupby(["row", "attributes", "stock"], sort=True).ngroup().to_numpy(np.int64)
    table = table.assign(number=merged).drop_duplicates("number").sort_values("number")
    of, row = merged[of], table.row.to_numpy(np.int64)

    def total(values: np.ndarray) -> np.ndarray:
        return np.bincount(of, np.nan_to_num(values), len(table))

    def known_total(values: np.ndarray) -> np.ndarray:
        return np.where(total(~np.isnan(values)) > 0, total(values), np.nan)

    return pd.DataFrame(
        {
            "code": legend.code.to_numpy()[row],
            "class_key": legend.class_key.to_numpy()[row],
            "attributes": table.attributes.to_numpy(),
            "stock_class": [None if n < 0 else tables.STOCK_CLASSES[n] for n in table.stock],
            "parcels": np.bincount(of, minlength=len(table)),
            "area_hm2": total(kept_m2) * M2_TO_HM2,
            "recorded_area_hm2": known_total(county.recorded_hm2 * kept_m2 / county.whole_m2),
            "growing_stock_m3": known_total(county.stock_m3 * share),
            "growing_stock_area_hm2": total(np.where(np.isnan(county.stock_m3), 0.0, kept_m2)) * M2_TO_HM2,
        }
    )


def _attributes(numbers_of: np.ndarray, names: list[str], words: dict[str, Vocabulary]) -> str:
    """``origin=11;species=530000``, in the order of ``layer.yaml``; blank ones are left out."""
    safe = str.maketrans({";": "；", "=": "＝"})
    return ";".join(
        f"{name}={clean(words[name].texts[number])[:60].translate(safe)}"
        for name, number in zip(names, numbers_of.tolist(), strict=True)
        if number >= 0
    )


def _check(county: _County, kept_m2: np.ndarray, shape, is_named_other: np.ndarray) -> dict:
    """The row of PARCEL_CHECKS without its zone; ``is_named_other``: which parcels name another county."""
    county_m2 = ellipsoid.polygon_area_m2(shape)
    is_whole = county.area_m2 >= _WHOLE * county.whole_m2
    known = is_whole & ~np.isnan(county.recorded_hm2)
    recorded, own = county.recorded_hm2[known], county.whole_m2[known] * M2_TO_HM2
    off = np.abs(recorded - own)
    covered_m2 = math.fsum(kept_m2)
    gap_m2 = county_m2 - covered_m2
    assert gap_m2 > -1e-9 * county_m2, "parcels are cut at the county line and overlaps given away"
    return {
        "parcels": county.fid.size,
        "own_parcels": int((~is_named_other & (county.area_m2 > _OWN_SHARE * county.whole_m2)).sum()),
        "straddling": int((~is_whole).sum()),
        "repaired": int(county.is_repaired.sum()),
        "county_area_hm2": county_m2 * M2_TO_HM2,
        "parcel_area_hm2": covered_m2 * M2_TO_HM2,
        "recorded_area_hm2": math.fsum(recorded) if known.any() else None,
        "recorded_geometric_hm2": math.fsum(own) if known.any() else None,
        "recorded_differs": int(((off > 0.01 * own) & (off > 0.01)).sum()) if known.any() else None,
        "overlap_hm2": math.fsum(county.area_m2 - kept_m2) * M2_TO_HM2,
        "gap_hm2": max(gap_m2, 0.0) * M2_TO_HM2,
    }


# --- judging -------------------------------------------------------------------------------------------------


def _judge(
    county: _County, found: overlaps.Overlaps, row: dict, layer: Layer, named: np.ndarray, findings: Findings, warnings: list[Problem],
) -> None:  # fmt: skip
    """What a county's sums say of the file."""
    file, name = layer.shown_path, row["county_name"]
    if row["own_parcels"] == 0:  # slivers of the neighbours' parcels along the county line are no survey
        warnings.append(problem("parcels_county_empty", file=file, county=name))
    if row["parcels"] == 0:
        return
    if row["overlap_hm2"] >= _OVERLAP_TOLD_M2 * M2_TO_HM2:
        worst = np.argsort(-found.area_m2, kind="stable")[:_MOST_TOLD]
        pairs = "; ".join(
            f"{county.fid[found.first[i]]} + {county.fid[found.second[i]]}: {found.area_m2[i] * M2_TO_HM2:.4f} hm²" for i in worst
        )
        share = row["overlap_hm2"] / row["parcel_area_hm2"] if row["parcel_area_hm2"] else 1.0
        params = {"file": file, "county": name, "area_hm2": row["overlap_hm2"], "share": 100 * share}
        params |= {"count": found.area_m2.size, "found": pairs, "limit": 100 * _OVERLAP_SHARE}
        if share > _OVERLAP_SHARE:
            findings.add("parcels_overlap_large", **params)
        else:
            warnings.append(problem("parcels_overlap", **params))
    gap = row["gap_hm2"] / row["county_area_hm2"]
    if layer.about.parcels.covers == "all" and gap > _GAP_SHARE:
        warnings.append(problem("parcels_gap", file=file, county=name, area_hm2=row["gap_hm2"], share=100 * gap))
    if row["recorded_differs"]:
        params = {"file": file, "county": name, "count": row["recorded_differs"]}
        warnings.append(problem("parcels_recorded", found=row["recorded_area_hm2"], expected=row["recorded_geometric_hm2"], **params))
    _judge_named(county, row, named, file, warnings)


def _named(county: _County, code: str, texts: list[str], counties: gpd.GeoDataFrame) -> np.ndarray:
    """Code of the county each parcel names; ``code``, where it lies, for what is no county's code or name."""
    by_name = dict(zip(counties.county_name, counties.county_code, strict=True))
    codes = [by_name.get(t, t[:6] if t[:6].isdigit() and len(t) >= 6 else code) for t in texts]
    return np.array([*codes, code], dtype=object)[county.named]  # -1, a blank, is the last


def _judge_named(county: _County, row: dict, named: np.ndarray, file: str, warnings: list[Problem]) -> None:
    """Parcels that name another county than the one they lie in."""
    differs = named != row["county_code"]
    area_hm2 = float(county.area_m2[differs].sum()) * M2_TO_HM2
    if area_hm2 > _COUNTY_SHARE * row["parcel_area_hm2"]:
        others = sorted(set(named[differs]))
        params = {"file": file, "county": row["county_name"], "count": int(differs.sum()), "area_hm2": area_hm2}
        warnings.append(problem("parcels_county_differs", found=", ".join(map(clean, others[:_MOST_TOLD])) or BLANK, **params))
