"""The same unsolved problem again: said so, seen in the conversation, or known from earlier ones."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from handoff.models import Evidence, Reason
from handoff.triage.lexicon import Lexicon
from handoff.triage.reading import LONGEST, Reading
from handoff.triage.verdict import OFFER, Context, Past, Said

_ENOUGH = 0.8
"""Points in a conversation that are as clear as it takes."""
_PAST_READ = 5
_SUMMARY_SHOWN = 80


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
    before, past = _in_past(reading, context, lexicon, memory)
    return Repetition(mentioned / lexicon.repeat.threshold + within + before, (*evidence, *more, *past))


def _by_mention(reading: Reading, lexicon: Lexicon) -> tuple[float, list[Evidence]]:
    text = lexicon.repeat.open_text(reading)
    total = 0.0
    evidence = []
    for group in lexicon.repeat.groups:
        match = next(group.phrases.matches(reading, text), None)
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
    answer = earlier[-1].text[:LONGEST].replace(OFFER, "").strip()
    answers = [said.text.replace(OFFER, "").strip().lower() for said in earlier if said.author == "bot"]
    asked = [memory.content(said.text[:LONGEST]) for said in earlier if said.author == "visitor"]
    if not asked:
        return 0.0, []
    now = content(reading, lexicon)
    text = reading.text
    cue = lexicon.again.search(text) is not None
    objects = lexicon.opening_no.match(text) is not None
    another = lexicon.other.search(text) is not None
    new = now - memory.content(answer)
    for before in asked:
        new -= before
    novelty = len(new) / max(1, len(now))
    if lexicon.opening_other.match(text) is not None and novelty > 0.4:
        another = True
    # Somebody who goes on to another thing, or another year, took the answer, even if it had been heard before.
    moved_on = another or _swaps_numbers(now, asked[-1])
    same_answer = len(answers) >= 2 and answers[-1] in answers[:-1] and not moved_on
    best = 0.0
    shared: frozenset[str] = frozenset()
    for before in asked:
        both = now & before
        if not both:
            continue
        overlap = len(both) / max(2, min(len(now), len(before)))
        if len(both) == len(now) == 1 and len(reading.words) <= 4:
            overlap = 0.8  # "the label?"
        overlap -= 0.6 if _swaps_numbers(now, before) else 0.0
        if overlap > best:
            best, shared = overlap, both
    if not shared and not (same_answer and (cue or len(reading.words) <= 6)):
        return 0.0, []
    score = best + 0.35 * cue + 0.3 * objects - 0.35 * novelty
    if same_answer:
        score += 0.8 if {"?", "!"} & set(reading.words) else 0.6  # "black, then" may well accept it
    told = memory.read(answer)
    settled = lexicon.settles.match(told.text) is not None
    if _asks(told, lexicon):
        score -= 0.6
    elif settled:
        score -= 0.0 if cue or objects else 0.4
    elif shared:
        # The answer speaks of none of what is asked again: it went past it.
        score += 0.35 * len(shared - memory.content(answer)) / len(shared)
    if lexicon.takes.match(text) and not (objects or " but " in text):
        score -= 0.6
    score -= 0.6 * another
    if score < 0.3:
        return 0.0, []
    if same_answer:
        why = "the bot gave the same answer twice"
    else:
        why = f'asks again about: "{" ".join(_named(reading, shared))}"'
    return score / _ENOUGH, [Evidence(Reason.REPEAT, why)]


def _in_past(reading: Reading, context: Context, lexicon: Lexicon, memory: Memory) -> tuple[float, list[Evidence]]:
    """An earlier conversation about the same that the visitor did not call solved."""
    if not context.past:
        return 0.0, []
    alike = lexicon.alike
    now = content(reading, lexicon)
    kinds = frozenset(alike[word] for word in now if word in alike)
    before = frozenset[str]().union(
        *(memory.content(said.text[:LONGEST]) for said in context.earlier if said.author == "visitor")
    )
    text = reading.text
    again = lexicon.comes_back.search(text) is not None
    trouble = again or lexicon.trouble.search(text) is not None
    best: tuple[float, Past, frozenset[str]] | None = None
    for past in context.past[-_PAST_READ:]:
        told = memory.read(past.summary[:LONGEST])
        if lexicon.settled.search(told.text):
            continue
        known = memory.content(past.summary[:LONGEST])
        known_kinds = frozenset(alike[word] for word in known if word in alike)
        both = now & known
        points = sum(2.0 if any(c.isdigit() for c in word) else 1.0 for word in both)
        points += 0.5 * len((before - now) & known) if both or kinds & known_kinds else 0.0
        points += 2.0 * any(key.lower() in reading.raw.lower() for key in past.keys)
        kind = kinds & known_kinds
        points += sum(1.0 for name in kind if not any(alike.get(word) == name for word in both))
        if not (trouble or kind) or (lexicon.asks_how.match(text) and not (trouble and kind)):
            continue
        points += 1.0 * again
        if points >= 2.0 and (best is None or points > best[0]):
            best = points, past, both
    if best is None:
        return 0.0, []
    points, past, both = best
    shown = past.summary if len(past.summary) <= _SUMMARY_SHOWN else f"{past.summary[:_SUMMARY_SHOWN].rstrip()}…"
    named = " ".join(_named(reading, both))
    about = f' about "{named}"' if named else ""
    return points / 2.0, [Evidence(Reason.REPEAT, f"an earlier conversation{about} is not solved: “{shown}”")]


def content(reading: Reading, lexicon: Lexicon) -> frozenset[str]:
    """The words that say what a message is about, cut to their first letters so that forms agree."""
    return frozenset(
        _stem(word) for word in reading.words if word not in lexicon.stop and (len(word) > 2 or word.isdigit())
    )


def _named(reading: Reading, stems: frozenset[str]) -> list[str]:
    return list(dict.fromkeys(word for word in reading.words if _stem(word) in stems))


def _swaps_numbers(now: frozenset[str], before: frozenset[str]) -> bool:
    """Whether each names a number or model that the other does not: it asks the same of something else."""
    return any(map(_has_digit, now - before)) and any(map(_has_digit, before - now))


def _has_digit(word: str) -> bool:
    return any(map(str.isdigit, word))


def _stem(word: str) -> str:
    return word[:6].removesuffix("s") if len(word) > 3 else word


def _asks(reading: Reading, lexicon: Lexicon) -> bool:
    """Whether the visitor was just asked for something: then words come again because they answer."""
    return reading.words[-1:] == ("?",) or lexicon.asks.search(reading.text) is not None
