"""What is wrong with a bot project, said so that its author can go straight to the line."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

Severity = Literal["error", "warning"]


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """One finding in one file."""

    file: str
    """Path relative to the project folder."""
    line: int
    """1-based; 1 also where the whole file is meant."""
    message: str
    severity: Severity = "error"

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.severity}: {self.message}"


class ProjectError(Exception):
    """The bot project has errors; `problems` lists all of them, warnings included."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(sorted(problems))
        super().__init__("\n".join(str(problem) for problem in self.problems))


class Findings:
    """Collects problems while a project is read, so that all of them can be shown at once."""

    def __init__(self) -> None:
        self._problems: list[Problem] = []

    def error(self, file: str, line: int, message: str) -> None:
        self._problems.append(Problem(file, line, message, "error"))

    def warning(self, file: str, line: int, message: str) -> None:
        self._problems.append(Problem(file, line, message, "warning"))

    def __iter__(self) -> Iterator[Problem]:
        return iter(self._problems)

    @property
    def has_errors(self) -> bool:
        return any(problem.severity == "error" for problem in self._problems)

    def raise_errors(self) -> None:
        """Raise ProjectError if anything so far is an error."""
        if self.has_errors:
            raise ProjectError(self._problems)
