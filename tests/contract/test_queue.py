"""What `handoff.ports.Queue` promises, asked of each implementation.

A backend joins by adding its opener to `OPENERS`; the opener gives a fresh queue for each test.
"""

import json
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial
from typing import Protocol

import anyio
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.conversations import VisitorId
from handoff import (
    Agent,
    AlreadyAssigned,
    AtCapacity,
    ConversationId,
    Evidence,
    Hold,
    InThePast,
    MayNot,
    MemoryQueue,
    Moved,
    NoRoom,
    NotAssigned,
    NotWaiting,
    Offered,
    Queue,
    Reason,
    Role,
    SiteId,
    TeamId,
    Ticket,
    Transfer,
)
from handoff.routing import CallOwner, Choice, Offer, RingTeam, TakeBack, Wait, Wake
from tests.contract.stores import STORES, Store, StoreOpener
from tests.factories import A_SITE, MONDAY_MORNING, a_conversation, a_request, an_agent, the_hold


class Backend(Protocol):
    """A queue under test, with what a test may do beside it."""

    @property
    def queue(self) -> Queue: ...

    async def prepare(self, site: SiteId, conversations: Sequence[ConversationId], agents: Sequence[Agent]) -> None:
        """Make these known, where the storage wants to know them first."""

    async def heard(self, conversation: ConversationId) -> Sequence[str]:
        """The sentences the visitor heard from the desk, oldest first."""


Opener = Callable[[], AbstractAsyncContextManager[Backend]]


@dataclass
class MemoryBackend:
    queue: MemoryQueue

    async def prepare(self, site: SiteId, conversations: Sequence[ConversationId], agents: Sequence[Agent]) -> None:
        pass

    async def heard(self, conversation: ConversationId) -> Sequence[str]:
        return self.queue.said(conversation)


@asynccontextmanager
async def in_memory() -> AsyncIterator[Backend]:
    yield MemoryBackend(MemoryQueue())


@dataclass
class SqlBackend:
    store: Store

    @property
    def queue(self) -> Queue:
        return self.store.queue

    async def prepare(self, site: SiteId, conversations: Sequence[ConversationId], agents: Sequence[Agent]) -> None:
        await self.store.add_site(site)
        await self.store.add_agents(agents, site)
        for conversation in conversations:
            await self.store.add_visitor(VisitorId(conversation), site)
            await self.store.run(
                "INSERT INTO conversation (id, site_id, visitor_id, status, head, pos, read_by_visitor, read_by_agent,"
                " last_text, created_at, updated_at) VALUES (?, ?, ?, 'bot', 0, 0, 0, 0, '', 0, 0)",
                (conversation, site, conversation),
            )

    async def heard(self, conversation: ConversationId) -> Sequence[str]:
        rows = await self.store.run(
            "SELECT data FROM entry WHERE conversation_id = ? AND author_kind = 'system'"
            " AND seq IS NOT NULL ORDER BY seq",
            (conversation,),
        )
        return [str(json.loads(str(data))["text"]) for (data,) in rows]


@asynccontextmanager
async def on(open_store: StoreOpener) -> AsyncIterator[Backend]:
    async with open_store() as store:
        yield SqlBackend(store)


OPENERS: dict[str, Opener] = {"memory": in_memory, **{name: partial(on, opened) for name, opened in STORES.items()}}


@pytest.fixture(scope="module", params=list(OPENERS))
def queues(request: pytest.FixtureRequest) -> Opener:
    return OPENERS[request.param]


MAYA = an_agent("Maya Keller")
DANA = an_agent("Dana Roth")
IRIS = an_agent("Iris Sandoval", role=Role.SUPERVISOR)
SECONDS = timedelta(seconds=20)
C1, C2, C3 = (a_conversation(name) for name in ("c1", "c2", "c3"))


@pytest.fixture
async def backend(queues: Opener) -> AsyncIterator[Backend]:
    async with queues() as opened:
        await opened.prepare(A_SITE, [C1, C2, C3], [MAYA, DANA, IRIS])
        yield opened


