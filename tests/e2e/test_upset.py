"""Whoever is upset, asks for a person or comes back with the same problem ends with a person."""

import re

import pytest
from playwright.async_api import StorageState, expect

from tests.e2e.agents import Agent
from tests.e2e.browsers import Pages
from tests.e2e.demo import Demo
from tests.e2e.visitors import Visitor

UPSET = re.compile("upset", re.IGNORECASE)
ANGRY = "this is ridiculous, your clamp is a disgrace and I am furious"


async def test_upset_in_the_middle_of_a_form_the_questions_end(
    pages: Pages, demo: Demo, sessions: list[StorageState]
) -> None:
    agent = await Agent.come_back(pages, demo, sessions[0])
    visitor = await Visitor.arrive(pages, demo)
    await visitor.open_chat()
    await visitor.say("where is my order")
    await expect(visitor.log.get_by_text("order number")).not_to_have_count(0)

    await visitor.complain(f"{ANGRY}, part 31")

    await agent.claim("part 31")
    await expect(agent.why).to_contain_text("disgrace")
    await agent.resolve()


async def test_upset_while_waiting_the_ticket_says_so(pages: Pages, demo: Demo, sessions: list[StorageState]) -> None:
    agent = await Agent.come_back(pages, demo, sessions[0])
    visitor = await Visitor.arrive(pages, demo)
    await visitor.open_chat()
    await visitor.complain("can I talk to a person about part 32 please")
    await expect(agent.row("part 32").first).to_be_visible()

    await visitor.say("part 32 again: I am appalled that this takes so long")

    await expect(agent.row("part 32").first).to_contain_text(UPSET)
    await agent.claim("part 32")
    await agent.resolve()


async def test_upset_with_an_agent_it_stands_beside_the_conversation(
    pages: Pages, demo: Demo, sessions: list[StorageState]
) -> None:
    agent = await Agent.come_back(pages, demo, sessions[0])
    visitor = await Visitor.arrive(pages, demo)
    await visitor.open_chat()
    await visitor.complain("can I talk to a person about part 33 please")
    await agent.claim("part 33")
    await agent.say("Good morning, part 33 it is. Which bike do you ride?")
    await expect(visitor.bubble("Good morning, part 33 it is. Which bike do you ride?")).to_be_visible()

    await visitor.say("what a shambles, I have never felt so cheated")

    await expect(agent.why.last).to_contain_text(re.compile("shambles|cheated"))
    await agent.resolve()


@pytest.mark.parametrize("word", ["agent", "agente por favor", "un agent svp", "Mitarbeiter bitte", "un operatore"])
async def test_agent_brings_a_person_in_five_languages(pages: Pages, demo: Demo, word: str) -> None:
    visitor = await Visitor.arrive(pages, demo)
    await visitor.open_chat()

    await visitor.complain(word)


async def test_the_same_problem_after_it_was_closed_goes_to_a_person_at_once(
    pages: Pages, demo: Demo, sessions: list[StorageState]
) -> None:
    agent = await Agent.come_back(pages, demo, sessions[0])
    visitor = await Visitor.arrive(pages, demo)
    await visitor.open_chat()
    await visitor.complain("the brass gasket 34 drips, can a person look at it")
    await agent.claim("gasket 34")
    await agent.say("A new one is on its way.")
    await expect(visitor.bubble("A new one is on its way.")).to_be_visible()
    await agent.resolve()

    await visitor.complain("the brass gasket 34 drips again")

    await agent.claim("gasket 34")
    await expect(agent.why.last).to_contain_text("again")
    await agent.resolve()
