"""The only door to ``outputs/``: reads earlier stages' files, writes products so that they are whole or absent.

A stage writes into a folder of its own and the finished files are moved to their names one by one, the
manifest last. The manifest records settings, inputs and outputs with checksums, package versions and warnings
and no clock time, so equal runs give equal bytes; it is also how a later run knows that nothing changed.
"""

from __future__ import annotations

import contextlib
import errno
import functools
import hashlib
import json
import os
import shutil
import socket
from collections.abc import Iterable
from importlib import metadata
from pathlib import Path
from typing import Any

from pipeline.core.config import PROJECT
from pipeline.core.errors import EnvironmentProblem, PipelineError, UsageError, problem
from pipeline.core.words import say

MANIFEST = "manifest.json"
FOUND_BY = ("ingest", "tabulate", "cover", "carbon", "siting")  # stages whose results maps and reports show
_UPSTREAM = "@out/"  # marks an input that an earlier stage wrote
_PACKAGES = [
    "numpy",
    "scipy",
    "numba",
    "pandas",
    "geopandas",
    "pyogrio",
    "rasterio",
    "shapely",
    "pyproj",
    "pvlib",
    "windpowerlib",
    "matplotlib",
    "xarray",
    "folium",
    "branca",
    "jinja2",
    "pydantic",
    "ruamel.yaml",
    "pandera",
    "python-docx",
    "XlsxWriter",
    "XStatic-Leaflet",
]


def sha256(path: Path) -> str:
    """Checksum of a file's bytes, read in pieces."""
    with path.open("rb") as handle:
        return hashlib.file_digest(handle, "sha256").hexdigest()


