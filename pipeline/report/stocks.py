"""Section 4: carbon stock by county, class and pool, what is not counted, and where every density comes from."""

from __future__ import annotations

from pipeline.charts import subjects
from pipeline.core.figures import number
from pipeline.core.tables import POOLS
from pipeline.core.units import T_TO_WANT
from pipeline.core.words import say as core_say
from pipeline.report.accounts import (
    account_tables,
    adjusted_blocks,
    climate_text,
    factor_blocks,
    leading_edition,
    leading_route,
    route_blocks,
    spread_blocks,
)
from pipeline.report.data import Data, Row, of, where
from pipeline.report.model import Block, Column, Figure, Heading, Para, Table
from pipeline.report.summary import carbon_sentence

_LEAST_HM2 = 0.005  # what is less prints as 0.00


def carbon_blocks(data: Data) -> list[Block]:
    """The section."""
    made: list[Block] = [Heading(1, data.say("h_carbon")), Heading(2, data.say("h_carbon_zone"))]
    made.append(Para(data.say("carbon_how", draws=f"{data.config.carbon.draws:,}")))
    # In print the leading product and account; the workbook has all, and one table puts their totals side by side.
    edition = leading_edition(data)
    editions = [] if edition is None else [edition]
    for edition in editions:
        made += [
            Para(carbon_sentence(data, r))
            for r in where(data.summary, county_code=data.heads[0]["county_code"], **edition)
            if data.has_city
        ]
        rows = where(data.by_zone(data.summary), **edition)
        made.append(_zone_table(data, rows))
        counties = [r for r in rows if r["level"] == "county"]
        chart = subjects.carbon_by_pool(where(data.stock, **edition), counties, data.edition(rows[0]), data.language)
        made += [Figure(chart)] if chart else []
    made += [Para(data.say("carbon_never", depth=data.config.carbon.soc.depth_cm)), *account_tables(data)]
    made += adjusted_blocks(data)
    made += [Para(data.say("carbon_limit", limit=t), "note") for t in _limits(data)]
    made.append(Heading(2, data.say("h_carbon_pool")))
    made += [_pool_table(data, where(data.of_zone(data.stock, zone), **e), zone) for e in editions for zone in data.heads]
    made += [_pool_sheet(data), _summary_sheet(data), *route_blocks(data), *spread_blocks(data), Heading(2, data.say("h_carbon_gap"))]
    for edition in editions:
        for zone in data.heads:
            made += _gaps(data, edition, zone)
    made += [Heading(2, data.say("h_density"), wide=True), *_soil(data), *factor_blocks(data), *_densities(data)]
    return made


def _limits(data: Data) -> list[str]:
    return [p.about.limits["carbon"].get(data.language) for p in data.products if "carbon" in p.about.limits]


def _stock_columns(data: Data) -> list[Column]:
    return [
        data.column("stock", "amount", "万tC", T_TO_WANT, adds=True),
        data.column("low", "amount", "万tC", T_TO_WANT),
        data.column("high", "amount", "万tC", T_TO_WANT),
        data.column("co2", "amount", "万tCO2", T_TO_WANT, adds=True),
    ]


_STOCK = ("stock_tc", "low_tc", "high_tc", "stock_tco2")
_SUMMARY = (*_STOCK, "tc_hm2", "no_biomass_value_hm2", "no_soc_value_hm2")


def _summary_columns(data: Data) -> list[Column]:
    return [
        *_stock_columns(data),
        data.column("mean", "amount", "tC/hm²"),
        data.column("no_biomass", "amount", "hm²", adds=True),
        data.column("no_soc", "amount", "hm²", adds=True),
    ]


def _totals(rows: list[Row]) -> int:
    return sum(r["level"] == "city" for r in rows)


def _zone_table(data: Data, rows: list[Row]) -> Table:
    title = data.say("t_carbon", edition=data.edition(rows[0]), route=data.term("", rows[0]["route"]))
    cells = [(r["county_name"], *(r[n] for n in _SUMMARY)) for r in rows]
    return Table("carbon", title, [data.column("zone"), *_summary_columns(data)], cells, totals=_totals(rows))


