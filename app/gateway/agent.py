"""An agent's socket: hello, the line, commands to the desk. Conversations are resumed and ordered by `pos`."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import anyio

from app.backplane import Backplane, Changed, PresenceChanged, Seen, Typing
from app.conversations import Said
from app.errors import (
    AlreadyAssigned,
    AtCapacity,
    BadFrame,
    ChatError,
    CloseCode,
    NoSuchConversation,
    NotAssigned,
    NotAuthenticated,
    NotWaiting,
    OriginRefused,
    TooManyConnections,
    WrongVersion,
)
from app.gateway.auth import SessionTokens
from app.gateway.connection import Connection, clean, parse
from app.gateway.frames import agent_frame
from app.gateway.hub import Broadcast, Hub
from app.gateway.limits import Counter, TokenBucket
from app.gateway.origins import Origins
from app.persistence.console import ConsoleReads
from app.persistence.journal import Journal, Spoken
from app.persistence.people import People, SignedIn
from app.protocol import (
    VERSION,
    Ack,
    AgentCommand,
    AgentHello,
    AgentRead,
    AgentRef,
    AgentSend,
    AgentSync,
    AgentSynced,
    AgentTyping,
    AgentWelcome,
    Author,
    Limits,
    Pong,
    QueueChanged,
    SetAvailable,
    TicketClaim,
    TicketRelease,
    TicketResolve,
    agent_commands,
)
from app.protocol import Hold as HoldFrame
from app.settings import Settings
from handoff import AlreadyAssigned as TicketTaken
from handoff import AtCapacity as NoRoom
from handoff import ConversationId, Desk, HandoffError, Hold, Ticket
from handoff import NotAssigned as NotHeld
from handoff import NotWaiting as NobodyWaits

FOLLOWED = 20  # conversations a console follows at once; the longest unused is left first
TICKETS = 100  # in one frame; a longer line comes in several, so that no line is too long for an outbox


class AgentGate:
    """What every agent's socket needs; one a process."""

    def __init__(
        self,
        settings: Settings,
        hub: Hub,
        journal: Journal,
        people: People,
        desk: Desk,
        console: ConsoleReads,
        backplane: Backplane,
        tokens: SessionTokens,
        origins: Origins,
        clock: Callable[[], datetime],
        monotonic: Callable[[], float],
    ) -> None:
        self.settings = settings
        self.hub = hub
        self.journal = journal
        self.people = people
        self.desk = desk
        self.console = console
        self.backplane = backplane
        self.clock = clock
        self.sockets = Counter()
        self.rate = TokenBucket(settings.agent_rate, settings.agent_rate * 2, monotonic)
        self.epoch = ""
        self._tokens = tokens
        self._origins = origins

    async def admit(self, hello: str, origin: str | None, cookie: str | None) -> SignedIn:
        """Whose console says hello. A cookie, when there is one, must be of the same session as the token.

        Raises BadFrame, WrongVersion, NotAuthenticated, OriginRefused or TooManyConnections.
        """
        command = parse(agent_commands, hello)
        if not isinstance(command, AgentHello):
            raise BadFrame("The first frame must be `hello`.")
        if command.v != VERSION:
            raise WrongVersion
        if not self._origins.allow(origin, cookie=cookie is not None):
            raise OriginRefused
        session_id = self._tokens.session_of(command.token)
        signed_in = await self.people.session(session_id, self.clock()) if session_id else None
        if signed_in is None:
            raise NotAuthenticated
        if cookie is not None:
            owner = await self.people.session_of(cookie, self.clock())
            if owner is None or owner.session_id != signed_in.session_id:
                raise NotAuthenticated
        if self.sockets[signed_in.agent.id] >= self.settings.sockets_per_agent:
            raise TooManyConnections
        return signed_in


@dataclass(slots=True)
class _Followed:
    """How far a followed conversation was written to this socket, and how far it has come.

    Nothing is written before it `is_open`: until then only `head` is kept.
    """

    last: int = 0
    head: int = 0
    is_open: bool = False
    catching_up: bool = True


