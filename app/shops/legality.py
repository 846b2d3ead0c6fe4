"""What a catalogue has on file about the law, in words. It states, and advises nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

_YES = {"yes", "y", "true", "1", "ja", "oui", "si"}
_NO = {"no", "n", "false", "0", "nein", "non"}
_RACE_WORDS = ("race", "racing", "closed course", "closed-course", "competition", "off-road")


def is_yes(value: str | None) -> bool:
    return (value or "").strip().lower() in _YES


def is_no(value: str | None) -> bool:
    return (value or "").strip().lower() in _NO


def notes_on(legality: Mapping[str, str], notes: Sequence[str]) -> tuple[str, ...]:
    """What has to be heeded, where the catalogue's own `notes` do not say it already."""
    said = " ".join(notes).lower()
    heed = []
    if is_no(legality.get("street_legal")) and not any(word in said for word in _RACE_WORDS):
        heed.append("Made for the closed course.")
    if is_no(legality.get("keeps_catalyst")) and "catal" not in said:
        heed.append("It takes the place of the catalyst.")
    if is_yes(legality.get("needs_remap")) and "map" not in said:
        heed.append("It needs a fresh engine map.")
    return tuple(heed)


def sheet_words(legality: Mapping[str, str]) -> str | None:
    """The part's legal line, or None where the file is silent on the street: then a person answers."""
    street = legality.get("street_legal")
    if is_no(street):
        return "On file: made for the closed course."
    if not is_yes(street):
        return None
    words = ["On file: street legal"]
    if is_yes(legality.get("e_marked")):
        words.append("with the e-mark, dB killer in")
    if is_yes(legality.get("keeps_catalyst")):
        words.append("the catalyst stays")
    order = (legality.get("carb_eo") or "").strip()
    if order and not is_no(order):
        words.append("CARB Executive Order on file" if is_yes(order) else f"CARB Executive Order {order}")
    return ", ".join(words) + "."
