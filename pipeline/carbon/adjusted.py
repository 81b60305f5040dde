"""Class areas drawn from the error matrix of a sample: what stocks would be on the land as the reference points see it.

Each row of the matrix is a map class and says, by n_ij points of n_i, what its land really is. Its shares are drawn from
Dirichlet(n_ij + 1/k), k reference classes: one pseudo-point a row, Jeffreys' prior where there are two classes. Land goes from map
classes to reference classes by the drawn shares, so every draw has the zone's total. Classes that the sample does not have
keep their mapped area. The first element is the estimate itself, sum of A_i n_ij / n_i.
"""

from __future__ import annotations

import zlib

import numpy as np
import pandas as pd

Areas = dict[str, np.ndarray]  # class: trials of its area [hm2]


def usable(matrix: pd.DataFrame, product: str, year: int | None, known: list[str]) -> pd.DataFrame:
    """Rows of the first sample of a product whose map and reference keys are all classes of the common legend, else none."""
    same_year = matrix.year.isna() if year is None else (matrix.year == year).fillna(False)
    rows = matrix[(matrix["product"] == product) & same_year]
    for _, own in rows.groupby("sample", sort=False):
        if set(own.map_key) <= set(known) and set(own.reference_key) <= set(known):
            return own
    return rows.iloc[:0]


def areas(matrix: pd.DataFrame, county_code: str, mapped_hm2: dict[str, float], draws: int, seed: int) -> Areas | None:
    """Trials of the class areas of a zone that was sampled for itself; None for another.

    ``mapped_hm2``: mapped area by class. Rows without points keep their class.
    """
    rows = matrix[matrix.county_code == county_code]
    if rows.empty:
        return None
    kinds = list(dict.fromkeys(rows.reference_key))
    made: Areas = {}

    def add(key: str, hm2) -> None:
        made[key] = made.get(key, 0.0) + np.broadcast_to(np.asarray(hm2, dtype=float), (1 + draws,))

    counts = {(r.map_key, r.reference_key): int(r.points) for r in rows.itertuples()}
    for key, hm2 in mapped_hm2.items():
        n = np.array([counts.get((key, kind), 0) for kind in kinds], dtype=float)
        if n.sum() < 1 or hm2 <= 0:
            add(key, hm2)
            continue
        stream = np.random.default_rng([seed, zlib.crc32(f"area.{county_code}.{key}".encode())])
        share = np.concatenate([n[None] / n.sum(), stream.dirichlet(n + 1 / len(kinds), draws)])
        for i, kind in enumerate(kinds):
            add(kind, hm2 * share[:, i])
    return made


def variance_tc2(matrix: pd.DataFrame, county_code: str, mapped_hm2: dict[str, float], density: dict[str, float]) -> float:
    """Variance [tC2] that sampling gives a zone's stock at fixed densities [tC/hm2]: sum of A_i^2 Var_i(density) / (n_i - 1).

    Var_i is the variance of the density over the reference classes of the points of map class i; the stratified estimator of
    a total (Olofsson et al. 2014), with which the draws are compared.
    """
    total = 0.0
    for key, own in matrix[matrix.county_code == county_code].groupby("map_key"):
        n = own.points.to_numpy(float)
        if n.sum() >= 2 and mapped_hm2.get(key, 0.0) > 0:
            d = np.array([density.get(k, 0.0) for k in own.reference_key])
            share = n / n.sum()
            total += mapped_hm2[key] ** 2 * float((share * d**2).sum() - (share * d).sum() ** 2) / (n.sum() - 1)
    return total
