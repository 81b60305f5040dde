"""Change, potential and value as a stage writes them: small tables in, products and warnings out."""

import dataclasses
import datetime as dt

import numpy as np
import pandas as pd
import pytest

from pipeline.carbon import outlook
from pipeline.carbon.draws import Draws
from pipeline.core import tables
from pipeline.core.config import Area, Carbon, Config, LayerRef, Scenario, Siting, Text, Value
from pipeline.core.paths import Paths
from pipeline.core.store import Store
from pipeline.report.data import Data
from pipeline.report.model import Para, Table
from pipeline.report.potential import potential_blocks

ZONES = [("149900", "某市", "city"), ("149901", "甲县", "county"), ("149902", "乙县", "county")]
AREAS = {  # hm2 by county, year and class
    ("149901", 2019): {"forest_arbor": 100.0, "grass": 60.0, "cropland": 40.0},
    ("149901", 2024): {"forest_arbor": 110.0, "grass": 50.0, "built": 40.0},
    ("149902", 2019): {"forest_arbor": 10.0, "grass": 20.0},
    ("149902", 2024): {"forest_arbor": 5.0, "grass": 25.0},
}
MOVED = {
    "149901": [
        ("forest_arbor", "forest_arbor", 100.0),
        ("grass", "forest_arbor", 10.0),
        ("grass", "grass", 50.0),
        ("cropland", "built", 40.0),
    ],
    "149902": [("forest_arbor", "forest_arbor", 5.0), ("forest_arbor", "grass", 5.0), ("grass", "grass", 20.0)],
}
POOLS = {  # tC/hm2; the soil of built land is a gap
    "forest_arbor": {"agb": 20.0, "bgb": 10.0, "soc": 24.0},
    "grass": {"agb": 1.0, "bgb": 2.0, "soc": 24.0},
    "cropland": {"agb": 0.0, "bgb": 0.0, "soc": 18.0},
    "built": {"agb": 0.0, "bgb": 0.0},
}
SCENARIO = Scenario(name="all", title=Text(zh="全部", en="all"), start_year=2026, end_year=2026)


def config(language: str = "zh", **carbon) -> Config:
    potential = {"scenarios": [SCENARIO]}
    ref = LayerRef(file="x")
    return Config(
        language=language, area=Area(code="149900", name=Text(zh="某市", en="Somewhere"), boundaries=ref), land_cover=[ref],
        carbon=Carbon(factors="layers/factors/class_mean.csv", draws=1000, potential=potential, **carbon),
        siting=Siting(assessment_date=dt.date(2026, 6, 1), rules="layers/rules/siting.csv"),
    )  # fmt: skip


def with_city(rows: list[dict], *keys: str) -> list[dict]:
    """Rows of counties after their sums."""
    frame = pd.DataFrame(rows)
    first = {"county_code": "149900", "county_name": "某市", "level": "city"}
    return [first | r for r in frame.groupby(list(keys), sort=False, as_index=False).area_hm2.sum().to_dict("records")] + rows


def zone(code: str) -> dict:
    return dict(zip(("county_code", "county_name", "level"), next(z for z in ZONES if z[0] == code), strict=True))


LAND = tables.product(
    with_city(
        [
            zone(c) | {"product": "P", "year": y, "class_key": k, "area_hm2": a, "basis": f"basis {y}"}
            for (c, y), own in AREAS.items()
            for k, a in own.items()
        ],
        "product", "year", "class_key", "basis",
    ),
    tables.LAND_AREA,
)  # fmt: skip


def accounts() -> list[Draws]:
    density = {(k, p): np.full(1001, v) for k, own in POOLS.items() for p, v in own.items()}
    made = []
    for year, own in LAND.groupby("year"):
        area = {(r.county_code, r.class_key): r.area_hm2 for r in own.itertuples()}
        stocks = {(c, k, p): a * density[k, p] for (c, k), a in area.items() for p in POOLS[k]}
        made.append(Draws("P", int(year), "class_mean", area, stocks, {key: area[key[:2]] for key in stocks}, density))
    return made


