"""Takes the pictures in `docs/screens/` anew: `make screens`.

One story a size and scheme, told by a demonstration of its own; `story.png` shows both sides of it in one picture.
"""

import asyncio
import base64
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np
from playwright.async_api import Browser, Page, async_playwright, expect

from tests.e2e.agents import Agent
from tests.e2e.browsers import PATIENCE, Pages
from tests.e2e.callers import Callers
from tests.e2e.chromium import NoChromium, find, switches
from tests.e2e.demo import ROOT, Demo, OwnDemo
from tests.e2e.pngs import Pixels, png
from tests.e2e.visitors import COMPLAINT, Visitor
from tests.ending import heed_termination

SCREENS = ROOT / "docs" / "screens"
OTHERS = (
    "My silencer came off on the motorway this morning",
    "I'd like to talk to a person about a big order for our club",
    "Second time I ask: where is my refund?",
)
EDGE, MARGIN = (0xCB, 0xD0, 0xD9), 24
GROUND = (0xF3, 0xF4, 0xF7)


@dataclass(frozen=True, slots=True)
class Look:
    """One size and scheme; `name` is the end of its files' names."""

    name: str
    width: int
    height: int
    scheme: Literal["light", "dark"]
    phone: bool = False


LOOKS = [
    Look("1440-light", 1440, 900, "light"),
    Look("1440-dark", 1440, 900, "dark"),
    Look("1024-light", 1024, 768, "light"),
    Look("1024-dark", 1024, 768, "dark"),
    Look("390-light", 390, 844, "light", phone=True),
    Look("390-dark", 390, 844, "dark", phone=True),
]
PLACES = {
    "promises": "promises",
    "all": "all",
    "wall": "wall",
    "reports": "reports",
    "account": "settings/you",
    "people": "settings/people",
    "teams": "settings/teams",
    "audit": "settings/audit",
    "authority": "settings/right",
    "alerts": "settings/alerts",
    "hours": "settings/hours",
}
"""Pages of the console by their addresses, as an administrator sees them."""
STANDS = {"reports": "Would recommend us", "alerts": "Ways and steps", "hours": "They read"}
"""What shows that everything a page asks for has come."""
LAYERS = {"palette": "Control+k", "keys": "?"}
SHOP = Look("shop", 1000, 860, "light")
CONSOLE = Look("console", 1140, 860, "light")
SOUND = "--autoplay-policy=no-user-gesture-required"
"""As for an agent who has clicked anywhere: the console's bell may ring."""


