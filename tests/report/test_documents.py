"""The three documents hold the figures of the tables after the stated rounding, and say what they stand on."""

import io
import re
import zipfile
from html import unescape
from types import SimpleNamespace

import openpyxl
import pandas as pd
import pytest
from conftest import ROOT, run_pipeline

from pipeline.core import tables
from pipeline.core.figures import number
from pipeline.core.text import clean
from pipeline.core.units import HM2_TO_WANMU, MW_TO_WANKW, T_TO_WANT
from pipeline.report.content import _made_up, _review
from pipeline.report.excel import workbook
from pipeline.report.html import page
from pipeline.report.model import Column, Heading, Para, Report, Table
from pipeline.report.word import column_widths, document
from pipeline.report.words import say

SYNTHETIC = "合成数据 SYNTHETIC"


def table(documents, schema):
    return tables.read_csv(documents.out / f"{schema.name}.csv", schema)


def printed(value, scale=1.0, suffix=""):
    return "—" if value is None or value != value else f"{value * scale:,.2f}{suffix}"


# --- figures -------------------------------------------------------------------------------------------------


def cover_rows(documents):
    """Rows of the main cover table as they must be printed."""
    cover = table(documents, tables.FOREST_COVER)
    rows = cover[cover.reading == "strict"].sort_values(["level", "county_code"], kind="stable")
    return [
        [r.county_name, printed(r.land_area_hm2), printed(r.forest_area_hm2), printed(r.forest_area_hm2, HM2_TO_WANMU),
         printed(r.forest_cover_pct, suffix=" %"), printed(r.gap_pp), printed(r.gap_area_hm2), printed(r.gap_area_hm2, HM2_TO_WANMU), "无法判定"]
        for r in rows.itertuples()
    ]  # fmt: skip


def test_cover_table_equals_csv_in_word_and_html(documents):
    expected = cover_rows(documents)
    assert expected[0][0] == "运城市" and len(expected) == 14
    assert documents.html.tables["forest_cover"][0][1:] == expected
    assert expected in [t[1:] for t in documents.word_tables]


def test_cover_sheet_holds_unrounded_values(documents):
    cover = table(documents, tables.FOREST_COVER)
    rows = documents.sheet("森林覆盖率")
    assert len(rows) == len(cover) and rows[0]["代码"] == "140800"
    by_key = {(r["代码"], r["判读口径"].split()[0]): r for r in rows}
    for r in cover.itertuples():
        row = by_key[r.county_code, r.reading]
        assert row["森林面积（hm²）"] == pytest.approx(r.forest_area_hm2, rel=1e-14)
        assert row["森林面积（万亩）"] == pytest.approx(r.forest_area_hm2 * HM2_TO_WANMU, rel=1e-14)
        assert row["覆盖率"] == pytest.approx(r.forest_cover_pct, rel=1e-14)
        assert row["差距（百分点）"] == pytest.approx(r.gap_pp, rel=1e-14)
        assert row["达标概率"] == "—", "a blank is a dash, never zero"
        assert row["口径"] == r.basis


def test_carbon_and_potential_equal_csv(documents):
    summary = table(documents, tables.CARBON_SUMMARY)
    city = summary[summary.level == "city"].iloc[0]
    line = ["运城市", *(printed(city[c], T_TO_WANT) for c in ("stock_tc", "low_tc", "high_tc", "stock_tco2")), printed(city.tc_hm2)]
    assert documents.html.tables["carbon"][0][1][:6] == line
    assert line in [t[1][:6] for t in documents.word_tables]
    assert documents.sheet("碳储量汇总")[0]["碳储量（万tC）"] == pytest.approx(city.stock_tc * T_TO_WANT, rel=1e-14)
    potential = table(documents, tables.POTENTIAL)
    for kind, printed_table in zip(("pv", "wind"), documents.html.tables["potential"], strict=True):
        for row, shown in zip(
            potential[potential.kind == kind].sort_values(["level", "county_code"]).itertuples(), printed_table[1:], strict=True
        ):
            assert shown[0] == row.county_name
            assert shown[4] == printed(row.unknown_hm2) and shown[6] == printed(row.capacity_if_cleared_mw, MW_TO_WANKW)
            assert shown[7] == printed(row.energy_gwh_yr)
            known = pd.notna(row.energy_gwh_yr)
            assert shown[8] == (f"{printed(row.energy_low_gwh_yr)}–{printed(row.energy_high_gwh_yr)}" if known else "—")
    assert {r[7] for r in documents.html.tables["potential"][1][1:]} == {"—"}, "no wind energy without a wind layer"


