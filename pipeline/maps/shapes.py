"""Outlines as GeoJSON for the page: geometry and a running number, never a name (folium renders what it is given)."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import shapely

_DECIMALS = 6  # 0.1 m
_MOST_VERTICES = 30_000  # of all outlines on a page; above this they are simplified for display, gap-free
_TOLERANCE_DEG = 0.00005  # about 5 m; doubled until the vertices are few enough
_SIGN_DEG = 0.055  # half the height that a site's sign takes up on the map of a city


def light(frame: gpd.GeoDataFrame, most: int = _MOST_VERTICES) -> gpd.GeoDataFrame:
    """County outlines light enough for a page; shared borders stay shared, so that no slivers show. For display only.

    Where the counties do not fit together (overlaps, gaps) nothing is shared that could be kept: each is simplified alone.
    """
    shapes, tolerance = frame.geometry.to_numpy(), _TOLERANCE_DEG
    whole = shapely.get_num_coordinates(shapes).sum() <= most
    if whole:
        return frame
    fits = bool(shapely.coverage_is_valid(shapes))
    while True:
        made = shapely.coverage_simplify(shapes, tolerance) if fits else shapely.simplify(shapes, tolerance)
        if shapely.get_num_coordinates(made).sum() <= most or tolerance > 0.05:
            return frame.set_geometry(made, crs=frame.crs)
        tolerance *= 2


def collection(geometries) -> dict:
    """A feature collection whose features know nothing but their number ``i``."""
    features = [
        {"type": "Feature", "properties": {"i": i}, "geometry": _rounded(shapely.geometry.mapping(g))} for i, g in enumerate(geometries)
    ]
    return {"type": "FeatureCollection", "features": features}


def _rounded(geometry: dict) -> dict:
    if geometry["type"] == "GeometryCollection":
        return {"type": geometry["type"], "geometries": [_rounded(g) for g in geometry["geometries"]]}

    def walk(value):
        return round(float(value), _DECIMALS) if isinstance(value, int | float) else [walk(v) for v in value]

    return {"type": geometry["type"], "coordinates": walk(geometry["coordinates"])}


def label_point(geometry, window=None, avoid: list[tuple[float, float]] = ()) -> list[float] | None:
    """[lat, lon] of the roomiest place for a name in a polygon; None when too little of it lies in the window.

    ``window``: (west, south, east, north); ``avoid``: (lon, lat) of signs that a name should not cover. Names are
    wider than high, so room is measured with longitudes halved.
    """
    shown = geometry if window is None else geometry.intersection(shapely.box(*window))
    if shown.is_empty or (window is not None and shown.area < 0.02 * shapely.box(*window).area):
        return None
    west, south, east, north = window or geometry.bounds
    reach = 0.07 * max(east - west, north - south) if window else _SIGN_DEG
    free = shown.difference(shapely.union_all([shapely.box(x - 2 * reach, y - reach, x + 2 * reach, y + reach) for x, y in avoid]))
    largest = max(shapely.get_parts(free if not free.is_empty else shown), key=lambda p: p.area)
    squeezed = shapely.transform(largest, lambda points: points * [0.5, 1.0])
    lon, lat = shapely.maximum_inscribed_circle(squeezed, tolerance=0.002).coords[0]
    return [round(lat, 5), round(lon / 0.5, 5)]


def widened(bounds, share: float = 0.12) -> tuple[float, float, float, float]:
    """Bounds grown by a share of their larger side."""
    west, south, east, north = bounds
    by = share * max(east - west, north - south)
    return west - by, south - by, east + by, north + by


def leaflet_bounds(bounds) -> list[list[float]]:
    """[[south, west], [north, east]] of (west, south, east, north)."""
    west, south, east, north = (float(v) for v in np.round(bounds, _DECIMALS))
    return [[south, west], [north, east]]
