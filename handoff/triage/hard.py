"""What needs a person whatever the mood: a wish for one, danger, and the law."""

import re
from collections.abc import Callable

from handoff.models import Evidence, Reason
from handoff.triage.emotion import about_others
from handoff.triage.lexicon import Lexicon
from handoff.triage.reading import LONGEST, Reading
from handoff.triage.verdict import Said, offers

_WHOLE = 12
"""Words of a message that may be a wish for a person as a whole."""
_SENTENCE = re.compile(r".*? [.!?]|.+", re.DOTALL)


def human_request(reading: Reading, lexicon: Lexicon) -> Evidence | None:
    if len(reading.words) <= _WHOLE:
        text = lexicon.human.open_text(reading)
        for says, pattern in lexicon.human_whole:
            if pattern.match(text):
                return Evidence(Reason.HUMAN_REQUEST, f'{says}: "{reading.raw.strip()}"', *_all(reading))
    for group, matches in lexicon.human.found(reading):
        for match in matches:
            if reading.word_at(match.start() + 1) not in reading.quoted:
                return _found(reading, Reason.HUMAN_REQUEST, group.says, match)
    return None


def takes_offer(
    reading: Reading, last: Said | None, lexicon: Lexicon, read: Callable[[str], Reading]
) -> Evidence | None:
    """ "Yes" to a person whom the bot just offered with what was said `last`."""
    if last is None or last.author != "bot" or lexicon.agrees.match(reading.text) is None:
        return None
    if not offers(last.text) and lexicon.offers.whole.search(read(last.text[-LONGEST:]).text) is None:
        return None
    return Evidence(Reason.HUMAN_REQUEST, f'takes the offer of a person: "{reading.raw.strip()}"', *_all(reading))


def legal(reading: Reading, lexicon: Lexicon) -> tuple[Evidence, ...]:
    found = lexicon.legal.found(reading)
    if not found:
        return ()
    aside = reading.quoted | about_others(reading, lexicon)
    evidence = []
    for group, matches in found:
        for match in matches:
            if reading.word_at(match.start() + 1) not in aside:
                evidence.append(_found(reading, Reason.LEGAL, group.says, match))
                break
    return tuple(evidence)


def safety(reading: Reading, lexicon: Lexicon) -> tuple[float, tuple[Evidence, ...]]:
    """Points of danger, 1.0 as much as it takes, and what they were given for."""
    found: dict[str, Evidence] = {}
    points: dict[str, float] = {}
    for group, (match, *_) in lexicon.safety.found(reading, lambda text: _without_questions(text, lexicon)):
        if reading.word_at(match.start() + 1) not in reading.quoted:
            points[group.says] = group.points
            found[group.says] = _found(reading, Reason.SAFETY, group.says, match)
    if not points:
        return 0.0, ()
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


def _found(reading: Reading, reason: Reason, says: str, match: re.Match[str]) -> Evidence:
    first, last = reading.span(match.start() + 1, match.end())
    return Evidence(reason, f'{says}: "{reading.raw[first:last]}"', first, last)


def _all(reading: Reading) -> tuple[int, int]:
    return reading.spans[0][0], reading.spans[-1][1]
