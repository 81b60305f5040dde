"""Pages hold all they need, equal runs are equal bytes, numbers are those of the tables."""

import html
import os
import re
from urllib.parse import quote

import folium
import pytest
import shapely
from folium.plugins import BeautifyIcon, Fullscreen
from worlds import make_place

from pipeline import maps
from pipeline.core import figures
from pipeline.core.text import clean
from pipeline.maps import page, shapes
from pipeline.maps.panel import Zone


def text_of(path) -> str:
    return html.unescape(re.sub(r"<[^>]+>", " ", path.read_text(encoding="utf-8").split("</head>", 1)[1]))


# --- nothing is loaded ---------------------------------------------------------------------------------------


def test_an_unknown_asset_stops_the_build():
    with page.counted_ids():
        drawn = page.new_map([[34, 110], [36, 112]])
        Fullscreen().add_to(drawn)
        with pytest.raises(page.UnknownAsset, match=r"fullscreen"):
            page.write(drawn, page.Page("t", "zh", {}, page.Html(""), page.Html(""), page.Html("")))


def test_an_icon_from_elsewhere_stops_the_build():
    with page.counted_ids():
        drawn = page.new_map([[34, 110], [36, 112]])
        folium.Marker([35, 111], icon=BeautifyIcon()).add_to(drawn)
        with pytest.raises(page.UnknownAsset, match="http"):
            page.write(drawn, page.Page("t", "zh", {}, page.Html(""), page.Html(""), page.Html("")))


@pytest.mark.parametrize(
    "markup",
    [
        '<img src="https://example.org/a.png">', '<img src="a.png">', "<script src='x.js'></script>", '<link rel="stylesheet" href="//cdn/x.css">',
        '<a href="https://example.org">', '<a href="javascript:alert(1)">', '<p style="background:url(http://x/y.png)">', "<style>@import 'x.css'</style>",
        "<style>p { background: url('tiles/1.png') }</style>", '<p onclick="x()">', '<form action="http://x">', '<svg><use xlink:href="http://x#a"/></svg>',
    ],
)  # fmt: skip
def test_the_doorman_finds_every_way_out(markup):
    with pytest.raises(page.UnknownAsset):
        page.require_closed(f"<!DOCTYPE html><html><body>{markup}</body></html>")


@pytest.mark.parametrize(
    "markup",
    [
        '<a href="140827_%E5%9E%A3.html">',
        '<a href="index.html">',
        '<use href="#shape-a"/>',
        '<img src="data:image/png;base64,AA">',
        "<p>https://doi.org/x</p>",
    ],
)
def test_the_doorman_lets_the_rest_pass(markup):
    page.require_closed(f"<!DOCTYPE html><html><body>{markup}</body></html>")


def test_leaflet_comes_from_the_installed_package_with_its_pictures():
    head = page.inline(f'<script src="{page._LEAFLET_JS[1]}"></script><link rel="stylesheet" href="{page._LEAFLET_CSS[1]}"/>')
    assert "Leaflet 1.9.3" in head and "sourceMappingURL" not in head and "cdn." not in head
    assert head.count("url(data:image/png;base64,") == 3


def test_head_of_a_page(pages):
    assert len(pages) == 14
    for path in pages.values():
        text = path.read_text(encoding="utf-8")
        assert text.startswith(
            '<!DOCTYPE html>\n<html lang="zh-CN">\n<head>\n<meta charset="utf-8">\n<meta http-equiv="Content-Security-Policy"'
        )
        assert "unsafe-eval" not in text and "jquery" not in text.lower() and "bootstrap" not in text.lower()
        assert path.stat().st_size < 1_000_000
        page.require_closed(text)


# --- equal runs ----------------------------------------------------------------------------------------------


def test_two_builds_are_equal_bytes_and_equal_to_the_run(facts, pages):
    files = {code: maps.file_name(code, name) for code, name, _ in facts.places}
    zone = Zone("140827", "垣曲县", True)
    first, second = (maps.build(facts, facts.places.frame, zone, files).content for _ in range(2))
    assert first == second == pages["140827"].read_bytes()


