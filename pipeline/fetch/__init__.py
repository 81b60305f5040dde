"""``make fetch``: public data for the study area, window by window, into folders the pipeline reads like any layer.

The only command that may use the network, and only when a source is named. An interrupted run goes on where it
stopped; an earlier copy stays until the new one is whole.
"""

from __future__ import annotations

import errno
import hashlib
import json
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.core.config import Config
from pipeline.core.errors import BadData, EnvironmentProblem, Findings, UsageError, problem
from pipeline.core.paths import Paths
from pipeline.core.progress import note
from pipeline.core.words import say
from pipeline.fetch.sources import Box, Source, choose, read_sources, tile_addresses

if TYPE_CHECKING:
    from pipeline.fetch.door import Door
    from pipeline.fetch.remote import Remote, RemoteFile

_PART = ".part"  # folder of what is half done, beside the finished ones


def run(config: Config, paths: Paths, names: list[str], *, force: bool = False) -> None:
    """Fetch the named sources, else those of the configuration, else only list what there is.

    ``force`` takes a source whose files changed since they were last fetched. Every source is tried; raises at the
    end with all that went wrong.
    """
    sources = read_sources(config.fetch.source_folders, paths)
    chosen = choose(names or config.fetch.sources, sources)
    box = study_box(config, paths)
    if not chosen:
        _show(sources, box, config.language)
        return
    found, lines = Findings(), []
    for name, source in chosen.items():
        try:
            lines.append(_Fetch(config, paths, box, name, source, force).do())
        except EnvironmentProblem as error:
            found.extend(error)
            break
        except (UsageError, BadData) as error:
            found.extend(error)
    for line in lines:
        print(line)
    found.stop()


def study_box(config: Config, paths: Paths) -> Box:
    """Bounds of the configured boundaries with the margin around them [degrees]."""
    from pipeline.core.layers import find
    from pipeline.core.vectors import read_features

    bounds = read_features(find(config.area.boundaries, "boundaries", paths, "boundaries")).total_bounds
    west, south, east, north = (float(v) for v in bounds)
    margin = config.fetch.margin_deg
    return west - margin, south - margin, east + margin, north + margin


def _show(sources: dict[str, Source], box: Box, language: str) -> None:
    """The menu: names, titles, sizes, licences."""
    print(say("fetch_menu", language, box=", ".join(f"{v:.3f}" for v in box)))
    for name, source in sources.items():
        print(f"  {name:<24} {source.title.get(language)}")
        print(say("fetch_menu_row", language, size=source.megabytes(box), licence=source.licence, hosts=", ".join(source.hosts)))
    print(say("fetch_menu_end", language, example=" ".join(list(sources)[:2])))


