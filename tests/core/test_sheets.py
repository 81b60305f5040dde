"""Tables people keep: headings, units, coordinates and codes as offices write them; nothing is guessed."""

import zipfile
from pathlib import Path

import geopandas as gpd
import numpy as np
import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyproj import CRS

from pipeline.core import cells, units, workbook
from pipeline.core.config import LayerRef
from pipeline.core.datum import from_cgcs2000
from pipeline.core.errors import BadData, UsageError
from pipeline.core.grid import LONLAT, transformer
from pipeline.core.layers import find
from pipeline.core.paths import Paths
from pipeline.core.sheets import read_sites_table, read_table
from pipeline.core.vectors import read_features
from pipeline.core.words import say

HEAD = "编号,名称,类型,装机容量（MW）,经度,纬度"
ROWS = "S1,一号,光伏,100,110.95,35.05\nS2,二号,风电场,50,111.05,35.15"


class Told(list):
    """Collects warnings, each sayable in both languages."""

    def __call__(self, key: str, /, **params) -> None:
        assert say(key, "zh", **params) and say(key, "en", **params)
        self.append(key)


def layer_of(folder: Path, content: str | bytes, name: str = "a.csv", kind: str = "sites", **settings):
    (folder / name).write_bytes(content if isinstance(content, bytes) else content.encode("utf-8"))
    return find(LayerRef(file=name, **settings), "x", Paths(folder), kind)


def sites(folder: Path, content: str | bytes = "", **settings) -> gpd.GeoDataFrame:
    return read_sites_table(layer_of(folder, content, **settings), Told())


def refused(read, *arguments, **settings) -> list[tuple[str, dict]]:
    with pytest.raises(BadData) as error:
        read(*arguments, **settings)
    for p in error.value.problems:
        assert all(".csv" in said or ".xls" in said for said in (say(p.key, language, **p.params) for language in ("zh", "en")))
    return [(p.key, p.params) for p in error.value.problems]


def keys(*arguments, **settings) -> list[str]:
    return [key for key, _ in refused(sites, *arguments, **settings)]


def book(path: Path, rows: list[list], **sheets: list[list]) -> Path:
    made = openpyxl.Workbook()
    for name, content in {"表": rows, **sheets}.items():
        sheet = made.active if name == "表" else made.create_sheet(name)
        sheet.title = name
        for row in content:
            sheet.append(row)
    made.save(path)
    return path


# --- one table, in many ways ---------------------------------------------------------------------------------


def is_the_table(found: gpd.GeoDataFrame) -> bool:
    xy = [(g.x, g.y) for g in found.geometry]
    return (
        found.site_id.tolist() == ["S1", "S2"]
        and found.name.tolist() == ["一号", "二号"]
        and found.kind.tolist() == ["pv", "wind"]
        and found.capacity_mw.tolist() == [100, 50]
        and np.allclose(xy, [(110.95, 35.05), (111.05, 35.15)], atol=1e-9, rtol=0)
    )


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_encodings_and_delimiters(tmp_path, encoding, delimiter):
    assert is_the_table(sites(tmp_path, f"{HEAD}\n{ROWS}\n".replace(",", delimiter).encode(encoding)))


@pytest.mark.parametrize(
    "text",
    [
        f"运城市候选场址一览表,,,,,\n填报单位：某局,,,,,\n\n{HEAD}\n{ROWS}\n合计,,2,150,,\n注：以实测为准,,,,,\n",
        f"{HEAD}\n{ROWS}\n合 计,,,150,,\n",
        "编号*,名 称,项目类型,装机容量（万千瓦）,经度（°）,纬度（°）\nS1,一号,集中式光伏,10,110.95,35.05\nS2,二号,风力发电,5,111.05,35.15\n",
        "site_id,name,kind,capacity_mw,lon,lat\nS1,一号,PV,100,110.95,35.05\nS2,二号,wind,50,111.05,35.15\n",
        '编号,名称,类型,装机容量/kW,经度,纬度\nＳ１,一号,太阳能,"100,000",１１０．９５,35°03′00″N\nS2,二号,风电,5e4,111 03 00,北纬35°9′\n',
        "编号,名称,类型,装机容量,经度,纬度\nS1,一号,光伏,0.1 GW,110°57′00″E,35-03-00\nS2,二号,风电,5万千瓦,E111.05°,35度9分0秒\n",
        "备注,纬度,经度,装机容量（兆瓦）,能源类型,项目名称,编号\n,35.05,110.95,100,光伏,一号,S1\n,35.15,111.05,50,风电,二号,S2\n",
    ],
)
def test_the_same_sites_however_they_are_written(tmp_path, text):
    assert is_the_table(sites(tmp_path, text))


