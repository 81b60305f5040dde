"""Everything the report reads, once: tables of earlier stages as plain rows, run records, what the layers say."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from pipeline.core import basis, tables
from pipeline.core import words as core_words
from pipeline.core.config import Config
from pipeline.core.figures import number
from pipeline.core.layers import Layer
from pipeline.core.legend import DISAGREEMENT, class_names
from pipeline.core.legend import FILE as CLASSES
from pipeline.core.paths import Paths
from pipeline.core.products import land_cover
from pipeline.core.store import FOUND_BY, Store
from pipeline.core.tables import plain_rows
from pipeline.core.text import clean
from pipeline.core.units import MW_TO_WANKW
from pipeline.core.zoning import ATTRIBUTES
from pipeline.report.model import Column
from pipeline.report.words import WORDS, say

Row = dict[str, Any]
_ONE_LINE = {
    "code",
    "rule",
    "site",
    "label",
    "sha",
    "crs",
    "basis",
    "limit",
    "unknown_rules",
    "energy_method",
    "missing_layers",
    "series",
    "sample",
    "score_both",
    "energy_range",
}  # columns that do not wrap
_ENGLISH = {  # a unit of ten thousand -> what English says, and by how much more its numbers are
    "万亩": ("10⁴ mu", 1.0),
    "万tC": ("10⁴ tC", 1.0),
    "万tCO2": ("10⁴ tCO2", 1.0),
    "万tCO2/yr": ("10⁴ tCO2/yr", 1.0),
    "万千瓦": ("MW", 1 / MW_TO_WANKW),
}


@dataclass(frozen=True)
class Data:
    """``zones``: the whole area first, then counties by code; ``heads``: the area, or the counties when chosen."""

    config: Config
    records: dict[str, dict]
    warnings: list[tuple[str, str]]
    products: list[Layer]
    bases: list[str]
    zones: list[Row]
    heads: list[Row]
    parcels: list[Row]
    cover: list[Row]
    greening: list[Row]
    definition: list[Row]
    samples: list[Row]
    estimates: list[Row]
    matrix: list[Row]
    spread: list[Row]
    agreement: list[Row]
    pairs: list[Row]
    one_map: list[Row]
    disagreement_reasons: dict[str, tuple[str, str]]
    trend: list[Row]
    pace: list[Row]
    change: list[Row]
    forest_change: list[Row]
    tasks: list[Row]
    plan: list[Row]
    wetland: list[Row]
    land_area: list[Row]
    stock: list[Row]
    summary: list[Row]
    density: list[Row]
    route_share: list[Row]
    unserved: list[Row]
    variance: list[Row]
    approach1: list[Row]
    factors: list[Row]
    overrides: list[Row]
    sites: list[Row]
    reasons: list[Row]
    exclusion: list[Row]
    verdict_by_date: list[Row]
    land_by_date: list[Row]
    potential: list[Row]
    areas: list[Row]  # candidate areas
    areas_left_out: list[Row]  # how many more there are, by technology and verdict
    capacity: list[Row]  # against what the plan names
    rooftop: list[Row]
    avoided: list[Row]
    distances: list[Row]
    terrain: list[Row]
    overlaps: list[Row]
    site_counties: list[Row]
    plan_conflicts: list[Row]
    layer_names: dict[str, Row]
    tradeoffs: dict[str, list[Row]]  # scores, trade-offs and sets of sites, by name of the table
    sources: list[Row]
    targets: list[Row]
    places: list[Row]
    outlook: dict[str, list[Row]]  # carbon change, potential and value, by name of the table

    @property
    def language(self) -> str:
        """Language of the report."""
        return self.config.language

    @property
    def has_city(self) -> bool:
        """Whether there is a row of the whole area (not when only some counties were chosen)."""
        return self.zones[0]["level"] == "city"

    @property
    def is_synthetic(self) -> bool:
        """Whether anything made up went in."""
        return any(s["is_synthetic"] == "yes" for s in self.sources)

    def say(self, key: str, /, **params: Any) -> str:
        """A sentence of the report in its language."""
        return say(key, self.language, **params)

    def term(self, prefix: str, key: str) -> str:
        """The word for ``key``, or the key itself where a user's table brings one that has no word."""
        known = f"{prefix}{key}"
        return self.say(known) if known in WORDS or known in core_words.WORDS else clean(key)

    def label(self, text: str) -> str:
        """Labels of a value as printed: letters stay, ``gap`` and ``convention`` are said in words."""
        for key in ("gap", "convention"):
            text = text.replace(key, self.say(f"short_{key}"))
        return text

    def pool(self, key: str, depth_cm: int | None = None) -> str:
        """The name of a pool; soil with its depth."""
        return core_words.pool_name(key, depth_cm or self.config.carbon.soc.depth_cm, self.language)

    def kind(self, key: str) -> str:
        """The name of a technology, or of another kind of site."""
        return clean(core_words.kind_name(key, self.language))

    def layer_name(self, key: str | None) -> str:
        """What a layer is called: by the table of layer names, else by the title its source has, else its own name; blank where there is none.

        An attribute that a rule asks of the site itself is called so.
        """
        if key is None:
            return ""
        if key in ATTRIBUTES:
            return self.say("op_of_the_site")
        if key in self.layer_names:
            return self.layer_names[key][f"name_{self.language}"]
        return next((s["title"] for s in self.sources if s["role"] == key and not s["file"].endswith(s["title"])), clean(key))

    def layer_holder(self, key: str) -> str | None:
        """Who holds a layer, where the table of layer names tells."""
        return self.layer_names[key][f"holder_{self.language}"] if key in self.layer_names else None

    def class_name(self, key: str) -> str:
        """The name of a land class."""
        return class_names(self.language).get(key, key)

    def column(self, key: str, kind: str = "", unit: str = "", scale: float = 1.0, adds: bool = False) -> Column:
        """A column with its head in words and its unit in brackets; units of ten thousand in English ones where the report is."""
        if self.language == "en":
            unit, more = _ENGLISH.get(unit, (unit, 1.0))
            scale *= more
        head = self.say(f"col_{key}")
        brackets = ("（{}）" if self.language == "zh" else " ({})").format(unit) if unit else ""
        return Column(head + brackets, kind or ("code" if key in _ONE_LINE else "text"), scale, adds)

    def column_named(self, head: str, kind: str = "") -> Column:
        """A column whose head comes from the data."""
        return Column(head, kind or "text")

    def main_rows(self, rows: list[Row]) -> list[Row]:
        """The rows of the main reading, or of the first one where a product does not have it."""
        wanted = self.config.cover.main_reading
        return [r for r in rows if r["reading"] == wanted] or [r for r in rows if r["reading"] == rows[0]["reading"]]

    def reason(self, key: str | None) -> str | None:
        """A likely reason of a disagreement in words."""
        return None if key is None else self.disagreement_reasons.get(key, (key, key))[self.language == "en"]

    def key_columns(self) -> list[Column]:
        """What a row of a workbook sheet stands for: zone, product and year."""
        return [self.column("code"), self.column("zone"), self.column("product"), self.column("year", "year")]

    def key_cells(self, row: Row) -> tuple:
        """The cells under :meth:`key_columns`."""
        return row["county_code"], row["county_name"], row["product"], row["year"]

    def shown_mw(self, mw: float) -> float:
        """A capacity in the unit that sentences name: 万千瓦, in English MW."""
        return mw * MW_TO_WANKW if self.language == "zh" else mw

    @property
    def gap(self) -> str:
        """What stands between a mark and what it marks."""
        return self.say("sep_gap")

    def join(self, texts) -> str:
        """A list within a sentence."""
        return self.say("sep_list").join(texts)

    def edition(self, row: Row) -> str:
        """Product and year of a row in words."""
        return self.say("edition" if row["year"] is not None else "edition_no_year", product=row["product"], year=row["year"])

    def layer_of(self, row: Row) -> Layer:
        """The land-cover layer a row was made from."""
        return next(p for p in self.products if (p.product, p.about.year) == (row["product"], row["year"]))

    def of_zone(self, rows: list[Row], zone: Row) -> list[Row]:
        """The rows of one zone."""
        return [r for r in rows if r["county_code"] == zone["county_code"]]

    def by_zone(self, rows: list[Row]) -> list[Row]:
        """Rows with the whole area first, then counties by code."""
        return sorted(rows, key=lambda r: (r["level"] != "city", r["county_code"]))


