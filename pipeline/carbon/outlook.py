"""Change, potential and value as products of the stage: what is read, in what order, what is told and what is written."""

from __future__ import annotations

import pandas as pd

from pipeline.carbon import change, potential, value
from pipeline.carbon.draws import Draws
from pipeline.core import basis, greening, tables
from pipeline.core.config import Config
from pipeline.core.paths import Paths
from pipeline.core.store import Store
from pipeline.core.words import WORDS, say


def write(config: Config, store: Store, paths: Paths, land_area: pd.DataFrame, volume: pd.DataFrame, accounts: list[Draws]) -> None:
    """``volume``: factors of growing stock; ``accounts``: every product and year by every route, the leading route first.

    Read what tabulate knows of transitions and strata; write change, restoration, greening space, removals, CCER and value."""
    settings, carbon, language = config.carbon.potential, config.carbon, config.language
    # Load
    pairs = store.read_table_if_any(tables.PRODUCT_PAIRS)
    moved = change.transitions(tables.product([], tables.PRODUCT_PAIRS) if pairs is None else pairs)
    zones = store.read_table(tables.COUNTIES)
    area_table, class_strata, strata = (store.read_table(t) for t in (tables.AREA_TABLE, tables.CLASS_STRATA, tables.STRATA))
    definition = store.read_parameters(paths.resolve(config.cover.definition), tables.DEFINITION)
    rules = store.read_parameters(paths.resolve(carbon.greening_rules), tables.GREENING_RULES)
    ccer_rules = store.read_parameters(paths.resolve(carbon.ccer_rules), tables.CCER_RULES)
    growth_table = store.read_parameters(paths.resolve(carbon.growth_factors), tables.IPCC)

    # Compute
    bases = basis.of_products(store)
    forest = set(definition.class_key[definition.forest_cover == "yes"])
    by_class, by_zone, restored = _changes(moved, zones, class_strata, forest, accounts, bases, language)
    space = greening.space(land_area, area_table, class_strata, strata, definition, rules)
    grown = potential.growth(growth_table, volume, name=settings.growth, trees=settings.trees, draws=carbon.draws, seed=carbon.seed)
    note = say("removal_note", language, growth=grown.name)
    removal = potential.removals(space, land_area, accounts, settings.scenarios, settings.horizons, grown, note)
    ccer, by_rule = potential.ccer(land_area, class_strata, strata, moved, ccer_rules, language)
    worth = tables.product([], tables.CARBON_VALUE)
    if carbon.value is not None:
        worth = value.of(by_zone, removal, settings.scenarios, carbon.value, say("value_note", language))

    # Check
    change.require_whole(by_zone)
    potential.require_whole(ccer)
    _tell(by_class, by_zone, space, removal, accounts[0].route if accounts else None, store)

    # Save
    for frame, schema in (
        (by_class, tables.CARBON_TRANSITION),
        (by_zone, tables.CARBON_CHANGE),
        (restored, tables.RESTORATION),
        (space, tables.GREENING_SPACE),
        (removal, tables.REMOVAL),
        (ccer, tables.CCER),
        (by_rule, tables.CCER_BY_RULE),
        (worth, tables.CARBON_VALUE),
    ):
        if len(frame):  # one year has no change, no price no value: later stages read these if there are any
            store.write_table(frame, schema)


def _changes(
    moved: pd.DataFrame,
    zones: pd.DataFrame,
    class_strata: pd.DataFrame,
    forest: set[str],
    accounts: list[Draws],
    bases: dict,
    language: str,
) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    """(by transition, by zone, on restored land) of every two years that are compared; by class areas where cells were not compared."""
    parts: tuple[list[pd.DataFrame], ...] = ([], [], [])
    inside = class_strata[(class_strata.layer == change.RESTORATION) & (class_strata.key == "inside")]
    for earlier, later in change.spans(accounts):
        first, last = (bases[a.product, a.year] for a in (earlier, later))
        said = f"{first} / {last} {say('change_basis', language, first=earlier.year, last=later.year)}"
        own = moved[(moved["product"] == earlier.product) & (moved.year_from == earlier.year) & (moved.year_to == later.year)]
        if len(own):
            by_class, by_zone = change.by_transition(own, earlier, later, said)
            parts[0].append(by_class)
        else:
            by_zone = change.by_net_areas(zones, earlier, later, said)
        parts[1].append(by_zone)
        if len(inside):
            parts[2].append(change.restoration(inside, zones, forest, earlier, later, said))
    schemas = (tables.CARBON_TRANSITION, tables.CARBON_CHANGE, tables.RESTORATION)
    return tuple(tables.product(pd.concat(p) if p else [], s) for p, s in zip(parts, schemas, strict=True))


def _tell(
    by_class: pd.DataFrame, by_zone: pd.DataFrame, space: pd.DataFrame, removal: pd.DataFrame, leading: str | None, store: Store
) -> None:
    """Warnings: what a change leaves out (of the ``leading`` route), what the space could not take off, where growth runs too far."""
    by_zone = by_zone[by_zone.route == leading]
    stays = by_class[(by_class.class_from == by_class.class_to) & by_class.change_tc.notna()]
    for (product, first, last, route), rows in by_zone.groupby([*change.SPAN, "route"], sort=False):
        heads = _heads(rows)
        said = {
            "product": product,
            "first": int(first),
            "last": int(last),
            "route": say(route, store.language) if route in WORDS else route,
        }
        own = stays[(stays["product"] == product) & (stays.year_from == first) & (stays.year_to == last) & (stays.route == route)]
        same = float(_heads(own).change_tc.abs().sum()) if len(own) else 0.0
        stock, margin, one_sided = (float(heads[n].sum()) for n in ("stock_to_tc", "margin_difference_tc", "one_sided_tc"))
        if abs(margin) > 1e-6 * max(stock, 1.0):
            store.warn("change_margin", **said, tc=abs(margin), share=abs(margin) / stock * 100)
        if same > 1e-6 * max(stock, 1.0):
            store.warn("change_same_class", **said, tc=same)
        if abs(one_sided) > 1e-6 * max(stock, 1.0):
            store.warn("change_one_sided", **said, tc=abs(one_sided))
    for layers in dict.fromkeys(space.missing.dropna()):
        store.warn("greening_missing", layers=layers.replace(";", ", "))
    if len(space) and space.slope_band.isna().all():
        store.warn("greening_no_slope")
    for layers, rows in space[space.not_crossed.notna()].groupby("not_crossed", sort=False):
        store.warn("greening_not_crossed", product=list(dict.fromkeys(rows["product"])), layers=layers.replace(";", ", "))
    beyond = _heads(removal)
    beyond = beyond[(beyond.exceeds_mean_forest == "yes") & (beyond.land == greening.PLANTING)]
    for scenario, horizon in dict.fromkeys(zip(beyond.scenario, beyond.horizon, strict=True)):
        store.warn("removal_beyond_forest", scenario=scenario, horizon=int(horizon))


def _heads(rows: pd.DataFrame) -> pd.DataFrame:
    """The rows of the whole area, or of the counties when only some were chosen."""
    return rows[rows.level == ("city" if (rows.level == "city").any() else "county")]
