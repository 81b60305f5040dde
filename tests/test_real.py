"""Real layers of Yuncheng that are not embedded, brought in by configuration alone; skipped where they are absent."""

import numpy as np
import pytest

from pipeline.check import check
from pipeline.core import config as configuration
from pipeline.core import ellipsoid, tables
from pipeline.core.paths import Paths
from pipeline.core.store import Store
from pipeline.ingest.boundaries import read_boundaries

pytestmark = pytest.mark.real


CONFIG = """language: zh
data_folders: [{data}]
area:
  code: "140800"
  name: {{zh: 运城市, en: Yuncheng}}
  boundaries: {{layer: layers/boundaries/yuncheng}}
land_cover:
  - {{layer: layers/land_cover/mcd12q1, file: {data}/landcover_igbp_30x120arcsec.tif, nodata: 0, product: IGBP1KM}}
  - {{layer: layers/land_cover/mcd12c1, file: {data}/landcover_mcd12c1_2019_0p05deg.tif, year: 2019}}
layers:
  elevation: {{file: {data}/dem_30arcsec.tif, unit: m}}
  soc: {{file: {data}/soc_stock_5arcmin.tif, unit: tC/hm2, band: 2}}
  climate_zone: {{file: {data}/ipcc_climate_zones_5arcmin.tif}}
  prefectures: {{file: {data}/boundaries_ocha_2020.gpkg}}
  water_management_range: {{file: {data}/water_features.gpkg, table: water_areas_1to4m}}
  ghi: {{layer: layers/solar/ghi}}
cover: {{targets: layers/targets/yuncheng.csv}}
carbon: {{factors: layers/factors/class_mean.csv, draws: 1000}}
siting:
  assessment_date: 2026-11-22
  rules: layers/rules/siting.csv
  sites:
    - {{file: {data}/wind_farms_gem_2023_05.csv, datum: wgs84, columns: {{site_id: gem_phase_id, name: project, kind: "=wind"}}}}
    - {{file: {data}/solar_farms_gem_2022_05.csv, datum: wgs84, columns: {{site_id: gem_phase_id, name: project, kind: "=pv"}}}}
"""


@pytest.fixture(scope="module")
def brought(real_data, tmp_path_factory, cli):
    """Two land covers, soil carbon, elevation, climate zones and water bodies; wind and solar farms as sites: a whole run."""
    folder = tmp_path_factory.mktemp("real")
    (folder / "config.yaml").write_text(CONFIG.format(data=real_data), encoding="utf-8")
    done = cli("all", "--config", folder / "config.yaml", "--out", folder / "out")
    assert done.returncode == 0, done.stderr
    return folder / "out"


def test_plants_of_the_tracker_are_sites(brought):
    sites = tables.read_csv(brought / "siting/site_screening.csv", tables.SITE_SCREENING)
    assert dict(sites.kind.value_counts()) == {"wind": 71, "pv": 43}
    inside = sites[(sites.kind == "wind") & sites.county_code.notna()]
    assert len(inside) == 30 and inside.capacity_mw.gt(0).all()


@pytest.fixture(scope="module")
def farms(real_data, tmp_path_factory, cli):
    """The farms as candidate sites, with every layer there is that tells of their surroundings: substations, places, railways, relief, water."""
    import geopandas as gpd

    folder = tmp_path_factory.mktemp("farms")
    power = gpd.read_file(real_data / "osm_power_2025_02.gpkg", layer="power_polygons")
    power[power.power == "substation"].to_file(folder / "substations.gpkg", driver="GPKG")
    more = (
        "  substation: {file: substations.gpkg, year: 2025}\n"
        f"  settlement: {{file: {real_data}/settlements_geonames.csv, datum: wgs84}}\n"
        f"  railway: {{file: {real_data}/railways.gpkg, table: rail_lines_dcw}}\n  ghi: "
    )
    text = CONFIG.format(data=real_data).replace("  ghi: ", more, 1)
    text = text.replace("siting:\n", "siting:\n  distances_to: [railway]\n  plan_conflicts: layers/rules/plan_conflicts.csv\n", 1)
    (folder / "config.yaml").write_text(text, encoding="utf-8")
    done = cli("report", "--config", folder / "config.yaml", "--out", folder / "out")
    assert done.returncode == 0, done.stderr
    return folder / "out"


