"""Making a case right: what was given, by whose authority, who decided it with them, and what became of each part.

A remedy is the fold of its entries, each stored in the conversation's log. The functions here decide and word; they
store nothing and look at no clock.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Any, Literal, NewType

from handoff.authority import Answer, Authority, Level, Remedy, Spent
from handoff.models import AgentId, ConversationId, HandoffError
from handoff.money import Money

RemedyId = NewType("RemedyId", str)
MOST_PARTS = 6
"""Things given at once."""
LONGEST = 300
"""Characters of what a part is, of a reason and of an order's number."""


class RemedyState(StrEnum):
    ASKED = "asked"
    """A second person decides."""
    GOING = "going"
    """Decided; each part is carried out just now."""
    DONE = "done"
    """Each part was carried out at the shop, or is somebody's task with a date."""
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"


class BadRemedy(HandoffError):
    """A remedy has one to six parts; something else says in a few words what it is."""


class NeedsReason(HandoffError):
    """With this authority everything is allowed and said why: add a line."""


class OverLimit(HandoffError):
    """This takes a second person."""

    def __init__(self, answer: Answer) -> None:
        super().__init__(answer.says)
        self.answer = answer


class RemedyDecided(HandoffError):
    """This was decided meanwhile; what became of it stands in the conversation."""


class MayNotDecide(HandoffError):
    """Somebody else has to decide this one."""


@dataclass(frozen=True, slots=True)
class Part:
    """One thing that is given. `minor`: what it costs, or, of a refund and a credit, what the customer gets."""

    remedy: Remedy
    minor: int
    what: str = ""
    """In a few words: "Gasket, batch 9"."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a part: carried out at the shop, with its reference there, or a task with an owner and a date."""

    how: Literal["shop", "task"]
    reference: str | None = None
    """The shop's number for it."""
    promise_id: str | None = None
    """The task, in the ledger of promises."""
    due_at: datetime | None = None
    why: str | None = None
    """Why it became a task, for the team."""


@dataclass(frozen=True, slots=True)
class Given:
    """Somebody makes it right: by their own authority, or, with `ask`, once a second person agrees."""

    at: datetime
    remedy_id: RemedyId
    conversation_id: ConversationId
    by: AgentId
    level: Level
    currency: str
    parts: tuple[Part, ...]
    says: str
    """The sentence that allowed it, or sent it to a second person."""
    ask: Level | None = None
    reason: str = ""
    order_number: str | None = None


@dataclass(frozen=True, slots=True)
class Approved:
    at: datetime
    remedy_id: RemedyId
    by: AgentId
    level: Level
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Declined:
    at: datetime
    remedy_id: RemedyId
    by: AgentId
    reason: str


@dataclass(frozen=True, slots=True)
class Withdrawn:
    at: datetime
    remedy_id: RemedyId
    by: AgentId


@dataclass(frozen=True, slots=True)
class Settled:
    """Each part has its outcome, in the order of the parts."""

    at: datetime
    remedy_id: RemedyId
    outcomes: tuple[Outcome, ...]


RemedyEntry = Given | Approved | Declined | Withdrawn | Settled


@dataclass(frozen=True, slots=True)
class Making:
    """A remedy as its entries have it."""

    id: RemedyId
    conversation_id: ConversationId
    by: AgentId
    level: Level
    currency: str
    parts: tuple[Part, ...]
    says: str
    ask: Level | None
    reason: str
    order_number: str | None
    asked_at: datetime
    state: RemedyState
    second: AgentId | None = None
    """Who decided it, where that was a second person."""
    decided_at: datetime | None = None
    decision: str = ""
    """What the second person said."""
    outcomes: tuple[Outcome, ...] = ()

    @property
    def total(self) -> Money:
        """What all of it costs."""
        return Money(sum(part.minor for part in self.parts), self.currency)

    @property
    def counts(self) -> bool:
        """Whether it uses up somebody's authority."""
        return self.state in (RemedyState.GOING, RemedyState.DONE)

    @property
    def counts_for(self) -> AgentId:
        """Whose day it counts for: who decided it."""
        return self.second or self.by

    @property
    def wanted(self) -> list[tuple[Remedy, int]]:
        """As the authority weighs it."""
        return [(part.remedy, part.minor) for part in self.parts]


def give(
    remedy_id: RemedyId,
    conversation_id: ConversationId,
    parts: Sequence[Part],
    *,
    currency: str,
    by: AgentId,
    level: Level,
    authority: Authority,
    spent: Spent,
    may_ask: bool,
    reason: str,
    order_number: str | None,
    now: datetime,
) -> Given:
    """The entry that makes a remedy. Raises BadRemedy, OtherCurrency, BadAmount, NeedsReason, or OverLimit unless
    the agent wants a second person to decide (`may_ask`)."""
    parts = tuple(replace(part, what=" ".join(part.what.split())[:LONGEST]) for part in parts)
    reason = " ".join(reason.split())[:LONGEST]
    nameless = any(part.remedy is Remedy.FREE_TEXT and not part.what for part in parts)
    if not 1 <= len(parts) <= MOST_PARTS or nameless:
        raise BadRemedy
    answer = authority.weigh(level, [(part.remedy, part.minor) for part in parts], currency, spent)
    if answer.kind == "ask" and not may_ask:
        raise OverLimit(answer)
    if answer.kind == "allowed_with_note" and not reason:
        raise NeedsReason
    return Given(
        now, remedy_id, conversation_id, by, level, currency, parts, answer.says, answer.ask, reason, order_number
    )


