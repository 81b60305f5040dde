"""Products against each other, cell by cell: every table and the raster against plain numpy on a made-up place."""

import json
from pathlib import Path
from types import SimpleNamespace

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import rasterio
import shapely
from affine import Affine
from pyproj import Transformer
from worlds import make_place, write_raster

from pipeline.core import config as configuration
from pipeline.core import tables
from pipeline.core.config import Compute
from pipeline.core.grid import LONLAT, Grid
from pipeline.core.paths import Paths
from pipeline.stages import STAGES, Run
from pipeline.tabulate.pairs import chosen, coarsest, doubts, side_by_side, voters

# Counties are the quarters of 112.0 .. 112.2 E, 36.0 .. 36.2 N. The leading product begins 0.7 of a cell west of them, so that
# its first column has its centre outside, and the columns 0, 10 and 20 are shared or cut.
WEST, NORTH, CELL, ROWS, COLUMNS = 111.993, 36.2, 0.01, 20, 21
PLACE = {"west": WEST, "north": NORTH, "cell": CELL, "nodata": 0}
COUNTIES = {"149901": (0, 1), "149902": (1, 1), "149903": (0, 0), "149904": (1, 0)}  # (half from the west, half from the north)
CLASSES = {0: "unknown", 1: "forest_arbor", 2: "cropland", 3: "grass", 4: "water", 5: "shrub_other"}
SPLIT = WEST + 11 * CELL  # the metric product changes its class here, on an edge of the leading one's cells

rng = np.random.default_rng(5)
FIRST, SECOND, SHIFTED = (rng.integers(0, 6, (ROWS, COLUMNS)).astype(np.uint8) for _ in range(3))
FINE = rng.choice([0, 1, 1, 2, 5], (3 * ROWS, 3 * COLUMNS)).astype(np.uint8)
PARCELS = [  # forest over five columns and 40 % of a sixth; ordinary shrub over 60 % of one
    {"DI_LEI": "030101", "geometry": shapely.box(WEST + 2 * CELL, 36.0, WEST + 7.4 * CELL, 36.2)},
    {"DI_LEI": "030302", "geometry": shapely.box(WEST + 15.4 * CELL, 36.0, WEST + 16 * CELL, 36.2)},
]


def world(folder: Path) -> Path:
    """Three years of one product, the last of them half a cell off; a finer product, a metric one and parcels of forest land."""
    more = """year: 2021}
  - {layer: my_product, file: second.tif, year: 2023}
  - {layer: my_product, file: shifted.tif, year: 2025}
  - {layer: my_product, product: FINE, file: fine.tif, year: 2020}
  - {layer: my_product, product: METRIC, file: metric.tif, year: 2021}
  - {layer: layers/land_cover/one_map, file: one_map.gpkg, year: 2022}"""
    config = make_place(folder, replace={"year: 2021}": more})
    write_raster(folder / "land.tif", FIRST, **PLACE)
    write_raster(folder / "second.tif", SECOND, **PLACE)
    write_raster(folder / "shifted.tif", SHIFTED, **PLACE | {"west": WEST + CELL / 2})
    write_raster(folder / "fine.tif", FINE, **PLACE | {"cell": CELL / 3})
    there = Transformer.from_crs(4326, 32649, always_xy=True)
    (x0, y0), (x1, y1) = there.transform(111.98, 35.98), there.transform(112.22, 36.22)
    x, y = np.meshgrid(np.arange(x0 - 1000, x1 + 1000, 200.0) + 100, np.arange(y1 + 1000, y0 - 1000, -200.0) - 100)
    lon, _ = there.transform(x, y, direction="INVERSE")
    write_raster(
        folder / "metric.tif", np.where(lon < SPLIT, 1, 2).astype(np.uint8), west=x0 - 1000, north=y1 + 1000, cell=200, crs="EPSG:32649"
    )
    gpd.GeoDataFrame(PARCELS, crs=4490).to_file(folder / "one_map.gpkg", driver="GPKG")
    return config


def tabulate(config: Path, out: Path, **compute) -> Path:
    settings = configuration.load(config)
    run = Run(settings.model_copy(update={"compute": Compute(**compute)}), out, Paths(config.parent, []), ())
    for name in ("ingest", "tabulate"):
        run.do(STAGES[name])
    return out


