"""选址核查意见: all that is known of one site on a page of its own, to be edited into a letter; and the tables behind it."""

from __future__ import annotations

from collections.abc import Callable

from pipeline.core.figures import never_zero, number, share
from pipeline.core.units import HM2_TO_MU, shown_unit
from pipeline.core.zoning import ATTRIBUTES, JUDGED
from pipeline.report.data import Data, Row, ids, where
from pipeline.report.model import Block, Column, Heading, Para, Table, numeral
from pipeline.siting.rules import ZONING
from pipeline.siting.targets import MODES

_DECIDE = ("hard", "conditional")
_NEARLY_ALL = 0.95  # of a site: what breaks a rule there is not avoided by moving a border [A]
Fact = tuple[str, str]  # what a figure is, and the figure in words


def opinion_blocks(data: Data) -> list[Block]:
    """The section: a list of the sites, then a page for each of the first ``report.site_opinions``."""
    if not data.sites:
        return [Heading(1, data.say("h_opinions")), Para(data.say("sites_none"))]
    most = data.config.report.site_opinions
    made: list[Block] = [Heading(1, data.say("h_opinions")), Para(data.say("op_intro"), "detail")]
    if len(data.sites) > most:
        made.append(Para(data.say("op_cut", most=most, count=len(data.sites)), "detail"))
    shown = data.sites[:most]
    columns = [data.column(n) for n in ("site", "name", "kind", "zone", "verdict")]
    cells = [(s["site_id"], s["name"], data.kind(s["kind"]), _counties(data, s), _verdict(data, s)) for s in shown]
    made.append(Table("op_list", data.say("t_op_list"), columns, cells, is_numbered=False))
    by_site = _by_site(data)
    for site in shown:
        made += _page(data, site, by_site)
    return made


def _by_site(data: Data) -> dict[str, dict[str, list[Row]]]:
    """Rows of each table by site, so that a page finds its own at once."""
    made: dict[str, dict[str, list[Row]]] = {}
    for name in ("reasons", "distances", "terrain", "site_counties", "plan_conflicts", "avoided"):
        made[name] = {}
        for row in getattr(data, name):
            made[name].setdefault(row["site_id"], []).append(row)
    for name in ("tradeoff", "score_sensitivity"):
        made[name] = {row["site_id"]: [row] for row in data.tradeoffs[name]}
    made["overlaps"] = {}
    for row in data.overlaps:
        for site_id in (row["site_id"], row["other_id"]):
            made["overlaps"].setdefault(site_id, []).append(row)
    return made


def _page(data: Data, site: Row, by_site: dict) -> list[Block]:
    """One site: its head, then every part that has something to say, numbered as they come."""
    site_id = site["site_id"]
    own = {name: rows.get(site_id, []) for name, rows in by_site.items()}
    title = data.say("op_head", site_id=site_id, name=site["name"])
    made: list[Block] = [Heading(2, title, anchor=f"site-{site_id}", new_page=True, is_numbered=False)]
    parts = (
        ("h_op_facts", [_facts(data, site, own)]),
        ("h_op_verdict", _conclusion(data, site, own["reasons"])),
        ("h_op_rules", _broken(data, site, own["reasons"])),
        ("h_op_conditions", _conditions(data, site, own["reasons"]) + _notes(data, own["reasons"])),
        ("h_op_unknown", _open(data, own["reasons"])),
        ("h_op_around", _around(data, own["distances"], own["reasons"]) + _terrain(data, own["terrain"], own["reasons"])),
        ("h_op_figures", _figures(data, site, own)),
        ("h_op_overlaps", _overlaps(data, site_id, own["overlaps"])),
        ("h_op_plan", _plan(data, site, own["site_counties"], own["plan_conflicts"])),
        ("h_op_sign", _signature(data, site)),
    )
    count = 0
    for key, blocks in parts:
        if blocks:
            count += 1
            lead = f"{numeral(count)}、" if data.language == "zh" else f"{count}. "
            made += [Heading(4, lead + data.say(key), is_numbered=False), *blocks]
    return made


# --- head and conclusion -------------------------------------------------------------------------------------


