"""Points for the field: where they lie, how evenly, what a larger sample keeps, and the files a team takes along."""

import io
import json
import xml.etree.ElementTree as ET

import geopandas as gpd
import numpy as np
import openpyxl
import pandas as pd
import pyogrio
import pytest
import shapely
from worlds import make_place

from pipeline.core import config as configuration
from pipeline.core import ellipsoid, tables
from pipeline.core.legend import classes
from pipeline.core.paths import Paths
from pipeline.core.products import land_cover
from pipeline.core.store import Store
from pipeline.cover import planner
from pipeline.sample import chosen, files, numbered
from pipeline.sample.drawing import Wanted, draw, evenly, walking_order
from pipeline.stages import STAGES, Run

KML = "{http://www.opengis.net/kml/2.2}"
TARGETS = "target_id,measure,scope_code,year,value,unit,quote_zh,plan_section,label,source\nt,forest_cover_pct,149900,2025,{value},%,,,A,made up\n"


def run_of(folder, out, *, value="45", planner="{}", counties=(), language="zh", synthetic=False):
    """A made-up prefecture (the west half forest) against a target of ``value`` percent."""
    land = "{layer: my_product, file: land.tif, year: 2021"
    replace = {
        "cover: {main_reading: trees}": f"cover: {{main_reading: trees, targets: targets.csv, planner: {planner}}}",
        "language: zh": f"language: {language}",
        land: f"{land}{', synthetic: true' if synthetic else ''}",
    }
    config = make_place(folder, replace=replace)
    (folder / "targets.csv").write_text(TARGETS.format(value=value), encoding="utf-8")
    return Run(configuration.load(config), out, Paths(folder), counties)


def do(run: Run, counts: pd.DataFrame | None = None) -> None:
    """Everything up to the plan, the plan as the cover stage writes it (or with ``counts`` of a sample), and the points."""
    if counts is None:
        for name in ("ingest", "tabulate", "cover"):
            run.do(STAGES[name])
    if counts is not None or not (run.out / "cover/sample_plan.csv").is_file():
        with Store(run.out, "plan", language="zh") as store:
            cover = run.config.cover
            products = land_cover(run.config, Store(run.out, "x", language="zh", paths=run.paths), run.paths, cells=False)
            rows = planner.plan(
                store.read_table(tables.FOREST_COVER), store.read_table(tables.CODE_AREA), products, counts, cover.planner, cover.sure,
                reading=cover.main_reading,
            )  # fmt: skip
        (run.out / "cover/sample_plan.csv").write_bytes(tables.to_csv(rows))
    run.do(STAGES["sample"])


def contents(folder):
    return {p.name: p.read_bytes() for p in sorted(folder.iterdir())}


def points_of(out) -> pd.DataFrame:
    return tables.read_csv(out / "sample/sample_points.csv", tables.DRAWN_POINTS)


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    folder = tmp_path_factory.mktemp("made")
    run = run_of(folder / "place", folder / "out")
    do(run)
    return run


# --- where they lie --------------------------------------------------------------------------------------------


def test_the_points_are_those_of_the_plan_and_lie_in_their_strata_and_counties(made):
    points, plan = points_of(made.out), tables.read_csv(made.out / "cover/sample_plan.csv", tables.SAMPLE_PLAN)
    parts = plan[plan.level == "county"].set_index(["county_code", "stratum"]).points_to_add
    assert points.groupby(["county_code", "stratum"]).size().to_dict() == parts[parts > 0].to_dict()
    assert len(points) == plan[plan.level == "city"].points_to_add.sum() > 100
    counties = gpd.read_file(made.out / "ingest/counties.gpkg").set_index("county_code").geometry
    assert all(counties[c].contains(shapely.Point(x, y)) for c, x, y in zip(points.county_code, points.lon, points.lat, strict=True))
    west = points.lon < 112.1  # forest is the west half
    assert set(points.stratum[west]) == {"forest"} and set(points.stratum[~west]) == {"other"}
    assert set(points.map_code[west]) == {"1"} and set(points.map_code[~west]) == {"2"}
    assert not points.duplicated(["lon", "lat"]).any()
    assert (points.lon == points.lon.round(7)).all() and (points.lat == points.lat.round(7)).all()


