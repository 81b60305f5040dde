"""Every layer folder and parameter table is complete, consistent and says where it comes from."""

from __future__ import annotations

import csv
import hashlib
import re
from datetime import date
from pathlib import Path

import geopandas as gpd
import numpy as np
import pytest
import rasterio
from ruamel.yaml import YAML

LAYERS = Path(__file__).resolve().parents[2] / "layers"
FOLDERS = sorted(p.parent.relative_to(LAYERS).as_posix() for p in LAYERS.rglob("layer.yaml"))
ALWAYS = ["title", "what", "publisher", "licence", "citation", "kind", "limits"]
WITH_FILE = ["source", "file", "sha256", "crs"]  # of a folder with data of its own
PRODUCT = ["product", "legend", "resampling", "readings", "accuracy", "recognised"]  # of a land-cover product
KEYS = [
    "title",
    "what",
    "publisher",
    "licence",
    "citation",
    "source",
    "year",
    "period",
    "kind",
    "product",
    "file",
    "sha256",
    "crs",
    "nodata",
    "unit",
    "scale",
    "legend",
    "resampling",
    "readings",
    "fields",
    "accuracy",
    "recognised",
    "parcels",
    "datum",
    "columns",
    "units",
    "illustrative",
    "synthetic",
    "limits",
]  # in this order
LABELS = {"S", "V", "P", "K", "D", "A", "gap", "convention"}
STATES = {"hard", "conditional", "soft", "info"}
CONDITIONS = {
    "class_in",
    "inside",
    "within_distance",
    "beyond_distance",
    "above",
    "below",
    "attribute_above",
    "attribute_below",
    "patch_below",
    "note",
}
WITH_NUMBER = CONDITIONS - {"class_in", "inside", "note"}
FACTORS = ["biomass_tc_hm2", "root_shoot", "dead_wood_per_agb", "litter_tc_per_agb_tc", "soc_ref_tc_hm2", "soc_land_use"]
COLOUR = re.compile(r"#[0-9A-Fa-f]{6}")


def about(folder: str) -> dict:
    return YAML(typ="safe", pure=True).load((LAYERS / folder / "layer.yaml").read_text(encoding="utf-8"))


def table(path: str) -> list[dict[str, str]]:
    with (LAYERS / path).open(encoding="utf-8", newline="") as handle:
        return list(csv.DictReader(handle, strict=True))


def class_keys() -> list[str]:
    return [row["class_key"] for row in table("land_cover/classes.csv")]


def assert_labelled(rows: list[dict[str, str]]) -> None:
    for row in rows:
        assert row["label"] and set(row["label"].split("/")) <= LABELS, row


WITH_DATA = [f for f in FOLDERS if "file" in about(f)]
PRODUCTS = [f for f in FOLDERS if f.startswith("land_cover/") and about(f)["kind"] == "classes"]


# --- layer folders ----------------------------------------------------------------------------------------------


def test_the_layers_are_the_expected_ones():
    assert WITH_DATA == [
        "boundaries/yuncheng",
        "climate/koppen",
        "climate/precipitation",
        "climate/temperature",
        "land_cover/mcd12c1",
        "sites/example",
        "solar/ghi",
    ]


@pytest.mark.parametrize("folder", FOLDERS)
def test_layer_yaml_is_complete(folder):
    layer = about(folder)
    assert not {*ALWAYS, *(WITH_FILE if "file" in layer else []), *(PRODUCT if folder in PRODUCTS else [])} - set(layer)
    assert list(layer) == [key for key in KEYS if key in layer], "keys out of order or unknown"
    assert not ("year" in layer and "period" in layer)  # neither where the source states none
    for text in [layer["title"], layer["what"], *layer["limits"].values(), *layer.get("readings", {}).values()]:
        assert set(text) == {"zh", "en"} and all(text.values())
    if layer["kind"] == "classes":
        assert layer["legend"] and layer["resampling"] in ("nearest", "mode")
    if layer["kind"] == "measure":
        assert layer["unit"] and layer["scale"] > 0 and layer["resampling"] in ("average", "bilinear")


