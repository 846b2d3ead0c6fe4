"""Reads labelled messages: JSON lines of {text, intent}, or the `nlu.yml` of a Rasa project."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from bot.documents import read
from bot.examples import ExampleReader
from bot.nlu.plain import plain, spoken
from bot.problems import Findings


class BadExamples(Exception):
    """A file of examples cannot be used; the message names file and line."""


@dataclass(frozen=True, slots=True)
class Labelled:
    text: str
    intent: str
    line: int

    @property
    def read(self) -> str:
        """The text as a bot reads it."""
        return spoken(plain(self.text).text)


def read_examples(path: Path) -> list[Labelled]:
    """The examples of a `.yml`, `.yaml` or `.jsonl` file, in its order. Raises BadExamples."""
    try:
        found = list(_from_rasa(path) if path.suffix in {".yml", ".yaml"} else _from_lines(path))
    except OSError as error:
        raise BadExamples(f"{path}: {error.strerror}. Name a file of {{text, intent}} lines or an nlu.yml") from error
    except UnicodeDecodeError as error:
        raise BadExamples(f"{path}: not UTF-8 text (byte {error.start}). Save the file as UTF-8") from error
    if not found:
        raise BadExamples(f"{path}:1: there are no examples in it")
    return found


def _from_lines(path: Path) -> Iterator[Labelled]:
    with path.open(encoding="utf-8-sig") as file:
        for number, line in enumerate(file, start=1):
            if line.strip():
                yield _labelled(line, f"{path}:{number}", number)


def _labelled(line: str, place: str, number: int) -> Labelled:
    try:
        entry = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise BadExamples(f'{place}: no JSON ({error}). A line is {{"text": "...", "intent": "..."}}') from error
    if not isinstance(entry, dict):
        raise BadExamples(f'{place}: a line is {{"text": "...", "intent": "..."}}')
    for field in ("text", "intent"):
        if field not in entry:
            has = ", ".join(map(repr, entry)) or "nothing"
            raise BadExamples(f"{place}: the field {field!r} is missing; the line has {has}")
        if not isinstance(entry[field], str):
            raise BadExamples(f"{place}: {field!r} is a text, not {type(entry[field]).__name__}")
    if not entry["intent"].strip():
        raise BadExamples(f"{place}: 'intent' is empty; name the intent")
    return Labelled(entry["text"], entry["intent"].strip(), number)


def _from_rasa(path: Path) -> Iterator[Labelled]:
    findings = Findings()
    reader = ExampleReader(findings)
    table = read(path, str(path), findings)
    if table is not None:
        if "nlu" not in table:
            findings.error(str(path), 1, "there is no `nlu:` in it")
        else:
            reader.add(table["nlu"], str(path), table.line_of("nlu"))
    if findings.has_errors:
        raise BadExamples("\n".join(f"{each.file}:{each.line}: {each.message}" for each in findings))
    for example in reader.data.examples:
        yield Labelled(example.text, example.intent, example.line)
