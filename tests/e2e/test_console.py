"""The console, where an agent spends the day: by keys, against a colleague, on each width, at night."""

import asyncio
from typing import Any

import pytest
from playwright.async_api import StorageState, expect

from tests.e2e.agents import Agent
from tests.e2e.axe import violations
from tests.e2e.browsers import Pages
from tests.e2e.callers import Callers
from tests.e2e.demo import Demo

UPSET = "third time I write and it is still leaking, I want a person!!"
WIDE = {"width": 1440, "height": 900}
NARROW = {"width": 1024, "height": 768}
PHONE = {"width": 390, "height": 844, "phone": True}


async def test_a_wrong_password_is_told_and_the_right_one_opens_the_queue(pages: Pages, demo: Demo) -> None:
    email, password = demo.logins[0]
    agent = Agent(await pages.open(demo.console))
    await agent.fill_in(email, "not-this-one")
    await expect(agent.page.get_by_role("alert")).to_contain_text("Check both and sign in again.")
    await expect(agent.page.get_by_label("E-mail")).to_have_value(email)

    await agent.fill_in(email, password)
    await expect(agent.page.get_by_role("heading", name="Queue")).to_be_visible()
    await expect(agent.link).to_have_text("Live")
    await agent.page.reload()
    await expect(agent.link).to_have_text("Live")

    await agent.page.get_by_role("button", name="Maya Keller").click()
    await agent.page.get_by_role("button", name="Sign out").click()
    await expect(agent.page.get_by_label("E-mail")).to_be_visible()
    await agent.page.reload()
    await expect(agent.page.get_by_label("E-mail")).to_be_visible()


async def test_a_whole_shift_needs_no_mouse(
    pages: Pages, demo: Demo, sessions: list[StorageState], callers: Callers
) -> None:
    agent = await Agent.come_back(pages, demo, sessions[0], **WIDE)
    await agent.clear_the_line()
    keys = agent.page.keyboard
    first = await callers.call(f"Anton: {UPSET}")
    second = await callers.call(f"Berta: {UPSET}")
    await expect(agent.queue.get_by_role("listitem")).to_have_count(2)

    await keys.press("?")
    await expect(agent.page.get_by_role("dialog", name="All keys")).to_be_visible()
    await keys.press("Escape")
    await expect(agent.page.get_by_role("dialog", name="All keys")).to_be_hidden()

    chosen = agent.queue.get_by_role("listitem").filter(has=agent.page.locator('[aria-current="true"]'))
    await keys.press("j")
    await expect(chosen).to_contain_text("Anton")
    await keys.press("j")
    await expect(chosen).to_contain_text("Berta")
    await keys.press("k")
    await expect(chosen).to_contain_text("Anton")
    await keys.press("c")
    await expect(agent.reply).to_be_focused()
    await expect(agent.log.get_by_text(f"Anton: {UPSET}")).to_be_visible()
    await expect(agent.why).to_be_visible()

    # An answer is kept for next time, found again by its name, and sent.
    box = agent.page.get_by_role("dialog", name="Canned answers")
    await keys.type("Hello Anton, I am on it.")
    await keys.press("Escape")
    await keys.press("/")
    await agent.tab_to(box.get_by_role("button", name="Keep what I wrote"))
    await keys.press("Enter")
    await agent.tab_to(box.get_by_label("Its name"))
    await keys.type("On it now")
    await keys.press("Enter")
    await expect(box).to_be_hidden()
    await agent.reply.focus()
    await keys.press("Control+a")
    await keys.press("Delete")
    await keys.press("/")
    await keys.type("on it n")
    await keys.press("Enter")
    await expect(agent.reply).to_have_value("Hello Anton, I am on it.")
    await keys.press("Control+Enter")
    await first.expect("message.created", text="Hello Anton, I am on it.")

    await keys.press("Escape")
    await keys.press("n")
    await expect(agent.note).to_be_focused()
    await keys.type("Sent him a gasket")
    await keys.press("Control+Enter")
    await expect(agent.log.get_by_text("Sent him a gasket")).to_be_visible()

    await keys.press("Escape")
    await keys.press("p")
    await keys.type("A call about the leak")
    await agent.tab_to(agent.page.get_by_role("button", name="Promise", exact=True))
    await keys.press("Enter")
    card = await first.expect("message.created", text="")
    assert (card["card"]["kind"], card["card"]["what"]) == ("promise", "A call about the leak")

    right = agent.page.get_by_role("complementary", name="Customer").get_by_role("region", name="Make it right")
    await keys.press("Escape")
    await keys.press("m")
    spare = right.get_by_role("button", name="A spare, free")
    await agent.tab_to(spare)
    await keys.press("Enter")
    await agent.tab_to(right.get_by_label("A spare, free: amount in USD"))
    await keys.press("Control+a")
    await keys.type("6")
    await agent.tab_to(right.get_by_label("A spare, free: what exactly"))
    await keys.type("the gasket of batch 9")
    await expect(right).to_contain_text("This would use $6.")
    await agent.tab_to(right.get_by_role("button", name="Do it and tell"))
    await keys.press("Enter")
    await expect(right.get_by_role("list", name="Given here")).to_contain_text("gasket of batch 9")

    await keys.press("Escape")
    await keys.press("r")
    await expect(agent.reply).to_be_focused()
    await keys.press("Escape")
    await keys.press("e")
    await agent.tab_to(agent.page.get_by_role("button", name="Keep and resolve"))
    await keys.press("Enter")
    await first.state(status="closed")

    await keys.press("c")
    await expect(agent.reply).to_be_focused()
    await second.state(status="human")
    await keys.press("Escape")
    await keys.press("e")
    await second.state(status="closed")
    await expect(agent.queue).to_contain_text("Nobody is waiting.")
    said = str([message["text"] for message in await first.settled()])
    assert "Sent him a gasket" not in said


