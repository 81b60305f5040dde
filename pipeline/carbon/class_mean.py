"""Route ``class_mean``: one density per land class and pool from a factor table (InVEST-like), with draws.

AGB = biomass / (1 + R), BGB = biomass - AGB, dead wood and litter are shares of AGB, SOC = reference x land-use
factor; all in tC/hm2. Rows of the table that name the same ``parameter`` are one uncertain quantity: it is drawn
once per draw and shared by all classes that use it. Ranges in the table are 2.5 and 97.5 percentiles.
"""

from __future__ import annotations

import zlib
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from pipeline.core.errors import BadData, Findings, problem
from pipeline.core.tables import POOLS

_Z = 1.959963984540054  # 97.5 percentile of the standard normal


@dataclass(frozen=True)
class Said:
    """Where a density comes from."""

    source: str
    label: str
    notes: tuple[str, str]

    def note(self, language: str) -> str:
        """The notes of its factors in ``zh`` or ``en``."""
        return self.notes[0 if language == "zh" else 1]


@dataclass
class Densities:
    """Densities [tC/hm2] by (class, pool): ``value`` deterministic, ``draws`` an array each, ``said`` also for gaps."""

    value: dict[tuple[str, str], float] = field(default_factory=dict)
    draws: dict[tuple[str, str], np.ndarray] = field(default_factory=dict)
    said: dict[tuple[str, str], Said] = field(default_factory=dict)

    def pools(self, class_key: str) -> list[str]:
        """The pools of a class that have a value."""
        return [pool for pool in POOLS if (class_key, pool) in self.value]


def densities(factors: pd.DataFrame, *, draws: int, seed: int) -> Densities:
    """Density of every class and pool of the factor table (schema ``FACTORS``), value and ``draws`` draws.

    A factor without a value leaves its pools without one: a gap stays a gap. Raises BadData for ranges that do
    not hold their value or lack a distribution.
    """
    _check(factors)
    drawn = _draw_parameters(factors, draws, seed)
    table = {(row["class_key"], row["factor"]): row for row in factors.to_dict("records")}
    made = Densities()
    for class_key in dict.fromkeys(factors.class_key):
        used = {
            f: table.get((class_key, f))
            for f in ("biomass_tc_hm2", "root_shoot", "dead_wood_per_agb", "litter_tc_per_agb_tc", "soc_ref_tc_hm2", "soc_land_use")
        }
        value = {f: _value(row) for f, row in used.items()}
        sample = {f: drawn[_parameter(row)] if row is not None and value[f] is not None else None for f, row in used.items()}
        for pool, needs, formula in _POOLS:
            rows = [used[f] for f in needs if used[f] is not None]
            if not rows:
                continue
            made.said[class_key, pool] = Said(
                "; ".join(_told(rows, "source")),
                ", ".join(_told(rows, "label")),
                tuple(joint.join(_told(rows, column)) for column, joint in (("note_zh", "；"), ("note_en", "; "))),
            )
            point, draw = formula(value), formula(sample)
            if point is not None:
                made.value[class_key, pool] = float(point)
                made.draws[class_key, pool] = np.broadcast_to(np.asarray(draw, dtype=float), (draws,))
    return made


def _told(rows: list[dict], column: str) -> list[str]:
    """What the rows say in a column, each thing once, blanks left out."""
    return list(dict.fromkeys(str(r[column]) for r in rows if pd.notna(r[column])))


def _agb(f: dict):
    if f["biomass_tc_hm2"] is None:
        return None
    if f["root_shoot"] is None:  # only a stock of nothing can be split without a ratio
        return f["biomass_tc_hm2"] if not np.any(f["biomass_tc_hm2"]) else None
    return f["biomass_tc_hm2"] / (1 + f["root_shoot"])


def _bgb(f: dict):
    agb = _agb(f)
    return None if agb is None else f["biomass_tc_hm2"] - agb


def _share(ratio: str):
    def pool(f: dict):
        agb = _agb(f)
        return None if agb is None or f[ratio] is None else agb * f[ratio]

    return pool


def _soc(f: dict):
    if f["soc_ref_tc_hm2"] is None:
        return None
    return f["soc_ref_tc_hm2"] * (1.0 if f["soc_land_use"] is None else f["soc_land_use"])


