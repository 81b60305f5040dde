"""Land cover of the synthetic city: a class for every cell, of any size, made in blocks by threads.

What a cell is depends on where it is, on the seed and on the year, on nothing else: the cities of 5, 10 and 30 m
cells show one place. Codes are the ids of ``layers/land_cover/classes.csv``; 0 is no data.
"""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
import rasterio
import shapely
from affine import Affine
from numba import njit
from rasterio.features import rasterize
from rasterio.windows import Window

from pipeline.synthetic import terrain as relief
from pipeline.synthetic.features import CHANGES, ROAD_HALF_WIDTH_M, BaseMap, base_map
from pipeline.synthetic.noise import fade, unit
from pipeline.synthetic.place import DEGREE_LAT_M, DEGREE_LON_M, Frame

CELLS_PER_DEGREE = 120_000  # a "10 m" cell is 1/12000 degree, the lattice of the 10 m world products
BLOCK = 512  # side of a block in the file, rows of a piece of work [cells]
FOREST, BAMBOO, SHRUB_SPECIAL, SHRUB, FOREST_OTHER, GRASS, WETLAND, WATER, CROPLAND, ORCHARD, BUILT, BARE = range(1, 13)
_CLOUD = 255
_SPECKLE_M = DEGREE_LON_M / 12_000, DEGREE_LAT_M / 12_000  # squares of single-cell noise, the same at all cell sizes


@dataclass(frozen=True)
class Lattice:
    """A grid of square cells in degrees: west and north edge, size of a cell, cells across and down."""

    west: float
    north: float
    cell_deg: float
    width: int
    height: int

    @classmethod
    def covering(cls, bounds: tuple[float, float, float, float], cell_m: float) -> Lattice:
        """The cells of ``cell_m / 120000`` degrees, counted from 0 degrees, that cover west, south, east, north."""
        west, south, east, north = (v * CELLS_PER_DEGREE / cell_m for v in bounds)
        c0, c1, r0, r1 = (int(v) for v in (np.floor(west + 1e-6), np.ceil(east - 1e-6), np.floor(south + 1e-6), np.ceil(north - 1e-6)))
        size = cell_m / CELLS_PER_DEGREE
        return cls(c0 * size, r1 * size, size, c1 - c0, r1 - r0)

    @property
    def transform(self) -> Affine:
        """Of rasterio."""
        return Affine(self.cell_deg, 0, self.west, 0, -self.cell_deg, self.north)

    @property
    def bounds(self) -> tuple[float, float, float, float]:
        """West, south, east, north. [degrees]"""
        return self.west, self.north - self.height * self.cell_deg, self.west + self.width * self.cell_deg, self.north

    def centres(self, row0: int, row1: int) -> tuple[np.ndarray, np.ndarray]:
        """Longitudes of all columns and latitudes of some rows, of cell centres."""
        lon = self.west + (np.arange(self.width) + 0.5) * self.cell_deg
        return lon, self.north - (np.arange(row0, row1) + 0.5) * self.cell_deg

    def strips(self, rows: int = BLOCK) -> list[tuple[int, int]]:
        """Pieces of full rows from north to south: (first row, row after the last)."""
        return [(r, min(r + rows, self.height)) for r in range(0, self.height, rows)]


def write_land_cover(
    path: Path, bounds: tuple[float, float, float, float], *, cell_m: float, seed: int, year: int, frame: Frame | None = None
) -> Path:
    """Write the city's land cover of one year as a tiled, compressed GeoTIFF (EPSG:4326, uint8); returns ``path``.

    ``bounds``: west, south, east, north in degrees, filled up to whole cells of ``cell_m / 120000`` degrees.
    ``frame``: where the city lies (Yuncheng's own place unless given). Memory does not grow with the raster.
    """
    lattice = Lattice.covering(bounds, cell_m)
    maker = LandCover(lattice, seed, year, frame or Frame())
    # GDAL burns in the thread that hands out the work; the threads only compute.
    burnt = ((row0, row1, *maker.shapes(row0, row1)) for row0, row1 in lattice.strips())
    return write_raster(path, lattice, in_order(maker.classify, burnt), dtype="uint8", nodata=0)


def in_order(work: Callable, strips: Iterable[tuple]) -> Iterator[np.ndarray]:
    """``work(*strip)`` of all strips in order, done ahead by as many threads as there are cores."""
    threads = os.cpu_count() or 1
    with ThreadPoolExecutor(threads) as pool:
        ahead = deque()
        for strip in strips:
            ahead.append(pool.submit(work, *strip))
            if len(ahead) > threads:
                yield ahead.popleft().result()
        while ahead:
            yield ahead.popleft().result()


