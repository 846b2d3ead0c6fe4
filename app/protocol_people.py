"""The wire of looking after people: REST bodies about accounts, sessions, the second step, teams and the audit log.

Part of `app.protocol`, in a file of its own; `make types` writes both for the front ends.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import AwareDatetime, Field

from app.protocol import Count, Frame

RoleName = Literal["agent", "senior", "supervisor", "admin"]
Email = Annotated[str, Field(min_length=3, max_length=254)]
Password = Annotated[str, Field(max_length=1_000)]
Code = Annotated[str, Field(max_length=40)]
Token = Annotated[str, Field(min_length=1, max_length=200)]
Key = Annotated[str, Field(min_length=1, max_length=200)]
Capacity = Annotated[int, Field(ge=1, le=50)]


class ShowLink(Frame):
    """The token of a one-time link."""

    token: Token


class AskForLink(Frame):
    """Somebody forgot the password of the account with this e-mail."""

    email: Email


class Guest(Frame):
    """Whose link it is. `invited`: for the first time; else another password is set."""

    email: str
    name: str
    invited: bool


class ComeIn(Frame):
    """Name and password of who comes in by a link."""

    token: Token
    name: Annotated[str, Field(max_length=120)]
    password: Password


class SessionLine(Frame):
    """A console that is signed in. `current`: the one that asks."""

    id: UUID
    device: str
    address: str
    created_at: AwareDatetime
    seen_at: AwareDatetime
    here: bool
    current: bool


class Sessions(Frame):
    """Live sessions, the one used last first."""

    sessions: tuple[SessionLine, ...]


class OwnAccount(Frame):
    """One's own account. `recovery_codes`: unused ones; `required`: the role has to have a second step."""

    email: str
    name: str
    role: RoleName
    second_step: bool
    required: bool
    recovery_codes: Count
    sessions: tuple[SessionLine, ...]


class NewPassword(Frame):
    """Another password for one's own account."""

    current: Password
    new: Password


class ProvePassword(Frame):
    """What takes one's own password again."""

    password: Password


class Enrolment(Frame):
    """What an authenticator is given: `secret`, or `qr`, a picture of `uri` as rows of "0" and "1".

    `ticket` goes back with the first code, within a quarter of an hour.
    """

    secret: str
    uri: str
    qr: tuple[str, ...]
    ticket: str


class ConfirmEnrolment(Frame):
    """A code proves that the secret arrived."""

    ticket: Annotated[str, Field(max_length=2_000)]
    code: Code


class RecoveryCodes(Frame):
    """Each replaces a code of the authenticator once; shown this once."""

    codes: tuple[str, ...]


class PersonLine(Frame):
    """Somebody of the team. `here`: connected now; `seen_at`: of a live session."""

    id: UUID
    email: str
    name: str
    role: RoleName
    capacity: int
    invited: bool
    disabled: bool
    second_step: bool
    sites: tuple[str, ...]
    teams: tuple[str, ...]
    sessions: Count
    here: bool
    seen_at: AwareDatetime | None


class SiteName(Frame):
    """A site of the installation."""

    key: str
    name: str


class PersonList(Frame):
    """Everybody by name, the sites there are, and the roles that have to have a second step."""

    people: tuple[PersonLine, ...]
    sites: tuple[SiteName, ...]
    second_step: tuple[RoleName, ...]


class Invite(Frame):
    """A new account."""

    email: Email
    role: RoleName = "agent"
    sites: Annotated[tuple[Key, ...], Field(max_length=100)]
    capacity: Capacity = 6


class OneTimeLink(Frame):
    """A link to hand on; it opens once."""

    link: str
    ends_at: AwareDatetime


class ChangePerson(Frame):
    """What is to be different; what is left out stays as it is."""

    role: RoleName | None = None
    sites: Annotated[tuple[Key, ...], Field(max_length=100)] | None = None
    capacity: Capacity | None = None
    disabled: bool | None = None


class SecondStepRoles(Frame):
    """The roles that have to have a second step."""

    roles: Annotated[tuple[RoleName, ...], Field(max_length=4)]


class TeamLine(Frame):
    """A team of a site with the e-mails of who is on it."""

    site: str
    name: str
    members: tuple[str, ...]


class TeamList(Frame):
    """Every team, by site and name."""

    teams: tuple[TeamLine, ...]


class PutTeam(Frame):
    """A new team, or other members for the one of this name."""

    site: Key
    name: Annotated[str, Field(min_length=1, max_length=80)]
    members: Annotated[tuple[Email, ...], Field(max_length=500)]


class AuditLine(Frame):
    """Who did what, when, to what, from where. `before` and `after` as they were noted."""

    id: UUID
    at: AwareDatetime
    who: str
    did: str
    about: str
    before: Any = None
    after: Any = None
    address: str


class AuditPage(Frame):
    """Newest first; `more`: there are older ones, before the last line's `at`."""

    lines: tuple[AuditLine, ...]
    more: bool


class WallPerson(Frame):
    """Somebody of the site who is there, or holds a conversation. `newest`: the visitor who came to them last."""

    id: UUID
    name: str
    role: RoleName
    here: bool
    available: bool
    holds: Count
    capacity: int
    newest: str | None
    newest_reason: str | None


class WaitBin(Frame):
    """Half an hour of today: half waited less than `half_s` for the first word of a person, 9 of 10 than `nine_s`."""

    start: AwareDatetime
    half_s: Count
    nine_s: Count
    n: Count


class Wall(Frame):
    """A site as it is now, and today since midnight there.

    Recovered: came upset and said at the end that it left them well, of all who came upset and were resolved today.
    """

    site: str
    sites: tuple[SiteName, ...]
    at: AwareDatetime
    tz: str
    promised_s: Count
    open: bool
    changes_at: AwareDatetime | None
    people: tuple[WallPerson, ...]
    team: Count
    """How many people the site has, here or not."""
    longest_s: Count | None
    longest_at: AwareDatetime | None
    waits: tuple[WaitBin, ...]
    answered: Count
    recovered: Count
    came_upset: Count
    kept: Count
    late: Count
    broken: Count
