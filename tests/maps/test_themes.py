"""What the subjects of the map show, cell by cell, against what was planted; figures of legends against the tables."""

import html
import json
import re

import numpy as np
import pytest
from map_pictures import colour_at
from map_world import BEFORE, CELL, NORTH, NOW, OTHER, WEST, ZONES

from pipeline.core import figures
from pipeline.core.legend import class_colours
from pipeline.core.zoning import RASTER_CLASSES, ZONE_COLOURS
from pipeline.maps.themes import measure, sheets_of, themes_of

KEYS = {1: "forest_arbor", 2: "cropland", 3: "grass", 4: "water", 5: "shrub_other"}


@pytest.fixture(scope="module")
def facts(rich):
    return rich.facts()


@pytest.fixture(scope="module")
def page(rich_pages):
    """Embedded sheets and subjects of the page of the whole area."""
    text = rich_pages["index"].read_text(encoding="utf-8")
    held = {n: json.loads(re.search(rf'id="page-{n}">(.*?)</script>', text).group(1)) for n in ("sheets", "data")}
    return held["sheets"], {t["key"]: t for t in held["data"]["themes"]}, text


def shown(page, key: str) -> np.ndarray:
    """Number of the sheet at the middle of each cell (of its own palette), recovered through colours made distinct."""
    from base64 import b64decode

    from rasterio.io import MemoryFile

    sheets, themes, _ = page
    data = sheets[themes[key]["sheet"]]
    with MemoryFile(b64decode(data["picture"])) as memory, memory.open(driver="PNG") as image:
        numbers = image.read(1)
    from map_pictures import world_px

    (south, west), (north, east) = data["bounds"]
    (left, top), (right, bottom) = world_px(west, north, 20), world_px(east, south, 20)
    made = np.zeros((20, 20), int)
    for row in range(20):
        for column in range(20):
            x, y = world_px(WEST + (column + 0.5) * CELL, NORTH - (row + 0.5) * CELL, 20)
            made[row, column] = numbers[
                int((y - top) / (bottom - top) * numbers.shape[0]), int((x - left) / (right - left) * numbers.shape[1])
            ]
    return made


def legend(page, key: str) -> dict[str, str]:
    """Name -> figure of a subject's legend."""
    text = page[2].split(f'<template id="theme-{key}">', 1)[1].split("</template>", 1)[0]
    return {html.unescape(n): f for n, f in re.findall(r'class="entry">([^<]+)</span>(?:<b>([^<]*)</b>)?', text)}


def test_the_menu_has_every_subject_once(facts):
    keys = [t.key for t in themes_of(facts, "149900")]
    assert len(keys) == len(set(keys))
    assert {
        "cover-0",
        "cover-1",
        "cover-2",
        "waters",
        "carbon",
        "change-1-0",
        "disagreement",
        "measure-agb",
        "zoning-pv",
        "zoning-wind",
    } <= set(keys)
    assert {"rule-pv-GEN-01", "rule-pv-GEN-02", "rule-wind-GEN-01"} <= set(keys)
    assert "rule-pv-GEN-03" not in keys  # its layer is not there: unknown everywhere, listed and not drawn


def test_subjects_of_one_raster_share_its_sheet(facts):
    themes = themes_of(facts, "149900")
    assert {t.sheet.key for t in themes if t.key in ("cover-0", "waters", "carbon")} == {"cover-0"}
    assert len(sheets_of(themes)) < len(themes)


@pytest.mark.parametrize(("key", "codes"), [("cover-0", NOW), ("cover-1", BEFORE), ("cover-2", OTHER)])
def test_land_cover_of_every_product_and_year(page, key, codes):
    seen, colours = shown(page, key), page[1][key]["colours"]
    for row in range(20):
        for column in range(20):
            code = codes[row, column]
            assert colours[seen[row, column]] == (None if code == 0 else class_colours()[KEYS[code]].upper()) or code == 0
            assert (seen[row, column] == 0) == (code == 0)


