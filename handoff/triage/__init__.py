"""Does this message need a person? `Triage.load()` reads the signals, `assess` decides."""

from handoff.triage.lexicon import BadLexicon
from handoff.triage.mood import BadMood
from handoff.triage.triage import Triage
from handoff.triage.tuning import USUAL, WEIGHTS, BadTuning, Tuning, Tunings
from handoff.triage.verdict import OFFERS, Author, Context, Past, Said, Verdict

__all__ = [
    "OFFERS",
    "USUAL",
    "WEIGHTS",
    "Author",
    "BadLexicon",
    "BadMood",
    "BadTuning",
    "Context",
    "Past",
    "Said",
    "Triage",
    "Tuning",
    "Tunings",
    "Verdict",
]
