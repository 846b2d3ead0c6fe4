"""Which language a message is written in, by a maintained detector."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, Final

from bot.documents import Table
from bot.problems import Findings

NAME: Final = "LanguageDetector"
SHORTEST: Final = 20
"""Letters below which a text is too short to tell its language by: "ok merci"."""
LONGEST: Final = 400
"""Characters that are looked at; more say nothing new."""
LEAST_CONFIDENCE: Final = 0.8
SUPPORTED: Final = frozenset(
    """
    af am an ar as az ba be bg bn br bs ca cs cy da de dz el en eo es et eu fa fi fo fr fy ga gd gl gu he hi hr ht hu hy
    id ig is it ja jv ka kk km kn ko ku ky la lb ln lo lt lv mg mk ml mn mr ms mt my ne nl nn no oc om or pa pl ps pt qu
    ro ru rw sa se si sk sl sn so sq sr st sv sw ta te tg th tk tl tr tt ug uk ur uz vi vo wa xh yo zh zu
    """.split()  # noqa: SIM905 - a hundred quotes say less
)
_LETTER = re.compile(r"[^\W\d_]")
_NOISE = re.compile(r"\S*@\S*|https?://\S*|\S*\d\S*")
"""Addresses, pages and numbers are of no language."""


@dataclass(frozen=True, slots=True)
class LanguageSettings:
    """Among which languages to choose, and from how many letters on."""

    languages: tuple[str, ...]
    """ISO 639-1 codes, two or more."""
    shortest: int = SHORTEST
    least_confidence: float = LEAST_CONFIDENCE


class LanguageDetector:
    """Tells the language of a text, or says nothing.

    The detector's model of 140 languages takes 76 MB and 0.8 s to load, so that it is loaded here, before anyone
    waits for an answer, and for projects only that ask for it. A message takes 0.05 ms.
    """

    def __init__(self, settings: LanguageSettings) -> None:
        from py3langid.langid import MODEL_FILE, LanguageIdentifier  # type: ignore[import-untyped]

        self._settings = settings
        self._identifier = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
        self._identifier.set_languages(list(settings.languages))

    def detect(self, text: str) -> tuple[str, float] | None:
        """(ISO 639-1 code, confidence); None where the text is too short or could be of several languages."""
        words = _NOISE.sub(" ", text[:LONGEST])
        if len(_LETTER.findall(words)) < self._settings.shortest:
            return None
        code, share = self._identifier.classify(words.encode(errors="replace"))
        return (str(code), float(share)) if share >= self._settings.least_confidence else None


def read_language(entry: Table, findings: Findings) -> LanguageSettings | None:
    """The settings of a `LanguageDetector` component; what is wrong with them is told to `findings`."""
    given = entry.get("languages")
    languages = tuple(str(code).lower() for code in given) if isinstance(given, list) else ()
    unknown = [code for code in languages if code not in SUPPORTED]
    if len(languages) < 2 or unknown:
        told = f"{', '.join(unknown)} is not known" if unknown else "it needs two codes or more, such as [en, de]"
        findings.error(entry.file, entry.line_of("languages"), f"`languages`: {told}")
        return None
    return LanguageSettings(
        languages,
        _at_least(entry, "shortest", SHORTEST, findings),
        _at_least(entry, "threshold", LEAST_CONFIDENCE, findings),
    )


def _at_least(entry: Table, key: str, default: Any, findings: Findings) -> Any:
    value = entry.get(key, default)
    if isinstance(value, bool) or not isinstance(value, int | float) or value < 0:
        findings.error(entry.file, entry.line_of(key), f"`{key}` is a number from 0 on")
        return default
    return type(default)(value)
