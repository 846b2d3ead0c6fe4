"""What a visitor in the widget lives through, over real sockets."""

from __future__ import annotations

from app.sites import Site
from tests.running import Running


async def test_a_message_is_acknowledged_shown_and_answered(server: Running, site: Site) -> None:
    async with server.visitor(site) as anna:
        ack = await anna.say("hello")
        answer = await anna.expect("message.created", re=ack["client_id"])

        assert (ack["seq"], ack["duplicate"]) == (1, False)
        assert (answer["seq"], answer["text"], answer["author"]["kind"]) == (2, "Hello there.", "bot")
        assert [message["text"] for message in await anna.settled()] == ["hello", "Hello there."]
