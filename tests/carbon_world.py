"""Made-up factor tables and land for the carbon stage, as small as a test needs."""

from __future__ import annotations

import pandas as pd
from conftest import ROOT

from pipeline.carbon import ROUTES, account, class_mean, land, trials
from pipeline.carbon import factors as books
from pipeline.core import tables

WTD = "warm_temperate_dry"
FOLDER = ROOT / "layers/factors"
SHIPPED = tables.read_csv(FOLDER / "class_mean.csv", tables.FACTORS)
VOLUME = tables.read_csv(FOLDER / "volume.csv", tables.VOLUME_FACTORS)
SOC = tables.read_csv(FOLDER / "soc.csv", tables.SOC_FACTORS)
SPECIES = tables.read_csv(FOLDER / "species.csv", tables.SPECIES)
KINDS = [("pine", "pines", "pinus_tabuliformis"), ("cedar", "other_conifers", None), ("oak", "oaks", "oaks"), ("poplar", "broadleaf", "poplar"),
         ("cypress", "other_conifers", "cypress"), ("apple", "none", None)]  # fmt: skip


def factors(*rows) -> pd.DataFrame:
    """Rows of the class table: class, factor, value, low, high, distribution, parameter."""
    names = ("class_key", "factor", "value", "low", "high", "distribution", "parameter")
    return tables.product([dict(zip(names, r, strict=False)) | {"source": "s", "label": "A"} for r in rows], tables.FACTORS)


def species() -> pd.DataFrame:
    """Codes of a made-up dictionary, one of each forest type."""
    rows = [{"code": c, "name_zh": c, "name_en": c, "forest_type": t, "fang_group": g, "source": "s", "label": "A"} for c, t, g in KINDS]
    return tables.product(rows, tables.SPECIES)


def book(by_class=SHIPPED, *, own=(), unchecked=(), volume=VOLUME, soc=SOC) -> books.Factors:
    """The shipped tables (or others) with a made-up dictionary of species; ``own``: rows of overrides."""
    overrides = tables.product([{"source": "the bureau's survey"} | r for r in own], tables.OVERRIDES)
    return books.make(by_class, volume, soc, species(), overrides, list(unchecked))


def drawn(found: books.Factors, *, draws=2000, seed=1, zones=(WTD,), edition=2019):
    """(trials with all densities in them, where densities come from)."""
    made = trials.monte_carlo(found.parameters, draws, seed)
    return made, class_mean.prepare(found, made, list(zones), edition)


def place(areas: dict[str, dict[str, float]], pieces: dict[str, list[land.Piece]] | None = None, soil=None, *, zone=WTD) -> land.Product:
    """A product of some counties and their sum; ``pieces`` are those of the classes where not given."""
    codes = list(areas)
    zones = [{"county_code": c, "county_name": c, "level": "county"} for c in codes]
    zones.insert(0, {"county_code": "149900", "county_name": "市", "level": "city"})
    keys = list(dict.fromkeys(k for own in areas.values() for k in own))
    hm2 = {(c, k): a for c, own in areas.items() for k, a in own.items()}
    hm2 |= {("149900", k): sum(own.get(k, 0.0) for own in areas.values()) for k in keys}
    made = {c: [land.Piece(k, a) for k, a in own.items()] for c, own in areas.items()} | (pieces or {})
    soils = {(c, k): land.Soil(rest_hm2={zone: a}) for c, own in areas.items() for k, a in own.items()} | (soil or {})
    return land.Product("P", 2020, zones, hm2, made, soils, "b")


def served(found: books.Factors, routes: list[str], piece: land.Piece) -> dict[str, float]:
    """Pools [tC] of a piece by the first of some routes that can serve it."""
    design = trials.plain(found.parameters)
    class_mean.prepare(found, design, [WTD], 2019)
    product = place({"149901": {piece.class_key: piece.area_hm2}}, {"149901": [piece]}, {("149901", piece.class_key): land.Soil()})
    made = account.make(product, routes, ROUTES, found, design, "r", soil_table=True).draws(design)
    return {p: float(s[0]) for (c, _, p), s in made.stocks_tc.items() if c == "149901"}
