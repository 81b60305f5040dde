"""Vector files: the only door to their features. Shapefile, GeoPackage, GeoJSON, KML and file geodatabase.

What a file is goes by its content; text is decoded by strict trial; coordinates come out in EPSG:4490 degrees,
x = longitude, a declared offset datum taken off. Nothing is corrected that was not declared: what looks wrong is refused.
"""

from __future__ import annotations

import os
import re
import unicodedata
import xml.parsers.expat
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO

import numpy as np
import shapely
from pyproj import CRS
from pyproj.exceptions import CRSError

from pipeline.core import archives, datum, encodings, kml
from pipeline.core.errors import BadData, problem
from pipeline.core.features import Batch
from pipeline.core.formats import head_of, is_table, vector_driver
from pipeline.core.grid import LONLAT, require_range, same_place, transformer
from pipeline.core.layers import Layer, require_format
from pipeline.core.store import sha256

if TYPE_CHECKING:
    import geopandas as gpd

CONSTANT = "="  # begins what `columns` says of a column that is one value for all features, as in kind: "=wind"
NAME_FIELDS = (
    "name",
    "名称",
    "name_zh",
    "names_zh",
    "mc",
    "xmmc",
    "zdmc",
    "dlmc",
    "fullname",
    "name_en",
)  # the first that is there; case aside
FORMATS = "Shapefile, GeoPackage, GeoJSON, KML, FileGDB, zip"
_MAX_KML_BYTES = 500 * 2**20  # it is checked as a whole
_MARGIN = 1e-3  # share by which a window grows when it goes through a projection

Tell = Callable[..., None]  # takes the key of a warning and its parameters, as Store.warn does


def untold(_key: str, /, **_params: Any) -> None:
    """A :data:`Tell` for callers that look at a file again, after ingest has told what there was to tell."""


@dataclass(frozen=True)
class Source:
    """One table of a vector file, looked at and found good: how GDAL is to open it, and where its coordinates are."""

    layer: Layer
    path: Path  # the file, or its copy in UTF-8
    table: str
    encoding: str | None  # of a shapefile; the other formats say theirs
    fields: tuple[str, ...]
    crs: CRS

    @cached_property
    def _to_lonlat(self):
        return None if same_place(self.crs, LONLAT) else transformer(self.crs, LONLAT)

    def placed(self, geometry: np.ndarray) -> np.ndarray:
        """Geometries of the file as flat ones in CGCS2000 degrees; raises BadData when they cannot be in its CRS."""
        if len(geometry) == 0:
            return geometry
        require_range(self.crs, tuple(shapely.total_bounds(geometry)), self.layer.shown_path)
        if shapely.has_z(geometry).any():
            geometry = shapely.force_2d(geometry)
        if self._to_lonlat is not None:
            geometry = shapely.transform(geometry, self._to_lonlat.transform, interleaved=False)
        return datum.convert(geometry, self.layer.about.datum)

    def window(self, bbox: tuple[float, float, float, float]) -> tuple[float, float, float, float]:
        """A box in the file's coordinates around one in CGCS2000 degrees."""
        west, south, east, north = bbox
        if datum.SHIFTS[self.layer.about.datum or "cgcs2000"] is not None:
            move = datum.LARGEST_SHIFT_DEG
            west, south, east, north = west - move, south - move, east + move, north + move
        if self._to_lonlat is None:
            return west, south, east, north
        west, south, east, north = transformer(LONLAT, self.crs).transform_bounds(west, south, east, north, densify_pts=51)
        dx, dy = (east - west) * _MARGIN, (north - south) * _MARGIN
        return west - dx, south - dy, east + dx, north + dy

    def in_file(self, name: str) -> str:
        """The file's field for one of our columns, or for the name of a field."""
        return self.layer.about.columns.get(name, name)


