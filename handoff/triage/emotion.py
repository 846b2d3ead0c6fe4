"""How upset a message is: weighted signals, each behind the gates that keep joy, quotes and technical words out."""

import re
from dataclasses import dataclass

from handoff.models import Evidence, Reason
from handoff.triage.lexicon import Lexicon
from handoff.triage.mood import Mood
from handoff.triage.reading import Reading
from handoff.triage.tuning import Tuning

_MARKS = re.compile(r"[!?]{2,}")
_LOUD = re.compile(r"\bI\b|[A-Z\u00c0-\u04ff]{2}")
_LOUD_ASCII = re.compile(r"[A-Z]{2}")
_LETTERS = re.compile(r"[^\W\d_]+")
_SENTENCE_END = frozenset(".!?")
_SENTENCE = re.compile(r"[^\s.!?][^.!?\n]*[.!?]*")
_PER_LOGIT = 0.6
_NEUTRAL = -1.7
_LOWEST, _HIGHEST = -1.0, 3.0
_TELLING = 0.4
"""Points of the learned model that are worth telling an agent."""
_ASIDE = 0.4
"""What is left of them where somebody else is quoted; `_SPOKEN_OF` where others are spoken of throughout."""
_SPOKEN_OF = 0.6
_IN_JOY = 0.5
"""What is left of them in joy; the model hears most of that by itself."""


@dataclass(frozen=True, slots=True)
class Feeling:
    """Points by kind of sign, behind all gates; together 1.0 is as upset as it takes."""

    words: float
    phrases: float
    shape: float
    """Capitals and marks."""
    sarcasm: float
    wording: float
    """What the learned model makes of it; below 0 where it reads like a calm message."""
    evidence: tuple[Evidence, ...]

    @property
    def calm(self) -> bool:
        """Whether nothing in it counts against anybody, however a site weighs it."""
        return self.wording <= 0 and not (self.words or self.phrases or self.shape or self.sarcasm)

    def score(self, tuning: Tuning) -> float:
        """The sum as this site weighs it."""
        weigh = tuning.weights.get
        return (
            self.words * weigh("words", 1.0)
            + self.phrases * weigh("phrases", 1.0)
            + self.shape * weigh("shape", 1.0)
            + self.sarcasm * weigh("sarcasm", 1.0)
            + self.wording * weigh("wording", 1.0)
        )


def feel(reading: Reading, lexicon: Lexicon, mood: Mood) -> Feeling:
    """The message by itself, without what came before it."""
    others = about_others(reading, lexicon)
    aside = reading.quoted | others
    bad = lexicon.negative.search(reading) is not None
    joy = not bad and lexicon.joy.search(reading) is not None
    friendly = joy or (not bad and lexicon.friendly.search(reading) is not None)
    words, word_evidence = _strong_words(reading, lexicon, aside, friendly=friendly)
    mocks = bad and lexicon.polite.search(reading) is None
    phrases, phrase_evidence = _phrases(reading, lexicon, aside, mocks=mocks)
    shape, shape_evidence = (0.0, []) if joy else _shape(reading, lexicon)
    if friendly:
        shape *= 0.4
    sarcasm, sarcasm_evidence = _sarcasm(reading, lexicon, aside)
    wording = _wording(reading.raw, mood)
    if wording > 0 and aside:
        wording *= _ASIDE if reading.quoted else 1 - (1 - _SPOKEN_OF) * len(aside) / len(reading.words)
    if joy:
        words *= 0.4
        phrases *= 0.3
        wording *= _IN_JOY if wording > 0 else 1.0
    if wording > 0 and not words and lexicon.denies.search(reading) is not None:
        wording *= _ASIDE
    past = 0.2 if lexicon.over.search(reading) else 1.0
    evidence = [*word_evidence, *phrase_evidence, *shape_evidence, *sarcasm_evidence]
    if wording >= _TELLING:
        evidence.append(_most_charged(reading.raw, mood))
    return Feeling(
        words * past,
        phrases * past,
        shape * past,
        sarcasm * past,
        wording * (past if wording > 0 else 1),
        tuple(evidence),
    )


def _wording(text: str, mood: Mood) -> float:
    """The learned model's part."""
    return _PER_LOGIT * max(_LOWEST, min(_HIGHEST, mood.logit(text) - _NEUTRAL))


def _most_charged(text: str, mood: Mood) -> Evidence:
    """The sentence that sounds so most."""
    sentences = [match.span() for match in _SENTENCE.finditer(text)] or [(0, len(text))]
    start, end = sentences[0]
    if len(sentences) > 1:
        start, end = max(sentences, key=lambda span: mood.logit(text[span[0] : span[1]]))
    return _evidence(f'sounds upset: "{_shortened(text[start:end])}"', start, end)


def _strong_words(
    reading: Reading, lexicon: Lexicon, aside: frozenset[int], *, friendly: bool
) -> tuple[float, list[Evidence]]:
    if lexicon.strong.keys().isdisjoint(reading.words):
        return 0.0, []
    total = 0.0
    evidence: list[Evidence] = []
    for index, word in enumerate(reading.words):
        weight = lexicon.strong.get(word)
        if weight is None or index in aside or _negated(reading, index, lexicon):
            continue
        after = reading.words[index + 1] if index + 1 < len(reading.words) else ""
        if after in lexicon.technical:
            weight *= 0.4
        if friendly and word in lexicon.ambiguous:
            weight *= 0.3
        total += weight if not evidence else weight * 0.5
        start, end = reading.spans[index]
        evidence.append(_evidence(f'angry words: "{reading.raw[start:end]}"', start, end))
    return total, evidence[:3]


