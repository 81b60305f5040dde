"""Vector land cover on worlds that can be reckoned by hand: four square counties of 0.1 degree and parcels on them."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pandas as pd
import pyproj
import pytest
import rasterio
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely import box

from pipeline.core import ellipsoid, parcels, tables
from pipeline.core.config import PROJECT, LayerRef
from pipeline.core.errors import BadData, UsageError
from pipeline.core.features import Batch
from pipeline.core.layers import find
from pipeline.core.parcels import overlaps, scheme
from pipeline.core.parcels.fields import numbers, text_of
from pipeline.core.paths import Paths
from pipeline.core.words import WORDS, say
from tests.worlds import four_counties

W, S = 112.0, 36.0  # corner of the four counties


def product(folder, name="land_survey", **settings):
    """A layer of one of the project's schemes over a file that is never opened."""
    (folder / "parcels.gpkg").write_bytes(b"-")
    ref = LayerRef(layer=f"layers/land_cover/{name}", file="parcels.gpkg", year=2023, **settings)
    return find(ref, "land_cover", Paths(folder), "classes")


def counties():
    made = four_counties(west=W, south=S)
    return made.rename(columns={"XZQDM": "county_code", "XZQMC": "county_name"})


def world(rows: list[dict], *, size: int = 3):
    """A stream over rows with ``geometry`` and fields, in small batches; the id of a feature is its place, from 1."""
    fields = list(dict.fromkeys(k for r in rows for k in r if k != "geometry"))
    geometry = np.empty(len(rows), object)
    geometry[:] = [r["geometry"] for r in rows]
    columns = {f: np.array([r.get(f) for r in rows] + [None], dtype=object)[:-1] for f in fields}

    def stream(bbox):
        for start in range(0, len(rows), size):
            part = np.arange(start, min(start + size, len(rows)))
            if bbox is not None:
                part = part[shapely.intersects(geometry[part], box(*bbox))]
            if part.size:
                yield Batch(part + 1, geometry[part], {f: v[part] for f, v in columns.items()})

    stream.fields = fields
    return stream


def measured(layer, rows, **more):
    stream = world(rows, **more)
    return parcels.measure(stream, counties(), layer, parcels.roles(layer, stream.fields))


def squares(n: int = 4) -> list:
    """The four counties cut into ``n`` by ``n`` equal squares, row by row from the south."""
    edge = 0.2 / n
    return [box(W + i * edge, S + j * edge, W + (i + 1) * edge, S + (j + 1) * edge) for j in range(n) for i in range(n)]


def cell_hm2(west, south, east, north) -> float:
    """The land survey's formula (TD/T 1055-2019) for a cell of the graticule, on its own."""
    a, f = 6378137.0, 1 / 298.257222101
    b, e2 = a * (1 - f), f * (2 - f)
    k = [
        1 + 3 / 6 * e2 + 30 / 80 * e2**2 + 35 / 112 * e2**3 + 630 / 2304 * e2**4,
        1 / 6 * e2 + 15 / 80 * e2**2 + 21 / 112 * e2**3 + 420 / 2304 * e2**4,
        3 / 80 * e2**2 + 7 / 112 * e2**3 + 180 / 2304 * e2**4,
        1 / 112 * e2**3 + 45 / 2304 * e2**4,
        5 / 2304 * e2**4,
    ]
    height, middle = math.radians(north - south), math.radians((north + south) / 2)
    terms = [(-1) ** i * k[i] * math.sin((2 * i + 1) / 2 * height) * math.cos((2 * i + 1) * middle) for i in range(5)]
    return 2 * b**2 * math.radians(east - west) * math.fsum(terms) / 1e4


def hm2(geometry) -> float:
    return ellipsoid.polygon_area_m2(geometry) / 1e4


def keys(error) -> list[str]:
    """The findings of an error, each of which can be said in both languages."""
    for p in error.value.problems:
        assert all(say(p.key, language, **p.params) for language in ("zh", "en"))
    return [p.key for p in error.value.problems]


def told(found, key: str) -> dict:
    """Parameters of the one warning of a kind."""
    for p in found.warnings:
        assert all(say(p.key, language, **p.params) for language in ("zh", "en"))
    (one,) = [p for p in found.warnings if p.key == key]
    return one.params


def by_code(found, county: str | None = None) -> dict[str, float]:
    rows = found.area if county is None else found.area[found.area.county_code == county]
    return rows.groupby("code").area_hm2.sum().to_dict()


