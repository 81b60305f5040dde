"""Source layers: what ``layer.yaml`` and the configuration say of a file.

A layer is data with a licence, a citation, a CRS, a no-data value and a unit or legend. Files are taken from
the project, from the configuration's own folder and from the folders it names, nowhere else; what a file is
goes by its content, not by its name.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Literal

from pydantic import Field, ValidationError

from pipeline.core import archives
from pipeline.core.config import Fields, Key, LayerRef, SampleDesign, Section, Text, why_wrong
from pipeline.core.errors import BadData, Findings, UsageError, problem
from pipeline.core.formats import HDF4_MAGIC, head_of, is_archive, is_geodatabase, is_raster
from pipeline.core.paths import Paths
from pipeline.core.store import sha256

ROOFS = "rooftop_buildings"  # the name of `siting.rooftop.buildings` among the layers of a run
_WORLD_FILES = (".tfw", ".tifw", ".wld", ".tab", ".TFW", ".TIFW", ".WLD", ".TAB")  # GDAL takes a raster's place from these


class Accuracy(Section):
    """A published accuracy of a product; never that of the place at hand."""

    overall_pct: float = Field(gt=0, le=100)
    scope: Text  # where and when it was measured
    source: str = Field(min_length=1)
    label: str = Field(min_length=1)


class Recognised(Section):
    """By what a product is known when codes alone do not tell it from another."""

    cell_m: float | None = None  # nominal cell size [m]
    years: list[int] = Field([])  # first and last year of the product
    file_names: list[str] = Field([])  # patterns of its publisher's file names, as of fnmatch


class Parcels(Section):
    """Fields of a vector land cover (sub-compartments, land-survey parcels)."""

    code: list[str] = Field(min_length=1)  # field with the class code; the first that the file has
    area: list[str] = Field([])  # field with the recorded area
    area_unit: str = "hm2"
    county: list[str] = Field([])  # field with the county code, compared with where the parcel lies
    is_forest_census: bool = False  # whether its forest is that of the statutory definition, so that it decides the target
    covers: Literal["all", "forest_land"] = "all"  # whether land without a parcel is missing or outside the survey
    attributes: dict[Key, list[str]] = Field({})  # stratum: field, e.g. origin: [QI_YUAN]
    growing_stock: list[str] = Field([])  # field with the growing stock of the parcel [m3]
    growing_stock_per_hm2: list[str] = Field([])  # or per hectare [m3/hm2]


class LayerYaml(Section):
    """What stands in a layer's ``layer.yaml``."""

    title: Text
    what: Text = Text()
    publisher: str | Text = ""  # in both languages, or one name for both
    licence: str = Field(min_length=1)
    citation: str = ""
    source: str = ""
    year: int | None = None
    period: str = ""
    kind: Literal["boundaries", "classes", "parcels", "measure", "sites", "features", "table", "sample"]
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
    accuracy: list[Accuracy] = Field([])
    recognised: Recognised = Recognised()
    parcels: Parcels | None = None
    sample: SampleDesign | None = None  # of kind sample; what config.yaml says of it counts first, key by key
    datum: Literal["cgcs2000", "wgs84", "gcj02", "bd09"] | None = None
    columns: dict[Key, str] = Field({})
    units: dict[Key, str] = Field({})
    illustrative: bool = False
    synthetic: bool = False
    limits: dict[Literal["general", "forest", "wetland", "carbon", "siting"], Text] = Field({})

    def maker(self, language: str) -> str:
        """The publisher's name; blank where it is not given."""
        return self.publisher if isinstance(self.publisher, str) else self.publisher.get(language)


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
    archives: tuple[Path, ...] = ()  # what the configuration names, where some of it is an archive that was unpacked

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
        return self.about.product or (self.archives or self.paths)[0].stem

    @property
    def is_census(self) -> bool:
        """Whether a product is the bureau's own survey of forest by law, which decides without a sample."""
        return self.about.parcels is not None and self.about.parcels.is_forest_census

    @property
    def files(self) -> list[Path]:
        """Every file the layer is made of, with masks, world files and a shapefile's parts; recorded as inputs of a stage."""
        parts = [part for p in self.archives or self.paths for part in _parts_of(p)]
        return [*parts, *(p for p in (self.legend_path, self.yaml_path) if p)]

    @cached_property
    def legend(self):
        """The legend table of a class layer (see :data:`pipeline.core.tables.LEGEND`)."""
        from pipeline.core import tables

        if self.legend_path is None:
            raise UsageError(problem("legend_not_given", layer=self.name))
        return tables.read_csv(self.legend_path, tables.LEGEND if self.name == "land_cover" else tables.CODES)


