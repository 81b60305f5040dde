"""What a file is, by its first bytes and never by its name; everything else is refused before GDAL sees it."""

from __future__ import annotations

import lzma
import zipfile
import zlib
from pathlib import Path

RASTER_MAGIC = {b"II*\x00": "GTiff", b"MM\x00*": "GTiff", b"II+\x00": "GTiff", b"MM\x00+": "GTiff"}
NETCDF_MAGIC = {b"CDF\x01": "netCDF", b"CDF\x02": "netCDF", b"CDF\x05": "netCDF", b"\x89HDF": "netCDF"}
HDF4_MAGIC = b"\x0e\x03\x13\x01"
ZIP_MAGIC = b"PK\x03\x04"
UNSOUND_ZIP = (
    zipfile.BadZipFile,
    zipfile.LargeZipFile,
    zlib.error,
    lzma.LZMAError,
    RuntimeError,
    EOFError,
    ValueError,
)  # as zipfile says it
XLS_MAGIC = b"\xd0\xcf\x11\xe0"  # Excel before 2007

_SHAPE, _SQLITE, _BOM = b"\x00\x00\x27\x0a", b"SQLite format 3\x00", b"\xef\xbb\xbf"
_GPKG_IDS = (b"GPKG", b"GP10", b"GP11")  # application id in the head of the SQLite file
_TABLE_NAMES = (".csv", ".tsv", ".txt")  # plain text has no first bytes


def head_of(path: Path) -> bytes:
    """First bytes of a file; none of what is no regular file."""
    if not path.is_file():
        return b""
    with path.open("rb") as handle:
        return handle.read(512)


def is_raster(path: Path) -> bool:
    """Whether a file is of a raster format that is read."""
    return head_of(path)[:4] in {**RASTER_MAGIC, **NETCDF_MAGIC}


def is_geodatabase(path: Path) -> bool:
    """Whether a folder is an Esri file geodatabase."""
    return path.suffix.lower() == ".gdb" and (path / "a00000001.gdbtable").is_file()


def vector_driver(path: Path) -> str | None:
    """The GDAL driver that a vector file or file geodatabase is for; None when it is none that is read."""
    if is_geodatabase(path):
        return "OpenFileGDB"
    head = head_of(path)
    text = head.removeprefix(_BOM).lstrip()
    if head.startswith(_SHAPE):
        return None if path.suffix.lower() == ".shx" else "ESRI Shapefile"  # the index begins like the shapes
    if head.startswith(_SQLITE):
        return "GPKG" if head[68:72] in _GPKG_IDS else None
    if text.startswith(b"{"):
        return "GeoJSON"
    return "LIBKML" if text.startswith(b"<") and b"<kml" in head.lower() else None


def is_workbook(path: Path) -> bool:
    """Whether a file is an .xlsx workbook."""
    if head_of(path)[:4] != ZIP_MAGIC:
        return False
    try:
        with zipfile.ZipFile(path) as archive:
            return {"[Content_Types].xml", "xl/workbook.xml"} <= set(archive.namelist())
    except (*UNSOUND_ZIP, OSError):
        return False


def is_archive(path: Path) -> bool:
    """Whether a file is a zip of data files; a workbook is a zip too, but a table."""
    return head_of(path)[:4] == ZIP_MAGIC and not is_workbook(path)


def is_table(path: Path) -> bool:
    """Whether a file is a table: a workbook (an old one too, to be refused with advice), or text that is called one."""
    if is_workbook(path) or head_of(path)[:4] == XLS_MAGIC:
        return True
    return path.is_file() and path.suffix.lower() in _TABLE_NAMES and vector_driver(path) is None and not is_raster(path)


def is_data(path: Path) -> bool:
    """Whether layers are made of files like this one (not a part beside one, a picture or a text)."""
    return is_raster(path) or vector_driver(path) is not None or (is_table(path) and path.suffix.lower() != ".txt")
