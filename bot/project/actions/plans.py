"""What each kind of case says and promises, in one table: heard, three steps, and the working days until the answer."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from bot.ports import CaseKind


@dataclass(frozen=True, slots=True)
class Detail:
    """One more thing that helps, beside the order number; everybody is free to leave it out."""

    label: str
    kind: str = "text"
    """As a form card has it: text, date or choice."""
    options: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Plan:
    """How a case of one kind goes."""

    kind: CaseKind
    title: str
    """On the card."""
    heard: str
    """What the visitor told us, said back."""
    steps: tuple[str, str, str]
    working_days: int
    """By when they hear back."""
    takes_order: bool = True
    """Whether an order number belongs on it: asked for once, after the case is open."""
    brings_person: str | None = None
    """The desk's reason, where a person joins at once."""
    detail: Detail | None = None
    """What the form asks besides the order number."""


RETURN: Final = Plan(
    CaseKind.RETURN,
    "Return opened",
    "Your return is open. The label is on us, and this is how it goes:",
    (
        "Our team sends the label to the e-mail on your order",
        "Drop the parcel at any pick-up point within 14 days",
        "Money back within 5 working days of its arrival",
    ),
    working_days=1,
    detail=Detail("Reason", "choice", ("The fit", "The sound", "The looks", "A change of mind")),
)
EXCHANGE: Final = Plan(
    CaseKind.EXCHANGE,
    "Exchange opened",
    "Yours is easily swapped, and the label is on us. This is how it goes:",
    (
        "Our team sets the other part aside and sends you the label",
        "Drop the parcel at any pick-up point within 14 days",
        "The other part leaves as soon as yours is scanned",
    ),
    working_days=1,
    detail=Detail("What you'd like instead"),
)
WARRANTY: Final = Plan(
    CaseKind.WARRANTY,
    "Warranty claim opened",
    "A part of ours has let you down, and we put that right. Your claim is open:",
    (
        "A fitter reads what you wrote; photos help and are optional",
        "You hear the decision by the day below",
        "Repair or a new part leaves the working day after",
    ),
    working_days=2,
    detail=Detail("In use since", "date"),
)
DAMAGE: Final = Plan(
    CaseKind.DAMAGE,
    "Damage reported",
    "It arrived damaged, and we make that right. Keep the part and the box for now:",
    (
        "Our team sets a replacement aside for you",
        "We take it up with the carrier; photos help and are optional",
        "You hear by the day below when the new one arrives",
    ),
    working_days=1,
    detail=Detail("What was damaged", "choice", ("The part", "The box", "Part and box")),
)
MISSING: Final = Plan(
    CaseKind.MISSING,
    "Missing piece noted",
    "Something is missing from your box, so we send it after you:",
    (
        "Our team checks the parts list of your kit, and whether a second parcel is under way",
        "The missing piece leaves by letter or parcel, at our expense",
        "You hear by the day below when it arrives",
    ),
    working_days=1,
)
WRONG: Final = Plan(
    CaseKind.WRONG,
    "Exchange opened",
    "The wrong part reached you; that's our mistake. The right one comes to you first:",
    (
        "Our team sets the right part aside for you",
        "It leaves at our expense, with a label for the other one",
        "You hear by the day below when it arrives",
    ),
    working_days=1,
)
DELIVERY: Final = Plan(
    CaseKind.DELIVERY,
    "Parcel trace opened",
    "You have nothing in your hands, so we treat the parcel as lost until it turns up:",
    (
        "Our team takes your claim to the carrier",
        "A look at neighbours and the letter box helps them search",
        "New parcel or money back: decided by the day below",
    ),
    working_days=2,
)
REPAIR_AGAIN: Final = Plan(
    CaseKind.REPAIR,
    "Second look opened",
    "You had it repaired, and it's back. The second look is on us, ahead of the line:",
    (
        "What you wrote goes onto the same job, so it is told once",
        "The earliest place in the workshop is held for you, with a lift or a loan bike",
        "You hear your time by the day below",
    ),
    working_days=1,
    takes_order=False,
    brings_person="repair_not_fixed",
)
REPAIR_STATUS: Final = Plan(
    CaseKind.REPAIR,
    "Workshop asked",
    "Your repair is what you'd like to know about. I've put the question to the workshop:",
    (
        "The mechanic on your job writes how far it is and what comes next",
        "You hear it by the day below",
        "Your job number speeds it up; your name does as well",
    ),
    working_days=1,
    takes_order=False,
)
VISIT: Final = Plan(
    CaseKind.VISIT,
    "Workshop visit asked for",
    "A place in our Berlin workshop for you. I've passed it on:",
    (
        "The workshop holds the time nearest to your wish",
        "Mounting a slip-on takes an hour: wait with a coffee, or get a lift",
        "You hear your exact time by the day below",
    ),
    working_days=1,
    takes_order=False,
)
ESTIMATE: Final = Plan(
    CaseKind.ESTIMATE,
    "Written estimate asked for",
    "A firm figure before anything starts. A slip-on takes about an hour of work, a repair what the look shows:",
    (
        "A technician reads what you wrote and asks back if it needs a look",
        "The estimate comes in writing, and it holds",
        "You hear by the day below, with the next free place",
    ),
    working_days=1,
    takes_order=False,
)
ORDER_CHANGE: Final = Plan(
    CaseKind.CHANGE,
    "Change noted",
    "Your order is to be changed, and I've noted how. This is how it goes:",
    (
        "Still with us: our team changes it before it leaves",
        "Already on its way: the carrier is asked to redirect it",
        "You hear the new details, read back, by the day below",
    ),
    working_days=1,
)
ORDER_CANCEL: Final = Plan(
    CaseKind.CHANGE,
    "Cancellation noted",
    "You'd like your order cancelled; that's noted. This is how it goes:",
    (
        "Still with us: it stops here, and the money goes back the same day",
        "Already on its way: leave it with the driver, or use our free label",
        "You hear which of the two by the day below",
    ),
    working_days=1,
)
PAYMENT: Final = Plan(
    CaseKind.PAYMENT,
    "Payment being checked",
    "A payment went astray, and we look at the booking itself. Keep card numbers to yourself:",
    (
        "Pending amounts are reservations; your bank releases them by itself",
        "Anything booked twice or wrongly goes back the same day",
        "You hear what we found by the day below",
    ),
    working_days=1,
)
INVOICE: Final = Plan(
    CaseKind.INVOICE,
    "Document asked for",
    "Your paperwork, gladly. It goes to the e-mail on the order:",
    (
        "Our team picks the document you named",
        "Company name and tax number go on it if you write them here",
        "It is in your mail by the day below",
    ),
    working_days=1,
)
REFUND: Final = Plan(
    CaseKind.REFUND,
    "Refund being traced",
    "Your money is what you're waiting for, so we trace it. It leaves us 5 working days after the part arrives:",
    (
        "Our team looks up the booking with its date and reference",
        "Cards take 2 to 3 days more, PayPal shows it the same day",
        "You hear where it is by the day below",
    ),
    working_days=1,
)
ACCOUNT: Final = Plan(
    CaseKind.ACCOUNT,
    "Privacy request noted",
    "Your account and what it holds are yours to clear. The request is with our privacy team:",
    (
        "They confirm with you by the e-mail of the account",
        "Then account and data are deleted; invoices stay as long as tax law asks",
        "You hear that it is done by the day below",
    ),
    working_days=5,
    takes_order=False,
)
TRADE: Final = Plan(
    CaseKind.QUESTION,
    "Trade enquiry noted",
    "You'd like to sell or fit our exhausts. That goes to our trade team:",
    (
        "They read what you wrote about your shop",
        "Terms and a sample price list come by mail",
        "You hear from them by the day below",
    ),
    working_days=2,
    takes_order=False,
)
DEALER: Final = Plan(
    CaseKind.QUESTION,
    "Nearest fitter asked for",
    "Somebody close to you who has it and fits it. Our Berlin workshop does both, our partners nearer to you as well:",
    (
        "Our team picks the two nearest, with phone and hours",
        "They tell you which of them mount it",
        "You hear by the day below; by parcel it's 2 to 4 working days meanwhile",
    ),
    working_days=1,
    takes_order=False,
)
SPARE: Final = Plan(
    CaseKind.QUESTION,
    "Spare part looked up",
    "A single piece instead of a whole silencer, gladly. I've asked the parts desk for it:",
    (
        "They find the piece by the silencer it belongs to",
        "Small ones for a fresh order are on us",
        "You hear price and stock by the day below",
    ),
    working_days=1,
    takes_order=False,
)

