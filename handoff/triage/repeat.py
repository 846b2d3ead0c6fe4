"""The same unsolved problem again: said so, seen in the conversation, or known from earlier ones."""

from collections.abc import Sequence

from handoff.models import Evidence, Reason
from handoff.triage.again import asked_again
from handoff.triage.lexicon import Lexicon, stem
from handoff.triage.memory import Heard, Memory
from handoff.triage.reading import LONGEST, Reading
from handoff.triage.request import content
from handoff.triage.verdict import Context, Past

_PAST_READ = 5
_SUMMARY_SHOWN = 80


def repetition(
    reading: Reading, context: Context, earlier: Sequence[Heard], lexicon: Lexicon, memory: Memory
) -> tuple[float, tuple[Evidence, ...]]:
    """Whether the problem comes back, by what is said of it and what was said before; 1.0 is as clear as it takes."""
    if lexicon.solved.search(reading) and not lexicon.unsolved.search(reading):
        return 0.0, ()
    mentioned, evidence = _by_mention(reading, lexicon)
    within, more = asked_again(reading, earlier, lexicon, memory)
    before, past = _in_past(reading, context, lexicon, memory)
    return mentioned / lexicon.repeat.threshold + within + before, (*evidence, *more, *past)


def _by_mention(reading: Reading, lexicon: Lexicon) -> tuple[float, list[Evidence]]:
    total = 0.0
    evidence = []
    for group, (match, *_) in lexicon.repeat.found(reading):
        if reading.word_at(match.start() + 1) in reading.quoted:
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


def _named(reading: Reading, stems: frozenset[str]) -> list[str]:
    return list(dict.fromkeys(word for word in reading.words if stem(word) in stems))
