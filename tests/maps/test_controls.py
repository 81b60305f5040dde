"""Every control of the map in a real browser, by mouse and by keyboard; what is said is what is so."""

from __future__ import annotations

import importlib.util
import itertools
import json
import re
from pathlib import Path
from unicodedata import normalize

import browser
import numpy as np
import pytest
import shapely
from pypdf import PdfReader
from pyproj import Geod

from pipeline.core import ellipsoid
from pipeline.maps import page as pages_of_maps

pytestmark = pytest.mark.browser

READY = "document.body && document.body.dataset.ready === 'yes'"
GEOD = Geod(a=6378137.0, rf=298.257222101)
CHOOSE = "((id, v) => {{ const e = document.getElementById(id); e.value = v; e.dispatchEvent(new Event('change', {{bubbles: true}})); }})('{}', '{}')"


@pytest.fixture(scope="module")
def tab(tmp_path_factory):
    """One browser for the module."""
    browser.require()
    with browser.chromium(tmp_path_factory.mktemp("chromium") / "profile") as opened:
        opened.size(1280, 800)
        yield opened


def quiet(tab) -> bool:
    return tab.complaints == [] and [r for r in tab.requests if not r.startswith(("file:", "data:", "about:"))] == []


def choose(tab, which: str, value: str) -> None:
    tab.run(CHOOSE.format(which, value))


# --- subjects ------------------------------------------------------------------------------------------------


def test_every_subject_can_be_chosen_and_brings_its_legend(tab, rich_pages):
    for path in rich_pages.values():
        tab.open(path, READY)
        keys = tab.run("[...document.getElementById('theme').options].map(o => o.value)")
        assert len(keys) > 10
        for key in keys:
            choose(tab, "theme", key)
            if key.startswith("rules-"):
                rules = tab.run(f"[...document.getElementById('{key}').querySelectorAll('option:not(:disabled)')].map(o => o.value)")
                assert rules and tab.run(f"!document.getElementById('{key}').hidden")
                for rule in rules:
                    tab.run(
                        f"(e => {{ e.value = '{rule}'; e.dispatchEvent(new Event('change', {{bubbles: true}})); }})(document.querySelector('#{key} select'))"
                    )
                    assert (
                        tab.run("document.querySelector('#theme-legend .theme-title').textContent").split("　")[1] == rule.split("-", 2)[2]
                    )
            elif key:
                assert tab.run("document.querySelectorAll('#theme-legend .classes li').length") > 0, key
                tab.wait("[...document.querySelectorAll('.theme-picture')].every(i => i.complete && i.naturalWidth > 100)")
                assert tab.run("document.querySelectorAll('.theme-picture').length") == 1
            else:
                assert tab.run("document.querySelectorAll('.theme-picture').length") == 0
        assert quiet(tab)


def test_a_subject_is_drawn_in_the_colours_of_its_legend(tab, rich_pages):
    """Pixels of the picture that the browser shows, against the swatches beside it: the palette put in by the page is the right one."""
    tab.open(rich_pages["index"], READY)
    for key in ("cover-0", "carbon", "waters", "zoning-pv", "change-1-0"):
        choose(tab, "theme", key)
        tab.wait("document.querySelector('.theme-picture').complete")
        seen = tab.run(
            "(() => { const i = document.querySelector('.theme-picture'), c = document.createElement('canvas'); c.width = i.naturalWidth; c.height = i.naturalHeight;"
            "const g = c.getContext('2d'); g.drawImage(i, 0, 0); const d = g.getImageData(0, 0, c.width, c.height).data, s = new Set();"
            "for (let k = 0; k < d.length; k += 4) if (d[k + 3]) s.add('rgb(' + d[k] + ', ' + d[k + 1] + ', ' + d[k + 2] + ')'); return [...s]; })()"
        )
        swatches = tab.run("[...document.querySelectorAll('#theme-legend .swatch')].map(e => getComputedStyle(e).backgroundColor)")
        assert seen and set(seen) <= {*swatches, "rgb(233, 229, 216)"}, key


