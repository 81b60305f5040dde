"""Growth along the cited line, removals of a scenario, bounds of CCER land; all by hand."""

from itertools import pairwise

import numpy as np
import pandas as pd
import pytest

from pipeline.carbon import potential
from pipeline.carbon.draws import Draws
from pipeline.core import tables
from pipeline.core.config import PROJECT, Carbon, Scenario
from pipeline.core.errors import BadData

IPCC = tables.read_csv(PROJECT / "layers/factors/ipcc.csv", tables.IPCC)
VOLUME = tables.read_csv(PROJECT / "layers/factors/volume.csv", tables.VOLUME_FACTORS)
RULES = tables.read_csv(PROJECT / "layers/rules/ccer.csv", tables.CCER_RULES)
ZONES = {"149900": ("某市", "city"), "149901": ("甲县", "county"), "149902": ("乙县", "county")}
DEFAULT = Carbon(factors="x").potential


def zone(code: str, year: int | None = 2020) -> dict:
    return {"county_code": code, "county_name": ZONES[code][0], "level": ZONES[code][1], "product": "P", "year": year}


def grown(**more) -> potential.Growth:
    return potential.growth(IPCC, VOLUME, **{"name": DEFAULT.growth, "trees": DEFAULT.trees, "draws": 20_000, "seed": 3} | more)


# --- growth --------------------------------------------------------------------------------------------------


def test_growth_follows_the_cited_rows():
    """4.0 (0.5-8.0) t d.m./hm2/yr; conifers R 0.40 up to 50 t, 0.29 up to 150 t, 0.20 beyond; CF 0.47."""
    line = grown()
    assert line.agb_tdm_hm2_yr[0] == 4.0
    assert np.percentile(line.agb_tdm_hm2_yr[1:], [2.5, 97.5]) == pytest.approx([0.5, 8.0], abs=0.15)
    assert (line.agb_tdm_hm2_yr >= 0).all()
    assert line.living_tc_hm2(0).max() == 0
    assert line.living_tc_hm2(5)[0] == pytest.approx(20 * 1.40 * 0.47)
    assert line.living_tc_hm2(30)[0] == pytest.approx((120 + 50 * 0.40 + 70 * 0.29) * 0.47)
    assert line.living_tc_hm2(50)[0] == pytest.approx((200 + 50 * 0.40 + 100 * 0.29 + 50 * 0.20) * 0.47)
    steps = [line.living_tc_hm2(a)[0] for a in range(60)]
    assert all(a < b for a, b in pairwise(steps))  # no drop where R steps down
    assert line.label == "K, V, K/V, A"  # of growth, root-shoot ratios and carbon fraction, and that they are put together


def test_other_rows():
    assert grown(name="temperate mountain forest").agb_tdm_hm2_yr[0] == 3.0
    assert grown(trees="broadleaf").roots == ((75, 0.46), (150, 0.23), (np.inf, 0.24))


@pytest.mark.parametrize("wrong", [{"name": "tropical"}, {"trees": "palms"}, {"trees": "oaks"}])  # oaks have no ratio up to 70 t/hm2
def test_rows_that_are_not_there(wrong):
    with pytest.raises(BadData) as refused:
        grown(**wrong)
    assert refused.value.problems[0].key == "growth_row" and refused.value.problems[0].params["known"]


# --- removals ------------------------------------------------------------------------------------------------


def account() -> Draws:
    density = {("forest_arbor", "agb"): 21.0, ("forest_arbor", "bgb"): 9.0, ("grass", "agb"): 1.0, ("grass", "bgb"): 2.0}
    return Draws("P", 2020, "class_mean", {}, {}, {}, {k: np.full(11, v) for k, v in density.items()})


def spaces(*rows: tuple) -> pd.DataFrame:
    """(county, class, treatment, hm2)"""
    made = [
        zone(c) | {"class_key": k, "slope_band": str(i), "treatment": t, "basis": "b"}
        | dict.fromkeys(("land_hm2", "space_hm2", "low_hm2", "high_hm2"), a) | {"crossed_out_hm2": 0.0}
        for i, (c, k, t, a) in enumerate(rows)
    ]  # fmt: skip
    return tables.product(made, tables.GREENING_SPACE)


