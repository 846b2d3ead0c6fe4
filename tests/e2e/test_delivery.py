"""What the chat promises of every message: in browsers cut off, blocked, full, busy or wrong about the time."""

import re

import anyio
import pytest
from playwright.async_api import Page, WebSocketRoute, expect

from tests.e2e.axe import violations
from tests.e2e.browsers import OFFLINE_FOR, PATIENCE, Pages
from tests.e2e.demo import Demo
from tests.e2e.lines import Line
from tests.e2e.visitors import FIT, FIT_QUESTION, YEARS, Visitor

BLOCKED = """for (const name of ["localStorage", "sessionStorage", "indexedDB"]) Object.defineProperty(window, name,
  { get() { throw new DOMException("The operation is insecure.", "SecurityError"); } });"""
FULL = """Storage.prototype.setItem = () => { throw new DOMException("full", "QuotaExceededError"); };
IDBObjectStore.prototype.put = () => { throw new DOMException("full", "QuotaExceededError"); };"""
TOMORROW = """{ const day = 86_400_000, Real = Date; const now = Real.now.bind(Real); Real.now = () => now() + day;
  const construct = (of, values) => values.length ? new of(...values) : new of(now() + day);
  window.Date = new Proxy(Real, { construct }); }"""
STORED = """async () => {
  const token = localStorage.getItem(Object.keys(localStorage).find((key) => key.endsWith(".token")));
  const headers = { Authorization: `Bearer ${token}` };
  for (let all = [], before = 2 ** 40; ; before = all[0][0]) {
    const page = await (await fetch(`/api/visitor/messages?before=${before}`, { headers })).json();
    all = [...page.messages.map(({ seq, author, text }) => [seq, author.kind, text]), ...all];
    if (!page.more) return all;
  }
}"""
"""What the server has of this conversation: number, whose, words."""
BREAKS = 20
"""As many handshakes in a row as the server takes from one address at once."""
UNTIL = "end => new Promise((done) => setTimeout(done, end - performance.now()))"
FIVE = ["one thing first", "and a second thing", "a third thing too", "a fourth as well", "and the fifth"]


async def arrive(pages: Pages, demo: Demo, script: str = "") -> Visitor:
    """On the shop page, in a browser in which `script` ran in every document before anything else."""
    page = await pages.open()
    if script:
        await page.context.add_init_script(script)
    await page.goto(demo.shop)
    return Visitor(page)


async def no_websockets(page: Page) -> None:
    """As behind a proxy that knows none."""

    async def refuse(socket: WebSocketRoute) -> None:
        await socket.close(code=1006)

    await page.route_web_socket("**/ws/*", refuse)


async def test_where_websockets_are_blocked_the_chat_goes_over_plain_http(pages: Pages, demo: Demo) -> None:
    page = await pages.open()
    await no_websockets(page)
    await page.goto(demo.shop)
    visitor = Visitor(page)
    await visitor.ask_about_fit()
    await visitor.complain()
    await visitor.come_back()
    await expect(visitor.waiting_card).to_be_visible()
    assert await violations(visitor.frame) == []
    said = [FIT_QUESTION, YEARS]
    assert await visitor.heard(said) == said


async def test_where_storage_is_blocked_the_chat_works_until_the_tab_is_closed(pages: Pages, demo: Demo) -> None:
    visitor = await arrive(pages, demo, BLOCKED)
    await visitor.ask_about_fit()
    await visitor.page.keyboard.press("Escape")
    await visitor.launcher.click()
    await expect(visitor.card(FIT)).to_be_visible()
    await expect(visitor.chat.get_by_text("the chat is kept until you close this tab")).to_be_visible()
    assert await violations(visitor.frame) == []


async def test_a_full_disk_loses_nothing_while_the_page_is_open(pages: Pages, demo: Demo) -> None:
    visitor = await arrive(pages, demo, FULL)
    await visitor.ask_about_fit()
    await visitor.page.context.set_offline(True)
    await visitor.say("typed on a full disk")
    await expect(visitor.chat.get_by_text("Waiting to send")).to_be_visible()
    await visitor.page.context.set_offline(False)
    await expect(visitor.chat.get_by_text("Sent", exact=True)).to_be_visible()
    await expect(visitor.bubble("typed on a full disk")).to_have_count(1)


