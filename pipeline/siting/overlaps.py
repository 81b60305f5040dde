"""Sites that share land or seem to be one: pairs of footprints, each once."""

from __future__ import annotations

import re
import unicodedata

import numpy as np
import shapely

from pipeline.core import ellipsoid
from pipeline.core.units import M2_TO_HM2
from pipeline.core.words import say
from pipeline.siting.shapes import Plane
from pipeline.siting.sites import SHARE_MIN, Site

NEARLY_WHOLE = 0.9  # of both footprints: one site listed twice rather than two neighbours [A]
CLOSE_M = 1000.0  # sites of one technology and one name that are no farther apart are one, listed twice [A]
MOST_PAIRS = 1_000_000
_AT_ONCE = 2000  # sites asked at once


def pairs(sites: list[Site], plane: Plane, language: str) -> tuple[list[dict], bool]:
    """(rows of ``SITE_OVERLAP``, whether the search was stopped at :data:`MOST_PAIRS`).

    ``duplicate``: one technology on nearly the same land, or of the same name and close; ``overlap``: one technology on
    partly the same land; ``other_technology``: PV in a wind farm and the like, which is no fault.
    """
    footprints = np.empty(len(sites), object)
    footprints[:] = [s.footprint for s in sites]
    metres = plane.shapes(footprints)
    touching, is_cut = _near(footprints, np.arange(len(sites)), "intersects")
    shared = _shared_m2(footprints, touching)
    found = {pair: area for pair, area in zip(map(tuple, touching.tolist()), shared, strict=True) if area > 0}
    named: dict[tuple[str, str], list[int]] = {}
    for i, site in enumerate(sites):
        if key := _plain(site.row["name"]):
            named.setdefault((site.row["kind"], key), []).append(i)
    for members in named.values():
        if len(members) > 1 and not is_cut:
            close, is_cut = _near(metres, np.array(members), "dwithin", CLOSE_M)
            for pair in map(tuple, close.tolist()):
                found.setdefault(pair, 0.0)
    rows = [
        _row(sites[a], sites[b], area, float(shapely.distance(metres[a], metres[b])), language) for (a, b), area in sorted(found.items())
    ]
    return [r for r in rows if r is not None], is_cut


def _near(shapes: np.ndarray, members: np.ndarray, predicate: str, distance: float | None = None) -> tuple[np.ndarray, bool]:
    """Pairs (n, 2) of places, the smaller first, among some members; and whether there were too many."""
    tree = shapely.STRtree(shapes[members])
    made, count = [np.zeros((0, 2), np.int64)], 0
    for start in range(0, len(members), _AT_ONCE):
        asked, hit = tree.query(shapes[members[start : start + _AT_ONCE]], predicate=predicate, distance=distance)
        asked = asked + start
        kept = asked < hit
        made.append(np.column_stack([members[asked[kept]], members[hit[kept]]]))
        count += len(made[-1])
        if count > MOST_PAIRS:
            return np.concatenate(made)[:MOST_PAIRS], True
    return np.concatenate(made), False


def _shared_m2(shapes: np.ndarray, touching: np.ndarray) -> list[float]:
    """Ellipsoidal area [m2] that each pair shares."""
    common = shapely.intersection(shapes[touching[:, 0]], shapes[touching[:, 1]])
    return [sum(ellipsoid.polygon_area_m2(p) for p in shapely.get_parts(c) if p.geom_type == "Polygon") for c in common]


def _row(a: Site, b: Site, area_m2: float, distance_m: float, language: str) -> dict | None:
    share, other = (min(area_m2 / s.cells.area_m2, 1.0) for s in (a, b))
    is_same_name = bool(_plain(a.row["name"])) and _plain(a.row["name"]) == _plain(b.row["name"])
    does_overlap = max(share, other) > SHARE_MIN
    if a.row["kind"] != b.row["kind"]:
        relation, why = "other_technology", "two_technologies"
    elif min(share, other) >= NEARLY_WHOLE:
        relation, why = "duplicate", "same_place"
    elif is_same_name and distance_m <= CLOSE_M:
        relation, why = "duplicate", "same_name"
    else:
        relation, why = "overlap", "within_other" if max(share, other) >= 1 - SHARE_MIN else "some_overlap"
    if not does_overlap and why != "same_name":
        return None
    return {
        "site_id": a.row["site_id"], "name": a.row["name"], "kind": a.row["kind"],
        "other_id": b.row["site_id"], "other_name": b.row["name"], "other_kind": b.row["kind"], "relation": relation,
        "overlap_hm2": area_m2 * M2_TO_HM2 if does_overlap else 0.0, "share": share, "other_share": other, "distance_m": distance_m,
        "why": say(why, language, distance=distance_m),
    }  # fmt: skip


def _plain(name) -> str:
    """A name without width, case, blanks and punctuation, to find the same one written otherwise."""
    return re.sub(r"[\W_]+", "", unicodedata.normalize("NFKC", str(name)).casefold())
