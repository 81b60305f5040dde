"""What candidate sites give and what they take: energy and avoided CO2 against forest, carbon and conflicts with rules.

Land lost is what the footprint holds, if all of it were cleared; pads and roads of wind farms are a share that no source
gives. Avoided CO2 is a statistic and is never added to sinks: the two meet only in the payback time, the years until the
CO2 of what was cleared has been avoided. Land that several sites of a set claim counts once: with a plant that clears all
of its land before a wind farm, of the same technology with the first by id.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
import pandas as pd
import shapely

from pipeline.core import ellipsoid, tables
from pipeline.core.counties import Counties
from pipeline.core.tables import VERDICTS
from pipeline.core.units import M2_TO_HM2, TC_TO_TCO2
from pipeline.core.words import say
from pipeline.siting.evidence import Reader
from pipeline.siting.shapes import only_polygons
from pipeline.siting.sites import SHARE_MIN, Site, clipped

Losses = Callable[[Site], tuple[float | None, float | None]]  # (vegetation carbon [tC], forest [hm2]) of a footprint
_STATES = {
    "hard_broken": "rules_hard",
    "conditional_broken": "rules_conditional",
    "soft_broken": "rules_soft",
    "rules_open": "rules_unknown",
}
CLEARED = "pv"  # the technology that clears all of its land
GROUPS = {"all": VERDICTS, **{v: (v,) for v in VERDICTS}, "allowed;conditional": ("allowed", "conditional")}


@dataclass
class Land:
    """The footprints of all candidates: which lie on each other, and what would be lost on each part."""

    sites: dict[str, Site]  # by id
    reader: Reader
    losses: dict[str, Losses]  # by technology
    overlaps: dict[str, tuple[str, ...]] = field(init=False)
    _lost: dict[tuple[str, tuple[str, ...]], tuple[float | None, float | None]] = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        self.overlaps = overlapping({i: s.footprint for i, s in self.sites.items()})

    def lost(self, site_id: str, taken: tuple[str, ...]) -> tuple[float | None, float | None]:
        """(tC, forest hm2) of a site's footprint but for what the sites ``taken`` hold of it."""
        if (site_id, taken) not in self._lost:
            site, shape = self.sites[site_id], self._rest(site_id, taken)
            losses = self.losses[site.row["kind"]]
            self._lost[site_id, taken] = (0.0, 0.0) if shape.is_empty else losses(clipped(site, shape, self.reader))
        return self._lost[site_id, taken]

    def area_hm2(self, site_id: str, taken: tuple[str, ...]) -> float:
        """Area of the same."""
        shape = self._rest(site_id, taken)
        return 0.0 if shape.is_empty else ellipsoid.polygon_area_m2(shape) * M2_TO_HM2

    def _rest(self, site_id: str, taken: tuple[str, ...]) -> shapely.Geometry:
        return only_polygons(self.sites[site_id].footprint.difference(shapely.union_all([self.sites[t].footprint for t in taken])))

    def first_to_clear(self, site_id: str, ids: list[str]) -> tuple[str, ...]:
        """Those of some sites (in order) on the same land whose losses count before a site's own."""
        kind = self.sites[site_id].row["kind"]
        earlier = ids[: ids.index(site_id)]

        def is_first(other: str) -> bool:
            other_kind = self.sites[other].row["kind"]
            return other in earlier if other_kind == kind else other_kind == CLEARED

        return tuple(o for o in self.overlaps[site_id] if o in ids and is_first(o))


def overlapping(footprints: dict[str, shapely.Geometry]) -> dict[str, tuple[str, ...]]:
    """Site -> the others whose footprints lie on its own by more than rounding, in the order given."""
    names, shapes = list(footprints), list(footprints.values())
    found = {name: [] for name in names}
    tree = shapely.STRtree(shapes)
    for i, shape in enumerate(shapes):
        for j in sorted(tree.query(shape, predicate="intersects")):
            if j != i and shape.intersection(shapes[j]).area > SHARE_MIN * min(shape.area, shapes[j].area):
                found[names[i]].append(names[j])
    return {name: tuple(others) for name, others in found.items()}


# --- one site ------------------------------------------------------------------------------------------------


