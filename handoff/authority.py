"""What each role may do to make a case right without asking, and whom to ask beyond that."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Literal

from handoff.models import HandoffError
from handoff.money import HIGHEST, BadAmount, Money, is_currency
from handoff.roles import Role


class Level(StrEnum):
    """Whose authority counts, from the least to the most: the roles of people, and the bot below them."""

    BOT = "bot"
    AGENT = "agent"
    SENIOR = "senior"
    SUPERVISOR = "supervisor"

    @classmethod
    def of(cls, role: Role) -> "Level":
        """What an account decides as. An admin looks after the system, and decides as a supervisor."""
        return cls.SUPERVISOR if role is Role.ADMIN else cls(role.value)

    def at_least(self, other: "Level") -> bool:
        """Whether this level decides what `other` decides."""
        order = list(Level)
        return order.index(self) >= order.index(other)


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


class BadMatrix(ValueError):
    """An authority matrix that cannot be used; says which part and what it should look like."""


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
    """A level's authority: `total` over all remedies, and tighter limits of single remedies."""

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
class Room:
    """What is left of a level's authority, in minor units; None: any amount."""

    here: int | None
    day: int | None
    per_case: int | None
    """All of it, before anything was given."""


@dataclass(frozen=True, slots=True)
class Answer:
    """May this be done, and the sentence that says so."""

    kind: Literal["allowed", "allowed_with_note", "ask"]
    says: str
    ask: Level | None = None
    """The least level that may do it; a second person, also where it is one's own."""


Wanted = Sequence[tuple[Remedy, int]]
"""What is to be given at once: each remedy with what it costs, in minor units."""


