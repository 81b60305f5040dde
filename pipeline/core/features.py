"""Features of a vector file as they come through the door: batches of bounded size, in degrees."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Batch:
    """Some features of a file, in the order of their ids; all arrays have one entry a feature."""

    fid: np.ndarray  # int64: id of the feature in its file
    geometry: np.ndarray  # object: shapely geometries in EPSG:4490 degrees, x = longitude; None where a feature has none
    columns: dict[str, np.ndarray]  # field of the file: its values as objects; None where blank

    def __len__(self) -> int:
        return len(self.fid)
