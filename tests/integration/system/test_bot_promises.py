"""What the bot promises is on record the moment it is said, for the people who keep it."""

from __future__ import annotations

from datetime import UTC, datetime

from app.testing.expectations import Expect
from app.testing.fixtures import Agents
from app.testing.rider import Rider
from handoff import promises


def promised(rider: Rider) -> list[promises.Promise]:
    """The promises of a rider's conversation, folded from its log."""
    entries = [
        promises.from_data({name: value for name, value in entry.data.items() if name != "re"})
        for entry in rider.script.entries
        if entry.kind == "promise"
    ]
    return list(promises.fold(entries).values())


def test_the_day_on_a_case_is_a_promise_in_the_log(rider: Rider, expect: Expect) -> None:
    rider.says("the box was crushed and the can has a dent")
    expect.bot("we make that right", card="case")
    (promise,) = promised(rider)
    assert (promise.source, promise.owner, promise.is_open) == ("bot", None, True)
    assert promise.due_at == datetime(2026, 11, 24, 17, 0, tzinfo=UTC), "Tuesday at six, where the shop is"
    assert "our team answers on D-" in promise.what


def test_an_answer_that_names_no_time_promises_nothing(rider: Rider) -> None:
    rider.says("what are your opening hours")
    assert promised(rider) == []


def test_what_the_bot_may_not_say_any_more_is_not_promised_either(rider: Rider, agent: Agents) -> None:
    rider.asks_for_a_person()
    agent("Dana").claims(rider)
    rider.says("the gasket is missing in my box")
    assert promised(rider) == []
