"""Answers go out by mail to those who left, against a real mail server, and come back into the same conversation."""

from __future__ import annotations

import asyncio
import json
import re
import socket
import threading
from collections.abc import Iterator
from datetime import timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

import httpx
import jwt
import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session
from standardwebhooks import Webhook

from app.mail.tokens import MailTokens
from app.sites import Site
from handoff import ConversationId
from tests.clock import ManualClock
from tests.conftest import Start
from tests.factories import MONDAY_MORNING
from tests.running import SECRET, Running
from tests.wire import PATIENCE, VisitorClient

HOOK = "whsec_bW9yZS10aGFuLXR3ZW50eS1mb3VyLWJ5dGVzLWhlcmU="  # pragma: allowlist secret
SIGNS = "fTq8vN2xKc7ZrWm4LpYd9sHb6JgEa1Uo"  # pragma: allowlist secret


class Inbox:
    """What the mail server has taken; `refuses` makes it ask for patience."""

    def __init__(self) -> None:
        self.mails: list[EmailMessage] = []
        self.refuses = False
        self.taken = threading.Event()

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        if self.refuses:
            return "451 try again"
        assert isinstance(envelope.content, bytes)
        mail = message_from_bytes(envelope.content, policy=policy.default)
        assert isinstance(mail, EmailMessage)
        self.mails.append(mail)
        self.taken.set()
        return "250 taken"

    def text(self) -> str:
        """The plain part of the only mail."""
        [mail] = self.mails
        body = mail.get_body(("plain",))
        assert body is not None
        return str(body.get_content())


@pytest.fixture
def inbox() -> Inbox:
    return Inbox()


@pytest.fixture
def smtp(inbox: Inbox) -> Iterator[str]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    controller = Controller(inbox, hostname="127.0.0.1", port=port)
    controller.start()
    try:
        yield f"smtp://127.0.0.1:{port}"
    finally:
        controller.stop()


def mailing(smtp: str) -> dict[str, Any]:
    return {
        "smtp_url": smtp,
        "mail_from": "help@larkmoor.example",
        "mail_replies": "in.larkmoor.example",
        "mail_inbound_secret": HOOK,
    }


async def put_email(server: Running, token: str, email: str) -> int:
    headers = {"Authorization": f"Bearer {token}"}
    return (await server.http.put("/api/visitor/email", json={"email": email}, headers=headers)).status_code


async def answered_after_leaving(
    server: Running, site: Site, *said: str, resolve: bool = False, locale: str | None = None
) -> VisitorClient:
    """A visitor who asked for a person, left an address and went; then the answer came."""
    async with server.visitor(site) as anna:
        anna.locale = locale
        await anna.need_a_person()
        assert await put_email(server, anna.token, "anna@example.com") == 204
    async with server.agent(site) as maya:
        claimed = await maya.claim(anna.conversation_id)
        for each in said:
            await maya.reply(anna.conversation_id, each, claimed["gen"])
        if resolve:
            await maya.command("ticket.resolve", conversation_id=anna.conversation_id, gen=claimed["gen"])
    return anna


async def look(server: Running) -> None:
    assert server.services.mailer is not None
    await server.services.mailer.look()


async def arrive(server: Running, secret: str = HOOK, **mail: Any) -> httpx.Response:
    body = json.dumps({"message_id": "<1@example.com>", **mail})
    at = MONDAY_MORNING.now(MONDAY_MORNING.tzinfo)  # the signature is compared with the clock on the wall
    signature = Webhook(secret).sign("msg_1", at, body)
    headers = {
        "webhook-id": "msg_1",
        "webhook-timestamp": str(int(at.timestamp())),
        "webhook-signature": signature,
        "content-type": "application/json",
    }
    return await server.http.post("/v1/mail/inbound", content=body, headers=headers)


def link_token(text: str) -> str:
    found = re.search(r"#continue=(\S+)", text)
    assert found is not None
    return found[1]