def test_projected_and_offset_coordinates(tmp_path):
    lon, lat = np.array([110.95, 111.05]), np.array([35.05, 35.15])
    for epsg in (4546, 4525):
        x, y = transformer(LONLAT, CRS.from_epsg(epsg)).transform(lon, lat)
        rows = f"S1,一号,光伏,100,{y[0]},{x[0]}\nS2,二号,风电,50,{y[1]},{x[1]}\n"
        assert is_the_table(sites(tmp_path, f"编号,名称,类型,装机容量（MW）,纵坐标,横坐标\n{rows}", assume_crs=f"EPSG:{epsg}"))
        swapped = f"编号,名称,类型,装机容量（MW）,横坐标,纵坐标\n{rows}"
        assert keys(tmp_path, swapped, assume_crs=f"EPSG:{epsg}") == ["crs_swapped"]
        assert keys(tmp_path, swapped) == ["table_no_crs"]
    ((key, params),) = refused(sites, tmp_path, f"编号,名称,类型,装机容量（MW）,纵坐标,横坐标\n{rows}", assume_crs="EPSG:4546")
    assert key == "crs_prefix" and params["guess"] == "EPSG:4525"
    for datum in ("gcj02", "bd09"):
        x, y = from_cgcs2000(lon, lat, datum)
        rows = f"S1,一号,光伏,100,{x[0]},{y[0]}\nS2,二号,风电,50,{x[1]},{y[1]}\n"
        assert is_the_table(sites(tmp_path, f"{HEAD}\n{rows}", datum=datum))


def test_what_was_not_declared_or_was_left_out_is_told(tmp_path):
    for settings, expected in (({}, ["table_no_datum"]), ({"datum": "cgcs2000"}, []), ({"assume_crs": "EPSG:4490"}, [])):
        told = Told()
        read_sites_table(layer_of(tmp_path, f"{HEAD}\n{ROWS}\n", **settings), told)
        assert told == expected
    told = Told()
    read_sites_table(layer_of(tmp_path, f"{HEAD}\n{ROWS}\n合计,,,150,,\n", datum="wgs84"), told)
    assert told == ["table_totals_left"]


def test_a_cost_column_of_the_sites_is_read_and_a_blank_cost_is_not_zero(tmp_path):
    text = "site_id,name,kind,capacity_mw,lon,lat,{}\nS1,a,pv,5,111.0,35.0,1200.5\nS2,b,pv,5,111.1,35.0,\n"
    assert sites(tmp_path, text.format("cost")).cost.tolist() == pytest.approx([1200.5, float("nan")], nan_ok=True)
    assert sites(tmp_path, text.format("投资"), columns={"cost": "投资"}).cost[0] == 1200.5
    assert sites(tmp_path, text.format("other")).cost.isna().all()


def test_headings_by_configuration_and_a_constant_kind(tmp_path):
    text = "phase,project,mw,lat,lon\nG1,Farm,49.5,35.0,111.0\n"
    found = sites(
        tmp_path, text, columns={"site_id": "phase", "name": "project", "kind": "=wind", "capacity_mw": "mw"}, units={"capacity_mw": "MW"}
    )
    assert found.iloc[0][["site_id", "name", "kind", "capacity_mw"]].tolist() == ["G1", "Farm", "wind", 49.5]
    ((key, params),) = refused(sites, tmp_path, text, columns={"site_id": "期", "name": "project", "kind": "=wind"})
    assert key == "table_column" and "期" in params["column"] and "phase" in params["known"]


# --- Excel ---------------------------------------------------------------------------------------------------

EXCEL = [
    ["运城市候选场址一览表"],
    ["编号", "名称", "类型", "装机容量\n（MW）", "坐标", None],
    [None, None, None, None, "经度", "纬度"],
    ["S1", "一号", "光伏", 100, 110.95, 35.05],
    [],
    ["S2", "二号", "风电", 50.0, "111°03′00″", "35°09′00″"],
    ["合计", None, None, 150],
]


