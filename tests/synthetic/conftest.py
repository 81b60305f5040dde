"""A made-up place of two counties with the whole synthetic city laid over it as a model: coarse cells, seconds."""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import pytest
from worlds import small_city, two_counties


@pytest.fixture(scope="session")
def counties() -> gpd.GeoDataFrame:
    """The two counties."""
    return two_counties()


@pytest.fixture(scope="session")
def city(shared) -> Path:
    """Folder of a small city (cells of 0.001 degree, seed 1) with its ``config.yaml``."""
    return shared("small_city", small_city)