def find(ref: LayerRef, name: str, paths: Paths, kind: str, *, is_read: bool = True) -> Layer:
    """The layer a reference in the configuration stands for; raises UsageError/BadData with all that is missing.

    With ``is_read=False`` its files are named and not looked at: for stages that need what is said of a layer, not its data.
    """
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
        # Another file: what the folder says of its own file does not hold for this one; what it says of the product does.
        own_words = ("file", "sha256", "crs", "year", "period", "source", "limits", "illustrative") if given.get("file") else ()
        for key in ("nodata", *own_words):
            given.pop(key, None)
    for key in ("product", "year", "nodata", "unit", "scale", "resampling", "bands", "title", "fields", "datum", "columns", "units"):
        value = getattr(ref, key)
        if value is not None:
            given[key] = value.model_dump() if isinstance(value, Section) else value
    given["synthetic"] = ref.synthetic or given.get("synthetic", False)
    data = _data_of(ref, given.get("file") if own else None, folder, name, paths, is_read=is_read)
    if given["kind"] == "other":  # no folder says what the file is: rasters measure, unless they come with a legend
        given["kind"] = "features" if not is_raster(data.paths[0]) else "classes" if ref.legend else "measure"
    about = LayerYaml.model_validate(given, strict=False)
    allowed = {"other": ("classes", "measure", "features"), "classes": ("classes", "parcels")}.get(kind, (kind,))
    if about.kind not in allowed:
        raise UsageError(problem("layer_kind", layer=name, found=about.kind, expected=kind))
    legend_path = None
    if ref.legend is not None:
        legend_path = paths.resolve(ref.legend)
    elif about.legend is not None:
        legend_path = paths.resolve(str(folder / about.legend))
    if legend_path is not None and not legend_path.is_file():
        found.add("file_not_regular", path=paths.shown(legend_path))
    if about.kind in ("classes", "parcels") and legend_path is None:
        found.add("legend_not_given", layer=name)
    for crs in (ref.assume_crs, about.crs):
        if crs is not None and not _is_crs(crs):
            found.add("crs_no_such", layer=name, found=crs[:80])
    found.stop()
    yaml_path = folder / "layer.yaml" if folder else None
    return Layer(
        name, about, data.paths, legend_path, yaml_path, data.table, ref.band, ref.assume_crs, data.shown, ref.encoding, data.archives
    )  # fmt: skip


def _is_crs(text: str) -> bool:
    """Whether PROJ knows a coordinate system."""
    from pyproj import CRS
    from pyproj.exceptions import CRSError

    try:
        CRS.from_user_input(text)
    except CRSError:
        return False
    return True


@dataclass(frozen=True)
class _Data:
    """Where a layer's data are: files as they are opened and as users know them; see :class:`Layer`."""

    paths: tuple[Path, ...]
    shown: tuple[str, ...]
    archives: tuple[Path, ...]
    table: str | None


