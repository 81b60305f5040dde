"""What was planted, counted by itself: areas, changes, confusion, biomass by county, cell by cell from the files.

None of the pipeline's zones or tables stand behind these numbers. A cell belongs to the county its middle lies in,
so a county's area is off by the cells on its line; :func:`border_tolerance_hm2` says by how much.
"""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import rasterio
import shapely
from affine import Affine
from numba import njit
from rasterio.features import rasterize

from pipeline.core import ellipsoid
from pipeline.synthetic.land import BLOCK, Lattice
from pipeline.synthetic.place import Frame
from pipeline.synthetic.products import NO_BIOMASS, confusion

IDS = 14  # classes of the common legend, unknown (0) among them
FOREST_IDS = (1, 2, 3)  # count in the strict reading


@dataclass(frozen=True)
class Truth:
    """Sums over counties in the order of their codes, the whole area last. Areas in hm2."""

    counties: pd.DataFrame  # county_code, county_name, level
    change: np.ndarray  # (county, class of the earlier year, class of the later year)
    confusion: dict[str, np.ndarray]  # product: (county, true class, place of the code; the last place is no data)
    biomass_t: np.ndarray  # (county,), where the land cover is known
    tolerance_hm2: np.ndarray  # (county,)

    @property
    def earlier(self) -> np.ndarray:
        """(county, class) of the earlier year."""
        return self.change.sum(axis=2)

    @property
    def later(self) -> np.ndarray:
        """(county, class) of the later year."""
        return self.change.sum(axis=1)


def lattice_of(path: Path) -> Lattice:
    """The lattice of a raster written here."""
    with rasterio.open(path) as source:
        t = source.transform
        return Lattice(t.c, t.f, t.a, source.width, source.height)


def cell_areas_hm2(lattice: Lattice, row0: int, row1: int) -> np.ndarray:
    """Ellipsoidal area [hm2] of a cell in each of some rows."""
    edges = lattice.north - np.arange(row0, row1 + 1) * lattice.cell_deg
    return ellipsoid.band_area_m2(edges[1:], edges[:-1]) * lattice.cell_deg / 1e4


def zones_of(counties: gpd.GeoDataFrame, lattice: Lattice, row0: int, row1: int) -> np.ndarray:
    """Number of the county (1 .. n in the order of the frame) each cell's middle lies in, 0 outside; some full rows."""
    transform = Affine(lattice.cell_deg, 0, lattice.west, 0, -lattice.cell_deg, lattice.north - row0 * lattice.cell_deg)
    numbered = list(zip(counties.geometry, range(1, len(counties) + 1), strict=True))
    return rasterize(numbered, (row1 - row0, lattice.width), transform=transform, dtype="int32")


