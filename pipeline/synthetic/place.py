"""The place that is modelled: a plane in metres, and the skeleton of Yuncheng on it.

Everything is made up on one plane, the *model plane*, whose metres are true in the middle of Yuncheng. A frame
lays the plane over the bounds of a place: over Yuncheng's own bounds it fits exactly; over other bounds the same
city appears stretched or shrunk, as a model that tests can make in a second.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import shapely

# Bounds of the embedded county boundaries (layers/boundaries/yuncheng): west, south, east, north. [degrees]
YUNCHENG = (110.229546, 34.583950, 112.071861, 35.821191)
DEGREE_LON_M, DEGREE_LAT_M = 91_000.0, 111_000.0  # of the plane; right to 1 % over the city
_ORIGIN = (110.0, 34.4)


def plane(lon, lat) -> tuple[np.ndarray, np.ndarray]:
    """Plane metres of degrees in Yuncheng."""
    return (np.asarray(lon) - _ORIGIN[0]) * DEGREE_LON_M, (np.asarray(lat) - _ORIGIN[1]) * DEGREE_LAT_M


@dataclass(frozen=True)
class Frame:
    """Where the plane lies: ``bounds`` (west, south, east, north in degrees) take the place of Yuncheng's."""

    bounds: tuple[float, float, float, float] = YUNCHENG

    @cached_property
    def _affine(self) -> tuple[float, float, float, float]:
        """(metres per degree of longitude, x of 0 degrees, the same for latitude)."""
        west, south, east, north = self.bounds
        (x0, x1), (y0, y1) = (v.tolist() for v in plane(YUNCHENG[::2], YUNCHENG[1::2]))
        kx, ky = (x1 - x0) / (east - west), (y1 - y0) / (north - south)
        return kx, x0 - kx * west, ky, y0 - ky * south

    def to_plane(self, lon, lat):
        """Plane metres (x, y) of degrees."""
        kx, x, ky, y = self._affine
        return np.asarray(lon) * kx + x, np.asarray(lat) * ky + y

    def to_degrees(self, geometry):
        """Plane geometries (one or an array) in degrees."""
        kx, x, ky, y = self._affine
        return shapely.transform(geometry, lambda c: (c - (x, y)) / (kx, ky))

    def from_degrees(self, geometry):
        """Geometries in degrees (one or an array) on the plane."""
        kx, x, ky, y = self._affine
        return shapely.transform(geometry, lambda c: c * (kx, ky) + (x, y))

    @property
    def metres_per_degree(self) -> tuple[float, float]:
        """Plane metres per degree of longitude and of latitude."""
        return self._affine[0], self._affine[2]


# --- skeleton ------------------------------------------------------------------------------------------------
# Positions are read off public relief maps by eye, to a kilometre or two: enough to look like the place.

