"""Stage 2, the pixel pass: hm2 by county, class and stratum; the only stage that reads every land-cover cell.

Each product is measured on its own grid. A cell's area is ellipsoidal, border cells are shared by exact fraction,
no-data and whatever the raster does not cover is counted as unknown, and a code that the legend does not know stops
the run. Further layers are read onto that grid: classes, bands and polygons as strata, measures as sums.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from itertools import pairwise
from itertools import product as pairs

import numpy as np
import pandas as pd
import shapely

from pipeline.core import basis, ellipsoid, tables
from pipeline.core import counties as zones
from pipeline.core.config import Config
from pipeline.core.counties import Counties
from pipeline.core.engine import Engine
from pipeline.core.errors import BadData, Findings, UsageError, problem
from pipeline.core.grid import Grid
from pipeline.core.layers import Layer, find
from pipeline.core.legend import FILE as CLASSES
from pipeline.core.legend import UNKNOWN, classes
from pipeline.core.paths import Paths
from pipeline.core.pixels import Stratum, Sums, Task, Zones, cut
from pipeline.core.points import cells_at, values_at
from pipeline.core.products import land_cover
from pipeline.core.rasters import OnGrid, open_raster
from pipeline.core.store import Store
from pipeline.core.units import M2_TO_HM2
from pipeline.core.vectors import read_features
from pipeline.core.words import say
from pipeline.core.zones import ZoneCells
from pipeline.tabulate.parcels import Surveyed

MOST_STRATA = 2_000  # combinations in one table
MOST_STRANGE = 50  # codes without a name that one message lists
INSIDE, OUTSIDE = "inside", "outside"


def run(config: Config, store: Store, paths: Paths, counties: tuple[str, ...]) -> None:
    """Stage 2: areas by county, product, year, class and stratum, and what measured layers hold of each."""
    # Load
    store.input(CLASSES)
    places = zones.read(store)
    products = land_cover(config, store, paths)
    others = [find(ref, name, paths, "other") for name, ref in config.layers.items()]
    for layer in others:
        for path in layer.files:
            store.input(path)
    plan = _plan(config, others, places)
    plan = replace(plan, points=(*plan.points, *_reference_points(store)))

    # Compute
    with Engine(config.compute, store.out / ".half_way") as engine:
        counted = [_count(layer, plan, places, engine, is_leading=i == 0, language=config.language) for i, layer in enumerate(products)]
    counted = [_as_surveyed(c, layer, places, store) for c, layer in zip(counted, products, strict=True)]
    code_area = _joined([c.code_area() for c in counted], tables.CODE_AREA)
    bases = basis.of_products(store)
    land_area = by_class(code_area, bases)

    # Check
    require_whole(land_area, places)
    _tell_unknown(land_area, products, store)

    # Save
    store.fact("basis", list(bases.values()))
    store.write_table(code_area, tables.CODE_AREA)
    store.write_table(tables.product(land_area, tables.LAND_AREA), tables.LAND_AREA)
    store.write_table(_joined([c.area_table() for c in counted], tables.AREA_TABLE), tables.AREA_TABLE)
    store.write_table(_joined([c.class_by_stratum() for c in counted], tables.CLASS_STRATA), tables.CLASS_STRATA)
    store.write_table(_joined([c.class_sums() for c in counted], tables.CLASS_SUMS), tables.CLASS_SUMS)
    store.write_table(_joined([counted[0].measures()], tables.MEASURES), tables.MEASURES)
    store.write_table(_joined([counted[0].strata()], tables.STRATA), tables.STRATA)
    store.write_table(_joined([_points(layer, plan, places) for layer in products], tables.POINTS), tables.POINTS)


def _joined(parts: list[pd.DataFrame], schema) -> pd.DataFrame:
    some = [part for part in parts if len(part)]
    return tables.product(pd.concat(some, ignore_index=True) if some else [], schema)


def _tell_unknown(land_area: pd.DataFrame, products: list[Layer], store: Store) -> None:
    """One warning for each product and year with unknown land, naming its counties; of a forest survey it is land outside it."""
    counties = land_area[land_area.level == "county"]
    forest_only = {p.product for p in products if p.about.parcels is not None and p.about.parcels.covers == "forest_land"}
    for (name, year), rows in counties.groupby(["product", "year"], sort=False, dropna=False):
        whole = rows.groupby("county_code").area_hm2.transform("sum")
        unknown = rows[(rows.class_key == UNKNOWN) & (rows.area_hm2 > 1e-6 * whole)]
        if len(unknown):
            area, shown = math.fsum(unknown.area_hm2), name if pd.isna(year) else f"{name} {year}"
            share = area / math.fsum(rows.area_hm2) * 100
            key = "outside_survey" if name in forest_only else "unknown_area"
            store.warn(key, product=shown, counties="、".join(unknown.county_name), area_hm2=area, share=share)


def by_class(code_area: pd.DataFrame, bases: dict) -> pd.DataFrame:
    """Class areas from code areas: every class the product can show, in the legend's order, and unknown."""
    keys = ["county_code", "county_name", "level", "product", "year", "class_key"]
    order = {key: i for i, key in enumerate(classes().class_key)}
    sums = code_area.groupby(keys, sort=False, dropna=False).area_hm2.agg(math.fsum).reset_index()
    zone = {code: i for i, code in enumerate(dict.fromkeys(code_area.county_code))}
    sums = sums.sort_values(
        ["product", "year", "county_code", "class_key"],
        key=lambda c: c.map(zone) if c.name == "county_code" else c.map(order) if c.name == "class_key" else c,
        ignore_index=True,
    )
    if bases:
        sums["basis"] = [bases[(p, None if pd.isna(y) else int(y))] for p, y in zip(sums["product"], sums.year, strict=True)]
    return sums


