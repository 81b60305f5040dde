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
