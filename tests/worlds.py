"""Made-up places small enough to check by hand, written as files a user would bring."""

from __future__ import annotations

import json
from pathlib import Path

import geopandas as gpd
import numpy as np
import rasterio
import shapely
from rasterio.transform import from_origin

LEGEND = """code,class_key,name_zh,name_en,colour,readings
1,forest_arbor,森林,forest,#1a6b2f,trees
2,cropland,耕地,cropland,#e6cf8a,
3,grass,草地,grass,#c9e29b,
4,water,水,water,#3f7fbf,
5,shrub_other,灌木,shrub,#8a8f3c,
"""


def write_raster(path: Path, values: np.ndarray, *, west: float, north: float, cell: float, crs="EPSG:4326", nodata=None, **more) -> Path:
    """One-band GeoTIFF, north up."""
    values = np.asarray(values)
    with rasterio.open(
        path, "w", driver="GTiff", height=values.shape[0], width=values.shape[1], count=1, dtype=values.dtype,
        crs=crs, transform=from_origin(west, north, cell, cell), nodata=nodata, **more,
    ) as target:  # fmt: skip
        target.write(values, 1)
    return path


def class_layer(folder: Path, files: Path | list[Path], *, codes=range(1, 6), **settings):
    """A land-cover layer over rasters that were written, its legend knowing ``codes``; each code a class of its own."""
    from pipeline.core.config import LayerRef
    from pipeline.core.layers import find
    from pipeline.core.paths import Paths

    keys = ("forest_arbor", "cropland", "grass", "water", "shrub_other", "orchard", "built", "bare", "wetland")
    rows = "".join(f"{c},{keys[i % len(keys)]},类,class,#000000,\n" for i, c in enumerate(codes))
    (folder / "codes.csv").write_text("code,class_key,name_zh,name_en,colour,readings\n" + rows, encoding="utf-8")
    names = [f.name for f in files] if isinstance(files, list) else files.name
    ref = LayerRef(file=names, legend="codes.csv", product="P", year=2020, **settings)
    return find(ref, "land_cover", Paths(folder), "classes")


def four_counties(*, west=112.0, south=36.0, step=0.1) -> gpd.GeoDataFrame:
    """Four square counties of ``step`` degrees, two by two, under field names of their own."""
    rows = []
    for i, (name, code) in enumerate((("甲县", "149901"), ("乙县", "149902"), ("丙县", "149903"), ("丁市", "149904"))):
        x, y = west + (i % 2) * step, south + (i // 2) * step
        rows.append({"XZQDM": code, "XZQMC": name, "geometry": shapely.box(x, y, x + step, y + step)})
    return gpd.GeoDataFrame(rows, crs=4490)


def make_place(folder: Path, *, codes: np.ndarray | None = None, west: float = 112.0, replace: dict[str, str] | None = None) -> Path:
    """A whole other prefecture: counties, a 0.01 degree land cover with its own legend, sites; returns config.yaml.

    20 x 20 cells; by default the west half is forest (1) and the east half cropland (2). ``replace`` changes text of
    the configuration: {old: new}.
    """
    folder.mkdir(parents=True, exist_ok=True)
    four_counties(west=west).to_file(folder / "counties.gpkg", driver="GPKG")
    if codes is None:
        codes = np.full((20, 20), 2, np.uint8)
        codes[:, :10] = 1
    write_raster(folder / "land.tif", codes, west=west, north=36.2, cell=0.01, nodata=0)
    (folder / "legend.csv").write_text(LEGEND, encoding="utf-8")
    product = folder / "my_product"
    product.mkdir(exist_ok=True)
    (product / "layer.yaml").write_text(
        "title: {zh: 自有产品, en: own product}\nlicence: own\nkind: classes\nproduct: OWN\nlegend: legend.csv\n"
        "resampling: mode\nreadings:\n  trees: {zh: 林, en: trees}\n",
        encoding="utf-8",
    )
    (product / "legend.csv").write_text(LEGEND, encoding="utf-8")
    (folder / "sites.csv").write_text(
        "site_id,name,kind,lon,lat,capacity_mw,note\nA,西场,pv,112.05,36.05,10,\nB,东场,pv,112.15,36.05,10,\nC,东风场,wind,112.15,36.15,50,\n",
        encoding="utf-8",
    )
    config = """
language: zh
area:
  code: "149900"
  name: {zh: 某市, en: Somewhere}
  boundaries: {file: counties.gpkg, fields: {county_code: XZQDM, county_name: XZQMC}}
land_cover:
  - {layer: my_product, file: land.tif, year: 2021}
cover: {main_reading: trees}
carbon: {factors: layers/factors/class_mean.csv, draws: 2000, seed: 7}
siting:
  assessment_date: 2026-06-01
  rules: layers/rules/siting.csv
  sites: [{file: sites.csv}]
"""
    for old, new in (replace or {}).items():
        assert old in config, old
        config = config.replace(old, new)
    path = folder / "config.yaml"
    path.write_text(config, encoding="utf-8")
    return path


def features(path: Path, rows: list[dict]) -> Path:
    """A GeoJSON of rows with a shapely ``geometry`` each, in degrees."""
    made = [
        {
            "type": "Feature",
            "properties": {k: v for k, v in r.items() if k != "geometry"},
            "geometry": shapely.geometry.mapping(r["geometry"]),
        }
        for r in rows
    ]
    path.write_text(json.dumps({"type": "FeatureCollection", "features": made}, ensure_ascii=False), encoding="utf-8")
    return path


def two_counties() -> gpd.GeoDataFrame:
    """East and west county with a slanting line between them, near 111° E so that a Gauss-Krüger zone fits."""
    west = shapely.Polygon([(111.00, 36.00), (111.13, 36.00), (111.10, 36.17), (111.00, 36.17)])
    east = shapely.Polygon([(111.13, 36.00), (111.25, 36.00), (111.25, 36.17), (111.10, 36.17)])
    return gpd.GeoDataFrame({"county_code": ["149901", "149902"], "county_name": ["西县", "东县"]}, geometry=[west, east], crs=4490)


def small_city(folder: Path) -> Path:
    """The synthetic city as a model of two counties, cells of 0.001 degree, seed 1; returns its folder with ``config.yaml``."""
    from pipeline.synthetic import make_city

    make_city(folder, cell_m=120, seed=1, counties=two_counties())
    return folder


def city_cells(folder: Path, *, cell_m: float = 300, seed: int = 3) -> dict[str, np.ndarray]:
    """Codes of every cell of the synthetic city that three maps know: the true land cover and two products with planted errors."""
    from rasterio.features import rasterize

    from pipeline.core.config import PROJECT
    from pipeline.synthetic import Frame, write_land_cover, write_product

    counties = gpd.read_file(PROJECT / "layers/boundaries/yuncheng/counties.geojson")
    frame = Frame()
    true = write_land_cover(
        folder / "truth.tif", tuple(map(float, counties.total_bounds)), cell_m=cell_m, seed=seed, year=2024, frame=frame
    )
    paths = {"truth": true} | {n: write_product(folder / f"{n}.tif", true, n, seed=seed, frame=frame) for n in ("SYN_A", "SYN_B")}
    maps = {}
    for name, path in paths.items():
        with rasterio.open(path) as source:
            maps[name] = source.read(1)
            inside = rasterize(counties.geometry, source.shape, transform=source.transform) == 1
    known = inside & np.logical_and.reduce([m > 0 for m in maps.values()])
    return {name: m[known].astype(int) for name, m in maps.items()}