def test_a_workbook_with_a_title_merged_heads_and_totals(tmp_path):
    book(tmp_path / "a.xlsx", EXCEL)
    open_ = openpyxl.load_workbook(tmp_path / "a.xlsx")
    for cells_ in ("A1:F1", "E2:F2", "A2:A3", "B2:B3"):
        open_["表"].merge_cells(cells_)
    open_.save(tmp_path / "a.xlsx")
    assert is_the_table(sites(tmp_path, (tmp_path / "a.xlsx").read_bytes(), name="a.xlsx"))


def test_sheets_are_chosen_by_name(tmp_path):
    content = book(tmp_path / "b.xlsx", EXCEL, 空=[], 其他=[["x"]]).read_bytes()
    assert keys(tmp_path, content, name="a.xlsx") == ["table_sheets"]
    assert is_the_table(sites(tmp_path, content, name="a.xlsx", table="表"))
    assert keys(tmp_path, content, name="a.xlsx", table="没有") == ["table_no_sheet"]


def test_codes_of_a_workbook_keep_their_zeros(tmp_path):
    book(tmp_path / "a.xlsx", [["代码", "面积（亩）"], [140802, 15], [140821.0, 30.0], ["０１４０", 45], [301, 60]])
    open_ = openpyxl.load_workbook(tmp_path / "a.xlsx")
    open_["表"]["A5"].number_format = "000000"
    open_.save(tmp_path / "a.xlsx")
    layer = layer_of(tmp_path, (tmp_path / "a.xlsx").read_bytes(), name="a.xlsx", kind="table")
    found = read_table(layer, {"county_code": "text", "area_hm2": "area"}, Told())
    assert found.county_code.tolist() == ["140802", "140821", "0140", "000301"]
    assert found.area_hm2.tolist() == pytest.approx([1, 2, 3, 4], rel=1e-15)


def test_old_and_damaged_and_hostile_workbooks(tmp_path, monkeypatch):
    assert keys(tmp_path, b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), name="a.xls") == ["table_xls"]
    good = book(tmp_path / "good.xlsx", EXCEL).read_bytes()

    def with_part(name: str, content: bytes) -> bytes:
        with zipfile.ZipFile(tmp_path / "good.xlsx") as source, zipfile.ZipFile(tmp_path / "new.xlsx", "w", zipfile.ZIP_DEFLATED) as target:
            for part in source.namelist():
                target.writestr(part, content if part == name else source.read(part))
            if name not in source.namelist():
                target.writestr(name, content)
        return (tmp_path / "new.xlsx").read_bytes()

    bomb = b'<?xml version="1.0"?><!DOCTYPE l [<!ENTITY a "b">]><l>&a;</l>'
    assert keys(tmp_path, with_part("xl/workbook.xml", bomb), name="a.xlsx") == ["table_workbook"]
    assert keys(tmp_path, with_part("xl/workbook.xml", b"<broken"), name="a.xlsx") == ["table_workbook"]
    monkeypatch.setattr(workbook, "MAX_BYTES", 1_000_000)
    assert keys(tmp_path, with_part("xl/media/big.bin", bytes(2_000_000)), name="a.xlsx") == ["table_too_big"]
    monkeypatch.setattr(workbook, "MAX_ROWS", 3)
    assert keys(tmp_path, good, name="a.xlsx") == ["table_too_long"]
    assert keys(tmp_path, f"{HEAD}\n{ROWS}\n{ROWS}\n") == ["table_too_long"]


# --- what is refused, with its line --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("old", "new", "key", "line"),
    [
        ("（MW）", "", "table_unit_missing", None),
        ("（MW）", "（台）", "table_unit_unknown", ""),
        (",50,", ",五十,", "table_number", 3),
        ("风电场,50", "风电场,50 MW", "table_units_mixed", 2),
        ("S2", "1.40802E+11", "table_code_scientific", 3),
        ("111.05", "1110300", "table_angle", 3),
        ("111.05", "111 03", "table_angle", 3),
        ("111.05", "111°63′00″", "table_angle", 3),
        ("111.05", "35.15N", "table_angle_axis", 3),
        ("111.05,35.15", "35.15,111.05", "table_degrees", 3),
        ("111.05", "", "table_blank", 3),
        ("35.15", "35.15,7", "table_ragged", 3),
        ("S2", "S1", "table_twice", None),
        ("风电场", "风光互补", "site_kind", 3),
        ("经度,纬度", "经度,纬度,经度", "table_heading_twice", None),
        ("经度", "x经", "table_column", None),
    ],
)
def test_one_wrong_cell_is_named(tmp_path, old, new, key, line):
    found = refused(sites, tmp_path, f"{HEAD}\n{ROWS}\n".replace(old, new))
    assert found[0][0] == key
    assert line is None or found[0][1]["line"] == line


