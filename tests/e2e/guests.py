"""A rider on the shop page in any browser, who sees and does in the chat what riders see and do."""

import json
from collections.abc import Collection, Sequence
from typing import Self

from tests.e2e.demo import Demo
from tests.e2e.visitors import COMPLAINT, FIT, FIT_QUESTION, YEARS
from tests.e2e.windows import Where, Window

CLOSED = 'all("button[aria-expanded=false]")[0]'
HAS_LAUNCHER = 'root.activeElement?.matches("button[aria-expanded=false]")'
COMPOSER = 'all("textarea")[0]'
IS_WRITING = f"document.hasFocus() && document.activeElement === {COMPOSER}"
HAS_KEYS = f"{COMPOSER} && ({IS_WRITING} || document.hasFocus() && document.activeElement === document.body)"
"""What is typed goes to the field: focus is there, or in the chat's document and on nothing in it."""
STARTERS = 'named("button", "Does it fit my bike?")'
CHIP = f'named("ul[aria-label=\\"Quick replies\\"] button", "{YEARS}")'
CARD = f'named("article", "{FIT}")'
WAITING = 'named("section", "Person asked for")'
PILL = 'named("header button", "Talk to a person")'


class Guest:
    """A window on the shop's page."""

    def __init__(self, window: Window, shop: str) -> None:
        self.window = window
        self._shop = shop

    @classmethod
    async def arrive(cls, window: Window, demo: Demo) -> Self:
        """On the shop's page, the chat still closed."""
        guest = cls(window, demo.shop)
        await window.goto(demo.shop)
        await window.until("page", CLOSED)
        return guest

    async def open_chat(self) -> None:
        await self.window.click("page", CLOSED)
        await self.can_write()

    async def can_write(self) -> None:
        """Waits until what is typed goes to the field."""
        await self.window.until("chat", IS_WRITING if self.window.frames_take_focus else HAS_KEYS)

    async def come_back(self) -> None:
        """Loads the shop's page again, on which the chat stands open as it did before."""
        await self.window.goto(self._shop)
        await self.window.until("chat", COMPOSER)

    async def beside(self) -> Self:
        """The same person in a second tab, where the chat stands open as well."""
        other = type(self)(await self.window.beside(), self._shop)
        await other.window.goto(self._shop)
        await other.open_chat()
        return other

    async def say(self, text: str) -> None:
        """Types it and sends it; where keys go elsewhere, after a click into the field."""
        if not await self.window.holds("chat", HAS_KEYS):
            await self.window.click("chat", COMPOSER)
            await self.window.until("chat", f"document.activeElement === {COMPOSER}")
        await self.window.press(*text, "Enter")
        await self.window.until("chat", f'{COMPOSER}.value === ""')
        await self.reads(text)

    async def ask_about_fit(self) -> None:
        """From the open chat to the card that answers."""
        await self.say(FIT_QUESTION)
        await self.window.click("chat", CHIP)
        await self.window.until("chat", CARD)

    async def complain(self, words: str = COMPLAINT) -> None:
        """What brings a person; ends with a place in line."""
        await self.say(words)
        await self.window.until("chat", WAITING)

    async def reads(self, words: str, where: Where = "chat") -> None:
        """Waits until these words stand there."""
        await self.window.until(where, f"shows({json.dumps(words)})")

    async def no_longer_reads(self, words: str) -> None:
        await self.window.until("chat", f"{COMPOSER} && !shows({json.dumps(words)})")

    async def heard(self, said: Sequence[str], among: Collection[str] | None = None) -> None:
        """Of the texts `among`, or of these, exactly these stand in the chat, once each and in this order."""
        log = await self.window.value("chat", "document.querySelector('[role=log]').innerText")
        stand = [line for line in log.split("\n") if line in (said if among is None else among)]
        assert stand == list(said), stand
