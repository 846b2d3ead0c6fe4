"""Standing by an agent: a second person is rung, a word only the team sees, taking over, and losing the right to."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any

from sqlalchemy import update

from app.persistence.tables import AgentRow
from app.sites import Site
from handoff import Role
from tests.clock import ManualClock
from tests.conftest import Start
from tests.running import Running, SignedInAgent
from tests.wire import AgentClient, VisitorClient

ANGRY = "THIRD time I write!! Your pipe STILL leaks, this is a disgrace and you waste my time!!!"


@asynccontextmanager
async def with_maya(server: Running, site: Site) -> AsyncIterator[tuple[VisitorClient, AgentClient, int]]:
    """A visitor who asked for a person and has one."""
    async with server.visitor(site) as anna, server.agent(site) as maya:
        await anna.need_a_person()
        await maya.ticket(anna.conversation_id, "waiting")
        gen = (await maya.claim(anna.conversation_id))["gen"]
        await maya.follow(anna.conversation_id)
        yield anna, maya, gen


async def supervisor(server: Running, site: Site) -> SignedInAgent:
    return await server.sign_in(await server.new_agent(site, name="Dana Roth", role=Role.SUPERVISOR))


async def test_a_turn_for_the_worse_rings_a_second_person_until_somebody_looks(server: Running, site: Site) -> None:
    async with with_maya(server, site) as (anna, maya, gen), server.agent(await supervisor(server, site)) as dana:
        await maya.reply(anna.conversation_id, "Hello, what can I do?", gen)
        await anna.say(ANGRY)

        rung = await dana.expect("second.person")
        assert (rung["conversation_id"], rung["holder"]["name"]) == (anna.conversation_id, "Maya Keller")
        assert (rung["agent"]["name"], rung["settled"]) == ("Dana Roth", False)
        assert rung["quote"] == ANGRY
        assert (await maya.expect("second.person"))["agent"]["name"] == "Dana Roth"

        async with server.agent(site, name="Ola Lind") as ola:  # whoever comes meanwhile sees what rings
            assert (await ola.expect("second.person"))["conversation_id"] == anna.conversation_id
        await dana.follow(anna.conversation_id)
        await dana.send("looks", conversation_id=anna.conversation_id)
        assert (await dana.expect("second.person", settled=True))["conversation_id"] == anna.conversation_id
        steps = [e["data"].get("step") for e in await maya.follow(anna.conversation_id) if e["type"] == "entry.created"]
        assert steps[-2:] == ["second_rung", "second_looks"]

        before = len(anna.messages)
        again = "you still have not understood that this is a disgrace, I am furious!!!"
        await anna.say(again)
        heard = await maya.expect("message.created", text=again)
        while (await maya.expect("entry.created", kind="triage"))["data"]["pos"] != heard["pos"]:
            pass
        await maya.note(anna.conversation_id, "hm")
        assert await server.services.agents.second.ringing((site.id,)) == []  # once for each reason
        assert not [m for m in (await anna.settled())[before:] if m["author"]["kind"] == "system"]  # and quietly


async def test_what_it_rang_for_is_over_when_the_conversation_has_another_holder(server: Running, site: Site) -> None:
    dana = await supervisor(server, site)
    async with with_maya(server, site) as (anna, _, _), server.agent(dana) as console:
        await anna.say(ANGRY)
        await console.expect("second.person")
        taken = await console.command("ticket.take_over", conversation_id=anna.conversation_id)
        assert taken["type"] == "ack"
        assert (await console.expect("second.person", settled=True))["conversation_id"] == anna.conversation_id


async def test_what_rang_goes_with_the_data_of_its_visitor(server: Running, site: Site) -> None:
    async with with_maya(server, site) as (anna, _, _), server.agent(await supervisor(server, site)) as dana:
        await anna.say(ANGRY)
        await dana.expect("second.person")
        headers = {"Authorization": f"Bearer {anna.token}"}
        assert (await server.http.delete("/api/visitor", headers=headers)).status_code == 204
    assert await server.services.agents.second.ringing((site.id,)) == []


async def test_a_supervisor_takes_over_and_the_agent_before_is_refused(server: Running, site: Site) -> None:
    dana = await supervisor(server, site)
    async with with_maya(server, site) as (anna, maya, gen), server.agent(dana) as console:
        taken = await console.command("ticket.take_over", conversation_id=anna.conversation_id)
        assert (taken["type"], taken["gen"]) == ("ack", gen + 1)
        await anna.state(status="human", agent="Dana")
        await maya.expect("conversation.updated", gen=gen + 1)
        assert (await maya.reply(anna.conversation_id, "One more thing", gen))["code"] == "not_assigned"
        answered = await console.reply(anna.conversation_id, "I have read everything.", taken["gen"])
        assert answered["type"] == "ack"
        await anna.expect("message.created", text="I have read everything.")
    lines = await server.services.audit.page(before=None, limit=500)
    assert [line.who for line in lines if line.about == anna.conversation_id] == ["Dana Roth"]


async def test_taking_over_is_for_supervisors(server: Running, site: Site) -> None:
    async with with_maya(server, site) as (anna, maya, gen), server.agent(site, name="Ola Lind") as ola:
        refused = await ola.command("ticket.take_over", conversation_id=anna.conversation_id)
        assert (refused["type"], refused["code"]) == ("nack", "forbidden")
        assert "for supervisors" in refused["message"]
        assert (await maya.reply(anna.conversation_id, "Still here", gen))["type"] == "ack"


async def test_a_supervisor_demoted_in_mid_action_is_refused_in_the_same_transaction(
    server: Running, site: Site
) -> None:
    """Their socket is still open, as on a gateway that has not heard of it yet."""
    dana = await supervisor(server, site)
    async with with_maya(server, site) as (anna, maya, gen), server.agent(dana) as console:
        async with server.services.writes() as session, session.begin():
            changed: Any = update(AgentRow).where(AgentRow.id == dana.id).values(role=Role.AGENT)  # type: ignore[arg-type]
            await session.exec(changed)
        refused = await console.command("ticket.take_over", conversation_id=anna.conversation_id)
        assert (refused["type"], refused["code"]) == ("nack", "forbidden")
        assert (await maya.reply(anna.conversation_id, "Still here", gen))["type"] == "ack"


async def test_a_supervisor_watches_and_whispers_and_the_visitor_sees_nothing_of_it(
    server: Running, site: Site
) -> None:
    dana = await supervisor(server, site)
    async with with_maya(server, site) as (anna, maya, _), server.agent(dana) as console:
        await console.follow(anna.conversation_id)
        await console.send("looks", conversation_id=anna.conversation_id)
        assert [each["name"] for each in (await maya.expect("colleagues.here"))["agents"]] == ["Dana Roth"]

        await anna.say("does the fell 2 fit?")
        await console.expect("message.created", text="does the fell 2 fit?")  # as it is said
        assert (await console.note(anna.conversation_id, "Offer the spacer kit."))["type"] == "ack"
        whisper = await maya.expect("message.created", text="Offer the spacer kit.")
        assert (whisper["note"], whisper["seq"], whisper["author"]["name"]) == (True, None, "Dana Roth")
        written = await console.command(
            "message.send", conversation_id=anna.conversation_id, text="Hello from Dana", gen=1
        )
        assert written["code"] == "not_assigned"  # read-only for the visitor's side

        assert not [m for m in await anna.settled() if "spacer" in m["text"] or "Dana" in m["text"]]


async def test_the_wall_shows_who_is_there_and_how_long_today_waited(start: Start, clock: ManualClock) -> None:
    async with start(lease=timedelta(hours=1)) as server:
        site = await server.new_site()
        dana = await supervisor(server, site)
        async with server.agent(site) as maya, server.agent(dana):
            for waited in (30, 90, 240):
                async with server.visitor(site) as anna:
                    await anna.need_a_person()
                    await maya.ticket(anna.conversation_id, "waiting")
                    clock.advance(timedelta(seconds=waited))
                    gen = (await maya.claim(anna.conversation_id))["gen"]
                    await maya.reply(anna.conversation_id, "Hello!", gen)
                    await anna.expect("message.created", text="Hello!")
            shown = (await server.http.get("/api/supervisor/wall", headers=dana.headers)).json()

        assert [(each["name"], each["here"], each["holds"]) for each in shown["people"]] == [
            ("Maya Keller", True, 3),
            ("Dana Roth", True, 0),
        ]
        assert (shown["team"], shown["promised_s"], shown["answered"]) == (2, 180, 3)
        assert [(each["half_s"], each["nine_s"], each["n"]) for each in shown["waits"]] == [(90, 240, 3)]
        assert shown["longest_s"] == 240

        ola = await server.sign_in(await server.new_agent(site, name="Ola Lind"))
        refused = await server.http.get("/api/supervisor/wall", headers=ola.headers)
        assert (refused.status_code, refused.json()["code"]) == (403, "forbidden")
        elsewhere = await server.http.get("/api/supervisor/wall?site=acme", headers=dana.headers)
        assert elsewhere.json()["code"] == "no_such_site"
