"""An agent is reached with the tab out of sight, hears what the browser blocks, and outlives what is pasted."""

from playwright.async_api import Page, StorageState, expect

from tests.e2e.agents import Agent
from tests.e2e.axe import violations
from tests.e2e.browsers import Pages
from tests.e2e.callers import Callers
from tests.e2e.demo import Demo

UPSET = "third time I write and it is still leaking, I want a person!!"
PASTE = """field => { field.value = "Please tighten it. ".repeat(550_000);
    field.dispatchEvent(new InputEvent("input", { bubbles: true })); }"""
SHOWN = (
    "navigator.serviceWorker.ready.then(async (worker) => (await worker.getNotifications()).map((one) => one.title))"
)


async def allow(page: Page, *permissions: str) -> None:
    """These alone, as a person may set it; the browser refuses all others, so one that matters to nobody is named."""
    await page.context.grant_permissions(["geolocation", *permissions])
    await page.reload()


async def test_what_the_browser_blocks_is_a_red_bar_with_the_way_out(
    pages: Pages, demo: Demo, sessions: list[StorageState]
) -> None:
    maya = await Agent.come_back(pages, demo, sessions[0])
    await allow(maya.page)
    bar = maya.page.get_by_role("alert").filter(has_text="Your browser blocks our notifications.")
    await expect(bar).to_be_visible()
    await bar.get_by_role("button", name="Fix it").click()
    sheet = maya.page.get_by_role("dialog", name="How you are reached")
    await expect(sheet).to_contain_text("Notifications: Blocked by your browser")
    await sheet.get_by_role("button", name="Test my alerts").click()
    await expect(sheet).to_contain_text("You should have heard it ring just now.")
    assert await violations(maya.page) == []


async def test_with_the_tab_out_of_sight_a_notification_stands_until_somebody_took_them(
    pages: Pages, demo: Demo, sessions: list[StorageState], callers: Callers
) -> None:
    maya = await Agent.come_back(pages, demo, sessions[0])
    await allow(maya.page, "notifications")
    await expect(maya.link).to_have_text("Live")
    await maya.clear_the_line()
    await maya.page.evaluate("navigator.serviceWorker.ready.then(() => null)")
    await maya.page.evaluate("""() => {
        Object.defineProperty(document, "visibilityState", { get: () => "hidden" });
        document.hasFocus = () => false;
    }""")
    visitor = await callers.call(f"Gerd: {UPSET}")
    await expect(maya.page).to_have_title("(1) Kickstand")
    await maya.page.wait_for_function(f"async () => (await {SHOWN}).length > 0")
    assert await maya.page.evaluate(SHOWN) == ["The customer waits for a person"]
    icon = maya.page.locator('link[rel="icon"]')
    assert "D93A30" in (await icon.get_attribute("href") or "")

    await maya.page.keyboard.press("c")
    await visitor.state(status="human")
    await maya.page.wait_for_function(f"async () => (await {SHOWN}).length === 0")
    await maya.resolve()


async def test_hours_are_looked_at_before_they_are_saved(
    pages: Pages, demo: Demo, sessions: list[StorageState]
) -> None:
    dana = await Agent.come_back(pages, demo, sessions[1], width=1440, height=900)
    page = dana.page
    await page.goto(f"{demo.console}#/settings/hours")
    await page.get_by_label("On the clock there").fill("2026-12-24T16:30")
    await expect(page.get_by_text("A person is joining you")).to_be_visible()
    await page.get_by_role("button", name="Add a day").click()
    await page.get_by_label("Date", exact=True).fill("2026-12-24")
    await page.get_by_role("button", name="Add hours on 2026-12-24").click()
    await page.get_by_label("2026-12-24, closes, 1").fill("13:00")
    await expect(page.get_by_text("Closed, people are back")).to_be_visible()
    await expect(page.get_by_text("Our team is back Fri 25 Dec at 9:00")).to_be_visible()
    assert await violations(page) == []
    await page.get_by_role("button", name="Save").click()
    await expect(page.get_by_text("Saved. Customers read it from now on.")).to_be_visible()

    await page.get_by_role("button", name="Remove 2026-12-24", exact=True).click()
    await page.get_by_role("button", name="Save").click()
    await expect(page.get_by_text("Saved. Customers read it from now on.")).to_be_visible()
    await page.goto(f"{demo.console}#/settings/alerts")
    await expect(page.get_by_role("region", name="How you are reached")).to_be_visible()
    assert await violations(page) == []


async def test_a_pasted_book_is_told_and_blocks_nobody(
    pages: Pages, demo: Demo, sessions: list[StorageState], callers: Callers
) -> None:
    maya = await Agent.come_back(pages, demo, sessions[0])
    visitor = await callers.call(f"Hanne: {UPSET}")
    await maya.claim("Hanne")
    await maya.reply.evaluate(PASTE)
    await expect(maya.page.get_by_text("over the limit.")).to_be_visible()
    await expect(maya.page.get_by_role("button", name="Send", exact=True)).to_be_disabled()
    await maya.page.keyboard.press("Escape")
    await maya.page.keyboard.press("n")
    await maya.note.fill("Pasted the manual by mistake")
    await maya.note.press("Control+Enter")
    await expect(maya.log.get_by_text("Pasted the manual")).to_be_visible()
    await maya.page.keyboard.press("Escape")
    await maya.page.keyboard.press("r")
    await maya.reply.fill("")
    await maya.say("Here in short: 10 Nm.")
    await visitor.expect("message.created", text="Here in short: 10 Nm.")
    await maya.resolve()
