"""The factor tables of a run: the bureau's own values in place, rows that nobody checked left out, ranges that hold their value.

A row is a number with unit, range, distribution, source and label. Soil carbon follows climate zone and edition: a row of the
class table that names a parameter of the soil table takes that table's row for the zone and edition at hand; one that does
not is the user's own and stays as written everywhere.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property

import pandas as pd

from pipeline.carbon.trials import DISTRIBUTIONS, Parameter
from pipeline.core import tables
from pipeline.core.errors import BadData, Findings, UsageError, problem
from pipeline.core.legend import classes

SOC = ("soc_ref_tc_hm2", "soc_land_use")
AGB_LAYER, SOC_LAYER = "agb_layer", "soc_layer"  # errors of measured layers among the parameters
TABLE_DEPTH_CM = 30  # of the soil rows of the class table and of every IPCC reference value
_RANGE = ["value", "low", "high", "distribution"]
_OWN_LABEL = "K"  # of an override that brings none: its source is given, and nobody checked it here


@dataclass(frozen=True)
class Factors:
    """Factor tables by schema; ``overridden``: what the bureau's table replaced (:data:`tables.OVERRIDDEN`)."""

    classes: pd.DataFrame  # tables.FACTORS
    volume: pd.DataFrame  # tables.VOLUME_FACTORS, rows that may be used
    soc: pd.DataFrame  # tables.SOC_FACTORS
    species: dict[str, dict]  # by code
    overridden: pd.DataFrame
    changed: frozenset[str] = field(default=frozenset())  # parameters whose row is the bureau's
    layers: tuple[Parameter, ...] = ()  # declared errors of measured layers, as factors around 1

    @cached_property
    def parameters(self) -> list[Parameter]:
        """Every number there is, each once, gaps left out; soil carbon in every zone and edition."""
        made: dict[str, Parameter] = {}
        for row in self.classes.to_dict("records"):
            if pd.notna(row["value"]):
                made.setdefault(name_of(row), Parameter.of(name_of(row), row))
        for row in [*self.volume.to_dict("records"), *self.soc.to_dict("records")]:
            if pd.notna(row["value"]):
                made.setdefault(row["parameter"], Parameter.of(row["parameter"], row))
        return [*made.values(), *self.layers]

    def find(self, factor: str, applies_to: str | None, at: float | None = None) -> dict | None:
        """The row of a factor for a forest type, group, class or route, in the class of ``at``; None for a gap."""
        return self._lookup(factor, applies_to, at) if applies_to is not None else None

    @cached_property
    def _rows(self) -> dict[tuple[str, str], list[dict]]:
        made: dict[tuple[str, str], list[dict]] = {}
        for row in self.volume.to_dict("records"):
            for who in row["applies_to"].split(";"):
                if pd.notna(row["value"]):
                    made.setdefault((row["factor"], who.strip()), []).append(row)
        return made

    def _lookup(self, factor: str, who: str, at: float | None) -> dict | None:
        for row in self._rows.get((factor, who), []):
            above, up_to = row["above"], row["up_to"]
            if at is None or ((pd.isna(above) or at > above) and (pd.isna(up_to) or at <= up_to)):
                return row
        return None

    def of_class(self, class_key: str, factor: str) -> dict | None:
        """A row of the class table that has a value."""
        return self._of_class.get((class_key, factor))

    @cached_property
    def _of_class(self) -> dict[tuple[str, str], dict]:
        return {(r["class_key"], r["factor"]): r for r in self.classes.to_dict("records") if pd.notna(r["value"])}

    def soil_rows(self, zone: str, edition: int) -> dict[tuple[str, str], dict]:
        """Soil rows by class and factor in a climate zone and edition; ``value`` is missing for a gap.

        A row of the class table that names a parameter of the soil table stands for its soil (or land use) in any zone and
        edition; there its number, source and notes are the soil table's, and its label keeps what the class adds.
        """
        known = {r["parameter"]: r for r in self.soc.to_dict("records")}
        by_soil = {(r["factor"], r["soil"], r["climate_zone"], int(r["edition"])): r for r in known.values()}
        made = {}
        for row in self.classes[self.classes.factor.isin(SOC)].to_dict("records"):
            named = known.get(row["parameter"]) if pd.notna(row["parameter"]) else None
            key = (row["class_key"], row["factor"])
            if named is None:
                made[key] = row | {"edition": None}
            elif (named["climate_zone"], int(named["edition"])) == (zone, edition):
                made[key] = row | {"edition": edition}
            else:
                other = by_soil.get((row["factor"], named["soil"], zone, edition))
                made[key] = _in_zone(row, other, zone, edition, named["label"])
        return made


