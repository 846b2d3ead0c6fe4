"""The promise ledger: what was promised, by when, who keeps it, and who is told before it is late.

A promise is the fold of its entries, each stored in the conversation's log. The functions here decide which entries
are due; they store nothing and look at no clock.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta, tzinfo
from enum import StrEnum
from typing import Any, Literal, NewType

from handoff.models import AgentId, ConversationId, HandoffError, InThePast
from handoff.texts import spoken_moment

PromiseId = NewType("PromiseId", str)
REMIND_AT = 0.75
ALERT_AT = 0.9
"""Shares of the time between promising and due at which the owner is reminded and the backup alerted."""
LONGEST = 500
"""Characters of `what`."""


class PromiseState(StrEnum):
    OPEN = "open"
    RE_AGREED = "re_agreed"
    """Open still, for another moment that the customer agreed to."""
    KEPT = "kept"
    BROKEN = "broken"
    """Its moment passed, or it was given up. Keeping it afterwards makes it `kept`, late."""


class PromiseClosed(HandoffError):
    """This promise is settled already; make a new one."""


class BadPromise(HandoffError):
    """A promise says what will be done, in 1 to 500 characters."""


class OpenPromises(HandoffError):
    """The conversation has open promises: keep, re-agree or hand each over before it is closed."""


Source = Literal["form", "composer", "bot", "remedy"]


@dataclass(frozen=True, slots=True)
class Made:
    at: datetime
    promise_id: PromiseId
    conversation_id: ConversationId
    what: str
    due_at: datetime
    owner: AgentId | None
    """None: the system itself keeps it."""
    backup: AgentId | None
    source: Source = "form"


@dataclass(frozen=True, slots=True)
class Reminded:
    at: datetime
    promise_id: PromiseId


@dataclass(frozen=True, slots=True)
class BackupAlerted:
    at: datetime
    promise_id: PromiseId
    to: AgentId | None
    """None: there is no backup, and whoever supervises is told."""


@dataclass(frozen=True, slots=True)
class Reassigned:
    """The owner is away: somebody else keeps the promise, and the customer hears who."""

    at: datetime
    promise_id: PromiseId
    owner: AgentId
    backup: AgentId | None


@dataclass(frozen=True, slots=True)
class ReAgreed:
    at: datetime
    promise_id: PromiseId
    due_at: datetime
    by: AgentId | None = None


@dataclass(frozen=True, slots=True)
class Kept:
    at: datetime
    promise_id: PromiseId
    by: AgentId | None = None


@dataclass(frozen=True, slots=True)
class Missed:
    """Its moment has passed."""

    at: datetime
    promise_id: PromiseId


PromiseEntry = Made | Reminded | BackupAlerted | Reassigned | ReAgreed | Kept | Missed
_KINDS: Mapping[str, type[PromiseEntry]] = {
    "made": Made,
    "reminded": Reminded,
    "backup_alerted": BackupAlerted,
    "reassigned": Reassigned,
    "re_agreed": ReAgreed,
    "kept": Kept,
    "missed": Missed,
}
_NAMES = {kind: name for name, kind in _KINDS.items()}


@dataclass(frozen=True, slots=True)
class Promise:
    """A promise as its entries have it."""

    id: PromiseId
    conversation_id: ConversationId
    what: str
    made_at: datetime
    due_at: datetime
    owner: AgentId | None
    backup: AgentId | None
    source: Source
    state: PromiseState = PromiseState.OPEN
    agreed_at: datetime | None = None
    """When the customer agreed to another moment last; reminders count from here."""
    reminded: bool = False
    alerted: bool = False
    settled_at: datetime | None = None
    was_late: bool = False

    @property
    def is_open(self) -> bool:
        return self.state in (PromiseState.OPEN, PromiseState.RE_AGREED)

    @property
    def since(self) -> datetime:
        return self.agreed_at or self.made_at

    def at_share(self, share: float) -> datetime:
        """The moment at which `share` of the time from `since` to `due_at` has passed."""
        return self.since + (self.due_at - self.since) * share


def make(
    promise_id: PromiseId,
    conversation_id: ConversationId,
    what: str,
    *,
    due_at: datetime,
    owner: AgentId | None,
    backup: AgentId | None,
    now: datetime,
    tz: tzinfo,
    source: Source = "form",
) -> Made:
    """The entry that makes a promise. Raises BadPromise, or InThePast with the moment on the customer's clock."""
    what = " ".join(what.split())
    if not 1 <= len(what) <= LONGEST:
        raise BadPromise
    _ahead(due_at, now, tz)
    return Made(now, promise_id, conversation_id, what, due_at, owner, None if backup == owner else backup, source)


def re_agree(promise: Promise, due_at: datetime, *, by: AgentId | None, now: datetime, tz: tzinfo) -> ReAgreed:
    """The entry for another moment. Raises PromiseClosed once kept, or InThePast. A broken one may be agreed anew."""
    if promise.state is PromiseState.KEPT:
        raise PromiseClosed
    _ahead(due_at, now, tz)
    return ReAgreed(now, promise.id, due_at, by)