def require_whole(land_area: pd.DataFrame, places: Counties) -> None:
    """Every hm2 of a county is in exactly one class: classes plus unknown equal its ellipsoidal area to 1e-9."""
    for code, _, geometry in places:
        area = ellipsoid.polygon_area_m2(geometry) * M2_TO_HM2
        for key, group in land_area[land_area.county_code == code].groupby(["product", "year"], dropna=False):
            total = math.fsum(group.area_hm2)
            assert abs(total - area) <= 1e-9 * area, f"{code} {key}: classes add up to {total} hm2, the county has {area}"


# --- what is asked of the pass -------------------------------------------------------------------------------


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


def _is_own(zone: Zone) -> bool:
    """Whether the zone is land of its county counted once: all those together are the county."""
    return not zone.layer


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


def _plan(config: Config, others: list[Layer], places: Counties) -> Plan:
    """Sort the further layers by what they can be; raises UsageError naming every wrong stratum."""
    wanted, sums, findings = list(dict.fromkeys(config.tabulate.strata)), config.tabulate.sums, Findings()
    by_name = {layer.name: layer for layer in others}
    for setting, names in (("tabulate.strata", wanted), ("tabulate.sums", sums)):
        for name in names:
            if name not in by_name:
                findings.add("stratum_missing", setting=setting, layer=name, known=", ".join(by_name) or "–")
            elif setting == "tabulate.sums" and by_name[name].about.kind != "measure":
                findings.add("sums_kind", layer=name)
    shapes, points = {}, []
    for layer in others:
        if layer.about.kind == "features":
            features = read_features(layer).geometry
            surfaces = features[features.geom_type.isin(["Polygon", "MultiPolygon"])]
            dots = shapely.get_parts(features[features.geom_type.isin(["Point", "MultiPoint"])].to_numpy())
            if len(surfaces):
                shapes[layer.name] = _surface(shapely.union_all(shapely.make_valid(surfaces.values)))
            elif layer.name in wanted:
                findings.add("stratum_kind", layer=layer.name)
            if len(dots):
                points.append((layer.name, shapely.get_coordinates(dots)))
        elif layer.about.kind == "measure" and layer.about.bands is None and layer.name in wanted:
            findings.add("stratum_unbanded", layer=layer.name)
    findings.stop(UsageError)
    strata = {layer.name: _stratum(layer) for layer in others if layer.about.kind == "classes" or layer.about.bands}
    crossed = tuple(strata[name] for name in wanted if name in strata)
    split, whole = [n for n in wanted if n in shapes], tuple(n for n in shapes if n not in wanted)
    count = math.prod(len(s.keys) + 1 for s in crossed) * 2 ** len(split)
    if count > MOST_STRATA:
        raise UsageError(problem("stratum_many", count=count, limit=MOST_STRATA))
    rows = [z for i, (_, _, geometry) in enumerate(places) for z in _zones(i, geometry, shapes, split, whole)]
    alone = tuple(s for name, s in strata.items() if name not in wanted)
    measures = tuple(layer for layer in others if layer.about.kind == "measure")
    return Plan(rows, crossed, alone, tuple(shapes), measures, frozenset(sums), tuple(points))


