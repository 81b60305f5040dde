"""What sites give and take on a made-up place: percentage points, payback, shared land, what none beats, sums, all by hand."""

import math
import shutil

import numpy as np
import pandas as pd
import pytest
import shapely
from worlds import features, make_place, write_raster

from pipeline.core import ellipsoid, tables
from pipeline.siting import tradeoff

HEAD = "rule_id,applies_to,state,layer,condition,threshold,unit,where_layer,where_condition,where_threshold,title_zh,title_en,basis_zh,basis_en,label\n"
RULES = (
    HEAD
    + "RED,pv;wind,hard,eco_redline,inside,,,,,,红线,redline,法,law,S\n"
    + "TREE,pv,conditional,land_cover,class_in,forest_arbor,,,,,林,trees,法,law,V\n"
    + "STEEP,pv,soft,slope_deg,above,15,deg,,,,坡,slope,,,A\n"
    + "FLAT,pv,soft,slope_deg,above,25,deg,,,,坡,slope,,,A\n"
    + "GRID,pv,soft,substation,beyond_distance,10000,m,,,,网,grid,,,A\n"
    + "TOWN,pv,soft,ugb,inside,,,,,,城,town,,,K\n"
    + "GONE,pv,soft,nowhere,inside,,,,,,无,none,,,K\n"
    + "SIZE,pv,soft,area_hm2,attribute_below,20,hm2,,,,小,small,,,A\n"
)
SCORES = (
    "criterion,applies_to,rules,measure,layer,breakpoints,unit,weight,title_zh,title_en,source_zh,source_en,label,note_zh,note_en\n"
    "slope,pv,STEEP;FLAT,value,slope_deg,15:1;25:0,deg,2,坡,slope,表,table,A,,\n"
    "grid,pv,GRID,distance,substation,10000:1;20000:0,m,1,网,grid,表,table,A,,\n"
    "town,pv,TOWN,kept,,,,1,城,town,表,table,K,,\n"
)
WEST = shapely.box(112.02, 36.02, 112.04, 36.04)  # forest
EAST = shapely.box(112.14, 36.02, 112.16, 36.04)  # grass
ACROSS = shapely.box(112.09, 36.12, 112.11, 36.14)  # half forest, half grass, and a county each
OVER = shapely.box(112.03, 36.02, 112.05, 36.04)  # half of it on WEST
FIELD = shapely.box(112.02, 36.02, 112.03, 36.04)  # a wind farm on WEST


@pytest.fixture(scope="module")
def place(tmp_path_factory, cli):
    """West half forest, east half grass. Slope 10 in the west, 20 in the east; a substation at the south-west corner."""
    folder = tmp_path_factory.mktemp("tradeoff")
    codes = np.full((20, 20), 3, np.uint8)
    codes[:, :10] = 1
    slope = np.full((20, 20), 20.0, np.float32)
    slope[:, :10] = 10.0
    ghi = np.full((20, 20), 1400.0, np.float32)
    ghi[0] = np.nan
    refs = (
        "layers:\n  eco_redline: {file: red.geojson}\n  ugb: {file: town.geojson}\n  substation: {file: grid.geojson}\n"
        "  slope_deg: {file: slope.tif, unit: deg, resampling: nearest}\n  ghi: {file: ghi.tif, unit: kWh/m2/yr, resampling: nearest}\n"
    )
    own = (
        "rules: rules.csv\n  scores: scores.csv\n  wind: {land_take_share: 0.02}\n  portfolios:\n"
        "    - {name: some, target_gwh_yr: {pv: 400}, minimise: carbon_loss_tc, verdicts: [allowed, conditional]}\n"
    )
    config = make_place(folder, codes=codes, replace={"rules: layers/rules/siting.csv\n": own, "cover: {main": refs + "cover: {main"})
    config.write_text(config.read_text(encoding="utf-8").replace("sites.csv", "sites.geojson"), encoding="utf-8")
    (folder / "rules.csv").write_text(RULES, encoding="utf-8")
    (folder / "scores.csv").write_text(SCORES, encoding="utf-8")
    write_raster(folder / "slope.tif", slope, west=112.0, north=36.2, cell=0.01, nodata=np.nan)
    write_raster(folder / "ghi.tif", ghi, west=112.0, north=36.2, cell=0.01, nodata=np.nan)
    features(folder / "red.geojson", [{"geometry": shapely.box(112.15, 36.02, 112.2, 36.04)}])
    features(folder / "town.geojson", [{"geometry": shapely.box(112.02, 36.02, 112.04, 36.03)}])
    features(folder / "grid.geojson", [{"geometry": shapely.Point(112.0, 36.03)}])
    rows = {"A_west": WEST, "B_east": EAST, "C_across": ACROSS, "D_over": OVER, "E_dark": shapely.box(112.11, 36.191, 112.12, 36.199)}
    sites = [{"site_id": k, "name": k, "kind": "pv", "capacity_mw": None, "geometry": g} for k, g in rows.items()]
    sites.append({"site_id": "F_wind", "name": "F", "kind": "wind", "capacity_mw": 10, "geometry": FIELD})
    sites.append({"site_id": "G_out", "name": "G", "kind": "pv", "capacity_mw": 5, "geometry": shapely.Point(113, 36.1)})
    features(folder / "sites.geojson", sites)
    done = cli("siting", "--config", config, "--out", folder / "out")
    assert done.returncode == 0, done.stderr
    return folder / "out"


