"""Finished reports for the tests of this folder, and ways to read them back."""

from __future__ import annotations

import html.parser
from dataclasses import dataclass, field
from pathlib import Path

import docx
import geopandas as gpd
import numpy as np
import openpyxl
import pytest
import shapely
from conftest import ROOT, run_pipeline
from worlds import make_place, write_raster

HOSTILE = '=HYPERLINK("http://x.example","a")<script>alert(1)</script>{{7*7}}\u202etxt\u200b&"'

_LAND = """land_cover:
  - {layer: my_product, file: land.tif, year: 2021}
  - {layer: my_product, file: early.tif, year: 2011}
  - {layer: other, file: land.tif, year: 2020}
layers:
  agb: {file: agb.tif, unit: t/hm2, nodata: -1, resampling: average}
  restoration: {file: restored.gpkg}
tabulate: {sums: [agb]}
"""
_CARBON = (
    "draws: 2000, seed: 7, routes: [agb_raster, class_mean], value: {price_per_tco2: 100, discount_pct: 5}, "
    "potential: {scenarios: [{name: all, start_year: 2026, end_year: 2030}]}}"
)


_PORTFOLIOS = """
  portfolios:
    - {name: reached, title: {zh: 能达到的}, target_mw: {pv: 10}, minimise: area_hm2, verdicts: [allowed, conditional, unknown, prohibited]}
    - {name: beyond, title: {zh: 达不到的}, target_mw: {pv: 500}, minimise: carbon_loss_tc, verdicts: [allowed, conditional, unknown, prohibited]}
"""


@dataclass
class Page(html.parser.HTMLParser):
    """What an HTML page holds: tables by class as rows of texts, every tag with its attributes, the text."""

    tables: dict[str, list[list[list[str]]]] = field(default_factory=dict)
    tags: list[tuple[str, dict]] = field(default_factory=list)
    words: list[str] = field(default_factory=list)

    def __post_init__(self):
        super().__init__(convert_charrefs=True)
        self._cell = None

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))
        if tag == "table":
            self._rows = []
            self.tables.setdefault(dict(attrs)["class"], []).append(self._rows)
        elif tag == "tr":
            self._rows.append([])
        elif tag in ("td", "th"):
            self._cell = []

    def handle_endtag(self, tag):
        if tag in ("td", "th"):
            self._rows[-1].append("".join(self._cell))
            self._cell = None

    def handle_data(self, data):
        self.words.append(data)
        if self._cell is not None:
            self._cell.append(data)

    @property
    def text(self) -> str:
        """All text of the page."""
        return "".join(self.words)


@dataclass(frozen=True)
class Documents:
    """The three documents of one run."""

    out: Path

    @property
    def folder(self) -> Path:
        """Where they lie."""
        return self.out / "report"

    @property
    def html(self) -> Page:
        """The page, parsed."""
        page = Page()
        page.feed((self.folder / "report.html").read_text(encoding="utf-8"))
        return page

    @property
    def word(self):
        """The Word document, parsed."""
        return docx.Document(self.folder / "forest_cover_report.docx")

    @property
    def word_tables(self) -> list[list[list[str]]]:
        """Tables of the Word document as rows of texts."""
        return [[[cell.text for cell in row.cells] for row in table.rows] for table in self.word.tables]

    @property
    def word_text(self) -> str:
        """All text of the Word document's body."""
        cells = [t for table in self.word_tables for row in table for t in row]
        return "\n".join([*(p.text for p in self.word.paragraphs), *cells])

    @property
    def excel(self):
        """The workbook, parsed."""
        return openpyxl.load_workbook(self.folder / "tables.xlsx")

    def sheet(self, name: str) -> list[dict]:
        """The rows of a sheet by column head; the head is in its third row."""
        rows = list(self.excel[name].iter_rows(values_only=True))
        return [dict(zip(rows[2], row, strict=True)) for row in rows[3:]]


def made(*arguments) -> None:
    """Run the pipeline up to the report."""
    done = run_pipeline("report", *arguments)
    assert done.returncode == 0, done.stderr


@pytest.fixture(scope="session")
def documents(default_outputs) -> Documents:
    """The report on the embedded data."""
    return Documents(default_outputs)


@pytest.fixture(scope="session")
def chosen(shared) -> Documents:
    """The report on two chosen counties."""
    return Documents(
        shared("chosen", lambda f: made("--config", ROOT / "config.yaml", "--county", "闻喜县,夏县", "--out", f / "out")) / "out"
    )