def test_avoided_co2_is_a_statistic_of_named_factors(documents):
    avoided = table(documents, tables.AVOIDED_CO2)
    rows = documents.sheet("避免的二氧化碳")
    assert len(rows) == len(avoided) > 0
    assert [r["避免的二氧化碳（tCO2）"] for r in rows] == pytest.approx(list(avoided.avoided_tco2_yr), rel=1e-12)
    shown = documents.html.tables["grid_factors"][0]
    assert ["山西省电力平均二氧化碳排放因子（2022）", "2022", "山西", "0.7096"] in [line[:4] for line in shown]
    text = "\n".join(p.text for p in documents.word.paragraphs)
    assert "不是减排信用，不与碳汇吨数相加" in text and "系统效率 0.80（0.75–0.85）" in text


def test_key_sentences_carry_the_figures(documents):
    text = "\n".join(p.text for p in documents.word.paragraphs if p.style.name == "Key")
    for figure in ("18.74 %", "13.35 %", "5.39 个百分点", "189,363.96 hm²", "284.05 万亩", "无法判定（需补充样本或以一张图为准）",
                   "470 万千瓦", "600 万千瓦", "430 万千瓦", "550 万千瓦", "候选场址 12 个"):  # fmt: skip
        assert figure in text
    stock = table(documents, tables.CARBON_SUMMARY).iloc[0]
    assert f"{printed(stock.stock_tc, T_TO_WANT)} 万tC" in text and f"{printed(stock.stock_tco2, T_TO_WANT)} 万tCO2" in text
    assert text == "\n".join(f"{i}. {t}" for i, t in enumerate(key_sentences(documents), 1)), "Word and HTML say the same"


def key_sentences(documents):
    """The sentences to copy, from the page."""
    source = (documents.folder / "report.html").read_text(encoding="utf-8")
    return [unescape(t) for t in re.findall(r'<p class="key">(.*?)</p>', source)]


def test_word_html_and_workbook_agree_on_every_printed_table(documents):
    html_tables = {
        key: group for key, group in documents.html.tables.items() if not key.startswith("op_")
    }  # pages of sites: test_opinions.py
    assert sorted(str(t) for group in html_tables.values() for t in group) == sorted(map(str, documents.word_tables))


def test_every_class_and_pool_of_the_city_and_every_density_has_a_row(documents):
    stock = table(documents, tables.CARBON_STOCK)
    sheet = documents.sheet("碳储量分项")
    assert len(sheet) == len(stock)
    assert sum(r["碳储量（万tC）"] for r in sheet if r["代码"] == "140800") == pytest.approx(
        stock[stock.level == "city"].stock_tc.sum() * T_TO_WANT, rel=1e-12
    )
    density = table(documents, tables.CARBON_DENSITY)
    rows = documents.sheet("碳密度与出处")
    assert len(rows) == len(density) and all(r["出处"] not in (None, "—") and r["标签"] not in (None, "—") for r in rows)
    blank = density.tc_hm2.isna()
    assert [r["碳密度（tC/hm²）"] == "—" for r in rows] == list(blank)


def test_city_first_then_counties_by_code(documents):
    codes = table(documents, tables.COUNTIES).set_index("county_name").county_code
    for key in ("forest_cover", "readings", "wetland", "carbon", "potential"):
        for shown in documents.html.tables[key]:
            names = [row[0] for row in shown[1:]]
            assert names[0] == "运城市" and list(codes[names]) == sorted(codes[names])


