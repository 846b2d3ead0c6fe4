"""The same request again in one conversation: not what it is about, but what is wanted of it, comes back."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

from handoff.models import Evidence, Reason
from handoff.triage.lexicon import Lexicon
from handoff.triage.reading import LONGEST, Reading
from handoff.triage.verdict import OFFERS, Said

_ENOUGH = 0.8
"""Points that are as clear as it takes."""
_NOTICED = 0.3
_CODE = 0.5
"""What a number, year or model name counts where two messages share it: one asks many things about one machine."""
_ANSWERED = 0.5
"""What a shared word counts that the answer spoke of: the bot took it up."""
_LEFT_OUT = 0.3
"""What a word of the earlier message counts that this one leaves out: who asks again is shorter."""
_NEW, _NEW_IF_MARKED = 1.3, 0.6
"""What a word counts that the earlier message lacks; who says that this is not the first time may explain."""
_DOUBT = 0.4
"""One word in common is less than three."""
_FAR = 0.6
"""What likeness to a message long ago counts: who asks again seldom waits."""
_SAME_QUESTION = 0.5
_MUCH = 0.6
_WENT_PAST = 0.3


class Request(NamedTuple):
    """What a message asks for, and of what: its words without filling words, those that ask for the same as one."""

    words: frozenset[str]
    kind: str
    """The question word: "how much", "when"; "" where it is no such question."""
    coded: frozenset[str]
    """Those of the words that are a number or a name of a machine."""


class Asked(NamedTuple):
    """An earlier message of the visitor, and what was answered."""

    request: Request
    answer: str
    """As it was given, without the offer of a person."""


@dataclass(frozen=True, slots=True)
class Memory:
    """How earlier messages are read. All may remember what they gave: a message is context of all that follow."""

    read: Callable[[str], Reading]
    content: Callable[[str], frozenset[str]]
    request: Callable[[str], Request]


def asked_again(
    reading: Reading, earlier: Sequence[Said], lexicon: Lexicon, memory: Memory
) -> tuple[float, list[Evidence]]:
    """A sum of the likeness to one earlier message, cues, and answers beside the point; 1.0 is as clear as it takes."""
    if not earlier or earlier[-1].author == "visitor":
        return 0.0, []
    now = memory.request(reading.raw)
    asked = _asked(earlier, memory)
    if not asked or not (
        not now.words or _same_answer(asked) or any(not now.words.isdisjoint(each.request.words) for each in asked)
    ):
        return 0.0, []
    text = reading.text
    insists = lexicon.insists.search(reading) is not None
    cue = insists or lexicon.again.search(reading) is not None
    objects = lexicon.opening_no.match(text) is not None
    marked = cue or objects
    alike, which = _likest(now, asked, memory, marked=marked)
    goes_on = now.words <= frozenset[str]().union(*(each.request.words for each in asked))
    same_answer = _same_answer(asked) and (goes_on or (cue and alike > 0))
    if alike <= 0 and not same_answer:
        return 0.0, []
    hint = max(0.45 * insists, 0.25 * marked) + 0.1 * (cue and objects)
    score = alike + min(1.0, 3 * alike) * hint
    if same_answer:
        score += 0.7
    before = asked[which]
    shared = now.words & before.request.words
    if which >= 0 and (marked or alike >= _MUCH or now.words <= before.request.words):
        # The answer speaks of none of what is asked again: it went past it.
        score += _WENT_PAST * sum(map(_worth, shared - memory.request(before.answer).words)) / max(1, len(shared))
    answer = memory.read(_answer(earlier[-1].text))
    if asks(answer, lexicon):
        score -= 0.6
    elif not marked and lexicon.settles.match(answer.text) is not None:
        score -= 0.2
    if lexicon.takes.match(text) is not None and not (objects or " but " in text):
        score -= 0.6
    if lexicon.other.search(reading) is not None:
        score -= 0.4
    if score < _NOTICED:
        return 0.0, []
    if same_answer:
        why = "the bot gave the same answer twice"
    else:
        named = [word for word in reading.words if lexicon.wanted(word) in shared]
        why = f'asks again about: "{" ".join(dict.fromkeys(named))}"'
    return score / _ENOUGH, [Evidence(Reason.REPEAT, why)]


def request(reading: Reading, lexicon: Lexicon) -> Request:
    """What `reading` asks for."""
    question = lexicon.question_word.search(reading)
    words = frozenset(found for word in reading.words if (found := lexicon.wanted(word)) is not None)
    if "€" in reading.raw or "$" in reading.raw:
        words |= {"price"}
    coded = frozenset(word for word in words if _code(word))
    return Request(words, question.group().strip() if question else "", coded)


def asks(answer: Reading, lexicon: Lexicon) -> bool:
    """Whether the visitor was just asked for something: then words come again because they answer."""
    return answer.words[-1:] == ("?",) or lexicon.asks.search(answer) is not None


def _asked(earlier: Sequence[Said], memory: Memory) -> list[Asked]:
    asked: list[Asked] = []
    for said in earlier:
        if said.author == "visitor":
            asked.append(Asked(memory.request(said.text[:LONGEST]), ""))
        elif asked and said.author == "bot":
            asked[-1] = Asked(asked[-1].request, _answer(said.text))
    return asked


@lru_cache(maxsize=1024)
def _answer(text: str) -> str:
    text = text[:LONGEST]
    for offer in OFFERS:
        text = text.replace(offer, "")
    return text.strip()


_small = lru_cache(maxsize=1024)(str.lower)


def _same_answer(asked: Sequence[Asked]) -> bool:
    answer = _small(asked[-1].answer)
    return bool(answer) and any(answer == _small(before.answer) for before in asked[:-1])


def _likest(now: Request, asked: Sequence[Asked], memory: Memory, *, marked: bool) -> tuple[float, int]:
    """How much the likest earlier message has in common with this one, 0 to 1, and which it is."""
    best, which = 0.0, -1
    for index, before in enumerate(asked):
        words = before.request.words
        both = now.words & words
        if not both:
            if marked and not now.words and now.kind == before.request.kind != "" and index == len(asked) - 1:
                best, which = max((best, which), (_SAME_QUESTION, index))  # "but how do I get it out?"
            continue
        new, left_out = now.words - words, words - now.words
        if _differ_in_code(now.coded - words, before.request.coded - now.words):
            continue  # the same of another machine, or another year
        others = [
            each.request.words for each in asked if not (each.request.words <= words or words <= each.request.words)
        ]
        answered = memory.request(before.answer).words
        shared = 0.0
        for word in both:
            worth = _worth(word) * (_ANSWERED if word in answered else 1.0)
            # A word that comes in every message is what they talk about, not what is asked.
            shared += worth / (1 + sum(word in other for other in others))
        different = (_NEW_IF_MARKED if marked else _NEW) * len(new) + _LEFT_OUT * sum(map(_worth, left_out))
        alike = shared / (shared + different + _DOUBT)
        if now.kind and before.request.kind and now.kind != before.request.kind:
            alike -= 0.25
        if len(now.words) <= 2 and not marked and any(later.request.words - words for later in asked[index + 1 :]):
            alike *= 0.75 if both.isdisjoint(answered) else 0.5  # "price?" may ask for the price of what came up since
        alike *= max(_FAR, 1 - 0.1 * (len(asked) - 1 - index))
        if alike > best:
            best, which = alike, index
    return best, which


def _differ_in_code(new: frozenset[str], left_out: frozenset[str]) -> bool:
    """Whether a code has another of its kind in its place: a 2019 stands against a 2020, not against an MT-07."""
    return bool(new and left_out) and not {_code(word) for word in new}.isdisjoint(map(_code, left_out))


def _worth(word: str) -> float:
    return _CODE if _code(word) else 1.0


@lru_cache(maxsize=4096)
def _code(word: str) -> str:
    """The kind of name or number that `word` is: it has a digit, or is a letter or two. "" where it is a plain word."""
    if len(word) <= 2:
        return "short"
    if not any(map(str.isdigit, word)):
        return ""
    return "year" if len(word) == 4 and word[:2] in ("19", "20") and word.isdigit() else "name"
