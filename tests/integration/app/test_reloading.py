"""While a bot project is worked on, the next answer is the edited one's; a broken edit changes nothing."""

from __future__ import annotations

import asyncio
import io
from contextlib import redirect_stderr
from pathlib import Path

import anyio
import pytest

from app.errors import StartupRefused
from bot import Assistant
from tests.conftest import Start
from tests.wire import PATIENCE

DOMAIN = """
version: "3.1"
intents: [greet, thank]
slots:
  greeted:
    type: bool
    influence_conversation: true
    mappings: [{type: from_intent, intent: greet, value: true}]
responses:
  utter_greet: [{text: "Hello."}]
  utter_again: [{text: "All is noted."}]
  utter_default: [{text: "Say that again?"}]
"""
NLU = """
version: "3.1"
nlu:
- intent: greet
  examples: |
    - hello
    - good morning
- intent: thank
  examples: |
    - thanks
    - many thanks
"""
RULES = """
version: "3.1"
rules:
- rule: greet
  steps: [{intent: greet}, {action: utter_greet}]
- rule: once greeted
  condition: [{slot_was_set: [{greeted: true}]}]
  steps: [{intent: thank}, {action: utter_again}]
"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    folder = tmp_path / "project"
    for name, text in (("domain.yml", DOMAIN), ("data/nlu.yml", NLU), ("data/rules.yml", RULES)):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
    return folder


class Said(io.StringIO):
    """What the developer is told on standard error."""

    def __init__(self) -> None:
        super().__init__()
        self._more = asyncio.Event()
        self._read = 0

    def write(self, text: str) -> int:
        self._more.set()
        return super().write(text)

    async def until(self, words: str) -> str:
        """What was told since the last time, up to these words at least."""
        with anyio.fail_after(PATIENCE):
            while words not in (told := self.getvalue()[self._read :]):
                await self._more.wait()
                self._more.clear()
        self._read = len(self.getvalue())
        return told


async def test_an_edit_changes_the_next_answer_and_conversations_go_on(start: Start, project: Path) -> None:
    with redirect_stderr(Said()) as said:
        async with start(bot_project=project, dev=True) as server:
            site = await server.new_site()
            await said.until("the next answer is the new one")
            async with server.visitor(site) as visitor:
                assert (await visitor.ask("hello"))["text"] == "Hello."
                (project / "domain.yml").write_text(DOMAIN.replace("All is noted.", "We have it."))
                await said.until("domain.yml: taken over in")
                answer = await visitor.ask("thanks")
                assert answer["text"] == "We have it."  # by the rule for who was greeted before the edit
                assert answer["conversation_id"] == visitor.conversation_id


async def test_a_broken_edit_keeps_the_bot_and_names_file_and_line(start: Start, project: Path) -> None:
    with redirect_stderr(Said()) as said:
        async with start(bot_project=project, dev=True) as server:
            site = await server.new_site()
            await said.until("the next answer is the new one")
            async with server.visitor(site) as visitor:
                assert (await visitor.ask("hello"))["text"] == "Hello."
                (project / "data" / "rules.yml").write_text(
                    RULES.replace("action: utter_greet", "action: utter_greeet")
                )
                told = await said.until("utter_greeet")
                assert "rules.yml: not taken over" in told
                assert "data/rules.yml:4: error:" in told
                assert (await visitor.ask("good morning"))["text"] == "Hello."
                (project / "data" / "rules.yml").write_text(RULES)
                await said.until("rules.yml: taken over in")
                assert (await visitor.ask("thanks"))["text"] == "All is noted."


async def test_without_dev_the_bot_stays_as_it_was_at_the_start(start: Start, project: Path) -> None:
    async with start(bot_project=project) as server, server.visitor(await server.new_site()) as visitor:
        assert (await visitor.ask("hello"))["text"] == "Hello."
        (project / "domain.yml").write_text(DOMAIN.replace("Hello.", "Good day."))
        assert (await visitor.ask("hello"))["text"] == "Hello."


async def test_a_model_file_is_served_like_its_project(start: Start, project: Path, tmp_path: Path) -> None:
    Assistant.load(project, None).save(tmp_path / "bot.model")
    async with start(bot_project=tmp_path / "bot.model") as server, server.visitor(await server.new_site()) as visitor:
        assert (await visitor.ask("hello"))["text"] == "Hello."


async def test_a_foreign_model_file_ends_the_start_with_what_to_do(start: Start, tmp_path: Path) -> None:
    (tmp_path / "bot.model").write_bytes(b"something else")
    async with start() as server:
        await server.new_site()  # the bot is loaded at the next start
    with pytest.raises(StartupRefused, match="Make one: kickstand train"):
        async with start(bot_project=tmp_path / "bot.model"):
            pass
