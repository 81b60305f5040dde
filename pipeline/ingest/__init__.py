"""Stage 1: every source checked and normalised, every finding reported at once.

Boundaries and candidate sites come out in EPSG:4490 with checked codes and geometries; rasters are not copied
but checked (place, CRS, legend) and described in ``sources.csv``; vector land cover is measured and drawn; parameter
tables must pass their schemas. :func:`examine` looks at everything and writes nothing: it is also what ``check`` runs.
"""

from __future__ import annotations

from dataclasses import dataclass

import geopandas as gpd
import pandas as pd

from pipeline.core import basis, ellipsoid, tables
from pipeline.core import counties as zones
from pipeline.core.config import Config
from pipeline.core.errors import Findings
from pipeline.core.layers import ROOFS, Layer, find
from pipeline.core.paths import Paths
from pipeline.core.store import Store
from pipeline.core.units import M2_TO_HM2
from pipeline.ingest import boundaries, control, parcels, samples, sites, sources, trees


@dataclass(frozen=True)
class Examined:
    """Everything a configuration names, found good."""

    boundary: Layer
    frame: gpd.GeoDataFrame  # all counties of the boundary file
    official_hm2: dict[str, float]
    scattered_trees: pd.DataFrame
    layers: list[Layer]  # land-cover products, then other layers, then buildings
    described: list[dict]  # their rows of sources.csv
    surveys: list[parcels.Survey]
    sites: gpd.GeoDataFrame
    samples: list[samples.Sample]
    parameters: list[dict]


def run(config: Config, store: Store, paths: Paths, counties: tuple[str, ...]) -> None:
    """Stage 1: check and normalise all inputs; raises BadData/UsageError with all findings."""
    found = examine(config, store, paths)
    chosen = boundaries.choose(found.frame, counties)
    whole = None if counties else (config.area.code, config.area.name.get(config.language))

    # Save
    site_layers = [find(ref, "sites", paths, "sites") for ref in config.siting.sites]
    sample_layers = [sample.layer for sample in found.samples]
    synthetic = [layer.name for layer in (found.boundary, *found.layers, *site_layers, *sample_layers) if layer.about.synthetic]
    store.fact("synthetic", synthetic)  # first of all: it marks what is written
    store.write_features("counties.gpkg", chosen, "counties")
    store.write_table(county_table(found, chosen, whole, config.language), tables.COUNTIES)
    chosen_trees = found.scattered_trees[found.scattered_trees.county_code.isin(chosen.county_code)]
    store.write_table(tables.product(chosen_trees, tables.SCATTERED_TREES), tables.SCATTERED_TREES)
    parcels.save(found.surveys, chosen, store)
    store.write_features("candidate_sites.gpkg", found.sites, "candidate_sites")
    samples.save(found.samples, store)
    about = [sources.describe(layer, "", config, store) for layer in (found.boundary, *site_layers)]
    rows = [*about[:1], *found.described, *about[1:], *(sample.source for sample in found.samples), *found.parameters]
    store.write_table(tables.product(rows, tables.SOURCES), tables.SOURCES)
    rows = [
        basis.row(layer, source, config.language)
        for layer, source in zip(found.layers, found.described, strict=True)
        if layer.name == "land_cover"
    ]
    store.write_table(tables.product(rows, tables.PRODUCTS), tables.PRODUCTS)
    store.fact("missing_rule_layers", sources.missing_rule_layers(config, store, paths))


def examine(config: Config, store: Store, paths: Paths) -> Examined:
    """Load and check all there is, going on after each finding so that all are told at once."""
    findings = Findings()
    frame = findings.attempt(boundaries.read_boundaries, config, store, paths)
    boundary = None if frame is None else find(config.area.boundaries, "boundaries", paths, "boundaries")
    if frame is not None:
        findings.attempt(control.check_expected, frame, config, store, paths)
        findings.attempt(control.check_datum, frame, boundary, config, store, paths)
    official = findings.attempt(control.official_areas, frame, config, store, paths)
    scattered = findings.attempt(trees.read, frame, config, store, paths)
    products = [findings.attempt(find, ref, "land_cover", paths, "classes") for ref in config.land_cover]
    others = [findings.attempt(find, ref, name, paths, "other") for name, ref in config.layers.items()]
    roofs = [findings.attempt(find, ref, ROOFS, paths, "features") for ref in (config.siting.rooftop.buildings,) if ref is not None]
    layers = [layer for layer in (*products, *others, *roofs) if layer is not None]
    described = [findings.attempt(sources.check_layer, layer, frame, config, store) for layer in layers]
    surveys = [findings.attempt(parcels.measure, layer, frame, store) for layer in layers if layer.about.kind == "parcels"]
    findings.attempt(sources.check_units, layers, config, store, paths)
    findings.attempt(sources.check_products, config, [p for p in products if p])
    candidates = findings.attempt(sites.read_all, config, store, paths, frame)
    referenced = findings.attempt(samples.read_all, config, store, paths, products, frame)
    parameters = findings.attempt(sources.parameter_tables, config, store, paths)
    findings.stop()
    return Examined(boundary, frame, official, scattered, layers, described, surveys, candidates, referenced, parameters)


def county_table(found: Examined, chosen: gpd.GeoDataFrame, whole: tuple[str, str] | None, language: str) -> pd.DataFrame:
    """``counties.csv``: geometric area of each county and of the whole, the official one beside it where supplied."""
    rows = chosen[["county_code", "county_name"]].assign(
        level="county",
        land_area_hm2=[ellipsoid.polygon_area_m2(g) * M2_TO_HM2 for g in chosen.geometry],
        official_area_hm2=[found.official_hm2.get(code) for code in chosen.county_code],
        difference_pct=None,
        source=found.boundary.about.title.get(language),
    )
    table = zones.Counties(chosen, whole).with_city(pd.DataFrame(rows), ["source"], ["land_area_hm2", "official_area_hm2"])
    table["official_area_hm2"] = pd.to_numeric(table.official_area_hm2)
    table["difference_pct"] = (table.land_area_hm2 / table.official_area_hm2 - 1) * 100
    return tables.product(table, tables.COUNTIES)
