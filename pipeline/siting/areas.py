"""Land by the rules it breaks: one pass over the cells, then every question is a table of patterns."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd

from pipeline.core import tables
from pipeline.core.counties import Counties
from pipeline.core.progress import track
from pipeline.core.units import KWH_TO_GWH, M2_TO_HM2, MW_TO_KW
from pipeline.core.words import say
from pipeline.core.zones import ZoneCells
from pipeline.siting.evidence import Evidence
from pipeline.siting.rules import HARD, Rule, Tri, zoning

BLOCK_CELLS = 1_000_000


def patterns(places: Counties, evidence: Evidence, rules: list[Rule], kind: str, resource: str | None, language: str) -> pd.DataFrame:
    """Area of each county by the set of rules broken and unknown (schema ``PATTERNS``).

    Cells are those of the measuring grid, shared between counties by exact fraction; land beyond the grid is
    unknown to every rule. ``resource``: raster whose area-weighted mean is kept for each pattern.
    """
    spatial = [r for r in rules if r.is_spatial]
    asked = [r for r in spatial if evidence.has(r.test.layer) or (r.guard is not None and evidence.has(r.guard.layer))]
    missing = [r.rule_id for r in spatial if r not in asked]
    grid = evidence.grid
    cells = [ZoneCells(geometry, grid) for _, _, geometry in places]
    sums: list[dict[tuple, list[float]]] = [{} for _ in cells]
    first, last = min(c.row0 for c in cells), max(c.row1 for c in cells)
    step = max(1, BLOCK_CELLS // grid.width)
    blocks = [(r, min(r + step, last)) for r in range(first, last, step)]
    for row0, row1 in track(blocks, len(blocks), say("pass_rules", language, kind=kind)):
        words = _words([evidence.cells(rule, row0, row1) for rule in asked], (row1 - row0, grid.width))
        yield_of = evidence.values(resource, row0, row1) if resource else np.full(words.shape[:2], np.nan)
        for number, zone in enumerate(cells):
            start, stop = max(row0, zone.row0), min(row1, zone.row1)
            if start >= stop or zone.col0 >= zone.col1:
                continue
            part = (slice(start - row0, stop - row0), slice(zone.col0, zone.col1))
            _add(sums[number], zone.cell_areas_m2(start, stop), words[part], yield_of[part])
    rows = []
    for number, (code, name, _) in enumerate(places):
        beyond = cells[number].area_m2 - math.fsum(s[0] for s in sums[number].values())
        if not cells[number].is_inside_grid and beyond > 1e-9 * cells[number].area_m2:
            everywhere = tuple(int(w) for w in _words([Tri.all_unknown((1, 1))] * len(asked), (1, 1))[0, 0])
            held = sums[number].setdefault(everywhere, [0.0, 0.0, 0.0])
            held[0] += beyond
        for key, (area, known, weighted) in sorted(sums[number].items()):
            broken, unknown = _read(key, asked)
            unknown = sorted([*unknown, *missing], key=[r.rule_id for r in spatial].index)
            rows.append(
                {
                    **places.zone(code, name),
                    "kind": kind,
                    "rules_broken": ";".join(broken),
                    "rules_unknown": ";".join(unknown),
                    "zoning": zoning({r.rule_id: r for r in spatial}, broken, unknown),
                    "area_hm2": area * M2_TO_HM2,
                    "resource_area_hm2": known * M2_TO_HM2 if resource else None,
                    "resource_mean": weighted / known if known else None,
                }
            )
    return pd.DataFrame(rows, columns=list(tables.PATTERNS.columns))


def _words(answers, shape: tuple[int, int]) -> np.ndarray:
    """Two bits a rule (broken, unknown), 32 rules a word: (rows, columns, words) uint64."""
    words = np.zeros((*shape, max(1, -(-len(answers) // 32))), np.uint64)
    for i, answer in enumerate(answers):
        bits = answer.broken.astype(np.uint64) | (answer.unknown.astype(np.uint64) << np.uint64(1))
        words[..., i // 32] |= bits << np.uint64(2 * (i % 32))
    return words


def _read(key: tuple[int, ...], asked: list[Rule]) -> tuple[list[str], list[str]]:
    """Ids of the rules broken and unknown in a pattern."""
    state = [(key[i // 32] >> (2 * (i % 32))) & 3 for i in range(len(asked))]
    return [r.rule_id for r, s in zip(asked, state, strict=True) if s == 1], [
        r.rule_id for r, s in zip(asked, state, strict=True) if s == 2
    ]


def _add(held: dict[tuple, list[float]], area: np.ndarray, words: np.ndarray, resource: np.ndarray) -> None:
    """Add a block's areas [m2], known-resource areas and resource x area to the patterns of a zone."""
    inside = area > 0
    if not inside.any():
        return
    weight, value = area[inside], resource[inside]
    found, index = np.unique(words[inside], axis=0, return_inverse=True)
    index = index.ravel()
    known = np.isfinite(value)
    total = np.bincount(index, weights=weight, minlength=len(found))
    known_total = np.bincount(index, weights=np.where(known, weight, 0), minlength=len(found))
    weighted = np.bincount(index, weights=np.where(known, weight * np.where(known, value, 0), 0), minlength=len(found))
    for key, *sums in zip(found, total, known_total, weighted, strict=True):
        own = held.setdefault(tuple(int(w) for w in key), [0.0, 0.0, 0.0])
        for i, s in enumerate(sums):
            own[i] += float(s)