def border_tolerance_hm2(geometry, lattice: Lattice, frame: Frame) -> float:
    """How far [hm2] centre-counted areas of a county may lie off: four standard deviations of its border cells.

    Of n cells on the line, each is in or out as a whole and wrong by up to half its area, about 0.29 of it as a
    standard deviation; the errors of neighbours hardly agree, so they add as the square root of n.
    """
    kx, ky = frame.metres_per_degree
    length = shapely.length(shapely.transform(geometry.boundary, lambda c: c * (kx, ky)))
    cells = length / (lattice.cell_deg * (kx * ky) ** 0.5) * 1.3
    return float(4 * 0.29 * cells**0.5 * cell_areas_hm2(lattice, lattice.height // 2, lattice.height // 2 + 1)[0])


def count(
    counties: gpd.GeoDataFrame, area: tuple[str, str], *, earlier: Path, later: Path, products: dict[str, Path], biomass: Path, frame: Frame
) -> Truth:
    """Count everything that was planted; ``area``: code and name of the whole, ``products``: raster by product name."""
    lattice, n = lattice_of(later), len(counties)
    places = {name: _places(name) for name in products}
    change, tonnes = np.zeros((n + 1, IDS, IDS)), np.zeros(n + 1)
    mixed = {name: np.zeros((n + 1, IDS, places[name].max() + 1)) for name in products}
    with ExitStack() as stack:
        paths = {"earlier": earlier, "later": later, "biomass": biomass, **products}
        files = {name: stack.enter_context(rasterio.open(path)) for name, path in paths.items()}
        for row0, row1 in lattice.strips(BLOCK):
            zone, cell = zones_of(counties, lattice, row0, row1), cell_areas_hm2(lattice, row0, row1)
            rows = {name: f.read(1, window=((row0, row1), (0, lattice.width))) for name, f in files.items()}
            _cross(zone, rows["earlier"], rows["later"], cell, change)
            _weigh(zone, rows["biomass"], cell, tonnes)
            for name, place in places.items():
                _cross(zone, rows["later"], place[rows[name]], cell, mixed[name])
    change, tonnes, mixed = _with_whole(change), _with_whole(tonnes), {k: _with_whole(v) for k, v in mixed.items()}
    slack = [border_tolerance_hm2(g, lattice, frame) for g in counties.geometry]
    slack.append(border_tolerance_hm2(shapely.union_all(counties.geometry.to_numpy()), lattice, frame))
    rows = [*zip(counties.county_code, counties.county_name, ["county"] * n, strict=True), (*area, "city")]
    return Truth(pd.DataFrame(rows, columns=["county_code", "county_name", "level"]), change, mixed, tonnes, np.array(slack))


def _places(product: str) -> np.ndarray:
    """Place of each code in the product's matrix; every other code has the place after the last."""
    codes = confusion(product).columns.to_numpy()
    place = np.full(256, len(codes), np.uint8)
    place[codes] = np.arange(len(codes))
    return place


def _with_whole(sums: np.ndarray) -> np.ndarray:
    """Counties 1 .. n, then their sum; what lies outside all counties (0) is dropped."""
    return np.concatenate([sums[1:], sums[1:].sum(axis=0, keepdims=True)])


@njit(nogil=True, cache=True)
def _cross(zone, a, b, cell, out):
    for r in range(zone.shape[0]):
        for c in range(zone.shape[1]):
            out[zone[r, c], a[r, c], b[r, c]] += cell[r]


@njit(nogil=True, cache=True)
def _weigh(zone, density, cell, out):
    for r in range(zone.shape[0]):
        for c in range(zone.shape[1]):
            if density[r, c] != NO_BIOMASS:
                out[zone[r, c]] += cell[r] * density[r, c]


# --- as tables -----------------------------------------------------------------------------------------------


def class_table(truth: Truth, years: tuple[int, int], keys: dict[int, str]) -> pd.DataFrame:
    """Planted area of every class: county_code, county_name, level, year, class_id, class_key, area_hm2, border_tolerance_hm2."""
    parts = []
    for year, areas in zip(years, (truth.earlier, truth.later), strict=True):
        for k, key in keys.items():
            row = truth.counties.assign(
                year=year, class_id=k, class_key=key, area_hm2=areas[:, k], border_tolerance_hm2=truth.tolerance_hm2
            )
            parts.append(row)
    return pd.concat(parts, ignore_index=True).sort_values(["county_code", "year", "class_id"], ignore_index=True)


def change_table(truth: Truth, keys: dict[int, str]) -> pd.DataFrame:
    """Planted change matrix, a row per county and pair of classes that has area: ..., from_key, to_key, area_hm2."""
    z, a, b = np.nonzero(truth.change)
    table = truth.counties.iloc[z].reset_index(drop=True)
    return table.assign(from_key=[keys[k] for k in a], to_key=[keys[k] for k in b], area_hm2=truth.change[z, a, b])


def confusion_table(truth: Truth, product: str, keys: dict[int, str]) -> pd.DataFrame:
    """Area of every true class by product code, with the planted and the realised share; whole area only."""
    planted, areas = confusion(product), truth.confusion[product][-1]
    rows = []
    for k in planted.index:
        whole = areas[k].sum()
        for place, code in enumerate(planted.columns):
            share = areas[k, place] / whole if whole else None
            rows.append((keys[k], int(code), planted.loc[k, code], share, areas[k, place]))
    return pd.DataFrame(rows, columns=["true_key", "code", "planted_share", "realised_share", "area_hm2"])


def roof_table(roofs: gpd.GeoDataFrame) -> pd.DataFrame:
    """Planted roofs by county and class: county_code, roof_class, buildings, roof_area_hm2 (none meets another)."""
    table = roofs.groupby(["county_code", "roof_class"]).area_m2.agg(["size", "sum"]).reset_index()
    table["sum"] /= 1e4
    return table.rename(columns={"size": "buildings", "sum": "roof_area_hm2"})


def strict_cover_pct(areas: np.ndarray) -> np.ndarray:
    """Forest cover [%] of each county in the strict reading: forest over all land, unknown land in it."""
    return 100 * areas[:, list(FOREST_IDS)].sum(axis=1) / areas.sum(axis=1)
