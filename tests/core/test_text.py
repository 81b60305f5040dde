"""Names as they may be shown."""

import pytest

from pipeline.core.text import HIDDEN, clean


@pytest.mark.parametrize("hidden", ["\u202e", "\u200b", "\u2066", "\u200f", "\ufeff", "\x00", "\x1b", "\x7f", "\ud800", "\ufffe", "\uffff"])
def test_what_would_act_is_shown_to_be_there(hidden):
    assert clean(f"a{hidden}b") == f"a{HIDDEN}b"


@pytest.mark.parametrize("gap", ["\t", "\n", "\r", "\u2028", "\u2029", "\x85"])
def test_breaks_are_blanks(gap):
    assert clean(f" 县{gap}名{gap}") == "县 名"


def test_rare_characters_stay():
    rare = "𠮷\ue863 \U00031350"  # beyond the BMP, private use, newer than this Python
    assert clean(rare) == rare
