"""Every table of the pipeline on one page: its columns, what they may hold, and how it is read and written.

The same quantity has the same name everywhere and ends in its unit. A blank cell means "not known" or "not
applicable", never zero. Tables pass their schema when written and when read; columns beyond the schema are
kept in the parameter tables people edit, and not allowed in products.
"""

from __future__ import annotations

import csv
import io
import unicodedata
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pandera.pandas as pa
from pandera.engines.pandas_engine import STRING

from pipeline.core.errors import BadData, Problem, problem

# --- kinds of column -----------------------------------------------------------------------------------------


class _Text(STRING):
    """A text column that pandas holds as one passes as a whole; pandera would look at each cell and word a failure beforehand."""

    def check(self, pandera_dtype, data_container=None):
        return pandera_dtype.type == self.type or super().check(pandera_dtype, data_container)


def _text(*, blank: bool = False, pattern: str | None = None, choice: tuple[str, ...] | None = None) -> pa.Column:
    checks = []
    if pattern:
        checks.append(pa.Check.str_matches(pattern, error=pattern))
    if choice:
        checks.append(pa.Check.isin(choice, error=" | ".join(choice)))
    return pa.Column(_Text(), checks, nullable=blank, required=not blank)


def _number(*, blank: bool = False, low: float | None = None, high: float | None = None) -> pa.Column:
    checks = []
    if low is not None:
        checks.append(pa.Check.ge(low, error=f">= {low:g}"))
    if high is not None:
        checks.append(pa.Check.le(high, error=f"<= {high:g}"))
    return pa.Column("float64", checks, nullable=blank, required=not blank)


def _whole(*, blank: bool = False) -> pa.Column:
    return pa.Column("Int64", nullable=blank, required=not blank)


def _schema(name: str, columns: dict[str, pa.Column], key: list[str]) -> pa.DataFrameSchema:
    return pa.DataFrameSchema(columns, name=name, unique=key or None)


_CODE = r"^\d{6}$"
_COLOUR = r"^#[0-9a-fA-F]{6}$"
LEVELS = ("county", "city")
LABELS = ("S", "V", "P", "K", "D", "A", "gap", "convention")
REASONS_OF_VERDICT = (
    "census",  # the bureau's one-map decides
    "sample",  # a probability sample decides
    "sample_inconclusive",  # it cannot tell on which side of the target the cover lies
    "sample_definition",  # its reference is not forest by law: a bias that no interval holds
    "sample_small",  # too few points for anybody to sign
    "sample_refused",
    "sample_not_by_county",  # drawn for the whole area, no estimate for a county
    "not_surveyed",  # parcels of some county are missing
    "no_sample",  # a map without reference points
    "no_target",
)
POOLS = ("agb", "bgb", "dead_wood", "litter", "soc")
VARIANCE_COMPONENTS = ("area", "density", "soc_edition", "route")
ZONE = ["county_code", "county_name", "level"]
EDITION = ["product", "year"]  # what an account of land cover stands on
STATES = ("hard", "conditional", "soft", "info")
VERDICTS = ("allowed", "conditional", "unknown", "prohibited")  # of a site, by rising conflict
STOCK_BREAKS_M3_HM2 = (0.0, 20.0, 40.0, 100.0, 200.0)  # limits of the classes of IPCC 2006 Vol 4 Table 4.5, and nothing recorded
STOCK_CLASSES = ("0", "0–20", "20–40", "40–100", "100–200", ">200")  # each with its upper limit
_LABEL = rf"^({'|'.join(LABELS)})([ /,;]+({'|'.join(LABELS)}))*$"


def _zone() -> dict[str, pa.Column]:
    return {"county_code": _text(pattern=_CODE), "county_name": _text(), "level": _text(choice=LEVELS)}


def _product() -> dict[str, pa.Column]:
    return {"product": _text(), "year": _whole(blank=True)}


def _area(**more) -> pa.Column:
    return _number(low=0, **more)


# --- parameter tables under layers/ --------------------------------------------------------------------------