def _in_zone(row: dict, other: dict | None, zone: str, edition: int, base_label: str) -> dict:
    """A class's soil row with the number of another zone or edition, or a gap where the table has none."""
    if other is None:
        said = {"source": f"no value in the table: {zone}, IPCC {edition}", "label": "gap"}
        notes = {
            "note_zh": f"土壤深度 0–30 cm；IPCC {edition}；{zone} 无此值",
            "note_en": f"depth 0-30 cm; IPCC {edition}; no value for {zone}",
        }
        return row | {c: None for c in (*_RANGE, "parameter")} | said | notes | {"edition": edition}
    label = (
        other["label"]
        if row["label"] == base_label
        else f"{row['label']}/{other['label']}"
        if row["label"] != other["label"]
        else row["label"]
    )
    taken = {c: other[c] for c in (*_RANGE, "parameter", "source", "note_zh", "note_en")}
    return row | taken | {"label": label, "edition": edition}


def name_of(row: dict) -> str:
    """The parameter of a row of the class table: the one it names, else its own."""
    return str(row["parameter"]) if pd.notna(row["parameter"]) else f"{row['class_key']}.{row['factor']}"


def layer_error(name: str, error_pct: float | None) -> list[Parameter]:
    """A layer's error as a factor around 1 that all its land shares; none where it is not declared."""
    if error_pct is None:
        return []
    half = error_pct / 100
    return [Parameter(name, 1.0, 1 - half, 1 + half, "normal")]


def make(
    by_class: pd.DataFrame, volume: pd.DataFrame, soc: pd.DataFrame, species: pd.DataFrame, own: pd.DataFrame, unchecked: list[str],
    layers: Iterable[Parameter] = (),
) -> Factors:  # fmt: skip
    """The tables of a run. Raises UsageError for settings that name no row, BadData for rows that contradict themselves.

    ``own``: the bureau's values (:data:`tables.OVERRIDES`). ``unchecked``: ids of rows to be checked before use that may be used.
    """
    ids = set(volume.check_id.dropna())
    strange = [i for i in unchecked if i not in ids]
    if strange:
        raise UsageError(problem("carbon_unchecked_unknown", found=", ".join(strange), known=", ".join(sorted(ids))))
    volume = volume[volume.check_id.isna() | volume.check_id.isin(unchecked)].reset_index(drop=True)
    by_class, volume, soc, overridden, changed = _override(by_class, volume, soc, own)
    findings = Findings()
    _check(by_class.to_dict("records"), findings)
    for table in (volume, soc):
        _check([r | {"class_key": "", "factor": r["parameter"]} for r in table.to_dict("records")], findings)
    _check_soil(by_class, soc, changed, findings)
    _check_choices(volume, findings)
    findings.stop(BadData)
    return Factors(by_class, volume, soc, {r["code"]: r for r in species.to_dict("records")}, overridden, frozenset(changed), tuple(layers))


