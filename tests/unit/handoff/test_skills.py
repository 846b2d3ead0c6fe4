"""Skills: what a conversation asks for, of those that somebody has."""

from hypothesis import given
from hypothesis import strategies as st

from handoff.skills import needed, plain

KNOWN = frozenset({"warranty", "order status", "fr", "art"})


def test_a_tag_or_a_word_of_what_it_was_about_asks_for_a_skill() -> None:
    assert needed(KNOWN, tags=["FR"], intents=["warranty_claim"]) == {"fr", "warranty"}
    assert needed(KNOWN, tags=[], intents=["order_status"]) == {"order status"}


def test_part_of_a_word_asks_for_nothing() -> None:
    assert needed(KNOWN, tags=["particular"], intents=["fit_part_lookup", "chitchat"]) == frozenset()


@given(known=st.frozensets(st.text(max_size=5)), words=st.lists(st.text(max_size=12), max_size=6))
def test_nothing_is_asked_for_that_nobody_has(known: frozenset[str], words: list[str]) -> None:
    assert needed(known, tags=words, intents=words) <= known
    assert all(plain(plain(word)) == plain(word) for word in words)
