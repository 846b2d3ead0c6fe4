from __future__ import annotations

from typing import Any

import pytest

from bot import rest_messages

BUTTONS = [{"title": "Yes", "payload": "/affirm"}]


@pytest.mark.parametrize(
    ("event", "messages"),
    [
        ({"text": "Hi."}, [{"text": "Hi."}]),
        ({"text": "", "data": {"image": None}}, []),
        ({"text": None, "data": {"image": "a.png"}}, [{"image": "a.png"}]),
        ({"text": "One.\n\nTwo.\n \n\nThree.\n"}, [{"text": "One."}, {"text": "Two."}, {"text": "Three."}]),
        (
            {"text": "One.\n\nTwo?", "data": {"buttons": BUTTONS}},
            [{"text": "One.\n\nTwo?", "buttons": BUTTONS}],
        ),
        ({"text": "Quick?", "data": {"quick_replies": BUTTONS}}, [{"text": "Quick?", "buttons": BUTTONS}]),
        (
            {"text": "All", "data": {"attachment": "a.pdf", "image": "a.png", "custom": {"n": 1}}},
            [{"text": "All"}, {"custom": {"n": 1}}, {"image": "a.png"}, {"attachment": "a.pdf"}],
        ),
        (
            {"data": {"elements": [{"title": "Pipe", "subtitle": "steel", "buttons": BUTTONS}]}},
            [{"text": "Pipe : steel", "buttons": BUTTONS}],
        ),
    ],
)
def test_what_is_said_comes_apart_as_rasas_rest_channel_sends_it(
    event: dict[str, Any], messages: list[dict[str, Any]]
) -> None:
    assert list(rest_messages({"event": "bot", **event})) == messages
