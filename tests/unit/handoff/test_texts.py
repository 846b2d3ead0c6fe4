"""The desk's sentences in every language."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from handoff import (
    TEXTS,
    Context,
    ConversationId,
    Desk,
    MemoryQueue,
    Reason,
    Said,
    Triage,
    spoken_moment,
    texts_for,
    written_moment,
)
from handoff.money import Money
from handoff.texts import spoken_money
from tests.factories import A_SITE, a_conversation, an_agent, the_hold

BERLIN = ZoneInfo("Europe/Berlin")
SUNDAY = datetime(2026, 11, 22, 13, 0, tzinfo=UTC)
MONDAY = datetime(2026, 11, 23, 13, 5, tzinfo=UTC)
NEGATIVE = {
    "de": r"\b(leider|nicht|kein\w*|nie|unmöglich)\b",
    "es": r"\b(no|nunca|lamentablemente|imposible)\b",
    "fr": r"\b(ne|pas|jamais|malheureusement|désolée?s?|impossible)\b",
    "it": r"\b(non|mai|purtroppo|impossibile)\b",
}


def sentences(texts: object, path: str = "") -> Iterator[tuple[str, str]]:
    """Every template with the way to it."""
    for field in fields(texts) if is_dataclass(texts) else ():
        value, here = getattr(texts, field.name), f"{path}.{field.name}"
        if isinstance(value, str):
            yield here, value
        elif isinstance(value, Mapping):
            yield from ((f"{here}.{key}", text) for key, text in value.items())
        else:
            yield from sentences(value, here)


def places(text: str) -> set[str]:
    return set(re.findall(r"\{(\w+)\}", text))


@pytest.mark.parametrize("language", TEXTS)
def test_every_sentence_is_there_in_every_language_with_the_same_places_to_fill(language: str) -> None:
    english, other = dict(sentences(texts_for("en"))), dict(sentences(texts_for(language)))

    assert other.keys() == english.keys()
    assert {key: places(text) for key, text in other.items()} == {key: places(text) for key, text in english.items()}
    assert all(text.strip() for text in other.values())


@pytest.mark.parametrize("language", NEGATIVE)
def test_no_sentence_is_left_in_english_and_none_closes_a_door(language: str) -> None:
    english, other = dict(sentences(texts_for("en"))), dict(sentences(texts_for(language)))

    assert [key for key, text in other.items() if text == english[key]] == []
    assert [text for text in other.values() if re.search(NEGATIVE[language], text, re.IGNORECASE)] == []


def test_a_language_with_a_region_is_the_language_and_one_that_is_not_there_is_english() -> None:
    assert texts_for("de-AT") is texts_for("de")
    assert texts_for("pt-BR") is texts_for(None) is texts_for("en-US")


@pytest.mark.parametrize(
    ("locale", "today", "later", "next_year", "written"),
    [
        ("en-GB", "today at 14:00", "Mon 23 Nov at 14:05", "Mon 4 Jan 2027 at 9:00", "23 Nov 2026, 14:05"),
        ("en-US", "today at 2:00 PM", "Mon, Nov 23 at 2:05 PM", "Mon, Jan 4, 2027 at 9:00 AM", "Nov 23, 2026, 2:05 PM"),
        ("de", "heute um 14:00", "Mo, 23. Nov. um 14:05", "Mo, 4. Jan. 2027 um 9:00", "23. Nov. 2026, 14:05"),
        ("fr-CA", "aujourd’hui à 14:00", "lun. 23 nov. à 14:05", "lun. 4 janv. 2027 à 9:00", "23 nov. 2026, 14:05"),
        ("es", "hoy a las 14:00", "el lun 23 nov a las 14:05", "el lun 4 ene 2027 a las 9:00", "23 nov 2026, 14:05"),
        ("it", "oggi alle 14:00", "lun 23 nov alle 14:05", "lun 4 gen 2027 alle 9:00", "23 nov 2026, 14:05"),
    ],
)
def test_a_moment_is_said_as_each_language_says_it(
    locale: str, today: str, later: str, next_year: str, written: str
) -> None:
    january = datetime(2027, 1, 4, 8, 0, tzinfo=UTC)

    assert spoken_moment(SUNDAY, now=SUNDAY, tz=BERLIN, locale=locale) == today
    assert spoken_moment(MONDAY, now=SUNDAY, tz=BERLIN, locale=locale) == later
    assert spoken_moment(january, now=SUNDAY, tz=BERLIN, locale=locale) == next_year
    assert written_moment(MONDAY, tz=BERLIN, locale=locale) == written


@pytest.mark.parametrize(
    ("locale", "amounts"),
    [
        (None, ["€24", "€1,234.50", "$1,234,567", "¥5,000", "CHF 3"]),
        ("en-US", ["€24", "€1,234.50", "$1,234,567", "¥5,000", "CHF 3"]),
        ("de", ["24 €", "1.234,50 €", "1.234.567 $", "5.000 ¥", "3 CHF"]),
        ("es", ["24 €", "1234,50 €", "1.234.567 $", "5000 ¥", "3 CHF"]),
        ("fr", ["24 €", "1\u202f234,50 €", "1\u202f234\u202f567 $", "5\u202f000 ¥", "3 CHF"]),
        ("it", ["24 €", "1.234,50 €", "1.234.567 $", "5.000 ¥", "3 CHF"]),
    ],
)
def test_an_amount_is_written_as_each_language_writes_it(locale: str | None, amounts: list[str]) -> None:
    minor = [(2400, "EUR"), (123450, "EUR"), (123456700, "USD"), (5000, "JPY"), (300, "CHF")]

    written = [spoken_money(Money(amount, currency), locale) for amount, currency in minor]

    assert [each.replace("\u00a0", " ") for each in written] == amounts


def test_who_asks_in_german_at_night_hears_in_german_when_people_are_back() -> None:
    desk = Desk(MemoryQueue())
    request = desk.request(
        Reason.HUMAN_REQUEST, "", (), now=SUNDAY, staffed=False, opens_at=MONDAY, tz=BERLIN, locale="de-CH"
    )

    assert request.says == (
        "Gerne. Unser Team ist wieder da: Mo, 23. Nov. um 14:05."
        " Es antwortet dir als Erstes; bis dahin helfe ich weiter."
    )


@pytest.mark.parametrize(
    ("language", "yes"), [("en", "yes please"), ("de", "ja gerne"), ("fr", "oui merci"), ("es", "claro"), ("it", "si")]
)
def test_yes_to_the_offer_of_a_person_is_a_wish_for_one_in_every_language(language: str, yes: str) -> None:
    context = Context(earlier=[Said("visitor", "hm"), Said("bot", f"… {texts_for(language).offer}")], fallbacks=0)

    assert Triage.load().assess(yes, context).reason is Reason.HUMAN_REQUEST


async def test_each_step_of_a_person_is_told_in_what_the_visitor_reads() -> None:
    queue, here, maya = MemoryQueue(), a_conversation("c1"), an_agent("Maya Keller")

    async def reads(conversation_id: ConversationId) -> str | None:
        return "it" if conversation_id == here else None

    desk = Desk(queue, locales=reads)
    request = desk.request(Reason.OTHER, "", (), now=SUNDAY, staffed=True, opens_at=None, tz=BERLIN, locale="it")
    await queue.request(here, A_SITE, request)
    ticket = await desk.claim(here, maya, now=SUNDAY)
    await desk.resolve(the_hold(ticket), maya, now=SUNDAY)

    assert queue.said(here)[-2:] == (
        "Maya è con te.",
        texts_for("it").resolved.format(name="Maya"),
    )
