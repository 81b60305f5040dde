"""Every land-cover product has the codes its publisher gives, each in one common class; typed here a second time from the sources."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from ruamel.yaml import YAML

LAND_COVER = Path(__file__).resolve().parents[2] / "layers" / "land_cover"

WORLDCOVER = {
    "unknown": {0}, "forest_arbor": {10}, "shrub_other": {20}, "grass": {30, 100}, "cropland": {40}, "built": {50},
    "bare": {60}, "snow_ice": {70}, "water": {80}, "wetland": {90, 95},
}  # fmt: skip
ESRI = {
    "unknown": {0, 10}, "water": {1}, "forest_arbor": {2}, "wetland": {4}, "cropland": {5}, "built": {7}, "bare": {8},
    "snow_ice": {9}, "grass": {11},
}  # fmt: skip
ESRI_ORDER = [1, 2, 4, 5, 7, 8, 9, 10, 11]  # recoded 1-9 in this order
FCS = {
    "unknown": {0, 250}, "cropland": {10, 11, 20}, "orchard": {12}, "forest_arbor": {51, 52, 61, 62, 71, 72, 81, 82, 91, 92},
    "shrub_other": {120, 121, 122}, "grass": {130, 140}, "bare": {150, 152, 153, 200, 201, 202},
    "wetland": {181, 182, 183, 184, 185, 186, 187}, "built": {190}, "water": {210}, "snow_ice": {220},
}  # fmt: skip
FCS_ORDER = sorted(code for codes in FCS.values() for code in codes if code not in (0, 250))  # recoded 1-35 in this order, then 36: filled
IGBP = {
    "forest_arbor": {1, 2, 3, 4, 5}, "shrub_other": {6, 7}, "forest_land_other": {8, 9}, "grass": {10}, "wetland": {11},
    "cropland": {12, 14}, "built": {13}, "snow_ice": {15}, "bare": {16},
}  # fmt: skip
CODES = {
    "worldcover_v100": WORLDCOVER,
    "worldcover_v200": WORLDCOVER,
    "esri_lulc": ESRI,
    "esri_lulc_9class": {k: {0} & v | {ESRI_ORDER.index(c) + 1 for c in v - {0}} for k, v in ESRI.items()},
    "dynamic_world": {
        "water": {0}, "forest_arbor": {1}, "grass": {2}, "wetland": {3}, "cropland": {4}, "shrub_other": {5}, "built": {6}, "bare": {7},
        "snow_ice": {8},
    },
    "clcd": {
        "unknown": {0}, "cropland": {1}, "forest_arbor": {2}, "shrub_other": {3}, "grass": {4}, "water": {5}, "snow_ice": {6}, "bare": {7},
        "built": {8}, "wetland": {9},
    },
    "glc_fcs30d": FCS,
    "glc_fcs30d_36": {k: {FCS_ORDER.index(c) + 1 for c in v} for k, v in FCS.items() if k != "unknown"} | {"unknown": {0, 36}},
    "globeland30": {
        "unknown": {0, 255}, "cropland": {10}, "forest_arbor": {20}, "grass": {30, 70}, "shrub_other": {40}, "wetland": {50}, "water": {60},
        "built": {80}, "bare": {90}, "snow_ice": {100},
    },
    "mcd12q1": IGBP | {"water": {17}, "unknown": {255}},
    "mcd12c1": IGBP | {"water": {0}},
    "esa_cci": {
        "unknown": {0}, "cropland": {10, 11, 20, 30}, "orchard": {12}, "grass": {40, 110, 130, 140},
        "forest_arbor": {50, 60, 61, 62, 70, 71, 72, 80, 81, 82, 90}, "forest_land_other": {100}, "shrub_other": {120, 121, 122},
        "bare": {150, 151, 152, 153, 200, 201, 202}, "wetland": {160, 170, 180}, "built": {190}, "water": {210}, "snow_ice": {220},
    },
}  # fmt: skip
STRICT = {
    "worldcover_v100": {10}, "worldcover_v200": {10}, "esri_lulc": {2}, "esri_lulc_9class": {2}, "dynamic_world": {1}, "clcd": {2},
    "glc_fcs30d": {52, 62, 72, 82, 92}, "glc_fcs30d_36": {6, 8, 10, 12, 14}, "globeland30": {20},
    "mcd12q1": {1, 2, 3, 4, 5}, "mcd12c1": {1, 2, 3, 4, 5}, "esa_cci": {50, 60, 61, 70, 71, 80, 81, 90},
}  # fmt: skip
OPEN = {
    "glc_fcs30d": {51, 61, 71, 81, 91}, "glc_fcs30d_36": {5, 7, 9, 11, 13}, "esa_cci": {62, 72, 82},
}  # fmt: skip
ACCURACY = {  # percent and how far it may be trusted
    "worldcover_v100": [(74.4, "V")], "worldcover_v200": [(76.7, "V")], "esri_lulc": [(75, "V")], "esri_lulc_9class": [(75, "V")],
    "dynamic_world": [(73.8, "K")], "clcd": [(79.31, "V")], "glc_fcs30d": [(80.88, "V")], "glc_fcs30d_36": [(80.88, "V")],
    "globeland30": [(83.5, "P"), (85.72, "P")], "mcd12q1": [], "mcd12c1": [], "esa_cci": [],
}  # fmt: skip


def about(product: str) -> dict:
    return YAML(typ="safe", pure=True).load((LAND_COVER / product / "layer.yaml").read_text(encoding="utf-8"))


def legend(product: str) -> list[dict[str, str]]:
    with (LAND_COVER / product / "legend.csv").open(encoding="utf-8", newline="") as handle:
        return list(csv.DictReader(handle, strict=True))


def test_every_product_typed_here_is_there():
    """Folders beyond these are a user's own: adding one changes no test."""
    assert {p.parent.name for p in LAND_COVER.glob("*/layer.yaml") if about(p.parent.name)["kind"] == "classes"} >= set(CODES)


