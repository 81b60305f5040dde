"""Within section 2: where cover comes from and where it goes – trend, change, the gap shared as tasks, the sample that would decide."""

from __future__ import annotations

import math

from pipeline.charts import subjects
from pipeline.core.figures import number
from pipeline.core.tables import SAMPLE_SERIES
from pipeline.core.units import HM2_TO_WANMU
from pipeline.report.data import Data, Row, of, percent, where
from pipeline.report.evidence import area
from pipeline.report.model import Block, Figure, Heading, Para, Table
from pipeline.report.summary import reading_cell, reading_text

_SHOWN_CHANGES = 12  # largest changes between classes that are printed


def blocks(data: Data) -> list[Block]:
    """Trend and change, tasks, sample plan."""
    return [*_trend(data), *_changes(data), *_tasks(data), *_plan(data)]


# --- trend ---------------------------------------------------------------------------------------------------


def _trend(data: Data) -> list[Block]:
    """Cover by year, a table for each basis: series are never joined."""
    made: list[Block] = [Heading(2, data.say("h_trend")), Para(data.say("trend_how")), *(Para(t) for t in _sample_changes(data))]
    if not data.pace:
        return made if len(made) > 2 else [*made, Para(data.say("trend_one_year"))]
    shown = [key for key in of(data.trend, "series", "reading") if len({r["year"] for r in _series(data.trend, key)}) > 1]
    for series, reading in shown:
        rows = data.by_zone(_series(data.trend, (series, reading)))
        years = sorted({r["year"] for r in rows})
        value = {(r["county_code"], r["year"]): r["forest_cover_pct"] for r in rows}
        pace = {r["county_code"]: r for r in _series(data.pace, (series, reading))}
        columns = [data.column("zone"), *(data.column_named(str(y), "rate") for y in years)]
        columns += [
            data.column(k, "amount", "百分点/年" if data.language == "zh" else "points/yr") for k in ("pace", "pace_low", "pace_high")
        ]
        columns += [data.column("year_met")]
        cells = []
        for code, name in of(rows, "county_code", "county_name"):
            own = pace.get(code)
            numbers = (own["change_pp_yr"], own["low_pp_yr"], own["high_pp_yr"]) if own else (None, None, None)
            cells.append((name, *(value.get((code, y)) for y in years), *numbers, own and year_met(data, own)))
        title = data.say("t_trend", series=_series_name(data, rows[0]), reading=_reading_name(data, rows[0]))
        notes = [data.say("trend_note"), *[data.say(f"pace_{m}") for (m,) in of(list(pace.values()), "method")]]
        made.append(Table("trend", title, columns, cells, notes))
    columns = [
        data.column("code"), data.column("zone"), data.column("series"), data.column("reading"), data.column("year", "year"), data.column("pct", "rate"),
        data.column("low_pct", "rate"), data.column("high_pct", "rate"), data.column("basis"),
    ]  # fmt: skip
    cells = [
        (
            r["county_code"],
            r["county_name"],
            _series_name(data, r),
            _reading_name(data, r),
            r["year"],
            r["forest_cover_pct"],
            r["low_pct"],
            r["high_pct"],
            r["basis"],
        )
        for r in data.by_zone(data.trend)
    ]
    made.append(Table("trend_all", data.say("t_trend_all"), columns, cells, sheet="trend", printed=False))
    return made


def _series_name(data: Data, row: Row) -> str:
    """A product, a product's rates by reference points, or the basis of official rates, as people call it."""
    if row["reading"] is None:
        return row["basis"]
    product = row["series"].removesuffix(SAMPLE_SERIES)
    return product if product == row["series"] else data.say("series_by_sample", product=product)


def _reading_name(data: Data, row: Row) -> str:
    """What a series counts as forest."""
    return (
        data.say("official") if row["reading"] is None else reading_text(data, row | {"product": row["series"].removesuffix(SAMPLE_SERIES)})
    )


def _sample_changes(data: Data) -> list[str]:
    """Change of forest between two years read at the same points, for the heads."""
    about, said = {s["sample"]: s for s in data.samples}, []
    for zone in data.heads:
        for row in where(data.of_zone(data.estimates, zone), quantity="forest_change"):
            first, last = about[row["sample"]]["earlier_year"], row["year"]
            if last is None or last <= first:
                continue
            changes = {"area": row["area_hm2"], "low": row["low_hm2"], "high": row["high_hm2"]}
            yearly = {k: changes[c] / (last - first) for k, c in (("yearly", "area"), ("low_yr", "low"), ("high_yr", "high"))}
            printed = {k: number(v) for k, v in (changes | yearly).items()}
            said.append(data.say("sample_change", sample=row["sample"], zone=zone["county_name"], first=first, last=last, **printed))
    return said


def _series(rows: list[Row], key: tuple) -> list[Row]:
    return where(rows, series=key[0], reading=key[1])


