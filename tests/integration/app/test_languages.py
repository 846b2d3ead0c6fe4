"""What the server says to a visitor is in the language that they read."""

from __future__ import annotations

import shutil
from pathlib import Path

from app.words import words_for
from handoff import texts_for
from tests.conftest import Start
from tests.running import PROJECT, Running
from tests.wire import VisitorClient

CLOSED = "Maya hat diese Unterhaltung geschlossen. Schreib hier jederzeit: Sie geht weiter, mit allem, was darin steht."

SPEAKS = "Respondo en inglés. Una persona lee lo que escribes tal como lo escribes."
SPANISH = """
responses:
  utter_greet: [{text: "Hola."}]
  utter_offer: [{text: "¿Qué talla?"}]
  utter_chosen: [{text: "Una {size}, entonces."}]
  utter_waited: [{text: "Ha tardado un momento."}]
  utter_default: [{text: "¿Lo dices de otra forma?"}]
"""


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


async def test_who_reads_another_language_than_the_bot_is_offered_a_person_with_the_first_answer_once(
    server: Running,
) -> None:
    site = await server.new_site()
    async with server.visitor(site) as anna:
        anna.locale = "es"
        greeted = await anna.ask("hello")
        assert (greeted["text"], greeted["lang"]) == ("Hello there.", "en")
        offer = await anna.expect("message.created", text=f"{SPEAKS} {texts_for('es').offer}")
        assert offer["lang"] is None
        assert offer["buttons"] == [{"title": "Hablar con una persona", "payload": "/human_request"}]

        await anna.ask("hello")
        await anna.ask("hello")
        assert len([text for text in await said(server, anna, "bot") if SPEAKS in text]) == 1
    async with server.visitor(site) as ben:
        ben.locale = "es"
        await ben.ask("hello")
        await ben.say("claro")
        await ben.state(status="waiting")


async def test_a_translated_bot_answers_in_what_the_visitor_reads_and_offers_nobody(
    start: Start, tmp_path: Path
) -> None:
    project = tmp_path / "bot"
    shutil.copytree(PROJECT, project)
    (project / "translations").mkdir()
    (project / "translations" / "es.yml").write_text(SPANISH, encoding="utf-8")
    async with start(bot_project=project) as server, server.visitor(await server.new_site()) as anna:
        anna.locale = "es-AR"
        greeted = await anna.ask("hello")
        assert (greeted["text"], greeted["lang"]) == ("Hola.", None)
        await anna.say("explode please")
        apology = await anna.expect("message.created", text=words_for("es").turn_failed)
        assert apology["buttons"][0]["title"] == "Hablar con una persona"
        assert await said(server, anna, "bot") == ["Hola.", words_for("es").turn_failed]
