"""Amounts of money as people read them."""

from dataclasses import dataclass

from handoff.models import HandoffError

HIGHEST = 10**12
"""Minor units; an amount above is a slip of the keyboard."""
_SYMBOLS = {"USD": "$", "EUR": "€", "GBP": "£", "JPY": "¥", "CAD": "CA$", "AUD": "A$"}
WHOLE = frozenset({"JPY", "KRW", "CLP", "VND", "ISK"})
"""Currencies that shops use without minor units."""


class BadAmount(HandoffError):
    """An amount is a whole number of minor units, zero or more."""


@dataclass(frozen=True, slots=True)
class Money:
    """`minor`: cents, pence; yen themselves."""

    minor: int
    currency: str
    """ISO 4217."""

    @property
    def symbol(self) -> str:
        """ "€", or the code where there is none that everybody knows."""
        return _SYMBOLS.get(self.currency, self.currency)

    def __str__(self) -> str:
        symbol = _SYMBOLS.get(self.currency, f"{self.currency} ")
        if self.currency in WHOLE:
            return f"{symbol}{self.minor:,}"
        whole, rest = divmod(self.minor, 100)
        return f"{symbol}{whole:,}" if rest == 0 else f"{symbol}{whole:,}.{rest:02}"

    def decimal(self) -> str:
        """For systems that want "12.50"; "5000" where there are no minor units."""
        if self.currency in WHOLE:
            return str(self.minor)
        return f"{self.minor // 100}.{self.minor % 100:02}"


def is_currency(code: object) -> bool:
    """Whether `code` has the form of ISO 4217."""
    return isinstance(code, str) and len(code) == 3 and code.isascii() and code.isalpha() and code.isupper()
