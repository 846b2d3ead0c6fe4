"""No's become yeses: one list of wording for the composer, canned answers, notes and the bot."""

from handoff.tone.wording import BadWording, Finding, Phrase, Where, Wording, rewritten, shipped

__all__ = ["BadWording", "Finding", "Phrase", "Where", "Wording", "rewritten", "shipped"]
