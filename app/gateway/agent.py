"""An agent's socket: hello, the line, commands to the desk. Conversations are resumed and ordered by `pos`."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import anyio

from app.backplane import Changed, Looking, PresenceChanged, Seen, Typing
from app.conversations import Said
from app.errors import (
    BadFrame,
    CloseCode,
    EnrolFirst,
    NoSuchConversation,
    NotAuthenticated,
    OriginRefused,
    TooManyConnections,
    WrongVersion,
)
from app.gateway.auth import SessionTokens
from app.gateway.commands import clean, parse
from app.gateway.connection import Connection
from app.gateway.frames import agent_frame
from app.gateway.gate import Gate, Switchboard
from app.gateway.hub import Broadcast
from app.gateway.limits import TokenBucket
from app.gateway.tickets import TicketVerbs, translated
from app.persistence.console import ConsoleReads
from app.persistence.journal import Spoken
from app.persistence.people import SignedIn
from app.protocol import (
    VERSION,
    Ack,
    AgentCommand,
    AgentHello,
    AgentLooks,
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
    TicketDecline,
    TicketRelease,
    TicketResolve,
    TicketSnooze,
    TicketTakeOver,
    TicketTransfer,
    agent_commands,
)
from app.protocol import Hold as HoldFrame
from app.second import SecondPersons
from handoff import ConversationId, HandoffError, Ticket

FOLLOWED = 20  # conversations a console follows at once; the longest unused is left first
TICKETS = 100  # in one frame; a longer line comes in several, so that no line is too long for an outbox


class AgentGate(Gate):
    """Where consoles come in."""

    def __init__(
        self,
        board: Switchboard,
        tickets: TicketVerbs,
        console: ConsoleReads,
        tokens: SessionTokens,
        second: SecondPersons,
    ) -> None:
        super().__init__(board)
        self.tickets = tickets
        self.second = second
        self.console = console
        self.rate = TokenBucket(board.settings.agent_rate, board.settings.agent_rate * 2, board.monotonic)
        self._tokens = tokens

    async def admit(self, hello: str, origin: str | None, cookie: str | None) -> SignedIn:
        """Whose console says hello. A cookie, when there is one, must be of the same session as the token.

        Raises BadFrame, WrongVersion, NotAuthenticated, OriginRefused or TooManyConnections.
        """
        command = parse(agent_commands, hello)
        if not isinstance(command, AgentHello):
            raise BadFrame("The first frame must be `hello`.")
        if command.v != VERSION:
            raise WrongVersion
        if not self.origins.allow(origin, cookie=cookie is not None):
            raise OriginRefused
        session_id = self._tokens.session_of(command.token)
        signed_in = await self.people.session(session_id, self.clock()) if session_id else None
        if signed_in is None:
            raise NotAuthenticated
        if signed_in.enrol_first:
            raise EnrolFirst
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
        self.agent = AgentRef(id=UUID(signed_in.agent.id), name=signed_in.agent.name)
        self.looks_at: ConversationId | None = None
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
            self.connection.beside(self._welcome())
            await self.connection.run(self._handle)
        finally:
            for site_id in self.site_ids:
                gate.hub.consoles.remove(site_id, self)
            for conversation_id in self._followed:
                gate.hub.followers.remove(conversation_id, self)
            await self._look_at(None)
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
                agent=self.agent,
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
        for rings in await gate.second.ringing(tuple(self.site_ids)):
            self.connection.tell(rings)
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
                await self.connection.send(agent_frame(entry, self._gate.hub.sign))
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
            online = await gate.hub.is_online(conversation_id)
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
            case (
                TicketClaim()
                | TicketDecline()
                | TicketTransfer()
                | TicketSnooze()
                | TicketRelease()
                | TicketResolve()
                | TicketTakeOver()
            ):
                self._done(command.client_id, await gate.tickets.obey(command, self._agent, now=now))
            case AgentLooks():
                looked = command.conversation_id
                await self._look_at(None if looked is None else await gate.tickets.own_site(looked, self._agent.id))
                if self.looks_at is not None:
                    await gate.second.looked(self.looks_at, self._agent)
            case AgentRead():
                moved = await gate.journal.mark_read(
                    await gate.tickets.own_site(command.conversation_id, self._agent.id), "agent", command.seq
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
        """Shown to the visitor and to colleagues, and only while this agent holds the conversation."""
        gate = self._gate
        conversation_id = await gate.tickets.own_site(command.conversation_id, self._agent.id)
        conversation = await gate.journal.conversation(conversation_id)
        if conversation is not None and conversation.agent_id == self._agent.id:
            shown = Author(kind="agent", name=self._agent.name.split()[0])
            whole = Author(kind="agent", name=self._agent.name)
            for typing in (
                Typing(conversation.id, conversation.visitor_id, "visitor", shown, command.on),
                Typing(conversation.id, conversation.visitor_id, "agents", whole, command.on),
            ):
                await gate.backplane.publish(typing)

    async def _look_at(self, conversation_id: ConversationId | None) -> None:
        """What is followed alone can be looked at, so that nobody is shown in what they may not read."""
        seen = conversation_id if conversation_id in self._followed else None
        before, self.looks_at = self.looks_at, seen
        for changed in {before, seen} - {None}:
            if changed is not None and before != seen:
                await self._gate.backplane.publish(Looking(changed))

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
