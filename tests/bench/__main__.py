"""``make bench``: how long the pixel pass takes against its limit (decoding the file) and against other tools.

Contenders take turns, each in a process of its own; a ratio is the median over the rounds of two times of one round.
``make bench BENCH="--parcels 1000000"`` measures so many land-survey parcels instead, ``BENCH="--siting 10"`` the siting stage on the
synthetic city of that cell size (with ``--atlite PYTHON`` against atlite). Writes ``outputs/bench/bench.json`` (``parcels.json``,
``siting.json``) and prints a table. Fails only when results differ: no time is ever asserted.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path

from tests.bench.data import PROJECT, City
from tests.bench.report import agreement, parcel_summary, parcel_table, siting_summary, siting_table, summary, table
from tests.bench.siting import Sites
from tests.bench.survey import SURVEYORS, Survey

OUT = PROJECT / "outputs" / "bench" / "bench.json"
ENVIRONMENT = dict(os.environ)  # as it is before the pipeline closes GDAL's doors; other tools need some of them


def main() -> int:
    """Make the data, let the contenders run, write and print what came out; 1 when results differ."""
    options = _options()
    if options.parcels:
        return survey(options)
    if options.siting:
        return siting(options)
    City(options.cell).make(say, alone=False)
    if options.big:
        City(options.big).make(say, alone=True)
    groups = {name: rounds(name, plan, options.runs) for name, plan in warm_groups(options).items()}
    groups["others"] = rounds("others", others(options), 1)
    groups["process"] = whole_processes(process_group(options), options.runs)
    found = agreement(groups)
    made = summary(groups, found, options)
    _save(OUT, made, table(made))
    return int(not all(figure["agrees"] for figure in found.values()))


def survey(options: argparse.Namespace) -> int:
    """Parcels of a land survey against GeoPandas; 1 when results differ."""
    Survey(options.parcels).make(say)
    group = rounds("parcels", {name: {"contender": name, "parcels": options.parcels} for name in SURVEYORS}, options.runs)
    made = parcel_summary(group, options)
    _save(OUT.with_name("parcels.json"), made, parcel_table(made))
    return int(not made["agreement"]["agrees"])


def siting(options: argparse.Namespace) -> int:
    """The siting stage, and atlite where an interpreter has it; 1 when results differ."""
    Sites(options.siting).make(say)
    plan = {"siting_1t": {"contender": "siting", "threads": 1}, "siting": {"contender": "siting", "threads": 2}}
    plan["rules"] = {"contender": "rules", "threads": 2}
    if options.atlite:
        plan |= {"shared": {"contender": "shared", "threads": 2}, "atlite": {"contender": "atlite", "python": options.atlite}}
    group = rounds("siting", {name: spec | {"siting": options.siting} for name, spec in plan.items()}, options.runs)
    made = siting_summary(group, options)
    _save(OUT.with_name("siting.json"), made, siting_table(made))
    return int(not all(a["agrees"] for a in made["agreement"].values()))


def _save(path: Path, made: dict, shown: str) -> None:
    """Write the figures and print them."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(made, indent=1) + "\n", encoding="utf-8")
    print(shown)
    print(f"\n{path.relative_to(PROJECT)}")


def _options() -> argparse.Namespace:
    asked = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__.split("\n\n")[0])
    asked.add_argument("--cell", type=int, default=10, help="cell size [m] (default 10)")
    asked.add_argument("--big", type=int, default=5, help="cell size [m] of the city with more cells (default 5)")
    asked.add_argument("--no-big", dest="big", action="store_const", const=None, help="without it")
    asked.add_argument("--runs", type=int, default=5, help="rounds after the warm-up (default 5)")
    asked.add_argument("--threads", default="1,2", help="threads of the pass, the first is the reference (default 1,2)")
    asked.add_argument("--quick", action="store_true", help="cells of 30 and 15 m, for trying")
    asked.add_argument("--parcels", type=int, help="instead: so many land-survey parcels, against GeoPandas")
    asked.add_argument("--siting", type=int, help="instead: the siting stage on the synthetic city with cells of this size [m]")
    asked.add_argument("--atlite", metavar="PYTHON", help="with --siting: an interpreter that has atlite, to compare with")
    options = asked.parse_args()
    if options.quick:
        options.cell, options.big = 30, options.big and 15
    options.threads = [int(n) for n in options.threads.split(",")]
    return options


def say(text: str) -> None:
    """A line of progress."""
    print(text, file=sys.stderr, flush=True)


