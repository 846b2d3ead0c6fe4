"""A walk through a project finds each turn after which a visitor would stand still."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from bot import Assistant
from bot.exploring import explore, fault
from tests.unit.bot.projects import DOMAIN, a_project, an_assistant, with_action

NOW = datetime(2026, 11, 25, 12, 0, tzinfo=UTC)


async def dead_ends(assistant: Assistant, depth: int = 1) -> dict[str, str]:
    """What the bot said last where it went wrong, and why."""
    visits, _ = await explore(assistant, NOW, depth=depth)
    return {visit.said: why for visit in visits if (why := fault(visit.turn)) is not None}


async def test_answers_that_lead_nowhere_are_found_and_questions_are_none(tmp_path: Path) -> None:
    found = await dead_ends(an_assistant(a_project(tmp_path)))
    assert {"Hello.", "Nice weather."} <= set(found)
    assert "Which size?" not in found
    assert "without a question, a button, a person or a time" in found["Hello."]


async def test_what_only_a_second_message_reaches_is_found_by_a_longer_walk(tmp_path: Path) -> None:
    domain = DOMAIN.replace("required_slots: [size, address]", "required_slots: [size]")
    assistant = an_assistant(a_project(tmp_path, {"domain.yml": domain}))
    last = "A large one goes to None."
    assert last not in await dead_ends(assistant)
    assert last in await dead_ends(assistant, depth=2)


async def test_an_action_that_says_nothing_or_fails_is_a_dead_end(tmp_path: Path) -> None:
    for body, why in (("return []", "nothing is said"), ("raise ValueError('no shop')", "no shop")):
        code = (
            "class A(Action):\n    def name(self): return 'action_a'\n"
            f"    def run(self, dispatcher, tracker, domain):\n        {body}\n"
        )
        folder = tmp_path / str(len(body))
        folder.mkdir()
        assistant = an_assistant(a_project(folder, with_action("action_a", "greet"), actions=code))
        assert any(why in each for each in (await dead_ends(assistant)).values())


async def test_two_walks_are_alike(tmp_path: Path) -> None:
    assistant = an_assistant(a_project(tmp_path))
    first, second = await explore(assistant, NOW), await explore(assistant, NOW)
    assert [visit.path for visit in first[0]] == [visit.path for visit in second[0]]
    assert first[1] == second[1] > 1