def test_a_stratum_has_the_area_of_the_whole_and_the_answers_are_blank(made):
    points, plan = points_of(made.out), tables.read_csv(made.out / "cover/sample_plan.csv", tables.SAMPLE_PLAN)
    whole = plan[plan.level == "city"].set_index("stratum").area_hm2
    areas = points.groupby("stratum").stratum_area_hm2.unique()
    assert all(areas[s] == pytest.approx([whole[s]], rel=1e-12) for s in ("forest", "other"))
    assert points[["reference", "is_forest", "note"]].isna().all(axis=None)
    assert list(points.point_id) == [f"S{i:04d}" for i in range(1, len(points) + 1)]
    assert points.county_code.is_monotonic_increasing


def test_points_are_even_over_the_area_not_over_degrees():
    """In a frame from 0 to 60 degrees north, five bands of equal area get a fifth each (chi-square, 4 and 4 degrees of freedom)."""
    frame = (100.0, 0.0, 110.0, 60.0)
    lonlat = evenly(np.random.default_rng(3), 20_000, frame)
    shares = np.array([ellipsoid.band_area_m2(0.0, lat) for lat in np.linspace(0, 60, 601)]) / ellipsoid.band_area_m2(0.0, 60.0)
    edges = np.interp([0.2, 0.4, 0.6, 0.8], shares, np.linspace(0, 60, 601))
    assert edges[2] < 33  # bands of degrees would end at 36
    for counts in (np.bincount(np.searchsorted(edges, lonlat[:, 1])), np.bincount(((lonlat[:, 0] - 100) / 2).astype(int))):
        assert ((counts - 4000) ** 2 / 4000).sum() < 13.3  # 1 %


def test_points_are_even_within_a_stratum():
    """A triangle half covered by the stratum: the share in a part is the part's area (chi-square over four squares)."""
    county = shapely.Polygon([(0, 0), (4, 0), (4, 2), (0, 2)])

    def code_at(lonlat):
        return np.where(lonlat[:, 0] < 2, 1.0, np.where(lonlat[:, 1] < 1, 2.0, np.nan))

    (lonlat, codes), (other, _) = draw(
        [Wanted("a", "149901", county, 4000, 1e6, np.array([1])), Wanted("b", "149901", county, 50, 1e6, np.array([2]))], code_at, seed=1
    )
    assert len(lonlat) == 4000 and set(codes) == {1} and (lonlat[:, 0] < 2).all()
    assert len(other) == 50 and (other[:, 0] > 2).all() and (other[:, 1] < 1).all()
    quarter = np.bincount((lonlat[:, 0] > 1) * 2 + (lonlat[:, 1] > 1))
    assert ((quarter - 1000) ** 2 / 1000).sum() < 11.3  # 1 % of 3 degrees of freedom


# --- seeds -----------------------------------------------------------------------------------------------------


def square(count, seed=1, taken=frozenset(), **more):
    county = shapely.box(110, 35, 111, 36)
    given = {
        "stratum": "forest",
        "county_code": "149901",
        "geometry": county,
        "count": count,
        "area_hm2": 5e5,
        "codes": np.array([1]),
    } | more
    return draw([Wanted(**given)], lambda xy: (xy[:, 0] * 1000 % 2 < 1).astype(float), seed=seed, taken=taken)[0][0]


def test_a_larger_sample_holds_the_smaller_one():
    few, many = square(20), square(500)
    assert np.array_equal(few, many[:20])
    assert np.array_equal(square(20, area_hm2=5e3), few)  # candidates looked at in other portions
    assert not np.array_equal(square(20, seed=2), few)
    assert not np.array_equal(square(20, stratum="other"), few)
    assert not np.array_equal(square(20, county_code="149902"), few)


def test_places_in_use_are_passed_over():
    few = square(20)
    next_ones = square(20, taken={tuple(p) for p in few})
    assert np.array_equal(next_ones, square(40)[20:])


def test_land_too_rare_to_be_found_ends_the_search(monkeypatch):
    monkeypatch.setattr("pipeline.sample.drawing.MOST_CANDIDATES", 5_000)
    found = square(50, area_hm2=1e-3, codes=np.array([7]))
    assert len(found) == 0


def test_equal_runs_are_equal_bytes(made, tmp_path):
    again = run_of(tmp_path / "place", tmp_path / "out")
    do(again)
    assert contents(again.out / "sample") == contents(made.out / "sample")
    assert again.is_fresh(STAGES["sample"])


