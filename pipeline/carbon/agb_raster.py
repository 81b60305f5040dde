"""Route ``agb_raster``: a layer of above-ground biomass [t d.m./hm2], summed by class in the pixel pass.

AGB = the layer's sum over the class; BGB = AGB x R; carbon = biomass x CF; dead wood and litter as in ``volume_ipcc``. It serves the
classes that have a carbon fraction in the table (``applies_to`` is the class); R is that of the class table. The error of
the layer is what ``carbon.agb_error_pct`` declares, shared by all its land; undeclared, no interval holds it.
"""

from __future__ import annotations

from pipeline.carbon import stand
from pipeline.carbon.factors import AGB_LAYER, Factors, name_of
from pipeline.carbon.land import Piece, Refusal, Term
from pipeline.carbon.trials import Trials

NAME = "agb_raster"


def serve(piece: Piece, factors: Factors, trials: Trials) -> list[Term] | Refusal:
    """Pools of a piece from the biomass on it."""
    carbon = factors.find("carbon_fraction", piece.class_key)
    if carbon is None:
        return Refusal("class_not_by_map")
    if piece.agb_t is None:
        return Refusal("no_layer_value")
    root = factors.of_class(piece.class_key, "root_shoot")
    agb = (AGB_LAYER,) if AGB_LAYER in trials else ()
    dead = stand.dead(factors, piece.agb_t, agb)
    if root is None or isinstance(dead, Refusal):
        return Refusal("factor_gap")
    return [
        Term("agb", piece.agb_t, (*agb, carbon["parameter"])),
        Term("bgb", piece.agb_t, (*agb, carbon["parameter"], name_of(root))),
        *dead,
    ]
