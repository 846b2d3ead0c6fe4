"""What a project teaches its bot to understand: example sentences, synonyms, patterns and word lists."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from bot.documents import Rows, Table
from bot.problems import Findings

_ANNOTATION = re.compile(r"\[(?P<text>[^\[\]]+)\](?:\{(?P<json>[^{}]*)\}|\((?P<name>[^()]*)\))")


@dataclass(frozen=True, slots=True)
class Span:
    """An annotated entity of an example; `start` and `end` count characters of the plain text."""

    start: int
    end: int
    entity: str
    value: str
    role: str | None = None
    group: str | None = None


@dataclass(frozen=True, slots=True)
class Example:
    text: str
    intent: str
    spans: tuple[Span, ...]
    file: str
    line: int


@dataclass(slots=True)
class TrainingData:
    examples: list[Example] = field(default_factory=list)
    synonyms: dict[str, str] = field(default_factory=dict)
    """Lower-cased surface to the value it stands for."""
    patterns: dict[str, list[str]] = field(default_factory=dict)
    """Regular expressions by entity."""
    lookups: dict[str, list[str]] = field(default_factory=dict)
    """Words and phrases by entity."""


class ExampleReader:
    """Gathers training data from the `nlu` parts of a project's files."""

    def __init__(self, findings: Findings) -> None:
        self._findings = findings
        self.data = TrainingData()

    def add(self, rows: Any, file: str, line: int) -> None:
        if not isinstance(rows, Rows):
            self._findings.error(file, line, "`nlu` must be a list of `- intent: ...` blocks")
            return
        for item, at in zip(rows, rows.lines, strict=True):
            kinds = ("intent", "synonym", "regex", "lookup")
            kind = next((kind for kind in kinds if isinstance(item, Table) and kind in item), None)
            if kind is None:
                self._findings.error(file, at, "expected `- intent:`, `- synonym:`, `- regex:` or `- lookup:`")
                continue
            lines = list(self._lines(item))
            if not lines:
                self._findings.error(file, at, f"the {kind} {item[kind]!r} has no `examples`")
            getattr(self, f"_add_{kind}")(str(item[kind]), lines, file)

    def _lines(self, item: Table) -> Iterator[tuple[str, int]]:
        """(text, line) of each example, which are `- ` lines in a block or a list of texts."""
        examples = item.get("examples")
        first = item.line_of("examples")
        if isinstance(examples, Rows):
            for entry, at in zip(examples, examples.lines, strict=True):
                text = entry.get("text") if isinstance(entry, Table) else entry
                if text is None:
                    self._findings.error(item.file, at, "an example needs a `text`")
                    continue
                yield str(text).strip().removeprefix("- ").strip(), at
        elif isinstance(examples, str):
            for number, text in enumerate(examples.split("\n"), start=first + 1):
                stripped = text.strip()
                if stripped.startswith("-"):
                    yield stripped[1:].strip(), number
                elif stripped and not stripped.startswith("#"):
                    self._findings.error(item.file, number, "an example starts with `- `")

    def _add_intent(self, name: str, lines: list[tuple[str, int]], file: str) -> None:
        for text, line in lines:
            if text:
                self.data.examples.append(self._example(text, name, file, line))

    def _add_synonym(self, name: str, lines: list[tuple[str, int]], file: str) -> None:
        for text, _ in lines:
            self.data.synonyms[text.lower()] = name

    def _add_regex(self, name: str, lines: list[tuple[str, int]], file: str) -> None:
        for text, line in lines:
            try:
                re.compile(text)
            except re.error as error:
                self._findings.error(file, line, f"the regex {text!r} does not compile: {error}")
            else:
                self.data.patterns.setdefault(name, []).append(text)

    def _add_lookup(self, name: str, lines: list[tuple[str, int]], file: str) -> None:
        self.data.lookups.setdefault(name, []).extend(text for text, _ in lines if text)

    def _example(self, marked: str, intent: str, file: str, line: int) -> Example:
        """The plain text and the spans of `[surface](entity)` and `[surface]{"entity": ...}`."""
        plain: list[str] = []
        spans: list[Span] = []
        length = position = 0
        for match in _ANNOTATION.finditer(marked):
            plain.append(marked[position : match.start()])
            length += match.start() - position
            surface = match["text"]
            span = self._span(match, length, file, line)
            if span is not None:
                spans.append(span)
                if span.value != surface:
                    self.data.synonyms[surface.lower()] = span.value
            plain.append(surface)
            length += len(surface)
            position = match.end()
        plain.append(marked[position:])
        return Example("".join(plain), intent, tuple(spans), file, line)

    def _span(self, match: re.Match[str], start: int, file: str, line: int) -> Span | None:
        surface = match["text"]
        end = start + len(surface)
        if match["name"] is not None:
            entity, _, value = match["name"].partition(":")
            return Span(start, end, entity.strip(), value.strip() or surface)
        try:
            options = json.loads("{" + match["json"] + "}")
        except ValueError:
            options = None
        if not isinstance(options, dict) or not isinstance(options.get("entity"), str):
            self._findings.error(file, line, f'the annotation of {surface!r} needs {{"entity": "name"}}')
            return None
        return Span(
            start,
            end,
            options["entity"],
            str(options.get("value", surface)),
            options.get("role"),
            options.get("group"),
        )


def annotated(text: str) -> tuple[str, tuple[Span, ...]]:
    """The plain text and spans of one annotated sentence, for example of a test story."""
    example = ExampleReader(Findings())._example(text, "", "", 1)
    return example.text, example.spans
