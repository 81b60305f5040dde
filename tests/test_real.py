"""Real layers of Yuncheng that are not embedded, brought in by configuration alone; skipped where they are absent."""

import numpy as np
import pytest
from conftest import ROOT

from pipeline.core import tables

pytestmark = pytest.mark.real


@pytest.fixture(scope="module")
def brought(real_data, tmp_path_factory, cli):
    """A finer land cover, soil carbon, elevation, climate zones and water bodies as further layers; wind farms as sites."""
    folder = tmp_path_factory.mktemp("real")
    text = (ROOT / "config.yaml").read_text(encoding="utf-8")
    (folder / "legend.csv").write_text(
        (ROOT / "layers/land_cover/mcd12c1/legend.csv").read_text(encoding="utf-8").replace("\n0,water", "\n17,water"), encoding="utf-8"
    )
    text = text.replace(
        "- {layer: layers/land_cover/mcd12c1}",
        f"- {{layer: layers/land_cover/mcd12c1, file: {real_data}/landcover_igbp_30x120arcsec.tif, nodata: 0, legend: legend.csv, product: IGBP1KM}}",
    )
    text = text.replace(
        "layers:\n  temperature",
        f"layers:\n  soc: {{file: {real_data}/soc_stock_5arcmin.tif, unit: tC/hm2}}\n"
        f"  elevation: {{file: {real_data}/dem_30arcsec.tif, unit: m}}\n"
        f"  water_management_range: {{file: {real_data}/water_features.gpkg, table: water_areas_1to4m}}\n"
        "  temperature",
    )
    text = text.replace("data_folders: []", f"data_folders: [{real_data}]")
    (folder / "config.yaml").write_text(text, encoding="utf-8")
    done = cli("siting", "--config", folder / "config.yaml", "--out", folder / "out")
    assert done.returncode == 0, done.stderr
    assert cli("cover", "--config", folder / "config.yaml", "--out", folder / "out").returncode == 0
    return folder / "out"


def test_city_share_of_closed_forest_is_the_published_one(brought):
    """The data's own notes give 11.9 % for classes 4 + 5 and 19.2 % with 8 and 9 on this grid."""
    cover = tables.read_csv(brought / "cover/forest_cover.csv", tables.FOREST_COVER)
    city = cover[cover.level == "city"].set_index("reading").forest_cover_pct
    assert city["strict"] == pytest.approx(11.9, abs=0.05)
    assert city["with_savanna"] == pytest.approx(19.2, abs=0.05)


def test_forest_sits_where_it_should(brought):
    cover = tables.read_csv(brought / "cover/forest_cover.csv", tables.FOREST_COVER)
    by_name = cover[cover.reading == "strict"].set_index("county_name").forest_cover_pct
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
