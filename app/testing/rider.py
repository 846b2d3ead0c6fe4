"""A visitor with the widget open."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from app.protocol import TALK_TO_A_PERSON, VERSION
from app.testing.script import Script
from app.testing.sockets import SOON, Frame, Socket
from handoff import ConversationId

if TYPE_CHECKING:
    from app.testing.system import System

_PAGE = 200


class Rider:
    """Writes, taps, loses the connection and comes back, as the widget does."""

    def __init__(self, system: System, name: str, token: str, script: Script) -> None:
        self.name = name
        self.script = script
        self.state: Frame = {"status": "bot"}
        self.messages: list[Frame] = []
        """The stream as the widget has it."""
        self.conversation_id: ConversationId | None = None
        self._system = system
        self._token = token
        self._epoch: str | None = None
        self._socket: Socket | None = None
        self._lost = ""

    @property
    def socket(self) -> Socket:
        """Raises AssertionError while there is no connection."""
        if self._socket is None or not self._socket.is_open:
            raise AssertionError(f"{self.name} is not connected; let them come back first: comes_back()")
        return self._socket

    def says(self, text: str) -> None:
        """Write. Raises Refused."""
        self._system.run(self._say, text)

    def taps(self, title: str) -> None:
        """Tap a button of the newest message that has it."""
        for message in reversed(self.messages):
            for button in message["buttons"]:
                if button["title"] == title:
                    self._system.run(self._say, title, button["payload"])
                    return
        shown = [button["title"] for message in self.messages for button in message["buttons"]]
        raise self._system.failure(f'{self.name} cannot tap "{title}": the buttons shown are {shown}')

    def asks_for_a_person(self) -> None:
        """Tap "Talk to a person", which is always in sight."""
        self._system.run(self._say, "Talk to a person", TALK_TO_A_PERSON)

    def drops(self) -> None:
        """The connection breaks."""
        self._system.run(self.leave)

    def comes_back(self) -> None:
        """The widget connects again and catches up."""
        self._system.run(self._come_back)

    # In the system's event loop --------------------------------------------------------------------------------------

    async def connect(self) -> None:
        """Say hello with what is held already, and get the rest."""
        self._socket = Socket(self._system.api, "/ws/visitor", {"origin": self._system.origin}, self._hear)
        self._socket.open(self._system.tasks)
        self._socket.send(
            "hello",
            v=VERSION,
            token=self._token,
            after=self.messages[-1]["seq"] if self.messages else 0,
            conversation_id=self.conversation_id,
            epoch=self._epoch,
        )
        await self._socket.wait_for(lambda frame: frame["type"] == "synced", "the welcome")

    async def _say(self, text: str, payload: str | None = None) -> None:
        ack = await self.socket.command("message.send", text=text, payload=payload)
        self.conversation_id = ConversationId(ack["conversation_id"])
        await self._system.settle()

    async def leave(self) -> None:
        if self._socket is not None and self._socket.is_open:
            self._socket.drop()
            await self._socket.left()
            self.script.beside(self._system.clock(), f"{self.name} drops out")

    async def _come_back(self) -> None:
        self.script.beside(self._system.clock(), f"{self.name} is back")
        await self.connect()
        await self._system.settle()

    async def catch_up(self) -> None:
        """Have everything that was said, on the screen and in the script."""
        if self._socket is not None and self._socket.is_open:
            await self._socket.asked("sync", "synced", after=10**9)
        if self._lost:
            raise AssertionError(self._lost)
        if self.conversation_id is None:
            return
        more = True
        while more:
            after = self.script.entries[-1].pos if self.script.entries else 0
            page = await self._system.services.journal.entries(self.conversation_id, after=after, limit=_PAGE)
            self.script.extend(page.entries)
            more = page.more

    async def shows(self, wanted: Frame) -> None:
        """Wait until the widget shows these values; it is told of places and holders soon after they change."""

        def shown() -> bool:
            return all(self.state.get(name) == value for name, value in wanted.items())

        if not shown():
            described = ", ".join(f"{name} {value}" for name, value in wanted.items())
            try:
                await self.socket.wait_for(lambda _: shown(), f"the widget shows {described}", limit=SOON)
            except AssertionError as error:
                raise AssertionError(f"Expected: the widget shows {described}. It shows {self.state}.") from error

    async def slots(self) -> Mapping[str, Any]:
        """What the bot knows in this conversation."""
        if self.conversation_id is None:
            return {}
        return await self._system.services.console.slots(self.conversation_id)

    def _hear(self, frame: Frame) -> None:
        match frame["type"]:
            case "welcome":
                self._epoch = frame["epoch"]
                self.state = frame["state"]
                if frame["conversation_id"] is not None:
                    self.conversation_id = ConversationId(frame["conversation_id"])
                if frame["reset"]:
                    self.messages.clear()
            case "message.created":
                self._show(frame)
            case "conversation.updated":
                self.state = frame["state"]

    def _show(self, frame: Frame) -> None:
        """Each message once and in order; a gap would be one that was lost."""
        last = self.messages[-1]["seq"] if self.messages else None
        if last is not None and frame["seq"] > last + 1:
            self._lost = f"{self.name} got message {frame['seq']} after {last}: one was lost on the way"
        if last is None or frame["seq"] > last:
            self.messages.append(frame)
