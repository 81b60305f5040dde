"""Terrain and other measured layers on a footprint, read on each layer's own cells: nothing is resampled to be told.

Shares are of the footprint by exact cell areas. Aspect turns in a circle, so it is never averaged: it is told by eight
directions and flat land.
"""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import dataclass, field

import numpy as np

from pipeline.core.grid import Grid
from pipeline.core.layers import Layer
from pipeline.core.rasters import OnGrid, open_raster
from pipeline.core.units import M2_TO_HM2, shown_unit
from pipeline.core.words import say
from pipeline.core.zones import ZoneCells
from pipeline.siting.around import source_of
from pipeline.siting.rules import RASTER, Rule
from pipeline.siting.sites import Site

SLOPE, ASPECT = "slope_deg", "aspect_deg"
ALTITUDES = ("dem_m", "elevation")  # layers that tell it, the first that is given
DIRECTIONS = ("n", "ne", "e", "se", "s", "sw", "w", "nw")
_CELLS = 1 << 22  # read at once
_TOUCHED = 1e-6  # of a cell or of the site: less is rounding of shapes


def of_sites(sites: list[Site], layers: dict[str, Layer], rules: list[Rule], called: dict[str, str], language: str) -> list[dict]:
    """Rows of ``SITE_TERRAIN`` for every measured layer; slope, aspect and altitude say so when they are missing."""
    measured = {name: layer for name, layer in layers.items() if layer.about.kind == "measure"}
    altitude = next((name for name in ALTITUDES if name in measured), ALTITUDES[0])
    flat_deg = _flat_deg(rules)
    rows: list[dict] = []
    with ExitStack() as opened:
        asked = {}
        for name, layer in measured.items():
            raster = opened.enter_context(open_raster(layer))
            if raster.dtype.kind in "iu" and not layer.about.unit and name not in (SLOPE, ASPECT, altitude):
                continue  # whole numbers of no unit are codes, and codes have no mean
            asked[name] = _Asked(OnGrid(layer, raster, raster.grid), raster.grid, layer)
        names = list(dict.fromkeys([SLOPE, ASPECT, altitude, *asked]))
        if ASPECT in asked and SLOPE in asked:
            raster = opened.enter_context(open_raster(measured[SLOPE]))
            asked[ASPECT].slope = OnGrid(measured[SLOPE], raster, asked[ASPECT].grid)
        for site in sites:
            for name in names:
                said = {"site_id": site.row["site_id"], "layer": name, "layer_name": called.get(name, name)}
                if name not in asked:
                    rows.append(said | {"part": "whole", "part_key": "whole", "part_name": say("whole_site", language)})
                    continue
                about = measured[name].about
                said |= {"unit": about.unit or None, "cell_hm2": asked[name].cell_hm2, **source_of(measured[name], language)}
                parts = (
                    _aspect(site, asked[name], flat_deg, language)
                    if name == ASPECT
                    else _measure(site, asked[name], _breaks(name, measured[name], rules), language)
                )
                rows += [said | part for part in parts]
    return rows


