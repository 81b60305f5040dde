"""Area shares and map accuracy from a probability sample of reference points, with intervals and probabilities.

Every estimate here is a ratio R = sum W_h y_h / sum W_h x_h of means by stratum of two indicators, y a part of x; an area
share is the ratio with x = 1 everywhere. Its standard error is the textbook one: stratified (Olofsson et al. 2014;
Stehman 2014 for strata that are not the map classes) or post-stratified (Cochran 1977, eq. 5A.42).

The interval is value -/+ z se where the sample carries it, and ``beta`` where it does not. A stratum whose few
points all agree has a sample variance of zero and fakes certainty, so the question asked is: how far would *one more
point*, in the stratum where it weighs most, move the estimate? ``normal`` needs a variance of at least ten such moves
squared; for a plain random sample that is the familiar ten points of the rarer kind. Below that the lower limit stands
on the sample with that one point more against it, the upper limit on the sample with one more in its favour, each as a
Beta distribution of that mean and variance. With one stratum this is the exact interval of Clopper and Pearson 1934;
with several it follows the idea of Fay and Feuer 1997 (Statistics in Medicine 16:791-801) for weighted counts. It is
wide rather than confident, and value and standard error stay the textbook's.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from statistics import NormalDist
from typing import Any

import numpy as np

from pipeline.core.errors import BadData, Findings

KINDS = ("stratified", "simple_random")

_ENOUGH = 10.0  # variance, in squared moves by one point, from which the normal interval is used
_SIZES = (0.1, 1e6)  # of a Beta distribution: from all but its two ends to all but one value


class Unsuitable(BadData, ValueError):
    """The sample cannot carry an estimate; ``problems`` has every reason as a key with its parameters."""


@dataclass(frozen=True, eq=False)
class Sample:
    """Reference points of a probability sample.

    ``stratum``: (n,) place of each point's stratum, 0..H-1. ``share``: (H,) share W_h of each stratum in the area, sums to
    1. ``kind``: ``stratified`` (numbers of points by stratum were fixed) or ``simple_random`` (they came by chance; the
    strata then are post-strata, a single one for none). ``units``: (H,) number N_h of sampling units in each
    stratum, or None for no finite population correction. A stratum of share 0 counts for nothing.

    Raises Unsuitable with all problems: ``sample_kind``, ``sample_stratum``, ``sample_share``, ``sample_units``, and
    ``stratum_small`` for each stratum with fewer than two points, which has no variance.
    """

    stratum: np.ndarray
    share: np.ndarray
    kind: str = "stratified"
    units: np.ndarray | None = None

    def __post_init__(self) -> None:
        findings = Findings()
        stratum, share = np.asarray(self.stratum), np.asarray(self.share, dtype=float)
        if self.kind not in KINDS:
            findings.add("sample_kind", found=self.kind, known=", ".join(KINDS))
        if share.ndim != 1 or not (share >= 0).all() or abs(math.fsum(share) - 1) > 1e-6:
            findings.add("sample_share", found=math.fsum(share.ravel()))
        share = share.ravel()
        placed = stratum.ndim == 1 and (stratum.size == 0 or np.issubdtype(stratum.dtype, np.integer))
        if not placed or not ((stratum >= 0) & (stratum < share.size)).all():
            findings.add("sample_stratum", strata=share.size)
        else:
            found = np.bincount(stratum.astype(int), minlength=share.size)
            for place in np.flatnonzero((share > 0) & (found < 2)):
                findings.add("stratum_small", stratum=int(place), found=int(found[place]), least=2)
            units = None if self.units is None else np.asarray(self.units, dtype=float)
            if units is not None and (units.shape != share.shape or not (units >= found)[share > 0].all()):
                findings.add("sample_units", strata=share.size, found=units.size)
        findings.stop(Unsuitable)
        for name, value in (("stratum", stratum.astype(int)), ("share", share), ("units", units)):
            object.__setattr__(self, name, value)

    def count(self, points: np.ndarray) -> np.ndarray:
        """(H,) number of the marked ``points``, (n,) bool, by stratum."""
        points = np.asarray(points)
        if points.dtype != bool or points.shape != self.stratum.shape:
            raise ValueError(f"one true or false for each of the {self.stratum.size} points is due; got {points.dtype} {points.shape}")
        return np.bincount(self.stratum[points], minlength=self.share.size).astype(float)

    @cached_property
    def size(self) -> np.ndarray:
        """(H,) number of points n_h by stratum; at least 2, so that a stratum of share 0 divides by something."""
        return np.maximum(np.bincount(self.stratum, minlength=self.share.size), 2).astype(float)

    @cached_property
    def unseen(self) -> np.ndarray:
        """(H,) finite population correction 1 - n_h / N_h; 1 without ``units``."""
        if self.units is None:
            return np.ones(self.share.size)
        return 1 - np.minimum(self.size / np.maximum(self.units, 1), 1)

    @cached_property
    def held(self) -> np.ndarray:
        """(H,) weight of a stratum's variance s_h^2 in the variance of a mean, given the n_h: W_h^2 (1 - n_h/N_h) / n_h."""
        return self.share**2 * self.unseen / self.size

    @cached_property
    def planned(self) -> np.ndarray:
        """(H,) the same under the design; with n_h left to chance (1-f) W_h / n + (1-W_h) / n^2 (Cochran 1977, eq. 5A.42)."""
        if self.kind == "stratified":
            return self.held
        used = self.share > 0
        n = self.size[used].sum()
        f = 0.0 if self.units is None else n / self.units[used].sum()
        return np.where(used, (1 - f) * self.share / n + (1 - self.share) / n**2, 0.0)


