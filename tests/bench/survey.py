"""The benchmark's own land survey: parcels of eight corners over the counties, made once for each number, kept in ``.cache/bench``."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.bench.data import COUNTIES, PROJECT, SEED, shapes

CODES = ("0101", "0102", "0103", "0201", "0301", "0301K", "0305", "0307", "0404", "0602", "0702", "1003", "1101", "1206")


@dataclass(frozen=True)
class Survey:
    """The file of about so many parcels."""

    parcels: int

    @property
    def folder(self) -> Path:
        """Where it is."""
        return PROJECT / ".cache" / "bench" / f"parcels_{self.parcels}"

    @property
    def file(self) -> Path:
        """A GeoPackage in EPSG:4490 with DLBM and TBMJ [m2]."""
        return self.folder / "parcels.gpkg"

    def make(self, say: Callable[[str], None]) -> None:
        """Write the file unless that of this generator is there."""
        stamp = self.folder / "stamp.json"
        source = Path(__file__), *sorted((PROJECT / "pipeline" / "synthetic").glob("*.py")), COUNTIES
        wanted = {"seed": SEED, "source": hashlib.sha256(b"".join(p.read_bytes() for p in source)).hexdigest()}
        if stamp.exists() and json.loads(stamp.read_text()) == wanted:
            return
        say(f"making {self.parcels} parcels, once ...")
        self.folder.mkdir(parents=True, exist_ok=True)
        stamp.unlink(missing_ok=True)
        self.file.unlink(missing_ok=True)
        self._write()
        stamp.write_text(json.dumps(wanted))

    def _write(self) -> None:
        import geopandas as gpd
        import numpy as np
        import pyogrio
        import shapely

        from pipeline.core import ellipsoid
        from pipeline.synthetic import Frame
        from pipeline.synthetic.parcels import _shaken_cells

        whole = shapely.union_all(shapes())
        side_m = (ellipsoid.polygon_area_m2(whole) / self.parcels) ** 0.5
        cells = Frame().to_degrees(_shaken_cells(SEED, side_m))
        shapely.prepare(whole)
        cells = cells[shapely.intersects(whole, cells)]
        code = np.random.default_rng(SEED).choice(CODES, len(cells))
        frame = gpd.GeoDataFrame({"DLBM": code, "TBMJ": ellipsoid.areas_m2(cells).round(2)}, geometry=cells, crs=4490)
        pyogrio.write_dataframe(frame, self.file, layer="DLTB", driver="GPKG", use_arrow=True)


@contextmanager
def ours(survey: Survey) -> Iterator[Callable[[], dict]]:
    """The pipeline: every check it makes, overlaps included, and the drawing left out."""
    import pipeline  # noqa: F401 - first: closes GDAL's doors

    # isort: split
    from functools import partial

    import geopandas as gpd

    from pipeline.core import parcels
    from pipeline.core.config import LayerRef
    from pipeline.core.layers import find
    from pipeline.core.paths import Paths
    from pipeline.core.vectors import open_source, stream_features

    layer = find(LayerRef(layer="layers/land_cover/land_survey", file=survey.file.name), "land_cover", Paths(survey.folder), "classes")
    counties = gpd.read_file(COUNTIES).to_crs(4490)

    def run() -> dict:
        roles = parcels.roles(layer, open_source(layer).fields)
        found = parcels.measure(partial(stream_features, layer, roles.names), counties, layer, roles)
        assert not [p for p in found.warnings if p.key not in ("parcels_gap", "parcels_outside")], found.warnings
        area = found.area.pivot_table(values="area_hm2", index="county_code", columns="code", aggfunc="sum", fill_value=0.0)
        return {"area_hm2": area[list(CODES)].to_numpy().tolist(), "parcels": int(found.checks.parcels.sum())}

    yield run


@contextmanager
def geopandas(survey: Survey) -> Iterator[Callable[[], dict]]:
    """What one writes with GeoPandas: the whole file, ``overlay`` with the counties, geodesic areas by pyproj; no checks."""
    import geopandas as gpd
    import numpy as np
    import pandas as pd
    import pyproj

    counties = gpd.read_file(COUNTIES).to_crs(4490)[["county_code", "geometry"]]
    geod = pyproj.Geod(a=6378137.0, rf=298.257222101)

    def run() -> dict:
        parcels = gpd.read_file(survey.file, use_arrow=True, columns=["DLBM"])
        cut = gpd.overlay(parcels, counties, how="intersection", keep_geom_type=True)
        cut["area_hm2"] = np.abs([geod.geometry_area_perimeter(g)[0] for g in cut.geometry]) / 1e4
        area = pd.DataFrame(cut).pivot_table(values="area_hm2", index="county_code", columns="DLBM", aggfunc="sum", fill_value=0.0)
        return {"area_hm2": area[list(CODES)].to_numpy().tolist(), "parcels": len(cut)}

    yield run


SURVEYORS = {f.__name__: f for f in (ours, geopandas)}
