"""What a test says must have happened by now. Each failure shows the conversation up to there."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from app.conversations import Entry
from app.testing.script import said
from app.testing.sockets import Frame

if TYPE_CHECKING:
    from app.testing.agent import Agent
    from app.testing.rider import Rider
    from app.testing.system import System

Words = str | re.Pattern[str]
"""A part of a text, whatever its case; or a pattern that is found in it."""


class Expect:
    """Looks through one rider's conversation from top to bottom: what was found once is behind it."""

    def __init__(self, system: System, rider: Rider) -> None:
        self._system = system
        self._rider = rider
        self._seen = 0

    def __call__(self, rider: Rider) -> Expect:
        """The same of another rider."""
        return Expect(self._system, rider)

    def bot(self, words: Words = "", *, buttons: Sequence[str] = (), card: str | None = None) -> None:
        """The bot has said something with these words, with at least these buttons, with a card of this kind."""
        __tracebackhide__ = True
        wanted = " ".join(
            [f"the bot says {_shown(words)}", *(f"[{title}]" for title in buttons), *([f"<{card}>"] if card else [])]
        )

        def fits(entry: Entry) -> bool:
            titles = [button["title"] for button in entry.data.get("buttons") or ()]
            kind = (entry.data.get("card") or {}).get("kind")
            return (
                entry.kind == "message"
                and entry.author_kind == "bot"
                and _found(words, said(entry.data))
                and all(title in titles for title in buttons)
                and (card is None or kind == card)
            )

        self._find(fits, wanted)

    def person(self, words: Words = "", *, name: str | None = None) -> None:
        """An agent (of this first name) has said something with these words."""
        __tracebackhide__ = True
        self._find(
            lambda entry: (
                entry.kind == "message"
                and entry.author_kind == "agent"
                and _found(words, entry.data["text"])
                and (name is None or str(entry.data.get("name")).split()[0] == name)
            ),
            f"{name or 'an agent'} says {_shown(words)}",
        )

    def desk(self, words: Words = "") -> None:
        """The desk has said something with these words: that a person comes, that one has left."""
        __tracebackhide__ = True
        self._find(
            lambda entry: (
                entry.kind == "message" and entry.author_kind == "system" and _found(words, entry.data["text"])
            ),
            f"the desk says {_shown(words)}",
        )

    def handoff(self, *, reason: str | None = None) -> None:
        """The conversation was handed to people, for this reason."""
        __tracebackhide__ = True
        self._find(
            lambda entry: (
                entry.kind == "handoff"
                and entry.data["step"] == "requested"
                and (reason is None or entry.data.get("reason") == reason)
            ),
            f"the conversation is handed to people{f', reason {reason}' if reason else ''}",
        )

    def no_handoff(self) -> None:
        """Nobody was asked for in the whole conversation."""
        __tracebackhide__ = True
        steps = [entry for entry in self._rider.script.entries if entry.kind == "handoff"]
        self._hold(not steps, "the conversation stays with the bot")

    def silence(self) -> None:
        """Nobody has said anything since the rider's last message."""
        __tracebackhide__ = True
        messages = [entry for entry in self._rider.script.entries if entry.kind == "message"]
        self._hold(not messages or messages[-1].author_kind == "visitor", "nobody answers")

    def waiting(self, *, place: int | None = None) -> None:
        """The widget says that the rider waits for a person, in this place."""
        __tracebackhide__ = True
        self._shows({"status": "waiting", **({"place": place} if place is not None else {})})

    def with_agent(self, name: str) -> None:
        """The widget says that this agent has the conversation."""
        __tracebackhide__ = True
        self._shows({"status": "human", "agent": name.split()[0]})

    def with_bot(self) -> None:
        """The widget says that the bot has the conversation."""
        __tracebackhide__ = True
        self._shows({"status": "bot"})

    def closed(self) -> None:
        """The widget says that the conversation is closed."""
        __tracebackhide__ = True
        self._shows({"status": "closed"})

    def answer_by(self, at: datetime) -> None:
        """The widget promises an answer by this moment."""
        __tracebackhide__ = True
        self._shows({"answer_by": at.isoformat().replace("+00:00", "Z")})

    def slot(self, name: str, value: object) -> None:
        """The bot holds this value in this slot."""
        __tracebackhide__ = True
        held = self._system.run(self._rider.slots).get(name)
        self._hold(held == value, f"the slot {name} is {value!r} (it is {held!r})")

    def agent(self, name: str) -> ExpectAgent:
        """What is expected of an agent."""
        return ExpectAgent(self._system, self._system.agents, name, self._rider)

    def _find(self, fits: Callable[[Entry], bool], wanted: str) -> None:
        __tracebackhide__ = True
        entries = self._rider.script.entries
        for entry in entries:
            if entry.pos > self._seen and fits(entry):
                self._seen = entry.pos
                self._rider.script.met(entry)
                return
        raise self._system.failure(f"Expected: {wanted}.{_nearest(entries, fits, self._seen)}")

    def _hold(self, holds: bool, wanted: str) -> None:
        __tracebackhide__ = True
        if not holds:
            raise self._system.failure(f"Expected: {wanted}.")

    def _shows(self, wanted: Frame) -> None:
        __tracebackhide__ = True
        self._system.run(self._rider.shows, wanted)


class ExpectAgent:
    """What is expected of one agent."""

    def __init__(self, system: System, agents: dict[str, Agent], name: str, rider: Rider) -> None:
        self._system = system
        self._name = name
        self._rider = rider
        if name not in agents:
            raise system.failure(f'{name} has not been at the desk; the fixture brings them: agent("{name}")')
        self._agent = agents[name]

    def has_chat(self) -> None:
        """The rider's conversation is theirs."""
        __tracebackhide__ = True
        self._held(True)

    def has_no_chat(self) -> None:
        """The rider's conversation is not theirs."""
        __tracebackhide__ = True
        self._held(False)

    def is_rung(self, *, reason: str | None = None) -> None:
        """The console shows that the rider waits, for this reason."""
        __tracebackhide__ = True
        wanted = {"state": "waiting", **({"reason": reason} if reason else {})}
        self._system.run(self._agent.sees_ticket, self._rider.conversation_id, wanted)

    def reads(self, words: Words) -> None:
        """The console shows a message or note with these words in the rider's conversation."""
        __tracebackhide__ = True
        self._system.run(
            self._agent.sees, self._rider.conversation_id, lambda text: _found(words, text), f"reads {_shown(words)}"
        )

    def _held(self, wanted: bool) -> None:
        __tracebackhide__ = True
        holder = self._system.run(self._system.holder, self._rider.conversation_id)
        if (holder == self._agent.id) is not wanted:
            word = "has" if wanted else "does not have"
            raise self._system.failure(f"Expected: {self._name} {word} the chat with {self._rider.name}.")


def _found(words: Words, text: str) -> bool:
    if isinstance(words, re.Pattern):
        return words.search(text) is not None
    return _plain(words) in _plain(text)


def _plain(text: str) -> str:
    """Without case, typographic quotes and line ends: what people mean when they quote."""
    return " ".join(text.casefold().replace("’", "'").replace("“", '"').replace("”", '"').split())


def _shown(words: Words) -> str:
    return f"/{words.pattern}/" if isinstance(words, re.Pattern) else f'"{words}"' if words else "something"


def _nearest(entries: Iterable[Entry], fits: Callable[[Entry], bool], seen: int) -> str:
    """A word on a match that came too early for the test's order."""
    early = [entry for entry in entries if entry.pos <= seen and fits(entry)]
    return " It did happen, but before what was expected last." if early else ""
