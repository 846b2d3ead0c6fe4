"""What the bot needs from the outside: a shop, a place for cases, a garage, a clock.

A project's actions receive these by the names of the fields of `Services`. The application implements them;
`bot` itself reaches no database and no shop. The docstrings below are the contract, and implementations
refer to them. Any method may raise: the turn then goes on without that action's answer, and is reported.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, tzinfo
from enum import StrEnum
from typing import Literal, Protocol, TypeAlias

import httpx

Clock: TypeAlias = Callable[[], datetime]
"""Now, in aware UTC."""

_SIGNS = {"EUR": "€", "GBP": "£", "USD": "$"}


@dataclass(frozen=True, slots=True)
class Money:
    """An amount in minor units (cents) of an ISO 4217 currency with two decimals."""

    amount: int
    currency: str

    def __str__(self) -> str:
        """As a rider reads it: "€329", "€64.50", "CHF 120"."""
        whole, cents = divmod(abs(self.amount), 100)
        figure = f"{whole:,}" if cents == 0 else f"{whole:,}.{cents:02}"
        sign = "-" if self.amount < 0 else ""
        return f"{sign}{_SIGNS.get(self.currency, f'{self.currency} ')}{figure}"


@dataclass(frozen=True, slots=True)
class YearRange:
    """Model years from `first` to `last`, both included; None leaves that end open."""

    first: int | None = None
    last: int | None = None

    def __contains__(self, year: int) -> bool:
        return (self.first is None or self.first <= year) and (self.last is None or year <= self.last)

    def __str__(self) -> str:
        """As it stands on a chip: "2014–17", "2021+", "to 2013", "2018"."""
        if self.first is None:
            return "any year" if self.last is None else f"to {self.last}"
        if self.last is None:
            return f"{self.first}+"
        if self.first == self.last:
            return str(self.first)
        same_century = self.first // 100 == self.last // 100
        return f"{self.first}–{self.last % 100:02}" if same_century else f"{self.first}–{self.last}"


@dataclass(frozen=True, slots=True)
class Model:
    """A machine as the catalogue names it, with the model years it was sold in."""

    make: str
    name: str
    years: YearRange = YearRange()


@dataclass(frozen=True, slots=True)
class Vehicle:
    """One machine: a catalogue model and, once known, its model year and version."""

    make: str
    model: str
    year: int | None = None
    submodel: str | None = None
    """The version as the catalogue writes it: "ABS". "" stands for any that it does not name; None: not known."""

    def __str__(self) -> str:
        name = f"{self.model} {self.submodel}" if self.submodel else self.model
        return f"{self.year} {name}" if self.year else name


@dataclass(frozen=True, slots=True)
class Mention:
    """One machine named in a text."""

    models: tuple[Model, ...]
    """What the words may mean, best first. More than one: ask which."""
    year: int | None = None
    """The model year that stands beside the name."""
    years: YearRange | None = None
    """The model years that the words tell where they tell a stretch: "gen 2", "2014 to 2016"."""
    scores: tuple[float, ...] = ()
    """How well each of `models` agrees with the words, from 0 to 1; a name spelt out in full has 1."""
    name: str = ""
    """The name that was used, as the catalogue writes it."""
    alias: str | None = None
    """The other name the visitor used, as it is written ("FZ-07" for the MT-07)."""


@dataclass(frozen=True, slots=True)
class Part:
    """One article of the shop. Several articles of one `line` ("Fell 2") are made for different machines."""

    sku: str
    name: str
    price: Money | None
    """None where the catalogue says what it fits and another system what it costs."""
    stock: int | None
    """Pieces that can leave today; None where the catalogue has no count."""
    family: str
    """The kind of part, in lower case: "slip-on", "link pipe", "gasket", "spare"."""
    line: str
    """What riders call it, shared by its variants: "Fell 2". The name itself where there is one variant."""
    in_box: tuple[str, ...] = ()
    facts: Mapping[str, str] = field(default_factory=dict, hash=False)
    """What the sheet says, by topic: "sound", "legal", "material", "weight"."""
    image: str | None = None
    url: str | None = None
    restock_on: date | None = None


class Verdict(StrEnum):
    """What the catalogue says of a part and a machine. Silence is UNKNOWN, never a no and never a yes."""

    FITS = "fits"
    FITS_WITH_NOTES = "fits_with_notes"
    OTHER_SUITS = "other_suits"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Fit:
    """The answer to "does this part fit this machine?"."""

    verdict: Verdict
    vehicle: Vehicle
    part: Part | None = None
    """The article of the asked line made for the machine; for other verdicts the one asked about."""
    notes: tuple[str, ...] = ()
    """What to heed, in full sentences, as the catalogue has them."""
    needs: tuple[Part, ...] = ()
    """What else has to be bought for it."""
    alternative: Part | None = None
    """With OTHER_SUITS: what is made for this machine instead, the same family first."""
    asked_years: tuple[YearRange, ...] = ()
    """With OTHER_SUITS: the years of this model that the asked part is made for."""
    legality: Mapping[str, str] = field(default_factory=dict, hash=False)
    """What the catalogue has on file about the law for this pair, by its own column names: "street_legal": "yes"."""
    source: str = "Our catalogue"
    checked_at: datetime | None = None
    """When the catalogue row was last confirmed."""


@dataclass(frozen=True, slots=True)
class OrderLine:
    """One position of an order."""

    sku: str
    name: str
    quantity: int


class OrderStatus(StrEnum):
    """Where an order stands, in one vocabulary for all shops and carriers."""

    RECEIVED = "received"
    PACKED = "packed"
    IN_TRANSIT = "in_transit"
    OUT_FOR_DELIVERY = "out_for_delivery"
    PICKUP_READY = "pickup_ready"
    DELIVERED = "delivered"
    EXCEPTION = "exception"
    RETURNED = "returned"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True)
class OrderStep:
    """One step of an order's way. `at` is when it happened, or None for what is still to come."""

    label: str
    state: Literal["done", "now", "to_come"]
    at: datetime | None = None
    detail: str | None = None


