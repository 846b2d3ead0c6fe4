"""Call-backs: a time that the visitor chose becomes a promise in the ledger, and the conversation rests until then."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from app.backplane import Backplane, Changed, PromiseTold
from app.conversations import Status, new_id
from app.errors import NoSuchConversation, SlotTaken
from app.keeper import Keeper
from app.persistence.appointments import (
    Appointment,
    Appointments,
    book_appointment,
    cancel_appointment,
    find_appointment,
)
from app.persistence.journal import Change, Journal
from app.persistence.ledger import find_promise
from app.persistence.people import People, Visitor
from app.persistence.sql_log import Log, find_conversation
from app.persistence.sql_queue import open_ticket, request_person, save_ticket, wake
from app.persistence.work import Cursor, Writer, lock
from app.protocol import CallbackCard, Span
from app.sites import Site
from app.turns import Turns
from handoff import Evidence, HandoffRequest, Reason, moves, spoken_moment, texts_for
from handoff import promises as book
from handoff.sla import callback_slots

MOST = 24
"""Times that are offered at once."""
BEFORE = timedelta(minutes=5)
"""How long before its time a call comes back into the line, so that somebody reads the conversation first."""


class Calls:
    """Books calls. What a visitor is told and what the team owes are stored in one transaction."""

    def __init__(
        self,
        writer: Writer,
        appointments: Appointments,
        journal: Journal,
        people: People,
        keeper: Keeper,
        turns: Turns,
        backplane: Backplane,
        clock: Callable[[], datetime],
    ) -> None:
        self._writer = writer
        self._appointments = appointments
        self._journal = journal
        self._people = people
        self._keeper = keeper
        self._turns = turns
        self._backplane = backplane
        self._clock = clock

    async def times(self, site: Site) -> Sequence[Span]:
        """The next free half hours in which the site calls; none where it makes no calls."""
        if site.calls_at_once == 0:
            return ()
        now = self._clock()
        taken = await self._appointments.taken(site.id, now)
        found = callback_slots(site.hours, now, count=MOST, taken=taken, places=site.calls_at_once)
        return tuple(Span(start=begins, end=ends) for begins, ends in found)

    async def book(self, visitor: Visitor, begins_at: datetime, phone: str) -> None:
        """Book a call, or move the one that is booked. Raises NoSuchConversation, and SlotTaken for a time not free."""
        now = self._clock()
        site = await self._people.site_by_id(visitor.site_id)
        conversation = await self._journal.current(visitor.id, now=now)
        if conversation is None:
            raise NoSuchConversation
        ends_at = {each.start: each.end for each in await self._times_with(site, visitor)}.get(begins_at)
        if ends_at is None:
            raise SlotTaken
        when = spoken_moment(begins_at, now=now, tz=site.hours.tz)
        texts = texts_for(conversation.locale)
        told = spoken_moment(begins_at, now=now, tz=site.hours.tz, locale=conversation.locale)
        evidence = (Evidence(Reason.HUMAN_REQUEST, f"Asked to be called {when}."),)
        request = await self._turns.request_of(
            site.id, f"Call {phone} {when}", Reason.HUMAN_REQUEST, evidence, conversation.locale
        )
        request = replace(request, says=texts.call_booked.format(when=told))

        def work(cursor: Cursor) -> Change:
            lock(cursor, "visitor", visitor.id)
            log = Log(cursor, find_conversation(cursor, conversation.id), now)
            earlier = find_appointment(cursor, conversation.id, now)
            cancel_appointment(cursor, conversation.id, now)
            promise = None if earlier is None else find_promise(cursor, earlier.promise_id)
            if promise is not None and earlier is not None and earlier.phone != phone:
                _release(log, promise)
                promise = None
            if promise is not None and not promise.is_open:
                promise = None
            promise_id = book.PromiseId(new_id()) if promise is None else promise.id
            appointment = Appointment(promise_id, phone, begins_at, ends_at)
            if not book_appointment(cursor, site.id, conversation.id, appointment, site.calls_at_once):
                raise SlotTaken
            _rest(log, request, begins_at)
            _promise(log, appointment, promise)
            _tell(log, appointment)
            return log.close()

        change = await self._writer.run(work)
        await self._publish(change)

    async def cancel(self, visitor: Visitor) -> None:
        """Take a booked call back: the conversation returns to its place in line. Nothing booked is fine as well."""
        now = self._clock()
        conversation = await self._journal.current(visitor.id, now=now)
        if conversation is None:
            raise NoSuchConversation

        def work(cursor: Cursor) -> Change:
            lock(cursor, "visitor", visitor.id)
            log = Log(cursor, find_conversation(cursor, conversation.id), now)
            earlier = find_appointment(cursor, conversation.id, now)
            if earlier is None:
                return log.close()
            cancel_appointment(cursor, conversation.id, now)
            promise = find_promise(cursor, earlier.promise_id)
            if promise is not None:
                _release(log, promise)
            if log.status is Status.WAITING:
                wake(log)
            log.say(texts_for(conversation.locale).call_taken_back)
            return log.close()

        await self._publish(await self._writer.run(work))

    async def _times_with(self, site: Site, visitor: Visitor) -> Sequence[Span]:
        """The free times, and the visitor's own."""
        conversation = await self._journal.current(visitor.id, now=self._clock())
        own = None if conversation is None else await self._appointments.of(conversation.id, self._clock())
        mine = () if own is None else (Span(start=own.begins_at, end=own.ends_at),)
        return (*await self.times(site), *mine)

    async def _publish(self, change: Change) -> None:
        if not change.entries:
            return
        await self._backplane.publish(Changed.of(change))
        told = {each.data["promise_id"] for each in change.entries if each.kind == "promise"}
        promises = [each for each in await self._keeper.ledger.of(change.conversation.id) if each.id in told]
        for frame in await self._keeper.shown(promises):
            await self._backplane.publish(PromiseTold(change.conversation.site_id, frame))


