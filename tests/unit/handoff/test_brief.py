"""The brief: three lines, ninety words, nothing made up."""

from datetime import UTC, timedelta

from hypothesis import given
from hypothesis import strategies as st

from handoff import AgentId
from handoff.brief import WORDS, Facts, brief
from handoff.promises import Missed, Promise, PromiseId, fold_one, make
from tests.factories import MONDAY_MORNING, a_conversation


def a_promise(what: str = "Call about the gasket", hours: float = 4) -> Promise:
    made = make(
        PromiseId("p1"),
        a_conversation(),
        what,
        due_at=MONDAY_MORNING + timedelta(hours=hours),
        owner=AgentId("maya"),
        backup=None,
        now=MONDAY_MORNING,
        tz=UTC,
    )
    return fold_one(None, made)


def test_whoever_takes_over_reads_who_what_was_tried_and_how_they_feel() -> None:
    facts = Facts(
        name="Ana Pereira",
        vehicle="Yamaha MT-07 2019",
        order="KS-10432",
        contacts=2,
        about="your pipe is still leaking",
        tried=("sent the sealing guide", "looked up the order"),
        feeling="upset",
        feeling_before="calm",
        promises=(a_promise(),),
    )

    assert str(brief(facts, now=MONDAY_MORNING, tz=UTC)).splitlines() == [
        "Ana Pereira, Yamaha MT-07 2019, order KS-10432, here a second time about this.",
        "Wants: your pipe is still leaking. Tried: sent the sealing guide; looked up the order.",
        "Feeling: upset, was calm. Promised by today at 13:30: Call about the gasket.",
    ]


def test_what_is_not_known_is_said_to_be_so() -> None:
    assert brief(Facts(), now=MONDAY_MORNING, tz=UTC).lines == (
        "Name unknown.",
        "Wish not said yet. Nothing tried yet.",
        "Feeling: not shown. Promised: nothing open.",
    )


def test_a_promise_that_was_broken_is_not_hidden() -> None:
    promise = a_promise()
    broken = fold_one(promise, Missed(MONDAY_MORNING + timedelta(hours=5), promise.id))

    assert "Broken before: 1." in brief(Facts(promises=(broken,)), now=MONDAY_MORNING, tz=UTC).feeling


def test_the_newest_attempt_stays_when_it_gets_long() -> None:
    facts = Facts(tried=tuple(f"step {number}" for number in range(40)))

    assert brief(facts, now=MONDAY_MORNING, tz=UTC).tried.endswith("step 39.")


words = st.text(alphabet="ab \n", max_size=800)


@given(
    name=st.none() | words,
    vehicle=st.none() | words,
    about=words,
    tried=st.lists(words, max_size=10),
    feeling=st.none() | words,
    promised=st.none() | st.text(alphabet="ab ", min_size=1, max_size=400).filter(str.strip),
)
def test_a_brief_is_three_lines_and_ninety_words_whatever_was_said(
    name: str | None, vehicle: str | None, about: str, tried: list[str], feeling: str | None, promised: str | None
) -> None:
    promises = () if promised is None else (a_promise(promised),)
    facts = Facts(name=name, vehicle=vehicle, about=about, tried=tried, feeling=feeling, promises=promises)

    text = str(brief(facts, now=MONDAY_MORNING, tz=UTC))

    assert len(text.split()) <= WORDS
    assert len(text.splitlines()) == 3