def test_sites_reasons_and_open_rules(documents):
    sites, reasons = table(documents, tables.SITE_SCREENING), table(documents, tables.SITE_REASONS)
    assert len(documents.sheet("候选场址")) == len(sites) and len(documents.sheet("场址理由")) == len(reasons)
    shown = {row[0]: row for row in documents.html.tables["sites"][0][1:]}
    words = {"prohibited": "禁止", "unknown": "待查", "conditional": "有条件", "allowed": "允许"}
    for s in sites.itertuples():
        row = shown[s.site_id]
        assert row[4] == words[s.verdict] + ("（指示性）" if s.evidence == "indicative" else "")
        assert all(rule in row[5] for rule in str(s.rules_hard).split(";") if s.rules_hard == s.rules_hard)
        assert row[7] == f"{len(s.rules_unknown.split(';'))} 条"
    assert "自然资办发〔2023〕12号" in shown["S01"][5], "a broken rule comes with its legal basis"
    open_rules = {row[0] for row in documents.html.tables["open_rules"][0][1:]}
    assert open_rules == set(reasons[reasons.outcome == "unknown"].rule_id)


# --- honesty -------------------------------------------------------------------------------------------------


def test_what_a_reader_must_know_is_said(documents):
    for text in (documents.html.text, documents.word_text):
        for said in ("不是法定森林覆盖率口径", "“—”表示未知或不适用，不是 0", "看不到，不是没有", "不得作为碳信用", "偏差，不是误差范围",
                     "0–30 cm", "IPCC 2019 修订版", "示例", "CCER", "规划未点名", "ingest-1", "cover-1", "carbon-1", "siting-1",
                     "评价日期：2026 年 11 月 22 日", "时相不同", "内部使用", "没有可引用的数值", "缺少 37 个图层"):  # fmt: skip
            assert said in text, said
    assert "合成" not in documents.html.text


def test_counties_the_plan_does_not_name_are_listed(documents):
    rows = documents.html.tables["places"][0][1:]
    unnamed = {r[0] for r in rows if r[2] == "规划未点名"}
    assert "平陆县" in unnamed and {r[0] for r in rows} == set(table(documents, tables.COUNTIES).county_name)


def test_rounding_note_only_where_rounded_parts_differ():
    column = [Column("县"), Column("面积（hm²）", "amount", adds=True)]
    even = Table("t", "t", column, [("市", 2.0), ("甲", 1.0), ("乙", 1.0)], totals=1)
    odd = Table("t", "t", column, [("市", 0.01), ("甲", 0.005001), ("乙", 0.005001)], totals=1)
    assert not even.rounding_shows() and odd.rounding_shows()


def test_rounding_note_is_printed(documents):
    note = "注：因四舍五入，分项之和与合计可能略有差异"
    rows = documents.html.tables["forest_cover"][0][1:]
    differs = any(abs(sum(float(r[i].replace(",", "")) for r in rows[1:]) - float(rows[0][i].replace(",", ""))) > 0.001 for i in (1, 2, 3))
    assert (note in documents.html.text) >= differs


# --- a choice of counties, English, another place ------------------------------------------------------------


def test_chosen_counties_have_no_city_row(chosen):
    assert [r[0] for r in chosen.html.tables["forest_cover"][0][1:]] == ["闻喜县", "夏县"]
    assert {r["县（市、区）"] for r in chosen.sheet("碳储量汇总")} == {"闻喜县", "夏县"}
    keys = key_sentences(chosen)
    assert sum("闻喜县森林面积" in k or "夏县森林面积" in k for k in keys) == 2
    assert "没有全市合计" in chosen.word_text and "（闻喜县、夏县）" in chosen.word.paragraphs[0].text
    assert len(chosen.html.tables["pools"]) == 2 and len(chosen.html.tables["exclusion"]) == 4
    assert {r[0] for r in chosen.html.tables["places"][0][1:]} == {"运城市", "闻喜县", "夏县"}


def test_english(english):
    text = english.html.text
    assert "Forest cover, carbon stock and PV/wind siting in Yuncheng" in text and "cannot tell" in text
    assert ("html", {"lang": "en"}) in english.html.tags
    assert english.excel.sheetnames[:2] == ["About", "Forest cover"]
    assert "Map review no. 晋S(2026)001号" in english.word.sections[0].header.paragraphs[0].text


