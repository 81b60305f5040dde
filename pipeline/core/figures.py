"""Numbers as people read them, on maps and in reports: rounded once, at the very end; a blank stays a dash."""

from __future__ import annotations

import pandas as pd

from pipeline.core.units import HM2_TO_WANMU, MW_TO_WANKW, T_TO_WANT

DASH = "—"  # not known or not applicable; never zero


def number(value, decimals: int = 2) -> str:
    """Grouped decimal number; a dash where it is not known."""
    if value is None or pd.isna(value):
        return DASH
    text = f"{value:,.{decimals}f}"
    return text.removeprefix("-") if not text.strip("-0.,") else text


def never_zero(value, decimals: int = 2) -> str:
    """The same of a quantity that is not 0: what is too small to print is told as less than the last digit, as ``< 0.01``."""
    text = number(value, decimals)
    return f"< {10**-decimals:.{decimals}f}" if value and not text.strip("0.,") else text


def pct(value) -> str:
    """Percentage with two decimals, without the sign."""
    return number(value)


def share(value) -> str:
    """A share 0..1 as per cent; one decimal, and never 100 or 0 by rounding alone."""
    if value is None or pd.isna(value):
        return DASH
    percent = value * 100
    if 0 < percent < 0.1:
        return "< 0.1"
    return "> 99.9" if 99.95 <= percent < 100 - 1e-6 else f"{percent:.1f}".removesuffix(".0")


def chance(value) -> str:
    """A probability 0..1 as per cent with its sign; never 0 or 100, which no sample can say."""
    if value is None or pd.isna(value):
        return DASH
    return "> 99.9 %" if value >= 0.9995 else "< 0.1 %" if value < 0.001 else f"{share(value)} %"


def hm2(value) -> str:
    """Area in hm2."""
    return number(value)


def wan_mu(value) -> str:
    """Area in hm2 shown in 万亩."""
    return number(None if pd.isna(value) else value * HM2_TO_WANMU)


def wan_t(value) -> str:
    """Mass in t shown in 万t."""
    return number(None if pd.isna(value) else value * T_TO_WANT)


def wan_kw(value) -> str:
    """Capacity in MW shown in 万千瓦."""
    return number(None if pd.isna(value) else value * MW_TO_WANKW)


def capacity(value, language: str) -> str:
    """Capacity in MW with its unit, as the language tells it."""
    return f"{wan_kw(value)} 万千瓦" if language == "zh" else f"{number(value)} MW"
