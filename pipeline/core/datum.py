"""GCJ-02 and BD-09, the offset coordinates of map services, to and from CGCS2000/WGS 84.

GCJ-02 is a smooth shift of a few hundred metres that has never been published officially; the formula here is the one
in general use since 2013 (the series in longitude and latitude on the Krasovsky ellipsoid of ``EvilTransform`` by
on4wp7, as in ``eviltransform`` and ``coordTransform``), BD-09 is Baidu's further turn of it. The inverses solve the
formula itself. Outside the usual box around China both are the identity. CGCS2000 and WGS 84 are one system here.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import shapely

from pipeline.core.ellipsoid import SEMI_MAJOR_M

_KRASOVSKY_M, _KRASOVSKY_E2 = 6_378_245.0, 0.00669342162296594323
_BOX = (72.004, 0.8293, 137.8347, 55.8271)  # west, south, east, north of where the shift is applied
_BD_TURN = np.pi * 3000 / 180
_STILL_DEG = 1e-12  # the inverse stops when a step is smaller
LARGEST_SHIFT_DEG = 0.03  # no offset system moves a point further; for windows that must hold what moves
_SAMPLE = 5000  # vertices that are enough for a median

Pair = tuple[np.ndarray, np.ndarray]


def from_cgcs2000(lon, lat, datum: str | None) -> Pair:
    """Coordinates [degrees] in ``datum`` of CGCS2000 points; None says that nothing was declared, and is CGCS2000."""
    lon, lat = np.asarray(lon, float), np.asarray(lat, float)
    shift = SHIFTS[datum or "cgcs2000"]
    return (lon, lat) if shift is None else _where_inside(lon, lat, *shift(lon, lat), lon, lat)


def to_cgcs2000(lon, lat, datum: str | None) -> Pair:
    """CGCS2000 coordinates [degrees] of points in ``datum``."""
    lon, lat = np.asarray(lon, float), np.asarray(lat, float)
    shift = SHIFTS[datum or "cgcs2000"]
    return (lon, lat) if shift is None else _inverse(shift, lon, lat)


def convert(geometries, datum: str | None):
    """Geometries in degrees of ``datum`` (an array or one) as CGCS2000."""
    if SHIFTS[datum or "cgcs2000"] is None:
        return geometries
    return shapely.transform(geometries, lambda xy: np.column_stack(to_cgcs2000(xy[:, 0], xy[:, 1], datum)))


def likely_datum(boundary_points_lonlat: np.ndarray, control_lines) -> dict[str, float]:
    """How well borders meet lines of sure datum under each reading of their coordinates: {reading: median distance in m}.

    ``boundary_points_lonlat``: (n, 2) vertices in degrees, as the pipeline holds them (a declared datum converted);
    ``control_lines``: border lines in CGCS2000 degrees. Readings: ``as_is``, ``gcj02`` and ``bd09`` (coordinates of that
    system taken for CGCS2000), ``converted_twice`` (CGCS2000 that was converted from an offset system all the same).
    """
    points = np.asarray(boundary_points_lonlat, float)[:, :2]
    points = points[:: -(-len(points) // _SAMPLE)]
    lon, lat = points.T
    readings = {
        "as_is": [(lon, lat)],
        "gcj02": [to_cgcs2000(lon, lat, "gcj02")],
        "bd09": [to_cgcs2000(lon, lat, "bd09")],
        "converted_twice": [from_cgcs2000(lon, lat, "gcj02"), from_cgcs2000(lon, lat, "bd09")],
    }
    distance = _distance_to(control_lines, lat.mean())
    return {name: min(float(np.median(distance(x, y))) for x, y in ways) for name, ways in readings.items()}


def _distance_to(lines, lat: float) -> Callable[..., np.ndarray]:
    """A function giving the distance [m] of points to the nearest line, on the plane that touches at ``lat``."""
    scale = np.radians(SEMI_MAJOR_M) * np.array([np.cos(np.radians(lat)), 1.0])
    coordinates, owner = shapely.get_coordinates(shapely.get_parts(lines), return_index=True)
    pairs = np.stack([coordinates[:-1], coordinates[1:]], axis=1)[owner[:-1] == owner[1:]] * scale
    tree = shapely.STRtree(shapely.linestrings(pairs))

    def distance(x, y):
        points = shapely.points(np.column_stack([x, y]) * scale)
        return tree.query_nearest(points, return_distance=True, all_matches=False)[1]

    return distance


# --- formulas ------------------------------------------------------------------------------------------------


def _shifted(lon: np.ndarray, lat: np.ndarray) -> Pair:
    """The GCJ-02 shift, in metres by its series, turned into degrees on the Krasovsky ellipsoid."""
    x, y, pi = lon - 105, lat - 35, np.pi
    short = 20 * np.sin(6 * pi * x) + 20 * np.sin(2 * pi * x)
    north = -100 + 2 * x + 3 * y + 0.2 * y**2 + 0.1 * x * y + 0.2 * np.sqrt(np.abs(x))
    north += (short + 20 * np.sin(pi * y) + 40 * np.sin(pi * y / 3) + 160 * np.sin(pi * y / 12) + 320 * np.sin(pi * y / 30)) * 2 / 3
    east = 300 + x + 2 * y + 0.1 * x**2 + 0.1 * x * y + 0.1 * np.sqrt(np.abs(x))
    east += (short + 20 * np.sin(pi * x) + 40 * np.sin(pi * x / 3) + 150 * np.sin(pi * x / 12) + 300 * np.sin(pi * x / 30)) * 2 / 3
    root = 1 - _KRASOVSKY_E2 * np.sin(np.radians(lat)) ** 2
    per_lat = np.radians(_KRASOVSKY_M * (1 - _KRASOVSKY_E2) / root**1.5)  # metres in a degree
    per_lon = np.radians(_KRASOVSKY_M / np.sqrt(root) * np.cos(np.radians(lat)))
    return lon + east / per_lon, lat + north / per_lat


def _shifted_and_turned(lon: np.ndarray, lat: np.ndarray) -> Pair:
    """BD-09: GCJ-02, stretched and turned a little."""
    lon, lat = _shifted(lon, lat)
    length = np.hypot(lon, lat) + 0.00002 * np.sin(lat * _BD_TURN)
    angle = np.arctan2(lat, lon) + 0.000003 * np.cos(lon * _BD_TURN)
    return length * np.cos(angle) + 0.0065, length * np.sin(angle) + 0.006


def _inverse(forward: Callable[..., Pair], lon, lat) -> Pair:
    """Where ``forward`` leads to the given points. Its shift changes by less than 1 % of the way, so going back by it converges."""
    lon, lat = np.asarray(lon, float), np.asarray(lat, float)
    x, y = lon.copy(), lat.copy()
    for _ in range(30):
        fx, fy = forward(x, y)
        dx, dy = lon - fx, lat - fy
        x, y = x + dx, y + dy
        if not (np.fmax(np.abs(dx), np.abs(dy)) > _STILL_DEG).any():
            break
    return _where_inside(x, y, x, y, lon, lat)


def _where_inside(lon, lat, x, y, other_x, other_y) -> Pair:
    """(x, y) of the points whose true place is in the box, the others' as they were."""
    west, south, east, north = _BOX
    inside = (lon >= west) & (lon <= east) & (lat >= south) & (lat <= north)
    return np.where(inside, x, other_x), np.where(inside, y, other_y)


SHIFTS: dict[str, Callable[..., Pair] | None] = {"cgcs2000": None, "wgs84": None, "gcj02": _shifted, "bd09": _shifted_and_turned}
OFFSET = tuple(name for name, shift in SHIFTS.items() if shift is not None)
