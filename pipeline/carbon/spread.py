"""What the uncertainty of a total comes from, and the same interval by the IPCC's simple approach.

Variance split: each source in turn varies while the others stand as configured, and the parts are shown as shares of their sum.

- density: the draws with class areas frozen at their means; area: drawn areas with densities frozen at theirs. A total is linear
  in each, so both are exact conditional means; what is left of the joint variance (both off together) is halved between them.
- soc_edition: the two editions of the soil table taken as equally likely: (half the step)^2.
- route: each configured route put first in turn, all equally likely: the variance between those accounts.

Edition and route are choices, no draws: the interval of a stock does not hold them.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from pipeline.carbon.draws import Draws, interval, value
from pipeline.carbon.trials import Z_95
from pipeline.core.tables import POOLS


@dataclass(frozen=True)
class Adjusted:
    """A zone's stocks on the class areas of a sample; trial arrays, except ``sampling_tc2``."""

    hm2: dict[str, np.ndarray]  # by class
    tc: dict[tuple[str, str], np.ndarray]  # by class and pool
    density_only: np.ndarray  # total with areas at their means
    area_only: np.ndarray  # total with densities at their means
    sampling_tc2: float  # variance of the total by the stratified estimator

    @property
    def total(self) -> np.ndarray:
        """Total of all classes and pools."""
        return sum(self.tc.values(), np.zeros_like(self.density_only))


def adjust(draws: Draws, county_code: str, areas: dict[str, np.ndarray], sampling_tc2: float) -> Adjusted:
    """A zone's stocks with drawn class areas: area times the mean density of the class there, gaps left out.

    The mean is over land mapped as the class: what a layer measured there includes what the map got wrong.
    """
    size = next(iter(areas.values())).size
    tc, density_only, area_only = {}, np.zeros(size), np.zeros(size)
    for key, hm2 in areas.items():
        whole = np.zeros(size)
        for pool in POOLS:
            if (found := density(draws, county_code, key, pool)) is not None:
                tc[key, pool] = hm2 * found
                whole = whole + found
        density_only = density_only + hm2[1:].mean() * whole
        area_only = area_only + hm2 * whole[1:].mean()
    return Adjusted(areas, tc, density_only, area_only, sampling_tc2)


def density(draws: Draws, county_code: str, class_key: str, pool: str) -> np.ndarray | None:
    """Carbon per hectare of all land of a class: what has no value counts nothing, as on the map."""
    mapped, stock = draws.area_hm2.get((county_code, class_key), 0.0), draws.stock(county_code, class_key, pool)
    if mapped > 0:
        return None if stock is None else stock / mapped
    return draws.density(county_code, class_key, pool)


def on_areas(draws: Draws, county_code: str, hm2: dict[str, float]) -> np.ndarray | float:
    """Trials [tC] of a zone's total with given class areas; 0.0 where nothing has a value."""
    found = [(a, density(draws, county_code, k, p)) for k, a in hm2.items() for p in POOLS]
    return sum((a * d for a, d in found if d is not None), 0.0)


def together(parts: Iterable[Adjusted]) -> Adjusted:
    """The whole area from counties that were sampled each for itself."""
    parts = list(parts)

    def added(tables: list[dict]) -> dict:
        made: dict = {}
        for table in tables:
            for key, array in table.items():
                made[key] = made[key] + array if key in made else array
        return made

    return Adjusted(
        added([p.hm2 for p in parts]),
        added([p.tc for p in parts]),
        sum(p.density_only for p in parts),
        sum(p.area_only for p in parts),
        math.fsum(p.sampling_tc2 for p in parts),
    )


def split(total: np.ndarray, adjusted: Adjusted | None, edition_step_tc: float, by_route_tc: list[float]) -> dict[str, float]:
    """Variance [tC2] of a zone's total by component.

    ``total``: its trials on mapped areas. ``edition_step_tc``: what the other edition of the soil table would change.
    ``by_route_tc``: the total with each route first.
    """
    if adjusted is None:
        density, area = float(np.var(total[1:])), 0.0
    else:
        joint = float(np.var(adjusted.total[1:]))
        density, area = (float(np.var(a[1:])) for a in (adjusted.density_only, adjusted.area_only))
        both = (joint - density - area) / 2
        density, area = max(density + both, 0.0), max(area + both, 0.0)
    route = float(np.var(by_route_tc)) if len(by_route_tc) > 1 else 0.0
    return {"area": area, "density": density, "soc_edition": (edition_step_tc / 2) ** 2, "route": route}


def approach_1(ends: np.ndarray, sampling_tc2: float = 0.0) -> float:
    """Half-width [tC] of the 95 % interval by error propagation (IPCC 2006 Vol 1 ch. 3, Approach 1).

    ``ends``: a total in the design ``one_at_a_time``: each parameter alone at its low and high end. Their half-ranges are added in
    quadrature, so parameters are independent of each other, and land that shares one is fully correlated.
    """
    half = (ends[2::2] - ends[1::2]) / 2
    return math.sqrt(float((half**2).sum()) + Z_95**2 * sampling_tc2)


def half_width(trials: np.ndarray) -> float:
    """Half-width of the 95 % interval of the draws."""
    low, high = interval(trials)
    return (high - low) / 2


def relative(part: float, whole: float) -> float | None:
    """A part in percent; None of nothing."""
    return part / whole * 100 if whole > 0 else None


def stands_on(total: np.ndarray, adjusted: Adjusted | None) -> tuple[float, float]:
    """(estimate, half-width of the draws) that Approach 1 is compared with: on the sample's areas where there is one."""
    trials = total if adjusted is None else adjusted.total
    return value(trials), half_width(trials)
