"""Energy by hand: irradiation that is kept, tilts near the latitude, closed forms of wind, thin air, tonnes by a factor."""

import math
import socket

import numpy as np
import pandas as pd
import pytest

from pipeline.core import tables
from pipeline.core.config import PROJECT, Pv, Wind
from pipeline.core.errors import UsageError
from pipeline.siting import energy
from pipeline.siting.energy import Place, PowerCurve

YUNCHENG = 35.0


@pytest.mark.parametrize("lat", [18.0, 35.0, 53.0])
@pytest.mark.parametrize("ghi", [900.0, 1400.0, 1900.0])
def test_the_year_is_kept_by_months_days_and_the_horizontal_plane(lat, ghi):
    months = energy.monthly_ghi(ghi, lat)
    assert months.sum() == pytest.approx(ghi, rel=1e-12)
    assert months.argmax() in (4, 5, 6) and months.argmin() == 11
    ground, diffuse = energy.mean_days(months, lat)
    assert ground.sum(axis=1) * energy._DAYS * 24 / energy._STEPS / 1e3 == pytest.approx(months, rel=1e-12)
    assert (diffuse <= ground).all() and (ground >= 0).all()
    assert energy.tilted_h(ghi, lat, 0.0, 0.2, None, -0.35) == pytest.approx(ghi, rel=1e-3)


def test_months_of_one_clearness_are_those_of_the_extraterrestrial_year():
    """Daily extraterrestrial irradiation by its closed form, the declination by the low-precision formula of almanacs."""

    def outside(day):
        around, lat = 2 * math.pi * day / 365, math.radians(YUNCHENG)
        anomaly = math.radians(357.5 + 0.9856 * (day - 1))
        longitude = math.radians(280.5 + 0.98565 * (day - 1) + 1.915 * math.sin(anomaly))
        declination = math.asin(math.sin(math.radians(23.44)) * math.sin(longitude))
        sunset = math.acos(-math.tan(lat) * math.tan(declination))
        level = math.cos(lat) * math.cos(declination) * math.sin(sunset) + sunset * math.sin(lat) * math.sin(declination)
        return (1 + 0.033 * math.cos(around)) * level

    daily = energy.monthly_ghi(1400, YUNCHENG) / energy._DAYS
    for month in range(12):
        expected = outside(energy._MID_MONTH[month]) / outside(energy._MID_MONTH[5])
        assert daily[month] / daily[5] == pytest.approx(expected, rel=0.01)


def test_the_diffuse_share_by_hand():
    assert energy.diffuse_share(np.array([0.5]), np.array([90.0]))[0] == pytest.approx(1.311 - 1.511 + 0.85675 - 0.227625)
    assert energy.diffuse_share(np.array([0.5]), np.array([75.0]))[0] == pytest.approx(1.391 - 1.78 + 1.04725 - 0.267125)


@pytest.mark.parametrize("ghi", [1100.0, 1400.0, 1600.0])
def test_the_best_tilt_is_near_the_latitude_and_worth_five_to_fifteen_hundredths(ghi):
    tilt = energy.best_tilt_deg(ghi, YUNCHENG, 0.2)
    assert YUNCHENG - 10 <= tilt <= YUNCHENG + 3
    gain = energy.tilted_h(ghi, YUNCHENG, tilt, 0.2, None, -0.35) / ghi
    assert 1.05 <= gain <= 1.15
    for other in (tilt - 10, tilt + 10):
        assert energy.tilted_h(ghi, YUNCHENG, other, 0.2, None, -0.35) < gain * ghi
    assert energy.best_tilt_deg(ghi, 20.0, 0.2) < tilt < energy.best_tilt_deg(ghi, 50.0, 0.2)


def test_south_of_the_equator_modules_face_north():
    north, south = (energy.tilted_h(1400, lat, 30.0, 0.2, None, 0.0) for lat in (35.0, -35.0))
    assert south == pytest.approx(north, rel=0.03)


def test_a_degree_of_air_takes_what_the_coefficient_says():
    cool, warm = (energy.tilted_h(1400, YUNCHENG, 30.0, 0.2, t, -0.35) for t in (10.0, 20.0))
    plane = energy.tilted_h(1400, YUNCHENG, 30.0, 0.2, None, -0.35)
    assert cool - warm == pytest.approx(plane * 0.0035 * 10, rel=1e-9)
    assert energy.tilted_h(1400, YUNCHENG, 30.0, 0.2, 15.0, 0.0) == pytest.approx(plane)


