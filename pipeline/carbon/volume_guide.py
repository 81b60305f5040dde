"""Route ``volume_guide``: growing stock by the Chinese guide for provincial greenhouse-gas inventories (2011, ch. 4).

Biomass [t d.m.] = V x wood density x BEF of the whole tree, above ground with the BEF above ground; carbon = biomass x 0.5; dead
wood and litter as in ``volume_ipcc``. Means of the province, for all species. Its rows are to be checked before use, so it serves
nothing until ``carbon.unchecked_factors`` names them.
"""

from __future__ import annotations

from pipeline.carbon import stand
from pipeline.carbon.factors import Factors
from pipeline.carbon.land import Piece, Refusal, Term
from pipeline.carbon.trials import Trials

NAME = "volume_guide"


def serve(piece: Piece, factors: Factors, trials: Trials) -> list[Term] | Refusal:
    """Pools of a piece from its growing stock."""
    species = stand.stand(piece, factors, any_species=True)
    if isinstance(species, Refusal):
        return species
    rows = [factors.find(f, "guide") for f in ("wood_density_t_m3", "bef_total", "bef_above", "carbon_fraction")]
    if None in rows:
        return Refusal("factor_unchecked")
    density, total, above, carbon = (r["parameter"] for r in rows)
    dead = stand.dead(factors, piece.stock_m3, (density, above))
    if isinstance(dead, Refusal):
        return dead
    return [
        Term("agb", piece.stock_m3, (density, above, carbon)),
        Term("bgb", piece.stock_m3, (density, total, carbon)),  # the whole tree ...
        Term("bgb", -piece.stock_m3, (density, above, carbon)),  # ... less what is above ground
        *dead,
    ]
