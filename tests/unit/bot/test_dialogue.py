from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path

import pytest

from bot import Button, Message, Tracker, Wish
from tests.unit.bot.projects import DOMAIN, NOON, RULES, Chat, a_project, an_assistant, texts


@pytest.fixture
def chat(tmp_path: Path) -> Chat:
    return Chat(an_assistant(a_project(tmp_path)))


async def test_a_rule_answers_its_intent(chat: Chat) -> None:
    turn = await chat.says("hello")
    assert texts(turn) == ["Hello."]
    assert [(step.action, step.policy) for step in turn.trace.steps] == [
        ("action_session_start", ""),
        ("utter_greet", "RulePolicy"),
        ("action_listen", "RulePolicy"),
    ]
    assert turn.trace.intent == "greet"


async def test_a_reply_leaves_the_tracker_as_it_was(chat: Chat) -> None:
    await chat.says("hello")
    before = list(chat.tracker.events)
    fork = Chat(chat.assistant, chat.tracker, chat.now, list(chat.turns))
    first = await fork.says("i want to order a pipe")
    assert chat.tracker.events[: len(before)] == before
    again = await chat.assistant.reply(Tracker.fold("a-conversation", before), _message(fork))
    assert again == first


def _message(chat: Chat) -> Message:
    return Message(f"turn-{len(chat.turns) - 1}", "i want to order a pipe", chat.now)


async def test_a_form_asks_one_slot_after_the_other_and_then_finishes(chat: Chat) -> None:
    asked = await chat.says("i want to order a pipe")
    assert texts(asked) == ["Which size?"]
    assert asked.messages[0].buttons == (Button("Large", '/inform{"size": "large"}'),)
    assert chat.tracker.active_loop == "order_form"
    assert texts(await chat.taps('/inform{"size": "large"}')) == ["Where to?"]
    assert texts(await chat.says("12 Harbour Lane")) == ["A large one goes to 12 Harbour Lane."]
    assert chat.tracker.active_loop is None


async def test_a_form_does_not_ask_for_what_it_already_knows(chat: Chat) -> None:
    await chat.taps('/greet{"size": "small"}')
    assert texts(await chat.says("i want to order a pipe")) == ["Where to?"]


async def test_a_later_answer_corrects_an_earlier_one(chat: Chat) -> None:
    await chat.says("i want to order a pipe")
    await chat.taps('/inform{"size": "small"}')
    await chat.taps('/order{"size": "large"}')
    assert chat.tracker.slots["size"] == "large"


async def test_small_talk_inside_a_form_is_answered_and_the_form_asks_again(chat: Chat) -> None:
    await chat.says("i want to order a pipe")
    assert texts(await chat.says("nice weather today")) == ["Nice weather.", "Which size?"]
    assert chat.tracker.active_loop == "order_form"


async def test_a_form_can_be_left(chat: Chat) -> None:
    await chat.says("i want to order a pipe")
    assert texts(await chat.says("cancel that")) == ["Cancelled."]
    assert chat.tracker.active_loop is None


async def test_a_story_is_followed_by_memory(tmp_path: Path) -> None:
    story = """
stories:
- story: after a greeting
  steps:
  - intent: greet
  - action: utter_greet
  - intent: inform
  - action: utter_chitchat
"""
    chat = Chat(an_assistant(a_project(tmp_path, {"data/stories.yml": story})))
    await chat.says("hello")
    turn = await chat.taps("/inform")
    assert texts(turn) == ["Nice weather."]
    assert turn.trace.steps[0].policy == "MemoizationPolicy"


async def test_what_nobody_answers_ends_in_the_fallback(chat: Chat) -> None:
    assert texts(await chat.says("qqqq zzzz xxxx")) == ["Say that again?"]


async def test_the_second_misunderstanding_in_a_row_wants_a_person(chat: Chat) -> None:
    first = await chat.says("qqqq zzzz xxxx")
    assert first.wish is None
    second = await chat.says("wwww vvvv")
    assert second.wish is not None
    assert second.wish.reason == "bot_gave_up"


async def test_an_answer_in_between_starts_the_count_anew(chat: Chat) -> None:
    await chat.says("qqqq zzzz xxxx")
    await chat.says("hello")
    assert (await chat.says("wwww vvvv")).wish is None


async def test_free_text_that_a_form_takes_is_no_misunderstanding(chat: Chat) -> None:
    await chat.says("i want to order a pipe")
    await chat.taps('/inform{"size": "small"}')
    await chat.says("qqqq zzzz xxxx 17")
    assert chat.tracker.slots["address"] == "qqqq zzzz xxxx 17"
    assert chat.tracker.fallbacks == 0


async def test_a_handoff_is_a_wish_for_what_was_understood_and_the_bot_says_nothing(chat: Chat) -> None:
    turn = await chat.says("let me talk to a person")
    assert turn.messages == ()
    assert turn.wish == Wish("person", 'understood as person: "let me talk to a person"')
    assert (await chat.taps("/person")).wish == Wish("person", "understood as person")


async def test_a_wish_quotes_no_more_than_an_agent_reads_at_a_glance(chat: Chat) -> None:
    turn = await chat.says("let me talk to a person " * 100)
    assert turn.wish is not None
    assert len(turn.wish.detail) < 250