@dataclass(frozen=True)
class Estimate:
    """A value with its standard error and its interval of confidence ``level``, all fractions of 1.

    ``method``: how the interval was made: ``normal``, ``beta`` (too few points for normal, see the module), or for differences
    ``combined``; ``none`` where nothing could be estimated (all NaN). ``n``: points of the sample the value is a
    share of.
    """

    value: float
    se: float
    low: float
    high: float
    method: str
    n: int
    level: float


@dataclass(frozen=True)
class ClassAccuracy:
    """One class: share of the area, user's and producer's accuracy."""

    name: Any
    area: Estimate
    users: Estimate
    producers: Estimate


@dataclass(frozen=True)
class Accuracy:
    """Overall accuracy and the accuracy of each class."""

    overall: Estimate
    classes: tuple[ClassAccuracy, ...]


def share(sample: Sample, y: np.ndarray, *, level: float = 0.95) -> Estimate:
    """Share of the area where ``y``, (n,) bool, holds: a reference class, or map = reference for overall accuracy.

    p = sum W_h p_h; V = sum W_h^2 (1 - n_h/N_h) s_h^2 / n_h with s_h^2 = p_h (1-p_h) n_h / (n_h - 1) (Olofsson et al. 2014, eq. 9-10),
    or post-stratified (Cochran 1977, eq. 5A.42).
    """
    return _estimate(_law(sample, y), sample, sample.size, level)


def ratio(
    sample: Sample, y: np.ndarray, x: np.ndarray, *, level: float = 0.95, hits: np.ndarray | None = None, misses: np.ndarray | None = None
) -> Estimate:
    """Share of the area where ``x`` holds in which ``y`` holds too; both (n,) bool, y only where x.

    User's accuracy of class i: x = map is i, y = x and reference is i. Producer's of class j: x = reference is j, y = x and map is j.
    V = 1/X^2 sum W_h^2 (1 - n_h/N_h) s_h^2 / n_h, s_h^2 the variance of e = y - R x (Stehman 2014, eq. 28). ``hits``, ``misses``: (H,)
    bool, strata where a point of x with y, or without, can be at all; None for all. They matter for ``beta`` intervals only.
    Without a point of x all is NaN.
    """
    return _estimate(_law(sample, y, x, hits, misses), sample, sample.count(x), level)


