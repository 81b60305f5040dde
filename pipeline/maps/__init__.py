"""Stage 6: a map page for every county and one for the whole area; each is one file that loads nothing."""

from __future__ import annotations

import re

import geopandas as gpd
import pandas as pd

from pipeline.core.config import Config
from pipeline.core.paths import Paths
from pipeline.core.progress import track
from pipeline.core.store import Store
from pipeline.core.text import HIDDEN, clean
from pipeline.maps import facts as reading
from pipeline.maps import page, popups, raster, shapes, signs
from pipeline.maps.facts import Facts
from pipeline.maps.legend import legend
from pipeline.maps.markup import Html, join, tag
from pipeline.maps.panel import Zone, panel
from pipeline.maps.words import say

# Colours of the drawing itself; classes and verdicts have theirs from the legend and the style sheet.
_PAPER, _BESIDE, _UNKNOWN, _LINE, _FAINT = "#fbfaf6", "#e6e3d9", "#d9d9d9", "#2b332e", "#a9a797"
_VERDICT_COLOURS = {"allowed": "#1c7048", "conditional": "#995c00", "prohibited": "#b3261e", "unknown": "#525c66"}


def run(config: Config, store: Store, paths: Paths, counties: tuple[str, ...]) -> None:
    """Stage 6: ``index.html`` and ``<code>_<name>.html`` for each county."""
    # Load
    facts = reading.read(config, store, paths)
    frame = shapes.light(facts.places.frame)
    files = {code: file_name(code, name) for code, name, _ in facts.places}

    # Compute and save, page by page
    zones = [_whole(facts), *(Zone(code, name, True) for code, name, _ in facts.places)]
    for zone in track(zones, len(zones), say("stage_maps", config.language)):
        store.write_bytes(files[zone.code] if zone.is_county else "index.html", build(facts, frame, zone, files))


def file_name(code: str, name: str) -> str:
    """``<code>_<name>.html``, good on every system: no reserved or invisible characters, not too long."""
    kept = re.sub(r'[<>:"/\\|?*#%\x00-\x1f]', "", clean(name).replace(HIDDEN, "")).strip(" .")[:40].rstrip(" .")
    return f"{code}_{kept}.html" if kept else f"{code}.html"


def _whole(facts: Facts) -> Zone:
    language, area = facts.language, facts.config.area
    if facts.places.city is not None:
        return Zone(facts.places.city[0], area.name.get(language), False)
    return Zone(None, say("chosen", language, name=area.name.get(language), count=len(facts.places.frame)), False)


