"""What can go wrong, as data: every problem says what, where, expected, found and how to mend it.

A problem is a key of :mod:`pipeline.core.words` with its parameters, so that it can be said in the user's
language at the edge. The exit code goes by the kind of error.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Problem:
    """One finding: ``key`` names the sentence in the word list, ``params`` fill it."""

    key: str
    params: dict[str, Any] = field(default_factory=dict)


def problem(key: str, /, **params: Any) -> Problem:
    """A problem from its key and parameters."""
    return Problem(key, params)


class PipelineError(Exception):
    """Stops a run with all its problems at once; :attr:`exit_code` goes to the shell."""

    exit_code = 1

    def __init__(self, *problems: Problem | Iterable[Problem]):
        self.problems: list[Problem] = []
        for item in problems:
            self.problems.extend([item] if isinstance(item, Problem) else item)
        super().__init__("; ".join(f"{p.key} {p.params}" for p in self.problems))

    def __reduce__(self):
        """Made again from its problems when it comes from another process."""
        return type(self), (self.problems,)


class UsageError(PipelineError):
    """The command line or the configuration is wrong."""

    exit_code = 2


class BadData(PipelineError):
    """An input file cannot be used as it is."""

    exit_code = 3


class EnvironmentProblem(PipelineError):
    """Disk, memory, lock or permissions stand in the way."""

    exit_code = 5


class Findings:
    """Collects problems so that all are reported at once."""

    def __init__(self) -> None:
        self.problems: list[Problem] = []
        self._kinds: set[type[PipelineError]] = set()

    def add(self, key: str, /, **params: Any) -> None:
        """Note one problem."""
        self.problems.append(Problem(key, params))

    def extend(self, error: PipelineError) -> None:
        """Take over the problems of an error that was caught to go on looking."""
        self.problems.extend(error.problems)
        self._kinds.add(type(error))

    def attempt(self, function: Callable, *arguments: Any) -> Any:
        """Call; on a finding note it, go on, and return None."""
        try:
            return function(*arguments)
        except PipelineError as error:
            self.extend(error)
            return None

    def stop(self, kind: type[PipelineError] | None = None) -> None:
        """Raise when anything was found: as ``kind``, else as the errors taken over were, bad data when they differ."""
        if self.problems:
            same = next(iter(self._kinds)) if len(self._kinds) == 1 else BadData
            raise (kind or same)(self.problems)
