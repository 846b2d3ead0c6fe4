"""One project's actions, in this process and on rasa_sdk's own action server: they do the same."""

from __future__ import annotations

import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from bot import Limits, Turn
from tests.unit.bot.projects import ACTION_HEADER, DOMAIN, Chat, a_project, an_assistant, texts

ACTIONS = """
from rasa_sdk.events import FollowupAction
from rasa_sdk.forms import FormValidationAction
from rasa_sdk.interfaces import ActionExecutionRejection

class Speak(Action):
    def name(self): return "action_speak"
    def run(self, dispatcher, tracker, domain):
        said = [event["text"] for event in tracker.events if event["event"] == "user"]
        dispatcher.utter_message(text=f"{tracker.sender_id}: {said[-1]}, {tracker.get_slot('size')}")
        dispatcher.utter_message(response="utter_ordered", size="huge", address="Rome")
        return [SlotSet("size", "small")]

class Follow(Action):
    def name(self): return "action_follow"
    async def run(self, dispatcher, tracker, domain):
        dispatcher.utter_message(text=f"{len(domain['intents'])} {tracker.latest_message['intent']['name']}")
        return [FollowupAction("utter_chitchat")]

class Refuse(Action):
    def name(self): return "action_refuse"
    def run(self, dispatcher, tracker, domain): raise ActionExecutionRejection("action_refuse")

class Raise(Action):
    def name(self): return "action_raise"
    def run(self, dispatcher, tracker, domain): raise KeyError("shop")

class Check(FormValidationAction):
    def name(self): return "validate_order_form"
    def validate_size(self, value, dispatcher, tracker, domain):
        if value == "small":
            return {"size": value}
        dispatcher.utter_message(text="Small ones only.")
        return {"size": None}
"""
NAMES = ["action_speak", "action_follow", "action_refuse", "action_raise", "validate_order_form"]
RULES = """
rules:
- rule: speak
  steps: [{intent: greet}, {action: action_speak}]
- rule: follow
  steps: [{intent: inform}, {action: action_follow}]
- rule: refuse
  steps: [{intent: cancel}, {action: action_refuse}]
- rule: raise
  steps: [{intent: chitchat}, {action: action_raise}]
- rule: order
  steps: [{intent: order}, {action: order_form}, {active_loop: order_form}]
"""
FILES = {"domain.yml": DOMAIN.replace("actions: []", f"actions: {NAMES}"), "data/rules.yml": RULES}


@pytest.fixture(scope="module")
def action_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a server that `python -m rasa_sdk` runs."""
    folder = tmp_path_factory.mktemp("action-server")
    (folder / "actions.py").write_text(ACTION_HEADER + ACTIONS, encoding="utf-8")
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "rasa_sdk", "--port", str(port), "--actions", "actions"]
    with (folder / "log").open("w") as log, subprocess.Popen(command, cwd=folder, stdout=log, stderr=log) as process:
        try:
            address = f"http://127.0.0.1:{port}"
            _wait_for(f"{address}/health", process, folder / "log")
            yield f"{address}/webhook"
        finally:
            process.kill()


def _wait_for(url: str, process: subprocess.Popen[bytes], log: Path) -> None:
    """It tells that it is up before it listens, so ask until somebody answers."""
    until = time.monotonic() + 60
    while time.monotonic() < until and process.poll() is None:
        try:
            httpx.get(url, trust_env=False).raise_for_status()
            return
        except httpx.HTTPError:
            time.sleep(0.05)
    raise AssertionError(log.read_text())


@pytest.fixture(params=["in process", "on a server"])
def chat(request: pytest.FixtureRequest, tmp_path: Path) -> Chat:
    limits = Limits(action=timedelta(seconds=30))
    if request.param == "in process":
        return Chat(an_assistant(a_project(tmp_path, FILES, actions=ACTIONS), limits=limits))
    address = request.getfixturevalue("action_server")
    folder = a_project(tmp_path, {**FILES, "endpoints.yml": f"action_endpoint: {{url: '{address}'}}\n"})
    return Chat(an_assistant(folder, limits=limits))


async def test_it_speaks_in_words_and_responses_and_sets_slots(chat: Chat) -> None:
    turn = await chat.taps('/greet{"size": "large"}')
    assert texts(turn) == ['a-conversation: /greet{"size": "large"}, large', "A huge one goes to Rome."]
    assert chat.tracker.slots["size"] == "small"
    assert turn.failures == ()


async def test_it_sees_domain_and_message_and_asks_for_another_action(chat: Chat) -> None:
    turn = await chat.taps("/inform")
    assert texts(turn)[:2] == ["6 inform", "Nice weather."]


async def test_it_rejects_a_message(chat: Chat) -> None:
    turn = await chat.taps("/cancel")
    assert kinds(turn, "action_execution_rejected") == ["action_refuse"]
    assert turn.failures == ()


async def test_it_raises_and_the_turn_goes_on(chat: Chat) -> None:
    turn = await chat.taps("/chitchat")
    assert [(each.action, each.kind) for each in turn.failures] == [("action_raise", "raised")]
    assert kinds(turn, "action")[-2:] == ["action_raise", "action_listen"]


async def test_it_validates_what_a_form_asks_for(chat: Chat) -> None:
    await chat.taps("/order")
    assert texts(await chat.taps('/person{"size": "large"}')) == ["Small ones only.", "Which size?"]
    assert texts(await chat.taps('/person{"size": "small"}')) == ["Where to?"]


def kinds(turn: Turn, kind: str) -> list[Any]:
    return [event["name"] for event in turn.events if event["event"] == kind]
