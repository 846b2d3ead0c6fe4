"""A toy server that speaks enough of the protocol for riders and agents, keeps all promises, and breaks one on demand.

Everything is in memory and in one process; what is wrong with it is only what `fault` names.
"""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, Literal

from websockets.asyncio.server import ServerConnection, serve
from websockets.exceptions import ConnectionClosed

from tests.faults.rider import ASKS

Fault = Literal[
    "nothing",
    "an acknowledged message is not stored",
    "an acknowledged message is stored elsewhere",
    "a message is stored twice",
    "a resend is stored again",
    "a resend is acknowledged elsewhere",
    "other words under a known id are taken",
    "a number is left out",
    "messages change places",
    "a message is not told to who listens",
    "a message is never answered",
    "a message is answered twice",
    "the bot speaks while a person has it",
    "somebody else's message is shown",
    "somebody else's frame is sent",
    "a request for a person is forgotten",
    "who waits is given to nobody",
    "two agents get one conversation",
    "who lost a conversation goes on writing",
    "an agent's message is lost",
]
EVERY = 4  # a fault comes with each so manieth chance for it


@dataclass(slots=True)
class Talk:
    """One conversation."""

    id: str
    log: list[dict[str, Any]] = field(default_factory=list)
    status: str = "bot"
    holder: str | None = None
    gen: int = 0
    has_ticket: bool = False
    sockets: set[ServerConnection] = field(default_factory=set)

    @property
    def stream(self) -> list[dict[str, Any]]:
        return [entry for entry in self.log if entry.get("seq") is not None]

    @property
    def ticket(self) -> dict[str, Any]:
        state = {"waiting": "waiting", "human": "assigned"}.get(self.status, "closed")
        return {"conversation_id": self.id, "state": state, "gen": self.gen}

    def find(self, client_id: str) -> dict[str, Any] | None:
        return next((entry for entry in self.log if entry.get("client_id") == client_id), None)