def read(place, schema) -> pd.DataFrame:
    return tables.read_csv(place / f"{schema.name}.csv", schema)


@pytest.fixture(scope="module")
def traded(place) -> pd.DataFrame:
    return read(place, tables.TRADEOFF).set_index("site_id")


def hm2(shape) -> float:
    return sum(ellipsoid.polygon_area_m2(p) for p in shapely.get_parts(shape)) / 1e4


def vegetation(place, key: str) -> float:
    density = read(place, tables.CARBON_DENSITY)
    own = density[(density.class_key == key) & density.pool.isin(["agb", "bgb", "dead_wood", "litter"])]
    return own.tc_hm2.sum()


def land_hm2(place) -> dict[str, float]:
    cover = read(place, tables.FOREST_COVER)
    return dict(zip(cover.county_code, cover.land_area_hm2, strict=True))


# --- scores through the stage --------------------------------------------------------------------------------


def test_a_site_is_scored_by_the_thresholds_of_its_own_county(place, tmp_path, cli):
    """Slope 20 in the east: half way from 15 to 25, a quarter from 25 back to a county's own 5."""
    folder = tmp_path / "own"
    shutil.copytree(place.parent, folder)
    (folder / "own.csv").write_text(
        "rule_id,county_code,threshold,basis_zh,basis_en,label\nSTEEP,149902,5,县规定,county rule,K\n", encoding="utf-8"
    )
    text = (folder / "config.yaml").read_text(encoding="utf-8").replace("rules: rules.csv", "rules: rules.csv\n  county_rules: own.csv")
    (folder / "config.yaml").write_text(text, encoding="utf-8")
    done = cli("siting", "--config", folder / "config.yaml", "--out", folder / "out")
    assert done.returncode == 0, done.stderr
    was, now = (read(p, tables.SCORE_DETAIL).query("criterion == 'slope'").set_index("site_id") for p in (place, folder / "out"))
    assert was.score["B_east"] == pytest.approx(0.5) and now.score["B_east"] == pytest.approx(0.25)
    assert (was.breakpoints["B_east"], now.breakpoints["B_east"]) == ("15:1;25:0", "5:1;25:0")
    others = [s for s in was.index if s != "B_east"]
    assert now.score[others].equals(was.score[others]) and set(now.breakpoints[others]) == {"15:1;25:0"}