@pytest.mark.parametrize("folder", WITH_DATA)
def test_file_is_the_one_described(folder):
    layer = about(folder)
    path = LAYERS / folder / layer["file"]
    assert hashlib.sha256(path.read_bytes()).hexdigest() == layer["sha256"]
    if path.suffix == ".tif":
        with rasterio.open(path) as source:
            assert source.crs.to_string() == layer["crs"]
            assert source.nodata == layer["nodata"] if "nodata" in layer else np.isnan(source.nodata)
            west, south, east, north = source.bounds
    else:
        features = gpd.read_file(path)
        assert features.crs.to_string() == layer["crs"]
        assert features.geometry.is_valid.all()
        west, south, east, north = features.total_bounds
    assert 109 < west < east < 113 and 34 < south < north < 37, "x is longitude, y latitude, around Yuncheng"


@pytest.mark.parametrize("folder", [f for f in FOLDERS if about(f)["kind"] == "classes"])
def test_legend_covers_the_raster(folder):
    layer, legend = about(folder), table(f"{folder}/{about(folder)['legend']}")
    codes = [int(row["code"]) for row in legend]
    assert codes == sorted(set(codes))
    assert all(COLOUR.fullmatch(row["colour"]) and row["name_zh"] and row["name_en"] for row in legend)
    if "file" in layer:
        with rasterio.open(LAYERS / folder / layer["file"]) as source:
            assert set(np.unique(source.read(1))) - {layer["nodata"]} <= set(codes)
    elif layer.get("nodata") is not None:
        assert layer["nodata"] in codes, "it holds for no other file: the legend has to say that it is unknown"
    if folder.startswith("land_cover/"):
        assert {row["class_key"] for row in legend} <= set(class_keys())
        used = {reading for row in legend for reading in row["readings"].split(";") if reading}
        assert used == set(layer["readings"])


@pytest.mark.parametrize("product", ["mcd12c1", "mcd12q1"])
def test_igbp_readings(product):
    codes = {
        reading: {int(r["code"]) for r in table(f"land_cover/{product}/legend.csv") if reading in r["readings"].split(";")}
        for reading in about(f"land_cover/{product}")["readings"]
    }
    assert codes == {
        "strict": {1, 2, 3, 4, 5},
        "with_woody_savanna": {1, 2, 3, 4, 5, 8},
        "with_savanna": {1, 2, 3, 4, 5, 8, 9},
    }


def test_salt_lake_is_not_seen_by_the_default_land_cover():
    """layer.yaml says so; when a new edition shows water or wetland, its words must change."""
    with rasterio.open(LAYERS / "land_cover/mcd12c1/mcd12c1_2019.tif") as source:
        codes = source.read(1)
        assert not np.isin(codes, [0, 11]).any()
        assert codes[source.index(110.98, 34.98)] == 13
        assert codes[source.index(111.075, 35.025)] == 16


def test_thirteen_counties():
    counties = gpd.read_file(LAYERS / "boundaries/yuncheng/counties.geojson")
    assert list(counties.columns) == ["county_code", "county_name", "geometry"]
    assert len(counties) == 13 and counties.county_code.is_unique and counties.county_code.is_monotonic_increasing
    assert counties.county_code.str.fullmatch(r"1408\d\d").all()
    assert counties.set_index("county_code").county_name["140827"] == "垣曲县"


def test_climate_is_plausible():
    """Degrees C and mm a year, whatever the source's attributes say (K, m)."""
    with rasterio.open(LAYERS / "climate/temperature/temperature.tif") as source:
        assert 5 < source.read(1).min() < source.read(1).max() < 20
    with rasterio.open(LAYERS / "climate/precipitation/precipitation.tif") as source:
        assert 400 < source.read(1).min() < source.read(1).max() < 1300
    with rasterio.open(LAYERS / "solar/ghi/ghi.tif") as source:
        assert 1200 < source.read(1).min() * 365.25 < source.read(1).max() * 365.25 < 1600


