"""A visitor's socket: hello, catch-up, commands to the turns. The stream is resumed and ordered by `seq`."""

from __future__ import annotations

from uuid import UUID

from app.backplane import Changed, Seen, Typing
from app.conversations import Conversation, Said
from app.duty import Duty
from app.errors import (
    BadFrame,
    CloseCode,
    NoSuchConversation,
    NotAuthenticated,
    OriginRefused,
    TooManyConnections,
    WrongVersion,
)
from app.gateway.commands import clean, parse
from app.gateway.connection import Connection
from app.gateway.frames import ack_frame, visitor_frame
from app.gateway.gate import Gate, Switchboard
from app.gateway.hub import Broadcast
from app.gateway.limits import TokenBucket
from app.gateway.line import Line
from app.persistence.journal import Heard
from app.persistence.people import Visitor, admit_to
from app.protocol import (
    VERSION,
    Author,
    Limits,
    Pong,
    VisitorCommand,
    VisitorHello,
    VisitorRead,
    VisitorSend,
    VisitorState,
    VisitorSync,
    VisitorSynced,
    VisitorTyping,
    VisitorUpdated,
    VisitorWelcome,
    visitor_commands,
)
from app.turns import Turns
from handoff import ConversationId

UNCOUNTED = VisitorSend, Pong
"""What is no signal: messages are counted for themselves."""
NEW = VisitorState(status="bot")
"""Of who has not said anything."""
SIGNALS = 4  # read marks, typing and the like that may come with each message


class VisitorGate(Gate):
    """Where widgets come in."""

    def __init__(self, board: Switchboard, line: Line, duty: Duty, turns: Turns) -> None:
        super().__init__(board)
        settings, monotonic = board.settings, board.monotonic
        self.line = line
        self.duty = duty
        self.turns = turns
        self.per_second = TokenBucket(settings.visitor_rate, settings.visitor_rate * 2, monotonic)
        self.per_minute = TokenBucket(
            settings.visitor_rate_per_minute / 60, settings.visitor_rate_per_minute, monotonic
        )
        self.signals = TokenBucket(settings.visitor_rate * SIGNALS, settings.visitor_rate * SIGNALS * 2, monotonic)

    async def admit(self, hello: str, origin: str | None) -> tuple[Visitor, VisitorHello]:
        """Who says hello. Raises BadFrame, WrongVersion, NotAuthenticated, OriginRefused or TooManyConnections."""
        command = parse(visitor_commands, hello)
        if not isinstance(command, VisitorHello):
            raise BadFrame("The first frame must be `hello`.")
        if command.v != VERSION:
            raise WrongVersion
        visitor = await self.people.visitor(command.token, self.clock())
        if visitor is None:
            raise NotAuthenticated
        site = await self.people.site_by_id(visitor.site_id)
        if not self.origins.allow(origin, site):
            raise OriginRefused
        admit_to(site, visitor)
        if self.sockets[visitor.id] >= self.settings.sockets_per_visitor:
            raise TooManyConnections
        return visitor, command


