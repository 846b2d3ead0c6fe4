"""Triage: reads one message with the conversation behind it and says whether a person must take over."""

import re
from collections.abc import Sequence
from pathlib import Path

from handoff.models import Evidence, Reason
from handoff.triage import hard
from handoff.triage.lexicon import Lexicon
from handoff.triage.memory import Heard, Memory
from handoff.triage.mood import Mood, shipped
from handoff.triage.reading import LONGEST, Reading
from handoff.triage.repeat import repetition
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
        self._memory = Memory(lexicon, mood)

    @classmethod
    def load(cls, lexicon: Path | None = None, mood: Path | None = None) -> "Triage":
        """With the lexicon and the learned table in these files, or the shipped ones. Raises BadLexicon, BadMood."""
        return cls(Lexicon.load(lexicon), Mood.load(mood) if mood else shipped())

    def assess(self, text: str, context: Context, tuning: Tuning = USUAL) -> Verdict:
        """Whether a person is needed now. Reads the first 4,000 characters of `text`."""
        lexicon, memory = self._lexicon, self._memory
        if len(context.earlier) > _READ_BACK:
            context = Context(context.earlier[-_READ_BACK:], context.fallbacks, context.past)
        earlier = memory.heard(context.earlier)
        reading = memory.read(text[:LONGEST])
        found: list[tuple[Reason, float, tuple[Evidence, ...]]] = []  # in order of worth
        if reading.words:
            danger, told = hard.safety(reading, lexicon)
            found.append((Reason.SAFETY, danger * tuning.weight("safety"), told))
            if legal := hard.legal(reading, lexicon):
                found.append((Reason.LEGAL, 1.6 * tuning.weight("legal"), legal))
            last = context.earlier[-1] if context.earlier else None
            if asks := hard.human_request(reading, lexicon) or hard.takes_offer(reading, last, lexicon, memory.read):
                found.append((Reason.HUMAN_REQUEST, 1.8 * tuning.weight("human_request"), (asks,)))
            again, signs = repetition(reading, context, earlier, lexicon, memory)
            found.append((Reason.REPEAT, again * tuning.weight("repeat"), signs))
            found.append((Reason.EMOTION, *self._upset(reading, earlier, last, tuning)))
        if context.fallbacks:
            lost = Evidence(Reason.OTHER, f"the bot did not understand {context.fallbacks} times in a row")
            # The first offers a person, the second in a row brings one.
            found.append((Reason.OTHER, 1.2, (lost,)) if context.fallbacks >= 2 else (Reason.OTHER, tuning.offer, ()))
        return _verdict(found, tuning)

    def mood(self, text: str, tuning: Tuning = USUAL) -> float:
        """How upset `text` is by itself: the emotion signal alone, 1.0 as much as it takes."""
        return self._memory.feel(text[:LONGEST]).score(tuning)

    def _answers(self, reading: Reading, last: Said) -> bool:
        """Whether the bot asked and this is the answer: short and matter of fact, it can sound harsher than it is."""
        if last.author != "bot" or offers(last.text) or not {"!", "?"}.isdisjoint(reading.words):
            return False
        return self._memory.read(last.text[:LONGEST]).words[-1:] == ("?",)

    def _upset(
        self, reading: Reading, earlier: Sequence[Heard], last: Said | None, tuning: Tuning
    ) -> tuple[float, tuple[Evidence, ...]]:
        """The feeling of this message, and what is left of the messages before it."""
        carried = 0.0
        feelings = [heard.feeling for heard in earlier if heard.by == "visitor"]
        if any(feelings):
            for each in feelings:
                mood = max(0.0, each.score(tuning)) if each is not None else 0.0
                carried = tuning.decay * min(1.0, carried + mood)
        feeling = self._memory.feel(reading.raw)
        own = feeling.score(tuning)
        if feeling.wording > 0 and last is not None and self._answers(reading, last):
            own -= _WHILE_ANSWERING * feeling.wording * tuning.weight("wording")
        evidence = list(feeling.evidence)
        answered = last is not None and last.author != "visitor"
        if _ONLY_MARKS.match(reading.raw) and (answered or len(reading.raw) > 3):
            own += 0.6
            evidence.append(Evidence(Reason.EMOTION, "answers with nothing but marks", 0, len(reading.raw)))
        if own < 0.25:
            return own, tuple(evidence)
        if carried >= 0.15 and own < tuning.hand_over:
            evidence.append(Evidence(Reason.EMOTION, "was annoyed before"))
        return own + carried, tuple(evidence)


def _verdict(found: Sequence[tuple[Reason, float, tuple[Evidence, ...]]], tuning: Tuning) -> Verdict:
    """`found`: points and evidence by reason, in order of worth; one of which nothing was found may be left out."""
    enough = tuning.hand_over - 1e-9
    strongest = max([score for _, score, _ in found], default=0.0)
    score = max(0.0, min(1.0, strongest / tuning.hand_over / 2))
    if strongest < enough:
        noticed = tuple([each for _, _, evidence in found for each in evidence])
        return Verdict(False, None, min(score, 0.49), noticed, offer=strongest >= tuning.offer)
    points = {reason: score for reason, score, _ in found}
    mood = points.get(Reason.EMOTION, 0.0)
    holds = [reason for reason, score in points.items() if score >= enough]
    reason = holds[0]
    if reason is Reason.REPEAT and mood >= enough and mood > points[Reason.REPEAT]:
        reason = Reason.EMOTION
    if Reason.REPEAT in holds and Reason.EMOTION not in holds and mood >= 0.3 * tuning.hand_over:
        holds.append(Reason.EMOTION)  # who comes back and raises the voice is upset
    also = tuple(other for other in Reason if other in holds and other is not reason)
    told = {reason: evidence for reason, _, evidence in found}
    return Verdict(True, reason, score, tuple(each for r in (reason, *also) for each in told[r]), also)
