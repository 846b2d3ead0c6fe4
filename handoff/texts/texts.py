"""The sentences that the visitor hears from the desk, as each language has to have them."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from handoff.authority import Remedy
from handoff.models import Reason

DEFAULT: Final = "en"
"""The language of whoever says none, or one that there are no words in."""


def language_of(locale: str | None) -> str:
    """The language of a BCP 47 tag: "de" of "de-AT", `DEFAULT` of None and of ""."""
    return (locale or DEFAULT).replace("_", "-").partition("-")[0].lower()


@dataclass(frozen=True, slots=True, kw_only=True)
class RemedyTexts:
    """What is told of a remedy. `{who}` is the first name of whoever sees to it, `{thing}` what it is, `{money}` an
    amount, `{when}` is "" or `by`.
    """

    heads: Mapping[Remedy, str]
    several: str
    """The headline of more than one, and of what has none of its own."""
    by: str
    """`, {moment} at the latest`, to be put behind."""
    refunded: str
    credited: str
    """`{code}`: what to enter at the checkout."""
    under_way: str
    it: str
    loaner: str
    a_loaner: str
    rush: str
    sends: str
    a_spare: str
    a_replacement: str
    the_piece: str
    remake: str
    credit: str
    refund: str
    free: str
    """`{what}`: the agent's own words."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Texts:
    """Templates of one language; `{when}` is a moment in the visitor's words, `{name}` the agent's first name."""

    heard: Mapping[Reason, str]
    """What was understood, before what happens now."""
    joining: str
    back: str
    back_sometime: str
    joined: str
    taken_over: str
    to_queue: str
    to_person: str
    to_team: str
    snoozed: str
    taken_back: str
    late: str
    to_bot: str
    resolved: str
    offer: str
    """A person, where it is in doubt whether one is needed."""
    call: str
    """The headline of a call that is booked."""
    call_promised: str
    """What stands in the ledger, and on its card."""
    call_booked: str
    call_taken_back: str
    our_team: str
    """Who promises where it is nobody in particular."""
    steps_in: str
    """Who keeps a promise when `{by}` is away: `{backup}`."""
    looks_into: str
    """What happens now with a promise that is late."""
    remedies: RemedyTexts
