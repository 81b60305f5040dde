"""Words of the charts, Chinese and English."""

from __future__ import annotations

from typing import Any

WORDS: dict[str, tuple[str, str]] = {
    "cover": ("森林覆盖率与目标（{edition}）", "Forest cover and the target ({edition})"),
    "cover_bar": ("地图覆盖率", "cover on the map"),
    "cover_adjusted": ("样点校正（95 % 区间）", "adjusted by sample (95 % interval)"),
    "chance": ("达标概率", "Probability that the target is met"),
    "chance_axis": ("概率", "probability"),
    "classes": ("地类构成（{edition}）", "Land by class ({edition})"),
    "pools": ("碳储量（按碳库，{edition}）", "Carbon stock by pool ({edition})"),
    "wan_tc": ("万 tC", "10,000 tC"),
    "interval": ("合计的 95 % 区间", "95 % interval of the total"),
    "flow": (
        "{zone}地类变化（{product}，{first}–{last}；所示为变化面积的 {part} %）",
        "Change between land classes, {zone} ({product}, {first}-{last}; {part} % of what changed is shown)",
    ),
    "ranking": ("{kind}场址得分（前 {count} 处，共 {all} 处）", "Scores of {kind} sites ({count} best of {all})"),
    "ranking_axis": ("得分（0–1）", "score (0-1)"),
}


def say(key: str, language: str, /, **params: Any) -> str:
    """The sentence ``key`` in ``zh`` or ``en``."""
    return WORDS[key][0 if language == "zh" else 1].format(**params)