async def test_an_answer_unseen_for_two_minutes_goes_out_once_with_a_link_to_the_same_conversation(
    start: Start, clock: ManualClock, smtp: str, inbox: Inbox
) -> None:
    async with start(**mailing(smtp)) as server:
        site = await server.new_site()
        anna = await answered_after_leaving(server, site, "Hi Anna", "<b>Both</b> gaskets are \u202eon the way")
        await look(server)
        assert inbox.mails == []
        clock.advance(timedelta(minutes=3))
        await look(server)
        await look(server)

        [mail] = inbox.mails
        assert (mail["To"], mail["Subject"]) == ("anna@example.com", "Maya answered you")
        assert mail["From"] == "Larkmoor <help@larkmoor.example>"
        assert "Hi Anna" in inbox.text()
        assert "gaskets are on the way" in inbox.text()
        html = mail.get_body(("html",))
        assert html is not None
        assert "&lt;b&gt;Both&lt;/b&gt;" in html.get_content()
        answer = await server.http.post("/api/visitor/continue", json={"token": link_token(inbox.text())})
        async with server.visitor(answer.json()["token"]) as anna_again:
            assert anna_again.conversation_id == anna.conversation_id
            assert (await anna_again.say("thank you"))["conversation_id"] == anna.conversation_id


async def test_a_mail_is_in_the_language_that_the_visitor_read(
    start: Start, clock: ManualClock, smtp: str, inbox: Inbox
) -> None:
    async with start(**mailing(smtp)) as server:
        await answered_after_leaving(server, await server.new_site(), "Hola Ana", locale="es-MX")
        clock.advance(timedelta(minutes=3))
        await look(server)

        [mail] = inbox.mails
        assert (mail["Subject"], mail["Content-Language"]) == ("Respuesta de Maya", "es")
        assert inbox.text().splitlines()[:3] == ["Maya escribe:", "", "Hola Ana"]
        assert "Sigue en la misma conversación" in inbox.text()
        html = mail.get_body(("html",))
        assert html is not None
        assert '<html lang="es">' in html.get_content()
        assert "Abrir la conversación" in html.get_content()


async def test_who_said_nothing_of_their_language_is_written_to_in_the_sites(
    start: Start, clock: ManualClock, smtp: str, inbox: Inbox
) -> None:
    async with start(**mailing(smtp)) as server:
        await answered_after_leaving(server, await server.new_site(locale="fr"), "Bonjour", resolve=True)
        clock.advance(timedelta(minutes=3))
        await look(server)

        [mail] = inbox.mails
        assert mail["Subject"] == "Réponse de Maya"
        assert "Nous recommanderiez-vous" in inbox.text()


async def test_who_is_there_or_has_read_it_or_left_no_address_gets_no_mail(
    start: Start, clock: ManualClock, smtp: str, inbox: Inbox
) -> None:
    async with start(**mailing(smtp)) as server:
        site = await server.new_site()
        async with server.visitor(site) as stays, server.agent(site) as maya:
            await stays.need_a_person()
            await put_email(server, stays.token, "stays@example.com")
            claimed = await maya.claim(stays.conversation_id)
            await maya.reply(stays.conversation_id, "Hi", claimed["gen"])
            shown = await stays.expect("message.created", text="Hi")
            clock.advance(timedelta(minutes=3))
            await look(server)
            await stays.send("read", seq=shown["seq"])
            await stays.settled()
        await look(server)
        gone = await answered_after_leaving(server, site, "Hi")
        await put_email(server, gone.token, "")
        clock.advance(timedelta(minutes=3))
        await look(server)

        assert inbox.mails == []


async def test_a_mail_server_that_asks_for_patience_is_asked_again(
    start: Start, clock: ManualClock, smtp: str, inbox: Inbox
) -> None:
    async with start(**mailing(smtp)) as server:
        await answered_after_leaving(server, await server.new_site(), "Hi Anna")
        clock.advance(timedelta(minutes=3))
        inbox.refuses = True
        with pytest.raises(Exception, match="tried again"):
            await look(server)
        inbox.refuses = False
        await look(server)

        assert "Hi Anna" in inbox.text()


async def test_an_answer_by_mail_arrives_in_the_conversation_once_without_what_it_quotes(
    start: Start, clock: ManualClock, smtp: str, inbox: Inbox
) -> None:
    async with start(**mailing(smtp)) as server:
        anna = await answered_after_leaving(server, await server.new_site(), "Which year is it?")
        clock.advance(timedelta(minutes=3))
        await look(server)
        to = str(inbox.mails[0]["Reply-To"])
        text = (
            "It is a 2019\n\nOn Mon, Nov 23, 2026 at 9:33 AM Larkmoor <help@larkmoor.example> wrote:\n> Which year?\n"
        )
        for _ in range(2):
            assert (await arrive(server, to=to, text=text)).json() == {"taken": True}
        said = [m["text"] for m in await server.history(anna.token) if m["author"]["kind"] == "visitor"]

        assert said == ["Talk to a person", "It is a 2019"]