# Ranges: (lon, lat, height of the crest above the plain [m]); half-widths to the left and right of the line [km].
RANGES: dict[str, tuple[list[tuple[float, float, float]], float, float]] = {
    "中条山": (
        [
            (110.30, 34.75, 250), (110.40, 34.79, 900), (110.50, 34.82, 1300), (110.60, 34.82, 1350), (110.78, 34.84, 1000),
            (110.92, 34.88, 760), (111.04, 34.94, 680), (111.18, 35.00, 640), (111.30, 35.06, 900), (111.38, 35.15, 1020),
            (111.42, 35.25, 900), (111.50, 35.33, 720), (111.62, 35.38, 820), (111.75, 35.42, 1050), (111.85, 35.47, 1450),
            (111.95, 35.43, 1850), (112.02, 35.34, 1550), (112.10, 35.24, 1350), (112.25, 35.15, 1100),
        ], 5.2, 8.5,
    ),
    "太宽河": ([(111.36, 35.12, 900), (111.42, 34.98, 950), (111.50, 34.92, 560), (111.58, 34.90, 300)], 7.5, 7.5),
    "黄河北岸": ([(111.42, 35.20, 900), (111.55, 35.15, 760), (111.66, 35.08, 560)], 9.0, 9.0),
    "历山": ([(111.96, 35.40, 1300), (111.98, 35.28, 800), (111.95, 35.18, 420)], 6.0, 6.0),
    "塔儿山": ([(111.85, 35.47, 1400), (111.82, 35.60, 900), (111.86, 35.72, 750), (112.05, 35.90, 900)], 8.0, 8.0),
    "吕梁山": (
        [(110.50, 35.85, 700), (110.64, 35.76, 560), (110.78, 35.79, 800), (110.95, 35.77, 760), (111.06, 35.82, 850), (111.18, 35.90, 800)],
        9.0, 4.6,
    ),
    "孤山": ([(110.775, 35.33, 620), (110.795, 35.335, 640)], 2.4, 2.6),
    "稷王山": ([(110.95, 35.375, 420), (111.02, 35.385, 430), (111.06, 35.42, 300)], 4.5, 4.5),
    "秦岭余脉": ([(110.20, 34.40, 1000), (110.60, 34.44, 800), (111.00, 34.52, 760), (111.35, 34.60, 900), (111.70, 34.66, 500)], 7.0, 9.0),
    "黄河南岸": ([(111.68, 34.84, 350), (111.80, 34.88, 800), (111.95, 34.90, 650), (112.25, 34.90, 500)], 6.0, 7.0),
    "渭北": ([(110.05, 35.95, 1000), (110.12, 35.60, 850), (110.02, 35.30, 450)], 14.0, 9.0),
}  # fmt: skip

# Loess tablelands: broad and flat, with gullied edges. Same meaning of the numbers.
TABLELANDS: dict[str, tuple[list[tuple[float, float, float]], float, float]] = {
    "峨嵋台地": (
        [(110.46, 35.20, 120), (110.56, 35.31, 220), (110.66, 35.38, 250), (110.82, 35.40, 290), (111.00, 35.43, 330),
         (111.12, 35.46, 300), (111.28, 35.49, 230), (111.42, 35.52, 220)],
        9.5, 15.0,
    ),
    "中条南麓": ([(110.42, 34.70, 170), (110.70, 34.74, 220), (110.95, 34.80, 240), (111.20, 34.89, 280), (111.35, 34.92, 260)], 6.0, 6.5),
    "闻喜盆地东": ([(111.20, 35.24, 90), (111.36, 35.36, 170), (111.50, 35.44, 260), (111.65, 35.54, 260)], 9.0, 9.0),
    "垣曲盆地": ([(111.60, 35.22, 200), (111.78, 35.24, 180), (111.90, 35.22, 200)], 5.0, 6.0),
}  # fmt: skip