CLASSES = _schema(
    "classes",
    {"class_id": _whole(), "class_key": _text(), "name_zh": _text(), "name_en": _text(), "colour": _text(pattern=_COLOUR)},
    ["class_key"],
)
LEGEND = _schema(
    "legend",
    {
        "code": _whole(),
        "class_key": _text(),
        "name_zh": _text(),
        "name_en": _text(),
        "colour": _text(pattern=_COLOUR),
        "readings": _text(blank=True),
    },
    ["code"],
)
CODES = _schema(
    "codes",
    {"code": _whole(), "key": _text(), "name_zh": _text(), "name_en": _text(), "colour": _text(pattern=_COLOUR)},
    ["code"],
)
PARCEL_LEGEND = _schema(  # of vectors: codes are text; the number in the table is the cell value of the product's raster
    "parcel_legend",
    {
        "code": _text(pattern=r"^[0-9A-Za-z]{1,12}$"),
        "class_key": _text(),
        "name_zh": _text(),
        "name_en": _text(),
        "colour": _text(pattern=_COLOUR),
        "readings": _text(blank=True),
    },
    ["code"],
)
FACTORS = _schema(
    "factors",
    {
        "class_key": _text(),
        "factor": _text(
            choice=("biomass_tc_hm2", "root_shoot", "dead_wood_per_agb", "litter_tc_per_agb_tc", "soc_ref_tc_hm2", "soc_land_use")
        ),
        "value": _number(blank=True, low=0),
        "unit": _text(blank=True),
        "low": _number(blank=True, low=0),
        "high": _number(blank=True, low=0),
        "distribution": _text(blank=True, choice=("lognormal", "normal", "triangular", "fixed")),
        "parameter": _text(blank=True),
        "source": _text(),
        "label": _text(pattern=_LABEL),
        "note_zh": _text(blank=True),
        "note_en": _text(blank=True),
    },
    ["class_key", "factor"],
)
VOLUME_FACTORS = _schema(  # of growing stock and biomass maps
    "volume_factors",
    {
        "parameter": _text(),
        "factor": _text(
            choice=(
                "bcef_s_t_m3",
                "root_shoot",
                "carbon_fraction",
                "dead_wood_per_agb",
                "carbon_fraction_dead_wood",
                "litter_per_agb",
                "carbon_fraction_litter",
                "wood_density_t_m3",
                "bef_total",
                "bef_above",
                "fang_a_t_m3",
                "fang_b_t_hm2",
            )
        ),
        "applies_to": _text(),  # forest types, a group of the continuous BEF, a class, a route: ";"-separated
        "above": _number(blank=True, low=0),  # growing stock [m3/hm2] of BCEF, biomass [t/hm2] of R: above this ...
        "up_to": _number(blank=True, low=0),  # ... up to this
        "value": _number(blank=True, low=0),
        "unit": _text(blank=True),
        "low": _number(blank=True, low=0),
        "high": _number(blank=True, low=0),
        "distribution": _text(blank=True, choice=("lognormal", "normal", "triangular", "fixed")),
        "check_id": _text(blank=True),  # to be checked before use: off unless carbon.unchecked_factors names it
        "source": _text(),
        "label": _text(pattern=_LABEL),
        "note_zh": _text(blank=True),
        "note_en": _text(blank=True),
    },
    ["parameter"],
)
SPECIES = _schema(
    "species",
    {
        "code": _text(),
        "name_zh": _text(),
        "name_en": _text(),
        "forest_type": _text(choice=("pines", "other_conifers", "oaks", "broadleaf", "none")),  # none: grown for produce, no stock
        "fang_group": _text(blank=True),
        "source": _text(),
        "label": _text(pattern=_LABEL),
        "note_zh": _text(blank=True),
        "note_en": _text(blank=True),
    },
    ["code"],
)
GRID_EMISSION = _schema(  # CO2 of a kWh from the grid; a gap has no value
    "grid_emission",
    {
        "factor_id": _text(),
        "kind": _text(choice=("average", "fossil", "untraded", "combined_margin")),
        "scope": _text(choice=("national", "north_china", "shanxi")),
        "year": _whole(),
        "value_kgco2_kwh": _number(blank=True, low=0, high=2),
        "name_zh": _text(),
        "name_en": _text(),
        "source": _text(),
        "label": _text(pattern=_LABEL),
    },
    ["factor_id"],
)
ROOFTOP_SHARES = _schema(  # share of roof area that can carry modules; a class without a published share is a gap
    "rooftop_shares",
    {
        "building_class": _text(pattern=r"^[a-z][a-z0-9_]{0,30}$"),
        "name_zh": _text(),
        "name_en": _text(),
        "values": _text(blank=True),
        "share_pct": _number(blank=True, low=0, high=100),
        "source": _text(),
        "label": _text(pattern=_LABEL),
    },
    ["building_class"],
)
SOC_FACTORS = _schema(
    "soc_factors",
    {
        "parameter": _text(),
        "factor": _text(choice=("soc_ref_tc_hm2", "soc_land_use")),
        "soil": _text(),  # soil group, or land use
        "climate_zone": _text(),
        "edition": _whole(),
        "depth_cm": _whole(),
        "value": _number(blank=True, low=0),
        "unit": _text(blank=True),
        "low": _number(blank=True, low=0),
        "high": _number(blank=True, low=0),
        "distribution": _text(blank=True, choice=("lognormal", "normal", "triangular", "fixed")),
        "source": _text(),
        "label": _text(pattern=_LABEL),
        "note_zh": _text(blank=True),
        "note_en": _text(blank=True),
    },
    ["parameter"],
)
OVERRIDES = _schema(  # the bureau's own values: of a class and factor, or (class_key blank) of a parameter of the other tables
    "overrides",
    {
        "class_key": _text(blank=True),
        "factor": _text(),
        "value": _number(low=0),
        "low": _number(blank=True, low=0),
        "high": _number(blank=True, low=0),
        "distribution": _text(blank=True, choice=("lognormal", "normal", "triangular", "fixed")),
        "source": _text(),
        "label": _text(blank=True, pattern=_LABEL),
    },
    ["class_key", "factor"],
)
RULES = _schema(
    "rules",
    {
        "rule_id": _text(pattern=r"^[A-Za-z0-9_-]{1,24}$"),
        "applies_to": _text(),
        "state": _text(choice=STATES),
        "layer": _text(blank=True),
        "condition": _text(),
        "threshold": _text(blank=True),
        "unit": _text(blank=True),
        "attribute": _text(blank=True),
        "tolerated_share_pct": _number(blank=True, low=0, high=100),
        "where_layer": _text(blank=True),
        "where_condition": _text(blank=True),
        "where_threshold": _text(blank=True),
        "where_attribute": _text(blank=True),
        "title_zh": _text(),
        "title_en": _text(),
        "requirement_zh": _text(blank=True),
        "requirement_en": _text(blank=True),
        "basis_zh": _text(blank=True),
        "basis_en": _text(blank=True),
        "valid_from": _text(blank=True, pattern=r"^\d{4}-\d{2}-\d{2}$"),
        "valid_to": _text(blank=True, pattern=r"^\d{4}-\d{2}-\d{2}$"),
        "regions": _text(
            blank=True, pattern=r"^\d{2,6}(;\d{2,6})*$"
        ),  # where a note holds: first digits of county codes; blank: everywhere
        "label": _text(pattern=_LABEL),
        "threshold_label": _text(blank=True),
        "note_zh": _text(blank=True),
        "note_en": _text(blank=True),
    },
    ["rule_id"],
)
COUNTY_RULES = _schema(  # what a county changes in a row of RULES
    "county_rules",
    {
        "rule_id": _text(),
        "county_code": _text(pattern=_CODE),
        "state": _text(blank=True, choice=STATES),
        "threshold": _text(blank=True),
        "title_zh": _text(blank=True),
        "title_en": _text(blank=True),
        "requirement_zh": _text(blank=True),
        "requirement_en": _text(blank=True),
        "basis_zh": _text(),
        "basis_en": _text(),
        "valid_from": _text(blank=True, pattern=r"^\d{4}-\d{2}-\d{2}$"),
        "valid_to": _text(blank=True, pattern=r"^\d{4}-\d{2}-\d{2}$"),
        "label": _text(pattern=_LABEL),
        "threshold_label": _text(blank=True),
        "note_zh": _text(blank=True),
        "note_en": _text(blank=True),
    },
    ["rule_id", "county_code"],
)
SCORES = _schema(  # criteria of the score of candidate sites
    "scores",
    {
        "criterion": _text(pattern=r"^[A-Za-z0-9_-]{1,40}$"),
        "applies_to": _text(),
        "rules": _text(blank=True),  # soft rules it stands for: off when all of them are
        "measure": _text(choice=("value", "distance", "kept")),
        "layer": _text(blank=True),
        "breakpoints": _text(blank=True),  # value:score;value:score, values rising, linear between
        "unit": _text(blank=True),
        "weight": _number(low=0),
        "title_zh": _text(),
        "title_en": _text(),
        "source_zh": _text(),
        "source_en": _text(),
        "label": _text(pattern=_LABEL),
        "note_zh": _text(blank=True),
        "note_en": _text(blank=True),
    },
    ["criterion"],
)
EXPECTED = _schema(
    "expected",
    {
        "county_code": _text(pattern=_CODE),
        "county_name": _text(),
        "area_km2": _number(blank=True, low=1e-6),  # 1 m2: a reference of nothing is none
        "source": _text(),
        "label": _text(pattern=_LABEL),
    },
    ["county_code", "source"],
)
TARGETS = _schema(
    "targets",
    {
        "target_id": _text(),
        "measure": _text(),
        "scope_code": _text(pattern=_CODE),
        "year": _whole(),
        "value": _number(blank=True),
        "unit": _text(blank=True),
        "quote_zh": _text(blank=True),
        "plan_section": _text(blank=True),
        "label": _text(pattern=_LABEL),
        "source": _text(),
    },
    ["target_id"],
)
PLACES = _schema(
    "places",
    {
        "county_code": _text(pattern=_CODE),
        "county_name": _text(),
        "topic": _text(),
        "item_zh": _text(),
        "item_en": _text(),
        "capacity_mw": _number(blank=True, low=0),  # size of the project, where the plan gives one
        "plan_section": _text(),
        "quote_zh": _text(),
        "label": _text(pattern=_LABEL),
    },
    [],
)
PLAN_CONFLICTS = _schema(  # where the plan's own words meet a rule: an item may stand on several places, each a row
    "plan_conflicts",
    {
        "item_id": _text(pattern=r"^[A-Za-z0-9_-]{1,24}$"),
        "county_code": _text(pattern=_CODE),  # the whole area's own code: every county
        "county_name": _text(),
        "kinds": _text(),  # kinds of sites it concerns, ";"-separated
        "plan_section": _text(),
        "quote_zh": _text(),
        "item_zh": _text(),
        "item_en": _text(),
        "classes": _text(blank=True),  # land classes that make a site one it concerns; blank: every site of the kinds
        "against": _text(),  # rule ids, ";"-separated
        "finding_zh": _text(),
        "finding_en": _text(),
        "label": _text(pattern=_LABEL),
    },
    ["item_id"],
)
LAYER_NAMES = _schema(  # what a layer that rules name is called, and who holds it
    "layer_names",
    {
        "layer": _text(),
        "name_zh": _text(),
        "name_en": _text(),
        "holder_zh": _text(blank=True),
        "holder_en": _text(blank=True),
        "label": _text(pattern=_LABEL),
    },
    ["layer"],
)
DEFINITION = _schema(  # what counts as forest and as greened land, in the words of the law
    "definition",
    {
        "class_key": _text(),
        "forest_cover": _text(choice=("yes", "no", "dry")),  # dry: only where it rains less than `rain_limit_mm` a year
        "greening_rate": _text(choice=("yes", "no")),
        "greening_space": _text(choice=("yes", "no")),  # land where forest may be planted
        "rain_limit_mm": _number(blank=True, low=0),
        "threshold_zh": _text(blank=True),
        "threshold_en": _text(blank=True),
        "source": _text(),
        "label": _text(pattern=_LABEL),
    },
    ["class_key"],
)
FOREST_PLACES = _schema(  # where a map may take orchards for forest
    "forest_places",
    {
        "county_code": _text(pattern=_CODE),
        "county_name": _text(),
        "orchards": _text(choice=("yes", "no")),
        "forest": _text(blank=True, choice=("much", "little")),
        "source": _text(),
        "label": _text(pattern=_LABEL),
    },
    ["county_code"],
)
OFFICIAL_RATES = _schema(  # published forest cover of earlier years; rates of one basis are one series
    "official_rates",
    {
        "county_code": _text(pattern=_CODE),
        "year": _whole(),
        "forest_cover_pct": _number(low=0, high=100),
        "basis": _text(pattern=r"^[A-Za-z][A-Za-z0-9_.-]{0,63}$"),
        "basis_zh": _text(),
        "basis_en": _text(),
        "source": _text(),
        "label": _text(pattern=_LABEL),
    },
    ["county_code", "year", "basis"],
)
GIVEN_TASKS = _schema("given_tasks", {"county_code": _text(pattern=_CODE), "share": _number(low=0)}, ["county_code"])
REASONS = _schema(  # likely reasons why the one-map and a raster disagree
    "disagreement",
    {
        "one_map_is_forest": _text(choice=("yes", "no")),
        "one_map_class": _text(),  # class key, `outside` the survey, or `any`
        "map_class": _text(),  # class key, or `any`
        "where": _text(blank=True, choice=("orchard_county",)),
        "reason": _text(),
        "reason_zh": _text(),
        "reason_en": _text(),
        "label": _text(pattern=_LABEL),
    },
    [],
)
SITES = _schema(
    "sites",
    {
        "site_id": _text(pattern=r"^[^\s/\\]{1,40}$"),
        "name": _text(),
        "kind": _text(pattern=r"^[a-z][a-z0-9_]{0,30}$"),
        "capacity_mw": _number(blank=True, low=0),
        "cost": _number(blank=True, low=0),  # in the bureau's own unit; nothing here has one
        "note": _text(blank=True),
    },
    ["site_id"],
)

# --- products ------------------------------------------------------------------------------------------------

