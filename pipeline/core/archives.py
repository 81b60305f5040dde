"""Zip archives as data files: unpacked into the pipeline's own scratch under guards, then treated as what they hold.

Everything in an archive is taken as hostile: names that lead elsewhere, links, sizes that are not true, archives in
archives. An archive that breaks one rule is refused whole and nothing of it is left behind.
"""

from __future__ import annotations

import atexit
import errno
import functools
import os
import shutil
import stat
import tempfile
import zipfile
from pathlib import Path, PurePosixPath

from pipeline.core.config import PROJECT
from pipeline.core.errors import BadData, EnvironmentProblem, problem
from pipeline.core.formats import UNSOUND_ZIP, ZIP_MAGIC, is_data, is_geodatabase, is_raster
from pipeline.core.store import sha256

MAX_MEMBERS = 10_000
MAX_BYTES = 20 * 2**30
MAX_RATIO, RATIO_FROM = 200, 100 * 2**20  # unpacked over packed size, judged above this many bytes
_PIECE = 1 << 20
_UNSEEN = ("__MACOSX", ".DS_Store", "Thumbs.db", "desktop.ini")


def unpacked(path: Path, shown: str) -> Path:
    """The folder with an archive's files, unpacked once; raises BadData when the archive breaks a rule."""
    stat_ = path.stat()
    return _unpacked(path, shown, stat_.st_mtime_ns, stat_.st_size)


@functools.lru_cache(maxsize=64)
def _unpacked(path: Path, shown: str, _changed: int, _size: int) -> Path:
    try:
        with zipfile.ZipFile(path) as archive:
            members = _checked(archive, path, shown)
            folder = scratch() / "unpacked" / sha256(path)
            if not _is_whole(folder, members):
                _unpack(archive, members, folder, shown)
            return folder
    except UNSOUND_ZIP as error:
        raise BadData(problem("archive_unreadable", file=shown, found=str(error)[:120] or type(error).__name__)) from None
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise EnvironmentProblem(problem("disk_full", file=shown, needed=_size, free=shutil.disk_usage(scratch()).free)) from None
        raise BadData(problem("archive_unreadable", file=shown, found=error.strerror or type(error).__name__)) from None


def choose(folder: Path, shown: str, table: str | None) -> tuple[list[Path], str | None]:
    """(data files meant, what of ``table`` is left to say) of an unpacked archive.

    ``table`` may name a file of the archive; without it the one data file is meant, or all rasters as tiles of one.
    Raises BadData listing what is there when that does not settle it.
    """
    found = {p.relative_to(folder).as_posix(): p for p in sorted(folder.rglob("*")) if _is_data(p, folder)}
    if len(found) > 1 and "doc.kml" in found and _is_contents(found["doc.kml"]):
        del found["doc.kml"]
    if table is not None:
        named = [p for name, p in found.items() if table in (name, p.name, p.stem)]
        if len(named) == 1:
            return named, None
    if len(found) == 1:
        return list(found.values()), table
    if "doc.kml" in found and table is None:
        return [found["doc.kml"]], None
    if found and table is None and all(is_raster(p) for p in found.values()):
        return list(found.values()), None
    if not found:
        raise BadData(problem("archive_no_data", file=shown))
    raise BadData(problem("archive_choose", file=shown, found=table or "–", known=", ".join(found)[:600]))


def _is_contents(path: Path) -> bool:
    """Whether a KML only names others, as GDAL and QGIS lay out a KMZ: a page of links to its layers."""
    text = path.read_bytes() if path.stat().st_size < _PIECE else b""
    return b"NetworkLink" in text and b"Placemark" not in text


def _is_data(path: Path, folder: Path) -> bool:
    """Whether a file of an archive is a data file of its own, not one of a geodatabase."""
    inside = path.relative_to(folder)
    return is_data(path) and not any(is_geodatabase(folder / p) for p in inside.parents)


# --- unpacking -----------------------------------------------------------------------------------------------