def minutes(count: float) -> timedelta:
    return timedelta(minutes=count)


def at(minute: float) -> datetime:
    return MONDAY_MORNING + minutes(minute)


async def test_a_request_waits_and_the_visitor_hears_it(backend: Backend) -> None:
    ticket = await backend.queue.request(C1, A_SITE, a_request(says="A person is joining you."))

    assert (ticket.state, ticket.agent_id, ticket.gen) == ("waiting", None, 0)
    assert list(await backend.queue.waiting(A_SITE)) == [ticket]
    assert list(await backend.heard(C1)) == ["A person is joining you."]


async def test_the_better_rank_is_served_first(backend: Backend) -> None:
    queue = backend.queue
    await queue.request(C1, A_SITE, a_request(requested_at=at(0)))
    await queue.request(C2, A_SITE, a_request(requested_at=at(5)))
    await queue.request(C3, A_SITE, a_request(Reason.SAFETY, requested_at=at(6), head_start=minutes(60)))

    assert [ticket.conversation_id for ticket in await queue.waiting(A_SITE)] == [C3, C1, C2]


async def test_a_site_sees_its_own_line_only(backend: Backend) -> None:
    await backend.queue.request(C1, A_SITE, a_request())

    assert list(await backend.queue.waiting(SiteId("elsewhere"))) == []


async def test_a_claim_takes_the_ticket_out_of_the_line(backend: Backend) -> None:
    await backend.queue.request(C1, A_SITE, a_request())

    ticket = await backend.queue.claim(C1, MAYA, now=at(2), says="Maya has joined you.")

    assert (ticket.state, ticket.agent_id, ticket.gen, ticket.assigned_at) == ("assigned", MAYA.id, 1, at(2))
    assert list(await backend.queue.waiting(A_SITE)) == []
    assert (await backend.heard(C1))[-1] == "Maya has joined you."


async def test_the_second_agent_hears_who_has_it(backend: Backend) -> None:
    await backend.queue.request(C1, A_SITE, a_request())
    await backend.queue.claim(C1, MAYA, now=at(1), says="Maya has joined you.")

    with pytest.raises(AlreadyAssigned) as refusal:
        await backend.queue.claim(C1, DANA, now=at(1), says="Dana has joined you.")

    assert refusal.value.holder == "Maya Keller"
    assert "Dana has joined you." not in await backend.heard(C1)


async def test_claiming_twice_changes_nothing_and_says_nothing(backend: Backend) -> None:
    await backend.queue.request(C1, A_SITE, a_request())
    first = await backend.queue.claim(C1, MAYA, now=at(1), says="Maya has joined you.")

    again = await backend.queue.claim(C1, MAYA, now=at(2), says="Maya has joined you.")

    assert again == first
    assert list(await backend.heard(C1)).count("Maya has joined you.") == 1


async def test_a_conversation_that_asked_for_nobody_cannot_be_claimed(backend: Backend) -> None:
    with pytest.raises(NotWaiting):
        await backend.queue.claim(C1, MAYA, now=at(0), says="Maya has joined you.")


async def test_an_agent_takes_as_many_as_there_is_room_for(backend: Backend) -> None:
    queue = backend.queue
    two = an_agent(MAYA.name, capacity=2)
    for conversation in (C1, C2, C3):
        await queue.request(conversation, A_SITE, a_request())
    held = await queue.claim(C1, two, now=at(1), says="joined")
    await queue.claim(C2, two, now=at(1), says="joined")

    with pytest.raises(AtCapacity):
        await queue.claim(C3, two, now=at(1), says="joined")

    await queue.resolve(the_hold(held), now=at(2), says="closed")
    assert (await queue.claim(C3, two, now=at(3), says="joined")).agent_id == two.id


