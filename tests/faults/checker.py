"""Checks what a stream must be, whatever happened to the servers: the delivery promises P1 to P4 and P8."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

from tests.faults.rider import Promise


def violations(
    name: str, promises: Sequence[Promise], seen: Sequence[dict[str, Any]], fresh: Sequence[dict[str, Any]]
) -> list[str]:
    """Everything that breaks a promise to one visitor, in words; empty when all are kept.

    `promises` were acknowledged, `seen` came over the sockets while servers died, `fresh` is the stream read again
    from 0 at the end.
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
    positions = [at[promise.client_id]["seq"] for promise in promises if promise.client_id in at]
    if positions != sorted(positions):
        found.append(f"P2 {name}: messages are out of the order they were sent in")
    if [_essence(frame) for frame in seen] != [_essence(frame) for frame in fresh]:
        found.append(f"P2 {name}: what was seen live differs from the stream read again")
    for promise in promises:
        answer = [frame for frame in fresh if frame["re"] == promise.client_id]
        half = len(answer) // 2
        if not answer:
            found.append(f"P4 {name}: {promise.text!r} was never answered")
        elif answer[-1]["seq"] - answer[0]["seq"] != len(answer) - 1:
            found.append(f"P4 {name}: {promise.text!r} was answered more than once")
        elif half and [_said(frame) for frame in answer[:half]] == [_said(frame) for frame in answer[half:]]:
            found.append(f"P4 {name}: {promise.text!r} was answered twice over")
    own = {promise.client_id for promise in promises}
    for frame in fresh:
        if frame["author"]["kind"] == "visitor" and frame["client_id"] not in own:
            found.append(f"P8 {name}: sees {frame['text']!r}, which is somebody else's")
    return found


def _essence(frame: dict[str, Any]) -> tuple[Any, ...]:
    return frame["seq"], frame["id"], frame["text"]


def _said(frame: dict[str, Any]) -> tuple[Any, ...]:
    return frame["text"], frame.get("card")
