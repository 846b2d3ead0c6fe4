"""What the customer and the team read of a remedy, in plain words."""

from datetime import datetime, tzinfo

from handoff.authority import Remedy
from handoff.money import Money
from handoff.remedies.making import Making, Outcome, Part
from handoff.texts import RemedyTexts, spoken_moment, spoken_money, texts_for


def told(
    making: Making, who: str, *, now: datetime, tz: tzinfo, locale: str | None = None
) -> tuple[str, list[str], Money | None]:
    """What the customer reads once all is under way: a headline, a line for each part, and the money that they get.

    `who` is the first name of whoever sees to it, `locale` the BCP 47 tag of what the customer reads.
    """
    texts = texts_for(locale).remedies
    lines = []
    for part, outcome in zip(making.parts, making.outcomes, strict=True):
        due_at = outcome.due_at
        moment = None if due_at is None else spoken_moment(due_at, now=now, tz=tz, locale=locale)
        lines.append(_told(texts, part, outcome, spoken_money(Money(part.minor, making.currency), locale), who, moment))
    money = sum(part.minor for part in making.parts if part.remedy in (Remedy.CREDIT, Remedy.REFUND))
    head = texts.heads.get(making.parts[0].remedy, texts.several) if len(making.parts) == 1 else texts.several
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


def _told(texts: RemedyTexts, part: Part, outcome: Outcome, money: str, who: str, moment: str | None) -> str:
    if outcome.how == "shop":
        if part.remedy is Remedy.REFUND:
            return texts.refunded.format(money=money)
        if part.remedy is Remedy.CREDIT:
            return texts.credited.format(money=money, code=outcome.reference)
        return texts.under_way.format(thing=part.what or texts.it)
    when = "" if moment is None else texts.by.format(moment=moment)
    match part.remedy:
        case Remedy.LOANER:
            return texts.loaner.format(who=who, thing=part.what or texts.a_loaner, when=when)
        case Remedy.RUSH_SHIPPING:
            return texts.rush.format(who=who, when=when)
        case Remedy.SPARE:
            return texts.sends.format(who=who, thing=part.what or texts.a_spare, when=when)
        case Remedy.REPLACEMENT:
            return texts.sends.format(who=who, thing=part.what or texts.a_replacement, when=when)
        case Remedy.REMAKE:
            return texts.remake.format(who=who, thing=part.what or texts.the_piece, when=when)
        case Remedy.CREDIT:
            return texts.credit.format(who=who, money=money, when=when)
        case Remedy.REFUND:
            return texts.refund.format(who=who, money=money, when=when)
        case Remedy.FREE_TEXT:
            return texts.free.format(what=part.what, who=who, when=when)
