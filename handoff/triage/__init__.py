"""Does this message need a person? `Triage.load()` reads the signals, `assess` decides."""

from handoff.triage.lexicon import BadLexicon
from handoff.triage.triage import Triage
from handoff.triage.verdict import Author, Context, Said, Verdict

__all__ = ["Author", "BadLexicon", "Context", "Said", "Triage", "Verdict"]
