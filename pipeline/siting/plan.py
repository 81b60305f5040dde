"""Where the plan's own words meet a rule, item by item, and the candidate sites that each concerns."""

from __future__ import annotations

import numpy as np
import pandas as pd

from pipeline.core.counties import Counties
from pipeline.core.legend import class_names
from pipeline.core.words import say
from pipeline.siting.evidence import Evidence
from pipeline.siting.rules import LAND_COVER, Rule, listed
from pipeline.siting.sites import SHARE_MIN, Site


def conflicts(
    items: pd.DataFrame | None,
    sites: list[Site],
    counties: list[dict],
    reasons: pd.DataFrame,
    rules: list[Rule],
    places: Counties,
    area_code: str,
    evidence: Evidence,
    language: str,
) -> list[dict]:
    """Rows of ``PLAN_CONFLICT``; none without a table of items.

    ``items``: schema ``PLAN_CONFLICTS``; those of other counties than ``places`` are left out. ``counties``: rows of
    ``SITE_COUNTY``; ``reasons``: schema ``SITE_REASONS``. A site is concerned when it is of the item's kinds, lies in its county
    and has one of its land classes, or land of unknown class, under it.
    """
    if items is None:
        return []
    codes, names = {code for code, *_ in places} | {area_code}, class_names(language)
    by_id = {r.rule_id: r for r in rules}
    lies_in: dict[str, set[str]] = {}
    for row in counties:
        if row["county_code"]:
            lies_in.setdefault(row["site_id"], set()).update((row["county_code"], area_code))
    told = {
        outcome: reasons[reasons.outcome == outcome].groupby("site_id").rule_id.apply(set).to_dict() for outcome in ("broken", "unknown")
    }
    under = {s.row["site_id"]: class_shares(s, evidence) for s in sites} if len(items) else {}
    rows = []
    for item in items.to_dict("records"):
        if item["county_code"] not in codes:
            continue
        against, kinds = listed(item["against"]), listed(item["kinds"])
        classes = listed(item["classes"])
        held = [i for i in against if i in by_id]
        said = {
            "item_id": item["item_id"], "item": item[f"item_{language}"], "county_code": item["county_code"], "county_name": item["county_name"],
            "kinds": item["kinds"], "plan_section": item["plan_section"], "quote_zh": item["quote_zh"], "rules": ";".join(held),
            "rules_not_in_force": ";".join(i for i in against if i not in by_id),
            "legal_basis": _joined(dict.fromkeys(filter(None, (by_id[i].text("basis", language) for i in held))), language),
            "label": item["label"],
        }  # fmt: skip
        finding = item[f"finding_{language}"]
        made = []
        for site in sites:
            site_id = site.row["site_id"]
            if site.row["kind"] not in kinds or item["county_code"] not in lies_in.get(site_id, ()):
                continue
            share = {k: under[site_id].get(k, 0.0) for k in classes}
            unknown = under[site_id].get(None, 0.0)
            if classes and sum(share.values()) <= SHARE_MIN and unknown <= SHARE_MIN:
                continue
            broken, is_open = ([i for i in held if i in told[o].get(site_id, ())] for o in ("broken", "unknown"))
            outcome = "conflict" if broken else "unknown" if is_open or (classes and unknown > SHARE_MIN) else "clear"
            found = [names.get(k, k) for k in classes if share[k] > SHARE_MIN]
            key = {"conflict": "conflict_here" if found else "conflict_here_plain", "unknown": "conflict_open", "clear": "conflict_clear"}[
                outcome
            ]
            words = {
                "site": site_id, "share": sum(share.values()) * 100, "classes": _joined(found, language),
                "rules": _joined((f"{by_id[i].text('title', language)}（{i}）" for i in broken or is_open or held), language),
            }  # fmt: skip
            here = {
                "site_id": site_id, "site_name": site.row["name"], "classes_found": _joined(found, language) or None,
                "share": min(sum(share.values()), 1.0) if classes else None, "rules_broken": ";".join(broken), "rules_unknown": ";".join(is_open),
                "outcome": outcome, "finding": _sentences(finding, say(key, language, **words), language),
            }  # fmt: skip
            made.append(said | here)
        rows += made or [said | {"outcome": "no_site", "finding": _sentences(finding, say("conflict_no_site", language), language)}]
    return rows


def class_shares(site: Site, evidence: Evidence) -> dict[str | None, float]:
    """Share of a footprint on each land class; under None what is of unknown class or beyond the map."""
    area = site.cell_areas_m2
    made: dict[str | None, float] = {}
    if area.size:
        places = site.window.values(LAND_COVER)
        by_place = np.bincount(places.ravel(), area.ravel(), evidence.codes.size + 1)[:-1] / site.cells.area_m2
        for key, share in zip(evidence.code_classes, by_place, strict=True):
            if share > 0:
                made[key] = made.get(key, 0.0) + float(share)
    rest = 1.0 - sum(made.values())
    return made | ({None: rest} if rest > SHARE_MIN else {})


def _joined(texts, language: str) -> str:
    return say("sep_list", language).join(texts)


def _sentences(first: str, second: str, language: str) -> str:
    return f"{first}。{second}。" if language == "zh" else f"{first}. {second}."
