"""What a plant would yield in a year, and the CO2 that a named factor says it avoids. Pure functions of numbers and arrays.

Full-load hours are always derived from a resource, never typed in. Photovoltaics: irradiation on the modules (pvlib) x
performance ratio. Wind: a published power curve under a Weibull distribution of wind speed, thinner air taken into account.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache, lru_cache
from math import gamma

import numpy as np
import pandas as pd

from pipeline.core.config import Pv, Wind
from pipeline.core.errors import UsageError, problem
from pipeline.core.units import HOURS_PER_YEAR, KGCO2_KWH_TO_TCO2_GWH, MWH_TO_GWH
from pipeline.core.words import say

# --- one estimate --------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Place:
    """Where a plant stands: latitude [degrees], annual mean air temperature [degC], share of the year's irradiation by month.

    None = no layer says it.
    """

    lat_deg: float
    temperature_degc: float | None = None
    month_share: tuple[float, ...] | None = None  # twelve, of sum one


@dataclass(frozen=True)
class Energy:
    """Full-load hours a year with their range, and how they were come by."""

    full_load_h: float
    low_h: float
    high_h: float
    method: str

    def gwh_yr(self, capacity_mw: float) -> tuple[float, float, float]:
        """(value, low, high) of a year's energy [GWh]."""
        return tuple(h * capacity_mw * MWH_TO_GWH for h in (self.full_load_h, self.low_h, self.high_h))


@dataclass(frozen=True)
class Model:
    """How a technology turns what layers say into energy.

    ``sources``: layers that tell the same resource, the leading one first. ``resource(values, name)``: what is averaged
    over land, by cell, ``values(layer)`` being the cells of a layer; energy must be all but linear in it. ``hours``:
    full-load hours of such an average at a place before ``factors``, which are (value, low, high).
    """

    sources: tuple[str, ...]
    needs_temperature: bool
    resource: Callable[[Callable[[str], np.ndarray], str], np.ndarray]
    hours: Callable[[float, Place], float]
    factors: tuple[float, float, float]
    method: Callable[[float | None, Place | None], str]
    needs_months: bool = False

    def energy(self, resource: float | None, low: float | None, high: float | None, place: Place) -> Energy | None:
        """Hours from the leading source; the range is that of the factors and from the ``low`` to the ``high`` source.

        None when the leading source, or a temperature or months that the model needs, are not known.
        """
        if resource is None or (self.needs_temperature and place.temperature_degc is None):
            return None
        if self.needs_months and place.month_share is None:
            return None
        least, most = (resource if v is None else v for v in (low, high))
        value, worst, best = self.factors
        return Energy(
            self.hours(resource, place) * value,
            self.hours(min(least, resource), place) * worst,
            self.hours(max(most, resource), place) * best,
            self.method(resource, place),
        )


def sources(base: str, rasters: Iterable[str]) -> tuple[str, ...]:
    """Layers that tell the same resource: ``base``, which leads, then ``base_2``, ``base_3`` …; none without ``base``."""
    given = set(rasters)
    others = sorted((n for n in given if n.startswith(f"{base}_") and n.removeprefix(f"{base}_").isdigit()), key=lambda n: (len(n), n))
    return (base, *others) if base in given else ()


# --- photovoltaics -------------------------------------------------------------------------------------------

MONTHS = tuple(f"ghi_month_{month}" for month in range(1, 13))  # layers of monthly irradiation [kWh/m2/month]; their sum is the year's
_MID_MONTH = np.array([17, 47, 75, 105, 135, 162, 198, 228, 258, 288, 318, 344])  # day of year [K: Klein 1977]
_DAYS = np.array([31, 28.25, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31])
_STEPS = 96  # moments of a day
_LOWEST_SUN = 0.0175  # cosine of the zenith angle (1 degree) below which nothing is put: beam would be divided by nearly nothing
_MEAN_WIND_MS = 1.0  # at the modules [A: pvlib's default]
STC_DEGC = 25.0


def irradiation(rasters: Iterable[str]) -> tuple[str, ...]:
    """Layers that tell the year's irradiation, the leading one first: twelve months, named by the first of them, then annual layers.

    Raises UsageError where some months are there and others are not.
    """
    given = set(rasters)
    absent = [name for name in MONTHS if name not in given]
    if 0 < len(absent) < len(MONTHS):
        raise UsageError(problem("ghi_months", found=len(MONTHS) - len(absent), absent=", ".join(absent)))
    return (*(() if absent else MONTHS[:1]), *sources("ghi", given))