def test_candidate_areas_are_printed_first_ones_first_and_what_is_not_is_counted(documents):
    areas = table(documents, tables.CANDIDATE_AREAS)
    assert len(documents.sheet("候选区域")) == len(areas)
    pv = areas[areas.kind == "pv"].sort_values("rank")
    assert len(pv) > 5
    printed_rows = documents.html.tables["areas"][0][1:]
    assert len(printed_rows) == 5
    for row, r in zip(printed_rows, pv.itertuples(), strict=False):
        assert row[0] == str(r.rank) and r.county_name in row[2]
        assert row[3:7] == [printed(v) for v in (r.inside_hm2, r.capacity_mw, r.resource_mean, r.compactness)]
        assert row[7:9] == [printed(v) for v in (r.score, r.rank_score)] and row[10] == "指示性"
    assert f"此处列前 5 行，共 {len(pv)} 行" in documents.html.text and f"待查 {len(pv)} 处" in documents.html.text


def test_english_documents_count_in_no_ten_thousand_of_chinese(english):
    text = english.html.text + english.word_text
    for name, schema in (("yuncheng", tables.TARGETS), ("yuncheng_places", tables.PLACES)):  # words of the plan stay as they are
        for quote in tables.read_csv(ROOT / f"layers/targets/{name}.csv", schema).quote_zh.dropna():
            text = text.replace(quote, "")
    assert not re.findall(r".{20}万(?:亩|tC|千瓦).{5}", text)
    assert "10⁴ mu" in text and "10⁴ tC" in text and "aims at about 4700 MW in 2025 and 6000 MW in 2030" in text
    potential = table(english, tables.POTENTIAL).query("kind == 'pv'").sort_values(["level", "county_code"])
    head, *rows = english.html.tables["potential"][0]
    ceiling = [i for i, c in enumerate(head) if c.endswith("(MW)")][1]
    assert [r[ceiling] for r in rows] == [
        printed(v) for v in potential.capacity_if_cleared_mw
    ] and potential.capacity_if_cleared_mw.max() > 100


def test_tables_of_open_rules_and_criteria_name_layers_in_words(documents):
    keys = set(tables.read_csv(ROOT / "layers/rules/layers.csv", tables.LAYER_NAMES).layer) - {"ghi"}
    for name in ("open_rules", "criteria"):
        cells = [c for table in documents.html.tables[name] for row in table[1:] for c in row]
        assert cells and not [c for c in cells if set(re.findall("[a-z_0-9]+", c)) & keys]


def test_place_without_targets_or_places(hostile):
    assert "没有可比的目标" in hostile.word_text and "没有给出规划点名地点的表" in hostile.html.text
    assert {r[5] for r in hostile.html.tables["forest_cover"][0][1:]} == {"—"}


def test_county_with_a_target_of_its_own(own_target):
    assert "甲县 12.00 %" in own_target.html.text and "2025 年目标为 40.00 %" in own_target.html.text
    gaps = {r[0]: r[5] for r in own_target.html.tables["forest_cover"][0][1:]}
    assert gaps["甲县"] == "-88.00" and gaps["丙县"] == "-60.00" and gaps["某市"] == "-10.00"
    assert "高 10.00 个百分点" in own_target.word_text


# --- synthetic data ------------------------------------------------------------------------------------------


def test_synthetic_mark_is_everywhere(hostile):
    source = (hostile.folder / "report.html").read_text(encoding="utf-8")
    assert re.search(r"<title>[^<]*" + SYNTHETIC, source) and f'<div class="mark">{SYNTHETIC}</div>' in source
    assert source.count("<caption>") == source.count(f"<caption>{SYNTHETIC}")
    word = hostile.word
    assert word.paragraphs[0].text == SYNTHETIC
    for section in word.sections:
        assert SYNTHETIC in section.header.paragraphs[0].text and SYNTHETIC in section.footer.paragraphs[0].text
    for sheet in hostile.excel.worksheets:
        assert SYNTHETIC in sheet["A1"].value and SYNTHETIC in sheet.oddHeader.center.text, sheet.title