def probability_at_least(sample: Sample, y: np.ndarray, threshold: float) -> float:
    """Probability that the share of the area where ``y`` holds is ``threshold`` or more, by the law of its interval.

    It falls from 1 to 0 as the threshold rises, is 0.975 at the lower and 0.025 at the upper 95 % limit. For ``beta`` it follows
    the lower limit's law below the value and the upper's above, and is 0.5 between the medians of the two.
    """
    return _law(sample, y).at_least(threshold)


def as_extreme(found: int, points: int, share: float) -> float:
    """Probability that ``found`` of some points, or a number further out on that side, fall where each falls with chance ``share``."""
    below = 1.0 if found == points else _beta_cdf(1 - share, points - found, found + 1)
    above = 1.0 if found == 0 else _beta_cdf(share, found, points - found + 1)
    return min(below, above)


def error_matrix(sample: Sample, mapped: np.ndarray, reference: np.ndarray, classes: Sequence) -> np.ndarray:
    """(K, K) shares p_ij of the area mapped as class i (rows) that are class j (columns): sum W_h n_hij / n_h (Stehman 2014)."""
    mapped, reference = np.asarray(mapped), np.asarray(reference)
    strange = set(np.concatenate([mapped, reference]).tolist()) - set(classes)
    if strange:
        raise ValueError(f"classes {sorted(map(str, strange))} of the points are not among {list(classes)}")
    weight = sample.share / sample.size
    return np.array([[weight @ sample.count((mapped == i) & (reference == j)) for j in classes] for i in classes])


def accuracy(sample: Sample, mapped: np.ndarray, reference: np.ndarray, classes: Sequence, *, level: float = 0.95) -> Accuracy:
    """Overall accuracy, and for each class its share of the area, user's and producer's accuracy.

    ``mapped``, ``reference``: (n,) class of each point on the map and in truth.
    """
    mapped, reference = np.asarray(mapped), np.asarray(reference)
    made = []
    for name in classes:
        is_mapped, is_true = mapped == name, reference == name
        has_it = sample.count(is_mapped) > 0
        both, here = is_mapped & is_true, has_it if has_it.any() else None
        users = ratio(sample, both, is_mapped, level=level, hits=here, misses=here)
        producers = ratio(sample, both, is_true, level=level, hits=here)
        made.append(ClassAccuracy(name, share(sample, is_true, level=level), users, producers))
    return Accuracy(share(sample, mapped == reference, level=level), tuple(made))


def difference(earlier: Estimate, later: Estimate) -> Estimate:
    """Later less earlier, from two independent samples.

    Limits by square-and-add (Newcombe 1998; Zou and Donner 2008): value - sqrt((later - its low)^2 + (earlier's high - earlier)^2), and
    the other way round; for two ``normal`` estimates this is value -/+ z se.
    """
    if earlier.level != later.level:
        raise ValueError(f"intervals of one level are due; got {earlier.level} and {later.level}")
    value = later.value - earlier.value
    return Estimate(
        value=value,
        se=math.hypot(earlier.se, later.se),
        low=value - math.hypot(later.value - later.low, earlier.high - earlier.value),
        high=value + math.hypot(later.high - later.value, earlier.value - earlier.low),
        method="combined",
        n=earlier.n + later.n,
        level=earlier.level,
    )


def paired_difference(sample: Sample, y1: np.ndarray, y2: np.ndarray, *, level: float = 0.95) -> Estimate:
    """Change of a share between two years read at the same points: mean of y2 - y1, which is -1, 0 or 1; (n,) bool each.

    The variance is that of the differences; where too few points changed, the limits are combined from gain and loss.
    """
    y1, y2 = np.asarray(y1), np.asarray(y2)
    gain, loss = sample.count(y2 & ~y1), sample.count(y1 & ~y2)
    mean = (gain - loss) / sample.size
    value = float(sample.share @ mean)
    se = math.sqrt(sample.planned @ _variance(sample.size, gain - loss, gain + loss))
    move = (sample.share * np.sqrt(sample.unseen) * (1 + abs(mean)) / (sample.size + 1)).max()
    parts = difference(share(sample, y1 & ~y2, level=level), share(sample, y2 & ~y1, level=level))
    low, high, method = parts.low, parts.high, "combined"
    if se**2 >= _ENOUGH * move**2:
        reach = NormalDist().inv_cdf((1 + level) / 2) * se
        low, high, method = max(value - reach, -1.0), min(value + reach, 1.0), "normal"
    return Estimate(value, se, low, high, method, _points(sample, sample.size), level)


