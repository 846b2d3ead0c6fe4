"""What would make a bot understand better: what its examples lack, repeat or contradict."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from app.fitting.examples import Labelled
from app.fitting.score import Confusion
from bot.nlu.words import words

FEW_EXAMPLES = 8
"""Fewer leave too much unsaid; the gain from one more is greatest here."""
_OVERLAP = 0.15
"""The share of two intents' messages that are taken for each other from which on they overlap."""
_FEWEST_CONFUSED = 3
_MOST_NAMED = 5


@dataclass(frozen=True, slots=True)
class Advice:
    title: str
    text: str
    """What to do."""
    examples: tuple[str, ...] = ()


def advice(train: Sequence[Labelled], confused: Sequence[Confusion], sizes: Mapping[str, int]) -> list[Advice]:
    """The gravest first. `sizes` are the judged messages by intent."""
    return [*_contradictions(train), *_overlaps(confused, sizes), *_too_few(train), *_repeats(train)]


def unknown_intents(train: Sequence[Labelled], test: Sequence[Labelled]) -> Iterator[str]:
    """One sentence for each intent that is judged but was never learned."""
    known = {example.intent for example in train}
    for intent, count in Counter(example.intent for example in test if example.intent not in known).items():
        yield f"the intent {intent!r} has no training examples: its {count} test messages count as wrong"


def _contradictions(train: Sequence[Labelled]) -> Iterator[Advice]:
    meanings: dict[tuple[str, ...], dict[str, Labelled]] = defaultdict(dict)
    for example in train:
        meanings[tuple(words(example.read))].setdefault(example.intent, example)
    for found in meanings.values():
        if len(found) > 1:
            intents = " and ".join(found)
            yield Advice(
                f"The same example in {intents}",
                "Keep it where visitors mean it more often, and delete it in the other: "
                f"lines {', '.join(str(example.line) for example in found.values())}.",
                tuple(dict.fromkeys(example.text for example in found.values())),
            )


def _overlaps(confused: Sequence[Confusion], sizes: Mapping[str, int]) -> Iterator[Advice]:
    between: dict[frozenset[str], list[Confusion]] = defaultdict(list)
    for each in confused:
        between[frozenset((each.wanted, each.found))].append(each)
    ranked = sorted(between.values(), key=lambda pair: -sum(len(each.texts) for each in pair))
    for pair in ranked:
        first = pair[0]
        count = sum(len(each.texts) for each in pair)
        together = sizes[first.wanted] + sizes[first.found]
        if count >= _FEWEST_CONFUSED and count / together >= _OVERLAP:
            yield Advice(
                f"{first.wanted} and {first.found} overlap",
                f"{count} of their {together} messages are taken for the other. Merge them, if the answer is the same; "
                "else give both more examples of exactly what tells them apart.",
                tuple(text for each in pair for text in each.texts)[:_MOST_NAMED],
            )


def _too_few(train: Sequence[Labelled]) -> Iterator[Advice]:
    counts = Counter(example.intent for example in train)
    few = sorted((count, intent) for intent, count in counts.items() if count < FEW_EXAMPLES)
    if few:
        yield Advice(
            f"{len(few)} intents have fewer than {FEW_EXAMPLES} examples",
            "Add messages as visitors really write them, each in other words than the ones before.",
            tuple(f"{intent}: {count}" for count, intent in few),
        )


def _repeats(train: Sequence[Labelled]) -> Iterator[Advice]:
    places: dict[tuple[str, tuple[str, ...]], list[Labelled]] = defaultdict(list)
    for example in train:
        places[example.intent, tuple(words(example.read))].append(example)
    repeated = [found for found in places.values() if len(found) > 1]
    if repeated:
        yield Advice(
            f"{len(repeated)} examples stand in their intent more than once",
            "They differ in capitals, signs or numbers at most, and teach nothing new. Replace them by others.",
            tuple(
                f"{found[0].intent}: {found[0].text} (lines {', '.join(str(each.line) for each in found)})"
                for found in repeated[:_MOST_NAMED]
            ),
        )