def _counties(data: Data, site: Row, rows: list[Row] | None = None) -> str:
    """The counties that share a site, with their shares where there are several parts."""
    rows = where(data.site_counties, site_id=site["site_id"]) if rows is None else rows
    if len(rows) == 1 and rows[0]["county_code"]:
        return rows[0]["county_name"]
    parts = [data.say("op_county_share", county=r["county_name"] or data.say("outside_area"), share=_share(r["share"])) for r in rows]
    return data.join(parts) or data.say("outside_area")


def _facts(data: Data, site: Row, own: dict[str, list[Row]]) -> Table:
    """What and where: two facts a row. Remarks, and that no other site is touched, stand there only where they say something."""
    area = None if site["area_hm2"] is None else data.say("op_area", area=number(site["area_hm2"]), mu=number(site["area_hm2"] * HM2_TO_MU))
    marks = [data.say("op_illustrative")] if site["is_illustrative"] == "yes" else []
    marks += [data.say("synthetic")] if data.is_synthetic else []
    facts = [
        (data.say("col_site"), site["site_id"]),
        (data.say("col_name"), site["name"]),
        (data.say("col_kind"), data.kind(site["kind"])),
        (data.say("col_zone"), _counties(data, site, own["site_counties"])),
        (data.say("op_place"), data.say("op_degrees", lon=f"{site['lon']:.6f}", lat=f"{site['lat']:.6f}")),
        (data.say("op_land"), area or data.say("op_no_size")),
        (data.say("col_capacity_mw"), data.say("op_no_size") if site["capacity_mw"] is None else f"{number(site['capacity_mw'])} MW"),
        (data.say("op_day"), data.config.siting.assessment_date.isoformat()),
    ]
    sep = data.say("sep_clause")
    remarks = dict.fromkeys(part for t in (*marks, site["note"]) if t for part in t.split(sep))  # each once: a note holds marks too
    facts += [(data.say("col_note"), sep.join(remarks))] if remarks else []
    facts += [] if own["overlaps"] else [(data.say("h_op_overlaps"), data.say("op_no_overlap"))]
    facts += [("", " ")] * (len(facts) % 2)
    columns = [Column(data.say("op_item")), Column(data.say("op_content")), Column(data.say("op_item")), Column(data.say("op_content"))]
    cells = [(*facts[i], *facts[i + 1]) for i in range(0, len(facts), 2)]
    return Table("op_facts", "", columns, cells, is_numbered=False)


def _verdict(data: Data, site: Row) -> str:
    said = data.say(site["verdict"])
    return data.say("with_indicative", verdict=said) if site["evidence"] == "indicative" else said


def _conclusion(data: Data, site: Row, reasons: list[Row]) -> list[Block]:
    """The verdict, and in one sentence why."""
    broken = where(reasons, outcome="broken")
    hard, conditional = (where(broken, state=s) for s in _DECIDE)
    deciding = [r for r in where(reasons, outcome="unknown") if r["state"] in _DECIDE]
    said = {"hard": len(hard), "conditional": len(conditional), "open": len(deciding)}
    if site["kind"] not in JUDGED:
        key = "op_why_other" if broken else "op_why_other_clear"
        count = len(where(reasons, outcome="unknown"))
        said |= {"found": len(broken), "rules": _named(data, broken), "more": data.say("op_other_open", open=count) if count else ""}
    elif site["county_code"] is None:
        key = "op_why_outside"
    else:
        key = f"op_why_{site['verdict']}"
        said |= {"rules": _named(data, hard or conditional), "more": data.say("op_more_open", open=len(deciding)) if deciding else ""}
    made: list[Block] = [Para(data.say("op_verdict", verdict=_verdict(data, site), why=data.say(key, **said)), "detail")]
    if site["evidence"] == "indicative":
        made.append(Para(data.say("op_indicative"), "note"))
    return made


def _named(data: Data, rows: list[Row]) -> str:
    """Titles of some rules, each with the share of the site it takes where that is known."""
    said = [r["title"] if r["share"] is None else data.say("op_title_share", title=r["title"], share=_share(r["share"])) for r in rows]
    return data.join(dict.fromkeys(said))


