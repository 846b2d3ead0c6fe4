"""A line of a thousand: the list draws what is in sight, and keys reach the rest."""

import sqlite3
import time
from contextlib import closing
from pathlib import Path

from playwright.async_api import expect

from app.conversations import new_id
from app.settings import DATABASE
from tests.e2e.agents import Agent
from tests.e2e.browsers import Pages
from tests.e2e.demo import OwnDemo

WAITING = 1_000


def fill_the_line(database: Path) -> None:
    """A thousand visitors who asked for a person, one second after the other."""
    with closing(sqlite3.connect(database)) as store, store:
        (site,) = store.execute("SELECT id FROM site").fetchone()
        now = time.time_ns() // 1_000
        for number in range(WAITING):
            visitor, conversation, at = new_id(), new_id(), now - (WAITING - number) * 1_000_000
            store.execute(
                "INSERT INTO visitor (id, site_id, token_hash, name, created_at) VALUES (?, ?, ?, ?, ?)",
                (visitor, site, visitor, f"Rider {number}", at),
            )
            store.execute(
                "INSERT INTO conversation (id, site_id, visitor_id, status, head, pos, read_by_visitor, read_by_agent,"
                " last_text, created_at, updated_at) VALUES (?, ?, ?, 'waiting', 0, 0, 0, 0, '', ?, ?)",
                (conversation, site, visitor, at, at),
            )
            store.execute(
                "INSERT INTO ticket (id, conversation_id, site_id, state, gen, reason, quote, evidence, rank_at,"
                " requested_at, waiting_since, asked, reach, due_at)"
                " VALUES (?, ?, ?, 'waiting', 0, 'other', 'hello?', '[]', ?, ?, ?, '[]', 'owner', ?)",
                (new_id(), conversation, site, at, at, at, now + 3_600_000_000),
            )


async def test_a_line_of_a_thousand_draws_what_is_in_sight(pages: Pages, tmp_path: Path) -> None:
    async with OwnDemo(tmp_path) as demo:
        await demo.kill()
        fill_the_line(tmp_path / DATABASE)
        await demo.start()
        agent = await Agent.sign_in(pages, demo, demo.logins[0], width=1440, height=900)
        await expect(agent.page.get_by_text(f"{WAITING} waiting").first).to_be_visible()
        rows = agent.queue.locator("[data-row]")
        assert await rows.count() < 60
        await expect(agent.queue.get_by_role("button", name="Rider 0", exact=True)).to_be_visible()

        scroll = agent.queue.locator("xpath=..")
        await scroll.evaluate("box => { box.scrollTop = 500 * 87 }")
        await expect(agent.queue.get_by_role("button", name="Rider 500", exact=True)).to_be_visible()
        assert await rows.count() < 60
        await scroll.evaluate("box => { box.scrollTop = 0 }")
        for _ in range(60):
            await agent.page.keyboard.press("j")
        await expect(agent.queue.get_by_role("button", name="Rider 59", exact=True)).to_be_in_viewport()
        assert await rows.count() < 60