class AgentPeer:
    """One console."""

    def __init__(self, gate: AgentGate, connection: Connection, signed_in: SignedIn) -> None:
        self.connection = connection
        self.session_id = signed_in.session_id
        self._gate = gate
        self._agent = signed_in.agent
        self.site_ids = frozenset(signed_in.site_ids)
        self._available = signed_in.available
        self._followed: OrderedDict[ConversationId, _Followed] = OrderedDict()
        self._behind = anyio.Event()
        self._early: list[str] | None = []

    async def run(self) -> None:
        """Serve the socket until it closes. The agent is present while it, or another of theirs, is open."""
        gate = self._gate
        gate.sockets.add(self._agent.id)
        gate.hub.sessions.add(self.session_id, self)
        for site_id in self.site_ids:
            gate.hub.consoles.add(site_id, self)
        try:
            async with anyio.create_task_group() as tasks:
                tasks.start_soon(self._welcome)
                await self.connection.run(self._handle)
                tasks.cancel_scope.cancel()
        finally:
            for site_id in self.site_ids:
                gate.hub.consoles.remove(site_id, self)
            for conversation_id in self._followed:
                gate.hub.followers.remove(conversation_id, self)
            gate.sockets.remove(self._agent.id)
            gate.hub.sessions.remove(self.session_id, self)
            if self.session_id not in gate.hub.sessions:
                with anyio.move_on_after(5, shield=True):
                    await gate.people.leave(self.session_id, gate.clock())
                    await self._presence_changed()

    # Out -------------------------------------------------------------------------------------------------------------

    async def _welcome(self) -> None:
        gate = self._gate
        now = gate.clock()
        if self.session_id not in await gate.people.renew([self.session_id], now, gate.settings.lease):
            self.connection.leave(CloseCode.NOT_AUTHENTICATED)  # signed out between hello and here
            return
        await self._presence_changed()
        tickets = await gate.console.open_tickets(tuple(self.site_ids))
        mine = [t for t in tickets if t.agent is not None and str(t.agent.id) == self._agent.id]
        self.connection.tell(
            AgentWelcome(
                epoch=gate.epoch,
                agent=AgentRef(id=UUID(self._agent.id), name=self._agent.name),
                available=self._available,
                capacity=self._agent.capacity,
                holds=tuple(HoldFrame(conversation_id=t.conversation_id, gen=t.gen) for t in mine),
                heartbeat=int(gate.settings.heartbeat.total_seconds()),
                limits=Limits(),
                now=now,
            )
        )
        for start in range(0, max(1, len(tickets)), TICKETS):
            frame = QueueChanged(reset=start == 0, tickets=tickets[start : start + TICKETS])
            await self.connection.send(frame.model_dump_json())
        early, self._early = self._early or [], None
        for told in early:
            self.connection.push(told)
        while True:
            await self._behind.wait()
            self._behind = anyio.Event()
            for conversation_id in list(self._followed):
                await self._catch_up(conversation_id)

    async def _catch_up(self, conversation_id: ConversationId) -> None:
        """Send everything up to the head from the store; what arrives meanwhile is read from there too."""
        followed = self._followed.get(conversation_id)
        if followed is None or not followed.is_open or not followed.catching_up:
            return
        while (last := followed.last) < followed.head:
            page = await self._gate.journal.entries(conversation_id, after=last, limit=self._gate.settings.page_size)
            if not page.entries:
                break
            for entry in page.entries:
                if followed.last != last:  # asked for again, from elsewhere
                    break
                followed.last = last = entry.pos
                await self.connection.send(agent_frame(entry))
        followed.catching_up = False
        self.connection.tell(AgentSynced(conversation_id=UUID(conversation_id), head=followed.last))

    def deliver(self, broadcast: Broadcast) -> None:
        followed = self._followed.get(broadcast.changed.conversation_id)
        if followed is None:
            return
        followed.head = max(followed.head, broadcast.changed.pos)
        if followed.catching_up:
            return
        for pos, frame in broadcast.agent:
            if pos == followed.last + 1:
                self.connection.push(frame)
                followed.last = pos
        if followed.last < followed.head:
            followed.catching_up = True
            self._behind.set()

    def show(self, frame: str) -> None:
        if self._early is None:
            self.connection.push(frame)
        else:
            # The welcome may have read the store before this change: it goes after what the welcome shows.
            self._early.append(frame)

    async def _follow(self, conversation_id: ConversationId, after: int) -> None:
        gate = self._gate
        if not await gate.console.works_for(self._agent.id, conversation_id):
            raise NoSuchConversation
        gate.hub.followers.add(conversation_id, self)  # subscribe first, then read
        followed = self._followed.setdefault(conversation_id, _Followed())
        conversation = await gate.journal.conversation(conversation_id)
        followed.head = max(followed.head, conversation.pos if conversation else 0)
        followed.last = min(after, followed.head)
        followed.is_open = followed.catching_up = True
        self._followed.move_to_end(conversation_id)
        if len(self._followed) > FOLLOWED:
            left, _ = self._followed.popitem(last=False)
            gate.hub.followers.remove(left, self)
        self._behind.set()
        update = await gate.console.update(conversation_id)
        if update is not None:
            online = bool(gate.hub.widgets[conversation_id])
            self.connection.tell(update.model_copy(update={"online": online}))

    async def _presence_changed(self) -> None:
        for site_id in self.site_ids:
            await self._gate.backplane.publish(PresenceChanged(site_id))

    # In --------------------------------------------------------------------------------------------------------------

    async def _handle(self, text: str) -> None:
        command = parse(agent_commands, text)
        if not isinstance(command, Pong):
            self._gate.rate.take(self._agent.id)
        try:
            await self._obey(command)
        except HandoffError as error:
            raise translated(error) from error

    async def _obey(self, command: AgentCommand) -> None:
        gate, now = self._gate, self._gate.clock()
        match command:
            case AgentSend():
                await self._speak(command, now)
            case AgentSync():
                await self._follow(ConversationId(str(command.conversation_id)), command.after)
            case TicketClaim():
                conversation_id = await self._own_site(command.conversation_id)
                ticket = await gate.desk.claim(conversation_id, self._agent, now=now)
                self._done(command.client_id, ticket)
            case TicketRelease():
                hold = await self._hold(command.conversation_id, command.gen)
                self._done(command.client_id, await gate.desk.release(hold, self._agent, to=command.to, now=now))
            case TicketResolve():
                hold = await self._hold(command.conversation_id, command.gen)
                self._done(command.client_id, await gate.desk.resolve(hold, self._agent, now=now))
            case AgentRead():
                moved = await gate.journal.mark_read(
                    await self._own_site(command.conversation_id), "agent", command.seq
                )
                if moved is not None:
                    await gate.backplane.publish(Seen(moved.id, moved.site_id))
            case AgentTyping():
                await self._typing(command)
            case SetAvailable():
                self._available = command.available
                await gate.people.set_available(self._agent.id, command.available)
                await self._presence_changed()
            case Pong():
                pass
            case AgentHello():
                raise BadFrame("`hello` was said already.")

    async def _speak(self, command: AgentSend, now: datetime) -> None:
        spoken = await self._gate.journal.speak(
            self._agent.id,
            self._agent.name,
            ConversationId(str(command.conversation_id)),
            Said(command.client_id, clean(command.text)),
            gen=command.gen,
            note=command.note,
            now=now,
        )
        self._ack(spoken, command.gen)
        if not spoken.duplicate:
            await self._gate.backplane.publish(Changed.of(spoken.change))

    async def _typing(self, command: AgentTyping) -> None:
        """Shown to the visitor, and only while this agent holds the conversation."""
        conversation = await self._gate.journal.conversation(await self._own_site(command.conversation_id))
        if conversation is not None and conversation.agent_id == self._agent.id:
            by = Author(kind="agent", name=self._agent.name.split()[0])
            await self._gate.backplane.publish(
                Typing(conversation.id, conversation.visitor_id, "visitor", by, command.on)
            )

    async def _own_site(self, conversation: UUID) -> ConversationId:
        """The conversation, if it is of a site this agent works for. Raises NoSuchConversation."""
        conversation_id = ConversationId(str(conversation))
        if not await self._gate.console.works_for(self._agent.id, conversation_id):
            raise NoSuchConversation
        return conversation_id

    async def _hold(self, conversation: UUID, gen: int) -> Hold:
        return Hold(await self._own_site(conversation), self._agent.id, gen)

    def _ack(self, spoken: Spoken, gen: int | None) -> None:
        message = spoken.message
        self.connection.tell(
            Ack(
                client_id=UUID(message.client_id or ""),
                conversation_id=UUID(message.conversation_id),
                seq=message.seq,
                pos=message.pos,
                id=UUID(message.id),
                sent_at=message.at,
                duplicate=spoken.duplicate,
                gen=gen,
            )
        )

    def _done(self, client_id: UUID, ticket: Ticket) -> None:
        self.connection.tell(Ack(client_id=client_id, conversation_id=UUID(ticket.conversation_id), gen=ticket.gen))


def translated(error: HandoffError) -> ChatError:
    """The desk's refusal as it goes on the wire."""
    match error:
        case TicketTaken():
            return AlreadyAssigned(f"{error.holder} has this conversation. The next one in line is yours to take.")
        case NoRoom():
            return AtCapacity()
        case NotHeld():
            return NotAssigned()
        case NobodyWaits():
            return NotWaiting()
        case _:
            return ChatError(str(error))