class Studio:
    """Tells the story and photographs it."""

    def __init__(self, pages: Pages, demo: Demo, callers: Callers, desk: Agent, office: Agent, darkroom: Page) -> None:
        self._pages = pages
        self._demo = demo
        self._callers = callers
        self._desk = desk
        self._office = office
        self._darkroom = darkroom

    async def tell(self, look: Look) -> None:
        """Every screen in this look."""
        stranger = await self._open(self._demo.console, look)
        await expect(stranger.get_by_label("E-mail")).to_be_visible()
        await self._take(stranger, f"console-sign-in-{look.name}")
        agent = Agent(await self._open(self._demo.console, look, signed_in=True))
        await expect(agent.page.get_by_text("All clear").first).to_be_visible()
        await self._take(agent.page, f"console-empty-{look.name}")

        visitor = Visitor(await self._open(self._demo.shop, look))
        await visitor.open_chat()
        await expect(visitor.chat.get_by_role("button", name="Does it fit my bike?")).to_be_visible()
        await self._take(visitor.page, f"widget-home-{look.name}")
        await visitor.ask_from_here()
        await self._take(visitor.page, f"widget-fit-{look.name}")
        for words in OTHERS:
            await self._callers.call(words)
        await visitor.complain()
        await self._take(visitor.page, f"widget-waiting-{look.name}")
        await expect(agent.queue.get_by_role("listitem")).to_have_count(1 + len(OTHERS))
        await self._take(agent.page, f"console-queue-{look.name}")

        await self._talk(visitor, agent)
        await self._take(visitor.page, f"widget-person-{look.name}")
        await self._take(agent.page, f"console-conversation-{look.name}")
        if look.width < 1_200:  # the customer stands behind a button
            await agent.page.get_by_role("button", name="Customer", exact=True).last.click()
            await expect(agent.page.get_by_role("dialog", name="Customer")).to_be_visible()
            await self._take(agent.page, f"console-customer-{look.name}")
            await agent.page.keyboard.press("Escape")
        await self._go_round(look)
        await visitor.page.context.set_offline(True)
        await expect(visitor.chat.get_by_text("offline.")).to_be_visible()
        await visitor.say("I can send you a photo of the clamp tonight.")
        await expect(visitor.chat.get_by_text("Waiting to send")).to_be_visible()
        await self._take(visitor.page, f"widget-offline-{look.name}")
        for page in (stranger, visitor.page, agent.page):
            await page.context.close()
        await self._desk.clear_the_line()

    async def _go_round(self, look: Look) -> None:
        """Every page of the console, and what opens above them."""
        page = await self._open(self._demo.console, look, of=self._office)
        for name, place in PLACES.items():
            await page.goto(f"{self._demo.console}#/{place}")
            await page.wait_for_load_state("networkidle")
            await expect(page.locator("main [class*=skeleton], main [class*=bone]")).to_have_count(0)
            if name in STANDS:
                await expect(page.get_by_text(STANDS[name]).first).to_be_attached()
            await self._take(page, f"console-{name}-{look.name}")
        await page.goto(f"{self._demo.console}#/queue/")
        for name, key in LAYERS.items():
            await page.keyboard.press(key)
            await expect(page.get_by_role("dialog").first).to_be_visible()
            await self._take(page, f"console-{name}-{look.name}")
            await page.keyboard.press("Escape")
        await page.context.close()

    async def both_sides(self) -> None:
        """The shop with the chat, and beside it the console with the same conversation."""
        visitor = Visitor(await self._open(self._demo.shop, SHOP))
        agent = Agent(await self._open(self._demo.console, CONSOLE, signed_in=True))
        await visitor.ask_about_fit()
        for words in OTHERS:
            await self._callers.call(words)
        await visitor.complain()
        await self._talk(visitor, agent)
        await visitor.page.get_by_role("heading", name="Pick your note").evaluate(
            "heading => scrollTo(0, scrollY + heading.getBoundingClientRect().top - 104)"
        )
        sides = [await self._photograph(page) for page in (visitor.page, agent.page)]
        (SCREENS / "story.png").write_bytes(png(_side_by_side(sides)))

    async def _talk(self, visitor: Visitor, agent: Agent) -> None:
        await agent.claim(COMPLAINT)
        await agent.say("Hi, Maya here. I've read all of it, and a leak on the third try is on us. Where does it leak?")
        await expect(visitor.log.get_by_text("Where does it leak?")).to_be_visible()
        await visitor.say("At the clamp, right behind the header.")
        await expect(agent.bubble("At the clamp, right behind the header.")).to_be_visible()
        await agent.page.keyboard.press("Escape")
        await agent.page.keyboard.press("n")
        await agent.note.fill("Third report of this clamp. Gasket goes out today.")
        await agent.note.press("Control+Enter")
        await expect(agent.log.get_by_text("Third report")).to_be_visible()
        await agent.page.keyboard.press("Escape")
        await agent.page.keyboard.press("r")
        await agent.say("Got it. A new clamp and gasket leave here today, and they are on us.")
        await expect(visitor.log.get_by_text("Got it.")).to_be_visible()
        await expect(agent.log.get_by_text("Seen")).to_be_visible()
        await agent.reply.press_sequentially("They reach you by")
        await expect(visitor.chat.get_by_role("status", name="Maya is typing")).to_be_visible()

    async def _open(self, url: str, look: Look, *, signed_in: bool = False, of: Agent | None = None) -> Page:
        of = self._desk if signed_in else of
        return await self._pages.open(
            url,
            width=look.width,
            height=look.height,
            color_scheme=look.scheme,
            phone=look.phone,
            signed_in=None if of is None else await of.page.context.storage_state(),
        )

    async def _take(self, page: Page, name: str) -> None:
        (SCREENS / f"{name}.png").write_bytes(png(await self._photograph(page)))

    async def _photograph(self, page: Page) -> Pixels:
        await page.mouse.move(0, 0)  # nothing is hovered
        return await self._develop(await page.screenshot())

    async def _develop(self, picture: bytes) -> Pixels:
        """The pixels of a picture, read by the browser that took it."""
        width, height, data = await self._darkroom.evaluate(
            """async (picture) => {
              const image = await createImageBitmap(await (await fetch(`data:image/png;base64,${picture}`)).blob());
              const drawn = new OffscreenCanvas(image.width, image.height).getContext("2d");
              drawn.drawImage(image, 0, 0);
              const { data } = drawn.getImageData(0, 0, image.width, image.height);
              const reader = new FileReader();
              await new Promise((done) => { reader.onload = done; reader.readAsDataURL(new Blob([data])); });
              return [image.width, image.height, reader.result.split(",")[1]];
            }""",
            base64.b64encode(picture).decode(),
        )
        pixels = np.frombuffer(base64.b64decode(data), np.uint8).reshape(height, width, 4)
        return pixels[..., :3].copy()


def _side_by_side(pictures: Sequence[Pixels]) -> Pixels:
    height = max(picture.shape[0] for picture in pictures) + 2 * MARGIN
    width = sum(picture.shape[1] + MARGIN for picture in pictures) + MARGIN
    wall = np.full((height, width, 3), GROUND, np.uint8)
    left = MARGIN
    for picture in pictures:
        tall, wide, _ = picture.shape
        wall[MARGIN - 1 : MARGIN + tall + 1, left - 1 : left + wide + 1] = EDGE
        wall[MARGIN : MARGIN + tall, left : left + wide] = picture
        left += wide + MARGIN
    return wall


async def _take_all(browser: Browser) -> None:
    SCREENS.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as data:
        async with OwnDemo(Path(data)) as demo, Pages(browser) as pages, Callers(demo) as callers:
            desk = await Agent.sign_in(pages, demo, demo.logins[0])
            office = await Agent.sign_in(pages, demo, demo.logins[-1])
            await expect(office.link).to_have_text("Live")
            await office.page.close()  # who is there is Maya alone, as the story wants it
            studio = Studio(pages, demo, callers, desk, office, await pages.open())
            for look in LOOKS:
                await studio.tell(look)
            await studio.both_sides()


async def main() -> None:
    """Raises NoChromium when there is no browser to take pictures with."""
    expect.set_options(timeout=PATIENCE)
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=find(), args=[*switches(), SOUND])
        await _take_all(browser)
        await browser.close()
    size = sum(picture.stat().st_size for picture in SCREENS.glob("*.png"))
    print(f"{len(list(SCREENS.glob('*.png')))} pictures in {SCREENS.relative_to(ROOT)}, {size / 1e6:.1f} MB.")


if __name__ == "__main__":
    heed_termination()
    try:
        asyncio.run(main())
    except NoChromium as error:
        sys.exit(str(error))
