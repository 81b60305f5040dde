"""A vector product as a class raster for what needs cells: maps, siting, shares of further layers. Never for areas."""

from __future__ import annotations

import math
from collections.abc import Callable
from pathlib import Path

import geopandas as gpd
import numpy as np
import rasterio
import shapely
from numba import njit
from rasterio.transform import from_origin
from rasterio.windows import Window

from pipeline.core.ellipsoid import polygon_parts
from pipeline.core.layers import Layer
from pipeline.core.parcels import scheme
from pipeline.core.parcels.fields import Roles, Vocabulary
from pipeline.core.parcels.overview import polygons

CELL_DEG = 1 / 3600
_ROWS = 256  # of a strip; also the side of a tile of the file


def draw(
    stream,
    counties: gpd.GeoDataFrame,
    layer: Layer,
    roles: Roles,
    path: Path,
    *,
    cell_deg: float = CELL_DEG,
    tags: dict[str, str] | None = None,
) -> None:
    """Draw parcels into a GeoTIFF (EPSG:4326, tiled, deflate) over the counties: a cell takes the parcel its centre lies in.

    Values are places in :func:`scheme.numbered_legend`, 0 where there is no parcel; where parcels overlap the lowest feature id
    counts. Memory holds one strip of rows and the parcels that meet it. ``stream`` and ``roles`` as for ``measure``, on a file
    that was measured before. ``tags`` are written into the file, such as the mark of made-up data.
    """
    codes = list(scheme.legend(layer).code)
    kind = np.dtype(np.uint8 if len(codes) < 256 else np.uint16)
    west, south, east, north = counties.total_bounds
    # Edges on whole cells from the origin of degrees, so that drawings of several years fit on one another.
    left, top = math.floor(west / cell_deg), math.ceil(north / cell_deg)
    width, height = math.ceil(east / cell_deg) - left, top - math.floor(south / cell_deg)
    profile = {"driver": "GTiff", "width": width, "height": height, "count": 1, "dtype": kind.name, "nodata": 0, "crs": "EPSG:4326"}
    profile |= {"transform": from_origin(left * cell_deg, top * cell_deg, cell_deg, cell_deg), "compress": "deflate", "tiled": True}
    with rasterio.open(path, "w", **profile, blockxsize=_ROWS, blockysize=_ROWS) as target:
        target.update_tags(**(tags or {}))
        for row in range(0, height, _ROWS):
            strip = np.zeros((min(_ROWS, height - row), width), kind)
            box = (left * cell_deg, (top - row - len(strip)) * cell_deg, (left + width) * cell_deg, (top - row) * cell_deg)
            geometry, value = _parcels(stream, box, layer, roles, codes)
            fill(strip, geometry, value, lambda xy, row=row: np.column_stack([xy[:, 0] / cell_deg - left, top - row - xy[:, 1] / cell_deg]))
            target.write(strip, 1, window=Window(0, row, width, len(strip)))


def _parcels(stream, box: tuple, layer: Layer, roles: Roles, codes: list[str]) -> tuple[np.ndarray, np.ndarray]:
    """Polygons that meet a box and their cell values, by feature id."""
    vocabulary, parts = Vocabulary(layer.shown_path, roles.code), []
    for batch in stream(box):
        geometry, fine = polygons(batch)
        parts.append((batch.fid[fine], geometry[fine], vocabulary.numbers(batch.columns[roles.code])[fine]))
    if not parts:
        return np.empty(0, object), np.empty(0, np.int64)
    fid, geometry, number = (np.concatenate(p) for p in zip(*parts, strict=True))
    place = {code: i for i, code in enumerate(codes, 1)}
    of = np.array([place.get(code, 0) for code in scheme.translate(vocabulary.texts, codes).values()] + [0], np.int64)
    order = np.argsort(fid, kind="stable")
    return geometry[order], of[number[order]]


def fill(strip: np.ndarray, geometry: np.ndarray, value: np.ndarray, place: Callable[[np.ndarray], np.ndarray]) -> None:
    """Fill the cells whose centres lie in polygons, in place; cells that are not 0 stay.

    ``place`` leads from the polygons' coordinates (n, 2) to (column, row) in the strip.
    """
    parts, owner = polygon_parts(geometry)
    rings, part = shapely.get_rings(parts, return_index=True)
    xy, ring = shapely.get_coordinates(rings, return_index=True)
    start = np.searchsorted(owner[part[ring]], np.arange(len(geometry) + 1))
    _scan(strip, np.ascontiguousarray(place(xy)), ring, start, value)


@njit(nogil=True, cache=True)
def _scan(strip, xy, ring, start, value):
    """Even-odd filling by cell centres; cells that are filled already stay.

    An edge crosses a row of centres where one end is above it and the other is not, and the crossing is reckoned from its upper
    end: neighbours reckon the same crossing for the edge they share, so every centre falls to one of them.
    """
    rows, columns = strip.shape
    for p in range(start.size - 1):
        first, last = start[p], start[p + 1]
        if first == last:
            continue
        y_min, y_max = xy[first:last, 1].min(), xy[first:last, 1].max()
        r0, r1 = max(0, math.ceil(y_min - 0.5)), min(rows, math.ceil(y_max - 0.5))
        if r0 >= r1:
            continue
        place = np.zeros(r1 - r0 + 1, np.int64)
        crossing = np.empty(0)
        for storing in (False, True):
            if storing:
                for r in range(r1 - r0):
                    place[r + 1] += place[r]
                crossing = np.empty(place[-1])
                place[1:] = place[:-1].copy()
                place[0] = 0
            for i in range(first, last - 1):
                if ring[i] != ring[i + 1]:
                    continue
                up, low = (i, i + 1) if xy[i, 1] < xy[i + 1, 1] else (i + 1, i)
                for r in range(max(r0, math.ceil(xy[up, 1] - 0.5)), min(r1, math.ceil(xy[low, 1] - 0.5))):
                    if storing:
                        share = (r + 0.5 - xy[up, 1]) / (xy[low, 1] - xy[up, 1])
                        crossing[place[r - r0 + 1]] = xy[up, 0] + share * (xy[low, 0] - xy[up, 0])
                    place[r - r0 + 1] += 1
        for r in range(r0, r1):
            here = np.sort(crossing[place[r - r0] : place[r - r0 + 1]])
            for j in range(0, here.size - 1, 2):
                for c in range(max(0, math.ceil(here[j] - 0.5)), min(columns, math.ceil(here[j + 1] - 0.5))):
                    if strip[r, c] == 0:
                        strip[r, c] = value[p]