BY_INTENT: Final[Mapping[str, Plan]] = {
    "return_request": RETURN,
    "warranty_claim": WARRANTY,
    "damaged_in_transit": DAMAGE,
    "missing_item": MISSING,
    "wrong_item": WRONG,
    "delivered_not_received": DELIVERY,
    "repair_not_fixed": REPAIR_AGAIN,
    "repair_status": REPAIR_STATUS,
    "book_service": VISIT,
    "repair_quote": ESTIMATE,
    "modify_order": ORDER_CHANGE,
    "cancel_order": ORDER_CANCEL,
    "payment_issue": PAYMENT,
    "invoice_request": INVOICE,
    "refund_status": REFUND,
    "account_access": ACCOUNT,
    "dealer_locator": DEALER,
    "spare_parts": SPARE,
}
_SHARPER: Final = (
    ("return_request", re.compile(r"\b(?:exchange|swap|instead|rather have)\b", re.IGNORECASE), EXCHANGE),
    ("dealer_locator", re.compile(r"\b(?:become|wholesale|sell (?:your|larkmoor)|my shop)\b", re.IGNORECASE), TRADE),
)
"""Words with which a message of an intent is about another plan."""


def plan_for(intent: str, words: str) -> Plan | None:
    """The plan for a message of `intent`; None where no case belongs to it."""
    for name, pattern, plan in _SHARPER:
        if intent == name and pattern.search(words):
            return plan
    return BY_INTENT.get(intent)