async def test_two_agents_reach_for_one_customer_and_exactly_one_has_them(
    pages: Pages, demo: Demo, sessions: list[StorageState], callers: Callers
) -> None:
    agents = [await Agent.come_back(pages, demo, session) for session in sessions]
    words = f"Clara: {UPSET}"
    visitor = await callers.call(words)
    for agent in agents:
        await agent.row(words).get_by_role("button").first.click()
        await expect(agent.page.get_by_role("button", name="Claim", exact=False).last).to_be_enabled()

    await asyncio.gather(*(agent.page.keyboard.press("c") for agent in agents))

    name = (await visitor.state(status="human"))["agent"]
    winner, loser = agents if name == "Maya" else reversed(agents)
    await expect(winner.reply).to_be_focused()
    await expect(loser.page.get_by_text(f"{name} has").first).to_be_visible()
    await expect(loser.reply).to_be_hidden()
    await winner.say(f"{name} here.")
    await expect(loser.log.get_by_text(f"{name} here.")).to_be_visible()
    joined = [message["text"] for message in await visitor.settled() if "has joined" in message["text"]]
    assert joined == [f"{name} has joined you."]
    await winner.resolve()


async def test_a_customer_is_passed_to_the_queue_and_handed_back_to_the_bot(
    pages: Pages, demo: Demo, sessions: list[StorageState], callers: Callers
) -> None:
    agent = await Agent.come_back(pages, demo, sessions[0])
    words = f"Dora: {UPSET}"
    visitor = await callers.call(words)
    await agent.claim(words)

    await agent.page.get_by_role("button", name="More").click()
    await agent.page.get_by_role("button", name="Back to the queue").click()
    await visitor.state(status="waiting")
    await expect(agent.queue).to_contain_text(words)
    await agent.claim(words)
    await agent.page.get_by_role("button", name="More").click()
    await agent.page.get_by_role("button", name="Hand back to the bot").click()
    await visitor.state(status="bot")
    await expect(agent.reply).to_be_hidden()
    await expect(agent.queue).not_to_contain_text(words)

    answer = await visitor.ask("hello")
    assert answer["author"]["kind"] == "bot"


