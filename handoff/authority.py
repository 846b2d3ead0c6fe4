"""What each role may do to make a case right without asking, and whom to ask beyond that."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Literal

from handoff.models import HandoffError

HIGHEST = 10**12
"""Minor units; an amount above is a slip of the keyboard."""
_SYMBOLS = {"USD": "$", "EUR": "€", "GBP": "£", "JPY": "¥", "CAD": "CA$", "AUD": "A$"}
_WHOLE = frozenset({"JPY", "KRW", "CLP", "VND", "ISK"})
"""Currencies that shops use without minor units."""


class Role(StrEnum):
    """Who decides, from the least authority to the most."""

    BOT = "bot"
    AGENT = "agent"
    SENIOR = "senior"
    SUPERVISOR = "supervisor"


class Remedy(StrEnum):
    """What makes a case right. The human ones come first, money last: that is how they are shown."""

    FREE_TEXT = "free_text"
    """Whatever helps, in the agent's own words, with what it costs."""
    LOANER = "loaner"
    RUSH_SHIPPING = "rush_shipping"
    SPARE = "spare"
    REPLACEMENT = "replacement"
    REMAKE = "remake"
    CREDIT = "credit"
    REFUND = "refund"


NAMES: Mapping[Remedy, str] = {
    Remedy.FREE_TEXT: "something else",
    Remedy.LOANER: "a loaner or a ride",
    Remedy.RUSH_SHIPPING: "rush shipping",
    Remedy.SPARE: "a spare",
    Remedy.REPLACEMENT: "a replacement",
    Remedy.REMAKE: "a remake",
    Remedy.CREDIT: "a credit",
    Remedy.REFUND: "a refund",
}


class OtherCurrency(HandoffError):
    """The limits are set in another currency."""

    def __init__(self, asked: str, currency: str) -> None:
        super().__init__(f"Limits here are set in {currency}, and this is in {asked}; give the amount in {currency}.")


class BadAmount(HandoffError):
    """An amount is a whole number of minor units, zero or more."""


class BadMatrix(ValueError):
    """An authority matrix that cannot be used; says which part and what it should look like."""


@dataclass(frozen=True, slots=True)
class Money:
    """`minor`: cents, pence; yen themselves."""

    minor: int
    currency: str
    """ISO 4217."""

    def __str__(self) -> str:
        symbol = _SYMBOLS.get(self.currency, f"{self.currency} ")
        if self.currency in _WHOLE:
            return f"{symbol}{self.minor:,}"
        whole, rest = divmod(self.minor, 100)
        return f"{symbol}{whole:,}" if rest == 0 else f"{symbol}{whole:,}.{rest:02}"


@dataclass(frozen=True, slots=True)
class Limit:
    """Minor units without asking; None: any amount."""

    per_case: int | None
    per_day: int | None

    def room(self, spent_case: int, spent_day: int) -> int | None:
        """What is left here, now; None: any amount."""
        left = [
            limit - spent
            for limit, spent in ((self.per_case, spent_case), (self.per_day, spent_day))
            if limit is not None
        ]
        return None if not left else max(0, min(left))


@dataclass(frozen=True, slots=True)
class Grant:
    """A role's authority: `total` over all remedies, and tighter limits of single remedies."""

    total: Limit
    remedies: Mapping[Remedy, Limit | None] = field(default_factory=dict)
    """A remedy with a limit of its own counts against both; None: never without a second person."""
    needs_note: bool = False
    """Whatever is done says why."""


