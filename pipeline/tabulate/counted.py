"""What the pass counted of a product, and the tables it makes; areas stay whole quanta until they are written."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product as pairs

import numpy as np
import pandas as pd

from pipeline.core.counties import Counties
from pipeline.core.layers import Layer
from pipeline.core.legend import UNKNOWN, classes
from pipeline.core.pixels import Exact, Stratum, Sums, Task
from pipeline.core.units import M2_TO_HM2
from pipeline.core.zones import ZoneCells

INSIDE, OUTSIDE = "inside", "outside"


@dataclass(frozen=True)
class Zone:
    """A polygon the pass counts: a county, its part inside or outside polygon strata, or inside one other layer."""

    county: int  # place in the counties
    geometry: object
    stratum: str  # "layer=key" of the polygon strata, ";"-separated
    layer: str = ""  # of a polygon layer that is not crossed

    def is_inside(self, name: str) -> bool:
        """Whether this is land inside a polygon layer, crossed or not."""
        return self.layer == name or f"{name}={INSIDE}" in self.stratum.split(";")


def is_own(zone: Zone) -> bool:
    """Whether the zone is land of its county counted once: all those together are the county."""
    return not zone.layer


def zone_rows(places: Counties) -> list[dict]:
    """The zone columns of each row of a table: the whole area first, then its counties."""
    counties = [places.zone(code, name) for code, name, _ in places]
    if places.city is None:
        return counties
    code, name = places.city
    return [{"county_code": code, "county_name": name, "level": "city"}, *counties]


def by_county(whole: np.ndarray, of_zone: list[Zone], places: Counties, chosen=is_own) -> np.ndarray:
    """Sums over the chosen zones of each county, the whole area's before them: the rows of :func:`zone_rows`."""
    made = np.zeros((len(places.frame), *whole.shape[1:]), object)
    for zone, part in zip(of_zone, whole, strict=True):
        if chosen(zone):
            made[zone.county] += part
    return np.concatenate([made.sum(axis=0, keepdims=True), made]) if places.city is not None else made


def with_beyond(area: Exact, cells: list[ZoneCells]) -> np.ndarray:
    """Whole quanta of a pass by zone; what of a zone lies beyond the grid is put where all is unknown: at the end of each axis."""
    whole = area.whole()
    for i, zone in enumerate(cells):
        if not zone.is_inside_grid:
            beyond = round(zone.area_m2 / zone.grid.quantum_m2) - whole[i].sum()
            whole[i].flat[-1] += max(beyond, 0)
    return whole


@dataclass(frozen=True)
class Plan:
    """What the configuration asks of the pass beside classes, the same for every product."""

    zones: list[Zone]
    crossed: tuple[Stratum, ...]  # raster layers of ``tabulate.strata``
    alone: tuple[Stratum, ...]  # other class layers, each by itself
    polygons: tuple[str, ...]  # all polygon layers
    measures: tuple[Layer, ...]
    summed: frozenset[str]  # measured layers that every product sums, not only the leading one
    points: tuple[tuple[str, np.ndarray], ...]  # layer and (n, 2) longitude and latitude

    @property
    def own(self) -> list[int]:
        """Places of the zones that together are the counties, each piece of land once."""
        return [i for i, zone in enumerate(self.zones) if is_own(zone)]