def _phrases(reading: Reading, lexicon: Lexicon, aside: frozenset[int], *, mocks: bool) -> tuple[float, list[Evidence]]:
    """Each phrase after the first adds less: three ways to say the same are not three angers."""
    found: list[tuple[float, Evidence]] = []
    for group, matches in lexicon.emotion.found(reading):
        for match in matches:
            index = reading.word_at(match.start() + 1)
            if index in aside or _negated(reading, index, lexicon, within=2):
                continue
            start, end = reading.span(match.start() + 1, match.end())
            said = _evidence(f'{group.says}: "{reading.raw[start:end]}"', start, end)
            found.append((group.points + (group.beside_failure if mocks else 0.0), said))
    found.sort(key=lambda pair: -pair[0])
    total = sum(points if not place else 0.6 * points for place, (points, _) in enumerate(found[:4]))
    return total, [said for _, said in found[:4]]


def _shape(reading: Reading, lexicon: Lexicon) -> tuple[float, list[Evidence]]:
    """Capitals and doubled marks."""
    raw = reading.raw
    total = 0.0
    evidence: list[Evidence] = []
    if _MARKS.search(raw) is not None:
        marks = max(_MARKS.finditer(raw), key=lambda m: m.end() - m.start())
        length = marks.end() - marks.start()
        polite = lexicon.polite.search(reading) is not None
        total += (0.35 if length == 2 else 0.5 if length == 3 else 0.6) * (0.5 if polite else 1.0)
        evidence.append(_evidence(f'raised voice: "{marks.group()}"', marks.start(), marks.end()))
    if (_LOUD_ASCII if raw.isascii() else _LOUD).search(raw) is None:  # no word can be written in capitals
        return total, evidence
    loud = small = shouted = 0
    first = last = 0
    for match in _LETTERS.finditer(raw):
        word = match.group()
        if (len(word) < 2 and word != "I") or word.lower() in lexicon.codes:
            continue
        if not word.isupper():
            small += 1
        elif _beside_digit(raw, match):
            continue
        else:
            if word != "I":
                first, last = (match.start() if not loud else first), match.end()
                loud += 1
            shouted += word.lower() in lexicon.shouting
    if loud >= 2 and loud > 1.5 * small:
        total += 0.45 + min(0.6, 0.2 * shouted)
        evidence.append(_evidence("written in capitals", first, last))
    elif loud and small and any(raw_word.lower() in lexicon.shouting for raw_word in _loud_words(raw)):
        total += 0.3
        evidence.append(_evidence(f'stressed: "{raw[first:last]}"', first, last))
    return total, evidence


def _sarcasm(reading: Reading, lexicon: Lexicon, aside: frozenset[int]) -> tuple[float, list[Evidence]]:
    """Praise in one breath with something that went wrong; a real request beside it makes it plain praise."""
    praise = lexicon.praise.search(reading)
    if praise is None:
        return 0.0, []
    index = reading.word_at(praise.start() + 1)
    after = lexicon.negative.search(reading, praise.end())
    if index in aside or _negated(reading, index, lexicon) or (after is None and not index > 0):
        return 0.0, []
    wrong = after or lexicon.negative.search(reading)
    if wrong is None:
        return 0.0, []
    opens = index == 0 or reading.words[index - 1] in _SENTENCE_END
    weight = 0.55 if opens and after is not None else 0.25
    if opens and after is not None and " ".join(reading.words[index + 1 : index + 2]) in lexicon.mocking:
        weight += 0.3
    if lexicon.polite.search(reading) or " but " in reading.text:
        weight -= 0.35
    if weight <= 0:
        return 0.0, []
    start, _ = reading.span(praise.start() + 1, praise.end())
    _, end = reading.span(wrong.start() + 1, wrong.end())
    start, end = min(start, end), max(start, end)
    return weight, [_evidence(f'praise beside a failure: "{_shortened(reading.raw[start:end])}"', start, end)]


def about_others(reading: Reading, lexicon: Lexicon) -> frozenset[int]:
    """Words of sentences in which somebody else speaks, or in which another shop is at fault."""
    if lexicon.third.search(reading) is None and lexicon.other_shop.search(reading) is None:
        return frozenset()
    indices: set[int] = set()
    first = 0
    for last in [i for i, word in enumerate(reading.words) if word in _SENTENCE_END] + [len(reading.words)]:
        sentence = f" {' '.join(reading.words[first:last])} "
        speaker = lexicon.third.whole.search(sentence)
        if speaker is None or lexicon.third_verb.whole.search(sentence, speaker.end()) is None:
            speaker = lexicon.other_shop.whole.search(sentence)
        if speaker is not None:
            indices.update(range(first + sentence.count(" ", 0, speaker.start()), last))
        first = last + 1
    return frozenset(indices)


def _negated(reading: Reading, index: int, lexicon: Lexicon, within: int = 3) -> bool:
    for back in range(index - 1, max(-1, index - 1 - within), -1):
        word = reading.words[back]
        if word in _SENTENCE_END or word in lexicon.intensifiers:
            return False
        if word in lexicon.negators:
            return True
    return False


def _beside_digit(raw: str, match: re.Match[str]) -> bool:
    """GSX-R1000, ZX-6R, #A12: a code, written in capitals by everyone."""
    around = raw[max(0, match.start() - 2) : match.start()] + raw[match.end() : match.end() + 2]
    return any(c.isdigit() for c in around)


def _loud_words(raw: str) -> list[str]:
    return [word for word in _LETTERS.findall(raw) if len(word) >= 3 and word.isupper()]


def _shortened(text: str) -> str:
    return text if len(text) <= 60 else f"{text[:40].rstrip()} … {text[-15:].lstrip()}"


def _evidence(text: str, start: int, end: int) -> Evidence:
    return Evidence(Reason.EMOTION, text, start, end)
