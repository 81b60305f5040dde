"""The command line: ``python -m pipeline STAGE --config … --out … --county …``.

Exit codes: 0 all good, 2 usage or configuration, 3 bad data, 4 some counties failed, 5 environment (disk,
memory, lock, network), 130/143 stopped.
"""

from __future__ import annotations

import contextlib
import os
import signal
import sys
import time
from pathlib import Path
from typing import Annotated

import typer
import typer.exceptions

from pipeline.core import config as configuration
from pipeline.core.errors import EnvironmentProblem, PipelineError, UsageError, problem
from pipeline.core.paths import Paths
from pipeline.core.progress import note
from pipeline.core.words import say
from pipeline.stages import STAGES, Run, in_order

_language = "en" if os.environ.get("PIPELINE_LANG", "zh").startswith("en") else "zh"
_debug = False


def _help(key: str) -> str:
    return say(key, _language)


app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    help=_help("help_app"),
    context_settings={"help_option_names": ["-h", "--help"]},
)

ConfigPath = Annotated[Path, typer.Option("--config", "-c", help=_help("help_config"), show_default=True)]
OutPath = Annotated[Path | None, typer.Option("--out", "-o", help=_help("help_out"), show_default="outputs")]
Counties = Annotated[list[str] | None, typer.Option("--county", help=_help("help_county"), show_default=False)]
Force = Annotated[bool, typer.Option("--force", help=_help("help_force"))]
Debug = Annotated[bool, typer.Option("--debug", help=_help("help_debug"))]


def _open(config: Path, out: Path | None, county: list[str] | None, debug: bool) -> Run:
    """Read the configuration; from here on its language is spoken."""
    global _language, _debug
    _debug = debug
    chosen = tuple(c.strip() for c in county or [] if c.strip())
    if chosen and out is None:
        raise UsageError(problem("county_needs_out"))
    _language = configuration.language_of(config) or _language
    settings = configuration.load(config)
    paths = Paths(config.resolve().parent, settings.data_folders)
    return Run(settings, out or Path("outputs"), paths, chosen)


def _bring_up_to_date(run: Run, goals: list[str], force: bool) -> None:
    """Run what is not fresh among the goals and all they stand on."""
    number = {name: i for i, name in enumerate(STAGES, 1)}
    for stage in in_order(goals):
        head = f"[{number[stage.name]}/{len(STAGES)}] {stage.name:<8} {say('stage_' + stage.name, _language)}"
        if run.is_fresh(stage) and not (force and stage.name in goals):
            if stage.name in goals:
                note(f"{head} – {say('unchanged', _language)}")
            continue
        start = time.monotonic()
        note(head)
        run.do(stage)
        note(f"{' ' * 6}{say('done_in', _language, seconds=time.monotonic() - start)}")


def _stage_command(name: str):
    def command(
        config: ConfigPath = Path("config.yaml"),
        out: OutPath = None,
        county: Counties = None,
        force: Force = False,
        debug: Debug = False,
    ) -> None:
        run = _open(config, out, county, debug)
        _bring_up_to_date(run, [name], force)

    return command


for _name in STAGES:
    app.command(_name, help=_help(f"help_{_name}"), short_help=_help(f"stage_{_name}"))(_stage_command(_name))


@app.command("all", help=_help("help_all"), short_help=_help("stage_all"))
def everything(
    config: ConfigPath = Path("config.yaml"),
    out: OutPath = None,
    county: Counties = None,
    force: Force = False,
    debug: Debug = False,
) -> None:
    """All stages, then the summary."""
    run = _open(config, out, county, debug)
    _bring_up_to_date(run, list(STAGES), force)
    _summary(run)


@app.command("demo", help=_help("help_demo"), short_help=_help("stage_demo"))
def demo(
    cell: Annotated[float, typer.Option("--cell", min=1, max=5000, help=_help("help_cell"))] = 30,
    seed: Annotated[int, typer.Option("--seed", min=0, max=2**31, help=_help("help_seed"))] = 1,
    out: Annotated[Path, typer.Option("--out", "-o", help=_help("help_out"), show_default=True)] = Path("outputs/demo"),
    force: Force = False,
    debug: Debug = False,
) -> None:
    """Make the synthetic city and run everything on it."""
    global _debug
    _debug = debug
    from pipeline.synthetic import make_city

    start = time.monotonic()
    note(f"[0/{len(STAGES)}] data     {say('demo_data', _language, cell=cell, seed=seed)}")
    config = make_city(out / "data", cell_m=cell, seed=seed, tell=lambda part: note(f"{' ' * 6}{say('demo_' + part, _language)}"))
    note(f"{' ' * 6}{say('done_in', _language, seconds=time.monotonic() - start)}")
    everything(config, out, None, force, debug)


@app.command("check", help=_help("help_check"), short_help=_help("stage_check"))
def check(config: ConfigPath = Path("config.yaml"), out: OutPath = None, debug: Debug = False) -> None:
    """Look at everything a configuration names and list all findings; nothing is computed."""
    from pipeline import check as checking

    folder = out or Path("outputs")
    try:
        run = _open(config, out, None, debug)
    except UsageError as error:
        checked = checking.refused(error, folder, _language)
    else:
        checked = checking.check(run.config, folder, run.paths)
    print(checking.as_text(checked), end="")
    note(say("check_files", checked.language, page=str(folder / "check" / "check.html")))
    raise typer.Exit(checked.exit_code)


