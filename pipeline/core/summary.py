"""The short table at the end of a run: cover by reading, gap to the target, carbon; one line per zone."""

from __future__ import annotations

import sys
from pathlib import Path

import pandas as pd

from pipeline.core import tables
from pipeline.core.errors import UsageError, problem
from pipeline.core.figures import number
from pipeline.core.products import rows_of
from pipeline.core.units import T_TO_WANT
from pipeline.core.words import say


def show(out: Path, language: str) -> None:
    """Print the summary of a finished run to standard output; raises UsageError when there is none."""
    from rich.box import SIMPLE_HEAD
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    cover, carbon = (_read(out, schema) for schema in (tables.FOREST_COVER, tables.CARBON_SUMMARY))
    first = cover.iloc[0]
    cover = rows_of(cover, first["product"], first.year)
    readings = list(dict.fromkeys(cover.reading))
    route = carbon.route.iloc[0]
    carbon = rows_of(carbon[carbon.route == route], first["product"], first.year).set_index("county_code")

    year = "" if pd.isna(first.year) else f" {first.year}"
    table = Table(title=f"{first['product']}{year}", title_justify="left", box=SIMPLE_HEAD, pad_edge=False)
    table.add_column(say("col_zone", language), no_wrap=True)
    for reading in readings:
        table.add_column(f"{say('col_cover', language)}\n{reading}", justify="right")
    table.add_column(say("col_gap", language, reading=readings[0]), justify="right")
    table.add_column(say("col_verdict", language))
    table.add_column(say("col_carbon", language), justify="right", no_wrap=True)
    for zone, group in cover.groupby(["county_code", "county_name"], sort=False):
        by_reading = group.set_index("reading")
        main = by_reading.loc[readings[0]]
        stock = carbon.loc[zone[0]]
        gap = number(main.gap_pp)
        interval = f"{stock.stock_tc * T_TO_WANT:,.1f} ({stock.low_tc * T_TO_WANT:,.1f}–{stock.high_tc * T_TO_WANT:,.1f})"
        pct = [number(by_reading.forest_cover_pct[r]) for r in readings]
        name = "".join(c for c in zone[1] if c.isprintable())
        table.add_row(Text(f"{zone[0]} {name}"), *pct, gap, say(main.verdict, language), interval, end_section=main.level == "city")
    console = Console(width=None if sys.stdout.isatty() else 124, highlight=False, markup=False)
    console.print(table)
    console.print(first.basis)


def _read(out: Path, schema) -> pd.DataFrame:
    path = out / f"{schema.name}.csv"
    if not path.is_file():
        raise UsageError(problem("upstream_missing", file=f"{schema.name}.csv", stage=schema.name.split("/")[0]))
    return tables.read_csv(path, schema, shown=f"{schema.name}.csv")
