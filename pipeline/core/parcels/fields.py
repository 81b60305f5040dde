"""Which fields of a file say what, and their values as codes and numbers."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import pandas as pd

from pipeline.core import cells, units
from pipeline.core.errors import BadData, Findings, UsageError, problem
from pipeline.core.layers import Layer
from pipeline.core.text import clean

# A field with more different values than this does not hold codes.
MOST_VALUES = 10_000


@dataclass(frozen=True)
class Roles:
    """Fields of one file by what they say; None where the file has none of the fields the product knows."""

    code: str
    area: str | None
    county: str | None
    stock: str | None  # growing stock of the parcel [m3]
    stock_per_hm2: str | None  # or per hectare [m3/hm2]
    attributes: dict[str, str | None]  # stratum: field
    area_hm2: float  # what one unit of ``area`` is [hm2]

    @property
    def names(self) -> list[str]:
        """The fields to read."""
        found = [self.code, self.area, self.county, self.stock, self.stock_per_hm2, *self.attributes.values()]
        return list(dict.fromkeys(name for name in found if name is not None))


def roles(layer: Layer, available: Iterable[str]) -> Roles:
    """The fields a product is read by, from those the file has (upper or lower case); ``columns`` of the configuration decide.

    Raises UsageError for a product without a ``parcels`` section or an unknown unit, BadData for a file without a field of
    codes or without one the configuration names.
    """
    about = layer.about.parcels
    if about is None:
        raise UsageError(problem("parcels_section", layer=layer.shown_path))
    available = list(available)
    by_name, own = {name.casefold(): name for name in reversed(available)}, layer.about.columns
    shown = ", ".join(map(clean, available[:60]))

    def field(role: str, known: list[str]) -> str | None:
        if role in own and own[role].casefold() not in by_name:
            raise BadData(problem("parcels_field", file=layer.shown_path, role=role, expected=own[role], known=shown))
        wanted = [own[role]] if role in own else known
        return next((by_name[name.casefold()] for name in wanted if name.casefold() in by_name), None)

    _require_known_keys(layer, ["code", "area", "county", "growing_stock", "growing_stock_per_hm2", *about.attributes])
    code = field("code", about.code)
    if code is None:
        raise BadData(problem("parcels_field", file=layer.shown_path, role="code", expected=" / ".join(about.code), known=shown))
    unit = layer.about.units.get("area", about.area_unit)
    area_hm2 = units.factor(unit, "area")
    if area_hm2 is None:
        raise UsageError(problem("parcels_unit_unknown", file=layer.shown_path, found=unit, known=", ".join(units.AREA_TO_HM2)))
    return Roles(
        code=code,
        area=field("area", about.area),
        county=field("county", about.county),
        stock=field("growing_stock", about.growing_stock),
        stock_per_hm2=field("growing_stock_per_hm2", about.growing_stock_per_hm2),
        attributes={name: field(name, known) for name, known in about.attributes.items()},
        area_hm2=area_hm2,
    )


def _require_known_keys(layer: Layer, columns: list[str]) -> None:
    """Raise UsageError for keys of ``columns`` and ``units`` that would change nothing."""
    findings = Findings()
    for setting, keys, known in (("columns", layer.about.columns, columns), ("units", layer.about.units, ["area"])):
        unknown = [key for key in keys if key not in known]
        if unknown:
            findings.add("parcels_key", file=layer.shown_path, setting=setting, found=", ".join(unknown), known=", ".join(known))
    findings.stop(UsageError)


def text_of(value: object) -> str:
    """A code as text: half-width, without blanks, upper case; 30100.0 as 30100."""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    text = "".join(unicodedata.normalize("NFKC", str(value)).split()).upper().lstrip("'")
    whole, point, rest = text.partition(".")
    return whole if point and whole.isdigit() and not rest.strip("0") else text


class Vocabulary:
    """Different texts of a field and a number for each, in the order they are met; -1 stands for a blank."""

    def __init__(self, file: str, field: str):
        """``file`` and ``field`` are named when there are too many."""
        self.file, self.field = file, field
        self.texts: list[str] = []
        self._numbers: dict[str, int] = {}

    def numbers(self, values: np.ndarray) -> np.ndarray:
        """Number of each value, int32; raises BadData for a field of more than :data:`MOST_VALUES` values."""
        place, different = pd.factorize(values)
        of = np.full(len(different) + 1, -1, np.int32)
        for i, value in enumerate(different):
            if text := text_of(value):
                of[i] = self._numbers.setdefault(text, len(self._numbers))
        self.texts += list(self._numbers)[len(self.texts) :]
        if len(self.texts) > MOST_VALUES:
            found = ", ".join(clean(t)[:20] for t in self.texts[:5])
            raise BadData(problem("parcels_not_codes", file=self.file, field=self.field, limit=MOST_VALUES, found=found))
        return of[place]


def numbers(values: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Values as float64 (NaN where blank or wrong), and which are wrong: no number, not finite, or negative."""
    made = pd.to_numeric(pd.Series(values, dtype=object), errors="coerce").to_numpy(np.float64, na_value=np.nan, copy=True)
    absent = pd.isna(values)
    for i in np.flatnonzero(np.isnan(made) & ~absent):
        try:
            value = cells.number(str(values[i]))
        except cells.Unclear:
            continue
        absent[i] |= value is None
        made[i] = np.nan if value is None else value
    wrong = ~absent & ~(np.isfinite(made) & (made >= 0))
    made[wrong] = np.nan
    return made, wrong
