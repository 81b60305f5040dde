"""The cheapest set of candidate sites that reaches targets within limits, found exactly (HiGHS through scipy).

Each site is taken whole or not at all, two whose footprints overlap never together. Of all sets that reach every target
within every limit the one of least cost counts; of equal ones that of fewest sites, then that of the first ids. Costs are
compared in millionths of the largest, so that rounding cannot decide; a set is checked in plain sums before it is believed.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from pipeline.core import tables
from pipeline.core.config import Portfolio
from pipeline.core.words import kind_name, say
from pipeline.siting.tradeoff import Land, totals

_STEPS = 10**6  # a cost is a whole number of these parts of the largest
_ROUNDING = 1e-9  # of a bound: sums of exact figures miss it by no more
_ROOM = 1e-7  # of the largest number of a limit: what the solver is given beyond it
_MOST_NODES = 200_000  # of the search tree, so that it ends and ends alike on every machine
_NO_OVERLAP = "no_overlap"


class NotSolvedError(Exception):
    """The search tree grew beyond its limit."""


@dataclass(frozen=True)
class Limit:
    """``sum(amount x chosen)`` is at least (``is_least``) or at most ``bound``."""

    name: str
    applies_to: str
    amount: np.ndarray
    bound: float
    unit: str
    is_least: bool = False
    is_whole: bool = False  # amounts and bound are whole numbers

    def is_kept(self, chosen: np.ndarray) -> bool:
        """Whether a set keeps it."""
        reached, room = self.reached(chosen), _ROUNDING * max(abs(self.bound), 1e-6)
        return reached >= self.bound - room if self.is_least else reached <= self.bound + room

    def reached(self, chosen: np.ndarray) -> float:
        """The sum over a set."""
        return math.fsum(self.amount[chosen > 0])


@dataclass(frozen=True)
class Choice:
    """What there is to choose from: cost of each site (in the order of their ids), limits, pairs that exclude each other."""

    cost: np.ndarray
    limits: tuple[Limit, ...]
    pairs: tuple[tuple[int, int], ...]

    @property
    def steps(self) -> np.ndarray:
        """Costs as whole numbers."""
        largest = self.cost.max(initial=0.0)
        return np.round(self.cost / largest * _STEPS).astype(np.int64) if largest > 0 else np.zeros(self.cost.size, np.int64)


def best(choice: Choice) -> np.ndarray | None:
    """The set of least cost, fewest sites and first ids as 0/1 by site; None when no set will do."""
    steps, alone = choice.steps, np.ones(choice.cost.size, np.int64)
    chosen = _solve(choice, steps)
    if chosen is None:
        return None
    choice = _no_more(choice, steps, chosen)
    chosen = _solve(choice, alone)
    if chosen is None:  # there is one: the solver lost it
        raise NotSolvedError
    choice = _no_more(choice, alone, chosen)
    fixed: dict[int, int] = {}
    for i in range(choice.cost.size):
        other = chosen if chosen[i] else _solve(choice, alone, {**fixed, i: 1})
        chosen = chosen if other is None else other
        fixed[i] = int(chosen[i])
    return chosen


def _no_more(choice: Choice, weights: np.ndarray, chosen: np.ndarray) -> Choice:
    """The same choice among sets of no greater sum than a set's."""
    least = Limit("", "", weights.astype(float), float(weights.dot(chosen)), "", is_whole=True)
    return replace(choice, limits=(*choice.limits, least))


def _solve(choice: Choice, weights: np.ndarray, fixed: dict[int, int] | None = None) -> np.ndarray | None:
    """A set of least ``sum(weights x chosen)``; ``fixed``: what is settled of some sites. None when there is none."""
    n, refused = choice.cost.size, []
    while True:
        found = _ask(choice, weights, fixed or {}, refused)
        if found is None or all(limit.is_kept(found) for limit in choice.limits):
            return found
        refused.append(found)  # within the solver's tolerance, beyond ours: not this one again
        if len(refused) > 100 + n:
            raise NotSolvedError