def read_features(layer: Layer, tell: Tell = untold) -> gpd.GeoDataFrame:
    """All features of a vector layer, or of a table with coordinates, in EPSG:4490 degrees; raises BadData when it cannot be used.

    Fields that ``columns`` maps have our names; their text is trimmed, codes and numbers in it are plain ASCII.
    """
    import pyogrio

    if is_table(layer.path):
        from pipeline.core.sheets import read_points

        return read_points(layer, tell)
    source = open_source(layer, tell)
    with _said(layer):
        frame = pyogrio.read_dataframe(source.path, layer=source.table, encoding=source.encoding)
    frame = frame.set_geometry(source.placed(frame.geometry.to_numpy()), crs=None).set_crs(LONLAT, allow_override=True)
    constants = {ours: field.removeprefix(CONSTANT) for ours, field in layer.about.columns.items() if field.startswith(CONSTANT)}
    renamed = {field: ours for ours, field in layer.about.columns.items() if field in frame.columns}
    absent = [field for ours, field in layer.about.columns.items() if field not in frame.columns and ours not in constants]
    if absent:
        known = ", ".join(c for c in frame.columns if c != "geometry")
        raise BadData(problem("field_missing", file=layer.shown_path, field=field, known=known) for field in absent)
    frame = frame.drop(columns=[c for c in renamed.values() if c in frame.columns and c not in renamed]).rename(columns=renamed)
    for name in {*renamed.values(), layer.about.fields.county_code, layer.about.fields.county_name} & set(frame.columns):
        frame[name] = frame[name].map(plain, na_action="ignore")
    return frame.assign(**constants)


def names_of(frame) -> list[str | None]:
    """What the features of a frame are called: the first field that is named like a name, blank where it says nothing."""
    fields = {str(c).casefold(): c for c in frame.columns if c != "geometry"}
    field = next((fields[n] for n in NAME_FIELDS if n in fields), None)
    if field is None:
        return [None] * len(frame)
    return [None if v is None or v != v or not str(v).strip() else str(plain(v)) for v in frame[field]]


def stream_features(
    layer: Layer,
    fields: list[str],
    bbox: tuple[float, float, float, float] | None = None,
    batch: int = 65_536,
    tell: Tell = untold,
) -> Iterator[Batch]:
    """Features in batches of at most ``batch``, in EPSG:4490 degrees; memory does not grow with the file.

    ``fields``: names of fields, or of our columns that ``columns`` maps; all must be there. ``bbox``: west, south, east,
    north in EPSG:4490 degrees; features beyond it may come too. Raises BadData, as :func:`read_features` does.
    """
    from pyogrio.raw import open_arrow

    source = open_source(layer, tell)
    wanted = list(dict.fromkeys(source.in_file(name) for name in fields))
    absent = [name for name in fields if source.in_file(name) not in source.fields]
    if absent:
        known = ", ".join(source.fields)
        raise BadData(problem("field_missing", file=layer.shown_path, field=source.in_file(name), known=known) for name in absent)
    with _said(layer):
        opened = open_arrow(
            source.path,
            layer=source.table,
            encoding=source.encoding,
            columns=wanted,
            bbox=source.window(bbox) if bbox else None,
            return_fids=True,
            batch_size=batch,
            use_pyarrow=True,
        )
    with opened as (meta, reader):
        place = {name: 1 + list(meta["fields"]).index(name) for name in wanted}
        while True:
            with _said(layer):
                made = next(reader, None)
                ready = None if made is None else _batch(source, made, {name: place[source.in_file(name)] for name in fields})
            if ready is None:
                return
            if len(ready):
                yield ready


def field_names(layer: Layer) -> list[str]:
    """Names of a vector layer's fields, those that ``columns`` maps by our names."""
    source = open_source(layer)
    ours = {field: name for name, field in layer.about.columns.items()}
    return [ours.get(field, field) for field in source.fields]


def plain(value: Any) -> Any:
    """A text without blanks at its ends, full-width letters and digits as ASCII where nothing else is in it; others as they are.

    Chinese punctuation stays: it belongs to names.
    """
    if not isinstance(value, str):
        return value
    folded = unicodedata.normalize("NFKC", value).strip()
    return folded if folded.isascii() else value.strip()


def _batch(source: Source, made, place: dict[str, int]) -> Batch:
    """An Arrow batch as ours: the id comes first, then fields, the geometry last."""
    fid = made.column(0).to_numpy(zero_copy_only=False).astype(np.int64)
    geometry = source.placed(shapely.from_wkb(_objects(made.column(made.num_columns - 1).to_pylist())))
    columns = {name: _objects([_value(v) for v in made.column(at).to_pylist()]) for name, at in place.items()}
    if (np.diff(fid) < 0).any():  # a spatial index gives them in an order of its own
        order = np.argsort(fid, kind="stable")
        return Batch(fid[order], geometry[order], {name: values[order] for name, values in columns.items()})
    return Batch(fid, geometry, columns)


