"""Suitable greening space: crossed layers exactly, others within bounds, slope bands to treatments; by hand."""

import pandas as pd
import pytest

from pipeline.core import greening, tables
from pipeline.core.config import PROJECT

RULES = tables.read_csv(PROJECT / "layers/rules/greening.csv", tables.GREENING_RULES)
DEFINITION = tables.read_csv(PROJECT / "layers/land_cover/definition.csv", tables.DEFINITION)
SLOPES = RULES[RULES.kind == "slope"]
ZONES = {"149900": ("某市", "city"), "149901": ("甲县", "county"), "149902": ("乙县", "county")}


def zone(code: str) -> dict:
    return {"county_code": code, "county_name": ZONES[code][0], "level": ZONES[code][1], "product": "P", "year": 2020}


def table(rows: list[tuple], *names: str) -> pd.DataFrame:
    return pd.DataFrame([zone(r[0]) | dict(zip(names, r[1:], strict=True)) for r in rows], columns=[*zone("149900"), *names])


LAND = table(
    [("149900", "grass", 150.0), ("149901", "grass", 100.0), ("149902", "grass", 50.0), ("149901", "cropland", 900.0)],
    "class_key",
    "area_hm2",
).assign(basis="b")
NAMES = ("layer", "key", "class_key", "area_hm2")


def there(*layers: str) -> pd.DataFrame:
    return pd.DataFrame(
        [zone("149901") | {"layer": name, "key": "outside", "area_hm2": 1.0} for name in layers], columns=[*zone("149901"), "layer"]
    )


def space(crossed: list[tuple], alone: list[tuple], layers: tuple[str, ...], land=LAND) -> pd.DataFrame:
    return greening.space(land, table(crossed, "stratum", "class_key", "area_hm2"), table(alone, *NAMES), there(*layers), DEFINITION, RULES)


@pytest.mark.parametrize(
    ("band", "ways"),
    [
        ("<15", ["planting"]),
        ("15–25", ["planting"]),
        ("25–35", ["closure_shrub"]),
        ("≥35", ["closure"]),
        ("≥25", ["closure_shrub", "closure"]),  # no break at 35
        ("15–30", ["planting", "closure_shrub"]),  # no break at 25
        ("unknown", ["planting", "closure_shrub", "closure"]),
        (None, ["planting", "closure_shrub", "closure"]),
    ],
)
def test_slope_bands_to_treatments(band, ways):
    assert greening.treatments(band, SLOPES) == ways


def test_nothing_known_but_the_class():
    made = space([("149901", None, "grass", 100.0)], [], ())
    own = made[made.county_code == "149901"].iloc[0]
    assert set(made.class_key) == {"grass"}  # cropland is never greened
    assert own.treatment == "planting;closure_shrub;closure" and pd.isna(own.slope_band)
    assert (own.land_hm2, own.space_hm2, own.low_hm2, own.high_hm2) == (100, 100, 100, 100)
    assert own.missing == "pbf;basic_grassland;protected_area;eco_redline;ugb"
    assert made[made.level == "city"].space_hm2.sum() == 150  # the sum of the counties


def test_crossed_layers_are_taken_off_exactly():
    crossed = [
        ("149901", "slope_deg=<25;eco_redline=inside", "grass", 30.0), ("149901", "slope_deg=<25;eco_redline=outside", "grass", 40.0),
        ("149901", "slope_deg=≥25;eco_redline=inside", "grass", 5.0), ("149901", "slope_deg=≥25;eco_redline=outside", "grass", 25.0),
    ]  # fmt: skip
    alone = [("149901", "eco_redline", "inside", "grass", 35.0)]
    made = space(crossed, alone, ("slope_deg", "eco_redline"))
    own = made[made.county_code == "149901"].set_index("slope_band")
    assert own.space_hm2["<25"] == own.low_hm2["<25"] == own.high_hm2["<25"] == 40
    assert own.crossed_out_hm2["<25"] == 30 and own.space_hm2["≥25"] == 25
    assert set(own.crossed) == {"eco_redline"} and own.not_crossed.isna().all()


