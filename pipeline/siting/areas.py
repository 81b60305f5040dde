"""Land by the rules it breaks: every cell once, then every question is a table of patterns.

A cell's pattern is the answer to every question the rules ask, two bits each (broken, unknown). Patterns are numbered, and the
cells keep their number on disk (:mod:`pipeline.siting.sheet`): rules of contiguous land, sums, rasters and candidate areas are
made from the numbers, not from the layers again.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager, nullcontext
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Lock

import numpy as np
import pandas as pd
from numba import njit

from pipeline.core import pixels, tables
from pipeline.core.counties import Counties
from pipeline.core.grid import Grid
from pipeline.core.progress import track
from pipeline.core.threads import on_threads
from pipeline.core.units import M2_TO_HM2
from pipeline.core.words import say
from pipeline.core.zoning import ZONES
from pipeline.siting.asking import OUTSIDE, PatchQuestion, Question, ask, guarded, put, state, states, words_for
from pipeline.siting.energy import Model, Place
from pipeline.siting.evidence import Evidence
from pipeline.siting.ledger import Ledger, Measure, add_up, with_beyond
from pipeline.siting.patches import Patches
from pipeline.siting.rules import CONDITIONAL, HARD, JUDGED, Book, Rule, zoning
from pipeline.siting.sheet import Sheet

ENERGY_LEAST_SHARE = 0.95  # of allowed land whose resource must be known for its energy to be told [A]


def patterns(
    places: Counties, evidence: Evidence, book: Book, models: dict[str, Model], threads: int, language: str, folder: Path | None = None
) -> pd.DataFrame:
    """Area of each county, and of all, by the set of rules broken and unknown: :attr:`Land.patterns` alone."""
    with TemporaryDirectory(dir=folder) as own, survey(places, evidence, book, models, threads, language, Path(own)) as land:
        return land.patterns


@contextmanager
def survey(
    places: Counties, evidence: Evidence, book: Book, models: dict[str, Model], threads: int, language: str, folder: Path
) -> Iterator[Land]:
    """Every cell asked every question; what comes of it can be used while the context is open.

    Cells are those of the measuring grid, shared between counties by exact fraction; land beyond the grid is
    unknown to every rule. Each county is judged by its own rules where it has any. ``models``: technology -> what tells
    its energy; ``folder``: where cells are kept meanwhile.
    """
    laws, law_of_zone = _laws(book, places)
    every = [r for law in laws for r in law if r.is_spatial]
    of_layers = [r for r in every if not r.is_of_patches and any(evidence.has(t.layer) for t in (r.test, r.guard) if t is not None)]
    of_patches = list(dict.fromkeys((k, r.test, r.guard) for k in models for r in every if r.is_of_patches and k in r.kinds))
    guards = [(guard, None) for _, _, guard in of_patches if guard is not None and evidence.has(guard.layer)]
    questions = list(dict.fromkeys([*((r.test, r.guard) for r in of_layers), *guards]))
    place: dict[Question | PatchQuestion, int] = {q: i for i, q in enumerate([*questions, *of_patches])}
    measures = [Measure(kind, name, model) for kind, model in models.items() for name in model.sources]
    cells = pixels.cut([geometry for _, _, geometry in places], evidence.grid, threads)
    zones = pixels.Zones.of(cells, evidence.grid)
    with ExitStack() as opened:
        folder.mkdir(parents=True, exist_ok=True)
        sheet = opened.enter_context(Sheet.of(folder / "asked", zones, evidence.tile))
        law = law_of_zone if len(laws) > 1 else None
        of_cells = {q: i for i, q in enumerate(questions)}
        label = _labelled("pass_rules", models, language)
        keys = ask(evidence, zones, sheet, of_cells, words_for(len(place)), law, threads, label)
        land = Land(places, evidence, zones, list(models), laws, law_of_zone, place, sheet, keys, threads, language, folder)
        if of_patches:
            with ThreadPoolExecutor(threads) as pool:
                asked = {kind: [pool.submit(land.contiguous, kind, for_sure) for for_sure in (False, True)] for kind, _, _ in of_patches}
            found = {kind: tuple(patches.result() for patches in both) for kind, both in asked.items()}
            keys = _with_patches(sheet, keys, of_patches, place, found, threads, _labelled("pass_patches", found, language))
            land = Land(places, evidence, zones, list(models), laws, law_of_zone, place, sheet, keys, threads, language, folder, found)
        sums = add_up(evidence, zones, land.sheet, land.keys, measures, threads, _labelled("pass_areas", models, language))
        land.ledger, land.measures = with_beyond(sums, cells, len(place)), measures
        yield land


def _labelled(key: str, kinds, language: str) -> str:
    return say(key, language, kind="、".join(say(k, language) for k in kinds))


def _laws(book: Book, places: Counties) -> tuple[list[list[Rule]], np.ndarray]:
    """The rules that hold everywhere and those of counties that differ, as lists in the order of the table; which one each county has."""
    laws, of_zone = [book.rules], []
    for code, _, _ in places:
        own = book.of_county(code) if code in book.own else book.rules
        if own not in laws:
            laws.append(own)
        of_zone.append(laws.index(own))
    return laws, np.array(of_zone, np.int64)


@dataclass
class Land:
    """All cells by the number of their pattern. ``keys`` (numbers, words): the pattern of each number; 0 is outside.

    ``laws``: the rules as they hold everywhere, then as counties have them; ``law_of_zone``: which one each county has. A cell is
    judged by the county that holds most of it, sums by that of each county. ``place``: where a question stands in a pattern; a
    rule whose question is not there is unknown everywhere.
    ``patches``: technology -> (land that no hard rule prohibits as far as known, land that surely none does), where rules ask.
    """

    places: Counties
    evidence: Evidence
    zones: pixels.Zones
    kinds: list[str]
    laws: list[list[Rule]]
    law_of_zone: np.ndarray
    place: dict[Question | PatchQuestion, int]
    sheet: Sheet
    keys: np.ndarray
    threads: int
    language: str
    folder: Path
    patches: dict[str, tuple[Patches, Patches]] | None = None
    ledger: Ledger | None = None
    measures: list[Measure] | None = None

    @property
    def grid(self) -> Grid:
        """The measuring grid."""
        return self.evidence.grid

    @property
    def law_of_number(self) -> np.ndarray:
        """Which law each number is judged by: the last word of its pattern where there are several."""
        return self.keys[:, -1].astype(np.int64) if len(self.laws) > 1 else np.zeros(len(self.keys), np.int64)

    def spatial(self, kind: str, law: int = 0) -> list[Rule]:
        """The rules of a technology that every cell answers, in the order of the table."""
        return [r for r in self.laws[law] if r.is_spatial and kind in r.kinds]

    def of_state(self, kind: str, *states: str) -> np.ndarray:
        """Which spatial rules of a technology are of some states, where each number lies: (numbers, rules)."""
        by_law = np.array([[r.state in states for r in self.spatial(kind, law)] for law in range(len(self.laws))], bool)
        return by_law[self.law_of_number]

    def _asked(self, kind: str) -> np.ndarray:
        """Where the question of each spatial rule stands in the patterns, by law: (laws, rules), -1 where it was not asked."""
        rules = [self.spatial(kind, law) for law in range(len(self.laws))]
        return np.array(
            [[self.place.get((kind, r.test, r.guard) if r.is_of_patches else (r.test, r.guard), -1) for r in own] for own in rules], int
        )

    def states(self, kind: str) -> np.ndarray:
        """What each number says to each spatial rule of a technology: (numbers, rules) uint8, 0 kept, 1 broken, 2 unknown."""
        return states(self.keys, self._asked(kind)[self.law_of_number])

    def zoning(self, kind: str) -> np.ndarray:
        """The verdict of each number."""
        said, law = self.states(kind), self.law_of_number
        decide = self.of_state(kind, HARD, CONDITIONAL)
        rows, of_number = np.unique(np.column_stack([law, np.where(decide, said, 0)]), axis=0, return_inverse=True)
        ids = [r.rule_id for r in self.spatial(kind)]
        by_id = [{r.rule_id: r for r in self.spatial(kind, k)} for k in range(len(self.laws))]
        made = [zoning(by_id[row[0]], *([ids[i] for i in np.flatnonzero(row[1:] == s)] for s in (1, 2))) for row in rows]
        return np.array(made, object)[of_number.ravel()]

    def contiguous(self, kind: str, for_sure: bool) -> Patches:
        """Patches of the land that no hard rule prohibits, as far as is known or for sure. Rules of contiguous land do not count."""
        counts = self.of_state(kind, HARD) & ~np.array([r.is_of_patches for r in self.spatial(kind)], bool)
        said = self.states(kind)
        is_open = ~(counts & ((said > 0) if for_sure else (said == 1))).any(axis=1)
        is_open[OUTSIDE] = False
        return Patches(self.sheet, is_open.astype(np.uint8), self.grid)

    def around(self, kind: str, sites: list[tuple[tuple[int, int, int, int], np.ndarray]]) -> list[tuple[float, float] | None]:
        """Contiguous land [hm2] that holds each site: as far as is known, and for sure; None where no part of it lies in the area.

        ``sites``: window of the grid and the area of the footprint in its cells. Of several patches the one with most of the
        footprint counts; 0 where the footprint lies in none.
        """
        windows, made = [where for where, _ in sites], []
        for patches in self.patches[kind]:
            made.append([_held(labels, share, patches) for labels, (_, share) in zip(patches.windows(windows), sites, strict=True)])
        return [None if None in pair else pair for pair in zip(*made, strict=True)]

    @cached_property
    def patterns(self) -> pd.DataFrame:
        """Area of each county, and of all, by the set of rules broken and unknown (schema ``PATTERNS``), by technology.

        With the area-weighted mean of the technology's resource.
        """
        made = []
        for kind in self.kinds:
            by_zone, place = [self.spatial(kind, law) for law in self.law_of_zone], self._asked(kind)[self.law_of_zone]
            is_missing = (place < 0).all(axis=0)
            own = [i for i, m in enumerate(self.measures) if m.kind == kind]
            seen = self.ledger.as_seen(place[:, ~is_missing])
            made.append(_table(seen, kind, by_zone, is_missing, self.places, self.grid.quantum_m2, own))
        found = pd.concat(made, ignore_index=True)
        return found.sort_values("level", kind="stable", ignore_index=True)  # "city" before "county"


def _held(labels: np.ndarray, share: np.ndarray, patches: Patches) -> float | None:
    """Size [hm2] of the patch that holds most of a footprint."""
    covered = (share > 0) & (labels > -2)
    if not covered.any():
        return None
    inside = covered & (labels >= 0)
    if not inside.any():
        return 0.0
    patch, of_cell = np.unique(patches.patch_of[labels[inside]], return_inverse=True)
    return float(patches.area_m2[patch[np.argmax(np.bincount(of_cell, share[inside]))]] * M2_TO_HM2)


def _table(
    ledger: Ledger, kind: str, by_zone: list[list[Rule]], is_missing: np.ndarray, places: Counties, quantum_m2: float, measures: list[int]
) -> pd.DataFrame:
    """The pattern table of one technology, the whole area first; rules whose layer is missing are unknown.

    ``by_zone``: its rules as they hold in each county. ``measures``: places of its sources among those summed, the leading
    one first.
    """
    zones = [places.zone(code, name) for code, name, _ in places]
    ledger = ledger.marked(_verdicts(ledger, by_zone, is_missing))  # before counties that judge the same pattern apart are added
    if places.city is not None:
        ledger = Ledger.of([ledger.whole_area(), ledger])
        zones.append({"county_code": places.city[0], "county_name": places.city[1], "level": "city"})  # number -1: the last
    patterns, of_row = np.unique(ledger.words, axis=0, return_inverse=True)
    broken, unknown = _said(patterns[:, 1:], by_zone[0], is_missing)
    said = pd.DataFrame(
        {
            "kind": kind,
            "rules_broken": [";".join(b) for b in broken],
            "rules_unknown": [";".join(u) for u in unknown],
            "zoning": [ZONES[v] for v in patterns[:, 0]],
        }
    ).iloc[of_row.ravel()]
    whole = ledger.sums.whole()
    area = whole[:, 0]
    rows = pd.DataFrame(zones).iloc[ledger.zone].reset_index(drop=True).join(said.reset_index(drop=True))
    rows["area_hm2"] = [float(a) * quantum_m2 * M2_TO_HM2 for a in area]
    known = whole[:, 1 + 2 * measures[0]] if measures else None
    rows["resource_area_hm2"] = [float(k) * quantum_m2 * M2_TO_HM2 for k in known] if measures else None
    means = [[w / k if k else None for k, w in whole[:, 1 + 2 * m : 3 + 2 * m]] for m in measures]
    is_whole = [[k == a for k, a in zip(whole[:, 1 + 2 * m], area, strict=True)] for m in measures]
    spread = [
        [mean[i] for mean, every in zip(means, is_whole, strict=True) if every[i] and mean[i] is not None] or [None]
        for i in range(len(area))
    ]
    rows["resource_mean"] = means[0] if measures else None
    rows["resource_low"] = [None if v == [None] else min(v) for v in spread]
    rows["resource_high"] = [None if v == [None] else max(v) for v in spread]
    return rows[list(tables.PATTERNS.columns)]


def _said(words: np.ndarray, rules: list[Rule], is_missing: np.ndarray) -> tuple[list[list[str]], list[list[str]]]:
    """(ids of the rules broken, unknown) in each pattern."""
    said = states(words, np.where(is_missing, -1, np.cumsum(~is_missing) - 1))
    ids = np.array([r.rule_id for r in rules], dtype=object)
    return tuple([list(ids[row]) for row in said == s] for s in (1, 2))


def _verdicts(ledger: Ledger, by_zone: list[list[Rule]], is_missing: np.ndarray) -> np.ndarray:
    """Verdict on each pattern of each zone, as place in ``ZONES``, by the states that the rules have there."""
    states = np.array([[tables.STATES.index(r.state) for r in rules] for rules in by_zone], int)
    _, zone, law = np.unique(states, axis=0, return_index=True, return_inverse=True)  # zones with equal states are one law
    pairs, of_row = np.unique(ledger.marked(law.ravel()[ledger.zone]).words, axis=0, return_inverse=True)
    rules = [{r.rule_id: r for r in by_zone[z]} for z in zone]
    said = _said(pairs[:, 1:], by_zone[0], is_missing)
    made = [ZONES.index(zoning(rules[p[0]], b, u)) for p, b, u in zip(pairs, *said, strict=True)]
    return np.array(made, np.uint64)[of_row.ravel()]


# --- rules of contiguous land ---------------------------------------------------------------------------------


def _with_patches(
    sheet: Sheet,
    keys: np.ndarray,
    asked: list[PatchQuestion],
    place: dict[Question | PatchQuestion, int],
    found: dict[str, tuple[Patches, Patches]],
    threads: int,
    label: str,
) -> np.ndarray:
    """The questions of contiguous land answered as well: cells of the sheet numbered anew; returns the patterns by number.

    Broken where the patch is too small as far as anything is known, for it can only shrink; kept where the patch of land that
    surely no hard rule prohibits is large enough, and on prohibited land, which lies in no patch; else unknown.
    """
    of_size = [[patches.of_size(test.threshold / M2_TO_HM2) for patches in found[kind]] for kind, test, _ in asked]
    numbered, lock = {(OUTSIDE, 0): OUTSIDE}, Lock()
    number_of = np.full((len(keys), 3 ** len(asked)), -1, np.int32)  # shared: a number once given stays
    number_of[OUTSIDE, 0] = OUTSIDE

    def work(_: None, part: tuple[int, int]) -> None:
        sweeps = {kind: zip(*(p.strips(*part) for p in pair), strict=True) for kind, pair in found.items()}
        for (row, numbers), *both in zip(sheet.strips(*part), *sweeps.values(), strict=True):
            labels, code = dict(zip(sweeps, both, strict=True)), np.zeros(numbers.shape, np.int32)
            for i, (kind, _, _) in enumerate(asked):
                (_, _, of_open), (_, _, of_sure) = labels[kind]
                _say_patch(of_open, of_sure, *of_size[i], code)
            cells, is_whole = _renumbered(numbers, code, number_of)
            if not is_whole:
                new = cells < 0
                with lock:
                    for n, k in set(zip(numbers[new].tolist(), code[new].tolist(), strict=True)):
                        number_of[n, k] = numbered.setdefault((n, k), len(numbered))
                cells, _ = _renumbered(numbers, code, number_of)
            sheet.write(row, sheet.col0, cells)

    parts = sheet.parts()
    for _ in track(on_threads(nullcontext, work, parts, threads), len(parts), label):
        pass
    old, code = np.array(list(numbered), np.int64).T
    for both in found.values():
        for patches in both:
            patches.renumbered(old)
    words = keys[old]
    for i, (_, _, guard) in enumerate(asked):
        said = (code // 3 ** (len(asked) - 1 - i) % 3).astype(np.uint8)
        if guard is not None:
            said = guarded(said, state(words, place.get((guard, None), -1)))
        put(words, place[asked[i]], said)
    words[OUTSIDE] = 0
    return words


# --- compiled ------------------------------------------------------------------------------------------------


@njit(nogil=True, cache=True)
def _say_patch(of_open, of_sure, open_size, sure_size, code):
    """Append the answer of a rule of contiguous land to each cell's code: 0 kept, 1 broken, 2 unknown.

    ``open_size``, ``sure_size``: which labels belong to patches that are large enough.
    """
    for r in range(code.shape[0]):
        for c in range(code.shape[1]):
            a, b, said = of_open[r, c], of_sure[r, c], 2
            if a < 0 or (b >= 0 and sure_size[b]):
                said = 0
            elif not open_size[a]:
                said = 1
            code[r, c] = 3 * code[r, c] + said


@njit(nogil=True, cache=True)
def _renumbered(numbers, code, number_of):
    """(the new number of each cell, below 0 where there is none yet; whether all have one)."""
    made, is_whole = np.empty_like(numbers), True
    for r in range(numbers.shape[0]):
        for c in range(numbers.shape[1]):
            made[r, c] = number_of[numbers[r, c], code[r, c]]
            is_whole &= made[r, c] >= 0
    return made, is_whole


# --- what follows from the patterns --------------------------------------------------------------------------


def exclusion(found: pd.DataFrame, book: Book, places: Counties, bases: str, language: str) -> pd.DataFrame:
    """What each spatial rule holds of each zone (schema ``EXCLUSION``), from the patterns.

    ``alone``: land on which the rule's condition holds; ``cumulative`` and ``marginal`` exist for hard rules only:
    land ruled out by it or a hard rule above it in the table, and by it alone. A rule that is unknown on all of a zone
    (its layer is missing) has blanks and its unknown area. The whole area is the sum of its counties; where they give a
    rule different states it shows that of the rule table.
    """
    rows = []
    named = [r for r in book.rules if r.is_spatial]
    all_broken, all_unknown = (_named(found[c], named) for c in ("rules_broken", "rules_unknown"))
    counties = found[found.level == "county"]
    for (code, name, level, kind), group in counties.groupby(["county_code", "county_name", "level", "kind"], sort=False):
        spatial = [r for r in book.of_county(code) if r.is_spatial]
        is_hard = np.array([r.state == HARD for r in spatial], bool)
        area, broken, unknown = group.area_hm2.to_numpy(), all_broken[group.index], all_unknown[group.index]
        whole, above = math.fsum(area), np.zeros(len(group), bool)
        hard_broken = (broken & is_hard).sum(axis=1)
        for i, rule in enumerate(spatial):
            if kind not in rule.kinds:
                continue
            open_area = math.fsum(area[unknown[:, i]])
            known = open_area < (1 - 1e-9) * whole
            row = {
                "county_code": code, "county_name": name, "level": level, "kind": kind, "rule_id": rule.rule_id, "state": rule.state,
                "layer": rule.layer, "title": rule.text("title", language), "basis": bases,
                "alone_hm2": math.fsum(area[broken[:, i]]) if known else None,
                "unknown_hm2": open_area,
            }  # fmt: skip
            if is_hard[i] and known:
                above |= broken[:, i]
                row["cumulative_hm2"] = math.fsum(area[above])
                row["marginal_hm2"] = math.fsum(area[broken[:, i] & (hard_broken == 1)])
            rows.append(row | {"so_far_hm2": math.fsum(area[above])})
    columns = [*tables.EXCLUSION.columns, "so_far_hm2"]
    made = places.with_city(pd.DataFrame(rows, columns=columns), ["kind", "rule_id"], [c for c in columns if c.endswith("_hm2")])
    by_id = {r.rule_id: r for r in named}
    for i in made.index[made.level == "city"]:
        rule = by_id[made.at[i, "rule_id"]]
        made.loc[i, ["state", "title"]] = rule.state, rule.text("title", language)
        if pd.notna(made.at[i, "cumulative_hm2"]):  # hard in some county: with what is ruled out so far in the others
            made.at[i, "cumulative_hm2"] = made.at[i, "so_far_hm2"]
    return made[list(tables.EXCLUSION.columns)]


def by_verdict(group: pd.DataFrame) -> dict[str, float]:
    """Area [hm2] of some patterns by verdict, as columns of ``POTENTIAL``."""
    names = {"allowed_hm2": "allowed", "conditional_hm2": "conditional", "excluded_hm2": "prohibited", "unknown_hm2": "unknown"}
    return {column: math.fsum(group.area_hm2[group.zoning == verdict]) for column, verdict in names.items()}


def by_date(found: dict[dt.date, pd.DataFrame], books: list[Book], bases: str) -> pd.DataFrame:
    """Land by verdict under the rules of each day (schema ``LAND_BY_DATE``), a book each; changes are against the first one."""
    lacking = {(book.day, kind): ";".join(book.lacking(books[0], kind)) for book in books for kind in JUDGED}
    keys, rows, first = ["county_code", "county_name", "level", "kind"], [], {}
    for day, patterns_of_day in found.items():
        for key, group in patterns_of_day.groupby(keys, sort=False):
            area = by_verdict(group)
            before = first.setdefault(key, area)
            change = {f"{v}_change_hm2": area[f"{v}_hm2"] - before[f"{v}_hm2"] for v in ("allowed", "excluded")}
            rows.append(
                dict(zip(keys, key, strict=True))
                | {"assessment_date": day.isoformat(), "basis": bases, "rules_lacking": lacking[day, key[-1]]}
                | area
                | change
            )
    return tables.product(rows, tables.LAND_BY_DATE)


def _named(cells: pd.Series, rules: list[Rule]) -> np.ndarray:
    """(rows, rules): whether a rule is named in a ``;``-separated cell."""
    place = {r.rule_id: i for i, r in enumerate(rules)}
    row, texts = pd.factorize(cells)
    made = np.zeros((len(texts) + 1, len(rules)), bool)  # the last for blank cells: row -1
    for i, text in enumerate(texts):
        made[i, [place[r] for r in text.split(";") if r]] = True
    return made[row]


def potential(
    found: pd.DataFrame,
    land_hm2_per_mw: dict[str, float],
    usable: dict[str, float],
    models: dict[str, Model],
    spots: dict[str, Place],
    targets: dict,
    city_code: str,
    bases: str,
) -> pd.DataFrame:
    """Land by verdict, capacity and energy of each zone and technology (schema ``POTENTIAL``).

    Capacity is allowed land x usable share / land per MW; ``capacity_if_cleared_mw`` adds conditional and unknown
    land, the most that could come out once every missing layer is in. ``spots``: where each county is taken to stand;
    energy is that of the allowed land whose resource is known, with the share that this is, and blank where the share is below
    :data:`ENERGY_LEAST_SHARE`; that of the whole area is the sum of its counties.
    """
    groups = {key: group for key, group in found.groupby(["county_code", "county_name", "level", "kind"], sort=False)}
    mw = {kind: usable[kind] / land_hm2_per_mw[kind] for kind in models}
    own = {
        (code, kind): _Made.of(group, models[kind], mw[kind], spots[code])
        for (code, _, level, kind), group in groups.items()
        if level == "county"
    }
    rows = []
    for (code, name, level, kind), group in groups.items():
        area = by_verdict(group)
        energy = own[code, kind] if level == "county" else _Made.sum([e for (_, k), e in own.items() if k == kind])
        value, low, high = energy.told()
        rows.append(
            {
                "county_code": code, "county_name": name, "level": level, "kind": kind,
                **area,
                "capacity_mw": area["allowed_hm2"] * mw[kind],
                "capacity_if_cleared_mw": (area["allowed_hm2"] + area["conditional_hm2"] + area["unknown_hm2"]) * mw[kind],
                "energy_gwh_yr": value, "energy_low_gwh_yr": low, "energy_high_gwh_yr": high,
                "target_2025_mw": targets.get((kind, 2025)) if code == city_code else None,
                "target_2030_mw": targets.get((kind, 2030)) if code == city_code else None,
                "land_hm2_per_mw": land_hm2_per_mw[kind], "usable_share": usable[kind], "basis": bases,
                "energy_land_share": energy.share,
            }
        )  # fmt: skip
    return pd.DataFrame(rows, columns=list(tables.POTENTIAL.columns))


@dataclass(frozen=True)
class _Made:
    """Energy of allowed land (value, low, high) [GWh/yr] as far as its resource is known, that land and all of it [hm2].

    ``has_resource``: whether anything is known of the resource, on whatever land.
    """

    gwh: tuple[float, float, float]
    known_hm2: float
    allowed_hm2: float
    has_resource: bool

    @property
    def share(self) -> float | None:
        """Share of the allowed land whose energy is counted; None where there is no such land, or no resource at all."""
        return self.known_hm2 / self.allowed_hm2 if self.has_resource and self.allowed_hm2 > 0 else None

    def told(self) -> tuple[float, float, float] | tuple[None, None, None]:
        """The energy, unless too much of the land is unknown: a part is not taken for the whole."""
        is_enough = self.has_resource and (self.share is None or self.share >= ENERGY_LEAST_SHARE)
        return self.gwh if is_enough else (None, None, None)

    @classmethod
    def of(cls, group: pd.DataFrame, model: Model, mw_per_hm2: float, place: Place) -> _Made:
        """Of the patterns of a county."""
        allowed, made = group[group.zoning == "allowed"], []
        for row in allowed.itertuples() if model.sources else ():
            mean, low, high = (None if pd.isna(v) else v for v in (row.resource_mean, row.resource_low, row.resource_high))
            energy = model.energy(mean, low, high, place)
            if energy is not None:
                made.append((energy.gwh_yr(row.resource_area_hm2 * mw_per_hm2), row.resource_area_hm2))
        gwh = tuple(math.fsum(part[i] for part, _ in made) for i in range(3))
        has_resource = bool(model.sources) and bool(group.resource_area_hm2.sum() > 0)
        return cls(gwh, math.fsum(a for _, a in made), math.fsum(allowed.area_hm2), has_resource)

    @classmethod
    def sum(cls, parts: list[_Made]) -> _Made:
        """Several counties as one."""
        gwh = tuple(math.fsum(p.gwh[i] for p in parts) for i in range(3))
        known, allowed = (math.fsum(getattr(p, n) for p in parts) for n in ("known_hm2", "allowed_hm2"))
        return cls(gwh, known, allowed, any(p.has_resource for p in parts))
