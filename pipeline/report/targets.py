"""Section 5, continued: capacity against what the plan names, and what roofs can carry."""

from __future__ import annotations

from pipeline.core.units import MW_TO_WANKW
from pipeline.report.data import Data, Row, where
from pipeline.report.model import Block, Column, Heading, Para, Table

_LAND = ("allowed_mw", "if_conditional_mw", "if_cleared_mw")
_SHARES = ("allowed_share_pct", "if_conditional_share_pct", "if_cleared_share_pct")
_SITES = ("sites_allowed_mw", "sites_conditional_mw", "sites_unknown_mw", "sites_prohibited_mw")


def plan_blocks(data: Data) -> list[Block]:
    """Capacity against the plan, and roofs."""
    return [*_against(data), *_roofs(data)]


# --- the plan ------------------------------------------------------------------------------------------------


def _against(data: Data) -> list[Block]:
    rows = data.by_zone(data.capacity)
    head = [data.column("zone"), data.column("mode")]
    target = [data.column("target_year", "year"), data.column("plan_target", "amount", "万千瓦", MW_TO_WANKW)]
    land = [data.column(n, "amount", "万千瓦", MW_TO_WANKW) for n in _LAND]
    sites = [data.column("sites_count", "count"), data.column("sites_allowed_mw", "amount", "万千瓦", MW_TO_WANKW)]
    cells = [
        (r["county_name"], data.term("mode_", r["mode"]), _named(data, r), r["target_year"], r["target_mw"], *(r[n] for n in _LAND),
         r["allowed_share_pct"], r["sites"], r["sites_allowed_mw"])
        for r in rows
    ]  # fmt: skip
    share = data.column("share_of_target", "rate")
    printed = Table(
        "capacity_target", data.say("t_capacity_target"), [*head, data.column("is_named"), *target, *land, share, *sites], cells,
        [data.say("capacity_target_note")],
    )  # fmt: skip
    words = [(r["county_name"], data.term("mode_", r["mode"]), r["statement"]) for r in _told(rows)]
    return [
        Heading(2, data.say("h_capacity_target"), wide=True),
        Para(data.say("capacity_target_intro", year=data.config.siting.assessment_date.year)),
        printed,
        Table("capacity_words", data.say("t_capacity_words"), [*head, data.column("statement")], words),
        _sheet(data, rows, [*head, data.column("is_named")], target, land, sites),
    ]


def _named(data: Data, row: Row) -> str | None:
    return None if row["is_named"] is None else data.say(row["is_named"])


def _told(rows: list[Row]) -> list[Row]:
    """Rows whose sentences are printed: what the plan names, and one row of a county in which it names nothing."""
    named = {r["county_code"] for r in rows if r["is_named"] == "yes"}
    seen: set[str] = set()
    made = []
    for row in rows:
        if row["statement"] and (row["is_named"] == "yes" or (row["county_code"] not in named and row["county_code"] not in seen)):
            made.append(row)
        seen.add(row["county_code"])
    return made


def _sheet(data: Data, rows: list[Row], head: list[Column], target: list[Column], land: list[Column], sites: list[Column]) -> Table:
    columns = [
        data.column("code"), *head, data.column("item"), data.column("section"), data.column("quote"), data.column("label"), *target,
        data.column("target_is_past"), *land, *(data.column(n, "rate") for n in _SHARES), sites[0],
        *(data.column(n, "amount", "万千瓦", MW_TO_WANKW) for n in _SITES), data.column("examples", "count"),
        data.column("examples_mw", "amount", "万千瓦", MW_TO_WANKW), data.column("sites_allowed_share_pct", "rate"),
        data.column("missing_layers"), data.column("top_rules"), data.column("statement"), data.column("basis"),
    ]  # fmt: skip
    cells = [
        (r["county_code"], r["county_name"], data.term("mode_", r["mode"]), _named(data, r), r["item"], r["plan_section"], r["quote_zh"],
         data.label(r["label"] or ""), r["target_year"], r["target_mw"], r["target_is_past"] and data.say(r["target_is_past"]),
         *(r[n] for n in _LAND), *(r[n] for n in _SHARES), r["sites"], *(r[n] for n in _SITES), r["examples"], r["examples_mw"],
         r["sites_allowed_share_pct"], r["missing_layers"], r["top_rules"], r["statement"], r["basis"])
        for r in rows
    ]  # fmt: skip
    return Table("capacity_target_all", data.say("t_capacity_target"), columns, cells, sheet="capacity_target", printed=False)


