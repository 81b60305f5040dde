"""Noise that is a function of place: equal seed and equal position give an equal value, whatever is computed around it.

Coordinates are metres of the model plane (:mod:`pipeline.synthetic.place`). Nothing here draws from a stream, so a
city can be made block by block, by several threads, and at any cell size.
"""

from __future__ import annotations

import numpy as np
from numba import njit

_A, _B, _C = np.uint64(0x9E3779B97F4A7C15), np.uint64(0xC2B2AE3D27D4EB4F), np.uint64(0x165667B19E3779F9)
_D, _S = np.uint64(0xD6E8FEB86659FD93), np.uint64(32)
_TO_UNIT = 1.0 / 9007199254740992.0  # 2**-53
# Every octave is turned, so that lattice lines do not add up to visible streets.
_TURN = 0.6 + 1.3 * np.arange(16)
_COS, _SIN = np.cos(_TURN), np.sin(_TURN)


@njit(nogil=True, cache=True, inline="always")
def unit(i, j, seed):
    """Uniform number in [0, 1) of a lattice point (two integers) and a seed."""
    h = np.uint64(i) * _A ^ np.uint64(j) * _B ^ np.uint64(seed) * _C
    h = (h ^ (h >> _S)) * _D
    h = (h ^ (h >> _S)) * _D
    return np.float64((h ^ (h >> _S)) >> np.uint64(11)) * _TO_UNIT


@njit(nogil=True, cache=True, inline="always")
def fade(t):
    """Smooth step of 0 .. 1: 3 t^2 - 2 t^3."""
    return t * t * (3.0 - 2.0 * t)


@njit(nogil=True, cache=True)
def value(x, y, seed):
    """Value noise in [-1, 1] with features of size one."""
    i, j = np.floor(x), np.floor(y)
    u, v = fade(x - i), fade(y - j)
    i, j = np.int64(i), np.int64(j)
    south = unit(i, j, seed) * (1 - u) + unit(i + 1, j, seed) * u
    north = unit(i, j + 1, seed) * (1 - u) + unit(i + 1, j + 1, seed) * u
    return 2.0 * (south * (1 - v) + north * v) - 1.0


@njit(nogil=True, cache=True)
def fractal(x_m, y_m, size_m, octaves, seed):
    """Sum of ``octaves`` value noises, each half as large and half as strong; about -1 .. 1, largest features ``size_m``."""
    total, weight, strength = 0.0, 0.0, 1.0
    for k in range(octaves):
        c, s = _COS[k], _SIN[k]
        total += strength * value((c * x_m - s * y_m) / size_m, (s * x_m + c * y_m) / size_m, seed + k)
        weight += strength
        strength *= 0.5
        size_m *= 0.5
    return 1.6 * total / weight


@njit(nogil=True, cache=True)
def ridged(x_m, y_m, size_m, octaves, seed):
    """Like :func:`fractal` with sharp crests and wide valleys, 0 .. 1; what running water leaves of a mountain."""
    total, weight, strength = 0.0, 0.0, 1.0
    for k in range(octaves):
        c, s = _COS[k], _SIN[k]
        n = 1.0 - abs(1.7 * value((c * x_m - s * y_m) / size_m, (s * x_m + c * y_m) / size_m, seed + k))
        total += strength * max(n, 0.0) ** 1.5
        weight += strength
        strength *= 0.5
        size_m *= 0.5
    return total / weight
