"""The three conversations that Kickstand was made for, through the whole system."""

from __future__ import annotations

from app.testing.expectations import Expect
from app.testing.fixtures import Agents, Clock, Shop
from app.testing.rider import Rider


def test_a_part_fails_again_and_a_person_takes_over_before_anyone_asks(
    rider: Rider, expect: Expect, agent: Agents, clock: Clock
) -> None:
    agent("Dana")
    rider.says("does the fell 2 fit my mt07 from 2018?")
    expect.bot("Fits your 2018 MT-07", card="fit")
    rider.says("this is the third time I write, it still leaks!!")
    expect.handoff(reason="repeat")
    expect.desk("a person is joining you")
    expect.waiting(place=1)
    expect.agent("Dana").is_rung(reason="repeat")
    clock.advance("40s")
    agent("Dana").claims()
    expect.with_agent("Dana")
    expect.agent("Dana").has_chat()
    expect.agent("Dana").reads("it still leaks")
    agent("Dana").says("I have your leak in front of me. A new gasket leaves today.")
    expect.person("A new gasket leaves today", name="Dana")
    rider.says("great, thank you")
    expect.silence()
    agent("Dana").resolves()
    expect.closed()


def test_a_delivery_is_late_and_the_rider_hears_where_it_is(rider: Rider, expect: Expect, shop: Shop) -> None:
    shop.order(
        "4711", email="ada@example.org", promised_in_days=-2, expected_in_days=1, carrier="DHL", tracking_number="JD014"
    )
    rider.says("where is my order 4711?")
    expect.bot("mail")
    rider.says("ada@example.org")
    expect.bot("4711", card="order")
    expect.no_handoff()


def test_a_repair_did_not_fix_it_and_the_agent_drops_out(
    rider: Rider, expect: Expect, agent: Agents, clock: Clock
) -> None:
    dana, maya = agent("Dana"), agent("Maya")
    rider.says("the repair you did did not fix it, same rattle again")
    expect.handoff()
    dana.claims()
    expect.agent("Dana").has_chat()
    dana.drops()
    clock.advance("30s")
    expect.agent("Dana").has_chat()
    clock.advance("3m")
    expect.agent("Dana").has_no_chat()
    expect.waiting(place=1)
    expect.agent("Maya").is_rung()
    maya.claims()
    expect.with_agent("Maya")
    expect.agent("Maya").reads("same rattle again")
