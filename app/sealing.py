"""Small secrets that have to be read again, kept closed under the installation's secret: Fernet, a key of their own."""

from __future__ import annotations

import base64
from datetime import timedelta

from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF


class Broken(Exception):
    """This was not sealed here, was changed, or is too old."""


class Seal:
    """Closes and opens. Whoever has the database without the secret reads nothing."""

    def __init__(self, secret_key: str) -> None:
        derived = HKDF(algorithm=SHA256(), length=32, salt=None, info=b"kickstand seal").derive(secret_key.encode())
        self._fernet = Fernet(base64.urlsafe_b64encode(derived))

    def close(self, text: str) -> str:
        """`text`, closed; another time it looks another way."""
        return self._fernet.encrypt(text.encode()).decode()

    def open(self, sealed: str, *, within: timedelta | None = None) -> str:
        """What was closed, not longer ago than `within`. Raises Broken."""
        try:
            opened = self._fernet.decrypt(sealed.encode(), ttl=None if within is None else int(within.total_seconds()))
        except InvalidToken as error:
            raise Broken from error
        return opened.decode()
