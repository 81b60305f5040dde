"""Scores of candidate sites: criteria of a table, from a value to 0..1, weighted; and how firmly they rank.

A criterion stands for one soft rule or several. What it looks at is a *measure*: the mean score of a raster's cells by
piecewise linear breakpoints (``value``), the distance to the nearest feature by breakpoints (``distance``), or the share of
the footprint that keeps its rules (``kept``). One whose layer is missing is unknown: left out of the score and counted,
and the score's bounds hold it at 0 and at 1. The sensitivity runs are every one there is, none is drawn.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from pipeline.core import tables
from pipeline.core.errors import BadData, Findings, UsageError
from pipeline.core.units import is_measured_in
from pipeline.siting import sites
from pipeline.siting.evidence import Evidence
from pipeline.siting.rules import CLASS, LAND_COVER, OTHER, RASTER, SOFT, Rule, kinds_of, listed
from pipeline.siting.sites import SHARE_MIN, Site

_DIGITS = 9  # of a score: what lies below is rounding of areas, and would break ties between equal sites


@dataclass(frozen=True)
class Criterion:
    """One row of the table of criteria, parsed; ``rules`` are those in force.

    ``values`` and ``scores`` are the breakpoints, values rising; empty for ``kept``.
    """

    key: str
    kinds: tuple[str, ...]
    rules: tuple[Rule, ...]
    measure: str
    layer: str | None
    values: np.ndarray
    scores: np.ndarray
    unit: str
    weight: float
    row: dict

    def points(self, value: np.ndarray | float) -> np.ndarray:
        """Score 0..1 of values by the breakpoints: linear between them, level beyond the first and the last; NaN stays."""
        return np.interp(value, self.values, self.scores)

    def in_county(self, own: dict[str, Rule]) -> Criterion:
        """The criterion by a county's own rules (by id): a breakpoint at the threshold of a rule goes to that of the county's."""
        if not any(r.rule_id in own for r in self.rules):
            return self
        moved = {r.test.threshold: own[r.rule_id].test.threshold for r in self.rules if r.rule_id in own and r.test is not None}
        values = np.array([moved.get(v, v) for v in self.values], float)
        rules = tuple(own.get(r.rule_id, r) for r in self.rules)
        text = ";".join(f"{v:g}:{s:g}" for v, s in zip(values, self.scores, strict=True))
        return replace(self, rules=rules, values=values, row=self.row | ({"breakpoints": text} if values.size else {}))

    def text(self, column: str, language: str) -> str | None:
        """``title``, ``source`` or ``note`` in ``zh`` or ``en``; None when blank."""
        value = self.row.get(f"{column}_{language}")
        return str(value) if pd.notna(value) else None


@dataclass(frozen=True)
class Mark:
    """What a criterion says of a site: the value it saw and its score, both None where it cannot tell."""

    criterion: Criterion
    value: float | None = None
    score: float | None = None


@dataclass(frozen=True)
class Score:
    """Weighted mean of the criteria that are known (None when none is), its bounds if the others were 0 or 1, and how many."""

    score: float | None
    low: float | None
    high: float | None
    known: int
    criteria: int


# --- the table -----------------------------------------------------------------------------------------------


def parse(table: pd.DataFrame, known: list[Rule], in_force: list[Rule], file: str) -> tuple[list[Criterion], list[str]]:
    """(criteria of a table, schema ``SCORES``; keys of those that name only rules the rule table does not have).

    A criterion whose rules are all off or out of force is off with them, one without rules always counts. A soft rule in
    force that no criterion names is a criterion of its own: the share that keeps it, weight 1. Raises BadData naming every
    row that cannot be used.
    """
    findings, made, strange = Findings(), [], []
    by_id, is_known = {r.rule_id: r for r in in_force}, {r.rule_id for r in known}
    taken: set[tuple[str, str]] = set()
    for line, row in enumerate(table.to_dict("records"), 2):
        where = {"file": file, "line": line, "criterion": row["criterion"]}
        kinds = kinds_of(row["applies_to"], where | {"rule_id": row["criterion"]}, findings)
        named = listed(row["rules"])
        for rule in named:
            for kind in kinds:
                if (rule, kind) in taken:
                    findings.add("score_rule_twice", **where, rule=rule)
                taken.add((rule, kind))
        rules = tuple(by_id[r] for r in named if r in by_id)
        values, scores = _breakpoints(row, where, findings)
        layer = row["layer"] if pd.notna(row["layer"]) else None
        if row["measure"] != "kept" and layer is None:
            findings.add("score_layer_blank", **where, measure=row["measure"])
        if row["measure"] == "kept":
            if not named:
                findings.add("score_rules_blank", **where)
            if any(r.test is None for r in rules) or (len(rules) > 1 and not all(_asks_cells(r) for r in rules)):
                findings.add("score_rules_apart", **where, rules=", ".join(r.rule_id for r in rules))
        if named and not is_known.intersection(named):
            strange.append(row["criterion"])
        if rules or not named:
            unit = str(row["unit"]) if pd.notna(row["unit"]) else ""
            made.append(Criterion(row["criterion"], kinds, rules, row["measure"], layer, values, scores, unit, float(row["weight"]), row))
    findings.stop(BadData)
    for rule in in_force:
        kinds = tuple(k for k in rule.kinds if k != OTHER and (rule.rule_id, k) not in taken)
        if rule.state == SOFT and rule.test is not None and kinds:
            made.append(_own(rule, kinds))
    return made, strange


def _breakpoints(row: dict, where: dict, findings: Findings) -> tuple[np.ndarray, np.ndarray]:
    """Values and scores of ``value:score;value:score``; a finding where they cannot be read or do not rise."""
    if row["measure"] == "kept":
        if pd.notna(row["breakpoints"]):
            findings.add("score_breakpoints", **where, found=str(row["breakpoints"]))
        return np.zeros(0), np.zeros(0)
    try:
        pairs = np.array([[float(n) for n in pair.split(":")] for pair in listed(row["breakpoints"])])
        values, scores = pairs.T
    except ValueError:
        values = scores = np.zeros(0)
    is_good = values.size >= 2 and np.isfinite(values).all() and (np.diff(values) > 0).all() and ((scores >= 0) & (scores <= 1)).all()
    if not is_good:
        findings.add("score_breakpoints", **where, found="–" if pd.isna(row["breakpoints"]) else str(row["breakpoints"]))
    return values, scores


def _asks_cells(rule: Rule) -> bool:
    """Whether a rule is asked of cells alone, so that several can be joined cell by cell."""
    return all(t.condition == CLASS or t.condition in RASTER for t in (rule.test, rule.guard) if t is not None)


def _own(rule: Rule, kinds: tuple[str, ...]) -> Criterion:
    """The criterion of a soft rule that the table does not name."""
    row = {"label": rule.row["label"]}
    for language, source in (("zh", f"规则 {rule.rule_id}"), ("en", f"rule {rule.rule_id}")):
        row |= {f"title_{language}": rule.text("title", language), f"source_{language}": source}
    return Criterion(rule.rule_id, kinds, (rule,), "kept", None, np.zeros(0), np.zeros(0), "1", 1.0, row)


def require(criteria: list[Criterion], evidence: Evidence, own: dict[str, dict[str, Rule]], file: str) -> None:
    """Raise BadData or UsageError when a criterion asks a layer for what that kind of layer cannot answer, or in another unit, or when
    the rules of a county (``own``: code -> id -> rule) leave it with breakpoints that do not rise.
    """
    findings = Findings()
    for code, rules in own.items():
        for c in criteria:
            made = c.in_county(rules)
            if (np.diff(made.values) <= 0).any():
                ids = ", ".join(r.rule_id for r in made.rules if r.county_code == code)
                findings.add("score_county", file=file, criterion=c.key, county=code, rules=ids, found=made.row["breakpoints"])
    for c in criteria:
        if c.layer is None or not evidence.has(c.layer):
            continue
        if evidence.is_raster(c.layer) != (c.measure == "value") or c.layer == LAND_COVER:
            findings.add("rule_wrong_layer", file=file, rule_id=c.key, condition=c.measure, layer=c.layer)
    findings.stop(BadData)
    for c in criteria:
        unit = evidence.rasters[c.layer].about.unit if c.layer in evidence.rasters else ""
        if unit and c.unit and not is_measured_in(unit, c.unit):
            findings.add("layer_unit", layer=c.layer, found=unit, expected=c.unit)
    findings.stop(UsageError)


# --- one site ------------------------------------------------------------------------------------------------


def ask(site: Site, criterion: Criterion, evidence: Evidence, answers: list[sites.Answer]) -> Mark:
    """What one criterion says of one site; unknown unless it is known on all of the footprint.

    A criterion goes by the rules of the county that holds most of the site (:meth:`Criterion.in_county`); one that asks for a single rule
    to be kept by those of each county for its part.

    ``answers``: those of the site to all rules, by its counties' own rules where they have any.
    """
    value, score = _MENU[criterion.measure](site, criterion, evidence, answers)
    return Mark(criterion, value, None if score is None else round(score, _DIGITS))


def _by_value(site: Site, c: Criterion, evidence: Evidence, _: list[sites.Answer]) -> tuple[float | None, float | None]:
    """Mean value over the footprint, and mean of the scores of its cells: a steep half is not made good by a flat one."""
    if not evidence.has(c.layer):
        return None, None
    return tuple(sites.mean_of(site, lambda values, make=make: make(values(c.layer))) for make in (np.asarray, c.points))


def _by_distance(site: Site, c: Criterion, evidence: Evidence, _: list[sites.Answer]) -> tuple[float | None, float | None]:
    """Distance [m] from the footprint to the nearest feature; a layer without any is infinitely far."""
    if not evidence.has(c.layer):
        return None, None
    distance = evidence.shapes[c.layer].distance_m(site.footprint)
    return distance if math.isfinite(distance) else None, float(c.points(distance))


def _by_rules(site: Site, c: Criterion, _: Evidence, answers: list[sites.Answer]) -> tuple[float | None, float | None]:
    """Share of the footprint that keeps all of its rules."""
    if len(c.rules) > 1:
        share = _share_kept(site, c)
    else:
        own = [a for a in answers if a.rule.rule_id == c.rules[0].rule_id]
        lost = math.fsum(1.0 if a.share is None else a.share for a in own if a.outcome == "broken")
        share = None if any(a.outcome == "unknown" or a.is_partly_unknown for a in own) else 1.0 - min(lost, 1.0)
    share = None if share is None else round(share, _DIGITS)
    return share, share


def _share_kept(site: Site, c: Criterion) -> float | None:
    """The same of several rules, cell by cell: broken where any of them is."""
    area = site.cell_areas_m2
    if area.size == 0 or not site.is_extent_known:
        return None
    answers = [site.window.ask(r.test, r.guard) for r in c.rules]
    broken = np.logical_or.reduce([a.broken for a in answers])
    kept = ~broken & ~np.logical_or.reduce([a.unknown for a in answers])
    share_broken, share_kept = (float(area[where].sum()) / site.cells.area_m2 for where in (broken, kept))
    if share_broken + share_kept < 1 - SHARE_MIN:
        return None
    return min(max(1.0 - share_broken if share_broken > SHARE_MIN else 1.0, 0.0), 1.0)


_MENU = {"value": _by_value, "distance": _by_distance, "kept": _by_rules}


def total(marks: list[Mark]) -> Score:
    """The score of a site: weighted mean of what is known, and its bounds.

    ``score = sum(w s) / sum(w)`` over known criteria; ``low``, ``high``: over all criteria, unknown ones at 0 and at 1.
    """
    known = [m for m in marks if m.score is not None]
    got, weight = math.fsum(m.criterion.weight * m.score for m in known), math.fsum(m.criterion.weight for m in known)
    whole = math.fsum(m.criterion.weight for m in marks)
    if whole == 0:
        return Score(None, None, None, len(known), len(marks))
    low, high = (round(min(v / whole, 1.0), _DIGITS) for v in (got, got + whole - weight))
    return Score(round(min(got / weight, 1.0), _DIGITS) if weight else None, low, high, len(known), len(marks))


def details(site_id: str, kind: str, marks: list[Mark], language: str) -> list[dict]:
    """Rows of schema ``SCORE_DETAIL`` of one site."""
    weight = math.fsum(m.criterion.weight for m in marks if m.score is not None)
    return [
        {
            "site_id": site_id, "kind": kind, "criterion": m.criterion.key, "title": m.criterion.text("title", language),
            "measure": m.criterion.measure, "layer": m.criterion.layer, "rules": ";".join(r.rule_id for r in m.criterion.rules),
            "breakpoints": m.criterion.row.get("breakpoints"), "value": m.value, "unit": m.criterion.unit, "score": m.score, "weight": m.criterion.weight,
            "weight_share": m.criterion.weight / weight if m.score is not None and weight else None,
            "source": m.criterion.text("source", language), "label": m.criterion.row["label"], "note": m.criterion.text("note", language),
        }
        for m in marks
    ]  # fmt: skip


# --- how firmly they rank ------------------------------------------------------------------------------------


def sensitivity(screened: pd.DataFrame, detail: pd.DataFrame, change_pct: float, top: int) -> pd.DataFrame:
    """Rank of each site among those of its technology that are not prohibited, and how it holds (schema ``SCORE_SENSITIVITY``).

    Runs: the weight of every criterion that some ranked site knows up and down by ``change_pct``, and the criterion off.
    Equal scores share the better rank. The best and worst rank by the scores' bounds say what unknown criteria could do.
    """
    made = []
    for kind, group in screened.groupby("kind", sort=False):
        ranked = group[(group.verdict != "prohibited") & group.score.notna()]
        own = detail[detail.site_id.isin(ranked.site_id)]
        table = own.pivot(index="site_id", columns="criterion", values="score").reindex(ranked.site_id)
        table = table[[c for c in dict.fromkeys(own.criterion) if table[c].notna().any()]]
        weight = own.drop_duplicates("criterion").set_index("criterion").weight.reindex(table.columns).to_numpy(float)
        scores = table.to_numpy(float).reshape(len(ranked), len(weight))
        base = ranks(weighted(scores, weight))
        runs = {}
        for i, name in enumerate(table.columns):
            for said, factor in ((f"-{change_pct:g}%", 1 - change_pct / 100), (f"+{change_pct:g}%", 1 + change_pct / 100), ("off", 0.0)):
                changed = weight.copy()
                changed[i] *= factor
                runs[f"{name}:{said}"] = ranks(weighted(scores, changed))
        low, high = ranked.score_low.to_numpy(float), ranked.score_high.to_numpy(float)
        place = {site: i for i, site in enumerate(ranked.site_id)}
        for site in group.itertuples():
            row = {"site_id": site.site_id, "name": site.name, "kind": kind, "verdict": site.verdict, "score": site.score}
            if site.site_id in place:
                i = place[site.site_id]
                row |= _firmness(i, base, runs, top)
                row |= {
                    "ranked_sites": len(ranked),
                    "rank_bound_best": 1 + int((low > high[i]).sum()),
                    "rank_bound_worst": len(ranked) - int((high < low[i]).sum()),
                    "top_sites": top,
                }
            made.append(row)
    return tables.product(made, tables.SCORE_SENSITIVITY)


def weighted(scores: np.ndarray, weight: np.ndarray) -> np.ndarray:
    """Score of each site (rows) by its known criteria (columns, NaN unknown); NaN where no weight is left."""
    known = np.isfinite(scores)
    sums = [(math.fsum(weight[k] * s[k]), math.fsum(weight[k])) for s, k in zip(scores, known, strict=True)]
    return np.array([round(got / whole, _DIGITS) if whole > 0 else np.nan for got, whole in sums])


def ranks(scores: np.ndarray) -> np.ndarray:
    """1 for the best; equal scores share the better rank; NaN where there is no score."""
    return np.array([1 + (scores > s).sum() if np.isfinite(s) else np.nan for s in scores], float)


def _firmness(i: int, base: np.ndarray, runs: dict[str, np.ndarray], top: int) -> dict:
    """How the rank of one site holds over the runs in which it has a score."""
    own = {name: r[i] for name, r in runs.items() if np.isfinite(r[i])}
    count = len(own)
    return {
        "rank": int(base[i]),
        "runs": count,
        "rank_best": int(min([base[i], *own.values()])),
        "rank_worst": int(max([base[i], *own.values()])),
        "share_same_rank": sum(r == base[i] for r in own.values()) / count if count else None,
        "share_in_top": sum(r <= top for r in own.values()) / count if count else None,
        "moved_by": ";".join(name for name, r in own.items() if r != base[i]) or None,
    }
