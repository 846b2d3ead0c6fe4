"""What happens between two steps of a socket: each is held there by hand while the rest of the server goes on."""

from __future__ import annotations

from typing import Any, cast
from uuid import uuid4

from app.conversations import Said
from app.errors import Unavailable
from app.gateway.agent import TICKETS
from app.persistence.journal import Heard
from app.persistence.people import People
from app.protocol import TALK_TO_A_PERSON
from app.sites import Site
from tests.conftest import Start
from tests.integration.app.held import Held
from tests.running import Running
from tests.wire import AgentClient, VisitorClient


async def test_what_is_said_while_a_console_resumes_a_conversation_is_not_missed(start: Start) -> None:
    async with start() as server:
        site = await server.new_site()
        async with (
            server.visitor(site) as anna,
            server.agent(site) as maya,
            server.agent(site, name="Dana Roth") as dana,
        ):
            await anna.ask("hello")
            last = (await dana.follow(anna.conversation_id))[-1]["pos"]
            gate = server.services.agents
            held = Held(gate.journal, "conversation")
            gate.journal = cast(Any, held)
            await maya.send("sync", conversation_id=anna.conversation_id, after=last)
            await held.reached.wait()
            await dana.note(anna.conversation_id, "a regular, be kind")
            held.go.set()

            await maya.expect("message.created", text="a regular, be kind")


async def test_who_is_claimed_while_coming_back_sees_who_came(start: Start) -> None:
    async with start() as server:
        site = await server.new_site()
        async with server.agent(site) as maya, server.visitor(site) as anna:
            await anna.need_a_person()
            last = (await anna.settled())[-1]["seq"]
            await anna.close()
            held = Held(server.services.visitors.duty, "availability")
            server.services.visitors.duty = cast(Any, held)
            async with server.connect("/ws/visitor") as connection:
                again = VisitorClient(connection, anna.token)
                await again.send("hello", v=1, token=anna.token, after=last)
                await held.reached.wait()
                await maya.claim(anna.conversation_id)
                await maya.ticket(anna.conversation_id, "assigned")
                held.go.set()

                await again.expect("welcome")
                await again.state(status="human", agent="Maya")


async def test_who_is_welcomed_while_somebody_comes_to_the_desk_hears_of_it(start: Start) -> None:
    async with start() as server:
        site = await server.new_site()
        token = await server.new_token(site)
        gate = server.services.visitors
        async with server.visitor(site) as ben, server.wire("/ws/visitor") as anna:
            gate.duty, duty = cast(Any, held := Held(gate.duty, "availability")), gate.duty
            await anna.send("hello", v=1, token=token)
            await held.reached.wait()
            gate.duty = duty
            async with server.agent(site):
                news = await ben.expect("availability")
                held.go.set()
                welcome = await anna.expect("welcome")

                assert welcome["availability"] != news["availability"]
                assert (await anna.expect("availability")) == news


async def test_a_ticket_taken_while_a_console_signs_on_is_shown_as_taken(start: Start) -> None:
    async with start() as server:
        site = await server.new_site()
        async with server.agent(site) as maya, server.visitor(site) as anna:
            await anna.need_a_person()
            dana = await server.sign_in(await server.new_agent(site, name="Dana Roth"))
            gate = server.services.agents
            held = Held(gate.console, "open_tickets")
            gate.console = cast(Any, held)
            async with server.connect("/ws/agent", headers=dana.headers) as connection:
                console = AgentClient(connection, dana.socket_token)
                await console.send("hello", v=1, token=dana.socket_token)
                await held.reached.wait()
                await maya.claim(anna.conversation_id)
                await maya.ticket(anna.conversation_id, "assigned")
                held.go.set()

                shown = await console.expect("queue.changed", reset=True)
                assert [ticket["state"] for ticket in shown["tickets"]] == ["waiting"]
                await console.ticket(anna.conversation_id, "assigned")
                assert console.all("queue.changed")[-1]["tickets"][0]["state"] == "assigned"


async def test_who_signs_out_while_a_console_signs_on_is_closed(start: Start) -> None:
    async with start() as server:
        site = await server.new_site()
        maya = await server.sign_in(await server.new_agent(site))
        people = server.services.agents.people
        held = Held(people, "session_of")
        server.services.agents.people = cast(People, held)
        async with server.wire("/ws/agent", headers=maya.headers) as console:
            await console.send("hello", v=1, token=maya.socket_token)
            await held.reached.wait()
            headers = {**maya.headers, "X-Kickstand-CSRF": maya.csrf}
            assert (await server.http.post("/api/agent/sign-out", headers=headers)).status_code == 204
            held.go.set()

            assert await console.closed() == 4501
            assert console.all("welcome") == []


async def test_a_line_too_long_for_one_frame_comes_in_several(start: Start) -> None:
    async with start(outbox_bytes=50_000) as server:
        site = await server.new_site()
        async with server.agent(site) as maya:
            waiting = [await waits(server, site, maya) for _ in range(TICKETS + 1)]
        async with server.agent(site, name="Dana Roth") as console:
            more = await console.expect("queue.changed", reset=False)

            assert [t["conversation_id"] for t in [*console.tickets, *more["tickets"]]] == waiting


async def waits(server: Running, site: Site, console: AgentClient) -> str:
    """A new visitor who taps "Talk to a person"; the conversation, once this console shows it."""
    here = server.services
    visitor = await here.people.visitor(await here.people.new_visitor(site.id, here.clock()), here.clock())
    assert visitor is not None
    heard: list[Heard] = []
    await here.turns.take(visitor, Said(uuid4(), "Talk to a person", TALK_TO_A_PERSON), heard.append)
    conversation_id = heard[0].message.conversation_id
    await console.ticket(conversation_id, "waiting")
    return conversation_id


async def test_while_the_line_cannot_be_read_it_is_told_later(start: Start) -> None:
    async with start() as server:
        site = await server.new_site()
        async with server.agent(site) as maya, server.visitor(site) as anna:
            line = server.services.visitors.line
            inner, failures = line._journal, [Unavailable()]

            class Fails(Held):
                def __getattr__(self, name: str) -> Any:
                    if name == "conversation" and failures:
                        raise failures.pop()
                    return getattr(inner, name)

            line._journal = cast(Any, Fails(inner, ""))
            await anna.need_a_person()

            assert failures == []
            assert (await maya.ticket(anna.conversation_id, "waiting"))["gen"] == 0
