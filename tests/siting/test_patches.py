"""Contiguous land: joined across edges and borders, never across corners; small patches broken, what is missing unknown."""

import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from worlds import class_layer, features, make_place, write_raster

from pipeline.core import ellipsoid, tables
from pipeline.core.counting import AREA_BITS
from pipeline.core.errors import BadData
from pipeline.core.grid import Grid
from pipeline.core.pixels import Exact
from pipeline.core.rasters import open_raster
from pipeline.siting import sheet as sheets
from pipeline.siting.candidates import Wanted, _collect, _placed
from pipeline.siting.patches import Patches, outlines, stretches
from pipeline.siting.rules import parse
from pipeline.siting.sheet import Sheet

HEAD = "rule_id,applies_to,state,layer,condition,threshold,unit,where_layer,where_condition,where_threshold,title_zh,title_en,basis_zh,basis_en,label\n"
CROP = "CROP,pv;wind,hard,land_cover,class_in,cropland,,,,,耕地,cropland,法,law,V\n"
CELL_HM2 = 100.0  # about; 0.01 degree


def by_hand(classes: np.ndarray) -> np.ndarray:
    """Patches by flood fill, numbered from 1; the slow way to the same."""
    made = np.zeros(classes.shape, int)
    for start in zip(*np.nonzero(classes), strict=True):
        if made[start]:
            continue
        number, todo = made.max() + 1, [start]
        made[start] = number
        while todo:
            r, c = todo.pop()
            for at in ((r - 1, c), (r + 1, c), (r, c - 1), (r, c + 1)):
                if all(0 <= v < n for v, n in zip(at, classes.shape, strict=True)) and not made[at] and classes[at] == classes[r, c]:
                    made[at] = number
                    todo.append(at)
    return made


def grid_of(folder, shape, **where) -> Grid:
    layer = class_layer(folder, write_raster(folder / "grid.tif", np.ones(shape, np.uint8), **where))
    with open_raster(layer) as raster:
        return raster.grid


@pytest.fixture(scope="module")
def grids(tmp_path_factory):
    """Degrees and metres."""
    folders = [tmp_path_factory.mktemp(name) for name in ("degrees", "metres")]
    return (
        grid_of(folders[0], (40, 40), west=112.0, north=36.2, cell=0.01),
        grid_of(folders[1], (40, 40), west=500_000.0, north=4_000_000.0, cell=900.0, crs="EPSG:4546"),
    )


def everything(top: int, rows: int, left: int, columns: int) -> tuple[np.ndarray, ...]:
    """All cells of a stretch as the whole cells of one zone (the form of ``Zones.arrays``)."""
    none, each = np.zeros(rows + 1, np.int64), np.arange(rows + 1, dtype=np.int64)
    first, last = (np.full(rows, c, np.int32) for c in (left, left + columns))
    row0, row1, place = (np.array([v], np.int64) for v in (top, top + rows, 0))
    return row0, row1, place, none, np.zeros(0, np.int32), np.zeros(0, np.int64), each, first, last


