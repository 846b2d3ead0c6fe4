"""Personal data in what people write gives way to placeholders; what a bot needs to understand them stays."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.stories.masking import Mask


def masked(text: str) -> str:
    return Mask().text(text).text


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("write to ada.lovelace+parts@mail.example.co.uk please", "write to someone@example.com please"),
        ("call me on +49 170 555-01 23", "call me on +00 000 000-00 00"),
        ("0170/5550123 is my number", "0000/0000000 is my number"),
        ("order #1042, or LM-20417?", "order #0000, or XX-00000?"),
        ("my order number is 104", "my order number is 104"),
        ("1042", "0000"),
        ("I live in 80331 München", "I live in 00000 München"),
        ("postcode SW1A 1AA", "postcode XX0X 0XX"),
        ("Eircode D02 X285", "Eircode X00 X000"),
        ("the card is 4111 1111 1111 1111", "the card is 0000 0000 0000 0000"),
        ("frame JYARM06E29A003211", "frame XXXXX00X00X000000"),
        ("my name is ada lovelace", "my name is NAME"),
        ("Hello, I'm Ada Lovelace and it leaks", "Hello, I'm NAME and it leaks"),
        ("this is Jonas Weber", "this is NAME"),
        ("Ich heiße Jürgen von der Heide.", "Ich heiße NAME."),
        ("ship it to 12 Elm Street please", "ship it to ADDRESS please"),
        ("i moved to 4b st. mary's lane, apt 7", "i moved to ADDRESS"),
        ("send it to 1600 pennsylvania ave", "send it to ADDRESS"),
        ("an die Hauptstraße 5a bitte", "an die ADDRESS bitte"),
        ("Lindenallee 12", "ADDRESS"),
        ("8 rue de la Paix", "ADDRESS"),
        ("Calle Mayor 5", "ADDRESS"),
        ("via Roma 3", "ADDRESS"),
    ],
)
def test_personal_data_is_replaced(said: str, told: str) -> None:
    assert masked(said) == told


@pytest.mark.parametrize(
    "said",
    [
        "does the fell 2 fit my MT-07 from 2018?",
        "a 2014-2016 XSR900 or a CB500X",
        "it cuts out at 6500 rpm",
        "I paid €1200 on 12.10.2026",
        "I'm Angry",
        "this is the third time, I'm furious",
        "no muffler since 3 weeks",
        "2 days on the road and it rattles",
        "1 parcel is on its way",
        "is it street legal from 2018 on",
        "i ride a 2 stroke, the st model",
        "over 3 weeks in a different place",
    ],
)
def test_what_is_nobodys_stays(said: str) -> None:
    assert masked(said) == said


def test_what_is_known_once_is_masked_everywhere() -> None:
    mask = Mask()
    mask.know("Ada", "name")
    mask.know("12 Elm Street", "address")
    assert mask.text("ADA here, at 12 elm street; adapter sold").text == "NAME here, at ADDRESS; adapter sold"


def test_values_are_masked_by_the_name_they_go_by() -> None:
    mask = Mask()
    assert mask.value("order_number", "A17") == "X00"
    assert mask.value("phone", 555) == "000"
    assert mask.value("first_name", "Ada") == "NAME"
    assert mask.value("model", "MT-07") == "MT-07"
    assert mask.value("quantity", 2) == 2
    assert mask.value("topic", None) is None
    assert mask.value("notes", ["ada@mail.example", {"text": "1042"}]) == ["someone@example.com", {"text": "0000"}]


def test_spans_are_found_again() -> None:
    said = "ada@mail.example asks for order 1042 now"
    text = Mask().text(said)
    at = said.index("1042")
    start, end = text.place(at, at + 4)
    assert text.text[start:end] == "0000"
    start, end = text.place(0, 3)  # part of an address: all of its placeholder
    assert text.text[start:end] == "someone@example.com"
    at = said.index("now")
    start, end = text.place(at, at + 3)
    assert text.text[start:end] == "now"


@given(st.text(max_size=80), st.data())
def test_masking_never_fails_and_masks_once(said: str, data: st.DataObject) -> None:
    text = Mask().text(said)
    assert masked(text.text) == text.text
    start = data.draw(st.integers(0, len(said)))
    end = data.draw(st.integers(start, len(said)))
    first, last = text.place(start, end)
    assert 0 <= first <= last <= len(text.text)
