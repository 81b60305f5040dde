"""A product is known by its codes, colour table, file name and cell size; a file that is another product's is refused by name."""

from types import SimpleNamespace

import numpy as np
import pytest
import rasterio
import shapely
from hypothesis import given
from hypothesis import strategies as st
from worlds import class_layer, four_counties, make_place, write_raster

from pipeline.core import config as configuration
from pipeline.core import recognise, tables
from pipeline.core.config import LayerRef
from pipeline.core.errors import BadData
from pipeline.core.layers import find
from pipeline.core.paths import Paths
from pipeline.core.rasters import open_raster
from pipeline.core.recognise import Marks, codes_in, examine, likely_products, products, strange_codes
from pipeline.core.words import say
from pipeline.stages import Run, in_order

TEN_M, THIRTY_M, COARSE = 0.0001, 0.0003, 0.005  # cells [degrees]: about 10, 30 and 500 m
LAND_COVER = "layers/land_cover"
CELL = {"worldcover_v100": TEN_M, "worldcover_v200": TEN_M, "esri_lulc": TEN_M, "esri_lulc_9class": TEN_M, "dynamic_world": TEN_M}
CELL |= {"clcd": THIRTY_M, "glc_fcs30d": THIRTY_M, "glc_fcs30d_36": THIRTY_M, "globeland30": THIRTY_M}
CELL |= {"mcd12q1": COARSE, "esa_cci": 0.0028, "mcd12c1": 0.05}
NAMES = {  # as their publishers write them
    "worldcover_v100": "ESA_WorldCover_10m_2020_v100_N33E108_Map.tif",
    "worldcover_v200": "ESA_WorldCover_10m_2021_v200_N33E108_Map.tif",
    "esri_lulc": "49S_20230101-20240101.tif",
    "clcd": "CLCD_v01_2022_albert.tif",
    "glc_fcs30d": "GLC_FCS30D_20002022_E110N35_Annual.tif",
    "globeland30": "n49_35_2020lc030.tif",
    "mcd12c1": "MCD12C1.A2019001.006.2020220162300.tif",
    "mcd12q1": "MCD12Q1.061_LC_Type1_doy2020001_aid0001.tif",
    "esa_cci": "C3S-LC-L4-LCCS-Map-300m-P1Y-2020-v2.1.1.tif",
}
YEARS = {"worldcover_v100": 2020, "worldcover_v200": 2021}
BY_FOLDER = {p.folder.removeprefix(f"{LAND_COVER}/"): p for p in products()}


def counties(step: float = 0.05):
    """Four square counties as ingest hands them on."""
    return four_counties(step=step).rename(columns={"XZQDM": "county_code", "XZQMC": "county_name"})


def raster_of(folder, codes, *, name="land.tif", cell=TEN_M, colours_of: str | None = None, **more):
    """A small raster in the south-west corner of the counties that holds ``codes``, with a product's colour table if asked for."""
    codes = sorted(codes)
    side = max(8, int(np.ceil(len(codes) ** 0.5)))
    values = np.resize(np.array(codes, np.uint8), (side, side))
    path = write_raster(folder / name, values, west=112.0, north=36.0 + side * cell, cell=cell, **more)
    if colours_of is not None:
        with rasterio.open(path, "r+") as target:
            target.write_colormap(1, {c: (*rgb, 255) for c, rgb in BY_FOLDER[colours_of].colours.items()})
    return path


def as_product(folder, path, product: str, **settings):
    """The layer a user declares: a product folder and a file beside the configuration."""
    return find(LayerRef(layer=f"{LAND_COVER}/{product}", file=path.name, **settings), "land_cover", Paths(folder), "classes")


def examined(layer, frame=None, **more) -> list:
    with open_raster(layer) as raster:
        return examine(layer, raster, counties() if frame is None else frame, **more)


def refused(layer, frame=None, **more) -> list:
    with pytest.raises(BadData) as caught:
        examined(layer, frame, **more)
    for found in caught.value.problems:
        for language in ("zh", "en"):
            assert say(found.key, language, **found.params)
    return caught.value.problems


# --- right products ------------------------------------------------------------------------------------------


