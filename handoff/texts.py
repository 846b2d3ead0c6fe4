"""Every sentence that the visitor hears from the desk, in one place."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, tzinfo

from handoff.models import Reason

_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def _heard() -> dict[Reason, str]:
    return {
        Reason.SAFETY: "If you're on the road, please stop and stay safe first.",
        Reason.LEGAL: "I hear how serious this is for you.",
        Reason.HUMAN_REQUEST: "Gladly.",
        Reason.REPEAT: "I hear you, this has gone on long enough.",
        Reason.EMOTION: "I hear you, and you deserve better than this.",
        Reason.OTHER: "This one is for a colleague of mine.",
    }


@dataclass(frozen=True, slots=True)
class Texts:
    """Templates; `{when}` is a moment in the visitor's words, `{name}` the agent's first name."""

    heard: Mapping[Reason, str] = field(default_factory=_heard)
    """What was understood, before what happens now."""
    joining: str = "A person is joining you; everything you wrote goes along."
    back: str = "Our team is back {when} and answers you first. I keep helping meanwhile."
    back_sometime: str = (
        "Your message is first in our team's line, and the answer comes here. I keep helping meanwhile."
    )
    joined: str = "{name} has joined you."
    taken_over: str = "{name} joins you now, and has read everything."
    to_queue: str = "{name} has passed you on. You keep your place in line; the next person knows all of this."
    to_person: str = "{name} has passed you to {to}, who knows all of this. One moment."
    to_team: str = "{name} has passed you to {to}. You keep your place in line; the next person knows all of this."
    snoozed: str = "{name} comes back to this {when}. Write here any time, and somebody is with you earlier."
    taken_back: str = "You keep your place in line; the next person knows all of this."
    late: str = (
        "This takes longer than I told you. You stay first in line, and I can have somebody call you at a time you"
        " choose, or write you an e-mail: which do you prefer?"
    )
    to_bot: str = "{name} has handed you back to me. Ask me anything, and ask for a person whenever you like."
    resolved: str = (
        "{name} has closed this conversation. Write here any time, and it opens again with everything in it."
    )

    def moment(self, at: datetime, *, now: datetime, tz: tzinfo) -> str:
        """`at` on a clock in `tz`: "today at 14:00", "Mon 23 Nov at 9:00"."""
        return spoken_moment(at, now=now, tz=tz)


def spoken_moment(at: datetime, *, now: datetime, tz: tzinfo) -> str:
    """`at` on a clock in `tz`: "today at 14:00", "Mon 23 Nov at 9:00", with the year when it is another."""
    local, today = at.astimezone(tz), now.astimezone(tz).date()
    clock = f"{local.hour}:{local.minute:02}"
    if local.date() == today:
        return f"today at {clock}"
    year = "" if local.year == today.year else f" {local.year}"
    return f"{_DAYS[local.weekday()]} {local.day} {_MONTHS[local.month - 1]}{year} at {clock}"
