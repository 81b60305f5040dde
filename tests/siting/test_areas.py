"""The sums of the pass: the same bytes whatever the blocks and threads, on any grid; land beyond the grid is unknown."""

import pandas as pd
import pytest
from siting_world import asked, cut_into
from worlds import four_counties

from pipeline.core import ellipsoid, tables
from pipeline.siting import areas, asking


def found(place, threads: int) -> pd.DataFrame:
    return areas.patterns(*asked(place), threads, "zh")


def test_blocks_and_threads_change_no_byte(place, monkeypatch):
    reference = tables.to_csv(tables.product(found(place, 1), tables.PATTERNS))
    for block, threads in (((1, 1000), 1), ((7, 13), 3), ((1000, 1000), 2), ((64, 17), 2)):
        cut_into(monkeypatch, *block)
        assert tables.to_csv(tables.product(found(place, threads), tables.PATTERNS)) == reference, (block, threads)


def test_slices_of_a_block_change_no_byte(place, monkeypatch):
    reference = tables.to_csv(tables.product(found(place, 1), tables.PATTERNS))
    for cells in (1, 300, 2**22):
        monkeypatch.setattr(asking, "_SLICE_CELLS", cells)
        assert tables.to_csv(tables.product(found(place, 2), tables.PATTERNS)) == reference


def test_land_is_whole_and_what_lies_beyond_the_grid_is_unknown(place):
    made = tables.product(found(place, 2), tables.PATTERNS)
    area = dict(zip(four_counties().XZQDM, (ellipsoid.polygon_area_m2(g) / 1e4 for g in four_counties().geometry), strict=True))
    for (code, _), group in made.groupby(["county_code", "kind"]):
        assert group.area_hm2.sum() == pytest.approx(area.get(code, sum(area.values())), rel=1e-10)
    pv = made[(made.kind == "pv") & (made.county_code == "149903")]
    everything = ";".join(["RED", "CROP", "STEEP", "ROAD", "DIM", "PATCH", "GONE", *(f"N{i}" for i in range(40))])
    beyond = pv[pv.rules_unknown == everything].area_hm2.sum()
    assert beyond == pytest.approx(area["149903"] * 0.2, rel=0.1)  # a fifth of it, give or take what is no-data
    assert pv.rules_unknown.str.contains("GONE").all()
    assert made.resource_mean.dropna().between(1300, 1500).all()
    assert made[made.kind == "wind"].resource_area_hm2.isna().all()
