"""The checker is worth something only if it finds each fault: lost, doubled, reordered, crossed, unanswered."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.faults.checker import violations
from tests.faults.rider import Promise

Stream = list[dict[str, Any]]


def a_stream() -> tuple[list[Promise], Stream]:
    """Three messages of Ana, each answered."""
    promises: list[Promise] = []
    stream: Stream = []
    for number in range(3):
        text = f"Ana says number {number}"
        said = {"id": f"m{number}", "client_id": f"c{number}", "author": {"kind": "visitor"}, "text": text, "re": None}
        answer = {"id": f"a{number}", "client_id": None, "author": {"kind": "bot"}, "text": "ok", "re": f"c{number}"}
        promises.append(Promise(f"c{number}", text, 2 * number + 1))
        stream += [said, answer]
    return promises, [{**frame, "seq": seq} for seq, frame in enumerate(stream, start=1)]


def renumbered(stream: Stream) -> Stream:
    return [{**frame, "seq": seq} for seq, frame in enumerate(stream, start=1)]


def test_a_sound_stream_has_no_violation() -> None:
    promises, stream = a_stream()
    assert violations("Ana", promises, stream, stream) == []


@pytest.mark.parametrize(
    ("fault", "promise"),
    [
        pytest.param(lambda s: s[:2] + s[3:], "P2", id="a message is lost and leaves a hole"),
        pytest.param(lambda s: renumbered(s[:2] + s[3:]), "P1", id="a message is lost and the rest closes up"),
        pytest.param(lambda s: renumbered([*s[:3], s[2], *s[3:]]), "P1", id="a message is doubled"),
        pytest.param(lambda s: renumbered([s[2], s[3], s[0], s[1], *s[4:]]), "P1", id="messages are reordered"),
        pytest.param(lambda s: renumbered([*s[:2], *s[3:], s[2]]), "P2", id="a message comes after later ones"),
        pytest.param(lambda s: renumbered([*s[:2], s[1], *s[2:]]), "P4", id="a message is answered twice"),
        pytest.param(lambda s: renumbered([s[0], *s[2:]]), "P4", id="a message is never answered"),
        pytest.param(
            lambda s: [*s, {**s[0], "seq": 7, "id": "x", "client_id": "y", "text": "Bo says hello"}],
            "P8",
            id="somebody else's message is crossed in",
        ),
    ],
)
def test_each_fault_is_found(fault: Callable[[Stream], Stream], promise: str) -> None:
    promises, stream = a_stream()
    broken = fault(stream)
    assert any(found.startswith(promise) for found in violations("Ana", promises, broken, broken))


def test_a_live_view_that_differs_from_the_store_is_found() -> None:
    promises, stream = a_stream()
    assert any("seen live" in found for found in violations("Ana", promises, stream[:-1], stream))