@pytest.fixture
def written(tmp_path):
    """The folder of a run before the stage."""
    code = {key: i for i, key in enumerate(POOLS)}
    pairs = [
        zone(c) | {"product_a": "P", "year_a": 2019, "code_a": code[f], "class_a": f, "product_b": "P", "year_b": 2024, "code_b": code[t]}
        | {"class_b": t, "area_hm2": a}
        for c, own in MOVED.items()
        for f, t, a in own
    ]  # fmt: skip
    pairs = with_city(pairs, "product_a", "year_a", "class_a", "code_a", "product_b", "year_b", "class_b", "code_b")
    alone = [
        zone(c) | {"product": "P", "year": y, "layer": "restoration", "key": "inside", "class_key": k, "area_hm2": a / 10}
        for (c, y), own in AREAS.items()
        for k, a in own.items()
        if c == "149901"
    ]
    bands = [("<25", 30.0), ("25–35", 20.0)]
    crossed = [
        zone(c)
        | {"product": "P", "year": 2024, "class_key": "grass", "stratum": f"slope_deg={b}", "area_hm2": a / (2 if c == "149902" else 1)}
        for c in ("149901", "149902")
        for b, a in bands
    ]
    strata = [zone("149901") | {"layer": n, "key": "outside", "area_hm2": 1.0} for n in ("restoration", "slope_deg")]
    counties = [zone(c) | {"land_area_hm2": a, "source": "s"} for c, a in (("149900", 230.0), ("149901", 200.0), ("149902", 30.0))]
    products = [{"product": "P", "year": y, "is_coarse": "no", "basis": f"basis {y}"} for y in (2019, 2024)]
    for schema, rows in (
        (tables.COUNTIES, counties),
        (tables.PRODUCTS, products),
        (tables.PRODUCT_PAIRS, pairs),
        (tables.CLASS_STRATA, alone),
        (tables.AREA_TABLE, crossed),
        (tables.STRATA, strata),
    ):
        path = tmp_path / f"{schema.name}.csv"
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(tables.to_csv(tables.product(rows, schema)))
    return tmp_path


def run(out, settings: Config) -> tuple[dict[str, pd.DataFrame], list[str]]:
    paths = Paths(out)
    with Store(out, "carbon", language=settings.language, paths=paths, is_quiet=True) as store:
        volume = store.read_parameters(paths.resolve(settings.carbon.volume_factors), tables.VOLUME_FACTORS)
        outlook.write(settings, store, paths, LAND, volume, accounts())
        store.commit({}, "")
        told = [w["key"] for w in store.warnings]
    names = (
        tables.CARBON_CHANGE, tables.CARBON_TRANSITION, tables.RESTORATION, tables.GREENING_SPACE, tables.REMOVAL, tables.CCER, tables.CCER_BY_RULE,
        tables.CARBON_VALUE,
    )  # fmt: skip
    made = {}
    for schema in names:
        path = out / f"{schema.name}.csv"
        made[schema.name.split("/")[1]] = tables.read_csv(path, schema) if path.is_file() else tables.product([], schema)
    return made, told


def of(table: pd.DataFrame, code: str, **equal) -> pd.Series:
    rows = table[table.county_code == code]
    for name, value in equal.items():
        rows = rows[rows[name] == value]
    assert len(rows) == 1
    return rows.iloc[0]


