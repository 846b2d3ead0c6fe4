"""Frames: what is valid survives the wire unchanged, anything else is refused with a reason."""

from __future__ import annotations

import json
from typing import Any, get_args
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import BaseModel, TypeAdapter

from app.errors import BadFrame, ChatError, EmptyMessage, FrameTooDeep, TooLong
from app.gateway.commands import clean, client_id_of, parse
from app.protocol import (
    AgentCommand,
    AgentEvent,
    VisitorCommand,
    VisitorEvent,
    VisitorSend,
    agent_commands,
    agent_events,
    visitor_commands,
    visitor_events,
)
from tests.unit.app.drawing import VALUES, frames

ID = "0b9d2c1e-6f0a-4f5e-9a53-2f6f3a1f7c10"
DIRECTIONS: tuple[tuple[str, Any, TypeAdapter[Any]], ...] = (
    ("visitor says", VisitorCommand, visitor_commands),
    ("agent says", AgentCommand, agent_commands),
    ("visitor hears", VisitorEvent, visitor_events),
    ("agent hears", AgentEvent, agent_events),
)
FRAMES = [
    pytest.param(frame, adapter, id=f"{name} {frame.__name__}")
    for name, union, adapter in DIRECTIONS
    for frame in get_args(get_args(union)[0])
]
COMMANDS = [parameter for parameter in FRAMES if "says" in str(parameter.id)]
TYPES = ("hello", "message.send", "sync", "read", "typing", "pong", "ticket.claim", "ticket.release", "presence", "ack")
ALMOST_FRAMES = st.builds(
    lambda fields, kind: {"type": kind, **fields},
    st.dictionaries(
        st.sampled_from(["v", "token", "client_id", "text", "after", "seq", "on", "conversation_id", "gen", "payload"]),
        VALUES | st.just(ID) | st.integers() | st.text(),
        max_size=6,
    ),
    st.sampled_from(TYPES) | VALUES,
)


@pytest.mark.parametrize(("frame", "adapter"), FRAMES)
@given(data=st.data())
@settings(max_examples=15, deadline=None)
def test_a_frame_survives_the_wire(frame: type[BaseModel], adapter: TypeAdapter[Any], data: st.DataObject) -> None:
    original = data.draw(frames(frame))

    again = adapter.validate_json(original.model_dump_json())

    assert again == original
    assert type(again) is frame


@pytest.mark.parametrize(("frame", "adapter"), COMMANDS)
@given(data=st.data(), name=st.text(min_size=1), value=VALUES)
@settings(max_examples=10, deadline=None)
def test_a_field_that_a_command_does_not_have_is_refused(
    frame: type[BaseModel], adapter: TypeAdapter[Any], data: st.DataObject, name: str, value: Any
) -> None:
    fields = json.loads(data.draw(frames(frame)).model_dump_json())
    if name in fields:
        name += "_"

    with pytest.raises(ChatError) as refusal:
        parse(adapter, json.dumps({**fields, name: value}))
    assert isinstance(refusal.value, BadFrame)


@pytest.mark.parametrize(("frame", "adapter"), COMMANDS)
def test_a_command_names_its_type(frame: type[BaseModel], adapter: TypeAdapter[Any]) -> None:
    assert frame.model_fields["type"].is_required()


@pytest.mark.parametrize("adapter", [visitor_commands, agent_commands])
@given(text=st.text() | ALMOST_FRAMES.map(json.dumps) | VALUES.map(json.dumps))
@settings(max_examples=300, deadline=None)
def test_whatever_arrives_is_a_command_or_a_refusal_that_says_what_to_do(adapter: TypeAdapter[Any], text: str) -> None:
    result: BaseModel | ChatError
    try:
        result = parse(adapter, text)
    except ChatError as refusal:
        result = refusal

    assert isinstance(result, BaseModel | BadFrame | EmptyMessage | TooLong)
    assert str(result)
    assert client_id_of(text) is None or isinstance(client_id_of(text), UUID)


@given(depth=st.integers(1, 200), text=st.text(alphabet='[{"\\ ]}', max_size=50))
def test_depth_is_counted_outside_strings(depth: int, text: str) -> None:
    inside = json.dumps({"type": "message.send", "client_id": ID, "text": f"x{text}" + "[" * depth})
    outside = '{"type": "typing", "on": ' + "[" * depth + "]" * depth + "}"

    assert isinstance(parse(visitor_commands, inside), VisitorSend)
    with pytest.raises(BadFrame) as refusal:
        parse(visitor_commands, outside)
    assert isinstance(refusal.value, FrameTooDeep) is (depth > 7)


def test_the_length_of_a_text_is_counted_in_characters() -> None:
    def send(text: str) -> str:
        return json.dumps({"type": "message.send", "client_id": ID, "text": text}, ensure_ascii=False)

    longest = parse(visitor_commands, send("🏍" * 4_000))
    assert isinstance(longest, VisitorSend)
    with pytest.raises(TooLong):
        parse(visitor_commands, send("🏍" * 4_001))


def test_an_empty_text_is_refused_where_no_photo_speaks_for_it() -> None:
    frame = {"type": "message.send", "client_id": ID, "text": ""}
    assert isinstance(parse(visitor_commands, json.dumps({**frame, "attachments": [ID]})), VisitorSend)
    assert isinstance(parse(visitor_commands, json.dumps(frame)), VisitorSend)
    with pytest.raises(EmptyMessage):
        clean("")


def test_a_refusal_names_the_field_at_fault() -> None:
    with pytest.raises(BadFrame, match=r"sync\.after: .*docs/protocol\.md"):
        parse(visitor_commands, '{"type": "sync", "after": -1}')


@given(text=st.text(max_size=200))
def test_a_cleaned_text_stays_clean(text: str) -> None:
    try:
        kept = clean(text)
    except EmptyMessage:
        return
    assert clean(kept) == kept
    assert kept == kept.strip()
    assert not [c for c in kept if (ord(c) < 32 or 127 <= ord(c) < 160) and c not in "\n\t"]


@pytest.mark.parametrize(
    ("raw", "kept"),
    [
        ("  hello  ", "hello"),
        ("two\nlines\tand a tab", "two\nlines\tand a tab"),
        ("a\x00b\x1b[31mc\x7f", "ab[31mc"),
        ("e\u0301te\u0301", "été"),
        ("👩\u200d🔧", "👩\u200d🔧"),
        ("x" + "\u0315\u0323" * 2_000, "x" + "\u0323" * 15 + "\u0315" * 15),
    ],
)
def test_what_is_kept_of_a_text(raw: str, kept: str) -> None:
    assert clean(raw) == kept


def test_a_text_that_is_longer_once_it_is_normalised_is_too_long() -> None:
    with pytest.raises(TooLong):
        clean("\u0958" * 2_001)


@pytest.mark.parametrize("text", ["", " ", "\n", "\x00", "\u00a0\u2003", "\x1b"])
def test_a_text_of_which_nothing_is_left_is_empty(text: str) -> None:
    with pytest.raises(EmptyMessage):
        clean(text)


@pytest.mark.parametrize("text", ["", "{", "[]", "null", "{}", '{"client_id": 7}', '{"client_id": "x"}', "[" * 5_000])
def test_a_frame_without_a_sound_client_id_has_none(text: str) -> None:
    assert client_id_of(text) is None


def test_a_refused_frame_is_known_by_its_client_id() -> None:
    assert client_id_of(f'{{"client_id": "{ID}", "nonsense": true}}') == UUID(ID)
