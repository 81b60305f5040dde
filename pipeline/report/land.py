"""Sections 2 and 3: forest cover by reading against the target, land classes, wetland and water."""

from __future__ import annotations

from pipeline.charts import subjects
from pipeline.core.figures import number
from pipeline.core.units import HM2_TO_WANMU
from pipeline.report import course, evidence
from pipeline.report.data import Data, Row, of, percent, where
from pipeline.report.model import Block, Column, Figure, Heading, Para, Table
from pipeline.report.summary import main_reading, reading_cell, reading_text, verdict_text

_NUMERALS = "一二三四五六七八九十"


def forest_blocks(data: Data) -> list[Block]:
    """Section 2."""
    made: list[Block] = [Heading(1, data.say("h_cover")), Heading(2, data.say("h_cover_main")), Para(_how(data))]
    editions = [where(data.by_zone(data.cover), product=p, year=y) for p, y in of(data.cover, "product", "year")]
    for rows in editions:
        made.append(_main_table(data, rows))
        made += _charts(data, rows)
    made.append(Heading(2, data.say("h_cover_readings")))
    for rows in editions:
        made += [_readings_table(data, rows), *_reading_texts(data, rows)]
    why = _why(data)
    made += [Heading(2, data.say("h_cover_why")), *(Para(t) for t in why)] if why else []
    made += [*evidence.blocks(data), *course.blocks(data)]
    made += [*_official_table(data), *_parcel_tables(data), _all_table(data), Heading(2, data.say("h_classes")), *_classes(data)]
    return made


def _how(data: Data) -> str:
    row = _common_target(data.cover)
    if row is None:
        return data.say("cover_how_no_target")
    return data.say("cover_how", target=percent(row["target_pct"]), year=row["target_year"])


def _common_target(rows: list[Row]) -> Row | None:
    """A row that stands against the target of the whole area, or any with a target."""
    with_target = [r for r in rows if r["target_pct"] is not None]
    return next((r for r in with_target if r["level"] == "city" or r["target_scope"] == "area"), with_target[0] if with_target else None)


def _zone_totals(rows: list[Row]) -> int:
    return sum(r["level"] == "city" for r in rows)


def _main_table(data: Data, rows: list[Row]) -> Table:
    """County by county under the main reading."""
    main = main_reading(data, rows)
    shown = where(rows, reading=main["reading"])
    with_official = any(r["official_area_hm2"] is not None for r in shown)
    columns = [
        data.column("zone"),
        data.column("land", "amount", "hm²", adds=True),
        data.column("forest", "amount", "hm²", adds=True),
        data.column("forest", "amount", "万亩", HM2_TO_WANMU, adds=True),
        data.column("pct", "rate"),
        *([data.column("official_pct", "rate")] if with_official else []),
        data.column("gap_pp", "amount", "百分点" if data.language == "zh" else "points"),
        data.column("gap_area", "amount", "hm²"),
        data.column("gap_area", "amount", "万亩", HM2_TO_WANMU),
        data.column("verdict"),
    ]
    return Table(
        "forest_cover",
        data.say("t_cover", edition=data.edition(main), reading=reading_text(data, main)),
        columns,
        [
            (r["county_name"], r["land_area_hm2"], r["forest_area_hm2"], r["forest_area_hm2"], r["forest_cover_pct"],
             *([r["official_cover_pct"]] if with_official else []), r["gap_pp"], r["gap_area_hm2"], r["gap_area_hm2"], data.say(r["verdict"]))
            for r in shown
        ],
        _own_targets(data, shown),
        totals=_zone_totals(shown),
    )  # fmt: skip


def _own_targets(data: Data, rows: list[Row]) -> list[str]:
    """A note on the counties that stand against a target of their own."""
    own = [f"{r['county_name']} {percent(r['target_pct'])}" for r in rows if r["level"] == "county" and r["target_scope"] == "own"]
    return [data.say("own_targets", targets=data.join(own))] if own else []


def _reading_names(data: Data, rows: list[Row]) -> dict[str, str]:
    """Reading key -> its short name; the main reading is number one."""
    main = main_reading(data, rows)["reading"]
    keys = sorted(dict.fromkeys(r["reading"] for r in rows), key=lambda k: k != main)
    digits = [_NUMERALS[i] if data.language == "zh" and i < len(_NUMERALS) else str(i + 1) for i in range(len(keys))]
    return {k: data.say("reading_no", number=d) for k, d in zip(keys, digits, strict=True)}


def _readings_table(data: Data, rows: list[Row]) -> Table:
    """Cover and gap of each zone under every reading, side by side."""
    names = _reading_names(data, rows)
    columns, zones = [data.column("zone")], of(rows, "county_code", "county_name", "level")
    for name in names.values():
        for key, kind in (("reading_pct", "rate"), ("reading_gap", "amount")):
            columns.append(Column(data.say(f"col_{key}", name=name), kind))
    made = []
    for code, zone, _ in zones:
        cells: list = [zone]
        for reading in names:
            found = where(rows, county_code=code, reading=reading)
            cells += [found[0]["forest_cover_pct"], found[0]["gap_pp"]] if found else [None, None]
        made.append(cells)
    return Table(
        "readings", data.say("t_readings", edition=data.edition(rows[0])), columns, made, totals=sum(level == "city" for *_, level in zones)
    )


