"""Within section 5: scores and ranks of candidate sites, what they give and take, which none beats, sets that reach targets."""

from __future__ import annotations

from pipeline.charts import subjects
from pipeline.core.figures import DASH, number
from pipeline.report.data import Data, Row, ids, of, where
from pipeline.report.model import Block, Column, Figure, Heading, Para, Table

MOST_ROWS = 200  # of a printed table of sites


def tradeoff_blocks(data: Data) -> list[Block]:
    """The four parts; none without candidate sites."""
    if not data.sites:
        return []
    return [*_scores(data), *_tradeoff(data), *_pareto(data), *_portfolios(data)]


def _span(low: float | None, high: float | None, decimals: int = 2) -> str | None:
    return None if low is None or high is None else f"{number(low, decimals)}–{number(high, decimals)}"


def _payback(row: Row) -> str | None:
    """Carbon payback time with its range as printed."""
    span = _span(row["payback_low_yr"], row["payback_high_yr"])
    return None if row["payback_yr"] is None else number(row["payback_yr"]) + (f" ({span})" if span else "")


def _is_ranked(row: Row) -> bool:
    return row["rank"] is not None


# --- scores --------------------------------------------------------------------------------------------------


def _scores(data: Data) -> list[Block]:
    detail, ranks = data.tradeoffs["score_detail"], data.tradeoffs["score_sensitivity"]
    made: list[Block] = [Heading(2, data.say("h_scores"), wide=True)]
    if not detail:
        return [*made, Para(data.say("scores_none"))]
    settings = data.config.siting
    made.append(Para(data.say("scores_how")))
    made.append(Para(data.say("ranks_how", change=f"{settings.score_weight_change_pct:g}", top=settings.score_top_sites)))
    for (kind,) in of(ranks, "kind"):
        if not any(_is_ranked(r) for r in where(ranks, kind=kind)):
            made.append(Para(data.say("ranks_none", kind=data.kind(kind)), "note"))
    ranked = {r["site_id"] for r in ranks if _is_ranked(r)}
    charts = [
        subjects.site_ranking([s for s in data.sites if s["site_id"] in ranked], kind, data.language) for (kind,) in of(ranks, "kind")
    ]
    return [*made, *_ranks(data, ranks), *(Figure(c) for c in charts if c), _criteria(data, detail), _detail_sheet(data, detail)]


def _ranks(data: Data, ranks: list[Row]) -> list[Table]:
    """Best first within a technology; sites without a rank last, and in the workbook only."""
    of_site = {s["site_id"]: s for s in data.sites}
    kinds = [kind for (kind,) in of(ranks, "kind")]
    rows = sorted(ranks, key=lambda r: (kinds.index(r["kind"]), not _is_ranked(r), r["rank"] or 0, r["site_id"]))
    columns = [
        data.column("site"), data.column("name"), data.column("kind"), data.column("verdict"), data.column("rank", "count"),
        data.column("ranked", "count"), data.column("score", "amount"), data.column("score_bounds", "code"), data.column("score_known_all", "code"),
        data.column("rank_runs", "code"), data.column("share_same", "rate", scale=100.0), data.column("share_top", "rate", scale=100.0),
        data.column("rank_bounds", "code"), data.column("moved_by"),
    ]  # fmt: skip
    cells = []
    for r in rows:
        s = of_site[r["site_id"]]
        cells.append(
            (r["site_id"], r["name"], data.kind(r["kind"]), data.say(r["verdict"]), r["rank"], r["ranked_sites"], r["score"],
             _span(s["score_low"], s["score_high"]), f"{s['score_rules_known']}/{s['score_rules']}",
             _span(r["rank_best"], r["rank_worst"], 0), r["share_same_rank"], r["share_in_top"],
             _span(r["rank_bound_best"], r["rank_bound_worst"], 0), _moved(data, r))
        )  # fmt: skip
    title, ranked = data.say("t_ranks"), [c for r, c in zip(rows, cells, strict=True) if _is_ranked(r)]
    printed = [Table("ranks", title, columns, ranked, [data.say("ranks_note")], most=MOST_ROWS)] if ranked else []
    return [*printed, Table("ranks_all", title, columns, cells, sheet="ranks", printed=False)]


def _moved(data: Data, row: Row) -> str | None:
    """The runs that move a site, by the titles of the criteria."""
    titles = {d["criterion"]: d["title"] for d in data.tradeoffs["score_detail"]}
    said = []
    for run in ids(row["moved_by"]):
        key, change = run.rsplit(":", 1)
        said.append(f"{titles.get(key, key)} {data.say('run_off') if change == 'off' else change.replace('%', ' %')}")
    return data.join(said) or None


