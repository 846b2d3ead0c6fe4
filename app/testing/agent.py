"""An agent with the console open."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Literal

from app.gateway.auth import COOKIE
from app.protocol import VERSION
from app.testing.sockets import SOON, Frame, Refused, Socket
from handoff import ConversationId

if TYPE_CHECKING:
    from app.testing.rider import Rider
    from app.testing.system import System


class Agent:
    """Takes chats, answers, notes, gives back, drops out, as the console does."""

    def __init__(self, system: System, name: str, email: str, password: str) -> None:
        self.name = name
        self.id = ""
        self.tickets: dict[str, Frame] = {}
        """The queue as the console shows it, by conversation."""
        self.read: dict[str, list[Frame]] = {}
        """What the console shows of each conversation it has opened."""
        self._holds: dict[str, int] = {}
        self._system = system
        self._login = {"email": email, "password": password}
        self._hello: dict[str, str] | None = None
        self._socket: Socket | None = None

    @property
    def socket(self) -> Socket:
        """Raises AssertionError while there is no connection."""
        if self._socket is None or not self._socket.is_open:
            raise AssertionError(f"{self.name} is not at the desk; let them come first: arrives()")
        return self._socket

    def arrives(self) -> None:
        """Come to the desk again."""
        self._system.run(self.come)

    def claims(self, rider: Rider | None = None) -> None:
        """Take a chat: of `rider`, else of whoever is first in line. Raises Refused."""
        self._system.run(self._claim, rider)

    def says(self, text: str, to: Rider | None = None) -> None:
        """Answer; without `to` in the chat taken last. Raises Refused."""
        self._system.run(self._write, text, to, False)

    def notes(self, text: str, about: Rider | None = None) -> None:
        """Leave a note that only the team sees. Raises Refused."""
        self._system.run(self._write, text, about, True)

    def gives_back(self, to: Literal["queue", "bot"] = "queue") -> None:
        """Give the chat taken last back. Raises Refused."""
        self._system.run(self._end, "ticket.release", {"to": to})

    def resolves(self) -> None:
        """Close the chat taken last as solved. Raises Refused."""
        self._system.run(self._end, "ticket.resolve", {})

    def takes_new_chats(self, available: bool) -> None:
        """Be there for new chats, or for the ones there are alone."""
        self._system.run(self._set_available, available)

    def drops(self) -> None:
        """The connection breaks."""
        self._system.run(self.leave)

    def freezes(self) -> None:
        """The laptop sleeps: the connection stands, and nobody is at the other end."""
        self._system.run(self._freeze)

    # In the system's event loop --------------------------------------------------------------------------------------

    async def come(self) -> None:
        """Sign in, once, and connect."""
        if self._hello is None:
            answer = await self._system.http.post("/api/agent/sign-in", json=self._login)
            answer.raise_for_status()
            cookie = answer.headers["set-cookie"].split("=", 1)[1].split(";", 1)[0]
            self._system.http.cookies.clear()
            self.id = answer.json()["agent"]["id"]
            self._hello = {"cookie": f"{COOKIE}={cookie}", "token": answer.json()["socket_token"]}
        headers = {"origin": self._system.origin, "cookie": self._hello["cookie"]}
        self._socket = Socket(self._system.api, "/ws/agent", headers, self._hear)
        self._socket.open(self._system.tasks)
        self._socket.send("hello", v=VERSION, token=self._hello["token"])
        await self._socket.wait_for(lambda f: f["type"] == "queue.changed" and f["reset"], "the queue")
        for conversation_id in self.read:
            await self._open(conversation_id)
        await self._system.settle()
        self._system.note(f"{self.name} is at the desk")

    async def leave(self) -> None:
        if self._socket is not None and self._socket.is_open:
            self._socket.drop()
            await self._socket.left()
            await self._system.settle()
            self._system.note(f"{self.name} drops out")

    async def _claim(self, rider: Rider | None) -> None:
        conversation_id = await self._next() if rider is None else self._of(rider)
        ack = await self.socket.command("ticket.claim", conversation_id=conversation_id)
        self._holds[conversation_id] = ack["gen"]
        await self._open(conversation_id)
        await self._system.settle()

    async def _set_available(self, available: bool) -> None:
        self.socket.send("presence", available=available)
        await self._barrier()
        await self._system.settle()

    async def _freeze(self) -> None:
        self.socket.is_frozen = True
        self._system.note(f"{self.name}'s laptop falls asleep")

    async def _write(self, text: str, rider: Rider | None, note: bool) -> None:
        conversation_id = self._last() if rider is None else self._of(rider)
        gen = None if note else self._holds.get(conversation_id, 0)
        await self.socket.command("message.send", conversation_id=conversation_id, text=text, gen=gen, note=note)
        await self._system.settle()

    async def _end(self, type: str, fields: dict[str, Any]) -> None:
        conversation_id = self._last()
        await self.socket.command(type, conversation_id=conversation_id, gen=self._holds[conversation_id], **fields)
        del self._holds[conversation_id]
        await self._system.settle()

    async def _open(self, conversation_id: str) -> None:
        entries = self.read.setdefault(conversation_id, [])
        after = entries[-1]["pos"] if entries else 0
        await self.socket.asked("sync", "synced", conversation_id=conversation_id, after=after)

    async def sees_ticket(self, conversation_id: str | None, wanted: Frame) -> None:
        """Wait until the console shows this conversation's ticket with these values."""

        def shown() -> bool:
            ticket = self.tickets.get(conversation_id or "", {})
            return bool(ticket) and all(ticket.get(name) == value for name, value in wanted.items())

        if not shown():
            described = ", ".join(f"{name} {value}" for name, value in wanted.items())
            try:
                await self.socket.wait_for(lambda _: shown(), described, limit=SOON)
            except AssertionError as error:
                ticket = self.tickets.get(conversation_id or "")
                has = {name: ticket[name] for name in ("state", "reason")} if ticket else "no ticket"
                raise AssertionError(f"Expected: {self.name}'s console shows {described}. It shows {has}.") from error

    async def sees(self, conversation_id: str | None, fits: Callable[[str], bool], wanted: str) -> None:
        """Wait until the console shows a fitting text in this conversation, which it opens."""
        await self._open(conversation_id or "")
        if not any(fits(frame.get("text", "")) for frame in self.read[conversation_id or ""]):
            raise AssertionError(f"Expected: {self.name} {wanted}.")

    async def _barrier(self) -> None:
        """What was sent before has been obeyed once the next command is answered."""
        try:
            await self.socket.command("ticket.claim", conversation_id="00000000-0000-0000-0000-000000000000")
        except Refused:
            return

    async def _next(self) -> str:
        """The first in line, from the queue as the server has it."""
        for ticket in await self._system.services.console.open_tickets((self._system.site.id,)):
            if ticket.state == "waiting":
                return str(ticket.conversation_id)
        raise AssertionError(f"nobody waits for {self.name} to claim them")

    def _last(self) -> str:
        if not self._holds:
            raise AssertionError(f"{self.name} has no chat")
        return next(reversed(self._holds))

    @staticmethod
    def _of(rider: Rider) -> ConversationId:
        if rider.conversation_id is None:
            raise AssertionError(f"{rider.name} has not written yet")
        return rider.conversation_id

    def _hear(self, frame: Frame) -> None:
        match frame["type"]:
            case "queue.changed":
                if frame["reset"]:
                    self.tickets.clear()
                self.tickets.update({ticket["conversation_id"]: ticket for ticket in frame["tickets"]})
            case "message.created" | "entry.created":
                self.read.setdefault(frame["conversation_id"], []).append(frame)
