"""Plays a test story with the project's real actions: what they say and do counts, and so do their events."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import anyio

from bot import events, names
from bot.assistant import Assistant
from bot.events import Event
from bot.nlu.selection import selected_response
from bot.policies.ensemble import Choice
from bot.testing.reasons import ENDS, advice, named, reasons
from bot.testing.stories import TestStory, unknown_name
from bot.testing.understood import heard
from bot.testing.verdict import NOT_PLAYED, Difference, Line, Pair, Verdict
from bot.tracker import Tracker
from bot.turn import ActionFailure, Message, Turn

_START = datetime(2026, 1, 1, 12, tzinfo=UTC)
_PAUSE = timedelta(seconds=10)
_UNSAID = (names.LISTEN, names.SESSION_START)

Player = Callable[[Callable[[], Awaitable[Turn]]], Turn]
"""Runs a coroutine function to its end."""


def play(story: TestStory, assistant: Assistant, run: Player = anyio.run, *, at: datetime = _START) -> Verdict:
    """Have the conversation that `story` tells, actions and all, from the moment `at`, and compare turn by turn.

    Actions and `bot:` texts are compared in order. `slot_was_set` and `active_loop` are claims: after the turn they
    hold, or held at some moment of it; before the first message they are what the conversation starts from. The
    first turn that goes another way is the last one played.
    """
    stage = _Stage(assistant, run, Verdict(story), at)
    opening, turns = _turns(story)
    stage.open(opening)
    for step, claims in turns:
        stage.turn(step, claims)
    return stage.verdict


def _turns(story: TestStory) -> tuple[list[Event], list[tuple[Event, list[Event]]]]:
    """(what stands before the first message, [(message, what follows it)])."""
    opening: list[Event] = []
    turns: list[tuple[Event, list[Event]]] = []
    for event in story.steps:
        if event["event"] == "user":
            turns.append((event, []))
        elif turns:
            turns[-1][1].append(event)
        else:
            opening.append(event)
    return opening, turns


@dataclass
class _Done:
    """One action of a turn that was played."""

    action: str
    at: int
    """Index of its event in the turn's events."""
    said: tuple[str, ...]
    policy: str
    confidence: float