def year_met(data: Data, row: Row) -> str:
    """The year a target would be met at the pace of a series, in words."""
    if row["state"] == "estimable":
        low, year, high = (_whole_year(row[k]) for k in ("year_met_low", "year_met", "year_met_high"))
        return data.say("met_between", year=year, low=low, high=high)
    if row["state"] == "no_interval":
        return data.say("met_no_interval", year=_whole_year(row["year_met"]))
    return data.say(f"state_{row['state']}")


def _whole_year(year: float) -> int:
    """The first year in which it is met."""
    return math.ceil(year - 1e-6)


# --- change --------------------------------------------------------------------------------------------------


def _changes(data: Data) -> list[Block]:
    if not data.forest_change:
        return []
    made: list[Block] = [Heading(2, data.say("h_change")), Para(data.say("change_how"))]
    columns = [
        data.column("zone"), area(data, "forest_from"), area(data, "forest_to"), area(data, "gain"), area(data, "loss"), area(data, "net"),
        data.column("net_yr", "amount", "hm²/年" if data.language == "zh" else "hm²/yr", adds=True), area(data, "not_compared"),
    ]  # fmt: skip
    for product, first, last in of(data.forest_change, "product", "year_from", "year_to"):
        every = where(data.forest_change, product=product, year_from=first, year_to=last)
        rows = data.by_zone(data.main_rows(every))
        cells = [
            (
                r["county_name"],
                r["forest_from_hm2"],
                r["forest_to_hm2"],
                r["gain_hm2"],
                r["loss_hm2"],
                r["net_hm2"],
                r["net_hm2_yr"],
                r["not_compared_hm2"],
            )
            for r in rows
        ]
        off = max((r["margin_difference_hm2"] for r in rows), default=0.0)
        notes = [data.say("change_margin", area=number(off))] if off > 0.005 else []
        totals = sum(r["level"] == "city" for r in rows)
        title = data.say("t_forest_change", product=product, first=first, last=last)
        made.append(Table("forest_change", title, columns, cells, notes, totals=totals))
        for zone in data.heads:
            made += _largest(data, zone, product, first, last)
    columns = [
        data.column("code"), data.column("zone"), data.column("product"), data.column("year_from", "year"), data.column("year_to", "year"),
        data.column("class_from"), data.column("class_to"), area(data, "area"),
    ]  # fmt: skip
    cells = [
        (r["county_code"], r["county_name"], r["product"], r["year_from"], r["year_to"], data.class_name(r["class_from"]), data.class_name(r["class_to"]), r["area_hm2"])
        for r in data.by_zone(data.change)
    ]  # fmt: skip
    made.append(Table("change_all", data.say("t_change_all"), columns, cells, sheet="change", printed=False))
    return made


def _largest(data: Data, zone: Row, product: str, first: int, last: int) -> list[Block]:
    rows = where(data.of_zone(data.change, zone), product=product, year_from=first, year_to=last)
    moved = sorted((r for r in rows if r["class_from"] != r["class_to"]), key=lambda r: -r["area_hm2"])
    if not moved:
        return []
    columns = [data.column("class_from"), data.column("class_to"), area(data, "area"), data.column("area", "amount", "万亩", HM2_TO_WANMU)]
    cells = [(data.class_name(r["class_from"]), data.class_name(r["class_to"]), r["area_hm2"], r["area_hm2"]) for r in moved]
    title = data.say("t_change", zone=zone["county_name"], product=product, first=first, last=last)
    chart = subjects.change_flow(rows, data.language)
    return [Table("change", title, columns, cells, most=_SHOWN_CHANGES), *([Figure(chart)] if chart else [])]


# --- tasks ---------------------------------------------------------------------------------------------------


def _tasks(data: Data) -> list[Block]:
    """The gap of the whole area shared among counties; of the basis that can say most, the others in the workbook."""
    if not data.has_city:
        return []
    made: list[Block] = [Heading(2, data.say("h_tasks")), Para(data.say(f"tasks_{data.config.cover.tasks.rule}"))]
    if not data.tasks:
        gaps = [
            r["gap_area_hm2"] if r["adjusted_gap_hm2"] is None else r["adjusted_gap_hm2"]
            for p, y in of(data.cover, "product", "year")
            for r in data.main_rows(where(data.cover, level="city", product=p, year=y))
        ]
        is_short = any(gap is not None and gap > 0 for gap in gaps)
        return [*made, Para(data.say("tasks_not_shared" if is_short else "tasks_none"))]
    rank = {"census": 0, "sample": 1, "map": 2}
    product, year, stands_on = min(of(data.tasks, "product", "year", "stands_on"), key=lambda k: rank[k[2]])
    rows = data.by_zone(where(data.tasks, product=product, year=year, stands_on=stands_on))
    columns = [
        data.column("zone"), area(data, "space"), data.column("share_of_gap", "rate"), area(data, "task"), data.column("task", "amount", "万亩", adds=True),
        area(data, "beyond"),
    ]  # fmt: skip
    cells = [
        (r["county_name"], r["greening_space_hm2"], r["share_pct"], r["task_hm2"], r["task_wanmu"], r["beyond_space_hm2"]) for r in rows
    ]
    made.append(Para(data.say("tasks_main", edition=data.edition(rows[0]), basis=data.say(f"stands_on_{stands_on}"),
                              area=number(rows[0]["task_hm2"]), wanmu=number(rows[0]["task_wanmu"]))))  # fmt: skip
    notes = [data.say("tasks_note")] + ([data.say("tasks_map_note")] if stands_on == "map" else [])
    made.append(Table("tasks", data.say("t_tasks", edition=data.edition(rows[0])), columns, cells, notes, totals=1))
    every = data.by_zone(data.tasks)
    wide = [*data.key_columns(), data.column("reading"), data.column("stands_on"), *columns[1:], data.column("basis")]
    cells = [
        (*data.key_cells(r), reading_cell(data, r), data.say(f"stands_on_{r['stands_on']}"), r["greening_space_hm2"], r["share_pct"], r["task_hm2"],
         r["task_wanmu"], r["beyond_space_hm2"], r["basis"])
        for r in every
    ]  # fmt: skip
    made.append(Table("tasks_all", data.say("t_tasks_all"), wide, cells, sheet="tasks", printed=False))
    return made


