"""Stage 5: which sites and how much land the rules allow, rule by rule; a missing layer is unknown, never passed."""

from __future__ import annotations

import math

import pandas as pd
import pyogrio

from pipeline.core import basis, tables
from pipeline.core import counties as zones
from pipeline.core.config import Config
from pipeline.core.errors import Findings, UsageError
from pipeline.core.layers import ROOFS, find
from pipeline.core.legend import FILE as CLASSES
from pipeline.core.legend import class_names
from pipeline.core.paths import Paths
from pipeline.core.products import leading, rows_of
from pipeline.core.store import Store
from pipeline.core.threads import count_of
from pipeline.core.units import is_measured_in
from pipeline.core.vectors import untold
from pipeline.core.words import say
from pipeline.siting import areas, energy, rooftop, sites
from pipeline.siting.evidence import Evidence, Reader
from pipeline.siting.rules import Rule, in_force, parse
from pipeline.siting.targets import MODES, Found, Plan, capacity_targets

KINDS = ("pv", "wind")
ALTITUDES = ("dem_m", "elevation")  # layers that tell it, the first that is given
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
    plan = _plan(config, store, paths)
    shares = store.read_parameters(paths.resolve(settings.rooftop.shares), tables.ROOFTOP_SHARES)
    emission_factors = store.read_parameters(paths.resolve(settings.emission_factors), tables.GRID_EMISSION)
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
    models = _models(evidence, config)
    threads = count_of(config.compute.workers)
    found = areas.patterns(places, evidence, rules, models, threads, language)
    exclusion = areas.exclusion(found, rules, said, language)
    with evidence.reader() as reader:
        spots = _spots(places, reader, models)
        screened, reasons, shapes = _screen(candidates, rules, reader, places, config, density, models, said)
    potential = areas.potential(found, per_mw, usable, models, spots, _targets(plan, config.area.code), config.area.code, said)
    roofs = _roofs(config, store, paths, shares, places, found[found.kind == "pv"], models["pv"], spots, plan)
    whole_roofs = {r["county_code"]: r for r in roofs or [] if r["building_class"] == rooftop.ALL}
    against = Found(
        potential, tables.product(exclusion, tables.EXCLUSION), screened, reasons, {r.rule_id for r in rules}, whole_roofs
    )  # fmt: skip
    compared = capacity_targets(plan, against, language)
    avoided = energy.avoided_co2(screened, emission_factors, language)

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
    store.write_table(tables.product(compared, tables.CAPACITY_TARGET), tables.CAPACITY_TARGET)
    if roofs is not None:
        store.write_table(tables.product(roofs, tables.ROOFTOP), tables.ROOFTOP)
    store.write_table(screened, tables.SITE_SCREENING)
    store.write_table(reasons, tables.SITE_REASONS)
    store.write_table(tables.product(avoided, tables.AVOIDED_CO2), tables.AVOIDED_CO2)
    store.write_features("candidate_sites.gpkg", shapes, "candidate_sites")
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
    """Raise UsageError or BadData when the turbine is not known, months of irradiation are missing or the table of emission factors cannot be read."""
    findings = Findings()
    file = paths.resolve(config.siting.emission_factors)
    findings.attempt(lambda: tables.read_csv(file, tables.GRID_EMISSION, shown=paths.shown(file)))
    findings.attempt(energy.irradiation, config.layers)
    if "wind_speed_hub_ms" in config.layers:
        findings.attempt(energy.power_curve, config.siting.wind.turbine)
    findings.stop()


def check_rooftop(config: Config, paths: Paths) -> None:
    """Raise BadData when the table of shares or the buildings cannot be used."""
    settings = config.siting.rooftop
    file = paths.resolve(settings.shares)
    shares = tables.read_csv(file, tables.ROOFTOP_SHARES, shown=paths.shown(file))
    known = rooftop.spellings(shares, paths.shown(file))
    if settings.buildings is not None:
        rooftop.read(find(settings.buildings, ROOFS, paths, "features"), known, untold)


