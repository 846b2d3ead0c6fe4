"""What a walk is judged by: next steps, words, and times that are on record."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from app.walk import faults
from bot import BotMessage, Button, Promised, Trace, Tracker, Turn
from bot.exploring import Visit

DUE = datetime(2026, 11, 26, 18, 0, tzinfo=UTC)
BUTTONS = (Button("Talk to a person", "/human_request"),)


def a_visit(text: str, **parts: Any) -> Visit:
    turn = Turn(
        messages=(BotMessage(text, parts.pop("buttons", BUTTONS), parts.pop("card", None)),),
        events=(),
        wish=None,
        failures=(),
        trace=Trace("greet", 1.0, (), ()),
        promises=parts.pop("promises", ()),
        tracker=Tracker.fold("visitor", []),
    )
    return Visit(("/greet",), turn)


def kinds(*visits: Visit) -> list[str]:
    return [found.kind for found in faults(visits)]


def test_an_answer_with_a_next_step_in_good_words_is_well() -> None:
    assert kinds(a_visit("Your parcel is on its way. Shall we look closer?", buttons=())) == []
    assert kinds(a_visit("Your parcel is on its way.")) == []


def test_a_dead_end_is_told_once_for_the_same_words() -> None:
    still = a_visit("Your parcel is on its way.", buttons=())
    assert kinds(still, still) == ["dead_end"]


def test_words_that_close_a_door_are_found_in_cards_and_buttons() -> None:
    assert kinds(a_visit("Which one?", card={"kind": "case", "lines": ["Unfortunately, it takes a week"]})) == [
        "wording"
    ]
    assert kinds(a_visit("Which one?", buttons=(Button("Unfortunately", "/deny"),))) == ["wording"]


def test_a_time_is_said_with_its_promise_or_found() -> None:
    said = "We will call you by Tuesday 12:00."
    assert kinds(a_visit(said)) == ["promise"]
    assert kinds(a_visit(said, promises=(Promised("a call", DUE),))) == []
