"""Land that two parcels claim: found in seconds for a county, measured exactly, and given to the first of them."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

import numpy as np
import shapely

from pipeline.core import ellipsoid

ROUNDING_M2 = 1e-6  # an overlap below this is rounding of coordinates
_CHUNK = 128  # parcels whose neighbours are looked up at once
_AT_ONCE = 50_000  # pairs intersected at once
CROWD = 200  # no survey has more; every pair of a heap would have to be cut


@dataclass(frozen=True)
class Overlaps:
    """Overlapping pairs of parcels, by their places in the array that was given."""

    first: np.ndarray
    second: np.ndarray
    area_m2: np.ndarray  # of each pair
    lost_m2: np.ndarray  # of each parcel: what it claims and an earlier one has


def find(geometry: np.ndarray) -> Overlaps:
    """Overlaps between valid polygons; where several claim the same land, it belongs to the one that stands first.

    A parcel with no edge inside or across another one leaves no invalid edge in GEOS's check of coverages, which takes a
    second for a county; only the others are intersected with their neighbours.
    """
    nothing, tree = np.empty(0, np.int64), shapely.STRtree(geometry)
    suspect = ~shapely.is_empty(shapely.coverage_invalid_edges(geometry))
    pairs = [_shared(geometry, *chunk) for chunk in _neighbours(tree, geometry, suspect)]
    first, second, area = (np.concatenate([empty, *(p[i] for p in pairs)]) for i, empty in enumerate((nothing, nothing, np.empty(0))))
    order = np.lexsort([second, first])
    return Overlaps(first[order], second[order], area[order], _lost(geometry, first, second))


def crowd(geometry: np.ndarray) -> int:
    """How many boxes meet a parcel's box, on the mean of a sample; above :data:`CROWD` parcels lie on one another in heaps."""
    tree, sample = shapely.STRtree(geometry), geometry[:: max(1, len(geometry) // 64)]
    return int(sum(tree.query(g).size for g in sample) / max(1, len(sample)))


def _neighbours(tree: shapely.STRtree, geometry: np.ndarray, suspect: np.ndarray):
    """Pairs (first, second) whose boxes meet and of which one is suspect, each pair once, in chunks."""
    numbers = np.flatnonzero(suspect)
    for start in range(0, numbers.size, _CHUNK):
        asked, found = tree.query(geometry[chunk := numbers[start : start + _CHUNK]])
        a, b = chunk[asked], found
        once = (a != b) & ~(suspect[b] & (b < a))  # a suspect pair is met from both sides
        a, b = np.minimum(a, b)[once], np.maximum(a, b)[once]
        for at in range(0, a.size, _AT_ONCE):
            yield a[at : at + _AT_ONCE], b[at : at + _AT_ONCE]


def _shared(geometry: np.ndarray, a: np.ndarray, b: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """The pairs that share land, and how much. [m2]"""
    area = ellipsoid.areas_m2(shapely.intersection(geometry[a], geometry[b]))
    real = area > ROUNDING_M2
    return a[real], b[real], area[real]


def _lost(geometry: np.ndarray, first: np.ndarray, second: np.ndarray) -> np.ndarray:
    """What each parcel shares with all earlier ones together. [m2]"""
    lost, earlier = np.zeros(len(geometry)), defaultdict(list)
    for a, b in zip(first.tolist(), second.tolist(), strict=True):
        earlier[b].append(a)
    for b, claims in earlier.items():
        lost[b] = ellipsoid.areas_m2([shapely.intersection(geometry[b], shapely.union_all(geometry[sorted(claims)]))])[0]
    return lost