def leading(data: Data, rows: list[Row]) -> list[Row]:
    """The rows of the leading product alone; of the first product there is where the leading one has none."""
    order = [(p.product, p.about.year) for p in data.products]
    names = dict.fromkeys([*(p for p, _ in order), *(r["product"] for r in rows)])
    return next((own for name in names if (own := where(rows, product=name))), [])


def of(rows: list[Row], *names: str) -> list[tuple]:
    """Each combination of some columns once, in order of appearance."""
    return list(dict.fromkeys(tuple(r[n] for n in names) for r in rows))


def where(rows: list[Row], **equal: Any) -> list[Row]:
    """Rows whose columns have these values."""
    return [r for r in rows if all(r[k] == v for k, v in equal.items())]


def ids(cell: str | None) -> list[str]:
    """Rule ids of a ``;``-separated cell."""
    return [i for i in (cell or "").split(";") if i]


def percent(value: float | None) -> str:
    """A rate as printed in a sentence."""
    return f"{number(value)} %"


def read(config: Config, store: Store, paths: Paths) -> Data:
    """Read all tables through the store, so that the run record names them."""
    store.input(CLASSES)
    products = land_cover(config, store, paths, cells=False)
    zones = plain_rows(store.read_table(tables.COUNTIES))
    records = {stage: store.upstream_manifest(stage) for stage in FOUND_BY}
    zones.sort(key=lambda z: (z["level"] != "city", z["county_code"]))
    targets = plain_rows(store.read_parameters(paths.resolve(config.cover.targets), tables.TARGETS)) if config.cover.targets else []
    places = plain_rows(store.read_parameters(paths.resolve(config.report.places), tables.PLACES)) if config.report.places else []
    here = {config.area.code, *(z["county_code"] for z in zones)}  # a table may hold what belongs to other places
    return Data(
        config=config,
        records=records,
        warnings=store.upstream_warnings(FOUND_BY),
        products=products,
        bases=list(dict.fromkeys(basis.of_products(store).values())),
        zones=zones,
        heads=zones[:1] if zones[0]["level"] == "city" else zones,
        parcels=plain_rows(store.read_table(tables.PARCEL_CHECKS)) if any(p.about.parcels for p in products) else [],
        cover=plain_rows(store.read_table(tables.FOREST_COVER)),
        greening=plain_rows(store.read_table(tables.GREENING)),
        definition=plain_rows(store.read_table(tables.DEFINITION_USED)),
        samples=plain_rows(store.read_table(tables.SAMPLES)),
        estimates=plain_rows(store.read_table(tables.SAMPLE_ESTIMATES)),
        matrix=plain_rows(store.read_table(tables.ERROR_MATRIX)),
        spread=plain_rows(store.read_table(tables.SPREAD)),
        agreement=plain_rows(store.read_table(tables.AGREEMENT)),
        pairs=plain_rows(store.read_table(tables.PAIR_AGREEMENT)),
        one_map=plain_rows(store.read_table(tables.ONE_MAP_CHECK)),
        disagreement_reasons=_reasons(store),
        trend=plain_rows(store.read_table(tables.TREND)),
        pace=plain_rows(store.read_table(tables.PACE)),
        change=plain_rows(store.read_table(tables.CHANGE)),
        forest_change=plain_rows(store.read_table(tables.FOREST_CHANGE)),
        tasks=plain_rows(store.read_table(tables.TASKS)),
        plan=plain_rows(store.read_table(tables.SAMPLE_PLAN)),
        wetland=plain_rows(store.read_table(tables.WETLAND)),
        land_area=plain_rows(store.read_table(tables.LAND_AREA)),
        stock=plain_rows(store.read_table(tables.CARBON_STOCK)),
        summary=plain_rows(store.read_table(tables.CARBON_SUMMARY)),
        density=plain_rows(store.read_table(tables.CARBON_DENSITY)),
        route_share=plain_rows(store.read_table(tables.ROUTE_SHARE)),
        unserved=_if_any(store, tables.UNSERVED),
        variance=plain_rows(store.read_table(tables.VARIANCE)),
        approach1=plain_rows(store.read_table(tables.APPROACH_1)),
        factors=plain_rows(store.read_table(tables.FACTORS_USED)),
        overrides=_if_any(store, tables.OVERRIDDEN),
        sites=plain_rows(store.read_table(tables.SITE_SCREENING)),
        reasons=plain_rows(store.read_table(tables.SITE_REASONS)),
        exclusion=plain_rows(store.read_table(tables.EXCLUSION)),
        verdict_by_date=_if_any(store, tables.VERDICT_BY_DATE),
        land_by_date=_if_any(store, tables.LAND_BY_DATE),
        potential=plain_rows(store.read_table(tables.POTENTIAL)),
        areas=plain_rows(store.read_table(tables.CANDIDATE_AREAS)),
        areas_left_out=records["siting"]["facts"].get("candidate_areas_left_out", []),
        capacity=plain_rows(store.read_table(tables.CAPACITY_TARGET)),
        rooftop=_if_any(store, tables.ROOFTOP),
        avoided=plain_rows(store.read_table(tables.AVOIDED_CO2)),
        distances=plain_rows(store.read_table(tables.SITE_DISTANCE)),
        terrain=plain_rows(store.read_table(tables.SITE_TERRAIN)),
        overlaps=plain_rows(store.read_table(tables.SITE_OVERLAP)),
        site_counties=plain_rows(store.read_table(tables.SITE_COUNTY)),
        plan_conflicts=plain_rows(store.read_table(tables.PLAN_CONFLICT)),
        layer_names={
            r["layer"]: r for r in plain_rows(store.read_parameters(paths.resolve(config.siting.layer_names), tables.LAYER_NAMES))
        },
        tradeoffs={schema.name.split("/")[1]: plain_rows(store.read_table(schema)) for schema in tables.TRADEOFF_TABLES},
        sources=[*plain_rows(store.read_table(tables.SOURCES)), *plain_rows(store.read_table(tables.CARBON_SOURCES))],
        targets=[t for t in targets if t["scope_code"] in here],
        places=[p for p in places if p["county_code"] in here],
        outlook=_outlook(config, store, paths),
    )


