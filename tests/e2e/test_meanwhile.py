"""What else there is than to wait, and what is one's own: in the chat, as visitors do it."""

import re

from playwright.async_api import Route, expect

from tests.e2e.axe import violations
from tests.e2e.browsers import Pages
from tests.e2e.demo import Demo
from tests.e2e.visitors import Visitor

PHONE = {"width": 390, "height": 844, "phone": True, "color_scheme": "dark"}


async def test_a_call_is_booked_while_one_waits_moved_and_taken_back(pages: Pages, demo: Demo) -> None:
    visitor = await Visitor.arrive(pages, demo, **PHONE)
    await visitor.open_chat()
    await visitor.complain("third time now, the pipe rattles and nobody calls me!!")
    times = visitor.waiting_card.get_by_role("list", name="Times for a call")
    await times.get_by_role("button").first.click()
    await visitor.waiting_card.get_by_label("Your phone number").fill("+49 151 2345678")
    assert await violations(visitor.frame) == [], "a time is picked"
    await visitor.waiting_card.get_by_role("button", name="Call me then").click()

    card = visitor.card("We call you")
    await expect(card).to_contain_text("on +49 151 2345678")
    await expect(visitor.waiting_card.get_by_role("heading", name=re.compile("We call you"))).to_be_visible()
    assert await violations(visitor.frame) == [], "a call is booked"
    await visitor.come_back()
    await visitor.waiting_card.get_by_role("button", name="Take it back").click()
    await expect(visitor.waiting_card.get_by_role("heading", name=re.compile("in line|You’re next"))).to_be_visible()


async def test_ones_own_data_is_saved_and_deleted_from_a_small_menu(pages: Pages, demo: Demo) -> None:
    visitor = await Visitor.arrive(pages, demo)
    await visitor.open_chat()
    await expect(visitor.chat.get_by_text("Kept 90 days so we can help you.")).to_be_visible()
    await visitor.say("hello")
    await expect(visitor.log.get_by_text("Assistant")).to_be_visible()
    more = visitor.chat.get_by_role("button", name="More")
    await more.click()
    async with visitor.page.expect_download() as saved:
        await visitor.chat.get_by_role("button", name="Save this conversation").click()
    assert "hello" in (await (await saved.value).path()).read_text()
    await more.click()
    await expect(visitor.chat.get_by_role("button", name="Save this conversation")).to_be_focused()
    assert await violations(visitor.frame) == [], "the menu"
    await visitor.chat.get_by_role("button", name="Delete my data").click()
    await expect(visitor.chat.get_by_role("button", name="Keep it")).to_be_focused()
    assert await violations(visitor.frame) == [], "before it is deleted"
    await visitor.chat.get_by_role("button", name="Delete for good").click()
    await expect(visitor.chat.get_by_text("Everything is deleted.")).to_be_visible()
    assert await violations(visitor.frame) == [], "deleted"
    kept = await visitor.frame.evaluate("Object.keys(localStorage)")
    assert kept == []

    await visitor.chat.get_by_role("button", name="Start a new chat").click()
    await expect(visitor.chat.get_by_role("button", name="Does it fit my bike?")).to_be_visible()


async def test_where_the_site_asks_first_nothing_is_kept_before_the_visitor_agrees(pages: Pages, demo: Demo) -> None:
    visitor = Visitor(await pages.open())

    async def ask_first(route: Route) -> None:
        if (route.request.post_data_json or {}).get("consent"):
            await route.continue_()
        else:
            await route.fulfill(status=403, json={"code": "consent_required", "message": "", "retryable": False})

    await visitor.page.route("**/api/visitor/session", ask_first)
    await visitor.page.goto(demo.shop)
    await visitor.launcher.click()
    agree = visitor.chat.get_by_role("button", name="Agree and start")
    await expect(agree).to_be_visible()
    await expect(visitor.composer).to_be_hidden()
    assert await violations(visitor.frame) == [], "before consent"
    assert await visitor.frame.evaluate("Object.keys(localStorage)") == []

    await agree.click()
    await expect(visitor.composer).to_be_focused()
    await visitor.say("hello")
    await expect(visitor.log.get_by_text("Assistant")).to_be_visible()


async def test_a_link_from_a_mail_opens_its_conversation_in_a_tab_of_its_own(pages: Pages, demo: Demo) -> None:
    visitor = await Visitor.arrive(pages, demo)
    await visitor.open_chat()
    await visitor.say("does the fell 2 fit my mt07?")
    await expect(visitor.quick_replies).to_be_visible()
    token = await visitor.frame.evaluate(
        "localStorage[Object.keys(localStorage).find((key) => key.endsWith('.token'))]"
    )
    link = f"{visitor.frame.url}#continue={'a' * 32}.1790000000.{'b' * 64}"

    elsewhere = await pages.open()
    site = await (await elsewhere.request.get(f"{demo.console.removesuffix('console/')}api/site/larkmoor")).json()
    await elsewhere.route("**/api/visitor/continue", lambda route: route.fulfill(json={"token": token, "site": site}))
    await elsewhere.goto(link)
    log = elsewhere.get_by_role("log")
    await expect(log.get_by_text("does the fell 2 fit my mt07?")).to_be_visible()
    assert "#" not in elsewhere.url
    assert await violations(elsewhere) == [], "in a tab of its own"
    await elsewhere.reload()
    await expect(log.get_by_text("does the fell 2 fit my mt07?")).to_be_visible()