@dataclass(frozen=True, slots=True)
class Order:
    """An order as its owner may see it."""

    number: str
    status: OrderStatus
    placed_at: datetime
    lines: tuple[OrderLine, ...]
    steps: tuple[OrderStep, ...]
    promised_for: date | None = None
    """The day first told to the buyer."""
    expected_for: date | None = None
    """The day the carrier says now."""
    window: str | None = None
    """Hours of the day as the carrier gives them: "between 10:00 and 14:00"."""
    carrier: str | None = None
    tracking_number: str | None = None
    tracking_url: str | None = None
    last_seen_at: datetime | None = None
    """The carrier's newest scan."""
    delivered_at: datetime | None = None

    def late_days(self, today: date) -> int:
        """Days between the promise and the expected day, or today where that is later. 0: on time."""
        if self.promised_for is None or self.status in {OrderStatus.CANCELLED, OrderStatus.RETURNED}:
            return 0
        arrives = self.delivered_at.date() if self.delivered_at else max(self.expected_for or today, today)
        return max(0, (arrives - self.promised_for).days)

    def quiet_days(self, now: datetime) -> int:
        """Whole days since the carrier's newest scan of a parcel that is under way; else 0."""
        if self.last_seen_at is None or self.delivered_at is not None:
            return 0
        return max(0, (now - self.last_seen_at).days)


class ShopSilent(Exception):
    """The shop's system does not answer just now. The visitor hears what happens next; a person looks it up."""


class Shop(Protocol):
    """The catalogue and the orders of one site."""

    async def find_parts(self, text: str) -> Sequence[Part]:
        """The articles that `text` names: one for a sku, all of a line for its name, else ()."""

    async def find_vehicles(self, text: str) -> Sequence[Mention]:
        """The machines that `text` names, in the order of the text; () where none is recognised.

        Knows spellings, nicknames and market names. A spelling mistake is forgiven only where letters differ:
        digits must be the model's own.
        """

    async def year_ranges(self, skus: Sequence[str], model: Model) -> Sequence[YearRange]:
        """The stretches of model years between which the answer of `fits` differs, oldest first.

        Covers the years that the model was sold. One stretch: the year need not be asked. () for a model that
        the catalogue has nothing on. Without `skus`: where the list of `parts_for` differs.
        """

    async def versions(self, skus: Sequence[str], vehicle: Vehicle) -> Sequence[str]:
        """The versions that the catalogue tells apart where the answer of `fits` differs by them; else ().

        `vehicle.year` is known, or its answer the same in every year. What is not among them is the version "".
        """

    async def fits(self, skus: Sequence[str], vehicle: Vehicle) -> Fit:
        """Whether one of the articles (variants of one line, or a single one) is made for `vehicle`.

        A vehicle without year is judged as if every year the model was sold gave the same answer; where they
        differ the verdict is UNKNOWN. Unknown skus and machines give UNKNOWN. A vehicle whose version is not known
        is told what is made for any of them, with a note that says for which.
        """

    async def parts_for(self, vehicle: Vehicle, family: str | None = None) -> Sequence[Fit]:
        """What is made for `vehicle`, small parts last; `family` narrows. Without a year: what fits any year."""

    async def order(self, number: str, proof: str) -> Order | None:
        """The order with that number, told to somebody who names its e-mail address or postcode.

        `number` may carry "#" or blanks. An unknown number and a proof that differs both give None and take
        the same work, so that nobody learns which numbers exist. Raises ShopSilent when the shop's system is away.
        """


