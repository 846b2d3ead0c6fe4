"""The project's own test stories, played with real actions on a real shop."""

from __future__ import annotations

from typing import Any

import pytest
import yaml

from bot.examples import annotated
from tests.dialogs.rider import PROJECT, Rider

STORIES: list[dict[str, Any]] = yaml.safe_load((PROJECT / "tests" / "test_stories.yml").read_text("utf-8"))["stories"]
UNSAID = {"action_listen", "action_session_start"}


def turns_of(story: dict[str, Any]) -> list[tuple[str, str, list[str]]]:
    """What is said, the intent it has, and the actions that follow, turn by turn."""
    turns: list[tuple[str, str, list[str]]] = []
    for step in story["steps"]:
        if "user" in step:
            turns.append((step["user"], step["intent"], []))
        elif "action" in step:
            turns[-1][2].append(step["action"])
    return turns


@pytest.mark.parametrize("story", STORIES, ids=lambda story: story["story"])
async def test_story(rider: Rider, story: dict[str, Any]) -> None:
    for said, intent, actions in turns_of(story):
        text, spans = annotated(said)
        turn = await rider.says(text)
        assert turn.trace.intent == intent, text
        found = {(entity["entity"], entity["value"]) for entity in turn.trace.entities}
        assert {(span.entity, span.value) for span in spans} <= found, text
        assert [step.action for step in turn.trace.steps if step.action not in UNSAID] == actions, text
