"""Class areas drawn from the error matrix of a sample: what stocks would be on the land as the reference points see it.

Each row of the matrix is a map class and says, by n_i points, what its land really is: q_ij, the design's shares within the row,
which are n_ij / n_i where the strata are the map classes. They are drawn from Dirichlet(n_i q_ij + 1/k), k reference classes: one
pseudo-point a row, Jeffreys' prior where there are two classes. Land goes from map classes to reference classes by the drawn
shares, so every draw has the zone's total. Classes that the sample does not have keep their mapped area. The first element is the
estimate itself, sum of A_i q_ij.
"""

from __future__ import annotations

import zlib

import numpy as np
import pandas as pd

from pipeline.core.products import rows_of

Areas = dict[str, np.ndarray]  # class: trials of its area [hm2]


def usable(matrix: pd.DataFrame, product: str, year: int | None, known: list[str]) -> pd.DataFrame:
    """Rows of the first sample of a product whose map and reference keys are all classes of the common legend, else none."""
    rows = rows_of(matrix, product, year)
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

    for key, hm2 in mapped_hm2.items():
        own = rows[rows.map_key == key]
        if own.empty or hm2 <= 0:
            add(key, hm2)
            continue
        said = dict(zip(own.reference_key, _shares(own), strict=True))
        q = np.array([said.get(kind, 0.0) for kind in kinds])
        stream = np.random.default_rng([seed, zlib.crc32(f"area.{county_code}.{key}".encode())])
        share = np.concatenate([q[None], stream.dirichlet(float(own.points.sum()) * q + 1 / len(kinds), draws)])
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
        n = float(own.points.sum())
        if n >= 2 and mapped_hm2.get(key, 0.0) > 0:
            d, share = np.array([density.get(k, 0.0) for k in own.reference_key]), _shares(own)
            total += mapped_hm2[key] ** 2 * max(float((share * d**2).sum() - (share * d).sum() ** 2), 0.0) / (n - 1)
    return total


def _shares(row: pd.DataFrame) -> np.ndarray:
    """What the design says of a map class: shares of its land by reference class."""
    cells = row.share.to_numpy(float)
    return cells / cells.sum() if cells.sum() > 0 else row.points.to_numpy(float) / float(row.points.sum())