def test_scores_of_a_site_are_those_of_its_cells_distances_and_shares(place):
    detail = read(place, tables.SCORE_DETAIL).set_index(["site_id", "criterion"])
    screened = read(place, tables.SITE_SCREENING).set_index("site_id")
    west = detail.loc["A_west"]
    assert west.score.drop("GONE").to_dict() == pytest.approx({"slope": 1, "grid": 1, "town": 0.5, "SIZE": 1}, abs=1e-4)
    assert west.value["grid"] == pytest.approx(1800, abs=20)  # 0.02 degrees of longitude
    assert pd.isna(west.score["GONE"]) and pd.isna(west.value["GONE"])
    # Weights 2, 1, 1 and 1 known, of 6: (2 + 1 + 0.5 + 1) / 5.
    assert screened.score["A_west"] == pytest.approx(4.5 / 5, abs=1e-4)
    assert (screened.score_low["A_west"], screened.score_high["A_west"]) == pytest.approx((4.5 / 6, 5.5 / 6), abs=1e-4)
    assert (screened.score_rules_known["A_west"], screened.score_rules["A_west"]) == (4, 5)
    assert west.weight_share.dropna().sum() == pytest.approx(1)


def test_a_steep_half_is_not_made_good_by_a_flat_one(place):
    detail = read(place, tables.SCORE_DETAIL).set_index(["site_id", "criterion"])
    assert detail.value["C_across", "slope"] == pytest.approx(15, abs=0.01)  # the mean alone would score 1
    assert detail.score["C_across", "slope"] == pytest.approx(0.75, abs=1e-3)
    assert detail.score["B_east", "slope"] == pytest.approx(0.5)


def test_the_wind_farm_has_no_criterion_and_no_score(place):
    screened = read(place, tables.SITE_SCREENING).set_index("site_id")
    assert screened.loc["F_wind", ["score", "score_low", "score_high"]].isna().all()
    assert screened.score_rules["F_wind"] == 0


# --- one site ------------------------------------------------------------------------------------------------


def test_cover_lost_stands_on_the_land_the_rate_stands_on(place, traded):
    land = land_hm2(place)
    assert traded.forest_loss_hm2["A_west"] == pytest.approx(hm2(WEST), rel=1e-6)
    assert traded.county_cover_loss_pp["A_west"] == pytest.approx(hm2(WEST) / land["149901"] * 100, rel=1e-6)
    assert traded.area_cover_loss_pp["A_west"] == pytest.approx(hm2(WEST) / land["149900"] * 100, rel=1e-6)
    assert traded.loc["B_east", ["county_cover_loss_pp", "area_cover_loss_pp"]].eq(0).all()


def test_a_site_across_a_border_takes_from_its_county_only_what_lies_there(place, traded):
    """Its forest is all in the western county, but the eastern half may hold more of the site: the county is told."""
    land, forest = land_hm2(place), hm2(ACROSS.intersection(shapely.box(112.0, 36.0, 112.1, 36.2)))
    share = forest / land[traded.county_code["C_across"]] * 100 if traded.county_code["C_across"] == "149903" else 0
    assert traded.county_cover_loss_pp["C_across"] == pytest.approx(share, rel=1e-5)
    assert traded.area_cover_loss_pp["C_across"] == pytest.approx(forest / land["149900"] * 100, rel=1e-5)


def test_payback_by_hand(place, traded):
    """tC x 44/12 over GWh x 636.1 t; the most energy (ratio 0.85) gives the lower end."""
    loss = hm2(WEST) * vegetation(place, "forest_arbor")
    gwh = hm2(WEST) / 2.2 * 1400 * 0.8 / 1000
    row = traded.loc["A_west"]
    assert row.carbon_loss_tco2 == pytest.approx(loss * 44 / 12, rel=1e-6)
    assert row.avoided_tco2_yr == pytest.approx(gwh * 636.1, rel=1e-6)
    assert row.payback_yr == pytest.approx(loss * 44 / 12 / (gwh * 636.1), rel=1e-6)
    assert row.payback_low_yr == pytest.approx(row.payback_yr * 0.8 / 0.85)
    assert row.payback_high_yr == pytest.approx(row.payback_yr * 0.8 / 0.75)
    assert (row.factor_id, row.factor_year, row.scope) == ("north_china_2023", 2023, "north_china")
    assert row.land_hm2_per_gwh == pytest.approx(hm2(WEST) / gwh, rel=1e-6)


