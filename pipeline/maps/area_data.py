"""Candidate areas (contiguous land by technology) as compact data: best first, as many as a page can hold."""

from __future__ import annotations

import geopandas as gpd
import pandas as pd
import shapely

from pipeline.core import figures
from pipeline.maps.facts import Facts
from pipeline.maps.signs import kind_name
from pipeline.maps.words import say

_MOST_VERTICES = 12_000  # of all areas on a page
_TOLERANCE_DEG = 0.0001


def chosen(facts: Facts, code: str | None, *, is_county: bool) -> gpd.GeoDataFrame | None:
    """The areas a page draws, by rank over the technologies, their outlines made lighter; None where there is none to draw."""
    frame = facts.areas
    if frame is None or any(facts.hides_rules(k) for k in dict.fromkeys(frame.kind)):
        return None
    own = frame[frame.county_code == code] if is_county else frame
    own = own.sort_values(["rank", "kind"], kind="stable", ignore_index=True)
    if own.empty:
        return None
    own = own.set_geometry(shapely.simplify(own.geometry.to_numpy(), _TOLERANCE_DEG), crs=own.crs)
    count = int((shapely.get_num_coordinates(own.geometry.to_numpy()).cumsum() <= _MOST_VERTICES).sum())
    return own.iloc[: max(count, 1)]


def data(facts: Facts, areas: gpd.GeoDataFrame | None) -> list[list]:
    """[title, verdict key, [[name, value] …]] of each area, in the order of its outlines."""
    if areas is None:
        return []
    language, made = facts.language, []
    for row in areas.itertuples():
        lines = [
            (say("verdict", language), say(row.zoning, language)),
            (say("area_rank", language), figures.number(row.rank, 0)),
            (say("site_area", language), f"{figures.hm2(row.area_hm2)} hm²"),
            (say("site_capacity", language), f"{figures.number(row.capacity_mw)} MW"),
            (say("score", language), figures.number(row.score)),
            (say("county", language), row.county_name if pd.notna(row.county_name) else figures.DASH),
        ]
        made.append([f"{row.area_id}{say('sep_gap', language)}{kind_name(row.kind, language)}", row.zoning, [list(line) for line in lines]])
    return made
