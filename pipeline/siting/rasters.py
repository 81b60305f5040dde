"""Which rules every cell breaks, and its zoning, as rasters: cloud-optimised GeoTIFF on the measuring grid, one of each by technology.

``rules_<kind>.tif`` has a bit for each spatial rule, in bands of 31 rules each (the highest bit of a uint32 stays free, so that
no-data can be no pattern): first the bands of rules broken, then those of rules unknown. ``zoning_<kind>.tif`` has a class and its
colour. Every cell that holds land of a county has a value, border cells too; their exact share is in the tables. Overviews hold
every second, fourth ... cell as it is (nearest): no pattern is invented, and shares stay about what they are.
"""

from __future__ import annotations

import errno
import json
import os
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from xml.sax.saxutils import escape

import numpy as np
import pandas as pd
import rasterio
import rasterio.shutil
from affine import Affine
from numba import njit
from rasterio.windows import Window

from pipeline.core import tables
from pipeline.core.errors import EnvironmentProblem, problem
from pipeline.core.words import say
from pipeline.core.zoning import RASTER_CLASSES, ZONE_COLOURS
from pipeline.siting.areas import OUTSIDE, Land
from pipeline.siting.sheet import Sheet

BITS = 31  # rules in a band
NO_DATA = 2**32 - 1  # of the bands of rules; zoning has 0
_TILE = 256
_LEVEL = 4  # of deflate: 1 is hardly faster, 6 a third slower
_COLUMNS = 1024  # written at once, a multiple of the tile


def bits(land: Land, language: str) -> pd.DataFrame:
    """The legend of the bits (schema ``RULE_BITS``): which bit of which band is which rule, then those of counties that have their own.

    A county's rule has the bit of the rule whose place it takes: a cell answers by the rule of the county that holds most of it.
    """
    rows = []
    for kind in land.kinds:
        half = _bands(len(land.spatial(kind)))
        for code, law in ((None, 0), *((code, law) for (code, _, _), law in zip(land.places, land.law_of_zone, strict=True))):
            for i, rule in enumerate(land.spatial(kind, law)):
                if rule.county_code != code:
                    continue
                rows.append(
                    {
                        "kind": kind, "rule_id": rule.rule_id, "band_broken": 1 + i // BITS, "band_unknown": 1 + half + i // BITS,
                        "bit": i % BITS, "value": 1 << (i % BITS), "state": rule.state, "layer": rule.layer,
                        "title": rule.text("title", language), "legal_basis": rule.text("basis", language), "label": rule.row["label"],
                        "county_code": code,
                    }
                )  # fmt: skip
    return tables.product(rows, tables.RULE_BITS)


@contextmanager
def writing(land: Land, legend: pd.DataFrame, tags: dict[str, str], path: Callable[[str], Path]) -> Iterator[None]:
    """All rasters of all technologies, on threads, while something else is done; when the context ends they are written.

    ``legend``: :func:`bits`; ``path``: where a file of a name goes.
    """
    with ThreadPoolExecutor(land.threads) as pool:
        jobs = [pool.submit(write_rules, land, kind, legend, tags, path(f"rules_{kind}.tif")) for kind in land.kinds]
        jobs += [pool.submit(write_zoning, land, kind, tags, path(f"zoning_{kind}.tif")) for kind in land.kinds]
        yield
        for job in jobs:
            job.result()


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
    _write(land, values, NO_DATA, names, tags | {"BITS": words}, path)


def write_zoning(land: Land, kind: str, tags: dict[str, str], path: Path) -> None:
    """The zoning raster of a technology, with its colours; names of the classes beside it in ``<file>.aux.xml``, which GDAL reads."""
    said, language = land.zoning(kind), land.language
    number = {z: i for i, z in RASTER_CLASSES.items()}
    values = np.array([number[z] for z in said], np.uint8)[None]
    values[:, OUTSIDE] = 0
    names = [say(f"zoning_{z}", language) for z in ("outside", *RASTER_CLASSES.values())]
    classes = json.dumps(dict(enumerate(names)), ensure_ascii=False)
    band = say("zoning_band", language, kind=say(kind, language))
    colours = {0: (0, 0, 0, 0)} | {i: (*bytes.fromhex(ZONE_COLOURS[z][1:]), 255) for i, z in RASTER_CLASSES.items()}
    _write(land, values, 0, [band], tags | {"CLASSES": classes}, path, colours)
    rows = "".join(f"      <Category>{escape(name)}</Category>\n" for name in names)
    about = "".join(f'    <MDI key="{key}">{escape(text)}</MDI>\n' for key, text in sorted(tags.items()))
    path.with_name(f"{path.name}.aux.xml").write_text(
        f'<PAMDataset>\n  <Metadata>\n{about}  </Metadata>\n  <PAMRasterBand band="1">\n    <CategoryNames>\n{rows}    </CategoryNames>\n  </PAMRasterBand>\n</PAMDataset>\n',
        encoding="utf-8",
    )