def of(farms, schema):
    return tables.read_csv(farms / f"{schema.name}.csv", schema)


def test_no_farm_is_allowed_while_layers_are_missing_and_every_ban_is_explained(farms):
    """PV stands on what a 1 km map calls cropland, wind fields touch the Yellow River; nothing else is shown by these layers."""
    sites, reasons = of(farms, tables.SITE_SCREENING), of(farms, tables.SITE_REASONS)
    assert set(sites.verdict) == {"prohibited", "unknown"} and sites[sites.county_code.isna()].verdict.eq("unknown").all()
    banned = sites[sites.verdict == "prohibited"]
    assert set(banned[banned.kind == "wind"].rules_hard) == {"GEN-06a"} and set(banned[banned.kind == "pv"].rules_hard) == {"PV-02a"}
    hard = reasons[(reasons.outcome == "broken") & (reasons.state == "hard")].set_index("site_id")
    assert set(banned.site_id) == set(hard.index) - set(sites[sites.county_code.isna()].site_id)
    assert hard.share.between(0, 1).all() and hard.legal_basis.notna().all()
    open_ = sites[(sites.verdict == "unknown") & sites.county_code.notna()]
    assert open_.rules_unknown.str.contains("GEN-01").all()  # no farmland layer: never passed


def test_known_doubles_of_the_solar_tracker_are_found(farms):
    """The notes of the data warn of near-duplicates among the Ruicheng farms."""
    pairs = of(farms, tables.SITE_OVERLAP)
    double = pairs[pairs.relation == "duplicate"]
    names = {frozenset(p) for p in zip(double.name, double.other_name, strict=True)}
    assert {"Shanxi Ruicheng Monanzhen Huaneng solar farm", "Shanxi Ruicheng Ningsheng solar farm"} in names
    mixed = pairs[pairs.relation == "other_technology"]
    assert len(mixed) and (mixed.kind != mixed.other_kind).all()


def test_surroundings_of_the_farms_are_what_the_layers_hold(farms, real_data):
    from pyproj import Geod

    near = of(farms, tables.SITE_DISTANCE).set_index(["site_id", "layer"])
    assert near.distance_m.xs("substation", level="layer").median() < 10_000  # farms stand near the grid
    assert set(near.xs("road", level="layer").state) == {"missing"}
    places = np.genfromtxt(real_data / "settlements_geonames.csv", delimiter=",", skip_header=1, usecols=(2, 3), encoding="utf-8")
    sites = of(farms, tables.SITE_SCREENING)
    geod = Geod(ellps="GRS80")
    for site in sites[sites.county_code.notna()].itertuples():
        least = min(geod.inv(site.lon, site.lat, lon, lat)[2] for lat, lon in places) - (site.area_hm2 * 1e4 / np.pi) ** 0.5
        assert near.distance_m[site.site_id, "settlement"] == pytest.approx(max(least, 0), rel=2e-3, abs=30), site.name
    terrain = of(farms, tables.SITE_TERRAIN)
    height = terrain[(terrain.layer == "elevation") & (terrain.part == "whole")].merge(sites[sites.county_code.notna()], on="site_id")
    assert height["mean"].between(300, 2000).all() and (height.low <= height["mean"]).all() and (height["mean"] <= height.high).all()
    assert "climate_zone" not in set(terrain.layer), "codes have no mean"


