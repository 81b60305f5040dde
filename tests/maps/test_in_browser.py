"""The pages in a real browser without a network: nothing is asked for, nothing fails, a click tells everything."""

from __future__ import annotations

import browser
import pytest

pytestmark = pytest.mark.browser

READY = "document.body && document.body.dataset.ready === 'yes'"


@pytest.fixture(scope="module")
def tab(tmp_path_factory):
    """One browser for the module."""
    browser.require()
    with browser.chromium(tmp_path_factory.mktemp("chromium") / "profile") as opened:
        opened.size(1280, 800)
        yield opened


def outside(tab) -> list[str]:
    """Requests for anything but files on this machine and what is inside the page."""
    return [r for r in tab.requests if not r.startswith(("file:", "data:", "about:"))]


def test_all_pages_load_nothing_and_complain_of_nothing(tab, pages):
    assert len(pages) == 14
    for code, path in pages.items():
        tab.open(path, READY)
        assert outside(tab) == [], path.name
        assert [r for r in tab.requests if r.startswith("file:")] == [path.resolve().as_uri()], path.name
        assert tab.complaints == [], path.name
        assert tab.run("document.documentElement.lang") == "zh-CN"
        assert tab.run("document.querySelector('.theme-picture').naturalWidth > 500"), path.name
        box = tab.run("(r => [r.left, r.top, r.width])(document.querySelector('h1').getBoundingClientRect())")
        assert box[2] > 40 and 0 <= box[1] < 400
        assert tab.run("document.querySelector('#panel').innerText.includes('森林覆盖率')")
        if code == "index":
            names = tab.run("[...document.querySelectorAll('.county-name')].map(e => e.textContent)")
            assert len(names) == 13 and "垣曲县" in names


@pytest.mark.filterwarnings("ignore:Dataset has no geotransform")
def test_a_page_is_whole_where_no_network_exists(pages, tmp_path):
    """In a network namespace without any other machine a page paints, nothing it asks for fails, and it complains of nothing."""
    import rasterio

    seen = browser.seen_alone(pages["140802"], READY, tmp_path / "page.png")
    assert seen["is_alone"]
    assert [r for r in seen["requests"] if not r.startswith("data:")] == [pages["140802"].resolve().as_uri()]
    assert seen["failures"] == [] and seen["complaints"] == []
    assert seen["paint_ms"] is not None
    with rasterio.open(tmp_path / "page.png") as picture:
        colours = {tuple(c) for c in picture.read((1, 2, 3)).reshape(3, -1).T[::7].tolist()}
    assert len(colours) > 100  # land, lines, texts: not an empty window


def test_a_page_that_wants_the_network_is_seen_failing_there(tmp_path):
    """The control of the test above."""
    wants = tmp_path / "wants.html"
    wants.write_text(
        '<body data-ready=yes><img src="http://192.0.2.1/x.png"><script>fetch("http://127.0.0.1:9/")</script>', encoding="utf-8"
    )
    seen = browser.seen_alone(wants, f"{READY} && document.images[0].complete", tmp_path / "page.png")
    assert "http://192.0.2.1/x.png" in seen["requests"]
    assert any("ERR_INTERNET_DISCONNECTED" in f or "ERR_ADDRESS_UNREACHABLE" in f for f in seen["failures"]), seen["failures"]


def test_a_site_opens_with_its_verdict_and_the_law(tab, pages):
    tab.open(pages["140827"], READY)
    tab.run("document.querySelector('.site-pin').click()")
    tab.wait("document.querySelector('.leaflet-popup .site')")
    said = tab.run("document.querySelector('.leaflet-popup').innerText")
    for part in ("禁止（指示性）", "远大于场址", "PV-05a", "林资发〔2015〕153号", "占场址 100 %", "待查规则", "GWh", "满发小时", "示例"):
        assert part in said, part
    assert "GEN-01" not in said  # folded away until asked for
    tab.run("[...document.querySelectorAll('.leaflet-popup details')].forEach(d => d.open = true)")
    tab.wait("document.querySelector('.leaflet-popup').innerText.includes('GEN-01')")
    assert "土地管理法" in tab.run("document.querySelector('.leaflet-popup').innerText")
    assert tab.run("document.querySelector('.leaflet-popup-close-button').getAttribute('aria-label')") == "关闭"
    assert tab.complaints == []


def test_a_wind_site_says_why_there_is_no_energy(tab, pages):
    tab.open(pages["140828"], READY)
    tab.run("[...document.querySelectorAll('button[data-site]')].find(b => b.innerText.includes('风电')).click()")
    tab.wait("document.querySelector('.leaflet-popup .site')")
    said = tab.run("document.querySelector('.leaflet-popup').innerText")
    assert "没有轮毂高度风速资料" in said and "待查" in said


