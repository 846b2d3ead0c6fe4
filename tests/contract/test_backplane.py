"""What `app.backplane.Backplane` promises, asked of each implementation."""

from __future__ import annotations

from collections.abc import Callable
from uuid import uuid4

import pytest

from app.backplane import Backplane, Changed, PresenceChanged, Seen, SessionEnded, Signal, Typing
from app.backplane.memory import MemoryBackplane
from app.conversations import VisitorId
from app.protocol import Author
from handoff import ConversationId
from tests.factories import A_SITE

C1, ANNA = ConversationId(str(uuid4())), VisitorId("anna")
SIGNALS: tuple[Signal, ...] = (
    Changed(C1, ANNA, A_SITE, head=3, pos=7),
    Seen(C1, A_SITE),
    Typing(C1, ANNA, "visitor", Author(kind="agent", name="Maya"), on=True),
    SessionEnded("a session"),
    PresenceChanged(A_SITE),
)

OPENERS: dict[str, Callable[[], Backplane]] = {"memory": MemoryBackplane}


@pytest.fixture(params=list(OPENERS))
def backplane(request: pytest.FixtureRequest) -> Backplane:
    return OPENERS[request.param]()


async def test_every_listener_hears_every_signal_in_order(backplane: Backplane) -> None:
    heard: tuple[list[Signal], list[Signal]] = ([], [])
    for listener in heard:
        backplane.listen(listener.append)

    for signal in SIGNALS:
        await backplane.publish(signal)

    assert [tuple(listener) for listener in heard] == [SIGNALS, SIGNALS]


async def test_who_listens_late_hears_what_comes_then(backplane: Backplane) -> None:
    heard: list[Signal] = []
    await backplane.publish(SIGNALS[0])
    backplane.listen(heard.append)
    await backplane.publish(SIGNALS[1])

    assert heard == [SIGNALS[1]]


async def test_publishing_to_nobody_is_fine(backplane: Backplane) -> None:
    await backplane.publish(SIGNALS[0])


async def test_a_listener_that_fails_takes_no_signal_from_the_others_nor_from_the_publisher(
    backplane: Backplane,
) -> None:
    heard: list[Signal] = []

    def fail(_: Signal) -> None:
        raise RuntimeError("a bug in one listener")

    backplane.listen(fail)
    backplane.listen(heard.append)
    await backplane.publish(SIGNALS[0])

    assert heard == [SIGNALS[0]]
