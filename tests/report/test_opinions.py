"""选址核查意见: each site on a page of its own, in Word and on the HTML page alike, with all that its letter needs."""

import re
from html import unescape
from urllib.parse import unquote

import docx
import pytest
from conftest import ROOT, run_pipeline

from pipeline.core import figures, tables
from pipeline.report import opinions
from pipeline.report.model import numeral
from pipeline.report.words import say

PARTS = ("基本情况", "核查结论", "触及的规定", "须满足的条件与程序要求", "待查事项与所缺图层", "周边距离、地形与自然条件", "电量与影响",
         "签署与说明")  # fmt: skip
SOMETIMES = ("与其他候选场址的关系", "规划相关内容")  # where there is something to say


def document(documents):
    return docx.Document(documents.folder / "site_opinions.docx")


def table(documents, schema):
    return tables.read_csv(documents.out / f"{schema.name}.csv", schema)


def pages(documents) -> dict[str, str]:
    """Text of each site's page of the Word document, its tables with it, in order."""
    made, name = {}, None
    body = document(documents)
    for block in body.iter_inner_content():
        if isinstance(block, docx.text.paragraph.Paragraph):
            if block.style.name == "Heading 2":
                name = block.text.split(" ")[0]
                made[name] = ""
                assert block.paragraph_format.page_break_before
            text = block.text
        else:
            text = "\n".join(cell.text for row in block.rows for cell in row.cells)
        if name:
            made[name] += text + "\n"
    return made


def test_every_site_has_a_page_and_every_part_on_it(documents):
    sites = table(documents, tables.SITE_SCREENING)
    found = pages(documents)
    assert list(found) == list(sites.site_id)
    for site in sites.itertuples():
        text = found[site.site_id]
        parts = [p for p in re.findall(r"\n[一二三四五六七八九十]、(.+)(?=\n)", text) if p not in SOMETIMES]
        assert parts == list(PARTS), site.site_id
        assert site.name in text and f"{site.lon:.6f}" in text and site.county_name in text and "日期" in text
        assert f"结论：{ {'prohibited': '禁止', 'unknown': '待查', 'conditional': '有条件', 'allowed': '允许'}[site.verdict] }" in text
        assert "示例，非真实项目" in text and "虚构示例" in text


def test_page_names_every_broken_rule_with_basis_date_layer_and_share(documents):
    reasons = table(documents, tables.SITE_REASONS)
    found = pages(documents)
    broken = reasons[(reasons.outcome == "broken") & (reasons.state != "soft")]
    assert len(broken)
    for r in broken.itertuples():
        text = found[r.site_id]
        assert f"{r.title}（{r.rule_id}" in text and r.requirement in text and r.legal_basis in text
        assert r.valid_from != r.valid_from or f"{r.valid_from} 起施行" in text
        if r.layer in ("capacity_mw", "area_hm2"):
            assert "场址自身属性" in text
        else:
            assert "MODIS" in text and "（2019）" in text and f"占场址 {figures.share(r.share)} %" in text


def test_page_names_for_every_unknown_rule_the_layer_and_who_holds_it(documents):
    reasons = table(documents, tables.SITE_REASONS)
    names = tables.read_csv(ROOT / "layers/rules/layers.csv", tables.LAYER_NAMES).set_index("layer")
    found = pages(documents)
    for r in reasons[reasons.outcome == "unknown"].itertuples():
        text = found[r.site_id]
        assert r.rule_id in text
        if isinstance(r.layer, str):  # contiguous land is of no layer of its own
            assert names.name_zh[r.layer] in text and names.holder_zh[r.layer] in text, (r.site_id, r.rule_id)
    assert "周边距离因缺少“待查事项”中的图层未知" in found["S01"] and "变电站" in found["S01"]


def test_a_letter_tells_to_move_where_nearly_all_of_the_site_breaks_a_hard_rule(documents):
    reasons = table(documents, tables.SITE_REASONS)
    found = pages(documents)
    hard = reasons[(reasons.outcome == "broken") & (reasons.state == "hard")]
    assert len(hard) and (hard.share >= 0.95).all()
    for r in hard.itertuples():
        assert re.search(rf"须另行选址：[^\n]*{r.title}", found[r.site_id])
        assert "退出触及下列规定的部分" not in found[r.site_id]


class Words:
    """As much of the report's data as a few sentences need."""

    language = "zh"

    def say(self, key, /, **params):
        return say(key, "zh", **params)

    def join(self, texts):
        return "、".join(texts)


