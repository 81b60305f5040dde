"""What a public page may tell of restricted layers: totals, verdicts and numbers of rules, nothing of where they lie."""

import dataclasses
import json
import re

import numpy as np
import pytest
import rasterio

from pipeline import maps
from pipeline.check import check
from pipeline.core import config as configuration
from pipeline.core.paths import Paths
from pipeline.core.store import Store
from pipeline.maps import edition
from pipeline.maps.themes import themes_of

PUBLIC = {"audience": "public", "restricted_layers": ["pbf", "zwei"]}
PATCH_RULE = "PV-18b"  # contiguous land that no hard rule prohibits


def moved(facts, folder, restricted):
    """The same run, had the restricted farmland lain elsewhere: every raster, area and finding that follows from it is another."""
    folder.mkdir(exist_ok=True)
    bits, zonings = {}, {}
    for kind, found in facts.rule_bits.items():
        bit, broken, _ = found.places["GEN-01"]
        with rasterio.open(found.path) as source:
            bands, profile, tags = source.read(), source.profile, source.tags()
        farmland = (bands[broken - 1] >> bit) & 1
        bands[broken - 1] ^= (farmland ^ farmland[::-1, ::-1]) << bit
        with rasterio.open(folder / found.path.name, "w", **profile) as target:
            target.write(bands)
            target.update_tags(**tags)
        bits[kind] = dataclasses.replace(found, path=folder / found.path.name)
    for kind, path in facts.zonings.items():
        with rasterio.open(path) as source:
            zones, profile = source.read(1), source.profile
        zonings[kind] = folder / path.name
        with rasterio.open(zonings[kind], "w", **profile) as target:
            target.write(zones[::-1, ::-1], 1)
    reasons = facts.reasons.copy()
    of_farmland = reasons.layer.isin(restricted)
    assert of_farmland.any()
    reasons.loc[of_farmland, ["found", "title", "requirement", "note"]] = "SECRET-FOUND"
    reasons.loc[of_farmland & reasons.share.notna(), "share"] = 0.123
    areas = facts.areas.assign(area_id="SECRET-AREA", geometry=facts.areas.translate(0.003, 0.001))
    return dataclasses.replace(
        facts, rule_bits=bits, zonings=zonings, reasons=reasons, areas=areas,
        warnings=[*facts.warnings[:-1], "siting-9　pbf: 图形 SECRET-FEATURE 已修复"],
    )  # fmt: skip


@pytest.fixture()
def patched(rich):
    """Facts whose contiguous land is drawn too, in the way the siting stage writes it; settings of the section ``maps`` may differ."""

    def facts(**settings):
        found = rich.facts(**settings)
        bits = found.rule_bits["pv"]
        places = {**bits.places, PATCH_RULE: bits.places["GEN-01"]}  # cut by the farmland, so it tells where that is
        exclusion = found.exclusion.copy()
        exclusion.loc[exclusion.rule_id == PATCH_RULE, "alone_hm2"] = 5.0
        return dataclasses.replace(
            found, rule_bits={**found.rule_bits, "pv": dataclasses.replace(bits, places=places)}, exclusion=exclusion,
            warnings=[*found.warnings, "siting-9　pbf: 图形 7 已修复"],
        )  # fmt: skip

    return facts


@pytest.mark.parametrize(
    ("settings", "said", "unsaid"),
    [
        ({"audience": "public"}, ["公开版", "未填审图号，不得公开", "取得并填写审图号以前，本页不得公开"], ["内部使用"]),
        ({"audience": "public", "map_review_no": "晋S(2026)001号"}, ["公开版", "审图号：晋S(2026)001号"], ["不得公开", "内部使用"]),
        ({}, ["内部使用"], ["公开版", "不得公开"]),
        ({"map_review_no": "晋S(2026)001号"}, ["审图号：晋S(2026)001号", "内部使用"], ["公开版", "不得公开"]),  # farmland is drawn on it
        ({"map_review_no": "晋S(2026)001号", "restricted_layers": []}, ["审图号：晋S(2026)001号"], ["内部使用", "不得公开"]),
    ],
)
def test_a_page_says_for_whom_it_is_and_whether_its_maps_were_reviewed(rich, settings, said, unsaid):
    facts = rich.facts(**settings)
    texts = [m.text for m in edition.marks(facts)]
    assert [m.text for m in edition.marks(facts) if m.forbids] == [t for t in said[:2] if "不得公开" in t]
    page = re.sub(r"&#(\d+);", lambda found: chr(int(found[1])), rich.build(facts, "149903").decode())
    body = page[page.index("<aside") :].split('id="page-data"')[0]
    assert all(s in body for s in said) and not any(u in " ".join(texts) for u in unsaid)
    head = page[page.index('id="print-head"') : page.index('id="print-foot"')]
    assert all(f">{t}</strong>" in head for t in texts)