# --- rules ---------------------------------------------------------------------------------------------------


def _broken(data: Data, site: Row, reasons: list[Row]) -> list[Block]:
    """Each rule that is broken; those that only count for the score in one sentence."""
    rows = where(reasons, outcome="broken")
    listed = [r for r in rows if r["state"] != "soft"]
    soft = where(rows, state="soft")
    made: list[Block] = []
    if listed:
        columns = [data.column(n) for n in ("op_rule", "requirement", "op_basis", "op_source", "found")]
        cells = [
            (data.say("op_rule_state", title=r["title"], rule=r["rule_id"], state=data.say(f"state_{r['state']}")), r["requirement"],
             _basis(data, r), _source(data, r["layer"]), _found(data, r))
            for r in sorted(listed, key=lambda r: ("hard", "conditional", "info").index(r["state"]))
        ]  # fmt: skip
        notes = [data.say("op_rules_other")] if site["kind"] not in JUDGED else []
        made.append(Table("op_rules", "", columns, cells, notes, is_numbered=False))
    else:
        made.append(Para(data.say("op_none_broken" if site["kind"] in JUDGED else "op_none_found"), "detail"))
    if soft:
        made.append(Para(data.say("op_soft", rules=data.join(r["title"] for r in soft)), "note"))
    return made


def _basis(data: Data, row: Row) -> str:
    """Legal basis, its dates of validity and how far it was checked."""
    start, end = row["valid_from"], row["valid_to"]
    key = "op_valid_both" if start and end else "op_valid_from" if start else "op_valid_to" if end else "op_valid_unknown"
    checked = "／".join(dict.fromkeys(data.term("op_label_", part) for part in row["label"].replace(",", "/").replace(";", "/").split("/")))
    return data.say(
        "op_basis", basis=row["legal_basis"] or data.say("op_no_basis"), valid=data.say(key, start=start, end=end), label=checked
    )


def _source(data: Data, layer: str | None) -> str:
    """A layer in words, and what stands behind it with its date."""
    if layer is None or layer in ATTRIBUTES:
        return data.say("op_of_the_site")
    found = where(data.sources, role=layer)
    if layer == "land_cover":
        found = [s for s in found if s["name"] == data.products[0].product] or found
    said = data.layer_name(layer)
    if not found:
        return said
    source = found[0]["title"].replace(f"（{data.say('synthetic')}）", "")
    return data.say("op_layer", layer=said, source=source, period=found[0]["period"] or data.say("op_no_date"))


def _found(data: Data, row: Row) -> str | None:
    """The share of the site, what the layer says there, and what a reader must know of the rule."""
    part = None if row["share"] is None else data.say("op_of_site", share=_share(row["share"]))
    return data.say("sep_clause").join(t for t in (part, row["found"], row["note"]) if t) or None


def _conditions(data: Data, site: Row, reasons: list[Row]) -> list[Block]:
    """What has to be met before the site may go on."""
    if site["kind"] not in JUDGED:
        return []
    hard, conditional = (where(reasons, outcome="broken", state=s) for s in _DECIDE)
    everywhere, partly = [], []  # where only another place helps, and where a smaller site would
    for row in hard:
        if row["share"] is not None:
            (everywhere if row["share"] >= _NEARLY_ALL else partly).append(row)
    made: list[Block] = [
        Para(data.say(key, rules=_named(data, rows)), "point") for key, rows in (("op_relocate", everywhere), ("op_move", partly)) if rows
    ]
    made += [Para(data.say("op_meet", title=r["title"], requirement=r["requirement"]), "point") for r in hard if r["share"] is None]
    made += [
        Para(data.say("op_condition", title=r["title"], requirement=r["requirement"], basis=r["legal_basis"]), "point") for r in conditional
    ]
    return made


