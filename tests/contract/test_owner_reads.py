"""What the owner's page is made of, read alike from each database."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from datetime import timedelta
from uuid import UUID

import pytest

from app.conversations import VisitorId, new_id
from app.persistence.handovers import Handovers
from app.persistence.resolutions import Resolutions, Told
from handoff import ConversationId, Evidence, Reason, Ticket
from tests.contract.stores import STORES
from tests.contract.test_queue import SqlBackend
from tests.factories import A_SITE, MONDAY_MORNING, a_request, an_agent, the_hold

MAYA = an_agent(capacity=9)
HOUR = timedelta(hours=1)


@pytest.fixture(params=list(STORES))
async def backend(request: pytest.FixtureRequest) -> AsyncIterator[SqlBackend]:
    async with STORES[request.param]() as store:
        yield SqlBackend(store)


async def asked(backend: SqlBackend, *wishes: tuple[Reason, tuple[Evidence, ...]]) -> Sequence[Ticket]:
    """Tickets of conversations of their own, an hour apart, the first at MONDAY_MORNING."""
    conversations = [ConversationId(new_id()) for _ in wishes]
    await backend.prepare(A_SITE, conversations, [MAYA])
    return [
        await backend.queue.request(
            conversation,
            A_SITE,
            a_request(reason, evidence=evidence, requested_at=MONDAY_MORNING + number * HOUR, quote=reason.value),
        )
        for number, (conversation, (reason, evidence)) in enumerate(zip(conversations, wishes, strict=True))
    ]


async def resolved(backend: SqlBackend, ticket: Ticket, after: timedelta) -> None:
    now = ticket.requested_at + after
    claimed = await backend.queue.claim(ticket.conversation_id, MAYA, now=now, says="Maya has joined you.")
    await backend.queue.resolve(the_hold(claimed), now=now, says="Solved.")


async def test_handovers_of_a_period_are_read_open_and_closed_the_newest_first(backend: SqlBackend) -> None:
    gap = Evidence(Reason.OTHER, "Fell 2 on Honda CB125R 2020")
    tickets = await asked(backend, (Reason.LEGAL, ()), (Reason.OTHER, (gap,)), (Reason.EMOTION, ()), (Reason.LEGAL, ()))
    await resolved(backend, tickets[1], timedelta(minutes=5))
    found = await Handovers(backend.store.reader).between(A_SITE, MONDAY_MORNING + HOUR, MONDAY_MORNING + 3 * HOUR)

    assert [each.conversation_id for each in found] == [
        UUID(tickets[2].conversation_id),
        UUID(tickets[1].conversation_id),
    ]
    assert [(each.reason, each.gap, each.left) for each in found] == [
        (Reason.EMOTION, None, False),
        (Reason.OTHER, "Fell 2 on Honda CB125R 2020", True),
    ]
    assert found[1].closed_at == MONDAY_MORNING + HOUR + timedelta(minutes=5)


async def test_who_came_upset_is_told_by_any_of_the_reasons_and_what_they_said_stands_beside_it(
    backend: SqlBackend,
) -> None:
    angry = Evidence(Reason.EMOTION, 'angry words: "appalled"')
    tickets = await asked(backend, (Reason.REPEAT, (angry,)), (Reason.REPEAT, ()), (Reason.EMOTION, ()))
    for ticket in tickets:
        await resolved(backend, ticket, timedelta(minutes=5))
    resolutions = Resolutions(backend.store.reader, backend.store.writer)
    told = Told(score=9, why="Maya was quick", feeling="good")
    await resolutions.tell(UUID(tickets[0].id), VisitorId(tickets[0].conversation_id), told, MONDAY_MORNING + 9 * HOUR)
    found = await resolutions.between(A_SITE, MONDAY_MORNING, MONDAY_MORNING + 2 * HOUR)

    assert [(each.came_upset, each.score, each.why) for each in found] == [
        (False, None, None),
        (True, 9, "Maya was quick"),
    ]
