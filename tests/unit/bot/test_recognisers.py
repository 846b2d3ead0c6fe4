from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.nlu.recognisers.recognisers import Recognisers
from bot.nlu.recognisers.settings import DIMENSIONS, RecogniserSettings
from tests.unit.bot.recognised import CASES, NOW

BERLIN = ZoneInfo("Europe/Berlin")
EVERYTHING = Recognisers(RecogniserSettings(), DIMENSIONS, BERLIN)


def recognised(dimension: str, text: str, **options: Any) -> list[tuple[str, Any]]:
    """(words, value) of what one recogniser finds, readings of words that were read already left out."""
    options.setdefault("order_number", r"1[0-8]\d\d")
    recognisers = Recognisers(RecogniserSettings(**options), (dimension,), BERLIN)
    found = sorted((each for _, _, each in recognisers.find(text, datetime.fromisoformat(NOW))), key=lambda f: f.start)
    first = [each for place, each in enumerate(found) if not place or each.start >= found[place - 1].end]
    return [(text[each.start : each.end], each.value) for each in first]


@pytest.mark.parametrize(
    ("dimension", "text", "wanted"),
    [(dimension, text, wanted) for dimension, cases in CASES.items() for text, wanted in cases],
)
def test_what_has_the_form_is_recognised_and_nothing_else(dimension: str, text: str, wanted: list[Any]) -> None:
    assert recognised(dimension, text) == wanted


def test_the_countries_of_a_project_decide_what_is_a_postcode_and_what_a_phone_number() -> None:
    assert recognised("postcode", "SW1A 1AA or 10115", countries=("GB",)) == [("SW1A 1AA", "SW1A 1AA")]
    assert recognised("phone", "020 7946 0958", countries=("GB",)) == [("020 7946 0958", "+442079460958")]
    assert recognised("phone", "020 7946 0958", countries=("US",)) == []


def test_days_in_figures_are_read_as_the_first_country_writes_them() -> None:
    assert recognised("date", "03/04/2026", countries=("US",)) == [("03/04/2026", "2026-03-04T00:00:00+01:00")]
    assert recognised("date", "03/04/2026", countries=("GB",)) == [("03/04/2026", "2026-04-03T00:00:00+02:00")]


def test_a_dollar_is_the_one_of_the_first_country_that_has_dollars() -> None:
    assert recognised("money", "$15", countries=("DE", "CA")) == [("$15", {"amount": 1500, "currency": "CAD"})]


def test_a_date_is_told_in_the_time_zone_of_the_site() -> None:
    late = datetime(2026, 11, 22, 23, 30, tzinfo=UTC)
    recognisers = Recognisers(RecogniserSettings(timezone="Asia/Tokyo"), ("date",), UTC)
    ((_, _, found),) = recognisers.find("tomorrow", late)
    assert found.value == "2026-11-24T00:00:00+09:00"


def test_only_what_the_domain_knows_is_looked_for_under_the_names_of_the_project() -> None:
    named = RecogniserSettings(entities={"year": "model_year", "email": "email"})
    found = Recognisers(named, ("model_year",), UTC).find("2019, me@example.com", datetime(2026, 1, 1, tzinfo=UTC))
    assert [(entity, each.value) for _, entity, each in found] == [("model_year", "2019")]


ODD = st.text(max_size=200) | st.text(alphabet="0123456789 .,:/-+@#€$'amprilfoday\u2019\u200b", max_size=200)


@given(ODD)
@settings(deadline=None)
def test_any_text_is_searched_without_a_fault_and_gives_json(text: str) -> None:
    for _, entity, found in EVERYTHING.find(text, datetime.fromisoformat(NOW)):
        assert 0 <= found.start < found.end <= len(text)
        assert entity == found.dimension
        json.dumps([found.value, dict(found.details)], allow_nan=False)
