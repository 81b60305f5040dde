"""Finished map pages, and the facts behind them, for the tests of this folder."""

from __future__ import annotations

import dataclasses
import shutil
from pathlib import Path

import pytest
from map_world import Rich, make_rich

from pipeline.core import config as configuration
from pipeline.core.counties import Counties
from pipeline.core.paths import Paths
from pipeline.core.store import Store
from pipeline.maps import facts as reading

ROOT = Path(__file__).resolve().parents[2]
HOSTILE = (
    "{{7*7}}县{{ cycler.__init__.__globals__.os.getpid() }}",
    "{% raw %}场址{{未闭合 1{#号地",
    "</script><img src=x onerror=window.hacked=1>",
    "<svg/onload=window.hacked=2>'\"&amp;",
    "`${window.hacked=3}`\\",
    "上行\u2028下行\u202egnp.exe",
    "长" * 300 + "</template>{{",
)
# The same names as a reader should see them: line separators are blanks, a direction mark shows that it is there.
HOSTILE_SHOWN = (*HOSTILE[:5], "上行 下行�gnp.exe", HOSTILE[6])


@pytest.fixture(scope="session")
def pages(default_outputs) -> dict[str, Path]:
    """Page files of the run on the embedded data, by county code or ``index``."""
    return {p.stem.split("_")[0]: p for p in sorted((default_outputs / "maps").glob("*.html"))}


@pytest.fixture(scope="session")
def facts(default_outputs):
    """What the pages of that run show."""
    config = configuration.load(ROOT / "config.yaml")
    paths = Paths(ROOT)
    return reading.read(config, Store(default_outputs, "maps", language=config.language, paths=paths), paths)


@pytest.fixture(scope="session")
def hostile_facts(facts):
    """The same facts with names that try to be templates, scripts and markup."""
    frame = facts.places.frame.copy()
    frame["county_name"] = [HOSTILE[i % len(HOSTILE)] for i in range(len(frame))]
    sites, reasons, sources = facts.sites.copy(), facts.reasons.copy(), facts.sources.copy()
    for column in ("name", "county_name", "note"):
        sites[column] = [HOSTILE[i % len(HOSTILE)] for i in range(len(sites))]
    for i, text in enumerate(HOSTILE):
        for column in ("title", "requirement", "legal_basis", "found"):
            reasons.loc[reasons.index[i :: len(HOSTILE)], column] = text
        sources.loc[sources.index[i :: len(HOSTILE)], ["title", "publisher", "limits"]] = text
    return dataclasses.replace(
        facts, places=Counties(frame, facts.places.city), sites=sites, reasons=reasons, sources=sources, warnings=list(HOSTILE)
    )


@pytest.fixture(scope="session")
def hostile_shown() -> tuple[str, ...]:
    """The hostile names as a reader should see them."""
    return HOSTILE_SHOWN


@pytest.fixture(scope="session")
def hostile_pages(hostile_facts, tmp_path_factory) -> list[Path]:
    """The whole-area page and one county page made of hostile names."""
    from pipeline import maps

    folder = tmp_path_factory.mktemp("hostile")
    files = {code: maps.file_name(code, name) for code, name, _ in hostile_facts.places}
    code, name, _ = next(iter(hostile_facts.places))
    made = []
    for zone, file in ((maps.Zone("140800", HOSTILE[2], False), "index.html"), (maps.Zone(code, name, True), files[code])):
        path = folder / file
        path.write_bytes(maps.build(hostile_facts, hostile_facts.places.frame, zone, files).content)
        made.append(path)
    return made


@pytest.fixture(scope="session")
def rich(shared, tmp_path_factory) -> Rich:
    """A made-up place with all that can be shown (see ``map_world``), to write pages beside."""
    copy = tmp_path_factory.mktemp("rich") / "place"
    shutil.copytree(shared("rich", make_rich), copy)
    return Rich(copy / "config.yaml", copy / "out")


@pytest.fixture(scope="session")
def rich_pages(rich) -> dict[str, Path]:
    """Its pages, by county code or ``index``."""
    return rich.pages()
