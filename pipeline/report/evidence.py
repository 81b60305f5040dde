"""Within section 2: how sure a rate is and compared with what – reference samples, other products, the one-map, greening."""

from __future__ import annotations

from pipeline.core.figures import DASH, chance, number
from pipeline.core.units import HM2_TO_WANMU
from pipeline.report.data import Data, Row, of, percent, where
from pipeline.report.model import Block, Heading, Para, Table
from pipeline.report.summary import deciding_pct, reading_cell, verdict_text


def blocks(data: Data) -> list[Block]:
    """How sure, by sample; several products side by side; one-map against rasters; the greening rate."""
    return [*_samples(data), *_products(data), *_one_map(data), *_greening(data)]


def area(data: Data, key: str, *, adds: bool = True):
    """A column of hectares."""
    return data.column(key, "amount", "hm²", adds=adds)


# --- samples -------------------------------------------------------------------------------------------------


def _samples(data: Data) -> list[Block]:
    if not data.samples:
        return []
    made: list[Block] = [Heading(2, data.say("h_samples")), Para(data.say("samples_how"))]
    columns = [data.column(k) for k in ("sample", "product", "design", "strata", "reference_is", "file")]
    columns[2:2] = [data.column("year", "year"), data.column("points", "count")]
    columns.append(data.column("accepted"))
    cells = [
        (
            s["sample"], s["product"], s["year"], s["points"], s["design"] and data.say(f"design_{s['design']}"), data.say(f"strata_{s['strata']}"),
            s["definition"] and data.say(f"definition_{s['definition']}"), s["file"],
            data.say("accepted") if s["is_accepted"] == "yes" else data.say("refused", reason=s["reason"]),
        )
        for s in data.samples
    ]  # fmt: skip
    made.append(Table("samples", data.say("t_samples"), columns, cells, sheet="samples"))
    for product, year in of([r for r in data.cover if r["adjusted_area_hm2"] is not None], "product", "year"):
        made += _sure_tables(data, where(data.cover, product=product, year=year))
    made += [*_accuracy(data), *_matrices(data)]
    if biases := _biases(data):
        made += [Para(data.say("bias_intro")), *(Para(t, "item") for t in biases)]
    return made


def _sure_tables(data: Data, rows: list[Row]) -> list[Table]:
    """Map area and adjusted area, named and apart, with interval, probability and verdict: a zone upright, counties across."""
    rows = [r for r in data.main_rows(rows) if r["adjusted_area_hm2"] is not None]
    methods = dict.fromkeys(data.term("method_", r["interval_method"]) for r in rows)
    notes = [data.say("sure_note", method=data.join(methods))]
    left = max(r["not_sampled_hm2"] or 0.0 for r in rows)
    notes += [data.say("sure_not_sampled", area=number(left))] if left > 0 else []
    made = [_upright(data, r, notes) for r in rows if r["county_code"] in {z["county_code"] for z in data.heads}]
    counties = [r for r in data.by_zone(rows) if r["level"] == "county"]
    if counties and data.has_city:
        columns = [
            data.column("zone"), data.column("map_pct", "rate"), data.column("adjusted_pct", "rate"), data.column("low_pct", "rate"),
            data.column("high_pct", "rate"), area(data, "adjusted_area"), data.column("p_target"), data.column("verdict"),
        ]  # fmt: skip
        cells = [
            (r["county_name"], deciding_pct(r), r["adjusted_cover_pct"], r["adjusted_low_pct"], r["adjusted_high_pct"], r["adjusted_area_hm2"],
             chance(r["p_target"]), data.say(r["verdict"]))
            for r in counties
        ]  # fmt: skip
        made.append(Table("sure_counties", data.say("t_sure_counties", edition=data.edition(rows[0])), columns, cells, notes))
    return made