async def test_a_release_to_the_queue_keeps_the_place_in_line(backend: Backend) -> None:
    queue = backend.queue
    await queue.request(C1, A_SITE, a_request(requested_at=at(0)))
    await queue.request(C2, A_SITE, a_request(requested_at=at(1)))
    held = await queue.claim(C1, MAYA, now=at(2), says="joined")

    released = await queue.release(the_hold(held), to="queue", now=at(3), says="passed on")

    assert (released.state, released.agent_id, released.assigned_at) == ("waiting", None, None)
    assert [ticket.conversation_id for ticket in await queue.waiting(A_SITE)] == [C1, C2]
    assert (await backend.heard(C1))[-1] == "passed on"


async def test_a_hold_from_before_a_release_is_refused_even_for_the_same_agent(backend: Backend) -> None:
    queue = backend.queue
    await queue.request(C1, A_SITE, a_request())
    first = await queue.claim(C1, MAYA, now=at(1), says="joined")
    await queue.release(the_hold(first), to="queue", now=at(2), says="passed on")
    second = await queue.claim(C1, MAYA, now=at(3), says="joined")

    assert second.gen == first.gen + 1
    with pytest.raises(NotAssigned):
        await queue.resolve(the_hold(first), now=at(4), says="closed")
    assert "closed" not in await backend.heard(C1)


async def test_a_release_to_the_bot_closes_the_ticket_and_the_next_request_opens_a_new_one(backend: Backend) -> None:
    queue = backend.queue
    await queue.request(C1, A_SITE, a_request())
    held = await queue.claim(C1, MAYA, now=at(1), says="joined")

    closed = await queue.release(the_hold(held), to="bot", now=at(2), says="back to the bot")
    fresh = await queue.request(C1, A_SITE, a_request(requested_at=at(9)))

    assert (closed.state, closed.closed_at) == ("closed", at(2))
    assert (fresh.id == closed.id, fresh.state, fresh.requested_at) == (False, "waiting", at(9))


async def test_a_hold_of_an_earlier_ticket_is_refused_even_for_the_same_agent(backend: Backend) -> None:
    queue = backend.queue
    await queue.request(C1, A_SITE, a_request())
    first = await queue.claim(C1, MAYA, now=at(1), says="joined")
    await queue.resolve(the_hold(first), now=at(2), says="closed")
    await queue.request(C1, A_SITE, a_request(requested_at=at(3)))
    second = await queue.claim(C1, MAYA, now=at(4), says="joined")

    assert second.gen > first.gen
    with pytest.raises(NotAssigned):
        await queue.resolve(the_hold(first), now=at(5), says="closed")


async def test_a_resolved_conversation_is_closed_and_its_hold_is_void(backend: Backend) -> None:
    queue = backend.queue
    await queue.request(C1, A_SITE, a_request())
    held = await queue.claim(C1, MAYA, now=at(1), says="joined")

    closed = await queue.resolve(the_hold(held), now=at(5), says="closed")

    assert (closed.state, closed.closed_at) == ("closed", at(5))
    for verb in (
        queue.resolve(the_hold(held), now=at(6), says="closed"),
        queue.release(the_hold(held), to="queue", now=at(6), says="passed on"),
    ):
        with pytest.raises(NotAssigned):
            await verb
    with pytest.raises(NotWaiting):
        await queue.claim(C1, DANA, now=at(6), says="joined")


async def test_nobody_resolves_what_somebody_else_holds(backend: Backend) -> None:
    await backend.queue.request(C1, A_SITE, a_request())
    held = await backend.queue.claim(C1, MAYA, now=at(1), says="joined")

    with pytest.raises(NotAssigned):
        await backend.queue.resolve(Hold(C1, DANA.id, held.gen), now=at(2), says="closed")


async def test_a_more_urgent_request_raises_the_waiting_ticket_and_is_heard(backend: Backend) -> None:
    queue = backend.queue
    asked = a_request(Reason.HUMAN_REQUEST, quote="an agent please", head_start=minutes(10), says="Gladly.")
    danger = a_request(
        Reason.SAFETY, quote="it is on fire", requested_at=at(1), head_start=minutes(60), says="Stay safe."
    )
    first = await queue.request(C1, A_SITE, asked)

    raised = await queue.request(C1, A_SITE, danger)

    assert (raised.id, raised.gen, raised.requested_at) == (first.id, first.gen, first.requested_at)
    assert (raised.reason, raised.quote, raised.rank_at) == (Reason.SAFETY, "it is on fire", danger.rank_at)
    assert raised.evidence == asked.evidence + danger.evidence
    assert list(await backend.heard(C1)) == ["Gladly.", "Stay safe."]