def _reading_texts(data: Data, rows: list[Row]) -> list[Para]:
    main = main_reading(data, rows)["reading"]
    said = []
    for key, name in _reading_names(data, rows).items():
        text = reading_text(data, next(r for r in rows if r["reading"] == key))
        said.append(
            Para(data.say("reading_text", name=name, key=key, text=text, main=data.say("reading_main") if key == main else ""), "note")
        )
    return said


def _charts(data: Data, rows: list[Row]) -> list[Figure]:
    """Cover by county with the target line, other readings as marks; the probability of the target where a sample gives one."""
    main, common = main_reading(data, rows)["reading"], _common_target(rows)
    target = "" if common is None else data.say("chart_target", target=percent(common["target_pct"]))
    cover = subjects.cover_by_zone(rows, main, _reading_names(data, rows), data.edition(rows[0]), target, data.language)
    chance = subjects.target_chance(rows, main, data.config.cover.sure, data.language)
    return [Figure(c) for c in (cover, chance) if c is not None]


def _why(data: Data) -> list[str]:
    said = []
    if where(data.cover, reason="no_sample"):
        said += [data.say("cover_why_raster", verdict=data.say("undetermined_long")), data.say("cover_why_bias")]
        said += [p.about.limits["forest"].get(data.language) for p in data.products if "forest" in p.about.limits]
        said.append(data.say("cover_why_next"))
    if any(r["p_target"] is not None for r in data.cover):
        sure = data.config.cover.sure * 100
        said.append(data.say("cover_verdict_given", sure=f"{sure:g} %", unsure=f"{100 - sure:g} %"))
    return said


def _all_table(data: Data) -> Table:
    """Every reading of every zone; in the workbook only."""
    columns = [
        *data.key_columns(), data.column("reading"),
        data.column("land", "amount", "hm²"), data.column("forest", "amount", "hm²"), data.column("forest", "amount", "万亩", HM2_TO_WANMU),
        data.column("unknown_area", "amount", "hm²"), data.column("pct", "rate"),
        data.column("official", "amount", "hm²"), data.column("official_pct", "rate"), data.column("target", "rate"),
        data.column("target_year", "year"), data.column("target_scope"), data.column("gap_pp", "amount", "百分点" if data.language == "zh" else "points"),
        data.column("gap_area", "amount", "hm²"), data.column("gap_area", "amount", "万亩", HM2_TO_WANMU),
        data.column("adjusted_area", "amount", "hm²"), data.column("adjusted_low", "amount", "hm²"), data.column("adjusted_high", "amount", "hm²"),
        data.column("adjusted_pct", "rate"), data.column("low_pct", "rate"), data.column("high_pct", "rate"),
        data.column("p_target", "probability"), data.column("verdict"), data.column("basis"),
    ]  # fmt: skip
    rows = data.by_zone(data.cover)
    return Table(
        "forest_cover_all",
        data.say("t_cover_all"),
        columns,
        [
            (*data.key_cells(r), reading_cell(data, r), r["land_area_hm2"],
             r["forest_area_hm2"], r["forest_area_hm2"], r["unknown_area_hm2"], r["forest_cover_pct"],
             r["official_area_hm2"], r["official_cover_pct"], r["target_pct"], r["target_year"],
             r["target_scope"] and data.say(f"scope_{r['target_scope']}"),
             r["gap_pp"], r["gap_area_hm2"], r["gap_area_hm2"], r["adjusted_area_hm2"], r["adjusted_low_hm2"],
             r["adjusted_high_hm2"], r["adjusted_cover_pct"], r["adjusted_low_pct"], r["adjusted_high_pct"], r["p_target"], verdict_text(data, r, with_chance=False), r["basis"])
            for r in rows
        ],
        totals=_zone_totals(rows),
        sheet="cover",
        printed=False,
    )  # fmt: skip


def _official_table(data: Data) -> list[Block]:
    """Official areas beside the geometric ones, where the bureau supplied them."""
    rows = data.by_zone([z for z in data.zones if z["official_area_hm2"] is not None])
    if not rows:
        return []
    columns = [
        data.column("zone"), data.column("land", "amount", "hm²", adds=True), data.column("official", "amount", "hm²", adds=True),
        data.column("difference", "rate"),
    ]  # fmt: skip
    cells = [(r["county_name"], r["land_area_hm2"], r["official_area_hm2"], r["difference_pct"]) for r in rows]
    return [Table("official_area", data.say("t_official"), columns, cells, totals=_zone_totals(rows))]