def _upright(data: Data, row: Row, notes: list[str]) -> Table:
    """What map and sample say of one zone, a quantity a row."""
    with_mu = {
        k: data.say("hm2_wanmu", hm2=number(row[k]), wanmu=number(row[k] * HM2_TO_WANMU)) for k in ("forest_area_hm2", "adjusted_area_hm2")
    }
    span = {
        "area": f"{number(row['adjusted_low_hm2'])}–{number(row['adjusted_high_hm2'])} hm²",
        "pct": f"{percent(row['adjusted_low_pct'])}–{percent(row['adjusted_high_pct'])}",
    }
    cells = [
        (data.say("sure_map_area"), with_mu["forest_area_hm2"]),
        (data.say("sure_map_pct"), percent(deciding_pct(row))),
        (data.say("sure_adjusted_area"), with_mu["adjusted_area_hm2"]),
        (data.say("sure_interval"), span["area"]),
        (data.say("sure_adjusted_pct"), percent(row["adjusted_cover_pct"])),
        (data.say("sure_interval"), span["pct"]),
        (data.say("sure_target"), percent(row["target_pct"])),
        (data.say("sure_gap"), _gap_text(data, row)),
        (data.say("sure_chance"), chance(row["p_target"])),
        (data.say("sure_verdict"), verdict_text(data, row, with_chance=False)),
    ]
    title = data.say("t_sure", zone=row["county_name"], edition=data.edition(row))
    return Table("sure", title, [data.column("quantity"), data.column("value_text")], cells, notes)


def _gap_text(data: Data, row: Row) -> str:
    """Distance of the adjusted area to the target, short or over it."""
    gap = row["adjusted_gap_hm2"]
    if gap is None:
        return DASH
    area = {"pp": number(abs(row["adjusted_gap_pp"])), "hm2": number(abs(gap)), "wanmu": number(abs(gap) * HM2_TO_WANMU)}
    return data.say("sure_short" if gap >= 0 else "sure_over", **area)


def _accuracy(data: Data) -> list[Block]:
    made: list[Block] = []
    for (sample,) in of(data.estimates, "sample"):
        for zone in data.heads:
            rows = [r for r in where(data.estimates, sample=sample, county_code=zone["county_code"]) if r["quantity"] != "forest_change"]
            if rows:
                columns = [
                    data.column("quantity"), data.column("class"), data.column("points", "count"), data.column("estimate", "rate", scale=100),
                    data.column("se", "amount", "百分点" if data.language == "zh" else "points", scale=100),
                    data.column("low", "rate", scale=100), data.column("high", "rate", scale=100), data.column("method"),
                ]  # fmt: skip
                cells = [
                    (data.say(f"quantity_{r['quantity']}"), r["class_key"] and class_or_forest(data, r["class_key"]), r["points"], r["value"], r["se"],
                     r["low"], r["high"], r["method"] and data.term("method_", r["method"]))
                    for r in rows
                    if r["value"] is not None
                ]  # fmt: skip
                made.append(Table("accuracy", data.say("t_accuracy", sample=sample, zone=zone["county_name"]), columns, cells))
    rows = data.estimates
    if rows:
        columns = [
            data.column("code"), data.column("zone"), data.column("sample"), data.column("product"), data.column("year", "year"), data.column("quantity"),
            data.column("class"), data.column("points", "count"), data.column("estimate", "rate", scale=100), data.column("low", "rate", scale=100),
            data.column("high", "rate", scale=100), area(data, "map_area"), area(data, "adjusted_area"), data.column("adjusted_low", "amount", "hm²"),
            data.column("adjusted_high", "amount", "hm²"), data.column("method"),
        ]  # fmt: skip
        cells = [
            (r["county_code"], r["county_name"], r["sample"], r["product"], r["year"], data.say(f"quantity_{r['quantity']}"),
             r["class_key"] and class_or_forest(data, r["class_key"]), r["points"], r["value"], r["low"], r["high"], r["map_area_hm2"], r["area_hm2"],
             r["low_hm2"], r["high_hm2"], r["method"] and data.term("method_", r["method"]))
            for r in data.by_zone(rows)
        ]  # fmt: skip
        made.append(Table("accuracy_all", data.say("t_accuracy_all"), columns, cells, sheet="accuracy", printed=False))
    return made