# --- the law of an estimate: its interval and its probabilities ---


@dataclass(frozen=True)
class _Normal:
    """Value and standard error; certain where the whole population was seen (se 0)."""

    value: float
    se: float
    method = "normal"

    def at_least(self, threshold: float) -> float:
        if self.se == 0 or not 0 < threshold <= 1:
            return float(threshold <= (self.value if self.se == 0 else 0))
        return NormalDist().cdf((self.value - threshold) / self.se)

    def quantile(self, p: float) -> float:
        return self.value + NormalDist().inv_cdf(p) * self.se


@dataclass(frozen=True)
class _Beta:
    """Value and standard error, with Beta distributions (a, b) for the lower and the upper limit."""

    value: float
    se: float
    lower: tuple[float, float]
    upper: tuple[float, float]
    method = "beta"

    def at_least(self, threshold: float) -> float:
        if threshold <= 0:
            return 1.0
        if threshold < self.value:
            return max(1 - _beta_cdf(threshold, *self.lower), 0.5)
        return min(1 - _beta_cdf(threshold, *self.upper), 0.5)

    def quantile(self, p: float) -> float:
        if p < 0.5:
            return min(_beta_quantile(p, *self.lower), self.value)
        return max(_beta_quantile(p, *self.upper), self.value)


def _estimate(law: _Normal | _Beta | None, sample: Sample, counted: np.ndarray, level: float) -> Estimate:
    if law is None:
        return Estimate(math.nan, math.nan, math.nan, math.nan, "none", 0, level)
    low, high = (min(max(law.quantile(p), 0.0), 1.0) for p in ((1 - level) / 2, (1 + level) / 2))
    return Estimate(law.value, law.se, low, high, law.method, _points(sample, counted), level)


def _points(sample: Sample, counted: np.ndarray) -> int:
    return int(counted[sample.share > 0].sum())


def _law(
    sample: Sample, y: np.ndarray, x: np.ndarray | None = None, hits: np.ndarray | None = None, misses: np.ndarray | None = None
) -> _Normal | _Beta | None:
    """The law of sum W y / sum W x; None without a point of x."""
    w, n = sample.share, sample.size
    ny, nx = sample.count(y), n if x is None else sample.count(x)
    if x is not None and (np.asarray(y) & ~np.asarray(x)).any():
        raise ValueError("y must be a part of x: it holds at points where x does not")
    part, whole = float(w @ (ny / n)), float(w @ (nx / n))
    if whole == 0:
        return None
    value = min(part / whole, 1.0)
    se = math.sqrt(sample.planned @ _residual_variance(n, nx, ny, value)) / whole

    # One more point: a hit, a miss, or one outside x; each among the points of its stratum, a hit or a miss also as
    # one of its weight among all points, which is more where strata are many and small.
    everywhere, one = np.ones(w.size, bool), np.sqrt(sample.unseen) * w / n
    with_y, without = (everywhere if may is None else np.asarray(may) for may in (hits, misses))
    dx, dy = np.array([1, 1, 0, 1, 1]), np.array([1, 0, 0, 1, 0])
    may = np.array([with_y, without, everywhere & (x is not None), with_y & (ny < n), without & (nx - ny < n)])
    inside = (part + w * ((ny + dy[:3, None]) / (n + 1) - ny / n)) / (whole + w * ((nx + dx[:3, None]) / (n + 1) - nx / n))
    among_all = (part + one * dy[3:, None]) / (whole + one * dx[3:, None])
    moves = may * np.concatenate([(inside - value) * np.sqrt(sample.unseen), among_all - value])
    steps, laws = [], []
    for sign in (-1, 1):
        k, h = np.unravel_index((sign * moves).argmax(), moves.shape)  # the furthest down, and up
        steps.append(max(float(sign * moves[k, h]), 0.0))
        mean, u = value + sign * steps[-1], one[h]
        each = sample.held * _residual_variance(n, nx, ny, mean)
        each[h] *= (n[h] - 1) / n[h]
        apart = dy[k] - mean * dx[k] - (ny[h] - mean * nx[h]) / n[h]
        variance = (each.sum() + (u * apart) ** 2 / (1 + u)) / ((1 + u) * (1 + 2 * u))
        laws.append(_beta(mean, float(variance / ((whole + u * dx[k]) / (1 + u)) ** 2)))
    if se**2 >= _ENOUGH * max(steps) ** 2:
        return _Normal(value, se)
    return _Beta(value, se, *laws)


