"""The one report: front, basis and seven sections, numbered, marked and cleaned."""

from __future__ import annotations

from dataclasses import replace

from pipeline.core.products import has_restricted
from pipeline.core.text import clean
from pipeline.report.data import Data, percent, where
from pipeline.report.land import forest_blocks, wetland_blocks
from pipeline.report.method import labels, method_blocks, open_blocks, settings
from pipeline.report.model import Block, Figure, Heading, Para, Report, Table, numeral
from pipeline.report.opinions import opinion_blocks
from pipeline.report.potential import potential_blocks
from pipeline.report.sites import siting_blocks
from pipeline.report.stocks import carbon_blocks
from pipeline.report.summary import blocks as summary_blocks

SHEETS = (
    "cover",
    "samples",
    "accuracy",
    "spread",
    "pairs",
    "one_map",
    "trend",
    "change",
    "tasks",
    "plan",
    "greening",
    "wetland",
    "classes",
    "carbon",
    "pools",
    "routes",
    "variance",
    "density",
    "factors",
    "overrides",
    "stock_change",
    "transition",
    "restoration",
    "space",
    "removal",
    "ccer",
    "value",
    "sites",
    "reasons",
    "ranks",
    "score_detail",
    "tradeoff",
    "tradeoff_totals",
    "pareto",
    "portfolio",
    "portfolio_limits",
    "portfolio_sites",
    "exclusion",
    "verdict_by_date",
    "land_by_date",
    "potential",
    "areas",
    "capacity_target",
    "rooftop",
    "avoided",
    "distances",
    "terrain",
    "site_counties",
    "overlaps",
    "conflicts",
    "targets",
    "places",
    "sources",
)


_NAMED = 5  # made-up inputs named on the first page; all stand in the table of sources


def report(data: Data) -> Report:
    """The model of the report."""
    numbers = {b.key: b.number for b in _finished(data, _sections(data, {})) if isinstance(b, Table) and b.number}
    made = _finished(data, _sections(data, numbers))
    mark = data.say("synthetic") if data.is_synthetic else ""
    review = _review(data)
    title = clean(data.say("title", area=_place(data)))
    issuer = clean(data.config.report.issuer)
    front = [issuer, data.say("assessed_on", day=_day(data)), review]
    basis = [clean(t) for t in _basis(data)]
    shown = [b for b in made if not isinstance(b, Table) or b.printed]
    tables = {b.sheet: b for b in made if isinstance(b, Table) and b.sheet}
    sheets = [replace(tables[s], sheet=data.say(f"sheet_{s}"), title=_bare(tables[s], data)) for s in SHEETS if s in tables]
    about = _about(data, title, front, mark, basis, made, sheets)
    return Report(
        language=data.language,
        title=title,
        front=[t for t in front if t],
        mark=mark,
        review=review,
        basis_title=data.say("basis_title"),
        basis=basis,
        blocks=shown,
        sheets=[about, *sheets],
        issuer=issuer,
        contents=data.say("contents"),
        pages=data.say("h_opinions"),
    )


def with_opinions(data: Data, whole: Report) -> Report:
    """The report and, after its last section, a page for every site: what the HTML page shows."""
    sections = sum(isinstance(b, Heading) and b.level == 1 for b in whole.blocks)
    return replace(whole, blocks=[*whole.blocks, *_finished(data, opinion_blocks(data), sections)])


def opinions(data: Data, whole: Report) -> Report:
    """The same pages as a document of their own, with the front of the report."""
    title = clean(data.say("title_opinions", area=_place(data)))
    basis = [clean(t) for t in [*_made_up(data), *data.bases, data.say("basis_area"), data.say("basis_blank")]]
    return replace(whole, title=title, basis=basis, blocks=_finished(data, opinion_blocks(data)), sheets=())


def _sections(data: Data, numbers: dict[str, int]) -> list[Block]:
    return [
        *summary_blocks(data),
        *forest_blocks(data),
        *wetland_blocks(data),
        *carbon_blocks(data),
        *potential_blocks(data),
        *siting_blocks(data, numbers),
        *method_blocks(data),
        *open_blocks(data),
    ]


# --- front ---------------------------------------------------------------------------------------------------


def _place(data: Data) -> str:
    """The area, and the chosen counties where they were chosen."""
    area = data.config.area.name.get(data.language)
    if data.has_city:
        return area
    names = [z["county_name"] for z in data.zones]
    said = data.join(names) if len(names) <= 3 else data.say("counties_many", first=data.join(names[:2]), count=len(names))
    return data.say("title_some", area=area, counties=said)


def _day(data: Data) -> str:
    day = data.config.siting.assessment_date
    return f"{day.year} 年 {day.month} 月 {day.day} 日" if data.language == "zh" else day.isoformat()


def _basis(data: Data) -> list[str]:
    """What every figure stands on, in words for a reader who sees nothing else."""
    said = [*_made_up(data), *data.bases]
    said += [data.say("basis_area"), _target(data)]
    years = sorted({r["year"] for r in data.cover if r["year"] is not None})
    if years and years != [data.config.cover.target_year] and any(r["target_pct"] is not None for r in data.cover):
        said.append(data.say("basis_time", years=data.join(map(str, years)), target_year=data.config.cover.target_year))
    if not data.has_city:
        said.append(data.say("basis_some"))
    return [*said, data.say("basis_blank")]


