"""InVEST's formula against a sum by hand."""

import pandas as pd
import pytest

from pipeline.carbon import value
from pipeline.core.config import Scenario, Value


def test_by_hand():
    """300 t in 3 years at 50: 100 t a year; 5000 now, 5000/1.05, 5000/1.05^2."""
    found = value.present_value(300, years=3, price=50, discount_pct=5, price_change_pct=0)
    assert found == pytest.approx(5000 + 5000 / 1.05 + 5000 / 1.1025)


def test_price_change_discounts_like_invest():
    found = value.present_value(300, years=3, price=50, discount_pct=5, price_change_pct=2)
    assert found == pytest.approx(5000 * (1 + 1 / (1.05 * 1.02) + 1 / (1.05 * 1.02) ** 2))
    assert value.present_value(300, years=3, price=50, discount_pct=0, price_change_pct=0) == pytest.approx(15_000)
    assert value.present_value(-300, years=3, price=50, discount_pct=5, price_change_pct=0) < 0


def test_the_closed_form_of_invest():
    """InVEST's code sums the geometric series: price / n x (1 - ratio^n) / (1 - ratio) per tonne."""
    ratio = 1 / (1.07 * 1.03)
    assert value.present_value(1, years=14, price=43, discount_pct=7, price_change_pct=3) == pytest.approx(
        43 / 14 * (1 - ratio**14) / (1 - ratio)
    )


def test_rows():
    zone = {"county_code": "149901", "county_name": "甲县", "level": "county", "product": "P", "basis": "b"}
    change = pd.DataFrame(
        [
            zone | {"year_from": 2019, "year_to": 2024, "years": 5.0, "route": "class_mean", "change_tc": c,
                    "net_sink_tco2_yr": s, "low_tco2_yr": 10.0, "high_tco2_yr": 30.0}
            for c, s in ((30.0, 20.0), (None, None))
        ]
    )  # fmt: skip
    removal = pd.DataFrame(
        [
            zone | {"year": 2024, "scenario": "s", "horizon": h, "land": land, "removal_tco2": 400.0, "low_tco2": 50.0, "high_tco2": 800.0}
            for h, land in ((2030, "planting"), (2030, "undetermined"), (2026, "planting"))
        ]
    )
    scenarios = [Scenario(name="s", start_year=2026, end_year=2030)]
    made = value.of(change, removal, scenarios, Value(price_per_tco2=100.0, discount_pct=0.0), "no credit")
    assert list(made.what) == ["change", "removal"]  # nothing compared, unknown slope, and no time to grow: no value
    assert list(made.tco2) == [100, 400] and list(made.value_yuan) == pytest.approx([10_000, 40_000])
    assert list(made.low_yuan) == pytest.approx([5_000, 5_000])
    assert made.basis.str.endswith("no credit").all()
