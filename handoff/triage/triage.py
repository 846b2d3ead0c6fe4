"""Triage: reads one message with the conversation behind it and says whether a person must take over."""

import re
from functools import lru_cache
from pathlib import Path

from handoff.models import Evidence, Reason
from handoff.triage import hard
from handoff.triage.again import Memory, request
from handoff.triage.emotion import about_others, feel
from handoff.triage.lexicon import Lexicon
from handoff.triage.mood import Mood, shipped
from handoff.triage.reading import LONGEST, Reading
from handoff.triage.repeat import content, repetition
from handoff.triage.tuning import USUAL, Tuning
from handoff.triage.verdict import Context, Said, Verdict, offers

_READ_BACK = 30
_WHILE_ANSWERING = 0.4
"""What an answer to the bot's question loses of the learned model's points."""
_ONLY_MARKS = re.compile(r"^\W*[?!]{2,}\W*$")


class Triage:
    """Rules from a lexicon and a learned table; the same message, context and tuning always give the same verdict."""

    def __init__(self, lexicon: Lexicon, mood: Mood) -> None:
        self._lexicon = lexicon
        # A message is read again as context of those that follow; bounded, as a visitor may write long ones.
        self._read = lru_cache(maxsize=256)(lexicon.read)
        self._memory = Memory(
            self._read,
            lru_cache(maxsize=1024)(lambda text: content(self._read(text), lexicon)),
            lru_cache(maxsize=1024)(lambda text: request(self._read(text), lexicon)),
        )
        self._feel = lru_cache(maxsize=1024)(lambda text: feel(self._read(text), lexicon, mood))

    @classmethod
    def load(cls, lexicon: Path | None = None, mood: Path | None = None) -> "Triage":
        """With the lexicon and the learned table in these files, or the shipped ones. Raises BadLexicon, BadMood."""
        return cls(Lexicon.load(lexicon), Mood.load(mood) if mood else shipped())

    def assess(self, text: str, context: Context, tuning: Tuning = USUAL) -> Verdict:
        """Whether a person is needed now. Reads the first 4,000 characters of `text`."""
        lexicon = self._lexicon
        context = Context(context.earlier[-_READ_BACK:], context.fallbacks, context.past)
        text = text[:LONGEST]
        reading = self._read(text)
        found: dict[Reason, tuple[float, tuple[Evidence, ...]]] = {}
        if reading.words:
            danger, told = hard.safety(reading, lexicon)
            found[Reason.SAFETY] = (danger * tuning.weight("safety"), told)
            legal = hard.legal(reading, reading.quoted | about_others(reading, lexicon), lexicon)
            found[Reason.LEGAL] = (1.6 * tuning.weight("legal") if legal else 0.0, legal)
            asks = hard.human_request(reading, lexicon) or hard.takes_offer(reading, context, lexicon, self._read)
            found[Reason.HUMAN_REQUEST] = (1.8 * tuning.weight("human_request"), (asks,)) if asks else (0.0, ())
            again = repetition(reading, context, lexicon, self._memory)
            found[Reason.REPEAT] = (again.score * tuning.weight("repeat"), again.evidence)
            found[Reason.EMOTION] = self._upset(reading, context, tuning)
        if context.fallbacks:
            lost = Evidence(Reason.OTHER, f"the bot did not understand {context.fallbacks} times in a row")
            # The first offers a person, the second in a row brings one.
            found[Reason.OTHER] = (1.2, (lost,)) if context.fallbacks >= 2 else (tuning.offer, ())
        return _verdict(found, tuning)

    def mood(self, text: str, tuning: Tuning = USUAL) -> float:
        """How upset `text` is by itself: the emotion signal alone, 1.0 as much as it takes."""
        return self._feel(text[:LONGEST]).score(tuning)

    def _answers(self, reading: Reading, last: Said) -> bool:
        """Whether the bot asked and this is the answer: short and matter of fact, it can sound harsher than it is."""
        if last.author != "bot" or offers(last.text) or not {"!", "?"}.isdisjoint(reading.words):
            return False
        return self._read(last.text[:LONGEST]).words[-1:] == ("?",)

    def _upset(self, reading: Reading, context: Context, tuning: Tuning) -> tuple[float, tuple[Evidence, ...]]:
        """The feeling of this message, and what is left of the messages before it."""
        carried = 0.0
        for said in context.earlier:
            if said.author == "visitor":
                mood = max(0.0, self._feel(said.text[:LONGEST]).score(tuning))
                carried = tuning.decay * min(1.0, carried + mood)
        feeling = self._feel(reading.raw)
        own = feeling.score(tuning)
        if feeling.wording > 0 and context.earlier and self._answers(reading, context.earlier[-1]):
            own -= _WHILE_ANSWERING * feeling.wording * tuning.weight("wording")
        evidence = list(feeling.evidence)
        answered = bool(context.earlier) and context.earlier[-1].author != "visitor"
        if _ONLY_MARKS.match(reading.raw) and (answered or len(reading.raw) > 3):
            own += 0.6
            evidence.append(Evidence(Reason.EMOTION, "answers with nothing but marks", 0, len(reading.raw)))
        if own < 0.25:
            return own, tuple(evidence)
        if carried >= 0.15 and own < tuning.hand_over:
            evidence.append(Evidence(Reason.EMOTION, "was annoyed before"))
        return own + carried, tuple(evidence)


def _verdict(found: dict[Reason, tuple[float, tuple[Evidence, ...]]], tuning: Tuning) -> Verdict:
    enough = tuning.hand_over - 1e-9
    holds = [reason for reason in Reason if found.get(reason, (0.0, ()))[0] >= enough]
    strongest = max((score for score, _ in found.values()), default=0.0)
    score = max(0.0, min(1.0, strongest / tuning.hand_over / 2))
    if not holds:
        noticed = tuple(e for reason in Reason for e in found.get(reason, (0.0, ()))[1])
        return Verdict(False, None, min(score, 0.49), noticed, offer=strongest >= tuning.offer)
    mood = found[Reason.EMOTION][0] if Reason.EMOTION in found else 0.0
    reason = holds[0]
    if reason is Reason.REPEAT and mood >= enough and mood > found[Reason.REPEAT][0]:
        reason = Reason.EMOTION
    if Reason.REPEAT in holds and Reason.EMOTION not in holds and mood >= 0.3 * tuning.hand_over:
        holds.append(Reason.EMOTION)  # who comes back and raises the voice is upset
    also = tuple(other for other in Reason if other in holds and other is not reason)
    evidence = tuple(e for r in (reason, *also) for e in found[r][1])
    return Verdict(True, reason, score, evidence, also)