@pytest.mark.parametrize("how", [WIDE, NARROW, PHONE], ids=["1440", "1024", "phone"])
async def test_every_width_has_the_list_the_conversation_and_the_customer(
    pages: Pages, demo: Demo, sessions: list[StorageState], callers: Callers, how: dict[str, Any]
) -> None:
    agent = await Agent.come_back(pages, demo, sessions[0], **how)
    words = f"Emil at {how['width']}: {UPSET}"
    await callers.call(words)
    customer = agent.page.get_by_role("complementary", name="Customer")
    actions = agent.page.get_by_role("group", name="Actions for this conversation")

    await agent.row(words).get_by_role("button").first.click()
    await expect(agent.log.get_by_text("Emil")).to_be_visible()
    await expect(agent.queue).to_be_visible(visible=how is not PHONE)
    await expect(customer).to_be_visible(visible=how is WIDE)
    if how is not WIDE:
        await actions.get_by_role("button", name="Customer").click()
        sheet = agent.page.get_by_role("dialog", name="Customer")
        await expect(sheet.get_by_role("heading", name="Earlier conversations")).to_be_visible()
        await agent.page.keyboard.press("Escape")
        await expect(sheet).to_be_hidden()
    await agent.page.keyboard.press("c")
    await expect(agent.reply).to_be_in_viewport()
    width = how["width"]
    assert await agent.page.evaluate("document.documentElement.scrollWidth") == width
    await agent.resolve()
    if how is PHONE:
        await agent.page.get_by_role("button", name="Back to the list").click()
        await expect(agent.queue).to_be_visible()


@pytest.mark.parametrize(
    "how", [{"color_scheme": "light", **WIDE}, {"color_scheme": "dark", **PHONE}], ids=["light desk", "dark phone"]
)
async def test_axe_objects_to_nothing_in_any_state_of_the_console(
    pages: Pages, demo: Demo, sessions: list[StorageState], callers: Callers, how: dict[str, Any]
) -> None:
    stranger = Agent(await pages.open(demo.console, **how))
    await expect(stranger.page.get_by_label("E-mail")).to_be_visible()
    assert await violations(stranger.page) == [], "sign-in"
    await stranger.page.get_by_role("button", name="Sign in").click()
    await expect(stranger.page.get_by_role("alert")).to_be_visible()
    assert await violations(stranger.page) == [], "sign-in refused"

    await (await Agent.come_back(pages, demo, sessions[0])).clear_the_line()
    agent = await Agent.come_back(pages, demo, sessions[0], **how)
    await expect(agent.page.get_by_text("All clear").first).to_be_visible()
    ground = await agent.page.locator("body").evaluate("body => getComputedStyle(body).backgroundColor")
    assert (ground == "rgb(13, 15, 19)") == (how["color_scheme"] == "dark"), ground
    assert await violations(agent.page) == [], "empty queue"

    await callers.call(f"Frida in the {how['color_scheme']}: {UPSET}")
    await callers.call(f"Gustav in the {how['color_scheme']}: your silencer came off on the motorway")
    await expect(agent.queue.get_by_role("listitem")).to_have_count(2)
    assert await violations(agent.page) == [], "queue"

    await agent.claim("Frida")
    await agent.say("Hello Frida")
    await expect(agent.bubble("Hello Frida")).to_be_visible()
    assert await violations(agent.page) == [], "conversation"
    await agent.page.keyboard.press("Escape")
    await agent.page.keyboard.press("n")
    await expect(agent.note).to_be_focused()
    await agent.note.fill("Batch 7")
    assert await violations(agent.page) == [], "note"
    await agent.note.fill("")
    await agent.page.keyboard.press("Escape")
    await agent.page.keyboard.press("?")
    await expect(agent.page.get_by_role("dialog", name="All keys")).to_be_visible()
    assert await violations(agent.page) == [], "all keys"
    await agent.page.keyboard.press("Escape")

    await agent.page.context.set_offline(True)
    await expect(agent.page.get_by_text("Offline since").first).to_be_visible()
    assert await violations(agent.page) == [], "offline"
    await agent.page.context.set_offline(False)
    await expect(agent.page.get_by_text("Offline since")).to_have_count(0)
    await expect(agent.page.get_by_text("Catching up.")).to_have_count(0)
    await agent.page.keyboard.press("r")
    await agent.resolve()
    assert await violations(agent.page) == [], "resolved"
