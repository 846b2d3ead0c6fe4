"""Transcript, export and erasure by the visitor, and what a site keeps no longer."""

from __future__ import annotations

import concurrent.futures
import io
import sqlite3
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from PIL import Image
from typer.testing import CliRunner

from app.cli import app as commands
from app.sites import Site
from handoff import Role
from tests.clock import ManualClock
from tests.conftest import Start
from tests.running import SECRET, Running


def bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


async def mine(server: Running, token: str, what: str) -> httpx.Response:
    return await server.http.get(f"/api/visitor/{what}", headers=bearer(token))


def dump(path: Path) -> str:
    with closing(sqlite3.connect(path)) as database:
        return "\n".join(database.iterdump())


def files(server: Running) -> list[Path]:
    return [path for path in (server.settings.data_dir / "photos").rglob("*") if path.is_file()]


async def a_life(server: Running, site: Site) -> tuple[str, str, str]:
    """A visitor who wrote, sent a photo, was answered and noted about: token, visitor's id, conversation's id."""
    picture = io.BytesIO()
    Image.new("RGB", (8, 8)).save(picture, "PNG")
    async with server.visitor(site) as anna, server.agent(site) as maya:
        anna.locale = "en-zebra"
        photo = await server.http.post(
            "/api/visitor/photos",
            content=picture.getvalue(),
            headers=bearer(anna.token),
            params={"alt": "a zebra dent"},
        )
        client_id = "5f0c2c1e-6f0a-4f5e-9a53-2f6f3a1f7c10"
        await anna.send("message.send", client_id=client_id, text="zebra pipe", attachments=[photo.json()["id"]])
        await anna.expect("message.created", re=client_id)
        await anna.need_a_person()
        claimed = await maya.claim(anna.conversation_id)
        await maya.reply(anna.conversation_id, "zebra answer", claimed["gen"])
        await maya.note(anna.conversation_id, "zebra secret note")
        await maya.command("ticket.resolve", conversation_id=anna.conversation_id, gen=claimed["gen"])
        question = (await anna.state(status="closed"))["ask"]
        await server.http.post(
            "/api/visitor/recommend", json={"id": question, "score": 9, "why": "zebra why"}, headers=bearer(anna.token)
        )
    found = await server.services.people.visitor(anna.token, server.clock())
    assert found is not None
    return anna.token, found.id, anna.conversation_id


async def test_the_transcript_says_who_said_what_and_nothing_of_the_team(start: Start) -> None:
    async with start() as server:
        token, _, _ = await a_life(server, await server.new_site(uploads=True))
        answer = await mine(server, token, "transcript")

    assert answer.headers["content-disposition"].startswith("attachment")
    assert "You\n    zebra pipe\n    [1 photo]\n" in answer.text
    assert "Maya\n    zebra answer\n" in answer.text
    assert "Keller" not in answer.text
    assert "secret note" not in answer.text


async def test_the_export_has_everything_that_is_the_visitors_and_nothing_of_the_team(start: Start) -> None:
    async with start() as server:
        token, visitor_id, _ = await a_life(server, await server.new_site(uploads=True))
        answer = await mine(server, token, "export")

    told: dict[str, Any] = answer.json()
    [conversation] = told["conversations"]
    assert told["visitor"]["id"] == visitor_id
    assert [m["text"] for m in conversation["messages"] if m["by"] in ("visitor", "agent")] == [
        "zebra pipe",
        "Talk to a person",
        "zebra answer",
    ]
    assert conversation["answers"][0]["why"] == "zebra why"
    assert conversation["locale"] == "en-zebra"
    assert "secret note" not in answer.text


async def test_what_is_erased_is_nowhere_any_more_and_the_figures_stay(start: Start) -> None:
    async with start() as server:
        site = await server.new_site(uploads=True)
        token, _, _ = await a_life(server, site)
        assert len(files(server)) == 1
        async with server.visitor(token) as anna:
            gone = await server.http.delete("/api/visitor", headers=bearer(token))
            assert gone.status_code == 204
            assert await anna.closed() == 4406

        assert files(server) == []
        assert "zebra" not in dump(server.settings.database)
        assert (await mine(server, token, "export")).status_code == 401
        maya = await server.sign_in(await server.new_agent(site, role=Role.SUPERVISOR))
        figures = await server.http.get("/api/owner/recommend", params={"site": site.key}, headers=maya.headers)
        assert (figures.json()["n"], figures.json()["verbatims"][0]["why"]) == (1, None)


async def test_sec_b9_nobody_exports_or_erases_another(server: Running, site: Site) -> None:
    async with server.visitor(site) as anna:
        await anna.ask("hello")
        stranger = await server.new_token(site)
        assert (await mine(server, stranger, "export")).json()["conversations"] == []
        assert (await mine(server, stranger, "transcript")).json()["code"] == "no_such_conversation"
        await server.http.delete("/api/visitor", headers=bearer(stranger))

        assert len(await server.history(anna.token)) == 2


async def test_a_site_keeps_conversations_as_long_as_it_says_but_never_loses_one_that_waits(
    start: Start, clock: ManualClock
) -> None:
    async with start() as server:
        site, other = await server.new_site(retention_days=30), await server.new_site()
        async with server.visitor(site) as anna, server.visitor(site) as bert, server.visitor(other) as carl:
            await anna.ask("hello")
            await bert.need_a_person()
            await carl.ask("hello")
        clock.advance(timedelta(days=29))
        await server.services.erasure.look()
        assert len(await server.history(anna.token)) == 2
        clock.advance(timedelta(days=2))
        await server.services.erasure.look()

        assert await server.history(bert.token) != []
        assert len(await server.history(carl.token)) == 2
        told = (await mine(server, anna.token, "export")).json()
        assert [c["messages"] for c in told["conversations"]] == [[]]


async def test_photos_that_were_never_sent_are_kept_for_a_day(start: Start, clock: ManualClock) -> None:
    async with start() as server:
        token = await server.new_token(await server.new_site(uploads=True))
        picture = io.BytesIO()
        Image.new("RGB", (8, 8)).save(picture, "PNG")
        await server.http.post("/api/visitor/photos", content=picture.getvalue(), headers=bearer(token))
        clock.advance(timedelta(hours=23))
        await server.services.erasure.look()
        assert len(files(server)) == 1
        clock.advance(timedelta(hours=2))
        await server.services.erasure.look()

        assert files(server) == []


async def test_the_commands_export_and_erase_a_customer(
    start: Start, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with start() as server:
        _, visitor_id, _ = await a_life(server, await server.new_site(uploads=True, notice="We keep this for 30 days."))
    monkeypatch.setenv("KICKSTAND_SECRET_KEY", SECRET)
    monkeypatch.setenv("KICKSTAND_DATA_DIR", str(server.settings.data_dir))
    monkeypatch.chdir(tmp_path)

    def run(*arguments: str) -> tuple[int, str]:
        with concurrent.futures.ThreadPoolExecutor(1) as pool:  # a command has an event loop of its own
            result = pool.submit(CliRunner().invoke, commands, list(arguments)).result()
        return result.exit_code, result.stdout

    code, told = run("export", "--visitor", visitor_id)
    assert (code, "zebra answer" in told) == (0, True)
    assert run("erase", "--visitor", visitor_id, "--json") == (0, '{"conversations": 1, "photos": 1}\n')
    assert "zebra" not in dump(server.settings.database)
    assert run("erase", "--visitor", "nobody", "--json")[0] == 2
