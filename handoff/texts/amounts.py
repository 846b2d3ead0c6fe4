"""An amount as one writes it: "€24.50", "24,50 €"."""

from collections.abc import Mapping
from typing import Final

from handoff.money import WHOLE, Money
from handoff.texts.texts import language_of

_GROUPS: Final[Mapping[str, str]] = {"de": ".", "it": ".", "es": ".", "fr": "\u202f"}
"""What stands between thousands, in languages that write the currency behind the amount and a comma before cents."""
_UNGROUPED: Final = 9_999
"""In Spanish up to here nothing stands between thousands."""


def spoken_money(money: Money, locale: str | None = None) -> str:
    """`money` as written in the language of `locale`, a BCP 47 tag; as in English for None and for any other."""
    language = language_of(locale)
    group = _GROUPS.get(language)
    if group is None:
        return str(money)
    whole, rest = (money.minor, 0) if money.currency in WHOLE else divmod(money.minor, 100)
    shown = str(whole) if language == "es" and whole <= _UNGROUPED else f"{whole:,}".replace(",", group)
    cents = f",{rest:02}" if rest else ""
    return f"{shown}{cents}\u00a0{money.symbol}"
