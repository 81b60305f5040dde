"""Section 5: verdicts and reasons of candidate sites, land and capacity, rules, energy, places the plan names."""

from __future__ import annotations

from pipeline.core.figures import DASH, number, share
from pipeline.core.units import MW_TO_WANKW
from pipeline.report.areas import area_blocks
from pipeline.report.data import Data, Row, ids, of, where
from pipeline.report.model import Block, Column, Heading, Para, Table
from pipeline.report.opinions import conflict_blocks, site_sheets
from pipeline.report.summary import potential_sentence
from pipeline.report.targets import plan_blocks
from pipeline.report.tradeoffs import tradeoff_blocks

MOST_SITES = 200  # rows of a printed table of sites
MOST_REASONS = 12  # sites whose reasons are printed one by one; each has its pages in site_opinions.docx


def siting_blocks(data: Data, numbers: dict[str, int]) -> list[Block]:
    """The section; ``numbers`` are those of the tables it points at."""
    return [
        Heading(1, data.say("h_siting"), wide=True),
        Para(data.say("siting_rules")),
        *_verdicts(data, numbers),
        *_reasons(data, numbers),
        *_open_rules(data),
        *_notes(data),
        *tradeoff_blocks(data),
        *_potential(data),
        *area_blocks(data),
        *_exclusion(data, numbers),
        *_by_date(data),
        *_energy(data),
        *plan_blocks(data),
        *_places(data),
        *conflict_blocks(data),
        *site_sheets(data),
    ]


# --- candidate sites -----------------------------------------------------------------------------------------


def _told(data: Data) -> dict[tuple[str, str, str], Row]:
    """(site, rule, what it does to the verdict) -> its row of reasons; a rule may do more than one where counties judge apart."""
    made = {}
    for row in data.reasons:
        does = row["state"] if row["outcome"] == "broken" else row["outcome"]
        made.setdefault((row["site_id"], row["rule_id"], does), row)
    return made


def _rules(data: Data, told: dict, site: Row, column: str, with_basis: bool) -> str:
    """The rules of one column in words, with their legal basis where asked for."""
    said = []
    for rule in ids(site[column]):
        row = told.get((site["site_id"], rule, column.removeprefix("rules_")))
        if row is None:
            said.append(rule)
        elif with_basis and row["legal_basis"]:
            said.append(data.say("rule_with_basis", rule=rule, title=row["title"], basis=row["legal_basis"]))
        else:
            said.append(data.say("rule_only", rule=rule, title=row["title"]))
    return data.say("sep_clause").join(said)


def _verdict(data: Data, site: Row) -> str:
    said = data.say(site["verdict"])
    return data.say("with_indicative", verdict=said) if site["evidence"] == "indicative" else said


def _county(data: Data, site: Row) -> str:
    return site["county_name"] or data.say("outside_area")


def _verdicts(data: Data, numbers: dict[str, int]) -> list[Block]:
    head = Heading(2, data.say("h_sites"), wide=True)
    if not data.sites:
        return [head, Para(data.say("sites_none"))]
    told = _told(data)
    names = ("site", "name", "kind", "zone", "verdict", "hard", "conditional_rules", "unknown_count")
    cells = [
        (s["site_id"], s["name"], data.kind(s["kind"]), _county(data, s), _verdict(data, s), _rules(data, told, s, "rules_hard", True),
         _rules(data, told, s, "rules_conditional", True), data.say("rules_count", count=len(ids(s["rules_unknown"]))))
        for s in data.sites
    ]  # fmt: skip
    notes = [data.say("sites_note", number=numbers.get("open_rules", DASH))]
    counts = {v: len(where(data.sites, verdict=v)) for v in ("allowed", "conditional", "prohibited", "unknown")}
    said = [data.say("sites_main", count=len(data.sites), **counts)]
    if where(data.sites, evidence="indicative"):
        said.append(data.say("sites_indicative", count=len(where(data.sites, evidence="indicative"))))
    if where(data.sites, is_illustrative="yes"):
        said.append(data.say("sites_illustrative", count=len(where(data.sites, is_illustrative="yes"))))
    return [
        head,
        Para(("" if data.language == "zh" else " ").join(said)),
        Table("sites", data.say("t_sites"), [data.column(n) for n in names], cells, notes, most=MOST_SITES),
        _sizes(data),
        _site_sheet(data, told),
    ]


