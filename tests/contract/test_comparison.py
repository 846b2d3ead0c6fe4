"""How far conversations have come, compared with what was told here: every lost hint is made up for, others are not."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from uuid import uuid4

import pytest

from app.backplane import Changed
from app.conversations import Said, VisitorId
from app.gateway.comparison import Comparison
from app.gateway.connection import Connection
from app.gateway.hub import Broadcast, Hub
from app.persistence.console import ConsoleReads
from app.persistence.journal import Change
from app.persistence.sql_journal import SqlJournal
from app.protocol import VisitorState
from handoff import ConversationId, SiteId
from tests.contract.stores import STORES, Store
from tests.factories import A_SITE, MONDAY_MORNING

ANNA = VisitorId("anna")


class Widget:
    """A visitor's socket that only notes how far it is told."""

    connection: Connection

    def __init__(self) -> None:
        self.told: list[int] = []

    def deliver(self, broadcast: Broadcast) -> None:
        self.told.append(broadcast.changed.pos)

    def show(self, conversation_id: ConversationId, state: VisitorState) -> None: ...

    def announce(self, frame: str) -> None: ...


class Here:
    """A gateway of Anna's, which hears of what another one stores only as far as a test tells it."""

    def __init__(self, store: Store) -> None:
        day = timedelta(days=1)
        self.journal = SqlJournal(store.writer, store.reader, turn_lease=day, reopen_within=day)
        self.anna = Widget()
        self.moved: list[tuple[SiteId, ConversationId | None]] = []
        self.backplane, self.hub = store.backplane, Hub()
        self.backplane.listen(self.hub.hear)
        self.hub.on_turnover = lambda site_id, conversation_id: self.moved.append((site_id, conversation_id))
        self.comparison = Comparison(self.hub, self.backplane, self.journal, ConsoleReads(store.reader))
        self.hub.visitors.add(ANNA, self.anna)

    async def elsewhere(self, text: str) -> Change:
        """Anna says something at another gateway."""
        change = (await self.journal.hear(ANNA, A_SITE, Said(uuid4(), text), now=MONDAY_MORNING)).change
        self.hub.widgets.add(change.conversation.id, self.anna)
        return change

    def hint(self, change: Change) -> None:
        """What arrives of it here."""
        row = Changed.of(change)
        hint = Changed(row.conversation_id, row.visitor_id, row.site_id, row.head, row.pos, row.since, row.moved)
        self.backplane.spread(hint)


@pytest.fixture(params=list(STORES))
async def here(request: pytest.FixtureRequest) -> AsyncIterator[Here]:
    async with STORES[request.param]() as store:
        await store.add_visitor(ANNA)
        yield Here(store)


async def test_who_was_told_by_a_hint_is_told_nothing_again(here: Here) -> None:
    await here.elsewhere("hello")
    await here.comparison.look()
    here.hint(await here.elsewhere("is it in stock"))
    told, here.anna.told = here.anna.told, []
    await here.comparison.look()

    assert told == [1, 2]
    assert here.anna.told == []
    assert here.moved == []


async def test_a_lost_hint_is_made_up_for_and_who_holds_the_conversation_is_asked_too(here: Here) -> None:
    first = await here.elsewhere("hello")
    await here.comparison.look()
    await here.elsewhere("is it in stock")
    await here.comparison.look()

    assert here.anna.told == [1, 2]
    assert here.moved == [(A_SITE, first.conversation.id)]


async def test_a_hint_that_came_through_does_not_hide_the_one_before_it_that_was_lost(here: Here) -> None:
    first = await here.elsewhere("hello")
    await here.comparison.look()
    await here.elsewhere("is it in stock")
    here.hint(await here.elsewhere("for a 2019 mt07"))
    assert here.moved == []
    await here.comparison.look()

    assert here.anna.told == [1, 3, 3]
    assert here.moved == [(A_SITE, first.conversation.id)]


async def test_hints_that_come_late_and_twice_change_nothing(here: Here) -> None:
    first = await here.elsewhere("hello")
    await here.comparison.look()
    second = await here.elsewhere("is it in stock")
    for change in (second, first, second):
        here.hint(change)
    here.anna.told.clear()
    await here.comparison.look()

    assert here.anna.told == []
