"""Section 4, after the stocks: change between years, restored land, greening space, removals, CCER land, value at a price.

In print the leading product and account; the workbook has every product, account and column.
"""

from __future__ import annotations

import math
from collections import Counter
from itertools import compress

from pipeline.core.figures import number
from pipeline.core.tables import POOLS
from pipeline.core.units import HM2_TO_WANMU, T_TO_WANT, TC_TO_TCO2
from pipeline.core.words import pool_name
from pipeline.report.data import Data, Row, ids, leading, of, where
from pipeline.report.model import Block, Heading, Para, Table

_WAYS = 3  # of greening: planting, closure with shrub, closure
_MOST = 12  # transitions printed of a zone
_SPAN = ("product", "year_from", "year_to", "route")
_CHANGED = ("change_tc", "low_tc", "high_tc")
_SINK = ("net_sink_tco2_yr", "low_tco2_yr", "high_tco2_yr")
_YUAN_TO_WAN = 1e-4


def potential_blocks(data: Data) -> list[Block]:
    """The subsections; one without data says so in a sentence."""
    return [*_change(data), *_restoration(data), *_space(data), *_removal(data), *_ccer(data), *_value(data)]


def _rows(data: Data, name: str) -> list[Row]:
    return data.by_zone(data.outlook[name])


def _totals(rows: list[Row]) -> int:
    return sum(r["level"] == "city" for r in rows)


def _span(data: Data, row: Row) -> str:
    return data.say("span", product=row["product"], first=row["year_from"], last=row["year_to"])


def _amounts(data: Data, *names: str, unit: str, scale: float) -> list:
    return [data.column(n, "amount", unit, scale) for n in names]


# --- change --------------------------------------------------------------------------------------------------


def _change(data: Data) -> list[Block]:
    rows = _rows(data, "carbon_change")
    made: list[Block] = [Heading(2, data.say("h_stock_change"))]
    if not rows:
        return [*made, Para(data.say("change_one_year"))]
    made += [Para(data.say("stock_change_how")), Para(data.say("change_long_run"))]
    printed = leading(data, where(rows, route=rows[0]["route"]))  # the leading account is written first
    for span in of(printed, *_SPAN):
        own = where(printed, **dict(zip(_SPAN, span, strict=True)))
        made += [Para(_change_sentence(data, r), "key") for zone in data.heads for r in data.of_zone(own, zone)]
        made.append(_change_table(data, own))
        for zone in data.heads:
            made += _transition_table(data, zone, dict(zip(_SPAN, span, strict=True)))
    return [*made, _change_sheet(data, rows), _transition_sheet(data)]


def _change_sentence(data: Data, row: Row) -> str:
    said = {"span": _span(data, row), "zone": row["county_name"], "route": data.term("", row["route"])}
    if row["change_tc"] is None:
        return data.say("change_open", **said)
    grown = row["change_tc"] >= 0
    low, high = (v if grown else -w for v, w in ((row["low_tc"], row["high_tc"]), (row["high_tc"], row["low_tc"])))
    return data.say(
        "change_more" if grown else "change_less",
        **said,
        change=number(abs(row["change_tc"]) * T_TO_WANT),
        low=number(low * T_TO_WANT),
        high=number(high * T_TO_WANT),
        sink=number(row["net_sink_tco2_yr"] * T_TO_WANT),
        parts=_gain_and_loss(data, row),
    )


def _gain_and_loss(data: Data, row: Row) -> str:
    """What transitions gained and lost, where cells were compared."""
    if row["gain_tc"] is None:
        return ""
    return data.say("change_parts", gain=number(row["gain_tc"] * T_TO_WANT), loss=number(row["loss_tc"] * T_TO_WANT))


def _change_columns(data: Data) -> list:
    tonnes = {"unit": "万tC", "scale": T_TO_WANT}
    return [
        *_amounts(data, "stock_first", "stock_last", "change", "low", "high", "stock_gain", "stock_loss", "one_sided", **tonnes),
        *_amounts(data, "sink", "low", "high", unit="万tCO2/a" if data.language == "zh" else "万tCO2/yr", scale=T_TO_WANT),
    ]


def _change_cells(row: Row) -> tuple:
    names = ("stock_from_tc", "stock_to_tc", *_CHANGED, "gain_tc", "loss_tc", "one_sided_tc", *_SINK)
    return tuple(row[n] for n in names)


