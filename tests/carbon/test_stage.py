"""The stage on a made-up place: layers of biomass, soil and climate zones, own factors, and what a change makes stale."""

import json
import math

import numpy as np
import pandas as pd
import pytest
from conftest import run_pipeline
from worlds import make_place, write_raster

from pipeline.core import config as configuration
from pipeline.core import tables
from pipeline.core.errors import UsageError
from pipeline.core.paths import Paths
from pipeline.stages import STAGES, Run

LAYERS = """layers:
  agb: {file: agb.tif, unit: t/hm2, nodata: -1, resampling: average}
  soc_0_30cm: {file: soc.tif, unit: tC/hm2, nodata: -1, resampling: average}
  climate_zone: {file: zones.tif, legend: zones.csv, resampling: nearest}
carbon: {factors: layers/factors/class_mean.csv, draws: 2000, seed: 7, CARBON}
"""
ZONES = "code,key,name_zh,name_en,colour\n2,warm_temperate_dry,暖温带干旱,warm temperate dry,#ff0000\n4,cool_temperate_dry,冷温带干旱,cool temperate dry,#0000ff\n"


def make(folder, carbon: str):
    """Forest in the west, crops in the east; biomass known in the north (50 t/hm2), soil in the south (40 tC/hm2), the east cool."""
    config = make_place(
        folder, replace={"carbon: {factors: layers/factors/class_mean.csv, draws: 2000, seed: 7}\n": LAYERS.replace("CARBON", carbon)}
    )
    north = np.full((20, 20), -1.0, np.float32)
    north[:10] = 50
    south = np.full((20, 20), -1.0, np.float32)
    south[10:] = 40
    zone = np.full((20, 20), 2, np.uint8)
    zone[:, 10:] = 4
    for name, values in (("agb", north), ("soc", south), ("zones", zone)):
        write_raster(folder / f"{name}.tif", values, west=112.0, north=36.2, cell=0.01, nodata=0 if name == "zones" else -1)
    (folder / "zones.csv").write_text(ZONES, encoding="utf-8")
    return config


def table(out, name) -> pd.DataFrame:
    return pd.read_csv(out / f"carbon/{name}.csv", encoding="utf-8-sig", dtype={"county_code": str})


@pytest.fixture(scope="module")
def mixed(tmp_path_factory):
    """A run by two routes with a soil layer and own values."""
    folder = tmp_path_factory.mktemp("place")
    (folder / "own.csv").write_text(
        "class_key,factor,value,low,high,distribution,source\nforest_arbor,biomass_tc_hm2,28,24,33,lognormal,市局样地 2024\n",
        encoding="utf-8",
    )
    config = make(folder, "routes: [agb_raster, class_mean], soc: {layer: soc_0_30cm}, overrides: own.csv")
    assert run_pipeline("carbon", "--config", config, "--out", folder / "out").returncode == 0
    return folder / "out"


def test_each_hectare_has_one_route(mixed):
    share = table(mixed, "route_share")
    city = share[share.level == "city"].set_index(["class_key", "route"]).area_hm2
    north, south = city["forest_arbor", "agb_raster"], city["forest_arbor", "class_mean"]
    assert north == pytest.approx(south, rel=0.01)  # half of the forest each; cells shrink to the north
    assert (city["cropland"].index == ["class_mean"]).all()
    stock = table(mixed, "carbon_stock")
    agb = stock[(stock.county_code == "149900") & (stock.route == "mixed") & (stock.class_key == "forest_arbor") & (stock.pool == "agb")]
    assert agb.stock_tc.item() == pytest.approx(north * 50 * 0.47 + south * 28 / 1.4, rel=1e-6)
    assert table(mixed, "unserved").query("level == 'city'").reason.tolist() == ["no_layer_value"]


def test_soil_by_layer_then_by_zone(mixed):
    """South 40 by the layer; north 24 in the warm west, and crops of the cool east have no factor of land use: a gap."""
    stock, share = table(mixed, "carbon_stock"), table(mixed, "route_share")
    soc = stock[(stock.level == "city") & (stock.route == "mixed") & (stock.pool == "soc")].set_index("class_key")
    forest = share[(share.level == "city") & (share.class_key == "forest_arbor")].set_index("route").area_hm2
    assert soc.stock_tc["forest_arbor"] == pytest.approx(forest["agb_raster"] * 24 + forest["class_mean"] * 40, rel=1e-6)
    crops = share[(share.level == "city") & (share.class_key == "cropland")].area_hm2.sum()
    assert soc.area_hm2["cropland"] == pytest.approx(crops / 2, rel=0.01)
    assert set(soc.soc_edition) == {"soc_0_30cm; IPCC 2019"} and set(soc.depth_cm) == {30}
    summary = table(mixed, "carbon_summary").query("level == 'city' and route == 'mixed'").iloc[0]
    assert summary.no_soc_value_hm2 == pytest.approx(crops - soc.area_hm2["cropland"])


def test_accounts_are_alternatives(mixed):
    """A route's own account is what a run by it alone would give; soil is the same in all."""
    summary, stock = table(mixed, "carbon_summary"), table(mixed, "carbon_stock")
    assert summary.route.unique().tolist() == ["mixed", "agb_raster", "class_mean"]
    soil = stock[(stock.level == "city") & (stock.pool == "soc")].groupby("route").stock_tc.agg(math.fsum)
    assert soil["mixed"] == pytest.approx(soil["class_mean"]) == pytest.approx(soil["agb_raster"])
    alone = summary[(summary.route == "agb_raster") & (summary.level == "city")].iloc[0]
    assert alone.no_biomass_value_hm2 > 0.5 * alone.land_area_hm2  # crops and the south
    for name in ("carbon_summary", "variance"):
        rows = table(mixed, name)
        parts = rows[rows.level == "county"].groupby(["route"])[["stock_tc"] if name == "carbon_summary" else ["variance_tc2"]].sum()
        assert len(parts) == 3
    share = table(mixed, "variance").groupby(["county_code", "route"]).share_pct.sum(min_count=1)
    assert share.dropna().to_numpy() == pytest.approx(100)