def _size_columns(data: Data) -> list[Column]:
    return [
        data.column("area", "amount", "hm²"), data.column("capacity_mw", "amount", "MW"), data.column("energy", "amount", "GWh"),
        data.column("carbon_loss", "amount", "tC"), data.column("forest_loss", "amount", "hm²"),
    ]  # fmt: skip


def _energy_range(row: Row) -> str | None:
    """Range of a year's energy [GWh] as printed."""
    return None if row["energy_low_gwh_yr"] is None else f"{number(row['energy_low_gwh_yr'])}–{number(row['energy_high_gwh_yr'])}"


_SIZE = ("area_hm2", "capacity_mw", "energy_gwh_yr", "carbon_loss_tc", "forest_loss_hm2")


def _range_columns(data: Data) -> list[Column]:
    return [data.column("energy_low", "amount", "GWh"), data.column("energy_high", "amount", "GWh")]


def _sizes(data: Data) -> Table:
    columns = [
        data.column("site"), data.column("name"), *_size_columns(data), data.column("energy_range"), data.column("full_load", "amount", "h"),
        data.column("score_both"), data.column("note"),
    ]  # fmt: skip
    shared, notes = _remarks(data)
    if not any(notes):
        columns = columns[:-1]
    cells = []
    for s, own in zip(data.sites, notes, strict=True):
        score = (
            None
            if s["score"] is None
            else data.say("known_of", score=number(s["score"]), count=s["score_rules_known"], all=s["score_rules"])
        )
        whole = (s["site_id"], s["name"], *(s[n] for n in _SIZE), _energy_range(s), s["full_load_h"], score, own)
        cells.append(whole[: len(columns)])
    said = [data.say("shared_note", note=shared)] if shared else []
    return Table("site_sizes", data.say("t_sites_size"), columns, cells, [*said, data.say("size_note")], most=MOST_SITES)


def _remarks(data: Data) -> tuple[str, list[str | None]]:
    """What is noted of every site, said once, and what is noted of each besides."""
    sep = data.say("sep_clause")
    parts = [(s["note"] or "").split(sep) for s in data.sites]
    shared = [p for p in dict.fromkeys(parts[0]) if p and all(p in own for own in parts)] if len(parts) > 1 else []
    return sep.join(shared), [sep.join(p for p in own if p not in shared) or None for own in parts]


def _site_sheet(data: Data, told: dict) -> Table:
    columns = [
        data.column("site"), data.column("name"), data.column("kind"), data.column("code"), data.column("zone"), data.column("lon", "place"),
        data.column("lat", "place"), data.column("verdict"), data.column("evidence"), *_size_columns(data), data.column("score", "amount"),
        data.column("score_known", "count"), data.column("hard"), data.column("conditional_rules"), data.column("soft_rules"),
        data.column("unknown_count", "count"), data.column("unknown_rules"),
        *_range_columns(data), data.column("full_load", "amount", "h"), data.column("energy_method"), data.column("illustrative"),
        data.column("note"), data.column("basis"),
    ]  # fmt: skip
    cells = [
        (s["site_id"], s["name"], data.kind(s["kind"]), s["county_code"], s["county_name"], s["lon"], s["lat"], data.say(s["verdict"]),
         data.say(f"evidence_{s['evidence']}"), *(s[n] for n in _SIZE), s["score"], s["score_rules_known"],
         _rules(data, told, s, "rules_hard", True), _rules(data, told, s, "rules_conditional", True), _rules(data, told, s, "rules_soft", False),
         len(ids(s["rules_unknown"])), _rules(data, told, s, "rules_unknown", False),
         s["energy_low_gwh_yr"], s["energy_high_gwh_yr"], s["full_load_h"], s["energy_method"], data.say(s["is_illustrative"]),
         s["note"], s["basis"])
        for s in data.sites
    ]  # fmt: skip
    return Table("sites_all", data.say("t_sites_all"), columns, cells, sheet="sites", printed=False)


def _reason_columns(data: Data) -> list[Column]:
    return [
        data.column("rule"), data.column("title"), data.column("state"), data.column("requirement"), data.column("legal"),
        data.column("share", "rate", scale=100.0), data.column("found"), data.column("label"),
    ]  # fmt: skip