def test_a_public_run_without_a_review_number_says_so_in_log_record_and_check(rich, tmp_path, monkeypatch):
    config = rich.facts(audience="public").config
    paths, noted = Paths(rich.config.parent, config.data_folders), {}
    monkeypatch.setattr(maps, "build", lambda *_: maps.Built(b"", ()))  # what the pages say is tested above
    with Store(rich.out, "maps", language="en", paths=paths, is_quiet=True) as store:  # looked into, then thrown away
        monkeypatch.setattr(store, "fact", noted.__setitem__)
        maps.run(config, store, paths, ())
        assert "maps_no_review" in [w["key"] for w in store.warnings] and noted == {"audience": "public", "map_review_no": None}
    assert "maps_no_review" in [f.kind for f in check(config, tmp_path, paths).findings]
    numbered = config.model_copy(update={"maps": config.maps.model_copy(update={"map_review_no": "晋S(2026)001号"})})
    assert edition.lacks_review(config) and not edition.lacks_review(numbered)


@pytest.mark.parametrize("code", [None, "149903"])
def test_a_public_page_is_the_same_byte_for_byte_wherever_the_restricted_land_lies(rich, patched, tmp_path, code):
    facts = patched(**PUBLIC)
    page = rich.build(facts, code)
    assert page == rich.build(moved(facts, tmp_path / "moved", ["pbf"]), code)
    for secret in (b"SECRET", b"GEN-01", b"PV-01a", PATCH_RULE.encode(), b"candidate_areas", "永久基本农田".encode()):
        assert secret not in page, secret


def test_an_internal_page_does_show_where_it_lies(rich, patched, tmp_path):
    """The control of the test above: the change is one that a page can show."""
    facts = patched(restricted_layers=PUBLIC["restricted_layers"])
    other = moved(facts, tmp_path / "moved", ["pbf"])
    page = rich.build(facts, "149903")
    assert page != rich.build(other, "149903") and b"GEN-01" in page
    assert {f"rule-pv-{PATCH_RULE}", "zoning-pv", "rule-pv-GEN-01"} <= {t.key for t in themes_of(facts, "149900")}
    for secret in (b"SECRET-FOUND", b"SECRET-AREA", b"SECRET-FEATURE"):
        assert secret in rich.build(other, "149903"), secret


def test_pictures_of_a_public_page_are_those_of_the_rules_it_may_show(rich, patched):
    facts = patched(**PUBLIC)
    text = rich.build(facts, None).decode()
    sheets = json.loads(re.search(r'id="page-sheets">(.*?)</script>', text).group(1))
    assert "rule-pv-GEN-02" in sheets and not {k for k in sheets if k.startswith("zoning")} | {
        "rule-pv-GEN-01",
        f"rule-pv-{PATCH_RULE}",
    } & {*sheets}
    data = json.loads(re.search(r'id="page-data">(.*?)</script>', text).group(1))
    assert data["areas"] == [] and "areas" not in data["layers"]


def test_a_public_page_links_no_document_that_tells_more_and_says_so(rich):
    page = rich.build(rich.facts(**PUBLIC), None).decode()
    assert not re.findall(r'href="\.\./', page) and "供内部使用，公开版不附链接" in page
    assert re.findall(r'href="\.\./', rich.build(rich.facts(), None).decode())


def test_warnings_that_speak_of_restricted_layers_are_counted_not_told(rich, patched):
    facts = patched(**PUBLIC)
    assert len(facts.warnings_shown) < len(facts.warnings) and not any("pbf" in w or "ZWEI" in w for w in facts.warnings_shown)
    assert f"另有 {len(facts.warnings) - len(facts.warnings_shown)} 条运行警告涉及受限图层" in rich.build(facts, None).decode()
    assert patched().warnings_shown == patched().warnings


def test_every_layer_of_farmland_redline_and_one_map_is_restricted_unless_told_otherwise():
    assert set(configuration.Maps().restricted_layers) >= {
        "pbf", "eco_redline", "one_map", "forest_one_map", "protection_grade_1", "public_welfare_national", "land_survey",
    }  # fmt: skip


def test_zoning_is_drawn_for_the_public_where_no_restricted_layer_cuts_it(rich):
    facts = rich.facts(audience="public", restricted_layers=["military_area"])
    assert facts.hidden == [] and {"zoning-pv", "zoning-wind"} <= {t.key for t in themes_of(facts, "149900")}
    assert np.all([not facts.hides_rules(k) for k in ("pv", "wind")])