def _criteria(data: Data, detail: list[Row]) -> Table:
    """The criteria that count, each once, with how many sites know it."""
    names = ("criterion", "kind", "measure_how", "breakpoints", "unit", "rules", "weight", "known_sites", "source", "label", "note")
    kinds = {"weight": "amount", "known_sites": "code"}
    rows: dict[str, list[Row]] = {}
    for row in detail:
        rows.setdefault(row["criterion"], []).append(row)
    cells = []
    for own in rows.values():
        first, known = own[0], sum(r["score"] is not None for r in own)
        how = data.say(f"measure_{first['measure']}", layer=data.layer_name(first["layer"]))
        points = " / ".join(data.join(p.replace(":", " → ") for p in ids(b)) for (b,) in of(own, "breakpoints")) or None
        cells.append(
            (first["title"], data.join(data.kind(k) for (k,) in of(own, "kind")), how, points, None if first["unit"] == "1" else first["unit"],
             data.join(ids(first["rules"])), first["weight"], f"{known}/{len(own)}", first["source"], data.label(first["label"]),
             first["note"])
        )  # fmt: skip
    return Table("criteria", data.say("t_criteria"), [data.column(n, kinds.get(n, "")) for n in names], cells, [data.say("criteria_note")])


def _detail_sheet(data: Data, detail: list[Row]) -> Table:
    names = {s["site_id"]: s["name"] for s in data.sites}
    columns = [
        data.column("site"), data.column("name"), data.column("kind"), data.column("criterion"), data.column("measure_how"),
        data.column("layer"), data.column("rules"), data.column("breakpoints"), data.column("value", "amount"), data.column("unit"),
        data.column("score", "chance"), data.column("weight", "amount"), data.column("weight_share", "rate", scale=100.0),
        data.column("source"), data.column("label"),
    ]  # fmt: skip
    cells = [
        (r["site_id"], names[r["site_id"]], data.kind(r["kind"]), r["title"], data.say(f"measure_{r['measure']}", layer=data.layer_name(r["layer"])),
         r["layer"], r["rules"], r["breakpoints"], r["value"], r["unit"], r["score"], r["weight"], r["weight_share"], r["source"],
         data.label(r["label"]))
        for r in detail
    ]  # fmt: skip
    return Table("score_detail_all", data.say("t_score_detail"), columns, cells, sheet="score_detail", printed=False)


# --- give and take -------------------------------------------------------------------------------------------


def _tradeoff(data: Data) -> list[Block]:
    rows = data.tradeoffs["tradeoff"]
    first = rows[0]
    scope = data.term("scope_", first["scope"])
    made: list[Block] = [
        Heading(2, data.say("h_tradeoff"), wide=True),
        Para(data.say("tradeoff_how", factor=first["factor"], year=first["factor_year"], scope=scope)),
    ]
    overlapping = [r for r in rows if r["overlaps"]]
    if overlapping:
        pairs = dict.fromkeys(tuple(sorted((r["site_id"], o))) for r in overlapping for o in ids(r["overlaps"]))
        made.append(Para(data.say("tradeoff_overlap", pairs=data.join(f"{a}–{b}" for a, b in pairs))))
    columns = [
        data.column("site"), data.column("name"), data.column("verdict"), data.column("energy", "amount", "GWh"),
        data.column("carbon_loss_co2", "count", "tCO2"), data.column("avoided_yr", "count", "tCO2"), data.column("payback", "code"),
        data.column("forest_loss", "amount", "hm²"), data.column("county_pp", "chance"),
        data.column("area_pp", "chance"), data.column("land_per_gwh", "amount", "hm²/GWh"), data.column("conflicts", "code"),
    ]  # fmt: skip
    cells = [
        (r["site_id"], r["name"], data.say(r["verdict"]), r["energy_gwh_yr"], r["carbon_loss_tco2"], r["avoided_tco2_yr"], _payback(r),
         r["forest_loss_hm2"], r["county_cover_loss_pp"], r["area_cover_loss_pp"],
         r["land_hm2_per_gwh"], _conflicts(r))
        for r in rows
    ]  # fmt: skip
    gaps = of([r for r in rows if r["gaps"]], "gaps")
    notes = [data.say("tradeoff_note")]
    notes += [data.say("tradeoff_gap", sites=data.join(r["site_id"] for r in where(rows, gaps=g)), reason=g) for (g,) in gaps]
    made.append(Table("tradeoff", data.say("t_tradeoff"), columns, cells, notes, most=MOST_ROWS))
    return [*made, _totals(data), _tradeoff_sheet(data, rows)]


