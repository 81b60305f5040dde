"""The land-cover overlay: classes of one product in EPSG:3857, cut to a polygon, as a palette PNG.

Display only: nothing is ever measured on it. Each pixel takes the class of the source cell its centre lies in.
"""

from __future__ import annotations

import base64
import struct
import zlib
from dataclasses import dataclass

import numpy as np
import shapely
from affine import Affine
from pyproj import CRS
from rasterio.features import geometry_mask

from pipeline.core.grid import Grid
from pipeline.core.layers import Layer
from pipeline.core.legend import UNKNOWN, Lookup, class_colours, classes
from pipeline.core.rasters import open_raster

MERCATOR = "EPSG:3857"
RADIUS_M = 6378137.0  # of the sphere that EPSG:3857 and Leaflet project from
LONGEST_PX = 2000
_ROWS = 250  # read at a time


@dataclass(frozen=True)
class Overlay:
    """``png``: the picture; ``bounds``: ((south, west), (north, east)) in degrees; ``pixel_m``: its size on the ground."""

    png: bytes
    bounds: tuple[tuple[float, float], tuple[float, float]]
    pixel_m: float

    @property
    def url(self) -> str:
        """The picture as a data URI."""
        return "data:image/png;base64," + base64.b64encode(self.png).decode("ascii")


def to_mercator(points: np.ndarray) -> np.ndarray:
    """(lon, lat) in degrees to EPSG:3857 metres, by the sphere as Leaflet does."""
    lon, lat = np.radians(points[:, 0]), np.radians(points[:, 1])
    return np.column_stack([RADIUS_M * lon, RADIUS_M * np.log(np.tan(np.pi / 4 + lat / 2))])


def to_degrees(x: float, y: float) -> tuple[float, float]:
    """EPSG:3857 metres to (lon, lat) in degrees."""
    return float(np.degrees(x / RADIUS_M)), float(np.degrees(2 * np.arctan(np.exp(y / RADIUS_M)) - np.pi / 2))


def overlay(layer: Layer, polygon, longest_px: int = LONGEST_PX) -> Overlay:
    """Classes of ``layer`` inside a polygon (degrees); unknown and outside are transparent.

    The longest side has ``longest_px`` pixels. A pixel that the polygon touches counts as inside: the boundary line
    drawn over it hides the rest.
    """
    shape = shapely.transform(polygon, to_mercator)
    west, south, east, north = shape.bounds
    pixel = max(east - west, north - south) / longest_px
    width, height = int(np.ceil((east - west) / pixel)), int(np.ceil((north - south) / pixel))
    transform = Affine(pixel, 0, west, 0, -pixel, north)
    ids = _class_ids(layer, transform, width, height)
    ids[geometry_mask([shape], (height, width), transform, all_touched=True)] = 0
    (west_deg, south_deg), (east_deg, north_deg) = to_degrees(west, north - height * pixel), to_degrees(west + width * pixel, north)
    ground = pixel * np.cos(np.radians((south_deg + north_deg) / 2))
    return Overlay(_png(ids), ((south_deg, west_deg), (north_deg, east_deg)), float(ground))


def _class_ids(layer: Layer, transform: Affine, width: int, height: int) -> np.ndarray:
    """Common-legend id of each pixel by nearest cell; 0 where the product is unknown or does not reach."""
    id_of, key_of = _ids_by_key(), dict(zip(layer.legend.code.astype(int), layer.legend.class_key, strict=True))
    lookup = Lookup(list(key_of))
    by_place = np.array([*(id_of[key_of[int(c)]] for c in lookup.codes), id_of[UNKNOWN]], dtype="uint8")
    ids = np.zeros((height, width), np.uint8)
    with open_raster(layer) as raster:
        warped = raster.warped(Grid(CRS.from_user_input(MERCATOR), transform, height, width), "nearest")
        for row in range(0, height, _ROWS):
            codes = warped.read(row, min(row + _ROWS, height), 0, width)
            known = np.isfinite(codes)
            place = lookup.index(np.where(known, codes, 0).astype(np.int64))
            ids[row : row + _ROWS] = by_place[np.where(known, place, lookup.codes.size)]
    return ids


def _ids_by_key() -> dict[str, int]:
    table = classes()
    return dict(zip(table.class_key, table.class_id.astype(int), strict=True))


def _png(ids: np.ndarray) -> bytes:
    """Class ids as a palette PNG of two pixels a byte, in the legend's colours, id 0 transparent."""
    colours, ids_by_key = class_colours(), _ids_by_key()
    palette = [(0, 0, 0, 0)] * (max(ids_by_key.values()) + 1)
    assert len(palette) <= 16, "four bits hold sixteen classes"
    for key, number in ids_by_key.items():
        if key != UNKNOWN:
            palette[number] = (*bytes.fromhex(colours[key][1:]), 255)
    height, width = ids.shape
    even = np.pad(ids, ((0, 0), (0, width % 2)))
    rows = np.zeros((height, even.shape[1] // 2 + 1), np.uint8)  # each row begins with its filter: none
    rows[:, 1:] = even[:, 0::2] << 4 | even[:, 1::2]
    parts = (
        (b"IHDR", struct.pack(">IIBBBBB", width, height, 4, 3, 0, 0, 0)),
        (b"PLTE", b"".join(bytes(c[:3]) for c in palette)),
        (b"tRNS", bytes(c[3] for c in palette)),
        (b"IDAT", zlib.compress(rows.tobytes(), 6)),
        (b"IEND", b""),
    )
    chunks = (struct.pack(">I", len(d)) + n + d + struct.pack(">I", zlib.crc32(n + d)) for n, d in parts)
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunks)