def _objects(values: list) -> np.ndarray:
    made = np.empty(len(values), object)
    made[:] = values
    return made


def _value(value: Any) -> Any:
    if isinstance(value, str):
        return value.strip() or None
    if value is None or value != value:
        return None
    return value if isinstance(value, int | float) else str(value)


# --- opening -------------------------------------------------------------------------------------------------


def open_source(layer: Layer, tell: Tell = untold) -> Source:
    """Look at a vector layer's file without reading its features; raises BadData when it cannot be used."""
    import pyogrio

    require_format(layer, vector_driver, FORMATS)
    shown, driver = layer.shown_path, vector_driver(layer.path)
    if len(layer.paths) > 1:
        raise BadData(problem("vector_many", file=shown, found=len(layer.paths)))
    path, encoding = _prepared(layer, driver, tell)
    with _said(layer):
        table = _table(layer, path, encoding)
        info = pyogrio.read_info(path, layer=table, encoding=encoding, force_total_bounds=True)
    if info["driver"] != driver:
        raise BadData(problem("file_format", file=shown, expected=FORMATS))
    if not info["geometry_type"]:
        raise BadData(problem("vector_no_geometry", file=shown))
    crs = _crs(layer, driver, info["crs"])
    if info["features"] and info["total_bounds"] is not None:
        require_range(crs, info["total_bounds"], shown)
    return Source(layer, path, table, encoding, tuple(map(str, info["fields"])), crs)


@contextmanager
def _said(layer: Layer):
    """What the libraries say of a bad file as a finding that names it."""
    import pyarrow
    import pyogrio

    try:
        yield
    except NotImplementedError:  # how shapely says that there are arcs
        raise BadData(problem("vector_curves", file=layer.shown_path)) from None
    except UnboundLocalError:  # how pyogrio says that it cannot write out a CRS
        raise BadData(problem("vector_crs_unknown", file=layer.shown_path, found="–")) from None
    except (
        pyogrio.errors.DataSourceError,
        pyogrio.errors.DataLayerError,
        pyogrio.errors.FeatureError,
        pyogrio.errors.GeometryError,
        pyogrio.errors.FieldError,
        pyarrow.ArrowException,
        shapely.errors.ShapelyError,
        ValueError,
        OSError,
    ) as error:
        said = str(error).split(";")[0].replace(str(layer.path), layer.shown_path)
        said = re.sub(r"(?<![\w.])/\S+/", "", said)[:120]  # no folder of this machine in a message
        raise BadData(problem("vector_unreadable", file=layer.shown_path, found=said or type(error).__name__)) from None


def _prepared(layer: Layer, driver: str, tell: Tell) -> tuple[Path, str | None]:
    """(what GDAL opens, encoding to open it with); text formats in another encoding than UTF-8 as a copy in UTF-8."""
    path, shown = layer.path, layer.shown_path
    if driver == "ESRI Shapefile":
        parts = {p.suffix.lower() for p in path.parent.iterdir() if p.stem == path.stem}
        absent = sorted({".shx", ".dbf"} - parts)
        if absent:
            raise BadData(problem("shapefile_part", file=shown, found=", ".join(absent)))
        encoding, wrong = encodings.of_shapefile(path, shown, layer.encoding)
        if wrong:
            tell("text_cpg_wrong", file=shown, found=wrong, used=encoding.upper())
        return path, encoding.upper()
    if driver not in ("GeoJSON", "LIBKML"):
        return path, None
    stat = path.stat()
    encoding = _encoding_of(path, stat.st_mtime_ns, stat.st_size, shown, layer.encoding)
    if driver == "LIBKML":
        fields = _fields_of_safe_kml(path, encoding, shown)
        if any(not re.fullmatch(r"\w+", name, re.ASCII) for name in fields):
            return _copy(path, "fields", lambda out: kml.with_schema(encodings.decoded(path, encoding), fields, out)), None
    return (path if encoding == "utf-8" else _copy(path, encoding, lambda out: _write_utf8(path, encoding, out))), None