def class_or_forest(data: Data, key: str) -> str:
    """The name of a class, or of forest and the rest where a sample tells no more."""
    return data.say(f"class_{key}") if key in ("forest", "not_forest") else data.class_name(key)


def _matrices(data: Data) -> list[Block]:
    """Points by class of the map (rows) and of the reference (columns), for the heads."""
    made: list[Block] = []
    for sample, code in of(data.matrix, "sample", "county_code"):
        rows = where(data.matrix, sample=sample, county_code=code)
        if code not in {z["county_code"] for z in data.heads}:
            continue
        mapped, reference = ([k for (k,) in of(rows, name)] for name in ("map_key", "reference_key"))
        points = {(r["map_key"], r["reference_key"]): r["points"] for r in rows}
        columns = [data.column("map_class"), *(data.column_named(class_or_forest(data, k), "count") for k in reference)]
        cells = [(class_or_forest(data, m), *(points.get((m, r), 0) for r in reference)) for m in mapped]
        title = data.say("t_matrix", sample=sample, zone=rows[0]["county_name"])
        made.append(Table("matrix", title, columns, cells, [data.say("matrix_note")]))
    return made


def _biases(data: Data) -> list[str]:
    """What separates each product and each reference from forest by law: listed by itself, in no interval."""
    said = []
    for product in data.products:
        if "forest" in product.about.limits:
            text = product.about.limits["forest"].get(data.language)
            said.append(f"{product.product}：{text}" if data.language == "zh" else f"{product.product}: {text}")
    said += [data.say("bias_reference", sample=s["sample"]) for s in data.samples if s["definition"] == "tree_cover"]
    return list(dict.fromkeys(said))


# --- products side by side -----------------------------------------------------------------------------------


def _products(data: Data) -> list[Block]:
    if not data.spread:
        return []
    names = data.spread[0]["products"].replace(";", data.say("sep_list"))
    made: list[Block] = [Heading(2, data.say("h_products")), Para(data.say("products_how", products=names))]
    heads = {z["county_code"] for z in data.heads}
    made += [Para(_spread_sentence(data, r)) for r in data.spread if r["county_code"] in heads and r["spread_pp"] is not None]
    rows = data.by_zone(data.spread)
    columns = [
        data.column("zone"), data.column("low_pct", "rate"), data.column("high_pct", "rate"),
        data.column("spread", "amount", "百分点" if data.language == "zh" else "points"), area(data, "all_forest"), area(data, "none_forest"),
        area(data, "disagree"), data.column("disagree_pct", "rate"), area(data, "not_compared"),
    ]  # fmt: skip
    cells = [
        (r["county_name"], r["low_pct"], r["high_pct"], r["spread_pp"], r["all_forest_hm2"], r["none_forest_hm2"], r["disagree_hm2"],
         r["disagree_pct"], r["not_compared_hm2"])
        for r in rows
    ]  # fmt: skip
    totals = sum(r["level"] == "city" for r in rows)
    made.append(Table("spread", data.say("t_spread"), columns, cells, [data.say("spread_note")], totals=totals, sheet="spread"))
    for zone in data.heads:
        rows = sorted(data.of_zone(data.agreement, zone), key=lambda r: (-r["of_known"], -r["say_forest"]))
        cells = [(data.say("k_of_n", k=r["say_forest"], n=r["of_known"]), r["area_hm2"], r["share_pct"]) for r in rows]
        columns = [data.column("agree"), area(data, "area"), data.column("share_land", "rate")]
        made.append(Table("agreement", data.say("t_agreement", zone=zone["county_name"]), columns, cells))
    rows = data.by_zone(data.pairs)
    heads = {z["county_code"] for z in data.heads}
    columns = [
        data.column("zone"), data.column("pair"), area(data, "both_forest"), area(data, "only_a"), area(data, "only_b"), area(data, "neither"),
        data.column("disagree_pct", "rate"), data.column("same_class", "rate"),
    ]  # fmt: skip
    cells = [
        (r["county_name"], _pair(data, r), r["both_forest_hm2"], r["only_a_hm2"], r["only_b_hm2"], r["neither_hm2"], r["disagree_pct"], r["same_class_pct"])
        for r in rows
    ]  # fmt: skip
    printed = [i for i in range(len(columns)) if i != 5 and (i > 0 or not data.has_city)]
    shown = [tuple(c[i] for i in printed) for c, r in zip(cells, rows, strict=True) if r["county_code"] in heads]
    made.append(Table("pair_agreement", data.say("t_pairs"), [columns[i] for i in printed], shown, [data.say("pairs_note")]))
    made.append(Table("pair_agreement_all", data.say("t_pairs"), columns, cells, sheet="pairs", printed=False))
    return made


