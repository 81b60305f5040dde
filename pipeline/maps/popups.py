"""What opens on a click on a county: its key figures and the way to its page."""

from __future__ import annotations

from urllib.parse import quote

from pipeline.core import figures
from pipeline.maps.facts import Facts
from pipeline.maps.markup import Html, tag
from pipeline.maps.words import say


def county(facts: Facts, code: str, name: str, file: str) -> Html:
    """A county's key figures and the way to its page."""
    language = facts.language
    cover = facts.main_reading(facts.leading(facts.of(facts.cover, code)))
    carbon = facts.leading(facts.of(facts.summary, code)).iloc[0]
    count = int((facts.sites.county_code == code).sum())
    rows = [
        (say("forest", language), f"{figures.pct(cover.forest_cover_pct)} %", facts.reading_name(cover.reading)),
        (say("verdict", language), facts.verdict_text(cover), None),
        (
            say("carbon", language),
            f"{figures.wan_t(carbon.stock_tc)} {say('of_wan_tc', language)}",
            say("interval", language, low=figures.wan_t(carbon.low_tc), high=figures.wan_t(carbon.high_tc)),
        ),
        (say("land_area", language), f"{figures.hm2(cover.land_area_hm2)} hm²", None),
        (say("sites", language), say("sites_count", language, count=count), None),
    ]
    return tag(
        "article",
        tag("h3", name, dir="auto"),
        tag("dl", [tag("div", tag("dt", k), tag("dd", v, tag("small", small) if small else None)) for k, v, small in rows], class_="rows"),
        tag(
            "p", tag("a", say("open_county", language, name=name), " ", tag("span", "→", aria_hidden="true"), href=quote(file)), class_="go"
        ),
        class_="county",
    )
