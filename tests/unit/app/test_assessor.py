"""Triage inside a turn: what it is given, and what happens where it fails."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any, cast

from app.assessor import Assessor, offered
from app.conversations import BotSaid, Entry, EntryId
from app.dialogues import Dialogue
from app.sites import Site
from handoff import ConversationId, Past, Reason, SiteId, Triage, Tunings, Verdict, texts_for

HERE = ConversationId("c")
AT = datetime(2026, 11, 22, tzinfo=UTC)


class Key:
    key = "larkmoor"


async def site(site_id: SiteId) -> Site:
    return cast(Site, Key())


def a_message(text: str, pos: int = 1, **more: str) -> Entry:
    data: dict[str, Any] = {"text": text, **more}
    return Entry(HERE, pos, pos, EntryId(f"e{pos}"), "message", "visitor", "v", f"m{pos}", data, AT)


class Histories:
    def __init__(self, *past: Past) -> None:
        self.past = past
        self.asked = 0

    async def __call__(self, conversation_id: ConversationId) -> Sequence[Past]:
        self.asked += 1
        return self.past


def an_assessor(histories: Histories) -> Assessor:
    return Assessor(Triage.load(), Tunings(), histories, site)


async def test_earlier_conversations_are_looked_up_once_and_count() -> None:
    histories, dialogue = Histories(Past("the horn sticks in the rain")), Dialogue(HERE, SiteId("s"))
    assessor = an_assessor(histories)

    assert not (await assessor.assess(a_message("hello"), dialogue)).needs_person
    verdict = await assessor.assess(a_message("my horn sticks again", 2), dialogue)

    assert verdict.reason is Reason.REPEAT
    assert histories.asked == 1


async def test_a_message_that_cannot_be_assessed_goes_to_a_person() -> None:
    async def broken(conversation_id: ConversationId) -> Sequence[Past]:
        raise RuntimeError("no history")

    verdict = await Assessor(Triage.load(), Tunings(), broken, site).assess(
        a_message("hello"), Dialogue(HERE, SiteId("s"))
    )

    assert verdict.needs_person
    assert verdict.reason is Reason.OTHER


async def test_a_tap_is_no_suspicion_and_the_button_is_a_wish() -> None:
    assessor, dialogue = an_assessor(Histories()), Dialogue(HERE, SiteId("s"))

    assert not (await assessor.assess(a_message("useless crap", payload="/deny"), dialogue)).needs_person
    asked = await assessor.assess(a_message("Talk to a person", payload="/human_request"), dialogue)
    assert asked.reason is Reason.HUMAN_REQUEST


def test_a_person_is_offered_once_and_only_in_doubt() -> None:
    dialogue, answer = Dialogue(HERE, SiteId("s")), (BotSaid("Noted."),)
    doubt = Verdict(needs_person=False, reason=None, score=0.4, offer=True)

    assert [said.text for said in offered(doubt, dialogue, answer)] == ["Noted.", texts_for(None).offer]
    assert offered(Verdict(False, None, 0.0), dialogue, answer) == answer
    assert offered(doubt, dialogue, ()) == ()
    data = {"text": texts_for(None).offer, "re": "m1"}
    dialogue.extend([Entry(HERE, 1, 1, EntryId("e1"), "message", "bot", "bot", None, data, AT)])
    assert offered(doubt, dialogue, answer) == answer
