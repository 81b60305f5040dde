"""Where the pixel pass runs: on threads of this process or on Dask workers, near or far; the result is the same.

A long pass leaves a half-way file, so that a run that was cut off goes on where it stopped.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import logging
import os
import shutil
import signal
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, closing
from itertools import islice
from pathlib import Path
from zipfile import BadZipFile

import numpy as np

from pipeline.core.config import Compute
from pipeline.core.errors import EnvironmentProblem, PipelineError, problem
from pipeline.core.pixels import Block, Exact, Reader, Sums, Task, blocks, nothing, tally
from pipeline.core.progress import track
from pipeline.core.rasters import open_raster
from pipeline.core.threads import count_of, on_threads

_SAVE_EVERY_S = 30.0
_AHEAD = 8  # blocks handed out to each worker before it has finished others


class Engine:
    """Counts tasks; use as ``with Engine(...) as engine`` so that workers are let go."""

    def __init__(self, compute: Compute, half_way: Path | None = None):
        """``half_way``: folder for half-way files; without it a run that is cut off begins anew."""
        self._compute, self._half_way = compute, half_way
        self.threads = count_of(compute.workers)
        self._opened = ExitStack()
        self._client = None

    def __enter__(self) -> Engine:
        if self._compute.scheduler is not None:
            self._client = self._opened.enter_context(_client(self._compute.scheduler, self.threads))
        return self

    def __exit__(self, kind: type | None, *exception: object) -> None:
        self._opened.close()
        if kind is None and self._half_way is not None:  # files of passes that were cut off and are asked for no more
            shutil.rmtree(self._half_way, ignore_errors=True)

    def count(self, task: Task, label: str) -> Sums:
        """Every block of a task, counted once and added up; progress under ``label``."""
        with open_raster(task.layer) as raster:
            todo = blocks(task, self._compute.block, raster.block_shape)
        keep = None if self._half_way is None else HalfWay(self._half_way, task, todo)
        total, done = (nothing(task), np.zeros(len(todo), bool)) if keep is None else keep.read()
        left = [(i, b) for i, b in enumerate(todo) if not done[i]]
        saved = time.monotonic()
        with closing(self._run(task, left)) as parts:  # whatever stops the loop stops the workers too
            for i, part in track(parts, len(left), label):
                total, done[i] = total + part, True
                if keep is not None and time.monotonic() - saved > _SAVE_EVERY_S:
                    keep.write(total, done)
                    saved = time.monotonic()
        if keep is not None:
            keep.drop()
        return total

    def _run(self, task: Task, todo: list[tuple[int, Block]]) -> Iterator[tuple[int, Sums]]:
        if self._client is None:
            return on_threads(lambda: Reader(task), lambda reader, item: (item[0], tally(task, item[1], reader)), todo, self.threads)
        return _on_dask(self._client, task, todo)


# --- Dask ----------------------------------------------------------------------------------------------------


def _client(scheduler: str, workers: int):
    """A Dask client: of workers on this machine (``local``), or of a scheduler by its address."""
    try:
        from distributed import Client
    except ImportError:
        raise EnvironmentProblem(problem("dask_missing")) from None
    try:
        if scheduler == "local":
            return _local_client(workers)
        return Client(scheduler, timeout="5s", set_as_default=False)
    except (OSError, TimeoutError, ValueError) as error:
        raise EnvironmentProblem(problem("dask_unreachable", found=scheduler, said=str(error)[:120])) from None


@contextlib.contextmanager
def _local_client(workers: int):
    """A client of processes on this machine, which leave it to this one to say what went wrong."""
    import dask
    from distributed import Client, LocalCluster

    options = {"threads_per_worker": 1, "dashboard_address": "127.0.0.1:0", "silence_logs": logging.CRITICAL}
    with ExitStack() as opened:
        opened.enter_context(dask.config.set({"logging.distributed": "critical"}))
        before = signal.signal(signal.SIGINT, signal.SIG_IGN)  # workers inherit it: Ctrl-C is for this process alone
        try:
            cluster = opened.enter_context(LocalCluster(n_workers=workers, **options))
        finally:
            signal.signal(signal.SIGINT, before)
        yield opened.enter_context(Client(cluster, set_as_default=False))


def _on_dask(client, task: Task, todo: list[tuple[int, Block]]) -> Iterator[tuple[int, Sums]]:
    """The same tallies from Dask workers; a few blocks ahead for each, so that nothing piles up."""
    from distributed import CancelledError, KilledWorker, as_completed

    if not todo:
        return
    waiting = iter(todo)
    try:
        [shared] = client.scatter([task], broadcast=True)

        def hand_out(item: tuple[int, Block]):
            return client.submit(tally_far, shared, *item, pure=False, retries=1)

        ahead = _AHEAD * max(len(client.scheduler_info()["workers"]), 1)
        running = as_completed([hand_out(item) for item in islice(waiting, ahead)], loop=client.loop)
        for future in running:
            yield future.result()
            item = next(waiting, None)
            if item is not None:
                running.add(hand_out(item))
    except (KilledWorker, CancelledError, OSError, TimeoutError) as error:
        raise EnvironmentProblem(problem("dask_worker_lost", found=type(error).__name__)) from None


_own = threading.local()


def tally_far(task: Task, number: int, block: Block) -> tuple[int, Sums]:
    """One block on a worker; the files stay open for the next one of the same task."""
    try:
        if getattr(_own, "task", None) is not task:
            if getattr(_own, "reader", None) is not None:
                _own.reader.close()
            _own.reader = _own.task = None
            _own.reader, _own.task = Reader(task), task
        return number, tally(task, block, _own.reader)
    except PipelineError as caught:
        error = type(caught)(caught.problems)
    raise error  # without its history: what GDAL raised does not travel


# --- half-way files ------------------------------------------------------------------------------------------


class HalfWay:
    """What a pass has counted so far, and of which blocks; good only for the very same task."""

    def __init__(self, folder: Path, task: Task, todo: list[Block]):
        """``folder`` holds one file for each task."""
        self._task, self._count = task, len(todo)
        self._path = folder / f"{_fingerprint(task, todo)}.npz"

    def read(self) -> tuple[Sums, np.ndarray]:
        """The sums so far and which blocks are in them; nothing where there is no file, or none that can be read."""
        try:
            with np.load(self._path, allow_pickle=False) as kept:
                return _unpack({k: kept[k] for k in kept.files}, len(self._task.crossings), len(self._task.measures)), kept["done"]
        except (OSError, ValueError, KeyError, EOFError, BadZipFile):
            return nothing(self._task), np.zeros(self._count, bool)

    def write(self, total: Sums, done: np.ndarray) -> None:
        """Replace the file, whole or not at all."""
        self._path.parent.mkdir(parents=True, exist_ok=True)
        part = self._path.with_suffix(f".part-{os.getpid()}")
        try:
            with part.open("wb") as handle:
                np.savez(handle, done=done, **_pack(total))
                os.fsync(handle.fileno())
            os.replace(part, self._path)
        except OSError:  # a full disk must not end a pass that can do without
            part.unlink(missing_ok=True)

    def drop(self) -> None:
        """The pass is complete."""
        self._path.unlink(missing_ok=True)
        with contextlib.suppress(OSError):
            self._path.parent.rmdir()


def _fingerprint(task: Task, todo: list[Block]) -> str:
    """Changes whenever the task, its files, its blocks or this program do."""
    from pipeline.core.store import code_sha256

    digest = hashlib.sha256(code_sha256("tabulate").encode())
    for layer in (task.layer, *(s.layer for s in task.strata), *task.measures):
        for path in layer.paths:
            state = path.stat()
            digest.update(f"{path}|{state.st_size}|{state.st_mtime_ns}|{layer.about!r}|{layer.band}".encode())
    digest.update(repr((task.crossings, [(s.keys, s.bands, s.codes) for s in task.strata], todo)).encode())
    for array in (*task.zones.arrays, task.codes):
        digest.update(array.tobytes())
    return digest.hexdigest()[:32]


def _pack(total: Sums) -> dict[str, np.ndarray]:
    packed = {
        f"{name}_{i}_{part}": getattr(e, part)
        for name in ("area", "known", "total")
        for i, e in enumerate(getattr(total, name))
        for part in ("high", "low")
    }
    packed |= {f"{name}_{i}": a for name in ("low", "high") for i, a in enumerate(getattr(total, name))}
    packed["scale"] = np.array(total.scale)
    # Areas of strange codes by zone are Python integers of any size: as text.
    return packed | {"strange": np.array([json.dumps([*key, *area]) for key, area in total.strange.items()], dtype=np.str_)}


def _unpack(kept: dict[str, np.ndarray], tables: int, measures: int) -> Sums:
    def exact(name: str, count: int) -> list[Exact]:
        return [Exact(kept[f"{name}_{i}_high"], kept[f"{name}_{i}_low"]) for i in range(count)]

    strange = {(number, code): area for number, code, *area in (json.loads(str(line)) for line in kept["strange"])}
    spans = [[kept[f"{name}_{i}"] for i in range(measures)] for name in ("low", "high")]
    return Sums(exact("area", tables), exact("known", measures), exact("total", measures), *spans, kept["scale"].tolist(), strange)
