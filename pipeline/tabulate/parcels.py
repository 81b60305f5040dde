"""A product of parcels in the tables of the pass: areas from the polygons, shares of further layers from their drawing.

The drawing has cells and therefore errors at every edge; the polygons have none. What the pass counts on the drawing is
scaled, county by county and class by class, so that it adds up to the measured area of the polygons.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property

import pandas as pd

from pipeline.core.counties import Counties
from pipeline.core.layers import Layer
from pipeline.core.legend import UNKNOWN

_SUMS = ["area_hm2", "value_times_hm2", "known_area_hm2", "unknown_area_hm2"]


@dataclass(frozen=True)
class Surveyed:
    """Tables of a vector product; has the methods of the counted raster it stands on."""

    counted: object  # the drawing as the pass counted it (Counted)
    layer: Layer
    places: Counties
    measured: pd.DataFrame  # ingest/parcel_area of this product
    gaps: dict[str, float]  # county code -> hm2 of land without a parcel

    def code_area(self) -> pd.DataFrame:
        """Measured area of every code of the legend in every county; land without a parcel is ``unknown``."""
        legend, rows = self.layer.legend, []
        area = self.measured.groupby(["county_code", "code"], sort=False).area_hm2.agg(math.fsum).to_dict()
        for county, name, _ in self.places:
            zone = self.places.zone(county, name) | {"product": self.layer.product, "year": self.layer.about.year}
            for number, code, key in zip(legend.code, legend.source_code, legend.class_key, strict=True):
                hm2 = area.get((county, code), 0.0)
                rows.append(zone | {"code": int(number), "source_code": code, "class_key": key, "area_hm2": hm2})
            gap = self.gaps.get(county, 0.0)
            rows.append(zone | {"code": None, "source_code": None, "class_key": UNKNOWN, "area_hm2": gap})
        keys = ["product", "year", "code", "source_code", "class_key"]
        return self.places.with_city(pd.DataFrame(rows), keys, ["area_hm2"])

    def area_table(self) -> pd.DataFrame:
        """Area by class and crossed stratum."""
        return self._scaled(self.counted.area_table(), ["class_key", "stratum"])

    def class_by_stratum(self) -> pd.DataFrame:
        """Area by class and each stratum alone: those of further layers, and the parcels' own attributes."""
        parts = [self._scaled(self.counted.class_by_stratum(), ["layer", "key", "class_key"]), self._attributes()]
        some = [p for p in parts if len(p)]
        return pd.concat(some, ignore_index=True) if some else pd.DataFrame()

    def class_sums(self) -> pd.DataFrame:
        """Measured layers by class and crossed stratum."""
        made = self._scaled(self.counted.class_sums(), ["class_key", "stratum", "layer", "unit"])
        if len(made):
            made["mean"] = made.value_times_hm2 / made.known_area_hm2.where(made.known_area_hm2 > 0)
        return made

    def measures(self) -> pd.DataFrame:
        """Means of measured layers over whole counties do not depend on parcels."""
        return self.counted.measures()

    def strata(self) -> pd.DataFrame:
        """Nor do areas of strata."""
        return self.counted.strata()

    def _attributes(self) -> pd.DataFrame:
        """Area by class and each attribute of the parcels, exact."""
        rows = []
        for county, name, _ in self.places:
            own = self.measured[self.measured.county_code == county]
            split = [dict(p.split("=", 1) for p in str(a).split(";")) if pd.notna(a) else {} for a in own.attributes]
            for attribute in self.layer.about.parcels.attributes:
                key = [s.get(attribute) or UNKNOWN for s in split]
                sums = own.assign(key=key).groupby(["key", "class_key"], sort=True).area_hm2.agg(math.fsum)
                zone = self.places.zone(county, name) | {"product": self.layer.product, "year": self.layer.about.year}
                rows += [zone | {"layer": attribute, "key": k, "class_key": c, "area_hm2": hm2} for (k, c), hm2 in sums.items()]
        return self.places.with_city(pd.DataFrame(rows), ["product", "year", "layer", "key", "class_key"], ["area_hm2"])

    def _scaled(self, drawn: pd.DataFrame, keys: list[str]) -> pd.DataFrame:
        """County rows times measured over drawn area of their class, the whole area's added up from them.

        A class whose parcels are all too small to be drawn has no cells to share by: its stratum is unknown.
        """
        if drawn.empty:
            return drawn
        rows = drawn[drawn.level == "county"].copy()
        places = list(zip(rows.county_code, rows.class_key, strict=True))
        for name in _SUMS:
            if name in rows:
                rows[name] = rows[name] * [self._factors.get(p, 0.0) for p in places]
        rows = pd.concat([rows[rows.area_hm2 > 0], self._undrawn(rows, set(places))], ignore_index=True)
        return self.places.with_city(rows, ["product", "year", *keys], [s for s in _SUMS if s in rows])

    @cached_property
    def _measured(self) -> dict[tuple[str, str], float]:
        """Measured area of each class in each county."""
        rows = self.code_area()
        return rows[rows.level == "county"].groupby(["county_code", "class_key"], sort=False).area_hm2.agg(math.fsum).to_dict()

    @cached_property
    def _factors(self) -> dict[tuple[str, str], float]:
        """Measured over drawn area, where anything is drawn."""
        rows = self.counted.code_area()
        drawn = rows[rows.level == "county"].groupby(["county_code", "class_key"], sort=False).area_hm2.agg(math.fsum)
        return {place: self._measured.get(place, 0.0) / area for place, area in drawn.items() if area > 0}

    def _undrawn(self, rows: pd.DataFrame, drawn: set) -> pd.DataFrame:
        """Rows of unknown stratum for classes that were measured and left no cell, one for each layer of the table."""
        made = []
        for (code, key), area in self._measured.items():
            if area > 0 and (code, key) not in drawn:
                name = next(n for c, n, _ in self.places if c == code)
                own = self.places.zone(code, name) | {"class_key": key, "area_hm2": area, "unknown_area_hm2": area, "known_area_hm2": 0.0}
                like = rows.drop_duplicates([c for c in ("layer",) if c in rows] or ["product"])
                for row in like.to_dict("records"):
                    blank = {c: None for c in ("value_times_hm2", "mean")} | {"key": UNKNOWN, "stratum": _all_unknown(row.get("stratum"))}
                    made.append({c: v for c, v in (row | blank | own).items() if c in rows})
        return pd.DataFrame(made, columns=rows.columns)


def _all_unknown(stratum: str | None) -> str | None:
    """The stratum in which every layer is unknown, made like another one of the table."""
    return ";".join(f"{part.split('=', 1)[0]}={UNKNOWN}" for part in stratum.split(";")) if isinstance(stratum, str) else None
