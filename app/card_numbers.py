"""Payment card numbers, taken out of what is written before it is stored: nobody who helps needs one."""

from __future__ import annotations

import re

_RUN = re.compile(r"(?<![\d#])\d(?:[ \-.]?\d){12,18}(?!\d)")
"""13 to 19 digits (ISO/IEC 7812-1), each with at most one blank, dash or point before it."""
_ISSUERS = re.compile(r"3[0-9]|4|5[0-9]|6[0-9]|2[2-7]")
"""How numbers of card networks begin; tracking numbers that pass the check digit by chance mostly do not."""
_SHOWN = 4


def masked(text: str) -> str:
    """`text` with all but the last four digits of each card number covered; the same object when there is none."""
    return text if _RUN.search(text) is None else _RUN.sub(_cover, text)


def _cover(found: re.Match[str]) -> str:
    digits = [int(each) for each in found[0] if each.isdigit()]
    if not _ISSUERS.match("".join(map(str, digits))) or len(set(digits)) == 1 or not _checks(digits):
        return found[0]
    return f"•••• {''.join(map(str, digits[-_SHOWN:]))}"


def _checks(digits: list[int]) -> bool:
    """The check digit after Luhn (ISO/IEC 7812-1, annex B)."""
    doubled = [2 * each - 9 * (each > 4) for each in digits[-2::-2]]
    return (sum(digits[-1::-2]) + sum(doubled)) % 10 == 0