def _models(evidence: Evidence, config: Config) -> dict[str, energy.Model]:
    """What tells the energy of each technology; without its layer it has no sources."""
    altitude = next((name for name in ALTITUDES if evidence.is_raster(name)), None)
    has_temperature = evidence.is_raster("temperature")
    sun, wind = energy.irradiation(evidence.rasters), energy.sources("wind_speed_hub_ms", evidence.rasters)
    models = {
        "pv": energy.pv_model(config.siting.pv, sun, has_temperature, config.language),
        "wind": energy.wind_model(config.siting.wind, wind, altitude, has_temperature, config.language),
    }
    due = dict.fromkeys(sun, "kWh/m2/yr") | dict.fromkeys(wind, "m/s")
    if energy.MONTHS[0] in sun:
        due |= dict.fromkeys(energy.MONTHS, "kWh/m2/month")
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


def _spots(places, reader: Reader, models: dict[str, energy.Model]) -> dict[str, energy.Place]:
    """Where each county is taken to stand: a point within it."""
    made, needs = {}, [any(getattr(m, what) for m in models.values()) for what in ("needs_temperature", "needs_months")]
    for code, _, geometry in places:
        point = sites.make_site({"capacity_mw": None}, geometry.representative_point(), None, 1.0, reader)
        made[code] = sites.place_of(point, *needs)
    return made


def _plan(config: Config, store: Store, paths: Paths) -> Plan:
    """What the plan says of places and targets, where it is given."""
    targets, places = config.cover.targets, config.report.places
    return Plan(
        None if places is None else store.read_parameters(paths.resolve(places), tables.PLACES),
        None if targets is None else store.read_parameters(paths.resolve(targets), tables.TARGETS),
        config.siting.assessment_date.year,
    )


def _targets(plan: Plan, code: str) -> dict[tuple[str, int], float]:
    """(kind, year) -> capacity target [MW] of the whole area."""
    if plan.targets is None:
        return {}
    own = plan.targets[(plan.targets.scope_code == code) & plan.targets.value.notna()]
    return {
        (k, int(y)): float(v) for k in KINDS for y, v in own[own.measure == MODES[k].measure][["year", "value"]].itertuples(index=False)
    }


def _roofs(config: Config, store: Store, paths: Paths, shares, places, found, model, spots, plan: Plan) -> list[dict] | None:
    """Rows of ``ROOFTOP``; None without a layer of buildings. ``found``: patterns of PV, whose resource roofs have too."""
    settings, language = config.siting.rooftop, config.language
    if settings.buildings is None:
        return None
    layer = find(settings.buildings, ROOFS, paths, "features")
    for path in layer.files:
        store.input(path)
    known = rooftop.spellings(shares, paths.shown(paths.resolve(settings.shares)))
    measured = rooftop.areas(rooftop.read(layer, known, store.warn), places, layer.shown_path)
    overlap = math.fsum(measured.overlap_hm2)
    if overlap > 0:
        store.warn(
            "rooftop_overlap", file=layer.shown_path, area_hm2=overlap, share=100 * overlap / (overlap + math.fsum(measured.roof_area_hm2))
        )
    pilots = None if plan.places is None else set(plan.places.county_code[plan.places.topic == rooftop.TOPIC])
    names = dict(zip(shares.building_class, shares[f"name_{language}"], strict=True))
    names |= {key: say(f"rooftop_{key}", language) for key in (rooftop.UNCLASSIFIED, rooftop.ALL)}
    hours = rooftop.county_energy(found, model, spots)
    return rooftop.rooftop(measured, shares, settings.mw_per_hm2, hours, places, pilots, names)


def _require_whole(found: pd.DataFrame, land: pd.DataFrame) -> None:
    """Excluded, unknown, conditional and allowed land together are the zone, for every technology."""
    area = dict(zip(land.county_code, land.land_area_hm2, strict=True))
    for (code, kind), group in found.groupby(["county_code", "kind"]):
        total = math.fsum(group.area_hm2)
        assert abs(total - area[code]) <= 1e-9 * area[code], f"{kind} in {code}: patterns add up to {total} hm2 of {area[code]}"


def _screen(candidates, rules: list[Rule], reader: Reader, places, config: Config, density, models, said: str):
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
    return screened, tables.product(reasons, tables.SITE_REASONS), sites.footprints(made, screened)


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
        "label": rule.row["label"], "found": answer.found,
    }  # fmt: skip