# --- hostile text --------------------------------------------------------------------------------------------


def test_hostile_names_stay_text(hostile):
    shown = '=HYPERLINK("http://x.example","a")<script>alert(1)</script>{{7*7}}�txt�&"'
    assert shown in hostile.word_text
    page_of = hostile.html
    assert shown in page_of.text and not {"script", "b", "img", "iframe"} & {tag for tag, _ in page_of.tags}
    values = [c for s in hostile.excel.worksheets for row in s.iter_rows(values_only=True) for c in row]
    assert shown in values and "+cmd|x" in values and "=A1" in values
    assert hostile.excel.properties.creator == "=1+1 <b>某局</b> {{7*7}}"
    for text in (hostile.word_text, page_of.text):
        assert "\u202e" not in text and "{{7*7}}" in text


@pytest.mark.parametrize("which", ["documents", "hostile"])
def test_workbook_has_no_formula_link_or_macro(which, request):
    with zipfile.ZipFile(request.getfixturevalue(which).folder / "tables.xlsx") as archive:
        assert not [n for n in archive.namelist() if "externalLink" in n or "vba" in n.lower() or "connections" in n]
        for name in archive.namelist():
            if name.startswith("xl/worksheets"):
                content = archive.read(name)
                assert b"<f>" not in content and b"<f " not in content and b"hyperlink" not in content


@pytest.mark.parametrize("which", ["documents", "hostile"])
def test_page_loads_nothing(which, request):
    page_of = request.getfixturevalue(which).html
    policy = [a["content"] for t, a in page_of.tags if t == "meta" and a.get("http-equiv") == "Content-Security-Policy"]
    assert policy == ["default-src 'none'; style-src 'unsafe-inline'; img-src data:"]
    assert not {"script", "link", "img", "iframe", "object", "embed", "base", "form", "image"} & {t for t, _ in page_of.tags}
    for tag, attributes in page_of.tags:
        for name, value in attributes.items():
            assert name not in ("src", "srcset", "background") and not name.startswith("on"), (tag, name)
            assert not name.endswith("href") or value.startswith("#"), value
            assert "url(" not in (value or "").replace("url(#", ""), (tag, name)
    source = (request.getfixturevalue(which).folder / "report.html").read_text(encoding="utf-8")
    style = re.search(r"<style>(.*?)</style>", source, re.S).group(1)
    assert "url(" not in style and "@import" not in style


@pytest.mark.parametrize("which", ["documents", "hostile"])
def test_word_links_to_nothing(which, request):
    with zipfile.ZipFile(request.getfixturevalue(which).folder / "forest_cover_report.docx") as archive:
        relations = b"".join(archive.read(n) for n in archive.namelist() if n.endswith(".rels"))
        assert b'TargetMode="External"' not in relations
        body = archive.read("word/document.xml")
        assert b"<w:hyperlink" not in body and b"altChunk" not in body


def test_any_text_in_any_slot():
    """Every character a name can hold, in every slot of the model, through the three writers."""
    nasty = "=1+1 {% raw %} {{ x }} </table></style><svg/onload=x> \u2028 &amp; ${x} ` \\"
    control = "".join(map(chr, range(32))) + "\x7f\x85\ufffe\uffff\ud800\u202e\u2066"
    text = clean(control + nasty + control)
    assert "\n" not in text and text.count("=1+1") == 1
    made = Table(
        "k",
        text,
        [Column(text), Column(text, "amount"), Column(text, "rate")],
        [(nasty + control, None, 0.0), ("x" * 40_000, -0.0, 1e15)],
        [text],
        sheet="表",
    )
    report = Report("zh", text, [text], text, text, text, [text], [Heading(1, text), Para(text, "key"), made], [made], issuer=text)
    body = page(report).decode("utf-8")
    assert body.count("<table") == 1 and "<svg" not in body and "{{ x }}" in body
    assert document(report) == document(report) and workbook(report) == workbook(report)


