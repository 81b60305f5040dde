"""The report as a Word document: A4, fonts of GB/T 9704 by name, real headings, tables whose head rows repeat.

Nothing fancy, for WPS and Word alike; equal reports are equal bytes.
"""

from __future__ import annotations

import datetime as dt
import io
import re
import zipfile

from docx import Document
from docx.enum.section import WD_ORIENT, WD_SECTION
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor

from pipeline.charts import png
from pipeline.report.excel import span
from pipeline.report.model import Figure, Heading, Para, Report, Table

_LONG_MM, _SHORT_MM = 297, 210
_TOP, _BOTTOM, _LEFT, _RIGHT = 37, 35, 28, 26  # GB/T 9704: 版心 156 mm x 225 mm
_LINE_PT = 28.95
_LATIN = "Times New Roman"
_STAMP = dt.datetime(2000, 1, 1)
_ZIP_DATE = (1980, 1, 1, 0, 0, 0)
_RESERVE = 1.2  # room for the wider digits of fonts that stand in for ours
_CELL_PT, _CHAR_MM = 9, 9 * 0.5 * 0.3528  # half-width character of table text
_PAD_MM = 1.2  # of a cell, each side
_TOGETHER = 6  # rows up to which a table stays on one page
_FIGURE_MM, _FIGURE_SCALE = 156, 1.25  # widest figure; drawn larger than printed, so that its text prints at 7 pt
_MOST_ALT = 2000
_CENTER, _JUSTIFY, _START = WD_ALIGN_PARAGRAPH.CENTER, WD_ALIGN_PARAGRAPH.JUSTIFY, WD_ALIGN_PARAGRAPH.LEFT

# style -> (font, size in pt, bold, alignment, first-line indent in characters, line in pt or None, space before and after in pt)
_STYLES = {
    "Normal": ("仿宋_GB2312", 16, False, _JUSTIFY, 2, _LINE_PT, 0, 0),
    "Title": ("方正小标宋简体", 22, False, _CENTER, 0, 36, 12, 12),
    "Heading 1": ("黑体", 16, False, _START, 2, _LINE_PT, 12, 6),
    "Heading 2": ("楷体_GB2312", 16, False, _START, 2, _LINE_PT, 8, 4),
    "Heading 3": ("仿宋_GB2312", 14, True, _START, 2, 25, 8, 2),
    "Heading 4": ("黑体", 12, False, _START, 0, 18, 4, 1),
    "Detail": ("仿宋_GB2312", 12, False, _JUSTIFY, 2, 20, 0, 0),
    "Caption": ("黑体", 12, False, _CENTER, 0, None, 8, 3),
    "Front": ("楷体_GB2312", 16, False, _CENTER, 0, _LINE_PT, 0, 0),
    "Basis": ("楷体_GB2312", 12, False, _JUSTIFY, 0, 20, 0, 0),
    "Key": ("仿宋_GB2312", 16, False, _JUSTIFY, 2, _LINE_PT, 0, 6),
    "Note": ("楷体_GB2312", 10.5, False, _JUSTIFY, 0, 16, 2, 2),
    "Item": ("仿宋_GB2312", 14, False, _JUSTIFY, 2, 25, 0, 3),
    "Cell": ("宋体", _CELL_PT, False, _START, 0, None, 0, 0),
    "Running": ("宋体", 14, False, _CENTER, 0, None, 0, 0),
}
_PARAS = {"body": "Normal", "key": "Key", "note": "Note", "item": "Item", "detail": "Detail", "point": "Detail"}


