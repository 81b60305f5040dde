"""The land-cover products of a run as later stages see them: rasters, whatever the bureau delivered.

A vector product (sub-compartments, land-survey parcels) is measured in ingest, polygon by polygon. For what needs cells
(maps, siting, the shares of further layers within a class) ingest also draws it; its areas never come from the drawing.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pandas as pd

from pipeline.core.config import Config
from pipeline.core.layers import Layer, find
from pipeline.core.paths import Paths
from pipeline.core.store import Store

FOLDER = "ingest/parcels"  # of the drawings


def land_cover(config: Config, store: Store, paths: Paths, *, cells: bool = True) -> list[Layer]:
    """Every configured product, noted as input of the stage; with ``cells=False`` its legend and description only."""
    return [_ready(find(ref, "land_cover", paths, "classes", is_read=cells), store, cells=cells) for ref in config.land_cover]


def leading(config: Config, store: Store, paths: Paths) -> Layer:
    """The first product alone, its cells noted."""
    return alone(config, store, paths, 0)


def alone(config: Config, store: Store, paths: Paths, place: int) -> Layer:
    """One product, by its place in the configuration, its cells noted."""
    return _ready(find(config.land_cover[place], "land_cover", paths, "classes"), store, cells=True)


def by_name(layers: list[Layer]) -> dict[tuple[str, int | None], Layer]:
    """Products by (name, year)."""
    return {(layer.product, layer.about.year): layer for layer in layers}


def name_of(product: str, year) -> tuple[str, int | None]:
    """(name, year) of a product as tables write them: a blank year is None."""
    return product, None if pd.isna(year) else int(year)


def called(layer: Layer) -> set[str]:
    """What a product may be called in a configuration: its folder under layers/land_cover, its name."""
    folder = {layer.yaml_path.parent.name} if layer.yaml_path else set()
    return folder | {layer.product, layer.product.lower()}


def has_restricted(config: Config, products: list[Layer]) -> bool:
    """Whether a run has a layer or a product that pages for the public may not show (maps.restricted_layers)."""
    names = {*config.layers, *(n for p in products for n in called(p))}
    return any(n in names for n in config.maps.restricted_layers)


def rows_of(table: pd.DataFrame, product: str, year) -> pd.DataFrame:
    """The rows of one product and year of a table; no year is a year of its own."""
    same_year = table.year.isna() if pd.isna(year) else (table.year == year).fillna(False)
    return table[(table["product"] == product) & same_year]


def rows_of_layer(table: pd.DataFrame, layer: Layer) -> pd.DataFrame:
    """:func:`rows_of` a configured product."""
    return rows_of(table, layer.product, layer.about.year)


def shown(product: str, year) -> str:
    """``PRODUCT 2024``, or the name alone of a product without a year."""
    return product if pd.isna(year) else f"{product} {int(year)}"


def _ready(layer: Layer, store: Store, *, cells: bool) -> Layer:
    if layer.about.kind == "parcels":
        if layer.yaml_path is not None:
            store.input(layer.yaml_path)
        made = drawn(layer, store.upstream(f"{FOLDER}/{stem(layer)}.csv"), layer.path)
        return replace(made, paths=(store.upstream(f"{FOLDER}/{stem(layer)}.tif"),)) if cells else made
    for path in layer.files if cells else (layer.legend_path, layer.yaml_path):
        if path is not None:
            store.input(path)
    return layer


def drawn(layer: Layer, legend: Path, raster: Path) -> Layer:
    """A vector product as the class raster drawn from it: codes are places in its legend, counted from 1; 0 is no data."""
    about = layer.about.model_copy(update={"kind": "classes", "nodata": 0.0, "crs": "EPSG:4326", "sha256": "", "resampling": "mode"})
    return replace(
        layer, about=about, paths=(raster,), legend_path=legend, table=None, band=1, assume_crs=None, shown_paths=layer.shown_paths[:1]
    )


def stem(layer: Layer) -> str:
    """File name, without its end, of what ingest makes of a vector product."""
    return layer.product if layer.about.year is None else f"{layer.product}_{layer.about.year}"
