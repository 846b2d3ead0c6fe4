"""Test stories whose actions really run."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot import Assistant
from bot.testing import Conversation, Verdict, play, told
from bot.testing.conversation import ActionFailed
from tests.unit.bot.projects import RULES
from tests.unit.bot.storied import a_storied_project, an_assistant, differing, stories

ACTIONS = """
from datetime import datetime, timedelta, timezone
from rasa_sdk.events import ReminderScheduled


class Prices(Action):
    def name(self):
        return "action_price"

    async def run(self, dispatcher, tracker, domain):
        size = tracker.get_slot("size")
        if size == "small":
            raise RuntimeError("the list has no small ones")
        dispatcher.utter_message(text=f"A {size} one is 200.")
        later = datetime.now(timezone.utc) + timedelta(minutes=5)
        return [SlotSet("size", "priced"), ReminderScheduled("chitchat", later, name="ask")]
"""
RULES_WITH_PRICE = RULES + "- rule: price\n  steps: [{intent: person}, {action: action_price}]\n".replace(
    "person", "inform"
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    domain = a_storied_project(tmp_path_factory.mktemp("plain")) / "domain.yml"
    listed = domain.read_text("utf-8").replace("actions: []", "actions: [action_price]")
    files = {"domain.yml": listed, "data/rules.yml": RULES_WITH_PRICE}
    return a_storied_project(tmp_path_factory.mktemp("shop"), files, actions=ACTIONS)


@pytest.fixture(scope="module")
def assistant(folder: Path) -> Assistant:
    return an_assistant(folder, run_actions=True)


def played(folder: Path, assistant: Assistant, steps: str) -> Verdict:
    (story,) = stories(folder, assistant, f"stories:\n- story: one\n  steps:\n{steps}")
    return play(story, assistant)


ORDER = """
  - {user: i want to order a pipe, intent: order}
  - action: order_form
  - active_loop: order_form
  - {user: 'a [large](size) one', intent: inform}
  - action: order_form
  - slot_was_set: [{size: large}]
  - bot: Where to?
  - {user: to the docks please, intent: null}
  - action: order_form
  - active_loop: null
  - action: utter_ordered
  - bot: A large one goes to to the docks please.
"""


def test_forms_ask_slots_fill_and_texts_count(folder: Path, assistant: Assistant) -> None:
    verdict = played(folder, assistant, ORDER)
    assert verdict.passed, told(verdict)
    assert ("Which size?",) in [line.said for line in verdict.lines]


@pytest.mark.parametrize(
    ("change", "to", "expected"),
    [
        ("{size: large}", "{size: huge}", (10, "size = 'huge'", "size = 'large'")),
        ("bot: Where to?", "bot: Where from?", (11, '"Where from?"', '"Where to?"')),
        ("active_loop: null", "active_loop: order_form", None),
    ],
)
def test_claims_that_do_not_hold_are_told(
    folder: Path, assistant: Assistant, change: str, to: str, expected: tuple[int, str, str] | None
) -> None:
    found = differing(played(folder, assistant, ORDER.replace(change, to)))
    assert (found[0] if expected else found) == (expected or [(14, "order_form is active", "no form is active")])


def test_what_an_action_says_and_sets_counts(folder: Path, assistant: Assistant) -> None:
    steps = (
        "  - {user: make it [large](size), intent: inform}\n  - action: action_price\n"
        "  - bot: A large one is 200.\n  - slot_was_set: [{size: priced}]\n"
    )
    verdict = played(folder, assistant, steps.replace("make it [large](size)", "'a [large](size) one'"))
    assert verdict.passed, told(verdict)


def test_an_action_that_raises_fails_its_story(folder: Path, assistant: Assistant) -> None:
    verdict = played(folder, assistant, "  - {user: '[small](size)', intent: inform}\n  - action: action_price\n")
    ((line, _, got),) = differing(verdict)
    assert line == 5
    assert "RuntimeError: the list has no small ones" in got


def test_what_follows_a_difference_is_not_played(folder: Path, assistant: Assistant) -> None:
    steps = "  - intent: greet\n  - action: utter_chitchat\n  - intent: chitchat\n  - action: utter_chitchat\n"
    verdict = played(folder, assistant, steps)
    assert differing(verdict) == [(5, "utter_chitchat", "utter_greet")]
    assert [line.number for line in verdict.lines if not line.reached] == [6, 7]
    assert not verdict.passed
    assert "RulePolicy chose `utter_greet`" in told(verdict)


def test_a_story_may_start_from_slots(folder: Path, assistant: Assistant) -> None:
    steps = (
        "  - slot_was_set: [{size: large}]\n  - {user: order one for me, intent: order}\n"
        "  - action: order_form\n  - bot: Where to?\n"
    )
    verdict = played(folder, assistant, steps)
    assert verdict.passed, told(verdict)


def test_a_conversation_says_taps_and_means(assistant: Assistant) -> None:
    bot = Conversation(assistant)
    reply = bot.says("order one for me")
    assert (reply.text, reply.actions, reply.buttons) == ("Which size?", ["order_form"], ["Large"])
    assert bot.active_loop == "order_form"
    assert bot.taps("Large").texts == ["Where to?"]
    assert bot.slots["size"] == "large"
    with pytest.raises(ValueError, match="offers none"):
        bot.taps("Large")
    assert bot.means("cancel").text == "Cancelled."
    assert "visitor  order one for me" in bot.transcript()


def test_reminders_fall_due_while_a_conversation_waits(assistant: Assistant) -> None:
    bot = Conversation(assistant)
    bot.means("inform", size="large")
    assert bot.waits(minutes=4) == []
    (reply,) = bot.waits(minutes=2)
    assert reply.text == "Nice weather."


def test_a_failing_action_fails_the_conversation_unless_the_test_looks_for_it(assistant: Assistant) -> None:
    with pytest.raises(ActionFailed, match="no small ones"):
        Conversation(assistant).means("inform", size="small")
    reply = Conversation(assistant).says("small", failures=True)
    assert [failure.action for failure in reply.failures] == ["action_price"]