@dataclass(frozen=True)
class Counted:
    """A product's sums as the tables of the stage. Areas stay whole quanta until they are written: counties add up."""

    task: Task
    sums: Sums
    cells: list[ZoneCells]
    plan: Plan
    places: Counties

    def code_area(self) -> pd.DataFrame:
        """Area of every code in every zone; ``unknown`` has a blank code, absent codes are 0."""
        area = self.by_county(self.table(()), is_own).sum(axis=2)
        codes, keys = self.codes
        names = {"code": [*codes, None], "source_code": [*map(str, codes), None], "class_key": [*keys, UNKNOWN]}
        return self.frame(area, names, zero=True)

    def area_table(self) -> pd.DataFrame:
        """Area by class and crossed stratum."""
        keys = self._class_keys()
        parts = []
        for said, area in self._crossed(self.table(self.task.crossings[0])).items():
            area = self._by_class(area, keys)
            parts.append(self.frame(area, {"class_key": keys}, {"stratum": self._stratum_names(said)}))
        return pd.concat(parts, ignore_index=True)

    def class_by_stratum(self) -> pd.DataFrame:
        """Area by class and each stratum alone: class and band layers, and what lies inside polygon layers."""
        keys, parts = self._class_keys(), []
        for i, stratum in enumerate(self.task.strata):
            area = self._by_class(self.by_county(self.table((i,)), is_own), keys)
            parts.append(self.frame(area, {"class_key": keys}, {"key": [*stratum.keys, UNKNOWN]}, layer=stratum.layer.name))
        for name in self.plan.polygons:
            area = self._by_class(self.by_county(self.table(()), lambda z, name=name: z.is_inside(name)), keys)
            parts.append(self.frame(area, {"class_key": keys}, {"key": [INSIDE]}, layer=name))
        return pd.concat(parts, ignore_index=True) if parts else pd.DataFrame()

    def strata(self) -> pd.DataFrame:
        """Area of each stratum in each zone, whatever the class."""
        parts = []
        for i, stratum in enumerate(self.task.strata):
            area = self.by_county(self.table((i,)), is_own).sum(axis=1)
            parts.append(self.frame(area, {"key": [*stratum.keys, UNKNOWN]}, layer=stratum.layer.name))
        whole = self.by_county(self.table(()), is_own).sum(axis=(1, 2))
        for name in self.plan.polygons:
            inside = self.by_county(self.table(()), lambda z, name=name: z.is_inside(name)).sum(axis=(1, 2))
            parts.append(self.frame(np.stack([inside, whole - inside], axis=1), {"key": [INSIDE, OUTSIDE]}, layer=name))
        return pd.concat(parts, ignore_index=True) if parts else pd.DataFrame()

    def class_sums(self) -> pd.DataFrame:
        """Measured layers by class and crossed stratum: mean, value times area, and where they are known."""
        keys, parts = self._class_keys(), []
        areas = {said: self._by_class(a, keys) for said, a in self._crossed(self.table(self.task.crossings[0])).items()}
        for layer, known, total, scale in zip(self.task.measures, self.sums.known, self.sums.total, self.sums.scale, strict=True):
            known, total = self._crossed(known.whole()), self._crossed(total.whole())
            for said, area in areas.items():
                names = {"stratum": self._stratum_names(said)}
                made = self.frame(area, {"class_key": keys}, names, layer=layer.name, unit=layer.about.unit or None)
                within, value = (self._values(self._by_class(t[said], keys), area) for t in (known, total))
                made["known_area_hm2"], made["unknown_area_hm2"] = within, self._values(area, area) - within
                made["value_times_hm2"] = np.where(within > 0, value * scale, np.nan)
                made["mean"] = np.divide(value * scale, within, out=np.full(len(made), np.nan), where=within > 0)
                parts.append(made)
        return pd.concat(parts, ignore_index=True) if parts else pd.DataFrame()

    def measures(self) -> pd.DataFrame:
        """Area-weighted mean and range of each measured layer in each zone; blank where nothing is known."""
        rows, to_hm2 = [], self._to_hm2
        own = [[i for i, z in enumerate(self.plan.zones) if z.county == c and not z.layer] for c in range(len(self.places.frame))]
        area = self.by_county(self.table(()), is_own).sum(axis=(1, 2))
        for n, layer in enumerate(self.task.measures):
            known, total = (self.by_county(t.whole(), is_own).sum(axis=(1, 2)) for t in (self.sums.known[n], self.sums.total[n]))
            for i, zone in enumerate(zone_rows(self.places)):
                parts = own[i - self._has_city] if i >= self._has_city else [p for each in own for p in each]
                rows.append(
                    {
                        **zone,
                        "layer": layer.name,
                        "unit": layer.about.unit or None,
                        "mean": float(total[i]) / float(known[i]) * self.sums.scale[n] if known[i] else None,
                        "low": self.sums.low[n][parts].min() if known[i] else None,
                        "high": self.sums.high[n][parts].max() if known[i] else None,
                        "known_area_hm2": float(known[i]) * to_hm2,
                        "unknown_area_hm2": float(area[i] - known[i]) * to_hm2,
                    }
                )
        return pd.DataFrame(rows)

    # From quanta to rows

    @property
    def _to_hm2(self) -> float:
        return self.task.grid.quantum_m2 * M2_TO_HM2

    @property
    def _has_city(self) -> int:
        return int(self.places.city is not None)

    def table(self, crossing: tuple[int, ...]) -> np.ndarray:
        """Quanta (zones, classes, strata) of one crossing; what lies beyond the raster is unknown."""
        return with_beyond(self.sums.area[self.task.crossings.index(crossing)], self.cells)

    def by_county(self, whole: np.ndarray, chosen) -> np.ndarray:
        """Sums over the chosen zones of each county, the whole area's before them: (rows, classes, strata)."""
        return by_county(whole, self.plan.zones, self.places, chosen)

    def _crossed(self, whole: np.ndarray) -> dict[str, np.ndarray]:
        """By what the polygon strata say of a zone: sums over counties of the first crossing."""
        said = dict.fromkeys(z.stratum for z in self.plan.zones if not z.layer)
        return {s: self.by_county(whole, lambda z, s=s: not z.layer and z.stratum == s) for s in said}

    @property
    def codes(self) -> tuple[list[int], list[str]]:
        key_of = dict(zip(self.task.layer.legend.code.astype(int), self.task.layer.legend.class_key, strict=True))
        return [int(c) for c in self.task.codes], [key_of[int(c)] for c in self.task.codes]

    def _class_keys(self) -> list[str]:
        """Classes the product can show, in the legend's order, unknown first or wherever the legend has it."""
        shown = {*self.codes[1], UNKNOWN}
        return [key for key in classes().class_key if key in shown]

    def _by_class(self, area: np.ndarray, keys: list[str]) -> np.ndarray:
        """Codes added up to classes: (rows, classes, strata). Strange codes have stopped the run before."""
        of_code = [*self.codes[1], None, UNKNOWN]
        return np.stack([area[:, [i for i, k in enumerate(of_code) if k == key]].sum(axis=1) for key in keys], axis=1)

    def _stratum_names(self, said: str) -> list[str | None]:
        """``layer=key`` of each combination of the crossed strata, with what the polygon strata say."""
        each = [[f"{s.layer.name}={key}" for key in (*s.keys, UNKNOWN)] for s in self.plan.crossed]
        return [";".join(filter(None, (said, *names))) or None for names in pairs(*each)]

    def frame(self, area: np.ndarray, rows: dict, columns: dict | None = None, *, zero: bool = False, **same) -> pd.DataFrame:
        """A table of areas: zones x ``rows`` (x ``columns``), without zeros unless they are asked for."""
        if area.ndim == 3 and columns is None:
            area = area[:, :, 0]
        if zero:  # strange codes take a place in the pass and none in the table
            area = np.delete(area, -2, axis=1)
        labels = [rows, *([columns] if columns else [])]
        place = np.indices(area.shape).reshape(area.ndim, -1)
        if not zero:
            place = place[:, area.ravel() > 0]
        zone = pd.DataFrame(zone_rows(self.places))
        made = zone.iloc[place[0]].reset_index(drop=True)
        for axis, names in enumerate(labels, 1):
            for name, values in names.items():
                made[name] = pd.Series(np.array(values, dtype=object)[place[axis]], dtype=object)
        made["product"], made["year"] = self.task.layer.product, self.task.layer.about.year
        for name, value in same.items():
            made[name] = value
        made["area_hm2"] = self._values(area, area, zero=zero)
        return made

    def _values(self, table: np.ndarray, area: np.ndarray, *, zero: bool = False) -> np.ndarray:
        """Quanta of a table as hm2, in the order of the rows of :meth:`frame`."""
        flat = table.ravel() if zero else table.ravel()[area.ravel() > 0]
        return np.array([float(n) for n in flat], np.float64) * self._to_hm2