SOURCES = _schema(
    "ingest/sources",
    {
        "role": _text(),
        "name": _text(),
        "title": _text(),
        "kind": _text(),
        "period": _text(blank=True),
        "crs": _text(blank=True),
        "cell_size": _text(blank=True),
        "is_coarse": _text(blank=True, choice=("yes", "no")),
        "is_synthetic": _text(choice=("yes", "no")),
        "publisher": _text(blank=True),
        "licence": _text(blank=True),
        "citation": _text(blank=True),
        "source": _text(blank=True),
        "accuracy": _text(blank=True),  # published ones of the product, never of the place
        "file": _text(),
        "sha256": _text(),
        "limits": _text(blank=True),
    },
    ["role", "name", "file"],
)
PRODUCTS = _schema(
    "ingest/products",
    {**_product(), "is_coarse": _text(choice=("yes", "no")), "basis": _text()},
    ["product", "year"],
)
PARCEL_AREA = _schema(  # vector land cover, measured: a row is a county x code x the attributes its product names
    "ingest/parcel_area",
    {
        "county_code": _text(pattern=_CODE),
        **_product(),
        "code": _text(),
        "class_key": _text(),
        "attributes": _text(blank=True),  # "origin=11;species=530000", in the order of layer.yaml
        "stock_class": _text(blank=True, choice=STOCK_CLASSES),  # of each parcel's own growing stock [m3/hm2]
        "parcels": _whole(),
        "area_hm2": _area(),
        "recorded_area_hm2": _area(blank=True),
        "growing_stock_m3": _area(blank=True),
        "growing_stock_area_hm2": _area(blank=True),  # of the parcels whose stock is known
    },
    ["county_code", "product", "year", "code", "attributes", "stock_class"],
)
PARCEL_CHECKS = _schema(
    "ingest/parcel_checks",
    {
        "county_code": _text(pattern=_CODE),
        "county_name": _text(),
        **_product(),
        "parcels": _whole(),
        "own_parcels": _whole(),  # of those, the ones with a tenth or more of them in the county that name no other; none: not delivered
        "straddling": _whole(),  # parcels cut by the county's border
        "repaired": _whole(),
        "county_area_hm2": _area(),
        "parcel_area_hm2": _area(),  # after overlaps are given to the first parcel
        "recorded_area_hm2": _area(blank=True),  # of parcels that lie whole in the county
        "recorded_geometric_hm2": _area(blank=True),  # the ellipsoidal area of those same parcels
        "recorded_differs": _whole(blank=True),  # parcels whose recorded area is off by more than 1 % and 0.01 hm2
        "overlap_hm2": _area(),
        "gap_hm2": _area(),  # land of the county without a parcel
    },
    ["county_code", "product", "year"],
)
_YES_NO = ("yes", "no")
SCATTERED_TREES = _schema(
    "ingest/scattered_trees",
    {"county_code": _text(pattern=_CODE), "stems": _area(blank=True), "area_hm2": _area()},
    ["county_code"],
)
SAMPLES = _schema(  # configured samples of reference points, each accepted or refused with its reason
    "ingest/samples",
    {
        "sample": _text(),
        **_product(),
        "design": _text(blank=True, choice=("stratified", "simple_random")),
        "strata": _text(choice=("map_class", "column")),
        "by_county": _text(choice=_YES_NO),
        "definition": _text(blank=True, choice=("statutory", "tree_cover")),
        "earlier_year": _whole(blank=True),
        "unit_hm2": _area(blank=True),
        "points": _whole(),
        "is_accepted": _text(choice=_YES_NO),
        "reason": _text(blank=True),  # in words, of a refused one
        "file": _text(),
    },
    ["sample"],
)
SAMPLE_POINTS = _schema(
    "ingest/sample_points",
    {
        "sample": _text(),
        "number": _whole(),  # from 1, in the order of the file
        "point_id": _text(),
        "lon": _number(blank=True, low=-180, high=180),
        "lat": _number(blank=True, low=-90, high=90),
        "county_code": _text(blank=True, pattern=_CODE),  # where the point lies, else as the file says
        "stratum": _text(blank=True),
        "stratum_area_hm2": _area(blank=True),
        "map_code": _text(blank=True),  # as the file says; looked up where it says nothing
        "reference": _text(blank=True),
        "is_forest": _text(choice=_YES_NO),
        "is_forest_earlier": _text(blank=True, choice=_YES_NO),
    },
    ["sample", "number"],
)
COUNTIES = _schema(
    "ingest/counties",
    {**_zone(), "land_area_hm2": _area(), "official_area_hm2": _area(blank=True), "difference_pct": _number(blank=True), "source": _text()},
    ["county_code"],
)
LAND_AREA = _schema(
    "tabulate/land_area",
    {**_zone(), **_product(), "class_key": _text(), "area_hm2": _area(), "basis": _text()},
    ["county_code", "product", "year", "class_key"],
)
CODE_AREA = _schema(
    "tabulate/code_area",
    {
        **_zone(),
        **_product(),
        "code": _whole(blank=True),  # cell value
        "source_code": _text(blank=True),  # the code as its publisher writes it; of parcels it is not the cell value
        "class_key": _text(),
        "area_hm2": _area(),
    },
    ["county_code", "product", "year", "code"],
)
MEASURES = _schema(
    "tabulate/measures",
    {
        **_zone(),
        "layer": _text(),
        "unit": _text(blank=True),
        "mean": _number(blank=True),
        "low": _number(blank=True),
        "high": _number(blank=True),
        "known_area_hm2": _area(),
        "unknown_area_hm2": _area(),
    },
    ["county_code", "layer"],
)
STRATA = _schema(
    "tabulate/strata",
    {**_zone(), "layer": _text(), "key": _text(), "area_hm2": _area()},
    ["county_code", "layer", "key"],
)
CLASS_STRATA = _schema(
    "tabulate/class_by_stratum",
    {**_zone(), **_product(), "layer": _text(), "key": _text(), "class_key": _text(), "area_hm2": _area()},
    ["county_code", "product", "year", "layer", "key", "class_key"],
)
AREA_TABLE = _schema(
    "tabulate/area_table",
    {**_zone(), **_product(), "class_key": _text(), "stratum": _text(blank=True), "area_hm2": _area()},
    ["county_code", "product", "year", "class_key", "stratum"],
)
CLASS_SUMS = _schema(
    "tabulate/class_sums",
    {
        **_zone(),
        **_product(),
        "class_key": _text(),
        "stratum": _text(blank=True),
        "layer": _text(),
        "unit": _text(blank=True),
        "mean": _number(blank=True),
        "value_times_hm2": _number(blank=True),
        "known_area_hm2": _area(),
        "unknown_area_hm2": _area(),
    },
    ["county_code", "product", "year", "class_key", "stratum", "layer"],
)
POINTS = _schema(
    "tabulate/points",
    {
        "layer": _text(),
        "number": _whole(),
        "lon": _number(),
        "lat": _number(),
        "county_code": _text(blank=True, pattern=_CODE),
        **_product(),
        "code": _whole(blank=True),
        "class_key": _text(),
        "stratum": _text(blank=True),
    },
    ["layer", "number", "product", "year"],
)
_PAIR = {"product_a": _text(), "year_a": _whole(blank=True), "product_b": _text(), "year_b": _whole(blank=True)}
PRODUCT_PAIRS = _schema(  # two products cell by cell, on the grid of the coarser one (a); rows without area are left out
    "tabulate/product_pairs",
    {
        **_zone(),
        **_PAIR,
        "code_a": _whole(blank=True),  # cell value, blank = unknown; of parcels the number in their drawing
        "class_a": _text(),
        "code_b": _whole(blank=True),
        "class_b": _text(),
        "area_hm2": _area(),
    },
    ["county_code", "product_a", "year_a", "product_b", "year_b", "code_a", "code_b"],
)
PAIR_GRIDS = _schema(  # how each pair was laid on one grid
    "tabulate/pair_grids",
    {
        **_PAIR,
        "cell_size_a": _text(),
        "cell_size_b": _text(),
        "is_same_lattice": _text(choice=_YES_NO),
        "resampling_b": _text(choice=("none", "nearest", "mode")),
        "shift_cells": _number(blank=True),  # of grids of one cell size, how far they are apart [cells]
    },
    ["product_a", "year_a", "product_b", "year_b"],
)
FOREST_PATTERNS = _schema(  # which products say forest, together; in the main reading, on the coarsest grid
    "tabulate/forest_patterns",
    {
        **_zone(),
        "products": _text(),  # all that are compared, ";"-separated: PRODUCT 2024;...
        "forest_in": _text(blank=True),  # those that say forest
        "unknown_in": _text(blank=True),  # those without data
        "area_hm2": _area(),
    },
    ["county_code", "forest_in", "unknown_in"],
)
_INTERVAL = {"low": _number(blank=True), "high": _number(blank=True)}
FOREST_COVER = _schema(
    "cover/forest_cover",
    {
        **_zone(),
        **_product(),
        "reading": _text(),
        "land_area_hm2": _area(),
        "forest_area_hm2": _area(blank=True),  # blank where nothing of the zone is known
        "unknown_area_hm2": _area(),
        "forest_cover_pct": _number(blank=True, low=0, high=100 + 1e-9),
        "official_area_hm2": _area(blank=True),
        "official_cover_pct": _number(blank=True, low=0),
        "denominator": _text(choice=("geometric", "official")),
        "target_pct": _number(blank=True, low=0, high=100),
        "target_year": _whole(blank=True),
        "target_scope": _text(blank=True, choice=("own", "area")),
        "gap_pp": _number(blank=True),  # of the map or census, on the denominator
        "gap_area_hm2": _number(blank=True),
        "p_target": _number(blank=True, low=0, high=1),
        "verdict": _text(choice=("met", "not_met", "undetermined")),
        "reason": _text(choice=REASONS_OF_VERDICT),  # what the verdict stands on, or why there is none
        "shrub_by_rain_hm2": _area(blank=True),  # ordinary shrub that counts since it rains too little; in forest_area_hm2
        "scattered_trees_hm2": _area(blank=True),  # in forest_area_hm2 of a census; beside it of a raster, which may see them
        "sample": _text(blank=True),
        "adjusted_area_hm2": _area(blank=True),  # forest by the reference points, not by counting cells
        "adjusted_low_hm2": _area(blank=True),
        "adjusted_high_hm2": _area(blank=True),
        "adjusted_cover_pct": _number(blank=True, low=0),  # these may pass 100 where the official area is less than the geometric one
        "adjusted_low_pct": _number(blank=True, low=0),
        "adjusted_high_pct": _number(blank=True, low=0),
        "adjusted_se_pp": _number(blank=True, low=0),
        "adjusted_gap_pp": _number(blank=True),
        "adjusted_gap_hm2": _number(blank=True),
        "interval_method": _text(blank=True),
        "not_sampled_hm2": _area(blank=True),  # land the sample says nothing of; the interval holds it as all or no forest
        "basis": _text(),
    },
    ["county_code", "product", "year", "reading"],
)
GREENING = _schema(  # 林木绿化率, never mixed with the forest cover rate
    "cover/greening",
    {
        **_zone(),
        **_product(),
        "reading": _text(),
        "land_area_hm2": _area(),
        "forest_area_hm2": _area(blank=True),
        "shrub_area_hm2": _area(blank=True),
        "scattered_trees_hm2": _area(blank=True),
        "greening_area_hm2": _area(blank=True),
        "greening_rate_pct": _number(blank=True, low=0),
        "basis": _text(),
    },
    ["county_code", "product", "year", "reading"],
)
DEFINITION_USED = _schema(  # how the rain rule came out
    "cover/definition",
    {
        **_zone(),
        "rain_low_mm": _number(blank=True),
        "rain_mean_mm": _number(blank=True),
        "rain_high_mm": _number(blank=True),
        "rain_limit_mm": _number(blank=True),
        "shrub_counts": _text(choice=("none", "all", "part", "unknown")),
    },
    ["county_code"],
)
ORCHARD_TRAP = _schema(  # forest of a product that cannot tell orchards, in counties known for them
    "cover/orchard_trap",
    {
        **_zone(),
        **_product(),
        "reading": _text(),
        "forest_area_hm2": _area(),
        "share_of_area_pct": _number(blank=True, low=0),
        "basis": _text(),
    },
    ["county_code", "product", "year", "reading"],
)
SAMPLE_ESTIMATES = _schema(  # what a sample says: of the whole area, and of counties that were sampled for themselves
    "cover/sample_estimates",
    {
        **_zone(),
        "sample": _text(),
        **_product(),
        "quantity": _text(choice=("overall", "users", "producers", "area", "forest", "forest_change")),
        "class_key": _text(blank=True),
        "points": _whole(),
        "value": _number(blank=True),  # share, 0..1
        "se": _number(blank=True, low=0),
        **_INTERVAL,
        "area_hm2": _number(blank=True),  # of the quantities that are areas
        "low_hm2": _number(blank=True),
        "high_hm2": _number(blank=True),
        "map_area_hm2": _area(blank=True),
        "method": _text(blank=True),
    },
    ["county_code", "sample", "quantity", "class_key"],
)
ERROR_MATRIX = _schema(
    "cover/error_matrix",
    {
        **_zone(),
        "sample": _text(),
        **_product(),
        "map_key": _text(),
        "reference_key": _text(),
        "points": _whole(),
        "share": _number(low=0, high=1),
    },
    ["county_code", "sample", "map_key", "reference_key"],
)
AGREEMENT = _schema(  # of the products compared: land that k of n call forest
    "cover/agreement",
    {
        **_zone(),
        "products": _text(),
        "reading": _text(),
        "say_forest": _whole(),
        "of_known": _whole(),  # products with data there
        "area_hm2": _area(),
        "share_pct": _number(low=0, high=100 + 1e-9),
    },
    ["county_code", "say_forest", "of_known"],
)
SPREAD = _schema(  # structural uncertainty: cover by product, its range, and the land they disagree on
    "cover/spread",
    {
        **_zone(),
        "products": _text(),
        "reading": _text(),
        "low_pct": _number(blank=True, low=0),
        "high_pct": _number(blank=True, low=0),
        "spread_pp": _number(blank=True, low=0),
        "all_forest_hm2": _area(),
        "none_forest_hm2": _area(),
        "disagree_hm2": _area(),
        "disagree_pct": _number(blank=True, low=0),  # of the land compared
        "not_compared_hm2": _area(),  # fewer than two products have data
    },
    ["county_code"],
)
PAIR_AGREEMENT = _schema(
    "cover/pair_agreement",
    {
        **_zone(),
        **_PAIR,
        "both_forest_hm2": _area(),
        "only_a_hm2": _area(),
        "only_b_hm2": _area(),
        "neither_hm2": _area(),
        "not_compared_hm2": _area(),
        "disagree_pct": _number(blank=True, low=0),
        "same_class_pct": _number(blank=True, low=0),
    },
    ["county_code", "product_a", "year_a", "product_b", "year_b"],
)
ONE_MAP_CHECK = _schema(  # forest of the one-map against that of a raster
    "cover/one_map_check",
    {
        **_zone(),
        "one_map": _text(),
        "one_map_year": _whole(blank=True),
        **_product(),
        "case": _text(choice=("both_forest", "only_one_map", "only_map", "neither", "not_compared")),
        "one_map_class": _text(blank=True),
        "map_class": _text(blank=True),
        "reason": _text(blank=True),
        "years_apart": _whole(blank=True),
        "area_hm2": _area(),
    },
    ["county_code", "one_map", "one_map_year", "product", "year", "case", "one_map_class", "map_class", "reason"],
)
SAMPLE_SERIES = ":sample"  # ending of the series of a product's rates by reference points
TREND = _schema(  # cover by year; rows of one `series` stand on one basis, and series are never chained
    "cover/trend",
    {
        **_zone(),
        "series": _text(),
        "reading": _text(blank=True),
        "year": _whole(),
        "forest_cover_pct": _number(low=0),
        "low_pct": _number(blank=True, low=0),
        "high_pct": _number(blank=True, low=0),
        "basis": _text(),
    },
    ["county_code", "series", "reading", "year"],
)
PACE = _schema(  # how fast cover changes in a series, and when the target would be met at that pace
    "cover/pace",
    {
        **_zone(),
        "series": _text(),
        "reading": _text(blank=True),
        "first_year": _whole(),
        "last_year": _whole(),
        "years": _whole(),  # with a rate
        "change_pp_yr": _number(),
        "low_pp_yr": _number(blank=True),
        "high_pp_yr": _number(blank=True),
        "method": _text(choice=("regression", "two_samples", "two_years")),
        "target_pct": _number(blank=True),
        "year_met": _number(blank=True),
        "year_met_low": _number(blank=True),
        "year_met_high": _number(blank=True),
        "state": _text(choice=("met", "estimable", "no_interval", "not_estimable", "no_target")),
    },
    ["county_code", "series", "reading"],
)
CHANGE = _schema(  # land class of one year by that of another, of one product
    "cover/change",
    {
        **_zone(),
        "product": _text(),
        "year_from": _whole(),
        "year_to": _whole(),
        "class_from": _text(),
        "class_to": _text(),
        "area_hm2": _area(),
    },
    ["county_code", "product", "year_from", "year_to", "class_from", "class_to"],
)
FOREST_CHANGE = _schema(
    "cover/forest_change",
    {
        **_zone(),
        "product": _text(),
        "reading": _text(),
        "year_from": _whole(),
        "year_to": _whole(),
        "forest_from_hm2": _area(blank=True),
        "forest_to_hm2": _area(blank=True),
        "gain_hm2": _area(blank=True),
        "loss_hm2": _area(blank=True),
        "net_hm2": _number(blank=True),
        "net_hm2_yr": _number(blank=True),
        "adjusted_net_hm2_yr": _number(blank=True),  # by two samples, where both years have one; low and high are of this
        "low_hm2_yr": _number(blank=True),
        "high_hm2_yr": _number(blank=True),
        "not_compared_hm2": _area(),  # unknown in either year
        "margin_difference_hm2": _number(low=0),  # between the matrix and each year's own areas; 0 on one lattice
        "basis": _text(),
    },
    ["county_code", "product", "reading", "year_from", "year_to"],
)
TASKS = _schema(  # the gap of the whole area shared among its counties
    "cover/tasks",
    {
        **_zone(),
        **_product(),
        "reading": _text(),
        "stands_on": _text(choice=("census", "sample", "map")),
        "rule": _text(choice=("greening_space", "equal_points", "given")),
        "greening_space_hm2": _area(blank=True),
        "share_pct": _number(low=0, high=100 + 1e-9),
        "task_hm2": _area(),
        "task_wanmu": _area(),
        "beyond_space_hm2": _area(blank=True),  # of the task, more than the county has room for
        "basis": _text(),
    },
    ["county_code", "product", "year", "reading"],
)
SAMPLE_PLAN = _schema(  # points that would decide, by zone and stratum
    "cover/sample_plan",
    {
        **_zone(),
        **_product(),
        "reading": _text(),
        "stratum": _text(),
        "area_hm2": _area(),
        "assumed_forest_share": _number(blank=True, low=0, high=1),
        "assumption": _text(blank=True, choice=("sample", "assumed")),
        "points_now": _whole(),
        "points_needed": _whole(blank=True),  # to decide; by county only where they can be walked
        "points_to_add": _whole(blank=True),  # of too many, the most that can be walked
        "cover_pct": _number(low=0),  # anticipated: by the sample, else by the map
        "target_pct": _number(),
        "se_needed_pp": _number(blank=True, low=0),
        "state": _text(choice=("decided", "feasible", "too_many", "on_target", "unknown_land")),
    },
    ["county_code", "product", "year", "reading", "stratum"],
)
DRAWN_POINTS = _schema(  # points to be visited; the field team fills in `reference`, `is_forest` and `note`
    "sample/sample_points",
    {
        "point_id": _text(),
        "county_code": _text(pattern=_CODE),
        "county_name": _text(),
        "lon": _number(low=-180, high=180),
        "lat": _number(low=-90, high=90),
        "stratum": _text(),
        "stratum_area_hm2": _area(),
        "map_code": _text(),
        "map_class": _text(),
        "reference": _text(blank=True),
        "is_forest": _text(blank=True),
        "note": _text(blank=True),
    },
    ["point_id"],
)
WETLAND = _schema(
    "cover/wetland",
    {
        **_zone(),
        **_product(),
        "wetland_area_hm2": _area(blank=True),
        "water_area_hm2": _area(blank=True),
        "protected_area_hm2": _area(blank=True),
        "protection_rate_pct": _number(blank=True, low=0, high=100),
        "basis": _text(),
        "limit": _text(blank=True),
    },
    ["county_code", "product", "year"],
)
_STOCK = {"stock_tc": _area(), "low_tc": _area(), "high_tc": _area(), "stock_tco2": _area()}
_ADJUSTED = {  # with class areas drawn from the error matrix of a sample, beside the mapped ones; blank without
    "adjusted_tc": _area(blank=True),
    "adjusted_low_tc": _area(blank=True),
    "adjusted_high_tc": _area(blank=True),
}
CARBON_STOCK = _schema(
    "carbon/carbon_stock",
    {
        **_zone(),
        **_product(),
        "route": _text(),
        "class_key": _text(),
        "pool": _text(choice=POOLS),
        "area_hm2": _area(),  # of the class, as far as it has a value for the pool
        **_STOCK,
        "mean_tc": _area(),  # of the draws
        "adjusted_hm2": _area(blank=True),
        **_ADJUSTED,
        "soc_edition": _text(blank=True),  # of soil: edition of the table, or layer
        "depth_cm": _whole(blank=True),  # of soil
        "basis": _text(),
    },
    ["county_code", "product", "year", "route", "class_key", "pool"],
)
CARBON_SUMMARY = _schema(
    "carbon/carbon_summary",
    {
        **_zone(),
        **_product(),
        "route": _text(),
        **_STOCK,
        "tc_hm2": _area(),
        "land_area_hm2": _area(),
        "no_biomass_value_hm2": _area(),
        "no_soc_value_hm2": _area(),
        "mean_tc": _area(),
        "no_range_tc": _area(),  # of the stock, what stands on numbers without any range: intervals do not hold its error
        **_ADJUSTED,
        "soc_edition": _text(blank=True),
        "depth_cm": _whole(),
        "basis": _text(),
    },
    ["county_code", "product", "year", "route"],
)
CARBON_SOURCES = _schema("carbon/sources", SOURCES.columns, ["role", "name", "file"])  # the stage's parameter tables
CARBON_DENSITY = _schema(  # of the class means a row of its table; of what was measured the mean over the class's land
    "carbon/density",
    {
        "route": _text(),
        "product": _text(blank=True),  # blank: the same for all
        "year": _whole(blank=True),
        "class_key": _text(),
        "pool": _text(choice=POOLS),
        "climate_zone": _text(blank=True),  # of soil
        "tc_hm2": _number(blank=True, low=0),
        "low_tc_hm2": _number(blank=True, low=0),
        "high_tc_hm2": _number(blank=True, low=0),
        "soc_edition": _text(blank=True),
        "depth_cm": _whole(blank=True),
        "source": _text(),
        "label": _text(),
        "note": _text(blank=True),
    },
    ["route", "product", "year", "class_key", "pool", "climate_zone"],
)
FACTORS_USED = _schema(  # every number behind the stocks
    "carbon/factors",
    {
        "parameter": _text(),
        "factor": _text(),
        "applies_to": _text(),
        "value": _number(low=0),
        "unit": _text(blank=True),
        "low": _number(blank=True, low=0),
        "high": _number(blank=True, low=0),
        "distribution": _text(blank=True),
        "is_overridden": _text(choice=_YES_NO),
        "source": _text(),
        "label": _text(),
        "note": _text(blank=True),
    },
    ["parameter", "factor"],
)
OVERRIDDEN = _schema(
    "carbon/overrides",
    {
        "class_key": _text(blank=True),
        "factor": _text(),
        "unit": _text(blank=True),
        "value": _number(low=0),
        "low": _number(blank=True, low=0),
        "high": _number(blank=True, low=0),
        "source": _text(),
        "label": _text(),
        "old_value": _number(blank=True, low=0),
        "old_low": _number(blank=True, low=0),
        "old_high": _number(blank=True, low=0),
        "old_source": _text(blank=True),
        "old_label": _text(blank=True),
    },
    ["class_key", "factor"],
)
ROUTE_SHARE = _schema(  # which route gives the living biomass of each hectare; `none`: no route can serve it
    "carbon/route_share",
    {
        **_zone(),
        **_product(),
        "class_key": _text(),
        "route": _text(),
        "area_hm2": _area(),
        "share_pct": _number(blank=True, low=0, high=100 + 1e-9),  # of the class in the zone
    },
    ["county_code", "product", "year", "class_key", "route"],
)
UNSERVED = _schema(  # why a route could not serve land
    "carbon/unserved",
    {**_zone(), **_product(), "route": _text(), "reason": _text(), "area_hm2": _area()},
    ["county_code", "product", "year", "route", "reason"],
)
VARIANCE = _schema(  # what the uncertainty of a total comes from
    "carbon/variance",
    {
        **_zone(),
        **_product(),
        "route": _text(),
        "component": _text(choice=VARIANCE_COMPONENTS),
        "sd_tc": _number(low=0),
        "variance_tc2": _number(low=0),
        "share_pct": _number(blank=True, low=0, high=100 + 1e-9),  # blank where nothing varies
    },
    ["county_code", "product", "year", "route", "component"],
)
APPROACH_1 = _schema(  # error propagation by the IPCC's simple approach, beside the draws
    "carbon/approach1",
    {
        **_zone(),
        **_product(),
        "route": _text(),
        "stock_tc": _area(),
        "half_width_tc": _area(),
        "half_width_pct": _number(blank=True, low=0),
        "monte_carlo_half_width_tc": _area(),
        "difference_pct": _number(blank=True),  # of the half-widths, as a share of the draws'
    },
    ["county_code", "product", "year", "route"],
)
# --- carbon: change, potential, value ------------------------------------------------------------------------
_SPAN = {"product": _text(), "year_from": _whole(), "year_to": _whole()}
_CHANGED = {"change_tc": _number(blank=True), "low_tc": _number(blank=True), "high_tc": _number(blank=True)}
_SINK = {"net_sink_tco2_yr": _number(blank=True), "low_tco2_yr": _number(blank=True), "high_tco2_yr": _number(blank=True)}
CARBON_TRANSITION = _schema(  # change of stock by class of either year; only pools that both classes have a value for
    "carbon/carbon_transition",
    {
        **_zone(),
        **_SPAN,
        "route": _text(),
        "class_from": _text(),
        "class_to": _text(),
        "area_hm2": _area(),
        "pools": _text(blank=True),  # that are compared, ";"-separated
        **_CHANGED,  # blank where no pool can be compared
        "one_sided_tc": _number(),  # stock of pools that one of the two classes has no value for, later less earlier: no change
        "basis": _text(),
    },
    ["county_code", "product", "year_from", "year_to", "route", "class_from", "class_to"],
)
CARBON_CHANGE = _schema(  # stock difference of two years (IPCC 2006 eq. 2.5) with the interval of the difference
    "carbon/carbon_change",
    {
        **_zone(),
        **_SPAN,
        "route": _text(),
        "method": _text(choice=("transitions", "net_areas")),
        "years": _number(low=0),
        "stock_from_tc": _area(),
        "stock_to_tc": _area(),
        "pools": _text(blank=True),  # compared somewhere
        **_CHANGED,
        "gain_tc": _area(blank=True),
        "loss_tc": _area(blank=True),
        **_SINK,  # positive = uptake
        "one_sided_tc": _number(),
        "margin_difference_tc": _number(),  # stock difference less change and one-sided stock; 0 on one lattice
        "not_compared_hm2": _area(),  # land whose class changed and of which no pool can be compared
        "basis": _text(),
    },
    ["county_code", "product", "year_from", "year_to", "route"],
)
RESTORATION = _schema(  # before and after on land inside the layer `restoration`
    "carbon/restoration",
    {
        **_zone(),
        **_SPAN,
        "route": _text(),
        "years": _number(low=0),
        "area_hm2": _area(),
        "forest_from_hm2": _area(),
        "forest_to_hm2": _area(),
        "stock_from_tc": _area(),
        "stock_to_tc": _area(),
        "pools": _text(blank=True),
        **_CHANGED,
        **_SINK,
        "basis": _text(),
    },
    ["county_code", "product", "year_from", "year_to", "route"],
)
GREENING_RULES = _schema(
    "greening_rules",
    {
        "rule_id": _text(pattern=r"^[A-Za-z0-9_-]{1,24}$"),
        "kind": _text(choice=("slope", "layer")),  # how land of a slope is greened; a polygon layer that is left out
        "layer": _text(),
        "from_deg": _number(blank=True, low=0, high=90),
        "to_deg": _number(blank=True, low=0, high=90),
        "treatment": _text(blank=True, choice=("planting", "closure_shrub", "closure")),
        "requirement_zh": _text(),
        "requirement_en": _text(),
        "source": _text(),
        "label": _text(pattern=_LABEL),
    },
    ["rule_id"],
)
GREENING_SPACE = _schema(  # land that may be greened, by class and slope band; a ceiling where the map cannot tell degraded land
    "carbon/greening_space",
    {
        **_zone(),
        **_product(),
        "class_key": _text(),
        "slope_band": _text(blank=True),  # [degrees]; blank without a layer slope_deg with bands
        "treatment": _text(),  # planting, closure_shrub, closure; several, ";"-separated, where the band does not tell
        "land_hm2": _area(),
        "crossed_out_hm2": _area(),  # inside left-out layers that tabulate crossed with class and slope
        "space_hm2": _area(),  # of the rest, layers that are not crossed taken off by their share of the class [A]
        "low_hm2": _area(),  # whatever way those layers lie on the class and on each other
        "high_hm2": _area(),
        "crossed": _text(blank=True),
        "not_crossed": _text(blank=True),
        "missing": _text(blank=True),  # layers that are not there: nothing is taken off for them
        "basis": _text(),
    },
    ["county_code", "product", "year", "class_key", "slope_band"],
)
IPCC = _schema(
    "ipcc",
    {
        "parameter": _text(),
        "qualifier": _text(),
        "value": _number(low=0),
        "unit": _text(),
        "low": _number(blank=True, low=0),
        "high": _number(blank=True, low=0),
        "source": _text(),
        "label": _text(),
        "note": _text(blank=True),
    },
    ["parameter", "qualifier"],
)
REMOVAL = _schema(  # what new forest on greening space would have taken up by a year, at a cited linear growth
    "carbon/removal",
    {
        **_zone(),
        **_product(),
        "scenario": _text(),
        "horizon": _whole(),
        "land": _text(choice=("planting", "undetermined")),  # undetermined: the slope is not known, a ceiling
        "space_hm2": _area(),
        "planted_hm2": _area(),
        "removal_tc": _area(),
        "low_tc": _area(),
        "high_tc": _area(),
        "removal_tco2": _area(),
        "low_tco2": _area(),
        "high_tco2": _area(),
        "removal_tco2_yr": _area(),  # average since the first planting
        "added_cover_pp": _area(),  # if all of it becomes forest
        "stands_now_tc": _area(blank=True),  # living biomass on the planted land today; not subtracted
        "mean_forest_tc": _area(blank=True),  # living biomass at the mean density of today's forest
        "exceeds_mean_forest": _text(blank=True, choice=_YES_NO),  # linear growth of the oldest planting is beyond it
        "growth": _text(),
        "source": _text(),
        "label": _text(pattern=_LABEL),
        "basis": _text(),
    },
    ["county_code", "product", "year", "scenario", "horizon", "land"],
)
CCER_RULES = _schema(
    "ccer_rules",
    {
        "rule_id": _text(pattern=r"^[A-Za-z0-9_-]{1,24}$"),
        "element_zh": _text(),
        "element_en": _text(),
        "condition": _text(choice=("class_in", "inside", "outside", "class_before", "document")),
        "classes": _text(blank=True),
        "layer": _text(blank=True),
        "years": _number(blank=True, low=0),
        "requirement_zh": _text(),
        "requirement_en": _text(),
        "source": _text(),
        "label": _text(pattern=_LABEL),
    },
    ["rule_id"],
)
CCER = _schema(  # land of each class against the rules of CCER-14-001; bounds where rules may lie on the same land or not
    "carbon/ccer",
    {
        **_zone(),
        **_product(),
        "class_key": _text(),
        "land_hm2": _area(),
        "state": _text(choice=("eligible", "not", "unknown", "part")),
        "eligible_low_hm2": _area(),  # keeps every rule, however broken and unknown land lies
        "eligible_high_hm2": _area(),  # if all that is unknown turned out well and broken land lay on broken land
        "rules_broken": _text(blank=True),
        "rules_unknown": _text(blank=True),
        "basis": _text(),
    },
    ["county_code", "product", "year", "class_key"],
)
CCER_BY_RULE = _schema(
    "carbon/ccer_rules",
    {
        **_zone(),
        **_product(),
        "class_key": _text(),
        "rule_id": _text(),
        "broken_hm2": _area(),
        "unknown_hm2": _area(),
        "kept_hm2": _area(),
        "needs": _text(blank=True),
        "title": _text(),
        "label": _text(pattern=_LABEL),
    },
    ["county_code", "product", "year", "class_key", "rule_id"],
)
CARBON_VALUE = _schema(  # a statistic, never a credit
    "carbon/value",
    {
        **_zone(),
        **_product(),
        "route": _text(),
        "what": _text(choice=("change", "removal")),
        "scenario": _text(blank=True),
        "year_from": _whole(),
        "year_to": _whole(),
        "tco2": _number(),
        "low_tco2": _number(blank=True),
        "high_tco2": _number(blank=True),
        "price_yuan_tco2": _number(low=0),
        "discount_pct": _number(),
        "price_change_pct": _number(),
        "value_yuan": _number(),
        "low_yuan": _number(blank=True),
        "high_yuan": _number(blank=True),
        "basis": _text(),
    },
    ["county_code", "product", "year", "route", "what", "scenario", "year_from", "year_to"],
)
SITE_SCREENING = _schema(
    "siting/site_screening",
    {
        "site_id": _text(),
        "name": _text(),
        "kind": _text(),
        "county_code": _text(blank=True, pattern=_CODE),
        "county_name": _text(blank=True),
        "lon": _number(),
        "lat": _number(),
        "area_hm2": _area(blank=True),
        "capacity_mw": _area(blank=True),
        "verdict": _text(choice=("allowed", "conditional", "prohibited", "unknown")),
        "evidence": _text(choice=("adequate", "indicative")),
        "rules_hard": _text(blank=True),
        "rules_conditional": _text(blank=True),
        "rules_soft": _text(blank=True),
        "rules_unknown": _text(blank=True),
        "score": _number(blank=True, low=0, high=1),  # weighted mean of the criteria that are known; what ranks
        "score_low": _number(blank=True, low=0, high=1),  # unknown criteria at 0 ...
        "score_high": _number(blank=True, low=0, high=1),  # ... and at 1
        "score_rules_known": _whole(),  # criteria that are known ...
        "score_rules": _whole(),  # ... of all that apply
        "energy_gwh_yr": _area(blank=True),
        "energy_low_gwh_yr": _area(blank=True),
        "energy_high_gwh_yr": _area(blank=True),
        "full_load_h": _area(blank=True),
        "energy_method": _text(blank=True),
        "carbon_loss_tc": _area(blank=True),
        "forest_loss_hm2": _area(blank=True),
        "is_illustrative": _text(choice=("yes", "no")),
        "note": _text(blank=True),
        "basis": _text(),
    },
    ["site_id"],
)
AVOIDED_CO2 = _schema(  # energy x a named factor: a statistic, never a credit, never added to sinks
    "siting/avoided_co2",
    {
        "site_id": _text(),
        "factor_id": _text(),
        "factor": _text(),
        "factor_year": _whole(),
        "scope": _text(),
        "value_kgco2_kwh": _number(low=0),
        "label": _text(pattern=_LABEL),
        "energy_gwh_yr": _area(),
        "avoided_tco2_yr": _area(),
        "low_tco2_yr": _area(),
        "high_tco2_yr": _area(),
        "note": _text(),
    },
    ["site_id", "factor_id"],
)
SITE_REASONS = _schema(
    "siting/site_reasons",
    {
        "site_id": _text(),
        "rule_id": _text(),
        "county_code": _text(blank=True, pattern=_CODE),  # of the county whose own rule it is; blank: it holds everywhere
        "state": _text(choice=STATES),
        "outcome": _text(choice=("broken", "unknown", "note")),
        "share": _number(blank=True, low=0, high=1),
        "layer": _text(blank=True),
        "title": _text(),
        "requirement": _text(blank=True),
        "legal_basis": _text(blank=True),
        "label": _text(),
        "found": _text(blank=True),
        "valid_from": _text(blank=True),
        "valid_to": _text(blank=True),
        "note": _text(blank=True),  # what a reader must know of the rule
    },
    ["site_id", "rule_id", "county_code"],
)
VERDICT_BY_DATE = _schema(  # the assessment date first, then siting.compare_dates
    "siting/verdict_by_date",
    {
        "site_id": _text(),
        "name": _text(),
        "kind": _text(),
        "county_code": _text(blank=True, pattern=_CODE),
        "assessment_date": _text(pattern=r"^\d{4}-\d{2}-\d{2}$"),
        "verdict": _text(choice=("allowed", "conditional", "prohibited", "unknown")),
        "rules_hard": _text(blank=True),
        "rules_conditional": _text(blank=True),
        "rules_unknown": _text(blank=True),
        "is_changed": _text(choice=("yes", "no")),  # whether the verdict is another than on the assessment date
        "rules_added": _text(blank=True),  # that decide (broken or unknown, hard or conditional) on this day and not on the assessment date
        "rules_dropped": _text(blank=True),  # and the other way round
    },
    ["site_id", "assessment_date"],
)
LAND_BY_DATE = _schema(
    "siting/land_by_date",
    {
        **_zone(),
        "kind": _text(),
        "assessment_date": _text(pattern=r"^\d{4}-\d{2}-\d{2}$"),
        "allowed_hm2": _area(),
        "conditional_hm2": _area(),
        "excluded_hm2": _area(),
        "unknown_hm2": _area(),
        "allowed_change_hm2": _number(),  # against the assessment date
        "excluded_change_hm2": _number(),
        "basis": _text(),
        "rules_lacking": _text(
            blank=True
        ),  # of the technology alone, in force on the assessment date, not on this day, with none in their place
    },
    ["county_code", "kind", "assessment_date"],
)
SITE_DISTANCE = _schema(  # from the footprint to the nearest feature; 0 where it is inside or crossed
    "siting/site_distance",
    {
        "site_id": _text(),
        "layer": _text(),
        "layer_name": _text(),
        "state": _text(choice=("measured", "missing", "empty")),  # a layer that is not given, or that holds no feature, has no distance
        "distance_m": _number(blank=True, low=0),
        "nearest": _text(blank=True),
        "source": _text(blank=True),
        "period": _text(blank=True),
    },
    ["site_id", "layer"],
)
SITE_TERRAIN = _schema(  # a measured layer on the footprint, on the layer's own cells; parts but `whole` add up to 1
    "siting/site_terrain",
    {
        "site_id": _text(),
        "layer": _text(),
        "layer_name": _text(),
        "unit": _text(blank=True),
        "part": _text(choice=("whole", "band", "direction", "flat", "unknown")),  # `whole`: its share is the share known
        "part_key": _text(),
        "part_name": _text(),
        "above": _number(blank=True),
        "up_to": _number(blank=True),
        "share": _number(blank=True, low=0, high=1),  # of the footprint; blank where the layer is missing
        "mean": _number(blank=True),
        "low": _number(blank=True),
        "high": _number(blank=True),
        "cell_hm2": _area(blank=True),
        "source": _text(blank=True),
        "period": _text(blank=True),
    },
    ["site_id", "layer", "part_key"],
)
SITE_OVERLAP = _schema(  # each pair once
    "siting/site_overlap",
    {
        "site_id": _text(),
        "name": _text(),
        "kind": _text(),
        "other_id": _text(),
        "other_name": _text(),
        "other_kind": _text(),
        "relation": _text(choice=("duplicate", "overlap", "other_technology")),
        "overlap_hm2": _area(),
        "share": _number(low=0, high=1),
        "other_share": _number(low=0, high=1),
        "distance_m": _number(low=0),
        "why": _text(),
    },
    ["site_id", "other_id"],
)
SITE_COUNTY = _schema(  # rows of a site add up to it; land outside every county has no code
    "siting/site_county",
    {
        "site_id": _text(),
        "county_code": _text(blank=True, pattern=_CODE),
        "county_name": _text(blank=True),
        "area_hm2": _area(blank=True),
        "share": _number(low=0, high=1),
        "capacity_mw": _area(blank=True),
    },
    ["site_id", "county_code"],
)
PLAN_CONFLICT = _schema(  # an item of PLAN_CONFLICTS and a site it concerns; without a site one row that says so
    "siting/plan_conflict",
    {
        "item_id": _text(),
        "item": _text(),
        "county_code": _text(pattern=_CODE),
        "county_name": _text(),
        "kinds": _text(),
        "plan_section": _text(),
        "quote_zh": _text(),
        "rules": _text(blank=True),
        "rules_not_in_force": _text(blank=True),
        "legal_basis": _text(blank=True),
        "site_id": _text(blank=True),
        "site_name": _text(blank=True),
        "classes_found": _text(blank=True),
        "share": _number(blank=True, low=0, high=1),  # of the footprint on those classes
        "rules_broken": _text(blank=True),
        "rules_unknown": _text(blank=True),
        "outcome": _text(choice=("conflict", "unknown", "clear", "no_site")),
        "finding": _text(),
        "label": _text(),
    },
    ["item_id", "site_id"],
)
SCORE_DETAIL = _schema(
    "siting/score_detail",
    {
        "site_id": _text(),
        "kind": _text(),
        "criterion": _text(),
        "title": _text(),
        "measure": _text(choice=("value", "distance", "kept")),
        "layer": _text(blank=True),
        "rules": _text(blank=True),
        "breakpoints": _text(blank=True),
        "value": _number(blank=True),  # mean over the footprint, distance to it, or the share that keeps the rules
        "unit": _text(blank=True),
        "score": _number(blank=True, low=0, high=1),
        "weight": _number(low=0),
        "weight_share": _number(blank=True, low=0, high=1),  # of the weights of known criteria
        "source": _text(),
        "label": _text(pattern=_LABEL),
        "note": _text(blank=True),
    },
    ["site_id", "criterion"],
)
SCORE_SENSITIVITY = _schema(  # ranks among sites of one technology that are not prohibited
    "siting/score_sensitivity",
    {
        "site_id": _text(),
        "name": _text(),
        "kind": _text(),
        "verdict": _text(choice=VERDICTS),
        "score": _number(blank=True, low=0, high=1),
        "rank": _whole(blank=True),
        "ranked_sites": _whole(blank=True),
        "runs": _whole(blank=True),
        "rank_best": _whole(blank=True),
        "rank_worst": _whole(blank=True),
        "share_same_rank": _number(blank=True, low=0, high=1),
        "share_in_top": _number(blank=True, low=0, high=1),
        "top_sites": _whole(blank=True),
        "rank_bound_best": _whole(blank=True),  # whatever the unknown criteria turned out to be
        "rank_bound_worst": _whole(blank=True),
        "moved_by": _text(blank=True),  # runs that change the rank, criterion:change
    },
    ["site_id"],
)


