"""The desk: the rules by which a conversation goes to a person and comes back."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime, timedelta, tzinfo
from typing import Literal

from handoff import routing
from handoff.models import (
    Agent,
    AgentId,
    ConversationId,
    Evidence,
    HandoffError,
    HandoffRequest,
    Hold,
    NotAssigned,
    Reason,
    SiteId,
    TeamId,
    Ticket,
    Transfer,
)
from handoff.ports import Queue
from handoff.routing import CallOwner, Colleague, Decision, Plan, TakeBack, Wait
from handoff.texts import Texts, spoken_moment, texts_for

HEAD_STARTS: Mapping[Reason, timedelta] = {
    Reason.SAFETY: timedelta(minutes=60),
    Reason.EMOTION: timedelta(minutes=30),
    Reason.REPEAT: timedelta(minutes=20),
    Reason.LEGAL: timedelta(minutes=20),
    Reason.HUMAN_REQUEST: timedelta(minutes=10),
    Reason.OTHER: timedelta(0),
}
"""By how much each lane is served before its time. Waiting counts for everyone, so nobody starves."""

Locales = Callable[[ConversationId], Awaitable[str | None]]
"""The BCP 47 tag of what the visitor of a conversation reads; None where they did not say."""


async def unsaid(conversation_id: ConversationId) -> str | None:
    """Nobody says what they read."""
    return None


class Desk:
    """Asks the queue for each step and words the sentence that is stored with it, in the visitor's language."""

    def __init__(
        self,
        queue: Queue,
        *,
        locales: Locales = unsaid,
        head_starts: Mapping[Reason, timedelta] = HEAD_STARTS,
    ) -> None:
        self._queue = queue
        self._locales = locales
        self._head_starts = head_starts

    def request(
        self,
        reason: Reason,
        quote: str,
        evidence: Sequence[Evidence],
        *,
        now: datetime,
        staffed: bool,
        opens_at: datetime | None,
        tz: tzinfo,
        locale: str | None = None,
    ) -> HandoffRequest:
        """The request to store, with its place in the line and its sentence. Stores nothing itself.

        `staffed`: somebody is there to take it. Else `opens_at` is when people are back, None if unknown; the
        visitor reads it in the language of `locale` (BCP 47), on a clock in `tz`.
        """
        texts = texts_for(locale)
        if staffed:
            next_step = texts.joining
        elif opens_at is None:
            next_step = texts.back_sometime
        else:
            next_step = texts.back.format(when=spoken_moment(opens_at, now=now, tz=tz, locale=locale))
        return HandoffRequest(
            reason=reason,
            quote=quote,
            evidence=tuple(evidence),
            requested_at=now,
            # Whoever is angry and back again is served as early as the more urgent of the two.
            rank_at=now - max(self._head_starts[each] for each in {reason, *(e.reason for e in evidence)}),
            says=f"{texts.heard[reason]} {next_step}",
        )

    async def claim(self, conversation_id: ConversationId, agent: Agent, *, now: datetime) -> Ticket:
        """Take this conversation. Raises AlreadyAssigned, NotWaiting or AtCapacity."""
        says = (await self._texts(conversation_id)).joined.format(name=_first_name(agent))
        return await self._queue.claim(conversation_id, agent, now=now, says=says)

    async def take_over(self, conversation_id: ConversationId, agent: Agent, *, now: datetime) -> Ticket:
        """Take this conversation from whoever has it. Raises MayNot, NotWaiting or AtCapacity."""
        says = (await self._texts(conversation_id)).taken_over.format(name=_first_name(agent))
        return await self._queue.take_over(conversation_id, agent, now=now, says=says)

    async def release(self, hold: Hold, agent: Agent, *, to: Literal["queue", "bot"], now: datetime) -> Ticket:
        """Give the conversation back to the line or to the bot. Raises NotAssigned."""
        texts = await self._texts(hold.conversation_id)
        text = texts.to_queue if to == "queue" else texts.to_bot
        says = text.format(name=_first_name(agent))
        return await self._queue.release(_own(hold, agent), to=to, now=now, says=says)

    async def resolve(self, hold: Hold, agent: Agent, *, now: datetime) -> Ticket:
        """Close the conversation as done. Raises NotAssigned."""
        says = (await self._texts(hold.conversation_id)).resolved.format(name=_first_name(agent))
        return await self._queue.resolve(_own(hold, agent), now=now, says=says)

    async def transfer_to(
        self, hold: Hold, agent: Agent, to: Agent, *, note: str, now: datetime, plan: Plan | None = None
    ) -> Ticket:
        """Pass the conversation to a colleague, ringing at them alone. Raises NotAssigned or NoRoom."""
        accept_by = now + (plan or Plan()).accept_within
        says = (await self._texts(hold.conversation_id)).to_person.format(name=_first_name(agent), to=_first_name(to))
        return await self._queue.transfer(
            _own(hold, agent), Transfer(agent=to, note=note, accept_by=accept_by), now=now, says=says
        )

    async def transfer_to_team(
        self, hold: Hold, agent: Agent, team_id: TeamId, *, team: str, note: str, now: datetime
    ) -> Ticket:
        """Pass the conversation to the line of a team, `team` being its name for visitors. Raises NotAssigned."""
        says = (await self._texts(hold.conversation_id)).to_team.format(name=_first_name(agent), to=team)
        return await self._queue.transfer(_own(hold, agent), Transfer(team_id=team_id, note=note), now=now, says=says)

    async def snooze(self, hold: Hold, agent: Agent, *, until: datetime, now: datetime, tz: tzinfo) -> Ticket:
        """Lay the conversation aside; the visitor reads when, on a clock in `tz`. Raises NotAssigned, InThePast."""
        locale = await self._locales(hold.conversation_id)
        when = spoken_moment(until, now=now, tz=tz, locale=locale)
        says = texts_for(locale).snoozed.format(name=_first_name(agent), when=when)
        return await self._queue.snooze(_own(hold, agent), until=until, now=now, says=says)

    async def decline(self, conversation_id: ConversationId, agent_id: AgentId, *, now: datetime) -> Ticket:
        """Let an offer pass. Raises Moved."""
        return await self._queue.decline(conversation_id, agent_id, now=now)

    async def route(
        self,
        site_id: SiteId,
        colleagues: Sequence[Colleague],
        plan: Plan,
        *,
        now: datetime,
        opens_at: datetime | None,
        teams_open_at: Mapping[TeamId, datetime | None] | None = None,
        appointments: bool = False,
        skills: Mapping[ConversationId, frozenset[str]] | None = None,
    ) -> Sequence[tuple[Ticket, Decision]]:
        """Take the next step with each ticket of the site that needs one, best rank first; what was done.

        `opens_at`, `teams_open_at` and `skills` as in `handoff.routing.sweep`. `appointments`: somebody takes them, so
        one is offered to who waits longer than was promised. A ticket that somebody moves meanwhile is left to the next
        time.
        """
        done: list[tuple[Ticket, Decision]] = []
        tickets = await self._queue.open_tickets(site_id)
        for ticket, decision in routing.sweep(
            tickets, colleagues, plan, now=now, opens_at=opens_at, teams_open_at=teams_open_at, skills=skills
        ):
            if isinstance(decision, Wait) and decision.until == ticket.due_at:
                continue
            says = None
            if isinstance(decision, TakeBack):
                says = (await self._texts(ticket.conversation_id)).taken_back
            elif isinstance(decision, CallOwner) and decision.late and appointments:
                says = (await self._texts(ticket.conversation_id)).late
            try:
                done.append((await self._queue.follow(ticket, decision, now=now, says=says), decision))
            except HandoffError:
                continue
        return done

    async def _texts(self, conversation_id: ConversationId) -> Texts:
        """The sentences in what this visitor reads."""
        return texts_for(await self._locales(conversation_id))


def _own(hold: Hold, agent: Agent) -> Hold:
    """`hold`, if it names `agent`: the id in a hold comes from a client, the agent from the session."""
    if hold.agent_id != agent.id:
        raise NotAssigned
    return hold


def _first_name(agent: Agent) -> str:
    return (agent.name.split() or [agent.name])[0]
