"""Areas on the CGCS2000 ellipsoid, for shapes whose edges are straight in longitude and latitude.

The land survey's series (domain: TD/T 1055-2019): the area between the equator and latitude B, for one
radian of longitude, is ``S(B) = b^2 [A sin B - B' sin 3B + C sin 5B - D sin 7B + E sin 9B]``. It is exact to
1e-12. WGS 84 differs from CGCS2000 by 0.1 mm in the semi-minor axis and is taken as the same ellipsoid.
"""

from __future__ import annotations

import numpy as np
import shapely
from numba import njit

SEMI_MAJOR_M = 6_378_137.0
FLATTENING = 1 / 298.257222101
SEMI_MINOR_M = SEMI_MAJOR_M * (1 - FLATTENING)
_E2 = FLATTENING * (2 - FLATTENING)
_E4, _E6, _E8 = _E2**2, _E2**3, _E2**4
# Coefficients of sin(nB), n = 1, 3, 5, 7, 9, signs included.
_ORDER = np.array([1.0, 3.0, 5.0, 7.0, 9.0])
_SERIES = np.array(
    [
        1 + 3 / 6 * _E2 + 30 / 80 * _E4 + 35 / 112 * _E6 + 630 / 2304 * _E8,
        -(1 / 6 * _E2 + 15 / 80 * _E4 + 21 / 112 * _E6 + 420 / 2304 * _E8),
        3 / 80 * _E4 + 7 / 112 * _E6 + 180 / 2304 * _E8,
        -(1 / 112 * _E6 + 45 / 2304 * _E8),
        5 / 2304 * _E8,
    ]
)


def band_area_m2(south_deg, north_deg):
    """Area between two parallels for one degree of longitude [m2 per degree]; negative when swapped.

    Arrays of any one shape. Written with half-angle products, so that thin bands keep full precision.
    """
    return band_about_m2((south_deg + north_deg) / 2, north_deg - south_deg)


def band_about_m2(middle_deg, height_deg):
    """The same by middle and height of the band, exact where these are known better than its edges."""
    return np.pi / 180 * _between(np.radians(height_deg), np.radians(middle_deg))


def _between(width, middle):
    """S(middle + width/2) - S(middle - width/2), in m2 per radian of longitude."""
    total = np.zeros(np.broadcast(width, middle).shape)
    for order, factor in zip(_ORDER, _SERIES, strict=True):
        total = total + factor * 2 * np.sin(order / 2 * width) * np.cos(order * middle)
    return SEMI_MINOR_M**2 * total


def derivative(latitude, times: int):
    """The ``times``-th derivative of S at a latitude in radians [m2 per radian of longitude and radian ** times]."""
    total = np.zeros(np.shape(latitude))
    for order, factor in zip(_ORDER, _SERIES, strict=True):
        total = total + factor * order**times * np.sin(order * latitude + times * np.pi / 2)
    return SEMI_MINOR_M**2 * total


def area_beside_edges_m2(lon_a, lat_a, lon_b, lat_b, lon_east):
    """Signed area between straight edges a -> b and the meridian ``lon_east`` [m2], positive going north.

    All in degrees, arrays of one shape. The edge is ``lon = lon_m + k (lat - lat_m)``, so the integral of
    ``(lon_east - lon) dS`` is taken about the middle of the edge: the mean width times the band, less
    ``d_lon (d_lat^2 S''/12 + d_lat^4 S''''/480)``. The next term is below 1e-10 for edges up to five degrees.
    """
    lat_a, lat_b = np.radians(lat_a), np.radians(lat_b)
    d_lat, middle = lat_b - lat_a, (lat_a + lat_b) / 2
    d_lon = np.radians(lon_b - lon_a)
    mean_width = np.radians(lon_east - (lon_a + lon_b) / 2)
    bend = d_lat**2 / 12 * derivative(middle, 2) + d_lat**4 / 480 * derivative(middle, 4)
    return mean_width * _between(d_lat, middle) - d_lon * bend


def ring_edges(geometry) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """All edges of a polygon or multipolygon as four arrays (x_a, y_a, x_b, y_b); the inside is on the left."""
    oriented = shapely.orient_polygons(shapely.force_2d(geometry))
    rings = shapely.get_rings(shapely.get_parts(oriented))
    if len(rings) == 0:
        return (np.empty(0),) * 4
    points, ring = shapely.get_coordinates(rings, return_index=True)
    inner = ring[1:] == ring[:-1]
    start, end = points[:-1][inner], points[1:][inner]
    return start[:, 0], start[:, 1], end[:, 0], end[:, 1]


