"""The sample planner: sizes by hand, sums, states, samples that are added to, and whether a planned size really decides."""

import math
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from worlds import LEGEND

from pipeline.core import tables
from pipeline.core.config import LayerRef, Planner
from pipeline.core.layers import find
from pipeline.core.paths import Paths
from pipeline.cover import planner

Z95, Z80 = 1.6448536, 0.8416212
NAMES = {"149901": "甲县", "149902": "乙县", "149900": "某市"}
FOREST_HM2 = {"149901": 150.0, "149902": 50.0}  # of 500 hm2 each: 20 % of the area, 30 % and 10 % of the counties


@pytest.fixture(scope="module")
def product(tmp_path_factory):
    folder = tmp_path_factory.mktemp("product")
    (folder / "p").mkdir()
    (folder / "p" / "legend.csv").write_text(LEGEND, encoding="utf-8")
    (folder / "p" / "layer.yaml").write_text(
        "title: {en: p}\nlicence: own\nkind: classes\nproduct: P\nyear: 2024\nlegend: legend.csv\nreadings: {trees: {en: trees}}\n",
        encoding="utf-8",
    )
    return _layer(folder)


def _layer(folder: Path):
    (folder / "land.tif").write_bytes(b"II*\0")
    return find(LayerRef(layer="p", file="land.tif", year=2024), "land_cover", Paths(folder), "classes", is_read=False)


def area_table(unknown=0.0) -> pd.DataFrame:
    """Codes 1 forest, 2 cropland, 3 grass (a tenth of the rest), 4 water without area; ``unknown`` hm2 of each county's cropland."""
    rows = []
    for county, forest in FOREST_HM2.items():
        rest = 500.0 - forest
        for code, key, area in (
            (1, "forest_arbor", forest),
            (2, "cropland", rest * 0.9 - unknown),
            (3, "grass", rest * 0.1),
            (4, "water", 0.0),
        ):
            rows.append({"county_code": county, "code": code, "source_code": str(code), "class_key": key, "area_hm2": area})
        rows.append({"county_code": county, "code": None, "source_code": None, "class_key": "unknown", "area_hm2": unknown})
    shared = {"level": "county", "product": "P", "year": 2024}
    rows = [{**shared, "county_name": NAMES[r["county_code"]], **r} for r in rows]
    return tables.product(rows, tables.CODE_AREA)


def cover_table(target=18.74, *, city=True, unknown=0.0, **more) -> pd.DataFrame:
    rows = []
    for code in (["149900"] if city else []) + list(FOREST_HM2):
        land, forest = (1000.0, 200.0) if code == "149900" else (500.0, FOREST_HM2[code])
        rows.append({
            "county_code": code, "county_name": NAMES[code], "level": "city" if code == "149900" else "county", "product": "P", "year": 2024,
            "reading": "trees", "land_area_hm2": land, "forest_area_hm2": forest, "unknown_area_hm2": unknown * land / 500,
            "forest_cover_pct": forest / land * 100, "denominator": "geometric", "target_pct": target, "verdict": "undetermined",
            "reason": "no_sample" if target is not None else "no_target", "basis": "b", **(more if code == "149900" else {}),
        })  # fmt: skip
    return tables.product(rows, tables.FOREST_COVER)


def plan(product, cover=None, area=None, counts=None, **settings) -> pd.DataFrame:
    least = {"least_per_stratum": 2} | settings
    cover, area = cover_table() if cover is None else cover, area_table() if area is None else area
    return planner.plan(cover, area, [product], counts, Planner(**least), 0.95, reading="trees")


def whole(rows: pd.DataFrame) -> pd.DataFrame:
    return rows[rows.level == "city"].set_index("stratum")


def test_the_size_by_hand(product):
    """W = (0.2, 0.8), p = (0.8, 0.05): S = (0.4, 0.21794), sum W S = 0.08 + 0.174356 = 0.254356; SE = 1.26 / 2.4864748 pp."""
    rows = whole(plan(product))
    se = 1.26 / (Z95 + Z80)
    total = (0.254356 / (se / 100)) ** 2
    assert rows.se_needed_pp.to_numpy() == pytest.approx(se, abs=1e-6)
    assert total == pytest.approx(2519.4, abs=0.1)
    assert list(rows.points_needed) == [math.ceil(total * 0.08 / 0.254356), math.ceil(total * 0.174356 / 0.254356)] == [793, 1728]
    assert list(rows.index) == ["forest", "other"]
    assert list(rows.area_hm2) == pytest.approx([200, 800])
    assert set(rows.state) == {"feasible"} and set(rows.assumption) == {"assumed"}
    assert set(rows.cover_pct) == {20.0}


