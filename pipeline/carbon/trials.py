"""Every uncertain number of a run as an array of trials: first its value, then what it may be instead.

A design says what stands after the value. ``monte_carlo``: draws from the row's distribution, each parameter from a stream of
its own name, so neither the order nor the choice of rows changes it. ``one_at_a_time``: each parameter in turn at the low and the
high end of its range while all others keep their value; that is what IPCC Approach 1 needs. ``plain``: the value alone.
Formulas are written once and hold for all of them. Ranges in the tables are 2.5 and 97.5 percentiles.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from pipeline.core.errors import BadData, problem

Z_95 = 1.959963984540054  # 97.5 percentile of the standard normal


@dataclass(frozen=True)
class Parameter:
    """A number with its range; ``distribution`` is one of :data:`DISTRIBUTIONS` when it varies."""

    name: str
    value: float
    low: float | None
    high: float | None
    distribution: str | None

    @classmethod
    def of(cls, name: str, row: dict) -> Parameter:
        """From a row of a factor table."""
        low, high = (None if pd.isna(row[c]) else float(row[c]) for c in ("low", "high"))
        return cls(name, float(row["value"]), low, high, None if pd.isna(row["distribution"]) else str(row["distribution"]))

    @property
    def varies(self) -> bool:
        """Whether it has a distribution to be drawn from."""
        return self.distribution in DISTRIBUTIONS


@dataclass
class Trials:
    """Arrays by name, all of one length; products of them are kept, since many areas share a formula."""

    size: int  # the value and what stands after it
    arrays: dict[str, np.ndarray] = field(default_factory=dict)
    _products: dict[tuple[str, ...], np.ndarray] = field(default_factory=dict)

    def __getitem__(self, name: str) -> np.ndarray:
        """The trials of a parameter or of what was made of some."""
        return self.arrays[name]

    def __contains__(self, name: str) -> bool:
        """Whether there is such an array."""
        return name in self.arrays

    def get(self, name: str) -> np.ndarray | None:
        """The trials of a name, None where there are none."""
        return self.arrays.get(name)

    def keep(self, name: str, array) -> None:
        """Name an array that a formula made, so that land can refer to it."""
        self.arrays[name] = np.broadcast_to(np.asarray(array, dtype=float), (self.size,))

    def product(self, names: tuple[str, ...]) -> np.ndarray:
        """The product of some arrays; ones for none."""
        if names not in self._products:
            made = np.ones(self.size)
            for i, name in enumerate(names):
                made = self[name] if i == 0 else made * self[name]
            self._products[names] = made
        return self._products[names]


def monte_carlo(parameters: Iterable[Parameter], draws: int, seed: int) -> Trials:
    """Value and ``draws`` draws of every parameter."""
    made = Trials(1 + draws)
    for p in parameters:
        drawn: np.ndarray | float = p.value
        if p.varies:
            stream = np.random.default_rng([seed, zlib.crc32(p.name.encode())])
            drawn = DISTRIBUTIONS[p.distribution](stream, draws, p.value, p.low, p.high)
        made.keep(p.name, np.concatenate([[p.value], np.broadcast_to(drawn, (draws,))]))
    return made


def one_at_a_time(parameters: Iterable[Parameter]) -> Trials:
    """Value, then for each parameter that varies two trials: it alone at its low and at its high end."""
    parameters = list(parameters)
    ends = [p for p in parameters if p.varies]
    made = Trials(1 + 2 * len(ends))
    for p in parameters:
        array = np.full(made.size, p.value)
        if p.varies:
            array[1 + 2 * ends.index(p) : 3 + 2 * ends.index(p)] = p.low, p.high
        made.keep(p.name, array)
    return made


def plain(parameters: Iterable[Parameter]) -> Trials:
    """Values alone."""
    made = Trials(1)
    for p in parameters:
        made.keep(p.name, p.value)
    return made


def _lognormal(stream, size: int, value: float, low: float, high: float) -> np.ndarray:
    middle, spread = (np.log(low) + np.log(high)) / 2, (np.log(high) - np.log(low)) / (2 * Z_95)
    return np.exp(middle + spread * stream.standard_normal(size))


def _normal(stream, size: int, value: float, low: float, high: float) -> np.ndarray:
    return np.maximum(value + (high - low) / (2 * Z_95) * stream.standard_normal(size), 0.0)


def _triangular(stream, size: int, value: float, low: float, high: float) -> np.ndarray:
    left, right = triangle_ends(value, low, high)
    return np.maximum(stream.triangular(left, value, right, size), 0.0)


def triangle_ends(mode: float, low: float, high: float) -> tuple[float, float]:
    """Ends of the triangular distribution whose 2.5 and 97.5 percentiles are ``low`` and ``high``.

    From P(X < low) = (low - left)^2 / (width (mode - left)) = 0.025 and its mirror image, by fixed-point steps.
    """
    left, right = low, high
    for _ in range(200):
        width = right - left
        left, right = low - np.sqrt(0.025 * width * (mode - left)), high + np.sqrt(0.025 * width * (right - mode))
    if not np.isfinite([left, right]).all():
        raise BadData(problem("factor_range", line="", class_key="", factor="triangular", found=f"{mode} ({low}–{high})"))
    return float(left), float(right)


DISTRIBUTIONS: dict[str, Callable[..., np.ndarray]] = {"lognormal": _lognormal, "normal": _normal, "triangular": _triangular}
