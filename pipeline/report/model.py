"""The report as data: headings, paragraphs, tables with typed columns and a chart, rendered three times the same.

A column knows how its values are shown; Word and HTML print that text, Excel the number behind it with the same
number format. Texts are cleaned once, here: whatever a name holds, it stays one line of visible characters.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from pipeline.charts.kinds import Chart
from pipeline.core.figures import DASH, number
from pipeline.core.text import clean
from pipeline.core.words import say

_DIGITS = "零一二三四五六七八九"


def numeral(n: int) -> str:
    """A number below one thousand in Chinese."""
    hundreds, rest = divmod(n, 100)
    if hundreds:
        between = "零" if 0 < rest < 10 else ""
        return f"{_DIGITS[hundreds]}百{between}" + ("" if not rest else "一" + numeral(rest) if 10 <= rest < 20 else numeral(rest))
    tens, ones = divmod(n, 10)
    if tens == 0:
        return _DIGITS[ones]
    return ("" if tens == 1 else _DIGITS[tens]) + "十" + (_DIGITS[ones] if ones else "")


@dataclass(frozen=True)
class Kind:
    """How the values of a column are shown: ``decimals`` None is text; ``excel`` the number format of the cell."""

    decimals: int | None = None
    suffix: str = ""
    excel: str = "@"
    thousands: bool = True

    def show(self, value: Any) -> str:
        """The printed text of a value."""
        if value is None or value == "":
            return DASH
        if self.decimals is None:
            return clean(value)
        text = number(value, self.decimals) + self.suffix
        return text if self.thousands else text.replace(",", "")


KINDS = {
    "text": Kind(),
    "code": Kind(),  # text on one line
    "amount": Kind(2, "", "#,##0.00"),
    "rate": Kind(2, " %", '0.00" %"'),
    "chance": Kind(4, "", "0.0000"),
    "probability": Kind(4, "", '[>=0.99995]"> 0.9999";[<0.00005]"< 0.0001";0.0000'),  # never a round 1 or 0
    "count": Kind(0, "", "#,##0"),
    "year": Kind(0, "", "0", thousands=False),
    "place": Kind(6, "", "0.000000"),
}


@dataclass(frozen=True)
class Column:
    """``head`` with its unit; a stored value times ``scale`` is what is shown; ``adds`` over counties to the total."""

    head: str
    kind: str = "text"
    scale: float = 1.0
    adds: bool = False

    @property
    def is_number(self) -> bool:
        """Whether values are numbers, aligned right."""
        return KINDS[self.kind].decimals is not None

    def value(self, stored: Any) -> Any:
        """The number or the text behind the printed one; None where blank."""
        if stored is None or stored == "":
            return None
        return float(stored) * self.scale if self.is_number else clean(stored)

    def show(self, stored: Any) -> str:
        """The printed text."""
        return KINDS[self.kind].show(self.value(stored))


@dataclass(frozen=True)
class Table:
    """Stored values under columns; ``totals`` leading rows are of the whole area.

    ``sheet`` names its sheet in the workbook, blank for none; ``printed`` tells whether Word and HTML hold it, and
    ``most`` how many rows of it.
    """

    key: str
    title: str
    columns: Sequence[Column]
    rows: Sequence[Sequence[Any]]
    notes: Sequence[str] = ()
    totals: int = 0
    sheet: str = ""
    printed: bool = True
    most: int | None = None
    number: int = 0
    is_numbered: bool = True  # whether its title carries a number; without one it can be cut out
    kind = "table"

    def shown(self) -> list[list[str]]:
        """The printed rows."""
        return [[c.show(v) for c, v in zip(self.columns, row, strict=True)] for row in self.rows[: self.most]]

    def rounding_shows(self) -> bool:
        """Whether the printed parts of an adding column do not add up to the printed total."""
        if self.totals != 1 or len(self.rows) < 2:
            return False
        for i, column in enumerate(self.columns):
            printed = [column.show(row[i]).replace(",", "") for row in self.rows]
            if column.adds and DASH not in printed and sum(map(Decimal, printed[1:])) != Decimal(printed[0]):
                return True
        return False


@dataclass(frozen=True)
class Heading:
    """A heading of level 1 to 4, the last one never numbered by level; from a ``wide`` one on, pages lie across. ``anchor``: what a link on the page calls it."""

    level: int
    text: str
    wide: bool = False
    anchor: str = ""
    new_page: bool = False
    is_numbered: bool = True
    kind = "heading"


@dataclass(frozen=True)
class Para:
    """A paragraph; ``style``: body, key (a sentence to copy), note, item (of a list), detail and point: body and item in small."""

    text: str
    style: str = "body"
    kind = "para"


@dataclass(frozen=True)
class Figure:
    """A chart with its number and title."""

    chart: Chart
    title: str = ""
    number: int = 0
    kind = "figure"


Block = Heading | Para | Table | Figure


@dataclass(frozen=True)
class Report:
    """Everything the three documents say. ``mark`` is blank unless something made up went in."""

    language: str
    title: str
    front: Sequence[str]
    mark: str
    review: str
    basis_title: str
    basis: Sequence[str]
    blocks: Sequence[Block]
    sheets: Sequence[Table] = field(default=())
    issuer: str = ""
    contents: str = ""
    pages: str = ""  # what the list of pages by anchor is called

    @property
    def running(self) -> str:
        """What stands at the head of every page."""
        return say("sep_gap", self.language).join(t for t in (self.mark, self.review) if t)
