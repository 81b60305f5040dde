"""Text from data as people may see it: one line of visible characters, whatever a name holds."""

from __future__ import annotations

import unicodedata
from functools import lru_cache
from typing import Any

_BREAKS = set("\t\n\r\v\f\x85\u2028\u2029")
_INVISIBLE = set("\u200b\u2060\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufeff")
HIDDEN = "�"  # stands for a character that would be acted on, not seen


@lru_cache(maxsize=100_000)  # tables repeat the same texts many times
def clean(text: Any) -> str:
    """One line of visible text: breaks become blanks; control, direction and zero-width characters become :data:`HIDDEN`.

    Rare characters stay, private use and newer than this Python's Unicode included: place names have them.
    """
    return "".join(" " if c in _BREAKS else HIDDEN if _is_hidden(c) else c for c in str(text)).strip()


def _is_hidden(c: str) -> bool:
    """Control, direction and zero-width characters, halves of pairs, and U+xFFFE/U+xFFFF, which XML does not take."""
    return c in _INVISIBLE or unicodedata.category(c) in ("Cc", "Cs") or ord(c) & 0xFFFE == 0xFFFE
