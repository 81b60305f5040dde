"""Source layers: what ``layer.yaml`` and the configuration say of a file, and the only doors to open it.

A layer is data with a licence, a citation, a CRS, a no-data value and a unit or legend. Files are taken from
the project, from the configuration's own folder and from the folders it names, nowhere else; what a file is
goes by its content, not by its name.
"""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Literal

import geopandas as gpd
import numpy as np
import pyogrio
import rasterio
from pydantic import Field, ValidationError
from pyproj import CRS
from rasterio.enums import Resampling
from rasterio.vrt import WarpedVRT

from pipeline.core import tables
from pipeline.core.config import Fields, Key, LayerRef, Section, Text
from pipeline.core.errors import BadData, Findings, UsageError, problem
from pipeline.core.grid import LONLAT, Grid, require_range, same_place
from pipeline.core.paths import Paths
from pipeline.core.store import sha256

COARSE_CELL_M = 250.0  # [A] above this a cell is larger than any parcel the rules speak of
# First bytes of the formats that are read; everything else is refused before GDAL sees it.
_RASTER_MAGIC = {b"II*\x00": "GTiff", b"MM\x00*": "GTiff", b"II+\x00": "GTiff", b"MM\x00+": "GTiff"}
_VECTOR_MAGIC = {b"SQLite format 3\x00": "GPKG", b"\x00\x00\x27\x0a": "ESRI Shapefile"}


class LayerYaml(Section):
    """What stands in a layer's ``layer.yaml``."""

    title: Text
    what: Text = Text()
    publisher: str = ""
    licence: str = Field(min_length=1)
    citation: str = ""
    source: str = ""
    year: int | None = None
    period: str = ""
    kind: Literal["boundaries", "classes", "measure", "sites", "features"]
    product: Key | None = None
    file: str | None = None
    sha256: str = ""
    crs: str | None = None
    nodata: float | None = None
    unit: str = ""
    scale: float = 1.0
    legend: str | None = None
    resampling: Literal["nearest", "mode", "average", "bilinear"] | None = None
    readings: dict[Key, Text] = Field({})
    fields: Fields = Fields()
    illustrative: bool = False
    synthetic: bool = False
    limits: dict[Literal["general", "forest", "wetland", "carbon", "siting"], Text] = Field({})


@dataclass(frozen=True)
class Layer:
    """One source layer, ready to open: its description and its files, not its data."""

    name: str  # the role or name it has in the configuration
    about: LayerYaml
    path: Path
    legend_path: Path | None
    yaml_path: Path | None
    table: str | None
    band: int
    assume_crs: str | None
    shown_path: str

    @property
    def product(self) -> str:
        """Name of a land-cover product in the tables."""
        return self.about.product or self.path.stem

    @property
    def files(self) -> list[Path]:
        """Every file the layer is made of, a shapefile's parts included; recorded as inputs of a stage."""
        parts = [self.path]
        if self.path.suffix.lower() == ".shp":
            parts = sorted(p for p in self.path.parent.iterdir() if p.stem == self.path.stem and p.is_file())
        return [*parts, *(p for p in (self.legend_path, self.yaml_path) if p)]

    @cached_property
    def legend(self):
        """The legend table of a class layer (see :data:`pipeline.core.tables.LEGEND`)."""
        if self.legend_path is None:
            raise UsageError(problem("legend_not_given", layer=self.name))
        return tables.read_csv(self.legend_path, tables.LEGEND if self.name == "land_cover" else tables.CODES)


