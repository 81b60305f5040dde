"""Within section 4: which route served which land, stocks on a sample's areas, where the uncertainty comes from, own factors."""

from __future__ import annotations

from pipeline.core.tables import VARIANCE_COMPONENTS
from pipeline.core.units import T_TO_WANT
from pipeline.report.data import Data, Row, of, percent, where
from pipeline.report.model import Block, Heading, Para, Table

_EDITION = ("product", "year", "route")


def leading_route(data: Data) -> str | None:
    """The account shown first: the mixed one where several routes are configured."""
    return data.summary[0]["route"] if data.summary else None


def leading_edition(data: Data) -> Row | None:
    """The account, product and year that section 4 prints in full; all others are in the workbook."""
    rows = where(data.summary, route=leading_route(data))
    by_year = {(r["product"], r["year"]): r for r in rows}
    first = next((by_year[key] for p in data.products if (key := (p.product, p.about.year)) in by_year), rows[0] if rows else None)
    return first and {k: first[k] for k in _EDITION}


def route_blocks(data: Data) -> list[Block]:
    """Land by route, and why routes could not serve land; nothing where one route serves everything."""
    several = len(data.config.carbon.routes) > 1
    edition = leading_edition(data)
    shown = {k: edition[k] for k in ("product", "year")} if edition else {}
    made: list[Block] = []
    if several:
        made = [Heading(2, data.say("h_routes")), Para(data.say("routes_how"))]
        columns = [data.column("class"), data.column("route"), data.column("area", "amount", "hm²"), data.column("share_of_class", "rate")]
        for zone in data.heads:
            rows = where(data.of_zone(data.route_share, zone), **shown)
            cells = [(data.class_name(r["class_key"]), _route(data, r["route"]), r["area_hm2"], r["share_pct"]) for r in rows]
            title = data.say("t_routes", zone=zone["county_name"], edition=data.edition(rows[0])) if rows else ""
            if rows:
                made.append(Table("routes", title, columns, cells, [data.say("routes_note")]))
    reasons = [r for r in where(data.unserved, **shown) if r["county_code"] in {z["county_code"] for z in data.heads}]
    if several and reasons:
        columns = [data.column("zone"), data.column("product"), data.column("year", "year"), data.column("route"), data.column("why"),
                   data.column("area", "amount", "hm²")]  # fmt: skip
        cells = [
            (r["county_name"], r["product"], r["year"], _route(data, r["route"]), data.say(f"unserved_{r['reason']}"), r["area_hm2"])
            for r in reasons
        ]
        made.append(Table("unserved", data.say("t_unserved"), columns, cells, [data.say("unserved_note")]))
    columns = [
        *data.key_columns(),
        data.column("class"),
        data.column("route"),
        data.column("area", "amount", "hm²"),
        data.column("share_of_class", "rate"),
    ]
    cells = [
        (*data.key_cells(r), data.class_name(r["class_key"]), _route(data, r["route"]), r["area_hm2"], r["share_pct"])
        for r in data.by_zone(data.route_share)
    ]
    made.append(Table("routes_all", data.say("t_routes_all"), columns, cells, sheet="routes", printed=False))
    return made


def account_tables(data: Data) -> list[Table]:
    """The totals of the whole area by every product, year and account, side by side; nothing where there is one."""
    several = len(of(data.summary, *_EDITION)) > 1
    return [_totals(data, zone) for zone in data.heads] if several else []


def _totals(data: Data, zone: Row) -> Table:
    columns = [data.column("product"), data.column("year", "year"), data.column("route")]
    columns += [data.column(k, "amount", "万tC", T_TO_WANT) for k in ("stock", "low", "high")] + [
        data.column("no_biomass", "amount", "hm²")
    ]
    names = ("stock_tc", "low_tc", "high_tc", "no_biomass_value_hm2")
    order = {(p.product, p.about.year): i for i, p in enumerate(data.products)}
    rows = sorted(data.of_zone(data.summary, zone), key=lambda r: order.get((r["product"], r["year"]), len(order)))
    cells = [(r["product"], r["year"], _route(data, r["route"]), *(r[n] for n in names)) for r in rows]
    return Table("accounts", data.say("t_accounts", zone=zone["county_name"]), columns, cells, [data.say("accounts_note")])


def _route(data: Data, route: str) -> str:
    return data.say("route_none") if route == "none" else data.term("", route)