def test_every_product_folder_is_known():
    assert set(BY_FOLDER) == set(CELL)


@pytest.mark.parametrize("product", CELL)
def test_a_product_is_recognised_from_its_own_codes(product, tmp_path):
    name = NAMES.get(product, "map.tif")
    path = raster_of(tmp_path, BY_FOLDER[product].codes, name=name, cell=CELL[product], colours_of=product)
    layer = as_product(tmp_path, path, product, year=YEARS.get(product, 2020))
    assert examined(layer) == []
    with open_raster(layer) as raster:
        marks = Marks.of(layer, raster)
    assert likely_products(BY_FOLDER[product].codes, marks)[0].folder == f"{LAND_COVER}/{product}"


@pytest.mark.parametrize("product", sorted(set(CELL) - {"worldcover_v100", "worldcover_v200"}))
def test_all_codes_and_the_cell_size_are_enough(product):
    codes = BY_FOLDER[product].codes - {0, 255}
    size = BY_FOLDER[product].about.recognised.cell_m
    assert likely_products(codes, Marks(("map.tif",), size, None))[0].folder == f"{LAND_COVER}/{product}"


@pytest.mark.parametrize("product", NAMES)
def test_a_publishers_name_is_known_in_any_case(product):
    for name in (NAMES[product], NAMES[product].upper(), NAMES[product].lower()):
        assert [key for key, p in BY_FOLDER.items() if p.is_named_by([name])] == [product]


# --- wrong products ------------------------------------------------------------------------------------------

WRONG = [  # declared, codes, name, colours of, cell, what it is, how it is told
    ("esri_lulc_9class", {1, 2, 4, 5, 7, 8, 11}, "land.tif", None, TEN_M, "esri_lulc", "product_by_codes"),
    ("esri_lulc", {1, 2, 3, 4, 5, 6, 9}, "land.tif", "esri_lulc_9class", TEN_M, "esri_lulc_9class", "product_by_codes"),
    ("glc_fcs30d", {10, 20, 30, 40, 50, 60, 80}, NAMES["worldcover_v200"], None, TEN_M, "worldcover_v200", "product_by_codes"),
    ("dynamic_world", {1, 2, 4, 5, 8, 9}, "land.tif", "clcd", THIRTY_M, "clcd", "product_by_codes"),
    ("mcd12q1", {0, 1, 2, 10, 12}, "land.tif", None, 0.05, "mcd12c1", "product_by_codes"),
    ("dynamic_world", {1, 2, 4, 5, 8}, "land.tif", "clcd", THIRTY_M, "clcd", "product_by_colours"),
    ("esri_lulc_9class", {1, 2, 4, 5, 7, 8}, "land.tif", "esri_lulc", TEN_M, "esri_lulc", "product_by_colours"),
    ("esri_lulc", {1, 2, 4, 5, 7, 8}, "land.tif", "esri_lulc_9class", TEN_M, "esri_lulc_9class", "product_by_colours"),
    ("globeland30", {10, 20, 30, 40}, "land.tif", "worldcover_v200", TEN_M, "worldcover_v200", "product_by_colours"),
    ("esa_cci", {10, 20, 61, 62, 190, 210}, "land.tif", "glc_fcs30d", THIRTY_M, "glc_fcs30d", "product_by_colours"),
    ("glc_fcs30d", {10, 20, 61, 62, 190, 210}, "land.tif", "esa_cci", 0.0028, "esa_cci", "product_by_colours"),
    ("dynamic_world", {1, 2, 4, 5, 8}, NAMES["clcd"], None, THIRTY_M, "clcd", "product_by_name"),
    ("worldcover_v200", {10, 20, 80}, NAMES["worldcover_v100"], "worldcover_v100", TEN_M, "worldcover_v100", "product_by_name"),
    ("globeland30", {10, 20, 80}, NAMES["worldcover_v200"], None, TEN_M, "worldcover_v200", "product_by_name"),
    ("esri_lulc_9class", {1, 2, 5, 7, 8}, NAMES["esri_lulc"], None, TEN_M, "esri_lulc", "product_by_name"),
]