def _outlook(config: Config, store: Store, paths: Paths) -> dict[str, list[Row]]:
    """Carbon change, restored land, greening space, removals, CCER and value, and the rules of CCER in words."""
    schemas = (
        tables.CARBON_CHANGE, tables.CARBON_TRANSITION, tables.RESTORATION, tables.GREENING_SPACE, tables.REMOVAL, tables.CCER,
        tables.CARBON_VALUE,
    )  # fmt: skip
    found = {schema.name.split("/")[1]: store.read_table_if_any(schema) for schema in schemas}
    made = {name: [] if table is None else plain_rows(table) for name, table in found.items()}
    rules = store.read_parameters(paths.resolve(config.carbon.ccer_rules), tables.CCER_RULES)
    return made | {"ccer_texts": plain_rows(rules)}


def _reasons(store: Store) -> dict[str, tuple[str, str]]:
    """Likely reasons of disagreement by key, in both languages."""
    table = store.read_parameters(DISAGREEMENT, tables.REASONS)
    return {key: (zh, en) for key, zh, en in zip(table.reason, table.reason_zh, table.reason_en, strict=True)}


def _if_any(store: Store, schema) -> list[Row]:
    """Rows of a table that a stage writes only when there is something to write."""
    found = store.read_table_if_any(schema)
    return [] if found is None else plain_rows(found)
