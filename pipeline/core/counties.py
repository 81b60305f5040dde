"""The zones of a run: its counties, and the whole area as one more row unless only some counties were chosen."""

from __future__ import annotations

import math
from dataclasses import dataclass

import geopandas as gpd
import pandas as pd
import pyogrio

from pipeline.core import tables
from pipeline.core.grid import LONLAT


@dataclass(frozen=True)
class Counties:
    """``frame``: county_code, county_name, geometry (EPSG:4490), sorted by code; ``city``: (code, name) or None."""

    frame: gpd.GeoDataFrame
    city: tuple[str, str] | None

    def __iter__(self):
        """(county_code, county_name, geometry) of each county."""
        return iter(self.frame[["county_code", "county_name", "geometry"]].itertuples(index=False, name=None))

    def zone(self, code: str, name: str) -> dict[str, str]:
        """The zone columns of a county row."""
        return {"county_code": code, "county_name": name, "level": "county"}

    def with_city(self, rows: pd.DataFrame, keys: list[str], sums: list[str]) -> pd.DataFrame:
        """County rows plus the whole area's, see :func:`with_city`."""
        return with_city(rows, self.city, keys, sums)


def with_city(rows: pd.DataFrame, city: tuple[str, str] | None, keys: list[str], sums: list[str]) -> pd.DataFrame:
    """County rows plus the whole area's: ``sums`` added exactly (fsum) over counties for each of ``keys``.

    A sum is blank when no county has a value; counties without one are left out of it, never taken for zero.
    Other columns of the added rows take the value all counties share, or stay blank. ``city``: (code, name), or
    None where there is no such row.
    """
    if city is None or rows.empty:
        return rows
    made = []
    for key, group in rows.groupby(keys, sort=False, dropna=False):
        row = {c: group[c].iloc[0] if group[c].nunique(dropna=False) == 1 else None for c in rows.columns}
        row |= dict(zip(keys, key if isinstance(key, tuple) else (key,), strict=True))
        row |= {"county_code": city[0], "county_name": city[1], "level": "city"}
        row |= {c: math.fsum(group[c].dropna()) if group[c].notna().any() else None for c in sums}
        made.append(row)
    return pd.DataFrame([*made, *rows.to_dict("records")], columns=rows.columns)


def read(store) -> Counties:
    """The counties ingest wrote; the whole area is a row of ``counties.csv`` unless only some were chosen."""
    frame = pyogrio.read_dataframe(store.upstream("ingest/counties.gpkg"), layer="counties").set_crs(LONLAT, allow_override=True)
    rows = store.read_table(tables.COUNTIES)
    city = rows[rows.level == "city"]
    return Counties(frame, (city.county_code.iloc[0], city.county_name.iloc[0]) if len(city) else None)
