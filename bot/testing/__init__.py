"""Dialogs as tests: test stories in Rasa's format are read, judged and explained; conversations are played.

Knows no pytest. `kickstand.pytest_plugin` makes test items of it, `kickstand test` a command and a report.
"""

from bot.testing.conversation import Conversation, Reply
from bot.testing.judging import judge
from bot.testing.playing import Player, play
from bot.testing.stories import TestStory, Unreadable, read_stories, runs_actions, story_files
from bot.testing.telling import told
from bot.testing.verdict import NOT_PLAYED, Difference, Line, Pair, Verdict

__all__ = [
    "NOT_PLAYED",
    "Conversation",
    "Difference",
    "Line",
    "Pair",
    "Player",
    "Reply",
    "TestStory",
    "Unreadable",
    "Verdict",
    "judge",
    "play",
    "read_stories",
    "runs_actions",
    "story_files",
    "told",
]
