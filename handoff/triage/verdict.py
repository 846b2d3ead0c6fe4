"""What triage reads besides the message, and what it says about it."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from handoff.models import Evidence, Reason
from handoff.texts import TEXTS

if TYPE_CHECKING:
    from handoff.triage.memory import Heard

Author = Literal["visitor", "bot", "agent"]

OFFERS = tuple(texts.offer for texts in TEXTS.values())
"""What the bot asks in the grey zone, in each language. "Yes" to it is a wish for a person, and it makes no answer
another one.
"""


def offers(text: str) -> bool:
    """Whether a person is offered in `text`, in whichever language."""
    return any(offer in text for offer in OFFERS)


@dataclass(slots=True)
class Said:
    author: Author
    text: str
    kept: "Heard | None" = field(default=None, compare=False, repr=False)
    """What triage found in it. Who keeps a message for the next turn spares triage reading it again."""


@dataclass(frozen=True, slots=True)
class Past:
    """An earlier conversation of the same person that they did not confirm as solved."""

    summary: str
    """What it was about, in a line or in the visitor's own words."""
    keys: frozenset[str] = frozenset()
    """Order numbers, machines and parts it was about, as written; one that comes up again counts much."""


@dataclass(frozen=True, slots=True)
class Context:
    """The conversation behind the message that is assessed."""

    earlier: Sequence[Said] = ()
    """Oldest first, without the message itself; only the last 30 are read."""
    fallbacks: int = 0
    """How often in a row the bot had to say that it did not understand, up to now."""
    past: Sequence[Past] = ()
    """Earlier conversations, oldest first; only the last 5 are read."""


@dataclass(frozen=True, slots=True)
class Verdict:
    needs_person: bool
    reason: Reason | None
    """The reason that names the ticket; None while no person is needed."""
    score: float
    """How sure, 0 to 1; a person is needed from 0.5."""
    evidence: tuple[Evidence, ...] = ()
    also: tuple[Reason, ...] = ()
    """Other reasons that hold as well, in order of worth."""
    offer: bool = False
    """In the grey zone: a person is to be offered, not brought."""
