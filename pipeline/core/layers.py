"""Source layers: what ``layer.yaml`` and the configuration say of a file, and the door to vector files.

A layer is data with a licence, a citation, a CRS, a no-data value and a unit or legend. Files are taken from
the project, from the configuration's own folder and from the folders it names, nowhere else; what a file is
goes by its content, not by its name.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from pydantic import Field, ValidationError
from pyproj import CRS

from pipeline.core.config import Fields, Key, LayerRef, Section, Text
from pipeline.core.errors import BadData, Findings, UsageError, problem
from pipeline.core.grid import LONLAT, require_range, same_place
from pipeline.core.paths import Paths
from pipeline.core.store import sha256

if TYPE_CHECKING:
    import geopandas as gpd

# First bytes of the formats that are read; everything else is refused before GDAL sees it.
RASTER_MAGIC = {b"II*\x00": "GTiff", b"MM\x00*": "GTiff", b"II+\x00": "GTiff", b"MM\x00+": "GTiff"}
_VECTOR_MAGIC = {b"SQLite format 3\x00": "GPKG", b"\x00\x00\x27\x0a": "ESRI Shapefile"}


class Accuracy(Section):
    """A published accuracy of a product; never that of the place at hand."""

    overall_pct: float = Field(gt=0, le=100)
    scope: Text  # where and when it was measured
    source: str = Field(min_length=1)
    label: str = Field(min_length=1)


class Recognised(Section):
    """By what a product is known when codes alone do not tell it from another."""

    cell_m: float | None = None  # nominal cell size [m]
    years: list[int] = []  # first and last year of the product
    file_names: list[str] = []  # patterns of its publisher's file names, as of fnmatch


class Parcels(Section):
    """Fields of a vector land cover (sub-compartments, land-survey parcels)."""

    code: list[str] = Field(min_length=1)  # field with the class code; the first that the file has
    area: list[str] = []  # field with the recorded area
    area_unit: str = "hm2"
    county: list[str] = []  # field with the county code, compared with where the parcel lies
    covers: Literal["all", "forest_land"] = "all"  # whether land without a parcel is missing or outside the survey
    attributes: dict[Key, list[str]] = {}  # stratum: field, e.g. origin: [QI_YUAN]
    growing_stock: list[str] = []  # field with the growing stock of the parcel [m3]
    growing_stock_per_hm2: list[str] = []  # or per hectare [m3/hm2]


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
    kind: Literal["boundaries", "classes", "parcels", "measure", "sites", "features"]
    product: Key | None = None
    file: str | None = None
    sha256: str = ""
    crs: str | None = None
    nodata: float | None = None
    unit: str = ""
    scale: float = 1.0
    legend: str | None = None
    resampling: Literal["nearest", "mode", "average", "bilinear"] | None = None
    bands: list[float] | None = None
    readings: dict[Key, Text] = Field({})
    fields: Fields = Fields()
    accuracy: list[Accuracy] = []
    recognised: Recognised = Recognised()
    parcels: Parcels | None = None
    datum: Literal["cgcs2000", "wgs84", "gcj02", "bd09"] | None = None
    columns: dict[Key, str] = {}
    units: dict[Key, str] = {}
    illustrative: bool = False
    synthetic: bool = False
    limits: dict[Literal["general", "forest", "wetland", "carbon", "siting"], Text] = Field({})


@dataclass(frozen=True)
class Layer:
    """One source layer, ready to open: its description and its files, not its data."""

    name: str  # the role or name it has in the configuration
    about: LayerYaml
    paths: tuple[Path, ...]  # one file, or the tiles of one raster
    legend_path: Path | None
    yaml_path: Path | None
    table: str | None
    band: int
    assume_crs: str | None
    shown_paths: tuple[str, ...]
    encoding: str | None = None  # of its text, where configured

    @property
    def path(self) -> Path:
        """The file, or the first of several tiles."""
        return self.paths[0]

    @property
    def shown_path(self) -> str:
        """The file as users know it."""
        return self.shown_paths[0] + (f" (+{len(self.paths) - 1})" if len(self.paths) > 1 else "")

    @property
    def product(self) -> str:
        """Name of a land-cover product in the tables."""
        return self.about.product or self.path.stem

    @property
    def files(self) -> list[Path]:
        """Every file the layer is made of, with masks, world files and a shapefile's parts; recorded as inputs of a stage."""
        beside = [b for p in self.paths for b in (p.with_name(f"{p.name}.msk"), p.with_suffix(".tfw")) if b.is_file()]
        parts = [*self.paths, *beside]
        if self.path.suffix.lower() == ".shp":
            parts = sorted(p for p in self.path.parent.iterdir() if p.stem == self.path.stem and p.is_file())
        return [*parts, *(p for p in (self.legend_path, self.yaml_path) if p)]

    @cached_property
    def legend(self):
        """The legend table of a class layer (see :data:`pipeline.core.tables.LEGEND`)."""
        from pipeline.core import tables

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
    own = about is not None and not ref.files  # the folder's own data file
    given: dict[str, Any] = (
        about.model_dump()
        if about
        else {"title": dict.fromkeys(("zh", "en"), Path(ref.files[0] if ref.files else name).name), "licence": "–", "kind": kind}
    )
    if not own:
        # Another file: what the folder says of its own file does not hold for this one.
        for key in ("file", "sha256", "crs", "nodata", "year", "period", "source", "limits", "illustrative"):
            given.pop(key, None)
    for key in ("product", "year", "nodata", "unit", "scale", "resampling", "bands", "title", "fields", "datum", "columns", "units"):
        value = getattr(ref, key)
        if value is not None:
            given[key] = value.model_dump() if isinstance(value, Section) else value
    given["synthetic"] = ref.synthetic or given.get("synthetic", False)
    if given["kind"] == "other":  # no folder says what the file is: rasters measure, unless they come with a legend
        is_raster = bool(ref.files) and head_of(paths.resolve(ref.files[0]))[:4] in RASTER_MAGIC
        given["kind"] = "features" if not is_raster else "classes" if ref.legend else "measure"
    about = LayerYaml.model_validate(given, strict=False)
    allowed = {"other": ("classes", "measure", "features"), "classes": ("classes", "parcels")}.get(kind, (kind,))
    if about.kind not in allowed:
        raise UsageError(problem("layer_kind", layer=name, found=about.kind, expected=kind))
    if ref.files:
        files = tuple(paths.resolve(f) for f in ref.files)
    elif own and about.file:
        files = (folder / about.file,)
        if not files[0].is_file():
            raise BadData(problem("file_missing", path=f"{ref.layer}/{about.file}"))
    else:
        raise UsageError(problem("layer_no_file", layer=name))
    for path in files:
        if not path.is_file():
            found.add("file_not_regular", path=paths.shown(path))
        elif path.stat().st_size == 0:
            found.add("file_empty", path=paths.shown(path))
    found.stop(BadData)
    legend_path = None
    if ref.legend is not None:
        legend_path = paths.resolve(ref.legend)
    elif about.legend is not None:
        legend_path = folder / about.legend
    if about.kind in ("classes", "parcels") and legend_path is None:
        found.add("legend_not_given", layer=name)
    found.stop()
    shown = tuple(paths.shown(path) for path in files)
    return Layer(name, about, files, legend_path, folder / "layer.yaml" if folder else None, ref.table, ref.band, ref.assume_crs, shown, ref.encoding)


