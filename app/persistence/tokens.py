"""Random tokens and what is kept of them."""

from __future__ import annotations

import hashlib
import secrets


def new_token() -> str:
    """256 random bits, shown once."""
    return secrets.token_urlsafe(32)


def hash_token(token: str) -> str:
    """What is stored of a token. A fast hash is right here: tokens are random, there is nothing to guess."""
    return hashlib.sha256(token.encode()).hexdigest()
