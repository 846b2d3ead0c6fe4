"""The spine: one visitor message from arrival to answer or handoff, from top to bottom.

`take` stores what was said and acknowledges it. `_answer` runs in a task of the process, not of the socket: it
thinks with no transaction open, then stores the whole turn in one, guarded by "the bot may still speak". A crash
anywhere repeats the thinking, never the output.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import asdict, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import anyio
import structlog
from pydantic import JsonValue

from app.assessor import Assessor, offered
from app.backplane import Backplane, Changed
from app.card_numbers import masked
from app.cards import bot_said
from app.conversations import BotSaid, Entry, Said, Status, new_id
from app.dialogues import Dialogue, Dialogues
from app.duty import Duty
from app.errors import Draining, Unavailable
from app.facts import about
from app.persistence.journal import Change, Heard, Journal, Lease, Outcome
from app.persistence.people import People, Visitor
from app.protocol import VISITOR_WORDS
from app.settings import Settings
from app.words import words_for
from bot import Assistant, BotMessage, Message, Turn, first_due, read_reminder
from bot.actions.limit import within
from handoff import ConversationId, Desk, Evidence, HandoffError, HandoffRequest, Reason, SiteId, Verdict, promises

log = structlog.get_logger(__name__)

Assistants = Callable[[SiteId], Awaitable[Assistant]]
"""The bot that speaks for a site."""

WISHES = {
    "complaint": Reason.EMOTION,
    "repeat_contact": Reason.REPEAT,
    "repair_not_fixed": Reason.REPEAT,
    "safety_legal_urgent": Reason.SAFETY,
    "human_request": Reason.HUMAN_REQUEST,
    "callback_request": Reason.HUMAN_REQUEST,
    "affirm": Reason.HUMAN_REQUEST,  # of a person whom the bot offered
}
"""The desk's reason for a plain word of the bot; any other word is `Reason.OTHER`."""

CASE = "case_number"
"""The slot in which a bot keeps the number of the visitor's open case; other projects may use it likewise."""
STORE_ATTEMPTS = 3
WAITED_LONG = timedelta(seconds=5)
WORTH_A_LINE = 0.3
"""Score of a verdict that stays with the bot from which it is kept in the log: a person is needed from 0.5."""


