"""Estimators on the synthetic city: 1,000 seeded samples of its cells, held against what was planted.

The population is the cells of the city's maps at 300 m: the true land cover and two products with planted errors. Each
estimator has to hold the planted value in 93-97 % of its 95 % intervals, and its standard errors have to be the spread of
its estimates to 5 %. (The spread of 1,000 estimates is itself known to 2.2 % only: of six seeds one is off by 6 %.)
"""

import numpy as np
import pytest
from worlds import city_cells

from pipeline.cover import estimators

SAMPLES = 1_000
FOREST = (1, 2, 3)  # of the true land cover: arbor, bamboo, special shrub
TREES = {"SYN_A": 10, "SYN_B": 2}  # codes the products call forest


@pytest.fixture(scope="module")
def cells(tmp_path_factory) -> dict[str, np.ndarray]:
    """Codes of every cell of the city that all three maps know: ``truth``, ``SYN_A``, ``SYN_B``."""
    return city_cells(tmp_path_factory.mktemp("city"))


class Population:
    """Cells by stratum and by what a point of them tells: (class on the assessed map is forest, true class is forest, the same class)."""

    def __init__(self, cells, *, mapped: str, strata: str):
        truth, on_map = np.isin(cells["truth"], FOREST), cells[mapped] == TREES[mapped]
        self.kinds = np.array([(m, t) for m in (False, True) for t in (False, True)])
        kind = on_map * 2 + truth
        self.codes, place = np.unique(cells[strata], return_inverse=True)
        self.count = np.array([np.bincount(kind[place == h], minlength=4) for h in range(self.codes.size)])  # (stratum, kind)
        self.share = self.count.sum(axis=1) / self.count.sum()
        both, mapped_forest, forest = self.count[:, 3].sum(), self.count[:, 2:].sum(), self.count[:, 1::2].sum()
        whole = self.count.sum()
        self.planted = {
            "forest": forest / whole,
            "overall": (both + self.count[:, 0].sum()) / whole,
            "users": both / mapped_forest,
            "producers": both / forest,
        }

    def draw(self, rng, sizes: np.ndarray | int):
        """(stratum, on the map forest, truly forest) of the points of one sample."""
        if np.ndim(sizes):
            drawn = np.array([rng.multivariate_hypergeometric(c, n) for c, n in zip(self.count, sizes, strict=True)])
        else:
            drawn = rng.multivariate_hypergeometric(self.count.ravel(), sizes, method="marginals").reshape(self.count.shape)
        stratum, kind = np.indices(drawn.shape).reshape(2, -1)
        stratum, kind = np.repeat(stratum, drawn.ravel()), np.repeat(kind, drawn.ravel())
        return stratum, self.kinds[kind, 0], self.kinds[kind, 1]


DESIGNS = {  # name: map assessed, strata, how drawn, points (by stratum: proportional to area, at least 60)
    "stratified by the map's classes": ("SYN_A", "SYN_A", "stratified"),
    "strata of another map": ("SYN_A", "SYN_B", "stratified"),
    "random, grouped afterwards": ("SYN_B", "SYN_B", "simple_random"),
}


@pytest.mark.parametrize("design", DESIGNS)
def test_intervals_hold_what_was_planted(cells, design):
    mapped, strata, kind = DESIGNS[design]
    population, rng = Population(cells, mapped=mapped, strata=strata), np.random.default_rng(11)
    sizes = np.maximum(np.round(1_500 * population.share), 60).astype(int) if kind == "stratified" else 2_500
    found = {name: [] for name in population.planted}
    for _ in range(SAMPLES):
        stratum, on_map, forest = population.draw(rng, sizes)
        share = population.share
        if kind == "simple_random":  # post-strata with fewer than two points join the largest
            few = np.flatnonzero(np.bincount(stratum, minlength=share.size) < 2)
            stratum, share = (
                np.where(np.isin(stratum, few), share.argmax(), stratum),
                np.where(np.isin(np.arange(share.size), few), 0, share),
            )
            share[population.share.argmax()] += population.share[few].sum()
        sample = estimators.Sample(stratum, share, kind)
        found["forest"].append(estimators.share(sample, forest))
        found["overall"].append(estimators.share(sample, on_map == forest))
        found["users"].append(estimators.ratio(sample, on_map & forest, on_map))
        found["producers"].append(estimators.ratio(sample, on_map & forest, forest))
    for name, each in found.items():
        planted, value = population.planted[name], np.array([e.value for e in each])
        coverage = np.mean([e.low <= planted <= e.high for e in each])
        spread, se = value.std(ddof=1), np.mean([e.se for e in each])
        assert 0.93 <= coverage <= 0.97, (name, coverage)
        assert abs(se / spread - 1) <= 0.05, (name, se / spread)
        assert abs(value.mean() - planted) <= 4 * spread / SAMPLES**0.5, name