class Store:
    """Files of one stage of one run; use as ``with Store(...) as store`` and finish with :meth:`commit`."""

    def __init__(self, out: Path, stage: str, *, language: str, paths=None, is_quiet: bool = False):
        """``out``: the output folder; ``paths`` turns written input paths into files (for the record).

        ``is_quiet``: warnings are noted and not said.
        """
        self.out, self.stage, self.language, self._paths = out, stage, language, paths
        self.folder = out / stage
        self._part = out / ".part" / f"{stage}-{os.getpid()}"
        self._scratch = self._part.with_name(f"{self._part.name}-scratch")
        self._inputs: dict[str, str] = {}
        self._warnings: list[dict[str, Any]] = []
        self._facts: dict[str, Any] = {}
        self._lock, self._is_quiet = None, is_quiet

    # Life of a stage

    def __enter__(self) -> Store:
        with _told(self.folder):
            self.out.mkdir(parents=True, exist_ok=True)
            self._lock = _lock(self.out / ".locks" / self.stage)
            for left in (self.out / ".part").glob(f"{self.stage}-*"):  # of a run that was killed
                shutil.rmtree(left, ignore_errors=True)
            self._part.mkdir(parents=True)
        return self

    def __exit__(self, *_: object) -> None:
        shutil.rmtree(self._part, ignore_errors=True)
        shutil.rmtree(self._scratch, ignore_errors=True)
        with contextlib.suppress(OSError):
            (self.out / ".part").rmdir()
        _unlock(self._lock)

    def record(self, settings: dict[str, Any], code: str) -> dict[str, Any]:
        """The run record of what was read and written so far."""
        made = sorted(p for p in self._part.rglob("*") if p.is_file())
        return {
            "stage": self.stage,
            "settings": settings,
            "inputs": dict(sorted(self._inputs.items())),
            "outputs": {p.relative_to(self._part).as_posix(): sha256(p) for p in made},
            "warnings": self._warnings,
            "facts": self._facts,
            "code_sha256": code,
            "versions": versions(),
            **({"mark": say("synthetic", self.language)} if self.is_synthetic else {}),
        }

    def commit(self, settings: dict[str, Any], code: str) -> None:
        """Move the finished files to their names, drop files this stage no longer makes, write the manifest last."""
        record = self.record(settings, code)
        with _told(self.folder):
            before = read_manifest(self.out, self.stage)
            self.folder.mkdir(parents=True, exist_ok=True)
            for name in record["outputs"]:
                target = self.folder / name
                target.parent.mkdir(parents=True, exist_ok=True)
                with _told(target):
                    os.replace(self._part / name, target)
            for name in set((before or {}).get("outputs", {})) - set(record["outputs"]):
                with contextlib.suppress(OSError):
                    if _is_plain(name):
                        (self.folder / name).unlink()
            text = json.dumps(record, ensure_ascii=False, indent=1, sort_keys=True) + "\n"
            part = self._part / MANIFEST
            part.write_text(text, encoding="utf-8")
            with part.open("rb") as handle:
                os.fsync(handle.fileno())
            os.replace(part, self.folder / MANIFEST)

    # Reading

    def input(self, path: Path) -> Path:
        """Note a source file as an input of this stage; returns it."""
        self._inputs[self._paths.shown(path) if self._paths else path.name] = sha256(path)
        return path

    def upstream(self, name: str) -> Path:
        """A file an earlier stage wrote (``stage/file``), noted as an input."""
        path = self.out / name
        if not path.is_file():
            raise UsageError(problem("upstream_missing", file=name, stage=name.split("/")[0]))
        self._inputs[_UPSTREAM + name] = sha256(path)
        return path

    def read_table(self, schema):
        """A table an earlier stage wrote, checked against its schema."""
        from pipeline.core import tables

        return tables.read_csv(self.upstream(f"{schema.name}.csv"), schema, shown=f"{schema.name}.csv")

    def read_table_if_any(self, schema):
        """A table that an earlier stage writes only when there is something to write; None when it did not."""
        return self.read_table(schema) if (self.out / f"{schema.name}.csv").is_file() else None

    def read_parameters(self, path: Path, schema):
        """A parameter table from layers/ or from the user, checked against its schema and noted as an input."""
        from pipeline.core import tables

        shown = self._paths.shown(path) if self._paths else path.name
        table = tables.read_csv(path, schema, shown=shown)
        self.input(path)
        return table

    def upstream_manifest(self, stage: str) -> dict[str, Any]:
        """The run record of an earlier stage."""
        return json.loads(self.upstream(f"{stage}/{MANIFEST}").read_text(encoding="utf-8"))

    def upstream_warnings(self, stages: Iterable[str]) -> list[tuple[str, str]]:
        """(number, sentence) of every warning of earlier stages, in the run's language."""
        return [
            (f"{stage}-{i}", say(w["key"], self.language, **w["params"]))
            for stage in stages
            for i, w in enumerate(self.upstream_manifest(stage)["warnings"], 1)
        ]

    # Writing

    def new(self, name: str) -> Path:
        """Where to write a product; it gets its final name only at :meth:`commit`."""
        path = self._part / name
        path.parent.mkdir(parents=True, exist_ok=True)
        return path

    def scratch(self) -> Path:
        """A folder for files that a stage needs while it runs; it goes with the run, however that ends."""
        with _told(self.folder):
            self._scratch.mkdir(parents=True, exist_ok=True)
        return self._scratch

    def write_bytes(self, name: str, content: bytes) -> None:
        """Write a product file; a full disk or a read-only folder ends the run with exit code 5."""
        with _told(self.folder / name, needed=len(content)):
            self.new(name).write_bytes(content)

    def write_table(self, frame, schema) -> None:
        """Write a product table under its schema's name."""
        from pipeline.core import tables

        name = schema.name.split("/", 1)[1]
        self.write_bytes(f"{name}.csv", tables.to_csv(self._marked(tables.check(frame, schema, schema.name))))

    def write_features(self, name: str, frame, layer: str) -> None:
        """Write a GeoPackage of one layer, any kind of geometry."""
        import pyogrio

        with _told(self.folder / name):
            try:
                pyogrio.write_dataframe(self._marked(frame), self.new(name), layer=layer, driver="GPKG", geometry_type="Unknown")
            except pyogrio.errors.DataSourceError as error:  # what GDAL says when the disk is full
                raise OSError(errno.ENOSPC if _is_full(self.out) else errno.EIO, str(error)) from None

    @property
    def is_synthetic(self) -> bool:
        """Whether made-up data are among the sources of the run; every product then says so."""
        if self.stage == "ingest":
            return bool(self._facts.get("synthetic"))
        return bool(((read_manifest(self.out, "ingest") or {}).get("facts") or {}).get("synthetic"))

    def _marked(self, frame):
        """A table with the mark of made-up data as one more column, where there are any."""
        return frame.assign(mark=say("synthetic", self.language)) if self.is_synthetic else frame

    def warn(self, key: str, /, **params: Any) -> None:
        """A numbered warning for log, run record and report."""
        entry = {"key": key, "params": params}
        if entry in self._warnings:
            return
        self._warnings.append(entry)
        if not self._is_quiet:
            from pipeline.core.progress import note

            note(f"{say('warning', self.language)} {self.stage}-{len(self._warnings)}: {say(key, self.language, **params)}")

    @property
    def warnings(self) -> list[dict[str, Any]]:
        """What was warned of so far: key and parameters of each sentence."""
        return list(self._warnings)

    def fact(self, key: str, value: Any) -> None:
        """Something later stages and readers of the run record want to know."""
        self._facts[key] = value