def test_farms_across_borders_add_up(farms):
    rows, sites = of(farms, tables.SITE_COUNTY), of(farms, tables.SITE_SCREENING).set_index("site_id")
    added = rows.groupby("site_id")[["share", "area_hm2", "capacity_mw"]].sum()
    assert added.share.to_numpy() == pytest.approx(1, abs=1e-9)
    assert added.capacity_mw.to_numpy() == pytest.approx(sites.capacity_mw[added.index].to_numpy())


@pytest.mark.parametrize(("table", "area_km2"), [("counties_tianditu", 14_180.15), ("counties_boul", 14_214.3)])
def test_other_sets_of_counties_come_in_and_are_held_against_the_default(real_data, tmp_path, table, area_km2):
    """Areas are those the sets state (geodesic, so within 1e-5); no line set is taken for an offset one."""
    own = "{layer: layers/boundaries/yuncheng}"
    new = f"{{file: {real_data}/boundaries_cgcs2000.gpkg, table: {table}, fields: {{county_code: adcode, county_name: name_zh}}}}"
    more = f"\n  expected: layers/boundaries/yuncheng/expected.csv\n  control_lines: {own}"
    (tmp_path / "config.yaml").write_text(CONFIG.format(data=real_data).replace(own, new + more), encoding="utf-8")
    config = configuration.load(tmp_path / "config.yaml")
    checked = check(config, tmp_path / "out", Paths(tmp_path, config.data_folders))
    assert checked.exit_code == 0, [f.message for f in checked.findings]
    assert not {"datum_shifted", "counties_missing", "county_area_off"} & {f.kind for f in checked.findings}
    with Store(tmp_path / "out", "ingest", language="zh", paths=Paths(tmp_path, config.data_folders), is_quiet=True) as store:
        frame = read_boundaries(config, store, Paths(tmp_path, config.data_folders))
    assert sum(map(ellipsoid.polygon_area_m2, frame.geometry)) / 1e6 == pytest.approx(area_km2, rel=1e-4)


def test_city_share_of_closed_forest_is_the_published_one(brought):
    """The data's own notes give 11.9 % for classes 4 + 5 and 19.2 % with 8 and 9 on this grid."""
    cover = tables.read_csv(brought / "cover/forest_cover.csv", tables.FOREST_COVER)
    city = cover[(cover.level == "city") & (cover["product"] == "IGBP1KM")].set_index("reading").forest_cover_pct
    assert city["strict"] == pytest.approx(11.9, abs=0.05)
    assert city["with_savanna"] == pytest.approx(19.2, abs=0.05)


def test_forest_sits_where_it_should(brought):
    cover = tables.read_csv(brought / "cover/forest_cover.csv", tables.FOREST_COVER)
    by_name = cover[(cover.reading == "strict") & (cover["product"] == "IGBP1KM")].set_index("county_name").forest_cover_pct
    assert by_name[["垣曲县", "绛县", "夏县"]].min() > by_name[["临猗县", "万荣县", "河津市", "新绛县"]].max()


def test_measures_are_those_of_the_source(brought, real_data):
    import rasterio
    from rasterio.features import geometry_mask

    measures = tables.read_csv(brought / "tabulate/measures.csv", tables.MEASURES).set_index(["layer", "level"])
    with rasterio.open(real_data / "dem_30arcsec.tif") as dataset:
        import geopandas as gpd

        counties = gpd.read_file(brought / "ingest/counties.gpkg")
        outside = geometry_mask(counties.geometry, dataset.shape, dataset.transform)
        values = dataset.read(1).astype(float)
        values[(values == dataset.nodata) | outside] = np.nan
    assert measures["mean"]["elevation", "city"] == pytest.approx(np.nanmean(values), rel=0.01)


def test_the_yellow_river_is_out_of_bounds(brought):
    exclusion = tables.read_csv(brought / "siting/exclusion.csv", tables.EXCLUSION)
    row = exclusion[(exclusion.level == "city") & (exclusion.kind == "pv") & (exclusion.rule_id == "GEN-06a")].iloc[0]
    assert row.alone_hm2 > 5_000 and row.unknown_hm2 == 0
