"""Trees by villages, roads, waters and houses (四旁树), by county: a table of the bureau's, converted to area."""

from __future__ import annotations

import geopandas as gpd
import pandas as pd

from pipeline.core import tables
from pipeline.core.config import Config
from pipeline.core.errors import BadData, Findings
from pipeline.core.layers import find
from pipeline.core.paths import Paths
from pipeline.core.sheets import read_table
from pipeline.core.store import Store
from pipeline.core.units import STEMS_TO_HM2


def read(frame: gpd.GeoDataFrame | None, config: Config, store: Store, paths: Paths) -> pd.DataFrame:
    """Converted area of scattered trees by county (:data:`pipeline.core.tables.SCATTERED_TREES`); empty when none are supplied.

    From ``area_hm2``, else from ``stems`` (1650 stems are 1 hm2, GB/T 26424-2010). Raises BadData for counties that stand
    twice, that the boundaries do not have, or that have neither number; counties without a row are told, and stay blank.
    """
    if config.cover.scattered_trees is None:
        return tables.product([], tables.SCATTERED_TREES)
    layer = find(config.cover.scattered_trees, "scattered_trees", paths, "table")
    for path in layer.files:
        store.input(path)
    table = read_table(layer, {"county_code": "code", "area_hm2": "area", "stems": "number"}, store.warn, ("area_hm2", "stems"))
    table["area_hm2"] = pd.to_numeric(table.area_hm2).fillna(pd.to_numeric(table.stems) * STEMS_TO_HM2)
    findings = Findings()
    for code, count in table.county_code.value_counts().items():
        if count > 1:
            findings.add("trees_twice", file=layer.shown_path, found=code, count=int(count))
    for code, area in zip(table.county_code, table.area_hm2, strict=True):
        if not area >= 0:
            findings.add("trees_no_number", file=layer.shown_path, code=code)
        if frame is not None and code not in set(frame.county_code):
            findings.add("trees_elsewhere", file=layer.shown_path, code=code)
    findings.stop(BadData)
    if frame is not None:
        absent = [name for code, name in zip(frame.county_code, frame.county_name, strict=True) if code not in set(table.county_code)]
        if absent:
            store.warn("trees_absent", file=layer.shown_path, counties=absent)
    return tables.product(table, tables.SCATTERED_TREES)
