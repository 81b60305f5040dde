"""Sheets: what is embedded of a raster in a page, as fine as its budget of bytes allows.

A sheet is one picture, or a pyramid of tiles when that would be large. It lies on the pixel lattice of a zoom level of Web
Mercator, cut to the polygon of the page. Display only: nothing is ever measured on it. Each pixel takes the value of the
source cell its centre lies in; coarser levels of a pyramid take the most frequent of four.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from rasterio.features import geometry_mask

from pipeline.maps.mercator import TILE_PX, Frame, pixel_size_m
from pipeline.maps.pictures import base64_of, halved, png, webp

SINGLE_PX = 4000  # longest side of one picture; beyond it tiles
LEAST_PX = 1000  # longest side below which large cells are drawn finer than they are, for sharp edges
MOST_PX = 8192  # finer is never tried: no budget would hold it
_FIRST_PX = 700  # longest side that a first try has
_FINE = 1.25  # pixels may be larger than cells by this factor: less than a cell off anywhere
_WHITE = 255  # shading that changes nothing
_GROWTH = 3.4  # of bytes from a level to the next, for the guess; checked afterwards


@dataclass(frozen=True)
class Sheet:
    """A raster to be embedded.

    ``numbers(frame)``: uint8 of each pixel, 0 where nothing is drawn; ``colours``: palette of its first subject;
    ``cell_m``: side of its own cells on the ground; ``is_shading``: greys for WebP instead of numbers (255 where nothing is).
    """

    key: str
    numbers: Callable[[Frame], np.ndarray]
    colours: tuple[str | None, ...]
    cell_m: float
    is_shading: bool = False
    is_leading: bool = False


@dataclass
class Drawn:
    """A sheet as it is embedded: ``data`` for the page; ``zoom`` it is drawn for, ``wanted`` without a budget."""

    key: str
    data: dict
    bytes: int
    zoom: int
    wanted: int
    pixel_m: float
    cell_m: float

    @property
    def is_reduced(self) -> bool:
        """Whether the budget made it coarser than its cells."""
        return self.zoom < self.wanted and self.pixel_m > self.cell_m * _FINE


class Cutter:
    """The polygon of a page, and where it is in the frames asked for: the same for all sheets (EPSG:3857)."""

    def __init__(self, shape):
        self.shape = shape
        self._masks: dict[Frame, np.ndarray] = {}

    def inside(self, frame: Frame) -> np.ndarray:
        """Pixels that the polygon touches: the boundary line hides what is beyond."""
        if frame not in self._masks:
            while len(self._masks) > 2:
                self._masks.pop(next(iter(self._masks)))
            size = (frame.height, frame.width)
            self._masks[frame] = geometry_mask([self.shape], size, frame.transform, all_touched=True, invert=True)
        return self._masks[frame]


def fit(sheets: list[Sheet], shape, budget: int) -> list[Drawn]:
    """All sheets of a page in at most ``budget`` bytes: level by level the coarsest gets finer, the leading one first.

    ``shape``: the polygon they are cut to (EPSG:3857). Sizes of finer levels are guessed from those of coarse ones; when
    the guess was too low, the largest sheets step down until all fit.
    """
    order, cutter = sorted(sheets, key=lambda s: not s.is_leading), Cutter(shape)
    wanted = {s.key: _wanted(s, shape) for s in order}
    zooms = {k: min(z, zoom_of(shape, _FIRST_PX)) for k, z in wanted.items()}
    drawn = {s.key: _draw(s, cutter, zooms[s.key], wanted[s.key]) for s in order}
    guess = {k: float(d.bytes) for k, d in drawn.items()}
    stuck: set[str] = set()
    while open_ := [k for k in zooms if zooms[k] < wanted[k] and k not in stuck]:
        key = min(open_, key=lambda k: zooms[k])
        if sum(guess.values()) + guess[key] * (_GROWTH - 1) <= budget:
            zooms[key], guess[key] = zooms[key] + 1, guess[key] * _GROWTH
        else:
            stuck.add(key)
    for s in order:
        if zooms[s.key] != drawn[s.key].zoom:
            drawn[s.key] = _draw(s, cutter, zooms[s.key], wanted[s.key])
    while sum(d.bytes for d in drawn.values()) > budget:
        key = max(drawn, key=lambda k: drawn[k].bytes)
        if drawn[key].zoom <= 5:
            break
        sheet = next(s for s in order if s.key == key)
        drawn[key] = _draw(sheet, cutter, drawn[key].zoom - 1, wanted[key])
    return [drawn[s.key] for s in sheets]


def _wanted(sheet: Sheet, shape) -> int:
    """Zoom level whose pixels are no larger than the cells, within reason."""
    finest = zoom_of(shape, SINGLE_PX if sheet.is_shading else MOST_PX)
    least = 0 if sheet.is_shading else zoom_of(shape, LEAST_PX) + 1
    zoom = zoom_of(shape, 256)
    while zoom < finest and (zoom < least or Frame.around(shape, zoom).pixel_m > sheet.cell_m * _FINE):
        zoom += 1
    return zoom


def zoom_of(shape, longest_px: int) -> int:
    """The finest level at which the longer side has at most so many pixels."""
    west, south, east, north = shape.bounds
    side, zoom = max(east - west, north - south), 0
    while side / pixel_size_m(zoom + 1) <= longest_px and zoom < 20:
        zoom += 1
    return zoom


def _draw(sheet: Sheet, cutter: Cutter, zoom: int, wanted: int) -> Drawn:
    frame = Frame.around(cutter.shape, zoom)
    if frame.longest_px > SINGLE_PX:
        return _pyramid(sheet, cutter, zoom, wanted)
    numbers, inside = _cut(sheet, frame, cutter)
    content = webp(numbers, inside) if sheet.is_shading else png(numbers, sheet.colours)
    (south, west), (north, east) = frame.bounds
    data = {"bounds": [[south, west], [north, east]], "picture": base64_of(content), "kind": "webp" if sheet.is_shading else "png"}
    return Drawn(sheet.key, data, len(data["picture"]), zoom, wanted, frame.pixel_m, sheet.cell_m)


def _pyramid(sheet: Sheet, cutter: Cutter, zoom: int, wanted: int) -> Drawn:
    """Tiles of a level and of the coarser ones, down to one where all is a few tiles; empty tiles are left out."""
    shape = cutter.shape
    coarsest = min(zoom_of(shape, _FIRST_PX), zoom - 1)
    frame = Frame.around(shape, zoom, TILE_PX * 2 ** (zoom - coarsest))
    pixel_m, (south_west, north_east) = Frame.around(shape, zoom).pixel_m, Frame.around(shape, zoom).bounds
    (numbers, _), tiles = _cut(sheet, frame, cutter), {}
    for level in range(zoom, coarsest - 1, -1):
        for row in range(0, frame.height, TILE_PX):
            for column in range(0, frame.width, TILE_PX):
                tile = numbers[row : row + TILE_PX, column : column + TILE_PX]
                if tile.any():
                    name = f"{level}/{(frame.left + column) // TILE_PX}/{(frame.top + row) // TILE_PX}"
                    tiles[name] = base64_of(png(tile, sheet.colours))
        if level > coarsest:
            numbers = halved(numbers)
            frame = Frame(level - 1, frame.left // 2, frame.top // 2, frame.width // 2, frame.height // 2)
    data = {"bounds": [list(south_west), list(north_east)], "tiles": tiles, "levels": [coarsest, zoom], "kind": "png"}
    size = sum(len(t) + len(n) + 6 for n, t in tiles.items())
    return Drawn(sheet.key, data, size, zoom, wanted, pixel_m, sheet.cell_m)


def _cut(sheet: Sheet, frame: Frame, cutter: Cutter) -> tuple[np.ndarray, np.ndarray]:
    """The sheet's numbers inside the polygon, and where that is."""
    numbers, inside = sheet.numbers(frame), cutter.inside(frame)
    if sheet.is_shading:
        numbers[~inside] = _WHITE
    else:
        numbers *= inside
    return numbers, inside
