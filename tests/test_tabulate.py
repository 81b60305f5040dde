"""The pixel pass as a stage: every table against plain numpy on a made-up place; equal bytes; one clear message."""

import json
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import shapely
from conftest import ROOT
from worlds import features, make_place, write_raster

from pipeline.core import config as configuration
from pipeline.core import engine, tables
from pipeline.core.config import Compute
from pipeline.core.errors import BadData, PipelineError, UsageError
from pipeline.core.grid import LONLAT, Grid
from pipeline.core.paths import Paths
from pipeline.core.words import say
from pipeline.stages import STAGES, Run

SIDE, CELL = 80, 0.0025  # 80 x 80 cells over four square counties of 40 x 40
PLACE = {"west": 112.0, "north": 36.2, "cell": CELL}
COUNTIES = {"149901": (1, 0), "149902": (1, 1), "149903": (0, 0), "149904": (0, 1)}  # (row, column) of the county
CLASSES = {1: "forest_arbor", 2: "cropland", 3: "grass", 4: "water", 5: "shrub_other", 0: "unknown"}
PARK = shapely.box(112.05, 36.05, 112.15, 36.15)  # cells 20 .. 60 both ways
LAYERS = """layers:
  soil: {file: soil.tif, legend: soil.csv}
  slope: {file: slope.tif, unit: deg, bands: [5, 15]}
  park: {file: park.geojson}
  agb: {file: agb.tif, unit: tdm_hm2}
  soc: {file: soc.tif, unit: tc_hm2, scale: 0.5}
  plots: {file: plots.geojson}
tabulate: {strata: [soil, slope, park], sums: [agb]}
"""