@pytest.mark.parametrize(
    ("written", "kind"),
    [
        ("抽水蓄能电站", "pumped_storage"),
        ("地热", "geothermal"),
        ("Pumped storage", "pumped_storage"),
        ("生物质", "other"),
        ("其他", "other"),
    ],
)
def test_other_kinds_are_taken_and_their_own_word_is_kept(tmp_path, written, kind):
    found = sites(tmp_path, f"{HEAD}\n{ROWS}\n".replace("风电场", written))
    assert kind in found.kind.tolist()
    assert (written == "生物质") == any("生物质" in str(note) for note in found.note)


@pytest.mark.parametrize(("heading", "values"), [("装机容量MW", "100 50"), ("装机容量万千瓦", "10 5"), ("装机容量千瓦", "100000 50000")])
def test_a_unit_may_end_the_heading(tmp_path, heading, values):
    first, second = values.split()
    text = f"{HEAD}\n{ROWS}\n".replace("装机容量（MW）", heading).replace(",100,", f",{first},").replace(",50,", f",{second},")
    assert is_the_table(sites(tmp_path, text))


def test_a_table_of_points_needs_a_column_of_capacities_and_says_so_once(tmp_path):
    found = refused(sites, tmp_path, f"{HEAD}\n{ROWS}\n".replace("装机容量（MW）", "总量"))
    assert [key for key, _ in found] == ["table_column"]
    assert "capacity_mw" in found[0][1]["column"] and "总量" in found[0][1]["known"]


@pytest.mark.parametrize("settings", [{"columns": {"capacity": "装机容量（MW）"}}, {"units": {"capacity": "MW"}}])
def test_keys_that_would_change_nothing_are_refused(tmp_path, settings):
    layer = layer_of(tmp_path, f"{HEAD}\n{ROWS}\n", **settings)
    with pytest.raises(UsageError) as error:
        read_sites_table(layer, Told())
    assert [(p.key, p.params["found"]) for p in error.value.problems] == [("parcels_key", "capacity")]


def test_latitude_first_throughout_is_refused_with_the_hint(tmp_path):
    assert keys(tmp_path, f"编号,名称,类型,装机容量（MW）,纬度,经度\n{ROWS}\n") == ["crs_swapped"]


def test_all_wrong_cells_are_told_at_once(tmp_path):
    assert len(keys(tmp_path, f"{HEAD}\nS1,一号,光伏,abc,110.95,35.05\nS2,二号,风电场,50,东,北\n")) == 3


def test_units_that_contradict_each_other(tmp_path):
    assert keys(tmp_path, f"{HEAD}\n{ROWS}\n", units={"capacity_mw": "kW"}) == ["table_unit_differs"]
    assert keys(tmp_path, f"{HEAD}\n{ROWS}\n".replace(",100,", ",100kW,").replace(",50,", ",50 kW,")) == ["table_unit_differs"]
    assert keys(tmp_path, f"{HEAD}\n{ROWS}\n".replace("（MW）", ""), units={"capacity_mw": "匹"}) == ["table_unit_unknown"]


# --- control areas -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("unit", "factor"),
    [
        ("亩", 15),
        ("万亩", 15e-4),
        ("hm2", 1),
        ("hm²", 1),
        ("ha", 1),
        ("公顷", 1),
        ("km2", 0.01),
        ("㎢", 0.01),
        ("平方公里", 0.01),
        ("m2", 1e4),
        ("㎡", 1e4),
    ],
)
def test_areas_in_every_unit_are_hectares(tmp_path, unit, factor):
    values = [1206.3, 1371.1]
    rows = "".join(f"14082{i},{v * factor!r}\n" for i, v in enumerate(values))
    for text, settings in ((f"代码,面积\n{rows}", {"units": {"area_hm2": unit}}), (f"代码,面积（{unit}）\n{rows}", {})):
        settings = {"columns": {"county_code": "代码", "area_hm2": "面积"}, **settings}
        found = read_table(layer_of(tmp_path, text, kind="table", **settings), {"county_code": "text", "area_hm2": "area"}, Told())
        assert found.area_hm2.tolist() == pytest.approx(values, rel=1e-15)
        assert found.county_code.tolist() == ["140820", "140821"]


