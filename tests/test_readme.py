"""The README keeps its word: its worked example runs as it stands, and what it names exists."""

import os
import re
import shutil
import subprocess
import sys

import pytest
from conftest import ROOT

from pipeline.core import config as configuration
from pipeline.core import tables

READMES = ["README.md", "README.zh.md"]


def blocks(name: str, kind: str) -> list[str]:
    return re.findall(rf"```{kind}\n(.*?)```", (ROOT / name).read_text(encoding="utf-8"), re.DOTALL)


def test_the_worked_example_runs_as_it_stands(tmp_path):
    """In a copy of all but the package: that is this checkout's, whose compiled code is there already."""
    for name in ("layers", "Makefile", "config.yaml", "requirements.lock"):
        (shutil.copytree if (ROOT / name).is_dir() else shutil.copy)(ROOT / name, tmp_path / name)
    (tmp_path / "bin").mkdir()
    wrapper = tmp_path / "bin" / "make"
    wrapper.write_text(f'#!/bin/sh\nexec {shutil.which("make")} VENV="{sys.prefix}" -o "{sys.prefix}/ready" "$@"\n')
    wrapper.chmod(0o755)
    (example,) = blocks("README.md", "sh")
    assert blocks("README.zh.md", "sh") == [example]
    environment = {k: v for k, v in os.environ.items() if not k.startswith("MAKE") and k != "MFLAGS"}
    environment |= {"PATH": f"{tmp_path / 'bin'}:{environment['PATH']}", "PYTHONPATH": str(ROOT)}
    done = subprocess.run(["bash", "-euc", example], cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=280)
    assert done.returncode == 0, done.stderr
    sites = tables.read_csv(tmp_path / "outputs_my" / "siting" / "site_screening.csv", tables.SITE_SCREENING)
    assert list(sites.name) == ["北坡光伏", "塬上风电"]
    assert sites.county_code.notna().all()


@pytest.mark.parametrize("name", READMES)
def test_the_settings_it_shows_are_settings(name, tmp_path):
    """Each yaml block, laid over the shipped configuration, is a valid configuration."""
    from ruamel.yaml import YAML

    yaml = YAML(typ="safe", pure=True)
    for block in blocks(name, "yaml"):
        whole = yaml.load((ROOT / "config.yaml").read_text(encoding="utf-8"))
        for key, value in yaml.load(block).items():
            whole[key] = {**whole[key], **value} if key in ("siting", "area") else value
        path = tmp_path / "config.yaml"
        with path.open("w", encoding="utf-8") as handle:
            yaml.dump(whole, handle)
        configuration.load(path)


@pytest.mark.parametrize("name", READMES)
def test_files_and_targets_it_names_exist(name):
    text = (ROOT / name).read_text(encoding="utf-8")
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    for target in re.findall(r"^    make (\w+)", text, re.MULTILINE):
        if target.islower():
            assert target in makefile
    for path in re.findall(r"\]\(([\w./-]+?)(?:#[\w-]*)?\)", text):
        assert (ROOT / path).exists(), path
    for path in set(re.findall(r"`(layers/[\w/.]+|pipeline/[\w/.]+)`", text)):
        assert (ROOT / path).exists(), path


def test_products_it_lists_are_made(default_outputs):
    text = (ROOT / "README.md").read_text(encoding="utf-8").split("## What it writes")[1].split("CSV is UTF-8")[0]
    for folder, said in re.findall(r"^\| `(\w+)/` \| (.*) \|$", text, re.MULTILINE):
        for name in re.findall(r"`([\w.]+\.\w+)`", said):
            assert (default_outputs / folder / name).is_file(), f"{folder}/{name}"