async def test_a_ticket_does_not_grow_with_every_angry_message(backend: Backend) -> None:
    for number in range(50):
        evidence = (Evidence(Reason.EMOTION, "angry words", number, number + 5),)
        raised = await backend.queue.request(C1, A_SITE, a_request(Reason.EMOTION, evidence=evidence))

    assert [evidence.start for evidence in raised.evidence] == list(range(30, 50))


async def test_asking_again_keeps_the_better_rank_and_repeats_no_sentence(backend: Backend) -> None:
    queue = backend.queue
    first = await queue.request(C1, A_SITE, a_request(Reason.EMOTION, head_start=minutes(30), says="I hear you."))
    also = Evidence(Reason.HUMAN_REQUEST, "asks for a person", 0, 5)

    later = await queue.request(
        C1, A_SITE, a_request(Reason.HUMAN_REQUEST, evidence=(also,), requested_at=at(2), says="Gladly.")
    )

    assert (later.id, later.reason, later.rank_at) == (first.id, Reason.EMOTION, first.rank_at)
    assert later.evidence == (*first.evidence, also)
    assert list(await backend.heard(C1)) == ["I hear you."]


async def test_a_request_while_an_agent_is_there_leaves_the_agent_in_place_and_says_nothing(backend: Backend) -> None:
    queue = backend.queue
    await queue.request(C1, A_SITE, a_request(Reason.HUMAN_REQUEST))
    held = await queue.claim(C1, MAYA, now=at(1), says="joined")

    danger = await queue.request(C1, A_SITE, a_request(Reason.SAFETY, head_start=minutes(60), says="Stay safe."))

    assert (danger.state, danger.agent_id, danger.gen, danger.reason) == ("assigned", MAYA.id, held.gen, Reason.SAFETY)
    assert "Stay safe." not in await backend.heard(C1)
    assert (await queue.resolve(the_hold(held), now=at(2), says="closed")).state == "closed"


async def test_a_supervisor_takes_over_and_the_agent_before_is_out(backend: Backend) -> None:
    queue = backend.queue
    await queue.request(C1, A_SITE, a_request())
    first = await queue.claim(C1, MAYA, now=MONDAY_MORNING, says="Maya has joined you.")

    taken = await queue.take_over(C1, IRIS, now=MONDAY_MORNING, says="Iris joins you now.")

    assert (taken.state, taken.agent_id, taken.gen) == ("assigned", IRIS.id, first.gen + 1)
    assert (await backend.heard(C1))[-1] == "Iris joins you now."
    with pytest.raises(NotAssigned):
        await queue.resolve(the_hold(first), now=MONDAY_MORNING, says="Done.")
    again = await queue.take_over(C1, IRIS, now=MONDAY_MORNING, says="Iris joins you now.")
    assert again == taken
    assert (await backend.heard(C1)).count("Iris joins you now.") == 1


async def test_taking_over_is_for_supervisors_who_have_room_and_for_what_is_open(backend: Backend) -> None:
    queue = backend.queue
    with pytest.raises(NotWaiting):
        await queue.take_over(C1, IRIS, now=MONDAY_MORNING, says="Hello.")
    await queue.request(C1, A_SITE, a_request())
    held = await queue.claim(C1, MAYA, now=MONDAY_MORNING, says="Maya has joined you.")

    with pytest.raises(MayNot):
        await queue.take_over(C1, DANA, now=MONDAY_MORNING, says="Hello.")
    with pytest.raises(AtCapacity):
        await queue.take_over(C1, replace(IRIS, capacity=0), now=MONDAY_MORNING, says="Hello.")
    assert "Hello." not in await backend.heard(C1)
    await queue.resolve(the_hold(held), now=MONDAY_MORNING, says="Done.")