def _edition_columns(data: Data) -> list[Column]:
    return [*data.key_columns(), data.column("route")]


def _edition_cells(data: Data, row: Row) -> tuple:
    return *data.key_cells(row), data.term("", row["route"])


def _summary_sheet(data: Data) -> Table:
    rows = data.by_zone(data.summary)
    tonnes = [data.column(k, "amount", "万tC", T_TO_WANT) for k in ("no_range", "adjusted_stock", "adjusted_low", "adjusted_high")]
    land = data.column("land", "amount", "hm²")
    columns = [*_edition_columns(data), *_summary_columns(data), land, *tonnes, data.column("soil_by"), data.column("basis")]
    more = ("land_area_hm2", "no_range_tc", "adjusted_tc", "adjusted_low_tc", "adjusted_high_tc", "soc_edition", "basis")
    cells = [(*_edition_cells(data, r), *(r[n] for n in (*_SUMMARY, *more))) for r in rows]
    return Table("carbon_all", data.say("t_carbon_all"), columns, cells, totals=_totals(rows), sheet="carbon", printed=False)


def _pool_table(data: Data, rows: list[Row], zone: Row) -> Table:
    """Class by class, a column for each pool; a blank where the pool has no row."""
    columns = [data.column("class"), data.column("area", "amount", "hm²"), *(Column(data.pool(p), "amount", T_TO_WANT) for p in POOLS)]
    held = {(r["class_key"], r["pool"]): r["stock_tc"] for r in rows}
    areas = {r["class_key"]: r["area_hm2"] for r in rows if r["area_hm2"] > 0}
    cells = [(data.class_name(k), area, *(held.get((k, pool)) for pool in POOLS)) for k, area in areas.items()]
    said = {"edition": data.edition(rows[0]), "route": data.term("", rows[0]["route"])} if rows else {"edition": "", "route": ""}
    return Table("pools", data.say("t_pools", zone=zone["county_name"], **said), columns, cells, [data.say("pools_note")])


def _pool_sheet(data: Data) -> Table:
    rows = data.by_zone(data.stock)
    columns = [
        *_edition_columns(data),
        data.column("class"),
        data.column("pool"),
        data.column("area", "amount", "hm²"),
        *_stock_columns(data),
        data.column("basis"),
    ]
    cells = [
        (
            *_edition_cells(data, r),
            data.class_name(r["class_key"]),
            data.pool(r["pool"], r["depth_cm"]),
            r["area_hm2"],
            *(r[n] for n in _STOCK),
            r["basis"],
        )
        for r in rows
    ]
    return Table("pools_all", data.say("t_pools_all"), columns, cells, totals=_totals(rows), sheet="pools", printed=False)


def _areas(data: Data, zones: list[Row], **edition) -> dict[str, float]:
    """Area of each class that some of ``zones`` has; the largest of them."""
    made: dict[str, float] = {}
    for row in data.land_area:
        if row["area_hm2"] > 0 and row["county_code"] in {z["county_code"] for z in zones} and all(row[k] == v for k, v in edition.items()):
            made[row["class_key"]] = max(made.get(row["class_key"], 0.0), row["area_hm2"])
    return made


def _gaps(data: Data, edition: Row, zone: Row) -> list[Block]:
    """Pools of land that is there and have no density: class, pool, area and why."""
    areas = _areas(data, [zone], product=edition["product"], year=edition["year"])
    rows = [r for r in _rows_of(data, edition) if r["tc_hm2"] is None and areas.get(r["class_key"], 0.0) >= _LEAST_HM2]
    summary = where(data.summary, county_code=zone["county_code"], **edition)[0]
    intro = data.say(
        "gap_intro", zone=zone["county_name"], biomass=number(summary["no_biomass_value_hm2"]), soc=number(summary["no_soc_value_hm2"])
    )
    if not rows:
        return [Para(intro)]
    columns = [data.column("class"), data.column("pool"), data.column("area", "amount", "hm²"), data.column("label"), data.column("note")]
    cells = []
    for key, label, note in of(rows, "class_key", "label", "note"):  # pools of one class and reason in one row
        pools = data.join(data.pool(p) for p in dict.fromkeys(r["pool"] for r in where(rows, class_key=key, label=label, note=note)))
        cells.append((data.class_name(key), pools, areas[key], data.label(label), note))
    title = data.say("t_gaps", zone=zone["county_name"], edition=data.edition(edition), route=data.term("", edition["route"]))
    return [Para(intro), Table("gaps", title, columns, cells)]


