"""The stages, their order, and what each depends on: the one list that Makefile, CLI and freshness share."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any

from pipeline.core.config import Config
from pipeline.core.paths import Paths
from pipeline.core.store import FOUND_BY, Store, code_sha256, is_fresh


@dataclass(frozen=True)
class Stage:
    """``settings``: dotted sections of the configuration it reads; ``code``: files beyond core/; ``after``: stages.

    ``tuning``: sections that change how it works, never what comes out; a change makes nothing stale.
    """

    name: str
    settings: tuple[str, ...]
    code: tuple[str, ...]
    after: tuple[str, ...]
    tuning: tuple[str, ...] = ()

    @property
    def run(self) -> Callable[..., None]:
        """``run(config, store, paths, counties)`` of the stage's module, imported when needed."""
        return import_module(f"pipeline.{self.name}").run


STAGES: dict[str, Stage] = {
    s.name: s
    for s in (
        Stage(
            "ingest",
            (
                "language",
                "area",
                "land_cover",
                "layers",
                "cover.targets",
                "cover.main_reading",
                "cover.definition",
                "cover.forest_places",
                "cover.history",
                "cover.samples",
                "cover.scattered_trees",
                "cover.tasks",
                "siting.rules",
                "siting.rules_off",
                "siting.sites",
                "siting.rooftop",
                "siting.plan_conflicts",
                "siting.layer_names",
                "report.places",
            ),
            ("ingest",),
            (),
            ("carbon", "siting.county_rules"),  # their tables are looked at early, and read later
        ),
        Stage(
            "tabulate",
            ("language", "area", "land_cover", "layers", "cover.main_reading", "tabulate"),
            ("tabulate",),
            ("ingest",),
            ("compute",),
        ),
        Stage("cover", ("language", "area", "land_cover", "cover", "carbon.greening_rules"), ("cover",), ("ingest", "tabulate")),
        Stage("sample", ("language", "land_cover", "cover"), ("sample",), ("ingest", "tabulate", "cover")),
        Stage("carbon", ("language", "area", "layers", "cover.definition", "carbon"), ("carbon",), ("ingest", "tabulate", "cover")),
        Stage(
            "siting",
            ("language", "area", "land_cover", "layers", "cover.targets", "cover.main_reading", "siting", "report.places"),
            ("siting",),
            ("ingest", "cover", "carbon"),
            ("compute",),
        ),
        Stage(
            "maps",
            (
                "language",
                "area",
                "land_cover",
                "layers",
                "cover.main_reading",
                "cover.sure",
                "cover.target_year",
                "carbon.agb_layer",
                "carbon.soc",
                "siting.rules",
                "siting.assessment_date",
                "maps",
                "report.issuer",
            ),
            ("maps", "charts"),
            FOUND_BY,
        ),
        Stage(
            "report",
            (
                "language",
                "area",
                "land_cover",
                "layers",
                "cover",
                "carbon",
                "siting",
                "maps.map_review_no",
                "maps.restricted_layers",
                "report",
            ),
            ("report", "charts"),
            FOUND_BY,
        ),
    )
}


@dataclass(frozen=True)
class Run:
    """One configuration, one output folder, all counties or some."""

    config: Config
    out: Path
    paths: Paths
    counties: tuple[str, ...] = ()

    def settings(self, stage: Stage) -> dict[str, Any]:
        """The part of the configuration a stage depends on, as plain data."""
        whole = self.config.model_dump(mode="json")
        chosen: dict[str, Any] = {"counties": sorted(self.counties), "data_folders": whole["data_folders"]}
        for dotted in stage.settings:
            value: Any = whole
            for step in dotted.split("."):
                value = value[step]
            chosen[dotted] = value
        return chosen

    def is_fresh(self, stage: Stage) -> bool:
        """Whether nothing the stage depends on has changed since its products were made."""
        return is_fresh(self.out, stage.name, self.settings(stage), code_sha256(*stage.code), self.paths.resolve_shown)

    def stale(self, goals: list[str]) -> list[str]:
        """The stages to run for ``goals``, in order: those not fresh, and all that stand on them."""
        stale: list[str] = []
        for stage in in_order(goals):
            if any(a in stale for a in stage.after) or not self.is_fresh(stage):
                stale.append(stage.name)
        return stale

    def do(self, stage: Stage) -> None:
        """Run one stage and commit its products."""
        with Store(self.out, stage.name, language=self.config.language, paths=self.paths) as store:
            stage.run(self.config, store, self.paths, self.counties)
            store.commit(self.settings(stage), code_sha256(*stage.code))


def in_order(goals: list[str]) -> list[Stage]:
    """The goals and all they stand on, in the order of :data:`STAGES`."""
    wanted: set[str] = set()

    def want(name: str) -> None:
        if name not in wanted:
            wanted.add(name)
            for before in STAGES[name].after:
                want(before)

    for goal in goals:
        want(goal)
    return [stage for name, stage in STAGES.items() if name in wanted]