async def test_of_many_who_claim_at_once_one_wins(backend: Backend) -> None:
    agents = [an_agent(f"Agent {number}", id=f"agent-{number}") for number in range(8)]
    await backend.prepare(A_SITE, [], agents)
    await backend.queue.request(C1, A_SITE, a_request())
    won: list[Ticket] = []
    told: list[str] = []

    async def claim(agent: Agent) -> None:
        try:
            won.append(await backend.queue.claim(C1, agent, now=at(1), says=f"{agent.name} has joined you."))
        except AlreadyAssigned as refusal:
            told.append(refusal.holder)

    async with anyio.create_task_group() as tasks:
        for agent in agents:
            tasks.start_soon(claim, agent)

    [winner] = won
    name = next(agent.name for agent in agents if agent.id == winner.agent_id)
    assert told == [name] * 7
    assert [said for said in await backend.heard(C1) if "joined" in said] == [f"{name} has joined you."]


async def test_a_new_ticket_has_a_deadline_at_once(backend: Backend) -> None:
    ticket = await backend.queue.request(C1, A_SITE, a_request(requested_at=at(3)))

    assert (ticket.waiting_since, ticket.due_at, ticket.reach) == (at(3), at(3), "agent")


async def an_offer(queue: Queue, conversation: ConversationId, agent: Agent, now: datetime) -> Ticket:
    [seen] = [t for t in await queue.open_tickets(A_SITE) if t.conversation_id == conversation]
    choice = Choice(agent, f"{agent.name} is the only one with room", ())
    return await queue.follow(seen, Offer(choice, agent, now + SECONDS), now=now)


async def test_an_offer_rings_at_one_agent_who_accepts_by_claiming(backend: Backend) -> None:
    queue = backend.queue
    await queue.request(C1, A_SITE, a_request())

    offered = await an_offer(queue, C1, MAYA, at(1))
    waiting = await queue.waiting(A_SITE)
    taken = await queue.claim(C1, MAYA, now=at(1), says="Maya has joined you.")

    assert (offered.state, offered.offered_to, offered.due_at) == ("offered", MAYA.id, at(1) + SECONDS)
    assert (offered.agent_id, offered.gen) == (None, 0)
    assert list(waiting) == [offered]
    assert (taken.state, taken.agent_id, taken.gen, taken.offered_to) == ("assigned", MAYA.id, 1, None)


async def test_nobody_else_takes_what_rings_at_somebody(backend: Backend) -> None:
    queue = backend.queue
    await queue.request(C1, A_SITE, a_request())
    await an_offer(queue, C1, MAYA, at(1))

    with pytest.raises(Offered) as refusal:
        await queue.claim(C1, DANA, now=at(1), says="Dana has joined you.")

    assert refusal.value.holder == "Maya Keller"


async def test_what_rings_at_an_agent_takes_up_their_room(backend: Backend) -> None:
    queue = backend.queue
    one = an_agent(MAYA.name, capacity=1)
    await queue.request(C1, A_SITE, a_request())
    await queue.request(C2, A_SITE, a_request())
    await an_offer(queue, C1, one, at(1))

    with pytest.raises(AtCapacity):
        await queue.claim(C2, one, now=at(1), says="joined")
    with pytest.raises(AtCapacity):
        await an_offer(queue, C2, one, at(1))
    assert (await queue.claim(C1, one, now=at(1), says="joined")).state == "assigned"


async def test_who_lets_an_offer_pass_is_on_record_and_the_place_in_line_stays(backend: Backend) -> None:
    queue = backend.queue
    await queue.request(C1, A_SITE, a_request(requested_at=at(0)))
    await queue.request(C2, A_SITE, a_request(requested_at=at(1)))
    await an_offer(queue, C1, MAYA, at(2))

    declined = await queue.decline(C1, MAYA.id, now=at(3))

    assert (declined.state, declined.offered_to, declined.asked, declined.due_at) == (
        "waiting",
        None,
        (MAYA.id,),
        at(3),
    )
    assert [ticket.conversation_id for ticket in await queue.waiting(A_SITE)] == [C1, C2]
    with pytest.raises(Moved):
        await queue.decline(C1, MAYA.id, now=at(3))


