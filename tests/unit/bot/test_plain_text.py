from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.nlu.language import LanguageDetector, LanguageSettings
from bot.nlu.plain import plain, spoken
from tests.unit.bot.projects import Chat, a_project, an_assistant
from tests.unit.bot.test_entities import found, with_component

DETECTOR = "- name: LanguageDetector\n  languages: [en, de, fr, es, it, nl]"


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("hello", "hello"),
        ("\uff4d\uff54\uff0d\uff10\uff17", "mt-07"),
        ("or\u200bder", "order"),
        ("\u202eorder\u202c", "order"),
        ("\ufb01t", "fit"),
        ("cafe\u0301", "caf\u00e9"),
        ("so\u00adft", "soft"),
        ("a\u00a0b", "a b"),
        ("\ud800x", "\ufffdx"),
    ],
)
def test_a_text_is_read_without_tricks(written: str, read: str) -> None:
    assert plain(written).text == read


@given(st.text())
def test_every_character_keeps_its_place(text: str) -> None:
    seen = plain(text)
    last = 0
    for at in range(len(seen.text)):
        start, end = seen.original(at, at + 1)
        assert last <= start < end <= len(text)
        last = start


def test_an_emoji_is_a_word() -> None:
    assert spoken("ok \U0001f44d\U0001f3fd!") == "ok  thumbsupsign !"
    assert spoken("plain") == "plain"


def test_entities_are_told_by_their_place_in_the_message_as_it_was_written(tmp_path: Path) -> None:
    assistant = an_assistant(a_project(tmp_path, with_component("- name: Recognisers")))
    text = "\u202emy \ufb01t: o\u200brder \uff11042\u202c ok"
    (entity,) = assistant.parse(text)["entities"]
    assert (entity["value"], text[entity["start"] : entity["end"]]) == ("1042", "\uff11042")


def test_an_emoji_means_what_the_examples_say(tmp_path: Path) -> None:
    nlu = (
        "nlu:\n- intent: greet\n  examples: |\n    - \U0001f44b\n    - hello\n"
        "- intent: cancel\n  examples: |\n    - \U0001f6d1\n    - stop that\n"
    )
    assistant = an_assistant(a_project(tmp_path, {"data/nlu.yml": nlu}))
    assert assistant.parse("\U0001f44b\U0001f3fd\ufe0f")["intent"]["name"] == "greet"
    assert assistant.parse("\U0001f6d1\U0001f6d1")["intent"]["name"] == "cancel"


async def test_the_language_of_a_message_is_told_where_the_project_asks_for_it(tmp_path: Path) -> None:
    assistant = an_assistant(a_project(tmp_path, with_component(DETECTOR)))
    text = "Wann kommt mein Paket an, ich warte schon so lange"
    assert assistant.parse(text)["language"]["code"] == "de"
    assert ("language", "de", "LanguageDetector") in found(assistant, text)
    turn = await Chat(assistant).says(text)
    assert turn.trace.language == "de"


def test_without_a_detector_nothing_is_told_of_languages(tmp_path: Path) -> None:
    assistant = an_assistant(a_project(tmp_path))
    assert "language" not in assistant.parse("Wann kommt mein Paket an, ich warte schon so lange")


def test_a_short_text_and_one_of_numbers_have_no_language() -> None:
    detector = LanguageDetector(LanguageSettings(("en", "de", "fr")))
    for text in ("", "ok merci", "1Z5R89390357567127 jonas.weber@example.com", "\U0001f44d" * 50, "a" * 4_000):
        assert detector.detect(text) is None or text.startswith("a")
    spoken_words = detector.detect("does the exhaust fit my bike from last year")
    assert spoken_words is not None
    assert spoken_words[0] == "en"