@dataclass(frozen=True, slots=True)
class Spent:
    """What one person has given already, in minor units: in this case by anyone, and today by themselves."""

    case: Mapping[Remedy, int] = field(default_factory=dict)
    day: Mapping[Remedy, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Answer:
    """May this be done, and the sentence that says so."""

    kind: Literal["allowed", "allowed_with_note", "ask"]
    says: str
    ask: Role | None = None
    """The least role who may do it; a second person, also where it is one's own."""


@dataclass(frozen=True, slots=True)
class Authority:
    """The matrix of one currency. Edited by admins; every use of it is logged by whoever asks."""

    currency: str
    grants: Mapping[Role, Grant]

    def __post_init__(self) -> None:
        if len(self.currency) != 3 or not self.currency.isascii() or not self.currency.isupper():
            raise BadMatrix(f"currency must be an ISO 4217 code such as USD, got {self.currency!r}")
        if missing := [role for role in Role if role not in self.grants]:
            raise BadMatrix(f"the role {missing[0]} has no limits; give it some, or 0")

    def may(self, role: Role, remedy: Remedy, amount: Money, spent: Spent) -> Answer:
        """Whether `role` may do this now. Raises OtherCurrency or BadAmount.

        An amount that fits exactly is allowed: a tie is decided for the customer.
        """
        if amount.currency != self.currency:
            raise OtherCurrency(amount.currency, self.currency)
        if not 0 <= amount.minor <= HIGHEST:
            raise BadAmount
        grant = self.grants[role]
        if self._fits(role, remedy, amount.minor, spent):
            if grant.needs_note:
                return Answer("allowed_with_note", "You may; say in a line why.")
            return Answer("allowed", self.standing(role, spent))
        above = next(
            (
                r
                for r in list(Role)[list(Role).index(role) + 1 :]
                if self._fits(r, remedy, amount.minor, Spent(spent.case))
            ),
            Role.SUPERVISOR,
        )
        return Answer("ask", f"{self._why(role, remedy, amount, spent)}; {_article(above)} decides with you.", above)

    def standing(self, role: Role, spent: Spent) -> str:
        """What is always in sight: "You may: up to $150 here, $300 left today"."""
        total = self.grants[role].total
        if total.per_case is None and total.per_day is None:
            return "You may: any amount."
        case, day = (sum(given.values()) for given in (spent.case, spent.day))
        here = total.room(case, day)
        words = f"You may: up to {self._money(here)} here"
        if total.per_day is not None:
            words += f", {self._money(max(0, total.per_day - day))} left today"
        return f"{words}."

    def to_dict(self) -> dict[str, Any]:
        """JSON-ready, for settings: amounts in minor units, null for any amount."""
        return {
            "currency": self.currency,
            "roles": {
                role.value: {
                    **_limit_out(grant.total),
                    "needs_note": grant.needs_note,
                    "remedies": {
                        remedy.value: None if limit is None else _limit_out(limit)
                        for remedy, limit in grant.remedies.items()
                    },
                }
                for role, grant in self.grants.items()
            },
        }

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> "Authority":
        """Reads what `to_dict` gives. Raises BadMatrix."""
        try:
            grants = {
                Role(name): Grant(
                    _limit_in(row, name),
                    {
                        Remedy(remedy): None if limit is None else _limit_in(limit, f"{name}.{remedy}")
                        for remedy, limit in row.get("remedies", {}).items()
                    },
                    bool(row.get("needs_note", False)),
                )
                for name, row in data["roles"].items()
            }
            return cls(data["currency"], grants)
        except BadMatrix:
            raise
        except (KeyError, ValueError, TypeError, AttributeError) as error:
            raise BadMatrix(f"the authority matrix cannot be read: {error}") from error

    def _fits(self, role: Role, remedy: Remedy, minor: int, spent: Spent) -> bool:
        return all(room is None or minor <= room for room in self._rooms(role, remedy, spent)) and (
            self.grants[role].remedies.get(remedy, self.grants[role].total) is not None
        )

    def _rooms(self, role: Role, remedy: Remedy, spent: Spent) -> Sequence[int | None]:
        grant = self.grants[role]
        rooms = [grant.total.room(sum(spent.case.values()), sum(spent.day.values()))]
        if (own := grant.remedies.get(remedy)) is not None:
            rooms.append(own.room(spent.case.get(remedy, 0), spent.day.get(remedy, 0)))
        return rooms

    def _why(self, role: Role, remedy: Remedy, amount: Money, spent: Spent) -> str:
        grant = self.grants[role]
        name = NAMES[remedy]
        if remedy in grant.remedies and grant.remedies[remedy] is None:
            return f"{name[:1].upper()}{name[1:]} takes two people"
        rooms = [room for room in self._rooms(role, remedy, spent) if room is not None]
        return f"{amount} for {name} is above the {self._money(min(rooms))} that you have here now"

    def _money(self, minor: int | None) -> str:
        return "any amount" if minor is None else str(Money(minor, self.currency))


DEFAULT = Authority(
    "USD",
    {
        Role.BOT: Grant(
            Limit(1_500, 1_500),
            {remedy: None for remedy in Remedy if remedy is not Remedy.SPARE},
        ),
        Role.AGENT: Grant(Limit(15_000, 60_000)),
        Role.SENIOR: Grant(Limit(50_000, None)),
        Role.SUPERVISOR: Grant(Limit(None, None), needs_note=True),
    },
)
"""To start with; the owner edits it."""


def _article(role: Role) -> str:
    return f"an {role}" if role.value[0] in "aeiou" else f"a {role}"


def _limit_out(limit: Limit) -> dict[str, int | None]:
    return {"per_case": limit.per_case, "per_day": limit.per_day}


def _limit_in(data: Mapping[str, Any], name: str) -> Limit:
    for key in ("per_case", "per_day"):
        value = data[key]
        if value is not None and (not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= HIGHEST):
            raise BadMatrix(f"{name}.{key} must be a whole number of minor units or null, got {value!r}")
    return Limit(data["per_case"], data["per_day"])
