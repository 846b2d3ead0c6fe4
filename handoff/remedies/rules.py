"""What a site lets its people give: the matrix, and the remedies on offer with what each costs as a rule."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from handoff.authority import DEFAULT, Authority, BadMatrix, Remedy
from handoff.money import HIGHEST
from handoff.remedies.making import LONGEST

MOST_OFFERS = 24


@dataclass(frozen=True, slots=True)
class Offer:
    """A row to pick. `what` names it ("Gasket, batch 9"), else its kind does; `minor` None: whoever picks it says."""

    remedy: Remedy
    what: str = ""
    minor: int | None = None


@dataclass(frozen=True, slots=True)
class Rules:
    """Of one site."""

    authority: Authority
    menu: tuple[Offer, ...]


STANDARD = Rules(
    DEFAULT,
    (
        Offer(Remedy.SPARE, "", 1_500),
        Offer(Remedy.RUSH_SHIPPING, "", 1_800),
        Offer(Remedy.REPLACEMENT),
        Offer(Remedy.LOANER, "", 6_000),
        Offer(Remedy.FREE_TEXT, "Workshop visit, we pay", 9_000),
        Offer(Remedy.REMAKE),
        Offer(Remedy.CREDIT, "", 2_000),
        Offer(Remedy.REFUND),
        Offer(Remedy.FREE_TEXT),
    ),
)
"""Until somebody edits it."""


def menu_from(data: Sequence[Mapping[str, Any]]) -> tuple[Offer, ...]:
    """Reads what `menu_to` gives. Raises BadMatrix."""
    try:
        menu = tuple(Offer(Remedy(row["remedy"]), str(row.get("what", "")), row.get("minor")) for row in data)
    except (KeyError, ValueError, TypeError, AttributeError) as error:
        raise BadMatrix(f"the remedies on offer cannot be read: {error}") from error
    if len(menu) > MOST_OFFERS:
        raise BadMatrix(f"{len(menu)} remedies are on offer; {MOST_OFFERS} are the most that anybody can choose from")
    for row in menu:
        if len(row.what) > LONGEST:
            raise BadMatrix(f"a remedy is named in {LONGEST} characters at most")
        if row.minor is not None and not (isinstance(row.minor, int) and 0 <= row.minor <= HIGHEST):
            raise BadMatrix(f"{row.what or row.remedy} must cost a whole number of minor units, or nothing yet")
    return menu


def menu_to(menu: Sequence[Offer]) -> list[dict[str, Any]]:
    """JSON-ready, for settings."""
    return [{"remedy": row.remedy.value, "what": row.what, "minor": row.minor} for row in menu]
