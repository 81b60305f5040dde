"""Stage 7: one report, shown three times: Word, Excel and a single HTML page; it computes no quantity of its own."""

from __future__ import annotations

from pipeline.core.config import Config
from pipeline.core.paths import Paths
from pipeline.core.store import Store
from pipeline.report import content, excel, html, word
from pipeline.report.data import read

WORD, EXCEL, HTML = "forest_cover_report.docx", "tables.xlsx", "report.html"


def run(config: Config, store: Store, paths: Paths, counties: tuple[str, ...]) -> None:
    """Stage 7: Word, Excel and HTML from the tables of all earlier stages."""
    # Load
    data = read(config, store, paths)

    # Compose
    report = content.report(data)

    # Save
    store.write_bytes(WORD, word.document(report))
    store.write_bytes(EXCEL, excel.workbook(report))
    store.write_bytes(HTML, html.page(report))
