"""A made-up office drive: what a bureau delivers, with the encodings, datums and codes it delivers it in.

Four square counties near 111 E; every area is a sum of rectangles between meridians and parallels, known in closed form.
"""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pyogrio
import shapely
from worlds import four_counties, write_raster

from pipeline.core.datum import from_cgcs2000

WEST, SOUTH, STEP, SIDE = 110.9, 35.0, 0.1, 0.01  # counties of STEP degrees, parcels of SIDE degrees
DI_LEI = ("030101", "030301", "030303", "030401")  # arbor, special shrub, other shrub, open wood
DLBM = ("0301", "0201K", "0103", "1101", "0702")
TARGET = 16.6  # of forest cover [%]; between the counties' own rates
SITES = (("S1", "一号光伏场址", "光伏", "100", 110.95, 35.05), ("S2", "二号风电场", "风电", "５０", 111.05, 35.15))

CONFIG = """language: zh
area:
  code: "149900"
  name: {{zh: 示范市, en: Sample}}
  boundaries: {{file: 县界.gpkg, fields: {{county_code: XZQDM, county_name: XZQMC}}, datum: cgcs2000}}
  control_areas: {{file: 控制面积.csv, columns: {{county_code: 代码, area_hm2: 面积}}, units: {{area_hm2: 万亩}}}}
land_cover:
  - {{layer: layers/land_cover/one_map, file: 一张图/小班.shp, year: 2023}}
  - {{layer: layers/land_cover/land_survey, file: 三调.gpkg, year: 2022}}
  - {{layer: layers/land_cover/worldcover_v200, file: 地表覆盖.tif, year: 2021}}
layers: {{}}
cover: {{main_reading: strict, targets: 目标.csv}}
carbon: {{factors: layers/factors/class_mean.csv, draws: 1000}}
siting:
  assessment_date: 2026-11-22
  rules: layers/rules/siting.csv
  sites: [{{file: 场址.csv, datum: gcj02}}]
"""


def parcels(*, wooded: bool) -> gpd.GeoDataFrame:
    """Squares of SIDE degrees over all counties, each shifted half a square so that some straddle county borders.

    ``wooded``: every third only, as of a forest survey; else all, with half squares at the outer edge.
    """
    edges = np.unique(np.clip(np.arange(-0.5, 21) * SIDE, 0, 2 * STEP))
    rows = []
    for i in range(len(edges) - 1):
        for j in range(len(edges) - 1):
            if wooded and (i + j) % 3:
                continue
            box = shapely.box(WEST + edges[j], SOUTH + edges[i], WEST + edges[j + 1], SOUTH + edges[i + 1])
            rows.append({"i": i, "j": j, "geometry": box})
    return gpd.GeoDataFrame(rows, crs=4490)


def code_of(codes: tuple[str, ...], row) -> str:
    """The class code of a square: all codes in turn."""
    return codes[(row.i * 5 + row.j * 3) % len(codes)]