def require_conserved(found) -> None:
    """In every county codes and gap make up the county, whose area is reckoned another way."""
    for row in found.checks.itertuples():
        own = found.area[found.area.county_code == row.county_code]
        i = int(row.county_code) - 149901
        west, south = W + (i % 2) * 0.1, S + (i // 2) * 0.1
        assert math.fsum(own.area_hm2) + row.gap_hm2 == pytest.approx(cell_hm2(west, south, west + 0.1, south + 0.1), rel=1e-9)
        assert math.fsum(own.area_hm2) == pytest.approx(row.parcel_area_hm2, rel=1e-12)


# --- areas ---------------------------------------------------------------------------------------------------


def test_areas_follow_the_survey_formula_and_geodesics():
    shapes = [box(111, 35, 111.5, 35.5), box(112, 36, 112.01, 36.003), box(110, 34, 113.5, 36)]
    expected = [cell_hm2(*s.bounds) * 1e4 for s in shapes]
    assert expected[0] == pytest.approx(2_524_261_923.74, abs=0.005)  # domain brief 2.5
    assert ellipsoid.areas_m2(shapes) == pytest.approx(expected, rel=1e-12)
    rng, geod = np.random.default_rng(4), pyproj.Geod(a=6378137.0, rf=298.257222101)
    blobs = [shapely.Point(x, y).buffer(r, 3) for x, y, r in rng.uniform((110, 34, 1e-4), (113, 36, 0.02), (50, 3))]
    geodesic = [abs(geod.geometry_area_perimeter(b)[0]) for b in blobs]
    assert ellipsoid.areas_m2(blobs) == pytest.approx(geodesic, rel=2e-6)
    assert ellipsoid.areas_m2(blobs) == pytest.approx([ellipsoid.polygon_area_m2(b) for b in blobs], rel=1e-12)


def test_areas_take_holes_out_whatever_way_rings_run():
    outer, hole = box(112, 36, 112.1, 36.1), box(112.02, 36.02, 112.05, 36.05)
    for shell, inner in itertools.product((outer.exterior, outer.exterior.reverse()), (hole.exterior, hole.exterior.reverse())):
        ring = shapely.Polygon(shell.coords, [inner.coords])
        both = shapely.MultiPolygon([ring, box(112.03, 36.03, 112.04, 36.04)])
        areas = ellipsoid.areas_m2([ring, both, shapely.Polygon(), None, shapely.Point(1, 2)]) / 1e4
        assert areas[0] == pytest.approx(hm2(outer) - hm2(hole), rel=1e-12)
        assert areas[1] == pytest.approx(hm2(outer) - hm2(hole) + hm2(box(112.03, 36.03, 112.04, 36.04)), rel=1e-12)
        assert areas[2:].tolist() == [0, 0, 0]


# --- schemes -------------------------------------------------------------------------------------------------

SCHEMES = ("one_map", "land_survey", "land_survey_2", "land_use_2023")


@pytest.mark.parametrize("name", SCHEMES)
def test_legends_are_complete(tmp_path, name):
    layer = product(tmp_path, name)
    legend = parcels.legend(layer)
    of = dict(zip(legend.code, legend.class_key, strict=True))
    used = {r for text in legend.readings.dropna() for r in text.split(";")}
    assert used == set(layer.about.readings) and "strict" in used
    for code, key in of.items():
        assert not code.endswith("K") or key == of[code[:-1]], "adjustable land keeps the class of its base code"
    assert [c for c in of if len(c) == 2] == {"land_survey": ["09"], "land_use_2023": ["16"]}.get(name, [])
    numbered = tables.check(parcels.numbered_legend(layer), tables.LEGEND, name)
    assert numbered.code.tolist() == list(range(1, len(legend) + 1)) and numbered.source_code.tolist() == legend.code.tolist()


def test_forest_of_each_scheme(tmp_path):
    found = {}
    for name in SCHEMES:
        legend = parcels.legend(product(tmp_path, name))
        found[name] = {c for c, r in zip(legend.code, legend.readings.fillna(""), strict=True) if "strict" in r.split(";")}
    assert found == {
        "one_map": {"030100", "030101", "030200", "030301", "0111", "0131"},
        "land_survey": {"0301", "0301K", "0302", "0302K", "0304"},
        "land_survey_2": {"031", "031K"},
        "land_use_2023": {"0301", "0302", "0501"},
    }


def test_colliding_codes_mean_what_their_scheme_says(tmp_path):
    of = {n: parcels.legend(product(tmp_path, n)).set_index("code").class_key for n in ("land_survey", "land_use_2023")}
    meant = {code: (of["land_survey"].get(code), of["land_use_2023"].get(code)) for code in ("0303", "0304", "0402", "0501", "1101")}
    assert meant == {
        "0303": ("wetland", "shrub_other"),
        "0304": ("forest_arbor", "forest_land_other"),
        "0402": ("wetland", "grass"),
        "0501": (None, "forest_arbor"),  # never commerce by accident
        "1101": ("water", "built"),
    }


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("30100.0", "30100"),
        (30100.0, "30100"),
        (301, "301"),
        (" ０３０１ｋ ", "0301K"),
        ("'0301", "0301"),
        ("3.5", "3.5"),
        ("0301\u3000", "0301"),
    ],
)
def test_codes_as_text(value, text):
    assert text_of(value) == text