_encoding_of = lru_cache(maxsize=64)(lambda path, _changed, _size, shown, wanted: encodings.of_text_file(path, shown, wanted))


def _copy(path: Path, what: str, write: Callable[[TextIO], None]) -> Path:
    """A copy of a text file in UTF-8, made once."""
    target = archives.scratch() / "unpacked" / f"{sha256(path)}-{what}{path.suffix}"
    if not target.is_file():
        part = target.with_name(f".part-{os.getpid()}-{target.name}")
        with part.open("w", encoding="utf-8") as out:
            write(out)
        os.replace(part, target)
    return target


def _write_utf8(path: Path, encoding: str, out: TextIO) -> None:
    """A text file in UTF-8, without the encoding that its first line may state."""
    for i, piece in enumerate(encodings.decoded(path, encoding)):
        out.write(piece if i else re.sub(r"^\s*<\?xml[^>]*\?>", "", piece))


def _fields_of_safe_kml(path: Path, encoding: str, shown: str) -> list[str]:
    """Names of a KML's ``Data``; refuses one with document types, entities or links to other documents, or whose root is something else."""
    if path.stat().st_size > _MAX_KML_BYTES:
        raise BadData(problem("kml_too_big", file=shown, found=path.stat().st_size / 1e6, limit=_MAX_KML_BYTES / 1e6))
    parser, seen, fields = xml.parsers.expat.ParserCreate("utf-8"), [], {}

    def refuse(*_: Any) -> None:
        raise BadData(problem("kml_entities", file=shown))

    def start(tag: str, attributes: dict) -> None:
        name = kml.local(tag)
        if not seen:
            seen.append(name)
            if name != "kml":
                raise BadData(problem("file_is_page", file=shown, expected=FORMATS))
        if name == "NetworkLink":
            raise BadData(problem("kml_link", file=shown))
        if name == "Data":
            fields[attributes.get("name", "")] = None

    parser.StartDoctypeDeclHandler = parser.EntityDeclHandler = parser.ExternalEntityRefHandler = refuse
    parser.StartElementHandler = start
    try:
        for piece in encodings.decoded(path, encoding):
            parser.Parse(piece.encode("utf-8"))
        parser.Parse(b"", True)
    except xml.parsers.expat.ExpatError as error:
        raise BadData(problem("vector_unreadable", file=shown, found=f"XML: {error}"[:120])) from None
    return list(fields)


def _table(layer: Layer, path: Path, encoding: str | None) -> str:
    """The table of a file that is meant: the one named, or the only one with geometry."""
    import pyogrio

    every = {str(name): kind for name, kind in pyogrio.list_layers(path)}
    spatial = [name for name, kind in every.items() if kind is not None]
    if layer.table is not None and layer.table in every:
        return layer.table
    if layer.table is None and len(spatial) == 1:
        return spatial[0]
    if not spatial:
        raise BadData(problem("vector_no_geometry", file=layer.shown_path))
    key = "vector_tables" if layer.table is None else "vector_no_table"
    raise BadData(problem(key, file=layer.shown_path, found=layer.table or "", known=", ".join(spatial)[:600]))


def _crs(layer: Layer, driver: str, written: str | None) -> CRS:
    """A file's CRS; one that is missing may be assumed by configuration, a contradicting one is refused."""
    shown, declared = layer.shown_path, layer.about.crs
    try:
        crs = CRS.from_user_input(written) if written else None
    except CRSError:
        raise BadData(problem("vector_crs_unknown", file=shown, found=written[:80])) from None
    if crs is not None and not (crs.is_geographic or crs.is_projected):  # "undefined" systems of GeoPackages
        crs = None
    if driver == "GeoJSON" and layer.assume_crs and b'"crs"' not in head_of(layer.path) and crs is not None and same_place(crs, LONLAT):
        crs = None  # GDAL says WGS 84 where the file says nothing
    if crs is None:
        if not (layer.assume_crs or declared):
            raise BadData(problem("vector_no_crs", file=shown))
        return CRS.from_user_input(layer.assume_crs or declared)
    if declared and not same_place(crs, CRS.from_user_input(declared)):
        raise BadData(problem("crs_differs", file=shown, found=crs.name, expected=declared))
    return crs
