"""``demo`` as a user types it: the chain recovers what was planted, and everything made from it says what it is."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pandas as pd
import pytest

from pipeline.stages import STAGES

MARK = "合成数据"
OPTIONS = ("demo", "--cell", "900", "--seed", "1", "--out")


@pytest.fixture(scope="module")
def outputs(cli, tmp_path_factory) -> Path:
    """The demonstration on Yuncheng's counties, in cells of 0.0075 degree."""
    out = tmp_path_factory.mktemp("demo") / "outputs"
    done = cli(*OPTIONS, out)
    assert done.returncode == 0, done.stderr
    assert MARK in done.stdout and "运城市" in done.stdout
    return out


def read(path: Path) -> pd.DataFrame:
    return pd.read_csv(path, encoding="utf-8-sig", dtype={"county_code": str})


def texts(path: Path) -> str:
    """What can be read in a file, the parts of an office document included."""
    if path.suffix in (".docx", ".xlsx"):
        with zipfile.ZipFile(path) as whole:
            return "".join(whole.read(name).decode("utf-8", "replace") for name in whole.namelist() if name.endswith(".xml"))
    return path.read_bytes().decode("utf-8", "replace")


def test_class_areas_are_the_planted_ones_within_the_border_cells(outputs):
    found, planted = read(outputs / "tabulate/land_area.csv"), read(outputs / "data/truth/class_area.csv")
    found = found[found["product"] == "SYN_TRUTH"].set_index(["county_code", "year", "class_key"]).area_hm2
    off = []
    for row in planted.itertuples():
        area = found.get((row.county_code, row.year, row.class_key), 0.0)
        if abs(area - row.area_hm2) > row.border_tolerance_hm2:
            off.append((row.county_code, row.year, row.class_key, area, row.area_hm2))
    assert off == []


def test_biomass_is_the_planted_one(outputs):
    measures, planted = read(outputs / "tabulate/measures.csv"), read(outputs / "data/truth/biomass.csv")
    found = measures[(measures.layer == "agb") & (measures.level == "city")].iloc[0]
    assert found["mean"] * found.known_area_hm2 == pytest.approx(planted.agb_t[planted.level == "city"].iloc[0], rel=0.01)


def test_roofs_are_the_planted_ones_by_county_and_class(outputs):
    found, planted = read(outputs / "siting/rooftop.csv"), read(outputs / "data/truth/roofs.csv")
    keys = ["county_code", "building_class"]
    both = planted.rename(columns={"roof_class": "building_class"}).merge(found, on=keys, suffixes=("_planted", ""))
    assert len(both) == len(planted) > 50
    assert (both.buildings == both.buildings_planted).all() and (both.overlap_hm2 == 0).all()
    assert both.roof_area_hm2.to_numpy() == pytest.approx(both.roof_area_hm2_planted.to_numpy(), rel=1e-3)
    city = found[(found.level == "city") & (found.building_class == "all")].iloc[0]
    share = {"government": 0.5, "public": 0.4, "industry": 0.3, "rural_home": 0.2}
    expected = sum(share.get(r.roof_class, 0) * r.roof_area_hm2 for r in planted.itertuples())
    assert city.module_area_hm2 == pytest.approx(expected, rel=1e-3) and pd.isna(city.capacity_mw)


def test_every_output_carries_the_mark(outputs):
    made = [p for p in sorted(outputs.rglob("*")) if p.is_file()]
    made = [p for p in made if p.relative_to(outputs).parts[0] != "data" and not p.relative_to(outputs).parts[0].startswith(".")]
    assert len(made) > 20
    silent = [p for p in made if MARK not in texts(p)]
    assert [p.relative_to(outputs).as_posix() for p in silent if p.suffix != ".csv" or len(read(p))] == []  # no row, nothing to mark


def test_a_second_demo_keeps_the_data_and_redoes_nothing(cli, outputs):
    again = cli(*OPTIONS, outputs)
    assert again.returncode == 0 and "沿用" in again.stderr
    assert again.stderr.count("无变化") == len(STAGES)


def test_a_cell_size_that_is_none_is_refused(cli, tmp_path):
    done = cli("demo", "--cell", "0", "--out", tmp_path)
    assert done.returncode == 2 and not any(tmp_path.iterdir())


def test_another_place_passes_every_check_of_ingest(cli, city, tmp_path):
    done = cli("ingest", "--config", city / "config.yaml", "--out", tmp_path)
    assert done.returncode == 0, done.stderr
    counties = read(tmp_path / "ingest/counties.csv")
    assert set(counties.county_name) == {"合成区", "西县", "东县"}