def month_share(monthly_kwh_m2: Iterable[float | None]) -> tuple[float, ...] | None:
    """Each month's share of the year; None where one is not known or there is no sun at all."""
    months = list(monthly_kwh_m2)
    return None if None in months or not sum(months) > 0 else tuple(m / sum(months) for m in months)


def pv_model(pv: Pv, given: tuple[str, ...], has_temperature: bool, language: str) -> Model:
    """Photovoltaics on layers of global horizontal irradiation (see :func:`irradiation`); averaged is that of the year [kWh/m2/yr]."""
    is_tilted, has_months = pv.method == "tilted", MONTHS[0] in given
    uses_temperature = is_tilted and has_temperature
    ageing = mean_ageing(pv.degradation_pct_yr, pv.lifetime_years)
    ratios = {"ratio": pv.performance_ratio, "low": pv.ratio_low, "high": pv.ratio_high}

    def resource(values: Callable[[str], np.ndarray], name: str) -> np.ndarray:
        return sum(values(month) for month in MONTHS) if name == MONTHS[0] else values(name)

    def best_tilt(ghi: float, place: Place) -> float:
        return best_tilt_deg(ghi, place.lat_deg, pv.albedo, place.month_share)

    def hours(ghi: float, place: Place) -> float:
        if not is_tilted:
            return ghi * ageing
        tilt = pv.tilt_deg if pv.tilt_deg is not None else best_tilt(ghi, place)
        temperature = place.temperature_degc if uses_temperature else None
        return tilted_h(ghi, place.lat_deg, tilt, pv.albedo, temperature, pv.temperature_pct_k, place.month_share) * ageing

    def method(ghi: float | None, place: Place | None) -> str:
        aged = say("energy_aged", language, pct=pv.degradation_pct_yr, years=pv.lifetime_years) if pv.degradation_pct_yr else ""
        if not is_tilted:
            return say("energy_method" if not aged else "energy_method_aged", language, **ratios, aged=aged)
        if pv.tilt_deg is not None:
            tilt = say("energy_tilt", language, tilt=pv.tilt_deg)
        elif ghi is None:
            tilt = say("energy_best_tilt", language)
        else:
            tilt = say("energy_tilt", language, tilt=best_tilt(ghi, place))
        heat = say("energy_heat" if uses_temperature else "energy_no_heat", language, pct=pv.temperature_pct_k)
        months = say("energy_months" if has_months else "energy_months_assumed", language)
        return say("energy_method_tilted", language, **ratios, months=months, tilt=tilt, heat=heat, aged=aged)

    factors = (pv.performance_ratio, pv.ratio_low, pv.ratio_high)
    return Model(given, uses_temperature, resource, hours, factors, method, needs_months=is_tilted and has_months)


def mean_ageing(degradation_pct_yr: float, years: int) -> float:
    """Mean over a plant's years of (1 - degradation)^n, n from 0."""
    return float(np.mean((1 - degradation_pct_yr / 100) ** np.arange(years)))


def monthly_ghi(ghi_kwh_m2_yr: float, lat_deg: float, months: tuple[float, ...] | None = None) -> np.ndarray:
    """Twelve monthly sums [kWh/m2] of an annual one by the shares of ``months``; without them as extraterrestrial irradiation is.

    The annual sum is kept. Without months there is one clearness all year [A]: where some season is cloudier than the others,
    its months are too high.
    """
    if months is not None:
        return ghi_kwh_m2_yr * np.array(months)
    share = _sun(lat_deg).extraterrestrial.sum(axis=1) * _DAYS
    return ghi_kwh_m2_yr * share / share.sum()