def test_element_ids_are_random_again_after_a_page():
    with page.counted_ids():
        assert folium.Map(tiles=None)._id == "1"
    assert len(folium.Map(tiles=None)._id) == 32


# --- names ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "file"),
    [
        ("垣曲县", "140827_垣曲县.html"), ('a<b>:"/\\|?*c', "140827_abc.html"), ("县. ", "140827_县.html"), ("\u202e\x00", "140827.html"),
        ("../../x", "140827_x.html"), ("#1%41", "140827_141.html"), ("长" * 100, f"140827_{'长' * 40}.html"),
    ],
)  # fmt: skip
def test_file_names_are_good_on_every_system(name, file):
    assert maps.file_name("140827", name) == file


def test_hostile_names_are_written_as_text_and_never_run(hostile_pages, hostile_shown):
    for path in hostile_pages:
        source, shown = path.read_text(encoding="utf-8"), text_of(path)
        for name in hostile_shown:
            assert name in shown
        assert "49县" not in source and f"县{os.getpid()}" not in source
        assert "<img src=x" not in source and "<svg/onload" not in source and "\u202e" not in source


# --- content -------------------------------------------------------------------------------------------------


def test_the_figures_are_those_of_the_tables(facts, pages):
    for code, path in pages.items():
        zone = "140800" if code == "index" else code
        shown = text_of(path)
        for row in facts.of(facts.cover, zone).itertuples():
            assert f"{figures.pct(row.forest_cover_pct)} %" in shown and row.basis in shown
        carbon = facts.of(facts.summary, zone).iloc[0]
        assert figures.wan_t(carbon.stock_tc) in shown and figures.wan_t(carbon.low_tc) in shown and figures.wan_t(carbon.high_tc) in shown
        for row in facts.of(facts.potential, zone).itertuples():
            assert figures.hm2(row.unknown_hm2) in shown and figures.hm2(row.excluded_hm2) in shown
        assert "无法判定（需补充样本或以一张图为准）" in shown and "内部使用" in shown
        assert facts.of(facts.wetland, zone).limit.iloc[0] in shown


def test_the_legend_is_the_class_table(facts, pages):
    """The classes with land in the zone, each in its name, colour and area, and no other."""
    for code, path in pages.items():
        legend = path.read_text(encoding="utf-8").split('<template id="theme-cover-0">', 1)[1].split("</template>", 1)[0]
        seen = re.findall(r'background:(#\w{6})"></i><span class="entry">([^<]+)</span><b>([^<]+)</b></li>', legend)
        rows = facts.of(facts.land, "140800" if code == "index" else code)
        there = rows[rows.area_hm2 > 0]
        expected = {(facts.class_colours[r.class_key], facts.class_names[r.class_key], figures.hm2(r.area_hm2)) for r in there.itertuples()}
        assert {(c, html.unescape(n), a) for c, n, a in seen} == expected and len(seen) == len(expected)


def test_the_city_page_has_targets_counties_and_links(facts, pages):
    source, shown = pages["index"].read_text(encoding="utf-8"), text_of(pages["index"])
    assert "2025 年 470.00 万千瓦，2030 年 600.00 万千瓦" in shown and "2025 年目标 18.74 %" in shown
    for code, name, _ in facts.places:
        assert name in shown and f'href="{quote(pages[code].name)}"' in source


def test_a_site_shows_every_rule_with_its_basis(facts, pages):
    for row in facts.sites.itertuples():
        shown = text_of(pages[row.county_code])
        own = facts.reasons[facts.reasons.site_id == row.site_id]
        for reason in own.itertuples():
            assert reason.rule_id in shown and clean(reason.title) in shown and clean(reason.legal_basis) in shown
        assert "示例" in shown
        if row.evidence == "indicative":
            assert "指示性" in shown and "远大于场址" in shown


def test_a_chosen_county_has_no_city_figures(cli, tmp_path):
    done = cli("maps", "--out", tmp_path, "--county", "夏县", "--county", "140827")
    assert done.returncode == 0, done.stderr
    assert sorted(p.name for p in (tmp_path / "maps").glob("*.html")) == ["140827_垣曲县.html", "140828_夏县.html", "index.html"]
    shown = text_of(tmp_path / "maps" / "index.html")
    assert "所选 2 个县" in shown and "不代表全市" in shown and "1,418,014.83" not in shown and "13.35" not in shown


