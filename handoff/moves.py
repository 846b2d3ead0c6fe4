"""How a ticket changes: the one table that the queue in memory and the one on SQLite share. Values in, a value out."""

from dataclasses import replace
from datetime import datetime

from handoff.models import Agent, TeamId, Ticket
from handoff.routing import CallOwner, Decision, Offer, PassOn, RingTeam, TakeBack, Wait, Wake


def after(ticket: Ticket, decision: Decision, *, now: datetime) -> Ticket:
    """`ticket` once `decision` is carried out at `now`."""
    match decision:
        case Offer(agent=agent, until=until):
            return replace(ticket, state="offered", offered_to=agent.id, offered_until=until, due_at=until)
        case PassOn():
            return passed_on(ticket, now=now)
        case RingTeam(until=until):
            return replace(ticket, reach="team", due_at=until)
        case CallOwner(until=until):
            return replace(ticket, reach="owner", due_at=until)
        case TakeBack():
            return lined_up(ticket, now=now)
        case Wake():
            return replace(ticket, snoozed_until=None, waiting_since=now, due_at=now)
        case Wait(until=until):
            return replace(ticket, due_at=until)


def taken(ticket: Ticket, agent: Agent, *, now: datetime) -> Ticket:
    """`ticket` in the hands of `agent`: one generation on, so that earlier holds are void."""
    return replace(
        ticket,
        state="assigned",
        agent_id=agent.id,
        gen=ticket.gen + 1,
        assigned_at=now,
        answered_at=None,
        waiting_since=None,
        offered_to=None,
        offered_until=None,
        snoozed_until=None,
        asked=(),
        reach="agent",
        due_at=now,
    )


def lined_up(ticket: Ticket, *, now: datetime, team_id: TeamId | None = None) -> Ticket:
    """`ticket` back at its old place in the line, of `team_id` if one is given. Whoever had it is asked last."""
    return replace(
        ticket,
        state="waiting",
        agent_id=None,
        assigned_at=None,
        answered_at=None,
        last_agent_id=ticket.agent_id or ticket.last_agent_id,
        waiting_since=now,
        offered_to=None,
        offered_until=None,
        snoozed_until=None,
        asked=() if ticket.agent_id is None else (ticket.agent_id,),
        reach="agent",
        team_id=team_id or ticket.team_id,
        due_at=now,
    )


def handed(ticket: Ticket, agent: Agent, *, until: datetime, now: datetime) -> Ticket:
    """`ticket`, taken from its holder, ringing at `agent`."""
    return replace(lined_up(ticket, now=now), state="offered", offered_to=agent.id, offered_until=until, due_at=until)


def passed_on(ticket: Ticket, *, now: datetime) -> Ticket:
    """`ticket` after the agent it rang at let it pass."""
    asked = ticket.asked if ticket.offered_to is None else (*ticket.asked, ticket.offered_to)
    return replace(ticket, state="waiting", offered_to=None, offered_until=None, asked=asked, due_at=now)


def rested(ticket: Ticket, *, until: datetime, now: datetime) -> Ticket:
    """`ticket` out of its holder's hands, at rest until then; its holder is asked first when it wakes."""
    return replace(lined_up(ticket, now=now), asked=(), snoozed_until=until, due_at=until)


def closed(ticket: Ticket, *, now: datetime) -> Ticket:
    return replace(ticket, state="closed", closed_at=now, due_at=None)


def same_step(seen: Ticket, ticket: Ticket) -> bool:
    """Whether a decision about `seen` still fits `ticket`: nobody has moved it since."""
    return (
        seen.id,
        seen.state,
        seen.gen,
        seen.offered_to,
        seen.offered_until,
        seen.snoozed_until,
        seen.reach,
        seen.asked,
    ) == (
        ticket.id,
        ticket.state,
        ticket.gen,
        ticket.offered_to,
        ticket.offered_until,
        ticket.snoozed_until,
        ticket.reach,
        ticket.asked,
    )
