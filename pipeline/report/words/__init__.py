"""What the report says, Chinese and English side by side; numbers come in ready printed."""

from __future__ import annotations

from pipeline.core.words import teller
from pipeline.report.words import carbon, cover, general, siting, tables

WORDS: dict[str, tuple[str, str]] = {k: v for part in (general, cover, carbon, siting, tables) for k, v in part.WORDS.items()}

say = teller(WORDS)