def make_drive(folder: Path) -> Path:
    """Write the drive; returns its config.yaml."""
    (folder / "一张图").mkdir(parents=True)
    counties = four_counties(west=WEST, south=SOUTH, step=STEP)
    counties.to_file(folder / "县界.gpkg", driver="GPKG")

    wooded = parcels(wooded=True)
    one_map = gpd.GeoDataFrame(
        {
            "XIAN": [f"14990{1 + (r.j > 10) + 2 * (r.i > 10)}" for r in wooded.itertuples()],
            "XBMJ": [round(hm2(g), 4) for g in wooded.geometry],
            "DI_LEI": [code_of(DI_LEI, r) for r in wooded.itertuples()],
            "QI_YUAN": ["11" if r.i % 2 else "21" for r in wooded.itertuples()],
            "YOU_SHI_SZ": ["200000" if r.j % 2 else "495000" for r in wooded.itertuples()],
            "LING_ZU": [r.i % 5 + 1 for r in wooded.itertuples()],
            "XIAO_BAN_X": [10.0 * hm2(g) for g in wooded.geometry],
            "BEI_ZHU": ["虚构小班，盐湖区"] * len(wooded),
        },
        geometry=wooded.geometry,
        crs=4490,
    )
    write_gbk(folder / "一张图" / "小班.shp", one_map.to_crs(4546))

    whole = parcels(wooded=False)
    survey = gpd.GeoDataFrame(
        {
            "BSM": [f"{149900000000 + k}" for k in range(len(whole))],
            "DLBM": [code_of(DLBM, r) for r in whole.itertuples()],
            "TBMJ": [round(hm2(g) * 1e4, 2) for g in whole.geometry],
        },
        geometry=whole.geometry,
        crs=4490,
    )
    survey.to_crs(4525).to_file(folder / "三调.gpkg", driver="GPKG", layer="DLTB")

    codes = np.full((20, 20), 40, np.uint8)  # cropland
    codes[:, :7], codes[3, 12] = 10, 80  # trees, water
    write_raster(folder / "地表覆盖.tif", codes, west=WEST, north=SOUTH + 2 * STEP, cell=STEP / 10, nodata=0)

    lon, lat = from_cgcs2000([s[4] for s in SITES], [s[5] for s in SITES], "gcj02")
    lines = ["编号,名称,类型,装机容量（MW）,经度,纬度"]
    lines += [f"{s[0]},{s[1]},{s[2]},{s[3]},{x:.7f},{wide(f'{y:.7f}')}" for s, x, y in zip(SITES, lon, lat, strict=True)]
    (folder / "场址.csv").write_bytes("\r\n".join(lines).encode("utf-8-sig"))

    head = "target_id,measure,scope_code,year,value,unit,quote_zh,plan_section,label,source"
    (folder / "目标.csv").write_text(f"{head}\nT1,forest_cover_pct,149900,2025,{TARGET},%,,,A,made up\n", encoding="utf-8")

    areas = [(c, hm2(g) * 15 / 1e4) for c, g in zip(counties.XZQDM, counties.geometry, strict=True)]
    (folder / "控制面积.csv").write_bytes(pd.DataFrame(areas, columns=["代码", "面积"]).to_csv(index=False).encode("gb18030"))
    config = folder / "config.yaml"
    config.write_text(CONFIG.format(), encoding="utf-8")
    return config


def write_gbk(path: Path, frame: gpd.GeoDataFrame) -> None:
    """A shapefile as offices have them: GBK text, no .cpg, no language driver."""
    pyogrio.write_dataframe(frame, path, driver="ESRI Shapefile", encoding="GBK")
    path.with_suffix(".cpg").unlink(missing_ok=True)
    table = path.with_suffix(".dbf")
    head = bytearray(table.read_bytes())
    head[29] = 0
    table.write_bytes(head)


def wide(text: str) -> str:
    """The same in full-width characters."""
    return "".join(chr(ord(c) + 0xFEE0) for c in text)


def hm2(box) -> float:
    """Ellipsoidal area [hm2] between two meridians and two parallels, by the land-survey formula (domain brief 2.5)."""
    a, f = 6378137.0, 1 / 298.257222101
    e2, b = f * (2 - f), a * (1 - f)
    west, south, east, north = np.radians(box.bounds)
    d_lon, d_lat, mid = east - west, north - south, (north + south) / 2
    terms = (
        1 + 3 / 6 * e2 + 30 / 80 * e2**2 + 35 / 112 * e2**3 + 630 / 2304 * e2**4,
        1 / 6 * e2 + 15 / 80 * e2**2 + 21 / 112 * e2**3 + 420 / 2304 * e2**4,
        3 / 80 * e2**2 + 7 / 112 * e2**3 + 180 / 2304 * e2**4,
        1 / 112 * e2**3 + 45 / 2304 * e2**4,
        5 / 2304 * e2**4,
    )
    total = sum((-1) ** n * t * np.sin((2 * n + 1) * d_lat / 2) * np.cos((2 * n + 1) * mid) for n, t in enumerate(terms))
    return float(2 * b * b * d_lon * total) / 1e4


def area_by_code(wooded: bool, codes: tuple[str, ...]) -> dict[tuple[str, str], float]:
    """hm2 by county code and class code, square by square."""
    counties, found = four_counties(west=WEST, south=SOUTH, step=STEP), {}
    for row in parcels(wooded=wooded).itertuples():
        for county in counties.itertuples():
            part = row.geometry.intersection(county.geometry)
            if part.area > 0:
                key = (county.XZQDM, code_of(codes, row))
                found[key] = found.get(key, 0.0) + hm2(part)
    return found