def _open(data: Data, reasons: list[Row]) -> list[Block]:
    """By who holds them: the layers that rules wait for, with the rules; those that decide nothing are said to."""
    given, layers, held = {s["role"] for s in data.sources}, {}, {}
    for row in where(reasons, outcome="unknown"):
        layers.setdefault(row["layer"] or ZONING, []).append(row)
    for name, waiting in layers.items():
        said = data.say("op_no_data_here", layer=data.layer_name(name)) if name in given else data.layer_name(name)
        said = data.say("op_rule_cell", title=said, rule=data.join(dict.fromkeys(r["rule_id"] for r in waiting)))
        decides = any(r["state"] in _DECIDE for r in waiting)
        held.setdefault(data.layer_holder(name), {}).setdefault(decides, []).append(said)
    if not held:
        return []
    cells = []
    for holder, said in sorted(held.items(), key=lambda item: True not in item[1]):  # what decides first
        parts = [data.join(said[True])] if True in said else []
        parts += [data.say("op_decides_nothing", layers=data.join(said[False]))] if False in said else []
        cells.append((holder, data.say("sep_clause").join(parts)))
    columns = [data.column("op_holder"), data.column("op_waiting")]
    return [Table("op_unknown", "", columns, cells, is_numbered=False)]


def _notes(data: Data, reasons: list[Row]) -> list[Block]:
    """Requirements that are never tested on the map, each in a line."""
    said = [
        Para(data.say("op_note_line", title=r["title"], rule=r["rule_id"], requirement=r["requirement"], basis=_basis(data, r)), "note")
        for r in where(reasons, outcome="note")
    ]
    return [Para(data.say("op_notes"), "note"), *said] if said else []


# --- place ---------------------------------------------------------------------------------------------------


def _around(data: Data, rows: list[Row], reasons: list[Row]) -> list[Block]:
    """Distances, the nearest first; what could not be measured in one sentence. Layers that are named as missing already, or that neither
    a rule of this kind nor the configuration asks for, are not named."""
    measured = sorted(where(rows, state="measured"), key=lambda r: r["distance_m"])
    named = {r["layer"] for r in where(reasons, outcome="unknown")}
    asked = set(data.config.siting.distances_to) - named
    made: list[Block] = []
    if measured:
        columns = [data.column("op_object"), data.column("op_distance", "amount", "m"), data.column("op_nearest"), data.column("op_source")]
        cells = [(data.layer_name(r["layer"]), r["distance_m"], r["nearest"], _of_date(data, r)) for r in measured]
        made.append(Table("op_around", "", columns, cells, [data.say("op_around_note")], is_numbered=False))
    for state in ("missing", "empty"):
        absent = [r for r in where(rows, state=state) if state == "empty" or r["layer"] in asked]
        if absent:
            made.append(Para(data.say(f"op_around_{state}", layers=data.join(data.layer_name(r["layer"]) for r in absent)), "note"))
    if any(r["state"] == "missing" and r["layer"] in named for r in rows):
        made.append(Para(data.say("op_around_named" if measured else "op_around_none"), "note"))
    return made


def _of_date(data: Data, row: Row) -> str | None:
    """Source and date of a layer; the mark of made-up data stands on the page already."""
    if row["source"] is None:
        return None
    source = row["source"].replace(f"（{data.say('synthetic')}）", "")
    return data.say("op_of_date", source=source, period=row["period"] or data.say("op_no_date"))


def _terrain(data: Data, rows: list[Row], reasons: list[Row]) -> list[Block]:
    """Measured layers on the footprint, a line each: mean, extremes, and shares of their classes or directions; those that are missing
    as far as they are not named before."""
    named = {r["layer"] for r in where(reasons, outcome="unknown")}
    whole = where(rows, part="whole")
    there, absent = [r for r in whole if r["share"]], [r for r in whole if not r["share"] and r["layer"] not in named]
    made: list[Block] = [Para(_on_footprint(data, row, rows), "note") for row in there]
    said = [data.say("op_terrain_note")] if there else []
    said += [data.say("op_terrain_missing", layers=data.join(data.layer_name(r["layer"]) for r in absent))] if absent else []
    made += [Para(("" if data.language == "zh" else " ").join(said), "note")] if said else []
    return made


