"""Charts: equal bytes, text that stays text, ids of their own, nothing drawn where nothing is known, values beside them."""

import re
import struct
import xml.etree.ElementTree as ET
from importlib.metadata import files

import pytest
from fontTools.ttLib import TTFont
from matplotlib.backends.backend_agg import FigureCanvasAgg

from pipeline.charts import _drawn, png, subjects, svg
from pipeline.charts.kinds import Bars, Chances, Flow, Ranking, Scatter, Stacks, _short
from pipeline.core.legend import class_names

HOSTILE = ["<script>alert(1)</script>", "$\\frac{1}{0$", "_hidden", "{{7*7}}", '"><b>', "\u202eabc", "🌲林" * 30]
SIGNS = subjects.verdict_signs("zh")


def charts() -> list:
    n = len(HOSTILE)
    some = [float(i) for i in range(n - 1)] + [None]
    numbers = [float(i + 1) for i in range(n)]
    return [
        Bars("覆盖率", HOSTILE, some, "%", 18.74, {HOSTILE[0]: some}, some, some, some, ("地图", "目标", HOSTILE[2])),
        Stacks("碳库", HOSTILE, [(HOSTILE[0], "#112233", some), ("b", "#445566", some)], "tC", some, some, "区间"),
        Flow(
            "变化",
            ("2010", "2020"),
            [("a", "b", 3.0), ("b", "a", 1.0)],
            {"a": "#112233", "b": "#445566"},
            {"a": HOSTILE[0], "b": "b"},
            "hm²",
        ),
        Chances("概率", HOSTILE, [0.1] * (n - 1) + [None], 0.95, ("未", "无", "达"), "概率"),
        Ranking("排序", HOSTILE, [0.5] * n, some, some, ["allowed", *["unknown"] * (n - 1)], SIGNS, "得分"),
        Scatter("取舍", HOSTILE, numbers, numbers, ["allowed"] * n, SIGNS, [0, 1], ("x", "y")),
    ]


@pytest.mark.parametrize("chart", charts(), ids=lambda c: type(c).__name__)
def test_a_chart_is_one_wellformed_picture_with_the_same_bytes_every_time_and_no_live_text(chart):
    made = str(svg(chart, "f1"))
    assert made == str(svg(chart, "f1"))
    root = ET.fromstring(made)
    assert root.tag.endswith("svg") and root.get("role") == "img" and root.get("aria-label")
    tags = {e.tag.split("}")[-1] for e in root.iter()}
    assert tags <= {"svg", "g", "path", "defs", "clipPath", "rect", "use", "style"}, "outlines only: no text, script, image or link"
    assert all(v.startswith("#f1-") for e in root.iter() for k, v in e.attrib.items() if k.endswith("href"))


def test_charts_on_one_page_share_no_id_and_every_reference_is_answered():
    ids = [set(re.findall(r'\bid="([^"]*)"', str(svg(c, f"f{i}")))) for i, c in enumerate(charts())]
    assert sum(map(len, ids)) == len(set.union(*ids))
    made = str(svg(charts()[0], "f9"))
    wanted = set(re.findall(r'(?:href="#|url\(#)([^")]*)', made))
    assert wanted and wanted <= set(re.findall(r'\bid="([^"]*)"', made))


def test_a_picture_for_word_has_the_width_asked_for_and_the_same_bytes():
    chart = charts()[0]
    made = png(chart, width_in=5.0, dpi=100)
    assert made == png(chart, width_in=5.0, dpi=100) and made[:4] == b"\x89PNG"
    assert struct.unpack(">I", made[16:20])[0] == 500


def test_chinese_is_drawn_by_the_packaged_font_not_by_boxes():
    drawn = str(svg(Bars("图", ["垣曲县"], [1.0], "%"), "f"))
    glyphs = TTFont(next(f for f in files("zhplot") if f.suffix == ".ttf").locate(), lazy=True)
    wanted = {f"f-NotoSansSC-Regular-{glyphs.getGlyphID(glyphs.getBestCmap()[ord(c)]):x}" for c in "垣曲县"}
    assert wanted <= set(re.findall(r'\bid="([^"]*)"', drawn))


@pytest.mark.parametrize("width_in", [4.6, 7.6])
@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_legend_is_within_the_picture_and_leaves_the_drawing_its_width(width_in, language):
    """Measured by the one who draws, with every class of the legend at once."""
    keys = [k for k in class_names(language) if k != "unknown"]
    parts = [(class_names(language)[k], "#112233", [100 / len(keys)] * 2) for k in keys]
    chart = Stacks("图", ["垣曲县", "盐湖区"], parts, "%")
    with _drawn(chart, width_in) as figure:
        FigureCanvasAgg(figure).draw()
        axes = figure.axes[0]
        legend, whole, own = axes.get_legend().get_window_extent(), figure.bbox, axes.get_window_extent()
        assert legend.x0 >= whole.x0 and legend.x1 <= whole.x1 and legend.y1 <= whole.y1 + 1
        assert own.width > 0.75 * whole.width
        assert own.height / figure.dpi > 2 * 0.2


