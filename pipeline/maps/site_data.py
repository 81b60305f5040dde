"""Candidate sites as compact data: the page's script makes pins, lists and popups of it, as text only.

Texts that repeat (rules, laws, reasons, methods) stand once in a pool and are named by number; sets of answers that sites
share stand once. Figures are written here, rounded once, as in every other place.
"""

from __future__ import annotations

from typing import Any

import geopandas as gpd
import pandas as pd
import shapely

from pipeline.core import figures
from pipeline.core.tables import STATES
from pipeline.core.zoning import ATTRIBUTES, JUDGED
from pipeline.maps.facts import Facts
from pipeline.maps.signs import kind_name
from pipeline.maps.words import say

VERDICTS = ("allowed", "conditional", "prohibited", "unknown")
MOST_IN_FULL = 5_000  # sites on a page with every rule and figure; beyond it the county pages have them
MOST_SHAPES = 600  # footprints drawn on a page
_MOST_VERTICES = 40_000
_OUTCOMES = ("broken", "unknown", "note")


class _Pool:
    """Texts by number, each once."""

    def __init__(self) -> None:
        self.texts: list[str] = []
        self._place: dict[str, int] = {}

    def __call__(self, text: Any) -> int | None:
        """Number of a text; None of a blank."""
        if text is None or pd.isna(text):
            return None
        if (found := self._place.get(str(text))) is None:
            found = self._place[str(text)] = len(self.texts)
            self.texts.append(str(text))
        return found


def data(facts: Facts, sites: pd.DataFrame) -> dict:
    """Everything the script shows of the sites of a page, in the order of ``sites``."""
    pool, language = _Pool(), facts.language
    in_full = len(sites) <= MOST_IN_FULL
    kinds = kinds_of(sites)
    counties = {code: i for i, code in enumerate(facts.places.frame.county_code)}
    answers = _answers(facts, sites, pool) if in_full else None
    rows = []
    for row in sites.itertuples():
        rows.append(
            [
                row.site_id, row.name, row.lat, row.lon, kinds.index(row.kind), VERDICTS.index(row.verdict),
                (row.evidence == "indicative") + 2 * (row.is_illustrative == "yes"), counties.get(row.county_code, -1),
                f"{figures.number(row.capacity_mw)} MW", f"{figures.hm2(row.area_hm2)} hm²",
                *([_figures(row, language, pool), answers.of_site.get(row.site_id, 0), pool(row.note), pool(row.basis)] if in_full else []),
            ]
        )  # fmt: skip
    return {
        "rows": rows,
        "kinds": [[k, kind_name(k, language)] for k in kinds],
        "verdicts": [[v, say(v, language)] for v in VERDICTS],
        "texts": pool.texts,
        "rules": answers.rules if answers else [],
        "answers": answers.sets if answers else [],
        "coarse": _coarse(facts),
    }


def kinds_of(sites: pd.DataFrame) -> list[str]:
    """Kinds of some sites, those that get a verdict first."""
    return list(dict.fromkeys([*(k for k in JUDGED if (sites.kind == k).any()), *sites.kind]))


def shapes(facts: Facts, footprints: gpd.GeoSeries) -> bool:
    """Whether the footprints of a page are few and simple enough to be drawn."""
    return 0 < len(footprints) <= MOST_SHAPES and int(shapely.get_num_coordinates(footprints.values).sum()) <= _MOST_VERTICES


def _coarse(facts: Facts) -> str:
    cell = facts.source.cell_size
    if facts.source.is_coarse == "yes" and pd.notna(cell):
        return say("coarse_sentence", facts.language, cell=str(cell))
    return say("coarse_sentence_plain", facts.language)


