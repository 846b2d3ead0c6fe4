"""What a tracker recorded, told as test stories."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from app.stories.writing import as_yaml, stories
from bot import Assistant
from bot.testing import judge, read_stories
from tests.unit.bot.projects import KEYWORDS, Chat, a_project


def a_message(text: str, intent: str, *entities: dict[str, Any], **more: Any) -> dict[str, Any]:
    parse = {"text": text, "intent": {"name": intent, "confidence": 0.9}, "entities": list(entities), **more}
    return {"event": "user", "text": text, "parse_data": parse}


def an_entity(text: str, surface: str, name: str, **more: Any) -> dict[str, Any]:
    start = text.index(surface)
    return {"entity": name, "start": start, "end": start + len(surface), "value": surface, **more}


def an_action(name: str) -> dict[str, Any]:
    return {"event": "action", "name": name}


def steps(*events: dict[str, Any]) -> list[Any]:
    (story,) = stories("a conversation", events)
    return list(story.steps)


def test_entities_are_annotated_with_what_they_are() -> None:
    said = "a big one from Rome to Turin"
    told = steps(
        a_message(
            said,
            "order",
            an_entity(said, "Rome", "city", role="from"),
            an_entity(said, "big", "size", value="large"),
            an_entity(said, "Turin", "city"),
        )
    )
    assert told == [
        {
            "user": 'a [big]{"entity": "size", "value": "large"} one from [Rome]{"entity": "city", "role": "from"}'
            " to [Turin](city)",
            "intent": "order",
        }
    ]


def test_an_entity_that_is_somebodys_is_masked_in_the_words_and_in_its_value() -> None:
    said = "where is A17, it's for Grace"
    told = steps(
        a_message(said, "order_status", an_entity(said, "A17", "order_number"), an_entity(said, "Grace", "name"))
    )
    assert told[0]["user"] == "where is [X00](order_number), it's for [NAME](name)"


def test_the_answer_that_was_chosen_names_a_retrieval_intent_in_full() -> None:
    chosen = {"faq": {"response": {"intent_response_key": "faq/returns"}}}
    assert steps(a_message("how do returns work", "faq", response_selector=chosen))[0]["intent"] == "faq/returns"


def test_each_session_is_a_story() -> None:
    events = [an_action("action_session_start"), {"event": "session_started"}, a_message("hello", "greet")]
    told = stories("a conversation", [*events, *events])
    assert [story.name for story in told] == ["a conversation, part 1", "a conversation, part 2"]


def test_a_conversation_in_which_nobody_spoke_is_no_story() -> None:
    assert stories("a conversation", [an_action("action_session_start"), {"event": "session_started"}]) == []


def test_names_that_are_known_are_masked() -> None:
    (story,) = stories("a conversation", [a_message("Dana promised it", "inform")], ["Dana Roth", "Dana", None])
    assert story.steps[0]["user"] == "NAME promised it"


def test_a_message_that_masking_makes_another_is_told_by_its_intent() -> None:
    event = a_message("1042", "inform", an_entity("1042", "1042", "order_number"))
    for understood, told in (
        (a_message("0000", "inform", an_entity("0000", "0000", "order_number")), {"user": "[0000](order_number)"}),
        (a_message("0000", "nlu_fallback"), {"entities": [{"order_number": "0000"}]}),
    ):
        (story,) = stories("a conversation", [event], (), lambda _, found=understood: found["parse_data"])  # type: ignore[misc]
        assert story.steps == [{**told, "intent": "inform"}]


async def test_what_is_told_is_read_again_and_passes(tmp_path: Path) -> None:
    assistant = Assistant.load(a_project(tmp_path, KEYWORDS), None)
    chat = Chat(assistant)
    for text in (
        "hello",
        "i want to order a pipe, a big one",
        "zzz qqq",
        "what?? [really] {no}",
        "let me talk to a person",
    ):
        await chat.says(text)
    file = tmp_path / "test_told.yml"
    file.write_text(as_yaml(stories("yes: a name", chat.tracker.events, (), assistant.parse)), "utf-8")
    told = read_stories(file, assistant.domain)
    assert len(told) > 1
    for story in told:
        verdict = judge(story, assistant)
        assert verdict.passed, verdict