def _losses() -> dict[str, pa.Column]:
    return {
        "forest_loss_hm2": _area(blank=True),
        "area_cover_loss_pp": _area(blank=True),
        "carbon_loss_tc": _area(blank=True),  # vegetation, if all of it were cleared
        "carbon_loss_tco2": _area(blank=True),
        "avoided_tco2_yr": _area(blank=True),
        "avoided_low_tco2_yr": _area(blank=True),
        "avoided_high_tco2_yr": _area(blank=True),
        "payback_yr": _area(blank=True),
        "payback_low_yr": _area(blank=True),
        "payback_high_yr": _area(blank=True),
    }


def _energy() -> dict[str, pa.Column]:
    return {n: _area(blank=True) for n in ("energy_gwh_yr", "energy_low_gwh_yr", "energy_high_gwh_yr")}


TRADEOFF = _schema(  # what a site gives and takes; avoided CO2 is a statistic, never added to sinks
    "siting/tradeoff",
    {
        "site_id": _text(),
        "name": _text(),
        "kind": _text(),
        "county_code": _text(blank=True, pattern=_CODE),
        "county_name": _text(blank=True),
        "verdict": _text(choice=VERDICTS),
        "score": _number(blank=True, low=0, high=1),
        "area_hm2": _area(blank=True),
        "capacity_mw": _area(blank=True),
        "cost": _number(blank=True, low=0),
        **_energy(),
        "county_cover_loss_pp": _area(blank=True),  # of the county that holds most of it, by its forest there
        **_losses(),
        "factor_id": _text(blank=True),
        "factor": _text(blank=True),
        "factor_year": _whole(blank=True),
        "scope": _text(blank=True),
        "hard_broken": _whole(),
        "conditional_broken": _whole(),
        "soft_broken": _whole(),
        "rules_open": _whole(),  # of all states, that cannot be answered
        "land_hm2_per_gwh": _area(blank=True),
        "overlaps": _text(blank=True),  # sites whose footprints lie on its own
        "gaps": _text(blank=True),  # why a cell is blank
    },
    ["site_id"],
)
_TOTALS = {
    "sites": _whole(),
    "overlapping": _text(blank=True),
    "overlap_hm2": _area(),
    "area_hm2": _area(blank=True),  # land that several sites claim counts once, here and in the losses
    "capacity_mw": _area(blank=True),
    **_energy(),
    **_losses(),
    "capacity_sites": _whole(),  # how many sites tell it; sums are of these
    "energy_sites": _whole(),
    "forest_sites": _whole(),
    "carbon_sites": _whole(),
    "payback_sites": _whole(),
}
TRADEOFF_TOTALS = _schema(
    "siting/tradeoff_totals",
    {"kind": _text(), "verdicts": _text(), **_TOTALS},
    ["kind", "verdicts"],
)
PARETO = _schema(
    "siting/pareto",
    {
        "scope": _text(),
        "site_id": _text(),
        "name": _text(),
        "kind": _text(),
        "verdict": _text(choice=VERDICTS),
        "conflict_level": _whole(),
        "energy_gwh_yr": _area(blank=True),
        "carbon_loss_tc": _area(blank=True),
        "state": _text(choice=("front", "dominated", "left_out")),
        "dominated_by": _text(blank=True),
        "gaps": _text(blank=True),
    },
    ["scope", "site_id"],
)
PORTFOLIO = _schema(
    "siting/portfolio",
    {
        "portfolio": _text(),
        "title": _text(),
        "state": _text(choice=("optimal", "infeasible", "not_solved")),
        "minimise": _text(),
        "cost": _number(blank=True),  # in the unit of what is minimised
        "chosen": _text(blank=True),
        **_TOTALS,
        "eligible_sites": _whole(),
        "note": _text(blank=True),
    },
    ["portfolio"],
)
PORTFOLIO_LIMITS = _schema(
    "siting/portfolio_limits",
    {
        "portfolio": _text(),
        "limit": _text(),
        "applies_to": _text(),
        "bound": _number(blank=True),
        "unit": _text(blank=True),
        "reached": _number(blank=True),
        "slack": _number(blank=True),
        "binds": _text(blank=True, choice=("yes", "no")),  # without it another set would cost less, or there would be one
        "cost_without": _number(blank=True),
        "most": _number(blank=True),  # of a target: what the eligible sites can reach within the other limits
    },
    ["portfolio", "limit", "applies_to"],
)
PORTFOLIO_SITES = _schema(
    "siting/portfolio_sites",
    {
        "portfolio": _text(),
        "site_id": _text(),
        "name": _text(),
        "kind": _text(),
        "county_name": _text(blank=True),
        "verdict": _text(choice=VERDICTS),
        "state": _text(choice=("chosen", "not_chosen", "left_out")),
        "capacity_mw": _area(blank=True),
        "energy_gwh_yr": _area(blank=True),
        "cost": _number(blank=True),
        "reason": _text(blank=True),
    },
    ["portfolio", "site_id"],
)
TRADEOFF_TABLES = (
    SCORE_DETAIL, SCORE_SENSITIVITY, TRADEOFF, TRADEOFF_TOTALS, PARETO, PORTFOLIO, PORTFOLIO_LIMITS, PORTFOLIO_SITES,
)  # fmt: skip
PATTERNS = _schema(
    "siting/patterns",
    {
        **_zone(),
        "kind": _text(),
        "rules_broken": _text(blank=True),
        "rules_unknown": _text(blank=True),
        "zoning": _text(choice=("allowed", "conditional", "prohibited", "unknown")),
        "area_hm2": _area(),
        "resource_area_hm2": _area(blank=True),  # PV: irradiation [kWh/m2/yr]; wind: full-load hours before losses
        "resource_mean": _number(blank=True, low=0),  # of the leading source
        "resource_low": _number(blank=True, low=0),  # of the sources known on all of the land
        "resource_high": _number(blank=True, low=0),
    },
    ["county_code", "kind", "rules_broken", "rules_unknown", "zoning"],
)
RULE_BITS = _schema(  # legend of the bands of rules_<kind>.tif
    "siting/rule_bits",
    {
        "kind": _text(),
        "rule_id": _text(),
        "band_broken": _whole(),
        "band_unknown": _whole(),
        "bit": _whole(),  # from 0
        "value": _whole(),  # 2 ** bit
        "state": _text(choice=STATES),
        "layer": _text(blank=True),
        "title": _text(),
        "legal_basis": _text(blank=True),
        "label": _text(),
        "county_code": _text(blank=True, pattern=_CODE),  # of the county whose own rule it is; blank: everywhere else
    },
    ["kind", "rule_id", "county_code"],
)
CANDIDATE_AREAS = _schema(  # contiguous land of one verdict; outlines in candidate_areas.gpkg
    "siting/candidate_areas",
    {
        "area_id": _text(),
        "kind": _text(),
        "rank": _whole(),  # of the technology: by verdict, rank_score, inside_hm2
        "zoning": _text(choice=("allowed", "unknown", "conditional")),  # unknown: nothing known against it
        "area_hm2": _area(),  # of its cells, counted whole: that of the outline
        "inside_hm2": _area(),  # of it within the counties; least size, rank and capacity stand on this
        "capacity_mw": _area(),
        "score": _number(blank=True, low=0, high=1),  # share of the known soft rules kept, by area
        "rank_score": _number(blank=True, low=0, high=1),  # score x capacity over that of a full plant (siting.full_plant_mw), at most 1
        "resource_mean": _number(blank=True, low=0),  # as in patterns.csv; blank unless known on all of it
        "compactness": _number(low=0, high=1),  # area over that of the smallest circle round it
        "county_code": _text(pattern=_CODE),  # where most of it lies
        "county_name": _text(),
        "county_shares": _text(),  # "140827 0.8123;140828 0.1877"
        "lon": _number(),
        "lat": _number(),
        "evidence": _text(choice=("adequate", "indicative")),  # indicative: cells larger than the least area
        "basis": _text(),
    },
    ["area_id"],
)
EXCLUSION = _schema(
    "siting/exclusion",
    {
        **_zone(),
        "kind": _text(),
        "rule_id": _text(),
        "state": _text(choice=STATES),
        "layer": _text(blank=True),
        "title": _text(),
        "alone_hm2": _area(blank=True),
        "unknown_hm2": _area(),
        "cumulative_hm2": _area(blank=True),
        "marginal_hm2": _area(blank=True),
        "basis": _text(),
    },
    ["county_code", "kind", "rule_id"],
)
POTENTIAL = _schema(
    "siting/potential",
    {
        **_zone(),
        "kind": _text(),
        "allowed_hm2": _area(),
        "conditional_hm2": _area(),
        "excluded_hm2": _area(),
        "unknown_hm2": _area(),
        "capacity_mw": _area(),
        "capacity_if_cleared_mw": _area(),
        "energy_gwh_yr": _area(blank=True),  # of allowed land whose resource is known: see energy_land_share
        "energy_low_gwh_yr": _area(blank=True),
        "energy_high_gwh_yr": _area(blank=True),
        "target_2025_mw": _area(blank=True),
        "target_2030_mw": _area(blank=True),
        "land_hm2_per_mw": _area(),
        "usable_share": _number(low=0, high=1),
        "basis": _text(),
        "energy_land_share": _number(blank=True, low=0, high=1),  # of allowed land whose energy is counted; energy is blank below 0.95
    },
    ["county_code", "kind"],
)
CAPACITY_TARGET = _schema(  # capacity of land and sites against what the plan names; without a number of the plan there is no target
    "siting/capacity_target",
    {
        **_zone(),
        "kind": _text(),
        "mode": _text(),
        "is_named": _text(blank=True, choice=_YES_NO),
        "item": _text(blank=True),
        "plan_section": _text(blank=True),
        "quote_zh": _text(blank=True),
        "label": _text(blank=True, pattern=_LABEL),
        "target_year": _whole(blank=True),  # blank beside a number: the size of a project the plan names
        "target_mw": _area(blank=True),
        "target_is_past": _text(blank=True, choice=_YES_NO),  # on the assessment date
        "allowed_mw": _area(blank=True),
        "if_conditional_mw": _area(blank=True),
        "if_cleared_mw": _area(blank=True),
        "sites": _whole(blank=True),  # without made-up examples
        "sites_allowed_mw": _area(blank=True),
        "sites_conditional_mw": _area(blank=True),
        "sites_unknown_mw": _area(blank=True),
        "sites_prohibited_mw": _area(blank=True),
        "examples": _whole(blank=True),
        "examples_mw": _area(blank=True),
        "allowed_share_pct": _area(blank=True),
        "if_conditional_share_pct": _area(blank=True),
        "if_cleared_share_pct": _area(blank=True),
        "sites_allowed_share_pct": _area(blank=True),
        "missing_layers": _text(blank=True),
        "top_rules": _text(blank=True),
        "statement": _text(blank=True),
        "basis": _text(),
    },
    ["county_code", "mode", "target_year"],
)
ROOFTOP = _schema(  # roofs by building class; without a layer of buildings there is no table
    "siting/rooftop",
    {
        **_zone(),
        "building_class": _text(),
        "name": _text(),
        "is_pilot": _text(blank=True, choice=_YES_NO),  # whole-county rooftop pilot named by the plan
        "buildings": _whole(),
        "roof_area_hm2": _area(),  # footprints, land claimed twice counted once
        "overlap_hm2": _area(),  # what was left out for it
        "share_pct": _number(blank=True, low=0, high=100),
        "module_area_hm2": _area(blank=True),
        "mw_per_hm2": _area(blank=True),
        "capacity_mw": _area(blank=True),
        "full_load_h": _area(blank=True),
        "energy_gwh_yr": _area(blank=True),
        "energy_low_gwh_yr": _area(blank=True),
        "energy_high_gwh_yr": _area(blank=True),
        "energy_method": _text(blank=True),
        "source": _text(blank=True),
        "label": _text(blank=True, pattern=_LABEL),
    },
    ["county_code", "building_class"],
)