def polygon_area_m2(geometry) -> float:
    """Ellipsoidal area [m2] of a polygon or multipolygon in degrees; holes are taken out.

    Edges longer than one degree are cut first, so the series of :func:`area_beside_edges_m2` holds.
    """
    lon_a, lat_a, lon_b, lat_b = ring_edges(shapely.segmentize(geometry, 1.0))
    if lon_a.size == 0:
        return 0.0
    east = float(max(lon_a.max(), lon_b.max()))
    return -float(np.sum(area_beside_edges_m2(lon_a, lat_a, lon_b, lat_b, np.full_like(lon_a, east))))


def areas_m2(geometries: np.ndarray) -> np.ndarray:
    """Ellipsoidal areas [m2] of many polygons and multipolygons in degrees at once; holes are taken out.

    The same integral as :func:`polygon_area_m2`, compiled. Rings may run either way; what has no area counts zero.
    """
    geometries = np.asarray(geometries, dtype=object)
    parts, owner = polygon_parts(geometries)
    rings, part = shapely.get_rings(parts, return_index=True)
    if len(rings) == 0:
        return np.zeros(len(geometries))
    west, south, east, north = shapely.bounds(rings).T
    if np.nanmax(np.maximum(east - west, north - south), initial=0.0) > 1.0:
        rings = shapely.segmentize(rings, 1.0)
    xy, ring = shapely.get_coordinates(rings, return_index=True)
    start = np.concatenate([[0], np.cumsum(np.bincount(ring, minlength=len(rings)))])
    is_hole = np.concatenate([[False], part[1:] == part[:-1]])  # a polygon's first ring is its outer one
    area = _ring_areas(xy, start, _SERIES) * np.where(is_hole, -1.0, 1.0)
    return SEMI_MINOR_M**2 * np.bincount(owner[part], area, len(geometries))


def polygon_parts(geometries: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The parts of geometries and the place of the geometry each comes from; plain polygons, which most are, stay as they are."""
    if (shapely.get_type_id(geometries) == 3).all():
        return geometries, np.arange(len(geometries))
    return shapely.get_parts(geometries, return_index=True)


@njit(nogil=True, cache=True)
def _ring_areas(xy, start, series):
    """Area of each closed ring as a share of the squared semi-minor axis: :func:`area_beside_edges_m2` over its edges.

    Sines and cosines of the multiples come from those of the angle, by ``f((n + 2) x) = 2 cos(2 x) f(n x) - f((n - 2) x)``.
    """
    area = np.zeros(start.size - 1)
    for r in range(start.size - 1):
        total = 0.0
        for i in range(start[r], start[r + 1] - 1):
            lat_a, lat_b = np.radians(xy[i, 1]), np.radians(xy[i + 1, 1])
            d_lat, middle = lat_b - lat_a, (lat_a + lat_b) / 2
            d_lon = np.radians(xy[i + 1, 0] - xy[i, 0])
            mean_width = np.radians(xy[start[r], 0] - (xy[i, 0] + xy[i + 1, 0]) / 2)
            sin_h, sin_m, cos_m = np.sin(d_lat / 2), np.sin(middle), np.cos(middle)
            turn_h, turn_m = 2 * np.cos(d_lat), 2 * np.cos(2 * middle)
            before_h, before_s, before_c = -sin_h, -sin_m, cos_m
            band, second, fourth, order = 0.0, 0.0, 0.0, 1.0
            for k in range(series.size):
                band += series[k] * 2 * sin_h * cos_m
                second -= series[k] * order**2 * sin_m
                fourth += series[k] * order**4 * sin_m
                sin_h, before_h = turn_h * sin_h - before_h, sin_h
                sin_m, before_s = turn_m * sin_m - before_s, sin_m
                cos_m, before_c = turn_m * cos_m - before_c, cos_m
                order += 2.0
            total += mean_width * band - d_lon * (d_lat**2 / 12 * second + d_lat**4 / 480 * fourth)
        area[r] = abs(total)
    return area