def test_a_pyramid_is_drawn_from_the_page_alone(tab, rich, tmp_path):
    """Cells of 4 m: the raster subject is tiles; they show at every zoom, and what is missing is clear."""
    import dataclasses

    from worlds import write_raster

    path = rich.config.parent / "fine.tif"
    patches = np.random.default_rng(4).integers(1, 4, (25, 25)).astype(np.uint8)
    write_raster(path, np.kron(patches, np.ones((200, 200), np.uint8)), west=112.0, north=36.2, cell=0.2 / 5000, nodata=0)
    facts = rich.facts()
    facts = dataclasses.replace(
        facts,
        products=[dataclasses.replace(facts.land_cover, paths=(path,))],
        change=None,
        disagreement=None,
        zonings={},
        rule_bits={},
        measures={},
    )
    page = tmp_path / "index.html"
    page.write_bytes(rich.build(facts, None))
    tab.open(page, READY)
    assert tab.run("Object.keys(JSON.parse(document.getElementById('page-sheets').textContent)['cover-0'].tiles).length") > 100
    for zoom in (9, 11, 13.4, 16, 18):
        tab.run(
            f"window[JSON.parse(document.getElementById('page-data').textContent).map].setView([36.1, 112.1], {zoom}, {{animate: false}}); 0"
        )
        tab.wait(
            "[...document.querySelectorAll('.theme-tiles img')].length > 0 && [...document.querySelectorAll('.theme-tiles img')].every(i => i.complete && i.naturalWidth > 0)"
        )
    assert quiet(tab)


def test_the_curtain_moves_by_keyboard_and_cuts_both_sides(tab, rich_pages):
    tab.open(rich_pages["index"], READY)
    tab.run("document.getElementById('swipe-toggle').click()")
    choose(tab, "right-theme", "cover-1")
    assert tab.run("document.getElementById('swipe-toggle').getAttribute('aria-pressed')") == "true"
    assert tab.run("document.querySelectorAll('.theme-picture').length") == 2
    tab.run("document.getElementById('swipe').focus()")
    sides = "['theme', 'right'].map(n => getComputedStyle(window[JSON.parse(document.getElementById('page-data').textContent).map].getPane(n)).clip)"
    before = tab.run(sides)
    for _ in range(20):
        tab.key("ArrowRight", 39)
    left, right = tab.run(sides)
    assert [left, right] != before
    edges = [[float(v) for v in re.findall(r"-?[\d.]+", side)] for side in (left, right)]
    assert edges[0][1] == edges[1][3]  # the right of one is the left of the other
    assert tab.run("document.getElementById('swipe').getAttribute('aria-label')") == "卷帘位置：左侧占 60 %"
    assert tab.run("document.querySelector('.swipe-right').textContent") == "右　OWN 2016 土地覆盖"
    tab.run("document.getElementById('swipe-toggle').click()")
    assert tab.run(sides) == ["auto", "auto"] and tab.run("document.querySelectorAll('.theme-picture').length") == 1
    assert quiet(tab)


def test_opacity_and_every_switch(tab, rich_pages):
    tab.open(rich_pages["index"], READY)
    tab.run("(e => { e.value = 40; e.dispatchEvent(new Event('input')); })(document.getElementById('opacity'))")
    assert tab.run("document.querySelector('.leaflet-theme-pane').style.opacity") == "0.4"
    marks = {"sites": ".site-pin, .site-cluster", "names": ".county-name", "relief": ".relief-picture", "lines": "path[role=button]"}
    for layer, mark in marks.items():
        for is_there in (False, True):
            tab.run(f"document.querySelector('[data-layer={layer}]').click()")
            assert tab.run(f"!!document.querySelector('{mark}')") is is_there, layer
    assert tab.run("document.querySelectorAll('path[role=button][aria-label^=pv-]').length") == 0
    tab.run("document.querySelector('[data-layer=areas]').click()")
    assert tab.run("document.querySelectorAll('path[role=button][aria-label^=pv-]').length") == 2
    tab.run("document.querySelector('path[aria-label^=pv-1]').focus()")
    tab.key("Enter", 13)
    tab.wait("document.querySelector('.leaflet-popup').innerText.includes('100.00 hm²')")
    assert quiet(tab)


# --- sites ---------------------------------------------------------------------------------------------------