def _pair(data: Data, row: Row) -> str:
    first, second = (data.edition({"product": row[f"product_{x}"], "year": row[f"year_{x}"]}) for x in "ab")
    return data.say("pair", a=first, b=second)


def _spread_sentence(data: Data, row: Row) -> str:
    return data.say(
        "spread_main",
        zone=row["county_name"],
        count=row["products"].count(";") + 1,
        low=percent(row["low_pct"]),
        high=percent(row["high_pct"]),
        pp=number(row["spread_pp"]),
        area=number(row["disagree_hm2"]),
        share="—" if row["disagree_pct"] is None else percent(row["disagree_pct"]),
    )


# --- one-map against rasters ---------------------------------------------------------------------------------


def _one_map(data: Data) -> list[Block]:
    if not data.one_map:
        return []
    made: list[Block] = [Heading(2, data.say("h_one_map")), Para(data.say("one_map_how"))]
    cases = ("both_forest", "only_one_map", "only_map", "neither", "not_compared")
    for one_map, one_map_year, product, year in of(data.one_map, "one_map", "one_map_year", "product", "year"):
        rows = data.by_zone(where(data.one_map, one_map=one_map, one_map_year=one_map_year, product=product, year=year))
        edition = data.say("pair", a=data.edition({"product": one_map, "year": one_map_year}), b=data.edition(rows[0]))
        zones = of(rows, "county_code", "county_name", "level")
        columns = [data.column("zone"), *(area(data, case) for case in cases)]
        cells = [(name, *(sum(r["area_hm2"] for r in where(rows, county_code=code, case=c)) for c in cases)) for code, name, _ in zones]
        apart = rows[0]["years_apart"]
        notes = [data.say("one_map_vintage", years=abs(apart))] if apart else []
        totals = sum(level == "city" for *_, level in zones)
        made.append(Table("one_map", data.say("t_one_map", edition=edition), columns, cells, notes, totals=totals))
        for zone in data.heads:
            made.append(_reasons_table(data, data.of_zone(rows, zone), zone, edition))
    columns = [
        data.column("code"), data.column("zone"), data.column("one_map"), data.column("one_map_year", "year"), data.column("product"), data.column("year", "year"),
        data.column("case"), data.column("one_map_class"), data.column("map_class"), data.column("likely"), area(data, "area"),
    ]  # fmt: skip
    cells = [
        (r["county_code"], r["county_name"], r["one_map"], r["one_map_year"], r["product"], r["year"], data.say(f"case_{r['case']}"),
         _class(data, r["one_map_class"]), _class(data, r["map_class"]), data.reason(r["reason"]), r["area_hm2"])
        for r in data.by_zone(data.one_map)
    ]  # fmt: skip
    made.append(Table("one_map_all", data.say("t_one_map_all"), columns, cells, sheet="one_map", printed=False))
    return made


