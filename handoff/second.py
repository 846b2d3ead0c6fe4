"""The second person: a conversation that an agent has turns for the worse, and somebody else is told, quietly."""

from collections.abc import Collection, Sequence
from datetime import timedelta

from handoff.models import Agent, AgentId, HandoffRequest, Reason, Ticket
from handoff.roles import Role
from handoff.routing import Colleague

LOOK_WITHIN = timedelta(seconds=60)
"""How long it rings at one colleague before the next is told."""
AGAIN = timedelta(minutes=3)
"""When everybody who is there let it pass, and how often somebody is looked for while nobody is there."""
_LASTING = frozenset({Reason.SAFETY, Reason.LEGAL, Reason.REPEAT, Reason.EMOTION})
"""What ought to be better once a person has answered."""
_STANDING_BY = (Role.SUPERVISOR, Role.ADMIN, Role.SENIOR, Role.AGENT)
"""Whose work it is first; administrators may be there for other reasons."""


def worse(ticket: Ticket, request: HandoffRequest) -> Sequence[Reason]:
    """What about a request is worse than what the holder of `ticket` took on, the gravest first; empty when nothing is.

    Something new is: anger where there was none, a threat of a lawyer, asking for yet another person. So is what
    brought the visitor here, once their agent has answered and it is still there. The bot's own reasons never are.
    """
    reasons = {request.reason, *(each.reason for each in request.evidence)} - {Reason.OTHER}
    known = {ticket.reason, *(each.reason for each in ticket.evidence)}
    answered = ticket.answered_at is not None
    return [each for each in Reason if each in reasons and (each not in known or (answered and each in _LASTING))]


def choose_second(colleagues: Sequence[Colleague], holder: AgentId, asked: Collection[AgentId]) -> Agent | None:
    """Whom to tell of those who are there: a supervisor before others, then whoever has the fewest conversations.

    It takes up nobody's room: they look, and do what it needs. None when nobody is left to ask.
    """
    there = [each for each in colleagues if each.present and each.agent.id != holder and each.agent.id not in asked]
    best = min(
        there,
        key=lambda each: (_STANDING_BY.index(each.agent.role), each.load, each.idle_since, each.agent.id),
        default=None,
    )
    return None if best is None else best.agent