class VisitorPeer:
    """One widget. `last` is the highest `seq` written to it; the next must be `last + 1`."""

    def __init__(self, gate: VisitorGate, connection: Connection, visitor: Visitor) -> None:
        self.connection = connection
        self._gate = gate
        self._visitor = visitor
        self._conversation_id: ConversationId | None = None
        self._last = 0
        self._head = 0
        self._welcomed = False
        self._early: Changed | None = None
        self._early_state: VisitorState | None = None
        self._early_news: str | None = None
        self._catching_up = True
        self._state: VisitorState | None = None

    async def run(self, hello: VisitorHello) -> None:
        """Serve the socket until it closes."""
        gate = self._gate
        gate.sockets.add(self._visitor.id)
        gate.hub.audience.add(self._visitor.site_id, self)
        gate.hub.visitors.add(self._visitor.id, self)  # subscribe first, then read: no window between the two
        try:
            self.connection.beside(self._welcome(hello))
            await self.connection.run(self._handle)
        finally:
            gate.hub.audience.remove(self._visitor.site_id, self)
            gate.hub.visitors.remove(self._visitor.id, self)
            self._follow(None)
            gate.sockets.remove(self._visitor.id)

    # Out -------------------------------------------------------------------------------------------------------------

    async def _welcome(self, hello: VisitorHello) -> None:
        gate, settings = self._gate, self._gate.settings
        conversation = await gate.journal.current(self._visitor.id, now=gate.clock())
        known = conversation is not None and hello.conversation_id == UUID(conversation.id)
        if hello.conversation_id is not None and not known:
            mine = await gate.journal.owned(ConversationId(str(hello.conversation_id)), self._visitor.id)
            if mine is None:
                self.connection.refuse(NoSuchConversation())
                self.connection.leave(CloseCode.NO_SUCH_CONVERSATION)
                return
        head = conversation.head if conversation else 0
        missed = head - hello.after
        lost_track = hello.after > 0 and (not known or hello.epoch != gate.epoch or missed < 0)
        after = 0 if lost_track else hello.after
        too_far = head - after > settings.resume_limit
        self._last = head - settings.page_size if too_far else after
        reset = lost_track or too_far
        self._follow(conversation)  # subscribe first, then read
        site = await gate.people.site_by_id(self._visitor.site_id)
        state = await gate.line.state(conversation) if conversation else NEW
        availability = await gate.duty.availability(site)
        self._head = head
        self._state = state
        self._welcomed = True
        self.connection.tell(
            VisitorWelcome(
                conversation_id=UUID(conversation.id) if conversation else None,
                epoch=gate.epoch,
                head=head,
                reset=reset,
                state=state,
                availability=availability,
                heartbeat=int(settings.heartbeat.total_seconds()),
                limits=Limits(),
            )
        )
        if self._early_news is not None:
            self.announce(self._early_news)
        if self._early is not None:
            self._arrive(self._early)
            gate.hub.on_turnover(self._early.site_id, self._early.conversation_id)
        if self._early_state is not None and self._conversation_id is not None:
            self.show(self._conversation_id, self._early_state)
        await self._catch_up()

    def _fall_behind(self) -> None:
        """Read what is missing, beside all else; until it is there nothing else is shown."""
        self._catching_up = True
        self.connection.beside(self._catch_up())

    async def _catch_up(self) -> None:
        """Send everything up to `head` from the store; what arrives meanwhile is read from there too."""
        while self._conversation_id is not None and self._last < self._head:
            page = await self._gate.journal.visible(
                self._conversation_id, after=self._last, limit=self._gate.settings.page_size
            )
            if not page.entries:
                break
            for entry in page.entries:
                await self.connection.send(visitor_frame(entry, self._gate.hub.sign))
                self._last = entry.seq or self._last
        self._catching_up = False
        self.connection.tell(VisitorSynced(head=self._last))

    def deliver(self, broadcast: Broadcast) -> None:
        if not self._welcomed:
            # The welcome may have read the store before this change: it looks here again afterwards.
            self._early = broadcast.changed
            return
        self._arrive(broadcast.changed)
        if self._catching_up:
            return
        for seq, frame in broadcast.visitor:
            if seq == self._last + 1:
                self.connection.push(frame)
                self._last = seq
        if self._last < self._head:
            self._fall_behind()

    def announce(self, frame: str) -> None:
        if self._welcomed:
            self.connection.push(frame, ephemeral=True)
        else:
            self._early_news = frame  # the welcome may have read what was before

    def show(self, conversation_id: ConversationId, state: VisitorState) -> None:
        if conversation_id == self._conversation_id and not self._welcomed:
            self._early_state = state  # the welcome may have read an older one
        elif conversation_id == self._conversation_id and state != self._state:
            self._state = state
            self.connection.tell(VisitorUpdated(conversation_id=UUID(conversation_id), state=state))

    def _follow(self, conversation: Conversation | None) -> None:
        if self._conversation_id is not None:
            self._gate.hub.widgets.remove(self._conversation_id, self)
        self._conversation_id = conversation.id if conversation else None
        if self._conversation_id is not None:
            self._gate.hub.widgets.add(self._conversation_id, self)

    def _arrive(self, changed: Changed) -> None:
        """Note how far the conversation has come."""
        if self._conversation_id is None:
            # The visitor's first message, perhaps from another tab, began a conversation.
            self._conversation_id = changed.conversation_id
            self._gate.hub.widgets.add(changed.conversation_id, self)
        elif changed.conversation_id != self._conversation_id:
            # The old one had ended for good and a new one began: the client starts afresh.
            self.connection.leave(CloseCode.RESYNC)
            return
        self._head = max(self._head, changed.head)

    # In --------------------------------------------------------------------------------------------------------------

    async def _handle(self, text: str) -> None:
        command = parse(visitor_commands, text)
        if not isinstance(command, UNCOUNTED):
            self._gate.signals.take(self._visitor.id)
        await self._obey(command)

    async def _obey(self, command: VisitorCommand) -> None:
        gate = self._gate
        match command:
            case VisitorSend():
                gate.per_second.take(self._visitor.id)
                gate.per_minute.take(self._visitor.id)
                page = None if command.page is None else command.page.model_dump(exclude_none=True)
                text = "" if command.attachments and not command.text.strip() else clean(command.text)
                said = Said(
                    command.client_id, text, command.payload, command.attachments, page=page, locale=command.locale
                )
                await gate.turns.take(self._visitor, said, self._ack)
            case VisitorSync():
                if not self._catching_up:
                    self._last = min(command.after, self._last)
                    self._fall_behind()
            case VisitorRead():
                if self._conversation_id is not None:
                    moved = await gate.journal.mark_read(self._conversation_id, "visitor", command.seq)
                    if moved is not None:
                        await gate.backplane.publish(Seen(moved.id, moved.site_id))
            case VisitorTyping():
                if self._conversation_id is not None:
                    by = Author(kind="visitor", name=self._visitor.name)
                    await gate.backplane.publish(
                        Typing(self._conversation_id, self._visitor.id, "agents", by, command.on)
                    )
            case Pong():
                pass
            case VisitorHello():
                raise BadFrame("`hello` was said already.")

    def _ack(self, heard: Heard) -> None:
        self.connection.push(ack_frame(heard))
