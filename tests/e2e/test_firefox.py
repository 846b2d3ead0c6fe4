"""One walk through the chat in Firefox, by keyboard alone: an answer, a reload, a person, and back to the page."""

import asyncio
from pathlib import Path

import pytest

from tests.e2e.demo import Demo
from tests.e2e.firefox import NoFirefox, firefox
from tests.e2e.visitors import COMPLAINT

WALK_WITHIN = 120.0
"""Seconds; a machine that does much else at the same time needs many."""
LAUNCHER = "document.querySelector('kickstand-chat').shadowRoot.activeElement?.matches('button[aria-expanded={}]')"
COMPOSER = "document.hasFocus() && document.activeElement.matches('textarea')"
ANSWER = "[...document.querySelectorAll('article')].some((card) => card.ariaLabel?.includes('Fits your 2019 MT-07'))"
WAITING = "document.querySelector('section[aria-label=\"Person asked for\"]')"


async def test_by_keyboard_alone_an_answer_a_reload_a_person_and_back(demo: Demo, tmp_path: Path) -> None:
    try:
        async with asyncio.timeout(WALK_WITHIN), firefox(tmp_path) as window:
            await window.goto(demo.shop)
            await window.tab_to("page", LAUNCHER.format("false"))
            await window.press("Enter")
            await window.until("chat", COMPOSER)
            await window.press(*"does the fell 2 fit my 2019 mt-07?", "Enter")
            await window.until("chat", ANSWER)

            await window.goto(demo.shop)
            await window.until("chat", ANSWER)
            await window.tab_to("chat", COMPOSER)
            await window.press(*COMPLAINT, "Enter")
            await window.until("chat", WAITING)

            await window.press("Escape")
            await window.until("page", LAUNCHER.format("false"))
    except NoFirefox as error:
        pytest.skip(str(error))