def test_payback_is_blank_where_a_part_of_it_is_not_known_or_nothing_is_avoided():
    known = {"carbon_loss_tco2": 100.0, "avoided_tco2_yr": 50.0, "avoided_low_tco2_yr": 0.0, "avoided_high_tco2_yr": 200.0}
    assert tradeoff.payback(known) == {"payback_yr": 2.0, "payback_low_yr": 0.5, "payback_high_yr": None}
    assert set(tradeoff.payback(known | {"carbon_loss_tco2": None}).values()) == {None}
    assert tradeoff.payback(known | {"carbon_loss_tco2": 0.0})["payback_yr"] == 0.0


def test_conflicts_are_counted_by_state(traded):
    assert traded.loc["B_east", ["hard_broken", "conditional_broken", "soft_broken", "rules_open"]].tolist() == [1, 0, 2, 1]  # STEEP, GRID
    assert traded.loc["A_west", ["hard_broken", "conditional_broken", "soft_broken"]].tolist() == [0, 1, 1]  # TREE; TOWN


def test_blank_cells_have_reasons(traded):
    assert pd.isna(traded.energy_gwh_yr["E_dark"]) and "电量" in traded.gaps["E_dark"]
    assert pd.isna(traded.payback_yr["E_dark"]) and pd.notna(traded.carbon_loss_tc["E_dark"])
    assert "不在本区域内" in traded.gaps["G_out"] and pd.isna(traded.area_cover_loss_pp["G_out"])
    assert pd.isna(traded.gaps["A_west"])


def test_a_wind_farm_takes_the_share_that_is_given_and_only_that(place, traded):
    assert traded.forest_loss_hm2["F_wind"] == pytest.approx(0.02 * hm2(FIELD), rel=1e-6)
    assert traded.carbon_loss_tc["F_wind"] == pytest.approx(0.02 * hm2(FIELD) * vegetation(place, "forest_arbor"), rel=1e-6)


def test_without_a_share_a_wind_farm_has_no_losses_and_says_why(place, default_outputs):
    rows = tables.read_csv(default_outputs / "siting/tradeoff.csv", tables.TRADEOFF)
    wind = rows[rows.kind == "wind"]
    assert wind[["carbon_loss_tc", "forest_loss_hm2", "payback_yr"]].isna().all(axis=None)
    assert wind.gaps.str.contains("land_take_share").all()


# --- sets ----------------------------------------------------------------------------------------------------


def test_sums_hold_each_site_once_and_shared_land_once(place, traded):
    totals = read(place, tables.TRADEOFF_TOTALS).set_index(["kind", "verdicts"])
    pv = totals.loc["pv", "all"]
    union = shapely.union_all([WEST, OVER])
    assert traded.overlaps.dropna().to_dict() == {"A_west": "D_over;F_wind", "D_over": "A_west", "F_wind": "A_west"}
    assert pv.overlapping == "A_west;D_over"
    assert pv.overlap_hm2 == pytest.approx(hm2(WEST) + hm2(OVER) - hm2(union), rel=1e-6)
    across = hm2(ACROSS.intersection(shapely.box(112.0, 36.0, 112.1, 36.2)))
    assert pv.forest_loss_hm2 == pytest.approx(hm2(union) + across, rel=1e-5)
    assert pv.area_cover_loss_pp == pytest.approx((hm2(union) + across) / land_hm2(place)["149900"] * 100, rel=1e-5)
    assert pv.energy_gwh_yr == pytest.approx(traded[traded.kind == "pv"].energy_gwh_yr.sum())
    assert (pv.sites, pv.energy_sites) == (6, 4)  # one in the dark, one outside
    # With the wind farm: PV clears all of its land, so the share of the farm on WEST adds nothing.
    assert totals.loc["all", "all"].forest_loss_hm2 == pytest.approx(pv.forest_loss_hm2, rel=1e-6)
    assert totals.loc["wind", "all"].forest_loss_hm2 == pytest.approx(traded.forest_loss_hm2["F_wind"])


