"""Polygons that cover the counties: land-survey parcels, sub-compartments (小班) of the forest one-map, roofs.

One tessellation serves both surveys: cells of a shaken lattice with bent sides, which meet without gaps. A polygon
takes the class of the true land cover at its middle, so that areas by class agree with the truth within sampling error.
Fields and codes are those seen in working one-map tables (domain brief 2.4, 3.3).
"""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from pipeline.core import ellipsoid
from pipeline.core.units import M2_TO_HM2
from pipeline.synthetic import terrain as relief
from pipeline.synthetic.features import base_map, extent_m
from pipeline.synthetic.files import MARK
from pipeline.synthetic.land import (
    BAMBOO,
    BARE,
    BUILT,
    CROPLAND,
    FOREST,
    FOREST_OTHER,
    GRASS,
    ORCHARD,
    SHRUB,
    SHRUB_SPECIAL,
    WATER,
    WETLAND,
    classes_at,
)
from pipeline.synthetic.place import Frame

PARCEL_M = 480.0  # side of a parcel on the plane, about
WOODED = (FOREST, BAMBOO, SHRUB_SPECIAL, SHRUB, FOREST_OTHER)

# Dominant species: code [K], name, share of arbor stands, m3/hm2 of a mature stand [A].
SPECIES = [
    ("200000", "油松", 0.22, 92),
    ("350000", "侧柏", 0.20, 46),
    ("410000", "栎类", 0.30, 88),
    ("495000", "刺槐", 0.16, 58),
    ("530000", "杨树", 0.12, 74),
]
# What the volume routes need to know of the codes: English name, type of the IPCC tables, group of the continuous BEF.
DICTIONARY = {
    "200000": ("Chinese pine", "pines", "pinus_tabuliformis"),
    "350000": ("Oriental arborvitae", "other_conifers", "cypress"),
    "410000": ("oaks", "oaks", "oaks"),
    "495000": ("black locust", "broadleaf", "hard_broadleaf"),
    "530000": ("poplar", "broadleaf", "poplar"),
    "710000": ("walnut", "none", ""),
}


def dictionary() -> pd.DataFrame:
    """The species codes of the made-up one-map as a table for ``carbon.species``."""
    names = {code: name for code, name, *_ in SPECIES} | {"710000": "核桃"}
    said = {"source": f"{MARK}: dictionary of the made-up one-map", "label": "A", "note_zh": "", "note_en": ""}
    return pd.DataFrame(
        [{"code": c, "name_zh": names[c], "name_en": n, "forest_type": t, "fang_group": g, **said} for c, (n, t, g) in DICTIONARY.items()]
    )


_DI_LEI = {
    FOREST: ["030101"],
    BAMBOO: ["030200"],
    SHRUB_SPECIAL: ["030301"],
    SHRUB: ["030302", "030303"],
    FOREST_OTHER: ["030401", "030402", "030404", "030405"],
}
_DLBM = {
    FOREST: ["0301", "0301", "0301", "0301K"], BAMBOO: ["0302"], SHRUB_SPECIAL: ["0305"], SHRUB: ["0305"], FOREST_OTHER: ["0307", "0307", "0307K"],
    GRASS: ["0404", "0404", "0401"], WETLAND: ["1106"], WATER: ["1101"], CROPLAND: ["0102", "0103"], ORCHARD: ["0201", "0201", "0201", "0201K", "0204"],
    BUILT: ["0702", "0701", "0601", "0602", "1202"], BARE: ["1206", "1204", "1207"], 0: ["1206"],
}  # fmt: skip
_DLMC = {
    "0301": "乔木林地", "0302": "竹林地", "0305": "灌木林地", "0307": "其他林地", "0404": "其他草地", "0401": "天然牧草地", "1106": "内陆滩涂", "1101": "河流水面",
    "1104": "坑塘水面", "0102": "水浇地", "0103": "旱地", "0201": "果园", "0204": "其他园地", "0702": "农村宅基地", "0701": "城镇住宅用地", "0601": "工业用地",
    "0602": "采矿用地", "1202": "设施农用地", "1206": "裸土地", "1204": "盐碱地", "1207": "裸岩石砾地",
}  # fmt: skip