@pytest.fixture(scope="module")
def made(tmp_path_factory) -> tuple[Path, Path]:
    """(configuration, outputs) of one run."""
    folder = tmp_path_factory.mktemp("pairs")
    config = world(folder / "place")
    return config, tabulate(config, folder / "out", workers=1)


def table(made, schema) -> pd.DataFrame:
    return tables.read_csv(made[1] / f"{schema.name}.csv", schema)


def areas() -> dict[str, np.ndarray]:
    """Area [hm2] of each county in each cell: rows are whole, columns by the share of their width."""
    grid = Grid(LONLAT, Affine(CELL, 0, WEST, 0, -CELL, NORTH), ROWS, COLUMNS)
    cell = grid.cell_area_m2(0, ROWS) / 1e4
    left = WEST + np.arange(COLUMNS) * CELL
    found = {}
    for code, (half, from_north) in COUNTIES.items():
        west = 112.0 + half * 0.1
        share = np.clip(np.minimum(left + CELL, west + 0.1) - np.maximum(left, west), 0, None) / CELL
        rows = (np.arange(ROWS) // 10 == from_north).astype(float)
        found[code] = cell * rows[:, None] * share
    return found


def expected(*values: np.ndarray) -> dict[tuple, float]:
    """Area by county and what several rasters say in a cell, cell by cell; the whole area too."""
    sums: dict[tuple, float] = {}
    for code, area in areas().items():
        for *key, hm2 in zip(*(v.ravel().tolist() for v in values), area.ravel(), strict=True):
            for zone in (code, "149900"):
                sums[zone, *key] = sums.get((zone, *key), 0.0) + hm2
    return {k: v for k, v in sums.items() if v > 1e-6}


def mode(fine: np.ndarray, side: int, *, counts_unknown: bool = False) -> np.ndarray:
    """The most frequent value of each square of cells, of equals the smallest; what is unknown (0) has no vote."""
    made = np.zeros((fine.shape[0] // side, fine.shape[1] // side), int)
    for r, c in np.ndindex(made.shape):
        cells = fine[r * side : (r + 1) * side, c * side : (c + 1) * side].ravel()
        values, count = np.unique(cells[cells > 0], return_counts=True)
        made[r, c] = values[count.argmax()] if values.size else 0
    return made


def pair(made, a: tuple, b: tuple) -> dict[tuple, float]:
    """One pair of the table: {(zone, code a, code b): hm2}, 0 for unknown."""
    rows = table(made, tables.PRODUCT_PAIRS)
    own = rows[(rows.product_a == a[0]) & (rows.year_a == a[1]) & (rows.product_b == b[0]) & (rows.year_b == b[1])]
    own = own.fillna({"code_a": 0, "code_b": 0})
    return {(r.county_code, int(r.code_a), int(r.code_b)): r.area_hm2 for r in own.itertuples()}


def one_map() -> np.ndarray:
    """The one-map on the cells of the leading product by majority: 1 forest, 2 shrub, 0 outside; 40 % of a cell are not enough."""
    columns = np.zeros(COLUMNS, int)
    columns[2:7], columns[15] = 1, 2
    return np.broadcast_to(columns, (ROWS, COLUMNS))


# --- which, and how laid ----------------------------------------------------------------------------------------


def layer(product: str, year: int | None = None, *, is_census: bool = False):
    parcels = SimpleNamespace(is_forest_census=is_census, covers="forest_land") if is_census else None
    return SimpleNamespace(product=product, is_census=is_census, about=SimpleNamespace(year=year, parcels=parcels))


def grid(cell: float = 0.01, west: float = 112.0) -> Grid:
    return Grid(LONLAT, Affine(cell, 0, west, 0, -cell, 36.2), 20, 20)


def test_pairs_are_chosen_once_and_the_coarser_or_earlier_one_comes_first():
    layers = [layer("A", 2020), layer("A", 2010), layer("A", 2015), layer("B", 2012), layer("B", 2019), layer("M", 2014, is_census=True)]
    grids = [grid(), grid(), grid(), grid(0.005), grid(0.02), grid(0.001)]
    assert chosen(layers, grids) == [
        (1, 2), (2, 0), (1, 0), (4, 3),  # the years of A, its first against its last, the years of B
        (2, 5), (3, 5),  # the census with A 2015 and B 2012, both nearest to 2014, its cells the smallest
        (4, 0), (0, 5),  # the leading product with B 2019, whose cells are larger, and with the census
    ]  # fmt: skip
    assert side_by_side(layers) == [0, 4, 5]
    assert coarsest(grids) == 4 and coarsest([grid(), grid(0.010001)]) == 0


def test_of_two_years_equally_near_the_later_is_taken_and_without_a_year_the_latest():
    assert side_by_side([layer("A", 2020), layer("B", 2018), layer("B", 2022)]) == [0, 2]
    assert side_by_side([layer("A"), layer("A", 2020), layer("B", 2018), layer("B", 2022)]) == [0, 3]
    assert chosen([layer("A")], [grid()]) == []


def test_equal_cells_without_a_sure_order_stand_as_configured():
    assert chosen([layer("B", 2020), layer("A")], [grid(), grid(west=112.005)]) == [(0, 1)]


def test_how_pairs_were_laid_on_one_grid(made):
    rows = table(made, tables.PAIR_GRIDS).set_index(["product_a", "year_a", "product_b", "year_b"])
    assert list(rows.index) == [
        ("OWN", 2021, "OWN", 2023), ("OWN", 2023, "OWN", 2025), ("OWN", 2021, "OWN", 2025),
        ("OWN", 2023, "ONE_MAP", 2022), ("FINE", 2020, "ONE_MAP", 2022), ("METRIC", 2021, "ONE_MAP", 2022),
        ("OWN", 2021, "FINE", 2020), ("OWN", 2021, "METRIC", 2021), ("OWN", 2021, "ONE_MAP", 2022),
    ]  # fmt: skip
    same = rows.loc[("OWN", 2021, "OWN", 2023)]
    assert (same.is_same_lattice, same.resampling_b, same.cell_size_a) == ("yes", "none", "0.01° (899 m × 1111 m)")
    assert pd.isna(same.shift_cells)
    off = rows.loc[("OWN", 2021, "OWN", 2025)]
    assert (off.is_same_lattice, off.resampling_b) == ("no", "mode") and off.shift_cells == pytest.approx(0.5)
    fine = rows.loc[("OWN", 2021, "FINE", 2020)]
    assert (fine.is_same_lattice, fine.resampling_b) == ("no", "mode") and pd.isna(fine.shift_cells)


def test_only_a_shift_between_years_of_one_product_is_warned_of(made):
    warnings = json.loads((made[1] / "tabulate/manifest.json").read_text(encoding="utf-8"))["warnings"]
    told = [w["params"]["years"] for w in warnings if w["key"] == "pair_shifted"]
    assert told == ["2023–2025", "2021–2025"]
    assert not [w for w in warnings if w["key"] in ("pair_cells", "pair_systems")]


def test_cells_of_another_size_or_system_are_told_apart():
    row = {"product_a": "A", "year_a": 2020, "product_b": "A", "year_b": 2010, "cell_size_a": "30 m × 30 m", "shift_cells": None}
    rows = pd.DataFrame([row | {"cell_size_b": b, "is_same_lattice": is_one} for b, is_one in
                         (("10 m × 10 m", "no"), ("30 m × 30 m", "no"), ("30 m × 30 m", "yes"))])  # fmt: skip
    assert [(key, said["years"]) for key, said in doubts(rows)] == [("pair_cells", "2010–2020"), ("pair_systems", "2010–2020")]
    assert doubts(rows.assign(product_b="B")) == []


def test_at_most_eight_products_are_asked_each_by_the_main_reading_or_its_first():
    readings = [{"wide": 0, "strict": 0}, {"trees": 0}, {}, *[{"strict": 0}] * 8]
    layers = [layer(f"P{i}", 2020) for i in range(len(readings))]
    for one, known in zip(layers, readings, strict=True):
        one.about.readings = known
    asked, mute, more = voters([SimpleNamespace(task=SimpleNamespace(layer=one)) for one in layers], "strict")
    assert [v.reading for v in asked] == ["strict", "trees", *["strict"] * 6]
    assert mute == ["P2 2020"] and more == ["P9 2020", "P10 2020"]


# --- by code --------------------------------------------------------------------------------------------------


def test_two_years_on_one_lattice(made):
    assert pair(made, ("OWN", 2021), ("OWN", 2023)) == pytest.approx(expected(FIRST, SECOND), rel=1e-9)


def test_a_year_half_a_cell_off_takes_part_by_mode(made):
    """Half of each cell and half of its neighbour: of two codes the smaller; beyond the western edge only one is there."""
    both = np.stack([np.pad(SHIFTED, ((0, 0), (1, 0)))[:, :-1], SHIFTED]).astype(int)
    both[both == 0] = 9
    smaller = both.min(axis=0)
    assert pair(made, ("OWN", 2021), ("OWN", 2025)) == pytest.approx(expected(FIRST, np.where(smaller == 9, 0, smaller)), rel=1e-9)


def test_a_finer_product_by_mode(made):
    assert pair(made, ("OWN", 2021), ("FINE", 2020)) == pytest.approx(expected(FIRST, mode(FINE, 3)), rel=1e-9)


def test_a_product_in_another_system(made):
    halves = np.broadcast_to(np.where(np.arange(COLUMNS) < 11, 1, 2), FIRST.shape)
    assert pair(made, ("OWN", 2021), ("METRIC", 2021)) == pytest.approx(expected(FIRST, halves), rel=1e-9)


def test_land_outside_the_survey_counts_when_parcels_are_brought_onto_larger_cells(made):
    """A parcel over 40 % of a cell does not make it forest; codes are numbers in the drawing's legend."""
    legend = (
        pd.read_csv(made[1] / "ingest/parcels/ONE_MAP_2022.csv", dtype=str, encoding="utf-8-sig").set_index("source_code").code.astype(int)
    )
    code = np.array([0, legend["030101"], legend["030302"]])
    for year, codes in ((2021, FIRST), (2023, SECOND)):
        assert pair(made, ("OWN", year), ("ONE_MAP", 2022)) == pytest.approx(expected(codes, code[one_map()]), rel=1e-9)


def test_margins_are_the_land_of_a(made):
    rows, land = table(made, tables.PRODUCT_PAIRS), table(made, tables.LAND_AREA)
    land = land[land.area_hm2 > 0].set_index(["product", "year", "county_code", "class_key"]).area_hm2
    for key, group in rows[rows.product_a != "ONE_MAP"].groupby(["product_a", "year_a"]):
        for _, one in group.groupby(["product_b", "year_b"]):
            margin = one.groupby(["county_code", "class_a"]).area_hm2.sum()
            assert margin.to_dict() == pytest.approx(land.loc[key].to_dict(), rel=1e-9)


def test_counties_add_up_to_the_whole_area_which_comes_first(made):
    for schema, keys in ((tables.PRODUCT_PAIRS, ["class_a", "class_b"]), (tables.FOREST_PATTERNS, ["forest_in", "unknown_in"])):
        rows = table(made, schema)
        first = rows if schema is tables.FOREST_PATTERNS else rows[(rows.year_a == 2021) & (rows.year_b == 2023)]
        levels = list(first.level)
        assert levels == sorted(levels) and set(levels) == {"city", "county"}
        sums = first.groupby(["level", *keys], dropna=False).area_hm2.sum()
        assert sums["city"].to_dict() == pytest.approx(sums["county"].to_dict(), rel=1e-12)


# --- forest or not --------------------------------------------------------------------------------------------


def says() -> dict[str, np.ndarray]:
    """0 no forest, 1 forest, 2 unknown: what each product says on the cells of the leading one."""
    fine = np.where(FINE == 0, 0, np.where(FINE == 1, 9, 8))  # of the known, other land (8) wins a tie
    fine = np.select([mode(fine, 3) == 9, mode(fine, 3) == 8], [1, 0], 2)
    halves = np.broadcast_to(np.where(np.arange(COLUMNS) < 11, 1, 0), FIRST.shape)
    return {
        "OWN 2021": np.where(FIRST == 0, 2, FIRST == 1),
        "FINE 2020": fine,
        "METRIC 2021": halves,
        "ONE_MAP 2022": (one_map() == 1).astype(int),  # shrub and land outside the survey are not forest, and not unknown
    }


def test_which_products_say_forest(made):
    rows, said = table(made, tables.FOREST_PATTERNS), says()
    assert set(rows["products"]) == {";".join(said)}
    found = {
        (r.county_code, *(1 if n in forest else 2 if n in unknown else 0 for n in said)): r.area_hm2
        for r in rows.itertuples()
        for forest, unknown in [[str(t).split(";") for t in (r.forest_in, r.unknown_in)]]
    }
    assert found == pytest.approx(expected(*said.values()), rel=1e-9)
    assert any(2 in key for key in found)


def test_the_raster_counts_the_products_that_say_forest(made):
    state = np.stack(list(says().values()))
    count = np.where((state < 2).sum(axis=0) < 2, 255, (state == 1).sum(axis=0))
    count[:, 0] = 255  # its centre lies west of the counties
    with rasterio.open(made[1] / "tabulate/disagreement.tif") as found:
        assert np.array_equal(found.read(1), count)
        assert found.nodata == 255 and found.crs.to_epsg() == 4326 and found.transform.almost_equals(Affine(CELL, 0, WEST, 0, -CELL, NORTH))
        assert found.profile["tiled"] and found.profile["compress"] == "deflate"
        assert found.colormap(1)[4] == (26, 107, 47, 255) and "4" in found.descriptions[0]
        tags = found.tags()
    assert tags["products"] == "OWN 2021;FINE 2020;METRIC 2021;ONE_MAP 2022"
    assert tags["readings"] == "OWN 2021=trees;FINE 2020=trees;METRIC 2021=trees;ONE_MAP 2022=strict"
    assert str(made[0].parent).encode() not in (made[1] / "tabulate/disagreement.tif").read_bytes()


def test_blocks_and_threads_do_not_change_a_byte(made, tmp_path):
    out = tabulate(made[0], tmp_path, workers=2, block=16)
    for name in ("product_pairs.csv", "pair_grids.csv", "forest_patterns.csv", "disagreement.tif"):
        assert (out / "tabulate" / name).read_bytes() == (made[1] / "tabulate" / name).read_bytes()


def test_one_product_is_compared_with_nothing(tmp_path):
    out = tabulate(make_place(tmp_path / "place"), tmp_path / "out")
    for schema in (tables.PRODUCT_PAIRS, tables.PAIR_GRIDS, tables.FOREST_PATTERNS):
        assert table((None, out), schema).empty
    assert not (out / "tabulate/disagreement.tif").exists()


def test_on_one_lattice_both_margins_are_whole_even_where_a_is_cut_short(tmp_path):
    """The first year ends after twelve columns: what the second says beyond is told, with the first unknown."""
    second = "year: 2021}\n  - {layer: my_product, file: second.tif, year: 2023}"
    config = make_place(tmp_path / "place", replace={"year: 2021}": second})
    write_raster(tmp_path / "place/land.tif", FIRST[:, :12], **PLACE | {"west": 112.0})
    write_raster(tmp_path / "place/second.tif", SECOND[:, :20], **PLACE | {"west": 112.0})
    made = None, tabulate(config, tmp_path / "out")
    rows, land = table(made, tables.PRODUCT_PAIRS), table(made, tables.LAND_AREA)
    assert table(made, tables.PAIR_GRIDS).is_same_lattice.tolist() == ["yes"]
    for side, year in (("a", 2021), ("b", 2023)):
        margin = rows.groupby(["county_code", f"class_{side}"]).area_hm2.sum().to_dict()
        own = land[(land.year == year) & (land.area_hm2 > 0)].set_index(["county_code", "class_key"]).area_hm2.to_dict()
        assert margin == pytest.approx(own, rel=1e-9)
    assert (rows[rows.class_a == "unknown"].class_b == "forest_arbor").any()
