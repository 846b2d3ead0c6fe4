"""Order numbers: behind a "#", behind words that lead to one, or of a shape that the project names."""

from __future__ import annotations

import re
from collections.abc import Iterator

from bot.nlu.recognisers.finding import FIGURE, Finding, Moment

_NUMBER = r"(?:[A-Z]{1,4}-?)?\d{3,12}"
_UNIT = r" ?(?:€|£|\$|%|(?:km|mi|miles|rpm|nm|eur|euros?|chf|usd|gbp|ccm?|kg|mm)\b)"
_HASH = re.compile(rf"(?<![\w&])(?:#|№) ?(?P<number>{_NUMBER})(?![\w-]*\w@|\w)", re.IGNORECASE)
_CUED = re.compile(
    r"\b(?:(?:web ?|sales ?|purchase ?)?orders?|bestell(?:ung|nummer|nr)?|auftrag(?:snummer)?|commande|pedido|ordine|"
    r"bestelling|invoice|rechnung(?:snummer)?)"
    r"(?:[ :.#-]+(?:number|num|no|nr|nummer|numéro|num[eé]ro|número|n[°º]|id|is|ist|est|es|"
    r"it'?s|my|mit|der|with|the)){0,3}"
    rf"[ :.#\u00b0\u00ba-]{{1,3}}(?P<number>{_NUMBER})(?![\w@]|[.,-]\d)"
    r"|\b(?:number|no\.|nr\.|nummer)(?: is| ist)? ?:? ?(?P<bare>\d{3,12})(?![\w@]|[.,-]\d)",
    re.IGNORECASE,
)
_CUES = ("order", "bestell", "auftrag", "commande", "pedido", "ordine", "invoice", "rechnung", "num", "no.", "nr.")
"""Of which `_CUED` begins with one."""
_OF_ELSE = re.compile(
    r"(?:part|job|model|phone|mobile|fax|serial|frame|oem|article|item|sku|case|ticket|customer|tracking|house|card|"
    r"account|artikel|teile?|kunden|telefon|rahmen|haus)[ -]?$",
    re.IGNORECASE,
)
"""Before "number" or "#": the number of something else."""
_OF_ELSE_REACH = 12


class OrderNumbers:
    """See `Recogniser`. The value is the number without "#"; the words that lead to it are no part of it."""

    def __init__(self, shape: str | None = None) -> None:
        """`shape` is a regular expression of the shop's numbers, which then count wherever they stand alone."""
        self.needs_figure = not shape
        shape = shape or r"(?!)"
        self._shape = re.compile(shape, re.IGNORECASE)
        self._alone = re.compile(rf"(?<![\w.,/€£$+-])(?:{shape})(?![\w@/]|[.,-]\d|{_UNIT})", re.IGNORECASE)

    def find(self, text: str, moment: Moment) -> Iterator[Finding]:
        if FIGURE.search(text):
            yield from self._told(text)
        # The shape by itself begins with something, and is found faster than what may not stand before it.
        first = self._shape.search(text)
        if first is not None:
            for match in self._alone.finditer(text, first.start()):
                yield Finding(*match.span(), "order_number", match[0].upper(), 0.8)

    def _told(self, text: str) -> Iterator[Finding]:
        """Numbers that something before them says to be an order's."""
        for match in _HASH.finditer(text) if "#" in text or "№" in text else ():
            if _OF_ELSE.search(text, max(0, match.start() - _OF_ELSE_REACH), match.start()):
                continue
            yield Finding(*match.span(), "order_number", match["number"].upper())
        # Letters beyond ASCII may stand for one within it where case is ignored, as the long s does.
        if text.isascii() and not any(map(text.lower().__contains__, _CUES)):
            return
        for match in _CUED.finditer(text):
            part = "number" if match["number"] else "bare"
            if part == "bare" and _OF_ELSE.search(text, max(0, match.start() - _OF_ELSE_REACH), match.start()):
                continue
            yield Finding(*match.span(part), "order_number", match[part].upper(), 1.0 if part == "number" else 0.8)
