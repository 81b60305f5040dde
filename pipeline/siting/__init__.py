"""Stage 5: which sites and how much land the rules allow, rule by rule; a missing layer is unknown, never passed."""

from __future__ import annotations

import math

import pandas as pd
import pyogrio

from pipeline.core import basis, tables
from pipeline.core import counties as zones
from pipeline.core.config import Config
from pipeline.core.errors import Findings, UsageError
from pipeline.core.layers import find
from pipeline.core.legend import FILE as CLASSES
from pipeline.core.legend import class_names
from pipeline.core.paths import Paths
from pipeline.core.products import leading, rows_of
from pipeline.core.store import Store
from pipeline.core.threads import count_of
from pipeline.core.units import is_measured_in
from pipeline.core.words import say
from pipeline.siting import areas, around, energy, overlaps, plan, sites, terrain
from pipeline.siting.evidence import Evidence, Reader
from pipeline.siting.rules import JUDGED, Rule, in_force, of_kind, parse
from pipeline.siting.terrain import ALTITUDES

KINDS = JUDGED
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
    emission_factors = store.read_parameters(paths.resolve(settings.emission_factors), tables.GRID_EMISSION)
    land_cover = leading(config, store, paths)
    layer_names = store.read_parameters(paths.resolve(settings.layer_names), tables.LAYER_NAMES)
    items = store.read_parameters(paths.resolve(settings.plan_conflicts), tables.PLAN_CONFLICTS) if settings.plan_conflicts else None
    others = {name: find(ref, name, paths, "other") for name, ref in config.layers.items()}
    called = {name: layer.about.title.get(language) for name, layer in others.items() if layer.yaml_path}
    called |= dict(zip(layer_names.layer, layer_names[f"name_{language}"], strict=True))
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
    models = _models(evidence, config)
    threads = count_of(config.compute.workers)
    found = areas.patterns(places, evidence, rules, models, threads, language)
    exclusion = areas.exclusion(found, rules, said, language)
    with evidence.reader() as reader:
        spots = _spots(places, reader, any(m.needs_temperature for m in models.values()))
        screened, reasons, screened_sites = _screen(candidates, rules, reader, places, config, density, models, said)
        in_counties = around.county_shares(screened_sites, places)
        conflicts = _conflicts(items, screened_sites, in_counties, reasons, rules, places, evidence, config)
    asked = around.layers_asked(rules, settings.distances_to, evidence)
    distances = around.distances(screened_sites, asked, evidence, others, called, language)
    on_terrain = terrain.of_sites(screened_sites, others, rules, called, language)
    pairs, is_cut = overlaps.pairs(screened_sites, evidence.plane, language)
    potential = areas.potential(found, per_mw, usable, models, spots, targets, config.area.code, said)
    avoided = energy.avoided_co2(screened, emission_factors, language)

    # Check
    _require_whole(found, store.read_table(tables.COUNTIES))
    if expired:
        store.warn("rules_expired", day=settings.assessment_date.isoformat(), rules=", ".join(r.rule_id for r in expired))
    if is_cut:
        store.warn("overlaps_cut", most=overlaps.MOST_PAIRS)
    if settings.rules_off:
        store.warn("rules_off", rules=", ".join(settings.rules_off))

    # Save
    store.write_table(tables.product(found, tables.PATTERNS), tables.PATTERNS)
    store.write_table(tables.product(exclusion, tables.EXCLUSION), tables.EXCLUSION)
    store.write_table(tables.product(potential, tables.POTENTIAL), tables.POTENTIAL)
    store.write_table(screened, tables.SITE_SCREENING)
    store.write_table(reasons, tables.SITE_REASONS)
    store.write_table(tables.product(avoided, tables.AVOIDED_CO2), tables.AVOIDED_CO2)
    store.write_table(tables.product(distances, tables.SITE_DISTANCE), tables.SITE_DISTANCE)
    store.write_table(tables.product(on_terrain, tables.SITE_TERRAIN), tables.SITE_TERRAIN)
    store.write_table(tables.product(pairs, tables.SITE_OVERLAP), tables.SITE_OVERLAP)
    store.write_table(tables.product(in_counties, tables.SITE_COUNTY), tables.SITE_COUNTY)
    store.write_table(tables.product(conflicts, tables.PLAN_CONFLICT), tables.PLAN_CONFLICT)
    store.write_features("candidate_sites.gpkg", sites.footprints(screened_sites, screened), "candidate_sites")
    store.fact("basis", said)
    store.fact("energy_methods", {kind: m.method(None, None) if m.sources else None for kind, m in models.items()})
    store.fact("labels", sorted(set(r.row["label"] for r in rules)))
    store.fact("rules_in_force", [r.rule_id for r in rules])
    store.fact("rules_expired", [r.rule_id for r in expired])


def check_rules(config: Config, paths: Paths) -> None:
    """Raise BadData when the rule table cannot be read as rules."""
    file = paths.resolve(config.siting.rules)
    parse(tables.read_csv(file, tables.RULES, shown=paths.shown(file)), paths.shown(file))


