"""For whom a page is, and whether the maps on it have been reviewed: said on the page, on paper and in the run record.

Maps that are published, exhibited or printed for the public need a review number (审图号; 地图管理条例). A page without one is
for internal use; one made for the public without one says that it may not be published yet.
"""

from __future__ import annotations

from dataclasses import dataclass

from pipeline.core.config import Config
from pipeline.maps.facts import Facts
from pipeline.maps.words import say


@dataclass(frozen=True)
class Mark:
    """A few words on a page; ``forbids`` where they forbid to publish it."""

    text: str
    forbids: bool = False


def lacks_review(config: Config) -> bool:
    """Whether pages are made for the public without a review number."""
    return config.maps.audience == "public" and not config.maps.map_review_no.strip()


def marks(facts: Facts) -> list[Mark]:
    """What a page says of itself: its edition, and its review number or the want of one."""
    language, number = facts.language, facts.config.maps.map_review_no.strip()
    made = [Mark(say("public_edition", language))] if facts.is_public else []
    if number:
        made.append(Mark(say("map_review_no", language, number=number)))
    if lacks_review(facts.config):
        made.append(Mark(say("no_review", language), forbids=True))
    elif not number or facts.shows_restricted:
        made.append(Mark(say("internal_use", language)))
    return made