def _ask(choice: Choice, weights: np.ndarray, fixed: dict[int, int], refused: list[np.ndarray]) -> np.ndarray | None:
    """One run of the solver."""
    from scipy.optimize import Bounds, LinearConstraint, milp

    n = choice.cost.size
    if n == 0:
        return np.zeros(0, np.int64) if all(limit.is_kept(np.zeros(0)) for limit in choice.limits) else None
    rows, low, high = [], [], []
    for limit in choice.limits:  # a little room, so that rounding takes no set away; what is found is checked without it
        scale = 1.0 if limit.is_whole else max(np.abs(limit.amount).max(), abs(limit.bound), 1e-12)
        bound, room = limit.bound / scale, 0.5 if limit.is_whole else _ROOM
        rows.append(limit.amount / scale)
        low.append(bound - room if limit.is_least else -np.inf)
        high.append(np.inf if limit.is_least else bound + room)
    for pair in choice.pairs:
        rows.append(np.isin(np.arange(n), pair).astype(float))
        low.append(-np.inf)
        high.append(1.0)
    for one in refused:  # at least one site differs
        rows.append(np.where(one > 0, -1.0, 1.0))
        low.append(1.0 - one.sum())
        high.append(np.inf)
    least, most = np.zeros(n), np.ones(n)
    for i, value in fixed.items():
        least[i] = most[i] = value
    limits = [LinearConstraint(np.array(rows), np.array(low), np.array(high))] if rows else []
    found = milp(
        weights.astype(float), integrality=np.ones(n), bounds=Bounds(least, most), constraints=limits,
        options={"mip_rel_gap": 0.0, "node_limit": _MOST_NODES},
    )  # fmt: skip
    if found.status == 2:
        return None
    if found.status != 0:
        raise NotSolvedError
    return np.round(found.x).astype(np.int64)


# --- from the configuration ----------------------------------------------------------------------------------


@dataclass(frozen=True)
class Search:
    """One portfolio of the configuration on the candidates: sites that may be chosen, and why the others may not."""

    about: Portfolio
    eligible: pd.DataFrame  # rows of schema TRADEOFF by id, with the column `amount` of what is minimised
    left_out: dict[str, str]
    choice: Choice

    @classmethod
    def of(cls, about: Portfolio, table: pd.DataFrame, land: Land) -> Search:
        """``table``: schema ``TRADEOFF``."""
        kinds = about.target_mw.keys() | about.target_gwh_yr.keys()
        own = table[table.kind.isin(kinds)].sort_values("site_id")
        own = own.assign(amount=_amount(own, about.minimise))
        reasons = {row.site_id: reason for row in own.itertuples() if (reason := _why_not(row, about))}
        eligible = own[~own.site_id.isin(reasons)].reset_index(drop=True)
        place = {site: i for i, site in enumerate(eligible.site_id)}
        pairs = tuple((i, place[o]) for site, i in place.items() for o in land.overlaps[site] if place.get(o, -1) > i)
        return cls(about, eligible, reasons, Choice(eligible.amount.to_numpy(float), _limits(eligible, about), pairs))


def _amount(table: pd.DataFrame, minimise: str) -> pd.Series:
    """What each site adds to what is minimised."""
    if minimise == "conflicts":
        return (table.hard_broken + table.conditional_broken + table.soft_broken).astype("float64")
    return table.capacity_mw * (1 - table.score) if minimise == "score" else table[minimise]


def _why_not(row, about: Portfolio) -> str | None:
    """Key of the reason why a site may not be chosen."""
    if row.verdict not in about.verdicts:
        return "portfolio_verdict"
    needs = {
        "portfolio_no_capacity": row.capacity_mw if row.kind in about.target_mw or about.most_mw_per_county is not None else 0,
        "portfolio_no_energy": row.energy_gwh_yr if row.kind in about.target_gwh_yr else 0,
        "portfolio_no_forest": row.forest_loss_hm2 if about.most_forest_loss_hm2 is not None else 0,
        "portfolio_no_carbon": row.carbon_loss_tc if about.most_carbon_loss_tc is not None else 0,
        "portfolio_no_county": row.county_code if about.most_mw_per_county is not None else 0,
        "portfolio_no_cost": row.amount,
    }
    return next((reason for reason, value in needs.items() if pd.isna(value)), None)


def _limits(sites: pd.DataFrame, about: Portfolio) -> tuple[Limit, ...]:
    made = []
    for name, targets, column, unit in (
        ("target_mw", about.target_mw, "capacity_mw", "MW"),
        ("target_gwh_yr", about.target_gwh_yr, "energy_gwh_yr", "GWh/yr"),
    ):
        for kind, bound in sorted(targets.items()):
            made.append(Limit(name, kind, sites[column].where(sites.kind == kind, 0.0).to_numpy(float), bound, unit, is_least=True))
    for name, bound, column, unit in (
        ("most_forest_loss_hm2", about.most_forest_loss_hm2, "forest_loss_hm2", "hm2"),
        ("most_carbon_loss_tc", about.most_carbon_loss_tc, "carbon_loss_tc", "tC"),
    ):
        if bound is not None:
            made.append(Limit(name, "all", sites[column].to_numpy(float), bound, unit))
    caps = about.most_mw_per_county
    if caps is not None:
        for code in sorted(sites.county_code.unique()):
            bound = caps.get(code) if isinstance(caps, dict) else caps
            if bound is not None:
                made.append(
                    Limit("most_mw_per_county", code, sites.capacity_mw.where(sites.county_code == code, 0.0).to_numpy(float), bound, "MW")
                )
    return tuple(made)