@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_patches_are_those_of_a_flood_fill_with_their_exact_areas_and_outlines(data, grids, tmp_path_factory):
    grid = data.draw(st.sampled_from(grids))
    rows, columns = data.draw(st.integers(1, 25)), data.draw(st.integers(1, 25))
    share = data.draw(st.sampled_from([0.3, 0.55, 0.9]))
    random = np.random.default_rng(data.draw(st.integers(0, 10**6)))
    classes = np.where(random.random((rows, columns)) < share, random.integers(1, 3, (rows, columns)), 0).astype(np.uint8)
    expected = by_hand(classes)
    tile = data.draw(st.integers(1, 30)), data.draw(st.integers(1, 30))
    folder, strip = tmp_path_factory.mktemp("sheet"), sheets.STRIP
    sheets.STRIP = data.draw(st.sampled_from([1, 3, 64]))
    try:
        with Sheet(folder / "a", 5, 5 + rows, 3, 3 + columns, tile) as sheet:
            sheet.write(5, 3, classes)
            top, left = data.draw(st.integers(0, rows - 1)), data.draw(st.integers(0, columns - 1))
            assert (sheet.read(5 + top, 5 + rows, 3 + left, 3 + columns) == classes[top:, left:]).all()
            sheet.write(5 + top, 3 + left, classes[top:, left:])
            patches = Patches(sheet, np.arange(3, dtype=np.uint8), grid)
            labels = np.vstack([labels for _, _, labels in patches.strips()])
            by_part = [labels for part in reversed(sheet.parts()) for _, _, labels in reversed(list(patches.strips(*part)))]
            assert (np.vstack(by_part[::-1]) == labels).all(), "a part can be looked at alone"
            patch = np.append(patches.patch_of, -1)[labels]
            pairs = set(zip(patch.ravel().tolist(), expected.ravel().tolist(), strict=True))
            assert len(pairs) == len({a for a, _ in pairs}) == len({b for _, b in pairs})
            assert patches.area_m2.size == patches.class_of_patch.size == expected.max()
            assert (patches.class_of_patch[patch[labels >= 0]] == classes[labels >= 0]).all()
            cells = np.broadcast_to(grid.cell_area_m2(5, 5 + rows, 3, 3 + columns), classes.shape)
            quanta = np.rint(cells / grid.quantum_m2).astype(np.int64)
            first = [int(patch[expected == number][0]) for number in range(1, int(expected.max()) + 1)]
            assert first == list(range(len(first))), "numbered as they turn up"
            assert patches.area_m2 == pytest.approx([cells[expected == i].sum() for i in range(1, len(first) + 1)], rel=1e-12)
            least = float(np.median(patches.area_m2)) if first else 1.0
            assert (patches.of_size(least)[labels[labels >= 0]] == (patches.area_m2 >= least)[patch[labels >= 0]]).all()
            number, before, edges = patches.numbered(np.array(first, int)), np.zeros(columns, np.int32), []
            table, zones = np.zeros((len(first), 1, 2), np.int64), everything(5, rows, 3, columns)
            for row, numbers, labels in patches.strips():
                _collect(labels, numbers, number, np.zeros(3, np.int64), quanta[row - 5 : row - 5 + len(labels)], row, 3, zones, table)
                edges.append(stretches(before, number[labels], row))
                before = number[labels[-1]]
            edges.append(stretches(before, np.zeros((1, columns), np.int32), 5 + rows))
            exact = Exact.of(table[:, 0], AREA_BITS).whole()
            assert exact.tolist() == [quanta[expected == i].astype(object).sum() for i in range(1, len(first) + 1)]
            shapes = outlines(np.concatenate(edges), len(first), 3, _placed(grid))
    finally:
        sheets.STRIP = strip
    assert len(shapes) == expected.max()
    assert all(shape.is_valid for shape in shapes)
    for number, shape in enumerate(shapes, 1):
        area = cells[expected == number].sum()
        assert ellipsoid.polygon_area_m2(shape) == pytest.approx(area, rel=1e-9 if grid.is_lonlat else 1e-6)


def place(tmp_path, codes, rules, layers="") -> object:
    config = make_place(
        tmp_path,
        codes=codes,
        replace={"rules: layers/rules/siting.csv": "rules: rules.csv\n  pv: {min_area_hm2: 200}", "cover: {main": layers + "cover: {main"},
    )
    (tmp_path / "rules.csv").write_text(HEAD + rules, encoding="utf-8")
    return config


def run(cli, config) -> dict[str, pd.DataFrame]:
    done = cli("siting", "--config", config, "--out", config.parent / "out")
    assert done.returncode == 0, done.stderr
    made = {"log": done.stderr}
    for schema in (tables.PATTERNS, tables.SITE_SCREENING, tables.SITE_REASONS, tables.CANDIDATE_AREAS, tables.POTENTIAL):
        made[schema.name] = tables.read_csv(config.parent / f"out/{schema.name}.csv", schema)
    return made


def island_world() -> np.ndarray:
    """Cropland with grass: a single cell; two cells that touch at a corner only; a cross of five over all four counties."""
    codes = np.full((20, 20), 2, np.uint8)
    codes[2, 2] = 3
    codes[5, 5] = codes[6, 6] = 3
    codes[8:12, 9] = 3  # counties meet at row 10, column 10
    codes[9, 9:12] = 3
    return codes


@pytest.mark.parametrize("state", ["hard", "soft"])
def test_small_patches_are_pruned_corners_do_not_join_and_borders_do_not_part(tmp_path, cli, state):
    rules = CROP + f"PATCH,pv,{state},,patch_below,300,hm2,,,,连片,patch,,,A\n"
    made = run(cli, place(tmp_path, island_world(), rules))
    found = made["siting/patterns"]
    pv = found[(found.kind == "pv") & (found.level == "city")]
    broken = pv[pv.rules_broken.fillna("").str.contains("PATCH")].area_hm2.sum()
    kept = pv[pv.rules_broken.isna()].area_hm2.sum()
    assert round(broken / CELL_HM2) == 3  # the single cell and the two that touch at a corner
    assert round(kept / CELL_HM2) == 6  # in three counties
    assert found[(found.kind == "wind")].rules_broken.fillna("").isin(["", "CROP"]).all()  # not a rule of wind
    city = made["siting/potential"].query("level == 'city' and kind == 'pv'").iloc[0]
    assert round(city.allowed_hm2 / CELL_HM2) == (6 if state == "hard" else 9)
    counties = found[(found.kind == "pv") & (found.level == "county") & found.rules_broken.isna()].county_code
    assert set(counties) == {"149901", "149903", "149904"}


