"""This run beside an earlier one: which figures moved, and which inputs and settings did.

Only like is put beside like: cover by product, year and reading, carbon by product, year and account, sites by id. What has
no counterpart is counted, never compared.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from pipeline.core import tables
from pipeline.core.errors import BadData, UsageError, problem
from pipeline.core.store import FOUND_BY, Store

_COVER = ["county_code", "product", "year", "reading"]
_CARBON = ["county_code", "product", "year", "route"]


@dataclass(frozen=True)
class Comparison:
    """``rows``: schema ``COMPARISON``, what can be compared; ``unmatched``: figures of either run without a counterpart, by measure.

    ``inputs``: (role, name, ``changed`` | ``added`` | ``removed``); ``settings``: dotted names of settings that differ.
    """

    rows: pd.DataFrame
    unmatched: dict[str, int]
    inputs: list[tuple[str, str, str]]
    settings: list[str]
    is_synthetic: bool

    def changed(self, measure: str) -> pd.DataFrame:
        """Rows of a measure that are not the same in both runs."""
        own = self.rows[self.rows.measure == measure]
        return own[~own.is_equal]


def compare(store: Store, earlier: Path) -> Comparison:
    """This run (upstream of ``store``) beside the one whose output folder is ``earlier``.

    Raises UsageError when that is this run's own folder, BadData when it holds no finished run or one that cannot be read.
    """
    if earlier.resolve() == store.out.resolve():
        raise UsageError(problem("earlier_is_this", folder=earlier.name))
    then = {stage: _record(earlier, stage) for stage in FOUND_BY}
    now = {stage: store.upstream_manifest(stage) for stage in FOUND_BY}

    def both(schema) -> tuple[pd.DataFrame, pd.DataFrame]:
        path = earlier / f"{schema.name}.csv"
        shown = f"{earlier.name}/{schema.name}.csv"
        return tables.read_csv(store.input(path), schema, shown=shown), store.read_table(schema)

    cover = both(tables.EARLIER_COVER)
    parts = {
        "forest_cover_pct": _numbers(*cover, _COVER, "forest_cover_pct"),
        "p_target": _numbers(*cover, _COVER, "p_target"),
        "cover_verdict": _texts(*cover, _COVER, "verdict"),
        "stock_tc": _numbers(*both(tables.EARLIER_CARBON), _CARBON, "stock_tc"),
        "site_verdict": _texts(*both(tables.EARLIER_SITES), ["site_id"], "verdict"),
    }
    return Comparison(
        pd.concat([rows.assign(measure=measure) for measure, (rows, _) in parts.items()], ignore_index=True),
        {measure: count for measure, (_, count) in parts.items()},
        _inputs(*both(tables.SOURCES)),
        sorted({name for stage in FOUND_BY for name in _differing(then[stage]["settings"], now[stage]["settings"])}),
        any("mark" in record for record in then.values()),
    )


def _record(earlier: Path, stage: str) -> dict[str, Any]:
    """A run record of the earlier run."""
    try:
        record = json.loads((earlier / stage / "manifest.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        record = None
    if not isinstance(record, dict) or not isinstance(record.get("settings"), dict):
        raise BadData(problem("earlier_missing", folder=earlier.name, file=f"{stage}/manifest.json"))
    return record


def _paired(then: pd.DataFrame, now: pd.DataFrame, key: list[str], value: str) -> tuple[pd.DataFrame, int]:
    """Rows of both runs by key, with the values as ``before`` and ``now``; and how many have no counterpart."""
    named = [c for c in ("county_code", "county_name", "site_id", "name") if c in now and c not in key]
    a, b = (frame[[*key, *(named if frame is now else []), value]] for frame in (then, now))
    joined = a.rename(columns={value: "before"}).merge(b.rename(columns={value: "now"}), on=key, how="outer", indicator=True)
    return joined[joined._merge == "both"].drop(columns="_merge"), int((joined._merge != "both").sum())


def _numbers(then: pd.DataFrame, now: pd.DataFrame, key: list[str], value: str) -> tuple[pd.DataFrame, int]:
    rows, alone = _paired(then, now, key, value)
    known = rows[rows.before.notna() | rows.now.notna()]
    same = (known.before == known.now) | (known.before.isna() & known.now.isna())
    return known.assign(difference=known.now - known.before, is_equal=same.astype(bool)), alone


def _texts(then: pd.DataFrame, now: pd.DataFrame, key: list[str], value: str) -> tuple[pd.DataFrame, int]:
    rows, alone = _paired(then, now, key, value)
    renamed = rows.rename(columns={"before": "before_text", "now": "now_text"})
    return renamed.assign(is_equal=(rows.before == rows.now).astype(bool)), alone


def _inputs(then: pd.DataFrame, now: pd.DataFrame) -> list[tuple[str, str, str]]:
    """What the runs were made from and differs: by role and name, several files as one."""
    before, after = ({k: tuple(sorted(g.sha256)) for k, g in frame.groupby(["role", "name"])} for frame in (then, now))
    told = [(k, "changed" if k in before and k in after else "added" if k in after else "removed") for k in sorted({*before, *after})]
    return [(*k, how) for k, how in told if before.get(k) != after.get(k)]


def _differing(then: Any, now: Any, at: str = "") -> list[str]:
    """Dotted names of settings that differ; a section that only one has counts as one."""
    if isinstance(then, dict) and isinstance(now, dict):
        return [name for k in sorted({*then, *now}) for name in _differing(then.get(k), now.get(k), f"{at}.{k}" if at else str(k))]
    return [] if then == now else [at]