def _on_footprint(data: Data, row: Row, rows: list[Row]) -> str:
    """What one layer says of the footprint."""
    parts = [r for r in rows if r["layer"] == row["layer"] and r["part"] != "whole" and r["share"]]
    if parts and parts[0]["part"] in ("direction", "flat"):
        parts = sorted(parts, key=lambda r: -r["share"])
    said = [] if row["mean"] is None else [_mean(data, row)]
    said += [data.join(data.say("op_class_share", name=r["part_name"], share=_share(r["share"])) for r in parts)] if parts else []
    said += [data.say("op_known_share", share=_share(row["share"]))] if not parts and row["share"] < 1 - 1e-6 else []
    told = data.say("sep_clause").join(said)
    return data.say("op_terrain_line", name=data.layer_name(row["layer"]), said=told, source=_of_cells(data, row))


def _mean(data: Data, row: Row) -> str:
    """Mean with its unit, and the extremes where there are any."""
    mean, low, high = (number(row[n]) for n in ("mean", "low", "high"))
    unit = shown_unit(row["unit"])
    said = data.say("op_mean_unit", mean=mean, unit=unit) if unit else mean
    return said if mean == low == high else data.say("op_mean_range", mean=said, low=low, high=high)


def _of_cells(data: Data, row: Row) -> str:
    """Source, date and cell of a measured layer."""
    said = _of_date(data, row)
    return (
        said
        if row["cell_hm2"] is None
        else data.say("op_of_cells", source=said, cell=number(row["cell_hm2"], 2 if row["cell_hm2"] < 100 else 0))
    )


# --- figures -------------------------------------------------------------------------------------------------


def _energy(data: Data, site: Row, own: dict) -> Fact | None:
    if site["energy_gwh_yr"] is None:
        return data.say("op_energy"), data.say("op_energy_none")
    said = {"value": number(site["energy_gwh_yr"]), "method": site["energy_method"] or "—", "hours": number(site["full_load_h"], 0)}
    low, high = (number(site[n]) for n in ("energy_low_gwh_yr", "energy_high_gwh_yr"))
    return data.say("op_energy"), data.say("op_energy_value", low=low, high=high, **said)


def _forest(data: Data, site: Row, own: dict) -> Fact | None:
    if site["forest_loss_hm2"] is None:
        return data.say("op_forest"), data.say("op_no_losses" if site["kind"] == "wind" else "op_not_known")
    if site["forest_loss_hm2"] == 0:
        return data.say("op_forest"), data.say("op_forest_none")
    said = data.say("op_forest_value", area=never_zero(site["forest_loss_hm2"]))
    points = {n: row[f"{n}_cover_loss_pp"] for row in own["tradeoff"] for n in ("county", "area")}
    if points and None not in points.values():
        said += data.say("op_forest_points", **{n: never_zero(v, 4) for n, v in points.items()})
    return data.say("op_forest"), said


def _carbon(data: Data, site: Row, own: dict) -> Fact | None:
    if site["carbon_loss_tc"] is None:
        return None if site["kind"] == "wind" else (data.say("op_carbon"), data.say("op_not_known"))
    if site["carbon_loss_tc"] == 0:
        return data.say("op_carbon"), data.say("op_carbon_none")
    return data.say("op_carbon"), data.say("op_carbon_value", stock=never_zero(site["carbon_loss_tc"]))


def _score(data: Data, site: Row, own: dict) -> Fact | None:
    if site["score"] is None:
        return data.say("op_score"), data.say("op_not_known")
    bounds = {n: number(site[f"score_{n}"]) for n in ("low", "high")}
    said = data.say("op_score_value", score=number(site["score"]), count=site["score_rules_known"], all=site["score_rules"], **bounds)
    ranks = [r for r in own["score_sensitivity"] if r["rank"] is not None and r["ranked_sites"] > 1]
    return data.say("op_score"), said + "".join(
        data.say("op_rank", rank=r["rank"], of=r["ranked_sites"], best=r["rank_best"], worst=r["rank_worst"]) for r in ranks
    )


