"""What the stage reads before it computes: rules, criteria, models of energy, the plan; and what `make check` asks of them."""

from __future__ import annotations

import pandas as pd

from pipeline.core import tables
from pipeline.core.config import Config
from pipeline.core.errors import BadData, Findings, UsageError, problem
from pipeline.core.formats import is_table
from pipeline.core.layers import ROOFS, Layer, find
from pipeline.core.paths import Paths
from pipeline.core.store import Store
from pipeline.core.units import is_measured_in
from pipeline.core.vectors import field_names, untold
from pipeline.core.words import named_kinds
from pipeline.siting import energy, rooftop, scores
from pipeline.siting.evidence import Evidence, require_fields
from pipeline.siting.rules import Rule, parse, parse_own, unmet_kinds
from pipeline.siting.targets import Plan
from pipeline.siting.terrain import ALTITUDES


def check_rules(config: Config, paths: Paths, frame=None, layers: list[Layer] = ()) -> None:
    """Raise BadData when the tables of rules cannot be read as rules of these counties, or ask layers for fields they do not have."""
    rules, own = rule_tables(config, paths, frame)
    file, by_name, findings = paths.shown(paths.resolve(config.siting.rules)), {layer.name: layer for layer in layers}, Findings()
    for rule in [*rules, *own]:
        for test in (rule.test, rule.guard):
            layer = by_name.get(test.layer) if test is not None and test.attribute else None
            if layer is not None and layer.about.kind == "features" and not is_table(layer.path):
                findings.attempt(lambda r=rule, t=test, s=layer: require_fields(r, t, s.shown_path, field_names(s), file))
    findings.stop(BadData)


def check_kinds(config: Config, paths: Paths, kinds_of_sites: set[str], tell) -> None:
    """:func:`tell_kinds` of the tables as they stand."""
    rule_file, score_file = (paths.resolve(f) for f in (config.siting.rules, config.siting.scores))
    rules = parse(tables.read_csv(rule_file, tables.RULES, shown=paths.shown(rule_file)), paths.shown(rule_file))
    criteria = scores.parse(
        tables.read_csv(score_file, tables.SCORES, shown=paths.shown(score_file)), rules, rules, paths.shown(score_file)
    )[0]
    tell_kinds(config, paths, rules, criteria, kinds_of_sites, tell)


def tell_kinds(config: Config, paths: Paths, rules: list[Rule], criteria: list[scores.Criterion], kinds_of_sites: set[str], tell) -> None:
    """Tell of kinds in ``applies_to`` that no one knows; raises BadData where one looks like a slip of one that is known.

    ``tell``: called with the key of a sentence and its parameters, as ``Store.warn``.
    """
    findings = Findings()
    for file, rows in (
        (config.siting.rules, [(r.rule_id, r.kinds) for r in rules]),
        (config.siting.scores, [(c.key, c.kinds) for c in criteria]),
    ):
        shown = paths.shown(paths.resolve(file))
        for kind, ids in (findings.attempt(unmet_kinds, rows, kinds_of_sites, shown) or {}).items():
            tell("rule_kind_unmet", file=shown, rules=", ".join(ids), found=kind, known=", ".join(named_kinds()))
    findings.stop(BadData)


def check_scores(config: Config, paths: Paths) -> None:
    """Raise BadData when the table of criteria cannot be read as criteria of the rules."""
    file, rule_file = paths.resolve(config.siting.scores), paths.resolve(config.siting.rules)
    rules = parse(tables.read_csv(rule_file, tables.RULES, shown=paths.shown(rule_file)), paths.shown(rule_file))
    scores.parse(tables.read_csv(file, tables.SCORES, shown=paths.shown(file)), rules, rules, paths.shown(file))


def check_energy(config: Config, paths: Paths) -> None:
    """Raise UsageError or BadData when the turbine is not known, months of irradiation are missing or the table of emission factors cannot be read."""
    findings = Findings()
    file = paths.resolve(config.siting.emission_factors)
    table = findings.attempt(lambda: tables.read_csv(file, tables.GRID_EMISSION, shown=paths.shown(file)))
    if table is not None:
        findings.attempt(payback_factor, table, config.siting.payback_factor)
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


def rule_tables(config: Config, paths: Paths, frame, store: Store | None = None) -> tuple[list[Rule], list[Rule]]:
    """(rules, those of counties) of the tables; ``frame``: all counties there are, None when that is not known."""
    file, own = (paths.resolve(f) if f else None for f in (config.siting.rules, config.siting.county_rules))

    def read(path, schema):
        return store.read_parameters(path, schema) if store else tables.read_csv(path, schema, shown=paths.shown(path))

    rules = parse(read(file, tables.RULES), paths.shown(file))
    if own is None:
        return rules, []
    known = None if frame is None else dict(zip(frame.county_code, frame.county_name, strict=True))
    return rules, parse_own(read(own, tables.COUNTY_RULES), paths.shown(own), rules, known)


def require_answers(evidence: Evidence, rules: list[Rule], file: str) -> None:
    """Raise BadData for every rule that asks of a layer what it cannot answer."""
    findings = Findings()
    for rule in rules:
        findings.attempt(evidence.require, rule, file)
    findings.stop(BadData)


def models(evidence: Evidence, config: Config) -> dict[str, energy.Model]:
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


def plan_tables(config: Config, store: Store, paths: Paths) -> Plan:
    """What the plan says of places and targets, where it is given."""
    targets, places = config.cover.targets, config.report.places
    return Plan(
        None if places is None else store.read_parameters(paths.resolve(places), tables.PLACES),
        None if targets is None else store.read_parameters(paths.resolve(targets), tables.TARGETS),
        config.siting.assessment_date.year,
    )


def payback_factor(factors: pd.DataFrame, factor_id: str) -> pd.Series:
    """The emission factor that trade-offs use; UsageError names those that have a value."""
    known = factors[factors.value_kgco2_kwh.notna()]
    if factor_id not in set(known.factor_id):
        raise UsageError(problem("factor_unknown", found=factor_id, known=", ".join(known.factor_id)))
    return known.set_index("factor_id", drop=False).loc[factor_id]


def layer_names(config: Config, store: Store, paths: Paths, layers: dict[str, Layer]) -> dict[str, str]:
    """Layer -> what documents call it: by the table of names, else by its own title."""
    table, language = store.read_parameters(paths.resolve(config.siting.layer_names), tables.LAYER_NAMES), config.language
    called = {name: layer.about.title.get(language) for name, layer in layers.items() if layer.yaml_path}
    return called | dict(zip(table.layer, table[f"name_{language}"], strict=True))
