"""A verdict in words: the conversation with the differing lines marked, and the reasons under the first of them."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator

from bot.testing.verdict import Difference, Line, Verdict

WIDTH = 100
"""Columns."""
_MARK = ">"


def told(verdict: Verdict, *, shown_as: str | None = None) -> str:
    """All of a story that differs, for a terminal; `shown_as` is how the file is called."""
    story = verdict.story
    lines = [_gist(verdict), f'In the story "{story.name}" ({shown_as or story.file.name}:{story.line}):', ""]
    explained = False
    for line in verdict.lines:
        lines += _conversation(line)
        if line.difference is not None:
            lines += _marked(line.difference, line.said)
            if not explained:
                explained = True
                lines += _explained(line.difference)
    if not all(line.reached for line in verdict.lines):
        lines += ["", "Lines with `.` were not played, as the conversation had gone another way already."]
    return "\n".join(lines)


def _gist(verdict: Verdict) -> str:
    """The first difference in one line, as lists of failed tests show it."""
    differing = [(line.number, line.difference) for line in verdict.lines if line.difference is not None]
    number, first = differing[0]
    place = f"line {number}" if number is not None else "one action more"
    more = f" ({len(differing) - 1} more)" if len(differing) > 1 else ""
    return f"{place}: expected {first.expected}, got {first.got}{more}"


def _conversation(line: Line) -> Iterator[str]:
    mark = _MARK if line.difference is not None else " " if line.reached else "."
    number = f"{line.number:4}" if line.number is not None else "   +"
    first, *more = textwrap.wrap(line.text, WIDTH - 18) or [""]
    yield f"{mark} {number}  {line.who:8} {first}"
    for rest in more:
        yield f"{'':17}{rest}"
    if line.difference is None:
        for text in line.said:
            for wrapped in textwrap.wrap(f'"{text}"', WIDTH - 20):
                yield f"{'':17}  {wrapped}"


def _marked(difference: Difference, said: tuple[str, ...]) -> Iterator[str]:
    yield from _labelled("expected", difference.expected)
    yield from _labelled("got", difference.got)
    for text in said:
        yield from _labelled("", f'"{text}"')


def _explained(difference: Difference) -> Iterator[str]:
    for number, sentence in enumerate(difference.why):
        yield from _labelled("why" if number == 0 else "", sentence)
    if difference.advice:
        yield from _labelled("next", difference.advice)


def _labelled(label: str, text: str) -> Iterator[str]:
    for number, line in enumerate(textwrap.wrap(text, WIDTH - 28)):
        yield f"{'':9}{label if number == 0 else '':8} {line}"
