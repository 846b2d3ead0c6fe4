"""What was decided, done: at the shop where it can be, else as a promise with an owner; then the customer is told."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

import structlog
from pydantic import ValidationError

from app.conversations import new_id
from app.keeper import shown_promise
from app.outgoing import OutgoingError
from app.persistence.journal import Change
from app.persistence.ledger import find_promise
from app.persistence.people import People
from app.persistence.remedies import find_remedy
from app.persistence.roster import Roster
from app.persistence.sql_log import Log, find_conversation
from app.persistence.work import Cursor, Reader, Writer, lock
from app.protocol import LedgerPromise, RemedyCard
from app.protocol import Money as MoneyFrame
from app.shops.refunds import CannotRefund, Refunds
from app.sites import Site
from handoff import AgentId, NeverOpen, SiteId
from handoff import promises as ledger
from handoff import remedies as book
from handoff.authority import Remedy
from handoff.money import Money
from handoff.remedies import Making, Outcome, Part, RemedyState

log = structlog.get_logger(__name__)

A_WORKING_DAY = timedelta(hours=8)
"""Of opening hours, in which a task is done."""


@dataclass(frozen=True, slots=True)
class Carried:
    """A remedy that is done, with what it changed."""

    making: Making
    change: Change
    promises: Sequence[LedgerPromise]


class CarryingOut:
    """Each part once: a part keeps its key, and the shop or the log says whether it was done before."""

    def __init__(
        self,
        writer: Writer,
        reader: Reader,
        people: People,
        roster: Roster,
        refunds: dict[str, Refunds],
        clock: Callable[[], datetime],
    ) -> None:
        """`refunds`: who gives money back, by site key."""
        self._writer = writer
        self._reader = reader
        self._people = people
        self._roster = roster
        self.refunds = refunds
        self._clock = clock

    async def settle(self, making: Making) -> Carried | None:
        """Carry out every part and tell the customer; None when somebody else has done so meanwhile."""
        site = await self._people.site_by_id(await self._site_of(making))
        outcomes = [await self._one(making, at, part, site) for at, part in enumerate(making.parts)]
        backup = await self._backup(making, site)
        names = await self._people.agent_names([making.by, *([] if backup is None else [backup])])
        now = self._clock()
        name = names.get(making.by, site.name)

        def work(cursor: Cursor) -> Carried | None:
            lock(cursor, "conversation", making.conversation_id)
            if (seen := find_remedy(cursor, making.id)) is None or seen.state is not RemedyState.GOING:
                return None
            here = Log(cursor, find_conversation(cursor, making.conversation_id), now)
            promised, settled = [], []
            for part, outcome in zip(making.parts, outcomes, strict=True):
                if outcome.how == "task" and outcome.due_at is not None:
                    made = ledger.Made(
                        now,
                        ledger.PromiseId(new_id()),
                        making.conversation_id,
                        book.task(part, making.currency, making.order_number),
                        outcome.due_at,
                        making.by,
                        backup,
                        "remedy",
                    )
                    here.append("promise", ledger.to_data(made), author=("system", "ledger"), visible=False)
                    promised.append(made.promise_id)
                    outcome = replace(outcome, promise_id=made.promise_id)
                settled.append(outcome)
            entry = book.Settled(now, making.id, tuple(settled))
            here.append("remedy", book.to_data(entry), author=("system", "shop"), visible=False)
            done = book.fold_one(seen, entry)
            said: dict[str, Any] = {"text": "", "card": _card(done, name, site, now, here.before.locale), "name": name}
            here.append("message", said, author=("agent", making.by), visible=True)
            change = here.close()
            promises = [find_promise(cursor, promise_id) for promise_id in promised]
            return Carried(done, change, [shown_promise(each, names) for each in promises if each is not None])

        return await self._writer.run(work)

    async def _one(self, making: Making, at: int, part: Part, site: Site) -> Outcome:
        refunds = self.refunds.get(site.key)
        if part.remedy is not Remedy.REFUND or refunds is None:
            return Outcome("task", due_at=self._due(site))
        if making.order_number is None:
            return Outcome("task", due_at=self._due(site), why="It names no order, so a person gives it at the shop.")
        amount = Money(part.minor, making.currency)
        try:
            reference = await refunds.refund(
                making.order_number, amount, key=f"{making.id}:{at}", reason=part.what or making.reason
            )
        except CannotRefund as error:
            return Outcome("task", due_at=self._due(site), why=f"{str(error)[:1].upper()}{str(error)[1:]}.")
        except (OutgoingError, ValidationError) as error:
            log.warning("refund.silent", remedy=making.id, error=type(error).__name__, detail=str(error)[:300])
            why = (
                f"The shop did not answer. Look there for a refund marked {making.id}:{at} before you give it by hand."
            )
            return Outcome("task", due_at=self._due(site), why=why)
        return Outcome("shop", reference=reference)

    def _due(self, site: Site) -> datetime:
        now = self._clock()
        try:
            return site.hours.after(now, A_WORKING_DAY)
        except NeverOpen:
            return now + timedelta(days=1)

    async def _backup(self, making: Making, site: Site) -> AgentId | None:
        """Who is there and has the most room."""
        colleagues = await self._roster.colleagues(site.id, self._clock())
        there = [each for each in colleagues if each.present and each.agent.id != making.by]
        there.sort(key=lambda each: (each.load, each.agent.name))
        return there[0].agent.id if there else None

    async def _site_of(self, making: Making) -> SiteId:
        conversation = await self._reader.run(lambda cursor: find_conversation(cursor, making.conversation_id))
        return conversation.site_id


def _card(making: Making, name: str, site: Site, now: datetime, locale: str | None) -> dict[str, Any]:
    headline, lines, money = book.told(making, name.split()[0], now=now, tz=site.hours.tz, locale=locale)
    amount = None if money is None else MoneyFrame(amount=money.minor, currency=money.currency)
    card = RemedyCard(kind="remedy", headline=headline, lines=tuple(lines), amount=amount, state="done")
    return card.model_dump(mode="json")
