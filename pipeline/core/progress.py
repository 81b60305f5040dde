"""What a run says while it works: one line per stage, a bar while a long pass runs, nothing on a closed pipe."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator


def note(text: str) -> None:
    """One line to the log (standard error)."""
    print(text, file=sys.stderr, flush=True)


def track(items: Iterable, total: int, label: str) -> Iterator:
    """Yield ``items`` while a bar shows the share done; on a pipe, a line at each quarter of a long pass."""
    if sys.stderr.isatty():
        from rich.console import Console
        from rich.progress import track as bar

        yield from bar(items, label, total=total, console=Console(file=sys.stderr), transient=True)
        return
    quarter = 1
    for done, item in enumerate(items, 1):
        yield item
        if total >= 16 and done * 4 >= quarter * total and quarter < 4:
            note(f"  {label} {quarter * 25} %")
            quarter += 1
