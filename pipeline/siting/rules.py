"""Siting rules: rows of a table, and the menu of conditions they may name.

A rule says *broken*, *kept* or *unknown* (:class:`Tri`); a missing layer is unknown, never kept. An optional
guard (``where_*``) limits a rule to land where a second condition holds, an ``attribute`` limits a vector layer to
some of its features. A county may put a row of its own in the place of a rule (:class:`Book`). Adding a rule is
adding a row; a new kind of condition is one function here and one line in its menu.
"""

from __future__ import annotations

import datetime as dt
import difflib
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from pipeline.core.errors import BadData, Findings
from pipeline.core.legend import classes
from pipeline.core.parcels.fields import text_of
from pipeline.core.words import named_kinds, say
from pipeline.core.zoning import ATTRIBUTES, JUDGED

HARD, CONDITIONAL, SOFT, INFO = "hard", "conditional", "soft", "info"  # the last one decides nothing
OTHER = "other"  # in `applies_to`: all those other kinds
LAND_COVER = "land_cover"  # the leading product, whose classes are those of the common legend


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
    return Tri(values >= first_above(threshold), ~np.isfinite(values))


def below(values: np.ndarray, threshold: float) -> Tri:
    """Broken where the value is less than the threshold; at the threshold it is kept."""
    return Tri(values < first_kept(threshold), ~np.isfinite(values))


def first_above(threshold: float) -> float:
    """The least value that is greater than a threshold."""
    return float(np.nextafter(threshold + _slack(threshold), np.inf))


def first_kept(threshold: float) -> float:
    """The least value that is not less than a threshold."""
    return threshold - _slack(threshold)


def _slack(threshold: float) -> float:
    """What rounding in scaling and interpolation may add to a value: a value at the threshold is at the threshold."""
    return 1e-9 * max(1.0, abs(threshold))


def one_of(codes: np.ndarray, wanted: frozenset[str]) -> Tri:
    """Broken where a code (:func:`code_of`) is one of ``wanted``; a blank is unknown."""
    return Tri(np.isin(codes, list(wanted)), codes == BLANK)


def codes_of(values: pd.Series) -> np.ndarray:
    """Codes of a column, however the file holds them; :data:`BLANK` where there is none."""
    place, different = pd.factorize(values)
    return np.array([*map(code_of, different), BLANK], dtype=object)[place]  # a missing value has place -1, the last


def code_of(value: object) -> str:
    """A code as comparable text: 30100, 30100.0, "030100" and full-width "０３０１００" are one; case and blanks do not count."""
    text = BLANK if pd.isna(value) else text_of(value)
    return (text.lstrip("0") or "0") if text.isdigit() else text


# What each condition looks at: cells of a raster, shapes of a vector layer, an attribute of the site, or nothing.
RASTER = {"above": above, "below": below}
BREAK = {"above": first_above, "below": first_kept}  # the value from which on the answer is another
CLASS = "class_in"
VECTOR = ("inside", "within_distance", "beyond_distance")
ATTRIBUTE = {"attribute_above": above, "attribute_below": below, "attribute_is": one_of}
PATCH = "patch_below"  # the contiguous land around it that no other hard rule prohibits; of a size, not of a layer
ZONING = "zoning"  # what stands for its layer
NOTE = "note"
CONDITIONS = (CLASS, *RASTER, *VECTOR, *ATTRIBUTE, PATCH, NOTE)
BLANK = ""
_KIND = re.compile(r"[a-z][a-z0-9_]{0,30}")  # as that of a site
_ALIKE = 0.75  # of two words of kinds, from here on one is taken for a slip of the other (difflib's ratio): widn, pvs, winds


@dataclass(frozen=True)
class Test:
    """One condition on one layer: ``threshold`` is a number, a set of class keys or codes, or None.

    ``attribute``: (field, codes) that a feature of a vector layer must all have; none: every feature counts.
    """

    layer: str
    condition: str
    threshold: float | frozenset[str] | None
    attribute: tuple[tuple[str, frozenset[str]], ...] = ()


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
    tolerated_share: float = 0.0  # of a footprint that may break it
    county_code: str | None = None  # of the county whose own rule it is

    def text(self, column: str, language: str) -> str | None:
        """``title``, ``requirement``, ``basis`` or ``note`` in ``zh`` or ``en``; None when blank."""
        value = self.row.get(f"{column}_{language}")
        return str(value) if pd.notna(value) else None

    def holds_in(self, code: str | None) -> bool:
        """Whether a note is meant for a county; where the county is not known it may be."""
        regions = listed(self.row.get("regions"))
        return not regions or code is None or code.startswith(regions)

    @property
    def is_spatial(self) -> bool:
        """Whether the rule can be asked of any piece of land (not of a site's attributes, not a note)."""
        return self.test is not None and self.test.condition not in ATTRIBUTE

    @property
    def layer(self) -> str | None:
        """The layer it looks at; None where it looks at none."""
        return None if self.test is None or self.is_of_patches else self.test.layer

    @property
    def is_of_patches(self) -> bool:
        """Whether it asks how large the contiguous land around is."""
        return self.test is not None and self.test.condition == PATCH


