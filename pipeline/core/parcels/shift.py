"""Whether parcels lie beyond the counties as coordinates of an offset datum do: all on one side, by a few hundred metres."""

from __future__ import annotations

import numpy as np
import shapely

from pipeline.core import datum
from pipeline.core.errors import Findings, Problem, problem
from pipeline.core.layers import Layer

_EACH = 2_000  # parcels of a batch that are looked at
_NEAR_DEG = 5e-4  # about 50 m: nearer to a county is not beyond it
_LEAST = 30  # vertices beyond the counties below which nothing is said
_SHARE = 3e-3  # [A] of all vertices that lie beyond the counties by generalised borders alone
_BACK = 0.85  # [A] of those that a conversion brings back; generalised borders bring back about half


class Beyond:
    """Vertices of a sample of parcels that lie beyond all counties."""

    def __init__(self, counties: list):
        """``counties``: polygons in EPSG:4490."""
        self._counties = shapely.buffer(np.array(counties, object), _NEAR_DEG)
        shapely.prepare(self._counties)
        self._looked_at, self._found = 0, [np.empty((0, 2))]

    def add(self, geometry: np.ndarray) -> None:
        """Look at some parcels of a batch."""
        points = shapely.get_coordinates(geometry[:: max(1, len(geometry) // _EACH)])
        self._looked_at += len(points)
        self._found.append(points[~self._inside(*points.T)])

    def judge(self, layer: Layer, findings: Findings, warnings: list[Problem]) -> None:
        """Undeclared coordinates that look offset are refused; declared ones that do are told."""
        points = np.concatenate(self._found)
        if len(points) < _LEAST or len(points) < _SHARE * self._looked_at:
            return
        declared, offset = layer.about.datum, ("gcj02", "bd09")
        moved = {("parcels_shifted", name): datum.to_cgcs2000(*points.T, name) for name in offset}
        if declared in offset:
            moved["parcels_shifted", "cgcs2000"] = datum.from_cgcs2000(*points.T, declared)
        else:
            moved |= {("parcels_counties_shifted", name): datum.from_cgcs2000(*points.T, name) for name in offset}
        back = {reading: float(self._inside(*xy).mean()) for reading, xy in moved.items()}
        best = max(back, key=back.__getitem__)
        if back[best] < _BACK:
            return
        share, (key, name) = len(points) / self._looked_at * 100, best
        said = problem(key, file=layer.shown_path, share=share, back=back[best] * 100, datum=name, declared=declared or "–")
        if declared is None or declared in offset:
            findings.problems.append(said)
        else:
            warnings.append(said)

    def _inside(self, x: np.ndarray, y: np.ndarray) -> np.ndarray:
        inside = np.zeros(len(x), bool)
        for county in self._counties:
            rest = np.flatnonzero(~inside)
            inside[rest] = shapely.intersects_xy(county, x[rest], y[rest])
        return inside
