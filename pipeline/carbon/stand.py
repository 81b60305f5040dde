"""What the routes by growing stock share: type of a stand from its species, and dead wood and litter from its biomass."""

from __future__ import annotations

from pipeline.carbon.factors import Factors
from pipeline.carbon.land import Piece, Refusal, Term


def stand(piece: Piece, factors: Factors, *, any_species: bool = False) -> dict | Refusal:
    """The species row of a piece with growing stock; with ``any_species`` an unknown one will do.

    A recorded stock of zero says nothing of biomass (saplings, shrubs): such land goes to the next route.
    """
    if piece.stock_m3 is None:
        return Refusal("no_growing_stock")
    if piece.stock_m3 <= 0:
        return Refusal("zero_growing_stock")
    row = factors.species.get(piece.species) if piece.species else None
    if row is None and any_species:
        return {}
    if row is None:
        return Refusal("species_unknown", piece.species or "–")
    return Refusal("species_for_produce", piece.species) if row["forest_type"] == "none" else row


def dead(factors: Factors, amount: float, agb_dm: tuple[str, ...]) -> list[Term] | Refusal:
    """Dead wood and litter as shares of above-ground dry matter, each with a carbon fraction of its own (CDM AR-TOOL12).

    ``amount`` times the product of ``agb_dm`` is the above-ground dry matter [t].
    """
    made = []
    for pool in ("dead_wood", "litter"):
        rows = [factors.find(f, "all") for f in (f"{pool}_per_agb", f"carbon_fraction_{pool}")]
        if None in rows:
            return Refusal("factor_gap")
        made.append(Term(pool, amount, (*agb_dm, *(r["parameter"] for r in rows))))
    return made
