"""Charts, drawn once and the same everywhere: SVG inside pages, PNG inside Word.

A kind of chart is one class in :mod:`pipeline.charts.kinds`; what a chart is made of comes from the tables through
:mod:`pipeline.charts.subjects`. Text is drawn as outlines of a Chinese font that comes as an installed package, so that a
chart looks the same on a machine without one; what it says is written beside it for those who do not see it.
"""

from __future__ import annotations

import io
import re
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.metadata import files

import matplotlib as mpl
from markupsafe import Markup
from matplotlib import font_manager
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.figure import Figure

from pipeline.charts.kinds import Chart

_FONT_PACKAGE, _FONT = "zhplot", "NotoSansSC-Regular.ttf"
_ID = re.compile(r'(\bid="|xlink:href="#|url\(#)')
INK, FAINT = "#2b332e", "#d8d5ca"


def svg(chart: Chart, key: str, width_in: float = 7.6) -> Markup:
    """A chart as one ``<svg>`` to stand inside a page; ``key`` keeps its ids apart from those of other charts there."""
    buffer = io.BytesIO()
    with _drawn(chart, width_in) as figure:
        FigureCanvasSVG(figure).print_svg(buffer, metadata={"Date": None, "Creator": None, "Format": None, "Type": None})
    text = buffer.getvalue().decode("utf-8")
    body = re.sub(r"<metadata>.*?</metadata>|<!--.*?-->", "", text[text.index("<svg") :], flags=re.DOTALL)
    box = re.search(r'viewBox="([^"]*)"', body)[1]
    inside = _ID.sub(rf"\g<1>{key}-", body[body.index(">") + 1 : body.rindex("</svg>")])
    head = Markup('<svg xmlns:xlink="http://www.w3.org/1999/xlink" viewBox="{}" role="img" aria-label="{}" class="chart">')
    return head.format(box, f"{chart.title} {chart.said()}") + Markup(re.sub(r"\n\s*", "\n", inside)) + Markup("</svg>")


def png(chart: Chart, width_in: float = 7.6, dpi: int = 200) -> bytes:
    """A chart as a picture for Word."""
    buffer = io.BytesIO()
    with _drawn(chart, width_in) as figure:
        figure.dpi = dpi
        FigureCanvasAgg(figure).print_png(buffer, metadata={"Software": None})
    return buffer.getvalue()


@contextmanager
def _drawn(chart: Chart, width_in: float) -> Iterator[Figure]:
    """The figure of a chart under the house's settings, whatever a machine's own settings say."""
    style = {
        "font.family": ["Noto Sans SC", "DejaVu Sans"],
        "font.size": 9,
        "svg.fonttype": "path",
        "svg.hashsalt": "chart",
        "text.parse_math": False,  # a name from data may hold a $
        "axes.unicode_minus": False,
        "axes.edgecolor": FAINT,
        "axes.labelcolor": INK,
        "text.color": INK,
        "xtick.color": INK,
        "ytick.color": INK,
        "xtick.major.size": 0,
        "ytick.major.size": 0,
        "grid.color": FAINT,
        "grid.linewidth": 0.6,
        "axes.grid": True,
        "axes.grid.axis": "x",
        "axes.axisbelow": True,
        "axes.spines.top": False,
        "axes.spines.right": False,
        "axes.spines.left": False,
        "legend.frameon": False,
        "legend.fontsize": 8.5,
        "legend.handlelength": 1.4,
    }
    _font()
    with mpl.rc_context(), warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="Glyph .* missing")  # a name may hold any sign
        mpl.rcdefaults()
        mpl.rcParams.update(style)
        figure = Figure(figsize=(width_in, chart.height_in(width_in)), layout="constrained")
        chart.draw(figure.subplots())
        yield figure


def _font() -> None:
    """Make the packaged font known, once."""
    if any(f.name == "Noto Sans SC" and f.fname.endswith(_FONT) and _FONT_PACKAGE in f.fname for f in font_manager.fontManager.ttflist):
        return
    font_manager.fontManager.addfont(next(f for f in files(_FONT_PACKAGE) if f.name == _FONT).locate())
