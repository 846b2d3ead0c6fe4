"""Where a site asks for consent nothing is kept before it is given, and what was agreed to is on record."""

from __future__ import annotations

import concurrent.futures
import re
import shlex
from pathlib import Path

import pytest
from typer.testing import CliRunner

from app.cli import app as commands
from app.errors import CloseCode
from tests.conftest import Start
from tests.running import SECRET, Running

DOCS = Path(__file__).parents[3] / "docs"
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


async def test_what_is_put_on_record_is_what_they_read(server: Running) -> None:
    words = {"de": {"notice": "Wir behalten es 90 Tage."}}
    site = await server.new_site(consent=True, notice=NOTICE, words=words)
    info = (await server.http.get(f"/api/site/{site.key}")).json()
    assert info["words"] == {"de": {"greeting": None, "starters": None, "notice": "Wir behalten es 90 Tage."}}
    agreed = {"site": site.key, "consent": True, "locale": "de-AT"}
    token = (await server.http.post("/api/visitor/session", json=agreed)).json()["token"]
    headers = {"Authorization": f"Bearer {token}"}
    for locale, read in ((None, "Wir behalten es 90 Tage."), ("fr", NOTICE), ("de", "Wir behalten es 90 Tage.")):
        if locale is not None:
            await server.http.post("/api/visitor/consent", headers=headers, json={"locale": locale})
        told = (await server.http.get("/api/visitor/export", headers=headers)).json()
        assert told["visitor"]["consented_to"] == read


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


async def test_the_commands_of_the_guide_switch_everything_on_and_consent_needs_words(
    start: Start, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with start() as server:
        site = await server.new_site()
    monkeypatch.setenv("KICKSTAND_SECRET_KEY", SECRET)
    monkeypatch.setenv("KICKSTAND_DATA_DIR", str(server.settings.data_dir))
    monkeypatch.chdir(tmp_path)

    def run(arguments: list[str]) -> int:
        with concurrent.futures.ThreadPoolExecutor(1) as pool:  # a command has an event loop of its own
            return pool.submit(CliRunner().invoke, commands, arguments).result().exit_code

    assert run(["site", "care", site.key, "--consent"]) == 2
    guide = (DOCS / "widget.md").read_text()
    commands_of_the_guide = re.findall(r"^kickstand (.+)", guide, re.MULTILINE) + re.findall(
        r"`kickstand (.+?)`", guide
    )
    assert len(commands_of_the_guide) >= 9
    for line in commands_of_the_guide:
        assert run(shlex.split(line.replace("KEY", site.key), comments=True)) == 0, line
    async with start() as server:
        now = await server.services.people.site(site.key)
    assert (now.uploads, now.consent, now.calls_at_once) == (True, True, 2)
    assert (now.name, now.accent, len(now.origins), len(now.starters)) == ("Your Shop", "#0E5F70", 2, 2)
    assert len(now.identity_secrets) == 1
    assert now.words["de"].starters == ["Passt es an mein Motorrad?"]
    assert now.agreed_to("de") == "90 Tage aufgehoben, damit wir dir helfen können.\nhttps://your.shop/privacy"
    assert now.agreed_to() == "Kept 90 days so we can help you.\nhttps://your.shop/privacy"
