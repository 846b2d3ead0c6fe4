"""Tells widgets and consoles who holds what: tickets, places in line, status. Computed when it may have changed."""

from __future__ import annotations

import asyncio

import structlog

from app.conversations import Conversation, Status
from app.duty import Duty
from app.errors import ChatError
from app.gateway.hub import Hub
from app.persistence.console import ConsoleReads
from app.persistence.journal import Journal
from app.persistence.people import People
from app.protocol import QueueChanged, VisitorState
from handoff import ConversationId, Queue, SiteId

log = structlog.get_logger(__name__)


class Line:
    """Keeps everyone's view of the line true. One task; many changes at once cost one look."""

    def __init__(
        self, hub: Hub, journal: Journal, queue: Queue, people: People, duty: Duty, console: ConsoleReads
    ) -> None:
        self._hub = hub
        self._journal = journal
        self._queue = queue
        self._people = people
        self._duty = duty
        self._console = console
        self._sites: set[SiteId] = set()
        self._conversations: dict[ConversationId, SiteId] = {}
        self._wake = asyncio.Event()
        hub.on_turnover = self.touch

    def touch(self, site_id: SiteId, conversation_id: ConversationId | None) -> None:
        """Something about this site's line, or this conversation, may have changed."""
        self._sites.add(site_id)
        if conversation_id is not None:
            self._conversations[conversation_id] = site_id
        self._wake.set()

    async def run(self) -> None:
        """Tell everyone concerned, for ever."""
        while True:
            await self._wake.wait()
            self._wake.clear()
            sites, self._sites = self._sites, set()
            conversations, self._conversations = self._conversations, {}
            try:
                for conversation_id, site_id in conversations.items():
                    await self._tell_team(conversation_id, site_id)
                    if self._hub.widgets[conversation_id]:
                        await self._tell_visitor(conversation_id)
                for site_id in sites:
                    for ticket in await self._queue.waiting(site_id):
                        if self._hub.widgets[ticket.conversation_id]:
                            await self._tell_visitor(ticket.conversation_id)
            except ChatError as error:
                # Reconnects and later changes repair what was missed.
                log.warning("the line could not be told", error=error.code)

    async def state(self, conversation: Conversation) -> VisitorState:
        """All that the visitor is shown of who holds the conversation."""
        agent = place = until = None
        staffed = False
        if conversation.status is Status.HUMAN and conversation.agent_id is not None:
            names = await self._people.agent_names([conversation.agent_id])
            agent = names[conversation.agent_id].split()[0]
        elif conversation.status is Status.WAITING:
            line = await self._queue.waiting(conversation.site_id)
            for number, ticket in enumerate(line, start=1):
                if ticket.conversation_id == conversation.id:
                    place = number
                    site = await self._people.site_by_id(conversation.site_id)
                    staffed = await self._duty.staffed(site.id)
                    until = self._duty.answer_by(site, ticket, staffed=staffed)
        return VisitorState(
            status=conversation.status.value,
            agent=agent,
            place=place,
            answer_by=until,
            staffed=staffed,
            read=conversation.read_by_agent,
        )

    async def _tell_visitor(self, conversation_id: ConversationId) -> None:
        conversation = await self._journal.conversation(conversation_id)
        if conversation is None:
            return
        state = await self.state(conversation)
        for widget in self._hub.widgets[conversation_id]:
            widget.show(conversation_id, state)

    async def _tell_team(self, conversation_id: ConversationId, site_id: SiteId) -> None:
        consoles = self._hub.consoles[site_id]
        ticket = await self._console.newest_ticket(conversation_id) if consoles else None
        if ticket is not None:
            frame = QueueChanged(reset=False, tickets=(ticket,)).model_dump_json()
            for console in consoles:
                console.connection.push(frame)
        if followers := self._hub.followers[conversation_id]:
            update = await self._console.update(conversation_id)
            if update is not None:
                online = bool(self._hub.widgets[conversation_id])
                frame = update.model_copy(update={"online": online}).model_dump_json()
                for follower in followers:
                    follower.connection.push(frame)
