"""Sections 6 and 7: sources, labels, warnings, settings, software; what the data cannot tell and what is open."""

from __future__ import annotations

from pipeline.core.tables import LABELS
from pipeline.report.data import Data, where
from pipeline.report.model import Block, Heading, Para, Table
from pipeline.report.summary import missing_layers

QUESTIONS = 8
_SHA = 12  # digits of a checksum in print


def method_blocks(data: Data) -> list[Block]:
    """Section 6."""
    return [
        Heading(1, data.say("h_method"), wide=True),
        Heading(2, data.say("h_sources"), wide=True),
        *_sources(data),
        Heading(2, data.say("h_limits"), wide=True),
        *(Para(data.say("limit_of", title=s["title"], limit=s["limits"]), "item") for s in data.sources if s["limits"]),
        Heading(2, data.say("h_labels"), wide=True),
        Table("labels", data.say("t_labels"), [data.column("label"), data.column("meaning")], labels(data)),
        Heading(2, data.say("h_warnings"), wide=True),
        *_warning_lines(data),
        Heading(2, data.say("h_settings"), wide=True),
        Table("settings", data.say("t_settings"), [data.column("setting"), data.column("value")], settings(data)),
        Table("versions", data.say("t_versions"), [data.column("package"), data.column("version")], _versions(data)),
    ]


def _sources(data: Data) -> list[Block]:
    names = ("role", "source_title", "period", "crs", "cell", "licence", "citation", "sha")
    cells = [
        (
            data.term("role_", s["role"]),
            s["title"],
            s["period"],
            s["crs"],
            s["cell_size"],
            s["licence"],
            s["citation"] or s["source"],
            s["sha256"][:_SHA],
        )
        for s in data.sources
    ]
    full = (
        "role",
        "source_title",
        "period",
        "crs",
        "cell",
        "synthetic",
        "publisher",
        "licence",
        "citation",
        "origin",
        "file",
        "sha",
        "limit",
    )
    rows = [
        (data.term("role_", s["role"]), s["title"], s["period"], s["crs"], s["cell_size"], data.say(s["is_synthetic"]), s["publisher"], s["licence"],
         s["citation"], s["source"], s["file"], s["sha256"], s["limits"])
        for s in data.sources
    ]  # fmt: skip
    return [
        Table("sources", data.say("t_sources"), [data.column(n) for n in names], cells, [data.say("sources_note")]),
        Table("sources_all", data.say("t_sources"), [data.column(n) for n in full], rows, sheet="sources", printed=False),
    ]


def labels(data: Data) -> list[tuple[str, str]]:
    """Each label and what it means."""
    return [(data.label(key), data.say(f"label_{key}")) for key in LABELS]


def _warning_lines(data: Data) -> list[Para]:
    lines = [Para(data.say("warning_line", number=n, text=t), "item") for n, t in data.warnings]
    return lines or [Para(data.say("no_warnings"))]


def settings(data: Data) -> list[tuple[str, str]]:
    """The settings the figures depend on."""
    config = data.config
    pv, wind = config.siting.pv, config.siting.wind
    rows = {
        "set_day": config.siting.assessment_date.isoformat(),
        "set_target_year": str(config.cover.target_year),
        "set_reading": config.cover.main_reading,
        "set_routes": data.join(data.term("", r) for r in config.carbon.routes),
        "set_draws": f"{config.carbon.draws:,}",
        "set_seed": str(config.carbon.seed),
        "set_pv_density": f"{pv.land_hm2_per_mw:g}",
        "set_pv_share": f"{pv.usable_share:g}",
        "set_pv_method": data.say(f"set_pv_{pv.method}"),
        "set_pv_pr": f"{pv.performance_ratio:.2f} ({pv.ratio_low:.2f}–{pv.ratio_high:.2f})",
        "set_turbine": data.say("set_turbine_value", mw=f"{wind.turbine_mw:g}", rotor=f"{wind.rotor_m:g}"),
        "set_curve": f"{wind.turbine}; {wind.weibull_k:g}; {wind.losses_pct:g} ({wind.loss_low_pct:g}–{wind.loss_high_pct:g})",
        "set_spacing": f"{wind.spacing_along_d:g} × {wind.spacing_across_d:g}",
        "set_wind_density": f"{wind.land_hm2_per_mw:.2f}",
        "set_wind_share": f"{wind.usable_share:g}",
        "set_rules": str(len(data.records["siting"]["facts"].get("rules_in_force", []))),
        "set_rules_off": data.join(config.siting.rules_off) or data.say("set_none"),
    }
    return [(data.say(key), value) for key, value in rows.items()]


def _versions(data: Data) -> list[tuple[str, str]]:
    return sorted(data.records["siting"]["versions"].items(), key=lambda v: v[0].lower())


def open_blocks(data: Data) -> list[Block]:
    """Section 7."""
    layers, given = missing_layers(data), data.config.layers
    limits = {
        "limit_verdict": bool(where(data.cover, reason="no_sample")),
        "limit_coarse": bool(where(data.sources, role="land_cover", is_coarse="yes")),
        "limit_orchard": True,
        "limit_wetland": any(r["limit"] for r in data.wetland),
        "limit_trend": not data.pace,
        "limit_layers": bool(layers),
        "limit_wind": "wind_speed_hub_ms" not in given,
    }
    return [
        Heading(1, data.say("h_open")),
        Heading(2, data.say("h_open_limits")),
        *(Para(data.say(key, count=len(layers)), "item") for key, holds in limits.items() if holds),
        Heading(2, data.say("h_open_questions")),
        *(Para(data.say(f"question_{i}"), "item") for i in range(1, QUESTIONS + 1)),
    ]
