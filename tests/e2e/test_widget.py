"""The chat on a shop's page: for hands and keyboards, on a bad line, in two tabs, on a phone, at night."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.async_api import Locator, Page, StorageState, expect

from tests.e2e.agents import Agent
from tests.e2e.axe import violations
from tests.e2e.browsers import Pages
from tests.e2e.demo import Demo
from tests.e2e.lines import Line
from tests.e2e.visitors import FIT, FIT_QUESTION, YEARS, Visitor

STOPS = 80
"""More Tab stops than any page here has."""
DESK = {"width": 1280, "height": 800}
PHONE = {"width": 390, "height": 844, "phone": True}


async def test_before_it_is_opened_the_chat_costs_one_request(pages: Pages, demo: Demo) -> None:
    page = await pages.open()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    await page.goto(demo.shop, wait_until="networkidle")
    await expect(page.get_by_role("button", name="Open chat")).to_be_visible()

    chat = demo.console.removesuffix("console/")
    assert [url for url in asked if url.startswith(chat)] == [f"{chat}widget.js"]
    assert await page.context.storage_state(indexed_db=True) == {"cookies": [], "origins": []}


async def test_the_keyboard_alone_gets_an_answer_and_back_to_where_it_was(pages: Pages, demo: Demo) -> None:
    visitor = await Visitor.arrive(pages, demo)
    await _tab_to(visitor.page, visitor.launcher)
    await visitor.page.keyboard.press("Enter")
    await expect(visitor.composer).to_be_focused()

    await visitor.page.keyboard.type(FIT_QUESTION)
    await visitor.page.keyboard.press("Enter")
    chip = visitor.quick_replies.get_by_role("button", name=YEARS)
    await expect(chip).to_be_visible()
    await _tab_to(visitor.page, chip, key="Shift+Tab")
    assert await violations(visitor.frame) == [], "focus on a quick reply"
    await visitor.page.keyboard.press("Enter")
    await expect(visitor.card(FIT)).to_be_visible()
    # Where the chip was there is nothing any more; the keyboard still is in the chat.
    await expect(visitor.chat.locator(":focus")).to_have_count(1)

    await visitor.page.keyboard.press("Escape")
    await expect(visitor.launcher).to_be_focused()
    await expect(visitor.launcher).to_have_attribute("aria-expanded", "false")
    await expect(visitor.composer).to_be_hidden()
    await visitor.page.keyboard.press("Enter")
    await expect(visitor.composer).to_be_focused()


async def test_a_reload_keeps_the_conversation_the_draft_and_what_was_not_sent_yet(pages: Pages, demo: Demo) -> None:
    page = await pages.open()
    line = await Line.of(page)
    await page.goto(demo.shop)
    visitor = Visitor(page)
    await visitor.ask_about_fit()

    await line.cut()
    await visitor.say("and on a 2016 one?")
    await expect(visitor.chat.get_by_text("Waiting to send")).to_be_visible()
    await visitor.composer.fill("and what about the")
    await visitor.come_back()
    await expect(visitor.bubble("and on a 2016 one?")).to_have_count(1)
    await expect(visitor.chat.get_by_text("Waiting to send")).to_be_visible()
    await expect(visitor.composer).to_have_value("and what about the")

    line.mend()
    await expect(visitor.chat.get_by_text("Waiting to send")).to_be_hidden()
    await expect(visitor.card(FIT)).to_be_visible()
    await visitor.come_back()
    await expect(visitor.bubble("and on a 2016 one?")).to_have_count(1)
    await expect(visitor.composer).to_have_value("and what about the")


async def test_offline_says_so_keeps_the_message_and_sends_it_after(pages: Pages, demo: Demo) -> None:
    visitor = await Visitor.arrive(pages, demo)
    await visitor.open_chat()
    await expect(visitor.chat.get_by_role("button", name="Does it fit my bike?")).to_be_visible()

    await visitor.page.context.set_offline(True)
    await expect(visitor.chat.get_by_text("You’re offline.")).to_be_visible()
    await visitor.say(FIT_QUESTION)
    await expect(visitor.chat.get_by_text("Your message is kept and goes out")).to_be_visible()
    await expect(visitor.chat.get_by_text("Waiting to send")).to_be_visible()

    await visitor.page.context.set_offline(False)
    await expect(visitor.quick_replies).to_be_visible()
    await expect(visitor.chat.get_by_text("You’re offline.")).to_be_hidden()
    await expect(visitor.bubble(FIT_QUESTION)).to_have_count(1)


async def test_two_tabs_of_one_customer_show_the_same(pages: Pages, demo: Demo) -> None:
    first = await Visitor.arrive(pages, demo)
    await first.open_chat()
    await first.say(FIT_QUESTION)
    second = await Visitor.arrive(pages, demo, beside=first.page)
    await second.open_chat()
    await expect(second.bubble(FIT_QUESTION)).to_be_visible()

    await second.quick_replies.get_by_role("button", name=YEARS).click()
    await expect(first.card(FIT)).to_be_visible()
    await expect(first.quick_replies).to_have_count(0)
    await first.say("thanks!")
    for tab in (first, second):
        await expect(tab.bubble("thanks!")).to_be_visible()

    said = [FIT_QUESTION, YEARS, "thanks!"]
    assert await first.heard(said) == said
    assert await second.heard(said) == said


async def test_a_person_is_one_tap_away_whatever_goes_on(
    pages: Pages, demo: Demo, sessions: list[StorageState]
) -> None:
    visitor = await Visitor.arrive(pages, demo)
    await visitor.open_chat()
    await expect(visitor.talk_to_a_person).to_be_visible()
    await visitor.say(FIT_QUESTION)
    await expect(visitor.quick_replies).to_be_visible()
    await expect(visitor.talk_to_a_person).to_be_visible()
    await visitor.page.context.set_offline(True)
    await expect(visitor.chat.get_by_text("You’re offline.")).to_be_visible()
    await expect(visitor.talk_to_a_person).to_be_enabled()
    await visitor.page.context.set_offline(False)

    await visitor.talk_to_a_person.click()
    await expect(visitor.waiting_card).to_be_visible()
    await expect(visitor.talk_to_a_person).to_be_hidden()
    agent = await Agent.come_back(pages, demo, sessions[0])
    await agent.claim("I'd like to talk to a person")
    await expect(visitor.chat.get_by_role("heading", name="Maya")).to_be_visible()
    await agent.resolve()
    await expect(visitor.talk_to_a_person).to_be_visible()


async def test_an_answer_that_comes_while_the_chat_is_closed_stands_above_the_launcher(
    pages: Pages, demo: Demo, sessions: list[StorageState]
) -> None:
    words = "second time I ask, I want a person about my refund!!"
    visitor = await Visitor.arrive(pages, demo)
    await visitor.page.evaluate("""() => { const heard = []; for (const name of ["unread", "message", "resolved"])
      Kickstand("on", name, (count) => {
        heard.push(count === undefined ? name : `${name} ${count}`);
        document.body.dataset.heard = heard.join(", ");
      }); }""")
    await visitor.open_chat()
    await visitor.complain(words)
    await visitor.page.keyboard.press("Escape")
    agent = await Agent.come_back(pages, demo, sessions[0])
    await agent.claim(words)
    await agent.say("Maya here, your refund left today.")

    teaser = visitor.page.get_by_role("status").filter(has_text="your refund left today")
    await expect(teaser).to_be_visible()
    await expect(visitor.page.get_by_role("button", name=re.compile(r"Open chat, \d new messages?"))).to_be_visible()
    await teaser.get_by_text("your refund left today").click()
    await expect(visitor.bubble("Maya here, your refund left today.")).to_be_visible()
    await expect(teaser).to_be_hidden()
    await expect(agent.log.get_by_text("Seen")).to_be_visible()
    body = visitor.page.locator("body")
    await expect(body).to_have_attribute("data-heard", re.compile("message.*unread 1.*unread 0"))
    await agent.resolve()
    await expect(body).to_have_attribute("data-heard", re.compile("resolved"))


async def test_an_order_is_told_to_who_names_its_number_and_its_email(pages: Pages, demo: Demo) -> None:
    visitor = await Visitor.arrive(pages, demo)
    await visitor.open_chat()
    await visitor.say("where is my order?")
    await expect(visitor.log).to_contain_text("number")
    await visitor.say("1042")
    await expect(visitor.log).to_contain_text("e-mail")
    await visitor.say("jonas.weber@example.com")

    card = visitor.card("Order #1042")
    await expect(card).to_be_visible()
    await expect(card.get_by_role("listitem")).to_have_count(4)
    await expect(card.locator('[aria-current="step"]')).to_have_count(1)


async def test_a_stranger_hears_the_same_of_an_order_that_is_there_and_of_one_that_is_not(
    pages: Pages, demo: Demo
) -> None:
    heard = []
    for number in ("1042", "9942"):
        visitor = await Visitor.arrive(pages, demo)
        await visitor.open_chat()
        await visitor.say(f"where is my order {number}? my e-mail is somebody@example.com")
        await expect(visitor.log.get_by_text("Assistant")).to_be_visible()
        await expect(visitor.chat.get_by_role("article")).to_have_count(0)
        answer = (await visitor.log.inner_text()).split("Assistant")[1]
        heard.append(re.sub(rf"{number}|\d\d:\d\d", "", answer))
    assert heard[0] == heard[1]


async def test_markup_is_shown_as_it_was_typed(pages: Pages, demo: Demo, sessions: list[StorageState]) -> None:
    markup = "<img src=x onerror=\"document.title='gone'\"> <b>complaint</b> &amp; <script>alert(1)</script>"
    visitor = await Visitor.arrive(pages, demo)
    await visitor.open_chat()
    await visitor.say(markup)
    await expect(visitor.bubble(markup)).to_be_visible()
    await visitor.talk_to_a_person.click()
    await expect(visitor.waiting_card).to_be_visible()

    agent = await Agent.come_back(pages, demo, sessions[0])
    await agent.claim("I'd like to talk to a person")
    await agent.page.get_by_role("button", name="Assistant, 1 turn").click()
    await expect(agent.log.get_by_text(markup)).to_be_visible()
    await agent.say(markup)
    await expect(visitor.bubble(markup)).to_have_count(2)
    await expect(visitor.log.locator("img, b, script")).to_have_count(0)
    assert await visitor.frame.title() == "Larkmoor"
    await agent.resolve()


async def test_nothing_is_refused_by_the_strict_policies_and_nothing_is_logged(pages: Pages, demo: Demo) -> None:
    page = await pages.open()
    logged: list[str] = []
    page.on("console", lambda message: logged.append(message.text))
    await page.goto(demo.shop)
    visitor = Visitor(page)
    await visitor.ask_about_fit()
    await visitor.complain()
    await visitor.come_back()
    await expect(visitor.waiting_card).to_be_visible()
    await expect(visitor.card(FIT)).to_be_visible()
    assert logged == []
    assert pages.errors == []
    assert await violations(visitor.frame) == []


async def test_on_a_phone_the_chat_takes_the_whole_screen(pages: Pages, demo: Demo) -> None:
    visitor = await Visitor.arrive(pages, demo, **PHONE)
    await visitor.open_chat()
    assert await visitor.page.locator("iframe").bounding_box() == {"x": 0, "y": 0, "width": 390, "height": 844}
    await expect(visitor.page.get_by_role("button", name="Close chat")).to_be_hidden()  # the one over the page
    await visitor.ask_from_here()
    await expect(visitor.card(FIT)).to_be_in_viewport()
    assert await visitor.frame.evaluate("document.documentElement.scrollWidth") == 390
    assert await violations(visitor.frame) == []

    await visitor.chat.get_by_role("button", name="Close chat").click()
    await expect(visitor.launcher).to_be_visible()
    await expect(visitor.composer).to_be_hidden()


@pytest.mark.parametrize(
    ("scheme", "is_expected"), [("light", lambda x: x > 200), ("dark", lambda x: x < 60)], ids=["light", "dark"]
)
async def test_the_chat_wears_what_the_visitors_system_wears(
    pages: Pages, demo: Demo, scheme: str, is_expected: Callable[[float], bool]
) -> None:
    visitor = await Visitor.arrive(pages, demo, color_scheme=scheme)
    await visitor.open_chat()
    ground = await visitor.chat.get_by_role("main").evaluate("panel => getComputedStyle(panel).backgroundColor")
    red, green, blue = (float(part) for part in ground.removeprefix("rgb(").removesuffix(")").split(","))
    assert is_expected((red + green + blue) / 3), ground


@pytest.mark.parametrize(
    "how", [{"color_scheme": "light", **DESK}, {"color_scheme": "dark", **PHONE}], ids=["light desk", "dark phone"]
)
async def test_axe_objects_to_nothing_in_any_state_of_the_chat(
    pages: Pages, demo: Demo, sessions: list[StorageState], how: dict[str, Any]
) -> None:
    visitor = await Visitor.arrive(pages, demo, **how)
    assert await violations(visitor.page) == [], "closed"
    await visitor.open_chat()
    await expect(visitor.chat.get_by_role("button", name="Does it fit my bike?")).to_be_visible()
    assert await violations(visitor.page) == [], "the page, with the chat open"
    assert await violations(visitor.frame) == [], "home"

    await visitor.say(FIT_QUESTION)
    await expect(visitor.quick_replies).to_be_visible()
    assert await violations(visitor.frame) == [], "quick replies"
    await visitor.quick_replies.get_by_role("button", name=YEARS).click()
    await expect(visitor.card(FIT)).to_be_visible()
    await visitor.say("where is my order 1038? ana.pereira@example.com")
    await expect(visitor.card("Order #1038")).to_be_visible()
    assert await violations(visitor.frame) == [], "cards"

    words = f"this is the third time I'm writing, on a {how['color_scheme']} day!!"
    await visitor.complain(words)
    assert await violations(visitor.frame) == [], "waiting"

    agent = await Agent.come_back(pages, demo, sessions[0])
    await agent.claim(words)
    await agent.say("Hello, Maya here.")
    await visitor.say("Thanks for coming.")
    await expect(visitor.chat.get_by_text("Seen", exact=True)).to_be_visible()
    await visitor.come_back()
    await expect(visitor.bubble("Thanks for coming.")).to_have_count(1)
    await expect(visitor.chat.get_by_text("Seen", exact=True)).to_be_visible()
    await agent.reply.press_sequentially("And")
    await expect(visitor.chat.get_by_role("status", name="Maya is typing")).to_be_visible()
    assert await violations(visitor.frame) == [], "with a person"
    await agent.reply.fill("")

    await visitor.page.context.set_offline(True)
    await expect(visitor.chat.get_by_text("You’re offline.")).to_be_visible()
    await visitor.say("Still there?")
    await expect(visitor.chat.get_by_text("Waiting to send")).to_be_visible()
    assert await violations(visitor.frame) == [], "offline"
    await visitor.page.context.set_offline(False)
    await expect(agent.bubble("Still there?")).to_be_visible()
    await agent.resolve()
    await expect(visitor.talk_to_a_person).to_be_visible()
    await _answer_what_is_asked_afterwards(visitor)
    await visitor.say("one more thing")  # opens it again
    await expect(visitor.composer).to_have_attribute("placeholder", "Type your message")


async def _answer_what_is_asked_afterwards(visitor: Visitor) -> None:
    """One question at a time, by keys where there is a scale."""
    solved = visitor.chat.get_by_role("button", name="Yes, solved")
    await expect(solved).to_be_visible()
    assert await violations(visitor.frame) == [], "closed by the agent: is it solved"
    await solved.click()
    await expect(visitor.chat.get_by_role("heading", name="Would you recommend us to a fellow rider?")).to_be_visible()
    await expect(visitor.chat.get_by_role("radio", name="0", exact=True)).to_be_focused()
    await visitor.page.keyboard.press("ArrowLeft")  # from the first to the last, as in any such group
    await expect(visitor.chat.get_by_role("radio", name="10")).to_be_checked()
    await visitor.chat.get_by_label("What made it a 10?").fill("Maya knew about the batch")
    assert await violations(visitor.frame) == [], "how likely, and why"
    form = visitor.chat.locator("form").filter(has=visitor.page.locator("[role=radiogroup]"))
    await form.get_by_role("button", name="Send").click()
    await expect(visitor.chat.get_by_role("button", name="Good")).to_be_visible()
    assert await violations(visitor.frame) == [], "how one feels"
    await visitor.chat.get_by_role("button", name="Good").click()
    await expect(visitor.chat.get_by_text("Thank you. It goes straight to the people at Larkmoor.")).to_be_visible()
    assert await violations(visitor.frame) == [], "thanks"


async def _tab_to(page: Page, goal: Locator, *, key: str = "Tab") -> None:
    for _ in range(STOPS):
        if await goal.evaluate("goal => goal.getRootNode().activeElement === goal"):
            return
        await page.keyboard.press(key)
    raise AssertionError(f"{STOPS} times {key} did not reach {goal}")
