"""Stage 5: which sites and how much land the rules allow, rule by rule; a missing layer is unknown, never passed."""

from __future__ import annotations

import math
from dataclasses import replace

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
from pipeline.siting import areas, candidates, energy, rasters, sites
from pipeline.siting.evidence import Evidence, Reader
from pipeline.siting.rules import Rule, in_force, parse

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
    targets = _capacity_targets(config, store, paths)
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

    tags = {"BASIS": said, **({"MARK": say("synthetic", language)} if store.is_synthetic else {})}

    # Compute
    evidence = Evidence(land_cover, others, ((west + east) / 2, (south + north) / 2), config.cover.main_reading)
    for rule in rules:
        evidence.require(rule, paths.shown(rule_file))
    models = _models(evidence, config)
    threads = count_of(config.compute.workers)
    with areas.survey(places, evidence, rules, models, threads, language, store.scratch()) as land, evidence.reader() as reader:
        found = land.patterns
        legend = rasters.bits(land, language)
        for kind in KINDS:
            rasters.write_rules(land, kind, legend, tags, store.new(f"rules_{kind}.tif"))
            rasters.write_zoning(land, kind, tags, store.new(f"zoning_{kind}.tif"))
        listed, left_out = _candidate_areas(land, config, {k: usable[k] / per_mw[k] for k in KINDS}, said)
        spots = _spots(places, reader, any(m.needs_temperature for m in models.values()))
        made = _sites(candidates, reader, land, config)
        screened, reasons, shapes = _screen(made, rules, reader, places, config, density, models, said)
    exclusion = areas.exclusion(found, rules, said, language)
    potential = areas.potential(found, per_mw, usable, models, spots, targets, config.area.code, said)
    avoided = energy.avoided_co2(screened, emission_factors, language)

    # Check
    _require_whole(found, store.read_table(tables.COUNTIES))
    if expired:
        store.warn("rules_expired", day=settings.assessment_date.isoformat(), rules=", ".join(r.rule_id for r in expired))
    if settings.rules_off:
        store.warn("rules_off", rules=", ".join(settings.rules_off))

    _tell_of_areas(store, config, evidence, listed, left_out)

    # Save
    store.write_table(tables.product(found, tables.PATTERNS), tables.PATTERNS)
    store.write_table(legend, tables.RULE_BITS)
    store.write_table(tables.product(exclusion, tables.EXCLUSION), tables.EXCLUSION)
    store.write_table(tables.product(potential, tables.POTENTIAL), tables.POTENTIAL)
    store.write_table(screened, tables.SITE_SCREENING)
    store.write_table(reasons, tables.SITE_REASONS)
    store.write_table(tables.product(avoided, tables.AVOIDED_CO2), tables.AVOIDED_CO2)
    store.write_features("candidate_sites.gpkg", shapes, "candidate_sites")
    store.write_table(tables.product(listed, tables.CANDIDATE_AREAS), tables.CANDIDATE_AREAS)
    store.write_features("candidate_areas.gpkg", listed, "candidate_areas")
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


def _candidate_areas(land: areas.Land, config: Config, mw_per_hm2: dict[str, float], said: str):
    """(candidate areas of all technologies with their outlines, what is not listed of them)."""
    plants, frames, left_out = {"pv": config.siting.pv, "wind": config.siting.wind}, [], []
    for kind, plant in plants.items():
        wanted = candidates.Wanted(plant.least_area_hm2, config.siting.most_candidate_areas, mw_per_hm2[kind])
        frame, left = candidates.find(land, kind, wanted, said)
        frames.append(frame)
        left_out += left
    return candidates.joined(frames), left_out


def _tell_of_areas(store: Store, config: Config, evidence: Evidence, listed, left_out: list[candidates.LeftOut]) -> None:
    """Say which candidate areas are not listed, and where cells are too large for them."""
    least = {"pv": config.siting.pv.least_area_hm2, "wind": config.siting.wind.least_area_hm2}
    for kind in listed.kind[listed.evidence == "indicative"].unique():
        cell = evidence.cell_hm2["land_cover"]
        store.warn("candidates_coarse", kind=say(kind, config.language), cell=cell, least=least[kind])
    for part in left_out:
        store.warn(
            "candidates_left_out", kind=say(part.kind, config.language), zoning=say(f"zoning_{part.zoning}", config.language),
            count=part.count, kept=part.kept, left=part.count - part.kept, area=part.left_hm2, least=least[part.kind],
        )  # fmt: skip
    store.fact("candidate_areas_left_out", [vars(part) for part in left_out])


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


def _sites(candidates, reader: Reader, land: areas.Land, config: Config) -> list[sites.Site]:
    """All candidates with footprint and size, and where rules ask for it with the contiguous land that holds them."""
    plants, made = {"pv": config.siting.pv, "wind": config.siting.wind}, []
    for row in candidates.to_dict("records"):
        plant = plants.get(row["kind"])
        share = plant.usable_share if plant else 1.0
        made.append(sites.make_site(row, row["geometry"], plant.land_hm2_per_mw if plant else None, share, reader))
    for kind in land.patches or {}:
        own = [i for i, site in enumerate(made) if site.row["kind"] == kind]
        held = land.around(kind, [(made[i].window.where, made[i].cell_areas_m2) for i in own])
        for i, patch in zip(own, held, strict=True):
            made[i] = replace(made[i], patch_hm2=patch)
    return made


def _screen(candidates: list[sites.Site], rules: list[Rule], reader: Reader, places, config: Config, density, models, said: str):
    """(screening table, reasons table, footprints) of all candidate sites."""
    language, evidence = config.language, reader.evidence
    names = class_names(language)
    vegetation = _vegetation(density)
    rows, reasons, made = [], [], []
    for site in candidates:
        row = site.row
        code, name, share = sites.place(site, places)
        if code is None and places.city is None:
            continue  # some counties were chosen; sites elsewhere are not theirs
        answers = [sites.ask(site, rule, evidence, names, language) for rule in rules if row["kind"] in rule.kinds]
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
        "layer": rule.layer, "title": rule.text("title", language),
        "requirement": rule.text("requirement", language), "legal_basis": rule.text("basis", language),
        "label": rule.row["label"], "found": answer.found,
    }  # fmt: skip
