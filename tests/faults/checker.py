"""Checks what streams and logs must be, whatever happened to the servers: the delivery promises P1 to P8.

It knows what clients were told and what is read again at the end, and nothing of the server's code.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from tests.faults.colleague import Claim
from tests.faults.rider import Promise

Frames = Sequence[Mapping[str, Any]]

STEPS = {
    ("bot", "requested"): "waiting",
    ("waiting", "claimed"): "human",
    ("human", "requeued"): "waiting",
    ("human", "transferred"): "waiting",
    ("human", "snoozed"): "waiting",
    ("human", "returned"): "bot",
    ("human", "resolved"): "closed",
    ("closed", "reopened"): "bot",
    ("bot", "joined"): "closed",
}
"""The only ways from one holder to another that delivery allows: no step loses who waits."""


def violations(
    name: str, promises: Sequence[Promise], seen: Frames, fresh: Frames, acks: Sequence[Promise] = ()
) -> list[str]:
    """Everything that breaks a promise to one visitor, in words; empty when all are kept.

    `promises` were acknowledged and settled, `acks` is every ack with its doubles, `seen` came over the sockets while
    servers died, `fresh` is the stream read again from 0 at the end.
    """
    found: list[str] = []
    numbers = [frame["seq"] for frame in fresh]
    if numbers != list(range(1, len(fresh) + 1)):
        found.append(f"P2 {name}: the stream has holes or doubles: {numbers}")
    by_client_id = Counter(frame["client_id"] for frame in fresh if frame["client_id"])
    at = {frame["client_id"]: frame for frame in fresh if frame["client_id"]}
    for promise in promises:
        count = by_client_id[promise.client_id]
        if count != 1:
            found.append(f"P1 {name}: {promise.text!r} is stored {count} times")
        elif (at[promise.client_id]["seq"], at[promise.client_id]["text"]) != (promise.seq, promise.text):
            found.append(f"P1 {name}: {promise.text!r} is not at seq {promise.seq} as acknowledged")
    found += _acks(name, acks)
    positions = [at[promise.client_id]["seq"] for promise in promises if promise.client_id in at]
    if positions != sorted(positions):
        found.append(f"P2 {name}: messages are out of the order they were sent in")
    if [_essence(frame) for frame in seen] != [_essence(frame) for frame in fresh]:
        found.append(f"P2 {name}: what was seen live differs from the stream read again")
    for promise in promises:
        found += _answers(name, promise, fresh)
    own = {promise.client_id for promise in promises}
    for frame in fresh:
        if frame["author"]["kind"] == "visitor" and frame["client_id"] not in own:
            found.append(f"P8 {name}: sees {frame['text']!r}, which is somebody else's")
    return found


def desk_violations(
    claims: Sequence[Claim],
    said: Mapping[str, Sequence[tuple[str, Promise]]],
    logs: Mapping[str, Frames],
    tickets: Frames,
    statuses: Mapping[str, str],
) -> list[str]:
    """Everything that breaks a promise about handoffs, in words.

    `said` are agents' acknowledged messages by conversation, with who said them; `logs` all entries of each
    conversation, read again from 0; `tickets` the open ones; `statuses` what each visitor is shown at the end.
    """
    found: list[str] = []
    winners: dict[tuple[str, int], set[str]] = {}
    for claim in claims:
        winners.setdefault((claim.conversation, claim.gen), set()).add(claim.agent)
    for (conversation, gen), agents in winners.items():
        if len(agents) > 1:
            found.append(f"P6 {conversation}: {sorted(agents)} both have it under {gen}")
    waiting = Counter(ticket["conversation_id"] for ticket in tickets)
    for conversation, log in logs.items():
        found += _log(conversation, log, statuses[conversation])
        found += _said(conversation, log, said.get(conversation, ()))
        found += _owed(conversation, log)
        open_tickets, held = waiting[conversation], statuses[conversation] in ("waiting", "human")
        if open_tickets != held:
            found.append(f"P5 {conversation}: {open_tickets} open tickets, and it is {statuses[conversation]}")
    return found


def memory_violations(grown: int, slow: int, allowed: int) -> list[str]:
    """P7: what `slow` connections that read nothing cost a gateway, in bytes, against what each may."""
    if grown > slow * allowed:
        return [f"P7: {slow} connections that read nothing hold {grown:,} bytes; {slow * allowed:,} are allowed"]
    return []


def _acks(name: str, acks: Sequence[Promise]) -> list[str]:
    told: dict[str, set[int | None]] = {}
    for ack in acks:
        told.setdefault(ack.client_id, set()).add(ack.seq)
    return [f"P3 {name}: one message was acknowledged at {seqs}" for seqs in told.values() if len(seqs) > 1]


def _answers(name: str, promise: Promise, fresh: Frames) -> list[str]:
    answer = [frame for frame in fresh if frame["re"] == promise.client_id]
    half = len(answer) // 2
    if not answer:
        return [f"P4 {name}: {promise.text!r} was never answered"] if promise.answered else []  # else `_owed` knows
    if answer[-1]["seq"] - answer[0]["seq"] != len(answer) - 1:
        return [f"P4 {name}: {promise.text!r} was answered more than once"]
    if half and [_words(frame) for frame in answer[:half]] == [_words(frame) for frame in answer[half:]]:
        return [f"P4 {name}: {promise.text!r} was answered twice over"]
    return []


def _log(conversation: str, log: Frames, shown: str) -> list[str]:
    """The log of one conversation by itself: numbers, and who held it when."""
    found: list[str] = []
    if [entry["pos"] for entry in log] != list(range(1, len(log) + 1)):
        found.append(f"P2 {conversation}: its log has holes or doubles")
    status, holder = "bot", None
    for entry in log:
        if entry["type"] == "entry.created" and entry["kind"] == "handoff":
            step = entry["data"]["step"]
            if step not in {each for _, each in STEPS}:
                continue  # a remark about the ticket, which moves nothing
            if (status, step) not in STEPS:
                found.append(f"P5 {conversation}: {step} while it is {status}")
            status = STEPS.get((status, step), status)
            holder = entry["data"].get("by") if step == "claimed" else None
        elif entry["type"] == "message.created" and entry["author"]["kind"] == "agent" and not entry.get("note"):
            if entry["author"]["name"] != holder:
                found.append(f"P6 {conversation}: {entry['author']['name']} writes while {holder} has it")
        elif entry["type"] == "message.created" and entry["author"]["kind"] == "bot" and status == "human":
            found.append(f"P4 {conversation}: the bot speaks while {holder} has it: {entry['text']!r}")
    if status != shown:
        found.append(f"P5 {conversation}: it is {status} by its log, and {shown} for its visitor")
    return found


def _owed(conversation: str, log: Frames) -> list[str]:
    """Messages that came while the bot had the conversation, and neither it nor a request for a person followed."""
    found: list[str] = []
    answered = {entry.get("re") for entry in log if entry["type"] == "message.created"}
    status, owed = "bot", ""
    for entry in log:
        if entry["type"] == "entry.created" and entry["kind"] == "handoff":
            step = entry["data"]["step"]
            status = STEPS.get((status, step), status)
            if step in ("requested", "raised"):
                owed = ""
        elif entry["type"] == "message.created" and entry["author"]["kind"] == "visitor":
            if owed:
                found.append(f"P4 {conversation}: {owed!r} was never answered")
            owed = entry["text"] if status == "bot" and entry["client_id"] not in answered else ""
    return [*found, f"P4 {conversation}: {owed!r} was never answered"] if owed else found


def _said(conversation: str, log: Frames, said: Sequence[tuple[str, Promise]]) -> list[str]:
    """What agents were told is stored, against the log."""
    found: list[str] = []
    for agent, promise in said:
        stored = [entry for entry in log if entry.get("client_id") == promise.client_id]
        if len(stored) != 1:
            found.append(f"P1 {agent}: {promise.text!r} is stored {len(stored)} times")
        elif (stored[0]["pos"], stored[0]["text"]) != (promise.pos, promise.text):
            found.append(f"P1 {agent}: {promise.text!r} is not at pos {promise.pos} as acknowledged")
    return found


def _essence(frame: Mapping[str, Any]) -> tuple[Any, ...]:
    return frame["seq"], frame["id"], frame["text"]


def _words(frame: Mapping[str, Any]) -> tuple[Any, ...]:
    return frame["text"], frame.get("card")