# --- who runs beside whom ------------------------------------------------------------------------------------


def warm_groups(options: argparse.Namespace) -> dict[str, dict[str, dict]]:
    """Contenders by group and name, as :mod:`tests.bench.one` takes them; ratios are taken within a group."""
    first, most = options.threads[0], max(options.threads)
    groups = {name: _against_limit(cell_m, options.threads) for name, cell_m in (("base", options.cell), ("4x", options.big)) if cell_m}
    ours = {"contender": "ours", "cell_m": options.cell}
    groups["further"] = {
        "ours": ours | {"threads": first},
        "ours_measure": ours | {"threads": first, "agb": True},
        "ours_stratum": ours | {"threads": first, "slope": True},
        "exactextract_carbon": {"contender": "exactextract", "cell_m": options.cell, "agb": True},
    }
    groups["dask"] = {"ours": ours | {"threads": most}, "dask": ours | {"threads": most, "scheduler": "local"}}
    return groups


def _against_limit(cell_m: int, threads: list[int]) -> dict[str, dict]:
    plan = {}
    for n in threads:
        suffix = "" if n == threads[0] else f"_{n}t"
        for name in ("decode", "ours"):
            plan[name + suffix] = {"contender": name, "cell_m": cell_m, "threads": n}
    return plan | {"exactextract": {"contender": "exactextract", "cell_m": cell_m}}


def others(options: argparse.Namespace) -> dict[str, dict]:
    """Slower tools, for information."""
    plan = {"ours": {"contender": "ours", "cell_m": options.cell, "threads": options.threads[0]}}
    return plan | {name: {"contender": name, "cell_m": options.cell} for name in ("rasterize", "rasterstats")}


def process_group(options: argparse.Namespace) -> dict[str, dict]:
    """Those measured from the start of a new interpreter to its end."""
    ours = {"contender": "ours", "cell_m": options.cell, "threads": max(options.threads)}
    return {"ours": ours, "exactextract": {"contender": "exactextract", "cell_m": options.cell}, "dask": ours | {"scheduler": "local"}}


# --- taking turns --------------------------------------------------------------------------------------------


class Child:
    """A contender waiting in its own process."""

    def __init__(self, spec: dict):
        """``spec``: what :mod:`tests.bench.one` takes."""
        self._said = tempfile.TemporaryFile("w+")  # noqa: SIM115 - closed with the process
        python = spec.get("python", sys.executable)  # another tool's own environment
        command = [python, "-m", "tests.bench.one", json.dumps({k: v for k, v in spec.items() if k != "python"})]
        self._process = subprocess.Popen(
            command, cwd=PROJECT, env=ENVIRONMENT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=self._said, text=True
        )

    def __enter__(self) -> Child:
        return self

    def __exit__(self, *exception: object) -> None:
        self._process.stdin.close()
        self._process.wait()
        self._process.stdout.close()
        self._said.close()

    def run(self) -> dict:
        """Run it once; raises RuntimeError with what it said when it could not."""
        self._process.stdin.write("\n")
        self._process.stdin.flush()
        answer = self._process.stdout.readline()
        if not answer:
            self._said.seek(0)
            raise RuntimeError(self._said.read())
        return json.loads(answer)


def rounds(group: str, plan: dict[str, dict], runs: int) -> dict[str, list[dict]]:
    """All contenders of a group in turn, ``runs`` times after a warm-up; the answers by name."""
    made = {name: [] for name in plan}
    with ExitStack() as opened:
        children = {name: opened.enter_context(Child(spec)) for name, spec in plan.items()}
        for number in range(runs + 1):
            for name, child in children.items():
                made[name].append(child.run())
            say(f"{group} {number}/{runs}: " + ", ".join(f"{name} {answers[-1]['seconds']:.2f} s" for name, answers in made.items()))
    return {name: answers[1:] for name, answers in made.items()}


def whole_processes(plan: dict[str, dict], runs: int) -> dict[str, list[dict]]:
    """The same where a run is a process from start to end; compiled code and files are where earlier runs left them."""
    made = {name: [] for name in plan}
    for number in range(runs):
        for name, spec in plan.items():
            start = time.perf_counter()
            with Child(spec) as child:
                answer = child.run()
            made[name].append(answer | {"seconds": time.perf_counter() - start, "first_s": answer["seconds"]})
        say(f"process {number + 1}/{runs}: " + ", ".join(f"{name} {answers[-1]['seconds']:.2f} s" for name, answers in made.items()))
    return made


if __name__ == "__main__":
    sys.exit(main())