def _rest(log: Log, request: HandoffRequest, begins_at: datetime) -> None:
    """The conversation waits for a person, who is rung shortly before the call; with somebody it stays with them."""
    if log.status is Status.HUMAN:
        return
    ticket = open_ticket(log.cursor, log.before.id) or request_person(log, request)
    until = max(log.now + timedelta(minutes=1), begins_at - BEFORE)
    log.ticket = moves.rested(ticket, until=until, now=log.now)
    log.note_step("call_booked", at=begins_at.isoformat(), until=until.isoformat())
    save_ticket(log.cursor, log.ticket)


def _release(log: Log, promise: book.Promise) -> None:
    """Who releases us from a promise has it kept: nothing is owed, and nobody was let down."""
    if promise.is_open:
        _entry(log, book.keep(promise, by=None, now=log.now))


def _promise(log: Log, appointment: Appointment, earlier: book.Promise | None) -> None:
    """The ledger's entry: made, or the `earlier` one agreed anew."""
    if earlier is not None:
        _entry(log, book.ReAgreed(log.now, earlier.id, appointment.ends_at))
        return
    made = book.Made(
        log.now,
        appointment.promise_id,
        log.before.id,
        texts_for(log.before.locale).call_promised.format(phone=appointment.phone),
        appointment.ends_at,
        owner=log.agent_id,
        backup=None,
    )
    _entry(log, made)


def _entry(log: Log, entry: book.PromiseEntry) -> None:
    log.append("promise", book.to_data(entry), author=("system", "ledger"), visible=False)


def _tell(log: Log, appointment: Appointment) -> None:
    """The card by which the visitor sees it, and can show it to themselves on the day."""
    card = CallbackCard(
        kind="callback",
        headline=texts_for(log.before.locale).call,
        times=(),
        phone=appointment.phone,
        booked=Span(start=appointment.begins_at, end=appointment.ends_at),
    )
    said: dict[str, Any] = {"text": "", "card": card.model_dump(mode="json")}
    log.append("message", said, author=("system", "desk"), visible=True)