def test_sites_lie_in_the_counties_they_name():
    sites = gpd.read_file(LAYERS / "sites/example/candidate_sites.geojson")
    counties = gpd.read_file(LAYERS / "boundaries/yuncheng/counties.geojson").to_crs(sites.crs)
    assert sites.site_id.is_unique and set(sites.kind) == {"pv", "wind"}
    assert sorted(sites.geom_type) == ["Point"] * 8 + ["Polygon"] * 4
    assert sites.loc[sites.geom_type == "Point", "capacity_mw"].gt(0).all()
    named = {(row["topic"], row["county_name"]) for row in table("targets/yuncheng_places.csv")}
    for site in sites.itertuples():
        county = counties[counties.contains(site.geometry)].county_name.tolist()
        assert site.name.startswith("示例-") and county == [site.name.split("-")[1]]
        assert {(site.kind, county[0]), (f"distributed_{site.kind}", county[0])} & named, f"{site.name}: not named by the plan"
        x_y = np.array(site.geometry.exterior.coords if site.geometry.geom_type == "Polygon" else site.geometry.coords)
        assert np.allclose(x_y, x_y.round(2), atol=1e-12), "round coordinates, so that nobody takes them for surveyed"


def test_layers_stay_small():
    assert sum(p.stat().st_size for p in LAYERS.rglob("*") if p.is_file() and "__pycache__" not in p.parts) < 1_000_000


# --- tables -----------------------------------------------------------------------------------------------------


def test_tables_are_plain_utf8():
    for path in LAYERS.rglob("*.csv"):
        data = path.read_bytes()
        assert not data.startswith(b"\xef\xbb\xbf") and b"\r" not in data and data.endswith(b"\n"), path
        rows = table(path.relative_to(LAYERS).as_posix())
        assert rows and all(None not in row and None not in row.values() for row in rows), f"{path}: ragged rows"
        assert all(value == value.strip() for row in rows for value in row.values()), path


def test_classes():
    classes = table("land_cover/classes.csv")
    assert [int(row["class_id"]) for row in classes] == list(range(14))
    assert len(set(class_keys())) == 14 and class_keys()[0] == "unknown"
    assert all(COLOUR.fullmatch(row["colour"]) for row in classes)
    assert len({row["colour"] for row in classes}) == 14
    assert {row["class_key"] for row in classes if row["counts_as_forest"] == "yes"} == {
        "forest_arbor",
        "bamboo",
        "shrub_special",
    }


def test_factors():
    rows = table("factors/class_mean.csv")
    assert_labelled(rows)
    assert len({(row["class_key"], row["factor"]) for row in rows}) == len(rows)
    for key in class_keys():
        assert {"biomass_tc_hm2", "soc_ref_tc_hm2"} <= {row["factor"] for row in rows if row["class_key"] == key}
    for row in rows:
        assert row["class_key"] in class_keys() and row["factor"] in FACTORS and row["source"] and row["unit"]
        assert (row["value"] == "") == (row["distribution"] == ""), "a gap has neither value nor distribution"
        if row["value"] == "":
            assert row["label"] in ("gap", "convention") and row["note_zh"] and row["note_en"]
        elif row["distribution"] == "fixed":
            assert row["low"] == row["high"] == ""
        else:
            assert row["distribution"] in ("lognormal", "normal", "triangular") and row["parameter"]
            assert float(row["low"]) < float(row["value"]) < float(row["high"])
        if row["factor"] in ("soc_ref_tc_hm2", "soc_land_use"):
            assert "0–30 cm" in row["note_zh"] and "2019" in row["note_en"]


