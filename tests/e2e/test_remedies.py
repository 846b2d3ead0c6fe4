"""Making it right in two browsers: a click that tells the customer, and a second person at whom it rings."""

from playwright.async_api import StorageState, expect

from tests.e2e.agents import Agent
from tests.e2e.axe import violations
from tests.e2e.browsers import Pages
from tests.e2e.callers import Callers
from tests.e2e.demo import Demo

UPSET = "third time I write and it is still leaking, I want a person!!"


async def test_it_is_made_right_by_one_click_and_above_the_limit_with_a_second_person(
    pages: Pages, demo: Demo, sessions: list[StorageState], callers: Callers
) -> None:
    maya, dana = [await Agent.come_back(pages, demo, session, width=1440, height=900) for session in sessions[:2]]
    visitor = await callers.call(f"Ottilie: {UPSET}")
    await maya.claim("Ottilie")
    side = maya.page.get_by_role("complementary", name="Customer")
    right = side.get_by_role("region", name="Make it right")
    await expect(right).to_contain_text("You may: up to $150 here")
    await right.get_by_role("button", name="A spare, free").click()
    await right.get_by_label("A spare, free: what exactly").fill("the gasket of batch 9")
    await right.get_by_label("A spare, free: amount in USD").fill("6")
    await expect(right).to_contain_text("This would use $6.")
    await right.get_by_role("button", name="Do it and tell").dblclick()
    while (told := await visitor.expect("message.created")).get("card") is None:
        pass
    assert told["card"]["headline"] == "A spare for you, free"
    assert told["card"]["lines"][0].startswith("Maya sends the gasket of batch 9, ")
    given = right.get_by_role("list", name="Given here").get_by_role("listitem")
    await expect(given).to_have_count(1)
    await expect(given).to_contain_text("Promised")
    await expect(right).to_contain_text("You may: up to $144 here")

    await right.get_by_role("button", name="others").click()
    await right.get_by_role("button", name="Refund").click()
    await right.get_by_label("Refund: amount in USD").fill("389")
    await expect(right).to_contain_text("above the $144 that you have here now; a senior decides with you.")
    await right.get_by_role("button", name="Ask Dana · $389").click()
    await expect(given.first).to_contain_text("Waits for a second person")
    assert await violations(maya.page) == []

    asked = dana.page.get_by_role("region", name="Needs your word").get_by_role("article")
    await expect(asked).to_contain_text("Refund $389")
    assert await violations(dana.page) == []
    await asked.get_by_role("button", name="Agree").press("Enter")
    await expect(dana.page.get_by_text("said why")).to_be_visible()
    await asked.get_by_label("A word with it").fill("Let down twice")
    await asked.get_by_role("button", name="Agree").click()
    await expect(asked).to_have_count(0)
    await expect(given.first).to_contain_text("with Dana")
    await expect(maya.log.get_by_text("Agreed with it: Let down twice")).to_be_visible()
    while (told := await visitor.expect("message.created")).get("card") is None:
        pass
    assert (told["card"]["headline"], told["card"]["amount"]["amount"]) == ("Your refund", 38_900)
    await maya.resolve()
