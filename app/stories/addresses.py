"""Finds streets with their house numbers as people write them in five languages: "12 Elm Street", "Hauptstr. 5a"."""

from __future__ import annotations

import re
from collections.abc import Iterator

_NUMBER = r"\d{1,5}\s?[a-z]?(?:\s?[-/]\s?\d{1,4}[a-z]?)?"
_WORD = r"[^\W\d_][\w.'’-]*"
_TURNS = (
    r"(?!(?:a|an|all|and|any|at|by|days?|hours?|in|is|it|its|km|miles?|minutes?|months?|my|of|off|on|or|that|the|this|"
    r"to|weeks?|years?|your)\b)"
)
"""Words that a number goes on with where it is no house: "2 days on the road", "1 on the way"."""
_PATTERNS = (
    # 12 Elm Street, 4b St. Mary's Lane
    rf"{_NUMBER},?\s+(?:{_TURNS}{_WORD}\s+){{1,3}}"
    r"(?:street|str|st|road|rd|avenue|ave|lane|ln|drive|dr|boulevard|blvd|way|court|ct|crescent|cres|close|terrace|"
    r"square|highway|hwy|parkway|pkwy|place|gardens|grove|row|mews)\b\.?"
    r"(?:,?\s+(?:apt|apartment|unit|suite|flat|no)\b\.?\s*#?\w{1,5}\b)?",
    # Hauptstraße 5, Am Alten Markt-Platz 3a, Lindenallee 12
    rf"{_WORD}(?:straße|strasse|str\.?|weg|platz|allee|gasse|damm|ufer|chaussee)\s{{1,2}}{_NUMBER}\b",
    rf"(?:{_WORD}\s){{0,2}}(?:straße|strasse|str\.|allee|platz)\s{{1,2}}{_NUMBER}\b",
    # 8 rue de la Paix, 12 bis avenue Foch
    rf"\d{{1,4}}\s?(?:bis|ter)?,?\s+(?:rue|avenue|boulevard|chemin|impasse|allée|quai|route)\s+"
    rf"(?:(?:de|du|des|la|le|les)\s|[dl]['’]\s?){{0,3}}{_WORD}",
    # Calle Mayor 5, C/ Alcalá, 20, Via Roma 3, Piazza Garibaldi 1
    rf"(?:calle|c/|avenida|avda\.?|paseo|plaza|via|viale|piazza|corso|largo)\s+(?:{_WORD}\s*){{1,4}},?\s+{_NUMBER}\b",
)
_STREET = re.compile("|".join(rf"(?<![\w.,-])(?:{pattern})" for pattern in _PATTERNS), re.IGNORECASE)


def streets(text: str) -> Iterator[tuple[int, int]]:
    """Where streets with their numbers stand in `text`."""
    for match in _STREET.finditer(text):
        yield match.span()
