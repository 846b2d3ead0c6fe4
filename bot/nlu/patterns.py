"""A project's regular expressions, run so that none of them can hold up an answer.

Python's own engine has no time limit, and a pattern such as `(a+)+b` takes years on thirty letters. A pattern that
repeats without a bound runs in the `regex` package, which gives up in time; any other runs in `re`.
"""

from __future__ import annotations

import logging
import re
import time
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Final, Protocol

if TYPE_CHECKING:
    from datetime import timedelta

_log = logging.getLogger(__name__)
_LITERAL = re.compile(r"\\.|\[\^?\]?(?:\\.|[^\]\\])*\]", re.DOTALL)
"""What stands for itself: an escaped character, a set."""
_UNBOUNDED = re.compile(r"[*+]|\{\d*,\}|\)\{|\{\d{3,}")
_MOST_OPTIONS: Final = 8
_BACKREFERENCE = re.compile(r"\\[1-9]|\(\?P=")


class Span(Protocol):
    """Where a pattern was found; a match of `re` and one of `regex` are both one."""

    def start(self) -> int: ...
    def end(self) -> int: ...


class Stopwatch:
    """The time that the patterns of a project may take for one message, all together."""

    def __init__(self, limit: timedelta) -> None:
        self._ends = time.monotonic() + limit.total_seconds()

    def left(self) -> float:
        """Seconds, more than 0."""
        return max(self._ends - time.monotonic(), 0.0005)


class BoundedPattern:
    """A regular expression that stops looking when its time is over, and then has found nothing more."""

    def __init__(self, pattern: str, *, ignore_case: bool) -> None:
        """Raises re.error for what is no pattern."""
        self.pattern = pattern
        self._plain = re.compile(pattern, re.IGNORECASE if ignore_case else 0)
        self._timed: Any = None
        if may_take_long(pattern):
            # Here and not above, as it takes 11 MB: most projects' patterns do without.
            import regex  # type: ignore[import-untyped]

            try:
                self._timed = regex.compile(pattern, regex.IGNORECASE if ignore_case else 0)
            except regex.error as error:
                raise re.error(str(error)) from error

    def finditer(self, text: str, watch: Stopwatch) -> Iterator[Span]:
        """Every place where it is found, from left to right."""
        if self._timed is None:
            yield from self._plain.finditer(text)
            return
        try:
            yield from self._timed.finditer(text, timeout=watch.left())
        except TimeoutError:
            _log.warning("the pattern %r takes too long on %d characters; make it simpler", self.pattern, len(text))

    def search(self, text: str, watch: Stopwatch) -> bool:
        """Whether it is found at all."""
        return next(self.finditer(text, watch), None) is not None


def may_take_long(pattern: str) -> bool:
    """Whether the time for a pattern may grow faster than the text: it repeats something without a bound."""
    shape = _LITERAL.sub("x", pattern)
    repeats = _UNBOUNDED.search(shape) is not None or _BACKREFERENCE.search(pattern) is not None
    return repeats or shape.count("?") - shape.count("(?") > _MOST_OPTIONS
