"""Nobody is kept out: axe objects to nothing in what customers and agents see, in light and in dark."""

from typing import Literal

import pytest
from playwright.async_api import expect

from tests.e2e.axe import violations
from tests.e2e.browsers import Pages
from tests.e2e.demo import Demo

schemes = pytest.mark.parametrize("scheme", ["light", "dark"])


@schemes
@pytest.mark.parametrize("width", [390, 1280])
async def test_the_chat_on_the_shop_page(
    pages: Pages, demo: Demo, scheme: Literal["light", "dark"], width: int
) -> None:
    page = await pages.open(demo.shop, width=width, color_scheme=scheme, phone=width < 500)
    await page.get_by_role("button", name="Open chat").click()
    chat = page.frame_locator("iframe")
    composer = chat.get_by_role("textbox")
    await composer.fill("Does the Fell 2 fit my 2019 MT-07?")
    await composer.press("Enter")
    await expect(chat.get_by_role("article", name="Fits your 2019 MT-07")).to_be_visible()

    frame = next(frame for frame in page.frames if frame != page.main_frame)
    assert await violations(page) == []
    assert await violations(frame) == []


@schemes
async def test_the_console_from_signing_in_to_the_queue(
    pages: Pages, demo: Demo, scheme: Literal["light", "dark"]
) -> None:
    page = await pages.open(demo.console, color_scheme=scheme)
    email, password = demo.logins[0]
    await expect(page.get_by_role("heading", name="Good to see you")).to_be_visible()
    assert await violations(page) == []

    await page.get_by_label("E-mail").fill(email)
    await page.get_by_label("Password", exact=True).fill(password)
    await page.get_by_role("button", name="Sign in").click()
    await expect(page.get_by_role("heading", name="Queue")).to_be_visible()
    assert await violations(page) == []
