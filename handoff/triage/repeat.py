"""The same unsolved problem again: said so, or seen in the conversation."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from handoff.models import Evidence, Reason
from handoff.triage.lexicon import Lexicon
from handoff.triage.reading import LONGEST, Reading
from handoff.triage.verdict import Context, Said


@dataclass(frozen=True, slots=True)
class Repetition:
    """`score` 1.0 is as clear as it takes."""

    score: float
    evidence: tuple[Evidence, ...]


@dataclass(frozen=True, slots=True)
class Memory:
    """How earlier messages are read. Both may remember what they gave: a message is context of all that follow."""

    read: Callable[[str], Reading]
    content: Callable[[str], frozenset[str]]


def repetition(reading: Reading, context: Context, lexicon: Lexicon, memory: Memory) -> Repetition:
    """Whether the problem comes back, by what is said of it and by what was said before."""
    if lexicon.solved.search(reading.text) and not lexicon.unsolved.search(reading.text):
        return Repetition(0.0, ())
    mentioned, evidence = _by_mention(reading, lexicon)
    within, more = _in_conversation(reading, context.earlier, lexicon, memory)
    return Repetition(mentioned / lexicon.repeat.threshold + within, (*evidence, *more))


def _by_mention(reading: Reading, lexicon: Lexicon) -> tuple[float, list[Evidence]]:
    text = lexicon.repeat.open_text(reading)
    total = 0.0
    evidence = []
    for group in lexicon.repeat.groups:
        match = group.pattern.search(text)
        if match is None or reading.word_at(match.start() + 1) in reading.quoted:
            continue
        total += group.points
        start, end = reading.span(match.start() + 1, match.end())
        evidence.append(Evidence(Reason.REPEAT, f'{group.says}: "{reading.raw[start:end]}"', start, end))
    return total, evidence


def _in_conversation(
    reading: Reading, earlier: Sequence[Said], lexicon: Lexicon, memory: Memory
) -> tuple[float, list[Evidence]]:
    """A sum of shared words and cues, so that neither has to be perfect."""
    if not earlier or earlier[-1].author == "visitor":
        return 0.0, []
    answers = [said.text.strip().lower() for said in earlier if said.author == "bot"]
    another = lexicon.other.search(reading.text) or lexicon.opening_other.match(reading.text)
    now = content(reading, lexicon)
    last = next((memory.content(said.text[:LONGEST]) for said in reversed(earlier) if said.author == "visitor"), now)
    # Somebody who goes on to another thing, or another year, took the answer, even if it had been heard before.
    moved_on = another is not None or _swaps_numbers(now, last)
    same_answer = len(answers) >= 2 and answers[-1] in answers[:-1] and not moved_on
    best = 0.0
    shared: frozenset[str] = frozenset()
    for said in earlier:
        if said.author != "visitor":
            continue
        before = memory.content(said.text[:LONGEST])
        both = now & before
        if not both:
            continue
        overlap = len(both) / max(2, min(len(now), len(before)))
        overlap -= 0.4 if _swaps_numbers(now, before) else 0.0
        if overlap > best:
            best, shared = overlap, both
    cue = lexicon.again.search(reading.text) is not None
    score = best + 0.35 * cue + 0.3 * (lexicon.opening_no.match(reading.text) is not None)
    if same_answer:
        score += 0.8 if {"?", "!"} & set(reading.words) else 0.6  # "black, then" may well accept it
    if not shared and not (same_answer and (cue or len(reading.words) <= 6)):
        return 0.0, []
    score -= 0.6 * _asks(memory.read(earlier[-1].text[:LONGEST]), lexicon)
    score -= 0.6 * (another is not None)
    if score < 0.3:
        return 0.0, []
    if same_answer:
        text = "the bot gave the same answer twice"
    else:
        named = [w for w, stem in zip(reading.words, map(_stem, reading.words), strict=True) if stem in shared]
        text = f'asks again about: "{" ".join(dict.fromkeys(named))}"'
    return score / 0.8, [Evidence(Reason.REPEAT, text)]


def _swaps_numbers(now: frozenset[str], before: frozenset[str]) -> bool:
    """Whether each names a number that the other does not: it asks the same of something else."""
    return any(word.isdigit() for word in now - before) and any(word.isdigit() for word in before - now)


def content(reading: Reading, lexicon: Lexicon) -> frozenset[str]:
    """The words that say what a message is about, cut to their first letters so that forms agree."""
    return frozenset(
        _stem(word) for word in reading.words if word not in lexicon.stop and (len(word) > 2 or word.isdigit())
    )


def _stem(word: str) -> str:
    return word[:6].removesuffix("s") if len(word) > 3 else word


def _asks(reading: Reading, lexicon: Lexicon) -> bool:
    """Whether the visitor was just asked for something: then words come again because they answer."""
    return reading.words[-1:] == ("?",) or lexicon.asks.search(reading.text) is not None