def find(ref: LayerRef, name: str, paths: Paths, kind: str) -> Layer:
    """The layer a reference in the configuration stands for; raises UsageError/BadData with all that is missing."""
    found = Findings()
    about, folder = None, None
    if ref.layer is not None:
        folder = paths.resolve(ref.layer)
        about = read_layer_yaml(folder / "layer.yaml", paths)
    own = about is not None and ref.file is None  # the folder's own data file
    given: dict[str, Any] = (
        about.model_dump() if about else {"title": dict.fromkeys(("zh", "en"), Path(ref.file or name).name), "licence": "–", "kind": kind}
    )
    if not own:
        # Another file: what the folder says of its own file does not hold for this one.
        for key in ("file", "sha256", "crs", "nodata", "year", "period", "source", "limits", "illustrative"):
            given.pop(key, None)
    for key in ("product", "year", "nodata", "unit", "scale", "resampling", "title", "fields"):
        value = getattr(ref, key)
        if value is not None:
            given[key] = value.model_dump() if isinstance(value, Section) else value
    given["synthetic"] = ref.synthetic or given.get("synthetic", False)
    if given["kind"] == "other":  # no folder says what the file is: rasters measure, unless they come with a legend
        is_raster = ref.file is not None and _head(paths.resolve(ref.file))[:4] in _RASTER_MAGIC
        given["kind"] = "features" if not is_raster else "classes" if ref.legend else "measure"
    about = LayerYaml.model_validate(given, strict=False)
    if about.kind != kind and not (kind == "other" and about.kind in ("classes", "measure", "features")):
        raise UsageError(problem("layer_kind", layer=name, found=about.kind, expected=kind))
    if ref.file is not None:
        path = paths.resolve(ref.file)
    elif own and about.file:
        path = folder / about.file
        if not path.is_file():
            raise BadData(problem("file_missing", path=f"{ref.layer}/{about.file}"))
    else:
        raise UsageError(problem("layer_no_file", layer=name))
    if not path.is_file():
        raise BadData(problem("file_not_regular", path=paths.shown(path)))
    if path.stat().st_size == 0:
        raise BadData(problem("file_empty", path=paths.shown(path)))
    legend_path = None
    if ref.legend is not None:
        legend_path = paths.resolve(ref.legend)
    elif about.legend is not None:
        legend_path = folder / about.legend
    if about.kind == "classes" and legend_path is None:
        found.add("legend_not_given", layer=name)
    found.stop()
    return Layer(
        name, about, path, legend_path, folder / "layer.yaml" if folder else None, ref.table, ref.band, ref.assume_crs, paths.shown(path)
    )


def require_checksum(layer: Layer) -> None:
    """Raise BadData when a layer's own data file is not the one its ``layer.yaml`` describes; ingest asks, once."""
    if layer.about.sha256 and sha256(layer.path) != layer.about.sha256:
        raise BadData(problem("layer_checksum", file=layer.shown_path))


def read_layer_yaml(path: Path, paths: Paths) -> LayerYaml:
    """``layer.yaml`` as a checked value; raises BadData with every wrong key."""
    from ruamel.yaml import YAML
    from ruamel.yaml.error import YAMLError

    if not path.is_file():
        raise BadData(problem("file_missing", path=paths.shown(path)))
    try:
        return LayerYaml.model_validate(YAML(typ="safe", pure=True).load(path.read_text(encoding="utf-8-sig")))
    except (YAMLError, UnicodeDecodeError) as error:
        raise BadData(problem("layer_yaml", file=paths.shown(path), found=type(error).__name__)) from None
    except ValidationError as error:
        raise BadData(
            problem("layer_yaml_key", file=paths.shown(path), key=".".join(map(str, e["loc"])), found=e["msg"])
            for e in error.errors(include_url=False)
        ) from None


# --- rasters -------------------------------------------------------------------------------------------------


@contextmanager
def open_raster(layer: Layer):
    """An open rasterio dataset of the layer's file, CRS settled; raises BadData when it cannot be used."""
    _require_magic(layer, _RASTER_MAGIC)
    try:
        with rasterio.open(layer.path, driver="GTiff") as dataset:
            if layer.band > dataset.count:
                raise BadData(problem("raster_band", file=layer.shown_path, found=dataset.count, expected=layer.band))
            if dataset.count > 1 and layer.band == 1 and dataset.colorinterp[0].name == "red":
                raise BadData(problem("raster_picture", file=layer.shown_path, found=dataset.count))
            yield dataset
    except rasterio.errors.RasterioError as error:
        raise BadData(problem("raster_unreadable", file=layer.shown_path, found=str(error).split(";")[0][:120])) from None


def raster_grid(layer: Layer, dataset) -> Grid:
    """The dataset's grid; a missing CRS may be assumed by configuration, a contradicting one is refused."""
    stated = layer.assume_crs or layer.about.crs
    grid = Grid.of(dataset, crs=CRS.from_user_input(stated) if stated else None, file=layer.shown_path)
    declared = layer.about.crs
    if declared and not same_place(grid.crs, CRS.from_user_input(declared)):
        raise BadData(problem("crs_differs", file=layer.shown_path, found=grid.crs.name, expected=declared))
    return grid


def nodata_of(layer: Layer, dataset) -> float | None:
    """The no-data value: as configured, else as the file declares."""
    if layer.about.nodata is not None:
        return layer.about.nodata
    return dataset.nodatavals[layer.band - 1]


def read_codes(layer: Layer, dataset, row0: int, row1: int) -> tuple[np.ndarray, np.ndarray]:
    """Full-width rows of a class raster: (codes as int64, known as bool). No-data and masked cells are unknown."""
    window = ((row0, row1), (0, dataset.width))
    values = dataset.read(layer.band, window=window)
    known = dataset.read_masks(layer.band, window=window) > 0
    nodata = nodata_of(layer, dataset)
    if values.dtype.kind == "f":
        known &= np.isfinite(values)
        if nodata is not None:
            known &= values != nodata
        if (values[known] != np.round(values[known])).any():
            raise BadData(problem("raster_not_codes", file=layer.shown_path))
        values = np.where(known, values, 0)
    elif nodata is not None:
        known &= values != nodata
    return values.astype(np.int64), known


