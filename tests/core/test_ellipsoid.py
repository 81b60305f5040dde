"""Ellipsoidal areas against the land survey's printed value, closed forms and geodesic polygons."""

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from pyproj import Geod

from pipeline.core import ellipsoid

GEOD = Geod(a=ellipsoid.SEMI_MAJOR_M, rf=298.257222101)


def test_land_survey_test_cell():
    assert ellipsoid.polygon_area_m2(shapely.box(110, 35, 110.5, 35.5)) == pytest.approx(2_524_261_923.74, abs=0.01)
    assert ellipsoid.band_area_m2(35.0, 35.5) * 0.5 == pytest.approx(2_524_261_923.74, abs=0.01)


def test_whole_ellipsoid_is_the_closed_form():
    a, b = ellipsoid.SEMI_MAJOR_M, ellipsoid.SEMI_MINOR_M
    e = np.sqrt(1 - (b / a) ** 2)
    closed = 2 * np.pi * a**2 * (1 + (1 - e**2) / e * np.arctanh(e))
    assert ellipsoid.band_area_m2(-90.0, 90.0) * 360 == pytest.approx(closed, rel=1e-11)


@given(st.floats(18, 54), st.floats(1e-6, 5), st.floats(1e-6, 5))
def test_bands_add_up(south, first, second):
    whole = ellipsoid.band_area_m2(south, south + first + second)
    parts = ellipsoid.band_area_m2(south, south + first) + ellipsoid.band_area_m2(south + first, south + first + second)
    assert parts == pytest.approx(whole, rel=1e-9)


@given(st.lists(st.tuples(st.floats(110, 112), st.floats(34, 36)), min_size=3, max_size=8, unique=True))
def test_polygons_agree_with_geodesic_areas_when_edges_are_followed(points):
    hull = shapely.MultiPoint(points).convex_hull
    if hull.geom_type != "Polygon" or hull.area < 1e-4:
        return
    along = shapely.segmentize(hull, 0.002)  # short edges: a geodesic and a straight one are the same
    assert ellipsoid.polygon_area_m2(hull) == pytest.approx(abs(GEOD.geometry_area_perimeter(along)[0]), rel=1e-7)


def test_holes_and_parts():
    outer, hole, island = shapely.box(110, 34, 111, 35), shapely.box(110.2, 34.2, 110.4, 34.4), shapely.box(110.25, 34.25, 110.3, 34.3)
    shape = shapely.MultiPolygon([outer.difference(hole), island])
    expected = ellipsoid.polygon_area_m2(outer) - ellipsoid.polygon_area_m2(hole) + ellipsoid.polygon_area_m2(island)
    assert ellipsoid.polygon_area_m2(shape) == pytest.approx(expected, rel=1e-12)
    assert ellipsoid.polygon_area_m2(shapely.MultiPolygon()) == 0


def test_long_edges_are_exact():
    """A triangle with an edge of 20 degrees equals the same triangle cut into small steps."""
    triangle = shapely.Polygon([(90, 20), (110, 40), (90, 40)])
    steps = shapely.segmentize(triangle, 0.01)
    assert ellipsoid.polygon_area_m2(triangle) == pytest.approx(ellipsoid.polygon_area_m2(steps), rel=1e-11)
