"""Section 1: sentences to copy, each with what it rests on."""

from __future__ import annotations

from pipeline.core import words
from pipeline.core.figures import chance, number
from pipeline.core.units import HM2_TO_WANMU, T_TO_WANT
from pipeline.report.accounts import leading_edition
from pipeline.report.data import Data, Row, of, percent, where
from pipeline.report.model import Block, Heading, Para


def blocks(data: Data) -> list[Block]:
    """The section."""
    sentences = [*_conclusion(data), *_cover(data), *_carbon(data), *_potential(data), *_sites(data)]
    return [
        Heading(1, data.say("h_summary")),
        Para(data.say("summary_intro")),
        *(Para(s, "key") for s in sentences),
    ]


def _conclusion(data: Data) -> list[str]:
    """The one answer on the target, zone by zone: what decides (the one-map, else a sample), or why nothing does."""
    made = []
    for zone in data.heads:
        rows = [
            r
            for p, y in of(data.cover, "product", "year")
            for r in data.main_rows(where(data.of_zone(data.cover, zone), product=p, year=y))
        ]
        rows = [r for r in rows if r["target_pct"] is not None]
        decided = sorted(
            (r for r in rows if r["reason"] in ("census", "sample")), key=lambda r: (r["reason"] != "census", -(r["year"] or 0))
        )
        if decided:
            made.append(_decided(data, decided[0]))
        elif rows:
            made.append(_undecided(data, rows))
    return made


def _decided(data: Data, row: Row) -> str:
    is_sample = row["reason"] == "sample"
    pct = row["adjusted_cover_pct"] if is_sample else deciding_pct(row)
    sure = data.say("conclusion_chance", p=chance(row["p_target"])) if is_sample else ""
    return data.say(
        f"conclusion_{row['verdict']}",
        zone=row["county_name"],
        year=row["target_year"],
        target=percent(row["target_pct"]),
        edition=data.edition(row),
        basis=data.say(f"conclusion_by_{row['reason']}"),
        pct=_with_interval(data, row) if is_sample else percent(pct),
        pp=number(abs(row["target_pct"] - pct)),
        sure=sure,
    )


def _undecided(data: Data, rows: list[Row]) -> str:
    """Why it cannot be told, by the row that comes nearest to an answer, what its sample says, and what the maps say."""
    rank = (
        "sample_inconclusive",
        "sample_small",
        "sample_definition",
        "sample_refused",
        "sample_not_by_county",
        "not_surveyed",
        "no_sample",
    )
    best = min(rows, key=lambda r: rank.index(r["reason"]))
    said = [
        data.say(
            "conclusion_undetermined",
            zone=best["county_name"],
            year=best["target_year"],
            target=percent(best["target_pct"]),
            verdict=words.verdict_text("undetermined", best["reason"], data.language),
        )
    ]
    if best["reason"] == "sample_inconclusive":
        pct, p = _with_interval(data, best), chance(best["p_target"])
        said.append(data.say("conclusion_sample", edition=data.edition(best), pct=pct, p=p))
    covers = [p for r in rows if r["reason"] != "not_surveyed" and (p := deciding_pct(r)) is not None]
    if len(covers) == 1:
        said.append(data.say("conclusion_map", maps=percent(covers[0])))
    elif covers:
        maps = data.say("from_to", low=percent(min(covers)), high=percent(max(covers)))
        said.append(data.say("conclusion_maps", count=len(covers), maps=maps))
    return ("" if data.language == "zh" else " ").join(said)


def deciding_pct(row: Row) -> float | None:
    """The rate of map or census that a verdict stands on: on the official area where the configuration says so."""
    return row["official_cover_pct"] if row["denominator"] == "official" else row["forest_cover_pct"]


def _with_interval(data: Data, row: Row) -> str:
    """The rate by a sample with its 95 % interval."""
    pct, low, high = (percent(row[f"adjusted_{k}_pct"]) for k in ("cover", "low", "high"))
    return data.say("with_interval", pct=pct, low=low, high=high)