def test_lost_zeros_come_back_only_where_nothing_else_fits():
    assert scheme.translate(["30100", "30301", "111"], ["030100", "030301", "0111"]) == {
        "30100": "030100",
        "30301": "030301",
        "111": "0111",
    }
    assert scheme.translate(["301", "301K"], ["0301", "0301K"]) == {"301": "0301", "301K": "0301K"}
    assert scheme.translate(["011", "101"], ["0101"]) == {"011": None, "101": None}, "a file with 011 has lost no zeros"
    assert scheme.translate(["11"], ["011", "0011"]) == {"11": None}, "two codes fit"
    assert scheme.translate(["3", "03", "0303X"], ["0301"]) == {"3": None, "03": None, "0303X": None}


# --- measuring -----------------------------------------------------------------------------------------------


def test_parcels_that_straddle_are_cut_at_the_county_line(tmp_path):
    """One parcel of 0.1 degree in the middle of the four counties lies a quarter in each; a square lies whole in the first."""
    rows = [
        {"geometry": box(W + 0.05, S + 0.05, W + 0.15, S + 0.15), "DLBM": "0301"},
        {"geometry": box(W, S, W + 0.02, S + 0.02), "DLBM": "0301K"},
    ]
    found = measured(product(tmp_path), rows)
    for i in range(4):
        west, south = W + 0.05 + (i % 2) * 0.05, S + 0.05 + (i // 2) * 0.05
        assert by_code(found, f"14990{i + 1}")["0301"] == pytest.approx(cell_hm2(west, south, west + 0.05, south + 0.05), rel=1e-9)
    assert by_code(found)["0301K"] == pytest.approx(cell_hm2(W, S, W + 0.02, S + 0.02), rel=1e-9)
    assert found.checks.straddling.tolist() == [1, 1, 1, 1] and found.checks.parcels.tolist() == [2, 1, 1, 1]
    assert (
        set(found.area.class_key) == {"forest_arbor"} and set(found.area["product"]) == {"LAND_SURVEY"} and set(found.area.year) == {2023}
    )
    require_conserved(found)


def test_slivers_of_a_neighbour_are_no_parcels_of_a_county(tmp_path):
    """A parcel of the first county reaches 0.001 degrees (a twentieth of it) into the second, which has none of its own."""
    found = measured(product(tmp_path), [{"geometry": box(W + 0.081, S, W + 0.101, S + 0.02), "DLBM": "0301"}])
    assert found.checks.parcels.tolist() == [1, 1, 0, 0] and found.checks.own_parcels.tolist() == [1, 0, 0, 0]
    assert [w.params["county"] for w in found.warnings if w.key == "parcels_county_empty"] == ["乙县", "丙县", "丁市"]


def test_nothing_depends_on_batches_or_the_order_of_features(tmp_path):
    rows = [{"geometry": s, "DLBM": c} for s, c in zip(squares(6), itertools.cycle(["0301", "0103", "0201K", "1101"]))]
    stream, layer = world(rows, size=5), product(tmp_path)
    roles = parcels.roles(layer, stream.fields)
    plain = parcels.measure(stream, counties(), layer, roles)

    def backwards(bbox):
        return reversed([Batch(b.fid[::-1], b.geometry[::-1], {k: v[::-1] for k, v in b.columns.items()}) for b in stream(bbox)])

    other = parcels.measure(backwards, counties(), layer, roles)
    assert tables.to_csv(plain.area) == tables.to_csv(other.area) and tables.to_csv(plain.checks) == tables.to_csv(other.checks)
    assert plain.checks.gap_hm2.max() < 1e-6 and not plain.warnings
    require_conserved(plain)


def test_gaps_are_told_where_a_survey_covers_all_land(tmp_path):
    rows = [{"geometry": s, "DLBM": 301} for s in squares(4)[1:]]  # the south-west square of the first county is missing
    found = measured(product(tmp_path), rows)
    missing = cell_hm2(W, S, W + 0.05, S + 0.05)
    assert found.checks.gap_hm2.tolist() == pytest.approx([missing, 0, 0, 0], abs=1e-6)
    assert told(found, "parcels_gap")["area_hm2"] == pytest.approx(missing, rel=1e-9)
    assert set(found.area.code) == {"0301"}
    forest = measured(product(tmp_path, "one_map"), [{"geometry": r["geometry"], "DI_LEI": "030100"} for r in rows])
    assert not forest.warnings, "land outside the one-map is not missing"


def test_a_county_without_parcels_is_told(tmp_path):
    found = measured(product(tmp_path), [{"geometry": s, "DLBM": "0103"} for s in squares(4)[:8]])
    assert [p.params["county"] for p in found.warnings if p.key == "parcels_county_empty"] == ["丙县", "丁市"]
    assert found.checks.gap_hm2.tolist()[2:] == pytest.approx(found.checks.county_area_hm2.tolist()[2:])


def test_land_outside_all_counties_is_told(tmp_path):
    rows = [{"geometry": s, "DLBM": "0103"} for s in squares(2)] + [{"geometry": box(115, 36, 115.1, 36.1), "DLBM": "0301"}]
    params = told(measured(product(tmp_path), rows), "parcels_outside")
    assert params["count"] == 1 and params["area_hm2"] == pytest.approx(cell_hm2(115, 36, 115.1, 36.1))
    with pytest.raises(BadData) as error:
        measured(product(tmp_path), rows[-1:])
    assert keys(error) == ["parcels_elsewhere"]


# --- overlaps ------------------------------------------------------------------------------------------------


def test_small_overlaps_go_to_the_first_and_are_told(tmp_path):
    """A strip of 0.0001 by 0.01 degree beside the middle of the first county is claimed twice."""
    rows = [{"geometry": s, "DLBM": "0103"} for s in squares(4)]
    rows.append({"geometry": box(W + 0.05, S + 0.01, W + 0.0501, S + 0.02), "DLBM": "0301"})
    found = measured(product(tmp_path), rows)
    strip = cell_hm2(W + 0.05, S + 0.01, W + 0.0501, S + 0.02)
    params = told(found, "parcels_overlap")
    assert params["found"].startswith("2 + 17: ") and params["area_hm2"] == pytest.approx(strip, rel=1e-8)
    assert found.checks.overlap_hm2.tolist() == pytest.approx([strip, 0, 0, 0], abs=1e-6)
    assert by_code(found)["0301"] == pytest.approx(0, abs=1e-9)
    require_conserved(found)


def test_large_overlaps_and_duplicates_are_refused(tmp_path):
    rows = [{"geometry": s, "DLBM": "0103"} for s in squares(4)]
    with pytest.raises(BadData) as error:
        measured(
            product(tmp_path),
            [*rows, {"geometry": rows[15]["geometry"], "DLBM": "0301"}, {"geometry": rows[0]["geometry"], "DLBM": "0103"}],
        )
    assert keys(error) == ["parcels_overlap_large"] * 2
    first, last = (p.params for p in error.value.problems)
    assert (first["county"], last["county"]) == ("甲县", "丁市")
    assert first["found"] == f"1 + 18: {hm2(rows[0]['geometry']):.4f} hm²" and last["found"].startswith("16 + 17: ")


def test_overlaps_of_three_are_counted_by_claims():
    """A (0..2), B (1..3) and C (1.5..4) on a line: B loses 1 of 2, C loses 1.5 of 2.5 - what A and B have together."""
    shapes = np.array([box(112 + x / 10, 36, 112 + (x + w) / 10, 36.1) for x, w in ((0, 2), (1, 2), (1.5, 2.5))])
    found, unit = overlaps.find(shapes), cell_hm2(112, 36, 112.1, 36.1)
    assert list(zip(found.first, found.second, strict=True)) == [(0, 1), (0, 2), (1, 2)]
    assert found.area_m2 / 1e4 == pytest.approx([unit, unit / 2, 1.5 * unit], rel=1e-9)
    assert found.lost_m2 / 1e4 == pytest.approx([0, unit, 1.5 * unit], rel=1e-9)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(*[st.integers(0, 9)] * 2, *[st.integers(1, 5)] * 2), min_size=1, max_size=14), st.randoms())