def _reason_cells(data: Data, row: Row) -> tuple:
    return (
        row["rule_id"],
        row["title"],
        data.say(f"state_{row['state']}"),
        row["requirement"],
        row["legal_basis"],
        row["share"],
        row["found"],
        data.label(row["label"]),
    )


def _reasons(data: Data, numbers: dict[str, int]) -> list[Block]:
    """Site by site: what it breaks, with requirement, legal basis and what was found; all outcomes in the workbook."""
    if not data.sites:
        return []
    told = _told(data)
    broken: dict[str, list[Row]] = {}
    for row in where(data.reasons, outcome="broken"):
        broken.setdefault(row["site_id"], []).append(row)
    made: list[Block] = [Heading(2, data.say("h_reasons"), wide=True)]
    if len(data.sites) > MOST_REASONS:
        made.append(Para(data.say("sites_cut", most=MOST_REASONS, count=len(data.sites)), "note"))
    for site in data.sites[:MOST_REASONS]:
        made.append(
            Heading(
                3,
                data.say("site_head", site_id=site["site_id"], name=site["name"], kind=data.kind(site["kind"]), county=_county(data, site)),
                wide=True,
            )
        )
        made.append(Para(_site_text(data, told, site, numbers), "detail"))
        rows = broken.get(site["site_id"], [])
        if rows:
            title = data.say("t_reasons", site_id=site["site_id"])
            made.append(Table("reasons", title, _reason_columns(data), [_reason_cells(data, r) for r in rows]))
    names = {s["site_id"]: s["name"] for s in data.sites}
    columns = [
        data.column("site"), data.column("name"), data.column("outcome"), *_reason_columns(data), data.column("layer"), data.column("own_rule"),
    ]  # fmt: skip
    cells = [
        (r["site_id"], names.get(r["site_id"]), data.say(f"outcome_{r['outcome']}"), *_reason_cells(data, r), r["layer"], r["county_code"])
        for r in data.reasons
    ]
    made.append(Table("reasons_all", data.say("t_reasons_all"), columns, cells, sheet="reasons", printed=False))
    return made


def _site_text(data: Data, told: dict, site: Row, numbers: dict[str, int]) -> str:
    hard, conditional = (_rules(data, told, site, c, False) for c in ("rules_hard", "rules_conditional"))
    unknown = len(ids(site["rules_unknown"]))
    said = data.say(
        "site_says",
        verdict=_verdict(data, site),
        hard=data.say("site_hard", rules=hard) if hard else "",
        conditional=data.say("site_conditional", rules=conditional) if conditional else "",
        unknown=data.say("site_unknown", count=unknown, number=numbers.get("open_rules", DASH)) if unknown else "",
    )
    return said + (data.say("site_note", note=site["note"]) if site["note"] else "")


def _which_sites(data: Data, rows: list[Row]) -> str:
    """The sites of some reasons: all of a kind by the kind's name, others by their ids."""
    found, said = {r["site_id"] for r in rows}, []
    for (kind,) in of(data.sites, "kind"):
        own = [s["site_id"] for s in where(data.sites, kind=kind)]
        hit = [i for i in own if i in found]
        if hit:
            said.append(f"{data.kind(kind)} {len(hit)}/{len(own)}" + (f"（{data.join(hit[:12])}）" if len(hit) < len(own) else ""))
    return data.join(said)


def _open_rules(data: Data) -> list[Block]:
    """Rules some site could not answer, once each, with the layer to bring."""
    rows = where(data.reasons, outcome="unknown")
    if not rows:
        return []
    by_rule: dict[str, list[Row]] = {}
    for row in rows:
        by_rule.setdefault(row["rule_id"], []).append(row)
    names = ("rule", "title", "state", "layer", "requirement", "legal", "label", "sites")
    cells = [
        (
            rule,
            r[0]["title"],
            data.say(f"state_{r[0]['state']}"),
            data.layer_name(r[0]["layer"]),
            r[0]["requirement"],
            r[0]["legal_basis"],
            data.label(r[0]["label"]),
            _which_sites(data, r),
        )
        for rule, r in by_rule.items()
    ]
    return [
        Heading(2, data.say("h_missing"), wide=True),
        Para(data.say("missing_intro")),
        Table("open_rules", data.say("t_missing"), [data.column(n) for n in names], cells),
    ]


