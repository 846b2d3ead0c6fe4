"""What comes in: a frame as a command, or the refusal that tells its sender what to do; and texts fit to be stored."""

from __future__ import annotations

import json
import re
import unicodedata
from typing import TypeVar
from uuid import UUID

from pydantic import TypeAdapter, ValidationError

from app.errors import BadFrame, ChatError, EmptyMessage, FrameTooDeep, TooLong
from app.protocol import DEPTH_LIMIT, TEXT_LIMIT

MARKS = 30  # that Unicode's stream-safe format allows in a row; no script comes near
CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")
"""Unicode's control characters (Cc) but newline and tab."""

Command = TypeVar("Command")


def parse(adapter: TypeAdapter[Command], text: str) -> Command:
    """A frame as a command. Raises the refusal that fits: BadFrame, EmptyMessage, TooLong."""
    if text.count("{") + text.count("[") > DEPTH_LIMIT and _depth(text) > DEPTH_LIMIT:
        raise FrameTooDeep
    try:
        return adapter.validate_json(text)
    except ValidationError as error:
        raise refusal(error) from error


def client_id_of(text: str) -> UUID | None:
    """The client_id of a frame that was refused, if it has a sound one: so that its sender knows which it was."""
    try:
        return UUID(json.loads(text)["client_id"])
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return None


def clean(text: str) -> str:
    """What is stored of a text: NFC, no control characters but newline and tab, no blanks around it.

    Raises EmptyMessage when nothing is left, TooLong when NFC makes it longer than a message may be.
    """
    if not text.isascii():
        text = unicodedata.normalize("NFC", _few_marks(text))
    if not (kept := CONTROL.sub("", text).strip()):
        raise EmptyMessage
    if len(kept) > TEXT_LIMIT:
        raise TooLong
    return kept


def _few_marks(text: str) -> str:
    """At most MARKS marks on a letter: putting a run in order takes time that grows with its square."""
    run = 0
    kept = []
    for character in text:
        run = run + 1 if unicodedata.combining(character) else 0
        if run <= MARKS:
            kept.append(character)
    return "".join(kept)


def _depth(text: str) -> int:
    """Greatest nesting of brackets outside strings."""
    depth = deepest = 0
    in_string = escaped = False
    for character in text:
        if in_string:
            if escaped:
                escaped = False
            elif character == "\\":
                escaped = True
            elif character == '"':
                in_string = False
        elif character == '"':
            in_string = True
        elif character in "{[":
            depth += 1
            deepest = max(deepest, depth)
        elif character in "}]":
            depth -= 1
    return deepest


def refusal(error: ValidationError) -> ChatError:
    """The refusal for a frame that does not validate: by the field at fault where that helps the writer."""
    for detail in error.errors(include_url=False, include_context=False, include_input=False):
        if detail["loc"][-1:] == ("text",):
            if detail["type"] == "string_too_short":
                return EmptyMessage()
            if detail["type"] == "string_too_long":
                return TooLong()
    first = error.errors(include_url=False, include_context=False, include_input=False)[0]
    where = ".".join(str(part) for part in first["loc"]) or "type"
    return BadFrame(f"{where}: {first['msg']}. See docs/protocol.md.")
