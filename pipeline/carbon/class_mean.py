"""Route ``class_mean``: one density per land class and pool from a factor table (InVEST-like).

AGB = biomass / (1 + R), BGB = biomass - AGB, dead wood and litter are shares of AGB, SOC = reference x land-use factor; all in
tC/hm2. Rows of the table that name the same ``parameter`` are one uncertain quantity: it is drawn once per draw and shared by
all classes that use it. A class without a value for its biomass stays without one.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import pandas as pd

from pipeline.carbon.factors import Factors, name_of
from pipeline.carbon.land import BIOMASS, Piece, Refusal, Term
from pipeline.carbon.trials import Trials

NAME = "class_mean"


@dataclass(frozen=True)
class Said:
    """Where a density comes from."""

    source: str
    label: str
    notes: tuple[str, str]
    parameters: tuple[str, ...] = ()
    edition: int | None = None

    def note(self, language: str) -> str:
        """The notes of its factors in ``zh`` or ``en``."""
        return self.notes[0 if language == "zh" else 1]


def quantity(class_key: str, pool: str) -> str:
    """Name of a density among the trials."""
    return f"class_mean.{class_key}.{pool}"


def soil(class_key: str, zone: str) -> str:
    """Name of a soil density of a climate zone among the trials."""
    return f"soc.{class_key}.{zone}"


def serve(piece: Piece, factors: Factors, trials: Trials) -> list[Term] | Refusal:
    """Area times density, where the class has a biomass value."""
    if quantity(piece.class_key, "agb") not in trials or quantity(piece.class_key, "bgb") not in trials:
        return Refusal("no_class_value")
    names = [(pool, quantity(piece.class_key, pool)) for pool in BIOMASS]
    return [Term(pool, piece.area_hm2, (name,)) for pool, name in names if name in trials]


def prepare(factors: Factors, trials: Trials, zones: list[str], edition: int) -> dict[tuple[str, str, str], Said]:
    """Make densities of all classes and pools, soil for each climate zone; returns where they come from, gaps included.

    Keys are (class, pool, climate zone), the zone blank for biomass.
    """
    said: dict[tuple[str, str, str], Said] = {}
    table = {(r["class_key"], r["factor"]): r for r in factors.classes.to_dict("records")}
    soils = {zone: factors.soil_rows(zone, edition) for zone in zones}
    for key in dict.fromkeys(factors.classes.class_key):
        for pool, needs, formula in _POOLS:
            rows = {f: table.get((key, f)) for f in _BIOMASS_FACTORS}
            _make(said, trials, (key, pool, ""), quantity(key, pool), rows, needs, formula)
        for zone, in_zone in soils.items():
            rows = {f: in_zone.get((key, f)) for f in _SOIL_FACTORS}
            _make(said, trials, (key, "soc", zone), soil(key, zone), rows, _SOIL_FACTORS, _soc)
    for row in table.values():  # for routes that know only the sum of above and below
        if row["factor"] == "root_shoot" and pd.notna(row["value"]) and name_of(row) in trials:
            ratio = trials[name_of(row)]
            trials.keep(above(name_of(row)), 1 / (1 + ratio))
            trials.keep(below(name_of(row)), ratio / (1 + ratio))
    return said


def above(parameter: str) -> str:
    """Name of the share of living biomass above ground, of a root-shoot ratio."""
    return f"above.{parameter}"


def below(parameter: str) -> str:
    """Name of the share below ground."""
    return f"below.{parameter}"


def _make(said: dict, trials: Trials, key: tuple, name: str, rows: dict, needs: tuple, formula: Callable) -> None:
    used = [rows[f] for f in needs if rows[f] is not None]
    if not used:
        return
    known = {f: trials[name_of(r)] if r is not None and pd.notna(r["value"]) else None for f, r in rows.items()}
    gap = {f: r is not None and pd.isna(r["value"]) for f, r in rows.items()}
    made = formula(known, gap)
    if made is not None:
        trials.keep(name, made)
    said[key] = Said(
        "; ".join(_told(used, "source")),
        ", ".join(_told(used, "label")),
        tuple(joint.join(_told(used, column)) for column, joint in (("note_zh", "；"), ("note_en", "; "))),
        tuple(name_of(r) for f, r in rows.items() if f in (*needs, *_SPLIT) and known[f] is not None) if made is not None else (),
        next((r["edition"] for r in used if r.get("edition") is not None), None),
    )


def _told(rows: list[dict], column: str) -> list[str]:
    """What the rows say in a column, each thing once, blanks left out."""
    return list(dict.fromkeys(str(r[column]) for r in rows if pd.notna(r[column])))


def _agb(f: dict, gap: dict):
    if f["biomass_tc_hm2"] is None:
        return None
    if f["root_shoot"] is None:  # only a stock of nothing can be split without a ratio
        return f["biomass_tc_hm2"] if not f["biomass_tc_hm2"].any() else None
    return f["biomass_tc_hm2"] / (1 + f["root_shoot"])


def _bgb(f: dict, gap: dict):
    agb = _agb(f, gap)
    return None if agb is None else f["biomass_tc_hm2"] - agb


def _share(ratio: str):
    def pool(f: dict, gap: dict):
        agb = _agb(f, gap)
        return None if agb is None or f[ratio] is None else agb * f[ratio]

    return pool


def _soc(f: dict, gap: dict):
    if f["soc_ref_tc_hm2"] is None or gap["soc_land_use"]:
        return None
    return f["soc_ref_tc_hm2"] * (1.0 if f["soc_land_use"] is None else f["soc_land_use"])


_SPLIT = ("biomass_tc_hm2", "root_shoot")  # what every pool of biomass stands on
_BIOMASS_FACTORS = ("biomass_tc_hm2", "root_shoot", "dead_wood_per_agb", "litter_tc_per_agb_tc")
_SOIL_FACTORS = ("soc_ref_tc_hm2", "soc_land_use")
_POOLS = (
    ("agb", _SPLIT, _agb),
    ("bgb", _SPLIT, _bgb),
    ("dead_wood", ("dead_wood_per_agb",), _share("dead_wood_per_agb")),
    ("litter", ("litter_tc_per_agb_tc",), _share("litter_tc_per_agb_tc")),
)
