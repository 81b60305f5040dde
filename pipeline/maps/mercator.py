"""Web Mercator as Leaflet draws it: the pixel lattice of every zoom level, and windows of it."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import shapely
from affine import Affine
from pyproj import CRS

from pipeline.core.grid import Grid

EPSG_3857 = CRS.from_epsg(3857)
RADIUS_M = 6378137.0  # of the sphere that EPSG:3857 and Leaflet project from
TILE_PX = 256
_EDGE_M = math.pi * RADIUS_M  # from the middle of the world to its edges


def to_mercator(points: np.ndarray) -> np.ndarray:
    """(lon, lat) in degrees to EPSG:3857 metres, by the sphere as Leaflet does."""
    lon, lat = np.radians(points[:, 0]), np.radians(points[:, 1])
    return np.column_stack([RADIUS_M * lon, RADIUS_M * np.log(np.tan(np.pi / 4 + lat / 2))])


def to_degrees(x: float, y: float) -> tuple[float, float]:
    """EPSG:3857 metres to (lon, lat) in degrees."""
    return float(np.degrees(x / RADIUS_M)), float(np.degrees(2 * np.arctan(np.exp(y / RADIUS_M)) - np.pi / 2))


def pixel_size_m(zoom: int) -> float:
    """Side of a pixel in metres of EPSG:3857."""
    return 2 * _EDGE_M / (TILE_PX * 2**zoom)


@dataclass(frozen=True)
class Frame:
    """A window of the pixel lattice of a zoom level; ``left`` and ``top`` count pixels from the north-west of the world."""

    zoom: int
    left: int
    top: int
    width: int
    height: int

    @classmethod
    def around(cls, shape, zoom: int, step: int = 1) -> Frame:
        """The smallest window that holds a shape (EPSG:3857), its sides at multiples of ``step`` pixels."""
        west, south, east, north = shape.bounds
        size = pixel_size_m(zoom) * step
        left, right = math.floor((west + _EDGE_M) / size), math.ceil((east + _EDGE_M) / size)
        top, bottom = math.floor((_EDGE_M - north) / size), math.ceil((_EDGE_M - south) / size)
        return cls(zoom, left * step, top * step, max(right - left, 1) * step, max(bottom - top, 1) * step)

    @property
    def transform(self) -> Affine:
        """(column, row) to EPSG:3857 metres."""
        size = pixel_size_m(self.zoom)
        return Affine(size, 0, self.left * size - _EDGE_M, 0, -size, _EDGE_M - self.top * size)

    @property
    def grid(self) -> Grid:
        """The window as a grid."""
        return Grid(EPSG_3857, self.transform, self.height, self.width)

    @property
    def bounds(self) -> tuple[tuple[float, float], tuple[float, float]]:
        """((south, west), (north, east)) in degrees."""
        west, north = to_degrees(*(self.transform @ (0, 0)))
        east, south = to_degrees(*(self.transform @ (self.width, self.height)))
        return (south, west), (north, east)

    @property
    def pixel_m(self) -> float:
        """Side of a pixel on the ground, in the middle of the window."""
        (south, _), (north, _) = self.bounds
        return pixel_size_m(self.zoom) * math.cos(math.radians((south + north) / 2))

    @property
    def longest_px(self) -> int:
        """Pixels along the longer side."""
        return max(self.width, self.height)


def projected(polygon):
    """A polygon in degrees as Leaflet sees it."""
    return shapely.transform(polygon, to_mercator)
