"""What triage listens for, read from `lexicon.toml` and compiled once."""

import re
import tomllib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any

from rapidfuzz import process
from rapidfuzz.distance import OSA

from handoff.triage.phrases import Index, Phrases
from handoff.triage.reading import Reading, bare, read

_MACRO = re.compile(r"<([a-z_]+)>")
_GAP = re.compile(r"<~([0-9]+)>")
_LONG_WORD = re.compile(r"[a-z]{6,}")
_MASKED = re.compile(r"[*@$#!]")
_WORDS = 8192
"""Words that are remembered."""


class BadLexicon(ValueError):
    """The lexicon cannot be used; the message names the entry and what is wrong with it."""


@dataclass(frozen=True, slots=True)
class Group:
    """Patterns that mean one thing; `says` is how an agent reads it."""

    says: str
    points: float
    phrases: Phrases
    beside_failure: float = 0.0
    """What it gains in a message that also names a failure and asks for nothing: mockery, not praise."""


Found = tuple[Group, Sequence[re.Match[str]]]
"""A group, and where its phrases are: at least once."""


class Part:
    """Groups of one reason, and the phrases that are blanked out before they are tried."""

    def __init__(self, groups: tuple[Group, ...], veto: Phrases | None, threshold: float, index: Index) -> None:
        self.threshold = threshold
        self._groups = groups
        self._lists = frozenset(group.phrases for group in groups)
        self._veto = veto
        self._index = index

    def open_text(self, reading: Reading) -> str:
        """The reading's text with its vetoed phrases blanked out, offsets unchanged."""
        text = reading.text
        for match in self._veto.matches(reading, text) if self._veto else ():
            start, end = match.span()
            text = f"{text[:start]} {'_' * (end - start - 1)}{text[end:]}"
        return text

    def found(self, reading: Reading, blank: Callable[[str], str] | None = None) -> Sequence[Found]:
        """The groups with a phrase in the open text, in order. `blank` may blank out more of it."""
        begun = self._index.of(reading)
        if self._lists.isdisjoint(begun):  # as in most messages
            return ()
        text = self.open_text(reading)
        if blank is not None:
            text = blank(text)
        found = ((group, group.phrases.matches(reading, text)) for group in self._groups if group.phrases in begun)
        return [(group, matches) for group, matches in found if matches]