def test_layers_known_by_class_alone_give_bounds():
    """100 hm2 of grass, 60 flat and 40 steep; 50 inside pbf, wherever: flat land keeps 10 to 50 of its 60."""
    alone = [
        ("149901", "slope_deg", "<25", "grass", 60.0), ("149901", "slope_deg", "≥25", "grass", 40.0), ("149901", "pbf", "inside", "grass", 50.0),
    ]  # fmt: skip
    made = space([("149901", None, "grass", 100.0)], alone, ("slope_deg", "pbf"))
    own = made[made.county_code == "149901"].set_index("slope_band")
    assert (own.low_hm2["<25"], own.space_hm2["<25"], own.high_hm2["<25"]) == pytest.approx((10, 30, 50))
    assert (own.low_hm2["≥25"], own.space_hm2["≥25"], own.high_hm2["≥25"]) == pytest.approx((0, 20, 40))
    assert set(own.not_crossed) == {"pbf"}


def test_two_layers_may_lie_on_each_other_or_not():
    """30 and 20 of 100: together between 30 and 50; evenly 100 x 0.7 x 0.8 remain."""
    alone = [("149901", "pbf", "inside", "grass", 30.0), ("149901", "ugb", "inside", "grass", 20.0)]
    own = space([("149901", None, "grass", 100.0)], alone, ("pbf", "ugb"))
    own = own[own.county_code == "149901"].iloc[0]
    assert (own.low_hm2, own.space_hm2, own.high_hm2) == pytest.approx((50, 56, 70))


def test_a_layer_crossed_without_slope_while_slope_stands_alone():
    """Then the slope leads and the layer counts as known by class alone."""
    crossed = [("149901", "pbf=inside", "grass", 50.0), ("149901", "pbf=outside", "grass", 50.0)]
    alone = [
        ("149901", "slope_deg", "<25", "grass", 60.0), ("149901", "slope_deg", "≥25", "grass", 40.0), ("149901", "pbf", "inside", "grass", 50.0),
    ]  # fmt: skip
    own = space(crossed, alone, ("slope_deg", "pbf"))
    own = own[own.county_code == "149901"].set_index("slope_band")
    assert own.space_hm2["<25"] == pytest.approx(30) and set(own.not_crossed) == {"pbf"}


def test_a_layer_that_covers_the_class_leaves_nothing():
    own = space([("149901", None, "grass", 100.0)], [("149901", "pbf", "inside", "grass", 100.0 + 1e-9)], ("pbf",))
    own = own[own.county_code == "149901"].iloc[0]
    assert (own.low_hm2, own.space_hm2, own.high_hm2) == (0, 0, 0)


# --- land that trees are planted on --------------------------------------------------------------------------

SLOPE_BANDS = [("<6", 40.0), ("6–15", 10.0), ("15–30", 25.0), ("≥30", 20.0), ("unknown", 5.0)]


def room(limit: float, bands=SLOPE_BANDS) -> dict[str, float]:
    alone = [("149901", "slope_deg", b, "grass", a) for b, a in bands]
    made = space([("149901", None, "grass", 100.0)], alone, ("slope_deg",) if bands else ())
    return greening.plantable(made, product="P", year=2020, max_slope_deg=limit)


@pytest.mark.parametrize(("limit", "area"), [(25.0, 50.0), (30.0, 75.0), (6.0, 40.0), (5.0, 0.0)])
def test_only_bands_wholly_below_the_limit(limit, area):
    assert room(limit)["149901"] == pytest.approx(area)


def test_without_a_slope_all_of_the_space_counts():
    made = room(25.0, [])
    assert made == {"149900": 150.0, "149901": 100.0, "149902": 50.0}


def test_an_undated_product():
    land = LAND.assign(year=pd.array([None] * len(LAND), "Int64"))
    crossed, alone = (table([], *names).astype({"year": "Int64"}) for names in (("stratum", "class_key", "area_hm2"), NAMES))
    made = greening.space(land, crossed, alone, there(), DEFINITION, RULES)
    assert greening.plantable(made, product="P", year=None, max_slope_deg=25.0)["149901"] == 100.0
    assert greening.plantable(made, product="P", year=2020, max_slope_deg=25.0) == {}
