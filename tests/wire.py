"""Clients that speak the protocol over real sockets, for tests. They wait for events and never sleep."""

from __future__ import annotations

import asyncio
import json
from typing import Any
from uuid import uuid4

from websockets.asyncio.client import ClientConnection
from websockets.exceptions import ConnectionClosed

Frame = dict[str, Any]

PATIENCE = 20.0
"""Seconds until a missing event is a failure. Generous: nothing waits this long that works."""


class Wire:
    """A socket that remembers all it received. `expect` takes the first unread frame that matches."""

    def __init__(self, connection: ClientConnection) -> None:
        self._connection = connection
        self._unread: list[Frame] = []
        self.received: list[Frame] = []
        self.answers_pings = True

    async def send(self, type: str, **fields: Any) -> None:
        await self.send_raw(json.dumps({"type": type, **fields}))

    async def send_raw(self, data: str | bytes) -> None:
        await self._connection.send(data)

    async def expect(self, type: str, **fields: Any) -> Frame:
        """The next frame of this type whose fields have these values; frames before it stay unread."""
        seen = 0
        try:
            async with asyncio.timeout(PATIENCE):
                while True:
                    for at in range(seen, len(self._unread)):
                        frame = self._unread[at]
                        if frame["type"] == type and all(frame.get(name) == value for name, value in fields.items()):
                            return self._unread.pop(at)
                    seen = len(self._unread)
                    await self._read()
        except TimeoutError:
            raise AssertionError(f"no {type} {fields} came; unread: {self._brief()}") from None
        except ConnectionClosed as closed:
            raise AssertionError(f"closed ({closed}) before {type} {fields}; unread: {self._brief()}") from None

    async def closed(self) -> int | None:
        """Read to the end; the close code the server gave."""
        try:
            async with asyncio.timeout(PATIENCE):
                while True:
                    await self._read()
        except ConnectionClosed:
            return self._connection.close_code

    async def close(self) -> None:
        await self._connection.close()

    def vanish(self) -> None:
        """As when the link breaks: no goodbye."""
        self._connection.transport.abort()

    def unread(self, type: str) -> list[Frame]:
        return [frame for frame in self._unread if frame["type"] == type]

    def all(self, type: str) -> list[Frame]:
        """Everything of this type that was received so far."""
        return [frame for frame in self.received if frame["type"] == type]

    def _brief(self) -> list[str]:
        shown = ("code", "seq", "text", "head", "re", "client_id", "status", "state")
        return [f"{f['type']} { {name: f[name] for name in shown if f.get(name) is not None} }" for f in self._unread]

    async def _read(self) -> None:
        frame: Frame = json.loads(await self._connection.recv())
        self.received.append(frame)
        if frame["type"] == "ping" and self.answers_pings:
            await self.send("pong")
        self._unread.append(frame)


