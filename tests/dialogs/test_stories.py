"""The project's own test stories, played with real actions on a real shop."""

from __future__ import annotations

import pytest

from bot import Assistant
from bot.loader import read_project
from bot.problems import Findings
from bot.testing import TestStory, play, read_stories, story_files, told
from tests.dialogs.rider import PROJECT
from tests.shops import NOON

DOMAIN = read_project(PROJECT, Findings()).domain
STORIES = [story for file in story_files(PROJECT) for story in read_stories(file, DOMAIN)]


@pytest.mark.parametrize("story", STORIES, ids=lambda story: story.name)
def test_story(assistant: Assistant, story: TestStory) -> None:
    verdict = play(story, assistant, at=NOON)
    if not verdict.passed:
        pytest.fail(told(verdict), pytrace=False)