def _figures(row, language: str, pool: _Pool) -> list[list]:
    """Size, energy, losses, score: [name, value, small print …], each blank with the reason why; texts of the pool by number."""
    wind = "_wind" if row.kind == "wind" else ""

    def word(key: str, **values) -> int | None:
        return pool(say(key, language, **values))

    if pd.notna(row.energy_gwh_yr):
        energy = [f"{figures.number(row.energy_gwh_yr)} GWh", _range(row, language), pool(row.energy_method)]
    else:
        energy = [figures.DASH, word(f"energy_none{wind}")]
    carbon = f"{figures.number(row.carbon_loss_tc)} tC" if pd.notna(row.carbon_loss_tc) else None
    forest = f"{figures.hm2(row.forest_loss_hm2)} hm²" if pd.notna(row.forest_loss_hm2) else None
    why, how = word(f"loss_none{wind}"), word("loss_note")
    made = [
        [word("site_capacity"), f"{figures.number(row.capacity_mw)} MW" if pd.notna(row.capacity_mw) else figures.DASH],
        [
            word("site_area"),
            f"{figures.hm2(row.area_hm2)} hm²" if pd.notna(row.area_hm2) else figures.DASH,
            *([word("site_area_wind")] if row.kind == "wind" else []),
        ],
        [word("energy"), *energy],
        [word("forest_loss"), *([forest] + ([] if carbon else [how]) if forest else [figures.DASH, why])],
        [word("carbon_loss"), *([carbon, how] if carbon else [figures.DASH, why])],
    ]
    if pd.notna(row.score):
        known, criteria = int(row.score_rules_known), int(row.score_rules)
        bounds = {"low": figures.number(row.score_low), "high": figures.number(row.score_high)}
        note = word("score_note_all", all=criteria) if known == criteria else word("score_note", known=known, all=criteria, **bounds)
        made.append([word("score"), figures.number(row.score), note])
    return made


def _range(row, language: str) -> str:
    """Range and full-load hours of a site's energy."""
    low, high = figures.number(row.energy_low_gwh_yr), figures.number(row.energy_high_gwh_yr)
    return say("energy_range", language, low=low, high=high, hours=f"{row.full_load_h:.0f}")


class _Answers:
    """``rules``: [id, title, requirement, legal basis, label, state]; ``sets``: answers that sites have; ``of_site``: site id -> set."""

    def __init__(self) -> None:
        self.rules: list[list] = []
        self.sets: list[list] = [[]]
        self.of_site: dict[str, int] = {}


def _answers(facts: Facts, sites: pd.DataFrame, pool: _Pool) -> _Answers:
    """What the rules say of each site: [rule, outcome, what was seen …]; of rules that ask restricted layers their number alone."""
    made, rules, sets, language = _Answers(), {}, {(): 0}, facts.language
    own = facts.reasons[facts.reasons.site_id.isin(set(sites.site_id))]
    for site_id, group in own.groupby("site_id", sort=False):
        said, hidden = [], dict.fromkeys(_OUTCOMES, 0)
        for row in group.itertuples():
            if facts.hides_rule(row.rule_id):
                hidden[row.outcome] += 1
                continue
            key = (row.rule_id, row.title, row.requirement, row.legal_basis)
            if key not in rules:
                rules[key] = len(made.rules)
                made.rules.append(
                    [
                        row.rule_id,
                        pool(row.title),
                        pool(row.requirement),
                        pool(row.legal_basis),
                        pool(_label(row.label, language)),
                        row.state,
                    ]
                )
            said.append((rules[key], _OUTCOMES.index(row.outcome), *_seen(row, language, pool)))
        if hidden["broken"] or hidden["unknown"]:
            said.append((-1, hidden["broken"], hidden["unknown"]))
        key = tuple(said)
        if key not in sets:
            sets[key] = len(made.sets)
            made.sets.append([list(answer) for answer in said])
        made.of_site[site_id] = sets[key]
    assert {r[5] for r in made.rules} <= set(STATES)
    return made


def _seen(row, language: str, pool: _Pool) -> list[int]:
    """What was found, as numbers of the pool."""
    seen = []
    if pd.notna(row.share):
        seen.append(pool(say("share_of_site", language, share=figures.share(row.share))))
    if pd.notna(row.found):
        seen.append(pool(say("found_site" if row.layer in ATTRIBUTES else "found", language, found=row.found)))
    if row.outcome == "unknown" and pd.notna(row.layer):
        seen.append(pool(f"{say('missing_layer', language)} {row.layer}"))
    return seen


def _label(label: str, language: str) -> str:
    """A label such as ``K/P`` in words."""
    letters = [part for part in label.replace("/", " ").replace(",", " ").replace(";", " ").split()]
    comma = "，" if language == "zh" else ", "
    return comma.join(f"{say(f'label_{letter}', language)} {letter}" for letter in letters)