def mean_days(monthly_kwh_m2: np.ndarray, lat_deg: float) -> tuple[np.ndarray, np.ndarray]:
    """(global, diffuse) irradiance [W/m2] on the horizontal, (12, moments), on the mean day of each month.

    Diffuse share of a monthly mean day by Erbs et al. (1982), monthly form: their hourly form is meant for the changing
    weather of real hours and would call a mean day cloudy. Global over the day by Collares-Pereira and Rabl (1979),
    diffuse by Liu and Jordan (1960) [K: Duffie and Beckman, sections 2.12 and 2.13]. The sum of each month is kept.
    """
    sun = _sun(lat_deg)
    daily_wh = monthly_kwh_m2 * 1e3 / _DAYS
    shape = sun.extraterrestrial * (sun.a + sun.b * np.cos(sun.hour_angle))
    shape /= shape.sum(axis=1, keepdims=True)
    ground = daily_wh[:, None] * shape / (24 / _STEPS)
    clearness = daily_wh / (sun.extraterrestrial.sum(axis=1) * 24 / _STEPS)
    flat = sun.extraterrestrial / sun.extraterrestrial.sum(axis=1, keepdims=True)
    diffuse = daily_wh[:, None] * diffuse_share(clearness, sun.sunset_deg)[:, None] * flat / (24 / _STEPS)
    return ground, np.minimum(diffuse, ground)


def diffuse_share(clearness: np.ndarray, sunset_deg: np.ndarray) -> np.ndarray:
    """Monthly mean diffuse over global irradiation (Erbs et al. 1982 [K]); clearness kept within its 0.3 .. 0.8."""
    k = np.clip(clearness, 0.3, 0.8)
    winter = 1.391 - 3.560 * k + 4.189 * k**2 - 2.137 * k**3
    summer = 1.311 - 3.022 * k + 3.427 * k**2 - 1.821 * k**3
    return np.where(sunset_deg <= 81.4, winter, summer)


def plane_wm2(ground: np.ndarray, diffuse: np.ndarray, lat_deg: float, tilt_deg: float, albedo: float) -> np.ndarray:
    """Irradiance [W/m2] on modules that face the equator (pvlib: Hay and Davies 1980, isotropic ground)."""
    from pvlib.irradiance import get_total_irradiance

    sun = _sun(lat_deg)
    beam = np.where(sun.is_up, (ground - diffuse) / np.where(sun.is_up, sun.cos_zenith, 1.0), 0.0)
    total = get_total_irradiance(
        tilt_deg, 180.0 if lat_deg >= 0 else 0.0, sun.zenith_deg, sun.azimuth_deg, beam, ground, diffuse,
        dni_extra=sun.normal, albedo=albedo, model="haydavies",
    )  # fmt: skip
    return np.where(sun.is_up, total["poa_global"], 0.0)


def tilted_h(
    ghi_kwh_m2_yr: float,
    lat_deg: float,
    tilt_deg: float,
    albedo: float,
    temperature_degc: float | None,
    temperature_pct_k: float,
    months: tuple[float, ...] | None = None,
) -> float:
    """Hours a year at 1 kW/m2 on the modules, less what heat takes (module temperature by Faiman 2008 as in pvlib).

    The air has its annual mean temperature at every moment: it is warmer when the sun shines, so heat takes more than this.
    """
    from pvlib.temperature import faiman

    ground, diffuse = mean_days(monthly_ghi(ghi_kwh_m2_yr, lat_deg, months), lat_deg)
    plane = plane_wm2(ground, diffuse, lat_deg, tilt_deg, albedo)
    if temperature_degc is not None:
        heat = faiman(plane, temperature_degc, _MEAN_WIND_MS) - STC_DEGC
        plane = plane * (1 + temperature_pct_k / 100 * heat)
    return float((plane.sum(axis=1) * _DAYS).sum() * 24 / _STEPS / 1e3)


@lru_cache(maxsize=4096)
def _best_tilt_deg(ghi_kwh_m2_yr: float, lat_deg: float, albedo: float, months: tuple[float, ...] | None) -> float:
    ground, diffuse = mean_days(monthly_ghi(ghi_kwh_m2_yr, lat_deg, months), lat_deg)
    tilts = np.arange(0.0, 71.0)
    return float(tilts[np.argmax([(plane_wm2(ground, diffuse, lat_deg, t, albedo).sum(axis=1) * _DAYS).sum() for t in tilts])])


