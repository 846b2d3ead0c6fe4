"""Reminders that an action has set are played when they are due: once, by the bot, also after a restart."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.clock import ManualClock
from tests.conftest import Start
from tests.running import Running
from tests.unit.bot.projects import DOMAIN, a_project, with_action
from tests.wire import VisitorClient

SOON = timedelta(minutes=5)
ACTIONS = """
from datetime import datetime, timedelta, timezone
from rasa_sdk.events import ReminderCancelled, ReminderScheduled

class Remind(Action):
    def __init__(self, clock): self.clock = clock
    def name(self): return "action_remind"
    def run(self, dispatcher, tracker, domain):
        buttons = [{"title": "Forget it", "payload": "/person"}, {"title": "Talk", "payload": "/chitchat"}]
        dispatcher.utter_message(text="I will come back to you.", buttons=buttons)
        due = self.clock() + timedelta(minutes=5)
        stays = tracker.latest_message["intent"]["name"] == "order"
        said = {"greet": "chitchat", "order": "chitchat", "inform": "cancel"}[tracker.latest_message["intent"]["name"]]
        return [ReminderScheduled(said, due, name="later", kill_on_user_message=not stays)]

class Forget(Action):
    def name(self): return "action_forget"
    def run(self, dispatcher, tracker, domain):
        dispatcher.utter_message(text="Forgotten.")
        return [ReminderCancelled(name="later")]

class Told(Action):
    def name(self): return "action_told"
    def run(self, dispatcher, tracker, domain):
        known = sorted(key for key, value in tracker.latest_message["metadata"].items() if value)
        dispatcher.utter_message(text=f"As promised: {known}")

class Breaks(Action):
    def name(self): return "action_breaks"
    def run(self, dispatcher, tracker, domain): raise RuntimeError("broken")
"""
RULES = """
rules:
- rule: remind
  steps: [{intent: greet}, {action: action_remind}]
- rule: remind in any case
  steps: [{intent: order}, {action: action_remind}]
- rule: remind of what breaks
  steps: [{intent: inform}, {action: action_remind}]
- rule: forget
  steps: [{intent: person}, {action: action_forget}]
- rule: played
  steps: [{intent: chitchat}, {action: action_told}]
- rule: breaks
  steps: [{intent: cancel}, {action: action_breaks}, {action: utter_cancelled}]
"""
NLU = """
nlu:
- intent: greet
  examples: ["remind me", "please remind me"]
- intent: order
  examples: ["keep reminding me", "remind me in any case"]
- intent: inform
  examples: ["break the reminder", "remind and break"]
- intent: person
  examples: ["forget it", "forget that please"]
- intent: chitchat
  examples: ["nice weather", "weather today"]
- intent: cancel
  examples: ["xylophone quartz", "quartz"]
"""
NAMES = "[action_remind, action_forget, action_told, action_breaks]"
FILES = {
    **with_action("action_remind", "greet"),
    "domain.yml": DOMAIN.replace("actions: []", f"actions: {NAMES}"),
    "data/rules.yml": RULES,
    "data/nlu.yml": NLU,
}
PLAYED = "As promised: ['conversation_id', 'is_external', 'reminder', 'visitor_id']"


@pytest.fixture
def changes(tmp_path: Path) -> dict[str, Any]:
    project = a_project(tmp_path / "project", FILES, actions=ACTIONS)
    return {"bot_project": project, "sweep_interval": timedelta(milliseconds=20)}


def said(anna: VisitorClient) -> list[str]:
    return [frame["text"] for frame in anna.all("message.created") if frame["author"]["kind"] == "bot"]


def rows(server: Running, query: str) -> list[tuple[Any, ...]]:
    with closing(sqlite3.connect(server.settings.database)) as database:
        return database.execute(query).fetchall()


async def settled(server: Running, anna: VisitorClient) -> None:
    """Wait until nothing of the conversation is to be looked at; another visitor's reminder takes its turn later."""
    site = (await server.services.people.sites())[0]
    async with server.visitor(site) as ben:
        await ben.ask("remind me in any case")
        server.clock.advance(SOON)
        await ben.expect("message.created", text=PLAYED)