def most(choice: Choice, target: Limit) -> float:
    """What the sites can reach of a target within the limits other than targets."""
    free = replace(choice, limits=tuple(li for li in choice.limits if not li.is_least), cost=target.amount)
    found = _solve(free, -free.steps)
    return 0.0 if found is None else target.reached(found)


# --- tables --------------------------------------------------------------------------------------------------


def search(
    portfolios: list[Portfolio], table: pd.DataFrame, land: Land, land_hm2: float | None, language: str
) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    """(portfolios, their limits, their sites): schemas ``PORTFOLIO``, ``PORTFOLIO_LIMITS``, ``PORTFOLIO_SITES``."""
    found, limits, sites = [], [], []
    for about in portfolios:
        asked = Search.of(about, table, land)
        try:
            chosen, state = best(asked.choice), "optimal"
            rows = _limit_rows(asked, chosen)
        except NotSolvedError:
            chosen, state, rows = None, "not_solved", []
        if chosen is None and state == "optimal":
            state = "infeasible"
        ids = [] if chosen is None else list(asked.eligible.site_id[chosen > 0])
        found.append(
            {
                "portfolio": about.name, "title": about.title.get(language) or about.name, "state": state, "minimise": about.minimise,
                "cost": None if chosen is None else math.fsum(asked.choice.cost[chosen > 0]), "chosen": ";".join(ids),
                **totals(table[table.site_id.isin(ids)].sort_values("site_id"), land, land_hm2),
                "eligible_sites": len(asked.eligible), "note": _note(state, rows, language),
            }
        )  # fmt: skip
        limits += rows
        sites += _site_rows(asked, table, ids, language)
    return (
        tables.product(found, tables.PORTFOLIO),
        tables.product(limits, tables.PORTFOLIO_LIMITS),
        tables.product(sites, tables.PORTFOLIO_SITES),
    )


def _limit_rows(asked: Search, chosen: np.ndarray | None) -> list[dict]:
    """Each limit: what the set reaches of it, whether it binds; of targets, what could be reached at most."""
    choice, rows = asked.choice, []
    steps = None if chosen is None else int(choice.steps.dot(chosen))
    for limit in choice.limits:
        reached = None if chosen is None else limit.reached(chosen)
        row = {"portfolio": asked.about.name, "limit": limit.name, "applies_to": limit.applies_to, "bound": limit.bound, "unit": limit.unit}
        row |= {"reached": reached, "slack": None if reached is None else (reached - limit.bound) * (1 if limit.is_least else -1)}
        if limit.is_least:
            row["most"] = most(choice, limit)
        else:
            row |= _without(replace(choice, limits=tuple(li for li in choice.limits if li is not limit)), steps)
        rows.append(row)
    if choice.pairs:
        row = {"portfolio": asked.about.name, "limit": _NO_OVERLAP, "applies_to": "all"}
        rows.append(row | _without(replace(choice, pairs=()), steps))
    return rows


def _without(choice: Choice, steps: int | None) -> dict:
    """Whether a limit binds: without it a set costs less, or there is one at all."""
    found = _solve(choice, choice.steps)
    binds = found is not None and (steps is None or int(choice.steps.dot(found)) < steps)
    return {"binds": "yes" if binds else "no", "cost_without": None if found is None else math.fsum(choice.cost[found > 0])}


def _note(state: str, rows: list[dict], language: str) -> str | None:
    """What keeps a portfolio from its targets, in words."""
    if state == "not_solved":
        return say("portfolio_not_solved", language, nodes=_MOST_NODES)
    if state == "optimal":
        return None
    said = [
        say("portfolio_most", language, kind=kind_name(row["applies_to"], language), bound=row["bound"], most=row["most"], unit=row["unit"])
        for row in rows
        if "most" in row
    ]
    if all(row["most"] >= row["bound"] for row in rows if "most" in row):
        said.append(say("portfolio_not_together", language))
    return say("sep_clause", language).join(said)


def _site_rows(asked: Search, table: pd.DataFrame, chosen: list[str], language: str) -> list[dict]:
    amount = dict(zip(asked.eligible.site_id, asked.eligible.amount, strict=True))
    rows = []
    for site in table[table.site_id.isin([*amount, *asked.left_out])].sort_values("site_id").itertuples():
        reason = asked.left_out.get(site.site_id)
        rows.append(
            {
                "portfolio": asked.about.name, "site_id": site.site_id, "name": site.name, "kind": site.kind,
                "county_name": site.county_name, "verdict": site.verdict,
                "state": "left_out" if reason else "chosen" if site.site_id in chosen else "not_chosen",
                "capacity_mw": site.capacity_mw, "energy_gwh_yr": site.energy_gwh_yr, "cost": amount.get(site.site_id),
                "reason": say(reason, language) if reason else None,
            }
        )  # fmt: skip
    return rows
