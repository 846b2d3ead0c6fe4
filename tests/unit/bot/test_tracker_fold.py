from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import anyio
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot import Assistant, Tracker
from tests.unit.bot.projects import Chat, a_project, an_assistant

EVENTS = st.one_of(
    st.sampled_from(["action_listen", "utter_greet", "order_form", "action_default_fallback"]).map(
        lambda name: {"event": "action", "name": name}
    ),
    st.sampled_from(["greet", "inform", "nlu_fallback"]).map(
        lambda name: {"event": "user", "text": name, "parse_data": {"intent": {"name": name}, "entities": []}}
    ),
    st.tuples(st.sampled_from(["size", "address"]), st.sampled_from([None, "a", "b"])).map(
        lambda pair: {"event": "slot", "name": pair[0], "value": pair[1]}
    ),
    st.sampled_from([None, "order_form"]).map(lambda name: {"event": "active_loop", "name": name}),
    st.sampled_from(
        ["rewind", "undo", "restart", "session_started", "reset_slots", "pause", "resume", "loop_interrupted"]
    ).map(lambda kind: {"event": kind, "is_loop_interrupted": True}),
    st.just({"event": "action_execution_rejected", "name": "order_form"}),
    st.just({"event": "followup", "name": "utter_greet"}),
    st.just({"event": "bot", "text": "x", "metadata": {"utter_action": "utter_greet", "variation": 1}}),
)


def view(tracker: Tracker) -> dict[str, Any]:
    return {
        "slots": dict(tracker.slots),
        "message": tracker.latest_message,
        "action": tracker.latest_action,
        "loop": tracker.loop,
        "followup": tracker.followup,
        "paused": tracker.is_paused,
        "applied": tracker.applied_events,
        "cuts": [cut.at for cut in tracker.cuts],
        "fallbacks": tracker.fallbacks,
        "said": tracker.said,
        "events": tracker.events,
    }


@given(st.lists(EVENTS, max_size=40), st.integers(0, 40))
def test_what_grew_in_pieces_equals_what_is_folded_at_once(events: list[dict[str, Any]], at: int) -> None:
    grown = Tracker.fold("c", events[:at])
    branch = grown.fork()
    branch.extend([{"event": "restart"}])
    grown.extend(events[at:])
    assert view(grown) == view(Tracker.fold("c", events))


@given(st.lists(EVENTS, max_size=40), st.integers(0, 40))
def test_a_fork_grows_on_its_own(events: list[dict[str, Any]], at: int) -> None:
    tracker = Tracker.fold("c", events[:at])
    fork = tracker.fork()
    assert view(fork) == view(tracker)
    fork.clear_followup()
    fork.extend(events[at:])
    assert view(tracker) == view(Tracker.fold("c", events[:at]))
    tracker.clear_followup()
    tracker.extend(events[at:])
    assert view(tracker) == view(fork)


@given(st.lists(EVENTS, max_size=40))
def test_cuts_remember_the_state_before_each_applied_action(events: list[dict[str, Any]]) -> None:
    tracker = Tracker.fold("c", events)
    actions = [number for number, event in enumerate(tracker.applied_events) if event["event"] == "action"]
    assert [cut.at for cut in tracker.cuts] == actions


def test_a_happy_form_is_one_action_in_the_history() -> None:
    listen, form = {"event": "action", "name": "action_listen"}, {"event": "action", "name": "f"}
    user = {"event": "user", "parse_data": {"intent": {"name": "x"}}}
    tracker = Tracker.fold("c", [listen, user, form, {"event": "active_loop", "name": "f"}])
    tracker.extend([listen, user, {"event": "slot", "name": "a", "value": 1}, form, listen, user, form, listen])
    names = [event["name"] for event in tracker.applied_events if event["event"] == "action"]
    assert names == ["action_listen", "f", "action_listen"]
    assert tracker.slots == {"a": 1}


def test_a_rewind_takes_the_message_and_its_slots_back() -> None:
    listen = {"event": "action", "name": "action_listen"}
    user = {"event": "user", "parse_data": {"intent": {"name": "x"}}}
    tracker = Tracker.fold("c", [listen, user, {"event": "slot", "name": "a", "value": 1}, {"event": "rewind"}])
    assert tracker.slots == {}
    assert tracker.applied_events == []
    assert len(tracker.events) == 4


@pytest.fixture(scope="module")
def assistant(tmp_path_factory: pytest.TempPathFactory) -> Assistant:
    return an_assistant(a_project(tmp_path_factory.mktemp("project")))


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.lists(
        st.one_of(
            st.text(max_size=60),
            st.sampled_from(["hello", "order one for me", "cancel that", "small", "\ud800", "/greet", "a" * 5000]),
        ),
        min_size=1,
        max_size=6,
    )
)
def test_any_text_gets_a_turn_and_the_tracker_folds_to_the_same(assistant: Assistant, said: list[str]) -> None:
    async def talk() -> Chat:
        chat = Chat(assistant)
        for text in said:
            turn = await chat.says(text)
            assert turn.events[-1]["name"] == "action_listen"
            assert turn.failures == ()
        return chat

    chat = anyio.run(talk)
    assert view(Tracker.fold("a-conversation", chat.tracker.events)) == view(chat.tracker)


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=80))
def test_any_payload_gets_a_turn(assistant: Assistant, payload: str) -> None:
    async def tap() -> None:
        await Chat(assistant).taps("/inform" + payload)

    anyio.run(tap)


def test_a_tracker_is_read_back_from_json(tmp_path: Path) -> None:
    async def talk() -> Chat:
        chat = Chat(an_assistant(a_project(tmp_path)))
        await chat.says("i want to order a pipe")
        await chat.taps('/inform{"size": "large"}')
        return chat

    chat = anyio.run(talk)
    stored = json.loads(json.dumps(chat.tracker.events))
    assert view(Tracker.fold("a-conversation", stored)) == view(chat.tracker)
