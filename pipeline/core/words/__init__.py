"""Every sentence and term a user sees, Chinese and English side by side.

``say(key, language, **params)`` fills the sentence; an unknown key is our own mistake and raises KeyError.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from pipeline.core.text import clean
from pipeline.core.words import carbon, commands, cover, fetching, inputs, settings, siting, terms

WORDS: dict[str, tuple[str, str]] = {
    k: v for part in (commands, settings, inputs, fetching, cover, carbon, siting, terms) for k, v in part.WORDS.items()
}


def pool_name(pool: str, depth_cm: int, language: str) -> str:
    """The name of a carbon pool; soil with its depth."""
    return say("soc_depth" if pool == "soc" else pool, language, **({"depth": int(depth_cm)} if pool == "soc" else {}))


def named_kinds() -> tuple[str, ...]:
    """The kinds of sites that have a name here; a user may call others by any word."""
    return ("pv", "wind", *(key.removeprefix("kind_") for key in WORDS if key.startswith("kind_")))


def kind_name(kind: str, language: str) -> str:
    """The name of a kind of site; a word of the user's own as it is."""
    key = kind if kind in ("pv", "wind") else f"kind_{kind}"
    return say(key, language) if key in WORDS else kind


@dataclass(frozen=True)
class Term:
    """Words of :data:`WORDS` (or texts that are no key) that are said in the language of the sentence they stand in; several are alternatives."""

    keys: tuple[str, ...]

    def text(self, language: str) -> str:
        """As said in ``zh`` or ``en``."""
        return " | ".join(say(k, language) if k in WORDS else clean(k) for k in self.keys)


def say(key: str, language: str, /, **params: Any) -> str:
    """The sentence ``key`` in ``zh`` or ``en``, filled with ``params`` (their control characters made visible)."""
    text = WORDS[key][0 if language == "zh" else 1]
    if not params:
        return text
    return text.format(**{k: _said(v, language) for k, v in params.items()})


def _said(value: Any, language: str) -> Any:
    """A parameter as it goes into a sentence; of a list its members, as the language lists them."""
    if isinstance(value, (list, tuple)):
        return say("sep_list", language).join(str(_said(v, language)) for v in value)
    return value.text(language) if isinstance(value, Term) else clean(value) if isinstance(value, str) else value


def verdict_text(verdict: str, reason: str, language: str) -> str:
    """A cover verdict in the official words; where it cannot be told, with the reason in brackets."""
    if verdict != "undetermined":
        return say(verdict, language)
    return say("undetermined_because", language, reason=say(f"reason_{reason}", language))


def teller(own: dict[str, tuple[str, str]]):
    """A ``say`` that also knows a stage's own sentences."""

    def tell(key: str, language: str, /, **params: Any) -> str:
        if key not in own:
            return say(key, language, **params)
        text = own[key][0 if language == "zh" else 1]
        return text.format(**{k: _said(v, language) for k, v in params.items()}) if params else text

    return tell
