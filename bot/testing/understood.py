"""Compares what a test story says a message means with what the bot understands."""

from __future__ import annotations

import json
from collections import Counter
from typing import Any

from bot import names
from bot.assistant import Assistant
from bot.events import Event
from bot.nlu.selection import selected_response
from bot.testing.stories import unknown_name
from bot.testing.verdict import Difference, Line, Pair, Verdict

_SHOWN = 3
"""Intents of the ranking that an explanation lists."""


def heard(step: Event, assistant: Assistant, verdict: Verdict) -> Event:
    """The parse that drives the dialogue after a visitor's step; the comparison goes into `verdict`.

    A step with words is parsed and compared; where the bot understands something else, the story's own intent and
    entities drive on. A step without words is what the story says it is.
    """
    told: Event = step["parse_data"]
    wanted = _wanted_intent(told)
    line = Line("visitor", told["text"].strip() or f"({wanted})", step.get("line"))
    verdict.lines.append(line)
    unknown = unknown_name(step, assistant.domain)
    if unknown is not None:
        line.difference = Difference(f"intent {wanted}", unknown, advice="Correct the name, or add it to the domain.")
    text = told["text"].strip()
    meant = _as_parse(told, wanted, assistant)
    if not text:
        return meant
    parse = (assistant.parse_payload(text) if text.startswith("/") else None) or assistant.parse(text)
    got = parse["intent"]["name"]
    if wanted is not None and got != wanted:
        got = _full_intent(parse, assistant)
    if wanted is not None:
        verdict.pairs.append(Pair("intent", wanted, got or "nothing"))
    found, expected = _entities(parse), _entities(told)
    if (wanted is None or got == wanted) and found == expected:
        return parse
    if line.difference is None:
        line.difference = _difference(wanted, expected, got, found, parse)
    return {**meant, "response_selector": parse.get("response_selector") or {}}


def _wanted_intent(told: Event) -> str | None:
    intent = told["intent"]
    name: str | None = intent.get("full_retrieval_intent_name") or intent["name"]
    return name


def _as_parse(told: Event, wanted: str | None, assistant: Assistant) -> Event:
    """The story's own meaning, as sure as a button's payload."""
    intent = {"name": told["intent"]["name"], "confidence": 1.0}
    parse: Event = {
        "text": told["text"].strip() or f"/{intent['name']}",
        "intent": intent,
        "intent_ranking": [intent],
        "entities": [{"start": 0, "end": 0, **entity} for entity in told["entities"]],
    }
    if wanted is not None and names.ANSWER_MARK in wanted:
        chosen = {"intent_response_key": wanted, "utter_action": f"utter_{wanted}", "confidence": 1.0}
        parse["response_selector"] = {names.base_intent(wanted): {"response": chosen, "ranking": []}}
    return parse


def _full_intent(parse: Event, assistant: Assistant) -> str | None:
    """`faq/shipping` where the bot chose among the answers of a retrieval intent, else the intent."""
    name: str | None = parse["intent"]["name"]
    if name is not None and name in assistant.domain.retrieval_intents:
        chosen = selected_response(parse, name)
        if chosen is not None:
            return chosen.removeprefix("utter_")
    return name


def _entities(parse: Event) -> Counter[tuple[Any, ...]]:
    return Counter(
        (entity["entity"], str(entity.get("value")), entity.get("role"), entity.get("group"))
        for entity in parse.get("entities") or ()
    )


def _shown(found: Counter[tuple[Any, ...]]) -> str:
    shown = []
    for name, value, role, group in sorted(found.elements(), key=str):
        extra = "".join(f", {kind} {given}" for kind, given in (("role", role), ("group", group)) if given)
        shown.append(f'{name}="{value}"{extra}')
    return ", ".join(shown) or "none"


def _difference(
    wanted: str | None,
    expected: Counter[tuple[Any, ...]],
    got: str | None,
    found: Counter[tuple[Any, ...]],
    parse: Event,
) -> Difference:
    wrong_intent = wanted is not None and got != wanted
    wrong_entities = found != expected
    difference = Difference(
        "; ".join(
            [f"intent {wanted}"] * wrong_intent + [f"entities {_shown(expected)}"] * wrong_entities,
        ),
        "; ".join(
            [f"intent {got or 'not understood'}"] * wrong_intent + [f"entities {_shown(found)}"] * wrong_entities
        ),
    )
    if wrong_intent:
        ranking = list(parse.get("intent_ranking") or ())[:_SHOWN]
        likely = ", ".join(f"{entry['name']} {entry['confidence']:.2f}" for entry in ranking)
        difference.why.append(f"Most likely, as the bot reads the sentence: {likely or 'nothing'}.")
        difference.advice = f"Teach it: add this sentence, or one like it, to the examples of `{wanted}`."
    if wrong_entities and not wrong_intent:
        difference.why.append("Entities are compared by name, value, role and group.")
        difference.advice = (
            f"If the bot is right, write the sentence as `{_annotated(parse)}`; if the story is right, teach the bot "
            "the words: by examples, a lookup table or a regex."
        )
    return difference


def _annotated(parse: Event) -> str:
    """The sentence as a story writes it when the bot has read it rightly."""
    text: str = parse["text"]
    placed = [entity for entity in parse.get("entities") or () if "start" in entity and "end" in entity]
    end = len(text)
    for entity in sorted(placed, key=lambda each: each["start"], reverse=True):
        if entity["end"] > end:
            continue  # overlaps one that is written already
        words = text[entity["start"] : entity["end"]]
        extra = {key: entity[key] for key in ("role", "group") if entity.get(key)}
        if entity.get("value") != words:
            extra["value"] = entity.get("value")
        mark = json.dumps({"entity": entity["entity"], **extra}) if extra else f"({entity['entity']})"
        text = f"{text[: entity['start']]}[{words}]{mark}{text[entity['end'] :]}"
        end = entity["start"]
    return text