@app.command("fetch", help=_help("help_fetch"), short_help=_help("stage_fetch"))
def fetch(
    sources: Annotated[list[str] | None, typer.Argument(help=_help("help_sources"), show_default=False)] = None,
    config: ConfigPath = Path("config.yaml"),
    force: Annotated[bool, typer.Option("--force", help=_help("help_fetch_force"))] = False,
    debug: Debug = False,
) -> None:
    """Fetch public data for the study area; without names the configured ones, else a list."""
    run = _open(config, None, None, debug)
    from pipeline import fetch as fetching

    fetching.run(run.config, run.paths, list(sources or []), force=force)


@app.command("summary", help=_help("help_summary"), short_help=_help("stage_summary"))
def summary(config: ConfigPath = Path("config.yaml"), out: OutPath = None, county: Counties = None, debug: Debug = False) -> None:
    """Print the summary of a finished run."""
    _summary(_open(config, out, county, debug))


@app.command("serve", help=_help("help_serve"), short_help=_help("stage_serve"))
def serve(
    out: OutPath = None,
    port: Annotated[int, typer.Option("--port", min=0, max=65535, help=_help("help_port"))] = 8000,
    debug: Debug = False,
) -> None:
    """Show a finished run on this machine's loopback address until stopped."""
    global _debug
    _debug = debug
    from pipeline.serve import serve as run_server

    run_server(out or Path("outputs"), port, lambda address: print(say("serving", _language, address=address), flush=True))


@app.command("plan", help=_help("help_plan"), short_help=_help("stage_plan"))
def plan(
    goals: Annotated[list[str], typer.Argument(help=_help("help_goals"))] = (),  # type: ignore[assignment]
    config: ConfigPath = Path("config.yaml"),
    out: OutPath = None,
    county: Counties = None,
    debug: Debug = False,
) -> None:
    """Names of the stages that have to run, one a line; make asks this once."""
    run = _open(config, out, county, debug)
    unknown = [g for g in goals if g not in STAGES]
    if unknown:
        raise UsageError(problem("unknown_stage", found=", ".join(unknown), known=", ".join(STAGES)))
    goals = list(goals) or list(STAGES)
    stale = run.stale(goals)
    for name in stale:
        print(name)
    if not stale:
        note(say("up_to_date", _language, page=_page(run)))


def _page(run: Run) -> str:
    return str(run.out / "maps" / "index.html")


def _summary(run: Run) -> None:
    from pipeline.core.summary import show

    show(run.out, _language)
    print(say("open_this", _language, page=_page(run), report=str(run.out / "report" / "forest_cover_report.docx")))


def _tell(error: PipelineError) -> None:
    total = len(error.problems)
    for i, p in enumerate(error.problems, 1):
        count = f"{i}/{total} " if total > 1 else ""
        note(f"{say('error', _language)} {count}{say(p.key, _language, **p.params)}")


def _terminated(*_: object) -> None:
    raise SystemExit(143)


def main(arguments: list[str] | None = None) -> int:
    """Run the command line; every failure is one clear message and an exit code by its kind."""
    if sys.getfilesystemencoding() != "utf-8":  # a C locale: Chinese paths need UTF-8, start again with it
        os.execv(sys.executable, [sys.executable, "-X", "utf8", "-m", "pipeline", *(arguments or sys.argv[1:])])
    for stream in (sys.stdout, sys.stderr):
        with contextlib.suppress(AttributeError, ValueError):
            stream.reconfigure(encoding="utf-8", errors="replace")
    signal.signal(signal.SIGTERM, _terminated)
    try:
        return app(args=arguments, standalone_mode=False) or 0
    except typer.Exit as error:
        return error.exit_code
    except typer.exceptions.TyperException as error:  # wrong option, no such command, or nothing asked: help
        error.show()
        return error.exit_code
    except (typer.Abort, KeyboardInterrupt):
        note(say("stopped", _language))
        return 130
    except SystemExit as error:
        note(say("stopped", _language))
        return int(error.code or 0)
    except PipelineError as error:
        if _debug:
            raise
        _tell(error)
        return error.exit_code
    except MemoryError:
        _tell(EnvironmentProblem(problem("no_memory")))
        return EnvironmentProblem.exit_code
    except BrokenPipeError:
        return 0
    except OSError as error:  # a file that may not be read, a drive that went away
        if _debug:
            raise
        name = Path(str(error.filename)).name if error.filename else "–"
        _tell(EnvironmentProblem(problem("cannot_read", file=name, found=error.strerror or type(error).__name__)))
        return EnvironmentProblem.exit_code
    except Exception as error:
        if _debug:
            raise
        note(f"{say('error', _language)} {say('internal', _language, found=f'{type(error).__name__}: {error}'[:300])}")
        return 1


if __name__ == "__main__":
    sys.exit(main())
