"""What the pages show, read once from earlier stages: rows of their tables by county, nothing computed."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import geopandas as gpd
import pandas as pd
import pyogrio

from pipeline.core import counties as zones
from pipeline.core import tables
from pipeline.core.config import Config
from pipeline.core.grid import LONLAT
from pipeline.core.layers import Layer
from pipeline.core.legend import FILE as CLASSES
from pipeline.core.legend import class_colours, class_names
from pipeline.core.paths import Paths
from pipeline.core.products import leading, rows_of
from pipeline.core.store import Store
from pipeline.core.words import verdict_text

_EARLIER = ("ingest", "tabulate", "cover", "carbon", "siting")


@dataclass(frozen=True)
class Facts:
    """Tables of earlier stages and the settings a page repeats."""

    config: Config
    places: zones.Counties
    land_cover: Layer
    cover: pd.DataFrame
    land: pd.DataFrame
    wetland: pd.DataFrame
    summary: pd.DataFrame
    stock: pd.DataFrame
    potential: pd.DataFrame
    sites: pd.DataFrame
    reasons: pd.DataFrame
    footprints: gpd.GeoDataFrame
    sources: pd.DataFrame
    warnings: list[str]

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
    land_cover = leading(config, store, paths)
    footprints = pyogrio.read_dataframe(store.upstream("siting/candidate_sites.gpkg")).set_crs(LONLAT, allow_override=True)
    sites = store.read_table(tables.SITE_SCREENING)
    assert list(footprints.site_id) == list(sites.site_id), "every screened site has its footprint, in the same order"
    return Facts(
        config=config,
        places=zones.read(store),
        land_cover=land_cover,
        cover=store.read_table(tables.FOREST_COVER),
        land=store.read_table(tables.LAND_AREA),
        wetland=store.read_table(tables.WETLAND),
        summary=store.read_table(tables.CARBON_SUMMARY),
        stock=store.read_table(tables.CARBON_STOCK),
        potential=store.read_table(tables.POTENTIAL),
        sites=sites,
        reasons=store.read_table(tables.SITE_REASONS),
        footprints=footprints,
        sources=store.read_table(tables.SOURCES),
        warnings=[f"{n}　{text}" for n, text in store.upstream_warnings(_EARLIER)],
    )
