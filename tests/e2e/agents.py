"""Somebody who answers in the console, by keys and by what stands on the screen."""

from collections.abc import Collection
from contextlib import suppress
from typing import Any, Self

from playwright.async_api import Locator, Page, StorageState, TimeoutError, expect

from tests.e2e.browsers import Pages
from tests.e2e.demo import Demo

ASKED_OR_GONE = """() => !document.querySelector('textarea[aria-label^="Reply to"]')
    || [...document.querySelectorAll("button")].some((button) => button.textContent.includes("Keep and resolve"))"""


class Agent:
    """A browser on the console, signed in or about to."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.link = page.get_by_role("status", name="Connection")
        self.queue = page.get_by_role("region", name="Needs a person now")
        self.mine = page.get_by_role("region", name="Mine")
        self.log = page.get_by_role("log", name="Messages")
        self.reply = page.get_by_role("textbox", name="Reply to")
        self.note = page.get_by_role("textbox", name="Note for your team")
        self.why = page.get_by_role("region", name="Why this is yours")

    @classmethod
    async def sign_in(cls, pages: Pages, demo: Demo, login: tuple[str, str], **how: Any) -> Self:
        """By the form, as on the first day. `how` is for `Pages.open`."""
        agent = cls(await pages.open(demo.console, **how))
        await agent.fill_in(*login)
        await expect(agent.link).to_have_text("Live")
        return agent

    @classmethod
    async def come_back(cls, pages: Pages, demo: Demo, session: StorageState, **how: Any) -> Self:
        """With the cookie of an earlier sign-in: sign-ins are limited by the minute."""
        agent = cls(await pages.open(demo.console, signed_in=session, **how))
        await expect(agent.link).to_have_text("Live")
        return agent

    async def fill_in(self, email: str, password: str) -> None:
        await self.page.get_by_label("E-mail").fill(email)
        await self.page.get_by_label("Password", exact=True).fill(password)
        await self.page.get_by_role("button", name="Sign in").click()

    def row(self, words: str) -> Locator:
        """The row of the list that shows these words."""
        return self.page.get_by_role("listitem").filter(has_text=words)

    def bubble(self, text: str) -> Locator:
        return self.log.get_by_text(text, exact=True)

    async def claim(self, words: str) -> None:
        """Chooses the row with these words and takes it by its key."""
        await self.row(words).get_by_role("button").first.click()
        await self.page.keyboard.press("c")
        await expect(self.reply).to_be_focused()

    async def say(self, text: str) -> None:
        await self.reply.fill(text)
        await self.reply.press("Control+Enter")
        await expect(self.reply).to_have_value("")

    async def tab_to(self, goal: Locator) -> None:
        """By the Tab key alone, as far as a person would go for it."""
        await expect(goal).to_be_visible()
        for _ in range(80):
            if await goal.evaluate("element => element === document.activeElement"):
                return
            await self.page.keyboard.press("Tab")
        raise AssertionError(f"80 times Tab do not lead to {goal}")

    async def resolve(self) -> None:
        """By its key, from outside the field. Promises that are still open stay so."""
        keep = self.page.get_by_role("button", name="Keep and resolve")
        for patience in (5_000, 10_000, 30_000):  # a dialog that has just closed may give the field its focus back
            await self.page.keyboard.press("Escape")
            await self.page.keyboard.press("e")
            with suppress(TimeoutError):
                await self.page.wait_for_function(ASKED_OR_GONE, timeout=patience)
                break
            await self.reply.fill("")
        if await keep.is_visible():
            await keep.click()
        await expect(self.reply).to_be_hidden()

    async def clear_the_line(self) -> None:
        """Takes and resolves all who wait and all whom this agent has, whoever left them there."""
        line = self.page.get_by_role("region", name="Queue").get_by_role("status").first
        await expect(line).to_be_visible()
        while await self.mine.get_by_role("listitem").count():
            await self.mine.get_by_role("listitem").first.get_by_role("button").first.click()
            await self.resolve()
        while (waiting := await line.inner_text()) != "All clear":
            await self.page.keyboard.press("c")
            await expect(self.reply).to_be_focused()
            await self.resolve()
            await expect(line).not_to_have_text(waiting)

    async def heard(self, among: Collection[str]) -> list[str]:
        """The texts of `among` that stand in the conversation, in its order, each as often as it stands there."""
        return [line for line in (await self.log.inner_text()).splitlines() if line in among]