@dataclass
class _Stage:
    assistant: Assistant
    run: Player
    verdict: Verdict
    now: datetime
    tracker: Tracker = field(init=False)
    lost: bool = False
    """The conversation went another way; what follows is not played."""

    def __post_init__(self) -> None:
        self.tracker = Tracker(self.verdict.story.name)

    def open(self, steps: list[Event]) -> None:
        """Start from slots and loops that the story gives before anybody speaks."""
        given = [step for step in steps if step["event"] in ("slot", "active_loop")]
        for step in steps:
            self._claim(step, None)
        if given:
            # In stories what is given stands before the bot listens for the first time.
            start = [events.action(names.SESSION_START), events.session_started(), *given, events.action(names.LISTEN)]
            self.tracker.extend([{**event, "timestamp": self.now.timestamp()} for event in start])

    def turn(self, step: Event, claims: list[Event]) -> None:
        """One message and all that the story says of the answer."""
        if self.lost:
            self._unplayed(step, claims)
            return
        before = self.tracker
        parse = heard(step, self.assistant, self.verdict)
        self.now += _PAUSE
        name = self.verdict.story.name
        key = f"{name}-{self.now:%H%M%S}"
        metadata = {"conversation_id": name, "visitor_id": name}  # as the server gives them
        message = Message(key, parse["text"], self.now, metadata=metadata)
        turn = self.run(lambda: self.assistant.reply(before, message, parse))
        self.tracker = turn.tracker
        self._compare(list(_done(turn)), claims, turn, before)
        for failure in turn.failures:
            self._failed(failure)
        # A message understood differently is told of, but the story's own meaning has driven on.
        self.lost = any(line.who != "visitor" for line in self.verdict.differences)

    def _compare(self, done: list[_Done], claims: list[Event], turn: Turn, before: Tracker) -> None:
        ahead = 0
        texts = [text for each in done for text in each.said]
        parted = False
        for claim in claims:
            if claim["event"] != "action":
                self._claim(claim, turn)
            elif claim.get("name") is None:
                self._said(claim, texts)
            else:
                got = done[ahead] if ahead < len(done) else None
                ahead += 1
                parted |= self._action(claim, got, turn, before, explain=not parted)
        for extra in done[ahead:]:
            self._action(None, extra, turn, before, explain=not parted)
            parted = True

    def _action(self, claim: Event | None, got: _Done | None, turn: Turn, before: Tracker, *, explain: bool) -> bool:
        """Compare one action of the story with one that was done; whether they differ."""
        expected = str(claim["name"]) if claim is not None else names.LISTEN
        action = self._full_name(got.action, expected, turn) if got is not None else names.LISTEN
        line = Line("bot", expected if claim is not None else action, claim["line"] if claim is not None else None)
        line.said = got.said if got is not None else ()
        self.verdict.lines.append(line)
        self.verdict.pairs.append(Pair("action", expected, action))
        if action == expected:
            return False
        line.difference = Difference(
            ENDS if expected == names.LISTEN else expected, ENDS if action == names.LISTEN else action
        )
        if explain:
            at = got.at if got is not None else _listening(turn)
            moment = before.fork()
            moment.extend(turn.events[:at])
            choice = self._choice(action, got, moment)
            line.difference.why = reasons(moment, choice, self.assistant, expected)
            line.difference.advice = advice(action, expected, self.assistant, line.number, moment.latest_intent)
        return True

    def _choice(self, action: str, got: _Done | None, moment: Tracker) -> Choice:
        if got is not None:
            return Choice(got.action, got.policy, got.confidence)
        if moment.followup is not None:
            return Choice(moment.followup, "action", 1.0)
        return self.assistant.ensemble.choose(moment)

    def _said(self, claim: Event, texts: list[str]) -> None:
        """A `- bot: text` step: the bot says exactly this in the turn."""
        wanted = str(claim["action_text"]).strip()
        line = Line("bot", f'"{wanted}"', claim["line"])
        if wanted not in (text.strip() for text in texts):
            got = " / ".join(f'"{text}"' for text in texts) or "it says nothing"
            line.difference = Difference(
                f'"{wanted}"', got, [], "Correct the text here, or the response in the domain."
            )
        self.verdict.lines.append(line)

    def _claim(self, claim: Event, turn: Turn | None) -> None:
        """A step about a slot or a form; without a turn it is where the conversation starts."""
        kind, name = claim["event"], claim.get("name")
        if kind == "slot":
            wanted = "something" if claim.get("any_value") else repr(claim["value"])
            line = Line("slot", f"{name} = {wanted}", claim.get("line"))
        elif kind == "active_loop":
            line = Line("form", f"{name} is active" if name else "no form is active", claim.get("line"))
        else:
            line = Line("bot", str(name or claim.get("action_text")), claim.get("line"))
        unknown = unknown_name(claim, self.assistant.domain)
        if unknown is not None:
            line.difference = Difference(line.text, unknown, advice="Correct the name, or add it to the domain.")
        elif turn is not None:
            line.difference = self._unheld(claim, turn, line.text)
        self.verdict.lines.append(line)

    def _unheld(self, claim: Event, turn: Turn, wanted: str) -> Difference | None:
        now = {**claim}
        if claim["event"] == "slot":
            now["value"] = self.tracker.slots.get(claim["name"], self.assistant.domain.slots[claim["name"]].initial)
            got = f"{claim['name']} = {now['value']!r}"
        else:
            now["name"] = self.tracker.active_loop
            got = f"{now['name']} is active" if now["name"] else "no form is active"
        if any(_fulfils(event, claim) for event in [*turn.events, now]):
            return None
        what = "slot" if claim["event"] == "slot" else "form"
        done = [named(each.action) for each in _done(turn)]
        why = [f"After this message the bot did {', '.join(done) or 'nothing'}, and none of it left the {what} so."]
        return Difference(wanted, got, why, "Look at the slot's mappings and at the events that the actions return.")

    def _failed(self, failure: ActionFailure) -> None:
        """An action that raised fails the story, even where everything else is as told."""
        for line in reversed(self.verdict.lines):
            if line.who == "bot" and line.text == failure.action and line.difference is None:
                break
        else:
            line = Line("bot", failure.action, None)
            self.verdict.lines.append(line)
        how = "raised" if failure.kind == "raised" else "was stopped:"
        line.difference = Difference(
            "the action runs to its end",
            f"it {how} {failure.detail}",
            ["The action was run for real, as `run_actions = true` asks; a visitor would get no answer from it."],
            "Look at the action's code; the log above has the traceback.",
        )

    def _full_name(self, action: str, expected: str, turn: Turn) -> str:
        """`utter_faq/shipping` where the story names the answer of a retrieval intent in full."""
        if names.ANSWER_MARK in expected and names.ANSWER_MARK not in action:
            return selected_response(turn.tracker.latest_message, action.removeprefix("utter_")) or action
        return action

    def _unplayed(self, step: Event, claims: list[Event]) -> None:
        told = step["parse_data"]
        text = told["text"].strip() or f"({told['intent']['name']})"
        self.verdict.lines.append(Line("visitor", text, step["line"], reached=False))
        for claim in claims:
            if claim["event"] == "action" and claim.get("name"):
                self.verdict.pairs.append(Pair("action", str(claim["name"]), NOT_PLAYED))
            if claim["event"] == "slot":
                line = Line("slot", f"{claim['name']} = {claim['value']!r}", claim["line"], reached=False)
            elif claim["event"] == "active_loop":
                line = Line("form", str(claim["name"] or "none"), claim["line"], reached=False)
            else:
                line = Line("bot", str(claim.get("name") or claim.get("action_text")), claim["line"], reached=False)
            self.verdict.lines.append(line)


def _done(turn: Turn) -> Iterator[_Done]:
    """The actions of a turn with what each of them said."""
    current: _Done | None = None
    said: list[str] = []
    found: list[_Done] = []
    for at, event in enumerate(turn.events):
        if event["event"] == "action":
            name = event.get("name") or event.get("action_text")
            current = None
            if name not in _UNSAID:
                current = _Done(str(name), at, (), event.get("policy") or "", float(event.get("confidence") or 0.0))
                found.append(current)
            said = []
        elif event["event"] == "bot" and current is not None and event.get("text"):
            said.append(event["text"])
            current.said = tuple(said)
    return iter(found)


def _listening(turn: Turn) -> int:
    """Where in the turn's events the bot listens at last."""
    for at in range(len(turn.events) - 1, -1, -1):
        if turn.events[at]["event"] == "action":
            return at
    return len(turn.events)


def _fulfils(event: Event, claim: Event) -> bool:
    if event["event"] != claim["event"]:
        return False
    if claim["event"] == "active_loop":
        return bool(event.get("name") == claim["name"])
    if event.get("name") != claim["name"]:
        return False
    value, wanted = event.get("value"), claim["value"]
    return value is not None if claim.get("any_value") else _same(value, wanted)


def _same(value: Any, wanted: Any) -> bool:
    """Equality of what an action set and what YAML says; `2019` in a story also means the word "2019"."""
    if isinstance(value, bool) or isinstance(wanted, bool):
        return value is wanted
    if isinstance(value, str) and isinstance(wanted, int | float):
        return value == str(wanted)
    return bool(value == wanted)