# --- files -----------------------------------------------------------------------------------------------------


def test_the_kml_has_a_folder_a_county_and_every_point(made):
    root, points = ET.fromstring((made.out / "sample/sample_points.kml").read_bytes()), points_of(made.out)
    folders = root.findall(f".//{KML}Folder")
    assert [f.find(f"{KML}name").text for f in folders] == ["甲县 149901", "乙县 149902", "丙县 149903", "丁市 149904"]
    marks = root.findall(f".//{KML}Placemark")
    assert [m.find(f"{KML}name").text for m in marks] == list(points.point_id)
    places = np.array([m.find(f".//{KML}coordinates").text.split(",") for m in marks], float)
    assert np.array_equal(places, points[["lon", "lat"]].to_numpy())
    assert "图上森林" in marks[0].find(f"{KML}description").text
    assert len(pyogrio.read_dataframe(made.out / "sample/sample_points.gpkg")) == len(points)


def frame(name="甲县", count=3) -> pd.DataFrame:
    rows = [
        {"county_code": "149901", "county_name": name, "lon": 112.0 + i / 10, "lat": 36.0, "stratum": "forest", "stratum_area_hm2": 1.0,
         "map_code": "=1+1", "map_class": name}
        for i in range(count)
    ]  # fmt: skip
    return numbered(pd.DataFrame(rows, columns=list(tables.DRAWN_POINTS.columns)), used=set())


HOSTILE = '县</name><script>alert("1")</script>&amp;<![CDATA[\x07'


def test_hostile_names_are_text_in_every_file():
    about, points = files.About("P", 2021, "zh", "", False), frame(HOSTILE)
    root = ET.fromstring(files.kml(points, about))
    assert {e.tag.removeprefix(KML) for e in root.iter()} == {
        "kml", "Document", "name", "Folder", "Placemark", "description", "Point", "coordinates",
    }  # fmt: skip
    assert root.find(f".//{KML}Folder/{KML}name").text == HOSTILE.replace("\x07", "�") + " 149901"
    assert "<script>" not in root.find(f".//{KML}Placemark/{KML}description").text  # viewers take it for HTML
    definition = tables.read_csv(configuration.PROJECT / "layers/land_cover/definition.csv", tables.DEFINITION)
    sheet = openpyxl.load_workbook(io.BytesIO(files.field_sheet(points, definition, about)))["样点"]
    cells = [c for row in sheet.iter_rows() for c in row]
    assert all(c.data_type != "f" for c in cells) and "=1+1" in {c.value for c in cells}


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_field_sheet_says_what_counts_and_offers_yes_and_no(language):
    definition = tables.read_csv(configuration.PROJECT / "layers/land_cover/definition.csv", tables.DEFINITION)
    about = files.About("P", 2021, language, "合成数据 SYNTHETIC", False)
    book = openpyxl.load_workbook(io.BytesIO(files.field_sheet(frame(), definition, about)))
    guide, sheet = book.worksheets
    said = {row[0].value: row[1].value for row in guide.iter_rows()}
    names = classes().set_index("class_key")[f"name_{language}"]
    assert said[names["forest_arbor"]].startswith({"zh": "算森林", "en": "forest"}[language]) and "0.0667" in said[names["forest_arbor"]]
    assert said[names["orchard"]].startswith({"zh": "不算森林", "en": "not forest"}[language])
    assert "400" in said[names["shrub_other"]] and names["unknown"] not in said
    assert not any("{{" in v or v.startswith("sample_") for v in said.values())
    (rule,) = sheet.data_validations.dataValidation
    assert rule.formula1 == {"zh": '"是,否"', "en": '"yes,no"'}[language]
    column = {c.value: c.column_letter for c in sheet[1]}[{"zh": "是否森林", "en": "is_forest"}[language]]
    assert str(rule.sqref) == f"{column}2:{column}4"
    assert len(sheet[1]) == len(tables.DRAWN_POINTS.columns) + 1 and sheet[1][-1].value == "mark"


def test_neighbours_follow_each_other():
    """Along the walking order of 400 random points the way is less than a fifth of that in the order they were drawn."""
    lonlat = np.random.default_rng(1).random((400, 2))
    order = walking_order(np.array(["149901"] * 400), lonlat)
    assert sorted(order) == list(range(400))

    def way(xy):
        return np.hypot(*np.diff(xy, axis=0).T).sum()

    assert way(lonlat[order]) < way(lonlat) / 5


