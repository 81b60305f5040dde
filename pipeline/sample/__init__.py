"""Stage 4: the planned sample as points that can be walked.

The numbers are those of ``cover/sample_plan.csv``. Where an accepted sample is added to, its points stand in the table too,
filled in, so that the table as a whole is the one stratified sample once the new points are filled in. What a field team has
filled in is never overwritten: the stage then leaves the folder as it is and says so.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd

from pipeline.core import counties as zones
from pipeline.core import tables
from pipeline.core.config import Config
from pipeline.core.layers import Layer
from pipeline.core.legend import FILE as CLASSES
from pipeline.core.legend import FOREST, OTHER, UNKNOWN, class_names, codes_of_strata
from pipeline.core.paths import Paths
from pipeline.core.points import cells_at, values_at
from pipeline.core.products import alone, land_cover, rows_of_layer
from pipeline.core.rasters import open_raster
from pipeline.core.store import Store, read_manifest, sha256
from pipeline.core.words import say
from pipeline.sample import files
from pipeline.sample.drawing import DECIMALS, Wanted, draw, walking_order

_WALKED = ("feasible", "too_many")


def run(config: Config, store: Store, paths: Paths, counties: tuple[str, ...]) -> None:
    """Stage 4: the points to add of the deciding raster product, drawn and written for the field."""
    # Load
    plan = store.read_table(tables.SAMPLE_PLAN)
    place, rows, why = chosen(plan, land_cover(config, store, paths, cells=False))
    definition = store.read_parameters(paths.resolve(config.cover.definition), tables.DEFINITION)
    store.input(CLASSES)
    if _keep_what_was_filled_in(store):
        return
    if place is None:
        store.fact("note", say(why, config.language))
        return
    layer = alone(config, store, paths, place)
    code_area = rows_of_layer(store.read_table(tables.CODE_AREA), layer)
    design = Design(rows, code_area, layer, zones.read(store), config.cover.planner.scope == "counties", config.language)
    earlier = _earlier(config, store, design)

    # Compute
    with open_raster(layer) as raster:

        def code_at(lonlat: np.ndarray) -> np.ndarray:
            return values_at(raster.measured, *cells_at(raster.grid, lonlat))

        old = design.filled(earlier, code_at)
        wanted = design.wanted()
        found = draw(wanted, code_at, seed=config.cover.planner.seed, taken=set(zip(earlier.lon, earlier.lat, strict=True)))
    new = numbered(design.table(wanted, found), used=set(old.point_id))

    # Check
    assert not new.duplicated(["lon", "lat"]).any(), "no two points are drawn on one spot"
    for w, (lonlat, _) in zip(wanted, found, strict=True):
        if len(lonlat) < w.count:
            store.warn("sample_rare", stratum=w.stratum, county=design.county_names[w.county_code], wanted=w.count, found=len(lonlat))
    if len(old) < rows.points_now.sum():
        store.warn("sample_earlier_left", found=int(rows.points_now.sum()) - len(old), points=int(rows.points_now.sum()))

    # Save
    points = pd.concat([old, new], ignore_index=True)
    mark = say("synthetic", config.language) if store.is_synthetic else ""
    about = files.About(layer.product, layer.about.year, config.language, mark, design.is_by_county)
    store.write_table(tables.product(points, tables.DRAWN_POINTS), tables.DRAWN_POINTS)
    store.write_bytes("sample_points.kml", files.kml(new, about))
    store.write_features("sample_points.gpkg", files.features(new), "sample_points")
    store.write_bytes("field_sheet.xlsx", files.field_sheet(points, definition, about))
    store.write_bytes("layer.yaml", files.layer_yaml(about))
    store.fact("drawn", {"product": layer.product, "year": layer.about.year, "points": len(new), "earlier_points": len(old)})
    store.fact("files", {p.name: sha256(p) for p in sorted(store.new("layer.yaml").parent.iterdir())})


def chosen(plan: pd.DataFrame, products: list[Layer]) -> tuple[int | None, pd.DataFrame, str]:
    """(place of the product the points are drawn for, its rows with points to add by county, else why there are none).

    The first product that is not a census of the statutory forest, in the zones where no product decides.
    """
    nothing = plan.iloc[:0]
    if plan.empty:
        return None, nothing, "sample_no_target"
    is_decided = plan.state == "decided"
    place = next((i for i, p in enumerate(products) if not p.is_census), None)
    if place is None or (is_decided & (plan.level == "city")).any():
        return None, nothing, "sample_decided"
    own = rows_of_layer(plan[~plan.county_code.isin(plan.county_code[is_decided])], products[place])
    rows = own[(own.level == "county") & own.state.isin(_WALKED)]
    if (rows.points_to_add > 0).any():
        return place, rows, ""
    return None, nothing, "sample_decided" if own.empty else "sample_undecidable" if rows.empty else "sample_none_needed"


def numbered(points: pd.DataFrame, used: set[str]) -> pd.DataFrame:
    """The points in the order they are walked, county by county, with ids S0001, S0002, … that are not in use."""
    ordered = points.iloc[walking_order(points.county_code.to_numpy(), points[["lon", "lat"]].to_numpy())].reset_index(drop=True)
    free = (name for i in range(1, len(points) + len(used) + 1) if (name := f"S{i:04d}") not in used)
    return ordered.assign(point_id=[next(free) for _ in range(len(ordered))])


@dataclass(frozen=True)
class Design:
    """What is drawn: the plan's county rows, and what the product and the counties say of them."""

    rows: pd.DataFrame
    code_area: pd.DataFrame
    layer: Layer
    places: zones.Counties
    is_by_county: bool
    language: str

    @cached_property
    def county_names(self) -> dict[str, str]:
        """Name of each county by its code."""
        return dict(zip(self.places.frame.county_code, self.places.frame.county_name, strict=True))

    @cached_property
    def stratum_areas(self) -> dict[tuple[str, str], float]:
        """Area [hm2] of the stratum a (county, label) belongs to: the county's own, else that of the whole area."""
        counties, labels, areas = (list(self.rows[c]) for c in ("county_code", "stratum", "area_hm2"))
        if self.is_by_county:
            return dict(zip(zip(counties, labels, strict=True), areas, strict=True))
        whole = {label: math.fsum(a for a, other in zip(areas, labels, strict=True) if other == label) for label in labels}
        return {(county, label): area for county in self.county_names for label, area in whole.items()}

    @cached_property
    def known(self) -> pd.DataFrame:
        """Codes of known land, each once."""
        return self.code_area[self.code_area.code.notna() & (self.code_area.class_key != UNKNOWN)].drop_duplicates("code")

    @cached_property
    def of_code(self) -> dict[int, tuple[str, str]]:
        """Cell value: the code as its publisher writes it, and the name of its class."""
        names = class_names(self.language)
        return {int(c): (s, names[k]) for c, s, k in zip(self.known.code, self.known.source_code, self.known.class_key, strict=True)}

    def codes(self, stratum: str) -> np.ndarray:
        """Cell values of a stratum of the plan."""
        by_code = stratum not in (FOREST, OTHER)
        return np.array(codes_of_strata(self.code_area, self.layer.legend, self.rows.reading.iloc[0], by_code=by_code)[stratum], np.int64)

    def wanted(self) -> list[Wanted]:
        """What is to be drawn, one a row of the plan with points to add."""
        shape = dict(zip(self.places.frame.county_code, self.places.frame.geometry, strict=True))
        return [
            Wanted(r.stratum, r.county_code, shape[r.county_code], int(r.points_to_add), r.area_hm2, self.codes(r.stratum))
            for r in self.rows[self.rows.points_to_add > 0].itertuples()
        ]

    def table(self, wanted: list[Wanted], found: list[tuple[np.ndarray, np.ndarray]]) -> pd.DataFrame:
        """The drawn points as rows, without ids."""
        rows = [
            self._row(w.county_code, lon, lat, w.stratum, *self.of_code[int(code)])
            for w, (lonlat, codes) in zip(wanted, found, strict=True)
            for (lon, lat), code in zip(lonlat, codes, strict=True)
        ]
        return pd.DataFrame(rows, columns=list(tables.DRAWN_POINTS.columns))

    def filled(self, points: pd.DataFrame, code_at: Callable[[np.ndarray], np.ndarray]) -> pd.DataFrame:
        """Accepted points as rows, filled in; the strata of those whose file does not name them are looked up."""
        labels, rows = set(self.rows.stratum), []
        for p, code in zip(points.itertuples(), code_at(points[["lon", "lat"]].to_numpy(float)), strict=True):
            found, name = self.of_code.get(-1 if np.isnan(code) else int(code), ("", ""))
            text = found if pd.isna(p.map_code) else p.map_code
            stratum = p.stratum if p.stratum in labels else text
            if (p.county_code, stratum) in self.stratum_areas:
                said = {"point_id": p.point_id, "reference": p.reference, "is_forest": p.is_forest}
                rows.append({**self._row(p.county_code, p.lon, p.lat, stratum, text or stratum, name if text == found else text), **said})
        return pd.DataFrame(rows, columns=list(tables.DRAWN_POINTS.columns))

    def _row(self, county: str, lon: float, lat: float, stratum: str, map_code: str, map_class: str) -> dict[str, Any]:
        return {
            "county_code": county,
            "county_name": self.county_names[county],
            "lon": lon,
            "lat": lat,
            "stratum": stratum,
            "stratum_area_hm2": self.stratum_areas[county, stratum],
            "map_code": map_code,
            "map_class": map_class or map_code or stratum,
        }


