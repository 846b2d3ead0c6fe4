"""The way of each conversation to a person, played at random on each queue: agents come, crash and pass things on."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from handoff import (
    Agent,
    AlreadyAssigned,
    AtCapacity,
    ConversationId,
    Desk,
    Hold,
    InThePast,
    Moved,
    NoRoom,
    NotAssigned,
    NotWaiting,
    Reason,
    TeamId,
    Ticket,
)
from handoff.routing import Colleague, Decision, Offer, Plan
from handoff.texts import texts_for
from tests.contract.test_queue import OPENERS, Backend, Opener
from tests.factories import A_SITE, MONDAY_MORNING, a_conversation, a_request, an_agent, the_hold

AGENTS = [an_agent(name, capacity=capacity) for name, capacity in (("Maya", 1), ("Dana", 1), ("Ola", 2))]
CONVERSATIONS = [a_conversation(f"r{number}") for number in range(5)]
FORKS = TeamId("forks")
TEAMS = {AGENTS[0].id: frozenset({FORKS})}
GIVING_UP = ("release", "transfer", "to_team", "snooze", "resolve")
STEP = st.tuples(
    st.sampled_from(["request", "claim", "claim", *GIVING_UP, "decline", "crash", "come_back", "stale", "jump"]),
    st.sampled_from(CONVERSATIONS),
    st.sampled_from(AGENTS),
    st.sampled_from(AGENTS),
    st.sampled_from([0, 1, 19, 20, 21, 61, 300, 3_600, 90_000, -20, -4_000]),
    st.sampled_from(Reason),
)
REFUSALS = (AlreadyAssigned, AtCapacity, InThePast, Moved, NoRoom, NotAssigned, NotWaiting)


@pytest.fixture(scope="module", params=list(OPENERS))
def queues(request: pytest.FixtureRequest) -> Opener:
    return OPENERS[request.param]


@dataclass
class Floor:
    """The people at work, and the clock on the wall."""

    backend: Backend
    plan: Plan
    now: datetime = MONDAY_MORNING
    present: set[str] = field(default_factory=lambda: {agent.id for agent in AGENTS})
    holds: list[Hold] = field(default_factory=list)
    opens_at: datetime | None = None

    def __post_init__(self) -> None:
        self.queue = self.backend.queue
        self.desk = Desk(self.queue)

    async def tickets(self) -> Sequence[Ticket]:
        return await self.queue.open_tickets(A_SITE)

    async def colleagues(self) -> list[Colleague]:
        tickets = await self.tickets()
        return [
            Colleague(
                agent,
                present=agent.id in self.present,
                load=sum(agent.id in (ticket.agent_id, ticket.offered_to) for ticket in tickets),
                idle_since=MONDAY_MORNING,
                teams=TEAMS.get(agent.id, frozenset()),
            )
            for agent in AGENTS
        ]

    async def sweep(self) -> Sequence[tuple[Ticket, Decision]]:
        """Until nothing more happens at this moment, as a sweeper does within seconds."""
        done: list[tuple[Ticket, Decision]] = []
        for _ in range(20):
            step = await self.desk.route(
                A_SITE, await self.colleagues(), self.plan, now=self.now, opens_at=self.opens_at, appointments=True
            )
            if not step:
                return done
            done += step
        raise AssertionError("the sweep never comes to rest")

    async def act(
        self, verb: str, conversation: ConversationId, agent: Agent, other: Agent, seconds: int, reason: Reason
    ) -> None:
        tickets = {ticket.conversation_id: ticket for ticket in await self.tickets()}
        ticket = tickets.get(conversation)
        if verb in GIVING_UP and ticket is not None and ticket.agent_id is not None and seconds != 1:
            agent = next(each for each in AGENTS if each.id == ticket.agent_id)  # mostly, it is the holder who does it
        hold = Hold(conversation, agent.id, ticket.gen if ticket else 0)
        holds = ticket is not None and ticket.agent_id == agent.id
        self.now += timedelta(seconds=seconds if verb == "jump" else 1)
        if verb == "request":
            wanted = a_request(reason, requested_at=self.now, head_start=timedelta(minutes=len(reason)))
            await self.queue.request(conversation, A_SITE, wanted)
        elif verb == "claim":
            taken = await self.desk.claim(conversation, agent, now=self.now)
            assert taken.agent_id == agent.id
            self.holds.append(the_hold(taken))
        elif verb == "decline":
            await self.desk.decline(conversation, agent.id, now=self.now)
        elif verb == "crash":
            self.present.discard(agent.id)
        elif verb == "come_back":
            self.present.add(agent.id)
        elif verb == "stale":
            # Every hold but the newest of each conversation is void for ever.
            current = None if ticket is None or ticket.agent_id is None else the_hold(ticket)
            for old in [each for each in self.holds if each.conversation_id == conversation and each != current][-4:]:
                with pytest.raises(NotAssigned):
                    await self.queue.resolve(old, now=self.now, says="closed")
        elif verb != "jump":
            if not holds:
                with pytest.raises(NotAssigned):
                    await self.give_up(verb, hold, agent, other, seconds)
                return
            try:
                await self.give_up(verb, hold, agent, other, seconds)
            except NotAssigned as refusal:
                raise AssertionError("a valid hold was refused") from refusal

    async def give_up(self, verb: str, hold: Hold, agent: Agent, other: Agent, seconds: int) -> None:
        if verb == "release":
            await self.desk.release(hold, agent, to="queue", now=self.now)
        elif verb == "resolve":
            await self.desk.resolve(hold, agent, now=self.now)
        elif verb == "transfer":
            await self.desk.transfer_to(hold, agent, other, note="knows this", now=self.now, plan=self.plan)
        elif verb == "to_team":
            await self.desk.transfer_to_team(hold, agent, FORKS, team="our fork team", note="", now=self.now)
        else:
            until = self.now + timedelta(seconds=seconds)
            await self.desk.snooze(hold, agent, until=until, now=self.now, tz=UTC)

    async def check(self) -> None:
        """What is true at every moment."""
        for ticket in await self.tickets():
            assert (ticket.state == "assigned") == (ticket.agent_id is not None)
            assert (ticket.state == "offered") == (ticket.offered_to is not None) == (ticket.offered_until is not None)
            assert (ticket.waiting_since is None) == (ticket.state == "assigned")
            assert ticket.due_at is not None
        for colleague in await self.colleagues():
            assert colleague.load <= colleague.agent.capacity

    async def check_swept(self, done: Sequence[tuple[Ticket, Decision]]) -> None:
        """What is true once the sweeper has been round: a live deadline for each, and nobody overtaken."""
        tickets = await self.tickets()
        for ticket in tickets:
            assert ticket.due_at is not None
            assert ticket.due_at > self.now, ticket
        offers = [(ticket, decision.agent) for ticket, decision in done if isinstance(decision, Offer)]
        for offered, agent in offers:
            for earlier in tickets:
                if (earlier.rank_at, earlier.id) < (offered.rank_at, offered.id):
                    assert not could_have_taken(earlier, agent), (earlier, offered)


def could_have_taken(ticket: Ticket, agent: Agent) -> bool:
    """Whether `ticket`, left in the line, could have gone to `agent` instead."""
    return (
        ticket.state == "waiting"
        and ticket.reach == "agent"
        and ticket.snoozed_until is None
        and ticket.team_id is None
        and agent.id not in ticket.asked
    )


async def play(floor: Floor, steps: list[tuple[str, ConversationId, Agent, Agent, int, Reason]]) -> None:
    for step in steps:
        with suppress(*REFUSALS):  # a refusal is an answer: what matters is what is true afterwards
            await floor.act(*step)
        await floor.check()
        await floor.check_swept(await floor.sweep())


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(
    steps=st.lists(STEP, max_size=30),
    push=st.booleans(),
    closed_for=st.sampled_from([None, 1, 12]),
    line=st.permutations(CONVERSATIONS),
)
async def test_whatever_happens_everybody_has_one_holder_at_most_and_a_live_deadline(
    queues: Opener,
    steps: list[tuple[str, ConversationId, Agent, Agent, int, Reason]],
    push: bool,
    closed_for: int | None,
    line: list[ConversationId],
) -> None:
    async with queues() as backend:
        await backend.prepare(A_SITE, CONVERSATIONS, AGENTS)
        opens_at = None if closed_for is None else MONDAY_MORNING + timedelta(hours=closed_for)
        floor = Floor(backend, Plan(push=push), opens_at=opens_at)
        for minute, conversation in enumerate(line):
            await floor.queue.request(conversation, A_SITE, a_request(head_start=timedelta(minutes=minute)))
        await play(floor, steps)


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(steps=st.lists(STEP, max_size=20), push=st.booleans())
async def test_once_people_are_there_every_conversation_ends_with_a_person(
    queues: Opener, steps: list[tuple[str, ConversationId, Agent, Agent, int, Reason]], push: bool
) -> None:
    async with queues() as backend:
        await backend.prepare(A_SITE, CONVERSATIONS, AGENTS)
        floor = Floor(backend, Plan(push=push))
        await play(floor, steps)
        floor.present = {agent.id for agent in AGENTS}
        served: set[ConversationId] = set()
        wanted = {ticket.conversation_id for ticket in await floor.tickets()}
        for _ in range(60):
            for ticket in await floor.tickets():
                if ticket.state == "offered":
                    agent = next(each for each in AGENTS if each.id == ticket.offered_to)
                elif ticket.state == "assigned":
                    agent = next(each for each in AGENTS if each.id == ticket.agent_id)
                else:
                    # Rung as one of a team: whoever has room takes it.
                    free = [c.agent for c in await floor.colleagues() if c.has_room]
                    if not free or ticket.snoozed_until is not None or (push and ticket.reach == "agent"):
                        continue
                    agent = free[0]
                taken = await floor.desk.claim(ticket.conversation_id, agent, now=floor.now)
                served.add(taken.conversation_id)
                await floor.desk.resolve(the_hold(taken), agent, now=floor.now)
            left = await floor.tickets()
            if not left:
                break
            # The clock goes to the next deadline, whatever it is of.
            floor.now = max(floor.now, min(ticket.due_at or floor.now for ticket in left))
            await floor.sweep()
        assert served == wanted


async def test_nobody_is_forgotten_when_nobody_comes_at_all(queues: Opener) -> None:
    async with queues() as backend:
        await backend.prepare(A_SITE, CONVERSATIONS, AGENTS)
        floor = Floor(backend, Plan(push=True), present=set())
        await floor.queue.request(CONVERSATIONS[0], A_SITE, a_request())
        called = 0
        for _ in range(5):
            called += sum(type(decision).__name__ == "CallOwner" for _, decision in await floor.sweep())
            [ticket] = await floor.tickets()
            assert ticket.due_at is not None
            floor.now = ticket.due_at
        assert called == 5
        assert list(await backend.heard(CONVERSATIONS[0])).count(texts_for(None).late) == 1
