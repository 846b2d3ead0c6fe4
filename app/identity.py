"""Who a visitor is, as the shop vouches for: a signed token, checked before anything is told or merged.

Two forms: a JWT signed with HS256 (RFC 7519), or an HMAC-SHA256 over `site:user_id:exp`. A site has up to two live
secrets, so that one can be replaced without anybody being turned away.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import jwt
from jwt.types import Options

from app.errors import BadIdentity

LONGEST = timedelta(hours=24)
"""A signature is for now: one that is good for longer could be replayed for longer."""
LEEWAY = timedelta(seconds=60)
"""Clocks of shops may be wrong by so much."""
SECRETS = 2
_MOST = 254
"""Characters of an id, a name or an e-mail address."""
_OPTIONS: Options = {
    "require": ["exp", "aud", "sub"],
    "verify_exp": False,
    "verify_nbf": False,
    "verify_iat": False,
}
"""Times are compared here, by the clock that everything goes by."""


@dataclass(frozen=True, slots=True)
class Identity:
    """Somebody the shop knows: `id` is the shop's own and never changes, `name` and `email` are what it says today."""

    id: str
    name: str | None = None
    email: str | None = None


def new_secret() -> str:
    """A secret to sign identities with: 256 random bits."""
    return secrets.token_urlsafe(32)


def of_token(token: str, site_key: str, live: Sequence[str], now: datetime) -> Identity:
    """Whom a JWT names: `sub`, and if it says so `name` and `email`. Raises BadIdentity.

    `aud` is the site's key, `exp` at most a day ahead. Nothing but HS256 is taken, whatever the header says.
    """
    for secret in live:
        try:
            claims = jwt.decode(
                token,
                secret,
                algorithms=["HS256"],
                audience=site_key,
                options=_OPTIONS,
            )
        except jwt.InvalidSignatureError:
            continue
        except jwt.InvalidAudienceError:
            raise BadIdentity(f"`aud` of this token is another site's; it has to be {site_key!r}.") from None
        except jwt.MissingRequiredClaimError as error:
            raise BadIdentity(f"This token has no `{error.claim}`. It needs sub, aud and exp.") from None
        except jwt.InvalidTokenError:
            raise BadIdentity from None
        _in_time(claims["exp"], now)
        if isinstance(before := claims.get("nbf"), int | float) and before > (now + LEEWAY).timestamp():
            raise BadIdentity("This token is for later; look at `nbf` and at the clock of your server.")
        return _identity(claims["sub"], claims.get("name"), claims.get("email"))
    raise BadIdentity


def of_hash(user_id: str, exp: int, digest: str, site_key: str, live: Sequence[str], now: datetime) -> Identity:
    """Whom an HMAC vouches for: hexadecimal, over `site:user_id:exp`. Raises BadIdentity.

    A name or an e-mail address beside it would not be signed, so none is taken.
    """
    told = f"{site_key}:{user_id}:{exp}".encode()
    ours = [hmac.new(secret.encode(), told, hashlib.sha256).hexdigest() for secret in live]
    same = [hmac.compare_digest(each.encode(), digest.lower().encode()) for each in ours]  # each one, in equal time
    if not any(same):
        raise BadIdentity
    _in_time(exp, now)
    return _identity(user_id, None, None)


def _in_time(exp: Any, now: datetime) -> None:
    if isinstance(exp, bool) or not isinstance(exp, int | float) or not 0 <= exp < 2**37:
        raise BadIdentity("`exp` is the second at which this identity ends, as a number.")
    ends = datetime.fromtimestamp(exp, UTC)
    if ends + LEEWAY < now:
        raise BadIdentity("This identity has ended. Sign a new one when the page is built.")
    if ends > now + LONGEST + LEEWAY:
        raise BadIdentity("`exp` is more than 24 hours ahead. Sign a shorter one when the page is built.")


def _identity(user_id: Any, name: Any, email: Any) -> Identity:
    if not isinstance(user_id, str) or not user_id.strip() or len(user_id) > _MOST:
        raise BadIdentity("The id is the shop's own for this person: text of 1 to 254 characters.")
    address = _words(email)
    return Identity(user_id.strip(), _words(name), address if address and "@" in address else None)


def _words(claim: Any) -> str | None:
    """What a claim says; None for anything but text of a sensible length."""
    text = claim.strip() if isinstance(claim, str) else ""
    return text if 0 < len(text) <= _MOST else None