def _payback(data: Data, site: Row, own: dict) -> Fact | None:
    known = [r for r in own["tradeoff"] if r["payback_yr"] is not None]
    if not known:
        return None
    if known[0]["payback_yr"] == 0:
        return data.say("op_payback"), data.say("op_payback_none")
    said = {n: never_zero(known[0][f"payback_{n}yr"]) for n in ("", "low_", "high_")}
    return data.say("op_payback"), data.say("op_payback_value", value=said[""], low=said["low_"], high=said["high_"])


def _avoided(data: Data, site: Row, own: dict) -> Fact | None:
    named = [r for r in own["avoided"] if r["factor_id"] == data.config.siting.payback_factor]  # the one of the payback time
    if not named:
        return None
    row = named[0]
    said = {
        "value": number(row["avoided_tco2_yr"]),
        "factor": row["factor"],
        "each": f"{row['value_kgco2_kwh']:.4f}",
    }
    return data.say("op_avoided"), data.say("op_avoided_value", **said)


# What a page says of a site's figures, in this order: (data, site, rows of the site) -> (what, figure), or None.
FIGURES: list[Callable[[Data, Row, dict[str, list[Row]]], Fact | None]] = [_energy, _forest, _carbon, _score, _avoided, _payback]


def _figures(data: Data, site: Row, own: dict) -> list[Block]:
    """Energy, losses and whatever else is known of the site as a figure; none for kinds that are only checked for conflicts."""
    if site["kind"] not in JUDGED:
        return [Para(data.say("op_figures_other"), "detail")]
    facts = [fact for figure in FIGURES if (fact := figure(data, site, own)) is not None]
    return [Table("op_figures", "", [Column(data.say("op_item")), Column(data.say("op_content"))], facts, is_numbered=False)]


# --- others and the plan -------------------------------------------------------------------------------------


def _overlaps(data: Data, site_id: str, rows: list[Row]) -> list[Block]:
    made: list[Block] = []
    for row in rows:
        if row["site_id"] == site_id:  # a pair is one row, whichever of the two is asked
            other, name, part = row["other_id"], row["other_name"], row["share"]
        else:
            other, name, part = row["site_id"], row["name"], row["other_share"]
        relation = data.say(f"relation_{row['relation']}")
        said = {
            "other": other,
            "name": name,
            "relation": relation,
            "area": number(row["overlap_hm2"]),
            "share": _share(part),
            "why": row["why"],
        }
        made.append(Para(data.say("op_overlap", **said), "point"))
    return made


def _plan(data: Data, site: Row, counties: list[Row], conflicts: list[Row]) -> list[Block]:
    """What the plan says of this kind of project in the county, in its own words, and what of it meets a rule here."""
    topics = {site["kind"], *(topic for topic, mode in MODES.items() if mode.kind == site["kind"])}
    codes = {r["county_code"] for r in counties if r["county_code"]}
    made: list[Block] = []
    for row in data.places:
        if row["county_code"] in codes and row["topic"] in topics:
            item = row[f"item_{data.language}"]
            said = {"county": row["county_name"], "section": row["plan_section"], "topic": data.term("topic_", row["topic"]), "item": item}
            made.append(Para(data.say("op_plan_item", quote=row["quote_zh"], **said), "note"))
    for row in conflicts:
        said = {"item": row["item"], "section": row["plan_section"], "finding": row["finding"]}
        made.append(Para(data.say("op_plan_conflict", **said), "note"))
    return made


def _signature(data: Data, site: Row) -> list[Block]:
    """Lines to fill in, then what always limits such a page."""
    made: list[Block] = [Para(data.say("op_sign_names"), "detail"), Para(data.say("op_sign_day"), "detail")]
    limits = [data.say("op_limits"), *data.bases[:1]]
    if site["is_illustrative"] == "yes":
        limits.append(data.say("op_limit_illustrative"))
    if data.is_synthetic:
        limits.append(data.say("op_limit_synthetic"))
    return [*made, Para(("" if data.language == "zh" else " ").join(limits), "note")]


def _share(value: float) -> str:
    """A share as printed in a sentence."""
    return f"{share(value)} %"


# --- the tables behind ---------------------------------------------------------------------------------------