def tessellation(counties: gpd.GeoDataFrame, *, seed: int, year: int, frame: Frame, parcel_m: float = PARCEL_M) -> gpd.GeoDataFrame:
    """All parcels of the counties, in degrees: county_code, county_name, class_id, x_m, y_m, area_hm2 (ellipsoidal), geometry.

    ``counties``: county_code, county_name, geometry in degrees. Parcels on a county line are cut by it.
    """
    shapes = _shaken_cells(seed, parcel_m)
    middle = shapely.centroid(shapes)
    x, y = shapely.get_x(middle), shapely.get_y(middle)
    shapes = frame.to_degrees(shapes)
    parts = []
    for row in counties.itertuples():
        shapely.prepare(row.geometry)
        near = np.flatnonzero(shapely.intersects(row.geometry, shapes))
        cut = near[~shapely.contains_properly(row.geometry, shapes[near])]
        own = shapes[near]
        at = np.searchsorted(near, cut)
        own[at] = shapely.intersection(own[at], row.geometry)
        parts.append(
            pd.DataFrame({"county_code": row.county_code, "county_name": row.county_name, "x_m": x[near], "y_m": y[near], "geometry": own})
        )
    found = pd.concat(parts, ignore_index=True)
    found["geometry"] = [_polygons_of(g) for g in found.geometry]
    found["area_hm2"] = ellipsoid.areas_m2(found.geometry.to_numpy()) * M2_TO_HM2
    found = found[found.area_hm2 > 0].reset_index(drop=True)
    lon, lat = (shapely.get_x(p := shapely.point_on_surface(found.geometry.to_numpy())), shapely.get_y(p))
    found["class_id"] = classes_at(lon, lat, seed=seed, year=year, frame=frame)
    return gpd.GeoDataFrame(found, geometry="geometry", crs=4490)


def _shaken_cells(seed: int, side_m: float) -> np.ndarray:
    """Cells of a lattice whose corners and mid-sides are moved at random: eight corners each, no gaps between them."""
    rng = np.random.default_rng([seed, 50])
    west, south, east, north = extent_m(2 * side_m)
    x, y = np.meshgrid(np.arange(west, east, side_m), np.arange(south, north, side_m))
    corner = np.stack([x, y], -1) + rng.uniform(-0.3, 0.3, (*x.shape, 2)) * side_m
    along = (corner[:, :-1] + corner[:, 1:]) / 2 + rng.uniform(-0.13, 0.13, (*corner[:, :-1].shape[:2], 2)) * side_m
    up = (corner[:-1] + corner[1:]) / 2 + rng.uniform(-0.13, 0.13, (*corner[:-1].shape[:2], 2)) * side_m
    ring = [
        corner[:-1, :-1],
        along[:-1],
        corner[:-1, 1:],
        up[:, 1:],
        corner[1:, 1:],
        along[1:],
        corner[1:, :-1],
        up[:, :-1],
        corner[:-1, :-1],
    ]
    cells = shapely.polygons(np.stack(ring, 2).reshape(-1, 9, 2))
    return cells[shapely.is_valid(cells)]


def _polygons_of(geometry):
    """The polygons of what cutting left: points and lines along a county line fall away."""
    if geometry.geom_type == "Polygon":
        return geometry
    parts = [p for p in shapely.get_parts(geometry) if p.geom_type == "Polygon"]
    return shapely.multipolygons(parts) if parts else shapely.Polygon()


# --- the two surveys -----------------------------------------------------------------------------------------


def _pick(table: dict[int, list[str]], class_id: np.ndarray, draw: np.ndarray) -> np.ndarray:
    """One of the codes a class may have, by a draw in 0 .. 1."""
    found = np.full(len(class_id), "", dtype=object)
    for k, codes in table.items():
        mine = class_id == k
        found[mine] = np.array(codes, dtype=object)[(draw[mine] * len(codes)).astype(int)]
    return found


def land_survey(parcels: gpd.GeoDataFrame, *, seed: int) -> gpd.GeoDataFrame:
    """Land-survey parcels: BSM, DLBM (some with K), DLMC, XZQDM, TBMJ (m2, ellipsoidal), BZ; EPSG:4490."""
    rng = np.random.default_rng([seed, 51])
    draw = rng.uniform(0, 1, len(parcels))
    code = _pick(_DLBM, parcels.class_id.to_numpy(), draw)
    slope = relief.terrain(seed).at(parcels.x_m, parcels.y_m)[relief.SLOPE]
    code[(parcels.class_id == CROPLAND) & (slope > 2.5)] = "0103"
    code[(parcels.class_id == WATER) & (draw > 0.8)] = "1104"
    frame = {
        "BSM": [f"{140000000000 + i}" for i in range(1, len(parcels) + 1)],
        "DLBM": code,
        "DLMC": [_DLMC[c[:4]] for c in code],
        "XZQDM": parcels.county_code.to_numpy(),
        "TBMJ": (parcels.area_hm2 * 1e4).round(2).to_numpy(),
        "BZ": MARK,
    }
    return gpd.GeoDataFrame(frame, geometry=parcels.geometry.to_numpy(), crs=4490)


