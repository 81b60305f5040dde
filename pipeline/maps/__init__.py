"""Stage 6: a map page for every county and one for the whole area; each is one file that loads nothing."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from urllib.parse import quote

import geopandas as gpd
import pandas as pd

from pipeline.core.config import Config
from pipeline.core.paths import Paths
from pipeline.core.progress import track
from pipeline.core.store import Store
from pipeline.core.text import HIDDEN, clean
from pipeline.core.zoning import VERDICT_COLOURS
from pipeline.maps import area_data, page, popups, shapes, sheets, signs, site_data
from pipeline.maps import facts as reading
from pipeline.maps.edition import lacks_review, marks
from pipeline.maps.facts import Facts
from pipeline.maps.legend import legend, templates
from pipeline.maps.markup import Html, join, tag
from pipeline.maps.mercator import projected
from pipeline.maps.panel import Zone, panel
from pipeline.maps.sheets import Drawn
from pipeline.maps.themes import relief_of, sheets_of, themes_of
from pipeline.maps.words import say

# Colours of the drawing itself; classes and verdicts have theirs from the legend and the style sheet.
_LINE, _FAINT = "#2b332e", "#a9a797"
_MB = 1_000_000
_ROUND_A_MAP = 330_000  # bytes of Leaflet, own script and style, and folium's frame
_LEAST_SHARE = 0.15  # of a page's budget that its rasters may take whatever else is on it
_SCRIPT_WORDS = (
    "zoom_in", "zoom_out", "zoom_all", "close", "indicative", "example", "site_outside_area", "no_broken", "broken_hard", "broken_conditional",
    "broken_soft", "broken_info", "unknown_rules", "note_rules", "requirement", "legal_basis", "label", "hard", "conditional", "soft", "info",
    "state_group", "rules_hidden", "sites_shown", "sites_filtered", "cluster", "cluster_many", "site_in_county", "search_none", "search_county", "search_site", "measure_length",
    "measure_area", "measure_how", "measure_how_touch", "measure_clear", "print", "coordinates", "swipe_at", "left", "right", "metre", "kilometre", "mu", "hectare",
    "scale_on_paper", "printed_on", "key_ask", "key_use", "key_kept", "base_failed", "theme_none", "open_county_page",
)  # fmt: skip
_BASE_MAP_HOSTS = {"none": (), "tianditu": tuple(f"t{i}.tianditu.gov.cn" for i in range(8))}


@dataclass(frozen=True)
class Built:
    """A page, and what was drawn coarser than its cells for want of room."""

    content: bytes
    reduced: tuple[Drawn, ...]


def run(config: Config, store: Store, paths: Paths, counties: tuple[str, ...]) -> None:
    """Stage 6: ``index.html`` and ``<code>_<name>.html`` for each county."""
    # Load
    facts = reading.read(config, store, paths)
    frame = shapes.light(facts.places.frame)
    files = {code: file_name(code, name) for code, name, _ in facts.places}

    # Compute and save, page by page
    zones = [_whole(facts), *(Zone(code, name, True) for code, name, _ in facts.places)]
    reduced, large = {}, {}
    for zone in track(zones, len(zones), say("stage_maps", config.language)):
        file = files[zone.code] if zone.is_county else "index.html"
        made = build(facts, frame, zone, files)
        store.write_bytes(file, made.content)
        if made.reduced:
            reduced[file] = {d.key: round(d.pixel_m, 1) for d in made.reduced}
        if len(made.content) > budget(config, zone):
            large[file] = round(len(made.content) / _MB, 1)

    # Say
    if reduced:
        coarsest = max(v for page_ in reduced.values() for v in page_.values())
        store.warn("maps_reduced", pages=list(reduced), metres=coarsest, county=config.maps.county_page_mb, city=config.maps.city_page_mb)
        store.fact("pixels_m", reduced)
    if large:
        store.warn("maps_large", pages=[f"{name} {mb} MB" for name, mb in large.items()])
    if facts.hidden:
        store.warn("maps_left_out", layers=list(facts.hidden))
    if lacks_review(config):
        store.warn("maps_no_review")
    store.fact("audience", config.maps.audience)
    store.fact("map_review_no", config.maps.map_review_no.strip() or None)


def budget(config: Config, zone: Zone) -> int:
    """Largest size of a page [bytes]."""
    return int((config.maps.county_page_mb if zone.is_county else config.maps.city_page_mb) * _MB)


def file_name(code: str, name: str) -> str:
    """``<code>_<name>.html``, good on every system: no reserved or invisible characters, not too long."""
    kept = re.sub(r'[<>:"/\\|?*#%\x00-\x1f]', "", clean(name).replace(HIDDEN, "")).strip(" .")[:40].rstrip(" .")
    return f"{code}_{kept}.html" if kept else f"{code}.html"


def _whole(facts: Facts) -> Zone:
    language, area = facts.language, facts.config.area
    if facts.places.city is not None:
        return Zone(facts.places.city[0], area.name.get(language), False)
    return Zone(None, say("chosen", language, name=area.name.get(language), count=len(facts.places.frame)), False)


def build(facts: Facts, frame: gpd.GeoDataFrame, zone: Zone, files: dict[str, str]) -> Built:
    """One page. ``frame``: the outlines to draw, in the order of the counties; ``files``: page file by county code."""
    language, own = facts.language, [c == zone.code or not zone.is_county for c in frame.county_code]
    polygon = frame.geometry[own].union_all()
    is_shown = facts.sites.county_code == zone.code if zone.is_county else pd.Series(True, index=facts.sites.index)
    sites = facts.sites[is_shown].reset_index(drop=True)
    footprints = facts.footprints.geometry[is_shown.to_numpy()]
    has_shapes, window = site_data.shapes(facts, footprints), shapes.widened(polygon.bounds, 0.03)
    themes, relief = themes_of(facts, zone.code), relief_of(facts)
    areas = area_data.chosen(facts, zone.code, is_county=zone.is_county)
    has = [name for name, there in (("relief", relief is not None), ("footprints", has_shapes), ("areas", areas is not None)) if there]
    outlines = {
        "lines": shapes.collection(frame.geometry),
        "edge": shapes.collection([polygon]),
        "footprints": shapes.collection(footprints) if has_shapes else None,
        "areas": shapes.collection(areas.geometry) if areas is not None else None,
    }
    data = {
        "bounds": shapes.leaflet_bounds(polygon.bounds),
        "limits": shapes.leaflet_bounds(shapes.widened(frame.total_bounds, 1.0)),
        "isCounty": zone.is_county,
        "counties": _county_data(frame, zone, own, window, files, list(zip(sites.lon, sites.lat, strict=True))),
        "sites": site_data.data(facts, sites),
        "areas": area_data.data(facts, areas),
        "themes": [{"key": t.key, "sheet": t.sheet.key, "colours": t.colours, "title": t.heading or t.title} for t in themes],
        "words": {k: say(k, language) for k in _SCRIPT_WORDS},
        "sources": _short_sources(facts),
        "label": say("map_label", language, name=zone.name),
        "language": language,
        "base": facts.config.maps.base_map,
    }
    the_panel = panel(facts, zone, files, sites)
    the_legend = legend(facts, themes, zone, sites, has=frozenset(has))
    on_map = _on_map(facts, zone, the_legend)
    popups_ = _templates(facts, zone, files)

    # What rasters may take is what the rest leaves of the page's budget.
    most = budget(facts.config, zone)
    rest = (
        _ROUND_A_MAP
        + sum(len(json.dumps(x, ensure_ascii=False).encode()) for x in (data, outlines))
        + sum(len(x.encode()) for x in (the_panel, on_map, popups_))
    )
    room = max(most - rest, int(most * _LEAST_SHARE))
    drawn = {d.key: d for d in sheets.fit([*sheets_of(themes), *([relief] if relief else [])], projected(polygon), room)}

    with page.counted_ids():
        m = page.new_map(data["bounds"])
        colour = dict(enumerate(VERDICT_COLOURS[v] for v in sites.verdict))
        weight = 0.8 if zone.is_county else 0.9
        layers = {
            "lines": page.outlines(outlines["lines"], lambda i: _stroke(_LINE if own[i] else _FAINT, weight, 0.9), smooth_factor=0.5),
            "edge": page.outlines(outlines["edge"], lambda i: _stroke(_LINE, 2.0, 1.0), interactive=False),
            "names": page.group(),
            "sites": page.group(),
        }
        if has_shapes:
            layers["footprints"] = page.outlines(outlines["footprints"], lambda i: _footprint(colour.get(i, _LINE)))
        if areas is not None:
            zoned = list(areas.zoning)
            layers["areas"] = page.outlines(outlines["areas"], lambda i: _footprint(VERDICT_COLOURS.get(zoned[i], _LINE)), show=False)
        for layer in layers.values():
            layer.add_to(m)
        data |= {"map": m.get_name(), "layers": {name: layer.get_name() for name, layer in layers.items()}}
        content = page.write(
            m,
            page.Page(
                title=say("map_title", language, name=zone.name),
                language=language,
                data=data,
                panel=the_panel,
                on_map=on_map,
                templates=join(popups_, templates(facts, themes, drawn)),
                sheets={key: d.data for key, d in drawn.items()},
                hosts=_BASE_MAP_HOSTS[facts.config.maps.base_map],
            ),
        )
    return Built(content, tuple(d for d in drawn.values() if d.is_reduced))


# --- what is drawn -------------------------------------------------------------------------------------------


def _stroke(colour: str, weight: float, opacity: float) -> dict:
    return {
        "color": colour,
        "weight": weight,
        "opacity": opacity,
        "fill": True,
        "fillColor": "#ffffff",
        "fillOpacity": 0,
        "lineJoin": "round",
    }


def _footprint(colour: str) -> dict:
    return {"color": colour, "weight": 2, "opacity": 1, "fill": True, "fillColor": colour, "fillOpacity": 0.22}


def _county_data(
    frame: gpd.GeoDataFrame, zone: Zone, own: list[bool], window, files: dict[str, str], sites: list[tuple[float, float]]
) -> list[dict]:
    """Counties in the order of their outlines: code, name, where the name stands, whether a click opens them."""
    made = []
    for i, (code, name, geometry) in enumerate(frame[["county_code", "county_name", "geometry"]].itertuples(index=False, name=None)):
        is_own = zone.is_county and own[i]
        label = None if is_own else shapes.label_point(geometry, window if zone.is_county else None, avoid=sites)
        made.append(
            {
                "code": code,
                "name": name,
                "label": label,
                "opens": not is_own,
                "beside": zone.is_county and not is_own,
                "own": own[i],
                "page": quote(files[code]),
            }
        )
    return made


def _short_sources(facts: Facts) -> str:
    """The line at the foot of the map: what is drawn and who made it."""
    drawn = facts.sources[facts.sources.role.isin(("boundaries", "land_cover"))]
    shown = [
        r.title if pd.isna(r.publisher) else f"{r.title}（{r.publisher}）"
        for r in drawn.itertuples()
        if r.role == "boundaries" or r.name == facts.source["name"]
    ]
    if facts.language == "en":
        shown = [t.replace("（", " (").replace("）", ")") for t in shown]
    return say("sources_short", facts.language, sources="；".join(shown) if facts.language == "zh" else "; ".join(shown))


def _on_map(facts: Facts, zone: Zone, the_legend: Html) -> Html:
    """What lies over the map: search, legend, north, the mark of made-up data; and head and foot of a printed sheet."""
    language, issuer = facts.language, clean(facts.config.report.issuer)
    mark = tag("p", say("synthetic", language), class_="on-map-mark") if facts.is_synthetic else None
    north = tag(
        "div",
        Html('<svg viewBox="0 0 20 26" aria-hidden="true"><path d="M10 1 16 25 10 20 4 25z"/></svg>'),
        tag("span", say("north", language)),
        id="north",
    )
    search = tag(
        "div",
        tag(
            "input", type="text", id="search", role="combobox", autocomplete="off", spellcheck="false", placeholder=say("search", language),
            aria_label=say("search", language), aria_expanded="false", aria_controls="search-found", aria_autocomplete="list",
        ),
        tag("ul", id="search-found", role="listbox", aria_label=say("search_found", language), hidden=True),
        class_="search",
    )  # fmt: skip
    head = tag(
        "div",
        tag("div", tag("p", zone.name, class_="print-title", dir="auto"), tag("p", id="print-theme", dir="auto"), class_="print-name"),
        tag("p", [tag("strong", m.text, class_="forbids" if m.forbids else None) for m in marks(facts)], say("made_by", language, issuer=issuer) if issuer else None, class_="print-review"),
        id="print-head",
    )  # fmt: skip
    foot = tag(
        "div",
        tag("div", tag("span", id="print-scale"), class_="print-scale"),
        tag("p", _short_sources(facts), class_="print-sources"),
        tag("p", tag("span", say("projection", language)), tag("span", say("boundary_note", language)), tag("span", id="print-day"), class_="print-state"),
        id="print-foot",
    )  # fmt: skip
    return join(search, the_legend, north, mark, head, foot)


def _templates(facts: Facts, zone: Zone, files: dict[str, str]) -> Html:
    """Signs, and popups of counties, inert until they are opened."""
    made = [signs.symbols()]
    for i, (code, name, _) in enumerate(facts.places):
        if code != zone.code:
            if (key := ("popup", code)) not in facts.kept:
                facts.kept[key] = popups.county(facts, code, name, files[code])
            made.append(tag("template", facts.kept[key], id=f"county-{i}"))
    return join(made)