def test_overlaps_are_those_of_every_pair_and_of_the_union(boxes, random):
    """Rectangles on a lattice meet, share edges, hold one another, repeat: no kind of overlap is missed."""
    shapes = [box(112 + x / 100, 36 + y / 100, 112 + (x + w) / 100, 36 + (y + h) / 100) for x, y, w, h in boxes]
    shapes += [shapely.difference(shapes[0], box(112.02, 36.02, 112.03, 36.03))]  # perhaps with a hole
    shapes = [s for s in shapes if s.geom_type == "Polygon" and not s.is_empty]
    random.shuffle(shapes)
    found = overlaps.find(np.array(shapes, dtype=object))
    pairs = {(i, j) for i, j in itertools.combinations(range(len(shapes)), 2) if shapes[i].intersection(shapes[j]).area > 1e-12}
    assert set(zip(found.first.tolist(), found.second.tolist(), strict=True)) == pairs
    kept = math.fsum(ellipsoid.areas_m2(np.array(shapes, dtype=object)) - found.lost_m2)
    assert kept == pytest.approx(ellipsoid.polygon_area_m2(shapely.union_all(shapes)), rel=1e-9)


def test_parcels_in_heaps_are_refused_before_they_are_cut(tmp_path):
    with pytest.raises(BadData) as error:
        measured(product(tmp_path), [{"geometry": squares(2)[0], "DLBM": "0103"}] * 300, size=100)
    assert keys(error) == ["parcels_heaped"]