def _notes(data: Data) -> list[Block]:
    """Requirements that are never tested on the map, once each."""
    rows = {r["rule_id"]: r for r in where(data.reasons, outcome="note")}
    if not rows:
        return []
    names = ("rule", "title", "state", "requirement", "legal", "label")
    cells = [
        (r["rule_id"], r["title"], data.say(f"state_{r['state']}"), r["requirement"], r["legal_basis"], data.label(r["label"]))
        for r in rows.values()
    ]
    return [
        Heading(2, data.say("h_notes"), wide=True),
        Para(data.say("notes_intro")),
        Table("notes", data.say("t_notes"), [data.column(n) for n in names], cells),
    ]


# --- land ----------------------------------------------------------------------------------------------------

_LAND = ("allowed_hm2", "conditional_hm2", "excluded_hm2", "unknown_hm2", "capacity_mw", "capacity_if_cleared_mw", "energy_gwh_yr")


def _land_columns(data: Data) -> list[Column]:
    return [
        *(data.column(n, "amount", "hm²", adds=True) for n in ("allowed", "conditional", "excluded", "unknown")),
        data.column("capacity", "amount", "万千瓦", MW_TO_WANKW, adds=True),
        data.column("ceiling", "amount", "万千瓦", MW_TO_WANKW, adds=True),
        data.column("energy", "amount", "GWh"),
    ]


def _potential(data: Data) -> list[Block]:
    made: list[Block] = [Heading(2, data.say("h_potential"), wide=True)]
    everything = data.by_zone(data.potential)
    for (kind,) in of(everything, "kind"):
        rows = where(everything, kind=kind)
        first = rows[0]
        if data.has_city:
            made.append(Para(potential_sentence(data, first)))
        density, share = (number(first[n]) for n in ("land_hm2_per_mw", "usable_share"))
        cells = [(r["county_name"], *(r[n] for n in _LAND), _energy_range(r)) for r in rows]
        notes = [
            data.say("potential_how", kind=data.kind(kind), density=density, share=share),
            data.say("potential_ceiling"),
            *_energy_shares(data, rows),
        ]
        title = data.say("t_potential", kind=data.kind(kind))
        made.append(
            Table(
                "potential",
                title,
                [data.column("zone"), *_land_columns(data), data.column("energy_range")],
                cells,
                notes,
                totals=_totals(rows),
            )
        )
    made += [_potential_sheet(data, everything), *_targets(data)]
    return made


def _energy_shares(data: Data, rows: list[Row]) -> list[str]:
    """Zones of which energy is told for a part of the allowed land, or is not for want of the rest."""
    part = [r for r in rows if r["energy_land_share"] is not None and r["energy_land_share"] < 1 - 1e-6]
    said = [(r, data.say("energy_land", zone=r["county_name"], share=share(r["energy_land_share"]))) for r in part]
    told, blank = ([s for r, s in said if (r["energy_gwh_yr"] is None) is b] for b in (False, True))
    return [data.say(key, zones=data.join(zones)) for key, zones in (("energy_land_part", told), ("energy_land_blank", blank)) if zones]


def _totals(rows: list[Row]) -> int:
    return sum(r["level"] == "city" for r in rows)


def _potential_sheet(data: Data, rows: list[Row]) -> Table:
    columns = [
        data.column("code"), data.column("zone"), data.column("kind"), *_land_columns(data), *_range_columns(data),
        data.column("target_2025", "amount", "万千瓦", MW_TO_WANKW), data.column("target_2030", "amount", "万千瓦", MW_TO_WANKW),
        data.column("per_mw", "amount", "hm²/MW"), data.column("usable", "amount"), data.column("energy_land", "rate", scale=100.0),
        data.column("basis"),
    ]  # fmt: skip
    cells = [
        (r["county_code"], r["county_name"], data.kind(r["kind"]), *(r[n] for n in _LAND), r["energy_low_gwh_yr"], r["energy_high_gwh_yr"],
         r["target_2025_mw"], r["target_2030_mw"],
         r["land_hm2_per_mw"], r["usable_share"], r["energy_land_share"], r["basis"])
        for r in rows
    ]  # fmt: skip
    return Table("potential_all", data.say("t_potential_all"), columns, cells, totals=_totals(rows), sheet="potential", printed=False)