def approve(
    making: Making, *, by: AgentId, level: Level, authority: Authority, spent: Spent, reason: str, now: datetime
) -> Approved:
    """The entry of a second person who agrees. Raises RemedyDecided, MayNotDecide, or NeedsReason."""
    _open(making)
    if by == making.by:
        raise MayNotDecide("A second person decides this one, and that is somebody else than you.")
    if making.currency != authority.currency:
        raise MayNotDecide(f"Limits are set in {authority.currency} now; withdraw this and give it in that currency.")
    if not _is_asked(making, level) or not authority.confirms(level, making.wanted, spent):
        least = making.ask or Level.SUPERVISOR
        article = "an" if least.value[0] in "aeiou" else "a"
        raise MayNotDecide(f"{making.total} is above what you may decide here now; {article} {least} can.")
    reason = " ".join(reason.split())[:LONGEST]
    if authority.grants[level].needs_note and not (reason or making.reason):
        raise NeedsReason
    return Approved(now, making.id, by, level, reason)


def decline(making: Making, *, by: AgentId, level: Level, reason: str, now: datetime) -> Declined:
    """The entry of a second person who knows a better way, and says it.

    Raises RemedyDecided, MayNotDecide or BadRemedy.
    """
    _open(making)
    if by == making.by or not _is_asked(making, level):
        raise MayNotDecide
    reason = " ".join(reason.split())[:LONGEST]
    if not reason:
        raise BadRemedy("Say in a line what to do instead; the agent is with the customer right now.")
    return Declined(now, making.id, by, reason)


def withdraw(making: Making, *, by: AgentId, now: datetime) -> Withdrawn:
    """The entry of who asked and needs it no more. Raises RemedyDecided or MayNotDecide."""
    _open(making)
    if by != making.by:
        raise MayNotDecide("Who asked for this can take it back.")
    return Withdrawn(now, making.id, by)


def fold_one(making: Making | None, entry: RemedyEntry) -> Making:
    """`making` after `entry`; Given begins a new one. Raises ValueError for another entry without one."""
    if isinstance(entry, Given):
        return Making(
            id=entry.remedy_id,
            conversation_id=entry.conversation_id,
            by=entry.by,
            level=entry.level,
            currency=entry.currency,
            parts=entry.parts,
            says=entry.says,
            ask=entry.ask,
            reason=entry.reason,
            order_number=entry.order_number,
            asked_at=entry.at,
            state=RemedyState.GOING if entry.ask is None else RemedyState.ASKED,
            decided_at=entry.at if entry.ask is None else None,
        )
    if making is None:
        raise ValueError("a remedy begins with the entry that gives it")
    match entry:
        case Approved(at=at, by=by, reason=reason):
            return replace(making, state=RemedyState.GOING, second=by, decided_at=at, decision=reason)
        case Declined(at=at, by=by, reason=reason):
            return replace(making, state=RemedyState.DECLINED, second=by, decided_at=at, decision=reason)
        case Withdrawn(at=at):
            return replace(making, state=RemedyState.WITHDRAWN, decided_at=at)
        case Settled(outcomes=outcomes):
            return replace(making, state=RemedyState.DONE, outcomes=outcomes)


def spent_by(made: Sequence[Making], currency: str) -> dict[Remedy, int]:
    """What these come to, by kind; those that wait, were declined or are in another currency count for nothing."""
    sums: dict[Remedy, int] = {}
    for each in made:
        if each.counts and each.currency == currency:
            for part in each.parts:
                sums[part.remedy] = sums.get(part.remedy, 0) + part.minor
    return sums


def _open(making: Making) -> None:
    if making.state is not RemedyState.ASKED:
        raise RemedyDecided


def _is_asked(making: Making, level: Level) -> bool:
    return making.ask is not None and level.at_least(making.ask)


_KINDS: Mapping[str, type[RemedyEntry]] = {
    "given": Given,
    "approved": Approved,
    "declined": Declined,
    "withdrawn": Withdrawn,
    "settled": Settled,
}
_NAMES = {kind: name for name, kind in _KINDS.items()}


def to_data(entry: RemedyEntry) -> dict[str, Any]:
    """JSON-ready, with `step` naming the entry; moments in ISO form."""
    data: dict[str, Any] = {"step": _NAMES[type(entry)]}
    for name in entry.__dataclass_fields__:
        value = getattr(entry, name)
        if name in ("parts", "outcomes"):
            value = [
                {each: _out(getattr(item, each)) for each in item.__dataclass_fields__ if getattr(item, each) != ""}
                for item in value
            ]
        data[name] = _out(value)
    return data


def from_data(data: Mapping[str, Any]) -> RemedyEntry:
    """Reads what `to_data` gives."""
    values: dict[str, Any] = {name: value for name, value in data.items() if name != "step"}
    values["at"] = datetime.fromisoformat(values["at"])
    for name in ("level", "ask"):
        if values.get(name) is not None:
            values[name] = Level(values[name])
    if "parts" in values:
        values["parts"] = parts_from(values["parts"])
    if "outcomes" in values:
        values["outcomes"] = outcomes_from(values["outcomes"])
    return _KINDS[data["step"]](**values)


def parts_from(data: Sequence[Mapping[str, Any]]) -> tuple[Part, ...]:
    """Parts as `to_data` has them."""
    return tuple(Part(Remedy(each["remedy"]), each["minor"], each.get("what", "")) for each in data)


def outcomes_from(data: Sequence[Mapping[str, Any]]) -> tuple[Outcome, ...]:
    """Outcomes as `to_data` has them."""
    return tuple(
        Outcome(**{**each, "due_at": None if each.get("due_at") is None else datetime.fromisoformat(each["due_at"])})
        for each in data
    )


def _out(value: Any) -> Any:
    return value.isoformat() if isinstance(value, datetime) else value
