"""What the server writes to visitors, in every language."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import fields

import pytest

from app.words import WORDS, Words, words_for
from handoff import TEXTS


def templates(words: Words) -> Iterator[tuple[str, str]]:
    for field in fields(Words):
        value = getattr(words, field.name)
        if isinstance(value, Mapping):
            yield from ((f"{field.name}.{key}", text) for key, text in value.items())
        else:
            yield field.name, value


@pytest.mark.parametrize("language", WORDS)
def test_all_words_are_there_in_every_language_with_the_same_places_to_fill(language: str) -> None:
    english, other = dict(templates(words_for("en"))), dict(templates(words_for(language)))

    assert other.keys() == english.keys()
    assert all(text.strip() for text in other.values())
    places = {key: sorted(re.findall(r"\{\w+\}", text)) for key, text in other.items()}
    assert places == {key: sorted(re.findall(r"\{\w+\}", text)) for key, text in english.items()}
    # "Assistant" and "photo" are French as well.
    same = {key for key in other if other[key] == english[key]}
    assert language == "en" or same <= {"assistant", "photos_one", "photos_other"}


def test_the_widget_and_the_server_write_the_same_languages() -> None:
    assert list(WORDS) == list(TEXTS) == ["en", "es", "fr", "de", "it"]


def test_numbers_and_names_agree_as_people_say_them() -> None:
    assert [words_for("de").photos(count) for count in (1, 2)] == ["1 Foto", "2 Fotos"]
    assert [words_for("fr").listed(names) for names in ([], ["Maya"], ["Maya", "Dana"], ["Maya", "Dana", "Jo"])] == [
        "",
        "Maya",
        "Maya et Dana",
        "Maya, Dana et Jo",
    ]