@pytest.mark.parametrize(("declared", "codes", "name", "colours_of", "cell", "right", "key"), WRONG)
def test_another_product_is_refused_naming_it(declared, codes, name, colours_of, cell, right, key, tmp_path):
    layer = as_product(tmp_path, raster_of(tmp_path, codes, name=name, cell=cell, colours_of=colours_of), declared)
    frame = counties(max(0.05, 4 * cell))
    first, *rest = refused(layer, frame)
    assert first.key == key and f"{LAND_COVER}/{right}" in first.params["folders"].split(" | ")
    assert first.params["expected"] == BY_FOLDER[declared].about.product
    strange = sorted(codes - BY_FOLDER[declared].codes)
    assert [p.params["code"] for p in rest] == [str(c) for c in strange] and bool(strange) == (key == "product_by_codes")
    right_layer = as_product(tmp_path, tmp_path / name, right)
    assert [key for key, _ in examined(right_layer, frame) if key != "product_cell_size"] == []


def test_equal_codes_without_a_mark_cannot_be_told_apart(tmp_path):
    """The declaration decides: nothing speaks against it, and nothing else could be known."""
    path = raster_of(tmp_path, {1, 2, 4, 5, 7, 8}, cell=THIRTY_M)
    assert examined(as_product(tmp_path, path, "clcd")) == []


def test_one_odd_code_does_not_make_it_a_product_of_other_cells(tmp_path):
    """All of 10, 12, 20, 30 are codes of ESA CCI too, but that has cells of 300 m."""
    layer = as_product(tmp_path, raster_of(tmp_path, {10, 12, 20, 30}), "worldcover_v200")
    assert [(p.key, p.params["code"]) for p in refused(layer)] == [("unknown_codes", "12")]


def test_a_colour_table_that_is_nobodys_says_nothing(tmp_path):
    path = raster_of(tmp_path, {1, 2, 5}, cell=THIRTY_M)
    with rasterio.open(path, "r+") as target:
        target.write_colormap(1, {i: (i, 2 * i, 3 * i, 255) for i in range(64)})
    assert examined(as_product(tmp_path, path, "clcd")) == []


def test_a_legend_of_ones_own_is_taken_at_its_word(tmp_path):
    path = raster_of(tmp_path, {1, 2, 3}, name=NAMES["clcd"], cell=THIRTY_M, colours_of="clcd")
    assert examined(class_layer(tmp_path, path)) == []


# --- warnings ------------------------------------------------------------------------------------------------


def test_cell_size_far_off_is_told(tmp_path):
    path = raster_of(tmp_path, {10, 20}, cell=THIRTY_M)
    [(key, params)] = examined(as_product(tmp_path, path, "worldcover_v200"))
    assert key == "product_cell_size" and params["expected"] == 10 and 25 < params["found"] < 35
    assert set(params["likely"].split(" / ")) == {"GlobeLand30", "GLC_FCS30D", "GLC_FCS30D-36"}  # of 30 m, with codes 10 and 20
    assert say(key, "zh", **params) and say(key, "en", **params)


@pytest.mark.parametrize(("product", "codes", "cell", "year", "span"), [
    ("worldcover_v200", {10}, TEN_M, 2020, "2021–2021"),
    ("glc_fcs30d", {10}, THIRTY_M, 2023, "1985–2022"),
    ("esri_lulc", {1}, TEN_M, 2016, "2017–"),
])  # fmt: skip
def test_a_year_the_product_does_not_have_is_told(product, codes, cell, year, span, tmp_path):
    path = raster_of(tmp_path, codes, cell=cell)
    [(key, params)] = examined(as_product(tmp_path, path, product, year=year))
    assert (key, params["found"], params["expected"]) == ("product_year", year, span)
    assert say(key, "zh", **params) and say(key, "en", **params)
    last = 2022 if product == "glc_fcs30d" else 2021
    assert examined(as_product(tmp_path, path, product, year=last)) == []


# --- unknown codes -------------------------------------------------------------------------------------------