def _conflicts(row: Row) -> str:
    return f"{row['hard_broken']}/{row['conditional_broken']}/{row['soft_broken']}/{row['rules_open']}"


_SUMS = (
    ("area", "area_hm2", "amount", "hm²"), ("capacity_mw", "capacity_mw", "amount", "MW"), ("energy", "energy_gwh_yr", "amount", "GWh"),
    ("forest_loss", "forest_loss_hm2", "amount", "hm²"), ("area_pp", "area_cover_loss_pp", "chance", ""),
    ("carbon_loss_co2", "carbon_loss_tco2", "count", "tCO2"), ("avoided_yr", "avoided_tco2_yr", "count", "tCO2"),
)  # fmt: skip
_TOLD_BY = ("capacity_sites", "energy_sites", "forest_sites", "carbon_sites", "payback_sites")


def _sum_columns(data: Data) -> list[Column]:
    return [
        data.column("sites_count", "count"),
        *(data.column(head, kind, unit) for head, _, kind, unit in _SUMS),
        data.column("payback", "code"),
        data.column("told_by", "code"),
    ]


def _sum_cells(row: Row) -> tuple:
    told = "/".join(str(row[n]) for n in _TOLD_BY)
    return row["sites"], *(row[n] for _, n, _, _ in _SUMS), _payback(row), told


def _totals(data: Data) -> Table:
    """Sets of sites by technology and verdict; those without a site are left to the CSV file."""
    rows = [r for r in data.tradeoffs["tradeoff_totals"] if r["sites"]]
    cells = []
    for r in rows:
        kind = data.say("kinds_all") if r["kind"] == "all" else data.kind(r["kind"])
        verdict = data.say("verdicts_all") if r["verdicts"] == "all" else data.join(data.say(v) for v in ids(r["verdicts"]))
        cells.append((kind, verdict, *_sum_cells(r)))
    columns = [data.column("kind"), data.column("verdict"), *_sum_columns(data)]
    notes = [data.say("totals_note")]
    if any(r["overlap_hm2"] for r in rows):
        notes.append(data.say("totals_overlap", area=number(max(r["overlap_hm2"] for r in rows))))
    return Table("tradeoff_totals", data.say("t_tradeoff_totals"), columns, cells, notes, sheet="tradeoff_totals")


def _tradeoff_sheet(data: Data, rows: list[Row]) -> Table:
    numbers = (
        ("area", "area_hm2", "hm²"), ("capacity_mw", "capacity_mw", "MW"), ("cost", "cost", ""), ("energy", "energy_gwh_yr", "GWh"),
        ("energy_low", "energy_low_gwh_yr", "GWh"), ("energy_high", "energy_high_gwh_yr", "GWh"), ("forest_loss", "forest_loss_hm2", "hm²"),
        ("carbon_loss", "carbon_loss_tc", "tC"), ("carbon_loss_co2", "carbon_loss_tco2", "tCO2"), ("avoided_yr", "avoided_tco2_yr", "tCO2"),
        ("avoided_low", "avoided_low_tco2_yr", "tCO2"), ("avoided_high", "avoided_high_tco2_yr", "tCO2"), ("payback", "payback_yr", ""),
        ("payback_low", "payback_low_yr", ""), ("payback_high", "payback_high_yr", ""), ("land_per_gwh", "land_hm2_per_gwh", "hm²/GWh"),
    )  # fmt: skip
    counts = (
        ("hard_count", "hard_broken"),
        ("conditional_count", "conditional_broken"),
        ("soft_count", "soft_broken"),
        ("unknown_count", "rules_open"),
    )
    columns = [
        data.column("site"), data.column("name"), data.column("kind"), data.column("zone"), data.column("verdict"), data.column("score", "amount"),
        *(data.column(head, "amount", unit) for head, _, unit in numbers), data.column("county_pp", "chance"), data.column("area_pp", "chance"),
        *(data.column(head, "count") for head, _ in counts), data.column("grid_factor_name"), data.column("year", "year"),
        data.column("scope"), data.column("overlaps"), data.column("note"),
    ]  # fmt: skip
    cells = [
        (r["site_id"], r["name"], data.kind(r["kind"]), r["county_name"], data.say(r["verdict"]), r["score"], *(r[n] for _, n, _ in numbers),
         r["county_cover_loss_pp"], r["area_cover_loss_pp"], *(r[n] for _, n in counts), r["factor"], r["factor_year"],
         data.term("scope_", r["scope"]), data.join(ids(r["overlaps"])), r["gaps"])
        for r in rows
    ]  # fmt: skip
    return Table("tradeoff_all", data.say("t_tradeoff"), columns, cells, sheet="tradeoff", printed=False)


