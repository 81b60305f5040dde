"""The kinds of charts. Each holds its texts and values and draws itself on one pair of axes; None is not known, and not drawn.

Colours tell things apart with lightness and with signs as well, so that nothing hangs on colour alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Protocol

import numpy as np
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.patches import Patch, PathPatch, Rectangle
from matplotlib.path import Path

Value = float | None
BAR, BAND, TARGET, DOT, PALE = "#5b9a72", "#e3efe6", "#b3261e", "#1f2a24", "#b9c9be"
_ROW_IN, _AROUND_IN = 0.27, 0.95
_MARKS = ("D", "s", "^", "v")
_TEXT_PT = 8.5  # of legends and of names inside a chart
_BESIDE_TEXT_EM = 4.2  # sign, padding and space that a text of a legend takes beside itself


class Chart(Protocol):
    """What every kind has."""

    title: str

    def height_in(self, width_in: float) -> float:
        """Height [inch] at which its rows are comfortable to read, at a width."""

    def draw(self, axes: Axes) -> None:
        """Draw on empty axes."""

    def said(self) -> str:
        """Its values in one line of text."""


def _rows(axes: Axes, names: Sequence[str]) -> np.ndarray:
    """Rows from the top down, each with its name; returns their places."""
    axes.set_yticks(np.arange(len(names)), labels=[_short(n, 16) for n in names])
    axes.set_ylim(len(names) - 0.4, -0.6)
    return np.arange(len(names))


def _em(text: str) -> float:
    """About the width of a text, in its own size."""
    return sum(1.0 if ord(c) >= 0x2E80 else 0.56 for c in text)


def _short(text: str, most_em: float) -> str:
    """A text that leaves room for the drawing."""
    if _em(text) <= most_em:
        return text
    kept = next(n for n in range(len(text), -1, -1) if _em(text[:n]) <= most_em - 1)
    return f"{text[:kept]}…"


def _labels(texts: Sequence[str], width_in: float) -> list[str]:
    return [_short(t, 28 if width_in > 6 else 18) for t in texts]


def _columns(texts: Sequence[str], names: Sequence[str], width_in: float) -> int:
    """Texts of a legend that stand side by side beyond the names of the rows; a legend that is too wide would narrow the drawing."""
    room_em = width_in * 72 / _TEXT_PT - max((_em(_short(n, 16)) for n in names), default=0.0) - 2
    labels, most = _labels(texts, width_in), min(max(2, int(width_in / 1.5)), max(len(texts), 1))
    for columns in range(most, 1, -1):
        parts = np.array_split(np.array([_em(t) for t in labels]), columns)  # as matplotlib fills them
        if sum(float(p.max()) + _BESIDE_TEXT_EM for p in parts) <= room_em:
            return columns
    return 1


def _around_in(texts: Sequence[str], names: Sequence[str], width_in: float) -> float:
    """Height [inch] of axis and legend."""
    shown = [t for t in texts if t]
    return _AROUND_IN + 0.2 * max(0, -(-len(shown) // _columns(shown, names, width_in)) - 1)


def _legend(axes: Axes, handles: list, names: Sequence[str] = ()) -> None:
    """The legend over the chart, beginning at its left edge."""
    if handles:
        texts, width_in = [h.get_label() for h in handles], axes.figure.get_figwidth()
        columns = _columns(texts, names, width_in)
        axes.legend(
            handles,
            _labels(texts, width_in),
            loc="lower left",
            bbox_to_anchor=(0, 1.0),
            ncols=columns,
            borderaxespad=0.2,
            columnspacing=1.4,
        )


def _spread(places: Sequence[float], least: float, bottom: float) -> list[float]:
    """Places in rising order moved apart to ``least``, as little as that takes, down first and up again from ``bottom``."""
    made: list[float] = []
    for place in places:
        made.append(max(place, made[-1] + least) if made else place)
    for i in range(len(made) - 1, -1, -1):
        made[i] = min(made[i], bottom if i == len(made) - 1 else made[i + 1] - least)
    return made


def _spoken(names: Sequence[str], values: Sequence[Value], unit: str) -> str:
    return "; ".join(f"{n} {'—' if v is None else f'{v:,.2f}'} {unit}".strip() for n, v in zip(names, values, strict=True))


def _drawn(values: Sequence[Value]) -> np.ndarray:
    return np.array([np.nan if v is None else v for v in values], float)


@dataclass(frozen=True)
class Bars:
    """One quantity by row against a target: a bar, further readings as marks, an estimate as a dot with its interval.

    ``legend``: texts of bar, target and estimate, blank where there is none; ``marks``: text -> values by row.
    """

    title: str
    names: Sequence[str]
    values: Sequence[Value]
    unit: str
    target: Value = None
    marks: dict[str, Sequence[Value]] = field(default_factory=dict)
    estimate: Sequence[Value] = ()
    low: Sequence[Value] = ()
    high: Sequence[Value] = ()
    legend: tuple[str, str, str] = ("", "", "")
    kind = "chart"

    def height_in(self, width_in: float) -> float:
        """Height [inch]."""
        return _around_in((*self.legend, *self.marks), self.names, width_in) + _ROW_IN * len(self.names)

    def said(self) -> str:
        """Its values in one line."""
        return _spoken(self.names, self.values, self.unit)

    def draw(self, axes: Axes) -> None:
        """Bars from the top down."""
        y, handles = _rows(axes, self.names), []
        handles.append(axes.barh(y, _drawn(self.values), 0.62, color=BAR, label=self.legend[0]))
        for (text, values), sign in zip(self.marks.items(), _MARKS, strict=False):
            handles.append(axes.plot(_drawn(values), y, sign, color="white", markeredgecolor="#6d4c00", markersize=5, label=text)[0])
        if any(v is not None for v in self.estimate):
            estimate, low, high = _drawn(self.estimate), _drawn(self.low), _drawn(self.high)
            handles.append(axes.plot(estimate, y, "o", color=DOT, markersize=4.5, label=self.legend[2])[0])
            axes.hlines(y, low, high, color=DOT, linewidth=1.6)
        if self.target is not None:
            handles.append(axes.axvline(self.target, color=TARGET, linewidth=1.6, linestyle=(0, (5, 3)), label=self.legend[1]))
        for place, value in zip(y, self.values, strict=True):
            text = "—" if value is None else f"{value:,.2f}"
            axes.annotate(text, (1.0, place), (4, 0), ("axes fraction", "data"), "offset points", va="center", fontsize=8.5)
        axes.set_xlim(left=0)
        axes.set_xlabel(self.unit)
        _legend(axes, [h for h in handles if h.get_label()], self.names)


@dataclass(frozen=True)
class Stacks:
    """Parts of a whole by row, one after another; ``low`` and ``high``: interval of the whole, drawn as a line at its end."""

    title: str
    names: Sequence[str]
    parts: Sequence[tuple[str, str, Sequence[Value]]]  # (text, colour, value by row)
    unit: str
    low: Sequence[Value] = ()
    high: Sequence[Value] = ()
    legend: str = ""  # of the interval
    kind = "chart"

    def height_in(self, width_in: float) -> float:
        """Height [inch]."""
        return _around_in((*(text for text, *_ in self.parts), self.legend), self.names, width_in) + _ROW_IN * len(self.names)

    def said(self) -> str:
        """Its values in one line."""
        return " / ".join(f"{text}: {_spoken(self.names, values, self.unit)}" for text, _, values in self.parts)

    def draw(self, axes: Axes) -> None:
        """Stacked bars from the top down."""
        y, base, handles = _rows(axes, self.names), np.zeros(len(self.names)), []
        for text, colour, values in self.parts:
            width = np.nan_to_num(_drawn(values))
            axes.barh(y, width, 0.66, left=base, color=colour, edgecolor="white", linewidth=0.5)
            handles.append(Patch(facecolor=colour, edgecolor="#8a8778", linewidth=0.5, label=text))
            base = base + width
        if any(v is not None for v in self.low):
            handles.append(axes.hlines(y, _drawn(self.low), _drawn(self.high), color=DOT, linewidth=1.6, label=self.legend))
        axes.set_xlim(left=0)
        axes.set_xlabel(self.unit)
        _legend(axes, handles, self.names)


@dataclass(frozen=True)
class Flow:
    """What became of what: flows from classes at the left to classes at the right, as wide as they are large."""

    title: str
    sides: tuple[str, str]
    flows: Sequence[tuple[str, str, float]]  # (from, to, value)
    colours: dict[str, str]
    names: dict[str, str]
    unit: str
    kind = "chart"

    def height_in(self, width_in: float) -> float:
        """Height [inch]."""
        return 0.47 * width_in

    def said(self) -> str:
        """Its values in one line."""
        return "; ".join(f"{self.names[a]} → {self.names[b]} {v:,.2f} {self.unit}" for a, b, v in self.flows)

    def draw(self, axes: Axes) -> None:
        """Two columns and the bands between them, largest class on top."""
        axes.axis("off")
        whole = sum(v for *_, v in self.flows) or 1.0
        gap = 0.03 * whole
        start = {}  # (side, class) -> where its next flow begins
        ends = [whole + gap * len({flow[side] for flow in self.flows}) for side in (0, 1)]
        least = 1.25 * _TEXT_PT / 72 / (0.92 * self.height_in(axes.figure.get_figwidth())) * (max(ends) + 4 * gap)  # between two lines
        for side, x in ((0, 0.0), (1, 1.0)):
            sizes: dict[str, float] = {}
            for flow in self.flows:
                sizes[flow[side]] = sizes.get(flow[side], 0.0) + flow[2]
            top, ordered = 0.0, sorted(sizes.items(), key=lambda item: (-item[1], item[0]))
            for key, size in ordered:
                start[side, key] = top
                axes.add_patch(Rectangle((x - 0.015, top), 0.03, size, facecolor=self.colours[key], edgecolor="#8a8778", linewidth=0.6))
                top += size + gap
            beside, align = (x - 0.03, "right") if side == 0 else (x + 0.03, "left")
            middles = _spread([start[side, key] + size / 2 for key, size in ordered], least, max(ends))
            for (key, size), place in zip(ordered, middles, strict=True):
                axes.text(beside, place, f"{_short(self.names[key], 12)}  {size:,.0f}", ha=align, va="center", fontsize=_TEXT_PT)
            axes.text(x, -2 * gap, self.sides[side], ha="center", va="bottom", fontsize=9.5)
        axes.text(0.5, -2 * gap, self.unit, ha="center", va="bottom", fontsize=_TEXT_PT)
        for a, b, value in sorted(self.flows, key=lambda f: (start[0, f[0]], start[1, f[1]])):
            y0, y1 = start[0, a], start[1, b]
            start[0, a], start[1, b] = y0 + value, y1 + value
            axes.add_patch(PathPatch(_band(y0, y1, value), facecolor=self.colours[b], edgecolor="#6d6a5d", linewidth=0.3, alpha=0.75))
        bottom = max(start.values()) + gap
        axes.set(xlim=(-0.35, 1.35), ylim=(bottom, -4 * gap))


def _band(y0: float, y1: float, height: float) -> Path:
    """A band from (0, y0) to (1, y1), bent like a river."""
    m, c = Path.MOVETO, Path.CURVE4
    points = [
        (0.015, y0),
        (0.5, y0),
        (0.5, y1),
        (0.985, y1),
        (0.985, y1 + height),
        (0.5, y1 + height),
        (0.5, y0 + height),
        (0.015, y0 + height),
    ]
    return Path([*points, (0.015, y0)], [m, c, c, c, Path.LINETO, c, c, c, Path.CLOSEPOLY])


@dataclass(frozen=True)
class Chances:
    """Probabilities by row between what is sure and what is surely not; ``texts``: not met, cannot tell, met."""

    title: str
    names: Sequence[str]
    values: Sequence[Value]
    sure: float
    texts: tuple[str, str, str]
    label: str
    kind = "chart"

    def height_in(self, width_in: float) -> float:
        """Height [inch]."""
        return _AROUND_IN + _ROW_IN * len(self.names)

    def said(self) -> str:
        """Its values in one line."""
        return _spoken(self.names, [None if v is None else 100 * v for v in self.values], "%")

    def draw(self, axes: Axes) -> None:
        """A dot for each row; the bands of a verdict at both ends."""
        y = _rows(axes, self.names)
        axes.axvspan(0, 1 - self.sure, color="#f6dcd9")
        axes.axvspan(self.sure, 1, color=BAND)
        axes.plot(_drawn(self.values), y, "o", color=DOT, markersize=6, clip_on=False)
        for x, text, align in ((0, self.texts[0], "left"), (0.5, self.texts[1], "center"), (1, self.texts[2], "right")):
            axes.annotate(text, (x, 1.0), (0, 4), "axes fraction", "offset points", ha=align, va="bottom", fontsize=8.5)
        axes.set_xlim(0, 1)
        axes.xaxis.set_major_formatter(lambda v, _: f"{100 * v:.0f} %")
        axes.set_xlabel(self.label)


@dataclass(frozen=True)
class Ranking:
    """Scores from the best down, each with the bounds that unknown criteria leave; the sign tells its group."""

    title: str
    names: Sequence[str]
    values: Sequence[Value]
    low: Sequence[Value]
    high: Sequence[Value]
    groups: Sequence[str]  # by row
    signs: dict[str, tuple[str, str, str]]  # group -> (text, marker, colour)
    label: str
    kind = "chart"

    def height_in(self, width_in: float) -> float:
        """Height [inch]."""
        return _around_in([text for text, *_ in self.signs.values()], self.names, width_in) + _ROW_IN * len(self.names)

    def said(self) -> str:
        """Its values in one line."""
        return _spoken(self.names, self.values, "")

    def draw(self, axes: Axes) -> None:
        """A sign for each row, and the stretch its score may lie in."""
        y = _rows(axes, self.names)
        axes.hlines(y, _drawn(self.low), _drawn(self.high), color=PALE, linewidth=3)
        handles = []
        for group, (text, sign, colour) in self.signs.items():
            own = np.array([g == group for g in self.groups], bool)
            if own.any():
                handles.append(axes.plot(_drawn(self.values)[own], y[own], sign, color=colour, markersize=7, label=text, clip_on=False)[0])
        axes.set_xlim(0, 1)
        axes.set_xlabel(self.label)
        _legend(axes, handles, self.names)


@dataclass(frozen=True)
class Scatter:
    """Two quantities of many things; those of the ``front``, which no other beats in everything, are full and have their names."""

    title: str
    names: Sequence[str]
    x: Sequence[float]
    y: Sequence[float]
    groups: Sequence[str]
    signs: dict[str, tuple[str, str, str]]
    front: Sequence[int]  # places in the sequences
    labels: tuple[str, str]
    most_names: int = 25
    kind = "chart"

    def height_in(self, width_in: float) -> float:
        """Height [inch]."""
        return max(3.0, 0.55 * width_in)

    def said(self) -> str:
        """Its values in one line."""
        return "; ".join(f"{n} {a:,.2f}, {b:,.2f}" for n, a, b in zip(self.names, self.x, self.y, strict=True))

    def draw(self, axes: Axes) -> None:
        """Signs by group, full or hollow."""
        x, y, handles = np.array(self.x, float), np.array(self.y, float), []
        is_front = np.isin(np.arange(x.size), list(self.front))
        for group, (text, sign, colour) in self.signs.items():
            own = np.array([g == group for g in self.groups], bool)
            if own.any():
                handles.append(Line2D([], [], linestyle="", marker=sign, color=colour, markersize=7, label=text))
                for some, fill in ((own & ~is_front, "white"), (own & is_front, colour)):
                    axes.plot(x[some], y[some], sign, color=colour, markerfacecolor=fill, markersize=7)
        axes.grid(True, axis="both")
        axes.margins(0.08)
        self._name(axes, x, y)
        axes.set(xlabel=self.labels[0], ylabel=self.labels[1])
        _legend(axes, handles)

    def _name(self, axes: Axes, x: np.ndarray, y: np.ndarray) -> None:
        """Names of the front, at one of four corners of their signs; one that finds no free place is only in :meth:`said`."""
        width_in = axes.figure.get_figwidth()
        (left, right), (low, high) = axes.get_xlim(), axes.get_ylim()
        across, up = (width_in - 0.7) * 72 / (right - left), (self.height_in(width_in) - 0.9) * 72 / (high - low)  # points of a unit
        taken: list[tuple[float, float, float, float]] = []
        for i in list(self.front)[: self.most_names]:
            name = _short(self.names[i], 16)
            for ha, dx, dy in (("left", 5, 4), ("left", 5, -11), ("right", -5, 4), ("right", -5, -11)):
                wide, at_x, at_y = _em(name) * 8, (x[i] - left) * across + dx, (y[i] - low) * up + dy
                box = (at_x - (wide if ha == "right" else 0), at_y, at_x + (0 if ha == "right" else wide), at_y + 8)
                if box[0] >= 0 and not any(box[0] < b[2] and b[0] < box[2] and box[1] < b[3] and b[1] < box[3] for b in taken):
                    taken.append(box)
                    axes.annotate(name, (x[i], y[i]), (dx, dy), textcoords="offset points", ha=ha, fontsize=8)
                    break