def document(report: Report) -> bytes:
    """The docx file."""
    made = Document()
    _styles(made)
    _page(made.sections[0], wide=False)
    _running(made.sections[0], report)
    _front(made, report)
    wide, keys = False, 0
    for block in report.blocks:
        if isinstance(block, Heading):
            if block.wide != wide:
                wide = block.wide
                _page(made.add_section(WD_SECTION.NEW_PAGE), wide)
            _paragraph(made, block.text, style=f"Heading {block.level}").paragraph_format.page_break_before = block.new_page or None
        elif isinstance(block, Para):
            keys += block.style == "key"
            lead = f"{keys}. " if block.style == "key" else "• " if block.style in ("item", "point") else ""
            _paragraph(made, lead + block.text, style=_PARAS[block.style])
        elif isinstance(block, Figure):
            _figure(made, block, _LONG_MM - _TOP - _BOTTOM if wide else _SHORT_MM - _LEFT - _RIGHT)
        elif isinstance(block, Table):
            _table(made, block, _LONG_MM - _TOP - _BOTTOM if wide else _SHORT_MM - _LEFT - _RIGHT)
    _properties(made, report)
    buffer = io.BytesIO()
    made.save(buffer)
    return _same_bytes(buffer.getvalue())


# --- styles and pages ----------------------------------------------------------------------------------------


def _styles(made) -> None:
    """Fonts by name for Latin and Chinese text alike, theme fonts removed, language set (Latin English, Han Chinese)."""
    root = made.styles.element
    for fonts in root.iter(qn("w:rFonts")):
        for name in list(fonts.attrib):
            del fonts.attrib[name]
    for lang in root.iter(qn("w:lang")):
        lang.attrib.clear()
        lang.set(qn("w:val"), "en-US")  # of Latin text: as Chinese, its words would break anywhere
        lang.set(qn("w:eastAsia"), "zh-CN")
    for defaults in root.iter(qn("w:rPrDefault")):
        _fonts(defaults.find(qn("w:rPr")), _STYLES["Normal"][0])
    for name, (font, size, bold, alignment, indent, line, before, after) in _STYLES.items():
        known = name in [s.name for s in made.styles]
        style = made.styles[name] if known else made.styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
        style.font.size, style.font.bold, style.font.italic = Pt(size), bold, False
        style.font.color.rgb = RGBColor(0, 0, 0)
        _fonts(style.element.get_or_add_rPr(), font)
        form = style.paragraph_format
        form.alignment, form.space_before, form.space_after = alignment, Pt(before), Pt(after)
        form.line_spacing_rule = WD_LINE_SPACING.SINGLE if line is None else WD_LINE_SPACING.EXACTLY
        if line is not None:
            form.line_spacing = Pt(line)
        form.keep_with_next = name.startswith("Heading") or name == "Caption"
        form.widow_control = True
        _indent(style.element.get_or_add_pPr(), indent, size)
    _box(made.styles["Basis"].element.get_or_add_pPr())
    for name in ("Caption", "Cell", "Basis", "Note", "Detail", "Item", "Running"):
        _child(made.styles[name].element.get_or_add_pPr(), "w:snapToGrid", val="0")
    title = made.styles["Title"].element.pPr
    for border in title.findall(qn("w:pBdr")):
        title.remove(border)


def _fonts(properties, name: str) -> None:
    fonts = properties.find(qn("w:rFonts"))
    if fonts is None:
        fonts = OxmlElement("w:rFonts")
        properties.insert(0, fonts)
    for key, value in (("ascii", _LATIN), ("hAnsi", _LATIN), ("cs", _LATIN), ("eastAsia", name)):
        fonts.set(qn(f"w:{key}"), value)


def _indent(properties, characters: int, size: float) -> None:
    """First-line indent by characters; the length in twips is what readers without the notion use."""
    ind = properties.find(qn("w:ind"))
    if ind is None:
        ind = properties._add_ind()
    ind.attrib.clear()
    ind.set(qn("w:firstLineChars"), str(characters * 100))
    ind.set(qn("w:firstLine"), str(int(characters * size * 20)))


