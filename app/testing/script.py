"""What happened in a conversation, as a person reads it: the log, what the test did, and what it expected."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from app.conversations import Entry
from bot.names import BUILT_IN_SLOTS

Mark = Literal["", "✓", "✗"]
_OUR_ACTIONS = ("action_listen", "action_session_start")


@dataclass(slots=True)
class Line:
    """One line of the script."""

    at: datetime
    who: str
    """Who speaks; empty for what happens beside."""
    text: str
    pos: int = 0
    """The position in the conversation's log; 0: not from there."""
    mark: Mark = ""

    def __str__(self) -> str:
        who = f"{self.who:10}" if self.who else "          "
        text = self.text if self.who else f"· {self.text}"
        first, *more = text.split("\n")
        return "\n".join(
            [f"{self.mark or ' '} {self.at:%a %H:%M:%S}  {who}  {first}", *(" " * 28 + row for row in more)]
        )


class Script:
    """The lines of one conversation, in the order in which they happened."""

    def __init__(self, rider: str) -> None:
        self._rider = rider
        self.lines: list[Line] = []
        self.entries: list[Entry] = []

    def extend(self, entries: Iterable[Entry]) -> None:
        """What the log has since the last time."""
        for entry in entries:
            self.entries.append(entry)
            self.lines += (Line(entry.at, who, text, entry.pos) for who, text in _told(entry, self._rider))

    def beside(self, at: datetime, text: str) -> None:
        """Something that is in no log: the test did it."""
        self.lines.append(Line(at, "", text))

    def met(self, entry: Entry) -> None:
        """This entry is what a test expected."""
        for line in self.lines:
            if line.pos == entry.pos:
                line.mark = "✓"
                break

    def missed(self, at: datetime, text: str) -> None:
        """What a test expected, and did not find."""
        self.lines.append(Line(at, "", text, mark="✗"))

    def __str__(self) -> str:
        return "\n".join(str(line) for line in self.lines) or "  Nobody has said anything."


def _told(entry: Entry, rider: str) -> Iterable[tuple[str, str]]:
    """(who, text) of the lines of an entry."""
    data = entry.data
    match entry.kind:
        case "message":
            who = {"visitor": rider, "bot": "bot", "system": "the desk"}.get(entry.author_kind)
            yield who or str(data.get("name") or "agent"), said(data)
        case "note":
            yield str(data.get("name") or "agent"), f"(note) {data['text']}"
        case "tracker":
            yield from (("", text) for text in _understood(data["events"]))
        case "triage":
            evidence = ", ".join(
                str(each["shows"] if "shows" in each else each.get("text", "")) for each in data["evidence"]
            )
            verdict = f"a person is needed, {data['reason']}" if data["needs_person"] else "no person is needed"
            yield "", f"triage: {verdict} ({evidence})"
        case "promise":
            yield "", f"promise {data['step']}: {data.get('what', data['promise_id'])}"
        case "handoff":
            by = f" by {data['by']}" if data.get("by") else ""
            reason = f", reason {data['reason']}" if data.get("reason") else ""
            yield "", f"handoff: {data['step']}{by}{reason}"


def said(data: Mapping[str, Any]) -> str:
    """What a message shows: its words, its card, its buttons."""
    card = data.get("card") or {}
    shown = [data["text"]]
    if card:
        words = (card.get("headline"), card.get("number"), card.get("title"))
        shown.append(f"<{card.get('kind', 'card')}: {', '.join(str(word) for word in words if word)}>")
    buttons = data.get("buttons") or ()
    if buttons:
        shown.append(" ".join(f"[{button['title']}]" for button in buttons))
    return "\n".join(row for row in shown if row)


def _understood(events: Iterable[Mapping[str, Any]]) -> Iterable[str]:
    """What the bot made of a message and what it did, a line each."""
    done = []
    for event in events:
        if event["event"] == "user":
            parse = event.get("parse_data") or {}
            intent = parse.get("intent") or {}
            entities = ", ".join(f"{each['entity']}={each['value']}" for each in parse.get("entities") or ())
            yield f"understood {intent.get('name')} {intent.get('confidence') or 0.0:.2f}" + (
                f", {entities}" if entities else ""
            )
        elif event["event"] == "slot" and event["name"] not in BUILT_IN_SLOTS:
            done.append(f"{event['name']} = {event.get('value')!r}")
        elif event["event"] == "action" and event.get("name") not in _OUR_ACTIONS:
            policy = event.get("policy")
            done.append(str(event.get("name") or event.get("action_text")) + (f" ({policy})" if policy else ""))
        elif event["event"] == "active_loop":
            done.append(f"form {event['name']}" if event.get("name") else "form over")
    if done:
        yield "did " + ", ".join(done)
