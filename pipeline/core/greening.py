"""Suitable greening space (适宜绿化空间): land that may be greened, by class and slope band, from area tables.

Candidates are the classes that the table of definitions marks; the table ``layers/rules/greening.csv`` says how land of
each slope is greened and which polygon layers are left out. A layer that tabulate crossed with class and slope is taken
off exactly. One that is known by class alone is taken off by its share of the class, as if it lay evenly on slopes and
other layers (an assumption), beside the bounds that hold however it lies. One that is not there takes off nothing and is named.
"""

from __future__ import annotations

import math
import re

import pandas as pd

from pipeline.core import tables
from pipeline.core.legend import UNKNOWN
from pipeline.core.products import rows_of
from pipeline.core.tables import EDITION, ZONE

SLOPE = "slope_deg"
PLANTING = "planting"
_INSIDE = "inside"
_AREAS = ["land_hm2", "crossed_out_hm2", "space_hm2", "low_hm2", "high_hm2"]


def space(
    land_area: pd.DataFrame,
    area_table: pd.DataFrame,
    class_strata: pd.DataFrame,
    strata: pd.DataFrame,
    definition: pd.DataFrame,
    rules: pd.DataFrame,
) -> pd.DataFrame:
    """Greening space of each zone, product, year, candidate class and slope band (:data:`pipeline.core.tables.GREENING_SPACE`).

    ``area_table``: hm2 by class and crossed strata; ``class_strata``: by class and each stratum alone; ``strata``: tells
    which layers there are. The row of the whole area is the sum of its counties, bounds included.
    """
    candidates = set(definition.class_key[definition.greening_space == "yes"])
    slopes, left_out = rules[rules.kind == "slope"], list(rules.layer[rules.kind == "layer"])
    there = set(strata.layer)
    ways: dict[str | None, str] = {}
    crossed_of, alone_of = _by_zone(area_table), _by_zone(class_strata)
    rows: list[dict] = []
    for keys, land in land_area[land_area.level == "county"].groupby([*ZONE, *EDITION], sort=False, dropna=False):
        here = dict(zip([*ZONE, *EDITION], keys, strict=True))
        key = _key(here)
        crossed, alone = crossed_of.get(key, area_table.iloc[:0]), alone_of.get(key, class_strata.iloc[:0])
        parts, exact = _parts(crossed, alone, land, left_out)
        own = alone[alone.key == _INSIDE]
        inside = dict(zip(zip(own.class_key, own.layer, strict=True), own.area_hm2, strict=True))
        uncrossed = [name for name in left_out if name in there and name not in exact]
        said = {
            "crossed": ";".join(exact),
            "not_crossed": ";".join(uncrossed),
            "missing": ";".join(name for name in left_out if name not in there),
            "basis": land.basis.iloc[0],
        }
        for class_key, whole in zip(land.class_key, land.area_hm2, strict=True):
            if class_key not in candidates or whole <= 0:
                continue
            off = [min(inside.get((class_key, name), 0.0), whole) for name in uncrossed]
            for band, (area, out) in sorted(parts.get(class_key, {}).items(), key=lambda item: _steepness(item[0])):
                if band not in ways:
                    ways[band] = ";".join(treatments(band, slopes))
                spared = _spared(area - out, whole, off)
                rows.append(
                    here | said | {"class_key": class_key, "slope_band": band, "treatment": ways[band]}
                    | {"land_hm2": area, "crossed_out_hm2": out} | dict(zip(_AREAS[2:], spared, strict=True))
                )  # fmt: skip
    return tables.product(_with_whole(rows, land_area), tables.GREENING_SPACE)


def plantable(space_table: pd.DataFrame, *, product: str, year: int | None, max_slope_deg: float) -> dict[str, float]:
    """Greening space [hm2] by zone code of one product that is no steeper than a limit: bands wholly below it.

    Where the slope of nothing is known all of the space counts, and is then a ceiling; of what is partly known, unknown slope does not.
    """
    own = rows_of(space_table, product, year)
    made: dict[str, list[float]] = {}
    for code, band, area in zip(own.county_code, own.slope_band, own.space_hm2, strict=True):
        fits = pd.isna(band) or (band != UNKNOWN and band_ends(band)[1] <= max_slope_deg)
        made.setdefault(code, []).append(area if fits else 0.0)
    return {code: math.fsum(parts) for code, parts in made.items()}


def treatments(band: str | None, slopes: pd.DataFrame) -> list[str]:
    """How land of a slope band may be greened; all ways where the band is unknown, several where it spans a limit."""
    low, high = band_ends(band) if band not in (None, "", UNKNOWN) else (0.0, 90.0)
    return [r.treatment for r in slopes.itertuples() if low < r.to_deg and high > r.from_deg]


