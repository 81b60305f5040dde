"""The rasters and areas of the siting stage, as this stage reads them; a file that is absent leaves its subjects out.

``siting/zoning_<kind>.tif``: uint8, 0 outside, classes by :data:`pipeline.core.zoning.RASTER_CLASSES`. ``siting/rules_<kind>.tif``: uint32, bands of rules broken
and of rules unknown; which bit of which band is which rule stands in the tag ``BITS`` (JSON: a list of ``rule_id``, ``band_broken``,
``band_unknown``, ``bit``). ``siting/candidate_areas.gpkg``: contiguous land by technology, ranked.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

import geopandas as gpd
import pyogrio
import rasterio

from pipeline.core.grid import LONLAT
from pipeline.core.store import Store
from pipeline.core.zoning import JUDGED

_AREAS = "siting/candidate_areas.gpkg"


@dataclass(frozen=True)
class RuleBits:
    """Rules of a technology, cell by cell: ``places``: rule id -> (bit, band of broken rules, band of unknown ones)."""

    path: Path
    places: dict[str, tuple[int, int, int]]


def zonings(store: Store) -> dict[str, Path]:
    """Zoning rasters that there are, by technology."""
    return {k: path for k in JUDGED if (path := _file(store, f"siting/zoning_{k}.tif"))}


def rule_bits(store: Store) -> dict[str, RuleBits]:
    """Rasters of rules that there are, by technology."""
    made = {}
    for kind in JUDGED:
        path = _file(store, f"siting/rules_{kind}.tif")
        if path is None:
            continue
        with rasterio.open(path, driver="GTiff") as source:
            rows = json.loads(source.tags()["BITS"])
        made[kind] = RuleBits(path, {r["rule_id"]: (r["bit"], r["band_broken"], r["band_unknown"]) for r in rows})
    return made


def candidate_areas(store: Store) -> gpd.GeoDataFrame | None:
    """Contiguous land by technology, best first; None where the stage made none."""
    path = _file(store, _AREAS)
    if path is None:
        return None
    frame = pyogrio.read_dataframe(path)
    return None if frame.empty else frame.set_crs(LONLAT, allow_override=True)


def _file(store: Store, name: str) -> Path | None:
    return store.upstream(name) if (store.out / name).is_file() else None