async def test_a_decision_about_what_has_moved_since_is_dropped(backend: Backend) -> None:
    queue = backend.queue
    seen = await queue.request(C1, A_SITE, a_request())
    held = await queue.claim(C1, DANA, now=at(1), says="joined")

    with pytest.raises(Moved):
        await queue.follow(seen, CallOwner("nobody came", at(9), late=True), now=at(1), says="late")

    assert list(await queue.open_tickets(A_SITE)) == [held]
    assert "late" not in await backend.heard(C1)


async def test_each_step_on_the_way_to_a_person_has_its_own_deadline(backend: Backend) -> None:
    queue = backend.queue
    seen = await queue.request(C1, A_SITE, a_request())

    rung = await queue.follow(seen, RingTeam("everybody was asked", at(2)), now=at(1))
    called = await queue.follow(rung, CallOwner("nobody took it", at(7), late=True), now=at(2), says="late")
    again = await queue.follow(called, Wait(at(8), "the owner is called"), now=at(3))

    assert [(t.reach, t.due_at) for t in (rung, called, again)] == [
        ("team", at(2)),
        ("owner", at(7)),
        ("owner", at(8)),
    ]
    assert (await backend.heard(C1))[-1] == "late"


async def test_whoever_says_nothing_loses_it_to_the_line_and_the_hold_is_void(backend: Backend) -> None:
    queue = backend.queue
    await queue.request(C1, A_SITE, a_request())
    held = await queue.claim(C1, MAYA, now=at(1), says="joined")

    back = await queue.follow(held, TakeBack("no word was written in time"), now=at(6), says="passed on")

    assert (back.state, back.agent_id, back.asked, back.last_agent_id) == ("waiting", None, (MAYA.id,), MAYA.id)
    assert (back.requested_at, back.rank_at) == (held.requested_at, held.rank_at)
    with pytest.raises(NotAssigned):
        await queue.resolve(the_hold(held), now=at(7), says="closed")


async def test_a_transfer_to_a_person_rings_at_them_and_the_first_agent_is_out(backend: Backend) -> None:
    queue = backend.queue
    await queue.request(C1, A_SITE, a_request())
    held = await queue.claim(C1, MAYA, now=at(1), says="joined")

    passed = await queue.transfer(
        the_hold(held), Transfer(agent=DANA, note="knows forks", accept_by=at(3)), now=at(2), says="passed to Dana"
    )

    assert (passed.state, passed.offered_to, passed.offered_until, passed.due_at) == ("offered", DANA.id, at(3), at(3))
    assert (await backend.heard(C1))[-1] == "passed to Dana"
    assert "knows forks" not in " ".join(await backend.heard(C1))
    with pytest.raises(NotAssigned):
        await queue.resolve(the_hold(held), now=at(2), says="closed")
    taken = await queue.claim(C1, DANA, now=at(2), says="joined")
    assert (taken.gen, taken.last_agent_id) == (held.gen + 1, MAYA.id)


async def test_a_transfer_to_a_team_waits_in_its_line_at_the_old_place(backend: Backend) -> None:
    queue = backend.queue
    await queue.request(C1, A_SITE, a_request(requested_at=at(0)))
    await queue.request(C2, A_SITE, a_request(requested_at=at(1)))
    held = await queue.claim(C1, MAYA, now=at(2), says="joined")

    passed = await queue.transfer(the_hold(held), Transfer(team_id=TeamId("forks")), now=at(3), says="passed on")

    assert (passed.state, passed.team_id, passed.waiting_since, passed.due_at) == ("waiting", "forks", at(3), at(3))
    assert [ticket.conversation_id for ticket in await queue.waiting(A_SITE)] == [C1, C2]


