"""The texts whose sentence vectors are learned from: WordNet's, and requests in our own words."""

from __future__ import annotations

import random
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

_QUOTED = re.compile(r'"([^"]+)"')
_GAP = re.compile(r"\{([nvadg])\}")
_PLAIN = re.compile(r"[a-z][a-z ]+")
_PARTS = {"1": "n", "2": "v", "3": "a", "4": "r", "5": "a"}
_FLATNESS = 0.35
"""Frequent words fill more gaps than rare ones, by this power of how often they were counted."""
_LEMMAS = 20_000
REQUESTS = Path(__file__).parent / "requests.txt"
"""Gaps: {n} a noun, {v} a verb, {a} an adjective, {d} a participle, {g} a form in -ing."""


def wordnet(folder: Path) -> list[str]:
    """Every definition and every example, once."""
    texts: dict[str, None] = {}
    for _, gloss in _synsets(folder):
        for example in _QUOTED.findall(gloss):
            texts[example.strip()] = None
        definition = re.sub(r"[;:,\s]+$", "", _QUOTED.sub("", gloss)).strip()
        if definition:
            texts[definition] = None
    return list(texts)


def requests(folder: Path, count: int, seed: int = 0) -> list[str]:
    """`count` requests, then WordNet's counted words and a sample of the others."""
    chance = random.Random(seed)  # noqa: S311
    counted = _counted(folder)
    words = {part: [word for word, of in counted if of == part and _PLAIN.fullmatch(word)] for part in "nva"}
    weights = {part: [counted[word, part] ** _FLATNESS for word in words[part]] for part in "nva"}
    irregular = _irregular(folder)
    patterns = REQUESTS.read_text("utf-8").splitlines()

    def fill(match: re.Match[str]) -> str:
        part = match[1]
        if part in "nva":
            return chance.choices(words[part], weights[part])[0]
        verb, _, rest = chance.choices(words["v"], weights["v"])[0].partition(" ")
        return f"{irregular.get(verb, _past(verb)) if part == 'd' else _continuous(verb)} {rest}".strip()

    told = [_GAP.sub(fill, patterns[number % len(patterns)]) for number in range(count)]
    lemmas = sorted({lemma.lower() for found, _ in _synsets(folder) for lemma in found})
    chance.shuffle(lemmas)
    return list(dict.fromkeys([*told, *(word for word, _ in counted), *lemmas[:_LEMMAS]]))


def _synsets(folder: Path) -> Iterator[tuple[list[str], str]]:
    """(lemmas, gloss) of each; see wndb(5WN)."""
    for part in ("noun", "verb", "adj", "adv"):
        for line in (folder / f"data.{part}").read_text("utf-8", errors="replace").splitlines():
            if line.startswith("  "):  # the licence
                continue
            head, _, gloss = line.partition(" | ")
            fields = head.split()
            found = [fields[4 + 2 * number] for number in range(int(fields[3], 16))]
            yield [re.sub(r"\(.*?\)$", "", lemma).replace("_", " ") for lemma in found], gloss.strip()


def _counted(folder: Path) -> Counter[tuple[str, str]]:
    counted: Counter[tuple[str, str]] = Counter()
    for line in (folder / "cntlist.rev").read_text("utf-8").splitlines():
        key, _, count = line.split()
        lemma, _, sense = key.partition("%")
        counted[lemma.replace("_", " "), _PARTS[sense[0]]] += int(count)
    return counted


def _irregular(folder: Path) -> dict[str, str]:
    """The participles of irregular verbs: as a rule the last form that is listed."""
    lines = (line.split() for line in (folder / "verb.exc").read_text("utf-8").splitlines())
    return {base: form for form, base, *_ in lines if not form.endswith("ing")}


def _past(verb: str) -> str:
    if verb.endswith("e"):
        return f"{verb}d"
    if verb.endswith("y") and verb[-2] not in "aeiou":
        return f"{verb[:-1]}ied"
    return f"{verb}ed"


def _continuous(verb: str) -> str:
    stem = verb[:-1] if verb.endswith("e") and not verb.endswith("ee") else verb
    return f"{stem}ing"
