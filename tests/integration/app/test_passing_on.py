"""What becomes of a conversation that its agent passes on or lays aside, over real sockets."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import uuid4

from app.persistence.audit import THE_SERVER
from app.persistence.database import beside_a_server
from app.persistence.teams import Teams
from app.sites import Site
from tests.running import Running
from tests.wire import AgentClient, Frame


async def pass_to(agent: AgentClient, conversation_id: str, gen: int, **to: str) -> Frame:
    return await agent.command("ticket.transfer", conversation_id=conversation_id, gen=gen, **to)


async def test_a_colleague_gets_it_offered_and_accepts_it_with_all_that_was_noted(server: Running, site: Site) -> None:
    async with (
        server.visitor(site) as anna,
        server.agent(site) as maya,
        server.agent(site, name="Dana Roth") as dana,
    ):
        await anna.need_a_person()
        gen = (await maya.claim(anna.conversation_id))["gen"]
        dana_id = dana.welcome["agent"]["id"]
        passed = await pass_to(maya, anna.conversation_id, gen, agent_id=dana_id, note="She knows the welds")
        ringing = await dana.ticket(anna.conversation_id, "offered")
        late = await maya.claim(anna.conversation_id)
        accepted = await dana.claim(anna.conversation_id)
        log = await dana.follow(anna.conversation_id)
        told = await anna.expect(
            "message.created", text="Maya has passed you to Dana, who knows all of this. One moment."
        )

        assert passed["type"] == "ack"
        assert ringing["offered_to"]["name"] == "Dana Roth"
        assert ringing["offered_until"] is not None
        assert late["code"] == "offered"
        assert "rings at Dana Roth" in late["message"]
        assert accepted["gen"] == gen + 1
        assert "She knows the welds" in [frame.get("data", {}).get("note") for frame in log]
        assert told["author"]["kind"] == "system"
        assert "She knows the welds" not in str(await anna.settled())


async def test_who_lets_it_pass_is_left_in_peace_and_it_waits_for_all(server: Running, site: Site) -> None:
    async with (
        server.visitor(site) as anna,
        server.agent(site) as maya,
        server.agent(site, name="Dana Roth") as dana,
    ):
        await anna.need_a_person()
        gen = (await maya.claim(anna.conversation_id))["gen"]
        await pass_to(maya, anna.conversation_id, gen, agent_id=dana.welcome["agent"]["id"])
        await dana.ticket(anna.conversation_id, "offered")
        declined = await dana.command("ticket.decline", conversation_id=anna.conversation_id)
        again = await dana.command("ticket.decline", conversation_id=anna.conversation_id)
        waiting = await maya.ticket(anna.conversation_id, "waiting")

        assert declined["type"] == "ack"
        assert again["code"] == "moved"
        assert waiting["offered_to"] is None


async def test_nobody_can_be_given_more_than_they_have_room_for(server: Running, site: Site) -> None:
    async with (
        server.visitor(site) as anna,
        server.visitor(site) as berta,
        server.agent(site) as maya,
        server.agent(site, name="Dana Roth", capacity=1) as dana,
    ):
        for rider in (anna, berta):
            await rider.need_a_person()
        await dana.claim(berta.conversation_id)
        gen = (await maya.claim(anna.conversation_id))["gen"]
        full = await pass_to(maya, anna.conversation_id, gen, agent_id=dana.welcome["agent"]["id"])

        assert full["code"] == "no_room"
        assert "Dana Roth" in full["message"]
        assert (await maya.reply(anna.conversation_id, "Still with you", gen))["type"] == "ack"


async def test_it_goes_to_one_of_the_site_who_is_there_and_to_one_alone(server: Running, site: Site) -> None:
    other = await server.new_site()
    away = await server.sign_in(await server.new_agent(site, name="Li Wen"))
    async with (
        server.visitor(site) as anna,
        server.agent(site) as maya,
        server.agent(other, name="Omar Said") as omar,
    ):
        await anna.need_a_person()
        gen = (await maya.claim(anna.conversation_id))["gen"]
        me, stranger = maya.welcome["agent"]["id"], omar.welcome["agent"]["id"]
        refused = [
            await pass_to(maya, anna.conversation_id, gen, **to)
            for to in (
                {"agent_id": away.id},
                {"agent_id": stranger},
                {"agent_id": me},
                {"team_id": str(uuid4())},
                {},
                {"agent_id": away.id, "team_id": str(uuid4())},
            )
        ]
        unheld = await pass_to(omar, anna.conversation_id, gen, agent_id=me)

        assert [each["code"] for each in refused] == [*["no_such_colleague"] * 4, "bad_frame", "bad_frame"]
        assert "Li Wen is away" in refused[0]["message"]
        assert unheld["code"] == "no_such_conversation"


async def test_a_team_is_named_to_the_visitor_and_the_line_shows_whose_it_is(server: Running, site: Site) -> None:
    workshop = await server.sign_in(await server.new_agent(site, name="Dana Roth"))
    async with beside_a_server(server.settings.database) as (reads, writes):
        team_id = await Teams(reads, writes).put(
            site.id, "Workshop", [workshop.email], by=THE_SERVER, now=server.clock()
        )
    async with server.visitor(site) as anna, server.agent(site) as maya, server.agent(workshop) as dana:
        await anna.need_a_person()
        gen = (await maya.claim(anna.conversation_id))["gen"]
        company = (
            await server.http.get(f"/api/agent/conversations/{anna.conversation_id}/company", headers=workshop.headers)
        ).json()
        await pass_to(maya, anna.conversation_id, gen, team_id=team_id, note="weld question")
        told = await anna.expect(
            "message.created",
            text="Maya has passed you to Workshop. You keep your place in line; the next person knows all of this.",
        )
        while (ticket := await dana.expect("queue.changed"))["tickets"][0]["team"] is None:
            pass

        assert [(each["name"], each["here"], each["holds"]) for each in company["colleagues"]] == [
            ("Maya Keller", True, 1)
        ]
        assert [(each["name"], each["here"]) for each in company["teams"]] == [("Workshop", 1)]
        assert ticket["tickets"][0]["team"] == "Workshop"
        assert told["author"]["kind"] == "system"


async def test_what_is_laid_aside_rests_until_its_time_and_a_moment_that_passed_is_refused(
    server: Running, site: Site
) -> None:
    async with server.visitor(site) as anna, server.agent(site) as maya:
        await anna.need_a_person()
        gen = (await maya.claim(anna.conversation_id))["gen"]
        now = server.clock.at
        until = (now + timedelta(hours=2)).isoformat()
        gone = await maya.command(
            "ticket.snooze",
            conversation_id=anna.conversation_id,
            gen=gen,
            until=(now - timedelta(minutes=1)).isoformat(),
        )
        rests = await maya.command("ticket.snooze", conversation_id=anna.conversation_id, gen=gen, until=until)
        while (ticket := await maya.ticket(anna.conversation_id, "waiting"))["snoozed_until"] is None:
            pass
        back = await maya.claim(anna.conversation_id)

        assert gone["code"] == "in_the_past"
        assert rests["type"] == "ack"
        assert datetime.fromisoformat(ticket["snoozed_until"]) == now + timedelta(hours=2)
        assert back["gen"] == gen + 1


async def test_colleagues_see_who_else_reads_and_writes_along(server: Running, site: Site) -> None:
    async with (
        server.visitor(site) as anna,
        server.agent(site) as maya,
        server.agent(site, name="Dana Roth") as dana,
    ):
        await anna.need_a_person()
        await maya.claim(anna.conversation_id)
        for agent in (maya, dana):
            await agent.follow(anna.conversation_id)
            await agent.send("looks", conversation_id=anna.conversation_id)
        while not (seen := await maya.expect("colleagues.here"))["agents"]:
            pass
        await maya.send("typing", conversation_id=anna.conversation_id, on=True)
        typing = await dana.expect("typing", on=True)
        await dana.send("looks", conversation_id=None)
        gone = await maya.expect("colleagues.here", agents=[])

        assert [each["name"] for each in seen["agents"]] == ["Dana Roth"]
        assert typing["by"] == {"kind": "agent", "name": "Maya Keller"}
        assert gone["conversation_id"] == anna.conversation_id


async def test_who_waits_is_told_the_promised_wait_until_there_are_enough_to_know_better(
    server: Running, site: Site
) -> None:
    async with server.agent(site) as maya, server.visitor(site) as anna:
        await anna.need_a_person()
        waiting = anna.all("conversation.updated")[-1]["state"]
        await maya.claim(anna.conversation_id)
        taken = await anna.state(status="human")

        assert waiting["wait"] == {"likely": 3, "at_most": 3, "waits": 0, "basis": "promised"}
        assert taken["wait"] is None
