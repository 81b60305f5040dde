"""Work on threads of this process, where each thread needs open files of its own."""

from __future__ import annotations

import ctypes
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, ThreadPoolExecutor, wait
from contextlib import AbstractContextManager, ExitStack
from itertools import islice
from queue import SimpleQueue
from typing import Literal, TypeVar

Reader, Item, Result = TypeVar("Reader"), TypeVar("Item"), TypeVar("Result")


def count_of(wanted: int | Literal["auto"]) -> int:
    """Number of threads: as configured, or one for each processor this process may use."""
    if wanted != "auto":
        return wanted
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def on_threads(
    open_reader: Callable[[], AbstractContextManager[Reader]], work: Callable[[Reader, Item], Result], items: Sequence[Item], threads: int
) -> Iterator[Result]:
    """What ``work(reader, item)`` makes of each item, as it comes, a few items ahead; closing the iterator ends the work.

    Readers are opened and closed on the calling thread (GDAL's datasets must not be shared); work takes one that is free.
    """
    with ExitStack() as opened:
        opened.callback(_give_back)
        readers: SimpleQueue[Reader] = SimpleQueue()
        for _ in range(min(threads, len(items))):
            readers.put(opened.enter_context(open_reader()))

        def one(item: Item) -> Result:
            reader = readers.get()
            try:
                return work(reader, item)
            finally:
                readers.put(reader)

        if threads == 1:
            yield from map(one, items)
            return
        with ThreadPoolExecutor(threads) as pool:
            waiting, running = iter(items), set()
            try:
                while True:
                    running |= {pool.submit(one, item) for item in islice(waiting, 2 * threads - len(running))}
                    if not running:
                        return
                    done, running = wait(running, return_when=FIRST_COMPLETED)
                    for future in done:
                        yield future.result()
            finally:
                for future in running:
                    future.cancel()


def _give_back() -> None:
    """Return freed memory to the system where the C library keeps what threads have freed (glibc): a hundred megabytes after a pass."""
    if sys.platform == "linux":
        trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
        if trim is not None:
            trim(0)
