"""Signs and names of a site's verdict and kind: drawn once, the same on map, list, popup and legend."""

from __future__ import annotations

from pipeline.core import words
from pipeline.maps.markup import Html, tag

_SHAPES = {
    "allowed": '<circle cx="12" cy="12" r="10.5"/>',
    "conditional": '<path d="M12 .6 23.4 12 12 23.4.6 12z"/>',
    "prohibited": '<path d="M7.5 1h9L23 7.5v9L16.5 23h-9L1 16.5v-9z"/>',
    "unknown": '<rect x="1.5" y="1.5" width="21" height="21" rx="3.5"/><rect x="3.6" y="3.6" width="16.8" height="16.8" rx="2" class="dash"/>',
}
_SIGNS = {
    "pv": '<path d="M8.3 8h7.4l1.6 8H6.7zM7.5 12h9M12 8v8"/>',
    "wind": '<path d="M12 11.2V5.4M12 11.2l-5 2.9M12 11.2l5 2.9M12 11.2V19"/>',
    "other": '<circle cx="12" cy="12" r="3"/>',
}
_TOOLS = {
    "whole": '<path d="M4 9V4h5M20 9V4h-5M4 15v5h5M20 15v5h-5"/>',
    "length": '<path d="M3 16 16 3l5 5L8 21zM7 12l2 2M10 9l2.5 2.5M13 6l2 2"/>',
    "area": '<path d="M5 18 3.5 7 13 3.5 20.5 9 18 19z"/><circle cx="5" cy="18" r="1.6"/><circle cx="13" cy="3.5" r="1.6"/><circle cx="20.5" cy="9" r="1.6"/>',
    "print": '<path d="M7 8V3h10v5M7 17H4V9h16v8h-3M7 14h10v7H7z"/>',
}


def symbols() -> Html:
    """The drawings that :func:`pin` refers to; once on a page."""
    made = [f'<symbol id="shape-{k}" viewBox="0 0 24 24">{v}</symbol>' for k, v in _SHAPES.items()]
    made += [f'<symbol id="sign-{k}" viewBox="0 0 24 24">{v}</symbol>' for k, v in _SIGNS.items()]
    made += [f'<symbol id="tool-{k}" viewBox="0 0 24 24">{v}</symbol>' for k, v in _TOOLS.items()]
    return Html(f'<svg class="symbols" width="0" height="0" aria-hidden="true"><defs>{"".join(made)}</defs></svg>')


def pin(verdict: str, kind: str | None = None) -> Html:
    """A site's sign: shape and colour say the verdict, the drawing inside the kind."""
    sign = None if kind is None else tag("use", href=f"#sign-{kind if kind in _SIGNS else 'other'}", class_="sign")
    return tag(
        "svg",
        tag("use", href=f"#shape-{verdict}", class_="shape"),
        sign,
        class_=f"pin pin-{verdict}",
        viewBox="0 0 24 24",
        aria_hidden="true",
    )


def kind_sign(kind: str) -> Html:
    """The drawing of a kind alone, for the legend."""
    return tag("svg", tag("use", href=f"#sign-{kind}", class_="sign"), class_="pin pin-bare", viewBox="0 0 24 24", aria_hidden="true")


def kind_name(kind: str, language: str) -> str:
    """PV, wind, another kind in words, or as it was given."""
    return words.kind_name(kind, language)
