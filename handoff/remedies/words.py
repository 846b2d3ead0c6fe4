"""What the customer and the team read of a remedy, in plain words."""

from collections.abc import Mapping
from datetime import datetime, tzinfo

from handoff.authority import Remedy
from handoff.money import Money
from handoff.remedies.making import Making, Outcome, Part
from handoff.texts import spoken_moment

_HEADS: Mapping[Remedy, str] = {
    Remedy.LOANER: "You stay on the road",
    Remedy.RUSH_SHIPPING: "Express, on us",
    Remedy.SPARE: "A spare for you, free",
    Remedy.REPLACEMENT: "A replacement for you, free",
    Remedy.REMAKE: "Made anew for you",
    Remedy.CREDIT: "A credit for you",
    Remedy.REFUND: "Your refund",
}


def told(making: Making, who: str, *, now: datetime, tz: tzinfo) -> tuple[str, list[str], Money | None]:
    """What the customer reads once all is under way: a headline, a line for each part, and the money that they get.

    `who` is the first name of whoever sees to it.
    """
    lines = [
        _told(part, outcome, Money(part.minor, making.currency), who, now=now, tz=tz)
        for part, outcome in zip(making.parts, making.outcomes, strict=True)
    ]
    money = sum(part.minor for part in making.parts if part.remedy in (Remedy.CREDIT, Remedy.REFUND))
    head = _HEADS.get(making.parts[0].remedy, "Making it right") if len(making.parts) == 1 else "Making it right"
    return head, lines, Money(money, making.currency) if money else None


def task(part: Part, currency: str, order_number: str | None) -> str:
    """The part as what somebody promises: "send the refund of $24, order 1042"."""
    amount = Money(part.minor, currency)
    words = {
        Remedy.FREE_TEXT: part.what,
        Remedy.LOANER: f"arrange {part.what or 'a loaner or a ride'}",
        Remedy.RUSH_SHIPPING: "put the parcel on express",
        Remedy.SPARE: f"send {part.what or 'a spare'}",
        Remedy.REPLACEMENT: f"send a replacement{f': {part.what}' if part.what else ''}",
        Remedy.REMAKE: f"have it made anew{f': {part.what}' if part.what else ''}",
        Remedy.CREDIT: f"put {amount} on the account",
        Remedy.REFUND: f"send the refund of {amount}",
    }[part.remedy]
    return words if order_number is None else f"{words}, order {order_number}"


def _told(part: Part, outcome: Outcome, amount: Money, who: str, *, now: datetime, tz: tzinfo) -> str:
    if outcome.how == "shop":
        if part.remedy is Remedy.REFUND:
            return f"{amount} is on its way back to how you paid. Your bank shows it within a few working days."
        if part.remedy is Remedy.CREDIT:
            return f"{amount} for your next order: enter the code {outcome.reference} at the checkout."
        return f"{part.what or 'It'} is under way to you, free."
    when = "" if outcome.due_at is None else f", {spoken_moment(outcome.due_at, now=now, tz=tz)} at the latest"
    match part.remedy:
        case Remedy.LOANER:
            return f"{who} arranges {part.what or 'a loaner or a ride'} for you{when}. It is on us."
        case Remedy.RUSH_SHIPPING:
            return f"{who} puts your parcel on express{when}. The shipping is on us."
        case Remedy.SPARE | Remedy.REPLACEMENT:
            thing = part.what or ("a spare" if part.remedy is Remedy.SPARE else "your replacement")
            return f"{who} sends {thing}{when}. It is free for you."
        case Remedy.REMAKE:
            return f"{who} has {part.what or 'it'} made anew for you and starts that{when}. It is free for you."
        case Remedy.CREDIT:
            return f"{who} puts {amount} on your account{when}."
        case Remedy.REFUND:
            return f"{who} sends {amount} back to how you paid{when}."
        case Remedy.FREE_TEXT:
            return f"{part.what}: {who} sees to it{when}."
