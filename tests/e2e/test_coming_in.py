"""Somebody new: invited, in by the link, made supervisor, with a second step; then the wall, a whisper, taking over."""

from time import time
from uuid import uuid4

import pyotp
from playwright.async_api import Page, StorageState, expect

from tests.e2e.agents import Agent
from tests.e2e.axe import violations
from tests.e2e.browsers import Pages
from tests.e2e.callers import Callers
from tests.e2e.demo import Demo

PASSWORD = "four borrowed spanners"
ANGRY = "Your pipe STILL leaks, this is a disgrace and you waste my time!!!"


async def settings(page: Page, section: str) -> None:
    await page.get_by_role("button", name="Settings").click()
    await page.get_by_role("navigation", name="Sections of the settings").get_by_role("button", name=section).click()


async def second_step(page: Page) -> pyotp.TOTP:
    """Sets one up; the authenticator."""
    await settings(page, "Your account")
    await page.get_by_role("button", name="Set it up").click()
    await page.get_by_label("Your password, to begin").fill(PASSWORD)
    await page.get_by_role("button", name="Begin").click()
    await expect(page.get_by_role("img", name="Scan this")).to_be_visible()
    key = await page.get_by_text("Or type this key into it").locator("xpath=following-sibling::p").inner_text()
    totp = pyotp.TOTP(key.replace(" ", ""))
    await page.get_by_label("The code that it shows").fill(totp.now())
    await page.get_by_role("button", name="Confirm").click()
    await expect(page.get_by_role("heading", name="Your recovery codes")).to_be_visible()
    assert not await violations(page)
    await page.get_by_role("button", name="I have kept them").click()
    await expect(page.get_by_text("On. 10 recovery codes left.")).to_be_visible()
    return totp


async def test_somebody_new_comes_in_and_stands_by(
    pages: Pages, demo: Demo, sessions: list[StorageState], callers: Callers
) -> None:
    iris = await Agent.sign_in(pages, demo, demo.logins[2], width=1440, height=900)
    maya = await Agent.come_back(pages, demo, sessions[0], width=1440, height=900)
    email = f"ola-{uuid4()}@larkmoor.example"

    # Invited, and in by the link.
    await settings(iris.page, "People")
    await iris.page.get_by_role("button", name="Invite somebody").click()
    await iris.page.get_by_label("E-mail").fill(email)
    await iris.page.get_by_role("button", name="Make the link").click()
    link = await iris.page.locator("[data-way-in]").inner_text()
    assert not await violations(iris.page)
    ola = Agent(await pages.open(link, width=1440, height=900))
    await expect(ola.page.get_by_role("heading", name="Welcome to the team")).to_be_visible()
    assert "come-in" not in ola.page.url  # the token is in no history
    assert not await violations(ola.page)
    await ola.page.get_by_label("Your name").fill("Ola Lind")
    await ola.page.get_by_label("Password").fill("short")
    await ola.page.get_by_role("button", name="Come in").click()
    await expect(ola.page.get_by_role("alert")).to_contain_text("at least 12 characters")
    await ola.page.get_by_label("Password").fill(PASSWORD)
    await ola.page.get_by_role("button", name="Come in").click()
    await expect(ola.link).to_have_text("Live")
    await expect(ola.page.get_by_role("button", name="Wall")).to_be_hidden()
    late = await pages.open(link)
    await expect(late.get_by_role("alert")).to_contain_text("This link has done its work")

    # Made supervisor: signed out at once, with the reason.
    await settings(iris.page, "Teams")
    await settings(iris.page, "People")
    await iris.page.get_by_role("button", name="Change Ola Lind").click()
    form = iris.page.get_by_role("form", name="Change Ola Lind")
    await form.get_by_label("Role").select_option("supervisor")
    await form.get_by_role("button", name="Save").click()
    await expect(ola.page.get_by_role("alert")).to_contain_text("Your role has changed")
    await ola.fill_in(email, PASSWORD)
    await expect(ola.link).to_have_text("Live")

    # A second step, asked for at the next sign-in.
    totp = await second_step(ola.page)
    await ola.page.get_by_role("button", name="Ola Lind, account").click()
    await ola.page.get_by_role("button", name="Sign out").click()
    await ola.fill_in(email, PASSWORD)
    await expect(ola.page.get_by_role("heading", name="One more step")).to_be_visible()
    await ola.page.get_by_label("Code").fill(totp.at(int(time()) + 30))  # each code works once, so the next one
    await ola.page.get_by_role("button", name="Go on").click()
    await expect(ola.link).to_have_text("Live")

    # The wall, and a colleague's conversation that turns for the worse.
    # For safety, as those come first: the wall shows six, and other tests leave people in the line.
    visitor = await callers.call("Piet: my front brake failed on the road today")
    await ola.page.get_by_role("button", name="Wall").click()
    wall = ola.page.get_by_role("region", name="Wall")
    await expect(wall.get_by_role("region", name="Waiting, by need")).to_contain_text("Piet")
    await expect(wall.get_by_role("region", name="People")).to_contain_text("Maya")
    assert not await violations(ola.page)
    await maya.claim("Piet")
    await maya.say("Hello Piet, what do you ride?")
    await visitor.say(ANGRY)
    await ola.page.get_by_role("button", name="Mine", exact=True).click()
    rings = ola.page.get_by_role("region", name="Turning for the worse")
    await expect(rings).to_contain_text("Maya with")
    await rings.get_by_role("button", name="Look in").click()
    await expect(rings).to_be_hidden()
    await expect(ola.log.get_by_text(ANGRY)).to_be_visible()

    # A whisper, then taking over.
    await ola.page.get_by_role("button", name="Whisper").click()
    await ola.note.fill("Offer the spacer kit, on us.")
    await ola.page.get_by_role("button", name="Add note").click()
    await expect(maya.log.get_by_text("Offer the spacer kit, on us.")).to_be_visible()
    await expect(maya.log.get_by_text("Whisper by Ola")).to_be_visible()
    await ola.page.get_by_role("button", name="Take over").click()
    asked = ola.page.get_by_role("dialog", name="Take this from Maya?")
    await asked.get_by_role("button", name="Take over").click()
    await expect(ola.reply).to_be_focused()
    await expect(maya.reply).to_be_hidden()
    await visitor.state(status="human", agent="Ola")
    assert "spacer" not in str([message["text"] for message in await visitor.settled()])
    await ola.resolve()

    # All of it is on record; the account is closed, and its console with it.
    await settings(iris.page, "Audit log")
    log = iris.page.get_by_role("region", name="Audit log")
    for words in ("took over a conversation", f"invited {email}", "set up a second step", "role agent → supervisor"):
        await expect(log).to_contain_text(words)
    assert not await violations(iris.page)
    await settings(iris.page, "People")
    await iris.page.get_by_role("button", name="Change Ola Lind").click()
    await iris.page.get_by_role("button", name="Close the account").click()
    await expect(ola.page.get_by_role("alert")).to_contain_text("Your account is closed")