def band_ends(key: str) -> tuple[float, float]:
    """Ends of a slope band [degrees]: ``<6`` is 0-6, ``6–15`` is 6-15, ``≥25`` is 25-90."""
    if key.startswith("<"):
        return 0.0, float(key[1:])
    if key.startswith("≥"):
        return float(key[1:]), 90.0
    low, high = re.fullmatch(r"(.+)–(.+)", key).groups()
    return float(low), float(high)


def _steepness(band: str | None) -> float:
    """Where a band stands among others; unknown slope last."""
    return band_ends(band)[0] if band not in (None, "", UNKNOWN) else 90.0


def stratum_keys(stratum: str | None) -> dict[str, str]:
    """A crossed stratum ``slope_deg=<6;eco_redline=inside`` as layer -> key."""
    if stratum is None or pd.isna(stratum) or not stratum:
        return {}
    return dict(part.split("=", 1) for part in stratum.split(";"))


def _parts(
    crossed: pd.DataFrame, alone: pd.DataFrame, land: pd.DataFrame, left_out: list[str]
) -> tuple[dict[str, dict[str | None, tuple[float, float]]], list[str]]:
    """(class -> slope band -> (hm2, hm2 inside crossed layers that are left out), those layers).

    From the crossed table where it has the slope, or where no layer has it; else from the slope alone, and then
    no layer is crossed with it.
    """
    said = [stratum_keys(s) for s in crossed.stratum]
    layers = {name for keys in said for name in keys}
    by_slope = alone[alone.layer == SLOPE]
    made: dict[str, dict[str | None, list[list[float]]]] = {}

    def add(class_key: str, band: str | None, area: float, is_out: bool) -> None:
        both = made.setdefault(class_key, {}).setdefault(band, [[], []])
        both[0].append(area)
        if is_out:
            both[1].append(area)

    exact: list[str] = []
    if SLOPE not in layers and len(by_slope):
        for row in by_slope.itertuples():
            add(row.class_key, row.key, row.area_hm2, False)
    elif layers:
        exact = [name for name in left_out if name in layers]
        for keys, class_key, area in zip(said, crossed.class_key, crossed.area_hm2, strict=True):
            add(class_key, keys.get(SLOPE), area, any(keys.get(name) == _INSIDE for name in exact))
    else:
        for class_key, area in zip(land.class_key, land.area_hm2, strict=True):
            add(class_key, None, area, False)
    return {c: {b: (math.fsum(a), math.fsum(o)) for b, (a, o) in bands.items()} for c, bands in made.items()}, exact


def _spared(rest: float, whole: float, off: list[float]) -> tuple[float, float, float]:
    """(evenly, least, most) of ``rest`` hm2 of a class of ``whole`` hm2 that lies outside layers which cover ``off`` hm2 of it.

    Evenly: each layer takes the same share everywhere. Least: all of them fall on this part and nowhere twice. Most: they
    fall on each other, and elsewhere as far as there is room.
    """
    even = rest * math.prod(1 - o / whole for o in off)
    least = max(rest - math.fsum(off), 0.0)
    most = rest - max((max(o - (whole - rest), 0.0) for o in off), default=0.0)
    return even, min(least, even), max(min(most, rest), even)


def _key(row: dict) -> tuple:
    """Zone, product and year; no year is a year of its own."""
    return row["county_code"], row["product"], None if pd.isna(row["year"]) else int(row["year"])


def _by_zone(table: pd.DataFrame) -> dict[tuple, pd.DataFrame]:
    """Rows of each zone, product and year."""
    names = ["county_code", *EDITION]
    return {_key(dict(zip(names, k, strict=True))): rows for k, rows in table.groupby(names, sort=False, dropna=False)}


def _with_whole(rows: list[dict], land_area: pd.DataFrame) -> list[dict]:
    """The rows of the whole area before those of its counties, where there is a whole area."""
    whole = land_area[land_area.level == "city"][ZONE].drop_duplicates().to_dict("records")
    if not whole or not rows:
        return rows
    said = ["treatment", "crossed", "not_crossed", "missing", "basis"]
    keys = [*EDITION, "class_key", "slope_band"]
    frame = pd.DataFrame(rows)
    made = []
    for key, group in frame.groupby(keys, sort=False, dropna=False):
        sums = {name: math.fsum(group[name]) for name in _AREAS}
        made.append(whole[0] | dict(zip(keys, key, strict=True)) | sums | {name: group[name].iloc[0] for name in said})
    order = {key: i for i, key in enumerate(dict.fromkeys(land_area.class_key))}
    made.sort(key=lambda r: (order[r["class_key"]], _steepness(None if pd.isna(r["slope_band"]) else r["slope_band"])))
    return [*made, *rows]
