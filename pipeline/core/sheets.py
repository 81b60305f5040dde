"""Tables people keep: CSV and Excel with Chinese headings, units in brackets, titles above and totals below.

Columns are found by the configuration's ``columns``, by our own names, or by the usual headings; a quantity without a
unit, a code that Excel has rounded and a coordinate that can be read two ways are findings, never guesses.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from pyproj import CRS

from pipeline.core import cells, datum, tables, units
from pipeline.core.errors import BadData, Findings, Problem, UsageError, problem
from pipeline.core.formats import is_table
from pipeline.core.grid import LONLAT, require_range, same_place, transformer
from pipeline.core.layers import Layer, require_format
from pipeline.core.vectors import CONSTANT, Tell, read_features
from pipeline.core.workbook import Rows, read_rows

if TYPE_CHECKING:
    import geopandas as gpd

HEADINGS = {  # our column: headings it usually has, the likelier first (NFKC, lower case, no blanks)
    "site_id": ("编号", "场址编号", "项目编号", "站点编号", "id", "序号"),
    "name": ("名称", "项目名称", "场址名称", "站点名称", "name"),
    "kind": ("类型", "项目类型", "能源类型", "类别"),
    "capacity_mw": ("装机容量", "装机规模", "建设规模", "规模", "容量", "装机", "capacity"),
    "lon": ("经度", "东经", "longitude", "lng", "center_lon", "location_x", "xcoordinate"),
    "lat": ("纬度", "北纬", "latitude", "center_lat", "location_y", "ycoordinate"),
    "x": ("横坐标", "东坐标", "x坐标", "easting"),
    "y": ("纵坐标", "北坐标", "y坐标", "northing"),
    "note": ("备注", "说明", "note"),
    "county_code": ("县代码", "行政区划代码", "行政区代码", "区划代码", "县级代码", "代码", "adcode"),
    "county_name": ("县名", "县名称", "行政区名称", "县(市、区)", "县(市区)", "行政区", "县区", "名称"),
    "point_id": ("样点编号", "样点号", "点号", "plotid", "plot_id", "sampleid", "sample_id", "编号", "id", "序号"),
    "stratum": ("抽样层", "层", "分层", "strata"),
    "stratum_area_hm2": ("层面积", "抽样层面积", "stratum_area"),
    "map_code": ("图上地类", "地图代码", "地图地类", "map_class", "pl_map_class"),
    "reference": ("参考地类", "实地地类", "判读地类", "ref_code", "reference_key"),
    "is_forest": ("是否森林", "是否为森林", "reference_is_forest"),
    "reference_earlier": ("前期参考地类", "前期实地地类"),
    "is_forest_earlier": ("前期是否森林",),
    "stems": ("株数", "折算株数", "四旁树株数", "stems"),
    "area_hm2": ("折算面积", "控制面积", "土地总面积", "国土面积", "土地面积", "行政区面积", "面积"),
}
KINDS = {"wind": ("风电", "风力", "风能"), "pv": ("光伏", "太阳能")}
_SITE_KINDS = {"site_id": "code", "name": "text", "kind": "text", "capacity_mw": "power", "note": "text"}
_SITE_REQUIRED = [c for c in _SITE_KINDS if tables.SITES.columns[c].required]
_TITLE_ROWS = 30  # the head stands in one of the first rows
_TOTAL = re.compile(r"(合\s*计|总\s*计|共\s*计|小\s*计|全市|全县|total|sum)[:：]?", re.IGNORECASE)
_REMARK = re.compile(r"(注|备注|说明|填表|制表|填报|审核|数据来源|来源)[\d一二三四五]?\s*[:：]")
_UNIT_END = re.compile(rf"(.*?[\u4e00-\u9fff])({'|'.join(unit for known in units.UNITS.values() for unit in known)})")
_UNIT_PART = re.compile(r"(.+?)(?:[(\[【]([^()\[\]【】]*)[)\]】]|[/_,:]([^/_,:]+))")


@dataclass(frozen=True)
class Sheet:
    """A table whose columns were found."""

    layer: Layer
    headings: list[str]
    place: dict[str, int]  # our column: its place in a row
    rows: list[tuple[int, list[str]]]  # line as people count it, cells

    @property
    def file(self) -> str:
        """The file as users know it."""
        return self.layer.shown_path

    def __contains__(self, name: str) -> bool:
        return name in self.place or self.constant(name) is not None

    def constant(self, name: str) -> str | None:
        """What the configuration says of a column that is one value for all rows."""
        return _constant(self.layer, name)

    def column(self, name: str) -> list[tuple[int, str]]:
        """(line, cell) of one of our columns."""
        value = self.constant(name)
        if value is not None:
            return [(line, value) for line, _ in self.rows]
        return [(line, row[self.place[name]] if self.place[name] < len(row) else "") for line, row in self.rows]

    def heading(self, name: str) -> str:
        """The heading of one of our columns as the file writes it."""
        return " ".join(self.headings[self.place[name]].split()) if name in self.place else name


def read_table(layer: Layer, columns: dict[str, str], tell: Tell, optional: tuple[str, ...] = ()) -> pd.DataFrame:
    """A table's columns as ours: one row a record, values in our units; raises BadData with every cell that is not clear.

    ``columns``: {our column: kind}, a kind being ``text``, ``code``, ``number``, ``area`` (hm2) or ``power`` (MW); text of
    columns that end in _code or _id is a code. Columns in ``optional`` may be absent, and are then blank. ``tell`` takes
    the key of a warning and its parameters (``store.warn``). Totals and remarks at the end are left out, and told.
    """
    sheet = open_sheet(layer, [c for c in columns if c not in optional], list(columns), [[]], tell)
    return _frame(sheet, columns).reset_index(drop=True)


def read_sites_table(layer: Layer, tell: Tell, more: Iterable[str] = ()) -> gpd.GeoDataFrame:
    """Candidate sites of a table: the columns of :data:`pipeline.core.tables.SITES` with points in EPSG:4490.

    ``more``: further columns that are taken as text where the table has them.
    """
    import geopandas as gpd

    sheet = open_sheet(layer, _SITE_REQUIRED, [*_SITE_KINDS, "lon", "lat", "x", "y"], [["lon", "lat"], ["x", "y"]], tell)
    findings = Findings()
    frame = findings.attempt(_sites, sheet, more)
    points = findings.attempt(_points, sheet, tell)
    if frame is not None and "capacity_mw" not in sheet and frame.kind.isin(list(KINDS)).any():  # a point has no area of its own
        known = _shown(sheet.headings)
        findings.add("table_column", file=sheet.file, column=_called(layer, "capacity_mw"), known=known)
    findings.stop(BadData)
    return gpd.GeoDataFrame(frame, geometry=points, crs=LONLAT)


def sites_of_fields(layer: Layer, fields: pd.DataFrame, more: Iterable[str] = ()) -> pd.DataFrame:
    """Candidate sites of a vector file: its fields, as the file names them, read as the cells of a table; ``more`` as above."""
    fields = fields.dropna(axis=1, how="all")  # KML brings a dozen fields that nobody filled
    return _sites(_sheet_of_fields(layer, fields, _SITE_REQUIRED, list(_SITE_KINDS), [[]]), more)


def read_records(
    layer: Layer, columns: dict[str, str], tell: Tell, *, required: list[str], one_of: list[list[str]]
) -> tuple[pd.DataFrame, np.ndarray | None]:
    """(those of ``columns`` that a table or a vector file has, points in EPSG:4490 or None where a table has no coordinates).

    ``columns`` as of :func:`read_table`; the index is the line less two. Raises BadData with every cell that is not clear.
    """
    if not is_table(layer.path):
        as_named = replace(layer, about=layer.about.model_copy(update={"columns": {}}))
        features = read_features(as_named, tell)
        sheet = _sheet_of_fields(layer, features.drop(columns="geometry"), required, list(columns), one_of)
        return _frame(sheet, {name: kind for name, kind in columns.items() if name in sheet}), features.geometry.to_numpy()
    sheet = open_sheet(layer, required, [*columns, "lon", "lat", "x", "y"], one_of, tell)
    half = [pair for pair in (("lon", "lat"), ("x", "y")) if sum(name in sheet for name in pair) == 1]
    has_points = any(all(name in sheet for name in pair) for pair in (("lon", "lat"), ("x", "y")))
    findings = Findings()
    frame = findings.attempt(_frame, sheet, {name: kind for name, kind in columns.items() if name in sheet})
    if half and not has_points:
        absent = next(name for name in half[0] if name not in sheet)
        findings.add("table_column", file=sheet.file, column=_called(layer, absent), known=_shown(sheet.headings))
    points = findings.attempt(_points, sheet, tell) if has_points else None
    findings.stop(BadData)
    return frame, points


def _sheet_of_fields(layer: Layer, fields: pd.DataFrame, required: list[str], wanted: list[str], one_of: list[list[str]]) -> Sheet:
    """The fields of a vector file as a table whose columns were found; raises BadData naming every one that is missing."""
    headings = [str(c) for c in fields.columns]
    _require_known_keys(layer, wanted)
    place = _place(layer, headings, wanted)
    absent = _missing(layer, place, required, one_of)
    if absent:
        known = ", ".join(headings) or "–"
        raise BadData(problem("field_missing", file=layer.shown_path, field=_called(layer, c), known=known) for c in absent)
    rows = [["" if pd.isna(v) else str(v) for v in row] for row in fields.itertuples(index=False, name=None)]
    return Sheet(layer, headings, place, list(enumerate(rows, 1)))


def _sites(sheet: Sheet, more: Iterable[str]) -> pd.DataFrame:
    """The columns of :data:`pipeline.core.tables.SITES`, checked, and further ones as text."""
    frame = _frame(sheet, _SITE_KINDS)
    heads = [" ".join(h.split()).casefold() for h in sheet.headings]
    for name in more:
        if name.casefold() in heads and name not in frame:
            at = heads.index(name.casefold())
            told = {line - 2: cells.text(row[at]) if at < len(row) else None for line, row in sheet.rows}
            frame[name] = frame.index.map(told).astype("str")
    frame["kind"] = frame.kind.map(_kind_of, na_action="ignore")
    findings = Findings()
    for place, kind in frame.kind.items():
        if isinstance(kind, str) and not kind.isascii():
            findings.add("site_kind", file=sheet.file, line=place + 2, column=sheet.heading("kind"), found=kind[:40])
    findings.stop(BadData)
    for name in ("site_id", "name", "kind", "note"):
        frame[name] = frame[name].astype("str")
    frame["capacity_mw"] = pd.to_numeric(frame.capacity_mw).astype("float64")
    return tables.check(frame, tables.SITES, sheet.file).reset_index(drop=True)


def read_points(layer: Layer, tell: Tell) -> gpd.GeoDataFrame:
    """Any table with coordinates as points in EPSG:4490; all its columns as text, those that ``columns`` maps by our names."""
    import geopandas as gpd

    sheet = open_sheet(layer, [], ["lon", "lat", "x", "y", *layer.about.columns], [["lon", "lat"], ["x", "y"]], tell)
    ours = {at: name for name, at in sheet.place.items()}
    named = {ours.get(at, " ".join(h.split())): at for at, h in enumerate(sheet.headings) if h.strip()}
    data = {n: [cells.text(row[at]) if at < len(row) else None for _, row in sheet.rows] for n, at in named.items()}
    constants = {n: _constant(layer, n) for n in layer.about.columns if _constant(layer, n) is not None}
    return gpd.GeoDataFrame(pd.DataFrame(data).assign(**constants), geometry=_points(sheet, tell), crs=LONLAT)


# --- the head ------------------------------------------------------------------------------------------------


def open_sheet(layer: Layer, required: list[str], wanted: list[str], one_of: list[list[str]], tell: Tell) -> Sheet:
    """Find the head of a table and its columns; raises BadData naming every one that is missing.

    ``required`` columns must be there and all of one of the groups ``one_of``; ``wanted`` ones are taken where they are.
    A head of two rows with merged cells is read downwards.
    """
    require_format(layer, is_table, "CSV, Excel (.xlsx)")
    if len(layer.paths) > 1:
        raise BadData(problem("vector_many", file=layer.shown_path, found=len(layer.paths)))
    _require_known_keys(layer, wanted)
    best: tuple[int, list[str], dict[str, int]] = (-1, [], {})
    for reading in read_rows(layer):
        for head, after in _heads(reading):
            place = _place(layer, head, wanted)
            if _missing(layer, place, required, one_of) == []:
                _require_once(layer, head, place)
                return Sheet(layer, head, place, _body(reading, after, len(head), place, required, tell))
            best = max(best, (len(place), head, place), key=lambda b: b[0])
    _, head, place = best
    if not head:
        raise BadData(problem("table_empty", file=layer.shown_path))
    raise BadData(
        problem("table_column", file=layer.shown_path, column=_called(layer, name), known=_shown(head))
        for name in _missing(layer, place, required, one_of)
    )


def _require_known_keys(layer: Layer, wanted: list[str]) -> None:
    """Raise UsageError for keys of ``columns`` and ``units`` that would change nothing."""
    findings = Findings()
    for setting, keys in (("columns", layer.about.columns), ("units", layer.about.units)):
        unknown = [key for key in keys if key not in wanted]
        if unknown:
            findings.add("parcels_key", file=layer.shown_path, setting=setting, found=", ".join(unknown), known=", ".join(wanted))
    findings.stop(UsageError)


def _shown(head: list[str]) -> str:
    return ", ".join(" ".join(h.split()) for h in head if h.strip())[:400]


def _heads(reading: Rows) -> Iterator[tuple[list[str], int]]:
    """What may be the head, row by row, and how many rows go with it; with two rows, the lower where it says anything."""
    rows = [row for _, row in reading.rows[: _TITLE_ROWS + 1]]
    for i, row in enumerate(rows[:_TITLE_ROWS]):
        yield row, i + 1
        if i + 1 < len(rows):
            below = rows[i + 1]
            width = max(len(row), len(below))
            upper, lower = row + [""] * (width - len(row)), below + [""] * (width - len(below))
            yield [low if low.strip() else up for up, low in zip(upper, lower, strict=True)], i + 2


def _place(layer: Layer, head: list[str], wanted: list[str]) -> dict[str, int]:
    """Where our columns stand in a head; a heading is no two columns."""
    plain, place = [_plain(h) for h in head], {}
    for name in wanted:
        mapped = layer.about.columns.get(name)
        if mapped is not None:
            found = next((i for i, h in enumerate(plain) if h and _plain(mapped) in (h, _bare(h)[0])), None)
        else:
            found = next((i for s in (name, *HEADINGS.get(name, ())) for i, h in enumerate(plain) if _is_called(h, s)), None)
        if found is not None and found not in place.values():
            place[name] = found
    return place


def _plain(heading: str) -> str:
    """A heading without blanks, line breaks and marks of what must be filled in, in NFKC and lower case."""
    return re.sub(r"[\s*☆★]", "", unicodedata.normalize("NFKC", heading)).lower()


def _bare(plain: str) -> tuple[str, str]:
    """(heading, what stands in brackets or after a stroke, or a unit at its end): ``装机容量(mw)``, ``面积/亩``, ``装机容量mw``."""
    found = _UNIT_PART.fullmatch(plain) or _UNIT_END.fullmatch(plain)
    return (found[1], next(part for part in found.groups()[1:] if part is not None)) if found else (plain, "")


def _is_called(plain: str, name: str) -> bool:
    bare, inside = _bare(plain)
    return plain == name or (bare == name and (not inside or _is_aside(inside) or plain.endswith((")", "]", "】"))))


def _is_aside(text: str) -> bool:
    return any(units.factor(text, kind) for kind in units.UNITS)


def _missing(layer: Layer, place: dict[str, int], required: list[str], one_of: list[list[str]]) -> list[str]:
    absent = [c for c in required if c not in place and _constant(layer, c) is None]
    groups = [[c for c in group if c not in place] for group in one_of]
    return absent + min(groups, key=len)


def _constant(layer: Layer, name: str) -> str | None:
    value = layer.about.columns.get(name, "")
    return value.removeprefix(CONSTANT) if value.startswith(CONSTANT) else None


def _called(layer: Layer, name: str) -> str:
    """Our column with the heading that was looked for."""
    usual = layer.about.columns.get(name) or next(iter(HEADINGS.get(name, ())), "")
    return f"{name}（{usual}）" if usual else name


def _require_once(layer: Layer, head: list[str], place: dict[str, int]) -> None:
    """Refuse a head in which the heading of one of our columns stands twice."""
    plain, findings = [_plain(h) for h in head], Findings()
    for name, at in place.items():
        if plain.count(plain[at]) > 1:
            findings.add("table_heading_twice", file=layer.shown_path, found=head[at].strip()[:40], column=name)
    findings.stop(BadData)


def _body(reading: Rows, after: int, width: int, place: dict[str, int], required: list[str], tell: Tell) -> list[tuple[int, list[str]]]:
    """Rows below the head without totals and remarks at the end; raises BadData for rows with cells too many or too few."""
    rows, left = reading.rows[after:], []
    key = place.get(required[0]) if required else None
    while rows and _is_foot(rows[-1][1], key):
        left.append(rows.pop())
    if left:
        shown = ", ".join(str(line) for line, _ in reversed(left))
        tell("table_totals_left", file=reading.shown, lines=shown, found=next(c for c in left[-1][1] if c.strip())[:20])
    findings = Findings()
    for line, row in rows:
        extra = any(c.strip() for c in row[width:])
        if extra or (reading.is_ragged and len(row) < width):
            findings.add("table_ragged", file=reading.shown, line=line, found=len(row), expected=width)
    findings.stop(BadData)
    if not rows:
        raise BadData(problem("table_empty", file=reading.shown))
    return rows


def _is_foot(row: list[str], key: int | None) -> bool:
    """Whether a row at the end is a total or a remark: it says so, and has no key of its own."""
    first = next((c.strip() for c in row if c.strip()), "")
    if _REMARK.match(first) and sum(bool(c.strip()) for c in row) <= 2:
        return True
    own = row[key].strip() if key is not None and key < len(row) else ""
    says = any(_TOTAL.fullmatch(c.strip()) for c in row[:4])
    return says and (not own or bool(_TOTAL.fullmatch(own)))


# --- columns -------------------------------------------------------------------------------------------------


def _frame(sheet: Sheet, columns: dict[str, str]) -> pd.DataFrame:
    """The columns as values; the index is the line less two, which is how :func:`pipeline.core.tables.check` counts."""
    findings, made = Findings(), {}
    for name, kind in columns.items():
        if name not in sheet:
            made[name] = [None] * len(sheet.rows)
        elif kind in units.UNITS:
            made[name] = findings.attempt(_quantities, sheet, name, kind)
        else:
            reads = {"text": cells.text, "code": cells.code, "number": cells.number}
            read = reads["code" if kind == "text" and name.endswith(("_code", "_id")) else kind]
            made[name] = findings.attempt(_values, sheet, name, read)
    findings.stop(BadData)
    return pd.DataFrame(made, index=[line - 2 for line, _ in sheet.rows])


def _values(sheet: Sheet, name: str, read: Callable[[str], Any]) -> list:
    values, problems = [], []
    for line, cell in sheet.column(name):
        try:
            values.append(read(cell))
        except cells.Unclear as unclear:
            problems.append(_unclear(sheet, name, line, cell, str(unclear)))
    if problems:
        raise BadData(problems[:50])
    return values


def _unclear(sheet: Sheet, name: str, line: int, cell: str, key: str) -> Problem:
    return problem(key, file=sheet.file, line=line, column=sheet.heading(name), found=cell.strip()[:40])


def _quantities(sheet: Sheet, name: str, kind: str) -> list[float | None]:
    """A column of areas [hm2] or powers [MW]: by the unit declared or in the heading, or by those in the cells if all have one."""
    parts = _values(sheet, name, cells.quantity)
    lines = [line for line, _ in sheet.column(name)]
    filled = [(line, unit) for line, (value, unit) in zip(lines, parts, strict=True) if value is not None]
    declared = _declared_factor(sheet, name, kind)
    if any(unit for _, unit in filled):
        factors = _factors_in_cells(sheet, name, kind, filled, declared)
        return [None if value is None else value * factors[unit] for value, unit in parts]
    if declared is None and filled:
        known = ", ".join(units.UNITS[kind])
        raise BadData(problem("table_unit_missing", file=sheet.file, column=sheet.heading(name), name=name, known=known))
    return [None if value is None else value * declared for value, _ in parts]


def _factors_in_cells(sheet: Sheet, name: str, kind: str, filled: list[tuple[int, str]], declared: float | None) -> dict[str, float]:
    """Factor of every unit in the cells of a column; all cells must have one, and the one that is declared if any is."""
    findings, said = Findings(), {"file": sheet.file, "column": sheet.heading(name)}
    bare = [line for line, unit in filled if not unit]
    if bare:
        findings.add("table_units_mixed", **said, line=bare[0], count=len(bare))
    factors = {unit: units.factor(unit, kind) for _, unit in filled if unit}
    for line, unit in dict((u, (n, u)) for n, u in reversed(filled) if u).values():
        if factors[unit] is None:
            findings.add("table_unit_unknown", **said, line=line, found=unit[:20], known=", ".join(units.UNITS[kind]))
        elif declared is not None and factors[unit] != declared:
            findings.add("table_unit_differs", **said, found=unit, expected=_written_unit(sheet, name))
    findings.stop(BadData)
    return factors


def _declared_factor(sheet: Sheet, name: str, kind: str) -> float | None:
    """Factor of the unit that the configuration or the heading states, of our own where the heading is our own name; else None."""
    stated, own = sheet.layer.about.units.get(name), _plain(sheet.heading(name)) == name
    inside = _bare(_plain(sheet.heading(name)))[1]
    in_heading = units.factor(inside, kind)
    if in_heading is None and inside and not own and stated is None:
        raise BadData(_unit_unknown(sheet, name, kind, inside))
    if stated is None:
        return 1.0 if own else in_heading
    factor = units.factor(stated, kind)
    if factor is None:
        raise BadData(_unit_unknown(sheet, name, kind, stated))
    if in_heading is not None and in_heading != factor and not own:
        raise BadData(problem("table_unit_differs", file=sheet.file, column=sheet.heading(name), found=inside, expected=stated))
    return factor


def _unit_unknown(sheet: Sheet, name: str, kind: str, unit: str) -> Problem:
    known = ", ".join(units.UNITS[kind])
    return problem("table_unit_unknown", file=sheet.file, column=sheet.heading(name), line="", found=unit[:20], known=known)


def _written_unit(sheet: Sheet, name: str) -> str:
    return sheet.layer.about.units.get(name) or _bare(_plain(sheet.heading(name)))[1] or name


def _kind_of(text: str) -> str:
    """pv or wind for the words that mean them; anything else as it is, a mixture of both too."""
    meant = [kind for kind, words in KINDS.items() if any(w in text for w in words)]
    return meant[0] if len(meant) == 1 else text.lower() if text.isascii() else text


# --- coordinates ---------------------------------------------------------------------------------------------


def _points(sheet: Sheet, tell: Tell) -> np.ndarray:
    """Points of a table in EPSG:4490 degrees, a declared datum converted; what was not declared is told."""
    import shapely

    layer, names = sheet.layer, ("lon", "lat") if "lon" in sheet and "lat" in sheet else ("x", "y")
    stated = layer.assume_crs or layer.about.crs
    if names == ("x", "y") and stated is None:
        raise BadData(problem("table_no_crs", file=sheet.file))
    crs = CRS.from_user_input(stated) if stated else LONLAT
    findings, values = Findings(), []
    for name, axis in zip(names, ("lon", "lat"), strict=True):
        read = (lambda cell, axis=axis: cells.angle(cell, axis)) if crs.is_geographic else cells.number
        values.append(findings.attempt(_filled, sheet, name, read))
    findings.stop(BadData)
    x, y = (np.array(v, float) for v in values)
    if crs.is_geographic:
        _require_degrees(sheet, names, x, y, crs)
    require_range(crs, (x.min(), y.min(), x.max(), y.max()), sheet.file)
    if not same_place(crs, LONLAT):
        x, y = transformer(crs, LONLAT).transform(x, y)
    if layer.about.datum is None and stated is None:
        tell("table_no_datum", file=sheet.file)
    return shapely.points(*datum.to_cgcs2000(x, y, layer.about.datum))


def _filled(sheet: Sheet, name: str, read: Callable[[str], float | None]) -> list[float]:
    values = _values(sheet, name, read)
    blank = [line for (line, _), v in zip(sheet.column(name), values, strict=True) if v is None]
    if blank:
        raise BadData(problem("table_blank", file=sheet.file, line=line, column=sheet.heading(name)) for line in blank[:50])
    return values


def _require_degrees(sheet: Sheet, names: tuple[str, str], x: np.ndarray, y: np.ndarray, crs: CRS) -> None:
    """Name the rows whose degrees are none, unless all rows are of one mistake, which :func:`require_range` names."""
    wrong = (np.abs(x) > 180) | (np.abs(y) > 90)
    if not wrong.any() or wrong.all():
        return
    lon, lat = sheet.column(names[0]), sheet.column(names[1])
    raise BadData(
        problem("table_degrees", file=sheet.file, line=lon[i][0], lon=lon[i][1].strip()[:30], lat=lat[i][1].strip()[:30])
        for i in np.flatnonzero(wrong)[:50]
    )