def test_clusters_hold_every_site_and_open(tab, rich_pages):
    tab.open(rich_pages["index"], READY)
    total = "[...document.querySelectorAll('.ring-count')].reduce((s, t) => s + Number(t.textContent), 0) + document.querySelectorAll('.site-pin').length"
    tab.run("window[JSON.parse(document.getElementById('page-data').textContent).map].setZoom(9, {animate: false}); 0")
    assert tab.run(total) == 60 and tab.run("document.querySelectorAll('.site-cluster').length") > 3
    assert re.match(r"\d+ 个场址：.+ \d+", tab.run("document.querySelector('.site-cluster').getAttribute('aria-label')"))
    tab.run("document.querySelector('.site-cluster').focus()")
    tab.key("Enter", 13)  # nearer, and apart
    assert tab.run("window[JSON.parse(document.getElementById('page-data').textContent).map].getZoom()") > 9
    tab.run("window[JSON.parse(document.getElementById('page-data').textContent).map].setView([36.005, 112.005], 13, {animate: false}); 0")
    assert tab.run("document.querySelectorAll('.site-cluster').length") == 1  # sites at one and the same spot
    tab.run("document.querySelector('.site-cluster').focus()")
    tab.key("Enter", 13)
    tab.wait("document.querySelector('.leaflet-popup .many')")
    assert tab.run("document.querySelectorAll('.leaflet-popup .many button').length") >= 6
    tab.run("document.querySelector('.leaflet-popup .many button').click()")
    tab.wait("document.querySelector('.leaflet-popup .rules')")
    assert quiet(tab)


def test_the_filter_holds_for_map_list_and_count(tab, rich_pages):
    tab.open(rich_pages["index"], READY)
    counted = {
        v: tab.run(f"Number(document.querySelector('[data-filter=kind][value={v}]').closest('label').querySelector('small').textContent)")
        for v in ("pv", "wind")
    }
    assert counted == {"pv": 40, "wind": 20}
    tab.run("document.querySelector('[data-filter=kind][value=pv]').click()")
    assert tab.run("document.getElementById('site-count').textContent") == "显示 20 / 60"
    assert tab.run("document.querySelectorAll('#site-list button').length") == 20
    assert tab.run("[...document.querySelectorAll('#site-list .site-line')].every(e => e.textContent.includes('风电'))")
    total = "[...document.querySelectorAll('.ring-count')].reduce((s, t) => s + Number(t.textContent), 0) + document.querySelectorAll('.site-pin').length"
    assert tab.run(total) == 20
    tab.run("document.querySelector('[data-filter=verdict]').closest('.filters').querySelectorAll('input').forEach(b => b.click())")
    assert tab.run(total) == 0 and tab.run("document.querySelectorAll('#site-list button').length") == 0
    assert quiet(tab)


def test_every_sites_popup_says_verdict_and_law(tab, rich_pages):
    tab.open(rich_pages["149903"], READY)
    count = tab.run("JSON.parse(document.getElementById('page-data').textContent).sites.rows.length")
    assert count >= 10
    for i in range(count):
        tab.run(f"document.querySelector('button[data-site=\"{i}\"]').click()")
        said = tab.run("document.querySelector('.leaflet-popup').innerText")
        assert re.search("允许|有条件|禁止|待查", said) and "装机容量" in said and "场" in said
    assert quiet(tab)


