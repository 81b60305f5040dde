"""Points drawn evenly over the ellipsoidal area of strata.

Candidates fall evenly over the frame of a county (longitude by chance, latitude by the inverse of the ellipsoidal area of a
band) and are kept where they lie in the county and on a cell of the stratum, so every hm2 of the stratum has the same chance.
Each stratum of each county has a random stream of its own: asking for more points keeps those there were.
"""

from __future__ import annotations

import math
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import geopandas as gpd
import numpy as np
import shapely

from pipeline.core import ellipsoid

DECIMALS = 7  # of a degree: a centimetre
MOST_CANDIDATES = 2_000_000  # looked at for one stratum of a county; rarer land is not found by chance
_ROUND = 200_000  # candidates of a stratum of a county looked at together


@dataclass(frozen=True)
class Wanted:
    """``count`` points in the part of a stratum that lies in a county."""

    stratum: str
    county_code: str
    geometry: Any  # of the county, in degrees
    count: int
    area_hm2: float  # of the part, for judging how many candidates it takes
    codes: np.ndarray  # cell values of the stratum


def draw(
    wanted: list[Wanted], code_at: Callable[[np.ndarray], np.ndarray], *, seed: int, taken: set[tuple[float, float]] = frozenset()
) -> list[tuple[np.ndarray, np.ndarray]]:
    """(longitude and latitude (n, 2), cell values (n,)) for each of ``wanted``; fewer points than wanted where land is too rare.

    ``code_at``: cell values at points, NaN where there is none. ``taken``: places, rounded to ``DECIMALS``, that are in use.
    """
    streams = [_Stream(w, seed) for w in wanted]
    used = set(taken)
    while open_ones := [s for s in streams if s.missing and s.tried < MOST_CANDIDATES]:
        batches = [s.candidates() for s in open_ones]
        codes = code_at(np.concatenate(batches))
        for stream, batch, found in zip(open_ones, batches, np.split(codes, np.cumsum([len(b) for b in batches])[:-1]), strict=True):
            stream.keep(batch, found, used)
    return [(np.array(s.kept, float).reshape(-1, 2), np.array(s.codes, np.int64)) for s in streams]


class _Stream:
    """The candidates of one stratum of one county, in the one order its seed gives."""

    def __init__(self, wanted: Wanted, seed: int):
        self._wanted = wanted
        self._rng = np.random.default_rng([seed, 62, zlib.crc32(wanted.stratum.encode()), int(wanted.county_code)])
        self._bounds = shapely.bounds(wanted.geometry)
        shapely.prepare(wanted.geometry)
        self.tried, self.kept, self.codes = 0, [], []

    @property
    def missing(self) -> int:
        """Points still to be found."""
        return self._wanted.count - len(self.kept)

    def candidates(self) -> np.ndarray:
        """The next places in the county, as many as will likely do."""
        west, south, east, north = self._bounds
        frame_hm2 = float(ellipsoid.band_area_m2(south, north)) * (east - west) / 1e4
        likely = math.ceil(1.3 * self.missing * frame_hm2 / max(self._wanted.area_hm2, 1e-9)) + 16
        count = min(likely, _ROUND, MOST_CANDIDATES - self.tried)
        self.tried += count
        lonlat = evenly(self._rng, count, self._bounds)
        return lonlat[shapely.contains_xy(self._wanted.geometry, *lonlat.T)]

    def keep(self, lonlat: np.ndarray, codes: np.ndarray, used: set[tuple[float, float]]) -> None:
        """Take the first places that are of the stratum and not in use, until there are enough."""
        for i in np.flatnonzero(np.isin(codes, self._wanted.codes)):
            place = (float(lonlat[i, 0]), float(lonlat[i, 1]))
            if self.missing and place not in used:
                used.add(place)
                self.kept.append(place)
                self.codes.append(int(codes[i]))


def evenly(rng: np.random.Generator, count: int, bounds: tuple[float, float, float, float]) -> np.ndarray:
    """Places (count, 2) in degrees, even over the ellipsoidal area of a frame (west, south, east, north), on ``DECIMALS``.

    Latitude solves ``area(south, lat) = u area(south, north)`` by Newton's steps, which stand after five.
    """
    west, south, east, north = map(float, bounds)
    u = rng.random((count, 2))
    lat = south + u[:, 1] * (north - south)
    goal = u[:, 1] * float(ellipsoid.band_area_m2(south, north))
    for _ in range(5):
        slope = ellipsoid.derivative(np.radians(lat), 1) * (np.pi / 180) ** 2
        lat = lat - (ellipsoid.band_area_m2(np.full(count, south), lat) - goal) / slope
    return np.round(np.stack([west + u[:, 0] * (east - west), lat], axis=1), DECIMALS)


def walking_order(county_codes: np.ndarray, lonlat: np.ndarray) -> np.ndarray:
    """Places of the points county by county along Hilbert's curve, on which neighbours mostly follow each other."""
    if len(lonlat) == 0:
        return np.zeros(0, np.int64)
    along = gpd.GeoSeries(shapely.points(lonlat)).hilbert_distance().to_numpy()
    return np.lexsort((lonlat[:, 1], lonlat[:, 0], along, county_codes))