def _cover(data: Data) -> list[str]:
    made = []
    for product, year in of(data.cover, "product", "year"):
        for zone in data.heads:
            rows = where(data.cover, county_code=zone["county_code"], product=product, year=year)
            main = main_reading(data, rows)
            made.append(cover_sentence(data, main))
            others = [r for r in rows if r is not main]
            if others and data.has_city:
                made.append(data.say("cover_other", zone=zone["county_name"], readings=_readings(data, others)))
    return made


def main_reading(data: Data, rows: list[Row]) -> Row:
    """The row of the main reading, or the first one where a product does not have it."""
    return next((r for r in rows if r["reading"] == data.config.cover.main_reading), rows[0])


def cover_sentence(data: Data, row: Row) -> str:
    """Cover, gap and verdict of one zone under one reading."""
    return data.say(
        "cover_main" if data.layer_of(row).about.parcels is None else "cover_main_survey",
        edition=data.edition(row),
        reading=reading_text(data, row),
        zone=row["county_name"],
        area=number(row["forest_area_hm2"]),
        wanmu=number(None if row["forest_area_hm2"] is None else row["forest_area_hm2"] * HM2_TO_WANMU),
        pct=percent(row["forest_cover_pct"]),
        gap="".join(_parts(data, row)),
        verdict=verdict_text(data, row, with_chance=False),
    )


def _parts(data: Data, row: Row) -> list[str]:
    """Gap, rate on the official area and what a sample says; the rate that decides comes before the gap it makes."""
    gap, official = _gap(data, row), _official(data, row)
    return [*([official, gap] if row["denominator"] == "official" else [gap, official]), _adjusted(data, row)]


def _adjusted(data: Data, row: Row) -> str:
    """What a sample makes of the area, with interval and probability; named apart from the area on the map."""
    if row["adjusted_area_hm2"] is None:
        return ""
    points = next(
        (
            e["points"]
            for e in data.estimates
            if (e["sample"], e["county_code"], e["quantity"]) == (row["sample"], row["county_code"], "forest")
        ),
        None,
    )
    return data.say(
        "cover_adjusted",
        points="—" if points is None else f"{points:,}",
        area=number(row["adjusted_area_hm2"]),
        wanmu=number(row["adjusted_area_hm2"] * HM2_TO_WANMU),
        low=number(row["adjusted_low_hm2"]),
        high=number(row["adjusted_high_hm2"]),
        pct=percent(row["adjusted_cover_pct"]),
        low_pct=percent(row["adjusted_low_pct"]),
        high_pct=percent(row["adjusted_high_pct"]),
        gap=_adjusted_gap(data, row),
        chance="" if row["p_target"] is None else data.say("adjusted_chance", p=chance(row["p_target"])),
    )


def _adjusted_gap(data: Data, row: Row) -> str:
    """Distance of the adjusted area to the target, where it stands on enough points of forest by law."""
    if row["adjusted_gap_hm2"] is None:
        return ""
    area = abs(row["adjusted_gap_hm2"])
    return data.say(
        "adjusted_short" if row["adjusted_gap_hm2"] >= 0 else "adjusted_over",
        pp=number(abs(row["adjusted_gap_pp"])),
        area=number(area),
        wanmu=number(area * HM2_TO_WANMU),
    )


def _official(data: Data, row: Row) -> str:
    """The rate on the official area, where one was supplied."""
    if row["official_area_hm2"] is None:
        return ""
    key = "on_official_deciding" if row["denominator"] == "official" else "on_official"
    return data.say(key, area=number(row["official_area_hm2"]), pct=percent(row["official_cover_pct"]))


def reading_text(data: Data, row: Row) -> str:
    """What a reading counts as forest, from the product's layer.yaml."""
    return data.layer_of(row).about.readings[row["reading"]].get(data.language)


def reading_cell(data: Data, row: Row) -> str:
    """A reading in a sheet of the workbook: its key, as tables and configuration write it, and what it counts."""
    return f"{row['reading']} {reading_text(data, row)}"


def verdict_text(data: Data, row: Row, *, with_chance: bool = True) -> str:
    """The verdict in the official words: why it cannot be told, or the probability where there is one."""
    said = words.verdict_text(row["verdict"], row["reason"], data.language)
    return said + (data.say("p_target", p=chance(row["p_target"])) if with_chance and row["p_target"] is not None else "")


