"""What leads on from a page: the documents and tables of the run, and, on the first page, what an earlier run said."""

from __future__ import annotations

from urllib.parse import quote

import pandas as pd

from pipeline.core import figures
from pipeline.core.units import T_TO_WANT
from pipeline.core.words import say as say_core
from pipeline.maps.earlier import Comparison
from pipeline.maps.facts import Facts
from pipeline.maps.markup import Html, tag
from pipeline.maps.parts import note, section
from pipeline.maps.words import say

# (words, file beside maps/): what every run writes under these names.
_DOCUMENTS = (
    ("file_report", "report/forest_cover_report.docx"),
    ("file_tables", "report/tables.xlsx"),
    ("file_html", "report/report.html"),
    ("file_opinions", "report/site_opinions.docx"),
)
_TABLES = (
    ("file_cover", "cover/forest_cover.csv"),
    ("file_classes", "tabulate/land_area.csv"),
    ("file_carbon", "carbon/carbon_summary.csv"),
    ("file_sites", "siting/site_screening.csv"),
    ("file_reasons", "siting/site_reasons.csv"),
    ("file_potential", "siting/potential.csv"),
    ("file_footprints", "siting/candidate_sites.gpkg"),
    ("file_areas", "siting/candidate_areas.gpkg"),
)
_MOST_ROWS, _MOST_NAMES = 40, 30


def downloads(facts: Facts) -> Html:
    """Links to the documents and the tables of the run, which lie in the folders beside the maps; none where something is left out."""
    language = facts.language

    def links(files: tuple) -> Html:
        return tag("ul", [tag("li", tag("a", say(key, language), href=f"../{quote(path)}")) for key, path in files], class_="downloads")

    if facts.hidden:  # the documents tell rule by rule what these pages may not
        return section(say("downloads", language), note(say("downloads_internal", language)), id_="downloads")
    body = [links(_DOCUMENTS)]
    if not facts.is_public:
        body.append(tag("details", tag("summary", say("download_tables", language)), links(_TABLES)))
    return section(say("downloads", language), body, note(say("downloads_note", language)), id_="downloads")


def comparison(facts: Facts, found: Comparison) -> Html:
    """What is not as it was in an earlier run: figures, inputs, settings."""
    language = facts.language
    names = {code: name for code, name, _ in facts.places} | {facts.config.area.code: facts.config.area.name.get(language)}
    body = [tag("p", say("earlier_synthetic", language), class_="caution")] if found.is_synthetic and not facts.is_synthetic else []
    cover = found.changed("forest_cover_pct")
    cover = cover[cover.county_code.isin(names)]
    stock = found.changed("stock_tc")
    stock = stock[stock.county_code.isin(names)]
    verdicts, met = found.changed("site_verdict"), found.changed("cover_verdict")
    if not (len(cover) or len(stock) or len(verdicts) or len(met)):
        body.append(tag("p", say("earlier_same", language)))
    if len(cover):
        body.append(_table(facts, "earlier_cover", cover, names, "reading", lambda v: figures.pct(v), lambda d: _signed(d)))
    if len(stock):
        body.append(_table(facts, "earlier_stock", stock, names, "route", figures.wan_t, lambda d: _signed(d * T_TO_WANT)))
    if len(met):
        rows = [
            f"{names.get(r.county_code, r.county_code)} {r.product}: {say_core(r.before_text, language)} → {say_core(r.now_text, language)}"
            for r in met.head(_MOST_ROWS).itertuples()
        ]
        body.append(_list(say("earlier_verdict", language), rows))
    if len(verdicts):
        rows = [
            f"{r.site_id} {r.name}: {say_core(r.before_text, language)} → {say_core(r.now_text, language)}"
            for r in verdicts.head(_MOST_ROWS).itertuples()
        ]
        body.append(_list(say("earlier_sites", language, count=len(verdicts)), rows))
    if alone := {m: n for m, n in found.unmatched.items() if n and m in ("forest_cover_pct", "stock_tc", "site_verdict")}:
        said = [say(f"earlier_alone_{m}", language, count=n) for m, n in alone.items()]
        body.append(note(say("earlier_alone", language, parts="；".join(said) if language == "zh" else "; ".join(said))))
    if found.inputs:
        rows = [f"{role} {name}: {say(f'earlier_{how}', language)}" for role, name, how in found.inputs[:_MOST_NAMES]]
        body.append(_list(say("earlier_inputs", language, count=len(found.inputs)), rows))
    if found.settings:
        body.append(_list(say("earlier_settings", language, count=len(found.settings)), found.settings[:_MOST_NAMES]))
    return section(say("earlier", language), body, id_="earlier")


def _table(facts: Facts, title: str, rows: pd.DataFrame, names: dict[str, str], key: str, show, change) -> Html:
    """Before, now and the difference, by zone; the whole area first."""
    language = facts.language
    heads = [say(k, language) for k in ("county", "earlier_basis", "earlier_before", "earlier_now", "earlier_change")]
    order = rows.assign(first=rows.county_code != facts.config.area.code).sort_values(["first", "county_code"]).head(_MOST_ROWS)
    body = [
        tag(
            "tr", tag("th", names.get(r.county_code, r.county_code), scope="row"),
            tag("td", f"{r.product} {'' if pd.isna(r.year) else int(r.year)} {getattr(r, key)}"),
            tag("td", show(r.before)), tag("td", show(r.now)), tag("td", figures.DASH if pd.isna(r.difference) else change(r.difference)),
        )
        for r in order.itertuples()
    ]  # fmt: skip
    head = tag("thead", tag("tr", [tag("th", h, scope="col") for h in heads]))
    return tag("table", tag("caption", say(title, language)), head, tag("tbody", body), class_="counties earlier")


def _signed(value: float) -> str:
    return f"{'+' if value > 0 else ''}{figures.number(value)}"


def _list(title: str, rows: list[str]) -> Html:
    return tag("details", tag("summary", title), tag("ul", [tag("li", row) for row in rows], class_="plain"))