def cells_hm2(south: float, north: float, width: float) -> float:
    """Area of a strip of longitudes between two parallels on CGCS2000, by quadrature of the area element."""
    a, f = 6_378_137.0, 1 / 298.257222101
    e2, nodes, weights = f * (2 - f), *np.polynomial.legendre.leggauss(12)
    lat = np.radians((north + south) / 2 + (north - south) / 2 * nodes)
    element = a**2 * (1 - e2) * np.cos(lat) / (1 - e2 * np.sin(lat) ** 2) ** 2
    return float((weights * element).sum() * np.radians(north - south) / 2 * np.radians(width) / 1e4)


def test_unknown_codes_are_all_listed_with_exact_areas_and_counties(tmp_path):
    """20 x 20 cells of 0.01 degree; a column of cells lies half in each of two counties, and one row is cut by the south border."""
    values = np.full((21, 21), 2, np.uint8)
    values[2, :3] = 13  # 丙县, three cells less the half outside in the west
    values[5:7, 10] = 27  # half in 丙县, half in 丁市
    values[20, 12] = 14  # half of it south of 乙县: cut to its northern half
    write_raster(tmp_path / "land.tif", values, west=111.995, north=36.205, cell=0.01)
    frame = counties(0.1)
    layer = class_layer(tmp_path, tmp_path / "land.tif")
    expected = [
        (13, cells_hm2(36.175, 36.185, 0.025), "丙县"),
        (14, cells_hm2(36.0, 36.005, 0.01), "乙县"),
        (27, cells_hm2(36.135, 36.155, 0.01), "丙县、丁市"),
    ]
    with open_raster(layer) as raster:
        table = strange_codes(layer, raster, frame)
    assert list(table.columns) == ["code", "area_hm2", "counties"]
    for row, (code, area, names) in zip(table.itertuples(), expected, strict=True):
        assert (row.code, row.counties) == (code, names) and row.area_hm2 == pytest.approx(area, rel=1e-10)
    told = [p for p in refused(layer, frame) if p.key == "unknown_codes"]
    assert [(p.params["code"], p.params["counties"]) for p in told] == [("13", "丙县"), ("14", "乙县"), ("27", "丙县、丁市")]


def test_codes_outside_every_county_do_not_matter(tmp_path):
    values = np.full((20, 20), 2, np.uint8)
    values[:10, 10:] = 77  # 丁市, which is not among the counties
    write_raster(tmp_path / "land.tif", values, west=112.0, north=36.2, cell=0.01)
    layer = class_layer(tmp_path, tmp_path / "land.tif")
    assert examined(layer, counties(0.1).iloc[:3]) == []
    assert [p.params["code"] for p in refused(layer, counties(0.1)) if p.key == "unknown_codes"] == ["77"]


def test_without_counties_codes_come_with_their_cells(tmp_path):
    layer = class_layer(tmp_path, raster_of(tmp_path, {1, 2, 40, 41}))
    with open_raster(layer) as raster, pytest.raises(BadData) as caught:
        examine(layer, raster, None)
    told = [(p.key, p.params["code"], p.params["cells"]) for p in caught.value.problems if p.key == "unknown_codes_cells"]
    assert told == [("unknown_codes_cells", "40", 16), ("unknown_codes_cells", "41", 16)]
    assert say("unknown_codes_cells", "zh", **caught.value.problems[-1].params)


def test_no_data_is_never_strange(tmp_path):
    """Declared by the file, by the configuration, hidden by a mask, or a legend's own unknown."""
    path = raster_of(tmp_path, {1, 2, 99}, cell=THIRTY_M, nodata=99)
    assert examined(as_product(tmp_path, path, "clcd")) == []
    path = raster_of(tmp_path, {1, 2, 99}, cell=THIRTY_M)
    assert examined(as_product(tmp_path, path, "clcd", nodata=99)) == []
    assert [p.params["code"] for p in refused(as_product(tmp_path, path, "clcd")) if p.key == "unknown_codes"] == ["99"]
    with rasterio.open(path, "r+") as target:
        target.write_mask(target.read(1) != 99)
    assert examined(as_product(tmp_path, path, "clcd")) == []
    assert examined(as_product(tmp_path, raster_of(tmp_path, {0, 1, 2, 10}, name="esri.tif"), "esri_lulc")) == []


