"""Which rules every cell breaks, and its zoning, as rasters: cloud-optimised GeoTIFF on the measuring grid, one of each by technology.

``rules_<kind>.tif`` has a bit for each spatial rule, in bands of 31 rules each (the highest bit of a uint32 stays free, so that
no-data can be no pattern): first the bands of rules broken, then those of rules unknown. ``zoning_<kind>.tif`` has a class and its
colour. Every cell that holds land of a county has a value, border cells too; their exact share is in the tables. Overviews are
made of cells as they are (nearest for rules, the commonest class for zoning): no pattern is invented.
"""

from __future__ import annotations

import errno
import json
import os
from collections.abc import Iterator
from pathlib import Path
from xml.sax.saxutils import escape

import numpy as np
import pandas as pd
import rasterio
import rasterio.shutil
from affine import Affine
from rasterio.windows import Window

from pipeline.core import tables
from pipeline.core.errors import EnvironmentProblem, problem
from pipeline.core.words import say
from pipeline.siting.areas import OUTSIDE, Land

BITS = 31  # rules in a band
NO_DATA = 2**32 - 1  # of the bands of rules; zoning has 0
ZONES = ("prohibited", "conditional", "allowed", "unknown")  # classes 1 .. 4 of the zoning raster
_COLOURS = {"prohibited": (200, 60, 50), "conditional": (240, 180, 60), "allowed": (60, 150, 80), "unknown": (170, 170, 170)}
_TILE = 512
_COLUMNS = 4096  # written at once, a multiple of the tile


def bits(land: Land, language: str) -> pd.DataFrame:
    """The legend of the bits (schema ``RULE_BITS``): which bit of which band is which rule."""
    rows = []
    for kind in land.kinds:
        rules = land.spatial(kind)
        half = _bands(len(rules))
        for i, rule in enumerate(rules):
            rows.append(
                {
                    "kind": kind, "rule_id": rule.rule_id, "band_broken": 1 + i // BITS, "band_unknown": 1 + half + i // BITS,
                    "bit": i % BITS, "value": 1 << (i % BITS), "state": rule.state, "layer": rule.layer,
                    "title": rule.text("title", language), "legal_basis": rule.text("basis", language), "label": rule.row["label"],
                }
            )  # fmt: skip
    return tables.product(rows, tables.RULE_BITS)


def write_rules(land: Land, kind: str, legend: pd.DataFrame, tags: dict[str, str], path: Path) -> None:
    """The bit raster of a technology; ``legend`` its rows of :func:`bits`, which go into the file as JSON (tag ``BITS``)."""
    states = land.states(kind)
    half = _bands(states.shape[1])
    values = np.zeros((2 * half, len(states)), np.uint32)
    for i in range(states.shape[1]):
        for band, state in ((i // BITS, 1), (half + i // BITS, 2)):
            values[band] |= (states[:, i] == state).astype(np.uint32) << np.uint32(i % BITS)
    values[:, OUTSIDE] = NO_DATA
    names, language = [], land.language
    for state in ("broken", "unknown"):
        for first in range(0, max(states.shape[1], 1), BITS):
            last = min(first + BITS, states.shape[1])
            said = say(f"rules_band_{state}", language)
            names.append(say("rules_band", language, kind=say(kind, language), state=said, first=first + 1, last=last))
    own = legend[legend.kind == kind].drop(columns="kind")
    words = json.dumps(json.loads(own.to_json(orient="records")), ensure_ascii=False)
    _write(land, values, NO_DATA, names, tags | {"BITS": words}, path, "nearest")


def write_zoning(land: Land, kind: str, tags: dict[str, str], path: Path) -> None:
    """The zoning raster of a technology, with its colours; names of the classes beside it in ``<file>.aux.xml``, which GDAL reads."""
    said, language = land.zoning(kind), land.language
    values = np.array([1 + ZONES.index(z) for z in said], np.uint8)[None]
    values[:, OUTSIDE] = 0
    names = [say(f"zoning_{z}", language) for z in ("outside", *ZONES)]
    classes = json.dumps(dict(enumerate(names)), ensure_ascii=False)
    band = say("zoning_band", language, kind=say(kind, language))
    colours = {0: (0, 0, 0, 0)} | {i: (*_COLOURS[z], 255) for i, z in enumerate(ZONES, 1)}
    _write(land, values, 0, [band], tags | {"CLASSES": classes}, path, "mode", colours)
    rows = "".join(f"      <Category>{escape(name)}</Category>\n" for name in names)
    path.with_name(f"{path.name}.aux.xml").write_text(
        f'<PAMDataset>\n  <PAMRasterBand band="1">\n    <CategoryNames>\n{rows}    </CategoryNames>\n  </PAMRasterBand>\n</PAMDataset>\n',
        encoding="utf-8",
    )


def _bands(rules: int) -> int:
    return max(1, -(-rules // BITS))


def _write(
    land: Land, values: np.ndarray, nodata: int, names: list[str], tags: dict[str, str], path: Path, overviews: str, colours=None
) -> None:
    """Cells by ``values`` (bands, numbers): tiles as they come, then laid out anew with overviews before them."""
    sheet, grid, t = land.sheet, land.grid, land.grid.transform
    if not sheet.height or not sheet.width:
        return
    place = Affine(t.a, 0, float(grid.x(sheet.col0)), 0, t.e, float(grid.y(sheet.row0)))
    profile = {"driver": "GTiff", "width": sheet.width, "height": sheet.height, "count": len(values), "dtype": values.dtype.name}
    profile |= {"crs": grid.crs.to_wkt(), "transform": place, "nodata": nodata, "tiled": True, "blockxsize": _TILE, "blockysize": _TILE}
    profile |= {"compress": "zstd", "zstd_level": 1, "interleave": "pixel", "BIGTIFF": "IF_SAFER", "photometric": "minisblack"}
    if colours:
        profile["photometric"] = "palette"
    half_way = land.folder / "raster.tif"
    try:
        with rasterio.open(half_way, "w", **profile, num_threads=land.threads) as file:
            for row, column, cells in _tiles(land):
                window = Window(column - sheet.col0, row - sheet.row0, *cells.shape[::-1])
                file.write(values[:, cells], window=window)
            for i, name in enumerate(names, 1):
                file.set_band_description(i, name)
            if colours:
                file.write_colormap(1, colours)
            file.update_tags(**tags)
        layout = {"blocksize": _TILE, "compress": "deflate", "level": 6, "bigtiff": "if_safer", "overviews": "ignore_existing"}
        rasterio.shutil.copy(half_way, path, driver="COG", **layout, overview_resampling=overviews, num_threads=land.threads)
    except rasterio.errors.RasterioError as error:  # what GDAL says when the disk is full
        raise EnvironmentProblem(problem("cannot_write", file=f"siting/{path.name}", found=str(error) or os.strerror(errno.EIO))) from None
    finally:
        half_way.unlink(missing_ok=True)


def _tiles(land: Land) -> Iterator[tuple[int, int, np.ndarray]]:
    """(row, column, numbers) of windows of whole tiles."""
    sheet = land.sheet
    for row in range(sheet.row0, sheet.row1, _TILE):
        for column in range(sheet.col0, sheet.col1, _COLUMNS):
            yield row, column, sheet.read(row, min(row + _TILE, sheet.row1), column, min(column + _COLUMNS, sheet.col1))