async def test_a_transfer_needs_the_hold_room_and_time(backend: Backend) -> None:
    queue = backend.queue
    full = an_agent(DANA.name, capacity=1)
    for conversation in (C1, C2):
        await queue.request(conversation, A_SITE, a_request())
    held = await queue.claim(C1, MAYA, now=at(1), says="joined")
    await queue.claim(C2, full, now=at(1), says="joined")

    with pytest.raises(NoRoom, match="Dana Roth"):
        await queue.transfer(the_hold(held), Transfer(agent=full, accept_by=at(3)), now=at(2), says="passed")
    with pytest.raises(InThePast):
        await queue.transfer(the_hold(held), Transfer(agent=DANA, accept_by=at(2)), now=at(2), says="passed")
    stale = Hold(C1, MAYA.id, held.gen - 1)
    with pytest.raises(NotAssigned):
        await queue.transfer(stale, Transfer(team_id=TeamId("forks")), now=at(2), says="passed")
    assert (await queue.resolve(the_hold(held), now=at(3), says="closed")).state == "closed"


async def test_what_is_laid_aside_rests_until_then_and_anybody_may_take_it_earlier(backend: Backend) -> None:
    queue = backend.queue
    await queue.request(C1, A_SITE, a_request())
    held = await queue.claim(C1, MAYA, now=at(1), says="joined")

    resting = await queue.snooze(the_hold(held), until=at(60), now=at(2), says="back at ten")
    line = await queue.waiting(A_SITE)
    taken = await queue.claim(C1, DANA, now=at(3), says="joined")

    assert (resting.state, resting.snoozed_until, resting.due_at) == ("waiting", at(60), at(60))
    assert list(line) == []
    assert (taken.agent_id, taken.snoozed_until) == (DANA.id, None)


async def test_what_rests_wakes_at_its_time_or_when_a_person_is_asked_for_again(backend: Backend) -> None:
    queue = backend.queue
    for conversation in (C1, C2):
        await queue.request(conversation, A_SITE, a_request())
        held = await queue.claim(conversation, MAYA, now=at(1), says="joined")
        resting = await queue.snooze(the_hold(held), until=at(60), now=at(2), says="back at ten")

    asked = await queue.request(C1, A_SITE, a_request(Reason.SAFETY, requested_at=at(9), head_start=minutes(60)))
    woken = await queue.follow(resting, Wake(), now=at(60))

    assert (asked.snoozed_until, asked.due_at, asked.last_agent_id) == (None, at(9), MAYA.id)
    assert (woken.snoozed_until, woken.waiting_since, woken.due_at) == (None, at(60), at(60))
    assert len(await queue.waiting(A_SITE)) == 2
    held = await queue.claim(C1, MAYA, now=at(61), says="joined")
    with pytest.raises(InThePast):
        await queue.snooze(the_hold(held), until=at(61), now=at(61), says="back")


async def test_a_conversation_that_comes_back_knows_who_had_it(backend: Backend) -> None:
    queue = backend.queue
    await queue.request(C1, A_SITE, a_request())
    held = await queue.claim(C1, MAYA, now=at(1), says="joined")
    await queue.resolve(the_hold(held), now=at(2), says="closed")

    assert (await queue.request(C1, A_SITE, a_request(requested_at=at(90)))).last_agent_id == MAYA.id


class Model:
    """What the queue must look like after the same steps, kept as simply as possible."""

    def __init__(self) -> None:
        self.holder: dict[ConversationId, Agent | None] = {}
        self.gen: dict[ConversationId, int] = {}
        self.rank: dict[ConversationId, datetime] = {}

    def held_by(self, agent: Agent) -> int:
        return sum(holder is not None and holder.id == agent.id for holder in self.holder.values())