async def test_five_messages_typed_offline_go_out_once_and_in_order(pages: Pages, demo: Demo) -> None:
    visitor = await Visitor.arrive(pages, demo)
    await visitor.open_chat()
    await expect(visitor.chat.get_by_role("button", name="Does it fit my bike?")).to_be_visible()
    began = await visitor.frame.evaluate("performance.now()")
    await visitor.page.context.set_offline(True)
    for words in FIVE:
        await visitor.say(words)
    await expect(visitor.chat.get_by_text("Waiting to send · 5 messages")).to_be_visible()
    assert await violations(visitor.frame) == []
    await visitor.frame.evaluate(UNTIL, began + OFFLINE_FOR)
    await expect(visitor.chat.get_by_text("Waiting to send · 5 messages")).to_be_visible()
    await visitor.page.context.set_offline(False)
    await expect(visitor.chat.get_by_text(re.compile("Waiting to send|^Sending$"))).to_have_count(0)
    assert await visitor.heard(FIVE) == FIVE
    await visitor.come_back()
    await expect(visitor.bubble(FIVE[-1])).to_be_visible()
    assert await visitor.heard(FIVE) == FIVE


@pytest.mark.parametrize("state", ["waiting", "sending", "sent", "not sent"])
async def test_a_reload_keeps_a_message_in_every_state(pages: Pages, demo: Demo, state: str) -> None:
    words = "is it loud?"
    page = await pages.open()
    swallowed = False

    def swallow(socket: WebSocketRoute) -> None:
        server = socket.connect_to_server()

        def pass_on(frame: str | bytes) -> None:
            if swallowed and "message.send" in str(frame):
                if state == "not sent":
                    client_id = re.search(r'"client_id":"([^"]+)"', str(frame))
                    assert client_id is not None
                    socket.send(
                        f'{{"type":"nack","client_id":"{client_id[1]}","code":"forbidden","message":"Ask again.",'
                        '"retryable":false,"after_ms":null}'
                    )
                return
            server.send(frame)

        socket.on_message(pass_on)

    await page.route_web_socket("**/ws/*", swallow)
    await page.goto(demo.shop)
    visitor = Visitor(page)
    await visitor.open_chat()
    await expect(visitor.chat.get_by_role("button", name="Does it fit my bike?")).to_be_visible()
    swallowed = state in ("sending", "not sent")
    if state == "waiting":
        await page.context.set_offline(True)
    await visitor.say(words)
    shown = {"waiting": "Waiting to send", "sending": "Sending", "sent": "Sent", "not sent": "Send again"}[state]
    await expect(visitor.chat.get_by_text(shown, exact=True).first).to_be_visible()
    assert await violations(visitor.frame) == []
    swallowed = state == "not sent"
    await page.context.set_offline(False)
    await visitor.come_back()
    if state == "not sent":
        swallowed = False
        await visitor.chat.get_by_role("button", name="Send again").click()
    await expect(visitor.chat.get_by_text("Sent", exact=True)).to_be_visible()
    await expect(visitor.bubble(words)).to_have_count(1)


async def test_two_tabs_that_write_at_once_show_all_of_it_once_and_in_one_order(pages: Pages, demo: Demo) -> None:
    first = await Visitor.arrive(pages, demo)
    await first.open_chat()
    await first.say("hello")
    await expect(first.chat.get_by_text("Sent", exact=True)).to_be_visible()
    second = await Visitor.arrive(pages, demo, beside=first.page)
    await second.open_chat()
    await first.page.context.set_offline(True)
    for number in range(3):
        await first.say(f"from the first {number}")
        await second.say(f"from the second {number}")
    # What waits in one tab is seen in the other.
    await expect(second.bubble("from the first 2")).to_be_visible()
    assert await violations(second.frame) == []
    await first.page.context.set_offline(False)
    said = [f"from the {tab} {number}" for tab in ("first", "second") for number in range(3)]
    for tab in (first, second):
        await expect(tab.chat.get_by_text(re.compile("Waiting to send|^Sending$"))).to_have_count(0)
        for words in said:
            await expect(tab.bubble(words)).to_have_count(1)
    orders = [await tab.heard(said) for tab in (first, second)]
    assert orders[0] == orders[1]
    for tab_name in ("first", "second"):
        assert [words for words in orders[0] if tab_name in words] == [words for words in said if tab_name in words]


