"""What an agent in the console lives through, and what the visitor sees of it."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from uuid import uuid4

import anyio

from app.conversations import Status
from app.sites import Site
from app.sweeper import Sweeper
from handoff import ConversationId
from tests.clock import ManualClock
from tests.conftest import Start
from tests.running import Running
from tests.wire import AgentClient, Frame, VisitorClient

ANGRY = "this is the third time I'm writing, your pipe is still leaking!!"


def kinds(log: list[Frame]) -> list[str]:
    """What happened, in the order of `pos`: who spoke, or which step was taken."""
    names = []
    for frame in log:
        if frame["type"] == "entry.created":
            names.append(frame["data"].get("step", frame["kind"]))
        else:
            names.append("note" if frame["note"] else frame["author"]["kind"])
    return names


async def test_an_angry_visitor_is_with_a_person_who_sees_why_and_what_was_said(server: Running, site: Site) -> None:
    async with server.agent(site) as maya, server.visitor(site) as anna:
        await anna.ask("hello")
        await anna.say(ANGRY)
        asked = await maya.ticket(anna.conversation_id, "waiting")
        claimed = await maya.claim(anna.conversation_id)
        log = await maya.follow(anna.conversation_id)
        reply = await maya.reply(anna.conversation_id, "I'm on it. Where does it leak?", claimed["gen"])
        heard = await anna.expect("message.created", text="I'm on it. Where does it leak?")
        await anna.say("at the gasket")
        answer = await maya.expect("message.created", text="at the gasket")

        assert asked["quote"] == ANGRY
        assert asked["evidence"]
        assert claimed["gen"] == 1
        assert kinds(log)[:3] == ["visitor", "tracker", "bot"]
        assert kinds(log)[-2:] == ["claimed", "system"]
        assert heard["author"] == {"kind": "agent", "name": "Maya"}
        assert heard["seq"] == reply["seq"]
        assert answer["pos"] > reply["pos"]


async def test_while_a_person_is_there_the_bot_is_silent(server: Running, site: Site) -> None:
    async with server.visitor(site) as anna, server.agent(site) as maya:
        await anna.need_a_person()
        await maya.claim(anna.conversation_id)
        await anna.state(status="human", agent="Maya")
        await anna.say("hello")
        await turns_are_over(anna, maya)

        assert not [m for m in await anna.settled() if m["author"]["kind"] == "bot"]


async def test_while_somebody_is_on_duty_the_bot_leaves_a_waiting_visitor_to_them(server: Running, site: Site) -> None:
    async with server.agent(site) as maya, server.visitor(site) as anna:
        await anna.need_a_person()
        await anna.say("hello")
        await turns_are_over(anna, maya)

        assert not [m for m in await anna.settled() if m["author"]["kind"] == "bot"]


async def turns_are_over(visitor: VisitorClient, agent: AgentClient) -> None:
    """Wait until everything the visitor wrote was thought about: the last of it leaves a trace that agents see."""
    ack = await visitor.say("let me talk to a human please")
    await agent.send("sync", conversation_id=visitor.conversation_id, after=0)
    while (await agent.expect("entry.created", kind="triage"))["data"]["re"] != ack["client_id"]:
        pass


async def test_while_nobody_is_on_duty_the_bot_helps_on(server: Running, site: Site) -> None:
    async with server.visitor(site) as anna:
        await anna.need_a_person()

        assert (await anna.ask("hello"))["text"] == "Hello there."


async def test_of_two_who_claim_at_once_one_wins_and_the_other_hears_who(server: Running, site: Site) -> None:
    async with (
        server.visitor(site) as anna,
        server.agent(site, name="Maya Keller") as maya,
        server.agent(site, name="Dana Roth") as dana,
    ):
        await anna.need_a_person()
        answers = await asyncio.gather(maya.claim(anna.conversation_id), dana.claim(anna.conversation_id))

        [won] = [answer for answer in answers if answer["type"] == "ack"]
        [lost] = [answer for answer in answers if answer["type"] == "nack"]
        winner = "Maya Keller" if won is answers[0] else "Dana Roth"
        assert (lost["code"], lost["retryable"]) == ("already_assigned", False)
        assert winner in lost["message"]
        assert (await anna.state(status="human"))["agent"] == winner.split()[0]
        assert len([m for m in await anna.settled() if "joined" in m["text"] or winner.split()[0] in m["text"]]) == 1


async def test_only_who_holds_it_in_the_right_generation_can_write(server: Running, site: Site) -> None:
    async with server.visitor(site) as anna, server.agent(site) as maya, server.agent(site, name="Dana Roth") as dana:
        await anna.need_a_person()
        before = await maya.reply(anna.conversation_id, "too early", 0)
        claimed = await maya.claim(anna.conversation_id)
        other = await dana.reply(anna.conversation_id, "not mine", claimed["gen"])
        stale = await maya.reply(anna.conversation_id, "an old hold", claimed["gen"] - 1)
        none = await maya.command("message.send", conversation_id=anna.conversation_id, text="no hold named")

        assert [answer["code"] for answer in (before, other, stale, none)] == ["not_assigned"] * 4
        assert not [m for m in await anna.settled() if m["author"]["kind"] == "agent"]


async def test_after_a_release_the_old_hold_is_worth_nothing(server: Running, site: Site) -> None:
    async with server.visitor(site) as anna, server.agent(site) as maya, server.agent(site, name="Dana Roth") as dana:
        await anna.need_a_person()
        first = await maya.claim(anna.conversation_id)
        await maya.command("ticket.release", conversation_id=anna.conversation_id, gen=first["gen"], to="queue")
        second = await dana.claim(anna.conversation_id)

        assert second["gen"] == first["gen"] + 1
        for late in (
            await maya.reply(anna.conversation_id, "late", first["gen"]),
            await maya.command("ticket.resolve", conversation_id=anna.conversation_id, gen=first["gen"]),
            await maya.command("ticket.release", conversation_id=anna.conversation_id, gen=first["gen"], to="bot"),
        ):
            assert late["code"] == "not_assigned"
        assert (await dana.reply(anna.conversation_id, "I have it", second["gen"]))["type"] == "ack"


async def test_a_reply_sent_again_is_stored_once(server: Running, site: Site) -> None:
    async with server.visitor(site) as anna, server.agent(site) as maya:
        await anna.need_a_person()
        gen = (await maya.claim(anna.conversation_id))["gen"]
        client_id = str(uuid4())
        first = await maya.reply(anna.conversation_id, "once", gen, client_id=client_id)
        again = await maya.reply(anna.conversation_id, "once", gen, client_id=client_id)
        other = await maya.reply(anna.conversation_id, "twice", gen, client_id=client_id)

        assert again == {**first, "duplicate": True}
        assert other["code"] == "client_id_conflict"
        assert [m["text"] for m in await anna.settled() if m["author"]["kind"] == "agent"] == ["once"]


async def test_a_note_is_for_the_team_alone(server: Running, site: Site) -> None:
    async with server.visitor(site) as anna, server.agent(site) as maya, server.agent(site, name="Dana Roth") as dana:
        await anna.ask("hello")
        await dana.follow(anna.conversation_id)

        ack = await maya.note(anna.conversation_id, "known troublemaker")
        shown = await dana.expect("message.created", note=True)

        assert ack["seq"] is None
        assert (shown["text"], shown["pos"], shown["author"]["name"]) == (
            "known troublemaker",
            ack["pos"],
            "Maya Keller",
        )
        assert [m["seq"] for m in await anna.settled()] == [1, 2]
        assert "troublemaker" not in str(anna.received)
        assert "troublemaker" not in str(await server.history(anna.token))


async def test_given_back_to_the_queue_it_keeps_its_place(server: Running, site: Site) -> None:
    async with server.visitor(site) as anna, server.visitor(site) as ben, server.agent(site) as maya:
        await anna.need_a_person()
        assert (await ben.need_a_person())["place"] == 2
        gen = (await maya.claim(anna.conversation_id))["gen"]
        assert await anna.state(status="human", place=None)
        assert await ben.state(place=1)
        await maya.command("ticket.release", conversation_id=anna.conversation_id, gen=gen, to="queue")

        assert await anna.state(status="waiting", place=1)
        assert await ben.state(place=2)


async def test_given_back_to_the_bot_it_answers_again(server: Running, site: Site) -> None:
    async with server.visitor(site) as anna, server.agent(site) as maya:
        await anna.need_a_person()
        gen = (await maya.claim(anna.conversation_id))["gen"]
        await maya.command("ticket.release", conversation_id=anna.conversation_id, gen=gen, to="bot")

        assert await anna.state(status="bot")
        assert (await anna.ask("hello"))["text"] == "Hello there."


async def test_a_resolved_conversation_is_closed_and_out_of_the_line(server: Running, site: Site) -> None:
    async with server.visitor(site) as anna, server.agent(site) as maya:
        await anna.need_a_person()
        await maya.solve(anna.conversation_id)

        assert await anna.state(status="closed", place=None)
        assert (await maya.ticket(anna.conversation_id, "closed"))["gen"] == 1
    async with server.agent(site, name="Dana Roth") as dana:
        assert dana.tickets == []


async def test_nobody_takes_more_than_their_limit(server: Running, site: Site) -> None:
    async with server.visitor(site) as anna, server.visitor(site) as ben, server.agent(site, capacity=1) as maya:
        await anna.need_a_person()
        await ben.need_a_person()
        await maya.claim(anna.conversation_id)

        assert (await maya.claim(ben.conversation_id))["code"] == "at_capacity"


async def test_who_asked_for_nobody_cannot_be_claimed(server: Running, site: Site) -> None:
    async with server.visitor(site) as anna, server.agent(site) as maya:
        await anna.ask("hello")

        assert (await maya.claim(anna.conversation_id))["code"] == "not_waiting"


async def test_asking_again_while_waiting_opens_no_second_ticket(server: Running, site: Site) -> None:
    async with server.visitor(site) as anna:
        await anna.need_a_person()
        await anna.say("Talk to a person", payload="/human_request")
        await anna.say("let me talk to a human please")
        await anna.settled()
    async with server.agent(site) as maya:
        assert [ticket["conversation_id"] for ticket in maya.tickets] == [anna.conversation_id]


async def test_an_agent_who_comes_back_learns_what_they_hold(server: Running, site: Site) -> None:
    account = await server.sign_in(await server.new_agent(site))
    async with server.visitor(site) as anna:
        async with server.agent(account) as maya:
            await anna.need_a_person()
            gen = (await maya.claim(anna.conversation_id))["gen"]
            maya.vanish()
        async with server.agent(account) as maya_again:
            assert maya_again.welcome["holds"] == [{"conversation_id": anna.conversation_id, "gen": gen}]
            assert (await maya_again.reply(anna.conversation_id, "back again", gen))["type"] == "ack"


async def test_a_console_resumes_a_conversation_by_position(server: Running, site: Site) -> None:
    async with server.visitor(site) as anna, server.agent(site) as maya:
        await anna.ask("hello")
        whole = await maya.follow(anna.conversation_id)
        async with server.agent(site, name="Dana Roth") as dana:
            rest = await dana.follow(anna.conversation_id, after=2)

        assert [frame["pos"] for frame in whole] == list(range(1, len(whole) + 1))
        assert rest == whole[2:]


async def test_followed_conversations_stay_live_and_the_others_stay_quiet(server: Running, site: Site) -> None:
    async with server.visitor(site) as anna, server.visitor(site) as ben, server.agent(site) as maya:
        await anna.ask("hello")
        await maya.follow(anna.conversation_id)
        await ben.ask("hi there")
        await anna.ask("good morning")

        await maya.expect("message.created", text="good morning")
        assert "hi there" not in str(maya.received)


async def test_the_console_sees_whether_the_visitor_is_there(server: Running, site: Site) -> None:
    async with server.agent(site) as maya, server.visitor(site) as anna:
        await anna.ask("hello")
        await maya.follow(anna.conversation_id)
        assert await maya.expect("conversation.updated", online=True)


async def test_who_pauses_is_not_on_duty(server: Running, site: Site) -> None:
    async with server.agent(site) as maya, server.visitor(site) as anna:
        await maya.send("presence", available=False)
        await anna.ask("hello")
        await maya.follow(anna.conversation_id)
        await anna.need_a_person()

        assert (await anna.ask("hello again"))["text"] == "Hello there."


async def test_signing_out_closes_the_socket_at_once_and_for_good(server: Running, site: Site) -> None:
    account = await server.sign_in(await server.new_agent(site))
    async with server.agent(account) as maya:
        signed_out = await server.http.post(
            "/api/agent/sign-out", headers={**account.headers, "X-Kickstand-CSRF": account.csrf}
        )

        assert signed_out.status_code == 204
        assert await maya.closed() == 4501
    async with server.wire("/ws/agent") as wire:
        await wire.send("hello", v=1, token=account.socket_token)
        assert (await wire.expect("nack"))["code"] == "not_authenticated"
        assert await wire.closed() == 4501


async def test_a_signed_out_agent_without_sites_is_closed_too(server: Running) -> None:
    account = await server.sign_in(await server.new_agent())
    async with server.agent(account) as maya:
        await server.http.post("/api/agent/sign-out", headers={**account.headers, "X-Kickstand-CSRF": account.csrf})
        assert await maya.closed() == 4501


async def test_agents_have_a_rate_too(start: Start) -> None:
    async with start(agent_rate=1) as server:
        site = await server.new_site()
        async with server.agent(site) as maya:
            unknown = str(uuid4())
            answers = [await maya.claim(unknown) for _ in range(3)]

    assert [answer["code"] for answer in answers] == ["no_such_conversation", "no_such_conversation", "rate_limited"]


async def test_chats_of_an_agent_who_is_gone_wait_again(start: Start, clock: ManualClock) -> None:
    """Unanswered ones soon, answered ones later; to the visitor it is one sentence and the old place in line."""
    async with start(sweep_interval=timedelta(milliseconds=20)) as server:
        site = await server.new_site()
        async with server.visitor(site) as anna, server.visitor(site) as ben, server.agent(site) as dana:
            async with server.agent(site, name="Maya Keller") as maya:
                for visitor in (anna, ben):
                    await visitor.need_a_person()
                    gen = (await maya.claim(visitor.conversation_id))["gen"]
                    await visitor.state(status="human")
                await maya.reply(ben.conversation_id, "On it", gen)
                await ben.expect("message.created", text="On it")
            await dana_sees_both_assigned(dana, anna.conversation_id, ben.conversation_id)

            clock.advance(timedelta(seconds=46))
            assert await anna.state(status="waiting", place=1)
            await ben.settled()
            assert ben.all("conversation.updated")[-1]["state"]["status"] == "human"
            clock.advance(timedelta(seconds=140))
            assert await ben.state(status="waiting", place=2)


async def test_while_the_server_was_down_nobody_was_absent(start: Start, clock: ManualClock) -> None:
    async with start() as server:
        site = await server.new_site()
        async with server.agent(site) as maya, server.visitor(site) as anna:
            await anna.need_a_person()
            gen = (await maya.claim(anna.conversation_id))["gen"]
            await maya.reply(anna.conversation_id, "On it", gen)
    clock.advance(timedelta(minutes=5))
    async with start() as server:
        here = server.services
        desk = here.agents.tickets.desk
        sweeper = Sweeper(here.journal, here.turns, desk, here.console, here.people, here.settings, clock, anyio.sleep)
        clock.advance(timedelta(seconds=179))
        await sweeper.sweep_agents()
        meanwhile = await here.journal.conversation(ConversationId(anna.conversation_id))
        clock.advance(timedelta(seconds=2))
        await sweeper.sweep_agents()
        later = await here.journal.conversation(ConversationId(anna.conversation_id))

        assert meanwhile is not None
        assert later is not None
        assert (meanwhile.status, later.status) == (Status.HUMAN, Status.WAITING)


async def dana_sees_both_assigned(dana: AgentClient, *conversations: str) -> None:
    for conversation_id in conversations:
        await dana.ticket(conversation_id, "assigned")


async def test_a_visitor_sees_people_come_to_the_desk_and_leave_it(server: Running, site: Site) -> None:
    async with server.visitor(site) as anna:
        async with server.agent(site) as maya:
            came = await anna.expect("availability")
            await maya.send("presence", available=False)
            paused = await anna.expect("availability")
            await maya.send("presence", available=True)
            again = await anna.expect("availability")
        left = await anna.expect("availability")

    told = [frame["availability"] for frame in (came, paused, again, left)]
    assert [each["open"] for each in told] == [True, False, True, False]
    assert told[0]["people"] == ["Maya"]
    assert told[3]["people"] == []
