"""Vector land cover: measured polygon by polygon, and drawn for what needs cells."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial

import geopandas as gpd
import pandas as pd

from pipeline.core import parcels, tables
from pipeline.core.features import Batch
from pipeline.core.layers import Layer
from pipeline.core.products import FOLDER, stem
from pipeline.core.store import Store
from pipeline.core.vectors import open_source, stream_features
from pipeline.core.words import say


@dataclass(frozen=True)
class Survey:
    """A vector product, measured; ``stream(bbox)`` gives its features again."""

    layer: Layer
    roles: parcels.Roles
    stream: Callable[[tuple | None], Iterator[Batch]]
    measured: parcels.Measured


def measure(layer: Layer, frame: gpd.GeoDataFrame | None, store: Store) -> Survey | None:
    """Measure a product in all counties; None while there are no counties. Raises BadData with all that is wrong with it."""
    roles = parcels.roles(layer, open_source(layer, store.warn).fields)
    if frame is None:
        return None
    stream = partial(stream_features, layer, list(roles.names), tell=store.warn)
    found = parcels.measure(stream, frame, layer, roles)
    for warning in found.warnings:
        store.warn(warning.key, **warning.params)
    return Survey(layer, roles, stream, found)


def save(surveys: list[Survey], chosen: gpd.GeoDataFrame, store: Store) -> None:
    """The measured areas and, for each product, its drawing over the chosen counties with its numbered legend."""
    if not surveys:
        return
    store.write_table(_joined([s.measured.area for s in surveys], tables.PARCEL_AREA), tables.PARCEL_AREA)
    store.write_table(_joined([s.measured.checks for s in surveys], tables.PARCEL_CHECKS), tables.PARCEL_CHECKS)
    for survey in surveys:
        name = f"{FOLDER.split('/', 1)[1]}/{stem(survey.layer)}"
        mark = {"mark": say("synthetic", store.language)} if store.is_synthetic else {}
        parcels.draw(survey.stream, chosen, survey.layer, survey.roles, store.new(f"{name}.tif"), tags=mark)
        store.write_bytes(f"{name}.csv", tables.to_csv(parcels.numbered_legend(survey.layer).assign(**mark)))


def _joined(parts: list[pd.DataFrame], schema) -> pd.DataFrame:
    return tables.product(pd.concat(parts, ignore_index=True), schema)
