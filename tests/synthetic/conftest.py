"""A made-up place of two counties with the whole synthetic city laid over it as a model: coarse cells, seconds."""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import pytest
import shapely

from pipeline.synthetic import make_city


def two_counties() -> gpd.GeoDataFrame:
    """East and west county with a slanting line between them, near 111° E so that a Gauss-Krüger zone fits."""
    west = shapely.Polygon([(111.00, 36.00), (111.13, 36.00), (111.10, 36.17), (111.00, 36.17)])
    east = shapely.Polygon([(111.13, 36.00), (111.25, 36.00), (111.25, 36.17), (111.10, 36.17)])
    return gpd.GeoDataFrame({"county_code": ["149901", "149902"], "county_name": ["西县", "东县"]}, geometry=[west, east], crs=4490)


@pytest.fixture(scope="session")
def counties() -> gpd.GeoDataFrame:
    """The two counties."""
    return two_counties()


@pytest.fixture(scope="session")
def city(tmp_path_factory, counties) -> Path:
    """Folder of a small city (cells of 0.001 degree, seed 1) with its ``config.yaml``."""
    folder = tmp_path_factory.mktemp("city") / "data"
    make_city(folder, cell_m=120, seed=1, counties=counties)
    return folder
