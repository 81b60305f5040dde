"""Land by the rules it breaks: one pass over the cells, then every question is a table of patterns.

A cell's pattern is the answer to every question the rules ask, two bits each (broken, unknown). Areas are added in whole
multiples of the grid's quantum, resource sums (value x area) in the same quanta: all sums are exact integers, so size of
blocks, number of threads and order cannot change a bit of them. They become numbers with a fraction at the very end.
"""

from __future__ import annotations

import datetime as dt
import math
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numba import njit

from pipeline.core import counting, pixels, tables
from pipeline.core.counties import Counties
from pipeline.core.progress import track
from pipeline.core.threads import on_threads
from pipeline.core.units import M2_TO_HM2
from pipeline.core.words import say
from pipeline.core.zones import ZoneCells
from pipeline.siting.energy import Model, Place
from pipeline.siting.evidence import Evidence, Reader, Window
from pipeline.siting.rules import HARD, Book, Rule, Test, zoning

BLOCK = (128, 4096)  # rows and columns answered at once; memory follows this, not the grid
_PER_WORD = 32  # questions in a word of 64 bits
_MANY = 1_000_000  # sums kept apart before equal ones are added
_ZONINGS = ("prohibited", "unknown", "conditional", "allowed")
Question = tuple[Test, Test | None]  # what a rule tests, and the guard that limits it


def patterns(places: Counties, evidence: Evidence, book: Book, models: dict[str, Model], threads: int, language: str) -> pd.DataFrame:
    """Area of each county, and of all, by the set of rules broken and unknown (schema ``PATTERNS``), by technology.

    Cells are those of the measuring grid, shared between counties by exact fraction; land beyond the grid is
    unknown to every rule. Each county is judged by its own rules where it has any. ``models``: technology -> what
    tells its energy; the area-weighted mean of its resource is kept.
    """
    asked = [r for r in book.every() if r.is_spatial and any(evidence.has(t.layer) for t in (r.test, r.guard) if t is not None)]
    questions = list(dict.fromkeys((r.test, r.guard) for r in asked))
    place_of = {question: i for i, question in enumerate(questions)}
    measures = [Measure(kind, name, model) for kind, model in models.items() for name in model.sources]
    cells = pixels.cut([geometry for _, _, geometry in places], evidence.grid, threads)
    label = say("pass_rules", language, kind="、".join(say(k, language) for k in models))
    ledger = _with_beyond(_sweep(evidence, cells, questions, measures, threads, label), cells, len(questions))
    made = []
    for kind in models:
        by_zone = [[r for r in book.of_county(code) if r.is_spatial and kind in r.kinds] for code, _, _ in places]
        place = np.array([[place_of.get((r.test, r.guard), -1) for r in rules] for rules in by_zone], int)
        is_missing = (place < 0).all(axis=0)
        own = [i for i, m in enumerate(measures) if m.kind == kind]
        made.append(_table(ledger.as_seen(place[:, ~is_missing]), kind, by_zone, is_missing, places, evidence.grid.quantum_m2, own))
    found = pd.concat(made, ignore_index=True)
    return found.sort_values("level", kind="stable", ignore_index=True)  # "city" before "county"


@dataclass(frozen=True)
class Measure:
    """A source of a technology's resource, summed over land."""

    kind: str
    layer: str
    model: Model

    def values(self, window: Window) -> np.ndarray:
        """The resource by cell, NaN unknown."""
        return self.model.resource(window.values, self.layer)


# --- sums by zone and pattern --------------------------------------------------------------------------------