def test_forest_gained_and_lost_are_the_planted_cells(page, facts):
    seen = shown(page, "change-1-0")
    expected = np.where(NOW == 1, np.where(BEFORE == 1, 2, 3), np.where(BEFORE == 1, 4, 1))
    expected[BEFORE == 0] = 5
    assert (seen == expected).all()
    row = facts.of(facts.change, "149900")
    row = row[(row["product"] == "OWN") & (row.reading == "trees")].iloc[0]
    said = legend(page, "change-1-0")
    assert said["新增森林"] == figures.hm2(row.gain_hm2) and said["减少森林"] == figures.hm2(row.loss_hm2)
    assert said["无法比较（任一期未知）"] == figures.hm2(row.not_compared_hm2)


def test_disagreement_counts_who_says_forest(page):
    assert (shown(page, "disagreement") == 1 + (NOW == 1) + (OTHER == 1)).all()


def test_carbon_density_is_the_table(page, facts):
    route = facts.leading_route
    rows = facts.density[(facts.density.route == route)]
    rows = rows[rows["product"].isna() | ((rows["product"] == "OWN") & (rows.year == 2021))]
    said = legend(page, "carbon")
    for name, key in (("乔木林", "forest_arbor"), ("耕地", "cropland")):
        total = rows[rows.class_key == key].tc_hm2.sum()
        assert next(f for n, f in said.items() if n.startswith(name)) == figures.number(total)
    colours = page[1]["carbon"]["colours"]
    order = sorted((c for c in colours if c), key=lambda c: sum(bytes.fromhex(c[1:])))
    assert len(order) > 5  # denser is darker: checked by lightness below
    forest, cropland = (colours[n] for n in (1, 9))
    assert sum(bytes.fromhex(forest[1:])) < sum(bytes.fromhex(cropland[1:]))


def test_zoning_is_the_raster_and_its_areas_are_the_table(page, facts):
    for kind in ("pv", "wind"):
        assert (shown(page, f"zoning-{kind}") == ZONES).all()
        row = facts.potential[(facts.potential.county_code == "149900") & (facts.potential.kind == kind)].iloc[0]
        said = legend(page, f"zoning-{kind}")
        assert said == {"允许": figures.hm2(row.allowed_hm2), "有条件": figures.hm2(row.conditional_hm2), "待查": figures.hm2(row.unknown_hm2), "排除": figures.hm2(row.excluded_hm2)}  # fmt: skip
    assert page[1]["zoning-pv"]["colours"] == [None, *(ZONE_COLOURS[z] for z in ("prohibited", "conditional", "allowed", "unknown"))]


def test_a_rule_shows_its_land_and_its_area(page, facts):
    farmland = np.ones((20, 20), int)
    farmland[0:10, 0:5] = 2
    assert (shown(page, "rule-pv-GEN-01") == farmland).all()
    row = facts.exclusion[
        (facts.exclusion.county_code == "149900") & (facts.exclusion.kind == "pv") & (facts.exclusion.rule_id == "GEN-01")
    ].iloc[0]
    assert legend(page, "rule-pv-GEN-01")["此条排除的土地"] == figures.hm2(row.alone_hm2)
    assert "土地管理法" in page[2].split('<template id="theme-rule-pv-GEN-01">', 1)[1].split("</template>", 1)[0]


def test_the_biomass_layer_is_in_steps(page, facts):
    breaks = measure._breaks(facts, facts.measures["agb"])
    seen = shown(page, "measure-agb")
    west, east = np.arange(20) * 6.0, np.arange(20) * 6.0 + 3.0  # a cell of land holds two of biomass; its middle lies on their edge
    assert all(n - 1 in (np.digitize(w, breaks), np.digitize(e, breaks)) for n, w, e in zip(seen[5], west, east, strict=True))
    assert list(seen[5]) == sorted(seen[5]) and seen[5][0] == 1 and seen[5][-1] == len(breaks) + 1


