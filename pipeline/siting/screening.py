"""Candidate sites judged: placed in their counties, asked every rule of their kind, scored, and what each would yield and cost."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace

import pandas as pd
import shapely

from pipeline.core import tables
from pipeline.core.config import Config
from pipeline.core.layers import Layer
from pipeline.core.legend import class_names
from pipeline.core.products import rows_of
from pipeline.core.words import say
from pipeline.siting import areas, scores, sites, tradeoff
from pipeline.siting.evidence import Evidence, Reader
from pipeline.siting.rules import CONDITIONAL, HARD, JUDGED, LAND_COVER, Book, of_kind

_VEGETATION = ("agb", "bgb", "dead_wood", "litter")


@dataclass(frozen=True)
class Placed:
    """A candidate and the county that holds most of it."""

    site: sites.Site
    code: str | None
    name: str | None
    share: float
    counties: dict[str, shapely.Geometry]  # those of the area

    def answers(self, book: Book, evidence: Evidence, names: sites.Names) -> list[sites.Answer]:
        """Every rule of its kind that is meant for its county, in the order of the table; by counties where they have rules of their own."""
        made = []
        for rule in of_kind(book.rules, self.site.row["kind"]):
            if not rule.holds_in(self.code):
                continue
            own = [(version, self.counties[c]) for c, version in book.instead_of(rule).items() if c in self.counties]
            made += sites.ask(self.site, rule, evidence, names, own if self.site.row["kind"] in JUDGED else ())
        return made

    def verdict(self, answers: list[sites.Answer]) -> str:
        """Verdict on the site; unknown where the rules do not judge its kind or it lies outside the area."""
        return sites.verdict(answers) if answers and self.code is not None and self.site.row["kind"] in JUDGED else "unknown"


def place(proposed, reader: Reader, places, land: areas.Land, config: Config) -> list[Placed]:
    """The candidates of the area; those elsewhere too unless only some counties were chosen."""
    plants, made = {"pv": config.siting.pv, "wind": config.siting.wind}, []
    counties = {code: geometry for code, _, geometry in places}
    for row in proposed.to_dict("records"):
        plant = plants.get(row["kind"])
        site = sites.make_site(row, row["geometry"], plant.land_hm2_per_mw if plant else None, plant.usable_share if plant else 1.0, reader)
        code, name, share = sites.place(site, places)
        if code is not None or places.city is not None:
            made.append(Placed(site, code, name, share, counties))
    return with_patches(made, land)


def with_patches(placed: list[Placed], land: areas.Land) -> list[Placed]:
    """The candidates with the contiguous land that holds them, where rules ask for it."""
    made = list(placed)
    for kind in land.patches or {}:
        own = [i for i, p in enumerate(made) if p.site.row["kind"] == kind]
        held = land.around(kind, [(made[i].site.window.where, made[i].site.cell_areas_m2) for i in own])
        for i, patch in zip(own, held, strict=True):
            made[i] = replace(made[i], site=replace(made[i].site, patch_hm2=patch))
    return made


def screen(placed: list[Placed], book: Book, criteria, evidence: Evidence, language: str, losses, models, said: str):
    """(screening table, reasons table, score details) of all candidate sites."""
    names, rows, reasons, detail = _names(evidence, language), [], [], []
    for candidate in placed:
        site, row = candidate.site, candidate.site.row
        answers = candidate.answers(book, evidence, names)
        verdict = candidate.verdict(answers)
        own = book.own.get(candidate.code, {})
        marks = [scores.ask(site, c.in_county(own), evidence, answers) for c in criteria if row["kind"] in c.kinds]
        score = scores.total(marks)
        made_of = sites.energy_of(site, models[row["kind"]]) if row["kind"] in models else None
        value, low, high = made_of.gwh_yr(site.capacity_mw) if made_of and site.capacity_mw is not None else (None, None, None)
        loss, forest = losses[row["kind"]](site)
        centre = site.footprint.centroid
        rows.append(
            {
                "site_id": row["site_id"], "name": row["name"], "kind": row["kind"],
                "county_code": candidate.code, "county_name": candidate.name,
                "lon": round(centre.x, 6), "lat": round(centre.y, 6), "area_hm2": site.area_hm2, "capacity_mw": site.capacity_mw,
                "verdict": verdict,
                "evidence": "indicative" if sites.is_indicative(site, answers, verdict, evidence) else "adequate",
                **{f"rules_{state}": sites.ids_of(answers, "broken", state) for state in ("hard", "conditional", "soft")},
                "rules_unknown": sites.ids_of(answers, "unknown"),
                "score": score.score, "score_low": score.low, "score_high": score.high,
                "score_rules_known": score.known, "score_rules": score.criteria,
                "energy_gwh_yr": value, "energy_low_gwh_yr": low, "energy_high_gwh_yr": high,
                "full_load_h": made_of.full_load_h if made_of else None, "energy_method": made_of.method if made_of else None,
                "carbon_loss_tc": loss, "forest_loss_hm2": forest,
                "is_illustrative": "yes" if row["is_illustrative"] else "no",
                "note": sites.remarks(site, candidate.share, candidate.name, language), "basis": said,
            }
        )  # fmt: skip
        reasons += [_reason(site, a, language) for a in answers if a.outcome != "kept"]
        detail += scores.details(row["site_id"], row["kind"], marks, language)
    screened = tables.product(rows, tables.SITE_SCREENING)
    return screened, tables.product(reasons, tables.SITE_REASONS), tables.product(detail, tables.SCORE_DETAIL)


def verdicts_by_date(by_day: list[tuple[Book, list[Placed]]], evidence: Evidence, language: str) -> pd.DataFrame:
    """Verdict on each site under the rules of each day, and which rules make it another than on the first one."""
    names, rows = _names(evidence, language), []
    books = [book for book, _ in by_day]
    for of_days in zip(*(placed for _, placed in by_day), strict=True) if len(by_day) > 1 else ():
        first = None
        for book, candidate in zip(books, of_days, strict=True):
            answers = candidate.answers(book, evidence, names)
            deciding = [a for a in answers if a.outcome in ("broken", "unknown") and a.rule.state in (HARD, CONDITIONAL)]
            row = {c: candidate.site.row[c] for c in ("site_id", "name", "kind")} | {
                "county_code": candidate.code,
                "assessment_date": book.day.isoformat(),
                "verdict": candidate.verdict(answers),
                **{f"rules_{state}": sites.ids_of(answers, "broken", state) for state in (HARD, CONDITIONAL)},
                "rules_unknown": sites.ids_of(answers, "unknown"),
            }
            ids = dict.fromkeys(a.rule.rule_id for a in deciding)
            before, ids_before = first = first or (row["verdict"], ids)
            row["is_changed"] = "yes" if row["verdict"] != before else "no"
            row["rules_added"] = ";".join(i for i in ids if i not in ids_before)
            row["rules_dropped"] = ";".join(i for i in ids_before if i not in ids)
            rows.append(row)
    return tables.product(rows, tables.VERDICT_BY_DATE)


def _names(evidence: Evidence, language: str) -> sites.Names:
    """Names of the classes of land cover and of further class layers."""
    legends = {name: stratum.layer.legend for name, stratum in evidence.strata.items()}
    return {LAND_COVER: class_names(language)} | {n: dict(zip(t.key, t[f"name_{language}"], strict=True)) for n, t in legends.items()}


def _reason(site: sites.Site, answer: sites.Answer, language: str) -> dict:
    rule = answer.rule
    return {
        "site_id": site.row["site_id"], "rule_id": rule.rule_id, "county_code": rule.county_code, "state": rule.state, "outcome": answer.outcome, "share": answer.share,
        "layer": rule.layer, "title": rule.text("title", language),
        "requirement": rule.text("requirement", language), "legal_basis": rule.text("basis", language),
        "label": rule.row["label"], "found": answer.found if site.row["kind"] in JUDGED else _place_found(answer, language),
        "valid_from": rule.row.get("valid_from"), "valid_to": rule.row.get("valid_to"), "note": rule.text("note", language),
    }  # fmt: skip


_FOUND = {"within_distance": "site_near", "beyond_distance": "site_far", "above": "site_above", "below": "site_below"}


def _place_found(answer: sites.Answer, language: str) -> str | None:
    """What a conflict check says of a rule that is broken: on or near what the site lies."""
    test = answer.rule.test
    if answer.outcome != "broken" or test is None or test.condition.startswith("attribute"):
        return answer.found
    threshold = test.threshold if isinstance(test.threshold, float) else None
    key = _FOUND.get(test.condition, "site_on")
    said = say(key, language, title=answer.rule.text("title", language), threshold=threshold, unit=answer.rule.unit)
    return said if answer.found is None else f"{said}（{answer.found}）" if language == "zh" else f"{said} ({answer.found})"


def vegetation(density: pd.DataFrame) -> dict[str, float]:
    """Vegetation carbon [tC/hm2] of each class that has a biomass value, by the leading route; soil left out."""
    first = density.iloc[0]
    same = density[density["product"].isna()] if pd.isna(first["product"]) else rows_of(density, first["product"], first.year)
    own = same[(same.route == first.route) & same.pool.isin(_VEGETATION)]
    living = own[own.pool.isin(("agb", "bgb"))].groupby("class_key").tc_hm2.apply(lambda v: v.notna().all())
    return {k: float(own[own.class_key == k].tc_hm2.sum()) for k, whole in living.items() if whole}


def losses(evidence: Evidence, vegetation: dict[str, float], land_take_share: float | None) -> dict[str, tradeoff.Losses]:
    """What clearing takes, by technology: PV all of its footprint, wind the share that pads and roads take, if it is given."""

    def of_all(site: sites.Site) -> tuple[float | None, float | None]:
        return sites.losses(site, evidence, vegetation)

    def of_share(site: sites.Site) -> tuple[float | None, float | None]:
        if land_take_share is None:
            return None, None
        return tuple(None if v is None else v * land_take_share for v in of_all(site))

    return defaultdict(lambda: lambda _: (None, None), {"pv": of_all, "wind": of_share})


def rate_land(cover: pd.DataFrame, product: Layer, reading: str) -> dict[str, float]:
    """Zone -> the land [hm2] that its forest cover rate stands on, geometric or official, as the cover stage has it."""
    own = rows_of(cover, product.product, product.about.year)
    own = own[own.reading == (reading if (own.reading == reading).any() else own.reading.iloc[0])]
    land = own.official_area_hm2.where(own.denominator == "official", own.land_area_hm2)
    return dict(zip(own.county_code, land, strict=True))
