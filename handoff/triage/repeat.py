"""The same unsolved problem again: said so, seen in the conversation, or known from earlier ones."""

from dataclasses import dataclass

from handoff.models import Evidence, Reason
from handoff.triage.again import Memory, asked_again
from handoff.triage.lexicon import Lexicon, stem
from handoff.triage.reading import LONGEST, Reading
from handoff.triage.verdict import Context, Past

_PAST_READ = 5
_SUMMARY_SHOWN = 80


@dataclass(frozen=True, slots=True)
class Repetition:
    """`score` 1.0 is as clear as it takes."""

    score: float
    evidence: tuple[Evidence, ...]


def repetition(reading: Reading, context: Context, lexicon: Lexicon, memory: Memory) -> Repetition:
    """Whether the problem comes back, by what is said of it and by what was said before."""
    if lexicon.solved.search(reading) and not lexicon.unsolved.search(reading):
        return Repetition(0.0, ())
    mentioned, evidence = _by_mention(reading, lexicon)
    within, more = asked_again(reading, context.earlier, lexicon, memory)
    before, past = _in_past(reading, context, lexicon, memory)
    return Repetition(mentioned / lexicon.repeat.threshold + within + before, (*evidence, *more, *past))


def _by_mention(reading: Reading, lexicon: Lexicon) -> tuple[float, list[Evidence]]:
    text = lexicon.repeat.open_text(reading)
    total = 0.0
    evidence = []
    for group in lexicon.repeat.groups:
        match = next(iter(group.phrases.matches(reading, text)), None)
        if match is None or reading.word_at(match.start() + 1) in reading.quoted:
            continue
        total += group.points
        start, end = reading.span(match.start() + 1, match.end())
        evidence.append(Evidence(Reason.REPEAT, f'{group.says}: "{reading.raw[start:end]}"', start, end))
    return total, evidence


def _in_past(reading: Reading, context: Context, lexicon: Lexicon, memory: Memory) -> tuple[float, list[Evidence]]:
    """An earlier conversation about the same that the visitor did not call solved."""
    if not context.past:
        return 0.0, []
    alike = lexicon.alike
    now = content(reading, lexicon)
    kinds = frozenset(alike[word] for word in map(stem, reading.words) if word in alike)
    before = frozenset[str]().union(
        *(memory.content(said.text[:LONGEST]) for said in context.earlier if said.author == "visitor")
    )
    text = reading.text
    again = lexicon.comes_back.search(reading) is not None
    trouble = again or lexicon.trouble.search(reading) is not None
    best: tuple[float, Past, frozenset[str]] | None = None
    for past in context.past[-_PAST_READ:]:
        told = memory.read(past.summary[:LONGEST])
        if lexicon.settled.search(told):
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
        stem(word) for word in reading.words if word not in lexicon.stop and (len(word) > 2 or word.isdigit())
    )


def _named(reading: Reading, stems: frozenset[str]) -> list[str]:
    return list(dict.fromkeys(word for word in reading.words if stem(word) in stems))
