"""What the server says to a visitor is in the language that they read."""

from __future__ import annotations

from tests.running import Running
from tests.wire import VisitorClient

CLOSED = (
    "Maya hat diese Unterhaltung geschlossen. Schreib hier jederzeit: Sie geht weiter, mit allem, was darin steht."
)


async def said(server: Running, visitor: VisitorClient, author: str) -> list[str]:
    """What was said by `author`, oldest first."""
    return [each["text"] for each in await server.history(visitor.token) if each["author"]["kind"] == author]


async def test_a_handover_is_told_in_the_visitors_language_from_asking_to_the_end(server: Running) -> None:
    site = await server.new_site()
    async with server.visitor(site) as anna, server.agent(site) as maya:
        anna.locale = "de-AT"
        await anna.need_a_person()
        claimed = await maya.claim(anna.conversation_id)
        await maya.reply(anna.conversation_id, "Hallo", claimed["gen"])
        await maya.command("ticket.resolve", conversation_id=anna.conversation_id, gen=claimed["gen"])
        await anna.expect(
            "message.created",
            text=CLOSED,
        )

        assert await said(server, anna, "system") == [
            "Gerne. Ein Mensch kommt dazu; alles, was du geschrieben hast, geht mit.",
            "Maya ist jetzt bei dir.",
            CLOSED,
        ]
        transcript = await server.http.get("/api/visitor/transcript", headers={"Authorization": f"Bearer {anna.token}"})
        assert transcript.text.startswith("Deine Unterhaltung mit Larkmoor")
        assert "  Du\n" in transcript.text


async def test_who_changes_the_language_midway_is_told_the_rest_in_the_new_one(server: Running) -> None:
    site = await server.new_site()
    async with server.visitor(site) as anna, server.agent(site) as maya:
        anna.locale = "fr"
        await anna.need_a_person()
        anna.locale = "it"
        await anna.say("ci sei?")
        await maya.claim(anna.conversation_id)
        await anna.expect("message.created", text="Maya è con te.")

        assert (await said(server, anna, "system"))[0].startswith("Avec plaisir. Une personne vous rejoint")


async def test_a_language_that_there_are_no_words_in_is_answered_in_english(server: Running) -> None:
    site = await server.new_site()
    async with server.visitor(site) as anna, server.agent(site) as maya:
        anna.locale = "pt-BR"
        await anna.need_a_person()
        await maya.claim(anna.conversation_id)
        await anna.expect("message.created", text="Maya has joined you.")


async def test_what_is_no_language_is_refused_as_a_frame_that_is_none(server: Running) -> None:
    site = await server.new_site()
    async with server.visitor(site) as anna:
        anna.locale = "<img src=x>"
        assert (await anna.refused("hello"))["code"] == "bad_frame"
