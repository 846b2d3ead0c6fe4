"""Triage inside a turn: with the site's tuning, the person's earlier conversations, and a person where it fails."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence

import structlog

from app.cards import button_said
from app.conversations import BotSaid, Entry
from app.dialogues import Dialogue
from app.protocol import TALK_TO_A_PERSON
from app.sites import Site
from app.words import words_for
from handoff import ConversationId, Evidence, Past, Reason, SiteId, Triage, Tunings, Verdict, texts_for

log = structlog.get_logger(__name__)

NOT_NEEDED = Verdict(needs_person=False, reason=None, score=0.0)
OFFER_ONCE_IN = 6
"""Messages: nobody is asked twice within so few."""

Histories = Callable[[ConversationId], Awaitable[Sequence[Past]]]
Sites = Callable[[SiteId], Awaitable[Site]]


class Assessor:
    """Whether a visitor's message needs a person. Never raises: what cannot be assessed goes to a person."""

    def __init__(self, triage: Triage, tunings: Tunings, histories: Histories, sites: Sites) -> None:
        self._triage = triage
        self._tunings = tunings
        self._histories = histories
        self._sites = sites
        self._keys: dict[SiteId, str] = {}

    async def assess(self, message: Entry, dialogue: Dialogue) -> Verdict:
        """Triage of one message; a tap on "Talk to a person" needs no reading, a tap on a chip no suspicion."""
        payload = message.data.get("payload")
        if payload == TALK_TO_A_PERSON:
            tapped = Evidence(Reason.HUMAN_REQUEST, "tapped “Talk to a person”")
            return Verdict(True, Reason.HUMAN_REQUEST, 1.0, (tapped,))
        if payload is not None:
            return NOT_NEEDED
        try:
            if dialogue.past is None:
                dialogue.past = tuple(await self._histories(dialogue.conversation_id))
            context = dialogue.context(before=message.pos)
            key = self._keys.get(dialogue.site_id) or await self._key(dialogue.site_id)
            return self._triage.assess(message.data["text"], context, self._tunings.of(key))
        except Exception:
            # Whoever may be upset is better off with a person than with a bot that cannot tell.
            log.exception("message not assessed", conversation_id=message.conversation_id)
            failed = Evidence(Reason.OTHER, "this message could not be assessed")
            return Verdict(True, Reason.OTHER, 1.0, (failed,))

    async def _key(self, site_id: SiteId) -> str:
        """The key of a site; it never changes."""
        key = self._keys[site_id] = (await self._sites(site_id)).key
        return key


def offered(
    verdict: Verdict, dialogue: Dialogue, said: Sequence[BotSaid], speaks: str | None = None
) -> tuple[BotSaid, ...]:
    """The bot's answer, and where triage is in doubt the offer of a person, unless one is on offer already.

    `speaks`: the language that the bot answers in, where the visitor reads another. Then a person is offered with the
    first answer, in what the visitor reads.
    """
    if speaks is None and not verdict.offer:
        return tuple(said)
    texts, words = texts_for(dialogue.locale), words_for(dialogue.locale)
    if speaks is not None and said:
        in_language = words.in_language.get(speaks.partition("-")[0].lower(), words.in_language[""])
        told = words.other_language.format(in_language=in_language)
        if not dialogue.heard(told):
            button = button_said(words.talk_to_person, TALK_TO_A_PERSON)
            return (*said, BotSaid(text=f"{told} {texts.offer}", buttons=(button,)))
    on_offer = any(button["payload"] == TALK_TO_A_PERSON for each in said for button in each.buttons)
    if not verdict.offer or not said or on_offer or dialogue.heard_lately(texts.offer, OFFER_ONCE_IN):
        return tuple(said)
    button = button_said(words.talk_to_person, TALK_TO_A_PERSON)
    return (*said, BotSaid(text=texts.offer, buttons=(button,)))