def check_strata(config: Config, layers: list[Layer], frame) -> None:
    """Raise UsageError for settings of the pass that name no fitting layer; nothing is counted."""
    _plan(config, [layer for layer in layers if layer.name != "land_cover"], Counties(frame, None))


def _stratum(layer: Layer) -> Stratum:
    """A class layer by its legend's keys, a measured one by its bands."""
    if layer.about.kind == "classes":
        legend = layer.legend.assign(code=layer.legend.code.astype(int)).sort_values("code")
        return Stratum(layer, tuple(legend.key), tuple(int(c) for c in legend.code), None)
    bands = [f"{b:g}" for b in layer.about.bands]
    keys = [f"<{bands[0]}", *(f"{a}–{b}" for a, b in pairwise(bands)), f"≥{bands[-1]}"]
    return Stratum(layer, tuple(keys), None, tuple(layer.about.bands))


def _zones(county: int, geometry, shapes: dict, split: list[str], whole: tuple[str, ...]) -> list[Zone]:
    """A county's zones: itself cut by the polygon strata, and its part inside each other polygon layer."""
    parts = [(geometry, "")]
    for name in split:
        parts = [
            (
                _surface(part.intersection(shapes[name]) if key == INSIDE else part.difference(shapes[name])),
                f"{said};{name}={key}".strip(";"),
            )
            for (part, said), key in pairs(parts, (INSIDE, OUTSIDE))
        ]
    made = [Zone(county, part, said) for part, said in parts if not part.is_empty]
    cut_out = [(name, _surface(geometry.intersection(shapes[name]))) for name in whole]
    return made + [Zone(county, part, "", name) for name, part in cut_out if not part.is_empty]


def _surface(geometry):
    parts = [p for p in shapely.get_parts(geometry) if p.geom_type in ("Polygon", "MultiPolygon")]
    return shapely.union_all(parts) if parts else shapely.MultiPolygon()


# --- the pass ------------------------------------------------------------------------------------------------


def _count(layer: Layer, plan: Plan, places: Counties, engine: Engine, *, is_leading: bool, language: str) -> Counted:
    """Count one product; raises BadData naming every code its legend does not know."""
    with open_raster(layer) as raster:
        grid = raster.grid
    cells = cut([z.geometry for z in plan.zones], grid, engine.threads)
    measures = tuple(m for m in plan.measures if is_leading or m.name in plan.summed)
    strata, crossing = (*plan.crossed, *plan.alone), tuple(range(len(plan.crossed)))
    single = [(i,) for i in range(len(strata)) if (i,) != crossing]
    crossings = tuple(dict.fromkeys((crossing, (), *single)))
    task = Task(layer, grid, Zones.of(cells, grid), strata, crossings, measures)
    sums = engine.count(task, say("pass_land_cover", language, product=layer.product))
    _refuse_strange(task, sums, plan, places)
    return Counted(task, sums, cells, plan, places)


