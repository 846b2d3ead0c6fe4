"""The guide for those who come from Rasa says of each component what the code does with it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot import check
from tests.unit.bot.projects import a_project

GUIDE = Path(__file__).parents[3] / "docs" / "from-rasa.md"
COMPONENT = re.compile(r"\b[A-Z]\w*(?:Policy|Classifier|Extractor|Selector|Mapper)\b")


def told() -> Iterator[tuple[str, str]]:
    """(component, what the guide says of it)."""
    for line in GUIDE.read_text("utf-8").splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if line.startswith("|") and len(cells) == 3:
            for name in COMPONENT.findall(cells[0]):
                yield name, cells[1]


def left_out(folder: Path, name: str) -> bool:
    """Whether a project that names the component is told that it is left out."""
    policy = name.endswith("Policy")
    pipeline = "" if policy else f"pipeline: [{{name: {name}}}]\n"
    policies = f"policies: [{{name: RulePolicy}}{f', {{name: {name}}}' if policy and name != 'RulePolicy' else ''}]\n"
    problems = check(a_project(folder, {"config.yml": pipeline + policies}))
    assert all(name in problem.message for problem in problems), problems
    return bool(problems)


@pytest.mark.parametrize(("name", "status"), sorted(set(told())))
def test_a_component_is_treated_as_the_guide_says(tmp_path: Path, name: str, status: str) -> None:
    assert left_out(tmp_path, name) == (status == "left out")


def test_the_guide_tells_of_every_component_that_is_known() -> None:
    named = {name for name, _ in told()}
    assert {"RulePolicy", "TEDPolicy", "DIETClassifier", "ResponseSelector", "DucklingEntityExtractor"} <= named
    assert len(named) > 15
