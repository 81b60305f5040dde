"""config.yaml: every mistake at once, each with its place; hostile files refused quickly."""

import re
from pathlib import Path

import pytest
from conftest import ROOT

from pipeline.core import config
from pipeline.core.errors import UsageError
from pipeline.core.words import say

GOOD = (ROOT / "config.yaml").read_text(encoding="utf-8")


def problems(tmp_path: Path, text: str | bytes) -> list:
    path = tmp_path / "config.yaml"
    path.write_bytes(text if isinstance(text, bytes) else text.encode("utf-8"))
    with pytest.raises(UsageError) as refused:
        config.load(path)
    assert refused.value.exit_code == 2
    for p in refused.value.problems:
        assert say(p.key, "zh", **p.params) and say(p.key, "en", **p.params)
    return refused.value.problems


def test_the_shipped_configuration_loads():
    settings = config.load(ROOT / "config.yaml")
    assert settings.area.code == "140800"
    assert settings.siting.wind.land_hm2_per_mw == pytest.approx(7 * 4 * 191**2 / 1e4 / 6.25)


def test_mistakes_are_told_in_the_language_the_file_asks_for(tmp_path, cli):
    text = GOOD.replace("language: zh", "language: en").replace("draws: 10000", "draws: 3")
    (tmp_path / "config.yaml").write_text(text, encoding="utf-8")
    done = cli("check", "--config", tmp_path / "config.yaml", "--out", tmp_path / "out")
    assert done.returncode == 2 and "carbon.draws is 3, expected" in done.stdout
    assert config.language_of(tmp_path / "absent.yaml") is None


@pytest.mark.parametrize(
    ("old", "new", "zh", "en"),
    [
        (
            "siting:\n",
            "siting:\n  assessment_date: soon\n",
            "现为 soon，应为 日期（如 2026-11-25）",
            "is soon, expected a date (like 2026-11-25)",
        ),
        ("siting:\n", "siting:\n  compare_dates: 2019\n", "现为 2019，应为 列表", "is 2019, expected a list"),
        ("siting:\n", "siting:\n  rules_off: {a: 1}\n", "现为 表（键: 值），应为 列表", "is a table of key: value, expected a list"),
        ("siting:\n", "siting:\n  pv: 3\n", "现为 3，应为 表（键: 值）", "is 3, expected a table of key: value"),
        ("siting:\n", "siting:\n  pv: {land_hm2_per_mw: [1]}\n", "应为 数字（如 2.5）", "expected a number (like 2.5)"),
        ("draws: 10000", "draws: many", "现为 many，应为 整数（如 3）", "is many, expected a whole number (like 3)"),
        ("draws: 10000", "draws:", "现为 空，应为 整数", "is blank, expected a whole number"),
    ],
)
def test_what_is_expected_is_said_as_people_write_it_and_names_no_type_of_python(tmp_path, old, new, zh, en):
    pruned = re.sub(r"(?m)^  (assessment_date|compare_dates|rules_off):.*\n", "", GOOD) if old == "siting:\n" else GOOD
    pruned = re.sub(r"(?m)^  pv:\n(?:    .*\n)+", "", pruned) if "pv:" in new else pruned
    assert old in pruned
    said = [[say(p.key, language, **p.params) for p in problems(tmp_path, pruned.replace(old, new))] for language in ("zh", "en")]
    assert any(zh in s for s in said[0]) and any(en in s for s in said[1])
    assert not [s for s in [*said[0], *said[1]] if re.search(r"\b(dict|int|float|str|bool|None|True|NoneType|datetime)\b", s)]


def test_all_mistakes_at_once_with_line_and_column(tmp_path):
    text = (
        GOOD.replace("  seed:", "  sede:")
        .replace('"140800"', "140800")
        .replace("language: zh", "language: fr")
        .replace("draws: 10000", "draws: 3")
    )
    found = problems(tmp_path, text)
    assert {p.key for p in found} == {"config_unknown_key_guess", "config_quote", "config_choice", "config_value"}
    lines = text.splitlines()
    for p in found:
        _, line, _ = p.params["where"].split(":")
        assert p.params["key"].split(".")[-1] in lines[int(line) - 1]
    assert next(p for p in found if p.key == "config_unknown_key_guess").params["guess"] == "seed"


@pytest.mark.parametrize(
    ("text", "key"),
    [
        (GOOD + "\nlanguage: en\n", "config_yaml"),  # twice the same key
        ("a: &x [1]\nb: *x\n", "config_alias"),
        ("a: !!python/object/apply:os.system ['true']\n", "config_alias"),
        ("- 1\n- 2\n", "config_not_mapping"),
        ("a: [1\n", "config_yaml"),
        ("a:\n\t- 1\n", "config_yaml"),
        ("[" * 200 + "]" * 200, "config_too_deep"),
        (GOOD.encode("gb18030"), "config_not_utf8"),
        ("#" * 1_000_001, "config_too_big"),
    ],
)
def test_hostile_or_broken_files(tmp_path, text, key):
    assert [p.key for p in problems(tmp_path, text)] == [key]


def test_bom_and_crlf_are_fine(tmp_path):
    path = tmp_path / "config.yaml"
    path.write_bytes(b"\xef\xbb\xbf" + GOOD.replace("\n", "\r\n").encode())
    assert config.load(path) == config.load(ROOT / "config.yaml")


def test_yaml_1_2_does_not_turn_words_into_numbers(tmp_path):
    path = tmp_path / "config.yaml"
    path.write_text(GOOD.replace("zh: 运城市", "zh: NO").replace("en: Yuncheng", "en: 12:30"), encoding="utf-8")
    name = config.load(path).area.name
    assert (name.zh, name.en) == ("NO", "12:30")


def test_a_missing_file_is_a_sentence(tmp_path):
    with pytest.raises(UsageError) as refused:
        config.load(tmp_path / "none.yaml")
    assert refused.value.problems[0].key == "config_missing"