class Turns:
    """Takes messages and answers them. One turn of a conversation at a time, in order; conversations never wait."""

    def __init__(
        self,
        journal: Journal,
        backplane: Backplane,
        dialogues: Dialogues,
        assistants: Assistants,
        assessor: Assessor,
        desk: Desk,
        duty: Duty,
        people: People,
        settings: Settings,
        clock: Callable[[], datetime],
    ) -> None:
        self._journal = journal
        self._backplane = backplane
        self._assistants = assistants
        self._assessor = assessor
        self._desk = desk
        self._duty = duty
        self._people = people
        self._settings = settings
        self._clock = clock
        self._dialogues = dialogues
        self._limit = asyncio.Semaphore(settings.turns_at_once)
        self._asked: dict[str, asyncio.Future[Change]] = {}
        """Who waits for the turn of a message, by its client_id."""
        self.draining = False
        self.full = False
        """Whether the disk has no room for more."""
        self._answering: set[asyncio.Task[None]] = set()
        self.on_kept: Callable[[float], None] = lambda _: None
        """Told how many seconds each message took to be stored."""
        self.on_answered: Callable[[float, str], None] = lambda *_: None
        """Told how many seconds each turn took, and how it ended: "done", "failed" or "lost"."""

    async def take(self, visitor: Visitor, said: Said, acknowledge: Callable[[Heard], None]) -> None:
        """Store a message, acknowledge it, show it to everyone, and start its turn. Raises what the journal raises."""
        if self.draining:
            raise Draining
        if self.full:
            raise Unavailable
        if (covered := masked(said.text)) != said.text:
            said = replace(said, text=covered)
        if visitor.external_id is not None and not visitor.verified:
            said = replace(said, unproved=True)
        begun = time.perf_counter()
        heard = await self._journal.hear(visitor.id, visitor.site_id, said, now=self._clock())
        acknowledge(heard)
        self.on_kept(time.perf_counter() - begun)
        if heard.lease is not None:
            self.start(heard.lease)
        if not heard.duplicate:
            await self.publish(heard.change)

    async def ask(self, visitor: Visitor, said: Said) -> Change:
        """Take a message and wait for its turn: what was stored in answer. For callers without a stream.

        Raises what the journal raises, and Unavailable when the answer takes too long; it is in the log then, later.
        """
        answered: asyncio.Future[Change] = asyncio.get_running_loop().create_future()
        self._asked[str(said.client_id)] = answered
        try:
            await self.take(visitor, said, lambda heard: None)
            async with asyncio.timeout(self._settings.turn_timeout.total_seconds() * 2):
                return await answered
        except TimeoutError:
            raise Unavailable("The answer takes longer than usual. Ask for the conversation again later.") from None
        finally:
            del self._asked[str(said.client_id)]

    def start(self, lease: Lease) -> None:
        """Answer in the background, as a task of the process: it outlives the visitor's socket."""
        task = asyncio.create_task(self._answer(lease))
        self._answering.add(task)
        task.add_done_callback(self._answering.discard)

    @property
    def running(self) -> int:
        """How many turns are thought through or stored here."""
        return len(self._answering)

    async def stop(self) -> None:
        """Give up what runs: the leases run out, and who comes next thinks those turns through again."""
        for task in self._answering:
            task.cancel()
        if self._answering:
            await asyncio.wait(self._answering)

    async def publish(self, change: Change) -> None:
        """Tell everyone of a committed change."""
        await self._backplane.publish(Changed.of(change))

    async def _answer(self, lease: Lease | None) -> None:
        """Answer a message, and then the conversation's next one while there is one. Never raises."""
        try:
            while lease is not None:
                # Whatever is logged on the way, by whomever, says which conversation it was about.
                structlog.contextvars.bind_contextvars(conversation_id=lease.message.conversation_id)
                begun = time.perf_counter()
                waited_from = self._clock()
                async with self._limit:
                    # The lease runs while a turn waits for its place; one that waited long starts it anew.
                    late = self._clock() - waited_from > WAITED_LONG
                    if late and not await self._journal.renew(lease, now=self._clock()):
                        return
                    outcome = await self._think(lease)
                lease = await self._store(lease, outcome, begun)
        except Exception:
            # Not even the apology worked. The lease runs out, the sweeper tries again, and all others go on.
            log.exception("turn left", conversation_id=lease.message.conversation_id if lease else None)

    async def _store(self, lease: Lease, outcome: Outcome, begun: float) -> Lease | None:
        """Store the outcome and publish it; the next turn of the conversation."""
        for attempt in range(1, STORE_ATTEMPTS + 1):
            try:
                finished = await self._journal.finish_turn(lease, outcome, now=self._clock())
            except Unavailable:
                if attempt < STORE_ATTEMPTS:
                    await anyio.sleep(0.2 * 2**attempt)
                continue
            ended = "lost" if finished.change is None else "failed" if outcome.failed else "done"
            self.on_answered(time.perf_counter() - begun, ended)
            if finished.change is not None:
                await self.publish(finished.change)
                answered = self._asked.get(lease.message.client_id or "")
                if answered is not None and not answered.done():
                    answered.set_result(finished.change)
            if finished.next is not None and self.draining:
                await self._journal.give_back(finished.next)
                return None
            return finished.next
        # The lease runs out and the sweeper has the turn thought through again.
        log.error("turn not stored", conversation_id=lease.message.conversation_id)
        return None

    async def _think(self, lease: Lease) -> Outcome:
        """What this turn wants to store. A turn that fails ends in an apology and the offer of a person."""
        message = lease.message
        if lease.attempt > self._settings.turn_attempts:
            log.error("turn given up", conversation_id=message.conversation_id, attempts=lease.attempt - 1)
            return await self._sorry(message)
        try:
            dialogue = await self._dialogues.of(message)
            # The bot of a new site may have to learn first. That takes as long as it takes, beside the turn's time.
            assistant = await self._assistants(dialogue.site_id)
            return await within(self._settings.turn_timeout, self._decide(lease, dialogue, assistant))
        except Exception:
            # The crash boundary of a turn: other conversations go on, this one is told what happens next.
            log.exception("turn failed", conversation_id=message.conversation_id)
            return await self._sorry(message)

    async def _decide(self, lease: Lease, dialogue: Dialogue, assistant: Assistant) -> Outcome:
        message = lease.message
        if message.kind == "tracker":
            return await self._remind(lease, dialogue, assistant)
        if not message.data["text"]:  # photos alone: there is nothing to understand
            return Outcome(said=(BotSaid(_of_photos(dialogue)),) if dialogue.status is Status.BOT else ())
        verdict = await self._assessor.assess(message, dialogue)
        log_line = _verdict_entry(verdict)
        if verdict.needs_person:
            request = await self._request(dialogue, message, verdict.reason, verdict.evidence)
            return Outcome(verdict=log_line, request=request)
        if dialogue.status is Status.HUMAN:
            return Outcome(verdict=log_line)
        helps = dialogue.status is Status.WAITING and not await self._duty.staffed(dialogue.site_id)
        if dialogue.status is Status.WAITING and not helps:
            return Outcome(verdict=log_line)
        turn = await assistant.reply(dialogue.tracker, _to_bot(lease, dialogue.locale))
        dialogue.expect(turn.tracker)
        speaks = _other_language(assistant, dialogue)
        said = [bot_said(each, speaks) for each in turn.messages]
        if turn.failures:
            log.warning("actions failed", failures=[failure.action for failure in turn.failures])
            said.append(bot_said(_apology(assistant, dialogue)))
        wish = await self._wish(dialogue, message, turn)
        return Outcome(
            said=tuple(said) if wish or helps else offered(verdict, dialogue, said, speaks),
            events=turn.events,
            verdict=log_line,
            request=wish,
            helps_while_waiting=helps,
            about=_about(dialogue, turn),
            remind_at=first_due(turn.events),
            promises=_promises(message.conversation_id, turn, self._clock()),
        )

    async def _remind(self, lease: Lease, dialogue: Dialogue, assistant: Assistant) -> Outcome:
        """Play a reminder of the bot's own. Nobody asked, so nothing is said when it fails or a person has come."""
        message = lease.message
        reminder = read_reminder(message.data["reminder"])
        if reminder is None or dialogue.status is not Status.BOT:
            return Outcome()
        turn = await assistant.remind(
            dialogue.tracker, reminder, lease.turn_id, message.at, "kickstand", await self._whose(message)
        )
        dialogue.expect(turn.tracker)
        if turn.failures:
            log.warning("actions failed", failures=[failure.action for failure in turn.failures])
        speaks = _other_language(assistant, dialogue)
        return Outcome(
            said=tuple(bot_said(each, speaks) for each in turn.messages),
            events=turn.events,
            request=await self._wish(dialogue, message, turn),
            about=_about(dialogue, turn),
            remind_at=first_due(turn.events),
            promises=_promises(message.conversation_id, turn, self._clock()),
        )

    async def _whose(self, message: Entry) -> dict[str, JsonValue]:
        """What a project's actions learn of a turn that the visitor did not ask for."""
        conversation = await self._journal.conversation(message.conversation_id)
        if conversation is None:
            return {"conversation_id": message.conversation_id, "visitor_id": None}
        whose: dict[str, JsonValue] = {
            "conversation_id": message.conversation_id,
            "visitor_id": conversation.visitor_id,
        }
        return whose if conversation.locale is None else {**whose, "locale": conversation.locale}

    async def _wish(self, dialogue: Dialogue, message: Entry, turn: Turn) -> HandoffRequest | None:
        if turn.wish is None:
            return None
        reason = WISHES.get(turn.wish.reason, Reason.OTHER)
        return await self._request(dialogue, message, reason, (Evidence(reason, turn.wish.detail),))

    async def _request(
        self, dialogue: Dialogue, message: Entry, reason: Reason | None, evidence: tuple[Evidence, ...]
    ) -> HandoffRequest:
        """The request for a person that a message led to."""
        words = message.data.get("text", "")
        return await self.request_of(dialogue.site_id, words, reason or Reason.OTHER, evidence, dialogue.locale)

    async def request_of(
        self, site_id: SiteId, words: str, reason: Reason, evidence: tuple[Evidence, ...], locale: str | None
    ) -> HandoffRequest:
        """The request for a person, with the sentence that only the storing transaction may say."""
        now = self._clock()
        site = await self._people.site_by_id(site_id)
        return self._desk.request(
            reason,
            words[:VISITOR_WORDS],
            evidence,
            now=now,
            staffed=await self._duty.staffed(site_id),
            opens_at=site.opens_at(now),
            tz=site.hours.tz,
            locale=locale,
        )

    async def _sorry(self, message: Entry) -> Outcome:
        """The apology of a turn that failed, with the offer of a person; none to who did not ask for anything."""
        if message.kind == "tracker":
            return Outcome(failed=True)
        dialogue = await self._dialogues.of(message)
        assistant = await self._assistants(dialogue.site_id)
        apology: BotSaid = bot_said(_apology(assistant, dialogue))
        return Outcome(said=(apology,), helps_while_waiting=True, failed=True)


