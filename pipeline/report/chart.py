"""Charts as inline SVG, bars and scatters: no library, no script, every text escaped."""

from __future__ import annotations

import math

from markupsafe import Markup, escape

from pipeline.core.figures import number
from pipeline.report.model import Chart, Dot, Scatter

_WIDTH, _LEFT, _RIGHT, _ROW, _TOP = 760, 110, 70, 26, 40
_BAR, _TARGET, _MARKS = "#2e7d32", "#b71c1c", ("#8d6e00", "#1565c0", "#6a1b9a", "#555555")


_VERDICTS = {"allowed": "#1c7048", "conditional": "#995c00", "prohibited": "#b3261e", "unknown": "#525c66"}  # as on the maps
_DEEP, _EDGE = 380, 74  # of a scatter: its height, and its left edge


def svg(chart: Chart | Scatter) -> Markup:
    """A chart of either kind."""
    return scatter(chart) if isinstance(chart, Scatter) else bars(chart)


def bars(chart: Chart) -> Markup:
    """Horizontal bars in percent, the target as a line, other readings as small marks on each bar's row."""
    values = [v for row in (chart.bars, *chart.marks) for v in row if v is not None] + [chart.target or 0.0]
    top = max(5.0, math.ceil(max(values) * 1.05 / 5) * 5)
    height = _TOP + _ROW * len(chart.names) + 34
    plot = _WIDTH - _LEFT - _RIGHT

    def x(value: float) -> str:
        return f"{_LEFT + plot * value / top:.1f}"

    parts = [Markup('<svg viewBox="0 0 {} {}" role="img" aria-label="{}">').format(_WIDTH, height, chart.title)]
    parts += _axis(x, top, height)
    for i, name in enumerate(chart.names):
        parts += _bar(chart, i, name, x)
    if chart.target is not None:
        line = '<line x1="{0}" y1="{1}" x2="{0}" y2="{2}" stroke="{3}" stroke-width="2" stroke-dasharray="6 3"/>'
        parts.append(Markup(line).format(x(chart.target), _TOP - 6, height - 28, _TARGET))
    parts += _legend(chart)
    return Markup("").join([*parts, Markup("</svg>")])


def _axis(x, top: float, height: int) -> list[Markup]:
    parts = []
    for tick in range(0, int(top) + 1, 5 if top <= 40 else 10 if top <= 60 else 20):
        parts.append(Markup('<line x1="{0}" y1="{1}" x2="{0}" y2="{2}" stroke="#dddddd"/>').format(x(tick), _TOP, height - 28))
        parts.append(Markup('<text x="{}" y="{}" text-anchor="middle" class="tick">{} %</text>').format(x(tick), height - 12, tick))
    return parts


def _bar(chart: Chart, i: int, name: str, x) -> list[Markup]:
    y, value = _TOP + i * _ROW, chart.bars[i]
    parts = [Markup('<text x="{}" y="{}" text-anchor="end">{}</text>').format(_LEFT - 8, y + 17, name)]
    if value is not None:
        width = f"{float(x(value)) - _LEFT:.1f}"
        parts.append(Markup('<rect x="{}" y="{}" width="{}" height="{}" fill="{}"/>').format(_LEFT, y + 5, width, _ROW - 10, _BAR))
        parts.append(Markup('<text x="{}" y="{}" text-anchor="end" class="value">{} %</text>').format(_WIDTH - 4, y + 17, number(value)))
    for row, colour in zip(chart.marks, _MARKS, strict=False):
        if row[i] is not None:
            parts.append(
                Markup('<rect x="{:.1f}" y="{}" width="3" height="{}" fill="{}"/>').format(float(x(row[i])) - 1.5, y + 2, _ROW - 4, colour)
            )
    return parts


def _legend(chart: Chart) -> list[Markup]:
    colours = [_BAR, _TARGET, *_MARKS]
    parts, at = [], _LEFT
    for text, colour in zip(chart.legend, colours, strict=False):
        if text:
            parts.append(
                Markup('<rect x="{}" y="8" width="12" height="12" fill="{}"/><text x="{}" y="19">{}</text>').format(
                    at, colour, at + 17, escape(text)
                )
            )
            at += 40 + sum(14 if ord(c) > 255 else 8 for c in text)
    return parts


# --- scatter -------------------------------------------------------------------------------------------------


