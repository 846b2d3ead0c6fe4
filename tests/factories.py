"""Values for tests: every field has a default, so a test names only what it is about."""

from datetime import UTC, datetime, timedelta

from handoff import Agent, AgentId, ConversationId, Evidence, HandoffRequest, Hold, Reason, Role, SiteId, Ticket

MONDAY_MORNING = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)
A_SITE = SiteId("larkmoor")


def a_request(
    reason: Reason = Reason.REPEAT,
    *,
    quote: str = "your pipe is still leaking",
    evidence: tuple[Evidence, ...] | None = None,
    requested_at: datetime = MONDAY_MORNING,
    head_start: timedelta = timedelta(0),
    says: str = "A person is joining you.",
) -> HandoffRequest:
    return HandoffRequest(
        reason=reason,
        quote=quote,
        evidence=(Evidence(reason, f"shows {reason}"),) if evidence is None else evidence,
        requested_at=requested_at,
        rank_at=requested_at - head_start,
        says=says,
    )


def an_agent(name: str = "Maya Keller", *, id: str | None = None, capacity: int = 3, role: Role = Role.AGENT) -> Agent:
    return Agent(id=AgentId(id or name.split()[0].lower()), name=name, capacity=capacity, role=role)


def a_conversation(name: str = "c1") -> ConversationId:
    return ConversationId(name)


def the_hold(ticket: Ticket) -> Hold:
    """What the agent who holds `ticket` would send."""
    assert ticket.agent_id is not None
    return Hold(ticket.conversation_id, ticket.agent_id, ticket.gen)