def build(facts: Facts, frame: gpd.GeoDataFrame, zone: Zone, files: dict[str, str]) -> bytes:
    """One page. ``frame``: the outlines to draw, in the order of the counties; ``files``: page file by county code."""
    codes = list(frame.county_code)
    own = [c == zone.code or not zone.is_county for c in codes]
    polygon = frame.geometry[own].union_all()
    is_shown = facts.sites.county_code == zone.code if zone.is_county else pd.Series(True, index=facts.sites.index)
    sites = facts.sites[is_shown].reset_index(drop=True)
    footprints = facts.footprints.geometry[is_shown.to_numpy()]
    drawn = raster.overlay(facts.land_cover, polygon)
    window = shapes.widened(polygon.bounds, 0.03)

    with page.counted_ids():
        m = page.new_map(shapes.leaflet_bounds(polygon.bounds))
        colour = dict(enumerate(_VERDICT_COLOURS[v] for v in sites.verdict))
        every = shapes.collection(frame.geometry)
        layers = {
            "beside": page.outlines(every, lambda i: _fill(_PAPER if own[i] else _BESIDE), pane="tilePane", interactive=False),
            "ground": page.outlines(shapes.collection([polygon]), lambda i: _fill(_UNKNOWN), pane="tilePane", interactive=False),
            "cover": page.picture(drawn.url, drawn.bounds),
            "casing": page.outlines(every, lambda i: _stroke("#ffffff", 2.6, 0.85), interactive=False),
            "lines": page.outlines(
                every, lambda i: _stroke(_LINE if own[i] else _FAINT, 0.9 if not zone.is_county else 0.8, 0.9), smooth_factor=0.5
            ),
            "edge": page.outlines(shapes.collection([polygon]), lambda i: _stroke(_LINE, 2.0, 1.0), interactive=False),
            "footprints": page.outlines(shapes.collection(footprints), lambda i: _footprint(colour.get(i, _LINE))),
            "names": page.group(),
            "sites": page.group(),
        }
        for name, layer in layers.items():
            if name != "footprints" or len(sites):
                layer.add_to(m)
        data = {
            "map": m.get_name(),
            "bounds": shapes.leaflet_bounds(polygon.bounds),
            "limits": shapes.leaflet_bounds(shapes.widened(frame.total_bounds, 1.0)),
            "layers": {name: layer.get_name() for name, layer in layers.items() if name != "footprints" or len(sites)},
            "switches": {
                "sites": ["footprints", "sites"],
                "cover": ["ground", "cover"],
                "lines": ["casing", "lines", "edge"],
                "names": ["names"],
            },
            "counties": _county_data(frame, zone, own, window, list(zip(sites.lon, sites.lat, strict=True))),
            "sites": [_site_data(row, facts) for row in sites.itertuples()],
            "words": {k: say(k, facts.language) for k in ("zoom_in", "zoom_out", "zoom_all", "close")},
            "sources": _short_sources(facts),
            "label": say("map_label", facts.language, name=zone.name),
        }
        return page.write(
            m,
            page.Page(
                title=say("map_title", facts.language, name=zone.name),
                language=facts.language,
                data=data,
                panel=panel(facts, zone, files, sites),
                on_map=_on_map(facts, legend(facts, drawn, zone.code, sites)),
                templates=_templates(facts, zone, files, sites),
            ),
        )


# --- what is drawn -------------------------------------------------------------------------------------------


def _fill(colour: str) -> dict:
    return {"stroke": False, "fill": True, "fillColor": colour, "fillOpacity": 1}


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


def _county_data(frame: gpd.GeoDataFrame, zone: Zone, own: list[bool], window, sites: list[tuple[float, float]]) -> list[dict]:
    """Counties in the order of their outlines: code, name, where the name stands, whether a click opens them."""
    made = []
    for i, (code, name, geometry) in enumerate(frame[["county_code", "county_name", "geometry"]].itertuples(index=False, name=None)):
        is_own = zone.is_county and own[i]
        label = None if is_own else shapes.label_point(geometry, window if zone.is_county else None, avoid=sites)
        made.append({"code": code, "name": name, "label": label, "opens": not is_own, "beside": zone.is_county and not is_own})
    return made


def _site_data(row, facts: Facts) -> dict:
    return {"at": [row.lat, row.lon], "name": row.name, "verdict": signs.verdict_name(row, facts.language)}


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


def _on_map(facts: Facts, the_legend: Html) -> Html:
    """What lies over the map: legend, north, and the mark of made-up data."""
    mark = tag("p", say("synthetic", facts.language), class_="on-map-mark") if facts.is_synthetic else None
    north = tag(
        "div",
        Html('<svg viewBox="0 0 20 26" aria-hidden="true"><path d="M10 1 16 25 10 20 4 25z"/></svg>'),
        tag("span", say("north", facts.language)),
        id="north",
    )
    return join(the_legend, north, mark)


def _templates(facts: Facts, zone: Zone, files: dict[str, str], sites: pd.DataFrame) -> Html:
    """Popups, inert until they are opened."""
    made = [signs.symbols()]
    made += [tag("template", popups.site(facts, row), id=f"site-{i}") for i, row in enumerate(sites.itertuples(index=False))]
    for i, (code, name, _) in enumerate(facts.places):
        if code != zone.code:
            made.append(tag("template", popups.county(facts, code, name, files[code]), id=f"county-{i}"))
    return join(made)