def _data_of(ref: LayerRef, own_file: str | None, folder: Path | None, name: str, paths: Paths, *, is_read: bool) -> _Data:
    """The files a reference means, archives unpacked; raises UsageError/BadData when they are not there or no files."""
    if ref.files:
        given = [paths.resolve(f) for f in ref.files]
    elif own_file:
        if not (folder / own_file).exists():
            raise BadData(problem("file_missing", path=f"{ref.layer}/{own_file}"))
        given = [paths.resolve(str(folder / own_file))]
    else:
        raise UsageError(problem("layer_no_file", layer=name))
    if not is_read:
        return _Data(tuple(given), tuple(map(paths.shown, given)), (), ref.table)
    found = Findings()
    for path in given:
        if is_geodatabase(path) and not any(p.is_symlink() for p in path.iterdir()):
            continue
        if not path.is_file():
            found.add("file_not_regular", path=paths.shown(path))
        elif path.stat().st_size == 0:
            found.add("file_empty", path=paths.shown(path))
    found.stop(BadData)
    files, shown, table = [], [], ref.table
    for path in given:
        if not is_archive(path):
            files.append(path)
            shown.append(paths.shown(path))
            continue
        inside = archives.unpacked(path, paths.shown(path))
        chosen, table = archives.choose(inside, paths.shown(path), ref.table)
        files += chosen
        shown += [f"{paths.shown(path)}/{p.relative_to(inside).as_posix()}" for p in chosen]
    return _Data(tuple(files), tuple(shown), () if set(given) <= set(files) else tuple(given), table)


def require_checksum(layer: Layer) -> None:
    """Raise BadData when a layer's own data file is not the one its ``layer.yaml`` describes; ingest asks, once."""
    if layer.about.sha256 and checksum(layer) != layer.about.sha256:
        raise BadData(problem("layer_checksum", file=layer.shown_path))


def checksum(layer: Layer) -> str:
    """sha256 of a layer's file; of several tiles or the parts of a geodatabase or shapefile, that of their checksums in order."""
    each = [
        sha256(part) for p in layer.archives or layer.paths for part in (_parts_of(p) if p.is_dir() or p.suffix.lower() == ".shp" else [p])
    ]
    return each[0] if len(each) == 1 else hashlib.sha256("".join(each).encode()).hexdigest()


def _parts_of(path: Path) -> list[Path]:
    """A data file with what stands beside it: a shapefile's parts, masks, world files, a GeoPackage's journal; a geodatabase without locks."""
    if path.is_dir():
        return sorted(p for p in path.iterdir() if p.is_file() and p.suffix.lower() != ".lock")
    if path.suffix.lower() == ".shp":
        return sorted(p for p in path.parent.iterdir() if p.stem == path.stem and p.is_file())
    beside = [path.with_name(f"{path.name}{end}") for end in (".msk", "-wal")] + [path.with_suffix(end) for end in _WORLD_FILES]
    return [path, *(b for b in beside if b.is_file())]


def read_layer_yaml(path: Path, paths: Paths) -> LayerYaml:
    """``layer.yaml`` as a checked value; raises BadData with every wrong key."""
    from ruamel.yaml import YAML
    from ruamel.yaml.error import YAMLError

    if not path.is_file():
        raise BadData(problem("file_missing", path=paths.shown(path)))
    try:
        return LayerYaml.model_validate(YAML(typ="safe", pure=True).load(path.read_text(encoding="utf-8-sig")))
    except (YAMLError, UnicodeDecodeError, RecursionError) as error:
        raise BadData(problem("layer_yaml", file=paths.shown(path), found=type(error).__name__)) from None
    except ValidationError as error:
        raise BadData(
            problem("layer_yaml_key", file=paths.shown(path), key=".".join(map(str, e["loc"])), expected=why_wrong(e))
            for e in error.errors(include_url=False)
        ) from None


def require_format(layer: Layer, is_known: Callable[[Path], object], formats: str) -> None:
    """Refuse files that are of none of the formats that are read here; ``is_known`` looks at their first bytes."""
    findings = Findings()
    for path, shown in zip(layer.paths, layer.shown_paths, strict=True):
        if head_of(path).startswith(HDF4_MAGIC):
            findings.add("raster_hdf4", file=shown)
        elif not is_known(path):
            start = head_of(path).removeprefix(b"\xef\xbb\xbf").lstrip()
            findings.add("file_is_page" if start[:1] == b"<" else "file_format", file=shown, expected=formats)
    findings.stop(BadData)
