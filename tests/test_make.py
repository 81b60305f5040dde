"""The Makefile as a user types it: order, nothing to do, choices, side by side, clean."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from conftest import ROOT
from worlds import make_place

STAGES = ["ingest", "tabulate", "cover", "sample", "carbon", "siting", "maps", "report"]


def make(*arguments: str, out: Path | None = None) -> subprocess.CompletedProcess:
    """Run make in the project with the environment of these tests instead of a new .venv."""
    environment = {k: v for k, v in os.environ.items() if k not in ("MAKEFLAGS", "MFLAGS", "MAKELEVEL", "MAKEOVERRIDES")}
    command = ["make", f"VENV={sys.prefix}", "-o", f"{sys.prefix}/ready", *arguments, *([f"OUT={out}"] if out else [])]
    return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=280)


def contents(folder: Path) -> dict[str, bytes]:
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()}


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    folder = tmp_path_factory.mktemp("make")
    config = make_place(folder / "place")
    done = make(f"CONFIG={config}", out=folder / "out")
    assert done.returncode == 0, done.stderr
    return config, folder / "out", done


def test_the_main_job_ends_with_the_table_and_what_to_open(made):
    _, out, done = made
    assert "某市" in done.stdout and "丁市" in done.stdout and "50.00" in done.stdout
    assert str(out / "maps" / "index.html") in done.stdout
    for number, stage in enumerate(STAGES, 1):
        assert f"[{number}/8] {stage}" in done.stderr


def test_a_second_make_does_nothing_and_says_so(made):
    config, out, _ = made
    before = {p: p.stat().st_mtime_ns for p in out.rglob("*") if p.is_file() and ".locks" not in p.parts}
    done = make(f"CONFIG={config}", out=out)
    assert done.returncode == 0
    assert "没有变化" in done.stderr and "[" not in done.stderr and done.stdout == ""
    assert {p: p.stat().st_mtime_ns for p in before} == before


def test_side_by_side_gives_equal_bytes(made, tmp_path):
    config, out, _ = made
    done = make("-j2", f"CONFIG={config}", out=tmp_path / "j2")
    assert done.returncode == 0, done.stderr
    assert contents(tmp_path / "j2") == contents(out)


def test_one_stage_brings_what_it_stands_on(made, tmp_path):
    config, _, _ = made
    done = make("cover", f"CONFIG={config}", out=tmp_path / "运城 输出")
    assert done.returncode == 0, done.stderr
    assert {p.name for p in (tmp_path / "运城 输出").iterdir() if not p.name.startswith(".")} == {"ingest", "tabulate", "cover"}


def test_some_counties(made, tmp_path):
    config, _, _ = made
    done = make("maps", f"CONFIG={config}", "COUNTY=甲县 149904", out=tmp_path / "o")
    assert done.returncode == 0, done.stderr
    assert sorted(p.name for p in (tmp_path / "o" / "maps").glob("1*.html")) == ["149901_甲县.html", "149904_丁市.html"]
    done = make("maps", f"CONFIG={config}", "COUNTY=甲县")
    assert done.returncode == 2 and "--out" in done.stderr


def test_an_error_stops_make_with_one_sentence(made, tmp_path):
    config = make_place(tmp_path / "p", replace={"seed: 7": "sead: 7"})
    done = make(f"CONFIG={config}", out=tmp_path / "o")
    assert done.returncode == 2
    assert "seed" in done.stderr and "Traceback" not in done.stderr
    assert not (tmp_path / "o").exists()


def test_help_names_every_target():
    done = make("help")
    for word in (*STAGES, "test", "lint", "layers", "lock", "clean", "distclean", "CONFIG", "OUT", "COUNTY"):
        assert word in done.stdout


def test_clean_takes_the_outputs_and_nothing_else(made, tmp_path):
    config, _, _ = made
    assert make("ingest", f"CONFIG={config}", out=tmp_path / "o").returncode == 0
    (tmp_path / "o" / "mine.txt").write_text("keep")
    (tmp_path / "o" / "sample").mkdir()
    (tmp_path / "o" / "sample" / "sample_points.csv").write_text("filled in")
    assert make("clean", out=tmp_path / "o").returncode == 0
    assert sorted(p.name for p in (tmp_path / "o").iterdir()) == ["mine.txt", "sample"]  # field work is never thrown away