def test_pv_on_the_horizontal_is_irradiation_times_ratio_with_the_range_of_ratio_and_sources():
    model = energy.pv_model(Pv(), ("ghi", "ghi_2"), True, "zh")
    one = model.energy(1400.0, 1400.0, 1400.0, Place(35.0))
    assert (one.full_load_h, one.low_h, one.high_h) == pytest.approx((1120, 1050, 1190))
    assert one.gwh_yr(10) == pytest.approx((11.2, 10.5, 11.9))
    both = model.energy(1400.0, 1400.0, 1700.0, Place(35.0))
    assert (both.full_load_h, both.low_h, both.high_h) == pytest.approx((1120, 1050, 1445))
    assert "0.80（0.75–0.85）" in one.method and "未计倾角增益" in one.method
    assert model.energy(None, None, None, Place(35.0)) is None


def test_tilted_pv_names_tilt_and_heat_and_needs_the_temperature_it_was_promised():
    model = energy.pv_model(Pv(method="tilted"), ("ghi",), True, "en")
    made = model.energy(1400.0, 1400.0, 1400.0, Place(35.0, 13.0))
    tilt = energy.best_tilt_deg(1400.0, 35.0, 0.2)
    assert made.full_load_h == pytest.approx(0.8 * energy.tilted_h(1400.0, 35.0, tilt, 0.2, 13.0, -0.35))
    assert made.low_h / made.full_load_h == pytest.approx(0.75 / 0.80)
    assert all(word in made.method for word in ("pvlib", "Erbs", "Hay-Davies", f"tilt {tilt:g}°", "Faiman", "0.75–0.85"))
    assert model.energy(1400.0, 1400.0, 1400.0, Place(35.0, None)) is None
    cold = energy.pv_model(Pv(method="tilted", tilt_deg=20.0), ("ghi",), False, "en").energy(1400.0, None, None, Place(35.0))
    assert (
        cold.full_load_h == pytest.approx(0.8 * energy.tilted_h(1400.0, 35.0, 20.0, 0.2, None, -0.35)) and "no temperature" in cold.method
    )


def test_months_shared_like_the_sun_above_the_air_are_the_annual_route():
    share = energy.month_share(energy.monthly_ghi(1400.0, 35.0))
    assert sum(share) == pytest.approx(1) and energy.best_tilt_deg(1400.0, 35.0, 0.2, share) == energy.best_tilt_deg(1400.0, 35.0, 0.2)
    assert energy.tilted_h(1400.0, 35.0, 30.0, 0.2, 13.0, -0.35, share) == pytest.approx(
        energy.tilted_h(1400.0, 35.0, 30.0, 0.2, 13.0, -0.35)
    )


def test_months_are_kept_and_a_clear_winter_gains_more_by_tilt():
    days = np.array([31, 28.25, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31])
    usual = energy.monthly_ghi(1400.0, 35.0) / days
    tilt = {}
    for name, season in (("winter", [10, 11, 0, 1]), ("summer", [4, 5, 6, 7])):
        month = usual.copy()
        month[season] *= 1.15
        share = energy.month_share(month * days)
        ground, _ = energy.mean_days(1400.0 * np.array(share), 35.0)
        assert ground.sum(axis=1) * days * 24 / ground.shape[1] / 1e3 == pytest.approx(1400.0 * np.array(share), rel=1e-9)
        assert energy.tilted_h(1400.0, 35.0, 0.0, 0.2, None, 0.0, share) == pytest.approx(1400.0, rel=1e-3)  # lying flat: the year's sum
        tilt[name] = energy.best_tilt_deg(1400.0, 35.0, 0.2, share), energy.tilted_h(1400.0, 35.0, 30.0, 0.2, None, 0.0, share)
    assert tilt["winter"][0] > tilt["summer"][0] and tilt["winter"][1] > tilt["summer"][1]


def test_months_lead_and_have_to_be_twelve():
    assert energy.irradiation([*energy.MONTHS, "ghi_2", "ghi"]) == ("ghi_month_1", "ghi", "ghi_2")
    assert energy.irradiation(["ghi", "slope_deg"]) == ("ghi",) and energy.irradiation([]) == ()
    with pytest.raises(UsageError, match="ghi_month_12"):
        energy.irradiation(energy.MONTHS[:-1])
    assert energy.month_share([1.0] * 11 + [None]) is None and energy.month_share([0.0] * 12) is None
    model = energy.pv_model(Pv(method="tilted"), energy.MONTHS[:1], False, "en")
    assert model.energy(1400.0, None, None, Place(35.0)) is None  # months that are not known at a place are not made up
    assert "monthly global" in model.method(None, None)