def test_rows_of_one_parameter_agree():
    seen = {}
    for row in table("factors/class_mean.csv"):
        if row["parameter"]:
            drawn = [row[k] for k in ("factor", "value", "unit", "low", "high", "distribution")]
            assert seen.setdefault(row["parameter"], drawn) == drawn


def test_factor_anchors():
    value = {(row["class_key"], row["factor"]): row["value"] for row in table("factors/class_mean.csv")}
    agb = float(value["forest_arbor", "biomass_tc_hm2"]) / (1 + float(value["forest_arbor", "root_shoot"]))
    assert round(agb, 1) == 21.4
    assert float(value["forest_arbor", "litter_tc_per_agb_tc"]) == 0.04 * 0.37 / 0.47
    assert round(float(value["cropland", "soc_ref_tc_hm2"]) * float(value["cropland", "soc_land_use"]), 1) == 18.2
    for row in table("factors/ipcc.csv"):
        assert row["source"] and row["unit"] and set(row["label"].split("/")) <= LABELS
        assert row["low"] == "" or float(row["low"]) < float(row["value"]) < float(row["high"])


def test_scores():
    rows, rules = table("rules/scores.csv"), {row["rule_id"]: row for row in table("rules/siting.csv")}
    assert len({row["criterion"] for row in rows}) == len(rows)
    for row in rows:
        assert set(row["label"].split("/")) <= LABELS and float(row["weight"]) >= 0, row
        assert all(row[f"{text}_{language}"] for text in ("title", "source") for language in ("zh", "en")), row["criterion"]
        named = row["rules"].split(";")
        assert all(set(row["applies_to"].split(";")) <= set(rules[r]["applies_to"].split(";")) for r in named), row["criterion"]
        assert all(r in row["source_zh"] and r in row["source_en"] for r in named), row["criterion"]
        numbers = {float(pair.split(":")[0]) for pair in row["breakpoints"].split(";") if pair}
        assert numbers == ({float(rules[r]["threshold"]) for r in named} if row["measure"] != "kept" else set()), row["criterion"]


def test_rules():
    rows = table("rules/siting.csv")
    assert_labelled(rows)
    ids = [row["rule_id"] for row in rows]
    assert len(ids) == len(set(ids))
    for row in rows:
        kinds = row["applies_to"].split(";")
        assert kinds == [k for k in ("pv", "pv_rooftop", "wind", "other") if k in kinds] and row["state"] in STATES, row
        assert "other" not in kinds or row["rule_id"].startswith("GEN-"), "other kinds are asked the common rules alone"
        assert row["condition"] in CONDITIONS, row
        for text in ("title", "requirement", "basis"):
            assert row[f"{text}_zh"] and row[f"{text}_en"], row["rule_id"]
        if row["condition"] == "note":
            assert row["layer"] == row["threshold"] == ""
        elif row["condition"] == "patch_below":
            assert row["layer"] in ("", "zoning") and not row["where_condition"].startswith("patch")
        else:
            assert re.fullmatch(r"[a-z0-9_]+", row["layer"])
        if row["condition"] in WITH_NUMBER:
            assert float(row["threshold"]) > 0 and row["unit"] and row["threshold_label"] in {"K", "P", "A", "K/S"}, row["rule_id"]
        for attribute in (row["attribute"], row["where_attribute"]):
            assert attribute == "" or all(re.fullmatch(r"[A-Z_]+=[0-9]+(;[0-9]+)*", part) for part in attribute.split(" & "))
        if row["condition"] == "class_in":
            assert row["layer"] == "land_cover" and set(row["threshold"].split(";")) <= set(class_keys())
        if row["condition"].startswith("attribute"):
            assert row["layer"] in ("capacity_mw", "area_hm2")
        if row["where_layer"]:
            assert row["where_condition"] in ("class_in", "above", "below") and row["where_threshold"]
        dates = [date.fromisoformat(row[k]) for k in ("valid_from", "valid_to") if row[k]]
        assert dates == sorted(dates)