def check_energy(config: Config, paths: Paths) -> None:
    """Raise UsageError or BadData when the turbine is not known or the table of emission factors cannot be read."""
    findings = Findings()
    file = paths.resolve(config.siting.emission_factors)
    findings.attempt(lambda: tables.read_csv(file, tables.GRID_EMISSION, shown=paths.shown(file)))
    if "wind_speed_hub_ms" in config.layers:
        findings.attempt(energy.power_curve, config.siting.wind.turbine)
    findings.stop()


def _models(evidence: Evidence, config: Config) -> dict[str, energy.Model]:
    """What tells the energy of each technology; without its layer it has no sources."""
    altitude = next((name for name in ALTITUDES if evidence.is_raster(name)), None)
    has_temperature = evidence.is_raster("temperature")
    sun, wind = (energy.sources(base, evidence.rasters) for base in ("ghi", "wind_speed_hub_ms"))
    models = {
        "pv": energy.pv_model(config.siting.pv, sun, has_temperature, config.language),
        "wind": energy.wind_model(config.siting.wind, wind, altitude, has_temperature, config.language),
    }
    due = dict.fromkeys(sun, "kWh/m2/yr") | dict.fromkeys(wind, "m/s")
    if wind and altitude:
        due[altitude] = "m"
    if has_temperature and (models["pv"].needs_temperature or altitude in due):
        due["temperature"] = "degC"
    findings = Findings()
    for name, unit in due.items():
        found = evidence.rasters[name].about.unit
        if found and not is_measured_in(found, unit):
            findings.add("layer_unit", layer=name, found=found, expected=unit)
    findings.stop(UsageError)
    return models


def _spots(places, reader: Reader, needs_temperature: bool) -> dict[str, energy.Place]:
    """Where each county is taken to stand: a point within it."""
    made = {}
    for code, _, geometry in places:
        point = sites.make_site({"capacity_mw": None}, geometry.representative_point(), None, 1.0, reader)
        made[code] = sites.place_of(point, needs_temperature)
    return made


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


def _screen(candidates, rules: list[Rule], reader: Reader, places, config: Config, density, models, said: str):
    """(screening table, reasons table, the sites themselves) of all candidate sites."""
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
        answers = [sites.ask(site, rule, evidence, names) for rule in of_kind(rules, row["kind"])]
        result = sites.verdict(answers) if answers and code is not None and row["kind"] in JUDGED else "unknown"
        points, known = sites.score(answers)
        made_of = sites.energy_of(site, models[row["kind"]]) if row["kind"] in models else None
        value, low, high = made_of.gwh_yr(site.capacity_mw) if made_of and site.capacity_mw is not None else (None, None, None)
        loss, forest = None, None
        if row["kind"] == "pv":
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
                "score": points, "score_rules_known": known,
                "energy_gwh_yr": value, "energy_low_gwh_yr": low, "energy_high_gwh_yr": high,
                "full_load_h": made_of.full_load_h if made_of else None, "energy_method": made_of.method if made_of else None,
                "carbon_loss_tc": loss, "forest_loss_hm2": forest,
                "is_illustrative": "yes" if row["is_illustrative"] else "no",
                "note": sites.remarks(site, share, name, language), "basis": said,
            }
        )  # fmt: skip
        reasons += [_reason(site, a, language) for a in answers if a.outcome != "kept"]
        made.append(site)
    screened = tables.product(rows, tables.SITE_SCREENING)
    return screened, tables.product(reasons, tables.SITE_REASONS), made


def _conflicts(items, screened_sites, in_counties, reasons, rules, places, evidence, config: Config) -> list[dict]:
    """Rows of what the plan itself has against the rules; none without its table."""
    if items is None:
        return []
    area, language = config.area.code, config.language
    codes = {code for code, *_ in places} | {area}
    return plan.conflicts(items, screened_sites, in_counties, reasons, rules, codes, area, evidence, class_names(language), language)


def _vegetation(density: pd.DataFrame) -> dict[str, float]:
    """Vegetation carbon [tC/hm2] of each class that has a biomass value, by the leading route; soil left out."""
    first = density.iloc[0]
    same = density[density["product"].isna()] if pd.isna(first["product"]) else rows_of(density, first["product"], first.year)
    own = same[(same.route == first.route) & same.pool.isin(_VEGETATION)]
    living = own[own.pool.isin(("agb", "bgb"))].groupby("class_key").tc_hm2.apply(lambda v: v.notna().all())
    return {k: float(own[own.class_key == k].tc_hm2.sum()) for k, whole in living.items() if whole}


def _reason(site: sites.Site, answer: sites.Answer, language: str) -> dict:
    rule = answer.rule
    return {
        "site_id": site.row["site_id"], "rule_id": rule.rule_id, "state": rule.state, "outcome": answer.outcome, "share": answer.share,
        "layer": rule.test.layer if rule.test else None, "title": rule.text("title", language),
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
