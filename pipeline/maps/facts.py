"""What the pages show, read once from earlier stages: rows of their tables by county, nothing computed."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pyogrio

from pipeline.core import counties as zones
from pipeline.core import tables
from pipeline.core.config import Config
from pipeline.core.grid import LONLAT
from pipeline.core.layers import Layer, find
from pipeline.core.legend import FILE as CLASSES
from pipeline.core.legend import class_colours, class_names
from pipeline.core.paths import Paths
from pipeline.core.products import called, has_restricted, land_cover, rows_of, shown
from pipeline.core.store import FOUND_BY, Store
from pipeline.core.words import verdict_text
from pipeline.maps import siting_files
from pipeline.maps.earlier import Comparison, compare
from pipeline.maps.words import say
from pipeline.siting.energy import sources

_ELEVATION = ("dem_m", "elevation")  # layers that tell it, the first that is given
_RESOURCES = ("ghi", "wind_speed_hub_ms")  # irradiation and wind; further sources are numbered from 2 on
_OF_OTHER_RULES = "patch_below"  # a condition on the land that other rules leave (pipeline/siting/rules.py)


@dataclass(frozen=True)
class Facts:
    """Tables of earlier stages and the settings a page repeats."""

    config: Config
    places: zones.Counties
    products: list[Layer]
    measures: dict[str, Layer]  # measured layers that are drawn
    cover: pd.DataFrame
    land: pd.DataFrame
    wetland: pd.DataFrame
    summary: pd.DataFrame
    stock: pd.DataFrame
    potential: pd.DataFrame
    sites: pd.DataFrame
    reasons: pd.DataFrame
    density: pd.DataFrame
    exclusion: pd.DataFrame
    change: pd.DataFrame | None
    class_change: pd.DataFrame
    pareto: pd.DataFrame
    rules: pd.DataFrame  # by rule id
    disagreement: Path | None
    zonings: dict[str, Path]
    rule_bits: dict[str, siting_files.RuleBits]
    areas: gpd.GeoDataFrame | None  # candidate areas
    footprints: gpd.GeoDataFrame
    sources: pd.DataFrame
    warnings: list[str]
    earlier: Comparison | None = None  # what an earlier run said
    kept: dict = field(default_factory=dict, init=False)  # what is computed once for all pages; facts that are changed start afresh

    @property
    def land_cover(self) -> Layer:
        """The leading land-cover product."""
        return self.products[0]

    @property
    def language(self) -> str:
        """Language of the pages."""
        return self.config.language

    @property
    def product(self) -> str:
        """Name of the leading land-cover product."""
        return self.land_cover.product

    @property
    def year(self) -> int | None:
        """Its year."""
        return self.land_cover.about.year

    @cached_property
    def class_names(self) -> dict[str, str]:
        """Class key -> name."""
        return class_names(self.language)

    @cached_property
    def class_colours(self) -> dict[str, str]:
        """Class key -> colour."""
        return class_colours()

    @cached_property
    def is_synthetic(self) -> bool:
        """Whether any source is made up: then every page says so."""
        return bool((self.sources.is_synthetic == "yes").any())

    @cached_property
    def source(self) -> pd.Series:
        """The row of ``sources.csv`` of the leading product."""
        own = self.sources[(self.sources.role == "land_cover") & (self.sources.name == self.product)]
        dated = own[own.period == str(self.year)]
        return (dated if len(dated) else own).iloc[0]

    @property
    def main_reading_name(self) -> str:
        """Name of the configured reading."""
        return self.config.cover.main_reading

    @cached_property
    def leading_route(self) -> str:
        """The carbon account shown first."""
        return str(self.leading(self.summary).route.iloc[0])

    @cached_property
    def elevation(self) -> Layer | None:
        """The layer of elevation, for shading."""
        return next((self.measures[n] for n in _ELEVATION if n in self.measures and not self.is_restricted(n)), None)

    def resources(self, name: str) -> list[Layer]:
        """Layers of a resource that may be drawn, the leading one first."""
        return [self.measures[n] for n in sources(name, self.measures) if not self.is_restricted(n)]

    def about(self, layer: Layer) -> str:
        """Product, year and publisher of a layer in one line."""
        name = shown(layer.product, layer.about.year) if layer.name == "land_cover" else layer.about.title.get(self.language)
        if layer.about.year is not None and layer.name != "land_cover":
            name += f" {layer.about.year}"
        maker = layer.about.maker(self.language)
        return f"{name}（{maker}）" if maker and self.language == "zh" else f"{name} ({maker})" if maker else name

    def reading_of(self, layer: Layer, reading: str) -> str:
        """What a reading of a product counts as forest."""
        text = layer.about.readings.get(reading)
        return text.get(self.language) if text else reading

    # What a public page may not show

    @property
    def is_public(self) -> bool:
        """Whether the pages are for the public."""
        return self.config.maps.audience == "public"

    def is_restricted(self, name: str | None) -> bool:
        """Whether a layer of this name may not be drawn on these pages."""
        return self.is_public and name in self.config.maps.restricted_layers

    def is_restricted_product(self, layer: Layer) -> bool:
        """The same of a land-cover product, known by its folder under layers/land_cover or by its name."""
        return any(self.is_restricted(n) for n in called(layer))

    @cached_property
    def shows_restricted(self) -> bool:
        """Whether the pages show a layer that pages for the public do not: never on those."""
        return not self.is_public and has_restricted(self.config, self.products)

    def hides_rule(self, rule_id: str) -> bool:
        """Whether a rule asks a layer that may not be drawn, or what such layers leave of the land."""
        if not self.is_public or rule_id not in self.rules.index:
            return False
        row = self.rules.loc[rule_id]
        if row.condition == _OF_OTHER_RULES:
            return any(self.hides_rules(kind) for kind in dict.fromkeys(self.exclusion.kind))
        named = (row.layer, row.where_layer)
        if "land_cover" in named and self.is_restricted_product(self.land_cover):
            return True
        return any(self.is_restricted(n) for n in named)

    def hides_rules(self, kind: str) -> bool:
        """Whether the zoning of a technology would show the land of a layer that may not be drawn."""
        known = self.exclusion[(self.exclusion.kind == kind) & (self.exclusion.alone_hm2 > 0)]
        asked = [r for r in dict.fromkeys(known.rule_id) if self.rules.condition.get(r) != _OF_OTHER_RULES]
        return any(self.hides_rule(r) for r in asked)

    @cached_property
    def hidden(self) -> list[str]:
        """What a public page leaves out: restricted products and layers that the run has."""
        products = [shown(p.product, p.about.year) for p in self.products if self.is_restricted_product(p)]
        return products + [self._titles.get(n, n) for n in self.config.layers if self.is_restricted(n)]

    @cached_property
    def _titles(self) -> dict[str, str]:
        return dict(zip(self.sources.name, self.sources.title, strict=True))

    def layer_title(self, name: str | None) -> str | None:
        """Title of a layer of the configuration; None for any other name."""
        return self._titles.get(name, name) if name in self.config.layers else None

    @cached_property
    def warnings_shown(self) -> list[str]:
        """Warnings of the run; on a public page those that speak of what is left out are not among them."""
        names = {p.product for p in self.products if self.is_restricted_product(p)}
        names |= {n for n in self.config.layers if self.is_restricted(n)}
        hidden = names | {title for n in names if isinstance(title := self._titles.get(n), str) and title}
        return [text for text in self.warnings if not any(n in text for n in hidden)]

    def leading(self, frame: pd.DataFrame) -> pd.DataFrame:
        """Rows of the leading product and its year."""
        return rows_of(frame, self.product, self.year)

    def of(self, frame: pd.DataFrame, code: str) -> pd.DataFrame:
        """Rows of one zone."""
        return frame[frame.county_code == code]

    def reading_name(self, reading: str) -> str:
        """What a reading counts as forest."""
        text = self.land_cover.about.readings.get(reading)
        return text.get(self.language) if text else reading

    @property
    def is_survey(self) -> bool:
        """Whether the leading product is one of parcels."""
        return self.land_cover.about.parcels is not None

    def verdict_text(self, row) -> str:
        """A verdict in words; where it cannot be told, with the reason."""
        return verdict_text(row.verdict, row.reason, self.language)

    def main_reading(self, frame: pd.DataFrame) -> pd.Series:
        """The row of the configured reading, else the first."""
        own = frame[frame.reading == self.config.cover.main_reading]
        return (own if len(own) else frame).iloc[0]


def read(config: Config, store: Store, paths: Paths) -> Facts:
    """Everything the pages are made of."""
    store.input(CLASSES)
    resources = [n for name in _RESOURCES for n in sources(name, config.layers)]
    drawn = [n for n in (*_ELEVATION, config.carbon.agb_layer, *resources) if n in config.layers]
    measures = {n: found for n in drawn if (found := find(config.layers[n], n, paths, "other")).about.kind == "measure"}
    for layer in measures.values():
        for path in layer.files:
            store.input(path)
    disagreement = "tabulate/disagreement.tif"
    rules = store.read_parameters(paths.resolve(config.siting.rules), tables.RULES)
    footprints = pyogrio.read_dataframe(store.upstream("siting/candidate_sites.gpkg")).set_crs(LONLAT, allow_override=True)
    sites = store.read_table(tables.SITE_SCREENING)
    assert list(footprints.site_id) == list(sites.site_id), "every screened site has its footprint, in the same order"
    gap = say("sep_gap", config.language)
    return Facts(
        config=config,
        places=zones.read(store),
        products=land_cover(config, store, paths),
        measures=measures,
        cover=store.read_table(tables.FOREST_COVER),
        land=store.read_table(tables.LAND_AREA),
        wetland=store.read_table(tables.WETLAND),
        summary=store.read_table(tables.CARBON_SUMMARY),
        stock=store.read_table(tables.CARBON_STOCK),
        potential=store.read_table(tables.POTENTIAL),
        sites=sites,
        reasons=store.read_table(tables.SITE_REASONS),
        density=store.read_table(tables.CARBON_DENSITY),
        exclusion=store.read_table(tables.EXCLUSION),
        change=store.read_table_if_any(tables.FOREST_CHANGE),
        class_change=store.read_table(tables.CHANGE),
        pareto=store.read_table(tables.PARETO),
        rules=rules.set_index("rule_id", drop=False),
        disagreement=store.upstream(disagreement) if (store.out / disagreement).is_file() else None,
        zonings=siting_files.zonings(store),
        rule_bits=siting_files.rule_bits(store),
        areas=siting_files.candidate_areas(store),
        footprints=footprints,
        sources=store.read_table(tables.SOURCES),
        warnings=[f"{n}{gap}{text}" for n, text in store.upstream_warnings(FOUND_BY)],
        earlier=compare(store, paths.resolve(config.maps.earlier_run)) if config.maps.earlier_run else None,
    )
