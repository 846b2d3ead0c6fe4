"""One periodic task: rings a second person, quietly, where a conversation with an agent turned for the worse."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime
from uuid import UUID

import structlog

from app.backplane import Backplane, Changed, SecondTold
from app.errors import ChatError
from app.persistence import second_person
from app.persistence.journal import Change
from app.persistence.roster import Roster
from app.persistence.second_person import Ring
from app.persistence.sql_log import Log, find_conversation
from app.persistence.work import Cursor, Reader, Writer
from app.protocol import AgentRef, SecondPerson
from handoff import Agent, AgentId, ConversationId, SiteId
from handoff.second import AGAIN, LOOK_WITHIN, choose_second

log = structlog.get_logger(__name__)

LOOK = 1.0  # seconds between looks; with nothing to do, one indexed read


class SecondPersons:
    """What rings is in the store, so a restart loses none, and of several gateways one takes each step."""

    def __init__(
        self,
        writer: Writer,
        reader: Reader,
        roster: Roster,
        backplane: Backplane,
        clock: Callable[[], datetime],
        sleep: Callable[[float], Awaitable[None]],
    ) -> None:
        self._writer = writer
        self._reader = reader
        self._roster = roster
        self._backplane = backplane
        self._clock = clock
        self._sleep = sleep

    async def run(self) -> None:
        """Look for ever."""
        while True:
            try:
                for ring in await self._reader.run(lambda cursor: second_person.due(cursor, self._clock())):
                    await self._step(ring)
            except ChatError as error:
                log.warning("second persons put off", error=error.code)
            except Exception:
                # One row that nobody can read must not keep the others from being told.
                log.exception("second persons failed")
            await self._sleep(LOOK)

    async def ringing(self, site_ids: Sequence[SiteId]) -> Sequence[SecondPerson]:
        """What rings at these sites, for a console that has just come."""
        if not site_ids:
            return ()
        found = await self._reader.run(lambda cursor: second_person.ringing(cursor, site_ids))
        return [_frame(each) for each in found]

    async def looked(self, conversation_id: ConversationId, agent: Agent) -> None:
        """Somebody has the conversation in front of them: it stops ringing, unless it is its holder who looks."""
        ring = await self._reader.run(lambda cursor: second_person.ring_of(cursor, conversation_id))
        if ring is None or ring.settled or ring.holder == agent.id:
            return

        def work(cursor: Cursor) -> Change | None:
            conversation = find_conversation(cursor, conversation_id)
            now = self._clock()
            if not second_person.settle(cursor, conversation_id, now):
                return None
            entries = Log(cursor, conversation, now)
            entries.note_step("second_looks", by=agent.name)
            return entries.close()

        await self._tell(conversation_id, await self._writer.run(work))

    async def _step(self, ring: Ring) -> None:
        """The next colleague, nobody for a while, or the end of it."""
        now = self._clock()
        colleagues = await self._roster.colleagues(ring.site_id, now)
        chosen = choose_second(colleagues, ring.holder, ring.asked)

        def work(cursor: Cursor) -> Change | None:
            conversation = find_conversation(cursor, ring.conversation_id)
            if second_person.is_over(cursor, ring):
                return Change(conversation) if second_person.settle(cursor, ring.conversation_id, now) else None
            asked: tuple[AgentId, ...] = () if chosen is None else (*ring.asked, chosen.id)
            until = now + (AGAIN if chosen is None else LOOK_WITHIN)
            agent_id = None if chosen is None else chosen.id
            if not second_person.step(cursor, ring, agent_id=agent_id, asked=asked, until=until) or chosen is None:
                return None
            entries = Log(cursor, conversation, now)
            entries.note_step("second_rung", to=chosen.name, reason=ring.reason)
            return entries.close()

        await self._tell(ring.conversation_id, await self._writer.run(work))

    async def _tell(self, conversation_id: ConversationId, change: Change | None) -> None:
        if change is None:
            return
        if change.entries:
            await self._backplane.publish(Changed.of(change))
        ring = await self._reader.run(lambda cursor: second_person.ring_of(cursor, conversation_id))
        if ring is not None:
            await self._backplane.publish(SecondTold(ring.site_id, _frame(ring)))


def _frame(ring: Ring) -> SecondPerson:
    return SecondPerson(
        conversation_id=UUID(ring.conversation_id),
        visitor=ring.visitor,
        about=ring.about,
        holder=AgentRef(id=UUID(ring.holder), name=ring.holder_name),
        reason=ring.reason.value,
        quote=ring.quote,
        at=ring.at,
        agent=None if ring.agent_id is None else AgentRef(id=UUID(ring.agent_id), name=ring.agent_name or ""),
        until=ring.until,
        settled=ring.settled,
    )