def test_a_raster_of_measures_is_one_clear_message(tmp_path):
    path = write_raster(tmp_path / "dem.tif", np.arange(900, dtype=np.int16).reshape(30, 30), west=112.0, north=36.03, cell=0.001)
    [found] = refused(class_layer(tmp_path, path))
    assert found.key == "codes_too_many" and found.params["found"] == 895
    path = write_raster(tmp_path / "t.tif", np.linspace(0, 1, 900, dtype=np.float32).reshape(30, 30), west=112.0, north=36.03, cell=0.001)
    assert [p.key for p in refused(class_layer(tmp_path, path))] == ["raster_not_codes"]


def test_a_raster_elsewhere_is_left_to_others(tmp_path):
    path = write_raster(tmp_path / "land.tif", np.full((5, 5), 99, np.uint8), west=100.0, north=36.0, cell=0.01)
    assert examined(class_layer(tmp_path, path)) == []


# --- what a raster holds -------------------------------------------------------------------------------------


@pytest.mark.parametrize("dtype", ["uint8", "int8", "uint16", "int16", "int32", "float32"])
@pytest.mark.parametrize("stored", [{}, {"tiled": True, "blockxsize": 32, "blockysize": 16, "compress": "deflate"}])
def test_codes_are_counted_in_any_window_and_type(dtype, stored, tmp_path, monkeypatch):
    monkeypatch.setattr(recognise, "_SCAN_CELLS", 700)  # many pieces of a small raster
    values = np.random.default_rng(5).integers(-100 if dtype[0] in "if" else 0, 127, (70, 90)).astype(dtype)
    layer = class_layer(tmp_path, write_raster(tmp_path / "a.tif", values, west=112.0, north=36.0, cell=0.01, nodata=7, **stored))
    for row0, row1, col0, col1 in ((0, 70, 0, 90), (13, 58, 31, 77), (69, 70, 89, 90)):
        part = values[row0:row1, col0:col1]
        codes, counts = np.unique(part[part != 7], return_counts=True)
        with open_raster(layer) as raster:
            assert codes_in(layer, raster, (row0, row1, col0, col1)) == dict(zip(codes.tolist(), counts.tolist(), strict=True))


@given(
    stored=st.tuples(st.integers(1, 5000), st.integers(1, 5000)),
    window=st.tuples(st.integers(0, 900), st.integers(1, 3000), st.integers(0, 900), st.integers(1, 3000)),
)
def test_pieces_cover_a_window_once_and_keep_to_their_room(stored, window):
    row0, rows, col0, columns = window
    pieces = list(recognise._pieces(SimpleNamespace(block_shape=stored), (row0, row0 + rows, col0, col0 + columns)))
    boxes = [shapely.box(left, top, right, bottom) for top, bottom, left, right in pieces]
    assert all(b.area > 0 for b in boxes) and sum(b.area for b in boxes) == rows * columns
    assert shapely.union_all(boxes).equals(shapely.box(col0, row0, col0 + columns, row0 + rows))
    assert max(b.area for b in boxes) <= max(2 * recognise._SCAN_CELLS, recognise._BIG_BLOCK_CELLS)


# --- products as data ----------------------------------------------------------------------------------------

MADE_UP = "code,class_key,name_zh,name_en,colour,readings\n201,forest_arbor,林,trees,#123456,strict\n202,water,水,water,#654321,\n"


def made_up(folder, name: str = "my_product"):
    product = folder / name
    product.mkdir(parents=True)
    (product / "layer.yaml").write_text(
        "title: {zh: 新产品, en: new product}\nlicence: own\nkind: classes\nproduct: NEW\nlegend: legend.csv\nresampling: mode\n"
        "readings:\n  strict: {zh: 林, en: trees}\nrecognised: {cell_m: 10, years: [2020, 2022], file_names: ['new_*.tif']}\n",
        encoding="utf-8",
    )
    (product / "legend.csv").write_text(MADE_UP, encoding="utf-8")
    return product