def test_every_number_is_followed_to_its_row(mixed):
    factors = table(mixed, "factors").set_index("parameter")
    own = factors.loc["forest_arbor.biomass_tc_hm2"]
    assert (own.value, own.source, own.label, own.is_overridden) == (28, "市局样地 2024", "K", "yes")
    assert factors.source.notna().all() and factors.label.notna().all()
    assert table(mixed, "overrides").iloc[0].old_value == 30
    density = table(mixed, "density")
    assert density.route.unique().tolist()[0] == "mixed"
    mean = density[(density.route == "mixed") & (density.class_key == "forest_arbor") & (density.pool == "agb")].iloc[0]
    assert "市局样地 2024" in mean.source and mean.label == "K, A, K/V"
    assert mean.source.startswith("图层 agb 按地类求和")  # the measured land is named beside the factors
    soil = density[(density.route == "mixed") & (density.class_key == "forest_arbor") & (density.pool == "soc")].iloc[0]
    assert soil.source.startswith("图层 soc_0_30cm 按地类求和; 2019 Refinement")
    assert set(tables.CARBON_PARAMETERS) == set(table(mixed, "sources").role)


def test_a_factor_makes_carbon_and_what_stands_on_it_stale(mixed):
    config = mixed.parent / "config.yaml"
    settings = configuration.load(config)
    run = Run(settings, mixed, Paths(config.parent))
    assert run.stale(["carbon"]) == []
    own = mixed.parent / "own.csv"
    before = own.read_text(encoding="utf-8")
    try:
        own.write_text(before.replace(",28,", ",27,"), encoding="utf-8")
        assert run.stale(["carbon"]) == ["carbon"]
    finally:
        own.write_text(before, encoding="utf-8")
    changed = settings.model_copy(update={"carbon": settings.carbon.model_copy(update={"routes": ["class_mean"]})})
    assert Run(changed, mixed, Paths(config.parent)).stale(["carbon"]) == ["carbon"]
    assert "cover" in STAGES["carbon"].after


@pytest.mark.parametrize(
    ("carbon", "keys"),
    [
        ("routes: [by_magic], soc: {depth_cm: 100}", ["route_unknown", "carbon_depth"]),
        ("routes: [agb_raster], agb_layer: biomass, soc: {layer: soil}", ["carbon_layer_missing", "carbon_layer_missing"]),
        ("unchecked_factors: [fang_cypres]", ["carbon_unchecked_unknown"]),
        ("routes: [agb_raster], agb_layer: soc_0_30cm", ["layer_unit"]),
    ],
)
def test_settings_that_cannot_be(mixed, tmp_path, carbon, keys):
    from pipeline import carbon as stage
    from pipeline.core.store import Store

    config = make(tmp_path, carbon)
    paths = Paths(tmp_path)
    with Store(mixed, "carbon_try", language="zh", paths=paths) as store, pytest.raises(UsageError) as refused:
        stage.run(configuration.load(config), store, paths, ())
    assert [p.key for p in refused.value.problems] == keys


def test_depth_of_a_metre_takes_the_layer_alone(tmp_path):
    config = make(tmp_path, "soc: {layer: soc_0_30cm, depth_cm: 100}")
    assert run_pipeline("carbon", "--config", config, "--out", tmp_path / "out").returncode == 0
    soc = table(tmp_path / "out", "carbon_stock").query("level == 'city' and pool == 'soc'")
    assert set(soc.depth_cm) == {100} and set(soc.soc_edition) == {"soc_0_30cm"}
    summary = table(tmp_path / "out", "carbon_summary").query("level == 'city'").iloc[0]
    assert summary.no_soc_value_hm2 == pytest.approx(summary.land_area_hm2 / 2, rel=0.01)  # the north: no table of that depth
    assert summary.depth_cm == 100


def test_a_route_that_serves_nothing_says_why(tmp_path):
    """A biomass map that is blank everywhere: no account of its own, and the reason stands in unserved.csv."""
    config = make(tmp_path, "routes: [agb_raster, class_mean]")
    write_raster(tmp_path / "agb.tif", np.full((20, 20), -1, np.float32), west=112.0, north=36.2, cell=0.01, nodata=-1)
    done = run_pipeline("carbon", "--config", config, "--out", tmp_path / "out")
    assert done.returncode == 0 and "agb_raster" in done.stderr
    assert set(table(tmp_path / "out", "carbon_summary").route) == {"mixed", "class_mean"}
    why = table(tmp_path / "out", "unserved").query("level == 'city'").iloc[0]
    forest = table(tmp_path / "out", "route_share").query("level == 'city' and class_key == 'forest_arbor'").area_hm2.sum()
    assert (why.route, why.reason) == ("agb_raster", "no_layer_value") and why.area_hm2 == pytest.approx(forest)


def test_gaps_are_told_once_a_product(mixed):
    """Of the leading account alone: its alternatives have columns for what they lack."""
    warnings = json.loads((mixed / "carbon/manifest.json").read_text(encoding="utf-8"))["warnings"]
    told = [w["params"]["product"] for w in warnings if w["key"] == "carbon_gaps"]
    assert len(told) == len(set(told)) == 1