def _targets(data: Data) -> list[Block]:
    """The plan's own words on the targets the report compares with."""
    compared = ("forest_cover_pct", "pv_capacity_mw", "wind_capacity_mw")
    rows = [t for t in data.targets if t["measure"] in compared]
    if not rows:
        return []
    columns = [
        data.column("measure"), data.column("year", "year"), data.column("value", "amount"), data.column("unit"), data.column("quote"),
        data.column("section"), data.column("label"), data.column("source"),
    ]  # fmt: skip
    cells = [
        (
            data.term("measure_", t["measure"]),
            t["year"],
            t["value"],
            t["unit"],
            t["quote_zh"],
            t["plan_section"],
            data.label(t["label"]),
            t["source"],
        )
        for t in rows
    ]
    return [Table("targets", data.say("t_targets"), columns, cells, sheet="targets")]


def _exclusion(data: Data, numbers: dict[str, int]) -> list[Block]:
    names = ("alone_hm2", "cumulative_hm2", "marginal_hm2", "unknown_hm2")
    areas = [data.column(n, "amount", "hm²") for n in ("alone", "cumulative", "marginal", "unknown_hm2")]
    plain = [data.column("rule"), data.column("title"), data.column("state")]
    note = data.say("exclusion_note", number=numbers["open_rules"]) if "open_rules" in numbers else data.say("exclusion_note_plain")
    made: list[Block] = [Heading(2, data.say("h_exclusion"), wide=True)]
    for zone in data.heads:
        own = data.of_zone(data.exclusion, zone)
        for (kind,) in of(own, "kind"):
            said = {"zone": zone["county_name"], "kind": data.kind(kind)}
            rows = [r for r in where(own, kind=kind) if r["alone_hm2"] is not None]
            cells = [(r["rule_id"], r["title"], data.say(f"state_{r['state']}"), *(r[n] for n in names)) for r in rows]
            made.append(
                Table("exclusion", data.say("t_exclusion", **said), [*plain, *areas], cells, [note])
                if rows
                else Para(data.say("exclusion_none", **said))
            )
    rows = data.by_zone(data.exclusion)
    columns = [data.column("code"), data.column("zone"), data.column("kind"), *plain, data.column("layer"), *areas, data.column("basis")]
    cells = [
        (r["county_code"], r["county_name"], data.kind(r["kind"]), r["rule_id"], r["title"], data.say(f"state_{r['state']}"), r["layer"],
         *(r[n] for n in names), r["basis"])
        for r in rows
    ]  # fmt: skip
    made.append(Table("exclusion_all", data.say("t_exclusion_all"), columns, cells, totals=_totals(rows), sheet="exclusion", printed=False))
    return made


def _by_date(data: Data) -> list[Block]:
    """Sites and land under the rules of other days; nothing where none are compared."""
    if not data.land_by_date:
        return []
    days = data.join(str(day) for (day,) in of(data.land_by_date, "assessment_date"))
    made: list[Block] = [Heading(2, data.say("h_by_date"), wide=True), Para(data.say("by_date_main", days=days))]
    columns = [data.column(n) for n in ("site", "name", "kind", "code", "day", "verdict", "changed", "rules_added", "rules_dropped")]
    cells = [
        (r["site_id"], r["name"], data.kind(r["kind"]), r["county_code"], r["assessment_date"], data.say(r["verdict"]),
         data.say(r["is_changed"]), r["rules_added"], r["rules_dropped"])
        for r in data.verdict_by_date
    ]  # fmt: skip
    changed = [row for row, r in zip(cells, data.verdict_by_date, strict=True) if r["is_changed"] == "yes"]
    note = [data.say("by_date_note"), *_lacking(data)]
    if changed:
        made.append(Table("by_date", data.say("t_by_date"), columns, changed, note, most=MOST_SITES))
    made.append(Table("by_date_all", data.say("t_by_date_all"), columns, cells, note, sheet="verdict_by_date", printed=False))
    names = ("allowed_hm2", "conditional_hm2", "excluded_hm2", "unknown_hm2", "allowed_change_hm2", "excluded_change_hm2")
    columns = [
        data.column("code"), data.column("zone"), data.column("kind"), data.column("day"),
        *(data.column(n.removesuffix("_hm2"), "amount", "hm²") for n in names),
    ]  # fmt: skip
    for key, title, rows, sheet in (
        ("land_by_date", "t_land_by_date", [r for z in data.heads for r in data.of_zone(data.land_by_date, z)], ""),
        ("land_by_date_all", "t_land_by_date", data.by_zone(data.land_by_date), "land_by_date"),
    ):
        cells = [(r["county_code"], r["county_name"], data.kind(r["kind"]), r["assessment_date"], *(r[n] for n in names)) for r in rows]
        made.append(
            Table(
                key, data.say(title), columns, cells, _lacking(data), totals=_totals(rows) if sheet else 0, sheet=sheet, printed=not sheet
            )
        )
    return made