def _as_surveyed(counted: Counted, layer: Layer, places: Counties, store: Store) -> Counted | Surveyed:
    """A product of parcels stands on what ingest measured of the polygons; any other on what was counted."""
    if layer.about.parcels is None:
        return counted
    area, checks = (_of(store.read_table(schema), layer) for schema in (tables.PARCEL_AREA, tables.PARCEL_CHECKS))
    return Surveyed(counted, layer, places, area, dict(zip(checks.county_code, checks.gap_hm2, strict=True)))


def _of(table: pd.DataFrame, layer: Layer) -> pd.DataFrame:
    """The rows of one product and year."""
    same_year = table.year.isna() if layer.about.year is None else table.year == layer.about.year
    return table[(table["product"] == layer.product) & same_year]


def _refuse_strange(task: Task, sums: Sums, plan: Plan, places: Counties) -> None:
    """Stop when codes turned up that a legend does not know, naming each with area and counties."""
    findings, names, to_hm2 = Findings(), list(places.frame.county_name), task.grid.quantum_m2 * M2_TO_HM2
    for (number, code), area in sorted(sums.strange.items())[:MOST_STRANGE]:
        layer = task.layer if number < 0 else task.strata[number].layer
        by_county: dict[str, int] = {}
        for zone, part in zip(plan.zones, area, strict=True):
            if part and not zone.layer:
                by_county[names[zone.county]] = by_county.get(names[zone.county], 0) + part
        total = sum(by_county.values()) * to_hm2
        findings.add("unknown_codes", file=layer.shown_path, code=f"{code:.15g}", area_hm2=total, counties="、".join(by_county))
    findings.stop(BadData)


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
        area = self._by_county(self._table(()), _is_own).sum(axis=2)
        codes, keys = self._codes()
        names = {"code": [*codes, None], "source_code": [*map(str, codes), None], "class_key": [*keys, UNKNOWN]}
        return self._frame(area, names, zero=True)

    def area_table(self) -> pd.DataFrame:
        """Area by class and crossed stratum."""
        keys = self._class_keys()
        parts = []
        for said, area in self._crossed(self._table(self.task.crossings[0])).items():
            area = self._by_class(area, keys)
            parts.append(self._frame(area, {"class_key": keys}, {"stratum": self._stratum_names(said)}))
        return pd.concat(parts, ignore_index=True)

    def class_by_stratum(self) -> pd.DataFrame:
        """Area by class and each stratum alone: class and band layers, and what lies inside polygon layers."""
        keys, parts = self._class_keys(), []
        for i, stratum in enumerate(self.task.strata):
            area = self._by_class(self._by_county(self._table((i,)), _is_own), keys)
            parts.append(self._frame(area, {"class_key": keys}, {"key": [*stratum.keys, UNKNOWN]}, layer=stratum.layer.name))
        for name in self.plan.polygons:
            area = self._by_class(self._by_county(self._table(()), lambda z, name=name: z.is_inside(name)), keys)
            parts.append(self._frame(area, {"class_key": keys}, {"key": [INSIDE]}, layer=name))
        return pd.concat(parts, ignore_index=True) if parts else pd.DataFrame()

    def strata(self) -> pd.DataFrame:
        """Area of each stratum in each zone, whatever the class."""
        parts = []
        for i, stratum in enumerate(self.task.strata):
            area = self._by_county(self._table((i,)), _is_own).sum(axis=1)
            parts.append(self._frame(area, {"key": [*stratum.keys, UNKNOWN]}, layer=stratum.layer.name))
        whole = self._by_county(self._table(()), _is_own).sum(axis=(1, 2))
        for name in self.plan.polygons:
            inside = self._by_county(self._table(()), lambda z, name=name: z.is_inside(name)).sum(axis=(1, 2))
            parts.append(self._frame(np.stack([inside, whole - inside], axis=1), {"key": [INSIDE, OUTSIDE]}, layer=name))
        return pd.concat(parts, ignore_index=True) if parts else pd.DataFrame()

    def class_sums(self) -> pd.DataFrame:
        """Measured layers by class and crossed stratum: mean, value times area, and where they are known."""
        keys, parts = self._class_keys(), []
        areas = {said: self._by_class(a, keys) for said, a in self._crossed(self._table(self.task.crossings[0])).items()}
        for layer, known, total, scale in zip(self.task.measures, self.sums.known, self.sums.total, self.sums.scale, strict=True):
            known, total = self._crossed(known.whole()), self._crossed(total.whole())
            for said, area in areas.items():
                names = {"stratum": self._stratum_names(said)}
                made = self._frame(area, {"class_key": keys}, names, layer=layer.name, unit=layer.about.unit or None)
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
        area = self._by_county(self._table(()), _is_own).sum(axis=(1, 2))
        for n, layer in enumerate(self.task.measures):
            known, total = (self._by_county(t.whole(), _is_own).sum(axis=(1, 2)) for t in (self.sums.known[n], self.sums.total[n]))
            for i, zone in enumerate(self._zone_rows()):
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

    def _zone_rows(self) -> list[dict]:
        """The zone columns of each row of a table: the whole area first, then its counties."""
        counties = [self.places.zone(code, name) for code, name, _ in self.places]
        if self.places.city is None:
            return counties
        code, name = self.places.city
        return [{"county_code": code, "county_name": name, "level": "city"}, *counties]

    def _table(self, crossing: tuple[int, ...]) -> np.ndarray:
        """Quanta (zones, classes, strata) of one crossing; what lies beyond the raster is unknown."""
        whole = self.sums.area[self.task.crossings.index(crossing)].whole()
        for i, zone in enumerate(self.cells):
            if not zone.is_inside_grid:
                beyond = round(zone.area_m2 / self.task.grid.quantum_m2) - whole[i].sum()
                whole[i, -1, -1] += max(beyond, 0)
        return whole

    def _by_county(self, whole: np.ndarray, chosen) -> np.ndarray:
        """Sums over the chosen zones of each county, the whole area's before them: (rows, classes, strata)."""
        made = np.zeros((len(self.places.frame), *whole.shape[1:]), object)
        for zone, part in zip(self.plan.zones, whole, strict=True):
            if chosen(zone):
                made[zone.county] += part
        return np.concatenate([made.sum(axis=0, keepdims=True), made]) if self.places.city is not None else made

    def _crossed(self, whole: np.ndarray) -> dict[str, np.ndarray]:
        """By what the polygon strata say of a zone: sums over counties of the first crossing."""
        said = dict.fromkeys(z.stratum for z in self.plan.zones if not z.layer)
        return {s: self._by_county(whole, lambda z, s=s: not z.layer and z.stratum == s) for s in said}

    def _codes(self) -> tuple[list[int], list[str]]:
        key_of = dict(zip(self.task.layer.legend.code.astype(int), self.task.layer.legend.class_key, strict=True))
        return [int(c) for c in self.task.codes], [key_of[int(c)] for c in self.task.codes]

    def _class_keys(self) -> list[str]:
        """Classes the product can show, in the legend's order, unknown first or wherever the legend has it."""
        shown = {*self._codes()[1], UNKNOWN}
        return [key for key in classes().class_key if key in shown]

    def _by_class(self, area: np.ndarray, keys: list[str]) -> np.ndarray:
        """Codes added up to classes: (rows, classes, strata). Strange codes have stopped the run before."""
        of_code = [*self._codes()[1], None, UNKNOWN]
        return np.stack([area[:, [i for i, k in enumerate(of_code) if k == key]].sum(axis=1) for key in keys], axis=1)

    def _stratum_names(self, said: str) -> list[str | None]:
        """``layer=key`` of each combination of the crossed strata, with what the polygon strata say."""
        each = [[f"{s.layer.name}={key}" for key in (*s.keys, UNKNOWN)] for s in self.plan.crossed]
        return [";".join(filter(None, (said, *names))) or None for names in pairs(*each)]

    def _frame(self, area: np.ndarray, rows: dict, columns: dict | None = None, *, zero: bool = False, **same) -> pd.DataFrame:
        """A table of areas: zones x ``rows`` (x ``columns``), without zeros unless they are asked for."""
        if area.ndim == 3 and columns is None:
            area = area[:, :, 0]
        if zero:  # strange codes take a place in the pass and none in the table
            area = np.delete(area, -2, axis=1)
        labels = [rows, *([columns] if columns else [])]
        place = np.indices(area.shape).reshape(area.ndim, -1)
        if not zero:
            place = place[:, area.ravel() > 0]
        zone = pd.DataFrame(self._zone_rows())
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
        """Quanta of a table as hm2, in the order of the rows of :meth:`_frame`."""
        flat = table.ravel() if zero else table.ravel()[area.ravel() > 0]
        return np.array([float(n) for n in flat], np.float64) * self._to_hm2


