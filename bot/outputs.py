"""What the bot says in the form of Rasa's REST channel: a list of small messages, each of one kind."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from bot.events import Event

_BLANK_LINES = re.compile(r"\n\s*\n")


def rest_messages(event: Event) -> Iterator[dict[str, Any]]:
    """The messages of one `bot` event: text with its buttons, then elements, custom, image and attachment alone.

    A text without buttons is one message a paragraph.
    """
    data = event.get("data") or {}
    text = event.get("text") or ""
    buttons = data.get("quick_replies") or data.get("buttons")
    if text and buttons:
        yield {"text": text, "buttons": buttons}
    else:
        yield from ({"text": part} for part in _BLANK_LINES.split(text.strip()) if part)
    for element in data.get("elements") or ():
        if isinstance(element, dict):
            told = f"{element.get('title', '')} : {element.get('subtitle', '')}"
            yield {"text": told, "buttons": element.get("buttons") or []}
    for part in ("custom", "image", "attachment"):
        # Some tell a picture a second time, as what is attached.
        if data.get(part) and not (part == "attachment" and data[part] == data.get("image")):
            yield {part: data[part]}