def test_ids_in_use_are_not_given_again():
    assert list(frame(count=3).point_id) == ["S0001", "S0002", "S0003"]
    assert list(numbered(frame(count=3), used={"S0002", "R1"}).point_id) == ["S0001", "S0003", "S0004"]


def test_the_layer_says_how_it_was_drawn(made):
    from ruamel.yaml import YAML

    said = YAML(typ="safe", pure=True).load((made.out / "sample/layer.yaml").read_text(encoding="utf-8"))
    assert said["kind"] == "sample" and said["file"] == "sample_points.csv" and (said["product"], said["year"]) == ("OWN", 2021)
    design = configuration.SampleDesign.model_validate(said["sample"])
    assert (design.kind, design.strata, design.by_county, design.definition) == ("stratified", "column", False, "statutory")


# --- the stage -------------------------------------------------------------------------------------------------


def test_county_by_county_a_stratum_is_that_of_its_county(tmp_path):
    run = run_of(tmp_path / "place", tmp_path / "out", planner="{scope: counties, least_per_stratum: 5}")
    do(run)
    points, areas = points_of(run.out), tables.read_csv(run.out / "tabulate/land_area.csv", tables.LAND_AREA)
    own = areas[areas.area_hm2 > 0].set_index(["county_code", "class_key"]).area_hm2
    for (code, stratum), rows in points.groupby(["county_code", "stratum"]):
        assert rows.stratum_area_hm2.unique() == pytest.approx([own[code, {"forest": "forest_arbor", "other": "cropland"}[stratum]]])
    assert "by_county: true" in (run.out / "sample/layer.yaml").read_text(encoding="utf-8")


def test_made_up_data_are_marked_in_every_file(tmp_path):
    run = run_of(tmp_path / "place", tmp_path / "out", language="en", synthetic=True, planner="{most_points: 20}")
    do(run)
    mark = "合成数据 SYNTHETIC"
    points = pd.read_csv(run.out / "sample/sample_points.csv", encoding="utf-8-sig")
    assert set(points.mark) == {mark} and len(points) <= 20
    assert set(pyogrio.read_dataframe(run.out / "sample/sample_points.gpkg").mark) == {mark}
    for name in ("sample_points.kml", "layer.yaml"):
        assert mark in (run.out / "sample" / name).read_text(encoding="utf-8")
    book = openpyxl.load_workbook(run.out / "sample/field_sheet.xlsx")
    assert mark in book.worksheets[0]["A1"].value and book.worksheets[1].cell(2, book.worksheets[1].max_column).value == mark


@pytest.mark.parametrize("value", ["", "50"])
def test_where_no_points_are_needed_there_are_no_files(tmp_path, value):
    run = run_of(tmp_path / "place", tmp_path / "out", value=value)
    do(run)
    record = json.loads((run.out / "sample/manifest.json").read_text(encoding="utf-8"))
    assert [p.name for p in (run.out / "sample").iterdir()] == ["manifest.json"] and record["facts"]["note"]


def test_what_was_filled_in_is_kept_whatever_happens(tmp_path):
    run = run_of(tmp_path / "place", tmp_path / "out")
    do(run)
    table = run.out / "sample/sample_points.csv"
    filled = table.read_bytes().replace(b",,,", ",,是,".encode(), 1)
    table.write_bytes(filled)
    assert not run.is_fresh(STAGES["sample"])
    plan = tables.read_csv(run.out / "cover/sample_plan.csv", tables.SAMPLE_PLAN)
    for other in (plan, plan.assign(points_to_add=plan.points_to_add + 1), plan.iloc[:0]):
        (run.out / "cover/sample_plan.csv").write_bytes(tables.to_csv(other))
        run.do(STAGES["sample"])
        record = json.loads((run.out / "sample/manifest.json").read_text(encoding="utf-8"))
        assert table.read_bytes() == filled and (run.out / "sample/sample_points.kml").is_file()
        assert [w["key"] for w in record["warnings"]] == ["sample_kept"]
        assert run.is_fresh(STAGES["sample"])