def test_a_total_with_the_code_of_the_city_is_kept(tmp_path):
    told = Told()
    text = "代码,名称,面积（公顷）\n140802,盐湖区,1\n140821,临猗县,2\n140800,合计,3\n"
    found = read_table(layer_of(tmp_path, text, kind="table"), {"county_code": "text", "area_hm2": "area"}, told)
    assert found.county_code.tolist() == ["140802", "140821", "140800"] and told == []


def test_optional_columns_may_be_absent(tmp_path):
    layer = layer_of(tmp_path, "代码\n140802\n", kind="table")
    found = read_table(layer, {"county_code": "text", "area_hm2": "area"}, Told(), optional=("area_hm2",))
    assert found.area_hm2.isna().all()


def test_any_table_with_coordinates_is_a_layer_of_points(tmp_path):
    text = "geonameid,name,lat,lon\n0178,Yuncheng,35.02306,110.99278\n"
    found = read_features(layer_of(tmp_path, text, kind="features", columns={"place": "name"}))
    assert (found.geometry[0].x, found.geometry[0].y) == (110.99278, 35.02306)
    assert found.geonameid[0] == "0178" and found.place[0] == "Yuncheng"


@pytest.mark.real
def test_wind_farms_of_the_world_go_through_by_configuration(real_data):
    columns = {"site_id": "gem_phase_id", "name": "project", "kind": "=wind"}
    layer = find(LayerRef(file="wind_farms_gem_2023_05.csv", columns=columns, datum="wgs84"), "x", Paths(real_data), "sites")
    found = read_sites_table(layer, Told())
    assert len(found) == 71 and set(found.kind) == {"wind"}


# --- cells ---------------------------------------------------------------------------------------------------


@given(st.integers(0, 179), st.integers(0, 59), st.integers(0, 59_999))
def test_degrees_minutes_seconds_are_what_they_say(degrees, minutes, thousandths):
    seconds = f"{thousandths / 1000:.3f}"
    expected = degrees + minutes / 60 + float(seconds) / 3600
    for text in (
        f"{degrees}°{minutes}′{seconds}″E",
        f"{degrees} {minutes} {seconds}",
        f"东经{degrees}度{minutes}分{seconds}秒",
        f"{degrees}º{minutes}'{seconds}''",
    ):
        assert cells.angle(text, "lon") == pytest.approx(expected, abs=1e-12)
    assert cells.angle(f"{degrees}°{minutes}′{seconds}″W", "lon") == pytest.approx(-expected, abs=1e-12)


@given(st.floats(-1e12, 1e12, allow_nan=False))
def test_numbers_come_back_exactly(value):
    assert cells.number(repr(value)) == value
    assert cells.number("".join(chr(ord(c) + 0xFEE0) for c in repr(value))) == value


@pytest.mark.parametrize(
    "text", ["nan", "inf", "1_000", "0x10", "1,23", "1.2.3", "１２a", "1e", "12 34", "+-1", "1/2", "100-200", "约100", ">5"]
)
def test_what_is_no_number(text):
    with pytest.raises(cells.Unclear):
        assert cells.number(text)


@pytest.mark.parametrize(
    ("text", "code"), [("140802.0", "140802"), (" １４０８０２ ", "140802"), ("0301K", "0301K"), ("—", None), ("1.5", "1.5")]
)
def test_codes(text, code):
    assert cells.code(text) == code


def test_factors_are_exact():
    assert units.factor("亩", "area") * 15 == pytest.approx(1, rel=1e-16)
    assert units.factor("万亩", "area") == pytest.approx(2000 / 3, rel=1e-15)
    assert (units.factor("万千瓦", "power"), units.factor("ＭＷ", "power"), units.factor("㎿", "power")) == (10, 1, 1)
    assert units.factor("亩", "power") is None and units.factor("MWp", "power") is None