def conflict_blocks(data: Data) -> list[Block]:
    """What the plan itself has against the rules."""
    if not data.plan_conflicts:
        return []
    columns = [data.column(n) for n in ("item", "zone", "quote", "section", "op_against", "op_outcome", "site", "op_finding", "label")]
    cells = [
        (r["item"], r["county_name"], r["quote_zh"], r["plan_section"], _against(data, r), data.say(f"conflict_{r['outcome']}"), r["site_id"],
         r["finding"], data.label(r["label"]))
        for r in data.plan_conflicts
    ]  # fmt: skip
    return [
        Heading(2, data.say("h_conflicts"), wide=True),
        Para(data.say("conflicts_intro")),
        Table("conflicts", data.say("t_conflicts"), columns, cells, [data.say("conflicts_note")], sheet="conflicts", most=60),
    ]


def _against(data: Data, row: Row) -> str:
    """Rules by id, and their legal basis."""
    held = data.join(ids(row["rules"]))
    absent = data.join(ids(row["rules_not_in_force"]))
    said = [data.say("op_basis_of", rules=held, basis=row["legal_basis"])] if held else []
    said += [data.say("op_not_in_force", rules=absent)] if absent else []
    return data.say("sep_clause").join(said)


def site_sheets(data: Data) -> list[Block]:
    """Distances, terrain, counties and neighbours of every site, for the workbook."""
    if not data.sites:
        return []
    names = {s["site_id"]: s["name"] for s in data.sites}
    head = [data.column("site"), data.column("name")]

    def sheet(key: str, columns: list[Column], cells: list[tuple]) -> Table:
        return Table(f"{key}_all", data.say(f"t_{key}"), columns, cells, sheet=key, printed=False)

    distance = [
        (r["site_id"], names[r["site_id"]], r["layer_name"], data.say(f"distance_{r['state']}"), r["distance_m"], r["nearest"], r["source"], r["period"])
        for r in data.distances
    ]  # fmt: skip
    terrain = [
        (r["site_id"], names[r["site_id"]], r["layer_name"], shown_unit(r["unit"]), r["part_name"], r["share"], r["mean"], r["low"],
         r["high"], r["cell_hm2"], r["source"], r["period"])
        for r in data.terrain
    ]  # fmt: skip
    county = [
        (r["site_id"], names[r["site_id"]], r["county_code"], r["county_name"] or data.say("outside_area"), r["share"], r["area_hm2"], r["capacity_mw"])
        for r in data.site_counties
    ]  # fmt: skip
    overlap = [
        (r["site_id"], r["name"], r["other_id"], r["other_name"], data.say(f"relation_{r['relation']}"), r["overlap_hm2"], r["share"], r["other_share"],
         r["distance_m"], r["why"])
        for r in data.overlaps
    ]  # fmt: skip
    source = [data.column("op_source_title"), data.column("period")]
    return [
        sheet(
            "distances",
            [*head, data.column("op_object"), data.column("op_lacks"), data.column("op_distance", "amount", "m"), data.column("op_nearest"), *source],
            distance,
        ),
        sheet(
            "terrain",
            [*head, data.column("op_quantity"), data.column("unit"), data.column("op_part"), data.column("share", "rate", scale=100.0),
             data.column("op_mean", "amount"), data.column("op_least", "amount"), data.column("op_most", "amount"), data.column("op_cell", "amount", "hm²"), *source],
            terrain,
        ),
        sheet(
            "site_counties",
            [*head, data.column("code"), data.column("zone"), data.column("share", "rate", scale=100.0), data.column("area", "amount", "hm²"),
             data.column("capacity_mw", "amount", "MW")],
            county,
        ),
        sheet(
            "overlaps",
            [*head, data.column("op_other"), data.column("op_other_name"), data.column("op_relation"), data.column("area", "amount", "hm²"),
             data.column("share", "rate", scale=100.0), data.column("op_other_share", "rate", scale=100.0), data.column("op_distance", "amount", "m"),
             data.column("op_why")],
            overlap,
        ),
    ]  # fmt: skip
