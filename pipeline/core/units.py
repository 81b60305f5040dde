"""Units and the conversions between them; each factor lives here once, its name gives its direction.

Inside the pipeline lengths are metres, areas hm2 (hectares), masses tonnes. A name ends in its unit; carbon
says which: ``_tdm`` dry matter, ``_tc`` carbon, ``_tco2`` carbon dioxide.
"""

from __future__ import annotations

import unicodedata

M2_TO_HM2 = 1e-4
HM2_TO_MU = 15
HM2_TO_WANMU = 15.0 / 1e4
TC_TO_TCO2 = 44.0 / 12.0
MW_TO_WANKW = 0.1
MWH_TO_GWH = 1e-3
KGCO2_KWH_TO_TCO2_GWH = 1e3
HOURS_PER_YEAR = 365.25 * 24
T_TO_WANT = 1e-4
STEMS_TO_HM2 = 1.0 / 1650.0  # of scattered trees: 1650 stems are 1 hm2 [K: GB/T 26424-2010]

# Factor from a unit, as people write it (NFKC, lower case), to ours; exact: 1 hm2 = 15 mu, 1 MW = 1000 kW.
AREA_TO_HM2 = {
    **dict.fromkeys(("hm2", "ha", "公顷"), 1.0),
    **dict.fromkeys(("mu", "亩"), 1.0 / 15.0),
    **dict.fromkeys(("wanmu", "万亩"), 1e4 / 15.0),
    **dict.fromkeys(("km2", "平方公里", "平方千米"), 100.0),
    **dict.fromkeys(("m2", "平方米"), 1e-4),
}
POWER_TO_MW = {
    **dict.fromkeys(("mw", "兆瓦"), 1.0),
    **dict.fromkeys(("kw", "千瓦"), 1e-3),
    **dict.fromkeys(("万千瓦", "万kw"), 10.0),
    **dict.fromkeys(("gw", "吉瓦"), 1e3),
}
# Units of measured layers by the names people give them (NFKC, lower case); none is converted, that is what `scale` is for.
MEASURES = {
    "deg": ("deg", "degree", "degrees", "°", "度"),
    "%": ("%", "pct", "percent", "百分比"),
    "m/s": ("m/s", "ms-1", "m s-1", "米/秒"),
    "kWh/m2/yr": ("kwh/m2/yr", "kwh/m2/a", "kwh/m2/year", "千瓦时/平方米/年"),
    "kWh/m2/month": ("kwh/m2/month", "kwh/m2/mon", "kwh/m2/m", "千瓦时/平方米/月"),
    "m": ("m", "metre", "metres", "meter", "meters", "米"),
    "degC": ("degc", "deg c", "°c", "celsius", "摄氏度"),
    "mm/yr": ("mm/yr", "mm/a", "mm/year", "毫米/年"),
    "t/hm2": ("t/hm2", "t/ha", "t ha-1", "mg/ha", "mg ha-1", "吨/公顷"),
    "tC/hm2": ("tc/hm2", "tc/ha", "t c/ha", "t c ha-1", "mgc/ha", "mg c ha-1", "吨碳/公顷"),
}
UNITS = {"area": AREA_TO_HM2, "power": POWER_TO_MW}


def factor(unit: str, kind: str) -> float | None:
    """Factor from a written unit to ours (``kind``: area, in hm2; power, in MW); None when it is no unit of that kind."""
    plain = unicodedata.normalize("NFKC", unit).strip().lower().replace("^", "").replace(" ", "")
    return UNITS[kind].get(plain)


def is_measured_in(written: str, unit: str) -> bool:
    """Whether a layer's unit, as people write it, is that of :data:`MEASURES`."""
    plain = unicodedata.normalize("NFKC", written).strip().lower().replace("^", "")
    return plain in (unit.lower(), *MEASURES.get(unit, ()))