def _change_table(data: Data, rows: list[Row]) -> Table:
    """Zones in the columns that fit a page upright."""
    title = data.say("t_stock_change", span=_span(data, rows[0]), route=data.term("", rows[0]["route"]))
    columns = [
        data.column("zone"),
        *_amounts(data, "stock_first", "stock_last", "change", "low", "high", "one_sided", unit="万tC", scale=T_TO_WANT),
        *_amounts(data, "sink", unit="万tCO2/a" if data.language == "zh" else "万tCO2/yr", scale=T_TO_WANT),
    ]
    names = ("stock_from_tc", "stock_to_tc", *_CHANGED, "one_sided_tc", "net_sink_tco2_yr")
    cells = [(r["county_name"], *(r[n] for n in names)) for r in rows]
    return Table("stock_change", title, columns, cells, [data.say("change_note")], totals=_totals(rows))


def _transition_table(data: Data, zone: Row, span: Row) -> list[Block]:
    """Transitions of a zone between two classes, the largest change first."""
    rows = [r for r in where(data.of_zone(data.outlook["carbon_transition"], zone), **span) if r["class_from"] != r["class_to"]]
    if not rows:
        return []
    rows.sort(key=lambda r: -abs(r["change_tc"] or 0.0))
    columns = [
        data.column("class_from"), data.column("class_to"), data.column("area", "amount", "hm²"),
        *_amounts(data, "change", "low", "high", "one_sided", unit="tC", scale=1.0), data.column("pools_left_out"),
    ]  # fmt: skip
    cells = [
        (data.class_name(r["class_from"]), data.class_name(r["class_to"]), r["area_hm2"], *(r[n] for n in _CHANGED), r["one_sided_tc"],
         _left_out(data, r))
        for r in rows
    ]  # fmt: skip
    title = data.say("t_transition", zone=zone["county_name"], span=_span(data, span))
    return [Table("transition", title, columns, cells, [data.say("transition_note")], most=_MOST)]


def _pools(data: Data, row: Row) -> str | None:
    depth = data.config.carbon.soc.depth_cm
    return data.join(pool_name(p, depth, data.language) for p in row["pools"].split(";")) if row["pools"] else None


def _left_out(data: Data, row: Row) -> str | None:
    """Pools that were not compared; blank where all were."""
    left = [p for p in POOLS if p not in (row["pools"] or "").split(";")]
    return data.join(data.pool(p) for p in left) if len(left) < len(POOLS) else data.say("pools_none")


def _span_columns(data: Data) -> list:
    return [
        data.column("code"), data.column("zone"), data.column("product"), data.column("year_first", "year"), data.column("year_last", "year"),
        data.column("route"),
    ]  # fmt: skip


def _span_cells(data: Data, row: Row) -> tuple:
    return row["county_code"], row["county_name"], row["product"], row["year_from"], row["year_to"], data.term("", row["route"])


def _change_sheet(data: Data, rows: list[Row]) -> Table:
    columns = [*_span_columns(data), *_change_columns(data), data.column("compared_by"), data.column("basis")]
    cells = [(*_span_cells(data, r), *_change_cells(r), data.say(f"method_{r['method']}"), r["basis"]) for r in rows]
    return Table(
        "stock_change_all", data.say("t_stock_change_all"), columns, cells, totals=_totals(rows), sheet="stock_change", printed=False
    )


def _transition_sheet(data: Data) -> Table:
    rows = _rows(data, "carbon_transition")
    columns = [
        *_span_columns(data), data.column("class_from"), data.column("class_to"), data.column("area", "amount", "hm²"),
        *_amounts(data, "change", "low", "high", "one_sided", unit="tC", scale=1.0), data.column("pools_compared"), data.column("basis"),
    ]  # fmt: skip
    cells = [
        (*_span_cells(data, r), data.class_name(r["class_from"]), data.class_name(r["class_to"]), r["area_hm2"], *(r[n] for n in _CHANGED),
         r["one_sided_tc"], _pools(data, r), r["basis"])
        for r in rows
    ]  # fmt: skip
    return Table("transition_all", data.say("t_transition_all"), columns, cells, totals=_totals(rows), sheet="transition", printed=False)