def _gap(data: Data, row: Row) -> str:
    if row["gap_pp"] is None:
        return data.say("gap_none" if row["target_pct"] is None else "gap_unknown")
    return data.say(
        "gap_short" if row["gap_pp"] >= 0 else "gap_over",
        year=row["target_year"],
        target=percent(row["target_pct"]),
        pp=number(abs(row["gap_pp"])),
        area=number(abs(row["gap_area_hm2"])),
        wanmu=number(abs(row["gap_area_hm2"]) * HM2_TO_WANMU),
    )


def _readings(data: Data, rows: list[Row]) -> str:
    said = []
    for row in rows:
        gap = row["gap_pp"]
        key = (
            ("gap_none_brief" if row["target_pct"] is None else "gap_unknown_brief")
            if gap is None
            else "gap_short_brief"
            if gap >= 0
            else "gap_over_brief"
        )
        brief = data.say(key, pp=number(None if gap is None else abs(gap)))
        said.append(data.say("cover_other_one", reading=reading_text(data, row), pct=percent(row["forest_cover_pct"]), gap=brief))
    return data.say("sep_clause").join(said)


def _carbon(data: Data) -> list[str]:
    made = [
        carbon_sentence(data, row)
        for zone in data.heads
        for row in where(data.summary, county_code=zone["county_code"], **(leading_edition(data) or {}))
    ]
    return [*made, data.say("carbon_never", depth=data.config.carbon.soc.depth_cm)] if made else []


def carbon_sentence(data: Data, row: Row) -> str:
    """Stock with its interval, in carbon and carbon dioxide."""
    return data.say(
        "carbon_main",
        edition=data.edition(row),
        route=data.term("", row["route"]),
        zone=row["county_name"],
        stock=number(row["stock_tc"] * T_TO_WANT),
        low=number(row["low_tc"] * T_TO_WANT),
        high=number(row["high_tc"] * T_TO_WANT),
        co2=number(row["stock_tco2"] * T_TO_WANT),
        mean=number(row["tc_hm2"]),
    )


def _potential(data: Data) -> list[str]:
    rows = [r for zone in data.heads for r in data.of_zone(data.potential, zone)]
    made = [potential_sentence(data, row) for row in rows]
    if any(r["allowed_hm2"] == 0 and r["unknown_hm2"] > 0 for r in rows) and missing_layers(data):
        made.append(data.say("potential_zero", count=len(missing_layers(data))))
    return made


def missing_layers(data: Data) -> list[str]:
    """Layers that the rules in force ask for and nobody gave."""
    return data.records["siting"]["facts"].get("missing_rule_layers", [])


def potential_sentence(data: Data, row: Row) -> str:
    """Land by verdict and capacity of one zone and technology, with the plan's targets where there are any."""
    targets = {f"target_{y}": row[f"target_{y}_mw"] for y in (2025, 2030)}
    known = all(v is not None for v in targets.values())
    printed = {k: f"{data.shown_mw(v):g}" for k, v in targets.items()} if known else {}
    return data.say(
        "potential_main",
        zone=row["county_name"],
        kind=data.kind(row["kind"]),
        capacity=number(data.shown_mw(row["capacity_mw"])),
        target=data.say("potential_target", **printed) if known else "",
        **{k: number(row[f"{k}_hm2"]) for k in ("allowed", "conditional", "excluded", "unknown")},
    )


def _sites(data: Data) -> list[str]:
    if not data.sites:
        return [data.say("sites_none")]
    counts = {v: len(where(data.sites, verdict=v)) for v in ("allowed", "conditional", "prohibited", "unknown")}
    said = [data.say("sites_main", count=len(data.sites), **counts)]
    for key, found in (
        ("sites_indicative", where(data.sites, evidence="indicative")),
        ("sites_illustrative", where(data.sites, is_illustrative="yes")),
    ):
        if found:
            said.append(data.say(key, count=len(found)))
    return [("" if data.language == "zh" else " ").join(said)]
