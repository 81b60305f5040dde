"""Siting on the synthetic city by a second, slow way: GeoPandas and shapely cell by cell and site by site.

Nothing of the siting stage stands behind these answers: rules come from the table as text, vectors are asked with shapely,
distances are measured in a national projection, rasters are read with rasterio. Every pattern of every county has to have
the same area to 1e-9, every site exactly the same reasons.
"""

from __future__ import annotations

import functools
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import rasterio
import shapely
import yaml
from pyproj import Transformer
from scipy.ndimage import label, map_coordinates
from worlds import small_city

from pipeline.core import ellipsoid

ROOT = Path(__file__).resolve().parents[2]
SPATIAL = ("class_in", "inside", "within_distance", "beyond_distance", "above", "below")  # and patch_below, which looks at these
DECIDES = ("hard", "conditional")


@pytest.fixture(scope="module")
def run(shared, tmp_path_factory, cli):
    """(city folder, outputs) of a small synthetic city."""
    city, outputs = shared("small_city", small_city), tmp_path_factory.mktemp("city") / "outputs"
    done = cli("siting", "--config", city / "config.yaml", "--out", outputs)
    assert done.returncode == 0, done.stderr
    return city, outputs


class Slow:
    """Every layer of the city, asked at points (cell centres) and of shapes."""

    def __init__(self, city: Path):
        self.city = city
        self.layers = yaml.safe_load((city / "config.yaml").read_text(encoding="utf-8"))["layers"]
        with rasterio.open(city / "land_cover/truth_2024/truth_2024.tif") as land:
            self.transform, self.shape, self.codes = land.transform, land.shape, land.read(1)
        legend = pd.read_csv(city / "land_cover/truth_2024/legend.csv")
        self.key = dict(zip(legend.code, legend.class_key, strict=True))
        rows, columns = np.indices(self.shape)
        self.lon, self.lat = (a.ravel() for a in self.transform @ (columns + 0.5, rows + 0.5))
        self.to_metres = Transformer.from_crs("EPSG:4490", "EPSG:4546", always_xy=True)
        step = self.transform.a / 2
        self.boxes = shapely.box(self.lon - step, self.lat - step, self.lon + step, self.lat + step)
        self.tree = shapely.STRtree(self.boxes)

    @functools.cache  # noqa: B019 - one city a module
    def features(self, name: str) -> np.ndarray | None:
        path = self.city / "features" / name / f"{name}.gpkg"
        if name not in self.layers or not path.is_file():
            return None
        return gpd.read_file(path).to_crs(4490).geometry.to_numpy()

    def metres(self, geometries):
        return shapely.transform(geometries, lambda xy: np.column_stack(self.to_metres.transform(*xy.T)))

    @functools.cache  # noqa: B019
    def values(self, name: str) -> np.ndarray | None:
        """A measure on the land-cover grid, NaN unknown."""
        if name not in self.layers:
            return None
        about = yaml.safe_load((self.city / "measures" / name / "layer.yaml").read_text(encoding="utf-8"))
        with rasterio.open(self.city / "measures" / name / f"{name}.tif") as source:
            stored = np.where(source.read(1) == source.nodata, np.nan, source.read(1).astype(float)) * about.get("scale", 1)
            if source.shape == self.shape:
                return stored.ravel()
            assert about["resampling"] == "bilinear" and np.isfinite(stored).all()
            column, row = ~source.transform @ (self.lon, self.lat)
            made = map_coordinates(stored, [row - 0.5, column - 0.5], order=1, mode="nearest")
            return np.round(made, 9)  # what is 5 but for rounding is 5

    def at_cells(self, layer: str, condition: str, threshold) -> tuple[np.ndarray, np.ndarray]:
        """(broken, unknown) at every cell centre."""
        count, nowhere = self.lon.size, np.zeros(self.lon.size, bool)
        if layer == "land_cover":
            keys = np.array([self.key.get(c, "unknown") for c in self.codes.ravel()])
            return np.isin(keys, str(threshold).split(";")) & (keys != "unknown"), keys == "unknown"
        if condition in ("above", "below"):
            if (values := self.values(layer)) is None:
                return nowhere, ~nowhere
            return (values > float(threshold)) if condition == "above" else (values < float(threshold)), np.isnan(values)
        if (shapes := self.features(layer)) is None:
            return nowhere, ~nowhere
        if condition == "inside":
            return shapely.contains_xy(shapely.union_all(shapes), self.lon, self.lat), nowhere
        points = self.metres(shapely.points(self.lon, self.lat))
        _, distance = shapely.STRtree(self.metres(shapes)).query_nearest(points, return_distance=True, all_matches=False)
        assert distance.size == count
        return distance <= float(threshold) if condition == "within_distance" else distance > float(threshold), nowhere

    def rule_at_cells(self, rule) -> tuple[np.ndarray, np.ndarray]:
        broken, unknown = self.at_cells(rule.layer, rule.condition, rule.threshold)
        if pd.isna(rule.where_condition):
            return broken, unknown
        on, maybe = self.at_cells(rule.where_layer, rule.where_condition, rule.where_threshold)
        kept = (~broken & ~unknown) | (~on & ~maybe)
        return broken & on, ~kept & ~(broken & on)


