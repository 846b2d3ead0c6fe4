"""A conversation as a text to keep."""

from __future__ import annotations

from datetime import UTC
from typing import Any

from app.conversations import Entry, EntryId
from app.transcript import transcript
from handoff import ConversationId
from tests.factories import MONDAY_MORNING


def said(seq: int, text: str, **data: Any) -> Entry:
    return Entry(
        conversation_id=ConversationId("c1"),
        pos=seq,
        seq=seq,
        id=EntryId(f"m{seq}"),
        kind="message",
        author_kind="bot",
        author_id="bot",
        client_id=None,
        data={"text": text, **data},
        at=MONDAY_MORNING,
    )


def test_letters_keep_the_direction_of_their_script() -> None:
    told = transcript("Larkmoor", [said(1, "invoice\u202egpj.exe, \u05e9\u05dc\u05d5\u05dd\u200f")], UTC)

    assert "    invoicegpj.exe, \u05e9\u05dc\u05d5\u05dd\u200f\n" in told


def test_cards_are_told_in_words_an_article_in_all_of_its_own_once() -> None:
    article = {"kind": "article", "title": "Refunds", "text": "Five working days.\nBy card."}
    promise = {"kind": "promise", "what": "New gasket"}
    told = transcript(
        "Larkmoor",
        [
            said(1, "Here is how:", card=article),
            said(2, "Five working days.\nBy card.\n\nFrom “Returns”", card=article),
            said(3, "", card=promise),
        ],
        UTC,
    )

    assert told.count("Five working days.") == 2
    assert "    Here is how:\n    Refunds\n    Five working days.\n    By card.\n" in told
    assert "    New gasket\n" in told
