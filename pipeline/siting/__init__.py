"""Stage 5: which sites and how much land the rules allow, rule by rule; a missing layer is unknown, never passed."""

from __future__ import annotations

import math
from collections import defaultdict

import pandas as pd
import pyogrio

from pipeline.core import basis, tables
from pipeline.core import counties as zones
from pipeline.core.config import Config
from pipeline.core.errors import Findings, UsageError, problem
from pipeline.core.layers import Layer, find
from pipeline.core.legend import FILE as CLASSES
from pipeline.core.legend import class_names
from pipeline.core.paths import Paths
from pipeline.core.products import leading, rows_of
from pipeline.core.store import Store
from pipeline.core.threads import count_of
from pipeline.core.units import is_measured_in
from pipeline.siting import areas, energy, portfolio, scores, sites, tradeoff
from pipeline.siting.evidence import Evidence, Reader
from pipeline.siting.rules import Rule, in_force, parse

KINDS = ("pv", "wind")
ALTITUDES = ("dem_m", "elevation")  # layers that tell it, the first that is given
_VEGETATION = ("agb", "bgb", "dead_wood", "litter")


def run(config: Config, store: Store, paths: Paths, counties: tuple[str, ...]) -> None:
    """Stage 5: verdict, reasons, score, energy and losses of each site, what sets of them give and take; land and capacity of each county."""
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
    factor = _payback_factor(emission_factors, settings.payback_factor)
    score_file = paths.resolve(settings.scores)
    criteria, strange = scores.parse(store.read_parameters(score_file, tables.SCORES), table, rules, paths.shown(score_file))
    forest_cover = store.read_table(tables.FOREST_COVER)
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
    scores.require(criteria, evidence, paths.shown(score_file))
    models = _models(evidence, config)
    threads = count_of(config.compute.workers)
    found = areas.patterns(places, evidence, rules, models, threads, language)
    exclusion = areas.exclusion(found, rules, said, language)
    with evidence.reader() as reader:
        spots = _spots(places, reader, any(m.needs_temperature for m in models.values()))
        losses = _losses(evidence, _vegetation(density), settings.wind.land_take_share)
        screened, reasons, detail, made = _screen(candidates, rules, criteria, reader, places, config, losses, models, said)
        avoided = tables.product(energy.avoided_co2(screened, emission_factors, language), tables.AVOIDED_CO2)
        land, rate_land = tradeoff.Land(made, reader, losses), _rate_land(forest_cover, land_cover, config.cover.main_reading)
        costs = dict(zip(candidates.site_id, candidates.cost, strict=True))
        traded = tradeoff.of_sites(screened, costs, land, places, rate_land, config.area.code, avoided, factor, language)
        totals = tradeoff.groups(traded, land, rate_land.get(config.area.code))
        portfolios = portfolio.search(settings.portfolios, traded, land, rate_land.get(config.area.code), language)
    potential = areas.potential(found, per_mw, usable, models, spots, targets, config.area.code, said)
    sensitivity = scores.sensitivity(screened, detail, settings.score_weight_change_pct, settings.score_top_sites)

    # Check
    _require_whole(found, store.read_table(tables.COUNTIES))
    if expired:
        store.warn("rules_expired", day=settings.assessment_date.isoformat(), rules=", ".join(r.rule_id for r in expired))
    if settings.rules_off:
        store.warn("rules_off", rules=", ".join(settings.rules_off))
    if strange:
        store.warn("scores_without_rules", file=paths.shown(score_file), criteria=", ".join(strange))

    # Save
    store.write_table(tables.product(found, tables.PATTERNS), tables.PATTERNS)
    store.write_table(tables.product(exclusion, tables.EXCLUSION), tables.EXCLUSION)
    store.write_table(tables.product(potential, tables.POTENTIAL), tables.POTENTIAL)
    store.write_table(screened, tables.SITE_SCREENING)
    store.write_table(reasons, tables.SITE_REASONS)
    store.write_table(avoided, tables.AVOIDED_CO2)
    weighed = (detail, sensitivity, traded, totals, tradeoff.pareto(traded), *portfolios)
    for schema, rows in zip(tables.TRADEOFF_TABLES, weighed, strict=True):
        store.write_table(rows, schema)
    store.write_features("candidate_sites.gpkg", sites.footprints(list(made.values()), screened), "candidate_sites")
    store.fact("basis", said)
    store.fact("energy_methods", {kind: m.method(None, None) if m.sources else None for kind, m in models.items()})
    store.fact("labels", sorted(set(r.row["label"] for r in rules)))
    store.fact("rules_in_force", [r.rule_id for r in rules])
    store.fact("rules_expired", [r.rule_id for r in expired])


def check_rules(config: Config, paths: Paths) -> None:
    """Raise BadData when the rule table cannot be read as rules."""
    file = paths.resolve(config.siting.rules)
    parse(tables.read_csv(file, tables.RULES, shown=paths.shown(file)), paths.shown(file))