@dataclass
class _Asked:
    """An open layer on its own grid; for aspect also the slope on that grid."""

    values: OnGrid
    grid: Grid
    layer: Layer
    slope: OnGrid | None = field(default=None)

    @property
    def cell_hm2(self) -> float:
        width, height = self.grid.cell_size_m
        return width * height * M2_TO_HM2

    def blocks(self, site: Site):
        """(area [m2] of the site in each cell, values, slope or None) of its cells, some rows at a time."""
        cells = ZoneCells(site.footprint, self.grid)
        touched = _TOUCHED * min(cells.area_m2, self.cell_hm2 / M2_TO_HM2)
        step = max(1, _CELLS // max(1, cells.col1 - cells.col0))
        for row0 in range(cells.row0, cells.row1, step):
            row1 = min(row0 + step, cells.row1)
            where = (row0, row1, cells.col0, cells.col1)
            area = cells.cell_areas_m2(row0, row1)
            if area.size:
                inside = area > touched
                slope = None if self.slope is None else self.slope.values(*where)[inside]
                yield area[inside], self.values.values(*where)[inside], slope


def _breaks(name: str, layer: Layer, rules: list[Rule]) -> list[float]:
    """Where classes of a layer begin: thresholds of the rules that ask for it, and its own bands."""
    tests = [t for r in rules for t in (r.test, r.guard) if t is not None and t.layer == name and t.condition in RASTER]
    return sorted({float(t.threshold) for t in tests} | {float(b) for b in layer.about.bands or ()})


def _flat_deg(rules: list[Rule]) -> float:
    """Slope [degrees] up to which land has no aspect that counts: where the rules on aspect begin to ask; else 0."""
    asked = [
        r.guard.threshold for r in rules if r.test is not None and r.test.layer == ASPECT and r.guard is not None and r.guard.layer == SLOPE
    ]
    return min(asked, default=0.0)


def _measure(site: Site, asked: _Asked, breaks: list[float], language: str) -> list[dict]:
    """The whole footprint (mean by area, extremes, share known), then its share in each class."""
    known, total, low, high = 0.0, 0.0, np.inf, -np.inf
    bands = np.zeros(len(breaks) + 1)
    for area, values, _ in asked.blocks(site):
        there = np.isfinite(values)
        area, values = area[there], values[there]
        if values.size == 0:
            continue
        known += float(area.sum())
        total += float((area * values).sum())
        low, high = min(low, float(values.min())), max(high, float(values.max()))
        bands += np.bincount(np.searchsorted(breaks, values, side="left"), area, len(bands))  # a threshold itself is kept
    whole = site.cells.area_m2
    share = min(known / whole, 1.0)
    made = [
        {"part": "whole", "part_key": "whole", "part_name": say("whole_site", language), "share": share}
        | ({"mean": total / known, "low": low, "high": high} if known else {})
    ]
    if not breaks or not known:
        return made
    for i, area in enumerate(bands):
        above, up_to = (breaks[i - 1] if i else None), (breaks[i] if i < len(breaks) else None)
        key = "band_up_to" if above is None else "band_above" if up_to is None else "band_between"
        name = say(key, language, low=above, high=up_to, unit=shown_unit(asked.layer.about.unit)).strip()
        part = {"part": "band", "part_key": f"band_{i}", "part_name": name, "above": above, "up_to": up_to}
        made.append(part | {"share": min(float(area) / whole, 1.0)})
    return made + _unknown(share, language)


def _aspect(site: Site, asked: _Asked, flat_deg: float, language: str) -> list[dict]:
    """Shares that face each of eight directions, and that are flat: no steeper than ``flat_deg``, or said so by a negative aspect."""
    facing, flat = np.zeros(len(DIRECTIONS)), 0.0
    for area, values, slope in asked.blocks(site):
        is_flat = values < 0
        if slope is not None:
            is_flat |= slope <= flat_deg
        flat += float(area[is_flat].sum())
        there = ~is_flat & (values >= 0) & (values <= 360)
        facing += np.bincount(np.floor((values[there] + 22.5) / 45.0).astype(int) % len(DIRECTIONS), area[there], len(DIRECTIONS))
    whole = site.cells.area_m2
    share = min((float(facing.sum()) + flat) / whole, 1.0)
    made = [{"part": "whole", "part_key": "whole", "part_name": say("whole_site", language), "share": share}]
    if not share:
        return made
    made += [
        {"part": "direction", "part_key": key, "part_name": say(f"dir_{key}", language), "share": min(float(area) / whole, 1.0)}
        for key, area in zip(DIRECTIONS, facing, strict=True)
    ]
    name = say("flat_up_to", language, deg=flat_deg) if asked.slope is not None and flat_deg else say("flat", language)
    made.append({"part": "flat", "part_key": "flat", "part_name": name, "share": min(flat / whole, 1.0)})
    return made + _unknown(share, language)


def _unknown(known: float, language: str) -> list[dict]:
    """The share that a layer says nothing of, where there is any."""
    if 1.0 - known <= _TOUCHED:
        return []
    return [{"part": "unknown", "part_key": "unknown", "part_name": say("unknown_part", language), "share": 1.0 - known}]