@dataclass(frozen=True)
class Book:
    """The rules in force on a day: those that hold everywhere, and by county those that take the place of one of them."""

    day: dt.date
    rules: list[Rule]
    own: dict[str, dict[str, Rule]]  # county_code -> rule_id -> rule

    @classmethod
    def of(cls, rules: list[Rule], own: list[Rule], day: dt.date, off: list[str]) -> Book:
        """Of all rules those in force on a day; a county's own rule counts where the rule it replaces does."""
        now, _ = in_force(rules, day, off)
        ids, by_county = {r.rule_id for r in now}, {}
        for rule in in_force(own, day, off)[0]:
            if rule.rule_id in ids:
                by_county.setdefault(rule.county_code, {})[rule.rule_id] = rule
        return cls(day, now, by_county)

    def of_county(self, code: str) -> list[Rule]:
        """The rules as they hold in a county, in the order of the table."""
        own = self.own.get(code, {})
        return [own.get(r.rule_id, r) for r in self.rules]

    def instead_of(self, rule: Rule) -> dict[str, Rule]:
        """County code -> the rule that holds there in the place of ``rule``."""
        return {code: own[rule.rule_id] for code, own in self.own.items() if rule.rule_id in own}

    def lacking(self, first: Book, kind: str) -> list[str]:
        """Deciding rules of a technology alone that hold on the day of ``first``, not on this one, where the table has none in their place.

        Land then looks freer than by the law of this day; where at least one rule holds on this day alone, the table knows that law.
        """
        own, then = (
            [r.rule_id for r in book.rules if r.state in (HARD, CONDITIONAL) and r.test and {*r.kinds} & {*JUDGED} == {kind}]
            for book in (first, self)
        )
        return [] if set(then) - set(own) else [r for r in own if r not in then]

    def every(self) -> Iterator[Rule]:
        """All of them, those of counties last."""
        yield from self.rules
        for own in self.own.values():
            yield from own.values()


def parse(table: pd.DataFrame, file: str) -> list[Rule]:
    """Rules of a table (schema ``RULES``) in its order; raises BadData naming every row that cannot be used."""
    findings = Findings()
    rules = [_rule(row, {"file": file, "line": line, "rule_id": row["rule_id"]}, findings) for line, row in _lines(table)]
    findings.stop(BadData)
    return rules


def parse_own(table: pd.DataFrame, file: str, rules: list[Rule], counties: dict[str, str] | None) -> list[Rule]:
    """Rules of counties (schema ``COUNTY_RULES``), each a row of the rule table with what the county changes in it.

    ``counties``: code -> name of all there are, None when that is not known. Raises BadData naming every row that cannot be used.
    """
    findings, by_id, made = Findings(), {r.rule_id: r for r in rules}, []
    for line, row in _lines(table):
        where = {"file": file, "line": line, "rule_id": row["rule_id"]}
        base, code = by_id.get(row["rule_id"]), row["county_code"]
        if base is None:
            findings.add("county_rule_unknown", **where, known=", ".join(by_id))
        if counties is not None and code not in counties:
            findings.add("county_rule_county", **where, found=code, known=", ".join(f"{c} {n}" for c, n in counties.items()))
        if pd.isna(row["threshold"]) and pd.isna(row["state"]):
            findings.add("county_rule_empty", **where)
        if base is None:
            continue
        if pd.notna(row["threshold"]) and (base.test is None or base.test.threshold is None):
            findings.add("county_rule_threshold", **where, condition=base.row["condition"])
            continue
        made.append(replace(_rule(_changed(base.row, row), where, findings), county_code=code))
    findings.stop(BadData)
    return made


def _changed(base: dict, row: dict) -> dict:
    """A rule's row with what a county changes in it; title and requirement name a threshold that is not theirs."""
    made = base | {k: v for k, v in row.items() if pd.notna(v)} | {k: row[k] for k in ("valid_from", "valid_to")}
    if pd.isna(row["threshold"]):
        return made
    said = {n: " ".join(str(v) for v in (of["threshold"], base["unit"]) if pd.notna(v)) for n, of in (("threshold", row), ("base", base))}
    for language in ("zh", "en"):
        if pd.isna(row[f"title_{language}"]):
            made[f"title_{language}"] = say("county_rule_title", language, title=base[f"title_{language}"], **said)
        if pd.isna(row[f"requirement_{language}"]):
            made[f"requirement_{language}"] = say("county_rule_requirement", language, **said)
    return made


def _lines(table: pd.DataFrame) -> Iterator[tuple[int, dict]]:
    """(line as people count it, row)."""
    return enumerate(table.to_dict("records"), 2)