rng = np.random.default_rng(11)
CODES = rng.integers(0, 6, (SIDE, SIDE)).astype(np.uint8)
LATER = rng.integers(0, 6, (2 * SIDE, 2 * SIDE)).astype(np.uint8)
SOIL = rng.integers(0, 3, (SIDE, SIDE)).astype(np.uint8)  # 0 is no data
SLOPE = rng.choice([0.0, 4.9, 5.0, 14.9, 15.0, 40.0, -1.0], (SIDE, SIDE))  # -1 is no data
AGB = np.where(rng.random((SIDE, SIDE)) < 0.1, -9, rng.uniform(0, 200, (SIDE, SIDE)))  # -9 is no data
SOC = rng.uniform(10, 90, (SIDE // 2, SIDE // 2))
PLOTS = [(112.051, 36.051), (112.1, 36.1), (112.0, 36.0), (112.19, 36.01), (113.0, 36.1), (112.06, 36.19)]


def world(folder: Path, *, layers: str = LAYERS) -> Path:
    """Two products of two years, a class layer, a banded one, a polygon, two measures and points."""
    second = "year: 2021}\n  - {layer: my_product, file: later.tif, year: 2023}"
    config = make_place(folder, replace={"cover: {main": f"{layers}cover: {{main", "year: 2021}": second})
    write_raster(folder / "land.tif", CODES, **PLACE, nodata=0, tiled=True, blockxsize=16, blockysize=16)
    write_raster(folder / "later.tif", LATER, **PLACE | {"cell": CELL / 2}, nodata=0)
    write_raster(folder / "soil.tif", SOIL, **PLACE, nodata=0)
    (folder / "soil.csv").write_text(
        "code,key,name_zh,name_en,colour\n1,clay,黏土,clay,#111111\n2,sand,砂土,sand,#222222\n", encoding="utf-8"
    )
    write_raster(folder / "slope.tif", SLOPE, **PLACE, nodata=-1)
    write_raster(folder / "agb.tif", AGB, **PLACE, nodata=-9)
    write_raster(folder / "soc.tif", SOC, **PLACE | {"cell": 2 * CELL})
    features(folder / "park.geojson", [{"name": "park", "geometry": PARK}])
    features(folder / "plots.geojson", [{"name": str(i), "geometry": shapely.Point(p)} for i, p in enumerate(PLOTS)])
    return config


def run_of(config: Path, out: Path, *counties: str, **compute) -> Run:
    settings = configuration.load(config)
    if compute:
        settings = settings.model_copy(update={"compute": Compute(**compute)})
    return Run(settings, out, Paths(config.parent, []), counties)


def tabulate(run: Run) -> None:
    """Bring stages one and two up to date, in this process."""
    for name in ("ingest", "tabulate"):
        if not run.is_fresh(STAGES[name]):
            run.do(STAGES[name])


def table(out: Path, schema) -> pd.DataFrame:
    return tables.read_csv(out / f"{schema.name}.csv", schema)


def contents(folder: Path) -> dict[str, bytes]:
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()}


@pytest.fixture(scope="module")
def made(tmp_path_factory) -> tuple[Path, Path]:
    """(configuration, outputs) of one run; tests do not change them."""
    folder = tmp_path_factory.mktemp("made")
    config = world(folder / "place")
    tabulate(run_of(config, folder / "out"))
    return config, folder / "out"


@pytest.fixture(scope="module")
def out(made) -> Path:
    return made[1]


def cells(side: int = SIDE) -> pd.DataFrame:
    """Every cell of a grid over the counties: its county and area [hm2]."""
    grid = Grid(LONLAT, rasterio_transform(side), side, side)
    area = np.repeat(grid.cell_area_m2(0, side), side, axis=1) / 1e4
    county = np.empty((side, side), object)
    for code, (row, column) in COUNTIES.items():
        county[row * side // 2 : (row + 1) * side // 2, column * side // 2 : (column + 1) * side // 2] = code
    return pd.DataFrame({"county_code": county.ravel(), "area": area.ravel()})


def rasterio_transform(side: int):
    from affine import Affine

    return Affine(0.2 / side, 0, 112.0, 0, -0.2 / side, 36.2)


def known_world() -> pd.DataFrame:
    """The first product cell by cell, by plain numpy."""
    frame = cells().assign(class_key=[CLASSES[c] for c in CODES.ravel()])
    frame["soil"] = [("unknown", "clay", "sand")[c] for c in SOIL.ravel()]
    frame["slope"] = np.where(SLOPE < 0, "unknown", np.array(["<5", "5–15", "≥15"])[np.digitize(SLOPE, [5, 15])]).ravel()
    inside = np.zeros((SIDE, SIDE), bool)
    inside[20:60, 20:60] = True
    frame["park"] = np.where(inside, "inside", "outside").ravel()
    frame["agb"] = np.where(AGB < 0, np.nan, AGB).ravel()
    frame["stratum"] = "park=" + frame.park + ";soil=" + frame.soil + ";slope=" + frame.slope
    return frame


def close(found: pd.Series, expected: pd.Series, rel: float = 1e-9) -> None:
    """The same keys, and values equal to ``rel``."""
    assert found.index.is_unique and set(found.index) == set(expected.index)
    assert (found - expected).abs().div(expected.abs()).max() <= rel


# --- tables against plain numpy ------------------------------------------------------------------------------


def test_classes_by_crossed_strata(out):
    """Class raster x banded measure x polygon, cell by cell."""
    keys = ["county_code", "class_key", "stratum"]
    found = table(out, tables.AREA_TABLE)
    first = found[(found.level == "county") & (found.year == 2021)].set_index(keys).area_hm2
    close(first, known_world().groupby(keys).area.sum())
    assert set(found.year) == {2021, 2023} and set(found["product"]) == {"OWN"}


def test_crossed_strata_add_up_to_classes_and_to_each_stratum_alone(out):
    keys = ["county_code", "year", "class_key"]
    area = table(out, tables.AREA_TABLE)
    land = table(out, tables.LAND_AREA)
    land = land[land.area_hm2 > 0].set_index(keys).area_hm2
    close(area.groupby(keys).area_hm2.sum(), land)
    alone = table(out, tables.CLASS_STRATA)
    parts = area.stratum.str.extract(r"park=(?P<park>\w+);soil=(?P<soil>\w+);slope=(?P<slope>[^;]+)$")
    assert parts.notna().all(axis=None)
    for layer in ("soil", "slope", "park"):
        margin = area.assign(key=parts[layer]).groupby([*keys, "key"]).area_hm2.sum()
        if layer == "park":  # what lies outside is the rest and not told by itself
            margin = margin[margin.index.get_level_values("key") == "inside"]
        close(alone[alone.layer == layer].set_index([*keys, "key"]).area_hm2, margin)


def test_the_second_product_is_measured_on_its_own_grid(out):
    """Cells half as large: its strata are those of the coarser layers."""
    double = lambda a: np.kron(a, np.ones((2, 2), int))  # noqa: E731
    frame = cells(2 * SIDE).assign(class_key=[CLASSES[c] for c in LATER.ravel()], soil=double(SOIL).ravel())
    found = table(out, tables.LAND_AREA)
    found = found[(found.level == "county") & (found.year == 2023)].set_index(["county_code", "class_key"]).area_hm2
    close(found, frame.groupby(["county_code", "class_key"]).area.sum())


def test_strata_whatever_the_class(out):
    frame, found = known_world(), table(out, tables.STRATA)
    found = found[found.level == "county"].set_index(["layer", "county_code", "key"]).area_hm2
    expected = {layer: frame.groupby(["county_code", layer]).area.sum() for layer in ("soil", "slope", "park")}
    expected = pd.concat(expected, names=["layer", "county_code", "key"])
    close(found, expected)


def test_sums_of_measured_layers_by_class_and_stratum(out):
    keys = ["county_code", "class_key", "stratum"]
    frame, found = known_world(), table(out, tables.CLASS_SUMS)
    found = found[(found.level == "county") & (found.year == 2021) & (found.layer == "agb")].set_index(keys)
    frame["known"], frame["value"] = frame.area.where(frame.agb.notna(), 0), (frame.area * frame.agb).fillna(0)
    sums = frame.groupby(keys)[["area", "known", "value"]].sum()
    some = sums.known > 0
    close(found.known_area_hm2[some[some].index], sums.known[some])
    close(found.value_times_hm2.dropna(), sums.value[some])
    close(found["mean"].dropna(), (sums.value / sums.known)[some])
    assert ((found.known_area_hm2 + found.unknown_area_hm2 - sums.area).abs() < 1e-9 * sums.area).all()
    assert (found.unknown_area_hm2[~some[found.index]] > 0).all()
    assert set(found.unit) == {"tdm_hm2"}


def test_sums_are_asked_for_by_product(out):
    """The leading product sums every measured layer, others those that ``tabulate.sums`` names."""
    found = table(out, tables.CLASS_SUMS)
    assert set(found[found.year == 2021].layer) == {"agb", "soc", "slope"}
    assert set(found[found.year == 2023].layer) == {"agb"}
    county = found[(found.level == "county") & (found.layer == "agb")].groupby(["county_code", "year"]).value_times_hm2.sum()
    known = cells().assign(agb=np.where(AGB < 0, 0, AGB).ravel())
    expected = (known.area * known.agb).groupby(known.county_code).sum()
    # Bilinear onto half the cell size moves values by a quarter cell and hides none: equal within a hundredth.
    for year, rel in ((2021, 1e-9), (2023, 1e-2)):
        close(county.xs(year, level="year"), expected, rel)


def test_measures_of_a_county(out):
    """Scaled, weighted by area, with its range; bilinear onto cells half as large keeps the mean of an even field."""
    found = table(out, tables.MEASURES).set_index(["county_code", "layer"])
    frame = known_world()
    for code, group in frame.groupby("county_code"):
        row = found.loc[(code, "agb")]
        known = group[group.agb.notna()]
        assert row["mean"] == pytest.approx((known.agb * known.area).sum() / known.area.sum(), rel=1e-9)
        assert (row.low, row.high) == (known.agb.min(), known.agb.max())
        assert row.unknown_area_hm2 == pytest.approx(group.area[group.agb.isna()].sum(), rel=1e-9)
        assert found.loc[(code, "soc")].low >= 5 and found.loc[(code, "soc")].high <= 45


@pytest.mark.parametrize("schema", [tables.LAND_AREA, tables.CODE_AREA, tables.AREA_TABLE, tables.CLASS_STRATA, tables.STRATA])
def test_the_city_is_the_exact_sum_of_its_counties(out, schema):
    found = table(out, schema)
    keys = [c for c in found if c not in ("county_code", "county_name", "level", "area_hm2", "basis")]
    sums = found.groupby([*keys, "level"], dropna=False).area_hm2.sum().unstack("level")
    assert (sums.city - sums.county).abs().max() <= 4e-16 * sums.city.max()
    assert set(found[found.level == "city"].county_code) == {"149900"}


def test_points_have_the_class_and_stratum_of_their_cell(out):
    found = table(out, tables.POINTS)
    found = found[found.year == 2021].set_index("number")
    assert len(found) == len(PLOTS) and set(found.layer) == {"plots"}
    frame = known_world()
    for number, (lon, lat) in enumerate(PLOTS, 1):
        row, column = int(np.floor((36.2 - lat) / CELL)), int(np.floor((lon - 112.0) / CELL))
        point = found.loc[number]
        if not (0 <= row < SIDE and 0 <= column < SIDE):
            assert point.class_key == "unknown" and pd.isna(point.code)
            continue
        if number == 2:  # on the corner of four cells
            continue
        cell = frame.iloc[row * SIDE + column]
        assert point.class_key == cell.class_key
        assert pd.isna(point.code) if cell.class_key == "unknown" else CLASSES[point.code] == cell.class_key
        assert (point.county_code, point.stratum) == (cell.county_code, cell.stratum)
    assert found.county_code[2] == "149901"  # the first of the four that meet there
    assert found.county_code[3] == "149901"  # on the outer border, and below the raster's last row
    assert found.class_key[3] == "unknown" and found.stratum[3].endswith("soil=unknown;slope=unknown")
    assert pd.isna(found.county_code[5]) and pd.isna(found.stratum[5])


def test_land_beyond_the_raster_is_unknown_in_every_table(tmp_path):
    """The raster ends within the eastern counties: the rest is unknown land of unknown strata."""
    config = world(tmp_path / "place")
    write_raster(tmp_path / "place" / "land.tif", CODES[:, :60], **PLACE, nodata=0)
    tabulate(run_of(config, tmp_path / "out"))
    frame = known_world()
    beyond = np.zeros((SIDE, SIDE), bool)
    beyond[:, 60:] = True
    frame.loc[beyond.ravel(), ["class_key", "soil", "slope"]] = "unknown"
    frame["stratum"] = "park=" + frame.park + ";soil=" + frame.soil + ";slope=" + frame.slope
    for schema, keys in (
        (tables.LAND_AREA, ["county_code", "class_key"]),
        (tables.AREA_TABLE, ["county_code", "class_key", "stratum"]),
    ):
        found = table(tmp_path / "out", schema)
        found = found[(found.level == "county") & (found.year == 2021)].set_index(keys).area_hm2
        close(found, frame.groupby(keys).area.sum())
    measures = table(tmp_path / "out", tables.MEASURES).set_index(["county_code", "layer"])
    for code, group in frame[beyond.ravel()].groupby("county_code"):
        hidden = frame[(frame.county_code == code) & frame.agb.isna() & ~beyond.ravel()].area.sum()
        assert measures.unknown_area_hm2[code, "agb"] == pytest.approx(group.area.sum() + hidden, rel=1e-9)


def test_polygons_that_are_not_crossed_and_some_counties(tmp_path):
    """A county alone has no city row; polygons that nobody crosses still say what lies inside; spikes do no harm."""
    spiked = shapely.Polygon([(112.05, 36.05), (112.15, 36.05), (112.15, 36.15), (112.18, 36.15), (112.15, 36.15), (112.05, 36.15)])
    config = world(tmp_path / "place", layers=LAYERS.split("tabulate")[0] + "tabulate: {strata: [soil, soil]}\n")
    features(tmp_path / "place" / "park.geojson", [{"name": "park", "geometry": spiked}])
    tabulate(run_of(config, tmp_path / "out", "丙县", "149902"))
    frame = known_world()
    frame = frame[frame.county_code.isin(["149902", "149903"])]
    area = table(tmp_path / "out", tables.AREA_TABLE)
    assert set(area.level) == {"county"} and set(area.stratum) == {"soil=clay", "soil=sand", "soil=unknown"}
    inside = table(tmp_path / "out", tables.CLASS_STRATA)
    inside = inside[(inside.layer == "park") & (inside.year == 2021)].set_index(["county_code", "class_key"]).area_hm2
    close(inside, frame[frame.park == "inside"].groupby(["county_code", "class_key"]).area.sum())


# --- equal bytes ---------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def dask() -> Iterator[str]:
    """Address of a scheduler with a worker process, as ``scheduler: local`` starts them."""
    with engine._local_client(1) as client:
        yield client.scheduler.address


def computed_alike(made, folder: Path, **compute) -> None:
    """Tables and run record are the same bytes, and a change of how they are computed makes nothing stale."""
    config, out = made
    run = run_of(config, folder, **compute)
    shutil.copytree(out / "ingest", folder / "ingest")
    run.do(STAGES["tabulate"])
    assert contents(folder / "tabulate") == contents(out / "tabulate")
    assert not (folder / ".half_way").exists()
    assert run_of(config, out, **compute).stale(["tabulate"]) == []


@pytest.mark.parametrize(("block", "workers"), [(16, 7), (256, 2), (4096, 1)])
def test_blocks_and_workers_change_no_byte(made, tmp_path, block, workers):
    computed_alike(made, tmp_path / "out", block=block, workers=workers)


def test_dask_changes_no_byte(made, tmp_path, dask):
    computed_alike(made, tmp_path / "out", block=16, scheduler=dask)


def in_a_process(script: str, *arguments: object) -> subprocess.Popen:
    """The command line with something of it replaced beforehand."""
    head = "import sys, os, signal, time\nfrom pipeline.core import engine, pixels\nfrom pipeline.__main__ import main\n"
    code = f"{head}{script}\nsys.exit(main(sys.argv[1:]))"
    return subprocess.Popen(
        [sys.executable, "-c", code, *map(str, arguments)], cwd=ROOT, stderr=subprocess.PIPE, text=True, encoding="utf-8"
    )


def with_small_blocks(config: Path) -> Path:
    path = config.with_name("small.yaml")
    path.write_text(config.read_text(encoding="utf-8") + "compute: {block: 16, workers: 2}\n", encoding="utf-8")
    return path


def test_a_killed_pass_goes_on_to_the_same_bytes(made, tmp_path):
    """Killed outright in its second product, after saving: the next run ends with equal bytes and leaves nothing behind."""
    config, out = made
    shutil.copytree(out / "ingest", tmp_path / "out" / "ingest")
    script = (
        "engine._SAVE_EVERY_S, saved, write = -1.0, [], engine.HalfWay.write\n"
        "def then_die(self, *what):\n"
        "    write(self, *what)\n"
        "    saved.append(self._path.name)\n"
        "    if len(set(saved)) == 2 and len(saved) > 6: os.kill(os.getpid(), signal.SIGKILL)\n"
        "engine.HalfWay.write = then_die"
    )
    small = with_small_blocks(config)
    process = in_a_process(script, "tabulate", "--config", small, "--out", tmp_path / "out")
    assert process.wait(120) == -signal.SIGKILL, process.stderr.read()
    assert len(list((tmp_path / "out" / ".half_way").iterdir())) == 1
    assert not (tmp_path / "out" / "tabulate").exists()
    run_of(small, tmp_path / "out").do(STAGES["tabulate"])
    assert contents(tmp_path / "out" / "tabulate") == contents(out / "tabulate")
    assert {p.name for p in (tmp_path / "out").iterdir()} == {"ingest", "tabulate", ".locks"}


def test_ctrl_c_ends_a_long_pass_promptly(made, tmp_path):
    """Blocks of half a second, hundreds to come: what runs is finished, nothing more is begun."""
    config, out = made
    shutil.copytree(out / "ingest", tmp_path / "out" / "ingest")
    script = "count = engine.tally\nengine.tally = lambda *a: (time.sleep(0.5), print('block', file=sys.stderr, flush=True), count(*a))[-1]"
    process = in_a_process(script, "tabulate", "--config", with_small_blocks(config), "--out", tmp_path / "out")
    while "block" not in process.stderr.readline():
        pass
    start = time.monotonic()
    process.send_signal(signal.SIGINT)
    assert process.wait(60) == 130
    assert time.monotonic() - start < 5
    said = process.stderr.read()
    assert "Traceback" not in said and said.count("block") <= 6
    assert not (tmp_path / "out" / "tabulate").exists()


# --- one clear message ---------------------------------------------------------------------------------------


def odd_soil(folder: Path) -> None:
    soil = SOIL.copy()
    soil[0, 0], soil[79, 79] = 9, 7
    write_raster(folder / "soil.tif", soil, **PLACE, nodata=0)


def lines_only(folder: Path) -> None:
    features(folder / "park.geojson", [{"name": "road", "geometry": shapely.LineString([(112.0, 36.0), (112.2, 36.2)])}])


def broken_measure(folder: Path) -> None:
    path = write_raster(folder / "agb.tif", AGB, **PLACE, nodata=-9, compress="deflate", blockysize=8)
    content = bytearray(path.read_bytes())
    content[-20_000:] = b"\xff" * 20_000
    path.write_bytes(content)


WRONG = {  # change of the configuration's text, of the files; kind of error; words of the message
    "no_such_stratum": ("strata: [soil, slope, park]", "strata: [soil, slop, parks]", None, UsageError, ["slop", "parks", "slope"]),
    "no_such_sum": ("sums: [agb]", "sums: [agbb]", None, UsageError, ["tabulate.sums", "agbb"]),
    "not_to_be_summed": ("sums: [agb]", "sums: [park, soil]", None, UsageError, ["park", "soil"]),
    "unbanded": ("strata: [soil, slope, park]", "strata: [agb]", None, UsageError, ["agb", "bands"]),
    "lines": ("", "", lines_only, UsageError, ["park"]),
    "too_many": ("bands: [5, 15]", f"bands: {list(range(900))}", None, UsageError, ["2000", "5412"]),
    "odd_codes": ("", "", odd_soil, BadData, ["soil.tif", " 9 ", " 7 ", "丙县", "乙县", "hm²"]),
    "broken_measure": ("", "", broken_measure, BadData, ["agb.tif"]),
}


@pytest.mark.parametrize("name", WRONG)
def test_what_is_wrong_is_told_once_and_earlier_outputs_stay(made, tmp_path, name):
    old, new, spoil, kind, words = WRONG[name]
    config = world(tmp_path / "place")
    text = config.read_text(encoding="utf-8")
    assert old in text
    config.write_text(text.replace(old, new) + "compute: {block: 16, workers: 3}\n", encoding="utf-8")
    if spoil:
        spoil(tmp_path / "place")
    shutil.copytree(made[1], tmp_path / "out")
    before = contents(tmp_path / "out" / "tabulate")
    with pytest.raises(PipelineError) as refused:
        run_of(config, tmp_path / "out").do(STAGES["tabulate"])
    assert type(refused.value) is kind
    said = " ".join(say(p.key, "zh", **p.params) for p in refused.value.problems)
    assert all(word in said for word in words), said
    assert "land.tif" not in said
    assert len(refused.value.problems) <= 2
    assert contents(tmp_path / "out" / "tabulate") == before


def test_what_goes_wrong_far_away_is_told_here(made, tmp_path, dask, capfd):
    """From a Dask worker: the same one problem, and the worker itself says nothing."""
    config = world(tmp_path / "place")
    broken_measure(tmp_path / "place")
    shutil.copytree(made[1] / "ingest", tmp_path / "out" / "ingest")
    with pytest.raises(BadData) as refused:
        run_of(config, tmp_path / "out", scheduler=dask, block=16).do(STAGES["tabulate"])
    (found,) = refused.value.problems
    assert found.key == "raster_unreadable" and found.params["file"].endswith("agb.tif")
    assert "Traceback" not in (said := capfd.readouterr().err) and "distributed" not in said


MISTAKES = {
    "layers:\n  a: {file: x.tif, bands: [5, 5]}\n": ("layers.a.bands", 2, 20),
    "layers:\n  a: {file: x.tif, bands: []}\n": ("layers.a.bands", 2, 20),
    "layers:\n  a: {file: x.tif, bands: [.nan]}\n": ("layers.a.bands", 2, 20),
    "layers:\n  a: {file: x.tif, bands: [5, ten]}\n": ("layers.a.bands.1", 2, 31),
    "layers:\n  a: {file: []}\n": ("layers.a.file", 2, 7),
    "layers:\n  a: {file: [a.tif, ' ']}\n": ("layers.a.file", 2, 7),
    "layers:\n  a: {file: [a.tif, 3]}\n": ("layers.a.file.1", 2, 21),
    "layers:\n  a: {file: 3}\n": ("layers.a.file", 2, 7),
    "compute: {workers: 0}\n": ("compute.workers", 1, 11),
    "compute: {workers: many}\n": ("compute.workers", 1, 11),
    "compute: {block: 8}\n": ("compute.block", 1, 11),
    "compute: {scheduler: 'http://x'}\n": ("compute.scheduler", 1, 11),
    "compute: {worker: 3}\n": ("compute.worker", 1, 11),
    "tabulate: {strata: soil}\n": ("tabulate.strata", 1, 12),
    "tabulate: {strata: [3]}\n": ("tabulate.strata.0", 1, 21),
}


@pytest.mark.parametrize("text", MISTAKES)
def test_a_mistake_in_these_settings_is_told_once_with_its_place(tmp_path, text):
    shipped = re.sub(r"(?m)^(layers|tabulate|compute):\n(?:[ #].*\n)+", "", (ROOT / "config.yaml").read_text(encoding="utf-8"))
    (tmp_path / "config.yaml").write_text(text + shipped, encoding="utf-8")
    with pytest.raises(UsageError) as refused:
        configuration.load(tmp_path / "config.yaml")
    key, line, column = MISTAKES[text]
    assert [(p.params["key"], p.params["where"]) for p in refused.value.problems] == [(key, f"config.yaml:{line}:{column}")]
    assert "value_error" not in say(refused.value.problems[0].key, "en", **refused.value.problems[0].params)


def test_every_setting_of_these_sections_is_documented():
    text = (ROOT / "config.yaml").read_text(encoding="utf-8")
    for section in (configuration.Tabulate, configuration.Compute):
        for name in section.model_fields:
            assert re.search(rf"^#? *{name}:", text, re.MULTILINE), name
    assert "file: [" in text and "bands: [" in text


def test_the_run_record_names_every_file(made):
    record = json.loads((made[1] / "tabulate" / "manifest.json").read_text(encoding="utf-8"))
    for name in ("land.tif", "later.tif", "soil.tif", "soil.csv", "slope.tif", "agb.tif", "soc.tif", "park.geojson", "plots.geojson"):
        assert f"@config/{name}" in record["inputs"]
    assert record["settings"]["tabulate"] == {"strata": ["soil", "slope", "park"], "sums": ["agb"]} and "compute" not in record["settings"]
