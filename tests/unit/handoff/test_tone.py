"""Wording: what is negative is found, its positive version fits, and one list serves Python and the browser."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handoff import texts_for
from handoff.tone import BadWording, Phrase, Wording, rewritten, shipped

PHRASES = [pytest.param(phrase, id=phrase.pair[0]) for phrase in shipped().phrases]


def all_rewritten(text: str, where: str = "reply") -> str:
    for found in reversed(shipped().findings(text, "note" if where == "note" else "reply")):
        text = rewritten(text, found)
    return text


@pytest.mark.parametrize("phrase", PHRASES)
def test_each_phrase_is_found_and_its_rewrite_is_positive(phrase: Phrase) -> None:
    before, after = phrase.pair

    found = [each for each in shipped().findings(before, phrase.where) if phrase.pattern.match(before, each.start)]

    assert found, "the pair does not show the phrase, or an earlier entry takes it"
    assert shipped().findings(after, "reply") == shipped().findings(after, "note") == []
    if phrase.say is not None:
        assert all_rewritten(before, phrase.where) == after


@pytest.mark.parametrize(
    "fine",
    [
        "It ships Friday, and the tracking link comes with it.",
        "The No. 5 bolt is the one for your bike.",
        "A no-name clamp fits too.",
        "The knot holds. Note the nose of the can.",
        "I know the canyon road well; now it is open.",
        "Your notice arrived at noon.",
        "Missing nuts and bolts, photo attached.",
        "The problem lies in the gasket.",
        "A thick gasket, a dense foam.",
    ],
)
def test_words_that_only_look_alike_are_left_alone(fine: str) -> None:
    assert shipped().findings(fine, "reply") == []
    assert shipped().findings(fine, "note") == []


def test_notes_may_say_no_and_replies_may_not() -> None:
    text = "No receipt, no photo."

    assert shipped().findings(text, "note") == []
    assert [found.text for found in shipped().findings(text, "reply")] == ["No", "no"]


def test_belittling_words_are_for_notes_and_curly_apostrophes_are_read() -> None:
    assert shipped().findings("The idiot wants free stuff", "note")
    [found] = shipped().findings("We can’t do that before Friday.", "reply")
    assert (found.say, found.start, found.end) == ("Friday is the first moment we can do it", 0, 30)


def test_a_phrase_inside_a_longer_one_is_found_once() -> None:
    found = shipped().findings("Unfortunately, as per our policy, we are unable to ship today.", "reply")

    assert [each.text for each in found] == ["Unfortunately,", "as per our policy,", "unable to"]


def test_what_the_desk_itself_says_is_worded_positively() -> None:
    texts = texts_for("en")
    own = [str(getattr(texts, name)) for name in texts.__dataclass_fields__ if name not in ("heard", "remedies")]
    remedies = [str(getattr(texts.remedies, name)) for name in texts.remedies.__dataclass_fields__ if name != "heads"]
    told = [*texts.heard.values(), *own, *texts.remedies.heads.values(), *remedies]

    assert [text for text in told if shipped().findings(text)] == []


def test_what_is_said_instead_is_positive_itself() -> None:
    for phrase in shipped().phrases:
        assert shipped().findings(phrase.say or "") == []


def test_the_list_for_browsers_is_json_in_the_same_order_and_free_of_what_they_read_differently() -> None:
    sent = json.loads(json.dumps(shipped().to_dict()))

    assert [each["pattern"] for each in sent["phrases"]] == [p.pattern.pattern for p in shipped().phrases]
    assert not [each for each in sent["phrases"] if re.search(r"\(\?(?![:!=])|\\[AZz]", each["pattern"])]


@given(st.text(max_size=400) | st.text(alphabet="nocan't unable to polisry,.", max_size=400))
def test_findings_lie_in_the_text_and_never_overlap(text: str) -> None:
    for where in ("reply", "note"):
        last = 0
        for found in shipped().findings(text, "note" if where == "note" else "reply"):
            assert last <= found.start < found.end <= len(text)
            assert text[found.start : found.end] == found.text
            last = found.end


def test_a_pasted_book_is_read_as_far_as_anybody_writes() -> None:
    assert len(shipped().findings("no " * 3_000_000)) == 200


@pytest.mark.parametrize(
    ("entry", "wrong"),
    [
        ('find = "no"\nwhy = "w"\npair = ["no", "yes"]', "something to say"),
        ('find = "(no"\nsay = "yes"\nwhy = "w"\npair = ["no", "yes"]', "no"),
        ('find = "(?P<x>no)"\nsay = "yes"\nwhy = "w"\npair = ["no", "yes"]', "differently"),
        ('find = "no"\nsay = "yes $1"\nwhy = "w"\npair = ["no", "yes"]', "has 0 groups"),
        ('find = "no"\nsay = "yes"\npair = ["no", "yes"]', "why"),
        ("find = ", "not TOML"),
    ],
)
def test_a_list_that_cannot_be_used_says_which_entry_is_wrong(tmp_path: Path, entry: str, wrong: str) -> None:
    (tmp_path / "wording.toml").write_text(f"[[reply]]\n{entry}\n")

    with pytest.raises(BadWording, match=wrong):
        Wording.load(tmp_path / "wording.toml")