_POOLS = (
    ("agb", ("biomass_tc_hm2", "root_shoot"), _agb),
    ("bgb", ("biomass_tc_hm2", "root_shoot"), _bgb),
    ("dead_wood", ("dead_wood_per_agb",), _share("dead_wood_per_agb")),
    ("litter", ("litter_tc_per_agb_tc",), _share("litter_tc_per_agb_tc")),
    ("soc", ("soc_ref_tc_hm2", "soc_land_use"), _soc),
)


def _value(row: dict | None) -> float | None:
    return None if row is None or pd.isna(row["value"]) else float(row["value"])


def _parameter(row: dict) -> str:
    return str(row["parameter"]) if pd.notna(row["parameter"]) else f"{row['class_key']}.{row['factor']}"


def _check(factors: pd.DataFrame) -> None:
    """Ranges hold their value, uncertain rows name a distribution, rows of one parameter say the same."""
    findings, seen = Findings(), {}
    for line, row in enumerate(factors.to_dict("records"), 2):
        where = {"line": line, "class_key": row["class_key"], "factor": row["factor"]}
        if _value(row) is None:
            continue
        ranged = pd.notna(row["low"]) and pd.notna(row["high"])
        if row["distribution"] in ("lognormal", "normal", "triangular"):
            if not ranged or not row["low"] < row["high"] or not row["low"] <= row["value"] <= row["high"]:
                findings.add("factor_range", **where, found=f"{row['value']} ({row['low']}–{row['high']})")
            elif row["distribution"] == "lognormal" and row["low"] <= 0:
                findings.add("factor_range", **where, found=f"{row['value']} ({row['low']}–{row['high']}), lognormal")
        elif ranged and row["low"] < row["high"]:
            findings.add("factor_distribution", **where)
        said = (row["value"], row["low"], row["high"], row["distribution"])
        if repr(seen.setdefault(_parameter(row), said)) != repr(said):
            findings.add("factor_differs", **where, parameter=_parameter(row))
    findings.stop(BadData)


def _draw_parameters(factors: pd.DataFrame, draws: int, seed: int) -> dict[str, np.ndarray | float]:
    """Draws of every parameter; each has its own stream, so neither order nor choice of classes changes it."""
    made: dict[str, np.ndarray | float] = {}
    for row in factors.to_dict("records"):
        name, value = _parameter(row), _value(row)
        if value is None or name in made:
            continue
        if row["distribution"] not in _DRAW:
            made[name] = value
            continue
        stream = np.random.default_rng([seed, zlib.crc32(name.encode())])
        made[name] = _DRAW[row["distribution"]](stream, draws, value, float(row["low"]), float(row["high"]))
    return made


def _lognormal(stream, size: int, value: float, low: float, high: float) -> np.ndarray:
    middle, spread = (np.log(low) + np.log(high)) / 2, (np.log(high) - np.log(low)) / (2 * _Z)
    return np.exp(middle + spread * stream.standard_normal(size))


def _normal(stream, size: int, value: float, low: float, high: float) -> np.ndarray:
    return np.maximum(value + (high - low) / (2 * _Z) * stream.standard_normal(size), 0.0)


def _triangular(stream, size: int, value: float, low: float, high: float) -> np.ndarray:
    left, right = triangle_ends(value, low, high)
    return np.maximum(stream.triangular(left, value, right, size), 0.0)


def triangle_ends(mode: float, low: float, high: float) -> tuple[float, float]:
    """Ends of the triangular distribution whose 2.5 and 97.5 percentiles are ``low`` and ``high``.

    From P(X < low) = (low - left)^2 / (width (mode - left)) = 0.025 and its mirror image, by fixed-point steps.
    """
    left, right = low, high
    for _ in range(200):
        width = right - left
        left, right = low - np.sqrt(0.025 * width * (mode - left)), high + np.sqrt(0.025 * width * (right - mode))
    if not np.isfinite([left, right]).all():
        raise BadData(problem("factor_range", line="", class_key="", factor="triangular", found=f"{mode} ({low}–{high})"))
    return float(left), float(right)


_DRAW = {"lognormal": _lognormal, "normal": _normal, "triangular": _triangular}