def adjusted_blocks(data: Data) -> list[Block]:
    """Stock on mapped areas and on those of the reference sample, side by side; a sentence where there is no sample."""
    made: list[Block] = []
    for r in where(data.summary, **(leading_edition(data) or {})):
        if r["no_range_tc"] > 0.01 * r["stock_tc"] and r["county_code"] in {z["county_code"] for z in data.heads}:
            said = {"zone": r["county_name"], "edition": data.edition(r), "route": _route(data, r["route"])}
            made.append(Para(data.say("no_range", share=percent(100 * r["no_range_tc"] / r["stock_tc"]), **said), "note"))
    if all(r["adjusted_tc"] is None for r in data.summary):
        return [*made, Para(data.say("areas_fixed"), "note")]
    made.append(Para(data.say("areas_drawn")))
    columns = [data.column("zone")] + [
        data.column(k, "amount", "万tC", T_TO_WANT) for k in ("map_stock", "low", "high", "adjusted_stock", "adjusted_low", "adjusted_high")
    ]
    names = ("stock_tc", "low_tc", "high_tc", "adjusted_tc", "adjusted_low_tc", "adjusted_high_tc")
    carbon = data.config.carbon
    notes = [data.say("adjusted_note")]
    if "agb_raster" in carbon.routes or carbon.soc.layer is not None:
        notes.append(data.say("adjusted_measured"))
    for product, year, route in of([r for r in where(data.summary, route=leading_route(data)) if r["adjusted_tc"] is not None], *_EDITION):
        rows = [r for r in data.by_zone(where(data.summary, product=product, year=year, route=route)) if r["adjusted_tc"] is not None]
        title = data.say("t_adjusted", edition=data.edition(rows[0]), route=_route(data, route))
        made.append(Table("adjusted", title, columns, [(r["county_name"], *(r[n] for n in names)) for r in rows], notes))
    return made


def spread_blocks(data: Data) -> list[Block]:
    """Shares of the variance, and the interval by the simple approach beside that of the draws."""
    parts = VARIANCE_COMPONENTS
    columns = [
        data.column("product"),
        data.column("year", "year"),
        data.column("route"),
        *(data.column(f"part_{p}", "rate") for p in parts),
    ]
    columns += [
        data.column("half_draws", "amount", "万tC", T_TO_WANT),
        data.column("half_simple", "amount", "万tC", T_TO_WANT),
        data.column("apart", "rate"),
    ]

    edition = leading_edition(data) or {}

    def is_shown(r: Row) -> bool:
        return r["route"] == leading_route(data) or all(r[k] == edition[k] for k in ("product", "year"))

    def cells(zone: Row, *, every: bool) -> list[tuple]:
        made = []
        for r in data.of_zone(data.approach1, zone):
            if not every and not is_shown(r):
                continue
            own = {v["component"]: v["share_pct"] for v in where(data.of_zone(data.variance, zone), **{k: r[k] for k in _EDITION})}
            shares = [own.get(p) for p in parts]
            widths = (r["monte_carlo_half_width_tc"], r["half_width_tc"], r["difference_pct"])
            made.append((r["product"], r["year"], _route(data, r["route"]), *shares, *widths))
        return made

    made: list[Block] = [Heading(2, data.say("h_variance")), Para(data.say("variance_how"))]
    for zone in data.heads:
        made.append(
            Table(
                "variance", data.say("t_variance", zone=zone["county_name"]), columns, cells(zone, every=False), [data.say("variance_note")]
            )
        )
    head = [data.column("code"), data.column("zone"), *columns]
    every = [(z["county_code"], z["county_name"], *c) for z in data.zones for c in cells(z, every=True)]
    made.append(Table("variance_all", data.say("t_variance_all"), head, every, sheet="variance", printed=False))
    return made


def factor_blocks(data: Data) -> list[Block]:
    """The bureau's own values beside those they replaced, and every number behind the stocks for the workbook."""
    made: list[Block] = []
    if data.overrides:
        columns = [data.column("class"), data.column("factor"), data.column("unit")]
        for side in ("own", "old"):
            columns += [data.column(f"{side}_value", "chance"), data.column(f"{side}_range"), data.column(f"{side}_source")]
        cells = [
            (
                data.class_name(r["class_key"]) if r["class_key"] else "–", r["factor"], r["unit"], r["value"], _range(r["low"], r["high"]), r["source"],
                r["old_value"], _range(r["old_low"], r["old_high"]), r["old_source"],
            )
            for r in data.overrides
        ]  # fmt: skip
        made += [Para(data.say("overrides_intro")), Table("overrides", data.say("t_overrides"), columns, cells, sheet="overrides")]
    columns = [data.column(k) for k in ("parameter", "factor", "applies_to")] + [data.column("value", "chance"), data.column("unit")]
    columns += [data.column("low_value", "chance"), data.column("high_value", "chance")]
    columns += [data.column(k) for k in ("distribution", "overridden", "label", "source", "note")]
    cells = [
        (
            r["parameter"], r["factor"], data.join(data.class_name(k) for k in r["applies_to"].split(";")), r["value"], r["unit"],
            r["low"], r["high"], data.term("distribution_", r["distribution"] or "fixed"),
            data.say("yes") if r["is_overridden"] == "yes" else "", data.label(r["label"]), r["source"], r["note"],
        )
        for r in data.factors
    ]  # fmt: skip
    made.append(Table("factors_all", data.say("t_factors"), columns, cells, sheet="factors", printed=False))
    return made


def _range(low: float | None, high: float | None) -> str:
    return "" if low is None or high is None else f"{low:g}–{high:g}"


def climate_text(data: Data) -> str:
    """Which climate zone the soil values stand on, and their edition and depth."""
    facts = data.records["carbon"]["facts"]
    zone = facts["climate_zone"]
    where_from = data.say("zone_layer") if zone == "layer" else data.say("zone_assumed", zone=data.term("", zone))
    return data.say("soil_stands_on", edition=facts["soc_edition"], depth=facts["soc_depth_cm"], zone=where_from)
