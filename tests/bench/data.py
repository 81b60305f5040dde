"""The benchmark's own city: land cover, biomass and slope; made once for each cell size, kept in ``.cache/bench``.

Nothing here loads the pipeline before it has to: the other tools are measured without it.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[2]
COUNTIES = PROJECT / "layers" / "boundaries" / "yuncheng" / "counties.geojson"
SEED, YEAR = 1, 2024
CODES = 13  # codes are the ids of layers/land_cover/classes.csv, 0 .. 12; 0 is no data


@dataclass(frozen=True)
class City:
    """The files of one cell size [m, as 1/120000 degree]."""

    cell_m: int

    @property
    def folder(self) -> Path:
        """Where they are."""
        return PROJECT / ".cache" / "bench" / f"{self.cell_m}m"

    @property
    def land(self) -> Path:
        """Class codes, uint8."""
        return self.folder / "land.tif"

    @property
    def agb(self) -> Path:
        """Above-ground biomass [t/hm2] on the same cells, uint16."""
        return self.folder / "agb.tif"

    @property
    def slope(self) -> Path:
        """Slope [0.1 degree] on cells of thrice the size, uint16."""
        return self.folder / "slope_deg" / "slope_deg.tif"

    def make(self, say: Callable[[str], None], *, alone: bool) -> None:
        """Write the files unless those of this generator are there; ``alone``: the land cover only."""
        stamp, wanted = self.folder / "stamp.json", self._stamp(alone)
        if stamp.exists() and json.loads(stamp.read_text()) == wanted:
            return
        say(f"making the city at {self.cell_m} m, once ...")
        stamp.unlink(missing_ok=True)
        self._write(alone)
        stamp.write_text(json.dumps(wanted))

    def _stamp(self, alone: bool) -> dict:
        digest = hashlib.sha256(COUNTIES.read_bytes())
        for source in (Path(__file__), *sorted((PROJECT / "pipeline" / "synthetic").glob("*.py"))):
            digest.update(source.read_bytes())
        return {"alone": alone, "seed": SEED, "year": YEAR, "source": digest.hexdigest()}

    def _write(self, alone: bool) -> None:
        import shapely

        from pipeline.core.legend import classes
        from pipeline.synthetic import Frame, write_biomass, write_land_cover, write_relief

        bounds = tuple(shapely.total_bounds(shapes()).tolist())
        write_land_cover(self.land, bounds, cell_m=self.cell_m, seed=SEED, year=YEAR)
        legend = classes().query(f"0 < class_id < {CODES}").rename(columns={"class_id": "code"}).assign(readings=None)
        legend[["code", "class_key", "name_zh", "name_en", "colour", "readings"]].to_csv(self.folder / "legend.csv", index=False)
        if not alone:
            write_biomass(self.agb, self.land, seed=SEED, frame=Frame())
            write_relief(self.folder, bounds, cell_m=3 * self.cell_m, seed=SEED, frame=Frame())


def features() -> list[dict]:
    """The counties as GeoJSON features."""
    return json.loads(COUNTIES.read_text(encoding="utf-8"))["features"]


def shapes() -> list:
    """The counties as shapely polygons."""
    import shapely

    return [shapely.from_geojson(json.dumps(feature["geometry"])) for feature in features()]
