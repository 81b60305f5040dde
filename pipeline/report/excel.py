"""The report as a workbook: one sheet a table, numbers as numbers, everything else as plain text."""

from __future__ import annotations

import datetime as dt
import io
from functools import lru_cache

import xlsxwriter

from pipeline.core.figures import DASH
from pipeline.core.text import clean
from pipeline.report.model import KINDS, Report, Table

MOST_ROWS = 1_000_000  # of a sheet; a longer table goes on in a next one
_MOST_TEXT = 32_000  # a cell holds 32,767 characters
_TITLE_ROW, _BASIS_ROW, _HEAD_ROW = 0, 1, 2
_LINE_PT = 13.5
_CREATED = dt.datetime(2000, 1, 1)  # equal runs are equal bytes
_OPTIONS = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}


def workbook(report: Report) -> bytes:
    """The xlsx file."""
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {**_OPTIONS, "in_memory": True}) as book:
        book.set_properties({"title": report.title, "author": report.issuer, "created": _CREATED})
        book.set_size(2400, 1600)
        formats = _formats(book)
        for table in report.sheets:
            for part, rows in enumerate(_parts(table)):
                name = table.sheet if part == 0 else f"{table.sheet} ({part + 1})"
                _sheet(book.add_worksheet(name[:31]), table, rows, report, formats, 0 if part else table.totals)
    return buffer.getvalue()


def _parts(table: Table) -> list:
    """The rows of each sheet a table takes."""
    starts = range(0, max(len(table.rows), 1), MOST_ROWS)
    return [table.rows[i : i + MOST_ROWS] for i in starts]


def _formats(book) -> dict:
    plain = {"font_name": "宋体", "font_size": 10, "valign": "top"}
    made = {
        "title": book.add_format({**plain, "bold": True, "font_size": 13}),
        "basis": book.add_format({**plain, "italic": True, "font_color": "#555555"}),
        "head": book.add_format({**plain, "bold": True, "text_wrap": True, "bg_color": "#E2EFDA", "border": 1, "valign": "vcenter"}),
        "blank": book.add_format({**plain, "align": "right"}),
        "blank_total": book.add_format({**plain, "align": "right", "bold": True}),
    }
    for kind, how in KINDS.items():
        side = "left" if how.decimals is None else "right" if how.thousands else "center"
        shown = {**plain, "num_format": how.excel, "text_wrap": how.decimals is None, "align": side}
        made[kind], made[f"{kind}_total"] = book.add_format(shown), book.add_format({**shown, "bold": True})
    return made


def _sheet(sheet, table: Table, rows, report: Report, formats: dict, totals: int) -> None:
    """Title, basis, head row, then the rows; frozen, filtered, ready to print."""
    sheet.write_string(_TITLE_ROW, 0, table.title, formats["title"])
    basis = " ".join(t for t in (report.mark, report.review, report.basis[0] if report.basis else "") if t)
    sheet.write_string(_BASIS_ROW, 0, basis, formats["basis"])
    widths = [_width(table, rows, j) for j in range(len(table.columns))]
    for j, column in enumerate(table.columns):
        sheet.write_string(_HEAD_ROW, j, column.head, formats["head"])
        sheet.set_column(j, j, widths[j])
    sheet.set_row(_HEAD_ROW, _LINE_PT * max(-(-span(c.head) // int(w - 1)) for c, w in zip(table.columns, widths, strict=True)) + 4)
    for i, row in enumerate(rows):
        total = "_total" if i < totals else ""
        sheet.set_row(_HEAD_ROW + 1 + i, _LINE_PT * _lines(table, row, widths))
        for j, (column, stored) in enumerate(zip(table.columns, row, strict=True)):
            _cell(sheet, _HEAD_ROW + 1 + i, j, column.value(stored), column, total, formats)
    last = _HEAD_ROW + max(len(rows), 1)
    sheet.freeze_panes(_HEAD_ROW + 1, min(2, len(table.columns) - 1))
    sheet.autofilter(_HEAD_ROW, 0, last, len(table.columns) - 1)
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(_HEAD_ROW)
    running = clean(report.running).replace("&", "&&")[:120]
    if running:
        sheet.set_header(f"&C{running}")
    sheet.set_footer(f"&L{running}&C— &P —")


def _cell(sheet, i: int, j: int, value, column, total: str, formats: dict) -> None:
    if value is None:
        sheet.write_string(i, j, DASH, formats[f"blank{total}"] if column.is_number else formats[f"text{total}"])
    elif column.is_number:
        sheet.write_number(i, j, value, formats[f"{column.kind}{total}"])
    else:
        sheet.write_string(i, j, value[:_MOST_TEXT], formats[f"{column.kind}{total}"])


def _lines(table: Table, row, widths: list[float]) -> int:
    """Lines a row takes: said outright, since not every program fits rows to wrapped text; at most 24."""
    wraps = [(c, v, w) for c, v, w in zip(table.columns, row, widths, strict=True) if c.kind == "text"]
    return min(max([1, *(-(-span(c.show(v)) // int(w - 1)) for c, v, w in wraps)]), 24)


@lru_cache(maxsize=100_000)
def span(text: str) -> int:
    """Width of a text in half-width characters."""
    return sum(2 if ord(c) > 0x2E80 else 1 for c in text)


def _width(table: Table, rows, j: int) -> float:
    """Wide enough for numbers and short texts; long texts wrap."""
    column = table.columns[j]
    longest = max((span(column.show(row[j])) for row in rows[:2000]), default=0)
    if column.is_number:
        return max(longest + 2, min(span(column.head) / 2 + 3, 18), 8)
    most = 110 if len(table.columns) == 2 and j == 1 else 44
    return min(max(longest + 2, min(span(column.head) + 3, 14)), most)
