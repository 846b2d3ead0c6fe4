"""Negative wording and its positive version, from `wording.toml`: for replies, canned answers, notes and the bot."""

import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any, Literal

Where = Literal["reply", "note"]
"""What the customer reads, or what colleagues write about them."""

LONGEST = 20_000
"""Characters that are read: a pasted book must not hold up whoever pasted it."""

MOST = 200
"""Findings that are shown; with so many the rest is no news."""

_GROUP = re.compile(r"\$([1-9])")
_MASK = str.maketrans("\u2019\u2018", "''")


class BadWording(ValueError):
    """The list cannot be used; the message names the entry and what is wrong with it."""


@dataclass(frozen=True, slots=True)
class Phrase:
    """One entry of the list. With neither `say` nor `hint` there would be no way on, so there is always one."""

    where: Where
    pattern: re.Pattern[str]
    say: str | None
    hint: str | None
    why: str
    pair: tuple[str, str]


@dataclass(frozen=True, slots=True)
class Finding:
    """A phrase in a text: characters `start` to `end`, end exclusive."""

    start: int
    end: int
    text: str
    say: str | None
    """What to put in its place; "" to take it away, None when the sentence around it has to turn."""
    hint: str
    """What an agent reads beside it."""
    why: str


class Wording:
    """The list, compiled."""

    def __init__(self, phrases: Sequence[Phrase]) -> None:
        self.phrases = tuple(phrases)

    @classmethod
    def load(cls, path: Path | None = None) -> "Wording":
        """From `path`, or the one that is shipped. Raises BadWording, or OSError when `path` cannot be read."""
        source = path or resources.files("handoff.tone") / "wording.toml"
        try:
            data = tomllib.loads(source.read_text(encoding="utf-8"))
        except tomllib.TOMLDecodeError as error:
            raise BadWording(f"{source} is not TOML: {error}") from error
        wheres: tuple[Where, Where] = ("reply", "note")
        return cls([_phrase(where, entry) for where in wheres for entry in data.get(where, ())])

    def findings(self, text: str, where: Where = "reply") -> list[Finding]:
        """The phrases in the first 20,000 characters of `text`, in order, without overlaps, 200 at most."""
        plain = text[:LONGEST].translate(_MASK)
        taken: list[Finding] = []
        for phrase in self.phrases:
            if phrase.where != where:
                continue
            for match in phrase.pattern.finditer(plain):
                if match.end() > match.start() and not any(
                    match.start() < found.end and found.start < match.end() for found in taken
                ):
                    taken.append(_finding(phrase, match, text))
                    if len(taken) == MOST:
                        return sorted(taken, key=lambda found: found.start)
        return sorted(taken, key=lambda found: found.start)

    def to_dict(self) -> dict[str, Any]:
        """JSON-ready, for a browser: `new RegExp(pattern, "giu")`, first entry first, as `findings` does."""
        return {
            "version": 1,
            "phrases": [
                {
                    "where": phrase.where,
                    "pattern": phrase.pattern.pattern,
                    "say": phrase.say,
                    "hint": phrase.hint,
                    "why": phrase.why,
                }
                for phrase in self.phrases
            ],
        }


@cache
def shipped() -> Wording:
    """The list that comes with Kickstand, compiled once."""
    return Wording.load()


def rewritten(text: str, finding: Finding) -> str:
    """`text` with `finding` replaced by its positive version, starting as large as what it replaces."""
    if finding.say is None:
        return text
    before, after = text[: finding.start], text[finding.end :]
    begins = not before.strip() or before.rstrip()[-1] in ".!?:\n"
    if finding.say == "":
        after = after.lstrip(" ,")
        return before + (_large(after) if begins else after)
    return before + (_large(finding.say) if begins else finding.say) + after


def _large(text: str) -> str:
    return text[:1].upper() + text[1:]


def _finding(phrase: Phrase, match: re.Match[str], text: str) -> Finding:
    say = phrase.say
    if say is not None:
        say = _GROUP.sub(lambda group: text[slice(*match.span(int(group[1])))], say)
    told = phrase.hint or (f"write “{say}”" if say else "leave it out")
    return Finding(match.start(), match.end(), text[match.start() : match.end()], say, told, phrase.why)


def _phrase(where: Where, entry: Mapping[str, Any]) -> Phrase:
    name = str(entry.get("find", "an entry without find"))
    try:
        source, say, hint = entry["find"], entry.get("say"), entry.get("hint")
        if say is None and hint is None:
            raise BadWording(f"{name}: give it something to say instead, or a hint")
        if re.search(r"\(\?(?:<|P|i|s|m|x)", source):
            raise BadWording(
                f"{name}: named groups, lookbehind and flags are read by Python and JavaScript differently"
            )
        pattern = re.compile(rf"\b(?:{source})(?![\w'-])", re.IGNORECASE)
        if say is not None and (most := max((int(n) for n in _GROUP.findall(say)), default=0)) > pattern.groups:
            raise BadWording(f"{name}: says ${most}, and has {pattern.groups} groups")
        before, after = entry["pair"]
        return Phrase(where, pattern, say, hint, entry["why"], (before, after))
    except (KeyError, TypeError, ValueError, re.error) as error:
        if isinstance(error, BadWording):
            raise
        raise BadWording(f"{name}: {error}") from error
