"""Wetland and water: shares that rounding must not push beyond the whole."""

import pandas as pd
import pytest

from pipeline.cover import wetland_and_water


@pytest.mark.parametrize(("inside_hm2", "rate_pct"), [(25.0, 50.0), (50.0 * (1 + 6e-14), 100.0), (0.0, 0.0)])
def test_the_protected_share_of_wetland(inside_hm2, rate_pct):
    zone = {"county_code": "140801", "county_name": "甲县", "level": "county", "product": "P", "year": 2024}
    land = pd.DataFrame([{**zone, "class_key": k, "area_hm2": a, "basis": "b"} for k, a in (("wetland", 50.0), ("water", 7.0))])
    inside = pd.DataFrame([{**zone, "layer": "protected_area", "key": "inside", "class_key": "wetland", "area_hm2": inside_hm2}])
    made = wetland_and_water(land, inside, [], "zh").iloc[0]
    assert made.protection_rate_pct == rate_pct
    assert (made.wetland_area_hm2, made.water_area_hm2) == (50.0, 7.0)