class CaseKind(StrEnum):
    """What a case is about; the letter before its number tells it apart ("R-1007")."""

    RETURN = "return"
    EXCHANGE = "exchange"
    WARRANTY = "warranty"
    DAMAGE = "damage"
    MISSING = "missing"
    WRONG = "wrong"
    DELIVERY = "delivery"
    REPAIR = "repair"
    """A repair that has to be looked at again, or how far one is."""
    VISIT = "visit"
    """An appointment in the workshop."""
    ESTIMATE = "estimate"
    CHANGE = "change"
    """An order to be changed or cancelled."""
    PAYMENT = "payment"
    INVOICE = "invoice"
    REFUND = "refund"
    ACCOUNT = "account"
    QUESTION = "question"
    """What somebody of the team finds out and tells."""


@dataclass(frozen=True, slots=True)
class Case:
    """Something the team owes a visitor."""

    number: str
    kind: CaseKind
    opened_at: datetime
    due_on: date
    """By when the visitor hears back."""
    about: str
    """The visitor's own words."""
    order_number: str | None = None


class Cases(Protocol):
    """Cases of one site."""

    async def open(
        self,
        kind: CaseKind,
        *,
        key: str,
        visitor_id: str,
        about: str,
        due_on: date,
        order_number: str | None = None,
    ) -> Case:
        """Open a case, or return the one that `key` has opened already: the same turn never opens two."""

    async def name_order(self, number: str, order_number: str, told: str = "") -> Case | None:
        """Put an order number on a case, and what was `told` with it; None where there is no such case.

        The same again changes nothing.
        """

    async def list(self, visitor_id: str) -> Sequence[Case]:
        """The visitor's cases, newest first."""


class Garage(Protocol):
    """The machines a visitor asked us to keep, so that nobody has to tell them twice. Nothing is kept unasked."""

    async def vehicles(self, visitor_id: str) -> Sequence[Vehicle]:
        """Newest first."""

    async def keep(self, visitor_id: str, vehicle: Vehicle) -> None:
        """Put a machine at the head; keeping the same one twice leaves one."""

    async def forget(self, visitor_id: str, vehicle: Vehicle | None = None) -> None:
        """Take one machine out, or all of them."""


class Pace(StrEnum):
    """How somebody likes to be answered."""

    BRIEF = "brief"
    STANDARD = "standard"
    CAREFUL = "careful"


class Concern(StrEnum):
    """What matters most to somebody who hesitates."""

    TIME = "time"
    EXPENSE = "expense"


@dataclass(frozen=True, slots=True)
class Liking:
    """What a visitor asked us to heed in later conversations; None where they asked for nothing."""

    pace: Pace | None = None
    concern: Concern | None = None


class Preferences(Protocol):
    """How visitors like to be served, as they said it themselves. Nothing is kept unasked, everything forgotten."""

    async def of(self, visitor_id: str) -> Liking:
        """What is kept of a visitor."""

    async def keep(self, visitor_id: str, *, pace: Pace | None = None, concern: Concern | None = None) -> None:
        """Put down what was said; what is None stays as it was."""

    async def forget(self, visitor_id: str) -> None:
        """Forget all of it."""


@dataclass(frozen=True, slots=True)
class Services:
    """What actions may ask for in their `__init__`, by these names."""

    shop: Shop
    cases: Cases
    garage: Garage
    preferences: Preferences
    clock: Clock
    http: httpx.AsyncClient | None = None
    timezone: tzinfo = UTC
    """Where the visitors of the site live: days and hours are told in it."""