@settings(max_examples=15, deadline=None)
@given(st.integers(2, 7), st.integers(0, 10**6), st.floats(0, 0.3))
def test_random_tessellations_are_conserved(tmp_path_factory, n, seed, dropped):
    """Shaken lattices over and beyond the counties, some cells missing, one claimed twice: codes + gap = county."""
    rng = np.random.default_rng(seed)
    x, y = np.meshgrid(np.linspace(W - 0.05, W + 0.25, n + 2), np.linspace(S - 0.05, S + 0.25, n + 2))
    corner = np.stack([x, y], -1) + rng.uniform(-0.3, 0.3, (*x.shape, 2)) * 0.3 / (n + 1)
    ring = np.stack([corner[:-1, :-1], corner[:-1, 1:], corner[1:, 1:], corner[1:, :-1]], 2).reshape(-1, 4, 2)
    cells = [c for c in shapely.polygons(ring) if c.is_valid and rng.uniform() >= dropped] or [squares(1)[0]]
    again = shapely.affinity.scale(cells[0], 1e-4, 1e-4)  # inside the first cell
    rows = [{"geometry": g, "DLBM": rng.choice(["0301", "0305", "0103", "1104K"])} for g in (*cells, again)]
    layer = product(tmp_path_factory.mktemp("w"))
    found = measured(layer, rows)
    require_conserved(found)
    union = shapely.union_all(cells)
    for row, county in zip(found.checks.itertuples(), counties().geometry, strict=True):
        gap = hm2(county) - hm2(part) if not (part := county & union).is_empty else hm2(county)
        assert row.gap_hm2 == pytest.approx(gap, abs=1e-6 * hm2(county) * 1e-3)


# --- faults of geometry and codes ----------------------------------------------------------------------------


def bow_tie(x: float, y: float, side: float):
    return shapely.Polygon([(x, y), (x + side, y + side), (x + side, y), (x, y + side)])


def test_small_bow_ties_are_repaired_and_told(tmp_path):
    rows = [{"geometry": box(W, S, W + 0.1, S + 0.1), "DLBM": "0103"}, {"geometry": bow_tie(W + 0.11, S + 0.01, 0.001), "DLBM": "0301"}]
    found = measured(product(tmp_path), rows)
    half = cell_hm2(W + 0.11, S + 0.01, W + 0.111, S + 0.011) / 2
    params = told(found, "parcels_repaired")
    assert (params["count"], params["found"]) == (1, "2")
    assert params["before"] == pytest.approx(0, abs=1e-4) and params["after"] == pytest.approx(half, rel=1e-4)
    assert by_code(found)["0301"] == pytest.approx(half, rel=1e-4) and found.checks.repaired.tolist() == [0, 1, 0, 0]
    require_conserved(found)