def test_a_made_up_product_is_a_folder_and_nothing_else(tmp_path):
    made_up(tmp_path)
    raster_of(tmp_path, {201, 202})
    layer = find(LayerRef(layer="my_product", file="land.tif", year=2021), "land_cover", Paths(tmp_path), "classes")
    assert layer.product == "NEW" and examined(layer) == []
    [(key, _)] = examined(find(LayerRef(layer="my_product", file="land.tif", year=2030), "land_cover", Paths(tmp_path), "classes"))
    assert key == "product_year"


def test_a_folder_added_to_the_catalogue_is_named(tmp_path):
    made_up(tmp_path / "catalogue")
    raster_of(tmp_path, {201, 202}, cell=THIRTY_M)
    first = refused(as_product(tmp_path, tmp_path / "land.tif", "clcd"), folder=tmp_path / "catalogue")[0]
    assert first.key == "unknown_codes"  # CLCD's cells fit, those of NEW do not
    raster_of(tmp_path, {201, 202})
    first = refused(as_product(tmp_path, tmp_path / "land.tif", "clcd"), folder=tmp_path / "catalogue")[0]
    assert (first.key, first.params["found"], first.params["folders"]) == ("product_by_codes", "NEW", "my_product")


def test_folders_that_cannot_be_read_are_passed_over(tmp_path):
    made_up(tmp_path, "good")
    for name, yaml, legend in (
        ("no_yaml", None, MADE_UP),
        ("bad_yaml", "a: [", MADE_UP),
        ("bad_legend", "good", "code\nx\n"),
        ("no_legend", "good", None),
    ):
        (tmp_path / name).mkdir()
        if yaml:
            text = (tmp_path / "good/layer.yaml").read_text(encoding="utf-8") if yaml == "good" else yaml
            (tmp_path / name / "layer.yaml").write_text(text, encoding="utf-8")
        if legend:
            (tmp_path / name / "legend.csv").write_text(legend, encoding="utf-8")
    assert [p.folder for p in products(tmp_path)] == ["good"]


# --- codes that are unknown ----------------------------------------------------------------------------------


def test_clouds_are_unknown_land_in_areas_and_rules(tmp_path):
    """A code whose class is ``unknown`` (10, clouds) is counted as unknown, beside what the file declares as no data (99)."""
    values = np.full((20, 20), 2, np.uint8)
    values[:, :5], values[:, 5:8] = 10, 99  # the west of 甲县 and 丙县
    config = make_place(tmp_path, replace={
        "{layer: my_product, file: land.tif, year: 2021}": f"{{layer: {LAND_COVER}/esri_lulc, file: land.tif, year: 2021}}",
        "cover: {main_reading: trees}": "cover: {main_reading: strict}",
    })  # fmt: skip
    write_raster(tmp_path / "land.tif", values, west=112.0, north=36.2, cell=0.01, nodata=99)
    (tmp_path / "sites.csv").write_text(
        "site_id,name,kind,lon,lat,capacity_mw,note\nA,云下,pv,112.025,36.05,10,\nB,林中,pv,112.15,36.05,10,\n", encoding="utf-8"
    )
    run = Run(configuration.load(config), tmp_path / "out", Paths(tmp_path, []))
    for stage in in_order(["siting"]):
        run.do(stage)
    areas = (
        tables.read_csv(tmp_path / "out" / f"{tables.LAND_AREA.name}.csv", tables.LAND_AREA)
        .set_index(["county_name", "class_key"])
        .area_hm2
    )
    for name, south in (("甲县", 36.0), ("乙县", 36.0), ("丙县", 36.1), ("丁市", 36.1)):
        unknown = cells_hm2(south, south + 0.1, 0.08) if name in ("甲县", "丙县") else 0.0
        assert areas[name, "unknown"] == pytest.approx(unknown, rel=1e-10)
    reasons = tables.read_csv(tmp_path / "out" / f"{tables.SITE_REASONS.name}.csv", tables.SITE_REASONS)
    cropland = reasons[reasons.rule_id == "PV-02a"].set_index("site_id").outcome
    assert cropland.to_dict() == {"A": "unknown"}  # B stands on trees: not cropland
