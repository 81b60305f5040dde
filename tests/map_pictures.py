"""What a page shows at a place: an independent reading of its embedded pictures and tiles."""

from __future__ import annotations

import base64
import math

from rasterio.io import MemoryFile

EDGE_M = math.pi * 6378137.0


def world_px(lon: float, lat: float, zoom: int) -> tuple[float, float]:
    """Pixel of the world at a zoom level, as in the published tile formula."""
    size = 256 * 2**zoom
    y = math.log(math.tan(math.radians(lat)) + 1 / math.cos(math.radians(lat)))
    return (lon + 180) / 360 * size, (1 - y / math.pi) / 2 * size


def colour_at(data: dict, lon: float, lat: float, level: int | None = None) -> tuple[int, ...]:
    """RGBA of an embedded sheet at a place; of a pyramid at one of its levels. Nothing is (0, 0, 0, 0)."""
    if "tiles" in data:
        x, y = world_px(lon, lat, data["levels"][1] if level is None else level)
        tile = data["tiles"].get(f"{data['levels'][1] if level is None else level}/{int(x // 256)}/{int(y // 256)}")
        return (0, 0, 0, 0) if tile is None else _pixel(tile, int(x % 256), int(y % 256))
    (south, west), (north, east) = data["bounds"]
    (left, top), (right, bottom), (x, y) = (world_px(*p, 20) for p in ((west, north), (east, south), (lon, lat)))
    across, down = (x - left) / (right - left), (y - top) / (bottom - top)
    if not (0 <= across < 1 and 0 <= down < 1):
        return (0, 0, 0, 0)
    return _pixel(data["picture"], across, down)


def colours(encoded: str) -> set[tuple[int, ...]]:
    """Every colour that occurs in a palette PNG."""
    with MemoryFile(base64.b64decode(encoded)) as memory, memory.open(driver="PNG") as image:
        table = image.colormap(1)
        return {table[int(i)] for i in set(image.read(1).ravel().tolist())}


def _pixel(encoded: str, x: float, y: float) -> tuple[int, ...]:
    with MemoryFile(base64.b64decode(encoded)) as memory, memory.open(driver="PNG") as image:
        column = x if isinstance(x, int) else int(x * image.width)
        row = y if isinstance(y, int) else int(y * image.height)
        return image.colormap(1)[int(image.read(1)[row, column])]