def _box(properties) -> None:
    """A frame round the paragraphs of a style; Word joins neighbours into one box."""
    border = OxmlElement("w:pBdr")
    for side in ("top", "left", "bottom", "right"):
        border.append(_element(f"w:{side}", val="single", sz="8", space="4", color="7F6000"))
    shade = _element("w:shd", val="clear", color="auto", fill="FFF9E5")
    _in_order(properties, border, shade)


# The order the schema wants of what stands in the properties of our styles.
_PPR = ("pStyle", "keepNext", "keepLines", "pageBreakBefore", "widowControl", "numPr", "pBdr", "shd", "tabs", "snapToGrid",
        "spacing", "ind", "contextualSpacing", "jc", "outlineLvl", "rPr", "sectPr")  # fmt: skip


def _in_order(properties, *new) -> None:
    """Put elements among paragraph properties where the schema wants them."""
    rank = {qn(f"w:{n}"): i for i, n in enumerate(_PPR)}
    for element in new:
        for old in properties.findall(element.tag):
            properties.remove(old)
        after = [c for c in properties if rank.get(c.tag, 99) > rank[element.tag]]
        properties.insert(properties.index(after[0]) if after else len(properties), element)


def _child(properties, tag: str, **attributes: str) -> None:
    _in_order(properties, _element(tag, **attributes))


def _element(tag: str, **attributes: str):
    made = OxmlElement(tag)
    for key, value in attributes.items():
        made.set(qn(f"w:{key}"), value)
    return made


def _page(section, wide: bool) -> None:
    """A4 upright or across; margins of GB/T 9704, turned with the page."""
    section.orientation = WD_ORIENT.LANDSCAPE if wide else WD_ORIENT.PORTRAIT
    section.page_width, section.page_height = (Mm(_LONG_MM), Mm(_SHORT_MM)) if wide else (Mm(_SHORT_MM), Mm(_LONG_MM))
    top, bottom, left, right = (_LEFT, _RIGHT, _TOP, _BOTTOM) if wide else (_TOP, _BOTTOM, _LEFT, _RIGHT)
    section.top_margin, section.bottom_margin, section.left_margin, section.right_margin = Mm(top), Mm(bottom), Mm(left), Mm(right)
    section.header_distance, section.footer_distance = Mm(15), Mm(16)
    grid = section._sectPr.find(qn("w:docGrid"))
    if grid is None:
        grid = OxmlElement("w:docGrid")
        section._sectPr.append(grid)
    grid.set(qn("w:type"), "lines")
    grid.set(qn("w:linePitch"), str(int(_LINE_PT * 20)))


def _running(section, report: Report) -> None:
    """Mark and review number at the head of every page, mark and page number at its foot."""
    for paragraph, text in ((section.header.paragraphs[0], report.running), (section.footer.paragraphs[0], "")):
        paragraph.style = "Running"
        if text:
            run = paragraph.add_run(text)
            run.font.size = Pt(10.5)
            run.bold = bool(report.mark)
    foot = section.footer.paragraphs[0]
    if report.mark:
        foot.add_run(f"{report.mark}　").bold = True
    foot.add_run("— ")
    for kind, text in (("begin", None), (None, " PAGE "), ("separate", None), ("text", "1"), ("end", None)):
        run = foot.add_run(text if kind == "text" else "")
        if kind in ("begin", "separate", "end"):
            run._r.append(_element("w:fldChar", fldCharType=kind))
        elif kind is None:
            code = OxmlElement("w:instrText")
            code.set(qn("xml:space"), "preserve")
            code.text = text
            run._r.append(code)
    foot.add_run(" —")


def _front(made, report: Report) -> None:
    if report.mark:
        _paragraph(made, style="Front").add_run(report.mark).bold = True
    _paragraph(made, report.title, style="Title")
    for line in report.front:
        _paragraph(made, line, style="Front")
    _paragraph(made, style="Front")
    _paragraph(made, style="Basis").add_run(report.basis_title).bold = True
    for line in report.basis:
        _paragraph(made, f"• {line}", style="Basis")


