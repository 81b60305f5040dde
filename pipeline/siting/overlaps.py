"""Sites that share land or seem to be one: pairs of footprints, each once."""

from __future__ import annotations

import re
import unicodedata

import numpy as np
import shapely

from pipeline.core import ellipsoid
from pipeline.core.units import M2_TO_HM2
from pipeline.core.words import say
from pipeline.siting.rules import JUDGED
from pipeline.siting.shapes import Plane
from pipeline.siting.sites import SHARE_MIN, Site

NEARLY_WHOLE = 0.9  # of both footprints: one site listed twice rather than two neighbours [A]
CLOSE_M = 1000.0  # sites of one technology and one name that are no farther apart are one, listed twice [A]
MOST_PAIRS = 200_000
_AT_ONCE = 2000  # sites asked at once


def pairs(sites: list[Site], plane: Plane, language: str) -> tuple[list[dict], bool]:
    """(rows of ``SITE_OVERLAP``, whether the search was stopped at :data:`MOST_PAIRS`).

    ``duplicate``: one technology on nearly the same land, or of the same name and close; ``overlap``: one technology on
    partly the same land; ``other_technology``: PV in a wind farm and the like, which is no fault.
    """
    footprints = np.empty(len(sites), object)
    footprints[:] = [s.footprint for s in sites]
    metres = plane.shapes(footprints)
    kinds = np.array([s.row["kind"] for s in sites], object)
    names = [_plain(s.row["name"]) for s in sites]
    found, is_cut = _near(footprints, np.arange(len(sites)), "intersects")
    named: dict[tuple[str, str], list[int]] = {}
    for i, name in enumerate(names):
        if name:
            named.setdefault((kinds[i], name), []).append(i)
    for members in named.values():
        if len(members) > 1 and not is_cut:
            close, is_cut = _near(metres, np.array(members), "dwithin", CLOSE_M, MOST_PAIRS - len(found))
            found = np.concatenate([found, close])
    if len(found) == 0:
        return [], is_cut
    a, b = np.unique(found, axis=0).T
    shared = _shared_m2(footprints[a], footprints[b])
    whole = np.array([s.cells.area_m2 for s in sites])
    share, other = np.minimum(shared / whole[a], 1.0), np.minimum(shared / whole[b], 1.0)
    distance = shapely.distance(metres[a], metres[b])
    rows = []
    for i, j, area, part, other_part, gap in zip(a, b, shared, share, other, distance, strict=True):
        is_named = bool(names[i]) and names[i] == names[j] and gap <= CLOSE_M
        known = _relation(kinds[i] == kinds[j], {kinds[i], kinds[j]} <= set(JUDGED), is_named, float(part), float(other_part))
        if known is not None:
            relation, why = known
            one, two = sites[i].row, sites[j].row
            rows.append(
                {
                    "site_id": one["site_id"], "name": one["name"], "kind": one["kind"],
                    "other_id": two["site_id"], "other_name": two["name"], "other_kind": two["kind"], "relation": relation,
                    "overlap_hm2": float(area) * M2_TO_HM2, "share": float(part), "other_share": float(other_part), "distance_m": float(gap),
                    "why": say(why, language, distance=gap),
                }
            )  # fmt: skip
    return rows, is_cut


def filed_twice(rows: list[dict]) -> set[str]:
    """Sites that repeat an earlier one on nearly the same land (rows of :func:`pairs`); sums leave them out."""
    return {r["other_id"] for r in rows if r["relation"] == "duplicate" and min(r["share"], r["other_share"]) >= NEARLY_WHOLE}


def _relation(is_same_kind: bool, is_judged: bool, is_named: bool, share: float, other: float) -> tuple[str, str] | None:
    """(relation, word for why) of two sites; None where they only touch.

    ``is_judged``: both are PV or wind, which may share land; ``is_named``: of one name and close.
    """
    if is_same_kind and min(share, other) >= NEARLY_WHOLE:
        return "duplicate", "same_place"
    if is_same_kind and is_named:
        return "duplicate", "same_name"
    if max(share, other) <= SHARE_MIN:
        return None
    if not is_same_kind:
        return "other_technology", "two_technologies" if is_judged else "other_project"
    return "overlap", "within_other" if max(share, other) >= 1 - SHARE_MIN else "some_overlap"


def _near(
    shapes: np.ndarray, members: np.ndarray, predicate: str, distance: float | None = None, most: int | None = None
) -> tuple[np.ndarray, bool]:
    """Pairs (n, 2) of places, the smaller first, among some members; and whether there were too many."""
    most = MOST_PAIRS if most is None else most
    tree = shapely.STRtree(shapes[members])
    made, count = [np.zeros((0, 2), np.int64)], 0
    for start in range(0, len(members), _AT_ONCE):
        asked, hit = tree.query(shapes[members[start : start + _AT_ONCE]], predicate=predicate, distance=distance)
        asked = asked + start
        kept = asked < hit
        made.append(np.column_stack([members[asked[kept]], members[hit[kept]]]))
        count += len(made[-1])
        if count > most:
            return np.concatenate(made)[:most], True
    return np.concatenate(made), False


def _shared_m2(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """Ellipsoidal area [m2] that the shapes of each pair share."""
    same = shapely.equals_exact(a, b)  # the same coordinates given twice: nothing to cut
    common = np.where(same, a, None)
    common[~same] = shapely.intersection(a[~same], b[~same])
    parts, pair = shapely.get_parts(common, return_index=True)
    is_land = shapely.get_type_id(parts) == shapely.GeometryType.POLYGON
    made = np.zeros(len(a))
    if is_land.any():
        np.add.at(made, pair[is_land], ellipsoid.areas_m2(parts[is_land]))
    return made


def _plain(name) -> str:
    """A name without width, case, blanks and punctuation, to find the same one written otherwise."""
    return re.sub(r"[\W_]+", "", unicodedata.normalize("NFKC", str(name)).casefold())
