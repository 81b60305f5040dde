"""Stages and the settings they depend on: what a stage reads of the configuration must be in its run record."""

import json
import os
import re
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest
from conftest import ROOT

from pipeline.__main__ import main
from pipeline.core import config as configuration
from pipeline.core import legend, recognise
from pipeline.core.paths import Paths
from pipeline.core.store import Store
from pipeline.stages import STAGES, Run, Stage, in_order


class Watched:
    """A configuration (or a section of it) that notes what is read from it, as dotted names."""

    def __init__(self, value, seen: set[str], name: str = ""):
        self._value, self._seen, self._name = value, seen, name

    def __getattr__(self, field):
        value, dotted = getattr(self._value, field), f"{self._name}.{field}".lstrip(".")
        if not self._name and isinstance(value, configuration.Section):
            return Watched(value, self._seen, dotted)
        self._seen.add(dotted)
        return value


_opened: set[Path] | None = None  # what Python opens while a test listens (an audit hook cannot be taken off again)


def _listen(event: str, arguments: tuple) -> None:
    if _opened is not None and event == "open" and isinstance(arguments[0], str | os.PathLike):
        _opened.add(Path(os.fspath(arguments[0])))


sys.addaudithook(_listen)


@dataclass(frozen=True)
class Observed:
    """A stage run on the default outputs: settings it reads, files it opens, inputs that its record names."""

    stage: Stage
    settings: set[str]
    opened: set[Path]
    recorded: set[Path]


@pytest.fixture(scope="module", params=STAGES.values(), ids=list(STAGES))
def observed(request, default_outputs, tmp_path_factory) -> Observed:
    """Each stage in turn, watched."""
    global _opened
    stage, folder, seen, paths = request.param, tmp_path_factory.mktemp(request.param.name), set(), Paths(ROOT)
    for other in STAGES:
        (folder / other).symlink_to(default_outputs / other)
    settings = Watched(configuration.load(ROOT / "config.yaml"), seen)
    legend.classes.cache_clear()
    legend.class_names.cache_clear()
    recognise.products(recognise.FOLDER)  # looked at once a process, for the hint which product a raster may be: no table stands on it
    with Store(folder, stage.name, language="zh", paths=paths) as store:
        _opened = set()
        try:
            stage.run(settings, store, paths, ())
        finally:
            opened, _opened = _opened, None
        recorded = {paths.resolve_shown(n) for n in store.record({}, "")["inputs"] if not n.startswith("@")}
    return Observed(stage, seen, opened, recorded)


def test_a_stage_reads_only_the_settings_it_declares(observed):
    stage = observed.stage
    undeclared = {s for s in observed.settings if not any(s == d or s.startswith(f"{d}.") for d in (*stage.settings, *stage.tuning))}
    assert not undeclared
    assert observed.settings


def test_what_a_stage_reads_stands_in_its_record(observed, default_outputs):
    """A file that is read and not recorded could change without a rerun.

    Ingest looks at the tables of the carbon stage early, so that their mistakes are told in minute one; they stand in that
    stage's record, which is the one they matter to.
    """
    recorded = set(observed.recorded)
    if observed.stage.name == "ingest":
        later = json.loads((default_outputs / "carbon/manifest.json").read_text(encoding="utf-8"))["inputs"]
        recorded |= {Paths(ROOT).resolve_shown(n) for n in later if not n.startswith("@")}
    read = {p.resolve() for p in observed.opened if p.resolve().is_relative_to(ROOT / "layers")}
    assert read <= recorded
    assert read


def test_order_and_dependencies_name_known_stages():
    names = list(STAGES)
    for stage in STAGES.values():
        assert all(names.index(before) < names.index(stage.name) for before in stage.after)
        for part in stage.code:
            assert (ROOT / "pipeline" / part).exists()
    assert [s.name for s in in_order(["carbon"])] == ["ingest", "tabulate", "cover", "carbon"]


def test_make_holds_the_same_order():
    """Side by side, make must not start a stage before all that it stands on: it would make them itself, twice at once."""
    before = dict(re.findall(r"^(\w+): ([a-z ]+)$", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))

    def all_before(name: str) -> set[str]:
        own = [n for n in before.get(name, "").split() if n in STAGES]
        return {*own, *(n for o in own for n in all_before(o))}

    for stage in STAGES.values():
        assert set(stage.after) <= all_before(stage.name), stage.name


def test_a_stage_that_stands_on_a_stale_one_is_planned(tmp_path):
    run = Run(configuration.load(ROOT / "config.yaml"), tmp_path / "none", Paths(ROOT))
    assert run.stale(["cover"]) == ["ingest", "tabulate", "cover"]
    assert isinstance(run.out, Path)


def test_a_file_the_system_refuses_is_named_without_its_folders(monkeypatch, capsys):
    def refuse(*_):
        raise PermissionError(13, "Permission denied", "/drive/secret/小班.shp")

    monkeypatch.setattr(configuration, "load", refuse)
    assert main(["ingest"]) == 5
    said = capsys.readouterr().err
    assert "小班.shp" in said and "secret" not in said and "Permission denied" in said