def _paragraph(made, text: str = "", style: str = "Normal"):
    """A paragraph in a style, by the style's id: its name without blanks, none for the default. python-docx would search all styles for it."""
    paragraph = made.add_paragraph(text)
    paragraph._p.style = None if style == "Normal" else style.replace(" ", "")
    return paragraph


def _figure(made, figure: Figure, width_mm: float) -> None:
    """The chart as a picture with its values as alternative text, its title below."""
    paragraph = _paragraph(made, style="Caption")
    width_mm = min(width_mm, _FIGURE_MM)
    shape = paragraph.add_run().add_picture(io.BytesIO(png(figure.chart, width_mm / 25.4 * _FIGURE_SCALE)), Mm(width_mm))
    shape._inline.docPr.set("descr", f"{figure.title} {figure.chart.said()}"[:_MOST_ALT])
    shape._inline.docPr.set("name", f"figure {figure.number}")
    _paragraph(made, figure.title, style="Caption").paragraph_format.keep_with_next = False


# --- tables --------------------------------------------------------------------------------------------------


def _table(made, table: Table, width_mm: float) -> None:
    """Caption, table and notes; written as XML because a cell at a time is slow and its widths are ours."""
    if table.title:
        _paragraph(made, table.title, style="Caption")
    rows = table.shown()
    widths = column_widths(table, rows, width_mm)
    root = OxmlElement("w:tbl")
    root.append(_table_properties(width_mm))
    grid = OxmlElement("w:tblGrid")
    for w in widths:
        grid.append(_element("w:gridCol", w=_twips(w)))
    root.append(grid)
    style = made.styles["Cell"].style_id
    root.append(_row([c.head for c in table.columns], widths, ["center"] * len(widths), style, head=True, bold=True, keep=True))
    aligned = ["right" if c.is_number else "left" for c in table.columns]
    short = len(rows) <= _TOGETHER
    for i, row in enumerate(rows):
        keep = i + 1 < len(rows) if short else i < 2
        root.append(_row(row, widths, aligned, style, bold=i < table.totals, keep=keep))
    made.element.body.insert(len(made.element.body) - 1, root)
    for note in table.notes:
        _paragraph(made, note, style="Note")
    if not table.notes:  # tables that touch would be one; a heading follows those of a letter
        apart = _paragraph(made, style="Note").paragraph_format
        if not table.is_numbered:
            apart.line_spacing = Pt(2)


def column_widths(table: Table, rows: list[list[str]], width_mm: float) -> list[float]:
    """Widths [mm] that sum to ``width_mm``: numbers on one line, the rest shared among texts by their length.

    Where there is not enough for all, heads are broken before numbers are.
    """
    need = []
    for j, column in enumerate(table.columns):
        longest = max((span(r[j]) for r in rows), default=0)
        words = max((span(w) for w in column.head.split()), default=2) if column.head.isascii() else max(8, _unit_span(column.head))
        need.append((longest, max(min(longest, 9), min(words, 10), 4)))

    def least_of(reserve: float, *, with_head: bool) -> list[float]:
        kept = [
            min(n, 18) * reserve if c.is_number or c.kind == "code" else min(n, 8) for c, (n, _) in zip(table.columns, need, strict=True)
        ]
        return [max(k, m if with_head else 4) * _CHAR_MM + 2 * _PAD_MM for k, (_, m) in zip(kept, need, strict=True)]

    for reserve in (_RESERVE, 1.0):
        least, firm = (least_of(reserve, with_head=head) for head in (True, False))
        if sum(firm) <= width_mm:
            break
    spare = width_mm - sum(least)
    if spare <= 0:
        left = max(width_mm - sum(firm), 0) / max(sum(least) - sum(firm), 1e-9)
        made = [f + (w - f) * left for w, f in zip(least, firm, strict=True)]
        return [w * width_mm / sum(made) for w in made]
    wish = [0.0 if c.is_number else max(min(n, 160) - m, 0) ** 0.75 for c, (n, m) in zip(table.columns, need, strict=True)]
    if not sum(wish):
        wish = [1.0] * len(least)
    return [w + spare * x / sum(wish) for w, x in zip(least, wish, strict=True)]