def _restoration(data: Data) -> list[Block]:
    rows = _rows(data, "restoration")
    made: list[Block] = [Heading(2, data.say("h_restoration"))]
    if not rows:
        return [*made, Para(data.say("restoration_none"))]
    yearly = "tCO2/a" if data.language == "zh" else "tCO2/yr"
    notes = [data.say("restoration_whole"), data.say("change_long_run")]
    printed = leading(data, where(rows, route=rows[0]["route"]))  # the leading account is written first
    columns = [
        data.column("zone"), data.column("area", "amount", "hm²"), *_amounts(data, "forest_first", "forest_last", unit="hm²", scale=1.0),
        *_amounts(data, "change", "low", "high", unit="tC", scale=1.0), *_amounts(data, "sink", unit=yearly, scale=1.0),
    ]  # fmt: skip
    names = ("area_hm2", "forest_from_hm2", "forest_to_hm2", *_CHANGED, "net_sink_tco2_yr")
    for span in of(printed, *_SPAN):
        own = where(printed, **dict(zip(_SPAN, span, strict=True)))
        title = data.say("t_restoration_of", span=_span(data, own[0]), route=data.term("", own[0]["route"]))
        made.append(Table("restoration", title, columns, [(r["county_name"], *(r[n] for n in names)) for r in own], notes))
    every = [
        *_span_columns(data), *columns[1:4], *_amounts(data, "stock_first", "stock_last", "change", "low", "high", unit="tC", scale=1.0),
        *_amounts(data, "sink", "low", "high", unit=yearly, scale=1.0), data.column("pools_compared"), data.column("basis"),
    ]  # fmt: skip
    names = ("area_hm2", "forest_from_hm2", "forest_to_hm2", "stock_from_tc", "stock_to_tc", *_CHANGED, *_SINK)
    cells = [(*_span_cells(data, r), *(r[n] for n in names), _pools(data, r), r["basis"]) for r in rows]
    return [*made, Table("restoration_all", data.say("t_restoration"), every, cells, sheet="restoration", printed=False)]


# --- greening space ------------------------------------------------------------------------------------------


def _treatment(data: Data, row: Row) -> str:
    """How the land may be greened; where the slope does not tell, that it does not."""
    ways = row["treatment"].split(";")
    if len(ways) == _WAYS:
        return data.say("way_unknown")
    return data.say(ways[0]) if len(ways) == 1 else data.say("one_of", ways=data.join(data.say(w) for w in ways))


def _space(data: Data) -> list[Block]:
    rows = _rows(data, "greening_space")
    made: list[Block] = [Heading(2, data.say("h_space")), Para(data.say("space_how"))]
    if not rows:
        return [*made, Para(data.say("greening_none"))]
    for product, year in _latest(leading(data, rows)):
        own = where(rows, product=product, year=year)
        here = [(zone, found) for zone in data.heads if (found := data.of_zone(own, zone))]
        made += [Para(_space_sentence(data, zone, found), "key") for zone, found in here]
        made += [Para(t, "note") for t in _taken_off(data, own[0])]
        made += [_space_table(data, own), *(_class_table(data, zone, found) for zone, found in here)]
    return [*made, _space_sheet(data, rows)]


def _latest(rows: list[Row]) -> list[tuple]:
    """Each product with its latest year."""
    editions = of(rows, "product", "year")
    return [(p, y) for p, y in editions if y == max((z for q, z in editions if q == p), key=lambda z: z or 0)]


def _sum(rows: list[Row], name: str) -> float:
    return math.fsum(r[name] for r in rows)


def _space_sentence(data: Data, zone: Row, rows: list[Row]) -> str:
    by_way = [(_treatment(data, rows[i]), t) for t, i in _first_of(rows).items()]
    parts = data.join(f"{said} {number(_sum(where(rows, treatment=t), 'space_hm2'))} hm²" for said, t in by_way)
    low, high = (number(_sum(rows, name)) for name in ("low_hm2", "high_hm2"))
    return data.say(
        "greening_main",
        edition=data.edition(rows[0]),
        zone=zone["county_name"],
        space=number(_sum(rows, "space_hm2")),
        wanmu=number(_sum(rows, "space_hm2") * HM2_TO_WANMU),
        bounds="" if low == high else data.say("greening_bounds", low=low, high=high),
        parts=parts,
    )


def _first_of(rows: list[Row]) -> dict[str, int]:
    made: dict[str, int] = {}
    for i, r in enumerate(rows):
        made.setdefault(r["treatment"], i)
    return made


def _taken_off(data: Data, row: Row) -> list[str]:
    """Which layers were taken off, how, and which are not there."""
    named = (("greening_crossed", "crossed"), ("greening_evenly", "not_crossed"), ("greening_absent", "missing"))
    return [data.say(key, layers=data.join(data.term("space_layer_", n) for n in row[name].split(";"))) for key, name in named if row[name]]


