"""Order numbers, e-mail addresses and postcodes in the form in which they are stored and compared."""

from __future__ import annotations

import re
from hmac import compare_digest


def order_number(text: str) -> str:
    """An order number as it is stored: "# 1042" is "1042"."""
    return re.sub(r"[\s#]", "", text).upper()


def email(text: str) -> str:
    """An e-mail address as it is stored."""
    return text.strip().lower()


def postcode(text: str) -> str:
    """A postcode as it is stored: "sw1a 1aa" is "SW1A1AA"."""
    return re.sub(r"[\s-]", "", text).upper()


def is_proved(proof: str, emails: list[str], postcodes: list[str]) -> bool:
    """Whether `proof` is one of the order's own addresses or postcodes. An empty one proves nothing."""
    if not postcode(proof):
        return False
    known = [email(each) for each in emails if email(each)], [postcode(each) for each in postcodes if postcode(each)]
    said = email(proof).encode(), postcode(proof).encode()
    return any(compare_digest(one.encode(), said[0]) for one in known[0]) | any(
        compare_digest(one.encode(), said[1]) for one in known[1]
    )
