"""What the server itself writes to visitors: mails, transcripts, and what stands beside the bot's answers.

The desk's own sentences are in `handoff.texts`. As there, what is missing in a language does not type-check.
"""

from collections.abc import Mapping
from typing import Final

from app.words.de import GERMAN
from app.words.en import ENGLISH
from app.words.es import SPANISH
from app.words.fr import FRENCH
from app.words.it import ITALIAN
from app.words.words import Words
from handoff import language_of

WORDS: Final[Mapping[str, Words]] = {"en": ENGLISH, "es": SPANISH, "fr": FRENCH, "de": GERMAN, "it": ITALIAN}
"""By ISO 639-1 code."""


def words_for(locale: str | None) -> Words:
    """The words for a BCP 47 tag ("de-AT"); English for a language that there are none of, and for None."""
    return WORDS.get(language_of(locale), ENGLISH)


__all__ = ["WORDS", "Words", "words_for"]