def test_no_rule_is_missing():
    """GEN-01..15, PV-01..19, WD-00..13; letters stand for further rows of one rule."""
    found = {row["rule_id"][: row["rule_id"].index("-") + 3] for row in table("rules/siting.csv")}
    expected = [f"GEN-{i:02}" for i in range(1, 16)] + [f"PV-{i:02}" for i in range(1, 20)] + [f"WD-{i:02}" for i in range(14)]
    assert found == set(expected)


def test_every_layer_of_a_rule_has_a_name_and_a_holder():
    names = {row["layer"]: row for row in table("rules/layers.csv")}
    asked = {row[c] for row in table("rules/siting.csv") for c in ("layer", "where_layer") if row[c]} - {"area_hm2", "capacity_mw"}
    assert asked <= set(names) and all(
        row["name_zh"] and row["name_en"] and row["holder_zh"] and row["holder_en"] for row in names.values()
    )
    assert_labelled(list(names.values()))


def test_conflicts_of_the_plan_quote_it_and_name_rules_that_exist():
    rows = table("rules/plan_conflicts.csv")
    assert_labelled(rows)
    rules = {row["rule_id"] for row in table("rules/siting.csv")}
    counties = gpd.read_file(LAYERS / "boundaries/yuncheng/counties.geojson").set_index("county_code").county_name.to_dict()
    quotes = [row["quote_zh"] for row in table("targets/yuncheng_places.csv")]  # checked against the plan when they were taken
    for row in rows:
        assert set(row["against"].split(";")) <= rules and set(filter(None, row["classes"].split(";"))) <= set(class_keys()), row
        assert (counties | {"140800": "运城市"})[row["county_code"]] == row["county_name"]
        assert any(row["quote_zh"] in quote for quote in quotes), row["item_id"]
        assert row["county_code"] == "140800" or row["county_name"].rstrip("县市区") in row["quote_zh"]


def test_targets():
    rows = table("targets/yuncheng.csv")
    assert_labelled(rows)
    assert all(row["source"] and row["quote_zh"] and row["scope_code"] == "140800" for row in rows)
    assert all((row["value"] == "") == (row["label"] == "gap") for row in rows)
    value = {(row["measure"], int(row["year"])): row["value"] for row in rows}
    assert len(value) == len(rows)
    assert value["forest_cover_pct", 2025] == "18.74" and value["forest_cover_pct", 2030] == ""
    assert [value[m, y] for m in ("pv_capacity_mw", "wind_capacity_mw") for y in (2025, 2030)] == ["4700", "6000", "4300", "5500"]
    for row in rows:
        if row["unit"] == "%" and row["value"]:
            assert f"{row['value']}%" in row["quote_zh"]
        if row["unit"] == "MW":
            assert f"{float(row['value']) / 10:g}万千瓦" in row["quote_zh"], "1 万千瓦 = 10 MW"


def test_places():
    rows = table("targets/yuncheng_places.csv")
    counties = gpd.read_file(LAYERS / "boundaries/yuncheng/counties.geojson").set_index("county_code").county_name.to_dict()
    names = counties | {"140800": "运城市"}
    assert all(names[row["county_code"]] == row["county_name"] and row["quote_zh"] and row["label"] == "S" for row in rows)
    for row in rows:
        assert row["county_code"] == "140800" or row["county_name"].rstrip("县市区") in row["quote_zh"], row
    named = {t: {r["county_name"] for r in rows if r["topic"] == t} - {"运城市"} for t in ("pv", "wind", "pv_rooftop")}
    assert named["wind"] == {"盐湖区", "临猗县", "闻喜县"}
    assert named["pv"] == {"盐湖区", "垣曲县", "闻喜县", "夏县", "临猗县", "万荣县", "稷山县", "芮城县"}
    assert named["pv_rooftop"] == {"河津市", "永济市", "芮城县"}