@dataclass(frozen=True, slots=True)
class Authority:
    """The matrix of one currency. Edited by admins; every use of it is logged by whoever asks."""

    currency: str
    grants: Mapping[Level, Grant]

    def __post_init__(self) -> None:
        if not is_currency(self.currency):
            raise BadMatrix(f"currency must be an ISO 4217 code such as USD, got {self.currency!r}")
        if missing := [level for level in Level if level not in self.grants]:
            raise BadMatrix(f"the role {missing[0]} has no limits; give it some, or 0")

    def may(self, level: Level, remedy: Remedy, amount: Money, spent: Spent) -> Answer:
        """`weigh` for one remedy."""
        return self.weigh(level, [(remedy, amount.minor)], amount.currency, spent)

    def weigh(self, level: Level, wanted: Wanted, currency: str, spent: Spent) -> Answer:
        """Whether `level` may give all of this now. Raises OtherCurrency or BadAmount.

        An amount that fits exactly is allowed: a tie is decided for the customer.
        """
        if currency != self.currency:
            raise OtherCurrency(currency, self.currency)
        if not wanted or not all(0 <= minor <= HIGHEST for _, minor in wanted):
            raise BadAmount
        if self._fit(level, wanted, spent):
            if self.grants[level].needs_note:
                return Answer("allowed_with_note", "You may; say in a line why.")
            return Answer("allowed", self.standing(level, spent))
        higher = list(Level)[list(Level).index(level) + 1 :]
        above = next((each for each in higher if self._fit(each, wanted, Spent(spent.case))), Level.SUPERVISOR)
        return Answer("ask", f"{self._why(level, wanted, spent)}; {_article(above)} decides with you.", above)

    def confirms(self, level: Level, wanted: Wanted, spent: Spent) -> bool:
        """Whether `level` may let pass, as the second person, what somebody else wants to give."""
        return all(room is None or minor <= room for minor, room in self._rooms(level, wanted, spent))

    def room(self, level: Level, spent: Spent) -> Room:
        """What is left of the whole."""
        total = self.grants[level].total
        case, day = sum(spent.case.values()), sum(spent.day.values())
        left_today = None if total.per_day is None else max(0, total.per_day - day)
        return Room(total.room(case, day), left_today, total.per_case)

    def standing(self, level: Level, spent: Spent) -> str:
        """What is always in sight: "You may: up to $150 here, $300 left today"."""
        room = self.room(level, spent)
        if room.here is None:
            return "You may: any amount."
        words = f"You may: up to {self._money(room.here)} here"
        if room.day is not None:
            words += f", {self._money(room.day)} left today"
        return f"{words}."

    def to_dict(self) -> dict[str, Any]:
        """JSON-ready, for settings: amounts in minor units, null for any amount."""
        return {
            "currency": self.currency,
            "roles": {
                level.value: {
                    **_limit_out(grant.total),
                    "needs_note": grant.needs_note,
                    "remedies": {
                        remedy.value: None if limit is None else _limit_out(limit)
                        for remedy, limit in grant.remedies.items()
                    },
                }
                for level, grant in self.grants.items()
            },
        }

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> "Authority":
        """Reads what `to_dict` gives. Raises BadMatrix."""
        try:
            grants = {
                Level(name): Grant(
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

    def _fit(self, level: Level, wanted: Wanted, spent: Spent) -> bool:
        grant = self.grants[level]
        alone = all(grant.remedies.get(remedy, grant.total) is not None for remedy, _ in wanted)
        return alone and self.confirms(level, wanted, spent)

    def _rooms(self, level: Level, wanted: Wanted, spent: Spent) -> Iterable[tuple[int, int | None]]:
        """What is wanted, in sum and of each remedy that has a limit of its own, and the room that there is for it."""
        grant = self.grants[level]
        yield sum(minor for _, minor in wanted), self.room(level, spent).here
        for remedy, limit in grant.remedies.items():
            of_it = sum(minor for each, minor in wanted if each is remedy)
            if limit is not None and of_it:
                yield of_it, limit.room(spent.case.get(remedy, 0), spent.day.get(remedy, 0))

    def _why(self, level: Level, wanted: Wanted, spent: Spent) -> str:
        grant = self.grants[level]
        for remedy, minor in wanted:
            name = NAMES[remedy]
            if remedy in grant.remedies and grant.remedies[remedy] is None:
                return f"{name[:1].upper()}{name[1:]} takes two people"
            if not self.confirms(level, [(remedy, minor)], spent):
                return f"{self._money(minor)} for {name} is above the {self._left(level, [remedy], spent)}"
        asked = self._money(sum(minor for _, minor in wanted))
        return f"{asked} in all is above the {self._left(level, [remedy for remedy, _ in wanted], spent)}"

    def _left(self, level: Level, remedies: Sequence[Remedy], spent: Spent) -> str:
        rooms = [room for _, room in self._rooms(level, [(each, 1) for each in remedies], spent) if room is not None]
        return f"{self._money(min(rooms))} that you have here now"

    def _money(self, minor: int) -> str:
        return str(Money(minor, self.currency))


DEFAULT = Authority(
    "USD",
    {
        Level.BOT: Grant(
            Limit(1_500, 1_500),
            {remedy: None for remedy in Remedy if remedy is not Remedy.SPARE},
        ),
        Level.AGENT: Grant(Limit(15_000, 60_000)),
        Level.SENIOR: Grant(Limit(50_000, None)),
        Level.SUPERVISOR: Grant(Limit(None, None), needs_note=True),
    },
)
"""To start with; the owner edits it."""


def _article(level: Level) -> str:
    return f"an {level}" if level.value[0] in "aeiou" else f"a {level}"


def _limit_out(limit: Limit) -> dict[str, int | None]:
    return {"per_case": limit.per_case, "per_day": limit.per_day}


def _limit_in(data: Mapping[str, Any], name: str) -> Limit:
    for key in ("per_case", "per_day"):
        value = data[key]
        if value is not None and (not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= HIGHEST):
            raise BadMatrix(f"{name}.{key} must be a whole number of minor units or null, got {value!r}")
    return Limit(data["per_case"], data["per_day"])
