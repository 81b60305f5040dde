"""Roofs by building class: their area, what of it can carry modules, and what that yields.

Footprints stand for roofs: what overhangs, leans or is shaded is not known. They are cut at county borders, and land that two
of them claim is counted once, for the first in the file. A class without a published share has no module area, and without
a density of the configuration there is no capacity: no number is put in for either.
"""

from __future__ import annotations

import math
import unicodedata
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import shapely

from pipeline.core import ellipsoid
from pipeline.core.counties import Counties
from pipeline.core.errors import BadData, Findings, problem
from pipeline.core.layers import Layer
from pipeline.core.parcels import overlaps
from pipeline.core.units import M2_TO_HM2
from pipeline.core.vectors import Tell, read_features
from pipeline.siting.energy import Energy, Model, Place

CLASS = "building_class"  # our name of the field that says what a building is
UNCLASSIFIED, ALL = "unclassified", "all"
TOPIC = "pv_rooftop"  # of the counties the plan names, in its table of places
_MOST_SHOWN = 12  # unknown classes that one sentence lists
_ROUNDING_M2 = 1e-6


@dataclass(frozen=True)
class Buildings:
    """Footprints in the order of the file: ``geometry`` valid polygons in degrees (EPSG:4490), ``key`` their class."""

    geometry: np.ndarray
    key: np.ndarray


def spellings(shares: pd.DataFrame, file: str) -> dict[str, str]:
    """How a file may write a class -> the class; raises BadData for a text that stands for two classes."""
    known: dict[str, str] = {}
    findings = Findings()
    for key, values in zip(shares.building_class, shares["values"], strict=True):
        for text in {_folded(t) for t in (key, *str(values if pd.notna(values) else "").split(";"))} - {""}:
            if known.setdefault(text, key) != key or text in (UNCLASSIFIED, ALL):
                findings.add("rooftop_spelling", file=file, found=text, classes=f"{known[text]}, {key}")
    findings.stop(BadData)
    return known


def _folded(text: Any) -> str:
    return "" if text is None or pd.isna(text) else unicodedata.normalize("NFKC", str(text)).strip().casefold()


def read(layer: Layer, known: dict[str, str], tell: Tell) -> Buildings:
    """The footprints of a layer; raises BadData where it has no class or something that is no polygon, tells what has no known class."""
    frame = read_features(layer)
    if CLASS not in frame:
        fields = ", ".join(c for c in frame.columns if c != "geometry")
        raise BadData(problem("rooftop_no_class", file=layer.shown_path, known=fields[:600] or "–"))
    geometry = frame.geometry.to_numpy()
    there = ~(shapely.is_missing(geometry) | shapely.is_empty(geometry))  # what has no shape is told by ingest
    geometry, texts = geometry[there], frame[CLASS].to_numpy(dtype=object)[there]
    other = ~np.isin(shapely.get_type_id(geometry), (3, 6))
    if other.any():
        found = sorted({g.geom_type for g in geometry[other]})
        raise BadData(problem("rooftop_polygons", file=layer.shown_path, count=int(other.sum()), found=", ".join(found)))
    invalid = ~shapely.is_valid(geometry)
    geometry[invalid] = _polygons(shapely.make_valid(geometry[invalid], method="structure", keep_collapsed=False))
    place, different = pd.factorize(pd.Series([_folded(t) for t in texts], dtype=object))
    keys = np.array([known.get(t, UNCLASSIFIED) for t in different], dtype=object)
    key = keys[place] if len(place) else np.empty(0, object)
    if (key == UNCLASSIFIED).any():
        said = [t or "–" for t, k in zip(different, keys, strict=True) if k == UNCLASSIFIED]
        shown = "、".join(said[:_MOST_SHOWN]) + (" …" if len(said) > _MOST_SHOWN else "")
        tell("rooftop_some_unclassified", file=layer.shown_path, count=int((key == UNCLASSIFIED).sum()), buildings=len(key), found=shown)
    return Buildings(geometry, key)


def _polygons(geometry: np.ndarray) -> np.ndarray:
    """Geometries without the points and lines that cutting leaves."""
    made = geometry.copy()
    for i in np.flatnonzero(~np.isin(shapely.get_type_id(geometry), (3, 6))):
        parts = [p for part in shapely.get_parts(geometry[i]) for p in shapely.get_parts(part)]
        made[i] = shapely.multipolygons([p for p in parts if p.geom_type == "Polygon"])
    return made


# --- areas ---------------------------------------------------------------------------------------------------


def areas(buildings: Buildings, places: Counties, file: str) -> pd.DataFrame:
    """county_code, building_class, buildings, roof_area_hm2, overlap_hm2: every class of the area in every county.

    A building counts in the county that holds most of it. Raises BadData where footprints lie in heaps.
    """
    tree, n = shapely.STRtree(buildings.geometry), len(buildings.geometry)
    home, most = np.full(n, -1), np.zeros(n)
    parts = []
    for number, (_, name, shape) in enumerate(places):
        which, kept, lost = _in_county(buildings, tree, shape, name, file)
        larger = which[kept > most[which]]
        home[larger], most[which] = number, np.maximum(most[which], kept)
        parts.append((which, kept, lost))
    classes = sorted({k for which, *_ in parts for k in buildings.key[which]})
    rows = []
    for number, (code, _, _) in enumerate(places):
        which, kept, lost = parts[number]
        for key in classes:
            own = buildings.key[which] == key
            rows.append(
                {
                    "county_code": code, "building_class": key, "buildings": int((home[which[own]] == number).sum()),
                    "roof_area_hm2": math.fsum(kept[own]) * M2_TO_HM2, "overlap_hm2": math.fsum(lost[own]) * M2_TO_HM2,
                }
            )  # fmt: skip
    return pd.DataFrame(rows, columns=["county_code", "building_class", "buildings", "roof_area_hm2", "overlap_hm2"])


