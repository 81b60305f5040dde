"""Carbon on the synthetic city: intervals from class areas that a sample adjusts, held against the stock of the true land cover."""

import math

import numpy as np
import pandas as pd
import pytest
from worlds import city_cells

from pipeline.carbon import adjusted
from pipeline.core.legend import classes
from pipeline.synthetic.products import TABLES

SAMPLES, DRAWS = 400, 2_000
DENSITY_TC_HM2 = {  # round numbers near the default table's; fixed, so that the interval is that of the areas alone
    "forest_arbor": 57.0, "bamboo": 24.0, "shrub_special": 34.0, "shrub_other": 34.0, "forest_land_other": 29.0, "grass": 27.0, "wetland": 77.0,
    "cropland": 18.2, "orchard": 35.8, "water": 0.0, "built": 0.0, "bare": 0.0, "snow_ice": 0.0,
}  # fmt: skip


@pytest.fixture(scope="module")
def counts(tmp_path_factory) -> pd.DataFrame:
    """Cells (of 1 hm2 here) by class of the map SYN_A and true class."""
    cells = city_cells(tmp_path_factory.mktemp("city"))
    legend = pd.read_csv(TABLES / "legend_SYN_A.csv")
    mapped = pd.Series(cells["SYN_A"]).map(dict(zip(legend.code, legend.class_key, strict=True)))
    true = pd.Series(cells["truth"]).map(dict(zip(classes().class_id.astype(int), classes().class_key, strict=True)))
    return pd.crosstab(mapped, true)


def test_intervals_of_the_adjusted_stock_hold_the_true_one(counts):
    """400 samples stratified by the map: the 95 % interval of the drawn areas holds the true stock in 93-98 % of them."""
    mapped_hm2 = {k: float(n) for k, n in counts.sum(axis=1).items()}
    truth = math.fsum(n * DENSITY_TC_HM2[k] for k, n in counts.sum(axis=0).items())
    on_map = math.fsum(a * DENSITY_TC_HM2[k] for k, a in mapped_hm2.items())
    sizes = {k: max(round(1_500 * a / sum(mapped_hm2.values())), 60) for k, a in mapped_hm2.items()}
    rng, held, stocks = np.random.default_rng(4), 0, []
    for i in range(SAMPLES):
        rows = [
            {"county_code": "140800", "map_key": k, "reference_key": r, "points": int(n), "share": mapped_hm2[k] * n / sizes[k]}
            for k in counts.index
            for r, n in zip(counts.columns, rng.multivariate_hypergeometric(counts.loc[k].to_numpy(), sizes[k]), strict=True)
        ]
        areas = adjusted.areas(pd.DataFrame(rows), "140800", mapped_hm2, DRAWS, seed=i)
        stock = sum(a * DENSITY_TC_HM2[k] for k, a in areas.items())
        low, high = np.percentile(stock[1:], [2.5, 97.5])
        held += low <= truth <= high
        stocks.append(stock[0])
        assert sum(a[1:] for a in areas.values()) == pytest.approx(sum(mapped_hm2.values()), rel=1e-12)  # no draw makes or loses land
    assert 0.93 <= held / SAMPLES <= 0.98, held / SAMPLES
    assert abs(np.mean(stocks) - truth) <= 4 * np.std(stocks) / SAMPLES**0.5  # without bias, unlike the map's own stock
    assert abs(on_map - truth) > 10 * np.std(stocks) / SAMPLES**0.5