CONVERSATIONS = [a_conversation(f"m{number}") for number in range(5)]
AGENTS = [
    *(an_agent(name, capacity=2) for name in ("Maya Keller", "Dana Roth")),
    an_agent("Iris Sandoval", capacity=2, role=Role.SUPERVISOR),
]
STEP = st.tuples(
    st.sampled_from(["request", "claim", "claim", "claim", "take_over", "to_queue", "to_bot", "resolve"]),
    st.sampled_from(CONVERSATIONS),
    st.sampled_from(AGENTS),
    st.integers(0, 2),
    st.sampled_from(list(Reason)),
)


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(steps=st.lists(STEP, max_size=40))
async def test_whatever_agents_do_each_conversation_has_one_holder_and_the_line_keeps_its_order(
    queues: Opener, steps: list[tuple[str, ConversationId, Agent, int, Reason]]
) -> None:
    model = Model()
    async with queues() as backend:
        await backend.prepare(A_SITE, CONVERSATIONS, AGENTS)
        for minute, (verb, conversation, agent, behind, reason) in enumerate(steps):
            await take_step(backend.queue, model, verb, conversation, agent, behind, reason, at(minute))
            waiting = await backend.queue.waiting(A_SITE)
            expected = {c for c, holder in model.holder.items() if holder is None}
            assert {ticket.conversation_id for ticket in waiting} == expected
            assert [t.rank_at for t in waiting] == sorted(model.rank[c] for c in expected)


async def take_step(
    queue: Queue,
    model: Model,
    verb: str,
    conversation: ConversationId,
    agent: Agent,
    behind: int,
    reason: Reason,
    now: datetime,
) -> None:
    """One step with the queue and the model; the hold used is `behind` claims old."""
    holder = model.holder.get(conversation)
    is_open = conversation in model.holder
    if verb == "request":
        wanted = a_request(reason, requested_at=now, head_start=timedelta(minutes=len(reason)))
        ticket = await queue.request(conversation, A_SITE, wanted)
        best = min(model.rank[conversation], wanted.rank_at) if is_open else wanted.rank_at
        model.rank[conversation] = best
        model.holder.setdefault(conversation, None)
        model.gen.setdefault(conversation, 0)
        assert (ticket.rank_at, ticket.gen) == (best, model.gen[conversation])
        assert ticket.agent_id == (holder.id if holder else None)
    elif verb == "claim":
        if not is_open:
            with pytest.raises(NotWaiting):
                await queue.claim(conversation, agent, now=now, says="joined")
        elif holder is not None and holder.id != agent.id:
            with pytest.raises(AlreadyAssigned, match=holder.name):
                await queue.claim(conversation, agent, now=now, says="joined")
        elif holder is None and model.held_by(agent) >= agent.capacity:
            with pytest.raises(AtCapacity):
                await queue.claim(conversation, agent, now=now, says="joined")
        else:
            ticket = await queue.claim(conversation, agent, now=now, says="joined")
            model.gen[conversation] += holder is None
            model.holder[conversation] = agent
            assert (ticket.agent_id, ticket.gen) == (agent.id, model.gen[conversation])
    elif verb == "take_over":
        refusals = [
            (MayNot, not agent.role.at_least(Role.SUPERVISOR)),
            (NotWaiting, not is_open),
            (AtCapacity, (holder is None or holder.id != agent.id) and model.held_by(agent) >= agent.capacity),
        ]
        if refusal := next((kind for kind, holds in refusals if holds), None):
            with pytest.raises(refusal):
                await queue.take_over(conversation, agent, now=now, says="joined")
        else:
            ticket = await queue.take_over(conversation, agent, now=now, says="joined")
            model.gen[conversation] += holder is None or holder.id != agent.id
            model.holder[conversation] = agent
            assert (ticket.agent_id, ticket.gen) == (agent.id, model.gen[conversation])
    else:
        hold = Hold(conversation, agent.id, model.gen.get(conversation, 0) - behind)
        valid = holder is not None and holder.id == agent.id and behind == 0
        if not valid:
            with pytest.raises(NotAssigned):
                await give_back(queue, verb, hold, now)
            return
        ticket = await give_back(queue, verb, hold, now)
        if verb == "to_queue":
            model.holder[conversation] = None
            assert ticket.state == "waiting"
        else:
            del model.holder[conversation]
            assert ticket.state == "closed"


async def give_back(queue: Queue, verb: str, hold: Hold, now: datetime) -> Ticket:
    if verb == "resolve":
        return await queue.resolve(hold, now=now, says="closed")
    return await queue.release(hold, to="queue" if verb == "to_queue" else "bot", now=now, says="given back")