def test_numbers():
    assert [number(v) for v in (None, 0.0, -0.0, -0.001, -1234.567, 1e6)] == ["—", "0.00", "0.00", "0.00", "-1,234.57", "1,000,000.00"]
    assert Column("x", "rate").show(13.354159) == "13.35 %" and Column("x", "year").show(2019) == "2019"
    assert Column("x", "amount").show(None) == "—" and Column("x").show("") == "—"


# --- files ---------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def again(documents, tmp_path_factory):
    """The same report built a second time, elsewhere."""
    out = tmp_path_factory.mktemp("again") / "out"
    done = run_pipeline("report", "--config", ROOT / "config.yaml", "--out", out)
    assert done.returncode == 0, done.stderr
    return out / "report"


@pytest.mark.parametrize("name", ["forest_cover_report.docx", "tables.xlsx", "report.html", "site_opinions.docx", "manifest.json"])
def test_equal_runs_are_equal_bytes(documents, again, name):
    assert (documents.folder / name).read_bytes() == (again / name).read_bytes()


def test_word_form(documents):
    word = documents.word
    assert [p.text[:2] for p in word.paragraphs if p.style.name == "Heading 1"] == ["一、", "二、", "三、", "四、", "五、", "六、", "七、"]
    for section in word.sections:
        sides = sorted((round(section.page_width.mm), round(section.page_height.mm)))
        assert sides == [210, 297]
        assert "PAGE" in section.footer._element.xml
    width = {False: 156, True: 225}
    section, found = iter(word.sections), []
    current = next(section)
    for element in word.element.body:
        if element.tag.endswith("}tbl"):
            wide = current.page_width > current.page_height
            found.append(sum(int(c.w) for c in element.tblGrid.gridCol_lst) / 635 / 56.6929 <= width[wide] + 0.5)
        elif element.find(".//{*}sectPr") is not None:
            current = next(section)
    assert len(found) == len(word.tables) and all(found), "a table is wider than its page"
    for made in word.tables:
        first = made.rows[0]._tr.trPr
        assert first.find("{*}tblHeader") is not None and first.find("{*}cantSplit") is not None
    styles = word.styles.element.xml
    assert (
        'w:eastAsia="方正小标宋简体"' in styles
        and 'w:eastAsia="zh-CN"' in styles
        and not [f for f in re.findall(r"<w:rFonts[^>]*>", styles) if "Theme" in f]
    )


def test_workbook_form(documents):
    book = documents.excel
    assert book.sheetnames == ["说明", "森林覆盖率", "分县任务", "补充样本", "林木绿化率", "湿地与水域", "地类面积", "碳储量汇总", "碳储量分项",
                               "各方法所用土地", "不确定性来源", "碳密度与出处", "全部参数", "适宜绿化空间", "碳汇潜力", "CCER筛查", "候选场址",
                               "场址理由", "得分与名次", "准则得分", "利弊权衡", "利弊合计", "场址比较", "规则面积", "装机潜力", "候选区域", "规划目标对照",
                               "避免的二氧化碳", "场址距离", "场址地形", "场址分县", "场址重叠", "规划冲突", "规划目标", "规划地点", "数据来源"]  # fmt: skip
    for sheet in book.worksheets:
        assert (
            sheet.freeze_panes
            and sheet.auto_filter.ref
            and sheet.page_setup.orientation == "landscape"
            and int(sheet.page_setup.paperSize) == 9
        )
    cover = book["森林覆盖率"]
    assert cover["A4"].data_type == "s" and cover["A4"].number_format == "@"
    assert cover["F4"].number_format == "#,##0.00" and cover["J4"].number_format == '0.00" %"'


def test_long_tables_go_on_in_a_next_sheet(monkeypatch):
    monkeypatch.setattr("pipeline.report.excel.MOST_ROWS", 2)
    made = Table("k", "t", [Column("a")], [(str(i),) for i in range(5)], totals=1, sheet="表")
    book = openpyxl.load_workbook(io.BytesIO(workbook(Report("zh", "t", [], "", "", "", [], [], [made]))))
    assert book.sheetnames == ["表", "表 (2)", "表 (3)"]
    assert [r[0] for s in book.worksheets for r in s.iter_rows(min_row=4, values_only=True)] == ["0", "1", "2", "3", "4"]


