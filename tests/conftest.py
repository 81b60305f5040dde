"""Shared fixtures: a finished run on the embedded data, a made-up place, and a way to run the command line."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from filelock import FileLock
from hypothesis import settings

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]

import forked  # noqa: E402

import pipeline  # noqa: E402, F401 - closes GDAL's doors before the tests import rasterio

REAL_DATA = Path(os.environ.get("REAL_DATA", ROOT.parent / "shared" / "data" / "real"))


# CI repeats the same examples; elsewhere each run tries new ones.
settings.register_profile("ci", derandomize=True)
if os.environ.get("CI"):
    settings.load_profile("ci")


def run_pipeline(*arguments: str | Path, cwd: Path = ROOT) -> subprocess.CompletedProcess:
    """``python -m pipeline …`` in a process of its own (see ``forked``); output captured as text."""
    return forked.run([str(a) for a in arguments], cwd, seconds=280)


def run_interpreter(*arguments: str | Path, env: dict[str, str] | None = None, cwd: Path = ROOT) -> subprocess.CompletedProcess:
    """The same in a new interpreter, as a user starts it: nothing imported, the environment ``env`` on top of that of the tests."""
    return subprocess.run(
        [sys.executable, "-m", "pipeline", *map(str, arguments)],
        cwd=cwd, capture_output=True, text=True, encoding="utf-8", timeout=280,
        env={**os.environ, "PYTHONPATH": str(ROOT), **(env or {})},
    )  # fmt: skip


LONG = (
    "test_demo.py",
    "test_whole_run.py",
    "test_real.py",
    "test_make.py",
    "test_readme.py",
    "test_city.py",
    "test_controls.py",
    "test_judged.py",
)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Files that take minutes begin first, so that no processor waits for one of them at the end."""
    items.sort(key=lambda item: LONG.index(item.path.name) if item.path.name in LONG else len(LONG))


@pytest.fixture(scope="session")
def cli():
    """The command line as a function."""
    return run_pipeline


@pytest.fixture(scope="session")
def new_interpreter():
    """The command line as a function, in a new interpreter each."""
    return run_interpreter


@pytest.fixture(scope="session")
def shared(tmp_path_factory):
    """``shared(name, make)``: a folder that the first worker to ask for it has made by ``make(folder)``; all others read it only."""
    parallel = "PYTEST_XDIST_WORKER" in os.environ
    base = tmp_path_factory.getbasetemp()
    base = base.parent if parallel else base

    def folder(name: str, make: Callable[[Path], object]) -> Path:
        with FileLock(base / f"{name}.lock"):
            if not (base / f"{name}.made").exists():
                (base / name).mkdir(exist_ok=True)
                make(base / name)
                (base / f"{name}.made").touch()
        return base / name

    return folder


@pytest.fixture(scope="session")
def default_outputs(shared) -> Path:
    """A finished run of all stages on config.yaml."""

    def make(folder: Path) -> None:
        done = run_interpreter("all", "--config", ROOT / "config.yaml", "--out", folder / "outputs")
        assert done.returncode == 0, done.stderr

    return shared("default", make) / "outputs"


@pytest.fixture(scope="session")
def real_data() -> Path:
    """Folder of real data kept beside the project; tests that need it skip where it is absent."""
    if not REAL_DATA.is_dir():
        pytest.skip("real data are not beside this checkout")
    return REAL_DATA
