"""A made-up place with everything a map page can show: two years, two products, relief, biomass, rules, zoning, areas, 60 sites."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

import geopandas as gpd
import numpy as np
import rasterio
import shapely
from conftest import run_pipeline
from rasterio.transform import from_origin
from worlds import features, make_place, write_raster

from pipeline import maps
from pipeline.core import config as configuration
from pipeline.core.paths import Paths
from pipeline.core.store import Store
from pipeline.maps import facts as reading
from pipeline.maps import shapes

WEST, NORTH, CELL = 112.0, 36.2, 0.01
NOW = np.full((20, 20), 2, np.uint8)  # 1 forest, 2 cropland, 3 grass, 4 water, 5 shrub
NOW[:, :10] = 1
NOW[15:, 15:] = 4
BEFORE = NOW.copy()
BEFORE[0:4, 0:4] = 2  # gained since
BEFORE[10:12, 10:14] = 1  # lost since
BEFORE[19, 0] = 0  # unknown then
OTHER = np.roll(NOW, 2, axis=1)
FARMLAND = (112.0, 36.1, 112.05, 36.2)  # west, south, east, north: rows 0-9, columns 0-4
REDLINE = (112.1, 36.0, 112.2, 36.04)  # rows 16-19, columns 10-19
ZONES = np.full((20, 20), 3, np.uint8)  # 1 prohibited, 2 conditional, 3 allowed, 4 unknown
ZONES[0:10, 0:5] = ZONES[16:, 10:] = 1
ZONES[:, 18:] = 4
ZONES[5:8, 8:12] = 2


@dataclass(frozen=True)
class Rich:
    """The finished run: configuration, outputs, and the facts its pages show."""

    config: Path
    out: Path

    def facts(self, **maps_settings) -> reading.Facts:
        """Facts as the stage reads them; settings of the section ``maps`` may differ."""
        config = configuration.load(self.config)
        config = config.model_copy(update={"maps": config.maps.model_copy(update=maps_settings)})
        paths = Paths(self.config.parent, config.data_folders)
        return reading.read(config, Store(self.out, "maps", language=config.language, paths=paths), paths)

    def build(self, facts: reading.Facts, code: str | None) -> bytes:
        """One page; the whole area for None."""
        files = {c: maps.file_name(c, n) for c, n, _ in facts.places}
        zone = (
            maps.Zone("149900", "某市", False) if code is None else maps.Zone(code, next(n for c, n, _ in facts.places if c == code), True)
        )
        return maps.build(facts, shapes.light(facts.places.frame), zone, files).content

    def pages(self, **maps_settings) -> dict[str, Path]:
        """The page of the whole area and of one county, written beside the run."""
        facts, made = self.facts(**maps_settings), {}
        folder = self.out.parent / ("pages_" + "_".join(map(str, maps_settings.values())))
        folder.mkdir(exist_ok=True)
        for name, code in (("index", None), ("149903", "149903")):
            made[name] = folder / ("index.html" if code is None else maps.file_name(code, "丙县"))
            made[name].write_bytes(self.build(facts, code))
        return made


def make_rich(folder: Path) -> None:
    """The place, run through all stages before the maps; the siting rasters are written here, in the shape that stage gives them."""
    config = make_place(
        folder,
        codes=NOW,
        replace={
            "  - {layer: my_product, file: land.tif, year: 2021}\n": (
                "  - {layer: my_product, file: land.tif, year: 2021}\n  - {layer: my_product, file: before.tif, year: 2016}\n"
                "  - {layer: my_product, file: other.tif, year: 2021, product: ZWEI}\nlayers:\n  dem_m: {file: dem.tif, unit: m}\n"
                "  agb: {file: agb.tif, unit: t/hm2}\n  pbf: {file: pbf.geojson}\n  eco_redline: {file: redline.geojson}\n"
            )
        },
    )
    for name, codes in (("before", BEFORE), ("other", OTHER)):
        write_raster(folder / f"{name}.tif", codes, west=WEST, north=NORTH, cell=CELL, nodata=0)
    rows, columns = np.mgrid[0:40, 0:40]
    write_raster(
        folder / "dem.tif", (500 + 300 * np.sin(rows / 5) * np.cos(columns / 6)).astype(np.float32), west=WEST, north=NORTH, cell=0.005
    )
    write_raster(folder / "agb.tif", (columns * 3.0).astype(np.float32), west=WEST, north=NORTH, cell=0.005)
    features(folder / "pbf.geojson", [{"name": "a", "geometry": shapely.box(*FARMLAND)}])
    features(folder / "redline.geojson", [{"name": "b", "geometry": shapely.box(*REDLINE)}])
    sites(folder / "sites.csv", 60)
    out = folder / "out"
    done = run_pipeline("siting", "--config", config, "--out", out)
    assert done.returncode == 0, done.stderr
    _siting_files(out / "siting")


def sites(path: Path, count: int, name: str = "场") -> None:
    """Sites on a lattice over the place, some at one and the same spot."""
    side = int(np.ceil(np.sqrt(count)))
    lines = ["site_id,name,kind,lon,lat,capacity_mw,note"]
    for i in range(count):
        at = i if i % 10 else 0
        lon, lat = WEST + 0.005 + 0.19 * (at % side) / side, 36.005 + 0.19 * (at // side) / side
        lines.append(f"S{i:05d},{name}{i},{'wind' if i % 3 == 0 else 'pv'},{lon:.5f},{lat:.5f},{5 + i % 7},")
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


def _siting_files(folder: Path) -> None:
    place = {"width": 20, "height": 20, "crs": "EPSG:4326", "transform": from_origin(WEST, NORTH, CELL, CELL), "driver": "GTiff"}
    broken = np.zeros((20, 20), np.uint32)
    broken[0:10, 0:5] |= 1 << 0
    broken[16:, 10:] |= 1 << 1
    unknown = np.zeros((20, 20), np.uint32)
    unknown[:, 18:] |= 1 << 2
    words = [{"rule_id": r, "band_broken": 1, "band_unknown": 2, "bit": i} for i, r in enumerate(("GEN-01", "GEN-02", "GEN-03"))]
    for kind in ("pv", "wind"):
        with rasterio.open(folder / f"rules_{kind}.tif", "w", count=2, dtype="uint32", nodata=2**32 - 1, **place) as file:
            file.write(np.stack([broken, unknown]))
            file.update_tags(BITS=json.dumps(words))
        with rasterio.open(folder / f"zoning_{kind}.tif", "w", count=1, dtype="uint8", nodata=0, **place) as file:
            file.write(ZONES, 1)
    areas = [
        {"area_id": f"{k}-{n}", "kind": k, "rank": n, "zoning": "allowed", "area_hm2": 100.0 / n, "capacity_mw": 40.0 / n, "score": 0.9,
         "county_code": "149903", "county_name": "丙县", "geometry": shapely.box(112.05 + 0.02 * n, 36.12, 112.06 + 0.02 * n, 36.14)}
        for k in ("pv", "wind") for n in (1, 2)
    ]  # fmt: skip
    gpd.GeoDataFrame(areas, crs=4490).to_file(folder / "candidate_areas.gpkg", driver="GPKG")
