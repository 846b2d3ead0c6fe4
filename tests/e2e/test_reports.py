"""The owner's page, in a browser."""

from __future__ import annotations

from playwright.async_api import StorageState, expect

from tests.e2e.agents import Agent
from tests.e2e.axe import violations
from tests.e2e.browsers import Pages
from tests.e2e.callers import Callers
from tests.e2e.demo import Demo

CLUB = "I'd like to talk to a person about a big order for the club of Hagen"


async def test_who_leads_reads_the_figures_and_opens_the_conversations_behind_them(
    pages: Pages, demo: Demo, sessions: list[StorageState], callers: Callers
) -> None:
    await callers.call(CLUB)
    maya = await Agent.come_back(pages, demo, sessions[0])
    dana = await Agent.come_back(pages, demo, sessions[1], width=1440, height=900)
    await dana.page.get_by_role("button", name="Reports").click()
    report = dana.page.get_by_role("region", name="Voice of the customer")
    await expect(report.get_by_role("heading", name="Would recommend us")).to_be_visible()
    await expect(maya.page.get_by_role("button", name="Reports")).to_have_count(0)
    assert await violations(dana.page) == [], "light desk"

    await report.get_by_text("How this is counted").first.click()
    await dana.page.emulate_media(color_scheme="dark")
    await dana.page.set_viewport_size({"width": 390, "height": 844})
    assert await violations(dana.page) == [], "dark phone"
    assert await report.evaluate("report => report.scrollWidth <= report.clientWidth"), "scrolls sideways"

    await report.get_by_role("button", name="Asked for a person").first.click()
    behind = report.get_by_role("region", name="Asked for a person")
    await behind.get_by_role("button", name="club of Hagen").first.click()
    await expect(dana.log.get_by_text("about a big order for the club of Hagen")).to_be_visible()
