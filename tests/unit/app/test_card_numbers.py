"""Card numbers are covered; all other numbers that riders write stay as they are."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.card_numbers import masked


@pytest.mark.parametrize(
    ("text", "stored"),
    [
        ("it is 4111 1111 1111 1111 ok", "it is •••• 1111 ok"),
        ("5500-0055-5555-5559", "•••• 5559"),
        ("340000000000009.", "•••• 0009."),
        ("card 6011000990139424, order 1042", "card •••• 9424, order 1042"),
        ("first 4111111111111111 then 5500005555555559", "first •••• 1111 then •••• 5559"),
        ("4111 1111 1111 1111 12/27 123", "•••• 1111 12/27 •••"),
        ("4111 1111 1111 1111 12/2027 1234 or order 1042", "•••• 1111 12/2027 ••• or order 1042"),
        ("4111 1111 1111 1111 1042", "•••• 1111 1042"),
        ("order 1042 4111 1111 1111 1111", "order 1042 •••• 1111"),
        ("#1042 4111 1111 1111 1111", "#1042 •••• 1111"),
        ("4111\u00a01111\u00a01111\u00a01111", "•••• 1111"),
        ("4111 - 1111 - 1111 - 1111", "•••• 1111"),
        ("4111\u20131111\u20131111\u20131111", "•••• 1111"),
        ("4111111111111111 5500005555555559", "•••• 1111 •••• 5559"),
        (" ".join(["\u0664\u0661\u0661\u0661", *["\u0661" * 4] * 3]), "•••• 1111"),  # in Arabic digits
        ("36 0000 0000 0008", "•••• 0008"),
    ],
)
def test_a_card_number_is_covered_but_for_its_last_four_digits(text: str, stored: str) -> None:
    assert masked(text) == stored


@pytest.mark.parametrize(
    "text",
    [
        "4111 1111 1111 1112",  # no check digit
        "0000 0000 0000 0000",
        "order 1042",
        "1Z 5R8 9V3 90 4356 7891",
        "DE89 3704 0044 0532 0130 00",
        "9400 1118 9922 3197 4288 83",  # a parcel: 22 digits
        "call +49 30 901820 or +49 171 2345678",
        "JYARM06E14A000123",
        "",
    ],
)
def test_other_numbers_stay(text: str) -> None:
    assert masked(text) is text or masked(text) == text


@given(st.text(alphabet="0123456789 -.x", max_size=60))
def test_whatever_is_written_no_card_number_is_left_and_nothing_else_grows(text: str) -> None:
    once = masked(text)

    assert masked(once) == once
    assert len(once) <= len(text) + 4 * 6
