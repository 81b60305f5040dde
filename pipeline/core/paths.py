"""Where input files may lie, and how a path written in the configuration becomes a file."""

from __future__ import annotations

import re
from pathlib import Path

from pipeline.core.config import PROJECT
from pipeline.core.errors import BadData, UsageError, problem

_FORBIDDEN = re.compile(r"://|^/vsi|[<>\x00-\x1f]|^~|^[A-Za-z]:[\\/]", re.IGNORECASE)


class Paths:
    """Turns a path written in the configuration into a file under an allowed folder."""

    def __init__(self, config_folder: Path, data_folders: list[str] | None = None):
        """``data_folders``: further folders, absolute or relative to the configuration."""
        self.config_folder = config_folder.resolve()
        self._data = [(self.config_folder / folder).resolve() for folder in data_folders or []]
        self._roots = [PROJECT, self.config_folder, *self._data]

    def resolve(self, written: str) -> Path:
        """The existing file or folder behind a written path.

        Relative paths are looked for beside the configuration, then in the project. Raises UsageError when the
        path leaves the allowed folders (symbolic links followed), BadData when nothing is there.
        """
        if not written.strip() or _FORBIDDEN.search(written):
            raise UsageError(problem("path_forbidden", path=written[:100]))
        candidates = [Path(written)] if Path(written).is_absolute() else [self.config_folder / written, PROJECT / written]
        for candidate in candidates:
            try:
                real = candidate.resolve()
                is_there = real.exists()
            except OSError:  # a name longer than the system takes
                raise UsageError(problem("path_forbidden", path=written[:100])) from None
            if is_there:
                if not any(real.is_relative_to(root) for root in self._roots):
                    raise UsageError(problem("path_outside", path=written[:200]))
                return real
        raise BadData(problem("file_missing", path=written[:200]))

    def shown(self, path: Path) -> str:
        """How a file is written in records: relative to a root, so that no machine's folders stand there."""
        names = ["", "@config/", *(f"@data{i}/" for i in range(1, len(self._data) + 1))]
        for name, root in zip(names, self._roots, strict=True):
            if path.is_relative_to(root):
                return name + path.relative_to(root).as_posix()
        return path.name

    def resolve_shown(self, shown: str) -> Path:
        """The file behind a name that :meth:`shown` gave."""
        names = ["", "@config/", *(f"@data{i}/" for i in range(1, len(self._data) + 1))]
        for name, root in reversed(list(zip(names, self._roots, strict=True))):
            if shown.startswith(name):
                return root / shown.removeprefix(name)
        raise BadData(problem("file_missing", path=shown))
