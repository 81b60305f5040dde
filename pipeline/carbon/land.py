"""Land as the routes see it: pieces of one class in one county, with what was measured of each.

A piece has growing stock and species where the product is a survey of parcels, biomass where a layer of it was summed by class.
Growing stock is that of a group of parcels alike in code, attributes and class of stock per hectare: within a group only its mean
is known, not each parcel's own. What a layer says is known class by class: where it is blank on a part of a class, every
piece of the class is split by the same share.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field

import pandas as pd

from pipeline.core.legend import UNKNOWN
from pipeline.core.products import rows_of
from pipeline.core.tables import EDITION, ZONE

BIOMASS = ("agb", "bgb", "dead_wood", "litter")


@dataclass(frozen=True)
class Piece:
    """Land of one class; what is None was not measured there."""

    class_key: str
    area_hm2: float
    stock_m3: float | None = None  # growing stock
    species: str | None = None  # code of the dominant one
    agb_t: float | None = None  # above-ground biomass, dry matter

    @property
    def stock_m3_hm2(self) -> float:
        """Growing stock per hectare; NaN where it is not known."""
        return math.nan if self.stock_m3 is None or self.area_hm2 <= 0 else self.stock_m3 / self.area_hm2


@dataclass(frozen=True)
class Term:
    """A part of a pool: ``amount`` times the product of named numbers is carbon [tC]."""

    pool: str
    amount: float
    names: tuple[str, ...] = ()


@dataclass(frozen=True)
class Refusal:
    """Why a route cannot serve a piece; ``reason`` has a word (``unserved_...``)."""

    reason: str
    detail: str = ""  # species code


@dataclass(frozen=True)
class Soil:
    """Soil carbon of a class in a county: what a layer holds of it, and the rest by climate zone."""

    layer_tc: float = 0.0
    layer_hm2: float = 0.0
    rest_hm2: dict[str, float] = field(default_factory=dict)  # by climate zone


@dataclass(frozen=True)
class Product:
    """A product and year: its zones and classes as tabulated, its land in pieces, its soil."""

    product: str
    year: int | None
    zones: list[dict]  # county_code, county_name, level, in the order of the tables
    area_hm2: dict[tuple[str, str], float]  # (county_code, class_key), counties and the whole area
    pieces: dict[str, list[Piece]]  # by county
    soil: dict[tuple[str, str], Soil]  # (county_code, class_key)
    basis: str

    @property
    def counties(self) -> list[str]:
        """Codes of the counties."""
        return [z["county_code"] for z in self.zones if z["level"] == "county"]

    @property
    def city(self) -> str | None:
        """Code of the whole area, None when only some counties were chosen."""
        return next((z["county_code"] for z in self.zones if z["level"] == "city"), None)


def products(
    land_area: pd.DataFrame,
    parcel_area: pd.DataFrame | None,
    sums: pd.DataFrame,
    strata: pd.DataFrame,
    *,
    agb_layer: str | None,
    soc_layer: str | None,
    zone_layer: str | None,
    zone: str,
) -> list[Product]:
    """Every product of the area table in pieces.

    ``sums``: tabulate/class_sums; ``strata``: tabulate/class_by_stratum. Layers that are None are not looked at. ``zone``: the
    climate zone of all land where there is no layer of them.
    """
    made = []
    for (product, year), rows in land_area.groupby(EDITION, sort=False, dropna=False):
        year = None if pd.isna(year) else int(year)
        zones = list(rows[ZONE].drop_duplicates().to_dict("records"))
        area = dict(zip(zip(rows.county_code, rows.class_key, strict=True), rows.area_hm2, strict=True))
        own = None if parcel_area is None else rows_of(parcel_area, product, year)
        agb, soc = (_layer(sums, name, product, year) for name in (agb_layer, soc_layer))
        in_zones = _by_zone(strata, zone_layer, product, year)
        county_rows = rows[rows.level == "county"]
        pieces: dict[str, list[Piece]] = {z["county_code"]: [] for z in zones if z["level"] == "county"}
        soil = {}
        for code, key, hm2 in zip(county_rows.county_code, county_rows.class_key, county_rows.area_hm2, strict=True):
            if key == UNKNOWN:
                continue
            whole = _parcel_pieces(own, code, key) if own is not None and len(own) else []
            pieces[code] += _with_biomass(whole or [Piece(key, hm2)], agb.get((code, key)))
            soil[code, key] = _soil(hm2, soc.get((code, key)), in_zones.get((code, key)) if zone_layer else {zone: hm2})
        made.append(Product(product, year, zones, area, pieces, soil, rows.basis.iloc[0]))
    return made


def _layer(sums: pd.DataFrame, layer: str | None, product: str, year: int | None) -> dict[tuple[str, str], tuple[float, float, float]]:
    """(value x hm2, known hm2, unknown hm2) of a measured layer by county and class, all strata together."""
    if layer is None:
        return {}
    rows = rows_of(sums, product, year)
    rows = rows[rows.layer == layer].fillna({"value_times_hm2": 0.0})
    added = rows.groupby(["county_code", "class_key"])[["value_times_hm2", "known_area_hm2", "unknown_area_hm2"]].agg(math.fsum)
    return {key: tuple(row) for key, row in zip(added.index, added.to_numpy().tolist(), strict=True)}


def _by_zone(strata: pd.DataFrame, layer: str | None, product: str, year: int | None) -> dict[tuple[str, str], dict[str, float]]:
    """hm2 by climate zone of each county and class."""
    made: dict[tuple[str, str], dict[str, float]] = {}
    if layer is not None:
        rows = rows_of(strata, product, year)
        for row in rows[rows.layer == layer].itertuples():
            made.setdefault((row.county_code, row.class_key), {})[row.key] = row.area_hm2
    return made


def _parcel_pieces(own: pd.DataFrame, county: str, class_key: str) -> list[Piece]:
    """The groups of parcels of a class: land of known growing stock, and the rest."""
    made, unknown = [], []
    rows = own[(own.county_code == county) & (own.class_key == class_key)]
    for area, known, stock, attributes in zip(
        rows.area_hm2, rows.growing_stock_area_hm2, rows.growing_stock_m3, rows.attributes, strict=True
    ):
        known = 0.0 if pd.isna(known) or pd.isna(stock) else min(float(known), float(area))
        if known > 0:
            made.append(Piece(class_key, known, float(stock), species_of(attributes)))
        unknown.append(float(area) - known)
    rest = math.fsum(unknown)
    return [*made, Piece(class_key, rest)] if rest > 0 else made


def species_of(attributes: str | None) -> str | None:
    """The code under ``species`` of ``origin=11;species=530000``; None where it is blank."""
    parts = [] if attributes is None or pd.isna(attributes) else [p.split("=", 1) for p in str(attributes).split(";")]
    return next((p[1] for p in parts if p[0] == "species" and len(p) == 2), None)


def _with_biomass(pieces: list[Piece], layer: tuple[float, float, float] | None) -> list[Piece]:
    """Pieces with the layer's mean biomass of the class on the share of land where it is known."""
    if layer is None or layer[1] <= 0:
        return pieces
    total, known, unknown = layer
    mean, share = total / known, known / (known + unknown)
    made = []
    for p in pieces:
        stock = p.stock_m3
        for part, agb in ((share, mean * p.area_hm2 * share), (1 - share, None)):
            if part > 0:
                made.append(Piece(p.class_key, p.area_hm2 * part, None if stock is None else stock * part, p.species, agb))
    return made


def _soil(hm2: float, layer: tuple[float, float, float] | None, in_zones: dict[str, float] | None) -> Soil:
    """Soil of a class: where the layer is known by it, the rest by climate zone in the shares of the class."""
    if layer is None or layer[1] <= 0:
        return Soil(rest_hm2=in_zones or {})
    total, known, unknown = layer
    left = unknown / (known + unknown)
    return Soil(total, known, {z: a * left for z, a in (in_zones or {}).items()} if left > 0 else {})
