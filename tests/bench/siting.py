"""The siting stage on the synthetic city: all rules of the table, and beside it atlite on those rules that it can ask as well.

The city of ``make demo`` is made once for each cell size and kept in ``.cache/bench``. atlite's ``ExclusionContainer`` needs no
weather; it is run by the interpreter that ``--atlite`` names, of an environment of its own (``python -m venv X; X/bin/pip
install atlite``), and never installed here. Module level holds the standard library only, so that interpreter can read it.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.bench.data import COUNTIES, PROJECT, SEED, features

CRS = 4546  # metres about 111 degrees east: what atlite counts its cells in
Run = Callable[[], dict]


@dataclass(frozen=True)
class Sites:
    """The city of one cell size."""

    cell_m: int

    @property
    def folder(self) -> Path:
        """Where it is; its ``config.yaml`` names the layers."""
        return PROJECT / ".cache" / "bench" / f"siting_{self.cell_m}m"

    @property
    def shared(self) -> Path:
        """The rules that both can ask (JSON), and beside it their vector layers."""
        return self.folder / "shared" / "rules.json"

    def make(self, say: Callable[[str], None]) -> None:
        """Write the city, and the shared rules, unless they are there."""
        import pipeline  # noqa: F401 - first: closes GDAL's doors

        # isort: split
        from pipeline.synthetic.city import make_city

        make_city(self.folder, cell_m=self.cell_m, seed=SEED, tell=lambda part: say(f"  {part}"))
        record = PROJECT / "layers/rules/siting.csv", Path(__file__)
        wanted = hashlib.sha256(b"".join(p.read_bytes() for p in record)).hexdigest()
        if not self.shared.exists() or json.loads(self.shared.read_text())["source"] != wanted:
            self._share(wanted)

    def _share(self, source: str) -> None:
        import geopandas as gpd

        from pipeline.core.vectors import read_features

        self.shared.parent.mkdir(parents=True, exist_ok=True)
        _, book, evidence, _ = ready(self)
        asked = []
        for rule in shared_rules(book.rules, evidence):
            test = rule.test
            one = {"rule_id": rule.rule_id, "condition": test.condition, "buffer_m": 0.0}
            if evidence.is_raster(test.layer):
                layer = evidence.land_cover if test.layer == "land_cover" else evidence.rasters[test.layer]
                one |= {"raster": str(layer.files[0]), "scale": layer.about.scale or 1.0}
                if test.condition == "class_in":
                    keys = evidence.code_classes
                    one["codes"] = [int(c) for c, k in zip(evidence.codes, keys, strict=True) if k in test.threshold]
                else:
                    one["threshold"] = test.threshold
            else:
                file = self.shared.with_name(f"{test.layer}.gpkg")
                shapes = read_features(_layer(self, test.layer))
                gpd.GeoSeries(shapes.geometry.values, crs=4490).to_file(file, driver="GPKG")
                one |= {"vector": str(file), "buffer_m": float(test.threshold or 0.0)}
            asked.append(one)
        self.shared.write_text(json.dumps({"source": source, "rules": asked}, indent=1), encoding="utf-8")


def _layer(sites: Sites, name: str):
    from pipeline.core import config as configuration
    from pipeline.core.layers import find
    from pipeline.core.paths import Paths

    return find(configuration.load(sites.folder / "config.yaml").layers[name], name, Paths(sites.folder), "other")


def shared_rules(rules: list, evidence) -> list:
    """Hard rules of PV on one layer that is there: no guard, no contiguous land, nothing that means "farther than"."""
    return [
        r
        for r in rules
        if r.state == "hard" and "pv" in r.kinds and r.is_spatial and r.guard is None and not r.is_of_patches
        if evidence.has(r.test.layer) and r.test.condition in ("class_in", "above", "below", "inside", "within_distance")
    ]


def ready(sites: Sites, rules: set[str] | None = None):
    """(counties, book of rules, evidence, models) of the city, as the siting stage makes them.

    ``rules``: those that will be asked, and only what they look at is opened; None for all rules and layers.
    """
    import geopandas as gpd

    from pipeline.core import config as configuration
    from pipeline.core import tables
    from pipeline.core.counties import Counties
    from pipeline.core.layers import find
    from pipeline.core.paths import Paths
    from pipeline.siting.evidence import Evidence
    from pipeline.siting.reading import models
    from pipeline.siting.rules import Book, parse

    config, paths = configuration.load(sites.folder / "config.yaml"), Paths(sites.folder)
    land_cover = find(config.land_cover[0], "land_cover", paths, "classes")
    others = {name: find(ref, name, paths, "other") for name, ref in config.layers.items()}
    table = parse(tables.read_csv(paths.resolve(config.siting.rules), tables.RULES), "siting.csv")
    if rules is not None:
        table = [r for r in table if r.rule_id in rules]
        others = {name: layer for name, layer in others.items() if name in {r.test.layer for r in table}}
    book = Book.of(table, [], config.siting.assessment_date, [])
    frame = gpd.read_file(COUNTIES).to_crs(4490)[["county_code", "county_name", "geometry"]].sort_values("county_code", ignore_index=True)
    west, south, east, north = frame.total_bounds
    evidence = Evidence(land_cover, others, ((west + east) / 2, (south + north) / 2), config.cover.main_reading, book.rules)
    return Counties(frame, ("140800", "city")), book, evidence, models(evidence, config)


@contextmanager
def siting(sites: Sites, threads: int = 2) -> Iterator[Run]:
    """The stage without its candidate sites: all rules, the pattern table, both rasters and the candidate areas of PV and wind."""
    import pipeline  # noqa: F401 - first: closes GDAL's doors

    # isort: split
    from pathlib import Path as Folder

    from pipeline.core import tables
    from pipeline.siting import areas, candidates, rasters

    def run() -> dict:
        counties, book, evidence, models = ready(sites)
        with TemporaryDirectory() as folder, areas.survey(counties, evidence, book, models, threads, "en", Folder(folder)) as land:
            found, legend = tables.product(land.patterns, tables.PATTERNS), rasters.bits(land, "en")
            digest = hashlib.sha256(tables.to_csv(found))
            with rasters.writing(land, legend, {}, Folder(folder).joinpath):
                for kind, least_hm2 in (("pv", 20.0), ("wind", 100.0)):
                    listed, _ = candidates.find(land, kind, candidates.Wanted(least_hm2, 100, 0.5), "bench")
                    digest.update(b"".join(listed.geometry.to_wkb()))
            for file in sorted(Folder(folder).glob("*.tif")):
                digest.update(file.read_bytes())
        return {"exact": digest.hexdigest(), "patterns": len(found)}

    yield run


@contextmanager
def rules(sites: Sites, threads: int = 2) -> Iterator[Run]:
    """All rules and nothing more: the pattern table and the bit rasters of PV and wind."""
    import pipeline  # noqa: F401 - first: closes GDAL's doors

    # isort: split
    from concurrent.futures import ThreadPoolExecutor
    from pathlib import Path as Folder

    from pipeline.core import tables
    from pipeline.siting import areas, rasters

    def run() -> dict:
        counties, book, evidence, models = ready(sites)
        with TemporaryDirectory() as folder, areas.survey(counties, evidence, book, models, threads, "en", Folder(folder)) as land:
            legend = rasters.bits(land, "en")
            with ThreadPoolExecutor(threads) as pool:
                jobs = [pool.submit(rasters.write_rules, land, k, legend, {}, Folder(folder) / f"rules_{k}.tif") for k in land.kinds]
                found = tables.product(land.patterns, tables.PATTERNS)
                for job in jobs:
                    job.result()
        return {"patterns": len(found)}

    yield run


@contextmanager
def shared(sites: Sites, threads: int = 2) -> Iterator[Run]:
    """The pattern table alone, of the rules that atlite can ask as well; share of each county that they rule out."""
    import pipeline  # noqa: F401 - first: closes GDAL's doors

    # isort: split
    from pipeline.siting import areas

    asked = {r["rule_id"] for r in json.loads(sites.shared.read_text(encoding="utf-8"))["rules"]}

    def run() -> dict:
        counties, book, evidence, models = ready(sites, asked)
        found = areas.patterns(counties, evidence, book, {"pv": models["pv"]}, threads, "en")
        found = found[found.level == "county"]
        out = found[found.rules_broken != ""].groupby("county_code").area_hm2.sum()
        return {"excluded": (out / found.groupby("county_code").area_hm2.sum()).fillna(0.0).to_dict(), "rules": len(book.rules)}

    yield run


@contextmanager
def atlite(sites: Sites) -> Iterator[Run]:
    """atlite's ExclusionContainer: cells of the same size in metres, by their centre; buffers of the shapes themselves."""
    os.environ["GDAL_CACHEMAX"] = "256"
    import functools

    import geopandas as gpd
    import numpy as np
    from atlite.gis import ExclusionContainer, shape_availability

    rules = json.loads(sites.shared.read_text(encoding="utf-8"))["rules"]
    counties = gpd.GeoDataFrame.from_features(features(), crs=4490).to_crs(CRS)

    def is_beyond(values, *, threshold: float, above: bool):
        return values > threshold if above else values < threshold

    def run() -> dict:
        container = ExclusionContainer(crs=CRS, res=sites.cell_m)
        for rule in rules:
            if "vector" in rule:
                container.add_geometry(rule["vector"], buffer=rule["buffer_m"])
            else:
                limit = rule.get("threshold", 0.0) / rule["scale"]
                beyond = functools.partial(is_beyond, threshold=limit, above=rule["condition"] == "above")
                container.add_raster(rule["raster"], codes=rule.get("codes", beyond), crs=4326)
        made = {}
        for code, shape in zip(counties.county_code, counties.geometry, strict=True):
            free, transform = shape_availability(gpd.GeoSeries([shape], crs=CRS), container)
            whole = shape.area / (transform.a * -transform.e)
            made[code] = 1 - float(np.count_nonzero(free)) / whole
        return {"excluded": made, "rules": len(rules)}

    yield run


SITERS = {f.__name__: f for f in (siting, rules, shared, atlite)}