# --- points --------------------------------------------------------------------------------------------------


def _points(layer: Layer, plan: Plan, places: Counties) -> pd.DataFrame:
    """The class of the cell each point lies in, and its stratum; a point outside every county has neither county nor stratum.

    A point on a border lies in the first of the counties, and inside the polygon.
    """
    own, codes = [z for z in plan.zones if _is_own(z)], list(places.frame.county_code)
    tree, key_of = shapely.STRtree([z.geometry for z in own]), dict(zip(layer.legend.code, layer.legend.class_key, strict=True))
    made = []
    with open_raster(layer) as raster:
        for name, lonlat in plan.points:
            zone = np.full(len(lonlat), len(own))
            np.minimum.at(zone, *tree.query(shapely.points(lonlat), predicate="intersects"))
            said = [own[z].stratum if z < len(own) else None for z in zone]
            cells = cells_at(raster.grid, lonlat)
            found = values_at(raster.measured, *cells)
            rows = {
                "layer": name,
                "number": np.arange(1, len(lonlat) + 1),
                "lon": lonlat[:, 0],
                "lat": lonlat[:, 1],
                "county_code": [codes[own[z].county] if z < len(own) else None for z in zone],
                "product": layer.product,
                "year": layer.about.year,
                "code": [None if np.isnan(v) else int(v) for v in found],
                "class_key": [UNKNOWN if np.isnan(v) else key_of.get(int(v), UNKNOWN) for v in found],
                "stratum": _with_raster_strata(said, plan.crossed, raster.grid, cells),
            }
            made.append(pd.DataFrame({k: pd.Series(v, dtype=object) if isinstance(v, list) else v for k, v in rows.items()}))
    return pd.concat(made, ignore_index=True) if made else pd.DataFrame()


def _reference_points(store: Store) -> list[tuple[str, np.ndarray]]:
    """Points of the accepted samples as layers ``sample:<name>``, in their order; a sample without coordinates has none."""
    table = store.read_table(tables.SAMPLE_POINTS)
    table = table[table.lon.notna()].sort_values("number", kind="stable")
    return [(f"sample:{name}", rows[["lon", "lat"]].to_numpy(float)) for name, rows in table.groupby("sample", sort=False)]


def _with_raster_strata(said: list[str | None], crossed: tuple[Stratum, ...], grid: Grid, cells) -> list[str | None]:
    """What polygon strata say of each point, joined by what raster strata do."""
    for stratum in crossed:
        with open_raster(stratum.layer) as raster:
            place = stratum.index(values_at(OnGrid(stratum.layer, raster, grid).values, *cells))
        keys = [*stratum.keys, UNKNOWN, UNKNOWN]
        said = [s if s is None else f"{s};{stratum.layer.name}={keys[p]}".strip(";") for s, p in zip(said, place, strict=True)]
    return said