# --- the sample that would decide ----------------------------------------------------------------------------


def _plan(data: Data) -> list[Block]:
    """How many more points, where, and which file the field teams take."""
    if not data.plan:
        return []
    settings, made = data.config.cover, [Heading(2, data.say("h_plan"))]
    drawn = next((p for p in data.products if not p.is_census), None)
    rows = [] if drawn is None else where(data.plan, product=drawn.product, year=drawn.about.year)
    settled = {r["county_code"] for r in data.plan if r["state"] == "decided"}
    rows = [r for r in rows if r["county_code"] not in settled]
    if not rows or (data.zones[0]["county_code"] in settled and data.has_city):
        return [*made, Para(data.say("plan_settled")), _plan_sheet(data)]
    made.append(Para(data.say("plan_how", sure=percent(settings.sure * 100), power=percent(settings.planner.power * 100))))
    heads = {z["county_code"] for z in data.heads}
    for product, year in of(rows, "product", "year"):
        own = data.by_zone(where(rows, product=product, year=year))
        if data.config.cover.planner.scope == "area" and not data.has_city and len(heads) > 1:  # the chosen counties were planned as one
            made.append(Para(_plan_sentence(data, own)))
        else:
            made += [Para(_plan_sentence(data, where(own, county_code=c))) for (c,) in of(own, "county_code") if c in heads]
        if own[0]["state"] in ("on_target", "unknown_land"):
            continue
        columns = [
            data.column("zone"), data.column("stratum"), area(data, "area", adds=False), data.column("assumed_share", "rate", scale=100),
            data.column("assumption"), data.column("points_now", "count"), data.column("points_needed", "count"), data.column("points_to_add", "count"),
        ]  # fmt: skip
        cells = [
            (r["county_name"], _stratum(data, r["stratum"]), r["area_hm2"], r["assumed_forest_share"], r["assumption"] and data.say(f"assumption_{r['assumption']}"),
             r["points_now"], r["points_needed"], r["points_to_add"])
            for r in own
        ]  # fmt: skip
        made.append(Table(f"plan_{product}", data.say("t_plan", edition=data.edition(own[0])), columns, cells, [data.say("plan_note")]))
    return [*made, Para(data.say("plan_files")), _plan_sheet(data)]


def _plan_sheet(data: Data) -> Table:
    """The plan of every product; in the workbook only."""
    columns = [
        *data.key_columns(), data.column("stratum"), area(data, "area"), data.column("assumed_share", "rate", scale=100), data.column("assumption"),
        data.column("points_now", "count"), data.column("points_needed", "count"), data.column("points_to_add", "count"), data.column("state"),
    ]  # fmt: skip
    cells = [
        (*data.key_cells(r), _stratum(data, r["stratum"]), r["area_hm2"], r["assumed_forest_share"], r["assumption"] and data.say(f"assumption_{r['assumption']}"),
         r["points_now"], r["points_needed"], r["points_to_add"], data.say(f"plan_{r['state']}"))
        for r in data.by_zone(data.plan)
    ]  # fmt: skip
    return Table("plan_all", data.say("t_plan_all"), columns, cells, sheet="plan", printed=False)


def _stratum(data: Data, key: str) -> str:
    return data.term("stratum_", key)


def _plan_sentence(data: Data, rows: list[Row]) -> str:
    first = rows[0]
    total = sum(r["points_to_add"] or 0 for r in rows)
    names = [name for (name,) in of(rows, "county_name")]
    return data.say(
        f"plan_main_{first['state']}",
        zone=names[0] if len(names) == 1 else data.say("plan_together", names=data.join(names)),
        edition=data.edition(first),
        pct=percent(first["cover_pct"]),
        target=percent(first["target_pct"]),
        se=number(first["se_needed_pp"], 3),
        points=f"{total:,}",
    )
