"""What needs a person whatever the mood: a wish for one, danger, and the law."""

import re
from collections.abc import Callable

from handoff.models import Evidence, Reason
from handoff.triage.lexicon import Lexicon
from handoff.triage.reading import LONGEST, Reading
from handoff.triage.verdict import Context, offers

_SENTENCE = re.compile(r".*? [.!?]|.+", re.DOTALL)


def human_request(reading: Reading, lexicon: Lexicon) -> Evidence | None:
    text = lexicon.human.open_text(reading)
    for says, pattern in lexicon.human_whole:
        if len(reading.words) <= 12 and pattern.match(text):
            return Evidence(Reason.HUMAN_REQUEST, f'{says}: "{reading.raw.strip()}"', *_all(reading))
    for group in lexicon.human.groups:
        for match in group.phrases.matches(reading, text):
            if reading.word_at(match.start() + 1) in reading.quoted:
                continue
            return _found(reading, Reason.HUMAN_REQUEST, group.says, match.start(), match.end())
    return None


def takes_offer(
    reading: Reading, context: Context, lexicon: Lexicon, read: Callable[[str], Reading]
) -> Evidence | None:
    """ "Yes" to a person whom the bot just offered."""
    last = context.earlier[-1] if context.earlier else None
    if last is None or last.author != "bot" or lexicon.agrees.match(reading.text) is None:
        return None
    if not offers(last.text) and lexicon.offers.search(read(last.text[-LONGEST:])) is None:
        return None
    return Evidence(Reason.HUMAN_REQUEST, f'takes the offer of a person: "{reading.raw.strip()}"', *_all(reading))


def legal(reading: Reading, aside: frozenset[int], lexicon: Lexicon) -> tuple[Evidence, ...]:
    """`aside`: indices of words that are somebody else's."""
    text = lexicon.legal.open_text(reading)
    evidence = []
    for group in lexicon.legal.groups:
        for match in group.phrases.matches(reading, text):
            if reading.word_at(match.start() + 1) not in aside:
                evidence.append(_found(reading, Reason.LEGAL, group.says, match.start(), match.end()))
                break
    return tuple(evidence)


def safety(reading: Reading, lexicon: Lexicon) -> tuple[float, tuple[Evidence, ...]]:
    """Points of danger, 1.0 as much as it takes, and what they were given for."""
    text = _without_questions(lexicon.safety.open_text(reading), lexicon)
    found: dict[str, Evidence] = {}
    points: dict[str, float] = {}
    for group in lexicon.safety.groups:
        match = next(iter(group.phrases.matches(reading, text)), None)
        if match is None or reading.word_at(match.start() + 1) in reading.quoted:
            continue
        points[group.says] = group.points
        found[group.says] = _found(reading, Reason.SAFETY, group.says, match.start(), match.end())
    danger = any(value >= 0.65 for value in points.values())
    failed = "something failed" in points or {"something came undone", "in use"} <= points.keys()
    hurt = "somebody was hurt or nearly" in points
    ours = "after our work or with our part" in points
    if not danger and not failed and not (hurt and ours):
        return 0.0, ()
    if hurt:
        points.pop("while fitting or on arrival", None)
    best_danger = max((value for value in points.values() if value >= 0.65), default=0.0)
    at_part = points.pop("something failed", 0.0) + points.pop("a vital part", 0.0)
    rest = sum(value for value in points.values() if value < 0.65)
    total = max(best_danger, at_part) + rest
    kept = tuple(found[says] for says, value in points.items() if value > 0 and says in found)
    if not danger:
        kept = (*(found[s] for s in ("something failed", "a vital part") if s in found), *kept)
    return total / lexicon.safety.threshold, kept


def _without_questions(text: str, lexicon: Lexicon) -> str:
    """`text` with general questions blanked out: they tell no story of something that happened."""
    parts = _SENTENCE.findall(text)
    return "".join(
        " " + "_" * (len(part) - 1) if lexicon.question.match(part) and lexicon.story.isdisjoint(part.split()) else part
        for part in parts
    )


def _found(reading: Reading, reason: Reason, says: str, start: int, end: int) -> Evidence:
    first, last = reading.span(start + 1, end)
    return Evidence(reason, f'{says}: "{reading.raw[first:last]}"', first, last)


def _all(reading: Reading) -> tuple[int, int]:
    return reading.spans[0][0], reading.spans[-1][1]
