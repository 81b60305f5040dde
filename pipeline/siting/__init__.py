"""Stage 5: which sites and how much land the rules allow, rule by rule; a missing layer is unknown, never passed."""

from __future__ import annotations

import math

import pandas as pd
import pyogrio

from pipeline.core import basis, tables
from pipeline.core import counties as zones
from pipeline.core.config import Config
from pipeline.core.layers import find
from pipeline.core.legend import FILE as CLASSES
from pipeline.core.legend import class_names
from pipeline.core.paths import Paths
from pipeline.core.products import leading
from pipeline.core.store import Store
from pipeline.core.threads import count_of
from pipeline.core.words import say
from pipeline.siting import areas, sites
from pipeline.siting.evidence import Evidence, Reader
from pipeline.siting.rules import Rule, in_force, parse

KINDS = ("pv", "wind")
_VEGETATION = ("agb", "bgb", "dead_wood", "litter")


def run(config: Config, store: Store, paths: Paths, counties: tuple[str, ...]) -> None:
    """Stage 5: verdict, reasons, energy and losses of each site; land and capacity of each county."""
    language, settings = config.language, config.siting
    # Load
    store.input(CLASSES)
    places = zones.read(store)
    rule_file = paths.resolve(settings.rules)
    table = parse(store.read_parameters(rule_file, tables.RULES), paths.shown(rule_file))
    rules, expired = in_force(table, settings.assessment_date, settings.rules_off)
    density = store.read_table(tables.CARBON_DENSITY)
    candidates = pyogrio.read_dataframe(store.upstream("ingest/candidate_sites.gpkg"))
    targets = _capacity_targets(config, store, paths)
    land_cover = leading(config, store, paths)
    others = {name: find(ref, name, paths, "other") for name, ref in config.layers.items()}
    for layer in others.values():
        for path in layer.files:
            store.input(path)
    said = basis.of_products(store)[(land_cover.product, land_cover.about.year)]
    west, south, east, north = places.frame.total_bounds
    per_mw = {"pv": settings.pv.land_hm2_per_mw, "wind": settings.wind.land_hm2_per_mw}
    usable = {"pv": settings.pv.usable_share, "wind": settings.wind.usable_share}

    # Compute
    evidence = Evidence(land_cover, others, ((west + east) / 2, (south + north) / 2), config.cover.main_reading)
    for rule in rules:
        evidence.require(rule, paths.shown(rule_file))
    resource = "ghi" if evidence.is_raster("ghi") else None
    yields = {"pv": areas.pv_gwh_per_mw(settings.pv.performance_ratio) if resource else None, "wind": None}
    threads = count_of(config.compute.workers)
    found = areas.patterns(places, evidence, rules, {"pv": resource, "wind": None}, threads, language)
    exclusion = areas.exclusion(found, rules, said, language)
    potential = areas.potential(found, per_mw, usable, yields, targets, config.area.code, said)
    with evidence.reader() as reader:
        screened, reasons, shapes = _screen(candidates, rules, reader, places, config, density, yields["pv"], said, resource)

    # Check
    _require_whole(found, store.read_table(tables.COUNTIES))
    if expired:
        store.warn("rules_expired", day=settings.assessment_date.isoformat(), rules=", ".join(r.rule_id for r in expired))
    if settings.rules_off:
        store.warn("rules_off", rules=", ".join(settings.rules_off))

    # Save
    store.write_table(tables.product(found, tables.PATTERNS), tables.PATTERNS)
    store.write_table(tables.product(exclusion, tables.EXCLUSION), tables.EXCLUSION)
    store.write_table(tables.product(potential, tables.POTENTIAL), tables.POTENTIAL)
    store.write_table(screened, tables.SITE_SCREENING)
    store.write_table(reasons, tables.SITE_REASONS)
    store.write_features("candidate_sites.gpkg", shapes, "candidate_sites")
    store.fact("basis", said)
    store.fact("labels", sorted(set(r.row["label"] for r in rules)))
    store.fact("rules_in_force", [r.rule_id for r in rules])
    store.fact("rules_expired", [r.rule_id for r in expired])


def check_rules(config: Config, paths: Paths) -> None:
    """Raise BadData when the rule table cannot be read as rules."""
    file = paths.resolve(config.siting.rules)
    parse(tables.read_csv(file, tables.RULES, shown=paths.shown(file)), paths.shown(file))


def _capacity_targets(config: Config, store: Store, paths: Paths) -> dict[tuple[str, int], float]:
    """(kind, year) -> capacity target [MW] of the whole area."""
    if config.cover.targets is None:
        return {}
    table = store.read_parameters(paths.resolve(config.cover.targets), tables.TARGETS)
    own = table[(table.scope_code == config.area.code) & table.value.notna()]
    return {
        (k, int(y)): float(v) for k in KINDS for y, v in own[own.measure == f"{k}_capacity_mw"][["year", "value"]].itertuples(index=False)
    }


