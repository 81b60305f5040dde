"""The whole city as files: equal bytes, readable by the pipeline's own doors, true to what it says was planted."""

from __future__ import annotations

import json

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import rasterio
import shapely

from pipeline.core import tables
from pipeline.core.config import PROJECT, LayerRef, load
from pipeline.core.ellipsoid import polygon_area_m2
from pipeline.core.layers import find
from pipeline.core.paths import Paths
from pipeline.core.vectors import read_features
from pipeline.synthetic import confusion, make_city


def contents(folder) -> dict[str, bytes]:
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()}


def features(city, name: str) -> gpd.GeoDataFrame:
    """A vector layer through the pipeline's own door."""
    return read_features(find(LayerRef(layer=name), name, Paths(city), "features"))


def table(path) -> pd.DataFrame:
    return pd.read_csv(path, encoding="utf-8-sig", dtype={"county_code": str})


def raster(city, name: str) -> np.ndarray:
    with rasterio.open(city / "land_cover" / name / f"{name}.tif") as source:
        return source.read(1)


def test_equal_arguments_give_equal_bytes(city, counties, tmp_path):
    make_city(tmp_path / "again", cell_m=120, seed=1, counties=counties)
    ours, again = contents(city), contents(tmp_path / "again")
    assert ours.keys() == again.keys()
    assert [name for name in ours if ours[name] != again[name]] == []


def test_what_is_there_is_kept_and_other_arguments_make_it_anew(counties, tmp_path):
    heard: list[str] = []
    make_city(tmp_path, cell_m=600, seed=1, counties=counties, tell=heard.append)
    assert heard == ["land_cover", "measures", "features", "bureau", "truth"]
    before, heard[:] = contents(tmp_path), []
    make_city(tmp_path, cell_m=600, seed=1, counties=counties, tell=heard.append)
    assert heard == ["reused"] and contents(tmp_path) == before
    make_city(tmp_path, cell_m=900, seed=1, counties=counties, tell=heard.append)
    assert len(heard) == 6 and contents(tmp_path) != before


def test_the_configuration_loads_and_nearly_every_rule_has_its_layer(city):
    config = load(city / "config.yaml")
    rules = tables.read_csv(PROJECT / config.siting.rules, tables.RULES)
    asked = set(rules.layer.dropna()) | set(rules.where_layer.dropna())
    assert asked - set(config.layers) == {"land_cover", "area_hm2", "capacity_mw"}  # the last two are of the site itself
    products = [f"land_cover/{n}" for n in ("truth_2024", "truth_2019", "syn_a_2024", "syn_b_2024")]
    assert [ref.layer for ref in config.land_cover] == [*products, "layers/land_cover/one_map", "layers/land_cover/land_survey"]


def test_every_layer_says_that_it_is_synthetic(city):
    described = sorted(city.rglob("layer.yaml"))
    assert len(described) > 40
    for path in described:
        text = path.read_text(encoding="utf-8")
        assert "synthetic: true" in text and "合成数据" in text, path


def test_every_vector_layer_reads_and_its_shapes_are_valid(city):
    for home in sorted((city / "features").iterdir()):
        frame = features(city, f"features/{home.name}")
        assert len(frame) and frame.geometry.is_valid.all() and not frame.geometry.is_empty.any(), home.name
        assert len(frame) < 5000


