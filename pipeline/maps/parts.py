"""Small pieces of markup that panel and popups share."""

from __future__ import annotations

from pipeline.maps.markup import Html, tag


def section(title: str, *children, id_: str) -> Html:
    """A titled part of the panel."""
    return tag("section", tag("h2", title, id=id_), children, aria_labelledby=id_)


def note(*children) -> Html:
    """Small print."""
    return tag("p", children, class_="small")


def pair(name: str, *value) -> Html:
    """A name and its value, for a ``dl``."""
    return tag("div", tag("dt", name), tag("dd", value))


def swatch(colour: str) -> Html:
    """A small square in a class colour."""
    return tag("i", class_="swatch", style=f"background:{colour}", aria_hidden="true")
