"""Stage 5: which sites and how much land the rules allow, rule by rule; a missing layer is unknown, never passed."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import pandas as pd
import pyogrio
import shapely

from pipeline.core import basis, tables
from pipeline.core import counties as zones
from pipeline.core.config import Config
from pipeline.core.errors import BadData, Findings, UsageError
from pipeline.core.formats import is_table
from pipeline.core.layers import ROOFS, Layer, find
from pipeline.core.legend import FILE as CLASSES
from pipeline.core.legend import class_names
from pipeline.core.paths import Paths
from pipeline.core.products import leading, rows_of
from pipeline.core.store import Store
from pipeline.core.threads import count_of
from pipeline.core.units import is_measured_in
from pipeline.core.vectors import field_names, untold
from pipeline.core.words import say
from pipeline.siting import areas, candidates, energy, rasters, rooftop, sites
from pipeline.siting.evidence import Evidence, Reader, require_fields
from pipeline.siting.rules import CONDITIONAL, HARD, LAND_COVER, PATCH, Book, Rule, in_force, parse, parse_own
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
    table, own = _rules(config, paths, None if counties else places.frame, store)
    days = list(dict.fromkeys([settings.assessment_date, *settings.compare_dates]))
    books = [Book.of(table, own, day, settings.rules_off) for day in days]
    book, (_, expired) = books[0], in_force(table, settings.assessment_date, settings.rules_off)
    density = store.read_table(tables.CARBON_DENSITY)
    proposed = pyogrio.read_dataframe(store.upstream("ingest/candidate_sites.gpkg"))
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

    tags = {"BASIS": said, **({"MARK": say("synthetic", language)} if store.is_synthetic else {})}

    # Compute
    asked = [rule for b in books for rule in b.every()]
    evidence = Evidence(land_cover, others, ((west + east) / 2, (south + north) / 2), config.cover.main_reading, asked)
    _require_answers(evidence, asked, paths.shown(paths.resolve(settings.rules)))
    models = _models(evidence, config)
    threads = count_of(config.compute.workers)
    without = {kind: replace(model, sources=()) for kind, model in models.items()}  # of further days land only, no energy
    folder = store.scratch()
    with evidence.reader() as reader, areas.survey(places, evidence, book, models, threads, language, folder) as land:
        found = land.patterns
        legend = rasters.bits(land, language)
        for kind in KINDS:
            rasters.write_rules(land, kind, legend, tags, store.new(f"rules_{kind}.tif"))
            rasters.write_zoning(land, kind, tags, store.new(f"zoning_{kind}.tif"))
        listed, left_out = _candidate_areas(land, config, {k: usable[k] / per_mw[k] for k in KINDS}, said)
        spots = _spots(places, reader, models)
        made = _sites(proposed, reader, places, land, config)
        screened, reasons, shapes = _screen(made, book, evidence, config, density, models, said)
        land_by_day, sites_by_day = {book.day: found}, [(book, made)]
        for other in books[1:]:
            with areas.survey(places, evidence, other, without, threads, language, folder / other.day.isoformat()) as then:
                land_by_day[other.day] = then.patterns
                sites_by_day.append((other, _with_patches(made, then)))
        verdicts = _verdicts_by_date(sites_by_day, evidence, language)
    exclusion = areas.exclusion(found, book, places, said, language)
    potential = areas.potential(found, per_mw, usable, models, spots, _targets(plan, config.area.code), config.area.code, said)
    roofs = _roofs(config, store, paths, shares, places, found[found.kind == "pv"], models["pv"], spots, plan)
    whole_roofs = {r["county_code"]: r for r in roofs or [] if r["building_class"] == rooftop.ALL}
    in_book = {r.rule_id for r in book.every()}
    against = Found(potential, tables.product(exclusion, tables.EXCLUSION), screened, reasons, in_book, whole_roofs)
    compared = capacity_targets(plan, against, language)
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
    store.write_table(tables.product(compared, tables.CAPACITY_TARGET), tables.CAPACITY_TARGET)
    if roofs is not None:
        store.write_table(tables.product(roofs, tables.ROOFTOP), tables.ROOFTOP)
    store.write_table(screened, tables.SITE_SCREENING)
    store.write_table(reasons, tables.SITE_REASONS)
    store.write_table(tables.product(avoided, tables.AVOIDED_CO2), tables.AVOIDED_CO2)
    if len(books) > 1:
        store.write_table(verdicts, tables.VERDICT_BY_DATE)
        store.write_table(areas.by_date(land_by_day, said), tables.LAND_BY_DATE)
    store.write_features("candidate_sites.gpkg", shapes, "candidate_sites")
    store.write_table(tables.product(listed, tables.CANDIDATE_AREAS), tables.CANDIDATE_AREAS)
    store.write_features("candidate_areas.gpkg", listed, "candidate_areas")
    store.fact("basis", said)
    store.fact("energy_methods", {kind: m.method(None, None) if m.sources else None for kind, m in models.items()})
    store.fact("labels", sorted(set(r.row["label"] for r in book.every())))
    store.fact("rules_in_force", [r.rule_id for r in book.rules])
    store.fact("rules_of_counties", {code: sorted(own) for code, own in book.own.items()})
    asked_for = {t.layer for r in book.every() if r.is_spatial for t in (r.test, r.guard) if t is not None and t.condition != PATCH}
    store.fact("missing_rule_layers", sorted(name for name in asked_for if not evidence.has(name)))
    store.fact("rules_expired", [r.rule_id for r in expired])


def check_rules(config: Config, paths: Paths, frame=None, layers: list[Layer] = ()) -> None:
    """Raise BadData when the tables of rules cannot be read as rules of these counties, or ask layers for fields they do not have."""
    rules, own = _rules(config, paths, frame)
    file, by_name, findings = paths.shown(paths.resolve(config.siting.rules)), {layer.name: layer for layer in layers}, Findings()
    for rule in [*rules, *own]:
        for test in (rule.test, rule.guard):
            layer = by_name.get(test.layer) if test is not None and test.attribute else None
            if layer is not None and layer.about.kind == "features" and not is_table(layer.path):
                findings.attempt(lambda r=rule, t=test, s=layer: require_fields(r, t, s.shown_path, field_names(s), file))
    findings.stop(BadData)


def _rules(config: Config, paths: Paths, frame, store: Store | None = None) -> tuple[list[Rule], list[Rule]]:
    """(rules, those of counties) of the tables; ``frame``: all counties there are, None when that is not known."""
    file, own = (paths.resolve(f) if f else None for f in (config.siting.rules, config.siting.county_rules))

    def read(path, schema):
        return store.read_parameters(path, schema) if store else tables.read_csv(path, schema, shown=paths.shown(path))

    rules = parse(read(file, tables.RULES), paths.shown(file))
    if own is None:
        return rules, []
    known = None if frame is None else dict(zip(frame.county_code, frame.county_name, strict=True))
    return rules, parse_own(read(own, tables.COUNTY_RULES), paths.shown(own), rules, known)


def _require_answers(evidence: Evidence, rules: list[Rule], file: str) -> None:
    """Raise BadData for every rule that asks of a layer what it cannot answer."""
    findings = Findings()
    for rule in rules:
        findings.attempt(evidence.require, rule, file)
    findings.stop(BadData)


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


@dataclass(frozen=True)
class _Placed:
    """A candidate and the county that holds most of it."""

    site: sites.Site
    code: str | None
    name: str | None
    share: float
    counties: dict[str, shapely.Geometry]  # those of the area

    def answers(self, book: Book, evidence: Evidence, names: sites.Names) -> list[sites.Answer]:
        """Every rule of its kind, in the order of the table; by counties where they have rules of their own."""
        made = []
        for rule in book.rules:
            if self.site.row["kind"] in rule.kinds:
                own = [(version, self.counties[c]) for c, version in book.instead_of(rule).items() if c in self.counties]
                made += sites.ask(self.site, rule, evidence, names, own)
        return made

    def verdict(self, answers: list[sites.Answer]) -> str:
        """Verdict on the site; unknown where no rule is for its kind or it lies outside the area."""
        return sites.verdict(answers) if answers and self.code is not None else "unknown"


def _sites(proposed, reader: Reader, places, land: areas.Land, config: Config) -> list[_Placed]:
    """The candidates of the area; those elsewhere too unless only some counties were chosen."""
    plants, made = {"pv": config.siting.pv, "wind": config.siting.wind}, []
    counties = {code: geometry for code, _, geometry in places}
    for row in proposed.to_dict("records"):
        plant = plants.get(row["kind"])
        site = sites.make_site(row, row["geometry"], plant.land_hm2_per_mw if plant else None, plant.usable_share if plant else 1.0, reader)
        code, name, share = sites.place(site, places)
        if code is not None or places.city is not None:
            made.append(_Placed(site, code, name, share, counties))
    return _with_patches(made, land)


def _with_patches(placed: list[_Placed], land: areas.Land) -> list[_Placed]:
    """The candidates with the contiguous land that holds them, where rules ask for it."""
    made = list(placed)
    for kind in land.patches or {}:
        own = [i for i, p in enumerate(made) if p.site.row["kind"] == kind]
        held = land.around(kind, [(made[i].site.window.where, made[i].site.cell_areas_m2) for i in own])
        for i, patch in zip(own, held, strict=True):
            made[i] = replace(made[i], site=replace(made[i].site, patch_hm2=patch))
    return made


def _screen(placed: list[_Placed], book: Book, evidence: Evidence, config: Config, density, models, said: str):
    """(screening table, reasons table, footprints) of all candidate sites."""
    language = config.language
    names, vegetation = _names(evidence, language), _vegetation(density)
    rows, reasons = [], []
    for candidate in placed:
        site, row = candidate.site, candidate.site.row
        answers = candidate.answers(book, evidence, names)
        points, known = sites.score(answers)
        made_of = sites.energy_of(site, models[row["kind"]]) if row["kind"] in models else None
        value, low, high = made_of.gwh_yr(site.capacity_mw) if made_of and site.capacity_mw is not None else (None, None, None)
        loss, forest = None, None
        if row["kind"] == "pv":
            loss, forest = sites.losses(site, evidence, vegetation)
        centre = site.footprint.centroid
        rows.append(
            {
                "site_id": row["site_id"], "name": row["name"], "kind": row["kind"],
                "county_code": candidate.code, "county_name": candidate.name,
                "lon": round(centre.x, 6), "lat": round(centre.y, 6), "area_hm2": site.area_hm2, "capacity_mw": site.capacity_mw,
                "verdict": candidate.verdict(answers),
                "evidence": "indicative" if sites.is_indicative(site, answers, evidence) else "adequate",
                **{f"rules_{state}": sites.ids_of(answers, "broken", state) for state in ("hard", "conditional", "soft")},
                "rules_unknown": sites.ids_of(answers, "unknown"),
                "score": points, "score_rules_known": known,
                "energy_gwh_yr": value, "energy_low_gwh_yr": low, "energy_high_gwh_yr": high,
                "full_load_h": made_of.full_load_h if made_of else None, "energy_method": made_of.method if made_of else None,
                "carbon_loss_tc": loss, "forest_loss_hm2": forest,
                "is_illustrative": "yes" if row["is_illustrative"] else "no",
                "note": sites.remarks(site, candidate.share, candidate.name, language), "basis": said,
            }
        )  # fmt: skip
        reasons += [_reason(site, a, language) for a in answers if a.outcome != "kept"]
    screened = tables.product(rows, tables.SITE_SCREENING)
    return screened, tables.product(reasons, tables.SITE_REASONS), sites.footprints([p.site for p in placed], screened)


def _verdicts_by_date(by_day: list[tuple[Book, list[_Placed]]], evidence: Evidence, language: str) -> pd.DataFrame:
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
        "site_id": site.row["site_id"], "rule_id": rule.rule_id, "county_code": rule.county_code, "state": rule.state, "outcome": answer.outcome, "share": answer.share,
        "layer": rule.layer, "title": rule.text("title", language),
        "requirement": rule.text("requirement", language), "legal_basis": rule.text("basis", language),
        "label": rule.row["label"], "found": answer.found,
    }  # fmt: skip
