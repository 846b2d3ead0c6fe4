"""The customer of a conversation: facts, machines, cases, promises, feelings, and three lines for who takes over."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from app.conversations import Conversation
from app.facts import bike, facts
from app.protocol import CaseLine, Feeling, OrdersStanding, OrderStanding, VisitorCard
from app.services import Services
from app.shops.cases import DatabaseCases
from app.shops.garage import DatabaseGarage
from app.shops.standing import orders_of
from handoff.brief import Facts, brief

PAGE = 50
CALM, UPSET = 0.25, 0.5
"""Below the one a message reads calm, from the other on upset; between them lies uneasy."""
UPSETTING = frozenset({"emotion", "repeat", "safety", "legal"})
_TRIED = 3

Course = Sequence[tuple[datetime, str, str, Mapping[str, Any]]]


async def known_of(here: Services, conversation: Conversation) -> VisitorCard:
    """Everything that the customer pane shows, read now."""
    now = here.clock()
    site = await here.people.site_by_id(conversation.site_id)
    slots = await here.console.slots(conversation.id)
    name = await here.console.visitor_name(conversation.id)
    earlier = await here.console.earlier_told(conversation.id, limit=PAGE + 1)
    visitor = await here.people.visitor_by_id(conversation.visitor_id)
    promises = await here.keeper.ledger.of(conversation.id)
    said = await here.console.course(conversation.id)
    feelings = _feelings(said)
    cases = await DatabaseCases(here.reads, site.id, here.clock).list(conversation.visitor_id)
    machines = await DatabaseGarage(here.reads, here.writes, site.id, here.clock).vehicles(conversation.visitor_id)
    ticket = await here.console.newest_ticket(conversation.id)
    words = brief(
        Facts(
            name=name,
            vehicle=bike(slots),
            order=slots.get("order_number"),
            contacts=1 + len(earlier),
            about=ticket.quote.rstrip(" .!?") if ticket is not None else "",
            tried=_tried(said),
            feeling=_name(feelings[-1].upset) if feelings else None,
            feeling_before=_name(feelings[0].upset) if len(feelings) > 1 else None,
            promises=promises,
        ),
        now=now,
        tz=site.hours.tz,
    )
    return VisitorCard(
        conversation_id=UUID(conversation.id),
        visitor=name,
        facts=facts(slots),
        earlier=earlier[:PAGE],
        more_earlier=len(earlier) > PAGE,
        email=await here.people.email_of(conversation.visitor_id),
        verified=visitor is not None and visitor.external_id is not None,
        brief=words.lines,
        garage=tuple(" ".join(str(each) for each in (m.make, m.model, m.year) if each) for m in machines),
        cases=tuple(
            CaseLine(number=each.number, kind=each.kind.value, about=each.about, opened_at=each.opened_at)
            for each in cases
        ),
        feelings=tuple(feelings),
        promises=await here.keeper.shown(promises),
    )


async def orders_standing(here: Services, conversation: Conversation) -> OrdersStanding:
    """What the shop says of the visitor's orders now."""
    site = await here.people.site_by_id(conversation.site_id)
    slots = await here.console.slots(conversation.id)
    email = await here.people.email_of(conversation.visitor_id)
    standing = await orders_of(here.shop_of(site), here.reads, site.id, email=email, slots=slots)
    today = here.clock().astimezone(site.hours.tz).date()
    shown = tuple(
        OrderStanding(
            number=order.number,
            proved=order.number in standing.proved,
            status=order.status.value,
            placed_at=order.placed_at,
            items=tuple(line.name if line.quantity == 1 else f"{line.quantity} x {line.name}" for line in order.lines),
            expected_for=order.expected_for,
            delivered_at=order.delivered_at,
            late_days=order.late_days(today),
            url=order.tracking_url,
        )
        for order in standing.orders
    )
    return OrdersStanding(orders=shown, is_silent=standing.is_silent)


def _feelings(said: Course) -> list[Feeling]:
    """One for each message of the visitor; calm where triage found nothing worth an entry."""
    feelings: list[Feeling] = []
    for at, kind, author, data in said:
        if kind == "message" and author == "visitor":
            feelings.append(Feeling(at=at, upset=0))
        elif kind == "triage" and feelings:
            feelings[-1] = Feeling(at=feelings[-1].at, upset=_upset(data))
    return feelings


def _upset(data: Mapping[str, Any]) -> float:
    """Triage's score where it speaks of feeling; a calm wish for a person is none."""
    score = min(1.0, max(0.0, float(data.get("score") or 0.0)))
    told = {each["reason"] for each in data.get("evidence", ())}
    return score if told & UPSETTING else min(score, 0.1)


def _name(upset: float) -> str:
    return "calm" if upset < CALM else "uneasy" if upset < UPSET else "upset"


def _tried(said: Course) -> tuple[str, ...]:
    """The last things that the bot or a colleague said, in their own first sentence; a card by its headline."""
    told = []
    for _, kind, author, data in said:
        if kind != "message" or author not in ("bot", "agent"):
            continue
        card = data.get("card") or {}
        text = str(card.get("headline") or card.get("title") or data.get("text") or card.get("what") or "")
        first = text.split("\n")[0].split(". ")[0].strip().rstrip(".")
        if first:
            told.append(first)
    return tuple(dict.fromkeys(told[-_TRIED:]))
