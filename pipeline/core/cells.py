"""What a cell of a table says: numbers with or without a unit, codes, coordinates. Strict: what can be read two ways is refused.

Every function takes the cell's text and gives its value, None for a blank cell, or raises :class:`Unclear` with the key
of the finding.
"""

from __future__ import annotations

import math
import re
import unicodedata

_BLANK = {"", "-", "--", "—", "——", "–", "/", "\\"}
_NUMBER = r"[+-]?(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?(?:e[+-]?\d+)?|[+-]?\.\d+"
_QUANTITY = re.compile(rf"({_NUMBER})\s*([^\d\s.,+-][^\s]*)?", re.IGNORECASE)
_SCIENTIFIC = re.compile(r"[+-]?\d+(\.\d+)?e[+-]?\d+", re.IGNORECASE)
_MARKS = str.maketrans(
    {"º": "°", "˚": "°", "′": "'", "’": "'", "‘": "'", "´": "'", "ʹ": "'", "`": "'", "″": '"', "”": '"', "“": '"', "〃": '"'}
)
_SIDES = {"e": 1, "n": 1, "w": -1, "s": -1, "东经": 1, "北纬": 1, "西经": -1, "南纬": -1}
_SIDE_OF = {"lon": {"e", "w", "东经", "西经"}, "lat": {"n", "s", "北纬", "南纬"}}
_SIDE = r"(东经|西经|北纬|南纬|[ewns])?"
_DECIMAL = re.compile(rf"{_SIDE}\s*([+-]?\d{{1,3}}(?:\.\d+)?)\s*[°度]?\s*{_SIDE}", re.IGNORECASE)
_DMS = re.compile(
    rf"{_SIDE}\s*(-?)(\d{{1,3}})(?:\s*[°度:]\s*|\s+|-)(\d{{1,2}})(?:\s*['分:]\s*|\s+|-)(\d{{1,2}}(?:\.\d+)?)\s*(?:\"|''|秒)?\s*{_SIDE}",
    re.IGNORECASE,
)
_DM = re.compile(rf"{_SIDE}\s*(-?)(\d{{1,3}})\s*[°度]\s*(\d{{1,2}}(?:\.\d+)?)\s*['分]\s*{_SIDE}", re.IGNORECASE)


class Unclear(ValueError):
    """A cell that does not say one thing; the message is the key of the finding."""


def folded(cell: str) -> str:
    """A cell's text in NFKC (full-width digits as ASCII) without blanks at its ends."""
    return unicodedata.normalize("NFKC", cell).strip()


def is_blank(cell: str) -> bool:
    """Whether a cell says nothing: empty, or the dash that stands for it."""
    return folded(cell) in _BLANK


def number(cell: str) -> float | None:
    """A plain number; thousands may be set off by commas."""
    if is_blank(cell):
        return None
    value, unit = quantity(cell)
    if unit:
        raise Unclear("table_number")
    return value


def quantity(cell: str) -> tuple[float | None, str]:
    """(number, unit written after it or ""), ``3.5 万千瓦`` for example."""
    if is_blank(cell):
        return None, ""
    found = _QUANTITY.fullmatch(folded(cell))
    value = float(found[1].replace(",", "")) if found else math.inf
    if math.isinf(value):
        raise Unclear("table_number")
    return value, found[2] or ""


def code(cell: str) -> str | None:
    """A code as text: full-width digits as ASCII, a spreadsheet's ".0" taken off; digits lost in 1.4E+11 are refused."""
    text = folded(cell)
    if text in _BLANK:
        return None
    if _SCIENTIFIC.fullmatch(text):
        raise Unclear("table_code_scientific")
    return re.sub(r"^(\d+)\.0+$", r"\1", text)


def text(cell: str) -> str | None:
    """A name or a note as written; full-width letters and digits alone as ASCII."""
    plain = folded(cell)
    return (plain if plain.isascii() else cell.strip()) or None


def angle(cell: str, axis: str) -> float | None:
    """A longitude (``axis`` lon) or latitude (lat) in degrees: decimal, or degrees, minutes and seconds set apart.

    ``110°58′12.3″E``, ``110 58 12.3``, ``110-58-12.3``, ``110°58.205′``, ``东经110.97``. Digits run together
    (``1105812``) and two bare numbers (``110 58``) could mean several things and are refused. No range is checked.
    """
    plain = folded(cell.translate(_MARKS)).translate(_MARKS)
    if plain in _BLANK:
        return None
    if found := _DECIMAL.fullmatch(plain):
        before, value, after = found.groups()
        _require_one_sign(value.startswith("-"), before, after)
        return _side(before, after, axis) * float(value)
    if found := _DMS.fullmatch(plain):
        before, minus, degrees, minutes, seconds, after = found.groups()
    elif found := _DM.fullmatch(plain):
        before, minus, degrees, minutes, after = found.groups()
        seconds = "0"
    else:
        raise Unclear("table_angle")
    if float(minutes) >= 60 or float(seconds) >= 60:
        raise Unclear("table_angle")
    _require_one_sign(bool(minus), before, after)
    value = int(degrees) + float(minutes) / 60 + float(seconds) / 3600
    return _side(before, after, axis) * (-value if minus else value)


def _require_one_sign(is_minus: bool, before: str | None, after: str | None) -> None:
    """Refuse a minus beside the letter of a hemisphere: it could be either's sign."""
    if is_minus and (before or after):
        raise Unclear("table_angle")


def _side(before: str | None, after: str | None, axis: str) -> int:
    """Sign of a hemisphere's letter; one of the other axis is refused."""
    said = {s.lower() for s in (before, after) if s}
    if len(said) > 1 or not said <= _SIDE_OF[axis]:
        raise Unclear("table_angle_axis")
    return _SIDES[said.pop()] if said else 1