def test_large_repairs_are_refused(tmp_path):
    with pytest.raises(BadData) as error:
        measured(product(tmp_path), [{"geometry": bow_tie(W, S, 0.1), "DLBM": "0103"}, {"geometry": squares(2)[1], "DLBM": "0103"}])
    assert keys(error) == ["parcels_repair_large"]


def test_everything_unusable_is_told_at_once(tmp_path):
    rows = [
        {"geometry": squares(2)[0], "DLBM": "0103", "TBMJ": 1.0},
        {"geometry": None, "DLBM": "0103", "TBMJ": 1.0},
        {"geometry": shapely.Polygon(), "DLBM": "0103", "TBMJ": 1.0},
        {"geometry": shapely.Point(W, S), "DLBM": "0103", "TBMJ": 1.0},
        {"geometry": box(500, 0, 501, 1), "DLBM": "0103", "TBMJ": 1.0},
        {"geometry": squares(2)[1], "DLBM": "0399", "TBMJ": "约三亩"},
        {"geometry": squares(2)[2], "DLBM": "03", "TBMJ": -2},
        {"geometry": squares(2)[3], "DLBM": "  ", "TBMJ": None},
    ]
    with pytest.raises(BadData) as error:
        measured(product(tmp_path), rows)
    assert keys(error) == ["parcels_broken", "parcels_unknown_code", "parcels_number"]
    broken, code, number = (p.params["found"] for p in error.value.problems)
    assert broken == "2 (null), 3 (empty), 4 (Point), 5 (Polygon)"
    for text, county in (("0399", "乙县"), ("03", "丙县"), ("—", "丁市")):
        assert f"{text} ×1, " in code and f" hm² ({county})" in code
    assert number == "6: 约三亩; 7: -2"


def test_the_scheme_that_fits_is_named_and_never_assumed(tmp_path):
    codes = ["0501", "1701", "0303", "0304", "0703"]
    rows = [{"geometry": s, "DLBM": c} for s, c in zip(squares(4), itertools.cycle(codes))]
    with pytest.raises(BadData) as error:
        measured(product(tmp_path), rows)
    assert keys(error) == ["parcels_unknown_code", "parcels_other_scheme"]
    assert error.value.problems[1].params["known"] == "layers/land_cover/land_use_2023"
    assert set(error.value.problems[0].params["found"].replace(";", "").split()) >= {"0501", "1701", "0703"}
    named = measured(product(tmp_path, "land_use_2023"), rows)
    assert named.area.set_index("code").class_key.to_dict()["0303"] == "shrub_other"
    both = measured(product(tmp_path), [{"geometry": s, "DLBM": "0303"} for s in squares(4)])
    assert set(both.area.class_key) == {"wetland"}, "codes that fit two schemes mean what the named one says"


def test_fields_are_found_by_name_or_by_configuration(tmp_path):
    layer = product(tmp_path)
    roles = parcels.roles(layer, ["BSM", "dlbm", "TBMJ", "xzqdm"])
    assert (roles.code, roles.area, roles.county, roles.stock, roles.area_hm2) == ("dlbm", "TBMJ", "xzqdm", None, 1e-4)
    assert roles.names == ["dlbm", "TBMJ", "xzqdm"]
    own = product(tmp_path, columns={"code": "地类"}, units={"area": "亩"})
    assert parcels.roles(own, ["地类", "DLBM", "TBMJ"]).code == "地类" and parcels.roles(own, ["地类", "TBMJ"]).area_hm2 == 1 / 15
    for layer, fields in ((own, ["DLBM"]), (product(tmp_path), ["A", "B"])):
        with pytest.raises(BadData) as error:
            parcels.roles(layer, fields)
        assert keys(error) == ["parcels_field"]
    with pytest.raises(UsageError) as error:
        parcels.roles(product(tmp_path, units={"area": "acre"}), ["DLBM"])
    assert keys(error) == ["parcels_unit_unknown"]


def test_a_field_of_names_is_no_field_of_codes(tmp_path):
    rows = [{"geometry": box(W, S, W + 0.1, S + 0.1), "DLBM": f"{i}"} for i in range(10_001)]
    with pytest.raises(BadData) as error:
        measured(product(tmp_path), rows, size=20_000)
    assert keys(error) == ["parcels_not_codes"]


# --- recorded areas, attributes, growing stock ---------------------------------------------------------------


def surveyed(unit_per_hm2: float, **more) -> list[dict]:
    return [{"geometry": s, "DLBM": "0103", "TBMJ": round(hm2(s) * unit_per_hm2, 6), **more} for s in squares(8)]