async def test_a_reminder_is_played_once_when_it_is_due(
    start: Start, changes: dict[str, Any], clock: ManualClock
) -> None:
    async with start(**changes) as server, server.visitor(await server.new_site()) as anna:
        await anna.ask("remind me")
        assert rows(server, "SELECT remind_at IS NULL FROM conversation") == [(0,)]
        clock.advance(SOON)
        frame = await anna.expect("message.created", text=PLAYED)
        assert frame["re"] is None
        assert rows(server, "SELECT remind_at IS NULL FROM conversation") == [(1,)]
        await settled(server, anna)
        assert said(anna) == ["I will come back to you.", PLAYED]


async def test_it_is_not_played_before_it_is_due(start: Start, changes: dict[str, Any], clock: ManualClock) -> None:
    async with start(**changes) as server:
        site = await server.new_site()
        async with server.visitor(site) as anna:
            await anna.ask("remind me")
            clock.advance(SOON - timedelta(seconds=1))
            async with server.visitor(site) as ben:
                clock.advance(-timedelta(minutes=3))
                await ben.ask("remind me in any case")
                clock.advance(timedelta(minutes=3))
            assert said(anna) == ["I will come back to you."]


@pytest.mark.parametrize("then", ["/person", "/chitchat"])
async def test_one_that_was_cancelled_or_ended_by_a_message_is_not_played(
    start: Start, changes: dict[str, Any], clock: ManualClock, then: str
) -> None:
    async with start(**changes) as server, server.visitor(await server.new_site()) as anna:
        await anna.ask("remind me")
        await anna.ask("a tap", payload=then)
        clock.advance(SOON)
        await settled(server, anna)
        assert rows(server, "SELECT count(*) FROM conversation WHERE remind_at IS NOT NULL") == [(0,)]
        assert len(said(anna)) == 2


async def test_it_is_played_after_a_restart(start: Start, changes: dict[str, Any], clock: ManualClock) -> None:
    async with start(**changes) as server:
        site = await server.new_site()
        async with server.visitor(site) as anna:
            await anna.ask("remind me in any case")
            await anna.ask("a tap", payload="/chitchat")
            token = anna.token
    clock.advance(SOON * 2)
    async with start(**changes) as server, server.visitor(token) as anna:
        if PLAYED not in said(anna):
            await anna.expect("message.created", text=PLAYED)
        await settled(server, anna)
        assert said(anna).count(PLAYED) == 1


async def test_while_a_person_is_awaited_it_lapses_for_good(
    start: Start, changes: dict[str, Any], clock: ManualClock
) -> None:
    async with start(**changes) as server, server.visitor(await server.new_site()) as anna:
        await anna.ask("remind me in any case")
        await anna.say("let me talk to a human being")
        await anna.expect("conversation.updated")
        clock.advance(SOON)
        await settled(server, anna)
        assert PLAYED not in said(anna)
        ((data,),) = rows(
            server, "SELECT data FROM entry WHERE kind = 'tracker' AND data LIKE '%cancel_reminder%' LIMIT 1"
        )
        assert [event["event"] for event in json.loads(data)["events"]] == ["cancel_reminder"]


async def test_one_that_breaks_is_not_played_again_and_apologises_to_nobody(
    start: Start, changes: dict[str, Any], clock: ManualClock
) -> None:
    async with start(**changes) as server, server.visitor(await server.new_site()) as anna:
        await anna.ask("break the reminder")
        clock.advance(SOON)
        await anna.expect("message.created", text="Cancelled.")
        await settled(server, anna)
        assert said(anna) == ["I will come back to you.", "Cancelled."]
