"""One finished page: folium draws the map, everything it would load stands in the file, and the door is closed.

Folium gets pictures, outlines and running numbers only; words and data are written beside its output (see
:mod:`pipeline.maps.markup`), because folium runs whatever it is given through Jinja twice. The build fails when
an address that a browser would load is left on the page.
"""

from __future__ import annotations

import base64
import contextlib
import itertools
import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path

import folium
from branca.element import Element

from pipeline.maps.markup import Html, tag, to_json

_OWN = Path(__file__).parent / "assets"
_POLICY = (
    "default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; img-src data:{hosts}; font-src data:; "
    "connect-src 'none'; form-action 'none'; base-uri 'none'"
)
_STYLES = ("page.css", "card.css", "print.css")
# The script in the order it runs; all of it shares one scope (base.js says what is in it).
_SCRIPTS = (
    "base.js",
    "sheets.js",
    "popups.js",
    "counties.js",
    "sites.js",
    "swipe.js",
    "geodesy.js",
    "tools.js",
    "search.js",
    "print.js",
    "start.js",
)
# What folium and its plugins ask for by address -> file of an installed package. Any other address stops the build.
_LEAFLET_JS = ("leaflet", "https://cdn.jsdelivr.net/npm/leaflet@1.9.3/dist/leaflet.js")
_LEAFLET_CSS = ("leaflet_css", "https://cdn.jsdelivr.net/npm/leaflet@1.9.3/dist/leaflet.css")
_ASSETS = {_LEAFLET_JS[1]: "leaflet.js", _LEAFLET_CSS[1]: "leaflet.css"}

_LOADED = re.compile(r"<script[^>]*\ssrc=\"(?P<js>[^\"]*)\"[^>]*>\s*</script>|<link[^>]*\shref=\"(?P<css>[^\"]*)\"[^>]*>", re.IGNORECASE)
_URL = re.compile(r"url\(\s*[\"']?([^\"')]*)", re.IGNORECASE)
_SOURCE_MAP = re.compile(r"\s*(//[#@] sourceMappingURL=.*|/\*[#@] sourceMappingURL=.*?\*/)\s*$")


class UnknownAsset(AssertionError):
    """Something on the page would be loaded from elsewhere."""


@dataclass(frozen=True)
class Page:
    """What stands round the map: ``data`` for the script, finished markup for the rest.

    ``sheets``: pictures by key, base64 only; ``hosts``: where the reader may ask for an online base map, none by default.
    """

    title: str
    language: str
    data: dict
    panel: Html
    on_map: Html
    templates: Html
    sheets: dict = field(default_factory=dict)
    hosts: tuple[str, ...] = ()


# --- the map -------------------------------------------------------------------------------------------------


@contextlib.contextmanager
def counted_ids() -> Iterator[None]:
    """Element ids by counter while a page is made, so that equal pages are equal bytes."""
    count, before = itertools.count(1), Element._generate_id
    Element._generate_id = classmethod(lambda cls: str(next(count)))
    try:
        yield
    finally:
        Element._generate_id = before


def new_map(bounds: list[list[float]]) -> folium.Map:
    """A map without tiles and without the libraries folium would load beside Leaflet."""
    (south, west), (north, east) = bounds
    drawn = folium.Map(
        location=[(south + north) / 2, (west + east) / 2],
        tiles=None,
        zoom_control=False,
        attribution_control=False,
        zoom_snap=0.1,
        zoom_delta=0.5,
        wheel_px_per_zoom_level=120,
        min_zoom=6,
        max_zoom=18,
        max_bounds_viscosity=0.7,
    )
    drawn.default_js, drawn.default_css = [_LEAFLET_JS], [_LEAFLET_CSS]
    return drawn


def outlines(collection: dict, style: Callable[[int], dict], **options) -> folium.GeoJson:
    """A GeoJSON layer styled by feature number."""
    return folium.GeoJson(collection, style_function=lambda f: style(f["properties"]["i"]), control=False, **options)


def group() -> folium.FeatureGroup:
    """An empty group that the page's script fills."""
    return folium.FeatureGroup(control=False)


# --- the page ------------------------------------------------------------------------------------------------