def subcompartments(parcels: gpd.GeoDataFrame, *, seed: int) -> gpd.GeoDataFrame:
    """Sub-compartments of the forest one-map: the wooded parcels with fields and codes of domain brief 2.4; EPSG:4490."""
    wooded = parcels[parcels.class_id.isin(WOODED)].sort_values(
        ["county_code", "y_m", "x_m"], ascending=[True, False, True], ignore_index=True
    )
    rng, n, k = np.random.default_rng([seed, 52]), len(wooded), wooded.class_id.to_numpy()
    fields = relief.terrain(seed).at(wooded.x_m, wooded.y_m)
    elevation, slope, north = fields[relief.ELEVATION], fields[relief.SLOPE], fields[relief.NORTHNESS]
    arbor = k == FOREST
    natural = rng.uniform(0, 1, n) < np.clip((elevation - 650) / 700, 0.05, 0.9)
    which = rng.choice(len(SPECIES), n, p=[s[2] for s in SPECIES])
    species = np.select([arbor, k == BAMBOO, k == SHRUB_SPECIAL], [np.array([s[0] for s in SPECIES])[which], "660000", "710000"], "910000")
    age = np.where(arbor, np.clip(rng.gamma(5, 7, n) + 12 * natural, 3, 120).astype(int), 0)
    closure = np.round(
        np.select([arbor, k == BAMBOO, k == FOREST_OTHER], [rng.uniform(0.25, 0.9, n), 0.7, rng.uniform(0.1, 0.19, n)], 0.0), 2
    )
    ripe = np.array([s[3] for s in SPECIES])[which] * (1 - np.exp(-age / 35.0))
    volume = np.round(np.where(arbor, ripe * (0.5 + closure) * rng.lognormal(0, 0.2, n), 0.0), 1)
    welfare = np.where(
        elevation > 820, np.where(rng.uniform(0, 1, n) < 0.7, "011", "012"), np.where(rng.uniform(0, 1, n) < 0.3, "012", "021")
    )
    grade = np.clip(4 - (elevation > 600) - (elevation > 950) - (elevation > 1350), 1, 4)
    national = welfare == "011"
    area = wooded.area_hm2.round(4).to_numpy()
    county = wooded.county_code.to_numpy()
    village = (wooded.y_m // 2400 * 100 + wooded.x_m // 2400).astype(int).to_numpy()
    frame = {
        "SHENG": [c[:2] for c in county],
        "SHI": [c[:4] for c in county],
        "XIAN": county,
        "XIANG": [f"{100 + v % 17:03d}" for v in village],
        "CUN": [f"{200 + v % 97:03d}" for v in village],
        "LIN_BAN": [f"{v % 900 + 1:04d}" for v in village],
        "XIAO_BAN": [f"{i:05d}" for i in wooded.groupby("county_code").cumcount() + 1],
        "XBMJ": area,
        "DLBM": _pick(_DLBM, k, rng.uniform(0, 1, n)),
        "DI_LEI": _pick(_DI_LEI, k, rng.uniform(0, 1, n)),
        "QI_YUAN": np.where(natural, np.where(rng.uniform(0, 1, n) < 0.8, "11", "13"), np.where(rng.uniform(0, 1, n) < 0.85, "21", "23")),
        "YOU_SHI_SZ": species,
        "LIN_ZHONG": np.select([k == SHRUB_SPECIAL, national], ["255", "111"], np.where(rng.uniform(0, 1, n) < 0.6, "114", "231")),
        "SEN_LIN_LB": welfare,
        "SHI_QUAN_D": np.select([national, welfare == "012"], ["11", "21"], "24"),
        "GJGYL_BHDJ": np.where(national, np.where(grade == 1, "1", "2"), ""),
        "BH_DJ": grade.astype(str),
        "LD_QS": np.where(rng.uniform(0, 1, n) < np.clip((elevation - 700) / 900, 0.05, 0.8), "10", "20"),
        "YU_BI_DU": closure,
        "LING_ZU": np.where(arbor, np.digitize(age, [20, 40, 60, 80]) + 1, 0).astype(int),
        "PINGJUN_NL": age.astype(int),
        "PINGJUN_XJ": np.round(np.where(arbor, 4 + 0.28 * age, 0.0), 1),
        "PINGJUN_SG": np.round(np.where(arbor, 2 + 6.5 * np.log1p(age / 12.0), 0.0), 1),
        "HUO_LMGQXJ": volume,
        "XIAO_BAN_X": np.round(volume * area, 1),
        "PO_DU": np.rint(slope).astype(int),
        "PO_XIANG": np.where(slope < 5, "9", np.where(north > 0.3, "1", np.where(north < -0.3, "5", "3"))),
        "PO_WEI": np.where(elevation > 1300, "1", np.where(elevation > 800, "3", "5")),
        "TU_CENG_HD": np.clip(90 - 2.2 * slope + rng.normal(0, 12, n), 10, 150).astype(int),
        "ZRBHQ_MC": np.where((grade == 1) & (wooded.x_m > 150_000), "虚构历山保护区", ""),
        "XIAN_MING": wooded.county_name.to_numpy(),
        "BEI_ZHU": MARK,
    }
    return gpd.GeoDataFrame(frame, geometry=wooded.geometry.to_numpy(), crs=4490)


# --- roofs ---------------------------------------------------------------------------------------------------

# Roof class: name, share of roofs in (city, town, village), least and largest length [m].
ROOFS = [
    ("government", "党政机关", (0.05, 0.10, 0.00), 25, 70),
    ("public", "学校、医院、村委会", (0.10, 0.15, 0.12), 20, 60),
    ("industry", "工商业厂房", (0.35, 0.25, 0.06), 35, 160),
    ("rural_home", "农村居民", (0.10, 0.40, 0.82), 10, 18),
    ("urban_home", "城镇居民", (0.40, 0.10, 0.00), 14, 60),
]
_PER_PLACE = {"city": 320, "town": 24, "village": 4}


def roofs(counties: gpd.GeoDataFrame, *, seed: int, frame: Frame) -> gpd.GeoDataFrame:
    """Building roofs in the settlements of the counties: roof_class, name_zh, county_code, area_m2, usable_share; EPSG:4490.

    None meets another or a county border, so that areas by county and class are what is planted.
    """
    rng, places = np.random.default_rng([seed, 53]), base_map(seed).settlements
    count = places.kind.map(_PER_PLACE).to_numpy()
    of = np.repeat(np.arange(len(places)), count)
    kind = places.kind.map({"city": 0, "town": 1, "village": 2}).to_numpy()[of]
    shares = np.cumsum(np.array([r[2] for r in ROOFS]).T, axis=1)
    which = (rng.uniform(0, 1, len(of))[:, None] > shares[kind]).sum(axis=1).clip(0, len(ROOFS) - 1)
    low, high = (np.array([r[i] for r in ROOFS], float)[which] for i in (3, 4))
    length = low + (high - low) * rng.uniform(0, 1, len(of)) ** 2
    breadth = length * rng.uniform(0.35, 0.7, len(of))
    away, turn = places.radius_m.to_numpy()[of] * 0.85 * np.sqrt(rng.uniform(0, 1, len(of))), rng.uniform(0, 2 * np.pi, len(of))
    x, y = places.x_m.to_numpy()[of] + away * np.cos(turn), places.y_m.to_numpy()[of] + away * np.sin(turn)
    lean = np.radians(rng.normal(0, 6, len(of)))
    u, v = np.array([-1, 1, 1, -1]) / 2, np.array([-1, -1, 1, 1]) / 2
    u, v = length[:, None] * u, breadth[:, None] * v
    ring = np.stack(
        [
            x[:, None] + u * np.cos(lean)[:, None] - v * np.sin(lean)[:, None],
            y[:, None] + u * np.sin(lean)[:, None] + v * np.cos(lean)[:, None],
        ],
        -1,
    )
    shapes = frame.to_degrees(shapely.polygons(ring))
    code = county_of(shapely.centroid(shapes), counties)
    inside = (code != "") & _is_apart(shapes) & ~_is_across(shapes, counties)
    frame_ = {
        "roof_class": np.array([r[0] for r in ROOFS])[which][inside],
        "name_zh": np.array([r[1] for r in ROOFS])[which][inside],
        "county_code": code[inside],
        "area_m2": np.round(ellipsoid.areas_m2(shapes[inside]), 1),
        "usable_share": np.round(rng.uniform(0.35, 0.8, len(of)), 2)[inside],
        "note": MARK,
    }
    return gpd.GeoDataFrame(frame_, geometry=shapes[inside], crs=4490)


def _is_apart(shapes: np.ndarray) -> np.ndarray:
    """Whether each shape meets none that stands before it."""
    second, first = shapely.STRtree(shapes).query(shapes, predicate="intersects")
    apart = np.ones(len(shapes), bool)
    apart[second[first < second]] = False
    return apart


def _is_across(shapes: np.ndarray, counties: gpd.GeoDataFrame) -> np.ndarray:
    """Whether each shape meets a county border."""
    across, tree = np.zeros(len(shapes), bool), shapely.STRtree(shapes)
    for border in counties.geometry.boundary:
        across[tree.query(border, predicate="intersects")] = True
    return across


def county_of(points: np.ndarray, counties: gpd.GeoDataFrame) -> np.ndarray:
    """County code of each point in degrees, empty outside all."""
    found = np.full(len(points), "", dtype=object)
    tree = shapely.STRtree(points)
    for row in counties.itertuples():
        found[tree.query(row.geometry, predicate="intersects")] = row.county_code
    return found