def test_sums_of_sites_that_share_no_land_are_plain_sums(place, traded):
    totals = read(place, tables.TRADEOFF_TOTALS).set_index(["kind", "verdicts"])
    for verdict in ("allowed", "prohibited"):
        own, row = traded[(traded.kind == "pv") & (traded.verdict == verdict)], totals.loc["pv", verdict]
        assert row.sites == len(own)
        for name in ("area_hm2", "capacity_mw", "carbon_loss_tc", "forest_loss_hm2", "avoided_tco2_yr", "area_cover_loss_pp"):
            assert (pd.isna(row[name]) and own[name].isna().all()) or row[name] == math.fsum(own[name].dropna()), name
    sites = totals.sites["all"]
    assert sites["all"] == sum(sites[v] for v in tables.VERDICTS) == len(traded)
    assert sites["allowed;conditional"] == sites["allowed"] + sites["conditional"]


def test_the_payback_of_a_set_is_that_of_the_sites_that_tell_both_parts(place, traded):
    row = read(place, tables.TRADEOFF_TOTALS).set_index(["kind", "verdicts"]).loc["pv", "prohibited"]
    own = traded[(traded.kind == "pv") & (traded.verdict == "prohibited")]
    assert row.payback_sites == len(own) == 1
    assert row.payback_yr == pytest.approx(own.carbon_loss_tco2.sum() / own.avoided_tco2_yr.sum())


def test_the_portfolio_of_the_run_takes_no_two_on_the_same_land(place, traded):
    found = read(place, tables.PORTFOLIO).iloc[0]
    chosen = found.chosen.split(";")
    assert found.state == "optimal" and not {"A_west", "D_over"} <= set(chosen)
    assert found.capacity_mw == math.fsum(traded.capacity_mw[chosen]) and found.cost == math.fsum(traded.carbon_loss_tc[chosen])
    sites = read(place, tables.PORTFOLIO_SITES).set_index("site_id")
    assert set(sites.index[sites.state == "chosen"]) == set(chosen)
    assert sites.state["B_east"] == "left_out"  # prohibited


# --- what none beats -----------------------------------------------------------------------------------------


def compared(*rows: tuple) -> pd.DataFrame:
    columns = ("site_id", "energy_gwh_yr", "carbon_loss_tc", "verdict", "kind")
    table = pd.DataFrame([dict(zip(columns, r, strict=True)) for r in rows])
    table = table.assign(name=table.site_id, gaps="why").astype({"energy_gwh_yr": float, "carbon_loss_tc": float})
    return tradeoff.pareto(table)


def test_what_none_beats_by_hand_ties_and_unknown_ones_included():
    made = compared(
        ("a", 100, 10, "allowed", "pv"),
        ("b", 100, 10, "allowed", "pv"),  # equal to a: neither beats the other
        ("c", 90, 10, "allowed", "pv"),  # less energy
        ("d", 120, 10, "prohibited", "pv"),  # more energy, more conflict
        ("e", 50, 0, "conditional", "pv"),  # less carbon, more conflict
        ("f", 50, 0, "unknown", "pv"),  # as e, with more conflict
        ("g", None, 0, "allowed", "pv"),
        ("h", 500, None, "allowed", "pv"),
    ).set_index("site_id")
    assert made.state.to_dict() == {"a": "front", "b": "front", "c": "dominated", "d": "front", "e": "front", "f": "dominated",
                                    "g": "left_out", "h": "left_out"}  # fmt: skip
    assert made.dominated_by["c"] == "a;b" and made.dominated_by["f"] == "e"
    assert made.gaps.dropna().to_dict() == {"g": "why", "h": "why"}
    assert set(made.scope) == {"pv"}


def test_each_technology_and_all_together_are_compared():
    made = compared(("a", 10, 5, "allowed", "pv"), ("w", 20, 1, "allowed", "wind")).set_index(["scope", "site_id"]).state
    assert made.to_dict() == {("pv", "a"): "front", ("wind", "w"): "front", ("all", "a"): "dominated", ("all", "w"): "front"}
