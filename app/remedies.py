"""Making it right: what an agent gives, whom it takes beside them, and how it reaches the shop and the customer."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import structlog
from anyio.abc import TaskGroup

from app import errors
from app.alerts.alarms import Alarms
from app.alerts.news import News
from app.backplane import Backplane, Changed, PromiseTold, RemedyTold
from app.carrying_out import CarryingOut
from app.conversations import Conversation
from app.errors import ChatError
from app.persistence.console import ConsoleReads
from app.persistence.journal import Change
from app.persistence.people import People
from app.persistence.remedies import RemedyBook, find_remedy, level_of, rules_of, spent
from app.persistence.roster import Roster
from app.persistence.sql_log import Log, find_conversation
from app.persistence.sql_queue import held_ticket
from app.persistence.work import Cursor, Writer, lock
from app.protocol import (
    AgentRef,
    Allowance,
    MadeRight,
    NewRemedy,
    RemedyOffer,
    RemedyOutcome,
    RemedyPart,
    WantedRemedy,
    WeighedRemedy,
)
from handoff import Agent, AgentId, ConversationId, HandoffError, Hold, SiteId
from handoff import remedies as book
from handoff.authority import Level, OtherCurrency, Remedy, Spent
from handoff.money import BadAmount
from handoff.remedies import Making, Part, RemedyId, RemedyState, Rules

log = structlog.get_logger(__name__)

LOOK = timedelta(seconds=5)
"""Between looks for what was decided and not carried out."""


class Remedies:
    """Decides in one transaction, by the role and the limits of that very moment; what was decided is carried out."""

    def __init__(
        self,
        writer: Writer,
        book: RemedyBook,
        carrying_out: CarryingOut,
        people: People,
        roster: Roster,
        console: ConsoleReads,
        alarms: Alarms,
        backplane: Backplane,
        tasks: TaskGroup,
        clock: Callable[[], datetime],
        sleep: Callable[[float], Awaitable[None]],
    ) -> None:
        self.book = book
        self._writer = writer
        self.carrying_out = carrying_out
        self._people = people
        self._roster = roster
        self._console = console
        self._alarms = alarms
        self._backplane = backplane
        self._tasks = tasks
        self._clock = clock
        self._sleep = sleep

    # Before anything is given ----------------------------------------------------------------------------------------

    async def allowance(self, conversation: Conversation, agent: Agent) -> Allowance:
        """What this agent may give in the conversation now. Raises Forbidden."""
        rules, level, given = await self._standing(conversation, agent.id)
        room = rules.authority.room(level, given)
        slots = await self._console.slots(conversation.id)
        number = slots.get("order_number")
        return Allowance(
            conversation_id=UUID(conversation.id),
            level=level.value,
            says=rules.authority.standing(level, given),
            currency=rules.authority.currency,
            here=room.here,
            day=room.day,
            per_case=room.per_case,
            menu=tuple(RemedyOffer(remedy=row.remedy.value, what=row.what, minor=row.minor) for row in rules.menu),
            orders=() if not number else (str(number),),
            second=await self._second(conversation.site_id, agent.id, _next(level)),
            remedies=await self.shown(await self.book.of(conversation.id)),
        )

    async def weigh(self, conversation: Conversation, agent: Agent, wanted: WantedRemedy) -> WeighedRemedy:
        """May it be given, in one sentence. Raises OtherCurrency, BadRemedy, Forbidden."""
        rules, level, given = await self._standing(conversation, agent.id)
        parts = [(Remedy(part.remedy), part.minor) for part in wanted.parts]
        try:
            answer = rules.authority.weigh(level, parts, wanted.currency, given)
        except HandoffError as error:
            raise refused(error) from error
        second = () if answer.ask is None else await self._second(conversation.site_id, agent.id, answer.ask)
        return WeighedRemedy(
            kind=answer.kind, says=answer.says, ask=None if answer.ask is None else answer.ask.value, second=second
        )

    # Given and decided -----------------------------------------------------------------------------------------------

    async def give(self, conversation: Conversation, agent: Agent, new: NewRemedy) -> Making:
        """Give it, or ask a second person; the same id again is the first one.

        Raises NotAssigned, OverLimit, NeedsReason, OtherCurrency, BadRemedy, ClientIdConflict or Forbidden.
        """
        since = await self._midnight(conversation.site_id)
        now = self._clock()
        parts = [Part(Remedy(part.remedy), part.minor, part.what) for part in new.parts]

        def work(cursor: Cursor) -> tuple[Making, Change | None]:
            lock(cursor, "agent", agent.id)
            lock(cursor, "conversation", conversation.id)
            known = find_remedy(cursor, str(new.id))
            if known is not None:
                same = [(part.remedy, part.minor) for part in parts]
                if (known.by, known.conversation_id, known.wanted) != (agent.id, conversation.id, same):
                    raise errors.ClientIdConflict
                return known, None
            held_ticket(cursor, Hold(conversation.id, agent.id, new.gen))
            rules, level = rules_of(cursor, conversation.site_id), _admitted(cursor, agent.id, conversation.site_id)
            entry = book.give(
                RemedyId(str(new.id)),
                conversation.id,
                parts,
                currency=new.currency,
                by=agent.id,
                level=level,
                authority=rules.authority,
                spent=spent(cursor, conversation.id, agent.id, since, rules.authority.currency),
                may_ask=new.ask,
                reason=new.reason,
                order_number=" ".join((new.order_number or "").split()) or None,
                now=now,
            )
            return _written(cursor, conversation.id, entry, agent, now)

        return await self._decided(work)

    async def decide(self, making: Making, site_id: SiteId, agent: Agent, *, approve: bool, reason: str) -> Making:
        """The second person's word. Raises RemedyDecided, MayNotDecide, NeedsReason, BadRemedy or Forbidden."""
        since = await self._midnight(site_id)
        now = self._clock()

        def work(cursor: Cursor) -> tuple[Making, Change | None]:
            lock(cursor, "agent", agent.id)
            lock(cursor, "conversation", making.conversation_id)
            seen = _found(cursor, making.id)
            level, authority = _admitted(cursor, agent.id, site_id), rules_of(cursor, site_id).authority
            entry: book.RemedyEntry
            if approve:
                given = spent(cursor, seen.conversation_id, agent.id, since, authority.currency)
                entry = book.approve(
                    seen, by=agent.id, level=level, authority=authority, spent=given, reason=reason, now=now
                )
            else:
                entry = book.decline(seen, by=agent.id, level=level, reason=reason, now=now)
            return _written(cursor, seen.conversation_id, entry, agent, now)

        return await self._decided(work)

    async def withdraw(self, making: Making, agent: Agent) -> Making:
        """Who asked needs it no more. Raises RemedyDecided or MayNotDecide."""
        now = self._clock()

        def work(cursor: Cursor) -> tuple[Making, Change | None]:
            lock(cursor, "conversation", making.conversation_id)
            entry = book.withdraw(_found(cursor, making.id), by=agent.id, now=now)
            return _written(cursor, making.conversation_id, entry, agent, now)

        return await self._decided(work)

    async def waiting_for(self, site_ids: Sequence[SiteId], agent: Agent) -> Sequence[Making]:
        """What this agent may decide as second person, as far as their level goes."""
        level = Level.of(agent.role)
        return [
            each
            for each in await self.book.asked(site_ids)
            if each.by != agent.id and each.ask is not None and level.at_least(each.ask)
        ]

    async def shown(self, made: Sequence[Making]) -> tuple[MadeRight, ...]:
        """As the console gets them, with names."""
        ids = {each for making in made for each in (making.by, making.second) if each is not None}
        names = await self._people.agent_names(list(ids))
        visitors = {each.conversation_id: await self._console.visitor_name(each.conversation_id) for each in made}
        return tuple(_frame(making, names, visitors[making.conversation_id]) for making in made)

    # Afterwards ------------------------------------------------------------------------------------------------------

    async def run(self) -> None:
        """Carry out what was decided by a server that did not come to it, for ever."""
        while True:
            try:
                await self.look()
            except ChatError as error:
                log.warning("remedies put off", error=error.code)
            except Exception:
                log.exception("remedies could not be looked at")
            await self._sleep(LOOK.total_seconds())

    async def look(self) -> None:
        """Carry out what should be done by now."""
        for making in await self.book.take_over(self._clock()):
            await self._carry_out(making)

    async def _decided(self, work: Callable[[Cursor], tuple[Making, Change | None]]) -> Making:
        try:
            making, change = await self._writer.run(work)
        except HandoffError as error:
            raise refused(error) from error
        if change is not None:
            await self._tell(making, change)
            if making.state is RemedyState.GOING:
                self._tasks.start_soon(self._carry_out, making)
            elif making.state is RemedyState.ASKED:
                await self._ring(making, change.conversation.site_id)
        return making

    async def _carry_out(self, making: Making) -> None:
        """A crash boundary: what fails here is taken up again."""
        try:
            settled = await self.carrying_out.settle(making)
            if settled is not None:
                await self._tell(settled.making, settled.change)
                for promise in settled.promises:
                    await self._backplane.publish(PromiseTold(settled.change.conversation.site_id, promise))
        except ChatError as error:
            log.warning("remedy put off", remedy=making.id, error=error.code)
        except Exception:
            log.exception("remedy could not be carried out", remedy=making.id, conversation=making.conversation_id)

    async def _tell(self, making: Making, change: Change) -> None:
        await self._backplane.publish(Changed.of(change))
        (shown,) = await self.shown([making])
        await self._backplane.publish(RemedyTold(change.conversation.site_id, shown))

    async def _ring(self, making: Making, site_id: SiteId) -> None:
        """Consoles have heard of it; devices of who may decide hear too, or the owner where none of them is there."""
        least = making.ask or Level.SUPERVISOR
        may = [
            each
            for each in await self._roster.colleagues(site_id, self._clock())
            if each.agent.id != making.by and Level.of(each.agent.role).at_least(least)
        ]
        news = News(
            "remedy.asked",
            f"{making.total} to make it right",
            "An agent is with a customer and needs a second person's word.",
            making.conversation_id,
        )
        to = [each.agent.id for each in may] if any(each.present for each in may) else None
        await self._alarms.tell(site_id, news, about=f"{making.id}/asked", to=to)

    async def _standing(self, conversation: Conversation, agent_id: AgentId) -> tuple[Rules, Level, Spent]:
        since = await self._midnight(conversation.site_id)
        rules, level, given = await self.book.standing(conversation.id, conversation.site_id, agent_id, since)
        if level is None:
            raise errors.Forbidden
        return rules, level, given

    async def _midnight(self, site_id: SiteId) -> datetime:
        """When today began on the clock of the site."""
        site = await self._people.site_by_id(site_id)
        return self._clock().astimezone(site.hours.tz).replace(hour=0, minute=0, second=0, microsecond=0)

    async def _second(self, site_id: SiteId, but: AgentId, least: Level) -> tuple[AgentRef, ...]:
        """Who is there now and decides as `least` or more, the least first."""
        there = [
            each.agent
            for each in await self._roster.colleagues(site_id, self._clock())
            if each.present and each.agent.id != but and Level.of(each.agent.role).at_least(least)
        ]
        order = list(Level)
        there.sort(key=lambda agent: (order.index(Level.of(agent.role)), agent.name))
        return tuple(AgentRef(id=UUID(agent.id), name=agent.name) for agent in there)