def best_tilt_deg(ghi_kwh_m2_yr: float, lat_deg: float, albedo: float, months: tuple[float, ...] | None = None) -> float:
    """The fixed tilt [whole degrees] of most irradiation; of rounded latitude, irradiation and months, for the optimum is flat."""
    rounded = None if months is None else tuple(round(share, 3) for share in months)
    return _best_tilt_deg(round(ghi_kwh_m2_yr, -1), round(lat_deg, 1), albedo, rounded)


@dataclass(frozen=True)
class _Sun:
    """The sun on twelve mean days, solar time: (12, moments) or (12,)."""

    hour_angle: np.ndarray  # [rad]
    cos_zenith: np.ndarray
    zenith_deg: np.ndarray
    azimuth_deg: np.ndarray
    is_up: np.ndarray
    normal: np.ndarray  # extraterrestrial, facing the sun [W/m2]
    extraterrestrial: np.ndarray  # on the horizontal [W/m2]
    sunset_deg: np.ndarray
    a: np.ndarray
    b: np.ndarray


@lru_cache(maxsize=256)
def _sun(lat_deg: float) -> _Sun:
    from pvlib.irradiance import get_extra_radiation
    from pvlib.solarposition import declination_spencer71, solar_azimuth_analytical, solar_zenith_analytical

    latitude = np.radians(lat_deg)
    declination = declination_spencer71(_MID_MONTH)[:, None]
    hour = np.radians((np.arange(_STEPS) + 0.5) / _STEPS * 360 - 180)[None, :] + 0 * declination
    zenith = solar_zenith_analytical(latitude, hour, declination)
    cos_zenith = np.cos(zenith)
    is_up = cos_zenith > _LOWEST_SUN
    normal = np.asarray(get_extra_radiation(_MID_MONTH), float)[:, None] + 0 * hour
    sunset = np.arccos(np.clip(-np.tan(latitude) * np.tan(declination[:, 0]), -1, 1))
    a, b = 0.409 + 0.5016 * np.sin(sunset - np.pi / 3), 0.6609 - 0.4767 * np.sin(sunset - np.pi / 3)
    azimuth = np.degrees(solar_azimuth_analytical(latitude, hour, declination, zenith))
    up = np.where(is_up, normal * cos_zenith, 0.0)
    return _Sun(hour, cos_zenith, np.degrees(zenith), azimuth, is_up, normal, up, np.degrees(sunset), a[:, None], b[:, None])


# --- wind ----------------------------------------------------------------------------------------------------

STANDARD_KG_M3 = 1.225  # air that power curves are published for (IEC 61400-12-1)
_GAS_J_KG_K = 287.05287  # of dry air
_ZERO_K = 273.15
_SPEEDS_MS = np.arange(0.0, 30.01, 0.05)  # mean speeds the yield is tabulated at


def wind_model(wind: Wind, given: tuple[str, ...], altitude: str | None, has_temperature: bool, language: str) -> Model:
    """Wind power on layers of mean wind speed at hub height [m/s]; averaged are hours, for energy is not linear in speed.

    ``altitude``: the layer that tells it [m]; None = the air is not corrected.
    """
    hours_at = yield_h(power_curve(wind.turbine), wind.weibull_k) if given else None

    def resource(values: Callable[[str], np.ndarray], name: str) -> np.ndarray:
        speed = values(name)
        if altitude:
            density = air_density_kg_m3(values(altitude), values("temperature") if has_temperature else None)
            speed = speed_in_standard_air(speed, density)
        return np.interp(speed, _SPEEDS_MS, hours_at)  # NaN stays NaN

    air = "energy_no_air" if not altitude else "energy_air_temperature" if has_temperature else "energy_air"
    losses = {"loss": wind.losses_pct, "low": wind.loss_low_pct, "high": wind.loss_high_pct}
    text = say("energy_method_wind", language, turbine=wind.turbine, k=wind.weibull_k, air=say(air, language), **losses)
    factors = tuple(1 - pct / 100 for pct in (wind.losses_pct, wind.loss_high_pct, wind.loss_low_pct))
    return Model(given, False, resource, lambda hours, _: hours, factors, lambda *_: text)


@dataclass(frozen=True)
class PowerCurve:
    """Share of rated power by wind speed [m/s], linear between points, nothing beyond them."""

    speed_ms: np.ndarray
    share: np.ndarray


