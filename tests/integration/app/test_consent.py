"""Where a site asks for consent nothing is kept before it is given, and what was agreed to is on record."""

from __future__ import annotations

from app.errors import CloseCode
from tests.running import Running

NOTICE = "We keep your messages for 90 days."


async def test_without_consent_there_is_no_visitor_and_with_it_the_words_are_kept(server: Running) -> None:
    site = await server.new_site(consent=True, notice=NOTICE, privacy_url="https://shop.example/privacy")
    refused = await server.http.post("/api/visitor/session", json={"site": site.key})
    assert (refused.status_code, refused.json()["code"]) == (403, "consent_required")

    given = await server.http.post("/api/visitor/session", json={"site": site.key, "consent": True})
    token = given.json()["token"]
    async with server.visitor(token) as anna:
        await anna.ask("hello")
    told = await server.http.get("/api/visitor/export", headers={"Authorization": f"Bearer {token}"})
    assert told.json()["visitor"]["consented_to"] == f"{NOTICE}\nhttps://shop.example/privacy"
    assert told.json()["visitor"]["consented_at"] is not None


async def test_who_was_here_before_the_site_asked_agrees_once_and_goes_on(server: Running) -> None:
    site = await server.new_site()
    async with server.visitor(site) as anna:
        await anna.ask("hello")
    await server.services.people.put_site(site.key, consent=True, notice=NOTICE)
    async with server.wire("/ws/visitor") as wire:
        await wire.send("hello", v=1, token=anna.token, after=0)
        await wire.expect("nack", code="consent_required")
        assert await wire.closed() == CloseCode.CONSENT_REQUIRED

    headers = {"Authorization": f"Bearer {anna.token}"}
    assert (await server.http.get("/api/visitor/transcript", headers=headers)).status_code == 403
    assert (await server.http.post("/api/visitor/consent", headers=headers)).status_code == 204
    async with server.visitor(anna.token) as anna_again:
        assert anna_again.conversation_id == anna.conversation_id
