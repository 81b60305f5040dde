"""Energy through the stage on a made-up place: per site and county, with range, method and avoided CO2."""

import numpy as np
import pandas as pd
import pytest
import rasterio
from rasterio.transform import from_origin
from worlds import make_place, write_raster

from pipeline.core import tables
from pipeline.siting import energy

HEAD = "rule_id,applies_to,state,layer,condition,threshold,unit,where_layer,where_condition,where_threshold,title_zh,title_en,basis_zh,basis_en,label\n"
CROP = HEAD + "CROP,pv;wind,hard,land_cover,class_in,cropland,,,,,耕地,cropland,法,law,V\n"


@pytest.fixture(scope="module")
def place(tmp_path_factory, cli):
    """West half allowed. Two irradiation layers, warmth, a plain of 300 m, wind 6 m/s but none known in the southernmost row."""
    folder = tmp_path_factory.mktemp("energy")
    given = {
        "ghi": ("kWh/m2/yr", 1400.0), "ghi_2": ("kWh/m2/yr", 1600.0), "temperature": ("degC", 13.0), "dem_m": ("m", 300.0),
        "wind_speed_hub_ms": ("m/s", 6.0),
    }  # fmt: skip
    refs = "".join(f"  {n}: {{file: {n}.tif, unit: {u}, resampling: nearest}}\n" for n, (u, _) in given.items())
    config = make_place(
        folder,
        replace={
            "rules: layers/rules/siting.csv": "rules: rules.csv\n  pv: {method: tilted}",
            "cover: {main": f"layers:\n{refs}cover: {{main",
            "language: zh": "language: en",
        },
    )
    (folder / "rules.csv").write_text(CROP, encoding="utf-8")
    for name, (_, value) in given.items():
        values = np.full((20, 20), value, np.float32)
        if name == "wind_speed_hub_ms":
            values[-1] = np.nan
        write_raster(folder / f"{name}.tif", values, west=112.0, north=36.2, cell=0.01, nodata=np.nan)
    done = cli("siting", "--config", config, "--out", folder / "out")
    assert done.returncode == 0, done.stderr
    return folder, config


def read(place, schema) -> pd.DataFrame:
    return tables.read_csv(place[0] / "out" / f"{schema.name}.csv", schema)


def pv_h(ghi: float, lat: float) -> float:
    return energy.tilted_h(ghi, lat, energy.best_tilt_deg(ghi, lat, 0.2), 0.2, 13.0, -0.35)


def wind_h(altitude_m: float) -> float:
    thin = energy.air_density_kg_m3(np.array(altitude_m), np.array(13.0))
    return 8766 * energy.capacity_factor(energy.power_curve("N131/3000"), float(energy.speed_in_standard_air(6.0, thin)), 2.0)


def test_sites_have_energy_range_hours_and_method(place):
    sites = read(place, tables.SITE_SCREENING).set_index("site_id")
    pv, wind = sites.loc["A"], sites.loc["C"]
    assert pv.full_load_h == pytest.approx(0.8 * pv_h(1400.0, 36.05), rel=1e-6)
    assert pv.energy_gwh_yr == pytest.approx(10 * pv.full_load_h / 1000)
    assert pv.energy_low_gwh_yr == pytest.approx(pv.energy_gwh_yr * 0.75 / 0.8)
    assert pv.energy_high_gwh_yr == pytest.approx(10 * 0.85 * pv_h(1600.0, 36.05) / 1000, rel=1e-6)  # the other source
    assert "pvlib" in pv.energy_method and "tilt 31°" in pv.energy_method
    assert wind.full_load_h == pytest.approx(0.8 * wind_h(300.0), rel=1e-4)
    assert wind.energy_gwh_yr == pytest.approx(50 * wind.full_load_h / 1000)
    assert (wind.energy_low_gwh_yr / wind.energy_gwh_yr, wind.energy_high_gwh_yr / wind.energy_gwh_yr) == pytest.approx((0.9375, 1.0625))
    assert "N131/3000" in wind.energy_method and "ICAO" in wind.energy_method


def test_land_has_energy_with_range_blank_where_wind_is_not_known(place):
    potential = read(place, tables.POTENTIAL).set_index(["kind", "county_code"])
    pv = potential.loc["pv"]
    west = pv.loc["149901"]  # representative point in the middle of its square
    assert west.energy_gwh_yr == pytest.approx(west.capacity_mw * 0.8 * pv_h(1400.0, 36.05) / 1000, rel=1e-4)
    assert west.energy_high_gwh_yr == pytest.approx(west.capacity_mw * 0.85 * pv_h(1600.0, 36.05) / 1000, rel=1e-4)
    assert pv.energy_gwh_yr["149900"] == pytest.approx(pv[pv.level == "county"].energy_gwh_yr.sum(), rel=1e-12)
    assert pv.energy_gwh_yr["149902"] == 0  # nothing allowed there
    wind = potential.loc["wind"]
    north = wind.loc["149903"]
    assert north.energy_gwh_yr == pytest.approx(north.capacity_mw * 0.8 * wind_h(300.0) / 1000, rel=1e-4)
    assert pd.isna(wind.energy_gwh_yr["149901"]) and pd.isna(wind.energy_low_gwh_yr["149900"])


