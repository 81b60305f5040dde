"""The whole synthetic city as files: data, their descriptions, the truth, and a configuration that runs on them."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import shutil
from collections.abc import Callable
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd

from pipeline.core.config import PROJECT
from pipeline.synthetic import constraints, files, parcels, products, samples, truth
from pipeline.synthetic.features import CHANGES, base_map
from pipeline.synthetic.files import MARK
from pipeline.synthetic.land import CELLS_PER_DEGREE, write_land_cover
from pipeline.synthetic.place import Frame

YEARS = (2019, 2024)
_SCENARIO = {"name": "all_by_2030", "title": {"zh": "2030 年前全部造林", "en": "all planted by 2030"}, "start_year": 2026, "end_year": 2030}
_SURVEYS = {"one_map": "one_map/xiaoban.shp", "land_survey": "land_survey/land_survey.gpkg"}
PRODUCTS = {"SYN_A": ("类 WorldCover 产品", "WorldCover-like product"), "SYN_B": ("类 CLCD 产品", "CLCD-like product")}
_BOUNDARIES = "layers/boundaries/yuncheng"
_RECORD = "made.json"

# Measured rasters: name -> title zh, en, unit, factor to the unit, resampling.
_MEASURES = {
    "dem_m": ("高程", "elevation", "m", 1.0, "bilinear"),
    "slope_deg": ("坡度", "slope", "deg", 0.1, "bilinear"),
    "aspect_deg": ("坡向（自北顺时针）", "aspect (clockwise from north)", "deg", 1.0, "nearest"),
    "agb": ("地上生物量（干物质）", "above-ground biomass (dry matter)", "t/hm2", 1.0, "average"),
    "soc_0_30cm": ("土壤有机碳（0–30 cm）", "soil organic carbon (0-30 cm)", "tC/hm2", 1.0, "bilinear"),
    "precipitation": ("年降水量", "annual precipitation", "mm/yr", 1.0, "bilinear"),
    "temperature": ("年平均气温", "annual mean temperature", "degC", 1.0, "bilinear"),
    "ghi": ("水平面总辐照量", "global horizontal irradiation", "kWh/m2/yr", 1.0, "bilinear"),
    "wind_speed_hub_ms": ("轮毂高度风速", "wind speed at hub height", "m/s", 1.0, "bilinear"),
    "shrub_cover_pct": ("灌木覆盖度", "shrub cover", "%", 1.0, "bilinear"),
}


def make_city(
    folder: Path,
    *,
    cell_m: float = 30,
    seed: int = 1,
    counties: gpd.GeoDataFrame | Path | None = None,
    tell: Callable[[str], None] = lambda _: None,
) -> Path:
    """Write a whole made-up city into ``folder`` and return its ``config.yaml``; equal arguments give equal bytes.

    ``cell_m``: cells of ``cell_m / 120000`` degrees (10 m = 1/12000 degree). ``counties``: polygons with county_code
    (six digits, text) and county_name, any CRS, as a frame or a file; Yuncheng's unless given. Over other places the
    same city is laid as a model, stretched to their bounds. ``tell`` hears the name of each part. What was made before
    with the same arguments and code is kept; anything else in the folder's parts is replaced.
    """
    borders = _counties(counties)
    record = {"mark": MARK, "cell_m": cell_m, "seed": seed, "counties": _digest(borders), "code": _code_digest()}
    if _made(folder) == record:
        tell("reused")
        return folder / "config.yaml"
    for part in ("land_cover", "measures", "features", "bureau", "reference", "sites", "truth", "boundaries"):
        shutil.rmtree(folder / part, ignore_errors=True)
    (folder / _RECORD).unlink(missing_ok=True)

    default = counties is None
    bounds = tuple(float(v) for v in borders.total_bounds)
    frame = Frame() if default else Frame(bounds)
    area = ("140800", "运城市") if default else (f"{borders.county_code.iloc[0][:4]}00", "合成区")

    tell("land_cover")
    covers = _land_cover(folder, bounds, cell_m, seed, frame)
    tell("measures")
    _measures(folder, bounds, covers[YEARS[1]], cell_m, seed, frame)
    tell("features")
    layers = _features(folder, borders, seed, frame)
    tell("bureau")
    _bureau(folder, borders, cell_m, seed, frame)
    tell("truth")
    _truth(folder, borders, area, covers, cell_m, seed, frame)
    if not default:
        _boundaries(folder, borders)
    path = _config(folder, area, layers, default)
    (folder / _RECORD).write_text(json.dumps(record, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    return path


# --- what it is made for -------------------------------------------------------------------------------------


def _counties(given: gpd.GeoDataFrame | Path | None) -> gpd.GeoDataFrame:
    """Counties in degrees, sorted by code: county_code, county_name, geometry."""
    if not isinstance(given, gpd.GeoDataFrame):
        given = gpd.read_file(given or PROJECT / _BOUNDARIES / "counties.geojson")
    frame = given[["county_code", "county_name", "geometry"]].to_crs(4490)
    return frame.assign(county_code=frame.county_code.astype(str)).sort_values("county_code", ignore_index=True)


def _digest(counties: gpd.GeoDataFrame) -> str:
    parts = [f"{r.county_code}{r.county_name}".encode() + r.geometry.wkb for r in counties.itertuples()]
    return hashlib.sha256(b"".join(parts)).hexdigest()


def _code_digest() -> str:
    """Checksum over this package: another generator makes another city."""
    here = Path(__file__).parent
    found = sorted(p for p in here.rglob("*") if p.suffix in (".py", ".csv") and "__pycache__" not in p.parts)
    return hashlib.sha256(b"\0".join(p.name.encode() + b"\0" + p.read_bytes() for p in found)).hexdigest()


def _made(folder: Path) -> dict | None:
    """The record of what the folder holds, None when it is not whole."""
    path = folder / _RECORD
    return json.loads(path.read_text(encoding="utf-8")) if path.is_file() else None


# --- parts ---------------------------------------------------------------------------------------------------


def _land_cover(folder: Path, bounds, cell_m: float, seed: int, frame: Frame) -> dict:
    """True land cover of both years (key: year) and the derived products (key: name)."""
    made, legend = {}, files.true_legend()
    readings = {"strict": {"zh": "乔木林、竹林与特殊灌木林", "en": "arbor forest, bamboo and specially designated shrub"}}
    for year in YEARS:
        home = folder / "land_cover" / f"truth_{year}"
        made[year] = write_land_cover(home / f"truth_{year}.tif", bounds, cell_m=cell_m, seed=seed, year=year, frame=frame)
        _class_layer(home, f"真值土地覆盖 {year}", f"true land cover {year}", "SYN_TRUTH", year, legend, readings)
    for name, (zh, en) in PRODUCTS.items():
        home = folder / "land_cover" / f"{name.lower()}_{YEARS[1]}"
        made[name] = products.write_product(home / f"{home.name}.tif", made[YEARS[1]], name, seed=seed, frame=frame)
        legend = pd.read_csv(products.TABLES / f"legend_{name}.csv", keep_default_na=False)
        _class_layer(home, f"{zh} {YEARS[1]}", f"{en} {YEARS[1]}", name, YEARS[1], legend, {"strict": {"zh": "树木", "en": "trees"}})
    return made


def _class_layer(home: Path, zh: str, en: str, product: str, year: int, legend: pd.DataFrame, readings: dict) -> None:
    legend.to_csv(home / "legend.csv", index=False, encoding="utf-8", lineterminator="\n")
    files.write_layer_yaml(
        home, zh=zh, en=en, kind="classes", file=f"{home.name}.tif", year=year, product=product, crs="EPSG:4326", nodata=0,
        legend="legend.csv", resampling="mode", readings=readings,
    )  # fmt: skip


def _measures(folder: Path, bounds, true: Path, cell_m: float, seed: int, frame: Frame) -> None:
    home = folder / "measures"
    products.write_relief(home, bounds, cell_m=cell_m, seed=seed, frame=frame)
    products.write_fields(home, bounds, seed=seed, frame=frame)
    products.write_biomass(home / "agb" / "agb.tif", true, seed=seed, frame=frame)
    for name, (zh, en, unit, scale, resampling) in _MEASURES.items():
        files.write_layer_yaml(
            home / name,
            zh=zh,
            en=en,
            kind="measure",
            file=f"{name}.tif",
            year=YEARS[1],
            crs="EPSG:4326",
            unit=unit,
            scale=scale,
            resampling=resampling,
        )


def _features(folder: Path, counties: gpd.GeoDataFrame, seed: int, frame: Frame) -> list[str]:
    """Vector layers of the siting rules and the candidate sites; returns the names of the layers."""
    made = constraints.constraint_layers(seed)
    for name, shapes in made.items():
        home = folder / "features" / name
        files.write_gpkg(home / f"{name}.gpkg", shapes.set_geometry(frame.to_degrees(shapes.geometry.to_numpy())).assign(note=MARK))
        files.write_layer_yaml(
            home, zh=f"选址图层 {name}", en=f"siting layer {name}", kind="features", file=f"{name}.gpkg", year=YEARS[1], crs="EPSG:4490"
        )
    home = folder / "sites"
    files.write_geojson(home / "candidate_sites.geojson", samples.candidate_sites(counties, made, seed=seed, year=YEARS[1], frame=frame))
    files.write_layer_yaml(home, zh="候选场址", en="candidate sites", kind="sites", file="candidate_sites.geojson", illustrative=True)
    return list(made)


def _bureau(folder: Path, counties: gpd.GeoDataFrame, cell_m: float, seed: int, frame: Frame) -> None:
    """Vectors as offices keep them: one-map sub-compartments, land-survey parcels, roofs with the truth on them."""
    side_m = max(parcels.PARCEL_M, 3 * frame.metres_per_degree[0] * cell_m / CELLS_PER_DEGREE)  # no parcel below three cells
    tiles = parcels.tessellation(counties, seed=seed, year=YEARS[1], frame=frame, parcel_m=side_m)
    home = folder / "bureau" / "one_map"
    files.write_csv(home / "species.csv", parcels.dictionary())
    crs = files.gauss_krueger(float(np.mean(counties.total_bounds[::2])))
    files.write_gbk_shapefile(home / "xiaoban.shp", parcels.subcompartments(tiles, seed=seed), crs)
    files.write_layer_yaml(
        home, zh="森林资源一张图小班", en="forest one-map sub-compartments", kind="features", file="xiaoban.shp", year=YEARS[1], crs=crs
    )
    for name, zh, en, shapes in (
        ("land_survey", "国土调查图斑", "land-survey parcels", parcels.land_survey(tiles, seed=seed)),
        ("roofs", "建筑屋顶", "building roofs", parcels.roofs(counties, seed=seed, frame=frame)),
    ):
        home = folder / "bureau" / name
        files.write_gpkg(home / f"{name}.gpkg", shapes)
        files.write_layer_yaml(home, zh=zh, en=en, kind="features", file=f"{name}.gpkg", year=YEARS[1], crs="EPSG:4490")
        if name == "roofs":
            files.write_csv(folder / "truth" / "roofs.csv", truth.roof_table(shapes))


def _truth(folder: Path, counties: gpd.GeoDataFrame, area: tuple[str, str], covers: dict, cell_m: float, seed: int, frame: Frame) -> None:
    """Count what was planted, write it, and draw the reference sample from it."""
    keys = {0: "unknown"} | dict(files.true_legend()[["code", "class_key"]].itertuples(index=False, name=None))
    planted = truth.count(
        counties, area, earlier=covers[YEARS[0]], later=covers[YEARS[1]], products={n: covers[n] for n in PRODUCTS},
        biomass=folder / "measures/agb/agb.tif", frame=frame,
    )  # fmt: skip
    home = folder / "truth"
    files.write_csv(home / "class_area.csv", truth.class_table(planted, YEARS, keys))
    files.write_csv(home / "change.csv", truth.change_table(planted, keys))
    for name in PRODUCTS:
        files.write_csv(home / f"confusion_{name}.csv", truth.confusion_table(planted, name, keys))
    files.write_csv(home / "biomass.csv", planted.counties.assign(agb_t=planted.biomass_t))
    changes = base_map(seed).changes
    files.write_gpkg(home / "planted_changes.gpkg", changes.set_geometry(frame.to_degrees(changes.geometry.to_numpy())))

    legend = pd.read_csv(products.TABLES / "legend_SYN_A.csv", keep_default_na=False)
    points = samples.reference_points(
        counties, planted, product="SYN_A", mapped=covers["SYN_A"], true=covers[YEARS[1]], keys=keys, legend=legend, seed=seed
    )
    files.write_csv(folder / "reference" / "reference_points.csv", points)
    files.write_layer_yaml(
        folder / "reference",
        zh="参考样点：按产品代码分层随机抽取的像元，参考为真值",
        en="reference points: a random sample of cells stratified by the product's codes; the reference is the truth",
        kind="sample",
        file="reference_points.csv",
        product="SYN_A",
        year=YEARS[1],
        datum="cgcs2000",
        columns={"reference": "reference_key", "is_forest": "reference_is_forest"},
        sample={"kind": "stratified", "strata": "map_class", "definition": "statutory"},
    )
    summary = {
        "mark": MARK,
        "seed": seed,
        "cell_m": cell_m,
        "years": list(YEARS),
        "rule": "cell in the county its middle lies in; ellipsoidal cell area (CGCS2000)",
        "area_code": area[0],
        "area_hm2": float(planted.later[-1].sum()),
        "border_tolerance_hm2": float(planted.tolerance_hm2[-1]),
        "class_area_hm2": {
            str(y): {keys[k]: float(v) for k, v in enumerate(a[-1])} for y, a in zip(YEARS, (planted.earlier, planted.later), strict=True)
        },
        "strict_cover_pct": {
            str(y): dict(zip(planted.counties.county_code, truth.strict_cover_pct(a).tolist(), strict=True))
            for y, a in zip(YEARS, (planted.earlier, planted.later), strict=True)
        },
        "changed_hm2": float(planted.change[-1].sum() - np.trace(planted.change[-1])),
        "agb_t": float(planted.biomass_t[-1]),
        "kinds_of_change": {kind: {"from": [keys[k] for k in a], "to": keys[b]} for kind, (a, b) in CHANGES.items()},
    }
    (home / "truth.json").write_text(json.dumps(summary, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def _boundaries(folder: Path, counties: gpd.GeoDataFrame) -> None:
    home = folder / "boundaries"
    files.write_gpkg(home / "counties.gpkg", counties)
    files.write_layer_yaml(home, zh="县界", en="county boundaries", kind="boundaries", file="counties.gpkg", crs="EPSG:4490")


def _config(folder: Path, area: tuple[str, str], layers: list[str], default: bool) -> Path:
    """``config.yaml`` beside the data: the true land cover leads."""
    names = [f"truth_{YEARS[1]}", f"truth_{YEARS[0]}", *(f"{n.lower()}_{YEARS[1]}" for n in PRODUCTS)]
    cover = {"main_reading": "strict", "samples": [{"layer": "reference"}]} | (
        {"targets": "layers/targets/yuncheng.csv", "target_year": 2025} if default else {}
    )
    cover |= {"forest_places": "layers/targets/yuncheng_forest_places.csv"} if default else {}
    measures = {n: {"layer": f"measures/{n}"} for n in _MEASURES}
    measures["slope_deg"]["bands"] = [6.0, 15.0, 25.0, 35.0]
    tree = {
        "language": "zh",
        "area": {
            "code": area[0],
            "name": {"zh": area[1], "en": "Yuncheng" if default else "Synthetic area"},
            "boundaries": {"layer": _BOUNDARIES if default else "boundaries"},
        },
        "land_cover": [{"layer": f"land_cover/{n}"} for n in names]
        + [
            {"layer": f"layers/land_cover/{scheme}", "file": f"bureau/{file}", "year": YEARS[1], "synthetic": True}
            for scheme, file in _SURVEYS.items()
        ],
        "layers": measures | {n: {"layer": f"features/{n}"} for n in layers} | {"forest_one_map": {"layer": "bureau/one_map"}},
        "tabulate": {"strata": ["slope_deg", "eco_redline"], "sums": ["agb", "soc_0_30cm"]},
        "cover": cover,
        "carbon": {
            "routes": ["volume_ipcc", "agb_raster", "class_mean"],
            "factors": "layers/factors/class_mean.csv",
            "species": "bureau/one_map/species.csv",
            "draws": 10_000,
            "seed": 20240628,
            "potential": {"scenarios": [_SCENARIO]},
        },
        "siting": {
            "assessment_date": dt.date(2026, 11, 22),
            "compare_dates": [dt.date(2019, 6, 1)],
            "rules": "layers/rules/siting.csv",
            "sites": [{"layer": "sites"}],
        },
    }
    tree["siting"]["rooftop"] = {"buildings": {"layer": "bureau/roofs", "columns": {"building_class": "roof_class"}}}
    if default:
        tree["report"] = {"places": "layers/targets/yuncheng_places.csv"}
    files.write_yaml(folder / "config.yaml", tree, f"{MARK}: made by python -m pipeline demo; every number below is invented.")
    return folder / "config.yaml"