def _review(data: Data) -> str:
    """The review number, and that the document is internal where it has none or tells of restricted layers, whatever the maps are."""
    number = data.config.maps.map_review_no.strip()
    said = [clean(data.say("map_review_no", number=number))] if number else []
    if not number or has_restricted(data.config, data.products):
        said.append(data.say("internal_use"))
    return data.gap.join(said)


def _made_up(data: Data) -> list[str]:
    """What says that made-up data went in, and which."""
    if not data.is_synthetic:
        return []
    names = [s["title"] for s in where(data.sources, is_synthetic="yes")]
    more = data.say("basis_more", count=len(names)) if len(names) > _NAMED else ""
    return [data.say("basis_synthetic", names=data.join(names[:_NAMED]) + more)]


def _target(data: Data) -> str:
    own = [
        t
        for t in data.targets
        if t["measure"] == "forest_cover_pct" and t["year"] == data.config.cover.target_year and t["value"] is not None
    ]
    whole = where(own, scope_code=data.config.area.code)
    if not whole:
        return data.say("basis_no_target", year=data.config.cover.target_year)
    shared = data.say("basis_target_shared") if len(own) == len(whole) else ""
    source = f"{whole[0]['source']}，{whole[0]['label']}" if data.language == "zh" else f"{whole[0]['source']}, {whole[0]['label']}"
    return data.say("basis_target", year=whole[0]["year"], target=percent(whole[0]["value"]), source=source, counties=shared)


# --- finishing -----------------------------------------------------------------------------------------------


def _finished(data: Data, blocks: list[Block], sections: int = 0) -> list[Block]:
    """Headings, figures and printed tables numbered, tables marked where anything is made up, notes added, texts cleaned.

    ``sections``: how many there are before these.
    """
    counts, tables, figures, made = [sections, 0, 0], 0, 0, []
    for block in blocks:
        if isinstance(block, Heading) and not block.is_numbered:
            made.append(replace(block, text=clean(block.text)))
        elif isinstance(block, Heading):
            counts = [c + (i == block.level - 1) if i < block.level else 0 for i, c in enumerate(counts)]
            made.append(replace(block, text=_numbered(clean(block.text), counts[: block.level], data.language)))
        elif isinstance(block, Para):
            made.append(replace(block, text=clean(block.text)))
        elif isinstance(block, Figure):
            figures += 1
            title = _marked(data, data.say("figure", number=figures, title=clean(block.chart.title)))
            made.append(replace(block, title=title, number=figures))
        else:
            has_number = block.printed and block.is_numbered
            tables += has_number
            made.append(_table(data, block, tables if has_number else 0))
    return made


def _table(data: Data, table: Table, number: int) -> Table:
    notes = [clean(n) for n in table.notes]
    if table.most is not None and len(table.rows) > table.most:
        notes.append(data.say("rows_cut", most=table.most, count=len(table.rows)))
    if table.printed and table.rounding_shows():
        notes.append(data.say("rounding"))
    title = clean(table.title)
    shown = data.say("table", number=number, title=title) if number else title
    columns = [replace(c, head=clean(c.head)) for c in table.columns]
    return replace(table, title=_marked(data, shown), columns=columns, notes=notes, number=number)


def _marked(data: Data, title: str) -> str:
    return f"{data.say('synthetic')}{data.gap}{title}".rstrip() if data.is_synthetic else title


def _bare(table: Table, data: Data) -> str:
    """The title of a sheet: without the number the table has in print."""
    return _marked(data, data.say(f"t_{table.key.removesuffix('_all')}")) if table.number else table.title


def _numbered(text: str, counts: list[int], language: str) -> str:
    """一、 （一） 1. in Chinese, 1 1.1 1.1.1 in English."""
    last = counts[-1]
    if language != "zh":
        return f"{'.'.join(map(str, counts))} {text}"
    return (f"{numeral(last)}、", f"（{numeral(last)}）", f"{last}. ")[len(counts) - 1] + text


def _about(data: Data, title: str, front: list[str], mark: str, basis: list[str], made: list[Block], sheets: list[Table]) -> Table:
    """The first sheet: what the workbook is, its basis, key figures, units, labels, settings and warnings."""
    keys = [b.text for b in made if isinstance(b, Para) and b.style == "key"]
    rows = [(data.say("about_title"), title)]
    rows += [(data.say("about_mark"), mark)] if mark else []
    rows += [(data.say("about_front"), t) for t in front if t]
    rows += [(data.say("about_basis"), t) for t in basis]
    rows += [(data.say("about_key"), t) for t in keys]
    rows += [(data.say("about_units"), data.say("about_units_text")), (data.say("about_blank"), data.say("about_blank_text"))]
    rows += [(data.say("about_sheets"), s.sheet) for s in sheets]
    rows += [(data.say("about_labels"), f"{k}：{v}" if data.language == "zh" else f"{k}: {v}") for k, v in labels(data)]
    rows += [(f"{data.say('about_warnings')} {n}", t) for n, t in data.warnings]
    rows += [(f"{data.say('t_settings')} {k}" if data.language == "en" else f"{data.say('t_settings')}：{k}", v) for k, v in settings(data)]
    columns = [data.column("about_item"), data.column("about")]
    return Table("about", _marked(data, title), columns, rows, sheet=data.say("sheet_about"), printed=False)