def test_counties_add_up_and_lie_near_proportion(product):
    rows = plan(product)
    parts = rows[rows.level == "county"]
    for column in ("area_hm2", "points_needed", "points_to_add", "points_now"):
        assert list(parts.groupby("stratum")[column].sum()) == pytest.approx(list(whole(rows)[column]))
    forest = parts[parts.stratum == "forest"].set_index("county_code").points_to_add
    assert abs(forest["149901"] - 793 * 0.75) < 2.5


def test_county_numbers_have_the_right_mean_and_grow_with_the_sample():
    areas = {"a": 5.0, "b": 3.0, "c": 2.0}
    means = np.mean([[*planner.by_county(areas, 0, 7, seed=s, stratum="x").values()] for s in range(800)], axis=0)
    assert means == pytest.approx([3.5, 2.1, 1.4], abs=0.05)
    few, more, rest = (planner.by_county(areas, *place, seed=1, stratum="x") for place in ((0, 10), (0, 40), (10, 30)))
    assert all(few[c] + rest[c] == more[c] for c in areas)
    assert sum(planner.by_county({"a": 1.0}, 5, 9, seed=1, stratum="x").values()) == 9


def test_nearer_targets_and_more_power_take_more_points(product):
    def total(**given):
        return whole(plan(product, cover_table(given.pop("target", 18.0)), most_points=100_000, **given)).points_needed.sum()

    assert total(target=18.5) > total(target=18.0) > total(target=15.0)
    assert total(power=0.9) > total(power=0.8) > total(power=0.5)
    assert total(target=22.0) == pytest.approx(total(target=18.0), abs=2)  # as far on the other side


def test_a_stratum_never_has_less_than_the_least(product):
    rows = whole(plan(product, cover_table(10.0), least_per_stratum=50))
    assert list(rows.points_needed) == [50, 50]


def test_too_many_are_cut_to_what_can_be_walked(product):
    cover = cover_table(19.9)
    rows = whole(plan(product, cover, most_points=300))
    assert set(rows.state) == {"too_many"}
    assert 298 <= rows.points_to_add.sum() <= 300 < 100_000 < rows.points_needed.sum()
    assert rows.points_to_add["forest"] / rows.points_to_add.sum() == pytest.approx(0.08 / 0.254356, abs=0.005)
    limit = 25.4356 / math.sqrt(299) * (Z95 + Z80)  # how far off the target 300 points can tell
    nearest = whole(plan(product, cover_table(20 - limit * 1.02), most_points=300))
    assert set(nearest.state) == {"feasible"}
    assert set(whole(plan(product, cover_table(20 - limit * 0.98), most_points=300)).state) == {"too_many"}
    parts = plan(product, cover, most_points=300)
    assert parts[parts.level == "county"].points_needed.isna().all()
    assert parts[parts.level == "county"].points_to_add.sum() == rows.points_to_add.sum()


def test_few_walkable_points_still_reach_every_stratum(product):
    rows = whole(plan(product, cover_table(19.9), most_points=10, least_per_stratum=50))
    assert rows.points_to_add.sum() <= 10 and (rows.points_to_add >= 2).all()


def test_a_cover_on_the_target_is_told(product):
    rows = whole(plan(product, cover_table(20.0)))
    assert set(rows.state) == {"on_target"} and rows.points_needed.isna().all() and rows.points_to_add.isna().all()


def test_unknown_land_brings_the_target_nearer_from_below_only(product):
    """10 hm2 of 500 unknown, 2 points: a target of 21 % is 1 away and may be reached by unknown land, one of 25 % is 3 away."""
    area = area_table(unknown=10.0)
    below = whole(plan(product, cover_table(25.0, unknown=10.0), area))
    assert set(below.se_needed_pp.round(9)) == {round((25 - 20 - 2) / planner.needed_se(1, sure=0.95, power=0.8) ** -1, 9)}
    assert set(whole(plan(product, cover_table(21.0, unknown=10.0), area)).state) == {"unknown_land"}
    above = whole(plan(product, cover_table(15.0, unknown=10.0), area))
    assert above.se_needed_pp.to_numpy() == pytest.approx(5 / (Z95 + Z80), abs=1e-6)
    assert below.area_hm2.sum() == pytest.approx(980)