def test_avoided_co2_of_every_site_and_valued_factor(place):
    avoided = read(place, tables.AVOIDED_CO2)
    sites = read(place, tables.SITE_SCREENING).set_index("site_id")
    assert set(avoided.site_id) == {"A", "B", "C"} and avoided.groupby("site_id").size().eq(10).all()
    row = avoided[(avoided.site_id == "C") & (avoided.factor_id == "north_china_2023")].iloc[0]
    assert row.avoided_tco2_yr == pytest.approx(sites.energy_gwh_yr["C"] * 636.1, rel=1e-9)
    assert avoided.note.str.contains("not a credit").all()


def test_a_layer_in_another_unit_is_refused(place, cli, tmp_path):
    folder, config = place
    text = config.read_text(encoding="utf-8").replace("wind_speed_hub_ms.tif, unit: m/s", "wind_speed_hub_ms.tif, unit: km/h")
    (folder / "kmh.yaml").write_text(text, encoding="utf-8")
    done = cli("siting", "--config", folder / "kmh.yaml", "--out", tmp_path / "o")
    assert done.returncode != 0 and "wind_speed_hub_ms is in km/h; m/s is due" in done.stderr


def test_a_turbine_nobody_knows_is_told_before_the_run(place, cli, tmp_path):
    folder, config = place
    spoilt = folder / "spoilt.yaml"
    spoilt.write_text(config.read_text(encoding="utf-8").replace("pv: {method: tilted}", "wind: {turbine: Windmill}"), encoding="utf-8")
    done = cli("check", "--config", spoilt, "--out", tmp_path / "o")
    assert done.returncode != 0 and "Windmill" in done.stdout + done.stderr and "N131/3000" in done.stdout + done.stderr


def test_twelve_bands_of_one_file_are_the_months_and_their_sum_the_year(tmp_path, cli):
    """Each month a number of its own, so that a band in the wrong place cannot pass; by hand with the same shares."""
    months = np.array([70.0, 80, 115, 140, 165, 163, 160, 145, 115, 98, 74, 65])
    with rasterio.open(
        tmp_path / "ghi12.tif", "w", driver="GTiff", width=20, height=20, count=12, dtype="float32", crs="EPSG:4326", nodata=-1,
        transform=from_origin(112.0, 36.2, 0.01, 0.01),
    ) as file:  # fmt: skip
        for band, value in enumerate(months, 1):
            file.write(np.full((20, 20), value, np.float32), band)
    refs = "".join(f"  ghi_month_{m}: {{file: ghi12.tif, band: {m}, unit: kWh/m2/month, resampling: nearest}}\n" for m in range(1, 13))
    config = make_place(
        tmp_path,
        replace={
            "rules: layers/rules/siting.csv": "rules: rules.csv\n  pv: {method: tilted, performance_ratio: 0.9}",
            "cover: {main": f"layers:\n{refs}cover: {{main",
            "language: zh": "language: en",
        },
    )
    (tmp_path / "rules.csv").write_text(CROP, encoding="utf-8")
    done = cli("siting", "--config", config, "--out", tmp_path / "out")
    assert done.returncode == 0, done.stderr
    site = tables.read_csv(tmp_path / "out/siting/site_screening.csv", tables.SITE_SCREENING).set_index("site_id").loc["A"]
    year, share = float(months.sum()), tuple(months / months.sum())
    tilt = energy.best_tilt_deg(year, 36.05, 0.2, share)
    assert site.full_load_h == pytest.approx(0.9 * energy.tilted_h(year, 36.05, tilt, 0.2, None, 0.0, share), rel=1e-6)
    assert site.full_load_h != pytest.approx(0.9 * energy.tilted_h(year, 36.05, tilt, 0.2, None, 0.0), rel=1e-4)  # months do tell
    assert (site.energy_low_gwh_yr, site.energy_high_gwh_yr) == pytest.approx(
        (0.85 / 0.9 * site.energy_gwh_yr, 0.95 / 0.9 * site.energy_gwh_yr)
    )
    assert "monthly global horizontal irradiation from layers" in site.energy_method
    patterns = tables.read_csv(tmp_path / "out/siting/patterns.csv", tables.PATTERNS)
    assert patterns[patterns.kind == "pv"].resource_mean.to_numpy() == pytest.approx(year)
    broken = tmp_path / "eleven.yaml"
    lines = [line for line in config.read_text(encoding="utf-8").splitlines() if "ghi_month_7" not in line]
    broken.write_text("\n".join(lines) + "\n", encoding="utf-8")
    done = cli("check", "--config", broken, "--out", tmp_path / "check")
    assert done.returncode == 2 and "ghi_month_7" in done.stdout + done.stderr