@pytest.fixture(scope="module")
def slow(run) -> Slow:
    return Slow(run[0])


@pytest.fixture(scope="module")
def rules() -> pd.DataFrame:
    """Rules in force on the day of the configuration, spatial ones only."""
    table = pd.read_csv(ROOT / "layers/rules/siting.csv", dtype=str)
    day = "2026-11-22"
    return table[(table.valid_from.fillna("0") <= day) & (table.valid_to.fillna("9") >= day)]


def of_kind(rules: pd.DataFrame, kind: str) -> pd.DataFrame:
    """The rules of a technology that can be asked of land."""
    return rules[rules.applies_to.str.split(";").map(lambda k: kind in k) & rules.condition.isin([*SPATIAL, "patch_below"])]


def zoning(rules: pd.DataFrame, broken: set[str], unknown: set[str]) -> str:
    state = rules.set_index("rule_id").state
    if any(state[r] == "hard" for r in broken):
        return "prohibited"
    if any(state[r] in DECIDES for r in unknown):
        return "unknown"
    return "conditional" if any(state[r] == "conditional" for r in broken) else "allowed"


def cell_areas_hm2(slow: Slow, shape) -> np.ndarray:
    """Ellipsoidal area of a shape in every cell, by cutting the cells it only touches."""
    area, of_row = np.zeros(len(slow.boxes)), {}
    touched = slow.tree.query(shape, predicate="intersects")
    whole = set(slow.tree.query(shape, predicate="contains"))
    for i in touched:
        if i in whole:
            row = i // slow.shape[1]
            if row not in of_row:
                of_row[row] = ellipsoid.polygon_area_m2(slow.boxes[i])
            area[i] = of_row[row]
        else:
            cut = shapely.get_parts(shapely.intersection(shape, slow.boxes[i]))
            area[i] = sum(ellipsoid.polygon_area_m2(p) for p in cut if p.geom_type == "Polygon")
    return area / 1e4


def at_every_cell(slow: Slow, rules: pd.DataFrame, counties) -> list[tuple[np.ndarray, np.ndarray]]:
    """(broken, unknown) of each rule at every cell, contiguous land too."""
    made = {r.rule_id: slow.rule_at_cells(r) for r in rules.itertuples() if r.condition in SPATIAL}
    hard = [made[r.rule_id] for r in rules.itertuples() if r.condition in SPATIAL and r.state == "hard"]
    inside = cell_areas_hm2(slow, shapely.union_all(counties.geometry)) > 0
    is_open = inside & ~np.logical_or.reduce([broken for broken, _ in hard])
    is_sure = is_open & ~np.logical_or.reduce([unknown for _, unknown in hard])
    for rule in rules[rules.condition == "patch_below"].itertuples():
        known, sure = (patch_hm2(slow, land) for land in (is_open, is_sure))
        kept = ~is_open | (sure >= float(rule.threshold))
        broken = ~kept & (known < float(rule.threshold))
        made[rule.rule_id] = broken, ~kept & ~broken
    return [made[r.rule_id] for r in rules.itertuples()]


def patch_hm2(slow: Slow, land: np.ndarray) -> np.ndarray:
    """Size of the contiguous land, joined across edges, that each cell lies in; 0 elsewhere."""
    labels, count = label(land.reshape(slow.shape))
    by_row = np.array([ellipsoid.polygon_area_m2(slow.boxes[row * slow.shape[1]]) for row in range(slow.shape[0])]) / 1e4
    size = np.bincount(labels.ravel(), np.repeat(by_row, slow.shape[1]), count + 1)
    size[0] = 0.0
    return size[labels.ravel()]


@pytest.mark.parametrize("kind", ["pv", "wind"])
def test_areas_by_pattern_are_those_of_every_cell_judged_by_itself(run, slow, rules, kind):
    _, outputs = run
    own = of_kind(rules, kind)
    counties = gpd.read_file(outputs / "ingest/counties.gpkg")
    answers = at_every_cell(slow, own, counties)
    broken, unknown = (np.array([a[i] for a in answers]).T for i in (0, 1))
    ids = own.rule_id.to_numpy(dtype=object)
    seen, of_cell = np.unique(np.hstack([broken, unknown]), axis=0, return_inverse=True)
    named = [(frozenset(ids[row[: len(ids)]]), frozenset(ids[row[len(ids) :]])) for row in seen]
    table = pd.read_csv(outputs / "siting/patterns.csv", dtype={"county_code": str}, keep_default_na=False)
    table = table[(table.kind == kind) & (table.level == "county")]
    for code, county in zip(counties.county_code, counties.geometry, strict=True):
        area = np.bincount(of_cell.ravel(), cell_areas_hm2(slow, county), len(seen))
        expected = {named[i]: a for i, a in enumerate(area) if a > 0}
        rows = table[table.county_code == code]
        got = {(as_set(r.rules_broken), as_set(r.rules_unknown)): float(r.area_hm2) for r in rows.itertuples()}
        assert set(got) == set(expected)
        whole = sum(expected.values())
        assert max(abs(got[k] - expected[k]) for k in got) <= 1e-9 * whole
        for r in rows.itertuples():
            assert r.zoning == zoning(rules, as_set(r.rules_broken), as_set(r.rules_unknown))


