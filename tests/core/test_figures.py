"""Numbers as people read them."""

import math

import pytest

from pipeline.core.figures import DASH, chance, never_zero


@pytest.mark.parametrize(
    ("p", "printed"),
    [
        (1.0, "> 99.9 %"),
        (1 - 1e-12, "> 99.9 %"),
        (0.9994, "99.9 %"),
        (0.95, "95 %"),
        (0.5399, "54 %"),
        (0.001, "0.1 %"),
        (1e-15, "< 0.1 %"),
        (0.0, "< 0.1 %"),
    ],
)
def test_a_probability_is_never_printed_as_certain(p, printed):
    assert chance(p) == printed


def test_an_unknown_probability_is_a_dash():
    assert chance(None) == chance(math.nan) == DASH


@pytest.mark.parametrize(
    ("value", "decimals", "printed"),
    [(0.0, 2, "0.00"), (0.004, 2, "< 0.01"), (0.006, 2, "0.01"), (0.00001, 4, "< 0.0001"), (1234.5, 2, "1,234.50"), (None, 2, DASH), (math.nan, 2, DASH)],
)  # fmt: skip
def test_a_quantity_that_is_not_zero_is_never_printed_as_zero(value, decimals, printed):
    assert never_zero(value, decimals) == printed
