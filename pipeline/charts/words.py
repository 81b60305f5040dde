"""Words of the charts, Chinese and English."""

from __future__ import annotations

from pipeline.core.words import teller

WORDS: dict[str, tuple[str, str]] = {
    "cover": ("森林覆盖率与目标（{edition}）", "Forest cover and the target ({edition})"),
    "cover_bar": ("地图覆盖率", "cover on the map"),
    "cover_adjusted": ("样点校正（95 % 区间）", "adjusted by sample (95 % interval)"),
    "chance": ("达标概率", "Probability that the target is met"),
    "chance_axis": ("概率", "probability"),
    "classes": ("地类构成（{edition}）", "Land by class ({edition})"),
    "pools": ("碳储量（按碳库，{edition}）", "Carbon stock by pool ({edition})"),
    "interval": ("合计的 95 % 区间", "95 % interval of the total"),
    "flow": (
        "{zone}地类变化（{product}，{first}–{last}；所示为变化面积的 {part} %）",
        "Change between land classes, {zone} ({product}, {first}-{last}; {part} % of what changed is shown)",
    ),
    "ranking": ("{kind}场址得分（前 {count} 处，共 {all} 处）", "Scores of {kind} sites ({count} best of {all})"),
    "pareto": (
        "{kind}场址的年发电量与植被碳损失（实心为不被其他场址全面超过者）",
        "Energy and vegetation carbon lost, {kind} sites (full: no other beats it in everything)",
    ),
    "pareto_x": ("植被碳损失（tC）", "vegetation carbon lost (tC)"),
    "pareto_y": ("年发电量（GWh）", "energy (GWh/yr)"),
    "ranking_axis": ("得分（0–1）", "score (0-1)"),
}

say = teller(WORDS)