# --- an earlier run, as far as a comparison reads it: columns that every version has ---------------------------

EARLIER_COVER = _schema(
    "cover/forest_cover",
    {
        **_zone(),
        **_product(),
        "reading": _text(),
        "forest_cover_pct": _number(blank=True),
        "p_target": _number(blank=True),
        "verdict": _text(),
    },
    ["county_code", "product", "year", "reading"],
)
EARLIER_CARBON = _schema(
    "carbon/carbon_summary",
    {**_zone(), **_product(), "route": _text(), "stock_tc": _area()},
    ["county_code", "product", "year", "route"],
)
EARLIER_SITES = _schema("siting/site_screening", {"site_id": _text(), "name": _text(), "kind": _text(), "verdict": _text()}, ["site_id"])

CARBON_PARAMETERS = {  # by setting of the section `carbon`: the tables that stage reads
    "factors": FACTORS,
    "volume_factors": VOLUME_FACTORS,
    "species": SPECIES,
    "soc_factors": SOC_FACTORS,
    "overrides": OVERRIDES,
    "greening_rules": GREENING_RULES,
    "ccer_rules": CCER_RULES,
    "growth_factors": IPCC,
}

# --- reading and writing -------------------------------------------------------------------------------------

_RISKY = ("=", "+", "-", "@", "\t", "\r")


