"""Rasters that earlier stages wrote, read through the same door as layers of the configuration."""

from __future__ import annotations

from pathlib import Path

from pipeline.core.layers import Layer, LayerYaml


def as_layer(path: Path, name: str, band: int = 1) -> Layer:
    """A GeoTIFF of numbers (classes, bits) as a layer: read by nearest cell, its own no-data value holds."""
    about = LayerYaml.model_validate({"title": {"zh": name, "en": name}, "licence": "–", "kind": "classes", "resampling": "nearest"})
    return Layer(name, about, (path,), None, None, None, band, None, (path.name,))
