from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from rasa_sdk.events import ReminderCancelled, ReminderScheduled

from bot import pending
from tests.unit.bot.projects import Chat, a_project, an_assistant, texts, with_action

DUE = datetime(2026, 11, 22, 13, tzinfo=UTC)
ACTION = """
from datetime import datetime, timezone
from rasa_sdk.events import ReminderScheduled
class Remind(Action):
    def name(self):
        return "action_remind"
    def run(self, dispatcher, tracker, domain):
        due = datetime(2026, 11, 22, 13, tzinfo=timezone.utc)
        size = {"size": "large"}
        return [ReminderScheduled("chitchat", due, entities=size, name="later", kill_on_user_message=False)]
"""
RULE = "- rule: chat\n  steps: [{intent: chitchat}, {action: utter_chitchat}]\n"


def set_for(minutes: int, name: str = "r", intent: str = "greet", **more: Any) -> dict[str, Any]:
    event: dict[str, Any] = ReminderScheduled(intent, DUE + timedelta(minutes=minutes), name=name, **more)
    return event


def said(**metadata: Any) -> dict[str, Any]:
    return {"event": "user", "text": "hi", "parse_data": {}, "metadata": metadata}


def names_of(*events: dict[str, Any]) -> list[str]:
    return [reminder.name for reminder in pending(events)]


def test_reminders_are_due_in_the_order_of_their_times() -> None:
    assert names_of(set_for(5, "b"), set_for(1, "a")) == ["a", "b"]
    assert pending([set_for(1)])[0].due == DUE + timedelta(minutes=1)


def test_a_time_without_a_zone_is_utc_and_an_unreadable_one_is_left_out() -> None:
    event = {"event": "reminder", "name": "r", "intent": "greet", "date_time": "2026-11-22T13:00:00"}
    assert pending([event])[0].due == DUE
    assert pending([{**event, "date_time": "soon"}, {"event": "reminder"}]) == ()


def test_a_message_of_the_visitor_ends_a_reminder_unless_it_is_to_stay() -> None:
    stays = set_for(2, "stays", kill_on_user_message=False)
    assert names_of(set_for(1, "goes"), stays, said()) == ["stays"]


@pytest.mark.parametrize("kind", ["restart", "session_started"])
def test_a_new_session_ends_all(kind: str) -> None:
    assert names_of(set_for(1, kill_on_user_message=False), {"event": kind}) == []


def test_the_same_reminder_set_again_moves() -> None:
    (moved,) = pending([set_for(1), set_for(9)])
    assert moved.due == DUE + timedelta(minutes=9)


@pytest.mark.parametrize(
    ("cancelled", "left"),
    [
        (ReminderCancelled(name="a"), ["b", "c"]),
        (ReminderCancelled(intent_name="greet"), ["c"]),
        (ReminderCancelled(name="a", intent_name="order"), ["a", "b", "c"]),
        (ReminderCancelled(), []),
    ],
)
def test_a_cancellation_ends_what_it_names(cancelled: dict[str, Any], left: list[str]) -> None:
    assert names_of(set_for(1, "a"), set_for(2, "b"), set_for(3, "c", intent="order"), cancelled) == left


async def test_a_reminder_that_is_due_plays_its_intent_once_and_starts_no_session(tmp_path: Path) -> None:
    files = with_action("action_remind", "greet")
    files["data/rules.yml"] += RULE
    chat = Chat(an_assistant(a_project(tmp_path, files, actions=ACTION)))
    await chat.taps("/greet")
    (reminder,) = pending(chat.tracker.events)
    assert (reminder.name, reminder.intent, reminder.due) == ("later", "chitchat", DUE)
    turn = await chat.assistant.remind(chat.tracker, reminder, "reminder-1", DUE + timedelta(hours=3), "kickstand")
    assert texts(turn) == ["Nice weather."]
    assert [step.action for step in turn.trace.steps] == ["utter_chitchat", "action_listen"]
    assert turn.tracker.slots["size"] == "large"
    assert turn.tracker.latest_message["text"] == "EXTERNAL: chitchat"
    assert pending(turn.tracker.events) == ()