def _promises(conversation_id: ConversationId, turn: Turn, now: datetime) -> tuple[Mapping[str, Any], ...]:
    """What the bot promised in a turn, as entries of the ledger; one that the ledger refuses is told to the log."""
    if not turn.promises:
        return ()
    made = []
    for promised in turn.promises:
        try:
            made.append(
                promises.make(
                    promises.PromiseId(new_id()),
                    conversation_id,
                    promised.what,
                    due_at=promised.due_at,
                    owner=None,
                    backup=None,
                    now=now,
                    tz=promised.due_at.tzinfo or UTC,
                    source="bot",
                )
            )
        except HandoffError as refused:
            log.error("promise left out", due_at=promised.due_at, reason=str(refused))
    return tuple(promises.to_data(each) for each in made)


def _other_language(assistant: Assistant, dialogue: Dialogue) -> str | None:
    """What the bot answers in, where the visitor reads another language."""
    return None if assistant.speaks(dialogue.locale) else assistant.project.config.language


def _apology(assistant: Assistant, dialogue: Dialogue) -> BotMessage:
    words = words_for(dialogue.locale)
    return assistant.apology(words.turn_failed, words.talk_to_person, dialogue.locale)


def _of_photos(dialogue: Dialogue) -> str:
    """What photos without a word are answered with: they belong to the case that is open, if there is one."""
    case, words = dialogue.tracker.slots.get(CASE), words_for(dialogue.locale)
    return words.photos_on_case.format(case=case) if case else words.photos_arrived


