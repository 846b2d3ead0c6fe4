"""What was given to make cases right, on each store: folded, summed up, and taken over once."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import datetime, timedelta

import anyio
import pytest

from app.conversations import VisitorId
from app.persistence.remedies import PATIENCE, RemedyBook, level_of, spent
from app.persistence.sql_log import Log, find_conversation
from app.persistence.work import Cursor
from handoff import AgentId, Role
from handoff.authority import DEFAULT, Level, Remedy, Spent
from handoff.remedies import Given, Outcome, Part, RemedyEntry, RemedyId, RemedyState, Settled, approve, give, to_data
from tests.contract.stores import STORES, Store
from tests.factories import A_SITE, MONDAY_MORNING, a_conversation, an_agent

MAYA, DANA = an_agent("Maya Keller"), an_agent("Dana Roth")
HERE, THERE = a_conversation("c1"), a_conversation("c2")


@pytest.fixture(params=list(STORES))
async def store(request: pytest.FixtureRequest) -> AsyncIterator[Store]:
    async with STORES[request.param]() as store:
        await store.add_agents([MAYA, DANA])
        for number, conversation in enumerate((HERE, THERE)):
            visitor = VisitorId(f"v{number}")
            await store.add_visitor(visitor)
            await store.run(
                "INSERT INTO conversation (id, site_id, visitor_id, status, head, pos, read_by_visitor, read_by_agent,"
                " last_text, created_at, updated_at, mailed) VALUES (?, ?, ?, 'bot', 0, 0, 0, 0, '', 0, 0, 0)",
                (conversation, A_SITE, visitor),
            )
        yield store


async def append(store: Store, conversation: str, *entries: RemedyEntry) -> None:
    def work(cursor: Cursor) -> None:
        log = Log(cursor, find_conversation(cursor, a_conversation(conversation)), entries[-1].at)
        for entry in entries:
            log.append("remedy", to_data(entry), author=("agent", MAYA.id), visible=False)
        log.close()

    await store.writer.run(work)


def given_by(
    agent: AgentId, name: str, minor: int, *, at: datetime = MONDAY_MORNING, conversation: str = HERE
) -> Given:
    return give(
        RemedyId(name),
        a_conversation(conversation),
        [Part(Remedy.CREDIT, minor, "for the wait")],
        currency="USD",
        by=agent,
        level=Level.AGENT,
        authority=DEFAULT,
        spent=Spent(),
        may_ask=True,
        reason="",
        order_number="1042",
        now=at,
    )


async def spent_of(store: Store, agent: AgentId, conversation: str = HERE) -> Spent:
    since = MONDAY_MORNING - timedelta(hours=9)
    return await store.reader.run(lambda cursor: spent(cursor, conversation, agent, since, "USD"))


async def test_what_is_decided_counts_in_its_case_for_everybody_and_in_the_day_of_who_decided(store: Store) -> None:
    book = RemedyBook(store.reader, store.writer)
    await append(store, HERE, given_by(MAYA.id, "r1", 500))
    await append(store, THERE, given_by(MAYA.id, "r2", 700, conversation=THERE))
    await append(store, HERE, given_by(MAYA.id, "r0", 900, at=MONDAY_MORNING - timedelta(days=1)))
    await append(store, HERE, given_by(MAYA.id, "r3", 20_000))
    asked = await book.asked([A_SITE])
    agreed = approve(
        asked[0], by=DANA.id, level=Level.SENIOR, authority=DEFAULT, spent=Spent(), reason="", now=MONDAY_MORNING
    )
    before = await spent_of(store, MAYA.id)
    await append(store, HERE, agreed)

    assert [each.id for each in asked] == ["r3"]
    assert before == Spent({Remedy.CREDIT: 1_400}, {Remedy.CREDIT: 1_200})
    assert await spent_of(store, MAYA.id) == Spent({Remedy.CREDIT: 21_400}, {Remedy.CREDIT: 1_200})
    assert (await spent_of(store, DANA.id)).day == {Remedy.CREDIT: 20_000}
    assert await book.asked([A_SITE]) == []


async def test_what_nobody_carried_out_in_time_is_taken_over_by_one(store: Store) -> None:
    book = RemedyBook(store.reader, store.writer)
    await append(store, HERE, given_by(MAYA.id, "r1", 500))
    taken: list[str] = []

    async def take() -> None:
        taken.extend(each.id for each in await book.take_over(MONDAY_MORNING + PATIENCE))

    assert await book.take_over(MONDAY_MORNING) == ()
    async with anyio.create_task_group() as tasks:
        for _ in range(4):
            tasks.start_soon(take)
    assert taken == ["r1"]
    await append(store, HERE, Settled(MONDAY_MORNING, RemedyId("r1"), (Outcome("shop", "R7"),)))
    found = await book.one("r1")

    assert await book.take_over(MONDAY_MORNING + 3 * PATIENCE) == ()
    assert found is not None
    assert (found.state, found.outcomes, found.parts[0].what) == (
        RemedyState.DONE,
        (Outcome("shop", "R7"),),
        "for the wait",
    )


async def test_the_level_is_that_of_this_very_moment(store: Store) -> None:
    async def level() -> Level | None:
        return await store.reader.run(lambda cursor: level_of(cursor, DANA.id, A_SITE))

    seen = [await level()]
    await store.run("UPDATE agent SET role = ? WHERE id = ?", (Role.ADMIN.value, DANA.id))
    seen.append(await level())
    await store.run("UPDATE agent SET disabled_at = 1 WHERE id = ?", (DANA.id,))
    seen.append(await level())

    assert seen == [Level.AGENT, Level.SUPERVISOR, None]