def _lacking(data: Data) -> list[str]:
    """The days on which a technology looks freer than it was, since the table lacks the rules of that day."""
    found = of([r for r in data.land_by_date if r["rules_lacking"]], "assessment_date", "kind", "rules_lacking")
    return [
        data.say("by_date_lacking_note", day=day, kind=data.kind(kind), count=len(ids(rules)), rules=data.join(ids(rules)))
        for day, kind, rules in found
    ]


def _energy(data: Data) -> list[Block]:
    said = [Heading(2, data.say("h_energy"), wide=True)]
    methods = data.records["siting"]["facts"]["energy_methods"]
    if methods["pv"]:
        said.append(Para(data.say("energy_pv", method=methods["pv"])))
        said += [Para(data.say("energy_ghi_limit", limit=s["limits"]), "note") for s in where(data.sources, role="ghi") if s["limits"]]
    else:
        said.append(Para(data.say("energy_pv_none")))
    said.append(Para(data.say("energy_wind_method", method=methods["wind"]) if methods["wind"] else data.say("energy_wind")))
    said.append(Para(data.say("energy_range_how")))
    said.append(Para(data.say("energy_ccer")))
    return said + _avoided(data)


def _avoided(data: Data) -> list[Block]:
    """Factors that tell what CO2 the energy avoids; site by site in the workbook. No total is made: none fits all years."""
    if not data.avoided:
        return []
    used = of(data.avoided, "factor", "factor_year", "scope", "value_kgco2_kwh", "label")
    columns = [
        data.column("grid_factor_name"), data.column("year", "year"), data.column("scope"), data.column("grid_factor", "chance", "kgCO2/kWh"),
        data.column("label"),
    ]  # fmt: skip
    cells = [(name, year, data.say(f"scope_{scope}"), value, data.label(label)) for name, year, scope, value, label in used]
    every = [
        data.column("site"), *columns, data.column("energy", "amount", "GWh"), data.column("avoided", "amount", "tCO2"),
        data.column("avoided_low", "amount", "tCO2"), data.column("avoided_high", "amount", "tCO2"), data.column("note"),
    ]  # fmt: skip
    rows = [
        (r["site_id"], r["factor"], r["factor_year"], data.say(f"scope_{r['scope']}"), r["value_kgco2_kwh"], data.label(r["label"]),
         r["energy_gwh_yr"], r["avoided_tco2_yr"], r["low_tco2_yr"], r["high_tco2_yr"], r["note"])
        for r in data.avoided
    ]  # fmt: skip
    return [
        Para(data.say("avoided_how")),
        Table("grid_factors", data.say("t_grid_factors"), columns, cells),
        Table("avoided", data.say("t_avoided"), every, rows, sheet="avoided", printed=False),
    ]


def _places(data: Data) -> list[Block]:
    """What the plan says of each county; a county it does not name has a row that says so."""
    head = Heading(2, data.say("h_places"), wide=True)
    if not data.places:
        return [head, Para(data.say("places_none"))]
    area = data.config.area
    zones = data.zones if data.has_city else [{"county_code": area.code, "county_name": area.name.get(data.language)}, *data.zones]
    cells = []
    for zone in zones:
        rows = data.of_zone(data.places, zone)
        for r in rows:
            item = r["item_zh"] if data.language == "zh" else r["item_en"]
            cells.append(
                (zone["county_name"], data.term("topic_", r["topic"]), item, r["plan_section"], r["quote_zh"], data.label(r["label"]))
            )
        if not rows:
            cells.append((zone["county_name"], None, data.say("place_not_named"), None, None, None))
    columns = [data.column(n) for n in ("zone", "topic", "item", "section", "quote", "label")]
    return [head, Para(data.say("places_intro")), Table("places", data.say("t_places"), columns, cells, sheet="places")]