def _rows_of(data: Data, edition: Row) -> list[Row]:
    """Densities of a route: of its own product where they were measured there, else those of the tables."""
    return [
        r
        for r in where(data.density, route=edition["route"])
        if r["product"] in (None, edition["product"]) and r["year"] in (None, edition["year"])
    ]


def _soil(data: Data) -> list[Block]:
    """What the table says of the soil factors that were used: depth and edition."""
    used, joint = _areas(data, data.zones), "; " if data.language == "en" else "；"
    rows = [r for r in where(data.density, pool="soc", product=None) if r["tc_hm2"] is not None and r["class_key"] in used and r["note"]]
    clauses = dict.fromkeys(part for r in rows for part in r["note"].split(joint))  # of several classes, each once
    said = [Para(climate_text(data))]
    return [*said, Para(data.say("soc_intro", notes=joint.join(clauses)))] if clauses else said


def _merged(data: Data, cells: list[tuple]) -> list[tuple]:
    """Classes that share a pool's number, source and note in one row."""
    classes: dict[tuple, list[str]] = {}
    for name, *rest in cells:
        same = tuple(round(v, 6) if isinstance(v, float) else v for v in rest)  # means over land differ in their last digits
        classes.setdefault(same, []).append(name)
    return [(data.join(names), *rest) for rest, names in classes.items()]


def _densities(data: Data) -> list[Block]:
    columns = [
        data.column("class"), data.column("pool"), data.column("density", "amount", "tC/hm²"), data.column("low", "amount", "tC/hm²"),
        data.column("high", "amount", "tC/hm²"), data.column("label"), data.column("source"), data.column("note"),
    ]  # fmt: skip
    used, mean = _areas(data, data.zones), core_say("density_mean", data.language)
    several = len({r["climate_zone"] for r in data.density if r["climate_zone"]}) > 1

    def cells(rows: list[Row], *, notes: bool = True) -> list[tuple]:
        return [
            (
                data.class_name(r["class_key"]),
                data.pool(r["pool"], r["depth_cm"]) + (f" [{data.term('', r['climate_zone'])}]" if r["climate_zone"] and several else ""),
                r["tc_hm2"],
                r["low_tc_hm2"],
                r["high_tc_hm2"],
                data.label(r["label"]),
                r["source"],
                r["note"] if notes or r["note"] != mean else None,
            )
            for r in rows
        ]

    made: list[Block] = []
    for route, product, year in of(data.density, "route", "product", "year"):
        rows = [r for r in where(data.density, route=route, product=product, year=year) if r["class_key"] in used and r["tc_hm2"]]
        edition = leading_edition(data) or {}
        if route != leading_route(data) or (product is not None and (product, year) != (edition["product"], edition["year"])):
            continue  # other accounts and products: in the workbook
        if product is None:
            title = data.say("t_density")
        else:
            title = data.say("t_density_of", route=data.term("", route), edition=data.edition(rows[0]) if rows else "–")
        if rows:
            notes = [*([] if product is None else [data.say("density_mean_note")]), data.say("density_note")]
            merged = _merged(data, cells(rows, notes=False))
            said = len(columns) if any(r[-1] for r in merged) else len(columns) - 1  # a column of notes where there are any
            made.append(Table("densities", title, columns[:said], [r[:said] for r in merged], notes))
    routes = [(data.term("", r["route"]), r["product"], r["year"], *c) for r, c in zip(data.density, cells(data.density), strict=True)]
    head = [data.column("route"), data.column("product"), data.column("year", "year"), *columns]
    made.append(Table("densities_all", data.say("t_density_all"), head, routes, sheet="density", printed=False))
    return made