# Rivers: (lon, lat, height of the water [m], width of the water [m]); breadth of the valley floor on one side [km].
RIVERS: dict[str, tuple[list[tuple[float, float, float, float]], float]] = {
    "黄河": (
        [
            (110.62, 35.95, 392, 300), (110.585, 35.75, 386, 350), (110.60, 35.66, 376, 900), (110.56, 35.56, 368, 2600),
            (110.51, 35.46, 360, 2800), (110.445, 35.36, 352, 1500), (110.395, 35.27, 347, 1300), (110.365, 35.15, 342, 1500),
            (110.335, 35.02, 336, 1800), (110.285, 34.94, 332, 2200), (110.275, 34.83, 328, 1500), (110.262, 34.72, 324, 1200),
            (110.255, 34.64, 320, 900), (110.30, 34.612, 318, 800), (110.42, 34.60, 315, 900), (110.55, 34.594, 312, 800),
            (110.66, 34.603, 310, 1000), (110.75, 34.65, 308, 900), (110.86, 34.668, 306, 700), (110.91, 34.72, 304, 700),
            (110.955, 34.70, 302, 700), (111.06, 34.745, 300, 800), (111.15, 34.805, 298, 900), (111.27, 34.815, 292, 700),
            (111.38, 34.82, 288, 500), (111.47, 34.83, 285, 400), (111.545, 34.85, 282, 400), (111.62, 34.92, 279, 450),
            (111.67, 34.985, 277, 600), (111.80, 35.045, 275, 900), (111.95, 35.08, 275, 1200), (112.03, 35.045, 275, 1400),
            (112.12, 35.02, 275, 1400), (112.25, 34.96, 275, 1400),
        ], 3.2,
    ),
    "汾河": (
        [
            (111.46, 35.95, 420, 90), (111.42, 35.85, 414, 90), (111.385, 35.72, 404, 90), (111.29, 35.63, 396, 100), (111.20, 35.585, 392, 100),
            (111.08, 35.572, 388, 110), (110.95, 35.585, 383, 110), (110.85, 35.562, 378, 120), (110.75, 35.57, 374, 130),
            (110.66, 35.54, 369, 160), (110.585, 35.51, 365, 220),
        ], 4.0,
    ),
    "涑水河": (
        [
            (111.62, 35.46, 640, 20), (111.50, 35.42, 570, 25), (111.40, 35.385, 525, 30), (111.24, 35.335, 478, 35), (111.15, 35.23, 430, 40),
            (111.04, 35.13, 390, 45), (110.90, 35.07, 362, 45), (110.72, 35.00, 350, 50), (110.50, 34.925, 342, 60), (110.31, 34.90, 331, 60),
        ], 2.6,
    ),
    "浍河": ([(111.72, 35.56, 640, 25), (111.58, 35.54, 520, 35), (111.45, 35.59, 450, 45), (111.31, 35.625, 398, 50)], 2.0),
    "亳清河": ([(111.56, 35.30, 640, 20), (111.66, 35.25, 480, 35), (111.73, 35.17, 360, 60), (111.80, 35.05, 276, 150)], 1.6),
    "允西河": ([(111.86, 35.38, 760, 20), (111.87, 35.26, 440, 40), (111.86, 35.15, 320, 80), (111.88, 35.07, 276, 200)], 1.5),
}  # fmt: skip

# Lakes: name, lon, lat, half-axes [km], direction of the long axis [degrees from east], height [m].
LAKES = [
    ("盐湖", 110.985, 34.965, 14.0, 1.9, 21.0, 322.0),
    ("伍姓湖", 110.525, 34.885, 3.6, 1.5, 12.0, 340.0),
    ("鸭子池", 111.015, 35.005, 1.5, 0.7, 25.0, 326.0),
    ("汤里滩", 110.83, 34.935, 3.0, 0.8, 20.0, 328.0),
    ("上马水库", 111.02, 35.175, 1.7, 0.6, 40.0, 372.0),
    ("后河水库", 111.70, 35.33, 0.9, 0.4, 70.0, 560.0),
    ("浍河水库", 111.52, 35.56, 1.8, 0.5, -20.0, 470.0),
    ("槐泉水库", 111.76, 35.47, 0.8, 0.35, 110.0, 760.0),
]  # fmt: skip

# County seats: name, lon, lat, radius of the built-up area [km].
TOWNS = [
    ("盐湖", 110.995, 35.045, 6.2), ("临猗", 110.775, 35.150, 3.0), ("万荣", 110.838, 35.417, 2.4), ("闻喜", 111.222, 35.357, 2.7),
    ("稷山", 110.978, 35.602, 2.6), ("新绛", 111.222, 35.617, 2.4), ("绛县", 111.573, 35.490, 2.2), ("垣曲", 111.670, 35.298, 2.2),
    ("夏县", 111.220, 35.142, 2.3), ("平陆", 111.210, 34.838, 2.0), ("芮城", 110.694, 34.694, 2.5), ("永济", 110.448, 34.867, 3.0),
    ("河津", 110.710, 35.598, 3.4),
]  # fmt: skip