def check_scores(config: Config, paths: Paths) -> None:
    """Raise BadData when the table of criteria cannot be read as criteria of the rules."""
    file, rule_file = paths.resolve(config.siting.scores), paths.resolve(config.siting.rules)
    rules = parse(tables.read_csv(rule_file, tables.RULES, shown=paths.shown(rule_file)), paths.shown(rule_file))
    scores.parse(tables.read_csv(file, tables.SCORES, shown=paths.shown(file)), rules, rules, paths.shown(file))


def check_energy(config: Config, paths: Paths) -> None:
    """Raise UsageError or BadData when the turbine is not known or the table of emission factors cannot be read."""
    findings = Findings()
    file = paths.resolve(config.siting.emission_factors)
    table = findings.attempt(lambda: tables.read_csv(file, tables.GRID_EMISSION, shown=paths.shown(file)))
    if table is not None:
        findings.attempt(_payback_factor, table, config.siting.payback_factor)
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


def _payback_factor(factors: pd.DataFrame, factor_id: str) -> pd.Series:
    """The emission factor that trade-offs use; UsageError names those that have a value."""
    known = factors[factors.value_kgco2_kwh.notna()]
    if factor_id not in set(known.factor_id):
        raise UsageError(problem("factor_unknown", found=factor_id, known=", ".join(known.factor_id)))
    return known.set_index("factor_id", drop=False).loc[factor_id]


def _rate_land(cover: pd.DataFrame, product: Layer, reading: str) -> dict[str, float]:
    """Zone -> the land [hm2] that its forest cover rate stands on, geometric or official, as the cover stage has it."""
    own = rows_of(cover, product.product, product.about.year)
    own = own[own.reading == (reading if (own.reading == reading).any() else own.reading.iloc[0])]
    land = own.official_area_hm2.where(own.denominator == "official", own.land_area_hm2)
    return dict(zip(own.county_code, land, strict=True))


def _losses(evidence: Evidence, vegetation: dict[str, float], land_take_share: float | None) -> dict[str, tradeoff.Losses]:
    """What clearing takes, by technology: PV all of its footprint, wind the share that pads and roads take, if it is given."""

    def of_all(site: sites.Site) -> tuple[float | None, float | None]:
        return sites.losses(site, evidence, vegetation)

    def of_share(site: sites.Site) -> tuple[float | None, float | None]:
        if land_take_share is None:
            return None, None
        return tuple(None if v is None else v * land_take_share for v in of_all(site))

    return defaultdict(lambda: lambda _: (None, None), {"pv": of_all, "wind": of_share})


def _screen(candidates, rules: list[Rule], criteria, reader: Reader, places, config: Config, losses, models, said: str):
    """(screening table, reasons table, score details, sites by id) of all candidate sites."""
    language, evidence = config.language, reader.evidence
    names = class_names(language)
    rows, reasons, detail, made = [], [], [], {}
    plants = {"pv": config.siting.pv, "wind": config.siting.wind}
    for row in candidates.to_dict("records"):
        plant = plants.get(row["kind"])
        site = sites.make_site(row, row["geometry"], plant.land_hm2_per_mw if plant else None, plant.usable_share if plant else 1.0, reader)
        code, name, share = sites.place(site, places)
        if code is None and places.city is None:
            continue  # some counties were chosen; sites elsewhere are not theirs
        answers = [sites.ask(site, rule, evidence, names) for rule in rules if row["kind"] in rule.kinds]
        result = sites.verdict(answers) if answers and code is not None else "unknown"
        marks = [scores.ask(site, c, evidence) for c in criteria if row["kind"] in c.kinds]
        score = scores.total(marks)
        made_of = sites.energy_of(site, models[row["kind"]]) if row["kind"] in models else None
        value, low, high = made_of.gwh_yr(site.capacity_mw) if made_of and site.capacity_mw is not None else (None, None, None)
        loss, forest = losses[row["kind"]](site)
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
                "score": score.score, "score_low": score.low, "score_high": score.high,
                "score_rules_known": score.known, "score_rules": score.criteria,
                "energy_gwh_yr": value, "energy_low_gwh_yr": low, "energy_high_gwh_yr": high,
                "full_load_h": made_of.full_load_h if made_of else None, "energy_method": made_of.method if made_of else None,
                "carbon_loss_tc": loss, "forest_loss_hm2": forest,
                "is_illustrative": "yes" if row["is_illustrative"] else "no",
                "note": sites.remarks(site, share, name, language), "basis": said,
            }
        )  # fmt: skip
        reasons += [_reason(site, a, language) for a in answers if a.outcome != "kept"]
        detail += scores.details(row["site_id"], row["kind"], marks, language)
        made[row["site_id"]] = site
    return (
        tables.product(rows, tables.SITE_SCREENING),
        tables.product(reasons, tables.SITE_REASONS),
        tables.product(detail, tables.SCORE_DETAIL),
        made,
    )


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