def decode(content: bytes, file: str) -> tuple[str, str]:
    """Text of a table file and the encoding found by strict trial: UTF-8 (with or without BOM), else GB18030."""
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return content.decode(encoding), encoding
        except UnicodeDecodeError:
            continue
    raise BadData(problem("table_encoding", file=file))


def read_csv(path: Path, schema: pa.DataFrameSchema, *, shown: str | None = None) -> pd.DataFrame:
    """A CSV table that passes its schema; raises BadData naming every wrong line and column.

    All cells are read as text and blank cells become missing; numbers are parsed strictly after NFKC (full-width
    digits), so codes keep their zeros and a class called "NA" stays a name.
    """
    shown = shown or path.name
    if not path.is_file():
        raise BadData(problem("file_not_regular", path=shown))
    text, _ = decode(path.read_bytes(), shown)
    try:
        rows = [row for row in csv.reader(io.StringIO(text, newline=""), strict=True) if any(c.strip() for c in row)]
    except csv.Error as error:
        raise BadData(problem("table_csv", file=shown, found=str(error))) from None
    if not rows:
        raise BadData(problem("table_empty", file=shown))
    head = [c.strip() for c in rows[0]]
    ragged = [
        problem("table_ragged", file=shown, line=i, found=len(r), expected=len(head))
        for i, r in enumerate(rows[1:], 2)
        if len(r) != len(head)
    ]
    absent = [
        problem("table_column", file=shown, column=c, known=", ".join(head))
        for c, kind in schema.columns.items()
        if kind.required and c not in head
    ]
    if ragged or absent:
        raise BadData([*absent, *ragged])
    cells = [[unprefix(cell) or None for cell in row] for row in rows[1:]]
    frame = pd.DataFrame(cells, columns=head, dtype="str")
    return check(_typed(frame, schema, shown), schema, shown)