def _rule(row: dict, where: dict, findings: Findings) -> Rule:
    test, guard = _test(row, "", where, findings), _test(row, "where_", where, findings)
    if guard is not None and (guard.condition in ATTRIBUTE or row["condition"] in ATTRIBUTE):
        findings.add("rule_guard", **where, condition=guard.condition if guard.condition in ATTRIBUTE else row["condition"])
    start, end = row.get("valid_from"), row.get("valid_to")
    if pd.notna(start) and pd.notna(end) and start > end:
        findings.add("rule_dates", **where, start=start, end=end)
    kinds = kinds_of(row["applies_to"], where, findings)
    unit = str(row["unit"]) if pd.notna(row["unit"]) else ""
    if pd.notna(row.get("regions")) and row["condition"] != NOTE:
        findings.add("rule_regions", **where, condition=row["condition"])
    tolerated = row.get("tolerated_share_pct")
    if pd.notna(tolerated) and row["condition"] in (NOTE, *ATTRIBUTE):
        findings.add("rule_tolerated", **where, condition=row["condition"])
    return Rule(row["rule_id"], kinds, row["state"], test, guard, unit, row, 0.0 if pd.isna(tolerated) else float(tolerated) / 100)


def _test(row: dict, prefix: str, where: dict, findings: Findings) -> Test | None:
    layer, condition, threshold, attribute = (row.get(f"{prefix}{c}") for c in ("layer", "condition", "threshold", "attribute"))
    if pd.isna(condition):
        return None
    if condition not in CONDITIONS:
        findings.add("rule_condition", **where, found=condition, known=", ".join(CONDITIONS))
        return None
    if pd.notna(attribute) and condition not in VECTOR:
        findings.add("rule_attribute_condition", **where, condition=condition, known=", ".join(VECTOR))
    if condition == NOTE:
        return None
    if condition == PATCH:
        if prefix or not (pd.isna(layer) or layer == ZONING):
            findings.add("rule_patch", **where, found=layer if not prefix else f"{prefix}condition")
        layer = ZONING
    if pd.isna(layer):
        findings.add("rule_layer_blank", **where, condition=condition)
        return None
    if condition in ATTRIBUTE and condition != "attribute_is" and layer not in ATTRIBUTES:
        findings.add("rule_attribute", **where, found=layer, known=", ".join(ATTRIBUTES))
    if condition in (CLASS, "attribute_is"):
        keys = frozenset(listed(threshold))
        if condition != CLASS:
            keys = frozenset(code_of(k) for k in keys) - {BLANK}
        strange = keys - set(classes().class_key) if layer == LAND_COVER else set()
        if strange or (not keys and condition == CLASS):
            findings.add("rule_classes", **where, found=", ".join(sorted(strange)) or "–", known=", ".join(classes().class_key))
        elif not keys:
            findings.add("rule_values", **where, condition=condition)
        return Test(layer, condition, keys)
    chosen = _attribute(attribute, where, findings)
    if condition == "inside":
        return Test(layer, condition, None, chosen)
    try:
        number = float(threshold)
        if not np.isfinite(number) or (number < 0 and (condition in VECTOR or condition == PATCH)):
            raise ValueError("neither a distance nor an area")
        return Test(layer, condition, number, chosen)
    except (TypeError, ValueError):
        findings.add("rule_threshold", **where, found="–" if pd.isna(threshold) else str(threshold))
        return None


def listed(cell: object) -> tuple[str, ...]:
    """The entries of a ``;``-separated cell."""
    return tuple(k.strip() for k in ("" if pd.isna(cell) else str(cell)).split(";") if k.strip())


def kinds_of(cell: object, where: dict, findings: Findings) -> tuple[str, ...]:
    """The kinds of a cell ``applies_to``; a finding where an entry cannot be the word of a kind (``PV``, ``光伏``, ``pv,wind``) or none is given."""
    kinds = listed(cell)
    for kind in kinds or ("",):
        if not _KIND.fullmatch(kind):
            findings.add("rule_kind", **where, found=kind or "–", known=", ".join(named_kinds()))
    return kinds


def unmet_kinds(rows: list[tuple[str, tuple[str, ...]]], kinds_of_sites: set[str], file: str) -> dict[str, list[str]]:
    """Kinds that the rows (id, kinds) of a table are meant for but no one knows: kind -> ids, to be told.

    Known are :func:`pipeline.core.words.named_kinds` and those of sites. Raises BadData where one is spelled almost like a known one: a
    rule lost to a slip would make land freer than it is.
    """
    findings, made, known = Findings(), {}, {*named_kinds(), *kinds_of_sites}
    for row_id, kinds in rows:
        for kind in kinds:
            if kind in known:
                continue
            if meant := difflib.get_close_matches(kind, sorted(known), 1, _ALIKE):
                findings.add("rule_kind_slip", file=file, rule_id=row_id, found=kind, expected=meant[0])
            made.setdefault(kind, []).append(row_id)
    findings.stop(BadData)
    return made


def _attribute(text: object, where: dict, findings: Findings) -> tuple[tuple[str, frozenset[str]], ...]:
    """``FIELD=code;code & FIELD=code`` as (field, codes) each."""
    made = []
    for part in unicodedata.normalize("NFKC", str(text)).split("&") if pd.notna(text) else ():
        field, _, values = (p.strip() for p in part.partition("="))
        codes = frozenset(code_of(v) for v in listed(values)) - {BLANK}
        if not field or not codes:
            findings.add("rule_attribute_text", **where, found=str(text)[:80])
            return ()
        made.append((field, codes))
    return tuple(made)


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