def keep(promise: Promise, *, by: AgentId | None, now: datetime) -> Kept:
    """The entry for a promise that was kept, late or not. Raises PromiseClosed when it is on record already."""
    if promise.state is PromiseState.KEPT:
        raise PromiseClosed
    return Kept(now, promise.id, by)


def fold(entries: Iterable[PromiseEntry]) -> dict[PromiseId, Promise]:
    """The promises that `entries` make, in the order they were made. See `fold_one`."""
    promises: dict[PromiseId, Promise] = {}
    for entry in entries:
        promises[entry.promise_id] = fold_one(promises.get(entry.promise_id), entry)
    return promises


def fold_one(promise: Promise | None, entry: PromiseEntry) -> Promise:
    """`promise` after `entry`; Made begins a new one. Raises ValueError for another entry without a promise."""
    if isinstance(entry, Made):
        return Promise(
            id=entry.promise_id,
            conversation_id=entry.conversation_id,
            what=entry.what,
            made_at=entry.at,
            due_at=entry.due_at,
            owner=entry.owner,
            backup=entry.backup,
            source=entry.source,
        )
    if promise is None:
        raise ValueError("a promise begins with the entry that makes it")
    match entry:
        case Reminded():
            return replace(promise, reminded=True)
        case BackupAlerted():
            return replace(promise, alerted=True)
        case Reassigned(owner=owner, backup=backup):
            return replace(promise, owner=owner, backup=backup)
        case ReAgreed(at=at, due_at=due_at):
            return replace(
                promise,
                state=PromiseState.RE_AGREED,
                due_at=due_at,
                agreed_at=at,
                reminded=False,
                alerted=False,
                settled_at=None,
            )
        case Kept(at=at):
            late = promise.was_late or at > promise.due_at
            return replace(promise, state=PromiseState.KEPT, settled_at=at, was_late=late)
        case Missed(at=at):
            return replace(promise, state=PromiseState.BROKEN, settled_at=at, was_late=True)


@dataclass(frozen=True, slots=True)
class Deadline:
    at: datetime
    then: Literal["remind", "alert_backup", "miss"]


def next_deadline(promise: Promise) -> Deadline | None:
    """What the clock does to `promise` next, and when; None once it is settled."""
    if not promise.is_open:
        return None
    if not promise.reminded:
        return Deadline(promise.at_share(REMIND_AT), "remind")
    if not promise.alerted:
        return Deadline(promise.at_share(ALERT_AT), "alert_backup")
    return Deadline(promise.due_at, "miss")


def due_entries(promise: Promise, *, now: datetime, away: Collection[AgentId] = ()) -> list[PromiseEntry]:
    """The entries that the clock asks for at `now`, in order; asking again after storing them gives none.

    An owner who is away when it is time to act is replaced by the backup, if that one is there.
    """
    entries: list[PromiseEntry] = []
    while (deadline := next_deadline(promise)) is not None and deadline.at <= now:
        entry: PromiseEntry
        if deadline.then == "miss":
            entry = Missed(now, promise.id)
        elif promise.owner in away and promise.backup is not None and promise.backup not in away:
            entry = Reassigned(now, promise.id, promise.backup, None)
        elif deadline.then == "remind":
            entry = Reminded(now, promise.id)
        else:
            entry = BackupAlerted(now, promise.id, promise.backup)
        entries.append(entry)
        promise = fold_one(promise, entry)
    return entries


def check_closable(promises: Iterable[Promise]) -> None:
    """Raises OpenPromises when a conversation with `promises` may not be closed yet."""
    if any(promise.is_open for promise in promises):
        raise OpenPromises


def to_data(entry: PromiseEntry) -> dict[str, Any]:
    """JSON-ready, with `step` naming the entry; moments in ISO form."""
    fields = {name: getattr(entry, name) for name in entry.__dataclass_fields__}
    return {"step": _NAMES[type(entry)]} | {
        name: value.isoformat() if isinstance(value, datetime) else value for name, value in fields.items()
    }


def from_data(data: Mapping[str, Any]) -> PromiseEntry:
    """Reads what `to_data` gives."""
    values: dict[str, Any] = {
        name: datetime.fromisoformat(value) if name in ("at", "due_at") else value
        for name, value in data.items()
        if name != "step"
    }
    return _KINDS[data["step"]](**values)


def _ahead(due_at: datetime, now: datetime, tz: tzinfo) -> None:
    if due_at <= now:
        when = spoken_moment(due_at, now=now, tz=tz)
        raise InThePast(f"{when[:1].upper()}{when[1:]} has passed for this customer; choose a moment that lies ahead.")
    if due_at - now > timedelta(days=366):
        raise BadPromise("A promise is due within a year; choose a nearer moment.")