class Lexicon:
    """All lists and patterns, compiled. What it makes of a word it remembers: words come again."""

    def __init__(self, data: Mapping[str, Any]) -> None:
        self._index = Index()
        self._words = {name: _either(entry) for name, entry in data["words"].items()}
        human, legal, safety, repeat, emotion = (
            data[name] for name in ("human_request", "legal", "safety", "repeat", "emotion")
        )
        self.human = self._part(human, "pattern", "human_request")
        self.human_whole = tuple((entry["says"], self._whole(entry["find"])) for entry in human["whole"])
        self.offers = self._any(human["offers"], "human_request.offers")
        self.agrees = self._whole(human["agrees"])
        self.legal = self._part(legal, "pattern", "legal")
        self.safety = self._part(safety, "signal", "safety")
        self.story = frozenset(safety["story"].split())
        self.question = self._compile(f" (?:[a-z]+ )?{_either(safety['question'])} ", "safety.question")
        self.repeat = self._part(repeat, "mention", "repeat")
        self.unsolved = self._any(repeat["unsolved"], "repeat.unsolved")
        self.solved = self._any(repeat["solved"], "repeat.solved")
        cues = repeat["cues"]
        self.again = self._any(cues["again"], "repeat.cues.again")
        self.opening_no = self._compile(f" {_either(cues['opening_no'])} ", "repeat.cues.opening_no")
        self.opening_other = self._compile(f" {_either(cues['opening_other'])} ", "repeat.cues.opening_other")
        self.other = self._any(cues["other"], "repeat.cues.other")
        self.asks = self._any(cues["asks"], "repeat.cues.asks")
        self.settles = self._compile(f" {_either(cues['settles'])} ", "repeat.cues.settles")
        self.takes = self._compile(f" {_either(cues['takes'])} ", "repeat.cues.takes")
        self.stop = frozenset(cues["stop"].split())
        self.insists = self._any(cues["insists"], "repeat.cues.insists")
        self.question_word = self._any(cues["question_word"], "repeat.cues.question_word")
        self._filling = self.stop | frozenset(cues["filling"].split())
        self._same_request: Mapping[str, str] = {
            word: name for name, words in repeat["same_request"].items() for word in words.split()
        }
        past = repeat["past"]
        self.settled, self.trouble, self.comes_back = (
            self._any(past[name], f"repeat.past.{name}") for name in ("settled", "trouble", "comes_back")
        )
        self.asks_how = self._compile(f" {_either(past['asks_how'])} ", "repeat.past.asks_how")
        self.alike: Mapping[str, str] = {
            stem(word): kind for kind, words in repeat["alike"].items() for word in words.split()
        }
        weights = emotion["weights"]
        self.strong: Mapping[str, float] = {
            word: weights["default"] for key in ("strong", "languages") for word in emotion["words"][key].split()
        } | {word: weight for word, weight in weights.items() if word != "default"}
        self.emotion = self._part(emotion, "phrase", "emotion")
        gates = emotion["gates"]
        (
            self.joy,
            self.negative,
            self.praise,
            self.polite,
            self.friendly,
            self.third,
            self.third_verb,
            self.other_shop,
            self.over,
            self.denies,
        ) = (
            self._any(gates[name], f"emotion.gates.{name}")
            for name in (
                "joy",
                "negative",
                "praise",
                "polite",
                "friendly",
                "third",
                "third_verb",
                "other_shop",
                "over",
                "denies",
            )
        )
        self.negators, self.intensifiers, self.technical, self.shouting, self.codes, self.mocking, self.ambiguous = (
            frozenset(gates[name].split())
            for name in ("negators", "intensifiers", "technical", "shouting", "codes", "mocking", "ambiguous")
        )
        fuzzy = data["fuzzy"]
        # A word that some pattern names is spelled as it should be, in whatever language.
        self._exact = frozenset(fuzzy["exact"].split()) | frozenset(self.strong) | self.stop | _named(data)
        self._chat: Mapping[str, str] = fuzzy["chat"]
        self._by_letter: dict[str, list[str]] = {}
        for word in dict.fromkeys(f"{fuzzy['words']} {fuzzy['short']}".split()):
            self._by_letter.setdefault(word[0], []).append(word)
        self._swearing: tuple[str, ...] = tuple(word for word in self.strong if len(word) >= 4)
        self._plain = lru_cache(_WORDS)(self._corrected)
        self.wanted = lru_cache(_WORDS)(self._wanted)
        """What a word of a request is compared by; None for one that says nothing of what is asked."""

    @classmethod
    def load(cls, path: Path | None = None) -> "Lexicon":
        """From `path`, or the one that is shipped. Raises BadLexicon, or OSError when `path` cannot be read."""
        return _shipped() if path is None else cls._of(path)

    @classmethod
    def _of(cls, source: Path | Traversable) -> "Lexicon":
        try:
            return cls(tomllib.loads(source.read_text(encoding="utf-8")))
        except tomllib.TOMLDecodeError as error:
            raise BadLexicon(f"{source} is not TOML: {error}") from error
        except KeyError as error:
            raise BadLexicon(f"{source} lacks the entry {error}") from error

    def read(self, text: str) -> Reading:
        """The first 4,000 characters as triage reads them."""
        return read(text, self._plain)

    def _wanted(self, word: str) -> str | None:
        same = self._same_request.get(word)
        if same is not None or word in self._filling or not word[0].isalnum():
            return same
        return stem(word)

    def _corrected(self, piece: str) -> str:
        word = bare(piece)
        return self._correct(word) if word[0].isalnum() else word

    def _correct(self, word: str) -> str:
        if _MASKED.search(word):
            return self._unmask(word)
        if len(word) < 5 or word in self._exact or not word.isalpha():
            return self._chat.get(word, word)
        slips = 1 if len(word) < 9 else 2
        near = process.extractOne(word, self._by_letter.get(word[0], ()), scorer=OSA.distance, score_cutoff=slips)
        if near is None or len(near[0]) != len(word) < 6:
            return word
        return str(near[0])

    def _unmask(self, word: str) -> str:
        """f*ck, sh*t, b@stard: as many letters, and those that show agree."""
        for swearing in self._swearing:
            if len(swearing) == len(word) and all(
                shown == letter or not shown.isalnum() for shown, letter in zip(word, swearing, strict=True)
            ):
                return swearing
        return re.sub(r"[^a-z0-9]", "", word) or "x"

    def _part(self, data: Mapping[str, Any], key: str, name: str) -> Part:
        veto = self._any(data["veto"], f"{name}.veto") if "veto" in data else None
        return Part(self._groups(data[key]), veto, data.get("threshold", 1.0), self._index)

    def _groups(self, entries: Iterable[Mapping[str, Any]]) -> tuple[Group, ...]:
        return tuple(
            Group(
                entry["says"],
                entry.get("points", entry.get("weight", 1.0)),
                self._phrases(entry["find"], entry["says"]),
                entry.get("beside_failure", 0.0),
            )
            for entry in entries
        )

    def _any(self, patterns: str | Iterable[str], name: str) -> Phrases:
        return self._phrases([patterns] if isinstance(patterns, str) else patterns, name)

    def _whole(self, patterns: Iterable[str]) -> re.Pattern[str]:
        return self._compile(f" (?:[.!?] )*{_either(patterns)}(?: [.!?])* $", "human_request.whole")

    def _phrases(self, patterns: Iterable[str], name: str) -> Phrases:
        written = [self._written(pattern, name) for pattern in patterns]
        for pattern in written:
            self._checked(pattern, name)
        return Phrases(written, self._index)

    def _compile(self, pattern: str, name: str) -> re.Pattern[str]:
        return self._checked(self._written(pattern, name), name)

    def _checked(self, pattern: str, name: str) -> re.Pattern[str]:
        try:
            return re.compile(pattern)
        except re.error as error:
            raise BadLexicon(f"{name}: {error}") from error

    def _written(self, pattern: str, name: str) -> str:
        """The pattern with what its shorthands stand for."""
        try:
            while macro := _MACRO.search(pattern):
                pattern = pattern.replace(macro.group(), f"(?:{self._words[macro.group(1)]})")
            return _GAP.sub(r"(?:[a-z0-9]+ ){0,\1}?", pattern)
        except KeyError as error:
            raise BadLexicon(f"{name}: [words] has no entry {error}") from error


def stem(word: str) -> str:
    """The first letters of a word, in which its forms agree."""
    return word[:6].removesuffix("s") if len(word) > 3 else word


def _either(patterns: str | Iterable[str]) -> str:
    return f"(?:{patterns if isinstance(patterns, str) else '|'.join(patterns)})"


def _named(data: object) -> frozenset[str]:
    """Every word of six letters or more that stands in a pattern."""
    if isinstance(data, str):
        return frozenset(_LONG_WORD.findall(data))
    parts = data.values() if isinstance(data, Mapping) else data if isinstance(data, list) else ()
    return frozenset[str]().union(*map(_named, parts))


@cache
def _shipped() -> Lexicon:
    """Read once a process: nobody changes a lexicon, and its patterns take most of a server's start."""
    return Lexicon._of(resources.files("handoff.triage") / "lexicon.toml")
