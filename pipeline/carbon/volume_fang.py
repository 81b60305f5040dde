"""Route ``volume_fang``: growing stock by the continuous BEF of Fang et al. (2001, Science 292:2320-2322).

Living biomass [t d.m./hm2] = a V + b by species group, V in m3/hm2; carbon = biomass x 0.5. The method gives the sum: it is split by
the root-shoot ratio of the class table (an assumption that leaves the sum as it is), and dead wood and litter follow the part
above ground as in ``volume_ipcc``. Groups whose parameters differ between publications are off until they are chosen.
"""

from __future__ import annotations

from pipeline.carbon import stand
from pipeline.carbon.class_mean import above, below
from pipeline.carbon.factors import Factors, name_of
from pipeline.carbon.land import Piece, Refusal, Term
from pipeline.carbon.trials import Trials

NAME = "volume_fang"


def serve(piece: Piece, factors: Factors, trials: Trials) -> list[Term] | Refusal:
    """Pools of a piece from its growing stock and area."""
    species = stand.stand(piece, factors)
    if isinstance(species, Refusal):
        return species
    group = species["fang_group"] if isinstance(species["fang_group"], str) else None
    if group is None:
        return Refusal("factor_gap", piece.species)
    slope, constant = (factors.find(f, group) for f in ("fang_a_t_m3", "fang_b_t_hm2"))
    carbon, root = factors.find("carbon_fraction", "fang"), factors.of_class(piece.class_key, "root_shoot")
    if slope is None or constant is None or carbon is None:
        return Refusal("factor_unchecked", piece.species)
    if root is None:
        return Refusal("factor_gap", piece.species)
    over, under = above(name_of(root)), below(name_of(root))
    made = []
    for amount, row in ((piece.stock_m3, slope), (piece.area_hm2, constant)):
        dead = stand.dead(factors, amount, (row["parameter"], over))
        if isinstance(dead, Refusal):
            return dead
        made += [
            Term("agb", amount, (row["parameter"], carbon["parameter"], over)),
            Term("bgb", amount, (row["parameter"], carbon["parameter"], under)),
            *dead,
        ]
    return made
