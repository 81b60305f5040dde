"""Route ``volume_ipcc``: growing stock by the IPCC's factors (2006 Guidelines, Vol 4, eq. 2.8 and Tables 4.3-4.5).

AGB [t d.m.] = V x BCEF_S by forest type and class of V per hectare; BGB = AGB x R by type and class of AGB per hectare; carbon =
biomass x CF by type; dead wood 8 % and litter 4 % of AGB, x 0.47 and x 0.37. The class of R is that of the stand's own AGB as
the tables give it, the same in every draw. Where a class has no row (oaks up to 70 t/hm2) the route cannot serve.
"""

from __future__ import annotations

from pipeline.carbon import stand
from pipeline.carbon.factors import Factors
from pipeline.carbon.land import Piece, Refusal, Term
from pipeline.carbon.trials import Trials

NAME = "volume_ipcc"


def serve(piece: Piece, factors: Factors, trials: Trials) -> list[Term] | Refusal:
    """Pools of a piece from its growing stock."""
    species = stand.stand(piece, factors)
    if isinstance(species, Refusal):
        return species
    kind = species["forest_type"]
    bcef = factors.find("bcef_s_t_m3", kind, piece.stock_m3_hm2)
    carbon = factors.find("carbon_fraction", kind)
    root = factors.find("root_shoot", kind, piece.stock_m3_hm2 * bcef["value"]) if bcef else None
    if bcef is None or carbon is None or root is None:
        return Refusal("factor_gap", piece.species)
    agb = (bcef["parameter"],)
    dead = stand.dead(factors, piece.stock_m3, agb)
    if isinstance(dead, Refusal):
        return dead
    return [
        Term("agb", piece.stock_m3, (*agb, carbon["parameter"])),
        Term("bgb", piece.stock_m3, (*agb, root["parameter"], carbon["parameter"])),
        *dead,
    ]
