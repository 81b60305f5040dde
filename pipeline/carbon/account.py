"""An account: what a product's land holds by a list of routes, as sums of terms that any design of trials can evaluate.

Living biomass, dead wood and litter of each piece come from the first route of the list that can serve it; soil carbon does not
depend on the route. Terms are linear, so the whole area is the sum of its counties, value by value and draw by draw.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import reduce

import numpy as np

from pipeline.carbon import class_mean
from pipeline.carbon.draws import Draws
from pipeline.carbon.factors import SOC_LAYER, Factors
from pipeline.carbon.land import BIOMASS, Piece, Product, Refusal, Soil, Term
from pipeline.carbon.trials import Trials
from pipeline.core.tables import POOLS

MIXED, NONE = "mixed", "none"
Serve = Callable[[Piece, Factors, Trials], "list[Term] | Refusal"]
Key = tuple[str, str, str]  # county_code, class_key, pool


@dataclass
class Account:
    """Terms of one product by one list of routes; all areas in hm2."""

    land: Product
    route: str
    terms: dict[Key, dict[tuple[str, ...], float]] = field(default_factory=dict)  # of counties
    known_hm2: dict[Key, float] = field(default_factory=dict)
    served_hm2: dict[tuple[str, str, str], float] = field(default_factory=dict)  # (county_code, class_key, route or none)
    refused_hm2: dict[tuple[str, str, str, str], float] = field(default_factory=dict)  # (county_code, route, reason, detail)

    def add(self, county: str, class_key: str, term: Term) -> None:
        """Add a term to its pool."""
        own = self.terms.setdefault((county, class_key, term.pool), {})
        own[term.names] = own.get(term.names, 0.0) + term.amount

    @property
    def names(self) -> set[str]:
        """Everything among the trials that some land refers to."""
        return {n for parts in self.terms.values() for names, amount in parts.items() if amount for n in names}

    def fixed_tc(self, trials: Trials) -> dict[str, float]:
        """Stock [tC] by zone that stands on numbers without any range, which no interval holds."""
        made = {z["county_code"]: 0.0 for z in self.land.zones}
        for (county, _, _), parts in self.terms.items():
            for names, amount in parts.items():
                product = trials.product(names)
                if (product == product[0]).all():
                    for code in (county, self.land.city):
                        if code is not None:
                            made[code] += amount * float(product[0])
        return made

    def draws(self, trials: Trials, densities: dict[tuple[str, str], np.ndarray] | None = None) -> Draws:
        """The account in a design of trials, the whole area as the sum of its counties."""
        stocks: dict[Key, np.ndarray] = {}
        for key, parts in self.terms.items():
            arrays = [amount * trials.product(names) for names, amount in parts.items()]
            stocks[key] = arrays[0] if len(arrays) == 1 else reduce(np.add, arrays)
        known = dict(self.known_hm2)
        if self.land.city is not None:
            for county, class_key, pool in list(stocks):
                key = (self.land.city, class_key, pool)
                stocks[key] = stocks[county, class_key, pool] + stocks.get(key, 0.0)
            for key in [k for k in stocks if k[0] == self.land.city]:
                known[key] = math.fsum(known.get((c, *key[1:]), 0.0) for c in self.land.counties)
        return Draws(self.land.product, self.land.year, self.route, self.land.area_hm2, stocks, known, densities or {})


def make(
    land: Product, routes: list[str], menu: dict[str, Serve], factors: Factors, trials: Trials, route: str, *, soil_table: bool
) -> Account:
    """The account of a product by ``routes`` in order of priority; ``soil_table``: whether the table's depth is the account's."""
    made = Account(land, route)
    for county, pieces in land.pieces.items():
        for piece in pieces:
            terms, by = [], NONE
            for name in routes:
                answer = menu[name](piece, factors, trials)
                if isinstance(answer, list):
                    terms, by = answer, name
                    break
                place = (county, name, answer.reason, answer.detail)
                made.refused_hm2[place] = made.refused_hm2.get(place, 0.0) + piece.area_hm2
            place = (county, piece.class_key, by)
            made.served_hm2[place] = made.served_hm2.get(place, 0.0) + piece.area_hm2
            for term in terms:
                made.add(county, piece.class_key, term)
            for pool in dict.fromkeys(t.pool for t in terms):
                key = (county, piece.class_key, pool)
                made.known_hm2[key] = made.known_hm2.get(key, 0.0) + piece.area_hm2
    for (county, class_key), soil in land.soil.items():
        _soil(made, county, class_key, soil, trials, soil_table=soil_table)
    made.terms = {k: made.terms[k] for k in sorted(made.terms, key=_order(land))}
    return made


def _soil(made: Account, county: str, class_key: str, soil: Soil, trials: Trials, *, soil_table: bool) -> None:
    """Soil by the layer where it is known, elsewhere by the table - never in another depth than the layer's."""
    parts = [(hm2, class_mean.soil(class_key, zone)) for zone, hm2 in soil.rest_hm2.items()] if soil_table else []
    parts = [(hm2, name) for hm2, name in parts if name in trials]
    for hm2, name in parts:
        made.add(county, class_key, Term("soc", hm2, (name,)))
    if soil.layer_hm2 > 0:
        made.add(county, class_key, Term("soc", soil.layer_tc, (SOC_LAYER,) if SOC_LAYER in trials else ()))
    if parts or soil.layer_hm2 > 0:
        made.known_hm2[county, class_key, "soc"] = math.fsum([soil.layer_hm2, *(hm2 for hm2, _ in parts)])


def _order(land: Product) -> Callable[[Key], tuple]:
    """Zones and classes in the order of the tables, pools in theirs."""
    zone = {z["county_code"]: i for i, z in enumerate(land.zones)}
    classes = {k: i for i, k in enumerate(dict.fromkeys(k for _, k in land.area_hm2))}
    return lambda key: (zone[key[0]], classes.get(key[1], len(classes)), POOLS.index(key[2]))


def has_biomass(account: Account) -> bool:
    """Whether the account's routes serve any land."""
    return any(pool in BIOMASS for _, _, pool in account.terms)