def _checked(archive: zipfile.ZipFile, path: Path, shown: str) -> dict[str, zipfile.ZipInfo]:
    """Files of an archive by their true names; raises BadData when one name or size is not acceptable."""

    def refuse(key: str, **params) -> BadData:
        return BadData(problem(key, file=shown, **params))

    infos = archive.infolist()
    if len(infos) > MAX_MEMBERS:
        raise refuse("archive_members", found=len(infos), limit=MAX_MEMBERS)
    members: dict[str, zipfile.ZipInfo] = {}
    folded: set[str] = set()
    for info in infos:
        name, kind = _name(info).replace("\\", "/"), stat.S_IFMT(info.external_attr >> 16)
        parts = PurePosixPath(name).parts
        if (
            name.startswith("/")
            or ".." in parts
            or ":" in name
            or any(ord(c) < 32 for c in name)
            or kind not in (0, stat.S_IFREG, stat.S_IFDIR)
            or any(len(p.encode()) > 255 for p in parts)
        ):
            raise refuse("archive_name", found=name[:80])
        if info.flag_bits & 1:
            raise refuse("archive_locked", found=name[:80])
        if not parts or name.endswith("/") or parts[0] in _UNSEEN or parts[-1] in _UNSEEN or parts[-1].startswith("._"):
            continue
        if "/".join(parts).casefold() in folded:
            raise refuse("archive_name", found=name[:80])
        folded.add("/".join(parts).casefold())
        members["/".join(parts)] = info
    total, packed = sum(i.file_size for i in members.values()), max(path.stat().st_size, 1)
    if total > MAX_BYTES or (total > RATIO_FROM and total > MAX_RATIO * packed):
        raise refuse("archive_bomb", found=total / 1e6, packed=packed / 1e6, limit=MAX_BYTES / 1e6, ratio=MAX_RATIO)
    return members


def _name(info: zipfile.ZipInfo) -> str:
    """A member's name; where the archive does not say UTF-8, by strict trial (zipfile takes it for CP437)."""
    if info.flag_bits & 0x800:
        return info.filename
    raw = info.orig_filename.encode("cp437", "replace")
    for encoding in ("utf-8", "gb18030"):
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    return info.filename


def _is_whole(folder: Path, members: dict[str, zipfile.ZipInfo]) -> bool:
    """Whether an earlier run unpacked all of it."""
    return folder.is_dir() and all((folder / n).is_file() and (folder / n).stat().st_size == i.file_size for n, i in members.items())


def _unpack(archive: zipfile.ZipFile, members: dict[str, zipfile.ZipInfo], folder: Path, shown: str) -> None:
    """Write all files into a folder beside, which gets its name when it is whole."""
    needed, free = sum(i.file_size for i in members.values()), shutil.disk_usage(scratch()).free
    if needed > free - 100 * 2**20:
        raise EnvironmentProblem(problem("disk_full", file=shown, needed=needed, free=free))
    folder.parent.mkdir(parents=True, exist_ok=True)
    part = Path(tempfile.mkdtemp(prefix=".part-", dir=folder.parent))
    try:
        for name, info in members.items():
            target = part / name
            target.parent.mkdir(parents=True, exist_ok=True)
            _write(archive, info, target, name, shown)
        if folder.exists():
            shutil.rmtree(folder)
        os.rename(part, folder)
    finally:
        shutil.rmtree(part, ignore_errors=True)


def _write(archive: zipfile.ZipFile, info: zipfile.ZipInfo, target: Path, name: str, shown: str) -> None:
    """One file, as many bytes as its archive says and no more; an archive in the archive is refused."""
    written = 0
    with archive.open(info) as source, target.open("xb") as out:
        while piece := source.read(_PIECE):
            if not written and piece.startswith((ZIP_MAGIC, b"7z\xbc\xaf\x27\x1c", b"Rar!")) and not name.lower().endswith(".xlsx"):
                raise BadData(problem("archive_nested", file=shown, found=name[:80]))
            written += len(piece)
            if written > info.file_size:
                raise BadData(problem("archive_size", file=shown, found=name[:80]))
            out.write(piece)
    if written != info.file_size:
        raise BadData(problem("archive_size", file=shown, found=name[:80]))


@functools.cache
def scratch() -> Path:
    """The pipeline's own folder for what it unpacks and converts; where the project is read-only, one for this run alone."""
    own = PROJECT / ".cache"
    try:
        (own / "unpacked").mkdir(parents=True, exist_ok=True)
        if os.access(own / "unpacked", os.W_OK):
            return own
    except OSError:
        pass
    made = Path(tempfile.mkdtemp(prefix="county-carbon-"))
    atexit.register(shutil.rmtree, made, ignore_errors=True)
    return made