def test_what_is_noted_of_every_site_is_said_once_under_the_table(documents):
    sites = table(documents, tables.SITE_SCREENING)
    assert all("示例，并非真实项目" in n for n in sites.note)
    head, *rows = documents.html.tables["site_sizes"][0]
    assert head[-1] == "说明" and not any("示例" in r[-1] for r in rows)
    own = [n.replace("示例，并非真实项目", "").strip("；") or "—" for n in sites.note]
    assert [r[-1] for r in rows] == own
    assert documents.html.text.count("各场址均注：示例，并非真实项目") == 1 and "各场址均注：示例，并非真实项目" in documents.word_text


@pytest.mark.parametrize(
    ("number", "layers", "product", "said"),
    [
        ("", [], "own", "内部使用"),
        ("晋S(2026)001号", [], "own", "审图号：晋S(2026)001号"),
        ("晋S(2026)001号", ["pbf"], "own", "审图号：晋S(2026)001号　内部使用"),
        ("晋S(2026)001号", [], "ONE_MAP", "审图号：晋S(2026)001号　内部使用"),
    ],
)
def test_a_document_that_tells_of_restricted_layers_is_internal_even_with_a_review_number(number, layers, product, said):
    maps = SimpleNamespace(map_review_no=number, restricted_layers=["pbf", "one_map"])
    layer = SimpleNamespace(yaml_path=None, product=product)
    data = SimpleNamespace(
        config=SimpleNamespace(maps=maps, layers=dict.fromkeys(layers)), products=[layer], gap="　",
        say=lambda key, **values: say(key, "zh", **values),
    )  # fmt: skip
    assert _review(data) == said


def test_the_first_page_names_a_few_made_up_inputs_and_counts_the_others():
    names = [f"图层{i}" for i in range(9)]
    data = SimpleNamespace(
        is_synthetic=True, language="zh", sources=[{"title": n, "is_synthetic": "yes"} for n in names],
        join="、".join, say=lambda key, **values: say(key, "zh", **values),
    )  # fmt: skip
    (text,) = _made_up(data)
    assert "图层4等 9 项，全部见数据来源表" in text and "图层5" not in text
    data.sources = data.sources[:5]
    assert "图层4。" in _made_up(data)[0]


def test_a_unit_is_not_torn_from_its_brackets():
    columns = [Column(f"某量（{unit}）", "amount") for unit in ("GWh", "hm²", "MW")] + [Column("说明")]
    rows = [["5.00", "0.00", "1.00", "长" * 400]]
    for width, unit in zip(column_widths(Table("k", "t", columns, rows), rows, 156), ("GWh", "hm²", "MW"), strict=False):
        assert width >= (2 * 9 + 0.72 * 9 * len(unit)) * 0.3528  # two full-width brackets and the unit, bold, 9 pt


def test_heads_are_broken_before_numbers_are():
    units = ("hm²", "hm²", "万亩", "%", "百分点", "hm²", "万亩")
    columns = [Column("县（市、区）"), *(Column(f"某项面积（{u}）", "amount") for u in units), Column("结论")]
    rows = [["运城市", "1,418,014.83", "189,363.96", "284.05", "13.35 %", "-5.39", "-76,372.02", "114.56", "无法判定"]]
    widths = column_widths(Table("k", "t", columns, rows), rows, 156)
    assert sum(widths) == pytest.approx(156)
    for width, text in zip(widths, rows[0], strict=True):
        assert width >= sum(1 if ord(c) > 0x2E80 else 0.5 for c in text) * 9 * 0.3528 + 2 * 1.2, text  # 9 pt and the cell's padding


def test_column_widths_sum_to_the_page():
    columns = [Column("县"), Column("面积（hm²）", "amount"), Column("说明")]
    rows = [["运城市", "1,418,014.83", "长" * 200], ["—", "—", "短"]]
    widths = column_widths(Table("k", "t", columns, rows), rows, 156)
    assert sum(widths) == pytest.approx(156) and min(widths) > 8 and widths[2] > widths[0]
