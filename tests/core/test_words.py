"""The sentences users see."""

import pkgutil
import re
import string

import pytest

from pipeline.charts import words as of_charts
from pipeline.core import words as of_core
from pipeline.core.words import WORDS
from pipeline.maps import words as of_maps
from pipeline.report import words as of_report

# English that names a Chinese term on purpose, beside its translation or as what is to be typed.
NAMED = {"synthetic", "sample_yes_no", "h_greening", "no_review_note", "maps_no_review"}


def test_sentences_without_parameters_have_no_doubled_braces():
    """They are printed as written, so that a doubled brace would be seen by the user."""
    for key, texts in WORDS.items():
        for text in texts:
            if "{{" in text or "}}" in text:
                assert any(name for _, name, *_ in string.Formatter().parse(text)), key


@pytest.mark.parametrize("package", [of_core, of_report], ids=lambda m: m.__name__)
def test_no_sentence_stands_in_two_rooms(package):
    rooms = [getattr(package, m.name).WORDS for m in pkgutil.iter_modules(package.__path__)]
    assert len(rooms) > 1 and sum(map(len, rooms)) == len(package.WORDS)


@pytest.mark.parametrize("module", [of_charts, of_core, of_maps, of_report], ids=lambda m: m.__name__)
def test_english_is_english_to_the_last_sign(module):
    """No Chinese unit, comma or blank is left over in what an English reader sees."""
    found = {key for key, (_, en) in module.WORDS.items() if re.search(r"[\u3000-\u303f\u3400-\u9fff\uff00-\uffef]", en)}
    assert found <= NAMED


@pytest.mark.parametrize(("language", "unit"), [("zh", "万tC"), ("en", "10⁴ tC")])
def test_stocks_have_one_unit_on_pages_and_in_charts_and_reports(language, unit):
    for say in (of_charts.say, of_maps.say, of_report.say):
        assert say("wan_tc", language) == unit
    for module in (of_charts, of_core, of_maps, of_report):
        for key, (zh, en) in module.WORDS.items():
            assert not re.search("万吨? +tC|万吨 *C|10,000 *tC|×10⁴", zh + en), key


def test_a_list_in_a_sentence_is_listed_as_the_language_does():
    assert "甲、乙" in of_core.say("maps_left_out", "zh", layers=["甲", "乙"])
    assert "甲, 乙、丙" in of_core.say("maps_left_out", "en", layers=["甲", "乙、丙"])  # a name keeps its own signs