def _space_table(data: Data, rows: list[Row]) -> Table:
    """Zones by way of greening; bounds only where a layer was taken off evenly, for else there is nothing between them."""
    ways, bounds = list(_first_of(rows)), ("low_hm2", "high_hm2") if rows[0]["not_crossed"] else ()
    columns = [
        data.column("zone"), *(data.column("space", "amount", "hm²", adds=True) for _ in ways),
        data.column("space_all", "amount", "hm²", adds=True),
        *(_amounts(data, "bound_low", "bound_high", unit="hm²", scale=1.0) if bounds else ()),
    ]  # fmt: skip
    for i, way in enumerate(ways, 1):
        head = _treatment(data, where(rows, treatment=way)[0])
        columns[i] = type(columns[i])(head + ("（hm²）" if data.language == "zh" else " (hm²)"), "amount", 1.0, True)
    cells = []
    for code, name in of(rows, "county_code", "county_name"):
        own = where(rows, county_code=code)
        parts = [_sum(where(own, treatment=w), "space_hm2") for w in ways]
        cells.append((name, *parts, *(_sum(own, n) for n in ("space_hm2", *bounds))))
    levels = Counter(level for _, level in of(rows, "county_code", "level"))
    title = data.say("t_space", edition=data.edition(rows[0]))
    return Table("space", title, columns, cells, [data.say("space_note")] if bounds else [], totals=levels["city"])


def _class_table(data: Data, zone: Row, rows: list[Row]) -> Table:
    title = data.say("t_space_class", zone=zone["county_name"], edition=data.edition(rows[0]))
    crossed, uneven = bool(rows[0]["crossed"]), bool(rows[0]["not_crossed"])
    shown = [True] * 3 + [True, crossed, True, uneven, uneven]  # class, slope, way; the columns of _SPACE
    cells = [(data.class_name(r["class_key"]), _band(data, r), _treatment(data, r), *(r[n] for n in _SPACE)) for r in rows]
    columns = list(compress(_space_columns(data), shown))
    return Table("space_class", title, columns, [tuple(compress(c, shown)) for c in cells], [data.say("space_class_note")])


_SPACE = ("land_hm2", "crossed_out_hm2", "space_hm2", "low_hm2", "high_hm2")


def _band(data: Data, row: Row) -> str:
    return row["slope_band"] if row["slope_band"] not in (None, "unknown") else data.say("slope_unknown")


def _space_columns(data: Data) -> list:
    areas = _amounts(data, "class_land", "crossed_out", "space", "bound_low", "bound_high", unit="hm²", scale=1.0)
    return [data.column("class"), data.column("slope"), data.column("treatment"), *areas]


def _space_sheet(data: Data, rows: list[Row]) -> Table:
    columns = [*data.key_columns(), *_space_columns(data), data.column("layers_even"), data.column("layers_missing"), data.column("basis")]
    cells = [
        (*data.key_cells(r), data.class_name(r["class_key"]), _band(data, r), _treatment(data, r), *(r[n] for n in _SPACE), r["not_crossed"],
         r["missing"], r["basis"])
        for r in rows
    ]  # fmt: skip
    return Table("space_all", data.say("t_space_all"), columns, cells, totals=_totals(rows), sheet="space", printed=False)


# --- removals ------------------------------------------------------------------------------------------------


def _scenario(data: Data, name: str) -> str:
    own = next((s for s in data.config.carbon.potential.scenarios if s.name == name), None)
    return (own.title.get(data.language) if own else "") or name


def _growth(data: Data, name: str) -> str:
    known = f"growth_{name.replace(' ', '_')}"
    return data.term("", known) if data.term("", known) != known else name


def _removal(data: Data) -> list[Block]:
    rows = _rows(data, "removal")
    made: list[Block] = [Heading(2, data.say("h_removal"))]
    if not rows:
        return [*made, Para(data.say("removal_none"))]
    made.append(
        Para(data.say("removal_how", growth=_growth(data, rows[0]["growth"]), source=rows[0]["source"], label=data.label(rows[0]["label"])))
    )
    made += [
        Para(
            data.say(
                "scenario_text", name=_scenario(data, s.name), first=s.start_year, last=s.end_year, share=number(s.share * 100, 0)
            ),
            "item",
        )
        for s in data.config.carbon.potential.scenarios
    ]  # fmt: skip
    for zone in data.heads:
        own = data.of_zone(leading(data, rows), zone)
        made += [Para(_removal_sentence(data, r), "key") for r in own if r["land"] == "planting" and r["planted_hm2"] > 0]
        if own:
            made.append(_removal_table(data, zone, own))
    return [*made, Para(data.say("removal_never")), _removal_sheet(data, rows)]


