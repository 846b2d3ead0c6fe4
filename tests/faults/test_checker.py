"""The checker is worth something only if it finds each fault. Riders and agents talk to a toy that has just one."""

from __future__ import annotations

import asyncio
import random
from typing import get_args

import pytest

from tests.faults.checker import desk_violations, memory_violations, violations
from tests.faults.colleague import Colleague
from tests.faults.matrix import said_by_conversation
from tests.faults.rider import Habits, Rider
from tests.faults.toy import Fault, Toy

FOUND_AS: dict[Fault, str] = {
    "an acknowledged message is not stored": "P1",
    "an acknowledged message is stored elsewhere": "P1",
    "a message is stored twice": "P1",
    "a resend is stored again": "P1",
    "a resend is acknowledged elsewhere": "P3",
    "other words under a known id are taken": "P3",
    "a number is left out": "P2",
    "messages change places": "P2",
    "a message is not told to who listens": "P2",
    "a message is never answered": "P4",
    "a message is answered twice": "P4",
    "the bot speaks while a person has it": "P4",
    "somebody else's message is shown": "P8",
    "somebody else's frame is sent": "P8",
    "a request for a person is forgotten": "P5",
    "who waits is given to nobody": "P5",
    "two agents get one conversation": "P6",
    "who lost a conversation goes on writing": "P6",
    "an agent's message is lost": "P1",
}
HABITS = Habits(twice=0.3, late=0.3, forged=0.3, person=0.3)
MESSAGES = 24


async def found_with(fault: Fault) -> list[str]:
    """What the checker says of three riders and two agents at a toy with this fault."""
    chance = random.Random(7)  # noqa: S311
    async with Toy(fault).open() as toy:
        url = toy.base.replace("http", "ws", 1) + "/ws/visitor"
        riders = [
            Rider(url, f"r{number}", f"Rider{number}", patience=0.2, habits=HABITS, chance=chance, between=0.0)
            for number in range(3)
        ]
        colleagues = [Colleague(toy.base, "", "", name, chance, walks_off=0, token=name) for name in ("Maya", "Dana")]
        left = asyncio.Event()
        async with asyncio.timeout(60):
            working = [asyncio.create_task(each.work(left.is_set)) for each in colleagues]
            await asyncio.gather(*(each.talk(MESSAGES) for each in riders))
            left.set()
            await asyncio.gather(*working)
            await asyncio.gather(*(each.catch_up() for each in riders))
            fresh = {each.name: await each.read_again() for each in riders}
            logs, tickets = await colleagues[0].logs([each.token for each in riders])
    found = [broken for each in riders for broken in each.strange]
    for each in riders:
        found += violations(each.name, each.promises, each.seen, fresh[each.name], each.acks)
    claims = [claim for each in colleagues for claim in each.claims]
    statuses = {each.token: each.status for each in riders}
    return found + desk_violations(claims, said_by_conversation(colleagues), logs, tickets, statuses)


async def test_a_sound_server_breaks_no_promise() -> None:
    assert await found_with("nothing") == []


@pytest.mark.parametrize("fault", FOUND_AS)
async def test_each_fault_is_found(fault: Fault) -> None:
    found = await found_with(fault)
    assert any(each.startswith(FOUND_AS[fault]) for each in found), found


def test_every_fault_of_the_toy_is_looked_for() -> None:
    assert {*FOUND_AS, "nothing"} == set(get_args(Fault))
    assert {*FOUND_AS.values(), "P7"} == {f"P{number}" for number in range(1, 9)}


def test_memory_beyond_what_slow_connections_may_hold_is_found() -> None:
    assert memory_violations(grown=19_000, slow=10, allowed=2_000) == []
    assert [each[:2] for each in memory_violations(grown=21_000, slow=10, allowed=2_000)] == ["P7"]
