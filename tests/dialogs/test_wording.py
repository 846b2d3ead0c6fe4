"""What the bot may say: positive, short, with a next step. Every template, every string in the actions, every sheet."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterator

from app.shops.load import DEMO
from bot import Assistant
from tests.dialogs.rider import PROJECT

FORBIDDEN = re.compile(
    r"\b(unfortunately|policy|no|can['’]t|cannot|won['’]t|unable|impossible|i['’]m afraid|sorry"
    r"|you should have|you failed|user error|our records show|actually|as stated)\b",
    re.IGNORECASE,
)
NEEDED_EXAMPLES = 25


def _said_by_actions() -> Iterator[tuple[str, str]]:
    """Every text in the actions, apart from their own documentation and patterns of what visitors say."""
    for file in sorted((PROJECT / "actions").glob("*.py")):
        tree = ast.parse(file.read_text("utf-8"))
        docs = {
            id(node.body[0].value)
            for node in ast.walk(tree)
            if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef)
            and node.body
            and isinstance(node.body[0], ast.Expr)
        }
        notes = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
        patterns = {
            id(node.args[0])
            for node in ast.walk(tree)
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "compile"
        }
        for node in ast.walk(tree):
            if (
                isinstance(node, ast.Constant)
                and isinstance(node.value, str)
                and id(node) not in docs | notes | patterns
            ):
                yield f"{file.name}:{node.lineno}", node.value


def _said_by_sheets() -> Iterator[tuple[str, str]]:
    for part in json.loads((DEMO / "parts.json").read_text("utf-8")):
        for topic, text in part["facts"].items():
            yield f"{part['sku']} {topic}", text


def test_templates_are_worded_positively(assistant: Assistant) -> None:
    assert len(assistant.domain.responses) > 20
    for name, variations in assistant.domain.responses.items():
        for variation in variations:
            buttons = [button["title"] for button in variation.content.get("buttons") or ()]
            for text in [variation.content.get("text") or "", *buttons]:
                assert not FORBIDDEN.search(text), f"{name}: {text}"


def test_actions_and_sheets_are_worded_positively() -> None:
    said = [*_said_by_actions(), *_said_by_sheets()]
    assert len(said) > 100, "the texts were not found"
    assert [(place, text) for place, text in said if FORBIDDEN.search(text)] == []


def test_one_question_at_a_time(assistant: Assistant) -> None:
    for name, variations in assistant.domain.responses.items():
        for variation in variations:
            assert (variation.content.get("text") or "").count("?") <= 1, name


def test_every_chip_says_an_intent_of_the_domain(assistant: Assistant) -> None:
    for name, variations in assistant.domain.responses.items():
        for variation in variations:
            for button in variation.content.get("buttons") or ():
                intent = re.match(r"/(\w+)", button["payload"])
                assert intent is not None
                assert intent[1] in assistant.domain.intents, f"{name}: {button['title']}"


def test_the_project_has_nothing_to_complain_about(assistant: Assistant) -> None:
    assert assistant.problems == ()


def test_every_intent_is_taught_by_enough_sentences(assistant: Assistant) -> None:
    taught: dict[str, set[str]] = {}
    for example in assistant.project.training.examples:
        taught.setdefault(example.intent, set()).add(example.text.lower())
    built_in = {"restart", "back", "session_start", "nlu_fallback"}
    for intent in set(assistant.domain.intents) - built_in:
        assert len(taught.get(intent, ())) >= NEEDED_EXAMPLES, intent


def test_no_sentence_teaches_two_intents(assistant: Assistant) -> None:
    first: dict[str, str] = {}
    for example in assistant.project.training.examples:
        assert first.setdefault(example.text.lower(), example.intent) == example.intent, example.text
