"""How the synthetic city is written: each layer a folder with its data and a ``layer.yaml``, equal bytes for equal seeds."""

from __future__ import annotations

import json
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pyogrio
import shapely

from pipeline.core.config import PROJECT

MARK = "合成数据 SYNTHETIC"
_DATE = "2000-01-01"  # shapefile tables carry a date: equal runs are equal bytes


def write_layer_yaml(folder: Path, *, zh: str, en: str, kind: str, file: str, **more) -> None:
    """Write ``layer.yaml`` of a made-up layer: marked synthetic in the title and by its key; ``more``: further keys."""
    about = {
        "title": {"zh": f"{zh}（{MARK}）", "en": f"{en} ({MARK})"},
        "what": {
            "zh": f"{MARK}：由程序按种子生成，不是任何真实地物",
            "en": f"{MARK}: made by a program from a seed; nothing in it is real",
        },
        "publisher": {"zh": "本项目生成", "en": "this project"},
        "licence": "MIT (made-up data)",
        "source": "python -m pipeline demo",
        "kind": kind,
        "file": file,
        "synthetic": True,
        **more,
    }
    write_yaml(folder / "layer.yaml", about)


def write_yaml(path: Path, tree: dict, head: str = "") -> None:
    """Write plain data as YAML, keys in their order; ``head`` is a comment line before it."""
    from ruamel.yaml import YAML

    writer = YAML(typ="safe", pure=True)
    writer.default_flow_style, writer.allow_unicode, writer.sort_base_mapping_type_on_output, writer.width = False, True, False, 4096
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8", newline="\n") as handle:
        if head:
            handle.write(f"# {head}\n")
        writer.dump(tree, handle)


def write_gpkg(path: Path, frame: gpd.GeoDataFrame) -> Path:
    """Write features in degrees (EPSG:4490) as a GeoPackage of one layer named like the file; returns ``path``."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.unlink(missing_ok=True)
    pyogrio.write_dataframe(frame.set_crs(4490, allow_override=True), path, layer=path.stem, driver="GPKG", geometry_type="Unknown")
    return path


def write_gbk_shapefile(path: Path, frame: gpd.GeoDataFrame, crs: str) -> Path:
    """Write a shapefile as offices hand it over: text in GBK, no ``.cpg``, projected coordinates; returns ``path``."""
    path.parent.mkdir(parents=True, exist_ok=True)
    pyogrio.write_dataframe(frame.to_crs(crs), path, driver="ESRI Shapefile", encoding="GBK", DBF_DATE_LAST_UPDATE=_DATE)
    path.with_suffix(".cpg").unlink(missing_ok=True)
    return path


def gauss_krueger(lon_deg: float) -> str:
    """The CGCS2000 three-degree system with zone prefix (EPSG) of a longitude in China."""
    zone = round(lon_deg / 3)
    return f"EPSG:{4513 + zone - 25}" if 25 <= zone <= 45 else "EPSG:4490"


def write_geojson(path: Path, rows: list[dict]) -> Path:
    """Write rows with a shapely ``geometry`` in degrees, points and polygons mixed; seven decimals; returns ``path``."""
    features = [
        {
            "type": "Feature",
            "properties": {k: v for k, v in row.items() if k != "geometry"},
            "geometry": shapely.geometry.mapping(shapely.set_precision(row["geometry"], 1e-7)),
        }
        for row in rows
    ]
    whole = {"type": "FeatureCollection", "name": path.stem, "features": features}
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(whole, ensure_ascii=False, indent=1) + "\n", encoding="utf-8", newline="\n")
    return path


def write_csv(path: Path, frame: pd.DataFrame) -> Path:
    """Write a table as UTF-8 with BOM, numbers in full; returns ``path``."""
    path.parent.mkdir(parents=True, exist_ok=True)
    frame.to_csv(path, index=False, encoding="utf-8-sig", lineterminator="\n", float_format="%.10g")
    return path


def true_legend() -> pd.DataFrame:
    """Legend of the true land cover: code = id of the common class; reading ``strict`` where the class counts as forest."""
    table = pd.read_csv(PROJECT / "layers/land_cover/classes.csv", encoding="utf-8-sig")
    table = table[table.class_id > 0]
    readings = table.counts_as_forest.map({"yes": "strict"}).fillna("")
    return table[["class_id", "class_key", "name_zh", "name_en", "colour"]].rename(columns={"class_id": "code"}).assign(readings=readings)