def require_checksum(layer: Layer) -> None:
    """Raise BadData when a layer's own data file is not the one its ``layer.yaml`` describes; ingest asks, once."""
    if layer.about.sha256 and checksum(layer) != layer.about.sha256:
        raise BadData(problem("layer_checksum", file=layer.shown_path))


def checksum(layer: Layer) -> str:
    """sha256 of a layer's file; of several tiles, that of their checksums in order."""
    each = [sha256(path) for path in layer.paths]
    return each[0] if len(each) == 1 else hashlib.sha256("".join(each).encode()).hexdigest()


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


# --- vectors -------------------------------------------------------------------------------------------------


def read_features(layer: Layer) -> gpd.GeoDataFrame:
    """All features of a vector layer in EPSG:4490 degrees, x = longitude; raises BadData when it cannot be used."""
    import geopandas as gpd
    import pyogrio

    require_magic(layer, _VECTOR_MAGIC, also_json=True)
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


def head_of(path: Path) -> bytes:
    if not path.is_file():
        return b""
    with path.open("rb") as handle:
        return handle.read(64)


def require_magic(layer: Layer, known: dict[bytes, str], also_json: bool = False) -> None:
    """Refuse files whose first bytes are not those of a format that is read."""
    findings = Findings()
    for path, shown in zip(layer.paths, layer.shown_paths, strict=True):
        head = head_of(path)
        start = head.removeprefix(b"\xef\xbb\xbf").lstrip()
        if any(head.startswith(magic) for magic in known) or (also_json and start.startswith(b"{")):
            continue
        formats = ", ".join(dict.fromkeys([*known.values(), *(["GeoJSON"] if also_json else [])]))
        findings.add("file_is_page" if start[:1] == b"<" else "file_format", file=shown, expected=formats)
    findings.stop(BadData)
