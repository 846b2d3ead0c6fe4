"""Promises made, kept and remembered: each step is an entry of the log, told to the team and, where it concerns them,
to the visitor as a card."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import structlog

from app.alerts.alarms import Alarms
from app.alerts.news import News
from app.backplane import Backplane, Changed, PromiseTold
from app.conversations import new_id
from app.errors import BadPromise, ChatError, InThePast, PromiseSettled
from app.persistence.journal import Change
from app.persistence.ledger import Ledger, find_promise
from app.persistence.people import People
from app.persistence.roster import Roster
from app.persistence.sql_log import Log, find_conversation
from app.persistence.work import Cursor, Writer
from app.protocol import AgentRef, LedgerPromise, PromiseCard
from handoff import Agent, AgentId, ConversationId, HandoffError, SiteId, Texts, texts_for
from handoff import promises as book
from handoff.promises import Promise, PromiseEntry

log = structlog.get_logger(__name__)

LOOK = timedelta(seconds=5)
"""Between looks at the clock of promises: they are due by the minute."""


class Keeper:
    """Writes the ledger. What the clock asks for is settled once, however often it looks."""

    def __init__(
        self,
        writer: Writer,
        ledger: Ledger,
        people: People,
        roster: Roster,
        alarms: Alarms,
        backplane: Backplane,
        clock: Callable[[], datetime],
        sleep: Callable[[float], Awaitable[None]],
    ) -> None:
        self.ledger = ledger
        self._writer = writer
        self._people = people
        self._roster = roster
        self._alarms = alarms
        self._backplane = backplane
        self._clock = clock
        self._sleep = sleep

    async def make(
        self, conversation_id: ConversationId, site_id: SiteId, agent: Agent, what: str, due_at: datetime, source: str
    ) -> Promise:
        """A new promise of `agent`; whoever is there and has the most room stands in. Raises BadPromise, InThePast."""
        now = self._clock()
        site = await self._people.site_by_id(site_id)
        others = [each for each in await self._roster.colleagues(site_id, now) if each.agent.id != agent.id]
        there = sorted((each for each in others if each.present), key=lambda each: (each.load, each.agent.name))
        try:
            made = book.make(
                book.PromiseId(new_id()),
                conversation_id,
                what,
                due_at=due_at,
                owner=agent.id,
                backup=there[0].agent.id if there else None,
                now=now,
                tz=site.hours.tz,
                source="composer" if source == "composer" else "form",
            )
        except HandoffError as error:
            raise _refused(error) from error
        return await self._store(conversation_id, [made], tells=True)

    async def keep(self, promise: Promise, agent: Agent) -> Promise:
        """It is kept. Raises PromiseSettled when that is on record."""
        try:
            kept = book.keep(promise, by=agent.id, now=self._clock())
        except HandoffError as error:
            raise _refused(error) from error
        return await self._store(promise.conversation_id, [kept], tells=True)

    async def re_agree(self, promise: Promise, site_id: SiteId, agent: Agent, due_at: datetime) -> Promise:
        """Another moment that the visitor agreed to. Raises PromiseSettled or InThePast."""
        site = await self._people.site_by_id(site_id)
        try:
            agreed = book.re_agree(promise, due_at, by=agent.id, now=self._clock(), tz=site.hours.tz)
        except HandoffError as error:
            raise _refused(error) from error
        return await self._store(promise.conversation_id, [agreed], tells=True, was_due=promise.due_at)

    async def run(self) -> None:
        """Remind, alert and tell what is late, for ever."""
        while True:
            try:
                await self.look()
            except ChatError as error:
                log.warning("promises put off", error=error.code)
            except Exception:
                log.exception("promises could not be looked at")
            await self._sleep(LOOK.total_seconds())

    async def look(self) -> None:
        """What the clock asks for now."""
        now = self._clock()
        for promise in await self.ledger.due(now):
            away = await self._away(promise, now)
            entries = book.due_entries(promise, now=now, away=away)
            if entries:
                tells = any(isinstance(each, book.Reassigned | book.Missed) for each in entries)
                await self._store(promise.conversation_id, entries, tells=tells, seen=promise)

    async def shown(self, promises: Sequence[Promise]) -> tuple[LedgerPromise, ...]:
        """As the console gets them, with names."""
        ids = {each for promise in promises for each in (promise.owner, promise.backup) if each is not None}
        names = await self._people.agent_names(list(ids))
        return tuple(shown_promise(promise, names) for promise in promises)

    async def _away(self, promise: Promise, now: datetime) -> set[AgentId]:
        conversation = await self._writer.run(lambda cursor: find_conversation(cursor, promise.conversation_id))
        return {each.agent.id for each in await self._roster.colleagues(conversation.site_id, now) if not each.present}

    async def _store(
        self,
        conversation_id: ConversationId,
        entries: Sequence[PromiseEntry],
        *,
        tells: bool,
        seen: Promise | None = None,
        was_due: datetime | None = None,
    ) -> Promise:
        """Append the entries and, if it `tells`, the card. Nothing, when `seen` is no longer how the promise is."""
        promise_id = entries[0].promise_id
        known = seen or await self.ledger.one(promise_id)
        folded = book.fold_one(known, entries[0])
        for each in entries[1:]:
            folded = book.fold_one(folded, each)
        names = await self._people.agent_names([each for each in (folded.owner, folded.backup) if each is not None])

        def work(cursor: Cursor) -> Change | None:
            conversation = find_conversation(cursor, conversation_id)
            here = Log(cursor, conversation, entries[-1].at)
            if seen is not None and find_promise(cursor, promise_id) != seen:
                return None
            for each in entries:
                here.append("promise", book.to_data(each), author=("system", "ledger"), visible=False)
            if tells:
                card = _card(folded, names, was_due, texts_for(conversation.locale))
                owner = folded.owner
                author = ("system", "ledger") if owner is None else ("agent", str(owner))
                name = None if owner is None else names.get(owner)
                said: dict[str, Any] = {"text": "", "card": card.model_dump(mode="json"), "name": name}
                here.append("message", said, author=author, visible=True)  # type: ignore[arg-type]
            return here.close()

        change = await self._writer.run(work)
        if change is not None:
            await self._backplane.publish(Changed.of(change))
            await self._backplane.publish(PromiseTold(change.conversation.site_id, shown_promise(folded, names)))
            for each in entries:
                await self._ring(change.conversation.site_id, folded, each)
        return folded

    async def _ring(self, site_id: SiteId, promise: Promise, entry: PromiseEntry) -> None:
        """Consoles have heard of it; the devices of whoever has to act hear what the clock asked for."""
        match entry:
            case book.Reminded():
                whose, title = promise.owner, "A promise of yours is due soon"
            case book.BackupAlerted():
                whose, title = entry.to, "A promise that you stand in for is due soon"
            case book.Reassigned():
                whose, title = entry.owner, "A promise is yours now"
            case book.Missed():
                whose, title = promise.backup or promise.owner, "A promise is late"
            case _:
                return
        if whose is None:
            return
        news = News("promise.at_risk", title, "Keep it, or agree on another moment.", promise.conversation_id)
        about = f"{promise.id}/{book.to_data(entry)['step']}/{promise.due_at.isoformat()}"
        await self._alarms.tell(site_id, news, about=about, to=(whose,))


def shown_promise(promise: Promise, names: Mapping[str, str]) -> LedgerPromise:
    """As the console gets it; `names` has its owner and backup."""

    def ref(agent_id: AgentId | None) -> AgentRef | None:
        return None if agent_id is None else AgentRef(id=UUID(agent_id), name=names.get(agent_id, ""))

    return LedgerPromise(
        id=UUID(promise.id),
        conversation_id=UUID(promise.conversation_id),
        what=promise.what,
        made_at=promise.made_at,
        due_at=promise.due_at,
        owner=ref(promise.owner),
        backup=ref(promise.backup),
        state=promise.state.value,
        reminded=promise.reminded,
        alerted=promise.alerted,
        was_late=promise.was_late,
    )


def _card(promise: Promise, names: Mapping[str, str], was_due: datetime | None, texts: Texts) -> PromiseCard:
    by = _first(names, promise.owner) or texts.our_team
    backup = _first(names, promise.backup)
    match promise.state:
        case book.PromiseState.KEPT:
            state, then = "kept", None
        case book.PromiseState.BROKEN:
            state, then = "late", texts.looks_into.format(who=backup or by)
        case book.PromiseState.RE_AGREED:
            state, then = "agreed_anew", None
        case _:
            state, then = "on_track", None if backup is None else texts.steps_in.format(backup=backup, by=by)
    return PromiseCard.model_validate(
        {
            "kind": "promise",
            "what": promise.what,
            "by": by,
            "due": promise.due_at,
            "state": state,
            "was_due": was_due,
            "then": then,
        }
    )


def _first(names: Mapping[str, str], agent_id: AgentId | None) -> str | None:
    return names[agent_id].split()[0] if agent_id is not None and agent_id in names else None


def _refused(error: HandoffError) -> ChatError:
    match error:
        case book.PromiseClosed():
            return PromiseSettled()
        case book.BadPromise():
            return BadPromise(str(error))
        case _:
            return InThePast(str(error))