@pytest.mark.parametrize("count", [0, 50_000])
def test_no_sites_and_fifty_thousand_stay_usable(tab, rich, tmp_path, count):
    """The table is made larger after the run: what is tried is the page."""
    import dataclasses

    import pandas as pd

    facts = rich.facts()
    times = count // len(facts.sites) + 1 if count else 0
    every = pd.concat([facts.sites] * times, ignore_index=True)[:count] if count else facts.sites[:0]
    if count:
        numbers = np.random.default_rng(1)
        every = every.assign(
            site_id=[f"S{i}" for i in range(count)],
            name=[f"场址{i}" for i in range(count)],
            lon=112 + 0.2 * numbers.random(count).round(5),
            lat=36 + 0.2 * numbers.random(count).round(5),
        )
    footprints = facts.footprints.iloc[np.arange(count) % len(facts.footprints)].reset_index(drop=True)
    page = tmp_path / "index.html"
    page.write_bytes(rich.build(dataclasses.replace(facts, sites=every, footprints=footprints), None))
    assert page.stat().st_size < 15_000_000
    tab.open(page, READY)
    assert tab.run("performance.now()") < 20_000
    if not count:
        assert "没有候选场址" in tab.run("document.getElementById('panel').innerText") and tab.run(
            "!document.querySelector('.site-pin, .site-cluster')"
        )
        return
    assert tab.run("[...document.querySelectorAll('.site-cluster, .site-pin')].length") < 400
    took = tab.run(
        "(() => { const m = window[JSON.parse(document.getElementById('page-data').textContent).map], t = performance.now(); m.setView([36.1, 112.1], 12, {animate: false}); return performance.now() - t; })()"
    )
    assert took < 3000
    tab.run("document.getElementById('search').focus()")
    tab.type("S49999")
    tab.key("Enter", 13)
    tab.wait("document.querySelector('.leaflet-popup').innerText.includes('场址49999')")
    assert tab.run("document.querySelectorAll('#site-list button').length") == 60
    assert quiet(tab)


# --- names of counties ---------------------------------------------------------------------------------------


def test_names_of_counties_never_lie_on_one_another_and_come_back_when_there_is_room(tab, rich_pages):
    tab.open(rich_pages["index"], READY)
    shown = "[...document.querySelectorAll('.county-name span')].filter(n => getComputedStyle(n).visibility === 'visible').map(n => {const b = n.getBoundingClientRect(); return [b.left, b.top, b.right, b.bottom];})"
    the_map = "window[JSON.parse(document.getElementById('page-data').textContent).map]"
    count = {}
    for zoom in (12, 6, 12):
        tab.run(f"{the_map}.setMinZoom(0), {the_map}.setMaxBounds(null), {the_map}.setView([36.1, 112.1], {zoom}, {{animate: false}}), 1")
        boxes = count[zoom] = tab.run(shown)
        assert not any(a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3] for i, a in enumerate(boxes) for b in boxes[:i])
    assert 1 <= len(count[6]) < len(count[12]) == tab.run("document.querySelectorAll('.county-name').length")
    assert quiet(tab)


# --- search --------------------------------------------------------------------------------------------------


def test_search_finds_counties_and_sites_by_keyboard(tab, rich_pages):
    tab.open(rich_pages["index"], READY)
    tab.run("document.getElementById('search').focus()")
    tab.type("丙")
    assert tab.run(
        "[document.getElementById('search').getAttribute('aria-expanded'), document.querySelectorAll('#search-found li').length]"
    ) == ["true", 1]
    tab.key("ArrowDown", 40)
    assert tab.run("document.getElementById('search').getAttribute('aria-activedescendant')") == "found-0"
    tab.key("Enter", 13)
    tab.wait("document.querySelector('.leaflet-popup .county h3').textContent === '丙县'")
    assert tab.run("document.querySelector('tr.is-selected').dataset.county") == "149903"
    tab.run("(e => { e.value = ''; e.focus(); })(document.getElementById('search'))")
    tab.type("s00017")
    tab.key("Enter", 13)
    tab.wait("document.querySelector('.leaflet-popup .site h3').textContent === '场17'")
    tab.run("(e => { e.value = ''; e.focus(); })(document.getElementById('search'))")
    tab.type("<b>没有")
    assert tab.run("document.getElementById('search-found').innerText") == "没有找到"
    tab.key("Escape", 27)
    assert tab.run("document.getElementById('search-found').hidden")
    assert quiet(tab)


# --- measuring -----------------------------------------------------------------------------------------------

SCRIPT = (Path(pages_of_maps.__file__).parent / "assets" / "geodesy.js").read_text(encoding="utf-8")
PLACES = [
    (35.1, 110.2),
    (35.10001, 110.20001),
    (34.6, 111.9),
    (35.9, 110.9),
    (35.1, 112.0),
    (0.0, 0.0),
    (0.5, 179.5),
    (-41.3, 174.8),
    (60.0, 25.0),
]