@pytest.mark.parametrize(("low", "high"), [(0, 1), (3.2, 117), (-40, 900), (0.001, 0.0042), (1417.2, 1420.9)])
def test_breaks_are_round_and_between(low, high):
    breaks = measure.round_breaks(low, high)
    assert 2 <= len(breaks) <= 6 and all(low < b < high for b in breaks) and breaks == sorted(set(breaks))
    steps = np.diff(breaks)
    assert np.allclose(steps, steps[0]) and float(f"{steps[0]:.2g}") == pytest.approx(steps[0])


def test_a_layer_of_one_value_has_no_breaks():
    assert measure.round_breaks(5, 5) is None and measure.round_breaks(float("nan"), 1) is None


def test_a_darker_shade_is_a_larger_value():
    ramp = ("#f6f0d6", "#b9d48a", "#4f9a57", "#0b4a33")
    light = [sum(bytes.fromhex(measure.shade(ramp, s / 20)[1:])) for s in range(21)]
    assert light == sorted(light, reverse=True) and measure.shade(ramp, 0) == ramp[0] and measure.shade(ramp, 1) == ramp[-1]


# --- what a public page may not show -------------------------------------------------------------------------


def test_a_public_page_leaves_restricted_layers_out_and_says_so(rich):
    facts = rich.facts(audience="public", restricted_layers=["pbf", "zwei"])
    themes = themes_of(facts, "149900")
    keys = {t.key for t in themes}
    assert not keys & {"rule-pv-GEN-01", "rule-wind-GEN-01", "cover-2", "disagreement", "zoning-pv", "zoning-wind"}
    assert {"cover-0", "rule-pv-GEN-02"} <= keys
    text = rich.build(facts, None).decode()
    assert "公开版未绘：ZWEI 2021、" in text and "GEN-01" not in re.sub(r"<aside.*?</aside>", "", text, flags=re.S)
    data = json.loads(re.search(r'id="page-data">(.*?)</script>', text).group(1))["sites"]
    hidden = [a for s in data["answers"] for a in s if a[0] == -1]
    assert hidden and all(r[0] != "GEN-01" for r in data["rules"])


def test_an_internal_page_shows_everything(rich):
    assert rich.facts(restricted_layers=["pbf", "zwei"]).hidden == []


def test_a_restricted_leading_product_is_not_drawn_in_any_colours(rich):
    facts = rich.facts(audience="public", restricted_layers=["own"])
    assert not {t.sheet.key for t in themes_of(facts, "149900")} & {"cover-0", "cover-1", "change-1-0"}


def test_colours_are_at_their_places_in_the_page_too(page):
    sheets, themes, _ = page
    assert colour_at(sheets[themes["cover-0"]["sheet"]], WEST + CELL / 2, NORTH - CELL / 2) == (
        *bytes.fromhex(class_colours()["forest_arbor"][1:]),
        255,
    )


def test_the_siting_stages_own_rasters_are_read(default_outputs):
    """Every rule with land in the table has its bit in the raster that the stage writes, and the zoning is of the classes known here."""
    import pandas as pd
    import rasterio

    from pipeline.core.store import Store
    from pipeline.maps import siting_files

    store = Store(default_outputs, "maps", language="zh")
    table, bits = pd.read_csv(default_outputs / "siting/exclusion.csv"), siting_files.rule_bits(store)
    for kind, path in siting_files.zonings(store).items():
        asked = set(table.rule_id[(table.kind == kind) & (table.alone_hm2 > 0)])
        assert (asked or kind == "wind") and asked <= set(bits[kind].places)
        with rasterio.open(path) as file:
            assert set(np.unique(file.read(1)).tolist()) <= {0, *RASTER_CLASSES}
            table_of_file = file.colormap(1)
            for number, zone in RASTER_CLASSES.items():
                assert table_of_file[number] == (*bytes.fromhex(ZONE_COLOURS[zone][1:]), 255)
    assert set(bits) == {"pv", "wind"}
