"""The order bot with exact understanding, and test stories about it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from types import SimpleNamespace

from bot import Assistant
from bot.testing import TestStory, Verdict, read_stories
from tests.unit.bot.projects import DOMAIN, NLU, a_project

CONFIG = """
pipeline:
- name: KeywordIntentClassifier
- name: RegexEntityExtractor
policies:
- name: MemoizationPolicy
  max_history: 4
- name: RulePolicy
"""
SIZES = """
- lookup: size
  examples: |
    - large
    - small
"""


def a_storied_project(
    folder: Path, files: Mapping[str, str] | None = None, *, actions: str | None = None, added_to_domain: str = ""
) -> Path:
    contents = {"config.yml": CONFIG, "data/nlu.yml": NLU + SIZES, "domain.yml": DOMAIN + added_to_domain}
    return a_project(folder, {**contents, **(files or {})}, actions=actions)


def an_assistant(folder: Path, *, run_actions: bool = False) -> Assistant:
    services: object = SimpleNamespace()
    return Assistant.load(folder, services, run_actions=run_actions)  # type: ignore[arg-type]


def stories(folder: Path, assistant: Assistant, text: str) -> list[TestStory]:
    file = folder / "tests" / "test_orders.yml"
    file.parent.mkdir(exist_ok=True)
    file.write_text(text, encoding="utf-8")
    return read_stories(file, assistant.domain)


def differing(verdict: Verdict) -> list[tuple[int | None, str, str]]:
    """(line, expected, got) of every difference."""
    return [(line.number, line.difference.expected, line.difference.got) for line in verdict.lines if line.difference]
