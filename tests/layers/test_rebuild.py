"""The embedded layers can be remade from their source packages, byte for byte."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

PROJECT = Path(__file__).resolve().parents[2]


def rebuild(*arguments, **environment) -> subprocess.CompletedProcess:
    kept = {k: v for k, v in os.environ.items() if not (environment and k.startswith("PIP_"))}
    command = [sys.executable, PROJECT / "layers" / "rebuild.py", *arguments]
    return subprocess.run(command, env=kept | environment, capture_output=True, text=True, encoding="utf-8", errors="replace", check=False)


@pytest.mark.network
def test_rebuilt_layers_equal_the_committed_ones():
    done = rebuild("--check")
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.network
def test_rebuild_writes_the_committed_bytes(tmp_path):
    done = rebuild("--out", tmp_path)
    assert done.returncode == 0, done.stderr
    written = {p.relative_to(tmp_path) for p in tmp_path.rglob("*") if p.is_file()}
    assert len(written) == 6
    assert all((tmp_path / p).read_bytes() == (PROJECT / "layers" / p).read_bytes() for p in written)


def test_no_packages_and_no_index_is_one_clear_message(tmp_path):
    done = rebuild("--check", "--packages", tmp_path, PIP_NO_INDEX="1", PIP_CONFIG_FILE=os.devnull, PYTHONIOENCODING="utf-8")
    assert done.returncode == 5
    assert "--packages" in done.stderr and "Traceback" not in done.stderr


def test_check_and_update_exclude_each_other():
    assert rebuild("--check", "--update").returncode == 2
