"""Photos in the chat: chosen, pasted, dropped, described, sent, stopped by the line, kept over a reload, looked at."""

import base64
import re
import struct
import zlib

from playwright.async_api import FilePayload, Locator, expect

from tests.e2e.axe import violations
from tests.e2e.browsers import Pages
from tests.e2e.demo import Demo
from tests.e2e.visitors import Visitor

PHONE = {"width": 390, "height": 844, "phone": True}
BRING = """async ([how, base64, name, type]) => {
  const bytes = Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
  const data = new DataTransfer();
  data.items.add(new File([bytes], name, { type }));
  const where = document.querySelector(how === "paste" ? "textarea" : "main");
  where.dispatchEvent(how === "paste"
    ? new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true })
    : new DragEvent("drop", { dataTransfer: data, bubbles: true, cancelable: true }));
}"""


def a_png(width: int = 40, height: int = 30) -> bytes:
    """A grey picture; a large one is small as a file, and a bomb for who decodes it."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    lines = zlib.compress((b"\0" + b"\x80" * width) * height, 9)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", lines) + chunk(b"IEND", b"")


async def choose(visitor: Visitor, name: str, data: bytes, kind: str = "image/png") -> None:
    chosen: FilePayload = {"name": name, "mimeType": kind, "buffer": data}
    await visitor.chat.locator("input[type=file]").set_input_files(chosen)


def described(visitor: Visitor) -> Locator:
    """The field in which a photo that waits to go is described."""
    return visitor.chat.get_by_role("textbox", name="Photo 1")


async def test_a_photo_is_described_sent_and_looked_at(pages: Pages, demo: Demo) -> None:
    visitor = await Visitor.arrive(pages, demo, **PHONE)
    await visitor.open_chat()
    await choose(visitor, "flange.png", a_png())
    await described(visitor).fill("soot around the flange")
    assert await violations(visitor.frame) == [], "a photo in the tray"
    await visitor.say("soot all over")

    photo = visitor.log.get_by_role("button", name="Open photo: soot around the flange")
    await expect(photo.locator("img")).to_have_js_property("naturalWidth", 40)
    await expect(visitor.bubble("soot all over")).to_have_count(1)
    await photo.click()
    viewer = visitor.chat.get_by_role("dialog", name="soot around the flange")
    await expect(viewer.get_by_role("button", name="Close photo")).to_be_focused()
    assert await violations(visitor.frame) == [], "the viewer"
    await visitor.page.keyboard.press("Escape")
    await expect(viewer).to_be_hidden()
    await expect(photo).to_be_focused()
    await expect(visitor.composer).to_be_visible()


async def test_photos_are_pasted_and_dropped_and_what_is_none_is_told_by_what_it_is(pages: Pages, demo: Demo) -> None:
    visitor = await Visitor.arrive(pages, demo)
    await visitor.open_chat()
    await expect(visitor.chat.get_by_role("button", name="Add a photo")).to_be_visible()
    for way in ("paste", "drop"):
        await visitor.frame.evaluate(BRING, [way, base64.b64encode(a_png()).decode(), "label.png", "image/png"])
        await expect(described(visitor)).to_be_visible()
        await visitor.chat.get_by_role("button", name="Take photo 1 out").click()
        await expect(described(visitor)).to_be_hidden()

    word = visitor.chat.get_by_role("alert")
    for name, data, kind, told in (
        ("page.png", b"<html><script>alert(1)</script></html>", "image/png", "is another kind of file. Send a photo"),
        ("drawing.svg", b"<svg xmlns='http://www.w3.org/2000/svg'/>", "image/svg+xml", "is another kind of file"),
        ("damaged.png", a_png()[:40], "image/png", "is another kind of file"),
        ("bomb.png", a_png(10_000, 10_000), "image/png", "is larger than a chat takes"),
    ):
        await choose(visitor, name, data, kind)
        await expect(word).to_contain_text(f"“{name}” {told}")
    await expect(described(visitor)).to_be_hidden()
    await visitor.say("thanks")
    await expect(word).to_be_hidden()


async def test_a_photo_that_the_line_stopped_is_kept_over_a_reload_and_goes_once(pages: Pages, demo: Demo) -> None:
    visitor = await Visitor.arrive(pages, demo)
    await visitor.open_chat()
    await choose(visitor, "flange.png", a_png())
    await expect(described(visitor)).to_be_visible()
    await visitor.page.route("**/api/visitor/photos*", lambda route: route.abort())
    await visitor.say("the flange")
    stopped = visitor.chat.get_by_text("Photo stopped at")
    await expect(stopped).to_be_visible()
    assert await violations(visitor.frame) == [], "a photo that stopped"

    async with visitor.page.expect_request("**/api/visitor/photos*"):  # with the line it goes by itself
        await visitor.come_back()
    await expect(visitor.bubble("the flange")).to_have_count(1)
    await expect(stopped).to_be_visible()
    await visitor.page.unroute("**/api/visitor/photos*")
    await visitor.log.get_by_role("button", name="Send again").click()
    await expect(stopped).to_be_hidden()
    photo = visitor.log.get_by_role("button", name="Open photo")
    await expect(photo.locator("img")).to_have_attribute("src", re.compile("^/files/"))
    await visitor.come_back()
    await expect(photo).to_have_count(1)
    await expect(visitor.bubble("the flange")).to_have_count(1)