LAND = pd.DataFrame([zone("149901") | {"class_key": "grass", "area_hm2": 1000.0, "basis": "b"}])
SPACE = spaces(
    ("149901", "grass", "planting", 100.0),
    ("149901", "grass", "closure", 40.0),
    ("149901", "bare", "planting;closure_shrub", 7.0),
)  # fmt: skip
HALF = Scenario(name="half", start_year=2026, end_year=2029, share=0.5)


def removal(scenario: Scenario = HALF, horizons=(2030, 2060), land: str = "planting") -> pd.DataFrame:
    made = potential.removals(SPACE, LAND, [account()], [scenario], list(horizons), grown(), "")
    return made[made.land == land].set_index("horizon")


def test_removal_by_hand():
    """Half of 100 hm2 in four years: 12.5 hm2 each of 4, 3, 2 and 1 years in 2030."""
    row = removal().loc[2030]
    assert row.planted_hm2 == pytest.approx(50)
    assert row.removal_tc == pytest.approx(12.5 * 4.0 * (4 + 3 + 2 + 1) * 1.4 * 0.47)
    assert row.removal_tco2 == pytest.approx(row.removal_tc * 44 / 12)
    assert row.removal_tco2_yr == pytest.approx(row.removal_tco2 / 4)
    assert row.added_cover_pp == pytest.approx(5.0)
    assert row.low_tc == pytest.approx(row.removal_tc * 0.5 / 4, rel=0.3) and row.high_tc == pytest.approx(row.removal_tc * 2, rel=0.03)
    assert row.stands_now_tc == pytest.approx(50 * 3) and row.mean_forest_tc == pytest.approx(50 * 30)


def test_the_line_that_runs_past_mean_forest_is_told():
    made = removal()
    assert made.exceeds_mean_forest[2030] == "no"  # 4 years: 10.5 of 30 tC/hm2
    assert made.exceeds_mean_forest[2060] == "yes"
    assert made.removal_tc[2060] > made.mean_forest_tc[2060]


def test_land_of_unknown_slope_is_a_ceiling_of_its_own_and_closure_is_not_counted():
    assert removal(land="undetermined").loc[2030].space_hm2 == 7
    made = potential.removals(SPACE, LAND, [account()], [HALF], [2030], grown(), "")
    assert set(made.land) == {"planting", "undetermined"} and made.space_hm2.sum() == 107
    assert pd.isna(removal(land="undetermined").loc[2030].stands_now_tc)  # bare land has no density here


def test_what_is_not_yet_planted_has_not_grown():
    assert potential.cohorts(HALF, 2027) == [(0.125, 1), (0.125, 0)]
    assert removal(horizons=(2026,)).loc[2026].removal_tc == 0
    assert removal(horizons=(2020,)).loc[2020].planted_hm2 == 0


def test_without_scenarios_there_is_no_removal():
    assert len(potential.removals(SPACE, LAND, [account()], [], [2030], grown(), "")) == 0


# --- CCER ----------------------------------------------------------------------------------------------------


def land(*rows: tuple) -> pd.DataFrame:
    return pd.DataFrame([zone(c) | {"class_key": k, "area_hm2": a, "basis": "b"} for c, k, a in rows])


CLASSES = land(
    ("149900", "grass", 150.0), ("149901", "grass", 100.0), ("149902", "grass", 50.0),
    ("149901", "cropland", 300.0), ("149901", "forest_arbor", 20.0), ("149901", "unknown", 5.0),
)  # fmt: skip
COLUMNS = [*zone("149901"), "layer", "key", "class_key", "area_hm2"]
MOVED_COLUMNS = ["county_code", "product", "year_from", "year_to", "class_from", "class_to", "area_hm2"]