def exclusion(found: pd.DataFrame, rules: list[Rule], bases: str, language: str) -> pd.DataFrame:
    """What each spatial rule holds of each zone (schema ``EXCLUSION``), from the patterns.

    ``alone``: land on which the rule's condition holds; ``cumulative`` and ``marginal`` exist for hard rules only:
    land ruled out by it or a hard rule above it in the table, and by it alone. A rule that is unknown on all of a zone
    (its layer is missing) has blanks and its unknown area.
    """
    rows = []
    spatial = [r for r in rules if r.is_spatial]
    hard = {r.rule_id for r in spatial if r.state == HARD}
    for (code, name, level, kind), group in found.groupby(["county_code", "county_name", "level", "kind"], sort=False):
        broken = [set(_ids(v)) for v in group.rules_broken]
        unknown = [set(_ids(v)) for v in group.rules_unknown]
        area = group.area_hm2.to_numpy()
        above: set[str] = set()
        for rule in spatial:
            if kind not in rule.kinds:
                continue
            r = rule.rule_id
            open_area = _sum(area, [r in u for u in unknown])
            known = open_area < (1 - 1e-9) * math.fsum(area)
            row = {
                "county_code": code, "county_name": name, "level": level, "kind": kind, "rule_id": r, "state": rule.state,
                "layer": rule.test.layer, "title": rule.text("title", language), "basis": bases,
                "alone_hm2": _sum(area, [r in b for b in broken]) if known else None,
                "unknown_hm2": open_area,
            }  # fmt: skip
            if r in hard and known:
                above.add(r)
                row["cumulative_hm2"] = _sum(area, [bool(b & above) for b in broken])
                row["marginal_hm2"] = _sum(area, [r in b and not (b & hard) - {r} for b in broken])
            rows.append(row)
    return pd.DataFrame(rows, columns=list(tables.EXCLUSION.columns))


def _ids(cell) -> list[str]:
    return str(cell).split(";") if isinstance(cell, str) and cell else []


def _sum(area: np.ndarray, chosen: list[bool]) -> float:
    return math.fsum(area[np.asarray(chosen, bool)])


def potential(
    found: pd.DataFrame,
    land_hm2_per_mw: dict[str, float],
    usable: dict[str, float],
    yields: dict[str, float | None],
    targets: dict,
    city_code: str,
    bases: str,
) -> pd.DataFrame:
    """Land by verdict, capacity and energy of each zone and technology (schema ``POTENTIAL``).

    Capacity is allowed land x usable share / land per MW; ``capacity_if_cleared_mw`` adds conditional and unknown
    land, the most that could come out once every missing layer is in. ``yields``: GWh per MW and unit of resource,
    None where no resource layer supports it; energy is blank unless the resource is known on all allowed land.
    """
    rows = []
    for (code, name, level, kind), group in found.groupby(["county_code", "county_name", "level", "kind"], sort=False):
        area = {z: math.fsum(group.area_hm2[group.zoning == z]) for z in ("allowed", "conditional", "prohibited", "unknown")}
        mw = usable[kind] / land_hm2_per_mw[kind]
        allowed = group[group.zoning == "allowed"]
        energy = None
        resource_known = yields[kind] is not None and group.resource_area_hm2.sum() > 0
        if resource_known and (abs(allowed.area_hm2 - allowed.resource_area_hm2) <= 1e-6 * allowed.area_hm2).all():
            energy = math.fsum(a * mw * m * yields[kind] for a, m in zip(allowed.area_hm2, allowed.resource_mean, strict=True))
        rows.append(
            {
                "county_code": code, "county_name": name, "level": level, "kind": kind,
                "allowed_hm2": area["allowed"], "conditional_hm2": area["conditional"],
                "excluded_hm2": area["prohibited"], "unknown_hm2": area["unknown"],
                "capacity_mw": area["allowed"] * mw,
                "capacity_if_cleared_mw": (area["allowed"] + area["conditional"] + area["unknown"]) * mw,
                "energy_gwh_yr": energy,
                "target_2025_mw": targets.get((kind, 2025)) if code == city_code else None,
                "target_2030_mw": targets.get((kind, 2030)) if code == city_code else None,
                "land_hm2_per_mw": land_hm2_per_mw[kind], "usable_share": usable[kind], "basis": bases,
            }
        )  # fmt: skip
    return pd.DataFrame(rows, columns=list(tables.POTENTIAL.columns))


def pv_gwh_per_mw(performance_ratio: float) -> float:
    """GWh a year from one MW for each kWh/m2/yr of irradiation: E = P x H x PR / (1 kW/m2) (GB 50797-2012, H_A P_AZ K / E_s)."""
    return MW_TO_KW * performance_ratio * KWH_TO_GWH