def test_products_by_hand(written):
    made, told = run(written, config())
    change = made["carbon_change"]
    assert of(change, "149901").change_tc == pytest.approx(10 * 27) and of(change, "149902").change_tc == pytest.approx(-5 * 27)
    assert of(change, "149900").change_tc == pytest.approx(5 * 27) and of(change, "149900").method == "transitions"
    assert (
        "basis 2019" in of(change, "149900").basis and "basis 2024" in of(change, "149900").basis and "长期" in of(change, "149900").basis
    )
    restored = of(made["restoration"], "149901")
    assert restored.change_tc == pytest.approx(27) and (restored.forest_from_hm2, restored.forest_to_hm2) == (10, 11)
    space = made["greening_space"]
    assert of(space, "149901", slope_band="<25").space_hm2 == 30 and of(space, "149900", slope_band="<25").space_hm2 == 45
    removal = of(made["removal"], "149900", horizon=2030)
    assert removal.removal_tc == pytest.approx(45 * 4 * 4 * 1.4 * 0.47) and removal.land == "planting"
    assert removal.added_cover_pp == pytest.approx(45 / 230 * 100) and removal.stands_now_tc == pytest.approx(45 * 3)
    # of the grass of 2024 none was forest in 甲县 and a fifth was in 乙县; planned land is a missing layer
    rules = made["ccer_rules"]
    assert of(rules, "149901", class_key="grass", rule_id="CCER-05").broken_hm2 == 0
    assert of(rules, "149902", class_key="grass", rule_id="CCER-05").broken_hm2 == 5
    assert of(made["ccer"], "149901", class_key="grass").state == "unknown"
    assert not (written / "carbon/value.csv").exists()  # off by default
    assert of(change, "149901").one_sided_tc == pytest.approx(-40 * 18)  # built over: no loss, and told
    assert set(told) == {"change_one_sided", "greening_missing", "removal_beyond_forest"}


def test_without_pairs_it_falls_back_to_class_areas_and_says_so(written):
    (written / "tabulate/product_pairs.csv").unlink()
    made, _ = run(written, config())
    assert set(made["carbon_change"].method) == {"net_areas"} and len(made["carbon_transition"]) == 0
    assert of(made["carbon_change"], "149901").change_tc == pytest.approx(270)


def test_value_only_where_a_price_is_set(written):
    made, _ = run(written, config(value=Value(price_per_tco2=100.0, discount_pct=0.0)))
    row = of(made["value"], "149900", what="change")
    assert row.value_yuan == pytest.approx(135 * 44 / 12 * 100) and "统计值" in row.basis


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_report_says_it_in_both_languages(written, language):
    settings = config(language, value=Value(price_per_tco2=100.0, discount_pct=5.0))
    made, _ = run(written, settings)
    rules = tables.read_csv(Paths(written).resolve(settings.carbon.ccer_rules), tables.CCER_RULES)
    rows = {name: _rows(frame) for name, frame in (made | {"ccer_texts": rules}).items()}
    zones = [zone(c) for c, *_ in ZONES]
    empty = {f.name: [] for f in dataclasses.fields(Data)}
    data = Data(**(empty | {"config": settings, "zones": zones, "heads": zones[:1], "outlook": rows}))
    blocks = potential_blocks(data)
    sheets = {b.sheet for b in blocks if isinstance(b, Table) and b.sheet}
    assert sheets == {"stock_change", "transition", "restoration", "space", "removal", "ccer", "value"}
    for table in (b for b in blocks if isinstance(b, Table)):
        assert table.shown() or not table.printed
    quoted = [b.text for b in blocks if isinstance(b, Para) and b.style == "key"]
    assert any("0.01" in t for t in quoted) and all("{" not in b.text for b in blocks if isinstance(b, Para))
    alone = [z for z in zones if z["county_code"] == "149902"]
    falling = potential_blocks(dataclasses.replace(data, zones=alone, heads=alone))
    word = "减少" if language == "zh" else "fell"
    assert any(word in b.text for b in falling if isinstance(b, Para) and b.style == "key")
    nothing = {name: [] for name in rows}
    assert all(isinstance(b.text, str) for b in potential_blocks(dataclasses.replace(data, outlook=nothing)) if isinstance(b, Para))


def _rows(frame: pd.DataFrame) -> list[dict]:
    return [{k: None if pd.isna(v) else v for k, v in r.items()} for r in frame.astype(object).to_dict("records")]