@dataclass(frozen=True)
class Ledger:
    """Sums by zone and pattern, whole numbers of quanta.

    ``zone`` (n,); ``words`` (n, words): the pattern; ``sums`` (n, 1 + 2 x measures): area, and of each measure
    the area where it is known and resource x area.
    """

    zone: np.ndarray
    words: np.ndarray
    sums: pixels.Exact

    @classmethod
    def empty(cls, words: int, measures: int) -> Ledger:
        """Nothing yet."""
        return cls(np.zeros(0, np.int64), np.zeros((0, words), np.uint64), pixels.Exact.zeros(0, 1 + 2 * measures))

    @classmethod
    def of(cls, parts: list[Ledger]) -> Ledger:
        """Several as one: equal zones and patterns added, in the order of zones and patterns."""
        zone, words = np.concatenate([p.zone for p in parts]), np.concatenate([p.words for p in parts])
        order = np.lexsort((*words.T, zone))
        zone, words = zone[order], words[order]
        is_new = np.append(True, (zone[1:] != zone[:-1]) | (words[1:] != words[:-1]).any(axis=1))[: zone.size]
        start = np.flatnonzero(is_new)
        high, low = (np.concatenate([getattr(p.sums, k) for p in parts])[order] for k in ("high", "low"))
        sums = pixels.Exact(*(np.add.reduceat(a, start, axis=0) if start.size else a for a in (high, low)))
        return cls(zone[start], words[start], sums)

    def as_seen(self, places: np.ndarray) -> Ledger:
        """By what some questions say alone, in their order: patterns that they cannot tell apart become one.

        ``places`` (zones, n): the questions that are asked in each zone.
        """
        words = np.zeros((self.zone.size, _words_for(places.shape[1])), np.uint64)
        for i, place in enumerate(places.T):
            words[:, i // _PER_WORD] |= _state(self.words, place[self.zone]).astype(np.uint64) << np.uint64(2 * (i % _PER_WORD))
        return Ledger.of([Ledger(self.zone, words, self.sums)])

    def marked(self, mark: np.ndarray) -> Ledger:
        """With one more word to each pattern, the first."""
        return Ledger(self.zone, np.column_stack([mark.astype(np.uint64), self.words]), self.sums)

    def whole_area(self) -> Ledger:
        """All zones as one, numbered -1."""
        return Ledger.of([Ledger(np.full_like(self.zone, -1), self.words, self.sums)])


def _words_for(questions: int) -> int:
    return max(1, -(-questions // _PER_WORD))


def _state(words: np.ndarray, place: int | np.ndarray) -> np.ndarray:
    """What the two bits of a question, or of one for each pattern, say: 0 kept, 1 broken, 2 unknown."""
    place = np.broadcast_to(place, len(words))
    return (words[np.arange(len(words)), place // _PER_WORD] >> (2 * (place % _PER_WORD)).astype(np.uint64)).astype(np.uint8) & 3


def _with_beyond(ledger: Ledger, cells: list[ZoneCells], questions: int) -> Ledger:
    """The land of each zone beyond the grid as well: unknown to every question."""
    everywhere = np.zeros((1, _words_for(questions)), np.uint64)
    for i in range(questions):
        everywhere[0, i // _PER_WORD] |= np.uint64(2) << np.uint64(2 * (i % _PER_WORD))
    parts = [ledger]
    for number, zone in enumerate(cells):
        if zone.is_inside_grid:
            continue
        beyond = round(zone.area_m2 / zone.grid.quantum_m2) - sum(ledger.sums.whole()[ledger.zone == number, 0])
        if beyond * zone.grid.quantum_m2 > 1e-9 * zone.area_m2:
            words = np.array([[[beyond >> 32, beyond & (2**32 - 1)], *[[0, 0]] * (ledger.sums.high.shape[1] - 1)]])
            parts.append(Ledger(np.array([number]), everywhere, pixels.Exact.of(words, 32)))
    return Ledger.of(parts)


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
            "zoning": [_ZONINGS[v] for v in patterns[:, 0]],
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
    state = np.full((len(words), len(rules)), 2, np.uint8)
    for place, i in enumerate(np.flatnonzero(~is_missing)):
        state[:, i] = _state(words, place)
    ids = np.array([r.rule_id for r in rules], dtype=object)
    return tuple([list(ids[row]) for row in state == s] for s in (1, 2))


def _verdicts(ledger: Ledger, by_zone: list[list[Rule]], is_missing: np.ndarray) -> np.ndarray:
    """Verdict on each pattern of each zone, as place in ``_ZONINGS``, by the states that the rules have there."""
    states = np.array([[tables.STATES.index(r.state) for r in rules] for rules in by_zone], int)
    _, zone, law = np.unique(states, axis=0, return_index=True, return_inverse=True)  # zones with equal states are one law
    pairs, of_row = np.unique(ledger.marked(law.ravel()[ledger.zone]).words, axis=0, return_inverse=True)
    rules = [{r.rule_id: r for r in by_zone[z]} for z in zone]
    said = _said(pairs[:, 1:], by_zone[0], is_missing)
    made = [_ZONINGS.index(zoning(rules[p[0]], b, u)) for p, b, u in zip(pairs, *said, strict=True)]
    return np.array(made, np.uint64)[of_row.ravel()]


# --- the pass ------------------------------------------------------------------------------------------------


def _sweep(
    evidence: Evidence, cells: list[ZoneCells], questions: list[Question], measures: list[Measure], threads: int, label: str
) -> Ledger:
    """Every cell of every zone once."""
    zones = pixels.Zones.of(cells, evidence.grid)
    blocks = pixels.windows(zones, *BLOCK, 1, evidence.grid.width)
    parts = [Ledger.empty(_words_for(len(questions)), len(measures))]
    if not blocks:
        return parts[0]
    top, _, left, _ = map(min, zip(*(b.where for b in blocks), strict=True))
    _, bottom, _, right = map(max, zip(*(b.where for b in blocks), strict=True))
    vectors = evidence.vectors([t for q in questions for t in q if t is not None], top, bottom, left, right)

    def work(reader: Reader, block: pixels.Block) -> Ledger:
        return _count(reader.window(*block.where, vectors), zones, questions, measures)

    for part in track(on_threads(evidence.reader, work, blocks, threads), len(blocks), label):
        parts.append(part)
        if sum(p.zone.size for p in parts[1:]) > _MANY:
            parts = [Ledger.of(parts)]
    return Ledger.of(parts)


def _count(window: Window, zones: pixels.Zones, questions: list[Question], measures: list[Measure]) -> Ledger:
    """The sums of a block."""
    numbers, keys = _distinct(_words(window, questions))
    alone, quanta, place = np.zeros((1, 1), np.int32), pixels.quanta_of(window.evidence.grid, window), (window.row0, window.col0)
    table = np.zeros((zones.row0.size, len(keys), 1, 2), np.int64)
    counting.count_cells(numbers, alone, quanta, *place, zones.arrays, table)
    area = pixels.Exact.of(table, counting.AREA_BITS)
    sums = pixels.Sums([area], [pixels.Exact.zeros(*table.shape[:3])], [pixels.Exact.zeros(*table.shape[:3])])
    for measure in measures:
        layer = window.evidence.rasters[measure.layer]
        pixels.measure(sums, layer, measure.values(window), numbers, alone, quanta, place, zones.arrays)
    zone, pattern = np.nonzero(table.any(axis=(2, 3)))
    exact = (area, *(s for pair in zip(sums.known[1:], sums.total[1:], strict=True) for s in pair))
    high, low = (np.stack([getattr(e, part)[zone, pattern, 0] for e in exact], axis=1) for part in ("high", "low"))
    return Ledger(zone, keys[pattern], pixels.Exact(high, low))


def _words(window: Window, questions: list[Question]) -> np.ndarray:
    """The answers of every cell: (words, rows, columns) uint64, two bits a question."""
    words = np.zeros((_words_for(len(questions)), *window.shape), np.uint64)
    for i, question in enumerate(questions):
        answer = window.ask(*question)
        for bit, flags in enumerate((answer.broken, answer.unknown)):
            if flags.any():
                _set_bit(words[i // _PER_WORD], flags, np.uint64(2 * (i % _PER_WORD) + bit))
    return words


# --- compiled ------------------------------------------------------------------------------------------------


@njit(nogil=True, cache=True)
def _set_bit(words, flags, bit):
    """Set a bit in every cell's word where it is flagged."""
    for r in range(flags.shape[0]):
        for c in range(flags.shape[1]):
            words[r, c] |= np.uint64(flags[r, c]) << bit


@njit(nogil=True, cache=True)
def _distinct(words):
    """(number of each cell's pattern, (patterns, words)): numbered as they come, row by row."""
    count, rows, columns = 0, words.shape[1], words.shape[2]
    numbers = np.empty((rows, columns), np.int32)
    keys = np.empty((256, words.shape[0]), np.uint64)
    slots = np.full(4 * keys.shape[0], -1, np.int32)
    for r in range(rows):
        for c in range(columns):
            if c > 0 and (words[:, r, c] == words[:, r, c - 1]).all():  # as neighbours mostly are
                numbers[r, c] = numbers[r, c - 1]
                continue
            slot = _slot(words[:, r, c], keys, slots)
            if slots[slot] < 0:
                if count == keys.shape[0]:
                    keys = np.concatenate((keys, keys))
                    slots = np.full(4 * keys.shape[0], -1, np.int32)
                    for i in range(count):
                        slots[_slot(keys[i], keys, slots)] = i
                    slot = _slot(words[:, r, c], keys, slots)
                keys[count] = words[:, r, c]
                slots[slot] = count
                count += 1
            numbers[r, c] = slots[slot]
    return numbers, keys[:count]


@njit(nogil=True, cache=True)
def _slot(key, keys, slots):
    """Where a pattern is kept in the table of slots, or the free slot it would go to."""
    mixed = np.uint64(0)
    for w in range(key.size):
        mixed = (mixed ^ key[w]) * np.uint64(0x9E3779B97F4A7C15)
        mixed ^= mixed >> np.uint64(29)
    slot = np.int64(mixed & np.uint64(slots.size - 1))
    while slots[slot] >= 0:
        alike = True
        for w in range(key.size):
            alike = alike and keys[slots[slot], w] == key[w]
        if alike:
            break
        slot = (slot + 1) & (slots.size - 1)
    return slot


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
                "layer": rule.test.layer, "title": rule.text("title", language), "basis": bases,
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


def by_date(found: dict[dt.date, pd.DataFrame], bases: str) -> pd.DataFrame:
    """Land by verdict under the rules of each day (schema ``LAND_BY_DATE``); changes are against the first one."""
    keys, rows, first = ["county_code", "county_name", "level", "kind"], [], {}
    for day, patterns_of_day in found.items():
        for key, group in patterns_of_day.groupby(keys, sort=False):
            area = by_verdict(group)
            before = first.setdefault(key, area)
            change = {f"{v}_change_hm2": area[f"{v}_hm2"] - before[f"{v}_hm2"] for v in ("allowed", "excluded")}
            rows.append(dict(zip(keys, key, strict=True)) | {"assessment_date": day.isoformat(), "basis": bases} | area | change)
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
    energy is blank unless its resource is known on all allowed land, and that of the whole area is the sum of its counties.
    """
    groups = {key: group for key, group in found.groupby(["county_code", "county_name", "level", "kind"], sort=False)}
    mw = {kind: usable[kind] / land_hm2_per_mw[kind] for kind in models}
    own = {
        (code, kind): _energy_gwh(group, models[kind], mw[kind], spots[code])
        for (code, _, level, kind), group in groups.items()
        if level == "county"
    }
    rows = []
    for (code, name, level, kind), group in groups.items():
        area = by_verdict(group)
        energy = own[code, kind] if level == "county" else _sum_gwh([e for (_, k), e in own.items() if k == kind])
        value, low, high = energy or (None, None, None)
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
            }
        )  # fmt: skip
    return pd.DataFrame(rows, columns=list(tables.POTENTIAL.columns))


def _energy_gwh(group: pd.DataFrame, model: Model, mw_per_hm2: float, place: Place) -> tuple[float, float, float] | None:
    """(value, low, high) of a county's allowed land [GWh/yr]; None unless the resource is known on all of it."""
    allowed = group[group.zoning == "allowed"]
    if not model.sources or not group.resource_area_hm2.sum() > 0:
        return None
    if not (abs(allowed.area_hm2 - allowed.resource_area_hm2) <= 1e-6 * allowed.area_hm2).all():
        return None
    made = []
    for row in allowed.itertuples():
        low, high = (None if pd.isna(v) else v for v in (row.resource_low, row.resource_high))
        energy = model.energy(row.resource_mean, low, high, place)
        if energy is None:
            return None
        made.append(energy.gwh_yr(row.area_hm2 * mw_per_hm2))
    return tuple(math.fsum(part[i] for part in made) for i in range(3))


def _sum_gwh(parts: list[tuple[float, float, float] | None]) -> tuple[float, float, float] | None:
    """Several counties as one; None where one of them is not known."""
    return None if not parts or None in parts else tuple(math.fsum(part[i] for part in parts) for i in range(3))