def test_sub_compartments_are_a_gbk_shapefile_in_a_zone_and_read_with_their_chinese(city, counties):
    home = city / "bureau" / "one_map"
    assert not (home / "xiaoban.cpg").exists()
    assert "合成数据".encode("gbk") in (home / "xiaoban.dbf").read_bytes()
    with_prefix = gpd.read_file(home / "xiaoban.shp", rows=1)
    assert with_prefix.crs.to_epsg() == 4525 and 37_000_000 < with_prefix.total_bounds[0] < 38_000_000
    frame = features(city, "bureau/one_map")
    assert set(frame.XIAN_MING) <= set(counties.county_name) and (frame.BEI_ZHU == "合成数据 SYNTHETIC").all()
    assert frame.DI_LEI.str.fullmatch(r"030[1-4]0[0-6]").all() and frame.BH_DJ.isin(list("1234")).all()
    measured = [polygon_area_m2(g) / 1e4 for g in frame.geometry[:50]]
    assert np.allclose(frame.XBMJ[:50], measured, atol=2e-4)
    arbor = frame.DI_LEI == "030101"
    assert (frame.HUO_LMGQXJ[arbor] > 0).all() and (frame.HUO_LMGQXJ[~arbor] == 0).all()
    assert np.allclose(frame.XIAO_BAN_X, frame.HUO_LMGQXJ * frame.XBMJ, atol=0.06)


def test_land_survey_parcels_tile_the_counties(city, counties):
    frame = features(city, "bureau/land_survey")
    assert frame.geometry.is_valid.all()
    whole = sum(polygon_area_m2(g) for g in counties.geometry)
    assert frame.TBMJ.sum() == pytest.approx(whole, rel=1e-6)  # TBMJ is rounded to 0.01 m2
    assert shapely.area(frame.geometry.to_numpy()).sum() == pytest.approx(shapely.area(counties.geometry.to_numpy()).sum(), rel=1e-9)


def test_bureau_areas_agree_with_the_truth_within_their_sampling(city):
    """A parcel takes the class at its middle: its forest is an estimate of the planted forest."""
    planted = json.loads((city / "truth/truth.json").read_text(encoding="utf-8"))
    one_map, survey = features(city, "bureau/one_map"), features(city, "bureau/land_survey")
    forest_hm2 = one_map.XBMJ[one_map.DI_LEI.isin(["030101", "030200", "030301"])].sum()
    share, truth = forest_hm2 / (survey.TBMJ.sum() / 1e4), planted["strict_cover_pct"]["2024"][planted["area_code"]] / 100
    assert abs(share - truth) < 4 * (truth * (1 - truth) / len(survey)) ** 0.5


def test_reference_points_carry_the_truth_of_their_place(city):
    points = table(city / "reference/reference_points.csv")
    keys = {0: "unknown"} | dict(pd.read_csv(city / "land_cover/truth_2024/legend.csv")[["code", "class_key"]].itertuples(index=False))
    with rasterio.open(city / "land_cover/truth_2024/truth_2024.tif") as source:
        row, column = rasterio.transform.rowcol(source.transform, points.lon.to_numpy(), points.lat.to_numpy())
    assert [keys[k] for k in raster(city, "truth_2024")[row, column]] == points.reference_key.tolist()
    assert raster(city, "syn_a_2024")[row, column].tolist() == points.map_code.tolist()
    assert points.point_id.is_unique and not points.duplicated(["lon", "lat"]).any()
    strata = points.drop_duplicates("map_code")
    assert strata.stratum_weight.sum() == pytest.approx(1, abs=0.02)  # strata too small for two points are left out
    assert (points.groupby("map_code").size() == strata.set_index("map_code").stratum_points).all()


def test_the_sample_recovers_the_planted_forest_area(city):
    points = table(city / "reference/reference_points.csv").assign(hit=lambda t: t.reference_is_forest == "yes")
    strata = points.groupby("map_code").agg(w=("stratum_weight", "first"), p=("hit", "mean"), n=("hit", "size"))
    share = (strata.w * strata.p).sum()
    error = ((strata.w**2) * strata.p * (1 - strata.p) / (strata.n - 1)).sum() ** 0.5
    planted = json.loads((city / "truth/truth.json").read_text(encoding="utf-8"))
    areas = planted["class_area_hm2"]["2024"]
    known = sum(v for k, v in areas.items() if k != "unknown")
    truth = (areas["forest_arbor"] + areas["bamboo"] + areas["shrub_special"]) / known
    assert error < 0.03 and abs(share - truth) < 4 * error