def test_candidate_areas_are_the_patches_with_their_counties(tmp_path, cli):
    made = run(cli, place(tmp_path, island_world(), CROP + "FAR,pv,soft,land_cover,class_in,grass,,,,,草,grass,,,A\n"))
    listed = made["siting/candidate_areas"]
    pv = listed[listed.kind == "pv"]
    assert len(pv) == 1  # of at least 200 hm2
    row = pv.iloc[0]
    assert (row.zoning, row["rank"], row.score, row.evidence) == ("allowed", 1, 0.0, "adequate")
    area = sum(
        ellipsoid.polygon_area_m2(shapely.box(112 + c * 0.01, 36.19 - r * 0.01, 112.01 + c * 0.01, 36.2 - r * 0.01)) / 1e4
        for r, c in ((8, 9), (9, 9), (10, 9), (11, 9), (9, 10), (9, 11))
    )
    assert row.area_hm2 == pytest.approx(area, rel=1e-9)
    assert row.capacity_mw == pytest.approx(area / 2.2, rel=1e-9)
    shares = {k: float(v) for k, v in (part.split() for part in row.county_shares.split(";"))}
    assert shares == pytest.approx({"149901": 2 / 6, "149903": 2 / 6, "149904": 2 / 6}, abs=1e-3)
    import geopandas as gpd

    shapes = gpd.read_file(tmp_path / "out/siting/candidate_areas.gpkg")
    assert [ellipsoid.polygon_area_m2(g) / 1e4 for g in shapes.geometry] == pytest.approx(list(shapes.area_hm2), rel=1e-9)


def test_candidate_areas_rank_by_score_as_far_as_a_plant_fits_and_by_land_within_the_counties_alone(tmp_path, cli):
    """A speck of the best land, half-good land for a large plant, and a strip that lies nearly all beyond the border."""
    codes = np.full((20, 21), 2, np.uint8)
    codes[0:3, 0] = 3  # 300 hm2 in cells, a tenth of it within the counties
    codes[0:3, 15] = 3  # 270 hm2, all soft rules kept
    codes[8:12, 5:10], codes[8:12, 10:15] = 3, 5  # forty cells, half of them shrub
    config = place(tmp_path, codes, CROP + "SHRUB,pv,soft,land_cover,class_in,shrub_other,,,,,灌,shrub,,,A\n")
    write_raster(tmp_path / "land.tif", codes, west=111.991, north=36.2, cell=0.01, nodata=0)
    text = config.read_text(encoding="utf-8").replace("rules: rules.csv", "rules: rules.csv\n  full_plant_mw: 1000")
    config.write_text(text, encoding="utf-8")
    pv = run(cli, config)["siting/candidate_areas"].query("kind == 'pv'").set_index("rank")
    assert list(pv.index) == [1, 2] and list(pv.zoning) == ["allowed"] * 2
    assert pv.score[1] == pytest.approx(0.5, abs=1e-3) and pv.score[2] == 1.0
    assert pv.capacity_mw[1] > 1000 > pv.capacity_mw[2]
    assert pv.rank_score[1] == pv.score[1] and pv.rank_score[2] == pytest.approx(pv.capacity_mw[2] / 1000)
    assert (pv.inside_hm2 >= 200).all() and pv.inside_hm2.to_list() == pytest.approx(pv.area_hm2.to_list())


@pytest.mark.parametrize(
    ("score", "inside_hm2", "expected"), [(0.8, 220.0, 0.8), (0.8, 2e6, 0.8), (0.8, 110.0, 0.4), (1.0, 0.0, 0.0), (None, 500.0, None)]
)
def test_what_areas_are_ranked_by(score, inside_hm2, expected):
    assert Wanted(20.0, 5, 1 / 2.2, 100.0).rank_score(score, inside_hm2) == (None if expected is None else pytest.approx(expected))