def test_a_sample_that_is_added_to_stands_in_the_table_filled_in(tmp_path):
    """Ten points of each map code; the new ones join strata 1 and 2, and all together are one sample."""
    run = run_of(tmp_path / "place", tmp_path / "out", planner="{least_per_stratum: 30, most_points: 50}, samples: [{file: s.csv}]")
    old = pd.DataFrame({
        "sample": "s", "number": range(1, 21), "point_id": ["S0002", *(f"R{i}" for i in range(2, 21))],
        "lon": [112.005 + i * 0.01 for i in range(20)], "lat": 36.05, "county_code": ["149901"] * 10 + ["149902"] * 10,
        "map_code": ["1"] * 5 + [None] * 15, "reference": "地类", "is_forest": ["yes"] * 10 + ["no"] * 10,
    })  # fmt: skip
    old[["point_id", "lon", "lat", "is_forest"]].to_csv(tmp_path / "place/s.csv", index=False)
    for name in ("ingest", "tabulate", "cover"):
        run.do(STAGES[name])
    (run.out / "ingest/sample_points.csv").write_bytes(tables.to_csv(tables.product(old, tables.SAMPLE_POINTS)))
    cover = tables.read_csv(run.out / "cover/forest_cover.csv", tables.FOREST_COVER)
    sampled = cover.assign(sample="s", adjusted_cover_pct=49.0, reason="sample_inconclusive")
    cover = tables.product(sampled.where(cover.level == "city", cover), tables.FOREST_COVER)
    (run.out / "cover/forest_cover.csv").write_bytes(tables.to_csv(cover))
    counts = pd.DataFrame({
        "sample": "s", "county_code": ["149901", "149902"], "product": "OWN", "year": 2021, "stratum": ["1", "2"],
        "points": 10, "forest": [10, 0],
    })  # fmt: skip
    do(run, counts)
    points = points_of(run.out)
    assert list(points.point_id[:20]) == list(old.point_id) and (points.is_forest[:20] == old.is_forest).all()
    new = points[20:]
    assert len(new) == 50 and new.is_forest.isna().all() and new.point_id.iloc[:2].tolist() == ["S0001", "S0003"]
    assert set(points.stratum) == {"1", "2"} and points.groupby("stratum").stratum_area_hm2.nunique().tolist() == [1, 1]
    assert list(points.stratum[:20]) == ["1"] * 10 + ["2"] * 10  # looked up where the file did not say
    assert len(ET.fromstring((run.out / "sample/sample_points.kml").read_bytes()).findall(f".//{KML}Placemark")) == len(new)
    record = json.loads((run.out / "sample/manifest.json").read_text(encoding="utf-8"))
    assert record["facts"]["drawn"]["earlier_points"] == 20 and record["warnings"] == []


def row(code, state, product="A", level="county", add=5):
    return {
        "county_code": code, "county_name": "x", "level": level, "product": product, "year": 2020, "reading": "r", "stratum": "forest",
        "area_hm2": 1.0, "points_now": 0, "points_needed": add, "points_to_add": add, "cover_pct": 20.0, "target_pct": 18.0, "state": state,
    }  # fmt: skip


class _Product:
    def __init__(self, product, census=False):
        parcels = type("P", (), {"is_forest_census": census})() if census else None
        self.product, self.is_census, self.about = product, census, type("A", (), {"year": 2020, "parcels": parcels})()


@pytest.mark.parametrize(
    ("rows", "place", "codes", "why"),
    [
        ([], None, [], "sample_no_target"),
        ([row("149900", "feasible", level="city"), row("149901", "feasible")], 1, ["149901"], ""),
        ([row("149900", "decided", "C", level="city"), row("149901", "feasible")], None, [], "sample_decided"),
        ([row("149901", "decided", "C"), row("149901", "feasible"), row("149902", "too_many")], 1, ["149902"], ""),
        ([row("149901", "decided", "C"), row("149901", "feasible")], None, [], "sample_decided"),
        ([row("149901", "on_target", add=None)], None, [], "sample_undecidable"),
        ([row("149901", "feasible", add=0)], None, [], "sample_none_needed"),
        ([row("149901", "on_target", add=None), row("149901", "feasible", "B")], None, [], "sample_undecidable"),
    ],
)
def test_for_which_product_and_counties_points_are_drawn(rows, place, codes, why):
    found = chosen(tables.product(rows, tables.SAMPLE_PLAN), [_Product("C", census=True), _Product("A"), _Product("B")])
    assert (found[0], list(found[1].county_code), found[2]) == (place, codes, why)