@pytest.mark.parametrize(("per_hm2", "unit"), [(15, "mu"), (1, "hm2"), (0.01, "km2"), (15 / 1e4, "wanmu")])
def test_another_unit_of_the_recorded_area_is_named(tmp_path, per_hm2, unit):
    with pytest.raises(BadData) as error:
        measured(product(tmp_path), surveyed(per_hm2))
    assert keys(error) == ["parcels_unit"] and error.value.problems[0].params["key"] == unit
    found = measured(product(tmp_path, units={"area": unit}), surveyed(per_hm2))
    assert found.checks.recorded_area_hm2.tolist() == pytest.approx(found.checks.recorded_geometric_hm2.tolist(), rel=1e-4)
    assert not found.warnings and found.checks.recorded_differs.tolist() == [0, 0, 0, 0]


def test_recorded_areas_are_compared_for_whole_parcels(tmp_path):
    rows = surveyed(1e4)
    rows[0]["TBMJ"] *= 1.02
    rows[9]["TBMJ"] = f"{rows[9]['TBMJ']:,.2f}"  # as text, with commas
    rows[10]["TBMJ"] = None
    found = measured(product(tmp_path), rows)
    assert found.checks.recorded_differs.tolist() == [1, 0, 0, 0]
    assert told(found, "parcels_recorded")["count"] == 1
    first = found.checks.iloc[0]
    own = hm2(rows[0]["geometry"])
    assert first.recorded_area_hm2 - first.recorded_geometric_hm2 == pytest.approx(0.02 * own, rel=1e-4)
    assert first.recorded_geometric_hm2 == pytest.approx(first.county_area_hm2 - hm2(rows[10]["geometry"]), rel=1e-9)


def test_a_total_off_by_no_unit_is_told(tmp_path):
    assert told(measured(product(tmp_path), surveyed(1.3e4)), "parcels_recorded_total")["ratio"] == pytest.approx(1.3, rel=1e-6)


def test_parcels_that_name_another_county_are_told(tmp_path):
    rows = surveyed(1e4, XZQDM="149901001")
    found = measured(product(tmp_path), rows)
    assert [p.params["county"] for p in found.warnings if p.key == "parcels_county_differs"] == ["乙县", "丙县", "丁市"]
    right = {"149901": "甲县", "149902": "149902", "149903": 149903, "149904": None}
    for row in rows:
        x, y = row["geometry"].centroid.coords[0]
        row["XZQDM"] = right[f"14990{1 + (x > W + 0.1) + 2 * (y > S + 0.1)}"]
    assert not measured(product(tmp_path), rows).warnings


def test_attributes_and_growing_stock_of_sub_compartments(tmp_path):
    """Stock of the parcel counts by its share in each county; where it is blank stock per hectare does; else it is unknown."""
    whole, cut = box(W, S, W + 0.02, S + 0.02), box(W + 0.08, S, W + 0.12, S + 0.02)
    rows = [
        {"geometry": whole, "DI_LEI": "30101.0", "QI_YUAN": 11, "YOU_SHI_SZ": "350000", "XIAO_BAN_X": "1,200.5", "HUO_LMGQXJ": 9},
        {"geometry": cut, "DI_LEI": "030101", "QI_YUAN": "11.0", "YOU_SHI_SZ": "350000", "XIAO_BAN_X": 800, "HUO_LMGQXJ": 9},
        {"geometry": box(W, S + 0.04, W + 0.02, S + 0.06), "DI_LEI": "30101", "QI_YUAN": "21", "YOU_SHI_SZ": None, "HUO_LMGQXJ": 50},
        {"geometry": box(W, S + 0.07, W + 0.02, S + 0.09), "DI_LEI": "30301", "QI_YUAN": "a;b=c", "YOU_SHI_SZ": " "},
    ]  # fmt: skip
    rows[1]["DI_LEI"] = "30101"
    found = measured(product(tmp_path, "one_map"), rows)
    first = found.area[found.area.county_code == "149901"].set_index("attributes")
    assert first.index.tolist() == ["origin=11;species=350000", "origin=21", "origin=A；B＝C"]
    assert first.code.tolist() == ["030101", "030101", "030301"] and first.parcels.tolist() == [2, 1, 1]
    third = hm2(rows[2]["geometry"])
    assert first.growing_stock_m3.tolist()[:2] == pytest.approx([1200.5 + 400, 50 * third], rel=1e-9)
    assert first.growing_stock_area_hm2.tolist() == pytest.approx([hm2(whole) + hm2(cut) / 2, third, 0], rel=1e-9)
    assert pd.isna(first.growing_stock_m3.iloc[2]), "a blank is not zero"
    second = found.area[found.area.county_code == "149902"]
    assert second.growing_stock_m3.tolist() == pytest.approx([400], rel=1e-9)
    require_conserved(found)


