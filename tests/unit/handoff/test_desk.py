import re
from dataclasses import fields
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from handoff import HEAD_STARTS, Desk, Evidence, Hold, MemoryQueue, NotAssigned, Reason, texts_for
from tests.factories import A_SITE, a_conversation, an_agent, the_hold

BERLIN = ZoneInfo("Europe/Berlin")
SUNDAY = datetime(2026, 11, 22, 14, 0, tzinfo=UTC)
MONDAY_NINE = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)
FORBIDDEN = re.compile(
    r"\b(unfortunately|policy|no|not|never|can't|cannot|unable|afraid|but|sorry|won't|don't|isn't|refuse|fail\w*)\b",
    re.IGNORECASE,
)
C1 = a_conversation("c1")
MAYA = an_agent("Maya Keller")


def says(reason: Reason, *, staffed: bool = True, opens_at: datetime | None = None, now: datetime = SUNDAY) -> str:
    desk = Desk(MemoryQueue())
    request = desk.request(reason, "quote", (), now=now, staffed=staffed, opens_at=opens_at, tz=BERLIN)
    return request.says


def test_with_people_there_the_visitor_hears_that_one_is_joining_and_everything_goes_along() -> None:
    assert says(Reason.REPEAT) == (
        "I hear you, this has gone on long enough. A person is joining you; everything you wrote goes along."
    )


def test_in_danger_the_first_words_are_about_staying_safe() -> None:
    for staffed in (True, False):
        assert says(Reason.SAFETY, staffed=staffed).startswith(
            "If you're on the road, please stop and stay safe first."
        )


def test_with_nobody_there_the_visitor_hears_when_people_are_back_on_the_visitors_clock() -> None:
    told = says(Reason.HUMAN_REQUEST, staffed=False, opens_at=MONDAY_NINE)

    assert told == "Gladly. Our team is back Mon 23 Nov at 9:00 and answers you first. I keep helping meanwhile."
    assert "is joining" not in told


def test_back_later_the_same_day_is_called_today() -> None:
    early = datetime(2026, 11, 23, 4, 30, tzinfo=UTC)

    assert "back today at 9:00" in says(Reason.OTHER, staffed=False, opens_at=MONDAY_NINE, now=early)


def test_with_nobody_there_and_no_known_opening_no_time_is_promised() -> None:
    told = says(Reason.EMOTION, staffed=False, opens_at=None)

    assert "is joining" not in told
    assert re.search(r"\d", told) is None


@pytest.mark.parametrize("reason", list(Reason))
def test_every_reason_is_worded_positively(reason: Reason) -> None:
    for told in (says(reason), says(reason, staffed=False), says(reason, staffed=False, opens_at=MONDAY_NINE)):
        assert FORBIDDEN.search(told) is None, told


def test_every_other_sentence_is_worded_positively() -> None:
    for texts in (texts_for("en"), texts_for("en").remedies):
        for field in fields(texts):
            value = getattr(texts, field.name)
            if isinstance(value, str):
                assert FORBIDDEN.search(value) is None, value


def test_a_place_in_line_is_the_moment_of_asking_less_the_head_start_of_its_lane() -> None:
    desk = Desk(MemoryQueue())

    order = sorted(
        Reason,
        key=lambda r: (
            desk.request(r, "", (), now=SUNDAY, staffed=True, opens_at=None, tz=BERLIN).rank_at,
            r.value,
        ),
    )

    assert order == [
        Reason.SAFETY,
        Reason.EMOTION,
        Reason.LEGAL,
        Reason.REPEAT,
        Reason.HUMAN_REQUEST,
        Reason.OTHER,
    ]
    assert HEAD_STARTS[Reason.SAFETY] == timedelta(minutes=60)


def test_whoever_waits_longer_than_any_head_start_comes_before_all_newcomers() -> None:
    desk = Desk(MemoryQueue())
    patient = desk.request(Reason.OTHER, "", (), now=SUNDAY, staffed=True, opens_at=None, tz=BERLIN)
    later = SUNDAY + timedelta(minutes=61)

    for reason in Reason:
        newcomer = desk.request(reason, "", (), now=later, staffed=True, opens_at=None, tz=BERLIN)
        assert patient.rank_at < newcomer.rank_at


def test_who_is_back_again_and_upset_stands_where_the_upset_stand() -> None:
    evidence = (Evidence(Reason.REPEAT, "third time"), Evidence(Reason.EMOTION, "angry words"))
    desk = Desk(MemoryQueue())
    request = desk.request(Reason.REPEAT, "", evidence, now=SUNDAY, staffed=True, opens_at=None, tz=BERLIN)
    assert request.rank_at == SUNDAY - HEAD_STARTS[Reason.EMOTION]


async def test_a_conversation_goes_to_an_agent_and_back_in_the_desks_own_words() -> None:
    queue = MemoryQueue()
    desk = Desk(queue)
    request = desk.request(Reason.OTHER, "", (), now=SUNDAY, staffed=True, opens_at=None, tz=BERLIN)
    await queue.request(C1, A_SITE, request)

    held = await desk.claim(C1, MAYA, now=SUNDAY)
    await desk.release(the_hold(held), MAYA, to="queue", now=SUNDAY)
    held = await desk.claim(C1, MAYA, now=SUNDAY)
    await desk.release(the_hold(held), MAYA, to="bot", now=SUNDAY)

    asked, joined, to_queue, joined_again, to_bot = queue.said(C1)
    assert asked == request.says
    assert joined == joined_again == "Maya has joined you."
    assert to_queue.startswith("Maya has passed you on.")
    assert to_bot.startswith("Maya has handed you back to me.")


async def test_resolving_invites_the_visitor_to_write_again() -> None:
    queue = MemoryQueue()
    desk = Desk(queue)
    await queue.request(
        C1, A_SITE, desk.request(Reason.OTHER, "", (), now=SUNDAY, staffed=True, opens_at=None, tz=BERLIN)
    )
    held = await desk.claim(C1, MAYA, now=SUNDAY)

    closed = await desk.resolve(the_hold(held), MAYA, now=SUNDAY)

    assert closed.state == "closed"
    assert "Write here any time" in queue.said(C1)[-1]


async def test_an_agent_gives_back_only_their_own_holds() -> None:
    queue = MemoryQueue()
    desk = Desk(queue)
    await queue.request(
        C1, A_SITE, desk.request(Reason.OTHER, "", (), now=SUNDAY, staffed=True, opens_at=None, tz=BERLIN)
    )
    held = await desk.claim(C1, MAYA, now=SUNDAY)
    stolen = Hold(C1, MAYA.id, held.gen)

    with pytest.raises(NotAssigned):
        await desk.resolve(stolen, an_agent("Dana Roth"), now=SUNDAY)