@pytest.mark.real
def test_real_months_change_the_tilt_and_its_gain_a_little(real_data):
    """MERRA-2 around Yuncheng against the annual route, whose months are an assumption."""
    table = pd.read_csv(real_data / "ghi_merra2_monthly_3deg.csv")
    for (lat, _), rows in table.groupby(["lat", "lon"]):
        hours = np.array([31, 28.25, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]) * 24
        months = rows.sort_values("month").ghi_mean_Wm2.to_numpy() * hours / 1e3
        annual, share = months.sum(), energy.month_share(months)
        assert 1200 < annual < 1900
        apart = energy.best_tilt_deg(annual, lat, 0.2, share) - energy.best_tilt_deg(annual, lat, 0.2)
        gain = energy.tilted_h(annual, lat, 30.0, 0.2, None, 0.0, share) / energy.tilted_h(annual, lat, 30.0, 0.2, None, 0.0)
        assert abs(apart) <= 6 and gain == pytest.approx(1, abs=0.04)


def test_ageing():
    assert energy.mean_ageing(0.0, 25) == 1.0
    assert energy.mean_ageing(10.0, 3) == pytest.approx((1 + 0.9 + 0.81) / 3)
    made = energy.pv_model(Pv(degradation_pct_yr=5.0, lifetime_years=3), ("ghi",), False, "zh").energy(1000.0, None, None, Place(35.0))
    assert made.full_load_h == pytest.approx(800 * (1 + 0.95 + 0.9025) / 3) and "5 %" in made.method


def test_sources_of_one_resource():
    assert energy.sources("ghi", ["ghi_10", "ghi_2", "ghi", "slope_deg", "ghi_old"]) == ("ghi", "ghi_2", "ghi_10")
    assert energy.sources("ghi", ["ghi_2"]) == ()


@pytest.mark.parametrize("mean", [4.0, 6.5, 9.0])
def test_rayleigh_equals_the_closed_form_of_a_ramp(mean):
    """Power rises in a line from 3 to 12 m/s, full to 25: CF = A sqrt(pi)/2 (erf(b/A) - erf(a/A)) / (b - a) - exp(-(c/A)^2)."""
    a, b, c, scale = 3.0, 12.0, 25.0, 2 * mean / math.sqrt(math.pi)
    closed = scale * math.sqrt(math.pi) / 2 * (math.erf(b / scale) - math.erf(a / scale)) / (b - a) - math.exp(-((c / scale) ** 2))
    curve = PowerCurve(np.array([0.0, a, b, c]), np.array([0.0, 0.0, 1.0, 1.0]))
    assert energy.capacity_factor(curve, mean, 2.0) == pytest.approx(closed, rel=1e-5)


def test_no_wind_no_energy_and_full_wind_full_hours():
    always = PowerCurve(np.array([0.0, 100.0]), np.array([1.0, 1.0]))
    assert energy.capacity_factor(always, 7.0, 2.0) == pytest.approx(1.0)
    assert energy.capacity_factor(energy.power_curve("N131/3000"), 0.0, 2.0) == 0.0


def test_thin_air_at_a_thousand_metres():
    """ICAO: 1.2250 kg/m3 at sea level, 1.1117 at 1000 m; the speed that carries the same power is 3.2 % less."""
    density = energy.air_density_kg_m3(np.array([0.0, 1000.0]))
    assert density == pytest.approx([1.2250, 1.1117], abs=1e-4)
    assert energy.speed_in_standard_air(np.array([7.0]), density[1:])[0] == pytest.approx(7 * (1.1117 / 1.225) ** (1 / 3), rel=1e-4)
    warm = energy.air_density_kg_m3(np.array([0.0]), np.array([30.0]))
    assert warm[0] == pytest.approx(1.2250 * 288.15 / 303.15, abs=1e-4)