def _override(by_class: pd.DataFrame, volume: pd.DataFrame, soc: pd.DataFrame, own: pd.DataFrame):
    """The tables with the bureau's rows in place, what was replaced, and the parameters that are now the bureau's."""
    frames = {"class": by_class.copy(), "volume": volume.copy(), "soc": soc.copy()}
    findings, told, changed = Findings(), [], set()
    known, factors = set(classes().class_key), tables.FACTORS.columns["factor"].checks[0].statistics["allowed_values"]
    for line, row in enumerate(own.to_dict("records"), 2):
        label = row["label"] if pd.notna(row["label"]) else _OWN_LABEL
        said = {c: row[c] for c in ("value", "low", "high", "source")} | {"label": label}
        said["distribution"] = row["distribution"] if pd.notna(row["distribution"]) else "fixed"
        if pd.isna(row["class_key"]):
            name = next((n for n in ("volume", "soc") if (frames[n].parameter == row["factor"]).any()), None)
            if name is None:
                findings.add("carbon_override_unknown", line=line, class_key="–", factor=row["factor"])
                continue
            place = frames[name].parameter == row["factor"]
            changed.add(row["factor"])
        else:
            name, frame = "class", frames["class"]
            if row["class_key"] not in known or row["factor"] not in factors:
                findings.add("carbon_override_unknown", line=line, class_key=row["class_key"], factor=row["factor"])
                continue
            place = (frame.class_key == row["class_key"]) & (frame.factor == row["factor"])
            if not place.any():
                frames[name] = pd.concat(
                    [frame, pd.DataFrame([{"class_key": row["class_key"], "factor": row["factor"]}])], ignore_index=True
                )
                place = pd.Series([False] * len(frame) + [True])
            said["parameter"] = None  # a number of its own: no longer drawn with the rows it shared one with
            changed.add(f"{row['class_key']}.{row['factor']}")
        old = frames[name][place].iloc[0]
        told.append(
            {"class_key": row["class_key"], "factor": row["factor"], "unit": old["unit"], **{c: said[c] for c in ("value", "low", "high", "source", "label")},
             **{f"old_{c}": old[c] for c in ("value", "low", "high", "source", "label")}}
        )  # fmt: skip
        for column, cell in (said | {"note_zh": None, "note_en": None}).items():
            if column in frames[name]:
                frames[name].loc[place, column] = cell
    findings.stop(BadData)
    return frames["class"], frames["volume"], frames["soc"], tables.product(told, tables.OVERRIDDEN), changed


def _check(rows: list[dict], findings: Findings) -> None:
    """Ranges hold their value, uncertain rows name a distribution, rows of one parameter say the same."""
    seen: dict[str, tuple] = {}
    for line, row in enumerate(rows, 2):
        where = {"line": line, "class_key": row["class_key"], "factor": row["factor"]}
        if pd.isna(row["value"]):
            continue
        ranged = pd.notna(row["low"]) and pd.notna(row["high"])
        if row["distribution"] in DISTRIBUTIONS:
            if not ranged or not row["low"] < row["high"] or not row["low"] <= row["value"] <= row["high"]:
                findings.add("factor_range", **where, found=f"{row['value']} ({row['low']}–{row['high']})")
            elif row["distribution"] == "lognormal" and row["low"] <= 0:
                findings.add("factor_range", **where, found=f"{row['value']} ({row['low']}–{row['high']}), lognormal")
        elif ranged and row["low"] < row["high"]:
            findings.add("factor_distribution", **where)
        said = tuple(row[c] for c in _RANGE)
        name = name_of(row)
        if repr(seen.setdefault(name, said)) != repr(said):
            findings.add("factor_differs", **where, parameter=name)


def _check_soil(by_class: pd.DataFrame, soc: pd.DataFrame, changed: set[str], findings: Findings) -> None:
    """A class row and the soil row it names are one number, unless the bureau replaced it in the soil table."""
    known = {r["parameter"]: r for r in soc.to_dict("records")}
    for line, row in enumerate(by_class.to_dict("records"), 2):
        other = known.get(row["parameter"]) if pd.notna(row["parameter"]) else None
        if other is None or pd.isna(row["value"]):
            continue
        if repr([float(row[c]) for c in _RANGE[:3]]) != repr([float(other[c]) for c in _RANGE[:3]]):
            if row["parameter"] in changed:
                place = (by_class.class_key == row["class_key"]) & (by_class.factor == row["factor"])
                for column in (*_RANGE, "source", "label", "note_zh", "note_en"):
                    by_class.loc[place, column] = other[column]
            else:
                findings.add("factor_differs", line=line, class_key=row["class_key"], factor=row["factor"], parameter=row["parameter"])


def _check_choices(volume: pd.DataFrame, findings: Findings) -> None:
    """Printed versions of one parameter stand beside each other in the table; at most one of them may be on."""
    rows = volume[volume.factor.isin(("fang_a_t_m3", "fang_b_t_hm2"))]
    for (group, factor), same in rows.groupby(["applies_to", "factor"]):
        if len(same) > 1 and factor == "fang_b_t_hm2":
            findings.add("carbon_unchecked_choose", group=group, found=", ".join(same.check_id.dropna()))