async def test_text_that_looks_like_a_payload_is_text(chat: Chat) -> None:
    turn = await chat.says('/inform{"size": "large"}')
    assert "size" not in chat.tracker.slots or turn.trace.confidence < 1.0
    turn = await chat.says("/action_restart")
    assert all(step.action != "action_restart" for step in turn.trace.steps)


async def test_a_new_session_keeps_slots_and_leaves_the_form(chat: Chat) -> None:
    await chat.says("i want to order a pipe")
    await chat.taps('/inform{"size": "small"}')
    chat.now += timedelta(hours=2)
    turn = await chat.says("hello")
    assert texts(turn) == ["Hello."]
    assert turn.trace.steps[0].action == "action_session_start"
    assert chat.tracker.slots["size"] == "small"
    assert chat.tracker.active_loop is None


async def test_restart_forgets_everything(chat: Chat) -> None:
    await chat.taps('/inform{"size": "small"}')
    await chat.taps("/restart")
    assert chat.tracker.slots.get("size") is None
    assert texts(await chat.says("hello")) == ["Hello."]


async def test_a_story_that_goes_in_circles_stops_and_the_bot_listens_again(tmp_path: Path) -> None:
    rules = RULES + (
        "- rule: round\n  steps: [{action: utter_greet}, {action: utter_chitchat}]\n  wait_for_user_input: false\n"
        "- rule: and round\n  steps: [{action: utter_chitchat}, {action: utter_greet}]\n  wait_for_user_input: false\n"
    )
    config = "policies:\n- name: RulePolicy\n  check_for_contradictions: false\n"
    files = {
        "data/rules.yml": rules.replace(
            "[{intent: chitchat}, {action: utter_chitchat}]",
            "[{intent: chitchat}, {action: utter_chitchat}, {action: utter_greet}, {action: utter_chitchat}]",
        ),
        "config.yml": config,
    }
    chat = Chat(an_assistant(a_project(tmp_path, files)))
    turn = await chat.taps("/chitchat")
    assert len(turn.trace.steps) <= 12
    assert turn.events[-1]["name"] == "action_listen"
    assert texts(await chat.taps("/person")) == []


async def test_the_same_seed_gives_the_same_words_and_another_variation_next_time(tmp_path: Path) -> None:
    domain = DOMAIN.replace('[{text: "Hello."}]', '[{text: "Hello."}, {text: "Hi."}, {text: "Good day."}]')
    folder = a_project(tmp_path, {"domain.yml": domain})
    said: list[list[str]] = []
    for _ in range(2):
        chat = Chat(an_assistant(folder, seed=4))
        said.append([texts(await chat.taps("/greet"))[0] for _ in range(12)])
    assert said[0] == said[1]
    assert all(first != second for first, second in zip(said[0], said[0][1:], strict=False))


async def test_conditions_choose_the_wording(tmp_path: Path) -> None:
    domain = DOMAIN.replace(
        '[{text: "Hello."}]',
        '[{text: "Hello."}, {text: "Hello, tall one.", condition: [{type: slot, name: size, value: LARGE}]}]',
    )
    chat = Chat(an_assistant(a_project(tmp_path, {"domain.yml": domain})))
    assert texts(await chat.taps("/greet")) == ["Hello."]
    assert texts(await chat.taps('/greet{"size": "large"}')) == ["Hello, tall one."]


async def test_the_events_of_a_turn_are_json_and_stand_at_the_time_of_the_message(chat: Chat) -> None:
    turn = await chat.says("hello", visitor_id="v1")
    assert json.loads(json.dumps(turn.events)) == list(turn.events)
    assert {event["timestamp"] for event in turn.events} == {(NOON + timedelta(seconds=10)).timestamp()}
    said = next(event for event in turn.events if event["event"] == "user")
    assert said["parse_data"]["metadata"] == {"visitor_id": "v1"}


async def test_the_apology_is_the_projects_own_and_offers_a_person(tmp_path: Path) -> None:
    domain = DOMAIN.replace("responses:", 'responses:\n  utter_turn_failed: [{text: "Give me a moment."}]')
    apology = an_assistant(a_project(tmp_path, {"domain.yml": domain})).apology("Sorry.", "A person")
    assert apology.text == "Give me a moment."
    assert apology.buttons[0].payload == "/human_request"


async def test_checkpoints_join_stories_and_or_multiplies_them(tmp_path: Path) -> None:
    stories = """
stories:
- story: begins
  steps:
  - intent: greet
  - action: utter_greet
  - checkpoint: greeted
- story: goes on
  steps:
  - checkpoint: greeted
  - or:
    - intent: inform
    - intent: cancel
  - action: utter_chitchat
"""
    folder = a_project(tmp_path, {"data/stories.yml": stories})
    for payload in ("/inform", "/cancel"):
        chat = Chat(an_assistant(folder))
        await chat.taps("/greet")
        assert texts(await chat.taps(payload)) == ["Nice weather."]


async def test_a_form_without_validation_tells_of_each_slot_once(chat: Chat) -> None:
    await chat.says("i want to order a pipe")
    turn = await chat.taps('/inform{"size": "small"}')
    slots = [(event["name"], event["value"]) for event in turn.events if event["event"] == "slot"]
    assert slots == [("size", "small"), ("requested_slot", "address")]