async def test_a_clock_that_is_wrong_by_a_day_changes_no_order(pages: Pages, demo: Demo) -> None:
    visitor = await arrive(pages, demo, TOMORROW)
    await visitor.open_chat()
    for words in FIVE[:3]:
        await visitor.say(words)
    await expect(visitor.chat.get_by_text("Sent", exact=True)).to_be_visible()
    await visitor.come_back()
    await expect(visitor.bubble(FIVE[2])).to_be_visible()
    assert await visitor.heard(FIVE) == FIVE[:3]


async def test_a_line_that_breaks_all_the_time_loses_and_doubles_nothing(pages: Pages, demo: Demo) -> None:
    page = await pages.open()
    line = await Line.of(page)
    await page.goto(demo.shop)
    visitor = Visitor(page)
    await visitor.open_chat()
    said: list[str] = []
    for number in range(BREAKS):
        if number % 4 == 0:
            said.append(f"message {len(said)}")
            await visitor.say(said[-1])
        welcomes = line.welcomes
        await line.cut()
        line.mend()
        with anyio.fail_after(PATIENCE / 1_000):
            while line.welcomes == welcomes:
                await visitor.frame.evaluate("dispatchEvent(new Event('online'))")  # comes back at once
        await visitor.frame.evaluate("0")  # the page has heard it: a line that says nothing would be done without
    on_its_way = visitor.chat.get_by_text(re.compile("Waiting to send|^Sending$"))
    with anyio.fail_after(PATIENCE / 1_000):  # after so many breaks the chat would rest for up to half a minute
        while await on_its_way.count():
            await visitor.frame.evaluate("dispatchEvent(new Event('online'))")
    stored = await visitor.frame.evaluate(STORED)
    assert [text for _, kind, text in stored if kind == "visitor"] == said
    assert [seq for seq, _, _ in stored] == list(range(1, len(stored) + 1))
    drawn = await visitor.heard(said)  # of a long conversation the end
    assert drawn == said[-len(drawn) :]


async def test_at_twice_the_size_everything_is_in_reach(pages: Pages, demo: Demo) -> None:
    """A window of 1280x800 at 200 % has the room of one of 640x400; at 400 % that of 320x200."""
    for width, height in ((640, 400), (320, 400)):
        visitor = await Visitor.arrive(pages, demo, width=width, height=height)
        await visitor.ask_about_fit()
        assert await visitor.frame.evaluate("document.documentElement.scrollWidth <= innerWidth")
        for control in (visitor.talk_to_a_person, visitor.composer, visitor.chat.get_by_role("button", name="Send")):
            await expect(control).to_be_in_viewport(ratio=1)
        assert await violations(visitor.frame) == []


async def test_letters_from_the_right_and_unseen_ones_stay_where_they_are(pages: Pages, demo: Demo) -> None:
    visitor = await Visitor.arrive(pages, demo)
    await visitor.open_chat()
    await visitor.say("שלום, האם זה מתאים?")
    bubble = visitor.log.locator("[dir=auto]").first
    assert await bubble.evaluate("words => getComputedStyle(words).direction") == "rtl"
    await visitor.say("photo\u202egpj.exe")
    await expect(visitor.bubble("photogpj.exe")).to_be_visible()
    await visitor.composer.fill("\u200b\u200d")
    await visitor.composer.press("Enter")
    await expect(visitor.log.locator("[dir=auto]").last).not_to_have_text("")
    await expect(visitor.chat.get_by_role("button", name="Talk to a person").first).to_be_visible()