def test_tables_of_the_truth_agree_with_each_other_and_with_the_rasters(city):
    areas, change = table(city / "truth/class_area.csv"), table(city / "truth/change.csv")
    for year, key in ((2019, "from_key"), (2024, "to_key")):
        by_class = areas[areas.year == year].set_index(["county_code", "class_key"]).area_hm2
        summed = change.groupby(["county_code", key]).area_hm2.sum()
        assert np.allclose(by_class[summed.index], summed, rtol=1e-8)
    whole = areas[(areas.level == "city") & (areas.year == 2024)].area_hm2.sum()
    parts = areas[(areas.level == "county") & (areas.year == 2024)].area_hm2.sum()
    assert whole == pytest.approx(parts, rel=1e-8)
    assert areas[areas.class_key == "unknown"].area_hm2.min() >= 0 < areas[areas.class_key == "unknown"].area_hm2.max()
    mixed = table(city / "truth/confusion_SYN_A.csv")
    assert mixed.area_hm2.sum() == pytest.approx(whole - areas[(areas.level == "city") & (areas.year == 2024)].area_hm2.iloc[0], rel=1e-6)
    assert np.allclose(mixed.planted_share, confusion("SYN_A").to_numpy().ravel())


def test_counted_county_areas_are_ellipsoidal_within_the_stated_tolerance(city, counties):
    areas = table(city / "truth/class_area.csv")
    for row in counties.itertuples():
        mine = areas[(areas.county_code == row.county_code) & (areas.year == 2024)]
        assert abs(mine.area_hm2.sum() - polygon_area_m2(row.geometry) / 1e4) < mine.border_tolerance_hm2.iloc[0]


def test_sites_are_marked_as_invented_and_lie_in_their_county(city, counties):
    sites = gpd.read_file(city / "sites/candidate_sites.geojson")
    assert len(sites) == 60 and sites.site_id.is_unique and set(sites.kind) == {"pv", "wind"}
    assert sites.name.str.startswith("虚构-").all() and set(sites.geom_type) == {"Point", "Polygon"}
    assert shapely.union_all(counties.geometry.to_numpy()).buffer(0.02).covers(shapely.union_all(sites.geometry.to_numpy()))


def test_measures_are_plausible(city):
    def values(name):
        with rasterio.open(city / "measures" / name / f"{name}.tif") as source:
            return source.read(1, masked=True)

    assert 250 < values("dem_m").min() < 400 and 1800 < values("dem_m").max() < 2800
    assert values("slope_deg").max() < 750 and values("aspect_deg").max() < 360  # slope in tenths of a degree
    assert 440 < values("precipitation").min() < values("precipitation").max() < 760
    assert 1300 < values("ghi").min() < 1400 < values("ghi").max() < 1500
    assert values("wind_speed_hub_ms").min() < 5.0 < 5.5 < values("wind_speed_hub_ms").max()
    true, agb = raster(city, "truth_2024"), values("agb")
    assert (agb.mask == (true == 0)).all()
    assert 45 < agb[true == 1].mean() < 90 and agb[true == 9].max() == 0


def test_planted_roofs_are_apart_and_their_areas_are_the_truth(city, counties):
    roofs = features(city, "bureau/roofs")
    shapes = roofs.geometry.to_numpy()
    first, second = shapely.STRtree(shapes).query(shapes, predicate="intersects")
    assert len(shapes) > 1000 and (first == second).all()
    inside = shapely.union_all(counties.geometry.to_numpy())
    assert shapely.covers(inside, shapes).all() and not shapely.intersects(counties.geometry.boundary.union_all(), shapes).any()
    area = np.array([polygon_area_m2(g) for g in shapes]) / 1e4
    planted = table(city / "truth/roofs.csv").set_index(["county_code", "roof_class"])
    found = roofs.assign(area=area).groupby(["county_code", "roof_class"]).area.agg(["size", "sum"])
    assert planted.buildings.sum() == len(roofs) and (found["size"] == planted.buildings).all()
    assert found["sum"].to_numpy() == pytest.approx(planted.roof_area_hm2.to_numpy(), rel=1e-3)