class Toy:
    """The server. A visitor's token is their conversation's id, an agent's token their name."""

    def __init__(self, fault: Fault = "nothing") -> None:
        self._fault = fault
        self._chances = 0
        self._talks: dict[str, Talk] = {}
        self._consoles: dict[ServerConnection, str] = {}
        self.base = ""

    @asynccontextmanager
    async def open(self) -> AsyncIterator[Toy]:
        async with serve(self._connected, "127.0.0.1", 0, compression=None) as server:
            self.base = f"http://127.0.0.1:{next(iter(server.sockets)).getsockname()[1]}"
            yield self

    def _breaks(self, fault: Fault) -> bool:
        """Whether it is time to break this one."""
        if fault != self._fault:
            return False
        self._chances += 1
        return self._chances % EVERY == 0

    async def _connected(self, socket: ServerConnection) -> None:
        try:
            hello = json.loads(await socket.recv())
            if socket.request is not None and socket.request.path == "/ws/agent":
                await self._agent(socket, hello["token"])
            else:
                talk = self._talks.setdefault(hello["token"], Talk(hello["token"]))
                await self._visitor(socket, talk, hello["after"])
        except ConnectionClosed:
            pass
        finally:
            self._consoles.pop(socket, None)
            for talk in self._talks.values():
                talk.sockets.discard(socket)

    # Visitors --------------------------------------------------------------------------------------------------------

    async def _visitor(self, socket: ServerConnection, talk: Talk, after: int) -> None:
        talk.sockets.add(socket)
        await _tell(
            socket, "welcome", conversation_id=talk.id if talk.log else None, epoch="1", state={"status": talk.status}
        )
        await self._catch_up(socket, talk, after)
        async for raw in socket:
            frame = json.loads(raw)
            if frame["type"] == "sync":
                await self._catch_up(socket, talk, frame["after"])
            elif frame["type"] == "message.send":
                await self._hear(socket, talk, frame["client_id"], frame["text"])

    async def _catch_up(self, socket: ServerConnection, talk: Talk, after: int) -> None:
        stream = list(talk.stream)
        if self._fault == "messages change places" and after == 0 and len(stream) > 3:
            (first, second), rest = stream[:2], stream[2:]
            stream = [{**second, "seq": first["seq"]}, {**first, "seq": second["seq"]}, *rest]
        for entry in stream:
            if entry["seq"] > after:
                await socket.send(json.dumps(entry))
        await _tell(socket, "synced", head=len(stream))

    async def _hear(self, socket: ServerConnection, talk: Talk, client_id: str, text: str) -> None:
        known = talk.find(client_id)
        if known is not None and not self._breaks("a resend is stored again"):
            if known["text"] != text and not self._breaks("other words under a known id are taken"):
                await _tell(socket, "nack", client_id=client_id, code="client_id_conflict", retryable=False)
                return
            seq = known["seq"] + self._breaks("a resend is acknowledged elsewhere")
            await _tell(socket, "ack", client_id=client_id, conversation_id=talk.id, seq=seq)
            return
        if talk.status == "closed":
            self._step(talk, "reopened", "bot")
        stored = self._say(talk, "visitor", None, text, client_id=client_id)
        if self._breaks("a message is stored twice"):
            self._say(talk, "visitor", None, text, client_id=client_id)
        seq = stored["seq"] + self._breaks("an acknowledged message is stored elsewhere")
        await _tell(socket, "ack", client_id=client_id, conversation_id=talk.id, seq=seq)
        if self._breaks("an acknowledged message is not stored"):
            talk.log.remove(stored)
        elif not self._breaks("a message is not told to who listens"):
            await self._show(talk, stored)
        await self._answer(talk, client_id, text)

    async def _answer(self, talk: Talk, client_id: str, text: str) -> None:
        if self._breaks("somebody else's message is shown"):
            await self._show(talk, self._say(talk, "visitor", None, "I am another", client_id="another"))
        if self._breaks("somebody else's frame is sent"):
            for socket in talk.sockets:
                await _tell(socket, "typing", conversation_id="another")
        if text == ASKS and talk.status == "bot":
            self._step(talk, "requested", "waiting")
            talk.has_ticket = self._fault != "a request for a person is forgotten"
            await self._show(talk, self._say(talk, "system", None, "A person was asked."))
            await self._moved(talk)
        elif (talk.status == "bot" and not self._breaks("a message is never answered")) or (
            talk.status == "human" and self._breaks("the bot speaks while a person has it")
        ):
            for _ in range(2 if self._breaks("a message is answered twice") else 1):
                await self._show(talk, self._say(talk, "bot", None, "Yes.", re=client_id))

    # Agents ----------------------------------------------------------------------------------------------------------

    async def _agent(self, socket: ServerConnection, name: str) -> None:
        self._consoles[socket] = name
        holds = [each for each in self._talks.values() if each.holder == name]
        await _tell(socket, "welcome", holds=[{"conversation_id": each.id, "gen": each.gen} for each in holds])
        tickets = [each.ticket for each in self._talks.values() if each.has_ticket]
        await _tell(socket, "queue.changed", reset=True, tickets=tickets)
        async for raw in socket:
            frame = json.loads(raw)
            talk = self._talks[frame["conversation_id"]]
            if frame["type"] == "sync":
                for entry in talk.log:
                    await socket.send(json.dumps(entry))
                await _tell(socket, "synced", conversation_id=talk.id, head=len(talk.log))
            else:
                await self._command(socket, name, talk, frame)

    async def _command(self, socket: ServerConnection, name: str, talk: Talk, frame: dict[str, Any]) -> None:
        about = {"client_id": frame["client_id"], "conversation_id": talk.id}
        if frame["type"] == "ticket.claim":
            taken = talk.status != "waiting"
            if taken and not (talk.status == "human" and self._fault == "two agents get one conversation"):
                await _tell(socket, "nack", code="already_assigned", retryable=False, **about)
                return
            if not taken:
                talk.gen += 1
                talk.holder = name
                self._step(talk, "claimed", "human", by=name, gen=talk.gen)
            await _tell(socket, "ack", gen=talk.gen, **about)
            if self._fault != "two agents get one conversation":  # there, nobody hears that it is taken
                await self._moved(talk)
            if self._breaks("who waits is given to nobody"):
                talk.status, talk.holder = "waiting", None
                await self._moved(talk)
            return
        holds = (talk.holder, talk.gen) == (name, frame["gen"])
        if not holds and not (
            frame["type"] == "message.send" and self._fault == "who lost a conversation goes on writing"
        ):
            await _tell(socket, "nack", code="not_assigned", retryable=False, **about)
        elif frame["type"] == "message.send":
            said = self._say(talk, "agent", name, frame["text"], client_id=frame["client_id"])
            await _tell(socket, "ack", seq=said["seq"], pos=said["pos"], **about)
            if self._breaks("an agent's message is lost"):
                talk.log.remove(said)
                return
            await self._show(talk, said)
            if self._breaks("who lost a conversation goes on writing"):
                talk.holder = None
                self._step(talk, "requeued", "waiting")
                await self._moved(talk)
        else:
            to = {"ticket.resolve": "closed"}.get(frame["type"], frame.get("to"))
            talk.holder, talk.has_ticket = None, to == "queue"
            self._step(
                talk,
                *{"closed": ("resolved", "closed"), "bot": ("returned", "bot")}.get(str(to), ("requeued", "waiting")),
            )
            await _tell(socket, "ack", **about)
            await self._moved(talk)

    # The log ---------------------------------------------------------------------------------------------------------

    def _say(
        self, talk: Talk, kind: str, name: str | None, text: str, client_id: str | None = None, re: str | None = None
    ) -> dict[str, Any]:
        pos = talk.log[-1]["pos"] + 1 if talk.log else 1
        seq = talk.stream[-1]["seq"] + 1 if talk.stream else 1
        entry = {
            "type": "message.created",
            "conversation_id": talk.id,
            "pos": pos,
            "seq": seq + self._breaks("a number is left out"),
            "id": f"{talk.id}-{pos}",
            "client_id": client_id,
            "author": {"kind": kind, "name": name},
            "text": text,
            "re": re,
        }
        talk.log.append(entry)
        return entry

    def _step(self, talk: Talk, step: str, status: str, **data: Any) -> None:
        talk.status = status
        pos = talk.log[-1]["pos"] + 1 if talk.log else 1
        about = {"conversation_id": talk.id, "pos": pos, "kind": "handoff", "data": {"step": step, **data}}
        talk.log.append({"type": "entry.created", **about})

    async def _show(self, talk: Talk, entry: dict[str, Any]) -> None:
        for socket in list(talk.sockets):
            await socket.send(json.dumps(entry))

    async def _moved(self, talk: Talk) -> None:
        for socket in list(talk.sockets):
            await _tell(socket, "conversation.updated", conversation_id=talk.id, state={"status": talk.status})
        for socket in list(self._consoles) if talk.has_ticket or talk.status != "waiting" else ():
            await _tell(socket, "queue.changed", reset=False, tickets=[talk.ticket])


async def _tell(socket: ServerConnection, type: str, **fields: Any) -> None:
    await socket.send(json.dumps({"type": type, **fields}))
