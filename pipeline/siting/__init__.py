"""Stage 5: which sites and how much land the rules allow, rule by rule; a missing layer is unknown, never passed."""

from __future__ import annotations

import math
from dataclasses import replace

import pandas as pd
import pyogrio

from pipeline.core import basis, tables
from pipeline.core import counties as zones
from pipeline.core.config import Config
from pipeline.core.layers import ROOFS, find
from pipeline.core.legend import FILE as CLASSES
from pipeline.core.paths import Paths
from pipeline.core.products import leading
from pipeline.core.store import Store
from pipeline.core.threads import count_of
from pipeline.core.words import say
from pipeline.siting import (
    areas,
    around,
    candidates,
    energy,
    overlaps,
    plan,
    portfolio,
    rasters,
    reading,
    rooftop,
    scores,
    screening,
    sites,
    terrain,
    tradeoff,
)
from pipeline.siting.evidence import Evidence, Reader
from pipeline.siting.rules import JUDGED, PATCH, Book, in_force
from pipeline.siting.targets import MODES, Found, Plan, capacity_targets


def run(config: Config, store: Store, paths: Paths, counties: tuple[str, ...]) -> None:
    """Stage 5: verdict, reasons, score, energy and losses of each site, what sets of them give and take; land and capacity of each county."""
    language, settings, area = config.language, config.siting, config.area.code
    # Load
    store.input(CLASSES)
    places = zones.read(store)
    table, own = reading.rule_tables(config, paths, None if counties else places.frame, store)
    days = list(dict.fromkeys([settings.assessment_date, *settings.compare_dates]))
    books = [Book.of(table, own, day, settings.rules_off) for day in days]
    book, (_, expired) = books[0], in_force(table, settings.assessment_date, settings.rules_off)
    score_file = paths.resolve(settings.scores)
    criteria, strange = scores.parse(store.read_parameters(score_file, tables.SCORES), table, book.rules, paths.shown(score_file))
    proposed = pyogrio.read_dataframe(store.upstream("ingest/candidate_sites.gpkg"))
    reading.tell_kinds(config, paths, table, criteria, set(proposed.kind), store.warn)
    density, forest_cover = store.read_table(tables.CARBON_DENSITY), store.read_table(tables.FOREST_COVER)
    planned = reading.plan_tables(config, store, paths)
    items = store.read_parameters(paths.resolve(settings.plan_conflicts), tables.PLAN_CONFLICTS) if settings.plan_conflicts else None
    shares = store.read_parameters(paths.resolve(settings.rooftop.shares), tables.ROOFTOP_SHARES)
    emission_factors = store.read_parameters(paths.resolve(settings.emission_factors), tables.GRID_EMISSION)
    factor = reading.payback_factor(emission_factors, settings.payback_factor)
    land_cover = leading(config, store, paths)
    others = {name: find(ref, name, paths, "other") for name, ref in config.layers.items()}
    for layer in others.values():
        for path in layer.files:
            store.input(path)
    called = reading.layer_names(config, store, paths, others)
    said = basis.of_products(store)[(land_cover.product, land_cover.about.year)]
    west, south, east, north = places.frame.total_bounds
    per_mw = {"pv": settings.pv.land_hm2_per_mw, "wind": settings.wind.land_hm2_per_mw}
    usable = {"pv": settings.pv.usable_share, "wind": settings.wind.usable_share}
    tags = {"BASIS": said, **({"MARK": say("synthetic", language)} if store.is_synthetic else {})}
    folder, threads = store.scratch(), count_of(config.compute.workers)

    # Compute
    asked = [rule for b in books for rule in b.every()]
    evidence = Evidence(land_cover, others, ((west + east) / 2, (south + north) / 2), config.cover.main_reading, asked)
    reading.require_answers(evidence, asked, paths.shown(paths.resolve(settings.rules)))
    scores.require(criteria, evidence, book.own, paths.shown(score_file))
    models = reading.models(evidence, config)
    without = {kind: replace(model, sources=()) for kind, model in models.items()}  # of further days land only, no energy
    with evidence.reader() as reader, areas.survey(places, evidence, book, models, threads, language, folder) as land:
        found = land.patterns
        legend = rasters.bits(land, language)
        with rasters.writing(land, legend, tags, store.new):
            listed, left_out = _candidate_areas(land, config, {k: usable[k] / per_mw[k] for k in JUDGED}, said)
        spots = _spots(places, reader, models)
        placed = screening.place(proposed, reader, places, land, config)
        losses = screening.losses(evidence, screening.vegetation(density), settings.wind.land_take_share)
        screened, reasons, detail = screening.screen(placed, book, criteria, evidence, language, losses, models, said)
        on_map = [p.site for p in placed]
        in_counties = around.county_shares(on_map, places)
        conflicts = plan.conflicts(items, on_map, in_counties, reasons, book.rules, places, area, evidence, language)
        avoided = tables.product(energy.avoided_co2(screened, emission_factors, language), tables.AVOIDED_CO2)
        rate_land = screening.rate_land(forest_cover, land_cover, config.cover.main_reading)
        cleared = tradeoff.Land({site.row["site_id"]: site for site in on_map}, reader, losses)
        costs = dict(zip(proposed.site_id, proposed.cost, strict=True))
        traded = tradeoff.of_sites(screened, costs, cleared, places, rate_land, area, avoided, factor, language)
        pairs, is_cut = overlaps.pairs(on_map, evidence.plane, language)
        filed_twice = overlaps.filed_twice(pairs)
        totals = tradeoff.groups(traded, filed_twice, cleared, rate_land.get(area))
        portfolios = portfolio.search(settings.portfolios, traded, cleared, rate_land.get(area), language)
        land_by_day, sites_by_day = {book.day: found}, [(book, placed)]
        for other in books[1:]:
            with areas.survey(places, evidence, other, without, threads, language, folder / other.day.isoformat()) as then:
                land_by_day[other.day] = then.patterns
                sites_by_day.append((other, screening.with_patches(placed, then)))
        verdicts = screening.verdicts_by_date(sites_by_day, evidence, language)
    sensitivity = scores.sensitivity(screened, detail, settings.score_weight_change_pct, settings.score_top_sites)
    distances = around.distances(
        on_map, around.layers_asked(book.rules, settings.distances_to, evidence), evidence, others, called, language
    )
    on_terrain = terrain.of_sites(on_map, others, book.rules, called, language)
    exclusion = areas.exclusion(found, book, places, said, language)
    potential = areas.potential(found, per_mw, usable, models, spots, _targets(planned, area), area, said)
    roofs = _roofs(config, store, paths, shares, places, found[found.kind == "pv"], models["pv"], spots, planned)
    whole_roofs = {r["county_code"]: r for r in roofs or [] if r["building_class"] == rooftop.ALL}
    in_book = {r.rule_id for r in book.rules}
    once, parts = screened[~screened.site_id.isin(filed_twice)], tables.product(in_counties, tables.SITE_COUNTY)
    against = Found(potential, tables.product(exclusion, tables.EXCLUSION), once, reasons, parts, in_book, whole_roofs)
    compared = capacity_targets(planned, against, language)

    # Check
    _require_whole(found, store.read_table(tables.COUNTIES))
    if expired:
        store.warn("rules_expired", day=settings.assessment_date.isoformat(), rules=", ".join(r.rule_id for r in expired))
    if settings.rules_off:
        known = {r.rule_id for r in table}
        if off := [r for r in settings.rules_off if r in known]:
            store.warn("rules_off", rules=", ".join(off))
        if nothing := [r for r in settings.rules_off if r not in known]:
            store.warn("rules_off_strange", rules=", ".join(nothing))
    for layer_name, attribute, ids in evidence.without_features(book.every()):
        store.warn("rule_attribute_none", layer=layer_name, attribute=attribute, rules=ids)
    if strange:
        store.warn("scores_without_rules", file=paths.shown(score_file), criteria=", ".join(strange))
    for p in settings.portfolios:
        caps = p.most_mw_per_county if isinstance(p.most_mw_per_county, dict) else {}
        strange_words = [*sorted({*p.target_mw, *p.target_gwh_yr} - set(screened.kind)), *sorted(set(caps) - {c for c, *_ in places})]
        if strange_words:
            store.warn("portfolio_strange", name=p.name, found=", ".join(strange_words))
    partial = potential[(potential.energy_land_share < 1 - 1e-6) & (potential.level == ("county" if counties else "city"))]
    for row in partial.itertuples():
        key = "energy_land_partial" if pd.notna(row.energy_gwh_yr) else "energy_land_unknown"
        store.warn(
            key,
            county=row.county_name,
            kind=say(row.kind, language),
            share=100 * row.energy_land_share,
            least=100 * areas.ENERGY_LEAST_SHARE,
        )
    for other in books[1:]:
        for kind in JUDGED:
            if lacking := other.lacking(book, kind):
                store.warn(
                    "by_date_lacking", day=other.day.isoformat(), kind=say(kind, language), count=len(lacking), rules=", ".join(lacking)
                )
    if counties:  # land beyond the chosen counties is not looked at
        store.warn(
            "patches_of_chosen",
            counties="、".join(name for _, name, _ in places),
            rules=", ".join(r.rule_id for r in book.rules if r.is_of_patches) or "–",
        )
    if is_cut:
        store.warn("overlaps_cut", most=overlaps.MOST_PAIRS)
    _tell_of_areas(store, config, evidence, listed, left_out)

    # Save
    made = [
        (found, tables.PATTERNS), (exclusion, tables.EXCLUSION), (potential, tables.POTENTIAL), (compared, tables.CAPACITY_TARGET),
        (legend, tables.RULE_BITS), (listed, tables.CANDIDATE_AREAS), (screened, tables.SITE_SCREENING), (reasons, tables.SITE_REASONS),
        (avoided, tables.AVOIDED_CO2), (distances, tables.SITE_DISTANCE), (on_terrain, tables.SITE_TERRAIN), (pairs, tables.SITE_OVERLAP),
        (in_counties, tables.SITE_COUNTY), (conflicts, tables.PLAN_CONFLICT),
        *zip((detail, sensitivity, traded, totals, tradeoff.pareto(traded), *portfolios), tables.TRADEOFF_TABLES, strict=True),
    ]  # fmt: skip
    if roofs is not None:
        made.append((roofs, tables.ROOFTOP))
    if len(books) > 1:
        made += [(verdicts, tables.VERDICT_BY_DATE), (areas.by_date(land_by_day, books, said), tables.LAND_BY_DATE)]
    for rows, schema in made:
        store.write_table(tables.product(rows, schema), schema)
    store.write_features("candidate_sites.gpkg", sites.footprints(on_map, screened), "candidate_sites")
    store.write_features("candidate_areas.gpkg", listed, "candidate_areas")
    store.fact("basis", said)
    store.fact("energy_methods", {kind: m.method(None, None) if m.sources else None for kind, m in models.items()})
    store.fact("labels", sorted(set(r.row["label"] for r in book.every())))
    store.fact("rules_in_force", [r.rule_id for r in book.rules])
    store.fact("rules_of_counties", {code: sorted(own) for code, own in book.own.items()})
    asked_for = {t.layer for r in book.every() if r.is_spatial for t in (r.test, r.guard) if t is not None and t.condition != PATCH}
    store.fact("missing_rule_layers", sorted(name for name in asked_for if not evidence.has(name)))
    store.fact("rules_expired", [r.rule_id for r in expired])


def _candidate_areas(land: areas.Land, config: Config, mw_per_hm2: dict[str, float], said: str):
    """(candidate areas of all technologies with their outlines, what is not listed of them)."""
    plants, frames, left_out = {"pv": config.siting.pv, "wind": config.siting.wind}, [], []
    for kind, plant in plants.items():
        wanted = candidates.Wanted(plant.least_area_hm2, config.siting.most_candidate_areas, mw_per_hm2[kind], config.siting.full_plant_mw)
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


def _targets(planned: Plan, code: str) -> dict[tuple[str, int], float]:
    """(kind, year) -> capacity target [MW] of the whole area."""
    if planned.targets is None:
        return {}
    own = planned.targets[(planned.targets.scope_code == code) & planned.targets.value.notna()]
    return {
        (k, int(y)): float(v) for k in JUDGED for y, v in own[own.measure == MODES[k].measure][["year", "value"]].itertuples(index=False)
    }


def _roofs(config: Config, store: Store, paths: Paths, shares, places, found, model, spots, planned: Plan) -> list[dict] | None:
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
    pilots = None if planned.places is None else set(planned.places.county_code[planned.places.topic == rooftop.TOPIC])
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
