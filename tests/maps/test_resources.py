"""Irradiation and wind on the map: the legend's steps hold the values of the layer, with unit and source, readable without colour."""

import dataclasses
import itertools
import math

import numpy as np
import pytest
import rasterio

from pipeline.maps.mercator import Frame, projected, to_degrees
from pipeline.maps.themes import resource, themes_of


def of_resources(facts):
    return [t for t in themes_of(facts, "140800") if t.group == "group_resource"]


@pytest.fixture()
def windy(facts):
    """Facts with wind at hub height and a second source of irradiation, both made of the embedded layer."""
    ghi = facts.measures["ghi"]

    def named(name, **about):
        return dataclasses.replace(ghi, name=name, about=ghi.about.model_copy(update=about))

    wind = named("wind_speed_hub_ms", unit="m/s", scale=1.0, limits={})
    return dataclasses.replace(facts, measures={**facts.measures, "ghi_2": named("ghi_2"), "wind_speed_hub_ms": wind})


def test_a_layer_that_is_not_there_is_no_subject(facts):
    assert [t.key for t in of_resources(facts)] == ["measure-ghi"]


def test_each_source_is_a_subject_with_its_unit_its_maker_and_what_it_cannot_tell(windy):
    sun, further, wind = of_resources(windy)
    assert (sun.unit, wind.unit) == ("kWh/m²/年", "m/s") and (sun.key, further.key) == ("measure-ghi", "measure-ghi_2")
    assert sun.title.startswith("水平面总辐射 · ") and wind.title == "轮毂高度年平均风速"
    assert "Karin" in sun.about and any("约高 24" in n or "高约 24" in n for n in sun.notes) and any("像元约 2" in n for n in sun.notes)


def test_values_of_the_layer_are_within_the_steps_that_the_legend_says(facts):
    """Read a second way: the file's own cells, at the middles of pixels."""
    layer, (theme,) = facts.measures["ghi"], of_resources(facts)
    frame = Frame.around(projected(facts.places.frame.geometry.union_all()), 8)
    numbers, names = theme.sheet.numbers(frame), {e.number: e.name for e in theme.entries}
    with rasterio.open(layer.path) as source:
        values, place = source.read(1, masked=True), ~source.transform
    checked = set()
    for row, column in np.ndindex(numbers.shape):
        lon, lat = to_degrees(*(frame.transform @ (column + 0.5, row + 0.5)))
        x, y = place @ (lon, lat)
        if min(abs(x - round(x)), abs(y - round(y))) < 1e-6:
            continue
        value = float(values[math.floor(y), math.floor(x)]) * 365.25
        name = names[int(numbers[row, column])]
        low, high = (-math.inf, name[2:]) if name[0] == "<" else (name[2:], math.inf) if name[0] == "≥" else name.split("–")
        assert float(low) - 1e-3 <= value <= float(high) + 1e-3, (lon, lat, value, name)
        checked.add(name)
    assert len(checked) >= 4


@pytest.mark.parametrize("name", ["ghi", "wind_speed_hub_ms"])
def test_more_is_darker_at_every_step(windy, name):
    theme = next(t for t in of_resources(windy) if t.key == f"measure-{name}")
    channels = [[int(c[i : i + 2], 16) / 255 for i in (1, 3, 5)] for c in theme.sheet.colours[1:]]
    linear = [[c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in rgb] for rgb in channels]
    light = [0.2126 * r + 0.7152 * g + 0.0722 * b for r, g, b in linear]
    assert all((a + 0.05) / (b + 0.05) > 1.15 for a, b in itertools.pairwise(light)), light


def test_the_public_sees_no_restricted_source(windy):
    public = windy.config.maps.model_copy(update={"audience": "public", "restricted_layers": ["ghi"]})
    facts = dataclasses.replace(windy, config=windy.config.model_copy(update={"maps": public}))
    assert not any(t.key == "measure-ghi" for t in of_resources(facts)) and resource.themes(facts)