def _variance(n: np.ndarray, total: np.ndarray, squares: np.ndarray) -> np.ndarray:
    """Sample variance of n numbers from their sum and the sum of their squares."""
    return np.maximum(squares - total**2 / n, 0) / (n - 1)


def _residual_variance(n: np.ndarray, nx: np.ndarray, ny: np.ndarray, r: float) -> np.ndarray:
    """Sample variance of e = y - r x, which is 1 - r at ny points, -r at nx - ny, and 0 elsewhere."""
    return _variance(n, ny - r * nx, ny * (1 - r) ** 2 + (nx - ny) * r**2)


def _beta(mean: float, variance: float) -> tuple[float, float]:
    """The Beta distribution (a, b) of that mean and variance; (0, 1) or (1, 0) for a certain 0 or 1."""
    if not 0 < mean < 1:
        return 1.0 - (mean <= 0), 1.0 - (mean >= 1)
    size = min(max(mean * (1 - mean) / max(variance, 1e-12) - 1, _SIZES[0]), _SIZES[1])
    return mean * size, (1 - mean) * size


def _beta_cdf(x: float, a: float, b: float) -> float:
    """P(Beta(a, b) < x): the regularised incomplete beta function by its continued fraction (DLMF 8.17.22)."""
    if x <= 0 or b == 0:
        return float(x > 1)
    if x >= 1 or a == 0:
        return 1.0
    if x > (a + 1) / (a + b + 2):  # the fraction converges fast on the other side
        return 1 - _beta_cdf(1 - x, b, a)
    # 1 / (1 + d1 / (1 + d2 / ...)), from the front: the last two convergents p / q, rescaled so that q stays 1
    p_before, q_before, p = 0.0, 1.0, 1.0
    for m in range(1, 100_000):
        last = p
        odd = -(a + m - 1) * (a + b + m - 1) * x / ((a + 2 * m - 2) * (a + 2 * m - 1))
        even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))
        p_odd, q_odd = p + odd * p_before, 1 + odd * q_before
        p_even, q_even = p_odd + even * p, q_odd + even
        p_before, q_before, p = p_odd / q_even, q_odd / q_even, p_even / q_even
        if abs(p - last) <= 1e-14 * abs(p):
            break
    front = a * math.log(x) + b * math.log1p(-x) + math.lgamma(a + b) - math.lgamma(a) - math.lgamma(b)
    return math.exp(front) * p / a


def _beta_quantile(p: float, a: float, b: float) -> float:
    """The x with P(Beta(a, b) < x) = p, by Newton's steps, or halving where they leave the bracket."""
    if a == 0 or b == 0:
        return float(b == 0)
    low, high, x = 0.0, 1.0, a / (a + b)
    scale = math.lgamma(a + b) - math.lgamma(a) - math.lgamma(b)
    for _ in range(200):
        over = _beta_cdf(x, a, b) - p
        if abs(over) < 1e-13 or high - low < 1e-15:
            break
        low, high = (low, x) if over > 0 else (x, high)
        step = over / math.exp((a - 1) * math.log(x) + (b - 1) * math.log1p(-x) + scale)
        x = x - step if low < x - step < high else (low + high) / 2
    return x