class OnGrid:
    """A further layer read onto the measuring grid, block by block, with its declared resampling."""

    def __init__(self, layer: Layer, dataset, grid: Grid):
        """``dataset`` is the open raster of ``layer``; ``grid`` the measuring grid."""
        self.layer = layer
        method = layer.about.resampling or ("mode" if layer.about.kind == "classes" else "bilinear")
        # Whatever the file's own type, the warped view is float64 with NaN for unknown, beyond its edges too.
        self._vrt = WarpedVRT(
            dataset,
            src_crs=raster_grid(layer, dataset).crs.to_wkt(),
            crs=grid.crs.to_wkt(),
            transform=grid.transform,
            width=grid.width,
            height=grid.height,
            resampling=Resampling[method],
            src_nodata=nodata_of(layer, dataset),
            nodata=np.nan,
            dtype="float64",
        )
        self._grid = grid

    def read(self, row0: int, row1: int):
        """Full-width rows as float64 (y, x) in the layer's unit; NaN where the layer is unknown."""
        window = ((row0, row1), (0, self._grid.width))
        values = self._vrt.read(self.layer.band, window=window)
        known = np.isfinite(values)
        return self._grid.array(np.where(known, values * self.layer.about.scale, np.nan), row0, units=self.layer.about.unit)

    def close(self) -> None:
        """Close the warped view; the dataset under it belongs to the caller."""
        self._vrt.close()


# --- vectors -------------------------------------------------------------------------------------------------


def read_features(layer: Layer) -> gpd.GeoDataFrame:
    """All features of a vector layer in EPSG:4490 degrees, x = longitude; raises BadData when it cannot be used."""
    _require_magic(layer, _VECTOR_MAGIC, also_json=True)
    if layer.path.suffix.lower() == ".shp":
        parts = {p.suffix.lower() for p in layer.path.parent.iterdir() if p.stem == layer.path.stem}
        absent = sorted({".shx", ".dbf"} - parts)
        if absent:
            raise BadData(problem("shapefile_part", file=layer.shown_path, found=", ".join(absent)))
    try:
        frame = pyogrio.read_dataframe(layer.path, layer=layer.table, encoding=_dbf_encoding(layer.path))
    except (pyogrio.errors.DataSourceError, pyogrio.errors.DataLayerError, ValueError, UnicodeDecodeError) as error:
        said = str(error).split(";")[0].replace(str(layer.path), layer.shown_path)[:120]
        raise BadData(problem("vector_unreadable", file=layer.shown_path, found=said)) from None
    if not isinstance(frame, gpd.GeoDataFrame):
        raise BadData(problem("vector_no_geometry", file=layer.shown_path))
    if frame.crs is None:
        assumed = layer.assume_crs or layer.about.crs
        if assumed is None:
            raise BadData(problem("vector_no_crs", file=layer.shown_path))
        frame = frame.set_crs(assumed)
    elif layer.about.crs and not same_place(frame.crs, CRS.from_user_input(layer.about.crs)):
        raise BadData(problem("crs_differs", file=layer.shown_path, found=frame.crs.name, expected=layer.about.crs))
    if len(frame):
        require_range(frame.crs, tuple(frame.total_bounds), layer.shown_path)
    if same_place(frame.crs, LONLAT):
        return frame.set_crs(LONLAT, allow_override=True)
    return frame.to_crs(LONLAT)


def _dbf_encoding(path: Path) -> str | None:
    """Encoding of a shapefile's text by strict trial (UTF-8, then GB18030) where no .cpg says it."""
    if path.suffix.lower() != ".shp" or path.with_suffix(".cpg").exists():
        return None
    table = path.with_suffix(".dbf").read_bytes()
    try:
        table[int.from_bytes(table[8:10], "little") :].decode("utf-8")  # the records, after the binary head
        return "UTF-8"
    except UnicodeDecodeError:
        return "GB18030"


def _head(path: Path) -> bytes:
    if not path.is_file():
        return b""
    with path.open("rb") as handle:
        return handle.read(64)


def _require_magic(layer: Layer, known: dict[bytes, str], also_json: bool = False) -> None:
    """Refuse a file whose first bytes are not those of a format that is read."""
    head = _head(layer.path)
    if any(head.startswith(magic) for magic in known):
        return
    start = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    if also_json and start.startswith(b"{"):
        return
    page = start[:1] == b"<"
    formats = ", ".join(dict.fromkeys([*known.values(), *(["GeoJSON"] if also_json else [])]))
    raise BadData(problem("file_is_page" if page else "file_format", file=layer.shown_path, expected=formats))