# --- what none beats -----------------------------------------------------------------------------------------


def _pareto(data: Data) -> list[Block]:
    scopes = subjects.pareto_scopes(data.tradeoffs["pareto"])
    rows = [r for r in data.tradeoffs["pareto"] if r["scope"] in scopes]
    made: list[Block] = [Heading(2, data.say("h_pareto"), wide=True), Para(data.say("pareto_how"))]
    for scope in scopes:
        known = [r for r in where(rows, scope=scope) if r["state"] != "left_out"]
        title = _scope(data, scope)
        if not known:
            made.append(Para(data.say("pareto_none", kind=title), "note"))
            continue
        front = where(known, state="front")
        made.append(Para(data.say("pareto_front", kind=title, count=len(known), sites=data.join(r["site_id"] for r in front))))
        chart = subjects.pareto(known, title, data.language)
        made += [Figure(chart)] if chart else []
    out = dict.fromkeys(r["site_id"] for r in where(rows, state="left_out"))
    if out:
        made.append(Para(data.say("pareto_left_out", count=len(out), sites=data.join(out)), "note"))
    columns = [
        data.column("pareto_scope"), data.column("site"), data.column("name"), data.column("verdict"), data.column("energy", "amount", "GWh"),
        data.column("carbon_loss", "amount", "tC"), data.column("pareto_state"), data.column("dominated_by"), data.column("note"),
    ]  # fmt: skip

    def cells(some: list[Row]) -> list[tuple]:
        return [
            (_scope(data, r["scope"]), r["site_id"], r["name"], data.say(r["verdict"]), r["energy_gwh_yr"], r["carbon_loss_tc"],
             data.say(f"pareto_is_{r['state']}"), data.join(ids(r["dominated_by"])), r["gaps"])
            for r in some
        ]  # fmt: skip

    front = sorted(where(rows, state="front"), key=lambda r: (r["scope"] == "all", r["scope"], -r["energy_gwh_yr"]))
    if front:
        printed = [c[:6] for c in cells(front)]
        made.append(Table("pareto", data.say("t_pareto"), columns[:6], printed, most=MOST_ROWS))
    made.append(Table("pareto_all", data.say("t_pareto_all"), columns, cells(rows), sheet="pareto", printed=False))
    return made


def _scope(data: Data, scope: str) -> str:
    return data.say("kinds_all") if scope == "all" else data.kind(scope)


# --- sets that reach targets ---------------------------------------------------------------------------------


def _portfolios(data: Data) -> list[Block]:
    found = data.tradeoffs["portfolio"]
    made: list[Block] = [Heading(2, data.say("h_portfolio"), wide=True)]
    if not found:
        return [*made, Para(data.say("portfolio_none"))]
    made.append(Para(data.say("portfolio_how")))
    for row in found:
        made += _portfolio(data, row)
    made.append(Table("portfolio_all", data.say("t_portfolio"), *_found_table(data, found), sheet="portfolio", printed=False))
    limits, sites = (data.tradeoffs[f"portfolio_{n}"] for n in ("limits", "sites"))
    plain = [data.column("portfolio")]
    columns, cells = _limit_table(data, limits)
    titles = {r["portfolio"]: r["title"] for r in found}
    cells = [(titles[r["portfolio"]], *c) for r, c in zip(limits, cells, strict=True)]
    made.append(
        Table("portfolio_limits_all", data.say("t_portfolio_limits"), [*plain, *columns], cells, sheet="portfolio_limits", printed=False)
    )
    columns, cells = _chosen_table(data, sites)
    cells = [(titles[r["portfolio"]], *c) for r, c in zip(sites, cells, strict=True)]
    made.append(
        Table("portfolio_sites_all", data.say("t_portfolio_sites"), [*plain, *columns], cells, sheet="portfolio_sites", printed=False)
    )
    return made


