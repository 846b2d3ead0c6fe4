"""Conversations from production become test stories that the bot they came from passes."""

from __future__ import annotations

import asyncio
import json
from datetime import timedelta
from pathlib import Path

import pytest
from typer.testing import CliRunner

from app.cli import app
from bot import Assistant
from bot.testing import judge, read_stories
from tests.conftest import Start
from tests.running import SECRET
from tests.unit.bot.projects import KEYWORDS, a_project

PRIVATE = ("ada.lovelace", "Ada", "Lovelace", "0170 555 01 23", "4711", "80331", "Elm Street")


@pytest.fixture
def project(tmp_path: Path) -> Path:
    return a_project(tmp_path / "project", KEYWORDS)


@pytest.fixture(autouse=True)
def environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KICKSTAND_SECRET_KEY", SECRET)
    monkeypatch.setenv("KICKSTAND_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setenv("KICKSTAND_BOT_PROJECT", str(tmp_path / "project"))


async def export(*arguments: str | Path) -> tuple[int, str, str]:
    """Exit code, standard output and error; in a thread, as the command has an event loop of its own."""
    command = ["export", *(str(each) for each in arguments)]
    result = await asyncio.to_thread(CliRunner().invoke, app, command)
    return result.exit_code, result.stdout, result.stderr


async def test_an_exported_conversation_passes_and_holds_nothing_personal(
    start: Start, project: Path, tmp_path: Path
) -> None:
    async with start(bot_project=project) as server, server.visitor(await server.new_site()) as rider:
        await rider.ask("hello, my name is Ada Lovelace")
        await rider.ask("zzz 4711")
        await rider.ask("i want to order a pipe [soon]")
        await rider.ask("Large", payload='/inform{"size": "large"}')
        await rider.ask("12 Elm Street, 80331, call 0170 555 01 23 or ada.lovelace@mail.example")
    out = tmp_path / "test_production.yml"
    code, told, _ = await export("--as-stories", "--out", out, "--json")
    assert code == 0
    assert json.loads(told) == {"conversations": 1, "stories": 2, "messages": 6}
    text = out.read_text("utf-8")
    assert [word for word in PRIVATE if word in text] == []
    assistant = Assistant.load(project, None)
    stories = read_stories(out, assistant.domain)
    assert [judge(story, assistant).passed for story in stories] == [True, True]


async def test_conversations_are_chosen_by_site_day_and_id(start: Start, project: Path, tmp_path: Path) -> None:
    async with start(bot_project=project) as server:
        here, there = await server.new_site(), await server.new_site()
        async with server.visitor(here) as rider, server.visitor(there) as other:
            await rider.ask("hello")
            server.clock.advance(timedelta(days=2))
            await other.ask("good morning")
            first, second = rider.conversation_id, other.conversation_id
        for arguments, told in (
            ((), [first, second]),
            (("--site", here.key), [first]),
            (("--since", f"{server.clock():%Y-%m-%d}"), [second]),
            (("--conversation", second), [second]),
        ):
            code, text, _ = await export("--as-stories", *arguments)  # beside the running server
            assert code == 0
            assert [each for each in (first, second) if each in text] == told


async def test_what_is_not_there_ends_with_what_to_do(start: Start, project: Path, tmp_path: Path) -> None:
    async with start(bot_project=project) as server, server.visitor(await server.new_site()) as rider:
        await rider.ask("hello")
    for arguments, said in (
        ((), "Say what to export"),
        (("--as-stories", "--json"), "add --out FILE"),
        (("--as-stories", "--site", "nowhere"), "site"),
        (("--as-stories", "--conversation", "nobody"), "No conversation"),
        (("--as-stories", "--out", tmp_path / "no" / "folder.yml"), "cannot be written"),
    ):
        code, _, told = await export(*arguments)
        assert (code, said in told) == (2, True), told
