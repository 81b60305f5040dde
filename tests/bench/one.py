"""One contender in a process of its own: ``python -m tests.bench.one '{"contender": "ours", "cell_m": 10, "threads": 2}'``.

With ``parcels`` in place of ``cell_m`` it is one of :mod:`tests.bench.survey`, with ``siting`` (cell size) of :mod:`tests.bench.siting`.

Each line on standard input runs it once and is answered by a line of JSON: what it made, ``seconds``, ``cpu_s`` (all threads
of this process) and ``peak_mib``, the largest memory of the process so far. The first run loads compiled code; the end of
input ends the process.
"""

from __future__ import annotations

import json
import resource
import sys
import time
from pathlib import Path

from tests.bench.contenders import CONTENDERS
from tests.bench.data import City
from tests.bench.siting import SITERS, Sites
from tests.bench.survey import SURVEYORS, Survey


def main(asked: str) -> None:
    """Get ready, then run once for each line that comes."""
    options = json.loads(asked)
    name = options.pop("contender")
    if "parcels" in options:
        ready = SURVEYORS[name](Survey(options.pop("parcels")))
    elif "siting" in options:
        ready = SITERS[name](Sites(options.pop("siting")), **options)
    else:
        ready = CONTENDERS[name](City(options.pop("cell_m")), **options)
    with ready as run:
        for _ in sys.stdin:
            start, cpu = time.perf_counter(), time.process_time()
            made = run()
            made |= {"seconds": time.perf_counter() - start, "cpu_s": time.process_time() - cpu, "peak_mib": peak_mib()}
            print(json.dumps(made), flush=True)


def peak_mib() -> float:
    """Largest resident memory of this process. [MiB]"""
    status = Path("/proc/self/status")
    if status.exists():  # rusage also holds the parent's memory at the fork
        return next(int(line.split()[1]) for line in status.read_text().splitlines() if line.startswith("VmHWM")) / 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (2**20 if sys.platform == "darwin" else 2**10)


if __name__ == "__main__":
    main(sys.argv[1])
