"""The sockets of this process, by what they follow; every signal of the backplane fans out here."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Hashable
from typing import Generic, Protocol, TypeVar
from uuid import UUID

from app.backplane import (
    Changed,
    Looking,
    PresenceChanged,
    PromiseTold,
    RemedyTold,
    SecondTold,
    Seen,
    SessionEnded,
    Signal,
    Typing,
    VisitorLeft,
)
from app.conversations import Entry, VisitorId
from app.errors import CloseCode
from app.gateway.connection import Connection, Departures
from app.gateway.frames import Sign, agent_frame, unsigned, visitor_frame
from app.protocol import AgentRef, ColleaguesHere, PromiseChanged, RemedyChanged, TypingBy, VisitorState
from handoff import ConversationId, SiteId


class Broadcast:
    """A change as frames, each made once however many sockets get it."""

    def __init__(self, changed: Changed, sign: Sign = unsigned) -> None:
        self.changed = changed
        self._sign = sign
        self._visitor: list[tuple[int, str]] | None = None
        self._agent: list[tuple[int, str]] | None = None

    @property
    def visitor(self) -> list[tuple[int, str]]:
        """(seq, frame) of the visible entries that came along."""
        if self._visitor is None:
            self._visitor = [(e.seq, visitor_frame(e, self._sign)) for e in self._entries if e.seq is not None]
        return self._visitor

    @property
    def agent(self) -> list[tuple[int, str]]:
        """(pos, frame) of all entries that came along."""
        if self._agent is None:
            self._agent = [(e.pos, agent_frame(e, self._sign)) for e in self._entries]
        return self._agent

    @property
    def _entries(self) -> tuple[Entry, ...]:
        return self.changed.change.entries if self.changed.change else ()


class Peer(Protocol):
    """A socket as the hub sees it."""

    connection: Connection

    def deliver(self, broadcast: Broadcast) -> None:
        """Send what of the change this peer may see and has not got; never blocks."""


class Widget(Peer, Protocol):
    """A visitor's socket."""

    def show(self, conversation_id: ConversationId, state: VisitorState) -> None:
        """Send the state if it differs from the last one sent."""

    def announce(self, frame: str) -> None:
        """Send what every visitor of the site is told."""


class Console(Peer, Protocol):
    """An agent's socket."""

    session_id: str
    site_ids: frozenset[SiteId]
    agent: AgentRef
    looks_at: ConversationId | None

    def show(self, frame: str) -> None:
        """Send a frame about the line."""


Key = TypeVar("Key", bound=Hashable)
Member = TypeVar("Member")


class Groups(Generic[Key, Member]):
    """Sets by key; empty ones are forgotten."""

    def __init__(self) -> None:
        self._sets: dict[Key, set[Member]] = {}

    def __getitem__(self, key: Key) -> tuple[Member, ...]:
        return tuple(self._sets.get(key, ()))

    def __contains__(self, key: Key) -> bool:
        return key in self._sets

    def all(self) -> list[Key]:
        """All keys that have members."""
        return list(self._sets)

    def add(self, key: Key, member: Member) -> None:
        """Put `member` under `key`."""
        self._sets.setdefault(key, set()).add(member)

    def remove(self, key: Key, member: Member) -> None:
        """Take it out; it may be absent."""
        members = self._sets.get(key, set())
        members.discard(member)
        if not members:
            self._sets.pop(key, None)


class Hub:
    """Who is connected here.

    `on_turnover` is called when who holds a conversation, or the line, may have changed; `on_seen` when one was read.
    """

    def __init__(self, sign: Sign = unsigned) -> None:
        self.sign = sign
        self.connections: set[Connection] = set()
        self.departures = Departures()
        self.visitors: Groups[VisitorId, Widget] = Groups()
        self.widgets: Groups[ConversationId, Widget] = Groups()
        self.audience: Groups[SiteId, Widget] = Groups()
        self.followers: Groups[ConversationId, Console] = Groups()
        self.consoles: Groups[SiteId, Console] = Groups()
        self.sessions: Groups[str, Console] = Groups()
        self.on_turnover: Callable[[SiteId, ConversationId | None], None] = lambda *_: None
        self.on_seen: Callable[[SiteId, ConversationId], None] = lambda *_: None
        self.elsewhere: Callable[[ConversationId], Awaitable[bool]] | None = None
        """Asked whether a conversation's visitor is connected to another gateway."""

    async def is_online(self, conversation_id: ConversationId) -> bool:
        """Whether the conversation's visitor is connected, as far as is known."""
        if self.widgets[conversation_id] or self.elsewhere is None:
            return bool(self.widgets[conversation_id])
        return await self.elsewhere(conversation_id)

    def hear(self, signal: Signal) -> None:
        """Fan a signal out to the sockets it concerns."""
        match signal:
            case Changed():
                self._changed(signal)
            case Seen():
                self.on_seen(signal.site_id, signal.conversation_id)
            case Typing():
                self._typing(signal)
            case Looking():
                self._looking(signal.conversation_id)
            case PromiseTold():
                told = PromiseChanged(promise=signal.promise).model_dump_json()
                for console in self.consoles[signal.site_id]:
                    console.show(told)
            case RemedyTold():
                told = RemedyChanged(remedy=signal.remedy).model_dump_json()
                for console in self.consoles[signal.site_id]:
                    console.show(told)
            case SecondTold():
                told = signal.second.model_dump_json()
                for console in self.consoles[signal.site_id]:
                    console.show(told)
            case SessionEnded():
                for console in self.sessions[signal.session_id]:
                    console.connection.leave(CloseCode.NOT_AUTHENTICATED)
            case VisitorLeft():
                for widget in self.visitors[signal.visitor_id]:
                    widget.connection.leave(CloseCode.TOKEN_EXPIRED)
            case PresenceChanged():
                self.on_turnover(signal.site_id, None)

    def concerns(self, conversation_id: ConversationId, visitor_id: VisitorId) -> bool:
        """Whether anybody connected here follows this conversation."""
        return visitor_id in self.visitors or conversation_id in self.followers

    def catch_up(self, changed: Changed) -> None:
        """Let its sockets look whether they have everything up to there; who has is told nothing."""
        broadcast = Broadcast(changed, self.sign)
        for widget in self.visitors[changed.visitor_id]:
            widget.deliver(broadcast)
        for console in self.followers[changed.conversation_id]:
            console.deliver(broadcast)

    def _changed(self, changed: Changed) -> None:
        self.catch_up(changed)
        if changed.moved:
            self.on_turnover(changed.site_id, changed.conversation_id)

    def _typing(self, typing: Typing) -> None:
        frame = TypingBy(conversation_id=UUID(typing.conversation_id), by=typing.by, on=typing.on).model_dump_json()
        peers = (
            self.widgets[typing.conversation_id] if typing.to == "visitor" else self.followers[typing.conversation_id]
        )
        for peer in peers:
            peer.connection.push(frame, ephemeral=True)

    def _looking(self, conversation_id: ConversationId) -> None:
        """Tell everyone who follows it who else of this process has it in front of them."""
        followers = self.followers[conversation_id]
        lookers = {each.agent.id: each.agent for each in followers if each.looks_at == conversation_id}
        for console in followers:
            others = tuple(agent for agent in lookers.values() if agent.id != console.agent.id)
            here = ColleaguesHere(conversation_id=UUID(conversation_id), agents=others)
            console.connection.push(here.model_dump_json(), ephemeral=True)
