"""What triage keeps of the messages of a conversation: each is read once, and what it says stays with it."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from handoff.triage.emotion import Feeling, feel
from handoff.triage.lexicon import Lexicon
from handoff.triage.mood import Mood
from handoff.triage.reading import LONGEST
from handoff.triage.request import NOTHING, Request, content, request, wanted
from handoff.triage.verdict import OFFERS, Author, Said

_READ = 256
_FOUND = 1024
"""Messages whose reading is remembered, and those of which what was found is: a visitor may write long ones."""


@dataclass(slots=True)
class Heard:
    """What an earlier message says."""

    memory: "Memory"
    """Who heard it: with another lexicon, it says something else."""
    by: Author
    request: Request = NOTHING
    """What a visitor asked for."""
    feeling: Feeling | None = None
    """How upset a visitor was; None where nothing sounds so."""
    answer: str = ""
    """What the bot or an agent said, without the offer of a person."""
    small: str = ""
    """The answer in small letters."""


class Memory:
    """Reads messages. A message that was just assessed is context of all that follow, so it remembers the last ones."""

    def __init__(self, lexicon: Lexicon, mood: Mood) -> None:
        self.read = lru_cache(_READ)(lexicon.read)
        self.content = lru_cache(_FOUND)(lambda text: content(self.read(text), lexicon))
        self.request = lru_cache(_FOUND)(lambda text: request(self.read(text), lexicon))
        self.wanted = lru_cache(_FOUND)(lambda text: wanted(self.read(text), lexicon))
        self.feel = lru_cache(_FOUND)(lambda text: feel(self.read(text), lexicon, mood))

    def heard(self, earlier: Sequence[Said]) -> list[Heard]:
        """What earlier messages say; found once, and kept with them."""
        return [
            kept if (kept := said.kept) is not None and kept.memory is self else self._hear(said) for said in earlier
        ]

    def _hear(self, said: Said) -> Heard:
        text = said.text[:LONGEST]
        if said.author == "visitor":
            feeling = self.feel(text)
            said.kept = Heard(self, said.author, self.request(text), None if feeling.calm else feeling)
        else:
            for offer in OFFERS:
                text = text.replace(offer, "")
            answer = text.strip()
            said.kept = Heard(self, said.author, answer=answer, small=answer.lower())
        return said.kept