def test_unknown_land_of_an_adjusted_cover_is_like_the_rest_until_the_verdict(product):
    """21.8 % with 2 % of the land unknown: 21.364 % are sure, 23.364 % possible."""
    cover, area = SAMPLED | {"target": 25.0}, area_table(unknown=10.0)
    for target, distance in ((18.74, 21.364 - 18.74), (25.0, 25.0 - 23.364)):
        cover["target"] = target
        rows = whole(plan(product, cover_table(**cover, unknown=10.0), area, counts_of({"forest": (100, 80), "other": (100, 5)})))
        assert rows.se_needed_pp.to_numpy() == pytest.approx(distance / (Z95 + Z80), abs=1e-6)
    assert set(whole(plan(product, cover_table(22.0, unknown=10.0, **SAMPLED), area)).state) == {"unknown_land"}


def counts_of(labels: dict[str, tuple[int, int]]) -> pd.DataFrame:
    rows = [
        {"sample": "S", "county_code": c, "product": "P", "year": 2024, "stratum": label, "points": n // 2, "forest": x // 2}
        for label, (n, x) in labels.items()
        for c in FOREST_HM2
    ]
    return pd.DataFrame(rows)


SAMPLED = {"adjusted_cover_pct": 21.8, "sample": "S", "reason": "sample_inconclusive"}


def test_a_sample_of_map_codes_keeps_its_strata(product):
    counts = counts_of({"1": (100, 80), "2": (100, 10), "3": (60, 0)})
    rows = whole(plan(product, cover_table(**SAMPLED), counts=counts))
    assert list(rows.index) == ["1", "2", "3"] and set(rows.assumption) == {"sample"}
    assert list(rows.points_now) == [100, 100, 60]
    assert list(rows.assumed_forest_share) == pytest.approx([80.5 / 101, 10.5 / 101, 0.5 / 61])
    assert rows.se_needed_pp.to_numpy() == pytest.approx((21.8 - 18.74) / (Z95 + Z80), abs=1e-6)
    w = np.array([0.2, 0.72, 0.08])
    spread = w * np.sqrt(rows.assumed_forest_share * (1 - rows.assumed_forest_share)).to_numpy()
    n = (spread.sum() / (3.06 / (Z95 + Z80) / 100)) ** 2
    assert list(rows.points_needed) == [math.ceil(n * s / spread.sum()) for s in spread]
    assert list(rows.points_to_add) == [max(a - b, 0) for a, b in zip(rows.points_needed, rows.points_now, strict=True)]
    assert rows.points_to_add["3"] == 0


def test_a_sample_of_our_own_strata_is_added_to(product):
    rows = plan(product, cover_table(**SAMPLED), counts=counts_of({"forest": (100, 80), "other": (100, 5)}))
    assert list(whole(rows).index) == ["forest", "other"] and list(whole(rows).points_now) == [100, 100]
    parts = rows[rows.level == "county"]
    assert list(parts.groupby("stratum").points_to_add.sum()) == list(whole(rows).points_to_add)


def test_points_are_counted_by_county_and_stratum():
    samples = pd.DataFrame({"sample": ["s", "t"], "product": "P", "year": 2024, "strata": ["map_class", "column"]})
    points = pd.DataFrame({
        "sample": ["s"] * 4 + ["t"], "number": [1, 2, 3, 4, 1], "county_code": ["149901", "149901", "149902", None, "149901"],
        "stratum": [None] * 4 + ["forest"], "map_code": ["1", None, None, None, "2"], "is_forest": ["yes", "no", "no", "yes", "yes"],
    })  # fmt: skip
    at = pd.DataFrame({"layer": "sample:s", "number": [1, 2, 3, 4], "product": "P", "year": 2024, "code": [3, 1, 2, None]})
    at["code"] = at.code.astype("Int64")
    found = planner.counts_of(samples, points, at, area_table())
    found["county_code"] = found.county_code.fillna("")
    assert found[["county_code", "stratum", "points", "forest"]].values.tolist() == [
        ["149901", "1", 2, 1], ["149902", "2", 1, 0], ["", "unknown", 1, 1], ["149901", "forest", 1, 1],
    ]  # fmt: skip


def test_points_of_another_sample_are_not_added_to(product):
    """The city's verdict stands on S; a sample of the counties says nothing of how many S still needs."""
    alone = counts_of({"forest": (100, 80), "other": (100, 5)})
    both = pd.concat([alone, counts_of({"forest": (400, 300), "other": (400, 40)}).assign(sample="T")])
    first, second = (plan(product, cover_table(**SAMPLED), counts=c) for c in (alone, both))
    assert list(whole(second).points_now) == [100, 100]
    pd.testing.assert_frame_equal(first, second)


@pytest.mark.parametrize("reason", ["sample_definition", "sample_refused"])
def test_a_sample_that_decides_nothing_is_not_added_to(product, reason):
    rows = whole(plan(product, cover_table(**(SAMPLED | {"reason": reason})), counts=counts_of({"forest": (100, 80), "other": (100, 5)})))
    assert set(rows.points_now) == {0} and set(rows.assumption) == {"assumed"} and set(rows.cover_pct) == {20.0}


def test_strata_of_another_make_begin_anew_from_the_sampled_cover(product):
    rows = whole(plan(product, cover_table(**SAMPLED), counts=counts_of({"north": (100, 80), "south": (100, 5)})))
    assert list(rows.index) == ["forest", "other"] and set(rows.points_now) == {0} and set(rows.cover_pct) == {21.8}


def test_a_verdict_needs_no_points_and_no_target_has_no_plan(product):
    rows = plan(product, cover_table(verdict="met", reason="sample", adjusted_cover_pct=25.0))
    assert rows.state.tolist() == ["decided"] and rows.points_to_add.tolist() == [0] and rows.cover_pct.tolist() == [25.0]
    assert plan(product, cover_table(None)).empty


def test_a_census_only_says_that_it_decides(product):
    from dataclasses import replace

    from pipeline.core.layers import Parcels

    census = replace(product, about=product.about.model_copy(update={"parcels": Parcels(code=["c"], is_forest_census=True)}))
    assert plan(census).empty  # not every county was delivered: no verdict, and no sample mends that
    assert plan(census, cover_table(verdict="not_met", reason="census")).state.tolist() == ["decided"]


def test_each_county_for_its_own_verdict(product):
    """30 % and 10 % against 18.74 %: 11.26 and 8.74 points away."""
    rows = plan(product, scope="counties")
    assert set(rows.level) == {"county"} and len(rows) == 4
    for code, distance in (("149901", 11.26), ("149902", 8.74)):
        own = rows[rows.county_code == code]
        assert own.se_needed_pp.to_numpy() == pytest.approx(distance / (Z95 + Z80), abs=1e-6)
    w, s = np.array([0.3, 0.7]), np.array([0.4, 0.21794495])
    n = ((w * s).sum() / (11.26 / (Z95 + Z80) / 100)) ** 2
    assert list(rows[rows.county_code == "149901"].points_needed) == [math.ceil(n * x / (w * s).sum()) for x in w * s]


def test_chosen_counties_are_one_area(product):
    rows = plan(product, cover_table(city=False))
    assert set(rows.level) == {"county"} and set(rows.cover_pct) == {20.0}
    assert rows.points_to_add.sum() == whole(plan(product)).points_to_add.sum()


def test_the_official_area_is_the_one_the_rate_stands_on(product):
    rows = whole(plan(product, cover_table(denominator="official", official_area_hm2=800.0)))
    assert set(rows.cover_pct) == {25.0}
    share = rows.se_needed_pp.iloc[0] / 100 * 0.8
    assert rows.points_needed.sum() == pytest.approx((0.254356 / share) ** 2, abs=2)


@pytest.mark.parametrize(("p", "target"), [((0.8, 0.05), 18.74), ((0.75, 0.04), 20.0), ((0.9, 0.10), 24.0)])
def test_the_planned_size_decides_with_the_stated_power(p, target):
    """20,000 samples of the planned size from the anticipated truth: P(met or not met, rightly) is the power, to 2 points."""
    w, p = np.array([0.2, 0.8]), np.array(p)
    truth, settings = float(w @ p), Planner()
    distance = truth - target / 100
    n = planner.neyman(w, p, planner.needed_se(abs(distance), sure=0.95, power=settings.power), least=50)
    hits = np.random.default_rng(5).binomial(n, p, size=(20_000, 2))
    share = hits / n
    estimate, se = share @ w, np.sqrt((w**2 * share * (1 - share) / (n - 1)).sum(axis=1))
    decided = (np.sign(distance) * (estimate - target / 100) / se >= Z95).mean()
    assert decided == pytest.approx(settings.power, abs=0.02)
