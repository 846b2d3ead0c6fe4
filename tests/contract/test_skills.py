"""Who knows their way around is rung first, on each store."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from app.conversations import VisitorId
from app.persistence.roster import Roster
from handoff import Desk, TicketState
from handoff.routing import Offer, Plan
from tests.contract.stores import STORES, Store
from tests.factories import A_SITE, MONDAY_MORNING, a_conversation, a_request, an_agent

MAYA, DANA = an_agent("Maya Keller"), an_agent("Dana Roth")
TAGGED, CLAIM, OTHER = a_conversation("tagged"), a_conversation("claim"), a_conversation("other")


@pytest.fixture(params=list(STORES))
async def store(request: pytest.FixtureRequest) -> AsyncIterator[Store]:
    async with STORES[request.param]() as store:
        await store.add_agents([MAYA, DANA])
        later = int((MONDAY_MORNING + timedelta(hours=1)).timestamp() * 1_000_000)
        for agent in (MAYA, DANA):
            await store.run(
                "INSERT INTO agent_session (id, agent_id, token_hash, created_at, seen_at, lease_until)"
                " VALUES (?, ?, ?, 0, 0, ?)",
                (f"s-{agent.id}", agent.id, agent.id, later),
            )
        await store.run("INSERT INTO agent_skill (agent_id, skill) VALUES (?, 'warranty')", (DANA.id,))
        for conversation in (TAGGED, CLAIM, OTHER):
            visitor = VisitorId(f"v-{conversation}")
            await store.add_visitor(visitor)
            await store.run(
                "INSERT INTO conversation (id, site_id, visitor_id, status, head, pos, read_by_visitor, read_by_agent,"
                " last_text, created_at, updated_at, mailed) VALUES (?, ?, ?, 'bot', 0, 1, 0, 0, '', 0, 0, 0)",
                (conversation, A_SITE, visitor),
            )
            await store.queue.request(conversation, A_SITE, a_request())
        heard = {"event": "user", "parse_data": {"intent": {"name": "warranty_claim"}}}
        await store.run(
            "INSERT INTO entry (conversation_id, pos, id, kind, author_kind, author_id, data, at)"
            " VALUES (?, 1, 'e1', 'tracker', 'bot', 'bot', ?, 0)",
            (CLAIM, json.dumps({"events": [{"event": "action"}, heard]})),
        )
        await store.run(
            "INSERT INTO conversation_tag (conversation_id, tag, site_id) VALUES (?, 'warranty', ?)", (TAGGED, A_SITE)
        )
        yield store


async def test_a_tag_and_what_it_was_about_lead_to_who_has_the_skill(store: Store) -> None:
    roster, desk = Roster(store.reader), Desk(store.queue)
    colleagues = await roster.colleagues(A_SITE, MONDAY_MORNING)
    skills = await roster.asked_for(A_SITE, frozenset({"warranty", "fr"}))
    done = await desk.route(A_SITE, colleagues, Plan(push=True), now=MONDAY_MORNING, opens_at=None, skills=skills)
    offered = {ticket.conversation_id: decision.agent.name for ticket, decision in done if isinstance(decision, Offer)}
    state: set[TicketState] = {ticket.state for ticket, _ in done}

    assert skills == {TAGGED: {"warranty"}, CLAIM: {"warranty"}, OTHER: frozenset()}
    assert (offered[TAGGED], offered[CLAIM], offered[OTHER]) == ("Dana Roth", "Dana Roth", "Maya Keller")
    assert state == {"offered"}