def as_set(cell: str) -> frozenset[str]:
    return frozenset(cell.split(";")) if cell else frozenset()


def test_every_site_has_exactly_the_reasons_found_by_hand(run, slow, rules):
    _, outputs = run
    sites = gpd.read_file(outputs / "siting/candidate_sites.gpkg").to_crs(4490)
    reasons = pd.read_csv(outputs / "siting/site_reasons.csv", dtype={"site_id": str})
    at_cells = {r.rule_id: slow.rule_at_cells(r) for r in rules.itertuples() if r.condition in SPATIAL and on_rasters(slow, r)}
    found, expected, shares = {}, {}, {}
    for site in sites.itertuples():
        area = cell_areas_hm2(slow, site.geometry)
        size = sum(ellipsoid.polygon_area_m2(p) for p in shapely.get_parts(site.geometry)) / 1e4
        broken, unknown = set(), set()
        of_land = of_kind(rules, site.kind)
        of_land = of_land[of_land.condition.isin(SPATIAL)]  # contiguous land has its own tests
        for rule in of_land.itertuples():
            outcome, share = judged(slow, rule, site.geometry, area, size, at_cells)
            if outcome == "broken":
                broken.add(rule.rule_id)
                shares[site.site_id, rule.rule_id] = share
            elif outcome == "unknown":
                unknown.add(rule.rule_id)
        expected[site.site_id] = (broken, unknown, zoning(rules, broken, unknown))
        own = reasons[(reasons.site_id == site.site_id) & reasons.rule_id.isin(of_land.rule_id)]
        found[site.site_id] = (*(set(own[own.outcome == o].rule_id) for o in ("broken", "unknown")), site.verdict)
    assert len(found) >= 50 and found == expected
    assert len({v for *_, v in found.values()}) > 1, "the sites are not all alike"
    told = reasons.set_index(["site_id", "rule_id"]).share
    for key, share in shares.items():
        if share is not None:
            assert told[key] == pytest.approx(share, abs=2e-6), key


def on_rasters(slow: Slow, rule) -> bool:
    """Whether a rule looks at rasters alone (or at layers that are missing)."""
    tests = [(rule.layer, rule.condition)] + ([] if pd.isna(rule.where_condition) else [(rule.where_layer, rule.where_condition)])
    return all(c in ("class_in", "above", "below") or slow.features(layer) is None for layer, c in tests)


def judged(slow: Slow, rule, shape, area, size, at_cells) -> tuple[str, float | None]:
    """Outcome of one rule for one footprint, and the share of it that is broken where it has one."""
    if rule.rule_id in at_cells:
        broken, unknown = at_cells[rule.rule_id]
        share, open_share = area[broken].sum() / size, 1 - area[~unknown].sum() / size
        return ("broken", share) if share > 1e-6 else ("unknown" if open_share > 1e-6 else "kept", None)
    if pd.isna(rule.where_condition):
        return by_shapes(slow, rule.layer, rule.condition, rule.threshold, shape, size)
    assert rule.condition == "inside", "a guarded distance has no second way here"
    piece = shapely.intersection(shape, shapely.union_all(slow.features(rule.layer)))
    area = cell_areas_hm2(slow, piece)  # the guard has to hold on the same land
    broken, unknown = slow.at_cells(rule.where_layer, rule.where_condition, rule.where_threshold)
    share = area[broken].sum() / size
    return ("broken", share) if share > 1e-6 else ("unknown" if area[unknown].sum() / size > 1e-6 else "kept", None)


def by_shapes(slow: Slow, layer: str, condition: str, threshold, shape, size) -> tuple[str, float | None]:
    shapes = slow.features(layer)
    if condition == "inside":
        cut = shapely.get_parts(shapely.intersection(shape, shapely.union_all(shapes)))
        share = sum(ellipsoid.polygon_area_m2(p) for p in cut if p.geom_type == "Polygon") / 1e4 / size
        return ("broken", share) if share > 1e-6 else ("kept", None)
    distance = shapely.distance(slow.metres(shape), slow.metres(shapes)).min()
    broken = distance < float(threshold) if condition == "within_distance" else distance > float(threshold)
    return ("broken" if broken else "kept"), None
