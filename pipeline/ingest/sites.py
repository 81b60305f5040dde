"""Candidate sites: read from any vector file or table, checked row by row."""

from __future__ import annotations

from dataclasses import replace

import geopandas as gpd
import pandas as pd
import shapely

from pipeline.core import tables
from pipeline.core.config import Config
from pipeline.core.errors import Findings, PipelineError
from pipeline.core.formats import is_table
from pipeline.core.grid import LONLAT
from pipeline.core.layers import Layer, find, require_checksum
from pipeline.core.paths import Paths
from pipeline.core.sheets import read_sites_table, sites_of_fields
from pipeline.core.store import Store
from pipeline.core.vectors import read_features


def read_all(config: Config, store: Store, paths: Paths, frame: gpd.GeoDataFrame | None) -> gpd.GeoDataFrame:
    """All candidate sites in EPSG:4490 with checked fields, from vector files and from tables with coordinates."""
    found, parts, more = Findings(), [], _asked(config, paths)
    for ref in config.siting.sites:
        layer = found.attempt(find, ref, "sites", paths, "sites")
        if layer is None:
            continue
        found.attempt(require_checksum, layer)
        part = found.attempt(_read_sites, layer, store, more)
        if part is None:
            continue
        file = layer.shown_path
        for number, row in enumerate(part.itertuples(), 1):
            kind = "-" if row.geometry is None else row.geometry.geom_type
            if kind not in ("Point", "Polygon", "MultiPolygon") or row.geometry.is_empty:
                found.add("site_geometry", file=file, row=number, name=str(row.name)[:40], found=kind)
            elif kind != "Point" and not row.geometry.is_valid:
                found.add("site_invalid", file=file, row=number, name=str(row.name)[:40], found=shapely.is_valid_reason(row.geometry)[:80])
            elif kind == "Point" and row.kind in ("pv", "wind") and not row.capacity_mw > 0:
                found.add("site_no_capacity", file=file, row=number, name=str(row.name)[:40])
            elif frame is not None and _is_swapped(row.geometry, frame.total_bounds):
                found.add("site_swapped", file=file, row=number, name=str(row.name)[:40])
        if frame is not None:
            _tell_outside(file, part, frame, store)
        parts.append(part.assign(is_illustrative=layer.about.illustrative, is_synthetic=layer.about.synthetic))
    found.stop()
    columns = [*tables.SITES.columns, "is_illustrative", "is_synthetic", "geometry"]
    if not parts:
        return gpd.GeoDataFrame({c: [] for c in columns}, geometry="geometry", crs=LONLAT)
    sites = pd.concat(parts, ignore_index=True)
    sites = sites[[*columns[:-1], *(name for name in more if name in sites and name not in columns), "geometry"]]
    for site_id, count in sites.site_id.value_counts().items():
        if count > 1:
            found.add("site_twice", found=site_id, count=int(count))
    found.stop()
    return gpd.GeoDataFrame(sites, geometry="geometry", crs=LONLAT)


def _asked(config: Config, paths: Paths) -> list[str]:
    """Further fields of the sites that rules ask for; none where the table of rules cannot be read, which is told elsewhere."""
    try:
        rules = tables.read_csv(paths.resolve(config.siting.rules), tables.RULES)
    except PipelineError:
        return []
    return sorted(set(rules.layer[rules.condition == "attribute_is"].dropna()))


def _read_sites(layer: Layer, store: Store, more: list[str]) -> gpd.GeoDataFrame:
    if is_table(layer.path):
        return read_sites_table(layer, store.warn, more)
    as_named = replace(layer, about=layer.about.model_copy(update={"columns": {}}))
    source = read_features(as_named, store.warn)
    return gpd.GeoDataFrame(sites_of_fields(layer, source.drop(columns="geometry"), more), geometry=source.geometry.values, crs=LONLAT)


def _tell_outside(file: str, sites: gpd.GeoDataFrame, frame: gpd.GeoDataFrame, store: Store) -> None:
    """Warn of sites that touch no county."""
    outside = sites[~sites.geometry.intersects(frame.union_all())]
    if len(outside):
        names = [str(name)[:40] for name in outside["name"][:10]]
        store.warn("sites_outside", file=file, count=len(sites), outside=len(outside), names=names)


def _is_swapped(geometry, bounds) -> bool:
    """Whether a site far outside the area would lie inside it with longitude and latitude swapped."""
    west, south, east, north = bounds
    x, y = geometry.centroid.x, geometry.centroid.y
    inside = west - 1 <= x <= east + 1 and south - 1 <= y <= north + 1
    return not inside and west <= y <= east and south <= x <= north