def scatter(chart: Scatter) -> Markup:
    """Dots on two axes that begin at zero; what stands out is full and has its name beside it."""
    xs, ys = _ticks([d.x for d in chart.dots]), _ticks([d.y for d in chart.dots])
    right, foot = _WIDTH - 24, _DEEP - 52

    def place(dot: Dot) -> tuple[float, float]:
        return _EDGE + (right - _EDGE) * dot.x / xs[-1], foot - (foot - _TOP) * dot.y / ys[-1]

    parts = [Markup('<svg viewBox="0 0 {} {}" role="img" aria-label="{}">').format(_WIDTH, _DEEP, chart.title)]
    line = '<line x1="{:.1f}" y1="{:.1f}" x2="{:.1f}" y2="{:.1f}" stroke="#dddddd"/>'
    text = '<text x="{:.1f}" y="{:.1f}" text-anchor="{}" class="tick">{}</text>'
    for tick in xs:
        x = _EDGE + (right - _EDGE) * tick / xs[-1]
        parts += [Markup(line).format(x, _TOP, x, foot), Markup(text).format(x, foot + 16, "middle", f"{tick:,g}")]
    for tick in ys:
        y = foot - (foot - _TOP) * tick / ys[-1]
        parts += [Markup(line).format(_EDGE, y, right, y), Markup(text).format(_EDGE - 6, y + 4, "end", f"{tick:,g}")]
    parts.append(Markup('<text x="{}" y="{}" text-anchor="end">{}</text>').format(right, foot + 40, chart.x_head))
    parts.append(Markup('<text x="4" y="19">{}</text>').format(chart.y_head))
    for dot in sorted(chart.dots, key=lambda d: d.is_full):
        x, y = place(dot)
        colour = _VERDICTS.get(dot.group, _BAR)
        how = f'fill="{colour}"' if dot.is_full else f'fill="none" stroke="{colour}" stroke-width="1.5"'
        said = escape(f"{dot.name}: {number(dot.x)}; {number(dot.y)}")
        parts.append(Markup('<circle cx="{:.1f}" cy="{:.1f}" r="{}" {}><title>{}</title></circle>').format(
            x, y, 6 if dot.is_full else 4, Markup(how), said))  # fmt: skip
    parts += _names([(d, *place(d)) for d in chart.dots], right, foot)
    at = _EDGE + 16 + _long(chart.y_head)
    for key, name in chart.groups:
        parts.append(Markup('<circle cx="{:.1f}" cy="14" r="6" fill="{}"/><text x="{:.1f}" y="19">{}</text>').format(
            at, _VERDICTS.get(key, _BAR), at + 11, name))  # fmt: skip
        at += 40 + _long(name)
    return Markup("").join([*parts, Markup("</svg>")])


def _ticks(values: list[float]) -> list[float]:
    """Four to eight round numbers from 0 to beyond the largest value."""
    top = max([v for v in values if v > 0], default=1.0) * 1.05
    power = 10.0 ** math.floor(math.log10(top))
    step = next(power * s for s in (0.2, 0.25, 0.5, 1.0, 2.0) if top / (power * s) <= 7)
    return [round(step * i, 12) for i in range(math.ceil(top / step) + 1)]


def _long(text: str) -> float:
    """About how long a text is [px]."""
    return sum(14 if ord(c) > 255 else 7.5 for c in text)


def _names(dots: list[tuple[Dot, float, float]], right: float, foot: float) -> list[Markup]:
    """Names beside full dots, each where it covers nothing; one that finds no room is left to the table."""
    parts, taken = [], [(x - 7, y - 7, x + 7, y + 7) for _, x, y in dots]
    for dot, x, y in dots:
        if not dot.is_full:
            continue
        wide = _long(dot.name)
        for left, base in ((x + 10, y + 4), (x - 10 - wide, y + 4), (x - wide / 2, y - 11), (x - wide / 2, y + 20)):
            box = (left, base - 11, left + wide, base + 3)
            free = all(box[2] <= b[0] or b[2] <= box[0] or box[3] <= b[1] or b[3] <= box[1] for b in taken)
            if free and left >= _EDGE and box[2] <= right + 20 and base <= foot + 5:
                parts.append(Markup('<text x="{:.1f}" y="{:.1f}" class="value">{}</text>').format(left, base, dot.name))
                taken.append(box)
                break
    return parts
