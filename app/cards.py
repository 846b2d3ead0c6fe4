"""What the bot says, checked against the wire before it is stored."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

import structlog
from pydantic import ValidationError

from app.conversations import BotSaid
from app.protocol import TEXT_LIMIT, Button, cards
from bot import BotMessage

log = structlog.get_logger(__name__)


def bot_said(message: BotMessage, lang: str | None = None) -> BotSaid:
    """A message of the bot as it is stored. A card or a button the wire does not have is left out, never the text.

    `lang` is its language where the visitor reads another.
    """
    card = None
    if message.card is not None:
        try:
            card = cards.validate_python(dict(message.card)).model_dump(mode="json")
        except ValidationError as error:
            log.warning("card left out", errors=error.error_count(), kind=message.card.get("kind"))
    buttons = []
    for button in message.buttons:
        try:
            buttons.append(button_said(button.title, button.payload))
        except (ValidationError, TypeError):  # what cannot even be remembered is no text either
            log.warning("button left out")
    return BotSaid(text=message.text[:TEXT_LIMIT], buttons=tuple(buttons), card=card, lang=lang)


@lru_cache(maxsize=1024)
def button_said(title: str, payload: str) -> Mapping[str, str]:
    """A button as it is stored. The same few come under most answers. Raises ValidationError."""
    return Button(title=title, payload=payload).model_dump()
