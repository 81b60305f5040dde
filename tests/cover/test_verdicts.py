"""Verdicts: bands of probability, what a definition forbids, censuses that were not delivered."""

import pytest

from pipeline.cover.verdicts import Chance, by_census, by_sample, verdict


@pytest.mark.parametrize(
    ("chance", "said"),
    [
        (None, "undetermined"),
        (Chance(0.95, 0.95, 0.95), "met"),
        (Chance(0.9499, 0.9499, 0.9499), "undetermined"),
        (Chance(0.05, 0.05, 0.05), "not_met"),
        (Chance(0.0501, 0.0501, 0.0501), "undetermined"),
        (Chance(0.99, 0.90, 0.999), "undetermined"),  # land that was not sampled could turn it
        (Chance(0.01, 0.001, 0.2), "undetermined"),
    ],
)
def test_bands(chance, said):
    assert verdict(chance, sure=0.95) == said


def test_tree_cover_decides_nothing_about_forest_by_law():
    sure = Chance(0.999, 0.999, 0.999)
    for points in (5, 30):  # more points would not help
        assert by_sample(sure, points=points, definition="tree_cover", sure=0.95) == ("undetermined", "sample_definition")
    assert by_sample(sure, points=30, definition="statutory", sure=0.95) == ("met", "sample")
    assert by_sample(Chance(0.5, 0.5, 0.5), points=30, definition="statutory", sure=0.95) == ("undetermined", "sample_inconclusive")


def test_a_handful_of_points_decides_nothing():
    assert by_sample(Chance(0.9998, 0.9998, 0.9998), points=5, definition="statutory", sure=0.95) == ("undetermined", "sample_small")


@pytest.mark.parametrize(("pct", "said"), [(18.74, "met"), (18.7399, "not_met")])
def test_a_census_decides_plainly(pct, said):
    assert by_census(cover_pct=pct, target_pct=18.74, is_surveyed=True) == (said, "census")
    assert by_census(cover_pct=pct, target_pct=18.74, is_surveyed=False) == ("undetermined", "not_surveyed")