def test_distances_are_geodesic(tab, rich_pages):
    tab.open(rich_pages["index"], READY)
    for a, b in itertools.combinations(PLACES[:5] + PLACES[7:], 2):
        found = tab.run(f"(() => {{ {SCRIPT}; return Geodesy.distance({list(a)}, {list(b)}); }})()")
        assert found == pytest.approx(GEOD.inv(a[1], a[0], b[1], b[0])[2], abs=2e-3), (a, b)
    assert tab.run(f"(() => {{ {SCRIPT}; return Geodesy.distance([35, 111], [35, 111]); }})()") == 0


@pytest.mark.parametrize(
    "polygon",
    [
        [(35.0, 111.0), (35.0, 111.01), (35.01, 111.01), (35.01, 111.0)],
        [(34.6, 110.2), (34.9, 111.9), (35.9, 111.5), (35.3, 110.9), (35.8, 110.4)],
        [(34.0, 110.0), (36.0, 112.0), (36.0, 110.0)],
    ],
)
def test_areas_are_those_of_the_pipeline_and_of_proj(tab, rich_pages, polygon):
    """The pipeline's own area, and PROJ's of the same edges followed in small steps."""
    tab.open(rich_pages["index"], READY)
    found = tab.run(f"(() => {{ {SCRIPT}; return Geodesy.area({json.dumps(polygon)}); }})()")
    shape = shapely.Polygon([(lon, lat) for lat, lon in polygon])
    assert found == pytest.approx(ellipsoid.polygon_area_m2(shape), rel=1e-9)
    lon, lat = shapely.get_coordinates(shapely.segmentize(shape, 0.002)).T
    assert found == pytest.approx(abs(GEOD.polygon_area_perimeter(lon, lat)[0]), rel=2e-8)


def test_measuring_by_mouse_and_by_keyboard(tab, rich_pages):
    tab.open(rich_pages["index"], READY)
    tab.run("document.querySelector('[aria-label=量距离]').click()")
    box = tab.run("(r => [r.left, r.top, r.width, r.height])(document.querySelector('.folium-map').getBoundingClientRect())")
    points = [(round(box[0] + box[2] * x), round(box[1] + box[3] * y)) for x, y in ((0.3, 0.4), (0.5, 0.6))]
    for x, y in points:
        tab.click(x, y)
    m = "window[JSON.parse(document.getElementById('page-data').textContent).map]"
    at = [tab.run(f"(p => [p.lat, p.lng])({m}.containerPointToLatLng([{x - box[0]}, {y - box[1]}]))") for x, y in points]
    metres = GEOD.inv(at[0][1], at[0][0], at[1][1], at[1][0])[2]
    said = tab.run("document.querySelector('.measured').textContent")
    assert said.endswith("公里") and float(said.split()[0].replace(",", "")) == pytest.approx(metres / 1000, abs=6e-4)
    assert not tab.run("!!document.querySelector('.leaflet-popup')")  # a click measures, it opens nothing
    tab.run("document.querySelector('[aria-label=量面积]').click()")
    assert tab.run("document.activeElement === document.querySelector('.folium-map')")
    for key, code in (("Enter", 13), ("ArrowRight", 39), ("Enter", 13), ("ArrowDown", 40), ("Enter", 13)):
        tab.key(key, code)
        tab.run("new Promise(r => setTimeout(r, 350))")
    said = tab.run("document.querySelector('.measured').textContent")
    mu, hectares = (float(v.replace(",", "")) for v in re.findall(r"[\d,.]+", said))
    assert "亩" in said and "公顷" in said and hectares > 0 and mu == pytest.approx(hectares * 15, rel=1e-3)
    tab.key("Escape", 27)
    assert tab.run("document.getElementById('measure').hidden") and quiet(tab)


def test_the_place_under_the_pointer_is_told(tab, rich_pages):
    tab.open(rich_pages["index"], READY)
    box = tab.run("(r => [r.left, r.top, r.width, r.height])(document.querySelector('.folium-map').getBoundingClientRect())")
    tab.call("Input.dispatchMouseEvent", type="mouseMoved", x=box[0] + 300, y=box[1] + 300)
    m = "window[JSON.parse(document.getElementById('page-data').textContent).map]"
    lat, lon = tab.run(f"(p => [p.lat, p.lng])({m}.containerPointToLatLng([300, 300]))")
    said = tab.run("document.getElementById('coordinates').textContent")
    found = [float(v) for v in re.findall(r"([\d.]+)°", said)]
    assert found == pytest.approx([lon, lat], abs=1e-5) and "CGCS2000" in said


