"""A busy minute: three visitors need a person at once, and two agents share them."""

import asyncio
import re

from playwright.async_api import StorageState, expect

from tests.e2e.agents import Agent
from tests.e2e.axe import violations
from tests.e2e.browsers import Pages
from tests.e2e.demo import Demo
from tests.e2e.visitors import Visitor

WORRIED = "my silencer 71 came off on the motorway, I nearly crashed"
ANGRY = "this is ridiculous, your clamp 72 is a disgrace and I am furious"
ASKING = "can I talk to a person about gasket 73 please"
IN_LINE = [re.compile("silencer 71"), re.compile("clamp 72"), re.compile("gasket 73")]
"""As they are served, whoever wrote first: danger, anger, then a wish for a person."""
OURS = re.compile("silencer 71|clamp 72|gasket 73")
JOINED = re.compile("(Maya|Dana) has joined you")
NOTE = "She rides to Spain on Monday"


async def test_two_agents_share_three_visitors_who_write_at_once(
    pages: Pages, demo: Demo, sessions: list[StorageState]
) -> None:
    maya, dana = [await Agent.come_back(pages, demo, session, width=1440, height=900) for session in sessions]
    for agent in (maya, dana):
        await agent.clear_the_line()
    asking, angry, worried = [await Visitor.arrive(pages, demo) for _ in range(3)]
    for visitor in (asking, angry, worried):
        await visitor.open_chat()
    await asyncio.gather(asking.complain(ASKING), angry.complain(ANGRY), worried.complain(WORRIED))

    # Both see the same line, and both reach for the first in it.
    for agent in (maya, dana):
        theirs = agent.queue.get_by_role("listitem").filter(has_text=OURS)
        await expect(theirs).to_have_text(IN_LINE)
        await theirs.first.get_by_role("button").first.click()
        await expect(agent.log.get_by_text("silencer 71").first).to_be_visible()
        await expect(agent.page.get_by_role("button", name="Claim").last).to_be_enabled()
    await asyncio.gather(*(agent.page.keyboard.press("c") for agent in (maya, dana)))
    await expect(worried.log.get_by_text(JOINED)).to_have_count(1)
    (first,) = JOINED.findall(await worried.log.inner_text())
    faster, slower = (maya, dana) if first == "Maya" else (dana, maya)
    second = "Dana" if first == "Maya" else "Maya"
    await expect(faster.reply).to_be_focused()
    await expect(slower.page.get_by_text(f"{first} has").first).to_be_visible()
    await expect(slower.reply).to_be_hidden()
    assert await violations(slower.page) == [], "lost the race"

    # Each answers theirs while the other does; nobody reads what is not for them.
    await slower.claim("clamp 72")
    await asyncio.gather(
        faster.say("Are you safe now?"),
        slower.say("When did it break?"),
        asking.say("It is number 73"),
    )
    await expect(worried.bubble("Are you safe now?")).to_be_visible()
    await expect(angry.bubble("When did it break?")).to_be_visible()
    await asyncio.gather(worried.say("Yes, at home"), angry.say("On the second ride"))
    await expect(faster.bubble("Yes, at home")).to_be_visible()
    await expect(slower.bubble("On the second ride")).to_be_visible()
    await expect(asking.waiting_card).to_be_visible()

    # Whoever is free takes the third, and passes her on to the colleague with a word.
    await faster.resolve()
    await expect(worried.log).to_contain_text(f"{first} has closed this conversation.")
    await faster.claim("gasket 73")
    await faster.say("Here I am.")
    await faster.page.keyboard.press("Escape")
    await faster.page.keyboard.press("t")
    box = faster.page.get_by_role("dialog", name="Pass to a colleague or a team")
    await box.get_by_label("A word for whoever takes it").fill(NOTE)
    await box.get_by_role("button", name=second).click()
    await expect(slower.page.get_by_role("region", name="Rings at you")).to_contain_text("gasket 73")
    await slower.page.keyboard.press("Escape")
    await slower.page.keyboard.press("c")
    await expect(slower.log.get_by_text(NOTE)).to_be_visible()
    await expect(slower.reply).to_be_focused()
    await expect(slower.mine.get_by_role("listitem")).to_have_count(2)
    await expect(faster.reply).to_be_hidden()
    assert await violations(slower.page) == [], "two of their own"

    # With two in hand, each answer goes to the one it is for.
    await slower.say("The gasket is in stock.")
    await expect(asking.bubble("The gasket is in stock.")).to_be_visible()
    assert await slower.heard(["It is number 73", "Here I am.", "The gasket is in stock.", "On the second ride"]) == [
        "It is number 73",
        "Here I am.",
        "The gasket is in stock.",
    ]
    await slower.resolve()
    await expect(asking.log).to_contain_text(f"{second} has closed this conversation.")
    await slower.mine.get_by_role("listitem").filter(has_text="On the second ride").get_by_role("button").first.click()
    await expect(slower.log.get_by_text("clamp 72").first).to_be_visible()
    await slower.say("A new clamp leaves today.")
    await expect(angry.bubble("A new clamp leaves today.")).to_be_visible()
    await slower.resolve()
    await expect(angry.log).to_contain_text(f"{second} has closed this conversation.")

    said = {
        worried: [WORRIED, "Are you safe now?", "Yes, at home"],
        angry: [ANGRY, "When did it break?", "On the second ride", "A new clamp leaves today."],
        asking: [ASKING, "It is number 73", "Here I am.", "The gasket is in stock."],
    }
    everything = [line for lines in said.values() for line in lines]
    for visitor, lines in said.items():
        assert await visitor.heard(everything) == lines
        await expect(visitor.log).not_to_contain_text(NOTE)
    for agent in (maya, dana):
        await expect(agent.mine.get_by_role("listitem")).to_have_count(0)
        await expect(agent.queue.get_by_role("listitem").filter(has_text=OURS)).to_have_count(0)
