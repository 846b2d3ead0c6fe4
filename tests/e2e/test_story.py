"""What Kickstand is for, in three parts: an answer, a person, and nothing lost when the server dies.

Two browsers that share nothing: a customer on the shop page, an agent in the console.
"""

import re

from playwright.async_api import StorageState, expect

from tests.e2e.agents import Agent
from tests.e2e.browsers import Pages
from tests.e2e.demo import Demo, OwnDemo
from tests.e2e.visitors import COMPLAINT, FIT, FIT_QUESTION, YEARS, Visitor

COMPLAINT_AGAIN = "fourth time now, and the pipe is leaking again!!"
BACK_WITHIN = 90_000
"""Milliseconds; browsers wait up to half a minute between two attempts to come back."""


async def test_a_customer_asks_whether_a_part_fits_and_reads_it_on_a_card(pages: Pages, demo: Demo) -> None:
    visitor = await Visitor.arrive(pages, demo)
    await visitor.open_chat()
    await visitor.say(FIT_QUESTION)
    await expect(visitor.quick_replies.get_by_role("button")).not_to_have_count(0)

    await visitor.quick_replies.get_by_role("button", name=YEARS).click()

    card = visitor.card(FIT)
    await expect(card).to_be_visible()
    await expect(card.get_by_role("heading", name="Fell 2")).to_be_visible()
    await expect(card.get_by_text(re.compile(r"€\d"))).not_to_have_count(0)
    await expect(card.get_by_role("link", name="See the Fell 2")).to_have_attribute("href", re.compile("#fell-2$"))
    await expect(visitor.bubble(YEARS)).to_have_count(1)
    await expect(visitor.quick_replies).to_have_count(0)


async def test_a_customer_who_had_enough_is_with_a_person_who_knows_everything(
    pages: Pages, demo: Demo, sessions: list[StorageState]
) -> None:
    visitor = await Visitor.arrive(pages, demo)
    await visitor.ask_about_fit()
    agent = await Agent.come_back(pages, demo, sessions[0])
    await agent.clear_the_line()

    await visitor.complain()
    await expect(visitor.waiting_card.get_by_role("heading", level=2)).to_have_text(
        re.compile("You.re (next|.+ in line)")
    )
    await expect(visitor.chat.get_by_text("Person asked for")).to_be_visible()

    row = agent.queue.get_by_role("listitem").filter(has_text=COMPLAINT)
    await expect(row.get_by_text("again")).to_be_visible()
    await agent.claim(COMPLAINT)
    await expect(agent.why).to_contain_text("the third time")
    await expect(agent.log).to_contain_text("showed the fit")
    await expect(visitor.chat.get_by_role("heading", name="Maya")).to_be_visible()
    await expect(visitor.waiting_card).to_be_hidden()

    await agent.reply.press_sequentially("Hello")
    await expect(visitor.chat.get_by_role("status", name="Maya is typing")).to_be_visible()
    await agent.say("Hello, I'm Maya. Let's get that pipe tight. Where does it leak?")
    await expect(visitor.bubble("Hello, I'm Maya. Let's get that pipe tight. Where does it leak?")).to_be_visible()
    await expect(agent.log.get_by_text("Seen")).to_be_visible()

    await visitor.composer.press_sequentially("At")
    await expect(agent.log.get_by_text("is typing")).to_be_visible()
    await visitor.say("At the clamp behind the header.")
    await expect(agent.bubble("At the clamp behind the header.")).to_be_visible()
    await expect(visitor.chat.get_by_text("Seen", exact=True)).to_be_visible()

    await agent.page.keyboard.press("Escape")
    await agent.page.keyboard.press("n")
    await agent.note.fill("Batch 7 again: check the gasket first.")
    await agent.note.press("Control+Enter")
    await expect(agent.log.get_by_text("Batch 7 again: check the gasket first.")).to_be_visible()
    await agent.page.keyboard.press("Escape")
    await agent.page.keyboard.press("r")
    await agent.say("A new gasket goes out to you on Monday.")
    await expect(visitor.bubble("A new gasket goes out to you on Monday.")).to_be_visible()
    await visitor.come_back()
    await expect(visitor.bubble("A new gasket goes out to you on Monday.")).to_be_visible()
    await expect(visitor.log).not_to_contain_text("Batch 7")

    await agent.resolve()
    await expect(visitor.log).to_contain_text("Maya has closed this conversation.")


async def test_a_server_that_is_killed_in_mid_conversation_loses_nothing_and_doubles_nothing(
    pages: Pages, own_demo: OwnDemo, sessions: list[StorageState]
) -> None:
    visitor = await Visitor.arrive(pages, own_demo)
    await visitor.ask_about_fit()
    await visitor.complain(COMPLAINT_AGAIN)
    agent = await Agent.come_back(pages, own_demo, sessions[0])
    await agent.claim(COMPLAINT_AGAIN)
    await agent.say("Maya here. Which bike is it on?")
    await expect(visitor.bubble("Maya here. Which bike is it on?")).to_be_visible()

    await visitor.say("The MT-07, since April.")  # on its way, or just stored, when the server dies
    await own_demo.kill()
    await visitor.say("It drips on the swingarm.")
    await agent.say("Thank you, I'm looking it up.")
    await visitor.say("And it smells.")
    await expect(visitor.chat.get_by_text("Reconnecting.")).to_be_visible()
    await expect(agent.page.get_by_text("Waiting to send")).to_be_visible()
    await own_demo.start()

    said = [
        FIT_QUESTION,
        YEARS,
        COMPLAINT_AGAIN,
        "Maya has joined you.",
        "Maya here. Which bike is it on?",
        "The MT-07, since April.",
        "It drips on the swingarm.",
        "Thank you, I'm looking it up.",
        "And it smells.",
    ]
    await expect(agent.bubble("And it smells.")).to_be_visible(timeout=BACK_WITHIN)
    await expect(visitor.bubble("Thank you, I'm looking it up.")).to_be_visible(timeout=BACK_WITHIN)
    await expect(agent.link).to_have_text("Live")
    await expect(visitor.chat.get_by_text("Reconnecting.")).to_be_hidden()
    await expect(agent.page.get_by_text("Waiting to send")).to_be_hidden()
    await expect(visitor.chat.get_by_text("Waiting to send")).to_be_hidden()
    heard = await visitor.heard(said)
    assert sorted(heard) == sorted(said)
    assert heard[:6] == said[:6]
    assert heard.index("It drips on the swingarm.") < heard.index("And it smells.")
    with_a_person = heard[3:]
    assert await agent.heard(with_a_person) == with_a_person

    await visitor.say("Are you still with me?")
    await expect(agent.bubble("Are you still with me?")).to_be_visible()
    await agent.say("Right here.")
    await expect(visitor.bubble("Right here.")).to_be_visible()

    await agent.resolve()
    await expect(visitor.log).to_contain_text("Maya has closed this conversation.")
    await expect(visitor.talk_to_a_person).to_be_visible()
    await visitor.say("where is my order?")
    await expect(visitor.composer).to_have_attribute("placeholder", "Type your message")
    await expect(visitor.log).to_contain_text("order number")
    shown = await visitor.log.text_content() or ""
    await visitor.come_back()
    await expect(visitor.log).to_have_text(shown)