def read_manifest(out: Path, stage: str) -> dict[str, Any] | None:
    """A stage's run record, or None when there is none that can be read."""
    try:
        record = json.loads((out / stage / MANIFEST).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return record if isinstance(record, dict) else None


def is_fresh(out: Path, stage: str, settings: dict[str, Any], code: str, resolve) -> bool:
    """Whether a stage's products still follow from its settings, inputs and code, and are all there unchanged.

    ``resolve`` turns an input path of the record into a file, or raises.
    """
    record = read_manifest(out, stage)
    if record is None or record.get("code_sha256") != code or record.get("versions") != versions():
        return False
    if record.get("settings") != json.loads(json.dumps(settings)):
        return False
    try:
        for name, checksum in record["inputs"].items():
            path = out / name.removeprefix(_UPSTREAM) if name.startswith(_UPSTREAM) else resolve(name)
            if sha256(path) != checksum:
                return False
        return all(_is_plain(n) and sha256(out / stage / n) == c for n, c in record["outputs"].items())
    except (OSError, PipelineError, KeyError, AttributeError, TypeError):  # files gone, or a record of another make
        return False


def _is_plain(name: str) -> bool:
    """A relative path without steps upward: a manifest may not point outside its stage's folder."""
    return not Path(name).is_absolute() and ".." not in Path(name).parts


@functools.cache
def versions() -> dict[str, str]:
    """Versions of Python and of the packages the numbers rest on."""
    import platform

    found = {"python": platform.python_version()}
    for name in _PACKAGES:
        with contextlib.suppress(metadata.PackageNotFoundError):
            found[name] = metadata.version(name)
    return found


@functools.cache
def code_sha256(*parts: str) -> str:
    """Checksum over the code files a stage is made of; folders count with all they hold."""
    digest = hashlib.sha256()
    root = PROJECT / "pipeline"
    files: set[Path] = set()
    for part in ("__init__.py", "core", *parts):
        path = root / part
        files |= {p for p in path.rglob("*") if p.is_file()} if path.is_dir() else {path}
    for path in sorted(p for p in files if "__pycache__" not in p.parts):
        digest.update(path.relative_to(root).as_posix().encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()


def _lock(path: Path):
    """Hold a stage of an output folder, or say who does."""
    from filelock import FileLock, Timeout

    path.parent.mkdir(parents=True, exist_ok=True)
    lock, owner = FileLock(f"{path}.lock"), Path(f"{path}.owner")
    try:
        lock.acquire(timeout=0)
    except Timeout:
        held_by = owner.read_text() if owner.is_file() else ""
        raise EnvironmentProblem(problem("locked", stage=path.name, owner=held_by or "?")) from None
    owner.write_text(f"pid {os.getpid()} @ {socket.gethostname()}")
    return lock


def _unlock(lock) -> None:
    """Leave an empty lock file (removing it would race with the next run) and no trace of who held it."""
    Path(lock.lock_file).with_suffix(".owner").unlink(missing_ok=True)
    lock.release()


def _is_full(folder: Path) -> bool:
    return shutil.disk_usage(folder).free < 1_000_000


@contextlib.contextmanager
def _told(target: Path, needed: int = 0):
    """Operating-system refusals as one clear message with exit code 5."""
    try:
        yield
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            existing = next(p for p in (target, *target.parents) if p.exists())
            free = shutil.disk_usage(existing).free
            raise EnvironmentProblem(problem("disk_full", file=target.name, needed=needed, free=free)) from None
        raise EnvironmentProblem(
            problem("cannot_write", file=f"{target.parent.name}/{target.name}", found=error.strerror or type(error).__name__)
        ) from None
