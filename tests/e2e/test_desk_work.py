"""Two agents at work: passing on, laying aside, promising, wording, finding, on each width and by keys alone."""

from typing import Any

import pytest
from playwright.async_api import StorageState, expect

from tests.e2e.agents import Agent
from tests.e2e.axe import violations
from tests.e2e.browsers import Pages
from tests.e2e.callers import Callers
from tests.e2e.demo import Demo

UPSET = "third time I write and it is still leaking, I want a person!!"
LOOKS: list[dict[str, Any]] = [
    {"width": 1440, "height": 900, "color_scheme": "light"},
    {"width": 1440, "height": 900, "color_scheme": "dark"},
    {"width": 1024, "height": 768, "color_scheme": "light"},
    {"width": 390, "height": 844, "color_scheme": "light", "phone": True},
    {"width": 390, "height": 844, "color_scheme": "dark", "phone": True},
]


async def test_a_conversation_rings_at_a_colleague_who_takes_it_with_the_note(
    pages: Pages, demo: Demo, sessions: list[StorageState], callers: Callers
) -> None:
    maya, dana = [await Agent.come_back(pages, demo, session) for session in sessions]
    visitor = await callers.call(f"Greta: {UPSET}")
    await maya.claim("Greta")
    await maya.page.keyboard.press("Escape")
    await maya.page.keyboard.press("t")
    box = maya.page.get_by_role("dialog", name="Pass to a colleague or a team")
    await box.get_by_label("A word for whoever takes it").fill("She asked for you")
    await box.get_by_role("button", name="Dana Roth").click()

    offer = dana.page.get_by_role("region", name="Rings at you")
    await expect(offer).to_contain_text("Greta")
    await dana.page.keyboard.press("c")
    await expect(dana.reply).to_be_focused()
    await expect(offer).to_be_hidden()
    await expect(dana.log.get_by_text("She asked for you")).to_be_visible()
    await visitor.state(status="human", agent="Dana")
    assert "asked for you" not in str([message["text"] for message in await visitor.settled()])
    await expect(maya.reply).to_be_hidden()
    await expect(maya.page.get_by_role("status").filter(has_text="Dana Roth").first).to_be_visible()
    await dana.resolve()


async def test_who_lets_it_pass_leaves_it_to_the_line(
    pages: Pages, demo: Demo, sessions: list[StorageState], callers: Callers
) -> None:
    maya, dana = [await Agent.come_back(pages, demo, session) for session in sessions]
    await callers.call(f"Hilde: {UPSET}")
    await maya.claim("Hilde")
    await maya.page.keyboard.press("Escape")
    await maya.page.keyboard.press("t")
    await maya.page.get_by_role("button", name="Dana Roth").click()
    await dana.page.get_by_role("button", name="Let it pass").click()
    await expect(maya.queue).to_contain_text("Hilde")
    await maya.claim("Hilde")
    await maya.resolve()


async def test_a_promise_is_seen_while_it_is_typed_and_holds_the_conversation_open(
    pages: Pages, demo: Demo, sessions: list[StorageState], callers: Callers
) -> None:
    maya = await Agent.come_back(pages, demo, sessions[0])
    visitor = await callers.call(f"Ida: {UPSET}")
    await maya.claim("Ida")
    keys = maya.page.keyboard
    await keys.type("We can't do that before Friday. ")
    await expect(maya.page.get_by_text("Say what you can do:")).to_be_visible()
    await keys.press("Tab")
    await expect(maya.reply).to_have_value("Friday is the first moment we can do it. ")
    await keys.type("I'll call you tomorrow at noon.")
    await maya.page.get_by_role("button", name="Add it").click()
    card = await visitor.expect("message.created", text="")
    assert (card["card"]["kind"], card["card"]["by"]) == ("promise", "Maya")
    await maya.reply.press("Control+Enter")
    await visitor.expect("message.created", author={"kind": "agent", "name": "Maya"})

    await keys.press("Escape")
    await keys.press("e")
    await expect(maya.page.get_by_text("1 promise stays open:")).to_be_visible()
    await maya.page.get_by_role("button", name="Keep and resolve").click()
    await visitor.state(status="closed")
    await maya.page.get_by_role("button", name="Promises").first.click()
    line = maya.page.get_by_role("region", name="Due next").get_by_role("listitem").filter(has_text="call you tomorrow")
    await line.get_by_role("button", name="Mark as kept").first.click()
    await expect(line).to_have_count(0)


async def test_what_was_said_is_found_by_keys_alone_and_answers_are_kept_for_next_time(
    pages: Pages, demo: Demo, sessions: list[StorageState], callers: Callers
) -> None:
    maya = await Agent.come_back(pages, demo, sessions[0])
    keys = maya.page.keyboard
    await callers.call(f"Jana with a zebrawood tank: {UPSET}")
    await maya.claim("zebrawood")
    await keys.type("Please tighten the clamp to 10 Nm.")
    await maya.page.get_by_role("button", name="Canned answers").click()
    await maya.page.get_by_role("button", name="Keep what I wrote").click()
    await maya.page.get_by_label("Its name").fill("Clamp torque")
    await keys.press("Enter")
    await expect(maya.page.get_by_role("dialog", name="Canned answers")).to_be_hidden()
    await maya.reply.fill("")
    await maya.reply.press("/")
    await keys.type("clamp")
    await keys.press("Enter")
    await expect(maya.reply).to_have_value("Please tighten the clamp to 10 Nm.")
    await maya.reply.fill("")

    await keys.press("Control+k")
    await keys.type("zebraw")
    await expect(maya.page.get_by_role("option", name="zebrawood")).to_be_visible()
    await keys.press("Escape")
    await keys.press("Escape")
    await keys.press("s")
    await maya.page.get_by_role("button", name="In an hour").click()
    aside = maya.page.get_by_role("region", name="Laid aside")
    await expect(aside).to_contain_text("zebrawood")
    await keys.press("c")
    await expect(maya.reply).to_be_focused()
    await maya.resolve()


@pytest.mark.parametrize("how", LOOKS, ids=lambda how: f"{how['width']}-{how['color_scheme']}")
async def test_everybody_can_use_what_opens(
    pages: Pages, demo: Demo, sessions: list[StorageState], callers: Callers, how: dict[str, Any]
) -> None:
    maya = await Agent.come_back(pages, demo, sessions[0], **how)
    words = f"Karla {how['width']} {how['color_scheme']}: {UPSET}"
    await callers.call(words)
    await maya.claim(words)
    await maya.reply.fill("We can't do that before Friday.")
    await expect(maya.page.get_by_text("Say what you can do:")).to_be_visible()
    assert await violations(maya.page) == []
    await maya.reply.fill("")
    await maya.page.keyboard.press("Escape")
    for key in ("t", "s", "p", "Control+k"):
        await maya.page.keyboard.press(key)
        await expect(maya.page.get_by_role("dialog")).to_be_visible()
        assert await violations(maya.page) == [], key
        await maya.page.keyboard.press("Escape")
        await expect(maya.page.get_by_role("dialog")).to_be_hidden()
    await maya.resolve()
