"""Tells widgets and consoles who holds what: tickets, places in line, status. Computed when it may have changed."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import anyio
import structlog

from app.conversations import Conversation, Status
from app.duty import Duty
from app.errors import Unavailable
from app.gateway.hub import Hub
from app.persistence.appointments import Appointments
from app.persistence.arrangements import Arrangements
from app.persistence.console import ConsoleReads
from app.persistence.journal import Journal
from app.persistence.people import People
from app.persistence.resolutions import Resolutions
from app.persistence.waits import Waits
from app.protocol import Availability, AvailabilityChanged, Callback, QueueChanged, VisitorState, WaitRange
from app.sites import Site
from handoff import ConversationId, Queue, SiteId, Ticket
from handoff.sla import Calendar
from handoff.sla import WaitRange as Found

log = structlog.get_logger(__name__)

AGAIN = 1.0  # seconds after which those who could not be told are told


@dataclass(frozen=True, slots=True)
class _Waiting:
    """A site's line at one moment: each conversation in it with its place, the next one's is 1."""

    site: Site
    calendar: Calendar
    staffed: bool
    wait: WaitRange | None
    places: Mapping[ConversationId, tuple[int, Ticket]]


class Line:
    """Keeps everyone's view of the line true. One task; many changes at once cost one look."""

    def __init__(
        self,
        hub: Hub,
        journal: Journal,
        queue: Queue,
        people: People,
        duty: Duty,
        waits: Waits,
        resolutions: Resolutions,
        console: ConsoleReads,
        appointments: Appointments,
        arrangements: Arrangements,
        clock: Callable[[], datetime],
    ) -> None:
        self._hub = hub
        self._journal = journal
        self._queue = queue
        self._people = people
        self._duty = duty
        self._waits = waits
        self._resolutions = resolutions
        self._console = console
        self._appointments = appointments
        self._arrangements = arrangements
        self._clock = clock
        self._sites: set[SiteId] = set()
        self._conversations: dict[ConversationId, SiteId] = {}
        self._presence: set[SiteId] = set()
        self._told: dict[SiteId, Availability] = {}
        self._wake = asyncio.Event()
        hub.on_turnover = self.touch
        hub.on_seen = self.touch_one

    def touch(self, site_id: SiteId, conversation_id: ConversationId | None) -> None:
        """Something about this site's line, or this conversation, may have changed; without one, who is at the desk."""
        self._sites.add(site_id)
        if conversation_id is not None:
            self._conversations[conversation_id] = site_id
        else:
            self._presence.add(site_id)
        self._wake.set()

    def touch_one(self, site_id: SiteId, conversation_id: ConversationId) -> None:
        """Something about this conversation alone has changed: the line of its site is as it was."""
        self._conversations[conversation_id] = site_id
        self._wake.set()

    async def run(self) -> None:
        """Tell everyone concerned, for ever."""
        while True:
            await self._wake.wait()
            self._wake.clear()
            sites, self._sites = self._sites, set()
            conversations, self._conversations = self._conversations, {}
            presence, self._presence = self._presence, set()
            try:
                for site_id in presence:
                    await self._tell_audience(site_id)
                for conversation_id, site_id in conversations.items():
                    await self._tell_team(conversation_id, site_id)
                    await self._tell_visitor(conversation_id)
                for site_id in sites:
                    await self._tell_line(site_id)
            except Unavailable:
                log.warning("the line is told later")
                self._sites |= sites
                self._presence |= presence
                self._conversations = {**conversations, **self._conversations}
                self._wake.set()
                await anyio.sleep(AGAIN)
            except Exception:
                # What nobody can read must not end the server for all others.
                log.exception("the line could not be told")

    async def state(self, conversation: Conversation, waiting: _Waiting | None = None) -> VisitorState:
        """All that the visitor is shown of who holds the conversation; `waiting` is read when it is not given."""
        agent = place = until = wait = call = question = None
        staffed = False
        if conversation.status is Status.HUMAN and conversation.agent_id is not None:
            names = await self._people.agent_names([conversation.agent_id])
            agent = names[conversation.agent_id].split()[0]
        elif conversation.status is Status.WAITING:
            if waiting is None:
                waiting = await self._look(conversation.site_id, await self._queue.waiting(conversation.site_id))
            if conversation.id in waiting.places:
                place, ticket = waiting.places[conversation.id]
                staffed = waiting.staffed
                until = self._duty.answer_by(waiting.site, ticket, waiting.calendar, staffed=staffed)
                wait = waiting.wait
            else:  # it rests
                call = await self._appointments.of(conversation.id, self._clock())
        elif conversation.status is Status.CLOSED:
            question = await self._resolutions.open_question(conversation.id)
        return VisitorState(
            status=conversation.status.value,
            agent=agent,
            place=place,
            answer_by=until,
            staffed=staffed,
            wait=wait,
            callback=None if call is None else Callback(start=call.begins_at, end=call.ends_at, phone=call.phone),
            ask=question,
            read=conversation.read_by_agent,
        )

    async def _tell_audience(self, site_id: SiteId) -> None:
        """Whether somebody is at the desk, to every widget of the site, once each time it changes."""
        availability = await self._duty.availability(await self._people.site_by_id(site_id))
        if availability != self._told.get(site_id):
            self._told[site_id] = availability
            frame = AvailabilityChanged(availability=availability).model_dump_json()
            for widget in self._hub.audience[site_id]:
                widget.announce(frame)

    async def _tell_line(self, site_id: SiteId) -> None:
        """Tell all who wait, from one look at the line however long it is."""
        tickets = await self._queue.waiting(site_id)
        here = [ticket.conversation_id for ticket in tickets if self._hub.widgets[ticket.conversation_id]]
        if here:
            waiting = await self._look(site_id, tickets)
            for conversation_id in here:
                await self._tell_visitor(conversation_id, waiting)

    async def _look(self, site_id: SiteId, tickets: Sequence[Ticket]) -> _Waiting:
        site, staffed = await self._people.site_by_id(site_id), await self._duty.staffed(site_id)
        return _Waiting(
            site=site,
            calendar=await self._arrangements.calendar(site),
            staffed=staffed,
            wait=_minutes(await self._waits.range(site)) if staffed else None,
            places={ticket.conversation_id: (place, ticket) for place, ticket in enumerate(tickets, start=1)},
        )

    async def _tell_visitor(self, conversation_id: ConversationId, waiting: _Waiting | None = None) -> None:
        if not self._hub.widgets[conversation_id]:
            return
        conversation = await self._journal.conversation(conversation_id)
        if conversation is None:
            return
        state = await self.state(conversation, waiting)
        for widget in self._hub.widgets[conversation_id]:
            widget.show(conversation_id, state)

    async def _tell_team(self, conversation_id: ConversationId, site_id: SiteId) -> None:
        consoles = self._hub.consoles[site_id]
        ticket = await self._console.newest_ticket(conversation_id) if consoles else None
        if ticket is not None:
            frame = QueueChanged(reset=False, tickets=(ticket,)).model_dump_json()
            for console in consoles:
                console.show(frame)
        if followers := self._hub.followers[conversation_id]:
            update = await self._console.update(conversation_id)
            if update is not None:
                online = await self._hub.is_online(conversation_id)
                frame = update.model_copy(update={"online": online}).model_dump_json()
                for follower in followers:
                    follower.connection.push(frame)


def _minutes(found: Found) -> WaitRange:
    likely, at_most = (-(-each // timedelta(minutes=1)) for each in (found.likely, found.at_most))
    return WaitRange(likely=likely, at_most=at_most, waits=found.waits, basis=found.basis)
