"""The second step at sign-in: codes of an authenticator (TOTP, RFC 6238) and recovery codes for who lost it."""

from __future__ import annotations

import hmac
import re
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

import pyotp
import segno
from sqlalchemy import delete, update
from sqlmodel import col, func, select
from sqlmodel.ext.asyncio.session import AsyncSession

from app.errors import CodeNeeded, WrongCode
from app.persistence.database import Sessions
from app.persistence.people_tables import RecoveryCodeRow
from app.persistence.tables import AgentRow
from app.persistence.tokens import hash_token
from app.sealing import Broken, Seal
from handoff import AgentId

CODES = 10
ENROL_WITHIN = timedelta(minutes=15)
_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"  # none that look alike
_SIX_DIGITS = re.compile(r"[0-9]{6}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Enrolment:
    """What an authenticator is given. `qr`: the picture of `uri`, a row of "0" and "1" each; `ticket` comes back."""

    secret: str
    uri: str
    qr: tuple[str, ...]
    ticket: str


def enrolment(seal: Seal, agent_id: AgentId, email: str) -> Enrolment:
    """A new secret, stored nowhere until a code proves that it arrived."""
    secret = pyotp.random_base32()
    uri = pyotp.TOTP(secret).provisioning_uri(name=email, issuer_name="Kickstand")
    qr = tuple("".join("1" if dark else "0" for dark in row) for row in segno.make_qr(uri, error="m").matrix)
    return Enrolment(secret, uri, qr, seal.close(f"{agent_id} {secret}"))


class SecondStep:
    """Sets it up, takes it away and asks for it."""

    def __init__(self, reads: Sessions, writes: Sessions, seal: Seal) -> None:
        self._reads = reads
        self._writes = writes
        self._seal = seal

    def enrol(self, agent_id: AgentId, email: str) -> Enrolment:
        """Begin to set it up."""
        return enrolment(self._seal, agent_id, email)

    async def confirm(
        self, session: AsyncSession, agent_id: AgentId, ticket: str, code: str, now: datetime
    ) -> list[str]:
        """Set up what `enrol` began, proved by a code; the recovery codes, shown this once. Raises WrongCode."""
        try:
            whose, secret = self._seal.open(ticket, within=ENROL_WITHIN).split(" ")
        except (Broken, ValueError):
            raise WrongCode("This picture is too old. Scan the new one and type the code that it gives.") from None
        step = accepted_step(secret, code, now)
        if whose != agent_id or step is None:
            raise WrongCode
        row = await session.get_one(AgentRow, agent_id, with_for_update=True)
        row.totp_secret, row.totp_step = self._seal.close(secret), step
        session.add(row)
        await session.exec(delete(RecoveryCodeRow).where(col(RecoveryCodeRow.agent_id) == agent_id))
        codes = ["-".join("".join(secrets.choice(_LETTERS) for _ in range(4)) for _ in range(3)) for _ in range(CODES)]
        session.add_all([RecoveryCodeRow(code_hash=_hash(each), agent_id=agent_id) for each in codes])
        return codes

    async def take_away(self, session: AsyncSession, agent_id: AgentId) -> None:
        """As if it had never been set up."""
        row = await session.get_one(AgentRow, agent_id, with_for_update=True)
        row.totp_secret = row.totp_step = None
        session.add(row)
        await session.exec(delete(RecoveryCodeRow).where(col(RecoveryCodeRow.agent_id) == agent_id))

    async def ask(self, session: AsyncSession, agent_id: AgentId, code: str | None, now: datetime) -> bool:
        """Whether a recovery code was spent; done when the account has no second step.

        Raises CodeNeeded without a code, WrongCode for one that is none, has passed or was used.
        """
        row = await session.get_one(AgentRow, agent_id, with_for_update=True)
        if row.totp_secret is None:
            return False
        if not code:
            raise CodeNeeded
        if _SIX_DIGITS.fullmatch(digits := re.sub(r"\s", "", code)) is None:
            await self._spend(session, agent_id, code, now)
            return True
        step = accepted_step(self._seal.open(row.totp_secret), digits, now)
        if step is None or step <= (row.totp_step or 0):  # each code works once, also for who looked over a shoulder
            raise WrongCode
        row.totp_step = step
        session.add(row)
        return False

    async def left(self, agent_id: AgentId) -> int:
        """How many recovery codes are unused."""
        async with self._reads() as session:
            unused = select(func.count()).where(
                col(RecoveryCodeRow.agent_id) == agent_id, col(RecoveryCodeRow.used_at).is_(None)
            )
            return (await session.exec(unused)).one()

    async def _spend(self, session: AsyncSession, agent_id: AgentId, code: str, now: datetime) -> None:
        spent = await session.exec(
            update(RecoveryCodeRow)
            .where(
                col(RecoveryCodeRow.code_hash) == _hash(code),
                col(RecoveryCodeRow.agent_id) == agent_id,
                col(RecoveryCodeRow.used_at).is_(None),
            )
            .values(used_at=now)
        )
        if spent.rowcount != 1:
            raise WrongCode


def accepted_step(secret: str, code: str, now: datetime) -> int | None:
    """The time step that `code` is of: this one, or a neighbour, as clocks differ by some seconds. None: of none."""
    totp = pyotp.TOTP(secret)
    current = totp.timecode(now)
    fits = [
        step
        for step in (current - 1, current, current + 1)
        if hmac.compare_digest(totp.generate_otp(step).encode(), code.encode())
    ]
    return fits[-1] if fits else None


def _hash(code: str) -> str:
    return hash_token("".join(letter for letter in code.lower() if letter.isalnum()))
