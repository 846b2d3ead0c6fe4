"""The three founding stories, each for a calm, a hurried and an angry rider: right way, right tone, right card."""

from __future__ import annotations

import pytest

from app.testing.expectations import Expect
from app.testing.fixtures import Agents, Shop
from app.testing.rider import Rider

CLOSED_DOORS = ("unfortunately", "policy", "can't", "cannot", "unable", "sorry", "i'm afraid")


def bot_words(rider: Rider) -> str:
    """All that the rider read of the bot and the desk."""
    return "\n".join(message["text"] for message in rider.messages if message["author"]["kind"] != "visitor")


def case_lines(rider: Rider) -> list[list[str]]:
    return [message["card"]["lines"] for message in rider.messages if (message["card"] or {}).get("kind") == "case"]


@pytest.fixture(autouse=True)
def no_door_is_closed(rider: Rider) -> object:
    """Whatever happens, nothing that a rider reads closes a door."""
    yield
    said = bot_words(rider).lower()
    assert not [word for word in CLOSED_DOORS if word in said]


def test_product_fails_calm(rider: Rider, expect: Expect) -> None:
    rider.says("hi, the weld on my silencer cracked after three months")
    expect.bot("we put that right", card="case")
    expect.bot("Which order is it?", buttons=["Talk to a person"])
    assert [len(lines) for lines in case_lines(rider)] == [3]
    rider.says("1042")
    expect.bot("order #1042 is on W-")
    expect.no_handoff()


def test_product_fails_hurried(rider: Rider, expect: Expect) -> None:
    rider.says("quick one, i'm at work: the weld on my silencer cracked")
    expect.bot("we put that right", card="case")
    assert case_lines(rider) == [[]], "a card with its number and its day, and nothing to read beside it"
    expect.no_handoff()


def test_product_fails_angry(rider: Rider, expect: Expect, agent: Agents) -> None:
    agent("Dana")
    rider.says("this is a disgrace!!! your silencer cracked AGAIN and i am sick of it")
    expect.handoff()
    expect.desk("a person is joining you")
    expect.agent("Dana").is_rung()
    assert case_lines(rider) == [], "whoever is upset gets a person, and no form"


def test_delivery_late_calm(rider: Rider, expect: Expect, shop: Shop) -> None:
    shop.order("4711", email="ada@example.org", promised_in_days=-2, expected_in_days=1, carrier="DHL")
    rider.says("hello, my parcel is a bit late, order 4711")
    expect.bot("e-mail or postcode")
    rider.says("ada@example.org")
    expect.bot("ours to fix", card="order")
    expect.bot("you hear from our team by", buttons=["Yes, a person", "I'll wait"])
    expect.no_handoff()
    rider.taps("Yes, a person")
    expect.handoff()


def test_delivery_late_hurried(rider: Rider, expect: Expect, shop: Shop) -> None:
    shop.order("4711", email="ada@example.org", promised_in_days=-2, expected_in_days=1, carrier="DHL")
    rider.says("quick q: wheres order 4711, ada@example.org")
    expect.bot(card="order")
    expect.bot("you hear from our team by", buttons=["Yes, a person"])
    assert len([message for message in rider.messages if message["author"]["kind"] == "bot"]) == 2, "nothing is asked"


def test_delivery_late_angry(rider: Rider, expect: Expect, agent: Agents) -> None:
    agent("Dana")
    rider.says("WHERE IS MY PARCEL??? two weeks late and nobody answers, this is ridiculous!!!")
    expect.handoff()
    expect.desk("a person is joining you")
    expect.agent("Dana").is_rung()


def test_repair_failed_calm(rider: Rider, expect: Expect, agent: Agents) -> None:
    agent("Dana")
    rider.says("you mended my bracket last week and now it rattles as before")
    expect.handoff(reason="repeat")
    expect.desk("a person is joining you")
    expect.agent("Dana").is_rung()


def test_repair_failed_hurried(rider: Rider, expect: Expect, agent: Agents) -> None:
    agent("Dana")
    rider.says("quick one: the repair didn't work, it leaks again")
    expect.handoff()
    expect.desk("a person is joining you")


def test_repair_failed_angry(rider: Rider, expect: Expect, agent: Agents) -> None:
    agent("Dana")
    rider.says("i paid you for a repair and it is WORSE than before!!! what a joke")
    expect.handoff()
    expect.desk("a person is joining you")
    agent("Dana").claims()
    expect.agent("Dana").has_chat()
    expect.agent("Dana").reads("WORSE than before")
