"""Triage: reads one message with the conversation behind it and says whether a person must take over."""

import re
from functools import lru_cache
from pathlib import Path

from handoff.models import Evidence, Reason
from handoff.triage import hard
from handoff.triage.emotion import about_others, feel
from handoff.triage.lexicon import Lexicon
from handoff.triage.reading import LONGEST, Reading, read
from handoff.triage.repeat import Memory, content, repetition
from handoff.triage.verdict import Context, Verdict

_DECAY = 0.6
"""What is left of a mood one visitor message later: two mildly annoyed messages in a row are enough."""
_READ_BACK = 30
_ONLY_MARKS = re.compile(r"^\W*[?!]{2,}\W*$")


class Triage:
    """Rules from a lexicon; the same message and context always give the same verdict."""

    def __init__(self, lexicon: Lexicon) -> None:
        self._lexicon = lexicon
        # A message is read again as context of those that follow; bounded, as a visitor may write long ones.
        self._read = lru_cache(maxsize=256)(lambda text: read(text, lexicon.correct))
        self._memory = Memory(self._read, lru_cache(maxsize=1024)(lambda text: content(self._read(text), lexicon)))
        self._feel = lru_cache(maxsize=1024)(lambda text: feel(self._read(text), lexicon))

    @classmethod
    def load(cls, path: Path | None = None) -> "Triage":
        """With the lexicon in `path`, or the shipped one. Raises BadLexicon."""
        return cls(Lexicon.load(path))

    def assess(self, text: str, context: Context) -> Verdict:
        """Whether a person is needed now. Reads the first 4,000 characters of `text`."""
        lexicon = self._lexicon
        context = Context(context.earlier[-_READ_BACK:], context.fallbacks)
        text = text[:LONGEST]
        reading = self._read(text)
        found: dict[Reason, tuple[float, tuple[Evidence, ...]]] = {}
        if reading.words:
            found[Reason.SAFETY] = hard.safety(reading, lexicon)
            legal = hard.legal(reading, reading.quoted | about_others(reading, lexicon), lexicon)
            found[Reason.LEGAL] = (1.6 if legal else 0.0, legal)
            asks = hard.human_request(reading, lexicon)
            found[Reason.HUMAN_REQUEST] = (1.8, (asks,)) if asks else (0.0, ())
            again = repetition(reading, context, lexicon, self._memory)
            found[Reason.REPEAT] = (again.score, again.evidence)
            found[Reason.EMOTION] = self._mood(reading, context)
        if context.fallbacks >= 2:
            lost = Evidence(Reason.OTHER, f"the bot did not understand {context.fallbacks} times in a row")
            found[Reason.OTHER] = (1.2, (lost,))
        return _verdict(found)

    def _mood(self, reading: Reading, context: Context) -> tuple[float, tuple[Evidence, ...]]:
        """The feeling of this message, and what is left of the messages before it."""
        carried = 0.0
        for said in context.earlier:
            if said.author == "visitor":
                carried = _DECAY * min(1.0, carried + self._feel(said.text[:LONGEST]).score)
        feeling = self._feel(reading.raw)
        own = feeling.score
        evidence = list(feeling.evidence)
        answered = bool(context.earlier) and context.earlier[-1].author != "visitor"
        if _ONLY_MARKS.match(reading.raw) and (answered or len(reading.raw) > 3):
            own += 0.6
            evidence.append(Evidence(Reason.EMOTION, "answers with nothing but marks", 0, len(reading.raw)))
        if own < 0.25:
            return own, tuple(evidence)
        if carried >= 0.15 and own < 1.0:
            evidence.append(Evidence(Reason.EMOTION, "was annoyed before"))
        return own + carried, tuple(evidence)


def _verdict(found: dict[Reason, tuple[float, tuple[Evidence, ...]]]) -> Verdict:
    holds = [reason for reason in Reason if found.get(reason, (0.0, ()))[0] >= 1.0 - 1e-9]
    strongest = max((score for score, _ in found.values()), default=0.0)
    score = max(0.0, min(1.0, strongest / 2))
    if not holds:
        return Verdict(False, None, min(score, 0.49))
    mood = found[Reason.EMOTION][0] if Reason.EMOTION in found else 0.0
    reason = holds[0]
    if reason is Reason.REPEAT and mood >= 1.0 and mood > found[Reason.REPEAT][0]:
        reason = Reason.EMOTION
    if Reason.REPEAT in holds and Reason.EMOTION not in holds and mood >= 0.3:
        holds.append(Reason.EMOTION)  # who comes back and raises the voice is upset
    also = tuple(other for other in Reason if other in holds and other is not reason)
    evidence = tuple(e for r in (reason, *also) for e in found[r][1])
    return Verdict(True, reason, score, evidence, also)
