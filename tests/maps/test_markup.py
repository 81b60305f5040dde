"""Text stays text: nothing a name may hold ends, runs or reorders anything."""

import html
import json

import pytest

from pipeline.core import figures
from pipeline.maps.markup import Html, clean, escape, tag, to_json

NASTY = (
    "{{7*7}}",
    "{% raw %}",
    "{#",
    "</script>",
    "<img src=x onerror=a>",
    "`${x}`",
    "'\"&",
    "a\u2028b",
    "\u202eabc",
    "a\x00b\x07",
    "\\u003c",
)


@pytest.mark.parametrize("text", NASTY)
def test_escaped_text_has_no_character_of_html_or_of_a_template(text):
    made = escape(text)
    assert not set("<>\"'{}`") & set(made)
    assert html.unescape(made) == clean(text)


@pytest.mark.parametrize("text", NASTY)
def test_json_gives_the_text_back_and_cannot_end_its_script(text):
    made = to_json({"name": text})
    assert json.loads(made) == {"name": clean(text)}
    inside = made[len('{"name":"') : -len('"}')]
    assert not set("<>&{}`\u2028") & set(inside)


def test_elements_escape_children_and_attributes_and_keep_finished_markup():
    made = tag("p", "<b>", [Html("<i>"), None, "{"], title='"><script>', class_="x", data_site=3, hidden=True, id=None)
    assert made == '<p title="&#34;&#62;&#60;script&#62;" class="x" data-site="3" hidden>&#60;b&#62;<i>&#123;</p>'


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (1418014.8306, "1,418,014.83"),
        (0.0, "0.00"),
        (-0.004, "0.00"),
        (-1.5, "-1.50"),
        (None, "—"),
        (float("nan"), "—"),
        (18.7449, "18.74"),
    ],
)
def test_numbers_are_rounded_once_and_a_blank_is_a_dash(value, shown):
    assert figures.number(value) == shown


@pytest.mark.parametrize(
    ("value", "shown"),
    [(1.0, "100"), (0.9999999, "> 99.9"), (0.5, "50"), (0.0004, "< 0.1"), (0.0, "0"), (0.1234, "12.3"), (1 - 1e-12, "100")],
)
def test_a_share_is_not_rounded_to_all_or_nothing(value, shown):
    assert figures.share(value) == shown


def test_units_shown():
    assert (figures.wan_mu(1e4), figures.wan_t(1e4), figures.wan_kw(4700.0)) == ("15.00", "1.00", "470.00")
