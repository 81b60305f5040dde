"""Whether a target is met: plainly where a census decides, by its probability where a sample does, else not at all."""

from __future__ import annotations

from dataclasses import dataclass

LEAST_POINTS = 30  # [A] of a sample that may decide: two hits of two would already be "significant", and nobody would sign it


@dataclass(frozen=True)
class Chance:
    """Probability that the target is met, by what a sample leaves open.

    ``p``: if the land that was not sampled is like the rest; ``low``, ``high``: if none of it, or all of it, is forest.
    """

    p: float
    low: float
    high: float


def verdict(chance: Chance | None, *, sure: float) -> str:
    """``met`` / ``not_met`` / ``undetermined``.

    Without a probability (no accepted reference sample) nothing is decided, however large the gap looks: the map's bias is
    unknown. ``sure`` is the band of the brief [A: 0.95]: met from ``sure``, not met up to ``1 - sure``, whatever the land
    that was not sampled may hold.
    """
    if chance is None:
        return "undetermined"
    return "met" if chance.low >= sure else "not_met" if chance.high <= 1 - sure else "undetermined"


def by_sample(chance: Chance, *, points: int, definition: str, sure: float) -> tuple[str, str]:
    """Verdict and what it stands on, of a zone with an estimate from some points.

    A reference that is tree cover rather than forest by law carries a bias that no interval holds: nothing is decided by it,
    nor by fewer than :data:`LEAST_POINTS`.
    """
    if definition != "statutory":
        return "undetermined", "sample_definition"
    if points < LEAST_POINTS:
        return "undetermined", "sample_small"
    said = verdict(chance, sure=sure)
    return said, "sample_inconclusive" if said == "undetermined" else "sample"


def by_census(*, cover_pct: float, target_pct: float, is_surveyed: bool) -> tuple[str, str]:
    """Verdict and what it stands on, of a census of forest by law; a zone with counties not delivered has none."""
    if not is_surveyed:
        return "undetermined", "not_surveyed"
    return "met" if cover_pct >= target_pct else "not_met", "census"
