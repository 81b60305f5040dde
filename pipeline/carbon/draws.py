"""What a carbon account hands to all that is computed from it: stocks and densities as arrays of trials.

A trial array has the value of the tables first and the Monte Carlo draws after it: ``a[0]`` is deterministic, ``a[1:]`` are
the draws. The same position is the same draw everywhere - in every county, class, pool, product, year and route - because a
parameter is drawn once per draw under its own name. So arrays are simply added, subtracted and multiplied by areas: the
interval of a difference of two years is that of the differences, county arrays add up to the city's, and nothing that two
stocks share is counted twice.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from pipeline.core.tables import POOLS


@dataclass(frozen=True)
class Draws:
    """One account: a product and year by one route (or ``mixed``, each hectare by the first route that can serve it).

    Areas are those of the map and fixed; a pool without a value is absent, never zero.
    """

    product: str
    year: int | None
    route: str
    area_hm2: dict[tuple[str, str], float]  # (county_code, class_key), of all zones: counties and the whole area
    stocks_tc: dict[tuple[str, str, str], np.ndarray]  # (county_code, class_key, pool): trials [tC]
    known_hm2: dict[tuple[str, str, str], float]  # land of the class that has a value for the pool
    densities_tc_hm2: dict[tuple[str, str], np.ndarray]  # (class_key, pool): trials [tC/hm2] where a zone has no such land

    def stock(self, county_code: str, class_key: str, pool: str) -> np.ndarray | None:
        """Trials [tC] of a zone's class and pool; None without a value or without land."""
        return self.stocks_tc.get((county_code, class_key, pool))

    def total(self, county_code: str, *, classes: Iterable[str] | None = None, pools: Iterable[str] = POOLS) -> np.ndarray | float:
        """Trials [tC] of a zone, of all classes or some, all pools or some; 0.0 where nothing has a value."""
        wanted, chosen = None if classes is None else set(classes), set(pools)
        return sum(
            (s for (c, k, p), s in self.stocks_tc.items() if c == county_code and p in chosen and (wanted is None or k in wanted)), 0.0
        )

    def density(self, county_code: str, class_key: str, pool: str) -> np.ndarray | None:
        """Trials [tC/hm2] of a class and pool: the mean over the land of the zone that has a value, else that of the class anywhere.

        None for a gap. What was measured there (growing stock, biomass or soil layers) is in the mean.
        """
        known = self.known_hm2.get((county_code, class_key, pool), 0.0)
        if known > 0:
            return self.stocks_tc[county_code, class_key, pool] / known
        return self.densities_tc_hm2.get((class_key, pool))


def value(trials: np.ndarray) -> float:
    """The deterministic value: what the tables say."""
    return float(trials[0])


def mean(trials: np.ndarray) -> float:
    """Mean of the draws."""
    return float(trials[1:].mean())


def interval(trials: np.ndarray) -> tuple[float, float]:
    """The 2.5 and 97.5 percentiles of the draws."""
    low, high = np.percentile(trials[1:], [2.5, 97.5])
    return float(low), float(high)
