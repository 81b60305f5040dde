"""Public sources as data: one YAML file each (``layers/remote/``) says where it is, whose, and what its values mean."""

from __future__ import annotations

import difflib
import math
import re
from pathlib import Path
from typing import Literal

from pydantic import Field, ValidationError, field_validator, model_validator

from pipeline.core.config import Epsg, Key, Section, Text, why_wrong
from pipeline.core.errors import BadData, Findings, UsageError
from pipeline.core.paths import Paths

Box = tuple[float, float, float, float]  # west, south, east, north [degrees]
_MAX_BYTES = 100_000
_FIELD = re.compile(r"\{(ns|ew|lat|lon)(:0[1-4]d)?\}")


class Tiles(Section):
    """Files on a regular grid of degrees, named by their south-west corner."""

    url: str = Field(min_length=1)  # with {ns} {lat:02d} {ew} {lon:03d}
    step_deg: int = Field(ge=1, le=90)
    may_be_absent: bool = False  # tiles that do not exist (sea) are unknown land, not an error
    checksums: dict[str, str] = Field({})  # sha256 by the file's name, where the publisher states it

    @field_validator("url")
    @classmethod
    def _plain(cls, value: str) -> str:
        if re.search(r"[{}]", _FIELD.sub("", value)):
            raise ValueError("{ns} {lat:02d} {ew} {lon:03d}")
        return value


class Stac(Section):
    """Files found by a search of a STAC API."""

    url: str = Field(min_length=1)
    collection: str = Field(min_length=1)
    asset: str = Field(min_length=1)
    datetime: str | None = None
    query: dict[str, dict[str, str | int | float]] = Field({})
    ids: str = "*"  # pattern of item ids, as of fnmatch
    rewrite: dict[str, str] = Field({})  # beginning of an asset's address: what stands in its place, e.g. s3:// by https://
    token: str | None = None  # address that gives {"token": …}, appended to the addresses of assets


class Source(Section):
    """One public source."""

    title: Text
    what: Text = Text()
    publisher: str = Field(min_length=1)
    licence: str = Field(min_length=1)
    citation: str = Field(min_length=1)
    page: str = Field(min_length=1)  # where the publisher describes it
    hosts: list[str] = Field(min_length=1)  # the only ones that are asked
    kind: Literal["classes", "measure"]
    like: str | None = None  # folder whose layer.yaml and legend hold for it
    product: Key | None = None
    year: int | None = None
    period: str = ""
    role: Key | None = None  # name under `layers` of the configuration that is suggested for a measure
    band: int = Field(1, ge=1)
    nodata: float | None = None
    unit: str = ""
    scale: float = 1.0
    resampling: Literal["nearest", "mode", "average", "bilinear"] | None = None
    crs: Epsg | None = None
    limits: dict[Literal["general", "forest", "wetland", "carbon", "siting"], Text] = Field({})
    cells_per_degree: float = Field(gt=0)  # nominal, for the estimate of the size
    bytes_per_cell: int = Field(ge=1, le=8)
    tiles: Tiles | None = None
    stac: Stac | None = None

    @model_validator(mode="after")
    def _one_kind(self):
        if (self.tiles is None) == (self.stac is None):
            raise ValueError("tiles | stac")
        if self.kind == "classes" and self.like is None:
            raise ValueError("like: layers/land_cover/…")
        return self

    def megabytes(self, box: Box) -> float:
        """Size of a window before compression [MB]; what is transferred is less."""
        west, south, east, north = box
        return (east - west) * (north - south) * self.cells_per_degree**2 * self.bytes_per_cell / 1e6


def read_sources(folders: list[str], paths: Paths) -> dict[str, Source]:
    """All sources by name (the file's); raises BadData with every mistake in every file."""
    found, sources = Findings(), {}
    for folder in folders:
        for path in sorted(paths.resolve(folder).glob("*.yaml")):
            try:
                sources[path.stem] = _read(path, paths)
            except BadData as error:
                found.extend(error)
    found.stop(BadData)
    return sources


def _read(path: Path, paths: Paths) -> Source:
    from ruamel.yaml import YAML
    from ruamel.yaml.error import YAMLError

    found, shown = Findings(), paths.shown(path)
    if not re.fullmatch(r"[A-Za-z][A-Za-z0-9_.-]{0,63}", path.stem) or path.stat().st_size > _MAX_BYTES:
        found.add("layer_yaml", file=shown, found="name / size")
        found.stop(BadData)
    try:
        return Source.model_validate(YAML(typ="safe", pure=True).load(path.read_text(encoding="utf-8-sig")))
    except (YAMLError, UnicodeDecodeError, RecursionError) as error:
        found.add("layer_yaml", file=shown, found=type(error).__name__)
    except ValidationError as error:
        for e in error.errors(include_url=False):
            found.add("layer_yaml_key", file=shown, key=".".join(map(str, e["loc"])) or "tiles/stac/like", expected=why_wrong(e))
    found.stop(BadData)
    raise AssertionError


def choose(names: list[str], sources: dict[str, Source]) -> dict[str, Source]:
    """The named sources; raises UsageError with the names that are unknown."""
    found = Findings()
    for name in names:
        if name not in sources:
            near = difflib.get_close_matches(name, sources, n=1)
            found.add("fetch_unknown", found=name[:60], guess=near[0] if near else "–", known=", ".join(sources))
    found.stop(UsageError)
    return {name: sources[name] for name in dict.fromkeys(names)}


def tile_addresses(tiles: Tiles, box: Box) -> list[str]:
    """Addresses of the tiles that meet a box; a hair more, since cells of some grids lie half a cell off the degrees."""
    west, south, east, north = (edge + grow for edge, grow in zip(box, (-1e-3, -1e-3, 1e-3, 1e-3), strict=True))
    step = tiles.step_deg
    rows = range(math.floor(south / step) * step, math.ceil(north / step) * step, step)
    columns = range(math.floor(west / step) * step, math.ceil(east / step) * step, step)
    return [
        tiles.url.format(ns="N" if lat >= 0 else "S", lat=abs(lat), ew="E" if lon >= 0 else "W", lon=abs(lon))
        for lat in reversed(rows)
        for lon in columns
    ]
