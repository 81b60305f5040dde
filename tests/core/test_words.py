"""The sentences users see."""

import string

from pipeline.core.words import WORDS


def test_sentences_without_parameters_have_no_doubled_braces():
    """They are printed as written, so that a doubled brace would be seen by the user."""
    for key, texts in WORDS.items():
        for text in texts:
            if "{{" in text or "}}" in text:
                assert any(name for _, name, *_ in string.Formatter().parse(text)), key
