"""Text as it may be shown: what turns letters against the direction of their script serves only to deceive."""

from __future__ import annotations

from typing import Final

_OVERRIDES: Final = {0x202D: None, 0x202E: None}
"""LEFT-TO-RIGHT OVERRIDE and RIGHT-TO-LEFT OVERRIDE: "invoice" + U+202E + "gpj.exe" reads "invoiceexe.jpg"."""


def legible(text: str) -> str:
    """`text` in the direction of its letters. Marks and isolates, which languages need, stay."""
    return text.translate(_OVERRIDES)
