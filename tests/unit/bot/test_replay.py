from __future__ import annotations

import json
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest

from bot.replay import BadRecording, Recording, Replay, read_recording, replay
from tests.unit.bot.projects import a_project, an_assistant

SLOTS = {"size": None, "address": None, "requested_slot": None}
ORDER: dict[str, Any] = {
    "bot": "shop",
    "conversations": [
        {
            "id": "order",
            "tags": ["forms"],
            "turns": [
                {
                    "user": "/order",
                    "expect": {
                        "actions": ["action_session_start", "action_listen", "order_form", "action_listen"],
                        "messages": [["Which size?", "What size?"]],
                        "slots": {**SLOTS, "requested_slot": "size"},
                        "active_loop": "order_form",
                    },
                },
                {
                    "user": '/inform{"size": "large"}',
                    "expect": {
                        "actions": ["order_form", "action_listen"],
                        "messages": [["Where to?"]],
                        "slots": {**SLOTS, "size": "large", "requested_slot": "address"},
                        "active_loop": "order_form",
                    },
                },
            ],
        }
    ],
}


def order() -> dict[str, Any]:
    return deepcopy(ORDER)


async def played(folder: Path, recording: dict[str, Any], **files: str) -> Replay:
    return await replay(an_assistant(a_project(folder, files or None)), Recording.model_validate(recording))


async def test_a_recording_of_what_the_bot_does_is_equal(tmp_path: Path) -> None:
    result = await played(tmp_path, order())
    assert (result.bot, result.turns, result.equal, result.differences) == ("shop", 2, 2, [])


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("actions", ["order_form"]),
        ("messages", [["Where from?"]]),
        ("messages", []),
        ("slots", {**SLOTS, "size": "small", "requested_slot": "address"}),
        ("active_loop", None),
    ],
)
async def test_a_difference_names_its_turn_and_field(tmp_path: Path, field: str, value: Any) -> None:
    recording = order()
    recording["conversations"][0]["turns"][1]["expect"][field] = value
    result = await played(tmp_path, recording)
    assert (result.turns, result.equal) == (2, 1)
    (found,) = result.differences
    assert (found.conversation, found.turn, found.user, found.field) == ("order", 2, '/inform{"size": "large"}', field)


async def test_a_slot_that_the_recording_lacks_is_a_difference(tmp_path: Path) -> None:
    recording = order()
    del recording["conversations"][0]["turns"][1]["expect"]["slots"]["size"]
    result = await played(tmp_path, recording)
    assert [(each.field, each.expected, each.got) for each in result.differences] == [
        ("slots", {"size": None}, {"size": "large"})
    ]


async def test_a_parse_in_the_recording_replaces_the_bots_own(tmp_path: Path) -> None:
    recording = order()
    recording["conversations"][0]["turns"][0] |= {
        "user": "something else entirely",
        "parse": {"intent": {"name": "order", "confidence": 0.9}, "intent_ranking": [], "entities": []},
    }
    assert (await played(tmp_path, recording)).equal == 2


async def test_where_the_recorded_bot_failed_any_turn_is_right_and_what_follows_is_void(tmp_path: Path) -> None:
    recording = order()
    first = recording["conversations"][0]["turns"][0]["expect"]
    first |= {"error": "the engine hung", "actions": [], "messages": []}
    result = await played(tmp_path, recording)
    assert (result.turns, result.equal) == (1, 1)


async def test_time_goes_by_as_recorded(tmp_path: Path) -> None:
    recording = order()
    recording["conversations"][0]["turns"][1] |= {
        "advance_minutes": 61,
        "expect": {
            "actions": ["action_session_start", "action_listen", "action_default_fallback", "action_listen"],
            "messages": [["Say that again?"]],
            "slots": {**SLOTS, "requested_slot": "size"},
            "active_loop": None,
        },
    }
    assert (await played(tmp_path, recording)).differences == []


async def test_one_is_not_true(tmp_path: Path) -> None:
    recording = order()
    said = recording["conversations"][0]["turns"][1]
    said["user"] = '/inform{"size": 1}'
    said["expect"]["slots"]["size"] = True
    assert [each.field for each in (await played(tmp_path, recording)).differences] == ["slots"]
    said["expect"]["slots"]["size"] = 1.0
    assert (await played(tmp_path, recording)).differences == []


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("{", "is no recording"),
        ("[]", "is no recording"),
        ('{"bot": "x", "conversations": [{"id": "a", "turns": [{"user": "hi"}]}]}', "conversations.0.turns.0.expect"),
    ],
)
def test_a_file_that_is_no_recording_says_where(tmp_path: Path, text: str, why: str) -> None:
    file = tmp_path / "recorded.json"
    file.write_text(text)
    with pytest.raises(BadRecording, match=why):
        read_recording(file)


def test_a_file_that_is_missing_is_named(tmp_path: Path) -> None:
    with pytest.raises(BadRecording, match=r"absent\.json could not be read"):
        read_recording(tmp_path / "absent.json")


def test_a_recording_is_read_as_written(tmp_path: Path) -> None:
    file = tmp_path / "recorded.json"
    file.write_text(json.dumps(ORDER))
    assert [turn.user for turn in read_recording(file).conversations[0].turns] == ["/order", '/inform{"size": "large"}']