def _to_bot(lease: Lease, locale: str | None) -> Message:
    message = lease.message
    # Who is not proved gets the garage of nobody: what is kept there is told to its owner alone.
    whose = message.conversation_id if message.data.get("unproved") else message.author_id
    metadata: dict[str, JsonValue] = {"conversation_id": message.conversation_id, "visitor_id": whose}
    if locale is not None:
        metadata["locale"] = locale
    if "page" in message.data:
        metadata["page"] = message.data["page"]
    return Message(
        key=lease.turn_id,
        text=message.data["text"],
        sent_at=message.at,
        payload=message.data.get("payload"),
        metadata=metadata,
    )


def _verdict_entry(verdict: Verdict) -> Mapping[str, Any] | None:
    """The log's line about a verdict, for agents to read and mark; None when nothing worth their while was noticed."""
    if not (verdict.needs_person or verdict.offer) and (not verdict.evidence or verdict.score < WORTH_A_LINE):
        return None
    return {
        "needs_person": verdict.needs_person,
        "reason": verdict.reason,
        "score": round(verdict.score, 3),
        "also": list(verdict.also),
        "evidence": [asdict(evidence) for evidence in verdict.evidence],
    }


def _about(dialogue: Dialogue, turn: Turn) -> str | None:
    """What the conversation is about after this turn."""
    set_now = {event["name"]: event["value"] for event in turn.events if event["event"] == "slot"}
    slots = dialogue.tracker.slots
    return about({**slots, **set_now} if set_now else slots)
