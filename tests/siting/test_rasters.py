"""The rasters say cell by cell what the tables say by area; bytes do not depend on blocks or threads; overviews invent nothing."""

import itertools
import json
import struct
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
import rasterio
import shapely
from pyproj import Transformer
from siting_world import asked, cut_into

from pipeline.core import pixels, tables
from pipeline.core.zoning import RASTER_CLASSES
from pipeline.siting import areas, candidates, rasters
from pipeline.siting import sheet as sheets

NAMES = [f"{name}_{kind}.tif" for name in ("rules", "zoning") for kind in ("pv", "wind")]


def written(place, folder, threads=2) -> tuple[pd.DataFrame, pd.DataFrame]:
    """All rasters of the place in a folder; the pattern table and the legend of the bits."""
    scratch = folder / "scratch"
    scratch.mkdir(parents=True)
    with areas.survey(*asked(place), threads, "zh", scratch) as land:
        legend = rasters.bits(land, "zh")
        for kind in ("pv", "wind"):
            rasters.write_rules(land, kind, legend, {"MARK": "合成数据 SYNTHETIC"}, folder / f"rules_{kind}.tif")
            rasters.write_zoning(land, kind, {}, folder / f"zoning_{kind}.tif")
        found = tables.product(land.patterns, tables.PATTERNS)
        wanted = candidates.Wanted(300.0, 5, 0.5)
        listed = pd.concat([candidates.find(land, kind, wanted, "b")[0] for kind in ("pv", "wind")])
        listed.to_csv(folder / "areas.csv", index=False)  # with outlines
    assert not list(scratch.iterdir())
    return found, legend


@pytest.fixture(scope="module")
def made(place, tmp_path_factory):
    folder = tmp_path_factory.mktemp("rasters")
    return folder, *written(place, folder)


def cells_of(place, file):
    """(county code -> exact area of it in each cell, bands) of a raster that was written."""
    counties, evidence, _, _ = asked(place)
    grid = evidence.grid
    with rasterio.open(file) as raster:
        u, v = grid.to_index(raster.transform.c, raster.transform.f)
        row, column, bands = round(float(v)), round(float(u)), raster.read()
    zones = pixels.cut([g for _, _, g in counties], grid, 1)
    areas_m2 = {}
    for (code, _, _), zone in zip(counties, zones, strict=True):
        whole = np.zeros((grid.height, grid.width))
        whole[zone.row0 : zone.row1, zone.col0 : zone.col1] = zone.cell_areas_m2(zone.row0, zone.row1)
        areas_m2[code] = whole[row : row + bands.shape[1], column : column + bands.shape[2]]
        assert whole.sum() == pytest.approx(areas_m2[code].sum(), rel=1e-12)  # the raster holds every cell of every county
    return areas_m2, bands


def beyond_hm2(place, code) -> float:
    counties, evidence, _, _ = asked(place)
    zone = pixels.cut([g for c, _, g in counties if c == code], evidence.grid, 1)[0]
    return (zone.area_m2 - zone.cell_areas_m2(zone.row0, zone.row1).sum()) / 1e4


@pytest.mark.parametrize("kind", ["pv", "wind"])
def test_the_bits_of_all_cells_are_the_pattern_table(place, made, kind):
    folder, found, legend = made
    own = legend[legend.kind == kind]
    areas_m2, bands = cells_of(place, folder / f"rules_{kind}.tif")
    assert bands.shape[0] == (4 if kind == "pv" else 2) and (own.value == 2**own.bit).all()
    names = {}
    for state in ("broken", "unknown"):
        flags = np.stack([(bands[b - 1] & np.uint32(v)) > 0 for b, v in zip(own[f"band_{state}"], own.value, strict=True)])
        names[state] = flags.reshape(len(own), -1)
    assert not (names["broken"] & names["unknown"] & (bands[0].ravel() != rasters.NO_DATA)).any()
    for code, area in areas_m2.items():
        land = area.ravel() > 0
        assert (bands[0].ravel()[land] != rasters.NO_DATA).all()
        keys, of_cell = np.unique(np.vstack([names["broken"], names["unknown"]])[:, land], axis=1, return_inverse=True)
        size = np.bincount(of_cell.ravel(), area.ravel()[land]) / 1e4
        half = len(own)
        said = {
            tuple(";".join(own.rule_id.to_numpy()[part]) for part in (key[:half], key[half:])): s
            for key, s in zip(keys.T, size, strict=True)
        }
        table = found[(found.county_code == code) & (found.kind == kind)].fillna({"rules_broken": "", "rules_unknown": ""})
        expected = {(b, u): a for b, u, a in zip(table.rules_broken, table.rules_unknown, table.area_hm2, strict=True)}
        out = beyond_hm2(place, code)
        if out > 1e-6:  # land beyond the grid is unknown to all, and in no cell
            expected["", ";".join(own.rule_id)] -= out
        assert {k: v for k, v in said.items() if v > 1e-6} == pytest.approx({k: v for k, v in expected.items() if v > 1e-6}, rel=1e-8)


