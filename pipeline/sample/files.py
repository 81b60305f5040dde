"""The drawn points as files for the field: KML, GeoPackage rows, a sheet to fill in, and the layer they are read back as."""

from __future__ import annotations

import datetime as dt
import html
import io
from dataclasses import dataclass
from xml.sax.saxutils import escape

import geopandas as gpd
import pandas as pd
import shapely
import xlsxwriter

from pipeline.core.grid import LONLAT
from pipeline.core.legend import FOREST, OTHER, class_names
from pipeline.core.products import shown
from pipeline.core.tables import DRAWN_POINTS
from pipeline.core.text import clean
from pipeline.core.words import say

_CREATED = dt.datetime(2000, 1, 1)  # equal runs are equal bytes
_OPTIONS = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False, "in_memory": True}
_WIDTHS = {"point_id": 9, "county_code": 12, "county_name": 12, "lon": 13, "lat": 13, "stratum": 10, "stratum_area_hm2": 18, "note": 30}


@dataclass(frozen=True)
class About:
    """What the points are for; ``mark``: that of made-up data, or nothing."""

    product: str
    year: int | None
    language: str
    mark: str
    is_by_county: bool

    def say(self, key: str, **params) -> str:
        """A sentence in the language of the run."""
        return say(key, self.language, **params)

    @property
    def edition(self) -> str:
        """Product and year."""
        return shown(self.product, self.year)

    @property
    def title(self) -> str:
        """Title of every file."""
        return " ".join(filter(None, (self.say("sample_title", product=self.edition), self.mark)))


def kml(points: pd.DataFrame, about: About) -> bytes:
    """One folder a county; the texts are escaped, and escaped once more where viewers take them for HTML."""
    lines = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        '<kml xmlns="http://www.opengis.net/kml/2.2">',
        "<Document>",
        _tag("name", about.title),
    ]
    for (code, name), rows in points.groupby(["county_code", "county_name"], sort=True):
        lines += ["<Folder>", _tag("name", f"{name} {code}")]
        for p in rows.itertuples():
            said = about.say("sample_point_text", stratum=_stratum(p.stratum, about), map_class=p.map_class, map_code=p.map_code)
            said = " ".join(filter(None, (said, about.mark)))
            lines += [
                "<Placemark>",
                _tag("name", p.point_id),
                _tag("description", html.escape(said)),
                f"<Point><coordinates>{p.lon:.7f},{p.lat:.7f}</coordinates></Point>",
                "</Placemark>",
            ]
        lines.append("</Folder>")
    return "\n".join([*lines, "</Document>", "</kml>", ""]).encode("utf-8")


def _tag(name: str, text: str) -> str:
    return f"<{name}>{escape(clean(text))}</{name}>"


def _stratum(label: str, about: About) -> str:
    """A stratum in words; ingest reads both the key and the words."""
    return about.say(f"sample_stratum_{label}") if label in (FOREST, OTHER) else label


def features(points: pd.DataFrame) -> gpd.GeoDataFrame:
    """The points as features in EPSG:4490."""
    return gpd.GeoDataFrame(points, geometry=shapely.points(points.lon, points.lat), crs=LONLAT)


def layer_yaml(about: About) -> bytes:
    """The folder as a layer of kind ``sample``, to be named in ``cover.samples`` once the table is filled in."""
    from ruamel.yaml import YAML

    mark = f" {about.mark}" if about.mark else ""
    tree = {
        "title": {lang: say("sample_title", lang, product=about.edition) + mark for lang in ("zh", "en")},
        "what": {lang: say("sample_layer_what", lang) for lang in ("zh", "en")},
        "licence": "own",
        "kind": "sample",
        "product": about.product,
        **({} if about.year is None else {"year": about.year}),
        "file": f"{DRAWN_POINTS.name.split('/')[1]}.csv",
        "datum": "cgcs2000",
        "sample": {"kind": "stratified", "strata": "column", "by_county": about.is_by_county, "definition": "statutory"},
        **({"synthetic": True} if about.mark else {}),
    }
    writer, out = YAML(typ="safe", pure=True), io.StringIO()
    writer.default_flow_style, writer.allow_unicode, writer.sort_base_mapping_type_on_output, writer.width = False, True, False, 4096
    writer.dump(tree, out)
    return out.getvalue().encode("utf-8")


