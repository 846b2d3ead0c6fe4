"""What of the log goes to whom."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any, get_args
from uuid import uuid4

from hypothesis import given
from hypothesis import strategies as st

from app.backplane import Changed
from app.conversations import AuthorKind, Conversation, Entry, EntryId, EntryKind, Status, VisitorId
from app.gateway.frames import ack_frame, agent_frame, for_agent, for_visitor, visitor_frame
from app.gateway.hub import Broadcast
from app.persistence.journal import Change, Heard
from app.protocol import Ack, AgentMessageCreated, EntryCreated
from handoff import ConversationId
from tests.factories import A_SITE, MONDAY_MORNING

CONVERSATION = ConversationId(str(uuid4()))
ANNA = VisitorId(str(uuid4()))


def an_entry(
    kind: EntryKind = "message", *, by: AuthorKind = "visitor", pos: int = 1, seq: int | None = 1, **data: Any
) -> Entry:
    texts = {"text": "hello"} if kind in ("message", "note") else {}
    return Entry(
        conversation_id=CONVERSATION,
        pos=pos,
        seq=seq,
        id=EntryId(str(uuid4())),
        kind=kind,
        author_kind=by,
        author_id=str(uuid4()),
        client_id=str(uuid4()),
        data={**texts, **data},
        at=MONDAY_MORNING,
    )


def a_broadcast(*entries: Entry) -> Broadcast:
    conversation = Conversation(
        CONVERSATION, A_SITE, ANNA, Status.BOT, len(entries), len(entries), None, 0, 0, MONDAY_MORNING
    )
    return Broadcast(Changed.of(Change(conversation, entries)))


def test_a_visitor_sees_the_first_name_of_an_agent_and_no_id() -> None:
    reply = an_entry(by="agent", name="Maya Keller")
    frame = for_visitor(reply)

    assert (frame.author.kind, frame.author.name) == ("agent", "Maya")
    assert reply.author_id not in frame.model_dump_json()
    assert frame.client_id is None


def test_the_team_sees_the_full_name() -> None:
    frame = for_agent(an_entry(by="agent", name="Maya Keller"))

    assert isinstance(frame, AgentMessageCreated)
    assert frame.author.name == "Maya Keller"


def test_a_client_id_goes_back_to_its_side_alone() -> None:
    said, replied = an_entry(), an_entry(by="agent", name="Maya")

    assert str(for_visitor(said).client_id) == said.client_id
    assert str(for_agent(replied).model_dump()["client_id"]) == replied.client_id
    assert for_agent(said).model_dump()["client_id"] is None
    assert for_visitor(replied).client_id is None


def test_what_is_no_message_reaches_agents_as_an_entry() -> None:
    for kind in ("tracker", "triage", "handoff"):
        frame = for_agent(an_entry(kind, by="system", seq=None, step="claimed"))
        assert isinstance(frame, EntryCreated)
        assert (frame.kind, frame.data) == (kind, {"step": "claimed"})


ENTRIES = st.lists(st.tuples(st.sampled_from(get_args(EntryKind)), st.sampled_from(get_args(AuthorKind))), max_size=8)


@given(ENTRIES)
def test_a_visitors_frames_hold_the_visible_messages_and_nothing_else(kinds: list[tuple[Any, Any]]) -> None:
    entries, seq = [], 0
    for pos, (kind, by) in enumerate(kinds, start=1):
        visible = kind == "message"
        seq += visible
        words = {"text": "hello"} if visible else {"text": "SECRET", "evidence": "SECRET"}
        entries.append(an_entry(kind, by=by, pos=pos, seq=seq if visible else None, **words))
    broadcast = a_broadcast(*entries)

    assert [number for number, _ in broadcast.visitor] == list(range(1, seq + 1))
    assert "SECRET" not in json.dumps(broadcast.visitor)
    assert [pos for pos, _ in broadcast.agent] == list(range(1, len(entries) + 1))


def test_a_change_heard_from_another_process_carries_no_frames() -> None:
    hint = Broadcast(Changed(CONVERSATION, ANNA, A_SITE, head=3, pos=9))

    assert (hint.visitor, hint.agent) == ([], [])


CARD = {"kind": "case", "number": "R-1007", "title": "Return opened", "lines": ["Pack it"], "due": None}
BUTTONS = [{"title": "2018–20", "payload": '/inform_year{"year": "2018-2020"}'}]


@given(
    kind=st.sampled_from(get_args(EntryKind)),
    by=st.sampled_from(get_args(AuthorKind)),
    text=st.text(),
    name=st.none() | st.just("Maya Keller"),
    card=st.none() | st.just(CARD),
    buttons=st.sampled_from([[], BUTTONS]),
    re=st.none() | st.just(str(uuid4())),
)
def test_a_frame_says_what_the_protocol_makes_of_it(
    kind: EntryKind, by: AuthorKind, text: str, name: str | None, card: Any, buttons: Any, re: str | None
) -> None:
    entry = an_entry(kind, by=by, text=text, name=name, card=card, buttons=buttons, re=re)

    assert json.loads(agent_frame(entry)) == json.loads(for_agent(entry).model_dump_json())
    if kind == "message":
        assert json.loads(visitor_frame(entry)) == json.loads(for_visitor(entry).model_dump_json())


@given(seq=st.integers(1, 2**53 - 1), duplicate=st.booleans(), at=st.datetimes(timezones=st.just(UTC)))
def test_an_ack_is_what_the_protocol_makes_of_it(seq: int, duplicate: bool, at: datetime) -> None:
    message = an_entry(seq=seq)._replace(at=at)
    conversation = Conversation(CONVERSATION, A_SITE, ANNA, Status.BOT, 1, 1, None, 0, 0, MONDAY_MORNING)
    frame = ack_frame(Heard(message, duplicate, Change(conversation, (message,)), None))

    assert Ack.model_validate_json(frame).model_dump_json() == frame
    assert json.loads(frame)["client_id"] == message.client_id