def test_the_keyboard_opens_a_county_and_escape_closes_it(tab, pages):
    tab.open(pages["index"], READY)
    tab.run("document.querySelector('path[aria-label=\"垣曲县\"]').focus()")
    tab.key("Enter", 13)
    tab.wait("document.querySelector('.leaflet-popup .county')")
    href = tab.run("document.querySelector('.leaflet-popup .county a').getAttribute('href')")
    assert href.startswith("140827_") and href.endswith(".html")
    tab.key("Escape", 27)
    tab.wait("!document.querySelector('.leaflet-popup .county')")
    tab.run("document.querySelector('path[aria-label=\"垣曲县\"]').focus()")
    tab.key("Enter", 13)
    tab.wait("document.querySelector('.leaflet-popup .county')")
    tab.run("document.querySelector('.leaflet-popup .county a').click()")
    tab.wait("document.title.startsWith('垣曲县')")
    assert tab.complaints == []


def test_switches_hide_and_show_their_layers(tab, pages):
    tab.open(pages["index"], READY)
    for layer, mark in (("sites", ".site-pin"), ("names", ".county-name")):
        assert tab.run(f"!!document.querySelector('{mark}')")
        tab.run(f"document.querySelector('[data-layer={layer}]').click()")
        tab.wait(f"!document.querySelector('{mark}')")
        tab.run(f"document.querySelector('[data-layer={layer}]').click()")
        tab.wait(f"document.querySelector('{mark}')")


def test_the_picture_lies_on_its_cell(tab, pages, facts):
    """The middle of a cell of the source, projected by Leaflet, falls on that class's colour in the drawn picture."""
    import numpy as np

    from pipeline.core.legend import class_colours
    from pipeline.core.rasters import open_raster, raster_grid, read_codes

    layer = facts.land_cover
    with open_raster(layer) as dataset:
        grid = raster_grid(layer, dataset)
        codes, known = read_codes(layer, dataset, 0, grid.height)
    keys = dict(zip(layer.legend.code.astype(int), layer.legend.class_key, strict=True))
    area = facts.places.frame.geometry.union_all()
    import shapely

    tab.open(pages["index"], READY)
    tab.run(
        "window.probe = (() => { const img = document.querySelector('.theme-picture'); const c = document.createElement('canvas');"
        "c.width = img.naturalWidth; c.height = img.naturalHeight; const g = c.getContext('2d'); g.drawImage(img, 0, 0);"
        "const map = window[JSON.parse(document.getElementById('page-data').textContent).map]; const frame = document.querySelector('.folium-map').getBoundingClientRect();"
        "return (lat, lon) => { const p = map.latLngToContainerPoint([lat, lon]); const r = img.getBoundingClientRect();"
        "const x = (p.x + frame.left - r.left) / r.width * c.width, y = (p.y + frame.top - r.top) / r.height * c.height;"
        "return [...g.getImageData(Math.floor(x), Math.floor(y), 1, 1).data]; }; })()"
    )
    tried = 0
    for row, column in np.argwhere(known):
        lon, lat = float(grid.x(column + 0.5)), float(grid.y(row + 0.5))
        if not area.contains(shapely.Point(lon, lat)):
            continue
        tried += 1
        assert tab.run(f"window.probe({lat}, {lon})") == [*bytes.fromhex(class_colours()[keys[int(codes[row, column])]][1:]), 255], (
            lon,
            lat,
        )
    assert tried > 400


def test_hostile_names_are_seen_as_text_and_nothing_runs(tab, hostile_pages, hostile_shown):
    for path in hostile_pages:
        tab.open(path, READY)
        tab.run("document.querySelectorAll('details').forEach(d => d.open = true)")
        for i in range(tab.run("document.querySelectorAll('button[data-site]').length")):
            tab.run(f"document.querySelector('button[data-site=\"{i}\"]').click()")
            tab.wait("document.querySelector('.leaflet-popup .site')")
        seen = tab.run("document.body.innerText + [...document.querySelectorAll('template')].map(t => t.content.textContent).join(' ')")
        for name in hostile_shown:
            assert name in seen, name
        tab.run("document.querySelectorAll('path[role=button]').forEach(p => p.dispatchEvent(new MouseEvent('click', {bubbles: true})))")
        assert tab.run("window.hacked") is None
        assert tab.run("document.querySelectorAll('img:not(.theme-picture), svg[onload], script[src]').length") == 0
        assert outside(tab) == [] and tab.complaints == []


def test_a_phone_sees_map_and_headline_and_can_unfold_the_rest(tab, pages):
    tab.size(390, 844)
    try:
        tab.open(pages["140802"], READY)
        assert tab.run("document.documentElement.scrollWidth") <= 390
        assert tab.run("document.querySelector('#stage').getBoundingClientRect().height") > 400
        m = tab.run("JSON.parse(document.getElementById('page-data').textContent).map")
        south = tab.run(f"{m}.latLngToContainerPoint(JSON.parse(document.getElementById('page-data').textContent).bounds[0]).y")
        assert south < tab.run("document.querySelector('.leaflet-control-scale').getBoundingClientRect().top")  # nothing lies on the county
        assert tab.run("document.querySelector('.tiles').getBoundingClientRect().bottom") <= 844
        assert not tab.run("document.querySelector('#panel-body').offsetHeight")
        tab.run("document.getElementById('panel-toggle').click()")
        assert tab.run("document.querySelector('#panel-body').offsetHeight") > 300
        assert tab.complaints == []
    finally:
        tab.size(1280, 800)