@pytest.mark.parametrize(
    ("share", "expected", "others"),
    [(1.0, "须另行选址", ("退出", "调整方案")), (0.95, "须另行选址", ("退出", "调整方案")), (0.949, "退出触及下列规定的部分", ("须另行选址", "调整方案")),
     (None, "调整方案，符合下列规定：红线（不得占用）", ("须另行选址", "退出"))],
)  # fmt: skip
def test_what_a_hard_rule_asks_for_follows_from_its_share_of_the_site(share, expected, others):
    row = {"outcome": "broken", "state": "hard", "share": share, "title": "红线", "requirement": "不得占用", "legal_basis": "法"}
    text = "\n".join(p.text for p in opinions._conditions(Words(), {"kind": "pv"}, [row]))
    assert expected in text and not any(o in text for o in others)


def test_letters_name_no_rule_of_other_provinces_and_no_plan_item_of_other_kinds(documents):
    found = pages(documents)
    sites = table(documents, tables.SITE_SCREENING).set_index("site_id")
    for site_id, text in found.items():
        assert not re.search("陕西|重点国有林区|屋顶", text), site_id
        plan = text.partition("、规划相关内容\n")[2].partition("、签署与说明\n")[0]
        assert "地热" not in plan.split("。规划")[0]
        wrong = "，集中式风电：" if sites.kind[site_id] == "pv" else "，地面光伏："
        assert wrong not in plan, site_id
    assert any("、规划相关内容" in text for text in found.values())


def test_nothing_lost_is_said_in_words_and_small_figures_are_never_zero(documents):
    found = pages(documents)
    sites = table(documents, tables.SITE_SCREENING).set_index("site_id")
    for site_id, text in found.items():
        assert not re.search(r"(?<![\d.])0\.0+ (年|tC|hm²|个百分点)", text), site_id
        if sites.carbon_loss_tc[site_id] == 0:
            assert "无须回收：不损失植被碳" in text


def test_page_of_html_is_the_same_and_reached_by_site_id(documents):
    source = (documents.folder / "report.html").read_text(encoding="utf-8")
    anchors = set(re.findall(r'<h3 id="([^"]+)"', source))
    links = {unescape(unquote(a)) for a in re.findall(r'<a href="#(site-[^"]+)"', source)}
    assert {f"site-{i}" for i in table(documents, tables.SITE_SCREENING).site_id} == anchors == links
    html_tables = [t for key, group in documents.html.tables.items() if key.startswith("op_") for t in group]
    word_tables = [[[c.text for c in row.cells] for row in t.rows] for t in document(documents).tables]
    assert sorted(map(str, html_tables)) == sorted(map(str, word_tables))


def test_plan_conflicts_and_site_tables_are_in_report_and_workbook(documents):
    assert len(documents.html.tables["conflicts"][0]) == 1 + len(table(documents, tables.PLAN_CONFLICT))
    for sheet, schema in (
        ("场址距离", tables.SITE_DISTANCE),
        ("场址地形", tables.SITE_TERRAIN),
        ("场址分县", tables.SITE_COUNTY),
        ("规划冲突", tables.PLAN_CONFLICT),
    ):
        assert len(documents.sheet(sheet)) == len(table(documents, schema)), sheet


def test_hostile_ids_and_names_stay_text_and_can_be_reached(hostile):
    source = (hostile.folder / "report.html").read_text(encoding="utf-8")
    assert "<script>" not in source and 'id="site-=A1"' in source and 'href="#site-%3DA1"' in source
    text = "\n".join(p.text for p in document(hostile).paragraphs)
    assert "<script>alert(1)</script>" in text and "合成数据" in text


def test_english_pages_hold_no_chinese_sentence(english):
    text = "\n".join(p.text for p in document(english).paragraphs if p.style.name == "Heading 4")
    assert "Verdict" in text and not re.search("[\u4e00-\u9fff]", text)


def test_more_sites_than_pages_are_told(tmp_path, default_outputs):
    config = tmp_path / "config.yaml"
    config.write_text(
        (ROOT / "config.yaml").read_text(encoding="utf-8").replace("site_opinions: 200", "site_opinions: 2"), encoding="utf-8"
    )
    import shutil

    shutil.copytree(default_outputs, tmp_path / "out")
    done = run_pipeline("report", "--config", config, "--out", tmp_path / "out")
    assert done.returncode == 0, done.stderr
    made = docx.Document(tmp_path / "out/report/site_opinions.docx")
    assert sum(p.style.name == "Heading 2" for p in made.paragraphs) == 2
    assert any("前 2 个场址" in p.text and "共有 12 个" in p.text for p in made.paragraphs)


@pytest.mark.parametrize(
    ("n", "said"), [(9, "九"), (10, "十"), (21, "二十一"), (100, "一百"), (105, "一百零五"), (112, "一百一十二"), (230, "二百三十")]
)
def test_numerals(n, said):
    assert numeral(n) == said