@cache
def turbines() -> tuple[str, ...]:
    """Turbines whose power curve windpowerlib brings with it; no network is asked."""
    from windpowerlib import get_turbine_types

    return tuple(get_turbine_types(turbine_library="local", print_out=False, filter_=True).query("has_power_curve").turbine_type)


@cache
def power_curve(turbine: str) -> PowerCurve:
    """The power curve of a turbine (windpowerlib: open energy database, 'oedb'); UsageError names the turbines there are."""
    from windpowerlib import WindTurbine

    if turbine not in turbines():
        raise UsageError(problem("turbine_unknown", found=turbine, known=", ".join(turbines())))
    made = WindTurbine(turbine_type=turbine, hub_height=100)  # the height is asked for and used by nothing here
    curve = made.power_curve.sort_values("wind_speed")
    return PowerCurve(curve.wind_speed.to_numpy(float), curve.value.to_numpy(float) / made.nominal_power)


def weibull_cdf(speed_ms: np.ndarray, mean_ms: float, k: float) -> np.ndarray:
    """Share of time below each speed where the mean speed and shape are these."""
    return 1 - np.exp(-((speed_ms * gamma(1 + 1 / k) / mean_ms) ** k)) if mean_ms > 0 else np.ones_like(speed_ms)


def capacity_factor(curve: PowerCurve, mean_ms: float, k: float) -> float:
    """Mean share of rated power under a Weibull distribution (k = 2: Rayleigh), before losses."""
    fine = np.arange(curve.speed_ms[0], curve.speed_ms[-1], 0.02)
    speed = np.union1d(fine, curve.speed_ms)
    time = np.diff(weibull_cdf(speed, mean_ms, k))
    return float(np.sum(time * np.interp((speed[1:] + speed[:-1]) / 2, curve.speed_ms, curve.share)))


def yield_h(curve: PowerCurve, k: float) -> np.ndarray:
    """Full-load hours a year before losses at each of the tabulated mean speeds."""
    return HOURS_PER_YEAR * np.array([capacity_factor(curve, v, k) for v in _SPEEDS_MS])


def air_density_kg_m3(altitude_m: np.ndarray, temperature_degc: np.ndarray | None = None) -> np.ndarray:
    """Density of dry air at an altitude (ICAO standard atmosphere), at its standard or a given temperature."""
    pressure = 101325.0 * (1 - 0.0065 * altitude_m / 288.15) ** 5.25588
    kelvin = 288.15 - 0.0065 * altitude_m if temperature_degc is None else temperature_degc + _ZERO_K
    return pressure / (_GAS_J_KG_K * kelvin)


def speed_in_standard_air(speed_ms: np.ndarray, density_kg_m3: np.ndarray) -> np.ndarray:
    """Speed at which standard air carries the same power (IEC 61400-12-1, turbines with pitch control).

    A Weibull distribution stays one of the same shape, so the mean speed alone has to be changed.
    """
    return speed_ms * np.cbrt(density_kg_m3 / STANDARD_KG_M3)


# --- avoided CO2 ---------------------------------------------------------------------------------------------


def avoided_co2(sites: pd.DataFrame, factors: pd.DataFrame, language: str) -> pd.DataFrame:
    """Energy of each site x every factor that has a value (schema ``AVOIDED_CO2``): a statistic, never a credit or a sink."""
    rows = []
    for site in sites[sites.energy_gwh_yr.notna()].itertuples():
        for factor in factors[factors.value_kgco2_kwh.notna()].itertuples():
            tonnes = factor.value_kgco2_kwh * KGCO2_KWH_TO_TCO2_GWH
            rows.append(
                {
                    "site_id": site.site_id, "factor_id": factor.factor_id,
                    "factor": factor.name_zh if language == "zh" else factor.name_en,
                    "factor_year": factor.year, "scope": factor.scope, "value_kgco2_kwh": factor.value_kgco2_kwh, "label": factor.label,
                    "energy_gwh_yr": site.energy_gwh_yr, "avoided_tco2_yr": site.energy_gwh_yr * tonnes,
                    "low_tco2_yr": site.energy_low_gwh_yr * tonnes, "high_tco2_yr": site.energy_high_gwh_yr * tonnes,
                    "note": say("avoided_statistic", language),
                }
            )  # fmt: skip
    return pd.DataFrame(rows)
