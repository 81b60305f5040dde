"""The command line in a process of its own that is forked from one in which everything is imported already.

Starting Python and importing all that the stages use takes two seconds; a whole run of a small place takes few more. The
process forked from has run nothing: what a run leaves in memory is gone with it, as after ``python -m pipeline``.
"""

from __future__ import annotations

import multiprocessing
import os
import runpy
import subprocess
import sys
import tempfile
from pathlib import Path

_CONTEXT = multiprocessing.get_context("forkserver")
_CONTEXT.set_forkserver_preload(["forked_imports"])


def run(arguments: list[str], cwd: Path, seconds: float) -> subprocess.CompletedProcess:
    """``python -m pipeline …``; output captured as text."""
    with tempfile.TemporaryDirectory() as folder:
        said = [Path(folder) / "out", Path(folder) / "err"]
        process = _CONTEXT.Process(target=_run, args=(arguments, cwd, said))
        process.start()
        process.join(seconds)
        if process.exitcode is None:
            process.kill()
            raise subprocess.TimeoutExpired(arguments, seconds)
        out, err = (path.read_text(encoding="utf-8") for path in said)
        return subprocess.CompletedProcess(arguments, process.exitcode, out, err)


def _run(arguments: list[str], cwd: Path, said: list[Path]) -> None:
    """What the forked process does: the command line, its output into files."""
    for number, path in enumerate(said, 1):
        file = os.open(path, os.O_WRONLY | os.O_CREAT)
        os.dup2(file, number)
        os.close(file)
    os.chdir(cwd)
    sys.argv[1:] = arguments
    runpy.run_module("pipeline", run_name="__main__", alter_sys=True)
