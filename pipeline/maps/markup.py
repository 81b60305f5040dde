"""Text into HTML and JSON so that it stays text: the only door by which words and data reach a page.

Every string is cleaned of control and direction characters, then written with all characters escaped that mean
something to HTML, to a script or to a template engine (folium renders what it is given through Jinja twice).
"""

from __future__ import annotations

import json
import re
from typing import Any

from pipeline.core.text import clean

_ENTITIES = {ord(c): f"&#{ord(c)};" for c in "&<>\"'{}`"}
_UNSAFE = str.maketrans({c: f"\\u{ord(c):04x}" for c in "<>&{}`\u2028\u2029"})
_STRING = re.compile(r'"(?:[^"\\]|\\.)*"')
_BLANKS = set(" \u3000")  # a child of blanks alone is room between its neighbours
_VOID = {"meta", "link", "input", "br"}


class Html(str):
    """Markup that is finished: put into a page as it is."""


def escape(text: str) -> Html:
    """Text as HTML, for content and quoted attributes alike; braces and back-ticks become entities too."""
    return text if isinstance(text, Html) else Html(clean(text).translate(_ENTITIES))


def tag(name: str, *children: Any, **attributes: Any) -> Html:
    """An element. Children that are not :class:`Html` are escaped; None is left out, lists are laid flat.

    Attribute names lose a trailing underscore, inner ones become hyphens; True stands for itself, None and False
    leave the attribute out.
    """
    shown = ""
    for key, value in attributes.items():
        key = key.rstrip("_").replace("_", "-")
        if value is True:
            shown += f" {key}"
        elif value is not None and value is not False:
            shown += f' {key}="{escape(str(value))}"'
    if name in _VOID:
        return Html(f"<{name}{shown}>")
    return Html(f"<{name}{shown}>{join(*children)}</{name}>")


def join(*children: Any) -> Html:
    """Children one after the other, as :func:`tag` takes them."""
    parts = []
    for child in children:
        if isinstance(child, list | tuple):
            parts.append(join(*child))
        elif child is not None:
            parts.append(child if child and set(child) <= _BLANKS else escape(child))
    return Html("".join(parts))


def to_json(value: Any) -> Html:
    """JSON for a ``<script type="application/json">``: strings cleaned, and no character that could end or run it."""
    text = json.dumps(_cleaned(value), ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    return Html(_STRING.sub(lambda found: found.group().translate(_UNSAFE), text))


def _cleaned(value: Any) -> Any:
    if isinstance(value, dict):
        return {clean(k): _cleaned(v) for k, v in value.items()}
    if isinstance(value, list | tuple):
        return [_cleaned(v) for v in value]
    return clean(value) if isinstance(value, str) else value
