from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot import parcels
from bot.nlu.recognisers.finding import Moment
from bot.nlu.recognisers.tracking import TrackingNumbers

NUMBERS = json.loads(Path(__file__).with_name("tracking_numbers.json").read_text("utf-8"))
"""Good and bad numbers by service, from the project that the patterns come from (its licence lies beside them)."""
MOMENT = Moment(datetime(2026, 11, 22, 12, tzinfo=UTC), UTC, ("DE", "GB", "US"))


def numbers(kind: str) -> list[tuple[str, str]]:
    return [(service, number) for service, found in NUMBERS.items() for number in found[kind]]


def found_in(text: str) -> list[tuple[str, object, object]]:
    return [
        (text[found.start : found.end], found.value, found.details["carrier"])
        for found in TrackingNumbers().find(text, MOMENT)
    ]


@pytest.mark.parametrize(("service", "number"), numbers("valid"))
def test_a_good_number_is_its_carriers(service: str, number: str) -> None:
    assert service in [parcel.service for parcel in parcels(number)]


@pytest.mark.parametrize(("service", "number"), numbers("invalid"))
def test_a_number_with_a_fault_is_not(service: str, number: str) -> None:
    assert service not in [parcel.service for parcel in parcels(number)]


def test_a_number_names_its_carrier_and_the_page_that_shows_it() -> None:
    (parcel,) = parcels("1z 5r89 3903 5756 7127")
    assert (parcel.number, parcel.carrier, parcel.carrier_name) == ("1Z5R89390357567127", "ups", "UPS")
    assert parcel.url is not None
    assert parcel.url.endswith("1Z5R89390357567127")
    assert [post.carrier_name for post in parcels("RB123456785GB")] == ["Royal Mail Group plc"]


def test_numbers_are_found_among_words_with_or_without_blanks() -> None:
    assert found_in("my parcel 1Z5R 8939 0357 567127 is stuck") == [
        ("1Z5R 8939 0357 567127", "1Z5R89390357567127", "ups")
    ]
    assert found_in("is rb123456785gb at customs, or 1ZE?") == [("rb123456785gb", "RB123456785GB", "s10")]


def test_a_form_that_many_numbers_share_needs_a_word_beside_it() -> None:
    assert found_in("my customer number is 73891051146") == []
    assert found_in("the parcel is 73891051146") == [("73891051146", "73891051146", "dhl")]
    assert found_in("73891051146") == [("73891051146", "73891051146", "dhl")]


def test_other_numbers_are_left_alone() -> None:
    for text in ("order 1042", "call 0170 5550123 in 2026", "LM-F2-0718 for a 2019 mt-07", "IBAN DE02 1203", ""):
        assert found_in(text) == []


@given(st.text(max_size=300) | st.text(alphabet="019AZ -", max_size=300))
def test_any_text_is_searched_without_a_fault(text: str) -> None:
    for found in TrackingNumbers().find(text, MOMENT):
        assert 0 <= found.start < found.end <= len(text)
    parcels(text)