# --- paper, reading aids, online base map ---------------------------------------------------------------------


def test_a_printed_sheet_is_a4_landscape_with_title_legend_and_sources(tab, rich_pages, tmp_path):
    tab.open(rich_pages["index"], READY)
    choose(tab, "theme", "change-1-0")
    pdf = tab.printed(tmp_path / "sheet.pdf")
    boxes = re.findall(rb"/MediaBox \[0 0 ([\d.]+) ([\d.]+)\]", pdf.read_bytes())
    assert len(boxes) == 1 and [round(float(v)) for v in boxes[0]] == [842, 595]
    assert quiet(tab) and not tab.run("document.body.classList.contains('printing')")
    said = normalize("NFKC", "".join(page.extract_text() for page in PdfReader(pdf).pages)).replace("‒", "–")  # as fonts map their signs
    for part in (
        "某市",
        "OWN 2016–2021 森林变化",
        "内部使用",
        "新增森林",
        "数据来源",
        "km",
        "北",
        "A4 原大",
        "墨卡托",
        "打印日期",
        "某市范围",
    ):
        assert part in said, part


BOX = "(s => (r => [r.left, r.top, r.right, r.bottom])(document.querySelector(s).getBoundingClientRect()))('{}')"


@pytest.mark.parametrize("name", ["index", "149903"])
def test_nothing_on_a_printed_sheet_lies_on_anything_else_and_the_map_fills_its_frame(tab, rich_pages, name):
    """Laid out as for paper but still on the screen, so that places can be measured."""
    tab.open(rich_pages[name], READY)
    choose(tab, "theme", "change-1-0")
    tab.run("document.getElementById('swipe-toggle').click()")
    seen = tab.run("document.getElementById('stage').innerText")
    tab.run("window.dispatchEvent(new Event('beforeprint'))")
    sheet, frame, head, foot, legend, bar, north = (
        tab.run(BOX.format(s)) for s in ("#stage", ".folium-map", "#print-head", "#print-foot", ".legend-body", "#swipe-bar", "#north")
    )
    assert head[3] <= frame[1] and frame[3] <= foot[1] and foot[3] <= sheet[3] + 1 and sheet[2] == pytest.approx(273 / 25.4 * 96, abs=1)
    assert frame[2] <= legend[0] and legend[3] <= foot[1] + 1 and legend[2] <= sheet[2] + 1  # two legends: set smaller, not cut
    assert (bar[0] + bar[2]) / 2 == pytest.approx((frame[0] + frame[2]) / 2, abs=2)  # the curtain hangs where the pictures are cut
    assert frame[0] < north[0] and frame[1] < north[1]
    scale, sources, state = (tab.run(BOX.format(s)) for s in ("#print-scale", ".print-sources", ".print-state"))
    assert scale[2] < sources[0] and sources[2] < state[0] and max(scale[3], sources[3], state[3]) <= sheet[3] + 1
    assert tab.run("document.querySelector('#print-foot .leaflet-control-scale-line').offsetWidth") > 20
    m = tab.run("JSON.parse(document.getElementById('page-data').textContent).map")
    b = json.dumps(tab.run("JSON.parse(document.getElementById('page-data').textContent).bounds"))
    width, height = tab.run(
        f"(m => (a => (c => [c.x - a.x, a.y - c.y])(m.latLngToContainerPoint({b}[1])))(m.latLngToContainerPoint({b}[0])))({m})"
    )
    room = [frame[2] - frame[0], frame[3] - frame[1]]
    assert width <= room[0] - 30 and height <= room[1] - 30
    assert max(width / (room[0] - 32), height / (room[1] - 32)) > 0.99
    (west, lat), (east, _) = (tab.run(f"(p => [p.lng, p.lat])({m}.containerPointToLatLng([{x}, {room[1] / 2}]))") for x in (0, room[0]))
    scale = float(re.search(r"1:([\d,]+)", tab.run("document.getElementById('print-scale').textContent"))[1].replace(",", ""))
    assert scale == pytest.approx(GEOD.inv(west, lat, east, lat)[2] / (room[0] / 96 * 0.0254), rel=6e-3)
    tab.run("window.dispatchEvent(new Event('afterprint'))")
    assert tab.run("document.getElementById('stage').innerText") == seen and quiet(tab)