@pytest.mark.parametrize("kind", ["pv", "wind"])
def test_the_zoning_map_adds_up_to_the_table_of_every_county(place, made, kind):
    folder, found, _ = made
    areas_m2, (zoning,) = cells_of(place, folder / f"zoning_{kind}.tif")
    for code, area in areas_m2.items():
        table = found[(found.county_code == code) & (found.kind == kind)].groupby("zoning").area_hm2.sum()
        for i, zone in RASTER_CLASSES.items():
            out = beyond_hm2(place, code) if zone == "unknown" else 0.0
            assert area[zoning == i].sum() / 1e4 + out == pytest.approx(table.get(zone, 0.0), rel=1e-8, abs=1e-6)
    nobody = sum(areas_m2.values()) == 0
    assert (zoning[nobody] == 0).all() and (zoning[~nobody] > 0).all()


def test_legend_colours_and_marks_are_in_the_files(made):
    folder, _, legend = made
    with rasterio.open(folder / "rules_pv.tif") as file:
        assert file.dtypes == ("uint32",) * 4 and file.nodata == rasters.NO_DATA
        assert file.tags()["MARK"] == "合成数据 SYNTHETIC"
        said = json.loads(file.tags()["BITS"])
        assert [r["rule_id"] for r in said] == list(legend[legend.kind == "pv"].rule_id)
        assert said[0] == {
            "rule_id": "RED", "band_broken": 1, "band_unknown": 3, "bit": 0, "value": 1, "state": "hard", "layer": "red",
            "title": "甲", "legal_basis": "法", "label": "S", "county_code": None,
        }  # fmt: skip
        assert "违反" in file.descriptions[0] and "未知" in file.descriptions[2]
    with rasterio.open(folder / "zoning_pv.tif") as file:
        assert file.colormap(1)[3] == (15, 115, 100, 255) and file.colormap(1)[0][3] == 0
    names = (folder / "zoning_pv.tif.aux.xml").read_text(encoding="utf-8")
    assert [n.split("<")[0] for n in names.split("<Category>")[1:]] == ["区域外", "禁止", "限制（有条件）", "允许", "待查"]


def directories(path) -> list[tuple[int, list[int]]]:
    """(place of the directory, places of its tiles) of each image of a little-endian classic TIFF, as the file chains them."""
    raw = path.read_bytes()
    assert raw[:4] == b"II*\0"
    made, at = [], struct.unpack_from("<I", raw, 4)[0]
    while at:
        tiles = []
        for i in range(struct.unpack_from("<H", raw, at)[0]):
            tag, kind, count, value = struct.unpack_from("<HHII", raw, at + 2 + 12 * i)
            if tag == 324:
                tiles = [value] if count == 1 else list(struct.unpack_from(f"<{count}I", raw, value))
                assert kind == 4
        made.append((at, [t for t in tiles if t]))  # tiles beyond the area have no place: they are not stored
        at = struct.unpack_from("<I", raw, at + 2 + 12 * struct.unpack_from("<H", raw, at)[0])[0]
    return made


