"""A rider on the shop page, who sees and does in the chat what riders see and do."""

from collections.abc import Collection
from typing import Any, Self

from playwright.async_api import Frame, FrameLocator, Locator, Page, expect

from tests.e2e.browsers import Pages
from tests.e2e.demo import Demo

FIT_QUESTION = "does the fell 2 fit my mt07?"
YEARS = "2018\u201320"
FIT = f"Fits your {YEARS} MT-07"
COMPLAINT = "this is the third time I'm writing, your pipe is still leaking!!"


class Visitor:
    """A browser on the shop page. Chats and cards are found by role and name, as ears find them."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.launcher = page.get_by_role("button", name="Open chat")
        self.chat: FrameLocator = page.frame_locator("iframe")
        self.composer = self.chat.get_by_role("textbox", name="Your message")
        self.log = self.chat.get_by_role("log")
        self.quick_replies = self.chat.get_by_role("list", name="Quick replies")
        self.waiting_card = self.chat.get_by_role("region", name="Person asked for")
        self.talk_to_a_person = self.chat.locator("header").get_by_role("button", name="Talk to a person")

    @classmethod
    async def arrive(cls, pages: Pages, demo: Demo, **how: Any) -> Self:
        """On the shop page, the chat still closed. `how` is for `Pages.open`."""
        return cls(await pages.open(demo.shop, **how))

    @property
    def frame(self) -> Frame:
        """The document of the chat, once it was opened."""
        return next(frame for frame in self.page.frames if "/widget/frame" in frame.url)

    async def open_chat(self) -> None:
        await self.launcher.click()
        await expect(self.composer).to_be_visible()

    async def come_back(self) -> None:
        """Reloads the shop page, on which the chat stands open as it did before."""
        await self.page.reload()
        await expect(self.composer).to_be_visible()

    async def say(self, text: str) -> None:
        await self.composer.fill(text)
        await self.composer.press("Enter")
        await expect(self.composer).to_have_value("")

    def bubble(self, text: str) -> Locator:
        return self.log.get_by_text(text, exact=True)

    def card(self, name: str) -> Locator:
        return self.chat.get_by_role("article", name=name)

    async def ask_about_fit(self) -> None:
        """From the closed chat to the card that answers."""
        await self.open_chat()
        await self.ask_from_here()

    async def ask_from_here(self) -> None:
        """From the open chat to the card that answers."""
        await self.say(FIT_QUESTION)
        await self.quick_replies.get_by_role("button", name=YEARS).click()
        await expect(self.card(FIT)).to_be_visible()

    async def complain(self, words: str = COMPLAINT) -> None:
        """What brings a person; ends with a place in line."""
        await self.say(words)
        await expect(self.waiting_card).to_be_visible()

    async def heard(self, among: Collection[str]) -> list[str]:
        """The texts of `among` that stand in the chat, in its order, each as often as it stands there."""
        return [line for line in (await self.log.inner_text()).splitlines() if line in among]