def _unit_span(head: str) -> int:
    """Characters that the unit of a Chinese head takes with its brackets, which are not torn from it; 0 without one."""
    found = re.search(r"（[^（）]*）$", head)
    return span(found[0]) + 2 if found else 0


def _twips(mm: float) -> str:
    return str(round(mm * 56.6929))


def _table_properties(width_mm: float):
    made = OxmlElement("w:tblPr")
    made.append(_element("w:tblW", w=_twips(width_mm), type="dxa"))
    made.append(_element("w:jc", val="center"))
    borders = OxmlElement("w:tblBorders")
    for side in ("top", "left", "bottom", "right", "insideH", "insideV"):
        borders.append(_element(f"w:{side}", val="single", sz="4", space="0", color="808080"))
    made.append(borders)
    made.append(_element("w:tblLayout", type="fixed"))
    margins = OxmlElement("w:tblCellMar")
    for side in ("left", "right"):
        margins.append(_element(f"w:{side}", w=_twips(_PAD_MM), type="dxa"))
    made.append(margins)
    return made


def _row(texts, widths, aligned, style: str, *, head: bool = False, bold: bool = False, keep: bool = False):
    """A row that does not break over pages; ``keep`` holds it on the page of the next one."""
    row, how = OxmlElement("w:tr"), OxmlElement("w:trPr")
    how.append(OxmlElement("w:cantSplit"))
    if head:
        how.append(OxmlElement("w:tblHeader"))
    row.append(how)
    for text, width, side in zip(texts, widths, aligned, strict=True):
        cell, properties = OxmlElement("w:tc"), OxmlElement("w:tcPr")
        properties.append(_element("w:tcW", w=_twips(width), type="dxa"))
        if head:
            properties.append(_element("w:shd", val="clear", color="auto", fill="E8EEE8"))
            properties.append(_element("w:vAlign", val="center"))
        cell.append(properties)
        cell.append(_cell_text(text, side, style, bold, keep))
        row.append(cell)
    return row


def _cell_text(text: str, side: str, style: str, bold: bool, keep: bool):
    paragraph, properties = OxmlElement("w:p"), OxmlElement("w:pPr")
    properties.append(_element("w:pStyle", val=style))
    if keep:
        properties.append(OxmlElement("w:keepNext"))
    if side != "left":
        properties.append(_element("w:jc", val=side))
    paragraph.append(properties)
    run = OxmlElement("w:r")
    if bold:
        form = OxmlElement("w:rPr")
        form.append(OxmlElement("w:b"))
        run.append(form)
    content = OxmlElement("w:t")
    content.set(qn("xml:space"), "preserve")
    content.text = text
    run.append(content)
    paragraph.append(run)
    return paragraph


# --- file ----------------------------------------------------------------------------------------------------


def _properties(made, report: Report) -> None:
    core = made.core_properties
    core.title, core.author, core.last_modified_by = report.title[:250], report.issuer[:250], ""
    core.subject, core.comments, core.keywords, core.revision = report.running[:250], "", "", 1
    core.language = "zh-CN" if report.language == "zh" else "en"
    core.created = core.modified = core.last_printed = _STAMP


def _same_bytes(content: bytes) -> bytes:
    """The same package with fixed times, so that equal documents are equal files."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as source, zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as target:
        for name in source.namelist():
            entry = zipfile.ZipInfo(name, _ZIP_DATE)
            entry.compress_type, entry.create_system, entry.external_attr = zipfile.ZIP_DEFLATED, 0, 0
            target.writestr(entry, source.read(name))
    return buffer.getvalue()