class VisitorClient(Wire):
    """A widget."""

    def __init__(self, connection: ClientConnection, token: str) -> None:
        super().__init__(connection)
        self.token = token
        self.welcome: Frame = {}
        self.locale: str | None = None
        """What this visitor reads, told with every message."""
        self._conversation_id: str | None = None

    async def hello(self, *, after: int = 0, conversation_id: str | None = None, epoch: str | None = None) -> Frame:
        await self.send("hello", v=1, token=self.token, after=after, conversation_id=conversation_id, epoch=epoch)
        self.welcome = await self.expect("welcome")
        self._conversation_id = self.welcome["conversation_id"]
        await self.expect("synced")
        return self.welcome

    async def write(self, text: str, *, payload: str | None = None, client_id: str | None = None) -> str:
        """Send a message without waiting for anything; its client_id."""
        client_id = client_id or str(uuid4())
        await self.send("message.send", client_id=client_id, text=text, payload=payload, locale=self.locale)
        return client_id

    async def say(self, text: str, *, payload: str | None = None, client_id: str | None = None) -> Frame:
        """Send a message; its ack."""
        ack = await self.expect("ack", client_id=await self.write(text, payload=payload, client_id=client_id))
        self._conversation_id = ack["conversation_id"]
        return ack

    async def ask(self, text: str, *, payload: str | None = None) -> Frame:
        """Send a message; the bot's answer to it."""
        ack = await self.say(text, payload=payload)
        return await self.expect("message.created", re=ack["client_id"])

    async def refused(self, text: str, *, payload: str | None = None, client_id: str | None = None) -> Frame:
        """Send a message; the nack to it."""
        return await self.expect("nack", client_id=await self.write(text, payload=payload, client_id=client_id))

    async def need_a_person(self) -> Frame:
        """Tap "Talk to a person"; the state in which one waits."""
        await self.say("Talk to a person", payload="/human_request")
        return await self.state(status="waiting")

    async def state(self, **fields: Any) -> Frame:
        """Wait until the visitor is shown a state with these values."""
        state: Frame | None = None
        try:
            while True:
                state = (await self.expect("conversation.updated"))["state"]
                if all(state[name] == value for name, value in fields.items()):
                    return state
        except AssertionError as error:
            raise AssertionError(f"no state {fields} was shown; the last was {state}") from error

    async def settled(self) -> list[Frame]:
        """All messages received, once everything that was sent to this socket before has arrived."""
        await self.send("sync", after=10**9)
        await self.expect("synced")
        return self.messages

    @property
    def conversation_id(self) -> str:
        assert self._conversation_id is not None
        return self._conversation_id

    @property
    def messages(self) -> list[Frame]:
        return self.all("message.created")


class AgentClient(Wire):
    """A console."""

    def __init__(self, connection: ClientConnection, socket_token: str) -> None:
        super().__init__(connection)
        self.socket_token = socket_token
        self.welcome: Frame = {}
        self.tickets: list[Frame] = []

    async def hello(self) -> Frame:
        await self.send("hello", v=1, token=self.socket_token)
        self.welcome = await self.expect("welcome")
        self.tickets = (await self.expect("queue.changed", reset=True))["tickets"]
        return self.welcome

    async def command(self, type: str, **fields: Any) -> Frame:
        """Send a command that is answered; the ack or nack."""
        client_id = fields.setdefault("client_id", str(uuid4()))
        await self.send(type, **fields)
        while True:
            for answer in ("ack", "nack"):
                for frame in self.unread(answer):
                    if frame["client_id"] == client_id:
                        return await self.expect(answer, client_id=client_id)
            try:
                async with asyncio.timeout(PATIENCE):
                    await self._read()
            except TimeoutError:
                raise AssertionError(f"no answer to {type} {fields}; unread: {self._brief()}") from None

    async def claim(self, conversation_id: str) -> Frame:
        return await self.command("ticket.claim", conversation_id=conversation_id)

    async def reply(self, conversation_id: str, text: str, gen: int, **fields: Any) -> Frame:
        return await self.command("message.send", conversation_id=conversation_id, text=text, gen=gen, **fields)

    async def solve(self, conversation_id: str) -> None:
        """Claim a waiting conversation and close it."""
        claimed = await self.claim(conversation_id)
        assert claimed["type"] == "ack", claimed
        solved = await self.command("ticket.resolve", conversation_id=conversation_id, gen=claimed["gen"])
        assert solved["type"] == "ack", solved

    async def note(self, conversation_id: str, text: str) -> Frame:
        return await self.command("message.send", conversation_id=conversation_id, text=text, note=True)

    async def follow(self, conversation_id: str, after: int = 0) -> list[Frame]:
        """Follow a conversation; all frames of its log after `after`, in order of `pos`."""
        await self.send("sync", conversation_id=conversation_id, after=after)
        await self.expect("synced", conversation_id=conversation_id)
        return [
            frame
            for frame in self.received
            if frame["type"] in ("message.created", "entry.created") and frame["conversation_id"] == conversation_id
        ]

    async def ticket(self, conversation_id: str, state: str) -> Frame:
        """Wait until the queue shows this conversation's ticket in this state."""
        while True:
            for ticket in (await self.expect("queue.changed"))["tickets"]:
                if (ticket["conversation_id"], ticket["state"]) == (conversation_id, state):
                    found: Frame = ticket
                    return found
