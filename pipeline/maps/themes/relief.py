"""Relief: a hillshade computed from the elevation layer, multiplied over any theme."""

from __future__ import annotations

import math

import numpy as np

from pipeline.core.layers import Layer
from pipeline.maps.mercator import Frame
from pipeline.maps.sheets import Sheet
from pipeline.maps.themes.theme import cell_of, warped

_AZIMUTHS = ((315.0, 0.6), (255.0, 0.2), (15.0, 0.2))  # where light comes from [degrees], and its share
_ALTITUDE = math.radians(45)
_EXAGGERATION = 1.6
_FLAT = 232  # grey of level ground: shading must not darken a plain


def sheet(layer: Layer) -> Sheet:
    """Greys of an elevation layer [m]; white where it is unknown."""
    return Sheet("relief", lambda frame: hillshade(layer, frame), (), cell_of(layer), is_shading=True)


def hillshade(layer: Layer, frame: Frame) -> np.ndarray:
    """Light on the ground from three sides (Horn's slopes): 0 dark … 255 bright, level ground light grey."""
    wide = Frame(frame.zoom, frame.left - 1, frame.top - 1, frame.width + 2, frame.height + 2)
    height = warped(layer, wide, "bilinear")
    known = np.isfinite(height)
    filled = np.where(known, height, np.nanmean(height) if known.any() else 0.0)
    a, b, c, d, f, g, h, i = (filled[r : r + frame.height, k : k + frame.width] for r, k in
                              ((0, 0), (0, 1), (0, 2), (1, 0), (1, 2), (2, 0), (2, 1), (2, 2)))  # fmt: skip
    scale = _EXAGGERATION / (8 * frame.pixel_m)
    east, south = ((c + 2 * f + i) - (a + 2 * d + g)) * scale, ((g + 2 * h + i) - (a + 2 * b + c)) * scale
    length = np.sqrt(1 + east**2 + south**2)
    light = np.zeros(east.shape, np.float32)
    for azimuth, share in _AZIMUTHS:
        angle = math.radians(azimuth)
        sunward = -east * math.sin(angle) + south * math.cos(angle)
        light += share * np.clip((math.sin(_ALTITUDE) + math.cos(_ALTITUDE) * sunward) / length, 0, 1)
    level = math.sin(_ALTITUDE)
    grey = np.where(light >= level, _FLAT + (light - level) / (1 - level) * (255 - _FLAT), light / level * _FLAT)
    inner = known[1:-1, 1:-1]
    return np.where(inner, np.rint(grey), 255).astype(np.uint8)