def refused(error: HandoffError) -> ChatError:
    """A refusal of the rules as it goes on the wire."""
    match error:
        case book.OverLimit():
            return errors.OverLimit(str(error))
        case book.NeedsReason():
            return errors.NeedsReason()
        case book.RemedyDecided():
            return errors.RemedyDecided()
        case book.MayNotDecide():
            return errors.MayNotDecide(str(error))
        case OtherCurrency():
            return errors.OtherCurrency(str(error))
        case book.BadRemedy() | BadAmount():
            return errors.BadRemedy(str(error))
        case _:
            return errors.NotAssigned()


def _admitted(cursor: Cursor, agent_id: AgentId, site_id: SiteId) -> Level:
    level = level_of(cursor, agent_id, site_id)
    if level is None:
        raise errors.Forbidden("You do not work for this site any more. An administrator can change that.")
    return level


def _found(cursor: Cursor, remedy_id: str) -> Making:
    making = find_remedy(cursor, remedy_id)
    if making is None:
        raise errors.NoSuchRemedy
    return making


def _written(
    cursor: Cursor, conversation_id: ConversationId, entry: book.RemedyEntry, by: Agent, now: datetime
) -> tuple[Making, Change]:
    here = Log(cursor, find_conversation(cursor, conversation_id), now)
    here.append("remedy", {**book.to_data(entry), "who": by.name}, author=("agent", by.id), visible=False)
    return _found(cursor, entry.remedy_id), here.close()


def _next(level: Level) -> Level:
    return Level.SENIOR if level in (Level.BOT, Level.AGENT) else Level.SUPERVISOR


def _frame(making: Making, names: Mapping[str, str], visitor: str | None) -> MadeRight:
    def ref(agent_id: AgentId) -> AgentRef:
        return AgentRef(id=UUID(agent_id), name=names.get(agent_id, ""))

    return MadeRight(
        id=UUID(making.id),
        conversation_id=UUID(making.conversation_id),
        visitor=visitor,
        by=ref(making.by),
        currency=making.currency,
        parts=tuple(RemedyPart(remedy=part.remedy.value, minor=part.minor, what=part.what) for part in making.parts),
        says=making.says,
        ask=None if making.ask is None else making.ask.value,
        reason=making.reason,
        order_number=making.order_number,
        asked_at=making.asked_at,
        state=making.state.value,
        second=None if making.second is None else ref(making.second),
        decision=making.decision,
        outcomes=tuple(_outcome(asdict(outcome)) for outcome in making.outcomes),
    )


def _outcome(values: dict[str, Any]) -> RemedyOutcome:
    return RemedyOutcome.model_validate(values)