def test_wind_by_cell_is_blank_where_wind_or_altitude_is_and_losses_give_the_range(monkeypatch):
    def refuse(*_):
        raise AssertionError("the library is asked on disk")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    energy.turbines.cache_clear()
    energy.power_curve.cache_clear()
    layers = {
        "wind_speed_hub_ms": np.array([6.0, 6.0, np.nan, 6.0]),
        "dem_m": np.array([0.0, 1000.0, 0.0, np.nan]),
    }
    model = energy.wind_model(Wind(), ("wind_speed_hub_ms",), "dem_m", False, "zh")
    hours = model.resource(layers.__getitem__, "wind_speed_hub_ms")
    assert hours[0] == pytest.approx(8766 * energy.capacity_factor(energy.power_curve("N131/3000"), 6.0, 2.0), rel=1e-6)
    assert hours[1] < 0.96 * hours[0] and np.isnan(hours[2:]).all()
    made = model.energy(hours[0], hours[0], hours[0], Place(35.0))
    assert (made.full_load_h, made.low_h, made.high_h) == pytest.approx((0.8 * hours[0], 0.75 * hours[0], 0.85 * hours[0]))
    assert "N131/3000" in made.method and "ICAO" in made.method and "20 %（15–25 %）" in made.method


def test_power_curves_are_shares_of_rated_power():
    for turbine in energy.turbines():
        curve = energy.power_curve(turbine)
        assert (np.diff(curve.speed_ms) > 0).all() and curve.share.min() >= 0 and 0.95 < curve.share.max() < 1.1, turbine
    with pytest.raises(UsageError, match="N131"):
        energy.power_curve("Windmill")


@pytest.mark.parametrize("wrong", [{"performance_ratio_low": 0.9}, {"performance_ratio_high": 0.7}])
def test_a_value_outside_its_range_is_refused(wrong):
    with pytest.raises(ValueError, match="≤"):
        Pv(**wrong)
    with pytest.raises(ValueError, match="≤"):
        Wind(losses_pct=30.0, losses_high_pct=25.0)


@pytest.mark.parametrize(("value", "low", "high"), [(0.80, 0.75, 0.85), (0.9, 0.85, 0.95), (0.98, 0.93, 1.0), (0.03, 0.0, 0.08)])
def test_a_performance_ratio_alone_has_its_range_around_it(value, low, high):
    pv = Pv(performance_ratio=value)
    assert (pv.ratio_low, pv.ratio_high) == (low, high)  # to the last bit: what stood in the configuration before
    assert Pv(performance_ratio=value, performance_ratio_low=value).ratio_low == value
    assert energy.pv_model(pv, ("ghi",), False, "en").factors == (value, low, high)


@pytest.mark.parametrize(("value", "low", "high"), [(20.0, 15.0, 25.0), (3.0, 0.0, 8.0), (97.0, 92.0, 100.0)])
def test_losses_alone_have_their_range_around_them(value, low, high):
    wind = Wind(losses_pct=value)
    assert (wind.loss_low_pct, wind.loss_high_pct) == (low, high)


def test_avoided_co2_is_energy_times_a_named_factor_and_gaps_stay_gaps():
    factors = tables.read_csv(PROJECT / "layers/factors/grid_emission.csv", tables.GRID_EMISSION)
    sites = pd.DataFrame(
        {"site_id": ["a", "b"], "energy_gwh_yr": [10.0, None], "energy_low_gwh_yr": [9.0, None], "energy_high_gwh_yr": [12.0, None]}
    )
    made = tables.product(energy.avoided_co2(sites, factors, "zh"), tables.AVOIDED_CO2)
    assert set(made.site_id) == {"a"}
    shanxi = made.set_index("factor_id").loc["shanxi_2022"]
    assert (shanxi.avoided_tco2_yr, shanxi.low_tco2_yr, shanxi.high_tco2_yr) == pytest.approx((7096, 6386.4, 8515.2))
    assert (shanxi.factor_year, shanxi.scope, shanxi.label) == (2022, "shanxi", "V") and "不是减排信用" in shanxi.note
    assert {"shanxi_2023", "national_2021"}.isdisjoint(made.factor_id)
    gaps = factors[factors.value_kgco2_kwh.isna()]
    assert set(gaps.label) == {"gap"} and set(gaps.factor_id) == {"shanxi_2023", "national_2021"}
    margin = factors.set_index("factor_id").value_kgco2_kwh["north_china_cm_2019"]
    assert margin == pytest.approx(0.75 * 0.9419 + 0.25 * 0.4819, abs=5e-5)


def test_nothing_is_avoided_where_nothing_is_known():
    factors = tables.read_csv(PROJECT / "layers/factors/grid_emission.csv", tables.GRID_EMISSION)
    sites = pd.DataFrame({"site_id": ["b"], "energy_gwh_yr": [None], "energy_low_gwh_yr": [None], "energy_high_gwh_yr": [None]})
    assert tables.product(energy.avoided_co2(sites, factors, "en"), tables.AVOIDED_CO2).empty