def _removal_sentence(data: Data, row: Row) -> str:
    beyond = (
        data.say("removal_beyond", mean=number(row["mean_forest_tc"] * TC_TO_TCO2 * T_TO_WANT))
        if row["exceeds_mean_forest"] == "yes"
        else ""
    )
    return data.say(
        "removal_main",
        edition=data.edition(row),
        zone=row["county_name"],
        scenario=_scenario(data, row["scenario"]),
        horizon=row["horizon"],
        planted=number(row["planted_hm2"]),
        tco2=number(row["removal_tco2"] * T_TO_WANT),
        low=number(row["low_tco2"] * T_TO_WANT),
        high=number(row["high_tco2"] * T_TO_WANT),
        pp=number(row["added_cover_pp"]),
        beyond=beyond,
    )


_REMOVAL = (
    "space_hm2", "planted_hm2", "removal_tc", "removal_tco2", "low_tco2", "high_tco2", "removal_tco2_yr", "added_cover_pp", "stands_now_tc",
    "mean_forest_tc",
)  # fmt: skip


def _removal_columns(data: Data) -> list:
    tonnes = {"kind": "amount", "scale": T_TO_WANT}
    return [
        data.column("scenario"), data.column("horizon", "year"), data.column("land_kind"), data.column("space", "amount", "hm²"),
        data.column("planted", "amount", "hm²"), data.column("removal", unit="万tC", **tonnes), data.column("removal", unit="万tCO2", **tonnes),
        data.column("low", unit="万tCO2", **tonnes), data.column("high", unit="万tCO2", **tonnes),
        data.column("removal_yr", unit="万tCO2/a" if data.language == "zh" else "万tCO2/yr", **tonnes),
        data.column("added_cover", "amount", "百分点" if data.language == "zh" else "points"), data.column("stands_now", unit="万tC", **tonnes),
        data.column("mean_forest", unit="万tC", **tonnes), data.column("past_mean"),
    ]  # fmt: skip


def _removal_cells(data: Data, row: Row) -> tuple:
    land = data.say("planting" if row["land"] == "planting" else "undetermined_slope")
    beyond = row["exceeds_mean_forest"] and data.say(row["exceeds_mean_forest"])
    return _scenario(data, row["scenario"]), row["horizon"], land, *(row[n] for n in _REMOVAL), beyond


def _removal_table(data: Data, zone: Row, rows: list[Row]) -> Table:
    """Scenarios and horizons in the columns that fit a page upright."""
    tonnes = {"kind": "amount", "unit": "万tCO2", "scale": T_TO_WANT}
    columns = [
        data.column("scenario"), data.column("horizon", "year"), data.column("land_kind"), data.column("planted", "amount", "hm²"),
        *(data.column(n, **tonnes) for n in ("removal", "low", "high")),
        data.column("mean_forest", **(tonnes | {"scale": T_TO_WANT * TC_TO_TCO2})),
        data.column("added_cover", "amount", "百分点" if data.language == "zh" else "points"),
    ]  # fmt: skip
    names = ("planted_hm2", "removal_tco2", "low_tco2", "high_tco2", "mean_forest_tc", "added_cover_pp")
    cells = [(*_removal_cells(data, r)[:3], *(r[n] for n in names)) for r in rows]
    title = data.say("t_removal", zone=zone["county_name"], edition=data.edition(rows[0]))
    return Table("removal", title, columns, cells, [data.say("removal_table_note")])


def _removal_sheet(data: Data, rows: list[Row]) -> Table:
    columns = [*data.key_columns(), *_removal_columns(data), data.column("label"), data.column("source"), data.column("basis")]
    cells = [(*data.key_cells(r), *_removal_cells(data, r), data.label(r["label"]), r["source"], r["basis"]) for r in rows]
    return Table("removal_all", data.say("t_removal_all"), columns, cells, totals=_totals(rows), sheet="removal", printed=False)


# --- CCER ----------------------------------------------------------------------------------------------------