def test_made_up_data_are_marked_and_a_review_number_stands_on_the_page(cli, tmp_path):
    config = make_place(
        tmp_path,
        replace={"sites: [{file: sites.csv}]": "sites: [{file: sites.csv, synthetic: true}]\nmaps: {map_review_no: 晋S(2026)001号}"},
    )
    done = cli("maps", "--config", config, "--out", tmp_path / "out")
    assert done.returncode == 0, done.stderr
    for path in (tmp_path / "out" / "maps").glob("*.html"):
        shown = text_of(path)
        assert shown.count("合成数据 SYNTHETIC") >= 2 and "审图号：晋S(2026)001号" in shown and "内部使用" not in shown


def test_pages_without_sites_and_without_a_year(cli, tmp_path):
    config = make_place(tmp_path, replace={"sites: [{file: sites.csv}]": "sites: []", ", year: 2021": "", "language: zh": "language: en"})
    done = cli("maps", "--config", config, "--out", tmp_path / "out")
    assert done.returncode == 0, done.stderr
    text = (tmp_path / "out" / "maps" / "index.html").read_text(encoding="utf-8")
    assert '<html lang="en">' in text and "No candidate sites." in text


# --- shapes --------------------------------------------------------------------------------------------------


def test_a_name_stands_inside_its_county_and_off_the_signs(facts):
    for code, _, geometry in facts.places:
        signs = list(zip(facts.sites.lon, facts.sites.lat, strict=True))
        lat, lon = shapes.label_point(geometry, avoid=signs)
        assert geometry.contains(shapely.Point(lon, lat)), code
        assert all(abs(lon - x) > 0.05 or abs(lat - y) > 0.03 for x, y in signs), code


def test_a_name_is_left_out_where_too_little_of_the_county_shows(facts):
    geometry = facts.places.frame.geometry.iloc[0]
    _, south, east, north = geometry.bounds
    assert shapes.label_point(geometry, (east + 1, south, east + 2, north)) is None


def wavy_counties(points: int):
    """Four squares whose common borders and edges wave, ``points`` vertices a side; a valid coverage."""
    import geopandas as gpd
    import numpy as np

    t = np.linspace(0, 0.1, points)

    def wave(x):
        return 0.002 * np.sin(x * 400) * np.sin(x / 0.1 * np.pi)

    def line(x0, y0, dx, dy):
        return np.round(np.column_stack([x0 + dx * t + dy * wave(t), y0 + dy * t + dx * wave(t)]), 9)

    made = []
    for i in range(4):
        x, y = 112 + 0.1 * (i % 2), 36 + 0.1 * (i // 2)
        ring = [line(x, y, 1, 0), line(x + 0.1, y, 0, 1), line(x, y + 0.1, 1, 0)[::-1], line(x, y, 0, 1)[::-1]]
        made.append(shapely.Polygon(np.concatenate(ring)))
    return gpd.GeoDataFrame({"county_code": [f"14990{i}" for i in range(4)], "county_name": list("甲乙丙丁")}, geometry=made, crs=4490)


def test_outlines_of_twenty_thousand_vertices_become_light_without_gaps_or_overlaps():
    frame = wavy_counties(5_000)
    assert shapely.get_num_coordinates(frame.geometry.values).min() >= 20_000
    assert shapely.coverage_is_valid(frame.geometry.values)
    light = shapes.light(frame)
    assert shapely.get_num_coordinates(light.geometry.values).sum() <= 30_000
    assert shapely.coverage_is_valid(light.geometry.values)
    whole, was = (shapely.union_all(f.geometry.values) for f in (light, frame))
    assert len(shapely.get_parts(whole)) == 1 and shapely.get_num_interior_rings(shapely.get_parts(whole)).sum() == 0
    assert whole.symmetric_difference(was).area < 1e-4 * was.area
    assert sum(g.area for g in light.geometry) == pytest.approx(whole.area, rel=1e-12)  # no slivers


def test_outlines_that_are_light_stay_as_they_are(facts):
    assert shapes.light(facts.places.frame) is facts.places.frame