async def test_an_answer_by_mail_opens_a_closed_conversation_again(
    start: Start, clock: ManualClock, smtp: str, inbox: Inbox
) -> None:
    async with start(**mailing(smtp)) as server:
        anna = await answered_after_leaving(server, await server.new_site(), "Solved!", resolve=True)
        clock.advance(timedelta(minutes=3))
        await look(server)
        assert "Would you recommend us to a fellow rider?" in inbox.text()
        await arrive(server, to=str(inbox.mails[0]["Reply-To"]), text="hello")
        async with server.visitor(anna.token) as anna_again:
            assert anna_again.conversation_id == anna.conversation_id
            assert anna_again.welcome["state"]["status"] == "bot"


async def test_sec_e5_a_mail_that_is_not_signed_or_to_nobody_or_of_a_machine_is_not_taken(
    start: Start, clock: ManualClock, smtp: str, inbox: Inbox
) -> None:
    async with start(**mailing(smtp)) as server:
        anna = await answered_after_leaving(server, await server.new_site(), "Hi")
        tokens = MailTokens(SECRET, timedelta(days=1))
        to = f"reply+{tokens.address(ConversationId(anna.conversation_id))}@in.larkmoor.example"
        before = await server.history(anna.token)
        forged = to.replace(to[40:46], "abcdef")

        assert (
            await server.http.post("/v1/mail/inbound", json={"to": to, "text": "x", "message_id": "1"})
        ).status_code == 401
        assert (
            await arrive(server, secret="whsec_b3RoZXItdGhhbi10d2VudHktZm91ci1ieXRlcw==", to=to, text="x")
        ).status_code == 401
        for mail in (
            {"to": forged, "text": "x"},
            {"to": "help@larkmoor.example", "text": "x"},
            {"to": to, "text": "> x"},
        ):
            assert (await arrive(server, **mail)).json() == {"taken": False}, mail
        assert (await arrive(server, to=to, text="I am on holiday", auto=True)).json() == {"taken": False}
        assert (await arrive(server, to=to)).status_code == 400
        assert await server.history(anna.token) == before


async def test_a_link_ends_and_cannot_be_made_up(start: Start, clock: ManualClock, smtp: str, inbox: Inbox) -> None:
    async with start(**mailing(smtp)) as server:
        await answered_after_leaving(server, await server.new_site(), "Hi")
        clock.advance(timedelta(minutes=3))
        await look(server)
        token = link_token(inbox.text())
        for forged in (
            f"f{token[1:]}",
            token.replace(".1", ".2", 1),
            f"{token[:-1]}0" if token[-1] != "0" else f"{token[:-1]}1",
        ):
            assert (await server.http.post("/api/visitor/continue", json={"token": forged})).status_code == 401
        clock.advance(timedelta(days=14))
        answer = await server.http.post("/api/visitor/continue", json={"token": token})

        assert (answer.status_code, answer.json()["code"]) == (401, "link_ended")


async def test_sec_a4_a_link_in_a_mail_is_no_proof_of_who_came(
    start: Start, clock: ManualClock, smtp: str, inbox: Inbox
) -> None:
    async with start(**mailing(smtp)) as server:
        site = await server.new_site(identity_secrets=[SIGNS])
        claims = {"sub": "rider-7", "aud": site.key, "exp": int(clock().timestamp()) + 60, "email": "anna@example.com"}
        body = {"token": jwt.encode(claims, SIGNS, algorithm="HS256")}
        bearer = {"Authorization": f"Bearer {await server.new_token(site)}"}
        known = (await server.http.post("/api/visitor/identify", json=body, headers=bearer)).json()["token"]
        async with server.visitor(known) as anna:
            await anna.need_a_person()
        async with server.agent(site) as maya:
            claimed = await maya.claim(anna.conversation_id)
            await maya.reply(anna.conversation_id, "Hi", claimed["gen"])
        clock.advance(timedelta(minutes=3))
        await look(server)
        session = await server.http.post("/api/visitor/continue", json={"token": link_token(inbox.text())})
        by_link = {"Authorization": f"Bearer {session.json()['token']}"}

        assert (await server.http.get("/api/visitor/transcript", headers=by_link)).status_code == 200
        for method, path in (("GET", "/api/visitor/export"), ("DELETE", "/api/visitor")):
            answer = await server.http.request(method, path, headers=by_link)
            assert (answer.status_code, answer.json()["code"]) == (401, "identity_required")


