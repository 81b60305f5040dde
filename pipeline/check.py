"""``check``: everything a configuration names is looked at and nothing computed; one list of all findings.

What ingest asks is asked here by the same code (:func:`pipeline.ingest.examine`), then what later stages would stumble over:
rasters that cannot be read to their end, strata and routes that do not exist. The list goes to the terminal and, as
text, HTML and JSON, to ``outputs/check``.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path

from markupsafe import Markup, escape

from pipeline.core.config import Config
from pipeline.core.errors import Findings, PipelineError, Problem
from pipeline.core.paths import Paths
from pipeline.core.store import Store
from pipeline.core.text import clean
from pipeline.core.words import Term, say

_PLACES = ("layer", "county", "row", "line", "column", "field", "key", "code")  # params that say where in a file


@dataclass(frozen=True)
class Finding:
    """One line of the list."""

    severity: str  # error, warning
    kind: str  # key of the sentence
    file: str
    where: str  # layer, row, field, code ...
    found: str
    expected: str
    message: str  # what, where, and how to mend

    @classmethod
    def of(cls, severity: str, key: str, params: dict, language: str) -> Finding:
        """From a problem or a warning and its parameters."""
        params = {k: v.text(language) if isinstance(v, Term) else v for k, v in params.items()}
        shown = {k: clean(f"{v:.10g}" if isinstance(v, float) else str(v)) for k, v in params.items()}
        where = " ".join(say(f"place_{k}", language, value=shown[k]) for k in _PLACES if shown.get(k))
        file = shown.get("file") or shown.get("path") or shown.get("where", "")
        return cls(severity, key, file, where, shown.get("found", ""), shown.get("expected", ""), say(key, language, **params))


@dataclass(frozen=True)
class Checked:
    """All findings of a configuration and the exit code they stand for."""

    findings: list[Finding]
    exit_code: int
    language: str

    @property
    def errors(self) -> int:
        """How many of them stop a run."""
        return sum(f.severity == "error" for f in self.findings)


def check(config: Config, out: Path, paths: Paths) -> Checked:
    """Look at everything ``config`` names and write the list to ``out/check``."""
    with Store(out, "check", language=config.language, paths=paths, is_quiet=True) as store:
        problems, code = _problems(config, store, paths)
        warned = [Finding.of("warning", w["key"], w["params"], config.language) for w in store.warnings]
        checked = Checked([*(Finding.of("error", p.key, p.params, config.language) for p in problems), *warned], code, config.language)
        save(checked, store)
        store.commit({}, "")
    return checked


def refused(error: PipelineError, out: Path, language: str) -> Checked:
    """The list when the configuration itself cannot be read."""
    checked = Checked([Finding.of("error", p.key, p.params, language) for p in error.problems], error.exit_code, language)
    with Store(out, "check", language=language, is_quiet=True) as store:
        save(checked, store)
        store.commit({}, "")
    return checked


def _problems(config: Config, store: Store, paths: Paths) -> tuple[list[Problem], int]:
    """Every problem of ingest and of the settings later stages read, and the exit code of their kind."""
    from pipeline import carbon, cover, ingest, siting, tabulate
    from pipeline.ingest import sources
    from pipeline.maps.edition import lacks_review

    if lacks_review(config):
        store.warn("maps_no_review")
    findings = Findings()
    found = findings.attempt(ingest.examine, config, store, paths)
    findings.attempt(carbon.require_routes, config)
    findings.attempt(carbon.read_factors, config, store, paths)
    findings.attempt(cover.require_official_areas, config)
    findings.attempt(siting.reading.check_rules, config, paths, *((found.frame, found.layers) if found is not None else ()))
    findings.attempt(siting.reading.check_scores, config, paths)
    if found is not None:
        findings.attempt(siting.reading.check_kinds, config, paths, set(found.sites.kind), store.warn)
    findings.attempt(siting.reading.check_energy, config, paths)
    findings.attempt(siting.reading.check_rooftop, config, paths)
    findings.attempt(sources.missing_rule_layers, config, store, paths)
    findings.attempt(sources.read_to_the_end, config, paths)
    if found is not None:
        findings.attempt(tabulate.check_strata, config, found.layers, found.frame)
    try:
        findings.stop()
    except PipelineError as error:
        return _once(error.problems), error.exit_code
    return [], 0


def _once(problems: list[Problem]) -> list[Problem]:
    """Each problem once: two looks at a file may find the same."""
    made: list[Problem] = []
    for p in problems:
        if p not in made:
            made.append(p)
    return made


# --- writing -------------------------------------------------------------------------------------------------


def save(checked: Checked, store: Store) -> None:
    """The list as ``check.txt``, ``check.html`` and ``check.json``."""
    store.write_bytes("check.txt", as_text(checked).encode("utf-8-sig"))
    store.write_bytes("check.html", as_html(checked).encode("utf-8"))
    rows = {"exit_code": checked.exit_code, "findings": [asdict(f) for f in checked.findings]}
    store.write_bytes("check.json", (json.dumps(rows, ensure_ascii=False, indent=1) + "\n").encode("utf-8"))


def as_text(checked: Checked) -> str:
    """Numbered lines, errors first, and a last line that counts them."""
    said = [
        f"{say(f.severity, checked.language)} {i}/{len(checked.findings)} [{f.kind}] {f.message}" for i, f in enumerate(checked.findings, 1)
    ]
    return "\n".join([*said, summary(checked)]) + "\n"


def summary(checked: Checked) -> str:
    """How many errors and warnings, and what to do next."""
    errors = checked.errors
    key = "check_good" if not checked.findings else "check_warnings" if errors == 0 else "check_errors"
    return say(key, checked.language, errors=errors, warnings=len(checked.findings) - errors)


def as_html(checked: Checked) -> str:
    """A page that needs nothing but itself; texts of data are text."""
    language = checked.language
    head = "".join(f"<th>{say(f'check_{c}', language)}</th>" for c in ("severity", "file", "where", "found", "expected", "message"))
    rows = Markup("").join(
        Markup('<tr class="{0}"><td>{1}</td><td>{2}</td><td>{3}</td><td>{4}</td><td>{5}</td><td>{6}</td></tr>\n').format(
            f.severity, say(f.severity, language), *(escape(v) for v in (f.file, f.where, f.found, f.expected, f.message))
        )
        for f in checked.findings
    )
    return _PAGE.format(
        lang="zh-CN" if language == "zh" else "en",
        title=say("check_title", language),
        head=head,
        rows=rows,
        summary=escape(summary(checked)),
    )


_PAGE = """<!doctype html>
<html lang="{lang}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>{title}</title><style>
body {{ font: 15px/1.6 "Microsoft YaHei", "PingFang SC", "Noto Sans CJK SC", sans-serif; margin: 2rem auto; max-width: 72rem; padding: 0 1rem; color: #1d2a26 }}
table {{ border-collapse: collapse; width: 100% }} th, td {{ border-bottom: 1px solid #d5dcd8; padding: .4rem .6rem; text-align: left; vertical-align: top }}
td {{ overflow-wrap: anywhere }} td:first-child {{ white-space: nowrap }} td:nth-child(2) {{ min-width: 11em }}
td:nth-child(3) {{ min-width: 7em }} td:nth-child(4), td:nth-child(5) {{ min-width: 6em }} td:last-child {{ min-width: 24em }} .error td:first-child {{ color: #a3201c; font-weight: 600 }} .warning td:first-child {{ color: #7a5200; font-weight: 600 }}
</style></head><body><h1>{title}</h1><p>{summary}</p>
<table><thead><tr>{head}</tr></thead><tbody>
{rows}</tbody></table></body></html>
"""