# --- roofs ---------------------------------------------------------------------------------------------------


def _roofs(data: Data) -> list[Block]:
    """Roofs of the whole area (or the chosen counties) by class, of each county together; every class of every county in the workbook."""
    head = Heading(2, data.say("h_rooftop"), wide=True)
    if not data.rooftop:
        return [head, Para(data.say("rooftop_none")), *_new_buildings(data)]
    rows = data.by_zone(data.rooftop)
    by_class = [r for zone in data.heads for r in data.of_zone(rows, zone)]
    by_county = [r for r in where(rows, building_class="all") if r["level"] == "county"]
    size = [
        data.column("buildings", "count"), data.column("roof_area", "amount", "hm²"), data.column("roof_share", "rate"),
        data.column("module_area", "amount", "hm²"), data.column("roof_capacity", "amount", "MW"), data.column("energy", "amount", "GWh"),
    ]  # fmt: skip
    names = ("buildings", "roof_area_hm2", "share_pct", "module_area_hm2", "capacity_mw", "energy_gwh_yr")
    classes = [(r["county_name"], r["name"], *(r[n] for n in names), data.label(r["label"] or "")) for r in by_class]
    counties = [
        (r["county_name"], r["is_pilot"] and data.say(r["is_pilot"]), *(r[n] for n in names if n != "share_pct"), r["full_load_h"])
        for r in by_county
    ]
    density = data.config.siting.rooftop.mw_per_hm2
    said = data.say("rooftop_no_density") if density is None else data.say("rooftop_density", density=f"{density:g}")
    notes = [data.say("rooftop_note"), said]
    columns = [data.column("zone"), data.column("building_class"), *size, data.column("label")]
    of_county = [data.column("zone"), data.column("is_pilot"), *size[:2], *size[3:], data.column("full_load", "amount", "h")]
    return [
        head,
        Para(data.say("rooftop_intro")),
        Table("rooftop", data.say("t_rooftop"), columns, classes, notes),
        Table("rooftop_county", data.say("t_rooftop_county"), of_county, counties),
        *_new_buildings(data),
        _roof_sheet(data, rows, size),
    ]


def _new_buildings(data: Data) -> list[Block]:
    """The plan's indicator on new public buildings and factories, which is another one."""
    return [
        Para(data.say("rooftop_new", section=p["plan_section"], quote=p["quote_zh"]), "note")
        for p in where(data.places, topic="pv_new_roofs")
    ]


def _roof_sheet(data: Data, rows: list[Row], size: list[Column]) -> Table:
    columns = [
        data.column("code"), data.column("zone"), data.column("building_class"), data.column("is_pilot"), *size,
        data.column("energy_low", "amount", "GWh"), data.column("energy_high", "amount", "GWh"), data.column("full_load", "amount", "h"),
        data.column("mw_per_hm2", "amount", "MW/hm²"), data.column("overlap", "amount", "hm²"), data.column("energy_method"),
        data.column("source"), data.column("label"),
    ]  # fmt: skip
    cells = [
        (r["county_code"], r["county_name"], r["name"], r["is_pilot"] and data.say(r["is_pilot"]), r["buildings"], r["roof_area_hm2"],
         r["share_pct"], r["module_area_hm2"], r["capacity_mw"], r["energy_gwh_yr"], r["energy_low_gwh_yr"], r["energy_high_gwh_yr"],
         r["full_load_h"], r["mw_per_hm2"], r["overlap_hm2"], r["energy_method"], r["source"], data.label(r["label"] or ""))
        for r in rows
    ]  # fmt: skip
    return Table("rooftop_all", data.say("t_rooftop_all"), columns, cells, sheet="rooftop", printed=False)
