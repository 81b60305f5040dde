"""Stage 7: one report, shown three times: Word, Excel and a single HTML page; and a page for each site. It computes nothing of its own."""

from __future__ import annotations

from pipeline.core.config import Config
from pipeline.core.paths import Paths
from pipeline.core.store import Store
from pipeline.report import content, excel, html, word
from pipeline.report.data import read

OPINIONS = "site_opinions.docx"
WORD, EXCEL, HTML = "forest_cover_report.docx", "tables.xlsx", "report.html"


def run(config: Config, store: Store, paths: Paths, counties: tuple[str, ...]) -> None:
    """Stage 7: Word, Excel and HTML from the tables of all earlier stages."""
    # Load
    data = read(config, store, paths)

    # Compose
    report = content.report(data)
    opinions = content.opinions(data, report)

    # Save
    store.write_bytes(WORD, word.document(report))
    store.write_bytes(EXCEL, excel.workbook(report))
    store.write_bytes(HTML, html.page(content.with_opinions(data, report)))
    store.write_bytes(OPINIONS, word.document(opinions))