async def test_the_transcript_goes_to_the_visitors_address(start: Start, smtp: str, inbox: Inbox) -> None:
    async with start(**mailing(smtp)) as server:
        async with server.visitor(await server.new_site()) as anna:
            await anna.ask("hello")
        headers = {"Authorization": f"Bearer {anna.token}"}
        nowhere = await server.http.post("/api/visitor/transcript/mail", headers=headers)
        assert (nowhere.status_code, nowhere.json()["code"]) == (409, "mail_off")
        await put_email(server, anna.token, "anna@example.com")
        assert (await server.http.post("/api/visitor/transcript/mail", headers=headers)).status_code == 204

        assert "You\n    hello" in inbox.text().replace("\r\n", "\n")


@pytest.mark.parametrize(
    "email", ["anna", "a@b", "a@b.c\r\nBcc: all@example.com", "a b@c.de", "<a@b.de>", "a@b.de,c@d.ef"]
)
async def test_only_one_plain_address_is_taken(server: Running, site: Site, email: str) -> None:
    assert await put_email(server, await server.new_token(site), email) == 422


async def test_a_link_goes_to_who_wants_to_go_on_elsewhere(start: Start, smtp: str, inbox: Inbox) -> None:
    async with start(**mailing(smtp)) as server:
        site = await server.new_site()
        assert (await server.http.get(f"/api/site/{site.key}")).json()["mail"]
        async with server.visitor(site) as anna:
            await anna.ask("hello")
        headers = {"Authorization": f"Bearer {anna.token}"}
        body = {"email": "anna@example.com"}
        assert (await server.http.post("/api/visitor/continue/mail", json=body, headers=headers)).status_code == 204
        assert (await server.http.get("/api/visitor/email", headers=headers)).json() == body

        answer = await server.http.post("/api/visitor/continue", json={"token": link_token(inbox.text())})
        async with server.visitor(answer.json()["token"]) as elsewhere:
            assert elsewhere.conversation_id == anna.conversation_id


async def test_where_nothing_can_be_mailed_the_widget_is_told_before_it_asks(server: Running, site: Site) -> None:
    async with server.visitor(site) as anna:
        await anna.ask("hello")
    headers = {"Authorization": f"Bearer {anna.token}"}
    body = {"email": "anna@example.com"}
    refused = await server.http.post("/api/visitor/continue/mail", json=body, headers=headers)
    assert (refused.status_code, refused.json()["code"]) == (409, "mail_off")
    assert not (await server.http.get(f"/api/site/{site.key}")).json()["mail"]


async def test_who_forgot_the_password_is_sent_a_link_and_nobody_learns_who_has_an_account(
    start: Start, smtp: str, inbox: Inbox
) -> None:
    async with start(**mailing(smtp)) as server:
        maya = await server.sign_in(await server.new_agent(await server.new_site()))
        answers = [
            await server.http.post("/api/agent/way-in/ask", json={"email": email})
            for email in ("nobody@larkmoor.example", maya.email)
        ]
        assert {(answer.status_code, answer.text) for answer in answers} == {(204, "")}
        assert await asyncio.to_thread(inbox.taken.wait, PATIENCE)

        assert inbox.mails[0]["To"] == maya.email
        token = re.search(r"/console/#/come-in/([\w-]+)", inbox.text())
        assert token is not None
        body = {"token": token[1], "name": "Maya Keller", "password": "four borrowed spanners"}
        assert (await server.http.post("/api/agent/way-in/come-in", json=body)).status_code == 200
        await server.sign_in(maya.email, "four borrowed spanners")


async def test_where_nothing_can_be_mailed_who_forgot_the_password_is_told_whom_to_ask(server: Running) -> None:
    answer = await server.http.post("/api/agent/way-in/ask", json={"email": "maya@larkmoor.example"})
    assert (answer.status_code, answer.json()["code"]) == (409, "mail_off")
    assert "administrator" in answer.json()["message"]