def _portfolio(data: Data, row: Row) -> list[Block]:
    limits = where(data.tradeoffs["portfolio_limits"], portfolio=row["portfolio"])
    sites = where(data.tradeoffs["portfolio_sites"], portfolio=row["portfolio"])
    about = next(p for p in data.config.siting.portfolios if p.name == row["portfolio"])
    said = {"minimise": data.say(f"minimise_{row['minimise']}"), "count": row["eligible_sites"]}
    said["verdicts"] = data.join(data.say(v) for v in about.verdicts)
    made: list[Block] = [Heading(3, row["title"], wide=True)]
    if row["state"] == "optimal":
        made.append(
            Para(
                data.say(
                    "portfolio_found", sites=data.join(ids(row["chosen"])) or DASH, chosen=row["sites"], cost=number(row["cost"]), **said
                )
            )
        )
    else:
        made.append(Para(data.say(f"portfolio_{row['state']}_said", note=row["note"] or "", **said)))
    binding = [data.say("limit_at", limit=_limit(data, r)) for r in where(limits, binds="yes")]
    if binding:
        key = "portfolio_binds" if row["state"] == "optimal" else "portfolio_blocks"
        made.append(Para(data.say(key, limits=data.join(binding))))
    elif row["state"] == "optimal":
        made.append(Para(data.say("portfolio_binds_none")))
    if limits:
        title = data.say("t_portfolio_limits_of", title=row["title"])
        told = [r for r in limits if r["limit"] != "most_mw_per_county" or r["binds"] == "yes" or r["reached"]]
        notes = [data.say("limits_note")] + ([data.say("limits_rest")] if len(told) < len(limits) else [])
        made.append(Table("portfolio_limits", title, *_limit_table(data, told), notes))
    chosen = where(sites, state="chosen")
    if chosen:
        title = data.say("t_portfolio_chosen_of", title=row["title"])
        columns, cells = _chosen_table(data, chosen)
        made.append(Table("portfolio_chosen", title, columns[:-1], [c[:-1] for c in cells], most=MOST_ROWS))
        made.append(Table("portfolio", data.say("t_portfolio_sums_of", title=row["title"]), _sum_columns(data), [_sum_cells(row)]))
    return made


def _limit(data: Data, row: Row) -> str:
    """A limit in words."""
    to = row["applies_to"]
    counties = {z["county_code"]: z["county_name"] for z in data.zones}
    where_to = "" if to == "all" else data.kind(to) if row["limit"].startswith("target") else counties.get(to, to)
    return data.say(f"limit_{row['limit']}", to=where_to)


def _limit_table(data: Data, rows: list[Row]):
    columns = [
        data.column("portfolio_limit"), data.column("bound", "amount"), data.column("reached", "amount"), data.column("unit"),
        data.column("slack", "amount"), data.column("binds"), data.column("cost_without", "amount"), data.column("most", "amount"),
    ]  # fmt: skip
    cells = [
        (
            _limit(data, r),
            r["bound"],
            r["reached"],
            r["unit"],
            r["slack"],
            data.say(r["binds"]) if r["binds"] else None,
            r["cost_without"],
            r["most"],
        )
        for r in rows
    ]
    return columns, cells


def _chosen_table(data: Data, rows: list[Row]):
    columns = [
        data.column("site"), data.column("name"), data.column("kind"), data.column("zone"), data.column("verdict"),
        data.column("portfolio_state"), data.column("capacity_mw", "amount", "MW"), data.column("energy", "amount", "GWh"),
        data.column("minimised", "amount"), data.column("note"),
    ]  # fmt: skip
    cells = [
        (r["site_id"], r["name"], data.kind(r["kind"]), r["county_name"], data.say(r["verdict"]), data.say(f"portfolio_is_{r['state']}"),
         r["capacity_mw"], r["energy_gwh_yr"], r["cost"], r["reason"])
        for r in rows
    ]  # fmt: skip
    return columns, cells


def _found_table(data: Data, rows: list[Row]):
    columns = [
        data.column("portfolio"), data.column("portfolio_result"), data.column("minimised_what"), data.column("minimised", "amount"),
        data.column("chosen"), *_sum_columns(data), data.column("eligible", "count"), data.column("note"),
    ]  # fmt: skip
    cells = [
        (r["title"], data.say(f"portfolio_is_{r['state']}"), data.say(f"minimise_{r['minimise']}"), r["cost"], data.join(ids(r["chosen"])),
         *_sum_cells(r), r["eligible_sites"], r["note"])
        for r in rows
    ]  # fmt: skip
    return columns, cells
