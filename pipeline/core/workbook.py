"""Tables as rows of text, whatever they come in: CSV of any encoding and delimiter, sheets of Excel workbooks.

A workbook is a zip of XML: its sizes are looked at before anything opens it.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass

from pipeline.core import encodings
from pipeline.core.errors import BadData, problem
from pipeline.core.formats import UNSOUND_ZIP, XLS_MAGIC, head_of, is_workbook
from pipeline.core.layers import Layer
from pipeline.core.tables import unprefix

MAX_ROWS, MAX_COLUMNS = 200_000, 2_000
MAX_BYTES = 50 * 2**20  # of a CSV, and of a workbook when unzipped
_MAX_MEMBERS, _MAX_RATIO, _RATIO_FROM = 2_000, 200, 5 * 2**20
_DELIMITERS = ",\t;"


@dataclass(frozen=True)
class Rows:
    """The rows of a sheet that hold anything: (line as people count it, cells as text)."""

    shown: str
    rows: list[tuple[int, list[str]]]
    is_ragged: bool  # whether rows may differ in length only by mistake, as in CSV


def read_rows(layer: Layer) -> list[Rows]:
    """A table's rows; of a CSV one reading for each delimiter that is possible, the likeliest first."""
    shown = layer.shown_path
    head = head_of(layer.path)
    if head[:4] == XLS_MAGIC:
        raise BadData(problem("table_xls", file=shown))
    if is_workbook(layer.path):
        return [_sheet(layer)]
    if layer.path.stat().st_size > MAX_BYTES:
        raise BadData(problem("table_too_big", file=shown, found=layer.path.stat().st_size / 2**20, limit=MAX_BYTES / 2**20))
    content = layer.path.read_bytes()
    if b"\0" in content[:4096]:
        raise BadData(problem("file_format", file=shown, expected="CSV, Excel (.xlsx)"))
    text = _decoded(content, layer)
    order = sorted(_DELIMITERS, key=lambda d: -text[:20_000].count(d))
    return [r for d in order if (r := _csv(text, d, shown, is_likeliest=d == order[0]))]


def _decoded(content: bytes, layer: Layer) -> str:
    if layer.encoding is None:
        return content.decode(encodings.of_bytes(content, layer.shown_path))
    try:
        return content.decode("utf-8-sig" if layer.encoding == "utf-8" else layer.encoding)
    except UnicodeDecodeError:
        raise BadData(problem("text_encoding", file=layer.shown_path, found=layer.encoding)) from None


def _csv(text: str, delimiter: str, shown: str, is_likeliest: bool) -> Rows | None:
    """Rows by one delimiter; None when the text is not written with it."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    rows: list[tuple[int, list[str]]] = []
    try:
        line = 1
        for cells in reader:
            if any(c.strip() for c in cells):
                rows.append((line, [unprefix(c) for c in cells]))
                _require_size(rows, shown)
            line = reader.line_num + 1
    except csv.Error as error:
        if is_likeliest:
            raise BadData(problem("table_csv", file=shown, found=str(error))) from None
        return None
    return Rows(shown, rows, is_ragged=True)


def _require_size(rows: list[tuple[int, list[str]]], shown: str) -> None:
    if len(rows) > MAX_ROWS or len(rows[-1][1]) > MAX_COLUMNS:
        raise BadData(problem("table_too_long", file=shown, limit=MAX_ROWS, columns=MAX_COLUMNS))


# --- Excel ---------------------------------------------------------------------------------------------------


def _sheet(layer: Layer) -> Rows:
    """The sheet that is named, or the only one with anything on it."""
    import openpyxl

    _require_sound(layer)
    shown = layer.shown_path
    try:
        book = openpyxl.load_workbook(layer.path, read_only=True, data_only=True, keep_links=False)
        try:
            if layer.table is not None:
                if layer.table not in book.sheetnames:
                    raise BadData(problem("table_no_sheet", file=shown, found=layer.table, known=", ".join(book.sheetnames)))
                return Rows(shown, list(_rows(book[layer.table], shown)), is_ragged=False)
            visible = [s for s in book.worksheets if s.sheet_state == "visible"]
            filled = [s for s in visible if next(_rows(s, shown), None) is not None]
            if len(filled) > 1:
                raise BadData(problem("table_sheets", file=shown, known=", ".join(s.title for s in filled)))
            return Rows(shown, [row for s in filled for row in _rows(s, shown)], is_ragged=False)
        finally:
            book.close()
    except BadData:
        raise
    except Exception as error:  # noqa: BLE001 - openpyxl raises whatever its parsers meet in a damaged file
        raise BadData(problem("table_workbook", file=shown, found=type(error).__name__)) from None


def _rows(sheet, shown: str) -> Iterator[tuple[int, list[str]]]:
    """Rows with anything in them; the sheet's own word on its size is not believed."""
    sheet.reset_dimensions()
    count = 0
    for line, cells in enumerate(sheet.iter_rows(), 1):
        row = [_text(c) for c in cells]
        while row and not row[-1]:
            row.pop()
        if row:
            count += 1
            _require_size([(line, row)], shown)
            yield line, row
        if count > MAX_ROWS or line > 5 * MAX_ROWS:
            raise BadData(problem("table_too_long", file=shown, limit=MAX_ROWS, columns=MAX_COLUMNS))


def _text(cell) -> str:
    """A cell as people see it in a table of codes and figures: whole numbers without ".0", with the zeros of their format."""
    value = cell.value
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        value = int(value)
    if isinstance(value, int):
        zeros = cell.number_format if re.fullmatch("0{2,20}", str(cell.number_format or "")) else ""
        return str(value).zfill(len(zeros))
    if isinstance(value, dt.datetime | dt.date):
        return value.isoformat()[:10]
    return repr(value) if isinstance(value, float) else str(value).strip()


def _require_sound(layer: Layer) -> None:
    """Refuse a workbook that is a zip bomb, is locked, or whose XML declares entities; before any parser opens it."""
    shown = layer.shown_path
    try:
        with zipfile.ZipFile(layer.path) as archive:
            infos = archive.infolist()
            total, packed = sum(i.file_size for i in infos), max(layer.path.stat().st_size, 1)
            if total > MAX_BYTES or len(infos) > _MAX_MEMBERS or (total > _RATIO_FROM and total > _MAX_RATIO * packed):
                raise BadData(problem("table_too_big", file=shown, found=total / 2**20, limit=MAX_BYTES / 2**20))
            for info in infos:
                if info.flag_bits & 1:
                    raise BadData(problem("archive_locked", file=shown, found=info.filename[:80]))
                if info.filename.endswith((".xml", ".rels")):
                    with archive.open(info) as member:
                        content = member.read(info.file_size + 1)
                    if len(content) != info.file_size:
                        raise BadData(problem("archive_size", file=shown, found=info.filename[:80]))
                    if b"<!DOCTYPE" in content or b"<!ENTITY" in content:
                        raise BadData(problem("table_workbook", file=shown, found="DOCTYPE"))
    except (*UNSOUND_ZIP, OSError) as error:
        raise BadData(problem("table_workbook", file=shown, found=type(error).__name__)) from None
