"""Passwords: what one has to be like, and argon2id of it. Hashing takes its time, so it never runs on the loop."""

from __future__ import annotations

import asyncio
import secrets

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from app.errors import BadAccount

PASSWORD_LENGTH = 12
COMMON_PASSWORDS = frozenset(
    {"password1234", "123456789012", "qwertyuiop12", "passwordpassword", "letmeinletmein", "administrator"}
)


class Passwords:
    """Hashes and compares. A wrong guess and a name that nobody has take the same work."""

    def __init__(self) -> None:
        self._hasher = PasswordHasher()
        self._nobodys: str | None = None

    async def hash(self, password: str, email: str) -> str:
        """What is stored of it. Raises BadAccount."""
        if len(password) < PASSWORD_LENGTH:
            raise BadAccount(f"The password needs at least {PASSWORD_LENGTH} characters.")
        name_in_it = len(local := email.lower().partition("@")[0]) >= 4 and local in password.lower()
        if password.lower() in COMMON_PASSWORDS or name_in_it:
            raise BadAccount("The password is too easy to guess. Take a few unrelated words.")
        return await asyncio.to_thread(self._hasher.hash, password)

    async def fits(self, password: str, hashed: str | None) -> bool:
        """Whether it is the one that was hashed. None, and an account without a password: it never is."""
        if self._nobodys is None:
            self._nobodys = await asyncio.to_thread(self._hasher.hash, secrets.token_urlsafe(16))
        try:
            await asyncio.to_thread(self._hasher.verify, hashed or self._nobodys, password)
        except (VerificationError, InvalidHashError):
            return False
        return bool(hashed)