def _earlier(config: Config, store: Store, design: Design) -> pd.DataFrame:
    """The accepted points that are added to: those the planned verdicts stand on; none where the sample begins anew."""
    nothing, rows = pd.DataFrame(columns=list(tables.SAMPLE_POINTS.columns)), design.rows
    if not config.cover.samples or not (rows.points_now > 0).any():
        return nothing
    cover = rows_of_layer(store.read_table(tables.FOREST_COVER), design.layer)
    cover = cover[cover.reading == rows.reading.iloc[0]]
    whole, points = cover["sample"][cover.level == "city"], store.read_table(tables.SAMPLE_POINTS)
    is_one = len(whole) and not design.is_by_county
    used = whole.iloc[0] if is_one else points.county_code.map(dict(zip(cover.county_code, cover["sample"], strict=True)))
    points = points[(points["sample"] == used) & points.county_code.isin(set(rows.county_code)) & points.lon.notna()]
    return points.assign(lon=points.lon.round(DECIMALS), lat=points.lat.round(DECIMALS))


def _keep_what_was_filled_in(store: Store) -> bool:
    """Whether files of an earlier draw were changed since; they are then taken over as they are."""
    record = read_manifest(store.out, store.stage)
    drawn: dict[str, Any] = ((record or {}).get("facts") or {}).get("files") or {}
    there = {name: store.folder / name for name in drawn if (store.folder / name).is_file()}
    if not any(sha256(path) != drawn[name] for name, path in there.items()):
        return False
    for name, path in there.items():
        store.write_bytes(name, path.read_bytes())
    store.fact("files", drawn)
    store.warn("sample_kept", folder=store.stage)
    return True