# --- drawing -------------------------------------------------------------------------------------------------


def test_every_cell_takes_the_parcel_of_its_centre(tmp_path):
    """Shaken cells, one with a hole, one claimed twice; strips are fewer rows than the drawing has."""
    rng, layer = np.random.default_rng(3), product(tmp_path)
    x, y = np.meshgrid(np.linspace(W, W + 0.2, 8), np.linspace(S, S + 0.2, 8))
    corner = np.stack([x, y], -1) + rng.uniform(-0.008, 0.008, (8, 8, 2))
    ring = np.stack([corner[:-1, :-1], corner[:-1, 1:], corner[1:, 1:], corner[1:, :-1]], 2).reshape(-1, 4, 2)
    cells = list(shapely.polygons(ring))
    cells[10] = shapely.difference(cells[10], cells[10].centroid.buffer(0.005))
    cells.append(box(W + 0.05, S + 0.05, W + 0.12, S + 0.12))
    codes = rng.choice(["0301", "0103", "1206", "0201K"], len(cells))
    stream = world([{"geometry": g, "DLBM": c} for g, c in zip(cells, codes, strict=True)], size=7)
    parcels.draw(stream, counties(), layer, parcels.roles(layer, ["DLBM"]), tmp_path / "a.tif", cell_deg=1 / 2000, tags={"mark": "合成"})
    legend = parcels.numbered_legend(layer)
    number = dict(zip(legend.source_code, legend.code, strict=True))
    with rasterio.open(tmp_path / "a.tif") as made:
        assert made.crs.to_epsg() == 4326 and made.nodata == 0 and made.dtypes == ("uint8",) and made.block_shapes == [(256, 256)]
        assert made.tags()["mark"] == "合成"
        values, transform = made.read(1), made.transform
        assert made.bounds == pytest.approx((W, S, W + 0.2, S + 0.2))
    rows, columns = np.indices(values.shape)
    lon, lat = rasterio.transform.xy(transform, rows.ravel(), columns.ravel())
    points, expected = shapely.points(lon, lat), np.zeros(values.size, int)
    for shape, code in reversed(list(zip(cells, codes, strict=True))):
        expected[shapely.contains_properly(shape, points)] = number[code]
    assert (values.ravel() == expected).mean() > 0.9999 and set(np.unique(values)) <= {0, *number.values()}


def test_neighbours_share_no_centre_and_leave_none(tmp_path):
    """Edges through cell centres: every centre of a closed tessellation falls to one parcel, the same whoever is drawn first."""
    layer = product(tmp_path)
    shapes = [box(W + i * 0.0505, S + j * 0.0505, W + (i + 1) * 0.0505, S + (j + 1) * 0.0505) for j in range(4) for i in range(4)]
    shapes = [t for s in shapes for t in shapely.get_parts(shapely.delaunay_triangles(s))]
    made = []
    for order in (1, -1):
        rows = [{"geometry": s, "DLBM": "0103" if i % 2 else "0301"} for i, s in enumerate(shapes)][::order]
        parcels.draw(world(rows), counties(), layer, parcels.roles(layer, ["DLBM"]), tmp_path / "a.tif", cell_deg=0.001)
        with rasterio.open(tmp_path / "a.tif") as drawing:
            made.append(drawing.read(1))
    assert (made[0] > 0).all() and (made[0] == made[1]).all()


def test_words_of_parcels_are_in_both_languages():
    assert all(zh and en for key, (zh, en) in WORDS.items() if key.startswith("parcels_"))
    assert PROJECT.joinpath("layers/land_cover/one_map/layer.yaml").is_file()


@pytest.mark.parametrize("written", ["1,5", "1 2", "12 亩", "1e400"])
def test_numbers_that_can_be_read_two_ways_are_wrong(written):
    values, wrong = numbers(np.array([written, "1,234.5", "３.5", None, ""], dtype=object))
    assert wrong.tolist() == [True, False, False, False, False]
    assert values[1:3].tolist() == [1234.5, 3.5] and np.isnan(values[[0, 3, 4]]).all()
