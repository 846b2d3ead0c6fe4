"""Who is rung for a waiting conversation, and what happens when nobody comes. Values in, a decision out.

Pull mode: everybody on the team sees the line, and whoever claims first has it. Push mode: it is offered to one agent
after the other. Both end the same way when nobody comes: the whole team is rung, then the owner, again and again, while
the visitor chooses an appointment. Each open ticket has a deadline until its visitor has an answer.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from handoff.models import Agent, AgentId, ConversationId, TeamId, Ticket


@dataclass(frozen=True, slots=True)
class Plan:
    """How long each step of the way to a person lasts."""

    push: bool = False
    """Offer to one agent at a time instead of letting everybody claim."""
    accept_within: timedelta = timedelta(seconds=20)
    offers: int = 3
    """Agents who are asked one after the other before the whole team is rung."""
    team_within: timedelta = timedelta(seconds=60)
    """From ringing the team to calling the owner."""
    owner_again: timedelta = timedelta(minutes=5)
    reply_within: timedelta = timedelta(minutes=5)
    """From taking a conversation to the first word in it; after that it returns to its place in the line."""
    promised: timedelta = timedelta(minutes=3)
    """The longest wait a visitor is told of; past it an appointment is offered."""


@dataclass(frozen=True, slots=True)
class Colleague:
    """An agent as they are now."""

    agent: Agent
    present: bool
    """On shift and connected."""
    load: int
    """Conversations held or ringing."""
    idle_since: datetime
    """When they last had their hands free: the end of their last conversation, or the start of their shift."""
    teams: frozenset[TeamId] = frozenset()
    skills: frozenset[str] = frozenset()

    @property
    def has_room(self) -> bool:
        return self.load < self.agent.capacity


@dataclass(frozen=True, slots=True)
class Choice:
    """Whom to ring, or why nobody; kept on record with the conversation."""

    agent: Agent | None
    because: str
    """One sentence, such as "Dana holds 1 of 3, the fewest of 4 with room"."""
    passed_over: tuple[tuple[AgentId, str], ...]
    """Everybody else who serves this conversation, each with the reason why not."""
    somebody_later: bool = False
    """Nobody can take it now, and somebody could who has their hands full."""


@dataclass(frozen=True, slots=True)
class Offer:
    """Ring at one agent alone."""

    choice: Choice
    agent: Agent
    until: datetime


@dataclass(frozen=True, slots=True)
class PassOn:
    """The agent it rang at does not take it: it waits again, and they are not asked again in this round."""

    because: str


@dataclass(frozen=True, slots=True)
class RingTeam:
    """Ring at everybody of the team until one takes it."""

    because: str
    until: datetime


@dataclass(frozen=True, slots=True)
class CallOwner:
    """Alarm the owner while everybody goes on ringing."""

    because: str
    until: datetime
    late: bool
    """Once in each wait: it is longer now than was promised, and the visitor may choose an appointment instead."""


@dataclass(frozen=True, slots=True)
class TakeBack:
    """Whoever took it has not said a word: it returns to its old place in the line."""

    because: str


@dataclass(frozen=True, slots=True)
class Wake:
    """Its rest is over."""


@dataclass(frozen=True, slots=True)
class Wait:
    """Nothing until then, unless somebody acts; None: the visitor has an answer."""

    until: datetime | None
    because: str


Decision = Offer | PassOn | RingTeam | CallOwner | TakeBack | Wake | Wait


def choose(colleagues: Iterable[Colleague], ticket: Ticket, *, skills: frozenset[str] = frozenset()) -> Choice:
    """Who is rung next for `ticket`: who knows the visitor, else the least loaded, of those the longest idle.

    The team is a must while somebody of it is present, and so are the skills: nobody waits for a person who is not
    there.
    """
    passed_over: list[tuple[AgentId, str]] = []
    present: list[Colleague] = []
    for each in colleagues:
        if each.present:
            present.append(each)
        else:
            passed_over.append((each.agent.id, "is away"))
    words: list[str] = []
    serving = present
    if ticket.team_id is not None:
        serving = [c for c in present if ticket.team_id in c.teams]
        if serving:
            passed_over += [(c.agent.id, "is not on the team") for c in present if c not in serving]
        else:
            serving = present
            words.append("nobody of the team is there")
    if skills:
        most = max((len(skills & c.skills) for c in serving), default=0)
        skilled = [c for c in serving if most and len(skills & c.skills) == most]
        if skilled:
            passed_over += [
                (c.agent.id, f"lacks {', '.join(sorted(skills - c.skills))}") for c in serving if c not in skilled
            ]
            serving = skilled
        else:
            words.append(f"nobody there has {', '.join(sorted(skills))}")
    fresh = [c for c in serving if c.agent.id not in ticket.asked]
    passed_over += [(c.agent.id, "was asked already") for c in serving if c not in fresh]
    able = [c for c in fresh if c.has_room]
    passed_over += [(c.agent.id, f"holds {c.load} of {c.agent.capacity}") for c in fresh if not c.has_room]
    if not able:
        if fresh:
            words.append("everybody has their hands full")
        else:
            words.append("everybody was asked" if serving else "nobody is there")
        return Choice(None, _sentence(words), tuple(passed_over), somebody_later=bool(fresh))
    best = min(able, key=lambda c: (c.agent.id != ticket.last_agent_id, c.load, c.idle_since, c.agent.id))
    passed_over += [(c.agent.id, _behind(c, best, ticket)) for c in able if c is not best]
    words.append(_worth(best, able, ticket))
    return Choice(best.agent, _sentence(words), tuple(passed_over))


def decide(
    ticket: Ticket,
    colleagues: Sequence[Colleague],
    plan: Plan,
    *,
    now: datetime,
    opens_at: datetime | None = None,
    skills: frozenset[str] = frozenset(),
) -> Decision:
    """What happens to `ticket` now. `opens_at`: when people are back; None while the hours say that they are there."""
    if ticket.state == "closed":
        return Wait(None, "it is closed")
    if ticket.state == "assigned":
        return _assigned(ticket, plan, now)
    if ticket.state == "offered":
        return _offered(ticket, colleagues, now)
    if ticket.snoozed_until is not None:
        return Wake() if ticket.snoozed_until <= now else Wait(ticket.snoozed_until, "it rests until then")
    since = ticket.waiting_since or ticket.requested_at
    if not any(each.present for each in colleagues):
        return _nobody(ticket, plan, now, opens_at)
    if ticket.reach == "agent":
        return _ring_one(ticket, colleagues, plan, now, since, skills) if plan.push else _line(ticket, plan, now, since)
    # The step's own deadline; `due_at` may be earlier, when something asked for another look.
    due = ticket.due_at or now
    if now < due:
        return Wait(due, "the team is ringing" if ticket.reach == "team" else "the owner is called")
    return _call_owner(ticket, "the whole team was rung, and nobody took it", plan, now)


def sweep(
    tickets: Iterable[Ticket],
    colleagues: Sequence[Colleague],
    plan: Plan,
    *,
    now: datetime,
    opens_at: datetime | None = None,
    teams_open_at: Mapping[TeamId, datetime | None] | None = None,
    skills: Mapping[ConversationId, frozenset[str]] | None = None,
) -> list[tuple[Ticket, Decision]]:
    """A decision for each ticket of a site, best rank first; a place that is offered is taken for those behind.

    `teams_open_at`: for teams with hours of their own, the same as `opens_at` for everybody else's tickets. `skills`:
    what conversations ask for.
    """
    now_at = {each.agent.id: each for each in colleagues}
    decisions: list[tuple[Ticket, Decision]] = []
    for ticket in sorted(tickets, key=lambda t: (t.rank_at, t.id)):
        back_at = opens_at
        if ticket.team_id is not None and teams_open_at is not None:
            back_at = teams_open_at.get(ticket.team_id, opens_at)
        asks_for = frozenset() if skills is None else skills.get(ticket.conversation_id, frozenset())
        decision = decide(ticket, list(now_at.values()), plan, now=now, opens_at=back_at, skills=asks_for)
        if isinstance(decision, Offer):
            rung = now_at[decision.agent.id]
            now_at[decision.agent.id] = replace(rung, load=rung.load + 1)
        decisions.append((ticket, decision))
    return decisions


def _assigned(ticket: Ticket, plan: Plan, now: datetime) -> Decision:
    if ticket.answered_at is not None:
        return Wait(None, "it was answered")
    due = (ticket.assigned_at or now) + plan.reply_within
    if now < due:
        return Wait(due, "the first word is due by then")
    return TakeBack("no word was written in time")


def _offered(ticket: Ticket, colleagues: Sequence[Colleague], now: datetime) -> Decision:
    until = ticket.offered_until or now
    if now >= until:
        return PassOn("did not take it in time")
    if not any(each.present and each.agent.id == ticket.offered_to for each in colleagues):
        return PassOn("has left")
    return Wait(until, "it rings at an agent")


def _nobody(ticket: Ticket, plan: Plan, now: datetime, opens_at: datetime | None) -> Decision:
    if opens_at is not None and opens_at > now:
        return Wait(opens_at, "nobody is planned to be there")
    due = ticket.due_at or now
    if ticket.reach == "owner" and now < due:
        return Wait(due, "the owner is called")
    return _call_owner(ticket, "nobody is there though the hours say so", plan, now)


def _line(ticket: Ticket, plan: Plan, now: datetime, since: datetime) -> Decision:
    """Pull mode: everybody has been rung since it began to wait."""
    due = since + plan.promised
    if now < due:
        return Wait(due, "everybody can take it from the line")
    return _call_owner(ticket, "nobody took it from the line in time", plan, now)


def _ring_one(
    ticket: Ticket,
    colleagues: Sequence[Colleague],
    plan: Plan,
    now: datetime,
    since: datetime,
    skills: frozenset[str],
) -> Decision:
    team_until = now + plan.team_within
    if len(ticket.asked) >= plan.offers:
        return RingTeam(f"{len(ticket.asked)} were asked one after the other", team_until)
    choice = choose(colleagues, ticket, skills=skills)
    if choice.agent is not None:
        return Offer(choice, choice.agent, now + plan.accept_within)
    late = since + plan.promised
    if choice.somebody_later and now < late:
        return Wait(late, choice.because)
    return RingTeam(choice.because, team_until)


def _call_owner(ticket: Ticket, because: str, plan: Plan, now: datetime) -> CallOwner:
    promised_until = (ticket.waiting_since or ticket.requested_at) + plan.promised
    was_called_late = (
        ticket.reach == "owner" and ticket.due_at is not None and ticket.due_at - plan.owner_again >= promised_until
    )
    return CallOwner(because, now + plan.owner_again, late=now >= promised_until and not was_called_late)


def _worth(best: Colleague, able: Sequence[Colleague], ticket: Ticket) -> str:
    name = best.agent.name
    if best.agent.id == ticket.last_agent_id:
        return f"{name} had this conversation before"
    if len(able) == 1:
        return f"{name} is the only one with room"
    holds = f"{name} holds {best.load} of {best.agent.capacity}"
    if sum(each.load == best.load for each in able) == 1:
        return f"{holds}, the fewest of {len(able)} with room"
    return f"{holds} and has been free the longest"


def _behind(each: Colleague, best: Colleague, ticket: Ticket) -> str:
    if best.agent.id == ticket.last_agent_id:
        return "has not had this conversation"
    return f"holds {each.load}" if each.load > best.load else "was busy more lately"


def _sentence(words: Sequence[str]) -> str:
    text = "; ".join(words)
    return text[:1].upper() + text[1:]
