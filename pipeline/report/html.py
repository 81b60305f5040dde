"""The report as one HTML file: no script, no address to load from, every text escaped."""

from __future__ import annotations

from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from pipeline.charts import svg
from pipeline.report.model import Report


def page(report: Report) -> bytes:
    """The page in UTF-8. The template is ours; what the report says only ever comes in as values."""
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    return environment.get_template("template.html").render(report=report, svg=svg, zip=zip).encode("utf-8")