@pytest.fixture(scope="session")
def english(shared) -> Documents:
    """The report on the embedded data in English."""

    def make(folder: Path) -> None:
        text = (ROOT / "config.yaml").read_text(encoding="utf-8")
        text = text.replace("language: zh", "language: en").replace('map_review_no: ""', 'map_review_no: "晋S(2026)001号"')
        (folder / "config.yaml").write_text(text, encoding="utf-8")
        made("--config", folder / "config.yaml", "--out", folder / "out")

    return Documents(shared("english", make) / "out")


@pytest.fixture(scope="session")
def hostile(shared) -> Documents:
    """The report on a made-up place: synthetic land cover, no targets, no places, names that try to be code."""

    def make(folder: Path) -> None:
        config = make_place(folder, replace={"year: 2021}": "year: 2021, synthetic: true}"})
        cell = HOSTILE.replace('"', '""')
        (folder / "sites.csv").write_text(
            f'site_id,name,kind,lon,lat,capacity_mw,note\n=A1,"{cell}",pv,112.05,36.05,10,"{cell}"\n@B,+cmd|x,wind,112.15,36.05,10,\n',
            encoding="utf-8",
        )
        config.write_text(config.read_text(encoding="utf-8") + "report: {issuer: '=1+1 <b>某局</b> {{7*7}}'}\n", encoding="utf-8")
        made("--config", config, "--out", folder / "out")

    return Documents(shared("hostile_names", make) / "out")


@pytest.fixture(scope="session")
def own_target(tmp_path_factory) -> Documents:
    """The report on a made-up place where one county has a target of its own."""
    folder = tmp_path_factory.mktemp("own") / "place"
    config = make_place(folder, replace={"cover: {main_reading: trees}": "cover: {main_reading: trees, targets: targets.csv}"})
    head = "target_id,measure,scope_code,year,value,unit,quote_zh,plan_section,label,source\n"
    rows = "a,forest_cover_pct,149900,2025,40,%,,,S,某文件\nb,forest_cover_pct,149901,2025,120e-1,%,,,S,某文件\n"
    (folder / "targets.csv").write_text(head + rows, encoding="utf-8")
    made("--config", config, "--out", folder / "out")
    return Documents(folder / "out")


@pytest.fixture(scope="session")
def sets(tmp_path_factory) -> Documents:
    """The report on a made-up place with sun, two PV sites, and two portfolios, one out of reach."""
    folder = tmp_path_factory.mktemp("sets")
    refs = "layers:\n  ghi: {file: ghi.tif, unit: kWh/m2/yr, resampling: nearest}\n"
    config = make_place(folder, replace={"cover: {main": refs + "cover: {main"})
    write_raster(folder / "ghi.tif", np.full((20, 20), 1400.0, np.float32), west=112.0, north=36.2, cell=0.01)
    config.write_text(config.read_text(encoding="utf-8").rstrip("\n") + _PORTFOLIOS, encoding="utf-8")
    made("--config", config, "--out", folder / "out")
    return Documents(folder / "out")


@pytest.fixture(scope="session")
def several(tmp_path_factory) -> Documents:
    """Two years of one product, one of another, two routes: west forest, that in the north was grass in 2011, beside crops and grass."""
    folder = tmp_path_factory.mktemp("several")
    config = make_place(
        folder,
        replace={
            "land_cover:\n  - {layer: my_product, file: land.tif, year: 2021}\n": _LAND,
            "draws: 2000, seed: 7}": _CARBON,
        },
    )
    later = np.full((20, 20), 2, np.uint8)
    later[:, :10], later[:, 18:] = 1, 3
    earlier = later.copy()
    earlier[:10, :10] = 3
    for name, values in (("land", later), ("early", earlier), ("agb", np.full((20, 20), 50, np.float32))):
        write_raster(folder / f"{name}.tif", values, west=112.0, north=36.2, cell=0.01, nodata=-1 if name == "agb" else 0)
    gpd.GeoDataFrame(geometry=[shapely.box(112.02, 36.12, 112.06, 36.16)], crs=4490).to_file(folder / "restored.gpkg", driver="GPKG")
    (folder / "other").mkdir()
    for name in ("layer.yaml", "legend.csv"):
        text = (folder / "my_product" / name).read_text(encoding="utf-8")
        (folder / "other" / name).write_text(text.replace("OWN", "OTHER"), encoding="utf-8")
    made("--config", config, "--out", folder / "out")
    return Documents(folder / "out")
