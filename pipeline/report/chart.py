"""A bar chart as inline SVG: no library, no script, every text escaped."""

from __future__ import annotations

import math

from markupsafe import Markup, escape

from pipeline.core.figures import number
from pipeline.report.model import Chart

_WIDTH, _LEFT, _RIGHT, _ROW, _TOP = 760, 110, 70, 26, 40
_BAR, _TARGET, _MARKS = "#2e7d32", "#b71c1c", ("#8d6e00", "#1565c0", "#6a1b9a", "#555555")


def svg(chart: Chart) -> Markup:
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