def of_sites(
    screened: pd.DataFrame,
    costs: dict[str, float],
    land: Land,
    places: Counties,
    land_hm2: dict[str, float],
    area_code: str,
    avoided: pd.DataFrame,
    factor: pd.Series,
    language: str,
) -> pd.DataFrame:
    """What each site gives and takes (schema ``TRADEOFF``); a cell that cannot be told is blank and ``gaps`` says why.

    ``land_hm2``: the land that the forest cover rate of each zone stands on; ``avoided``: schema ``AVOIDED_CO2``, of which
    the rows of ``factor`` (a row of ``GRID_EMISSION``) count.
    """
    by_site = avoided[avoided.factor_id == factor.factor_id].set_index("site_id")
    rows = []
    for site in screened.itertuples():
        saved = by_site.loc[site.site_id] if site.site_id in by_site.index else None
        forest = _by_county(land, site, places)
        row = {n: getattr(site, n) for n in ("site_id", "name", "kind", "county_code", "county_name", "verdict", "score", "area_hm2")}
        row |= {n: getattr(site, n) for n in ("capacity_mw", *_ENERGY, "forest_loss_hm2", "carbon_loss_tc")}
        row |= {
            "cost": costs.get(site.site_id),
            "county_cover_loss_pp": _pp(forest.get(site.county_code), land_hm2.get(site.county_code)),
            "area_cover_loss_pp": _pp(math.fsum(forest.values()) if forest else None, land_hm2.get(area_code)),
            "carbon_loss_tco2": site.carbon_loss_tc * TC_TO_TCO2,
            **{name: None if saved is None else saved[column] for name, column in _AVOIDED.items()},
            "factor_id": factor.factor_id, "factor": factor.name_zh if language == "zh" else factor.name_en,
            "factor_year": factor.year, "scope": factor.scope,
            **{name: len(str(getattr(site, column)).split(";")) if pd.notna(getattr(site, column)) else 0 for name, column in _STATES.items()},
            "land_hm2_per_gwh": site.area_hm2 / site.energy_gwh_yr if site.energy_gwh_yr > 0 else None,
            "overlaps": ";".join(land.overlaps[site.site_id]),
        }  # fmt: skip
        rows.append(row | payback(row) | {"gaps": _gaps(row, site.kind, language)})
    return tables.product(rows, tables.TRADEOFF)


_ENERGY = ("energy_gwh_yr", "energy_low_gwh_yr", "energy_high_gwh_yr")
_AVOIDED = {"avoided_tco2_yr": "avoided_tco2_yr", "avoided_low_tco2_yr": "low_tco2_yr", "avoided_high_tco2_yr": "high_tco2_yr"}


def payback(row: dict) -> dict[str, float | None]:
    """Years until the CO2 of what is cleared has been avoided: loss / avoided, from the most energy to the least."""

    def years(name: str) -> float | None:
        loss, saved = row["carbon_loss_tco2"], row[name]
        return loss / saved if pd.notna(loss) and pd.notna(saved) and saved > 0 else None

    return {
        "payback_yr": years("avoided_tco2_yr"),
        "payback_low_yr": years("avoided_high_tco2_yr"),
        "payback_high_yr": years("avoided_low_tco2_yr"),
    }


def _by_county(land: Land, site, places: Counties) -> dict[str, float]:
    """Forest [hm2] that a site holds in each county of the area; nothing where it cannot be told."""
    if pd.isna(site.forest_loss_hm2):
        return {}
    own, found = land.sites[site.site_id], {}
    for code, _, geometry in places:
        if geometry.contains(own.footprint):
            return {code: site.forest_loss_hm2}
        part = only_polygons(geometry.intersection(own.footprint)) if geometry.intersects(own.footprint) else None
        if part is not None and not part.is_empty:
            found[code] = land.losses[site.kind](clipped(own, part, land.reader))[1]
    return {} if any(v is None for v in found.values()) else found


def _pp(forest_hm2: float | None, land_hm2: float | None) -> float | None:
    return forest_hm2 / land_hm2 * 100 if forest_hm2 is not None and land_hm2 else None


def _gaps(row: dict, kind: str, language: str) -> str | None:
    """Why cells are blank, in words."""
    no_forest, no_carbon, no_energy = (pd.isna(row[n]) for n in ("forest_loss_hm2", "carbon_loss_tc", "energy_gwh_yr"))
    said = []
    if no_forest and kind == "wind":
        said.append("gap_land_take")
    elif no_forest:
        said.append("gap_land_cover")
    if no_carbon and not no_forest:
        said.append("gap_biomass")
    if no_energy:
        said.append("gap_energy")
    if pd.isna(row["county_code"]):
        said.append("gap_outside")
    return say("sep_clause", language).join(say(s, language) for s in said) or None


# --- sets of sites -------------------------------------------------------------------------------------------