def test_a_patch_is_sure_only_where_no_hard_rule_is_unknown(tmp_path, cli):
    """A missing layer may still cut a large patch, never mend a small one: large is unknown, small is broken."""
    rules = CROP + "GONE,pv,hard,military,inside,,,,,,军,military,法,law,K\nPATCH,pv,soft,zoning,patch_below,300,hm2,,,,连片,patch,,,A\n"
    made = run(cli, place(tmp_path, island_world(), rules))
    found = made["siting/patterns"].query("level == 'city' and kind == 'pv'")
    large = found[found.rules_unknown.fillna("").str.contains("PATCH")]
    assert round(large.area_hm2.sum() / CELL_HM2) == 6
    assert round(found[found.rules_broken.fillna("").str.contains("PATCH")].area_hm2.sum() / CELL_HM2) == 3
    assert "zoning" not in made["log"]  # not a layer to bring
    assert set(made["siting/candidate_areas"].query("kind == 'pv'").zoning) == {"unknown"}


def test_a_guard_limits_a_rule_of_patches(tmp_path, cli):
    codes = island_world()
    codes[2, 2] = 5  # shrub, alone
    rules = CROP + "PATCH,pv,hard,,patch_below,300,hm2,land_cover,class_in,shrub_other,连片,patch,,,A\n"
    found = run(cli, place(tmp_path, codes, rules))["siting/patterns"].query("level == 'city' and kind == 'pv'")
    assert round(found[found.rules_broken.fillna("") == "PATCH"].area_hm2.sum() / CELL_HM2) == 1


def test_sites_are_asked_for_the_patch_that_holds_most_of_them(tmp_path, cli):
    config = place(tmp_path, island_world(), CROP + "PATCH,pv,soft,,patch_below,300,hm2,,,,连片,patch,,,A\n")
    features(
        tmp_path / "sites.geojson",
        [
            {"site_id": "small", "name": "小", "kind": "pv", "capacity_mw": 1, "geometry": shapely.Point(112.025, 36.175)},
            {"site_id": "large", "name": "大", "kind": "pv", "capacity_mw": 1, "geometry": shapely.Point(112.095, 36.105)},
            {"site_id": "crop", "name": "田", "kind": "pv", "capacity_mw": 1, "geometry": shapely.Point(112.165, 36.035)},
            {"site_id": "away", "name": "外", "kind": "pv", "capacity_mw": 1, "geometry": shapely.Point(113.0, 36.1)},
            {
                "site_id": "both",
                "name": "跨",
                "kind": "pv",
                "capacity_mw": 1,
                "geometry": shapely.box(112.0561, 36.13, 112.0699, 36.149),  # a part of each of the two cells at (5, 5) and (6, 6)
            },
        ],
    )
    config.write_text(config.read_text(encoding="utf-8").replace("sites.csv", "sites.geojson"), encoding="utf-8")
    made = run(cli, config)
    soft = made["siting/site_screening"].set_index("site_id")
    assert soft.rules_soft.fillna("").to_dict() == {"small": "PATCH", "large": "", "crop": "", "away": "", "both": "PATCH"}
    assert "PATCH" in soft.rules_unknown["away"] and pd.isna(soft.rules_unknown["large"])
    reasons = made["siting/site_reasons"].set_index(["site_id", "rule_id"])
    area = ellipsoid.polygon_area_m2(shapely.box(112.02, 36.17, 112.03, 36.18)) / 1e4
    assert reasons.found["small", "PATCH"] == f"{area:.1f} hm2"
    assert pd.isna(reasons.layer["small", "PATCH"])


def test_more_areas_than_are_listed_are_told(tmp_path, cli):
    codes = np.full((20, 20), 2, np.uint8)
    codes[::4, :18] = 3  # five strips
    config = place(tmp_path, codes, CROP)
    text = config.read_text(encoding="utf-8").replace("rules: rules.csv", "rules: rules.csv\n  most_candidate_areas: 2")
    config.write_text(text, encoding="utf-8")
    made = run(cli, config)
    assert len(made["siting/candidate_areas"].query("kind == 'pv'")) == 2
    assert "有 5 处达到 200 hm²，只列前 2 处，其余 3 处" in made["log"]


@pytest.mark.parametrize(
    "row",
    ["P,pv,soft,slope_deg,patch_below,20,hm2,,,,a,a,,,A", "P,pv,soft,land_cover,class_in,grass,,zoning,patch_below,20,a,a,,,A"],
)
def test_a_rule_of_patches_names_no_layer_and_guards_none(tmp_path, row):
    (tmp_path / "rules.csv").write_text(HEAD + row + "\n", encoding="utf-8")
    with pytest.raises(BadData):
        parse(tables.read_csv(tmp_path / "rules.csv", tables.RULES), "rules.csv")
