"""Section 4: carbon stock by county, class and pool, what is not counted, and where every density comes from."""

from __future__ import annotations

from pipeline.core.figures import number
from pipeline.core.tables import POOLS
from pipeline.core.units import T_TO_WANT
from pipeline.report.accounts import adjusted_blocks, climate_text, factor_blocks, leading, route_blocks, spread_blocks
from pipeline.report.data import Data, Row, of, where
from pipeline.report.model import Block, Column, Heading, Para, Table
from pipeline.report.summary import carbon_sentence

_EDITION = ("product", "year", "route")


def carbon_blocks(data: Data) -> list[Block]:
    """The section."""
    made: list[Block] = [Heading(1, data.say("h_carbon")), Heading(2, data.say("h_carbon_zone"))]
    made.append(Para(data.say("carbon_how", draws=f"{data.config.carbon.draws:,}")))
    editions = [dict(zip(_EDITION, e, strict=True)) for e in of(data.summary, *_EDITION)]
    for edition in editions:
        made += [
            Para(carbon_sentence(data, r))
            for r in where(data.summary, county_code=data.heads[0]["county_code"], **edition)
            if data.has_city
        ]
        made.append(_zone_table(data, where(data.by_zone(data.summary), **edition)))
    made.append(Para(data.say("carbon_never", depth=data.config.carbon.soc.depth_cm)))
    made += adjusted_blocks(data)
    made += [Para(data.say("carbon_limit", limit=t), "note") for t in _limits(data)]
    made.append(Heading(2, data.say("h_carbon_pool")))
    made += [_pool_table(data, where(data.of_zone(data.stock, zone), **e), zone) for e in editions for zone in data.heads]
    made += [_pool_sheet(data), _summary_sheet(data), *route_blocks(data), *spread_blocks(data), Heading(2, data.say("h_carbon_gap"))]
    for edition in where(editions, route=leading(data)):
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
    columns = [*_edition_columns(data), *_summary_columns(data), data.column("land", "amount", "hm²"), data.column("basis")]
    cells = [(*_edition_cells(data, r), *(r[n] for n in _SUMMARY), r["land_area_hm2"], r["basis"]) for r in rows]
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
    rows = [r for r in _rows_of(data, edition) if r["tc_hm2"] is None and r["class_key"] in areas]
    summary = where(data.summary, county_code=zone["county_code"], **edition)[0]
    intro = data.say(
        "gap_intro", zone=zone["county_name"], biomass=number(summary["no_biomass_value_hm2"]), soc=number(summary["no_soc_value_hm2"])
    )
    if not rows:
        return [Para(intro)]
    columns = [data.column("class"), data.column("pool"), data.column("area", "amount", "hm²"), data.column("label"), data.column("note")]
    cells = [
        (data.class_name(r["class_key"]), data.pool(r["pool"]), areas[r["class_key"]], data.label(r["label"]), r["note"]) for r in rows
    ]
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
    used = _areas(data, data.zones)
    notes = [r["note"] for r in data.density if r["pool"] == "soc" and r["tc_hm2"] is not None and r["class_key"] in used and r["note"]]
    distinct = [n for n in dict.fromkeys(notes) if not any(n in other for other in notes if other != n)]
    said = [Para(climate_text(data))]
    if not distinct:
        return said
    return [*said, Para(data.say("soc_intro", notes=(" / " if data.language == "en" else "；").join(distinct)))]


def _densities(data: Data) -> list[Block]:
    columns = [
        data.column("class"), data.column("pool"), data.column("density", "amount", "tC/hm²"), data.column("low", "amount", "tC/hm²"),
        data.column("high", "amount", "tC/hm²"), data.column("label"), data.column("source"), data.column("note"),
    ]  # fmt: skip
    used = _areas(data, data.zones)
    several = len({r["climate_zone"] for r in data.density if r["climate_zone"]}) > 1

    def cells(rows: list[Row]) -> list[tuple]:
        return [
            (
                data.class_name(r["class_key"]),
                data.pool(r["pool"], r["depth_cm"]) + (f" [{data.term('', r['climate_zone'])}]" if r["climate_zone"] and several else ""),
                r["tc_hm2"],
                r["low_tc_hm2"],
                r["high_tc_hm2"],
                data.label(r["label"]),
                r["source"],
                r["note"],
            )
            for r in rows
        ]

    made: list[Block] = []
    for route, product, year in of(data.density, "route", "product", "year"):
        rows = [r for r in where(data.density, route=route, product=product, year=year) if r["class_key"] in used]
        if len(data.config.carbon.routes) == 1 and product is None:
            title = data.say("t_density")
        else:
            title = data.say("t_density_of", route=data.term("", route), edition=data.edition(rows[0]) if product and rows else "–")
        if rows:
            made.append(Table("densities", title, columns, cells(rows), [data.say("density_note")]))
    routes = [(data.term("", r["route"]), r["product"], r["year"], *c) for r, c in zip(data.density, cells(data.density), strict=True)]
    head = [data.column("route"), data.column("product"), data.column("year", "year"), *columns]
    made.append(Table("densities_all", data.say("t_density_all"), head, routes, sheet="density", printed=False))
    return made
