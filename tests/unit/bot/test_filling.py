from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.responses import fill

VALUES = {"name": "Ada", "size": None, "my-slot": 3}


@pytest.mark.parametrize(
    ("text", "filled"),
    [
        ("Hey {name}!", "Hey Ada!"),
        ("{name} {size}", "Ada None"),
        ("{my-slot} pipes", "3 pipes"),
        ('/inform{{"level":"gold"}}', '/inform{"level":"gold"}'),
        ('/inform{{"level": "{name}"}}', '/inform{"level": "Ada"}'),
        ("{{name}}", "{name}"),
        ("{{{name}}}", "{Ada}"),
        ("plain", "plain"),
    ],
)
def test_names_are_replaced_and_doubled_braces_are_braces(text: str, filled: str) -> None:
    assert fill(text, VALUES) == filled


@pytest.mark.parametrize(
    "text",
    [
        "A {{literal}} and {name}",
        "{name} of {unknown}",
        "Cart has {cart[0]} for {name}",
        "{name.__class__}",
        "{}",
        "{name",
        "a } of {name}",
        "{na\nme}",
    ],
)
def test_a_text_that_cannot_be_filled_stays_as_it_is(text: str) -> None:
    assert fill(text, VALUES) == text


@given(st.text())
def test_what_is_filled_in_is_not_read_again(value: str) -> None:
    assert fill("Dear {name}.", {"name": value}) == f"Dear {value}."
    assert fill("{name}{size}", {"name": value, "size": "{name}"}) == value + "{name}"