def totals(table: pd.DataFrame, land: Land, land_hm2: float | None) -> dict:
    """Sums over some sites of schema ``TRADEOFF``, each site once, land that several of them claim once.

    A sum holds the sites that tell the quantity, and ``*_sites`` says how many they are; blank where none does. The payback
    time is that of the sites that tell both of its parts, blank where some of them lie on the same land. ``land_hm2``: of the whole area, as its cover rate has it.
    """
    ids = list(table.site_id)
    own = table.set_index("site_id")
    carbon, forest = (_once(own[name], land, k) for k, name in enumerate(("carbon_loss_tc", "forest_loss_hm2")))
    area = own.area_hm2.dropna().to_dict()
    for i, site in enumerate(ids):
        if site in area and (taken := tuple(o for o in land.overlaps[site] if o in ids[:i])):
            area[site] = land.area_hm2(site, taken)
    saved = own.avoided_tco2_yr.dropna()
    both = [site for site in ids if site in carbon and site in saved.index]
    made = {n: _sum(table[n]) for n in ("capacity_mw", *_ENERGY, *_AVOIDED)}
    made |= {
        "sites": len(ids),
        "overlapping": ";".join(site for site in ids if any(o in ids for o in land.overlaps[site])),
        "area_hm2": _sum(pd.Series(area)),
        "overlap_hm2": max(math.fsum(own.area_hm2[s] - a for s, a in area.items()), 0.0),
        "forest_loss_hm2": _sum(pd.Series(forest)), "carbon_loss_tc": _sum(pd.Series(carbon)),
        "capacity_sites": int(table.capacity_mw.notna().sum()), "energy_sites": int(table.energy_gwh_yr.notna().sum()),
        "forest_sites": len(forest), "carbon_sites": len(carbon), "payback_sites": len(both),
    }  # fmt: skip
    made["carbon_loss_tco2"] = None if made["carbon_loss_tc"] is None else made["carbon_loss_tc"] * TC_TO_TCO2
    made["area_cover_loss_pp"] = _area_pp(own, forest, land_hm2)
    pair = table[table.site_id.isin(both)]
    is_shared = any(o in both for site in both for o in land.overlaps[site])  # the land once, the energy twice: no quotient
    loss = None if is_shared else _sum(pd.Series({s: carbon[s] for s in both}))
    return made | payback({"carbon_loss_tco2": None if loss is None else loss * TC_TO_TCO2} | {n: _sum(pair[n]) for n in _AVOIDED})


def _once(told: pd.Series, land: Land, which: int) -> dict[str, float]:
    """Loss of each site that tells it, less what counts with another that tells its own; ``which``: place in :meth:`Land.lost`."""
    known = told.dropna()
    ids, made = list(known.index), {}
    for site, value in known.items():
        taken = land.first_to_clear(site, ids)
        made[site] = land.lost(site, taken)[which] if taken else value
    return made


def _area_pp(own: pd.DataFrame, forest: dict[str, float], land_hm2: float | None) -> float | None:
    """Cover that the whole area loses [pp]: the sites' own figures, less what forest counts already with another site."""
    told = own.area_cover_loss_pp.dropna()
    if told.empty or not land_hm2:
        return None
    twice = math.fsum(own.forest_loss_hm2[s] - forest[s] for s in told.index)
    return max(math.fsum(told) - twice / land_hm2 * 100, 0.0)


def _sum(values: pd.Series) -> float | None:
    known = values.dropna()
    return math.fsum(known) if len(known) else None


def groups(table: pd.DataFrame, filed_twice: set[str], land: Land, land_hm2: float | None) -> pd.DataFrame:
    """Totals of every technology and of all, by verdict (schema ``TRADEOFF_TOTALS``); ``filed_twice``: sites that repeat another."""
    rows, table = [], table[~table.site_id.isin(filed_twice)]
    for kind in ("all", *dict.fromkeys(table.kind)):
        own = table if kind == "all" else table[table.kind == kind]
        for name, verdicts in GROUPS.items():
            rows.append({"kind": kind, "verdicts": name, **totals(own[own.verdict.isin(verdicts)], land, land_hm2)})
    return tables.product(rows, tables.TRADEOFF_TOTALS)


# --- what is not dominated -----------------------------------------------------------------------------------


def pareto(table: pd.DataFrame) -> pd.DataFrame:
    """Sites that no other beats, of each technology and of all (schema ``PARETO``).

    More energy, less carbon lost and less conflict are better, conflict being the level of the verdict from allowed to
    prohibited. One is dominated by another that is nowhere worse and somewhere better; equal ones do not dominate each other.
    Sites whose energy or carbon loss is not known are left out.
    """
    rows = []
    for scope in (*dict.fromkeys(table.kind), *(["all"] if table.kind.nunique() > 1 else [])):
        own = table if scope == "all" else table[table.kind == scope]
        level = own.verdict.map(VERDICTS.index)
        is_known = own.energy_gwh_yr.notna() & own.carbon_loss_tc.notna()
        cost = np.column_stack([-own.energy_gwh_yr.round(9), own.carbon_loss_tc.round(6), level])
        for i, site in enumerate(own.itertuples()):
            better = [
                other
                for j, other in enumerate(own.site_id)
                if is_known.iloc[i] and is_known.iloc[j] and (cost[j] <= cost[i]).all() and (cost[j] < cost[i]).any()
            ]
            rows.append(
                {
                    "scope": scope, "site_id": site.site_id, "name": site.name, "kind": site.kind, "verdict": site.verdict,
                    "conflict_level": level.iloc[i], "energy_gwh_yr": site.energy_gwh_yr, "carbon_loss_tc": site.carbon_loss_tc,
                    "state": "left_out" if not is_known.iloc[i] else "dominated" if better else "front",
                    "dominated_by": ";".join(better), "gaps": None if is_known.iloc[i] else site.gaps,
                }
            )  # fmt: skip
    return tables.product(rows, tables.PARETO)