def _parcel_tables(data: Data) -> list[Block]:
    """How the parcels of each vector product fit the counties and their recorded areas."""
    made: list[Block] = []
    here = {z["county_code"] for z in data.zones}
    for product, year in of(data.parcels, "product", "year"):
        rows = [r for r in where(data.parcels, product=product, year=year) if r["county_code"] in here]
        columns = [
            data.column("zone"), data.column("parcels", "count", adds=True), data.column("parcel_area", "amount", "hm²", adds=True),
            data.column("recorded", "rate"), data.column("recorded_differs", "count", adds=True),
            data.column("overlap", "amount", "hm²", adds=True), data.column("no_parcel", "amount", "hm²", adds=True),
        ]  # fmt: skip
        cells = [
            (r["county_name"], r["parcels"], r["parcel_area_hm2"], _recorded_pct(r), r["recorded_differs"], r["overlap_hm2"], r["gap_hm2"])
            for r in rows
        ]
        title = data.say("t_parcels", edition=data.edition(rows[0]))
        made.append(Table(f"parcels_{product}", title, columns, cells, [data.say("parcels_note")]))
    return made


def _recorded_pct(row: Row) -> float | None:
    """Recorded area against the ellipsoidal one of the same parcels, in percent."""
    recorded, measured = row["recorded_area_hm2"], row["recorded_geometric_hm2"]
    return (recorded / measured - 1) * 100 if recorded is not None and measured else None


def _classes(data: Data) -> list[Block]:
    """Area by land class: of the heads in print, of every zone in the workbook."""
    made: list[Block] = []
    area, mu = data.column("area", "amount", "hm²"), data.column("area", "amount", "万亩", HM2_TO_WANMU)
    for product, year in of(data.land_area, "product", "year"):
        every = where(data.by_zone(data.land_area), product=product, year=year)
        chart = subjects.class_shares(every, data.edition(every[0]), data.language)
        made += [Figure(chart)] if chart else []
        for zone in data.heads:
            rows = [r for r in where(data.of_zone(data.land_area, zone), product=product, year=year) if r["area_hm2"] > 0]
            if rows:
                title = data.say("t_classes", zone=zone["county_name"], edition=data.edition(rows[0]))
                cells = [(data.class_name(r["class_key"]), r["area_hm2"], r["area_hm2"]) for r in rows]
                made.append(Table("classes", title, [data.column("class"), area, mu], cells, [data.say("classes_note")]))
    rows = data.by_zone(data.land_area)
    columns = [*data.key_columns(), data.column("class"), area, mu, data.column("basis")]
    cells = [(*data.key_cells(r), data.class_name(r["class_key"]), r["area_hm2"], r["area_hm2"], r["basis"]) for r in rows]
    made.append(Table("classes_all", data.say("t_classes_all"), columns, cells, totals=_zone_totals(rows), sheet="classes", printed=False))
    return made


def wetland_blocks(data: Data) -> list[Block]:
    """Section 3."""
    made: list[Block] = [Heading(1, data.say("h_wetland"))]
    numbers = [
        data.column("wetland", "amount", "hm²", adds=True),
        data.column("water", "amount", "hm²", adds=True),
        data.column("protected", "amount", "hm²", adds=True),
        data.column("protection", "rate"),
    ]
    everything = data.by_zone(data.wetland)
    names = ("wetland_area_hm2", "water_area_hm2", "protected_area_hm2", "protection_rate_pct")
    for product, year in of(everything, "product", "year"):
        rows = where(everything, product=product, year=year)
        heads = [r for r in rows if r["county_code"] in {z["county_code"] for z in data.heads}]
        made += [Para(_wetland_sentence(data, r)) for r in heads]
        limits = list(dict.fromkeys(r["limit"] for r in rows if r["limit"]))
        if limits and any(r["wetland_area_hm2"] == 0 or r["water_area_hm2"] == 0 for r in heads):
            made.append(Para(data.say("wetland_zero")))
        cells = [(r["county_name"], *(r[n] for n in names)) for r in rows]
        notes = [data.say("wetland_limit", limit=t) for t in limits]
        title = data.say("t_wetland", edition=data.edition(rows[0]))
        made.append(Table("wetland", title, [data.column("zone"), *numbers], cells, notes, totals=_zone_totals(rows)))
    columns = [*data.key_columns(), *numbers, data.column("limit"), data.column("basis")]
    cells = [(*data.key_cells(r), *(r[n] for n in names), r["limit"], r["basis"]) for r in everything]
    made.append(
        Table("wetland_all", data.say("t_wetland_all"), columns, cells, totals=_zone_totals(everything), sheet="wetland", printed=False)
    )
    return made


def _wetland_sentence(data: Data, row: Row) -> str:
    rate = row["protection_rate_pct"]
    return data.say(
        "wetland_main",
        edition=data.edition(row),
        zone=row["county_name"],
        wetland=number(row["wetland_area_hm2"]),
        water=number(row["water_area_hm2"]),
        rate=data.say("wetland_no_rate") if rate is None else data.say("wetland_rate", rate=percent(rate)),
    )