@pytest.mark.parametrize("count", [3, 9])
def test_names_beside_flows_do_not_lie_on_one_another(count):
    flows = [("a", f"b{i}", 1000.0 / 4**i) for i in range(count)] + [(f"b{i}", "a", 900.0 / 5**i) for i in range(count)]
    names = {k: k for k in ("a", *(f"b{i}" for i in range(count)))}
    chart = Flow("变化", ("2010", "2020"), flows, dict.fromkeys(names, "#112233"), names, "hm²")
    with _drawn(chart, 4.6) as figure:
        FigureCanvasAgg(figure).draw()
        boxes = [t.get_window_extent() for t in figure.axes[0].texts]
    assert all(a is b or not a.overlaps(b) for a in boxes for b in boxes)


def test_names_of_sites_do_not_lie_on_one_another():
    n = 30
    chart = Scatter(
        "取舍",
        [f"Y{i:02d}" for i in range(n)],
        [i * 0.5 for i in range(n)],
        [1.0] * 15 + [50.0] * 15,
        ["allowed"] * n,
        SIGNS,
        range(n),
        ("x", "y"),
    )
    with _drawn(chart, 4.6) as figure:
        FigureCanvasAgg(figure).draw()
        boxes = [t.get_window_extent() for t in figure.axes[0].texts]
    assert len(boxes) >= 8 and all(a is b or not a.overlaps(b) for a in boxes for b in boxes)


@pytest.mark.parametrize(
    ("text", "most", "short"),
    [("垣曲县", 3, "垣曲县"), ("垣曲县城", 3, "垣曲…"), ("2025 target 18.74 %", 18, "2025 target 18.74 %"), ("", 3, "")],
)
def test_texts_are_cut_by_their_width_not_by_their_count(text, most, short):
    assert _short(text, most) == short


def cover_row(code: str, name: str, reading: str, pct, **more) -> dict:
    blank = {f"adjusted_{k}_pct": None for k in ("cover", "low", "high")}
    return (
        {"county_code": code, "county_name": name, "reading": reading, "forest_cover_pct": pct, "target_pct": 18.74, "p_target": None}
        | blank
        | more
    )


def test_cover_bars_follow_the_main_reading_and_the_target_is_drawn_only_where_it_is_one():
    rows = [cover_row("1", "甲", "strict", 10.0), cover_row("1", "甲", "wide", 15.0), cover_row("2", "乙", "strict", None)]
    made = subjects.cover_by_zone(rows, "strict", {"strict": "一", "wide": "二"}, "M 2019", "目标", "zh")
    assert (made.names, made.values, made.marks, made.target) == (["甲", "乙"], [10.0, None], {"二": [15.0, None]}, 18.74)
    assert "—" in made.said() and "10.00" in made.said()
    rows[2]["target_pct"] = 20.0
    assert subjects.cover_by_zone(rows, "strict", {"strict": "一"}, "M", "目标", "zh").target is None
    assert subjects.target_chance(rows, "strict", 0.95, "zh") is None


def test_class_shares_add_up_to_a_hundred_in_every_zone():
    rows = [
        {"county_code": c, "county_name": c, "class_key": k, "area_hm2": a}
        for c, k, a in (("1", "grass", 30.0), ("1", "unknown", 10.0), ("2", "cropland", 5.0), ("2", "grass", 0.0))
    ]
    made = subjects.class_shares(rows, "M", "en")
    assert [sum(v[i] for _, _, v in made.parts) for i in (0, 1)] == pytest.approx([100, 100])
    assert made.parts[-1][0].startswith("unknown"), "what is not known comes last"
    assert subjects.class_shares([], "M", "en") is None


def test_pools_of_a_zone_are_the_sums_over_its_classes():
    stock = [
        {"county_code": "1", "pool": p, "stock_tc": v, "depth_cm": 30 if p == "soc" else None}
        for p, v in (("agb", 10000.0), ("agb", 20000.0), ("soc", 50000.0))
    ]
    summary = [{"county_code": "1", "county_name": "甲", "low_tc": 70000.0, "high_tc": None}]
    made = subjects.carbon_by_pool(stock, summary, "M", "zh")
    assert [v for _, _, v in made.parts] == [[3.0], [5.0]]
    assert (made.low, made.high) == ([7.0], [None])


@pytest.mark.parametrize(
    ("left_out", "shown"), [((), ["pv", "wind", "all"]), (("wind",), ["pv", "wind"]), (("pv", "wind"), ["pv", "wind"])]
)
def test_all_technologies_together_are_shown_only_where_sites_of_several_are_compared(left_out, shown):
    rows = [
        {"scope": scope, "kind": kind, "state": "left_out" if kind in left_out else "front"}
        for scope, kind in (("pv", "pv"), ("wind", "wind"), ("all", "pv"), ("all", "wind"))
    ]
    assert subjects.pareto_scopes(rows) == shown
    assert subjects.pareto_scopes([r for r in rows if r["kind"] == "pv"]) == ["pv"]
    assert subjects.pareto_scopes([]) == []


def test_flows_leave_out_what_stayed_and_what_is_unknown():
    rows = [
        {"county_name": "甲", "product": "M", "year_from": 2010, "year_to": 2020, "class_from": a, "class_to": b, "area_hm2": v}
        for a, b, v in (("grass", "grass", 100.0), ("grass", "built", 3.0), ("unknown", "built", 9.0), ("cropland", "grass", 1.0))
    ]
    assert subjects.change_flow(rows, "en").flows == [("grass", "built", 3.0), ("cropland", "grass", 1.0)]
    assert subjects.change_flow(rows[:1], "en") is None