def unprefix(cell: str) -> str:
    """A cell's text without the apostrophe that keeps spreadsheets from taking it for a formula."""
    cell = cell.strip()
    return cell[1:] if len(cell) > 1 and cell[0] == "'" and cell[1] in _RISKY else cell


def _typed(frame: pd.DataFrame, schema: pa.DataFrameSchema, shown: str) -> pd.DataFrame:
    """Number columns of a text frame as numbers."""
    problems: list[Problem] = []
    for name, column in schema.columns.items():
        if name not in frame:
            frame[name] = pd.Series([None] * len(frame), dtype="str")
        if str(column.dtype) in ("float64", "Int64"):
            plain = frame[name].map(lambda c: unicodedata.normalize("NFKC", c), na_action="ignore")
            numbers = pd.to_numeric(plain, errors="coerce").astype("float64")
            wrong = plain.notna() & (~np.isfinite(numbers))
            if str(column.dtype) == "Int64":
                wrong |= numbers.notna() & (numbers != numbers.round())
            problems += [
                problem("table_number", file=shown, line=int(i) + 2, column=name, found=str(frame.loc[i, name])[:40])
                for i in frame.index[wrong]
            ]
            frame[name] = numbers if str(column.dtype) == "float64" else numbers.where(~wrong).astype("Int64")
    if problems:
        raise BadData(problems)
    return frame