@pytest.mark.parametrize("size", [(1280, 800), (360, 740)])
def test_axe_finds_nothing_serious(tab, rich_pages, pages, size):
    spec = importlib.util.find_spec("axe_playwright_python")
    script = (Path(spec.origin).parent / "axe.min.js").read_text(encoding="utf-8")
    tab.size(*size)
    try:
        for path in (*rich_pages.values(), pages["index"], pages["140827"]):
            tab.open(path, READY)
            tab.run(script + "; 0")
            for step in (
                "0",
                "document.getElementById('legend').open = true",
                "document.getElementById('swipe-toggle').click()",
                "document.querySelector('[aria-label=量面积]').click()",
                "(e => e && e.click())(document.querySelector('button[data-site]'))",
            ):
                tab.run(f"{step}; 0")
                tab.wait("[...document.querySelectorAll('.leaflet-popup')].every(p => getComputedStyle(p).opacity === '1')")
                found = tab.run(
                    "axe.run(document, {resultTypes: ['violations']}).then(r => r.violations.map(v => [v.impact, v.id, v.nodes.slice(0, 3).map(n => n.html.slice(0, 160) + ' ' + n.failureSummary.slice(0, 200))]))"
                )
                assert [v for v in found if v[0] in ("serious", "critical")] == [], (path.name, step)
    finally:
        tab.size(1280, 800)


def test_the_smallest_phone_sees_everything(tab, rich_pages):
    tab.size(360, 740)
    try:
        for path in rich_pages.values():
            tab.open(path, READY)
            assert tab.run("document.documentElement.scrollWidth") <= 360
            tab.run("document.getElementById('legend').open = true")
            box = tab.run("(r => [r.left, r.right, r.top])(document.getElementById('legend').getBoundingClientRect())")
            assert box[0] >= 0 and box[1] <= 360 and box[2] >= 0
            assert quiet(tab)
    finally:
        tab.size(1280, 800)


def test_without_being_asked_for_there_is_no_base_map_and_no_way_out(rich_pages):
    for path in rich_pages.values():
        text = path.read_text(encoding="utf-8")
        assert re.search(r'Content-Security-Policy" content="[^"]*https:', text) is None and 'data-layer="base"' not in text


def test_an_online_base_map_asks_for_the_key_and_only_its_host(tab, rich):
    page = rich.pages(base_map="tianditu")["index"]
    text = page.read_text(encoding="utf-8")
    assert set(
        re.findall(r"https://([^ ;\"]+)", text.split("</head>")[0].split('Content-Security-Policy" content="')[1].split('"')[0])
    ) == {f"t{i}.tianditu.gov.cn" for i in range(8)}
    tab.open(page, READY)
    assert quiet(tab)
    tab.run("document.querySelector('[data-layer=base]').click()")
    assert tab.run("document.querySelector('#key-form input').type") == "password" and quiet(tab)
    tab.run("document.querySelector('#key-form input').focus()")
    tab.type("0123456789abcdef")
    tab.key("Enter", 13)
    tab.run("document.querySelector('#key-form') && document.querySelector('#key-form').requestSubmit()")
    tab.wait("document.querySelectorAll('.leaflet-base-pane img').length > 0")
    tab.run("new Promise(r => setTimeout(r, 500))")
    asked = [r for r in tab.requests if r.startswith("http")]
    assert asked and all(re.match(r"https://t[0-7]\.tianditu\.gov\.cn/(vec|cva)_w/wmts\?.*tk=0123456789abcdef$", r) for r in asked)
    assert "0123456789abcdef" not in page.read_text(encoding="utf-8")
    assert tab.run("localStorage.getItem('tianditu-tk')") is None  # kept only when the reader says so
