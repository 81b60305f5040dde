"""A run beside an earlier one: what moved, what has no counterpart, which inputs and settings differ."""

import numpy as np
import pytest
from worlds import make_place, write_raster

from pipeline.core.errors import BadData, UsageError
from pipeline.core.paths import Paths
from pipeline.core.store import Store
from pipeline.maps.earlier import compare


@pytest.fixture(scope="module")
def two_runs(tmp_path_factory, cli):
    """The same place twice: then with more forest, another seed and one site more; (folder, then, now)."""
    folder = tmp_path_factory.mktemp("earlier")
    config = make_place(folder)
    run(cli, config, folder / "then")
    codes = np.full((20, 20), 2, np.uint8)
    codes[:, :12] = 1
    write_raster(folder / "land.tif", codes, west=112.0, north=36.2, cell=0.01, nodata=0)
    config.write_text(config.read_text(encoding="utf-8").replace("seed: 7", "seed: 8"), encoding="utf-8")
    with (folder / "sites.csv").open("a", encoding="utf-8") as sites:
        sites.write("D,新场,pv,112.15,36.15,10,\n")
    run(cli, config, folder / "now")
    return folder, folder / "then", folder / "now"


def run(cli, config, out):
    done = cli("siting", "--config", config, "--out", out)
    assert done.returncode == 0, done.stderr


def compared(folder, now, then):
    with Store(now, "maps", language="zh", paths=Paths(folder), is_quiet=True) as store:
        return compare(store, then)


def test_what_moved_is_told_with_both_values_and_what_has_no_counterpart_is_counted(two_runs):
    folder, then, now = two_runs
    found = compared(folder, now, then)
    cover = found.changed("forest_cover_pct").set_index("county_code")
    city = cover.loc["149900"]
    assert (city.before, city.now) == pytest.approx((50.0, 60.0), abs=0.01)
    assert city.difference == pytest.approx(city.now - city.before)
    assert (found.changed("stock_tc").difference > 0).any()
    assert found.unmatched["site_verdict"] == 1 and found.unmatched["forest_cover_pct"] == 0
    assert set(found.rows[found.rows.measure == "site_verdict"].site_id) == {"A", "B", "C"}


def test_inputs_and_settings_that_differ_are_named(two_runs):
    folder, then, now = two_runs
    found = compared(folder, now, then)
    assert {(role, how) for role, _, how in found.inputs} == {("land_cover", "changed"), ("sites", "changed")}
    assert found.settings == ["carbon.seed"]
    assert not found.is_synthetic


def test_a_run_equals_itself_copied_and_is_not_compared_with_its_own_folder(two_runs):
    folder, then, _ = two_runs
    with pytest.raises(UsageError, match="earlier_is_this"):
        compared(folder, then, then)
    found = compared(folder, then, copy_of(then))
    assert found.rows.is_equal.all() and not found.inputs and not found.settings and not any(found.unmatched.values())


def copy_of(out):
    import shutil

    return shutil.copytree(out, out.with_name("copy"), dirs_exist_ok=True)


def test_a_folder_that_holds_no_run_is_told(two_runs, tmp_path):
    folder, _, now = two_runs
    with pytest.raises(BadData, match="earlier_missing"):
        compared(folder, now, tmp_path)