class _Fetch:
    """One source being fetched."""

    def __init__(self, config: Config, paths: Paths, box: Box, name: str, source: Source, force: bool):
        from pipeline.fetch.folder import target_folder

        self.settings, self.language, self.paths = config.fetch, config.language, paths
        self.box, self.name, self.source, self.force = box, name, source, force
        root = target_folder(config.fetch.folder, paths)
        self.final, self.part = root / name, root / _PART / name

    def do(self) -> str:
        """Fetch the source; the line for the configuration."""
        from filelock import FileLock, Timeout

        try:
            self.part.mkdir(parents=True, exist_ok=True)
            try:
                with FileLock(self.part.parent / f"{self.name}.lock", timeout=0):
                    self._fetch()
            except Timeout:
                raise EnvironmentProblem(problem("fetch_locked", name=self.name)) from None
        except OSError as error:
            raise self._refused(error) from None
        return self._line()

    def _fetch(self) -> None:
        from pipeline.fetch.folder import put_in_place, read_record, restore, write_about
        from pipeline.fetch.mosaic import write_window

        restore(self.final, self.part / "old")
        self._tell("fetch_start", title=self.source.title.get(self.language), licence=self.source.licence)
        most = self.settings.max_mb
        if self.source.megabytes(self.box) > most:
            raise UsageError(problem("fetch_too_big", found=f"{self.source.megabytes(self.box):.0f}", limit=f"{most:g}"))
        door = self._door()
        files = self._files(door)
        record = {
            "source": self._digest(),
            "box": list(self.box),
            "files": [{"url": f.shown, "size": f.size, "version": f.version} for f in files],
        }
        before = read_record(self.final)
        if before and all(before.get(key) == value for key, value in record.items()):
            shutil.rmtree(self.part, ignore_errors=True)
            self._tell("fetch_unchanged")
            return
        self._require_unchanged(before, record["files"])
        record["checksum_verified"] = [file.shown for file in files if file.verify()]
        new = self.part / "new"
        shutil.rmtree(new, ignore_errors=True)
        new.mkdir()
        file = f"{self.name}.tif"
        window = write_window(
            files, self.box, new / file, band=self.source.band, nodata=self.source.nodata, max_bytes=int(most * 1e6), label=self.name
        )
        write_about(new, file, self.source, window, record, self.paths)
        put_in_place(new, self.final, self.part / "old")
        shutil.rmtree(self.part, ignore_errors=True)
        if window.uncovered_share:
            self._tell("fetch_uncovered", share=f"{window.uncovered_share:.2%}")
        self._tell(
            "fetch_done", width=window.width, height=window.height, received=door.received / 1e6, remote=sum(f.size for f in files) / 1e6
        )

    def _door(self) -> Door:
        try:
            from pipeline.fetch.door import Door
        except ImportError as error:
            raise EnvironmentProblem(problem("fetch_packages", found=error.name or "requests")) from None
        s = self.settings
        return Door(
            self.source.hosts, trusted=s.hosts, timeout_s=s.timeout_s, total_s=s.total_minutes * 60, retries=s.retries,
            max_bytes=int(s.max_mb * 1e6),
        )  # fmt: skip

    def _files(self, door: Door) -> list[RemoteFile]:
        """The files that meet the study area, looked at one by one; those that may be absent and are, left out."""
        from pipeline.fetch.door import shown
        from pipeline.fetch.remote import RemoteFile

        files = []
        remotes = self._remotes(door)
        for i, remote in enumerate(remotes, 1):
            file = RemoteFile(door, remote, self.part / "blocks")
            if file.look():
                self._tell("fetch_file", number=i, total=len(remotes), url=file.shown, size=file.size / 1e6)
                files.append(file)
            else:
                self._tell("fetch_absent", number=i, total=len(remotes), url=file.shown)
        if not files:
            raise BadData(problem("fetch_nothing", place=shown(remotes[0].url)))
        return files

    def _remotes(self, door: Door) -> list[Remote]:
        from pipeline.fetch.remote import Remote

        if self.source.stac:
            from pipeline.fetch.stac import search

            return search(self.source.stac, door, self.box, self.settings.max_tiles)
        tiles = self.source.tiles
        addresses = tile_addresses(tiles, self.box)
        if len(addresses) > self.settings.max_tiles:
            raise UsageError(problem("fetch_tiles", found=len(addresses), limit=self.settings.max_tiles))
        sums = {name: "1220" + digest for name, digest in tiles.checksums.items()}
        return [Remote(url, sums.get(url.rpartition("/")[2]), tiles.may_be_absent) for url in addresses]

    def _require_unchanged(self, before: dict | None, files: list[dict]) -> None:
        """Raise BadData when a file differs from the one of the copy at hand, unless that is wanted."""
        known = {f["url"]: f["version"] for f in (before or {}).get("files", [])}
        changed = [f["url"] for f in files if known.get(f["url"], f["version"]) != f["version"]]
        if changed and not self.force:
            raise BadData(problem("fetch_changed", name=self.name, url=url) for url in changed)
        for url in changed:
            self._tell("fetch_taken", url=url)

    def _digest(self) -> str:
        """What the source file says, as a checksum."""
        return hashlib.sha256(json.dumps(self.source.model_dump(mode="json"), sort_keys=True).encode()).hexdigest()

    def _tell(self, key: str, **params) -> None:
        note(f"  {self.name}: {say(key, self.language, **params)}")

    def _line(self) -> str:
        """What to write in the configuration."""
        folder = self.final
        root = self.paths.config_folder
        shown = folder.relative_to(root).as_posix() if folder.is_relative_to(root) else str(folder)
        entry = f"{{layer: {shown}}}"
        line = f"land_cover:\n  - {entry}" if self.source.kind == "classes" else f"layers:\n  {self.source.role or self.name}: {entry}"
        return f"{say('fetch_line', self.language)}\n{line}"

    def _refused(self, error: OSError) -> EnvironmentProblem:
        """The operating system's refusal as one message."""
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            existing = next(p for p in (self.part, *self.part.parents) if p.exists())
            needed = int(self.source.megabytes(self.box) * 1e6)
            return EnvironmentProblem(problem("disk_full", file=self.name, needed=needed, free=shutil.disk_usage(existing).free))
        where = Path(error.filename).name if error.filename else self.name
        return EnvironmentProblem(problem("cannot_write", file=where, found=error.strerror or type(error).__name__))
