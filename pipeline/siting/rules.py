"""Siting rules: rows of a table, and the menu of conditions they may name.

A rule says *broken*, *kept* or *unknown* (:class:`Tri`); a missing layer is unknown, never kept. An optional
guard (``where_*``) limits a rule to land where a second condition holds. Adding a rule is adding a row; a new
kind of condition is one function here and one line in its menu.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from pipeline.core.errors import BadData, Findings
from pipeline.core.legend import classes

HARD, CONDITIONAL, SOFT, INFO = "hard", "conditional", "soft", "info"  # the last one decides nothing
JUDGED = ("pv", "wind")  # kinds the rules judge; sites of every other kind are checked for conflicts of place alone
OTHER = "other"  # in `applies_to`: all those other kinds


@dataclass(frozen=True)
class Tri:
    """Three-valued answer, cell by cell or for one site: broken, unknown, else kept. Never both."""

    broken: np.ndarray
    unknown: np.ndarray

    def where(self, guard: Tri) -> Tri:
        """The rule on guarded land: kept where either is surely not so, unknown where that cannot be said."""
        kept = ~(self.broken | self.unknown) | ~(guard.broken | guard.unknown)
        broken = self.broken & guard.broken
        return Tri(broken, ~kept & ~broken)

    @classmethod
    def all_unknown(cls, shape: tuple[int, ...]) -> Tri:
        """Nothing is known anywhere."""
        return cls(np.zeros(shape, bool), np.ones(shape, bool))


def class_in(places: np.ndarray, threshold: frozenset[str], names: np.ndarray) -> Tri:
    """Broken where the land class is one of ``threshold``; ``places`` are those in ``names``, beyond its end unknown."""
    return Tri(np.append(np.isin(names, list(threshold)), False)[places], places == names.size)


def above(values: np.ndarray, threshold: float) -> Tri:
    """Broken where the value is greater than the threshold; at the threshold it is kept."""
    return Tri(values > threshold, ~np.isfinite(values))


def below(values: np.ndarray, threshold: float) -> Tri:
    """Broken where the value is less than the threshold; at the threshold it is kept."""
    return Tri(values < threshold, ~np.isfinite(values))


# What each condition looks at: cells of a raster, shapes of a vector layer, an attribute of the site, or nothing.
RASTER = {"above": above, "below": below}
CLASS = "class_in"
VECTOR = ("inside", "within_distance", "beyond_distance")
ATTRIBUTE = {"attribute_above": above, "attribute_below": below}
NOTE = "note"
CONDITIONS = (CLASS, *RASTER, *VECTOR, *ATTRIBUTE, NOTE)
ATTRIBUTES = ("capacity_mw", "area_hm2")


@dataclass(frozen=True)
class Test:
    """One condition on one layer: ``threshold`` is a number, a set of class keys, or None."""

    layer: str
    condition: str
    threshold: float | frozenset[str] | None


@dataclass(frozen=True)
class Rule:
    """One row of the rule table, parsed."""

    rule_id: str
    kinds: tuple[str, ...]
    state: str
    test: Test | None  # None: a note, shown with every site and never tested
    guard: Test | None
    unit: str
    row: dict

    def text(self, column: str, language: str) -> str | None:
        """``title``, ``requirement``, ``basis`` or ``note`` in ``zh`` or ``en``; None when blank."""
        value = self.row.get(f"{column}_{language}")
        return str(value) if pd.notna(value) else None

    @property
    def is_spatial(self) -> bool:
        """Whether the rule can be asked of any piece of land (not of a site's attributes, not a note)."""
        return self.test is not None and self.test.condition not in ATTRIBUTE


def parse(table: pd.DataFrame, file: str) -> list[Rule]:
    """Rules of a table (schema ``RULES``) in its order; raises BadData naming every row that cannot be used."""
    findings, rules = Findings(), []
    for line, row in enumerate(table.to_dict("records"), 2):
        where = {"file": file, "line": line, "rule_id": row["rule_id"]}
        test = _test(row, "", where, findings)
        guard = _test(row, "where_", where, findings)
        kinds = tuple(k.strip() for k in str(row["applies_to"]).split(";") if k.strip())
        unit = str(row["unit"]) if pd.notna(row["unit"]) else ""
        rules.append(Rule(row["rule_id"], kinds, row["state"], test, guard, unit, row))
    findings.stop(BadData)
    return rules


def _test(row: dict, prefix: str, where: dict, findings: Findings) -> Test | None:
    layer, condition, threshold = (row[f"{prefix}{c}"] for c in ("layer", "condition", "threshold"))
    if pd.isna(condition):
        return None
    if condition not in CONDITIONS:
        findings.add("rule_condition", **where, found=condition, known=", ".join(CONDITIONS))
        return None
    if condition == NOTE:
        return None
    if pd.isna(layer):
        findings.add("rule_layer_blank", **where, condition=condition)
        return None
    if condition in ATTRIBUTE and layer not in ATTRIBUTES:
        findings.add("rule_attribute", **where, found=layer, known=", ".join(ATTRIBUTES))
    if condition == CLASS:
        keys = frozenset(k.strip() for k in ("" if pd.isna(threshold) else str(threshold)).split(";") if k.strip())
        strange = keys - set(classes().class_key)
        if strange or not keys:
            findings.add("rule_classes", **where, found=", ".join(sorted(strange)) or "–", known=", ".join(classes().class_key))
        return Test(layer, condition, keys)
    if condition == "inside":
        return Test(layer, condition, None)
    try:
        return Test(layer, condition, float(threshold))
    except (TypeError, ValueError):
        findings.add("rule_threshold", **where, found="–" if pd.isna(threshold) else str(threshold))
        return None


def in_force(rules: list[Rule], day: dt.date, off: list[str]) -> tuple[list[Rule], list[Rule]]:
    """(rules in force on a day and not switched off, rules out of force on that day)."""
    now, then = [], []
    for rule in rules:
        start, end = rule.row.get("valid_from"), rule.row.get("valid_to")
        valid = (pd.isna(start) or dt.date.fromisoformat(start) <= day) and (pd.isna(end) or day <= dt.date.fromisoformat(end))
        if rule.rule_id not in off:
            (now if valid else then).append(rule)
    return now, then


def of_kind(rules: list[Rule], kind: str) -> list[Rule]:
    """The rules that are asked of a site of a kind.

    A kind beyond :data:`JUDGED` is asked what is said for it or for ``other`` as information alone: whether it lies on or
    near something, never whether the law lets it be there.
    """
    if kind in JUDGED:
        return [r for r in rules if kind in r.kinds]
    return [replace(r, state=INFO) for r in rules if kind in r.kinds or OTHER in r.kinds]


def zoning(rules: dict[str, Rule], broken: list[str], unknown: list[str]) -> str:
    """Verdict by precedence: prohibited, then unknown, then conditional, then allowed. Soft and info never decide."""
    if any(rules[r].state == HARD for r in broken):
        return "prohibited"
    if any(rules[r].state in (HARD, CONDITIONAL) for r in unknown):
        return "unknown"
    if any(rules[r].state == CONDITIONAL for r in broken):
        return "conditional"
    return "allowed"