def check(frame: pd.DataFrame, schema: pa.DataFrameSchema, shown: str) -> pd.DataFrame:
    """The frame, if it passes the schema; raises BadData naming every failing line and column."""
    try:
        return schema.validate(frame, lazy=True)
    except pa.errors.SchemaErrors as error:
        cases = error.failure_cases
        problems = []
        for case in cases.to_dict("records"):
            line = "" if case["index"] is None or pd.isna(case["index"]) else int(case["index"]) + 2
            found, rule = str(case["failure_case"])[:60], str(case["check"])
            column = case["column"] if case["column"] is not None else ""
            key = "table_blank" if rule == "not_nullable" else "table_twice" if "unique" in rule else "table_value"
            problems.append(problem(key, file=shown, line=line, column=column, found=found, expected=rule))
        unique = list({(p.key, tuple(p.params.items())): p for p in problems}.values())
        raise BadData(unique[:50]) from None


def product(rows, schema: pa.DataFrameSchema) -> pd.DataFrame:
    """A product table from rows: the schema's columns in the schema's order, typed and checked; index from 0."""
    frame = pd.DataFrame(rows, columns=list(schema.columns))
    for name, column in schema.columns.items():
        kind = str(column.dtype)
        if kind == "float64":
            frame[name] = pd.to_numeric(frame[name]).astype("float64")
        elif kind == "Int64":
            frame[name] = frame[name].astype("Int64")
        else:
            frame[name] = frame[name].where(frame[name].notna() & (frame[name] != ""), None).astype("str")
    return check(frame.reset_index(drop=True), schema, schema.name)


def source_row(role: str, shown: str, checksum: str) -> dict:
    """The row of a parameter table in the list of sources."""
    title = Path(shown).name
    return {"role": role, "name": role, "title": title, "kind": "table", "is_synthetic": "no", "file": shown, "sha256": checksum}


def to_csv(frame: pd.DataFrame) -> bytes:
    """CSV as Excel in China opens it: UTF-8 with BOM, shortest exact numbers, texts that look like formulas quoted off."""
    safe = frame.copy()
    for name in safe.columns:
        if not pd.api.types.is_numeric_dtype(safe[name]):
            safe[name] = safe[name].map(lambda c: f"'{c}" if str(c).startswith(_RISKY) else c, na_action="ignore")
    return safe.to_csv(index=False, lineterminator="\r\n").encode("utf-8-sig")


def plain_rows(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """Rows as plain Python values, blank cells as None."""
    plain = frame.astype(object).where(frame.notna(), None)
    return [{k: int(v) if isinstance(v, int) else v for k, v in row.items()} for row in plain.to_dict("records")]