def field_sheet(points: pd.DataFrame, definition: pd.DataFrame, about: About) -> bytes:
    """A workbook: how to judge a point, and the points with a drop-down for ``is_forest``; its headings are read back by name."""
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, _OPTIONS) as book:
        book.set_properties({"title": about.title, "created": _CREATED})
        plain = {"font_name": "宋体", "font_size": 11, "valign": "top"}
        wrapped, bold = book.add_format({**plain, "text_wrap": True}), book.add_format({**plain, "bold": True, "text_wrap": True})
        guide = book.add_worksheet(about.say("sample_sheet_guide"))
        guide.set_column(0, 0, 24)
        guide.set_column(1, 1, 90)
        for i, (head, text) in enumerate(instructions(definition, about)):
            guide.write_string(i, 0, clean(head), bold)
            guide.write_string(i, 1, clean(text), wrapped)
        _points_sheet(book, points, about, book.add_format(plain), bold)
        for sheet in book.worksheets():
            sheet.set_paper(9)
            sheet.fit_to_pages(1, 0)
            sheet.set_footer(f"&L{about.title.replace('&', '&&')[:120]}&C&P")
    return buffer.getvalue()


def instructions(definition: pd.DataFrame, about: About) -> list[tuple[str, str]]:
    """(heading, text) of the sheet of instructions; what counts is said in the words of the table of definitions."""
    names, threshold = class_names(about.language), f"threshold_{about.language}"
    rows = [(about.title, about.say("sample_guide_what")), (about.say("sample_guide_plot"), about.say("sample_guide_plot_text"))]
    for counts, key in (("yes", "sample_guide_yes"), ("dry", "sample_guide_dry"), ("no", "sample_guide_no")):
        for r in definition[(definition.forest_cover == counts) & (definition.class_key != "unknown")].to_dict("records"):
            said = "" if pd.isna(r[threshold]) else r[threshold]
            rows.append(
                (
                    names[r["class_key"]],
                    f"{about.say(key)}{f'（{said}）' if said and about.language == 'zh' else f' ({said})' if said else ''}",
                )
            )
    return [*rows, *((about.say(f"sample_guide_{k}"), about.say(f"sample_guide_{k}_text")) for k in ("fill", "reach", "back"))]


def _points_sheet(book, points: pd.DataFrame, about: About, plain, bold) -> None:
    sheet = book.add_worksheet(about.say("sample_sheet_points"))
    columns = [c for c in DRAWN_POINTS.columns if c in points]
    for j, name in enumerate(columns):
        sheet.write_string(0, j, about.say(f"sample_col_{name}"), bold)
        sheet.set_column(j, j, _WIDTHS.get(name, 14))
        for i, value in enumerate(points[name], 1):
            if pd.isna(value):
                sheet.write_blank(i, j, None, plain)
            elif isinstance(value, float):
                sheet.write_number(i, j, value, plain)
            else:
                sheet.write_string(i, j, clean(_stratum(value, about) if name == "stratum" else value), plain)
    if about.mark:
        sheet.write_string(0, len(columns), "mark", bold)
        for i in range(1, len(points) + 1):
            sheet.write_string(i, len(columns), about.mark, plain)
    place = columns.index("is_forest")
    yes_no = {"validate": "list", "source": [about.say("sample_yes"), about.say("sample_no")]}
    sheet.data_validation(1, place, max(len(points), 1), place, {**yes_no, "error_message": about.say("sample_yes_no_hint")})
    sheet.freeze_panes(1, 1)
    sheet.autofilter(0, 0, max(len(points), 1), len(columns) - 1)
    sheet.set_landscape()
    sheet.repeat_rows(0)
