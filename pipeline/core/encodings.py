"""Which encoding text is in, by strict trial: what a file says of itself is often wrong, and guessers take GBK for Korean.

GB18030 holds GBK and GB2312. A shapefile's table is tried field by field, because writers cut long names in the middle
of a character.
"""

from __future__ import annotations

import codecs
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

import numpy as np

from pipeline.core.errors import BadData, problem

TRIED = ("utf-8", "gb18030")
_CHUNK_ROWS, _CHUNK_BYTES = 65_536, 1 << 20
_SINGLE_BYTE = ("iso8859-1", "cp1252", "latin-1", "cp437", "cp850", "ascii")  # decode anything, so they prove nothing
_EAST_ASIAN = "\u2e80"  # the first character of East Asian scripts


def normal(name: str | None) -> str | None:
    """Python's name of an encoding as ``.cpg`` files write it (936, GBK, UTF8, ANSI 936); None when it is none we know."""
    text = (name or "").strip().lower().removeprefix("ansi").removeprefix("oem").strip(" -_")
    try:
        found = codecs.lookup(f"cp{text}" if text.isdigit() else text).name
    except (LookupError, ValueError):
        return None
    return "gb18030" if found in ("gbk", "gb2312", "hz", "cp936") else found


def of_bytes(content: bytes, shown: str) -> str:
    """``utf-8-sig`` or ``gb18030``; raises BadData when a text is neither."""
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            content.decode(encoding)
            return encoding
        except UnicodeDecodeError:
            continue
    raise BadData(problem("text_encoding", file=shown, found="UTF-8, GB18030"))


def of_text_file(path: Path, shown: str, wanted: str | None = None) -> str:
    """Encoding of a text file of any size; ``wanted`` is the configured one, and then the only one tried."""
    for encoding in (wanted,) if wanted else TRIED:
        try:
            for _ in decoded(path, encoding):
                pass
            return encoding
        except UnicodeDecodeError:
            continue
    raise BadData(problem("text_encoding", file=shown, found=wanted or "UTF-8, GB18030"))


def decoded(path: Path, encoding: str) -> Iterator[str]:
    """A text file in pieces; raises UnicodeDecodeError where it is not in ``encoding``."""
    decoder = codecs.getincrementaldecoder("utf-8-sig" if encoding == "utf-8" else encoding)()
    with path.open("rb") as handle:
        while piece := handle.read(_CHUNK_BYTES):
            yield decoder.decode(piece)
    yield decoder.decode(b"", final=True)


# --- tables of shapefiles ------------------------------------------------------------------------------------


def of_shapefile(path: Path, shown: str, wanted: str | None = None) -> tuple[str, str | None]:
    """(encoding of a shapefile's text, the wrong one that its ``.cpg`` states or None).

    The stated encoding counts when all text decodes in it; a single-byte one, in which any text does, only when UTF-8 and
    GB18030 fail. ``wanted`` is the configured encoding. Raises BadData when nothing fits.
    """
    beside = {p.suffix.lower(): p for p in path.parent.iterdir() if p.stem == path.stem}
    written = beside[".cpg"].read_bytes()[:64].decode("ascii", "replace").strip() if ".cpg" in beside else None
    stat = beside[".dbf"].stat()
    found = _of_table(beside[".dbf"], stat.st_mtime_ns, stat.st_size, normal(written), wanted, shown)
    if found is None:
        return wanted or "utf-8", None
    return found, written if written and not wanted and normal(written) != found else None


@lru_cache(maxsize=64)
def _of_table(table: Path, _changed: int, _size: int, stated: str | None, wanted: str | None, shown: str) -> str | None:
    """The encoding in which all text of a table decodes; None when it is all ASCII."""
    if wanted:
        order = [wanted]
    elif stated in (None, *_SINGLE_BYTE):
        order = [*TRIED, *([stated] if stated else [])]
    else:
        order = [stated, *(e for e in TRIED if e != stated)]
    fits = {}
    for encoding in order:
        fits[encoding] = _fits(table, encoding, shown)
        if fits[encoding] == "ascii":
            return None
        if fits[encoding] == "east_asian" or (fits[encoding] == "other" and encoding == stated):
            return encoding
    # Two letters of UTF-8 that are of no East Asian script may be a Chinese character of GBK: only now it is UTF-8.
    for encoding in order:
        if fits[encoding] == "other":
            return encoding
    raise BadData(problem("text_encoding", file=shown, found=", ".join(order)))


def _fits(table: Path, encoding: str, shown: str) -> str | None:
    """Script of the text beyond ASCII (``ascii``: there is none), None when not all of it is in ``encoding``."""
    script = "ascii"
    for values in _texts(table, shown):
        try:
            text = "\n".join(_decode(value, encoding) for value in values)
        except UnicodeDecodeError:
            return None
        if script != "east_asian":
            script = "east_asian" if any(c >= _EAST_ASIAN for c in text) else "other"
    return script


def _decode(value: bytes, encoding: str) -> str:
    """A field's value; a character that the end of the field cuts off is dropped."""
    text = value.split(b"\0")[0].rstrip(b" ")
    try:
        return text.decode(encoding)
    except UnicodeDecodeError as error:
        if len(text) == len(value) and error.start >= len(text) - 3:
            return text[: error.start].decode(encoding)
        raise


def _texts(table: Path, shown: str) -> Iterator[list[bytes]]:
    """Values with bytes beyond ASCII of a dBASE table: names of fields, then of every text field in pieces, each once."""
    with table.open("rb") as handle:
        head = handle.read(32)
        start, width = int.from_bytes(head[8:10], "little"), int.from_bytes(head[10:12], "little")
        if len(head) < 32 or start < 33 or width < 1:
            raise BadData(problem("vector_unreadable", file=shown, found=table.suffix))
        described = handle.read(start - 32)
    fields, at = [], 1
    for i in range(0, len(described) - 31, 32):
        one = described[i : i + 32]
        if one[:1] == b"\r":
            break
        length = one[16] + (one[17] << 8 if one[11:12] == b"C" else 0)
        if not one[:11].isascii():
            yield [one[:11]]
        if one[11:12] == b"C" and length:
            fields.append((at, at + length))
        at += length
    count = (table.stat().st_size - start) // width
    if count < 1 or at > width:
        return
    records = np.memmap(table, np.uint8, "r", start, (count, width))
    for row in range(0, count, _CHUNK_ROWS):
        piece = records[row : row + _CHUNK_ROWS]
        for first, last in fields:
            part = np.ascontiguousarray(piece[:, first:last])
            part = part[(part > 127).any(axis=1)]
            if len(part):
                yield list({row.tobytes() for row in part})
