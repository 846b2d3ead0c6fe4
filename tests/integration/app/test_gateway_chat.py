"""What a visitor in the widget lives through, over real sockets."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from uuid import uuid4

from app.conversations import Said, VisitorId
from app.sites import Site
from tests.clock import ManualClock
from tests.conftest import Start
from tests.running import Running
from tests.wire import Frame, VisitorClient

LARGE = '/choose{"size": "large"}'


async def talk(visitor: VisitorClient, *, turns: int) -> None:
    """So many messages and answers; by buttons, which nobody takes for an angry repeat."""
    await visitor.ask("which sizes do you have")
    for _ in range(turns - 1):
        await visitor.ask("Large", payload=LARGE)


def texts(messages: Sequence[Frame]) -> list[str]:
    return [message["text"] for message in messages]


def seqs(messages: Sequence[Frame]) -> list[int]:
    return [message["seq"] for message in messages]


async def test_a_message_is_acknowledged_shown_and_answered(server: Running, site: Site) -> None:
    async with server.visitor(site) as anna:
        ack = await anna.say("hello")
        answer = await anna.expect("message.created", re=ack["client_id"])

        assert (ack["seq"], ack["duplicate"]) == (1, False)
        assert (answer["seq"], answer["text"], answer["author"]["kind"]) == (2, "Hello there.", "bot")
        assert texts(await anna.settled()) == ["hello", "Hello there."]


async def test_the_sender_recognises_its_own_message_by_its_client_id(server: Running, site: Site) -> None:
    async with server.visitor(site) as anna:
        ack = await anna.say("hello")
        shown = await anna.expect("message.created", client_id=ack["client_id"])

        assert (shown["seq"], shown["id"], shown["sent_at"]) == (ack["seq"], ack["id"], ack["sent_at"])


async def test_a_welcome_without_a_conversation_is_empty(server: Running, site: Site) -> None:
    async with server.visitor(site) as anna:
        assert anna.welcome["conversation_id"] is None
        assert (anna.welcome["head"], anna.welcome["reset"]) == (0, False)
        assert anna.welcome["state"]["status"] == "bot"
        assert anna.welcome["limits"] == {"text": 4_000, "frame": 65_536}


async def test_messages_are_answered_in_the_order_they_were_sent(server: Running, site: Site) -> None:
    async with server.visitor(site) as anna:
        await anna.ask("which sizes do you have")
        sent = [await anna.write("Large", payload=LARGE) for _ in range(12)]
        for client_id in sent:
            await anna.expect("message.created", re=client_id)

        answered = [message["re"] for message in await anna.settled() if message["author"]["kind"] == "bot"]
        assert answered[1:] == sent
        assert seqs(anna.messages) == list(range(1, 27))


async def test_who_comes_back_gets_what_was_missed_and_nothing_twice(server: Running, site: Site) -> None:
    async with server.visitor(site) as anna:
        await anna.ask("hello")
        anna.vanish()
    async with server.visitor(anna.token) as elsewhere:
        await elsewhere.ask("hello again")
    async with server.back(anna, after=2) as anna_again:
        assert anna_again.welcome["reset"] is False
        assert seqs(anna_again.messages) == [3, 4]


async def test_a_reload_gets_the_whole_conversation(server: Running, site: Site) -> None:
    async with server.visitor(site) as anna:
        await anna.ask("hello")
        before = await anna.settled()
    async with server.visitor(anna.token) as reloaded:
        assert reloaded.welcome["conversation_id"] == anna.conversation_id
        assert reloaded.messages == before


async def test_a_laptop_that_slept_a_week_resumes_like_a_short_drop(start: Start, clock: ManualClock) -> None:
    async with start() as server:
        async with server.visitor(await server.new_site()) as anna:
            await anna.ask("hello")
        clock.advance(timedelta(days=7))
        async with server.back(anna, after=1) as anna_again:
            assert anna_again.welcome["reset"] is False
            assert seqs(anna_again.messages) == [2]


async def test_who_has_more_than_the_store_starts_afresh(server: Running, site: Site) -> None:
    async with server.visitor(site) as anna:
        await anna.ask("hello")
    async with server.back(anna, after=99) as anna_again:
        assert anna_again.welcome["reset"] is True
        assert seqs(anna_again.messages) == [1, 2]


async def test_who_comes_from_another_store_starts_afresh(server: Running, site: Site) -> None:
    async with server.visitor(site) as anna:
        await anna.ask("hello")
    async with server.visitor(
        anna.token, after=1, conversation_id=anna.conversation_id, epoch="before-the-backup"
    ) as anna_again:
        assert anna_again.welcome["reset"] is True
        assert seqs(anna_again.messages) == [1, 2]


async def test_more_missed_than_the_limit_gives_the_newest_page_and_the_rest_by_rest(start: Start) -> None:
    async with start(resume_limit=20, page_size=5) as server:
        async with server.visitor(await server.new_site()) as anna:
            await talk(anna, turns=12)
        async with server.back(anna, after=1) as anna_again:
            assert (anna_again.welcome["reset"], anna_again.welcome["head"]) == (True, 24)
            assert seqs(anna_again.messages) == [20, 21, 22, 23, 24]

        assert seqs(await server.history(anna.token)) == list(range(1, 25))


async def test_exactly_the_limit_missed_is_still_sent(start: Start) -> None:
    async with start(resume_limit=20, page_size=5) as server:
        async with server.visitor(await server.new_site()) as anna:
            await talk(anna, turns=11)
        async with server.back(anna, after=2) as anna_again:
            assert anna_again.welcome["reset"] is False
            assert seqs(anna_again.messages) == list(range(3, 23))


async def test_two_tabs_stay_in_step_from_the_first_message_on(server: Running, site: Site) -> None:
    async with server.visitor(site) as first, server.visitor(first.token) as second:
        await first.ask("hello")
        ack = await second.say("hello from the other tab")
        await second.expect("message.created", re=ack["client_id"])
        await first.expect("message.created", re=ack["client_id"])

        assert await first.settled() == await second.settled()
        assert seqs(first.messages) == [1, 2, 3, 4]


async def test_a_gap_is_closed_by_sync(server: Running, site: Site) -> None:
    async with server.visitor(site) as anna:
        await anna.ask("hello")
        await anna.settled()
        seen = len(anna.messages)

        await anna.send("sync", after=1)

        assert await anna.expect("synced", head=2)
        assert seqs(anna.messages[seen:]) == [2]


async def test_sending_again_gives_the_first_ack_and_no_second_message(server: Running, site: Site) -> None:
    async with server.visitor(site) as anna:
        first = await anna.say("hello")
        await anna.expect("message.created", re=first["client_id"])

        again = await anna.say("hello", client_id=first["client_id"])

        assert again == {**first, "duplicate": True}
        assert seqs(await anna.settled()) == [1, 2]


async def test_a_client_id_used_for_something_else_is_refused(server: Running, site: Site) -> None:
    async with server.visitor(site) as anna:
        first = await anna.say("hello")

        nack = await anna.refused("good morning", client_id=first["client_id"])

        assert (nack["code"], nack["retryable"]) == ("client_id_conflict", False)
        assert "good morning" not in texts(await anna.settled())


async def test_a_button_answers_with_its_payload(server: Running, site: Site) -> None:
    async with server.visitor(site) as anna:
        question = await anna.ask("which sizes do you have")
        large = question["buttons"][0]
        answer = await anna.ask(large["title"], payload=large["payload"])

        assert large["title"] == "Large"
        assert answer["text"] == "A large one, then."


async def test_a_read_mark_reaches_the_agent_and_back(server: Running, site: Site) -> None:
    async with server.visitor(site) as anna, server.agent(site) as maya:
        await anna.ask("hello")
        await maya.follow(anna.conversation_id)

        await anna.send("read", seq=2)
        assert await maya.expect("conversation.updated", read=2)
        await maya.send("read", conversation_id=anna.conversation_id, seq=1)
        assert await anna.state(read=1)


async def test_a_read_mark_beyond_the_end_means_the_end(server: Running, site: Site) -> None:
    async with server.visitor(site) as anna, server.agent(site) as maya:
        await anna.ask("hello")
        await maya.follow(anna.conversation_id)

        await anna.send("read", seq=10**12)

        assert await maya.expect("conversation.updated", read=2)


async def test_typing_is_shown_to_the_other_side_both_ways(server: Running, site: Site) -> None:
    async with server.visitor(site) as anna, server.agent(site, name="Maya Keller") as maya:
        await anna.need_a_person()
        await maya.claim(anna.conversation_id)
        await maya.follow(anna.conversation_id)

        await anna.send("typing", on=True)
        seen = await maya.expect("typing", on=True)
        await maya.send("typing", conversation_id=anna.conversation_id, on=True)
        shown = await anna.expect("typing", on=True)

        assert seen["by"] == {"kind": "visitor", "name": None}
        assert shown["by"] == {"kind": "agent", "name": "Maya"}


async def test_only_the_agent_who_holds_it_is_shown_typing(server: Running, site: Site) -> None:
    async with server.visitor(site) as anna, server.agent(site) as maya, server.agent(site, name="Dana Roth") as dana:
        await anna.need_a_person()
        await maya.claim(anna.conversation_id)

        await dana.send("typing", conversation_id=anna.conversation_id, on=True)
        await dana.note(anna.conversation_id, "typed, then wrote this")
        await anna.settled()

        assert anna.all("typing") == []


async def test_a_closed_conversation_is_opened_again_by_writing(server: Running, site: Site) -> None:
    async with server.visitor(site) as anna, server.agent(site) as maya:
        await anna.need_a_person()
        await maya.solve(anna.conversation_id)
        await anna.state(status="closed")

        closed = anna.conversation_id
        answer = await anna.ask("hello")

        assert (answer["conversation_id"], answer["text"]) == (closed, "Hello there.")
        assert await anna.state(status="bot")


async def test_what_ended_long_ago_stays_closed_and_a_new_conversation_begins(start: Start, clock: ManualClock) -> None:
    async with start() as server:
        site = await server.new_site()
        async with server.visitor(site) as anna, server.agent(site) as maya:
            first = await anna.say("hello")
            await anna.need_a_person()
            await maya.solve(anna.conversation_id)
        clock.advance(timedelta(days=14, seconds=1))
        async with server.visitor(anna.token) as anna_again:
            assert anna_again.welcome["conversation_id"] is None
            again = await anna_again.say("hello", client_id=first["client_id"])
            later = await anna_again.say("hello")

            assert again == {**first, "duplicate": True}
            assert later["conversation_id"] != first["conversation_id"]
            assert later["seq"] == 1


async def test_an_open_socket_of_an_old_conversation_is_told_to_start_afresh(start: Start, clock: ManualClock) -> None:
    async with start() as server:
        site = await server.new_site()
        async with server.visitor(site) as anna, server.agent(site) as maya:
            await anna.need_a_person()
            await maya.solve(anna.conversation_id)
            clock.advance(timedelta(days=15))

            await anna.write("hello")

            assert await anna.closed() == 4404


async def test_what_is_stored_elsewhere_reaches_the_socket_with_the_next_message(server: Running, site: Site) -> None:
    """As when a signal was lost between gateways: the store is the truth, and the gap is read from there."""
    async with server.visitor(site) as anna:
        await anna.ask("hello")
        visitor = await server.services.people.visitor(anna.token, server.clock())
        assert visitor is not None
        said = Said(uuid4(), "stored without a signal")
        await server.services.journal.hear(VisitorId(visitor.id), site.id, said, now=server.clock())

        await anna.say("hello")
        while seqs(anna.messages)[-1] < 4:
            await anna.expect("message.created")

        assert texts(anna.messages)[2] == "stored without a signal"
        assert seqs(await anna.settled())[:4] == [1, 2, 3, 4]