def _in_county(buildings: Buildings, tree: shapely.STRtree, shape, name: str, file: str) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """(places of the buildings with land in a county, that area without what an earlier one has, what an earlier one has). [m2]"""
    shapely.prepare(shape)
    which = np.sort(tree.query(shape, predicate="intersects"))
    geometry = buildings.geometry[which]
    across = ~shapely.covers(shape, geometry)
    geometry[across] = _polygons(shapely.intersection(geometry[across], shape))
    area = ellipsoid.areas_m2(geometry)
    here = area > _ROUNDING_M2
    which, geometry, area = which[here], geometry[here], area[here]
    if not which.size:
        return which, area, area
    if (crowd := overlaps.crowd(geometry)) > overlaps.CROWD:
        raise BadData(problem("rooftop_heaped", file=file, county=name, found=crowd, expected=overlaps.CROWD))
    lost = np.minimum(overlaps.find(geometry).lost_m2, area)
    kept = area - lost
    return which, np.where(kept > _ROUNDING_M2, kept, 0.0), lost


# --- what they carry -----------------------------------------------------------------------------------------


def county_energy(found: pd.DataFrame, model: Model, spots: dict[str, Place]) -> dict[str, Energy | None]:
    """Full-load hours of the county's mean resource (patterns of one technology); None where it is not known on all its land."""
    made: dict[str, Energy | None] = {}
    for code, group in found[found.level == "county"].groupby("county_code"):
        area = group.area_hm2.to_numpy(float)
        made[code] = None
        if model.sources and abs(math.fsum(group.resource_area_hm2) - math.fsum(area)) <= 1e-6 * math.fsum(area):
            means = {n: group[f"resource_{n}"].to_numpy(float) for n in ("mean", "low", "high")}
            value, low, high = (None if np.isnan(v).any() else math.fsum(v * area) / math.fsum(area) for v in means.values())
            made[code] = model.energy(value, low, high, spots[code])
    return made


def rooftop(
    measured: pd.DataFrame,
    shares: pd.DataFrame,
    mw_per_hm2: float | None,
    energy: dict[str, Energy | None],
    places: Counties,
    pilots: set[str] | None,
    names: dict[str, str],
) -> list[dict[str, Any]]:
    """Rows of ``ROOFTOP``: every class and all of them (``all``) in each zone, the whole area first.

    ``names``: of the classes; ``pilots``: codes of the counties the plan names, None without a plan. The module area of all
    classes is that of the classes that have a share.
    """
    about = shares.set_index("building_class")
    rows = []
    for code, name, _ in places:
        own = measured[measured.county_code == code]
        made = [_row(r, about, mw_per_hm2, energy.get(code)) for r in own.to_dict("records")]
        zone = places.zone(code, name) | {"is_pilot": None if pilots is None else "yes" if code in pilots else "no"}
        rows += [zone | r for r in [_together(made, ALL, energy.get(code)), *made]]
    if places.city is not None:
        zone = {"county_code": places.city[0], "county_name": places.city[1], "level": "city"}
        keys = list(dict.fromkeys(r["building_class"] for r in rows))
        rows = [zone | _together([r for r in rows if r["building_class"] == k], k, None) for k in keys] + rows
    return [r | {"name": names[r["building_class"]]} for r in rows]


_SUMS = ("roof_area_hm2", "overlap_hm2", "module_area_hm2", "capacity_mw", "energy_gwh_yr", "energy_low_gwh_yr", "energy_high_gwh_yr")
_OF_CLASS = ("share_pct", "source", "label")
_OF_ENERGY = ("energy_gwh_yr", "energy_low_gwh_yr", "energy_high_gwh_yr")


def _row(row: dict, about: pd.DataFrame, mw_per_hm2: float | None, energy: Energy | None) -> dict[str, Any]:
    """One class in a county."""
    key = row["building_class"]
    known = about.loc[key].to_dict() if key in about.index else {}
    share = known.get("share_pct")
    share = None if share is None or pd.isna(share) else float(share)
    module = None if share is None else row["roof_area_hm2"] * share / 100
    capacity = None if module is None or mw_per_hm2 is None else module * mw_per_hm2
    gwh = (None, None, None) if capacity is None or energy is None else energy.gwh_yr(capacity)
    made = {c: row[c] for c in ("building_class", "buildings", "roof_area_hm2", "overlap_hm2")}
    made |= {"share_pct": share, "module_area_hm2": module, "mw_per_hm2": mw_per_hm2, "capacity_mw": capacity}
    return made | {c: known.get(c) for c in ("source", "label")} | dict(zip(_OF_ENERGY, gwh, strict=True)) | _hours(energy)


def _hours(energy: Energy | None) -> dict[str, Any]:
    return {"full_load_h": energy.full_load_h if energy else None, "energy_method": energy.method if energy else None}


def _together(rows: list[dict], key: str, energy: Energy | None) -> dict[str, Any]:
    """Several rows as one: classes of a zone, or a class of all zones. What some of them do not have is of those that have it.

    Energy is blank unless all capacity has it.
    """
    made: dict[str, Any] = {"building_class": key, "buildings": sum(r["buildings"] for r in rows)}
    for name in _SUMS:
        known = [r[name] for r in rows if r[name] is not None]
        made[name] = math.fsum(known) if known or name in ("roof_area_hm2", "overlap_hm2") else None
    if any(r["capacity_mw"] is not None and r["energy_gwh_yr"] is None for r in rows):
        made |= dict.fromkeys(_OF_ENERGY)
    for name in ("mw_per_hm2", *(_OF_CLASS if key != ALL else ())):
        made[name] = rows[0][name] if rows else None
    return made | _hours(energy)
