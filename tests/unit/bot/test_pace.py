"""Hurry and doubt are told from words and from the shape of a message; most messages show neither."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.nlu import pace
from bot.nlu.pace import LONGEST, pace_of, signs_of, without_preamble


@pytest.mark.parametrize(
    "text",
    ["quick question: does it fit", "im at work, is it there yet", "just a yes or no please", "whats ur eta pls"],
)
def test_hurry_is_seen(text: str) -> None:
    found = pace_of(text, signs_of(text))
    assert found is not None
    assert found.value == "brief"


@pytest.mark.parametrize(
    "text",
    [
        "i'm new to this, where do i start",
        "i just want to be sure that it fits",
        "quick question but please explain it step by step",
        " ".join(["it is a long story and i want all of it to be understood"] * 6),
    ],
)
def test_doubt_is_seen_and_outweighs_hurry(text: str) -> None:
    found = pace_of(text, signs_of(text))
    assert found is not None
    assert found.value == "careful"


@pytest.mark.parametrize(
    "text", ["", "1042", "does the fell 2 fit my mt07", "how quick is the bike with it", "i was at work all day", "yes"]
)
def test_most_messages_show_neither(text: str) -> None:
    assert pace_of(text, signs_of(text)) is None


@pytest.mark.parametrize(
    ("text", "rest"),
    [
        ("quick one, i'm at work: the weld on it cracked", "the weld on it cracked"),
        ("i'm new to this, how do i mount it", "how do i mount it"),
        ("quick question", "quick question"),
        ("where is my order now", "where is my order now"),
    ],
)
def test_what_is_meant_is_read_without_the_preamble(text: str, rest: str) -> None:
    assert without_preamble(text, signs_of(text)) == rest


@given(st.text(max_size=LONGEST + 100))
def test_any_text_has_a_span_within_itself(text: str) -> None:
    found = pace_of(text, signs_of(text))
    assert found is None or text[found.start : found.end]


@given(st.from_regex(pace._HURRIED) | st.from_regex(pace._DOUBTFUL))
def test_whatever_a_pattern_finds_is_a_sign(text: str) -> None:
    signs = signs_of(text)
    assert (signs.doubt is not None) == bool(pace._DOUBTFUL.search(text))
    assert (signs.hurry is not None) == bool(pace._HURRIED.search(text))