def write(drawn: folium.Map, page: Page) -> bytes:
    """The whole page as bytes: one file that loads nothing."""
    figure = drawn.get_root()
    drawn.render()
    head = inline(figure.header.render())
    text = "\n".join(
        [
            "<!DOCTYPE html>",
            f'<html lang="{"zh-CN" if page.language == "zh" else "en"}">',
            "<head>",
            '<meta charset="utf-8">',
            f'<meta http-equiv="Content-Security-Policy" content="{_POLICY.format(hosts="".join(f" https://{h}" for h in page.hosts))}">',
            '<meta name="viewport" content="width=device-width, initial-scale=1">',
            '<meta name="referrer" content="no-referrer">',
            tag("title", page.title),
            '<link rel="icon" href="data:,">',
            _without_figure_meta(head),
            f"<style>{own_text(_STYLES)}</style>",
            "</head>",
            "<body>",
            tag("main", Html(figure.html.render()), page.on_map, id="stage"),
            page.panel,
            page.templates,
            tag("script", to_json(page.data), type="application/json", id="page-data"),
            tag("script", sheets_json(page.sheets), type="application/json", id="page-sheets"),
            f"<script>{figure.script.render()}</script>",
            f'<script>(function () {{\n"use strict";\n{own_text(_SCRIPTS)}\n}})();</script>',
            "</body>",
            "</html>\n",
        ]
    )
    require_closed(text)
    return text.encode("utf-8")


def own_text(names: tuple[str, ...]) -> str:
    """The project's own style sheets or scripts, one after the other."""
    return "\n".join((_OWN / name).read_text(encoding="utf-8") for name in names)


def sheets_json(sheets: dict) -> Html:
    """Pictures as JSON; nothing but base64, names made here and numbers, so that nothing has to be escaped."""
    text = json.dumps(sheets, separators=(",", ":"))
    assert not set("<>&`") & set(text), "base64 has no character that means something to a page"
    return Html(text)


def _without_figure_meta(head: str) -> str:
    """Folium's head without what the page says itself: encoding, and a viewport that forbids zooming."""
    return re.sub(r"<meta\s[^>]*>\s*", "", head)


def inline(head: str) -> str:
    """Scripts and style sheets in place of their addresses; raises :class:`UnknownAsset` naming any other address."""

    def replace(found: re.Match) -> str:
        url = found["js"] if found["js"] is not None else found["css"]
        if url not in _ASSETS:
            raise UnknownAsset(f"the page asks for {url}, and no installed package is known to hold it (pipeline/maps/page.py, _ASSETS)")
        text = _SOURCE_MAP.sub("", asset(_ASSETS[url]))
        return f"<script>{text}</script>" if found["js"] is not None else f"<style>{with_images(text)}</style>"

    return _LOADED.sub(replace, head)


def asset(name: str) -> str:
    """Text of a file of the installed Leaflet package."""
    return (_leaflet() / name).read_text(encoding="utf-8")


def with_images(css: str) -> str:
    """A style sheet with its pictures as data URIs."""

    def replace(found: re.Match) -> str:
        path = found[1]
        if path.startswith(("#", "data:")):
            return found[0]
        file = _leaflet() / path
        if ".." in path or not file.is_file() or file.suffix != ".png":
            raise UnknownAsset(f"the style sheet asks for {path}, which is not in the installed package")
        return f"url(data:image/png;base64,{base64.b64encode(file.read_bytes()).decode('ascii')}"

    return _URL.sub(replace, css)


def _leaflet() -> Path:
    from xstatic.pkg import leaflet

    return Path(leaflet.BASE_DIR)


# --- the check -----------------------------------------------------------------------------------------------

_LOADING = {"src", "srcset", "data", "action", "formaction", "poster", "background", "manifest", "ping", "xlink:href"}
_PAGE = re.compile(r"^(#[\w-]*|index\.html|\d{6}[^:/\\?#]*\.html|\.\./(report|cover|tabulate|carbon|siting)/\w+\.\w+)$")


class _Doorman(HTMLParser):
    """Collects every address a browser would load or follow, and the text of style sheets."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.loaded: list[str] = []
        self.css: list[str] = []
        self._in_style = False

    def handle_starttag(self, name: str, attributes: list[tuple[str, str | None]]) -> None:
        for key, value in attributes:
            value = value or ""
            inside = value.startswith("data:")
            if key == "xlink:href":  # within a drawing: a part of itself
                inside = inside or value.startswith("#")
            if key == "href":
                inside = inside if name == "link" else bool(_PAGE.match(value))
            if key in {*_LOADING, "href"} and not inside:
                self.loaded.append(value)
            if key == "style":
                self.css.append(value)
            if key.startswith("on"):
                self.loaded.append(f"{key}={value}")
        self._in_style = name == "style"

    def handle_endtag(self, name: str) -> None:
        self._in_style = False

    def handle_data(self, data: str) -> None:
        if self._in_style:
            self.css.append(data)


def require_closed(text: str) -> None:
    """Raise :class:`UnknownAsset` when the page would load anything that is not in it."""
    doorman = _Doorman()
    doorman.feed(text)
    doorman.close()
    for css in doorman.css:
        doorman.loaded += [u for u in _URL.findall(css) if not u.startswith(("data:", "#"))]
        if "@import" in css:
            doorman.loaded.append("@import")
    if doorman.loaded:
        raise UnknownAsset(f"the page would load {', '.join(dict.fromkeys(doorman.loaded))[:300]}")