@pytest.mark.parametrize("product", CODES)
def test_codes_are_the_publishers(product):
    found: dict[str, set[int]] = {}
    for row in legend(product):
        found.setdefault(row["class_key"], set()).add(int(row["code"]))
    assert found == CODES[product]


@pytest.mark.parametrize("product", CODES)
def test_readings(product):
    rows = {int(row["code"]): row["readings"].split(";") for row in legend(product)}
    assert {code for code, readings in rows.items() if "strict" in readings} == STRICT[product]
    with_open = {code for code, readings in rows.items() if "with_open" in readings}
    assert with_open == (STRICT[product] | OPEN[product] if product in OPEN else set())


@pytest.mark.parametrize("product", CODES)
def test_accuracy_says_whose_it_is(product):
    stated = about(product)["accuracy"]
    assert [(a["overall_pct"], a["label"]) for a in stated] == ACCURACY[product]
    for each in stated:
        assert each["source"] and {"全球", "全国"} & {each["scope"]["zh"][:2]} and each["scope"]["en"]


@pytest.mark.parametrize("product", CODES)
def test_it_can_be_recognised(product):
    recognised = about(product)["recognised"]
    assert recognised["cell_m"] > 0 and 1 <= len(recognised["years"]) <= 2 and recognised["years"] == sorted(recognised["years"])


def test_products_are_called_by_names_of_their_own():
    assert len({about(product)["product"] for product in CODES}) == len(CODES)


@pytest.mark.parametrize(("product", "words"), [
    ("worldcover_v200", ("≥ 10 %", "果园", "园地不单列")),
    ("dynamic_world", ("代码 0 是水体",)),
    ("glc_fcs30d", ("0.15", "0.20")),
    ("clcd", ("园地不单列",)),
])  # fmt: skip
def test_limits_say_what_matters_most(product, words):
    said = "".join(text["zh"] for text in about(product)["limits"].values())
    assert all(word in said for word in words)
