"""A dialogue kept in memory is the same as one read again from the log."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from app.conversations import Entry, EntryId
from app.dialogues import Dialogue
from bot import Event
from handoff import ConversationId, SiteId

CONVERSATION = ConversationId("c")
AT = datetime(2026, 11, 22, tzinfo=UTC)


def an_entry(pos: int, events: list[Event]) -> Entry:
    data: dict[str, Any] = {"events": events, "re": None}
    return Entry(CONVERSATION, pos, None, EntryId(f"e{pos}"), "tracker", "bot", "bot", None, data, AT)


def a_turn(model: str) -> list[Event]:
    return [
        {"event": "action", "name": "action_session_start"},
        {"event": "session_started"},
        {"event": "slot", "name": "model", "value": model},
        {"event": "action", "name": "action_listen"},
    ]


def kept() -> Dialogue:
    return Dialogue(CONVERSATION, SiteId("s"))


def test_a_turn_stored_as_it_was_thought_is_not_folded_again() -> None:
    dialogue, events = kept(), a_turn("MT-07")
    grown = dialogue.tracker.fork()
    grown.extend(events)
    dialogue.expect(grown)
    dialogue.extend([an_entry(1, events)])
    assert dialogue.tracker is grown


def test_all_that_the_bot_says_in_one_turn_is_one_answer() -> None:
    dialogue = kept()
    for pos, (text, re) in enumerate([("Made for your bike:", "m1"), ("Fell 2", "m1"), ("Made for it:", "m2")], 1):
        data = {"text": text, "re": re}
        said = Entry(CONVERSATION, pos, pos, EntryId(f"e{pos}"), "message", "bot", "bot", None, data, AT)
        dialogue.extend([said])
    assert [said.text for said in dialogue.context(before=9).earlier] == ["Made for your bike: Fell 2", "Made for it:"]


def test_a_turn_that_was_dropped_leaves_no_trace() -> None:
    dialogue = kept()
    lost = dialogue.tracker.fork()
    lost.extend(a_turn("MT-09"))
    dialogue.expect(lost)
    dialogue.extend([an_entry(1, a_turn("MT-07"))])
    assert dialogue.tracker.slots == {"model": "MT-07"}
    assert dialogue.tracker.events == a_turn("MT-07")
