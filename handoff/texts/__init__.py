"""What the visitor hears from the desk: every sentence in every language, and moments as one says them there.

A sentence that is missing in a language is a missing argument: it does not type-check, and nothing starts.
"""

from collections.abc import Mapping
from typing import Final

from handoff.texts.amounts import spoken_money
from handoff.texts.de import GERMAN
from handoff.texts.en import ENGLISH
from handoff.texts.es import SPANISH
from handoff.texts.fr import FRENCH
from handoff.texts.it import ITALIAN
from handoff.texts.moments import spoken_moment, written_moment
from handoff.texts.texts import DEFAULT, RemedyTexts, Texts, language_of

TEXTS: Final[Mapping[str, Texts]] = {"en": ENGLISH, "es": SPANISH, "fr": FRENCH, "de": GERMAN, "it": ITALIAN}
"""By ISO 639-1 code."""


def texts_for(locale: str | None) -> Texts:
    """The sentences for a BCP 47 tag ("de-AT"); English for a language that there is none of, and for None."""
    return TEXTS.get(language_of(locale), ENGLISH)


__all__ = [
    "DEFAULT",
    "TEXTS",
    "RemedyTexts",
    "Texts",
    "language_of",
    "spoken_moment",
    "spoken_money",
    "texts_for",
    "written_moment",
]