def _bands(rules: int) -> int:
    return max(1, -(-rules // BITS))


def _write(land: Land, values: np.ndarray, nodata: int, names: list[str], tags: dict[str, str], path: Path, colours=None) -> None:
    """Cells by ``values`` (bands, numbers): whole image and overviews tile by tile, then all laid out anew in one file."""
    sheet, grid, t = land.sheet, land.grid, land.grid.transform
    if not sheet.height or not sheet.width:
        return
    place = Affine(t.a, 0, float(grid.x(sheet.col0)), 0, t.e, float(grid.y(sheet.row0)))
    profile = {"driver": "GTiff", "count": len(values), "dtype": values.dtype.name, "crs": grid.crs.to_wkt(), "nodata": nodata}
    profile |= {
        "tiled": True,
        "blockxsize": _TILE,
        "blockysize": _TILE,
        "compress": "zstd",
        "zstd_level": 1,
        "interleave": "band",
        "sparse_ok": True,
    }
    profile |= {"photometric": "palette" if colours else "minisblack", "BIGTIFF": "IF_SAFER"}
    parts = [land.folder / f"raster_{path.stem}.tif"]  # GDAL knows an image's next overview by its name and one more ".ovr"
    while max(sheet.height, sheet.width) > _TILE << len(parts) - 1:
        parts.append(parts[-1].with_name(f"{parts[-1].name}.ovr"))
    try:
        for level, part in enumerate(parts):
            height, width = (-(-n // (1 << level)) for n in (sheet.height, sheet.width))
            with rasterio.open(part, "w", **profile, height=height, width=width, transform=place @ Affine.scale(1 << level)) as file:
                for window, cells in _tiles(sheet, level, height, width):
                    if cells.any():
                        file.write(_of_numbers(cells, values), window=window)
                for i, name in enumerate(names, 1):
                    file.set_band_description(i, name)
                if colours:
                    file.write_colormap(1, colours)
                if level == 0:
                    file.update_tags(**tags)
        layout = {
            "blocksize": _TILE,
            "compress": "deflate",
            "level": _LEVEL,
            "bigtiff": "if_safer",
            "sparse_ok": True,
        }  # tiles beyond the area are not stored
        overviews = "force_use_existing" if len(parts) > 1 else "none"
        rasterio.shutil.copy(parts[0], path, driver="COG", **layout, overviews=overviews)
    except rasterio.errors.RasterioError as error:  # what GDAL says when the disk is full
        raise EnvironmentProblem(problem("cannot_write", file=f"siting/{path.name}", found=str(error) or os.strerror(errno.EIO))) from None
    finally:
        for part in parts:
            part.unlink(missing_ok=True)


def _tiles(sheet: Sheet, level: int, height: int, width: int) -> Iterator[tuple[Window, np.ndarray]]:
    """(window, numbers) of whole tiles of an overview: every 2 ** level-th cell of every 2 ** level-th row."""
    step = 1 << level
    for row in range(0, height, _TILE):
        rows = range(sheet.row0 + row * step, sheet.row0 + min(row + _TILE, height) * step, step)
        for column in range(0, width, _COLUMNS):
            columns = min(_COLUMNS, width - column)
            left = sheet.col0 + column * step
            right = min(left + columns * step, sheet.col1)
            if step == 1:
                cells = sheet.read(rows.start, rows.stop, left, right)
            else:
                cells = np.concatenate([sheet.read(r, r + 1, left, right)[:, ::step] for r in rows])
            yield Window(column, row, columns, len(rows)), cells


@njit(nogil=True, cache=True)
def _of_numbers(cells, values):
    """(bands, rows, columns): the values of each cell's number."""
    made = np.empty((values.shape[0], *cells.shape), values.dtype)
    for band in range(values.shape[0]):
        own, out = values[band], made[band]
        for r in range(cells.shape[0]):
            for c in range(cells.shape[1]):
                out[r, c] = own[cells[r, c]]
    return made
