"""Cards and long conversations as the chat draws them, from frames that a test writes in place of the server."""

import asyncio
import json
from collections.abc import Sequence
from typing import Any

import pytest
from playwright.async_api import WebSocketRoute, expect

from app.protocol import MessageCreated, VisitorState, VisitorWelcome
from tests.e2e.axe import violations
from tests.e2e.browsers import Pages
from tests.e2e.demo import Demo
from tests.e2e.visitors import Visitor
from tests.wire import PATIENCE

CONVERSATION = "01a20000-0000-7000-8000-000000000000"
AT = "2026-11-22T09:00:00Z"
DUE, WAS_DUE = "2026-11-27T11:00:00Z", "2026-11-25T11:00:00Z"
FORM = {
    "kind": "form",
    "title": "Your return",
    "fields": [
        {"name": "mail", "label": "E-mail", "kind": "email"},
        {"name": "why", "label": "What is it?", "kind": "choice", "options": ["Too loud", "Does not fit"]},
        {"name": "note", "label": "Anything else", "required": False},
    ],
}
CARDS: list[dict[str, Any]] = [
    *(
        {"kind": "promise", "what": "New gasket", "by": "Maya", "due": DUE, "was_due": WAS_DUE, "state": state}
        for state in ("on_track", "due_soon", "agreed_anew", "late", "kept")
    ),
    {"kind": "remedy", "headline": "Express, free", "lines": ["Today"], "amount": {"amount": 2400, "currency": "EUR"}},
    {"kind": "article", "title": "Gaskets", "text": "Clean both faces.", "source": "Guide, page 4"},
    {"kind": "callback", "headline": "We call you", "times": [{"start": DUE, "end": DUE}], "phone": "+49 30 123456"},
    FORM,
]


def said(seq: int, text: str = "", card: dict[str, Any] | None = None) -> str:
    author = {"kind": "bot", "name": "Assistant"}
    fields = {"conversation_id": CONVERSATION, "seq": seq, "id": CONVERSATION, "author": author, "sent_at": AT}
    return MessageCreated.model_validate({**fields, "text": text, "card": card}).model_dump_json()


async def scripted(
    pages: Pages, demo: Demo, messages: Sequence[str], heard: list[Any], *, slow_by: int = 1, **how: Any
) -> Visitor:
    """A visitor whose conversation has these messages; what the chat sends goes to `heard`.

    `slow_by`: how many times slower than this machine their device is.
    """
    page = await pages.open(**how)
    if slow_by > 1:
        device = await page.context.new_cdp_session(page)
        await device.send("Emulation.setCPUThrottlingRate", {"rate": slow_by})

    def serve(socket: WebSocketRoute) -> None:
        def hear(frame: str | bytes) -> None:
            heard.append(json.loads(frame))
            if heard[-1]["type"] != "hello":
                return
            welcome = VisitorWelcome.model_validate(
                {
                    "conversation_id": CONVERSATION,
                    "epoch": "e",
                    "head": len(messages),
                    "reset": False,
                    "state": VisitorState(status="bot"),
                    "availability": {"open": True, "people": ["Maya"]},
                    "heartbeat": 25,
                    "limits": {},
                }
            )
            for each in (welcome.model_dump_json(), *messages, f'{{"type":"synced","head":{len(messages)}}}'):
                socket.send(each)

        socket.on_message(hear)

    await page.route_web_socket("**/ws/*", serve)
    await page.goto(demo.shop)
    visitor = Visitor(page)
    await visitor.open_chat()
    return visitor


async def sent(heard: list[dict[str, Any]]) -> list[str]:
    """The texts that the chat has sent, once there is one: the page shows a message before it is on its way."""
    async with asyncio.timeout(PATIENCE):
        while not (texts := [frame["text"] for frame in heard if frame["type"] == "message.send"]):  # noqa: ASYNC110
            await asyncio.sleep(0.01)
    return texts


@pytest.mark.parametrize(
    "how",
    [{"color_scheme": "light"}, {"color_scheme": "dark", "width": 390, "height": 844, "phone": True}],
    ids=["light desk", "dark phone"],
)
async def test_axe_objects_to_no_card(pages: Pages, demo: Demo, how: dict[str, Any]) -> None:
    messages = [said(seq, card=card) for seq, card in enumerate(CARDS, start=1)]
    visitor = await scripted(pages, demo, messages, [], **how)
    await expect(visitor.chat.get_by_role("article")).to_have_count(len(CARDS))
    await visitor.card("Your return").get_by_role("button", name="Send").click()
    await expect(visitor.card("Your return").get_by_role("alert")).to_have_count(2)
    assert await violations(visitor.frame) == []
    assert await visitor.frame.evaluate("document.documentElement.scrollWidth <= innerWidth")


async def test_a_form_is_filled_by_keyboard_and_corrected_where_it_is_wrong(pages: Pages, demo: Demo) -> None:
    heard: list[dict[str, Any]] = []
    visitor = await scripted(pages, demo, [said(1, "Let's get it back.", FORM)], heard)
    form, keys = visitor.card("Your return"), visitor.page.keyboard
    await form.get_by_label("E-mail").focus()
    await keys.type("ana at example")
    await keys.press("Enter")
    await expect(form.get_by_role("alert")).to_have_text(
        ["An e-mail address looks like name@example.com.", "Please pick one."]
    )
    await expect(form.get_by_label("E-mail")).to_be_focused()
    await keys.press("Control+A")
    await keys.type("ana@example.com")
    await keys.press("Tab")
    await keys.type("Too")
    await keys.press("Tab")
    await keys.press("Enter")
    await expect(visitor.log).to_contain_text("What is it?: Too loud")
    await expect(form.get_by_role("textbox")).to_have_count(0)
    assert await sent(heard) == ["E-mail: ana@example.com\nWhat is it?: Too loud"]


async def test_free_words_answer_a_form_as_well(pages: Pages, demo: Demo) -> None:
    heard: list[dict[str, Any]] = []
    visitor = await scripted(pages, demo, [said(1, "Let's get it back.", FORM)], heard)
    await visitor.say("I'd rather tell you: it is too loud")
    await expect(visitor.card("Your return").get_by_role("textbox")).to_have_count(0)
    assert await sent(heard) == ["I'd rather tell you: it is too loud"]


async def test_two_hundred_missed_messages_open_at_the_newest_on_a_slow_phone(pages: Pages, demo: Demo) -> None:
    messages = [said(seq, f"message {seq}") for seq in range(1, 201)]
    visitor = await scripted(pages, demo, messages, [], slow_by=6, width=390, height=844, phone=True)
    await expect(visitor.bubble("message 200")).to_be_in_viewport()
    await expect(visitor.bubble("message 100")).to_have_count(0)
    await visitor.chat.get_by_role("button", name="Earlier messages").click()
    await expect(visitor.bubble("message 100")).to_have_count(1)