@pytest.fixture(scope="module")
def small_tiles(place, tmp_path_factory):
    """The same with tiles of 16 cells: overviews, strips and windows that do not fit."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(rasters, "_TILE", 16)
        patched.setattr(rasters, "_COLUMNS", 32)
        folders = []
        for block, strip, threads in (((128, 4096), 64, 1), ((7, 13), 5, 3), ((64, 17), 1, 2)):
            cut_into(patched, *block)
            patched.setattr(sheets, "STRIP", strip)
            folders.append(tmp_path_factory.mktemp("tiles"))
            written(place, folders[-1], threads)
    return folders


def test_blocks_and_threads_change_no_byte_of_rasters_and_candidate_areas(small_tiles):
    first, *others = small_tiles
    for name in [*NAMES, "areas.csv"]:
        for other in others:
            assert (first / name).read_bytes() == (other / name).read_bytes(), name
    assert len(pd.read_csv(first / "areas.csv")) > 3


@pytest.mark.parametrize("name", NAMES)
def test_rasters_are_laid_out_as_cloud_optimised_and_overviews_invent_no_pattern(made, small_tiles, name):
    file = small_tiles[0] / name
    with rasterio.open(file) as raster:
        assert raster.tags(ns="IMAGE_STRUCTURE")["LAYOUT"] == "COG"
        assert len(raster.overviews(1)) == 3
        whole = raster.read()
    with rasterio.open(made[0] / name) as raster:
        assert (raster.read() == whole).all()
    found = directories(file)
    assert len(found) == 4 and [at for at, _ in found] == sorted(at for at, _ in found)
    assert all(min(a) > max(b) for (_, a), (_, b) in itertools.pairwise(found))  # smaller images come first
    known = {tuple(p) for p in whole.reshape(len(whole), -1).T.tolist()}
    for level in range(3):
        with rasterio.open(file, overview_level=level) as raster:
            assert {tuple(p) for p in raster.read().reshape(len(whole), -1).T.tolist()} <= known


def test_outlines_are_the_cells_of_the_zoning_map(place, made):
    folder, _, _ = made
    listed = pd.read_csv(folder / "areas.csv")
    assert set(listed.kind) == {"pv", "wind"}
    for row in listed.itertuples():
        shape = shapely.from_wkt(row.geometry)
        assert shape.is_valid
        with rasterio.open(folder / f"zoning_{row.kind}.tif") as raster:
            from pyproj import Transformer

            x, y = Transformer.from_crs(4490, raster.crs, always_xy=True).transform(row.lon, row.lat)
            inside = next(raster.sample([(x, y)]))[0]
        assert RASTER_CLASSES[inside] == row.zoning


def test_a_county_with_rules_of_its_own_is_drawn_by_them_and_every_other_by_the_table(place, tmp_path):
    """The pass with a county's own rule against two passes: one of the table, one in which that rule holds everywhere."""
    counties, evidence, book, models = asked(place)
    book = replace(book, rules=[r for r in book.rules if not r.is_of_patches])  # patches reach across borders
    code = "149902"
    own = {r.rule_id: replace(r, test=replace(r.test, threshold=10.0), county_code=code) for r in book.rules if r.rule_id == "STEEP"}
    everywhere = replace(book, rules=[own.get(r.rule_id, r) for r in book.rules])
    drawn = []
    for i, some in enumerate((replace(book, own={code: own}), book, everywhere)):
        with areas.survey(counties, evidence, some, models, 2, "zh", tmp_path / str(i)) as land:
            cells = land.sheet.read(land.sheet.row0, land.sheet.row1, land.sheet.col0, land.sheet.col1)
            drawn.append({kind: land.zoning(kind)[cells] for kind in ("pv", "wind")} | {"cells": cells, "table": land.patterns})
            where = land.sheet
    grid = evidence.grid
    rows, columns = np.indices(drawn[0]["cells"].shape)
    x, y = grid.x(columns.ravel() + where.col0 + 0.5), grid.y(rows.ravel() + where.row0 + 0.5)
    if not grid.is_lonlat:
        x, y = Transformer.from_crs(grid.crs, 4490, always_xy=True).transform(x, y)
    shape = next(g for c, _, g in counties if c == code)
    margin = shapely.distance(shapely.boundary(shape), shapely.points(x, y)).reshape(rows.shape) > 0.004  # cells of one county alone
    inside = shapely.contains_xy(shape, x, y).reshape(rows.shape) & margin
    beyond = ~shapely.contains_xy(shape, x, y).reshape(rows.shape) & margin & (drawn[0]["cells"] != areas.OUTSIDE)
    for kind in ("pv", "wind"):
        mixed, table, strict = (d[kind] for d in drawn)
        assert (mixed[inside] == strict[inside]).all() and (mixed[beyond] == table[beyond]).all()
    assert (drawn[0]["wind"] != drawn[1]["wind"]).any(), "the county's rule does something"
    of = {n: d["table"].query("level == 'county'") for n, d in zip(("mixed", "table", "strict"), drawn, strict=True)}
    for name, keep in (("strict", of["mixed"].county_code == code), ("table", of["mixed"].county_code != code)):
        theirs = of[name][(of[name].county_code == code) == (name == "strict")]
        pd.testing.assert_frame_equal(of["mixed"][keep].reset_index(drop=True), theirs.reset_index(drop=True))