def _ccer(data: Data) -> list[Block]:
    rows = _rows(data, "ccer")
    made: list[Block] = [Heading(2, data.say("h_ccer")), Para(data.say("ccer_how")), Para(data.say("energy_ccer"))]
    names = ("land_hm2", "eligible_low_hm2", "eligible_high_hm2")
    columns = [
        data.column("class"), data.column("ccer_state"),
        *_amounts(data, "class_land", "eligible_low", "eligible_high", unit="hm²", scale=1.0),
        data.column("rules_broken"), data.column("rules_open"),
    ]  # fmt: skip

    def cells(r: Row) -> tuple:
        return (
            data.class_name(r["class_key"]),
            data.say(f"ccer_{r['state']}"),
            *(r[n] for n in names),
            data.join(ids(r["rules_broken"])),
            data.join(ids(r["rules_unknown"])),
        )

    for product, year in of(leading(data, rows), "product", "year"):
        for zone in data.heads:
            own = where(data.of_zone(rows, zone), product=product, year=year)
            if own:
                title = data.say("t_ccer", zone=zone["county_name"], edition=data.edition(own[0]))
                asked = [cells(r) for r in own if r["state"] != "not"]
                out = data.join(data.class_name(r["class_key"]) for r in own if r["state"] == "not")
                made += [Table("ccer", title, columns, asked, [data.say("ccer_note")])] if asked else []
                made += [Para(data.say("ccer_out", classes=out), "note")] if out else []
    rules = data.outlook["ccer_texts"]
    kinds = [
        (r["rule_id"], r[f"element_{data.language}"], r[f"requirement_{data.language}"], data.say(f"ccer_test_{r['condition']}"), r["source"],
         data.label(r["label"]))
        for r in rules
    ]  # fmt: skip
    heads = [data.column(n) for n in ("rule", "title", "requirement", "asked", "source", "label")]
    sheet = [*data.key_columns(), *columns, data.column("basis")]
    all_rows = [(*data.key_cells(r), *cells(r), r["basis"]) for r in rows]
    return [
        *made,
        Table("ccer_rules", data.say("t_ccer_rules"), heads, kinds),
        Table("ccer_all", data.say("t_ccer_all"), sheet, all_rows, totals=_totals(rows), sheet="ccer", printed=False),
    ]


# --- value ---------------------------------------------------------------------------------------------------


def _value(data: Data) -> list[Block]:
    """Only where a price is configured."""
    rows, settings = _rows(data, "value"), data.config.carbon.value
    if settings is None:
        return []
    made: list[Block] = [
        Heading(2, data.say("h_value")),
        Para(
            data.say(
                "value_how",
                price=f"{settings.price_per_tco2:g}",
                discount=f"{settings.discount_pct:g}",
                change=f"{settings.price_change_pct:g}",
            )
        ),
    ]
    if not rows:
        return [*made, Para(data.say("value_none"))]
    yuan = "万元" if data.language == "zh" else "10,000 yuan"
    worth = _amounts(data, "worth", "low", "high", unit=yuan, scale=_YUAN_TO_WAN)
    columns = [
        data.column("zone"),
        data.column("valued"),
        data.column("period"),
        *_amounts(data, "co2", unit="万tCO2", scale=T_TO_WANT),
        *worth,
    ]
    names = ("tco2", "value_yuan", "low_yuan", "high_yuan")
    for zone in data.heads:
        own = leading(data, data.of_zone(rows, zone))
        lead = next((r["route"] for r in own if r["what"] == "change"), None)  # the leading account is written first
        own = [r for r in own if r["what"] == "removal" or r["route"] == lead]
        cells = [(r["county_name"], _valued(data, r), f"{r['year_from']}–{r['year_to']}", *(r[n] for n in names)) for r in own]
        if cells:
            made.append(Table("value", data.say("t_value"), columns, cells, [data.say("value_note")]))
    every = [
        data.column("code"), data.column("zone"), data.column("product"), data.column("route"), data.column("valued"),
        data.column("year_first", "year"), data.column("year_last", "year"),
        *_amounts(data, "co2", "low", "high", unit="万tCO2", scale=T_TO_WANT), *worth, data.column("basis"),
    ]  # fmt: skip
    names = ("year_from", "year_to", "tco2", "low_tco2", "high_tco2", "value_yuan", "low_yuan", "high_yuan", "basis")
    cells = [
        (r["county_code"], r["county_name"], r["product"], data.term("", r["route"]), _valued(data, r), *(r[n] for n in names))
        for r in rows
    ]
    return [*made, Table("value_all", data.say("t_value"), every, cells, sheet="value", printed=False)]


def _valued(data: Data, row: Row) -> str:
    """What is valued: the change of stock, or a scenario's removal."""
    return _scenario(data, row["scenario"]) if row["what"] == "removal" else data.say("valued_change")