def _class(data: Data, key: str | None) -> str | None:
    return None if key is None else data.say("class_outside") if key == "outside" else data.class_name(key)


def _reasons_table(data: Data, rows: list[Row], zone: Row, edition: str) -> Table:
    """Land on which they disagree, by likely reason, the largest first."""
    cells: dict[tuple, float] = {}
    for r in rows:
        if r["case"] in ("only_one_map", "only_map"):
            key = (data.say(f"case_{r['case']}"), data.reason(r["reason"]))
            cells[key] = cells.get(key, 0.0) + r["area_hm2"]
    ordered = sorted(((*k, v) for k, v in cells.items()), key=lambda c: -c[-1])
    columns = [data.column("case"), data.column("likely"), area(data, "area"), data.column("area", "amount", "万亩", HM2_TO_WANMU)]
    title = data.say("t_one_map_reasons", zone=zone["county_name"], edition=edition)
    return Table("one_map_reasons", title, columns, [(*c, c[-1]) for c in ordered], [data.say("one_map_reasons_note")])


# --- greening ------------------------------------------------------------------------------------------------


def _greening(data: Data) -> list[Block]:
    """林木绿化率, by itself and never mixed with forest cover."""
    rows = [r for p, y in of(data.greening, "product", "year") for r in data.main_rows(where(data.greening, product=p, year=y))]
    made: list[Block] = [Heading(2, data.say("h_greening")), Para(data.say("greening_how"))]
    if data.definition:
        made.append(Para(_rain(data)))
    shown = next((p for p in data.products if p.is_census), data.products[0])  # the others are in the workbook
    own = data.by_zone(where(rows, product=shown.product, year=shown.about.year))
    if own:
        columns = [
            data.column("zone"), area(data, "forest"), area(data, "shrub"), area(data, "scattered"), area(data, "greening"),
            data.column("greening_pct", "rate"),
        ]  # fmt: skip
        cells = [
            (
                r["county_name"],
                r["forest_area_hm2"],
                r["shrub_area_hm2"],
                r["scattered_trees_hm2"],
                r["greening_area_hm2"],
                r["greening_rate_pct"],
            )
            for r in own
        ]
        totals = sum(r["level"] == "city" for r in own)
        made.append(Table("greening", data.say("t_greening", edition=data.edition(own[0])), columns, cells, totals=totals))
    columns = [*data.key_columns(), data.column("reading"), area(data, "land"), area(data, "forest"), area(data, "shrub"), area(data, "scattered"),
               area(data, "greening"), data.column("greening_pct", "rate"), data.column("basis")]  # fmt: skip
    cells = [
        (*data.key_cells(r), reading_cell(data, r), r["land_area_hm2"], r["forest_area_hm2"], r["shrub_area_hm2"], r["scattered_trees_hm2"],
         r["greening_area_hm2"], r["greening_rate_pct"], r["basis"])
        for r in data.by_zone(data.greening)
    ]  # fmt: skip
    made.append(Table("greening_all", data.say("t_greening_all"), columns, cells, sheet="greening", printed=False))
    return made


def _rain(data: Data) -> str:
    """How the rain rule for shrub came out."""
    rows = data.definition
    known = [r for r in rows if r["rain_low_mm"] is not None]
    outcome = {r["shrub_counts"] for r in rows if r["level"] == "county"}
    limit = f"{rows[0]['rain_limit_mm']:g}" if rows[0]["rain_limit_mm"] is not None else "—"
    if not known:
        return data.say("rain_no_layer", limit=limit)
    low, high = min(r["rain_low_mm"] for r in known), max(r["rain_high_mm"] for r in known)
    key = "rain_none" if outcome == {"none"} else "rain_mixed" if "unknown" in outcome else "rain_some"
    return data.say(key, limit=limit, low=f"{low:.0f}", high=f"{high:.0f}")