def write_raster(path: Path, lattice: Lattice, pieces, *, dtype: str, nodata: float | None, predictor: int = 1, level: int = 6) -> Path:
    """Write consecutive pieces of rows as one tiled DEFLATE GeoTIFF in EPSG:4326; returns ``path``."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with rasterio.open(
        path, "w", driver="GTiff", width=lattice.width, height=lattice.height, count=1, dtype=dtype, nodata=nodata,
        crs="EPSG:4326", transform=lattice.transform, tiled=True, blockxsize=BLOCK, blockysize=BLOCK,
        compress="DEFLATE", zlevel=level, predictor=predictor, num_threads="ALL_CPUS", bigtiff="IF_SAFER",
    ) as target:  # fmt: skip
        row = 0
        for piece in pieces:
            target.write(piece, 1, window=Window(0, row, lattice.width, len(piece)))
            row += len(piece)
    return path


class LandCover:
    """The land cover of one year on one lattice; :meth:`rows` makes any rows."""

    def __init__(self, lattice: Lattice, seed: int, year: int, frame: Frame):
        self.lattice, self.seed, self.frame = lattice, seed, frame
        self._terrain = relief.terrain(seed)
        self._drawn = _Shapes(_drawn(base_map(seed), year), frame)
        self._changes = _Shapes(_changed(base_map(seed), year), frame)

    def rows(self, row0: int, row1: int) -> np.ndarray:
        """Class codes (rows, columns) of some full rows, uint8."""
        return self.classify(row0, row1, *self.shapes(row0, row1))

    def shapes(self, row0: int, row1: int) -> tuple[np.ndarray, np.ndarray]:
        """What is drawn on some full rows, and what changed there: two arrays of codes (rows, columns)."""
        return self._drawn.burn(self.lattice, row0, row1), self._changes.burn(self.lattice, row0, row1)

    def classify(self, row0: int, row1: int, drawn: np.ndarray, changed: np.ndarray) -> np.ndarray:
        """Class codes of rows whose :meth:`shapes` are known; from any thread."""
        lon, lat = self.lattice.centres(row0, row1)
        x, y = self.frame.to_plane(lon, lat)
        out, t = np.empty((row1 - row0, self.lattice.width), np.uint8), self._terrain
        _classify(out, drawn, changed, t.fields, t.x0_m, t.y0_m, x, y, self.seed)
        return out


def classes_at(lon, lat, *, seed: int, year: int, frame: Frame) -> np.ndarray:
    """Class codes at single points in degrees, as a cell centred there would have; uint8."""
    lon, lat = np.asarray(lon, float), np.asarray(lat, float)
    x, y = frame.to_plane(lon, lat)
    drawn, changed = _codes_at(_drawn, seed, year, x, y), _codes_at(_changed, seed, year, x, y)
    t = relief.terrain(seed)
    return _classify_each(drawn, changed, t.fields, t.x0_m, t.y0_m, x, y, seed)


# --- shapes onto cells ---------------------------------------------------------------------------------------


def _drawn(maps: BaseMap, year: int) -> list[tuple]:
    """(shape on the plane, code) of what is drawn on the land, later ones over earlier ones."""
    shapes = [(g, WETLAND) for g in maps.floodplains.geometry]
    shapes += [(g, BUILT) for g in maps.settlements.geometry]
    shapes += [(g, WATER) for g in (*maps.rivers.geometry, *maps.lakes.geometry)]
    for road_class, lines in maps.roads.groupby("road_class").geometry:
        half_m = ROAD_HALF_WIDTH_M[road_class]
        if half_m:
            shapes += [(g, BUILT) for g in lines.buffer(half_m, cap_style="flat", quad_segs=1)]
    return shapes + [(g, _CLOUD) for g in maps.clouds[maps.clouds.year == year].geometry]


def _changed(maps: BaseMap, year: int) -> list[tuple]:
    """(shape on the plane, number of the kind of change counted from 1) of all changes up to a year."""
    number = {kind: i for i, kind in enumerate(CHANGES, 1)}
    past = maps.changes[maps.changes.year <= year]
    return [(g, number[kind]) for kind, g in zip(past.kind, past.geometry, strict=True)]


class _Shapes:
    """Coded shapes that can be burnt into rows of a lattice."""

    def __init__(self, shapes: list[tuple], frame: Frame):
        pieces, self._codes = _pieces(shapes)
        self._geometries = frame.to_degrees(pieces)
        self._tree = shapely.STRtree(self._geometries)

    def burn(self, lattice: Lattice, row0: int, row1: int) -> np.ndarray:
        """Codes (rows, columns) of some full rows, by cell centre; 0 where there is no shape."""
        west, _, east, _ = lattice.bounds
        north, south = (lattice.north - r * lattice.cell_deg for r in (row0, row1))
        found = np.sort(self._tree.query(shapely.box(west, south, east, north)))
        shape = (row1 - row0, lattice.width)
        if not len(found):
            return np.zeros(shape, np.uint8)
        transform = Affine(lattice.cell_deg, 0, lattice.west, 0, -lattice.cell_deg, float(north))
        return rasterize([(self._geometries[i], int(self._codes[i])) for i in found], shape, transform=transform, dtype="uint8")


def _pieces(shapes: list[tuple]) -> tuple[np.ndarray, np.ndarray]:
    """Shapes cut into pieces, in their order, and the code of each piece."""
    cut = [(part, code) for geometry, code in shapes for part in _tiles(geometry)]
    return np.array([part for part, _ in cut], dtype=object), np.array([code for _, code in cut], np.uint8)


def _tiles(geometry, side_m: float = 6_000.0) -> list:
    """A long shape cut into pieces, so that a strip touches little of it."""
    west, south, east, north = geometry.bounds
    if max(east - west, north - south) <= 2 * side_m:
        return [geometry]
    boxes = [shapely.box(x, y, x + side_m, y + side_m) for x in np.arange(west, east, side_m) for y in np.arange(south, north, side_m)]
    return [p for p in shapely.intersection(geometry, boxes) if not p.is_empty and p.area > 0]


def _codes_at(which: Callable, seed: int, year: int, x, y) -> np.ndarray:
    """Codes at points of the plane; of several shapes the last one counts."""
    tree, codes = _tree(which, seed, year)
    out = np.zeros(len(x), np.uint8)
    point, shape = tree.query(shapely.points(x, y), predicate="intersects")
    order = np.argsort(shape, kind="stable")
    out[point[order]] = codes[shape[order]]
    return out


@lru_cache(maxsize=4)
def _tree(which: Callable, seed: int, year: int) -> tuple[shapely.STRtree, np.ndarray]:
    pieces, codes = _pieces(which(base_map(seed), year))
    return shapely.STRtree(pieces), codes


def _after_changes() -> np.ndarray:
    """Class after a change: (number of its kind, 0 = none; class before), from :data:`CHANGES`."""
    after = np.tile(np.arange(256, dtype=np.uint8), (len(CHANGES) + 1, 1))
    for number, (takes, makes) in enumerate(CHANGES.values(), 1):
        after[number, list(takes)] = makes
    return after


_AFTER = _after_changes()


# --- the class of a cell -------------------------------------------------------------------------------------


@njit(nogil=True, cache=True, error_model="numpy")
def _octave(row, x, y, size_m, seed, strength):
    """Add one value noise (-1 .. 1 times ``strength``) to a row of cells; ``x`` rises along the row."""
    v = y / size_m
    j = np.int64(np.floor(v))
    b = fade(v - j)
    last, west, east = np.int64(-(2**60)), 0.0, 0.0
    for c in range(row.size):
        u = x[c] / size_m + 0.37 * v
        i = np.int64(np.floor(u))
        if i != last:
            west = east if i == last + 1 else unit(i, j, seed) * (1 - b) + unit(i, j + 1, seed) * b
            east = unit(i + 1, j, seed) * (1 - b) + unit(i + 1, j + 1, seed) * b
            last = i
        row[c] += strength * (2.0 * (west + (east - west) * fade(u - i)) - 1.0)


@njit(nogil=True, cache=True, error_model="numpy")
def _classify(out, drawn, changed, fields, x0, y0, xs, ys, seed):
    """Fill ``out`` (rows, columns) with class codes at plane positions ``xs`` (columns) and ``ys`` (rows)."""
    kinds, nodes, width = fields.shape[0], fields.shape[2], xs.size
    coarse, fine, warp = np.empty(width, np.float32), np.empty(width, np.float32), np.empty(width, np.float32)
    first = min(max(int((xs[0] - x0) / relief.STEP_M) - 1, 0), nodes - 2)
    final = min(max(int((xs[-1] - x0) / relief.STEP_M) + 3, 2), nodes)
    line = np.empty((kinds, final - first), np.float32)  # the broad fields along the row of cells
    for r in range(ys.size):
        y = ys[r]
        v = min(max((y - y0) / relief.STEP_M, 0.0), fields.shape[1] - 1.001)
        south = int(v)
        for k in range(kinds):
            for c in range(first, final):
                line[k, c - first] = fields[k, south, c] + (fields[k, south + 1, c] - fields[k, south, c]) * (v - south)
        coarse[:], fine[:], warp[:] = 0, 0, 0
        _octave(coarse, xs, y, 1500.0, seed + 101, 0.50)
        _octave(coarse, xs, y, 620.0, seed + 102, 0.36)
        _octave(coarse, xs, y, 250.0, seed + 103, 0.30)
        _octave(fine, xs, y, 210.0, seed + 111, 0.50)
        _octave(fine, xs, y, 85.0, seed + 112, 0.45)
        _octave(fine, xs, y, 36.0, seed + 113, 0.45)
        _octave(warp, xs, y, 900.0, seed + 121, 1.0)
        # What does not change from one cell to the next is kept: the block of fields, the strip, the parcel.
        east_i, east_j, strip, parcel = np.int64(-1), np.int64(-1), np.int64(-(2**60)), np.int64(0)
        block, shift, draw, other = 0.0, 0.0, 0.0, 0.0
        speck_row = np.int64(np.floor(y / _SPECKLE_M[1] + 0.1))
        for c in range(width):
            mark = drawn[r, c]
            if mark == _CLOUD:
                out[r, c] = 0
                continue
            x, rough, detail = xs[c], coarse[c], fine[c]
            u = min(max((x - x0) / relief.STEP_M, first), final - 1.001) - first
            w = int(u)
            a = np.float32(u - w)
            speck = unit(np.int64(np.floor(x / _SPECKLE_M[0] + 0.1)), speck_row, seed + 131) - 0.5
            elevation = _mix(line, relief.ELEVATION, w, a)
            slope = _mix(line, relief.SLOPE, w, a)
            if mark == BUILT:
                code = _town(detail, speck)
            elif mark == WATER:
                code = WATER if detail < 0.9 or _mix(line, relief.RIVER, w, a) > -150.0 else BARE
            elif mark == WETLAND:
                code = _flat(elevation, _mix(line, relief.LAKE, w, a), rough, detail, speck)
            elif _wildness(elevation, slope, rough, detail, speck) > 0.0:
                moisture, northness = _mix(line, relief.MOISTURE, w, a), _mix(line, relief.NORTHNESS, w, a)
                code = _wild(elevation, slope, moisture, northness, rough, detail, speck, x, y, seed)
            else:
                # Fields: strips of parcels, laid another way and in another size every two kilometres.
                bend = warp[c]
                i, j = np.int64(np.floor((x + 500 * bend) / 2100.0)), np.int64(np.floor((y - 400 * bend) / 1900.0))
                if i != east_i or j != east_j:
                    east_i, east_j, block, strip = i, j, unit(i, j, seed + 141), np.int64(-(2**60))
                p, q = x + 60.0 * bend, y + 60.0 * bend
                if block < 0.5:
                    p, q = q, p
                q = (q + 0.12 * p) / (80.0 + 110.0 * block)
                k = np.int64(np.floor(q))
                if k != strip:
                    strip, shift, parcel = k, unit(k, 7, seed + 142), np.int64(-(2**60))
                across = q - k
                k = np.int64(np.floor(p / (140.0 + 190.0 * block) + shift))
                if k != parcel:
                    parcel, draw, other = k, unit(k, strip, seed + 143), unit(k, strip, seed + 144)
                code = _special(other, across, shift, elevation, slope, _mix(line, relief.RIVER, w, a), rough, detail, speck)
                if code == 0:
                    table, moisture = _mix(line, relief.TABLELAND, w, a), _mix(line, relief.MOISTURE, w, a)
                    code = _crop(draw, block, elevation, table, moisture, rough, detail, speck)
            out[r, c] = _AFTER[changed[r, c], code]


@njit(nogil=True, cache=True)
def _classify_each(drawn, changed, fields, x0, y0, x, y, seed):
    """The same for single points: each a grid of one cell."""
    out = np.empty((x.size, 1), np.uint8)
    for i in range(x.size):
        one = slice(i, i + 1)
        _classify(out[one], drawn[one].reshape(1, 1), changed[one].reshape(1, 1), fields, x0, y0, x[one], y[one], seed)
    return out[:, 0]


@njit(nogil=True, cache=True, inline="always")
def _mix(line, field, west, share):
    return line[field, west] + (line[field, west + 1] - line[field, west]) * share


@njit(nogil=True, cache=True)
def _town(detail, speck):
    """Inside a settlement: built, with greens and trees."""
    green = detail + 0.8 * speck
    if green > 0.95:
        return FOREST_OTHER
    return GRASS if green > 0.70 else BUILT


@njit(nogil=True, cache=True)
def _flat(elevation, lake_m, rough, detail, speck):
    """On flats by rivers and lakes: marsh, sand, grass, tilled land."""
    wet = rough + 0.5 * detail + 0.3 * speck
    if lake_m < 1200.0 and elevation < 345.0:
        return BARE if wet > 0.05 else (WETLAND if wet > -0.45 else GRASS)  # salt shore
    if wet > 0.10:
        return WETLAND
    if wet > -0.12:
        return BARE if detail > 0.2 else GRASS
    return CROPLAND


@njit(nogil=True, cache=True)
def _wildness(elevation, slope, rough, detail, speck):
    """Above 0 the land is not tilled: slopes and heights, with ragged edges."""
    return 0.28 * (slope - 5.0) + max(elevation - 850.0, 0.0) / 300.0 + 0.75 * rough + 0.25 * detail + 0.7 * speck


@njit(nogil=True, cache=True)
def _wild(elevation, slope, moisture, northness, rough, detail, speck, x, y, seed):
    """Forest where it is high, moist or turned from the sun; shrub and grass elsewhere; meadow above the trees."""
    ragged = detail + 1.85 * speck
    if elevation > 2080.0 + 220.0 * rough:
        return GRASS
    if slope > 30.0 and ragged > 0.75:
        return BARE
    trees = (elevation - 385.0) / 420.0 + 0.75 * northness + 0.65 * moisture + 0.75 * rough + 0.40 * ragged
    if trees > 0.40:
        if elevation < 760.0 and x > 157_000.0 and detail > 0.2 and unit(np.int64(x / 1700.0), np.int64(y / 1500.0), seed + 151) < 0.05:
            return BAMBOO
        return FOREST if ragged < 0.85 - 0.3 * rough else (SHRUB if speck > 0.25 else FOREST_OTHER)
    if trees > 0.15 and ragged > -0.2:
        return FOREST_OTHER
    if trees > -0.40 + 0.5 * speck:
        special = unit(np.int64(x / 2600.0), np.int64(y / 2300.0), seed + 152) < 0.035
        return SHRUB_SPECIAL if special and rough > -0.2 else SHRUB
    if ragged > 0.95:
        return BARE
    return GRASS if ragged > -0.75 else SHRUB


@njit(nogil=True, cache=True)
def _special(other, across, shift, elevation, slope, river_m, rough, detail, speck):
    """What a countryside has besides crops and orchards, 0 where it is one of these two."""
    if across < 0.07 and shift < 0.10 and rough > -0.1:
        return FOREST_OTHER if speck < -0.2 else FOREST  # rows of trees
    if slope > 3.6 and detail + 0.3 * rough + 0.2 * slope + 0.4 * speck > 1.15:
        return GRASS if rough < 0.25 else SHRUB  # gullies
    if other < 0.012:
        return FOREST
    if other < 0.019:
        return FOREST_OTHER
    if other > 0.9955:
        return BUILT
    if other > 0.99 and river_m < 6000.0 and elevation < 400.0:
        return WATER  # fish ponds
    return GRASS if other > 0.982 else 0


@njit(nogil=True, cache=True)
def _crop(draw, block, elevation, table, moisture, rough, detail, speck):
    """Orchards on the tablelands, crops elsewhere, both with fallow spots and huts."""
    ragged = detail + 2.0 * speck
    if ragged > 0.95 - 0.66 * block:
        return GRASS if speck < 0.42 else (BUILT if draw < 0.6 else BARE)
    height = min(table / 190.0, 1.0)
    orchard = 0.05 + 0.52 * height + (0.16 + 0.3 * height) * moisture + 0.12 * rough
    if draw < orchard and elevation < 980.0:
        return ORCHARD if ragged > -0.95 + 0.4 * block else CROPLAND
    return CROPLAND if ragged > -1.0 + 0.3 * draw else ORCHARD if draw < orchard + 0.12 else CROPLAND
