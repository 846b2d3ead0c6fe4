"""Judges a test story as Rasa does: no action is run; at each step the policies are asked what they would do."""

from __future__ import annotations

from dataclasses import dataclass

from bot import events, names
from bot.assistant import Assistant
from bot.events import Event
from bot.nlu.selection import selected_response
from bot.policies.ensemble import Choice
from bot.testing.reasons import ENDS, advice, reasons
from bot.testing.stories import TestStory, unknown_name
from bot.testing.understood import heard
from bot.testing.verdict import Difference, Line, Pair, Verdict
from bot.tracker import Tracker

MOST_ACTIONS = 10
"""In one turn; what would go on longer is stopped, as in a conversation."""
STOPPED = f"nothing more: stopped after {MOST_ACTIONS} actions"


def judge(story: TestStory, assistant: Assistant) -> Verdict:
    """Replay `story` event by event; slots and loops change only where it says so.

    At every expected action, the silent listening included, the policies predict the next one. After a difference
    the story goes on as if the expected action had run. The first event is what the bot starts from and is not judged.
    """
    replay = _Replay(story, assistant)
    for number, event in enumerate(story.events):
        replay.step(event, judged=number > 0)
    return replay.verdict


@dataclass
class _Replay:
    story: TestStory
    assistant: Assistant

    def __post_init__(self) -> None:
        self.verdict = Verdict(self.story)
        self._tracker = Tracker(self.story.name)
        self._actions_of_turn = 0
        self._turn_differs = False

    def step(self, event: Event, *, judged: bool) -> None:
        kind = event["event"]
        if kind == "user":
            self._actions_of_turn = 0
            self._turn_differs = False
            parse = heard(event, self.assistant, self.verdict)
            self._tracker.extend([events.user(parse["text"], parse)])
        elif kind == "action":
            if judged:
                self._action(event)
            else:
                self._show(event)
                self._tracker.extend([event])
        else:
            self._show(event)
            self._tracker.extend([event])

    def _show(self, event: Event) -> None:
        """A line for a step that is taken as given."""
        if "line" not in event or event.get("implied"):
            return
        if event["event"] == "slot":
            line = Line("slot", f"{event['name']} = {event['value']!r}", event["line"])
        elif event["event"] == "active_loop":
            line = Line("form", f"{event['name']} is active" if event["name"] else "no form is active", event["line"])
        else:
            line = Line("bot", _name(event), event["line"])
        unknown = unknown_name(event, self.assistant.domain)
        if unknown is not None:
            line.difference = Difference(line.text, unknown, advice="Correct the name, or add it to the domain.")
        self.verdict.lines.append(line)

    def _action(self, event: Event) -> None:
        expected = _name(event)
        choice, before = self._choice(expected)
        got = STOPPED if choice is None else self._full_name(choice.action, expected)
        self._actions_of_turn += 1
        line = Line("bot", expected, event.get("line"))
        if got != expected:
            line.difference = self._difference(choice, before, expected, got, line)
        # That a turn does not end after a wrong action follows from it, and would only draw the eye away.
        if expected != names.LISTEN or (line.difference is not None and not self._turn_differs):
            if expected == names.LISTEN and choice is not None:
                line.text = choice.action
            self.verdict.lines.append(line)
        self._turn_differs |= line.difference is not None
        self.verdict.pairs.append(Pair("action", expected, names.LISTEN if got == STOPPED else got))
        hidden = {"hide_rule_turn": True} if choice is not None and choice.hidden and got == expected else {}
        policy = (choice.policy, choice.confidence) if choice is not None else (None, None)
        ran = {"name": self._running_name(expected)} if event.get("name") else {}
        self._tracker.extend([{**event, **ran, "policy": policy[0], "confidence": policy[1], **hidden}])

    def _choice(self, expected: str) -> tuple[Choice | None, Tracker]:
        """What comes next, and the conversation it was chosen in; None: the turn is too long already."""
        if self._actions_of_turn >= MOST_ACTIONS:
            return None, self._tracker
        choice = self._next()
        loop = self._tracker.active_loop
        if loop is not None and choice.action == loop != expected and loop in self.assistant.domain.forms:
            # The story says that something else than the form answers, so the form had no use for the message.
            self._tracker.extend([events.rejected(loop)])
            choice = self._next()
        return choice, self._tracker

    def _next(self) -> Choice:
        followup = self._tracker.followup
        if followup is not None and followup in self.assistant.domain.actions:
            return Choice(followup, "action", 1.0)
        return self.assistant.ensemble.choose(self._tracker)

    def _full_name(self, action: str, expected: str) -> str:
        """`utter_faq/shipping` where the story names the answer of a retrieval intent in full."""
        if names.ANSWER_MARK in expected and names.ANSWER_MARK not in action:
            return selected_response(self._tracker.latest_message, action.removeprefix("utter_")) or action
        return action

    def _running_name(self, expected: str) -> str:
        """The answer of a retrieval intent is chosen while its action runs, and only the action is on record."""
        base = names.base_intent(expected)
        return base if base.removeprefix("utter_") in self.assistant.domain.retrieval_intents else expected

    def _difference(self, choice: Choice | None, before: Tracker, expected: str, got: str, line: Line) -> Difference:
        if choice is None:
            why = [f"A turn has at most {MOST_ACTIONS} actions, so that rules that go in circles end."]
            return Difference(expected, got, why, "Shorten the turn, or let the bot listen in between.")
        intent = before.latest_intent
        return Difference(
            ENDS if expected == names.LISTEN else expected,
            ENDS if got == names.LISTEN else got,
            reasons(before, choice, self.assistant, expected),
            advice(got, expected, self.assistant, line.number, intent),
        )


def _name(event: Event) -> str:
    return str(event.get("name") or event.get("action_text"))