def _require_whole(found: pd.DataFrame, land: pd.DataFrame) -> None:
    """Excluded, unknown, conditional and allowed land together are the zone, for every technology."""
    area = dict(zip(land.county_code, land.land_area_hm2, strict=True))
    for (code, kind), group in found.groupby(["county_code", "kind"]):
        total = math.fsum(group.area_hm2)
        assert abs(total - area[code]) <= 1e-9 * area[code], f"{kind} in {code}: patterns add up to {total} hm2 of {area[code]}"


def _screen(candidates, rules: list[Rule], reader: Reader, places, config: Config, density, pv_yield, said: str, resource):
    """(screening table, reasons table, footprints) of all candidate sites."""
    language, evidence = config.language, reader.evidence
    names = class_names(language)
    vegetation = _vegetation(density)
    rows, reasons, made = [], [], []
    plants = {"pv": config.siting.pv, "wind": config.siting.wind}
    for row in candidates.to_dict("records"):
        plant = plants.get(row["kind"])
        site = sites.make_site(row, row["geometry"], plant.land_hm2_per_mw if plant else None, plant.usable_share if plant else 1.0, reader)
        code, name, share = sites.place(site, places)
        if code is None and places.city is None:
            continue  # some counties were chosen; sites elsewhere are not theirs
        answers = [sites.ask(site, rule, evidence, names) for rule in rules if row["kind"] in rule.kinds]
        result = sites.verdict(answers) if answers and code is not None else "unknown"
        points, known = sites.score(answers)
        energy, loss, forest = None, None, None
        if row["kind"] == "pv":
            ghi = sites.mean_of(resource, site) if resource else None
            energy = site.capacity_mw * ghi * pv_yield if ghi is not None and site.capacity_mw is not None else None
            loss, forest = sites.losses(site, evidence, vegetation)
        ids = {
            state: ";".join(a.rule.rule_id for a in answers if a.outcome == "broken" and a.rule.state == state)
            for state in ("hard", "conditional", "soft")
        }
        centre = site.footprint.centroid
        rows.append(
            {
                "site_id": row["site_id"], "name": row["name"], "kind": row["kind"], "county_code": code, "county_name": name,
                "lon": round(centre.x, 6), "lat": round(centre.y, 6), "area_hm2": site.area_hm2, "capacity_mw": site.capacity_mw,
                "verdict": result, "evidence": "indicative" if sites.is_indicative(site, answers, evidence) else "adequate",
                "rules_hard": ids["hard"], "rules_conditional": ids["conditional"], "rules_soft": ids["soft"],
                "rules_unknown": ";".join(a.rule.rule_id for a in answers if a.outcome == "unknown"),
                "score": points, "score_rules_known": known, "energy_gwh_yr": energy,
                "energy_method": say("energy_method", language, ratio=config.siting.pv.performance_ratio) if energy is not None else None,
                "carbon_loss_tc": loss, "forest_loss_hm2": forest,
                "is_illustrative": "yes" if row["is_illustrative"] else "no",
                "note": sites.remarks(site, share, name, language), "basis": said,
            }
        )  # fmt: skip
        reasons += [_reason(site, a, language) for a in answers if a.outcome != "kept"]
        made.append(site)
    screened = tables.product(rows, tables.SITE_SCREENING)
    return screened, tables.product(reasons, tables.SITE_REASONS), sites.footprints(made, screened)


def _vegetation(density: pd.DataFrame) -> dict[str, float]:
    """Vegetation carbon [tC/hm2] of each class that has a biomass value, by the leading route; soil left out."""
    first = density.iloc[0]
    same = (
        density["product"].isna()
        if pd.isna(first["product"])
        else (density["product"] == first["product"]) & _same(density.year, first.year)
    )
    own = density[(density.route == first.route) & same & density.pool.isin(_VEGETATION)]
    living = own[own.pool.isin(("agb", "bgb"))].groupby("class_key").tc_hm2.apply(lambda v: v.notna().all())
    return {k: float(own[own.class_key == k].tc_hm2.sum()) for k, whole in living.items() if whole}


def _same(years: pd.Series, year) -> pd.Series:
    return years.isna() if pd.isna(year) else (years == year).fillna(False)


def _reason(site: sites.Site, answer: sites.Answer, language: str) -> dict:
    rule = answer.rule
    return {
        "site_id": site.row["site_id"], "rule_id": rule.rule_id, "state": rule.state, "outcome": answer.outcome, "share": answer.share,
        "layer": rule.test.layer if rule.test else None, "title": rule.text("title", language),
        "requirement": rule.text("requirement", language), "legal_basis": rule.text("basis", language),
        "label": rule.row["label"], "found": answer.found,
    }  # fmt: skip
