"""The sums of the pass: the same bytes whatever the blocks and threads, on any grid; land beyond the grid is unknown."""

import pandas as pd
import pytest
from siting_world import asked, cut_into
from worlds import four_counties

from pipeline.core import ellipsoid, tables
from pipeline.core.config import Pv
from pipeline.siting import areas
from pipeline.siting.energy import Place, pv_model


def found(place, threads: int) -> pd.DataFrame:
    return areas.patterns(*asked(place), threads, "zh")


def test_blocks_and_threads_change_no_byte(place, monkeypatch):
    reference = tables.to_csv(tables.product(found(place, 1), tables.PATTERNS))
    for block, threads in (((1, 1000), 1), ((7, 13), 3), ((1000, 1000), 2), ((64, 17), 2)):
        cut_into(monkeypatch, *block)
        assert tables.to_csv(tables.product(found(place, threads), tables.PATTERNS)) == reference, (block, threads)


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


# --- energy of allowed land ----------------------------------------------------------------------------------


def world(*rows: tuple[str, str, float, float]) -> pd.DataFrame:
    """Potential of one technology on patterns (county, verdict, area, area on which 1400 kWh/m2/yr are known), half a MW a hectare."""
    found = pd.DataFrame(rows, columns=["county_code", "zoning", "area_hm2", "resource_area_hm2"])
    found = found.assign(
        county_name=found.county_code, level="county", kind="pv", resource_low=None, resource_high=None,
        resource_mean=[1400.0 if known else None for known in found.resource_area_hm2],
    )  # fmt: skip
    city = found.assign(county_code="149900", county_name="市", level="city")
    model = pv_model(Pv(), ("ghi",), False, "zh")
    made = areas.potential(
        pd.concat([found, city], ignore_index=True), {"pv": 2.0}, {"pv": 1.0}, {"pv": model}, dict.fromkeys(found.county_code, Place(36.0)), {},
        "149900", "-",
    )  # fmt: skip
    return tables.product(made, tables.POTENTIAL).set_index("county_code")


def gwh(known_hm2: float) -> float:
    return known_hm2 / 2.0 * 1400 * 0.8 / 1000


def test_a_few_hectares_without_a_value_do_not_blank_the_energy_of_the_city():
    made = world(("149901", "allowed", 997.0, 997.0), ("149902", "allowed", 3.0, 0.0), ("149902", "prohibited", 50.0, 50.0))
    assert made.energy_gwh_yr["149901"] == pytest.approx(gwh(997)) and made.energy_land_share["149901"] == 1
    assert pd.isna(made.energy_gwh_yr["149902"]) and made.energy_land_share["149902"] == 0
    assert made.energy_gwh_yr["149900"] == pytest.approx(gwh(997)) and made.energy_land_share["149900"] == pytest.approx(0.997)


@pytest.mark.parametrize(("known", "is_told"), [(100.0, True), (95.0, True), (94.9, False), (10.0, False)])
def test_energy_is_that_of_the_known_land_and_blank_where_too_little_is_known(known, is_told):
    made = world(("149901", "allowed", 60.0, 60.0 * known / 100), ("149901", "allowed", 40.0, 40.0 * known / 100))
    assert made.energy_land_share["149901"] == pytest.approx(known / 100)
    assert pd.notna(made.energy_gwh_yr["149901"]) == is_told and pd.notna(made.energy_low_gwh_yr["149900"]) == is_told
    if is_told:
        assert made.energy_gwh_yr["149901"] == pytest.approx(gwh(known))


def test_without_allowed_land_energy_is_zero_where_the_resource_is_known_and_else_blank():
    made = world(("149901", "prohibited", 60.0, 60.0), ("149902", "prohibited", 60.0, 0.0))
    assert made.energy_gwh_yr["149901"] == 0 and pd.isna(made.energy_gwh_yr["149902"]) and made.energy_land_share.isna().all()