def screened(inside: dict[str, float], moved: list[tuple] = (), layers=None) -> tuple[pd.DataFrame, pd.DataFrame]:
    """``inside``: hm2 of grass of 甲县 in each layer; ``moved``: (earlier class, hm2) of the grass of 2020 in 甲县."""
    rows = [zone("149901") | {"layer": n, "key": "inside", "class_key": "grass", "area_hm2": a} for n, a in inside.items()]
    there = pd.DataFrame({"layer": list(layers if layers is not None else inside)})
    before = pd.DataFrame([("149901", "P", 2015, 2020, f, "grass", a) for f, a in moved], columns=MOVED_COLUMNS)
    return potential.ccer(CLASSES, pd.DataFrame(rows, columns=COLUMNS), there, before, RULES, "en")


def of(table: pd.DataFrame, class_key: str, code: str = "149901") -> pd.Series:
    rows = table[(table.county_code == code) & (table.class_key == class_key)]
    assert len(rows) == 1
    return rows.iloc[0]


def test_what_cannot_be_asked_is_unknown():
    made, by_rule = screened({})
    grass = of(made, "grass")
    assert grass.state == "unknown" and grass.rules_unknown == "CCER-05;CCER-06;CCER-08;CCER-10" and pd.isna(grass.rules_broken)
    assert (grass.eligible_low_hm2, grass.eligible_high_hm2) == (0, 100)
    cropland = of(made, "cropland")
    assert cropland.state == "not" and cropland.rules_broken == "CCER-09" and pd.isna(cropland.rules_unknown)
    assert of(made, "forest_arbor").state == "not" and "CCER-04" in of(made, "forest_arbor").rules_broken
    assert of(made, "unknown").state == "unknown"
    assert of(made, "grass", "149900").land_hm2 == 150
    assert list(made[made.level == "city"].class_key) == [k for k in dict.fromkeys(CLASSES.class_key) if k in set(made.class_key)]
    row = by_rule[(by_rule.rule_id == "CCER-06") & (by_rule.class_key == "grass") & (by_rule.county_code == "149901")].iloc[0]
    assert (row.broken_hm2, row.unknown_hm2, row.kept_hm2, row.needs) == (0, 100, 0, "planned_forest_land")
    assert (by_rule.broken_hm2 + by_rule.unknown_hm2 + by_rule.kept_hm2 > 0).all()
    assert "CCER-14" not in set(by_rule.rule_id)  # documents are not asked of a map


def test_bounds_by_hand():
    """Of 100 hm2: 80 planned, 10 in farmland, 5 in wetland, 20 forest five years ago: at least 45 and at most 80 are eligible."""
    made, _ = screened({"planned_forest_land": 80, "pbf": 10, "important_wetland": 5}, [("grass", 40), ("forest_arbor", 10)])
    grass = of(made, "grass")
    assert (grass.eligible_low_hm2, grass.eligible_high_hm2) == pytest.approx((45, 80))
    assert grass.state == "part" and grass.rules_broken == "CCER-05;CCER-06;CCER-08;CCER-10"


def test_land_that_keeps_every_rule_is_eligible():
    layers = ["planned_forest_land", "pbf", "important_wetland"]
    made, _ = screened({"planned_forest_land": 100}, [("grass", 60), ("bare", 40)], layers)
    assert of(made, "grass").state == "eligible"
    assert of(made, "grass", "149902").state == "not"  # no grass of 乙县 is planned
    city = of(made, "grass", "149900")
    assert city.state == "part" and (city.eligible_low_hm2, city.eligible_high_hm2) == (100, 100)


@pytest.mark.parametrize(("first", "broken", "unknown"), [(2018, 0, 100), (2017, 100, 0)])
def test_three_years_are_three_years(first, broken, unknown):
    before = pd.DataFrame([("149901", "P", first, 2020, "forest_arbor", "grass", 100.0)], columns=MOVED_COLUMNS)
    _, by_rule = potential.ccer(CLASSES, pd.DataFrame(columns=COLUMNS), pd.DataFrame({"layer": []}), before, RULES, "zh")
    row = by_rule[(by_rule.rule_id == "CCER-05") & (by_rule.class_key == "grass") & (by_rule.county_code == "149901")].iloc[0]
    assert (row.broken_hm2, row.unknown_hm2) == (broken, unknown)


def test_bounds_hold():
    made, _ = screened({"planned_forest_land": 80, "pbf": 10}, [("grass", 1)])
    potential.require_whole(made)
